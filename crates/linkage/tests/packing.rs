//! Records packed as they come, and settings that name columns.

use linkage::{Decisions, LinkRecord, LinkageError, Model, RecordSet, Settings, link, link_set};

/// Invented.
fn records() -> Vec<LinkRecord> {
    let names = ["سامر خالد الحموي", "سامر خالد حموي", "منى فايز الديري", "منى فائز الديري", "ليلى كرم"];
    let record = |(i, name): (usize, &&str)| LinkRecord {
        id: format!("r{i}"),
        list: i as u32 % 2,
        names: vec![((*name).to_owned(), domain::Script::Arabic)],
        date: domain::UncertainDate::parse("2013-05-06").ok(),
        ..LinkRecord::default()
    };
    names.iter().enumerate().map(record).collect()
}

#[test]
fn records_packed_one_by_one_are_linked_as_a_slice_is() {
    let records = records();
    let mut set = RecordSet::new();
    records.iter().for_each(|r| set.push(r).unwrap());
    let packed = link_set(&mut set, &Settings::default(), &Decisions::default(), None, &|_, _, _| {}).unwrap();
    let slice = link(&records, &Settings::default(), &Decisions::default(), &|_, _, _| {}).unwrap();
    assert_eq!((packed.pairs, packed.clusters, packed.model), (slice.pairs, slice.clusters, slice.model));
    assert_eq!((set.len(), set.id(3), set.id(99)), (5, "r3", ""));
    let again = link_set(&mut set, &Settings::default(), &Decisions::default(), None, &|_, _, _| {});
    assert!(matches!(again, Err(LinkageError::LinkedBefore)), "of a linked set only the ids remain");
}

#[test]
fn a_record_without_an_id_is_refused_before_anything_is_linked() {
    let mut set = RecordSet::new();
    assert_eq!(set.push(&LinkRecord::default()), Err(LinkageError::NoId(0)));
    assert!(set.is_empty());
}

#[test]
fn a_settings_file_may_name_the_columns_but_no_field_that_the_spec_lacks() {
    let read = Settings::parse("[columns]\nname_ar = [\"nom\", \"name\"]").unwrap();
    assert_eq!(read.columns["name_ar"], ["nom", "name"]);
    assert!(Settings::parse("[columns]\nshoe_size = [\"x\"]").is_err());
    assert!(Settings::parse("spec = \"people\"\n[columns]\nperpetrator = [\"x\"]").is_err());
}

#[test]
fn a_model_whose_numbers_are_no_probabilities_is_refused() {
    let model = link(&records(), &Settings::default(), &Decisions::default(), &|_, _, _| {}).unwrap().model;
    for spoil in [f64::NAN, f64::INFINITY, -0.1, 0.0, 2.0] {
        let mut spoilt: Model = model.clone();
        spoilt.comparisons[0].levels[0].m_probability = spoil;
        let run =
            linkage::link_with(&records(), &Settings::default(), &Decisions::default(), Some(&spoilt), &|_, _, _| {});
        assert!(matches!(run, Err(LinkageError::Model(_))), "{spoil}");
    }
}
