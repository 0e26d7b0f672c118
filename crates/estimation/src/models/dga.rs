//! Averaging over decomposable graphs (Madigan and York 1997): the posterior of the number on no list, over every graph of
//! which lists depend on which.
//!
//! A cell has the prior weight δ = 2^−J, a margin A of the lists δ·2^(J−|A|); p(N) ∝ 1/N; graphs are alike beforehand; n₀ begins at 1.
//! Graphs whose weight is nowhere within e^−60 of the greatest are left out.

use rayon::prelude::*;
use serde_json::{Value, json};

use super::graphs::{Decomposable, decomposable};
use super::grid::{self, Kept, Posterior};
use super::margins::{Margins, Rows, Terms};
use super::unseen::summits_warning;
use super::{Diagnostics, Model, ModelAnswer, PatternTable, Progress, Unseen};

/// With seven lists there are 617,675 graphs.
pub(super) const MOST_LISTS: usize = 6;
/// First look at every graph: so many n₀, each the same factor above the one before.
const LOOKS: usize = 160;
const FACTOR: f64 = 1.24;
const NOTHING: f64 = -60.0;
/// A warning is due when the last weight, times the length of the grid, is above this.
const TAIL_WARNED: f64 = 1e-6;

/// What may be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct DgaSettings {
    /// The prior weight of a cell, above 0; 2^−J when left out.
    pub delta: Option<f64>,
    /// Leaves out the graph in which every list depends on every other.
    pub without_complete_graph: bool,
}

/// Where a graph's weight is greatest, unless it surely stays below `floor` everywhere.
fn mode(margins: &Margins, terms: &Terms, rows: &Rows, points: &[f64], floor: f64) -> Option<(f64, f64)> {
    let mut y = [0.0; LOOKS];
    rows.levels(terms, &mut y);
    let top = (0..LOOKS).max_by(|a, b| y[*a].total_cmp(&y[*b]).then(b.cmp(a)))?;
    // Between two looks a concave hill stays below the lines through the looks on either side.
    let right = (top + 2 < LOOKS && top > 0).then(|| (2.0 * y[top] - y[top - 1]).min(2.0 * y[top + 1] - y[top + 2]));
    let left = (top > 1 && top + 1 < LOOKS).then(|| (2.0 * y[top] - y[top + 1]).min(2.0 * y[top - 1] - y[top - 2]));
    if let (Some(right), Some(left)) = (right, left)
        && right.max(left).max(y[top]) < floor
    {
        return None;
    }
    let level = |x: f64| margins.level(terms, x.exp());
    let (mut low, mut high) = (points[top.saturating_sub(1)].ln(), points[(top + 1).min(LOOKS - 1)].ln());
    let golden = 0.618_033_988_749_894_9;
    let (mut a, mut b) = (high - golden * (high - low), low + golden * (high - low));
    let (mut at_a, mut at_b) = (level(a), level(b));
    for _ in 0..40 {
        if at_a > at_b {
            (high, b, at_b) = (b, a, at_a);
            a = high - golden * (high - low);
            at_a = level(a);
        } else {
            (low, a, at_a) = (a, b, at_b);
            b = low + golden * (high - low);
            at_b = level(b);
        }
    }
    let middle = (low + high) / 2.0;
    Some((middle.exp(), level(middle).max(y[top])))
}

/// The graphs that have weight. What was seen at the looks gives a floor that the greatest weight is not below.
fn keep(margins: &Margins, graphs: &[Decomposable], settings: DgaSettings) -> Vec<Kept> {
    let points: Vec<f64> = (0..LOOKS).map(|i| FACTOR.powi(i as i32)).collect();
    let rows = margins.rows(&points);
    let open = |graph: &Decomposable| !(settings.without_complete_graph && graph.is_complete());
    let seen = |graph: &Decomposable| {
        let mut levels = [0.0; LOOKS];
        rows.levels(&Terms::of(graph), &mut levels);
        levels.into_iter().fold(f64::NEG_INFINITY, f64::max)
    };
    let best = graphs.par_iter().filter(|g| open(g)).map(seen).reduce(|| f64::NEG_INFINITY, f64::max);
    let found = graphs.par_iter().enumerate().filter(|(_, graph)| open(graph)).filter_map(|(graph, g)| {
        let terms = Terms::of(g);
        let (mode, height) = mode(margins, &terms, &rows, &points, best + NOTHING)?;
        Some(Kept { graph, terms, mode, height })
    });
    let mut kept: Vec<Kept> = found.collect();
    let greatest = kept.iter().map(|k| k.height).fold(f64::NEG_INFINITY, f64::max);
    kept.retain(|k| k.height > greatest + NOTHING);
    kept
}

pub(super) fn estimate(table: &PatternTable, settings: DgaSettings, progress: Progress<'_>) -> ModelAnswer {
    let refuse = |because: &str| ModelAnswer::not_estimable(Model::Dga, because);
    let lists = table.lists.len();
    if lists > MOST_LISTS {
        return refuse(&format!(
            "the {lists} lists have too many graphs; this model takes at most {MOST_LISTS}: merge lists, or leave some out"
        ));
    }
    let delta = settings.delta.unwrap_or(0.5f64.powi(lists as i32));
    if !(delta.is_finite() && delta > 0.0) {
        return refuse(&format!("the prior weight {delta} of a cell is not above 0"));
    }
    let graphs = decomposable(lists);
    let margins = Margins::of(table, delta);
    let kept = keep(&margins, &graphs, settings);
    progress(Model::Dga.key(), 0.3);
    let report = |part: f64| progress(Model::Dga.key(), 0.3 + 0.7 * part);
    match grid::posterior(&margins, &kept, graphs.len(), &report) {
        Some(posterior) => answer(table, &graphs, &posterior, &margins, settings),
        None => refuse("the weights of the graphs have no finite sum"),
    }
}

fn answer(
    table: &PatternTable,
    graphs: &[Decomposable],
    posterior: &Posterior,
    margins: &Margins,
    settings: DgaSettings,
) -> ModelAnswer {
    let n = table.n_documented() as f64;
    let mut order: Vec<usize> = (0..graphs.len()).collect();
    order.sort_by(|a, b| posterior.probability(*b).total_cmp(&posterior.probability(*a)));
    let top = |g: &usize| json!({"graph": graphs[*g].name(), "probability": posterior.probability(*g)});
    let complete = graphs.iter().position(Decomposable::is_complete).map_or(0.0, |g| posterior.probability(g));
    let unseen = Unseen::from_quantiles(|p| posterior.quantile(p, 256));
    let summits = unseen.summits();
    let mut doubts = Vec::new();
    if complete > 0.01 {
        let sentence = format!(
            "the graph in which every list depends on every other has probability {complete:.3}; under it the number \
             unseen is the prior's, not the data's"
        );
        doubts.push(("complete_graph", sentence));
    }
    doubts.extend(summits_warning(n, &summits).map(|sentence| ("summits", sentence)));
    if posterior.tail >= TAIL_WARNED {
        let sentence = format!(
            "the tail still has weight at {:.2e} persons: mean and upper bound depend on where the grid ends",
            n + posterior.end as f64
        );
        doubts.push(("tail", sentence));
    }
    let quantile = |p: f64| n + posterior.quantile(p, 1 << 20);
    let interval = [quantile(0.025), quantile(0.975)];
    let diagnostics = Diagnostics::from([
        ("delta".into(), json!(margins.delta)),
        ("prior".into(), json!("1/N; every graph alike")),
        ("without_complete_graph".into(), json!(settings.without_complete_graph)),
        ("n_graphs".into(), json!(graphs.len())),
        ("top_graphs".into(), order.iter().take(5).map(top).collect::<Vec<Value>>().into()),
        ("probability_of_complete_graph".into(), json!(complete)),
        ("grid_end_persons_unseen".into(), json!(posterior.end)),
        ("tail_weight".into(), json!(posterior.tail)),
        ("summits".into(), json!(summits.iter().map(|n0| (n + n0).round()).collect::<Vec<f64>>())),
        ("interval".into(), json!("95 % credible interval")),
    ]);
    ModelAnswer::Estimated {
        model: Model::Dga.key(),
        median: quantile(0.5),
        mean: n + posterior.mean(),
        credible_interval_95: interval,
        diagnostics,
        warnings: Vec::new(),
        unseen,
    }
    .with_doubts(doubts)
}
