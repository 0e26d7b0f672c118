//! A model that fails on a table must be doubted from that table alone. The populations are simulated; nobody in them exists.

use estimation::models::{LcmcrSettings, Model, ModelAnswer, PatternTable, estimate, estimate_lcmcr};
use estimation::simulate::{coverage, published};

fn population(name: &str) -> estimation::simulate::Population {
    published().into_iter().find(|(n, _)| n.starts_with(name)).unwrap().1
}

fn answer(table: &PatternTable, model: Model) -> ModelAnswer {
    estimate(table, model, 1, &|_, _| {}).models.remove(0)
}

fn keys(answer: &ModelAnswer) -> Vec<String> {
    let ModelAnswer::Estimated { diagnostics, .. } = answer else { panic!("{answer:?}") };
    diagnostics["doubts"].as_array().unwrap().iter().map(|key| key.as_str().unwrap().to_owned()).collect()
}

#[test]
fn where_log_linear_models_miss_the_truth_in_every_sample_none_is_silent() {
    for row in coverage("S3", &population("S3"), &[Model::Loglinear, Model::Sparsemse], 12, 1, &|_| {}) {
        assert!(row.coverage < 0.3 && row.doubted > 0.9 && row.wrong_in_silence < 0.1, "{row:?}");
    }
}

#[test]
fn graphs_that_cannot_follow_two_kinds_of_persons_are_doubted_and_graphs_that_hold_are_not() {
    let failing = coverage("S4", &population("S4"), &[Model::Dga], 20, 1, &|_| {}).remove(0);
    assert!(failing.coverage < 0.8 && failing.wrong_in_silence < 0.1, "{failing:?}");
    let holding = coverage("S2", &population("S2"), &[Model::Dga], 20, 1, &|_| {}).remove(0);
    assert!(holding.coverage > 0.75 && holding.doubted < 0.2, "{holding:?}");
}

#[test]
fn a_list_whose_own_persons_the_model_gets_wrong_is_named() {
    let table = population("S3").draw(1, 0).unwrap();
    let found = answer(&table, Model::Sparsemse);
    assert!(keys(&found).contains(&"held_list".to_owned()), "{found:?}");
    let ModelAnswer::Estimated { warnings, diagnostics, .. } = found else { panic!() };
    let sentence = warnings.iter().find(|w| w.contains("fails where the truth is known")).unwrap();
    let held = diagnostics["held_lists"].as_array().unwrap();
    assert!(
        held.iter().any(|list| sentence.contains(&format!("list {}", list["list"].as_str().unwrap()))),
        "{sentence}"
    );
    assert!(held.iter().all(|list| list["interval_995"][0].as_f64() <= list["interval_995"][1].as_f64()));
}

#[test]
fn models_that_fit_alike_and_disagree_are_told() {
    // Invented: two log-linear models fit within a fraction of a BIC and give numbers far apart.
    let counts = [
        (1, 400),
        (2, 300),
        (3, 60),
        (4, 200),
        (5, 40),
        (6, 30),
        (7, 18),
        (8, 150),
        (9, 30),
        (10, 22),
        (12, 15),
        (15, 6),
    ];
    let table = PatternTable::new(["a", "b", "c", "d"].map(str::to_owned).to_vec(), counts).unwrap();
    let found = answer(&table, Model::Loglinear);
    let ModelAnswer::Estimated { diagnostics, credible_interval_95: [low, high], .. } = &found else { panic!() };
    let outside = diagnostics["bic_weight_outside_interval"].as_f64().unwrap();
    assert_eq!(outside > 0.05, keys(&found).contains(&"selection".to_owned()));
    let averaged: Vec<f64> =
        diagnostics["bic_averaged_interval_95"].as_array().unwrap().iter().map(|end| end.as_f64().unwrap()).collect();
    assert!(averaged[0] < averaged[1] && averaged[1] > *low && averaged[0] < *high, "{averaged:?} {low} {high}");
}

#[test]
fn an_interval_that_chooses_the_pairs_anew_is_beside_the_one_that_takes_them_as_known_and_is_the_same_again() {
    let table = population("S8").draw(1, 0).unwrap();
    let (first, second) = (answer(&table, Model::Sparsemse), answer(&table, Model::Sparsemse));
    assert_eq!(first, second);
    let ModelAnswer::Estimated { diagnostics, median, .. } = first else { panic!() };
    let ends: Vec<f64> =
        diagnostics["bca_interval_95"].as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect();
    assert!(ends[0] < median && median < ends[1], "{ends:?} {median}");
    assert_eq!(diagnostics["bootstrap_resamples"], 1000);
}

#[test]
fn latent_classes_are_not_doubted_for_lack_of_summits_on_independent_lists() {
    let table = population("S2").draw(1, 0).unwrap();
    let settings = LcmcrSettings { burn_in: 500, sweeps: 2_000, thin: 1, ..LcmcrSettings::for_lists(4) };
    let found = estimate_lcmcr(&table, settings, 1, &|_, _| {});
    assert!(!keys(&found).contains(&"other_summits".to_owned()), "{found:?}");
}
