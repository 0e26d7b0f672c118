//! Poisson log-linear fits of a table of overlaps, by Newton's method.

use statrs::distribution::{ChiSquared, ContinuousCDF};

use super::existence::has_maximum;

/// A fitted model.
#[derive(Debug, Clone)]
pub(super) struct Fit {
    /// Logarithm of the mean of the cell of those on no list.
    pub intercept: f64,
    pub intercept_variance: f64,
    pub log_likelihood: f64,
    pub means: Vec<f64>,
}

/// Solves A x = b for a symmetric positive definite A (row-major, n × n) in place by Cholesky's decomposition, and gives the
/// first element of the inverse. `None` when A is not positive definite to working precision.
fn solve(a: &mut [f64], b: &mut [f64]) -> Option<f64> {
    let n = b.len();
    for j in 0..n {
        let mut pivot = a[j * n + j];
        let whole = pivot;
        for k in 0..j {
            pivot -= a[j * n + k] * a[j * n + k];
        }
        if pivot.is_nan() || pivot <= whole * 1e-13 {
            return None;
        }
        let root = pivot.sqrt();
        a[j * n + j] = root;
        for i in j + 1..n {
            let mut sum = a[i * n + j];
            for k in 0..j {
                sum -= a[i * n + k] * a[j * n + k];
            }
            a[i * n + j] = sum / root;
        }
    }
    let forward = |a: &[f64], x: &mut [f64]| {
        for i in 0..n {
            let sum = (0..i).fold(x[i], |sum, k| sum - a[i * n + k] * x[k]);
            x[i] = sum / a[i * n + i];
        }
    };
    forward(a, b);
    for i in (0..n).rev() {
        let sum = (i + 1..n).fold(b[i], |sum, k| sum - a[k * n + i] * b[k]);
        b[i] = sum / a[i * n + i];
    }
    let mut unit = vec![0.0; n];
    unit[0] = 1.0;
    forward(a, &mut unit);
    Some(unit.iter().map(|x| x * x).sum())
}

/// The deviance G² = 2 Σ (y ln(y / mean) − y + mean), its degrees of freedom, and the chance of one as great under the model
/// (chi-squared; in sparse tables rough). Pearson's X² where it is smaller, so that empty cells do not condemn a model. `None` where no
/// degree of freedom is left.
pub(super) fn misfit(fit: &Fit, terms: usize, cells: &[(u64, f64)]) -> Option<(f64, f64, f64)> {
    let freedom = cells.len().checked_sub(terms).filter(|f| *f > 0)? as f64;
    let pairs = || cells.iter().map(|(_, y)| *y).zip(fit.means.iter().copied());
    let log = |y: f64, mean: f64| if y > 0.0 { y * (y / mean).ln() } else { 0.0 };
    let deviance: f64 = pairs().map(|(y, mean)| 2.0 * (log(y, mean) - y + mean)).sum();
    let pearson: f64 = pairs().map(|(y, mean)| (y - mean).powi(2) / mean.max(f64::MIN_POSITIVE)).sum();
    let p = ChiSquared::new(freedom).ok()?.sf(deviance.min(pearson).max(0.0));
    Some((deviance, freedom, p))
}

/// What to say of a model that the cells themselves contradict.
pub(super) fn misfit_doubt(misfit: Option<(f64, f64, f64)>) -> Option<(&'static str, String)> {
    let (deviance, freedom, p) = misfit.filter(|(.., p)| *p < 0.01)?;
    let sentence = format!(
        "the model does not fit the overlaps (deviance {deviance:.1} on {freedom} degrees of freedom, p = {p:.1e})"
    );
    Some(("fit", sentence))
}

/// ln Γ(x + 1).
pub(super) fn ln_factorial(x: f64) -> f64 {
    statrs::function::gamma::ln_gamma(x + 1.0)
}

/// Means below this may be on their way to nothing.
const LEAST_MEAN: f64 = 1e-6;
const MOST_STEPS: usize = 100;
/// Beyond this a parameter is running off to infinity: the maximum does not exist.
const FARTHEST: f64 = 40.0;

/// Fits log mean(pattern) = Σ over terms within the pattern. `terms` are masks, the first of them 0 (the intercept).
/// `cells` are (pattern, count) of every cell that is fitted. `None` where the maximum does not exist.
pub(super) fn fit(terms: &[u64], cells: &[(u64, f64)]) -> Option<Fit> {
    let columns: Vec<Vec<usize>> = cells
        .iter()
        .map(|(pattern, _)| (0..terms.len()).filter(|t| pattern & terms[*t] == terms[*t]).collect())
        .collect();
    let n = terms.len();
    let ln_y: f64 = cells.iter().map(|(_, y)| ln_factorial(*y)).sum();
    let mut beta = start(n, cells, &columns)?;
    let likelihood = |beta: &[f64]| -> (f64, Vec<f64>) {
        let mut sum = -ln_y;
        let mut means = Vec::with_capacity(cells.len());
        for ((_, y), columns) in cells.iter().zip(&columns) {
            let eta: f64 = columns.iter().map(|t| beta[*t]).sum();
            let mean = eta.exp();
            sum += y * eta - mean;
            means.push(mean);
        }
        (sum, means)
    };
    let (mut best, mut means) = likelihood(&beta);
    for _ in 0..MOST_STEPS {
        let (mut information, mut step) = (vec![0.0; n * n], vec![0.0; n]);
        for (((_, y), columns), mean) in cells.iter().zip(&columns).zip(&means) {
            for (a, i) in columns.iter().enumerate() {
                step[*i] += y - mean;
                for j in &columns[..=a] {
                    information[i * n + j] += mean;
                }
            }
        }
        let variance = solve(&mut information, &mut step)?;
        let decrement = step.iter().fold(0f64, |most, s| most.max(s.abs()));
        let mut scale = 1.0;
        loop {
            let next: Vec<f64> = beta.iter().zip(&step).map(|(b, s)| b + scale * s).collect();
            let (value, next_means) = likelihood(&next);
            if value.is_finite() && value >= best - 1e-9 * best.abs().max(1.0) {
                (beta, best, means) = (next, value, next_means);
                break;
            }
            scale *= 0.5;
            if scale < 1e-10 {
                return None;
            }
        }
        if beta.iter().any(|b| b.abs() > FARTHEST) {
            return None;
        }
        if decrement < 1e-10 {
            // Means above nothing, with the sums of the counts, are themselves the proof that the maximum exists.
            if means.iter().any(|mean| *mean < LEAST_MEAN) && has_maximum(terms, cells) == Some(false) {
                return None;
            }
            return Some(Fit { intercept: beta[0], intercept_variance: variance, log_likelihood: best, means });
        }
    }
    None
}

/// The weighted least-squares fit to the logarithms of the counts, half a person added to each.
fn start(terms: usize, cells: &[(u64, f64)], columns: &[Vec<usize>]) -> Option<Vec<f64>> {
    let (mut information, mut right) = (vec![0.0; terms * terms], vec![0.0; terms]);
    for ((_, y), columns) in cells.iter().zip(columns) {
        let weight = y + 0.5;
        for (a, i) in columns.iter().enumerate() {
            right[*i] += weight * weight.ln();
            for j in &columns[..=a] {
                information[i * terms + j] += weight;
            }
        }
    }
    solve(&mut information, &mut right)?;
    Some(right)
}
