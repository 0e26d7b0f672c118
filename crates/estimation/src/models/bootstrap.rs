//! Bias-corrected and accelerated bootstrap intervals (Efron 1987) of the number unseen, the model chosen anew in each resample.
//!
//! A resample draws as many persons as are documented, with the observed shares of the patterns; acceleration is by the jackknife over
//! persons, those of one pattern alike; quantiles are of type 8 (Hyndman and Fan 1996). Each resample has its own generator, so that the
//! number of threads changes nothing. Units: persons on no list.

use rand::SeedableRng;
use rayon::prelude::*;

use super::PatternTable;
use super::draws::{Generator, spread};
use super::unseen::{phi, probit};

const RESAMPLES: u64 = 1000;
/// Of the resamples, the part that must have an answer.
const FEWEST: f64 = 0.5;
/// Above this part without an answer, or where an end is farther off than the other interval's by this factor, it is said.
const FAILED_SAID: f64 = 0.05;
const APART: f64 = 2.0;

pub(super) struct Bootstrap {
    pub interval: [f64; 2],
    pub resamples: u64,
    pub failed: u64,
}

impl Bootstrap {
    /// Whether choosing the model anew tells something else than the interval that takes it as known. All in persons unseen.
    pub fn doubt(&self, n: f64, n0: f64, [low, high]: [f64; 2]) -> Option<(&'static str, String)> {
        let Self { interval: [lower, upper], resamples, failed } = self;
        let wider = (n0 / lower.max(0.1)).ln() > APART * (n0 / low.max(0.1)).ln()
            || (upper / n0).ln() > APART * (high / n0).ln();
        if !wider && (*failed as f64) < FAILED_SAID * *resamples as f64 {
            return None;
        }
        let mut sentence = format!(
            "where the pairs are chosen anew in resamples, the interval is {:.0} to {:.0}: the choice of pairs matters",
            n + lower,
            n + upper
        );
        if *failed > 0 {
            sentence += &format!("; {failed} of {resamples} resamples have no answer");
        }
        Some(("selection", sentence))
    }
}

/// Type 8 of sorted values.
fn quantile(sorted: &[f64], p: f64) -> f64 {
    let n = sorted.len() as f64;
    let at = ((n + 1.0 / 3.0) * p + 1.0 / 3.0).clamp(1.0, n);
    let (low, part) = (at.floor(), at - at.floor());
    let value = |i: f64| sorted[(i as usize).min(sorted.len()) - 1];
    value(low) + part * (value(low + 1.0) - value(low))
}

/// `None` where too few resamples have an answer, or all have the same.
pub(super) fn accelerated(
    table: &PatternTable,
    n0: f64,
    point: impl Fn(&PatternTable) -> Option<f64> + Sync,
    seed: u64,
) -> Option<Bootstrap> {
    let with = |counts: Vec<(u64, u64)>| PatternTable::new(table.lists.clone(), counts).ok();
    let n = table.n_documented() as f64;
    let shares: Vec<f64> = table.counts.iter().map(|(_, count)| *count as f64 / n).collect();
    let order: Vec<usize> = (0..shares.len()).collect();
    let one = |number: u64| -> Option<f64> {
        let mut rng = Generator::seed_from_u64(seed ^ (number + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let mut counts: Vec<(u64, u64)> = table.counts.iter().map(|(pattern, _)| (*pattern, 0)).collect();
        spread(&mut rng, n, &shares, &order, |cell, given| counts[cell].1 = given as u64);
        point(&with(counts)?)
    };
    let all: Vec<Option<f64>> = (0..RESAMPLES).into_par_iter().map(one).collect();
    let mut found: Vec<f64> = all.into_iter().flatten().collect();
    found.sort_by(f64::total_cmp);
    if (found.len() as f64) < FEWEST * RESAMPLES as f64 || found.first() == found.last() {
        return None;
    }
    let below =
        found.iter().filter(|x| **x < n0).count() as f64 + 0.5 * found.iter().filter(|x| **x == n0).count() as f64;
    let size = found.len() as f64;
    let bias = probit((below / size).clamp(0.5 / size, 1.0 - 0.5 / size));
    let acceleration = acceleration(table, &with, &point);
    let end = |p: f64| {
        let z = bias + probit(p);
        quantile(&found, phi(bias + z / (1.0 - acceleration * z)))
    };
    Some(Bootstrap { interval: [end(0.025), end(0.975)], resamples: RESAMPLES, failed: RESAMPLES - found.len() as u64 })
}

/// Σ (mean − θᵢ)³ / (6 (Σ (mean − θᵢ)²)^1.5), θᵢ without one person.
fn acceleration(
    table: &PatternTable,
    with: &(impl Fn(Vec<(u64, u64)>) -> Option<PatternTable> + Sync),
    point: &(impl Fn(&PatternTable) -> Option<f64> + Sync),
) -> f64 {
    let without = |cell: usize| -> Option<(f64, f64)> {
        let mut counts = table.counts.clone();
        counts[cell].1 -= 1;
        // N = n − 1 + n₀ is what is estimated without the person.
        Some((table.counts[cell].1 as f64, point(&with(counts)?)? - 1.0))
    };
    let found: Vec<(f64, f64)> =
        (0..table.counts.len()).into_par_iter().map(without).collect::<Vec<_>>().into_iter().flatten().collect();
    let size: f64 = found.iter().map(|(count, _)| count).sum();
    let mean = found.iter().map(|(count, x)| count * x).sum::<f64>() / size;
    let moment = |power: i32| found.iter().map(|(count, x)| count * (mean - x).powi(power)).sum::<f64>();
    let a = moment(3) / (6.0 * moment(2).powf(1.5));
    if a.is_finite() { a.clamp(-0.2, 0.2) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_of_type_8() {
        let sorted = [1.0, 2.0, 4.0, 8.0];
        // R: quantile(c(1, 2, 4, 8), c(.25, .5, .9), type = 8).
        let close = |p: f64, expected: f64| assert!((quantile(&sorted, p) - expected).abs() < 1e-9, "{p}");
        close(0.25, 1.0 + 5.0 / 12.0);
        close(0.5, 3.0);
        close(0.9, 8.0);
    }

    #[test]
    fn the_interval_of_two_independent_lists_is_near_the_log_normal_one() {
        let table = PatternTable::new(vec!["a".into(), "b".into()], [(1, 300), (2, 200), (3, 100)]).unwrap();
        let point = |t: &PatternTable| {
            let at = |pattern: u64| t.counts.iter().find(|(p, _)| *p == pattern).map(|(_, n)| *n as f64);
            Some(at(1)? * at(2)? / at(3)?)
        };
        let found = accelerated(&table, 600.0, point, 1).unwrap();
        // var ln n₀ = 1/300 + 1/200 + 1/100 (multinomial, n fixed: the same to first order).
        let half = 1.96 * (1.0 / 300.0 + 1.0 / 200.0 + 1.0f64 / 100.0).sqrt();
        let [low, high] = found.interval;
        assert!(
            (low.ln() - (600f64.ln() - half)).abs() < 0.06 && (high.ln() - (600f64.ln() + half)).abs() < 0.06,
            "{low} {high}"
        );
        assert_eq!(found.failed, 0);
    }
}
