//! What adding records to linked ones costs, beside a full run with the same model: wall seconds, to be read with CPU seconds
//! from `/usr/bin/time -v`. The records are invented.
//!
//! `cargo run -p linkage --release --example incremental -- [RECORDS] [NEW]`, 1,000,000 and 10,000 when left out.

use std::time::Instant;

use domain::{PartyTable, PlaceTable};
use linkage::synth::synthesize;
use linkage::{Decisions, KeptPairs, LinkRecord, LinkRun, Settings, VictimsReader, link_more, link_with};

fn invented(at_least: usize) -> Vec<LinkRecord> {
    let mut reader = VictimsReader::new(PlaceTable::syria(), PartyTable::syria());
    // About 1.9 records a person.
    let synth = synthesize(at_least * 11 / 20, 1);
    let mut records = Vec::new();
    for (number, list) in synth.lists.iter().enumerate() {
        for row in &list.rows {
            let get = |name: &str| list.header.iter().position(|h| *h == name).map(|i| row[i].as_str());
            records.push(reader.read(&get, number as u32));
        }
    }
    records
}

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let out = work();
    println!("{what:<58} {:>8.2} s", start.elapsed().as_secs_f64());
    out
}

fn main() {
    let mut numbers = std::env::args().skip(1).filter_map(|a| a.parse::<usize>().ok());
    let (all, new) = (numbers.next().unwrap_or(1_000_000), numbers.next().unwrap_or(10_000));
    let mut records = invented(all + new);
    if records.len() < all + new {
        println!("{} records were invented, fewer than asked for", records.len());
    }
    records.truncate(all + new);
    // New records come from everywhere in the lists, not from the end of one.
    let step = records.len() / new.max(1);
    let (mut old, mut added) = (Vec::new(), Vec::new());
    for (i, record) in records.into_iter().enumerate() {
        if i % step == 0 && added.len() < new { added.push(record) } else { old.push(record) }
    }
    let (settings, no, quiet) = (Settings::default(), Decisions::default(), |_: &str, _: u64, _: u64| {});
    let run = |records: &[LinkRecord], model| link_with(records, &settings, &no, model, &quiet);
    let first = timed(&format!("{} records, model trained", old.len()), || run(&old, None)).expect("the first run");
    let kept = timed("their kept pairs, to bytes and back", || {
        KeptPairs::parse(&KeptPairs::of(&old, &first).to_bytes()).expect("kept pairs")
    });
    old.extend(added);
    let (more, only_new) = timed(&format!("{new} new records added"), || {
        link_more(&old, &settings, &no, &first.model, &kept, &quiet).expect("the incremental run")
    });
    let full =
        timed("all of them in a full run with the same model", || run(&old, Some(&first.model))).expect("the full run");
    let same = |a: &LinkRun, b: &LinkRun| a.pairs == b.pairs && a.pair_bits == b.pair_bits && a.clusters == b.clusters;
    println!(
        "only new pairs compared: {only_new}; {} of {} pairs compared",
        more.report.candidate_pairs, full.report.candidate_pairs
    );
    println!(
        "kept pairs {}, clusters {}; the same as the full run: {}",
        more.pairs.len(),
        more.report.clusters,
        same(&more, &full)
    );
}
