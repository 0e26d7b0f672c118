//! Where else in a workspace the words of something stand that is withdrawn: other entries, originals, lists and reports.
//!
//! Nothing is changed here. Words are folded as names are for linkage. Not found: names that are romanised or spelt otherwise.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io::Read;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use domain::{Accession, Sha256Digest};
use evidence::{Journal, Lying, Originals};
use intake::Packing;
use linkage::text::words_in;
use serde_json::Value;

use crate::input::Received;
use crate::jobs::same_words::{NEVER, any};
use crate::refusal::Outcome;
use crate::sandbox;

/// A name of one word is shared by too many to look for it in other files.
const TELLING_NAME: usize = 8;

/// Names and sentences that are looked for, word by word, in whatever spelling they stand elsewhere.
pub struct Sought {
    /// By the first word: all words, and the name as it was written.
    by_first: HashMap<String, Vec<(Vec<String>, String)>>,
}

impl Sought {
    /// Of one word alone, or of fewer letters than `least`, there would be too many: those are left out.
    pub fn of(names: &BTreeSet<String>, least: usize) -> Self {
        let mut by_first: HashMap<String, Vec<(Vec<String>, String)>> = HashMap::new();
        for name in names.iter().filter(|name| name.chars().count() >= least) {
            let words: Vec<String> = words_in(name).map(Cow::into_owned).collect();
            if let [first, _, ..] = &words[..] {
                by_first.entry(first.clone()).or_default().push((words, name.clone()));
            }
        }
        Self { by_first }
    }

    /// Of those that are worth looking for where much is written.
    pub fn telling(names: &BTreeSet<String>) -> Self {
        Self::of(names, TELLING_NAME)
    }

    /// The first that stands in a text, however its letters are written, and whatever markup stands between them.
    pub fn found_in(&self, text: &str) -> Option<&str> {
        let text = unescaped(text);
        // Markup that quotes markup writes its characters twice so.
        let text = if text.contains("&#") { unescaped(&text).into_owned().into() } else { text };
        let plain = self.found_in_plain(&text);
        if !(text.contains('<') && text.contains('>')) {
            return plain;
        }
        let ways: [&dyn Fn(&str) -> bool; 3] =
            [&|_| true, &|name| is_one_of(name, &PARTING), &|name| !is_one_of(name, &WITHIN)];
        plain.or_else(|| ways.into_iter().find_map(|parts| self.found_in_plain(&without_tags(&text, parts))))
    }

    fn found_in_plain(&self, text: &str) -> Option<&str> {
        let mut rest = words_in(text);
        while let Some(word) = rest.next() {
            // "And", "to", "in" and "like" are written as one with the word in Arabic, up to two of them.
            let without = |word: &str| word.strip_prefix(['و', 'ل', 'ب', 'ف', 'ك']).map(str::to_owned);
            let forms = std::iter::successors(Some(word.as_ref().to_owned()), |word| without(word)).take(3);
            let names = forms.filter_map(|form| self.by_first.get(&form)).flatten();
            let is_here = |name: &&(Vec<String>, String)| {
                let mut after = rest.clone();
                name.0[1..].iter().all(|word| after.next().is_some_and(|next| next == word.as_str()))
            };
            if let Some((_, name)) = names.into_iter().find(is_here) {
                return Some(name);
            }
        }
        None
    }
}

/// A text in which characters are written by number or name, as JSON and markup may, with the characters.
fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains(['\\', '&', '%']) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['\\', '&', '%']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some((run, length)) = percent_encoded(rest) {
            out.push_str(&run);
            rest = &rest[length..];
            continue;
        }
        let (c, length) = escaped(rest).unwrap_or_else(|| (rest.chars().next(), 1));
        out.extend(c);
        rest = &rest[length..];
    }
    out.push_str(rest);
    out.into()
}

/// The text that a text begins with in an address (RFC 3986, section 2.1), and in how many bytes; none where it is none.
fn percent_encoded(text: &str) -> Option<(String, usize)> {
    let mut bytes = Vec::new();
    while let Some(digits) = text[3 * bytes.len()..].strip_prefix('%').and_then(|after| after.get(..2)) {
        let Ok(byte) = u8::from_str_radix(digits, 16) else { break };
        bytes.push(byte);
    }
    // A run that is no text is passed over whole: tried anew from each of its bytes, a long one would never end.
    (!bytes.is_empty()).then(|| (String::from_utf8_lossy(&bytes).into_owned(), 3 * bytes.len()))
}

/// Endings of the names of letters with a mark, such as `eacute`; letters are compared without their marks.
const MARKS: [&str; 7] = ["acute", "grave", "circ", "uml", "tilde", "cedil", "ring"];

/// Named characters that stand between words or inside them.
const NAMED: [(&str, Option<char>); 12] = [
    ("amp", Some('&')),
    ("nbsp", Some(' ')),
    ("ensp", Some(' ')),
    ("emsp", Some(' ')),
    ("thinsp", Some(' ')),
    ("lt", Some('<')),
    ("gt", Some('>')),
    ("rlm", None),
    ("lrm", None),
    ("shy", None),
    ("zwj", None),
    ("zwnj", None),
];

/// The character that a text begins with, written otherwise, and in how many bytes; none where it is only a sign of direction.
fn escaped(text: &str) -> Option<(Option<char>, usize)> {
    if let Some(after) = text.strip_prefix('\\') {
        if after.starts_with(['n', 'r', 't']) {
            return Some((Some(' '), 2));
        }
        let (digits, length) = match after.strip_prefix('x') {
            Some(after) => (after.get(..2)?, 4),
            None => (after.strip_prefix('u')?.get(..4)?, 6),
        };
        return Some((Some(char::from_u32(u32::from_str_radix(digits, 16).ok()?)?), length));
    }
    const LONGEST: usize = 9;
    let end = text.bytes().take(LONGEST).position(|b| b == b';')?;
    let inside = text.get(1..end)?;
    if let Some((_, c)) = NAMED.iter().find(|(name, _)| *name == inside) {
        return Some((*c, end + 1));
    }
    let mut letters = inside.chars();
    if let Some(letter) = letters.next().filter(char::is_ascii_alphabetic)
        && MARKS.contains(&letters.as_str())
    {
        return Some((Some(letter), end + 1));
    }
    let digits = inside.strip_prefix('#')?;
    let number = match digits.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => digits.parse(),
    };
    Some((Some(char::from_u32(number.ok()?)?), end + 1))
}

/// Elements that part words: paragraphs, lines, cells and rows of pages, documents and workbooks.
const PARTING: [&str; 24] = [
    "p",
    "br",
    "div",
    "td",
    "th",
    "tr",
    "li",
    "ul",
    "ol",
    "table",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "si",
    "is",
    "c",
    "row",
    "tab",
    "cr",
    "s",
    "table-cell",
];

/// Elements of pages that stand inside of words. Others, and those of documents that say how letters look, are not known.
const WITHIN: [&str; 17] = [
    "a", "abbr", "b", "bdi", "bdo", "big", "em", "font", "i", "mark", "small", "span", "strong", "sub", "sup", "u",
    "wbr",
];

fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|own| name.eq_ignore_ascii_case(own))
}

/// What stands outside of `<…>`, with a space for those whose names part words.
fn without_tags(text: &str, parts: &dyn Fn(&str) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, tag)) = rest.split_once('<') {
        out.push_str(before);
        let (tag, after) = tag.split_once('>').unwrap_or((tag, ""));
        let name = tag.trim_start_matches('/').split([' ', '/', '\n', '\t']).next().unwrap_or_default();
        let name = name.rsplit(':').next().unwrap_or_default();
        if parts(name) {
            out.push(' ');
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// What a file was found to hold.
enum Seen<'a> {
    Word(&'a str),
    Nothing,
    /// No text could be read off it.
    Unseen,
}

/// Of so many bytes it is known what a file is.
const HEAD_BYTES: usize = 64 << 10;
/// Read at once, of a file of text, as far as its last line ends.
const PIECE_BYTES: usize = 8 << 20;
/// Where no line ends in so much, what was read is looked through as it is, and this much of its end with the next.
const LONGEST_BYTES: usize = 64 << 20;
const OVERLAP_BYTES: usize = 8 << 10;

/// Looks through a file: as text, or, where it is packed, through what a child that unpacks it hands over.
fn look<'a>(path: &Path, sought: &'a Sought) -> Seen<'a> {
    look_through(path, sought).unwrap_or(Seen::Unseen)
}

fn look_through<'a>(path: &Path, sought: &'a Sought) -> std::io::Result<Seen<'a>> {
    let mut file = crate::input::open(path)?;
    let mut held = Vec::new();
    (&mut file).take(HEAD_BYTES as u64).read_to_end(&mut held)?;
    match intake::packing(&held) {
        Packing::Text => {}
        Packing::Table | Packing::Archive => return Ok(look_inside(path, sought)),
        Packing::Other => return Ok(Seen::Unseen),
    }
    // Of UTF-16 each piece begins with the mark that says so, and its lines end otherwise.
    let mark = held
        .get(..2)
        .filter(|mark| matches!(**mark, [0xFF, 0xFE] | [0xFE, 0xFF]))
        .map(<[u8]>::to_vec)
        .unwrap_or_default();
    loop {
        let n = (&mut file).take(PIECE_BYTES as u64).read_to_end(&mut held)?;
        let is_last = n < PIECE_BYTES;
        let (end, next) = match held.iter().rposition(|b| *b == b'\n') {
            _ if is_last => (held.len(), held.len()),
            Some(at) if mark.is_empty() => (at + 1, at + 1),
            _ if mark.is_empty() && held.len() < LONGEST_BYTES => continue,
            _ => (held.len() & !1, (held.len() & !1) - OVERLAP_BYTES),
        };
        if let Some(word) = sought.found_in(&intake::decode(&held[..end]).text) {
            return Ok(Seen::Word(word));
        }
        if is_last {
            return Ok(Seen::Nothing);
        }
        held.drain(..next);
        held.splice(..0, mark.iter().copied());
    }
}

fn look_inside<'a>(path: &Path, sought: &'a Sought) -> Seen<'a> {
    let Ok(file) = Received::open(path) else { return Seen::Unseen };
    let mut found = None;
    let read = sandbox::texts(&file, &mut |text| {
        found = sought.found_in(&text);
        if found.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    match (found, read) {
        (Some(word), _) => Seen::Word(word),
        (None, Ok(())) => Seen::Nothing,
        (None, Err(_)) => Seen::Unseen,
    }
}

/// What originals were found to hold.
#[derive(Default)]
pub struct InOriginals<'a, 'w> {
    /// Those that have one of the names, with that name.
    pub found: Vec<(&'a Accession, &'w str)>,
    /// How many could not be looked through, by media type.
    pub unseen: BTreeMap<&'a str, usize>,
}

/// Looks through the originals of accessions, those that are kept here.
pub fn in_originals<'a, 'w>(
    originals: &Originals,
    accessions: impl Iterator<Item = &'a Accession>,
    sought: &'w Sought,
) -> InOriginals<'a, 'w> {
    let mut seen: BTreeSet<Sha256Digest> = BTreeSet::new();
    let mut told = InOriginals::default();
    for accession in accessions.filter(|a| !sought.by_first.is_empty() && seen.insert(a.original.sha256)) {
        match look(&originals.path(&accession.original.sha256), sought) {
            Seen::Word(word) => told.found.push((accession, word)),
            Seen::Nothing => {}
            Seen::Unseen => *told.unseen.entry(&accession.original.media_type).or_default() += 1,
        }
    }
    told
}

/// Letters of a word that is taken for part of a name.
const TELLING_LETTERS: usize = 4;

/// The words of a text by which a name may be known.
pub fn telling(text: &str) -> impl Iterator<Item = String> {
    words_in(text).filter(|word| word.chars().count() >= TELLING_LETTERS).map(Cow::into_owned)
}

/// An entry that stays, and the field of it in which a word stands.
pub struct Told {
    pub entry: u64,
    pub field: String,
    pub word: String,
}

/// Where somebody writes of others in his own words, by the kind of entry: one word of a name tells whom he means.
const FREE: [(&str, &[&str]); 3] = [
    ("accession", &["file_name", "received_by", "terms"]),
    ("custody", &["by", "to", "why"]),
    ("decision", &["by", "why"]),
];
/// What was withdrawn is told in words that were asked to be without the name; models go by themselves.
const NOT_SOUGHT_IN: [&str; 2] = ["withdrawal", "run"];

/// Fields of entries in which one of the names stands, or, where people write freely, one word of it; but for those that go.
pub fn in_journal(
    journal: &Journal,
    names: &BTreeSet<String>,
    goes: &(dyn Fn(u64, &str) -> bool + Sync),
) -> Outcome<Vec<Told>> {
    let (sought, all) = (Sought::telling(names), Sought::of(names, 0));
    let tells: HashSet<String> = names.iter().flat_map(|name| telling(name)).collect();
    let of_fields = |entry: u64, fields: &[(&str, &[u8])]| -> Vec<Told> {
        let kind = fields.iter().find(|(name, _)| *name == "type");
        let kind: String = kind.and_then(|(_, value)| serde_json::from_slice(value).ok()).unwrap_or_default();
        if NOT_SOUGHT_IN.contains(&kind.as_str()) {
            return Vec::new();
        }
        let free = FREE.iter().find(|(own, _)| *own == kind).map_or(&[][..], |(_, fields)| fields);
        let mut found = Vec::new();
        for (field, value) in fields.iter().filter(|(field, _)| !NEVER.contains(field) && !goes(entry, field)) {
            let Ok(value) = serde_json::from_slice::<Value>(value) else { continue };
            let mut word = None;
            any(&value, &mut |text| {
                word = match free.contains(field) {
                    true => telling(text)
                        .find(|word| tells.contains(word))
                        .or_else(|| all.found_in(text).map(str::to_owned)),
                    false => sought.found_in(text).map(str::to_owned),
                };
                word.is_some()
            });
            found.extend(word.map(|word| Told { entry, field: (*field).to_owned(), word }));
        }
        found
    };
    let of_entry = |index: u64, entry: Lying<'_>| match entry {
        Lying::Whole(fields) => of_fields(index, &fields),
        Lying::Lacking(entry) => {
            let fields = entry.payload.iter().flat_map(|payload| &payload.fields);
            let fields: Vec<(&str, &[u8])> = fields.map(|(name, value)| (name.as_str(), value.as_slice())).collect();
            of_fields(index, &fields)
        }
    };
    let found = journal.map_frames(|_| true, of_entry)?;
    Ok(found.into_iter().flat_map(|(_, told)| told).flatten().collect())
}

/// Lists of refused rows and reports in the workspace that have one of the names, with that name.
pub fn in_files<'w>(workspace: &Path, sought: &'w Sought) -> Vec<(PathBuf, &'w str)> {
    let listing = |dir: &Path| std::fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_report = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("report-"));
    let mut folders: Vec<PathBuf> = listing(workspace).filter(is_report).collect();
    folders.push(workspace.join("imports"));
    let mut held = Vec::new();
    while let Some(folder) = folders.pop().filter(|_| !sought.by_first.is_empty()) {
        for path in listing(&folder) {
            if path.is_dir() {
                folders.push(path);
            } else if let Seen::Word(word) = look(&path, sought) {
                held.push((path, word));
            }
        }
    }
    held.sort();
    held
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_word_by_word_in_any_spelling_and_one_word_alone_is_not_looked_for() {
        let names: BTreeSet<String> =
            ["Mohammad", "Invented One", "علي عمر حسن", "أحمد المختلق"].map(str::to_owned).into();
        let sought = Sought::telling(&names);
        for (text, found) in [
            ("of invented  ONE, of Hama", Some("Invented One")),
            ("invented \"one\"", Some("Invented One")),
            ("invented ones", None),
            ("Mohammad was here", None),
            ("عَلي عُمر حسن", Some("علي عمر حسن")),
            ("احمد المختلق", Some("أحمد المختلق")),
            ("", None),
            ("&#x639;&#1604;ي عمر حسن", Some("علي عمر حسن")),
            ("\u{FECB}\u{FEE0}\u{FEF2} عمر حسن", Some("علي عمر حسن")),
            ("<td>Invented</td><td>One</td>", Some("Invented One")),
            ("<t>Inve</t><t>nted</t> One", Some("Invented One")),
            ("Ínvénted O'ne", Some("Invented One")),
            ("a &# b \\u00e &#xyz; < invented one", Some("Invented One")),
            ("Invented&nbsp;O&shy;ne", Some("Invented One")),
            (r#"{"a":"x\nInvented\nOne"}"#, Some("Invented One")),
            ("to Invented<br>One", Some("Invented One")),
            ("<body><b>I</b>nvented One", Some("Invented One")),
            ("<dd>of <i>Inven</i>ted <em>O</em>ne<dt>x", Some("Invented One")),
            ("https://example.org/?q=Invented%20One&x=100%", Some("Invented One")),
            ("/%D8%B9%D9%84%D9%8A%20عمر%20حسن", Some("علي عمر حسن")),
            ("&Iacute;nvent&eacute;d One", Some("Invented One")),
            ("'\\x49nvented One'", Some("Invented One")),
            ("100 % of invented %zz one%", None),
            ("100% invented one", Some("Invented One")),
            ("<p>the late</p><p><b>I</b>nvented <w:r><w:t>O</w:t></w:r>ne</p>", Some("Invented One")),
            ("وعلي عمر حسن", Some("علي عمر حسن")),
            ("كأحمد المختلق", Some("أحمد المختلق")),
            ("وبعلي عمر حسن", Some("علي عمر حسن")),
            ("وبعلي عمر", None),
            ("<p>&amp;#73;nvented One", Some("Invented One")),
            ("In\u{ad}vented\u{200b}One", Some("Invented One")),
        ] {
            assert_eq!(sought.found_in(text), found, "{text}");
        }
        let long = format!("{}Invented%20One", "%FF".repeat(1 << 20));
        assert_eq!(sought.found_in(&long), Some("Invented One"));
        assert_eq!(sought.found_in("\\u0639\\u0644\\u064a عمر حسن"), Some("علي عمر حسن"));
        let many: BTreeSet<String> = (0..5000).map(|n| format!("Invented No {n}")).collect();
        assert_eq!(Sought::telling(&many).found_in("brother of invented no 4711"), Some("Invented No 4711"));
    }

    #[test]
    fn a_long_file_is_read_in_pieces_that_end_with_lines() {
        let sought = Sought::telling(&["Invented One".to_owned()].into());
        let path = std::env::temp_dir().join(format!("tawthiq-sought-{}", std::process::id()));
        let line = "a row of a list that tells nothing of anybody\n";
        for (at, found) in [(0, true), (PIECE_BYTES + HEAD_BYTES - 5, true), (2 * PIECE_BYTES + 7, true), (0, false)] {
            let mut text = line.repeat(at / line.len() + 1);
            text.push_str(if found { "invented\tone\n" } else { "nobody\n" });
            text.push_str(&line.repeat(PIECE_BYTES / line.len()));
            std::fs::write(&path, text).unwrap();
            let seen = look(&path, &sought);
            assert_eq!(matches!(seen, Seen::Word("Invented One")), found, "at {at}");
            assert!(!matches!(seen, Seen::Unseen), "at {at}");
        }
        // UTF-16, and a text of one line, in pieces that overlap.
        for (at, found) in [(PIECE_BYTES / 2 - 9, true), (PIECE_BYTES, true), (PIECE_BYTES, false)] {
            let text = format!("{}{}", "a word ".repeat(at / 7), if found { "invented one" } else { "nobody" });
            let wide: Vec<u8> =
                [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
            std::fs::write(&path, wide).unwrap();
            assert_eq!(matches!(look(&path, &sought), Seen::Word("Invented One")), found, "UTF-16 at {at}");
        }
        std::fs::write(&path, format!("{}invented one {0}", "a word ".repeat(LONGEST_BYTES / 7))).unwrap();
        assert!(matches!(look(&path, &sought), Seen::Word("Invented One")));
        std::fs::write(&path, b"%PDF-1.7\ninvented one").unwrap();
        assert!(matches!(look(&path, &sought), Seen::Unseen));
        std::fs::remove_file(&path).unwrap();
    }
}
