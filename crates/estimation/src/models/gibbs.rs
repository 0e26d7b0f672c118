//! One chain of the latent-class sampler (Manrique-Vallier 2016).
//!
//! Persons fall into K classes of weights ν (stick-breaking, V_k ~ Beta(1, α)); in class k a person is on list j with
//! probability λ_jk ~ Beta(1, 1), lists being independent within a class; α ~ Gamma(0.25, rate 0.25); p(N) ∝ 1/N, without an
//! upper limit. Counts move between cells and classes, never persons.
//!
//! A sweep first moves ν and λ with the classes of all persons, n₀ and α summed out (`trajectory`), then draws α given ν, n₀ and all
//! classes given both, and ν and λ given the classes and α. Each of these leaves the posterior as it is.

use pulp::{Arch, Simd, WithSimd};
use rand::{RngExt, SeedableRng};

use super::cells::Cells;
use super::draws::{Generator, exponential, gamma, ln, log_gamma, open};
use super::lanes::{LANES, Row, rows, sum_of};
use super::trajectory::Trajectory;
use super::wide::Wide;

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
    /// ln V / (1 − V) of the part V that each class but the last takes of what is left of the stick.
    pub(super) stick: Vec<f64>,
    /// ln ν of the last class, which itself may be too small for a number.
    pub(super) log_last: f64,
    pub(super) alpha: f64,
    /// Documented persons by class, and by list and class.
    pub(super) in_class: Vec<f64>,
    pub(super) on_list: Vec<f64>,
    /// Unseen persons by class; filled up with nobody to whole rows.
    pub(super) unseen: Vec<f64>,
    /// What the classes from k on weigh together.
    pub(super) rest: Vec<f64>,
    /// ν_k Π p(cell | k), by class and then cell, and its sums over classes.
    terms: Vec<f64>,
    chances: Vec<f64>,
    pub(super) trajectory: Trajectory,
    weights: Vec<f64>,
    /// Classes by the documented persons expected in them, the fewest first.
    order: Vec<usize>,
    /// Documented persons by class and then cell.
    given: Vec<f64>,
    /// Of every cell, those that no class has yet.
    left: Vec<f64>,
    /// The weight of each class in that order, and with those after it; by cell.
    parts: Vec<f64>,
    rests: Vec<f64>,
    /// Those in light classes.
    together: Vec<f64>,
    wide: Wide,
    shapes: Vec<f64>,
}

/// Classes with fewer expected persons than this are first drawn together.
const LIGHT: f64 = 2.0;

/// What a sweep does beside its draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// α stays, and no trajectory is followed: the chain finds its way from its start.
    Beginning,
    /// The length of a trajectory's steps is still learnt.
    Learning,
    Settled,
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
        let wide = Wide::new(&mut rng, 2 * classes * (lists + 1));
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
            stick: (1..classes).rev().map(|after| -(after as f64).ln()).collect(),
            log_last: -(classes as f64).ln(),
            alpha: 0.3 / classes as f64,
            in_class: vec![0.0; classes],
            on_list: vec![0.0; classes * lists],
            unseen: vec![0.0; classes.next_multiple_of(LANES)],
            rest: vec![0.0; classes + 1],
            weights: vec![0.0; classes],
            order: (0..classes).collect(),
            cells: Cells::new(lists, &[]),
            terms: Vec::new(),
            chances: Vec::new(),
            given: Vec::new(),
            left: Vec::new(),
            parts: Vec::new(),
            rests: Vec::new(),
            together: Vec::new(),
            wide,
            shapes: Vec::new(),
            trajectory: Trajectory::new(lists, classes, cells),
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
        self.left = vec![0.0; m];
        self.parts = vec![0.0; self.classes * m];
        self.rests = vec![0.0; self.classes * m];
        self.together = vec![0.0; m];
        self.wide.make_room(self.classes * m);
        self.chances = vec![0.0; m];
        let pace = std::mem::replace(&mut self.trajectory, Trajectory::new(self.lists, self.classes, cells)).pace;
        self.trajectory.pace = pace;
    }

    /// One sweep over all unknowns.
    pub fn sweep(&mut self, stage: Stage) -> Draw {
        Arch::new().dispatch(Sweep { chain: self, stage })
    }

    #[inline(always)]
    fn sweep_once<S: Simd>(&mut self, simd: S, stage: Stage) -> Draw {
        if stage != Stage::Beginning {
            self.travel(simd, stage == Stage::Learning);
            self.draw_alpha();
        }
        self.weigh_cells(simd);
        self.draw_classes(simd);
        let draw = self.draw_unseen(simd);
        self.draw_parameters(simd);
        self.swap_labels();
        self.swap_neighbours();
        draw
    }

    /// α, given ν.
    fn draw_alpha(&mut self) {
        if self.classes > 1 {
            let shape = ALPHA_SHAPE + self.classes as f64 - 1.0;
            self.alpha = (gamma(&mut self.rng, shape) / (ALPHA_RATE - self.log_last)).clamp(1e-12, 1e12);
        }
    }

    /// Every cell's chance, class by class.
    #[inline(always)]
    fn weigh_cells<S: Simd>(&mut self, simd: S) {
        let m = self.cells.len();
        self.chances.fill(0.0);
        for (class, row) in self.terms.chunks_exact_mut(m).enumerate() {
            row.fill(self.nu[class]);
            if self.nu[class] == 0.0 {
                continue;
            }
            let on_off = |list: usize| [self.on[list * self.classes + class], self.off[list * self.classes + class]];
            self.cells.multiply(simd, on_off, row);
            self.chances.iter_mut().zip(&*row).for_each(|(sum, term)| *sum += term);
        }
    }

    /// z: every cell is spread over the classes, those with the fewest first, so that most draws are of few or none. The light classes
    /// are drawn together, and parted where there is anybody in them.
    #[inline(always)]
    fn draw_classes<S: Simd>(&mut self, simd: S) {
        let m = self.cells.len();
        self.order_classes();
        let Self {
            rng,
            wide,
            lists,
            classes,
            cells,
            in_class,
            on_list,
            weights,
            order,
            terms,
            given,
            left,
            parts,
            rests,
            together,
            ..
        } = self;
        let mut sum = 0.0;
        let is_light = |class: &&usize| {
            sum += weights[**class];
            sum < LIGHT
        };
        let lights = order[..*classes - 1].iter().take_while(is_light).count();
        given.fill(0.0);
        left.copy_from_slice(&cells.counts);
        // The light classes stand together in the place of the last of them.
        let first = lights.saturating_sub(1);
        let last = order[*classes - 1];
        for (at, class) in order.iter().enumerate().skip(lights) {
            parts[at * m..(at + 1) * m].copy_from_slice(&terms[class * m..(class + 1) * m]);
        }
        if lights > 0 {
            let together = &mut parts[first * m..lights * m];
            together.fill(0.0);
            for class in &order[..lights] {
                let row = &terms[class * m..(class + 1) * m];
                together.iter_mut().zip(row).for_each(|(sum, term)| *sum += term);
            }
        }
        rests[(*classes - 1) * m..].copy_from_slice(&parts[(*classes - 1) * m..]);
        for at in (first..*classes - 1).rev() {
            let (these, after) = rests[at * m..(at + 2) * m].split_at_mut(m);
            let row = &parts[at * m..(at + 1) * m];
            these.iter_mut().zip(&*after).zip(row).for_each(|((sum, after), part)| *sum = after + part);
        }
        let (parts, rests) = (&parts[first * m..(*classes - 1) * m], &rests[first * m..(*classes - 1) * m]);
        wide.prepare(simd, parts, rests);
        for at in first..*classes - 1 {
            let class = order[at];
            if at < lights {
                wide.split(simd, rng, 0, [parts, rests], left, together);
                for cell in (0..m).filter(|cell| together[*cell] > 0.0) {
                    for _ in 0..together[cell] as u64 {
                        let mut at = rng.random::<f64>() * parts[cell];
                        let mut of = order[..lights].iter().rev().copied();
                        let class = of
                            .find(|class| {
                                at -= terms[class * m + cell];
                                at < 0.0
                            })
                            .unwrap_or(order[lights - 1]);
                        given[class * m + cell] += 1.0;
                    }
                }
            } else {
                let row = &mut given[class * m..(class + 1) * m];
                wide.split(simd, rng, at - first, [parts, rests], left, row);
            }
        }
        given[last * m..(last + 1) * m].copy_from_slice(left);
        for (class, row) in given.chunks_exact(m).enumerate() {
            in_class[class] = sum_of(rows(row).copied());
            for list in 0..*lists {
                on_list[list * *classes + class] =
                    if in_class[class] == 0.0 { 0.0 } else { cells.count_on(simd, list, row) };
            }
        }
    }

    /// Classes by the persons expected in them.
    #[inline(always)]
    fn order_classes(&mut self) {
        let m = self.cells.len();
        let Self { cells, weights, order, terms, chances, left, .. } = self;
        left.iter_mut().zip(&cells.counts).zip(&*chances).for_each(|((x, count), chance)| *x = count / chance);
        for (expected, row) in weights.iter_mut().zip(terms.chunks_exact(m)) {
            let each = |(a, b): (&Row, &Row)| -> Row { std::array::from_fn(|i| a[i] * b[i]) };
            *expected = sum_of(rows(row).zip(rows(left)).map(each));
        }
        order.sort_unstable_by(|a, b| weights[*a].total_cmp(&weights[*b]).then(a.cmp(b)));
    }

    /// λ and ν, given the documented and the unseen of each class. All their gamma draws are made at once.
    #[inline(always)]
    pub(super) fn draw_parameters<S: Simd>(&mut self, simd: S) {
        self.shapes.clear();
        let mut after: f64 = (0..self.classes).map(|class| self.members(class)).sum();
        for class in 0..self.classes {
            let count = self.members(class);
            after = (after - count).max(0.0);
            if count == 0.0 {
                continue;
            }
            for list in 0..self.lists {
                let on = self.on_list[list * self.classes + class];
                self.shapes.extend([1.0 + on, 1.0 + (count - on)]);
            }
            if class + 1 < self.classes && self.alpha + after >= 1.0 {
                self.shapes.extend([1.0 + count, self.alpha + after]);
            }
        }
        self.shapes.resize(self.shapes.len().next_multiple_of(2 * LANES), 1.0);
        let mut shapes = std::mem::take(&mut self.shapes);
        self.wide.gammas(simd, &mut self.rng, &mut shapes);
        let mut pairs = shapes.as_chunks::<2>().0.iter();
        self.break_stick(&mut pairs);
        self.shapes = shapes;
    }

    /// The draws are of each class that has members, in turn: of its lists, and of its part of the stick. What is left of the stick for the
    /// last class is kept as a logarithm as well.
    #[inline(always)]
    fn break_stick<'a>(&mut self, draws: &mut impl Iterator<Item = &'a [f64; 2]>) {
        let mut after: f64 = (0..self.classes).map(|class| self.members(class)).sum();
        // What is left, and of its logarithm the part that is not in `product`.
        let (mut left, mut log_left, mut product) = (1.0, 0.0, 1.0);
        for class in 0..self.classes {
            let count = self.members(class);
            after = (after - count).max(0.0);
            for at in (class..self.on.len()).step_by(self.classes) {
                (self.on[at], self.off[at]) = if count == 0.0 {
                    let u = open(&mut self.rng);
                    (u, 1.0 - u)
                } else {
                    shares(draws.next())
                };
            }
            if class + 1 == self.classes {
                break;
            }
            let b = self.alpha + after;
            // The part broken off, and the part that stays.
            let (off, stays) = if count == 0.0 {
                let log = -exponential(&mut self.rng) / b;
                self.stick[class] = (-log.exp_m1()).ln() - log;
                split(log, &mut log_left)
            } else if b >= 1.0 {
                let (off, stays) = shares(draws.next());
                self.stick[class] = ln(off / stays);
                product *= stays;
                if product < 1e-200 {
                    log_left += product.ln();
                    product = 1.0;
                }
                (off, stays)
            } else {
                let (a, b) = (gamma(&mut self.rng, 1.0 + count).ln(), log_gamma(&mut self.rng, b));
                self.stick[class] = a - b;
                split(b - a - (b - a).exp().ln_1p(), &mut log_left)
            };
            self.nu[class] = left * off;
            left *= stays;
            if left < NO_WEIGHT {
                left = 0.0;
            }
        }
        self.nu[self.classes - 1] = left;
        self.log_last = log_left + product.ln();
        self.drop_weightless();
    }

    pub(super) fn drop_weightless(&mut self) {
        self.nu.iter_mut().filter(|nu| **nu < NO_WEIGHT).for_each(|nu| *nu = 0.0);
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

    /// n₀ and its classes in one block: n₀ is negative binomial with the classes summed out. That is Poisson at a gamma rate, and then the
    /// classes' parts are Poisson each.
    #[inline(always)]
    pub(super) fn draw_unseen<S: Simd>(&mut self, simd: S) -> Draw {
        let (mut seen, mut unseen) = (0.0, 0.0);
        for class in 0..self.classes {
            let (no, yes) = self.missed(class);
            self.unseen[class] = self.nu[class] * no;
            unseen += self.nu[class] * no;
            seen += self.nu[class] * yes;
        }
        let seen = seen.max(f64::MIN_POSITIVE);
        let rate = gamma(&mut self.rng, self.cells.n) / seen;
        self.unseen.iter_mut().for_each(|unseen| *unseen *= rate);
        self.wide.poissons(simd, &mut self.rng, &mut self.unseen);
        Draw { n0: self.unseen.iter().sum(), odds: unseen / seen }
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
        let odds = self.nu.iter().zip(&self.rest[1..]).map(|(nu, rest)| nu.max(NO_WEIGHT) / rest.max(NO_WEIGHT));
        self.stick.iter_mut().zip(odds).for_each(|(log_odds, odds)| *log_odds = odds.ln());
    }
}

struct Sweep<'a> {
    chain: &'a mut Chain,
    stage: Stage,
}

impl WithSimd for Sweep<'_> {
    type Output = Draw;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Draw {
        self.chain.sweep_once(simd, self.stage)
    }
}

/// Each of two gamma draws as a part of their sum.
#[inline(always)]
fn shares(draws: Option<&[f64; 2]>) -> (f64, f64) {
    let [a, b] = *draws.unwrap_or(&[1.0; 2]);
    let whole = 1.0 / (a + b);
    (a * whole, b * whole)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_change_no_byte() {
        let cells: Vec<(u64, u64)> = (1..32).map(|pattern| (pattern, 400 / pattern + pattern % 3)).collect();
        let mut chains = [0, 1].map(|_| Chain::new(5, &cells, 10, 7, 0));
        for i in 0..3_000 {
            let stage = if i < 1_000 { Stage::Learning } else { Stage::Settled };
            let [plain, wide] = &mut chains;
            let (a, b) = (plain.sweep_once(pulp::Scalar, stage), wide.sweep(stage));
            assert_eq!([a.n0, a.odds].map(f64::to_bits), [b.n0, b.odds].map(f64::to_bits));
        }
    }
}
