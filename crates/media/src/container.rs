//! Times, size and claims of an MP4 or QuickTime file, read box by box (ISO/IEC 14496-12). Nothing is decoded.

use crate::Metadata;

/// Boxes that are looked into, and how deep.
const MOST_BOXES: usize = 4096;
const DEEPEST: usize = 6;
/// Seconds from 1904-01-01, from which QuickTime counts, to 1970-01-01.
const FROM_1904_TO_1970: i64 = 2_082_844_800;

struct Walk<'a> {
    found: &'a mut Metadata,
    boxes: usize,
    /// Names that `mdta` numbers stand for.
    keys: Vec<String>,
    damaged: bool,
}

pub(crate) fn mp4(bytes: &[u8], found: &mut Metadata) {
    let mut walk = Walk { found, boxes: 0, keys: Vec::new(), damaged: false };
    walk.boxes_of(bytes, 0);
    if walk.damaged {
        walk.found.remarks.push("a box of the container ends beyond the file; it was read as far as it goes".into());
    }
}

fn number(bytes: &[u8], at: usize, width: usize) -> Option<u64> {
    Some(bytes.get(at..at + width)?.iter().fold(0u64, |sum, byte| sum << 8 | u64::from(*byte)))
}

impl Walk<'_> {
    fn boxes_of(&mut self, mut bytes: &[u8], depth: usize) {
        while bytes.len() >= 8 && self.boxes < MOST_BOXES && depth < DEEPEST {
            self.boxes += 1;
            let (mut size, mut head) = (number(bytes, 0, 4).unwrap_or(0), 8usize);
            if size == 1 {
                (size, head) = (number(bytes, 8, 8).unwrap_or(0), 16);
            } else if size == 0 {
                size = bytes.len() as u64;
            }
            let Some(size) = usize::try_from(size).ok().filter(|size| *size >= head) else {
                return self.damaged = true;
            };
            let cut = size > bytes.len();
            self.damaged |= cut;
            let end = size.min(bytes.len());
            let Some(body) = bytes.get(head..end) else { return self.damaged = true };
            let kind: [u8; 4] = bytes.get(4..8).and_then(|k| k.try_into().ok()).unwrap_or_default();
            self.one(kind, body, depth);
            bytes = &bytes[end..];
        }
    }

    fn one(&mut self, kind: [u8; 4], body: &[u8], depth: usize) {
        match &kind {
            b"moov" | b"udta" | b"trak" | b"mdia" | b"ilst" => self.boxes_of(body, depth + 1),
            b"meta" => {
                // QuickTime has no version and flags here, ISO has.
                let plain = body.get(4..8).is_some_and(|k| k == b"hdlr" || k == b"keys" || k == b"ilst");
                self.boxes_of(if plain { body } else { body.get(4..).unwrap_or_default() }, depth + 1);
            }
            b"mvhd" => self.header(body, "mp4:movie"),
            b"mdhd" => self.header(body, "mp4:track"),
            b"tkhd" => self.track(body),
            b"keys" => self.keys_of(body),
            b"loci" => self.location(body),
            [0xA9, name @ ..] => self.text_atom(*name, body),
            [0, 0, ..] => self.numbered(u32::from_be_bytes(kind), body),
            _ => {}
        }
    }

    fn header(&mut self, body: &[u8], who: &str) {
        let wide = body.first() == Some(&1);
        let (width, scale_at) = if wide { (8, 20) } else { (4, 12) };
        let created = number(body, 4, width);
        if let Some(seconds) = created.filter(|s| *s > 0).and_then(|s| i64::try_from(s).ok()) {
            self.found.claim(format!("{who} creation time"), moment(seconds - FROM_1904_TO_1970));
        }
        let (scale, length) = (number(body, scale_at, 4), number(body, scale_at + 4, width));
        if let (true, Some(scale @ 1..), Some(length)) = (who == "mp4:movie", scale, length) {
            self.found.duration_ms = length.checked_mul(1000).map(|ms| ms / scale);
        }
    }

    /// Width and height are the last two numbers of a track's header, in 1/65536 pixel.
    fn track(&mut self, body: &[u8]) {
        let at = if body.first() == Some(&1) { 88 } else { 76 };
        let side = |at| number(body, at, 4).map(|n| (n >> 16) as u32).filter(|n| *n > 0);
        if let (Some(width), Some(height)) = (side(at), side(at + 4)) {
            (self.found.width, self.found.height) = (Some(width), Some(height));
        }
    }

    fn keys_of(&mut self, body: &[u8]) {
        let mut rest = body.get(8..).unwrap_or_default();
        while let Some(size @ 9..) = number(rest, 0, 4).and_then(|s| usize::try_from(s).ok()) {
            let Some(name) = rest.get(8..size) else { return self.damaged = true };
            if self.keys.len() >= 200 {
                return;
            }
            self.keys.push(String::from_utf8_lossy(name).into_owned());
            rest = &rest[size..];
        }
    }

    /// 3GPP TS 26.244, section 8.10: a name that ends in 0, a role, longitude and latitude in 1/65536 degree.
    fn location(&mut self, body: &[u8]) {
        let named = body.get(6..).unwrap_or_default();
        let Some(end) = named.iter().position(|b| *b == 0) else { return self.damaged = true };
        let side = |at| number(named, end + at, 4).map(|n| f64::from(n as u32 as i32) / 65_536.0);
        if let (Some(longitude), Some(latitude)) = (side(2), side(6))
            && longitude.abs() <= 180.0
            && latitude.abs() <= 90.0
        {
            self.found.vault.position = Some((latitude, longitude));
        }
        self.found.claim("mp4:loci", String::from_utf8_lossy(&named[..end]));
    }

    /// `©xyz` and its like: a length, a language, and text; or an iTunes `data` box.
    fn text_atom(&mut self, name: [u8; 3], body: &[u8]) {
        let text = match number(body, 0, 2).and_then(|len| body.get(4..4 + len as usize)) {
            Some(text) if body.get(4..8) != Some(b"data") => text,
            _ => body.get(16..).unwrap_or_default(),
        };
        self.tell(&format!("©{}", String::from_utf8_lossy(&name)), text);
    }

    fn numbered(&mut self, nth: u32, body: &[u8]) {
        let key = (nth as usize).checked_sub(1).and_then(|nth| self.keys.get(nth)).cloned();
        if let (Some(key), Some(b"data")) = (key, body.get(4..8)) {
            self.tell(&key, body.get(16..).unwrap_or_default());
        }
    }

    fn tell(&mut self, key: &str, text: &[u8]) {
        let text = String::from_utf8_lossy(text);
        if key == "©xyz" || key.ends_with("location.ISO6709") {
            self.found.vault.position = iso_6709(&text).or(self.found.vault.position);
        }
        let key = if key == "©day" { "date" } else { key };
        self.found.claim(format!("mp4:{key}"), text);
    }
}

/// `+33.5130+036.2920/` as degrees.
fn iso_6709(text: &str) -> Option<(f64, f64)> {
    let text = text.trim().trim_end_matches('/');
    let second = text.get(1..)?.find(['+', '-'])? + 1;
    let longitude = text.get(second..)?;
    let end = longitude.get(1..)?.find(['+', '-', 'C']).map_or(longitude.len(), |at| at + 1);
    let (latitude, longitude): (f64, f64) = (text.get(..second)?.parse().ok()?, longitude.get(..end)?.parse().ok()?);
    (latitude.abs() <= 90.0 && longitude.abs() <= 180.0).then_some((latitude, longitude))
}

/// Seconds since 1970 as `2013-08-21T02:45:00Z` (days from the civil calendar, Howard Hinnant's algorithm).
fn moment(seconds: i64) -> String {
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let shifted = days.saturating_add(719_468);
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", rest / 3600, rest / 60 % 60, rest % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_and_a_moment_are_read_as_their_standards_write_them() {
        assert_eq!(iso_6709("+33.5130+036.2920/"), Some((33.513, 36.292)));
        assert_eq!(iso_6709("-01.5-078.2+1200.0/"), Some((-1.5, -78.2)));
        assert_eq!(iso_6709("+95+036/"), None);
        assert_eq!(iso_6709("é"), None);
        assert_eq!(iso_6709(""), None);
        assert_eq!(moment(1_377_053_100), "2013-08-21T02:45:00Z");
        assert_eq!(moment(-1), "1969-12-31T23:59:59Z");
    }

    #[test]
    fn a_box_that_claims_more_than_there_is_ends_the_reading_and_is_told() {
        for size in [0u32, 2, 9, 4_000_000_000] {
            let mut bytes = b"\0\0\0\x10ftypisom\0\0\0\0".to_vec();
            bytes.extend(size.to_be_bytes());
            bytes.extend(b"moov\0\0\0\x20mvhd\x01\0\0");
            let found = crate::metadata(&bytes);
            assert_eq!(found.duration_ms, None);
        }
    }
}
