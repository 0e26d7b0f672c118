//! Random draws that the samplers need by the million: gamma, beta and binomial, without set-up kept between calls.
//!
//! Never reads entropy: the generator is handed in. Gamma by Marsaglia and Tsang (2000); binomial by inversion where the mean is
//! below ten, else by transformed rejection (Hörmann 1993, BTRS). All are exact, not approximations.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, RngExt};
use rand_distr::{Distribution, StandardNormal};

pub(super) type Generator = Xoshiro256PlusPlus;

pub(super) fn normal<R: Rng>(rng: &mut R) -> f64 {
    StandardNormal.sample(rng)
}

/// Uniform on (0, 1]: its logarithm is finite.
pub(super) fn open<R: Rng>(rng: &mut R) -> f64 {
    1.0 - rng.random::<f64>()
}

/// A Gamma(shape, 1) draw; the shape is at least 1.
pub(super) fn gamma<R: Rng>(rng: &mut R, shape: f64) -> f64 {
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let x = normal(rng);
        let root = 1.0 + c * x;
        if root <= 0.0 {
            continue;
        }
        let v = root * root * root;
        let u = open(rng);
        let square = x * x;
        if u < 1.0 - 0.0331 * square * square || u.ln() < 0.5 * square + d * (1.0 - v + v.ln()) {
            return d * v;
        }
    }
}

/// The logarithm of a Gamma(shape, 1) draw, which for small shapes would itself be zero.
pub(super) fn log_gamma<R: Rng>(rng: &mut R, shape: f64) -> f64 {
    if shape >= 1.0 { gamma(rng, shape).ln() } else { gamma(rng, shape + 1.0).ln() + open(rng).ln() / shape }
}

/// ln k! less its Stirling approximation.
fn stirling_rest(k: f64) -> f64 {
    const SMALL: [f64; 10] = [
        0.081_061_466_795_327_8,
        0.041_340_695_955_409_3,
        0.027_677_925_684_998_3,
        0.020_790_672_103_765_1,
        0.016_644_691_189_821_2,
        0.013_876_128_823_070_7,
        0.011_896_709_945_891_8,
        0.010_411_265_261_972_1,
        0.009_255_462_182_712_73,
        0.008_330_563_433_362_87,
    ];
    if k < 10.0 {
        return SMALL[k as usize];
    }
    let inverse = 1.0 / (k + 1.0);
    let square = inverse * inverse;
    (1.0 / 12.0 - (1.0 / 360.0 - square / 1260.0) * square) * inverse
}

/// Successes in `n` trials of probability `p`, by adding up the chances from nought; the mean is below ten.
fn by_inversion<R: Rng>(rng: &mut R, n: u64, p: f64) -> u64 {
    let u = rng.random::<f64>();
    let mean = n as f64 * p;
    // (1 − p)ⁿ is at least 1 − n p: most draws of a class that hardly weighs end here.
    if u < 1.0 - mean {
        return 0;
    }
    let odds = p / (1.0 - p);
    let mut chance = (n as f64 * (-p).ln_1p()).exp();
    let (mut sum, mut k) = (chance, 0u64);
    while u > sum && k < n {
        chance *= odds * (n - k) as f64 / (k + 1) as f64;
        k += 1;
        sum += chance;
        if chance < 1e-300 {
            break;
        }
    }
    k
}

/// Needs p ≤ 1/2 and n p ≥ 10.
fn by_rejection<R: Rng>(rng: &mut R, n: f64, p: f64) -> u64 {
    let q = 1.0 - p;
    let deviation = (n * p * q).sqrt();
    let b = 1.15 + 2.53 * deviation;
    let a = -0.0873 + 0.0248 * b + 0.01 * p;
    let centre = n * p + 0.5;
    let easy = 0.92 - 4.2 / b;
    loop {
        let u = rng.random::<f64>() - 0.5;
        let v = open(rng);
        let us = 0.5 - u.abs();
        let k = ((2.0 * a / us + b) * u + centre).floor();
        if us >= 0.07 && v <= easy {
            return k as u64;
        }
        if !(0.0..=n).contains(&k) {
            continue;
        }
        let odds = p / q;
        let mode = ((n + 1.0) * p).floor();
        let height = (v * (2.83 + 5.1 / b) * deviation / (a / (us * us) + b)).ln();
        let bound = (mode + 0.5) * ((mode + 1.0) / (odds * (n - mode + 1.0))).ln()
            + (n + 1.0) * ((n - mode + 1.0) / (n - k + 1.0)).ln()
            + (k + 0.5) * (odds * (n - k + 1.0) / (k + 1.0)).ln()
            + stirling_rest(mode)
            + stirling_rest(n - mode)
            - stirling_rest(k)
            - stirling_rest(n - k);
        if height <= bound {
            return k as u64;
        }
    }
}

/// Successes in `n` trials of probability `p`.
pub(super) fn binomial<R: Rng>(rng: &mut R, n: u64, p: f64) -> u64 {
    if n == 0 || p <= 0.0 {
        return 0;
    }
    if p >= 1.0 {
        return n;
    }
    if n == 1 {
        return u64::from(rng.random::<f64>() < p);
    }
    let rare = p.min(1.0 - p);
    let k = if n as f64 * rare < 10.0 { by_inversion(rng, n, rare) } else { by_rejection(rng, n as f64, rare) };
    let k = k.min(n);
    if p > 0.5 { n - k } else { k }
}

/// Spreads `count` over classes by weights that need not add up to 1.
pub(super) fn spread<R: Rng>(rng: &mut R, count: u64, weights: &[f64], mut give: impl FnMut(usize, u64)) {
    let mut left = count;
    let mut rest: f64 = weights.iter().sum();
    for (class, weight) in weights.iter().enumerate() {
        if left == 0 {
            return;
        }
        let given =
            if class + 1 == weights.len() || *weight >= rest { left } else { binomial(rng, left, weight / rest) };
        if given > 0 {
            give(class, given);
            left -= given;
        }
        rest -= weight;
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use statrs::distribution::{Binomial, Discrete};

    use super::*;

    fn chi_squared(n: u64, p: f64) -> (f64, f64) {
        let mut rng = Generator::seed_from_u64(5);
        const DRAWS: usize = 200_000;
        let mut seen = vec![0.0; n as usize + 1];
        (0..DRAWS).for_each(|_| seen[binomial(&mut rng, n, p) as usize] += 1.0);
        let exact = Binomial::new(p, n).unwrap();
        let cells = seen.iter().enumerate().map(|(k, seen)| (seen, exact.pmf(k as u64) * DRAWS as f64));
        let cells: Vec<_> = cells.filter(|(_, expected)| *expected > 20.0).collect();
        (cells.iter().map(|(seen, expected)| (**seen - expected).powi(2) / expected).sum(), cells.len() as f64)
    }

    #[test]
    fn binomial_draws_have_the_binomial_distribution() {
        for (n, p) in [(5, 0.3), (40, 0.1), (100, 0.3), (1000, 0.77), (3000, 0.01), (9000, 0.004)] {
            let (statistic, cells) = chi_squared(n, p);
            assert!(statistic < cells + 5.0 * (2.0 * cells).sqrt(), "{n} {p}: {statistic} over {cells} cells");
        }
    }

    #[test]
    fn gamma_draws_have_their_mean_and_variance() {
        let mut rng = Generator::seed_from_u64(8);
        for shape in [1.0, 2.5, 40.0] {
            let draws: Vec<f64> = (0..200_000).map(|_| gamma(&mut rng, shape)).collect();
            let mean = draws.iter().sum::<f64>() / 2e5;
            let variance = draws.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 2e5;
            assert!(
                (mean / shape - 1.0).abs() < 0.015 && (variance / shape - 1.0).abs() < 0.03,
                "{shape} {mean} {variance}"
            );
        }
        let mean = (0..200_000).map(|_| log_gamma(&mut rng, 0.25)).sum::<f64>() / 2e5;
        // The digamma function at a quarter.
        assert!((mean + 4.2275).abs() < 0.05, "{mean}");
    }
}
