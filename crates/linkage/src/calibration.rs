//! How sure a run is: a stratified sample of its pairs to review, and what the reviews say of it.
//!
//! Nothing is decided here, and no review is invented: a pair without a verdict says nothing. Probabilities are shares of 1.
//!
//! The population is every pair that the run kept, and every pair that it put into one cluster. Pairs that blocking never gave
//! are not in it, so that recall here is the recall *among the pairs compared*. Strata are the bins of match
//! probability, linked and not linked apart.

use std::collections::BTreeMap;

use rand::SeedableRng;
use rand::rngs::Xoshiro256PlusPlus;
use rand_distr::{Beta, Distribution};
use serde::{Deserialize, Serialize};

use crate::LinkageError;
use crate::mix::hash_bytes;
use crate::posterior::sample_clusterings;
use crate::quality::{Quality, quality};
use crate::record::LinkRecord;
use crate::rescore::PairScorer;
use crate::review::Verdict;
use crate::run::{Decisions, LinkRun};
use crate::settings::Settings;

/// Lower edges of the bins of match probability.
pub const BINS: [f64; 14] = [0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999];
/// Of a larger cluster, only the pairs that were kept are in the population.
const LARGEST_CLUSTER: usize = 300;
const DRAWS: usize = 4000;
/// The 97.5 % point of the standard normal distribution.
const Z_95: f64 = 1.959_963_984_540_054;

/// A pair drawn to be reviewed, with its stratum.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SampledPair {
    pub record_a: String,
    pub record_b: String,
    pub match_probability: f64,
    /// Whether the run put both into one cluster.
    pub linked: bool,
    /// Number of the stratum, and how many pairs of the population are in it.
    pub stratum: u32,
    pub stratum_pairs: u64,
}

struct Pair {
    a: u32,
    b: u32,
    probability: f64,
    linked: bool,
}

fn stratum(probability: f64, linked: bool) -> u32 {
    let bin = BINS.partition_point(|edge| *edge <= probability).saturating_sub(1) as u32;
    2 * bin + u32::from(linked)
}

/// Kept pairs, and pairs that clusters hold together; positions in the input.
fn population(records: &[LinkRecord], run: &LinkRun) -> Result<Vec<Pair>, LinkageError> {
    let together = |a: u32, b: u32| run.clusters[a as usize] == run.clusters[b as usize];
    let kept = run.pairs.iter();
    let mut out: Vec<Pair> =
        kept.map(|&(a, b, p)| Pair { a, b, probability: f64::from(p), linked: together(a, b) }).collect();
    let mut in_cluster = 0u64;
    let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    run.clusters.iter().enumerate().for_each(|(i, c)| members.entry(*c).or_default().push(i as u32));
    members.retain(|_, m| m.len() > 1 && m.len() <= LARGEST_CLUSTER);
    members.values().for_each(|m| in_cluster += (m.len() * (m.len() - 1) / 2) as u64);
    if out.iter().filter(|p| p.linked).count() as u64 >= in_cluster {
        return Ok(out);
    }
    let known: rustc_hash::FxHashSet<(u32, u32)> = out.iter().map(|p| (p.a.min(p.b), p.a.max(p.b))).collect();
    let scorer = PairScorer::new(records, &run.model)?;
    for m in members.values() {
        for (i, &x) in m.iter().enumerate() {
            for &y in &m[i + 1..] {
                if !known.contains(&(x.min(y), x.max(y))) {
                    let probability = crate::model::probability(scorer.bits(x, y));
                    out.push(Pair { a: x, b: y, probability, linked: true });
                }
            }
        }
    }
    Ok(out)
}

/// Draws about `n` pairs: a quarter of them spread evenly over the strata, the rest by Neyman's allocation (Cochran 1977,
/// "Sampling Techniques", section 5.5), with the model's own p(1 - p) as the variance expected of a stratum.
/// The same run and seed give the same pairs, ordered by ids.
pub fn stratified_sample(
    records: &[LinkRecord],
    run: &LinkRun,
    n: usize,
    seed: u64,
) -> Result<Vec<SampledPair>, LinkageError> {
    let mut strata: BTreeMap<u32, Vec<Pair>> = BTreeMap::new();
    for pair in population(records, run)? {
        strata.entry(stratum(pair.probability, pair.linked)).or_default().push(pair);
    }
    let doubt = |pairs: &[Pair]| {
        let variance: f64 =
            pairs.iter().map(|p| p.probability * (1.0 - p.probability)).sum::<f64>() / pairs.len() as f64;
        // No stratum is held to be certain: the model may be wrong about itself.
        pairs.len() as f64 * (variance + 0.001).sqrt()
    };
    let all: f64 = strata.values().map(|pairs| doubt(pairs)).sum();
    let each = n as f64 / (4.0 * strata.len().max(1) as f64);
    let mut out = Vec::new();
    for (number, mut pairs) in strata {
        let share = (each + n as f64 * 0.75 * doubt(&pairs) / all).round().max(1.0) as usize;
        let total = pairs.len() as u64;
        let id = |i: u32| records[i as usize].id.as_str();
        pairs.sort_by_cached_key(|p| {
            let (x, y) = (id(p.a).min(id(p.b)), id(p.a).max(id(p.b)));
            (hash_bytes(hash_bytes(seed, x.as_bytes()), y.as_bytes()), x.to_owned(), y.to_owned())
        });
        out.extend(pairs.iter().take(share).map(|p| SampledPair {
            record_a: id(p.a).min(id(p.b)).to_owned(),
            record_b: id(p.a).max(id(p.b)).to_owned(),
            match_probability: p.probability,
            linked: p.linked,
            stratum: number,
            stratum_pairs: total,
        }));
    }
    out.sort_by(|x, y| (&x.record_a, &x.record_b).cmp(&(&y.record_a, &y.record_b)));
    Ok(out)
}

/// What the model says of a run's mistakes. A model that is wrong is wrong here, too: see [`SampleQuality`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExpectedErrors {
    pub linked_pairs: u64,
    /// Of a thousand linked pairs, those expected to be of two persons.
    pub false_links_per_thousand: f64,
    /// Of a thousand pairs expected to be of one person, those not linked.
    pub missed_links_per_thousand: f64,
    /// Samples of the clustering that these are the means of.
    pub samples: usize,
}

const CLUSTERINGS: usize = 40;

/// Holds the run's clusters against samples of the clustering from its posterior, each as if it were the truth. What reviewers
/// decided holds in every sample. A pair's own probability would not do: it is among all candidates, before anything is
/// known of the other records of a person, and decided pairs would still count at it.
///
/// # Errors
/// As [`sample_clusterings`].
pub fn expected_errors(
    records: &[LinkRecord],
    run: &LinkRun,
    settings: &Settings,
    decisions: &Decisions,
    progress: &dyn Fn(&str, u64, u64),
) -> Result<ExpectedErrors, LinkageError> {
    let samples = sample_clusterings(records, run, settings, decisions, CLUSTERINGS, 1, progress)?;
    let mut sum = Quality::default();
    for sample in &samples {
        let truth: Vec<u64> = sample.iter().map(|cluster| u64::from(*cluster)).collect();
        let one = quality(&run.clusters, &truth);
        sum.true_pairs += one.true_pairs;
        sum.found_pairs += one.found_pairs;
        sum.found_true_pairs += one.found_true_pairs;
    }
    Ok(ExpectedErrors {
        linked_pairs: sum.found_pairs / samples.len().max(1) as u64,
        false_links_per_thousand: 1000.0 * (1.0 - sum.precision()),
        missed_links_per_thousand: 1000.0 * (1.0 - sum.recall()),
        samples: samples.len(),
    })
}

/// One stratum of the sample: what the model said and what reviewers found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CalibrationRow {
    pub probability_from: f64,
    pub probability_to: f64,
    pub linked: bool,
    pub pairs: u64,
    pub sampled: u64,
    /// With a verdict of link or non-link.
    pub reviewed: u64,
    pub links: u64,
    pub cannot_tell: u64,
    /// Mean match probability of the reviewed pairs, else of the sampled ones.
    pub mean_probability: f64,
    /// Share of links among the reviewed, with Wilson's interval; `None` without reviews.
    pub share_of_links: Option<f64>,
    pub interval_95: Option<[f64; 2]>,
}

/// A share with its interval; or why there is none.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Share {
    Estimated { estimate: f64, interval_95: [f64; 2] },
    NotEstimable { not_estimable: String },
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SampleQuality {
    pub sampled: u64,
    pub reviewed: u64,
    pub calibration: Vec<CalibrationRow>,
    /// Share of linked pairs that are of one person.
    pub precision: Share,
    /// Share of the pairs of one person, among those compared and kept, that are linked.
    pub recall: Share,
    pub warnings: Vec<String>,
}

/// Wilson's interval for a share (Wilson 1927; recommended for small samples by Brown, Cai and DasGupta 2001).
pub fn wilson_interval_95(successes: u64, trials: u64) -> [f64; 2] {
    if trials == 0 {
        return [0.0, 1.0];
    }
    wilson(successes as f64 / trials as f64, trials as f64)
}

fn wilson(p: f64, n: f64) -> [f64; 2] {
    let z2 = Z_95 * Z_95;
    let middle = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = Z_95 / (1.0 + z2 / n) * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    // Of none and of all, the end is there exactly; the difference of equals need not be zero.
    [if p > 0.0 { (middle - half).max(0.0) } else { 0.0 }, if p < 1.0 { (middle + half).min(1.0) } else { 1.0 }]
}

/// Precision and recall from a reviewed sample.
///
/// The estimates are the stratified ones, Σ N_h p_h over the strata (Cochran 1977, section 5A.2; for recall a ratio of two such
/// sums). An interval is what two intervals cover together, since each is too short on one side where nearly every pair of a
/// stratum is a link: the middle 95 % of 4,000 seeded draws in which each stratum's share comes from its posterior
/// Beta(links + ½, non-links + ½) (Jeffreys) and the pairs that were reviewed count as they were found; and Wilson's interval at the
/// effective sample size, estimate (1 - estimate) / variance, with the variance of the stratified or ratio estimator
/// (Cochran 1977, sections 5A.2 and 6.11; Korn and Graubard 1998). Pairs that reviewers could not tell are left out, which is right only if they are
/// like the rest of their stratum.
pub fn sample_quality(
    sample: &[SampledPair],
    verdict: &dyn Fn(&str, &str) -> Option<Verdict>,
    seed: u64,
) -> SampleQuality {
    let mut rows: BTreeMap<u32, CalibrationRow> = BTreeMap::new();
    let mut sums: BTreeMap<u32, (f64, f64)> = BTreeMap::new();
    for pair in sample {
        let bin = (pair.stratum / 2) as usize;
        let row = rows.entry(pair.stratum).or_insert_with(|| CalibrationRow {
            probability_from: BINS.get(bin).copied().unwrap_or(0.0),
            probability_to: BINS.get(bin + 1).copied().unwrap_or(1.0),
            linked: pair.stratum % 2 == 1,
            pairs: pair.stratum_pairs,
            sampled: 0,
            reviewed: 0,
            links: 0,
            cannot_tell: 0,
            mean_probability: 0.0,
            share_of_links: None,
            interval_95: None,
        });
        let sum = sums.entry(pair.stratum).or_default();
        row.sampled += 1;
        sum.0 += pair.match_probability;
        match verdict(&pair.record_a, &pair.record_b) {
            Some(Verdict::CannotTell) => row.cannot_tell += 1,
            Some(found) => {
                row.reviewed += 1;
                row.links += u64::from(found == Verdict::Link);
                sum.1 += pair.match_probability;
            }
            None => {}
        }
    }
    for (stratum, row) in &mut rows {
        let (of_all, of_reviewed) = sums.get(stratum).copied().unwrap_or_default();
        row.mean_probability =
            if row.reviewed > 0 { of_reviewed / row.reviewed as f64 } else { of_all / row.sampled.max(1) as f64 };
        if row.reviewed > 0 {
            row.share_of_links = Some(row.links as f64 / row.reviewed as f64);
            row.interval_95 = Some(wilson_interval_95(row.links, row.reviewed));
        }
    }
    let calibration: Vec<CalibrationRow> = rows.into_values().collect();
    let (precision, recall) = shares(&calibration, seed);
    SampleQuality {
        sampled: sample.len() as u64,
        reviewed: calibration.iter().map(|r| r.reviewed).sum(),
        precision,
        recall,
        warnings: warnings(&calibration),
        calibration,
    }
}

fn warnings(rows: &[CalibrationRow]) -> Vec<String> {
    let mut out = Vec::new();
    let without = rows.iter().filter(|r| r.reviewed == 0).count();
    if without > 0 && without < rows.len() {
        out.push(format!("{without} of {} strata have no reviewed pair yet", rows.len()));
    }
    // Of one bin, linked and not linked together: a pair that is linked has more for it than its own probability.
    for bin in rows.chunk_by(|a, b| a.probability_from == b.probability_from) {
        let all: f64 = bin.iter().map(|r| r.pairs as f64).sum();
        let mean = |value: &dyn Fn(&CalibrationRow) -> Option<f64>| {
            bin.iter().map(|r| value(r).map(|v| v * r.pairs as f64 / all)).sum::<Option<f64>>()
        };
        let bounds = mean(&|r| r.interval_95.map(|i| i[0])).zip(mean(&|r| r.interval_95.map(|i| i[1])));
        let said = mean(&|r| Some(r.mean_probability)).zip(mean(&|r| r.share_of_links));
        let (Some((low, high)), Some((model, found))) = (bounds, said) else { continue };
        if model < low || model > high {
            let (from, to) = (bin[0].probability_from, bin[0].probability_to);
            out.push(format!(
                "between {from} and {to} the model says {model:.3} and reviewers found {found:.3}: it is not calibrated there"
            ));
        }
    }
    let (tell, cannot): (u64, u64) = (rows.iter().map(|r| r.reviewed).sum(), rows.iter().map(|r| r.cannot_tell).sum());
    if cannot * 5 > tell + cannot {
        out.push(format!("reviewers could not tell {cannot} of {} pairs: the shares leave these out", tell + cannot));
    }
    out
}

fn shares(rows: &[CalibrationRow], seed: u64) -> (Share, Share) {
    let not = |why: &str| Share::NotEstimable { not_estimable: why.to_owned() };
    let blank = |linked: bool| rows.iter().any(|r| r.linked == linked && r.reviewed == 0);
    if !rows.iter().any(|r| r.linked) {
        return (not("because no pair is linked"), not("because no pair is linked"));
    }
    let found = |share: &mut dyn FnMut(&CalibrationRow) -> f64| {
        let (mut linked, mut linked_true, mut all_true) = (0.0, 0.0, 0.0);
        for row in rows {
            let open = row.pairs.saturating_sub(row.reviewed) as f64;
            let links = row.links as f64 + open * share(row);
            all_true += links;
            if row.linked {
                linked += row.pairs as f64;
                linked_true += links;
            }
        }
        (linked_true / linked, if all_true > 0.0 { linked_true / all_true } else { 1.0 })
    };
    let point = found(&mut |row| row.share_of_links.unwrap_or(0.5));
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut draws: Vec<(f64, f64)> = Vec::with_capacity(DRAWS);
    for _ in 0..DRAWS {
        draws.push(found(&mut |row| {
            let beta = Beta::new(row.links as f64 + 0.5, (row.reviewed - row.links) as f64 + 0.5);
            beta.map_or(0.5, |beta| beta.sample(&mut rng))
        }));
    }
    let share = |point: f64, mut values: Vec<f64>, weight: &dyn Fn(&CalibrationRow) -> f64| {
        values.sort_by(f64::total_cmp);
        let at = |q: f64| values[((DRAWS - 1) as f64 * q).round() as usize];
        let [low, high] = effective_wilson(rows, point, weight);
        Share::Estimated {
            estimate: point,
            interval_95: [at(0.025).min(point).min(low), at(0.975).max(point).max(high)],
        }
    };
    let linked: f64 = rows.iter().filter(|r| r.linked).map(|r| r.pairs as f64).sum();
    let links: f64 = rows.iter().map(|r| r.pairs as f64 * r.share_of_links.unwrap_or(0.0)).sum();
    let precision = match blank(true) {
        true => not("because a stratum of linked pairs has no reviewed pair"),
        false => share(point.0, draws.iter().map(|d| d.0).collect(), &|r| f64::from(u8::from(r.linked)) / linked),
    };
    let recall = match blank(true) || blank(false) {
        true => not("because a stratum has no reviewed pair"),
        false => share(point.1, draws.iter().map(|d| d.1).collect(), &|r| {
            (f64::from(u8::from(r.linked)) - point.1) / links.max(1e-9)
        }),
    };
    (precision, recall)
}

/// Wilson's interval of a share at its effective sample size. `weight` is what one link of a stratum adds to the estimate.
fn effective_wilson(rows: &[CalibrationRow], point: f64, weight: &dyn Fn(&CalibrationRow) -> f64) -> [f64; 2] {
    let variance: f64 = rows
        .iter()
        .filter(|r| r.reviewed > 1)
        .map(|r| {
            let (n, all, p) = (r.reviewed as f64, r.pairs as f64, r.share_of_links.unwrap_or(0.0));
            (weight(r) * all).powi(2) * (1.0 - n / all).max(0.0) * p * (1.0 - p) / (n - 1.0)
        })
        .sum();
    let reviewed: f64 = rows.iter().map(|r| r.reviewed as f64).sum();
    let effective = if variance > 0.0 { point * (1.0 - point) / variance } else { reviewed };
    if effective > 0.0 { wilson(point, effective.min(reviewed)) } else { [point, point] }
}
