//! Pages of invented persons with three records each, to be timed: `person_pages N DIR`, then `person_pages N DIR again`
//! publishes, changes one record, and publishes again into the same folder. Prints pages, seconds and memory.

#[path = "../tests/support/mod.rs"]
#[allow(dead_code)]
mod support;

use std::path::Path;
use std::time::Instant;

use domain::{PersonId, Record, RecordId};
use release::{Dataset, Folder, Known, PageCache, Policy};

// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// As many persons as asked for, made of the first invented records of the small data set.
fn dataset(persons: usize) -> Dataset {
    let mut data = support::dataset();
    let mut pattern: Vec<Record> = data.records.values().map(|(_, r)| r.clone()).collect();
    // As the program does before it publishes.
    pattern.iter_mut().for_each(release::only_publishable);
    let mut records = Vec::new();
    data.persons.clear();
    data.tallies.clear();
    data.redirects.clear();
    for n in 0..persons {
        let mut rows = Vec::new();
        for (k, list) in ["list-a", "list-b", "list-c"].iter().enumerate() {
            let mut record = pattern[(n + k) % pattern.len()].clone();
            let Ok(source) = domain::SourceId::new(*list) else { continue };
            record.row = (3 * n + k) as u64 + 1;
            record.id = RecordId::derive(&record.accession, record.row);
            record.source = source;
            rows.push(record);
        }
        let Some(first) = rows.first() else { continue };
        let id = PersonId::derive(&first.id);
        data.persons.push(Known::from_records(id, &rows.iter().collect::<Vec<_>>(), |_| true));
        records.extend(rows.into_iter().enumerate().map(|(k, r)| (1000 + (3 * n + k) as u64, r)));
    }
    data.records = records.into_iter().collect();
    data
}

/// CPU seconds so far, of all threads (Linux, ticks of 10 ms).
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: f64 = after_name.split_whitespace().skip(11).take(2).filter_map(|n| n.parse::<f64>().ok()).sum();
    ticks / 100.0
}

/// Highest resident memory so far, in MB (Linux).
fn peak_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    line.and_then(|l| l.trim().split(' ').next()?.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}

fn publish(data: &Dataset, out: &Path, cache: &PageCache, again: bool) {
    let what = if again { "after one changed record" } else { "full" };
    let (begin, cpu) = (Instant::now(), cpu_seconds());
    let untouched = |path: &str| std::fs::symlink_metadata(out.join(path)).ok().map(|m| m.len());
    let folder = if again { Folder::again(out, &untouched) } else { Folder::prepare(out) };
    // What proofs show is the evidence kernel's work and is not timed here.
    let written = folder.and_then(|folder| {
        let (policy, text) = (Policy::default(), |_| Ok(String::new()));
        let shown = release::Shown::new(data, &policy)?;
        release::publish_into(&shown.view(), &folder, cache, &text, &|_, _, _| {})
    });
    let (seconds, cpu) = (begin.elapsed().as_secs_f64(), cpu_seconds() - cpu);
    match written {
        Ok(w) => println!(
            "{what}: {} pages, {} left, {:.1} MB in {seconds:.2} s, {cpu:.2} s CPU ({:.0} pages/s), peak memory {:.0} MB",
            w.pages,
            w.pages_left,
            w.bytes as f64 / 1e6,
            w.pages as f64 / seconds,
            peak_mb()
        ),
        Err(refused) => eprintln!("{refused}"),
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let (Some(n), Some(out)) = (arguments.get(1).and_then(|n| n.parse().ok()), arguments.get(2)) else {
        eprintln!("say how many persons, and the folder; nothing was written");
        std::process::exit(2);
    };
    let mut data = dataset(n);
    println!("{} persons, {} records, {:.0} MB before publishing", data.persons.len(), data.records.len(), peak_mb());
    let out = Path::new(out);
    let first = PageCache::default();
    publish(&data, out, &first, false);
    if arguments.get(3).is_none() {
        return;
    }
    // The folder has no sums yet: sealing is the evidence kernel's work.
    if let Err(refused) = std::fs::write(out.join("SHA256SUMS"), "") {
        eprintln!("{refused}");
    }
    let id = data.persons[n / 2].records[0].clone();
    if let Some((_, record)) = data.records.get_mut(&id) {
        record.row += 1_000_000;
    }
    publish(&data, out, &PageCache::parse(&first.bytes()), true);
}
