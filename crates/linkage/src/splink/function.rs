//! The functions of conditions: they answer as DuckDB's do, on characters.

use rapidfuzz::distance::{damerau_levenshtein, jaro, jaro_winkler, levenshtein};

use super::expression::Value;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Levenshtein,
    DamerauLevenshtein,
    Jaro,
    JaroWinkler,
    Abs,
    Epoch,
    Strptime,
    Substring,
    Lower,
    Upper,
    Trim,
    Length,
    Sin,
    Cos,
    Acos,
    Asin,
    Sqrt,
    Radians,
    NullIf,
    RegexpExtract,
    ListIntersect,
    ArrayLength,
}

pub(super) const FUNCTIONS: [(&str, Function, usize); 27] = [
    ("levenshtein", Function::Levenshtein, 2),
    ("damerau_levenshtein", Function::DamerauLevenshtein, 2),
    ("jaro_similarity", Function::Jaro, 2),
    ("jaro_winkler_similarity", Function::JaroWinkler, 2),
    ("abs", Function::Abs, 1),
    ("epoch", Function::Epoch, 1),
    ("try_strptime", Function::Strptime, 2),
    ("strptime", Function::Strptime, 2),
    ("substr", Function::Substring, 3),
    ("substring", Function::Substring, 3),
    ("lower", Function::Lower, 1),
    ("lcase", Function::Lower, 1),
    ("upper", Function::Upper, 1),
    ("trim", Function::Trim, 1),
    ("length", Function::Length, 1),
    ("len", Function::Length, 1),
    ("sin", Function::Sin, 1),
    ("cos", Function::Cos, 1),
    ("acos", Function::Acos, 1),
    ("asin", Function::Asin, 1),
    ("sqrt", Function::Sqrt, 1),
    ("radians", Function::Radians, 1),
    ("nullif", Function::NullIf, 2),
    ("regexp_extract", Function::RegexpExtract, 3),
    ("list_intersect", Function::ListIntersect, 2),
    ("array_length", Function::ArrayLength, 1),
    ("array_size", Function::ArrayLength, 1),
];

/// Texts longer than this, in characters, are compared by this much of them: distances cost the product of both lengths.
const MOST_CHARACTERS: usize = 2000;
/// Members of a list beyond these are not read.
const MOST_MEMBERS: usize = 256;

/// The patterns that Splink's own comparisons of addresses and postcodes write, and how many letters of a text each takes.
type Taken = fn(&str) -> usize;
const PATTERNS: [(&str, Taken); 4] = [
    ("^[^@]+", |text| text.find('@').unwrap_or(text.len())),
    ("^[A-Za-z]{1,2}", |text| area(text)),
    ("^[A-Za-z]{1,2}[0-9][A-Za-z0-9]?", |text| district(text)),
    ("^[A-Za-z]{1,2}[0-9][A-Za-z0-9]? [0-9]", |text| sector(text)),
];

/// Bytes of a text's beginning that are the area of a British postcode; 0 where it is none.
fn area(text: &str) -> usize {
    text.bytes().take(2).take_while(u8::is_ascii_alphabetic).count()
}

fn district(text: &str) -> usize {
    let area = area(text);
    match (area, &text.as_bytes()[area..]) {
        (0, _) => 0,
        (_, [b'0'..=b'9', next, ..]) if next.is_ascii_alphanumeric() => area + 2,
        (_, [b'0'..=b'9', ..]) => area + 1,
        _ => 0,
    }
}

fn sector(text: &str) -> usize {
    match (district(text), &text.as_bytes()[district(text)..]) {
        (0, _) => 0,
        (district, [b' ', b'0'..=b'9', ..]) => district + 2,
        _ => 0,
    }
}

/// What a pattern takes of a text's beginning; empty where it takes nothing.
fn extracted<'t>(text: &'t str, pattern: &str) -> Option<&'t str> {
    let (_, taken) = PATTERNS.iter().find(|(known, _)| *known == pattern)?;
    text.get(..taken(text))
}

/// The members of a list as a cell writes it: `[a, b]`, or `a, b`; each once.
fn list(text: &str) -> Vec<&str> {
    let inner = text.trim();
    let inner = inner.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(inner);
    let mut out: Vec<&str> = Vec::new();
    for member in inner.split(',').take(MOST_MEMBERS) {
        let bare = member.trim_matches(|c: char| c.is_whitespace() || c == '\'' || c == '"');
        if !bare.is_empty() && !out.contains(&bare) {
            out.push(bare);
        }
    }
    out
}

impl Function {
    /// Refuses a second value, given where it is written out, that the function does not have; says what it has.
    pub fn check(self, second: Option<&str>) -> Result<(), &'static str> {
        match self {
            Self::Strptime if !second.is_some_and(format_is_had) => Err("formats of %Y, %m and %d"),
            Self::RegexpExtract if !second.is_some_and(|s| PATTERNS.iter().any(|(known, _)| *known == s)) => {
                Err("the patterns that Splink writes for addresses and postcodes")
            }
            _ => Ok(()),
        }
    }

    fn of_a_number(self) -> Option<fn(f64) -> f64> {
        Some(match self {
            Self::Abs => f64::abs,
            Self::Epoch => |n| n,
            Self::Sin => f64::sin,
            Self::Cos => f64::cos,
            Self::Acos => f64::acos,
            Self::Asin => f64::asin,
            Self::Sqrt => f64::sqrt,
            Self::Radians => f64::to_radians,
            _ => return None,
        })
    }
}

impl Value {
    /// DuckDB refuses what is no number; here it is unknown.
    fn finite(self) -> Self {
        if matches!(self, Self::Number(n) if !n.is_finite()) { Self::Null } else { self }
    }
}

fn format_is_had(format: &str) -> bool {
    let bare = format.replace("%Y", "").replace("%m", "").replace("%d", "");
    !bare.contains('%') && ["%Y", "%m", "%d"].iter().all(|part| format.matches(part).count() == 1)
}

/// Seconds since 1970 of a date written in a format of `%Y`, `%m` and `%d`; `None` when it is not.
fn strptime(text: &str, format: &str) -> Option<f64> {
    let (mut rest, mut form) = (text.trim(), format);
    let (mut year, mut month, mut day) = (0i32, 0i32, 0i32);
    while let Some(c) = form.chars().next() {
        if c != '%' {
            rest = rest.strip_prefix(c)?;
            form = &form[c.len_utf8()..];
            continue;
        }
        let (slot, most) = match form.get(..2)? {
            "%Y" => (&mut year, 4),
            "%m" => (&mut month, 2),
            _ => (&mut day, 2),
        };
        let digits = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
        *slot = rest.get(..digits)?.parse().ok()?;
        rest = &rest[digits..];
        form = &form[2..];
    }
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 => 28 + i32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (rest.is_empty() && (1..=last).contains(&day))
        .then(|| f64::from(crate::packed::day_number(year, month, day)) * 86_400.0)
}

pub(super) fn call(function: Function, values: Vec<Value>) -> Option<Value> {
    let mut values = values.into_iter();
    let first = values.next()?;
    if let Some(of) = function.of_a_number() {
        return Some(Value::Number(of(first.number()?)).finite());
    }
    if function == Function::NullIf {
        return Some(if values.next()? == first { Value::Null } else { first });
    }
    let text = first.text()?;
    let start: String = text.chars().take(MOST_CHARACTERS).collect();
    let mut other = || values.next().and_then(Value::text).map(|t| t.chars().take(MOST_CHARACTERS).collect::<String>());
    let number = |n: f64| Some(Value::Number(n));
    match function {
        Function::Levenshtein => number(levenshtein::distance(start.chars(), other()?.chars()) as f64),
        Function::DamerauLevenshtein => number(damerau_levenshtein::distance(start.chars(), other()?.chars()) as f64),
        Function::Jaro | Function::JaroWinkler => {
            let other = other()?;
            // Of two empty texts DuckDB says 0.
            if start.is_empty() && other.is_empty() {
                return number(0.0);
            }
            number(match function {
                Function::Jaro => jaro::similarity(start.chars(), other.chars()),
                _ => jaro_winkler::similarity(start.chars(), other.chars()),
            })
        }
        Function::Strptime => strptime(&text, &other()?).map(Value::Number),
        Function::Substring => {
            let (from, length) = (values.next()?.number()?, values.next()?.number()?);
            let skip = (from - 1.0).max(0.0) as usize;
            Some(Value::Text(text.chars().skip(skip).take(length.max(0.0) as usize).collect()))
        }
        Function::Lower => Some(Value::Text(text.to_lowercase())),
        Function::Upper => Some(Value::Text(text.to_uppercase())),
        Function::Trim => Some(Value::Text(text.trim().to_owned())),
        Function::Length => number(text.chars().count() as f64),
        Function::RegexpExtract => {
            let pattern = other()?;
            Some(Value::Text(extracted(&text, &pattern)?.to_owned()))
        }
        Function::ListIntersect => {
            let (mine, theirs) = (list(&text), values.next()?.text()?);
            let theirs = list(&theirs);
            // A list again, of which only the length is asked.
            let both: Vec<&str> = mine.into_iter().filter(|member| theirs.contains(member)).collect();
            Some(Value::Text(format!("[{}]", both.join(", "))))
        }
        Function::ArrayLength => number(list(&text).len() as f64),
        _ => None,
    }
}
