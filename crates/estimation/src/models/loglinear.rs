//! Hierarchical log-linear models, every one of them for up to five lists; the best by BIC.
//!
//! Poisson means on the 2^J − 1 observable cells, zeros too. N = n + e^b₀; AIC = −2 log L + 2 k and BIC = −2 log L + k ln n with
//! the full Poisson likelihood. A term whose lists share nobody has its parameter at minus infinity: its cells are left out and
//! the parameter still counts. The interval is the profile of the multinomial likelihood in N.

use rayon::prelude::*;
use serde_json::{Value, json};

use super::averaged::averaged;
use super::chao::log_normal_interval;
use super::fit::{Fit, fit, ln_factorial, misfit, misfit_doubt};
use super::{Diagnostics, Model, ModelAnswer, PatternTable, Progress, Unseen};

/// Above this many lists only models with pairs are searched, forward and by one pair at a time.
const LISTS_SEARCHED_IN_FULL: usize = 5;
/// Beyond this many persons the likelihood loses the digits that a profile needs; the standard error is used instead.
const MOST_PROFILED: f64 = 1e8;
/// More of the weight by BIC than this outside the interval, and the choice of the model decides the number.
const MOST_WEIGHT_OUTSIDE: f64 = 0.05;
/// Half the 95 % point of chi-squared with one degree of freedom.
const PROFILE_DROP: f64 = 1.920729410347062;

#[derive(Debug, Clone)]
struct Candidate {
    /// Lists taken together, as masks; every list alone is always in.
    interactions: Vec<u64>,
    fit: Fit,
    parameters: f64,
    n: f64,
}

impl Candidate {
    fn abundance(&self) -> f64 {
        self.n + self.fit.intercept.exp()
    }
    fn standard_error(&self) -> f64 {
        let n0 = self.fit.intercept.exp();
        (n0 + n0 * n0 * self.fit.intercept_variance).sqrt()
    }
    fn aic(&self) -> f64 {
        -2.0 * self.fit.log_likelihood + 2.0 * self.parameters
    }
    fn bic(&self) -> f64 {
        -2.0 * self.fit.log_likelihood + self.parameters * self.n.ln()
    }
    fn json(&self, lists: usize) -> Value {
        json!({
            "model": bracket(&self.interactions, lists),
            "abundance": self.abundance(),
            "standard_error": self.standard_error(),
            "aic": self.aic(),
            "bic": self.bic(),
        })
    }
}

/// The generators, as in `[123,14,34]`: lists numbered from 1 in the order of the table, larger sets first.
fn bracket(interactions: &[u64], lists: usize) -> String {
    let all: Vec<u64> = interactions.iter().copied().chain((0..lists).map(|i| 1 << i)).collect();
    let mut maximal: Vec<u64> = all.iter().copied().filter(|a| !all.iter().any(|b| a != b && a & b == *a)).collect();
    let digits = |mask: &u64| -> Vec<usize> { (0..lists).filter(|i| mask >> i & 1 == 1).map(|i| i + 1).collect() };
    maximal.sort_by_key(|mask| (usize::MAX - mask.count_ones() as usize, digits(mask)));
    let glue = if lists > 9 { "." } else { "" };
    let text = |mask: &u64| digits(mask).iter().map(usize::to_string).collect::<Vec<_>>().join(glue);
    format!("[{}]", maximal.iter().map(text).collect::<Vec<_>>().join(","))
}

/// Every set of interactions that holds, with a set of lists, all its parts; without the one of all lists.
fn hierarchical(lists: usize) -> Vec<Vec<u64>> {
    let full = (1u64 << lists) - 1;
    let mut faces: Vec<u64> = (1..full).filter(|mask| mask.count_ones() >= 2).collect();
    faces.sort_by_key(|mask| (mask.count_ones(), *mask));
    let mut models = vec![Vec::new()];
    for face in faces {
        let parts: Vec<u64> = (0..lists).filter(|i| face >> i & 1 == 1).map(|i| face & !(1 << i)).collect();
        let allowed = |model: &Vec<u64>| parts.iter().all(|part| part.count_ones() < 2 || model.contains(part));
        let with: Vec<Vec<u64>> =
            models.iter().filter(|model| allowed(model)).map(|m| m.iter().copied().chain([face]).collect()).collect();
        models.extend(with);
    }
    models
}

struct Data {
    lists: usize,
    n: f64,
    /// (pattern, count) of every observable cell.
    cells: Vec<(u64, f64)>,
}

impl Data {
    fn of(table: &PatternTable) -> Self {
        let cells = table.cells().into_iter().enumerate().map(|(i, y)| (i as u64 + 1, y)).collect();
        Self { lists: table.lists.len(), n: table.n_documented() as f64, cells }
    }
    fn shared(&self, mask: u64) -> f64 {
        self.cells.iter().filter(|(pattern, _)| pattern & mask == mask).map(|(_, y)| y).sum()
    }
    /// Terms that have a finite parameter, and the cells left to fit.
    fn reduced(&self, interactions: &[u64]) -> (Vec<u64>, Vec<(u64, f64)>) {
        let gone: Vec<u64> = interactions.iter().copied().filter(|mask| self.shared(*mask) == 0.0).collect();
        let dropped = |pattern: u64| gone.iter().any(|mask| pattern & mask == *mask);
        let alone = (0..self.lists).map(|i| 1u64 << i);
        let kept = interactions.iter().copied().filter(|mask| !dropped(*mask));
        let terms = std::iter::once(0).chain(alone).chain(kept).collect();
        (terms, self.cells.iter().copied().filter(|(pattern, _)| !dropped(*pattern)).collect())
    }
    fn candidate(&self, interactions: Vec<u64>) -> Option<Candidate> {
        let (terms, cells) = self.reduced(&interactions);
        let fit = fit(&terms, &cells)?;
        let parameters = (1 + self.lists + interactions.len()) as f64;
        Some(Candidate { interactions, fit, parameters, n: self.n }).filter(|c| c.abundance().is_finite())
    }

    /// Forward, the pair that lowers BIC most, until none does.
    fn forward(&self) -> Vec<Candidate> {
        let pairs: Vec<u64> =
            (0..self.lists).flat_map(|i| (i + 1..self.lists).map(move |j| 1u64 << i | 1 << j)).collect();
        let mut tried: Vec<Candidate> = Vec::new();
        let mut at = match self.candidate(Vec::new()) {
            Some(first) => first,
            None => return tried,
        };
        loop {
            let free = pairs.par_iter().filter(|pair| !at.interactions.contains(pair));
            let next: Vec<Candidate> = free
                .filter_map(|pair| self.candidate(at.interactions.iter().copied().chain([*pair]).collect()))
                .collect();
            tried.push(at.clone());
            let best = next.iter().min_by(|a, b| a.bic().total_cmp(&b.bic())).cloned();
            tried.extend(next);
            match best {
                Some(best) if best.bic() < at.bic() => at = best,
                _ => return tried,
            }
        }
    }

    /// Log-likelihood of N = n + n₀, all parameters but N at their best.
    fn profile(&self, interactions: &[u64], n0: f64) -> Option<f64> {
        let (terms, mut cells) = self.reduced(interactions);
        cells.push((0, n0));
        let fit = fit(&terms, &cells)?;
        let total = self.n + n0;
        let shares = cells.iter().zip(&fit.means).filter(|((_, y), _)| *y > 0.0);
        let sum: f64 = shares.map(|((_, y), mean)| y * (mean / total).ln()).sum();
        Some(ln_factorial(total) - ln_factorial(n0) + sum).filter(|value| value.is_finite())
    }

    /// The N of highest multinomial likelihood, and the two ends of its 95 % profile interval; `None` where an end is not
    /// found below e³⁰ persons.
    fn profile_interval(&self, candidate: &Candidate) -> Option<(f64, [f64; 2])> {
        // In x = ln n₀ the profile is smooth and has one summit.
        let value = |x: f64| self.profile(&candidate.interactions, x.exp()).unwrap_or(f64::NEG_INFINITY);
        let centre = candidate.fit.intercept;
        let (mut low, mut high) = (centre - 3.0, centre + 3.0);
        let golden = 0.618_033_988_749_894_9;
        let (mut a, mut b) = (high - golden * (high - low), low + golden * (high - low));
        let (mut at_a, mut at_b) = (value(a), value(b));
        while high - low > 1e-9 * centre.abs().max(1.0) {
            if at_a > at_b {
                (high, b, at_b) = (b, a, at_a);
                a = high - golden * (high - low);
                at_a = value(a);
            } else {
                (low, a, at_a) = (a, b, at_b);
                b = low + golden * (high - low);
                at_b = value(b);
            }
        }
        let top = (low + high) / 2.0;
        let floor = value(top) - PROFILE_DROP;
        let crossing = |towards: f64| {
            let (mut inside, mut width) = (top, 0.1);
            let mut outside = top + towards * width;
            while value(outside) > floor {
                inside = outside;
                width *= 2.0;
                outside = top + towards * width;
                if !(-30.0..30.0).contains(&outside) {
                    return None;
                }
            }
            for _ in 0..60 {
                let middle = (inside + outside) / 2.0;
                if value(middle) > floor { inside = middle } else { outside = middle }
            }
            Some(inside)
        };
        let upper = crossing(1.0)?;
        let lower = crossing(-1.0).map_or(self.n, |x| self.n + x.exp());
        Some((self.n + top.exp(), [lower, self.n + upper.exp()]))
    }
}

/// The search that a table of so many lists gets.
pub(super) fn in_full(table: &PatternTable) -> bool {
    table.lists.len() <= LISTS_SEARCHED_IN_FULL
}

pub(super) fn estimate(table: &PatternTable, in_full: bool, progress: Progress<'_>) -> ModelAnswer {
    let refuse = |because: &str| ModelAnswer::not_estimable(Model::Loglinear, because);
    if let Some(list) = table.list_with_everyone() {
        return refuse(&format!("list {list} bears every person, so that nothing is known of those whom it misses"));
    }
    let data = Data::of(table);
    let (mut models, n_tried) = if in_full {
        let models = hierarchical(data.lists);
        let n_tried = models.len();
        (models.into_par_iter().filter_map(|model| data.candidate(model)).collect::<Vec<_>>(), n_tried)
    } else {
        let models = data.forward();
        let n_tried = models.len();
        (models, n_tried)
    };
    progress(Model::Loglinear.key(), 0.9);
    models.sort_by(|a, b| a.bic().total_cmp(&b.bic()).then_with(|| a.interactions.cmp(&b.interactions)));
    models.dedup_by(|a, b| a.interactions == b.interactions);
    let Some(best) = models.first() else { return refuse("no log-linear model has a finite maximum on this table") };
    let profiled = best.abundance() <= MOST_PROFILED;
    let (multinomial, interval) = if profiled {
        match data.profile_interval(best) {
            Some((multinomial, interval)) => (Some(multinomial), interval),
            None => {
                return refuse(
                    "the likelihood of the best model never falls far enough to bound the number from above",
                );
            }
        }
    } else {
        let n0 = best.fit.intercept.exp();
        (None, log_normal_interval(data.n, n0, best.standard_error().powi(2)))
    };
    let by_aic = models.iter().min_by(|a, b| a.aic().total_cmp(&b.aic())).unwrap_or(best);
    let (terms, cells) = data.reduced(&best.interactions);
    let misfit = misfit(&best.fit, terms.len(), &cells);
    let weighed: Vec<(f64, f64, f64)> =
        models.iter().map(|m| (m.bic(), m.fit.intercept.exp(), m.standard_error())).collect();
    let average = averaged(&weighed, interval.map(|end| end - data.n));
    let is_outside = |m: &&Candidate| !(interval[0]..=interval[1]).contains(&m.abundance());
    let mut doubts: Vec<(&str, String)> = misfit_doubt(misfit).into_iter().collect();
    if average.weight_outside > MOST_WEIGHT_OUTSIDE
        && let Some(other) = models.iter().find(is_outside)
    {
        let (model, abundance) = (bracket(&other.interactions, data.lists), other.abundance());
        let [low, high] = average.interval.map(|end| data.n + end);
        doubts.push((
            "selection",
            format!(
                "{:.0} % of the weight by BIC is with models whose number lies outside the interval, {model} for one (BIC {:.2} \
                 higher), which gives {abundance:.0}; averaged over all models the interval is {low:.0} to {high:.0}",
                average.weight_outside * 100.0,
                other.bic() - best.bic(),
            ),
        ));
    }
    if is_outside(&by_aic) {
        let (model, abundance) = (bracket(&by_aic.interactions, data.lists), by_aic.abundance());
        doubts.push(("aic", format!("AIC chooses {model}, which gives {abundance:.0}, outside the interval")));
    }
    let mut warnings = vec!["the interval takes the chosen model as known and is too narrow for that".to_owned()];
    if n_tried > models.len() {
        warnings.push(format!("{} of {n_tried} models have no finite maximum on this table", n_tried - models.len()));
    }
    let diagnostics = Diagnostics::from([
        ("model".into(), json!(bracket(&best.interactions, data.lists))),
        ("chosen_by".into(), json!("BIC")),
        ("deviance".into(), json!(misfit.map(|(deviance, ..)| deviance))),
        ("degrees_of_freedom".into(), json!(misfit.map(|(_, freedom, _)| freedom))),
        ("p_of_fit".into(), json!(misfit.map(|(.., p)| p))),
        ("bic_weight_outside_interval".into(), json!(average.weight_outside)),
        ("bic_averaged_median".into(), json!(data.n + average.median)),
        ("bic_averaged_interval_95".into(), json!(average.interval.map(|end| data.n + end))),
        ("search".into(), json!(if in_full { "every hierarchical model" } else { "forward, by pairs" })),
        ("n_models".into(), json!(models.len())),
        ("standard_error".into(), json!(best.standard_error())),
        ("aic".into(), json!(best.aic())),
        ("bic".into(), json!(best.bic())),
        ("multinomial_maximum".into(), json!(multinomial)),
        (
            "interval".into(),
            json!(if profiled {
                "95 % profile interval of the multinomial likelihood"
            } else {
                "log-normal confidence interval"
            }),
        ),
        ("best_by_aic".into(), by_aic.json(data.lists)),
        ("next_by_bic".into(), models.iter().skip(1).take(5).map(|m| m.json(data.lists)).collect()),
    ]);
    ModelAnswer::Estimated {
        model: Model::Loglinear.key(),
        median: best.abundance(),
        mean: best.abundance(),
        credible_interval_95: interval,
        unseen: Unseen::from_interval(best.fit.intercept.exp(), interval.map(|end| end - data.n)),
        diagnostics,
        warnings,
    }
    .with_doubts(doubts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_hierarchical_models_as_the_literature_counts() {
        assert_eq!([3, 4, 5].map(|lists| hierarchical(lists).len()), [8, 113, 6893]);
    }

    #[test]
    fn generators_are_written_largest_first() {
        assert_eq!(bracket(&[0b0011, 0b0101, 0b0110, 0b1001, 0b1100, 0b0111], 4), "[123,14,34]");
        assert_eq!(bracket(&[], 3), "[1,2,3]");
    }
}
