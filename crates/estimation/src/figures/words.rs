//! Reads a claim as people write it: `ISIS 11% SNHR 2019-03`, in any order, in Latin or Arabic script.

use domain::claim::Claim;
use domain::{PartyCode, PartyTable, Period, Source, SourceId, UncertainDate};

/// Why a claim was not understood, and therefore not checked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClaimParseError {
    #[error("the claim was not checked: it lacks {}", .0.join(" and "))]
    Missing(Vec<&'static str>),
    #[error("the claim was not checked: it names more than one {0}")]
    Several(&'static str),
    #[error("the claim was not checked: {0:?} is not a share between 0 and 100 percent")]
    NotAShare(String),
    #[error(
        "the claim was not checked: {0:?} is not a period (2019-03, 2019, March 2019, first half of 2019, or YYYY-MM-DD/YYYY-MM-DD)"
    )]
    NotAPeriod(String),
    #[error("the claim was not checked: not a known party or source: {}", .0.iter().map(|w| format!("{w:?}")).collect::<Vec<_>>().join(", "))]
    UnknownWords(Vec<String>),
}

const A_PARTY: &str = "a party (such as ISIS)";
const A_SHARE: &str = "a share (such as 11%)";
const A_PERIOD: &str = "a period (such as 2019-03)";

/// Words that connect the rest and name nothing.
const CONNECTING: [&str; 40] = [
    "of",
    "the",
    "in",
    "by",
    "to",
    "for",
    "from",
    "a",
    "is",
    "was",
    "were",
    "killed",
    "kills",
    "dead",
    "deaths",
    "people",
    "civilians",
    "according",
    "says",
    "said",
    "per",
    "cent",
    "de",
    "des",
    "les",
    "la",
    "selon",
    "en",
    "morts",
    "tués",
    "قتل",
    "قتلت",
    "من",
    "القتلى",
    "الضحايا",
    "في",
    "حسب",
    "وفق",
    "بحسب",
    "بالمئة",
];
const LONGEST_NAME_WORDS: usize = 16;
const PERCENT_WORDS: [&str; 5] = ["%", "percent", "pourcent", "بالمئة", "بالمائة"];

/// Months as lists, pages and people write them, in the order of the year: English, French, Arabic of the Levant and of
/// Egypt. Compared by [`key`].
const MONTHS: [&[&str]; 12] = [
    &["january", "jan", "janvier", "كانون الثاني", "يناير"],
    &["february", "feb", "février", "fevrier", "شباط", "فبراير"],
    &["march", "mar", "mars", "آذار", "اذار", "مارس"],
    &["april", "apr", "avril", "نيسان", "أبريل", "ابريل", "إبريل"],
    &["may", "mai", "أيار", "ايار", "مايو"],
    &["june", "jun", "juin", "حزيران", "يونيو"],
    &["july", "jul", "juillet", "تموز", "يوليو"],
    &["august", "aug", "août", "aout", "آب", "اب", "أغسطس", "اغسطس"],
    &["september", "sep", "sept", "septembre", "أيلول", "ايلول", "سبتمبر"],
    &["october", "oct", "octobre", "تشرين الأول", "تشرين الاول", "أكتوبر", "اكتوبر"],
    &["november", "nov", "novembre", "تشرين الثاني", "نوفمبر"],
    &["december", "dec", "décembre", "decembre", "كانون الأول", "كانون الاول", "ديسمبر"],
];
const HALVES: [&[&str]; 2] = [
    &["h1", "first half", "premier semestre", "النصف الأول", "النصف الاول"],
    &["h2", "second half", "second semestre", "deuxième semestre", "النصف الثاني"],
];

/// `March 2019`, `mars 2019`, `آذار 2019`, `first half of 2019`: the words taken, and the period.
fn named_period(tokens: &[&str]) -> Option<(usize, Period)> {
    (1..=2.min(tokens.len())).rev().find_map(|n| {
        let name = key(&tokens[..n].join(" "));
        // The Levant's name and Egypt's are often written together, as in "آذار/مارس".
        let (one, other) = name.split_once('/').unwrap_or((&name, &name));
        let month = MONTHS.iter().position(|names| names.contains(&one) && names.contains(&other));
        let half = HALVES.iter().position(|names| names.contains(&name.as_str()));
        let (first, months) = month.map(|m| (m, 1)).or(half.map(|h| (h * 6, 6)))?;
        let filler = |word: &&&str| matches!(**word, "of" | "de" | "du" | "من" | "عام" | "سنة" | "in" | "en");
        let skipped = tokens[n..].iter().take(2).take_while(filler).count();
        let year = tokens.get(n + skipped).filter(|word| word.len() == 4)?.parse::<i16>().ok()?;
        let month = |m: usize| domain::Month::new(year, i8::try_from(m + 1).ok()?);
        let period = Period::new(month(first)?.first_day(), month(first + months - 1)?.last_day())?;
        Some((n + skipped + 1, period))
    })
}

/// Western digits, `%` and `.` for the Arabic and Persian ones; marks that only steer direction are dropped.
fn plain(words: &str) -> String {
    // Between two digits a comma is a decimal one (`11,1 %`); elsewhere it parts words.
    let is_digit = |c: Option<&char>| c.is_some_and(|c| matches!(c, '0'..='9' | '٠'..='٩' | '۰'..='۹'));
    let letters: Vec<char> = words.chars().collect();
    let decimal = |at: usize| {
        matches!(letters[at], ',' | '،') && at > 0 && is_digit(letters.get(at - 1)) && is_digit(letters.get(at + 1))
    };
    let change = |c: char| match c {
        '\u{0660}'..='\u{0669}' => char::from_digit(c as u32 - 0x0660, 10),
        '\u{06F0}'..='\u{06F9}' => char::from_digit(c as u32 - 0x06F0, 10),
        '٪' | '﹪' | '％' => Some('%'),
        '٫' => Some('.'),
        '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => None,
        ',' | '،' | ';' | '؛' | '(' | ')' | '؟' | '?' | '!' => Some(' '),
        '–' | '‑' | '−' => Some('-'),
        c => Some(c),
    };
    let written = |(at, c): (usize, &char)| if decimal(at) { Some('.') } else { change(*c) };
    letters.iter().enumerate().filter_map(written).collect()
}

/// Names are compared without case, quotation marks and runs of white space.
fn key(text: &str) -> String {
    let kept =
        text.chars().filter(|c| !matches!(c, '"' | '“' | '”' | '«' | '»' | '\'' | '’' | '‘' | '\u{064B}'..='\u{0652}'));
    kept.flat_map(char::to_lowercase).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn source_named<'a>(words: &str, sources: &'a [Source]) -> Option<&'a SourceId> {
    let wanted = key(words);
    let names = |source: &Source| {
        let acronym = source.acronym.iter().map(String::as_str);
        acronym.chain([source.id.as_str()]).chain(source.names.0.values().map(String::as_str)).any(|n| key(n) == wanted)
    };
    sources.iter().find(|source| names(source)).map(|source| &source.id)
}

/// `is` connects; `IS` is a party.
fn connects(word: &str) -> bool {
    let lower = word.to_lowercase();
    CONNECTING.contains(&lower.as_str()) && word != "IS"
}

enum Found {
    Party(PartyCode),
    Source(SourceId),
}

fn once<T: PartialEq>(place: &mut Option<T>, value: T, what: &'static str) -> Result<(), ClaimParseError> {
    match place {
        Some(old) if *old != value => Err(ClaimParseError::Several(what)),
        _ => {
            *place = Some(value);
            Ok(())
        }
    }
}

/// A share as people write it: `11`, `11%`, `11,1 %`, `٨٫٤٪`.
pub fn parse_share(words: &str) -> Result<f64, ClaimParseError> {
    let text = plain(words).replace('%', " ");
    share(text.trim()).map_err(|_| ClaimParseError::NotAShare(words.to_owned()))
}

/// A period as people write it: `2019-03`, `2019`, `03/2019`, `March 2019`, `آذار ٢٠١٩`, `first half of 2019`, or two days with
/// a stroke between them.
pub fn parse_period(words: &str) -> Result<Period, ClaimParseError> {
    let text = plain(words);
    let tokens: Vec<&str> = text.split_whitespace().collect();
    match named_period(&tokens) {
        Some((taken, period)) if taken == tokens.len() => Ok(period),
        _ => period(text.trim()),
    }
}

fn share(number: &str) -> Result<f64, ClaimParseError> {
    let refuse = || ClaimParseError::NotAShare(number.to_owned());
    let plain = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let value: f64 = number.parse().ok().filter(|_| plain).ok_or_else(refuse)?;
    (0.0..=100.0).contains(&value).then_some(value).ok_or_else(refuse)
}

fn period(text: &str) -> Result<Period, ClaimParseError> {
    let refuse = || ClaimParseError::NotAPeriod(text.to_owned());
    // 03/2019 is a month; UncertainDate reads what stands before and after a stroke as two dates.
    let month_first = text.split_once('/').filter(|(month, year)| month.len() <= 2 && year.len() == 4);
    let turned = month_first.map(|(month, year)| format!("{year}-{month:0>2}"));
    let date = UncertainDate::parse(turned.as_deref().unwrap_or(text)).map_err(|_| refuse())?;
    Period::new(date.earliest(), date.latest()).filter(|_| !date.is_circa()).ok_or_else(refuse)
}

/// Reads a claim. Party, share and period must be there; without a source the claim is put to every source.
///
/// The longest run of words that names a party or a source counts, so that `Syrian Network for Human Rights` is not
/// read in pieces. A word that names nothing is refused rather than passed over: it may be the source that was meant.
pub fn parse_claim(words: &str, sources: &[Source], parties: &PartyTable) -> Result<Claim, ClaimParseError> {
    let text = plain(words).replace('%', " % ");
    let tokens: Vec<&str> = text.split_whitespace().collect();
    let (mut party, mut percent, mut attributed_to, mut when) = (None, None, None, None);
    let mut unknown = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let token = tokens[at];
        let rest = &tokens[at + 1..];
        let is_percent = |word: Option<&&str>| word.is_some_and(|w| PERCENT_WORDS.contains(&w.to_lowercase().as_str()));
        let in_words = matches!(rest, ["per", "cent", ..] | ["pour", "cent", ..] | ["في", "المئة" | "المائة", ..]);
        if token.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
            if in_words || is_percent(rest.first()) {
                once(&mut percent, share(token)?, "share")?;
                at += if in_words { 3 } else { 2 };
            } else if token.contains(['-', '/']) || token.len() == 4 {
                once(&mut when, period(token)?, "period")?;
                at += 1;
            } else {
                unknown.push(token.to_owned());
                at += 1;
            }
            continue;
        }
        if token == "%" && rest.first().is_some_and(|w| w.starts_with(|c: char| c.is_ascii_digit())) {
            // Right-to-left writers put the sign before the number too.
            once(&mut percent, share(rest[0])?, "share")?;
            at += 2;
            continue;
        }
        if let Some((n, period)) = named_period(&tokens[at..]) {
            once(&mut when, period, "period")?;
            at += n;
            continue;
        }
        let longest = (1..=LONGEST_NAME_WORDS.min(tokens.len() - at)).rev().find_map(|n| {
            let run = tokens[at..at + n].join(" ");
            let source = source_named(&run, sources).map(|id| Found::Source(id.clone()));
            // "All" names everyone, and everyone's share is no claim about anybody.
            let party = parties.by_wording(&run).filter(|code| code.as_str() != "all");
            let found = source.or_else(|| party.map(|code| Found::Party(code.clone())));
            found.filter(|_| n > 1 || !connects(token)).map(|found| (n, found))
        });
        match longest {
            Some((n, Found::Party(code))) => {
                once(&mut party, code, "party")?;
                at += n;
            }
            Some((n, Found::Source(id))) => {
                once(&mut attributed_to, id, "source")?;
                at += n;
            }
            None => {
                if !connects(token) {
                    unknown.push(token.to_owned());
                }
                at += 1;
            }
        }
    }
    if !unknown.is_empty() {
        return Err(ClaimParseError::UnknownWords(unknown));
    }
    match (party, percent, when) {
        (Some(party), Some(percent), Some(period)) => Ok(Claim { party, percent, attributed_to, period }),
        (party, percent, when) => {
            let lacks = [(party.is_none(), A_PARTY), (percent.is_none(), A_SHARE), (when.is_none(), A_PERIOD)];
            Err(ClaimParseError::Missing(lacks.into_iter().filter(|l| l.0).map(|l| l.1).collect()))
        }
    }
}
