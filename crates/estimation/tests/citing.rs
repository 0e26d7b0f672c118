//! Signs that lists cite one another. Everybody and every list here is invented.

mod support;

use domain::{AccessionId, LocalText, PersonId, QuestionId, Record, Source, SourceId, Stance, Statement, StatementId};
use estimation::citing::{Citation, Sign, citations};
use support::source;

fn id(text: &str) -> SourceId {
    SourceId::new(text).unwrap()
}

fn record(source: &str, number: u64, original: &[(&str, &str)]) -> Record {
    Record {
        original: original.iter().map(|(column, text)| ((*column).to_owned(), (*text).to_owned())).collect(),
        ..support::record(source, number)
    }
}

fn sources() -> Vec<Source> {
    let mut first = source("first", "FRST", "Invented Network", "شبكة مختلقة");
    first.address = Some("https://www.network.invalid/lists".to_owned());
    vec![first, source("second", "SCND", "Invented Centre", "مركز مختلق")]
}

fn found(records: &[Vec<Record>], statements: &[Statement]) -> Vec<Citation> {
    let persons: Vec<(PersonId, Vec<&Record>)> = records
        .iter()
        .enumerate()
        .map(|(i, records)| (PersonId::new(format!("p-{i}")).unwrap(), records.iter().collect()))
        .collect();
    citations(&persons, &sources(), statements)
}

#[test]
fn records_that_name_another_list_as_theirs_are_a_sign_by_name_and_by_address() {
    for text in ["Invented Network, 3 May", "see https://network.invalid/p/77", "نقلا عن شبكة مختلقة", "(FRST)"]
    {
        let records: Vec<Vec<Record>> = (0..5).map(|i| vec![record("second", i, &[("Source", text)])]).collect();
        let expected = Citation { citing: id("second"), cited: id("first"), sign: Sign::Records(5) };
        assert_eq!(found(&records, &[]), [expected], "{text}");
    }
}

#[test]
fn few_records_other_columns_and_parts_of_words_are_no_sign() {
    let few: Vec<Vec<Record>> = (0..2).map(|i| vec![record("second", i, &[("Source", "FRST")])]).collect();
    assert!(found(&few, &[]).is_empty());
    let other: Vec<Vec<Record>> =
        (0..9).map(|i| vec![record("second", i, &[("Village", "FRST"), ("Source", "FRSTX")])]).collect();
    assert!(found(&other, &[]).is_empty());
    let own: Vec<Vec<Record>> = (0..9).map(|i| vec![record("first", i, &[("Source", "FRST")])]).collect();
    assert!(found(&own, &[]).is_empty());
}

#[test]
fn long_texts_word_for_word_about_the_same_person_are_a_sign() {
    let text =
        |i: u64| format!("Invented: person number {i} was on the way to the bakery when the first of two shells fell.");
    let pair = |i: u64, other: &str| {
        vec![record("first", i, &[("Notes", &text(i))]), record("second", i, &[("Remarks", other)])]
    };
    let copied: Vec<Vec<Record>> = (0..4).map(|i| pair(i, &text(i))).collect();
    assert_eq!(found(&copied, &[]), [Citation { citing: id("first"), cited: id("second"), sign: Sign::SameWords(4) }]);
    let own: Vec<Vec<Record>> = (0..4).map(|i| pair(i, &text(i + 100))).collect();
    assert!(found(&own, &[]).is_empty());
}

#[test]
fn a_statement_that_republishes_another_source_is_a_sign() {
    let statement = Statement {
        id: StatementId::new("s-1").unwrap(),
        accession: AccessionId::new("acc-1").unwrap(),
        question: QuestionId::new("q").unwrap(),
        question_text: LocalText::default(),
        source: id("second"),
        reported_by: None,
        stance: Stance::Affirms,
        words: LocalText::default(),
        date: None,
        address: None,
        republishes: Some(id("first")),
        quoted: None,
    };
    assert_eq!(
        found(&[], &[statement]),
        [Citation { citing: id("second"), cited: id("first"), sign: Sign::Statements(1) }]
    );
}
