//! A projection that does not reach its end leaves no trace.

use std::time::Duration;

use casebase::Casebase;
use domain::Content;

use crate::given::{Entry, journal, record};
use crate::place::Place;

crate::on_both! {
    a_projection_that_fails_half_way_is_rolled_back
    a_projection_that_is_dropped_is_there_wholly_or_not_at_all
    two_that_project_at_once_take_each_entry_once
}

async fn a_projection_that_fails_half_way_is_rolled_back(place: &Place) {
    let (casebase, journal) = (place.open().await, journal());
    casebase.project(&journal[..20]).await.unwrap();
    let before = casebase.table_digests().await.unwrap();
    // Records are written before events, so this fails in the middle.
    place.sql("ALTER TABLE event_party RENAME TO hidden").await;
    assert!(casebase.project(&journal).await.is_err());
    place.sql("ALTER TABLE hidden RENAME TO event_party").await;
    assert_eq!(casebase.applied().await.unwrap(), 20);
    assert_eq!(casebase.table_digests().await.unwrap(), before);
    casebase.project(&journal).await.unwrap();
    assert_eq!(casebase.applied().await.unwrap(), journal.len() as u64);
}

fn many_records() -> Vec<Entry> {
    (0..3000).map(|index| (index, 0, Content::Record(record("one", index + 1)))).collect()
}

async fn a_projection_that_is_dropped_is_there_wholly_or_not_at_all(place: &Place) {
    let (casebase, entries) = (place.open().await, many_records());
    for micros in [0, 100, 1000, 3000, 10_000, 20_000, 40_000] {
        let _ = tokio::time::timeout(Duration::from_micros(micros), casebase.project(&entries)).await;
        // A commit may still be under way; the next writer comes after it.
        casebase.project(&[]).await.unwrap();
        let (applied, counts) = (casebase.applied().await.unwrap(), casebase.counts().await.unwrap());
        assert!([0, 3000].contains(&applied), "{applied} entries after {micros} µs");
        assert_eq!((counts["record"], counts["record_party"]), (applied, applied * 2));
        casebase.clear().await.unwrap();
    }
    casebase.project(&entries).await.unwrap();
    assert_eq!(casebase.counts().await.unwrap()["record"], 3000);
}

async fn two_that_project_at_once_take_each_entry_once(place: &Place) {
    let (a, b, entries) = (place.open().await, place.open().await, many_records());
    let project = async |casebase: &Casebase| {
        for part in entries.chunks(100) {
            casebase.project(part).await.unwrap();
        }
    };
    tokio::join!(project(&a), project(&b));
    assert_eq!(a.applied().await.unwrap(), 3000);
    assert_eq!(b.counts().await.unwrap()["record"], 3000);
}

const KILLED: &str = "CASEBASE_TEST_URL_TO_BE_KILLED_ON";

/// Only does something as the child of the test below.
#[tokio::test]
async fn the_child_that_is_killed() {
    let Ok(url) = std::env::var(KILLED) else { return };
    let casebase = Casebase::open(&url).await.unwrap();
    let entries = many_records();
    loop {
        for part in entries.chunks(500) {
            casebase.project(part).await.unwrap();
        }
        casebase.clear().await.unwrap();
    }
}

async fn killed_by_the_system(place: &Place) {
    let entries = many_records();
    for millis in [300, 400, 500, 650] {
        let mut child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "killed::the_child_that_is_killed"])
            .env(KILLED, place.url())
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        tokio::time::sleep(Duration::from_millis(millis)).await;
        child.kill().unwrap();
        child.wait().unwrap();
        let casebase = place.open().await;
        let (applied, counts) = (casebase.applied().await.unwrap(), casebase.counts().await.unwrap());
        assert_eq!(applied % 500, 0);
        assert_eq!((counts["record"], counts["record_party"]), (applied, applied * 2));
        casebase.project(&entries).await.unwrap();
        assert_eq!(casebase.counts().await.unwrap()["record"], 3000);
        casebase.close().await;
    }
}

#[tokio::test]
async fn after_a_sigkill_the_file_opens_and_holds_whole_batches() {
    killed_by_the_system(&Place::sqlite()).await;
}
