//! Records as numbers: what each says in a few dozen bytes, its words by their numbers in the vocabulary.

use std::hash::{Hash, Hasher};

use crate::mix::mix;

/// Where a word stands in a name.
pub(crate) const GIVEN: usize = 0;
pub(crate) const FATHER: usize = 1;
pub(crate) const GRANDFATHER: usize = 2;
pub(crate) const FAMILY: usize = 3;

/// One word in the scripts that the record gives it in; 0 where it does not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) struct Token {
    pub arabic: u32,
    pub latin: u32,
}

impl Token {
    pub fn is_missing(self) -> bool {
        self.arabic == 0 && self.latin == 0
    }

    /// The Arabic word where there is one, else the Latin.
    pub fn either(self) -> u32 {
        if self.arabic != 0 { self.arabic } else { self.latin }
    }
}

/// All of a record but its words: half a cache line, so that one read judges many pairs. 0 is missing, unless said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Facts {
    /// Days since 1970-01-01, first and last possible; missing where the first is after the last.
    pub first_day: i32,
    pub last_day: i32,
    /// Of the first day.
    pub year: i16,
    pub month: i8,
    pub day: i8,
    pub governorate: u32,
    pub cause: u32,
    pub party: u32,
    pub list: u32,
    /// Completed years, missing where the least is above the most.
    pub least_age: u8,
    pub most_age: u8,
    /// 1 male, 2 female.
    pub sex: u8,
    /// Any of [`DETAINED`], [`COMMON_DATE`] and [`COMMON_OWN`].
    pub marks: u8,
}

/// Died in detention or under torture, where the day told is seldom the day of death.
pub(crate) const DETAINED: u8 = 1;
/// So many records bear the same date that to share it says nothing; likewise the number or address of one's own.
pub(crate) const COMMON_DATE: u8 = 2;
pub(crate) const COMMON_OWN: u8 = 4;

impl Facts {
    pub fn has_date(&self) -> bool {
        self.first_day <= self.last_day
    }

    /// Both bear such a mark.
    #[inline(always)]
    pub fn share(&self, other: &Self, mark: u8) -> bool {
        self.marks & other.marks & mark != 0
    }

    pub fn has_age(&self) -> bool {
        self.least_age <= self.most_age
    }
}

/// The words of a name: half a cache line too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) struct Names {
    pub name: [Token; 4],
}

impl Names {
    pub fn is_missing(&self) -> bool {
        self.name.iter().all(|token| token.is_missing())
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Packed {
    pub facts: Facts,
    pub names: Names,
    pub town: Token,
}

impl Packed {
    pub fn side(&self) -> Side<'_> {
        Side { facts: &self.facts, names: &self.names, town: self.town }
    }
}

/// One of two records that are compared.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Side<'a> {
    pub facts: &'a Facts,
    pub names: &'a Names,
    pub town: Token,
}

impl Side<'_> {
    /// A hash of all that the record says; which list says it is not part of it.
    pub fn content(&self) -> u64 {
        let mut hasher = rustc_hash::FxHasher::default();
        (Facts { list: 0, ..*self.facts }, self.names, self.town).hash(&mut hasher);
        mix(hasher.finish())
    }
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar.
pub(crate) fn day_number(year: i32, month: i32, day: i32) -> i32 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let of_era = y.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The day of such a number, as ISO 8601 has it.
pub(crate) fn written_day(number: i32) -> String {
    let days = i64::from(number) + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    format!("{:04}-{month:02}-{day:02}", era * 400 + year_of_era + i64::from(month <= 2))
}

impl Facts {
    pub fn set_date(&mut self, date: domain::UncertainDate) {
        let (a, b) = (date.earliest(), date.latest());
        let number = |y: i16, m: i8, d: i8| day_number(i32::from(y), i32::from(m), i32::from(d));
        let slack = if date.is_circa() { 15 } else { 0 };
        self.first_day = number(a.year(), a.month(), a.day()) - slack;
        self.last_day = number(b.year(), b.month(), b.day()) + slack;
        (self.year, self.month, self.day) = (a.year(), a.month(), a.day());
    }
}
