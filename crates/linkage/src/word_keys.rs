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
    pub of: Vec<NameKeys>,
}

/// Of one word; 0 of the first, which stands for none. Keys are numbered, so that those of most words stay in the cache.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NameKeys {
    /// Of the name that the word is a spelling of.
    pub name: u32,
    /// Of the name that it may be a slip of; 0 where there is none.
    pub slip: u32,
}

impl<'a> WordKeys<'a> {
    /// Where no names are known.
    pub fn as_written(words: Words<'a>) -> Self {
        Hashes::as_written(words).numbered(words)
    }

    pub fn new(words: Words<'a>, lexicon: &Lexicon) -> Self {
        let mut out = Hashes::as_written(words);
        words.vocabulary.each_in(false, &lexicon.names, |id, names| {
            let mut keys = names.iter().map(|name| crate::vocabulary::skeleton_key(name, Script::Arabic));
            // Of several names that are found alike it does not matter which is meant.
            if let Some(first) = keys.next()
                && keys.all(|key| key == first)
            {
                out.names[id] = first;
            }
        });
        out.find_slips(words, lexicon);
        out.numbered(words)
    }
}

/// The keys of each word as they are hashed, and of those that may be slips that of the name.
struct Hashes {
    names: Vec<u64>,
    slips: FxHashMap<u32, u64>,
}

impl Hashes {
    fn as_written(words: Words) -> Self {
        Self { names: words.vocabulary.skeleton.clone(), slips: FxHashMap::default() }
    }

    fn numbered(self, words: Words<'_>) -> WordKeys<'_> {
        let mut numbers: FxHashMap<u64, u32> = FxHashMap::default();
        let mut number = |hash: u64| {
            let next = numbers.len() as u32 + 1;
            *numbers.entry(hash).or_insert(next)
        };
        let keys = |(id, &name): (u32, &u64)| {
            let slip = self.slips.get(&id).map_or(0, |hash| number(*hash));
            NameKeys { name: if id == 0 { 0 } else { number(name) }, slip }
        };
        WordKeys { written: &words.vocabulary.skeleton, of: (0..).zip(&self.names).map(keys).collect() }
    }

    fn find_slips(&mut self, words: Words, lexicon: &Lexicon) {
        let v = words.vocabulary;
        // One for all words: there are very many.
        let letters = |id: u32, out: &mut Vec<char>| {
            out.clear();
            out.extend(v.words[id as usize].text().chars());
        };
        let (mut word, mut other): (Vec<char>, Vec<char>) = Default::default();
        let first_names: FxHashSet<&str> = lexicon.first_names.iter().map(String::as_str).collect();
        let uses = |id: u32| u64::from(words.uses_and_bits(id, false).0);
        let mut without_one: FxHashMap<u64, Vec<u32>> = FxHashMap::default();
        let mut seen = Seen::default();
        let mut commonest = 0;
        for id in (1..v.words.len() as u32).filter(|id| first_names.contains(v.words[*id as usize].text())) {
            commonest = commonest.max(uses(id));
            letters(id, &mut word);
            each_without_one(&word, |hash| {
                seen.add(hash);
                without_one.entry(hash).or_default().push(id);
            });
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
            letters(id, &mut word);
            near.clear();
            each_without_one(&word, |hash| {
                if seen.may_hold(hash) {
                    near.extend(without_one.get(&hash).into_iter().flatten());
                }
            });
            near.sort_unstable();
            near.dedup();
            keys.clear();
            for &name in &near {
                let same_script = v.words[name as usize].script == v.words[id as usize].script;
                if !same_script || !rare(uses(name), id) {
                    continue;
                }
                letters(name, &mut other);
                if is_one_slip(&word, &other) {
                    keys.push((self.names[name as usize], uses(name)));
                }
            }
            keys.sort_unstable();
            let sums =
                keys.chunk_by(|a, b| a.0 == b.0).map(|alike| (alike.iter().map(|k| k.1).sum::<u64>(), alike[0].0));
            let all: u64 = keys.iter().map(|k| k.1).sum();
            if let Some((most, key)) = sums.max()
                && most >= SURELY * (all - most)
                && key != self.names[id as usize]
            {
                self.slips.insert(id, key);
            }
        }
    }
}

/// What hashes there are, with some that there are not: most words are near no first name, which one read tells.
struct Seen(Vec<u64>);

const SEEN_BITS: u32 = 18;

impl Default for Seen {
    fn default() -> Self {
        Self(vec![0; 1 << (SEEN_BITS - 6)])
    }
}

impl Seen {
    fn bit(hash: u64) -> (usize, u64) {
        let at = hash.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - SEEN_BITS);
        ((at >> 6) as usize, 1 << (at & 63))
    }

    fn add(&mut self, hash: u64) {
        let (word, bit) = Self::bit(hash);
        self.0[word] |= bit;
    }

    fn may_hold(&self, hash: u64) -> bool {
        let (word, bit) = Self::bit(hash);
        self.0[word] & bit != 0
    }
}

/// Hashes of a word and of what is left of it without each of its letters: two words one slip apart share one. A hash is the word read as
/// a number, so that each follows from the one before: without a letter instead of the next, one digit differs.
fn each_without_one(word: &[char], mut then: impl FnMut(u64)) {
    const BASE: u64 = 0x517c_c1b7_2722_0a95;
    if word.len() < LEAST_LETTERS {
        return;
    }
    let digit = |c: &char| u64::from(*c);
    let number = |word: &[char]| word.iter().fold(0u64, |n, c| n.wrapping_mul(BASE).wrapping_add(digit(c)));
    then(number(word));
    let mut without = number(&word[..word.len() - 1]);
    then(without);
    let mut place = 1u64;
    for two in word.windows(2).rev() {
        without = without.wrapping_add(digit(&two[1]).wrapping_sub(digit(&two[0])).wrapping_mul(place));
        place = place.wrapping_mul(BASE);
        then(without);
    }
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
