//! One chain of the latent-class sampler (Manrique-Vallier 2016).
//!
//! Persons fall into K classes of weights ν (stick-breaking, V_k ~ Beta(1, α)); in class k a person is on list j with
//! probability λ_jk ~ Beta(1, 1), lists being independent within a class; α ~ Gamma(0.25, rate 0.25); p(N) ∝ 1/N, without an
//! upper limit. Counts move between cells and classes, never persons.
//!
//! A sweep first moves ν and λ with the classes of all persons and n₀ summed out (`moves`), then draws n₀ and all classes given
//! those, then ν, λ and α given the classes.

use rand::{RngExt, SeedableRng};

use super::draws::{Generator, exponential, gamma, log_gamma, open, poisson, spread};
use super::moves::Work;

pub(super) const ALPHA_SHAPE: f64 = 0.25;
pub(super) const ALPHA_RATE: f64 = 0.25;
/// A weight below this is nothing; it would only slow the arithmetic.
const NO_WEIGHT: f64 = 1e-280;

pub(super) struct Chain {
    pub(super) rng: Generator,
    pub(super) lists: usize,
    pub(super) classes: usize,
    pub(super) cells: Cells,
    /// λ and 1 − λ, by list and then class.
    pub(super) on: Vec<f64>,
    pub(super) off: Vec<f64>,
    pub(super) nu: Vec<f64>,
    /// ln ν of the last class, which itself may be too small for a number.
    pub(super) log_last: f64,
    pub(super) alpha: f64,
    /// Documented persons by class, and by list and class.
    pub(super) in_class: Vec<f64>,
    pub(super) on_list: Vec<f64>,
    /// Unseen persons by class.
    pub(super) unseen: Vec<f64>,
    /// What the classes from k on weigh together.
    pub(super) rest: Vec<f64>,
    /// ν_k Π p(cell | k), by class and then cell, up to a factor common to all; and its sums over classes.
    pub(super) terms: Vec<f64>,
    pub(super) chances: Vec<f64>,
    pub(super) work: Work,
    weights: Vec<f64>,
    rests: Vec<f64>,
    /// Documented persons by class and then cell.
    spread: Vec<f64>,
}

/// The documented, by pattern.
pub(super) struct Cells {
    pub n: f64,
    pub counts: Vec<f64>,
    /// All bits where the cell is on the list, none elsewhere; by list and then cell.
    masks: Vec<u64>,
}

impl Cells {
    pub fn new(lists: usize, cells: &[(u64, u64)]) -> Self {
        let counts: Vec<f64> = cells.iter().map(|(_, count)| *count as f64).collect();
        let mask =
            |list: usize| cells.iter().map(move |(pattern, _)| if pattern >> list & 1 == 1 { u64::MAX } else { 0 });
        Self { n: counts.iter().sum(), counts, masks: (0..lists).flat_map(mask).collect() }
    }

    pub fn len(&self) -> usize {
        self.counts.len()
    }

    /// For each cell `yes` where it is on the list, else `no`, is multiplied into `row`.
    pub fn multiply(&self, list: usize, [yes, no]: [f64; 2], row: &mut [f64]) {
        let masks = &self.masks[list * self.len()..(list + 1) * self.len()];
        let (yes, no) = (yes.to_bits(), no.to_bits());
        for (value, mask) in row.iter_mut().zip(masks) {
            *value *= f64::from_bits((yes & mask) | (no & !mask));
        }
    }

    /// The sum of those on the list.
    pub fn sum_on(&self, list: usize, row: &[f64]) -> f64 {
        let masks = &self.masks[list * self.len()..(list + 1) * self.len()];
        row.iter().zip(masks).map(|(value, mask)| f64::from_bits(value.to_bits() & mask)).sum()
    }
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
        let mut chain = Self {
            rng,
            lists,
            classes,
            on,
            off,
            nu: vec![1.0 / classes as f64; classes],
            log_last: -(classes as f64).ln(),
            alpha: 0.3 / classes as f64,
            in_class: vec![0.0; classes],
            on_list: vec![0.0; classes * lists],
            unseen: vec![0.0; classes],
            rest: vec![0.0; classes + 1],
            weights: vec![0.0; classes],
            rests: vec![0.0; classes],
            cells: Cells::new(lists, &[]),
            terms: Vec::new(),
            chances: Vec::new(),
            spread: Vec::new(),
            work: Work::new(lists, 0),
        };
        chain.set_cells(cells);
        chain.add_up_rests();
        chain
    }

    fn set_cells(&mut self, cells: &[(u64, u64)]) {
        self.cells = Cells::new(self.lists, cells);
        let m = self.cells.len();
        self.terms = vec![0.0; self.classes * m];
        self.spread = vec![0.0; self.classes * m];
        self.chances = vec![0.0; m];
        self.work = Work::new(self.lists, m);
    }

    /// One sweep over all unknowns. α stays where it is when `fixed_alpha`.
    pub fn sweep(&mut self, fixed_alpha: bool) -> Draw {
        self.weigh_cells();
        self.move_classes();
        self.draw_classes();
        let draw = self.draw_unseen();
        self.draw_inclusion();
        self.break_stick();
        if !fixed_alpha && self.classes > 1 {
            let shape = ALPHA_SHAPE + self.classes as f64 - 1.0;
            self.alpha = (gamma(&mut self.rng, shape) / (ALPHA_RATE - self.log_last)).clamp(1e-12, 1e12);
        }
        self.swap_labels();
        self.swap_neighbours();
        draw
    }

    /// Every cell's chance, class by class.
    fn weigh_cells(&mut self) {
        let m = self.cells.len();
        self.chances.fill(0.0);
        for (class, row) in self.terms.chunks_exact_mut(m).enumerate() {
            row.fill(self.nu[class]);
            if self.nu[class] == 0.0 {
                continue;
            }
            for list in 0..self.lists {
                let at = list * self.classes + class;
                self.cells.multiply(list, [self.on[at], self.off[at]], row);
            }
            self.chances.iter_mut().zip(&*row).for_each(|(sum, term)| *sum += term);
        }
    }

    /// z: every cell is spread over the classes.
    fn draw_classes(&mut self) {
        let m = self.cells.len();
        let Self { rng, lists, classes, cells, in_class, on_list, weights, rests, terms, spread: given, .. } = self;
        given.fill(0.0);
        for cell in 0..m {
            for (weight, row) in weights.iter_mut().zip(terms.chunks_exact(m)) {
                *weight = row[cell];
            }
            spread(rng, cells.counts[cell], weights, rests, |class, count| given[class * m + cell] = count);
        }
        for (class, row) in given.chunks_exact(m).enumerate() {
            in_class[class] = row.iter().sum();
            for list in 0..*lists {
                on_list[list * *classes + class] = if in_class[class] == 0.0 { 0.0 } else { cells.sum_on(list, row) };
            }
        }
    }

    /// λ, given the documented and the unseen of each class.
    pub(super) fn draw_inclusion(&mut self) {
        for class in 0..self.classes {
            let members = self.in_class[class] + self.unseen[class];
            for list in 0..self.lists {
                let at = list * self.classes + class;
                let on = if members == 0.0 {
                    let u = open(&mut self.rng);
                    (u, 1.0 - u)
                } else {
                    let yes = gamma(&mut self.rng, 1.0 + self.on_list[at]);
                    let no = gamma(&mut self.rng, 1.0 + (members - self.on_list[at]));
                    let whole = 1.0 / (yes + no);
                    (yes * whole, no * whole)
                };
                (self.on[at], self.off[at]) = on;
            }
        }
    }

    /// The class weights. What is left of the stick for the last class is kept as a logarithm as well.
    pub(super) fn break_stick(&mut self) {
        let mut after: f64 = (0..self.classes).map(|class| self.members(class)).sum();
        let (mut left, mut log_left) = (1.0, 0.0);
        for class in 0..self.classes - 1 {
            let count = self.members(class);
            after = (after - count).max(0.0);
            let b = self.alpha + after;
            // The part broken off, and the part that stays.
            let (off, stays) = if count == 0.0 {
                split(-exponential(&mut self.rng) / b, &mut log_left)
            } else if b >= 1.0 {
                let (a, b) = (gamma(&mut self.rng, 1.0 + count), gamma(&mut self.rng, b));
                let whole = 1.0 / (a + b);
                log_left += (b * whole).ln();
                (a * whole, b * whole)
            } else {
                let (a, b) = (gamma(&mut self.rng, 1.0 + count).ln(), log_gamma(&mut self.rng, b));
                split(b - a - (b - a).exp().ln_1p(), &mut log_left)
            };
            self.nu[class] = left * off;
            left *= stays;
            if left < NO_WEIGHT {
                left = 0.0;
            }
        }
        self.nu[self.classes - 1] = left;
        self.nu.iter_mut().filter(|nu| **nu < NO_WEIGHT).for_each(|nu| *nu = 0.0);
        self.log_last = log_left;
        self.add_up_rests();
    }

    pub(super) fn add_up_rests(&mut self) {
        self.rest[self.classes] = 0.0;
        for class in (0..self.classes).rev() {
            self.rest[class] = self.rest[class + 1] + self.nu[class];
        }
    }

    /// The chances of being on no list and on some list in a class. The second is added up, never taken from 1, which would
    /// lose it where it is small.
    pub(super) fn missed(&self, class: usize) -> (f64, f64) {
        let (mut missed, mut seen) = (1.0, 0.0);
        for list in 0..self.lists {
            let at = list * self.classes + class;
            seen += missed * self.on[at];
            missed *= self.off[at];
        }
        (missed, seen)
    }

    /// n₀ and its classes in one block: n₀ is negative binomial with the classes summed out.
    pub(super) fn draw_unseen(&mut self) -> Draw {
        let (mut seen, mut unseen) = (0.0, 0.0);
        for class in 0..self.classes {
            let (no, yes) = self.missed(class);
            self.weights[class] = self.nu[class] * no;
            unseen += self.nu[class] * no;
            seen += self.nu[class] * yes;
        }
        let odds = unseen / seen.max(f64::MIN_POSITIVE);
        let rate = gamma(&mut self.rng, self.cells.n) * odds;
        let n0 = poisson(&mut self.rng, rate);
        self.unseen.fill(0.0);
        let Self { rng, weights, rests, unseen, .. } = self;
        spread(rng, n0, weights, rests, |class, given| unseen[class] = given);
        Draw { n0, odds }
    }

    pub(super) fn members(&self, class: usize) -> f64 {
        self.in_class[class] + self.unseen[class]
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

/// (1 − x, x) for ln x, which is added to the sum.
fn split(log: f64, sum: &mut f64) -> (f64, f64) {
    *sum += log;
    if log > -0.3 {
        let off = -log.exp_m1();
        (off, 1.0 - off)
    } else {
        let stays = log.exp();
        (1.0 - stays, stays)
    }
}

#[cfg(test)]
#[path = "geweke.rs"]
mod geweke;
