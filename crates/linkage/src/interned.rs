//! Texts by number: each is held once, all in one piece of memory, and found by its hash.

use std::hash::Hasher;

use rustc_hash::FxHasher;

/// Texts numbered from 0 in the order in which they came.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    text: String,
    /// Where each ends in `text`.
    ends: Vec<usize>,
    /// A power of two of them, or none: the hash of a text above its number and one; 0 is free.
    slots: Vec<u64>,
}

fn hash(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    hasher.finish() >> 32
}

impl Texts {
    fn text(&self, number: u32) -> &str {
        let number = number as usize;
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..self.ends[number]]
    }

    /// The slot that holds the text, or the free one where it belongs. There must be slots.
    fn slot(&self, hash: u64, text: &str) -> usize {
        let mut at = self.first_slot(hash);
        loop {
            let held = self.slots[at];
            if held == 0 || (held >> 32 == hash && self.text(held as u32 - 1) == text) {
                return at;
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    fn first_slot(&self, hash: u64) -> usize {
        ((hash * self.slots.len() as u64) >> 32) as usize
    }

    pub fn find(&self, text: &str) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        let held = self.slots[self.slot(hash(text), text)];
        (held != 0).then(|| held as u32 - 1)
    }

    /// The number of the text, which is added where it is new.
    pub fn number(&mut self, text: &str) -> u32 {
        // At most three quarters of the slots are in use.
        if self.ends.len() * 4 >= self.slots.len() * 3 {
            self.grow();
        }
        let hash = hash(text);
        let at = self.slot(hash, text);
        if self.slots[at] == 0 {
            self.text.push_str(text);
            self.ends.push(self.text.len());
            self.slots[at] = hash << 32 | self.ends.len() as u64;
        }
        self.slots[at] as u32 - 1
    }

    fn grow(&mut self) {
        let more = (self.slots.len() * 2).max(16);
        let before = std::mem::replace(&mut self.slots, vec![0; more]);
        for held in before.into_iter().filter(|held| *held != 0) {
            let mut at = self.first_slot(held >> 32);
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
