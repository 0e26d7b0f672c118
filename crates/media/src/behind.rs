//! Whether a picture ends where its format ends it: one that is cut off, and one behind which other bytes stand, which
//! another program may take for something else. Nothing is decoded; what is found is told and changes nothing.

use crate::Metadata;
use crate::metadata::contains;

/// Bytes in which marks of markup are looked for.
const LOOKED_THROUGH: usize = 1 << 20;
/// How far from its end an archive's directory may begin (APPNOTE.TXT, 4.3.16).
const ARCHIVE_END: usize = 22 + 65_535;

/// Notes what is odd about the end of a picture, and in it the marks of other formats.
pub(crate) fn look(media_type: &str, bytes: &[u8], found: &mut Metadata) {
    let name = media_type.trim_start_matches("image/").to_ascii_uppercase();
    let end = match media_type {
        "image/jpeg" => Some(jpeg_end(bytes)),
        "image/png" => Some(png_end(bytes)),
        "image/gif" => Some(gif_end(bytes)),
        "image/webp" => Some(webp_end(bytes)),
        _ => None,
    };
    match end {
        Some(None) => {
            found.remark(&format!("it ends before the end of a {name}: it was cut off, and a part of it is missing"))
        }
        Some(Some(end)) if bytes[end..].iter().any(|byte| *byte != 0) => {
            let rest = &bytes[end..];
            let what = as_something(rest).map(|what| format!(", which begin as {what} does")).unwrap_or_default();
            found.remark(&format!("{} bytes stand behind the end of the {name}{what}", rest.len()));
        }
        _ => {}
    }
    let lower: Vec<u8> = bytes.iter().take(LOOKED_THROUGH).map(u8::to_ascii_lowercase).collect();
    let tail = &bytes[bytes.len().saturating_sub(ARCHIVE_END)..];
    // A reader of PDF looks for its mark anywhere in the first kilobyte, some anywhere at all.
    for (is_there, what) in [
        ([b"<script".as_slice(), b"<html", b"<?php", b"<!doctype"].iter().any(|mark| contains(&lower, mark)), "markup"),
        (contains(&lower, b"%pdf-"), "a PDF document"),
        (contains(tail, b"PK\x05\x06"), "an archive (ZIP)"),
    ] {
        if is_there {
            found.remark(&format!(
                "it is a {name} and holds {what} too: whoever serves it must say its type and forbid guessing"
            ));
        }
    }
}

/// What other bytes begin as.
fn as_something(bytes: &[u8]) -> Option<&'static str> {
    let lower: Vec<u8> = bytes.iter().take(64).map(u8::to_ascii_lowercase).collect();
    let known: [(&[u8], &str); 9] = [
        (b"pk\x03\x04", "an archive (ZIP)"),
        (b"%pdf-", "a PDF document"),
        (b"mz", "a program for Windows"),
        (b"\x7felf", "a program for Linux"),
        (b"#!", "a script"),
        (b"<", "markup"),
        (b"\xff\xd8\xff", "another JPEG"),
        (b"rar!", "an archive (RAR)"),
        (b"7z\xbc\xaf", "an archive (7z)"),
    ];
    known.iter().find(|(mark, _)| lower.starts_with(mark)).map(|(_, what)| *what)
}

fn number(bytes: &[u8], at: usize, width: usize, is_little: bool) -> Option<usize> {
    let part = bytes.get(at..at.checked_add(width)?)?;
    let shift = |sum: usize, byte: &u8| sum << 8 | usize::from(*byte);
    Some(if is_little { part.iter().rev().fold(0, shift) } else { part.iter().fold(0, shift) })
}

/// Behind the end-of-image mark (ITU T.81, B.1 and B.2); none where there is no such mark.
fn jpeg_end(bytes: &[u8]) -> Option<usize> {
    let mut at = 2usize;
    loop {
        while *bytes.get(at)? != 0xFF {
            // Entropy-coded data, between marks.
            at += 1;
        }
        match *bytes.get(at + 1)? {
            0xD9 => return Some(at + 2),
            // A fill byte.
            0xFF => at += 1,
            // A stuffed byte, a restart or another mark without a length.
            0x00 | 0x01 | 0xD0..=0xD8 => at += 2,
            _ => at += 2 + number(bytes, at + 2, 2, false)?.max(2),
        }
    }
}

/// Behind the chunk `IEND` (W3C PNG, 5.3).
fn png_end(bytes: &[u8]) -> Option<usize> {
    let mut at = 8usize;
    loop {
        let size = number(bytes, at, 4, false)?;
        let end = at.checked_add(12)?.checked_add(size)?;
        if end > bytes.len() {
            return None;
        }
        if bytes.get(at + 4..at + 8)? == b"IEND" {
            return Some(end);
        }
        at = end;
    }
}

/// Behind the trailer (GIF89a, 27).
fn gif_end(bytes: &[u8]) -> Option<usize> {
    let table = |flags: u8| if flags & 0x80 == 0 { 0 } else { 3usize << ((flags & 7) + 1) };
    let blocks = |mut at: usize| {
        loop {
            match usize::from(*bytes.get(at)?) {
                0 => return Some(at + 1),
                size => at += 1 + size,
            }
        }
    };
    let mut at = 13 + table(*bytes.get(10)?);
    loop {
        match *bytes.get(at)? {
            0x3B => return Some(at + 1),
            0x21 => at = blocks(at + 2)?,
            0x2C => at = blocks(at + 11 + table(*bytes.get(at + 9)?))?,
            _ => return None,
        }
    }
}

/// As long as its RIFF header says.
fn webp_end(bytes: &[u8]) -> Option<usize> {
    let size = number(bytes, 4, 4, true)?;
    let end = 8usize.checked_add(size)?;
    (end <= bytes.len()).then_some(end)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{DynamicImage, ImageFormat};

    fn pictures() -> Vec<Vec<u8>> {
        let picture =
            DynamicImage::ImageRgb8(image::RgbImage::from_fn(40, 30, |x, y| image::Rgb([x as u8, y as u8, 9])));
        let formats = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP];
        let one = |format| {
            let mut bytes = Cursor::new(Vec::new());
            picture.write_to(&mut bytes, format).unwrap();
            bytes.into_inner()
        };
        formats.into_iter().map(one).collect()
    }

    #[test]
    fn a_whole_picture_is_told_of_nothing_one_that_is_cut_off_of_that_and_what_stands_behind_of_what_it_is() {
        for whole in pictures() {
            let remarks = |bytes: &[u8]| crate::metadata(bytes).remarks.join("; ");
            for whole in [whole.clone(), [whole.as_slice(), &[0; 16]].concat()] {
                let said = remarks(&whole);
                assert!(!said.contains("behind") && !said.contains("cut off") && !said.contains("holds"), "{said}");
            }
            let cut = remarks(&whole[..whole.len() * 3 / 4]);
            assert!(cut.contains("cut off"), "{cut}");
            for (behind, words) in [
                (&b"PK\x03\x04 PK\x05\x06"[..], "an archive (ZIP) does; it is"),
                (b"%PDF-1.4 1 0 obj", "holds a PDF document too"),
                (b"<html><script>alert(1)</script>", "holds markup too"),
                (b"MZ\0\0", "as a program for Windows does"),
                (b"anything", "8 bytes stand behind the end"),
            ] {
                let said = remarks(&[whole.as_slice(), behind].concat());
                assert!(said.contains(words), "{said}");
            }
        }
    }

    #[test]
    fn no_bytes_make_the_walk_leave_them() {
        for whole in pictures() {
            for end in 0..whole.len() {
                crate::metadata(&whole[..end]);
            }
        }
    }
}
