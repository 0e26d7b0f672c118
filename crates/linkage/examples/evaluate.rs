//! Links the lists of one folder in the shape of the generator and prints how well, against its truth.
//!
//! Or, given files with commas between, lists of people (`--link-only` for pairs between files only).
//!
//! `cargo run -p linkage --release --example evaluate -- DIR [--out DIR]`: DIR holds list_A.csv … and truth.csv; with
//! `--stages` only the CPU seconds of each stage are printed; `--block N` and `--training-block N` split blocks of more records; with
//! `--levels FILE`, every kept pair's levels and truth are written there (`--keep P` keeps pairs from that probability on); with
//! `--out`, pairs.csv, clusters.csv and model.json are written there for other scorers.

mod generated;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use generated::{read_lists, read_truth};
use linkage::{
    COMPARISONS, Decisions, LinkRecord, LinkRun, PeopleReader, RowSpec, Settings, explain, link, quality,
    quality_of_pairs,
};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let folder = args.first().ok_or("which folder?")?;
    let out = args.iter().position(|a| a == "--out").and_then(|i| args.get(i + 1));
    let start = Instant::now();
    let files: Vec<&Path> = folder.split(',').map(Path::new).collect();
    let people = files.iter().all(|f| f.is_file());
    let (records, persons) = if people { read_people(&files)? } else { (read_lists(Path::new(folder))?, Vec::new()) };
    let read = start.elapsed();
    let number = |name: &str| args.iter().position(|a| a == name).and_then(|i| args.get(i + 1)).map(|v| v.parse());
    let mut settings = Settings { link_only: args.iter().any(|a| a == "--link-only"), ..Settings::default() };
    if people {
        settings.spec = RowSpec::People;
    }
    if let Some(threshold) = number("--threshold").transpose()? {
        settings.threshold_probability = threshold;
    }
    for (name, field) in [
        ("--same-list-penalty", &mut settings.same_list_penalty_bits),
        ("--other-list", &mut settings.other_list_bits),
        ("--keep", &mut settings.keep_probability),
    ] {
        if let Some(bits) = number(name).transpose()? {
            *field = bits;
        }
    }
    for (name, field) in [
        ("--block", &mut settings.block_records_at_most),
        ("--training-block", &mut settings.training_block_records_at_most),
    ] {
        if let Some(most) = number(name).transpose()? {
            *field = most as u32;
        }
    }
    let stages = std::cell::RefCell::new(Vec::new());
    let before = cpu_seconds();
    let note = |stage: &str, done: u64, all: u64| {
        if done == all {
            stages.borrow_mut().push((stage.to_owned(), cpu_seconds()));
        }
    };
    let run = link(&records, &settings, &Decisions::default(), &note)?;
    let linked = start.elapsed() - read;
    println!("CPU seconds: reading {before:.2}");
    let mut at = before;
    for (stage, cpu) in stages.take() {
        println!("CPU seconds: {stage} {:.2}", cpu - at);
        at = cpu;
    }
    println!("CPU seconds: end {:.2}", cpu_seconds() - at);
    if args.iter().any(|a| a == "--stages") {
        return Ok(());
    }
    let truth = if people { persons } else { read_truth(Path::new(folder), &records)? };
    println!("{} records, read in {read:.1?}, linked in {linked:.1?}", records.len());
    let line = |what: String, q: linkage::Quality| {
        println!("{what:<26} precision {:.4}  recall {:.4}  F1 {:.4}", q.precision(), q.recall(), q.f1());
    };
    line("clusters".into(), quality(&run.clusters, &truth));
    for at in [0.01, 0.1, 0.5, 0.95] {
        line(format!("pairs at {at}"), quality_of_pairs(&run.pairs, &truth, at));
    }
    for (a, b) in [(0, 0), (0, 1), (0, 2), (0, 3), (1, 1), (1, 2), (1, 3), (2, 2), (2, 3), (3, 3)] {
        let lists = |i: usize, j: usize| {
            let (x, y) = (records[i].list.min(records[j].list), records[i].list.max(records[j].list));
            (x, y) == (a, b)
        };
        let (all, found, right) = between(&run.clusters, &truth, &lists);
        println!(
            "lists {}{}: recall {:.3} precision {:.3} of {all}",
            letter(a),
            letter(b),
            right as f64 / all.max(1) as f64,
            right as f64 / found.max(1) as f64
        );
    }
    println!("{}", serde_json::to_string_pretty(&run.report)?);
    for comparison in &run.model.comparisons {
        for level in &comparison.levels {
            let [relative, namesake, other] = level.u_by_kind;
            println!(
                "{:<22} {:<28} m {:.4}  u {relative:.4} {namesake:.4} {other:.4}  weight {:+.1} bits",
                comparison.name, level.name, level.m_probability, level.match_weight_bits
            );
        }
    }
    for kind in &run.model.kinds {
        println!("{} {:.4}", kind.name, kind.prior);
    }
    println!("{:?}", run.model.training);
    if let Some(path) = args.iter().position(|a| a == "--levels").and_then(|i| args.get(i + 1)) {
        write_levels(Path::new(path), &records, &run, &truth)?;
    }
    if let Some(out) = out.map(Path::new) {
        std::fs::create_dir_all(out)?;
        let mut pairs = String::from("id_l,id_r,score\n");
        for (a, b, p) in &run.pairs {
            pairs += &format!("{},{},{p}\n", records[*a as usize].id, records[*b as usize].id);
        }
        let mut clusters = String::from("id,cluster_id\n");
        for (record, cluster) in records.iter().zip(&run.clusters) {
            clusters += &format!("{},{cluster}\n", record.id);
        }
        std::fs::write(out.join("pairs.csv"), pairs)?;
        std::fs::write(out.join("clusters.csv"), clusters)?;
        std::fs::write(out.join("model.json"), serde_json::to_string_pretty(&run.model)?)?;
    }
    Ok(())
}

/// Every kept pair with what was compared of it and whether it is one person, for the oracle of benches/ceiling.
fn write_levels(path: &Path, records: &[LinkRecord], run: &LinkRun, truth: &[u64]) -> Result<(), Failure> {
    let mut writer = csv::Writer::from_path(path)?;
    let names: Vec<&str> = COMPARISONS.iter().map(|c| c.name).collect();
    let more = ["rarity_bits", "lists", "match_probability", "one_person"];
    writer.write_record(names.iter().chain(&more))?;
    for &(a, b, p) in &run.pairs {
        let (a, b) = (a as usize, b as usize);
        let mut levels = vec![0; names.len()];
        let mut rarity = 0.0;
        for (comparison, level, bits) in explain(&records[a], &records[b], &run.model) {
            if let Some(c) = names.iter().position(|n| *n == comparison) {
                levels[c] = COMPARISONS[c].levels.iter().position(|l| *l == level).map_or(0, |l| l + 1);
            } else if comparison == "rarity_of_names" {
                rarity = bits;
            }
        }
        let lists = [records[a].list.min(records[b].list), records[a].list.max(records[b].list)];
        let mut row: Vec<String> = levels.iter().map(usize::to_string).collect();
        row.extend([format!("{rarity:.2}"), format!("{}{}", letter(lists[0]), letter(lists[1]))]);
        row.extend([format!("{p:.6}"), u8::from(truth[a] == truth[b]).to_string()]);
        writer.write_record(&row)?;
    }
    let mut of: BTreeMap<u64, u64> = BTreeMap::new();
    truth.iter().for_each(|person| *of.entry(*person).or_default() += 1);
    println!("pairs of one person: {}", of.values().map(|n| n * (n - 1) / 2).sum::<u64>());
    Ok(writer.flush()?)
}

/// User and system time of this process, all threads; 0 where the kernel does not tell.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or("").split_whitespace();
    // Fields 14 and 15, in hundredths of a second on every Linux that we know.
    after_name.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

fn letter(list: u32) -> char {
    char::from(b'A' + list as u8)
}

fn between(clusters: &[u32], truth: &[u64], lists: &dyn Fn(usize, usize) -> bool) -> (u64, u64, u64) {
    let count = |keys: &dyn Fn(usize) -> (u64, u64)| {
        let mut groups: BTreeMap<(u64, u64), Vec<usize>> = BTreeMap::new();
        (0..truth.len()).for_each(|i| groups.entry(keys(i)).or_default().push(i));
        let pairs = |g: &Vec<usize>| {
            let at = |n: usize| g[n + 1..].iter().filter(|j| lists(g[n], **j)).count() as u64;
            (0..g.len()).map(at).sum::<u64>()
        };
        groups.values().map(pairs).sum::<u64>()
    };
    let cluster = |i: usize| u64::from(clusters[i]);
    (count(&|i| (truth[i], 0)), count(&|i| (cluster(i), 0)), count(&|i| (cluster(i), truth[i])))
}

/// Lists of people, each a file; the truth is the column `cluster`, or the start of ids such as `rec-12-dup-0`.
fn read_people(files: &[&Path]) -> Result<(Vec<LinkRecord>, Vec<u64>), Failure> {
    let (mut records, mut persons, mut numbers) = (Vec::new(), Vec::new(), BTreeMap::new());
    let mut people = PeopleReader::default();
    for (list, file) in files.iter().enumerate() {
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(file)?;
        let header = reader.headers()?.clone();
        for row in reader.records() {
            let row = row?;
            let get = |name: &str| header.iter().position(|h| h == name).and_then(|i| row.get(i));
            let record = people.read(&get, list as u32);
            let person = get("cluster")
                .map(str::to_owned)
                .unwrap_or_else(|| record.id.split('-').take(2).collect::<Vec<_>>().join("-"));
            let next = numbers.len() as u64;
            persons.push(*numbers.entry(person).or_insert(next));
            records.push(record);
        }
    }
    Ok((records, persons))
}
