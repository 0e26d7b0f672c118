//! What a link run was made of, rule by rule: on the terminal, and as a file (`--report`).

use std::borrow::Cow;
use std::io::Write;
use std::path::{Path, PathBuf};

use linkage::{LinkRun, OwnRun};

use crate::cli::LinkArguments;
use crate::outputs;
use crate::refusal::{Outcome, Refusal};
use crate::tables;
use crate::terminal::say;

/// What each rule gives, in lines.
pub fn tell_rules(run: &LinkRun) {
    let report = &run.report;
    if report.candidate_pairs == 0 {
        return;
    }
    say(
        "blocking, rule by rule: pairs, share of all pairs compared, share of the expected matches (of these, by no earlier rule)",
    );
    for rule in &report.rules {
        say(format!(
            "  {:<34} {:>12} {:>6.1} % {:>6.1} % ({:.1} %)",
            rule.rule,
            rule.pairs,
            100.0 * rule.pairs as f64 / report.candidate_pairs as f64,
            100.0 * rule.expected_recall,
            100.0 * rule.expected_recall_added
        ));
    }
    say(format!("  missed by all rules, a rough guess: {:.0} matches", report.expected_missed_by_blocking));
}

/// Everything of a run that is not about a single record, as JSON.
pub fn store(path: &Path, run: &LinkRun, unread: &[String]) -> Outcome<()> {
    let warnings = run.warnings();
    let json = serde_json::json!({
        "report": run.report,
        "training": run.model.training,
        "values": unread,
        "warnings": warnings,
        "version": env!("CARGO_PKG_VERSION"),
    });
    outputs::write(path, |mut file| writeln!(file, "{json:#}"))
        .map_err(|e| Refusal::io("the report was not written: could not write", path, e))
}

/// Pairs and clusters of a run by records' own ids, where the command asks for them. `id` gives that of a record by its place.
pub fn store_links<'a>(
    arguments: &LinkArguments,
    id: &dyn Fn(u32) -> Cow<'a, str>,
    pairs: &[(u32, u32, f64)],
    clusters: &[u32],
) -> Outcome<()> {
    if let Some(path) = &arguments.pairs {
        let rows = pairs.iter().map(|(a, b, p)| ([id(*a), id(*b)], *p));
        tables::store_rows(path, ["id_l", "id_r"], Some("score"), rows)?;
    }
    if let Some(path) = &arguments.clusters {
        let rows = (0..).zip(clusters).map(|(i, c)| ([id(i), Cow::Owned(c.to_string())], 0.0));
        tables::store_rows(path, ["id", "cluster_id"], None, rows)?;
    }
    Ok(())
}

/// What a run by a spec of one's own found of its levels, as JSON.
pub fn store_own(path: &Path, run: &OwnRun) -> Outcome<()> {
    let level = |found: &linkage::OwnLevel| {
        serde_json::json!({
            "comparison": found.comparison,
            "level": found.level,
            "m_probability": found.m_probability,
            "u_probability": found.u_probability,
            "match_weight_bits": found.match_weight_bits,
        })
    };
    let json = serde_json::json!({
        "compared_pairs": run.compared_pairs,
        "kept_pairs": run.pairs.len(),
        "prior_match_probability": run.prior_match_probability,
        "levels": run.levels.iter().map(level).collect::<Vec<_>>(),
        "warnings": run.warnings,
        "version": env!("CARGO_PKG_VERSION"),
    });
    outputs::write(path, |mut file| writeln!(file, "{json:#}"))
        .map_err(|e| Refusal::io("the report was not written: could not write", path, e))
}

/// Refuses outputs that would be lost, or be something else than their names say.
pub fn check_outputs(arguments: &LinkArguments) -> Outcome<()> {
    let nothing = "nothing was linked";
    outputs::check(&arguments.read(), &arguments.write(), nothing)?;
    let other = ["json", "jsonl", "xlsx", "xls", "ods", "tsv", "arrow", "feather", "db", "sqlite", "zip", "gz"];
    let is = |path: &PathBuf, endings: &[&str]| {
        path.extension().is_some_and(|e| endings.iter().any(|ending| e.eq_ignore_ascii_case(ending)))
    };
    match arguments.pairs.iter().chain(&arguments.clusters).find(|path| is(path, &other)) {
        Some(path) => Err(Refusal::new(format!(
            "{}: pairs and clusters are written as CSV, or as Parquet where the name ends in .parquet; {nothing}",
            path.display()
        ))),
        None => Ok(()),
    }
}
