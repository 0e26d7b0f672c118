//! A canary stands in every kind of restricted field; it is looked for in every file of a release, also inside what is
//! compressed. A file of a kind that cannot be opened here fails the test.

#[allow(dead_code)]
mod support;

use std::fs;
use std::io::Read;
use std::path::Path;

use release::{Folder, Notice, Outreach, PageCache, Policy, Press, ReportOf, Settings, Sheet, publish};

/// A file's bytes, and everything inside it that is compressed.
fn opened(name: &Path, bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut found = vec![bytes.to_vec()];
    let inflate = |part: &[u8], zlib: bool| -> Vec<u8> {
        let mut out = Vec::new();
        // What could be read before an error counts as well.
        let _ = if zlib {
            flate2::read::ZlibDecoder::new(part).read_to_end(&mut out)
        } else {
            flate2::read::DeflateDecoder::new(part).read_to_end(&mut out)
        };
        out
    };
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut out = Vec::new();
        flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut out).unwrap();
        found.push(out);
    }
    if bytes.starts_with(b"%PDF") {
        // Streams that are not deflated (images, fonts) give nothing here and are searched as they stand.
        for (at, _) in bytes.windows(8).enumerate().filter(|(_, w)| w.starts_with(b"stream")) {
            let start = at + 6 + bytes[at + 6..].iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
            found.push(inflate(&bytes[start..], true));
        }
    }
    if bytes.starts_with(b"PK\x03\x04") {
        // Local headers: 30 bytes, then the name and the extra field; deflated unless the method is 0.
        for (at, _) in bytes.windows(4).enumerate().filter(|(_, w)| w == b"PK\x03\x04") {
            let two =
                |offset: usize| bytes.get(at + offset..at + offset + 2).map_or(0, |b| u16::from_le_bytes([b[0], b[1]]));
            let start = at + 30 + usize::from(two(26)) + usize::from(two(28));
            found.push(inflate(bytes.get(start..).unwrap_or_default(), false));
        }
    }
    if bytes.starts_with(b"\x89PNG") {
        let text = bytes.windows(4).position(|w| w == b"zTXt" || w == b"iTXt");
        assert_eq!(text, None, "{}: text inside the picture", name.display());
    }
    assert!(!bytes.starts_with(b"PAR1"), "{}: Parquet is not opened here; add it before publishing it", name.display());
    found
}

fn search(folder: &Path, canary: &str, n: &mut usize) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            search(&path, canary, n);
            continue;
        }
        assert!(!path.to_string_lossy().contains(canary), "{}", path.display());
        for part in opened(&path, &fs::read(&path).unwrap()) {
            *n += 1;
            assert!(!part.windows(canary.len()).any(|w| w == canary.as_bytes()), "{}", path.display());
        }
    }
}

#[test]
fn the_search_itself_finds_a_canary_that_is_compressed() {
    use std::io::Write;
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gz.write_all(format!("secret {}", support::CANARY).as_bytes()).unwrap();
    let gz = gz.finish().unwrap();
    let mut z = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    z.write_all(support::CANARY.as_bytes()).unwrap();
    let pdf = [b"%PDF-1.7 << /Filter /FlateDecode >> stream\n", &z.finish().unwrap()[..], b"\nendstream"].concat();
    for bytes in [gz, pdf] {
        let has = |part: &Vec<u8>| part.windows(support::CANARY.len()).any(|w| w == support::CANARY.as_bytes());
        assert!(!has(&bytes) && opened(Path::new("x"), &bytes).iter().any(has));
    }
}

#[test]
fn a_canary_in_every_kind_of_restricted_field_is_in_no_file_decompressed_under_any_policy() {
    let mut data = support::dataset();
    let canary = support::CANARY;
    // Names, birth, age as written, cause and free fields of real persons whom nobody approved.
    for source in &mut data.sources {
        source.invented = false;
    }
    for (_, record) in data.records.values_mut() {
        for name in &mut record.names {
            name.text = format!("{canary} {}", name.text);
        }
        record.cause = Some(canary.to_owned());
        record.fields = [("phone".to_owned(), canary.to_owned())].into();
        record.original = vec![("note".into(), canary.into())];
        record.source_record_id = Some(canary.into());
    }
    for person in &mut data.persons {
        person.invented = false;
        for said in &mut person.names {
            said.value.text = canary.to_owned();
        }
        for said in &mut person.cause {
            said.value = canary.to_owned();
        }
    }
    for (_, accession) in &mut data.accessions {
        accession.received_by = canary.into();
        accession.file_name = format!("{canary}.csv");
    }
    let policies = [
        "",
        "minimum_cell = 3",
        "record_fields = ['type', 'id', 'names', 'cause', 'birth']",
        "approvals_needed = 2\napprovers = ['kanarya7391-a', 'kanarya7391-b']",
    ];
    for policy in policies {
        let folder = tempfile::tempdir().unwrap();
        let policy = Policy::parse(policy).unwrap();
        publish(&data, &policy, folder.path(), &|i| Ok(format!("{i}\n")), &|_, _, _| {}).unwrap();
        let mut n = 0;
        search(folder.path(), canary, &mut n);
        assert!(n > 100, "{n} files");
    }
}

/// A press whose sheets can be read: what it is given is what it prints.
struct Readable;

impl Press for Readable {
    fn pdf(&self, sheet: &Sheet) -> Result<Vec<u8>, String> {
        let pictures = sheet.pictures.iter().flat_map(|(_, bytes)| bytes.iter().copied());
        Ok(sheet.markup.bytes().chain(sheet.ident.bytes()).chain(pictures).collect())
    }
    fn png(&self, sheet: &Sheet) -> Result<Vec<u8>, String> {
        self.pdf(sheet)
    }
    fn family(&self, _: &str) -> &'static str {
        "(\"Noto Sans\")"
    }
    fn licence(&self) -> &'static [u8] {
        b"the licence of the faces"
    }
}

/// The first notice is published without what its consent leaves out; the second has no consent, the third an empty one.
fn notices(canary: &str) -> Vec<Notice> {
    let words = |field: &str| format!("{field} = {{ ar = '{canary}', en = '{canary}', fr = '{canary}' }}\n");
    let closed: String =
        ["occupation", "from", "lived_in", "arrest_place", "checkpoint", "circumstances", "alleged_body"]
            .into_iter()
            .chain(["taken_to", "last_known", "official_answer", "family", "steps_taken"])
            .map(words)
            .collect();
    let consent = |by: &str, covers: &str| {
        format!("[notice.consent]\ngiven_by = '{by}'\ngiven_on = '2026-01-01'\nrecorded_by = '{by}'\n{covers}")
    };
    let head = |id: &str, name: &str| {
        format!("[[notice]]\nid = '{id}'\ninvented = true\nsex = 'male'\nsince = '2012'\nname = {{ en = '{name}' }}\n")
    };
    let text = [
        head("shown", "Shown Example"),
        closed.clone(),
        consent(canary, "covers = []\n"),
        head(&format!("without-{canary}"), canary),
        closed.clone(),
        head(&format!("empty-{canary}"), canary),
        closed,
        consent(" ", ""),
    ];
    Notice::parse_all(&text.concat()).unwrap()
}

#[test]
fn reports_notices_posters_cards_feeds_and_charts_hold_no_canary() {
    let (data, canary) = (support::dataset(), support::CANARY);
    let settings = Settings::parse("base = 'https://x.invalid'").unwrap();
    let month = domain::Month::new(2019, 3).unwrap();
    let period = domain::Period::new(month.first_day(), month.last_day()).unwrap();
    let reports = [ReportOf { period, trust: data.trust_sets[0].id.clone() }];
    let notices = notices(canary);
    let given = Outreach {
        settings: &settings,
        reports: &reports,
        notices: &notices,
        estimates: &[],
        boundaries: None,
        press: &Readable,
    };
    for policy in ["", "minimum_cell = 3"] {
        let (out, policy) = (tempfile::tempdir().unwrap(), Policy::parse(policy).unwrap());
        let folder = Folder::prepare(out.path()).unwrap();
        let proof = |i: u64| Ok(format!("{i}\n"));
        release::publish_into(&data, &policy, &folder, &PageCache::default(), &proof, &|_, _, _| {}).unwrap();
        let reached = release::outreach(&data, &policy, &given, &folder, &|_, _, _| {}).unwrap();
        assert_eq!((reached.reports, reached.notices, reached.held_back.len()), (1, 1, 2));
        for file in ["notice/shown.html", "notice/shown.pdf", "notice/shown.png", "notice/shown-poster.pdf"] {
            let bytes = fs::read(out.path().join("en").join(file)).unwrap();
            let is_there = bytes.windows(7).any(|w| w == b"Example");
            assert!(is_there, "{file} does not show the name, so the search proves nothing");
        }
        let mut n = 0;
        search(out.path(), canary, &mut n);
        assert!(n > 150, "{n} files");
    }
}
