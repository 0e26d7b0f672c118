//! One chain of the latent-class sampler (Manrique-Vallier 2016).
//!
//! Persons fall into K classes of weights ν (stick-breaking, V_k ~ Beta(1, α)); in class k a person is on list j with
//! probability λ_jk ~ Beta(1, 1), lists being independent within a class; α ~ Gamma(0.25, rate 0.25); p(N) ∝ 1/N, without an
//! upper limit. Counts move between cells and classes, never persons. Weights are kept as logarithms.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use rand_distr::{Binomial, Distribution, Gamma, Poisson};

const ALPHA_SHAPE: f64 = 0.25;
const ALPHA_RATE: f64 = 0.25;
/// Above this rate a Poisson draw is its mean to nine digits.
const HUGE_RATE: f64 = 1e15;

pub(super) struct Chain {
    rng: Xoshiro256PlusPlus,
    lists: usize,
    classes: usize,
    cells: Vec<(u64, u64)>,
    n: f64,
    /// Logarithms of λ and 1 − λ, by class and list.
    on: Vec<f64>,
    off: Vec<f64>,
    log_nu: Vec<f64>,
    alpha: f64,
    /// Unseen persons by class.
    unseen: Vec<u64>,
}

fn log_add(a: f64, b: f64) -> f64 {
    let (high, low) = if a > b { (a, b) } else { (b, a) };
    if low == f64::NEG_INFINITY { high } else { high + (low - high).exp().ln_1p() }
}

impl Chain {
    /// `cells` are (pattern, count). Chains of one seed differ by their number.
    pub fn new(lists: usize, cells: &[(u64, u64)], classes: usize, seed: u64, number: u64) -> Self {
        let rng = Xoshiro256PlusPlus::seed_from_u64(seed ^ (number + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let n: u64 = cells.iter().map(|(_, count)| count).sum();
        let share = |list: usize| {
            let on: u64 = cells.iter().filter(|(pattern, _)| pattern >> list & 1 == 1).map(|(_, count)| count).sum();
            (on as f64 + 0.5) / (n as f64 + 1.0)
        };
        let mut chain = Self {
            rng,
            lists,
            classes,
            cells: cells.to_vec(),
            n: n as f64,
            on: vec![0.0; classes * lists],
            off: vec![0.0; classes * lists],
            log_nu: vec![-(classes as f64).ln(); classes],
            alpha: 0.3 / classes as f64,
            unseen: vec![0; classes],
        };
        // Chains begin apart from one another, so that their agreement later means something.
        for class in 0..classes {
            for list in 0..lists {
                let odds = (share(list) / (1.0 - share(list))).ln() + 2.0 * (chain.rng.random::<f64>() - 0.5);
                chain.on[class * lists + list] = -(-odds).exp().ln_1p();
                chain.off[class * lists + list] = -odds.exp().ln_1p();
            }
        }
        chain
    }

    /// The logarithm of a Gamma(shape, 1) draw, which for small shapes would itself be zero.
    fn log_gamma_draw(&mut self, shape: f64) -> f64 {
        let (drawn, extra) = if shape < 1.0 { (shape + 1.0, true) } else { (shape, false) };
        let Ok(gamma) = Gamma::new(drawn, 1.0) else { return f64::NEG_INFINITY };
        let log = gamma.sample(&mut self.rng).ln();
        if extra { log + (1.0 - self.rng.random::<f64>()).ln() / shape } else { log }
    }

    /// Logarithms of a Beta(a, b) draw and of its complement.
    fn log_beta_draw(&mut self, a: f64, b: f64) -> (f64, f64) {
        let (a, b) = (self.log_gamma_draw(a), self.log_gamma_draw(b));
        let sum = log_add(a, b);
        (a - sum, b - sum)
    }

    /// Spreads `count` over classes by weights that need not add up to 1.
    fn spread(&mut self, count: u64, weights: &[f64], mut give: impl FnMut(usize, u64)) {
        let mut left = count;
        let mut rest: f64 = weights.iter().sum();
        for (class, weight) in weights.iter().enumerate() {
            if left == 0 {
                return;
            }
            let part = if rest > 0.0 { (weight / rest).clamp(0.0, 1.0) } else { 1.0 };
            let given = if class + 1 == weights.len() || part >= 1.0 {
                left
            } else if left == 1 {
                u64::from(self.rng.random::<f64>() < part)
            } else {
                Binomial::new(left, part).map_or(0, |draw| draw.sample(&mut self.rng)).min(left)
            };
            if given > 0 {
                give(class, given);
            }
            left -= given;
            rest -= weight;
        }
    }

    /// exp(x − max x), in place.
    fn exponentiate(logs: &mut [f64]) {
        let greatest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        logs.iter_mut().for_each(|log| *log = (*log - greatest).exp());
    }

    /// One sweep over all unknowns; gives n₀ and its mean given the rest. α stays where it is when `fixed_alpha`.
    pub fn sweep(&mut self, fixed_alpha: bool) -> (f64, f64) {
        let (lists, classes) = (self.lists, self.classes);
        let mut on_list = vec![0u64; classes * lists];
        let mut in_class = self.unseen.clone();
        let none: Vec<f64> = (0..classes)
            .map(|class| self.log_nu[class] + self.off[class * lists..(class + 1) * lists].iter().sum::<f64>())
            .collect();
        let mut weights = vec![0.0; classes];
        let cells = std::mem::take(&mut self.cells);
        for (pattern, count) in &cells {
            weights.copy_from_slice(&none);
            for list in (0..lists).filter(|list| pattern >> list & 1 == 1) {
                for (class, weight) in weights.iter_mut().enumerate() {
                    *weight += self.on[class * lists + list] - self.off[class * lists + list];
                }
            }
            Self::exponentiate(&mut weights);
            self.spread(*count, &weights, |class, given| {
                in_class[class] += given;
                for list in (0..lists).filter(|list| pattern >> list & 1 == 1) {
                    on_list[class * lists + list] += given;
                }
            });
        }
        self.cells = cells;
        for (class, members) in in_class.iter().enumerate() {
            for list in 0..lists {
                let at = class * lists + list;
                let (yes, no) = (on_list[at] as f64, (members - on_list[at]) as f64);
                (self.on[at], self.off[at]) = self.log_beta_draw(1.0 + yes, 1.0 + no);
            }
        }
        let log_last = self.break_stick(&in_class);
        let (n0, expected) = self.draw_unseen();
        if !fixed_alpha {
            let shape = ALPHA_SHAPE + classes as f64 - 1.0;
            let alpha = (self.log_gamma_draw(shape) - (ALPHA_RATE - log_last).ln()).exp();
            self.alpha = alpha.clamp(f64::MIN_POSITIVE, f64::MAX);
        }
        (n0, expected)
    }

    /// Draws the class weights; gives ln ν of the last class, which is what is left of the stick.
    fn break_stick(&mut self, in_class: &[u64]) -> f64 {
        let mut after: f64 = in_class.iter().map(|n| *n as f64).sum();
        let mut left = 0.0;
        for (class, count) in in_class.iter().enumerate().take(self.classes - 1) {
            after -= *count as f64;
            let (log_v, log_rest) = self.log_beta_draw(1.0 + *count as f64, self.alpha + after.max(0.0));
            self.log_nu[class] = left + log_v;
            left += log_rest;
        }
        self.log_nu[self.classes - 1] = left;
        left
    }

    /// n₀ and its classes in one block: n₀ is negative binomial with the classes summed out.
    fn draw_unseen(&mut self) -> (f64, f64) {
        let lists = self.lists;
        let missed = |class: usize| self.off[class * lists..(class + 1) * lists].iter().sum::<f64>();
        let mut weights: Vec<f64> = (0..self.classes).map(|class| self.log_nu[class] + missed(class)).collect();
        // The chance of being on some list is added up without taking it from 1, which would lose it when it is small.
        let seen: f64 = (0..self.classes).map(|class| self.log_nu[class].exp() * -missed(class).exp_m1()).sum();
        let log_p0 = weights.iter().copied().fold(f64::NEG_INFINITY, log_add);
        let odds = log_p0.exp() / seen.max(f64::MIN_POSITIVE);
        let rate = Gamma::new(self.n, 1.0).map_or(self.n, |gamma| gamma.sample(&mut self.rng)) * odds;
        let n0 = if rate < HUGE_RATE {
            Poisson::new(rate).map_or(0.0, |draw| draw.sample(&mut self.rng))
        } else {
            rate.min(HUGE_RATE)
        };
        Self::exponentiate(&mut weights);
        let mut unseen = vec![0u64; self.classes];
        self.spread(n0 as u64, &weights, |class, given| unseen[class] = given);
        self.unseen = unseen;
        (n0, self.n * odds)
    }

    /// Numbers the classes by weight, the heaviest first: the stick favours that order, and chains start in it.
    pub fn sort_classes(&mut self) {
        let mut order: Vec<usize> = (0..self.classes).collect();
        order.sort_by(|a, b| self.log_nu[*b].total_cmp(&self.log_nu[*a]));
        let rows = |from: &[f64], lists: usize| -> Vec<f64> {
            order.iter().flat_map(|class| from[class * lists..(class + 1) * lists].iter().copied()).collect()
        };
        self.on = rows(&self.on, self.lists);
        self.off = rows(&self.off, self.lists);
        self.log_nu = rows(&self.log_nu, 1);
        self.unseen = order.iter().map(|class| self.unseen[*class]).collect();
    }
}
