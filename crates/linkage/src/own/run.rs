//! A run of an own spec: block, train, weigh, cluster. The result depends neither on the order of records nor on threads.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::diagnose::{self, common};
use super::table::Keys;
use super::train::{Compared, Counts, Weights, level, share_of_matches, start, train};
use super::{OwnRecords, OwnRule, OwnSpec, Part};
use crate::LinkageError;
use crate::cluster::criterion::Criterion;
use crate::cluster::{Evidence, cluster};
use crate::memo::Memo;
use crate::model::probability;
use crate::run::large_cluster;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct OwnRun {
    /// Records by their number, that of the smaller id first, and the match probability; at or above what was to be kept.
    pub pairs: Vec<(u32, u32, f64)>,
    /// The evidence of each of `pairs`, prior included, in bits.
    pub pair_bits: Vec<f64>,
    /// Of each record, numbered by the first in the order of ids.
    pub clusters: Vec<u32>,
    pub compared_pairs: u64,
    /// Share of matches among all pairs of records.
    pub prior_match_probability: f64,
    pub levels: Vec<OwnLevel>,
    pub warnings: Vec<String>,
}

/// What was found of one level of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnLevel {
    pub comparison: String,
    pub level: String,
    pub m_probability: f64,
    pub u_probability: f64,
    /// Bits; where levels would be out of order they share one.
    pub match_weight_bits: f64,
}

/// Two records by position in the order of ids, what they share, and by which rules.
#[derive(Clone, Copy)]
struct Candidate {
    a: u32,
    b: u32,
    rules: u32,
    pattern: u64,
}

struct Scorer<'a> {
    spec: &'a OwnSpec,
    compared: &'a Compared<'a>,
    order: &'a [u32],
    weights: Vec<Weights>,
    prior_bits: f64,
}

impl Scorer<'_> {
    /// By position.
    fn bits(&self, a: u32, b: u32) -> f64 {
        let (a, b) = (self.order[a as usize], self.order[b as usize]);
        self.bits_of(a, self.compared.pattern(a, b))
    }

    /// `a` by number.
    fn bits_of(&self, a: u32, pattern: u64) -> f64 {
        let weights = self.weights.iter().enumerate();
        weights.fold(self.prior_bits, |sum, (c, weights)| sum + self.weight(c, weights, a, level(pattern, c)))
    }

    fn weight(&self, c: usize, weights: &Weights, a: u32, level: usize) -> f64 {
        let plain = weights.bits[level];
        if level != 1 || !self.spec.comparisons[c].term_frequency {
            return plain;
        }
        // However common the value that two records share, to differ a little never weighs more.
        let share = self.compared.records.columns[c].share(a).unwrap_or(weights.u[1]);
        (plain + (weights.u[1] / share).log2()).max(weights.bits[2])
    }
}

/// Links records by an own spec; pairs at or above its probability to keep are kept, and groups joined by mean evidence.
///
/// # Errors
/// Two records of one id.
pub fn link_own(
    records: &OwnRecords,
    spec: &OwnSpec,
    progress: &dyn Fn(&str, u64, u64),
) -> Result<OwnRun, LinkageError> {
    let order = records.order()?;
    let common = common(records);
    let mut warnings = diagnose::of_columns(spec, records, &common);
    let compared = Compared { records, common: &common };
    let candidates = find(&compared, spec, &order, &mut warnings, progress);
    let mut counted: FxHashMap<(u32, u64), u64> = FxHashMap::default();
    candidates.iter().for_each(|found| *counted.entry((found.rules, found.pattern)).or_default() += 1);
    let mut counts: Counts = counted.into_iter().collect();
    // Sums of floating numbers depend on their order.
    counts.sort_unstable();
    let mut weights = start(spec, &compared, &order);
    let training = train(spec, &mut weights, &counts);
    let all = pairs_in_all(records, spec);
    let share =
        spec.prior_match_probability.unwrap_or_else(|| share_of_matches(&weights, &counts, all).clamp(1e-12, 0.5));
    let compared_pairs = candidates.len() as u64;
    warnings.extend(diagnose::of_training(spec, &training, compared_pairs, share * all));
    progress("train", 1, 1);
    let odds = |p: f64| (p / (1.0 - p)).log2();
    let scorer = Scorer { spec, compared: &compared, order: &order, weights, prior_bits: odds(share) };
    let least = odds(spec.keep_probability);
    let score = |found: &Candidate| (found.a, found.b, scorer.bits_of(order[found.a as usize], found.pattern));
    let scored: Vec<(u32, u32, f64)> = candidates.par_iter().map(score).filter(|pair| pair.2 >= least).collect();
    let evidence = Evidence {
        pairs: &scored,
        links: &[],
        non_links: &[],
        score: &|a: u32, b: u32, _: &mut Memo| scorer.bits(a.min(b), a.max(b)),
        list: &|i: u32| records.lists[order[i as usize] as usize],
        // Each record stands for itself.
        content: &u64::from,
        criterion: Criterion {
            lists_apart: spec.link_only,
            other_list_bits: 0.0,
            threshold_bits: odds(spec.threshold_probability),
        },
    };
    let smallest = cluster(order.len(), &evidence);
    progress("cluster", 1, 1);
    let (mut clusters, mut numbers) = (vec![0; order.len()], vec![0u32; order.len()]);
    let mut next = 0;
    for (at, first) in smallest.iter().map(|first| *first as usize).enumerate() {
        // The smallest record of a cluster comes before its others.
        if first == at {
            numbers[at] = next;
            next += 1;
        }
        clusters[order[at] as usize] = numbers[first];
    }
    let mut sizes = vec![0u64; next as usize];
    clusters.iter().for_each(|cluster| sizes[*cluster as usize] += 1);
    warnings.extend(large_cluster(sizes.into_iter().max().unwrap_or(0), records.len() as u64));
    let pair = |&(a, b, bits): &(u32, u32, f64)| (order[a as usize], order[b as usize], probability(bits));
    Ok(OwnRun {
        pairs: scored.iter().map(pair).collect(),
        pair_bits: scored.iter().map(|pair| pair.2).collect(),
        clusters,
        compared_pairs,
        prior_match_probability: share,
        levels: told(spec, &scorer.weights),
        warnings,
    })
}

fn told(spec: &OwnSpec, weights: &[Weights]) -> Vec<OwnLevel> {
    let of = |(comparison, weights): (&super::OwnComparison, &Weights)| -> Vec<OwnLevel> {
        let levels = comparison.levels().into_iter().zip(1..);
        let told = levels.map(|(level, l): (String, usize)| OwnLevel {
            comparison: comparison.title(),
            level,
            m_probability: weights.m[l],
            u_probability: weights.u[l],
            match_weight_bits: weights.bits[l],
        });
        told.collect()
    };
    spec.comparisons.iter().zip(weights).flat_map(of).collect()
}

/// Pairs of records that may be compared.
fn pairs_in_all(records: &OwnRecords, spec: &OwnSpec) -> f64 {
    let two = |n: u64| n as f64 * n.saturating_sub(1) as f64 / 2.0;
    let mut of_list: FxHashMap<u32, u64> = FxHashMap::default();
    records.lists.iter().for_each(|list| *of_list.entry(*list).or_default() += 1);
    let mut within: Vec<u64> = of_list.into_values().collect();
    within.sort_unstable();
    let apart = if spec.link_only { within.into_iter().map(two).sum() } else { 0.0 };
    (two(records.len() as u64) - apart).max(1.0)
}

/// The blocks of one rule.
struct Blocks<'a> {
    keys: &'a Keys,
    /// Keys and positions, ordered.
    keyed: Vec<(u64, u32)>,
    /// Keys that more records share than are compared.
    large: FxHashSet<u64>,
}

impl<'a> Blocks<'a> {
    fn new(keys: &'a Keys, order: &[u32], most: usize) -> Self {
        let of_record = |at: u32| keys.of(order[at as usize]).iter().map(move |key| (*key, at));
        let mut keyed: Vec<(u64, u32)> = (0..order.len() as u32).flat_map(of_record).collect();
        keyed.par_sort_unstable();
        let large = keyed.chunk_by(|a, b| a.0 == b.0).filter(|block| block.len() > most).map(|block| block[0].0);
        Self { large: large.collect(), keyed, keys }
    }

    /// The first key that brings two records together.
    fn given(&self, a: u32, b: u32) -> Option<u64> {
        let theirs = self.keys.of(b);
        let shared = |key: &&u64| theirs.binary_search(key).is_ok() && !self.large.contains(*key);
        self.keys.of(a).iter().find(shared).copied()
    }

    fn warning(&self, rule: &OwnRule, most: usize) -> Option<String> {
        let columns: Vec<&str> = rule.same.iter().map(Part::column).collect();
        let number = self.large.len();
        (number > 0).then(|| {
            format!(
                "the rule of {}: {number} blocks of more than {most} records were not compared by it; let it ask for more, or set \
                 block_records_at_most",
                columns.join(", ")
            )
        })
    }
}

/// Every pair that a rule gives, once, ordered.
fn find(
    compared: &Compared,
    spec: &OwnSpec,
    order: &[u32],
    warnings: &mut Vec<String>,
    progress: &dyn Fn(&str, u64, u64),
) -> Vec<Candidate> {
    let records = compared.records;
    let most = spec.block_records_at_most as usize;
    let all: Vec<Blocks> = records.keys.iter().map(|keys| Blocks::new(keys, order, most)).collect();
    warnings.extend(spec.rules.iter().zip(&all).filter_map(|(rule, blocks)| blocks.warning(rule, most)));
    let mut out: Vec<Candidate> = Vec::new();
    for (r, blocks) in all.iter().enumerate() {
        let in_block = |block: &[(u64, u32)]| {
            let mut found = Vec::new();
            for (i, &(key, a)) in block.iter().enumerate() {
                for &(_, b) in &block[i + 1..] {
                    let (x, y) = (order[a as usize], order[b as usize]);
                    let apart = spec.link_only && records.lists[x as usize] == records.lists[y as usize];
                    // One of several that bring the pair together has it.
                    if apart || blocks.given(x, y) != Some(key) || all[..r].iter().any(|b| b.given(x, y).is_some()) {
                        continue;
                    }
                    let gives = |(rule, blocks): (usize, &Blocks)| u32::from(blocks.given(x, y).is_some()) << rule;
                    let rules = all.iter().enumerate().map(gives).fold(0, |all, rule| all | rule);
                    found.push(Candidate { a, b, rules, pattern: compared.pattern(x, y) });
                }
            }
            found
        };
        let blocks: Vec<&[(u64, u32)]> = blocks.keyed.chunk_by(|a, b| a.0 == b.0).collect();
        out.par_extend(blocks.par_iter().filter(|b| (2..=most).contains(&b.len())).flat_map_iter(|b| in_block(b)));
        progress("block", r as u64 + 1, spec.rules.len() as u64);
    }
    out.par_sort_unstable_by_key(|found| (found.a, found.b));
    out
}
