//! Texts to values: numbers, dates, ages. Each refuses what it cannot read; none guesses.

use std::borrow::Cow;

use jiff::civil::Date;
use jiff::fmt::strtime::BrokenDownTime;

use crate::{AgeRange, Month, UncertainDate};

/// Arabic-Indic and Persian digits as the digits 0 to 9.
pub fn plain_digits(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let fold = |c: char| match c {
        '\u{0660}'..='\u{0669}' => char::from_digit(c as u32 - 0x0660, 10).unwrap_or(c),
        '\u{06F0}'..='\u{06F9}' => char::from_digit(c as u32 - 0x06F0, 10).unwrap_or(c),
        c => c,
    };
    Cow::Owned(text.chars().map(fold).collect())
}

/// Whether a cell says that nothing is known, as spreadsheets, data frames and people write it.
pub fn is_blank(text: &str) -> bool {
    const BLANK: [&str; 15] = [
        "",
        "-",
        "?",
        "na",
        "n/a",
        "nan",
        "nat",
        "none",
        "null",
        "unknown",
        "0000-00-00",
        "غير معروف",
        "غير محدد",
        "مجهول",
        "inconnu",
    ];
    BLANK.contains(&text.trim().to_lowercase().as_str())
}

/// A whole number from 0; `12.0`, as spreadsheets and data frames write it, is 12.
pub fn whole(text: &str) -> Option<u64> {
    let text = plain_digits(text);
    let text = text.trim();
    let digits = match text.split_once('.') {
        Some((digits, zeros)) if !zeros.is_empty() && zeros.bytes().all(|b| b == b'0') => digits,
        Some(_) => return None,
        None => text,
    };
    digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

/// Degrees; finite.
pub fn degrees(text: &str) -> Option<f64> {
    let text = plain_digits(text);
    let plain = text.trim();
    let ok = plain.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
    ok.then(|| plain.parse::<f64>().ok()).flatten().filter(|d| d.is_finite())
}

/// An age in completed years: `20`, or `20-25`.
pub fn age(text: &str) -> Option<AgeRange> {
    let years = |text: &str| u8::try_from(whole(text)?).ok();
    match text.split_once(['-', '–']) {
        Some((min, max)) => AgeRange::new(years(min)?, years(max)?),
        None => AgeRange::exact(years(text)?),
    }
}

/// A date: the form of `domain::UncertainDate`, the same with a time of day after it, `2017-04-00` and `2017-00-00`
/// for a month and a year, or one of the formats given.
///
/// The year 0000 is a blank that a database filled in, not a year.
pub fn date(text: &str, formats: &[String]) -> Option<UncertainDate> {
    any_date(text, formats).filter(|date| date.earliest().year() > 0)
}

/// Whether dates written so (as `strftime` has it) can be read: a year, and what it says beside it, are found again.
pub fn is_date_format(format: &str) -> bool {
    let day = jiff::civil::date(2013, 11, 28);
    let written = jiff::fmt::strtime::format(format.as_bytes(), day);
    let read = written.ok().and_then(|text| any_date(&text, &[format.to_owned()]));
    read.is_some_and(|date| date.earliest() <= day && day <= date.latest())
}

/// A time of publication, in seconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Published {
    /// The first second of the day, where no more than a day is said.
    pub at: i64,
    /// The last second of that day.
    pub until: Option<i64>,
}

/// A time with its offset, as Atom (RFC 3339) or RSS (RFC 2822) writes it, or a day in UTC.
///
/// A weekday that is not that of the date is passed over: feeds have such.
pub fn published(text: &str) -> Option<Published> {
    const MAIL: jiff::fmt::rfc2822::DateTimeParser = jiff::fmt::rfc2822::DateTimeParser::new().relaxed_weekday(true);
    let text = text.trim();
    if let Ok(time) = text.parse::<jiff::Timestamp>().or_else(|_| MAIL.parse_timestamp(text)) {
        return Some(Published { at: time.as_second(), until: None });
    }
    day(text).and_then(whole_day)
}

/// From the first to the last second of a day in UTC.
pub fn whole_day(day: Date) -> Option<Published> {
    let at = format!("{day}T00:00:00Z").parse::<jiff::Timestamp>().ok()?.as_second();
    Some(Published { at, until: Some(at + 86_399) })
}

fn any_date(text: &str, formats: &[String]) -> Option<UncertainDate> {
    let text = plain_digits(text);
    let text = text.trim();
    if let Ok(date) = UncertainDate::parse(text) {
        return Some(date);
    }
    if let Some((day, _)) = text.split_at_checked(10).filter(|(_, time)| is_time(time))
        && let Ok(date) = UncertainDate::parse(day)
    {
        return Some(date);
    }
    if let Some(month) = text.strip_suffix("-00") {
        return UncertainDate::parse(month.strip_suffix("-00").unwrap_or(month)).ok();
    }
    formats.iter().find_map(|format| formatted(text, format))
}

fn is_time(rest: &str) -> bool {
    rest.starts_with(['T', ' ']) && rest.bytes().skip(1).all(|b| b.is_ascii_digit() || b":.+-Z ".contains(&b))
}

fn formatted(text: &str, format: &str) -> Option<UncertainDate> {
    let parts = BrokenDownTime::parse(format, text).ok()?;
    if let Ok(date) = parts.to_date() {
        return Some(UncertainDate::day(date));
    }
    let year = parts.year()?;
    match (parts.month(), parts.day()) {
        (Some(month), None) => Some(UncertainDate::month(Month::new(year, month)?)),
        (None, None) => UncertainDate::year(year),
        _ => None,
    }
}

/// One calendar day, `YYYY-MM-DD` and nothing else.
pub fn day(text: &str) -> Option<Date> {
    UncertainDate::parse(text).ok()?.exact_day().filter(|_| text.trim().len() == 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_either_digits_and_never_rounded() {
        assert_eq!(whole("٣٣٤"), Some(334));
        assert_eq!(whole(" 12.0 "), Some(12));
        for bad in ["", "-1", "1.5", "1,234", "1e3", "+4", "99999999999999999999", "12."] {
            assert_eq!(whole(bad), None, "{bad:?}");
        }
        assert_eq!(degrees("36.1"), Some(36.1));
        assert_eq!(degrees("inf"), None);
    }

    #[test]
    fn a_cell_that_says_nothing_is_no_value() {
        for blank in [" ", "NaN", "N/A", "غير معروف"] {
            assert!(is_blank(blank), "{blank:?}");
        }
        assert!(!is_blank("0"));
    }

    #[test]
    fn an_age_may_be_a_range() {
        assert_eq!(age("٣٠–٣٩"), AgeRange::new(30, 39));
        assert_eq!(age("34.0"), AgeRange::exact(34));
        assert_eq!(age("20-25"), AgeRange::new(20, 25));
        assert_eq!(age("126"), None);
        assert_eq!(age("25-20"), None);
    }

    #[test]
    fn dates_are_read_in_the_forms_that_lists_use() {
        let read = |text: &str, formats: &[&str]| {
            let formats: Vec<String> = formats.iter().map(|f| (*f).to_owned()).collect();
            date(text, &formats).map(|d| d.to_string())
        };
        assert_eq!(read("2019-01-01 00:00:00.000", &[]).as_deref(), Some("2019-01-01"));
        assert_eq!(read("2019-01-01T12:30", &[]).as_deref(), Some("2019-01-01"));
        assert_eq!(read("2019-04-00", &[]).as_deref(), Some("2019-04"));
        assert_eq!(read("2019-00-00", &[]).as_deref(), Some("2019"));
        assert_eq!(read("05/03/2019", &["%d/%m/%Y"]).as_deref(), Some("2019-03-05"));
        assert_eq!(read("03/2019", &["%d/%m/%Y", "%m/%Y"]).as_deref(), Some("2019-03"));
        assert_eq!(read("٢٠١٩-٠٣-٠٥", &[]).as_deref(), Some("2019-03-05"));
        for bad in ["", "0000-00-00", "yesterday", "2019-02-30", "31/02/2019", "2019-01-01 noon"] {
            assert_eq!(read(bad, &["%d/%m/%Y"]), None, "{bad:?}");
        }
    }
}
