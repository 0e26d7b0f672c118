//! What is fuzzed: one function a target. Each takes any bytes and must come back: no panic, no endless loop.
//!
//! `fuzz_targets/` hands libFuzzer's bytes to them; `steady` changes the corpora by itself, with a stable compiler.

use std::ops::ControlFlow;
use std::path::Path;

use domain::{AccessionId, Content, PartyTable, PlaceTable, Script, SourceId};
use evidence::note::{Checkpoint, Verifier};
use evidence::{InclusionProof, Journal, SigningKey};
use intake::{Context, Mapping};
use linkage::LinkRecord;

pub type Target = fn(&[u8]);

/// Every target by its name.
pub const TARGETS: &[(&str, Target)] = &[
    ("entry", entry),
    ("tile", tile),
    ("note", note),
    ("proof", proof),
    ("bundle", bundle),
    ("mapping", mapping),
    ("name", name),
    ("spec", spec),
    ("csv", csv),
    ("rows", rows),
    ("feed", feed),
    ("workbook", workbook),
    ("picture", picture),
    ("container", container),
    ("markup", markup),
];

fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

/// A journal whose newest segment is these bytes, as a thief or a failing disk would leave it.
pub fn entry(bytes: &[u8]) {
    let Ok(dir) = tempfile::tempdir() else { return };
    if Journal::create(dir.path(), "fuzz.invalid/log", key()).is_err() {
        return;
    }
    overwrite_every_file(dir.path(), bytes);
    if let Ok(journal) = Journal::open(dir.path(), key()) {
        for entry in journal.read(0).take(1000) {
            let Ok(entry) = entry else { break };
            let fields = entry.payload.iter().flat_map(|p| p.fields.iter().map(|(n, v)| (n.as_str(), v.as_slice())));
            let _ = Content::from_fields(fields);
        }
    }
    let fields = bytes.split(|b| *b == 0).filter_map(|field| {
        let at = field.iter().position(|b| *b == b'=')?;
        Some((std::str::from_utf8(&field[..at]).ok()?, &field[at + 1..]))
    });
    let _ = Content::from_fields(fields);
}

/// The first byte says which of the folder's files the rest replaces.
fn overwrite_every_file(dir: &Path, bytes: &[u8]) {
    let Some((which, rest)) = bytes.split_first() else { return };
    let mut files = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path()) {
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    if let Some(file) = files.get(usize::from(*which) % files.len().max(1)) {
        let _ = std::fs::write(file, rest);
    }
}

pub fn tile(bytes: &[u8]) {
    if let Some(entries) = evidence::tiles::read_bundle(bytes) {
        assert!(entries.len() <= 256);
    }
}

pub fn note(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let verifier = Verifier::of("fuzz.invalid/log", &key());
    if let Ok(checkpoint) = Checkpoint::open(text, &verifier) {
        assert_eq!(Checkpoint::parse(&checkpoint.text()).ok().map(|c| c.text()), Some(checkpoint.text()));
    }
    let _ = (Checkpoint::parse(text), Verifier::parse(text));
}

pub fn proof(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Some(proof) = InclusionProof::parse(text) {
        let _ = proof.check(b"leaf", &Verifier::of("fuzz.invalid/log", &key()));
    }
}

/// A release folder in which one file is these bytes.
pub fn bundle(bytes: &[u8]) {
    let Ok(dir) = tempfile::tempdir() else { return };
    let page = dir.path().join("index.html");
    if std::fs::write(&page, "a page").is_err() || evidence::seal(dir.path(), &key(), "fuzz.invalid/log").is_err() {
        return;
    }
    overwrite_every_file(dir.path(), bytes);
    let _ = evidence::verify_folder(dir.path(), None, &|_, _, _| {});
}

/// A name and another on the next line, as two records: neither order nor script may matter to what comes of comparing them.
pub fn name(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (first, second) = text.split_once('\n').unwrap_or((&text, ""));
    for script in [Script::Arabic, Script::Latin, Script::Other] {
        let words = linkage::text::tokens(first, script);
        assert!(words.iter().all(|word| !word.is_empty() && word.chars().count() <= 40));
        let _ = linkage::text::parse_name(first, script);
    }
    let _ = linkage::text::place_word(second);
    let record = |id: &str, name: &str| LinkRecord {
        id: id.to_owned(),
        names: vec![(name.to_owned(), Script::of(name))],
        place_town: Some(name.to_owned()),
        ..LinkRecord::default()
    };
    let (a, b) = (record("a", first), record("b", second));
    let link = |records: &[LinkRecord]| {
        linkage::link(records, &linkage::Settings::default(), &linkage::Decisions::default(), &|_, _, _| {})
    };
    if let (Ok(forward), Ok(backward)) = (link(&[a.clone(), b.clone()]), link(&[b.clone(), a.clone()])) {
        assert_eq!(forward.model, backward.model);
        let score = |x, y| linkage::match_probability(x, y, &forward.model).ok();
        assert!(score(&a, &b) == score(&b, &a) && score(&a, &b).is_some_and(f64::is_finite));
    }
}

/// Settings, a model, Splink's settings, and a spec of one's own, with two records read by it.
pub fn spec(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let _ = linkage::Settings::parse(text);
    let _ = linkage::Model::parse(text);
    for leave_out in [false, true] {
        let _ = linkage::Spec::parse_splink(text, leave_out);
    }
    if let Ok(mut spec) = linkage::OwnSpec::parse(text) {
        spec.random_pairs = 10;
        let mut records = linkage::OwnRecords::new(&spec);
        // As cells, what the spec itself is written in.
        let cells: Vec<&str> = text.split_whitespace().take(32).collect();
        for id in ["a", "b"] {
            let _ = records.push(id, 0, &cells);
        }
        let run = linkage::link_own(&records, &spec, &|_, _, _| {});
        assert!(run.is_ok_and(|run| run.pair_bits.iter().all(|bits| bits.is_finite())));
    }
    let _ = linkage::KeptPairs::parse(bytes);
}

pub fn mapping(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = Mapping::parse(text);
    }
}

/// Reads bytes as a table through every kind of mapping; a row comes out as an item or as rejected, never as nothing.
fn through(bytes: &[u8], mappings: &[&str]) {
    let (places, parties) = (PlaceTable::syria(), PartyTable::syria());
    let (Ok(accession), Ok(source)) = (AccessionId::new("a-fuzz"), SourceId::new("fuzz")) else { return };
    let context = Context { places: &places, parties: &parties, accession, source };
    for mapping in mappings.iter().filter_map(|name| Mapping::by_name(name)) {
        let mut n = 0u64;
        let read = intake::read("fuzz", bytes, &mapping, &context, 0, &mut |_, _| {
            n += 1;
            if n > 10_000 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        if let Ok(report) = read {
            assert!(n > 10_000 || report.rows == n, "{} rows read, {n} came out", report.rows);
        }
    }
}

fn all() -> Vec<&'static str> {
    Mapping::built_in().iter().map(|(name, _)| *name).collect()
}

/// Tables of text; workbooks and columns have targets of their own.
pub fn csv(bytes: &[u8]) {
    if bytes.starts_with(b"PK") || bytes.starts_with(b"PAR1") || bytes.starts_with(b"\xD0\xCF") {
        return;
    }
    through(bytes, &all()[..2]);
}

/// Feeds: begun as one where the bytes do not begin as one, so that all of them reach the reader.
pub fn feed(bytes: &[u8]) {
    let feed = [b"<rss version='2.0'><channel>", bytes].concat();
    through(if bytes.starts_with(b"<") { bytes } else { &feed }, &["feed"]);
}

/// Any format through the mapping that fits.
pub fn rows(bytes: &[u8]) {
    if let Ok(found) = intake::detect("fuzz", bytes) {
        through(bytes, &[found.mapping]);
    }
}

/// Workbooks as the child reads them: surveyed first.
pub fn workbook(bytes: &[u8]) {
    let limits = media::ArchiveLimits { total_bytes: 1 << 20, ..media::ArchiveLimits::default() };
    let _ = media::survey(bytes, limits);
}

pub fn picture(bytes: &[u8]) {
    let limits = media::PixelLimits { pixels: 1 << 20, bytes: 64 << 20 };
    let _ = media::kind(bytes);
    let Ok((picture, orientation)) = media::decode(bytes, limits) else { return };
    assert_eq!(picture.rgb.len(), picture.width as usize * picture.height as usize * 3);
    let _ = media::spectrum(&picture.rgb, picture.width as usize, picture.height as usize);
    let _ = media::inside_border(&picture);
    let (copy, ..) = media::working_copy(picture, orientation, Some(64)).expect("a decoded picture can be copied");
    let nothing = media::metadata(&copy);
    assert!(nothing.vault.position.is_none() && nothing.vault.claims.is_empty());
}

pub fn container(bytes: &[u8]) {
    let found = media::metadata(bytes);
    assert!(found.vault.claims.len() <= 400 && found.claimed_times.len() <= 400);
    // As of one that is too long to be held.
    if let Some(kind @ (media::Kind::Video(_) | media::Kind::Audio(_))) = media::kind(bytes) {
        let mut from = bytes;
        let thin = media::thinned(kind, &mut from).expect("memory can be read");
        assert!(from.is_empty() && thin.bytes.len() <= bytes.len());
        let _ = media::metadata(&thin.bytes);
    }
}

pub fn markup(bytes: &[u8]) {
    let _ = media::look_at_markup(bytes, true);
    let _ = media::look_at_markup(bytes, false);
}
