//! Whom each record speaks of. In the order of the records, as link runs write it and as records are read: a list, which is not
//! filled a second time as a table would be.

use domain::{PersonId, RecordId};
use rayon::prelude::*;

/// See the module's words.
#[derive(Debug, Default)]
pub struct Memberships(Vec<(RecordId, PersonId)>);

impl Memberships {
    /// Of several persons of one record the last stands.
    pub fn new(mut each: Vec<(RecordId, PersonId)>) -> Self {
        if !each.is_sorted_by(|a, b| a.0 < b.0) {
            each.reverse();
            each.par_sort_by(|a, b| a.0.cmp(&b.0));
            each.dedup_by(|later, first| later.0 == first.0);
        }
        Self(each)
    }

    pub fn get(&self, record: &RecordId) -> Option<&PersonId> {
        let at = self.0.binary_search_by(|(own, _)| own.cmp(record)).ok()?;
        self.0.get(at).map(|(_, person)| person)
    }

    pub fn contains(&self, record: &RecordId) -> bool {
        self.get(record).is_some()
    }

    /// Of each record.
    pub fn persons(&self) -> impl Iterator<Item = &PersonId> {
        self.0.iter().map(|(_, person)| person)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }
}

impl IntoIterator for Memberships {
    type Item = (RecordId, PersonId);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_person_of_a_record_is_found_in_whatever_order_they_come_and_the_last_said_stands() {
        let pairs = [("b", "p1"), ("a", "p2"), ("c", "p1"), ("b", "p3")];
        let id = |record: &str| RecordId::new(record).unwrap();
        let each = pairs.map(|(record, person)| (id(record), PersonId::new(person).unwrap())).to_vec();
        let members = Memberships::new(each);
        let of = |record: &str| members.get(&id(record)).map(|person| person.as_str());
        assert_eq!([of("a"), of("b"), of("c"), of("d")], [Some("p2"), Some("p3"), Some("p1"), None]);
        assert_eq!(members.len(), 3);
        assert_eq!(members.persons().map(PersonId::as_str).collect::<Vec<_>>(), ["p2", "p3", "p1"]);
    }
}
