//! `tawthiq link FILE...`: lists in, pairs and clusters out, without a workspace.

use domain::{PartyTable, PlaceTable};
use linkage::{Decisions, LinkRecord, RowSpec};

use crate::cli::LinkArguments;
use crate::jobs::link::{set_threads, settings};
use crate::refusal::{Outcome, Refusal};
use crate::tables;
use crate::terminal::{Progress, say};

pub fn run(arguments: &LinkArguments) -> Outcome<()> {
    set_threads(arguments)?;
    let settings = settings(arguments)?;
    let (places, parties) = (PlaceTable::syria(), PartyTable::syria());
    let mut records: Vec<LinkRecord> = Vec::new();
    for (list, path) in arguments.files.iter().enumerate() {
        let table = tables::load(path)?;
        if table.column("record_id").or_else(|| table.column("rec_id")).is_none() {
            return Err(Refusal::new(format!(
                "{} has no record_id or rec_id column; nothing was linked",
                path.display()
            )));
        }
        let list = u32::try_from(list).map_err(|_| Refusal::new("too many lists; nothing was linked"))?;
        for row in &table.rows {
            let get = |name: &str| {
                let value = row.get(table.column(name)?)?.trim();
                (!value.is_empty()).then(|| value.to_owned())
            };
            let record = match settings.spec {
                RowSpec::Victims => LinkRecord::from_victims_row(&get, list, &places, &parties),
                RowSpec::People => LinkRecord::from_people_row(&get, list),
            };
            records.push(record);
        }
    }
    let progress = Progress::new();
    let run = linkage::link(&records, &settings, &Decisions::default(), &|s, d, t| progress.at(s, d, t))?;
    drop(progress);
    let id = |at: &u32| records[*at as usize].id.clone();
    if let Some(path) = &arguments.pairs {
        let (left, right) =
            (run.pairs.iter().map(|(a, ..)| id(a)).collect(), run.pairs.iter().map(|(_, b, _)| id(b)).collect());
        let scores = run.pairs.iter().map(|(.., p)| f64::from(*p)).collect();
        tables::store(path, &[("id_l", left), ("id_r", right)], Some(("score", scores)))?;
    }
    if let Some(path) = &arguments.clusters {
        let ids = records.iter().map(|r| r.id.clone()).collect();
        let clusters = run.clusters.iter().map(u32::to_string).collect();
        tables::store(path, &[("id", ids), ("cluster_id", clusters)], None)?;
    }
    let mut clusters = run.clusters.clone();
    clusters.sort_unstable();
    clusters.dedup();
    say(format!(
        "linked {} records of {} lists: {} pairs at or above 1 %, {} clusters",
        records.len(),
        arguments.files.len(),
        run.pairs.len(),
        clusters.len()
    ));
    Ok(())
}
