//! Pairwise precision, recall and F1 of a clustering or of pairs, against known truth.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Counts of pairs of records. Recall counts every true pair, those that blocking missed included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    pub true_pairs: u64,
    pub found_pairs: u64,
    pub found_true_pairs: u64,
}

impl Quality {
    /// Share of found pairs that are true; 1 when none was found.
    pub fn precision(&self) -> f64 {
        share(self.found_true_pairs, self.found_pairs)
    }
    /// Share of true pairs that were found; 1 when there is none.
    pub fn recall(&self) -> f64 {
        share(self.found_true_pairs, self.true_pairs)
    }
    /// The harmonic mean of both.
    pub fn f1(&self) -> f64 {
        share(2 * self.found_true_pairs, self.found_pairs + self.true_pairs)
    }
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

fn pairs_within<K: Ord>(keys: impl Iterator<Item = K>) -> u64 {
    let mut sizes: BTreeMap<K, u64> = BTreeMap::new();
    keys.for_each(|k| *sizes.entry(k).or_default() += 1);
    sizes.values().map(|n| n * (n - 1) / 2).sum()
}

/// Of a clustering: `clusters[i]` and `truth[i]` are the cluster and the person of record i.
pub fn quality(clusters: &[u32], truth: &[u64]) -> Quality {
    Quality {
        true_pairs: pairs_within(truth.iter()),
        found_pairs: pairs_within(clusters.iter()),
        found_true_pairs: pairs_within(clusters.iter().zip(truth)),
    }
}

/// Of the pairs at or above a match probability. Each pair must be there once.
pub fn quality_of_pairs(pairs: &[(u32, u32, f32)], truth: &[u64], at_least: f32) -> Quality {
    let found = || pairs.iter().filter(|p| p.2 >= at_least);
    let same = |p: &&(u32, u32, f32)| {
        let of = |i: u32| truth.get(i as usize);
        of(p.0).is_some() && of(p.0) == of(p.1)
    };
    Quality {
        true_pairs: pairs_within(truth.iter()),
        found_pairs: found().count() as u64,
        found_true_pairs: found().filter(same).count() as u64,
    }
}
