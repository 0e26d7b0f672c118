//! Numbers, percents and dates as a language writes them. Formatters are built once per thread.

use std::cell::OnceCell;

use domain::{DatePrecision, Month, Period, UncertainDate};
use fixed_decimal::Decimal;
use icu_datetime::DateTimeFormatter;
use icu_datetime::fieldsets::{Y, YM, YMD};
use icu_datetime::input::Date as IcuDate;
use icu_decimal::DecimalFormatter;
use icu_locale_core::Locale;
use jiff::civil::Date;

use super::Lang;

struct Formats {
    number: DecimalFormatter,
    day: DateTimeFormatter<YMD>,
    month: DateTimeFormatter<YM>,
    year: DateTimeFormatter<Y>,
}

impl Formats {
    fn new(lang: Lang) -> Option<Self> {
        let locale: Locale = lang.locale().parse().ok()?;
        Some(Self {
            number: DecimalFormatter::try_new(locale.clone().into(), Default::default()).ok()?,
            day: DateTimeFormatter::try_new(locale.clone().into(), YMD::long()).ok()?,
            month: DateTimeFormatter::try_new(locale.clone().into(), YM::long()).ok()?,
            year: DateTimeFormatter::try_new(locale.into(), Y::long()).ok()?,
        })
    }
}

thread_local! {
    static FORMATS: [OnceCell<Option<Formats>>; 3] = const { [OnceCell::new(), OnceCell::new(), OnceCell::new()] };
}

/// Formats with the thread's formatters; `plain` stands in where the locale's data is missing, which a test excludes.
fn with(lang: Lang, plain: impl FnOnce() -> String, write: impl FnOnce(&Formats) -> Option<String>) -> String {
    FORMATS
        .with(|all| all[lang as usize].get_or_init(|| Formats::new(lang)).as_ref().and_then(write))
        .unwrap_or_else(plain)
}

pub(super) fn number(lang: Lang, n: u64) -> String {
    with(lang, || n.to_string(), |f| Some(f.number.format(&Decimal::from(n)).to_string()))
}

/// A number with exactly `digits` digits after the point, as the language writes it.
pub(super) fn decimal(lang: Lang, value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    with(lang, || text.clone(), |f| Some(f.number.format(&text.parse::<Decimal>().ok()?).to_string()))
}

/// The percent sign is the language's; French sets a no-break space before it.
pub(super) fn percent(lang: Lang, value: f64, digits: usize) -> String {
    let number = decimal(lang, value, digits);
    match lang {
        // U+061C keeps the sign on the number's side in mixed text (CLDR's pattern for Arabic digits).
        Lang::Ar => format!("{number}٪\u{61c}"),
        Lang::En => format!("{number}\u{a0}%"),
        Lang::Fr => format!("{number}\u{202f}%"),
    }
}

/// The day in the calendar library's own type, which has no name outside it; `None` where it does not exist.
macro_rules! icu {
    ($date:expr) => {{
        let date: Date = $date;
        IcuDate::try_new_iso(i32::from(date.year()), u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?)
            .ok()?
    }};
}

pub(super) fn day(lang: Lang, date: Date) -> String {
    let said = with(lang, || date.to_string(), |f| Some(f.day.format(&icu!(date)).to_string()));
    // French counts the first day of a month, and the library does not.
    match said.strip_prefix("1 ") {
        Some(rest) if lang == Lang::Fr => format!("1er {rest}"),
        _ => said,
    }
}

pub(super) fn month(lang: Lang, month: Month) -> String {
    with(lang, || month.to_string(), |f| Some(f.month.format(&icu!(month.first_day())).to_string()))
}

pub(super) fn year(lang: Lang, year: i16) -> String {
    let first = Date::new(year, 1, 1);
    with(lang, || year.to_string(), |f| Some(f.year.format(&icu!(first.ok()?)).to_string()))
}

/// A period in the shortest true form: a day, a month, a year, months from and to, or days from and to.
pub(super) enum Span {
    One(String),
    Months(String, String),
    Days(String, String),
}

pub(super) fn period(lang: Lang, period: &Period) -> Span {
    let (start, end) = (period.start(), period.end());
    if start == end {
        Span::One(day(lang, start))
    } else if let Some(m) = period.as_month() {
        Span::One(month(lang, m))
    } else if let Some(y) = period.as_year() {
        Span::One(year(lang, y))
    } else if start.day() == 1 && end == end.last_of_month() {
        Span::Months(month(lang, Month::of(start)), month(lang, Month::of(end)))
    } else {
        Span::Days(day(lang, start), day(lang, end))
    }
}

pub(super) fn date(lang: Lang, date: &UncertainDate) -> Span {
    match date.precision() {
        DatePrecision::Day => Span::One(day(lang, date.earliest())),
        DatePrecision::Month => Span::One(month(lang, Month::of(date.earliest()))),
        DatePrecision::Year => Span::One(year(lang, date.earliest().year())),
        DatePrecision::Range => Span::Days(day(lang, date.earliest()), day(lang, date.latest())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arabic_has_its_digits_and_the_months_of_the_levant() {
        assert_eq!(number(Lang::Ar, 1864), "١٬٨٦٤");
        assert_eq!(percent(Lang::Ar, 8.383, 1), "٨٫٤٪\u{61c}");
        assert_eq!(month(Lang::Ar, Month::new(2019, 3).unwrap()), "آذار ٢٠١٩");
    }

    #[test]
    fn french_and_english_have_their_separators_and_spaces() {
        assert_eq!(number(Lang::Fr, 1864), "1\u{202f}864");
        assert_eq!(percent(Lang::Fr, 8.383, 1), "8,4\u{202f}%");
        assert_eq!(number(Lang::En, 1864), "1,864");
        assert_eq!(day(Lang::En, jiff::civil::date(2019, 3, 23)), "March 23, 2019");
        assert_eq!(month(Lang::Fr, Month::new(2019, 3).unwrap()), "mars 2019");
        assert_eq!(year(Lang::En, 2019), "2019");
        assert_eq!(day(Lang::Fr, jiff::civil::date(2011, 3, 1)), "1er mars 2011");
        assert_eq!(day(Lang::Fr, jiff::civil::date(2011, 3, 11)), "11 mars 2011");
    }
}
