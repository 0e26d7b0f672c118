//! Reads the published figures by the same rules as the importer, so that this crate's tests need no other crate.
#![allow(dead_code)]

use std::collections::HashMap;
use std::path::PathBuf;

use domain::count::{Attribution, Stratum, TallyCell};
use domain::party::PartyRole;
use domain::{
    AccessionId, Caution, Exactness, Figure, FigureRole, LocalText, Measure, Month, PartyCode, PartyMention,
    PartyTable, Period, PlaceTable, Population, Record, RecordId, Source, SourceId, SourceKind,
};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub fn shared(path: &str) -> Option<PathBuf> {
    let base = std::env::var_os("TAWTHIQ_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
    let path = base.join(path);
    if !path.exists() {
        println!("not run: {} is not here", path.display());
        return None;
    }
    Some(path)
}

fn party(code: &str, note: &str) -> (PartyCode, bool) {
    let has = |words: &str| note.contains(words);
    let joint_of_regime = has("JOINT") && (has("regime and Russia") || has("Syrian and Russian"));
    let node = if code != "other" {
        None
    } else if joint_of_regime {
        Some("syrian_russian_alliance")
    } else if has("ISIS") && (has("HTS") || has("Nussra") || has("Nusra")) {
        Some("extremist_islamist_groups")
    } else if has("JOINT") {
        Some("mixed")
    } else {
        None
    };
    (PartyCode::new(node.unwrap_or(code)).unwrap(), node.is_some())
}

fn figure(row: &HashMap<String, String>, number: u64, places: &PlaceTable) -> Figure {
    let get = |column: &str| row[column].as_str();
    let day = |column: &str| get(column).parse().ok();
    let note = get("note");
    let written = get("party_as_written");
    let alliance_words = ["Assad government and Russia", "Russia or the Assad regime"];
    let (mut code, mut joint) = party(get("party_code"), note);
    if note.contains("JOINT") && alliance_words.iter().any(|words| written.contains(words)) {
        (code, joint) = (PartyCode::new("syrian_russian_alliance").unwrap(), true);
    }
    let mut cautions = Vec::new();
    if joint {
        cautions.push(Caution::JointParties);
    }
    if ["killed in massacres only", "killed in one massacre", "as the victims of massacres"]
        .iter()
        .any(|n| note.contains(n))
    {
        cautions.push(Caution::MassacresOnly);
    }
    if note.contains("bound of a range") {
        cautions.push(Caution::BoundOfRange);
    }
    if note.contains("leaves out ISIS") {
        cautions.push(Caution::PartyLeftOut);
    }
    Figure {
        id: get("figure_id").parse().unwrap(),
        source: SourceId::new(get("source").to_lowercase()).unwrap(),
        accession: AccessionId::new("a-test").unwrap(),
        row: number,
        address: get("source_url").to_owned(),
        published_on: day("published_on"),
        retrieved_on: day("retrieved"),
        period: Period::new(day("period_start").unwrap(), day("period_end").unwrap()).unwrap(),
        place: places.mention(&[get("geography")]),
        measure: Measure::from_key(get("measure")).unwrap(),
        population: Population::from_key(get("population")).unwrap(),
        role: match get("party_code") {
            "all" if note.starts_with("VICTIM GROUP") => FigureRole::VictimGroup,
            "all" => FigureRole::Total,
            _ => FigureRole::ByParty,
        },
        party: PartyMention {
            written: written.to_owned(),
            code: Some(code),
            role: Some(PartyRole::AllegedPerpetrator),
        },
        total: get("total").parse().unwrap(),
        children: get("children").parse().ok(),
        women: get("women").parse().ok(),
        exactness: match get("exactness") {
            "at least" => Exactness::AtLeast,
            "about" => Exactness::About,
            "at most" => Exactness::AtMost,
            _ => Exactness::Exact,
        },
        cautions,
        note: (!note.is_empty()).then(|| note.to_owned()),
        original: vec![],
    }
}

pub fn parse(text: &[u8]) -> Vec<Figure> {
    let places = PlaceTable::syria();
    let rows = csv::Reader::from_reader(text)
        .into_deserialize::<HashMap<String, String>>()
        .enumerate()
        .map(|(i, row)| figure(&row.unwrap(), i as u64 + 1, &places));
    rows.collect()
}

/// The published figures, where they are here.
pub fn figures() -> Option<Vec<Figure>> {
    let shipped = root().join("examples/syria/figures.csv");
    let path = if shipped.exists() { shipped } else { shared("data/figures/published_figures.csv")? };
    Some(parse(&std::fs::read(path).unwrap()))
}

pub fn parties() -> PartyTable {
    PartyTable::syria()
}

pub fn source(id: &str, acronym: &str, en: &str, ar: &str) -> Source {
    Source {
        id: SourceId::new(id).unwrap(),
        kind: SourceKind::Organisation,
        names: LocalText::from_pairs([("en", en), ("ar", ar)]),
        acronym: Some(acronym.to_owned()),
        country: None,
        affiliations: vec![],
        address: None,
        derives_from: vec![],
        invented: false,
        caution: LocalText::default(),
    }
}

pub fn sources() -> Vec<Source> {
    vec![
        source("snhr", "SNHR", "Syrian Network for Human Rights", "الشبكة السورية لحقوق الإنسان"),
        source("shrc", "SHRC", "Syrian Human Rights Committee", "اللجنة السورية لحقوق الإنسان"),
        source("sohr", "SOHR", "Syrian Observatory for Human Rights", "المرصد السوري لحقوق الإنسان"),
        source("tsr", "TSR", "Tajammu Thuwwar Suriya", "تجمع ثوار سوريا"),
    ]
}

/// A record of which nothing is known but who gave it.
pub fn record(source: &str, row: u64) -> Record {
    let accession = AccessionId::new(format!("a-{source}")).unwrap();
    Record {
        id: RecordId::derive(&accession, row),
        source: SourceId::new(source).unwrap(),
        accession,
        row,
        source_record_id: None,
        names: vec![],
        sex: None,
        age: None,
        age_class: None,
        birth: None,
        act: None,
        date: None,
        place: None,
        parties: vec![],
        civilian: None,
        cause: None,
        fields: Default::default(),
        original: vec![],
    }
}

/// A cell of a tally of 2019 by party (or disputed) and month alone.
pub fn cell(party: &str, month: i8, inclusion_pattern: u64, n_documented: u64) -> TallyCell {
    let attribution = match party {
        "disputed" => Attribution::Disputed,
        "none" => Attribution::NotStated,
        code => Attribution::Party(PartyCode::new(code).unwrap()),
    };
    let stratum = Stratum {
        attribution,
        month: Month::new(2019, month),
        place: None,
        sex: None,
        age_class: None,
        civilian: None,
        act: None,
    };
    TallyCell { stratum, inclusion_pattern, n_documented }
}
