//! Strata that stand beside a tally with its small counts withheld. All counts are invented.

mod support;

use std::collections::{BTreeMap, BTreeSet};

use domain::SourceId;
use domain::count::{Tally, TallyCell};
use estimation::guarded::{guarded_tables, withheld_cells};
use estimation::models::{Model, ModelAnswer, estimate};
use estimation::plan::{Choices, ListPlan};
use estimation::strata::{Dimension, tables};
use proptest::prelude::*;

const SMALLEST: u64 = 5;

fn cell(party: usize, month: i8, inclusion_pattern: u64, n_documented: u64) -> TallyCell {
    support::cell(["syrian_regime", "isis", "hts"][party], month, inclusion_pattern, n_documented)
}

fn tally(cells: Vec<TallyCell>) -> Tally {
    Tally { lists: ["a", "b", "c"].map(|id| SourceId::new(id).unwrap()).to_vec(), cells }
}

fn plan(tally: &Tally) -> ListPlan {
    ListPlan::new(tally, &[], &Choices::default()).unwrap()
}

fn names(tally: &Tally, by: &[Dimension], at: usize) -> Vec<String> {
    by.iter().map(|dimension| dimension.of(&tally.cells[at].stratum)).collect()
}

#[test]
fn a_small_stratum_is_taken_together_with_another_and_nobody_is_lost() {
    let counts = [[40, 30, 25, 12, 11, 10, 9], [2, 1, 0, 0, 0, 0, 0], [20, 22, 24, 9, 8, 7, 6]];
    let cells = counts.iter().enumerate().flat_map(|(party, row)| {
        row.iter().enumerate().filter(|(_, n)| **n > 0).map(move |(i, n)| cell(party, 1, i as u64 + 1, *n))
    });
    let tally = tally(cells.collect());
    let found = guarded_tables(&tally, &plan(&tally), &[Dimension::Party], SMALLEST).unwrap();
    let shown: Vec<(&str, u64)> = found.iter().map(|g| (g.table.stratum[0].as_str(), g.table.n_documented)).collect();
    assert_eq!(shown, [("syrian_regime", 137), ("(withheld)", 99)]);
    assert!(found[0].tells_counts);
    // With a bound of none, everything is told.
    assert_eq!(guarded_tables(&tally, &plan(&tally), &[Dimension::Party], 0).unwrap().len(), 3);
    // Nothing is told of three persons alone.
    let few = Tally { cells: tally.cells.iter().filter(|c| c.n_documented < 3).cloned().collect(), ..tally };
    assert_eq!(guarded_tables(&few, &plan(&few), &[], SMALLEST), None);
}

#[test]
fn an_answer_about_small_counts_tells_no_bound_no_pair_and_no_warning() {
    let counts = [60, 50, 20, 45, 12, 14, 3];
    let table = tables(
        &tally(counts.iter().enumerate().map(|(i, n)| cell(0, 1, i as u64 + 1, *n)).collect()),
        &plan(&tally(vec![])),
        &[],
    )
    .remove(0);
    let all = estimate(&table.table.unwrap(), Model::All, 1, &|_, _| {}).models;
    assert!(all.iter().any(|answer| matches!(answer, ModelAnswer::Estimated { warnings, .. } if !warnings.is_empty())));
    for answer in all.into_iter().map(ModelAnswer::without_counts) {
        match answer {
            ModelAnswer::Estimated { model, median, diagnostics, warnings, .. } => {
                assert!(median.fract() == 0.0 && warnings.is_empty(), "{model}");
                assert!(
                    !diagnostics.contains_key("held_lists") && !diagnostics.contains_key("deviance"),
                    "{diagnostics:?}"
                );
            }
            ModelAnswer::NotEstimable { model, not_estimable } => {
                assert!(["pairs", "chao"].contains(&model), "{model}: {not_estimable}");
            }
        }
    }
}

proptest! {
    /// What an attacker can work out from one sum: the stratum less the cells of it that the tally shows, and a sum by one property less the strata
    /// shown in it.
    #[test]
    fn no_stratum_and_no_sum_of_strata_leaves_a_single_or_a_small_rest(
        rows in prop::collection::vec((0usize..3, 1i8..4, 1u64..8, 1u64..14), 1..60)
    ) {
        let mut unique: BTreeMap<(usize, i8, u64), u64> = BTreeMap::new();
        for (party, month, pattern, n) in rows {
            *unique.entry((party, month, pattern)).or_default() += n;
        }
        let tally = tally(unique.into_iter().map(|((party, month, pattern), n)| cell(party, month, pattern, n)).collect());
        let by = [Dimension::Party, Dimension::Month];
        let Some(found) = guarded_tables(&tally, &plan(&tally), &by, SMALLEST) else { return Ok(()) };
        prop_assert_eq!(
            found.iter().map(|g| g.table.n_documented).sum::<u64>(),
            tally.cells.iter().map(|c| c.n_documented).sum::<u64>()
        );
        let withheld = withheld_cells(&tally, SMALLEST);
        let shown: BTreeSet<Vec<String>> = found.iter().map(|g| g.table.stratum.clone()).collect();
        let mut of_stratum: BTreeMap<Vec<String>, Vec<usize>> = BTreeMap::new();
        for at in 0..tally.cells.len() {
            let own = names(&tally, &by, at);
            let key = if shown.contains(&own) { own } else { vec!["(withheld)".to_owned(); 2] };
            of_stratum.entry(key).or_default().push(at);
        }
        for guarded in &found {
            let cells = &of_stratum[&guarded.table.stratum];
            let rest: Vec<u64> = cells.iter().filter(|at| withheld.contains(at)).map(|at| tally.cells[*at].n_documented).collect();
            prop_assert!(guarded.table.n_documented >= SMALLEST);
            prop_assert!(rest.is_empty() || (rest.len() > 1 && rest.iter().sum::<u64>() >= SMALLEST), "{:?}: {rest:?}", guarded.table.stratum);
            if guarded.tells_counts {
                let Ok(table) = guarded.table.table.as_ref() else { continue };
                let counts = &table.counts;
                prop_assert!(counts.iter().all(|(_, n)| *n == 0 || *n >= SMALLEST), "{counts:?}");
            }
        }
        for dimension in 0..2 {
            let mut missing: BTreeMap<String, BTreeSet<Vec<String>>> = BTreeMap::new();
            let mut rest: BTreeMap<String, u64> = BTreeMap::new();
            let mut whole: BTreeMap<String, u64> = BTreeMap::new();
            for at in 0..tally.cells.len() {
                let own = names(&tally, &by, at);
                *whole.entry(own[dimension].clone()).or_default() += tally.cells[at].n_documented;
                if !shown.contains(&own) {
                    *rest.entry(own[dimension].clone()).or_default() += tally.cells[at].n_documented;
                    missing.entry(own[dimension].clone()).or_default().insert(own);
                }
            }
            // Sums that the tally itself withholds tell nothing.
            let told = estimation::suppress::suppress(&whole, SMALLEST);
            for (name, strata) in missing {
                if matches!(told[&name], estimation::suppress::Published::Count(_)) {
                    let open = whole[&name] > rest[&name];
                    prop_assert!(!open || (strata.len() > 1 && rest[&name] >= SMALLEST), "{name}: {strata:?} {}", rest[&name]);
                }
            }
        }
    }
}
