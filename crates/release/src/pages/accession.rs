//! What was taken in: the file's digest, and every row that came of it or was refused.

use domain::{Accession, Figure, Record, RejectedRow};

use super::words::Ctx;
use crate::doc::{Block, Doc, Spans, Table, id, muted, name, text};
use crate::invented::Invented;
use crate::parts::ROWS_A_PART;

pub(super) fn index(ctx: &Ctx<'_>) -> Doc {
    let mut doc = Doc::new(ctx.m("nav-accessions"), ctx.m("accessions-title"));
    doc.crumbs.push((ctx.m("nav-check"), "check".into()));
    doc.push(Block::lead(ctx.m("accessions-lead")));
    let heads = [
        ("th-accession", false),
        ("th-source", false),
        ("fact-received", false),
        ("fact-size", true),
        ("fact-sha256", false),
    ];
    let mut table = Table::new(ctx.m("nav-accessions"), ctx.heads(heads));
    for (_, accession) in &ctx.data.accessions {
        table.push(vec![
            ctx.accession(&accession.id).into(),
            ctx.source(&accession.source).into(),
            received(ctx, accession).into(),
            ctx.t.count("size-bytes", accession.original.size_bytes).into(),
            id(format!("{}…", &accession.original.sha256.hex()[..16])).into(),
        ]);
    }
    doc.push(Block::Table(table));
    doc
}

fn received(ctx: &Ctx<'_>, accession: &Accession) -> String {
    jiff::Timestamp::from_second(accession.received_at)
        .map(|at| ctx.t.day(jiff::tz::Offset::UTC.to_datetime(at).date()))
        .unwrap_or_else(|_| ctx.m("unknown"))
}

/// Of the rows shown, and of the file's source where none of them is a record.
fn invented(ctx: &Ctx<'_>, accession: &Accession, rows: &[(u64, &Record)]) -> Invented {
    match rows {
        [] => ctx.index.is_invented(&accession.source).into(),
        rows => Invented::among(rows.iter().map(|(_, record)| ctx.index.is_invented(&record.source))),
    }
}

pub(super) fn page(ctx: &Ctx<'_>, entry: u64, accession: &Accession) -> Doc {
    let mut doc = Doc::new(ctx.m("accession-kicker"), id(accession.id.as_str()));
    doc.crumbs.push((ctx.m("nav-accessions"), "accession/index".into()));
    let records = ctx.index.records_of.get(&accession.id).map_or(&[][..], Vec::as_slice);
    doc.invented = invented(ctx, accession, records);
    let mut facts: Vec<(String, Spans)> = vec![
        (ctx.m("th-source"), ctx.source(&accession.source).into()),
        (ctx.m("fact-sha256"), id(accession.original.sha256.hex()).into()),
        (ctx.m("fact-size"), ctx.t.count("size-bytes", accession.original.size_bytes).into()),
        (ctx.m("fact-media-type"), id(accession.original.media_type.as_str()).into()),
        (ctx.m("fact-mapping"), id(accession.mapping.as_str()).into()),
        (ctx.m("fact-received"), received(ctx, accession).into()),
    ];
    if ctx.policy.file_names {
        facts.push((ctx.m("fact-file-name"), id(accession.file_name.as_str()).into()));
    }
    if let Some(terms) = accession.terms.as_ref().filter(|_| ctx.policy.file_names) {
        facts.push((ctx.m("fact-terms"), name(terms, "und").into()));
    }
    facts.push((ctx.m("th-entry"), ctx.entry(entry).into()));
    facts.push((ctx.m("th-proof"), ctx.proof(entry).into()));
    doc.push(Block::Facts(facts));
    figures(ctx, accession, &mut doc);
    self::records(ctx, accession, records, &mut doc);
    if let Some(n) = ctx.index.n_events.get(&accession.id) {
        doc.push(Block::h2(ctx.t.count("n-events", *n)));
        if let Some(events) = ctx.index.events_elsewhere.get(&accession.id) {
            doc.push(Block::note(ctx.m("events-elsewhere")));
            doc.push(Block::Table(super::event::table(ctx, events)));
        } else {
            doc.push(Block::para(vec![
                text(ctx.m("events-by-place")),
                text(" "),
                text(ctx.m("nav-places")).to(ctx.page("place/index")),
            ]));
        }
    }
    let rejected = ctx.data.rejected.iter().filter(|(id, rows)| *id == accession.id && !rows.is_empty());
    for (_, rows) in rejected {
        doc.push(Block::h2(ctx.t.count("n-rejected", rows.len())));
        doc.push(Block::Table(rejected_table(ctx, rows)));
    }
    doc
}

fn figures(ctx: &Ctx<'_>, accession: &Accession, doc: &mut Doc) {
    let rows = figures_of(ctx.data, accession);
    if rows.is_empty() {
        return;
    }
    doc.push(Block::h2(ctx.t.count("n-figures", rows.len())));
    if rows.len() <= ROWS_A_PART {
        doc.push(Block::Table(figure_table(ctx, &rows)));
        return;
    }
    let heads = [("th-rows", false), ("th-figures", true)];
    let mut parts = Table::new(ctx.m("th-rows"), ctx.heads(heads));
    for (block, rows) in figure_blocks(&rows) {
        let to = ctx.page(&format!("accession/{}/figures-{}", accession.id, block + 1));
        parts.push(vec![text(figure_range(ctx, rows)).to(to).into(), ctx.t.number(rows.len() as u64).into()]);
    }
    doc.push(Block::Table(parts));
}

/// The figures of a file, in its order.
pub(super) fn figures_of<'a>(data: &'a crate::Dataset, accession: &Accession) -> Vec<&'a (u64, Figure)> {
    let mut rows: Vec<_> = data.figures.iter().filter(|(_, f)| f.accession == accession.id).collect();
    rows.sort_by_key(|(index, figure)| (figure.row, *index));
    rows
}

/// The figures of a page of a file that has many, each under the number of its page from 0.
pub(super) fn figure_blocks<'r, 'a>(
    rows: &'r [&'a (u64, Figure)],
) -> impl Iterator<Item = (u64, &'r [&'a (u64, Figure)])> {
    let block = |figure: &Figure| figure.row.saturating_sub(1) / ROWS_A_PART as u64;
    let runs = rows.chunk_by(move |a, b| block(&a.1) == block(&b.1));
    runs.filter_map(move |run| Some((block(&run.first()?.1), run)))
}

fn figure_range(ctx: &Ctx<'_>, rows: &[&(u64, Figure)]) -> String {
    let end = |row: Option<&&(u64, Figure)>| ctx.t.number(row.map_or(0, |(_, figure)| figure.row));
    ctx.a("rows-from-to", [("first", end(rows.first()).into()), ("last", end(rows.last()).into())])
}

/// Some of the figures of a file that has many.
pub(super) fn figure_block(ctx: &Ctx<'_>, accession: &Accession, rows: &[&(u64, Figure)]) -> Doc {
    let title = vec![id(accession.id.as_str()), text(" · "), text(figure_range(ctx, rows))];
    let mut doc = Doc::new(ctx.m("accession-kicker"), title);
    doc.crumbs.push((ctx.m("nav-accessions"), "accession/index".into()));
    doc.crumbs.push((accession.id.as_str().to_owned(), format!("accession/{}", accession.id)));
    doc.invented = Invented::among(rows.iter().map(|(_, figure)| ctx.index.is_invented(&figure.source)));
    doc.push(Block::Table(figure_table(ctx, rows)));
    doc
}

fn figure_table(ctx: &Ctx<'_>, rows: &[&(u64, Figure)]) -> Table {
    let heads = [
        ("th-figure", false),
        ("th-source", false),
        ("th-period", false),
        ("th-written", false),
        ("th-number", true),
        ("th-proof", false),
    ];
    let mut table = Table::new(ctx.m("nav-figures"), ctx.heads(heads));
    for (index, figure) in rows {
        table.push(vec![
            id(figure.id.as_str()).to(ctx.page(&format!("figure/{}", figure.id))).into(),
            ctx.source_short(&figure.source).into(),
            ctx.t.period(&figure.period).into(),
            name(&figure.party.written, domain::Language::guess(&figure.party.written).as_str()).into(),
            ctx.number_on_page(figure.total, &figure.id).into(),
            ctx.proof(*index).into(),
        ]);
    }
    table
}

/// Rows of a page of a long accession; rows keep their page whatever is taken in later.
pub(crate) fn blocks<'r, 'a>(
    rows: &'r [(u64, &'a Record)],
) -> impl Iterator<Item = (u64, &'r [(u64, &'a Record)])> + use<'r, 'a> {
    let block = |record: &Record| record.row.saturating_sub(1) / ROWS_A_PART as u64;
    let runs = rows.chunk_by(move |a, b| block(a.1) == block(b.1));
    runs.filter_map(move |run| Some((block(run.first()?.1), run)))
}

/// First and last row that a page of rows holds.
pub(crate) fn ends(rows: &[(u64, &Record)]) -> (u64, u64) {
    let end = |row: Option<&(u64, &Record)>| row.map_or(0, |(_, record)| record.row);
    (end(rows.first()), end(rows.last()))
}

fn range(ctx: &Ctx<'_>, rows: &[(u64, &Record)]) -> String {
    let (first, last) = ends(rows);
    ctx.a("rows-from-to", [("first", ctx.t.number(first).into()), ("last", ctx.t.number(last).into())])
}

fn records(ctx: &Ctx<'_>, accession: &Accession, rows: &[(u64, &Record)], doc: &mut Doc) {
    if rows.is_empty() {
        return;
    }
    // With a minimum for counts only records of those who may be named are known here.
    doc.push(Block::h2(match ctx.policy.minimum_cell {
        0 | 1 => ctx.t.count("n-records", rows.len()),
        _ => ctx.a("n-may-be-listed", [("n", rows.len().into())]),
    }));
    if rows.len() <= ROWS_A_PART {
        doc.push(Block::Table(table(ctx, rows)));
        return;
    }
    let heads = [("th-rows", false), ("th-records", true)];
    let mut parts = Table::new(ctx.m("th-rows"), ctx.heads(heads));
    for (block, rows) in blocks(rows) {
        let to = ctx.page(&format!("accession/{}/{}", accession.id, block + 1));
        parts.push(vec![text(range(ctx, rows)).to(to).into(), ctx.t.number(rows.len() as u64).into()]);
    }
    doc.push(Block::Table(parts));
}

/// Some of the rows of a long accession.
pub(super) fn block(ctx: &Ctx<'_>, accession: &Accession, rows: &[(u64, &Record)]) -> Doc {
    let mut doc =
        Doc::new(ctx.m("accession-kicker"), vec![id(accession.id.as_str()), text(" · "), text(range(ctx, rows))]);
    doc.crumbs.push((ctx.m("nav-accessions"), "accession/index".into()));
    doc.crumbs.push((accession.id.as_str().to_owned(), format!("accession/{}", accession.id)));
    doc.invented = invented(ctx, accession, rows);
    doc.push(Block::Table(table(ctx, rows)));
    doc
}

fn table(ctx: &Ctx<'_>, rows: &[(u64, &Record)]) -> Table {
    let heads = [("th-row", true), ("th-record", false), ("th-person", false), ("th-entry", true), ("th-proof", false)];
    let mut table = Table::new(ctx.m("person-records"), ctx.heads(heads));
    for (index, record) in rows {
        let person = ctx.index.person_of.get(index);
        let person = person.map(|p| id(p.as_str()).to(ctx.page(&format!("person/{p}")))).unwrap_or_else(|| muted("—"));
        table.push(vec![
            ctx.t.number(record.row).into(),
            id(record.id.as_str()).into(),
            person.into(),
            ctx.entry(*index).into(),
            ctx.proof(*index).into(),
        ]);
    }
    table
}

/// Refused rows. The offending value and anything quoted in the reason may be about a person, so they stay out.
pub(super) fn rejected_table(ctx: &Ctx<'_>, rows: &[RejectedRow]) -> Table {
    let heads = [("th-row", true), ("th-column", false), ("th-reason", false)];
    let mut table = Table::new(ctx.m("rejected-title"), ctx.heads(heads));
    for row in rows {
        let place = if row.row == 0 { muted(ctx.m("whole-file")) } else { text(ctx.t.number(row.row)) };
        let column = if row.column.is_empty() { muted(ctx.m("whole-row")) } else { id(row.column.as_str()) };
        table.push(vec![place.into(), column.into(), name(without_value(row), "en").into()]);
    }
    table
}

/// Marks between which readers of files quote what they found.
const QUOTES: [char; 2] = ['"', '`'];

/// What is quoted may hold such marks itself, and lines of a file follow after the first: all from the first mark to the last
/// is left out, and all after the first line.
fn without_value(row: &RejectedRow) -> String {
    let mut reason = row.reason.lines().next().unwrap_or_default().to_owned();
    if !row.value.is_empty() {
        reason = reason.replace(&row.value, "…");
    }
    match (reason.find(QUOTES), reason.rfind(QUOTES)) {
        (Some(first), Some(last)) if first < last => format!("{}\"…\"{}", &reason[..first], &reason[last + 1..]),
        (Some(only), _) => format!("{}\"…", &reason[..only]),
        _ => reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_row_does_not_show_the_value_that_was_refused() {
        let reason = "\"Samir, 12\" is not an age; Samir is not a number".to_owned();
        let row = RejectedRow { row: 4, column: "age".into(), reason, value: "Samir".into() };
        let kept = without_value(&row);
        assert_eq!(kept, "\"…\" is not an age; … is not a number");
        for reason in ["\"of \"Samir\", 12\" is not an age", r#""of \"Samir\", 12" is not an age"#] {
            let row = RejectedRow { row: 4, column: "age".into(), reason: reason.to_owned(), value: "12".into() };
            assert_eq!(without_value(&row), "\"…\" is not an age");
        }
        for (reason, kept) in [
            ("it is \"Samir", "it is \"…"),
            ("TOML parse error at line 3, column 15\n3 | told_by = Samir", "TOML parse error at line 3, column 15"),
            ("unknown field `tel \"Samir`, expected one of `id`, `kind`", "unknown field \"…\""),
        ] {
            let row = RejectedRow { row: 0, column: String::new(), reason: reason.to_owned(), value: String::new() };
            assert_eq!(without_value(&row), kept);
        }
    }
}
