//! A folder in the shape of the generator: list_A.csv to list_D.csv, and truth.csv.

use std::collections::BTreeMap;
use std::path::Path;

use domain::{PartyTable, PlaceTable};
use linkage::{LinkRecord, VictimsReader};

type Failure = Box<dyn std::error::Error>;

pub fn read_lists(folder: &Path) -> Result<Vec<LinkRecord>, Failure> {
    let mut reader = VictimsReader::new(PlaceTable::syria(), PartyTable::syria());
    let mut records = Vec::new();
    for (number, list) in ["A", "B", "C", "D"].into_iter().enumerate() {
        let mut file = csv::Reader::from_path(folder.join(format!("list_{list}.csv")))?;
        let header = file.headers()?.clone();
        for row in file.records() {
            let row = row?;
            let get = |name: &str| header.iter().position(|h| h == name).and_then(|i| row.get(i));
            records.push(reader.read(&get, number as u32));
        }
    }
    Ok(records)
}

/// The person of each record.
pub fn read_truth(folder: &Path, records: &[LinkRecord]) -> Result<Vec<u64>, Failure> {
    let mut truth: BTreeMap<String, u64> = BTreeMap::new();
    for row in csv::Reader::from_path(folder.join("truth.csv"))?.records() {
        let row = row?;
        let (id, person) = row.get(0).zip(row.get(2)).ok_or("truth.csv has too few columns")?;
        truth.insert(id.to_owned(), person.parse()?);
    }
    let of = |r: &LinkRecord| truth.get(&r.id).copied().ok_or_else(|| format!("{} is not in truth.csv", r.id).into());
    records.iter().map(of).collect()
}
