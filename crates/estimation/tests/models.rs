mod support;

use std::path::Path;

use estimation::models::{Model, ModelAnswer, PatternTable, estimate};
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
    let result = estimate(&table, Model::All, 7, &|_, _| {});
    let json = serde_json::to_value(&result).unwrap();
    assert_eq!(json["n_documented"], 4400);
    for model in json["models"].as_array().unwrap() {
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
    let again = estimate(&table, Model::All, 7, &|_, _| {});
    assert_eq!(serde_json::to_string(&result).unwrap(), serde_json::to_string(&again).unwrap());
}
