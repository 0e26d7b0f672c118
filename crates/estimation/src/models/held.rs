//! A model held against what is known: among those on one list, how many are on no other?
//!
//! Those on a list are a population of known size in which the other lists are the lists; those on it alone are its unseen. A model
//! that is right about everybody is right about them, or nearly so. Where the known number lies outside what the model gives, the
//! model does not follow these lists. A model that passes may still be wrong about those on no list. Needs four lists.

use serde_json::{Value, json};

use super::unseen::Unseen;
use super::{ModelAnswer, PatternTable};

/// Each list's known number may lie outside with this chance though the model holds; one list of five in a fortieth of tables.
const OUTSIDE: f64 = 0.005;

/// With fewer persons on the list and another, or on two others, priors and chance speak louder than the lists.
const FEWEST: u64 = 30;
const FEWEST_SHARED: u64 = 5;

/// One list held against the others. Persons on it and on no other.
struct Held {
    list: String,
    known: f64,
    expected: f64,
    interval: [f64; 2],
}

/// Asks the model, list by list, and adds what it finds to its answer. `unseen` estimates a smaller table by the same procedure.
pub(super) fn hold(
    table: &PatternTable,
    answer: ModelAnswer,
    unseen: impl Fn(&PatternTable) -> Option<Unseen>,
) -> ModelAnswer {
    if matches!(answer, ModelAnswer::NotEstimable { .. }) {
        return answer;
    }
    let held = |list: usize| {
        let (others, known) = table.held_by(list)?;
        let few = others.n_documented() < FEWEST || others.n_on_two_lists_or_more() < FEWEST_SHARED;
        if others.lists.len() < 3 || few {
            return None;
        }
        let unseen = unseen(&others)?;
        let interval = [unseen.quantile(OUTSIDE / 2.0), unseen.quantile(1.0 - OUTSIDE / 2.0)];
        let (list, known, expected) = (table.lists[list].clone(), known as f64, unseen.quantile(0.5));
        Some(Held { list, known, expected, interval })
    };
    let mut all: Vec<Held> = (0..table.lists.len()).filter_map(held).collect();
    all.sort_by(|a, b| a.list.cmp(&b.list));
    // The ends are between whole numbers.
    let is_outside = |held: &&Held| held.known + 0.5 < held.interval[0] || held.known - 0.5 > held.interval[1];
    let failed: Vec<&Held> = all.iter().filter(is_outside).collect();
    let row = |held: &Held| -> Value {
        json!({
            "list": held.list,
            "known_on_it_alone": held.known,
            "expected": held.expected,
            "interval_995": held.interval,
        })
    };
    let doubt = failed.iter().max_by(|a, b| off(a).total_cmp(&off(b))).map(|worst| {
        let Held { list, known, expected, interval: [low, high] } = worst;
        (
            "held_list",
            format!(
                "the model fails where the truth is known: of those on list {list}, {known:.0} are on no other list, and from the others \
                 it expects {expected:.0} ({low:.0} to {high:.0}); {} of {} lists fail so, and its interval is not to be relied upon",
                failed.len(),
                all.len()
            ),
        )
    });
    let mut answer = answer.with_doubts(doubt);
    if let ModelAnswer::Estimated { diagnostics, .. } = &mut answer {
        diagnostics.insert("held_lists".into(), all.iter().map(row).collect());
    }
    answer
}

/// How far off the expectation is, as a factor's logarithm.
fn off(held: &Held) -> f64 {
    ((held.known + 1.0) / (held.expected + 1.0)).ln().abs()
}
