//! The view follows the journal: every entry once, whatever the batches.

use casebase::CasebaseError;

use crate::given::{Entry, finished, journal, record};
use crate::place::Place;

crate::on_both! {
    an_empty_casebase_expects_the_first_entry
    batches_of_any_size_give_the_same_tables
    entries_that_are_there_are_skipped
    a_gap_is_refused_and_nothing_of_the_batch_is_written
    cleared_and_projected_again_it_holds_the_same
    scrubbed_it_is_empty_and_says_how_long_the_journal_was
    one_entry_can_be_passed_over
    what_hangs_on_a_record_that_came_twice_is_there_once
    another_journal_gives_other_digests
}

async fn an_empty_casebase_expects_the_first_entry(place: &Place) {
    let casebase = place.open().await;
    assert_eq!(casebase.applied().await.unwrap(), 0);
    casebase.project(&[]).await.unwrap();
    assert_eq!(casebase.applied().await.unwrap(), 0);
    assert!(casebase.counts().await.unwrap().values().all(|n| *n == 0));
}

/// A linear congruential generator (Knuth, MMIX), so that every run cuts the journal in the same places.
fn cuts(seed: u64, entries: &[Entry]) -> Vec<&[Entry]> {
    let mut state = seed;
    let mut left = entries;
    let mut parts = Vec::new();
    while !left.is_empty() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (part, rest) = left.split_at((1 + (state >> 33) as usize % 17).min(left.len()));
        parts.push(part);
        left = rest;
    }
    parts
}

async fn batches_of_any_size_give_the_same_tables(place: &Place) {
    let (casebase, journal) = (place.open().await, journal());
    casebase.project(&journal).await.unwrap();
    let whole = casebase.table_digests().await.unwrap();
    for seed in 0..8 {
        casebase.clear().await.unwrap();
        for part in cuts(seed, &journal) {
            casebase.project(part).await.unwrap();
        }
        assert_eq!(casebase.table_digests().await.unwrap(), whole, "seed {seed}");
    }
}

async fn entries_that_are_there_are_skipped(place: &Place) {
    let (casebase, journal) = (place.open().await, journal());
    casebase.project(&journal[..30]).await.unwrap();
    casebase.project(&journal[10..30]).await.unwrap();
    assert_eq!(casebase.applied().await.unwrap(), 30);
    casebase.project(&journal).await.unwrap();
    casebase.project(&journal).await.unwrap();
    assert_eq!(casebase.applied().await.unwrap(), journal.len() as u64);
    assert_eq!(casebase.counts().await.unwrap()["record"], 70);
}

async fn a_gap_is_refused_and_nothing_of_the_batch_is_written(place: &Place) {
    let (casebase, mut journal) = (place.open().await, journal());
    let error = casebase.project(&journal[1..]).await.unwrap_err();
    assert!(matches!(error, CasebaseError::Gap { expected: 0, found: 1 }), "{error}");
    journal.remove(20);
    let error = casebase.project(&journal).await.unwrap_err();
    assert!(matches!(error, CasebaseError::Gap { expected: 20, found: 21 }), "{error}");
    assert_eq!(casebase.applied().await.unwrap(), 0);
    assert!(casebase.counts().await.unwrap().values().all(|n| *n == 0));
}

async fn scrubbed_it_is_empty_and_says_how_long_the_journal_was(place: &Place) {
    let (casebase, journal) = (place.open().await, journal());
    assert_eq!(casebase.scrubbed().await.unwrap(), 0);
    casebase.project(&journal).await.unwrap();
    assert_eq!(casebase.scrubbed().await.unwrap(), 0);
    casebase.scrub(journal.len() as u64).await.unwrap();
    assert_eq!((casebase.applied().await.unwrap(), casebase.scrubbed().await.unwrap()), (0, journal.len() as u64));
    assert!(casebase.counts().await.unwrap().values().all(|n| *n == 0));
    casebase.project(&journal).await.unwrap();
    casebase.clear().await.unwrap();
    assert_eq!(casebase.scrubbed().await.unwrap(), journal.len() as u64);
}

async fn cleared_and_projected_again_it_holds_the_same(place: &Place) {
    let (casebase, journal) = (place.open().await, journal());
    casebase.project(&journal).await.unwrap();
    let before = casebase.table_digests().await.unwrap();
    casebase.clear().await.unwrap();
    assert_eq!(casebase.applied().await.unwrap(), 0);
    assert_ne!(casebase.table_digests().await.unwrap(), before);
    casebase.project(&journal).await.unwrap();
    assert_eq!(casebase.table_digests().await.unwrap(), before);
    casebase.close().await;
    assert_eq!(place.open().await.table_digests().await.unwrap(), before, "opened again");
}

async fn one_entry_can_be_passed_over(place: &Place) {
    let (casebase, journal) = (place.open().await, journal());
    casebase.project(&journal[..6]).await.unwrap();
    assert!(matches!(casebase.pass_over(7).await, Err(CasebaseError::Gap { expected: 6, found: 7 })));
    casebase.pass_over(6).await.unwrap();
    casebase.pass_over(6).await.unwrap();
    assert_eq!(casebase.applied().await.unwrap(), 7);
    casebase.project(&journal).await.unwrap();
    assert!(casebase.record(&record("one", 2).id).await.unwrap().is_none());
    assert!(casebase.record(&record("one", 3).id).await.unwrap().is_some());
}

async fn what_hangs_on_a_record_that_came_twice_is_there_once(place: &Place) {
    let (casebase, journal) = (place.open().await, journal());
    casebase.project(&journal).await.unwrap();
    let counts = casebase.counts().await.unwrap();
    assert_eq!((counts["record"], counts["record_party"]), (70, 140));
    assert_eq!((counts["event"], counts["event_party"], counts["event_act"]), (2, 2, 4));
    let first = casebase.record(&record("one", 7).id).await.unwrap().unwrap();
    assert_eq!(first.value, record("one", 7));
}

async fn another_journal_gives_other_digests(place: &Place) {
    let (casebase, mut journal) = (place.open().await, journal());
    casebase.project(&journal).await.unwrap();
    let before = casebase.table_digests().await.unwrap();
    casebase.clear().await.unwrap();
    let last = journal.iter().position(|(_, _, content)| *content == finished("one", 40)).unwrap();
    journal[last].2 = finished("one", 41);
    casebase.project(&journal).await.unwrap();
    let after = casebase.table_digests().await.unwrap();
    let differing: Vec<_> = before.keys().filter(|table| before[*table] != after[*table]).collect();
    assert_eq!(differing, ["import_finished"]);
}

#[tokio::test]
async fn both_databases_give_the_same_digests() {
    let Some(postgres) = Place::postgres() else { return };
    let (sqlite, journal) = (Place::sqlite(), journal());
    let (a, b) = (sqlite.open().await, postgres.open().await);
    let links: Vec<_> =
        crate::links::all_with(|row| if row <= 5 { record("two", row).id } else { record("one", row).id });
    for casebase in [&a, &b] {
        casebase.project(&journal).await.unwrap();
        casebase.apply_links(&crate::links::each_alone()).await.unwrap();
        casebase.apply_links(&links).await.unwrap();
    }
    let (a, b) = (a.table_digests().await.unwrap(), b.table_digests().await.unwrap());
    assert_eq!(a, b);
    assert!(a.len() >= 17);
    postgres.remove().await;
}
