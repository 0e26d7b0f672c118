//! Levels of pairs of words, each computed once: what is remembered changes nothing but the speed.
//!
//! Records that share a block mostly share the consonants of their names. Words that do stand together in one square table, so
//! that the levels a run asks for lie side by side; other pairs go through a table by hash.

use std::sync::atomic::{AtomicU8, Ordering};

use crate::packed::Vocabulary;

/// Squares of the levels of words that share a skeleton; shared by all threads.
#[derive(Debug, Default)]
pub(crate) struct Squares {
    /// Of each word.
    place: Vec<Place>,
    /// The level as a first name in the lower half of each byte, as a family name in the upper; 0 is not computed yet.
    levels: Vec<AtomicU8>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Place {
    /// Where the square starts.
    start: u32,
    /// Words of the square; 0 where the word stands in none.
    size: u16,
    index: u16,
}

/// Words of a square at most, and bytes of all squares.
const MOST_WORDS: usize = 2048;
const MOST_BYTES: usize = 1 << 25;

impl Squares {
    pub fn new(v: &Vocabulary) -> Self {
        let mut words: Vec<(u64, u32)> = v.skeleton.iter().zip(0..).skip(1).map(|(s, id)| (*s, id)).collect();
        words.sort_unstable();
        let mut place = vec![Place::default(); v.skeleton.len()];
        let mut start = 0;
        for group in words.chunk_by(|a, b| a.0 == b.0) {
            let size = group.len();
            if !(2..=MOST_WORDS).contains(&size) || start + size * size > MOST_BYTES {
                continue;
            }
            for (index, (_, id)) in group.iter().enumerate() {
                place[*id as usize] = Place { start: start as u32, size: size as u16, index: index as u16 };
            }
            start += size * size;
        }
        Self { place, levels: (0..start).map(|_| AtomicU8::new(0)).collect() }
    }

    #[inline]
    fn cell(&self, a: u32, b: u32) -> Option<&AtomicU8> {
        let (x, y) = (self.place[a as usize], self.place[b as usize]);
        if x.size == 0 || y.size == 0 || x.start != y.start {
            return None;
        }
        let (low, high) = (x.index.min(y.index), x.index.max(y.index));
        self.levels.get(x.start as usize + usize::from(low) * usize::from(x.size) + usize::from(high))
    }
}

/// Of one thread. Direct-mapped: a newer pair displaces an older one.
pub(crate) struct Memo {
    /// Both words, whether they are family names, and in the lowest three bits the level.
    slots: Vec<u64>,
}

const MEMO_BITS: u32 = 17;

impl Memo {
    pub fn new() -> Self {
        Self { slots: vec![0; 1 << MEMO_BITS] }
    }

    /// Remembers nothing by hash: for a few pairs.
    pub fn none() -> Self {
        Self { slots: Vec::new() }
    }

    /// The level of two words, which `compute` gives, the same each time.
    #[inline]
    pub fn get(&mut self, squares: &Squares, a: u32, b: u32, family: bool, compute: impl FnOnce() -> u8) -> u8 {
        if let Some(cell) = squares.cell(a, b) {
            let half = if family { 4 } else { 0 };
            let known = (cell.load(Ordering::Relaxed) >> half) & 15;
            if known != 0 {
                return known;
            }
            let level = compute();
            cell.fetch_or(level << half, Ordering::Relaxed);
            return level;
        }
        let (low, high) = (u64::from(a.min(b)), u64::from(a.max(b)));
        if self.slots.is_empty() || high >= 1 << 30 {
            return compute();
        }
        let key = low << 34 | high << 4 | u64::from(family) << 3;
        let slot = (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - MEMO_BITS)) as usize;
        if self.slots[slot] & !7 != key {
            self.slots[slot] = key | u64::from(compute());
        }
        (self.slots[slot] & 7) as u8
    }
}
