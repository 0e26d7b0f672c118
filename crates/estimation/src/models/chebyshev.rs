//! Sums of a smooth function over many whole numbers, from its values at sixteen points.
//!
//! On a stretch of m whole numbers the function is replaced by its Chebyshev interpolant; sums of the polynomials over the
//! whole numbers are exact below [`SUMMED_ONE_BY_ONE`] and by Euler and Maclaurin's formula above, where that is as exact.

pub(super) const NODES: usize = 16;
const SUMMED_ONE_BY_ONE: u64 = 4096;

pub(super) struct Chebyshev {
    nodes: [f64; NODES],
    /// T_j at node i: element [j][i].
    at_nodes: [[f64; NODES]; NODES],
}

fn polynomials(t: f64) -> [f64; NODES] {
    let mut values = [1.0; NODES];
    values[1] = t;
    for j in 2..NODES {
        values[j] = 2.0 * t * values[j - 1] - values[j - 2];
    }
    values
}

impl Chebyshev {
    pub fn new() -> Self {
        let nodes = std::array::from_fn(|i| ((i as f64 + 0.5) * std::f64::consts::PI / NODES as f64).cos());
        let mut at_nodes = [[0.0; NODES]; NODES];
        for (i, t) in nodes.iter().enumerate() {
            polynomials(*t).into_iter().enumerate().for_each(|(j, value)| at_nodes[j][i] = value);
        }
        Self { nodes, at_nodes }
    }

    /// Where to ask for the function, for the whole numbers from `first` on, `m` of them. They lie half a unit inside.
    pub fn points(&self, first: f64, m: u64) -> [f64; NODES] {
        self.nodes.map(|t| first - 0.5 + m as f64 * (t + 1.0) / 2.0)
    }

    pub fn coefficients(&self, values: &[f64; NODES]) -> [f64; NODES] {
        std::array::from_fn(|j| {
            let sum: f64 = values.iter().zip(&self.at_nodes[j]).map(|(value, t)| value * t).sum();
            sum * if j == 0 { 1.0 } else { 2.0 } / NODES as f64
        })
    }

    /// Σ_k T_j(t_k) over the m whole numbers of a stretch.
    pub fn sums(m: u64) -> [f64; NODES] {
        let mut sums = [0.0; NODES];
        let step = 2.0 / m as f64;
        if m <= SUMMED_ONE_BY_ONE {
            for k in 0..m {
                let values = polynomials(-1.0 + step * (k as f64 + 0.5));
                sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
            }
            return sums;
        }
        for (j, sum) in sums.iter_mut().enumerate().filter(|(j, _)| j % 2 == 0) {
            // ∫ T_j = −2 / (j² − 1); the rule of midpoints lacks h² / 24 of the derivatives' difference, 2 j² for even j.
            let j = (j * j) as f64;
            *sum = (-2.0 / (j - 1.0) - step * step / 24.0 * 2.0 * j) / step;
        }
        sums
    }

    /// Weights by which values at the points add up to the sum over the whole numbers.
    pub fn weights(&self, m: u64) -> [f64; NODES] {
        let sums = Self::sums(m);
        std::array::from_fn(|i| {
            (0..NODES).map(|j| sums[j] * self.at_nodes[j][i] * if j == 0 { 1.0 } else { 2.0 } / NODES as f64).sum()
        })
    }
}

/// The interpolant at whole number `k` of `m`.
pub(super) fn value(coefficients: &[f64; NODES], k: f64, m: u64) -> f64 {
    let t = -1.0 + 2.0 * (k + 0.5) / m as f64;
    let (mut last, mut before) = (0.0, 0.0);
    for c in coefficients[1..].iter().rev() {
        (last, before) = (2.0 * t * last - before + c, last);
    }
    t * last - before + coefficients[0]
}

/// The integral of the interpolant over the first `part` of its stretch, a number between 0 and 1, in units of t.
pub(super) fn integral(coefficients: &[f64; NODES], part: f64) -> f64 {
    let t = 2.0 * part - 1.0;
    let mut values = [0.0; NODES + 1];
    values[0] = 1.0;
    values[1] = t;
    for j in 2..=NODES {
        values[j] = 2.0 * t * values[j - 1] - values[j - 2];
    }
    let primitive = |values: &dyn Fn(usize) -> f64| -> f64 {
        let mut sum = coefficients[0] * values(1) + coefficients[1] * values(2) / 4.0;
        for (j, c) in coefficients.iter().enumerate().skip(2) {
            let (j1, j0) = (j as f64 + 1.0, j as f64 - 1.0);
            sum += c * (values(j + 1) / (2.0 * j1) - values(j - 1) / (2.0 * j0));
        }
        sum
    };
    primitive(&|j| values[j]) - primitive(&|j| if j % 2 == 0 { 1.0 } else { -1.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_over_whole_numbers_are_those_added_one_by_one() {
        let chebyshev = Chebyshev::new();
        for m in [40u64, 1000, 4000, 5000, 20_000] {
            let f = |x: f64| (-((x - 0.4 * m as f64) / (0.3 * m as f64)).powi(2)).exp();
            let values = chebyshev.points(1.0, m).map(f);
            let sum: f64 = values.iter().zip(chebyshev.weights(m)).map(|(v, w)| v * w).sum();
            let exact: f64 = (1..=m).map(|k| f(k as f64)).sum();
            assert!((sum / exact - 1.0).abs() < 1e-6, "{m}: {sum} {exact}");
            let coefficients = chebyshev.coefficients(&values);
            assert!((value(&coefficients, 10.0, m) - f(11.0)).abs() < 1e-5);
            let half: f64 = (1..=m / 2).map(|k| f(k as f64)).sum();
            assert!((integral(&coefficients, 0.5) * m as f64 / 2.0 / half - 1.0).abs() < 1e-3);
        }
    }
}
