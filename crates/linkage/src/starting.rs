//! Where training starts: what each kind of pair looks like before any data.
//!
//! The numbers are rough beliefs, worth `PRIOR_PAIRS` pairs each; training replaces them.

use crate::compare::{COMPARISONS, N};
use crate::model::KINDS;

/// Probabilities of the levels of one comparison: for matches, relatives in one event, namesakes, other pairs.
type Start = [&'static [f64]; KINDS];

const GIVEN: Start = [
    &[0.70, 0.14, 0.08, 0.04, 0.01, 0.03],
    &[0.01, 0.01, 0.03, 0.02, 0.05, 0.88],
    &[0.60, 0.22, 0.08, 0.02, 0.04, 0.04],
    &[0.12, 0.05, 0.03, 0.02, 0.06, 0.72],
];
const FATHER: Start = [
    &[0.70, 0.14, 0.08, 0.03, 0.01, 0.04],
    &[0.50, 0.10, 0.06, 0.02, 0.02, 0.30],
    &[0.20, 0.07, 0.03, 0.03, 0.07, 0.60],
    &[0.12, 0.05, 0.03, 0.02, 0.06, 0.72],
];
const FAMILY: Start = [
    &[0.70, 0.14, 0.08, 0.03, 0.02, 0.03],
    &[0.70, 0.15, 0.06, 0.02, 0.03, 0.04],
    &[0.60, 0.22, 0.08, 0.02, 0.04, 0.04],
    &[0.02, 0.02, 0.03, 0.02, 0.06, 0.85],
];
const DATE: Start = [
    &[0.75, 0.07, 0.05, 0.04, 0.04, 0.02, 0.005, 0.015, 0.01],
    &[0.75, 0.07, 0.05, 0.04, 0.04, 0.02, 0.005, 0.015, 0.01],
    &[0.01, 0.01, 0.01, 0.02, 0.02, 0.05, 0.03, 0.35, 0.50],
    &[0.30, 0.05, 0.05, 0.10, 0.10, 0.15, 0.03, 0.12, 0.10],
];
const PLACE: Start =
    [&[0.50, 0.38, 0.06, 0.06], &[0.50, 0.38, 0.06, 0.06], &[0.05, 0.15, 0.15, 0.65], &[0.20, 0.25, 0.15, 0.40]];
const AGE: Start = [
    &[0.70, 0.14, 0.07, 0.05, 0.02, 0.02],
    &[0.05, 0.07, 0.06, 0.14, 0.18, 0.50],
    &[0.05, 0.08, 0.07, 0.20, 0.22, 0.38],
    &[0.05, 0.08, 0.07, 0.20, 0.22, 0.38],
];
const SEX: Start = [&[0.985, 0.015], &[0.65, 0.35], &[0.98, 0.02], &[0.88, 0.12]];
const CAUSE: Start = [&[0.85, 0.15], &[0.85, 0.15], &[0.25, 0.75], &[0.35, 0.65]];
const PARTY: Start = [&[0.92, 0.08], &[0.92, 0.08], &[0.65, 0.35], &[0.70, 0.30]];
const LIST: Start = [&[0.88, 0.12], &[0.65, 0.35], &[0.70, 0.30], &[0.70, 0.30]];

const START: [&Start; N] =
    [&GIVEN, &GIVEN, &FATHER, &FATHER, &FAMILY, &FAMILY, &DATE, &PLACE, &AGE, &SEX, &CAUSE, &PARTY, &LIST];

pub(crate) fn starting_probabilities() -> Box<[[[f64; 16]; N]; KINDS]> {
    let mut out = Box::new([[[1.0; 16]; N]; KINDS]);
    for (k, kind) in out.iter_mut().enumerate() {
        for (c, row) in kind.iter_mut().enumerate() {
            let given = START[c][k];
            let sum: f64 = given.iter().sum();
            for (l, p) in given.iter().take(COMPARISONS[c].levels.len()).enumerate() {
                row[l + 1] = p / sum;
            }
        }
    }
    out
}
