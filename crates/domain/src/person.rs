//! The one whom several records speak of.

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

/// `T` is a reference where copying is dear: see [`owned`].
fn attribute<'r, T: Ord, I: IntoIterator<Item = T>>(
    records: &[&'r Record],
    values: impl Fn(&'r Record) -> I,
) -> Attribute<T> {
    let one = |record: &&'r Record| values(record).into_iter().zip(std::iter::repeat(&record.source));
    let mut all: Vec<(T, &SourceId)> = records.iter().flat_map(one).collect();
    all.sort();
    all.dedup();
    let mut said: Attribute<T> = Vec::new();
    for (value, by) in all {
        match said.last_mut() {
            Some(last) if last.value == value => last.by.push(by.clone()),
            _ => said.push(Said { value, by: vec![by.clone()] }),
        }
    }
    said.sort_by(|a, b| b.by.len().cmp(&a.by.len()).then_with(|| a.by.cmp(&b.by)).then_with(|| a.value.cmp(&b.value)));
    said
}

fn owned<T: Clone>(said: Attribute<&T>) -> Attribute<T> {
    said.into_iter().map(|Said { value, by }| Said { value: value.clone(), by }).collect()
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
            names: owned(attribute(records, |r| &r.names)),
            sex: attribute(records, |r| r.sex),
            age: attribute(records, |r| r.age),
            age_class: attribute(records, Record::class),
            civilian: attribute(records, |r| r.civilian),
            act: attribute(records, |r| r.act),
            date: attribute(records, |r| r.date),
            place: owned(attribute(records, |r| r.place.iter().filter_map(|p| p.code.as_ref()))),
            party: owned(attribute(records, |r| r.parties.iter().filter_map(|p| p.code.as_ref()))),
            cause: owned(attribute(records, |r| &r.cause)),
        }
    }
}
