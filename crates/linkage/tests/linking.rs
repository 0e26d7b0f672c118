//! What a run promises, whatever the records.

use std::collections::{BTreeMap, BTreeSet};

use domain::{PartyTable, PlaceTable, Script};
use linkage::synth::synthesize;
use linkage::{
    Decisions, LinkRecord, LinkRun, LinkageError, Model, Settings, VictimsReader, explain, link, link_with,
    match_probability, quality,
};
use proptest::prelude::*;

fn invented(n: usize, seed: u64) -> (Vec<LinkRecord>, Vec<u64>) {
    let synth = synthesize(n, seed);
    let mut reader = VictimsReader::new(PlaceTable::syria(), PartyTable::syria());
    let truth: BTreeMap<&str, u64> = synth.truth.iter().map(|(id, _, person)| (id.as_str(), *person)).collect();
    let mut records = Vec::new();
    for (number, list) in synth.lists.iter().enumerate() {
        for row in &list.rows {
            let get = |name: &str| list.header.iter().position(|h| *h == name).map(|i| row[i].as_str());
            records.push(reader.read(&get, number as u32));
        }
    }
    let truth = records.iter().map(|r| truth[r.id.as_str()]).collect();
    (records, truth)
}

fn run(records: &[LinkRecord], decisions: &Decisions) -> LinkRun {
    link(records, &Settings::default(), decisions, &|_, _, _| {}).unwrap()
}

type ById = (Vec<(String, String, u32)>, BTreeMap<String, u32>);

/// Pairs and clusters by id, so that runs of differently ordered input can be compared.
fn by_id(records: &[LinkRecord], run: &LinkRun) -> ById {
    let id = |i: u32| records[i as usize].id.clone();
    let pairs = run.pairs.iter().map(|(a, b, p)| (id(*a), id(*b), p.to_bits())).collect();
    (pairs, records.iter().map(|r| r.id.clone()).zip(run.clusters.iter().copied()).collect())
}

#[test]
fn the_order_of_the_input_does_not_matter() {
    let (mut records, _) = invented(600, 101);
    let first = run(&records, &Decisions::default());
    let expected = by_id(&records, &first);
    records.reverse();
    records.swap(3, 200);
    let second = run(&records, &Decisions::default());
    assert_eq!(by_id(&records, &second), expected);
    assert_eq!(second.model, first.model);
    assert_eq!(second.report, first.report);
}

#[test]
fn the_number_of_threads_does_not_matter() {
    let (records, _) = invented(600, 102);
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let run = run(&records, &Decisions::default());
            (by_id(&records, &run), run.model)
        })
    };
    assert_eq!(with(1), with(3));
}

#[test]
fn a_sampled_training_set_does_not_depend_on_order_either() {
    let (mut records, _) = invented(400, 103);
    let settings = Settings { training_pairs: 500, seed: 9, ..Settings::default() };
    let first = link(&records, &settings, &Decisions::default(), &|_, _, _| {}).unwrap();
    records.reverse();
    let second = link(&records, &settings, &Decisions::default(), &|_, _, _| {}).unwrap();
    assert_eq!(first.model, second.model);
    assert!(first.model.training.pairs < first.report.candidate_pairs);
}

#[test]
fn a_reviewers_link_is_kept_and_a_non_link_is_absolute() {
    let (records, _) = invented(400, 104);
    let before = run(&records, &Decisions::default());
    let together = |run: &LinkRun, a: u32, b: u32| run.clusters[a as usize] == run.clusters[b as usize];
    let id = |i: u32| records[i as usize].id.clone();
    let surest: Vec<(u32, u32)> =
        before.pairs.iter().filter(|p| p.2 > 0.999 && together(&before, p.0, p.1)).map(|p| (p.0, p.1)).collect();
    let parted: Vec<(u32, u32)> = surest.iter().copied().step_by(5).collect();
    assert!(parted.len() > 10);
    let mut first_of: BTreeMap<u32, u32> = BTreeMap::new();
    for (i, c) in before.clusters.iter().enumerate() {
        first_of.entry(*c).or_insert(i as u32);
    }
    let touched: BTreeSet<u32> =
        parted.iter().flat_map(|(a, b)| [before.clusters[*a as usize], before.clusters[*b as usize]]).collect();
    let strangers: Vec<u32> =
        first_of.iter().filter(|(c, _)| !touched.contains(*c)).map(|(_, i)| *i).take(20).collect();
    let joined: Vec<(u32, u32)> = strangers.chunks(2).map(|p| (p[0], p[1])).collect();
    let decisions = Decisions {
        links: joined.iter().map(|(a, b)| (id(*a), id(*b))).collect(),
        non_links: parted.iter().map(|(a, b)| (id(*b), id(*a))).collect(),
    };
    let after = run(&records, &decisions);
    assert!(joined.iter().all(|(a, b)| together(&after, *a, *b)));
    assert!(parted.iter().all(|(a, b)| !together(&after, *a, *b)));
}

#[test]
fn decisions_that_contradict_each_other_are_refused() {
    let (records, _) = invented(20, 105);
    let id = |i: usize| records[i].id.clone();
    let decisions = Decisions { links: vec![(id(0), id(1)), (id(1), id(2))], non_links: vec![(id(2), id(0))] };
    let refused = link(&records, &Settings::default(), &decisions, &|_, _, _| {});
    assert!(matches!(refused, Err(LinkageError::Contradiction(..))));
}

#[test]
fn no_records_and_records_of_nothing_are_fine() {
    let nothing = run(&[], &Decisions::default());
    assert!(nothing.pairs.is_empty() && nothing.clusters.is_empty());
    let blank: Vec<LinkRecord> =
        (0..50).map(|i| LinkRecord { id: format!("x{i:02}"), ..LinkRecord::default() }).collect();
    assert_eq!(run(&blank, &Decisions::default()).clusters, (0..50).collect::<Vec<u32>>());
}

#[test]
fn two_records_with_one_id_or_none_are_refused() {
    let record = |id: &str| LinkRecord { id: id.into(), ..LinkRecord::default() };
    let refused = |records: &[LinkRecord]| link(records, &Settings::default(), &Decisions::default(), &|_, _, _| {});
    assert_eq!(refused(&[record("a"), record("a")]).err(), Some(LinkageError::IdTwice("a".into())));
    assert_eq!(refused(&[record("")]).err(), Some(LinkageError::NoId(0)));
}

#[test]
fn link_only_never_joins_two_records_of_one_list() {
    let (records, _) = invented(500, 106);
    let settings = Settings { link_only: true, ..Settings::default() };
    let run = link(&records, &settings, &Decisions::default(), &|_, _, _| {}).unwrap();
    assert!(run.pairs.iter().all(|(a, b, _)| records[*a as usize].list != records[*b as usize].list));
    let mut seen = BTreeSet::new();
    assert!(records.iter().zip(&run.clusters).all(|(r, c)| seen.insert((r.list, *c))));
}

#[test]
fn no_pair_is_scored_twice() {
    let (records, _) = invented(800, 107);
    let run = run(&records, &Decisions::default());
    let distinct: BTreeSet<(u32, u32)> = run.pairs.iter().map(|(a, b, _)| (*a.min(b), *a.max(b))).collect();
    assert_eq!(distinct.len(), run.pairs.len());
    assert_eq!(run.report.rules.iter().map(|r| r.kept_pairs).sum::<u64>(), run.report.kept_pairs);
}

#[test]
fn twenty_thousand_records_of_one_name_cost_a_bounded_number_of_pairs() {
    let name = vec![("سامر خالد الحموي".to_owned(), Script::Arabic)];
    // Of one day in twenty: what a tenth of all records bear weighs nothing.
    let date = |i: u32| domain::UncertainDate::parse(&format!("2013-05-{:02}", 1 + i % 20)).ok();
    let record = |i: u32| LinkRecord {
        id: format!("x{i:05}"),
        list: i % 4,
        names: name.clone(),
        date: date(i),
        ..LinkRecord::default()
    };
    let records: Vec<LinkRecord> = (0..20_000).map(record).collect();
    let run = run(&records, &Decisions::default());
    let window = u64::from(Settings::default().window_records);
    assert!(run.report.candidate_pairs <= 20_000 * window, "{}", run.report.candidate_pairs);
    // Persons of a thousand records are told, and a run with nothing of the kind is silent.
    assert_eq!(run.report.largest_cluster, 1000);
    assert!(
        run.warnings().iter().any(|w| w.starts_with("one cluster holds 1000 of 20000 records")),
        "{:?}",
        run.warnings()
    );
    let usual = self::run(&invented(800, 107).0, &Decisions::default());
    assert!(usual.warnings().iter().all(|w| !w.contains("one cluster")), "{:?}", usual.warnings());
}

#[test]
fn invented_lists_are_linked_well_without_any_truth() {
    for seed in [108, 109] {
        let (records, truth) = invented(1500, seed);
        let found = quality(&run(&records, &Decisions::default()).clusters, &truth);
        assert!(found.f1() > 0.92, "seed {seed}: {found:?} F1 {}", found.f1());
    }
}

#[test]
fn a_model_survives_writing_and_a_spoilt_one_is_refused() {
    let (records, _) = invented(400, 110);
    let trained = run(&records, &Decisions::default());
    let json = serde_json::to_string(&trained.model).unwrap();
    let read = Model::parse(&json).unwrap();
    let again = link_with(&records, &Settings::default(), &Decisions::default(), Some(&read), &|_, _, _| {}).unwrap();
    assert_eq!(by_id(&records, &again), by_id(&records, &trained));
    for (from, to) in [
        ("\"version\":3", "\"version\":9"),
        ("\"m_probability\":0", "\"m_probability\":-0"),
        ("given_name_arabic", "x"),
    ] {
        assert!(Model::parse(&json.replacen(from, to, 1)).is_err(), "{to}");
    }
    assert!(Model::parse("{}").is_err());
    let spoil = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut value: serde_json::Value = serde_json::from_str(&json).unwrap();
        change(&mut value);
        Model::parse(&value.to_string()).map_err(|e| e.to_string())
    };
    assert!(spoil(&|_| {}).is_ok());
    let half = spoil(&|value| value["comparisons"][0]["levels"][0]["m_probability"] = 0.01.into()).unwrap_err();
    assert!(half.contains("add up"), "{half}");
    let prior = spoil(&|value| value["kinds"][0]["prior"] = 0.9.into()).unwrap_err();
    assert!(prior.contains("priors add up"), "{prior}");
    for (field, more) in [("match_weight_bits", 0.001), ("u_probability", 1e-4)] {
        let refused = spoil(&|value| {
            let number = &mut value["comparisons"][2]["levels"][0][field];
            *number = (number.as_f64().unwrap() + more).into();
        });
        let refused = refused.unwrap_err();
        assert!(refused.contains(field) && refused.contains(&trained.model.comparisons[2].name), "{refused}");
    }
    for (total, chance, counts) in
        [(0, 0.01, "{}"), (5, 0.0, "{}"), (0, 0.0, "{\"ali\": 2}"), (5, 0.2, "{\"ali\": 6}"), (5, 1.5, "{}")]
    {
        let refused = spoil(&|value| {
            let table = &mut value["term_frequencies"]["family_latin"];
            (table["total"], table["chance_of_agreement"]) = (total.into(), chance.into());
            table["counts"] = serde_json::from_str(counts).unwrap();
        });
        assert!(refused.unwrap_err().contains("family_latin"), "{total} {chance} {counts}");
    }
}

#[test]
fn the_weights_of_an_explanation_add_up_to_the_score_of_the_run() {
    let (records, _) = invented(400, 111);
    let run = run(&records, &Decisions::default());
    for (a, b, p) in run.pairs.iter().step_by(7) {
        let (a, b) = (&records[*a as usize], &records[*b as usize]);
        let bits: f64 = explain(a, b, &run.model).iter().map(|(_, _, bits)| bits).sum();
        let explained = 1.0 / (1.0 + (-bits).exp2());
        assert!((explained - f64::from(*p)).abs() < 1e-4, "{} {}: {explained} {p}", a.id, b.id);
    }
}

#[test]
fn settings_are_read_from_toml_and_nonsense_is_refused() {
    assert_eq!(Settings::parse("").unwrap(), Settings::default());
    assert_eq!(Settings::parse("threshold_probability = 0.9").unwrap().threshold_probability, 0.9);
    assert!(Settings::parse("date_formats = ['%d/%m/%Y', '%y%m%d']").is_ok());
    for bad in [
        "threshold_probability = 1.5",
        "threshold_probability = nan",
        "no_such = 1",
        "window_records = 0",
        "keep_probability = 0.6",
        "date_formats = ['%d/%m']",
        "date_formats = ['day']",
        "date_formats = ['%']",
    ] {
        assert!(Settings::parse(bad).is_err(), "{bad}");
    }
    assert!(Settings::by_name("people").is_some() && Settings::by_name("x").is_none());
}

#[test]
fn the_same_seed_gives_the_same_lists_and_another_seed_others() {
    assert_eq!(synthesize(300, 5), synthesize(300, 5));
    assert_ne!(synthesize(300, 5), synthesize(300, 6));
    let synth = synthesize(300, 5);
    assert_eq!(synth.capture.values().sum::<u64>(), synth.true_n);
    let parties = PartyTable::syria();
    for list in &synth.lists {
        assert!(list.rows.iter().all(|row| row.len() == list.header.len()));
        assert!(list.rows.iter().all(|row| row[9].is_empty() || parties.by_wording(&row[9]).is_some()));
        assert!(list.rows.iter().all(|row| row[5].is_empty() || domain::UncertainDate::parse(&row[5]).is_ok()));
    }
}

fn trained() -> &'static (Vec<LinkRecord>, Model) {
    static TRAINED: std::sync::OnceLock<(Vec<LinkRecord>, Model)> = std::sync::OnceLock::new();
    TRAINED.get_or_init(|| {
        let (records, _) = invented(300, 112);
        let model = run(&records, &Decisions::default()).model;
        (records, model)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_score_is_finite_and_the_same_both_ways(i in 0usize..500, j in 0usize..500, name in "\\PC{0,30}", twist in "[ابتثحخدرسعفقكلمنهوي ]{0,20}") {
        let (records, model) = trained();
        let pick = |k: usize| records[k % records.len()].clone();
        let (a, mut b) = (pick(i), pick(j));
        b.names.push((twist, Script::Arabic));
        b.names.insert(0, (name, Script::Latin));
        for (x, y) in [(&a, &b), (&a, &pick(j))] {
            let p = match_probability(x, y, model).unwrap();
            prop_assert!(p.is_finite() && (0.0..=1.0).contains(&p));
            prop_assert_eq!(p.to_bits(), match_probability(y, x, model).unwrap().to_bits());
        }
    }
}

#[test]
fn lists_that_say_the_same_of_everybody_are_linked_to_one_another_all_the_same() {
    let row = |list: u32, number: u32| LinkRecord {
        id: format!("{}{number}", ["a", "b"][list as usize]),
        list,
        names: vec![("محمد علي حسن".to_owned(), domain::Script::Arabic)],
        ..LinkRecord::default()
    };
    let records: Vec<LinkRecord> = (0..2).flat_map(|list| (0..500).map(move |number| row(list, number))).collect();
    let settings = Settings { link_only: true, prior_match_probability: Some(0.9), ..Settings::default() };
    let run = link(&records, &settings, &Decisions::default(), &|_, _, _| {}).unwrap();
    let mut other_list: Vec<u32> = run.pairs.iter().flat_map(|(a, b, _)| [*a, *b]).collect();
    other_list.sort_unstable();
    other_list.dedup();
    assert_eq!(other_list.len(), records.len(), "a record was compared with nobody of the other list");
}
