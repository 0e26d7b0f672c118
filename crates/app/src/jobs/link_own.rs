//! `tawthiq link FILE... --spec own.toml`: tables linked by comparisons that the user declares.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::Path;

use linkage::{LinkRecord, OwnRecords, OwnSpec};

use crate::cli::LinkArguments;
use crate::jobs::link::set_threads;
use crate::jobs::link_files::{lists, refuse_one_list};
use crate::jobs::link_report;
use crate::refusal::{Outcome, Refusal};
use crate::tables;
use crate::terminal::{Progress, say};

/// The spec, where the file that `--spec` names is one of these.
pub fn spec(arguments: &LinkArguments) -> Outcome<Option<OwnSpec>> {
    let path = Path::new(&arguments.spec);
    if !arguments.spec.to_ascii_lowercase().ends_with(".toml") {
        return Ok(None);
    }
    // What cannot be read is refused by whoever reads it next.
    let Ok(text) = crate::input::read_text(path) else { return Ok(None) };
    if !OwnSpec::is_one(&text) {
        return Ok(None);
    }
    let mut spec = OwnSpec::parse(&text)?;
    spec.link_only |= arguments.link_only;
    spec.seed = arguments.seed.unwrap_or(spec.seed);
    Ok(Some(spec))
}

pub fn run(arguments: &LinkArguments, spec: &OwnSpec) -> Outcome<()> {
    set_threads(arguments)?;
    if arguments.model.is_some() || arguments.model_out.is_some() {
        return Err(Refusal::new(
            "the weights of a spec of one's own are in the report; nothing was linked. Leave out --model and --model-out",
        ));
    }
    refuse_one_list(arguments, spec.link_only)?;
    let mut records = OwnRecords::new(spec);
    let mut not_found: BTreeSet<&str> = spec.columns().into_iter().collect();
    for (list, path) in arguments.files.iter().enumerate() {
        let list = u32::try_from(list).map_err(|_| Refusal::new("too many lists; nothing was linked"))?;
        load(path, list, spec, &mut not_found, &mut records)?;
    }
    if !not_found.is_empty() {
        let columns = not_found.into_iter().collect::<Vec<_>>().join(", ");
        return Err(Refusal::new(format!(
            "the spec reads {columns}, and no list has such a column; nothing was linked"
        )));
    }
    let progress = Progress::new();
    let tick = |stage: &str, done: u64, total: u64| progress.at(stage, done, total);
    let run = linkage::link_own(&records, spec, &tick)?;
    drop(progress);
    let id = |i: u32| Cow::Borrowed(records.id(i));
    link_report::store_links(arguments, &id, &run.pairs, &run.clusters)?;
    if let Some(path) = &arguments.report {
        link_report::store_own(path, &run)?;
    }
    for found in &run.levels {
        say(format!(
            "{}, {}: m {:.4}, u {:.6}, {:+.1} bits",
            found.comparison, found.level, found.m_probability, found.u_probability, found.match_weight_bits
        ));
    }
    run.warnings.iter().for_each(say);
    say(format!(
        "linked {} records of {} by a spec of one's own: {} pairs compared, {} at or above {} %, {} clusters",
        records.len(),
        lists(arguments.files.len()),
        run.compared_pairs,
        run.pairs.len(),
        spec.keep_probability * 100.0,
        run.clusters.iter().max().map_or(0, |most| most + 1)
    ));
    Ok(())
}

/// Columns that the list has are taken out of `not_found`.
fn load(
    path: &Path,
    list: u32,
    spec: &OwnSpec,
    not_found: &mut BTreeSet<&str>,
    records: &mut OwnRecords,
) -> Outcome<()> {
    tables::each_row(path, |header| {
        let at = |name: &str| {
            let exact = header.iter().position(|h| h == name);
            exact.or_else(|| header.iter().position(|h| h.eq_ignore_ascii_case(name)))
        };
        let missing = |what: String| Refusal::new(format!("{} has {what}; nothing was linked", path.display()));
        let id = match &spec.id_column {
            Some(name) => at(name).ok_or_else(|| missing(format!("no column {name:?}, which is to hold the ids")))?,
            None => LinkRecord::ID_COLUMNS.into_iter().find_map(at).ok_or_else(|| {
                missing(format!("none of the columns {}; name one as id_column", LinkRecord::ID_COLUMNS.join(", ")))
            })?,
        };
        let columns: Vec<Option<usize>> = spec.columns().into_iter().map(at).collect();
        not_found.retain(|name| at(name).is_none());
        // A list may lack a column that another has: there it is missing.
        if columns.iter().all(Option::is_none) {
            return Err(missing("no column that the spec reads".to_owned()));
        }
        let lacking = spec.columns().into_iter().zip(&columns).filter(|(_, at)| at.is_none());
        let lacking: Vec<&str> = lacking.map(|(name, _)| name).collect();
        if !lacking.is_empty() {
            say(format!("{} has no {}: missing in all of its records", path.display(), lacking.join(", ")));
        }
        let mut row_number = 1u64;
        Ok(move |cells: &tables::Cells<'_>| {
            row_number += 1;
            let row: Vec<&str> = columns.iter().map(|at| at.map_or("", cells)).collect();
            let refuse = |e| Refusal::new(format!("{}, row {row_number}: {e}", path.display()));
            records.push(cells(id).trim(), list, &row).map_err(refuse)
        })
    })
}
