//! The distribution of the number unseen behind an answer, kept as quantiles so that strata can be added up and samples of a
//! linkage combined. Units: persons on no list.

use statrs::distribution::{ContinuousCDF, Normal};

/// Quantiles at (i + ½) / [`POINTS`].
pub const POINTS: usize = 400;
/// What stands for nobody under a logarithm (METHODS of verdata: 0 becomes 0.1).
const NOBODY: f64 = 0.1;
/// Cells of ln n₀ in which summits are looked for.
const CELLS: usize = 48;

#[derive(Debug, Clone, PartialEq)]
pub struct Unseen(Vec<f64>);

fn part(i: usize) -> f64 {
    (i as f64 + 0.5) / POINTS as f64
}

/// The standard normal quantile.
pub(super) fn probit(p: f64) -> f64 {
    Normal::standard().inverse_cdf(p)
}

/// The standard normal distribution function.
pub(super) fn phi(z: f64) -> f64 {
    Normal::standard().cdf(z)
}

impl Unseen {
    /// Asks for quantiles in rising order.
    pub fn from_quantiles(quantile: impl FnMut(f64) -> f64) -> Self {
        Self((0..POINTS).map(part).map(quantile).collect())
    }

    /// Log-normal on either side of the centre, with the interval's ends at 2.5 and 97.5 %. All in persons unseen.
    pub fn from_interval(centre: f64, [low, high]: [f64; 2]) -> Self {
        let centre = centre.max(NOBODY);
        let spread = |end: f64| (end.max(NOBODY) / centre).ln().abs() / 1.959963984540054;
        let (down, up) = (spread(low), spread(high));
        Self::from_quantiles(|p| {
            let z = probit(p);
            centre * (z * if z < 0.0 { down } else { up }).exp()
        })
    }

    /// The quantile of the probability, between the kept ones by straight lines.
    pub fn quantile(&self, p: f64) -> f64 {
        let at = (p * POINTS as f64 - 0.5).clamp(0.0, POINTS as f64 - 1.0);
        let (low, high) = (at.floor() as usize, at.ceil() as usize);
        self.0[low] + (at - at.floor()) * (self.0[high] - self.0[low])
    }

    pub fn mean(&self) -> f64 {
        self.0.iter().sum::<f64>() / POINTS as f64
    }

    /// Mean and variance of ln(n₀ + `more`), nobody being 0.1.
    pub fn log_moments(&self, more: f64) -> (f64, f64) {
        let logs: Vec<f64> = self.0.iter().map(|n0| (n0 + more).max(NOBODY).ln()).collect();
        let mean = logs.iter().sum::<f64>() / POINTS as f64;
        (mean, logs.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / POINTS as f64)
    }

    /// Where the density of ln n₀ has separate summits: the n₀ of each, lowest first. Two summits are separate when the
    /// valley between them is below 0.6 of the lower, and each holds 1 % at least.
    pub fn summits(&self) -> Vec<f64> {
        let log = |n0: f64| n0.max(NOBODY).ln();
        let (low, high) = (log(self.0[0]), log(self.0[POINTS - 1]));
        if high - low < 1e-9 {
            return vec![self.0[POINTS / 2]];
        }
        let width = (high - low) / CELLS as f64;
        let mut density = vec![0.0; CELLS];
        for pair in self.0.windows(2) {
            let (a, b) = ((log(pair[0]) - low) / width, (log(pair[1]) - low) / width);
            let (first, last) = ((a as usize).min(CELLS - 1), (b as usize).min(CELLS - 1));
            for (cell, density) in density.iter_mut().enumerate().take(last + 1).skip(first) {
                let inside = if b - a < 1e-12 {
                    f64::from(cell == first)
                } else {
                    ((b.min(cell as f64 + 1.0) - a.max(cell as f64)) / (b - a)).max(0.0)
                };
                *density += inside / POINTS as f64;
            }
        }
        for _ in 0..2 {
            let at = |d: &[f64], i: isize| d[i.clamp(0, CELLS as isize - 1) as usize];
            let old = density.clone();
            density = (0..CELLS as isize)
                .map(|i| 0.25 * at(&old, i - 1) + 0.5 * at(&old, i) + 0.25 * at(&old, i + 1))
                .collect();
        }
        let cells = separate(&density);
        cells.into_iter().map(|cell| (low + (cell as f64 + 0.5) * width).exp()).collect()
    }
}

/// Summits of a density, by joining at valleys that are not deep enough or hold too little.
fn separate(density: &[f64]) -> Vec<usize> {
    let rises =
        |i: usize| (i == 0 || density[i] > density[i - 1]) && (i + 1 == density.len() || density[i] >= density[i + 1]);
    let mut summits: Vec<usize> = (0..density.len()).filter(|i| rises(*i)).collect();
    let valley = |a: usize, b: usize| (a..=b).min_by(|x, y| density[*x].total_cmp(&density[*y])).unwrap_or(a);
    loop {
        let mut gone = None;
        for pair in summits.windows(2) {
            let lower = if density[pair[0]] < density[pair[1]] { pair[0] } else { pair[1] };
            if density[valley(pair[0], pair[1])] > 0.6 * density[lower] {
                gone = Some(lower);
                break;
            }
        }
        if gone.is_none() && summits.len() > 1 {
            let edge = |i: usize| valley(summits[i], summits[i + 1]);
            gone = (0..summits.len())
                .find(|i| {
                    let from = if *i == 0 { 0 } else { edge(i - 1) };
                    let to = if i + 1 == summits.len() { density.len() } else { edge(*i) };
                    density[from..to].iter().sum::<f64>() < 0.01
                })
                .map(|i| summits[i]);
        }
        match gone {
            Some(gone) => summits.retain(|summit| *summit != gone),
            None => return summits,
        }
    }
}

/// What to say where the distribution has more than one summit.
pub(super) fn summits_warning(n: f64, summits: &[f64]) -> Option<String> {
    (summits.len() > 1).then(|| {
        let places: Vec<String> = summits.iter().map(|n0| format!("{:.0}", n + n0)).collect();
        format!(
            "the distribution has {} summits (near {}): no one number speaks for it",
            summits.len(),
            places.join(", ")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_hill_has_one_summit_and_two_hills_have_two() {
        let one = Unseen::from_interval(100.0, [50.0, 300.0]);
        assert_eq!(one.summits().len(), 1);
        let (low, high) = (Unseen::from_interval(100.0, [80.0, 125.0]), Unseen::from_interval(400.0, [320.0, 500.0]));
        let both =
            Unseen::from_quantiles(|p| if p < 0.3 { low.quantile(p / 0.3) } else { high.quantile((p - 0.3) / 0.7) });
        assert_eq!(both.summits().len(), 2, "{:?}", both.summits());
    }

    #[test]
    fn an_interval_is_found_again_in_its_quantiles() {
        let unseen = Unseen::from_interval(100.0, [50.0, 300.0]);
        assert!((unseen.quantile(0.025) - 50.0).abs() < 0.5 && (unseen.quantile(0.975) - 300.0).abs() < 3.0);
        assert!((unseen.quantile(0.5) - 100.0).abs() < 0.5);
    }
}
