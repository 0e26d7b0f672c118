//! What is asked of the view comes back as it stood in the journal.

use domain::run::Stage;
use domain::{Content, RecordId, Source};

use crate::given::{accession_id, event, journal, record, source, source_id, statement};
use crate::place::Place;

crate::on_both! {
    every_value_comes_back_with_its_index
    of_a_source_described_twice_the_later_description_stands
    an_accession_is_finished_once_its_end_is_in_the_journal
    records_are_read_page_by_page
    the_rows_taken_count_rows_that_were_there_already
}

async fn every_value_comes_back_with_its_index(place: &Place) {
    let (casebase, journal) = (place.open().await, journal());
    casebase.project(&journal).await.unwrap();
    let content = |index: u64| &journal[index as usize].2;
    let figures = casebase.figures().await.unwrap();
    assert_eq!(figures.len(), 9);
    for figure in &figures {
        assert_eq!(*content(figure.index), Content::Figure(figure.value.clone()));
    }
    // Of two figures with one id the one that came first stands.
    let fourth = figures.iter().find(|f| f.value.id.as_str() == "F4").unwrap();
    assert_ne!((fourth.value.row, fourth.value.total), (10, 41));
    let statements = casebase.statements().await.unwrap();
    assert_eq!(statements[0].value, statement());
    let events = casebase.events().await.unwrap();
    assert_eq!(events.iter().map(|e| e.value.clone()).collect::<Vec<_>>(), [event(1), event(2)]);
    assert_eq!(*content(events[1].index), Content::Event(event(2)));
    assert_eq!(casebase.trust_sets().await.unwrap().len(), 1);
    let decisions = casebase.decisions().await.unwrap();
    assert_eq!(*content(decisions[0].index), Content::Decision(decisions[0].value.clone()));
    for stage in [Stage::Tally, Stage::Link] {
        let runs = casebase.runs(stage).await.unwrap();
        assert_eq!(*content(runs[0].index), Content::Run(runs[0].value.clone()));
        assert_eq!((runs.len(), runs[0].value.stage), (1, stage));
    }
    assert!(casebase.runs(Stage::Publish).await.unwrap().is_empty());
}

async fn of_a_source_described_twice_the_later_description_stands(place: &Place) {
    let casebase = place.open().await;
    casebase.project(&journal()).await.unwrap();
    let sources: Vec<Source> = casebase.sources().await.unwrap().into_iter().map(|s| s.value).collect();
    assert_eq!(sources.iter().map(|s| s.id.clone()).collect::<Vec<_>>(), [source_id("one"), source_id("two")]);
    assert_eq!(Content::Source(sources[1].clone()), source("two", "List two, renamed"));
}

async fn an_accession_is_finished_once_its_end_is_in_the_journal(place: &Place) {
    let casebase = place.open().await;
    casebase.project(&journal()).await.unwrap();
    let accessions = casebase.accessions().await.unwrap();
    let finished: Vec<_> = accessions.iter().map(|(index, _, end)| (*index, end.is_some())).collect();
    assert_eq!(finished, [(2, true), (3, false), (78, false)]);
    let (index, one, end) = casebase.accession_by_id(&accession_id("one")).await.unwrap().unwrap();
    assert_eq!((index, one.id, end.unwrap().rows), (2, accession_id("one"), 40));
    assert_eq!(casebase.accession_by_id(&accession_id("nobody")).await.unwrap(), None);
    assert_eq!(casebase.rejected(&accession_id("one")).await.unwrap()[0].row, 3);
    assert!(casebase.rejected(&accession_id("two")).await.unwrap().is_empty());
}

async fn records_are_read_page_by_page(place: &Place) {
    let (casebase, journal) = (place.open().await, journal());
    casebase.project(&journal).await.unwrap();
    let mut after = None;
    let mut seen: Vec<RecordId> = Vec::new();
    loop {
        let page = casebase.records(after, 16).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.value.id.clone());
        for record in page {
            assert_eq!(journal[record.index as usize].2, Content::Record(record.value.clone()));
            seen.push(record.value.id);
        }
    }
    assert_eq!(seen.len(), 70);
    assert!(seen.is_sorted_by(|a, b| a < b));
    assert!(casebase.record(&record("nobody", 1).id).await.unwrap().is_none());
}

async fn the_rows_taken_count_rows_that_were_there_already(place: &Place) {
    let casebase = place.open().await;
    casebase.project(&journal()).await.unwrap();
    for (source, rows) in [("one", 40), ("two", 30), ("figures", 10), ("events", 2), ("nobody", 0)] {
        assert_eq!(casebase.rows_taken(&accession_id(source)).await.unwrap(), rows, "{source}");
    }
}
