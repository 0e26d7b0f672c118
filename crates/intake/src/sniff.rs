//! What a file is, read off its bytes and never off its name.

/// The shape in which a file holds its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// CSV, TSV and the like.
    Delimited,
    /// An array, an object with a list in it, or one object a line.
    Json,
    Sheet,
    Parquet,
    Toml,
    /// RSS or Atom.
    Feed,
}

/// The media type of the bytes; text that is nothing more special is `text/csv`, `text/tab-separated-values` or `text/plain`.
pub fn media_type(bytes: &[u8]) -> &'static str {
    let magic: [(&[u8], &str); 12] = [
        (b"PAR1", "application/vnd.apache.parquet"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "application/vnd.ms-excel"),
        (b"\x1F\x8B", "application/gzip"),
        (b"\x28\xB5\x2F\xFD", "application/zstd"),
        (b"BZh", "application/x-bzip2"),
        (b"\xFD7zXZ\0", "application/x-xz"),
        (b"%PDF-", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xFF\xD8\xFF", "image/jpeg"),
        (b"GIF8", "image/gif"),
        (b"SQLite format 3\0", "application/vnd.sqlite3"),
        (b"OggS", "application/ogg"),
    ];
    if let Some((_, found)) = magic.iter().find(|(start, _)| bytes.starts_with(start)) {
        return found;
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        // A workbook is an archive whose entries lie under xl/.
        let has = |name: &[u8]| bytes.windows(name.len()).any(|at| at == name);
        let workbook = has(b"xl/workbook.xml");
        return if workbook {
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        } else if has(b"opendocument.spreadsheet") {
            "application/vnd.oasis.opendocument.spreadsheet"
        } else {
            "application/zip"
        };
    }
    if bytes.get(4..8) == Some(b"ftyp") {
        return "video/mp4";
    }
    text_type(bytes)
}

fn text_type(bytes: &[u8]) -> &'static str {
    let utf16 = bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF");
    let head = &bytes[..bytes.len().min(65_536)];
    if !utf16 && head.contains(&0) {
        return "application/octet-stream";
    }
    let text = crate::encoding::decode(head).text;
    let start = text.trim_start();
    let lower: String = start.chars().take(256).collect::<String>().to_ascii_lowercase();
    if lower.starts_with("<!doctype html") || lower.starts_with("<html") {
        return "text/html";
    }
    if let Some(feed) = feed_type(start) {
        return feed;
    }
    if lower.starts_with("<?xml") {
        return "application/xml";
    }
    if looks_like_toml(start) {
        return "application/toml";
    }
    if start.starts_with('{') {
        let two = start.lines().take(2).filter(|l| l.trim_end().ends_with('}') && l.starts_with('{')).count();
        return if two == 2 { "application/x-ndjson" } else { "application/json" };
    }
    if start.starts_with('[') {
        return "application/json";
    }
    let first = start.lines().next().unwrap_or("");
    if first.contains('\t') {
        "text/tab-separated-values"
    } else if first.contains([',', ';', '|']) {
        "text/csv"
    } else {
        "text/plain"
    }
}

/// What kind of feed the first element is, after declarations and comments.
fn feed_type(text: &str) -> Option<&'static str> {
    let mut rest = text;
    loop {
        let end = match rest {
            _ if rest.starts_with("<!--") => "-->",
            _ if rest.starts_with("<?") => "?>",
            _ if rest.starts_with("<!DOCTYPE") && rest.find('[') < rest.find('>') && rest.contains('[') => "]>",
            _ if rest.starts_with("<!DOCTYPE") => ">",
            _ => break,
        };
        rest = rest.split_once(end)?.1.trim_start();
    }
    let element = rest.strip_prefix('<')?;
    let (name, more) = element.split_at(element.find(|c: char| c.is_whitespace() || c == '>' || c == '/')?);
    let attributes = more.split('>').next().unwrap_or("");
    match name.rsplit(':').next().unwrap_or(name) {
        "rss" => Some("application/rss+xml"),
        "RDF" if attributes.contains("purl.org/rss/") => Some("application/rss+xml"),
        "feed" | "entry" if attributes.contains("/Atom") || attributes.contains("purl.org/atom/") => {
            Some("application/atom+xml")
        }
        _ => None,
    }
}

/// `[[statement]]` and the like, after comments.
fn looks_like_toml(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.next().is_some_and(|line| line.starts_with("[[") && line.ends_with("]]") && !line.contains(['{', '"', ',']))
}

/// The shape of the rows; text that is neither JSON nor TOML is taken for delimited.
pub(crate) fn format(bytes: &[u8]) -> Result<Format, &'static str> {
    match media_type(bytes) {
        "application/gzip" => Err("gzip"),
        "application/zstd" => Err("zstd"),
        "application/x-bzip2" => Err("bzip2"),
        "application/x-xz" => Err("xz"),
        "application/zip" => Err("zip"),
        "application/vnd.apache.parquet" => Ok(Format::Parquet),
        "application/vnd.ms-excel"
        | "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        | "application/vnd.oasis.opendocument.spreadsheet" => Ok(Format::Sheet),
        "application/toml" => Ok(Format::Toml),
        "application/rss+xml" | "application/atom+xml" => Ok(Format::Feed),
        "application/json" | "application/x-ndjson" => Ok(Format::Json),
        _ => Ok(Format::Delimited),
    }
}

/// How a file holds its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    Text,
    /// A table that is read by [`crate::cells`].
    Table,
    /// A ZIP: of files, or a workbook or document, which are such.
    Archive,
    /// Pictures, sound, databases, PDF, and what is compressed otherwise: no text is read off it.
    Other,
}

pub fn packing(bytes: &[u8]) -> Packing {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Packing::Archive;
    }
    match media_type(bytes) {
        "application/vnd.apache.parquet" | "application/vnd.ms-excel" => Packing::Table,
        "application/pdf" | "application/vnd.sqlite3" | "application/ogg" | "application/octet-stream" => {
            Packing::Other
        }
        other if format(bytes).is_err() || other.starts_with("image/") || other.starts_with("video/") => Packing::Other,
        _ => Packing::Text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_read_off_the_bytes() {
        assert_eq!(media_type(b"a,b\n1,2\n"), "text/csv");
        assert_eq!(media_type(b"a\tb\n"), "text/tab-separated-values");
        assert_eq!(media_type(b"[{\"a\":1}]"), "application/json");
        assert_eq!(media_type(b"{\"a\":1}\n{\"a\":2}\n"), "application/x-ndjson");
        assert_eq!(media_type(b"# c\n[[statement]]\nid='x'"), "application/toml");
        assert_eq!(media_type(b"\x1F\x8B\x08"), "application/gzip");
        assert_eq!(media_type(b"PK\x03\x04...."), "application/zip");
        assert_eq!(media_type(b"<?xml version='1.0'?>\n<!-- a --><rss version='2.0'>"), "application/rss+xml");
        assert_eq!(media_type(b"<!DOCTYPE rss [<!ENTITY a 'b>'>]><rss>"), "application/rss+xml");
        assert_eq!(media_type(b"<rdf:RDF xmlns='http://purl.org/rss/1.0/'>"), "application/rss+xml");
        assert_eq!(media_type(b"<a:feed xmlns:a='http://www.w3.org/2005/Atom'>"), "application/atom+xml");
        assert_eq!(media_type(b"<?xml version='1.0'?><feed/>"), "application/xml");
        assert_eq!(media_type(b""), "text/plain");
        assert_eq!(media_type(b"\0\x01\x02"), "application/octet-stream");
    }
}
