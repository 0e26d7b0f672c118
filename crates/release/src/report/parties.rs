//! Victims by party with shares, children and women, the other measures, governorates.

use std::slice::from_ref;

use domain::comparison::{PartyLine, PrintedNumber, Retelling};
use domain::{Language, Measure, Population};

use super::numbers::{Chosen, by_governorate, nationwide, said_with};
use super::{Brief, heading, plain};
use crate::doc::{Block, Doc, Row, Span, Spans, Table, muted, name, text};
use crate::pages::measure;

fn title_of(brief: &Brief<'_>, chosen: &Chosen<'_>) -> Spans {
    let ctx = &brief.ctx;
    vec![
        plain(ctx.source_name(&chosen.report.source)),
        text(ctx.m("title-separator")),
        text(ctx.population(chosen.report.population)),
    ]
    .into()
}

pub(super) fn by_party(brief: &Brief<'_>, doc: &mut Doc) {
    let ctx = &brief.ctx;
    doc.push(heading(brief, "parties", "report-parties"));
    doc.push(Block::note(ctx.m("report-parties-note")));
    let found = nationwide(brief.data(), &brief.period, Measure::Killed, |s| brief.trusts(s));
    if found.iter().all(|c| c.fullest.is_none_or(|r| r.lines.is_empty())) {
        doc.push(brief.nothing_printed());
        return;
    }
    for one in &found {
        let Some(page) = one.fullest.filter(|page| !page.lines.is_empty()) else { continue };
        doc.push(Block::h3(title_of(brief, one)));
        doc.blocks.extend(super::party_bars::chart(brief, one, page));
        party_table(brief, page, doc);
        differing(brief, one, doc);
    }
}

fn party_table(brief: &Brief<'_>, page: &Retelling, doc: &mut Doc) {
    let ctx = &brief.ctx;
    let figure = |id: &domain::FigureId| ctx.index.figures.get(id).map(|(_, f)| *f);
    let optional = |n: Option<u64>| n.map_or_else(|| muted(ctx.m("report-not-printed")), |n| text(ctx.t.number(n)));
    let heads = [
        ("th-written", false),
        ("th-party-tree", false),
        ("th-number", true),
        ("report-th-children", true),
        ("report-th-women", true),
        ("th-share", false),
    ];
    let mut table = Table::new(ctx.m("report-parties"), ctx.heads(heads));
    for line in &page.lines {
        let printed = figure(&line.figure);
        table.push(vec![
            name(&line.written, Language::guess(&line.written).as_str()).into(),
            line.party.as_ref().map_or_else(|| muted(ctx.m("party-not-mapped")), |p| plain(ctx.party_name(p))).into(),
            brief.line(line),
            optional(printed.and_then(|f| f.children)).into(),
            optional(printed.and_then(|f| f.women)).into(),
            ctx.share_of_line(line, page.population).into(),
        ]);
    }
    if let Some((id, total)) = &page.total {
        let printed = figure(id);
        let cells = vec![
            ctx.m("th-total").into(),
            Spans::default(),
            brief.number(*total, from_ref(id)).into(),
            optional(printed.and_then(|f| f.children)).into(),
            optional(printed.and_then(|f| f.women)).into(),
            Spans::default(),
        ];
        table.rows.push(Row { sum: true, ..Row::new(cells) });
    }
    table.quiet = true;
    doc.push(Block::Table(table));
    doc.blocks
        .extend(ctx.sum_words(page, |n, figure| ctx.worded(n, from_ref(figure))).map(|(_, words)| Block::note(words)));
}

/// Where the pages that retell one report print different numbers, all are shown.
fn differing(brief: &Brief<'_>, one: &Chosen<'_>, doc: &mut Doc) {
    let ctx = &brief.ctx;
    let numbers = |printed: &[PrintedNumber]| brief.numbers(printed, printed.first().map_or(0, |(n, _)| *n));
    let mut lines: Vec<Spans> = Vec::new();
    if one.report.totals.len() > 1 {
        let mut line = vec![text(ctx.m("th-total")), text(ctx.m("title-colon"))];
        line.extend(numbers(&one.report.totals).spans);
        lines.push(line.into());
    }
    for (party, printed) in &one.report.differing_lines {
        let mut line = vec![plain(ctx.party_name(party)), text(ctx.m("title-colon"))];
        line.extend(numbers(printed).spans);
        lines.push(line.into());
    }
    if !lines.is_empty() {
        doc.push(Block::note(ctx.m("retellings-differ")));
        doc.push(Block::List(lines));
    }
}

pub(super) fn children_and_women(brief: &Brief<'_>, doc: &mut Doc) {
    let ctx = &brief.ctx;
    doc.push(heading(brief, "children-women", "report-children-women"));
    let heads = [
        ("th-source", false),
        ("th-population", false),
        ("th-total", true),
        ("report-th-children", true),
        ("th-share", true),
        ("report-th-women", true),
        ("th-share", true),
    ];
    let mut table = Table::new(ctx.m("report-children-women"), ctx.heads(heads));
    for one in nationwide(brief.data(), &brief.period, Measure::Killed, |s| brief.trusts(s)) {
        let Some((total, ids)) = one.total else { continue };
        let printed = ids.iter().filter_map(|id| ctx.index.figures.get(id).map(|(_, f)| *f));
        let cells = |of: &dyn Fn(&domain::Figure) -> Option<u64>, differing: &[PrintedNumber]| -> [Spans; 2] {
            let Some((n, id)) = said_with(printed.clone(), of) else {
                return [muted(ctx.m("report-not-printed")).into(), muted("—").into()];
            };
            let others = differing.iter().filter(|(other, _)| *other != n).map(|(other, of)| (*other, of.first()));
            let numbers = std::iter::once((n, Some(id))).chain(others);
            let numbers = numbers.map(|(n, figure)| brief.row_of(text(ctx.t.number(n)), figure));
            // Of every page that prints both, its number by its total: one share, or a range.
            let pages = one.report.totals.iter().flat_map(|(_, figures)| figures);
            let pages = pages.filter_map(|id| ctx.index.figures.get(id).map(|(_, figure)| *figure));
            let shares = pages.filter_map(|page| Some(of(page)? as f64 * 100.0 / page.total as f64));
            let (low, high) = shares.fold((f64::MAX, 0.0_f64), |(low, high), s| (low.min(s), high.max(s)));
            let share = if low <= high && high <= 100.0 {
                let (low, high) = (ctx.t.percent(low), ctx.t.percent(high));
                let words = match low == high {
                    true => low,
                    false => ctx.a("percent-range", [("low", low.into()), ("high", high.into())]),
                };
                let is_exact = one.report.totals.iter().all(|(_, figures)| ctx.said_by(figures).is_plain());
                text(if is_exact { words } else { ctx.a("as-printed", [("what", words.into())]) })
            } else {
                muted(ctx.m("no-share-zero-total"))
            };
            [Spans::joined(numbers, &ctx.m("list-or")), share.into()]
        };
        let mut row = vec![
            plain(ctx.source_short(&one.report.source)).into(),
            ctx.population(one.report.population).into(),
            brief.numbers(&one.report.totals, total),
        ];
        row.extend(cells(&|figure| figure.children, &one.report.differing_children));
        row.extend(cells(&|figure| figure.women, &one.report.differing_women));
        table.push(row);
    }
    rows_or_none(brief, table, doc);
}

/// Whom a line is of: the party of the tree, else the source's words.
fn party_of(brief: &Brief<'_>, line: &PartyLine) -> Span {
    let written = || name(&line.written, Language::guess(&line.written).as_str());
    line.party.as_ref().map_or_else(written, |party| plain(brief.ctx.party_name(party)))
}

fn rows_or_none(brief: &Brief<'_>, table: Table, doc: &mut Doc) {
    if table.rows.is_empty() {
        doc.push(brief.nothing_printed());
    } else {
        doc.push(Block::Table(table));
    }
}

/// Death under torture, massacres, arrests and disappearances: totals and what is printed by party.
pub(super) fn other_measures(brief: &Brief<'_>, doc: &mut Doc) {
    let ctx = &brief.ctx;
    for (kind, id, note) in [
        (Measure::DiedUnderTorture, "torture", Some("torture-not-added")),
        (Measure::Massacres, "massacres", None),
        (Measure::Detained, "detained", None),
        (Measure::ForciblyDisappeared, "disappeared", None),
    ] {
        let title = measure(ctx, kind, false);
        doc.push(Block::h2_at(id, title.clone()));
        doc.blocks.extend(note.map(|key| Block::note(ctx.m(key))));
        let heads = [("th-source", false), ("th-population", false), ("th-total", true), ("report-th-by-party", false)];
        let mut table = Table::new(title, ctx.heads(heads));
        for one in nationwide(brief.data(), &brief.period, kind, |s| brief.trusts(s)) {
            let total = one.total.map_or_else(
                || muted(ctx.m("total-not-printed")).into(),
                |(n, _)| brief.numbers(&one.report.totals, n),
            );
            let lines = one.fullest.map(|page| page.lines.as_slice()).unwrap_or_default();
            let mut spans: Vec<_> = Vec::new();
            for line in lines {
                if !spans.is_empty() {
                    spans.push(text(ctx.m("list-semicolon")));
                }
                spans.extend([party_of(brief, line), text(ctx.m("title-colon"))]);
                spans.extend(brief.line(line).spans);
            }
            let who = ctx.population(one.report.population);
            table.push(vec![plain(ctx.source_short(&one.report.source)).into(), who.into(), total, spans.into()]);
        }
        rows_or_none(brief, table, doc);
    }
}

pub(super) fn governorates(brief: &Brief<'_>, doc: &mut Doc) {
    let ctx = &brief.ctx;
    doc.push(heading(brief, "governorates", "report-governorates"));
    let heads = [
        ("th-place", false),
        ("th-source", false),
        ("th-measure", false),
        ("th-population", false),
        ("th-number", true),
        ("report-th-by-party", false),
    ];
    let mut table = Table::new(ctx.m("report-governorates"), ctx.heads(heads));
    for kind in Measure::ALL {
        let found = by_governorate(brief.data(), &brief.period, kind, |s| brief.trusts(s));
        if let Some(map) = crate::maps::of_figures(ctx, brief.boundaries, kind, &brief.period_words(), &found) {
            doc.push(Block::Chart(map));
        }
        for (place, one) in &found {
            let row = |population: Population, number: Spans, whose: Spans| {
                let place = plain(ctx.place_name(place)).into();
                let source = plain(ctx.source_short(&one.report.source)).into();
                vec![place, source, measure(ctx, kind, false).into(), ctx.population(population).into(), number, whose]
            };
            if let Some((n, _)) = one.total {
                let numbers = brief.numbers(&one.report.totals, n);
                table.push(row(one.report.population, numbers, ctx.m("report-all-parties").into()));
                continue;
            }
            for line in one.fullest.map(|page| page.lines.as_slice()).unwrap_or_default() {
                table.push(row(line.population, brief.line(line), party_of(brief, line).into()));
            }
        }
    }
    if !table.rows.is_empty() {
        doc.push(Block::note(ctx.m("report-governorates-note")));
    }
    rows_or_none(brief, table, doc);
}
