//! What one source says about one victim.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    AccessionId, ActKind, AgeClass, AgeRange, Civilian, Name, PartyMention, PlaceMention, RecordId, Sex, SourceId,
    UncertainDate,
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    pub id: RecordId,
    pub source: SourceId,
    pub accession: AccessionId,
    /// Data row in the original, from 1.
    pub row: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_record_id: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sex: Option<Sex>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age: Option<AgeRange>,
    /// As the source classes the victim; see [`Record::class`] for the class that an age implies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age_class: Option<AgeClass>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth: Option<UncertainDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<ActKind>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<UncertainDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<PlaceMention>,
    /// Alleged perpetrators, in the source's words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parties: Vec<PartyMention>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub civilian: Option<Civilian>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// Mapped fields that have no place above: weapon, occupation, link, notes …
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
    /// Every original column, in the file's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub original: Vec<(String, String)>,
}

impl Record {
    /// The class as stated, else the one that the age implies.
    pub fn class(&self) -> Option<AgeClass> {
        self.age_class.or_else(|| self.age.and_then(|age| age.class()))
    }
}
