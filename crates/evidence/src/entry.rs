//! Entries: a small public leaf, and the payload that it commits to.
//!
//! Leaf: `{"c":hex32,"k":kind,"p":index?,"t":seconds,"v":1}`, keys sorted, no spaces; nothing else is public.
//! `c = SHA-256("evlog/payload/v1\0" || salt || manifest)`; the manifest is the fields' commitments in order, each
//! `SHA-256("evlog/field/v1\0" || salt_i || name || 0x00 || value)`.
//!
//! Salts are not kept one by one: the payload's and each field's are derived by SHA-256 from one random seed of 32
//! bytes, so a field costs no storage beyond its value. A derived salt tells nothing about the seed; destroying the
//! seed with the payload destroys all of them. When one field is withdrawn the seed goes too, and the salts of the
//! fields that stay are kept in its place.

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::{EvidenceError, Result};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    Capture,
    Derive,
    Custody,
    Annotate,
    Redact,
    Key,
    Anchor,
}

impl EntryKind {
    const ALL: [Self; 7] =
        [Self::Capture, Self::Derive, Self::Custody, Self::Annotate, Self::Redact, Self::Key, Self::Anchor];

    pub fn key(self) -> &'static str {
        match self {
            Self::Capture => "capture",
            Self::Derive => "derive",
            Self::Custody => "custody",
            Self::Annotate => "annotate",
            Self::Redact => "redact",
            Self::Key => "key",
            Self::Anchor => "anchor",
        }
    }
}

/// An entry to append.
#[derive(Debug, Clone)]
pub struct NewEntry {
    pub kind: EntryKind,
    /// The earlier entry that it is about.
    pub parent: Option<u64>,
    pub fields: Vec<(String, Vec<u8>)>,
}

/// What an entry commits to: the fields that are still here, and what opens their commitments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    pub fields: Vec<(String, Vec<u8>)>,
    pub secrets: Secrets,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Secrets {
    /// Every salt is derived from it; every field is here.
    Seed([u8; 32]),
    /// A field was withdrawn. The seed would give its salt away, so the salts of those that stay are kept one by one.
    Parts { payload_salt: [u8; 32], slots: Vec<Slot> },
}

/// A place in the list of fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// The next of the fields that are here, with its salt.
    Kept([u8; 32]),
    /// The commitment to a field that was withdrawn.
    Gone([u8; 32]),
}

/// A place in the list of fields, as it goes into the commitment.
pub(crate) enum Part<'a> {
    Field { name: &'a str, value: &'a [u8], salt: [u8; 32] },
    Gone(Commitment),
}

/// An entry as it stands in the journal. The payload is gone when it was withdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEntry {
    pub index: u64,
    pub leaf: Vec<u8>,
    pub kind: EntryKind,
    pub time: i64,
    pub parent: Option<u64>,
    pub payload: Option<Payload>,
}

const FIELDS_AT_MOST: usize = 1000;
const VALUE_BYTES_AT_MOST: usize = 1 << 30;

pub(crate) type Commitment = [u8; 32];

pub(crate) fn field_commitment(salt: &[u8; 32], name: &str, value: &[u8]) -> Commitment {
    let hash = Sha256::new().chain_update("evlog/field/v1\0").chain_update(salt).chain_update(name);
    hash.chain_update([0]).chain_update(value).finalize().into()
}

pub(crate) fn payload_commitment(salt: &[u8; 32], manifest: impl Iterator<Item = Commitment>) -> Commitment {
    let mut hash = Sha256::new().chain_update("evlog/payload/v1\0").chain_update(salt);
    manifest.for_each(|commitment| hash.update(commitment));
    hash.finalize().into()
}

fn seed_payload_salt(seed: &[u8; 32]) -> [u8; 32] {
    Sha256::new().chain_update("evlog/salt/payload/v1\0").chain_update(seed).finalize().into()
}

/// By position and not by name: of two fields of one name, showing one must not give away the other's salt.
fn seed_field_salt(seed: &[u8; 32], position: usize) -> [u8; 32] {
    let hash = Sha256::new().chain_update("evlog/salt/field/v1\0").chain_update(seed);
    hash.chain_update((position as u64).to_be_bytes()).finalize().into()
}

impl Payload {
    pub(crate) fn payload_salt(&self) -> [u8; 32] {
        match &self.secrets {
            Secrets::Seed(seed) => seed_payload_salt(seed),
            Secrets::Parts { payload_salt, .. } => *payload_salt,
        }
    }

    /// The fields in the order of their commitments, those withdrawn among them.
    pub(crate) fn parts(&self) -> Vec<Part<'_>> {
        let mut fields = self.fields.iter();
        match &self.secrets {
            Secrets::Seed(seed) => fields
                .enumerate()
                .map(|(at, (name, value))| Part::Field { name, value, salt: seed_field_salt(seed, at) })
                .collect(),
            Secrets::Parts { slots, .. } => slots
                .iter()
                .filter_map(|slot| match slot {
                    Slot::Gone(commitment) => Some(Part::Gone(*commitment)),
                    Slot::Kept(salt) => fields.next().map(|(name, value)| Part::Field { name, value, salt: *salt }),
                })
                .collect(),
        }
    }

    /// How many fields were withdrawn.
    pub fn n_withdrawn(&self) -> usize {
        match &self.secrets {
            Secrets::Seed(_) => 0,
            Secrets::Parts { slots, .. } => slots.iter().filter(|slot| matches!(slot, Slot::Gone(_))).count(),
        }
    }

    /// The payload without the fields of a name. What remains proves what it proved before.
    pub(crate) fn without(&self, name: &str) -> Self {
        let mut slots = Vec::new();
        for part in self.parts() {
            slots.push(match part {
                Part::Gone(commitment) => Slot::Gone(commitment),
                Part::Field { name: own, value, salt } if own == name => {
                    Slot::Gone(field_commitment(&salt, own, value))
                }
                Part::Field { salt, .. } => Slot::Kept(salt),
            });
        }
        let fields = self.fields.iter().filter(|(own, _)| own != name).cloned().collect();
        Self { fields, secrets: Secrets::Parts { payload_salt: self.payload_salt(), slots } }
    }

    pub(crate) fn commitment(&self) -> Commitment {
        let manifest = self.parts().into_iter().map(|part| match part {
            Part::Field { name, value, salt } => field_commitment(&salt, name, value),
            Part::Gone(commitment) => commitment,
        });
        payload_commitment(&self.payload_salt(), manifest)
    }
}

/// The public part of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Leaf {
    pub commitment: Commitment,
    pub kind: EntryKind,
    pub parent: Option<u64>,
    pub time: i64,
}

impl Leaf {
    pub fn bytes(&self) -> Vec<u8> {
        let parent = self.parent.map(|p| format!("\"p\":{p},")).unwrap_or_default();
        let (commitment, kind) = (data_encoding::HEXLOWER.encode(&self.commitment), self.kind.key());
        format!("{{\"c\":\"{commitment}\",\"k\":\"{kind}\",{parent}\"t\":{},\"v\":1}}", self.time).into_bytes()
    }

    /// Reads a leaf, and refuses any other spelling of it.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let rest = std::str::from_utf8(bytes).ok()?.strip_prefix("{\"c\":\"")?;
        let (hex, rest) = rest.split_at_checked(64)?;
        let mut commitment = [0; 32];
        data_encoding::HEXLOWER.decode_mut(hex.as_bytes(), &mut commitment).ok()?;
        let (kind, rest) = rest.strip_prefix("\",\"k\":\"")?.split_once("\",")?;
        let kind = EntryKind::ALL.into_iter().find(|k| k.key() == kind)?;
        let (parent, rest) = match rest.strip_prefix("\"p\":") {
            Some(rest) => {
                let (parent, rest) = rest.split_once(',')?;
                (Some(canonical::<u64>(parent)?), rest)
            }
            None => (None, rest),
        };
        let time = canonical(rest.strip_prefix("\"t\":")?.strip_suffix(",\"v\":1}")?)?;
        Some(Self { commitment, kind, parent, time })
    }
}

/// A number in the one spelling that the program writes.
fn canonical<N: std::str::FromStr>(text: &str) -> Option<N> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = match digits.as_bytes() {
        [b'0'] => text.len() == 1,
        [b'1'..=b'9', rest @ ..] => rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    if plain { text.parse().ok() } else { None }
}

/// An entry whose commitment is made, before it has a place and a time. Making it is most of the work of an append, and
/// needs nothing of the journal: each writer does it for itself.
#[derive(Debug)]
pub(crate) struct Sealed {
    kind: EntryKind,
    pub parent: Option<u64>,
    payload: Payload,
    commitment: Commitment,
}

impl Sealed {
    pub fn store(self, index: u64, time: i64) -> StoredEntry {
        let Self { kind, parent, payload, commitment } = self;
        let leaf = Leaf { commitment, kind, parent, time }.bytes();
        StoredEntry { index, leaf, kind, time, parent, payload: Some(payload) }
    }
}

/// Commits to entries, each with a seed of its own.
pub(crate) fn seal(entries: Vec<NewEntry>, entropy: &mut dyn FnMut(&mut [u8])) -> Result<Vec<Sealed>> {
    entries.iter().enumerate().try_for_each(|(at, entry)| entry.check(at))?;
    let mut seeds = vec![0; entries.len() * 32];
    entropy(&mut seeds);
    let seeds = seeds.as_chunks::<32>().0;
    if seeds.contains(&[0; 32]) {
        return Err(EvidenceError::NoEntropy("nothing was appended"));
    }
    let sealed = |(entry, seed): (NewEntry, &[u8; 32])| {
        let payload = Payload { fields: entry.fields, secrets: Secrets::Seed(*seed) };
        Sealed { kind: entry.kind, parent: entry.parent, commitment: payload.commitment(), payload }
    };
    Ok(match entries.len() {
        0..64 => entries.into_iter().zip(seeds).map(sealed).collect(),
        _ => entries.into_par_iter().zip(seeds).map(sealed).collect(),
    })
}

impl NewEntry {
    /// Names are told apart from values by a zero byte; lengths are kept in 2 and 4 bytes. `at` is the place in the batch.
    fn check(&self, at: usize) -> Result<()> {
        let refuse = |reason| Err(EvidenceError::Entry { at, reason });
        if self.fields.len() > FIELDS_AT_MOST {
            return refuse("it has more than 1000 fields");
        }
        for (name, value) in &self.fields {
            if name.len() > 1000 || name.contains('\0') {
                return refuse("a field's name is longer than 1000 bytes or holds a zero byte");
            }
            if value.len() > VALUE_BYTES_AT_MOST {
                return refuse("a field's value is longer than 1 GiB");
            }
        }
        Ok(())
    }
}

/// Refuses an entry about one that is not before it. `first` is the place in the log of the first of them.
pub(crate) fn check_parents(entries: &[Sealed], first: u64) -> Result<()> {
    match entries.iter().zip(first..).position(|(entry, index)| entry.parent.is_some_and(|parent| parent >= index)) {
        Some(at) => Err(EvidenceError::Entry { at, reason: "it is about an entry that is not before it" }),
        None => Ok(()),
    }
}

impl StoredEntry {
    /// True when the payload, where there is one, is what the leaf commits to.
    pub(crate) fn is_consistent(&self) -> bool {
        let Some(payload) = &self.payload else { return true };
        Leaf::parse(&self.leaf).is_some_and(|leaf| leaf.commitment == payload.commitment())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leaf_has_one_spelling() {
        let c = "ab".repeat(32);
        for (parent, time) in [(None, 0), (Some(0), 5), (Some(u64::MAX), i64::MAX), (Some(12), i64::MIN)] {
            let leaf = Leaf { commitment: [0xab; 32], kind: EntryKind::Redact, parent, time };
            assert_eq!(Leaf::parse(&leaf.bytes()), Some(leaf));
        }
        for other in [
            format!("{{\"c\":\"{c}\",\"k\":\"redact\",\"t\":05,\"v\":1}}"),
            format!("{{\"c\":\"{c}\",\"k\":\"redact\",\"t\":-0,\"v\":1}}"),
            format!("{{\"c\":\"{c}\",\"k\":\"redact\",\"p\":+1,\"t\":5,\"v\":1}}"),
            format!("{{\"c\":\"{c}\",\"k\":\"poem\",\"t\":5,\"v\":1}}"),
            format!("{{\"c\":\"{}\",\"k\":\"redact\",\"t\":5,\"v\":1}}", c.to_uppercase()),
            format!("{{\"c\":\"{c}\",\"k\":\"redact\",\"t\":5,\"v\":1}} "),
            format!("{{\"c\":\"{c}\",\"k\":\"redact\",\"p\":,\"t\":5,\"v\":1}}"),
            String::new(),
        ] {
            assert_eq!(Leaf::parse(other.as_bytes()), None, "{other}");
        }
    }
}
