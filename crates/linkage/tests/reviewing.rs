//! The queue, decisions that agree or do not, and what a reviewed sample says.

mod invented;

use std::collections::BTreeMap;

use invented::{invented, run};
use linkage::{
    Contradiction, Decisions, KeptPairs, LinkRecord, LinkRun, Question, Settings, Share, Verdict, Verdicts,
    expected_errors, link_more, quality, review_queue, sample_clusterings, sample_quality, stratified_sample,
    wilson_interval_95,
};

/// Invented records, their run, and pairs of one person, by position, that the run kept and yet put into two.
type Missed = (Vec<LinkRecord>, LinkRun, Vec<(u32, u32)>);

fn missed(n: usize, seed: u64) -> Missed {
    let (records, truth) = invented(n, seed);
    let run = run(&records, &Decisions::default());
    let is_missed =
        |a: u32, b: u32| truth[a as usize] == truth[b as usize] && run.clusters[a as usize] != run.clusters[b as usize];
    let missed = run.pairs.iter().filter(|p| is_missed(p.0, p.1)).map(|p| (p.0, p.1)).collect();
    (records, run, missed)
}

/// The run anew, as a workspace links it after a reviewer's links.
fn with_links(records: &[LinkRecord], run: &LinkRun, links: &[(u32, u32)]) -> (LinkRun, Decisions) {
    let id = |i: u32| records[i as usize].id.clone();
    let links = links.iter().map(|(a, b)| (id(*a), id(*b))).collect();
    let decisions = Decisions { links, non_links: Vec::new() };
    let kept = KeptPairs::of(records, run);
    let after = link_more(records, &Settings::default(), &decisions, &run.model, &kept, &|_, _, _| {}).unwrap();
    assert!(after.1);
    (after.0, decisions)
}

/// Persons of `before` that `after` has not whole.
fn torn(before: &LinkRun, after: &LinkRun) -> Vec<u32> {
    let mut person: BTreeMap<u32, u32> = BTreeMap::new();
    let both = before.clusters.iter().zip(&after.clusters);
    both.filter(|(before, after)| person.entry(**before).or_insert(**after) != *after).map(|(b, _)| *b).collect()
}

#[test]
fn a_link_takes_no_record_out_of_a_person() {
    let (mut tries, mut tearing, mut torn_at_once) = (0, Vec::new(), 0);
    for seed in [321, 322, 323] {
        let (records, run, missed) = missed(1500, seed);
        for &(a, b) in &missed {
            let (after, _) = with_links(&records, &run, &[(a, b)]);
            assert_eq!(after.clusters[a as usize], after.clusters[b as usize]);
            if !torn(&run, &after).is_empty() {
                tearing.push((records[a as usize].id.clone(), records[b as usize].id.clone()));
            }
            tries += 1;
        }
        let (after, _) = with_links(&records, &run, &missed);
        torn_at_once += torn(&run, &after).len();
    }
    println!("{} of {tries} links tear a person; all at once, {torn_at_once} records leave theirs", tearing.len());
    assert!(tries > 20 && tearing.is_empty() && torn_at_once == 0, "{tearing:?} of {tries}, {torn_at_once}");
}

#[test]
fn records_that_a_link_brings_together_are_neither_doubted_nor_parted_in_samples_for_that() {
    let (mut before_together, mut after_together, mut pairs) = (0.0, 0.0, 0);
    for seed in [321, 322, 323] {
        let (records, run, missed) = missed(1500, seed);
        let (after, decisions) = with_links(&records, &run, &missed);
        let mut verdicts = Verdicts::default();
        decisions.links.iter().for_each(|(a, b)| verdicts.set(a, b, Verdict::Link));
        let doubts = |run: &LinkRun, verdicts: &Verdicts| -> Vec<(u32, u32, f64)> {
            let queue = review_queue(&records, run, &Settings::default(), verdicts, usize::MAX).unwrap();
            let doubts = queue.into_iter().filter(|q| q.question == Question::DoesItBelong);
            doubts.map(|q| (q.a, q.b, q.group_probability)).collect()
        };
        let (earlier, later) = (doubts(&run, &Verdicts::default()), doubts(&after, &verdicts));
        assert!(later.len() > 10 && later.iter().all(|doubt| earlier.contains(doubt)));

        let share = |run: &LinkRun, decisions: &Decisions| {
            let samples =
                sample_clusterings(&records, run, &Settings::default(), decisions, 60, 1, &|_, _, _| {}).unwrap();
            move |a: u32, b: u32| {
                samples.iter().filter(|s| s[a as usize] == s[b as usize]).count() as f64 / samples.len() as f64
            }
        };
        let (earlier, later) = (share(&run, &Decisions::default()), share(&after, &decisions));
        // Each linked record and the others of its person before.
        for a in missed.iter().flat_map(|(a, b)| [*a, *b]) {
            let others = (0..).zip(&run.clusters).filter(|(i, c)| *i != a && **c == run.clusters[a as usize]);
            for (other, _) in others {
                before_together += earlier(a, other);
                after_together += later(a, other);
                pairs += 1;
            }
        }
    }
    let (before, after) = (before_together / f64::from(pairs), after_together / f64::from(pairs));
    println!("{pairs} pairs, together in {before:.3} of the samples before the links, {after:.3} after");
    assert!(pairs > 30 && after > before - 0.05, "{pairs} {before} {after}");
}

#[test]
fn a_link_that_joins_what_a_non_link_parts_is_refused_with_the_chain() {
    let mut v = Verdicts::default();
    v.add("a", "b", Verdict::Link).unwrap();
    v.add("d", "c", Verdict::NonLink).unwrap();
    v.add("a", "c", Verdict::CannotTell).unwrap();
    v.add("d", "b", Verdict::Link).unwrap();
    let refused = v.add("c", "a", Verdict::Link).unwrap_err();
    assert!(matches!(&refused, Contradiction::JoinsWhatIsParted(x, y, via) if x == "c" && y == "d" && via.len() == 4));
    let refused = v.add("a", "d", Verdict::NonLink).unwrap_err();
    assert_eq!(
        refused,
        Contradiction::PartsWhatIsJoined("a".into(), "d".into(), vec!["a".into(), "b".into(), "d".into()])
    );
    assert!(v.add("x", "x", Verdict::Link).is_err());
    assert_eq!(v.get("a", "c"), Some(Verdict::CannotTell));
}

#[test]
fn a_later_verdict_of_a_pair_takes_the_earlier_ones_place() {
    let mut v = Verdicts::default();
    v.add("a", "b", Verdict::Link).unwrap();
    v.add("b", "a", Verdict::NonLink).unwrap();
    assert_eq!(v.decisions(), Decisions { links: vec![], non_links: vec![("a".into(), "b".into())] });
    v.add("a", "b", Verdict::CannotTell).unwrap();
    assert_eq!(v.decisions(), Decisions::default());
}

#[test]
fn the_queue_is_ordered_by_value_and_leaves_out_what_was_decided() {
    let (records, _) = invented(800, 301);
    let run = run(&records, &Decisions::default());
    let mut verdicts = Verdicts::default();
    let queue = review_queue(&records, &run, &Settings::default(), &verdicts, 1000).unwrap();
    assert!(queue.len() > 20 && queue.is_sorted_by(|x, y| x.priority >= y.priority));
    assert!(queue.iter().all(|q| q.expected_change > 0.0 && q.expected_change <= 1.0));
    let id = |i: u32| records[i as usize].id.as_str();
    for q in &queue[..10] {
        verdicts.set(id(q.a), id(q.b), Verdict::CannotTell);
    }
    let after = review_queue(&records, &run, &Settings::default(), &verdicts, 1000).unwrap();
    for q in &queue[..10] {
        assert!(!after.iter().any(|r| (r.a, r.b) == (q.a, q.b)));
    }
}

#[test]
fn reviewing_the_queue_with_the_truth_mends_more_than_reviewing_pairs_at_random() {
    let (records, truth) = invented(1500, 302);
    let before = run(&records, &Decisions::default());
    let id = |i: u32| records[i as usize].id.as_str();
    let of_truth =
        |a: u32, b: u32| if truth[a as usize] == truth[b as usize] { Verdict::Link } else { Verdict::NonLink };
    let mistakes = |verdicts: &Verdicts| {
        let after = run(&records, &verdicts.decisions());
        let q = quality(&after.clusters, &truth);
        q.true_pairs + q.found_pairs - 2 * q.found_true_pairs
    };
    let mut queue = Verdicts::default();
    for q in review_queue(&records, &before, &Settings::default(), &Verdicts::default(), 60).unwrap() {
        queue.add(id(q.a), id(q.b), of_truth(q.a, q.b)).unwrap();
    }
    let mut random = Verdicts::default();
    for (a, b, _) in before.pairs.iter().step_by((before.pairs.len() / 60).max(1)) {
        random.add(id(*a), id(*b), of_truth(*a, *b)).unwrap();
    }
    let (none, by_queue, by_chance) = (mistakes(&Verdicts::default()), mistakes(&queue), mistakes(&random));
    println!(
        "pairs wrong: {none} without review, {by_chance} after 60 pairs at random, {by_queue} after 60 of the queue"
    );
    assert!(by_queue < by_chance && by_queue < none);
}

#[test]
fn the_sample_is_the_same_for_a_seed_and_its_strata_add_up_to_all_pairs() {
    let (mut records, _) = invented(800, 303);
    let first = stratified_sample(&records, &run(&records, &Decisions::default()), 200, 4).unwrap();
    records.reverse();
    let again = stratified_sample(&records, &run(&records, &Decisions::default()), 200, 4).unwrap();
    assert_eq!(first, again);
    assert!(first.len() > 150 && first.len() < 260, "{}", first.len());
    let strata: BTreeMap<u32, u64> = first.iter().map(|p| (p.stratum, p.stratum_pairs)).collect();
    assert!(strata.values().sum::<u64>() >= run(&records, &Decisions::default()).pairs.len() as u64);
    assert_ne!(first, stratified_sample(&records, &run(&records, &Decisions::default()), 200, 5).unwrap());
}

#[test]
fn intervals_from_reviewed_samples_hold_the_true_precision_and_recall_about_as_often_as_they_say() {
    let (records, truth) = invented(1500, 304);
    let run = run(&records, &Decisions::default());
    let person: BTreeMap<&str, u64> = records.iter().map(|r| r.id.as_str()).zip(truth.iter().copied()).collect();
    let true_precision = quality(&run.clusters, &truth).precision();
    let together = |a: u32, b: u32| run.clusters[a as usize] == run.clusters[b as usize];
    // Among pairs kept or linked, as the estimate is defined.
    let missed = run.pairs.iter().filter(|p| truth[p.0 as usize] == truth[p.1 as usize] && !together(p.0, p.1)).count();
    let found = quality(&run.clusters, &truth).found_true_pairs;
    let true_recall = found as f64 / (found + missed as u64) as f64;
    let (mut precision_held, mut recall_held) = (0, 0);
    for seed in 0..40 {
        let sample = stratified_sample(&records, &run, 300, seed).unwrap();
        let verdict = |a: &str, b: &str| Some(if person[a] == person[b] { Verdict::Link } else { Verdict::NonLink });
        let found = sample_quality(&sample, &verdict, seed);
        let holds = |share: &Share, truth: f64| match share {
            Share::Estimated { interval_95: [low, high], .. } => *low <= truth + 1e-9 && truth <= *high + 1e-9,
            Share::NotEstimable { .. } => false,
        };
        precision_held += u32::from(holds(&found.precision, true_precision));
        recall_held += u32::from(holds(&found.recall, true_recall));
        if seed == 0 {
            println!(
                "true precision {true_precision:.4}, {:?}; true recall {true_recall:.4}, {:?}",
                found.precision, found.recall
            );
        }
    }
    println!("held: precision {precision_held} of 40, recall {recall_held} of 40");
    assert!(precision_held >= 33 && recall_held >= 33, "{precision_held} {recall_held}");
}

#[test]
fn without_reviews_nothing_is_estimated_and_the_reason_is_given() {
    let (records, _) = invented(200, 305);
    let run = run(&records, &Decisions::default());
    let sample = stratified_sample(&records, &run, 50, 1).unwrap();
    let found = sample_quality(&sample, &|_, _| None, 1);
    assert_eq!(found.reviewed, 0);
    assert!(
        matches!(found.precision, Share::NotEstimable { .. }) && matches!(found.recall, Share::NotEstimable { .. })
    );
    let none = Decisions::default();
    let expected = expected_errors(&records, &run, &Settings::default(), &none, &|_, _, _| {}).unwrap();
    assert!(expected.linked_pairs > 0 && expected.false_links_per_thousand < 200.0);
}

#[test]
fn wilsons_interval_is_that_of_the_published_example() {
    // Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3: 81 of 263.
    let [low, high] = wilson_interval_95(81, 263);
    assert!((low - 0.2553).abs() < 5e-5 && (high - 0.3662).abs() < 5e-5, "{low} {high}");
    assert_eq!(wilson_interval_95(0, 0), [0.0, 1.0]);
    // Nought and one exactly, not a remainder of rounding.
    for n in 1..200 {
        assert_eq!((wilson_interval_95(0, n)[0], wilson_interval_95(n, n)[1]), (0.0, 1.0), "{n}");
    }
}

#[test]
fn expected_errors_lie_near_the_true_ones_and_what_was_decided_is_no_longer_in_doubt() {
    let (mut expected_false, mut true_false, mut expected_missed, mut true_missed) = (0.0, 0.0, 0.0, 0.0);
    for seed in [311, 312, 313] {
        let (records, truth) = invented(1500, seed);
        let none = Decisions::default();
        let linked = run(&records, &none);
        let of = |decisions: &Decisions| {
            expected_errors(&records, &linked, &Settings::default(), decisions, &|_, _, _| {}).unwrap()
        };
        let (expected, found) = (of(&none), quality(&linked.clusters, &truth));
        println!(
            "seed {seed}: false {:.1} expected, {:.1} true; missed {:.1} expected, {:.1} true (per thousand)",
            expected.false_links_per_thousand,
            1000.0 * (1.0 - found.precision()),
            expected.missed_links_per_thousand,
            1000.0 * (1.0 - found.recall())
        );
        expected_false += expected.false_links_per_thousand;
        true_false += 1000.0 * (1.0 - found.precision());
        expected_missed += expected.missed_links_per_thousand;
        true_missed += 1000.0 * (1.0 - found.recall());
        // Every linked pair that was kept is reviewed, and is a link.
        let id = |i: u32| records[i as usize].id.clone();
        let linked_pairs =
            linked.pairs.iter().filter(|(a, b, _)| linked.clusters[*a as usize] == linked.clusters[*b as usize]);
        let links = linked_pairs.map(|(a, b, _)| (id(*a), id(*b))).collect();
        let reviewed = of(&Decisions { links, non_links: Vec::new() });
        assert!(reviewed.false_links_per_thousand < 1e-9, "{reviewed:?}");
    }
    assert!(expected_false < 2.0 * true_false && true_false < 2.0 * expected_false, "{expected_false} {true_false}");
    assert!(
        expected_missed < 3.0 * true_missed && true_missed < 3.0 * expected_missed,
        "{expected_missed} {true_missed}"
    );
}

#[test]
fn the_queue_holds_for_likely_nothing_that_the_run_refused() {
    let (records, _) = invented(1500, 315);
    let run = run(&records, &Decisions::default());
    let queue = review_queue(&records, &run, &Settings::default(), &Verdicts::default(), usize::MAX).unwrap();
    let joins: Vec<_> = queue.iter().filter(|q| q.question == Question::AreTheyOne).collect();
    assert!(joins.len() > 10, "{}", joins.len());
    let likely: Vec<_> = joins.iter().filter(|q| q.group_probability >= 0.5).collect();
    for q in &likely {
        println!(
            "{} {} {:.3} of {}",
            records[q.a as usize].id, records[q.b as usize].id, q.group_probability, q.records
        );
    }
    assert!(likely.len() * 20 <= joins.len(), "{} of {}", likely.len(), joins.len());
    // Of two records alone the criterion is the whole of what the run asked.
    let pairs: Vec<_> = queue.iter().filter(|q| q.question == Question::DoesItBelong && q.records == 2).collect();
    assert!(pairs.len() > 10, "{}", pairs.len());
    assert!(pairs.iter().all(|q| q.group_probability >= 0.5));
}

#[test]
fn of_the_first_items_of_the_queue_about_as_many_are_wrong_as_it_expects() {
    let (mut expected, mut wrong) = (0.0, 0u32);
    for seed in [316, 317, 318] {
        let (records, truth) = invented(1500, seed);
        let run = run(&records, &Decisions::default());
        for q in review_queue(&records, &run, &Settings::default(), &Verdicts::default(), 100).unwrap() {
            let one = truth[q.a as usize] == truth[q.b as usize];
            expected += q.expected_change;
            wrong += u32::from((q.question == Question::DoesItBelong) != one);
        }
    }
    println!("first 100 of three queues: {expected:.1} expected to be wrong, {wrong} are");
    assert!(expected < 1.8 * f64::from(wrong) && f64::from(wrong) < 1.8 * expected, "{expected} {wrong}");
}
