//! Have the chains mixed? Split R-hat and effective sample size (Gelman et al., Bayesian Data Analysis, 3rd ed., 11.4-11.5).

/// What the chains say about themselves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Mixing {
    pub r_hat: f64,
    pub effective_sample_size: f64,
}

fn mean(x: &[f64]) -> f64 {
    x.iter().sum::<f64>() / x.len() as f64
}

fn autocovariance(x: &[f64], mean: f64, lag: usize) -> f64 {
    x.iter().zip(&x[lag..]).map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>() / x.len() as f64
}

/// Each chain is cut into halves, which are compared. The chains are of one length, at least four.
pub(super) fn mixing(chains: &[Vec<f64>]) -> Mixing {
    let halves: Vec<&[f64]> = chains.iter().flat_map(|c| c.chunks_exact((c.len() / 2).max(1)).take(2)).collect();
    let length = halves.iter().map(|h| h.len()).min().unwrap_or(0);
    if length < 2 || halves.len() < 2 {
        return Mixing { r_hat: f64::INFINITY, effective_sample_size: 0.0 };
    }
    let n = length as f64;
    let means: Vec<f64> = halves.iter().map(|h| mean(h)).collect();
    let centre = mean(&means);
    let spread = means.iter().map(|m| (m - centre).powi(2)).sum::<f64>() / (means.len() - 1) as f64;
    let covariance = |lag: usize| {
        let each = halves.iter().zip(&means).map(|(h, m)| autocovariance(h, *m, lag));
        each.sum::<f64>() / halves.len() as f64
    };
    let within = covariance(0) * n / (n - 1.0);
    let total = within * (n - 1.0) / n + spread;
    if within <= 0.0 {
        return Mixing { r_hat: if spread > 0.0 { f64::INFINITY } else { 1.0 }, effective_sample_size: 0.0 };
    }
    let correlation = |lag: usize| 1.0 - (within - covariance(lag)) / total;
    // Geyer's initial monotone sequence.
    let (mut sum, mut previous, mut lag) = (0.0, f64::INFINITY, 1);
    while lag + 1 < length {
        let pair = if lag == 1 { 1.0 + correlation(1) } else { correlation(lag - 1) + correlation(lag) };
        if pair <= 0.0 {
            break;
        }
        previous = pair.min(previous);
        sum += previous;
        lag += 2;
    }
    let draws = n * halves.len() as f64;
    Mixing { r_hat: (total / within).sqrt(), effective_sample_size: draws / (2.0 * sum - 1.0).max(1.0 / draws.log10()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A sequence without memory, from a fixed linear congruence.
    fn noise(mut state: u64, n: usize) -> Vec<f64> {
        let mut next = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 11) as f64 / (1u64 << 53) as f64
        };
        (0..n).map(|_| next()).collect()
    }

    #[test]
    fn draws_without_memory_are_worth_their_number() {
        let found = mixing(&[noise(1, 4000), noise(2, 4000)]);
        assert!((found.r_hat - 1.0).abs() < 0.01, "{found:?}");
        assert!((6500.0..10_000.0).contains(&found.effective_sample_size), "{found:?}");
    }

    #[test]
    fn chains_that_stay_apart_are_found_out() {
        let apart: Vec<f64> = noise(2, 1000).iter().map(|x| x + 5.0).collect();
        assert!(mixing(&[noise(1, 1000), apart]).r_hat > 3.0);
    }

    #[test]
    fn draws_with_memory_are_worth_less() {
        let mut at = 0.0;
        let slow: Vec<f64> = noise(3, 20_000)
            .iter()
            .map(|x| {
                at = 0.9 * at + x - 0.5;
                at
            })
            .collect();
        let size = mixing(&[slow[..10_000].to_vec(), slow[10_000..].to_vec()]).effective_sample_size;
        // An autoregression of 0.9 is worth (1 - 0.9) / (1 + 0.9) of its length: 1,053 of 20,000.
        assert!((700.0..1500.0).contains(&size), "{size}");
    }
}
