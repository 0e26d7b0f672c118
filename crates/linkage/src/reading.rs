//! Values of lists: dates, ages, sexes, read as intake reads them; and what could not be read, counted, never passed over in silence.

use std::collections::BTreeMap;

use domain::values::{self, is_blank};
use domain::{AgeRange, Sex, UncertainDate};

use crate::interned::Known;

/// How lists write dates beside ISO 8601: as intake's mapping for lists of victims reads them, and with the year first.
pub const DATE_FORMATS: [&str; 7] = ["%d/%m/%Y", "%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y-%m-%d", "%Y%m%d"];

/// Values of one column that were not read, or were read one way where another was possible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// The field's name.
    pub column: &'static str,
    pub values: u64,
    /// The first of them.
    pub example: String,
    /// They were read as day, month, year, and could be month, day, year; otherwise they are missing.
    pub day_first: bool,
}

pub(crate) struct Reading {
    date_formats: Vec<String>,
    usual: bool,
    unread: BTreeMap<(&'static str, bool), (u64, String)>,
    /// Values that were read without a doubt, as they are written.
    sexes: Known<Option<Sex>>,
    ages: Known<Option<(u8, u8)>>,
    dates: Known<Option<UncertainDate>>,
}

impl Default for Reading {
    fn default() -> Self {
        Self::new(&[])
    }
}

impl Reading {
    /// With the usual formats where none is given.
    pub fn new(date_formats: &[String]) -> Self {
        let usual = date_formats.is_empty();
        let date_formats = if usual { DATE_FORMATS.map(str::to_owned).to_vec() } else { date_formats.to_vec() };
        Self {
            date_formats,
            usual,
            unread: BTreeMap::new(),
            sexes: Known::default(),
            ages: Known::default(),
            dates: Known::default(),
        }
    }

    pub fn take_unread(&mut self) -> Vec<Unread> {
        let unread = std::mem::take(&mut self.unread).into_iter();
        unread.map(|((column, day_first), (values, example))| Unread { column, values, example, day_first }).collect()
    }

    fn note(&mut self, column: &'static str, text: &str, day_first: bool) {
        let (values, _) =
            self.unread.entry((column, day_first)).or_insert_with(|| (0, text.chars().take(40).collect()));
        *values += 1;
    }

    pub fn sex(&mut self, column: &'static str, text: &str) -> Option<Sex> {
        if let Some(known) = self.sexes.get(text) {
            return *known;
        }
        let sex = Sex::by_word(text);
        if sex.is_some() || is_blank(text) {
            self.sexes.remember(text, sex);
        } else {
            self.note(column, text, false);
        }
        sex
    }

    /// Completed years, lowest and highest.
    pub fn age(&mut self, column: &'static str, text: &str) -> Option<(u8, u8)> {
        if let Some(known) = self.ages.get(text) {
            return *known;
        }
        let age = values::age(text).map(|age| (AgeRange::min(&age), AgeRange::max(&age)));
        if age.is_some() || is_blank(text) {
            self.ages.remember(text, age);
        } else {
            self.note(column, text, false);
        }
        age
    }

    pub fn date(&mut self, column: &'static str, text: &str) -> Option<UncertainDate> {
        // A day written as ISO 8601 has it is read faster than what is known of it is found.
        if is_iso_day(text)
            && let Some(day) = UncertainDate::parse(text).ok().filter(|day| day.earliest().year() > 0)
        {
            return Some(day);
        }
        if let Some(known) = self.dates.get(text) {
            return *known;
        }
        let date = values::date(text, &self.date_formats);
        let day_first = date.filter(|_| self.usual && could_be_month_first(text));
        if date.is_none() && !is_blank(text) {
            self.note(column, text, false);
        } else if day_first.and_then(|date| date.exact_day()).is_some_and(|day| day.day() != day.month()) {
            self.note(column, text, true);
        } else {
            self.dates.remember(text, date);
        }
        date
    }
}

fn is_iso_day(text: &str) -> bool {
    let digits = |digits: &[u8]| digits.iter().all(u8::is_ascii_digit);
    matches!(text.as_bytes(), [year @ .., b'-', m, n, b'-', d, e] if year.len() == 4 && digits(year) && digits(&[*m, *n, *d, *e]))
}

/// Two numbers of at most twelve, then a year.
fn could_be_month_first(text: &str) -> bool {
    let text = values::plain_digits(text);
    let mut parts = text.trim().split(['/', '-', '.']);
    let small = |part: Option<&str>| part.is_some_and(|p| p.len() < 3 && p.parse::<u8>().is_ok_and(|n| n <= 12));
    small(parts.next()) && small(parts.next()) && parts.next().is_some_and(|year| year.len() == 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_all_forms_that_lists_use_and_what_is_not_is_counted() {
        let mut reading = Reading::default();
        for text in [
            "25/12/2013",
            "2013/12/25",
            "2013-12-25 00:00:00",
            "٢٠١٣-١٢-٢٥",
            "2013-12-25T00:00:00.000000",
            "25.12.2013",
            "20131225",
        ] {
            let read = reading.date("date", text).map(|d| d.to_string());
            assert_eq!(read.as_deref(), Some("2013-12-25"), "{text}");
        }
        assert_eq!(reading.date("date", "2013-2-1").map(|d| d.to_string()).as_deref(), Some("2013-02-01"));
        assert!(reading.take_unread().is_empty());
        assert_eq!(reading.date("date", "01/02/2013").map(|d| d.to_string()).as_deref(), Some("2013-02-01"));
        for text in ["12/25/2013", "soon", "", "NaT"] {
            assert_eq!(reading.date("date", text), None);
        }
        let unread = reading.take_unread();
        let told: Vec<_> = unread.iter().map(|u| (u.values, u.example.as_str(), u.day_first)).collect();
        assert_eq!(told, [(2, "12/25/2013", false), (1, "01/02/2013", true)]);
        let mut american = Reading::new(&["%m/%d/%Y".to_owned()]);
        assert_eq!(american.date("date", "12/25/2013").map(|d| d.to_string()).as_deref(), Some("2013-12-25"));
    }

    #[test]
    fn ages_and_sexes_are_read_as_spreadsheets_and_people_write_them() {
        let mut reading = Reading::default();
        for (text, age) in [("34", 34), ("34.0", 34), ("٣٤", 34)] {
            assert_eq!(reading.age("age", text), Some((age, age)), "{text}");
        }
        assert_eq!(reading.age("age", "30–39"), Some((30, 39)));
        for text in ["ذ", "رجل", "Homme", "M"] {
            assert_eq!(reading.sex("sex", text), Some(Sex::Male), "{text}");
        }
        assert_eq!(reading.sex("sex", "Femme"), Some(Sex::Female));
        assert!(reading.take_unread().is_empty());
        assert_eq!((reading.age("age", "about thirty"), reading.sex("sex", "1")), (None, None));
        assert_eq!(reading.take_unread().len(), 2);
    }
}
