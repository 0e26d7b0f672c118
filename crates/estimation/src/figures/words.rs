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
    #[error("the claim was not checked: {0:?} is not a period (YYYY-MM, YYYY or YYYY-MM-DD/YYYY-MM-DD)")]
    NotAPeriod(String),
    #[error("the claim was not checked: {} is neither a known party nor a known source", .0.iter().map(|w| format!("{w:?}")).collect::<Vec<_>>().join(", "))]
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

/// Western digits, `%` and `.` for the Arabic and Persian ones; marks that only steer direction are dropped.
fn plain(words: &str) -> String {
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
    words.chars().filter_map(change).collect()
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

fn share(number: &str) -> Result<f64, ClaimParseError> {
    let refuse = || ClaimParseError::NotAShare(number.to_owned());
    let plain = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let value: f64 = number.parse().ok().filter(|_| plain).ok_or_else(refuse)?;
    (0.0..=100.0).contains(&value).then_some(value).ok_or_else(refuse)
}

fn period(text: &str) -> Result<Period, ClaimParseError> {
    let refuse = || ClaimParseError::NotAPeriod(text.to_owned());
    let date = UncertainDate::parse(text).map_err(|_| refuse())?;
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
        let longest = (1..=LONGEST_NAME_WORDS.min(tokens.len() - at)).rev().find_map(|n| {
            let run = tokens[at..at + n].join(" ");
            let source = source_named(&run, sources).map(|id| Found::Source(id.clone()));
            let found = source.or_else(|| parties.by_wording(&run).map(|code| Found::Party(code.clone())));
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
