//! Arabic that was read in the wrong encoding, as old spreadsheets and web pages hand it on: `ãÍãÏ` or `Ù…Ø­Ù…Ø¯` for محمد.

use std::borrow::Cow;

use domain::Script;
use encoding_rs::{WINDOWS_1252, WINDOWS_1256};

/// The text as it was meant, in its script; the text itself where nothing shows that it was read wrongly.
///
/// Undone are bytes of Windows-1256, and bytes of UTF-8, that were read as Windows-1252 or Latin-1. Only a text without any
/// letter of plain Latin, all of whose letters become Arabic, is taken for one.
pub fn as_meant(text: &str, script: Script) -> (Cow<'_, str>, Script) {
    match (script != Script::Arabic && !text.is_ascii()).then(|| undo(text)).flatten() {
        Some(meant) => (Cow::Owned(meant), Script::Arabic),
        None => (Cow::Borrowed(text), script),
    }
}

fn undo(text: &str) -> Option<String> {
    if text.chars().any(|c| c.is_ascii_alphabetic()) {
        return None;
    }
    let (bytes, _, unmappable) = WINDOWS_1252.encode(text);
    if unmappable {
        return None;
    }
    let is_arabic = |meant: &str| {
        let mut letters = meant.chars().filter(|c| c.is_alphabetic());
        let arabic = |c: char| matches!(c, '\u{0621}'..='\u{06D3}');
        letters.clone().count() > 1 && letters.all(arabic)
    };
    if let Ok(meant) = std::str::from_utf8(&bytes) {
        return is_arabic(meant).then(|| meant.to_owned());
    }
    let (meant, malformed) = WINDOWS_1256.decode_without_bom_handling(&bytes);
    (!malformed && is_arabic(&meant)).then(|| meant.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arabic_that_was_read_in_another_encoding_is_read_as_meant() {
        for meant in ["محمد", "خالد الحموي", "أبو علي"] {
            let (bytes, _, _) = WINDOWS_1256.encode(meant);
            let (wrong, _) = WINDOWS_1252.decode_without_bom_handling(&bytes);
            assert_eq!(as_meant(&wrong, Script::Latin), (Cow::Borrowed(meant), Script::Arabic), "{wrong}");
            let (wrong, _) = WINDOWS_1252.decode_without_bom_handling(meant.as_bytes());
            assert_eq!(as_meant(&wrong, Script::Latin), (Cow::Borrowed(meant), Script::Arabic), "{wrong}");
        }
    }

    #[test]
    fn latin_names_with_accents_stay_as_they_are() {
        for name in ["Élodie", "José Ñuñez", "Şükrü Öztürk", "Œuvré", "é", "Zoë", "Łukasz"] {
            let (read, script) = as_meant(name, Script::Latin);
            assert_eq!((read.as_ref(), script), (name, Script::Latin));
        }
    }
}
