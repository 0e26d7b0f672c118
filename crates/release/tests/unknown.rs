//! What is not known, or not told, is never drawn as none.

#[allow(dead_code)]
mod support;

use domain::{TrustSet, TrustSetId, UncertainDate};
use release::{Folder, Outreach, PageCache, Policy, Settings};
use support::press::Readable;

#[test]
fn with_a_minimum_for_counts_no_calendar_of_deaths_tells_of_days() {
    let mut data = support::dataset();
    data.events.clear();
    // Three on one day, one on each of two others.
    for (person, day) in data.persons.iter().zip(["12", "12", "12", "15", "16"]) {
        let value = UncertainDate::parse(&format!("2019-05-{day}")).unwrap();
        person.records.iter().for_each(|id| data.records.get_mut(id).unwrap().1.date = Some(value));
    }
    let settings = Settings::default();
    let given = Outreach { settings: &settings, reports: &[], estimates: &[], boundaries: None, press: &Readable };
    let (out, policy) = (tempfile::tempdir().unwrap(), Policy::parse("minimum_cell = 3").unwrap());
    let folder = Folder::prepare(out.path()).unwrap();
    let proof = |i: u64| Ok(format!("{i}\n"));
    let shown = release::Shown::new(&data, &policy).unwrap();
    let view = shown.view();
    release::publish_into(&view, &folder, &PageCache::default(), &proof, &|_, _, _| {}).unwrap();
    release::outreach(&view, &given, &folder, &|_, _, _| {}).unwrap();
    let charts = std::fs::read_to_string(out.path().join("en/charts/index.html")).unwrap();
    assert!(!charts.contains("documented deaths in") && !charts.contains(", 2019: "), "a day has few deaths");
    assert!(!out.path().join("data/calendar.csv").exists());
}

#[test]
fn sources_that_gave_no_list_of_persons_document_an_unknown_number() {
    let mut data = support::dataset();
    let id = TrustSetId::new("monitors").unwrap();
    let snhr = data.sources[0].id.clone();
    data.trust_sets.push(TrustSet {
        id: id.clone(),
        all: false,
        sources: vec![snhr.clone()],
        ..data.trust_sets[0].clone()
    });
    data.tallies.push((id, domain::count::Tally { lists: vec![snhr], cells: Vec::new() }));
    let out = tempfile::tempdir().unwrap();
    release::publish(&data, &Policy::default(), out.path(), &|i| Ok(format!("{i}\n")), &|_, _, _| {}).unwrap();
    let page = |path: &str| std::fs::read_to_string(out.path().join(path)).unwrap();
    let own = page("en/counts/monitors.html");
    assert!(own.contains("is unknown") && !own.contains("<table"), "{own}");
    let index = page("en/counts/index.html");
    let row = index.split("<tr").find(|row| row.contains("monitors.html")).unwrap();
    assert!(row.contains("unknown") && !row.contains(">0<"), "{row}");
    assert!(page("en/counts/everyone.html").contains("<table"));
    // An address that is not there is answered in three languages, from any depth.
    let missing = page("404.html");
    assert!(["/ar/index.html", "/en/index.html", "/fr/index.html"].iter().all(|home| missing.contains(home)));
}
