//! How alike two words of a name are, as a level. Pure in the two words, so that it can be remembered.

use domain::Script;

use crate::frequency::Words;
use crate::packed::{Token, Word};
use crate::phonetic::distance;

/// Levels of every name comparison, from most to least agreement; 0 is missing.
pub(crate) const EXACT: u8 = 1;
pub(crate) const EQUIVALENT: u8 = 2;
pub(crate) const NEAR: u8 = 3;
/// Found in another position of the name: reordered, or a word dropped.
pub(crate) const MOVED: u8 = 4;
/// Near by letters, but both are names in their own right.
pub(crate) const CONFUSABLE: u8 = 5;
pub(crate) const DIFFER: u8 = 6;

/// Remembers the level of word pairs. Direct-mapped: a newer pair displaces an older one.
pub(crate) struct Memo {
    slots: Vec<(u64, u8)>,
}

const MEMO_BITS: u32 = 15;

impl Memo {
    pub fn new() -> Self {
        Self { slots: vec![(0, 0); 1 << MEMO_BITS] }
    }

    /// Remembers nothing: for a few pairs.
    pub fn none() -> Self {
        Self { slots: Vec::new() }
    }

    fn get(&mut self, a: u32, b: u32, family: bool, compute: impl FnOnce() -> u8) -> u8 {
        if self.slots.is_empty() {
            return compute();
        }
        let (low, high) = (a.min(b), a.max(b));
        let key = (u64::from(low) << 33) | (u64::from(high) << 1) | u64::from(family);
        let slot = (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - MEMO_BITS)) as usize;
        if self.slots[slot].0 != key {
            self.slots[slot] = (key, compute());
        }
        self.slots[slot].1
    }
}

/// True where the level was read from Arabic on both sides.
pub(crate) type BothArabic = bool;

/// The level of two tokens, and whether it was read in Arabic. `family` chooses the frequencies.
pub(crate) fn token_level(a: Token, b: Token, family: bool, v: Words, memo: &mut Memo) -> (u8, BothArabic) {
    if a.arabic != 0 && b.arabic != 0 {
        if a.arabic == b.arabic {
            return (EXACT, true);
        }
        return (memo.get(a.arabic, b.arabic, family, || arabic_level(a.arabic, b.arabic, family, v)), true);
    }
    let mut best = 0;
    for (x, y) in [(a.latin, b.latin), (a.arabic, b.latin), (a.latin, b.arabic)] {
        if x == 0 || y == 0 {
            continue;
        }
        let level = if x == y { EXACT } else { memo.get(x, y, family, || sound_level(word(v, x), word(v, y))) };
        best = if best == 0 { level } else { best.min(level) };
    }
    (best, false)
}

fn word(v: Words<'_>, id: u32) -> &Word {
    &v.vocabulary.words[id as usize]
}

/// A spelling this rare beside a near one is more likely a slip than a name of its own.
const SLIP_SHARE: f64 = 0.03;
const SLIP_COUNT: u32 = 3;

fn arabic_level(a: u32, b: u32, family: bool, v: Words) -> u8 {
    let cost = edit_cost(&word(v, a).text, &word(v, b).text);
    let shorter = word(v, a).text.chars().count().min(word(v, b).text.chars().count());
    let near = match shorter {
        0..=2 => cost <= 5,
        3..=5 => cost <= 10,
        _ => cost <= 20,
    };
    if !near {
        return DIFFER;
    }
    let (x, y) = (v.uses_and_bits(a, family).0, v.uses_and_bits(b, family).0);
    let slip = x.min(y) <= SLIP_COUNT || f64::from(x.min(y)) <= SLIP_SHARE * f64::from(x.max(y));
    if slip { NEAR } else { CONFUSABLE }
}

fn sound_level(a: &Word, b: &Word) -> u8 {
    let cost = distance(&a.sounds, &b.sounds);
    let shorter = a.sounds.len().min(b.sounds.len()) as u32;
    // One script has the short vowels; between two Latin words both do, and less should be forgiven.
    let across = (a.script == Script::Arabic) != (b.script == Script::Arabic);
    let same = if across { 30 } else { 28 };
    if cost <= same && shorter >= 2 {
        EQUIVALENT
    } else if cost <= 60 && shorter >= 3 {
        NEAR
    } else if cost <= 110 && shorter >= 4 {
        CONFUSABLE
    } else {
        DIFFER
    }
}

/// Letters that differ by their dots, or that hands and scanners confuse.
fn same_shape(a: char, b: char) -> bool {
    const SHAPES: [&str; 9] = ["بتثني", "جحخ", "دذ", "رز", "سش", "صض", "طظ", "عغ", "فق"];
    SHAPES.iter().any(|s| s.contains(a) && s.contains(b))
}

/// Edits between two words, in tenths: 5 for a letter of the same shape, 10 for any other edit or a swap of neighbours.
fn edit_cost(a: &str, b: &str) -> u32 {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > 2 {
        return 100;
    }
    let mut before: Vec<u32> = Vec::new();
    let mut above: Vec<u32> = (0..=b.len() as u32).map(|j| j * 10).collect();
    for i in 1..=a.len() {
        let mut row = vec![i as u32 * 10; b.len() + 1];
        for j in 1..=b.len() {
            let (x, y) = (a[i - 1], b[j - 1]);
            let letter = match x == y {
                true => 0,
                false if same_shape(x, y) => 5,
                false => 10,
            };
            row[j] = (above[j - 1] + letter).min(above[j] + 10).min(row[j - 1] + 10);
            if i > 1 && j > 1 && x == b[j - 2] && a[i - 2] == y {
                row[j] = row[j].min(before[j - 2] + 10);
            }
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}
