//! Samples of the clustering: as unsure as the pairs, obedient to reviewers, the same for the same seed.

mod invented;

use invented::{invented, run};
use linkage::{Decisions, LinkRecord, LinkRun, LinkageError, Settings, sample_clusterings};

fn sample(records: &[LinkRecord], run: &LinkRun, decisions: &Decisions, n: usize, seed: u64) -> Vec<Vec<u32>> {
    sample_clusterings(records, run, &Settings::default(), decisions, n, seed, &|_, _, _| {}).unwrap()
}

#[test]
fn a_pair_that_stands_alone_is_together_as_often_as_its_evidence_says() {
    let (records, _) = invented(1500, 201);
    let run = run(&records, &Decisions::default());
    let mut degree = vec![0u32; records.len()];
    for (a, b, _) in &run.pairs {
        degree[*a as usize] += 1;
        degree[*b as usize] += 1;
    }
    let pairs = run.pairs.iter().zip(&run.pair_bits).map(|(&(a, b, _), bits)| {
        // Between two lists a run joins more readily, and samples do as the run does.
        let other_list = records[a as usize].list != records[b as usize].list;
        let bits = bits.clamp(-12.0, 12.0) + if other_list { Settings::default().other_list_bits } else { 0.0 };
        (a, b, 1.0 / (1.0 + (-bits).exp2()))
    });
    let alone: Vec<_> = pairs.filter(|p| degree[p.0 as usize] == 1 && degree[p.1 as usize] == 1).collect();
    assert!(alone.len() > 50, "{}", alone.len());
    let samples = sample(&records, &run, &Decisions::default(), 200, 5);
    let (mut expected, mut found, mut unsure) = (0.0, 0.0, 0);
    for (a, b, p) in alone.iter().copied().filter(|p| p.2 > 0.02 && p.2 < 0.98) {
        expected += p;
        found += samples.iter().filter(|s| s[a as usize] == s[b as usize]).count() as f64 / 200.0;
        unsure += 1;
    }
    assert!(unsure > 5 && (expected - found).abs() < 0.05 * f64::from(unsure), "{expected} {found} of {unsure}");
}

#[test]
fn samples_do_not_depend_on_the_order_of_records_nor_on_the_thread_count() {
    let (mut records, _) = invented(500, 202);
    let first = run(&records, &Decisions::default());
    let samples = sample(&records, &first, &Decisions::default(), 5, 9);
    assert_ne!(samples[0], samples[4]);
    records.reverse();
    let second = run(&records, &Decisions::default());
    let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
    let mut again = pool.install(|| sample(&records, &second, &Decisions::default(), 5, 9));
    again.iter_mut().for_each(|s| s.reverse());
    assert_eq!(again, samples);
    assert_ne!(sample(&records, &second, &Decisions::default(), 5, 10), again);
}

#[test]
fn links_and_non_links_of_reviewers_hold_in_every_sample() {
    let (records, _) = invented(500, 203);
    let before = run(&records, &Decisions::default());
    let id = |i: u32| records[i as usize].id.clone();
    let unsure: Vec<_> = before.pairs.iter().filter(|p| p.2 > 0.05 && p.2 < 0.95).collect();
    let mut decisions = Decisions::default();
    let mut used = std::collections::BTreeSet::new();
    for (n, (a, b, _)) in unsure.iter().enumerate() {
        if used.insert(*a) && used.insert(*b) {
            let to = if n % 2 == 0 { &mut decisions.links } else { &mut decisions.non_links };
            to.push((id(*a), id(*b)));
        }
    }
    assert!(decisions.links.len() > 3 && decisions.non_links.len() > 3);
    let after = run(&records, &decisions);
    let at = |id: &str| records.iter().position(|r| r.id == id).unwrap();
    for sample in sample(&records, &after, &decisions, 30, 1) {
        assert!(decisions.links.iter().all(|(a, b)| sample[at(a)] == sample[at(b)]));
        assert!(decisions.non_links.iter().all(|(a, b)| sample[at(a)] != sample[at(b)]));
    }
}

#[test]
fn the_number_of_persons_in_the_samples_lies_around_the_truth() {
    let (records, truth) = invented(1500, 204);
    let run = run(&records, &Decisions::default());
    let persons = |clusters: &[u32]| clusters.iter().collect::<std::collections::BTreeSet<_>>().len() as f64;
    let samples = sample(&records, &run, &Decisions::default(), 50, 2);
    let counts: Vec<f64> = samples.iter().map(|s| persons(s)).collect();
    let mean = counts.iter().sum::<f64>() / counts.len() as f64;
    let true_persons = truth.iter().collect::<std::collections::BTreeSet<_>>().len() as f64;
    println!("persons: truth {true_persons}, run {}, samples {mean} on average", persons(&run.clusters));
    assert!((mean / true_persons - 1.0).abs() < 0.06, "{mean} {true_persons}");
}

#[test]
fn a_run_of_other_records_is_refused_and_no_records_give_empty_samples() {
    let (records, _) = invented(50, 205);
    let run = run(&records, &Decisions::default());
    let refused =
        sample_clusterings(&records[1..], &run, &Settings::default(), &Decisions::default(), 2, 1, &|_, _, _| {});
    assert!(matches!(refused, Err(LinkageError::Settings(_))));
    let nothing = invented::run(&[], &Decisions::default());
    assert_eq!(sample(&[], &nothing, &Decisions::default(), 2, 1), vec![Vec::<u32>::new(); 2]);
}

#[test]
fn the_runs_own_count_lies_within_the_middle_95_percent_of_its_samples() {
    for seed in [206, 207, 208] {
        let (records, truth) = invented(1500, seed);
        let run = run(&records, &Decisions::default());
        let persons = |clusters: &[u32]| clusters.iter().collect::<std::collections::BTreeSet<_>>().len();
        let samples = sample(&records, &run, &Decisions::default(), 80, 2);
        let mut counts: Vec<usize> = samples.iter().map(|s| persons(s)).collect();
        counts.sort_unstable();
        let (own, low, high) = (persons(&run.clusters), counts[2], counts[77]);
        let true_persons = truth.iter().collect::<std::collections::BTreeSet<_>>().len();
        println!("seed {seed}: run {own}, samples {low} to {high}, truth {true_persons}");
        assert!(low <= own && own <= high, "seed {seed}: {own} is not in {low} to {high}");
    }
}
