//! Reference answers of other programs for tables that are not in the repository, and what must hold of every table.

mod support;

use estimation::models::{
    DgaSettings, LcmcrSettings, Model, ModelAnswer, PatternTable, TableError, estimate, estimate_dga, estimate_lcmcr,
};
use support::shared;

fn table(name: &str) -> Option<PatternTable> {
    let path = shared(&format!("estimation/tables/{name}.csv"))?;
    Some(PatternTable::parse_csv(&std::fs::read(path).unwrap()).unwrap())
}

fn answer(table: &PatternTable, model: Model) -> ModelAnswer {
    estimate(table, model, 1, &|_, _| {}).models.remove(0)
}

fn close(found: f64, expected: f64, relative: f64) {
    assert!((found - expected).abs() <= relative * expected.abs(), "{found} is not {expected}");
}

struct Numbers {
    median: f64,
    mean: f64,
    interval: [f64; 2],
    diagnostics: estimation::models::Diagnostics,
    warnings: Vec<String>,
}

fn numbers(answer: ModelAnswer) -> Numbers {
    match answer {
        ModelAnswer::Estimated { median, mean, credible_interval_95, diagnostics, warnings, .. } => {
            Numbers { median, mean, interval: credible_interval_95, diagnostics, warnings }
        }
        refused => panic!("{refused:?}"),
    }
}

#[test]
fn pairs_chosen_forward_are_those_of_sparsemse_with_its_estimate_and_interval() {
    let Some(path) = shared("estimation/sparsemse_rcapture_point.csv") else { return };
    let mut reader = csv::Reader::from_path(path).unwrap();
    let mut seen = 0;
    for row in reader.records().map(Result::unwrap).filter(|row| row[0].starts_with("SparseMSE")) {
        let found = numbers(answer(&table(&row[1]).unwrap(), Model::Sparsemse));
        let expected: Vec<String> = match &row[2] {
            "main effects only" => vec![],
            pairs => pairs.split(' ').map(str::to_owned).collect(),
        };
        // The reference names the pairs with a finite parameter only.
        let gone = found.diagnostics["pairs_without_overlap"].as_array().unwrap();
        let steps = found.diagnostics["pairs"].as_array().unwrap().iter().map(|step| &step["pair"]);
        let chosen: Vec<&str> = steps.filter(|pair| !gone.contains(pair)).map(|pair| pair.as_str().unwrap()).collect();
        assert_eq!(chosen, expected, "{}", &row[1]);
        close(found.median, row[3].parse().unwrap(), 1e-6);
        close(found.interval[0], row[4].parse().unwrap(), 1e-3);
        close(found.interval[1], row[5].parse().unwrap(), 1e-3);
        if let Ok(aic) = row[8].parse() {
            close(found.diagnostics["aic"].as_f64().unwrap(), aic, 1e-5);
        }
        seen += 1;
    }
    assert_eq!(seen, 6);
}

#[test]
fn graphs_without_the_complete_one_and_with_other_priors_agree_with_the_reference() {
    let Some(path) = shared("estimation/dga_nosat.csv") else { return };
    let mut reader = csv::Reader::from_path(path).unwrap();
    let mut seen = 0;
    for row in reader.records().map(Result::unwrap) {
        let number = |i: usize| row[i].parse::<f64>().unwrap();
        // Rows whose own grid was long enough.
        if number(14) > 1e-6 {
            continue;
        }
        let table = table(&row[0]).unwrap();
        for (without_complete_graph, first) in [(false, 5), (true, 10)] {
            let settings = DgaSettings { delta: Some(number(3)), without_complete_graph };
            let found = numbers(estimate_dga(&table, settings, &|_, _| {}));
            let quantiles = (found.interval[0], found.median, found.interval[1]);
            assert_eq!(quantiles, (number(first + 1), number(first + 2), number(first + 3)), "{row:?}");
            close(found.mean, number(first), 1e-6);
        }
        seen += 1;
    }
    assert!(seen >= 8, "{seen}");
}

fn short(table: &PatternTable, seed: u64) -> ModelAnswer {
    let settings =
        LcmcrSettings { burn_in: 1_000, sweeps: 6_000, thin: 2, ..LcmcrSettings::for_lists(table.lists.len()) };
    estimate_lcmcr(table, settings, seed, &|_, _| {})
}

#[test]
fn latent_classes_agree_with_long_reference_runs_where_these_have_one_summit() {
    for (name, [low, median, high], [edge, middle]) in [
        ("NewOrl_5", [569.195, 833.2, 1374.005], [0.02, 0.015]),
        ("my_spina5", [590.0, 629.2, 719.0], [0.01, 0.005]),
        ("kosovo", [8950.0, 10_410.0, 13_870.0], [0.05, 0.02]),
    ] {
        let Some(table) = table(name) else { return };
        let found = numbers(short(&table, 5));
        close(found.median, median, middle);
        close(found.interval[0], low, edge);
        close(found.interval[1], high, edge);
        assert!(!found.warnings.iter().any(|w| w.contains("summits")), "{name}: {:?}", found.warnings);
    }
}

#[test]
fn tables_with_several_summits_are_warned_of_or_refused() {
    for name in ["UKdat", "UKdat_5", "Ned_5"] {
        let Some(table) = table(name) else { return };
        for seed in 1..=4 {
            let fired = match short(&table, seed) {
                ModelAnswer::NotEstimable { not_estimable, .. } => not_estimable.contains("did not mix"),
                ModelAnswer::Estimated { warnings, .. } => {
                    warnings.iter().any(|w| w.contains("summits") || w.contains("mixed poorly"))
                }
            };
            assert!(fired, "{name}, seed {seed}: nothing was said");
        }
    }
}

#[test]
fn graphs_on_six_lists_are_averaged_and_heavy_tails_are_said() {
    let Some(table) = table("Ned") else { return };
    let found = numbers(answer(&table, Model::Dga));
    assert_eq!(found.diagnostics["n_graphs"], 18_154);
    assert!(found.interval[0] < found.median && found.median < found.interval[1]);
}

/// Invented counts.
fn invented() -> PatternTable {
    let counts = [
        (1, 210),
        (2, 180),
        (3, 40),
        (4, 150),
        (5, 35),
        (6, 61),
        (7, 12),
        (8, 90),
        (9, 14),
        (10, 17),
        (12, 9),
        (15, 2),
    ];
    PatternTable::new(["a", "b", "c", "d"].map(str::to_owned).to_vec(), counts).unwrap()
}

#[test]
fn the_order_of_lists_changes_no_answer_and_split_cells_neither() {
    let table = invented();
    let order = [2usize, 0, 3, 1];
    let moved = |pattern: u64| order.iter().enumerate().fold(0, |new, (to, from)| new | (pattern >> from & 1) << to);
    let lists = order.iter().map(|i| table.lists[*i].clone()).collect();
    // Each cell in two rows, in another order.
    let rows = table.counts.iter().rev().flat_map(|(p, n)| [(moved(*p), n / 3), (moved(*p), n - n / 3)]);
    let other = PatternTable::new(lists, rows).unwrap();
    for model in [Model::Dga, Model::Loglinear, Model::Sparsemse, Model::Chao, Model::Pairs] {
        let (a, b) = (numbers(answer(&table, model)), numbers(answer(&other, model)));
        close(a.median, b.median, 1e-9);
        close(a.interval[0], b.interval[0], 1e-7);
        close(a.interval[1], b.interval[1], 1e-7);
    }
    assert_eq!(short(&table, 3), short(&other, 3));
}

#[test]
fn ten_and_twenty_classes_agree() {
    let run = |classes| {
        let settings = LcmcrSettings { classes, chains: 4, burn_in: 1_000, sweeps: 6_000, thin: 2 };
        numbers(estimate_lcmcr(&invented(), settings, 2, &|_, _| {}))
    };
    let (ten, twenty) = (run(10), run(20));
    close(ten.median, twenty.median, 0.02);
    close(ten.interval[1], twenty.interval[1], 0.05);
}

fn sound(table: &PatternTable, model: Model) {
    let documented = table.n_documented() as f64;
    match answer(table, model) {
        ModelAnswer::NotEstimable { not_estimable, .. } => assert!(not_estimable.starts_with("because ")),
        ModelAnswer::Estimated { median, mean, credible_interval_95: [low, high], .. } => {
            assert!([median, mean, low, high].iter().all(|x| x.is_finite()), "{model}");
            assert!(low <= median && median <= high, "{model}: {low} {median} {high}");
            assert!(model == Model::Pairs || low >= documented, "{model}: {low} is below the documented");
        }
    }
}

fn lists(n: usize) -> Vec<String> {
    (0..n).map(|i| format!("l{i}")).collect()
}

#[test]
fn hard_tables_get_a_sound_answer_or_a_reason() {
    let contains_all = PatternTable::new(lists(3), [(1, 50), (3, 6), (5, 7), (7, 2)]).unwrap();
    let one_overlap = PatternTable::new(lists(3), [(1, 40), (2, 30), (4, 30), (3, 1)]).unwrap();
    let everybody_everywhere = PatternTable::new(lists(3), [(7, 100)]).unwrap();
    let huge = PatternTable::new(
        lists(4),
        [
            (1, 1_000_000_000),
            (2, 900_000_000),
            (4, 1_000_000_000),
            (8, 7),
            (3, 500_000_000),
            (5, 400_000_000),
            (6, 90_000_000),
            (15, 3),
        ],
    )
    .unwrap();
    let mut state = 1u64;
    let wide = (1..1u64 << 11).map(|pattern| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (
            pattern,
            if pattern.count_ones() <= 2 { state >> 60 } else { u64::from(state >> 63 == 1 && pattern % 17 == 0) },
        )
    });
    let eleven = PatternTable::new(lists(11), wide).unwrap();
    for table in [contains_all, one_overlap, everybody_everywhere, huge] {
        Model::EACH.into_iter().for_each(|model| sound(&table, model));
    }
    for model in [Model::Dga, Model::Chao, Model::Pairs] {
        sound(&eleven, model);
    }
}

#[test]
fn twelve_lists_one_list_and_no_person_are_refused_in_words() {
    assert_eq!(PatternTable::new(lists(12), [(1, 5)]), Err(TableError::TooManyLists(12)));
    assert_eq!(PatternTable::new(lists(1), [(1, 5)]), Err(TableError::TooFewLists(1)));
    assert_eq!(PatternTable::new(lists(3), [(1, 0), (3, 0)]), Err(TableError::AllZero));
}
