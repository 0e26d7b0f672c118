//! The posterior of n₀ as the average of negative binomials, one per stored draw of the odds (Rao and Blackwell).
//!
//! n₀ | odds is NegBin(n, 1 / (1 + odds)). Its distribution function is Peizer and Pratt's approximation (1968), good to four
//! digits at ten persons and better above; draws nearer to one another than a quarter of the kernel's own width are taken together.

use super::unseen::phi;

/// Draws taken together, at most so many groups.
const MOST_GROUPS: usize = 4000;

pub(super) struct Mixture {
    n: f64,
    /// (odds, weight); the weights add up to 1.
    groups: Vec<(f64, f64)>,
}

/// P(n₀ ≤ x), n₀ being the failures before the n-th success of probability 1 / (1 + odds).
fn below(n: f64, odds: f64, x: f64) -> f64 {
    if x < 0.0 {
        return 0.0;
    }
    // n₀ ≤ x when n + x trials have n successes or more, that is, x failures or fewer.
    let trials = n + x;
    let p = odds / (1.0 + odds);
    let expected = trials * p;
    let gap = x + 2.0 / 3.0 - (trials + 1.0 / 3.0) * p;
    let (half, other) = (x + 0.5, trials - x - 0.5);
    let entropy = half * (half / expected).ln() + other * (other / (trials - expected)).ln();
    let apart = (half - expected).abs();
    if apart < 1e-9 {
        return phi(gap / (expected * (1.0 - p)).sqrt());
    }
    phi(gap / apart * (2.0 / (1.0 + 1.0 / (6.0 * trials)) * entropy.max(0.0)).sqrt())
}

impl Mixture {
    pub fn new(n: f64, mut odds: Vec<f64>) -> Self {
        odds.sort_by(f64::total_cmp);
        let (low, high) = (odds[0].max(f64::MIN_POSITIVE).ln(), odds[odds.len() - 1].max(f64::MIN_POSITIVE).ln());
        let middle = odds[odds.len() / 2].max(f64::MIN_POSITIVE);
        let kernel = ((1.0 + middle) / (n * middle)).sqrt();
        let width = (kernel / 4.0).max((high - low) / MOST_GROUPS as f64).max(1e-12);
        let mut groups: Vec<(f64, f64)> = Vec::new();
        let (mut cell, share) = (u64::MAX, 1.0 / odds.len() as f64);
        for odds in odds {
            let at = ((odds.max(f64::MIN_POSITIVE).ln() - low) / width) as u64;
            match groups.last_mut() {
                Some((sum, weight)) if at == cell => {
                    *sum += odds;
                    *weight += share;
                }
                _ => groups.push((odds, share)),
            }
            cell = at;
        }
        groups.iter_mut().for_each(|(sum, weight)| *sum *= share / *weight);
        Self { n, groups }
    }

    pub fn mean(&self) -> f64 {
        self.groups.iter().map(|(odds, weight)| self.n * odds * weight).sum()
    }

    fn below(&self, x: f64) -> f64 {
        self.groups.iter().map(|(odds, weight)| weight * below(self.n, *odds, x)).sum()
    }

    /// The smallest whole number with at least this probability at or below it.
    pub fn quantile(&self, p: f64) -> f64 {
        // Whole numbers throughout: between others the halving would not end.
        let (mut low, mut high) = (-1.0, (self.n * self.groups[self.groups.len() - 1].0).ceil().max(1.0));
        while self.below(high) < p && high < 1e18 {
            (low, high) = (high, high * 2.0);
        }
        while high - low > 1.0f64.max(high * 1e-12) {
            let middle = ((low + high) / 2.0_f64).floor();
            if self.below(middle) >= p { high = middle } else { low = middle }
        }
        high
    }

    /// Quantiles for [`super::unseen::Unseen`]: the distribution function on a net of ln n₀, inverted by straight lines.
    pub fn net(&self) -> impl Fn(f64) -> f64 + use<> {
        const NET: usize = 300;
        let (low, high) = ((self.quantile(0.0005) + 0.5).ln(), (self.quantile(0.9995) + 1.5).ln());
        let points: Vec<(f64, f64)> = (0..=NET)
            .map(|i| {
                let x = (low + (high - low) * i as f64 / NET as f64).exp() - 0.5;
                (self.below(x), x.max(0.0))
            })
            .collect();
        move |p| {
            let at = points.partition_point(|(below, _)| *below < p).clamp(1, NET);
            let ((p0, x0), (p1, x1)) = (points[at - 1], points[at]);
            if p1 - p0 < 1e-300 { x1 } else { x0 + (x1 - x0) * ((p - p0) / (p1 - p0)).clamp(0.0, 1.0) }
        }
    }
}

#[cfg(test)]
mod tests {
    use statrs::distribution::{DiscreteCDF, NegativeBinomial};

    use super::*;

    #[test]
    fn quantiles_of_few_unseen_are_found_too() {
        // The chance of nobody is 1.15^−10, a quarter; the expectation, 1.5, is no whole number.
        let mixture = Mixture::new(10.0, vec![0.15; 8]);
        assert_eq!([0.1, 0.5, 0.75].map(|p| mixture.quantile(p)), [0.0, 1.0, 2.0]);
    }

    #[test]
    fn the_approximation_is_that_of_the_negative_binomial() {
        for (n, odds) in [(10.0, 0.5), (10.0, 6.0), (185.0, 3.5), (4400.0, 1.4), (900.0, 0.01)] {
            let exact = NegativeBinomial::new(n, 1.0 / (1.0 + odds)).unwrap();
            let (mean, deviation) = (n * odds, (n * odds * (1.0 + odds)).sqrt());
            for z in [-2.0, -1.0, 0.0, 0.5, 2.0, 3.0f64] {
                let x = (mean + z * deviation).floor().max(0.0);
                assert!(
                    (below(n, odds, x) - exact.cdf(x as u64)).abs() < if n <= 10.0 { 3e-3 } else { 5e-4 },
                    "{n} {odds} {x}"
                );
            }
        }
    }
}
