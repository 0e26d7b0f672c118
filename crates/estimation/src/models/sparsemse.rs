//! Forward selection of pairs for sparse tables (Chan, Silverman and Vincent 2021).
//!
//! Poisson means of the observable cells; every list alone is in, and pairs join one at a time: the pair whose observed overlap is
//! least likely under the fit so far (one-sided Poisson, the smaller side) joins while its p-value is below 0.02. A pair that shares
//! nobody has its parameter at minus infinity: every cell with both lists goes, and the parameter still counts. A pair with which no
//! maximum exists is passed over. Interval: log-normal in e^b₀; beside it one that chooses the pairs anew in every resample (`bootstrap`).

use serde_json::json;
use statrs::distribution::{DiscreteCDF, Poisson};

use super::bootstrap::{Bootstrap, accelerated};
use super::fit::{Fit, fit, misfit, misfit_doubt};
use super::{Diagnostics, Model, ModelAnswer, PatternTable, Progress, Unseen};

const P_THRESHOLD: f64 = 0.02;
/// Fewer unseen than this, and the estimate is at its bound.
const LEAST_UNSEEN: f64 = 1e-6;
/// Beyond this many lists a thousand fits take minutes, and the interval that takes the pairs as known stands alone.
const MOST_LISTS_RESAMPLED: usize = 7;

struct Search<'a> {
    table: &'a PatternTable,
    cells: Vec<(u64, f64)>,
}

/// A fit, and the cells that were left for it.
struct Fitted {
    pairs: Vec<u64>,
    terms: usize,
    fit: Fit,
    cells: Vec<(u64, f64)>,
}

impl Search<'_> {
    fn overlap(&self, pair: u64) -> f64 {
        self.table.n_on_all(pair) as f64
    }

    /// `None` where the maximum of the likelihood does not exist or is not unique.
    fn fitted(&self, pairs: Vec<u64>) -> Option<Fitted> {
        let gone: Vec<u64> = pairs.iter().copied().filter(|pair| self.overlap(*pair) == 0.0).collect();
        let alone = (0..self.table.lists.len()).map(|list| 1u64 << list);
        let finite = pairs.iter().copied().filter(|pair| !gone.contains(pair));
        let terms: Vec<u64> = std::iter::once(0).chain(alone).chain(finite).collect();
        let dropped = |pattern: u64| gone.iter().any(|pair| pattern & pair == *pair);
        let cells: Vec<(u64, f64)> = self.cells.iter().copied().filter(|(pattern, _)| !dropped(*pattern)).collect();
        let fit = fit(&terms, &cells)?;
        Some(Fitted { pairs, terms: terms.len(), fit, cells })
    }

    /// How unlikely the overlap of the pair is under the fit.
    fn p_value(&self, at: &Fitted, pair: u64) -> f64 {
        let both = at.cells.iter().zip(&at.fit.means).filter(|((pattern, _), _)| pattern & pair == pair);
        let mean: f64 = both.map(|(_, mean)| mean).sum();
        let seen = self.overlap(pair);
        let Ok(poisson) = Poisson::new(mean) else { return if seen == 0.0 { 1.0 } else { 0.0 } };
        let at_most = poisson.cdf(seen as u64);
        let at_least = if seen == 0.0 { 1.0 } else { poisson.sf(seen as u64 - 1) };
        at_most.min(at_least)
    }
}

/// The pairs that joined, with the p of each; what was fitted last; and the pairs that were passed over.
struct Chosen {
    at: Fitted,
    steps: Vec<(u64, f64)>,
    passed_over: Vec<u64>,
}

/// `None` where independent lists have no finite maximum.
fn choose(search: &Search<'_>, progress: Progress<'_>) -> Option<Chosen> {
    let lists = search.table.lists.len();
    let pairs: Vec<u64> = (0..lists).flat_map(|i| (i + 1..lists).map(move |j| 1u64 << i | 1 << j)).collect();
    let mut at = search.fitted(Vec::new())?;
    let mut steps: Vec<(u64, f64)> = Vec::new();
    let mut passed_over: Vec<u64> = Vec::new();
    loop {
        progress(Model::Sparsemse.key(), at.pairs.len() as f64 / pairs.len() as f64);
        let free = pairs.iter().filter(|pair| !at.pairs.contains(pair));
        let mut by_p: Vec<(f64, u64)> = free.map(|pair| (search.p_value(&at, *pair), *pair)).collect();
        by_p.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut next = None;
        for (p, pair) in by_p.into_iter().filter(|(p, _)| *p < P_THRESHOLD) {
            match search.fitted(at.pairs.iter().copied().chain([pair]).collect()) {
                Some(fitted) => {
                    next = Some((p, pair, fitted));
                    break;
                }
                None if !passed_over.contains(&pair) => passed_over.push(pair),
                None => {}
            }
        }
        let Some((p, pair, fitted)) = next else { break };
        steps.push((pair, p));
        at = fitted;
    }
    Some(Chosen { at, steps, passed_over })
}

fn search(table: &PatternTable) -> Search<'_> {
    Search { table, cells: table.cells().into_iter().enumerate().map(|(i, y)| (i as u64 + 1, y)).collect() }
}

/// The number unseen alone, all steps as in an answer.
fn point(table: &PatternTable) -> Option<f64> {
    let (used, _) = table.without_empty_lists();
    let chosen = choose(&search(&used), &|_, _| {})?;
    Some(chosen.at.fit.intercept.exp()).filter(|n0| *n0 >= LEAST_UNSEEN)
}

/// The number unseen of a table as a whole number, drawn about the estimate: for what is known as a count.
pub(super) fn predicted(table: &PatternTable) -> Option<Unseen> {
    let chosen = choose(&search(table), &|_, _| {})?;
    let n0 = chosen.at.fit.intercept.exp();
    let factor = (1.959963984540054 * (chosen.at.fit.intercept_variance + 1.0 / n0).sqrt()).exp();
    Some(Unseen::from_interval(n0, [n0 / factor, n0 * factor])).filter(|_| factor.is_finite())
}

pub(super) fn estimate(table: &PatternTable, seed: u64, progress: Progress<'_>) -> ModelAnswer {
    let refuse = |because: &str| ModelAnswer::not_estimable(Model::Sparsemse, because);
    if let Some(list) = table.list_with_everyone() {
        return refuse(&format!("list {list} bears every person, so that nothing is known of those whom it misses"));
    }
    let search = search(table);
    let Some(chosen) = choose(&search, progress) else {
        return refuse("the model of independent lists has no finite maximum on this table");
    };
    let n0 = chosen.at.fit.intercept.exp();
    let bootstrap = (table.lists.len() <= MOST_LISTS_RESAMPLED).then(|| accelerated(table, n0, point, seed)).flatten();
    answer(table, &search, &chosen, bootstrap)
}

fn names(table: &PatternTable, pair: u64) -> String {
    let names: Vec<&str> =
        (0..table.lists.len()).filter(|i| pair >> i & 1 == 1).map(|i| table.lists[i].as_str()).collect();
    names.join(":")
}

fn answer(
    table: &PatternTable,
    search: &Search<'_>,
    Chosen { at, steps, passed_over }: &Chosen,
    bootstrap: Option<Bootstrap>,
) -> ModelAnswer {
    let n = table.n_documented() as f64;
    let n0 = at.fit.intercept.exp();
    let deviation = at.fit.intercept_variance.sqrt();
    let factor = (1.959963984540054 * deviation).exp();
    let interval = [n + n0 / factor, n + n0 * factor];
    let aic = -2.0 * at.fit.log_likelihood + 2.0 * (1 + table.lists.len() + at.pairs.len()) as f64;
    let mut warnings = vec!["the interval takes the chosen pairs as known and is too narrow for that".to_owned()];
    let bound = n0 < LEAST_UNSEEN || !interval[1].is_finite() || interval[1] > 1e15;
    if bound {
        return ModelAnswer::not_estimable(Model::Sparsemse, "the number unseen ran to a bound");
    }
    if let Some(first) = passed_over.first() {
        warnings.push(format!("with the pair {} no maximum exists, and it was passed over", names(table, *first)));
    }
    let without_overlap: Vec<String> =
        at.pairs.iter().filter(|pair| search.overlap(**pair) == 0.0).map(|pair| names(table, *pair)).collect();
    let misfit = misfit(&at.fit, at.terms, &at.cells);
    let mut doubts: Vec<(&str, String)> = misfit_doubt(misfit).into_iter().collect();
    doubts.extend(bootstrap.as_ref().and_then(|bootstrap| bootstrap.doubt(n, n0, interval.map(|end| end - n))));
    let step = |(pair, p): &(u64, f64)| json!({"pair": names(table, *pair), "p": p});
    let diagnostics = Diagnostics::from([
        ("p_threshold".into(), json!(P_THRESHOLD)),
        ("pairs".into(), steps.iter().map(step).collect()),
        ("deviance".into(), json!(misfit.map(|(deviance, ..)| deviance))),
        ("degrees_of_freedom".into(), json!(misfit.map(|(_, freedom, _)| freedom))),
        ("p_of_fit".into(), json!(misfit.map(|(.., p)| p))),
        ("bca_interval_95".into(), json!(bootstrap.as_ref().map(|b| b.interval.map(|end| n + end)))),
        ("bootstrap_resamples".into(), json!(bootstrap.as_ref().map(|b| b.resamples))),
        ("bootstrap_resamples_without_answer".into(), json!(bootstrap.as_ref().map(|b| b.failed))),
        ("pairs_without_overlap".into(), json!(without_overlap)),
        ("standard_error_log_unseen".into(), json!(deviation)),
        ("aic".into(), json!(aic)),
        ("interval".into(), json!("log-normal confidence interval of the unseen")),
    ]);
    ModelAnswer::Estimated {
        model: Model::Sparsemse.key(),
        median: n + n0,
        mean: n + n0,
        credible_interval_95: interval,
        diagnostics,
        warnings,
        unseen: Unseen::from_interval(n0, interval.map(|end| end - n)),
    }
    .with_doubts(doubts)
}
