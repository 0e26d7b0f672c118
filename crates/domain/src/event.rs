//! An attack, massacre, arrest or displacement as one source reports it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    AccessionId, ActKind, CountRange, EventId, LocalText, PartyMention, PlaceMention, SourceId, UncertainDate,
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    pub id: EventId,
    pub source: SourceId,
    pub accession: AccessionId,
    pub row: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_event_id: Option<String>,
    #[serde(default)]
    pub title: LocalText,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acts: Vec<ActKind>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<UncertainDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<PlaceMention>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parties: Vec<PartyMention>,
    /// Deaths of all kinds, as a range.
    #[serde(default)]
    pub deaths: CountRange,
    /// The source's own breakdown, such as `deaths_civilians`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub deaths_by: BTreeMap<String, u64>,
    /// Addresses of videos, photos and articles that the source names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub media: Vec<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub original: Vec<(String, String)>,
}
