//! Inclusion patterns of several choices of sources, taken together.
//!
//! A person on the lists P stands in the table of a choice S of them under the pattern P ∩ S. So every table of patterns,
//! and every total, of a choice inside a wider one is a sum of cells of the wider one's table. A small count is given away
//! when it is a combination of what is printed in all of them (it lies in the span of the printed counts), or when a
//! printed count less the printed cells of which it is made leaves a small rest.
//!
//! Cells that nobody stands in are taken as known to the reader, and so is how many persons each list bears: between two imports the
//! public log grows by the rows of the first.

use std::collections::BTreeMap;

use domain::count::Tally;
use domain::withhold::{KnownSum, Span};
use domain::{SourceId, TrustSetId};

use super::{Count, System};

/// A count of one of the tallies, as the cells of the widest that it adds up.
struct Added {
    tally: usize,
    /// Position among the tally's counts.
    at: usize,
    cells: Vec<usize>,
}

/// One choice of sources with those inside it.
struct Family {
    /// Cells of the widest choice.
    widest: Vec<Added>,
    /// Its total, and patterns and totals of the others.
    sums: Vec<Added>,
    /// Of each list its cells: their sum is known whatever is printed.
    lists: Vec<Vec<usize>>,
}

/// Hides counts of the tallies until their tables together give no small count away; false where nothing had to be hidden.
pub(super) fn hide(tallies: &[(TrustSetId, Tally)], systems: &mut [System], minimum: u64) -> bool {
    let mut any = false;
    for widest in 0..tallies.len() {
        let Some(family) = Family::of(tallies, systems, widest) else { continue };
        while let Some((tally, at)) = family.next_to_hide(systems, minimum) {
            systems[tally].missing[at] = true;
            any = true;
        }
    }
    any
}

impl Family {
    fn of(tallies: &[(TrustSetId, Tally)], systems: &[System], widest: usize) -> Option<Self> {
        let lists = &tallies[widest].1.lists;
        let inside = |other: &usize| {
            let own = &tallies[*other].1.lists;
            *other != widest && !own.is_empty() && own.iter().all(|list| lists.contains(list))
        };
        let others: Vec<usize> = (0..tallies.len()).filter(inside).collect();
        let cells: Vec<(usize, u64)> = patterns(&systems[widest]).collect();
        if cells.is_empty() {
            return None;
        }
        let mut sums: Vec<Added> = total(&systems[widest])
            .map(|at| Added { tally: widest, at, cells: (0..cells.len()).collect() })
            .into_iter()
            .collect();
        for other in others {
            let mut under: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
            for (cell, (_, pattern)) in cells.iter().enumerate() {
                under.entry(seen_by(*pattern, lists, &tallies[other].1.lists)).or_default().push(cell);
            }
            let unseen = under.remove(&0).unwrap_or_default();
            sums.extend(patterns(&systems[other]).filter_map(|(at, pattern)| {
                under.get(&pattern).map(|cells| Added { tally: other, at, cells: cells.clone() })
            }));
            let seen = (0..cells.len()).filter(|cell| !unseen.contains(cell)).collect();
            sums.extend(total(&systems[other]).map(|at| Added { tally: other, at, cells: seen }));
        }
        let on = |bit: usize| (0..cells.len()).filter(|cell| cells[*cell].1 >> bit & 1 == 1).collect();
        let lists = (0..lists.len()).map(on).collect();
        let widest =
            cells.iter().enumerate().map(|(cell, (at, _))| Added { tally: widest, at: *at, cells: vec![cell] });
        Some(Self { widest: widest.collect(), sums, lists })
    }

    fn next_to_hide(&self, systems: &[System], minimum: u64) -> Option<(usize, usize)> {
        let is_missing = |added: &Added| systems[added.tally].missing[added.at];
        let n = |added: &Added| systems[added.tally].counts[added.at].1;
        let is_few = |n: u64| n > 0 && n < minimum;
        // The smallest printed count, one that shares a cell with these before others, and a cell before a sum, so that little is
        // lost.
        let beside = |cells: &[usize]| {
            let all = self.widest.iter().map(|a| (false, a)).chain(self.sums.iter().map(|a| (true, a)));
            let printed = all.filter(|(_, a)| !is_missing(a) && n(a) > 0);
            let is_far = |a: &Added| !a.cells.iter().any(|c| cells.contains(c));
            let next = printed.min_by_key(|(is_sum, a)| (is_far(a), *is_sum, n(a), a.tally, a.at));
            next.map(|(_, a)| (a.tally, a.at))
        };
        let of_printed = self.sums.iter().filter(|sum| !is_missing(sum)).map(|sum| (&sum.cells, Some(sum)));
        for (cells, sum) in of_printed.chain(self.lists.iter().map(|cells| (cells, None))) {
            let (missing, own): (Vec<&Added>, Vec<&Added>) =
                cells.iter().map(|c| &self.widest[*c]).partition(|a| is_missing(a));
            if is_few(missing.into_iter().map(n).sum()) {
                let next = own.into_iter().min_by_key(|a| (n(a), a.at)).or(sum);
                // A list that bears few is known to, whatever is printed.
                if let Some(next) = next {
                    return Some((next.tally, next.at));
                }
            }
        }
        let unknown: Vec<usize> = (0..self.widest.len()).filter(|c| is_missing(&self.widest[*c])).collect();
        let column: BTreeMap<usize, usize> = unknown.iter().enumerate().map(|(column, cell)| (*cell, column)).collect();
        let sum = |cells: &Vec<usize>| -> KnownSum {
            cells.iter().filter_map(|cell| column.get(cell)).map(|at| (*at, false)).collect()
        };
        let printed = self.sums.iter().filter(|added| !is_missing(added)).map(|added| &added.cells);
        let printed: Vec<KnownSum> = printed.chain(&self.lists).map(sum).collect();
        let printed = Span::of(&printed, unknown.len());
        // What the lists tell by themselves nobody can hold back.
        let whole = |cells: &Vec<usize>| -> KnownSum { cells.iter().map(|cell| (*cell, false)).collect() };
        let lists: Vec<KnownSum> = self.lists.iter().map(whole).collect();
        let lists = Span::of(&lists, self.widest.len());
        let small = self.widest.iter().chain(&self.sums).filter(|added| is_missing(added) && is_few(n(added)));
        let given = small.filter(|added| printed.holds(&sum(&added.cells)) && !lists.holds(&whole(&added.cells)));
        given.into_iter().find_map(|added| beside(&added.cells))
    }
}

fn patterns(system: &System) -> impl Iterator<Item = (usize, u64)> + '_ {
    system.counts.iter().enumerate().filter_map(|(at, (count, _))| match count {
        Count::Pattern(pattern) => Some((at, *pattern)),
        _ => None,
    })
}

fn total(system: &System) -> Option<usize> {
    system.counts.iter().position(|(count, _)| *count == Count::All)
}

/// A pattern of some lists as the pattern of some of them.
fn seen_by(pattern: u64, lists: &[SourceId], some: &[SourceId]) -> u64 {
    let is_on = |list: &SourceId| lists.iter().position(|l| l == list).is_some_and(|bit| pattern >> bit & 1 == 1);
    some.iter().enumerate().filter(|(_, list)| is_on(list)).map(|(bit, _)| 1 << bit).sum()
}

#[cfg(test)]
mod tests;
