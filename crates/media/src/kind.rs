//! What bytes are, read off the bytes and never off a name.

/// A family of formats that is treated alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Decoded here.
    Photo(&'static str),
    /// A picture that is kept and not decoded.
    OtherPicture(&'static str),
    Video(&'static str),
    Audio(&'static str),
    /// SVG: a drawing that may hold a program.
    Drawing,
    /// HTML: a page that may hold a program.
    Page,
}

impl Kind {
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Photo(name) | Self::OtherPicture(name) | Self::Video(name) | Self::Audio(name) => name,
            Self::Drawing => "image/svg+xml",
            Self::Page => "text/html",
        }
    }
}

/// The kind of media that the bytes are; none when they are something else, such as a table.
pub fn kind(bytes: &[u8]) -> Option<Kind> {
    let begins = |magic: &[u8]| bytes.starts_with(magic);
    let at = |from: usize, magic: &[u8]| bytes.get(from..from + magic.len()) == Some(magic);
    let found = match bytes {
        _ if begins(b"\xFF\xD8\xFF") => Kind::Photo("image/jpeg"),
        _ if begins(b"\x89PNG\r\n\x1a\n") => Kind::Photo("image/png"),
        _ if begins(b"GIF87a") || begins(b"GIF89a") => Kind::Photo("image/gif"),
        _ if begins(b"RIFF") && at(8, b"WEBP") => Kind::Photo("image/webp"),
        _ if begins(b"II*\0") || begins(b"MM\0*") => Kind::Photo("image/tiff"),
        _ if begins(b"BM") && at(6, b"\0\0\0\0") => Kind::Photo("image/bmp"),
        _ if begins(b"RIFF") && at(8, b"AVI ") => Kind::Video("video/x-msvideo"),
        _ if begins(b"RIFF") && at(8, b"WAVE") => Kind::Audio("audio/wav"),
        _ if begins(b"\x1A\x45\xDF\xA3") => matroska(bytes),
        _ if at(4, b"ftyp") => brand(bytes.get(8..12).unwrap_or_default()),
        _ if at(4, b"moov") || at(4, b"mdat") || at(4, b"wide") => Kind::Video("video/quicktime"),
        _ if begins(b"\0\0\x01\xBA") || begins(b"\0\0\x01\xB3") => Kind::Video("video/mpeg"),
        _ if begins(b"\x47") && at(188, b"\x47") && at(376, b"\x47") && !is_text(&bytes[..188]) => {
            Kind::Video("video/mp2t")
        }
        _ if begins(b"FLV\x01") => Kind::Video("video/x-flv"),
        _ if begins(b"\x30\x26\xB2\x75\x8E\x66\xCF\x11") => Kind::Video("video/x-ms-asf"),
        _ if begins(b"OggS") => Kind::Audio("audio/ogg"),
        [b'I', b'D', b'3', 2..=4, 0, ..] | [0xFF, 0xFB, ..] => Kind::Audio("audio/mpeg"),
        _ if begins(b"fLaC") => Kind::Audio("audio/flac"),
        _ if begins(b"#!AMR") => Kind::Audio("audio/amr"),
        _ => return markup(bytes),
    };
    Some(found)
}

/// A table may begin with any letter; what is not text has control characters early.
fn is_text(bytes: &[u8]) -> bool {
    !bytes.iter().any(|b| *b < 9)
}

fn matroska(bytes: &[u8]) -> Kind {
    let head = &bytes[..bytes.len().min(64)];
    let webm = head.windows(4).any(|at| at == b"webm");
    Kind::Video(if webm { "video/webm" } else { "video/x-matroska" })
}

fn brand(brand: &[u8]) -> Kind {
    match brand {
        b"heic" | b"heix" | b"hevc" | b"mif1" | b"msf1" => Kind::OtherPicture("image/heic"),
        b"avif" | b"avis" => Kind::OtherPicture("image/avif"),
        b"qt  " => Kind::Video("video/quicktime"),
        b"M4A " | b"M4B " => Kind::Audio("audio/mp4"),
        [b'3', b'g', ..] => Kind::Video("video/3gpp"),
        _ => Kind::Video("video/mp4"),
    }
}

/// SVG and HTML, after white space, comments, declarations and a byte order mark.
fn markup(bytes: &[u8]) -> Option<Kind> {
    let head = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = String::from_utf8_lossy(&head[..head.len().min(4096)]).to_ascii_lowercase();
    let mut rest = text.trim_start();
    loop {
        let end = match rest {
            _ if rest.starts_with("<!--") => "-->",
            _ if rest.starts_with("<?") => "?>",
            _ if rest.starts_with("<!doctype html") || rest.starts_with("<html") => return Some(Kind::Page),
            _ if rest.starts_with("<head") || rest.starts_with("<body") || rest.starts_with("<script") => {
                return Some(Kind::Page);
            }
            _ if rest.starts_with("<!doctype") => return rest.contains("<svg").then_some(Kind::Drawing),
            _ if rest.starts_with("<svg") || rest.starts_with("<svg:svg") => return Some(Kind::Drawing),
            _ => return None,
        };
        rest = rest.split_once(end)?.1.trim_start();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_no_media_and_a_name_plays_no_part() {
        assert_eq!(kind(b"name,date\nx,2013\n"), None);
        assert_eq!(kind(b""), None);
        assert_eq!(kind(b"PK\x03\x04"), None);
        assert_eq!(kind(b"\xFF\xD8\xFF\xE0<script>"), Some(Kind::Photo("image/jpeg")));
        assert_eq!(kind(b"\0\0\0\x18ftypmp42"), Some(Kind::Video("video/mp4")));
        assert_eq!(kind(b"<?xml version='1.0'?><!-- a --><svg xmlns='x'/>"), Some(Kind::Drawing));
        assert_eq!(kind(b" \n<!DOCTYPE html><p>"), Some(Kind::Page));
    }
}
