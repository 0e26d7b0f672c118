//! One entry shown to outsiders: some fields with their salts, the others as commitments, and the way to the root.

use serde::{Deserialize, Serialize};

use crate::entry::{Leaf, Part, StoredEntry, field_commitment, payload_commitment};
use crate::note::Verifier;
use crate::{EvidenceError, InclusionProof, Result};

/// A field that is shown, or the commitment to one that is withheld.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum DisclosedField {
    Shown { name: String, salt: String, value: String },
    Withheld { commitment: String },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disclosure {
    pub index: u64,
    pub leaf: String,
    pub payload_salt: String,
    pub fields: Vec<DisclosedField>,
    /// A tlog-proof. In a release there is none: the way to the root follows from the tiles in `log/`, so that what is
    /// shown of an entry keeps its bytes while the log grows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<String>,
}

/// Shows an entry without the fields for which `withhold`, given name and value, is true. Fields that are not UTF-8 are withheld; those that
/// were withdrawn stay commitments for good.
pub fn disclose(
    entry: &StoredEntry,
    withhold: &dyn Fn(&str, &str) -> bool,
    proof: Option<String>,
) -> Result<Disclosure> {
    let payload = entry.payload.as_ref().ok_or(EvidenceError::EntryWithdrawn(entry.index))?;
    let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
    let fields = payload.parts().into_iter().map(|part| match part {
        Part::Gone(commitment) => DisclosedField::Withheld { commitment: hex(&commitment) },
        Part::Field { name, value, salt } => match std::str::from_utf8(value) {
            Ok(text) if !withhold(name, text) => {
                DisclosedField::Shown { name: name.to_owned(), salt: hex(&salt), value: text.to_owned() }
            }
            _ => DisclosedField::Withheld { commitment: hex(&field_commitment(&salt, name, value)) },
        },
    });
    Ok(Disclosure {
        index: entry.index,
        leaf: String::from_utf8_lossy(&entry.leaf).into_owned(),
        payload_salt: hex(&payload.payload_salt()),
        fields: fields.collect(),
        proof,
    })
}

impl Disclosure {
    /// Checks fields -> commitment -> leaf -> inclusion -> signature.
    pub fn check(&self, verifier: &Verifier) -> std::result::Result<(), String> {
        self.checked_proof()?.check(self.leaf.as_bytes(), verifier)
    }

    /// Checks fields -> commitment -> leaf. Whether the log holds the leaf is still to be checked.
    pub fn check_fields(&self) -> std::result::Result<(), String> {
        let bytes = |hex: &str| -> std::result::Result<[u8; 32], String> {
            let bytes = data_encoding::HEXLOWER.decode(hex.as_bytes()).ok().and_then(|b| b.try_into().ok());
            bytes.ok_or_else(|| format!("{hex:?} is not 32 bytes in hexadecimal"))
        };
        let mut manifest = Vec::with_capacity(self.fields.len());
        for field in &self.fields {
            manifest.push(match field {
                // With a zero byte in it, part of the value could be passed off as the name.
                DisclosedField::Shown { name, .. } if name.contains('\0') => {
                    return Err(format!("{name:?} is not a name"));
                }
                DisclosedField::Shown { name, salt, value } => field_commitment(&bytes(salt)?, name, value.as_bytes()),
                DisclosedField::Withheld { commitment } => bytes(commitment)?,
            });
        }
        let leaf = Leaf::parse(self.leaf.as_bytes()).ok_or("the leaf is not one")?;
        if payload_commitment(&bytes(&self.payload_salt)?, manifest.into_iter()) != leaf.commitment {
            return Err("the fields shown are not those that the leaf commits to".to_owned());
        }
        Ok(())
    }

    /// [`Disclosure::check_fields`], and gives the proof of the leaf, which is still to be checked.
    pub(crate) fn checked_proof(&self) -> std::result::Result<InclusionProof, String> {
        self.check_fields()?;
        let proof = self.proof.as_deref().ok_or("it has no proof")?;
        let proof = InclusionProof::parse(proof).ok_or("the proof cannot be read")?;
        if proof.index != self.index {
            return Err("the proof is of another entry".to_owned());
        }
        Ok(proof)
    }
}
