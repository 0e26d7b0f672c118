//! A small invented journal with something of every kind.

use std::collections::BTreeMap;

use domain::content::{Decision, DecisionKind};
use domain::party::PartyRole;
use domain::run::{ImportFinished, Run, Stage};
use domain::*;

pub type Entry = (u64, i64, Content);

pub fn source_id(text: &str) -> SourceId {
    SourceId::new(text).unwrap()
}

pub fn digest(text: &str) -> Sha256Digest {
    Sha256Digest::of(text.as_bytes())
}

pub fn accession_id(source: &str) -> AccessionId {
    AccessionId::derive(&source_id(source), &digest(source), "lists@1")
}

pub fn source(id: &str, english: &str) -> Content {
    Content::Source(Source {
        id: source_id(id),
        kind: SourceKind::Organisation,
        names: LocalText::from_pairs([("en", english), ("ar", "قائمة مخترعة")]),
        acronym: Some(id.to_uppercase()),
        country: None,
        affiliations: vec!["syrian".into()],
        address: None,
        derives_from: vec![],
        invented: true,
        caution: LocalText::default(),
    })
}

pub fn accession(source: &str) -> Content {
    Content::Accession(Accession {
        id: accession_id(source),
        source: source_id(source),
        original: Original { sha256: digest(source), size_bytes: 9, media_type: "text/csv".into() },
        file_name: "list.csv".into(),
        mapping: "lists@1".into(),
        received_at: 1_555_545_600,
        received_by: "a documenter".into(),
        received_with: None,
        terms: None,
    })
}

pub fn record(source: &str, row: u64) -> Record {
    let accession = accession_id(source);
    let (places, parties) = (PlaceTable::syria(), PartyTable::syria());
    Record {
        id: RecordId::derive(&accession, row),
        source: source_id(source),
        accession,
        row,
        source_record_id: row.is_multiple_of(2).then(|| format!("{source}/{row}")),
        names: vec![
            Name::new(format!("اسم مخترع {row}"), Language::ar()),
            Name::new(format!("Invented {row}"), Language::und()),
        ],
        sex: Some(if row.is_multiple_of(3) { Sex::Female } else { Sex::Male }),
        age: AgeRange::exact((row % 90) as u8),
        age_class: None,
        birth: None,
        act: Some(ActKind::Killing),
        date: (!row.is_multiple_of(5)).then(|| UncertainDate::parse("2019-03").unwrap()),
        place: Some(places.mention(&["Idlib"])),
        parties: vec![
            parties.mention("ISIS", PartyRole::AllegedPerpetrator),
            parties.mention("nobody known", PartyRole::SideA),
        ],
        civilian: Some(Civilian::Civilian),
        cause: Some("shelling".into()),
        fields: BTreeMap::from([("note".to_owned(), format!("row {row} \"quoted\"\u{0000}"))]),
        original: vec![("الاسم".into(), format!("اسم {row}"))],
    }
}

pub fn figure(id: &str, row: u64, total: u64) -> Figure {
    Figure {
        id: FigureId::new(id).unwrap(),
        source: source_id("one"),
        accession: accession_id("figures"),
        row,
        address: "https://example.org/report".into(),
        published_on: None,
        retrieved_on: None,
        period: "2019-03".parse::<Month>().unwrap().into(),
        place: PlaceTable::syria().mention(&["Syria"]),
        measure: Measure::Killed,
        population: Population::Civilians,
        role: FigureRole::ByParty,
        party: PartyTable::syria().mention("ISIS", PartyRole::AllegedPerpetrator),
        total,
        children: None,
        women: None,
        exactness: Exactness::Exact,
        cautions: vec![],
        note: None,
        original: vec![],
    }
}

pub fn event(row: u64) -> Event {
    let accession = accession_id("events");
    Event {
        id: EventId::derive(&accession, row),
        source: source_id("one"),
        accession,
        row,
        source_event_id: None,
        title: LocalText::from_pairs([("en", "An invented attack")]),
        acts: vec![ActKind::Attack, ActKind::Killing],
        date: Some(UncertainDate::parse("2019-01-01/2019-06-30").unwrap()),
        place: None,
        parties: vec![PartyTable::syria().mention("with\u{0000}in", PartyRole::SideB)],
        deaths: CountRange { low: Some(1), best: None, high: Some(u64::MAX) },
        deaths_by: BTreeMap::new(),
        media: vec![],
        fields: BTreeMap::new(),
        original: vec![],
    }
}

pub fn statement() -> Statement {
    Statement {
        id: StatementId::new("s1").unwrap(),
        accession: accession_id("figures"),
        question: QuestionId::new("is-isis-defeated").unwrap(),
        question_text: LocalText::from_pairs([("en", "Is it defeated?")]),
        source: source_id("one"),
        reported_by: None,
        stance: Stance::PartlyAffirms,
        words: LocalText::from_pairs([("en", "Not yet everywhere.")]),
        date: Some(UncertainDate::parse("2019-04-18").unwrap()),
        address: None,
        republishes: None,
        quoted: None,
    }
}

pub fn run(stage: Stage) -> Content {
    let output = digest("csv");
    let counts = BTreeMap::from([("persons".to_owned(), 2)]);
    let settings = "{}".into();
    Content::Run(Run { stage, program: "0.1.0".into(), input: digest("in"), settings, seed: Some(7), output, counts })
}

pub fn finished(source: &str, rows: u64) -> Content {
    let rejected = vec![RejectedRow { row: 3, column: "date".into(), reason: "not a date".into(), value: "؟".into() }];
    Content::ImportFinished(ImportFinished {
        accession: accession_id(source),
        rows,
        taken_in: rows - 1,
        rejected,
        returned: vec![],
        tells_withdrawn: None,
        taken_again: vec![],
    })
}

/// Something of every kind, with a source described twice, a record and an event that come twice, a figure corrected.
pub fn journal() -> Vec<Entry> {
    let mut contents = vec![source("one", "List one"), source("two", "List two"), accession("one"), accession("two")];
    contents.push(Content::TrustSet(TrustSet {
        id: TrustSetId::new("everyone").unwrap(),
        names: LocalText::from_pairs([("en", "Everyone")]),
        sources: vec![],
        affiliations: vec![],
        all: true,
    }));
    contents.extend((1..=40).map(|row| Content::Record(record("one", row))));
    contents.extend((1..=30).map(|row| Content::Record(record("two", row))));
    contents.push(Content::Record(Record { parties: vec![], ..record("one", 7) }));
    contents.push(Content::Record(record("two", 30)));
    contents.push(finished("one", 40));
    contents.push(accession("figures"));
    contents.extend((1..=9).map(|n| Content::Figure(figure(&format!("F{n}"), n, n * 10))));
    contents.push(Content::Figure(figure("F4", 10, 41)));
    contents.extend([Content::Event(event(1)), Content::Event(event(2)), Content::Event(event(1))]);
    contents.push(Content::Statement(statement()));
    contents.push(Content::Place(place()));
    let ids = (record("one", 1).id, record("two", 1).id);
    contents.push(Content::Decision(Decision {
        decision: DecisionKind::Link(ids.0, ids.1),
        by: "a reviewer".into(),
        why: "same father's name".into(),
    }));
    contents.extend([source("two", "List two, renamed"), run(Stage::Tally), run(Stage::Link)]);
    (0..).zip(contents).map(|(index, content)| (index, 1_700_000_000 + index as i64, content)).collect()
}

fn place() -> GazetteerEntry {
    let corner = |lon: f64, lat: f64| [lon, lat];
    let ring = vec![corner(36.5, 35.5), corner(36.6, 35.5), corner(36.6, 35.6), corner(36.5, 35.5)];
    GazetteerEntry {
        source: source_id("a"),
        accession: accession_id("a"),
        row: 900,
        place: Place {
            code: PlaceCode::new("SY0799").unwrap(),
            parent: Some(PlaceCode::new("SY07").unwrap()),
            level: 2,
            names: LocalText::from_pairs([("en", "Invented District"), ("ar", "منطقة مخترعة")]),
            aliases: vec!["Invented Old Name".into()],
            point: None,
        },
        boundary: Some(Boundary::new(vec![vec![ring]]).unwrap()),
        original: vec![("code".into(), "SY0799".into())],
    }
}
