//! Who handled what, and what was withdrawn: the chain of custody as entries of the journal.

use serde::{Deserialize, Serialize};

use crate::Sha256Digest;

/// What was done with something that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CustodyAction {
    LookedAt,
    Exported,
    Printed,
    HandedOver,
    CheckedFixity,
}

impl CustodyAction {
    pub const ALL: [Self; 5] = [Self::LookedAt, Self::Exported, Self::Printed, Self::HandedOver, Self::CheckedFixity];

    pub fn key(self) -> &'static str {
        match self {
            Self::LookedAt => "looked_at",
            Self::Exported => "exported",
            Self::Printed => "printed",
            Self::HandedOver => "handed_over",
            Self::CheckedFixity => "checked_fixity",
        }
    }
}

/// One step in the chain of custody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustodyEvent {
    pub action: CustodyAction,
    /// The id that was named, such as a record's or an original's.
    pub subject: String,
    /// The entries that it is about.
    pub entries: Vec<u64>,
    /// Empty when the name was withdrawn.
    #[serde(default)]
    pub by: String,
    /// To whom, where something left the house.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The program and its version.
    pub tool: String,
}

/// What is withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WithdrawnPart {
    /// All that an entry says.
    Payload,
    /// The fields of one name of an entry.
    Field(String),
    /// The bytes as received; the entry says of what kind they were.
    Original(Sha256Digest),
}

/// That something was withdrawn: by whom, on whose authority and why. The log keeps this for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {
    /// The entry that it is about.
    pub entry: u64,
    pub part: WithdrawnPart,
    pub reason: String,
    pub authority: String,
    pub by: String,
    /// The program and its version.
    pub tool: String,
    /// Originals that it was read off, and others in which a name of it was found: where they are kept they tell it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub still_in: Vec<Sha256Digest>,
    /// Entries that stayed, in which a word of it stands.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub told_in: Vec<u64>,
    /// Codes of the keeper by which the same is known when it comes again, in another file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub known_by: Vec<String>,
}
