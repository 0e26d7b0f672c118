//! How fast lists are linked: CPU seconds of each stage, pairs scored a core second, and what is one core's limit on this kind of pair.
//! The records are invented. Not a test: nothing is judged.
//!
//! `cargo bench -p linkage [-- PEOPLE]`: 200,000 people when left out, about 1.9 records each.

use std::cell::RefCell;
use std::hint::black_box;
use std::time::Instant;

use domain::{PartyTable, PlaceTable, Script};
use linkage::synth::synthesize;
use linkage::{Decisions, STAGES, Settings, VictimsReader, link, match_probability};

/// Pairs a core second that packed records with nine comparisons reach in a loop that does nothing else (a bound by sets of letters, then
/// Jaro-Winkler remembered by pairs of values), as measured on this class of machine.
const LIMIT_PAIRS_A_CORE_SECOND: f64 = 11.9e6;

fn main() {
    let people = std::env::args().filter_map(|a| a.parse().ok()).next().unwrap_or(200_000);
    let mut reader = VictimsReader::new(PlaceTable::syria(), PartyTable::syria());
    let mut records = Vec::new();
    for (number, list) in synthesize(people, 1).lists.iter().enumerate() {
        for row in &list.rows {
            let get = |name: &str| list.header.iter().position(|h| *h == name).map(|i| row[i].as_str());
            records.push(reader.read(&get, number as u32));
        }
    }
    println!("{} records of {people} people", records.len());
    let names: Vec<(&str, Script)> = records.iter().flat_map(|r| &r.names).map(|(n, s)| (n.as_str(), *s)).collect();
    let start = cpu_seconds();
    for (name, script) in &names {
        black_box(linkage::text::parse_name(name, *script));
    }
    let seconds = cpu_seconds() - start;
    println!("names: {:.0} ns each ({} names)", seconds * 1e9 / names.len().max(1) as f64, names.len());

    let (start, wall) = (cpu_seconds(), Instant::now());
    let ends = RefCell::new([start; STAGES.len()]);
    let note = |stage: &str, done: u64, all: u64| {
        if let Some(at) = STAGES.iter().position(|s| *s == stage).filter(|_| done >= all) {
            ends.borrow_mut()[at] = cpu_seconds();
        }
    };
    let run = match link(&records, &Settings::default(), &Decisions::default(), &note) {
        Ok(run) => run,
        Err(error) => return eprintln!("{error}"),
    };
    let wall = wall.elapsed().as_secs_f64();
    let mut before = start;
    for (stage, end) in STAGES.iter().zip(*ends.borrow()) {
        println!("{stage:<8} {:>7.2} CPU s", end - before);
        if *stage == "score" {
            let rate = run.report.candidate_pairs as f64 / (end - before).max(1e-9);
            println!(
                "         {} pairs, {:.2} M a core second, {:.0} % of the limit of {:.1} M",
                run.report.candidate_pairs,
                rate / 1e6,
                100.0 * rate / LIMIT_PAIRS_A_CORE_SECOND,
                LIMIT_PAIRS_A_CORE_SECOND / 1e6
            );
        }
        before = end;
    }
    println!("all      {:>7.2} CPU s, {wall:.2} s wall, {} persons", cpu_seconds() - start, run.report.clusters);

    let some: Vec<&(u32, u32, f32)> = run.pairs.iter().step_by(run.pairs.len().div_ceil(2000).max(1)).collect();
    let start = cpu_seconds();
    for (a, b, _) in &some {
        black_box(match_probability(&records[*a as usize], &records[*b as usize], &run.model).ok());
    }
    println!(
        "a pair alone under the model: {:.0} microseconds",
        (cpu_seconds() - start) * 1e6 / some.len().max(1) as f64
    );
}

/// User and system time of this process, all threads; 0 where the kernel does not tell.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or("").split_whitespace();
    // Fields 14 and 15, in hundredths of a second on every Linux that we know.
    after_name.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}
