//! `tawthiq link FILE...`: lists in, pairs and clusters out, without a workspace.
//!
//! Rows are packed as they are read and not held, so that memory is bounded by records and kept pairs.

use std::borrow::Cow;
use std::path::Path;

use domain::{PartyTable, PlaceTable};
use linkage::{Decisions, LinkRecord, LinkRun, RecordSet, RowSpec, Settings, VictimsReader};
use rustc_hash::FxHashMap;

use crate::cli::LinkArguments;
use crate::jobs::link::{set_threads, settings};
use crate::refusal::{Outcome, Refusal};
use crate::tables;
use crate::terminal::{Progress, say};

pub fn run(arguments: &LinkArguments) -> Outcome<()> {
    set_threads(arguments)?;
    let settings = settings(arguments)?;
    let mut reader = Reader {
        settings: &settings,
        victims: VictimsReader::new(PlaceTable::syria(), PartyTable::syria()),
        records: RecordSet::new(),
    };
    for (list, path) in arguments.files.iter().enumerate() {
        let list = u32::try_from(list).map_err(|_| Refusal::new("too many lists; nothing was linked"))?;
        reader.load(path, list)?;
    }
    let records = reader.records;
    let progress = Progress::new();
    let run = linkage::link_set(&records, &settings, &Decisions::default(), None, &|s, d, t| progress.at(s, d, t))?;
    drop(progress);
    store(arguments, &records, &run)?;
    run.warnings().into_iter().for_each(say);
    say(format!(
        "linked {} records of {} lists: {} pairs compared, {} at or above {} %, {} clusters",
        records.len(),
        arguments.files.len(),
        run.report.candidate_pairs,
        run.pairs.len(),
        settings.keep_probability * 100.0,
        run.report.clusters
    ));
    Ok(())
}

struct Reader<'a> {
    settings: &'a Settings,
    victims: VictimsReader,
    records: RecordSet,
}

impl Reader<'_> {
    fn load(&mut self, path: &Path, list: u32) -> Outcome<()> {
        tables::each_row(path, |header| {
            let columns = columns(header, self.settings);
            if !LinkRecord::ID_COLUMNS.iter().any(|name| columns.contains_key(*name)) {
                return Err(Refusal::new(format!(
                    "{} has no record_id or rec_id column; nothing was linked",
                    path.display()
                )));
            }
            let mut row_number = 1u64;
            Ok(move |cells: &tables::Cells<'_>| {
                row_number += 1;
                let get = |name: &str| {
                    let places = columns.get(name)?;
                    places.iter().map(|at| cells(*at).trim()).find(|v| !v.is_empty())
                };
                let record = match self.settings.spec {
                    RowSpec::Victims => self.victims.read(&get, list),
                    RowSpec::People => LinkRecord::from_people_row(&get, list),
                };
                let refuse = |e| Refusal::new(format!("{}, row {row_number}: {e}", path.display()));
                self.records.push(&record).map_err(refuse)
            })
        })
    }
}

/// Where in the header each field of the spec stands: under the names that the settings give it, else its own.
fn columns(header: &[String], settings: &Settings) -> FxHashMap<String, Vec<usize>> {
    let mut out: FxHashMap<String, Vec<usize>> = FxHashMap::default();
    for (at, name) in header.iter().enumerate() {
        if !settings.columns.contains_key(name) {
            out.entry(name.clone()).or_default().push(at);
        }
    }
    for (field, names) in &settings.columns {
        let places: Vec<usize> = names.iter().filter_map(|n| header.iter().position(|h| h == n)).collect();
        if !places.is_empty() {
            out.insert(field.clone(), places);
        }
    }
    out
}

fn store(arguments: &LinkArguments, records: &RecordSet, run: &LinkRun) -> Outcome<()> {
    let id = |i: u32| Cow::Borrowed(records.id(i));
    if let Some(path) = &arguments.pairs {
        let rows = run.pairs.iter().map(|(a, b, p)| ([id(*a), id(*b)], f64::from(*p)));
        tables::store_rows(path, ["id_l", "id_r"], Some("score"), rows)?;
    }
    if let Some(path) = &arguments.clusters {
        let rows = (0..).zip(&run.clusters).map(|(i, c)| ([id(i), Cow::Owned(c.to_string())], 0.0));
        tables::store_rows(path, ["id", "cluster_id"], None, rows)?;
    }
    Ok(())
}
