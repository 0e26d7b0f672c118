//! The records of a run, packed one by one as they come.

use domain::{Script, Sex, UncertainDate};

use crate::LinkageError;
use crate::common::Columns;
use crate::packed::Packed;
use crate::pieces::{Ids, Pieces};
use crate::record::LinkRecord;
use crate::vocabulary::Vocabulary;

/// What a record says beside its names.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Said<'a> {
    pub list: u32,
    pub sex: Option<Sex>,
    pub age: Option<(u8, u8)>,
    pub date: Option<UncertainDate>,
    pub place_gov: Option<&'a str>,
    pub place_town: Option<&'a str>,
    pub cause: Option<&'a str>,
    pub party: Option<&'a str>,
}

impl Said<'_> {
    /// As [`LinkRecord::facts`].
    pub fn facts<'n>(&self, names: impl IntoIterator<Item = (&'n str, Script)>) -> u16 {
        let (mut arabic, mut other) = (false, false);
        for (_, script) in names {
            *(if script == Script::Arabic { &mut arabic } else { &mut other }) = true;
        }
        let borne = [
            arabic,
            other,
            self.sex.is_some(),
            self.age.is_some(),
            self.date.is_some(),
            self.place_gov.is_some(),
            self.place_town.is_some(),
            self.cause.is_some(),
            self.party.is_some(),
        ];
        borne.iter().enumerate().fold(0, |facts, (bit, borne)| facts | u16::from(*borne) << bit)
    }
}

impl<'a> From<&'a LinkRecord> for Said<'a> {
    fn from(record: &'a LinkRecord) -> Self {
        Self {
            list: record.list,
            sex: record.sex,
            age: record.age,
            date: record.date,
            place_gov: record.place_gov.as_deref(),
            place_town: record.place_town.as_deref(),
            cause: record.cause.as_deref(),
            party: record.party.as_deref(),
        }
    }
}

/// Records packed one by one; the rows that they came from can be dropped. About 90 bytes a record, and its id alone once they are linked.
#[derive(Debug)]
pub struct RecordSet {
    pub(crate) ids: Ids,
    pub(crate) packed: Pieces<Packed>,
    pub(crate) vocabulary: Vocabulary,
    pub(crate) columns: Columns,
}

pub(crate) fn names_of(record: &LinkRecord) -> impl Iterator<Item = (&str, Script)> {
    record.names.iter().map(|(name, script)| (name.as_str(), *script))
}

impl Default for RecordSet {
    fn default() -> Self {
        Self::new()
    }
}

impl RecordSet {
    pub fn new() -> Self {
        Self {
            ids: Ids::default(),
            packed: Pieces::default(),
            vocabulary: Vocabulary::new(),
            columns: Columns::default(),
        }
    }

    /// Refuses a record without an id, and more records than can be numbered. That an id is given twice is found when
    /// the records are linked.
    pub fn push(&mut self, record: &LinkRecord) -> Result<(), LinkageError> {
        self.push_said(&record.id, names_of(record), &record.into())
    }

    pub(crate) fn push_said<'a>(
        &mut self,
        id: &str,
        names: impl IntoIterator<Item = (&'a str, Script)>,
        said: &Said,
    ) -> Result<(), LinkageError> {
        if id.is_empty() {
            return Err(LinkageError::NoId(said.list));
        }
        if self.len() >= MOST_RECORDS {
            return Err(LinkageError::TooMany(MOST_RECORDS));
        }
        self.ids.push(id);
        let packed = self.vocabulary.pack(names, said);
        self.packed.push(packed);
        Ok(())
    }

    pub(crate) fn pack(&mut self, record: &LinkRecord) -> Packed {
        self.vocabulary.pack(names_of(record), &record.into())
    }

    pub fn len(&self) -> usize {
        self.ids.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The id of the record pushed as number `i`, from 0; empty where there is none.
    pub fn id(&self, i: u32) -> &str {
        self.ids.at(i)
    }

    /// Brings ids into the processor's cache.
    pub fn touch(&self, records: impl Iterator<Item = u32>) {
        self.ids.touch(records);
    }
}

/// No rule set gives a record more than 31 keys, and places among all keys are numbered in 32 bits.
pub(crate) const MOST_RECORDS: usize = 1 << 27;
