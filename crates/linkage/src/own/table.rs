//! Records read for an own spec: the values of each comparison, and the keys of each rule. The rows themselves are not held.

use super::column::{self, Column};
use super::{Measure, OwnSpec, Part, PartName};
use crate::LinkageError;
use crate::mix::hash_bytes;
use crate::reading::Reading;
use crate::record_set::MOST_RECORDS;
use crate::run::id_order;
use crate::vocabulary::skeleton_key;

/// Keys that one rule gives a record, at most: several parts may have several values each.
const MOST_KEYS: usize = 64;

/// The keys of all records under one rule, those of each ascending.
#[derive(Default)]
pub(super) struct Keys {
    ends: Vec<usize>,
    keys: Vec<u64>,
}

impl Keys {
    fn push(&mut self, mut keys: Vec<u64>) {
        keys.sort_unstable();
        keys.dedup();
        self.keys.extend(keys);
        self.ends.push(self.keys.len());
    }

    pub fn of(&self, record: u32) -> &[u64] {
        let at = record as usize;
        &self.keys[at.checked_sub(1).map_or(0, |before| self.ends[before])..self.ends[at]]
    }
}

/// Where the values of a part of a rule come from.
struct Source {
    column: usize,
    part: PartName,
    letters: u8,
    separator: String,
}

pub struct OwnRecords {
    ids: crate::pieces::Ids,
    pub(super) lists: Vec<u32>,
    pub(super) columns: Vec<Column>,
    pub(super) keys: Vec<Keys>,
    /// Of each comparison, where its cells stand.
    cells: Vec<[usize; 2]>,
    rules: Vec<Vec<Source>>,
    reading: Reading,
}

impl OwnRecords {
    /// None yet; their cells will come in the order of [`OwnSpec::columns`].
    pub fn new(spec: &OwnSpec) -> Self {
        let names = spec.columns();
        let at = |name: &str| names.iter().position(|n| *n == name).unwrap_or(0);
        let cells = spec.comparisons.iter().map(|comparison| {
            let mut read = comparison.reads().map(at);
            let first = read.next().unwrap_or(0);
            [first, read.next().unwrap_or(first)]
        });
        let source = |part: &Part| match part {
            // What a comparison reads as a day, an address or a postcode is one whatever way it is written.
            Part::Whole(name) => {
                let reads = |by: Measure| spec.comparisons.iter().any(|c| c.by == by && c.reads().any(|r| r == name));
                let part = match () {
                    () if reads(Measure::Days) => PartName::Day,
                    () if reads(Measure::Postcode) => PartName::Postcode,
                    () => PartName::Whole,
                };
                Source { column: at(name), part, letters: 0, separator: String::new() }
            }
            Part::Some(of) => {
                Source { column: at(&of.column), part: of.part, letters: of.letters, separator: of.separator.clone() }
            }
        };
        Self {
            ids: crate::pieces::Ids::default(),
            lists: Vec::new(),
            columns: spec.comparisons.iter().map(Column::new).collect(),
            keys: spec.rules.iter().map(|_| Keys::default()).collect(),
            cells: cells.collect(),
            rules: spec.rules.iter().map(|rule| rule.same.iter().map(source).collect()).collect(),
            reading: Reading::new(&spec.date_formats),
        }
    }

    /// # Errors
    /// A record without an id, and more than can be numbered.
    pub fn push(&mut self, id: &str, list: u32, cells: &[&str]) -> Result<(), LinkageError> {
        if id.is_empty() {
            return Err(LinkageError::NoId(list));
        }
        if self.len() >= MOST_RECORDS {
            return Err(LinkageError::TooMany(MOST_RECORDS));
        }
        let cell = |at: usize| cells.get(at).map_or("", |cell| cell.trim());
        self.ids.push(id);
        self.lists.push(list);
        for (column, at) in self.columns.iter_mut().zip(&self.cells) {
            column.push(at.map(cell), &mut self.reading);
        }
        for (keys, rule) in self.keys.iter_mut().zip(&self.rules) {
            let mut of_record = vec![0x5eed_u64];
            for source in rule {
                let found = values(cell(source.column), source, &mut self.reading);
                let both = of_record.iter().flat_map(|key| found.iter().map(|text| hash_bytes(*key, text.as_bytes())));
                of_record = both.take(MOST_KEYS).collect();
            }
            keys.push(of_record);
        }
        Ok(())
    }

    pub fn len(&self) -> usize {
        self.lists.len()
    }

    pub fn is_empty(&self) -> bool {
        self.lists.is_empty()
    }

    /// The id of the record pushed as number `i`; empty where there is none.
    pub fn id(&self, i: u32) -> &str {
        self.ids.at(i)
    }

    /// Records in the order of their ids.
    pub(super) fn order(&self) -> Result<Vec<u32>, LinkageError> {
        id_order(&self.ids)
    }
}

/// What two records must share of a cell; nothing where it is missing.
fn values(cell: &str, source: &Source, reading: &mut Reading) -> Vec<String> {
    if domain::values::is_blank(cell) {
        return Vec::new();
    }
    let nth = |parts: Option<[String; 3]>, at: usize| parts.map(|mut parts| std::mem::take(&mut parts[at]));
    let dated = |reading: &mut Reading| reading.date("date", cell).map(|date| date.earliest());
    let one = match source.part {
        PartName::Whole => Some(column::plain(cell)),
        PartName::Day => column::day(reading, cell).map(|day| day.to_string()),
        PartName::Postcode => nth(column::postcode(cell), 0),
        PartName::Start => Some(column::plain(cell).chars().take(usize::from(source.letters)).collect()),
        PartName::Year => dated(reading).map(|day| day.year().to_string()),
        PartName::Month => dated(reading).map(|day| format!("{}-{}", day.year(), day.month())),
        PartName::Username => nth(column::email(cell), 1),
        PartName::Domain => nth(column::email(cell), 2),
        PartName::Sector => nth(column::postcode(cell), 1),
        PartName::District => nth(column::postcode(cell), 2),
        PartName::Member => return column::members(cell, &source.separator).collect(),
        PartName::Consonants => Some(skeleton_key(&column::plain(cell), domain::Script::of(cell)).to_string()),
    };
    one.into_iter().filter(|text| !text.is_empty()).collect()
}
