//! A model held against what is known: among those on one list, how many are on no other?
//!
//! Those on a list are a population of known size in which the other lists are the lists; those on it alone are its unseen. A model
//! that is right about everybody is right about them, or nearly so. Where the known number lies outside what the model gives, the
//! model does not follow these lists. A model that passes may still be wrong about those on no list. Needs four lists.

use std::cmp::Ordering;

use serde_json::{Value, json};

use super::unseen::Unseen;
use super::{ModelAnswer, PatternTable};

/// One list's known number may lie outside with this chance though the model holds; two lists' numbers, on the same side, with that chance
/// each. Chosen on the published populations (docs/methods/estimation.md): one list far out alone misses a model that is a little wrong everywhere.
const OUTSIDE_ONE: f64 = 0.0025;
const OUTSIDE_TWO: f64 = 0.05;

/// With fewer persons on the list and another, or on two others, priors and chance speak louder than the lists.
const FEWEST: u64 = 30;
const FEWEST_SHARED: u64 = 5;

/// One list held against the others. Persons on it and on no other.
struct Held {
    list: String,
    known: f64,
    expected: f64,
    /// Where the model expects it, all but with the chances above.
    interval_of_one: [f64; 2],
    interval_of_two: [f64; 2],
}

impl Held {
    /// Whether more than the interval are on the list alone, or fewer. The ends are between whole numbers.
    fn beyond(&self, [low, high]: [f64; 2]) -> Ordering {
        if self.known - 0.5 > high {
            Ordering::Greater
        } else if self.known + 0.5 < low {
            Ordering::Less
        } else {
            Ordering::Equal
        }
    }
}

/// The lists on which the model fails: any that is far out, and those that are out on one side together.
fn failed(all: &[Held]) -> Vec<&Held> {
    let on_side = |side: Ordering| all.iter().filter(|held| held.beyond(held.interval_of_two) == side).count();
    let together = [Ordering::Less, Ordering::Greater].map(|side| (side, on_side(side) > 1));
    let fails = |held: &&Held| {
        let side = held.beyond(held.interval_of_two);
        held.beyond(held.interval_of_one) != Ordering::Equal || together.contains(&(side, true))
    };
    all.iter().filter(fails).collect()
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
        let interval = |outside: f64| [unseen.quantile(outside / 2.0), unseen.quantile(1.0 - outside / 2.0)];
        let (interval_of_one, interval_of_two) = (interval(OUTSIDE_ONE), interval(OUTSIDE_TWO));
        let (list, known, expected) = (table.lists[list].clone(), known as f64, unseen.quantile(0.5));
        Some(Held { list, known, expected, interval_of_one, interval_of_two })
    };
    let mut all: Vec<Held> = (0..table.lists.len()).filter_map(held).collect();
    all.sort_by(|a, b| a.list.cmp(&b.list));
    let failed = failed(&all);
    let row = |held: &Held| -> Value {
        json!({
            "list": held.list,
            "known_on_it_alone": held.known,
            "expected": held.expected,
            "interval_95": held.interval_of_two,
            "interval_9975": held.interval_of_one,
        })
    };
    let doubt = failed.iter().max_by(|a, b| off(a).total_cmp(&off(b))).map(|worst| {
        let Held { list, known, expected, interval_of_two: [low, high], .. } = worst;
        (
            "held_list",
            format!(
                "the model fails where the truth is known: of those on list {list}, {known:.0} are on no other list, and from the others \
                 it expects {expected:.0} (95 %: {low:.0} to {high:.0}); {} of {} lists fail so, and its interval is not to be relied upon",
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

#[cfg(test)]
mod tests {
    use super::*;

    fn held(known: f64) -> Held {
        Held { list: "a".into(), known, expected: 50.0, interval_of_one: [20.0, 90.0], interval_of_two: [30.0, 75.0] }
    }

    #[test]
    fn one_list_far_out_fails_and_two_that_are_out_on_one_side_and_not_two_on_either() {
        let counts = |known: &[f64]| failed(&known.iter().copied().map(held).collect::<Vec<_>>()).len();
        assert_eq!(counts(&[95.0, 50.0, 50.0, 50.0]), 1);
        assert_eq!(counts(&[80.0, 50.0, 50.0, 50.0]), 0);
        assert_eq!(counts(&[80.0, 78.0, 50.0, 50.0]), 2);
        assert_eq!(counts(&[80.0, 25.0, 50.0, 50.0]), 0);
        assert_eq!(counts(&[25.0, 25.0, 50.0, 10.0]), 3);
    }
}
