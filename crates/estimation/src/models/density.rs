//! The posterior density of the latent-class model with the classes of all persons, n₀ and α summed out, and its gradient.
//!
//! Coordinates, each from minus to plus infinity: x_jk = ln λ_jk / (1 − λ_jk), and of the shares of those *seen*, w_k = ν_k s_k / s, the log-odds
//! y_k = ln w_k / (w_{k+1} + …) on their stick; s_k = 1 − Π_j (1 − λ_jk) is a class's chance of being on some list, s = Σ ν_k s_k. In these
//! coordinates the unseen and the shape of the documented hardly hold one another. Up to a constant
//!
//! ln p = Σ_m f_m ln Σ_k w_k p(m | k) / s_k + Σ_jk ln λ_jk (1 − λ_jk) + Σ_{k<K} ln V_k − (a + K − 1) ln(b − Σ_{k<K} ln(1 − V_k)).
//!
//! The first sum is the likelihood: with p(N) ∝ 1/N, n₀ is negative binomial and leaves Π (p_m / s)^f_m. The second is λ ~ Beta(1, 1) with its
//! Jacobian. The rest is V ~ Beta(1, α) with α ~ Gamma(a, rate b) integrated, ∫ α^(a+K−2) e^(−α(b − Σ ln(1−V))) dα, and the Jacobian V (1 − V) of
//! their log-odds. y_k is the log-odds of V_k and a part that λ and the sticks behind it tell, so that the Jacobian between the two is 1.

use pulp::Simd;

use super::gibbs::{ALPHA_RATE, ALPHA_SHAPE};
use super::lanes::{LANES, exponentials, logarithms, rows, sum_of};

/// A share below this is nothing.
const NO_SHARE: f64 = 1e-280;

/// The density at the point that was looked at last. Rows are of classes, filled up to whole lanes with classes of no weight.
pub(super) struct Density {
    pub lists: usize,
    pub classes: usize,
    /// Of one row.
    pub width: usize,
    counts: Vec<f64>,
    n: f64,
    /// Of each cell, its pattern on the first half of the lists and on the second.
    halves: Vec<[usize; 2]>,
    /// λ by list and then class, then W = 1 / (1 + e^−y); and after all these 1 − λ and 1 − W.
    chance_of: Vec<f64>,
    missed: Vec<f64>,
    seen: Vec<f64>,
    /// w, and w / s.
    shares: Vec<f64>,
    weights: Vec<f64>,
    /// Of the classes from k on, the mean of 1 / s by shares: Σ_{l≥k} w_l / s_l over Σ_{l≥k} w_l.
    inverse: Vec<f64>,
    parts: Vec<f64>,
    /// By pattern on either half of the lists and then class, the chance of that pattern; and the documented persons expected to have it.
    patterns: [Vec<f64>; 2],
    expected: [Vec<f64>; 2],
    /// One cell's terms, and every cell's sum of them.
    terms: Vec<f64>,
    chances: Vec<f64>,
    /// Documented persons expected by list and class, and by class.
    on_list: Vec<f64>,
    in_class: Vec<f64>,
    /// The derivative by ln w / s.
    slopes: Vec<f64>,
    room: Vec<f64>,
    exponents: Vec<f64>,
}

impl Density {
    pub fn new(lists: usize, classes: usize, cells: &[(u64, u64)]) -> Self {
        let width = classes.next_multiple_of(LANES);
        let cells: Vec<(u64, u64)> = cells.iter().copied().filter(|(_, count)| *count > 0).collect();
        let size = (lists + 1) * width;
        let half = lists / 2;
        let halves = |(pattern, _): &(u64, u64)| [*pattern as usize & ((1 << half) - 1), (*pattern >> half) as usize];
        let by_pattern = || [half, lists - half].map(|lists| vec![0.0; width << lists]);
        let padded = cells.len().next_multiple_of(LANES).max(size);
        Self {
            lists,
            classes,
            width,
            counts: cells.iter().map(|(_, count)| *count as f64).collect(),
            n: cells.iter().map(|(_, count)| *count as f64).sum(),
            halves: cells.iter().map(halves).collect(),
            chance_of: vec![0.5; 2 * size],
            missed: vec![1.0; width],
            seen: vec![1.0; width],
            shares: vec![0.0; width],
            weights: vec![0.0; width],
            inverse: vec![1.0; width],
            parts: vec![1.0; width],
            patterns: by_pattern(),
            expected: by_pattern(),
            terms: vec![0.0; width],
            chances: vec![0.0; cells.len()],
            on_list: vec![0.0; lists * width],
            in_class: vec![0.0; width],
            slopes: vec![0.0; width],
            room: vec![1.0; padded],
            exponents: vec![0.0; padded],
        }
    }

    /// Coordinates by list and then class, then the sticks.
    pub fn coordinates(&self) -> usize {
        (self.lists + 1) * self.width
    }

    /// λ and 1 − λ.
    pub fn chance(&self, list: usize, class: usize) -> (f64, f64) {
        let at = list * self.width + class;
        (self.chance_of[at], self.chance_of[self.coordinates() + at])
    }

    /// V_k, 1 − V_k and ln V_k / (1 − V_k) of all classes but the last.
    pub fn part(&self, point: &[f64], class: usize) -> (f64, f64, f64) {
        let at = self.lists * self.width + class;
        let stays = self.chance_of[self.coordinates() + at] * self.inverse[class + 1] / self.inverse[class];
        (self.parts[class], stays, point[at] - (self.seen[class] * self.inverse[class + 1]).ln())
    }

    /// −Σ ln(1 − V_k) = −ln ν_K.
    pub fn stick(&self, point: &[f64]) -> f64 {
        if self.classes < 2 {
            return 0.0;
        }
        let sticks = self.lists * self.width..self.lists * self.width + self.classes - 1;
        let (upper, lower) = self.chance_of.split_at(self.coordinates());
        let (mut sum, mut product) = (0.0, 1.0);
        for ((y, upper), lower) in point[sticks.clone()].iter().zip(&upper[sticks.clone()]).zip(&lower[sticks]) {
            // −ln(1 − W) is y − ln W, which keeps its digits where W is nearly 1.
            sum += y.max(0.0);
            product *= upper.max(*lower);
        }
        sum - (product * self.inverse[self.classes - 1] / self.inverse[0]).ln()
    }

    /// Looks at a point: everything that [`Self::log`] and the rest are made from, and the gradient.
    #[inline(always)]
    pub fn look<S: Simd>(&mut self, simd: S, point: &[f64], gradient: &mut [f64]) {
        self.find_chances(simd, point);
        self.find_shares(simd);
        self.find_patterns(simd);
        self.weigh_cells(simd);
        self.count_on_lists(simd);
        self.find_slopes(point);
        self.descend(simd, gradient);
    }

    #[inline(always)]
    fn find_chances<S: Simd>(&mut self, simd: S, point: &[f64]) {
        let (zero, one, least) = (simd.splat_f64s(0.0), simd.splat_f64s(1.0), simd.splat_f64s(-700.0));
        let size = self.coordinates();
        let powers = &mut self.room[..size];
        for (power, x) in S::as_mut_simd_f64s(powers).0.iter_mut().zip(S::as_simd_f64s(point).0) {
            *power = simd.max_f64s(simd.neg_f64s(simd.abs_f64s(*x)), least);
        }
        exponentials(simd, powers, &mut self.exponents[..size]);
        let (upper, lower) = self.chance_of.split_at_mut(size);
        let places = S::as_mut_simd_f64s(upper).0.iter_mut().zip(S::as_mut_simd_f64s(lower).0);
        for ((upper, lower), (power, x)) in places.zip(S::as_simd_f64s(powers).0.iter().zip(S::as_simd_f64s(point).0)) {
            let large = simd.div_f64s(one, simd.add_f64s(one, *power));
            let small = simd.mul_f64s(*power, large);
            let is_low = simd.less_than_f64s(*x, zero);
            *upper = simd.select_f64s(is_low, small, large);
            *lower = simd.select_f64s(is_low, large, small);
        }
    }

    /// s, w and what follows from them.
    #[inline(always)]
    fn find_shares<S: Simd>(&mut self, simd: S) {
        let Self { lists, classes, width, chance_of, missed, seen, shares, weights, inverse, parts, .. } = self;
        let (lists, classes, width) = (*lists, *classes, *width);
        missed.fill(1.0);
        seen.fill(0.0);
        let (upper, lower) = chance_of.split_at((lists + 1) * width);
        for list in 0..lists {
            let row = list * width..(list + 1) * width;
            let on_off = S::as_simd_f64s(&upper[row.clone()]).0.iter().zip(S::as_simd_f64s(&lower[row]).0);
            let places = S::as_mut_simd_f64s(missed).0.iter_mut().zip(S::as_mut_simd_f64s(seen).0);
            for ((missed, seen), (on, off)) in places.zip(on_off) {
                *seen = simd.add_f64s(*seen, simd.mul_f64s(*missed, *on));
                *missed = simd.mul_f64s(*missed, *off);
            }
        }
        let (upper, lower) = (&upper[lists * width..], &lower[lists * width..]);
        let (mut left, last) = (1.0, classes - 1);
        for class in 0..last {
            shares[class] = left * upper[class];
            left *= lower[class];
            if left < NO_SHARE {
                left = 0.0;
            }
        }
        shares[last] = left;
        inverse[last] = 1.0 / seen[last];
        for class in (0..last).rev() {
            let own = upper[class] / seen[class];
            inverse[class] = own + lower[class] * inverse[class + 1];
            parts[class] = own / inverse[class];
        }
        weights.iter_mut().zip(&*shares).zip(&*seen).for_each(|((weight, share), seen)| *weight = share / seen);
    }

    /// The chances of all patterns on either half of the lists; those of the first are times w / s.
    #[inline(always)]
    fn find_patterns<S: Simd>(&mut self, simd: S) {
        let Self { lists, width, chance_of, weights, patterns, .. } = self;
        let (lists, width) = (*lists, *width);
        let [first, second] = patterns;
        first[..width].copy_from_slice(weights);
        second[..width].fill(1.0);
        let (upper, lower) = chance_of.split_at((lists + 1) * width);
        for list in 0..lists {
            let (place, rows) = if list < lists / 2 { (list, &mut *first) } else { (list - lists / 2, &mut *second) };
            let row = list * width..(list + 1) * width;
            let (on, off) = (S::as_simd_f64s(&upper[row.clone()]).0, S::as_simd_f64s(&lower[row]).0);
            let (without, with) = rows[..width << (place + 1)].split_at_mut(width << place);
            for (without, with) in without.chunks_exact_mut(width).zip(with.chunks_exact_mut(width)) {
                let places = S::as_mut_simd_f64s(without).0.iter_mut().zip(S::as_mut_simd_f64s(with).0);
                for ((without, with), (on, off)) in places.zip(on.iter().zip(off)) {
                    *with = simd.mul_f64s(*without, *on);
                    *without = simd.mul_f64s(*without, *off);
                }
            }
        }
    }

    /// Every cell's chance given being seen, and how many of its persons each class is expected to have.
    #[inline(always)]
    fn weigh_cells<S: Simd>(&mut self, simd: S) {
        let Self { width, counts, halves, patterns, expected, terms, chances, .. } = self;
        let width = *width;
        expected.iter_mut().for_each(|expected| expected.fill(0.0));
        let [first, second] = patterns;
        let [in_first, in_second] = expected;
        for (([a, b], count), chance) in halves.iter().zip(&*counts).zip(chances) {
            let (a, b) = (a * width..(a + 1) * width, b * width..(b + 1) * width);
            let from = S::as_simd_f64s(&first[a.clone()]).0.iter().zip(S::as_simd_f64s(&second[b.clone()]).0);
            let row = S::as_mut_simd_f64s(terms).0;
            row.iter_mut().zip(from).for_each(|(term, (first, second))| *term = simd.mul_f64s(*first, *second));
            *chance = sum_of(rows(terms).copied());
            let scale = simd.splat_f64s(count / *chance);
            let sums = S::as_mut_simd_f64s(&mut in_first[a]).0.iter_mut().zip(S::as_mut_simd_f64s(&mut in_second[b]).0);
            for (term, (first, second)) in S::as_simd_f64s(terms).0.iter().zip(sums) {
                let persons = simd.mul_f64s(*term, scale);
                *first = simd.add_f64s(*first, persons);
                *second = simd.add_f64s(*second, persons);
            }
        }
    }

    /// Those expected by list and class: the patterns of either half are folded, list by list, those with the list onto those without it.
    #[inline(always)]
    fn count_on_lists<S: Simd>(&mut self, simd: S) {
        let Self { lists, width, expected, on_list, in_class, .. } = self;
        let (lists, width) = (*lists, *width);
        let [first, second] = expected;
        on_list.fill(0.0);
        for list in (0..lists).rev() {
            let (place, rows) = if list < lists / 2 { (list, &mut *first) } else { (list - lists / 2, &mut *second) };
            let (without, with) = rows[..width << (place + 1)].split_at_mut(width << place);
            let sums = S::as_mut_simd_f64s(&mut on_list[list * width..(list + 1) * width]).0;
            for (without, with) in without.chunks_exact_mut(width).zip(with.chunks_exact(width)) {
                let places = S::as_mut_simd_f64s(without).0.iter_mut().zip(sums.iter_mut());
                for ((without, sum), with) in places.zip(S::as_simd_f64s(with).0) {
                    *sum = simd.add_f64s(*sum, *with);
                    *without = simd.add_f64s(*without, *with);
                }
            }
        }
        in_class.copy_from_slice(&second[..width]);
    }

    /// The derivative of the prior by ln(w_k / s_k): [k < K] − Σ_{l ≤ k, l < K} ν_k / Σ_{i≥l} ν_i − (a + K − 1)(ν_k − [k = K]) / (b − ln ν_K).
    #[inline(always)]
    fn find_slopes(&mut self, point: &[f64]) {
        let last = self.classes - 1;
        let pull = (ALPHA_SHAPE + last as f64) / (ALPHA_RATE + self.stick(point));
        let Self { lists, width, chance_of, inverse, parts, slopes, .. } = self;
        let lower = &chance_of[(2 * *lists + 1) * *width..];
        // What the classes from k on weigh, and Σ_{l≤k} of that over what those from l on weigh.
        let (mut left, mut sum) = (1.0, 0.0);
        for class in 0..last {
            sum += 1.0;
            slopes[class] = 1.0 - parts[class] * (sum + pull * left);
            let stays = lower[class] * inverse[class + 1] / inverse[class];
            left *= stays;
            sum *= stays;
        }
        slopes[last] = pull - sum - pull * left;
    }

    /// By ln w_k the derivative is that of the likelihood, E_k − n w_k, and of the prior; by x_jk it is E_jk − E_k λ_jk / s_k + 1 − 2 λ_jk less
    /// the prior's times ∂ ln s_k = Π(1 − λ) λ_jk / s_k, where E are the documented expected in the class.
    #[inline(always)]
    fn descend<S: Simd>(&mut self, simd: S, gradient: &mut [f64]) {
        let (lists, width, last) = (self.lists, self.width, self.classes - 1);
        let pulls = &mut self.room[..width];
        for (class, pull) in pulls.iter_mut().enumerate() {
            *pull = (self.in_class[class] + self.slopes[class] * self.missed[class]) / self.seen[class] + 2.0;
        }
        let one = simd.splat_f64s(1.0);
        for list in 0..lists {
            let row = list * width..(list + 1) * width;
            let from = S::as_simd_f64s(&self.on_list[row.clone()])
                .0
                .iter()
                .zip(S::as_simd_f64s(&self.chance_of[row.clone()]).0);
            let places = S::as_mut_simd_f64s(&mut gradient[row]).0.iter_mut().zip(S::as_simd_f64s(pulls).0);
            for ((place, pull), (on_list, on)) in places.zip(from) {
                *place = simd.sub_f64s(simd.add_f64s(*on_list, one), simd.mul_f64s(*on, *pull));
            }
        }
        let (upper, lower) = self.chance_of.split_at((lists + 1) * width);
        let (upper, lower) = (&upper[lists * width..], &lower[lists * width..]);
        let by_share = |class: usize| self.in_class[class] - self.n * self.shares[class] + self.slopes[class];
        let sticks = &mut gradient[lists * width..];
        sticks.fill(0.0);
        let mut after = by_share(last);
        for class in (0..last).rev() {
            let own = by_share(class);
            sticks[class] = own * lower[class] - upper[class] * after;
            after += own;
        }
    }

    /// ln p at the point looked at, up to a constant; not a number, or without end, where a cell has no chance.
    #[inline(always)]
    pub fn log<S: Simd>(&mut self, simd: S, point: &[f64]) -> f64 {
        let stick = self.stick(point);
        let last = self.classes - 1;
        let size = self.coordinates();
        let Self { lists, width, counts, chance_of, parts, chances, room, exponents, .. } = self;
        if chances.iter().any(|chance| !chance.is_normal()) {
            return f64::NEG_INFINITY;
        }
        let cells = chances.len().next_multiple_of(LANES);
        room[..cells].fill(1.0);
        room[..chances.len()].copy_from_slice(chances);
        logarithms(simd, &mut room[..cells], &mut exponents[..cells]);
        let likelihood: f64 = room.iter().zip(counts).map(|(log, count)| log * *count).sum();
        let lambdas = *lists * *width;
        let (upper, lower) = chance_of.split_at(size);
        for ((product, on), off) in room[..lambdas].iter_mut().zip(upper).zip(lower) {
            *product = on * off;
        }
        logarithms(simd, &mut room[..lambdas], &mut exponents[..lambdas]);
        let uniform = sum_of(rows(&room[..lambdas]).copied());
        let broken: f64 = parts[..last].iter().map(|part| part.ln()).sum();
        likelihood + uniform + broken - (ALPHA_SHAPE + last as f64) * (ALPHA_RATE + stick).ln()
    }
}

#[cfg(test)]
mod tests {
    use pulp::Scalar;
    use rand::SeedableRng;

    use super::super::draws::{Generator, normal};
    use super::*;

    /// A density and a point of it, drawn wide.
    fn drawn(lists: usize, classes: usize, seed: u64) -> (Density, Vec<f64>) {
        let cells: Vec<(u64, u64)> = (1..1 << lists).map(|pattern| (pattern, 40 / pattern + pattern % 3)).collect();
        let density = Density::new(lists, classes, &cells);
        let mut rng = Generator::seed_from_u64(seed);
        let mut point = vec![0.0; density.coordinates()];
        for (list, row) in point.chunks_exact_mut(density.width).enumerate() {
            let length = if list < lists { classes } else { classes - 1 };
            row[..length].iter_mut().for_each(|x| *x = 2.0 * normal(&mut rng));
        }
        (density, point)
    }

    #[test]
    fn the_gradient_is_the_slope_of_the_density() {
        for (lists, classes) in [(2, 1), (3, 2), (4, 10), (5, 3)] {
            let (mut density, point) = drawn(lists, classes, 9);
            let size = density.coordinates();
            let (mut gradient, mut room) = (vec![0.0; size], vec![0.0; size]);
            density.look(Scalar, &point, &mut gradient);
            for at in 0..size {
                let is_last = at / density.width == lists && at % density.width == classes - 1;
                if at % density.width >= classes || is_last {
                    assert_eq!(gradient[at], 0.0, "filling at {at}");
                    continue;
                }
                let mut log = |shift: f64| {
                    let mut point = point.clone();
                    point[at] += shift;
                    density.look(Scalar, &point, &mut room);
                    density.log(Scalar, &point)
                };
                let slope = (log(1e-5) - log(-1e-5)) / 2e-5;
                let apart = (slope - gradient[at]).abs();
                assert!(
                    apart < 1e-6 * (1.0 + slope.abs()),
                    "{lists} lists, {classes} classes, {at}: {slope} {}",
                    gradient[at]
                );
            }
        }
    }
}
