//! `tawthiq link FILE... --spec settings.json`: tables linked by Splink's settings.

use std::borrow::Cow;

use linkage::{LinkType, Spec, SpecRecord};

use crate::cli::LinkArguments;
use crate::jobs::link::set_threads;
use crate::jobs::link_files::{lists, refuse_one_list};
use crate::jobs::link_report;
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
    if [&arguments.model, &arguments.model_out, &arguments.report].into_iter().any(Option::is_some) {
        return Err(Refusal::new(
            "Splink's settings hold their model, and their runs have no report; nothing was linked. Leave out --model, --model-out and --report",
        ));
    }
    let text = crate::input::read_text(std::path::Path::new(&arguments.spec))
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
    refuse_one_list(arguments, spec.link_type == LinkType::LinkOnly)?;
    let mut records: Vec<SpecRecord> = Vec::new();
    for (list, path) in arguments.files.iter().enumerate() {
        let list = u32::try_from(list).map_err(|_| Refusal::new("too many lists; nothing was linked"))?;
        let before = records.len();
        let taken = &mut records;
        tables::each_row(path, |header| {
            let at = |name: &str| header.iter().position(|h| h.trim().eq_ignore_ascii_case(name));
            let id = [spec.id_column.as_str(), "record_id", "rec_id"].into_iter().find_map(&at).ok_or_else(|| {
                Refusal::new(format!("{} has no column {:?}; nothing was linked", path.display(), spec.id_column))
            })?;
            let mut columns = Vec::new();
            for name in &spec.columns {
                columns.push(at(name).ok_or_else(|| {
                    Refusal::new(format!(
                        "{} has no column {name:?}, which the spec compares; nothing was linked",
                        path.display()
                    ))
                })?);
            }
            Ok(move |cells: &tables::Cells| {
                let value = |at: usize| Some(cells(at).to_owned()).filter(|v| !v.is_empty());
                let values = columns.iter().map(|at| value(*at)).collect();
                taken.push(SpecRecord { id: cells(id).trim().to_owned(), list, values });
                Ok(())
            })
        })?;
        if records.len() == before {
            say(format!("{} has no rows", path.display()));
        }
    }
    let progress = Progress::new();
    let tick = |stage: &str, done: u64, total: u64| progress.at(stage, done, total);
    let run = linkage::link_spec(&records, &spec, THRESHOLD_PROBABILITY, KEEP_PROBABILITY, &tick)?;
    drop(progress);
    let id = |at: u32| Cow::Borrowed(records[at as usize].id.as_str());
    link_report::store_links(arguments, &id, &run.pairs, &run.clusters)?;
    let clusters = run.clusters.iter().max().map_or(0, |m| m + 1);
    say(format!(
        "linked {} records of {} by Splink's settings: {} pairs compared, {} at or above 1 %, {clusters} clusters",
        records.len(),
        lists(arguments.files.len()),
        run.compared_pairs,
        run.pairs.len()
    ));
    Ok(())
}
