//! Persons as far as lists and counts need them. What is said of a person is worked out where it is shown: of most persons of a
//! release that is made again, nothing is.

use domain::person::Attribute;
use domain::{Name, Person, PersonId, Record, RecordId, SourceId, UncertainDate};

/// Whose records are whose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub id: PersonId,
    /// Ordered by record id.
    pub records: Vec<RecordId>,
    /// Lists that bear the person: the sources of the records, ordered.
    pub sources: Vec<SourceId>,
    pub invented: bool,
}

impl Known {
    /// The person that these records speak of. `is_invented` says which sources are invented.
    pub fn from_records(id: PersonId, records: &[&Record], is_invented: impl Fn(&SourceId) -> bool) -> Self {
        let mut sources: Vec<SourceId> = records.iter().map(|r| r.source.clone()).collect();
        sources.sort();
        sources.dedup();
        let mut ids: Vec<RecordId> = records.iter().map(|r| r.id.clone()).collect();
        ids.sort();
        Self { id, records: ids, invented: sources.iter().any(is_invented), sources }
    }

    /// All that these records, which are hers, say of her.
    pub(crate) fn said(&self, records: &[&Record]) -> Person {
        Person::from_records(self.id.clone(), records, |_| self.invented)
    }

    /// Her names, from the names of each of her records.
    pub(crate) fn names<'r>(&self, said: impl Iterator<Item = (&'r Record, Vec<Name>)>) -> Attribute<Name> {
        let with_names = |(record, names): (&Record, _)| Record { names, ..record.clone() };
        let records: Vec<Record> = said.map(with_names).collect();
        self.said(&records.iter().collect::<Vec<_>>()).names
    }

    /// The date of death to display.
    pub(crate) fn date(&self, records: &[&Record]) -> Option<UncertainDate> {
        let mut dates = records.iter().filter_map(|record| record.date);
        let first = dates.next()?;
        // Most persons are told of in one way.
        if dates.all(|date| date == first) {
            return Some(first);
        }
        self.said(records).date.first().map(|said| said.value)
    }
}
