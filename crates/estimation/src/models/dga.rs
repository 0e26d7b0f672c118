//! Averaging over decomposable graphs (Madigan and York 1997): the posterior of the number on no list, over every graph of
//! which lists depend on which.
//!
//! A cell has the prior weight δ = 2^−J, a margin A of the lists δ·2^(J−|A|); p(N) ∝ 1/N; graphs are alike beforehand. Weights are
//! streamed over the grid of n₀, which begins at 1 and grows until its last point has no weight.

use rayon::prelude::*;
use serde_json::{Value, json};
use statrs::function::gamma::ln_gamma;

use super::graphs::{Decomposable, decomposable};
use super::{Diagnostics, Model, ModelAnswer, PatternTable, Progress};

const MOST_LISTS: usize = 5;
/// Grid points that are weighed at a time by one thread.
const CHUNK: usize = 1024;
/// Points of the first grid, which reaches five times the documented; beyond them the grid is coarser than one person.
const FIRST_POINTS: f64 = 400_000.0;
const MOST_POINTS: usize = 3_000_000;
/// The grid is long enough when its last weight, times its length, is below this.
const NEGLIGIBLE_TAIL: f64 = 1e-6;
/// Logarithm of a weight, against the greatest of its chunk, that adds nothing.
const NOTHING: f64 = -45.0;

struct Margins {
    lists: usize,
    delta: f64,
    /// Per set of lists: what does not depend on n₀, and the count and prior of its cell of those on none of them.
    fixed: Vec<f64>,
    none: Vec<f64>,
    fixed_total: f64,
    n: f64,
}

impl Margins {
    fn of(table: &PatternTable) -> Self {
        let lists = table.lists.len();
        let delta = 0.5f64.powi(lists as i32);
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
        let fixed_total = -table.counts.iter().map(|(_, y)| ln_gamma(*y as f64 + 1.0)).sum::<f64>();
        Self { lists, delta, fixed, none, fixed_total, n: table.n_documented() as f64 }
    }
}

/// Weights of a stretch of the grid, relative to e^`greatest`.
struct Stretch {
    greatest: f64,
    by_point: Vec<f64>,
    by_graph: Vec<f64>,
}

fn stretch(margins: &Margins, graphs: &[Decomposable], points: &[f64]) -> Stretch {
    let sets = 1usize << margins.lists;
    let all = sets as f64 * margins.delta;
    let per_set: Vec<Vec<f64>> = (0..sets)
        .map(|set| match set {
            0 => Vec::new(),
            _ => points.iter().map(|n0| margins.fixed[set] + ln_gamma(margins.none[set] + n0)).collect(),
        })
        .collect();
    let common: Vec<f64> = points
        .iter()
        .map(|n0| {
            let total = margins.n + n0;
            margins.fixed_total + ln_gamma(total + 1.0) - ln_gamma(n0 + 1.0) - total.ln()
        })
        .collect();
    let part: Vec<f64> = points.iter().map(|n0| ln_gamma(all) - ln_gamma(margins.n + n0 + all)).collect();
    let weigh = |graph: &Decomposable| {
        let parts = graph.parts() as f64;
        let mut weights: Vec<f64> = common.iter().zip(&part).map(|(c, p)| c + parts * p).collect();
        for clique in &graph.cliques {
            weights.iter_mut().zip(&per_set[*clique as usize]).for_each(|(w, g)| *w += g);
        }
        for separator in &graph.separators {
            weights.iter_mut().zip(&per_set[*separator as usize]).for_each(|(w, g)| *w -= g);
        }
        weights
    };
    let weights: Vec<Vec<f64>> = graphs.iter().map(weigh).collect();
    let greatest = weights.iter().flatten().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut by_point = vec![0.0; points.len()];
    let mut by_graph = vec![0.0; graphs.len()];
    for (graph, weights) in weights.iter().enumerate() {
        for (point, weight) in weights.iter().enumerate() {
            if weight - greatest > NOTHING {
                let weight = (weight - greatest).exp();
                by_point[point] += weight;
                by_graph[graph] += weight;
            }
        }
    }
    Stretch { greatest, by_point, by_graph }
}

struct Posterior {
    points: Vec<f64>,
    /// Adds up to 1, as the next one does.
    by_point: Vec<f64>,
    by_graph: Vec<f64>,
}

impl Posterior {
    fn join(points: Vec<f64>, stretches: &[Stretch], graphs: usize) -> Self {
        let greatest = stretches.iter().map(|s| s.greatest).fold(f64::NEG_INFINITY, f64::max);
        let mut by_graph = vec![0.0; graphs];
        let mut by_point = Vec::with_capacity(points.len());
        for stretch in stretches {
            let scale = (stretch.greatest - greatest).exp();
            by_point.extend(stretch.by_point.iter().map(|w| w * scale));
            by_graph.iter_mut().zip(&stretch.by_graph).for_each(|(sum, w)| *sum += w * scale);
        }
        let total: f64 = by_point.iter().sum();
        by_point.iter_mut().chain(&mut by_graph).for_each(|w| *w /= total);
        Self { points, by_point, by_graph }
    }
    fn tail(&self) -> f64 {
        self.by_point.last().map_or(0.0, |last| last * self.points.len() as f64)
    }
    fn quantile(&self, part: f64) -> f64 {
        let mut sum = 0.0;
        for (point, weight) in self.points.iter().zip(&self.by_point) {
            sum += weight;
            if sum >= part {
                return *point;
            }
        }
        self.points.last().copied().unwrap_or(0.0)
    }
    fn mean(&self) -> f64 {
        self.points.iter().zip(&self.by_point).map(|(point, weight)| point * weight).sum()
    }
}

pub(super) fn estimate(table: &PatternTable, progress: Progress<'_>) -> ModelAnswer {
    let lists = table.lists.len();
    if lists > MOST_LISTS {
        let because = format!("the {lists} lists have too many graphs; this model takes at most {MOST_LISTS} lists");
        return ModelAnswer::not_estimable(Model::Dga, &because);
    }
    let graphs = decomposable(lists);
    let margins = Margins::of(table);
    let step = (5.0 * margins.n / FIRST_POINTS).ceil().max(1.0);
    let mut length = ((5.0 * margins.n / step).ceil() as usize).max(500);
    let mut stretches: Vec<Stretch> = Vec::new();
    let posterior = loop {
        // What has been weighed is kept: only the new stretches are added.
        let begin = stretches.len() * CHUNK;
        let new: Vec<f64> = (begin..length.next_multiple_of(CHUNK)).map(|i| (i as f64).mul_add(step, 1.0)).collect();
        let weighed: Vec<Stretch> = new.par_chunks(CHUNK).map(|points| stretch(&margins, &graphs, points)).collect();
        stretches.extend(weighed);
        let points = (0..stretches.len() * CHUNK).map(|i| (i as f64).mul_add(step, 1.0)).collect();
        let posterior = Posterior::join(points, &stretches, graphs.len());
        progress(Model::Dga.key(), (length as f64 / MOST_POINTS as f64).min(0.9));
        if posterior.tail() < NEGLIGIBLE_TAIL || posterior.points.len() >= MOST_POINTS {
            break posterior;
        }
        length = posterior.points.len() * 2;
    };
    answer(table, &graphs, &posterior, step)
}

fn answer(table: &PatternTable, graphs: &[Decomposable], posterior: &Posterior, step: f64) -> ModelAnswer {
    let n = table.n_documented() as f64;
    let mut order: Vec<usize> = (0..graphs.len()).collect();
    order.sort_by(|a, b| posterior.by_graph[*b].total_cmp(&posterior.by_graph[*a]));
    let top = |g: &usize| json!({"graph": graphs[*g].name(), "probability": posterior.by_graph[*g]});
    let complete = graphs.iter().position(Decomposable::is_complete).map_or(0.0, |g| posterior.by_graph[g]);
    let mut warnings = Vec::new();
    if complete > 0.01 {
        warnings.push(format!(
            "the graph in which every list depends on every other has probability {complete:.3}; under it the number \
             unseen is the prior's, not the data's"
        ));
    }
    if posterior.tail() >= NEGLIGIBLE_TAIL {
        let farthest = n + posterior.points.last().copied().unwrap_or(0.0);
        warnings.push(format!(
            "the tail still has weight at {farthest:.0}: mean and upper bound depend on where the grid ends"
        ));
    }
    let diagnostics = Diagnostics::from([
        ("delta".into(), json!(0.5f64.powi(table.lists.len() as i32))),
        ("prior".into(), json!("1/N; every graph alike")),
        ("n_graphs".into(), json!(graphs.len())),
        ("top_graphs".into(), order.iter().take(5).map(top).collect::<Vec<Value>>().into()),
        ("probability_of_complete_graph".into(), json!(complete)),
        ("grid_points".into(), json!(posterior.points.len())),
        ("grid_step_persons".into(), json!(step)),
        ("tail_weight".into(), json!(posterior.tail())),
        ("interval".into(), json!("95 % credible interval")),
    ]);
    ModelAnswer::Estimated {
        model: Model::Dga.key(),
        median: n + posterior.quantile(0.5),
        mean: n + posterior.mean(),
        credible_interval_95: [n + posterior.quantile(0.025), n + posterior.quantile(0.975)],
        diagnostics,
        warnings,
    }
}
