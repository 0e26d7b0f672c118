//! Summits of the latent-class posterior, climbed from starts far apart: what a sampler that agrees with itself may never have seen.
//!
//! Expectation and maximisation with n₀ summed out (each cell's chance is p_m / s, s being the chance of being on some list), λ with its
//! Beta(1, 1) prior in log-odds. The starts are the same whatever the seed of the sampler. Units: persons.

use pulp::{Arch, Simd, WithSimd};
use rand::{RngExt, SeedableRng};
use rayon::prelude::*;

use super::cells::Cells;
use super::draws::Generator;

const STARTS: u64 = 24;
/// More classes than this mostly stand on the summits of fewer.
const MOST_CLASSES: usize = 3;
/// Steps, times cells, that a climb may take: a table of eleven lists has two thousand cells.
const MOST_WORK: usize = 400_000;
/// Climbs that end this near to one another, in ln n₀, are one summit.
const NEAR: f64 = 0.05;

struct Climb<'a> {
    lists: usize,
    classes: usize,
    cells: &'a Cells,
    nu: Vec<f64>,
    /// By class and then list.
    on: Vec<f64>,
    terms: Vec<f64>,
    chances: Vec<f64>,
}

impl Climb<'_> {
    /// The height where it stands, and the odds of being unseen; then one step up.
    #[inline(always)]
    fn step<S: Simd>(&mut self, simd: S) -> (f64, f64) {
        let m = self.cells.len();
        self.chances.fill(0.0);
        let (mut seen, mut unseen) = (0.0, 0.0);
        let mut missed = vec![0.0; self.classes];
        let mut prior = 0.0;
        for (class, missed) in missed.iter_mut().enumerate() {
            let row = &mut self.terms[class * m..(class + 1) * m];
            row.fill(self.nu[class]);
            let mut no = 1.0;
            let chances = &self.on[class * self.lists..(class + 1) * self.lists];
            self.cells.multiply(simd, |list| [chances[list], 1.0 - chances[list]], row);
            for on in chances {
                no *= 1.0 - on;
                prior += (on * (1.0 - on)).ln();
            }
            self.chances.iter_mut().zip(&*row).for_each(|(sum, term)| *sum += term);
            *missed = self.nu[class] * no;
            unseen += *missed;
            seen += self.nu[class] * (1.0 - no);
        }
        let fit: f64 = self.cells.counts.iter().zip(&self.chances).map(|(f, p)| f * (p / seen).ln()).sum();
        let n = self.cells.n;
        let mut whole = 0.0;
        for (class, missed) in missed.iter().enumerate() {
            let row = &mut self.terms[class * m..(class + 1) * m];
            for ((term, chance), count) in row.iter_mut().zip(&self.chances).zip(&self.cells.counts) {
                *term *= count / chance;
            }
            let members = row.iter().sum::<f64>() + n * missed / seen;
            for list in 0..self.lists {
                self.on[class * self.lists + list] = (self.cells.sum_on(list, row) + 1.0) / (members + 2.0);
            }
            self.nu[class] = members;
            whole += members;
        }
        self.nu.iter_mut().for_each(|nu| *nu /= whole);
        (fit + prior, unseen / seen)
    }
}

struct Step<'a, 'b>(&'a mut Climb<'b>);

impl WithSimd for Step<'_, '_> {
    type Output = (f64, f64);

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> (f64, f64) {
        self.0.step(simd)
    }
}

fn climb(lists: usize, cells: &Cells, classes: usize, start: u64) -> Option<f64> {
    let mut rng = Generator::seed_from_u64(start * 31 + classes as u64);
    // From the many who are hardly seen to classes of like size.
    let scale = 3.0 * rng.random::<f64>();
    let weights: Vec<f64> = (0..classes).map(|_| (2.0 * scale * (rng.random::<f64>() - 0.5)).exp()).collect();
    let whole: f64 = weights.iter().sum();
    let mut climb = Climb {
        lists,
        classes,
        cells,
        nu: weights.iter().map(|w| w / whole).collect(),
        on: (0..classes * lists).map(|_| 1.0 / (1.0 + (5.0 * (rng.random::<f64>() - 0.3)).exp())).collect(),
        terms: vec![0.0; classes * cells.len()],
        chances: vec![0.0; cells.len()],
    };
    let mut last = f64::NEG_INFINITY;
    for step in 0..(MOST_WORK / cells.len().max(1)).clamp(400, 10_000) {
        let (height, odds) = Arch::new().dispatch(Step(&mut climb));
        if !(height.is_finite() && odds.is_finite()) {
            return None;
        }
        if step % 20 == 19 {
            if height - last < 1e-5 {
                return Some(cells.n * odds);
            }
            last = height;
        }
    }
    None
}

/// The n₀ of every summit found, lowest first. A climb that does not end is no summit.
pub(super) fn summits(lists: usize, cells: &[(u64, u64)], classes: usize) -> Vec<f64> {
    let cells = Cells::new(lists, cells);
    // Where classes have as many unknowns as there are cells, summits are ridges.
    let classes = classes.min(MOST_CLASSES).min(((1 << lists) - 1) / (lists + 1));
    let starts: Vec<(usize, u64)> =
        (2..=classes).flat_map(|classes| (0..STARTS).map(move |start| (classes, start))).collect();
    let mut found: Vec<f64> =
        starts.into_par_iter().filter_map(|(classes, start)| climb(lists, &cells, classes, start)).collect::<Vec<_>>();
    found.sort_by(f64::total_cmp);
    found.dedup_by(|next, kept| (*next / *kept).ln().abs() < NEAR);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn independent_lists_have_one_summit_near_what_independence_gives() {
        // 2,000 invented persons on each of four lists with a chance of one half: 125 are on none.
        let cells: Vec<(u64, u64)> = (1..16).map(|pattern| (pattern, 125)).collect();
        let found = summits(4, &cells, 10);
        assert!(!found.is_empty() && found.iter().all(|n0| (90.0..180.0).contains(n0)), "{found:?}");
        assert!(summits(3, &cells[..7], 7).is_empty());
    }
}
