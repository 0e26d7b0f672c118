//! The act of taking something in, and the bytes that were received.

use serde::{Deserialize, Serialize};

use crate::{AccessionId, Sha256Digest, SourceId};

/// The bytes as received. They are never changed; working copies are made from them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Original {
    pub sha256: Sha256Digest,
    pub size_bytes: u64,
    /// Media type read off the bytes, never off the file's ending.
    pub media_type: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accession {
    pub id: AccessionId,
    /// Who gave the file: the compiler of a table, or the one source whose list it is.
    pub source: SourceId,
    pub original: Original,
    /// The file's name as received, without folders; empty when it was withdrawn.
    #[serde(default)]
    pub file_name: String,
    /// The name and digest of the mapping it was read through, such as `published-figures@1a2b…`.
    pub mapping: String,
    /// When it was taken in, seconds since 1970-01-01T00:00:00Z.
    pub received_at: i64,
    /// Empty when the name was withdrawn.
    #[serde(default)]
    pub received_by: String,
    /// The program that took it in, with its version; entries of before do not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_with: Option<String>,
    /// The terms under which it was received, in the source's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<String>,
}
