//! Zeros beside what is held back, and what a reader learns from them of all whom a held total counts.

use std::collections::BTreeSet;

use super::{Count, Sum, System};

impl System {
    /// Zeros beside a total that is missing.
    pub(super) fn veiled(&self) -> Vec<bool> {
        let mut veiled = vec![false; self.counts.len()];
        for sum in self.sums.iter().filter(|sum| self.missing[sum.total]) {
            sum.parts.iter().filter(|part| self.counts[**part].1 == 0).for_each(|part| veiled[*part] = true);
        }
        veiled
    }

    /// Hides one more count wherever everybody of a missing total is known to be in one of its parts; false when that is so nowhere.
    pub(super) fn leave_two_possible(&mut self) -> bool {
        let most = self.most();
        let mut others: Vec<Vec<usize>> = vec![Vec::new(); self.counts.len()];
        for (at, sum) in self.sums.iter().enumerate() {
            sum.parts.iter().for_each(|part| others[*part].push(at));
        }
        let missing_totals = self.sums.iter().enumerate().filter(|(_, sum)| self.missing[sum.total]);
        let next = missing_totals.filter_map(|(at, sum)| {
            let (possible, not): (Vec<usize>, Vec<usize>) = sum.parts.iter().partition(|part| most[**part] > 0);
            if possible.len() > 1 {
                return None;
            }
            // A part becomes possible where the other sum that it stands in misses somebody.
            let beside = not.iter().flat_map(|part| &others[*part]).filter(|other| **other != at);
            let printed = beside.filter_map(|other| self.somebody(&self.sums[*other]));
            printed.min_by_key(|count| (self.counts[*count].1, *count))
        });
        let next: BTreeSet<usize> = next.collect();
        next.iter().for_each(|count| self.missing[*count] = true);
        !next.is_empty()
    }

    /// The most that each count can be, for a reader who knows what is printed and that no count is negative: bounds are drawn
    /// closer from sum to sum, a fixed number of times.
    fn most(&self) -> Vec<u64> {
        const TIMES: usize = 24;
        const UNKNOWN: u64 = 1 << 40;
        let veiled = self.veiled();
        let is_unknown = |at: usize| self.missing[at] || veiled[at];
        // A row that is there has somebody in it.
        let least = |count: &Count| u64::from(!matches!(count, Count::Cell(..)));
        let counts = || self.counts.iter().enumerate();
        let mut low: Vec<u64> = counts().map(|(at, (c, n))| if is_unknown(at) { least(c) } else { *n }).collect();
        let mut high: Vec<u64> = counts().map(|(at, (_, n))| if is_unknown(at) { UNKNOWN } else { *n }).collect();
        for _ in 0..TIMES {
            let before = high.clone();
            for Sum { total, parts } in &self.sums {
                let sum = |of: &[u64]| parts.iter().fold(0u64, |sum, part| sum.saturating_add(of[*part]));
                let (least, largest) = (sum(&low), sum(&high));
                high[*total] = high[*total].min(largest);
                low[*total] = low[*total].max(least);
                for part in parts {
                    // What the other parts are at least, and at most.
                    let (least, largest) = (least - low[*part].min(least), largest - high[*part].min(largest));
                    high[*part] = high[*part].min(high[*total].saturating_sub(least));
                    low[*part] = low[*part].max(low[*total].saturating_sub(largest));
                }
            }
            if before == high {
                break;
            }
        }
        high
    }

    /// The smallest printed part of somebody, else the total.
    fn somebody(&self, sum: &Sum) -> Option<usize> {
        let printed = sum.parts.iter().copied().filter(|p| !self.missing[*p] && self.counts[*p].1 > 0);
        let part = printed.min_by_key(|p| (self.counts[*p].1, *p));
        part.or((!self.missing[sum.total]).then_some(sum.total))
    }
}
