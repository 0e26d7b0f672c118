//! Latent classes: several chains in parallel, their agreement, and the posterior of N.

use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;
use serde_json::json;

use super::gibbs::{Chain, Draw, Stage};
use super::mixing::mixing;
use super::mixture::Mixture;
use super::summits::summits;
use super::unseen::{Unseen, summits_warning};
use super::{Diagnostics, Model, ModelAnswer, PatternTable, Progress};

/// How long and how wide to sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LcmcrSettings {
    pub classes: usize,
    pub chains: u64,
    /// Sweeps that are thrown away.
    pub burn_in: u64,
    pub sweeps: u64,
    /// Every so many sweeps one is kept.
    pub thin: u64,
}

impl LcmcrSettings {
    /// Ten classes, or one for every pattern where these are fewer.
    pub fn for_lists(lists: usize) -> Self {
        let patterns = (1usize << lists.min(20)) - 1;
        Self { classes: patterns.min(10), chains: 4, burn_in: 1_000, sweeps: 10_000, thin: 2 }
    }
}

const WARM_UP: u64 = 500;
/// How far a chain is, is said every so many sweeps.
const SAID: u64 = 512;
/// Chains beyond this have not mixed, and nothing is concluded from them.
const R_HAT_REFUSED: f64 = 1.1;
const R_HAT_WARNED: f64 = 1.01;
const FEWEST_EFFECTIVE: f64 = 400.0;
/// Outside the interval by this factor of the unseen, a summit is another answer.
const BEYOND: f64 = 1.1;
/// Above this the sampler's own whole numbers end.
const MOST_UNSEEN: f64 = 1e14;

/// A chain that has gone its first steps, its classes in order, and the sweeps that are thrown away; `step` is told of each of these.
fn settled(
    table: &PatternTable,
    cells: &[(u64, u64)],
    settings: LcmcrSettings,
    [seed, number]: [u64; 2],
    step: impl Fn(u64),
) -> Chain {
    let mut chain = Chain::new(table.lists.len(), cells, settings.classes, seed, number);
    for _ in 0..WARM_UP {
        chain.sweep(Stage::Beginning);
    }
    chain.sort_classes();
    for sweep in 0..settings.burn_in {
        chain.sweep(Stage::Learning);
        step(sweep);
    }
    chain.trajectory.pace.settle();
    chain
}

pub(super) fn estimate(
    table: &PatternTable,
    settings: LcmcrSettings,
    seed: u64,
    progress: Progress<'_>,
) -> ModelAnswer {
    let cells = table.by_name().counts;
    let kept = settings.sweeps / settings.thin.max(1);
    if kept < 4 || settings.chains < 1 || settings.classes < 1 {
        return ModelAnswer::not_estimable(Model::Lcmcr, "too few sweeps were asked for");
    }
    let total = settings.chains * (settings.burn_in + settings.sweeps);
    let done = AtomicU64::new(0);
    let step = |sweep: u64| {
        if sweep % SAID == SAID - 1 {
            let so_far = done.fetch_add(SAID, Ordering::Relaxed) + SAID;
            progress(Model::Lcmcr.key(), (so_far as f64 / total as f64).min(1.0));
        }
    };
    let run = |number: u64| -> Vec<Draw> {
        let mut chain = settled(table, &cells, settings, [seed, number], step);
        let mut draws = Vec::with_capacity(kept as usize);
        for sweep in 0..kept * settings.thin {
            let draw = chain.sweep(Stage::Settled);
            if sweep.is_multiple_of(settings.thin) {
                draws.push(draw);
            }
            step(sweep);
        }
        draws
    };
    let chains: Vec<Vec<Draw>> = (0..settings.chains).into_par_iter().map(run).collect();
    answer(table, settings, &chains)
}

/// Adds to an answer the summits that its chains may never have seen.
pub(super) fn look_elsewhere(table: &PatternTable, settings: LcmcrSettings, answer: ModelAnswer) -> ModelAnswer {
    let ModelAnswer::Estimated { credible_interval_95: [low, high], .. } = &answer else { return answer };
    let n = table.n_documented() as f64;
    let climbed = summits(table.lists.len(), &table.by_name().counts, settings.classes);
    let beyond = |n0: &f64| *n0 * BEYOND < low - n || *n0 > (high - n) * BEYOND;
    let others: Vec<String> = climbed.into_iter().filter(beyond).map(|n0| format!("{:.0}", n + n0)).collect();
    let doubt = (!others.is_empty()).then(|| {
        let sentence = format!(
            "climbed from starts far apart, the distribution has summits outside the interval (near {}): chains that agree may all \
             have missed them",
            others.join(", ")
        );
        ("other_summits", sentence)
    });
    answer.with_doubts(doubt)
}

/// Sweeps alone, for benchmarks: the effective sample size of ln n₀ after so many sweeps of so many chains.
pub fn effective_sample_size(table: &PatternTable, settings: LcmcrSettings, seed: u64) -> f64 {
    let cells = table.by_name().counts;
    let run = |number: u64| -> Vec<f64> {
        let mut chain = settled(table, &cells, settings, [seed, number], |_| {});
        let thin = settings.thin.max(1);
        let draws = (0..settings.sweeps).map(|_| chain.sweep(Stage::Settled).n0.ln_1p());
        draws.enumerate().filter(|(i, _)| (*i as u64).is_multiple_of(thin)).map(|(_, log)| log).collect()
    };
    let chains: Vec<Vec<f64>> = (0..settings.chains).into_par_iter().map(run).collect();
    mixing(&chains).effective_sample_size
}

/// The effective sample size of being below the lower end of the interval, or above the upper one, or as far again outside it;
/// the worst of them. A summit that the chains visit seldom and long shows here first (Vehtari et al. 2021).
fn effective_at_ends(logs: &[Vec<f64>]) -> f64 {
    let mut sorted: Vec<f64> = logs.iter().flatten().copied().collect();
    sorted.sort_by(f64::total_cmp);
    let at = |p: f64| sorted[(p * (sorted.len() - 1) as f64) as usize];
    let worth = |end: f64| {
        let below = |chain: &Vec<f64>| chain.iter().map(|log| f64::from(u8::from(*log <= end))).collect();
        mixing(&logs.iter().map(below).collect::<Vec<Vec<f64>>>()).effective_sample_size
    };
    [0.005, 0.025, 0.975, 0.995].into_iter().map(|p| worth(at(p))).fold(f64::INFINITY, f64::min)
}

fn answer(table: &PatternTable, settings: LcmcrSettings, chains: &[Vec<Draw>]) -> ModelAnswer {
    let n = table.n_documented() as f64;
    let logs: Vec<Vec<f64>> = chains.iter().map(|c| c.iter().map(|draw| draw.n0.ln_1p()).collect()).collect();
    let mixed = mixing(&logs);
    let (r_hat, effective) = (mixed.r_hat, mixed.effective_sample_size);
    if r_hat.is_nan() || r_hat > R_HAT_REFUSED {
        let because = format!("the chains did not mix (R-hat {r_hat:.2}, effective sample size {effective:.0})");
        return ModelAnswer::not_estimable(Model::Lcmcr, &because);
    }
    let odds: Vec<f64> = chains.iter().flatten().map(|draw| draw.odds).collect();
    if odds.iter().any(|odds| !odds.is_finite()) {
        return ModelAnswer::not_estimable(Model::Lcmcr, "the number unseen ran to the bound of what can be computed");
    }
    let mixture = Mixture::new(n, odds);
    let interval = [n + mixture.quantile(0.025), n + mixture.quantile(0.975)];
    if interval[1] - n > MOST_UNSEEN {
        return ModelAnswer::not_estimable(Model::Lcmcr, "the number unseen ran to the bound of what can be computed");
    }
    let unseen = Unseen::from_quantiles(mixture.net());
    let summits = unseen.summits();
    let at_ends = effective_at_ends(&logs);
    let mut doubts = Vec::new();
    if r_hat > R_HAT_WARNED || effective.min(at_ends) < FEWEST_EFFECTIVE {
        let sentence = format!(
            "the chains mixed poorly (R-hat {r_hat:.3}, effective sample size {effective:.0}, at the ends of the interval \
             {at_ends:.0}): run it with another seed and see whether the ends stay"
        );
        doubts.push(("mixing", sentence));
    }
    doubts.extend(summits_warning(n, &summits).map(|sentence| ("summits", sentence)));
    let diagnostics = Diagnostics::from([
        ("classes".into(), json!(settings.classes)),
        ("chains".into(), json!(settings.chains)),
        ("burn_in_sweeps".into(), json!(settings.burn_in)),
        ("sweeps".into(), json!(settings.sweeps)),
        ("thin".into(), json!(settings.thin)),
        ("r_hat_log_unseen".into(), json!(r_hat)),
        ("effective_sample_size_log_unseen".into(), json!(effective)),
        ("effective_sample_size_at_interval_ends".into(), json!(at_ends)),
        ("summits".into(), json!(summits.iter().map(|n0| (n + n0).round()).collect::<Vec<f64>>())),
        ("prior".into(), json!("1/N, no upper limit")),
        ("interval".into(), json!("95 % credible interval, Rao-Blackwell quantiles")),
    ]);
    ModelAnswer::Estimated {
        model: Model::Lcmcr.key(),
        median: n + mixture.quantile(0.5),
        mean: n + mixture.mean(),
        credible_interval_95: interval,
        diagnostics,
        warnings: Vec::new(),
        unseen,
    }
    .with_doubts(doubts)
}
