//! Invented records with their truth, for tests of what follows a run.
#![allow(dead_code)]

use std::collections::BTreeMap;

use domain::{PartyTable, PlaceTable};
use linkage::synth::synthesize;
use linkage::{Decisions, LinkRecord, LinkRun, Settings, VictimsReader, link};

pub fn invented(n: usize, seed: u64) -> (Vec<LinkRecord>, Vec<u64>) {
    let synth = synthesize(n, seed);
    let mut reader = VictimsReader::new(PlaceTable::syria(), PartyTable::syria());
    let truth: BTreeMap<&str, u64> = synth.truth.iter().map(|(id, _, person)| (id.as_str(), *person)).collect();
    let mut records = Vec::new();
    for (number, list) in synth.lists.iter().enumerate() {
        for row in &list.rows {
            let get = |name: &str| list.header.iter().position(|h| *h == name).map(|i| row[i].as_str());
            records.push(reader.read(&get, number as u32));
        }
    }
    let truth = records.iter().map(|r| truth[r.id.as_str()]).collect();
    (records, truth)
}

pub fn run(records: &[LinkRecord], decisions: &Decisions) -> LinkRun {
    link(records, &Settings::default(), decisions, &|_, _, _| {}).unwrap()
}
