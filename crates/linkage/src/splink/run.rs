//! A run of a [`Spec`] over rows: block, weigh, cluster. The result depends neither on the order of rows nor on threads.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{LinkType, Rule, Spec};
use crate::LinkageError;
use crate::cluster::criterion::Criterion;
use crate::cluster::{Evidence, cluster};
use crate::memo::Memo;
use crate::model::probability;

/// One row.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SpecRecord {
    /// Unique within its list.
    pub id: String,
    pub list: u32,
    /// Of [`Spec::columns`], in that order; `None` is unknown.
    pub values: Vec<Option<String>>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct SpecRun {
    /// Positions in the input and the match probability, ordered by list and id; at or above what was to be kept.
    pub pairs: Vec<(u32, u32, f64)>,
    /// The match weight of each of `pairs`, prior included, in bits.
    pub pair_bits: Vec<f64>,
    pub clusters: Vec<u32>,
    pub compared_pairs: u64,
}

/// The key of each row under one side of a rule; none where a column is missing.
type Keys = Vec<Option<u64>>;

struct Rows<'a> {
    spec: &'a Spec,
    /// In order of list and id.
    sorted: Vec<&'a SpecRecord>,
    /// Of each column that has adjustments, how often each value occurs, as a share of all values.
    frequencies: FxHashMap<usize, FxHashMap<&'a str, f64>>,
    link_only: bool,
    across_only: bool,
    /// Per blocking rule, the keys of the left and of the right side.
    keys: Vec<(Keys, Keys)>,
}

impl<'a> Rows<'a> {
    fn new(records: &'a [SpecRecord], order: &[u32], spec: &'a Spec) -> Self {
        let sorted: Vec<&SpecRecord> = order.iter().map(|&i| &records[i as usize]).collect();
        let mut frequencies: FxHashMap<usize, FxHashMap<&str, f64>> = FxHashMap::default();
        let levels = spec.comparisons.iter().flat_map(|c| &c.levels);
        for column in levels.filter_map(|l| l.term_frequency.as_ref()).map(|t| t.column) {
            frequencies.entry(column).or_insert_with(|| {
                let mut counts: FxHashMap<&str, f64> = FxHashMap::default();
                let values = sorted.iter().filter_map(|r| r.values.get(column)?.as_deref());
                values.for_each(|value| *counts.entry(value).or_default() += 1.0);
                let all: f64 = counts.values().sum();
                counts.values_mut().for_each(|n| *n /= all);
                counts
            });
        }
        let keys_of = |rule: &Rule| {
            let of = |side: &[super::Expression]| sorted.par_iter().map(|r| Rule::key(side, &r.values)).collect();
            (of(&rule.left), of(&rule.right))
        };
        let keys = spec.rules.iter().map(keys_of).collect();
        let link_only = spec.link_type == LinkType::LinkOnly;
        Self { spec, sorted, frequencies, link_only, across_only: link_only, keys }
    }

    fn rows(&self, a: u32, b: u32) -> super::expression::Rows<'_> {
        (&self.sorted[a as usize].values, &self.sorted[b as usize].values)
    }

    /// Whether the rule gives the pair; `a` is the left side.
    fn gives(&self, rule: usize, a: u32, b: u32) -> bool {
        let (left, right) = &self.keys[rule];
        let same = left[a as usize].is_some() && left[a as usize] == right[b as usize];
        same && self.spec.rules[rule].holds_beside(self.rows(a, b))
    }

    fn weights(&self, a: u32, b: u32) -> Vec<(usize, usize, f64)> {
        let rows = self.rows(a, b);
        let mut out = Vec::with_capacity(self.spec.comparisons.len());
        for (c, comparison) in self.spec.comparisons.iter().enumerate() {
            if let Some(l) = comparison.levels.iter().position(|level| level.holds(rows)) {
                let level = &comparison.levels[l];
                out.push((c, l, level.match_weight_bits + self.term_bits(level, rows)));
            }
        }
        out
    }

    fn term_bits(&self, level: &super::SpecLevel, rows: super::expression::Rows) -> f64 {
        let Some(term) = &level.term_frequency else { return 0.0 };
        let Some(frequencies) = self.frequencies.get(&term.column) else { return 0.0 };
        let of = |row: &[Option<String>]| frequencies.get(row.get(term.column)?.as_deref()?).copied();
        let (x, y) = (of(rows.0), of(rows.1));
        match x.or(y).zip(y.or(x)) {
            Some((x, y)) => term.weight * (term.exact_u / x.max(y).max(term.least_u)).log2(),
            None => 0.0,
        }
    }

    fn bits(&self, a: u32, b: u32) -> f64 {
        let prior = self.spec.prior_match_probability;
        // Splink bounds the odds at 1e-300 and 1e300.
        let sum: f64 = self.weights(a, b).iter().map(|w| w.2).sum();
        ((prior / (1.0 - prior)).log2() + sum).clamp(-996.578, 996.578)
    }

    fn score_rule(&self, rule: usize, keep_bits: f64) -> (Vec<(u32, u32, f64)>, u64) {
        let mut by_key: FxHashMap<u64, Vec<u32>> = FxHashMap::default();
        for (i, key) in self.keys[rule].1.iter().enumerate() {
            if let Some(key) = key {
                by_key.entry(*key).or_default().push(i as u32);
            }
        }
        let of_left = |a: u32| {
            let (mut kept, mut compared) = (Vec::new(), 0u64);
            let right = self.keys[rule].0[a as usize].and_then(|key| by_key.get(&key));
            for &b in right.into_iter().flatten().filter(|b| **b > a) {
                let apart = self.across_only && self.sorted[a as usize].list == self.sorted[b as usize].list;
                let earlier = || (0..rule).any(|r| self.gives(r, a, b));
                if apart || !self.spec.rules[rule].holds_beside(self.rows(a, b)) || earlier() {
                    continue;
                }
                compared += 1;
                let bits = self.bits(a, b);
                if bits >= keep_bits {
                    kept.push((a, b, bits));
                }
            }
            (kept, compared)
        };
        let parts: Vec<(Vec<crate::run::PairBits>, u64)> =
            (0..self.sorted.len() as u32).into_par_iter().map(of_left).filter(|p| p.1 > 0).collect();
        let compared = parts.iter().map(|p| p.1).sum();
        (parts.into_iter().flat_map(|p| p.0).collect(), compared)
    }
}

fn order_of(records: &[SpecRecord]) -> Result<Vec<u32>, LinkageError> {
    if u32::try_from(records.len()).is_err() {
        return Err(LinkageError::TooMany(records.len()));
    }
    if let Some(nameless) = records.iter().find(|r| r.id.is_empty()) {
        return Err(LinkageError::NoId(nameless.list));
    }
    let mut order: Vec<u32> = (0..records.len() as u32).collect();
    let name = |i: u32| (records[i as usize].list, records[i as usize].id.as_str());
    order.par_sort_unstable_by(|a, b| name(*a).cmp(&name(*b)));
    match order.windows(2).find(|p| name(p[0]) == name(p[1])) {
        Some(pair) => Err(LinkageError::IdTwice(records[pair[0] as usize].id.clone())),
        None => Ok(order),
    }
}

/// Links rows by a spec. Pairs at or above `keep_probability` are kept; clusters are joined by mean evidence at
/// `threshold_probability`, as elsewhere in this crate (Splink's own are connected components).
pub fn link_spec(
    records: &[SpecRecord],
    spec: &Spec,
    threshold_probability: f64,
    keep_probability: f64,
    progress: &dyn Fn(&str, u64, u64),
) -> Result<SpecRun, LinkageError> {
    for (name, share) in [("threshold_probability", threshold_probability), ("keep_probability", keep_probability)] {
        if !(share > 0.0 && share < 1.0) {
            return Err(LinkageError::Settings(format!("{name} is {share}, not between 0 and 1")));
        }
    }
    let order = order_of(records)?;
    let rows = Rows::new(records, &order, spec);
    let odds = |p: f64| (p / (1.0 - p)).log2();
    let (mut scored, mut compared_pairs) = (Vec::new(), 0);
    for rule in 0..spec.rules.len() {
        let (kept, compared) = rows.score_rule(rule, odds(keep_probability));
        scored.extend(kept);
        compared_pairs += compared;
        progress("score", rule as u64 + 1, spec.rules.len() as u64);
    }
    scored.par_sort_unstable_by_key(|&(a, b, _): &(u32, u32, f64)| (a, b));
    let score = |a: u32, b: u32, _: &mut Memo| rows.bits(a.min(b), a.max(b));
    let list = |i: u32| rows.sorted[i as usize].list;
    let evidence = Evidence {
        pairs: &scored,
        links: &[],
        non_links: &[],
        score: &score,
        list: &list,
        // Each record stands for itself.
        content: &u64::from,
        criterion: Criterion {
            lists_apart: rows.link_only,
            other_list_bits: 0.0,
            threshold_bits: odds(threshold_probability),
        },
    };
    let smallest = cluster(order.len(), &evidence);
    progress("cluster", 1, 1);
    let mut numbers: FxHashMap<u32, u32> = FxHashMap::default();
    let mut clusters = vec![0; records.len()];
    for (at, first) in smallest.iter().enumerate() {
        let next = numbers.len() as u32;
        clusters[order[at] as usize] = *numbers.entry(*first).or_insert(next);
    }
    let pair = |&(a, b, bits): &(u32, u32, f64)| (order[a as usize], order[b as usize], probability(bits));
    Ok(SpecRun {
        pairs: scored.iter().map(pair).collect(),
        pair_bits: scored.iter().map(|p| p.2).collect(),
        clusters,
        compared_pairs,
    })
}

/// The level and weight of each comparison of two of the records, then the prior; they add up to the match weight in bits.
pub fn spec_weights(
    records: &[SpecRecord],
    spec: &Spec,
    a: usize,
    b: usize,
) -> Result<Vec<(String, String, f64)>, LinkageError> {
    let order = order_of(records)?;
    let rows = Rows::new(records, &order, spec);
    let at = |input: usize| order.iter().position(|&i| i as usize == input).map(|i| i as u32);
    let (Some(a), Some(b)) = (at(a), at(b)) else {
        return Err(LinkageError::Settings("a record is not among those given".into()));
    };
    let named = |(c, l, bits): (usize, usize, f64)| {
        let comparison = &spec.comparisons[c];
        (comparison.name.clone(), comparison.levels[l].name.clone(), bits)
    };
    let mut out: Vec<(String, String, f64)> = rows.weights(a.min(b), a.max(b)).into_iter().map(named).collect();
    let prior = spec.prior_match_probability;
    out.push(("prior".into(), "all_pairs".into(), (prior / (1.0 - prior)).log2()));
    Ok(out)
}
