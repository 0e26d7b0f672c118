//! Small cells withheld from what is published: a count of one or two in a village names a family.
//!
//! The attack: a withheld cell is the total less the cells that are shown. Where only one cell of a table with a total
//! would be withheld, the next smallest goes with it; where those withheld add up to fewer than the bound, more go. Several sums together may
//! tell a cell that none tells alone: these are solved.

use std::collections::{BTreeMap, BTreeSet};

use domain::withhold::{KnownSum, Span};

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
    let hidden: BTreeSet<&K> = by_size[..withheld].iter().map(|(_, key)| *key).collect();
    let publish = |(key, n): (&K, &u64)| {
        (key.clone(), if hidden.contains(key) { Published::Withheld } else { Published::Count(*n) })
    };
    counts.iter().map(publish).collect()
}

/// Withholds cells beside tables of their sums, so that both together give no small count away: every cell of a sum that is itself
/// withheld, and in every sum that is shown either none or several cells, which add up to the bound at least; and no withheld cell follows
/// from all shown sums together (not solved where more than a thousand are withheld). `sums` are the tables: for
/// each, which sum a cell goes into.
pub fn suppress_beside<K: Ord + Clone>(
    counts: &BTreeMap<K, u64>,
    sums: &[BTreeMap<K, usize>],
    smallest: u64,
) -> BTreeMap<K, Published> {
    let mut shown = suppress(counts, smallest);
    if smallest < 2 {
        return shown;
    }
    let is_hidden = |shown: &BTreeMap<K, Published>, key: &K| shown.get(key) == Some(&Published::Withheld);
    let mut of_sums: Vec<Vec<&K>> = Vec::new();
    for table in sums {
        let mut members: BTreeMap<usize, Vec<&K>> = BTreeMap::new();
        table.iter().for_each(|(key, sum)| members.entry(*sum).or_default().push(key));
        let count =
            |keys: &Vec<&K>| keys.iter().filter_map(|key| counts.get(*key)).fold(0u64, |a, n| a.saturating_add(*n));
        let margin: BTreeMap<usize, u64> = members.iter().map(|(sum, keys)| (*sum, count(keys))).collect();
        for (sum, published) in suppress(&margin, smallest) {
            let keys = members.remove(&sum).unwrap_or_default();
            if published == Published::Withheld {
                keys.into_iter().for_each(|key| _ = shown.insert(key.clone(), Published::Withheld));
            } else {
                of_sums.push(keys);
            }
        }
    }
    loop {
        let mut more: Option<&K> = None;
        for keys in &of_sums {
            let hidden: Vec<u64> =
                keys.iter().filter(|key| is_hidden(&shown, key)).filter_map(|key| counts.get(*key)).copied().collect();
            if hidden.is_empty() || (hidden.len() > 1 && hidden.iter().sum::<u64>() >= smallest) {
                continue;
            }
            let open = keys.iter().filter(|key| !is_hidden(&shown, key));
            more = open.min_by_key(|key| (counts.get(**key) == Some(&0), counts.get(**key))).copied();
            if more.is_some() {
                break;
            }
        }
        match more.or_else(|| beside_what_follows(counts, &of_sums, &shown)) {
            Some(key) => _ = shown.insert(key.clone(), Published::Withheld),
            None => return shown,
        }
    }
}

/// So many withheld cells are solved for at most: the elimination takes their number times the square of the sums'. Where more are withheld
/// there are many more unknowns than sums.
const MOST_SOLVED: usize = 1_000;

/// Where a withheld cell follows from all shown sums together, the next to withhold: the smallest that is still shown in a sum with such a
/// cell, else anywhere. `None` where nothing follows, or nothing is shown.
fn beside_what_follows<'a, K: Ord>(
    counts: &BTreeMap<K, u64>,
    of_sums: &[Vec<&'a K>],
    shown: &BTreeMap<K, Published>,
) -> Option<&'a K> {
    let is_hidden = |key: &&K| shown.get(*key) == Some(&Published::Withheld);
    let hidden = shown.iter().filter(|(_, published)| **published == Published::Withheld).map(|(key, _)| key);
    let number: BTreeMap<&K, usize> = hidden.enumerate().map(|(at, key)| (key, at)).collect();
    if number.len() > MOST_SOLVED {
        return None;
    }
    let known = |keys: &Vec<&K>| -> KnownSum {
        keys.iter().filter_map(|key| number.get(*key)).map(|at| (*at, false)).collect()
    };
    let sums: Vec<KnownSum> = of_sums.iter().map(known).collect();
    let follows: BTreeSet<usize> = Span::of(&sums, number.len()).determined().into_iter().collect();
    if follows.is_empty() {
        return None;
    }
    let follows = |key: &&K| number.get(*key).is_some_and(|at| follows.contains(at));
    let open = |keys: &Vec<&'a K>| -> Vec<&'a K> { keys.iter().copied().filter(|key| !is_hidden(key)).collect() };
    let beside = of_sums.iter().filter(|keys| keys.iter().any(follows)).flat_map(open);
    let smallest = |key: &&'a K| (counts.get(*key) == Some(&0), counts.get(*key), *key);
    beside.min_by_key(smallest).or_else(|| of_sums.iter().flat_map(open).min_by_key(smallest))
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
    fn cells_beside_their_sums_give_no_small_count_away() {
        // Two rows, three columns; only (0, 0) is small. Rows and columns are shown, so a rectangle goes.
        let counts: BTreeMap<(usize, usize), u64> =
            [((0, 0), 2), ((0, 1), 40), ((0, 2), 50), ((1, 0), 30), ((1, 1), 60), ((1, 2), 70)].into();
        let rows = counts.keys().map(|key| (*key, key.0)).collect();
        let columns = counts.keys().map(|key| (*key, key.1)).collect();
        let shown = suppress_beside(&counts, &[rows, columns], 5);
        let hidden: Vec<_> = shown.iter().filter(|(_, p)| **p == Published::Withheld).map(|(key, _)| *key).collect();
        for sum in
            [[(0, 0), (0, 1), (0, 2)].as_slice(), &[(1, 0), (1, 1), (1, 2)], &[(0, 0), (1, 0)], &[(0, 1), (1, 1)]]
        {
            let n = sum.iter().filter(|key| hidden.contains(key)).count();
            assert_ne!(n, 1, "{hidden:?}");
        }
        assert!(hidden.contains(&(0, 0)));
    }

    #[test]
    fn a_cell_that_follows_from_several_sums_solved_together_is_not_left_to_be_solved() {
        // a + b and b + c and a + c are shown, and none of them misses one cell alone.
        let counts: BTreeMap<usize, u64> = [(0, 3), (1, 4), (2, 4), (3, 60), (4, 70), (5, 80)].into();
        let table = |pair: [usize; 2], with: usize| -> BTreeMap<usize, usize> {
            counts.keys().map(|key| (*key, if pair.contains(key) || *key == with { 0 } else { 1 })).collect()
        };
        let tables = [table([0, 1], 3), table([1, 2], 4), table([0, 2], 5)];
        let shown = suppress_beside(&counts, &tables, 5);
        let hidden: Vec<usize> =
            shown.iter().filter(|(_, p)| **p == Published::Withheld).map(|(key, _)| *key).collect();
        assert!(hidden.starts_with(&[0, 1, 2]));
        let sums: Vec<KnownSum> = tables
            .iter()
            .flat_map(|table| [0, 1].map(|sum| (table, sum)))
            .map(|(table, sum)| {
                let inside = |(at, key): (usize, &usize)| (table[key] == sum).then_some((at, false));
                hidden.iter().enumerate().filter_map(inside).collect()
            })
            .collect();
        assert!(Span::of(&sums, hidden.len()).determined().is_empty(), "{hidden:?}");
        // The three small cells alone would be solved.
        let three: Vec<KnownSum> =
            sums.iter().map(|sum| sum.iter().copied().filter(|(at, _)| *at < 3).collect()).collect();
        assert_eq!(Span::of(&three, 3).determined(), [0, 1, 2]);
    }

    #[test]
    fn a_sum_that_is_withheld_takes_all_its_cells_with_it() {
        let counts: BTreeMap<usize, u64> = [(0, 3), (1, 20), (2, 20), (3, 90), (4, 95)].into();
        let party: BTreeMap<usize, usize> = [(0, 0), (1, 1), (2, 1), (3, 2), (4, 2)].into();
        let shown = suppress_beside(&counts, &[party], 5);
        assert_eq!([0, 1, 2, 3].map(|key| shown[&key] == Published::Withheld), [true, true, true, false]);
    }

    #[test]
    fn zeros_and_large_cells_are_shown() {
        assert!(withheld(&[0, 12, 90], 5).is_empty());
        assert!(withheld(&[1, 2, 3], 0).is_empty());
    }
}
