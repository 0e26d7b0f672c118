//! Cosignatures of witnesses (c2sp.org/tlog-cosignature, Ed25519): another's word that a checkpoint was seen at a time
//! and that the log had only grown.
//!
//! Times are in seconds since 1970-01-01T00:00:00Z, the witness's own clock.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::note::check_name;
use crate::{EvidenceError, Result};

const COSIGNATURE: u8 = 4;

/// A witness's public key, written `name+hash+base64`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    pub name: String,
    key: VerifyingKey,
}

fn key_id(name: &str, key: &VerifyingKey) -> [u8; 4] {
    let hash = Sha256::new().chain_update(name).chain_update([b'\n', COSIGNATURE]).chain_update(key.as_bytes());
    let hash = hash.finalize();
    [hash[0], hash[1], hash[2], hash[3]]
}

fn message(text: &str, time: u64) -> Vec<u8> {
    format!("cosignature/v1\ntime {time}\n{text}").into_bytes()
}

impl Witness {
    pub fn of(name: &str, key: &SigningKey) -> Self {
        Self { name: name.to_owned(), key: key.verifying_key() }
    }

    pub fn parse(vkey: &str) -> Result<Self> {
        let refuse = || EvidenceError::Note(format!("{vkey:?} is not a witness's key of the form name+hash+base64"));
        let mut parts = vkey.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(refuse());
        };
        check_name(name)?;
        let bytes = BASE64_STANDARD.decode(key).map_err(|_| refuse())?;
        let [COSIGNATURE, rest @ ..] = bytes.as_slice() else { return Err(refuse()) };
        let key = VerifyingKey::from_bytes(rest.try_into().map_err(|_| refuse())?).map_err(|_| refuse())?;
        let good = data_encoding::HEXLOWER.encode(&key_id(name, &key)) == id;
        if good { Ok(Self { name: name.to_owned(), key }) } else { Err(refuse()) }
    }

    pub fn vkey(&self) -> String {
        let bytes = [&[COSIGNATURE], self.key.as_bytes().as_slice()].concat();
        let id = data_encoding::HEXLOWER.encode(&key_id(&self.name, &self.key));
        format!("{}+{id}+{}", self.name, BASE64_STANDARD.encode(bytes))
    }

    /// Whether it is the same key, whatever its name.
    pub(crate) fn has_key_of(&self, other: &Self) -> bool {
        self.key == other.key
    }

    /// Whether a line of a note is in this name and by this key, as far as its beginning says.
    pub(crate) fn signs(&self, line: &SignatureLine) -> bool {
        line.name == self.name && line.key_id == key_id(&self.name, &self.key)
    }

    /// When this witness cosigned the note; `None` when it did not. A line in its name that does not hold is refused.
    pub fn time(&self, note: &str) -> Result<Option<u64>> {
        let refuse = |why: &str| EvidenceError::Note(format!("{}: {why}", self.name));
        let (text, signatures) = note.rsplit_once("\n\n").ok_or_else(|| refuse("the note has no signatures"))?;
        let text = &note[..text.len() + 1];
        let mut found = None;
        for line in signatures.lines() {
            let Some((name, signature)) = line.strip_prefix("— ").and_then(|l| l.split_once(' ')) else {
                return Err(refuse("a signature line is not one"));
            };
            let bytes = BASE64_STANDARD.decode(signature).map_err(|_| refuse("a signature is not base 64"))?;
            let Some((id, rest)) = bytes.split_at_checked(4) else { return Err(refuse("a signature is too short")) };
            if name != self.name || id != key_id(&self.name, &self.key) {
                continue;
            }
            let Some((time, signature)) = rest.split_first_chunk::<8>() else {
                return Err(refuse("the cosignature is too short"));
            };
            let time = u64::from_be_bytes(*time);
            let signature =
                Signature::from_slice(signature).map_err(|_| refuse("the cosignature is not of 72 bytes"))?;
            let good = self.key.verify_strict(&message(text, time), &signature);
            good.map_err(|_| refuse("the cosignature does not belong to the checkpoint"))?;
            found = Some(time);
        }
        Ok(found)
    }
}

/// Who a signature line of a note says that it is by.
pub(crate) struct SignatureLine {
    pub name: String,
    pub key_id: [u8; 4],
}

/// The signature lines of a note; what is none is passed over.
pub(crate) fn signature_lines(note: &str) -> impl Iterator<Item = SignatureLine> + '_ {
    let lines = note.rsplit_once("\n\n").map_or("", |(_, signatures)| signatures).lines();
    lines.filter_map(|line| {
        let (name, signature) = line.strip_prefix("— ")?.split_once(' ')?;
        let key_id = *BASE64_STANDARD.decode(signature).ok()?.first_chunk()?;
        Some(SignatureLine { name: name.to_owned(), key_id })
    })
}

/// How far the clocks of witnesses, keepers and readers may be apart, in seconds.
pub(crate) const CLOCKS_APART: i64 = 86_400;

/// As [`doubt_at`], of the time in a cosignature.
pub fn doubt(time: u64, last_entry: Option<i64>, now: Option<i64>) -> Option<String> {
    doubt_at(i64::try_from(time).unwrap_or(i64::MAX), last_entry, now)
}

/// Why an outsider cannot have seen a log at a time: well before the last of the entries that were in it was recorded, or
/// after `now`. What is not known is not held against him, nor is an entry that is itself still to come: the clock that
/// dated it ran ahead. Seconds since 1970.
pub fn doubt_at(time: i64, last_entry: Option<i64>, now: Option<i64>) -> Option<String> {
    let at = domain::utc(time);
    let has_been = |at: i64| now.is_none_or(|now| at <= now.saturating_add(CLOCKS_APART));
    let is_before = |last: &i64| time < last.saturating_sub(CLOCKS_APART) && has_been(*last);
    if let Some(last) = last_entry.filter(is_before) {
        return Some(format!(
            "its time, {at}, is before the entries that it is about, of which the last is of {}",
            domain::utc(last)
        ));
    }
    let now = now.filter(|now| time > now.saturating_add(CLOCKS_APART))?;
    Some(format!("its time, {at}, is still to come: it is {} here", domain::utc(now)))
}

/// The first of some lines by which this witness cosigned the note. Whatever else another program sent is not taken:
/// a line in somebody else's name could spoil theirs.
pub fn line_of(witness: &Witness, note: &str, lines: &str) -> Result<String> {
    let refuse = |why: String| EvidenceError::Note(format!("{}: {why}", witness.name));
    let mut why = "its answer bears no signature of its key".to_owned();
    for line in lines.lines().filter(|line| line.starts_with("— ")) {
        match with_lines(note, line).and_then(|signed| witness.time(&signed)) {
            Ok(Some(_)) => return Ok(format!("{line}\n")),
            Ok(None) => {}
            Err(error) => why = error.to_string(),
        }
    }
    Err(refuse(why))
}

/// A cosignature line over the text of a note (which ends in a line feed).
pub fn cosign(name: &str, key: &SigningKey, text: &str, time: u64) -> String {
    let signature = key.sign(&message(text, time)).to_bytes();
    let bytes = [key_id(name, &key.verifying_key()).as_slice(), &time.to_be_bytes(), &signature].concat();
    format!("— {name} {}\n", BASE64_STANDARD.encode(bytes))
}

/// Adds signature lines to a note. Those that are there already are not added again.
pub fn with_lines(note: &str, lines: &str) -> Result<String> {
    let mut note = note.to_owned();
    for line in lines.lines() {
        let form = line.strip_prefix("— ").and_then(|l| l.split_once(' '));
        if form.is_none() || line.chars().any(char::is_control) {
            return Err(EvidenceError::Note(format!("{line:?} is not a signature line")));
        }
        if !note.lines().any(|known| known == line) {
            note.push_str(line);
            note.push('\n');
        }
    }
    Ok(note)
}
