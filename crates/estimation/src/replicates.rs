//! Uncertainty of linkage carried into an estimate: one estimate per sample of the clustering, combined.
//!
//! Rubin's rules on ln n₀, as verdata combines imputations: W the mean variance within a sample, B the variance of the samples'
//! means, T = W + (1 + 1/m) B, ν = (m − 1)(1 + W / ((1 + 1/m) B))² degrees of freedom, interval n + exp(mean ± t_ν √T). Samples differ in
//! how many persons their lists bear, so n₀ is here what a sample estimates above the n of the recorded linkage.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::models::{Diagnostics, ModelAnswer, Unseen};

/// Of the samples, the part that must be estimable.
const FEWEST: f64 = 0.8;
/// A doubt in more than this part of the samples is one of the whole.
const MUCH_DOUBTED: f64 = 0.2;

/// Combines one model's answers. `n` is documented under the recorded linkage; each answer is with its sample's own documented
/// count. An answer that is not estimable in more than a fifth of the samples is not estimable.
pub fn combine(model: &'static str, n: u64, answers: &[(u64, &ModelAnswer)]) -> ModelAnswer {
    let refuse = |because: String| ModelAnswer::NotEstimable { model, not_estimable: format!("because {because}") };
    let estimated: Vec<(f64, &Unseen)> = answers
        .iter()
        .filter_map(|(documented, answer)| match answer {
            ModelAnswer::Estimated { unseen, .. } => Some((*documented as f64, unseen)),
            ModelAnswer::NotEstimable { .. } => None,
        })
        .collect();
    if answers.len() < 2 {
        return refuse("fewer than two samples of the linkage were estimated".into());
    }
    let m = estimated.len() as f64;
    if m < 2.0 || m < FEWEST * answers.len() as f64 {
        return refuse(format!("only {m} of {} samples of the linkage can be estimated", answers.len()));
    }
    let n = n as f64;
    let moments: Vec<(f64, f64)> = estimated.iter().map(|(own, unseen)| unseen.log_moments(own - n)).collect();
    let mean = moments.iter().map(|(mean, _)| mean).sum::<f64>() / m;
    let within = moments.iter().map(|(_, variance)| variance).sum::<f64>() / m;
    let between = moments.iter().map(|(one, _)| (one - mean).powi(2)).sum::<f64>() / (m - 1.0);
    let linkage = (1.0 + 1.0 / m) * between;
    let total = within + linkage;
    let freedom = if linkage > 0.0 { (m - 1.0) * (1.0 + within / linkage).powi(2) } else { f64::INFINITY };
    let half = t_quantile(freedom) * total.sqrt();
    let share = if total > 0.0 { linkage / total } else { 0.0 };
    let averages: Vec<f64> = estimated.iter().map(|(own, unseen)| own + unseen.mean()).collect();
    let interval = [n + (mean - half).exp(), n + (mean + half).exp()];
    let mut warnings = vec![
        "the samples vary pairs that the linkage found doubtful: matches that it never compared, or that its model takes for strangers, are \
         missed in all of them, and each raises the number"
            .to_owned(),
    ];
    if estimated.len() < answers.len() {
        warnings.push(format!("{} samples of the linkage could not be estimated", answers.len() - estimated.len()));
    }
    if share > 0.5 {
        warnings
            .push("more than half of the uncertainty comes from the linkage: review its doubtful pairs first".into());
    }
    let spread = |end: f64| (end - n).max(0.0);
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    let keys = answers.iter().flat_map(|(_, answer)| answer.doubts().collect::<BTreeSet<&str>>());
    keys.for_each(|key| *times.entry(key).or_default() += 1);
    times.retain(|_, times| *times as f64 > MUCH_DOUBTED * answers.len() as f64);
    let doubts = (!times.is_empty()).then(|| {
        let each = times.iter().map(|(key, times)| format!("{key} in {times}")).collect::<Vec<_>>().join(", ");
        let sentence =
            format!("the table speaks against the interval in samples of the linkage ({each} of {})", answers.len());
        ("doubted_samples", sentence)
    });
    ModelAnswer::Estimated {
        model,
        median: n + mean.exp(),
        mean: averages.iter().sum::<f64>() / m,
        credible_interval_95: interval,
        diagnostics: Diagnostics::from([
            ("samples".into(), json!(answers.len())),
            ("variance_within".into(), json!(within)),
            ("variance_between".into(), json!(between)),
            ("degrees_of_freedom".into(), json!(freedom.is_finite().then_some(freedom))),
            ("share_of_variance_from_linkage".into(), json!(share)),
            // How much shorter, in ln n₀, the interval would be if the linkage were known.
            ("share_of_interval_from_linkage".into(), json!(1.0 - (1.0 - share).sqrt())),
            ("interval".into(), json!("95 % interval over samples of the linkage, Rubin's rules on the logarithm")),
        ]),
        warnings,
        unseen: Unseen::from_interval(mean.exp(), interval.map(spread)),
    }
    .with_doubts(doubts)
}

/// The 97.5 % point of Student's distribution.
fn t_quantile(freedom: f64) -> f64 {
    if freedom > 1e6 {
        return 1.959963984540054;
    }
    StudentsT::new(0.0, 1.0, freedom.max(1.0)).map_or(1.959963984540054, |t| t.inverse_cdf(0.975))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(n0: f64, [low, high]: [f64; 2]) -> ModelAnswer {
        ModelAnswer::Estimated {
            model: "test",
            median: n0,
            mean: n0,
            credible_interval_95: [low, high],
            diagnostics: Diagnostics::new(),
            warnings: Vec::new(),
            unseen: Unseen::from_interval(n0, [low, high]),
        }
    }

    fn share(answers: &[ModelAnswer]) -> (f64, [f64; 2]) {
        let given: Vec<(u64, &ModelAnswer)> = answers.iter().map(|a| (100, a)).collect();
        match combine("test", 100, &given) {
            ModelAnswer::Estimated { diagnostics, credible_interval_95, .. } => {
                (diagnostics["share_of_variance_from_linkage"].as_f64().unwrap(), credible_interval_95)
            }
            refused => panic!("{refused:?}"),
        }
    }

    #[test]
    fn samples_that_agree_leave_nothing_to_the_linkage_and_samples_that_differ_widen_the_interval() {
        let same: Vec<ModelAnswer> = (0..10).map(|_| answer(200.0, [150.0, 270.0])).collect();
        let (none, alone) = share(&same);
        assert!(none < 1e-9);
        assert!((alone[0] - 250.0).abs() < 3.0 && (alone[1] - 370.0).abs() < 4.0, "{alone:?}");
        let apart: Vec<ModelAnswer> =
            (0..10).map(|i| f64::from(i) * 30.0 + 65.0).map(|n0| answer(n0, [0.75 * n0, 1.35 * n0])).collect();
        let (much, wide) = share(&apart);
        assert!(much > 0.7 && wide[1] - wide[0] > alone[1] - alone[0]);
    }

    #[test]
    fn what_speaks_against_the_samples_speaks_against_the_whole() {
        let doubted = |i: usize| {
            let plain = answer(200.0, [150.0, 270.0]);
            if i < 4 { plain.with_doubts([("fit", "no fit".to_owned())]) } else { plain }
        };
        let answers: Vec<ModelAnswer> = (0..10).map(doubted).collect();
        let given: Vec<(u64, &ModelAnswer)> = answers.iter().map(|a| (100, a)).collect();
        assert!(combine("test", 100, &given).is_doubted());
        assert!(!combine("test", 100, &given[3..]).is_doubted(), "one of seven");
    }

    #[test]
    fn a_model_that_fails_on_many_samples_is_not_estimable() {
        let failed = ModelAnswer::NotEstimable { model: "test", not_estimable: "because".into() };
        let good = answer(10.0, [5.0, 20.0]);
        let given = [(100, &good), (100, &failed), (100, &failed)];
        assert!(matches!(combine("test", 100, &given), ModelAnswer::NotEstimable { .. }));
    }
}
