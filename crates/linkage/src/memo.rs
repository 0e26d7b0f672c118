//! Levels of pairs of words, each computed once: what is remembered changes nothing but the speed.
//!
//! Common names meet again and again, and records that share a block mostly share the consonants of their names. Both have tables of a byte a
//! pair, so that the levels a run asks for lie side by side; other pairs go through a table by hash.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::packed::Token;
use crate::similarity::Sketch;
use crate::vocabulary::Vocabulary;

/// Tables of the levels of the commonest words, and of words that share a skeleton; shared by all threads.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    words: Vec<WordLine>,
    /// The level as a first name in the lower half of each byte, as a family name in the upper; 0 is not computed yet. A pair stands
    /// once, the word of the lower index first.
    levels: Vec<AtomicU8>,
}

/// What pairs of words are judged by, of one word: side by side, so that one read from memory finds both.
#[derive(Debug, Clone, Copy)]
struct WordLine {
    sketch: Sketch,
    place: Place,
}

#[derive(Debug, Clone, Copy)]
struct Place {
    /// Where the table of its skeleton starts.
    start: u32,
    /// In that table.
    index: u16,
    /// Among the commonest words.
    common: u16,
}

const NOWHERE: Place = Place { start: u32::MAX, index: 0, common: u16::MAX };

/// Words of one table at most, and bytes of all tables.
const MOST_WORDS: usize = 2048;
const MOST_BYTES: usize = 1 << 25;

/// Pairs of the words of a table, and where in it a pair stands.
fn pairs(words: usize) -> usize {
    words * words.saturating_sub(1) / 2
}

fn at(a: u16, b: u16) -> usize {
    pairs(usize::from(a.max(b))) + usize::from(a.min(b))
}

impl Tables {
    pub fn new(v: &Vocabulary) -> Self {
        let mut words: Vec<WordLine> = v.sketches.iter().map(|&sketch| WordLine { sketch, place: NOWHERE }).collect();
        let uses = |id: u32| u64::from(v.first_name_count[id as usize]) + u64::from(v.family_count[id as usize]);
        let mut common: Vec<(u64, u32)> = (1..words.len() as u32).map(|id| (uses(id), id)).collect();
        let commonest = common.len().min(MOST_WORDS);
        if commonest < common.len() {
            common.select_nth_unstable_by_key(commonest, |&(uses, id)| (std::cmp::Reverse(uses), id));
        }
        common.truncate(commonest);
        common.sort_unstable_by_key(|&(uses, id)| (std::cmp::Reverse(uses), id));
        common.iter().zip(0..).for_each(|(&(_, id), number)| words[id as usize].place.common = number);
        let mut alike: Vec<(u64, u32)> = v.skeleton.iter().zip(0..).skip(1).map(|(s, id)| (*s, id)).collect();
        alike.sort_unstable();
        let mut start = pairs(commonest);
        for group in alike.chunk_by(|a, b| a.0 == b.0) {
            let size = group.len();
            if !(2..=MOST_WORDS).contains(&size) || start + pairs(size) > MOST_BYTES {
                continue;
            }
            for ((_, id), index) in group.iter().zip(0..) {
                let place = &mut words[*id as usize].place;
                (place.start, place.index) = (start as u32, index);
            }
            start += pairs(size);
        }
        Self { words, levels: (0..start).map(|_| AtomicU8::new(0)).collect() }
    }

    #[inline(always)]
    pub fn sketch(&self, word: u32) -> &Sketch {
        &self.words[word as usize].sketch
    }

    /// Reads where the words of a token stand; for [`crate::touch`].
    #[inline(always)]
    pub fn peek(&self, token: Token) -> u32 {
        self.sketch(token.arabic).classes ^ self.sketch(token.latin).classes
    }

    /// Of two words that differ.
    #[inline]
    fn cell(&self, a: u32, b: u32) -> Option<&AtomicU8> {
        let (x, y) = (self.words[a as usize].place, self.words[b as usize].place);
        if x.common != NOWHERE.common && y.common != NOWHERE.common {
            return self.levels.get(at(x.common, y.common));
        }
        if x.start != y.start || x.start == NOWHERE.start {
            return None;
        }
        self.levels.get(x.start as usize + at(x.index, y.index))
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

    /// The key of two words, and where it is remembered.
    #[inline]
    fn slot(a: u32, b: u32, family: bool) -> (u64, usize) {
        let key = u64::from(a.min(b)) << 34 | u64::from(a.max(b)) << 4 | u64::from(family) << 3;
        (key, (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - MEMO_BITS)) as usize)
    }

    /// Reads where the level of two tokens stands that are compared soon; for [`crate::touch`].
    #[inline(always)]
    pub fn peek(&self, tables: &Tables, a: Token, b: Token, family: bool) -> u32 {
        let (a, b) = if a.arabic != 0 && b.arabic != 0 { (a.arabic, b.arabic) } else { (a.either(), b.latin) };
        match tables.cell(a, b) {
            Some(cell) => u32::from(cell.load(Ordering::Relaxed)),
            None => self.slots.get(Self::slot(a, b, family).1).map_or(0, |slot| *slot as u32),
        }
    }

    /// The level of two words, which `compute` gives, the same each time.
    #[inline]
    pub fn get(&mut self, tables: &Tables, a: u32, b: u32, family: bool, compute: impl FnOnce() -> u8) -> u8 {
        if let Some(cell) = tables.cell(a, b) {
            let half = if family { 4 } else { 0 };
            let known = (cell.load(Ordering::Relaxed) >> half) & 15;
            if known != 0 {
                return known;
            }
            let level = compute();
            cell.fetch_or(level << half, Ordering::Relaxed);
            return level;
        }
        if self.slots.is_empty() || a.max(b) >= 1 << 30 {
            return compute();
        }
        let (key, slot) = Self::slot(a, b, family);
        if self.slots[slot] & !7 != key {
            self.slots[slot] = key | u64::from(compute());
        }
        (self.slots[slot] & 7) as u8
    }
}

/// What threads work with, handed from one piece of work to the next: what it holds changes nothing but the speed.
pub(crate) struct Spare<T> {
    held: Mutex<Vec<T>>,
    make: fn() -> T,
}

impl<T> Spare<T> {
    pub fn new(make: fn() -> T) -> Self {
        Self { held: Mutex::new(Vec::new()), make }
    }

    pub fn with<U>(&self, work: impl FnOnce(&mut T) -> U) -> U {
        let spare = self.held.lock().ok().and_then(|mut held| held.pop());
        let mut taken = spare.unwrap_or_else(self.make);
        let out = work(&mut taken);
        if let Ok(mut held) = self.held.lock() {
            held.push(taken);
        }
        out
    }
}
