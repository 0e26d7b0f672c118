//! One run: block, compare, train, score, cluster.

use std::collections::BTreeMap;

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::blocking::{Candidates, RULE_COUNT, RuleReport, rules};
use crate::cluster::{Evidence, Sets, cluster};
use crate::compare::{Compared, compare};
use crate::frequency::{TermFrequencies, Words};
use crate::incremental::KeptPairs;
use crate::model::{Model, Scorer, probability, train, training_pattern};
use crate::packed::{Packed, RecordSet, mix};
use crate::record::LinkRecord;
use crate::settings::Settings;
use crate::similarity::Memo;

/// The version of the model file that this program writes and reads.
pub const MODEL_VERSION: u32 = 1;

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LinkageError {
    #[error("the linkage settings were not used: {0}; nothing was linked")]
    Settings(String),
    #[error("the linkage model was not used: {0}; nothing was linked")]
    Model(String),
    #[error("two records bear the id {0:?}; nothing was linked")]
    IdTwice(String),
    #[error("a record has no id (list {0}); nothing was linked")]
    NoId(u32),
    #[error(
        "the decisions contradict each other: links join {0:?} and {1:?}, which a non-link parts; nothing was linked"
    )]
    Contradiction(String, String),
    #[error("more than {0} records are more than one run can number; nothing was linked")]
    TooMany(usize),
}

/// What reviewers decided, by record id. Ids that are not among the records are passed over.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Decisions {
    /// Always in one cluster.
    pub links: Vec<(String, String)>,
    /// Never in one cluster.
    pub non_links: Vec<(String, String)>,
}

#[derive(Debug, Clone)]
pub struct LinkRun {
    /// Positions in the input, the record of the smaller id first, and the match probability;
    /// every pair at or above `Settings::keep_probability`, ordered by ids.
    pub pairs: Vec<(u32, u32, f32)>,
    /// The evidence of each of `pairs`, in bits, in the same order.
    pub pair_bits: Vec<f64>,
    /// Cluster of each input record, numbered from 0 by the first record in id order.
    pub clusters: Vec<u32>,
    pub model: Model,
    pub report: Report,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Report {
    pub records: u64,
    pub candidate_pairs: u64,
    pub kept_pairs: u64,
    pub clusters: u64,
    pub largest_cluster: u64,
    /// Matches that no rule gives, at least; see `Pool::expect_recall`.
    pub expected_missed_by_blocking: f64,
    pub rules: Vec<RuleReport>,
}

/// Stages told to `progress`, with how much of how much is done.
pub const STAGES: [&str; 5] = ["pack", "block", "train", "score", "cluster"];

/// Links records to persons. The result depends neither on the order of the input nor on the thread count.
pub fn link(
    records: &[LinkRecord],
    settings: &Settings,
    decisions: &Decisions,
    progress: &dyn Fn(&str, u64, u64),
) -> Result<LinkRun, LinkageError> {
    link_with(records, settings, decisions, None, progress)
}

/// As [`link`], with a model trained before instead of one trained on these records.
pub fn link_with(
    records: &[LinkRecord],
    settings: &Settings,
    decisions: &Decisions,
    model: Option<&Model>,
    progress: &dyn Fn(&str, u64, u64),
) -> Result<LinkRun, LinkageError> {
    let mut set = RecordSet::new();
    for record in records {
        set.push(record)?;
    }
    link_set(&set, settings, decisions, model, progress)
}

/// As [`link_with`], from records that were packed as they came, so that the rows need not be held.
pub fn link_set(
    set: &RecordSet,
    settings: &Settings,
    decisions: &Decisions,
    model: Option<&Model>,
    progress: &dyn Fn(&str, u64, u64),
) -> Result<LinkRun, LinkageError> {
    link_from(set, settings, decisions, model, None, progress)
}

/// As [`link_set`]; with a model and what an earlier run found, only pairs of a new record are scored (see `incremental`).
pub(crate) fn link_from(
    set: &RecordSet,
    settings: &Settings,
    decisions: &Decisions,
    model: Option<&Model>,
    earlier: Option<&KeptPairs>,
    progress: &dyn Fn(&str, u64, u64),
) -> Result<LinkRun, LinkageError> {
    settings.check()?;
    let scorer = model.map(Model::scorer).transpose()?;
    let order = id_order(set)?;
    let known = Known::read(set, &order, decisions)?;
    let n = order.len();
    progress(STAGES[0], 0, n as u64);
    let packed: Vec<Packed> = order.iter().map(|&i| set.packed[i as usize]).collect();
    let frequencies = match model {
        Some(model) => model.term_frequencies.clone(),
        None => TermFrequencies::count(&set.vocabulary),
    };
    let weights = frequencies.weights(&set.vocabulary);
    let words = Words { vocabulary: &set.vocabulary, weights: &weights };
    progress(STAGES[0], n as u64, n as u64);
    let candidates = Candidates::find(&packed, &set.vocabulary, settings, &|done, all| progress(STAGES[1], done, all));
    let pool = Pool { packed: &packed, words, candidates: &candidates, settings };
    let (model, scorer) = match (model, scorer) {
        (Some(model), Some(scorer)) => (model.clone(), scorer),
        _ => {
            let model = train(pool.count_patterns(progress), frequencies, settings).rounded_as_written();
            let scorer = model.scorer()?;
            (model, scorer)
        }
    };
    let (scored, rules, expected_missed_by_blocking) = match earlier {
        Some(earlier) => {
            let ids: Vec<&str> = order.iter().map(|&i| set.id(i)).collect();
            pool.score_new(&ids, earlier, &scorer, progress)
        }
        None => pool.score(&scorer, progress),
    };
    progress(STAGES[4], 0, 1);
    let score = |a: u32, b: u32| pool.bits(a, b, &scorer);
    let list = |i: u32| packed[i as usize].list;
    let evidence = Evidence {
        pairs: &scored,
        links: &known.links,
        non_links: &known.non_links,
        score: &score,
        list_if_apart: settings.link_only.then_some(&list),
        threshold_bits: (settings.threshold_probability / (1.0 - settings.threshold_probability)).log2(),
    };
    let smallest = cluster(n, &evidence);
    progress(STAGES[4], 1, 1);
    let (clusters, sizes) = number(&smallest, &order);
    let report = Report {
        records: n as u64,
        candidate_pairs: rules.iter().map(|r| r.new_pairs).sum(),
        kept_pairs: scored.len() as u64,
        clusters: sizes.len() as u64,
        largest_cluster: sizes.iter().copied().max().unwrap_or(0),
        expected_missed_by_blocking,
        rules,
    };
    let pairs =
        scored.iter().map(|&(a, b, bits)| (order[a as usize], order[b as usize], probability(bits) as f32)).collect();
    let pair_bits = scored.iter().map(|p| p.2).collect();
    Ok(LinkRun { pairs, pair_bits, clusters, model, report })
}

pub(crate) fn id_order(set: &RecordSet) -> Result<Vec<u32>, LinkageError> {
    let mut order: Vec<u32> = (0..set.len() as u32).collect();
    order.par_sort_unstable_by(|a, b| set.id(*a).cmp(set.id(*b)));
    if let Some(pair) = order.windows(2).find(|p| set.id(p[0]) == set.id(p[1])) {
        return Err(LinkageError::IdTwice(set.id(pair[0]).to_owned()));
    }
    Ok(order)
}

/// Decisions as positions in id order.
pub(crate) struct Known {
    pub links: Vec<(u32, u32)>,
    pub non_links: Vec<(u32, u32)>,
}

impl Known {
    pub fn read(set: &RecordSet, order: &[u32], decisions: &Decisions) -> Result<Self, LinkageError> {
        let at = |id: &str| order.binary_search_by(|i| set.id(*i).cmp(id)).ok().map(|i| i as u32);
        let read = |pairs: &[(String, String)]| {
            let both = pairs.iter().filter_map(|(a, b)| at(a).zip(at(b)));
            let mut out: Vec<(u32, u32)> = both.map(|(a, b)| (a.min(b), a.max(b))).collect();
            out.sort_unstable();
            out.dedup();
            out
        };
        let known = Self { links: read(&decisions.links), non_links: read(&decisions.non_links) };
        let mut sets = Sets::new(order.len());
        known.links.iter().for_each(|&(a, b)| sets.join(a, b));
        match known.non_links.iter().find(|&&(a, b)| sets.find(a) == sets.find(b)) {
            Some(&(a, b)) => {
                let id = |i: u32| set.id(order[i as usize]).to_owned();
                Err(LinkageError::Contradiction(id(a), id(b)))
            }
            None => Ok(known),
        }
    }
}

/// Cluster numbers by input position, and the sizes of clusters.
fn number(smallest: &[u32], order: &[u32]) -> (Vec<u32>, Vec<u64>) {
    let mut numbers: BTreeMap<u32, u32> = BTreeMap::new();
    let mut sizes: Vec<u64> = Vec::new();
    let mut clusters = vec![0; smallest.len()];
    for (i, first) in smallest.iter().enumerate() {
        let next = sizes.len() as u32;
        let number = *numbers.entry(*first).or_insert(next);
        if number == next {
            sizes.push(0);
        }
        sizes[number as usize] += 1;
        clusters[order[i] as usize] = number;
    }
    (clusters, sizes)
}

/// Everything that stays fixed while pairs are compared.
pub(crate) struct Pool<'a> {
    packed: &'a [Packed],
    words: Words<'a>,
    pub candidates: &'a Candidates,
    pub settings: &'a Settings,
}

/// Two records by position, and their evidence in bits.
pub(crate) type PairBits = (u32, u32, f64);

/// Blocks handed to one thread at a time.
pub(crate) const BLOCKS_AT_A_TIME: usize = 1024;

impl Pool<'_> {
    pub fn comparable(&self, a: u32, b: u32) -> bool {
        !(self.settings.link_only && self.packed[a as usize].list == self.packed[b as usize].list)
    }

    pub fn compare(&self, a: u32, b: u32, memo: &mut Memo) -> Compared {
        compare(&self.packed[a as usize], &self.packed[b as usize], self.words, memo)
    }

    fn bits(&self, a: u32, b: u32, scorer: &Scorer) -> f64 {
        scorer.match_odds_bits(&self.compare(a, b, &mut Memo::none()))
    }

    /// How often each pattern occurs among candidate pairs, or among a sample of them.
    fn count_patterns(&self, progress: &dyn Fn(&str, u64, u64)) -> Vec<(u64, u64)> {
        let mut all: FxHashMap<u64, u64> = FxHashMap::default();
        let possible: u64 = (0..RULE_COUNT).map(|r| self.candidates.at_most_pairs(r)).sum();
        // A pair is in the sample by its own hash, whatever the order in which pairs come.
        let keep_below = match possible <= self.settings.training_pairs {
            true => u64::MAX,
            false => (self.settings.training_pairs as f64 / possible as f64 * u64::MAX as f64) as u64,
        };
        let wanted = |a: u32, b: u32| {
            let ticket = mix(self.settings.seed ^ (u64::from(a) << 32 | u64::from(b)));
            ticket <= keep_below && self.comparable(a, b)
        };
        for r in 0..RULE_COUNT {
            let blocks = &self.candidates.rules[r].blocks;
            let parts = blocks.par_chunks(BLOCKS_AT_A_TIME).map_init(Memo::new, |memo, chunk| {
                let mut counts: FxHashMap<u64, u64> = FxHashMap::default();
                for &block in chunk {
                    self.candidates.pairs_of_block(r, block, wanted, |a, b| {
                        *counts.entry(training_pattern(&self.compare(a, b, memo))).or_default() += 1;
                    });
                }
                counts
            });
            let merged = parts.reduce(FxHashMap::default, |mut a, mut b| {
                if a.len() < b.len() {
                    std::mem::swap(&mut a, &mut b);
                }
                b.into_iter().for_each(|(pattern, count)| *a.entry(pattern).or_default() += count);
                a
            });
            merged.into_iter().for_each(|(pattern, count)| *all.entry(pattern).or_default() += count);
            progress(STAGES[2], r as u64 + 1, RULE_COUNT as u64);
        }
        all.into_iter().collect()
    }

    /// Pairs at or above the probability to keep, in id order, with their evidence in bits.
    fn score(
        &self,
        scorer: &Scorer,
        progress: &dyn Fn(&str, u64, u64),
    ) -> (Vec<(u32, u32, f64)>, Vec<RuleReport>, f64) {
        let keep = self.settings.keep_probability;
        let keep_bits = (keep / (1.0 - keep)).log2();
        let mut out: Vec<(u32, u32, f64)> = Vec::new();
        let mut reports = Vec::new();
        for (r, (name, _)) in rules(self.settings.spec).iter().enumerate() {
            let blocks = &self.candidates.rules[r].blocks;
            let parts = blocks.par_chunks(BLOCKS_AT_A_TIME).map_init(Memo::new, |memo, chunk| {
                let mut kept = Vec::new();
                let (mut seen, mut new) = (0u64, 0u64);
                for &block in chunk {
                    let wanted = |a, b| self.comparable(a, b);
                    seen += self.candidates.pairs_of_block(r, block, wanted, |a, b| {
                        new += 1;
                        if let Some(bits) = scorer.match_odds_bits_from(&self.compare(a, b, memo), keep_bits) {
                            kept.push((a, b, bits));
                        }
                    });
                }
                kept.shrink_to_fit();
                (kept, seen, new)
            });
            let parts: Vec<(Vec<PairBits>, u64, u64)> = parts.collect();
            reports.push(RuleReport {
                rule: (*name).to_owned(),
                pairs: parts.iter().map(|p| p.1).sum(),
                new_pairs: parts.iter().map(|p| p.2).sum(),
                largest_block: blocks.iter().map(|b| u64::from(b.1 - b.0)).max().unwrap_or(0),
                kept_pairs: parts.iter().map(|p| p.0.len() as u64).sum(),
                expected_recall: 0.0,
                expected_recall_added: 0.0,
            });
            parts.into_iter().for_each(|p| out.extend(p.0));
            progress(STAGES[3], r as u64 + 1, RULE_COUNT as u64);
        }
        out.par_sort_unstable_by_key(|&(a, b, _)| (a, b));
        let missed = self.expect_recall(&out, &mut reports);
        (out, reports, missed)
    }

    /// Fills in what share of the expected matches each rule gives; returns how many blocking is expected to miss at
    /// least: f1² / (2 f2), f1 and f2 being the matches that exactly one and exactly two rules give (Chao 1987).
    pub fn expect_recall(&self, kept: &[(u32, u32, f64)], reports: &mut [RuleReport]) -> f64 {
        // Millionths, so that the sums do not depend on the order.
        let mut given = [0u64; RULE_COUNT];
        let mut added = [0u64; RULE_COUNT];
        let mut by_rules = [0u64; RULE_COUNT + 1];
        for &(a, b, bits) in kept {
            let matches = (probability(bits) * 1e6).round() as u64;
            let mut shared = self.candidates.shared_blocks(a, b);
            by_rules[shared.count_ones() as usize] += matches;
            if shared != 0 {
                added[shared.trailing_zeros() as usize] += matches;
            }
            while shared != 0 {
                given[shared.trailing_zeros() as usize] += matches;
                shared &= shared - 1;
            }
        }
        let all = by_rules.iter().sum::<u64>().max(1) as f64;
        for (r, report) in reports.iter_mut().enumerate() {
            report.expected_recall = given[r] as f64 / all;
            report.expected_recall_added = added[r] as f64 / all;
        }
        let [once, twice] = [by_rules[1] as f64 / 1e6, by_rules[2] as f64 / 1e6];
        if twice > 0.0 { once * once / (2.0 * twice) } else { 0.0 }
    }
}

/// Two records compared under a model.
fn compare_two(a: &LinkRecord, b: &LinkRecord, model: &Model) -> Compared {
    let mut set = RecordSet::new();
    let (x, y) = (set.pack(a), set.pack(b));
    let weights = model.term_frequencies.weights(&set.vocabulary);
    compare(&x, &y, Words { vocabulary: &set.vocabulary, weights: &weights }, &mut Memo::none())
}

/// Each comparison's level and weight for two records, then the remainder `kinds_of_non_match` (non-matches are of
/// three kinds, which single weights cannot tell) and the `prior`; all add up to log2 of the match odds.
pub fn explain(a: &LinkRecord, b: &LinkRecord, model: &Model) -> Vec<(String, String, f64)> {
    let Ok(scorer) = model.scorer() else { return Vec::new() };
    let compared = compare_two(a, b, model);
    let mut out = Vec::new();
    for (c, comparison) in model.comparisons.iter().enumerate() {
        let level = crate::compare::level(compared.pattern, c);
        if let Some(found) = level.checked_sub(1).and_then(|l| comparison.levels.get(l)) {
            out.push((comparison.name.clone(), found.name.clone(), found.match_weight_bits));
        }
    }
    let rarity = f64::from(compared.given_bits) + f64::from(compared.other_name_bits);
    out.push(("rarity_of_names".into(), "term_frequency".into(), rarity));
    let prior = model.kinds.first().map_or(0.5, |k| k.prior);
    let prior_bits = (prior / (1.0 - prior)).log2();
    let so_far: f64 = out.iter().map(|(_, _, bits)| bits).sum::<f64>() + prior_bits;
    let joint = scorer.match_odds_bits(&compared) - so_far;
    out.push(("kinds_of_non_match".into(), "remainder".into(), joint));
    out.push(("prior".into(), "candidate_pairs".into(), prior_bits));
    out
}

/// The match probability of two records under a model.
pub fn match_probability(a: &LinkRecord, b: &LinkRecord, model: &Model) -> Result<f64, LinkageError> {
    let scorer = model.scorer()?;
    Ok(probability(scorer.match_odds_bits(&compare_two(a, b, model))))
}
