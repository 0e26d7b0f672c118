//! Texts by number: each is held once, behind the others, and found by its hash.

use std::hash::Hasher;

use rustc_hash::FxHasher;

use crate::touch::touch;

/// Texts numbered from 0 in the order in which they came.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    /// Each text behind its number and its length, in pieces: where they grow, none is copied.
    pieces: Vec<Vec<u8>>,
    count: u32,
    /// A power of two of them, or none: the uppermost bits of a text's hash, and where it stands in the pieces, and one; 0 is free.
    slots: Vec<u64>,
}

/// Bits of a slot that say where a text stands: in which piece, and from which byte of it on.
const PLACE_BITS: u32 = 40;
const PIECE_BITS: u32 = 20;
const PIECE_BYTES: usize = 1 << PIECE_BITS;

fn hash(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    hasher.finish() >> PLACE_BITS
}

impl Texts {
    /// The number and the text that a slot in use holds: side by side, so that one read from memory finds both.
    #[inline]
    fn held(&self, slot: u64) -> (u32, &[u8]) {
        let place = (slot & ((1 << PLACE_BITS) - 1)) as usize - 1;
        let rest = &self.pieces[place >> PIECE_BITS][place & (PIECE_BYTES - 1)..];
        match rest.split_first_chunk::<8>() {
            Some((&[a, b, c, d, e, f, g, h], rest)) => {
                let length = u32::from_le_bytes([e, f, g, h]) as usize;
                (u32::from_le_bytes([a, b, c, d]), &rest[..length])
            }
            None => (0, &[]),
        }
    }

    /// The number of the text, or the free slot where it belongs. There must be slots.
    #[inline]
    fn look(&self, hash: u64, text: &str) -> Result<u32, usize> {
        let mut at = self.first_slot(hash);
        loop {
            let slot = self.slots[at];
            if slot == 0 {
                return Err(at);
            }
            if slot >> PLACE_BITS == hash {
                let (number, held) = self.held(slot);
                if held == text.as_bytes() {
                    return Ok(number);
                }
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    fn first_slot(&self, hash: u64) -> usize {
        ((hash * self.slots.len() as u64) >> (64 - PLACE_BITS)) as usize
    }

    /// The text of a number; all are looked through.
    pub fn text(&self, number: u32) -> Option<&str> {
        let held = self.slots.iter().filter(|slot| **slot != 0).map(|slot| self.held(*slot));
        held.filter(|(found, _)| *found == number).find_map(|(_, text)| std::str::from_utf8(text).ok())
    }

    pub fn find(&self, text: &str) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        self.look(hash(text), text).ok()
    }

    /// Reads where texts may stand that are soon asked for: first both slots, then both texts.
    pub fn touch(&self, texts: [Option<&str>; 2]) {
        let slot = |text| self.slots.get(self.first_slot(hash(text))).copied().unwrap_or(0);
        let slots = texts.map(|text| text.map_or(0, slot));
        touch(slots.into_iter().filter(|slot| *slot != 0).map(|slot| self.held(slot).0));
    }

    /// The number of the text, which is added where it is new.
    pub fn number(&mut self, text: &str) -> u32 {
        // At most three quarters of the slots are in use.
        if self.count as usize * 4 >= self.slots.len() * 3 {
            self.grow();
        }
        let hash = hash(text);
        match self.look(hash, text) {
            Ok(number) => number,
            Err(at) => {
                self.slots[at] = (hash << PLACE_BITS) | (self.push(text) as u64 + 1);
                self.count += 1;
                self.count - 1
            }
        }
    }

    /// Puts a text behind the others, and tells its place.
    fn push(&mut self, text: &str) -> usize {
        let bytes = text.len() + 8;
        if self.pieces.last().is_none_or(|last| last.len() + bytes > PIECE_BYTES) {
            let whole = if self.pieces.is_empty() { bytes } else { bytes.max(PIECE_BYTES) };
            self.pieces.push(Vec::with_capacity(whole));
        }
        let number = self.pieces.len() - 1;
        let piece = &mut self.pieces[number];
        let start = piece.len();
        piece.extend(self.count.to_le_bytes());
        piece.extend((text.len() as u32).to_le_bytes());
        piece.extend(text.as_bytes());
        number << PIECE_BITS | start
    }

    fn grow(&mut self) {
        let more = (self.slots.len() * 2).max(16);
        let before = std::mem::replace(&mut self.slots, vec![0; more]);
        for held in before.into_iter().filter(|held| *held != 0) {
            let mut at = self.first_slot(held >> PLACE_BITS);
            while self.slots[at] != 0 {
                at = (at + 1) & (more - 1);
            }
            self.slots[at] = held;
        }
    }
}

/// What was found out about texts, by text.
#[derive(Debug)]
pub(crate) struct Known<T> {
    texts: Texts,
    values: Vec<T>,
    /// Of the last text that was one too many.
    last: Option<T>,
}

/// Texts that [`Known::of`] remembers: a list of free texts must not grow without bound.
const MOST_TEXTS: usize = 1 << 16;

impl<T> Default for Known<T> {
    fn default() -> Self {
        Self { texts: Texts::default(), values: Vec::new(), last: None }
    }
}

impl<T> Known<T> {
    pub fn get(&self, text: &str) -> Option<&T> {
        self.values.get(self.texts.find(text)? as usize)
    }

    /// Of a text that is not known yet.
    pub fn add(&mut self, text: &str, value: T) {
        if self.texts.number(text) as usize == self.values.len() {
            self.values.push(value);
        }
    }

    /// As [`Known::add`], unless there are too many.
    pub fn remember(&mut self, text: &str, value: T) {
        if self.values.len() < MOST_TEXTS {
            self.add(text, value);
        }
    }

    /// What is known of a text, by `find_out` where it is new.
    pub fn of(&mut self, text: &str, find_out: impl FnOnce() -> T) -> &T {
        match self.texts.find(text) {
            Some(number) => &self.values[number as usize],
            None if self.values.len() < MOST_TEXTS => {
                let number = self.texts.number(text) as usize;
                self.values.push(find_out());
                &self.values[number]
            }
            None => self.last.insert(find_out()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_keeps_its_number_however_many_there_are() {
        let mut texts = Texts::default();
        let text = |i: u32| format!("{}{}", "x".repeat(i as usize % 3), i / 3);
        let numbers: Vec<u32> = (0..5000).map(|i| texts.number(&text(i))).collect();
        assert!(numbers.iter().zip(0..).all(|(number, i)| *number == i));
        assert_eq!((texts.number(&text(17)), texts.find(&text(4999)), texts.find("new")), (17, Some(4999), None));
        assert_eq!((texts.find(""), texts.number(""), texts.find("")), (None, 5000, Some(5000)));
    }

    #[test]
    fn texts_longer_than_a_piece_and_those_behind_them_are_found() {
        let mut texts = Texts::default();
        let long = |n: usize| "x".repeat(PIECE_BYTES + n);
        assert_eq!([&long(0), "a", &long(1), "b"].map(|text| texts.number(text)), [0, 1, 2, 3]);
        assert_eq!([&long(0), "a", &long(1), "b"].map(|text| texts.find(text)), [Some(0), Some(1), Some(2), Some(3)]);
    }

    #[test]
    fn what_is_known_of_a_text_is_the_first_that_was_told() {
        let mut known = Known::default();
        assert_eq!(known.get("a"), None);
        known.add("a", 1);
        known.add("b", 2);
        known.add("a", 3);
        assert_eq!((known.get("a"), known.get("b")), (Some(&1), Some(&2)));
        assert_eq!((*known.of("a", || 4), *known.of("c", || 5), *known.of("c", || 6)), (1, 5, 5));
    }

    #[test]
    fn more_texts_than_are_remembered_are_found_out_again() {
        let mut known = Known::default();
        (0..MOST_TEXTS).for_each(|i| known.remember(&i.to_string(), i));
        known.remember("one more", 1);
        assert_eq!((*known.of("one more", || 2), *known.of("one more", || 3)), (2, 3));
        assert_eq!(known.get("one more"), None);
        assert_eq!(*known.of("7", || 0), 7);
    }
}
