//! Tallies to tables by stratum, derived lists, and totals. All counts are invented.

mod support;

use domain::count::{Tally, TallyCell};
use domain::{Source, SourceId};
use estimation::citing::{Citation, Sign};
use estimation::models::{Estimate, Model, ModelAnswer, estimate};
use estimation::plan::{Choices, Derived, ListPlan, Tie, ties};
use estimation::strata::{Dimension, tables};
use estimation::total::total;
use support::{cell, source};

fn tally(cells: Vec<TallyCell>) -> Tally {
    Tally { lists: ["a", "b", "c", "d"].map(|id| SourceId::new(id).unwrap()).to_vec(), cells }
}

fn sources(derived: &[(&str, &str)]) -> Vec<Source> {
    ["a", "b", "c", "d"]
        .map(|id| {
            let mut source = source(id, id, id, id);
            source.derives_from = derived
                .iter()
                .filter(|(copier, _)| *copier == id)
                .map(|(_, from)| SourceId::new(*from).unwrap())
                .collect();
            source
        })
        .to_vec()
}

fn example() -> Tally {
    let mut cells = Vec::new();
    for (party, month, times) in [("syrian_regime", 1, 4), ("syrian_regime", 2, 3), ("isis", 1, 2), ("disputed", 1, 1)]
    {
        for (pattern, n) in [(1, 30), (2, 25), (4, 20), (3, 9), (5, 7), (6, 6), (7, 2), (8, 3)] {
            cells.push(cell(party, month, pattern, n * times));
        }
    }
    tally(cells)
}

fn id(text: &str) -> SourceId {
    SourceId::new(text).unwrap()
}

fn planned(tally: &Tally, sources: &[Source], cited: &[Citation], said: &[&str]) -> Result<ListPlan, Vec<Tie>> {
    let mut choices = Choices::default();
    said.iter().for_each(|text| choices.add(text).unwrap());
    ListPlan::new(tally, &ties(tally, sources, cited, &choices), &choices)
}

#[test]
fn lists_that_derive_from_one_another_are_asked_about_merged_or_left_out() {
    let (tally, sources) = (example(), sources(&[("d", "c")]));
    let asked = planned(&tally, &sources, &[], &[]).unwrap_err();
    assert_eq!((&asked[0].copier, &asked[0].copied, asked.len()), (&id("d"), &id("c"), 1));
    assert!(planned(&tally, &sources, &[], &["independent"]).is_err(), "a declared copy is no witness of its own");

    let merged = planned(&tally, &sources, &[], &["merge"]).unwrap();
    assert_eq!(merged.lists, ["a", "b", "c+d"]);
    let whole = tables(&tally, &merged, &[]).remove(0);
    assert_eq!(whole.n_documented, 1020);
    assert_eq!(whole.table.unwrap().counts.iter().find(|(pattern, _)| *pattern == 4), Some(&(4, 230)));

    let left_out = planned(&tally, &sources, &[], &["leave-out"]).unwrap();
    assert_eq!(left_out.lists, ["a", "b", "c"]);
    assert_eq!(tables(&tally, &left_out, &[]).remove(0).n_documented, 990);
    assert!(left_out.notes[0].contains("d derives"));
}

#[test]
fn lists_that_cite_one_another_are_asked_about_and_may_be_kept_or_treated_two_by_two() {
    let (tally, sources) = (example(), sources(&[("d", "c")]));
    let cited = [Citation { citing: id("b"), cited: id("a"), sign: Sign::Records(7) }];
    let asked = planned(&tally, &sources, &cited, &[]).unwrap_err();
    assert_eq!(asked.iter().map(|tie| tie.declared).collect::<Vec<_>>(), [true, false]);
    assert!(asked[1].words.contains("b cites a (named in 7 of its records)"));
    let asked = planned(&tally, &sources, &cited, &["independent"]).unwrap_err();
    assert!(asked.len() == 1 && asked[0].declared);
    let plan = planned(&tally, &sources, &cited, &["d=c:leave-out", "a=b:merge"]).unwrap();
    assert_eq!(plan.lists, ["a+b", "c"]);
    let plan = planned(&tally, &sources, &cited, &["merge", "b=a:independent"]).unwrap();
    assert_eq!(plan.lists, ["a", "b", "c+d"]);
    assert!(plan.notes.iter().any(|note| note.contains("witnesses of their own")), "{:?}", plan.notes);
    for bad in ["join", "a=b", "a=b:join", "=:merge"] {
        assert!(Choices::default().add(bad).is_err(), "{bad}");
    }
    let mut choices = Choices::default();
    choices.add("merge").unwrap();
    assert_eq!(choices.all, Some(Derived::Merge));
}

#[test]
fn lists_that_cite_one_another_in_a_ring_leave_one_of_them() {
    let sources = sources(&[("a", "b"), ("b", "a")]);
    let plan = planned(&example(), &sources, &[], &["leave-out"]).unwrap();
    assert_eq!(plan.lists.len(), 3);
}

#[test]
fn who_copies_from_a_copier_is_left_out_in_whatever_order_the_lists_are_named() {
    for (copies, kept) in [([("b", "a"), ("c", "b")], ["a", "d"]), ([("b", "c"), ("a", "b")], ["c", "d"])] {
        let cited =
            copies.map(|(citing, cited)| Citation { citing: id(citing), cited: id(cited), sign: Sign::Records(7) });
        let plan = planned(&example(), &sources(&[]), &cited, &["leave-out"]).unwrap();
        assert_eq!(plan.lists, kept);
        assert_eq!(plan.notes.len(), 2, "{:?}", plan.notes);
    }
}

#[test]
fn lists_that_derive_from_one_third_source_are_asked_about() {
    let sources = sources(&[("a", "elsewhere"), ("b", "elsewhere")]);
    let asked = planned(&example(), &sources, &[], &[]).unwrap_err();
    assert!(asked.len() == 1 && asked[0].words.contains("a and b both derive from elsewhere"), "{asked:?}");
    assert_eq!(planned(&example(), &sources, &[], &["merge"]).unwrap().lists, ["a+b", "c", "d"]);
}

#[test]
fn a_copy_that_the_user_knows_of_is_merged_and_a_list_that_is_not_here_is_named() {
    let plan = planned(&example(), &sources(&[]), &[], &["a=b:merge"]).unwrap();
    assert_eq!(plan.lists, ["a+b", "c", "d"]);
    let mut choices = Choices::default();
    choices.add("a=nolist:merge").unwrap();
    assert_eq!(choices.unknown(&example()), Some(&id("nolist")));
}

#[test]
fn a_list_that_names_no_party_and_disputes_speak_against_estimates_by_party() {
    let mut cells = Vec::new();
    for party in ["syrian_regime", "isis"] {
        cells.extend([(1, 30), (2, 25), (3, 9), (5, 7), (6, 6), (7, 2)].map(|(pattern, n)| cell(party, 1, pattern, n)));
    }
    // Whom c bears alone has no party.
    cells.push(cell("none", 1, 4, 40));
    let silent = tally(cells.clone());
    let plan = planned(&silent, &sources(&[]), &[], &[]).unwrap();
    let keys = |tally: &Tally, by: Dimension| -> Vec<Vec<&'static str>> {
        let each = tables(tally, &plan, &[by]);
        each.iter().map(|stratum| stratum.doubts.iter().map(|(key, _)| *key).collect()).collect()
    };
    assert_eq!(keys(&silent, Dimension::Party), [vec![], vec!["silent_list"], vec!["silent_list"]]);
    assert_eq!(keys(&silent, Dimension::Month), [Vec::<&str>::new()]);
    cells.push(cell("disputed", 1, 3, 20));
    cells.push(cell("isis", 1, 4, 30));
    let disputed = tally(cells);
    let strata = tables(&disputed, &plan, &[Dimension::Party]);
    assert!(strata[0].table.as_ref().unwrap_err().contains("nobody unseen is"), "{:?}", strata[0]);
    assert_eq!(keys(&disputed, Dimension::Party)[2], ["lost_overlaps"]);
}

#[test]
fn a_total_is_doubted_as_its_strata_are() {
    let tally = example();
    let plan = planned(&tally, &sources(&[]), &[], &[]).unwrap();
    let estimates: Vec<Estimate> = tables(&tally, &plan, &[Dimension::Month])
        .iter()
        .map(|s| estimate(s.table.as_ref().unwrap(), Model::Dga, 1, &|_, _| {}))
        .collect();
    let sum = |estimates: &[Estimate]| {
        let parts: Vec<(u64, Option<&Estimate>)> = estimates.iter().map(|e| (e.n_documented, Some(e))).collect();
        total(&parts, Model::Dga, 1)
    };
    let clean = estimates.iter().all(|e| !e.models[0].is_doubted());
    assert_eq!(sum(&estimates).is_doubted(), !clean);
    let doubted: Vec<Estimate> =
        estimates.into_iter().map(|e| e.with_doubts(&[("silent_list", "it is silent".to_owned())])).collect();
    let ModelAnswer::Estimated { warnings, .. } = sum(&doubted) else { panic!("no total") };
    assert!(sum(&doubted).is_doubted() && warnings.iter().any(|w| w.contains("silent_list")), "{warnings:?}");
}

#[test]
fn many_tiny_strata_are_said_to_inflate_the_total() {
    let cells = (1..=6).flat_map(|month| {
        [(1, 6), (2, 5), (4, 4), (3, 1), (5, 1), (6, 1)].map(|(pattern, n)| cell("isis", month, pattern, n))
    });
    let tally = tally(cells.collect());
    let plan = planned(&tally, &sources(&[]), &[], &[]).unwrap();
    let strata = tables(&tally, &plan, &[Dimension::Month]);
    let estimates: Vec<Estimate> =
        strata.iter().map(|s| estimate(s.table.as_ref().unwrap(), Model::Dga, 1, &|_, _| {})).collect();
    let parts: Vec<(u64, Option<&Estimate>)> =
        strata.iter().zip(&estimates).map(|(s, e)| (s.n_documented, Some(e))).collect();
    let sum = total(&parts, Model::Dga, 1);
    let ModelAnswer::Estimated { warnings, .. } = &sum else { panic!("no total") };
    assert!(
        sum.is_doubted() && warnings.iter().any(|w| w.contains("6 of 6 strata have fewer than 30")),
        "{warnings:?}"
    );
}

#[test]
fn strata_add_up_and_disputed_persons_are_a_stratum_of_their_own() {
    let tally = example();
    let plan = planned(&tally, &sources(&[]), &[], &[]).unwrap();
    let strata = tables(&tally, &plan, &[Dimension::Party, Dimension::Month]);
    let names: Vec<String> = strata.iter().map(|s| s.stratum.join("/")).collect();
    assert_eq!(names, ["(disputed)/2019-01", "isis/2019-01", "syrian_regime/2019-01", "syrian_regime/2019-02"]);
    assert_eq!(strata.iter().map(|s| s.n_documented).sum::<u64>(), 1020);
}

#[test]
fn a_total_is_narrower_than_the_sum_of_the_ends_and_says_what_it_lacks() {
    let tally = example();
    let plan = planned(&tally, &sources(&[]), &[], &[]).unwrap();
    let mut strata = tables(&tally, &plan, &[Dimension::Party]);
    strata.retain(|stratum| stratum.table.is_ok());
    let estimates: Vec<Estimate> =
        strata.iter().map(|s| estimate(s.table.as_ref().unwrap(), Model::Dga, 1, &|_, _| {})).collect();
    let parts: Vec<(u64, Option<&Estimate>)> =
        strata.iter().zip(&estimates).map(|(s, e)| (s.n_documented, Some(e))).collect();
    let ModelAnswer::Estimated { credible_interval_95: [low, high], median, warnings, .. } =
        total(&parts, Model::Dga, 1)
    else {
        panic!("no total")
    };
    let ends = estimates.iter().map(|e| match &e.models[0] {
        ModelAnswer::Estimated { credible_interval_95, .. } => *credible_interval_95,
        refused => panic!("{refused:?}"),
    });
    let (lows, highs) = ends.fold((0.0, 0.0), |(l, h), [low, high]| (l + low, h + high));
    assert!(lows < low && low < median && median < high && high < highs, "{lows} {low} {median} {high} {highs}");
    assert!(warnings.is_empty());

    let lacking: Vec<(u64, Option<&Estimate>)> = vec![parts[0], (500, None)];
    let ModelAnswer::Estimated { warnings, .. } = total(&lacking, Model::Dga, 1) else { panic!("no total") };
    assert!(warnings[0].contains("1 of 2 strata, with 500 documented"), "{warnings:?}");
    assert!(matches!(total(&[(500, None)], Model::Dga, 1), ModelAnswer::NotEstimable { .. }));
}

#[test]
fn one_list_in_a_stratum_is_no_table_and_says_why() {
    let tally = tally(vec![cell("isis", 1, 1, 50)]);
    let plan = planned(&tally, &sources(&[]), &[], &[]).unwrap();
    let refused = tables(&tally, &plan, &[Dimension::Party]).remove(0).table.unwrap_err();
    assert_eq!(refused, "because fewer than two lists have records");
}
