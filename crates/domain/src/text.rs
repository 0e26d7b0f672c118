//! A short text in several languages.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Language;

/// A text per language. Empty texts do not exist here.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LocalText(pub BTreeMap<Language, String>);

impl LocalText {
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let texts = pairs.into_iter().filter(|(_, text)| !text.is_empty());
        Self(texts.filter_map(|(tag, text)| Some((Language::new(tag).ok()?, text.to_owned()))).collect())
    }
    pub fn get(&self, tag: &str) -> Option<&str> {
        self.0.iter().find(|(language, _)| language.as_str() == tag).map(|(_, text)| text.as_str())
    }
    /// The text in the language asked for, else English, else whichever comes first; with the tag of what is given.
    pub fn best(&self, tag: &str) -> Option<(&Language, &str)> {
        let find = |wanted: &str| self.0.iter().find(|(l, _)| l.as_str() == wanted);
        let (language, text) = find(tag).or_else(|| find("en")).or_else(|| self.0.iter().next())?;
        Some((language, text))
    }
}

/// A cell of a table that people open in a spreadsheet: what a spreadsheet might run as a formula is prefixed with an
/// apostrophe (OWASP, CSV injection). A cell that begins with an apostrophe gets one more, so that taking one off gives
/// back what was there. A plain number stays one.
///
/// White space, control characters, quotation marks and marks of direction before the sign hide nothing: spreadsheets
/// drop some of them on opening. Full-width signs count, since some convert them.
pub fn inert_cell(text: &str) -> std::borrow::Cow<'_, str> {
    let skipped = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '"' | '\'' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
    };
    let sign = |c: char| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠');
    let runs = text.trim_start_matches(skipped).starts_with(sign) || text.starts_with(['\'', '\t', '\r', '\n']);
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let number = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && digits.bytes().filter(|b| *b == b'.').count() <= 1;
    if runs && !number { format!("'{text}").into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_might_run_is_prefixed_and_can_be_had_back() {
        for cell in [
            "=1+1",
            "+1+1",
            "-1+1",
            "@SUM(1,1)",
            "\t=1+1",
            "\r=1+1",
            " =1+1",
            "＝1+1",
            "=cmd|'/c calc'!A1",
            "\"=1+1",
            "'=1+1",
            "+963 11 555",
            "@handle",
            "\u{202E}=1+1",
            "\0=1",
            "'a",
            "\u{FEFF}=1",
        ] {
            let inert = inert_cell(cell);
            assert_eq!(inert.strip_prefix('\''), Some(cell), "{cell:?}");
        }
        for plain in ["-5", "+3.5", "قوات النظام", "", "a=b", "%0A=1+1", "5-3"] {
            assert_eq!(inert_cell(plain), plain);
        }
    }
}
