//! One chain of the latent-class sampler (Manrique-Vallier 2016).
//!
//! Persons fall into K classes of weights ν (stick-breaking, V_k ~ Beta(1, α)); in class k a person is on list j with
//! probability λ_jk ~ Beta(1, 1), lists being independent within a class; α ~ Gamma(0.25, rate 0.25); p(N) ∝ 1/N, without an
//! upper limit. Counts move between cells and classes, never persons.
//!
//! Beside the sweep of the paper, two kinds of steps let the chain go where it would creep (see `moves`): a class is made
//! harder or easier to record at fixed shares among those seen, with n₀ summed out; and classes change places on the stick.

use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Poisson};

use super::draws::{Generator, gamma, log_gamma, normal, open, spread};

const ALPHA_SHAPE: f64 = 0.25;
const ALPHA_RATE: f64 = 0.25;
/// Above this rate a Poisson draw is its mean to nine digits.
const HUGE_RATE: f64 = 1e15;
/// A weight below this is nothing; it would only slow the arithmetic.
const NO_WEIGHT: f64 = 1e-280;
/// Standard deviations, in log-odds, of the steps of a whole class; one is drawn for each step.
const STEPS: [f64; 4] = [0.05, 0.2, 0.6, 1.5];

pub(super) struct Chain {
    rng: Generator,
    lists: usize,
    classes: usize,
    cells: Vec<(u64, u64)>,
    n: f64,
    /// λ and 1 − λ, by list and then class.
    on: Vec<f64>,
    off: Vec<f64>,
    nu: Vec<f64>,
    /// ln ν of the last class, which itself may be too small for a number.
    log_last: f64,
    alpha: f64,
    /// Documented persons by class, and by list and class.
    in_class: Vec<u64>,
    on_list: Vec<u64>,
    /// Unseen persons by class.
    unseen: Vec<u64>,
    weights: Vec<f64>,
    rest: Vec<f64>,
}

/// One draw: n₀, and its odds p₀ / (1 − p₀) given the rest.
#[derive(Debug, Clone, Copy)]
pub(super) struct Draw {
    pub n0: f64,
    pub odds: f64,
}

impl Chain {
    /// `cells` are (pattern, count). Chains of one seed differ by their number.
    pub fn new(lists: usize, cells: &[(u64, u64)], classes: usize, seed: u64, number: u64) -> Self {
        let mut rng = Generator::seed_from_u64(seed ^ (number + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let n: u64 = cells.iter().map(|(_, count)| count).sum();
        let (mut on, mut off) = (Vec::new(), Vec::new());
        for list in 0..lists {
            let bears =
                cells.iter().filter(|(pattern, _)| pattern >> list & 1 == 1).map(|(_, count)| count).sum::<u64>();
            let share = (bears as f64 + 0.5) / (n as f64 + 1.0);
            for _ in 0..classes {
                // Chains begin apart from one another, so that their agreement later means something.
                let odds = share / (1.0 - share) * (2.0 * (rng.random::<f64>() - 0.5)).exp();
                on.push(odds / (1.0 + odds));
                off.push(1.0 / (1.0 + odds));
            }
        }
        Self {
            rng,
            lists,
            classes,
            cells: cells.to_vec(),
            n: n as f64,
            on,
            off,
            nu: vec![1.0 / classes as f64; classes],
            log_last: -(classes as f64).ln(),
            alpha: 0.3 / classes as f64,
            in_class: vec![0; classes],
            on_list: vec![0; classes * lists],
            unseen: vec![0; classes],
            weights: vec![0.0; classes],
            rest: vec![0.0; classes + 1],
        }
    }

    /// One sweep over all unknowns. α stays where it is when `fixed_alpha`.
    pub fn sweep(&mut self, fixed_alpha: bool) -> Draw {
        self.draw_classes();
        self.draw_inclusion();
        self.break_stick();
        for class in 0..self.classes {
            self.shift(class);
        }
        let draw = self.draw_unseen();
        if !fixed_alpha {
            let shape = ALPHA_SHAPE + self.classes as f64 - 1.0;
            let alpha = (log_gamma(&mut self.rng, shape) - (ALPHA_RATE - self.log_last).ln()).exp();
            self.alpha = alpha.clamp(1e-12, 1e12);
        }
        self.swap_labels();
        self.swap_neighbours();
        draw
    }

    /// z: every cell is spread over the classes.
    fn draw_classes(&mut self) {
        let Self { rng, lists, classes, cells, on, off, nu, in_class, on_list, weights, .. } = self;
        in_class.fill(0);
        on_list.fill(0);
        for (pattern, count) in cells.iter() {
            weights.copy_from_slice(nu);
            for list in 0..*lists {
                let row = if pattern >> list & 1 == 1 { &on } else { &off };
                let row = &row[list * *classes..(list + 1) * *classes];
                weights.iter_mut().zip(row).for_each(|(weight, part)| *weight *= part);
            }
            spread(rng, *count, weights, |class, given| {
                in_class[class] += given;
                for list in (0..*lists).filter(|list| pattern >> list & 1 == 1) {
                    on_list[list * *classes + class] += given;
                }
            });
        }
    }

    /// λ, given the documented and the unseen of each class.
    fn draw_inclusion(&mut self) {
        for class in 0..self.classes {
            let members = self.in_class[class] + self.unseen[class];
            for list in 0..self.lists {
                let at = list * self.classes + class;
                let on = if members == 0 {
                    let u = open(&mut self.rng);
                    (u, 1.0 - u)
                } else {
                    let yes = gamma(&mut self.rng, 1.0 + self.on_list[at] as f64);
                    let no = gamma(&mut self.rng, 1.0 + (members - self.on_list[at]) as f64);
                    (yes / (yes + no), no / (yes + no))
                };
                (self.on[at], self.off[at]) = on;
            }
        }
    }

    /// The class weights. What is left of the stick for the last class is kept as a logarithm as well.
    fn break_stick(&mut self) {
        let members = |at: &Self, class: usize| (at.in_class[class] + at.unseen[class]) as f64;
        let mut after: f64 = (0..self.classes).map(|class| members(self, class)).sum();
        let (mut left, mut log_left) = (1.0, 0.0);
        for class in 0..self.classes - 1 {
            let count = members(self, class);
            after = (after - count).max(0.0);
            let b = self.alpha + after;
            let log_rest = if count == 0.0 {
                open(&mut self.rng).ln() / b
            } else {
                let (a, b) = (gamma(&mut self.rng, 1.0 + count).ln(), log_gamma(&mut self.rng, b));
                b - a - (b - a).exp().ln_1p()
            };
            self.nu[class] = left * -log_rest.exp_m1();
            log_left += log_rest;
            left *= log_rest.exp();
            if left < NO_WEIGHT {
                left = 0.0;
            }
        }
        self.nu[self.classes - 1] = left;
        self.nu.iter_mut().filter(|nu| **nu < NO_WEIGHT).for_each(|nu| *nu = 0.0);
        self.log_last = log_left;
        self.add_up_rests();
    }

    /// Element k is what the classes from k on weigh together.
    fn add_up_rests(&mut self) {
        self.rest[self.classes] = 0.0;
        for class in (0..self.classes).rev() {
            self.rest[class] = self.rest[class + 1] + self.nu[class];
        }
    }

    /// The chances of being on no list and on some list in a class. The second is added up, never taken from 1, which would
    /// lose it where it is small.
    fn missed(&self, class: usize) -> (f64, f64) {
        let (mut missed, mut seen) = (1.0, 0.0);
        for list in 0..self.lists {
            let at = list * self.classes + class;
            seen += missed * self.on[at];
            missed *= self.off[at];
        }
        (missed, seen)
    }

    /// n₀ and its classes in one block: n₀ is negative binomial with the classes summed out.
    fn draw_unseen(&mut self) -> Draw {
        let mut seen = 0.0;
        for class in 0..self.classes {
            let (no, yes) = self.missed(class);
            self.weights[class] = self.nu[class] * no;
            seen += self.nu[class] * yes;
        }
        let odds = self.weights.iter().sum::<f64>() / seen.max(f64::MIN_POSITIVE);
        let rate = gamma(&mut self.rng, self.n) * odds;
        let n0 = if rate < HUGE_RATE {
            Poisson::new(rate).map_or(0.0, |draw| draw.sample(&mut self.rng))
        } else {
            HUGE_RATE
        };
        self.unseen.fill(0);
        let Self { rng, weights, unseen, .. } = self;
        spread(rng, n0 as u64, weights, |class, given| unseen[class] = given);
        Draw { n0, odds }
    }
}

/// Steps beside the sweep. Each leaves the posterior as it is; Geweke's test holds them to that.
impl Chain {
    /// Shifts the log-odds of a class on every list, or on one, while the class keeps its share of those *seen*:
    /// ν_k s_k / Σ ν s stays, s_k being the chance of being on some list. n₀ is summed out, so that a class of which most
    /// are unseen is not held in place by the unseen of the moment.
    ///
    /// With r = s / s′ and D = 1 + ν_k (r − 1) the weights become ν_l / D, and ν_k r / D. The Metropolis ratio is
    /// the zero-truncated likelihood of the class, the Jacobians Π λ′(1 − λ′) / λ(1 − λ) and r / Dᴷ, and the stick's
    /// density α^(K−1) rest_K^(α−1) Π_{m=2}^{K−1} 1 / rest_m.
    fn shift(&mut self, class: usize) {
        let documented = self.in_class[class] as f64;
        let is_last = class + 1 == self.classes;
        if documented == 0.0 || (is_last && self.classes > 1) {
            return;
        }
        let bits = self.rng.random::<u32>();
        let d = STEPS[(bits & 3) as usize] * normal(&mut self.rng);
        let lists = if bits & 4 == 0 {
            0..self.lists
        } else {
            let one = (bits >> 3) as usize % self.lists;
            one..one + 1
        };
        let factor = d.exp();
        let (mut product, mut sum) = (1.0, 0.0);
        for list in lists.clone() {
            let at = list * self.classes + class;
            product *= self.off[at] + self.on[at] * factor;
            sum += self.on_list[at] as f64 + 1.0;
        }
        let (mut missed, mut seen) = (1.0, 0.0);
        let mut seen_before = 0.0;
        let mut missed_before = 1.0;
        for list in 0..self.lists {
            let at = list * self.classes + class;
            let (on, off) = (self.on[at], self.off[at]);
            seen_before += missed_before * on;
            missed_before *= off;
            let scale = if lists.contains(&list) { 1.0 / (off + on * factor) } else { 1.0 };
            let on = if lists.contains(&list) { on * factor * scale } else { on };
            seen += missed * on;
            missed *= off * scale;
        }
        let ratio = seen_before / seen;
        let log_ratio = ratio.ln();
        let mut log_accept = d * sum - (documented + 2.0) * product.ln() + documented * log_ratio;
        let mut grown = 1.0;
        if !is_last {
            let more = (ratio - 1.0) * self.nu[class];
            grown = 1.0 + more;
            let mut before = 1.0;
            for rest in &self.rest[1..=class] {
                before *= 1.0 + more / rest;
            }
            log_accept += log_ratio - (self.alpha + 1.0) * grown.ln() - before.ln();
        }
        if log_accept.is_nan() || open(&mut self.rng).ln() >= log_accept {
            return;
        }
        for list in lists {
            let at = list * self.classes + class;
            let scale = self.off[at] + self.on[at] * factor;
            (self.on[at], self.off[at]) = (self.on[at] * factor / scale, self.off[at] / scale);
        }
        if !is_last {
            self.nu.iter_mut().for_each(|nu| *nu /= grown);
            self.nu[class] *= ratio;
            self.log_last -= grown.ln();
            self.add_up_rests();
        }
    }

    fn members(&self, class: usize) -> f64 {
        (self.in_class[class] + self.unseen[class]) as f64
    }

    fn exchange(&mut self, a: usize, b: usize) {
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
    fn swap_labels(&mut self) {
        let (a, b) = (self.rng.random_range(0..self.classes), self.rng.random_range(0..self.classes));
        let apart = self.members(a) - self.members(b);
        if a == b || self.nu[a] == 0.0 || self.nu[b] == 0.0 {
            return;
        }
        if apart == 0.0 || open(&mut self.rng).ln() < apart * (self.nu[b] / self.nu[a]).ln() {
            self.exchange(a, b);
        }
    }

    /// Two neighbours change places and take their part of the stick with them (as above).
    fn swap_neighbours(&mut self) {
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
        if open(&mut self.rng).ln() < log_accept {
            self.nu[class] = whole * (1.0 - left_second);
            self.nu[class + 1] = whole * left_second * (1.0 - left_first);
            self.exchange(class, class + 1);
            self.add_up_rests();
        }
    }

    /// Numbers the classes by weight, the heaviest first: the stick favours that order, and chains start in it.
    pub fn sort_classes(&mut self) {
        for at in 0..self.classes {
            let heaviest = (at..self.classes).max_by(|a, b| self.nu[*a].total_cmp(&self.nu[*b]).then(b.cmp(a)));
            if let Some(heaviest) = heaviest.filter(|heaviest| *heaviest != at) {
                self.exchange(at, heaviest);
                self.nu.swap(at, heaviest);
            }
        }
        self.log_last = self.nu[self.classes - 1].max(f64::MIN_POSITIVE).ln();
        self.add_up_rests();
    }
}

#[cfg(test)]
#[path = "geweke.rs"]
mod geweke;
