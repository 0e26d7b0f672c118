//! How common each name is: to agree on a rare name says more than to agree on Mohammad.

use std::collections::BTreeMap;

use domain::Script;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::LinkageError;
use crate::common::CommonValues;
use crate::lexicon::{Lexicon, Names};
use crate::memo::Tables;
use crate::packed::Token;
use crate::vocabulary::{Vocabulary, Word};

/// Bounds, in bits, on what the frequency of one name may add or take.
pub(crate) const MOST_BITS: f64 = 7.0;
pub(crate) const LEAST_BITS: f64 = -4.0;

/// Counts of words in one position and script.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct WordCounts {
    /// Uses of any word.
    pub total: u64,
    /// Sum of squared shares: how often two random uses agree.
    pub chance_of_agreement: f64,
    /// Words used at least twice. Latin spellings that share their consonants carry the count of them all.
    pub counts: BTreeMap<String, u32>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TermFrequencies {
    pub first_name_arabic: WordCounts,
    pub first_name_latin: WordCounts,
    pub family_arabic: WordCounts,
    pub family_latin: WordCounts,
    /// Values that so many records bear that to share one says nothing.
    #[serde(default, skip_serializing_if = "CommonValues::is_empty")]
    pub common: CommonValues,
}

impl WordCounts {
    fn count(vocabulary: &Vocabulary, counts: &[u32], arabic: bool) -> Self {
        let uses = || {
            let words = vocabulary.words.iter().zip(&vocabulary.skeleton).zip(counts).filter(|(_, n)| **n > 0);
            words.filter(|((w, _), _)| (w.script == Script::Arabic) == arabic)
        };
        let mut grouped: FxHashMap<u64, u64> = FxHashMap::default();
        for ((_, skeleton), &n) in uses() {
            *grouped.entry(*skeleton).or_default() += u64::from(n);
        }
        let total: u64 = uses().map(|(_, n)| u64::from(*n)).sum();
        let mut sizes: Vec<u64> = match arabic {
            true => uses().map(|(_, n)| u64::from(*n)).collect(),
            false => grouped.values().copied().collect(),
        };
        // Sums of floating numbers depend on their order; the order must not depend on the input's.
        sizes.sort_unstable();
        let share = |n: u64| n as f64 / total.max(1) as f64;
        let chance_of_agreement = sizes.iter().map(|n| share(*n) * share(*n)).sum();
        let of = |skeleton: u64, n: u32| match arabic {
            true => n,
            false => grouped.get(&skeleton).map_or(n, |g| u32::try_from(*g).unwrap_or(u32::MAX)),
        };
        let counts = uses().map(|((w, skeleton), n)| (w, of(*skeleton, *n))).filter(|(_, n)| *n > 1);
        let counts = counts.map(|(w, n)| (w.text().to_owned(), n)).collect();
        Self { total, chance_of_agreement, counts }
    }

    /// Of a word of so many uses log2 of how much less often two unrelated people share this name than an average one.
    fn bits(&self, uses: u32) -> f32 {
        if self.total == 0 || self.chance_of_agreement <= 0.0 {
            return 0.0;
        }
        let share = f64::from(uses) / self.total as f64;
        (self.chance_of_agreement / share).log2().clamp(LEAST_BITS, MOST_BITS) as f32
    }
}

impl TermFrequencies {
    /// Refuses tables that no lists give: words without uses, or used more often than all words together.
    pub(crate) fn check(&self) -> Result<(), LinkageError> {
        let tables = [
            ("first_name_arabic", &self.first_name_arabic),
            ("first_name_latin", &self.first_name_latin),
            ("family_arabic", &self.family_arabic),
            ("family_latin", &self.family_latin),
        ];
        for (name, table) in tables {
            let WordCounts { total, chance_of_agreement: chance, counts } = table;
            let most = counts.iter().max_by_key(|(_, uses)| **uses);
            if let Some((word, uses)) = most.filter(|(_, uses)| u64::from(**uses) > *total) {
                let uses = format!("{uses} uses of {word:?} and {total} of all words");
                return Err(LinkageError::Model(format!("the term frequencies {name} tell {uses}")));
            }
            if (*total == 0) != (*chance == 0.0) || !(0.0..=1.0 + 1e-9).contains(chance) {
                let tell = format!("a chance of agreement of {chance} among {total} uses");
                return Err(LinkageError::Model(format!("the term frequencies {name} tell {tell}")));
            }
        }
        Ok(())
    }

    pub(crate) fn count(v: &Vocabulary) -> Self {
        Self {
            first_name_arabic: WordCounts::count(v, &v.first_name_count, true),
            first_name_latin: WordCounts::count(v, &v.first_name_count, false),
            family_arabic: WordCounts::count(v, &v.family_count, true),
            family_latin: WordCounts::count(v, &v.family_count, false),
            common: CommonValues::default(),
        }
    }

    /// What these tables say of each word of a vocabulary, so that a pair scores the same in a run and alone.
    pub(crate) fn weights(&self, lexicon: &Lexicon, v: &Vocabulary) -> Weights {
        let of = |arabic: &WordCounts, other: &WordCounts| {
            let once = [other, arabic].map(|counts| (1, counts.bits(1)));
            let unknown = |word: &Word| once[usize::from(word.script == Script::Arabic)];
            let mut out: Vec<(u32, f32)> = v.words.iter().map(unknown).collect();
            out.iter_mut().take(1).for_each(|missing| *missing = (0, 0.0));
            for (counts, is_arabic) in [(arabic, true), (other, false)] {
                v.each_in(is_arabic, &counts.counts, |id, uses| out[id] = (*uses, counts.bits(*uses)));
            }
            out
        };
        Weights {
            first_name: of(&self.first_name_arabic, &self.first_name_latin),
            family: of(&self.family_arabic, &self.family_latin),
            names: lexicon.of(v),
            tables: Tables::new(v),
        }
    }
}

/// Uses of each word of a vocabulary, and the bits that agreeing on it adds.
pub(crate) struct Weights {
    first_name: Vec<(u32, f32)>,
    family: Vec<(u32, f32)>,
    pub names: Names,
    pub tables: Tables,
}

/// A vocabulary with the weights of its words.
#[derive(Clone, Copy)]
pub(crate) struct Words<'a> {
    pub vocabulary: &'a Vocabulary,
    pub weights: &'a Weights,
}

impl Words<'_> {
    /// Bits that agreeing on a word adds, by its Arabic form where there is one.
    pub fn rarity(self, token: Token, family: bool) -> f32 {
        self.uses_and_bits(token.either(), family).1
    }

    pub fn uses_and_bits(self, word: u32, family: bool) -> (u32, f32) {
        let weights = if family { &self.weights.family } else { &self.weights.first_name };
        weights[word as usize]
    }
}
