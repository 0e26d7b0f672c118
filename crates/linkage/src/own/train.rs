//! Weights without truth: u from how often values are shared by chance and from random pairs, m by expectation maximisation.
//!
//! Each rule is a session: among the pairs that it gives, the comparisons that read none of its columns are trained, with u held (a rule's own
//! columns agree in all of its pairs, match or not, and would teach nothing). What the sessions expect of matches is added up. The share of
//! matches among all pairs of records is then found by the same means over all candidates: a pair that no rule gives counts as none.
//! Fellegi and Sunter 1969; Dempster, Laird and Rubin 1977; levels are put in order by pooling adjacent violators (Ayer et al. 1955).

use super::diagnose::Common;
use super::table::OwnRecords;
use super::{MOST_THRESHOLDS, OwnSpec};
use crate::mix::mix;

/// With missing and the two ends.
pub(super) const LEVELS: usize = MOST_THRESHOLDS + 3;
/// Pairs' worth of belief in where training starts, a comparison.
const PRIOR_PAIRS: f64 = 20.0;
const ROUNDS_AT_MOST: u32 = 200;
const SETTLED: f64 = 1e-6;

/// Of one comparison, by level; nothing at 0.
#[derive(Debug, Clone)]
pub(super) struct Weights {
    pub m: [f64; LEVELS],
    pub u: [f64; LEVELS],
    pub bits: [f64; LEVELS],
    /// The last level.
    pub last: usize,
}

/// Candidates by the rules that give them (a bit each) and by their levels (four bits a comparison), and how many.
pub(super) type Counts = Vec<((u32, u64), u64)>;

pub(super) fn level(pattern: u64, comparison: usize) -> usize {
    (pattern >> (4 * comparison) & 15) as usize
}

/// Records as they are compared.
pub(super) struct Compared<'a> {
    pub records: &'a OwnRecords,
    pub common: &'a [Common],
}

impl Compared<'_> {
    /// The levels of two records by number.
    pub fn pattern(&self, a: u32, b: u32) -> u64 {
        let levels = self.records.columns.iter().zip(self.common).enumerate();
        levels.fold(0, |pattern, (c, (column, common))| {
            pattern | u64::from(column.level_beside(&common.keys, a, b)) << (4 * c)
        })
    }
}

/// What u is held to, and where m begins.
pub(super) fn start(spec: &OwnSpec, compared: &Compared, order: &[u32]) -> Vec<Weights> {
    let Compared { records, common } = compared;
    let mut seen = vec![[0u64; LEVELS]; spec.comparisons.len()];
    let n = order.len() as u64;
    let all = n * n.saturating_sub(1) / 2;
    let mut count = |a: u64, b: u64| {
        let (a, b) = (order[a as usize], order[b as usize]);
        if spec.link_only && records.lists[a as usize] == records.lists[b as usize] {
            return;
        }
        let pattern = compared.pattern(a, b);
        seen.iter_mut().enumerate().for_each(|(c, seen)| seen[level(pattern, c)] += 1);
    };
    if all <= spec.random_pairs {
        (0..n).for_each(|a| (a + 1..n).for_each(|b| count(a, b)));
    } else {
        for draw in 0..spec.random_pairs {
            let at = |half: u64| mix(spec.seed ^ mix(2 * draw + half)) % n;
            let (a, b) = (at(0), at(1));
            if a != b {
                count(a.min(b), a.max(b));
            }
        }
    }
    let each = spec.comparisons.iter().zip(&records.columns).zip(*common).zip(seen);
    each.map(|(((comparison, column), common), seen)| {
        let last = comparison.levels().len();
        let mut out = Weights { m: [0.0; LEVELS], u: [0.0; LEVELS], bits: [0.0; LEVELS], last };
        let drawn: u64 = seen[1..=last].iter().sum();
        for (u, n) in out.u.iter_mut().zip(seen).take(last + 1).skip(1) {
            *u = (n as f64 + 0.5) / (drawn as f64 + 0.5 * last as f64);
        }
        // Of equal texts it is known how often chance gives them, which few random pairs would show.
        if let Some(chance) = column.chance_of_same(&common.keys) {
            let chance = chance.clamp(1e-9, 0.999);
            let rest = (1.0 - chance) / (1.0 - out.u[1]).max(1e-9);
            out.u[2..=last].iter_mut().for_each(|u| *u *= rest);
            out.u[1] = chance;
        }
        let halves: f64 = (1..last).map(|l| 0.5f64.powi(l as i32)).sum();
        for l in 1..last {
            out.m[l] = 0.9 * 0.5f64.powi(l as i32) / halves;
        }
        out.m[last] = 0.1;
        out.weigh();
        out
    })
    .collect()
}

impl Weights {
    /// Levels from which nothing was drawn are told apart by nothing: their weights are pooled where less agreement would weigh more.
    fn weigh(&mut self) {
        let mut blocks: Vec<(f64, f64, usize)> = Vec::with_capacity(self.last);
        for l in 1..=self.last {
            let mut block = (self.m[l], self.u[l], 1);
            while let Some(&(m, u, n)) = blocks.last().filter(|(m, u, _)| u * block.0 > block.1 * m) {
                block = (m + block.0, u + block.1, n + block.2);
                blocks.pop();
            }
            blocks.push(block);
        }
        // Blocks that are equal but for rounding are put in order too.
        let mut least = f64::INFINITY;
        let bits = blocks.iter().flat_map(|(m, u, n)| {
            least = least.min((m / u).log2());
            std::iter::repeat_n(least, *n)
        });
        self.bits[1..=self.last].iter_mut().zip(bits).for_each(|(to, bits)| *to = bits);
    }
}

/// log2 of odds to a probability.
fn probability(bits: f64) -> f64 {
    1.0 / (1.0 + (-bits).exp2())
}

fn odds_bits(share: f64) -> f64 {
    (share / (1.0 - share)).log2()
}

/// How training went.
pub(super) struct Training {
    /// The comparisons, by number, that no session could train.
    pub untrained: Vec<usize>,
    pub settled: bool,
    /// What was found are no matches, as most of them differ in most of what was trained; m is left where it began.
    pub went_wrong: bool,
}

/// Share of the expected matches that differ in a comparison, above which it speaks against their being matches.
const UNLIKE_AT_MOST: f64 = 0.5;

/// Trains m.
pub(super) fn train(spec: &OwnSpec, weights: &mut [Weights], counts: &Counts) -> Training {
    let begun = weights.to_vec();
    let mut sums = vec![[0.0; LEVELS]; weights.len()];
    let mut trained = vec![false; weights.len()];
    let mut settled = true;
    for (r, rule) in spec.rules.iter().enumerate() {
        let reads = |c: usize| spec.comparisons[c].reads().any(|column| rule.same.iter().any(|p| p.column() == column));
        let free: Vec<usize> = (0..weights.len()).filter(|c| !reads(*c)).collect();
        let given: Vec<(u64, u64)> =
            counts.iter().filter(|((rules, _), _)| rules >> r & 1 == 1).map(|((_, p), n)| (*p, *n)).collect();
        if free.is_empty() || given.is_empty() {
            continue;
        }
        let mut session = begun.clone();
        let (mut share, mut has_settled) = (0.5, false);
        for _ in 0..ROUNDS_AT_MOST {
            let (matches, pairs, expected) = expect(&session, &free, &given, share);
            let before = share;
            share = ((matches + 1.0) / (pairs + 2.0)).clamp(1e-6, 1.0 - 1e-6);
            for &c in &free {
                session[c].learn(&expected[c], &begun[c]);
            }
            if (share - before).abs() < SETTLED {
                has_settled = true;
                break;
            }
        }
        settled &= has_settled;
        let (_, _, expected) = expect(&session, &free, &given, share);
        for &c in &free {
            trained[c] |= expected[c][1..].iter().sum::<f64>() > 1.0;
            sums[c].iter_mut().zip(expected[c]).for_each(|(sum, more)| *sum += more);
        }
    }
    for (c, weights) in weights.iter_mut().enumerate() {
        weights.learn(&sums[c], &begun[c]);
    }
    let (trained, untrained): (Vec<usize>, Vec<usize>) = (0..weights.len()).partition(|c| trained[*c]);
    let unlike = trained.iter().filter(|c| weights[**c].m[weights[**c].last] > UNLIKE_AT_MOST).count();
    let went_wrong = unlike * 2 > trained.len();
    if went_wrong {
        weights.clone_from_slice(&begun);
    }
    Training { untrained, settled, went_wrong }
}

impl Weights {
    fn learn(&mut self, expected: &[f64; LEVELS], begun: &Self) {
        let all: f64 = expected[1..=self.last].iter().sum::<f64>() + PRIOR_PAIRS;
        for (m, (n, begun)) in self.m.iter_mut().zip(expected.iter().zip(&begun.m)).take(self.last + 1).skip(1) {
            *m = (n + PRIOR_PAIRS * begun) / all;
        }
        self.weigh();
    }
}

/// Matches expected among pairs, the pairs, and the matches at each level of each comparison.
fn expect(weights: &[Weights], free: &[usize], given: &[(u64, u64)], share: f64) -> (f64, f64, Vec<[f64; LEVELS]>) {
    let prior = odds_bits(share);
    let (mut matches, mut pairs) = (0.0, 0.0);
    let mut expected = vec![[0.0; LEVELS]; weights.len()];
    for &(pattern, n) in given {
        let bits: f64 = free.iter().map(|c| weights[*c].bits[level(pattern, *c)]).sum();
        let found = n as f64 * probability(prior + bits);
        matches += found;
        pairs += n as f64;
        free.iter().for_each(|c| expected[*c][level(pattern, *c)] += found);
    }
    (matches, pairs, expected)
}

/// The share of matches among `all` pairs of records, of which `counts` are the candidates.
pub(super) fn share_of_matches(weights: &[Weights], counts: &Counts, all: f64) -> f64 {
    let free: Vec<usize> = (0..weights.len()).collect();
    let given: Vec<(u64, u64)> = counts.iter().map(|((_, pattern), n)| (*pattern, *n)).collect();
    let candidates: f64 = given.iter().map(|(_, n)| *n as f64).sum();
    let within = |share: f64| share.clamp(0.1 / all.max(1.0), 0.5);
    let mut share = within(candidates / all.max(1.0) / 10.0);
    for _ in 0..ROUNDS_AT_MOST {
        let before = share;
        share = within(expect(weights, &free, &given, share).0 / all.max(1.0));
        if (share - before).abs() <= SETTLED * before {
            break;
        }
    }
    share
}
