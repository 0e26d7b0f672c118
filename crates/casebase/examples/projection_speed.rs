//! Prints how many records a second are projected, digested and linked.
//! `cargo run --release -p casebase --example projection_speed -- sqlite:///tmp/speed.sqlite 100000`

use std::time::Instant;

use casebase::Casebase;
use domain::{
    AccessionId, ActKind, AgeRange, Content, Language, Name, PartyTable, PersonId, PlaceTable, Record, RecordId,
    Sha256Digest, SourceId, UncertainDate, party::PartyRole,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().ok_or("usage: projection_speed URL [RECORDS]")?;
    let n_records: u64 = arguments.next().unwrap_or_else(|| "100000".into()).parse()?;
    let entries = records(n_records)?;
    let casebase = Casebase::open(&url).await?;
    casebase.clear().await?;

    let report = |what: &str, since: Instant| {
        println!("{what}: {:.0} records/s", n_records as f64 / since.elapsed().as_secs_f64());
    };
    let started = Instant::now();
    for batch in entries.chunks(20_000) {
        casebase.project(batch).await?;
    }
    report("project", started);
    let started = Instant::now();
    casebase.table_digests().await?;
    report("digest", started);
    let links: Vec<(RecordId, PersonId)> = entries
        .chunks(2)
        .flat_map(|pair| {
            let id = |entry: &Entry| match &entry.2 {
                Content::Record(record) => Some(record.id.clone()),
                _ => None,
            };
            let person = id(&pair[0]).map(|anchor| PersonId::derive(&anchor));
            pair.iter().filter_map(move |entry| Some((id(entry)?, person.clone()?)))
        })
        .collect();
    let started = Instant::now();
    casebase.apply_links(&links).await?;
    report("link", started);
    casebase.close().await;
    Ok(())
}

type Entry = (u64, i64, Content);

fn records(n_records: u64) -> Result<Vec<Entry>, Box<dyn std::error::Error>> {
    let source = SourceId::new("list")?;
    let accession = AccessionId::derive(&source, &Sha256Digest::of(b"list"), "speed");
    let (place, parties) = (PlaceTable::syria().mention(&["Idlib"]), PartyTable::syria());
    let party = parties.mention("ISIS", PartyRole::AllegedPerpetrator);
    let date = UncertainDate::parse("2019-03-05")?;
    let record = |row: u64| Record {
        id: RecordId::derive(&accession, row),
        source: source.clone(),
        accession: accession.clone(),
        row,
        source_record_id: Some(row.to_string()),
        names: vec![Name::new(format!("اسم مخترع {row}"), Language::ar())],
        sex: None,
        age: AgeRange::exact((row % 90) as u8),
        age_class: None,
        birth: None,
        act: Some(ActKind::Killing),
        date: Some(date),
        place: Some(place.clone()),
        parties: vec![party.clone()],
        civilian: None,
        cause: Some("shelling".into()),
        fields: Default::default(),
        original: (1..=8).map(|column| (format!("column {column}"), format!("value {row}"))).collect(),
    };
    Ok((0..n_records).map(|index| (index, 0, Content::Record(record(index + 1)))).collect())
}
