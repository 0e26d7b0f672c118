//! Counts over samples of the linkage: who may be one person, drawn from the last link run's own doubt, counted each time.
//!
//! The model, the kept pairs and the decisions are those of the published persons; nothing is trained here.

use std::collections::BTreeMap;

use domain::count::Tally;
use domain::{PersonId, Record, Source, TrustSet};

use crate::jobs::{linked, tally};
use crate::refusal::Outcome;
use crate::terminal::Progress;
use crate::workspace::Workspace;

/// What is counted, by whom.
pub struct Given<'a> {
    /// Those of the last link run, in the workspace's order.
    pub records: &'a [Record],
    pub sources: &'a [Source],
    pub set: &'a TrustSet,
}

/// One tally per sample. `nothing` says what is not done where there is no run to draw from.
pub async fn tallies(
    workspace: &Workspace,
    given: &Given<'_>,
    samples: usize,
    seed: u64,
    progress: &Progress,
    nothing: &str,
) -> Outcome<Vec<Tally>> {
    let linked = linked::open(workspace, nothing).await?;
    let report = |stage: &str, done: u64, total: u64| progress.at(stage, done, total);
    let (settings, decisions) = (&linked.recorded.settings, linked.verdicts.decisions());
    let drawn = linkage::sample_clusterings(&linked.rows, &linked.run, settings, &decisions, samples, seed, &report)?;
    let mut out = Vec::with_capacity(drawn.len());
    for clusters in &drawn {
        let mut persons: BTreeMap<u32, Vec<&Record>> = BTreeMap::new();
        for (cluster, record) in clusters.iter().zip(given.records) {
            persons.entry(*cluster).or_default().push(record);
        }
        let named = |(cluster, records)| Ok((PersonId::new(format!("sampled-{cluster}"))?, records));
        let persons: Vec<(PersonId, Vec<&Record>)> = persons.into_iter().map(named).collect::<Outcome<_>>()?;
        out.push(tally::under(&persons, &[], given.sources, given.set, &workspace.places)?);
    }
    Ok(out)
}

/// The middle 95 % of counts, by their order: with few samples the least and the most.
pub fn interval_95(counts: &[u64]) -> Option<[u64; 2]> {
    let mut sorted = counts.to_vec();
    sorted.sort_unstable();
    let out = (sorted.len() as f64 * 0.025).floor() as usize;
    Some([*sorted.get(out)?, *sorted.get(sorted.len() - 1 - out)?])
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_middle_95_percent_leaves_out_a_fortieth_on_either_side() {
        let counts: Vec<u64> = (1..=80).rev().collect();
        assert_eq!(super::interval_95(&counts), Some([3, 78]));
        assert_eq!(super::interval_95(&[7, 5]), Some([5, 7]));
        assert_eq!(super::interval_95(&[]), None);
    }
}
