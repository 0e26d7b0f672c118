//! Small counts held back so that none can be worked out from the others.
//!
//! Every table of one tally is one system: the cells of a row add up to the row's total, the cells of a column to the
//! party's total, and those to the number of all persons, as do the inclusion patterns. First every count from one to
//! below the minimum is held back; then more counts, until (a) no sum has a single count missing, (b) what is missing
//! from a sum is not itself small, and (c) no missing count follows exactly from all sums together (Gaussian
//! elimination over a prime field; Cox 1980 calls the second step complementary suppression).
//! A choice of sources inside another is its neighbour: what the wider one counts more is what the added lists alone say, so
//! a count that grows by less than the minimum is held back in the wider one.
//! Two choices that overlap without one holding the other, with a third that is exactly both together: the first two less
//! the third are the persons whom both know, of whom the persons known to a printed choice of just the shared lists can
//! be taken off. A count that gives a small one away so is held back in the smaller of the two.
//! A zero says something of everybody in its row and of everybody of its party. Where either total is held back, these may be
//! few, so the zero is held back too; and of whom such a total counts, at least two parties (two sexes, two places) stay
//! possible, else all of them would be known to be of the one that is left.
//! Patterns of several choices are one system, and are held back until none of their small counts follows from all (`across`).
//! What it does not promise: that no missing count can be bounded more closely than by the minimum.

mod across;
mod zeros;

use std::collections::{BTreeMap, BTreeSet};

use domain::count::Tally;
use domain::withhold::{KnownSum, Span};
use domain::{SourceId, TrustSetId};

use crate::strata::{Dimension, attribution_key, sums};

/// One printed count of a tally.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Count {
    All,
    Party(String),
    Row(Dimension, String),
    Cell(Dimension, String, String),
    Pattern(u64),
}

/// The counts of one tally that are not printed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Suppressed(BTreeSet<Count>);

/// A total and its parts, as positions.
struct Sum {
    total: usize,
    parts: Vec<usize>,
}

struct System {
    counts: Vec<(Count, u64)>,
    sums: Vec<Sum>,
    missing: Vec<bool>,
}

impl Suppressed {
    /// What is held back of each tally, so that neither its own sums nor the difference from another tally gives a small
    /// count away.
    pub fn of_all(tallies: &[(TrustSetId, Tally)], minimum: u64) -> BTreeMap<&TrustSetId, Self> {
        if minimum <= 1 {
            return tallies.iter().map(|(id, _)| (id, Self::default())).collect();
        }
        let mut systems: Vec<System> = tallies.iter().map(|(_, tally)| System::new(tally)).collect();
        for system in &mut systems {
            for (at, (_, n)) in system.counts.iter().enumerate() {
                system.missing[at] = *n > 0 && *n < minimum;
            }
        }
        let lists: Vec<BTreeSet<&SourceId>> = tallies.iter().map(|(_, tally)| tally.lists.iter().collect()).collect();
        let is_inside = |a: usize, b: usize| lists[a].len() < lists[b].len() && lists[a].is_subset(&lists[b]);
        let pairs = (0..lists.len()).flat_map(|a| (0..lists.len()).map(move |b| (a, b)));
        let nested: Vec<(usize, usize)> = pairs.clone().filter(|(a, b)| is_inside(*a, *b)).collect();
        let both: Vec<(usize, usize, usize, Option<usize>)> = pairs
            .filter(|(a, b)| a != b && (lists[*a].len(), *a) <= (lists[*b].len(), *b))
            .filter(|(a, b)| !lists[*a].is_subset(&lists[*b]) && !lists[*b].is_subset(&lists[*a]))
            .flat_map(|(a, b)| {
                let (union, shared) = (&lists[a] | &lists[b], &lists[a] & &lists[b]);
                let just = (0..lists.len()).find(|i| lists[*i] == shared);
                let unions = (0..lists.len()).filter(|i| lists[*i] == union).collect::<Vec<_>>();
                unions.into_iter().map(move |together| (a, b, together, just))
            })
            .collect();
        loop {
            for system in &mut systems {
                while system.complete_a_sum(minimum) || system.hide_what_follows() || system.leave_two_possible() {}
            }
            let mut any = false;
            for (narrow, wide) in &nested {
                let found = systems[*wide].too_near(&systems[*narrow], minimum);
                any |= !found.is_empty();
                found.into_iter().for_each(|at| systems[*wide].missing[at] = true);
            }
            for (a, b, together, just) in &both {
                let found = overlaps_by_few(&systems, (*a, *b, *together, *just), minimum);
                any |= !found.is_empty();
                found.into_iter().for_each(|at| systems[*a].missing[at] = true);
            }
            any |= across::hide(tallies, &mut systems, minimum);
            if !any {
                break;
            }
        }
        let held = systems.into_iter().map(|system| {
            let veiled = system.veiled();
            let System { counts, missing, .. } = system;
            let held = counts.into_iter().zip(missing).enumerate();
            Self(held.filter(|(at, (_, missing))| *missing || veiled[*at]).map(|(_, ((count, _), _))| count).collect())
        });
        tallies.iter().map(|(id, _)| id).zip(held).collect()
    }
    pub fn holds(&self, count: &Count) -> bool {
        self.0.contains(count)
    }
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

impl System {
    fn new(tally: &Tally) -> Self {
        let mut values: BTreeMap<Count, u64> = BTreeMap::new();
        let mut parts: BTreeMap<Count, Vec<Vec<Count>>> = BTreeMap::new();
        let parties: BTreeSet<String> = tally.cells.iter().map(|c| attribution_key(&c.stratum.attribution)).collect();
        for cell in &tally.cells {
            for count in [
                Count::All,
                Count::Party(attribution_key(&cell.stratum.attribution)),
                Count::Pattern(cell.inclusion_pattern),
            ] {
                *values.entry(count).or_default() += cell.n_documented;
            }
        }
        let of_kind = |values: &BTreeMap<Count, u64>, kind: fn(&Count) -> bool| -> Vec<Count> {
            values.keys().filter(|c| kind(c)).cloned().collect()
        };
        let all = parts.entry(Count::All).or_default();
        all.push(of_kind(&values, |c| matches!(c, Count::Party(_))));
        all.push(of_kind(&values, |c| matches!(c, Count::Pattern(_))));
        for dimension in Dimension::ALL.into_iter().filter(|d| *d != Dimension::Party) {
            let table = sums(tally, dimension);
            let rows = table.keys().map(|value| Count::Row(dimension, value.clone())).collect();
            parts.entry(Count::All).or_default().push(rows);
            for (value, row) in &table {
                values.insert(Count::Row(dimension, value.clone()), row.values().sum());
                let cells = parties.iter().map(|party| {
                    let cell = Count::Cell(dimension, value.clone(), party.clone());
                    values.insert(cell.clone(), row.get(party).copied().unwrap_or(0));
                    cell
                });
                let cells = cells.collect();
                parts.entry(Count::Row(dimension, value.clone())).or_default().push(cells);
            }
            for party in &parties {
                let cells = table.keys().map(|value| Count::Cell(dimension, value.clone(), party.clone())).collect();
                parts.entry(Count::Party(party.clone())).or_default().push(cells);
            }
        }
        let place: BTreeMap<&Count, usize> = values.keys().enumerate().map(|(at, count)| (count, at)).collect();
        let at = |count: &Count| place.get(count).copied();
        let found = parts.iter().flat_map(|(total, several)| several.iter().map(move |parts| (total, parts)));
        let found = found
            .filter_map(|(total, parts)| Some(Sum { total: at(total)?, parts: parts.iter().filter_map(at).collect() }));
        let found = found.collect();
        Self { missing: vec![false; values.len()], sums: found, counts: values.into_iter().collect() }
    }

    /// Printed counts that differ from the same count of a narrower choice of sources by a small number. Patterns are bits of
    /// each tally's own lists and have no counterpart.
    fn too_near(&self, narrow: &Self, minimum: u64) -> Vec<usize> {
        let printed = narrow.counts.iter().zip(&narrow.missing).filter(|(_, missing)| !**missing);
        let printed: BTreeMap<&Count, u64> = printed.map(|((count, n), _)| (count, *n)).collect();
        let differs = |(count, n): &(Count, u64)| {
            let by = printed.get(count).map_or(0, |narrow| n.abs_diff(*narrow));
            !matches!(count, Count::Pattern(_)) && by > 0 && by < minimum
        };
        (0..self.counts.len()).filter(|at| !self.missing[*at] && differs(&self.counts[*at])).collect()
    }

    /// Hides one more part of a sum that misses too little; false when no sum does.
    fn complete_a_sum(&mut self, minimum: u64) -> bool {
        for sum in &self.sums {
            let hidden: Vec<usize> = sum.parts.iter().copied().filter(|p| self.missing[*p]).collect();
            let missing = hidden.len() + usize::from(self.missing[sum.total]);
            let hidden_sum: u64 = hidden.iter().map(|p| self.counts[*p].1).sum();
            let gives_away = missing == 1 || (!self.missing[sum.total] && missing > 1 && hidden_sum < minimum);
            if !gives_away {
                continue;
            }
            if let Some(next) = self.cheapest(sum) {
                self.missing[next] = true;
                return true;
            }
        }
        false
    }

    /// The smallest part that is still printed, one of somebody before an empty one; then the total.
    fn cheapest(&self, sum: &Sum) -> Option<usize> {
        let printed = sum.parts.iter().copied().filter(|p| !self.missing[*p]);
        let part = printed.min_by_key(|p| (self.counts[*p].1 == 0, self.counts[*p].1, *p));
        part.or((!self.missing[sum.total]).then_some(sum.total))
    }

    /// Hides one more count beside each that follows from the sums; false when none does.
    fn hide_what_follows(&mut self) -> bool {
        let mut any = false;
        for known in self.determined() {
            let beside = self.sums.iter().filter(|s| s.total == known || s.parts.contains(&known));
            let next = beside.filter_map(|sum| self.cheapest(sum)).min_by_key(|p| (self.counts[*p].1, *p));
            if let Some(next) = next {
                self.missing[next] = true;
                any = true;
            }
        }
        any
    }

    /// Missing counts that the printed ones determine: unit vectors in the row space of the sums.
    fn determined(&self) -> Vec<usize> {
        let columns: Vec<usize> = (0..self.counts.len()).filter(|at| self.missing[*at]).collect();
        let column: BTreeMap<usize, usize> = columns.iter().enumerate().map(|(c, at)| (*at, c)).collect();
        let missing = |at: &usize, is_less: bool| column.get(at).map(|c| (*c, is_less));
        let known = |sum: &Sum| -> KnownSum {
            let parts = sum.parts.iter().filter_map(|part| missing(part, false));
            parts.chain(missing(&sum.total, true)).collect()
        };
        let sums: Vec<KnownSum> = self.sums.iter().map(known).collect();
        Span::of(&sums, columns.len()).determined().into_iter().map(|c| columns[c]).collect()
    }
}

/// Printed counts of the first of two overlapping choices that, with the same counts of the others, say of how few persons
/// both know. `just` is the choice of exactly the shared lists, where there is one.
fn overlaps_by_few(
    systems: &[System],
    (a, b, together, just): (usize, usize, usize, Option<usize>),
    minimum: u64,
) -> Vec<usize> {
    let printed = |system: &System| -> BTreeMap<Count, u64> {
        let found = system.counts.iter().zip(&system.missing).filter(|(_, missing)| !**missing);
        found.map(|(count, _)| count.clone()).collect()
    };
    let (of_b, of_both, of_just) =
        (printed(&systems[b]), printed(&systems[together]), just.map(|j| printed(&systems[j])));
    let gives_away = |(count, n): &(Count, u64)| {
        let (Some(other), Some(all)) = (of_b.get(count), of_both.get(count)) else { return false };
        let is_few = |n: u64| n > 0 && n < minimum;
        let shared = (n + other).abs_diff(*all);
        let beyond = of_just.as_ref().and_then(|of| of.get(count)).map_or(0, |just| shared.abs_diff(*just));
        !matches!(count, Count::Pattern(_)) && (is_few(shared) || is_few(beyond))
    };
    let own = systems[a].counts.iter().zip(&systems[a].missing).enumerate();
    own.filter(|(_, (count, missing))| !**missing && gives_away(count)).map(|(at, _)| at).collect()
}

#[cfg(test)]
mod tests {
    mod zeros;

    use super::*;
    use domain::count::{Attribution, Stratum, TallyCell};
    use domain::{PartyCode, Sex};

    fn cell(party: &str, sex: Sex, pattern: u64, n: u64) -> TallyCell {
        let stratum = Stratum {
            attribution: Attribution::Party(PartyCode::new(party).unwrap()),
            month: None,
            place: None,
            sex: Some(sex),
            age_class: None,
            civilian: None,
            act: None,
        };
        TallyCell { stratum, inclusion_pattern: pattern, n_documented: n }
    }

    #[test]
    fn a_small_count_is_not_the_only_one_that_is_missing_from_any_sum() {
        let tally = Tally {
            lists: vec![SourceId::new("a").unwrap(), SourceId::new("b").unwrap()],
            cells: vec![
                cell("isis", Sex::Female, 1, 2),
                cell("isis", Sex::Male, 1, 40),
                cell("sdf", Sex::Female, 3, 30),
                cell("sdf", Sex::Male, 2, 50),
                cell("coalition", Sex::Female, 2, 9),
                cell("coalition", Sex::Male, 1, 11),
            ],
        };
        let tallies = [(TrustSetId::new("everyone").unwrap(), tally.clone())];
        let held = Suppressed::of_all(&tallies, 5).remove(&tallies[0].0).unwrap();
        let isis = |sex: &str| Count::Cell(Dimension::Sex, sex.into(), "isis".into());
        assert!(held.holds(&isis("female")) && held.holds(&isis("male")));
        assert!(!held.holds(&Count::All) && !held.holds(&Count::Party("sdf".into())));
        let mut system = System::new(&tally);
        system.missing = system.counts.iter().map(|(count, _)| held.holds(count)).collect();
        assert!(system.determined().is_empty());
        for sum in &system.sums {
            let missing: Vec<_> = sum.parts.iter().filter(|p| system.missing[**p]).collect();
            assert!(missing.is_empty() || missing.iter().map(|p| system.counts[**p].1).sum::<u64>() >= 5);
        }
        // The check itself can fail: with the first step alone, the count follows by subtraction.
        system.missing = system.counts.iter().map(|(_, n)| *n > 0 && *n < 5).collect();
        assert!(!system.determined().is_empty());
    }

    #[test]
    fn what_one_list_adds_to_a_narrower_choice_of_sources_is_not_found_by_subtraction() {
        let list = |id: &str| SourceId::new(id).unwrap();
        let id = |id: &str| TrustSetId::new(id).unwrap();
        let narrow = Tally {
            lists: vec![list("a"), list("b")],
            cells: vec![cell("isis", Sex::Male, 1, 40), cell("sdf", Sex::Female, 3, 30)],
        };
        // The third list alone bears two more men.
        let wide = Tally {
            lists: vec![list("a"), list("b"), list("c")],
            cells: vec![
                cell("isis", Sex::Male, 1, 20),
                cell("isis", Sex::Male, 5, 22),
                cell("sdf", Sex::Female, 3, 30),
            ],
        };
        let tallies = [(id("narrow"), narrow), (id("wide"), wide)];
        let held = Suppressed::of_all(&tallies, 5);
        let total = |set: &str| held[&id(set)].holds(&Count::All);
        let party = |set: &str| held[&id(set)].holds(&Count::Party("isis".into()));
        assert!(!total("narrow") && !party("narrow"), "the narrower choice is printed");
        assert!(total("wide") && party("wide"), "42 less 40 would give the two men away");
        // Alone, with no narrower choice beside it, the wider one hides nothing of the kind.
        assert!(!Suppressed::of_all(&tallies[1..], 5)[&id("wide")].holds(&Count::All));
    }

    #[test]
    fn how_few_two_overlapping_choices_share_is_not_found_from_the_choice_of_both() {
        let lists = |ids: &[&str]| ids.iter().map(|id| SourceId::new(*id).unwrap()).collect::<Vec<_>>();
        let id = |id: &str| TrustSetId::new(id).unwrap();
        // 40 on list a, 50 on list b, and 87 together: three are on both.
        let tally = |ids: &[&str], patterns: &[(u64, u64)]| Tally {
            lists: lists(ids),
            cells: patterns.iter().map(|(pattern, n)| cell("isis", Sex::Male, *pattern, *n)).collect(),
        };
        let tallies = [
            (id("a"), tally(&["a"], &[(1, 40)])),
            (id("b"), tally(&["b"], &[(1, 50)])),
            (id("both"), tally(&["a", "b"], &[(1, 37), (2, 47), (3, 3)])),
        ];
        let held = Suppressed::of_all(&tallies, 5);
        let hides = |set: &str| held[&id(set)].holds(&Count::All);
        // How many are on each list is known from the log, so that the sum is what can be held back.
        assert!(hides("both"), "40 and 50 less 87");
        // With enough on both, nothing is held back.
        let tallies = [
            (id("a"), tally(&["a"], &[(1, 40)])),
            (id("b"), tally(&["b"], &[(1, 50)])),
            (id("both"), tally(&["a", "b"], &[(1, 30), (2, 40), (3, 10)])),
        ];
        let held = Suppressed::of_all(&tallies, 5);
        assert!(["a", "b", "both"].iter().all(|set| !held[&id(set)].holds(&Count::All)));
    }
}
