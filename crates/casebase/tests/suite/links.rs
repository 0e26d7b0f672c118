//! Persons and the addresses of those that are no more.

use casebase::CasebaseError;
use domain::{Content, PersonId, Record, RecordId, SourceId};

use crate::given::{journal, record, run};
use crate::place::Place;

crate::on_both! {
    persons_are_made_of_their_records
    a_merged_person_leads_to_the_one_that_holds_its_record
    a_redirect_follows_later_merges_and_ends_with_a_split
    links_that_name_an_unknown_record_change_nothing
    links_that_name_a_record_twice_change_nothing
    links_of_a_run_are_pending_until_they_are_applied
    many_persons_are_written_in_parts
}

/// Every record of the journal with the person of the record that `anchor` gives for its row of list one.
pub fn all_with(anchor: impl Fn(u64) -> RecordId) -> Vec<(RecordId, PersonId)> {
    let one = (1..=40).map(|row| (record("one", row).id, PersonId::derive(&anchor(row))));
    let two = (1..=30).map(|row| (record("two", row).id, PersonId::derive(&record("two", row).id)));
    one.chain(two).collect()
}

pub fn each_alone() -> Vec<(RecordId, PersonId)> {
    all_with(|row| record("one", row).id)
}

async fn persons_are_made_of_their_records(place: &Place) {
    let casebase = place.open().await;
    casebase.project(&journal()).await.unwrap();
    casebase
        .apply_links(&all_with(|row| if row == 1 { record("two", 1).id } else { record("one", row).id }))
        .await
        .unwrap();
    let id = PersonId::derive(&record("two", 1).id);
    let records = [record("one", 1), record("two", 1)];
    let expected = domain::Person::from_records(id.clone(), &records.each_ref(), |_: &SourceId| true);
    assert_eq!(casebase.person(&id).await.unwrap(), Some(expected));
    assert_eq!(casebase.person_of(&records[0].id).await.unwrap(), Some(id.clone()));
    let mut of_person: Vec<Record> = casebase.records_of(&id).await.unwrap().into_iter().map(|r| r.value).collect();
    let mut expected = records.to_vec();
    of_person.sort_by(|a, b| a.id.cmp(&b.id));
    expected.sort_by(|a, b| a.id.cmp(&b.id));
    assert_eq!(of_person, expected);
    let first = casebase.persons(None, 50).await.unwrap();
    let rest = casebase.persons(first.last().map(|person| person.id.clone()), 50).await.unwrap();
    assert_eq!((first.len(), rest.len()), (50, 19));
    assert!(first.iter().chain(&rest).is_sorted_by(|a, b| a.id < b.id));
}

async fn a_merged_person_leads_to_the_one_that_holds_its_record(place: &Place) {
    let casebase = place.open().await;
    casebase.project(&journal()).await.unwrap();
    casebase.apply_links(&each_alone()).await.unwrap();
    assert!(casebase.person_redirects().await.unwrap().is_empty());
    casebase
        .apply_links(&all_with(|row| if row == 1 { record("two", 1).id } else { record("one", row).id }))
        .await
        .unwrap();
    let (old, new) = (PersonId::derive(&record("one", 1).id), PersonId::derive(&record("two", 1).id));
    assert_eq!(casebase.person_redirects().await.unwrap(), [(old.clone(), new)]);
    assert_eq!(casebase.person(&old).await.unwrap(), None);
}

async fn a_redirect_follows_later_merges_and_ends_with_a_split(place: &Place) {
    let casebase = place.open().await;
    casebase.project(&journal()).await.unwrap();
    let person = |source: &str, row| PersonId::derive(&record(source, row).id);
    let mut links = vec![
        (record("one", 1).id, person("one", 1)),
        (record("one", 2).id, person("one", 2)),
        (record("one", 3).id, person("one", 3)),
    ];
    casebase.apply_links(&links).await.unwrap();
    links[0].1 = person("one", 2);
    casebase.apply_links(&links).await.unwrap();
    links.iter_mut().for_each(|(_, holder)| *holder = person("one", 3));
    casebase.apply_links(&links).await.unwrap();
    let mut expected = vec![(person("one", 1), person("one", 3)), (person("one", 2), person("one", 3))];
    expected.sort();
    assert_eq!(casebase.person_redirects().await.unwrap(), expected);
    links[0].1 = person("one", 1);
    casebase.apply_links(&links).await.unwrap();
    assert_eq!(casebase.person_redirects().await.unwrap(), [(person("one", 2), person("one", 3))]);
}

async fn links_that_name_an_unknown_record_change_nothing(place: &Place) {
    let casebase = place.open().await;
    casebase.project(&journal()).await.unwrap();
    casebase.apply_links(&each_alone()).await.unwrap();
    let before = casebase.table_digests().await.unwrap();
    let mut links = each_alone();
    links.truncate(5);
    let unknown = record("nobody", 1).id;
    links.push((unknown.clone(), PersonId::derive(&unknown)));
    let error = casebase.apply_links(&links).await.unwrap_err();
    assert!(matches!(&error, CasebaseError::UnknownRecord(id) if *id == unknown), "{error}");
    assert_eq!(casebase.table_digests().await.unwrap(), before);
}

async fn links_that_name_a_record_twice_change_nothing(place: &Place) {
    let casebase = place.open().await;
    casebase.project(&journal()).await.unwrap();
    let mut links = each_alone();
    links.push((record("one", 1).id, PersonId::derive(&record("one", 2).id)));
    assert!(matches!(casebase.apply_links(&links).await, Err(CasebaseError::LinkedTwice(_))));
    assert!(casebase.persons(None, 1).await.unwrap().is_empty());
}

async fn links_of_a_run_are_pending_until_they_are_applied(place: &Place) {
    let (casebase, mut journal) = (place.open().await, journal());
    let link_run = journal.len() as u64 - 1;
    casebase.project(&journal[..journal.len() - 1]).await.unwrap();
    assert_eq!(casebase.links_pending().await.unwrap(), None);
    journal.push((link_run + 1, 0, run(domain::run::Stage::Link)));
    casebase.project(&journal).await.unwrap();
    for pending in [link_run, link_run + 1] {
        assert_eq!(casebase.links_pending().await.unwrap().unwrap().index, pending);
        casebase.apply_links(&each_alone()).await.unwrap();
    }
    assert_eq!(casebase.links_pending().await.unwrap(), None);
}

async fn many_persons_are_written_in_parts(place: &Place) {
    let casebase = place.open().await;
    let records: Vec<Record> = (1..=9000).map(|row| record("one", row)).collect();
    let journal: Vec<_> = (0..).zip(&records).map(|(index, r)| (index, 0, Content::Record(r.clone()))).collect();
    casebase.project(&journal).await.unwrap();
    // One person of three thousand records among many of two.
    let holder = |i: usize| PersonId::derive(&records[if i < 3000 { 0 } else { i & !1 }].id);
    let links: Vec<_> = records.iter().enumerate().map(|(i, r)| (r.id.clone(), holder(i))).collect();
    casebase.apply_links(&links).await.unwrap();
    let counts = casebase.counts().await.unwrap();
    assert_eq!((counts["person"], counts["person_record"]), (3001, 9000));
    assert_eq!(casebase.person(&holder(0)).await.unwrap().unwrap().records.len(), 3000);
    assert_eq!(casebase.records_of(&holder(8999)).await.unwrap().len(), 2);
}
