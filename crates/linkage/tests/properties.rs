//! What must hold of any records, whoever wrote them: scores are symmetric, finite and free of order; less agreement never weighs
//! more; a run over batches is the run over all.

use std::sync::OnceLock;

use domain::{PartyTable, PlaceTable, Script, Sex, UncertainDate};
use linkage::synth::synthesize;
use linkage::{
    Decisions, KeptPairs, LinkRecord, Model, Settings, VictimsReader, link, link_more, link_with, match_probability,
};
use proptest::prelude::*;

const GIVEN: [&str; 8] = ["سامر", "محمد", "محمود", "احمد", "حامد", "Mohammad", "Mahmoud", "Mhd"];
const FAMILY: [&str; 6] = ["الحموي", "خضر", "الخضر", "Hamwi", "al-Khodr", "x"];
const DATES: [&str; 6] = ["2013-05-01", "2013-01-05", "2013-05", "2013", "2014-05-01", "2021-12-31"];

const AROUND: [&str; 22] = [
    "الشهيد",
    "/",
    " ",
    "(",
    ")",
    "«",
    "»",
    "،",
    ",",
    "\"",
    "[",
    "]",
    "أبو ",
    "علي ",
    "ابن ",
    "مجهول ",
    "محمد ",
    "Dr. ",
    "Abu ",
    "son of ",
    "unknown ",
    "Samer ",
];

fn record() -> impl Strategy<Value = LinkRecord> {
    let name = (
        prop::sample::select(GIVEN.to_vec()),
        prop::option::of(prop::sample::select(GIVEN.to_vec())),
        prop::option::of(prop::sample::select(GIVEN.to_vec())),
        prop::option::of(prop::sample::select(FAMILY.to_vec())),
    );
    let odd = prop_oneof![4 => Just(None), 1 => ".{0,12}".prop_map(Some)];
    let facts = (
        prop::option::of(0u8..90),
        prop::option::of(prop::sample::select(DATES.to_vec())),
        prop::option::of(any::<bool>()),
        prop::option::of(prop::sample::select(vec!["aleppo", "homs"])),
        0u32..4,
    );
    (name, odd, facts).prop_map(|((given, father, grandfather, family), odd, (age, date, male, place, list))| {
        let words: Vec<&str> = [Some(given), father, grandfather, family].into_iter().flatten().collect();
        let name = odd.unwrap_or_else(|| words.join(" "));
        LinkRecord {
            id: "r".into(),
            list,
            names: vec![(name.clone(), Script::of(&name))],
            sex: male.map(|m| if m { Sex::Male } else { Sex::Female }),
            age: age.map(|a| (a, a)),
            date: date.and_then(|d| UncertainDate::parse(d).ok()),
            place_gov: place.map(str::to_owned),
            ..LinkRecord::default()
        }
    })
}

fn numbered(records: Vec<LinkRecord>) -> Vec<LinkRecord> {
    let name = |(i, r)| LinkRecord { id: format!("r{i:03}"), ..r };
    records.into_iter().enumerate().map(name).collect()
}

/// Trained on invented lists.
fn model() -> &'static Model {
    static MODEL: OnceLock<Model> = OnceLock::new();
    MODEL.get_or_init(|| {
        let (synth, mut reader) = (synthesize(600, 120), VictimsReader::new(PlaceTable::syria(), PartyTable::syria()));
        let mut records = Vec::new();
        for (number, list) in synth.lists.iter().enumerate() {
            for row in &list.rows {
                let get = |name: &str| list.header.iter().position(|h| *h == name).map(|i| row[i].as_str());
                records.push(reader.read(&get, number as u32));
            }
        }
        link(&records, &Settings::default(), &Decisions::default(), &|_, _, _| {}).unwrap().model
    })
}

fn clusters_by_id(records: &[LinkRecord], clusters: &[u32]) -> Vec<(String, u32)> {
    let mut out: Vec<(String, u32)> = records.iter().map(|r| r.id.clone()).zip(clusters.iter().copied()).collect();
    out.sort();
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Titles, brackets and commas in any order: words come out or none, and never more than were written.
    #[test]
    fn whatever_stands_around_a_name_is_read(parts in prop::collection::vec(prop::sample::select(AROUND.to_vec()), 0..9), odd in ".{0,8}") {
        let text = parts.concat() + &odd;
        for script in [Script::Arabic, Script::Latin] {
            let tokens = linkage::text::tokens(&text, script);
            prop_assert!(tokens.len() <= text.chars().count() && tokens.iter().all(|token| !token.is_empty()), "{text:?}: {tokens:?}");
        }
    }

    #[test]
    fn a_score_is_the_same_both_ways_and_a_probability(a in record(), b in record()) {
        let (a, b) = (LinkRecord { id: "a".into(), ..a }, LinkRecord { id: "b".into(), ..b });
        let there = match_probability(&a, &b, model()).unwrap();
        let back = match_probability(&b, &a, model()).unwrap();
        prop_assert_eq!(there.to_bits(), back.to_bits());
        prop_assert!(there > 0.0 && there < 1.0, "{}", there);
    }

    #[test]
    fn the_order_of_the_records_changes_nothing(records in prop::collection::vec(record(), 2..40), turn in 0usize..40) {
        let records = numbered(records);
        let settings = Settings::default();
        let run = link(&records, &settings, &Decisions::default(), &|_, _, _| {}).unwrap();
        let mut turned = records.clone();
        turned.rotate_left(turn % records.len());
        turned.reverse();
        let again = link(&turned, &settings, &Decisions::default(), &|_, _, _| {}).unwrap();
        prop_assert_eq!(&run.model, &again.model);
        prop_assert_eq!(clusters_by_id(&records, &run.clusters), clusters_by_id(&turned, &again.clusters));
        prop_assert!(run.pair_bits.iter().all(|bits| bits.is_finite()));
    }

    #[test]
    fn batches_give_what_all_at_once_gives(records in prop::collection::vec(record(), 3..40), cut in 1usize..39) {
        let records = numbered(records);
        let cut = cut.min(records.len() - 1);
        let (settings, none) = (Settings::default(), Decisions::default());
        let whole = link_with(&records, &settings, &none, Some(model()), &|_, _, _| {}).unwrap();
        let first = link_with(&records[..cut], &settings, &none, Some(model()), &|_, _, _| {}).unwrap();
        let kept = KeptPairs::of(&records[..cut], &first);
        let (then, more) = link_more(&records, &settings, &none, model(), &kept, &|_, _, _| {}).unwrap();
        prop_assert!(more);
        prop_assert_eq!(&then.clusters, &whole.clusters);
        prop_assert_eq!(&then.pairs, &whole.pairs);
        prop_assert_eq!(&then.pair_bits, &whole.pair_bits);
    }

    /// Of links and vetoes that do not contradict each other, in lists that may or may not name a person twice.
    #[test]
    fn links_only_join_and_only_vetoes_part(
        records in prop::collection::vec(record(), 3..40), link_only: bool, turn in 0usize..40,
        links in prop::collection::vec((0usize..40, 0usize..40), 1..6), vetoes in prop::collection::vec((0usize..40, 0usize..40), 0..4),
    ) {
        let records = numbered(records);
        let settings = Settings { link_only, other_list_bits: 12.0, ..Settings::default() };
        let ids = |pairs: &[(usize, usize)]| -> Vec<(String, String)> {
            let id = |i: usize| records[i % records.len()].id.clone();
            pairs.iter().map(|(a, b)| (id(*a), id(*b))).filter(|(a, b)| a != b).collect()
        };
        let vetoed = Decisions { links: Vec::new(), non_links: ids(&vetoes) };
        let decisions = Decisions { links: ids(&links), ..vetoed.clone() };
        let run = |records: &[LinkRecord], decisions: &Decisions| link_with(records, &settings, decisions, Some(model()), &|_, _, _| {});
        let Ok(after) = run(&records, &decisions) else { return Ok(()) };
        let before = run(&records, &vetoed).unwrap();
        let person: std::collections::BTreeMap<&str, u32> = records.iter().map(|r| r.id.as_str()).zip(after.clusters.iter().copied()).collect();
        prop_assert!(decisions.links.iter().all(|(a, b)| person[a.as_str()] == person[b.as_str()]));
        prop_assert!(decisions.non_links.iter().all(|(a, b)| person[a.as_str()] != person[b.as_str()]));
        let lists = |person: u32| -> std::collections::BTreeSet<u32> {
            records.iter().zip(&after.clusters).filter(|(_, c)| **c == person).map(|(r, _)| r.list).collect()
        };
        for (i, p) in after.clusters.iter().enumerate() {
            for (j, q) in after.clusters.iter().enumerate().filter(|(_, q)| *q != p) {
                let is_parted = decisions.non_links.iter().any(|(a, b)| {
                    let two = (person[a.as_str()], person[b.as_str()]);
                    two == (*p, *q) || two == (*q, *p)
                }) || (link_only && !lists(*p).is_disjoint(&lists(*q)));
                prop_assert!(before.clusters[i] != before.clusters[j] || is_parted, "{} {}", i, j);
            }
        }
        let mut turned = records.clone();
        turned.rotate_left(turn % records.len());
        turned.reverse();
        let again = run(&turned, &decisions).unwrap();
        prop_assert_eq!(clusters_by_id(&records, &after.clusters), clusters_by_id(&turned, &again.clusters));
    }

    /// Ages apart by more years, another sex, another cause: each time no more likely one person.
    #[test]
    fn less_agreement_never_weighs_more(a in record(), b in record(), age in 20u8..60) {
        let facts = |r: &LinkRecord, age: u8, sex: Sex, cause: &str| {
            LinkRecord { age: Some((age, age)), sex: Some(sex), cause: Some(cause.into()), ..r.clone() }
        };
        let mine = facts(&LinkRecord { id: "a".into(), ..a }, age, Sex::Male, "shelling");
        let b = LinkRecord { id: "b".into(), ..b };
        let with = |apart: u8, sex: Sex, cause: &str| {
            match_probability(&mine, &facts(&b, age + apart, sex, cause), model()).unwrap()
        };
        let by_age: Vec<f64> = [0, 1, 2, 4, 8, 20].map(|apart| with(apart, Sex::Male, "shelling")).to_vec();
        prop_assert!(by_age.windows(2).all(|p| p[0] >= p[1] * (1.0 - 1e-9)), "{:?}", by_age);
        prop_assert!(with(0, Sex::Male, "shelling") >= with(0, Sex::Female, "shelling") * (1.0 - 1e-9));
        prop_assert!(with(0, Sex::Male, "shelling") >= with(0, Sex::Male, "sniper") * (1.0 - 1e-9));
    }
}

#[test]
fn weights_of_monotone_levels_fall_in_a_trained_model() {
    for comparison in &model().comparisons {
        let levels: &[usize] = match comparison.name.as_str() {
            "age" => &[0, 1, 2, 3, 4, 5],
            "date" | "sex" | "cause" | "party" => &[0, 1],
            name if name.contains("_name") => &[0, 1, 2],
            _ => continue,
        };
        let at = |l: usize| &comparison.levels[l];
        for pair in levels.windows(2) {
            let (more, less) = (at(pair[0]), at(pair[1]));
            for k in 0..3 {
                let ratio = |l: &linkage::ComparisonLevel| l.u_by_kind[k] / l.m_probability;
                assert!(ratio(more) <= ratio(less) * (1.0 + 1e-9), "{} {}", comparison.name, less.name);
            }
        }
    }
}
