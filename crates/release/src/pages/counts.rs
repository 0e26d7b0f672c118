//! Documented persons, counted under each choice of sources. Every number opens into the persons it was added from.

use std::collections::BTreeMap;

use domain::count::Tally;
use domain::{ActKind, Month, PlaceCode, TrustSetId};

use super::words::{Ctx, attribution_label, head};
use crate::Known;
use crate::doc::{Block, Doc, Row, Span, Spans, Table, id, muted, text};
use crate::index::Index;
use crate::invented::Invented;
use crate::parts::{Listed, is_short};
use crate::strata::{DISPUTED, Dimension, NOT_STATED};
use crate::suppress::Count;

pub(crate) fn trust_name(ctx: &Ctx<'_>, trust: &TrustSetId) -> Span {
    match ctx.data.trust_sets.iter().find(|t| t.id == *trust) {
        Some(found) => ctx.local(&found.names, trust.as_str()),
        None => id(trust.as_str()),
    }
}

/// Of the lists that persons are counted with.
pub(super) fn of_lists(ctx: &Ctx<'_>, tally: &Tally) -> Invented {
    Invented::among(tally.lists.iter().map(|list| ctx.index.is_invented(list)))
}

pub(super) fn index(ctx: &Ctx<'_>) -> Doc {
    let mut doc = Doc::new(ctx.m("nav-counts"), ctx.m("counts-title"));
    let counted = ctx.data.tallies.iter().filter(|(_, tally)| !tally.cells.is_empty());
    counted.for_each(|(_, tally)| doc.invented |= of_lists(ctx, tally));
    doc.push(Block::lead(ctx.m("counts-lead")));
    if ctx.data.tallies.is_empty() {
        doc.push(Block::note(ctx.m("counts-none")));
        return doc;
    }
    let heads = [("th-trust-set", false), ("th-lists", false), ("th-persons", true)];
    let mut table = Table::new(ctx.m("counts-title"), ctx.heads(heads));
    for (trust, tally) in &ctx.data.tallies {
        let n = tally.cells.iter().map(|c| c.n_documented).sum();
        let path = ctx.page(&format!("counts/{trust}"));
        // Nobody is counted where none of the sources gave a list: how many there are is unknown, not zero.
        let number = match tally.cells.is_empty() {
            true => muted(ctx.m("unknown")).into(),
            false => number(ctx, trust, &Count::All, n, Some(path.clone())),
        };
        table.push(vec![trust_name(ctx, trust).to(path).into(), ctx.sources(&tally.lists), number]);
    }
    doc.push(Block::Table(table));
    doc
}

pub(super) fn page(ctx: &Ctx<'_>, trust: &TrustSetId, tally: &Tally) -> Doc {
    let mut doc = Doc::new(ctx.m("counts-kicker"), trust_name(ctx, trust));
    doc.crumbs.push((ctx.m("nav-counts"), "counts/index".into()));
    if tally.cells.is_empty() {
        doc.push(Block::lead(ctx.m("counts-no-list")));
        doc.push(Block::Facts(vec![(ctx.m("th-lists"), ctx.sources(&tally.lists))]));
        return doc;
    }
    doc.invented = of_lists(ctx, tally);
    if !is_held(ctx, trust, &Count::All) {
        let n: u64 = tally.cells.iter().map(|c| c.n_documented).sum();
        doc.push(Block::lead(ctx.t.count("counts-documented", n)));
    }
    doc.push(Block::note(ctx.m("counts-documented-note")));
    if ctx.policy.minimum_cell > 1 {
        doc.push(Block::note(ctx.a("counts-small-note", [("n", ctx.policy.minimum_cell.into())])));
    }
    doc.push(Block::Facts(vec![(ctx.m("th-lists"), ctx.sources(&tally.lists))]));
    // With small counts held back, a table that can be added up in any way would give them away.
    doc.push(match ctx.policy.minimum_cell {
        0 | 1 => super::board::everybody(ctx, tally),
        _ => Block::note(ctx.m("board-not-offered")),
    });
    let columns = columns(ctx, trust);
    for dimension in Dimension::ALL {
        dimension_table(ctx, trust, tally, dimension, &columns, &mut doc);
    }
    patterns(ctx, trust, tally, &mut doc);
    doc
}

/// Parties in the order of their codes, then disputed, then not stated.
pub(crate) fn columns(ctx: &Ctx<'_>, trust: &TrustSetId) -> Vec<String> {
    let by_party = ctx.index.groups.get(&(trust, Dimension::Party));
    let keys = by_party.into_iter().flat_map(|group| group.sums.keys()).cloned();
    let is_last = |key: &String| key == DISPUTED || key == NOT_STATED;
    let mut columns: Vec<String> = keys.filter(|key| !is_last(key)).collect();
    columns.extend([DISPUTED.to_owned(), NOT_STATED.to_owned()]);
    columns
}

pub(crate) fn title(ctx: &Ctx<'_>, dimension: Dimension) -> String {
    ctx.m(match dimension {
        Dimension::Party => "counts-by-party",
        Dimension::Month => "counts-by-month",
        Dimension::Place => "counts-by-place",
        Dimension::Sex => "counts-by-sex",
        Dimension::Age => "counts-by-age",
        Dimension::Civilian => "counts-by-civilian",
        Dimension::Act => "counts-by-act",
    })
}

pub(crate) fn value_label(ctx: &Ctx<'_>, dimension: Dimension, value: &str) -> Spans {
    if value == NOT_STATED && dimension != Dimension::Party {
        return ctx.m("counts-not-stated").into();
    }
    match dimension {
        Dimension::Party => attribution_label(ctx, value),
        Dimension::Month => value.parse::<Month>().map_or_else(|_| id(value).into(), |m| ctx.t.month(m).into()),
        Dimension::Place => PlaceCode::new(value).map_or_else(|_| id(value).into(), |p| ctx.place(&p).into()),
        Dimension::Sex => ctx.m(if value == "female" { "sex-female" } else { "sex-male" }).into(),
        Dimension::Age => ctx.m(if value == "child" { "age-child" } else { "age-adult" }).into(),
        Dimension::Civilian => {
            ctx.m(if value == "civilian" { "civilian-civilian" } else { "civilian-combatant" }).into()
        }
        Dimension::Act => {
            ActKind::from_key(value).map_or_else(|| id(value).into(), |a| super::event::act(ctx, a).into())
        }
    }
}

/// A count as a link to its persons, where they are listed; or that it is held back.
fn number(ctx: &Ctx<'_>, trust: &TrustSetId, count: &Count, n: u64, path: Option<String>) -> Spans {
    if is_held(ctx, trust, count) {
        return muted(ctx.m("count-held-back")).into();
    }
    match (n, path) {
        (0, _) => muted(ctx.t.number(0)).into(),
        (n, Some(path)) => text(ctx.t.number(n)).to(path).into(),
        (n, None) => text(ctx.t.number(n)).into(),
    }
}

pub(crate) fn is_held(ctx: &Ctx<'_>, trust: &TrustSetId, count: &Count) -> bool {
    ctx.index.suppressed.get(trust).is_some_and(|s| s.holds(count))
}

/// The total of a row.
fn row_count(dimension: Dimension, value: String) -> Count {
    match dimension {
        Dimension::Party => Count::Party(value),
        _ => Count::Row(dimension, value),
    }
}

/// A cell of a row of a table, as what it is held back or printed with: a column of nobody is in no sum, and is a zero of its row
/// all the same.
pub(crate) fn cell_count(
    ctx: &Ctx<'_>,
    trust: &TrustSetId,
    (dimension, value, party): (Dimension, &String, &String),
    n: u64,
) -> Count {
    let total = row_count(dimension, value.clone());
    match n == 0 && is_held(ctx, trust, &total) {
        true => total,
        false => Count::Cell(dimension, value.clone(), party.clone()),
    }
}

/// Whether a table is not printed at all: where every row is held back, and how many there are in all as well, the rows that
/// are not there would be zeros that speak of few.
pub(crate) fn is_closed(ctx: &Ctx<'_>, trust: &TrustSetId, dimension: Dimension) -> bool {
    let values = ctx.index.groups.get(&(trust, dimension)).into_iter().flat_map(|group| group.sums.keys());
    is_all_held(ctx, trust, values.map(|value| row_count(dimension, value.clone())))
}

fn is_all_held(ctx: &Ctx<'_>, trust: &TrustSetId, mut rows: impl Iterator<Item = Count>) -> bool {
    is_held(ctx, trust, &Count::All) && rows.all(|row| is_held(ctx, trust, &row))
}

fn dimension_table(
    ctx: &Ctx<'_>,
    trust: &TrustSetId,
    tally: &Tally,
    dimension: Dimension,
    columns: &[String],
    doc: &mut Doc,
) {
    doc.push(Block::h2_at(dimension.key(), title(ctx, dimension)));
    if is_closed(ctx, trust, dimension) {
        doc.push(Block::note(ctx.m("counts-table-held")));
        return;
    }
    let years = if dimension == Dimension::Month { super::years::of(tally) } else { Vec::new() };
    if years.is_empty() {
        let base = format!("{trust}/");
        doc.push(Block::Table(table_of(ctx, trust, dimension, columns, &base, |_| true)));
        return;
    }
    super::years::table(ctx, trust, columns, &years, doc);
}

/// The counts of one property; `base` leads from the page to the folder of the tally's lists.
pub(super) fn table_of(
    ctx: &Ctx<'_>,
    trust: &TrustSetId,
    dimension: Dimension,
    columns: &[String],
    base: &str,
    is_asked: impl Fn(&str) -> bool,
) -> Table {
    let group = ctx.index.groups.get(&(trust, dimension));
    let title = title(ctx, dimension);
    let mut table = Table::new(title.clone(), Vec::new());
    table.stack = false;
    table.heads.push(head(title, false));
    table.heads.push(head(ctx.m("th-persons"), true));
    let split = dimension != Dimension::Party;
    if split {
        table.heads.extend(columns.iter().map(|key| head(attribution_label(ctx, key), true)));
    }
    // Parties in the order of the columns, with the disputed and the not stated last.
    let Some(group) = group else { return table };
    let order: Vec<&String> = if split { group.sums.keys().collect() } else { columns.iter().collect() };
    let rows = order.into_iter().filter(|value| is_asked(value));
    for (value, row) in rows.filter_map(|value| Some((value, group.sums.get(value)?))) {
        let listed = group.rows.get(value);
        // Relative to this page: there are many of them, and the page has a budget.
        let path = |anchor: &str| format!("{base}{}-{value}.html{anchor}", dimension.key());
        let total = row_count(dimension, value.clone());
        let all = number(ctx, trust, &total, row.values().sum(), listed.map(|_| path("")));
        let mut cells = vec![value_label(ctx, dimension, value), all];
        if split {
            cells.extend(columns.iter().map(|key| {
                let to = listed.filter(|rows| rows.contains_key(key)).map(|_| path(&format!("#{key}")));
                let n = row.get(key).copied().unwrap_or(0);
                number(ctx, trust, &cell_count(ctx, trust, (dimension, value, key), n), n, to)
            }));
        }
        table.rows.push(Row::new(cells));
    }
    table
}

/// One row for each combination of lists: who is on exactly these.
fn patterns(ctx: &Ctx<'_>, trust: &TrustSetId, tally: &Tally, doc: &mut Doc) {
    let mut counts: BTreeMap<u64, u64> = BTreeMap::new();
    for cell in &tally.cells {
        *counts.entry(cell.inclusion_pattern).or_default() += cell.n_documented;
    }
    doc.push(Block::h2_at("patterns", ctx.m("patterns-title")));
    if is_all_held(ctx, trust, counts.keys().map(|pattern| Count::Pattern(*pattern))) {
        doc.push(Block::note(ctx.m("counts-table-held")));
        return;
    }
    doc.push(Block::note(ctx.m("patterns-note")));
    if ctx.policy.minimum_cell <= 1 {
        doc.push(Block::note(ctx.m("patterns-add-up")));
    }
    let mut table = Table::new(ctx.m("patterns-title"), Vec::new());
    table.stack = false;
    table.heads.extend(tally.lists.iter().map(|list| head(ctx.source(list), false)));
    table.heads.push(head(ctx.m("th-persons"), true));
    for (pattern, n) in counts {
        let mut cells: Vec<Spans> = (0..tally.lists.len())
            .map(|bit| if pattern >> bit & 1 == 1 { text(ctx.m("on-list")).into() } else { muted("–").into() })
            .collect();
        cells.push(number(ctx, trust, &Count::Pattern(pattern), n, None));
        table.rows.push(Row::new(cells));
    }
    doc.push(Block::Table(table));
    doc.push(Block::para(text("data/patterns.json").to(ctx.file("data/patterns.json"))));
}

/// The persons of one party behind one row of a table of counts.
#[derive(Clone, Copy)]
pub(crate) struct OneList<'a> {
    pub trust: &'a TrustSetId,
    pub dimension: Dimension,
    pub value: &'a String,
    pub attribution: &'a String,
}

impl<'a> OneList<'a> {
    /// The address of a part, from 0.
    pub fn path(&self, part: usize) -> String {
        let Self { trust, dimension, value, attribution } = self;
        format!("counts/{trust}/{}-{value}/{attribution}-{}", dimension.key(), part + 1)
    }

    pub fn list(&self, index: &'a Index<'a>) -> Option<&'a Listed> {
        index.groups.get(&(self.trust, self.dimension))?.rows.get(self.value)?.get(self.attribution)
    }
}

fn rows_title(ctx: &Ctx<'_>, dimension: Dimension, value: &str) -> Vec<Span> {
    let mut spans = vec![text(title(ctx, dimension)), text(ctx.m("title-colon"))];
    spans.extend(value_label(ctx, dimension, value).spans);
    spans.into_iter().map(|s| Span { href: None, ..s }).collect()
}

/// One of the pages of a list that is too long for one.
pub(super) fn part<'a>(ctx: &'a Ctx<'_>, of: OneList<'a>, part: usize) -> Doc {
    let rows = Spans::from(rows_title(ctx, of.dimension, of.value));
    let party = attribution_label(ctx, of.attribution).spans.into_iter().map(|s| Span { href: None, ..s });
    let mut doc = Doc::new(rows.plain(), party.collect::<Vec<_>>());
    doc.crumbs.push((ctx.m("nav-counts"), "counts/index".into()));
    doc.crumbs.push((trust_name(ctx, of.trust).text, format!("counts/{}", of.trust)));
    doc.crumbs.push((rows.plain(), format!("counts/{}/{}-{}", of.trust, of.dimension.key(), of.value)));
    let Some(list) = of.list(ctx.index) else { return doc };
    let persons = list.parts.get(part).map_or(&[][..], Vec::as_slice);
    doc.invented = Invented::among(ctx.index.listed(persons.iter().copied()).map(|p| p.invented));
    doc.push(Block::note(ctx.a("part-of", [("part", (part + 1).into()), ("parts", list.parts.len().into())])));
    doc.push(Block::Table(persons_table(ctx, ctx.index.listed(persons.iter().copied()))));
    let mut around = Vec::new();
    if part > 0 {
        around.push(text(ctx.m("part-before")).to(ctx.page(&of.path(part - 1))));
    }
    if part + 1 < list.parts.len() {
        around.push(text(ctx.m("part-after")).to(ctx.page(&of.path(part + 1))));
    }
    if !around.is_empty() {
        doc.push(Block::para(Spans::joined(around, " · ")));
    }
    doc
}

/// The persons behind one row of a table of counts, by party.
pub(super) fn rows(ctx: &Ctx<'_>, trust: &TrustSetId, dimension: Dimension, value: &String) -> Doc {
    let title_spans = rows_title(ctx, dimension, value);
    let mut doc = Doc::new(ctx.m("counts-kicker"), title_spans);
    doc.crumbs.push((ctx.m("nav-counts"), "counts/index".into()));
    doc.crumbs.push((trust_name(ctx, trust).text, format!("counts/{trust}")));
    let Some(group) = ctx.index.groups.get(&(trust, dimension)) else { return doc };
    let Some(groups) = group.rows.get(value) else { return doc };
    let n: usize = groups.values().map(Listed::len).sum();
    doc.invented = Invented::among(ctx.index.listed(groups.values().flat_map(Listed::iter)).map(|p| p.invented));
    let counted: u64 = group.sums.get(value).map(|row| row.values().sum()).unwrap_or(0);
    if ctx.policy.minimum_cell > 1 {
        // Those listed are public one by one; how many others there are, the table says or holds back.
        doc.push(Block::note(ctx.m("rows-open-only")));
    } else {
        doc.push(Block::lead(ctx.t.count("n-persons", n)));
    }
    let withheld = group.withheld.get(value).copied().unwrap_or(0);
    if withheld > 0 && ctx.policy.minimum_cell <= 1 {
        doc.push(Block::note(ctx.a("rows-withheld", [("counted", counted.into()), ("n", withheld.into())])));
    }
    if counted != n as u64 + withheld && ctx.policy.minimum_cell <= 1 {
        doc.push(Block::Para {
            class: "sum-odd",
            text: ctx.a("counts-not-equal", [("table", counted.into()), ("list", n.into())]).into(),
        });
    }
    doc.blocks.extend(super::board::of_rows(ctx, trust, dimension, |v| v == value));
    for (attribution, list) in groups {
        doc.push(Block::h2_at(attribution, attribution_label(ctx, attribution)));
        if is_short(groups.values()) {
            doc.push(Block::Table(persons_table(ctx, ctx.index.listed(list.iter()))));
        } else {
            let of = OneList { trust, dimension, value, attribution };
            doc.push(Block::Table(parts_table(ctx, of, list)));
        }
    }
    doc
}

fn persons_table<'p>(ctx: &Ctx<'_>, persons: impl Iterator<Item = &'p Known>) -> Table {
    let heads = [("th-person", false), ("th-date", false), ("th-lists", false)];
    let mut table = Table::new(ctx.m("all-persons"), ctx.heads(heads));
    table.stack = false;
    for person in persons {
        let date = match (ctx.index.date(&person.id), super::person::shows(ctx, person, "date")) {
            (_, false) => muted(ctx.m("withheld")),
            (Some(date), true) => text(ctx.t.date(&date)),
            (None, true) => muted(ctx.m("unknown")),
        };
        let name = super::person::display_name(ctx, person).to(ctx.page(&format!("person/{}", person.id)));
        let lists = Spans::joined(person.sources.iter().map(|s| ctx.source_short(s)), " ");
        table.push(vec![name.into(), date.into(), lists]);
    }
    table
}

/// Where the parts of a long list are, and how many persons each has.
fn parts_table(ctx: &Ctx<'_>, of: OneList<'_>, list: &Listed) -> Table {
    let heads = [("th-part", false), ("th-persons", true)];
    let mut table = Table::new(ctx.m("all-persons"), ctx.heads(heads));
    table.stack = false;
    let n_parts = list.parts.len();
    for (part, persons) in list.parts.iter().enumerate().filter(|(_, persons)| !persons.is_empty()) {
        let words = ctx.a("part-of", [("part", (part + 1).into()), ("parts", n_parts.into())]);
        table.push(vec![text(words).to(ctx.page(&of.path(part))).into(), ctx.t.number(persons.len() as u64).into()]);
    }
    table
}
