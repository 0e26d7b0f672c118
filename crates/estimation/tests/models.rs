mod support;

use std::path::Path;

use estimation::models::{LcmcrSettings, Model, ModelAnswer, PatternTable, estimate, estimate_lcmcr};
use support::shared;

fn table(name: &str) -> Option<PatternTable> {
    let path = shared(&format!("estimation/tables/{name}.csv"))?;
    Some(PatternTable::parse_csv(&std::fs::read(path).unwrap()).unwrap())
}

fn rows(path: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn answer(table: &PatternTable, model: Model) -> ModelAnswer {
    estimate(table, model, 1, &|_, _| {}).models.remove(0)
}

fn close(found: f64, expected: f64, relative: f64) {
    assert!((found - expected).abs() <= relative * expected.abs(), "{found} is not {expected}");
}

#[test]
fn pairs_agree_with_the_reference_for_every_table() {
    let Some(path) = shared("estimation/pairs.csv") else { return };
    let mut seen = 0;
    for row in rows(&path) {
        let table = table(&row[0]).unwrap();
        let ModelAnswer::Estimated { diagnostics, .. } = answer(&table, Model::Pairs) else { panic!("{row:?}") };
        let pairs = diagnostics["pairs"].as_array().unwrap();
        let pair = pairs.iter().find(|p| p["lists"][0] == row[1] && p["lists"][1] == row[2]).unwrap();
        match row[6].as_str() {
            "Inf" => assert!(pair["lincoln_petersen"].is_null()),
            lp => close(pair["lincoln_petersen"].as_f64().unwrap(), lp.parse().unwrap(), 1e-9),
        }
        close(pair["chapman"].as_f64().unwrap(), row[7].parse().unwrap(), 1e-9);
        close(pair["chapman_standard_error"].as_f64().unwrap(), row[8].parse().unwrap(), 1e-9);
        seen += 1;
    }
    assert!(seen > 70);
}

#[test]
fn bounds_agree_with_the_reference_and_the_list_wise_one_is_that_of_the_methods() {
    let Some(path) = shared("estimation/chao.csv") else { return };
    for row in rows(&path) {
        let table = table(&row[0]).unwrap();
        let ModelAnswer::Estimated { diagnostics, median, .. } = answer(&table, Model::Chao) else { panic!("{row:?}") };
        let number = |key: &str| diagnostics[key].as_f64().unwrap();
        close(number("chao_1984"), row[4].parse().unwrap(), 1e-9);
        close(number("chao_bias_corrected"), row[5].parse().unwrap(), 1e-9);
        close(number("chao_by_number_of_lists"), row[6].parse().unwrap(), 1e-9);
        if row[0] == "kosovo" {
            assert!((median - 8590.8).abs() < 0.05, "{median}");
        }
    }
}

#[test]
fn the_log_linear_model_of_kosovo_is_that_of_the_published_study() {
    let Some(table) = table("kosovo") else { return };
    let ModelAnswer::Estimated { median, credible_interval_95: [low, high], diagnostics, .. } =
        answer(&table, Model::Loglinear)
    else {
        panic!("not estimable")
    };
    assert_eq!(diagnostics["model"], "[123,14,34]");
    close(median, 10356.5189572519, 1e-6);
    close(diagnostics["standard_error"].as_f64().unwrap(), 785.902224195224, 1e-6);
    close(diagnostics["aic"].as_f64().unwrap(), 132.7466747332, 1e-6);
    close(diagnostics["bic"].as_f64().unwrap(), 203.029632752169, 1e-6);
    close(diagnostics["multinomial_maximum"].as_f64().unwrap(), 10334.5, 1e-4);
    close(low, 8994.3, 2e-4);
    close(high, 12110.4, 2e-4);
    assert_eq!(diagnostics["n_models"], 113);
    let by_aic = &diagnostics["best_by_aic"];
    assert_eq!(by_aic["model"], "[123,134]");
    close(by_aic["abundance"].as_f64().unwrap(), 12740.9677419355, 1e-6);
}

#[test]
fn all_models_of_five_lists_are_searched() {
    let Some(table) = table("my_spina5") else { return };
    let ModelAnswer::Estimated { median, diagnostics, .. } = answer(&table, Model::Loglinear) else {
        panic!("not estimable")
    };
    assert_eq!(diagnostics["model"], "[12,13,45]");
    close(median, 620.470362, 1e-6);
    close(diagnostics["bic"].as_f64().unwrap(), 200.12855, 1e-6);
}

fn small(counts: &[(u64, u64)], lists: usize) -> PatternTable {
    PatternTable::new((0..lists).map(|i| format!("l{i}")).collect(), counts.iter().copied()).unwrap()
}

fn because(table: &PatternTable, model: Model) -> String {
    match answer(table, model) {
        ModelAnswer::NotEstimable { not_estimable, .. } => not_estimable,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_cannot_be_estimated_is_answered_with_the_reason() {
    for model in Model::EACH {
        let apart = small(&[(1, 5), (2, 6), (4, 7)], 3);
        assert_eq!(because(&apart, model), "because no person is on two lists");
    }
    let two = small(&[(1, 5), (2, 6), (3, 2), (4, 0)], 3);
    assert!(because(&two, Model::Loglinear).contains("fewer than 3 lists"));
    let contains_all = small(&[(1, 50), (3, 6), (5, 7), (7, 2)], 3);
    assert!(because(&contains_all, Model::Loglinear).contains("bears every person"));
    let result = estimate(&two, Model::Pairs, 1, &|_, _| {});
    assert!(result.warnings.iter().any(|w| w.contains("list l2 has no records")));
}

#[test]
fn a_list_inside_another_is_named_and_a_number_that_is_hardly_bound_is_doubted_whatever_the_model() {
    let warned = |table: &PatternTable| estimate(table, Model::Chao, 1, &|_, _| {}).warnings.join("; ");
    // l1 is a copy of a part of l0; l0 and l2 have met by themselves.
    let copied = small(&[(1, 50), (3, 20), (4, 40), (5, 7), (7, 3)], 3);
    assert!(warned(&copied).contains("everyone on list l1 is on list l0 too"), "{}", warned(&copied));
    let alike = small(&[(3, 50), (4, 40), (7, 9)], 3);
    assert!(warned(&alike).contains("everyone on list l1 is on list l0 too"), "{}", warned(&alike));
    assert!(!warned(&alike).contains("everyone on list l0"));
    let apart = small(&[(1, 50), (2, 30), (3, 20), (4, 40), (5, 7), (7, 3)], 3);
    assert!(!warned(&apart).contains("is on list"), "{}", warned(&apart));
    let one_met = small(&[(1, 500), (2, 400), (4, 300), (3, 1)], 3);
    for model in [Model::Dga, Model::Loglinear, Model::Sparsemse, Model::Chao, Model::Pairs] {
        let answer = answer(&one_met, model);
        let ModelAnswer::Estimated { diagnostics, .. } = &answer else { panic!("{answer:?}") };
        assert!(answer.is_doubted() && diagnostics["doubts"].to_string().contains("unbounded"), "{model}");
    }
}

#[test]
fn counts_of_thousands_of_millions_give_a_finite_answer_or_a_reason() {
    let big = small(&[(1, 1_000_000_000), (2, 900_000_000), (4, 800_000_000), (3, 1_000_000_000), (5, 10), (6, 7)], 3);
    for model in Model::EACH {
        if let ModelAnswer::Estimated { median, credible_interval_95: [low, high], .. } = answer(&big, model) {
            assert!(median.is_finite() && low <= median && median <= high, "{model}: {low} {median} {high}");
        }
    }
}

#[test]
fn the_answer_is_written_as_the_commands_promise() {
    let Some(table) = table("kosovo") else { return };
    let mut answers = vec![lcmcr(&table, 10, 4_000, 7)];
    for model in Model::EACH.into_iter().filter(|model| *model != Model::Lcmcr) {
        let result = estimate(&table, model, 7, &|_, _| {});
        let json = serde_json::to_value(&result).unwrap();
        assert_eq!((json["n_documented"].as_u64(), json["seed"].as_u64()), (Some(4400), Some(7)));
        assert_eq!(json["lists"][0]["list"], "EXH");
        answers.extend(result.models);
    }
    for answer in answers {
        let model = serde_json::to_value(&answer).unwrap();
        assert!(model["model"].is_string());
        match model.get("not_estimable") {
            Some(reason) => assert!(reason.as_str().unwrap().starts_with("because ")),
            None => {
                assert!(model["median"].is_number() && model["mean"].is_number());
                assert_eq!(model["credible_interval_95"].as_array().unwrap().len(), 2);
                assert!(model["diagnostics"].is_object() && model["warnings"].is_array());
            }
        }
    }
}

/// Median, mean, interval, diagnostics, warnings.
type Numbers = (f64, f64, [f64; 2], estimation::models::Diagnostics, Vec<String>);

fn estimated(answer: ModelAnswer) -> Numbers {
    match answer {
        ModelAnswer::Estimated { median, mean, credible_interval_95, diagnostics, warnings, .. } => {
            (median, mean, credible_interval_95, diagnostics, warnings)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn graph_averaging_gives_the_reference_quantiles_and_probabilities() {
    let Some(path) = shared("estimation/dga.csv") else { return };
    let mut seen = 0;
    for row in rows(&path) {
        let number = |i: usize| row[i].parse::<f64>().unwrap();
        let lists = number(2);
        let default = (number(4) - 0.5f64.powf(lists)).abs() < 1e-12 && row[6] == "1/N";
        // Of the reference, the rows whose own grid was long enough.
        if !default || number(13) > 1e-7 || lists > 5.0 {
            continue;
        }
        let (median, mean, [low, high], diagnostics, _) = estimated(answer(&table(&row[0]).unwrap(), Model::Dga));
        assert_eq!((low, median, high), (number(8), number(9), number(10)), "{}", row[0]);
        close(mean, number(7), 1e-6);
        assert_eq!(diagnostics["top_graphs"][0]["graph"], row[14]);
        assert!((diagnostics["top_graphs"][0]["probability"].as_f64().unwrap() - number(15)).abs() < 1e-8);
        assert!((diagnostics["probability_of_complete_graph"].as_f64().unwrap() - number(12)).abs() < 1e-8);
        seen += 1;
    }
    assert!(seen > 0);
}

#[test]
fn a_heavy_tail_is_followed_until_it_ends_or_warned_of() {
    let Some(table) = table("UKdat_5") else { return };
    let (.., diagnostics, warnings) = estimated(answer(&table, Model::Dga));
    let ended = diagnostics["tail_weight"].as_f64().unwrap() < 1e-6;
    assert!(diagnostics["grid_end_persons_unseen"].as_f64().unwrap() > 5.0 * 2744.0);
    assert_eq!(ended, !warnings.iter().any(|w| w.contains("tail")));
}

fn lcmcr(table: &PatternTable, classes: usize, sweeps: u64, seed: u64) -> ModelAnswer {
    let settings = LcmcrSettings { classes, sweeps, burn_in: 1_000, ..LcmcrSettings::for_lists(table.lists.len()) };
    estimate_lcmcr(table, settings, seed, &|_, _| {})
}

#[test]
fn one_class_gives_the_exact_posterior() {
    let Some(path) = shared("estimation/k1_exact.csv") else { return };
    for row in rows(&path).iter().filter(|row| matches!(&*row[0], "kosovo" | "my_spina5")) {
        let number = |i: usize| row[i].parse::<f64>().unwrap();
        let (median, mean, [low, high], ..) = estimated(lcmcr(&table(&row[0]).unwrap(), 1, 10_000, 1));
        close(mean, number(2), 0.003);
        close(low, number(4), 0.01);
        close(median, number(5), 0.003);
        close(high, number(6), 0.01);
    }
}

/// Medians and interval ends of LCMCR 0.4.14, five seeds of a million sweeps each. About half a minute of a processor.
#[test]
fn five_seeds_of_latent_classes_meet_five_long_runs_of_the_reference() {
    for (name, sweeps, [low, median, high], [at_low, at_median, at_high]) in [
        ("kosovo", 40_000, [8_904.78, 10_410.0, 13_926.22], [0.02, 0.005, 0.02]),
        ("NewOrl_5", 20_000, [569.195, 833.2, 1_374.005], [0.005, 0.005, 0.01]),
    ] {
        let Some(table) = table(name) else { return };
        let runs: Vec<_> = (1..=5).map(|seed| estimated(lcmcr(&table, 10, sweeps, seed))).collect();
        let mean = |of: &dyn Fn(&Numbers) -> f64| runs.iter().map(of).sum::<f64>() / 5.0;
        let found = [mean(&|r| r.2[0]), mean(&|r| r.0), mean(&|r| r.2[1])];
        println!("{name}: {found:?} beside {low}, {median}, {high}");
        close(found[1], median, at_median);
        close(found[0], low, at_low);
        close(found[2], high, at_high);
    }
}

#[test]
fn the_order_of_the_lists_and_the_number_of_threads_change_nothing() {
    let Some(table) = table("kosovo") else { return };
    let turned = |pattern: u64| (0..4).fold(0, |new, i| new | (pattern >> i & 1) << (3 - i));
    let lists: Vec<String> = table.lists.iter().rev().cloned().collect();
    let other = PatternTable::new(lists, table.counts.iter().map(|(p, n)| (turned(*p), *n))).unwrap();
    let settings = LcmcrSettings { burn_in: 300, sweeps: 1_000, ..LcmcrSettings::for_lists(4) };
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let alone = one.install(|| estimate_lcmcr(&table, settings, 3, &|_, _| {}));
    assert_eq!(alone, estimate_lcmcr(&other, settings, 3, &|_, _| {}));
    let dga = one.install(|| estimate(&table, Model::Dga, 1, &|_, _| {}).models.remove(0));
    assert_eq!(dga, answer(&table, Model::Dga));
}
