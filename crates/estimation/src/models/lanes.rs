//! Sums and functions of many numbers at once, as vectors where the processor has them.
//!
//! Nothing is fused, and the order of sums is fixed, so that the bytes are the same on every processor.

use pulp::Simd;

/// Rows are of whole eights: as many as the widest vectors hold.
pub(super) const LANES: usize = 8;

pub(super) type Row = [f64; LANES];

/// The sum, lane by lane: an order of its own, the same on every processor.
#[inline(always)]
pub(super) fn sum_of(row: impl Iterator<Item = Row>) -> f64 {
    let mut sums = [0.0; LANES];
    for values in row {
        for (sum, value) in sums.iter_mut().zip(values) {
            *sum += value;
        }
    }
    let [a, b, c, d, e, f, g, h] = sums;
    ((a + b) + (c + d)) + ((e + f) + (g + h))
}

#[inline(always)]
pub(super) fn rows(all: &[f64]) -> impl Iterator<Item = &Row> {
    all.as_chunks().0.iter()
}

/// Horner's rule; the highest coefficient first.
#[inline(always)]
fn polynomial<S: Simd, const N: usize>(simd: S, x: S::f64s, coefficients: [f64; N]) -> S::f64s {
    let mut sum = simd.splat_f64s(coefficients[0]);
    for coefficient in &coefficients[1..] {
        sum = simd.add_f64s(simd.mul_f64s(sum, x), simd.splat_f64s(*coefficient));
    }
    sum
}

/// ln(1 + f), √½ ≤ 1 + f ≤ √2 (the series of fdlibm's `e_log`).
#[inline(always)]
fn log_of_one_and<S: Simd>(simd: S, f: S::f64s) -> S::f64s {
    let s = simd.div_f64s(f, simd.add_f64s(simd.splat_f64s(2.0), f));
    let z = simd.mul_f64s(s, s);
    let series = simd.mul_f64s(
        z,
        polynomial(
            simd,
            z,
            [
                0.147_981_986_051_165_86,
                0.153_138_376_992_093_73,
                0.181_835_721_616_180_5,
                0.222_221_984_321_497_84,
                0.285_714_287_436_623_9,
                0.399_999_999_994_094_2,
                0.666_666_666_666_673_5,
            ],
        ),
    );
    let square = simd.mul_f64s(simd.splat_f64s(0.5), simd.mul_f64s(f, f));
    simd.sub_f64s(f, simd.sub_f64s(square, simd.mul_f64s(s, simd.add_f64s(square, series))))
}

/// ln(1 − p) for 0 ≤ p ≤ 1/2, to 2e-16 of itself.
#[inline(always)]
pub(super) fn log_rest<S: Simd>(simd: S, p: S::f64s) -> S::f64s {
    let one = simd.splat_f64s(1.0);
    let bound = simd.splat_f64s(1.0 - std::f64::consts::FRAC_1_SQRT_2);
    let is_near = simd.less_than_f64s(p, bound);
    // 1 − p, or twice that, is 1 + f.
    let f = simd.select_f64s(is_near, simd.neg_f64s(p), simd.sub_f64s(one, simd.add_f64s(p, p)));
    let log = log_of_one_and(simd, f);
    simd.sub_f64s(log, simd.select_f64s(is_near, simd.splat_f64s(0.0), simd.splat_f64s(std::f64::consts::LN_2)))
}

/// 1 / k!, from the twelfth down.
const EXPONENTIAL: [f64; 13] = [
    1.0 / 479_001_600.0,
    1.0 / 39_916_800.0,
    1.0 / 3_628_800.0,
    1.0 / 362_880.0,
    1.0 / 40_320.0,
    1.0 / 5040.0,
    1.0 / 720.0,
    1.0 / 120.0,
    1.0 / 24.0,
    1.0 / 6.0,
    0.5,
    1.0,
    1.0,
];

/// eˣ for −40 ≤ x ≤ 0, to 5e-14 of itself: the series of a 128th part, squared seven times.
#[inline(always)]
pub(super) fn exp_small<S: Simd>(simd: S, x: S::f64s) -> S::f64s {
    let part = simd.mul_f64s(x, simd.splat_f64s(1.0 / 128.0));
    let mut power = polynomial(simd, part, EXPONENTIAL);
    for _ in 0..7 {
        power = simd.mul_f64s(power, power);
    }
    power
}

/// Uniform on [0, 1), of 52 bits.
#[inline(always)]
pub(super) fn unit<S: Simd>(simd: S, bits: S::u64s) -> S::f64s {
    let bits = simd.or_u64s(simd.and_u64s(bits, simd.splat_u64s(MANTISSA)), simd.splat_u64s(ONE));
    simd.sub_f64s(simd.transmute_f64s_u64s(bits), simd.splat_f64s(1.0))
}

pub(super) const MANTISSA: u64 = 0x000f_ffff_ffff_ffff;
pub(super) const ONE: u64 = 0x3ff0_0000_0000_0000;

/// The sine and the cosine of `part` of a quarter turn, −½ to ½: the series, to 1e-15.
#[inline(always)]
pub(super) fn sine_and_cosine<S: Simd>(simd: S, part: S::f64s) -> [S::f64s; 2] {
    let x = simd.mul_f64s(part, simd.splat_f64s(std::f64::consts::FRAC_PI_2));
    let z = simd.mul_f64s(x, x);
    let sine = polynomial(
        simd,
        z,
        [
            -1.0 / 1_307_674_368_000.0,
            1.0 / 6_227_020_800.0,
            -1.0 / 39_916_800.0,
            1.0 / 362_880.0,
            -1.0 / 5040.0,
            1.0 / 120.0,
            -1.0 / 6.0,
            1.0,
        ],
    );
    let cosine = polynomial(
        simd,
        z,
        [
            -1.0 / 87_178_291_200.0,
            1.0 / 479_001_600.0,
            -1.0 / 3_628_800.0,
            1.0 / 40_320.0,
            -1.0 / 720.0,
            1.0 / 24.0,
            -0.5,
            1.0,
        ],
    );
    [simd.mul_f64s(x, sine), cosine]
}

/// ln x in place of each x, a positive normal number, to 2e-16; `exponents` is room. As [`super::draws::ln`].
#[inline(always)]
pub(super) fn logarithms<S: Simd>(simd: S, values: &mut [f64], exponents: &mut [f64]) {
    const BASE: u64 = 0x3fe6_a09e_667f_3bcd;
    const HALF_MANTISSA: u64 = 0x4330_0000_0000_0000;
    for (exponent, value) in exponents.iter_mut().zip(&*values) {
        *exponent = f64::from_bits((value.to_bits().wrapping_add(ONE - BASE) >> 52) | HALF_MANTISSA);
    }
    let offset = simd.splat_f64s(4_503_599_627_370_496.0 + 1023.0);
    for (value, exponent) in S::as_mut_simd_f64s(values).0.iter_mut().zip(S::as_simd_f64s(exponents).0) {
        let bits = simd.add_u64s(simd.transmute_u64s_f64s(*value), simd.splat_u64s(ONE - BASE));
        let bits = simd.add_u64s(simd.and_u64s(bits, simd.splat_u64s(MANTISSA)), simd.splat_u64s(BASE));
        let f = simd.sub_f64s(simd.transmute_f64s_u64s(bits), simd.splat_f64s(1.0));
        let whole = simd.mul_f64s(simd.sub_f64s(*exponent, offset), simd.splat_f64s(std::f64::consts::LN_2));
        *value = simd.add_f64s(whole, log_of_one_and(simd, f));
    }
}

/// eˣ in place of each x, −700 ≤ x ≤ 0, to 4e-16 of itself; `powers` is room. x is a whole number of ln 2 and a rest, whose series is taken.
#[inline(always)]
pub(super) fn exponentials<S: Simd>(simd: S, values: &mut [f64], powers: &mut [f64]) {
    // Added to a number it leaves its whole part, in the last bits.
    const WHOLE: f64 = 6_755_399_441_055_744.0;
    let whole = simd.splat_f64s(WHOLE);
    // ln 2 as a number of few digits, whose multiples are exact, and the rest of it.
    let (ln_2, rest_of_ln_2) = (simd.splat_f64s(0.693_147_180_369_123_8), simd.splat_f64s(1.908_214_929_270_587_7e-10));
    for (value, power) in S::as_mut_simd_f64s(values).0.iter_mut().zip(S::as_mut_simd_f64s(powers).0) {
        *power = simd.add_f64s(simd.mul_f64s(*value, simd.splat_f64s(std::f64::consts::LOG2_E)), whole);
        let twos = simd.sub_f64s(*power, whole);
        let rest = simd.sub_f64s(*value, simd.mul_f64s(twos, ln_2));
        *value = polynomial(simd, simd.sub_f64s(rest, simd.mul_f64s(twos, rest_of_ln_2)), EXPONENTIAL);
    }
    for (value, power) in values.iter_mut().zip(&*powers) {
        *value = f64::from_bits(value.to_bits().wrapping_add(power.to_bits() << 52));
    }
}
