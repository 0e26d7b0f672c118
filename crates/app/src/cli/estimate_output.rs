//! Estimates shown: for people, as CSV, and beside one another. No number without its interval, its documented count and its lists.

use std::fs::File;
use std::path::Path;

use domain::text::inert_cell;
use estimation::models::{Estimate, ListTotal, ModelAnswer};

use crate::jobs::estimate::{Report, StratumAnswer};
use crate::jobs::linkage_samples::Spread;
use crate::outputs;
use crate::refusal::{Outcome, Refusal};
use crate::terminal::plain;

fn whole(x: f64) -> String {
    if x.abs() < 1e15 { format!("{x:.0}") } else { format!("{x:.3e}") }
}

fn lists(lists: &[ListTotal], without_totals: &[String]) -> String {
    let totals = lists.iter().map(|l| format!("{} ({})", plain(&l.list), l.n_documented));
    let withheld = without_totals.iter().map(|list| format!("{} (withheld)", plain(list)));
    totals.chain(withheld).collect::<Vec<_>>().join(", ")
}

fn print_answers(answers: &[ModelAnswer], indent: &str) {
    for answer in answers {
        match answer {
            ModelAnswer::NotEstimable { model, not_estimable } => {
                outln!("{indent}{model:<10} not estimable, {not_estimable}");
            }
            ModelAnswer::Estimated { model, median, credible_interval_95: [low, high], warnings, .. } => {
                let (median, low, high) = (whole(*median), whole(*low), whole(*high));
                if answer.is_doubted() {
                    outln!(
                        "{indent}{model:<10} {median} ({low} to {high}: not to be read as 95 %, the table speaks against it)"
                    );
                } else {
                    outln!("{indent}{model:<10} {median} (95 %, if the model holds: {low} to {high})");
                }
                warnings.iter().for_each(|warning| outln!("{indent}           warning: {}", plain(warning)));
            }
        }
    }
}

fn print_warnings(warnings: &[String]) {
    warnings.iter().for_each(|warning| outln!("warning: {}", plain(warning)));
}

pub fn print_estimate(estimate: &Estimate) {
    outln!("documented: {}  lists: {}", estimate.n_documented, lists(&estimate.lists, &estimate.lists_without_totals));
    print_answers(&estimate.models, "");
    print_warnings(&estimate.warnings);
    outln!("seed {}, version {}", estimate.seed, estimate.version);
}

pub fn print_report(report: &Report) {
    outln!("documented: {}  trust set: {}", report.n_documented, report.wanted.trust);
    outln!("lists: {}", lists(&report.lists, &report.lists_without_totals));
    print_answers(&report.models, "");
    for StratumAnswer { stratum, n_documented, lists: bears, lists_without_totals, models, warnings, .. } in
        &report.strata
    {
        let bears = lists(bears, lists_without_totals);
        outln!("\n{}  documented: {n_documented}  lists: {bears}", plain(&stratum.join(" · ")));
        print_answers(models, "  ");
        warnings.iter().for_each(|warning| outln!("  warning: {}", plain(warning)));
    }
    if !report.totals.is_empty() {
        outln!("\ntotal of {} strata  documented: {}", report.strata.len(), report.n_documented);
        print_answers(&report.totals, "  ");
    }
    if let Some(linkage) = &report.linkage {
        outln!(
            "\nwith the uncertainty of linkage, over {} samples  documented: {}",
            linkage.samples,
            report.n_documented
        );
        if let Some([low, high]) = Spread::of(&linkage.persons).map(Spread::ends) {
            outln!("  persons in the samples: {low} to {high} ({})", Spread::words(linkage.persons.len()));
        }
        print_answers(&linkage.models, "  ");
        for answer in &linkage.models {
            if let ModelAnswer::Estimated { model, diagnostics, .. } = answer
                && let Some(share) = diagnostics.get("share_of_interval_from_linkage").and_then(|v| v.as_f64())
            {
                outln!("  {model:<10} linkage makes {:.0} % of the interval", share * 100.0);
            }
        }
    }
    print_warnings(&report.warnings);
    outln!("seed {}, version {}", report.seed, report.version);
}

/// A row per answer.
struct Rows<W: std::io::Write> {
    out: csv::Writer<W>,
    seed: u64,
    version: &'static str,
}

/// What a row is of, and what was said of it as a whole.
struct About<'a> {
    names: &'a [String],
    n: u64,
    bears: &'a str,
    warnings: &'a [String],
}

impl<W: std::io::Write> Rows<W> {
    fn write(&mut self, about: About<'_>, answers: &[ModelAnswer]) -> csv::Result<()> {
        let (seed, version) = (self.seed.to_string(), self.version.to_owned());
        for answer in answers {
            let mut row = about.names.to_vec();
            row.extend([about.n.to_string(), about.bears.to_owned(), answer.model().to_owned()]);
            row.extend(match answer {
                ModelAnswer::Estimated { median, mean, credible_interval_95: [low, high], warnings, .. } => {
                    let numbers = [median, mean, low, high].map(|x| x.to_string());
                    numbers.into_iter().chain([String::new(), warnings.join("; ")]).collect::<Vec<_>>()
                }
                ModelAnswer::NotEstimable { not_estimable, .. } => {
                    let none = std::iter::repeat_n(String::new(), 4);
                    none.chain([not_estimable.clone(), String::new()]).collect()
                }
            });
            row.extend([seed.clone(), version.clone()]);
            row.extend([answer.doubts().collect::<Vec<_>>().join("; "), about.warnings.join("; ")]);
            // Names of lists are whatever a received table calls them.
            self.out.write_record(row.iter().map(|cell| inert_cell(cell).into_owned()))?;
        }
        Ok(())
    }
}

const COLUMNS: [&str; 13] = [
    "n_documented",
    "lists",
    "model",
    "median",
    "mean",
    "lower_95",
    "upper_95",
    "not_estimable",
    "warnings",
    "seed",
    "version",
    "doubts",
    "warnings_of_table",
];

fn open<'f>(file: &'f File, before: &[String], seed: u64, version: &'static str) -> csv::Result<Rows<&'f File>> {
    let mut out = csv::Writer::from_writer(file);
    out.write_record(before.iter().map(String::as_str).chain(COLUMNS))?;
    Ok(Rows { out, seed, version })
}

fn refused(path: &Path, error: std::io::Error) -> Refusal {
    Refusal::new(format!(
        "could not write {}: {error}; the estimate was made and shown, and is not in that file",
        path.display()
    ))
}

pub fn csv_of_estimate(path: &Path, estimate: &Estimate) -> Outcome<()> {
    let bears = lists(&estimate.lists, &estimate.lists_without_totals);
    let write = |file: &File| -> csv::Result<()> {
        let mut rows = open(file, &[], estimate.seed, estimate.version)?;
        let about = About { names: &[], n: estimate.n_documented, bears: &bears, warnings: &estimate.warnings };
        rows.write(about, &estimate.models)?;
        Ok(rows.out.flush()?)
    };
    outputs::write(path, |file| write(file).map_err(std::io::Error::from)).map_err(|e| refused(path, e))
}

pub fn csv_of_report(path: &Path, report: &Report) -> Outcome<()> {
    let by: Vec<String> = report.wanted.by.iter().map(ToString::to_string).collect();
    let before: Vec<String> = std::iter::once("row".to_owned()).chain(by.iter().cloned()).collect();
    let all = |row: &str| -> Vec<String> {
        std::iter::once(row.to_owned()).chain(by.iter().map(|_| "(all)".to_owned())).collect()
    };
    let bears = lists(&report.lists, &report.lists_without_totals);
    let write = |file: &File| -> csv::Result<()> {
        let mut rows = open(file, &before, report.seed, report.version)?;
        let of_all = |row: &str, rows: &mut Rows<_>, answers: &[ModelAnswer]| {
            let names = all(row);
            let about = About { names: &names, n: report.n_documented, bears: &bears, warnings: &report.warnings };
            rows.write(about, answers)
        };
        of_all("whole", &mut rows, &report.models)?;
        for one in &report.strata {
            let names: Vec<String> = std::iter::once("stratum".to_owned()).chain(one.stratum.iter().cloned()).collect();
            let bears = lists(&one.lists, &one.lists_without_totals);
            let about = About { names: &names, n: one.n_documented, bears: &bears, warnings: &one.warnings };
            rows.write(about, &one.models)?;
        }
        of_all("total of strata", &mut rows, &report.totals)?;
        if let Some(linkage) = &report.linkage {
            of_all("whole, over samples of the linkage", &mut rows, &linkage.models)?;
        }
        Ok(rows.out.flush()?)
    };
    outputs::write(path, |file| write(file).map_err(std::io::Error::from)).map_err(|e| refused(path, e))
}
