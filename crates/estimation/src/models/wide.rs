//! Gamma, binomial and Poisson draws, many at once; exact, as those of `draws`. Counts are whole numbers in `f64`.

use std::array::from_fn;

use pulp::Simd;
use rand::Rng;

use super::draws::{Generator, by_rejection, gamma, ln, poisson};
use super::lanes::{LANES, MANTISSA, ONE, exp_small, log_rest, logarithms, sine_and_cosine, unit};

/// Means below this are drawn by inversion.
const INVERTED: f64 = 36.0;

/// 1 / k.
static INVERSE: [f64; 161] = {
    let (mut table, mut k) = ([1.0; 161], 1);
    while k < 161 {
        table[k] = 1.0 / k as f64;
        k += 1;
    }
    table
};

/// xoshiro256++ (Blackman and Vigna 2019), eight of them side by side, and room for what is drawn.
pub(super) struct Wide {
    state: [[u64; LANES]; 4],
    /// Numbers that are drawn and not yet used: those from `at` on.
    bits: Vec<u64>,
    at: usize,
    few: Vec<f64>,
    odds: Vec<f64>,
    logs: Vec<f64>,
    none: Vec<f64>,
}

impl Wide {
    /// Begun from eight times 256 bits of another generator; for at most so many draws at once.
    pub fn new(rng: &mut Generator, most: usize) -> Self {
        let state = from_fn(|_| from_fn(|_| rng.next_u64()));
        let most = most.next_multiple_of(2 * LANES);
        let room = || vec![0.0; most];
        let bits = vec![0; (3 * most).max(1024)];
        Self { state, at: bits.len(), bits, few: room(), odds: room(), logs: room(), none: room() }
    }

    /// Room for so many draws at once.
    pub fn make_room(&mut self, most: usize) {
        let most = most.next_multiple_of(2 * LANES).max(self.few.len());
        for room in [&mut self.few, &mut self.odds, &mut self.logs, &mut self.none] {
            room.resize(most, 0.0);
        }
        self.bits.resize((3 * most).max(1024), 0);
        self.at = self.bits.len();
    }

    /// Where so many numbers begin, which eight divides.
    #[inline(always)]
    fn take(&mut self, length: usize) -> usize {
        if self.bits.len() - self.at < length {
            self.refill();
        }
        self.at += length;
        self.at - length
    }

    #[inline(always)]
    fn refill(&mut self) {
        let [mut a, mut b, mut c, mut d] = self.state;
        for row in self.bits.as_chunks_mut::<LANES>().0 {
            *row = from_fn(|i| a[i].wrapping_add(d[i]).rotate_left(23).wrapping_add(a[i]));
            let shifted: [u64; LANES] = from_fn(|i| b[i] << 17);
            let words = a.iter_mut().zip(&mut b).zip(&mut c).zip(&mut d).zip(shifted);
            for ((((a, b), c), d), shifted) in words {
                *c ^= *a;
                *d ^= *b;
                *b ^= *c;
                *a ^= *d;
                *c ^= shifted;
                *d = d.rotate_left(45);
            }
        }
        self.state = [a, b, c, d];
        self.at = 0;
    }

    /// Gamma(shape, 1) draws in place of the shapes, which are at least 1 and of a number that sixteen divides (Marsaglia and Tsang 2000).
    /// Their normal draws are Box and Muller's (1958); the angle is drawn within an eighth of a turn to either side, and which quarter it is
    /// in from bits that the uniform does not use.
    #[inline(always)]
    pub fn gammas<S: Simd>(&mut self, simd: S, rng: &mut Generator, shapes: &mut [f64]) {
        let length = shapes.len();
        let at = self.take(2 * length);
        let Self { bits, few: normals, odds: drawn, none: sure, logs, .. } = self;
        let half = length / 2;
        let uniforms = &bits[at + length..at + 2 * length];
        let (one, zero) = (simd.splat_f64s(1.0), simd.splat_f64s(0.0));
        let angles = S::as_simd_u64s(&bits[at + half..at + length]).0;
        for (log, bits) in S::as_mut_simd_f64s(&mut logs[..half]).0.iter_mut().zip(S::as_simd_u64s(&bits[at..]).0) {
            *log = simd.sub_f64s(one, unit(simd, *bits));
        }
        logarithms(simd, &mut logs[..half], &mut drawn[..half]);
        let (first, second) = normals[..length].split_at_mut(half);
        let places = S::as_mut_simd_f64s(first).0.iter_mut().zip(S::as_mut_simd_f64s(second).0);
        for ((first, second), (log, angle)) in places.zip(S::as_simd_f64s(logs).0.iter().zip(angles)) {
            let length = simd.sqrt_f64s(simd.mul_f64s(simd.splat_f64s(-2.0), *log));
            let part = simd.sub_f64s(unit(simd, *angle), simd.splat_f64s(0.5));
            let [sine, cosine] = sine_and_cosine(simd, part);
            let sign = simd.and_u64s(*angle, simd.splat_u64s(1 << 63));
            let along = simd.transmute_u64s_f64s(simd.mul_f64s(length, cosine));
            let along = simd.transmute_f64s_u64s(simd.xor_u64s(along, sign));
            let across = simd.mul_f64s(length, sine);
            // The float of this bit alone is 2.
            let quarter = simd.transmute_f64s_u64s(simd.and_u64s(*angle, simd.splat_u64s(1 << 62)));
            let changed = simd.greater_than_f64s(quarter, zero);
            *first = simd.select_f64s(changed, along, across);
            *second = simd.select_f64s(changed, across, along);
        }
        let places = S::as_mut_simd_f64s(drawn).0.iter_mut().zip(S::as_mut_simd_f64s(sure).0);
        let from = S::as_simd_f64s(shapes).0.iter().zip(S::as_simd_f64s(&normals[..length]).0);
        for ((drawn, sure), ((shape, x), bits)) in places.zip(from.zip(S::as_simd_u64s(uniforms).0)) {
            let d = simd.sub_f64s(*shape, simd.splat_f64s(1.0 / 3.0));
            let root = simd.sqrt_f64s(simd.mul_f64s(d, simd.splat_f64s(9.0)));
            let root = simd.add_f64s(one, simd.div_f64s(*x, root));
            let square = simd.mul_f64s(*x, *x);
            let less = simd.mul_f64s(simd.splat_f64s(0.0331), simd.mul_f64s(square, square));
            let above = simd.sub_f64s(unit(simd, *bits), less);
            *drawn = simd.mul_f64s(d, simd.mul_f64s(simd.mul_f64s(root, root), root));
            *sure = simd.min_f64s(above, root);
        }
        for (i, shape) in shapes.iter_mut().enumerate() {
            *shape = if sure[i] > 0.0 { drawn[i] } else { doubtful(rng, *shape, normals[i], uniform(uniforms[i])) };
        }
    }

    /// Poisson draws in place of their rates, which are of a number that eight divides.
    #[inline(always)]
    pub fn poissons<S: Simd>(&mut self, simd: S, rng: &mut Generator, rates: &mut [f64]) {
        let at = self.take(rates.len());
        let zero = simd.splat_f64s(0.0);
        let (bits, most) = (S::as_simd_u64s(&self.bits[at..]).0, simd.splat_f64s(INVERTED));
        let drawn = S::as_mut_simd_f64s(&mut self.odds).0;
        for ((drawn, rate), bits) in drawn.iter_mut().zip(S::as_simd_f64s(rates).0).zip(bits) {
            let small = simd.select_f64s(simd.less_than_f64s(*rate, most), *rate, zero);
            let none = exp_small(simd, simd.neg_f64s(small));
            *drawn = inverted(simd, unit(simd, *bits), none, small, zero);
        }
        for (rate, drawn) in rates.iter_mut().zip(&self.odds) {
            *rate = if *rate < INVERTED { *drawn } else { poisson(rng, *rate) };
        }
    }

    /// Reckons for [`Self::split`], all classes at once, what does not depend on the draws: for each class that is to be drawn its weights by
    /// cell, and those weights with the ones of all classes after it.
    #[inline(always)]
    pub fn prepare<S: Simd>(&mut self, simd: S, weights: &[f64], rests: &[f64]) {
        let one = simd.splat_f64s(1.0);
        let Self { few, odds, logs, .. } = self;
        let (few, odds) = (S::as_mut_simd_f64s(few).0, S::as_mut_simd_f64s(odds).0);
        let places = few.iter_mut().zip(odds).zip(S::as_mut_simd_f64s(logs).0);
        for (((few, odds), log), (weight, rest)) in
            places.zip(S::as_simd_f64s(weights).0.iter().zip(S::as_simd_f64s(rests).0))
        {
            *few = simd.div_f64s(simd.min_f64s(*weight, simd.sub_f64s(*rest, *weight)), *rest);
            *odds = simd.div_f64s(*few, simd.sub_f64s(one, *few));
            *log = log_rest(simd, *few);
        }
    }

    /// Binomial draws: of those `left` in each cell, how many go to the class of number `at` among those that were prepared. They are taken away.
    #[inline(always)]
    pub fn split<S: Simd>(
        &mut self,
        simd: S,
        rng: &mut Generator,
        at: usize,
        [weights, rests]: [&[f64]; 2],
        left: &mut [f64],
        given: &mut [f64],
    ) {
        let length = left.len();
        let bits = self.take(length);
        let range = at * length..(at + 1) * length;
        let (weights, rests) = (&weights[range.clone()], &rests[range.clone()]);
        let (few, odds, logs) = (&self.few[range.clone()], &self.odds[range.clone()], &self.logs[range]);
        let (zero, one, most) = (simd.splat_f64s(0.0), simd.splat_f64s(1.0), simd.splat_f64s(INVERTED));
        let bits = S::as_simd_u64s(&self.bits[bits..]).0;
        let none = S::as_mut_simd_f64s(&mut self.none[..length]).0;
        let mut largest = zero;
        {
            let (few, logs) = (S::as_simd_f64s(few).0, S::as_simd_f64s(logs).0);
            for ((none, left), (few, log)) in none.iter_mut().zip(S::as_simd_f64s(left).0).zip(few.iter().zip(logs)) {
                let mean = simd.mul_f64s(*left, *few);
                largest = simd.max_f64s(largest, mean);
                let small = simd.less_than_f64s(mean, most);
                *none = simd.select_f64s(small, exp_small(simd, simd.mul_f64s(*left, *log)), one);
            }
            let odds = S::as_simd_f64s(odds).0;
            let (weights, rests) = (S::as_simd_f64s(weights).0, S::as_simd_f64s(rests).0);
            let places = S::as_mut_simd_f64s(left).0.iter_mut().zip(S::as_mut_simd_f64s(given).0).zip(bits);
            for (((left, given), bits), (((none, odds), few), (weight, rest))) in
                places.zip(none.iter().zip(odds).zip(few).zip(weights.iter().zip(rests)))
            {
                let grows = simd.mul_f64s(simd.add_f64s(*left, one), *odds);
                let drawn = inverted(simd, unit(simd, *bits), *none, grows, *odds);
                // What the sums have lost must not make more than there are.
                let drawn = simd.min_f64s(*left, drawn);
                let is_rare = simd.less_than_f64s(*weight, simd.sub_f64s(*rest, *weight));
                let drawn = simd.select_f64s(is_rare, drawn, simd.sub_f64s(*left, drawn));
                let small = simd.less_than_f64s(simd.mul_f64s(*left, *few), most);
                *given = simd.select_f64s(small, drawn, zero);
                *left = simd.sub_f64s(*left, *given);
            }
        }
        if simd.reduce_max_f64s(largest) < INVERTED {
            return;
        }
        let places = left.iter_mut().zip(given).zip(few).zip(weights.iter().zip(rests));
        for (((left, given), few), (weight, rest)) in places {
            let count = *left + *given;
            if count * few >= INVERTED {
                let drawn = by_rejection(rng, count, *few);
                *given = if *weight < rest - weight { drawn } else { count - drawn };
                *left = count - *given;
            }
        }
    }
}

/// A draw of which the quick bound did not tell whether it is kept.
#[inline]
fn doubtful(rng: &mut Generator, shape: f64, x: f64, u: f64) -> f64 {
    let d = shape - 1.0 / 3.0;
    let root = 1.0 + x / (9.0 * d).sqrt();
    let v = root * root * root;
    if root > 0.0 && ln(1.0 - u) < 0.5 * x * x + d * (1.0 - v + ln(v)) { d * v } else { gamma(rng, shape) }
}

/// Where chances of 0, 1, 2 … added up pass the uniform: the chance of k is that of k − 1 times `grows` / k − `less`.
#[inline(always)]
fn inverted<S: Simd>(simd: S, uniform: S::f64s, none: S::f64s, grows: S::f64s, less: S::f64s) -> S::f64s {
    let (zero, one) = (simd.splat_f64s(0.0), simd.splat_f64s(1.0));
    let (mut above, mut chance, mut drawn) = (simd.sub_f64s(uniform, none), none, zero);
    for four in INVERSE[1..].as_chunks::<4>().0 {
        if simd.reduce_max_f64s(above) <= 0.0 {
            break;
        }
        for inverse in four {
            let is_above = simd.greater_than_f64s(above, zero);
            let factor = simd.sub_f64s(simd.mul_f64s(grows, simd.splat_f64s(*inverse)), less);
            chance = simd.mul_f64s(chance, simd.max_f64s(factor, zero));
            drawn = simd.add_f64s(drawn, simd.select_f64s(is_above, one, zero));
            above = simd.sub_f64s(above, chance);
        }
    }
    drawn
}

/// Uniform on [0, 1), of 52 bits.
#[inline(always)]
fn uniform(bits: u64) -> f64 {
    f64::from_bits((bits & MANTISSA) | ONE) - 1.0
}

#[cfg(test)]
mod tests {
    use pulp::Scalar;
    use rand::SeedableRng;
    use statrs::distribution::{Binomial, Discrete, Poisson};

    use super::super::lanes::exponentials;
    use super::*;

    const ROUNDS: usize = 25_000;

    /// Chi-squared less its expectation, in its standard deviations.
    fn excess(seen: &[f64], chance: impl Fn(u64) -> f64) -> f64 {
        let whole: f64 = seen.iter().sum();
        let cells = seen.iter().enumerate().map(|(k, seen)| (seen, chance(k as u64) * whole));
        let cells: Vec<_> = cells.filter(|(_, expected)| *expected > 20.0).collect();
        let statistic: f64 = cells.iter().map(|(seen, expected)| (**seen - expected).powi(2) / expected).sum();
        (statistic - cells.len() as f64) / (2.0 * cells.len() as f64).sqrt()
    }

    #[test]
    fn binomial_draws_have_the_binomial_distribution() {
        let mut rng = Generator::seed_from_u64(5);
        let mut wide = Wide::new(&mut rng, 16);
        for (n, p) in [(5, 0.3), (20, 0.97), (40, 0.1), (60, 0.6), (60, 0.5), (1000, 0.77), (3000, 0.01), (9000, 0.004)]
        {
            let mut seen = vec![0.0; n as usize + 1];
            let (weights, rests) = ([p * 3.0; 16], [3.0; 16]);
            for _ in 0..ROUNDS / 2 {
                let (mut left, mut given) = ([n as f64; 16], [0.0; 16]);
                wide.prepare(Scalar, &weights, &rests);
                wide.split(Scalar, &mut rng, 0, [&weights, &rests], &mut left, &mut given);
                for (left, given) in left.iter().zip(given) {
                    assert_eq!(left + given, n as f64);
                    seen[given as usize] += 1.0;
                }
            }
            let exact = Binomial::new(p, n).unwrap();
            assert!(excess(&seen, |k| exact.pmf(k)) < 5.0, "{n} {p}");
        }
    }

    #[test]
    fn poisson_draws_have_the_poisson_distribution() {
        let mut rng = Generator::seed_from_u64(6);
        let mut wide = Wide::new(&mut rng, 16);
        let rates = [0.0, 0.4, 9.5, 30.0, 35.9, 36.1, 60.0, 900.0];
        let mut seen = vec![vec![0.0; 2_000]; rates.len()];
        for _ in 0..ROUNDS * 4 {
            let mut drawn = rates;
            wide.poissons(Scalar, &mut rng, &mut drawn);
            drawn.iter().zip(&mut seen).for_each(|(k, seen)| seen[*k as usize] += 1.0);
        }
        assert_eq!(seen[0][0], (ROUNDS * 4) as f64);
        for (rate, seen) in rates.iter().zip(&seen).skip(1) {
            let exact = Poisson::new(*rate).unwrap();
            assert!(excess(seen, |k| exact.pmf(k)) < 5.0, "{rate}");
        }
    }

    #[test]
    fn gamma_draws_have_the_gamma_distribution() {
        use statrs::distribution::{ContinuousCDF, Gamma};
        let mut rng = Generator::seed_from_u64(8);
        let mut wide = Wide::new(&mut rng, 16);
        for shape in [1.0, 1.3, 2.5, 40.0, 5000.0] {
            let exact = Gamma::new(shape, 1.0).unwrap();
            let mut seen = vec![0.0; 50];
            for _ in 0..ROUNDS / 2 {
                let mut drawn = [shape; 16];
                wide.gammas(Scalar, &mut rng, &mut drawn);
                drawn.iter().for_each(|x| seen[((exact.cdf(*x) * 50.0) as usize).min(49)] += 1.0);
            }
            assert!(excess(&seen, |_| 0.02) < 5.0, "{shape}: {seen:?}");
        }
    }

    #[test]
    fn functions_of_many_numbers_are_those_of_one() {
        let near = |found: f64, exact: f64, part: f64| (found - exact).abs() <= part * exact.abs().max(1e-300);
        for i in 0..4_000 {
            let p = f64::from(i) / 8_000.0;
            assert!(near(log_rest(Scalar, p), (-p).ln_1p(), 4e-16), "{p}");
            let x = f64::from(i) * -0.009;
            assert!(near(exp_small(Scalar, x), x.exp(), 6e-14), "{x}");
            let part = p - 0.25;
            let [sine, cosine] = sine_and_cosine(Scalar, 2.0 * part);
            let (exact_sine, exact_cosine) = (std::f64::consts::PI * part).sin_cos();
            assert!((sine - exact_sine).abs() < 1e-15 && (cosine - exact_cosine).abs() < 1e-15, "{part}");
            let mut values = [(f64::from(i) * 0.17 - 340.0).exp()];
            let exact = values[0].ln();
            logarithms(Scalar, &mut values, &mut [0.0]);
            assert!((values[0] - exact).abs() <= 4e-16 * exact.abs().max(1.0), "{exact}");
            let x = f64::from(i) * -0.175;
            let mut values = [x];
            exponentials(Scalar, &mut values, &mut [0.0]);
            assert!(near(values[0], x.exp(), 5e-16), "{x}");
        }
    }
}
