//! Dates as well as they are known.
//!
//! Written as a subset of the Extended Date/Time Format (ISO 8601-2:2019, level 1): `2019-03-05`,
//! `2019-03`, `2019`, `2019-03-01/2019-06-30` (somewhere between the two), and `~` after a day, month or year
//! for *circa*.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// How well a date is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DatePrecision {
    Day,
    Month,
    Year,
    Range,
}

/// A date known to lie between two days, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UncertainDate {
    earliest: Date,
    latest: Date,
    precision: DatePrecision,
    circa: bool,
}

/// A text that is not a date in the form of this module.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a date (YYYY-MM-DD, YYYY-MM, YYYY or a range with /)")]
pub struct NotADate(pub String);

impl UncertainDate {
    pub fn day(date: Date) -> Self {
        Self { earliest: date, latest: date, precision: DatePrecision::Day, circa: false }
    }

    pub fn month(month: Month) -> Self {
        Self { earliest: month.first_day(), latest: month.last_day(), precision: DatePrecision::Month, circa: false }
    }

    /// `None` when the year is outside -9999..=9999.
    pub fn year(year: i16) -> Option<Self> {
        let earliest = Date::new(year, 1, 1).ok()?;
        let latest = Date::new(year, 12, 31).ok()?;
        Some(Self { earliest, latest, precision: DatePrecision::Year, circa: false })
    }

    /// Somewhere between two days, both included; a range of one day is that day. `None` when it ends before it begins.
    pub fn between(earliest: Date, latest: Date) -> Option<Self> {
        match earliest.cmp(&latest) {
            std::cmp::Ordering::Greater => None,
            std::cmp::Ordering::Equal => Some(Self::day(earliest)),
            std::cmp::Ordering::Less => Some(Self { earliest, latest, precision: DatePrecision::Range, circa: false }),
        }
    }

    pub fn about(mut self) -> Self {
        self.circa = true;
        self
    }
    pub fn earliest(&self) -> Date {
        self.earliest
    }
    pub fn latest(&self) -> Date {
        self.latest
    }
    pub fn precision(&self) -> DatePrecision {
        self.precision
    }
    pub fn is_circa(&self) -> bool {
        self.circa
    }

    /// The day, when it is known to the day.
    pub fn exact_day(&self) -> Option<Date> {
        (self.earliest == self.latest && !self.circa).then_some(self.earliest)
    }

    /// The month, when every possible day lies in one.
    pub fn exact_month(&self) -> Option<Month> {
        let first = Month::of(self.earliest);
        (first == Month::of(self.latest) && !self.circa).then_some(first)
    }

    /// The year, when every possible day lies in one.
    pub fn exact_year(&self) -> Option<i16> {
        (self.earliest.year() == self.latest.year() && !self.circa).then_some(self.earliest.year())
    }

    /// Reads the form of this module; white space around it is not part of it.
    pub fn parse(text: &str) -> Result<Self, NotADate> {
        let refuse = || NotADate(text.to_owned());
        let trimmed = text.trim();
        if let Some((a, b)) = trimmed.split_once('/') {
            let (a, b) = (Self::parse(a)?, Self::parse(b)?);
            return Self::between(a.earliest, b.latest).ok_or_else(refuse);
        }
        let (plain, circa) = match trimmed.strip_suffix('~') {
            Some(plain) => (plain, true),
            None => (trimmed, false),
        };
        let digits = |s: &str, n: usize| s.len() == n && s.bytes().all(|b| b.is_ascii_digit());
        let mut parts = plain.split('-');
        let year = parts.next().filter(|s| digits(s, 4)).ok_or_else(refuse)?;
        let year: i16 = year.parse().map_err(|_| refuse())?;
        let number = |s: &str| digits(s, 2).then(|| s.parse::<i8>().ok()).flatten();
        let date = match (parts.next(), parts.next(), parts.next()) {
            (None, ..) => Self::year(year).ok_or_else(refuse)?,
            (Some(m), None, _) => Self::month(number(m).and_then(|m| Month::new(year, m)).ok_or_else(refuse)?),
            (Some(m), Some(d), None) => {
                let (m, d) = number(m).zip(number(d)).ok_or_else(refuse)?;
                Self::day(Date::new(year, m, d).map_err(|_| refuse())?)
            }
            _ => return Err(refuse()),
        };
        Ok(if circa { date.about() } else { date })
    }
}

impl fmt::Display for UncertainDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.precision {
            DatePrecision::Day => write!(f, "{}", self.earliest)?,
            DatePrecision::Month => write!(f, "{}", Month::of(self.earliest))?,
            DatePrecision::Year => write!(f, "{:04}", self.earliest.year())?,
            DatePrecision::Range => write!(f, "{}/{}", self.earliest, self.latest)?,
        }
        if self.circa { f.write_str("~") } else { Ok(()) }
    }
}
impl From<UncertainDate> for String {
    fn from(date: UncertainDate) -> String {
        date.to_string()
    }
}
impl TryFrom<String> for UncertainDate {
    type Error = NotADate;
    fn try_from(text: String) -> Result<Self, NotADate> {
        // A stored circa range ends in `~` after the second day.
        match text.strip_suffix('~') {
            Some(plain) if plain.contains('/') => Self::parse(plain).map(Self::about),
            _ => Self::parse(&text),
        }
    }
}

/// A calendar month, written `2019-03`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Month {
    year: i16,
    month: i8,
}

impl Month {
    /// `None` unless the month is 1 to 12 and the year 0 to 9999.
    pub fn new(year: i16, month: i8) -> Option<Self> {
        ((0..=9999).contains(&year) && (1..=12).contains(&month)).then_some(Self { year, month })
    }
    pub fn of(date: Date) -> Self {
        Self { year: date.year().max(0), month: date.month() }
    }
    pub fn year(&self) -> i16 {
        self.year
    }
    pub fn month(&self) -> i8 {
        self.month
    }
    pub fn first_day(&self) -> Date {
        jiff::civil::date(self.year, self.month, 1)
    }
    pub fn last_day(&self) -> Date {
        self.first_day().last_of_month()
    }
    pub fn next(&self) -> Option<Self> {
        if self.month == 12 { Self::new(self.year + 1, 1) } else { Self::new(self.year, self.month + 1) }
    }
    pub fn previous(&self) -> Option<Self> {
        if self.month == 1 { Self::new(self.year - 1, 12) } else { Self::new(self.year, self.month - 1) }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}
impl From<Month> for String {
    fn from(month: Month) -> String {
        month.to_string()
    }
}
impl std::str::FromStr for Month {
    type Err = NotADate;
    fn from_str(text: &str) -> Result<Self, NotADate> {
        match UncertainDate::parse(text) {
            Ok(date) if date.precision == DatePrecision::Month && !date.circa => Ok(Self::of(date.earliest)),
            _ => Err(NotADate(text.to_owned())),
        }
    }
}
impl TryFrom<String> for Month {
    type Error = NotADate;
    fn try_from(text: String) -> Result<Self, NotADate> {
        text.parse()
    }
}

/// The days that a number covers, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Period {
    start: Date,
    end: Date,
}

impl Period {
    /// `None` when it ends before it starts.
    pub fn new(start: Date, end: Date) -> Option<Self> {
        (start <= end).then_some(Self { start, end })
    }
    pub fn start(&self) -> Date {
        self.start
    }
    pub fn end(&self) -> Date {
        self.end
    }
    /// The month, when the period is exactly one calendar month.
    pub fn as_month(&self) -> Option<Month> {
        let month = Month::of(self.start);
        (self.start == month.first_day() && self.end == month.last_day()).then_some(month)
    }
    /// The year, when the period is exactly one calendar year.
    pub fn as_year(&self) -> Option<i16> {
        let (s, e) = (self.start, self.end);
        (s.year() == e.year() && s.month() == 1 && s.day() == 1 && e.month() == 12 && e.day() == 31).then_some(s.year())
    }
    pub fn contains(&self, other: &Period) -> bool {
        self.start <= other.start && other.end <= self.end
    }
    pub fn overlaps(&self, other: &Period) -> bool {
        self.start <= other.end && other.start <= self.end
    }
}

impl From<Month> for Period {
    fn from(month: Month) -> Self {
        Self { start: month.first_day(), end: month.last_day() }
    }
}

impl fmt::Display for Period {
    /// `2019-03` for a month, `2019` for a year, `2019-01-01/2019-06-30` otherwise.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(month) = self.as_month() {
            write!(f, "{month}")
        } else if let Some(year) = self.as_year() {
            write!(f, "{year:04}")
        } else {
            write!(f, "{}/{}", self.start, self.end)
        }
    }
}

/// A time in seconds since 1970 as people of law write it: date and time of day in UTC.
pub fn utc(seconds: i64) -> String {
    match jiff::Timestamp::from_second(seconds) {
        Ok(time) => time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
        Err(_) => format!("{seconds} s after 1970"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_keeps_its_precision_through_writing_and_reading() {
        for text in ["2019-03-05", "2019-03", "2019", "2019-03~", "2012~", "2019-01-01/2019-06-30"] {
            assert_eq!(UncertainDate::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_not_a_date_is_refused() {
        for bad in [
            "",
            "0000-00-00",
            "2019-13",
            "2019-02-30",
            "19-1-1",
            "2019-3-5",
            "2019-05/2019-01",
            "۲۰۱۹",
            "2019-03-05-01",
        ] {
            assert!(UncertainDate::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_date_known_to_the_year_has_no_month() {
        let year = UncertainDate::parse("2019").unwrap();
        assert_eq!(year.exact_year(), Some(2019));
        assert_eq!(year.exact_month(), None);
        assert_eq!(UncertainDate::parse("2019-03~").unwrap().exact_month(), None);
    }

    #[test]
    fn a_period_is_named_by_the_month_or_year_that_it_is() {
        let march: Month = "2019-03".parse().unwrap();
        assert_eq!(Period::from(march).to_string(), "2019-03");
        let half = Period::new(jiff::civil::date(2019, 1, 1), jiff::civil::date(2019, 6, 30)).unwrap();
        assert_eq!(half.to_string(), "2019-01-01/2019-06-30");
        assert!(half.contains(&march.into()));
    }
}
