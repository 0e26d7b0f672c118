//! What linkage says of its own doubts, beside the truth: counts in samples of the clustering, expected errors, the review queue,
//! matches that no rule gives.
//!
//! `cargo run -p linkage --release --example doubts -- DIR...`: each DIR holds list_A.csv ... and truth.csv.

mod generated;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use generated::{read_lists, read_truth};
use linkage::{
    Decisions, LinkRun, Question, QueueItem, Settings, Verdicts, expected_errors, link, link_with, quality,
    review_queue, sample_clusterings,
};

type Failure = Box<dyn std::error::Error>;

const SAMPLES: usize = 100;

fn main() -> Result<(), Failure> {
    let mut all: Vec<(QueueItem, bool)> = Vec::new();
    for folder in std::env::args().skip(1) {
        let records = read_lists(Path::new(&folder))?;
        let truth = read_truth(Path::new(&folder), &records)?;
        let (settings, none) = (Settings::default(), Decisions::default());
        let silent = |_: &str, _: u64, _: u64| {};
        let run = link(&records, &settings, &none, &silent)?;
        let persons = |clusters: &[u32]| clusters.iter().collect::<BTreeSet<_>>().len();
        let samples = sample_clusterings(&records, &run, &settings, &none, SAMPLES, 1, &silent)?;
        let mut counts: Vec<usize> = samples.iter().map(|sample| persons(sample)).collect();
        counts.sort_unstable();
        let mean = counts.iter().sum::<usize>() as f64 / SAMPLES as f64;
        println!(
            "{folder}: persons {} in the run, {mean:.1} ({} to {}) in samples, {} in truth",
            persons(&run.clusters),
            counts[2],
            counts[SAMPLES - 3],
            truth.iter().collect::<BTreeSet<_>>().len()
        );
        let met = |other: &[u64]| run.clusters.iter().zip(other).collect::<BTreeSet<_>>().len();
        let wide = |sample: &Vec<u32>| sample.iter().map(|c| u64::from(*c)).collect::<Vec<u64>>();
        let parted = samples.iter().map(|s| met(&wide(s))).sum::<usize>() as f64 / SAMPLES as f64;
        println!(
            "  parted {:.1} in samples, {} in truth; joined {:.1} in samples",
            parted - persons(&run.clusters) as f64,
            met(&truth) - persons(&run.clusters),
            parted - mean
        );
        let expected = expected_errors(&records, &run, &settings, &none, &silent)?;
        let found = quality(&run.clusters, &truth);
        let (reach, _) = missed(&run, &truth);
        // With nearly everything kept, what was compared shows.
        let everything = Settings { keep_probability: 1e-12, ..settings.clone() };
        let compared = missed(&link_with(&records, &everything, &none, Some(&run.model), &silent)?, &truth).1;
        println!(
            "  per thousand: false {:.1} expected, {:.1} true; missed {:.1} expected, {:.1} true within components, {:.1} in all",
            expected.false_links_per_thousand,
            1000.0 * (1.0 - found.precision()),
            expected.missed_links_per_thousand,
            1000.0 * reach as f64 / (found.found_true_pairs + reach) as f64,
            1000.0 * (1.0 - found.recall())
        );
        println!(
            "  true pairs that no rule gives {}, by the report {:.0}",
            found.true_pairs - compared,
            run.report.expected_missed_by_blocking
        );
        let queue = review_queue(&records, &run, &settings, &Verdicts::default(), usize::MAX)?;
        let judged = queue.into_iter().map(|q| {
            let one = truth[q.a as usize] == truth[q.b as usize];
            (q, one)
        });
        let judged: Vec<(QueueItem, bool)> = judged.collect();
        for first in [20, 50, 100, 200, 400] {
            let part = &judged[..first.min(judged.len())];
            let expected: f64 = part.iter().map(|(q, _)| q.expected_change).sum();
            let wrong = part.iter().filter(|(q, one)| (q.question == Question::DoesItBelong) != *one).count();
            println!("  queue, first {first}: {expected:.1} expected to be wrong, {wrong} are");
        }
        all.extend(judged);
    }
    table(&all);
    Ok(())
}

/// True pairs apart in the run within components of kept pairs, and true pairs kept.
fn missed(run: &LinkRun, truth: &[u64]) -> (u64, u64) {
    let mut up: Vec<u32> = (0..truth.len() as u32).collect();
    fn find(up: &mut [u32], mut x: u32) -> u32 {
        while up[x as usize] != x {
            up[x as usize] = up[up[x as usize] as usize];
            x = up[x as usize];
        }
        x
    }
    let mut kept = 0;
    for &(a, b, _) in &run.pairs {
        let (x, y) = (find(&mut up, a), find(&mut up, b));
        up[x as usize] = y;
        kept += u64::from(truth[a as usize] == truth[b as usize]);
    }
    let roots: Vec<u32> = (0..truth.len() as u32).map(|i| find(&mut up, i)).collect();
    let within = quality(&roots, truth).found_true_pairs;
    (within - quality(&run.clusters, truth).found_true_pairs, kept)
}

/// By question and bits of margin: how many, how many of them one person as said, and in truth.
fn table(all: &[(QueueItem, bool)]) {
    let mut bins: BTreeMap<(bool, bool, i32), (u32, f64, u32)> = BTreeMap::new();
    for (q, one) in all {
        let bits = (q.group_probability / (1.0 - q.group_probability)).log2().clamp(-8.0, 12.0).floor() as i32;
        let bin = bins.entry((q.question == Question::DoesItBelong, q.records > 2, bits)).or_default();
        *bin = (bin.0 + 1, bin.1 + q.group_probability, bin.2 + u32::from(*one));
    }
    for ((belongs, several, bits), (n, said, one)) in bins {
        let question = if belongs { "does it belong" } else { "are they one" };
        let records = if several { "three or more records" } else { "two records" };
        println!("{question}, {records}, margin from {bits} bits: {n}, {said:.1} one person as said, {one} in truth");
    }
}
