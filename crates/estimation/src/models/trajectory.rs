//! Hamiltonian steps of the latent-class sampler (Duane et al. 1987; Neal 2011), with the classes of all persons, n₀ and α summed out.
//!
//! A point θ of [`Density`] is given a momentum of independent standard normal draws and follows its own slope in leapfrog steps. Each half
//! of a leapfrog step shifts one of the two by what the other says: volumes stay, and from the end with the momentum turned round the same
//! steps lead back. So min(1, p(θ′) e^(−|r′|²/2) / p(θ) e^(−|r|²/2)) is the Metropolis ratio, and θ's density stays as it is. How long and how many
//! the steps are is drawn before and does not depend on θ; their scale is learnt in sweeps that are thrown away.

use pulp::Simd;
use rand::RngExt;

use super::density::Density;
use super::draws::{exponential, normal};
use super::gibbs::Chain;
use super::lanes::{logarithms, rows, sum_of};

/// How long a trajectory is, on average, in the standard deviations that the momentum has; and how many leapfrog steps it may then have, since
/// large tables need short ones.
const PATH: f64 = 2.0;
const MOST_STEPS: f64 = 32.0;
/// The part of trajectories that is to be accepted.
const ACCEPTED: f64 = 0.75;
/// A λ or 1 − λ below this has lost what it is made from; no trajectory begins or ends there.
const LEAST: f64 = 1e-250;

/// How long a leapfrog step is: learnt by dual averaging (Hoffman and Gelman 2014, section 3.2, with its constants).
pub(super) struct Pace {
    pub length: f64,
    centre: f64,
    tried: f64,
    short_of: f64,
    average: f64,
}

impl Pace {
    pub fn new(length: f64) -> Self {
        Self { length, centre: (10.0 * length).ln(), tried: 0.0, short_of: 0.0, average: 0.0 }
    }

    fn learn(&mut self, accepted: f64) {
        self.tried += 1.0;
        let part = 1.0 / (self.tried + 10.0);
        self.short_of += part * (ACCEPTED - accepted - self.short_of);
        let log = (self.centre - self.tried.sqrt() / 0.05 * self.short_of).clamp(-20.0, 2.0);
        self.average += self.tried.powf(-0.75) * (log - self.average);
        self.length = log.exp();
    }

    /// No more is learnt.
    pub fn settle(&mut self) {
        if self.tried > 0.0 {
            self.length = self.average.exp();
        }
    }
}

/// Room for a trajectory.
pub(super) struct Trajectory {
    pub pace: Pace,
    density: Density,
    point: Vec<f64>,
    momentum: Vec<f64>,
    gradient: Vec<f64>,
    room: Vec<f64>,
}

impl Trajectory {
    pub fn new(lists: usize, classes: usize, cells: &[(u64, u64)]) -> Self {
        let density = Density::new(lists, classes, cells);
        let room = || vec![0.0; density.coordinates()];
        Self { pace: Pace::new(0.1), point: room(), momentum: room(), gradient: room(), room: room(), density }
    }

    /// Where the chain stands; false where that cannot be written as log-odds.
    #[inline(always)]
    fn start<S: Simd>(&mut self, simd: S, on: &[f64], off: &[f64], stick: &[f64]) -> bool {
        let Density { lists, classes, width, .. } = self.density;
        if on.iter().chain(off).any(|chance| *chance < LEAST) || stick.iter().any(|log_odds| !log_odds.is_finite()) {
            return false;
        }
        let lambdas = lists * width;
        // The filling stays at nought, wherever the last trajectory ended.
        self.point[..lambdas].fill(1.0);
        self.point[lambdas..].fill(0.0);
        let rows = on.chunks_exact(classes).zip(off.chunks_exact(classes));
        for (row, (on, off)) in self.point.chunks_exact_mut(width).zip(rows) {
            row.iter_mut().zip(on).zip(off).for_each(|((x, on), off)| *x = on / off);
        }
        logarithms(simd, &mut self.point[..lambdas], &mut self.room[..lambdas]);
        let seen = |class: usize| {
            let each = (class..on.len()).step_by(classes);
            each.fold((1.0, 0.0), |(missed, seen), at| (missed * off[at], seen + missed * on[at])).1
        };
        // Those behind on the stick: their mean chance of being seen.
        let mut behind = seen(classes - 1);
        for (class, log_odds) in stick.iter().enumerate().rev() {
            let own = seen(class);
            self.point[lambdas + class] = log_odds + (own / behind).ln();
            let part = 1.0 / (1.0 + (-log_odds).exp());
            behind += part * (own - behind);
        }
        true
    }

    /// Draws a momentum for every coordinate that is not filling.
    #[inline(always)]
    fn push(&mut self, mut draw: impl FnMut() -> f64) {
        let Density { lists, classes, width, .. } = self.density;
        self.momentum.fill(0.0);
        for (list, row) in self.momentum.chunks_exact_mut(width).enumerate() {
            let length = if list < lists { classes } else { classes - 1 };
            row[..length].iter_mut().for_each(|momentum| *momentum = draw());
        }
    }

    /// ln of the density of the point and the momentum, up to a constant.
    #[inline(always)]
    fn log<S: Simd>(&mut self, simd: S) -> f64 {
        let squares = rows(&self.momentum).map(|row| row.map(|momentum| momentum * momentum));
        self.density.log(simd, &self.point) - 0.5 * sum_of(squares)
    }

    #[inline(always)]
    fn follow<S: Simd>(&mut self, simd: S, steps: usize, length: f64) {
        let (whole, half) = (simd.splat_f64s(length), simd.splat_f64s(0.5 * length));
        let Self { density, point, momentum, gradient, .. } = self;
        for _ in 0..steps {
            let places = S::as_mut_simd_f64s(point).0.iter_mut().zip(S::as_mut_simd_f64s(momentum).0);
            for ((point, momentum), slope) in places.zip(S::as_simd_f64s(gradient).0) {
                *momentum = simd.add_f64s(*momentum, simd.mul_f64s(half, *slope));
                *point = simd.add_f64s(*point, simd.mul_f64s(whole, *momentum));
            }
            density.look(simd, point, gradient);
            for (momentum, slope) in S::as_mut_simd_f64s(momentum).0.iter_mut().zip(S::as_simd_f64s(gradient).0) {
                *momentum = simd.add_f64s(*momentum, simd.mul_f64s(half, *slope));
            }
        }
    }
}

impl Chain {
    /// One trajectory: λ and ν are where it ends, or stay.
    #[inline(always)]
    pub(super) fn travel<S: Simd>(&mut self, simd: S, is_learning: bool) {
        let Self { rng, trajectory, on, off, stick, .. } = self;
        if !trajectory.start(simd, on, off, stick) {
            return;
        }
        let mean = (PATH / trajectory.pace.length).clamp(1.0, MOST_STEPS);
        let steps = 1 + (2.0 * mean * rng.random::<f64>()) as usize;
        let length = trajectory.pace.length * (0.5 + rng.random::<f64>());
        trajectory.push(|| normal(rng));
        trajectory.density.look(simd, &trajectory.point, &mut trajectory.gradient);
        let before = trajectory.log(simd);
        trajectory.follow(simd, steps, length);
        let gained = trajectory.log(simd) - before;
        if is_learning {
            trajectory.pace.learn(if gained.is_nan() { 0.0 } else { gained.min(0.0).exp() });
        }
        if -exponential(rng) < gained {
            self.arrive();
        }
    }

    fn arrive(&mut self) {
        let Self { trajectory: Trajectory { density, point, .. }, classes, lists, .. } = self;
        let classes = *classes;
        let chances = || (0..*lists).flat_map(|list| (0..classes).map(move |class| (list, class)));
        let is_lost = |(on, off): (f64, f64)| !(on >= LEAST && off >= LEAST);
        let sticks = (0..classes - 1).map(|class| density.part(point, class).2);
        if chances().any(|(list, class)| is_lost(density.chance(list, class))) || sticks.clone().any(|y| !y.is_finite())
        {
            return;
        }
        for (list, class) in chances() {
            let at = list * classes + class;
            (self.on[at], self.off[at]) = density.chance(list, class);
        }
        let mut left = 1.0;
        for class in 0..classes - 1 {
            let (part, stays, log_odds) = density.part(point, class);
            self.stick[class] = log_odds;
            self.nu[class] = left * part;
            left *= stays;
        }
        self.nu[classes - 1] = left;
        self.log_last = -density.stick(point);
        self.drop_weightless();
    }
}
