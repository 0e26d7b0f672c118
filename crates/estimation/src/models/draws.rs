//! Random draws that the samplers need by the million: gamma, binomial and Poisson, without set-up kept between calls.
//!
//! Never reads entropy: the generator is handed in. Gamma by Marsaglia and Tsang (2000); binomial and Poisson by inversion where the
//! mean is small, else by transformed rejection (Hörmann 1993, BTRS and PTRS). All are exact, not approximations. Counts are whole
//! numbers in `f64`, exact up to 2^53: the samplers reckon with them as such.

use std::sync::LazyLock;

use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, RngExt};
use rand_distr::{Distribution, Exp1, StandardNormal};

pub(super) type Generator = Xoshiro256PlusPlus;

/// Above this a Poisson draw is its mean to seven digits.
const HUGE_RATE: f64 = 1e15;

#[inline]
pub(super) fn normal<R: Rng>(rng: &mut R) -> f64 {
    StandardNormal.sample(rng)
}

/// An exponential draw of mean 1: minus the logarithm of a uniform one.
#[inline]
pub(super) fn exponential<R: Rng>(rng: &mut R) -> f64 {
    Exp1.sample(rng)
}

/// Uniform on (0, 1]: its logarithm is finite.
#[inline]
pub(super) fn open<R: Rng>(rng: &mut R) -> f64 {
    1.0 - rng.random::<f64>()
}

/// ln x for a positive normal number, to 2e-16: no branches, so that several are reckoned at once (the series of fdlibm's `e_log`).
#[inline(always)]
pub(super) fn ln(x: f64) -> f64 {
    const BASE: u64 = 0x3fe6_a09e_667f_3bcd;
    const ONE: u64 = 0x3ff0_0000_0000_0000;
    const HALF_MANTISSA: u64 = 0x4330_0000_0000_0000;
    let bits = x.to_bits().wrapping_add(ONE - BASE);
    let exponent = f64::from_bits((bits >> 52) | HALF_MANTISSA) - (4_503_599_627_370_496.0 + 1023.0);
    let f = f64::from_bits((bits & 0x000f_ffff_ffff_ffff).wrapping_add(BASE)) - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let even = w * (0.399_999_999_994_094_2 + w * (0.222_221_984_321_497_84 + w * 0.153_138_376_992_093_73));
    let odd = z
        * (0.666_666_666_666_673_5
            + w * (0.285_714_287_436_623_9 + w * (0.181_835_721_616_180_5 + w * 0.147_981_986_051_165_86)));
    let half = 0.5 * f * f;
    exponent * std::f64::consts::LN_2 + (f - (half - s * (half + even + odd)))
}

/// A Gamma(shape, 1) draw; the shape is at least 1.
#[inline]
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
        if u < 1.0 - 0.0331 * square * square || ln(u) < 0.5 * square + d * (1.0 - v + ln(v)) {
            return d * v;
        }
    }
}

/// The logarithm of a Gamma(shape, 1) draw, which for small shapes would itself be zero.
pub(super) fn log_gamma<R: Rng>(rng: &mut R, shape: f64) -> f64 {
    if shape >= 1.0 { gamma(rng, shape).ln() } else { gamma(rng, shape + 1.0).ln() - exponential(rng) / shape }
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

const FACTORIALS: usize = 8192;
/// ln k!.
static LOG_FACTORIALS: LazyLock<[f64; FACTORIALS]> =
    LazyLock::new(|| std::array::from_fn(|k| statrs::function::factorial::ln_factorial(k as u64)));

/// Means below this are drawn by inversion.
const INVERTED: f64 = 20.0;

/// 1 / k.
static INVERSE: [f64; 128] = {
    let (mut table, mut k) = ([1.0; 128], 1);
    while k < 128 {
        table[k] = 1.0 / k as f64;
        k += 1;
    }
    table
};

/// Successes in `n` trials of probability `p` ≤ 1/2, whose `odds` and the chance of `none` are at hand: where the mean is below
/// [`INVERTED`] by adding up the chances from nought, else by rejection.
#[inline(always)]
pub(super) fn rare_side<R: Rng>(rng: &mut R, n: f64, p: f64, odds: f64, none: f64) -> f64 {
    if n * p >= INVERTED {
        return by_rejection(rng, n, p);
    }
    let mut left = rng.random::<f64>() - none;
    let mut chance = none;
    // The chance of k is that of k − 1 times (n − k + 1) / k · odds.
    let (grows, mut k) = ((n + 1.0) * odds, 0.0);
    for inverse in &INVERSE[1..] {
        if left <= 0.0 {
            break;
        }
        chance *= grows * inverse - odds;
        left -= chance;
        k += 1.0;
    }
    // What the sums have lost must not make more than there are.
    if k > n { n } else { k }
}

/// The whole part of a number from 0 to 2^62.
#[inline]
fn whole(x: f64) -> f64 {
    x as i64 as f64
}

/// Needs p ≤ 1/2 and n p ≥ 10.
pub(super) fn by_rejection<R: Rng>(rng: &mut R, n: f64, p: f64) -> f64 {
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
        let at = (2.0 * a / us + b) * u + centre;
        let k = whole(at);
        if us >= 0.07 && v <= easy {
            return k;
        }
        if at < 0.0 || k > n {
            continue;
        }
        let odds = p / q;
        let mode = whole((n + 1.0) * p);
        let height = ln(v * (2.83 + 5.1 / b) * deviation / (a / (us * us) + b));
        if n < FACTORIALS as f64 {
            let at = |k: f64| LOG_FACTORIALS[k as usize];
            if height <= at(mode) + at(n - mode) - at(k) - at(n - k) + (k - mode) * ln(odds) {
                return k;
            }
            continue;
        }
        let bound = (mode + 0.5) * ln((mode + 1.0) / (odds * (n - mode + 1.0)))
            + (n + 1.0) * ln((n - mode + 1.0) / (n - k + 1.0))
            + (k + 0.5) * ln(odds * (n - k + 1.0) / (k + 1.0))
            + stirling_rest(mode)
            + stirling_rest(n - mode)
            - stirling_rest(k)
            - stirling_rest(n - k);
        if height <= bound {
            return k;
        }
    }
}

/// Successes in `n` trials of probability `p`.
#[inline]
pub(super) fn binomial<R: Rng>(rng: &mut R, n: f64, p: f64) -> f64 {
    if n <= 0.0 || p <= 0.0 {
        return 0.0;
    }
    if p >= 1.0 {
        return n;
    }
    let few = p.min(1.0 - p);
    let k = rare_side(rng, n, few, few / (1.0 - few), (n * (-few).ln_1p()).exp());
    if p > 0.5 { n - k } else { k }
}

/// A Poisson draw of this rate.
pub(super) fn poisson<R: Rng>(rng: &mut R, rate: f64) -> f64 {
    if rate >= HUGE_RATE {
        return HUGE_RATE;
    }
    if rate < 10.0 {
        let (u, mut chance, mut k) = (rng.random::<f64>(), (-rate).exp(), 0.0);
        let mut sum = chance;
        while u > sum && chance > 1e-300 {
            k += 1.0;
            chance *= rate / k;
            sum += chance;
        }
        return k;
    }
    let b = 0.931 + 2.53 * rate.sqrt();
    let a = -0.059 + 0.02483 * b;
    let easy = 0.9277 - 3.6224 / (b - 2.0);
    loop {
        let u = rng.random::<f64>() - 0.5;
        let v = open(rng);
        let us = 0.5 - u.abs();
        let at = (2.0 * a / us + b) * u + rate + 0.43;
        let k = whole(at);
        if us >= 0.07 && v <= easy {
            return k;
        }
        if at < 0.0 || (us < 0.013 && v > us) {
            continue;
        }
        let height = ln(v * (1.1239 + 1.1328 / (b - 3.4)) / (a / (us * us) + b));
        // ln of the Poisson chance of k, the logarithms of large numbers taken together.
        let size = k + 1.0;
        let chance = size * ln(rate / size) + size - rate - 0.5 * ln(std::f64::consts::TAU * size) + ln(size)
            - ln(rate)
            - stirling_rest(k);
        if height <= chance {
            return k;
        }
    }
}

/// Spreads `count` over classes by weights that need not add up to 1, in this order; the heaviest are best last.
#[inline(always)]
pub(super) fn spread<R: Rng>(
    rng: &mut R,
    count: f64,
    weights: &[f64],
    order: &[usize],
    mut give: impl FnMut(usize, f64),
) {
    let mut left = count;
    let mut rest: f64 = order.iter().map(|class| weights[*class]).sum();
    for (i, class) in order.iter().enumerate() {
        if left <= 0.0 {
            return;
        }
        let weight = weights[*class];
        let given = if i + 1 == order.len() || weight >= rest { left } else { binomial(rng, left, weight / rest) };
        rest -= weight;
        if given > 0.0 {
            give(*class, given);
            left -= given;
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use statrs::distribution::{Binomial, Discrete, Poisson};

    use super::*;

    fn chi_squared(n: u64, p: f64) -> (f64, f64) {
        let mut rng = Generator::seed_from_u64(5);
        const DRAWS: usize = 200_000;
        let mut seen = vec![0.0; n as usize + 1];
        (0..DRAWS).for_each(|_| seen[binomial(&mut rng, n as f64, p) as usize] += 1.0);
        let exact = Binomial::new(p, n).unwrap();
        let cells = seen.iter().enumerate().map(|(k, seen)| (seen, exact.pmf(k as u64) * DRAWS as f64));
        let cells: Vec<_> = cells.filter(|(_, expected)| *expected > 20.0).collect();
        (cells.iter().map(|(seen, expected)| (**seen - expected).powi(2) / expected).sum(), cells.len() as f64)
    }

    #[test]
    fn binomial_draws_have_the_binomial_distribution() {
        for (n, p) in
            [(5, 0.3), (20, 0.97), (40, 0.1), (60, 0.3), (100, 0.3), (1000, 0.77), (3000, 0.01), (9000, 0.004)]
        {
            let (statistic, cells) = chi_squared(n, p);
            assert!(statistic < cells + 5.0 * (2.0 * cells).sqrt(), "{n} {p}: {statistic} over {cells} cells");
        }
    }

    #[test]
    fn the_logarithm_without_branches_is_the_logarithm() {
        for i in 1..40_000 {
            let x = (f64::from(i) * 0.017 - 340.0).exp();
            assert!((ln(x) - x.ln()).abs() <= 4e-16 * x.ln().abs().max(1.0), "{x}: {} is not {}", ln(x), x.ln());
        }
    }

    #[test]
    fn poisson_draws_have_the_poisson_distribution() {
        let mut rng = Generator::seed_from_u64(6);
        const DRAWS: usize = 300_000;
        for rate in [0.4, 9.5, 10.5, 60.0, 900.0] {
            let exact = Poisson::new(rate).unwrap();
            let mut seen = vec![0.0; (rate * 2.0) as usize + 30];
            (0..DRAWS).for_each(|_| seen[poisson(&mut rng, rate) as usize] += 1.0);
            let cells = seen.iter().enumerate().map(|(k, seen)| (seen, exact.pmf(k as u64) * DRAWS as f64));
            let cells: Vec<_> = cells.filter(|(_, expected)| *expected > 20.0).collect();
            let statistic: f64 = cells.iter().map(|(seen, expected)| (**seen - expected).powi(2) / expected).sum();
            let free = cells.len() as f64;
            assert!(statistic < free + 5.0 * (2.0 * free).sqrt(), "{rate}: {statistic} over {free} cells");
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
