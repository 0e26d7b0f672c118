//! Photographs and videos as they were received: what the bytes are, what they claim about themselves, and the
//! perceptual hashes by which copies find one another.
//!
//! Nothing that a file says of itself is a fact: times and places here are claims of the file. Units: pixels,
//! milliseconds, bits.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{AccessionId, Sha256Digest, SourceId};

/// A 256-bit perceptual hash of an image (PDQ), written as 64 lower-case hexadecimal digits, bit 255 first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PdqHash(pub [u64; 4]);

impl PdqHash {
    /// Bit `nth` of 256; the lowest bit of the first word is bit 0.
    pub fn bit(&self, nth: usize) -> bool {
        self.0[(nth >> 6) & 3] >> (nth & 63) & 1 == 1
    }

    pub fn set(&mut self, nth: usize) {
        self.0[(nth >> 6) & 3] |= 1 << (nth & 63);
    }

    /// In how many of 256 bits two hashes differ.
    pub fn distance(&self, other: &Self) -> u32 {
        self.0.iter().zip(&other.0).map(|(a, b)| (a ^ b).count_ones()).sum()
    }

    pub fn hex(&self) -> String {
        self.0.iter().rev().map(|word| format!("{word:016x}")).collect()
    }

    /// Reads 64 lower-case hexadecimal digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        let plain = |b: &u8| b.is_ascii_digit() || (b'a'..=b'f').contains(b);
        if digits.len() != 64 || !digits.iter().all(plain) {
            return None;
        }
        let mut words = [0u64; 4];
        for (word, part) in words.iter_mut().rev().zip(digits.chunks(16)) {
            *word = u64::from_str_radix(std::str::from_utf8(part).ok()?, 16).ok()?;
        }
        Some(Self(words))
    }
}

impl fmt::Debug for PdqHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hex())
    }
}
impl fmt::Display for PdqHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hex())
    }
}
impl From<PdqHash> for String {
    fn from(hash: PdqHash) -> String {
        hash.hex()
    }
}
impl TryFrom<String> for PdqHash {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::from_hex(&text).ok_or_else(|| format!("{text:?} is not a PDQ hash: 64 digits of 0-9 a-f"))
    }
}

/// What is hashed: the picture as it is, or what is inside a plain border (letterbox bars, a coloured frame).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Framing {
    Whole,
    InsideBorder,
}

/// The hash of a photograph, or of one frame of a video.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaHash {
    /// From the beginning of a video; 0 for a photograph.
    pub at_ms: u64,
    pub framing: Framing,
    pub hash: PdqHash,
    /// 0 to 100. Below 50 a picture has too little in it to be told from others, and is not searched for.
    pub quality: u8,
}

/// Something that the file says of itself: which field said it, and the words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Claim {
    /// Such as `exif:DateTimeOriginal`, `xmp:CreateDate` or `mp4:creation_time`.
    pub field: String,
    pub value: String,
}

/// Names of fields that tell a time, without the standard that they are of.
const TIMES: [&str; 24] = [
    "createdate",
    "creationdate",
    "creation time",
    "creation_time",
    "date",
    "datecreated",
    "datetime",
    "datetimedigitized",
    "datetimeoriginal",
    "gpsdatestamp",
    "gpstimestamp",
    "metadatadate",
    "modifydate",
    "movie creation time",
    "offsettime",
    "offsettimedigitized",
    "offsettimeoriginal",
    "signing time",
    "subsectime",
    "subsectimedigitized",
    "subsectimeoriginal",
    "track creation time",
    "when",
    "year",
];
const LONGEST_TIME: usize = 40;

impl Claim {
    /// Whether it tells a time and nothing else: by the exact name of its field (that of a place or a device may have "time" or
    /// "date" in it) and by its characters, since a file writes into its fields what it likes.
    pub fn is_time(&self) -> bool {
        let name = self.field.rsplit([':', '.', '/']).next().unwrap_or_default().to_ascii_lowercase();
        TIMES.contains(&name.as_str()) && self.value.len() <= LONGEST_TIME && is_a_time(&self.value)
    }
}

/// A day, a time of day, both, or a part of one, with the offset from UTC where it is told. A file writes into its fields what
/// it likes, and two numbers beside one another may be a position.
fn is_a_time(text: &str) -> bool {
    let shape = |text: &str| -> String { text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect() };
    let is_day = |text: &str| {
        let shape = shape(text).replace([':', '/'], "-");
        matches!(shape.as_str(), "0000" | "0000-00" | "0000-00-00" | "00000000")
    };
    // The farthest are fourteen hours from UTC.
    let is_zone = |text: &str| {
        let offset = text.strip_prefix(['+', '-']).filter(|offset| offset.get(..2).is_some_and(|hours| hours <= "14"));
        text.is_empty() || text == "Z" || matches!(offset.map(shape).as_deref(), Some("00" | "0000" | "00:00"))
    };
    let is_clock = |text: &str| {
        let (clock, zone) = text.split_at(text.find(['Z', '+', '-']).unwrap_or(text.len()));
        let (whole, part) = clock.split_once(['.', ',']).unwrap_or((clock.trim_end(), "0"));
        let is_part = !part.is_empty() && part.trim_end().chars().all(|c| c.is_ascii_digit());
        is_part && matches!(shape(whole).as_str(), "00:00" | "00:00:00") && is_zone(zone)
    };
    let text = text.trim();
    let is_number = !text.is_empty() && text.len() <= 9 && text.chars().all(|c| c.is_ascii_digit());
    match text.split_once(['T', ' ']) {
        Some((day, clock)) => is_day(day) && is_clock(clock.trim_start()),
        None => is_day(text) || is_clock(text) || is_number || !text.is_empty() && is_zone(text),
    }
}

/// What must not leave the workspace: it can lead to whoever made the picture. One field of the entry, so that it can
/// be withheld while the others are proved, or destroyed alone.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Vault {
    /// Latitude and longitude in degrees, as the file claims.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<(f64, f64)>,
    /// Everything else: device, serial numbers, owner, comments, software.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<Claim>,
}

/// A copy that the program made. It is kept among the originals by its digest and points back through its `Media`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DerivedCopy {
    pub sha256: Sha256Digest,
    pub size_bytes: u64,
    pub media_type: String,
    /// Such as `thumbnail`.
    pub purpose: String,
    pub width: u32,
    pub height: u32,
    /// What made it: program and version.
    pub made_by: String,
}

/// A photograph or a video, as received.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Media {
    pub accession: AccessionId,
    pub source: SourceId,
    /// Of the original.
    pub sha256: Sha256Digest,
    /// Read off the bytes.
    pub media_type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
    /// When it was published, in seconds since 1970, as the post or page that it came with says; the first second of the
    /// day (UTC) where no more than a day is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_at: Option<i64>,
    /// The last second of that day, where no more than a day is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_until: Option<i64>,
    /// When the file says that it was made, in every place where it says so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claimed_times: Vec<Claim>,
    #[serde(default)]
    pub vault: Vault,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hashes: Vec<MediaHash>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub derived: Vec<DerivedCopy>,
    /// What could not be read and why, and what in the file is odd; one sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_written_with_its_last_bit_first() {
        let mut hash = PdqHash([0; 4]);
        hash.set(0);
        assert!(hash.hex().ends_with("01") && hash.bit(0));
        hash.set(255);
        assert!(hash.hex().starts_with("80"));
        assert_eq!(PdqHash::from_hex(&hash.hex()), Some(hash));
        assert_eq!(hash.distance(&PdqHash([0; 4])), 2);
        assert_eq!(PdqHash::from_hex("zz"), None);
        assert_eq!(PdqHash::from_hex(&"+".repeat(64)), None);
    }

    #[test]
    fn a_time_is_known_by_the_exact_name_of_its_field_and_by_its_characters() {
        let is_time = |field: &str, value: &str| Claim { field: field.to_owned(), value: value.to_owned() }.is_time();
        for (field, value) in [
            ("exif:DateTimeOriginal", "2019-03-01 10:00:00"),
            ("exif:thumbnail:DateTime", "2019:03:01 10:00:00"),
            ("exif:OffsetTimeOriginal", "+02:00"),
            ("exif:SubSecTime", "123"),
            ("xmp:ModifyDate", "2019-03-01T10:00:00.25+02:00"),
            ("mp4:com.apple.quicktime.creationdate", "2019-03-01T10:00:00+0200"),
            ("mp4:movie creation time", "2019-03-01T10:00:00Z"),
            ("mp4:date", "2019"),
        ] {
            assert!(is_time(field, value), "{field} {value}");
        }
        for (field, value) in [
            ("mp4:com.apple.quicktime.location.ISO6709", "+36.2021+037.1343+390.0/"),
            ("mp4:com.apple.quicktime.make", "Apple"),
            ("xmp:LastUpdatedBy", "Somebody"),
            ("xmp:Candidate", "2019"),
            ("exif:ExposureTime", "1/60"),
            ("xmp:CreateDate", "+36.2021+037.1343"),
            ("xmp:CreateDate", "taken by Somebody"),
            ("mp4:date", "36,2021 37,1343"),
            ("mp4:date", "36 2021 37 1343"),
            ("mp4:year", "36/2021-37/1343"),
            ("mp4:date", ""),
            ("exif:OffsetTime", "+36:20"),
        ] {
            assert!(!is_time(field, value), "{field} {value}");
        }
    }
}
