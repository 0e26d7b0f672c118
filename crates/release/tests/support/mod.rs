//! A small data set: published figures for three months of 2019, statements, a claim, and invented persons.
//! Every restricted field holds the canary.

pub mod persons;
// Not every test prints.
#[allow(dead_code)]
pub mod press;
mod printed;
mod sources;
mod told;
#[allow(dead_code)]
pub mod whole;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Mutex;

use domain::party::PartyRole;
use domain::*;
use release::Dataset;

use persons::{persons, records, tally};
use printed::{figures, months, reports};
use sources::{accession, sources, words};
use told::{claim, statements};

/// Stands in every field that must not reach a release.
pub const CANARY: &str = "kanarya7391";

/// Which files of an earlier release were told to be untouched.
#[derive(Default)]
pub struct Left(Mutex<BTreeSet<String>>);

#[allow(dead_code)]
impl Left {
    /// Tells that a file is untouched, where it is there.
    pub fn untouched(&self, out: &Path, path: &str) -> Option<u64> {
        let bytes = std::fs::metadata(out.join(path)).ok()?.len();
        self.0.lock().unwrap().insert(path.to_owned());
        Some(bytes)
    }
}

/// What who seals a release does with the files of an earlier one.
#[allow(dead_code)]
pub fn finish(folder: release::Folder<'_>, out: &Path, left: &Left) {
    let of_release = folder.finish();
    let left = left.0.lock().unwrap();
    let mut open = vec![out.to_owned()];
    while let Some(at) = open.pop() {
        for entry in std::fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(out).unwrap().to_str().unwrap();
            if path.is_dir() {
                open.push(path);
            } else if name != "SHA256SUMS" && !of_release.has(name) && !left.contains(name) {
                std::fs::remove_file(&path).unwrap();
            }
        }
    }
}

pub fn dataset() -> Dataset {
    let sources = sources();
    let given: Vec<(u64, Accession)> = ["snhr", "list-a", "list-b", "list-c"]
        .iter()
        .enumerate()
        .map(|(i, s)| accession(&SourceId::new(*s).unwrap(), 10 + i as u64))
        .collect();
    let by_source: BTreeMap<String, AccessionId> =
        given.iter().map(|(_, a)| (a.source.as_str().to_owned(), a.id.clone())).collect();
    let figures = figures(&by_source["snhr"]);
    let reports = reports(&figures);
    let records = records(&by_source);
    let persons = persons(&records);
    let places = PlaceTable::syria();
    let trust = TrustSetId::new("everyone").unwrap();
    let event = Event {
        id: EventId::derive(&by_source["list-a"], 1),
        source: SourceId::new("sohr").unwrap(),
        accession: by_source["snhr"].clone(),
        row: 1,
        source_event_id: None,
        title: LocalText::default(),
        acts: vec![ActKind::Attack],
        date: UncertainDate::parse("2019-02-26").ok(),
        place: Some(places.mention(&["Idlib", "Khan Sheikhoun"])),
        parties: vec![PartyMention { written: "Government of Syria".into(), code: None, role: Some(PartyRole::SideA) }],
        deaths: CountRange { low: Some(2), best: Some(3), high: Some(5) },
        deaths_by: BTreeMap::new(),
        media: vec![],
        fields: [("contact".to_owned(), CANARY.to_owned())].into(),
        original: vec![("notes".into(), CANARY.into())],
    };
    Dataset {
        title: words("Tawthiq: Syria, example", "توثيق: سوريا، مثال", "Tawthiq : Syrie, exemple"),
        generated_at: 1_764_000_000,
        previous: None,
        program_version: "0.1.0".into(),
        origin: "tawthiq.example/log".into(),
        fingerprint: "3f1c9a04".into(),
        trust_sets: vec![TrustSet {
            id: trust.clone(),
            names: words("All sources", "كل المصادر", "Toutes les sources"),
            sources: vec![],
            affiliations: vec![],
            all: true,
        }],
        parties: PartyTable::syria(),
        statements: statements(&by_source["snhr"]),
        events: vec![(400, event)],
        notices: vec![],
        months: months(&reports),
        claims: vec![claim(&reports)],
        redirects: vec![(PersonId::new("p-old").unwrap(), persons[0].id.clone())],
        tallies: vec![(trust, tally(&persons, &records, &places))],
        rejected: vec![(
            by_source["list-a"].clone(),
            vec![RejectedRow {
                row: 4112,
                column: "date".into(),
                reason: format!("\"{CANARY}\" is not a date"),
                value: CANARY.into(),
            }],
        )],
        accessions: given,
        sources,
        places,
        figures,
        reports,
        persons,
        cell_of: Vec::new(),
        records,
    }
}
