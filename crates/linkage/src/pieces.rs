//! Lists that grow without being copied: of values, and of ids.

use crate::touch::touch;

/// Values in pieces of one size: where they grow, none is copied, and no memory is cleared for all of them once more.
#[derive(Debug)]
pub(crate) struct Pieces<T>(Vec<Vec<T>>);

const VALUES_OF_A_PIECE: usize = 1 << 14;

impl<T> Default for Pieces<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Pieces<T> {
    pub fn push(&mut self, value: T) {
        match self.0.last_mut().filter(|last| last.len() < VALUES_OF_A_PIECE) {
            Some(last) => last.push(value),
            None => {
                let mut piece = Vec::with_capacity(if self.0.is_empty() { 0 } else { VALUES_OF_A_PIECE });
                piece.push(value);
                self.0.push(piece);
            }
        }
    }

    pub fn at(&self, i: u32) -> &T {
        &self.0[i as usize / VALUES_OF_A_PIECE][i as usize % VALUES_OF_A_PIECE]
    }

    pub fn get(&self, i: u32) -> Option<&T> {
        self.0.get(i as usize / VALUES_OF_A_PIECE)?.get(i as usize % VALUES_OF_A_PIECE)
    }

    pub fn len(&self) -> usize {
        self.0.last().map_or(0, |last| (self.0.len() - 1) * VALUES_OF_A_PIECE + last.len())
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.0.iter_mut().flatten()
    }
}

/// The ids of records, in the order in which these were packed. Short ones, as most are, are found by one read from memory.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    /// The bytes of an id, zeros, and their number; of a long one where it stands in `long`, its length and [`IS_LONG`].
    short: Pieces<[u8; 16]>,
    long: String,
}

const SHORT_ID_BYTES: usize = 15;
const IS_LONG: u8 = u8::MAX;

impl Ids {
    pub fn push(&mut self, id: &str) {
        let mut entry = [0; 16];
        if id.len() <= SHORT_ID_BYTES {
            entry[..id.len()].copy_from_slice(id.as_bytes());
            entry[SHORT_ID_BYTES] = id.len() as u8;
        } else {
            entry[..8].copy_from_slice(&(self.long.len() as u64).to_le_bytes());
            // No more of an id than seven bytes can number.
            entry[8..SHORT_ID_BYTES].copy_from_slice(&(id.len() as u64).to_le_bytes()[..7]);
            entry[SHORT_ID_BYTES] = IS_LONG;
            self.long.push_str(id);
        }
        self.short.push(entry);
    }

    pub fn len(&self) -> usize {
        self.short.len()
    }

    pub fn at(&self, i: u32) -> &str {
        let Some(entry) = self.short.get(i) else { return "" };
        let length = entry[SHORT_ID_BYTES];
        if length != IS_LONG {
            return entry.get(..usize::from(length)).and_then(|id| std::str::from_utf8(id).ok()).unwrap_or("");
        }
        let number = |bytes: &[u8]| bytes.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte));
        let start = number(&entry[..8]);
        self.long.get(start..start + number(&entry[8..SHORT_ID_BYTES])).unwrap_or("")
    }

    /// Its first bytes, and zeros where it is shorter: they order most ids without a look at the ids themselves.
    pub fn head(&self, i: u32) -> u128 {
        let entry = self.short.at(i);
        if entry[SHORT_ID_BYTES] != IS_LONG {
            return u128::from_be_bytes(*entry) & !0xff;
        }
        let mut head = [0; 16];
        let length = self.at(i).len().min(16);
        head[..length].copy_from_slice(&self.at(i).as_bytes()[..length]);
        u128::from_be_bytes(head)
    }

    /// Brings ids into the processor's cache.
    pub fn touch(&self, records: impl Iterator<Item = u32>) {
        touch(records.map(|i| u32::from(self.short.at(i)[0])));
    }
}
