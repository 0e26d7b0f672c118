//! By what words are found: the consonants of the name that a word stands for, and of the common name that it may be a slip of.
//!
//! For finding candidates, never for deciding. A function of the word and the model alone.

use domain::Script;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::frequency::Words;
use crate::lexicon::Lexicon;

/// A word is a slip of a name only where it is used at most this much as often.
const SLIP_SHARE: f64 = 0.03;
/// And where that name is this many times as common as all others that it may be a slip of.
const SURELY: u64 = 10;
/// Letters of both, at least: shorter words are one letter away from too many.
const LEAST_LETTERS: usize = 3;

pub(crate) struct WordKeys<'a> {
    /// Of each word as it is written.
    pub written: &'a [u64],
    /// Of the name that each word is a spelling of.
    pub name: Vec<u64>,
    /// Of the name that it may be a slip of; 0 where there is none.
    pub slip: Vec<u64>,
}

impl<'a> WordKeys<'a> {
    /// Where no names are known.
    pub fn as_written(words: Words<'a>) -> Self {
        let written = &words.vocabulary.skeleton;
        Self { written, name: written.clone(), slip: vec![0; written.len()] }
    }

    pub fn new(words: Words<'a>, lexicon: &Lexicon) -> Self {
        let mut out = Self::as_written(words);
        for (key, word) in out.name.iter_mut().zip(&words.vocabulary.words) {
            let names = if word.script == Script::Arabic { None } else { lexicon.names.get(word.text()) };
            let mut keys = names.into_iter().flatten().map(|name| crate::packed::skeleton_key(name, Script::Arabic));
            // Of several names that are found alike it does not matter which is meant.
            if let Some(first) = keys.next()
                && keys.all(|key| key == first)
            {
                *key = first;
            }
        }
        out.find_slips(words, lexicon);
        out
    }

    fn find_slips(&mut self, words: Words, lexicon: &Lexicon) {
        let v = words.vocabulary;
        let letters = |id: u32| -> Vec<char> { v.words[id as usize].text().chars().collect() };
        let first_names: FxHashSet<&str> = lexicon.first_names.iter().map(String::as_str).collect();
        let uses = |id: u32| u64::from(words.uses_and_bits(id, false).0);
        let mut without_one: FxHashMap<u64, Vec<u32>> = FxHashMap::default();
        let mut commonest = 0;
        for id in (1..v.words.len() as u32).filter(|id| first_names.contains(v.words[*id as usize].text())) {
            commonest = commonest.max(uses(id));
            each_without_one(&letters(id), |hash| without_one.entry(hash).or_default().push(id));
        }
        let (mut near, mut keys): (Vec<u32>, Vec<(u64, u64)>) = Default::default();
        for id in 1..v.words.len() as u32 {
            let rare = |name: u64, id: u32| {
                let uses = uses(id).max(u64::from(words.uses_and_bits(id, true).0));
                uses as f64 <= SLIP_SHARE * name as f64
            };
            if !rare(commonest, id) {
                continue;
            }
            let word = letters(id);
            near.clear();
            each_without_one(&word, |hash| near.extend(without_one.get(&hash).into_iter().flatten()));
            near.sort_unstable();
            near.dedup();
            keys.clear();
            for &name in &near {
                let same_script = v.words[name as usize].script == v.words[id as usize].script;
                if same_script && rare(uses(name), id) && is_one_slip(&word, &letters(name)) {
                    keys.push((self.name[name as usize], uses(name)));
                }
            }
            keys.sort_unstable();
            let sums =
                keys.chunk_by(|a, b| a.0 == b.0).map(|alike| (alike.iter().map(|k| k.1).sum::<u64>(), alike[0].0));
            let all: u64 = keys.iter().map(|k| k.1).sum();
            if let Some((most, key)) = sums.max()
                && most >= SURELY * (all - most)
                && key != self.name[id as usize]
            {
                self.slip[id as usize] = key;
            }
        }
    }
}

/// Hashes of a word and of what is left of it without each of its letters: two words one slip apart share one.
fn each_without_one(word: &[char], mut then: impl FnMut(u64)) {
    if word.len() < LEAST_LETTERS {
        return;
    }
    let hash = |left: &[char], right: &[char]| {
        left.iter()
            .chain(right)
            .fold(0u64, |h, c| (h.rotate_left(5) ^ u64::from(*c)).wrapping_mul(0x517c_c1b7_2722_0a95))
    };
    then(hash(word, &[]));
    (0..word.len()).for_each(|i| then(hash(&word[..i], &word[i + 1..])));
}

/// One letter more, less or another, or two neighbours in the other order.
fn is_one_slip(a: &[char], b: &[char]) -> bool {
    let alike = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[alike..], &b[alike..]);
    let alike = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    match (&a[..a.len() - alike], &b[..b.len() - alike]) {
        ([_], [_]) | ([_], []) | ([], [_]) => true,
        ([w, x], [y, z]) => (w, x) == (z, y),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_is_a_letter_more_less_or_another_or_two_that_changed_places() {
        let slip = |a: &str, b: &str| {
            let letters = |word: &str| word.chars().collect::<Vec<char>>();
            let (a, b) = (letters(a), letters(b));
            let mut hashes = FxHashSet::default();
            each_without_one(&a, |hash| _ = hashes.insert(hash));
            let mut share = false;
            each_without_one(&b, |hash| share |= hashes.contains(&hash));
            let slip = is_one_slip(&a, &b);
            assert!(share || !slip, "words one slip apart share a hash");
            slip
        };
        for (a, b) in
            [("khaled", "khalde"), ("khaled", "khalid"), ("khaled", "kaled"), ("khaled", "khaaled"), ("محمد", "محمذ")]
        {
            assert!(slip(a, b) && slip(b, a), "{a} {b}");
        }
        for (a, b) in [("khaled", "khaled"), ("khaled", "halid"), ("khaled", "hkalde"), ("abcd", "cbad")] {
            assert!(!slip(a, b) && !slip(b, a), "{a} {b}");
        }
    }
}
