//! `tawthiq estimate`: those whom nobody recorded, from pattern counts in a file, from the workspace, or, to see how far the models
//! can be trusted, from simulated populations of known size.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use estimation::guarded::tells_counts;
use estimation::models::{DgaSettings, Model, PatternTable};
use estimation::plan::Choices;
use estimation::simulate;
use estimation::strata::Dimension;

use super::{estimate_output as output, estimate_plot as plot};
use crate::jobs::estimate::{Report, Wanted, run};
use crate::outputs;
use crate::refusal::{Outcome, Refusal};
use crate::sandbox::Bounds;
use crate::terminal::{Progress, say};
use crate::workspace::Workspace;

#[derive(Args)]
pub struct EstimateArguments {
    /// Pattern counts (CSV): one 0/1 column per list, and `count`. Needs no workspace.
    #[arg(long, value_name = "FILE")]
    pub table: Option<PathBuf>,
    /// all, lcmcr, dga, loglinear, sparsemse, chao or pairs.
    #[arg(long, default_value = "all")]
    model: String,
    #[arg(long, value_name = "ID", default_value = "all", conflicts_with = "table")]
    trust: String,
    /// Strata: party, month, place, sex, age-class, civilian, act; several with commas.
    #[arg(long, value_name = "STRATA", value_delimiter = ',', conflicts_with = "table")]
    by: Vec<String>,
    /// What becomes of lists that derive from one another or cite one another, which are no second witness: merge, leave-out or
    /// independent (cited, yet seen for itself), for all; A=B:merge and so on for two lists; several with commas.
    #[arg(long, value_name = "CHOICE", value_delimiter = ',', conflicts_with = "table")]
    derived: Vec<String>,
    /// Carries the uncertainty of linkage among the pairs that it compared through: estimates over so many samples of the clustering, 20 or more.
    #[arg(long, value_name = "N", default_value_t = 0, conflicts_with = "table")]
    linkage_samples: usize,
    /// Withholds counts below this, and what would tell them beside a tally: strata are taken together, totals of lists and warnings left
    /// out; for what is given away.
    #[arg(long, value_name = "PERSONS", default_value_t = 0, conflicts_with = "coverage")]
    smallest_cell: u64,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[arg(long)]
    json: bool,
    /// Writes a row per answer.
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Writes the plot by month (needs `--by month` or `--by month,party`), and its text alternative beside it (.txt).
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// dga: the prior weight of a cell; 2^-lists when left out.
    #[arg(long, value_name = "WEIGHT", requires = "table")]
    delta: Option<f64>,
    /// dga: leaves out the graph in which every list depends on every other.
    #[arg(long, requires = "table")]
    without_complete_graph: bool,
    /// Simulates populations of known size and prints how often each model's interval holds it, beside the figures of the R
    /// packages; the published specifications when no file is named.
    #[arg(long, value_name = "SPECS.json", num_args = 0..=1, conflicts_with = "table")]
    coverage: Option<Option<PathBuf>>,
    #[arg(long, value_name = "N", default_value_t = 200, requires = "coverage", value_parser = clap::value_parser!(u64).range(1..))]
    replicates: u64,
}

impl EstimateArguments {
    pub fn needs_workspace(&self) -> bool {
        self.table.is_none() && self.coverage.is_none()
    }

    /// The files that a run without a workspace reads and writes.
    pub fn bounds(&self) -> Bounds {
        let beside = self.svg.iter().map(|svg| svg.with_extension("txt"));
        let write = self.csv.iter().chain(&self.svg).cloned().chain(beside).collect();
        Bounds { read: self.table.iter().cloned().chain(self.coverage.clone().flatten()).collect(), write }
    }

    /// Refuses to write over what is read, or twice into one file; a plot has its text beside it.
    pub fn check_files(&self) -> Outcome<()> {
        let Bounds { read, write } = self.bounds();
        outputs::check(&read, &write, "nothing was estimated")
    }

    fn model(&self) -> Outcome<Model> {
        self.model.parse().map_err(|e| Refusal::new(format!("{e}; nothing was estimated")))
    }
}

fn print_json(value: &impl serde::Serialize) -> Outcome<()> {
    let text = serde_json::to_string_pretty(value).map_err(|e| Refusal::new(e.to_string()))?;
    outln!("{text}");
    Ok(())
}

pub fn run_alone(arguments: &EstimateArguments) -> Outcome<()> {
    if let Some(specs) = &arguments.coverage {
        return run_coverage(specs.as_deref(), arguments);
    }
    let Some(path) = &arguments.table else { return Err(Refusal::new("no table was named; nothing was estimated")) };
    if arguments.svg.is_some() {
        return Err(Refusal::new("a table has no months to plot; nothing was estimated. --svg needs a workspace"));
    }
    let bytes = crate::input::read(path).map_err(|e| Refusal::io("nothing was estimated: could not read", path, e))?;
    let table = PatternTable::parse_csv(&bytes).map_err(|e| Refusal::new(format!("{}: {e}", path.display())))?;
    let model = arguments.model()?;
    let tells_counts = tells_counts(&table, arguments.smallest_cell).ok_or_else(|| {
        Refusal::new(format!(
            "{}: fewer than {} persons, of whom nothing may be told; nothing was estimated",
            path.display(),
            arguments.smallest_cell
        ))
    })?;
    let progress = Progress::new();
    let report = |stage: &str, done: f64| progress.at(stage, (done * 100.0) as u64, 100);
    let mut estimate = estimation::models::estimate(&table, model, arguments.seed, &report);
    if arguments.delta.is_some() || arguments.without_complete_graph {
        let settings = DgaSettings { delta: arguments.delta, without_complete_graph: arguments.without_complete_graph };
        for answer in estimate.models.iter_mut().filter(|answer| answer.model() == Model::Dga.key()) {
            *answer = estimation::models::estimate_dga(&table, settings, &report);
        }
    }
    drop(progress);
    if !tells_counts {
        estimate = estimate.without_counts();
        estimate.warnings.push(format!(
            "the table has counts below {}: they, and what would tell them, are withheld (totals of lists, warnings of models, pairs and bounds)",
            arguments.smallest_cell
        ));
    }
    // Shown first: a file that cannot be written does not lose the answer.
    match arguments.json {
        true => print_json(&estimate)?,
        false => output::print_estimate(&estimate),
    }
    arguments.csv.as_ref().map_or(Ok(()), |path| output::csv_of_estimate(path, &estimate))
}

/// Strata by their names, none twice. `what` is what is not done otherwise.
pub fn dimensions(names: &[String], what: &str) -> Outcome<Vec<Dimension>> {
    let parse = |text: &String| text.parse().map_err(|e| Refusal::new(format!("{e}; nothing was {what}")));
    let by: Vec<Dimension> = names.iter().map(parse).collect::<Outcome<_>>()?;
    match by.iter().enumerate().find(|(i, one)| by[..*i].contains(one)) {
        Some((_, twice)) => Err(Refusal::new(format!("--by names {twice} twice; nothing was {what}"))),
        None => Ok(by),
    }
}

pub async fn run_workspace(workspace: &mut Workspace, arguments: &EstimateArguments) -> Outcome<()> {
    arguments.check_files()?;
    let by = dimensions(&arguments.by, "estimated")?;
    if arguments.svg.is_some() && !by.contains(&Dimension::Month) {
        return Err(Refusal::new("a plot needs months; nothing was estimated. Say --by month or --by month,party"));
    }
    let model = arguments.model()?;
    let mut derived = Choices::default();
    for text in &arguments.derived {
        derived.add(text).map_err(|e| Refusal::new(format!("{e}; nothing was estimated")))?;
    }
    let wanted = Wanted {
        trust: arguments.trust.clone(),
        by,
        derived,
        linkage_samples: arguments.linkage_samples,
        smallest_cell: arguments.smallest_cell,
        seed: arguments.seed,
    };
    let report = run(workspace, wanted, model).await?;
    match arguments.json {
        true => print_json(&report)?,
        false => output::print_report(&report),
    }
    let written = arguments.csv.as_ref().map_or(Ok(()), |path| output::csv_of_report(path, &report));
    arguments.svg.as_ref().map_or(Ok(()), |path| write_plot(path, &report, model))?;
    written
}

/// One model is plotted throughout, so that months can be compared: the one asked for, or graph averaging.
fn write_plot(path: &Path, report: &Report, model: Model) -> Outcome<()> {
    let key = if model == Model::All { Model::Dga.key() } else { model.key() };
    let (Some(svg), Some(text)) = (plot::svg(report, key), plot::text(report, key)) else {
        return Err(Refusal::new("no stratum has a month; the estimate was made and no plot was written"));
    };
    let beside = path.with_extension("txt");
    let write = |path: &Path, text: &str| outputs::write(path, |mut file| file.write_all(text.as_bytes()));
    write(path, &svg).map_err(|e| Refusal::io("the plot was not written: could not write", path, e))?;
    write(&beside, &text).map_err(|e| Refusal::io("its text was not written: could not write", &beside, e))?;
    say(format!("wrote {} and {}", path.display(), beside.display()));
    Ok(())
}

/// What LCMCR 0.4.14 and dga 2.0.2 did on the published populations: coverage, mean median, mean width; 100 replicates (S8: 60).
const R_FIGURES: [(&str, &str, [f64; 3]); 12] = [
    ("S1_indep3_N1000", "dga", [0.93, 1004.21, 226.63]),
    ("S1_indep3_N1000", "lcmcr", [0.94, 1004.185, 258.2375]),
    ("S2_indep4_N2000", "dga", [0.97, 1980.5, 486.8]),
    ("S2_indep4_N2000", "lcmcr", [0.96, 1976.555, 445.34775]),
    ("S3_hrdag_sim1_N2000", "dga", [0.99, 2024.86, 3040.55]),
    ("S3_hrdag_sim1_N2000", "lcmcr", [0.97, 1920.285, 866.31875]),
    ("S4_hrdag_sim4_N2000", "dga", [0.38, 1785.9, 336.54]),
    ("S4_hrdag_sim4_N2000", "lcmcr", [0.83, 1886.035, 428.9215]),
    ("S6_dep4_N5000", "dga", [0.96, 4988.2, 777.09]),
    ("S6_dep4_N5000", "lcmcr", [0.11, 3405.565, 867.644]),
    ("S8_sparse5_N5000", "dga", [0.966_666_666_666_667, 5017.9, 2_502.616_666_666_67]),
    ("S8_sparse5_N5000", "lcmcr", [0.95, 4_946.466_666_666_67, 2_089.697_916_666_67]),
];

fn run_coverage(specs: Option<&Path>, arguments: &EstimateArguments) -> Outcome<()> {
    let populations = match specs {
        None => simulate::published(),
        Some(path) => {
            let text = crate::input::read_text(path)
                .map_err(|e| Refusal::io("nothing was simulated: could not read", path, e))?;
            simulate::parse(&text).map_err(|e| Refusal::new(format!("{}: {e}", path.display())))?
        }
    };
    let models = match arguments.model()? {
        Model::All => vec![Model::Lcmcr, Model::Dga, Model::Loglinear, Model::Sparsemse, Model::Chao],
        one => vec![one],
    };
    if !arguments.json {
        outln!(
            "{:<22} {:<10} {:>6} {:>9} {:>8} {:>9} {:>8} {:>13} {:>9}   R: coverage, median, width",
            "population",
            "model",
            "N",
            "coverage",
            "median",
            "width",
            "doubted",
            "missed unsaid",
            "no answer"
        );
    }
    let mut all = Vec::new();
    let progress = Progress::new();
    for (name, population) in populations {
        let done = std::sync::atomic::AtomicU64::new(0);
        let report = |_| {
            let done = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
            progress.at(&name, done, arguments.replicates);
        };
        let found = simulate::coverage(&name, &population, &models, arguments.replicates, arguments.seed, &report);
        for row in found.iter().filter(|_| !arguments.json) {
            let r = R_FIGURES.iter().find(|(at, model, _)| *at == row.population && *model == row.model);
            let r = r.map_or(String::new(), |(.., [c, m, w])| format!("{c:.3} {m:>8.0} {w:>8.0}"));
            let simulate::Coverage { population, model, true_size, coverage, median, width, doubted, .. } = row;
            let (silent, none) = (row.wrong_in_silence, row.n_not_estimable);
            outln!(
                "{population:<22} {model:<10} {true_size:>6} {coverage:>9.3} {median:>8.0} {width:>9.0} {doubted:>8.3} {silent:>13.3} {none:>9}   {r}"
            );
        }
        all.extend(found);
    }
    drop(progress);
    if arguments.json { print_json(&all) } else { Ok(()) }
}
