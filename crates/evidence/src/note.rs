//! Signed notes (c2sp.org/signed-note) with Ed25519, and checkpoints (c2sp.org/tlog-checkpoint).

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::cosign::SignatureLine;
use crate::merkle::Hash;
use crate::{EvidenceError, Result};

const ED25519: u8 = 1;

fn key_id(name: &str, key: &VerifyingKey) -> [u8; 4] {
    let hash = Sha256::new().chain_update(name).chain_update([b'\n', ED25519]).chain_update(key.as_bytes()).finalize();
    [hash[0], hash[1], hash[2], hash[3]]
}

/// A name that can stand in a note: not empty, no white space, no plus sign.
pub fn check_name(name: &str) -> Result<()> {
    let ok = !name.is_empty() && !name.chars().any(|c| c.is_whitespace() || c == '+' || c.is_control());
    if ok { Ok(()) } else { Err(EvidenceError::Origin(name.to_owned())) }
}

/// A public key with its name, written `name+hash+base64`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier {
    pub name: String,
    key: VerifyingKey,
}

impl Verifier {
    pub fn of(name: &str, key: &SigningKey) -> Self {
        Self { name: name.to_owned(), key: key.verifying_key() }
    }

    pub fn parse(vkey: &str) -> Result<Self> {
        let refuse = || EvidenceError::Note(format!("{vkey:?} is not a public key of the form name+hash+base64"));
        let mut parts = vkey.splitn(3, '+');
        let (name, id, key) = (parts.next(), parts.next(), parts.next());
        let (Some(name), Some(id), Some(key)) = (name, id, key) else { return Err(refuse()) };
        check_name(name)?;
        let bytes = BASE64_STANDARD.decode(key).map_err(|_| refuse())?;
        let [ED25519, rest @ ..] = bytes.as_slice() else { return Err(refuse()) };
        let rest: &[u8; 32] = rest.try_into().map_err(|_| refuse())?;
        let key = VerifyingKey::from_bytes(rest).map_err(|_| refuse())?;
        if data_encoding::HEXLOWER.encode(&key_id(name, &key)) != id {
            return Err(refuse());
        }
        Ok(Self { name: name.to_owned(), key })
    }

    /// Whether a line of a note is in this name and by this key, as far as its beginning says.
    pub(crate) fn signs(&self, line: &SignatureLine) -> bool {
        line.name == self.name && line.key_id == key_id(&self.name, &self.key)
    }

    pub fn vkey(&self) -> String {
        let bytes = [&[ED25519], self.key.as_bytes().as_slice()].concat();
        let id = data_encoding::HEXLOWER.encode(&key_id(&self.name, &self.key));
        format!("{}+{id}+{}", self.name, BASE64_STANDARD.encode(bytes))
    }

    /// The text of a note, when this key signed it. Signatures of others are passed over, as the specification asks.
    pub fn open<'a>(&self, note: &'a str) -> Result<&'a str> {
        let refuse = |why: &str| EvidenceError::Note(why.to_owned());
        let (text, signatures) = note.rsplit_once("\n\n").ok_or_else(|| refuse("the note has no signatures"))?;
        let text = &note[..text.len() + 1];
        if note.bytes().any(|b| b < b' ' && b != b'\n') || !signatures.ends_with('\n') {
            return Err(refuse("the note is not written as the specification asks"));
        }
        let mut signed = false;
        for line in signatures.lines() {
            let parts = line.strip_prefix("— ").and_then(|l| l.split_once(' '));
            let (name, signature) = parts.ok_or_else(|| refuse("a signature line is not one"))?;
            let bytes = BASE64_STANDARD.decode(signature).map_err(|_| refuse("a signature is not base 64"))?;
            let Some((id, bytes)) = bytes.split_at_checked(4) else { return Err(refuse("a signature is too short")) };
            if name != self.name || id != key_id(&self.name, &self.key) {
                continue;
            }
            let signature = Signature::from_slice(bytes).map_err(|_| refuse("a signature is not of 64 bytes"))?;
            let good = self.key.verify_strict(text.as_bytes(), &signature);
            good.map_err(|_| refuse("the signature does not belong to the text"))?;
            signed = true;
        }
        if signed { Ok(text) } else { Err(EvidenceError::Note(format!("no signature by {}", self.name))) }
    }
}

/// Signs a text, which ends in a line feed.
pub fn sign(name: &str, key: &SigningKey, text: &str) -> String {
    let signature = key.sign(text.as_bytes()).to_bytes();
    let bytes = [key_id(name, &key.verifying_key()).as_slice(), &signature].concat();
    format!("{text}\n— {name} {}\n", BASE64_STANDARD.encode(bytes))
}

/// Size and root that a log commits to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    pub origin: String,
    pub size: u64,
    pub root: Hash,
}

impl Checkpoint {
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, BASE64_STANDARD.encode(self.root))
    }

    /// Reads the text of a note. Extension lines are refused: nobody here knows what they mean.
    pub fn parse(text: &str) -> Result<Self> {
        let refuse = || EvidenceError::Note("the text is not a checkpoint".to_owned());
        let lines: Vec<&str> = text.strip_suffix('\n').ok_or_else(refuse)?.split('\n').collect();
        let [origin, size, root] = lines[..] else { return Err(refuse()) };
        let n: u64 = size.parse().map_err(|_| refuse())?;
        if n.to_string() != size || origin.is_empty() {
            return Err(refuse());
        }
        let root = BASE64_STANDARD.decode(root).map_err(|_| refuse())?;
        Ok(Self { origin: origin.to_owned(), size: n, root: root.try_into().map_err(|_| refuse())? })
    }

    pub fn signed(&self, key: &SigningKey) -> String {
        sign(&self.origin, key, &self.text())
    }

    /// Opens a signed checkpoint whose origin is the signer.
    pub fn open(note: &str, verifier: &Verifier) -> Result<Self> {
        let checkpoint = Self::parse(verifier.open(note)?)?;
        if checkpoint.origin != verifier.name {
            return Err(EvidenceError::Note(format!(
                "the checkpoint is of {:?}, not of its signer",
                checkpoint.origin
            )));
        }
        Ok(checkpoint)
    }
}
