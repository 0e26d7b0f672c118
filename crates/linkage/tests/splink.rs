//! Splink's settings, read and held to Splink's own numbers.

use std::collections::BTreeMap;

use linkage::{LinkType, LinkageError, Spec, SpecRecord, link_spec, spec_weights};
use proptest::prelude::*;

const MODEL: &str = include_str!("golden/splink/model.json");

fn records(spec: &Spec) -> Vec<SpecRecord> {
    let mut reader = csv::Reader::from_reader(include_str!("golden/splink/rows.csv").as_bytes());
    let header = reader.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|h| h == name).unwrap();
    let value = |row: &csv::StringRecord, name: &str| Some(row[at(name)].to_owned()).filter(|v| !v.is_empty());
    let rows = reader.records().map(Result::unwrap);
    rows.map(|row| SpecRecord {
        id: value(&row, &spec.id_column).unwrap(),
        list: 0,
        values: spec.columns.iter().map(|c| value(&row, c)).collect(),
    })
    .collect()
}

fn golden() -> BTreeMap<(String, String), f64> {
    let mut reader = csv::Reader::from_reader(include_str!("golden/splink/pairs.csv").as_bytes());
    reader.records().map(Result::unwrap).map(|r| ((r[0].to_owned(), r[1].to_owned()), r[2].parse().unwrap())).collect()
}

#[test]
fn every_pair_that_splink_scores_has_the_weight_that_splink_gives_it() {
    let spec = Spec::parse_splink(MODEL, false).unwrap();
    assert_eq!(spec.link_type, LinkType::DedupeOnly);
    let records = records(&spec);
    let run = link_spec(&records, &spec, 0.5, 1e-299, &|_, _, _| {}).unwrap();
    let id = |i: u32| records[i as usize].id.clone();
    let found: BTreeMap<(String, String), f64> =
        run.pairs.iter().zip(&run.pair_bits).map(|((a, b, _), bits)| ((id(*a), id(*b)), *bits)).collect();
    let golden = golden();
    assert_eq!(found.keys().collect::<Vec<_>>(), golden.keys().collect::<Vec<_>>());
    let mut worst = 0.0f64;
    for (pair, bits) in &golden {
        worst = worst.max((found[pair] - bits).abs());
        assert!((found[pair] - bits).abs() < 1e-5, "{pair:?}: Splink {bits}, here {}", found[pair]);
    }
    println!("{} pairs, the largest difference {worst:.1e} bits", golden.len());
    assert_eq!(run.pairs.len(), found.len(), "a pair was scored twice");
    assert_eq!(run.compared_pairs as usize, found.len());
}

#[test]
fn the_weights_of_a_pair_add_up_to_its_match_weight() {
    let spec = Spec::parse_splink(MODEL, false).unwrap();
    let records = records(&spec);
    let at = |id: &str| records.iter().position(|r| r.id == id).unwrap();
    for ((a, b), bits) in golden().iter().step_by(97) {
        let sum: f64 = spec_weights(&records, &spec, at(a), at(b)).unwrap().iter().map(|w| w.2).sum();
        assert!((sum - bits).abs() < 1e-5, "{a} {b}: {sum} {bits}");
    }
}

#[test]
fn the_order_of_rows_does_not_matter() {
    let spec = Spec::parse_splink(MODEL, false).unwrap();
    let mut records = records(&spec);
    let first = link_spec(&records, &spec, 0.9, 0.01, &|_, _, _| {}).unwrap();
    records.reverse();
    let mut second = link_spec(&records, &spec, 0.9, 0.01, &|_, _, _| {}).unwrap();
    second.clusters.reverse();
    assert_eq!(first.clusters, second.clusters);
    assert_eq!(first.pair_bits, second.pair_bits);
}

#[test]
fn what_is_not_had_is_named_and_refused_or_left_out_as_the_user_chose() {
    let odd = MODEL.replace("jaro_similarity(\\\"street_l\\\"", "soundex_like(\\\"street_l\\\"");
    let refused = Spec::parse_splink(&odd, false).unwrap_err();
    let LinkageError::Settings(why) = &refused else { panic!("{refused}") };
    assert!(why.contains("\"street\"") && why.contains("soundex_like is not had"), "{why}");
    let spec = Spec::parse_splink(&odd, true).unwrap();
    assert_eq!(spec.left_out.len(), 1);
    assert!(spec.left_out[0].contains("soundex_like"), "{:?}", spec.left_out);
    assert!(!records(&spec).is_empty());
}

#[test]
fn settings_that_cannot_be_meant_are_refused() {
    for (from, to) in [
        ("\"link_type\": \"dedupe_only\"", "\"link_type\": \"everything\""),
        ("\"m_probability\": 0.8", "\"m_probability\": 8.8"),
        // Twice, and so 0 of a level that is no missing value.
        ("\"u_probability\": 0.", "\"u_probability\": 0.0, \"unused\": 0."),
        ("\"probability_two_random_records_match\": 0.", "\"probability_two_random_records_match\": 7."),
        ("l.\\\"surname\\\" = r.\\\"surname\\\"", "1=1"),
        (
            "l.\\\"surname\\\" = r.\\\"surname\\\"",
            "regexp_extract(l.surname, '^.', 0) = regexp_extract(r.surname, '^.', 0)",
        ),
        ("l.\\\"surname\\\" = r.\\\"surname\\\"", "cast(l.surname as blob) = cast(r.surname as blob)"),
        ("l.\\\"surname\\\" = r.\\\"surname\\\"", "case l.surname = r.surname end"),
        ("l.\\\"surname\\\" = r.\\\"surname\\\"", "((((l.\\\"surname\\\""),
    ] {
        let changed = MODEL.replacen(from, to, 1);
        assert_ne!(changed, MODEL, "{from}");
        assert!(Spec::parse_splink(&changed, false).is_err(), "{to}");
    }
    assert!(Spec::parse_splink("[]", true).is_err());
    let deep = format!(
        "{{\"link_type\":\"dedupe_only\",\"comparisons\":[],\"blocking_rules_to_generate_predictions\":[\"{}\"]}}",
        "(".repeat(50_000)
    );
    assert!(Spec::parse_splink(&deep, false).is_err());
}

fn one_level(sql: &str) -> String {
    let sql = serde_json::to_string(sql).unwrap();
    format!(
        "{{\"link_type\":\"dedupe_only\",\"comparisons\":[{{\"output_column_name\":\"x\",\"comparison_levels\":[\
         {{\"sql_condition\":{sql},\"m_probability\":0.5,\"u_probability\":0.25}},{{\"sql_condition\":\"ELSE\",\"m_probability\":0.5,\
         \"u_probability\":0.75}}]}}],\"blocking_rules_to_generate_predictions\":[\"l.k = r.k\"]}}"
    )
}

#[test]
fn functions_answer_as_duckdb_does() {
    // Each truth was asked of DuckDB 2.0.1.
    for (sql, a, b, holds) in [
        ("levenshtein(x_l, x_r) <= 1", "محمد", "محمود", true),
        ("damerau_levenshtein(x_l, x_r) <= 2", "ca", "abc", true),
        ("damerau_levenshtein(x_l, x_r) <= 1", "ca", "abc", false),
        ("jaro_similarity(x_l, x_r) > 0.66 and jaro_similarity(x_l, x_r) < 0.67", "éa", "ea", true),
        ("jaro_winkler_similarity(x_l, x_r) >= 0.92", "abcdé", "abcde", true),
        ("jaro_winkler_similarity(x_l, x_r) > 0.67", "ab", "ac", false),
        ("jaro_winkler_similarity(x_l, x_r) >= 0.84", "abcdefghij", "abcdefxyzw", true),
        (
            "abs(epoch(try_strptime(x_l, '%Y-%m-%d')) - epoch(try_strptime(x_r, '%Y-%m-%d'))) <= 86400.0",
            "2001-1-2",
            "2001-01-03",
            true,
        ),
        ("try_strptime(x_l, '%Y-%m-%d') IS NULL", "2001-02-30", "", true),
        ("try_strptime(x_l, '%Y-%m-%d') IS NOT NULL", "2001-02-03x", "", false),
        ("substr(x_l, 1, 2) = substr(x_r, 1, 2)", "abc", "abd", true),
        ("not (x_l = x_r) or x_l <> x_r", "a", "a", false),
        ("abs(x_l - x_r) <= 2", "41", "43", true),
        ("x_l / 2 + 1 * 3 - 2 = 6", "10", "", true),
        // What Splink writes for kilometres, shares of a number, lists, addresses and postcodes.
        (
            "cast(acos(case when (sin(radians(x_l)) * sin(radians(x_r)) + cos(radians(x_l)) * cos(radians(x_r))) > 1 then 1 \
             else (sin(radians(x_l)) * sin(radians(x_r)) + cos(radians(x_l)) * cos(radians(x_r))) end) * 6371 as float) <= 112",
            "34",
            "35",
            true,
        ),
        ("(abs(x_l - x_r) / (case when x_r > x_l then x_r else x_l end)) < 0.06", "95", "100", true),
        ("(abs(x_l - x_r) / (case when x_r > x_l then x_r else x_l end)) < 0.04", "95", "100", false),
        ("array_length(list_intersect(x_l, x_r)) >= 2", "[a, b, c]", "['b', 'c', 'c']", true),
        ("array_length(list_intersect(x_l, x_r)) >= 2", "[a, b]", "[b, b]", false),
        (
            "nullif(regexp_extract(x_l, '^[^@]+', 0), '') = nullif(regexp_extract(x_r, '^[^@]+', 0), '')",
            "a.b@c",
            "a.b@d",
            true,
        ),
        ("nullif(regexp_extract(x_l, '^[^@]+', 0), '') IS NULL", "@c", "", true),
        (
            "regexp_extract(x_l, '^[A-Za-z]{1,2}[0-9][A-Za-z0-9]? [0-9]', 0) = regexp_extract(x_r, '^[A-Za-z]{1,2}[0-9][A-Za-z0-9]? [0-9]', 0)",
            "SW1A 1AA",
            "SW1A 1BB",
            true,
        ),
        ("regexp_extract(x_l, '^[A-Za-z]{1,2}[0-9][A-Za-z0-9]?', 0) = 'M1'", "M1 1AE", "", true),
        ("regexp_extract(x_l, '^[A-Za-z]{1,2}[0-9][A-Za-z0-9]? [0-9]', 0) = ''", "M11AE", "", true),
        ("regexp_extract(x_l, '^[A-Za-z]{1,2}', 0) = 'M'", "M1 1AE", "", true),
    ] {
        let spec = Spec::parse_splink(&one_level(sql), false).unwrap_or_else(|e| panic!("{sql}: {e}"));
        let row = |id: &str, x: &str| SpecRecord {
            id: id.into(),
            list: 0,
            values: spec.columns.iter().map(|c| Some(if c == "k" { "1".into() } else { x.to_owned() })).collect(),
        };
        let weights = spec_weights(&[row("a", a), row("b", b)], &spec, 0, 1).unwrap();
        assert_eq!(weights[0].2 > 0.0, holds, "{sql} of {a:?} and {b:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn no_condition_makes_the_reader_panic(sql in r#"((case|when|then|else|end|cast|as float|list_intersect|nullif)?[a-z_."'()=<> ,0-9é%*/+-]{0,20}){0,4}"#) {
        let _ = Spec::parse_splink(&one_level(&sql), false);
        let _ = Spec::parse_splink(&sql, true);
    }
}
