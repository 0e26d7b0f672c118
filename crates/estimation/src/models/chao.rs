//! Lower bounds from those seen on one list and on two.
//!
//! The list-wise bound n + Σ_{i<j} sᵢ sⱼ / f₂ (sᵢ: on list i alone; f₂: on exactly two lists) follows from the odds under
//! independence and allows lists of unequal coverage. Chao's own n + f₁² / (2 f₂) does not: with unequal lists it lies above
//! the truth, and it is given among the diagnostics only.

use serde_json::json;

use super::{Diagnostics, Model, ModelAnswer, PatternTable, Unseen};

/// Bounds of a 95 % interval for n + n₀, log-normal in n₀.
pub(super) fn log_normal_interval(n: f64, n0: f64, variance: f64) -> [f64; 2] {
    if n0 <= 0.0 {
        return [n, n];
    }
    let factor = (1.959963984540054 * (variance / (n0 * n0)).ln_1p().sqrt()).exp();
    [n + n0 / factor, n + n0 * factor]
}

pub(super) fn estimate(table: &PatternTable) -> ModelAnswer {
    let n = table.n_documented() as f64;
    let (f1, f2) = (table.n_seen(1) as f64, table.n_seen(2) as f64);
    if f2 == 0.0 {
        return ModelAnswer::not_estimable(Model::Chao, "no person is on exactly two lists");
    }
    let lists = table.lists.len();
    let alone: Vec<f64> = (0..lists)
        .map(|i| table.counts.iter().find(|(pattern, _)| *pattern == 1 << i).map_or(0.0, |(_, n)| *n as f64))
        .collect();
    let products: f64 =
        (0..lists).flat_map(|i| (i + 1..lists).map(move |j| (i, j))).map(|(i, j)| alone[i] * alone[j]).sum();
    let n0 = products / f2;
    // Delta method, cells Poisson: each sᵢ moves n₀ by (Σ s − sᵢ) / f₂, f₂ by −n₀ / f₂.
    let variance = alone.iter().map(|s| (f1 - s).powi(2) * s).sum::<f64>() / (f2 * f2) + n0 * n0 / f2;
    let j = lists as f64;
    let diagnostics = Diagnostics::from([
        ("method".into(), json!("list-wise lower bound n + sum s_i s_j / f2")),
        ("interval".into(), json!("log-normal confidence interval of the bound")),
        ("lower_bound".into(), json!(n + n0)),
        ("chao_1984".into(), json!(n + f1 * f1 / (2.0 * f2))),
        ("chao_bias_corrected".into(), json!(n + f1 * (f1 - 1.0) / (2.0 * (f2 + 1.0)))),
        ("chao_by_number_of_lists".into(), json!(n + (j - 1.0) / (2.0 * j) * f1 * f1 / f2)),
        ("n_seen_once".into(), json!(f1)),
        ("n_seen_twice".into(), json!(f2)),
    ]);
    let interval = log_normal_interval(n, n0, variance);
    ModelAnswer::Estimated {
        model: Model::Chao.key(),
        median: n + n0,
        mean: n + n0,
        credible_interval_95: interval,
        unseen: Unseen::from_interval(n0, interval.map(|end| end - n)),
        diagnostics,
        warnings: vec![
            "a lower bound, if lists do not avoid each other's persons; not an estimate of the whole".into(),
        ],
    }
}
