//! The one whom several records speak of.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    ActKind, AgeClass, AgeRange, Civilian, Name, PartyCode, PersonId, PlaceCode, Record, RecordId, Sex, SourceId,
    UncertainDate,
};

/// A value and who says it. Nothing is averaged away.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Said<T> {
    pub value: T,
    pub by: Vec<SourceId>,
}

/// All values of one attribute, the one to display first.
///
/// Rule of display: the value that most sources say; among equals the one said by the source whose id
/// comes first. Values are in that order.
pub type Attribute<T> = Vec<Said<T>>;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Person {
    pub id: PersonId,
    /// Ordered by record id.
    pub records: Vec<RecordId>,
    /// Lists that bear the person: the sources of the records, ordered.
    pub sources: Vec<SourceId>,
    pub invented: bool,
    pub names: Attribute<Name>,
    pub sex: Attribute<Sex>,
    pub age: Attribute<AgeRange>,
    pub age_class: Attribute<AgeClass>,
    pub civilian: Attribute<Civilian>,
    pub act: Attribute<ActKind>,
    pub date: Attribute<UncertainDate>,
    pub place: Attribute<PlaceCode>,
    pub party: Attribute<PartyCode>,
    pub cause: Attribute<String>,
}

fn attribute<T: Clone + Ord>(records: &[&Record], values: impl Fn(&Record) -> Vec<T>) -> Attribute<T> {
    let mut by: BTreeMap<T, Vec<SourceId>> = BTreeMap::new();
    for record in records {
        for value in values(record) {
            let sources = by.entry(value).or_default();
            if !sources.contains(&record.source) {
                sources.push(record.source.clone());
            }
        }
    }
    let mut said: Attribute<T> = by
        .into_iter()
        .map(|(value, mut by)| {
            by.sort();
            Said { value, by }
        })
        .collect();
    said.sort_by(|a, b| b.by.len().cmp(&a.by.len()).then_with(|| a.by.cmp(&b.by)).then_with(|| a.value.cmp(&b.value)));
    said
}

impl Person {
    /// The person that these records speak of. `is_invented` says which sources are invented.
    pub fn from_records(id: PersonId, records: &[&Record], is_invented: impl Fn(&SourceId) -> bool) -> Self {
        let mut sources: Vec<SourceId> = records.iter().map(|r| r.source.clone()).collect();
        sources.sort();
        sources.dedup();
        let mut ids: Vec<RecordId> = records.iter().map(|r| r.id.clone()).collect();
        ids.sort();
        Self {
            id,
            records: ids,
            invented: sources.iter().any(is_invented),
            sources,
            names: attribute(records, |r| r.names.clone()),
            sex: attribute(records, |r| r.sex.into_iter().collect()),
            age: attribute(records, |r| r.age.into_iter().collect()),
            age_class: attribute(records, |r| r.class().into_iter().collect()),
            civilian: attribute(records, |r| r.civilian.into_iter().collect()),
            act: attribute(records, |r| r.act.into_iter().collect()),
            date: attribute(records, |r| r.date.into_iter().collect()),
            place: attribute(records, |r| r.place.iter().filter_map(|p| p.code.clone()).collect()),
            party: attribute(records, |r| r.parties.iter().filter_map(|p| p.code.clone()).collect()),
            cause: attribute(records, |r| r.cause.iter().cloned().collect()),
        }
    }
}
