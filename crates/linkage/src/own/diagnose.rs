//! What to know before a run of an own spec is used: values that say nothing, columns that are empty, training that went wrong.

use super::column::Key;
use super::train::Training;
use super::{OwnRecords, OwnSpec};
use crate::model::signs;

/// A value is common where so many records bear it, one record of so many does, and it is so many times as frequent as any other that is
/// not, so that it is no mere category; at most so many values of a column are.
const RECORDS_AT_LEAST: u32 = 50;
const ONE_OF: u64 = 50;
const TIMES_AS_FREQUENT: u64 = 10;
const VALUES_AT_MOST: usize = 3;
/// What is not common is so much of the values, as one part in; of a column that has nearly one value alone, that one is common.
const REST_AT_LEAST_ONE_OF: u64 = 10;

/// Of a column, values that so many records bear that two who share one say nothing by it ("none" for an address, one birthday
/// for all), with how many bear each.
#[derive(Default)]
pub(super) struct Common {
    pub keys: Vec<Key>,
    records: Vec<u32>,
}

impl Common {
    fn of(mut counts: Vec<(Key, u32)>, records: usize) -> Self {
        counts.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        let all: u64 = counts.iter().map(|(_, n)| u64::from(*n)).sum();
        let may_be = |n: u32| n >= RECORDS_AT_LEAST && u64::from(n) * ONE_OF >= records as u64;
        let most = counts.iter().take(VALUES_AT_MOST).take_while(|(_, n)| may_be(*n)).count();
        let stands_out = |k: &usize| {
            let next = counts.get(*k).map_or(0, |(_, n)| u64::from(*n));
            let of_common: u64 = counts[..*k].iter().map(|(_, n)| u64::from(*n)).sum();
            let is_constant = *k == 1 && (all - of_common) * REST_AT_LEAST_ONE_OF <= all;
            u64::from(counts[*k - 1].1) >= TIMES_AS_FREQUENT * next
                && ((all - of_common) * REST_AT_LEAST_ONE_OF >= all || is_constant)
        };
        let k = (1..=most).rev().find(stands_out).unwrap_or(0);
        counts.truncate(k);
        let (keys, records) = counts.into_iter().unzip();
        Self { keys, records }
    }
}

/// Of each comparison.
pub(super) fn common(records: &OwnRecords) -> Vec<Common> {
    records.columns.iter().map(|column| Common::of(column.counts(), records.len())).collect()
}

/// What the columns tell, in sentences.
pub(super) fn of_columns(spec: &OwnSpec, records: &OwnRecords, common: &[Common]) -> Vec<String> {
    let mut out = Vec::new();
    for ((comparison, column), common) in spec.comparisons.iter().zip(&records.columns).zip(common) {
        let title = comparison.title();
        if let Some((values, example)) = &column.unread {
            let all = records.len();
            out.push(format!(
                "{title}: {values} of {all} values, such as {example:?}, could not be read and count as missing"
            ));
        }
        if column.is_missing() && !records.is_empty() {
            out.push(format!("{title}: no record bears a value: nothing is compared by it"));
        }
        let mut told: Vec<(u32, String)> =
            common.records.iter().zip(&common.keys).map(|(n, key)| (*n, column.told(*key))).collect();
        told.sort_unstable_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let columns = comparison.reads().collect::<Vec<_>>().join(", ");
        out.extend(
            told.iter().map(|(n, value)| crate::common::says_nothing(&columns, value, *n, records.len() as u64)),
        );
    }
    out
}

const WENT_WRONG: &str = "training went wrong: what it found are not matches, as most of them differ in most of what is compared; how matches \
     look was taken from the values that training starts from instead. There may be few matches, or none, in these lists";

/// What training tells, in sentences. `matches` are those expected among so many pairs.
pub(super) fn of_training(spec: &OwnSpec, training: &Training, pairs: u64, matches: f64) -> Vec<String> {
    let untrained = training.untrained.iter().map(|c| {
        let title = spec.comparisons[*c].title();
        format!(
            "{title}: every rule reads it, or no pair that could be a match bears it, so its weights are those that training starts from"
        )
    });
    let wrong = training.went_wrong.then(|| WENT_WRONG.to_owned());
    let signs = signs(pairs, training.settled, matches / pairs.max(1) as f64);
    untrained.chain(wrong).chain(signs).collect()
}
