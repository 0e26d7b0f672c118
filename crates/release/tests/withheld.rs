//! Whatever a policy withholds of a person, no list, report or file tells it beside her id or her name.

#[allow(dead_code)]
mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use release::{Dataset, Folder, Outreach, PageCache, Policy, ReportOf, Settings};
use support::press::Readable;

/// Fields by which persons are listed, with the name of the lists.
const LISTED: [(&str, &str); 7] = [
    ("sex", "sex"),
    ("date", "month"),
    ("place", "place"),
    ("parties", "party"),
    ("act", "act"),
    ("civilian", "civilian"),
    ("age_class", "age"),
];

/// Something that stands under one heading of a page: a row of a table, or a point of a list.
struct Line {
    file: String,
    heading: String,
    html: String,
}

fn lines(root: &Path, below: &Path, found: &mut Vec<Line>) {
    for entry in fs::read_dir(below).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            lines(root, &path, found);
            continue;
        }
        let Ok(text) = String::from_utf8(fs::read(&path).unwrap()) else { continue };
        let file = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
        let is_page = file.ends_with(".html");
        let mut heading = String::new();
        for part in text
            .split(if is_page { "<" } else { "\n" })
            .collect::<Vec<_>>()
            .chunk_by(|_, next| !is_page || !["tr", "li", "h2"].iter().any(|tag| next.starts_with(tag)))
        {
            let html = part.join("<");
            if let Some((_, id)) = part[0].starts_with("h2").then(|| part[0].split_once("id=\"")).flatten() {
                heading = id.split('"').next().unwrap_or_default().to_owned();
            }
            if is_page {
                found.push(Line { file: file.clone(), heading: heading.clone(), html });
            } else {
                found.extend(part.iter().map(|line| Line {
                    file: file.clone(),
                    heading: String::new(),
                    html: (*line).to_owned(),
                }));
            }
        }
    }
}

/// What a line may not say when the field is withheld: words of dates, places and parties.
fn words<'a>(data: &'a Dataset, field: &str) -> Vec<&'a str> {
    let english = |names: &'a domain::LocalText| names.best("en").map(|(_, words)| words);
    match field {
        "date" => vec![
            "February ",
            "March ",
            "April ",
            "février",
            "avril",
            "شباط",
            "نيسان",
            "2019-02-",
            "2019-03-1",
            "2019-04-",
        ],
        "place" => vec!["Idlib", "Homs", "SY07", "SY04"],
        "parties" => {
            let of_records = data.records.values().flat_map(|(_, record)| &record.parties);
            let of_persons: BTreeSet<_> = of_records.filter_map(|party| party.code.as_ref()).collect();
            of_persons.into_iter().filter_map(|code| english(&data.parties.get(code)?.names)).collect()
        }
        _ => Vec::new(),
    }
}

fn written(data: &Dataset, policy: &Policy, out: &Path) {
    let settings = Settings::default();
    let month = domain::Month::new(2019, 3).unwrap();
    let period = domain::Period::new(month.first_day(), month.last_day()).unwrap();
    let reports = [ReportOf { period, trust: data.trust_sets[0].id.clone() }];
    let given = Outreach { settings: &settings, reports: &reports, estimates: &[], boundaries: None, press: &Readable };
    let folder = Folder::prepare(out).unwrap();
    let proof = |i: u64| Ok(format!("{i}\n"));
    let shown = release::Shown::new(data, policy).unwrap();
    let view = shown.view();
    release::publish_into(&view, &folder, &PageCache::default(), &proof, &|_, _, _| {}).unwrap();
    release::outreach(&view, &given, &folder, &|_, _, _| {}).unwrap();
}

/// Looks at every line that leads to a person, or names her.
fn looked_through(data: &Dataset, told: &BTreeSet<&str>, is_named: bool, out: &Path) {
    let mut found = Vec::new();
    lines(out, out, &mut found);
    let ids: Vec<&str> = data.persons.iter().map(|p| p.id.as_str()).collect();
    let names: Vec<&str> = data.records.values().flat_map(|(_, r)| &r.names).map(|n| n.text.as_str()).collect();
    let about =
        |line: &&Line| ids.iter().chain(names.iter().filter(|_| is_named)).any(|known| line.html.contains(*known));
    let mut lists: BTreeSet<&str> = BTreeSet::new();
    for line in found.iter().filter(about) {
        let Line { file, heading, html } = line;
        let of_list = file.split_once("/counts/everyone/").map(|(_, list)| list);
        for (field, name) in LISTED {
            if of_list.is_some_and(|list| list.starts_with(&format!("{name}-"))) {
                assert!(told.contains(field), "{file} tells {field} of somebody: {html}");
                lists.insert(field);
            }
            if !told.contains(field) {
                let says = |word: &&str| html.contains(*word);
                assert!(!words(data, field).iter().any(says), "{file} tells {field}: {html}");
            }
        }
        if of_list.is_some() && !told.contains("parties") {
            assert_eq!(heading, "withheld", "{file} stands under a party: {html}");
        }
    }
    let expected: BTreeSet<&str> =
        LISTED.iter().map(|(field, _)| *field).filter(|field| told.contains(field)).collect();
    assert_eq!(lists, expected, "what may be told is listed");
}

#[test]
fn no_file_tells_beside_a_person_what_is_withheld_of_her_whichever_fields_these_are() {
    let mut data = support::dataset();
    data.sources.iter_mut().for_each(|source| source.invented = false);
    data.persons.iter_mut().for_each(|person| person.invented = false);
    // Nobody else may be what the search finds.
    data.events.clear();
    let everybody: BTreeSet<_> = data.persons.iter().map(|p| p.id.clone()).collect();
    for subset in 0..16_usize {
        let chosen = LISTED.iter().enumerate().filter(|(at, _)| subset >> (at % 4) & 1 == 1);
        let fields: BTreeSet<&str> = chosen.map(|(_, (field, _))| *field).collect();
        let mut policy = Policy::parse("").unwrap();
        let ties = ["type", "id", "source", "accession", "row", "names"];
        policy.record_fields = ties.iter().chain(&fields).map(|f| (*f).to_owned()).collect();
        for is_named in [false, true] {
            policy.approved_persons = if is_named { everybody.clone() } else { BTreeSet::new() };
            let mut told = fields.clone();
            if !is_named {
                told.remove("place");
            }
            let out = tempfile::tempdir().unwrap();
            written(&data, &policy, out.path());
            looked_through(&data, &told, is_named, out.path());
        }
    }
}

#[test]
fn the_file_of_counts_holds_back_each_cell_that_the_page_holds_back_and_no_other() {
    let (mut data, policy) = (support::dataset(), Policy::parse("minimum_cell = 5").unwrap());
    // Each second cell is of few, so that rows have zeros beside them.
    for (nth, cell) in data.tallies.iter_mut().flat_map(|(_, tally)| tally.cells.iter_mut().enumerate()) {
        cell.n_documented = if nth % 2 == 0 { 2 } else { 40 };
    }
    let folder = tempfile::tempdir().unwrap();
    release::publish(&data, &policy, folder.path(), &|i| Ok(format!("{i}\n")), &|_, _, _| {}).unwrap();
    let csv = fs::read_to_string(folder.path().join("data/counts.csv")).unwrap();
    let mut n_held = 0;
    for (trust, _) in &data.tallies {
        let page = fs::read_to_string(folder.path().join(format!("en/counts/{trust}.html"))).unwrap();
        let on_page =
            page.split("<td").filter(|cell| cell.split("</td>").next().unwrap().contains("held back")).count();
        let rows = csv.lines().filter(|line| line.starts_with(&format!("{trust},")));
        let in_file = rows.filter(|line| line.ends_with(',')).count();
        assert_eq!(on_page, in_file, "{trust}: {csv}");
        n_held += in_file;
    }
    assert!(n_held > 10, "{csv}");
}
