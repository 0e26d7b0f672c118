//! Which Latin spellings are of which Arabic word: from a small table of given names, and from the records that bear both scripts.
//!
//! Sounds alone cannot tell that `mhd` is محمد, or that `hamid` may be حامد and حميد but not أحمد. Records that give a name in both
//! scripts tell it word by word. What the lexicon says goes before what the sounds say, across scripts alone.

use std::collections::BTreeMap;

use domain::Script;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::joined::first_names;
use crate::phonetic::distance;
use crate::settings::RowSpec;
use crate::text::tokens;
use crate::vocabulary::Vocabulary;

/// Arabic names and their usual spellings, made for this program.
const SEED: &str = include_str!("names.tsv");

/// Two words side by side in one record count as one name only if their sounds are within this, in hundredths of a letter: names
/// written in another order in the other script stand beside strangers.
const MOST_DISTANCE: u32 = 150;
/// A spelling of an Arabic word is taken in when records give it this often, and in this share of the uses of the spelling.
const LEAST_USES: u32 = 3;
const LEAST_SHARE: f64 = 0.02;
/// Uses, beside the other script, from which a word is so well known that a spelling never seen with it is another name.
const KNOWN_USES: u32 = 30;

/// Folded words; part of the model, so that a pair scores the same in a run and alone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Lexicon {
    /// The Arabic words that each Latin spelling stands for.
    pub names: BTreeMap<String, Vec<String>>,
    /// Arabic words and Latin spellings that are known well enough to be no others than these, in order.
    pub known: Vec<String>,
    /// Words that are first names, in order; of victims alone. See `joined`.
    pub first_names: Vec<String>,
}

impl Lexicon {
    pub(crate) fn learn(v: &Vocabulary, spec: RowSpec) -> Self {
        let word = |id: u32| &v.words[id as usize];
        let near =
            |arabic, latin| distance(word(arabic).sounds(), word(latin).sounds(), MOST_DISTANCE) <= MOST_DISTANCE;
        let pairs: Vec<(u32, u32, u32)> =
            v.side_by_side.iter().map(|(&(a, l), &n)| (a, l, n)).filter(|&(a, l, _)| near(a, l)).collect();
        let (mut of_arabic, mut of_latin): (FxHashMap<u32, u32>, FxHashMap<u32, u32>) = Default::default();
        for &(arabic, latin, n) in &pairs {
            *of_arabic.entry(arabic).or_default() += n;
            *of_latin.entry(latin).or_default() += n;
        }
        let mut out = Self::seeded();
        // Rosemary is not Rose, daughter of Mary.
        if spec == RowSpec::Victims {
            let table = out.names.iter().flat_map(|(latin, arabic)| arabic.iter().chain([latin]));
            out.first_names = first_names(v, table.map(String::as_str));
        }
        for (arabic, latin, n) in pairs {
            if n >= LEAST_USES && f64::from(n) >= LEAST_SHARE * f64::from(of_latin[&latin]) {
                out.names.entry(word(latin).text().to_owned()).or_default().push(word(arabic).text().to_owned());
            }
        }
        out.put_in_order();
        let known = of_arabic.iter().chain(&of_latin).filter(|(_, n)| **n >= KNOWN_USES);
        out.known.extend(known.map(|(id, _)| word(*id).text().to_owned()));
        out.known.sort_unstable();
        out.known.dedup();
        out
    }

    /// The table of the program alone.
    fn seeded() -> Self {
        let mut out = Self::default();
        for line in SEED.lines().filter(|l| !l.starts_with('#')) {
            let Some((arabic, latin)) = line.split_once('\t') else { continue };
            let one = |text: &str, script| tokens(text, script).first().cloned();
            let Some(arabic) = one(arabic, Script::Arabic) else { continue };
            for latin in latin.split(' ').filter_map(|spelling| one(spelling, Script::Latin)) {
                out.names.entry(latin).or_default().push(arabic.clone());
            }
        }
        out.put_in_order();
        out
    }

    fn put_in_order(&mut self) {
        for words in self.names.values_mut() {
            words.sort_unstable();
            words.dedup();
        }
    }

    /// Looks up the words of the vocabulary alone: two records of a review do not wait for the whole lexicon.
    pub(crate) fn of(&self, v: &Vocabulary) -> Names {
        let mut number: FxHashMap<&str, u32> = FxHashMap::default();
        let mut numbered = |arabic| {
            let next = number.len() as u32;
            *number.entry(arabic).or_insert(next)
        };
        let mut out = Names { of_word: vec![OfWord::default(); v.words.len()], numbers: Vec::new() };
        let is_known = v.among(&self.known);
        for (id, word) in v.words.iter().enumerate().filter(|(_, word)| word.script == Script::Arabic) {
            let start = out.numbers.len() as u32;
            out.numbers.push(numbered(word.text()));
            out.of_word[id] = OfWord { start, end: start + 1, is_known: is_known[id] };
        }
        v.each_in(false, &self.names, |id, names| {
            let start = out.numbers.len() as u32;
            out.numbers.extend(names.iter().map(|arabic| numbered(arabic.as_str())));
            let end = out.numbers.len() as u32;
            out.of_word[id] = OfWord { start, end, is_known: end > start && is_known[id] };
        });
        out
    }
}

/// The lexicon by the words of a vocabulary.
#[derive(Debug, Default)]
pub(crate) struct Names {
    of_word: Vec<OfWord>,
    numbers: Vec<u32>,
}

/// Where the names stand that a word may be.
#[derive(Debug, Clone, Copy, Default)]
struct OfWord {
    start: u32,
    end: u32,
    is_known: bool,
}

/// What the lexicon says of two words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Said {
    OneName,
    OtherNames,
    Nothing,
}

impl Names {
    pub fn say(&self, a: u32, b: u32) -> Said {
        let (a, b) = (self.of_word[a as usize], self.of_word[b as usize]);
        let names = |word: OfWord| &self.numbers[word.start as usize..word.end as usize];
        let (x, y) = (names(a), names(b));
        if x.iter().any(|n| y.contains(n)) {
            Said::OneName
        } else if a.is_known && b.is_known {
            Said::OtherNames
        } else {
            Said::Nothing
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{LinkRecord, RecordSet};

    fn set(names: &[(&str, &str)]) -> RecordSet {
        let mut set = RecordSet::new();
        for (i, (arabic, latin)) in names.iter().enumerate() {
            let names = [(*arabic, Script::Arabic), (*latin, Script::Latin)];
            let names = names.iter().filter(|n| !n.0.is_empty()).map(|(n, s)| ((*n).to_owned(), *s)).collect();
            set.push(&LinkRecord { id: format!("{i}"), names, ..LinkRecord::default() }).unwrap();
        }
        set
    }

    fn said(set: &RecordSet, lexicon: &Lexicon, a: &str, b: &str) -> Said {
        let id = |text: &str| set.vocabulary.words.iter().position(|w| w.text() == text).unwrap() as u32;
        let names = lexicon.of(&set.vocabulary);
        assert_eq!(names.say(id(a), id(b)), names.say(id(b), id(a)));
        names.say(id(a), id(b))
    }

    #[test]
    fn the_table_knows_spellings_that_sounds_do_not() {
        let set = set(&[("محمد خضر", ""), ("", "Mhd Chadi"), ("شادي", ""), ("محمود", "")]);
        let lexicon = Lexicon::learn(&set.vocabulary, RowSpec::Victims);
        assert_eq!(said(&set, &lexicon, "محمد", "mhd"), Said::OneName);
        assert_eq!(said(&set, &lexicon, "شادي", "chadi"), Said::OneName);
        // Of a name that no record shows in both scripts nothing is denied.
        assert_eq!(said(&set, &lexicon, "محمود", "mhd"), Said::Nothing);
    }

    #[test]
    fn records_in_both_scripts_teach_spellings_and_what_is_another_name() {
        let mut names = vec![("رغيد خضر", "Rgheid Khodr"); 40];
        names.extend(vec![("رعد خضر", "Raad Khodr"); 40]);
        // Once is a slip, and a family name beside a given one is no spelling of it.
        names.push(("رعد خضر", "Rgheid Khodr"));
        names.extend(vec![("سامر خضر", "Khodr Samer"); 40]);
        let set = set(&names);
        let lexicon = Lexicon::learn(&set.vocabulary, RowSpec::Victims);
        assert_eq!(said(&set, &lexicon, "رغيد", "rgheid"), Said::OneName);
        assert_eq!(said(&set, &lexicon, "رعد", "rgheid"), Said::OtherNames);
        assert!(lexicon.names["samer"].contains(&"سامر".to_owned()));
        assert!(!lexicon.names["khodr"].contains(&"سامر".to_owned()));
    }

    #[test]
    fn every_line_of_the_table_is_read() {
        let lexicon = Lexicon::seeded();
        let arabic: std::collections::BTreeSet<&String> = lexicon.names.values().flatten().collect();
        assert_eq!(arabic.len(), SEED.lines().filter(|l| !l.starts_with('#')).count());
        assert!(lexicon.names.keys().all(|latin| latin.is_ascii() && !latin.is_empty()));
    }
}
