//! Steps of the latent-class sampler beside the draws of the paper. Each leaves the posterior as it is; Geweke's test holds them to
//! that.
//!
//! A class is moved with z and n₀ summed out: the likelihood is Π (p_m / s)^f_m over the cells, s being the chance of being on some
//! list, so that neither the persons of the moment nor the unseen hold a class in place. Classes also change places on the stick.

use pulp::Simd;
use rand::{Rng, RngExt};

use super::draws::{exponential, normal};
use super::gibbs::Chain;
use super::lanes::{logarithms, rows, sum_of};

/// Standard deviations, in log-odds, of the steps of a whole class; one is drawn for each step.
const STEPS: [f64; 8] = [0.03, 0.08, 0.15, 0.3, 0.5, 0.8, 1.3, 2.0];

/// Steps before each sweep; the first classes, which are mostly the heaviest, have more of them.
const MOVES: usize = 5;

/// Room for one step.
pub(super) struct Work {
    /// By cell: the class's term and the cell's chance as they would be.
    term: Vec<f64>,
    chance: Vec<f64>,
    log: Vec<f64>,
    room: Vec<f64>,
    on: Vec<f64>,
    off: Vec<f64>,
    factors: Vec<[f64; 2]>,
}

impl Work {
    pub fn new(lists: usize, cells: usize) -> Self {
        Self {
            term: vec![0.0; cells],
            chance: vec![0.0; cells],
            log: vec![0.0; cells],
            room: vec![0.0; cells],
            on: vec![0.0; lists],
            off: vec![0.0; lists],
            factors: vec![[1.0; 2]; lists],
        }
    }
}

/// Σ count · ln(after / before); below zero without end where a cell would have no chance. `ratios` and `room` are room.
#[inline(always)]
fn log_ratio<S: Simd>(simd: S, counts: &[f64], before: &[f64], after: &[f64], [ratios, room]: [&mut [f64]; 2]) -> f64 {
    let mut least = simd.splat_f64s(f64::INFINITY);
    let places = S::as_mut_simd_f64s(ratios).0.iter_mut().zip(S::as_simd_f64s(before).0);
    for ((ratio, before), after) in places.zip(S::as_simd_f64s(after).0) {
        *ratio = simd.div_f64s(*after, *before);
        least = simd.min_f64s(*ratio, least);
    }
    if simd.reduce_min_f64s(least) <= 1e-300 {
        return f64::NEG_INFINITY;
    }
    logarithms(simd, ratios, room);
    for (ratio, count) in S::as_mut_simd_f64s(ratios).0.iter_mut().zip(S::as_simd_f64s(counts).0) {
        *ratio = simd.mul_f64s(*ratio, *count);
    }
    sum_of(rows(ratios).copied())
}

impl Chain {
    #[inline(always)]
    pub(super) fn move_classes<S: Simd>(&mut self, simd: S) {
        let movable = self.classes.max(2) - 1;
        for _ in 0..MOVES.min(movable) {
            let bits = self.rng.next_u64();
            let u = self.rng.random::<f64>();
            let class = (u * u * movable as f64) as usize;
            let only = (bits & 1 == 1).then_some((bits >> 32) as usize % self.lists);
            if self.nu[class] > 0.0 {
                self.move_class(simd, class, only, STEPS[(bits >> 1) as usize % STEPS.len()]);
            }
        }
    }

    /// Shifts the log-odds of a class on every list, or on one `only`, while the class keeps its share of those *seen*: ν_k s_k / Σ ν s
    /// stays, s_k being the class's chance of being on some list.
    ///
    /// With r = s_k / s_k′ and D = 1 + ν_k (r − 1) the weights become ν_l / D, and ν_k r / D, and s becomes s / D. The Metropolis ratio is
    /// the likelihood, the Jacobians Π λ′(1 − λ′) / λ(1 − λ) and r / Dᴷ, and the stick's density
    /// α^(K−1) rest_K^(α−1) Π_{m=2}^{K−1} 1 / rest_m.
    #[inline(always)]
    fn move_class<S: Simd>(&mut self, simd: S, class: usize, only: Option<usize>, deviation: f64) {
        let Self { rng, lists, classes, cells, on, off, nu, rest, terms, chances, work, .. } = self;

        let m = cells.len();
        let row = &mut terms[class * m..(class + 1) * m];
        let is_last = class + 1 == *classes;
        let factor = (deviation * normal(rng)).exp();
        work.term.copy_from_slice(row);
        let (mut missed, mut seen, mut missed_before, mut seen_before) = (1.0, 0.0, 1.0, 0.0);
        let mut jacobian = 1.0;
        for list in 0..*lists {
            let (on, off) = (on[list * *classes + class], off[list * *classes + class]);
            seen_before += missed_before * on;
            missed_before *= off;
            let both = if only.is_none_or(|only| only == list) {
                let scale = 1.0 / (off + on * factor);
                work.factors[list] = [factor * scale, scale];
                jacobian *= factor * scale * scale;
                (on * factor * scale, off * scale)
            } else {
                (on, off)
            };
            seen += missed * both.0;
            missed *= both.1;
            (work.on[list], work.off[list]) = both;
        }
        let lists_moved = only.map_or(0..*lists, |only| only..only + 1);
        let Work { term, factors, .. } = &mut *work;
        cells.multiply(simd, lists_moved, |list| factors[list], term);
        let ratio = seen_before / seen;
        let wide_ratio = simd.splat_f64s(ratio);
        let places = S::as_mut_simd_f64s(&mut work.chance).0.iter_mut().zip(S::as_mut_simd_f64s(&mut work.term).0);
        let from = S::as_simd_f64s(row).0.iter().zip(S::as_simd_f64s(chances).0);
        for ((after, term), (row, chance)) in places.zip(from) {
            *term = simd.mul_f64s(*term, wide_ratio);
            *after = simd.add_f64s(*chance, simd.sub_f64s(*term, *row));
        }
        let mut log_accept = log_ratio(simd, &cells.counts, chances, &work.chance, [&mut work.log, &mut work.room]);
        let mut grown = 1.0;
        if is_last {
            log_accept += jacobian.ln();
        } else {
            let more = (ratio - 1.0) * nu[class];
            grown = 1.0 + more;
            let before: f64 = rest[1..=class].iter().map(|rest| 1.0 + more / rest).product();
            log_accept += (jacobian * ratio / before).ln() - (self.alpha + 1.0) * grown.ln();
        }
        if log_accept.is_nan() || -exponential(rng) >= log_accept {
            return;
        }
        row.copy_from_slice(&work.term);
        chances.copy_from_slice(&work.chance);
        for list in 0..*lists {
            (on[list * *classes + class], off[list * *classes + class]) = (work.on[list], work.off[list]);
        }
        if !is_last {
            nu.iter_mut().for_each(|nu| *nu /= grown);
            nu[class] *= ratio;
            self.log_last -= grown.ln();
            self.add_up_rests();
        }
    }

    pub(super) fn exchange(&mut self, a: usize, b: usize) {
        for list in 0..self.lists {
            let row = list * self.classes;
            self.on.swap(row + a, row + b);
            self.off.swap(row + a, row + b);
            self.on_list.swap(row + a, row + b);
        }
        self.in_class.swap(a, b);
        self.unseen.swap(a, b);
    }

    /// Two classes change places, the weights staying where they are (Papaspiliopoulos and Roberts 2008).
    pub(super) fn swap_labels(&mut self) {
        let (a, b) = (self.rng.random_range(0..self.classes), self.rng.random_range(0..self.classes));
        let apart = self.members(a) - self.members(b);
        if a == b || self.nu[a] == 0.0 || self.nu[b] == 0.0 {
            return;
        }
        if apart == 0.0 || -exponential(&mut self.rng) < apart * (self.nu[b] / self.nu[a]).ln() {
            self.exchange(a, b);
        }
    }

    /// Two neighbours change places and take their part of the stick with them (as above).
    pub(super) fn swap_neighbours(&mut self) {
        if self.classes < 3 {
            return;
        }
        let class = self.rng.random_range(0..self.classes - 2);
        let (whole, first, second) = (self.rest[class], self.rest[class + 1], self.rest[class + 2]);
        // Too short a rest of the stick has lost its digits.
        if second < 1e-200 {
            return;
        }
        let (left_first, left_second) = (first / whole, second / first);
        let log_accept = self.members(class) * left_second.ln() - self.members(class + 1) * left_first.ln();
        if -exponential(&mut self.rng) < log_accept {
            self.nu[class] = whole * (1.0 - left_second);
            self.nu[class + 1] = whole * left_second * (1.0 - left_first);
            self.exchange(class, class + 1);
            self.add_up_rests();
        }
    }
}
