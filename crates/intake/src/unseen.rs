//! Characters that show nothing and act on what stands around them: on a terminal, in XML (which may not hold them), or by
//! turning the direction of the words that follow. No field that is read has them; the row as received keeps them.

use std::borrow::Cow;

/// Control characters but tab and line ends, overrides and embeddings of direction (isolates and marks are needed to write
/// Arabic), and what Unicode says is no character.
fn is_unseen(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n' | '\r')
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{FDD0}'..='\u{FDEF}')
        || u32::from(c) & 0xFFFE == 0xFFFE
}

pub(crate) fn has_unseen(text: &str) -> bool {
    // Most texts are told by their bytes: all of these begin with one of few.
    text.bytes().any(|b| b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r') || matches!(b, 0x7F | 0xC2 | 0xE2 | 0xEF..))
        && text.contains(is_unseen)
}

pub(crate) fn without_unseen(text: &str) -> Cow<'_, str> {
    match has_unseen(text) {
        true => text.replace(is_unseen, "").into(),
        false => text.into(),
    }
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
}
