//! A canary stands in every kind of restricted field; it is looked for in every file of a release, also inside what is
//! compressed. A file of a kind that cannot be opened here fails the test.

#[path = "canary/opened.rs"]
mod opened;
#[allow(dead_code)]
mod support;

use std::fs;
use std::path::Path;

use domain::Notice;
use opened::opened;
use release::{Dataset, Folder, Outreach, PageCache, Policy, ReportOf, Settings, publish};
use support::press::Readable;

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
    }
    for (_, accession) in &mut data.accessions {
        accession.received_by = canary.into();
        accession.file_name = format!("{canary}.csv");
    }
    let policies = [
        "",
        "minimum_cell = 3",
        "record_fields = ['type', 'id', 'source', 'accession', 'row', 'names', 'cause', 'birth']",
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

/// The first notice is published without what its consent leaves out; the second has no consent, the third an empty one,
/// of the fourth it was taken back; of the fifth it is for no picture, and the day has no other news.
fn notices(data: &Dataset, canary: &str) -> Vec<(u64, Notice)> {
    let words = |text: &str| serde_json::json!({ "ar": text, "en": text, "fr": text });
    let consent = |by: &str, uses: &[&str], covers: Option<[String; 0]>| {
        serde_json::json!({
            "given_by": by, "given_on": "2026-01-01", "recorded_by": by, "uses": uses, "covers": covers,
        })
    };
    let everything = ["page", "picture", "poster"];
    let told = [
        ("shown".to_owned(), "Shown Example", Some(consent(canary, &everything, Some([])))),
        (format!("without-{canary}"), canary, None),
        (format!("empty-{canary}"), canary, Some(consent(" ", &everything, None))),
        (format!("taken-back-{canary}"), canary, Some(consent("a brother", &[], None))),
        ("page-only".to_owned(), "Pageonly Example", Some(consent(canary, &["page"], Some([])))),
    ];
    let notice = |(at, (id, name, consent)): (usize, (String, &str, Option<serde_json::Value>))| {
        let (_, accession) = &data.accessions[1];
        let mut value = serde_json::json!({
            "id": id, "source": accession.source, "accession": accession.id, "row": at + 1, "sex": "male",
            "since": "2012", "name": { "en": name }, "consent": consent,
            "known": [{ "what": words(canary), "from": words(canary) }], "informed": ["wgeid"], "original": [["phone", canary]],
        });
        if at == 4 {
            value["issued_on"] = "2026-08-05".into();
        }
        for field in domain::notice::TEXT_FIELDS.into_iter().filter(|field| *field != "name") {
            value[field] = words(canary);
        }
        (500 + at as u64, serde_json::from_value(value).unwrap())
    };
    told.into_iter().enumerate().map(notice).collect()
}

#[test]
fn reports_notices_posters_cards_feeds_and_charts_hold_no_canary() {
    let (mut data, canary) = (support::dataset(), support::CANARY);
    data.notices = notices(&data, canary);
    let of = data.notices[0].1.source.clone();
    data.sources.iter_mut().filter(|source| source.id == of).for_each(|source| source.invented = false);
    let settings = Settings::parse("base = 'https://x.invalid'").unwrap();
    let month = domain::Month::new(2019, 3).unwrap();
    let period = domain::Period::new(month.first_day(), month.last_day()).unwrap();
    let reports = [ReportOf { period, trust: data.trust_sets[0].id.clone() }];
    let given = Outreach { settings: &settings, reports: &reports, estimates: &[], boundaries: None, press: &Readable };
    for policy in ["", "minimum_cell = 3"] {
        let (out, policy) = (tempfile::tempdir().unwrap(), Policy::parse(policy).unwrap());
        let folder = Folder::prepare(out.path()).unwrap();
        let proof = |i: u64| Ok(format!("{i}\n"));
        let shown = release::Shown::new(&data, &policy).unwrap();
        let view = shown.view();
        release::publish_into(&view, &folder, &PageCache::default(), &proof, &|_, _, _| {}).unwrap();
        let reached = release::outreach(&view, &given, &folder, &|_, _, _| {}).unwrap();
        assert_eq!((reached.reports, reached.notices, reached.held_back.len()), (1, 2, 3));
        for file in ["notice/shown.html", "notice/shown.pdf", "notice/shown.png", "notice/shown-poster.pdf"] {
            let bytes = fs::read(out.path().join("en").join(file)).unwrap();
            let is_there = bytes.windows(7).any(|w| w == b"Example");
            assert!(is_there, "{file} does not show the name, so the search proves nothing");
        }
        let day = fs::read_to_string(out.path().join("en/day/2026-08-05.html")).unwrap();
        assert!(day.contains("Pageonly"), "{day}");
        let card = fs::read(out.path().join("en/day/2026-08-05.png")).unwrap();
        assert!(!card.windows(8).any(|w| w == b"Pageonly"), "the consent is for no picture");
        // Whether a family went to the United Nations is the family's to tell.
        let page = fs::read_to_string(out.path().join("en/notice/shown.html")).unwrap();
        assert!(!page.contains("id=\"bodies\""), "{page}");
        // A real person stands in a notice, so the first page does not say that every named person is invented.
        let home = fs::read_to_string(out.path().join("en/index.html")).unwrap();
        assert!(!home.contains("Every named person here is invented"), "{home}");
        let mut n = 0;
        search(out.path(), canary, &mut n);
        assert!(n > 150, "{n} files");
    }
}
