//! The message catalogues, embedded. Plural forms follow the language: Arabic has six.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use domain::{Exactness, Month, Period, UncertainDate};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::types::FluentNumber;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use jiff::civil::Date;

use super::Lang;
use super::formats::{self, Span};

#[derive(rust_embed::Embed)]
#[folder = "locales"]
struct Locales;

/// An argument of a message. A number chooses the plural form and is written in the language's digits.
#[derive(Debug, Clone)]
pub enum Arg {
    Number(u64),
    /// A number with the "at least" or "about" of whoever printed it.
    Printed(u64, Exactness),
    Text(String),
}

impl From<u64> for Arg {
    fn from(n: u64) -> Self {
        Self::Number(n)
    }
}
impl From<usize> for Arg {
    fn from(n: usize) -> Self {
        Self::Number(n as u64)
    }
}
impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// One language's voice: messages, numbers and dates.
pub(crate) struct Speech {
    pub lang: Lang,
    bundle: FluentBundle<FluentResource>,
}

fn write_number(lang: Lang, value: &FluentValue<'_>) -> Option<String> {
    match value {
        FluentValue::Number(n) if n.value >= 0.0 && n.value.fract() == 0.0 => {
            let whole = n.options.maximum_significant_digits.map_or(n.value as u64, |whole| whole as u64);
            let digits = formats::number(lang, whole);
            let key = match n.options.minimum_significant_digits {
                Some(AT_LEAST) => "report-at-least",
                Some(ABOUT) => "report-about",
                Some(AT_MOST) => "report-at-most",
                _ => return Some(digits),
            };
            Some(Speech::of(lang).a(key, [("n", digits.into())]))
        }
        _ => None,
    }
}
/// How "at least", "about" and "at most" travel beside a number, in an option that nothing else here uses.
const AT_LEAST: usize = 1;
const ABOUT: usize = 2;
const AT_MOST: usize = 3;

fn write_ar<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    write_number(Lang::Ar, value)
}
fn write_en<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    write_number(Lang::En, value)
}
fn write_fr<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    write_number(Lang::Fr, value)
}

/// A number that chooses a plural form. The library's Arabic rule looks at the whole number where CLDR looks at the last
/// two digits (3-10 few, 11-99 many, whatever the hundreds), so these choose the form; the number itself travels in an
/// option that nothing else here uses, and [`write_number`] writes that.
fn counted(lang: Lang, n: u64) -> FluentValue<'static> {
    let last_two = n % 100;
    if lang != Lang::Ar || n < 100 || last_two < 3 {
        return FluentValue::from(n);
    }
    let mut number = FluentNumber::from(last_two);
    number.options.maximum_significant_digits = usize::try_from(n).ok();
    FluentValue::Number(number)
}

/// A number that is counted as 0 is, beside other numbers: its form is the one for hundreds, which no language has words for.
const NOT_NONE: u64 = 100;

/// A bound or a rounded number. At least 0 is not nobody: the form that says so is for the exact 0 alone.
fn printed(lang: Lang, n: u64, exactness: Exactness) -> FluentValue<'static> {
    let mark = match exactness {
        Exactness::Exact => return counted(lang, n),
        Exactness::AtLeast => AT_LEAST,
        Exactness::About => ABOUT,
        Exactness::AtMost => AT_MOST,
    };
    let chosen = if lang == Lang::Ar && n == 0 { FluentValue::from(NOT_NONE) } else { counted(lang, n) };
    let FluentValue::Number(mut number) = chosen else { return counted(lang, n) };
    if n == 0 {
        number.options.maximum_significant_digits = Some(0);
    }
    number.options.minimum_significant_digits = Some(mark);
    FluentValue::Number(number)
}

fn texts(lang: Lang) -> Vec<(String, String)> {
    let prefix = format!("{}/", lang.tag());
    let mut names: Vec<_> = Locales::iter().filter(|name| name.starts_with(&prefix)).collect();
    names.sort();
    let text = |name: &str| Locales::get(name).map(|file| String::from_utf8_lossy(&file.data).into_owned());
    names.iter().filter_map(|name| Some((name.to_string(), text(name)?))).collect()
}

static ALL: LazyLock<[Speech; 3]> = LazyLock::new(|| Lang::ALL.map(Speech::load));

impl Speech {
    pub fn of(lang: Lang) -> &'static Self {
        &ALL[lang as usize]
    }

    /// A file that does not parse keeps the messages that do; a test holds that all parse.
    fn load(lang: Lang) -> Self {
        let id = lang.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // Right-to-left sentences need their left-to-right parts kept apart; the others read better without marks.
        bundle.set_use_isolating(lang == Lang::Ar);
        bundle.set_formatter(Some(match lang {
            Lang::Ar => write_ar,
            Lang::En => write_en,
            Lang::Fr => write_fr,
        }));
        for (_, text) in texts(lang) {
            bundle.add_resource_overriding(FluentResource::try_new(text).unwrap_or_else(|(partial, _)| partial));
        }
        Self { lang, bundle }
    }

    /// A message without arguments. A missing key shows as itself; a test holds that none is missing.
    pub fn m(&self, key: &str) -> String {
        self.a(key, [])
    }

    pub fn a<const N: usize>(&self, key: &str, args: [(&str, Arg); N]) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        let args: FluentArgs<'_> = args
            .into_iter()
            .map(|(name, arg)| {
                let value = match arg {
                    Arg::Number(n) => counted(self.lang, n),
                    Arg::Printed(n, exactness) => printed(self.lang, n, exactness),
                    Arg::Text(text) => FluentValue::from(text),
                };
                (name, value)
            })
            .collect();
        self.bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned()
    }

    /// A counted noun, such as "3 persons".
    pub fn count(&self, key: &str, n: impl Into<Arg>) -> String {
        self.a(key, [("n", n.into())])
    }
    pub fn number(&self, n: u64) -> String {
        formats::number(self.lang, n)
    }
    /// With one digit after the point.
    pub fn percent(&self, value: f64) -> String {
        formats::percent(self.lang, value, 1)
    }
    /// A percentage as somebody quoted it, with as many digits after the point as he gave, four at most.
    pub fn percent_quoted(&self, value: f64) -> String {
        const MOST: usize = 4;
        let written = format!("{value}");
        let digits = written.split_once('.').map_or(0, |(_, digits)| digits.len());
        formats::percent(self.lang, value, digits.min(MOST))
    }
    pub fn day(&self, date: Date) -> String {
        formats::day(self.lang, date)
    }
    pub fn month(&self, month: Month) -> String {
        formats::month(self.lang, month)
    }
    pub fn year(&self, year: i16) -> String {
        formats::year(self.lang, year)
    }
    pub fn period(&self, period: &Period) -> String {
        self.span(formats::period(self.lang, period))
    }
    pub fn date(&self, date: &UncertainDate) -> String {
        let text = self.span(formats::date(self.lang, date));
        if date.is_circa() { self.a("date-circa", [("date", text.into())]) } else { text }
    }
    fn span(&self, span: Span) -> String {
        match span {
            Span::One(text) => text,
            Span::Months(from, to) => self.a("date-months", [("from", from.into()), ("to", to.into())]),
            Span::Days(from, to) => self.a("date-days", [("from", from.into()), ("to", to.into())]),
        }
    }
}

/// The message keys of a language, for the test that the three catalogues agree.
pub fn message_keys(lang: Lang) -> Result<BTreeSet<String>, String> {
    let mut keys = BTreeSet::new();
    for (name, text) in texts(lang) {
        let resource = FluentResource::try_new(text).map_err(|(_, errors)| format!("{name}: {errors:?}"))?;
        // A message begins at the start of a line; comments, attributes and variants do not look like this.
        for line in resource.source().lines() {
            let key = line.split_once(" =").map(|(key, _)| key);
            let is_key = |k: &&str| k.starts_with(|c: char| c.is_ascii_lowercase()) && !k.contains(' ');
            if let Some(key) = key.filter(is_key)
                && !keys.insert(key.to_owned())
            {
                return Err(format!("{name}: {key} is there twice"));
            }
        }
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_two_digits_choose_the_arabic_plural_whatever_the_hundreds() {
        let said = |n: u64| Speech::of(Lang::Ar).count("n-persons", n).replace(['\u{2068}', '\u{2069}'], "");
        assert_eq!(said(2), "شخصان");
        assert_eq!(said(7), "٧ أشخاص");
        assert_eq!(said(22), "٢٢ شخصًا");
        assert_eq!(said(100), "١٠٠ شخص");
        assert_eq!(said(102), "١٠٢ شخص");
        assert_eq!(said(103), "١٠٣ أشخاص");
        assert_eq!(said(111), "١١١ شخصًا");
        assert_eq!(said(200), "٢٠٠ شخص");
        assert_eq!(said(368), "٣٦٨ شخصًا");
        assert_eq!(said(1_560), "١٬٥٦٠ شخصًا");
        assert_eq!(said(1_003), "١٬٠٠٣ أشخاص");
    }

    #[test]
    fn at_least_nobody_is_not_nobody() {
        let said = |lang: Lang, key: &str, exactness: Exactness| {
            Speech::of(lang).count(key, Arg::Printed(0, exactness)).replace(['\u{2068}', '\u{2069}'], "")
        };
        for key in ["report-n-killed", "report-n-civilians-killed", "report-n-tortured", "report-n-disappeared"] {
            let exact = said(Lang::Ar, key, Exactness::Exact);
            assert!(!exact.contains('٠'), "{exact}");
            for (exactness, word) in
                [(Exactness::AtLeast, "ما لا يقل عن"), (Exactness::About, "نحو"), (Exactness::AtMost, "ما لا يزيد على")]
            {
                let words = said(Lang::Ar, key, exactness);
                assert!(words.contains('٠') && words.contains(word) && words != exact, "{words}");
            }
            for lang in [Lang::En, Lang::Fr] {
                for exactness in [Exactness::Exact, Exactness::AtLeast, Exactness::About, Exactness::AtMost] {
                    assert!(said(lang, key, exactness).contains('0'), "{key}");
                }
            }
        }
        assert_eq!(said(Lang::Ar, "report-n-killed", Exactness::AtLeast), "مقتل ما لا يقل عن ٠ شخص");
    }
}
