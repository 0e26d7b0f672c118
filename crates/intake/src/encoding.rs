//! Bytes to text. What cannot be read as text is marked, so that the row that holds it is rejected and no other.

use std::borrow::Cow;

/// Stands in the text where bytes were not text. A noncharacter of Unicode: no file has it by right.
pub(crate) const UNREADABLE: char = '\u{10FFFF}';

/// A file's text, how its bytes were read, and what to look at before it is used.
#[derive(Debug)]
pub struct Text<'a> {
    pub text: Cow<'a, str>,
    pub encoding: &'static str,
    pub warning: Option<String>,
}

/// UTF-8 with or without its mark; UTF-16 by its mark; else Windows-1256, in which much Arabic was written.
///
/// A file that is UTF-8 but for a few bytes stays UTF-8: the rows with those bytes are rejected.
pub fn decode(bytes: &[u8]) -> Text<'_> {
    if let Some(rest) = bytes.strip_prefix(b"\xFF\xFE") {
        return utf16(rest, u16::from_le_bytes, "UTF-16LE");
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFE\xFF") {
        return utf16(rest, u16::from_be_bytes, "UTF-16BE");
    }
    let marked = bytes.starts_with(b"\xEF\xBB\xBF");
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Text { text: text.into(), encoding: "UTF-8", warning: None };
    }
    let (mut unreadable, mut beyond_ascii) = (0usize, 0usize);
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        beyond_ascii += chunk.valid().bytes().filter(|b| *b >= 0xC0).count();
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            unreadable += 1;
            text.push(UNREADABLE);
        }
    }
    if marked || beyond_ascii > unreadable {
        let warning = format!(
            "{unreadable} places are not UTF-8: import rejects the rows that hold them, link reads them as unknown letters"
        );
        return Text { text: text.into(), encoding: "UTF-8", warning: Some(warning) };
    }
    let (text, _) = encoding_rs::WINDOWS_1256.decode_without_bom_handling(bytes);
    let warning = "the file is not UTF-8 and was read as Windows-1256; look at a few names before using it".to_owned();
    Text { text, encoding: "windows-1256", warning: Some(warning) }
}

/// As [`decode`], but where the declaration of an XML file names another encoding than its bytes show, that one.
pub(crate) fn decode_xml(bytes: &[u8]) -> Text<'_> {
    let read = decode(bytes);
    let head = read.text.split_once("?>").map_or("", |(head, _)| head);
    let named = head.strip_prefix("<?xml").and_then(|head| head.split_once("encoding")).and_then(|(_, rest)| {
        let label = rest.trim_start().strip_prefix('=')?.trim_start();
        let label = label.strip_prefix(['"', '\''])?.split(['"', '\'']).next()?;
        encoding_rs::Encoding::for_label_no_replacement(label.as_bytes())
    });
    match named {
        Some(named) if read.warning.is_some() && named != encoding_rs::UTF_8 => {
            let (text, unreadable) = named.decode_without_bom_handling(bytes);
            let text = if unreadable { text.replace('\u{FFFD}', &UNREADABLE.to_string()).into() } else { text };
            Text { text, encoding: named.name(), warning: None }
        }
        _ => read,
    }
}

fn utf16<'a>(bytes: &[u8], unit: fn([u8; 2]) -> u16, encoding: &'static str) -> Text<'a> {
    let (pairs, odd) = bytes.as_chunks::<2>();
    let mut text: String =
        char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).map(|c| c.unwrap_or(UNREADABLE)).collect();
    if !odd.is_empty() {
        text.push(UNREADABLE);
    }
    Text { text: text.into(), encoding, warning: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arabic_in_windows_1256_is_read_and_said() {
        let (bytes, _, _) = encoding_rs::WINDOWS_1256.encode("الاسم,تاريخ\nخالد,2019");
        let text = decode(&bytes);
        assert_eq!(text.text, "الاسم,تاريخ\nخالد,2019");
        assert_eq!(text.encoding, "windows-1256");
        assert!(text.warning.is_some());
    }

    #[test]
    fn a_utf_8_file_cut_inside_a_letter_stays_utf_8() {
        let bytes = "الاسم\nخالد".as_bytes();
        let text = decode(&bytes[..bytes.len() - 1]);
        assert_eq!(text.encoding, "UTF-8");
        assert!(text.text.ends_with(UNREADABLE));
    }

    #[test]
    fn a_declaration_is_believed_where_the_bytes_are_not_utf_8() {
        let text = decode_xml(b"<?xml version=\"1.0\" encoding='ISO-8859-1'?><rss>Fran\xE7ais</rss>");
        assert!(text.text.ends_with("Français</rss>") && text.encoding == "windows-1252", "{text:?}");
        let text = decode_xml("<?xml version='1.0' encoding='ISO-8859-1'?><rss>حلب</rss>".as_bytes());
        assert!(text.text.contains("حلب") && text.encoding == "UTF-8", "{text:?}");
    }

    #[test]
    fn utf_16_is_read_by_its_mark() {
        let mut bytes = vec![0xFF, 0xFE];
        bytes.extend("حلب,1".encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(decode(&bytes).text, "حلب,1");
        bytes.push(0x41);
        assert!(decode(&bytes).text.ends_with(UNREADABLE));
    }
}
