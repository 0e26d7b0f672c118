//! Archives, and workbooks, which are archives: looked through before anything in them is believed or unpacked.
//!
//! Every member is inflated once into nothing, with what comes out counted, so that a size that the archive claims plays no
//! part. Nothing is ever written under a member's name.

use std::io::{Cursor, Read};
use std::ops::ControlFlow;

use zip::ZipArchive;

use crate::MediaError;

/// What an archive may be. Bytes are bytes once inflated.
#[derive(Debug, Clone, Copy)]
pub struct ArchiveLimits {
    pub members: usize,
    pub total_bytes: u64,
    /// Inflated bytes for each compressed one, where a member inflates to more than `ratio_from_bytes`.
    pub ratio: u64,
    pub ratio_from_bytes: u64,
}

impl Default for ArchiveLimits {
    /// A workbook of two million rows is about 1 GiB and shrinks thirtyfold; a bomb shrinks a thousandfold.
    fn default() -> Self {
        Self { members: 10_000, total_bytes: 2 << 30, ratio: 200, ratio_from_bytes: 4 << 20 }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// As written, for people to read; never a path.
    pub name: String,
    pub size_bytes: u64,
}

/// What was found in an archive that is fit to be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Survey {
    pub members: Vec<Member>,
    /// Cells of worksheets that hold a formula.
    pub formulas: u64,
}

fn refuse(reason: impl Into<String>) -> MediaError {
    MediaError::Archive(reason.into())
}

/// Looks through an archive.
///
/// # Errors
/// With the reason why it is not to be read: too much in it, members that share bytes, lead outside, are links,
/// archives, encrypted, or XML with a document type.
pub fn survey(bytes: &[u8], limits: ArchiveLimits) -> Result<Survey, MediaError> {
    let mut archive =
        ZipArchive::new(Cursor::new(bytes)).map_err(|e| refuse(format!("the archive cannot be read: {e}")))?;
    if archive.len() > limits.members {
        return Err(refuse(format!("the archive has {} members, more than {}", archive.len(), limits.members)));
    }
    let mut spans: Vec<(u64, u64)> = Vec::new();
    let mut survey = Survey::default();
    let mut total = 0u64;
    for nth in 0..archive.len() {
        let unreadable = |e: zip::result::ZipError| refuse(format!("member {} cannot be read: {e}", nth + 1));
        {
            let raw = archive.by_index_raw(nth).map_err(unreadable)?;
            let name = raw.name().map_err(unreadable)?;
            let shown = shown(&name);
            check_name(&name).map_err(|why| refuse(format!("the member {shown} {why}; nothing was unpacked")))?;
            if raw.unix_mode().is_some_and(|mode| mode & 0o170_000 == 0o120_000) {
                return Err(refuse(format!("the member {shown} is a link; links are never followed")));
            }
            if raw.encrypted() {
                return Err(refuse(format!("the member {shown} is encrypted")));
            }
            if raw.size() > limits.total_bytes {
                return Err(refuse(format!(
                    "the member {shown} claims to be {} bytes and is {} compressed; nothing was given room by that",
                    raw.size(),
                    raw.compressed_size()
                )));
            }
            spans.push((raw.header_start(), raw.header_start().saturating_add(raw.compressed_size())));
        }
        let mut member = archive.by_index(nth).map_err(unreadable)?;
        let (name, packed) = (member.name().map_err(unreadable)?.into_owned(), member.compressed_size());
        let (size, formulas) = inflate(&mut member, &name, packed, total, limits)?;
        total += size;
        survey.formulas += formulas;
        survey.members.push(Member { name: shown(&name), size_bytes: size });
    }
    spans.sort_unstable();
    if spans.windows(2).any(|pair| pair[1].0 < pair[0].1) {
        return Err(refuse("members of the archive share bytes with one another, which only bombs do"));
    }
    Ok(survey)
}

/// Hands over the bytes of each member of an archive that passes its [`survey`], inflated, without its name.
///
/// # Errors
/// As [`survey`], before anything is handed over.
pub fn members(
    bytes: &[u8],
    limits: ArchiveLimits,
    each: &mut dyn FnMut(&[u8]) -> ControlFlow<()>,
) -> Result<(), MediaError> {
    survey(bytes, limits)?;
    let unreadable = |e: &dyn std::fmt::Display| refuse(format!("the archive cannot be read: {e}"));
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| unreadable(&e))?;
    for nth in 0..archive.len() {
        let mut held = Vec::new();
        archive
            .by_index(nth)
            .map_err(|e| unreadable(&e))?
            .take(limits.total_bytes)
            .read_to_end(&mut held)
            .map_err(|e| unreadable(&e))?;
        if each(&held).is_break() {
            break;
        }
    }
    Ok(())
}

/// A name as it can be printed.
fn shown(name: &str) -> String {
    let plain: String =
        name.chars().take(80).map(|c| if c.is_control() || is_bidi(c) { '\u{FFFD}' } else { c }).collect();
    format!("{plain:?}")
}

fn is_bidi(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn check_name(name: &str) -> Result<(), &'static str> {
    let parts: Vec<&str> = name.split(['/', '\\']).collect();
    if parts.contains(&"..") {
        return Err("leads out of its folder");
    }
    if name.starts_with(['/', '\\']) || name.get(1..2) == Some(":") {
        return Err("is an absolute path");
    }
    if name.contains('\0') || name.len() > 255 || name.chars().any(is_bidi) {
        return Err("has a name that no file should have");
    }
    Ok(())
}

fn inflate(
    member: &mut impl Read,
    name: &str,
    packed: u64,
    before: u64,
    limits: ArchiveLimits,
) -> Result<(u64, u64), MediaError> {
    let lower = name.to_ascii_lowercase();
    let is_xml = [".xml", ".rels", ".vml", ".svg"].iter().any(|end| lower.ends_with(end));
    let is_sheet = lower.starts_with("xl/worksheets/");
    let (mut size, mut formulas) = (0u64, 0u64);
    // The last bytes of a piece are looked at again with the next, so that a mark across two pieces is seen.
    const KEPT: usize = 16;
    let mut buffer = vec![0u8; KEPT + (64 << 10)];
    let mut kept = 0usize;
    loop {
        let read = member
            .read(&mut buffer[kept..])
            .map_err(|e| refuse(format!("the member {} cannot be inflated: {e}", shown(name))))?;
        if read == 0 {
            return Ok((size, formulas));
        }
        if size == 0 {
            let head = &buffer[..read];
            if head.starts_with(b"PK\x03\x04") || head.starts_with(b"\x1F\x8B") || head.starts_with(b"7z\xBC\xAF") {
                return Err(refuse(format!(
                    "the member {} is an archive itself; archives in archives are not opened",
                    shown(name)
                )));
            }
            if is_xml && [b"\xFF\xFE".as_slice(), b"\xFE\xFF", b"<\0", b"\0<"].iter().any(|mark| head.starts_with(mark))
            {
                return Err(refuse(format!("the member {} is not in UTF-8", shown(name))));
            }
        }
        size += read as u64;
        if before + size > limits.total_bytes {
            return Err(refuse(format!(
                "the archive inflates to more than {} bytes; it was not inflated further",
                limits.total_bytes
            )));
        }
        if size > limits.ratio_from_bytes && size / packed.max(1) > limits.ratio {
            return Err(refuse(format!(
                "the member {} inflates to more than {} times its size (a bomb); it was not inflated further",
                shown(name),
                limits.ratio
            )));
        }
        let seen = &buffer[..kept + read];
        if is_xml && seen.iter().enumerate().any(|(at, b)| *b == b'<' && doctype_at(&seen[at..])) {
            return Err(refuse(format!(
                "the member {} declares a document type or entities; nothing was resolved",
                shown(name)
            )));
        }
        if is_sheet {
            // A mark that ends in the kept part was counted before.
            let starts = (kept.saturating_sub(2)..seen.len().saturating_sub(2)).filter(|at| seen[*at] == b'<');
            formulas +=
                starts.filter(|at| seen[at + 1] == b'f' && matches!(seen[at + 2], b'>' | b' ' | b'/')).count() as u64;
        }
        let keep = seen.len().min(KEPT);
        let from = seen.len() - keep;
        buffer.copy_within(from..from + keep, 0);
        kept = keep;
    }
}

fn doctype_at(bytes: &[u8]) -> bool {
    let is = |mark: &[u8]| bytes.get(..mark.len()).is_some_and(|head| head.eq_ignore_ascii_case(mark));
    is(b"<!doctype") || is(b"<!entity")
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    #[test]
    fn members_are_handed_over_inflated_one_after_the_other_until_one_is_enough() {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in
            [("a.txt", "invented ".repeat(90)), ("b/c.xml", "<t>other</t>".into()), ("d", String::new())]
        {
            archive.start_file(name, SimpleFileOptions::default()).unwrap();
            archive.write_all(text.as_bytes()).unwrap();
        }
        let bytes = archive.finish().unwrap().into_inner();
        assert!(!bytes.windows(18).any(|part| part == b"invented invented "), "it is compressed");
        let seen = |enough: usize| {
            let mut seen: Vec<usize> = Vec::new();
            members(&bytes, ArchiveLimits::default(), &mut |member| {
                seen.push(member.len());
                if seen.len() == enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            })
            .unwrap();
            seen
        };
        assert_eq!(seen(9), [810, 12, 0]);
        assert_eq!(seen(1), [810]);
        let few = ArchiveLimits { members: 2, ..ArchiveLimits::default() };
        assert!(members(&bytes, few, &mut |_| panic!("it is refused before")).is_err());
        assert!(members(b"PK\x03\x04", ArchiveLimits::default(), &mut |_| panic!("it is none")).is_err());
    }
}
