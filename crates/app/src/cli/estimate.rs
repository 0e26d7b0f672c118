//! `tawthiq estimate`: those whom nobody recorded, from pattern counts in a file or from the workspace.

use std::path::PathBuf;

use clap::Args;

use crate::jobs::tally;
use crate::refusal::{Outcome, Refusal};
use crate::terminal::Progress;
use crate::workspace::Workspace;

#[derive(Args)]
pub struct EstimateArguments {
    /// Pattern counts (CSV): one 0/1 column per list, and `count`.
    #[arg(long, value_name = "FILE")]
    pub table: Option<PathBuf>,
    /// all, lcmcr, dga, loglinear, sparsemse, chao or pairs.
    #[arg(long, default_value = "all")]
    model: String,
    #[arg(long, value_name = "ID")]
    trust: Option<String>,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[arg(long)]
    json: bool,
}

pub fn run_table(arguments: &EstimateArguments) -> Outcome<()> {
    let Some(path) = &arguments.table else { return Err(Refusal::new("no table was named; nothing was estimated")) };
    let bytes = std::fs::read(path).map_err(|e| Refusal::io("could not read", path, e))?;
    let table = estimation::models::PatternTable::parse_csv(&bytes)
        .map_err(|e| Refusal::new(format!("{}: {e}; nothing was estimated", path.display())))?;
    print(&table, arguments)
}

pub async fn run_workspace(workspace: &mut Workspace, arguments: &EstimateArguments) -> Outcome<()> {
    let tally = tally::compute(workspace, arguments.trust.as_deref()).await?;
    let patterns = estimation::tally::inclusion_patterns(&tally, |_| true);
    let lists = tally.lists.iter().map(|s| s.as_str().to_owned()).collect();
    let counts = patterns.iter().map(|p| (p.inclusion_pattern, p.n_documented));
    let table = estimation::models::PatternTable::new(lists, counts)
        .map_err(|e| Refusal::new(format!("{e}; nothing was estimated")))?;
    print(&table, arguments)
}

fn print(table: &estimation::models::PatternTable, arguments: &EstimateArguments) -> Outcome<()> {
    let model = arguments.model.parse::<estimation::models::Model>();
    let model = model.map_err(|e| Refusal::new(format!("{e}; nothing was estimated")))?;
    let progress = Progress::new();
    let estimate = estimation::models::estimate(table, model, arguments.seed, &|stage, done| {
        progress.at(stage, (done * 100.0) as u64, 100)
    });
    drop(progress);
    let json = serde_json::to_value(&estimate).map_err(|e| Refusal::new(e.to_string()))?;
    if arguments.json {
        println!("{json:#}");
        return Ok(());
    }
    println!("documented: {}  lists: {}", json["n_documented"], table.lists.join(", "));
    for model in json["models"].as_array().into_iter().flatten() {
        let name = model["model"].as_str().unwrap_or("?");
        match model["not_estimable"].as_str() {
            Some(reason) => println!("{name:<10} not estimable, {reason}"),
            None => {
                let interval = &model["credible_interval_95"];
                println!(
                    "{name:<10} {:.0} (95 %: {:.0} to {:.0})",
                    model["median"].as_f64().unwrap_or(f64::NAN),
                    interval[0].as_f64().unwrap_or(f64::NAN),
                    interval[1].as_f64().unwrap_or(f64::NAN)
                );
                for warning in model["warnings"].as_array().into_iter().flatten() {
                    println!("           warning: {}", warning.as_str().unwrap_or(""));
                }
            }
        }
    }
    Ok(())
}
