//! A row that was not taken in, and why.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectedRow {
    /// Data row from 1; 0 when the file as a whole could not be read further.
    pub row: u64,
    /// The column at fault, in the file's own words; empty when it is the whole row.
    pub column: String,
    /// What was wrong, in one sentence.
    pub reason: String,
    /// The offending value, cut to 200 characters.
    pub value: String,
}
