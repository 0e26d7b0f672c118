//! One chain of the latent-class sampler (Manrique-Vallier 2016).
//!
//! Persons fall into K classes of weights ν (stick-breaking, V_k ~ Beta(1, α)); in class k a person is on list j with
//! probability λ_jk ~ Beta(1, 1), lists being independent within a class; α ~ Gamma(0.25, rate 0.25); p(N) ∝ 1/N, without an
//! upper limit. Counts move between cells and classes, never persons.
//!
//! A sweep first moves ν and λ with the classes of all persons and n₀ summed out (`moves`), then draws n₀ and all classes given
//! those, then ν, λ and α given the classes.

use pulp::{Arch, Simd, WithSimd};
use rand::{RngExt, SeedableRng};

use super::draws::{Generator, exp_below, exponential, gamma, ln, log_gamma, open, poisson, rare_side, spread};
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
    /// Classes by the documented persons expected in them, the fewest first.
    order: Vec<usize>,
    /// Documented persons by class and then cell.
    given: Vec<f64>,
    splits: Splits,
}

/// Room to split what is left of every cell between a class and the classes after it.
#[derive(Default)]
struct Splits {
    /// Persons that no class has yet, and the weight of the classes that are left.
    left: Vec<f64>,
    rest: Vec<f64>,
    /// The weight of all light classes.
    light: Vec<f64>,
    /// The rarer side's chance, the odds of it, the chance that nobody is on it, and whether it is the class's own.
    rare: Vec<f64>,
    odds: Vec<f64>,
    none: Vec<f64>,
}

impl Splits {
    fn new(cells: usize) -> Self {
        let none = || vec![0.0; cells];
        Self { left: none(), rest: none(), light: none(), rare: none(), odds: none(), none: none() }
    }

    /// Reckons, for all cells at once, what draws of this weight out of what is left need.
    #[inline(always)]
    fn prepare(&mut self, weights: &[f64]) {
        let Self { left, rest, rare, odds, none, .. } = self;
        let rows = rare.iter_mut().zip(odds).zip(none).zip(left.iter().zip(rest.iter())).zip(weights);
        for ((((rare, odds), none), (left, rest)), weight) in rows {
            let p = weight / rest;
            let other = (rest - weight) / rest;
            let few = if p < other { p } else { other };
            let many = 1.0 - few;
            *rare = few;
            *odds = few / many;
            // The second term gives back the digits of `few` that the subtraction lost.
            *none = exp_below(*left * (ln(many) + ((1.0 - many) - few) / many));
        }
    }

    /// How many of those left in the cell are in the class of this weight; they are taken away.
    #[inline(always)]
    fn draw(&mut self, rng: &mut Generator, cell: usize, weight: f64) -> f64 {
        let left = self.left[cell];
        if left == 0.0 || weight == 0.0 {
            return 0.0;
        }
        let few = rare_side(rng, left, self.rare[cell], self.odds[cell], self.none[cell]);
        let given = if 2.0 * weight < self.rest[cell] { few } else { left - few };
        self.left[cell] = left - given;
        given
    }

    /// The class is done with.
    #[inline(always)]
    fn take(&mut self, weights: &[f64]) {
        self.rest.iter_mut().zip(weights).for_each(|(rest, weight)| *rest -= weight);
    }
}

/// Classes with fewer expected persons than this are first drawn together.
const LIGHT: f64 = 2.0;

/// Cells are reckoned so many at a time.
pub(super) const LANES: usize = 8;

/// The sum, lane by lane: an order of its own, the same on every processor.
#[inline(always)]
pub(super) fn sum_of(row: impl Iterator<Item = [f64; LANES]>) -> f64 {
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
pub(super) fn lanes(row: &[f64]) -> impl Iterator<Item = &[f64; LANES]> {
    row.as_chunks().0.iter()
}

/// The documented, by pattern; filled up with empty cells, which have the pattern of the first, to a whole number of lanes.
pub(super) struct Cells {
    pub n: f64,
    pub counts: Vec<f64>,
    /// All bits where the cell is on the list, none elsewhere; by list and then cell.
    masks: Vec<u64>,
}

impl Cells {
    pub fn new(lists: usize, cells: &[(u64, u64)]) -> Self {
        let first = cells.first().map_or(0, |(pattern, _)| *pattern);
        let more = cells.len().next_multiple_of(LANES) - cells.len();
        let cells: Vec<(u64, u64)> = cells.iter().copied().chain(std::iter::repeat_n((first, 0), more)).collect();
        let counts: Vec<f64> = cells.iter().map(|(_, count)| *count as f64).collect();
        let cells = &cells;
        let mask =
            |list: usize| cells.iter().map(move |(pattern, _)| if pattern >> list & 1 == 1 { u64::MAX } else { 0 });
        Self { n: counts.iter().sum(), counts, masks: (0..lists).flat_map(mask).collect() }
    }

    pub fn len(&self) -> usize {
        self.counts.len()
    }

    /// For each cell `yes` where it is on the list, else `no`, is multiplied into `row`.
    #[inline(always)]
    pub fn multiply(&self, list: usize, [yes, no]: [f64; 2], row: &mut [f64]) {
        let masks = &self.masks[list * self.len()..(list + 1) * self.len()];
        let (yes, no) = (yes.to_bits(), no.to_bits());
        for (value, mask) in row.iter_mut().zip(masks) {
            *value *= f64::from_bits((yes & mask) | (no & !mask));
        }
    }

    /// The sum of those on the list.
    #[inline(always)]
    pub fn sum_on(&self, list: usize, row: &[f64]) -> f64 {
        let masks = &self.masks[list * self.len()..(list + 1) * self.len()];
        let masks = masks.as_chunks::<LANES>().0;
        let on = |(row, masks): (&[f64; LANES], &[u64; LANES])| -> [f64; LANES] {
            std::array::from_fn(|i| f64::from_bits(row[i].to_bits() & masks[i]))
        };
        sum_of(lanes(row).zip(masks).map(on))
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
            order: (0..classes).collect(),
            cells: Cells::new(lists, &[]),
            terms: Vec::new(),
            chances: Vec::new(),
            given: Vec::new(),
            splits: Splits::default(),
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
        self.given = vec![0.0; self.classes * m];
        self.splits = Splits::new(m);
        self.chances = vec![0.0; m];
        self.work = Work::new(self.lists, m);
    }

    /// One sweep over all unknowns. α stays where it is when `fixed_alpha`.
    pub fn sweep(&mut self, fixed_alpha: bool) -> Draw {
        Arch::new().dispatch(Sweep { chain: self, fixed_alpha })
    }

    #[inline(always)]
    fn sweep_once(&mut self, fixed_alpha: bool) -> Draw {
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
    #[inline(always)]
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

    /// z: every cell is spread over the classes, those with the fewest first, so that most draws are of few or none. The light classes
    /// are drawn together, and parted where there is anybody in them.
    #[inline(always)]
    fn draw_classes(&mut self) {
        let m = self.cells.len();
        let Self {
            rng, lists, classes, cells, in_class, on_list, weights, order, terms, chances, given, splits, ..
        } = self;
        given.fill(0.0);
        splits.none.iter_mut().zip(&cells.counts).zip(&*chances).for_each(|((x, count), chance)| *x = count / chance);
        for (expected, row) in weights.iter_mut().zip(terms.chunks_exact(m)) {
            let each =
                |(a, b): (&[f64; LANES], &[f64; LANES])| -> [f64; LANES] { std::array::from_fn(|i| a[i] * b[i]) };
            *expected = sum_of(lanes(row).zip(lanes(&splits.none)).map(each));
        }
        order.sort_unstable_by(|a, b| weights[*a].total_cmp(&weights[*b]).then(a.cmp(b)));
        let mut sum = 0.0;
        let light = order[..*classes - 1]
            .iter()
            .take_while(|class| {
                sum += weights[**class];
                sum < LIGHT
            })
            .count();

        splits.left.copy_from_slice(&cells.counts);
        splits.light.fill(0.0);
        for class in &order[..light] {
            let row = &terms[class * m..(class + 1) * m];
            splits.light.iter_mut().zip(row).for_each(|(sum, term)| *sum += term);
        }
        splits.rest.copy_from_slice(&splits.light);
        for class in &order[light..] {
            let row = &terms[class * m..(class + 1) * m];
            splits.rest.iter_mut().zip(row).for_each(|(sum, term)| *sum += term);
        }
        if light > 0 {
            let row = std::mem::take(&mut splits.light);
            splits.prepare(&row);
            for cell in 0..m {
                let together = splits.draw(rng, cell, row[cell]);
                for _ in 0..together as u64 {
                    let mut at = rng.random::<f64>() * row[cell];
                    let mut of = order[..light].iter().rev().copied();
                    let class = of
                        .find(|class| {
                            at -= terms[class * m + cell];
                            at < 0.0
                        })
                        .unwrap_or(order[light - 1]);
                    given[class * m + cell] += 1.0;
                }
            }
            splits.take(&row);
            splits.light = row;
        }
        for class in &order[light..*classes - 1] {
            let row = &terms[class * m..(class + 1) * m];
            splits.prepare(row);
            let given = &mut given[class * m..(class + 1) * m];
            for cell in 0..m {
                given[cell] = splits.draw(rng, cell, row[cell]);
            }
            splits.take(row);
        }
        let last = order[*classes - 1];
        given[last * m..(last + 1) * m].copy_from_slice(&splits.left);
        for (class, row) in given.chunks_exact(m).enumerate() {
            in_class[class] = sum_of(lanes(row).copied());
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
        let Self { rng, weights, order, unseen, .. } = self;
        spread(rng, n0, weights, order, |class, given| unseen[class] = given);
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

struct Sweep<'a> {
    chain: &'a mut Chain,
    fixed_alpha: bool,
}

impl WithSimd for Sweep<'_> {
    type Output = Draw;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Draw {
        self.chain.sweep_once(self.fixed_alpha)
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
