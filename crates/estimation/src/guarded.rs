//! Strata for those outside: tables of overlaps that, beside a tally with its small counts withheld, give none of them away.
//!
//! The attacks: a stratum less what the tally shows of it is a withheld cell; a sum over strata less the strata shown is the one withheld; a
//! list left out is the difference between tally and estimate. Strata that would tell are taken together as one, "(withheld)", so that nobody is lost
//! and the total stays. What a model says of its table (totals of lists, diagnostics, warnings) may be told where no count in it is small.
//! Not promised: that nobody works a count out of a rounded estimate. Units: persons.

use std::collections::{BTreeMap, BTreeSet};

use domain::count::{Tally, TallyCell};

use crate::models::PatternTable;
use crate::plan::ListPlan;
use crate::strata::{Dimension, Parting, StratumTable, stratum_table};
use crate::suppress::{Published, suppress, suppress_beside};

/// The name of the stratum in which those that would tell are taken together.
pub const TOGETHER: &str = "(withheld)";

/// A stratum's table, and whether its own counts may be told.
#[derive(Debug, Clone, PartialEq)]
pub struct Guarded {
    pub table: StratumTable,
    pub tells_counts: bool,
}

/// Which sum each cell goes into, numbered by the sums' names.
fn into_sums<K: Ord>(tally: &Tally, by: impl Fn(&TallyCell) -> K) -> BTreeMap<usize, usize> {
    let names: BTreeSet<K> = tally.cells.iter().map(&by).collect();
    let number: BTreeMap<K, usize> = names.into_iter().enumerate().map(|(at, name)| (name, at)).collect();
    tally.cells.iter().enumerate().map(|(at, cell)| (at, number.get(&by(cell)).copied().unwrap_or(0))).collect()
}

/// The cells of a tally that are withheld, by their place in it, where its sums by party, by pattern and by every other property may be
/// known.
pub fn withheld_cells(tally: &Tally, smallest: u64) -> BTreeSet<usize> {
    let counts: BTreeMap<usize, u64> = tally.cells.iter().map(|cell| cell.n_documented).enumerate().collect();
    let mut sums = vec![into_sums(tally, |cell| cell.inclusion_pattern)];
    sums.extend(Dimension::EACH.map(|(dimension, _)| into_sums(tally, |cell| dimension.of(&cell.stratum))));
    let shown = suppress_beside(&counts, &sums, smallest);
    shown.into_iter().filter(|(_, count)| *count == Published::Withheld).map(|(at, _)| at).collect()
}

/// Cells of the tally in one stratum.
#[derive(Debug, Clone, Default)]
struct Group {
    cells: Vec<usize>,
    /// On no list that is read.
    left_out: Vec<usize>,
}

struct Guard<'a> {
    tally: &'a Tally,
    plan: &'a ListPlan,
    parting: Parting<'a>,
    withheld: BTreeSet<usize>,
    smallest: u64,
}

impl Guard<'_> {
    fn sum<'a>(&self, cells: impl IntoIterator<Item = &'a usize>) -> u64 {
        cells.into_iter().fold(0, |sum, at| sum.saturating_add(self.tally.cells[*at].n_documented))
    }

    /// Whether the sum of these cells may be shown: those withheld among them are none, or several that reach the bound together.
    fn is_safe(&self, cells: &[usize]) -> bool {
        let (n, withheld): (u64, Vec<&usize>) =
            (self.sum(cells), cells.iter().filter(|at| self.withheld.contains(at)).collect());
        let is_large = |n: u64| n == 0 || n >= self.smallest;
        is_large(n) && (withheld.is_empty() || (withheld.len() > 1 && is_large(self.sum(withheld))))
    }

    fn is_safe_group(&self, group: &Group) -> bool {
        let left_out = self.sum(&group.left_out);
        self.is_safe(&group.cells) && (left_out == 0 || left_out >= self.smallest)
    }

    fn groups(&self, by: &[Dimension]) -> BTreeMap<Vec<String>, Group> {
        let mut groups: BTreeMap<Vec<String>, Group> = BTreeMap::new();
        for (at, cell) in self.tally.cells.iter().enumerate() {
            let group = groups.entry(by.iter().map(|dimension| dimension.of(&cell.stratum)).collect()).or_default();
            let is_read = self.plan.moved(cell.inclusion_pattern) != 0;
            if is_read { &mut group.cells } else { &mut group.left_out }.push(at);
        }
        groups
    }

    fn guarded(&self, stratum: Vec<String>, group: &Group) -> Guarded {
        let mut counts: BTreeMap<u64, u64> = BTreeMap::new();
        for at in &group.cells {
            let count = counts.entry(self.plan.moved(self.tally.cells[*at].inclusion_pattern)).or_default();
            *count = count.saturating_add(self.tally.cells[*at].n_documented);
        }
        let on = |list: usize| -> Vec<usize> {
            let is_on = |at: &usize| self.plan.moved(self.tally.cells[*at].inclusion_pattern) >> list & 1 == 1;
            group.cells.iter().copied().filter(is_on).collect()
        };
        let is_whole = suppress(&counts, self.smallest).values().all(|count| *count != Published::Withheld);
        let tells_counts = is_whole && (0..self.plan.lists.len()).all(|list| self.is_safe(&on(list)));
        Guarded { table: stratum_table(self.plan, &self.parting, stratum, &counts), tells_counts }
    }
}

/// Of a table that stands alone: whether its counts may be told. `None` where it bears fewer than `smallest`, so that nothing may be said of it.
pub fn tells_counts(table: &PatternTable, smallest: u64) -> Option<bool> {
    let counts: BTreeMap<u64, u64> = table.counts.iter().copied().collect();
    let is_whole = suppress(&counts, smallest).values().all(|count| *count != Published::Withheld);
    (table.n_documented() >= smallest).then_some(is_whole)
}

/// One table per stratum, as [`crate::strata::tables`], with those that would tell a count below `smallest` taken together; with no dimension, one table
/// of everybody. `None` where even all together would tell one.
pub fn guarded_tables(tally: &Tally, plan: &ListPlan, by: &[Dimension], smallest: u64) -> Option<Vec<Guarded>> {
    let (parting, withheld) = (Parting::new(tally, plan, by), withheld_cells(tally, smallest));
    let guard = Guard { tally, plan, parting, withheld, smallest };
    let groups = guard.groups(by);
    // A stratum that tells by itself counts as the smallest there is.
    let count = |group: &Group| if guard.is_safe_group(group) { guard.sum(&group.cells) } else { 1 };
    let counts: BTreeMap<&Vec<String>, u64> = groups.iter().map(|(key, group)| (key, count(group))).collect();
    let sums_of = |dimension: usize| -> BTreeMap<&Vec<String>, usize> {
        let names: BTreeSet<&String> = groups.keys().map(|key| &key[dimension]).collect();
        let number: BTreeMap<&String, usize> = names.into_iter().enumerate().map(|(at, name)| (name, at)).collect();
        groups.keys().map(|key| (key, number[&key[dimension]])).collect()
    };
    let sums: Vec<_> = if by.len() > 1 { (0..by.len()).map(sums_of).collect() } else { Vec::new() };
    let shown = suppress_beside(&counts, &sums, smallest);
    let mut together = Group::default();
    let mut tables = Vec::new();
    for (key, group) in &groups {
        if shown.get(key) == Some(&Published::Withheld) {
            together.cells.extend(&group.cells);
            together.left_out.extend(&group.left_out);
        } else if !group.cells.is_empty() {
            tables.push(guard.guarded(key.clone(), group));
        }
    }
    if !together.cells.is_empty() {
        together.cells.sort_unstable();
        if !guard.is_safe_group(&together) {
            return None;
        }
        tables.push(guard.guarded(vec![TOGETHER.to_owned(); by.len()], &together));
    }
    Some(tables)
}
