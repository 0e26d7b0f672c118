//! Other people's files, read from the shared data when they are here.

mod common;

use std::collections::BTreeMap;

use common::{shared, take};
use domain::party::PartyRole;

#[test]
fn every_ucdp_event_in_syria_comes_in_with_place_sides_and_deaths() {
    let Some(bytes) = shared("data/ucdp/ucdp_ged_syria_2016_2019-11.csv.gz") else { return };
    assert_eq!(intake::detect("x.csv", &bytes).unwrap().mapping, "ucdp-ged");
    let taken = take(&bytes, "ucdp-ged");
    let events = taken.events();
    assert_eq!((events.len(), taken.rejected.len()), (16_566, 0));
    assert!(events.iter().all(|e| e.date.is_some() && e.deaths.best.is_some() && e.deaths_by.len() == 4));
    assert!(events.iter().all(|e| e.place.as_ref().is_some_and(|p| p.point.is_some() && p.precision.is_some())));
    let best: u64 = events.iter().filter_map(|e| e.deaths.best).sum();
    let civilians: u64 = events.iter().map(|e| e.deaths_by["deaths_civilians"]).sum();
    println!("{best} deaths (best), {civilians} civilians");
    for warning in &taken.report.warnings {
        println!("{warning}");
    }
    let alleged = events.iter().filter(|e| e.parties.iter().any(|p| p.role == Some(PartyRole::AllegedPerpetrator)));
    assert_eq!(alleged.count(), 482, "only one-sided violence names who killed civilians");
    let mut governorates: BTreeMap<String, usize> = BTreeMap::new();
    for event in &events {
        let code = event.place.as_ref().and_then(|p| p.code.as_ref()).map_or("", |c| c.as_str());
        *governorates.entry(code.chars().take(4).collect()).or_default() += 1;
    }
    println!("{governorates:?}");
    assert_eq!(governorates.get("SY"), Some(&339), "rows without a governorate");
    assert_eq!(governorates.get("SY02"), Some(&3308));
    assert_eq!(governorates.len(), 15);
    let unordered = taken.report.warnings.iter().any(|w| w.starts_with("101 times: low, best and high"));
    assert!(unordered, "{:?}", taken.report.warnings);
}

#[test]
fn every_chemical_incident_of_the_syrian_archive_comes_in() {
    let Some(bytes) = shared("data/syrian_archive/syrian_archive_chemical_incidents.csv") else { return };
    assert_eq!(intake::detect("x.csv", &bytes).unwrap().mapping, "syrian-archive-incidents");
    let taken = take(&bytes, "syrian-archive-incidents");
    println!("{:?} {:?}", taken.report, taken.rejected);
    let events = taken.events();
    assert_eq!((events.len(), taken.rejected.len()), (207, 0));
    assert_eq!(events.iter().filter(|e| e.date.is_none()).count(), 16);
    assert!(events.iter().any(|e| e.title.get("en").is_some() && e.place.is_some()));
}

#[test]
fn every_verified_video_of_the_syrian_archive_comes_in() {
    let Some(bytes) = shared("data/syrian_archive/violations_2017-05.csv.gz") else { return };
    assert_eq!(intake::detect("x.csv", &bytes).unwrap().mapping, "syrian-archive-violations");
    let taken = take(&bytes, "syrian-archive-violations");
    println!("{:?}", taken.report);
    let events = taken.events();
    assert_eq!((events.len(), taken.rejected.len()), (4_135, 0));
    let alleged = events.iter().filter(|e| !e.parties.is_empty()).count();
    assert_eq!(alleged, 1_635);
    assert!(events.iter().all(|e| e.media.iter().all(|m| m.starts_with("http"))));
    assert_eq!(events.iter().filter(|e| e.place.as_ref().is_some_and(|p| p.point.is_some())).count(), 1_994);
}

#[test]
fn the_figures_that_come_with_the_program_are_the_compiled_file_to_the_byte() {
    let Some(bytes) = shared("data/figures/published_figures.csv") else { return };
    assert!(bytes == common::example("figures.csv"));
}

#[test]
fn every_row_of_an_invented_list_comes_in() {
    for (list, rows) in [("A", 3114), ("B", 3218), ("C", 2095), ("D", 1114)] {
        let Some(bytes) = shared(&format!("linkage/data/syria5k/list_{list}.csv")) else { return };
        assert_eq!(intake::detect("x.csv", &bytes).unwrap().mapping, "victims");
        let taken = take(&bytes, "victims");
        assert_eq!((taken.records().len(), taken.rejected.len()), (rows, 0), "{list} {:?}", taken.rejected.first());
        assert!(taken.records().iter().all(|r| !r.names.is_empty() && r.original.len() == 10));
    }
}
