//! What is counted of each record, and its names, as a walk over the journal read them: a frame whose digest is still the same is
//! not read again. What only the page of a person shows is not here.
//!
//! A heading; the stamp of the program that read; the length of the tables (8 bytes, the lowest first) and they as JSON; the number of
//! rows; a row for each record, in the order of their ids; the names of all, as JSON. Values that many records share stand in the
//! tables once, and rows point there. Whoever keeps the bytes puts a code at their end: what is not so is no cache.

use std::hash::Hash;
use std::ops::Range;

use casebase::Indexed;
use domain::{
    AccessionId, ActKind, AgeClass, AgeRange, Civilian, Name, PartyMention, PlaceCode, PlaceMention, Record, RecordId,
    Sex, SourceId, UncertainDate,
};
use evidence::Stretch;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

const HEADER: &[u8] = b"tawthiq-rows/v1\n";
/// Id, entry and row, end of the names, then a place in each table.
const ROW: usize = ID + 8 + 8 + 4 + 4 * COLUMNS;
/// The letters of an id and zeros; a longer one is not kept.
const ID: usize = 32;
const COLUMNS: usize = 10;
/// Rows that one thread reads at a time.
const AT_ONCE: usize = 4096;
/// Fewer new records than this are read from the journal again the next time: what is kept of all others is then not written anew.
const WORTH_KEEPING: usize = 1000;

/// Values, each once.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent, bound(deserialize = "T: Deserialize<'de>"))]
struct Table<T: Hash + Eq + Clone> {
    values: Vec<T>,
    /// Made when the first value is added.
    #[serde(skip)]
    places: FxHashMap<T, u32>,
}

impl<T: Hash + Eq + Clone> Default for Table<T> {
    fn default() -> Self {
        Self { values: Vec::new(), places: FxHashMap::default() }
    }
}

impl<T: Hash + Eq + Clone> Table<T> {
    fn place(&mut self, value: &T) -> u32 {
        if self.places.is_empty() {
            self.places = self.values.iter().cloned().zip(0..).collect();
        }
        let next = self.values.len() as u32;
        if let Some(place) = self.places.get(value) {
            return *place;
        }
        self.places.insert(value.clone(), next);
        self.values.push(value.clone());
        next
    }

    fn at(&self, place: u32) -> Option<T> {
        self.values.get(place as usize).cloned()
    }
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Tables {
    frames: Vec<Stretch>,
    /// Entries of these frames that are no records, or not the first of their id.
    others: Vec<u64>,
    sources: Table<SourceId>,
    accessions: Table<AccessionId>,
    sexes: Table<Option<Sex>>,
    ages: Table<Option<AgeRange>>,
    classes: Table<Option<AgeClass>>,
    civilians: Table<Option<Civilian>>,
    acts: Table<Option<ActKind>>,
    dates: Table<Option<UncertainDate>>,
    places: Table<Option<PlaceCode>>,
    /// Without the words of the source.
    parties: Table<Vec<PartyMention>>,
}

/// See the module's words. Empty at first.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    tables: Tables,
    /// Ends with the rows and the names.
    bytes: Vec<u8>,
    rows: Range<usize>,
    /// Nothing was taken in since it was read.
    is_as_read: bool,
}

fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    number(bytes, at).map(u32::from_le_bytes)
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    number(bytes, at).map(u64::from_le_bytes)
}

fn letters(id: &RecordId) -> Option<[u8; ID]> {
    let mut letters = [0; ID];
    letters.get_mut(..id.as_str().len())?.copy_from_slice(id.as_str().as_bytes());
    Some(letters)
}

impl Rows {
    /// Reads what [`Rows::bytes`] gave under the same stamp; anything else is nothing.
    pub fn parse(bytes: Vec<u8>, stamp: &[u8]) -> Self {
        let found = Self::read(&bytes, stamp);
        found.map(|(tables, rows)| Self { tables, bytes, rows, is_as_read: true }).unwrap_or_default()
    }

    fn read(bytes: &[u8], stamp: &[u8]) -> Option<(Tables, Range<usize>)> {
        let rest = bytes.strip_prefix(HEADER)?.strip_prefix(stamp)?;
        let (tables, rest) = rest.split_at_checked(8)?.1.split_at_checked(usize::try_from(u64_at(rest, 0)?).ok()?)?;
        let n_rows = usize::try_from(u64_at(rest, 0)?).ok()?;
        let (rows, names) = rest.split_at_checked(8)?.1.split_at_checked(n_rows.checked_mul(ROW)?)?;
        let end = bytes.len() - names.len();
        Some((serde_json::from_slice(tables).ok()?, end - rows.len()..end))
    }

    /// Whether [`Rows::bytes`] would give what it was read from.
    pub fn is_as_read(&self) -> bool {
        self.is_as_read
    }

    fn rows(&self) -> &[u8] {
        self.bytes.get(self.rows.clone()).unwrap_or_default()
    }

    fn all_names(&self) -> &[u8] {
        self.bytes.get(self.rows.end..).unwrap_or_default()
    }

    /// For the next time.
    pub fn bytes(&self, stamp: &[u8]) -> Vec<u8> {
        let tables = serde_json::to_vec(&self.tables).unwrap_or_default();
        let length = |n: usize| (n as u64).to_le_bytes();
        let n_rows = length(self.rows.len() / ROW);
        [HEADER, stamp, &length(tables.len()), &tables, &n_rows, self.rows(), self.all_names()].concat()
    }

    pub fn frames(&self) -> &[Stretch] {
        &self.tables.frames
    }

    pub fn others(&self) -> &[u64] {
        &self.tables.others
    }

    fn row(&self, nth: usize) -> Option<&[u8]> {
        self.rows().get(nth.checked_mul(ROW)?..nth.checked_add(1)?.checked_mul(ROW)?)
    }

    /// Every record, by id, as far as it is counted, in a list that has room for so many more. `None` where a row points nowhere.
    pub fn records(&self, room: usize) -> Option<Vec<Indexed<Record>>> {
        let mut found = Vec::with_capacity(self.rows.len() / ROW + room);
        let rows = self.rows().par_chunks(ROW).with_min_len(AT_ONCE);
        rows.map(|row| self.record(row)).collect_into_vec(&mut found);
        // In the place where they are.
        found.into_iter().collect()
    }

    fn record(&self, row: &[u8]) -> Option<Indexed<Record>> {
        let id = row.get(..ID)?;
        let id = std::str::from_utf8(id.get(..id.iter().position(|letter| *letter == 0).unwrap_or(ID))?).ok()?;
        let place = |column: usize| u32_at(row, ID + 20 + 4 * column);
        let tables = &self.tables;
        let code = tables.places.at(place(8)?)?;
        let value = Record {
            id: RecordId::new(id).ok()?,
            source: tables.sources.at(place(0)?)?,
            accession: tables.accessions.at(place(1)?)?,
            row: u64_at(row, ID + 8)?,
            source_record_id: None,
            names: Vec::new(),
            sex: tables.sexes.at(place(2)?)?,
            age: tables.ages.at(place(3)?)?,
            age_class: tables.classes.at(place(4)?)?,
            birth: None,
            act: tables.acts.at(place(6)?)?,
            date: tables.dates.at(place(7)?)?,
            place: code.map(|code| PlaceMention {
                written: Vec::new(),
                code: Some(code),
                point: None,
                precision: None,
            }),
            parties: tables.parties.at(place(9)?)?,
            civilian: tables.civilians.at(place(5)?)?,
            cause: None,
            fields: Default::default(),
            original: Vec::new(),
        };
        Some(Indexed { index: u64_at(row, ID)?, value })
    }

    fn nth_of(&self, id: &RecordId) -> Option<usize> {
        let wanted = letters(id)?;
        let (mut from, mut until) = (0, self.rows.len() / ROW);
        while from < until {
            let middle = from + (until - from) / 2;
            match self.row(middle)?.get(..ID)?.cmp(&wanted) {
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Less => from = middle + 1,
                std::cmp::Ordering::Greater => until = middle,
            }
        }
        None
    }

    /// The entry of a record that is here.
    pub fn entry(&self, id: &RecordId) -> Option<u64> {
        u64_at(self.row(self.nth_of(id)?)?, ID)
    }

    /// The names of a record that is here.
    pub fn names(&self, id: &RecordId) -> Result<Option<Vec<Name>>, serde_json::Error> {
        let start = || u32_at(self.row(self.nth_of(id)?)?, ID + 16);
        let Some(start) = start() else { return Ok(None) };
        let names = self.all_names().get(start as usize..).unwrap_or_default();
        serde_json::Deserializer::from_slice(names).into_iter().next().transpose()
    }

    /// Takes in records of these frames, all of whose entries are whole: `found` holds the whole records, `others` the other entries.
    /// False, and they are read again the next time, where they have no room here, or are few beside those that are.
    pub fn take(&mut self, frames: Vec<Stretch>, others: Vec<u64>, found: &[&Indexed<Record>]) -> bool {
        if found.len() < WORTH_KEEPING.min(self.rows.len() / ROW / 8) {
            return false;
        }
        let mut names = self.all_names().to_vec();
        let made: Option<Vec<[u8; ROW]>> = found.iter().map(|record| self.made(record, &mut names)).collect();
        let Some(mut made) = made else { return false };
        self.tables.frames.extend(frames);
        self.tables.others.extend(others);
        made.sort_unstable();
        let mut bytes = Vec::with_capacity(self.rows.len() + made.len() * ROW + names.len());
        let mut made = made.into_iter().peekable();
        for old in self.rows().chunks(ROW) {
            while let Some(new) = made.next_if(|new| new[..] < *old) {
                bytes.extend_from_slice(&new);
            }
            bytes.extend_from_slice(old);
        }
        made.for_each(|new| bytes.extend_from_slice(&new));
        self.rows = 0..bytes.len();
        bytes.append(&mut names);
        (self.bytes, self.is_as_read) = (bytes, false);
        true
    }

    fn made(&mut self, Indexed { index, value }: &Indexed<Record>, all_names: &mut Vec<u8>) -> Option<[u8; ROW]> {
        let tables = &mut self.tables;
        let code = value.place.as_ref().and_then(|place| place.code.clone());
        let bare = |mention: &PartyMention| PartyMention { written: String::new(), ..mention.clone() };
        let places = [
            tables.sources.place(&value.source),
            tables.accessions.place(&value.accession),
            tables.sexes.place(&value.sex),
            tables.ages.place(&value.age),
            tables.classes.place(&value.age_class),
            tables.civilians.place(&value.civilian),
            tables.acts.place(&value.act),
            tables.dates.place(&value.date),
            tables.places.place(&code),
            tables.parties.place(&value.parties.iter().map(bare).collect()),
        ];
        let names = u32::try_from(all_names.len()).ok()?;
        serde_json::to_writer(all_names, &value.names).ok()?;
        let mut row = Vec::with_capacity(ROW);
        row.extend_from_slice(&letters(&value.id)?);
        row.extend_from_slice(&index.to_le_bytes());
        row.extend_from_slice(&value.row.to_le_bytes());
        row.extend_from_slice(&names.to_le_bytes());
        places.iter().for_each(|place| row.extend_from_slice(&place.to_le_bytes()));
        row.try_into().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(nth: u64) -> Indexed<Record> {
        let text = format!(
            r#"{{"id":"r-{nth:03}","source":"a","accession":"a-1","row":{nth},"names":[{{"text":"اسم {nth}","language":"ar","script":"arabic"}}],
            "sex":"male","age":{{"min":20,"max":25}},"date":"2014-0{}","cause":"shelling",
            "place":{{"written":["Homs"],"code":"SY-HI"}},"parties":[{{"written":"ISIS","code":"isis"}}]}}"#,
            1 + nth % 9
        );
        Indexed { index: 100 + nth, value: serde_json::from_str(&text).unwrap() }
    }

    fn counted(record: &Indexed<Record>) -> Indexed<Record> {
        let mut value = record.value.clone();
        (value.names, value.cause) = (Vec::new(), None);
        value.place.as_mut().unwrap().written.clear();
        value.parties.iter_mut().for_each(|party| party.written.clear());
        Indexed { index: record.index, value }
    }

    fn rows(parts: &[&[u64]]) -> Rows {
        let mut rows = Rows::default();
        for part in parts {
            let records: Vec<_> = part.iter().map(|nth| record(*nth)).collect();
            let frame = Stretch { first: part[0], count: 1, digest: [1; 32] };
            assert!(rows.take(vec![frame], vec![part[0]], &records.iter().collect::<Vec<_>>()));
        }
        rows
    }

    #[test]
    fn what_is_counted_of_each_record_is_read_again_in_the_order_of_ids_whenever_it_was_taken_in() {
        let rows = Rows::parse(rows(&[&[5, 2, 9], &[7, 1]]).bytes(b"stamp"), b"stamp");
        assert!(rows.is_as_read());
        let expected: Vec<_> = [1, 2, 5, 7, 9].map(|nth| counted(&record(nth))).into();
        let found = rows.records(0).unwrap();
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(&expected) {
            assert_eq!((found.index, &found.value), (expected.index, &expected.value));
            let id = &found.value.id;
            assert_eq!(rows.names(id).unwrap().unwrap(), record(expected.value.row).value.names);
            assert_eq!(rows.entry(id), Some(expected.index));
        }
        assert_eq!((rows.frames().len(), rows.others()), (2, &[5, 7][..]));
        assert!(rows.names(&RecordId::new("r-003").unwrap()).unwrap().is_none());
    }

    #[test]
    fn rows_of_another_program_or_that_were_cut_are_none() {
        let bytes = rows(&[&[1, 2]]).bytes(b"stamp");
        assert!(Rows::parse(bytes.clone(), b"other").frames().is_empty());
        let head = bytes.len() - rows(&[&[1, 2]]).all_names().len();
        for at in 0..head {
            assert!(Rows::parse(bytes[..at].to_vec(), b"stamp").frames().is_empty(), "cut at {at}");
        }
    }

    #[test]
    fn few_new_records_beside_many_are_read_again_and_the_others_stay_as_they_were_read() {
        let many: Vec<u64> = (0..80).collect();
        let mut rows = Rows::parse(rows(&[&many]).bytes(b"stamp"), b"stamp");
        let new: Vec<_> = (100..110).map(record).collect();
        let frame = || vec![Stretch { first: 100, count: 10, digest: [2; 32] }];
        assert!(!rows.take(frame(), Vec::new(), &new[..9].iter().collect::<Vec<_>>()));
        assert!(rows.is_as_read() && rows.records(0).unwrap().len() == 80);
        assert!(rows.take(frame(), Vec::new(), &new.iter().collect::<Vec<_>>()));
        assert!(!rows.is_as_read() && rows.records(0).unwrap().len() == 90);
    }

    #[test]
    fn an_id_that_has_no_room_is_not_kept() {
        let mut long = record(1);
        long.value.id = RecordId::new("r".repeat(ID + 1)).unwrap();
        let mut rows = rows(&[&[2]]);
        assert!(!rows.take(vec![Stretch { first: 1, count: 1, digest: [2; 32] }], Vec::new(), &[&long]));
        assert!(rows.frames().len() == 1 && rows.records(0).unwrap().len() == 1, "those before are kept");
    }
}
