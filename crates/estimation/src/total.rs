//! The total of strata: never a sum of intervals, but the distribution of the sum of independent draws, one from each stratum. Units:
//! persons.

use std::collections::BTreeSet;

use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use serde_json::json;

use crate::models::{Diagnostics, Estimate, Model, ModelAnswer, Unseen};

/// Joint draws for a total.
const DRAWS: usize = 20_000;
/// Fewer documented than this make a stratum tiny.
const TINY: u64 = 30;
/// Mean unseen over median unseen.
const LEANS: f64 = 2.0;
/// Of the unseen, by medians: beyond this part in doubted strata the total is doubted as they are.
const MUCH_DOUBTED: f64 = 0.1;

/// The total of strata by one model: the distribution of the sum of one independent draw from each.
///
/// A stratum that this model cannot estimate counts with its documented persons alone, and the answer says so; where no
/// stratum can be estimated, neither can the total. What speaks against the intervals of strata speaks against that of their sum.
pub fn total(strata: &[(u64, Option<&Estimate>)], model: Model, seed: u64) -> ModelAnswer {
    let answers: Vec<Option<&ModelAnswer>> = strata
        .iter()
        .map(|(_, estimate)| estimate.and_then(|e| e.models.iter().find(|answer| answer.model() == model.key())))
        .collect();
    let unseen_of = |answer: &Option<&ModelAnswer>| match answer {
        Some(ModelAnswer::Estimated { unseen, .. }) => Some(unseen.clone()),
        _ => None,
    };
    let parts: Vec<(u64, Option<Unseen>)> =
        strata.iter().zip(&answers).map(|((n, _), answer)| (*n, unseen_of(answer))).collect();
    let unseen: Vec<&Unseen> = parts.iter().filter_map(|(_, unseen)| unseen.as_ref()).collect();
    let n: u64 = parts.iter().map(|(n, _)| n).sum();
    if unseen.is_empty() {
        return ModelAnswer::NotEstimable {
            model: model.key(),
            not_estimable: "because no stratum can be estimated".to_owned(),
        };
    }
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut sums: Vec<f64> = (0..DRAWS).map(|_| unseen.iter().map(|u| u.quantile(rng.random::<f64>())).sum()).collect();
    sums.sort_by(f64::total_cmp);
    let n0 = |p: f64| sums[((p * DRAWS as f64) as usize).min(DRAWS - 1)];
    let missing = parts.len() - unseen.len();
    let mut warnings = Vec::new();
    if missing > 0 {
        let without: u64 = parts.iter().filter(|(_, unseen)| unseen.is_none()).map(|(n, _)| n).sum();
        warnings.push(format!(
            "{missing} of {} strata, with {without} documented, cannot be estimated and count as documented only: the \
             total is too low by those unseen in them",
            parts.len()
        ));
    }
    let skewed: Vec<f64> = unseen.iter().map(|u| u.mean() / u.quantile(0.5).max(1.0)).collect();
    let (tiny, thin) = parts
        .iter()
        .filter(|(_, unseen)| unseen.is_some())
        .fold((0, 0u64), |(tiny, sum), (n, _)| if *n < TINY { (tiny + 1, sum + n) } else { (tiny, sum) });
    let mut doubts = Vec::new();
    if tiny > 0 && (tiny > 2 || thin * 10 > n) {
        doubts.push((
            "tiny_strata",
            format!(
                "{tiny} of {} strata have fewer than {TINY} documented, {thin} together: their distributions lean far upwards, and so \
                 many of them inflate the total; take fewer, larger strata, and hold it against the estimate of the whole",
                parts.len()
            ),
        ));
    }
    let lean = skewed.iter().filter(|lean| **lean > LEANS).count();
    if lean > 0 {
        doubts.push((
            "leaning_strata",
            format!("in {lean} of {} strata the mean unseen is more than twice the median: few draws make much of the total", parts.len()),
        ));
    }
    let doubted: Vec<&ModelAnswer> = answers.iter().flatten().copied().filter(|answer| answer.is_doubted()).collect();
    if !doubted.is_empty() {
        let medians = |unseen: &mut dyn Iterator<Item = &Unseen>| unseen.map(|u| u.quantile(0.5)).sum::<f64>();
        let of_doubted = medians(&mut doubted.iter().filter_map(|answer| match answer {
            ModelAnswer::Estimated { unseen, .. } => Some(unseen),
            ModelAnswer::NotEstimable { .. } => None,
        }));
        let keys: BTreeSet<&str> = doubted.iter().flat_map(|answer| answer.doubts()).collect();
        let sentence = format!(
            "in {} of {} strata the table speaks against the interval ({}), and so it does against that of their sum",
            doubted.len(),
            parts.len(),
            keys.into_iter().collect::<Vec<_>>().join(", ")
        );
        match of_doubted > MUCH_DOUBTED * medians(&mut unseen.iter().copied()) {
            true => doubts.push(("doubted_strata", sentence)),
            false => warnings.push(sentence),
        }
    }
    if model == Model::Chao {
        warnings.push("a sum of lower bounds; not an estimate of the whole".to_owned());
    }
    let documented = n as f64;
    let distribution = Unseen::from_quantiles(n0);
    ModelAnswer::Estimated {
        model: model.key(),
        median: documented + n0(0.5),
        mean: documented + unseen.iter().map(|u| u.mean()).sum::<f64>(),
        credible_interval_95: [documented + n0(0.025), documented + n0(0.975)],
        diagnostics: Diagnostics::from([
            ("n_documented".into(), json!(n)),
            ("strata".into(), json!(parts.len())),
            ("strata_estimated".into(), json!(unseen.len())),
            ("interval".into(), json!("95 % of sums of independent draws, one from each stratum")),
        ]),
        warnings,
        unseen: distribution,
    }
    .with_doubts(doubts)
}
