//! The posterior over n₀ = 1, 2, 3 … of all graphs together, on stretches that divide themselves until sixteen points describe
//! them, and that reach on until the last has no weight. Memory grows with the stretches, never with the persons.

use super::chebyshev::{Chebyshev, NODES, integral, value};
use super::margins::{Margins, Terms};

/// Logarithm of a weight, against the greatest, that adds nothing.
const NOTHING: f64 = -60.0;
/// Stretches up to this length are added up one by one.
const SHORT: u64 = 32;
const MOST_STRETCHES: usize = 20_000;
/// The grid is long enough when its last weight, times its length, is below this.
const NEGLIGIBLE_TAIL: f64 = 1e-9;
/// Where the grid ends at the latest.
pub(super) const FARTHEST: u64 = 1 << 50;

enum Shape {
    OneByOne(Vec<f64>),
    Smooth([f64; NODES]),
}

struct Stretch {
    first: u64,
    m: u64,
    mass: f64,
    shape: Shape,
}

pub(super) struct Posterior {
    stretches: Vec<Stretch>,
    total: f64,
    moment: f64,
    /// Weights by graph; they add up to `total`.
    by_graph: Vec<f64>,
    /// The last weight times the length of the grid, as a part of 1.
    pub tail: f64,
    pub end: u64,
}

/// A graph that has weight, and where its weight is greatest.
pub(super) struct Kept {
    pub graph: usize,
    pub terms: Terms,
    pub mode: f64,
    /// Logarithm of its weight there.
    pub height: f64,
}

struct Builder<'a> {
    margins: &'a Margins,
    kept: &'a [Kept],
    greatest: f64,
    /// About how much there is in all, for judging what is small.
    about: f64,
    chebyshev: Chebyshev,
    found: Posterior,
}

impl Builder<'_> {
    /// Weights of every graph at the points, relative to the greatest; the callback gets graph and weights.
    fn weigh(&self, points: &[f64], mut each: impl FnMut(usize, &[f64])) -> f64 {
        let rows = self.margins.rows(points);
        let mut levels = vec![0.0; points.len()];
        let mut highest = f64::NEG_INFINITY;
        for kept in self.kept {
            rows.levels(&kept.terms, &mut levels);
            let top = levels.iter().copied().fold(f64::NEG_INFINITY, f64::max) - self.greatest;
            highest = highest.max(top);
            if top > NOTHING {
                levels.iter_mut().for_each(|level| *level = (*level - self.greatest).exp());
                each(kept.graph, &levels);
            }
        }
        highest
    }

    fn one_by_one(&mut self, first: u64, m: u64) {
        let points: Vec<f64> = (first..first + m).map(|n0| n0 as f64).collect();
        let mut values = vec![0.0; points.len()];
        let mut by_graph = std::mem::take(&mut self.found.by_graph);
        self.weigh(&points, |graph, weights| {
            values.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += weight);
            by_graph[graph] += weights.iter().sum::<f64>();
        });
        self.found.by_graph = by_graph;
        let moment = values.iter().zip(&points).map(|(value, point)| value * point).sum::<f64>();
        self.push(Stretch { first, m, mass: values.iter().sum(), shape: Shape::OneByOne(values) }, moment);
    }

    fn push(&mut self, stretch: Stretch, moment: f64) {
        self.found.total += stretch.mass;
        self.found.moment += moment;
        self.found.stretches.push(stretch);
    }

    fn add(&mut self, first: u64, m: u64) {
        if m <= SHORT {
            return self.one_by_one(first, m);
        }
        let mut points = self.chebyshev.points(first as f64, m).to_vec();
        points.extend([first as f64, (first + m - 1) as f64]);
        let mut values = [0.0; NODES];
        let weights_of_nodes = self.chebyshev.weights(m);
        let mut sums: Vec<(usize, f64)> = Vec::new();
        let highest = self.weigh(&points, |graph, weights| {
            values.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += weight);
            sums.push((graph, weights.iter().zip(&weights_of_nodes).map(|(w, node)| w * node).sum()));
        });
        let has_mode = self.kept.iter().any(|k| {
            k.height - self.greatest > NOTHING && k.mode >= first as f64 - 1.0 && k.mode <= (first + m) as f64
        });
        if !has_mode && highest < NOTHING - (m as f64).ln() {
            return;
        }
        let coefficients = self.chebyshev.coefficients(&values);
        let error = coefficients[NODES - 3..].iter().fold(0f64, |most, c| most.max(c.abs())) * m as f64;
        let rounding = self.margins.rounding((first + m) as f64);
        let about = self.about.max(self.found.total);
        // A narrow hill may stand between the points: until the stretch is no longer than the mode is far, it is divided.
        let unseen_hill = has_mode && highest < NOTHING;
        let good = error <= 1e-12f64.max(rounding) * about && !unseen_hill;
        if !good && self.found.stretches.len() < MOST_STRETCHES {
            let half = m / 2;
            self.add(first, half);
            return self.add(first + half, m - half);
        }
        let mass: f64 = sums.iter().map(|(_, sum)| sum.max(0.0)).sum();
        sums.iter().for_each(|(graph, sum)| self.found.by_graph[*graph] += sum.max(0.0));
        let moment = (0..NODES).map(|i| values[i] * points[i] * weights_of_nodes[i]).sum::<f64>();
        self.push(Stretch { first, m, mass, shape: Shape::Smooth(coefficients) }, moment);
    }
}

/// The n₀ at which the level has fallen by one half above the mode, less the mode.
fn half_width(margins: &Margins, kept: &Kept) -> f64 {
    let mut step = 1.0;
    while step < 1e15 && margins.level(&kept.terms, kept.mode + step) > kept.height - 0.5 {
        step *= 2.0;
    }
    step
}

pub(super) fn posterior(margins: &Margins, kept: &[Kept], graphs: usize, progress: &dyn Fn(f64)) -> Option<Posterior> {
    let best = kept.iter().max_by(|a, b| a.height.total_cmp(&b.height))?;
    let last_mode = kept.iter().map(|k| k.mode).fold(1.0, f64::max);
    let found =
        Posterior { stretches: Vec::new(), total: 0.0, moment: 0.0, by_graph: vec![0.0; graphs], tail: 1.0, end: 0 };
    let about = half_width(margins, best);
    let mut builder = Builder { margins, kept, greatest: best.height, about, chebyshev: Chebyshev::new(), found };
    let (mut first, mut m) = (1u64, SHORT);
    loop {
        builder.add(first, m);
        let end = first + m - 1;
        let mut last = 0.0;
        builder.weigh(&[end as f64], |_, weights| last += weights[0]);
        builder.found.tail = last * end as f64 / builder.found.total;
        builder.found.end = end;
        progress((end as f64).ln() / (FARTHEST as f64).ln());
        if (builder.found.tail < NEGLIGIBLE_TAIL && end as f64 > last_mode) || end >= FARTHEST {
            return (builder.found.total > 0.0 && builder.found.total.is_finite()).then_some(builder.found);
        }
        first += m;
        m = first - 1;
    }
}

impl Posterior {
    pub fn mean(&self) -> f64 {
        self.moment / self.total
    }

    pub fn probability(&self, graph: usize) -> f64 {
        self.by_graph[graph] / self.total
    }

    /// The smallest n₀ with at least this probability at or below it; stretches longer than `one_by_one` are taken as
    /// continuous.
    pub fn quantile(&self, p: f64, one_by_one: u64) -> f64 {
        let mut left = p * self.total;
        for stretch in &self.stretches {
            if stretch.mass < left {
                left -= stretch.mass;
                continue;
            }
            return stretch.quantile(left, one_by_one);
        }
        self.end as f64
    }
}

impl Stretch {
    fn quantile(&self, mut left: f64, one_by_one: u64) -> f64 {
        match &self.shape {
            Shape::OneByOne(values) => {
                for (k, value) in values.iter().enumerate() {
                    left -= value;
                    if left <= 0.0 {
                        return (self.first + k as u64) as f64;
                    }
                }
            }
            Shape::Smooth(coefficients) if self.m <= one_by_one => {
                for k in 0..self.m {
                    left -= value(coefficients, k as f64, self.m);
                    if left <= 0.0 {
                        return (self.first + k) as f64;
                    }
                }
            }
            Shape::Smooth(coefficients) => {
                let (mut low, mut high) = (0.0, 1.0);
                for _ in 0..60 {
                    let middle = (low + high) / 2.0;
                    let below = integral(coefficients, middle) * self.m as f64 / 2.0;
                    if below < left { low = middle } else { high = middle }
                }
                return (self.first as f64 - 0.5 + high * self.m as f64).round();
            }
        }
        (self.first + self.m - 1) as f64
    }
}
