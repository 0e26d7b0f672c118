//! Frames: one batch of entries with their payloads and the checkpoint after it, in a segment file.
//!
//! `"TWF1" | first u64 | count u32 | body bytes u64 | checkpoint bytes u32 | body | checkpoint | SHA-256 of all before`.
//! In the body, an entry is `leaf u16+bytes | 1 | seed 32 | fields u16 | (name u16+bytes, value u32+bytes)*`, or
//! `leaf | 0` when its payload was withdrawn. Numbers are big-endian.

use sha2::{Digest, Sha256};

use crate::entry::{Leaf, Payload, StoredEntry};

pub const MAGIC: &[u8; 4] = b"TWF1";
pub const HEAD: usize = 4 + 8 + 4 + 8 + 4;
pub const DIGEST: usize = 32;

/// The fixed part at the start of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    pub first: u64,
    pub count: u32,
    pub body_bytes: u64,
    pub checkpoint_bytes: u32,
}

impl Head {
    /// Bytes of the whole frame; `None` when no file could hold them.
    pub fn frame_bytes(&self) -> Option<u64> {
        self.body_bytes.checked_add(u64::from(self.checkpoint_bytes))?.checked_add((HEAD + DIGEST) as u64)
    }

    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader(bytes);
        (reader.take(4)? == MAGIC).then_some(())?;
        Some(Self {
            first: reader.u64()?,
            count: reader.u32()?,
            body_bytes: reader.u64()?,
            checkpoint_bytes: reader.u32()?,
        })
    }
}

fn put_entry(body: &mut Vec<u8>, entry: &StoredEntry) {
    body.extend((entry.leaf.len() as u16).to_be_bytes());
    body.extend(&entry.leaf);
    let Some(payload) = &entry.payload else { return body.push(0) };
    body.push(1);
    body.extend(payload.seed);
    body.extend((payload.fields.len() as u16).to_be_bytes());
    for (name, value) in &payload.fields {
        body.extend((name.len() as u16).to_be_bytes());
        body.extend(name.as_bytes());
        body.extend((value.len() as u32).to_be_bytes());
        body.extend(value);
    }
}

/// Writes a frame of entries that follow one another.
pub fn write(entries: &[StoredEntry], checkpoint: &str) -> Vec<u8> {
    let mut frame = Vec::with_capacity(entries.len() * 900 + 512);
    frame.extend(MAGIC);
    frame.extend(entries.first().map_or(0, |e| e.index).to_be_bytes());
    frame.extend((entries.len() as u32).to_be_bytes());
    frame.extend([0; 8]);
    frame.extend((checkpoint.len() as u32).to_be_bytes());
    entries.iter().for_each(|entry| put_entry(&mut frame, entry));
    let body = (frame.len() - HEAD) as u64;
    frame[16..24].copy_from_slice(&body.to_be_bytes());
    frame.extend(checkpoint.as_bytes());
    let digest = Sha256::digest(&frame);
    frame.extend(digest);
    frame
}

/// True when the digest at the end is that of what stands before.
pub fn is_whole(frame: &[u8]) -> bool {
    match frame.split_last_chunk::<DIGEST>() {
        Some((content, digest)) => Sha256::digest(content).as_slice() == digest,
        None => false,
    }
}

pub struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(n)?;
        self.0 = rest;
        Some(taken)
    }
    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }
    fn u16(&mut self) -> Option<usize> {
        Some(usize::from(u16::from_be_bytes(self.array()?)))
    }
    fn u32(&mut self) -> Option<u32> {
        Some(u32::from_be_bytes(self.array()?))
    }
    fn u64(&mut self) -> Option<u64> {
        Some(u64::from_be_bytes(self.array()?))
    }

    /// Reads the leaf at the front and passes over the payload.
    pub fn leaf(&mut self) -> Option<&'a [u8]> {
        let length = self.u16()?;
        let leaf = self.take(length)?;
        if self.array::<1>()? == [1] {
            self.take(32)?;
            for _ in 0..self.u16()? {
                let name = self.u16()?;
                self.take(name)?;
                let value = usize::try_from(self.u32()?).ok()?;
                self.take(value)?;
            }
        }
        Some(leaf)
    }

    /// Reads entry `index` at the front.
    pub fn entry(&mut self, index: u64) -> Option<StoredEntry> {
        let length = self.u16()?;
        let bytes = self.take(length)?.to_vec();
        let leaf = Leaf::parse(&bytes)?;
        let payload = match self.array::<1>()? {
            [0] => None,
            [1] => {
                let seed = self.array()?;
                let n = self.u16()?;
                let mut fields = Vec::with_capacity(n);
                for _ in 0..n {
                    let name = self.u16()?;
                    let name = String::from_utf8(self.take(name)?.to_vec()).ok()?;
                    let value = usize::try_from(self.u32()?).ok()?;
                    fields.push((name, self.take(value)?.to_vec()));
                }
                Some(Payload { seed, fields })
            }
            _ => return None,
        };
        Some(StoredEntry { index, leaf: bytes, kind: leaf.kind, time: leaf.time, parent: leaf.parent, payload })
    }
}
