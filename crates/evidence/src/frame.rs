//! Frames: one batch of entries with their payloads and the checkpoint after it, in a segment file.
//!
//! `"TWF1" | first u64 | count u32 | body bytes u64 | checkpoint bytes u32 | body | checkpoint | SHA-256 of all before`.
//! In the body, an entry is `leaf u16+bytes` and then one of
//! - `1 | seed 32 | fields u16 | (name u16+bytes, value u32+bytes)*`: whole;
//! - `2 | payload salt 32 | slots u16 | (1, salt 32, name, value | 0, commitment 32)*`: fields were withdrawn;
//! - `0`: the payload was withdrawn. Numbers are big-endian.

use sha2::{Digest, Sha256};

use crate::entry::{Leaf, Part, Payload, Secrets, Slot, StoredEntry};

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

fn put_field(body: &mut Vec<u8>, name: &str, value: &[u8]) {
    body.extend((name.len() as u16).to_be_bytes());
    body.extend(name.as_bytes());
    body.extend((value.len() as u32).to_be_bytes());
    body.extend(value);
}

fn put_entry(body: &mut Vec<u8>, entry: &StoredEntry) {
    body.extend((entry.leaf.len() as u16).to_be_bytes());
    body.extend(&entry.leaf);
    let Some(payload) = &entry.payload else { return body.push(0) };
    match &payload.secrets {
        Secrets::Seed(seed) => {
            body.push(1);
            body.extend(seed);
            body.extend((payload.fields.len() as u16).to_be_bytes());
            payload.fields.iter().for_each(|(name, value)| put_field(body, name, value));
        }
        Secrets::Parts { payload_salt, slots } => {
            body.push(2);
            body.extend(payload_salt);
            body.extend((slots.len() as u16).to_be_bytes());
            for part in payload.parts() {
                match part {
                    Part::Gone(commitment) => {
                        body.push(0);
                        body.extend(commitment);
                    }
                    Part::Field { name, value, salt } => {
                        body.push(1);
                        body.extend(salt);
                        put_field(body, name, value);
                    }
                }
            }
        }
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

/// The digest at the end of a frame.
pub fn digest(frame: &[u8]) -> [u8; DIGEST] {
    frame.last_chunk().copied().unwrap_or_default()
}

pub struct Reader<'a>(pub &'a [u8]);

/// An entry as it lies in a frame.
pub enum Lying<'a> {
    /// The fields of a whole one.
    Whole(Vec<(&'a str, &'a [u8])>),
    /// One of which something was withdrawn.
    Lacking(StoredEntry),
}

impl<'a> Reader<'a> {
    /// Reads entry `index` at the front, and copies nothing of one that is whole.
    pub fn lying(&mut self, index: u64) -> Option<Lying<'a>> {
        let mut front = Reader(self.0);
        if let Some(fields) = front.whole_fields() {
            *self = front;
            return Some(Lying::Whole(fields));
        }
        self.entry(index).map(Lying::Lacking)
    }

    fn whole_fields(&mut self) -> Option<Vec<(&'a str, &'a [u8])>> {
        let length = self.u16()?;
        Leaf::parse(self.take(length)?)?;
        (self.array()? == [1]).then_some(())?;
        self.take(32)?;
        let n = self.u16()?;
        let field = |_| self.field().and_then(|(name, value)| Some((std::str::from_utf8(name).ok()?, value)));
        (0..n).map(field).collect()
    }

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

    fn field(&mut self) -> Option<(&'a [u8], &'a [u8])> {
        let name = self.u16()?;
        let name = self.take(name)?;
        let value = usize::try_from(self.u32()?).ok()?;
        Some((name, self.take(value)?))
    }

    /// Reads the leaf at the front and passes over the payload.
    pub fn leaf(&mut self) -> Option<&'a [u8]> {
        let length = self.u16()?;
        let leaf = self.take(length)?;
        match self.array()? {
            [0] => {}
            [1] => {
                self.take(32)?;
                for _ in 0..self.u16()? {
                    self.field()?;
                }
            }
            [2] => {
                self.parts()?;
            }
            _ => return None,
        }
        Some(leaf)
    }

    fn parts(&mut self) -> Option<Payload> {
        let payload_salt = self.array()?;
        let n = self.u16()?;
        let (mut fields, mut slots) = (Vec::new(), Vec::with_capacity(n));
        for _ in 0..n {
            match self.array()? {
                [0] => slots.push(Slot::Gone(self.array()?)),
                [1] => {
                    slots.push(Slot::Kept(self.array()?));
                    fields.push(owned(self.field()?)?);
                }
                _ => return None,
            }
        }
        Some(Payload { fields, secrets: Secrets::Parts { payload_salt, slots } })
    }

    /// Reads entry `index` at the front.
    pub fn entry(&mut self, index: u64) -> Option<StoredEntry> {
        let length = self.u16()?;
        let bytes = self.take(length)?.to_vec();
        let leaf = Leaf::parse(&bytes)?;
        let payload = match self.array()? {
            [0] => None,
            [1] => {
                let seed = self.array()?;
                let n = self.u16()?;
                let fields = (0..n).map(|_| owned(self.field()?)).collect::<Option<Vec<_>>>()?;
                Some(Payload { fields, secrets: Secrets::Seed(seed) })
            }
            [2] => Some(self.parts()?),
            _ => return None,
        };
        Some(StoredEntry { index, leaf: bytes, kind: leaf.kind, time: leaf.time, parent: leaf.parent, payload })
    }
}

fn owned((name, value): (&[u8], &[u8])) -> Option<(String, Vec<u8>)> {
    Some((String::from_utf8(name.to_vec()).ok()?, value.to_vec()))
}
