//! Strangers stay apart where there is nobody to link, and where columns say the same of everybody, or nothing.

use std::collections::BTreeMap;

use domain::{PartyTable, PlaceTable, Script, Sex, UncertainDate};
use linkage::synth::synthesize;
use linkage::{
    Decisions, LinkRecord, LinkRun, Model, RowSpec, Settings, VictimsReader, link, link_with, match_probability,
};

/// One list of an invented population, numbered `list`, with the person of each record.
fn list_of(n: usize, seed: u64, number: usize, list: u32) -> (Vec<LinkRecord>, Vec<u64>) {
    let synth = synthesize(n, seed);
    let truth: BTreeMap<&str, u64> = synth.truth.iter().map(|(id, _, person)| (id.as_str(), *person)).collect();
    let mut reader = VictimsReader::new(PlaceTable::syria(), PartyTable::syria());
    let found = &synth.lists[number];
    let read = |row: &Vec<String>| {
        let get = |name: &str| found.header.iter().position(|h| *h == name).map(|i| row[i].as_str());
        let mut record = reader.read(&get, list);
        let person = truth[record.id.as_str()];
        record.id = format!("{seed} {}", record.id);
        (record, person)
    };
    found.rows.iter().map(read).unzip()
}

fn run(records: &[LinkRecord], settings: &Settings) -> LinkRun {
    link(records, settings, &Decisions::default(), &|_, _, _| {}).unwrap()
}

fn day(text: &str) -> Option<UncertainDate> {
    UncertainDate::parse(text).ok()
}

#[test]
fn two_lists_of_different_people_are_not_joined() {
    let settings = Settings { link_only: true, ..Settings::default() };
    for other in [0, 2] {
        let (mut records, _) = list_of(8000, 113, 0, 0);
        records.extend(list_of(8000, 114, other, 1).0);
        let run = run(&records, &settings);
        let joined = run.pairs.iter().filter(|p| p.2 >= 0.5).count();
        assert!(joined <= 3, "{joined} of {}: {:?}", records.len(), run.warnings());
    }
}

#[test]
fn one_list_of_one_day_is_not_joined_and_the_day_is_told() {
    let (mut records, persons) = list_of(8000, 115, 0, 0);
    records.iter_mut().for_each(|record| record.date = day("2013-08-21"));
    let run = run(&records, &Settings::default());
    let wrong = run.pairs.iter().filter(|(a, b, p)| *p >= 0.5 && persons[*a as usize] != persons[*b as usize]).count();
    assert!(wrong <= 8, "{wrong} of {}: {:?}", records.len(), run.warnings());
    assert!(run.warnings().iter().any(|w| w.contains("100 % of the records bear \"2013-08-21\" as date_of_death")));
    let (usual, _) = list_of(8000, 115, 0, 0);
    let usual = self::run(&usual, &Settings::default());
    assert!(usual.model.term_frequencies.common.dates.is_empty());
}

#[test]
fn rows_that_name_nobody_are_joined_with_nobody() {
    let (mut records, _) = list_of(1500, 116, 0, 0);
    let somebody = records.len();
    for (i, name) in ["مجهول الهوية", "unknown", ""].into_iter().cycle().take(30).enumerate() {
        let names = if name.is_empty() { Vec::new() } else { vec![(name.to_owned(), Script::of(name))] };
        records.push(LinkRecord { id: format!("nobody {i:02}"), names, ..records[5].clone() });
    }
    let run = run(&records, &Settings::default());
    assert!(run.pairs.iter().all(|(a, b, _)| (*a.max(b) as usize) < somebody));
    let mut clusters = run.clusters[somebody..].to_vec();
    clusters.sort_unstable();
    clusters.dedup();
    assert_eq!(clusters.len(), 30);
}

const GIVEN: [&str; 20] = [
    "anna", "boris", "clara", "david", "elena", "frank", "greta", "henry", "irene", "jonas", "karin", "louis", "marta",
    "nils", "olga", "peter", "rosa", "simon", "tanja", "victor",
];
const FAMILY: [&str; 20] = [
    "abel", "brandt", "curtis", "dorn", "egger", "fischer", "graf", "hansen", "imhof", "jansen", "keller", "lorenz",
    "maurer", "novak", "olsen", "pohl", "richter", "sommer", "thoma", "wagner",
];

/// People of whom none is listed twice.
fn people(own: impl Fn(u32) -> String, born: impl Fn(u32) -> String) -> Vec<LinkRecord> {
    let one = |i: u32| LinkRecord {
        id: format!("p{i:05}"),
        names: vec![(format!("{} {}", GIVEN[(i * 7 % 20) as usize], FAMILY[(i / 20 % 20) as usize]), Script::Latin)],
        date: day(&born(i)),
        cause: Some(own(i)),
        party: Some(format!("p{}", i * 31 % 211)),
        ..LinkRecord::default()
    };
    (0..2000).map(one).collect()
}

#[test]
fn what_everybody_bears_joins_nobody_and_is_told() {
    let settings = Settings { spec: RowSpec::People, ..Settings::default() };
    let born = |i: u32| format!("{}-{:02}-{:02}", 1930 + i * 13 % 71, 1 + i * 5 % 12, 1 + i * 11 % 28);
    let own = |i: u32| format!("n{i}");
    let none = |_: u32| "none".to_owned();
    let same_day = |_: u32| "1900-01-01".to_owned();
    let some = |i: u32| if i.is_multiple_of(4) { "none".to_owned() } else { format!("n{i}") };
    let some_days = |i: u32| if i.is_multiple_of(4) { "1900-01-01".to_owned() } else { born(i) };
    for (records, told) in [
        (people(none, born), "100 % of the records bear \"none\" as email"),
        (people(own, same_day), "100 % of the records bear \"1900-01-01\" as date_of_birth"),
        (people(some, some_days), "25 % of the records bear \"none\" as email"),
    ] {
        let found = run(&records, &settings);
        assert!(found.pairs.iter().all(|p| p.2 < 0.5), "{told}");
        assert!(found.warnings().iter().any(|w| w.contains(told)), "{:?}", found.warnings());
        // The model's file tells it, so that a pair weighs the same alone and in the next run.
        let model = Model::parse(&serde_json::to_string(&found.model).unwrap()).unwrap();
        let again = link_with(&records, &settings, &Decisions::default(), Some(&model), &|_, _, _| {}).unwrap();
        assert_eq!(again.pairs, found.pairs);
        for (a, b, p) in found.pairs.iter().step_by(5) {
            let alone = match_probability(&records[*a as usize], &records[*b as usize], &model).unwrap();
            assert_eq!(alone as f32, *p);
        }
    }
}

#[test]
fn a_son_and_a_daughter_who_are_named_by_their_father_are_two() {
    let (records, _) = list_of(1500, 117, 0, 0);
    let mut all = records.clone();
    all.extend(list_of(1500, 117, 1, 1).0);
    let model = run(&all, &Settings::default()).model;
    let child = |name: &str, sex, age: u8, list: u32| LinkRecord {
        names: vec![(name.to_owned(), Script::of(name))],
        sex,
        age: Some((age, age)),
        list,
        ..records[5].clone()
    };
    let (boy, girl) = (Some(Sex::Male), Some(Sex::Female));
    let probability = |a: &LinkRecord, b: &LinkRecord| match_probability(a, b, &model).unwrap();
    for (a, b) in [
        (child("ابن خالد الحموي", boy, 4, 0), child("ابنة خالد الحموي", girl, 4, 1)),
        (child("ابن خالد الحموي", None, 4, 0), child("بنت خالد الحموي", None, 4, 1)),
        (child("son of Khaled Hamwi", None, 4, 0), child("daughter of Khaled Hamwi", None, 4, 1)),
        (child("ابن خالد الحموي", boy, 4, 0), child("ابن خالد الحموي", boy, 9, 1)),
        (child("أمير خالد الحموي", boy, 4, 0), child("أميرة خالد الحموي", girl, 4, 1)),
    ] {
        let p = probability(&a, &b);
        assert!(p < 0.5, "{:?} {:?}: {p}", a.names, b.names);
        let same = probability(&a, &LinkRecord { list: 1, ..a.clone() });
        assert!(same > 0.9, "{:?}: {same}", a.names);
    }
}
