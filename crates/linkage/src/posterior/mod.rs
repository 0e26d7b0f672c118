//! Samples of the clustering from its posterior, so that counts and estimates can carry the uncertainty of linkage.
//!
//! This draws whole clusterings; it never trains, and never looks for pairs that the run did not keep. The distribution, over
//! the clusterings of one connected component of kept pairs, is
//!
//! P(C) ∝ 2 ^ Σ pull(i,j), over the pairs i, j that C holds together.
//!
//! The pulls (see `pulls`, in bits) are made so that beside the run's own clustering each join of two of its persons, and each
//! leaving of one record, has the odds of the run's own margin: what the run would not join is together in less than half of the
//! samples, whatever it took from groups that share lists. Vetoes and links of reviewers hold in every sample.

mod chain;
mod pulls;

use rayon::prelude::*;

use crate::cluster::Sets;
use crate::cluster::criterion::{Criterion, NOT_COMPARED_BITS, bounded};
use crate::mix::{hash_bytes, mix};
use crate::parts::parts;
use crate::record::LinkRecord;
use crate::rescore::PairScorer;
use crate::run::{Decisions, LinkRun, LinkageError};
use crate::settings::Settings;
use chain::Chain;
use pulls::Pulls;

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
    let criterion = Criterion::of(settings);
    let list = |i: u32| records[i as usize].list;
    let context = Context {
        sorted: &sorted,
        order: &order,
        clusters: &clusters,
        parts: parts(run, &scorer, (&order, &known), &list, criterion),
        scorer: &scorer,
        criterion,
        n_samples,
        seed,
    };
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
        let bits = bounded((p / (1.0 - p)).log2());
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
    /// By input position.
    parts: Vec<u32>,
    scorer: &'a PairScorer,
    criterion: Criterion,
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
    /// Bits against each pair of units in one group that `near` does not name.
    missing_bits: f64,
}

impl Context<'_> {
    fn list(&self, record: u32) -> u32 {
        self.sorted[record as usize].list
    }

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
        let pulls = Pulls::new(self, component);
        pulls.each(&mut add);
        component.vetoes.iter().for_each(|&(a, b)| add(at(a), at(b), f64::NEG_INFINITY));
        let mut start = vec![0; n_units];
        let mut first: std::collections::BTreeMap<u32, usize> = Default::default();
        for (member, &unit) in of_member.iter().enumerate() {
            let cluster = self.clusters[component.members[member] as usize];
            start[unit] = *first.entry(cluster).or_insert(unit);
        }
        let near = sum.into_iter().map(|m| m.into_iter().collect()).collect();
        let missing_bits = if pulls.all { 0.0 } else { NOT_COMPARED_BITS };
        Units { of_member, near, start, missing_bits }
    }
}
