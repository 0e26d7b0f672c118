//! Linking in batches gives what linking at once gives.

mod invented;

use std::collections::{BTreeMap, BTreeSet};

use domain::{PersonId, RecordId};
use invented::{invented, run};
use linkage::{Decisions, KeptPairs, LinkRecord, LinkRun, Settings, assign_persons, link_more, link_with};
use proptest::prelude::*;

type ById = (Vec<(String, String, u64)>, BTreeMap<String, u32>);

fn by_id(records: &[LinkRecord], run: &LinkRun) -> ById {
    let id = |i: u32| records[i as usize].id.clone();
    let pairs =
        run.pairs.iter().zip(&run.pair_bits).map(|((a, b, _), bits)| (id(*a), id(*b), bits.to_bits())).collect();
    (pairs, records.iter().map(|r| r.id.clone()).zip(run.clusters.iter().copied()).collect())
}

/// Settings under which blocks of even a few hundred records are split and windowed.
fn tight(link_only: bool) -> Settings {
    Settings { block_records_at_most: 4, window_records: 2, link_only, ..Settings::default() }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_split_into_batches_gives_the_same_pairs_and_clusters(
        seed in 0u64..1000, parts in prop::collection::vec(0u8..4, 500), link_only: bool, roomy: bool,
    ) {
        let (records, _) = invented(160, seed);
        let settings = if roomy { Settings { link_only, ..Settings::default() } } else { tight(link_only) };
        let model = run(&records[..100], &Decisions::default()).model;
        let no = Decisions::default();
        let full = link_with(&records, &settings, &no, Some(&model), &|_, _, _| {}).unwrap();
        let mut here: Vec<LinkRecord> = Vec::new();
        let mut kept = KeptPairs::default();
        let mut last = None;
        for batch in 0..4u8 {
            let new = records.iter().enumerate().filter(|(i, _)| parts[i % parts.len()] == batch).map(|(_, r)| r.clone());
            here.extend(new);
            let (run, only_new) = link_more(&here, &settings, &no, &model, &kept, &|_, _, _| {}).unwrap();
            prop_assert!(only_new);
            kept = KeptPairs::parse(&KeptPairs::of(&here, &run).to_bytes()).unwrap();
            last = Some(by_id(&here, &run));
        }
        prop_assert_eq!(last.unwrap(), by_id(&records, &full));
    }

    #[test]
    fn bytes_that_are_no_kept_pairs_are_refused_and_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), cut in 0usize..400) {
        prop_assert!(KeptPairs::parse(&bytes).is_err());
        let mut spoilt = b"twqpair3".to_vec();
        spoilt.extend(&bytes);
        let _ = KeptPairs::parse(&spoilt);
        let (records, _) = invented(20, 3);
        let whole = KeptPairs::of(&records, &run(&records, &Decisions::default())).to_bytes();
        prop_assert!(KeptPairs::parse(&whole[..cut.min(whole.len() - 1)]).is_err());
    }
}

#[test]
fn a_record_that_was_changed_or_is_gone_makes_all_pairs_be_scored_and_the_result_is_that_of_a_full_run() {
    let (mut records, _) = invented(200, 31);
    let first = run(&records, &Decisions::default());
    let kept = KeptPairs::of(&records, &first);
    let settings = tight(false);
    records.truncate(records.len() - 5);
    records[7].date = None;
    let no = Decisions::default();
    let (again, only_new) = link_more(&records, &settings, &no, &first.model, &kept, &|_, _, _| {}).unwrap();
    assert!(!only_new);
    let full = link_with(&records, &settings, &no, Some(&first.model), &|_, _, _| {}).unwrap();
    assert_eq!(by_id(&records, &again), by_id(&records, &full));
}

#[test]
fn a_decision_made_between_two_batches_is_honoured_by_the_second() {
    let (records, _) = invented(300, 32);
    let old = &records[..records.len() - 40];
    let first = run(old, &Decisions::default());
    let kept = KeptPairs::of(old, &first);
    let (a, b, _) = *first
        .pairs
        .iter()
        .find(|p| p.2 > 0.99 && first.clusters[p.0 as usize] == first.clusters[p.1 as usize])
        .unwrap();
    let veto = (records[a as usize].id.clone(), records[b as usize].id.clone());
    let decisions = Decisions { links: vec![], non_links: vec![veto] };
    let (second, _) =
        link_more(&records, &Settings::default(), &decisions, &first.model, &kept, &|_, _, _| {}).unwrap();
    assert_ne!(second.clusters[a as usize], second.clusters[b as usize]);
}

#[test]
fn persons_keep_their_public_ids_when_records_are_added() {
    let (records, _) = invented(400, 33);
    let old = &records[..records.len() - 60];
    let ids = |of: &[LinkRecord]| of.iter().map(|r| RecordId::new(r.id.clone()).unwrap()).collect::<Vec<_>>();
    let first = run(old, &Decisions::default());
    let before: BTreeMap<RecordId, PersonId> =
        assign_persons(&ids(old), &first.clusters, &BTreeMap::new()).into_iter().collect();
    let kept = KeptPairs::of(old, &first);
    let (second, _) =
        link_more(&records, &Settings::default(), &Decisions::default(), &first.model, &kept, &|_, _, _| {}).unwrap();
    let now: BTreeMap<RecordId, PersonId> =
        assign_persons(&ids(&records), &second.clusters, &before).into_iter().collect();
    let anchors: BTreeSet<PersonId> = now.values().cloned().collect();
    let kept_ids = before.values().filter(|id| anchors.contains(id)).count();
    assert!(kept_ids * 100 >= before.len() * 95, "{kept_ids} of {}", before.len());
    // Whoever is in the cluster of the record that first bore an id bears it still.
    for (record, person) in &before {
        if PersonId::derive(record) == *person {
            let holders = now.values().filter(|p| *p == person).count();
            assert!(holders == 0 || now[record] == *person, "{record} lost {person}");
        }
    }
}
