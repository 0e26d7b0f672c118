//! A long video or sound without its samples: what its container says of it, in memory of a bounded size.

use std::io::{Read, Result, sink};

use crate::Kind;

/// Bytes of boxes that are kept, and of a file whose container is not read.
const MOST_KEPT: u64 = 64 << 20;
const HEAD: u64 = 1 << 20;

/// What is left of a file.
pub struct Thinned {
    pub bytes: Vec<u8>,
    /// True where more was said than is kept.
    pub cut: bool,
}

/// Reads a file to its end and keeps what [`crate::metadata`] looks at: of MP4 and QuickTime every outer box but those of samples
/// and padding, of which the head alone stays, of others the beginning.
pub fn thinned(kind: Kind, mut from: &mut dyn Read) -> Result<Thinned> {
    let mut left = Thinned { bytes: Vec::new(), cut: false };
    match kind {
        Kind::Video("video/mp4" | "video/quicktime" | "video/3gpp") | Kind::Audio("audio/mp4") => {
            while left.one_box(from)? {}
        }
        _ => _ = (&mut from).take(HEAD).read_to_end(&mut left.bytes)?,
    }
    std::io::copy(from, &mut sink())?;
    Ok(left)
}

impl Thinned {
    /// Takes in one outer box; false at the end, and where a box cannot be read further.
    fn one_box(&mut self, from: &mut dyn Read) -> Result<bool> {
        let start = self.bytes.len();
        let number = |bytes: &[u8]| bytes.iter().fold(0u64, |n, byte| n << 8 | u64::from(*byte));
        let more = |bytes: &mut Vec<u8>, from: &mut dyn Read, n: u64| {
            from.take(n).read_to_end(bytes).map(|read| read as u64 == n)
        };
        if !more(&mut self.bytes, from, 8)? {
            return Ok(false);
        }
        let short = number(&self.bytes[start..start + 4]);
        let is_samples = matches!(&self.bytes[start + 4..], b"mdat" | b"free" | b"skip");
        let (size, head) = match short {
            1 if more(&mut self.bytes, from, 8)? => (number(&self.bytes[start + 8..]), 16),
            // To the end of the file.
            0 => (u64::MAX, 8),
            short => (short, 8),
        };
        let Some(body) = size.checked_sub(head) else { return Ok(false) };
        if is_samples {
            let skipped = std::io::copy(&mut from.take(body), &mut sink())?;
            if skipped == body || short == 0 {
                self.bytes.truncate(start);
                self.bytes.extend([0, 0, 0, 8]);
                self.bytes.extend(if short == 0 { *b"mdat" } else { *b"free" });
            }
            // Else its head stays and says that it reaches beyond the file.
            return Ok(skipped == body);
        }
        let room = MOST_KEPT.saturating_sub(self.bytes.len() as u64);
        let whole = more(&mut self.bytes, from, body.min(room))?;
        self.cut |= body > room && whole;
        Ok(whole && body <= room)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata;

    fn of(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
        [&(body.len() as u32 + 8).to_be_bytes()[..], kind, body].concat()
    }

    /// A film of 90 s whose samples come before what is said of them.
    fn film(samples: usize) -> Vec<u8> {
        let mut header = vec![0; 100];
        header[4..8].copy_from_slice(&3_600_000_000u32.to_be_bytes());
        header[12..16].copy_from_slice(&1000u32.to_be_bytes());
        header[16..20].copy_from_slice(&90_000u32.to_be_bytes());
        [of(b"ftyp", b"isommp42"), of(b"mdat", &vec![7; samples]), of(b"moov", &of(b"mvhd", &header))].concat()
    }

    #[test]
    fn a_film_without_its_samples_says_what_it_said_with_them() {
        let whole = film(300_000);
        let thin = thinned(Kind::Video("video/mp4"), &mut whole.as_slice()).unwrap();
        assert!(thin.bytes.len() < 200 && !thin.cut);
        assert_eq!(metadata(&thin.bytes), metadata(&whole));
        assert_eq!(metadata(&thin.bytes).duration_ms, Some(90_000));
    }

    #[test]
    fn a_box_that_reaches_beyond_the_file_is_told_as_before() {
        let mut whole = film(1000);
        whole.truncate(600);
        let thin = thinned(Kind::Video("video/mp4"), &mut whole.as_slice()).unwrap();
        assert_eq!(metadata(&thin.bytes).remarks, metadata(&whole).remarks);
        assert_eq!(metadata(&whole).remarks.len(), 1);
    }

    #[test]
    fn any_bytes_are_read_to_their_end_and_little_of_them_is_kept() {
        for size in [0u32, 1, 4, 8, 9, 0xffff_ffff] {
            let bytes = [&size.to_be_bytes()[..], b"mdat", &[9; 4000]].concat();
            let mut from = bytes.as_slice();
            let thin = thinned(Kind::Video("video/quicktime"), &mut from).unwrap();
            // Behind a box of no samples stands one of another kind, which is kept.
            let most = if matches!(size, 8 | 9) { bytes.len() } else { 16 };
            assert!(from.is_empty() && thin.bytes.len() <= most, "{size}");
        }
        let long = vec![0x47; 3 << 20];
        let mut from = long.as_slice();
        assert_eq!(thinned(Kind::Video("video/mp2t"), &mut from).unwrap().bytes.len() as u64, HEAD);
        assert!(from.is_empty());
    }
}
