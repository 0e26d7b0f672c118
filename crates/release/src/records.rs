//! The records of a data set, in the order of their ids, each with its journal index.
//!
//! They stand in one list and not in a tree, since nobody adds to them once they are read: a tree would move each once more.

use domain::{Record, RecordId};

/// See the module's words.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Records(Vec<(u64, Record)>);

/// What one place of the list holds.
type Entry = (u64, Record);

impl Records {
    /// Of several records with one id the last stands.
    pub fn new(mut rows: Vec<Entry>) -> Self {
        if !rows.is_sorted_by(|a, b| a.1.id < b.1.id) {
            rows.reverse();
            rows.sort_by(|a, b| a.1.id.cmp(&b.1.id));
            rows.dedup_by(|later, first| later.1.id == first.1.id);
        }
        Self(rows)
    }

    fn nth(&self, id: &RecordId) -> Option<usize> {
        self.0.binary_search_by(|(_, record)| record.id.cmp(id)).ok()
    }

    pub fn get(&self, id: &RecordId) -> Option<&Entry> {
        self.0.get(self.nth(id)?)
    }

    pub fn get_mut(&mut self, id: &RecordId) -> Option<&mut Entry> {
        let nth = self.nth(id)?;
        self.0.get_mut(nth)
    }

    pub fn values(&self) -> std::slice::Iter<'_, Entry> {
        self.0.iter()
    }

    /// Ids must stay as they are.
    pub fn values_mut(&mut self) -> std::slice::IterMut<'_, Entry> {
        self.0.iter_mut()
    }

    pub fn iter(&self) -> impl Iterator<Item = (&RecordId, &Entry)> {
        self.0.iter().map(|entry| (&entry.1.id, entry))
    }

    pub(crate) fn as_slice(&self) -> &[Entry] {
        &self.0
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn retain(&mut self, mut is_kept: impl FnMut(&RecordId, &Entry) -> bool) {
        self.0.retain(|entry| is_kept(&entry.1.id, entry));
    }

    /// In the place of one with its id, where there is one.
    pub fn insert(&mut self, index: u64, record: Record) {
        match self.0.binary_search_by(|(_, own)| own.id.cmp(&record.id)) {
            Ok(nth) => self.0[nth] = (index, record),
            Err(nth) => self.0.insert(nth, (index, record)),
        }
    }

    pub fn remove(&mut self, id: &RecordId) -> Option<Entry> {
        self.nth(id).map(|nth| self.0.remove(nth))
    }
}

impl FromIterator<Entry> for Records {
    fn from_iter<I: IntoIterator<Item = Entry>>(rows: I) -> Self {
        Self::new(rows.into_iter().collect())
    }
}
