//! Counts of documented victims, under a choice of sources.

use serde::{Deserialize, Serialize};

use crate::{ActKind, AgeClass, Civilian, Month, PartyCode, PlaceCode, Sex, SourceId};

/// Who is said to have done it, under a trust set.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "party")]
pub enum Attribution {
    Party(PartyCode),
    /// Trusted sources name different parties: a column of its own, never split silently.
    Disputed,
    /// No trusted source names a party.
    NotStated,
}

/// The properties by which victims are counted. `None` is unknown, and is counted as such.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Stratum {
    pub attribution: Attribution,
    pub month: Option<Month>,
    /// The governorate.
    pub place: Option<PlaceCode>,
    pub sex: Option<Sex>,
    pub age_class: Option<AgeClass>,
    pub civilian: Option<Civilian>,
    pub act: Option<ActKind>,
}

/// Persons of one stratum by the lists that bear them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TallyCell {
    pub stratum: Stratum,
    /// Bit i is list i of the tally.
    pub inclusion_pattern: u64,
    pub n_documented: u64,
}

/// Every count can be added up from this table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// The lists that the trust set chooses, ordered by id; at most 64.
    pub lists: Vec<SourceId>,
    /// Sorted by stratum, then pattern.
    pub cells: Vec<TallyCell>,
}

/// A 0/1 row per pattern with its count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatternCount {
    pub inclusion_pattern: u64,
    pub n_documented: u64,
}
