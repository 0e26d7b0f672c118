//! A casebase is held to its journal without a second one.

use casebase::{Casebase, CasebaseError, Replay};
use domain::{PersonId, RecordId};

use crate::given::{journal, record};
use crate::links::{all_with, each_alone};
use crate::place::Place;

crate::on_both! {
    what_was_projected_and_linked_is_what_the_journal_says
    any_row_that_was_changed_taken_away_or_added_is_found_in_its_table
}

fn merged() -> Vec<(RecordId, PersonId)> {
    all_with(|row| if row < 9 { record("two", row).id } else { record("one", row).id })
}

/// The journal in small parts, then two link runs of which the second merges.
fn replayed() -> Replay {
    let mut replay = Replay::new([7; 32]);
    for part in journal().chunks(7) {
        let hashed = replay.hash(part);
        replay.take(hashed);
    }
    replay.link(each_alone()).unwrap();
    replay.link(merged()).unwrap();
    replay
}

async fn made(place: &Place) -> Casebase {
    let casebase = place.open().await;
    casebase.project(&journal()).await.unwrap();
    casebase.apply_links(&each_alone()).await.unwrap();
    casebase.apply_links(&merged()).await.unwrap();
    assert_eq!(casebase.person_redirects().await.unwrap().len(), 8);
    casebase
}

async fn what_was_projected_and_linked_is_what_the_journal_says(place: &Place) {
    let casebase = made(place).await;
    assert_eq!(casebase.differing(replayed(), &|_, _| {}).await.unwrap(), Vec::<&str>::new());
    // One that lacks the last entry, and one without links.
    let mut short = Replay::new([7; 32]);
    let entries = journal();
    let hashed = short.hash(&entries[..entries.len() - 1]);
    short.take(hashed);
    let differing = casebase.differing(short, &|_, _| {}).await.unwrap();
    assert_eq!(differing, ["run", "person_record", "person_redirect"]);
}

async fn any_row_that_was_changed_taken_away_or_added_is_found_in_its_table(place: &Place) {
    let casebase = made(place).await;
    let changes = [
        (
            "record",
            "UPDATE record SET sex = 'female' WHERE entry = 5",
            "UPDATE record SET sex = 'male' WHERE entry = 5",
        ),
        (
            "record_party",
            "UPDATE record_party SET nth = 9 WHERE entry = 5 AND nth = 0",
            "UPDATE record_party SET nth = 0 WHERE nth = 9",
        ),
        (
            "source",
            "UPDATE source SET entry = entry - 1 WHERE id = 'two'",
            "UPDATE source SET entry = entry + 1 WHERE id = 'two'",
        ),
        ("person", "UPDATE person SET n_records = n_records + 1", "UPDATE person SET n_records = n_records - 1"),
        ("taken", "INSERT INTO taken VALUES ('a-none', 4)", "DELETE FROM taken WHERE accession = 'a-none'"),
        ("figure", "UPDATE figure SET total = 41 WHERE id = 'F4'", "UPDATE figure SET total = 40 WHERE id = 'F4'"),
    ];
    for (table, change, back) in changes {
        place.sql(change).await;
        assert_eq!(casebase.differing(replayed(), &|_, _| {}).await.unwrap(), [table], "{change}");
        place.sql(back).await;
    }
    assert_eq!(casebase.differing(replayed(), &|_, _| {}).await.unwrap(), Vec::<&str>::new());
    place.sql("DELETE FROM person_record").await;
    // Of persons nothing can be said where it is not known who speaks of whom.
    assert_eq!(casebase.differing(replayed(), &|_, _| {}).await.unwrap(), ["person_record"]);
}

#[test]
fn links_that_name_an_unknown_record_are_refused() {
    let unknown = record("nobody", 1).id;
    let error = replayed().link(vec![(unknown.clone(), PersonId::derive(&unknown))]).unwrap_err();
    assert!(matches!(&error, CasebaseError::UnknownRecord(id) if *id == unknown), "{error}");
}
