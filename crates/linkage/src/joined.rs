//! Two names written without the space between them, parted again: محمداحمد is محمد, son of أحمد.
//!
//! A word is parted where it is no first name itself and both parts are, in one way only. Which words are first names is part of the
//! model, so that a pair scores the same in a run and alone. Family names are never parted.

use domain::Script;
use rustc_hash::FxHashMap;

use crate::lexicon::Lexicon;
use crate::packed::{FAMILY, FATHER, GIVEN, GRANDFATHER, Names, Token};
use crate::record_set::RecordSet;
use crate::text::tokens;
use crate::vocabulary::Vocabulary;

/// Uses from which a word of the lists is held for a first name.
const LEAST_USES: u32 = 20;
/// A word that is used more often than this many times what chance gives to its two parts in a row is a name of its own.
const MOST_BY_CHANCE: f64 = 3.0;
/// Letters of a part, at least: shorter ones are too often endings (حسن and ين).
const LEAST_LETTERS: usize = 3;

/// Of each joined word its two.
type Parts = FxHashMap<u32, (u32, u32)>;

/// The two words that `word` is, if `is_name` knows both and no other two.
fn part(word: &str, script: Script, is_name: impl Fn(&str) -> bool) -> Option<(String, String)> {
    let ends: Vec<usize> = word.char_indices().map(|(at, _)| at).collect();
    let last = ends.len().checked_sub(LEAST_LETTERS)?;
    let mut found = None;
    for &at in ends.get(LEAST_LETTERS..=last)? {
        let (left, right) = word.split_at(at);
        if !is_name(left) {
            continue;
        }
        // Inside the word its second name still bears what folding takes off: عبدالله has an article.
        let folded = tokens(right, script);
        if let [right] = &folded[..]
            && is_name(right)
            && found.replace((left.to_owned(), right.clone())).is_some()
        {
            return None;
        }
    }
    found
}

/// The words that are first names: those of the table, and those that the lists use often, but for two of these in one; in order.
pub(crate) fn first_names<'a>(v: &Vocabulary, table: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut uses: FxHashMap<&str, u32> = table.map(|word| (word, 0)).collect();
    let in_table = uses.clone();
    let counted = || v.words.iter().zip(&v.first_name_count);
    let total: u64 = counted().map(|(_, n)| u64::from(*n)).sum();
    for (word, &n) in counted().filter(|(word, n)| **n >= LEAST_USES || in_table.contains_key(word.text())) {
        uses.insert(word.text(), n);
    }
    let script = |word: &str| if word.is_ascii() { Script::Latin } else { Script::Arabic };
    let is_two = |word: &str, n: u32| {
        let Some((left, right)) = part(word, script(word), |w| uses.contains_key(w)) else { return false };
        let both_known = in_table.contains_key(left.as_str()) && in_table.contains_key(right.as_str());
        let by_chance = f64::from(uses[left.as_str()]) * f64::from(uses[right.as_str()]) / total.max(1) as f64;
        both_known || f64::from(n) <= MOST_BY_CHANCE * by_chance
    };
    let mut out: Vec<String> = uses
        .iter()
        .filter(|(word, n)| in_table.contains_key(**word) || !is_two(word, **n))
        .map(|(word, _)| (*word).to_owned())
        .collect();
    out.sort_unstable();
    out
}

impl Vocabulary {
    /// The joined words of the vocabulary; their parts become words of it.
    fn parts(&mut self, lexicon: &Lexicon) -> Parts {
        if lexicon.first_names.is_empty() {
            return Parts::default();
        }
        let names: rustc_hash::FxHashSet<&str> = lexicon.first_names.iter().map(String::as_str).collect();
        let is_name = |word: &str| names.contains(word);
        let joined: Vec<(u32, Script, (String, String))> = (0..)
            .zip(&self.words)
            .zip(&self.first_name_count)
            .filter(|((_, word), n)| **n > 0 && !is_name(word.text()))
            .filter_map(|((id, word), _)| Some((id, word.script, part(word.text(), word.script, is_name)?)))
            .collect();
        joined
            .into_iter()
            .map(|(id, script, (left, right))| (id, (self.word(&left, script), self.word(&right, script))))
            .collect()
    }
}

impl Names {
    /// Parts joined words, given and father's before father's and grandfather's; what follows moves on by one place, and what has no
    /// place left is dropped, as of names of many words.
    fn part(&mut self, parts: &Parts) {
        let scripts: [fn(&mut Token) -> &mut u32; 2] = [|t| &mut t.arabic, |t| &mut t.latin];
        for of in scripts {
            for position in [FATHER, GIVEN] {
                let Some(&(left, right)) = parts.get(of(&mut self.name[position])) else { continue };
                let alone = position == GIVEN && (FATHER..=FAMILY).all(|p| *of(&mut self.name[p]) == 0);
                if alone {
                    *of(&mut self.name[FAMILY]) = right;
                } else {
                    for place in (position + 2..=GRANDFATHER).rev() {
                        let before = *of(&mut self.name[place - 1]);
                        *of(&mut self.name[place]) = before;
                    }
                    *of(&mut self.name[position + 1]) = right;
                }
                *of(&mut self.name[position]) = left;
            }
        }
    }
}

impl RecordSet {
    /// Parts the joined names of all records.
    pub(crate) fn part(&mut self, lexicon: &Lexicon) {
        let parts = self.vocabulary.parts(lexicon);
        if !parts.is_empty() {
            self.packed.iter_mut().for_each(|record| record.names.part(&parts));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{LinkRecord, RowSpec};

    fn parted(names: &[&str]) -> Vec<[String; 4]> {
        let mut set = RecordSet::new();
        for (i, name) in names.iter().enumerate() {
            let names = vec![((*name).to_owned(), Script::of(name))];
            set.push(&LinkRecord { id: i.to_string(), names, ..LinkRecord::default() }).unwrap();
        }
        let lexicon = Lexicon::learn(&set.vocabulary, RowSpec::Victims);
        set.part(&lexicon);
        let text = |t: Token| set.vocabulary.words[t.either() as usize].text().to_owned();
        (0..set.len() as u32).map(|i| set.packed.at(i).names.name.map(text)).collect()
    }

    #[test]
    fn a_given_name_and_a_fathers_without_a_space_are_parted() {
        let same = |joined: &str, apart: &str| {
            let both = parted(&[joined, apart]);
            assert_eq!(both[0], both[1], "{joined} and {apart}");
        };
        same("محمداحمد الخالد", "محمد احمد الخالد");
        same("محمدعبدالله الخالد", "محمد عبد الله الخالد");
        same("محمد احمدخالد يوسف العلي", "محمد احمد خالد العلي");
        same("محمداحمد خالد يوسف العلي", "محمد احمد خالد العلي");
        same("محمداحمد", "محمد احمد");
        same("MohammadKhaled Alhamwi", "Mohammad Khaled Alhamwi");
    }

    #[test]
    fn names_of_their_own_stay_whole() {
        for name in ["حسنين", "عمران", "نورالدين", "Samirah", "Omran"] {
            let with_family = format!("{name} خضر");
            let out = parted(&[&with_family]);
            assert!(out[0][FATHER].is_empty(), "{name}: {:?}", out[0]);
        }
    }

    #[test]
    fn what_the_lists_use_often_is_a_name_unless_chance_explains_it() {
        // رغيد and ظافر are in no table: the lists alone tell that they are names.
        let mut names = vec!["رغيد ظافر خضر"; 30];
        names.push("رغيدظافر خضر");
        let out = parted(&names);
        assert_eq!(out[30], out[0]);
        // Far more often than chance gives: a name of its own.
        let mut names = vec!["رغيد سامر خضر"; 25];
        names.extend(vec!["ظافر سامر خضر"; 25]);
        names.extend(vec!["رغيدظافر سامر خضر"; 400]);
        assert_eq!(parted(&names)[449][FATHER], "سامر");
    }
}
