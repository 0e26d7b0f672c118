//! The weight of one decomposable graph at one n₀ (Madigan and York 1997), up to what all share.
//!
//! log p(Y, n₀ | G) = ln Γ(N+1) − ln Γ(n₀+1) + Σ_C g(C) − Σ_S g(S) + parts·[ln Γ(2^J δ) − ln Γ(N + 2^J δ)] − ln N, where g of a set of lists
//! depends on n₀ through one ln Γ only. Natural logarithms.

use statrs::function::gamma::ln_gamma;

use super::PatternTable;
use super::graphs::Decomposable;

pub(super) struct Margins {
    pub delta: f64,
    sets: usize,
    /// Per set of lists: what does not depend on n₀, and the count and prior of its cell of those on none of them.
    fixed: Vec<f64>,
    none: Vec<f64>,
    n: f64,
}

/// A graph as the sets that are added and taken away.
pub(super) struct Terms {
    /// (set, +1 of a clique or −1 of a separator).
    pub sets: Vec<(u16, f64)>,
    pub parts: f64,
}

impl Terms {
    pub fn of(graph: &Decomposable) -> Self {
        let cliques = graph.cliques.iter().map(|set| (*set as u16, 1.0));
        let separators = graph.separators.iter().map(|set| (*set as u16, -1.0));
        Self { sets: cliques.chain(separators).collect(), parts: graph.parts() as f64 }
    }
}

/// All that graphs are made of, at several n₀: one row per set of lists, and two more.
pub(super) struct Rows {
    width: usize,
    values: Vec<f64>,
    sets: usize,
}

impl Margins {
    pub fn of(table: &PatternTable, delta: f64) -> Self {
        let lists = table.lists.len();
        let sets = 1usize << lists;
        let (mut fixed, mut none) = (vec![0.0; sets], vec![0.0; sets]);
        for set in 1..sets as u64 {
            let prior = delta * 2f64.powi(lists as i32 - set.count_ones() as i32);
            let mut cells = vec![0u64; sets];
            for (pattern, count) in &table.counts {
                cells[(pattern & set) as usize] += count;
            }
            let occupied = cells[1..].iter().filter(|y| **y > 0);
            let weight: f64 = occupied.map(|y| ln_gamma(*y as f64 + prior) - ln_gamma(prior)).sum();
            fixed[set as usize] = weight - ln_gamma(prior);
            none[set as usize] = cells[0] as f64 + prior;
        }
        Self { delta, sets, fixed, none, n: table.n_documented() as f64 }
    }

    fn common(&self, n0: f64) -> f64 {
        let total = self.n + n0;
        ln_gamma(total + 1.0) - ln_gamma(n0 + 1.0) - total.ln()
    }

    fn part(&self, n0: f64) -> f64 {
        let all = self.sets as f64 * self.delta;
        ln_gamma(all) - ln_gamma(self.n + n0 + all)
    }

    /// One graph at one n₀.
    pub fn level(&self, graph: &Terms, n0: f64) -> f64 {
        let set = |(set, sign): &(u16, f64)| {
            let set = *set as usize;
            sign * (self.fixed[set] + ln_gamma(self.none[set] + n0))
        };
        self.common(n0) + graph.parts * self.part(n0) + graph.sets.iter().map(set).sum::<f64>()
    }

    /// How far rounding may move a logarithm near this n₀.
    pub fn rounding(&self, n0: f64) -> f64 {
        let total = self.n + n0;
        2e-16 * total * total.ln().max(1.0)
    }

    pub fn rows(&self, points: &[f64]) -> Rows {
        let width = points.len();
        let mut values = Vec::with_capacity((self.sets + 1) * width);
        values.extend(points.iter().map(|n0| self.common(*n0)));
        for set in 1..self.sets {
            values.extend(points.iter().map(|n0| self.fixed[set] + ln_gamma(self.none[set] + n0)));
        }
        values.extend(points.iter().map(|n0| self.part(*n0)));
        Rows { width, values, sets: self.sets }
    }
}

impl Rows {
    fn row(&self, set: usize) -> &[f64] {
        &self.values[set * self.width..(set + 1) * self.width]
    }
    /// The logarithms of a graph's weights, into `out`.
    pub fn levels(&self, graph: &Terms, out: &mut [f64]) {
        out.copy_from_slice(self.row(0));
        out.iter_mut().zip(self.row(self.sets)).for_each(|(level, part)| *level += graph.parts * part);
        for (set, sign) in &graph.sets {
            out.iter_mut().zip(self.row(*set as usize)).for_each(|(level, g)| *level += sign * g);
        }
    }
}
