//! What the choice of one model hides: the models averaged by their BIC.
//!
//! A model weighs e^(−BIC / 2) (Schwarz's approximation, models alike beforehand); its n₀ is log-normal about its maximum with its
//! standard error. Units: persons on no list.

use super::unseen::phi;

pub(super) struct Average {
    pub median: f64,
    pub interval: [f64; 2],
    /// Weight of the models whose n₀ lies outside the interval that was given.
    pub weight_outside: f64,
}

/// `models` are (BIC, n₀, standard error of N); at least one. `interval` is of n₀.
pub(super) fn averaged(models: &[(f64, f64, f64)], interval: [f64; 2]) -> Average {
    let least = models.iter().map(|(bic, ..)| *bic).fold(f64::INFINITY, f64::min);
    let weights: Vec<f64> = models.iter().map(|(bic, ..)| ((least - bic) / 2.0).exp()).collect();
    let whole: f64 = weights.iter().sum();
    let each = || weights.iter().map(|w| w / whole).zip(models);
    let below = |log: f64| -> f64 {
        let part = |(weight, (_, n0, error)): (f64, &(f64, f64, f64))| {
            let deviation = (error / n0).powi(2).ln_1p().sqrt().max(1e-9);
            weight * phi((log - n0.ln()) / deviation)
        };
        each().filter(|(weight, _)| *weight > 1e-12).map(part).sum()
    };
    let quantile = |p: f64| {
        let (mut low, mut high) = (-50.0, 50.0);
        for _ in 0..60 {
            let middle = (low + high) / 2.0;
            if below(middle) < p { low = middle } else { high = middle }
        }
        f64::exp(high)
    };
    let outside = each().filter(|(_, (_, n0, _))| !(interval[0]..=interval[1]).contains(n0)).map(|(weight, _)| weight);
    Average { median: quantile(0.5), interval: [quantile(0.025), quantile(0.975)], weight_outside: outside.sum() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_that_fit_alike_share_the_weight_and_widen_the_interval() {
        let one = averaged(&[(10.0, 100.0, 10.0)], [80.0, 125.0]);
        assert!((one.median - 100.0).abs() < 1e-6 && one.weight_outside == 0.0);
        let two = averaged(&[(10.0, 100.0, 10.0), (10.0, 400.0, 40.0)], [80.0, 125.0]);
        assert!((two.weight_outside - 0.5).abs() < 1e-12);
        assert!((two.interval[0] - one.interval[0]).abs() < 5.0 && two.interval[1] > 400.0, "{:?}", two.interval);
        let far = averaged(&[(10.0, 100.0, 10.0), (60.0, 400.0, 40.0)], [80.0, 125.0]);
        assert!(far.weight_outside < 1e-9);
    }
}
