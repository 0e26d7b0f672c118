//! Each printed count of persons, as data; and which of them differ by few from those of the release before. A minimum for
//! counts hides few persons in one release. Whoever keeps two has their differences as well.

use std::collections::BTreeMap;

use domain::TrustSetId;

use crate::ReleaseError;
use crate::pages::{Ctx, cell_count, columns, is_closed, is_held};
use crate::strata::Dimension;
use crate::suppress::Count;

pub(crate) const PATH: &str = "data/counts.csv";

/// Trust set, property, its value, and party; the last two are empty where the count is of all.
type Key = (String, String, String, String);

/// Every count of the pages of tallies; nothing where a number is held back, be it a zero. Tables that are not printed at all have no line.
pub(crate) fn counts(ctx: &Ctx<'_>) -> BTreeMap<Key, Option<u64>> {
    let mut found = BTreeMap::new();
    for (trust, tally) in &ctx.data.tallies {
        let mut put = |dimension: &str, value: &str, party: &str, count: &Count, n: u64| {
            let key = [trust.as_str(), dimension, value, party].map(str::to_owned);
            let n = (!is_held(ctx, trust, count)).then_some(n);
            found.insert(key.into(), n);
        };
        put("all", "", "", &Count::All, tally.cells.iter().map(|cell| cell.n_documented).sum());
        let mut patterns: BTreeMap<u64, u64> = BTreeMap::new();
        for cell in &tally.cells {
            *patterns.entry(cell.inclusion_pattern).or_default() += cell.n_documented;
        }
        for (pattern, n) in patterns {
            put("inclusion_pattern", &pattern.to_string(), "", &Count::Pattern(pattern), n);
        }
        let columns = columns(ctx, trust);
        for dimension in Dimension::ALL.into_iter().filter(|dimension| !is_closed(ctx, trust, *dimension)) {
            by_value(ctx, trust, dimension, &columns, &mut put);
        }
    }
    found
}

/// The cells as the page prints them, zeros among them: a cell that is not there would be a zero that the page holds back.
fn by_value(
    ctx: &Ctx<'_>,
    trust: &TrustSetId,
    dimension: Dimension,
    columns: &[String],
    put: &mut impl FnMut(&str, &str, &str, &Count, u64),
) {
    let Some(group) = ctx.index.groups.get(&(trust, dimension)) else { return };
    for (value, row) in &group.sums {
        let n = row.values().sum();
        if dimension == Dimension::Party {
            put(dimension.key(), "", value, &Count::Party(value.clone()), n);
            continue;
        }
        put(dimension.key(), value, "", &Count::Row(dimension, value.clone()), n);
        for party in columns {
            let n = row.get(party).copied().unwrap_or(0);
            put(dimension.key(), value, party, &cell_count(ctx, trust, (dimension, value, party), n), n);
        }
    }
}

const COLUMNS: [&str; 5] = ["trust_set", "property", "value", "party", "persons"];

pub(crate) fn csv(counts: &BTreeMap<Key, Option<u64>>) -> Result<Vec<u8>, ReleaseError> {
    let failed = |e: csv::Error| ReleaseError::Page(e.to_string());
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS).map_err(failed)?;
    for ((trust, property, value, party), n) in counts {
        let n = n.map(|n| n.to_string()).unwrap_or_default();
        writer.write_record([trust, property, value, party, &n]).map_err(failed)?;
    }
    writer.into_inner().map_err(|e| ReleaseError::Page(e.to_string()))
}

/// What [`csv`] wrote; nothing where it is no such table.
fn read(text: &str) -> Option<BTreeMap<Key, Option<u64>>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let is_it = reader.headers().ok()?.iter().eq(COLUMNS);
    let rows = reader.into_records().filter(|_| is_it);
    let row = |row: Result<csv::StringRecord, csv::Error>| {
        let row = row.ok()?;
        let at = |i: usize| row.get(i).map(str::to_owned);
        Some(((at(0)?, at(1)?, at(2)?, at(3)?), row.get(4)?.parse().ok()))
    };
    is_it.then(|| rows.map(row).collect()).flatten()
}

/// Most counts that are named of those that give something away.
const NAMED: usize = 3;

/// A sentence for the publisher on the printed counts that differ from the version before by fewer persons than the minimum.
pub(crate) fn small_steps(
    before: &str,
    version: &str,
    now: &BTreeMap<Key, Option<u64>>,
    minimum: u64,
) -> Option<String> {
    let before = read(before)?;
    let step = |(key, now): (&Key, &Option<u64>)| {
        let (now, was) = ((*now)?, (*before.get(key)?)?);
        let by = now.abs_diff(was);
        (by > 0 && by < minimum).then(|| {
            let (trust, property, value, party) = key;
            let what = [property.as_str(), value, party].join(" ").trim().to_owned();
            format!("{what}: {was}, now {now} ({trust})")
        })
    };
    let steps: Vec<String> = now.iter().filter_map(step).collect();
    if steps.is_empty() {
        return None;
    }
    let more = if steps.len() > NAMED { " and others" } else { "" };
    Some(format!(
        "NOT held back, {} printed counts that moved by fewer than {minimum} persons since version {version}: whoever keeps both \
         releases learns of these few ({}{more}). Publish less often, or name fewer properties in record_fields",
        steps.len(),
        steps.into_iter().take(NAMED).collect::<Vec<_>>().join("; ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(counts: &[(&str, Option<u64>)]) -> BTreeMap<Key, Option<u64>> {
        let key = |value: &str| ("all".to_owned(), "place".to_owned(), value.to_owned(), String::new());
        counts.iter().map(|(value, n)| (key(value), *n)).collect()
    }

    #[test]
    fn counts_that_moved_by_few_are_named_and_nothing_else() {
        let before = csv(&of(&[("a", Some(10)), ("b", Some(20)), ("c", None), ("d", Some(7))])).unwrap();
        let before = String::from_utf8(before).unwrap();
        let said = |now: &[(&str, Option<u64>)]| small_steps(&before, "1", &of(now), 5);
        assert_eq!(said(&[("a", Some(10)), ("b", Some(25)), ("c", Some(9)), ("d", None), ("e", Some(8))]), None);
        let told = said(&[("a", Some(11)), ("b", Some(16)), ("d", Some(7))]).unwrap();
        assert!(told.contains("2 printed counts") && told.contains("place a: 10, now 11 (all)"), "{told}");
        assert_eq!(small_steps("something else", "1", &of(&[("a", Some(11))]), 5), None);
    }
}
