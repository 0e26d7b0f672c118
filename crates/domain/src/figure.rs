//! A number that a source published.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{AccessionId, Exactness, FigureId, PartyMention, Period, PlaceMention, SourceId};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    Killed,
    DiedUnderTorture,
    Massacres,
    Detained,
    ForciblyDisappeared,
    Displaced,
}

impl Measure {
    pub const ALL: [Measure; 6] = [
        Self::Killed,
        Self::DiedUnderTorture,
        Self::Massacres,
        Self::Detained,
        Self::ForciblyDisappeared,
        Self::Displaced,
    ];
    pub fn key(self) -> &'static str {
        match self {
            Self::Killed => "killed",
            Self::DiedUnderTorture => "died_under_torture",
            Self::Massacres => "massacres",
            Self::Detained => "detained",
            Self::ForciblyDisappeared => "forcibly_disappeared",
            Self::Displaced => "displaced",
        }
    }
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|m| m.key() == key)
    }
}

/// Whom a source counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Population {
    All,
    Civilians,
    Combatants,
}

impl Population {
    pub fn key(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Civilians => "civilians",
            Self::Combatants => "combatants",
        }
    }
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::All, Self::Civilians, Self::Combatants].into_iter().find(|p| p.key() == key)
    }
}

/// What a figure is about, decided when it is read so that nobody divides by the wrong thing later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FigureRole {
    /// All parties together: what a share is divided by.
    Total,
    /// One party (or a node that joins several) as alleged perpetrator.
    ByParty,
    /// Whom the dead belonged to. Never part of a share by perpetrator.
    VictimGroup,
}

/// What to know before adding or dividing a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Caution {
    /// Several parties in one figure: it belongs to the joining node and to no part of it.
    JointParties,
    /// Only the dead of massacres, a subset of the period's dead.
    MassacresOnly,
    /// A line inside those killed that is about deaths under torture.
    TortureWithinKilled,
    /// Printed apart and mostly already included in those killed: never added to them.
    NotAddedToKilled,
    /// The page leaves a named party out, so its list is not complete.
    PartyLeftOut,
    /// The year or date was worked out by the reader of the page.
    DateInferred,
    /// The lower or upper bound of a printed range.
    BoundOfRange,
    /// Worked out by a statistical model, not counted by name.
    StatisticalEstimate,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    pub id: FigureId,
    /// The organisation that counted.
    pub source: SourceId,
    pub accession: AccessionId,
    pub row: u64,
    /// The page that printed it; several pages may retell one report.
    pub address: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_on: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retrieved_on: Option<Date>,
    pub period: Period,
    pub place: PlaceMention,
    pub measure: Measure,
    pub population: Population,
    pub role: FigureRole,
    pub party: PartyMention,
    pub total: u64,
    /// Blank in the source is unknown, not zero.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub children: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub women: Option<u64>,
    pub exactness: Exactness,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cautions: Vec<Caution>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub original: Vec<(String, String)>,
}

impl Figure {
    pub fn has(&self, caution: Caution) -> bool {
        self.cautions.contains(&caution)
    }
}
