//! Runs of a stage: what went in, how, and what came out, so that each can be repeated to the same bytes.

use serde::{Deserialize, Serialize};

use crate::{AccessionId, RejectedRow, Sha256Digest};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    pub stage: Stage,
    /// The program's version.
    pub program: String,
    /// Digest of what went in.
    pub input: Sha256Digest,
    /// Settings as JSON text with sorted keys. Empty also when they were withdrawn: a linkage model tells words of names.
    #[serde(default)]
    pub settings: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Digest of what came out; kept among the originals when it is needed to rebuild.
    pub output: Sha256Digest,
    /// Names and counts to show, such as `persons`.
    #[serde(default)]
    pub counts: std::collections::BTreeMap<String, u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Output: CSV `record_id,person_id`.
    Link,
    /// Output: CSV of the pairs drawn to be reviewed, with their strata.
    Review,
    Tally,
    Estimate,
    Publish,
    /// Which witnesses count from here on. Settings: the policy, a text in JSON; its digest is what went in and came out.
    Witness,
}

/// The end of an import. Without it the import was interrupted and can be run again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportFinished {
    pub accession: AccessionId,
    pub rows: u64,
    pub taken_in: u64,
    /// Empty also when it was withdrawn.
    #[serde(default)]
    pub rejected: Vec<RejectedRow>,
    /// Rows that say again what was withdrawn and were not taken in, each with the entry that withdrew it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub returned: Vec<(u64, u64)>,
    /// The file, where it has such rows or one that may be: it tells them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tells_withdrawn: Option<Sha256Digest>,
    /// Withdrawals of which something was taken in again, as was asked: from then on they refuse nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taken_again: Vec<u64>,
}
