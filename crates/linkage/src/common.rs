//! Values that so many records bear that two who agree on one say nothing: the one day of a massacre, "none" for an address, 1900-01-01.
//!
//! Of dates, and in lists of people of numbers or addresses of one's own. That two differ still counts.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::packed::{COMMON_DATE, COMMON_OWN};
use crate::record_set::RecordSet;
use crate::rows::Fields;
use crate::settings::RowSpec;

/// A value is common where one record of so many bears it: many die on one day, but few are born on it.
const ONE_OF_VICTIMS: usize = 10;
const ONE_OF_PEOPLE: usize = 50;
/// Fewer records may be of few persons.
const RECORDS_AT_LEAST: usize = 50;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CommonValues {
    pub dates: Vec<CommonDate>,
    /// Numbers or addresses of one's own, as they are compared.
    pub own: Vec<CommonOwn>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CommonDate {
    /// The first possible day, for readers.
    pub date: String,
    /// Days since 1970-01-01, first and last possible.
    pub first_day: i32,
    pub last_day: i32,
    pub records: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CommonOwn {
    pub value: String,
    pub records: u32,
}

impl CommonValues {
    pub(crate) fn is_empty(&self) -> bool {
        self.dates.is_empty() && self.own.is_empty()
    }

    /// Of the records, in sentences.
    pub(crate) fn warnings(&self, spec: RowSpec, set: &RecordSet) -> Vec<String> {
        let usual_date = match spec {
            RowSpec::Victims => "date_of_death",
            RowSpec::People => "date_of_birth",
        };
        let called = |read: &[String], usual: &str| if read.is_empty() { usual.to_owned() } else { read.join(" or ") };
        let date = called(&set.columns.date, usual_date);
        let own = called(&set.columns.own, "email, number or occupation");
        let say = |column: &str, value: &str, n: u32| says_nothing(column, value, n, set.len() as u64);
        let dates = self.dates.iter().map(|d| say(&date, &d.date, d.records));
        dates.chain(self.own.iter().map(|found| say(&own, &found.value, found.records))).collect()
    }
}

/// That `n` of so many records bear a common value, in a sentence.
pub(crate) fn says_nothing(column: &str, value: &str, n: u32, records: u64) -> String {
    let share = 100.0 * f64::from(n) / records.max(1) as f64;
    format!("{share:.0} % of the records bear {value:?} as {column}: that two of them agree on it weighs nothing")
}

/// The columns from which values are read that may be common, as the lists call them; none where nobody said.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    date: Vec<String>,
    own: Vec<String>,
}

impl RecordSet {
    /// Notes what a list calls the columns that each field is read from, so that warnings can name them.
    pub fn note_columns(&mut self, columns: &Fields<Vec<&str>>) {
        for (known, read) in [(&mut self.columns.date, &columns.date), (&mut self.columns.own, &columns.cause)] {
            for name in read {
                if !known.iter().any(|known| known == name) {
                    known.push((*name).to_owned());
                }
            }
        }
    }

    pub(crate) fn common_values(&self, spec: RowSpec) -> CommonValues {
        let one_of = match spec {
            RowSpec::Victims => ONE_OF_VICTIMS,
            RowSpec::People => ONE_OF_PEOPLE,
        };
        let is_common = |n: u32| n as usize >= RECORDS_AT_LEAST && n as usize * one_of >= self.len();
        let facts = || (0..self.packed.len() as u32).map(|i| &self.packed.at(i).facts);
        let mut dates: FxHashMap<(i32, i32), u32> = FxHashMap::default();
        facts().filter(|f| f.has_date()).for_each(|f| *dates.entry((f.first_day, f.last_day)).or_default() += 1);
        dates.retain(|_, n| is_common(*n));
        let written = |(first, last): (i32, i32)| {
            let found = facts().find(|f| (f.first_day, f.last_day) == (first, last));
            found.map_or_else(String::new, |f| format!("{:04}-{:02}-{:02}", f.year, f.month, f.day))
        };
        let date = |(days, records): (&(i32, i32), &u32)| CommonDate {
            date: written(*days),
            first_day: days.0,
            last_day: days.1,
            records: *records,
        };
        let mut out = CommonValues { dates: dates.iter().map(date).collect(), own: Vec::new() };
        if spec == RowSpec::People {
            let mut counts = vec![0u32; facts().map(|f| f.cause as usize + 1).max().unwrap_or(0)];
            facts().for_each(|f| counts[f.cause as usize] += 1);
            let common = (0u32..).zip(counts).skip(1).filter(|(_, n)| is_common(*n));
            let own = common.filter_map(|(number, records)| {
                self.vocabulary.other_text(number).map(|value| CommonOwn { value: value.to_owned(), records })
            });
            out.own.extend(own);
        }
        out.dates.sort_unstable();
        out.own.sort_unstable();
        out
    }

    /// Marks the records that bear a common value.
    pub(crate) fn mark(&mut self, common: &CommonValues) {
        if common.is_empty() {
            return;
        }
        let own: Vec<u32> = common.own.iter().filter_map(|own| self.vocabulary.find_other(&own.value)).collect();
        for record in self.packed.iter_mut() {
            let facts = &mut record.facts;
            if common.dates.iter().any(|d| (d.first_day, d.last_day) == (facts.first_day, facts.last_day)) {
                facts.marks |= COMMON_DATE;
            }
            if own.contains(&facts.cause) {
                facts.marks |= COMMON_OWN;
            }
        }
    }
}
