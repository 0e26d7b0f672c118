//! Samples of the clustering from its posterior, so that counts and estimates can carry the uncertainty of linkage.
//!
//! This draws whole clusterings; it never trains, and never looks for pairs that the run did not keep. Evidence is in
//! bits. The distribution, over the clusterings of one connected component of kept pairs, is
//!
//! P(C) ∝ 2 ^ Σ w(i,j) · e(i,j), over the pairs i, j that C holds together,
//!
//! with the pair's evidence e held within ±12 bits (and `other_list_bits` added between two lists, as in the run; what the run takes from groups that share lists is left out), and w = 1 / (k - 1) for two records of one cluster of k in the run,
//! w = 1 / max(a, b) for records of two clusters of a and b. The weights say that what speaks for a record's belonging to a
//! group is the *mean* of its evidence over the group, as in the run's average linkage: evidence of one record about several
//! others is nearly the same evidence, and adding it up would make large groups too sure (the exponent of a composite
//! likelihood: Varin, Reid and Firth 2011, "An overview of composite likelihood methods", section 4). A pair alone
//! of one list is together with its match probability exactly. Vetoes and links of reviewers hold in every sample.
//!
//! Sampled by Gibbs steps (one record leaves its group and chooses again) and split or merge steps (Metropolis–Hastings with
//! random splits, after Jain and Neal 2004, "A split-merge Markov chain Monte Carlo procedure").

use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use rayon::prelude::*;

use crate::cluster::Sets;
use crate::mix::{hash_bytes, mix};
use crate::record::LinkRecord;
use crate::rescore::PairScorer;
use crate::run::{Decisions, LinkRun, LinkageError};
use crate::settings::Settings;

const MOST_BITS: f64 = 12.0;
/// Evidence between records of a large component that the run did not keep as a pair, in bits.
const NOT_COMPARED_BITS: f64 = -5.0;
/// In components of at most this many records every pair is compared.
const COMPARE_ALL_AT_MOST: usize = 160;
/// Rounds over a component before the first sample, and between one sample and the next.
const ROUNDS_BEFORE: usize = 40;
const ROUNDS_BETWEEN: usize = 4;
/// Components handed to the threads at a time.
const COMPONENTS_AT_A_TIME: usize = 4096;

/// For each sample, the cluster of each input record, numbered from 0 by the first record in id order.
///
/// `run` must be of the same records and settings. The samples are of one chain a component, taken apart far enough to
/// be used as draws. The same seed gives the same samples whatever the order of the records and the thread count.
///
/// # Errors
/// As [`crate::link_with`]: a model that cannot be used, decisions that contradict each other; and a run of other records.
pub fn sample_clusterings(
    records: &[LinkRecord],
    run: &LinkRun,
    settings: &Settings,
    decisions: &Decisions,
    n_samples: usize,
    seed: u64,
    progress: &dyn Fn(&str, u64, u64),
) -> Result<Vec<Vec<u32>>, LinkageError> {
    let n = records.len();
    let outside = run.pairs.iter().any(|p| p.0.max(p.1) as usize >= n);
    if run.clusters.len() != n || outside {
        return Err(LinkageError::Settings("the run is of other records than those given".into()));
    }
    let scorer = PairScorer::new(records, &run.model)?;
    let order = crate::run::id_order(&scorer.set.ids)?;
    let sorted: Vec<&LinkRecord> = order.iter().map(|&i| &records[i as usize]).collect();
    let known = crate::run::Known::read(&scorer.set.ids, &order, decisions)?;
    let components = components(run, &order, &known.links, &known.non_links);
    let clusters: Vec<u32> = order.iter().map(|&i| run.clusters[i as usize]).collect();
    let context =
        Context { sorted: &sorted, order: &order, clusters: &clusters, scorer: &scorer, settings, n_samples, seed };
    // Each record's representative: the smallest position of its group.
    let mut samples: Vec<Vec<u32>> = vec![(0..n as u32).collect(); n_samples];
    let mut done = 0;
    for part in components.chunks(COMPONENTS_AT_A_TIME) {
        let drawn: Vec<Vec<Vec<u32>>> = part.par_iter().map(|c| context.sample(c)).collect();
        for (component, drawn) in part.iter().zip(drawn) {
            for (sample, groups) in samples.iter_mut().zip(drawn) {
                component.members.iter().zip(groups).for_each(|(&at, first)| sample[at as usize] = first);
            }
        }
        done += part.len() as u64;
        progress("sample", done, components.len() as u64);
    }
    Ok(samples.into_par_iter().map(|sample| numbered(&sample, &order)).collect())
}

/// Numbers by input position, of representatives by id order.
fn numbered(representatives: &[u32], order: &[u32]) -> Vec<u32> {
    let mut numbers = vec![0u32; representatives.len()];
    let mut out = vec![0u32; representatives.len()];
    let mut next = 0;
    for (i, &first) in representatives.iter().enumerate() {
        if first as usize == i {
            numbers[i] = next;
            next += 1;
        }
        out[order[i] as usize] = numbers[first as usize];
    }
    out
}

/// Records that kept pairs or links connect, as positions in id order.
#[derive(Default)]
struct Component {
    /// Ascending.
    members: Vec<u32>,
    pairs: Vec<(u32, u32, f64)>,
    links: Vec<(u32, u32)>,
    vetoes: Vec<(u32, u32)>,
}

fn components(run: &LinkRun, order: &[u32], links: &[(u32, u32)], non_links: &[(u32, u32)]) -> Vec<Component> {
    let n = order.len();
    let mut position = vec![0u32; n];
    order.iter().enumerate().for_each(|(at, &input)| position[input as usize] = at as u32);
    let at = |input: u32| position[input as usize];
    let mut sets = Sets::new(n);
    run.pairs.iter().for_each(|&(a, b, _)| sets.join(at(a), at(b)));
    links.iter().for_each(|&(a, b)| sets.join(a, b));
    // Clusters of the run lie within components of kept pairs, unless a model of another kind made them.
    let mut first_of: Vec<u32> = vec![u32::MAX; n];
    for (i, &input) in order.iter().enumerate() {
        let first = &mut first_of[run.clusters[input as usize] as usize % n.max(1)];
        match *first {
            u32::MAX => *first = i as u32,
            first => sets.join(first, i as u32),
        }
    }
    let mut number = vec![u32::MAX; n];
    let mut size = vec![0u32; n];
    (0..n as u32).for_each(|i| size[sets.find(i) as usize] += 1);
    let mut out: Vec<Component> = Vec::new();
    for i in 0..n as u32 {
        let root = sets.find(i) as usize;
        if size[root] < 2 {
            continue;
        }
        if number[root] == u32::MAX {
            number[root] = out.len() as u32;
            out.push(Component::default());
        }
        out[number[root] as usize].members.push(i);
    }
    let mut of = |a: u32| number[sets.find(a) as usize] as usize;
    for &(a, b, p) in &run.pairs {
        let (a, b) = (at(a), at(b));
        let p = f64::from(p);
        let bits = (p / (1.0 - p)).log2().clamp(-MOST_BITS, MOST_BITS);
        out[of(a)].pairs.push((a.min(b), a.max(b), bits));
    }
    links.iter().for_each(|&(a, b)| out[of(a)].links.push((a, b)));
    for &(a, b) in non_links {
        let (x, y) = (of(a), of(b));
        if x == y && x < out.len() {
            out[x].vetoes.push((a, b));
        }
    }
    out
}

struct Context<'a> {
    sorted: &'a [&'a LinkRecord],
    order: &'a [u32],
    clusters: &'a [u32],
    scorer: &'a PairScorer,
    settings: &'a Settings,
    n_samples: usize,
    seed: u64,
}

/// Weighted evidence between units (records, or records that reviewers linked), as a symmetric sparse matrix.
struct Units {
    /// The unit of each member.
    of_member: Vec<usize>,
    near: Vec<Vec<(usize, f64)>>,
    /// The group of each unit at the start: the run's own clustering.
    start: Vec<usize>,
}

impl Context<'_> {
    /// For each sample, the smallest member of each member's group.
    fn sample(&self, component: &Component) -> Vec<Vec<u32>> {
        let units = self.units(component);
        let name = hash_bytes(self.seed, self.sorted[component.members[0] as usize].id.as_bytes());
        let mut chain = Chain::new(&units, mix(name));
        (0..ROUNDS_BEFORE).for_each(|_| chain.round());
        let mut out = Vec::with_capacity(self.n_samples);
        for _ in 0..self.n_samples {
            (0..ROUNDS_BETWEEN).for_each(|_| chain.round());
            let mut first = vec![u32::MAX; units.near.len()];
            for (member, &unit) in units.of_member.iter().enumerate() {
                let group = chain.group[unit];
                first[group] = first[group].min(component.members[member]);
            }
            out.push(units.of_member.iter().map(|&unit| first[chain.group[unit]]).collect());
        }
        out
    }

    fn units(&self, component: &Component) -> Units {
        let n = component.members.len();
        let at = |record: u32| component.members.binary_search(&record).unwrap_or(0) as u32;
        let mut sets = Sets::new(n);
        component.links.iter().for_each(|&(a, b)| sets.join(at(a), at(b)));
        let mut unit_of_root = vec![usize::MAX; n];
        let mut of_member = Vec::with_capacity(n);
        let mut n_units = 0;
        for i in 0..n as u32 {
            let unit = &mut unit_of_root[sets.find(i) as usize];
            if *unit == usize::MAX {
                *unit = n_units;
                n_units += 1;
            }
            of_member.push(*unit);
        }
        let mut sum: Vec<std::collections::BTreeMap<usize, f64>> = vec![Default::default(); n_units];
        let mut add = |a: u32, b: u32, bits: f64| {
            let (x, y) = (of_member[a as usize], of_member[b as usize]);
            if x != y {
                *sum[x].entry(y).or_default() += bits;
                *sum[y].entry(x).or_default() += bits;
            }
        };
        let weight = self.weights(component);
        for (a, b, bits) in self.evidence(component, &at) {
            add(a, b, bits * weight(a, b));
        }
        component.vetoes.iter().for_each(|&(a, b)| add(at(a), at(b), f64::NEG_INFINITY));
        let mut start = vec![0; n_units];
        let mut first: std::collections::BTreeMap<u32, usize> = Default::default();
        for (member, &unit) in of_member.iter().enumerate() {
            let cluster = self.clusters[component.members[member] as usize];
            start[unit] = *first.entry(cluster).or_insert(unit);
        }
        Units { of_member, near: sum.into_iter().map(|m| m.into_iter().collect()).collect(), start }
    }

    /// What one pair's evidence weighs, by the run's clusters of its two records.
    fn weights(&self, component: &Component) -> impl Fn(u32, u32) -> f64 {
        let of: Vec<u32> = component.members.iter().map(|&m| self.clusters[m as usize]).collect();
        let mut size: std::collections::BTreeMap<u32, u32> = Default::default();
        of.iter().for_each(|&c| *size.entry(c).or_default() += 1);
        let size: Vec<f64> = of.iter().map(|c| f64::from(size[c])).collect();
        move |a, b| {
            let (a, b) = (a as usize, b as usize);
            if of[a] == of[b] { 1.0 / (size[a] - 1.0).max(1.0) } else { 1.0 / size[a].max(size[b]) }
        }
    }

    /// Pairs of members with their evidence. In large components the pairs that were not kept speak against, once each.
    fn evidence(&self, component: &Component, at: &dyn Fn(u32) -> u32) -> Vec<(u32, u32, f64)> {
        let members = &component.members;
        let n = members.len() as u32;
        let list = |i: u32| self.sorted[members[i as usize] as usize].list;
        let apart = |a: u32, b: u32| self.settings.link_only && list(a) == list(b);
        let more = |a: u32, b: u32| if list(a) == list(b) { 0.0 } else { self.settings.other_list_bits };
        let bounded = |bits: f64| bits.clamp(-MOST_BITS, MOST_BITS);
        let mut out = Vec::new();
        if members.len() <= COMPARE_ALL_AT_MOST {
            for a in 0..n {
                for b in a + 1..n {
                    let bits = match apart(a, b) {
                        true => f64::NEG_INFINITY,
                        false => self
                            .scorer
                            .bits(self.order[members[a as usize] as usize], self.order[members[b as usize] as usize]),
                    };
                    out.push((a, b, if bits.is_finite() { bounded(bits) + more(a, b) } else { bits }));
                }
            }
            return out;
        }
        out.extend(component.pairs.iter().map(|&(a, b, bits)| {
            let (a, b) = (at(a), at(b));
            (a, b, bounded(bits) + more(a, b))
        }));
        out
    }
}

/// The state of one component's chain.
struct Chain<'a> {
    units: &'a Units,
    group: Vec<usize>,
    members: Vec<Vec<usize>>,
    /// Bits against each pair of units in one group that `near` does not name.
    missing_bits: f64,
    rng: Xoshiro256PlusPlus,
}

impl<'a> Chain<'a> {
    fn new(units: &'a Units, seed: u64) -> Self {
        let n = units.near.len();
        let mut members = vec![Vec::new(); n];
        units.start.iter().enumerate().for_each(|(unit, &group)| members[group].push(unit));
        let missing_bits = if n > COMPARE_ALL_AT_MOST { NOT_COMPARED_BITS } else { 0.0 };
        let rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        Self { units, group: units.start.clone(), members, missing_bits, rng }
    }

    fn round(&mut self) {
        let n = self.group.len();
        for unit in 0..n {
            self.choose_again(unit);
        }
        for _ in 0..(n / 4).max(1) {
            self.split_or_merge();
        }
    }

    /// Bits between a unit and each group near it; of a group, the pairs that are not named speak against by their mean weight.
    fn bits_to_groups(&self, unit: usize) -> Vec<(usize, f64)> {
        let mut found: Vec<(usize, f64, u32)> = Vec::new();
        for &(other, bits) in &self.units.near[unit] {
            let group = self.group[other];
            if other != unit {
                match found.iter_mut().find(|f| f.0 == group) {
                    Some(f) => (f.1, f.2) = (f.1 + bits, f.2 + 1),
                    None => found.push((group, bits, 1)),
                }
            }
        }
        let own = self.group[unit];
        let with_missing = |(group, bits, named): (usize, f64, u32)| {
            let size = self.members[group].len() - usize::from(group == own);
            let missing = size.saturating_sub(named as usize) as f64 / size.max(1) as f64;
            (group, bits + missing * self.missing_bits)
        };
        found.into_iter().map(with_missing).collect()
    }

    fn leave(&mut self, unit: usize) {
        let group = self.group[unit];
        if let Some(at) = self.members[group].iter().position(|&m| m == unit) {
            self.members[group].swap_remove(at);
        }
    }

    /// A group that nobody is in. There are as many groups as units, so that one is free once a unit has left.
    fn free_group(&self, preferred: usize) -> usize {
        if self.members[preferred].is_empty() {
            return preferred;
        }
        self.members.iter().position(Vec::is_empty).unwrap_or(preferred)
    }

    fn choose_again(&mut self, unit: usize) {
        let own = self.group[unit];
        let mut choices = self.bits_to_groups(unit);
        self.leave(unit);
        choices.retain(|c| c.1 > f64::NEG_INFINITY && !self.members[c.0].is_empty());
        let top = choices.iter().fold(0.0f64, |t, c| t.max(c.1));
        let alone = (-top).exp2();
        let total = alone + choices.iter().map(|c| (c.1 - top).exp2()).sum::<f64>();
        let mut at = self.rng.random::<f64>() * total - alone;
        let mut chosen = None;
        if at >= 0.0 {
            for &(group, bits) in &choices {
                chosen = Some(group);
                at -= (bits - top).exp2();
                if at < 0.0 {
                    break;
                }
            }
        }
        let group = chosen.unwrap_or_else(|| self.free_group(own));
        self.group[unit] = group;
        self.members[group].push(unit);
    }

    /// Two units are drawn: their group is split at random between them, or their two groups are merged.
    fn split_or_merge(&mut self) {
        let n = self.group.len();
        if n < 2 {
            return;
        }
        let a = self.rng.random_range(0..n);
        let b = (a + 1 + self.rng.random_range(0..n - 1)) % n;
        let (mut left, mut right) = (vec![a], vec![b]);
        let merge = self.group[a] != self.group[b];
        if merge {
            left.clone_from(&self.members[self.group[a]]);
            right.clone_from(&self.members[self.group[b]]);
        } else {
            for &unit in &self.members[self.group[a]] {
                if unit != a && unit != b {
                    if self.rng.random::<f64>() < 0.5 { left.push(unit) } else { right.push(unit) }
                }
            }
        }
        let between = self.bits_between(&left, &right);
        // A merge is undone by one random split of all, of probability 2^-(size - 2).
        let free = (left.len() + right.len() - 2) as f64;
        let accept_bits = if merge { between - free } else { free - between };
        if self.rng.random::<f64>().log2() >= accept_bits {
            return;
        }
        let (from, to) = (self.group[a], self.group[b]);
        if merge {
            left.iter().for_each(|&unit| self.group[unit] = to);
            self.members[from].clear();
            self.members[to].extend(left);
        } else {
            let free = self.free_group(usize::min(from + 1, n - 1));
            right.iter().for_each(|&unit| self.group[unit] = free);
            self.members[from] = left;
            self.members[free] = right;
        }
    }

    fn bits_between(&self, left: &[usize], right: &[usize]) -> f64 {
        let mut sum = 0.0;
        let mut named = 0usize;
        for &a in left {
            let near = &self.units.near[a];
            for &b in right {
                if let Ok(at) = near.binary_search_by_key(&b, |n| n.0) {
                    sum += near[at].1;
                    named += 1;
                }
            }
        }
        let missing = (left.len() * right.len() - named) as f64 / left.len().max(right.len()) as f64;
        sum + missing * self.missing_bits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frequencies of partitions of three units, by the chain and by enumeration.
    #[test]
    fn the_chain_visits_each_clustering_as_often_as_its_probability_says() {
        let (ab, ac, bc) = (1.5, -0.5, 0.7);
        let units = Units {
            of_member: vec![0, 1, 2],
            near: vec![vec![(1, ab), (2, ac)], vec![(0, ab), (2, bc)], vec![(0, ac), (1, bc)]],
            start: vec![0, 1, 2],
        };
        let mut chain = Chain::new(&units, 7);
        let mut seen = [0u32; 5];
        let n = 60_000;
        for _ in 0..n {
            chain.round();
            let g = &chain.group;
            let which = match (g[0] == g[1], g[0] == g[2], g[1] == g[2]) {
                (true, true, true) => 0,
                (true, ..) => 1,
                (_, true, _) => 2,
                (.., true) => 3,
                _ => 4,
            };
            seen[which] += 1;
        }
        let bits: [f64; 5] = [ab + ac + bc, ab, ac, bc, 0.0];
        let total: f64 = bits.iter().map(|b| b.exp2()).sum();
        for (k, b) in bits.iter().enumerate() {
            let (expected, found) = (b.exp2() / total, f64::from(seen[k]) / f64::from(n));
            assert!((expected - found).abs() < 0.01, "clustering {k}: {expected} expected, {found} found");
        }
    }

    #[test]
    fn a_merge_of_two_groups_keeps_every_unit_in_exactly_one() {
        let near = (0..6).map(|i| (0..6).filter(|j| *j != i).map(|j| (j, 0.3)).collect()).collect();
        let units = Units { of_member: (0..6).collect(), near, start: vec![0, 0, 0, 3, 3, 5] };
        let mut chain = Chain::new(&units, 3);
        for _ in 0..500 {
            chain.round();
            let mut all: Vec<usize> = chain.members.iter().flatten().copied().collect();
            all.sort_unstable();
            assert_eq!(all, (0..6).collect::<Vec<_>>());
            assert!(chain.group.iter().enumerate().all(|(unit, &g)| chain.members[g].contains(&unit)));
        }
    }
}
