//! `tawthiq link FILE... --spec settings.json`: tables linked by Splink's settings.

use linkage::{LinkType, Spec, SpecRecord};

use crate::cli::LinkArguments;
use crate::jobs::link::set_threads;
use crate::refusal::{Outcome, Refusal};
use crate::tables;
use crate::terminal::{Progress, say};

const THRESHOLD_PROBABILITY: f64 = 0.5;
const KEEP_PROBABILITY: f64 = 0.01;

/// Whether the spec is settings of Splink's.
pub fn is_splink(arguments: &LinkArguments) -> bool {
    arguments.spec.to_ascii_lowercase().ends_with(".json")
}

pub fn run(arguments: &LinkArguments) -> Outcome<()> {
    set_threads(arguments)?;
    let text = std::fs::read_to_string(&arguments.spec)
        .map_err(|e| Refusal::new(format!("{} could not be read: {e}; nothing was linked", arguments.spec)))?;
    let mut spec = Spec::parse_splink(&text, arguments.leave_out).map_err(|e| match arguments.leave_out {
        true => Refusal::new(e.to_string()),
        false => Refusal::new(format!(
            "{e}. With --leave-out, comparisons and rules that are not had are left out and named"
        )),
    })?;
    spec.left_out.iter().for_each(|what| say(format!("left out: {what}")));
    if arguments.link_only {
        spec.link_type = LinkType::LinkOnly;
    }
    let mut records: Vec<SpecRecord> = Vec::new();
    for (list, path) in arguments.files.iter().enumerate() {
        let list = u32::try_from(list).map_err(|_| Refusal::new("too many lists; nothing was linked"))?;
        let table = tables::load(path)?;
        let at = |name: &str| table.header.iter().position(|h| h.trim().eq_ignore_ascii_case(name));
        let id = [spec.id_column.as_str(), "record_id", "rec_id"].into_iter().find_map(&at).ok_or_else(|| {
            Refusal::new(format!("{} has no column {:?}; nothing was linked", path.display(), spec.id_column))
        })?;
        let column = |name: &String| {
            let refuse =
                || format!("{} has no column {name:?}, which the spec compares; nothing was linked", path.display());
            at(name).ok_or_else(|| Refusal::new(refuse()))
        };
        let columns = spec.columns.iter().map(column).collect::<Outcome<Vec<usize>>>()?;
        for row in &table.rows {
            let value = |at: usize| row.get(at).filter(|v| !v.is_empty()).cloned();
            let values = columns.iter().map(|at| value(*at)).collect();
            records.push(SpecRecord { id: value(id).unwrap_or_default().trim().to_owned(), list, values });
        }
    }
    let progress = Progress::new();
    let tick = |stage: &str, done: u64, total: u64| progress.at(stage, done, total);
    let run = linkage::link_spec(&records, &spec, THRESHOLD_PROBABILITY, KEEP_PROBABILITY, &tick)?;
    drop(progress);
    let id = |at: &u32| records[*at as usize].id.clone();
    if let Some(path) = &arguments.pairs {
        let (left, right) =
            (run.pairs.iter().map(|(a, ..)| id(a)).collect(), run.pairs.iter().map(|(_, b, _)| id(b)).collect());
        let scores = run.pairs.iter().map(|(.., p)| *p).collect();
        tables::store(path, &[("id_l", left), ("id_r", right)], Some(("score", scores)))?;
    }
    if let Some(path) = &arguments.clusters {
        let ids = records.iter().map(|r| r.id.clone()).collect();
        let numbers = run.clusters.iter().map(u32::to_string).collect();
        tables::store(path, &[("id", ids), ("cluster_id", numbers)], None)?;
    }
    let clusters = run.clusters.iter().max().map_or(0, |m| m + 1);
    say(format!(
        "linked {} records of {} lists by Splink's settings: {} pairs compared, {} at or above 1 %, {clusters} clusters",
        records.len(),
        arguments.files.len(),
        run.compared_pairs,
        run.pairs.len()
    ));
    Ok(())
}
