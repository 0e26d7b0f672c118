//! How common each name is: to agree on a rare name says more than to agree on Mohammad.

use std::collections::BTreeMap;

use domain::Script;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::lexicon::{Lexicon, Names};
use crate::memo::Tables;
use crate::packed::{Token, Vocabulary};

/// Bounds, in bits, on what the frequency of one name may add or take.
const MOST_BITS: f64 = 7.0;
const LEAST_BITS: f64 = -4.0;

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

    /// Uses of a word, and log2 of how much less often two unrelated people share this name than an average one.
    fn uses_and_bits(&self, word: &str) -> (u32, f32) {
        let uses = self.counts.get(word).copied().unwrap_or(1);
        if self.total == 0 || self.chance_of_agreement <= 0.0 {
            return (uses, 0.0);
        }
        let share = f64::from(uses) / self.total as f64;
        (uses, (self.chance_of_agreement / share).log2().clamp(LEAST_BITS, MOST_BITS) as f32)
    }
}

impl TermFrequencies {
    pub(crate) fn count(v: &Vocabulary) -> Self {
        Self {
            first_name_arabic: WordCounts::count(v, &v.first_name_count, true),
            first_name_latin: WordCounts::count(v, &v.first_name_count, false),
            family_arabic: WordCounts::count(v, &v.family_count, true),
            family_latin: WordCounts::count(v, &v.family_count, false),
        }
    }

    /// What these tables say of each word of a vocabulary, so that a pair scores the same in a run and alone.
    pub(crate) fn weights(&self, lexicon: &Lexicon, v: &Vocabulary) -> Weights {
        let none = || vec![(0, 0.0); v.words.len()];
        let mut out = Weights { first_name: none(), family: none(), names: lexicon.of(v), tables: Tables::new(v) };
        for (id, word) in v.words.iter().enumerate().skip(1) {
            let (first, family) = match word.script {
                Script::Arabic => (&self.first_name_arabic, &self.family_arabic),
                _ => (&self.first_name_latin, &self.family_latin),
            };
            out.first_name[id] = first.uses_and_bits(word.text());
            out.family[id] = family.uses_and_bits(word.text());
        }
        out
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
