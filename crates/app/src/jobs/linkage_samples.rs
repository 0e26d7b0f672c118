//! Counts over samples of the linkage: who may be one person, drawn from the last link run's own doubt, counted each time.
//!
//! The model, the kept pairs and the decisions are those of the published persons; nothing is trained here.

use std::collections::BTreeMap;

use domain::count::Tally;
use domain::{PersonId, Record, Source, TrustSet};
use estimation::tally::Described;

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
        out.push(tally::under(&Described::bare(&persons), given.sources, given.set, &workspace.places)?.0);
    }
    Ok(out)
}

/// Of fewer samples the least and the most say too little to be called an interval of 95 %.
const LEAST_FOR_INTERVAL: usize = 20;

/// What linkage leaves open of a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spread {
    /// The middle 95 % of at least 20 samples, by their order.
    Interval95([u64; 2]),
    /// The least and the most of fewer samples.
    Range([u64; 2]),
}

impl Spread {
    /// `None` without samples.
    pub fn of(counts: &[u64]) -> Option<Self> {
        let mut sorted = counts.to_vec();
        sorted.sort_unstable();
        let out = (sorted.len() as f64 * 0.025).floor() as usize;
        let ends = [*sorted.get(out)?, *sorted.get(sorted.len() - 1 - out)?];
        Some(if sorted.len() < LEAST_FOR_INTERVAL { Self::Range(ends) } else { Self::Interval95(ends) })
    }

    pub fn interval_95(counts: &[u64]) -> Option<[u64; 2]> {
        match Self::of(counts)? {
            Self::Interval95(ends) => Some(ends),
            Self::Range(_) => None,
        }
    }

    pub fn ends(self) -> [u64; 2] {
        match self {
            Self::Interval95(ends) | Self::Range(ends) => ends,
        }
    }

    /// What the two numbers are, of so many samples.
    pub fn words(samples: usize) -> String {
        match samples < LEAST_FOR_INTERVAL {
            true => format!(
                "the least and the most of {samples} samples; from {LEAST_FOR_INTERVAL} on, an interval of 95 %"
            ),
            false => format!("95 % of {samples} samples"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Spread;

    #[test]
    fn the_middle_95_percent_leaves_out_a_fortieth_on_either_side() {
        let counts: Vec<u64> = (1..=80).rev().collect();
        assert_eq!(Spread::of(&counts), Some(Spread::Interval95([3, 78])));
        assert_eq!(Spread::of(&[]), None);
    }

    #[test]
    fn few_samples_are_called_no_interval() {
        assert_eq!(Spread::of(&[7, 5]), Some(Spread::Range([5, 7])));
        assert_eq!(Spread::interval_95(&[7; 19]), None);
        assert_eq!(Spread::interval_95(&[7; 20]), Some([7, 7]));
    }
}
