//! What a picture or video says of itself: EXIF, XMP, comments, container times. Claims, none of them believed.
//!
//! Times go into a list of their own; everything else can lead to whoever made the picture (position, device, serial
//! number, owner, program) and goes into the vault.

use std::io::Cursor;

use domain::media::{Claim, Vault};
use exif::{In, Tag, Value};

use crate::{Kind, behind, container, kind};

/// Claims that are read from one file; more is a flood.
const MOST_CLAIMS: usize = 400;
/// Characters kept of one value.
const MOST_CHARACTERS: usize = 500;

/// All that a file says of itself.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Metadata {
    pub claimed_times: Vec<Claim>,
    pub vault: Vault,
    pub duration_ms: Option<u64>,
    pub width: Option<u32>,
    pub height: Option<u32>,
    /// It seems to hold a C2PA manifest, which another program reads.
    #[serde(default)]
    pub has_manifest: bool,
    /// One sentence each: what is damaged, and what is odd.
    pub remarks: Vec<String>,
}

impl Metadata {
    /// One sentence of another program, of which no more is believed than of the file.
    pub fn remark(&mut self, text: &str) {
        let plain: String = text.chars().filter(|c| !c.is_control()).take(2 * MOST_CHARACTERS).collect();
        if self.remarks.len() < MOST_CLAIMS {
            self.remarks.push(plain);
        }
    }

    /// Adds what the file says of itself, in plain characters, to the times or to the vault.
    pub fn claim(&mut self, field: impl Into<String>, value: impl AsRef<str>) {
        let plain: String = value.as_ref().chars().filter(|c| !c.is_control()).take(MOST_CHARACTERS).collect();
        let plain = plain.trim();
        if plain.is_empty() {
            return;
        }
        let claim = Claim { field: field.into(), value: plain.to_owned() };
        let list = if claim.is_time() { &mut self.claimed_times } else { &mut self.vault.claims };
        if list.len() < MOST_CLAIMS && !list.contains(&claim) {
            list.push(claim);
        }
    }
}

/// Reads everything that is understood; what is damaged becomes a remark and stops nothing.
pub fn metadata(bytes: &[u8]) -> Metadata {
    let mut found = Metadata::default();
    match kind(bytes) {
        Some(Kind::Photo(name)) => {
            exif_claims(bytes, &mut found);
            if name == "image/jpeg" {
                segments(bytes, &mut found);
            }
            xmp(bytes, &mut found);
            behind::look(name, bytes, &mut found);
        }
        Some(Kind::OtherPicture(_)) => {
            exif_claims(bytes, &mut found);
            xmp(bytes, &mut found);
        }
        Some(Kind::Video("video/mp4" | "video/quicktime" | "video/3gpp") | Kind::Audio("audio/mp4")) => {
            container::mp4(bytes, &mut found);
            xmp(bytes, &mut found);
        }
        _ => {}
    }
    if contains(bytes, b"c2pa") && (contains(bytes, b"jumb") || contains(bytes, b"jumd")) {
        found.has_manifest = true;
    }
    found
}

pub(crate) fn contains(bytes: &[u8], what: &[u8]) -> bool {
    find(bytes, what).is_some()
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    let first = *what.first()?;
    let mut from = 0;
    while let Some(at) = bytes.get(from..)?.iter().position(|b| *b == first) {
        if bytes[from + at..].starts_with(what) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

fn exif_claims(bytes: &[u8], found: &mut Metadata) {
    let exif = match exif::Reader::new().read_from_container(&mut Cursor::new(bytes)) {
        Ok(exif) => exif,
        Err(exif::Error::NotFound(_)) => return,
        Err(error) => return found.remarks.push(format!("its EXIF cannot be read: {error}")),
    };
    for field in exif.fields().take(MOST_CLAIMS) {
        let tag = match field.tag.description() {
            Some(_) => field.tag.to_string(),
            None => format!("{:?}-{}", field.tag.context(), field.tag.number()),
        };
        let prefix = if field.ifd_num == In::THUMBNAIL { "exif:thumbnail:" } else { "exif:" };
        let value = match &field.value {
            Value::Ascii(texts) => texts.iter().map(|t| String::from_utf8_lossy(t)).collect::<Vec<_>>().join("; "),
            Value::Undefined(raw, _) if raw.len() > 64 => format!("{} bytes", raw.len()),
            Value::Byte(raw) if raw.len() > 64 => format!("{} bytes", raw.len()),
            _ => field.display_value().to_string(),
        };
        found.claim(format!("{prefix}{tag}"), value);
    }
    let latitude = degrees(&exif, Tag::GPSLatitude, Tag::GPSLatitudeRef, b'S', 90.0);
    let longitude = degrees(&exif, Tag::GPSLongitude, Tag::GPSLongitudeRef, b'W', 180.0);
    if let (Some(latitude), Some(longitude)) = (latitude, longitude) {
        found.vault.position = Some((latitude, longitude));
    }
}

/// Degrees, minutes and seconds as degrees; none of what cannot be a position.
fn degrees(exif: &exif::Exif, tag: Tag, side: Tag, negative: u8, most: f64) -> Option<f64> {
    let Value::Rational(parts) = &exif.get_field(tag, In::PRIMARY)?.value else { return None };
    let [d, m, s] = parts.first_chunk::<3>()?;
    if [d, m, s].iter().any(|part| part.denom == 0) {
        return None;
    }
    let value = d.to_f64() + m.to_f64() / 60.0 + s.to_f64() / 3600.0;
    let south_or_west = exif.get_field(side, In::PRIMARY).is_some_and(
        |f| matches!(&f.value, Value::Ascii(t) if t.first().and_then(|t| t.first()).is_some_and(|b| *b == negative)),
    );
    (value <= most).then_some(if south_or_west { -value } else { value })
}

/// Comments of a JPEG, and the marks of other metadata.
fn segments(bytes: &[u8], found: &mut Metadata) {
    let mut at = 2usize;
    while let Some([0xFF, marker]) = bytes.get(at..at + 2) {
        if matches!(marker, 0xD9 | 0xDA) {
            break;
        }
        let Some(size) = bytes.get(at + 2..at + 4).map(|s| usize::from(u16::from_be_bytes([s[0], s[1]]))) else {
            break;
        };
        let Some(data) = bytes.get(at + 4..at + 2 + size.max(2)) else {
            return found.remarks.push("a segment of the JPEG ends beyond the file".into());
        };
        match marker {
            0xFE => found.claim("jpeg:comment", String::from_utf8_lossy(data)),
            0xED => found.claim("jpeg:photoshop", format!("{} bytes", data.len())),
            _ => {}
        }
        at += 2 + size.max(2);
    }
}

/// Dates and everything else in an XMP packet. A packet with a document type is not read.
fn xmp(bytes: &[u8], found: &mut Metadata) {
    let Some(from) = find(bytes, b"<x:xmpmeta").or_else(|| find(bytes, b"<rdf:RDF")) else { return };
    let tail = &bytes[from..bytes.len().min(from + (1 << 20))];
    let end = [b"</x:xmpmeta>".as_slice(), b"</rdf:RDF>"].iter().find_map(|e| find(tail, e).map(|at| at + e.len()));
    let Some(text) = end.and_then(|end| std::str::from_utf8(&tail[..end]).ok()) else {
        return found.remarks.push("its XMP is cut off or not UTF-8; it was not read".into());
    };
    let options = roxmltree::ParsingOptions { allow_dtd: false, nodes_limit: 20_000, ..Default::default() };
    match roxmltree::Document::parse_with_options(text, options) {
        Ok(document) => {
            for node in document.descendants().filter(roxmltree::Node::is_element) {
                for attribute in node.attributes().filter(|a| a.name() != "about" && a.name() != "parseType") {
                    found.claim(format!("xmp:{}", attribute.name()), attribute.value());
                }
                if let Some(text) = node.text().filter(|_| !node.children().any(|c| c.is_element())) {
                    let named = if node.tag_name().name() == "li" {
                        node.ancestors().skip(1).find(|a| !matches!(a.tag_name().name(), "Seq" | "Bag" | "Alt"))
                    } else {
                        Some(node)
                    };
                    found.claim(format!("xmp:{}", named.map_or("li", |n| n.tag_name().name())), text);
                }
            }
        }
        Err(error) => found.remarks.push(format!("its XMP cannot be read: {error}")),
    }
}
