//! Where training starts: what each kind of pair looks like before any data.
//!
//! The numbers are rough beliefs, worth `PRIOR_PAIRS` pairs each; training replaces them.

use crate::compare::{COMPARISONS, N};
use crate::model::KINDS;
use crate::settings::RowSpec;

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
    &[0.75, 0.07, 0.05, 0.04, 0.04, 0.02, 0.005, 0.015, 0.01, 0.03],
    &[0.75, 0.07, 0.05, 0.04, 0.04, 0.02, 0.005, 0.015, 0.01, 0.01],
    &[0.01, 0.01, 0.01, 0.02, 0.02, 0.05, 0.03, 0.25, 0.50, 0.10],
    &[0.30, 0.05, 0.05, 0.10, 0.10, 0.15, 0.03, 0.11, 0.10, 0.01],
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
    [&GIVEN, &GIVEN, &FATHER, &FATHER, &FAMILY, &FAMILY, &DATE, &PLACE, &AGE, &SEX, &CAUSE, &PARTY, &LIST, &FATHER];

// Lists of people: the date is that of birth, `cause` an address or number of the person's own, `party` a postcode. The
// second kind is a household: one family name and postcode, other people, born on other days.
const PEOPLE_GIVEN: Start = [
    &[0.75, 0.08, 0.06, 0.03, 0.02, 0.06],
    &[0.02, 0.01, 0.02, 0.02, 0.03, 0.90],
    &[0.90, 0.04, 0.02, 0.01, 0.01, 0.02],
    &[0.40, 0.03, 0.03, 0.02, 0.03, 0.49],
];
const PEOPLE_FAMILY: Start = [
    &[0.75, 0.08, 0.06, 0.03, 0.02, 0.06],
    &[0.90, 0.04, 0.02, 0.01, 0.01, 0.02],
    &[0.90, 0.04, 0.02, 0.01, 0.01, 0.02],
    &[0.01, 0.01, 0.02, 0.02, 0.03, 0.91],
];
const PEOPLE_DATE: Start = [
    &[0.84, 0.02, 0.03, 0.01, 0.01, 0.01, 0.01, 0.03, 0.04, 0.0001],
    &[0.005, 0.005, 0.005, 0.005, 0.01, 0.02, 0.01, 0.14, 0.80, 0.0001],
    &[0.005, 0.005, 0.005, 0.01, 0.01, 0.02, 0.02, 0.20, 0.725, 0.0001],
    &[0.40, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.08, 0.40, 0.0001],
];
const PEOPLE_PLACE: Start =
    [&[0.85, 0.08, 0.05, 0.02], &[0.85, 0.08, 0.05, 0.02], &[0.30, 0.05, 0.15, 0.50], &[0.20, 0.05, 0.25, 0.50]];
const PEOPLE_OWN: Start = [&[0.88, 0.12], &[0.01, 0.99], &[0.01, 0.99], &[0.01, 0.99]];
const PEOPLE_POSTCODE: Start = [&[0.84, 0.16], &[0.80, 0.20], &[0.05, 0.95], &[0.10, 0.90]];

const PEOPLE_START: [&Start; N] = [
    &PEOPLE_GIVEN,
    &PEOPLE_GIVEN,
    &FATHER,
    &FATHER,
    &PEOPLE_FAMILY,
    &PEOPLE_FAMILY,
    &PEOPLE_DATE,
    &PEOPLE_PLACE,
    &AGE,
    &SEX,
    &PEOPLE_OWN,
    &PEOPLE_POSTCODE,
    &LIST,
    &FATHER,
];

/// Shares of the kinds among candidate pairs, before any data.
pub(crate) fn starting_shares(spec: RowSpec) -> [f64; KINDS] {
    match spec {
        RowSpec::Victims => [0.10, 0.20, 0.30, 0.40],
        RowSpec::People => [0.70, 0.05, 0.10, 0.15],
    }
}

pub(crate) fn starting_probabilities(spec: RowSpec) -> Box<[[[f64; 16]; N]; KINDS]> {
    let start = match spec {
        RowSpec::Victims => START,
        RowSpec::People => PEOPLE_START,
    };
    let mut out = Box::new([[[1.0; 16]; N]; KINDS]);
    for (k, kind) in out.iter_mut().enumerate() {
        for (c, row) in kind.iter_mut().enumerate() {
            let given = start[c][k];
            let sum: f64 = given.iter().sum();
            for (l, p) in given.iter().take(COMPARISONS[c].levels.len()).enumerate() {
                row[l + 1] = p / sum;
            }
        }
    }
    out
}
