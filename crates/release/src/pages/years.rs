//! A table of counts by month that is too long for one page: a page for each year, and what stands in its place.

use std::collections::{BTreeMap, BTreeSet};

use domain::count::Tally;
use domain::{Month, TrustSetId};

use super::counts::{columns, is_closed, of_lists, table_of, title, trust_name};
use super::words::Ctx;
use crate::doc::{Block, Doc, Row, Spans, muted, text};
use crate::strata::{Dimension, NOT_STATED};

/// Persons by month and party.
type Sums = BTreeMap<String, BTreeMap<String, u64>>;

/// The years, each with its persons where every count is printed, and whose month is not known.
pub(super) fn table(ctx: &Ctx<'_>, trust: &TrustSetId, columns: &[String], years: &[String], doc: &mut Doc) {
    let base = format!("{trust}/");
    let mut unknown = table_of(ctx, trust, Dimension::Month, columns, &base, |value| value == NOT_STATED);
    if ctx.policy.minimum_cell <= 1 {
        let months = ctx.index.groups.get(&(trust, Dimension::Month)).map(|group| &group.sums);
        let by_year = years.iter().filter_map(|year| Some(row(ctx, trust, months?, columns, year)));
        unknown.rows = by_year.chain(std::mem::take(&mut unknown.rows)).collect();
        doc.push(Block::Table(unknown));
        return;
    }
    // Links alone: a sum for each year would be one more that small counts could be worked out from.
    let links = years.iter().map(|year| text(words_of_year(ctx, year)).to(ctx.page(&path(trust, year))));
    let mut words = vec![text(ctx.m("counts-by-year")), text(ctx.m("title-colon"))];
    words.extend(Spans::joined(links, &ctx.m("list-comma")).spans);
    doc.push(Block::para(words));
    if !unknown.rows.is_empty() {
        doc.push(Block::Table(unknown));
    }
}

/// The persons of a year's months, as a row that leads to them.
fn row(ctx: &Ctx<'_>, trust: &TrustSetId, months: &Sums, columns: &[String], year: &str) -> Row {
    let mut by_party: BTreeMap<&str, u64> = BTreeMap::new();
    for row in months.iter().filter(|(value, _)| is_of_year(value, year)).map(|(_, row)| row) {
        row.iter().for_each(|(party, n)| *by_party.entry(party).or_default() += n);
    }
    let cell = |n: u64| Spans::from(if n == 0 { muted(ctx.t.number(0)) } else { text(ctx.t.number(n)) });
    let path = ctx.page(&path(trust, year));
    let all = text(ctx.t.number(by_party.values().sum::<u64>())).to(path.clone());
    let mut cells = vec![text(words_of_year(ctx, year)).to(path).into(), all.into()];
    cells.extend(columns.iter().map(|key| cell(by_party.get(key.as_str()).copied().unwrap_or(0))));
    Row::new(cells)
}

/// Whether a month's key is of a year's.
fn is_of_year(value: &str, year: &str) -> bool {
    value != NOT_STATED && value.split('-').next() == Some(year)
}

/// Most months that stand in one table on the page of a tally.
const MONTHS_A_PAGE: usize = 36;

/// The years of a table by month that is too long for one page, each of which has its own; else none.
pub(super) fn of(tally: &Tally) -> Vec<String> {
    let months: BTreeSet<Month> = tally.cells.iter().filter_map(|cell| cell.stratum.month).collect();
    if months.len() <= MONTHS_A_PAGE {
        return Vec::new();
    }
    let years: BTreeSet<String> = months.iter().map(|month| format!("{:04}", month.year())).collect();
    years.into_iter().collect()
}

pub(super) fn path(trust: &TrustSetId, year: &str) -> String {
    format!("counts/{trust}/months-{year}")
}

fn words_of_year(ctx: &Ctx<'_>, year: &str) -> String {
    year.parse().map_or_else(|_| year.to_owned(), |year| ctx.t.year(year))
}

/// The months of one year.
pub(super) fn page(ctx: &Ctx<'_>, trust: &TrustSetId, year: &str) -> Doc {
    let mut doc = Doc::new(title(ctx, Dimension::Month), words_of_year(ctx, year));
    doc.crumbs.push((ctx.m("nav-counts"), "counts/index".into()));
    doc.crumbs.push((trust_name(ctx, trust).text, format!("counts/{trust}")));
    let tally = ctx.data.tallies.iter().find(|(id, _)| id == trust);
    doc.invented = tally.map(|(_, tally)| of_lists(ctx, tally)).unwrap_or_default();
    if is_closed(ctx, trust, Dimension::Month) {
        doc.push(Block::note(ctx.m("counts-table-held")));
        return doc;
    }
    let of_year = |value: &str| is_of_year(value, year);
    doc.blocks.extend(super::board::of_rows(ctx, trust, Dimension::Month, of_year));
    doc.push(Block::Table(table_of(ctx, trust, Dimension::Month, &columns(ctx, trust), "", of_year)));
    doc
}
