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

/// A character that shows nothing and acts on what stands around it: on a terminal, in XML (which may not hold it), or by turning
/// the direction of the words that follow. Tab and line ends are none, nor are the isolates and marks that Arabic is written with.
fn is_unseen(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n' | '\r')
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{FDD0}'..='\u{FDEF}')
        || u32::from(c) & 0xFFFE == 0xFFFE
}

/// Whether a text has control characters, overrides or embeddings of direction, or what Unicode says is no character.
pub fn has_unseen(text: &str) -> bool {
    // Most texts are told by their bytes: all of these begin with one of few.
    text.bytes().any(|b| b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r') || matches!(b, 0x7F | 0xC2 | 0xE2 | 0xEF..))
        && text.contains(is_unseen)
}

/// The text without what [`has_unseen`] looks for.
pub fn without_unseen(text: &str) -> std::borrow::Cow<'_, str> {
    if has_unseen(text) { text.replace(is_unseen, "").into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shows_nothing_and_acts_is_left_out_and_what_writing_needs_stays() {
        for c in ['\0', '\u{1b}', '\u{7f}', '\u{85}', '\u{202e}', '\u{fdd0}', '\u{ffff}', '\u{1fffe}'] {
            assert_eq!(without_unseen(&format!("م{c}حمد")), "محمد", "{c:?}");
        }
        for text in ["محمد\u{200f} (x)", "a\tb\r\nc", "\u{2067}علي\u{2069}", "é “q” \u{feff}", "🕊"] {
            assert_eq!(without_unseen(text), text);
        }
    }

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
