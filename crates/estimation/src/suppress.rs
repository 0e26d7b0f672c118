//! Small cells withheld from what is published: a count of one or two in a village names a family.
//!
//! The attack: a withheld cell is the total less the cells that are shown. Where only one cell of a table with a total
//! would be withheld, the next smallest goes with it; where those withheld add up to fewer than the bound, more go.

use std::collections::BTreeMap;

/// A count as it may be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Published {
    Count(u64),
    /// Withheld; it is not zero.
    Withheld,
}

/// Withholds counts from 1 to below `smallest`, and as many others as keep these from being worked out from the total.
/// Zeros are shown. `smallest` 0 or 1 withholds nothing.
pub fn suppress<K: Ord + Clone>(counts: &BTreeMap<K, u64>, smallest: u64) -> BTreeMap<K, Published> {
    let mut by_size: Vec<(u64, &K)> = counts.iter().filter(|(_, n)| **n > 0).map(|(key, n)| (*n, key)).collect();
    by_size.sort();
    let mut withheld = by_size.iter().filter(|(n, _)| *n < smallest).count();
    if withheld > 0 {
        let sum = |so_many: usize| by_size[..so_many].iter().fold(0u64, |sum, (n, _)| sum.saturating_add(*n));
        while withheld < by_size.len() && (withheld < 2 || sum(withheld) < smallest) {
            withheld += 1;
        }
    }
    let hidden: std::collections::BTreeSet<&K> = by_size[..withheld].iter().map(|(_, key)| *key).collect();
    let publish = |(key, n): (&K, &u64)| {
        (key.clone(), if hidden.contains(key) { Published::Withheld } else { Published::Count(*n) })
    };
    counts.iter().map(publish).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn withheld(counts: &[u64], smallest: u64) -> Vec<usize> {
        let table: BTreeMap<usize, u64> = counts.iter().copied().enumerate().collect();
        let shown = suppress(&table, smallest);
        shown.into_iter().filter(|(_, published)| *published == Published::Withheld).map(|(key, _)| key).collect()
    }

    #[test]
    fn a_small_cell_takes_the_next_with_it_so_that_the_total_does_not_tell() {
        assert_eq!(withheld(&[2, 40, 90], 5), [0, 1]);
        assert_eq!(withheld(&[2, 3, 90], 5), [0, 1]);
        assert_eq!(withheld(&[1, 1, 90], 5), [0, 1, 2]);
    }

    #[test]
    fn zeros_and_large_cells_are_shown() {
        assert!(withheld(&[0, 12, 90], 5).is_empty());
        assert!(withheld(&[1, 2, 3], 0).is_empty());
    }
}
