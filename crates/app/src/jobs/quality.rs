//! How sure the last link run is. The sample is drawn once and stands in the journal; reviews of it are decisions like others.

use std::collections::BTreeMap;

use domain::run::{Run, Stage};
use domain::{Content, Sha256Digest};
use linkage::{ExpectedErrors, SampleQuality, SampledPair, Share};

use crate::jobs::linked::{self, Linked};
use crate::refusal::{Outcome, Refusal};
use crate::terminal::{Progress, plain, say};
use crate::workspace::Workspace;

/// Draws a sample of the last run's pairs and records it.
pub async fn draw(workspace: &mut Workspace, linked: &Linked, n: usize, seed: u64) -> Outcome<()> {
    let sample = linkage::stratified_sample(&linked.rows, &linked.run, n, seed)?;
    let broken =
        |e: &dyn std::fmt::Display| Refusal::new(format!("the sample could not be written: {e}; none was drawn"));
    let mut writer = csv::Writer::from_writer(Vec::new());
    for pair in &sample {
        writer.serialize(pair).map_err(|e| broken(&e))?;
    }
    let bytes = writer.into_inner().map_err(|e| broken(&e))?;
    let (output, _) = workspace.originals.put(&bytes)?;
    let mut strata: Vec<u32> = sample.iter().map(|p| p.stratum).collect();
    strata.sort_unstable();
    strata.dedup();
    let run = Run {
        stage: Stage::Review,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        input: linked.recorded.run.output,
        settings: serde_json::json!({ "pairs": n, "seed": seed, "bins": linkage::BINS }).to_string(),
        seed: Some(seed),
        output,
        counts: BTreeMap::from([("pairs".to_owned(), sample.len() as u64), ("strata".to_owned(), strata.len() as u64)]),
    };
    workspace.record(vec![Content::Run(run)]).await?;
    say(format!(
        "{} pairs drawn from {} strata; review them with review --of sample, or review --of sample --export FILE.csv --limit {}",
        sample.len(),
        strata.len(),
        sample.len()
    ));
    Ok(())
}

async fn sample(workspace: &Workspace) -> Outcome<Option<(Sha256Digest, Vec<SampledPair>)>> {
    let Some(run) = workspace.casebase.runs(Stage::Review).await?.pop().map(|r| r.value) else { return Ok(None) };
    let bytes = workspace.originals.get(&run.output)?;
    let rows: Result<Vec<SampledPair>, csv::Error> =
        csv::Reader::from_reader(bytes.as_slice()).into_deserialize().collect();
    let rows =
        rows.map_err(|e| Refusal::new(format!("the sample {} cannot be read: {e}; nothing was reviewed", run.output)))?;
    Ok(Some((run.input, rows)))
}

/// The pairs last drawn. Refuses where none were.
pub async fn last_sample(workspace: &Workspace) -> Outcome<Vec<SampledPair>> {
    match sample(workspace).await? {
        Some((_, rows)) => Ok(rows),
        None => Err(Refusal::new("no sample was drawn yet; nothing was shown. Draw one with review --sample N")),
    }
}

pub async fn run(workspace: &Workspace, json: bool) -> Outcome<()> {
    let linked = linked::open(workspace, "nothing was judged").await?;
    let progress = Progress::new();
    let tick = |stage: &str, done: u64, total: u64| progress.at(stage, done, total);
    let decisions = linked.verdicts.decisions();
    let expected = linkage::expected_errors(&linked.rows, &linked.run, &linked.recorded.settings, &decisions, &tick)?;
    drop(progress);
    let sampled = sample(workspace).await?;
    let of_this_run = sampled.as_ref().is_none_or(|(input, _)| *input == linked.recorded.run.output);
    let found = sampled.map(|(_, pairs)| {
        let mut found = linkage::sample_quality(&pairs, &|a, b| linked.verdicts.get(a, b), 1);
        if !of_this_run {
            found.warnings.push("the sample is of an earlier link run: what it says is of that run".to_owned());
        }
        found
    });
    let training = &linked.run.model.training;
    if json {
        let value = serde_json::json!({
            "records": linked.rows.len(),
            "kept_pairs": linked.run.pairs.len(),
            "expected_by_the_model": expected,
            "reviewed_sample": found,
            "training": training,
        });
        outln!("{value:#}");
        return Ok(());
    }
    print(&expected, found.as_ref());
    training.warnings.iter().for_each(|warning| outln!("the model warns: {}", plain(warning)));
    Ok(())
}

fn print(expected: &ExpectedErrors, found: Option<&SampleQuality>) {
    outln!("by the model itself, of {} linked pairs:", expected.linked_pairs);
    outln!("  false links per thousand linked pairs         {:>8.2}", expected.false_links_per_thousand);
    outln!("  missed links per thousand pairs of one person {:>8.2}", expected.missed_links_per_thousand);
    outln!("  (among the pairs compared and kept; what blocking never gave is not in it)");
    let Some(found) = found else {
        outln!("no sample was reviewed: review --sample N draws one");
        return;
    };
    outln!("by reviewers: {} of {} sampled pairs reviewed", found.reviewed, found.sampled);
    outln!("  probability    now     pairs sampled reviewed links   model    found  95 %");
    for row in &found.calibration {
        let share = row.share_of_links.map_or("       —".to_owned(), |s| format!("{s:>8.3}"));
        let interval = row.interval_95.map_or(String::new(), |[low, high]| format!("  {low:.3} to {high:.3}"));
        outln!(
            "  {:<5} to {:<5} {:<7} {:>6} {:>7} {:>8} {:>5} {:>7.3} {share}{interval}",
            row.probability_from,
            row.probability_to,
            if row.linked { "linked" } else { "apart" },
            row.pairs,
            row.sampled,
            row.reviewed,
            row.links,
            row.mean_probability,
        );
    }
    for (name, share) in [("precision", &found.precision), ("recall", &found.recall)] {
        match share {
            Share::Estimated { estimate, interval_95: [low, high] } => {
                outln!("  {name:<9} {estimate:.4} (95 %: {low:.4} to {high:.4})");
            }
            Share::NotEstimable { not_estimable } => outln!("  {name:<9} not estimable, {not_estimable}"),
        }
    }
    found.warnings.iter().for_each(|warning| outln!("  warning: {}", plain(warning)));
}
