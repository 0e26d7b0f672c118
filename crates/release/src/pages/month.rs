//! A period's page: every source's figures side by side, in its own words and in the common tree. Totals, chart, disagreement and
//! shares follow the reader's choice of sources (`board::Followed`).

use domain::comparison::{Report, Retelling, SideBySide, SumCheck, TotalSpread};
use domain::{FigureId, Language, Measure, PlaceCode, SourceId};

use super::board::Followed;
use super::words::Ctx;
use crate::charts::{self, Point};
use crate::doc::{Block, Doc, Row, Span, Spans, Table, muted, name, strong, text};
use crate::index::is_whole_country;
use crate::invented::Invented;

pub(crate) fn measure(ctx: &Ctx<'_>, measure: Measure, massacres_only: bool) -> String {
    if massacres_only {
        return ctx.m("measure-killed-in-massacres");
    }
    ctx.m(match measure {
        Measure::Killed => "measure-killed",
        Measure::DiedUnderTorture => "measure-died-under-torture",
        Measure::Massacres => "measure-massacres",
        Measure::Detained => "measure-detained",
        Measure::ForciblyDisappeared => "measure-forcibly-disappeared",
        Measure::Displaced => "measure-displaced",
    })
}

pub(crate) fn place_of(ctx: &Ctx<'_>, place: Option<&PlaceCode>) -> Spans {
    place.map(|p| ctx.place(p)).unwrap_or_else(|| muted(ctx.m("place-not-in-table"))).into()
}

/// The totals of a report, each a link to its rows; several where its pages differ.
pub(super) fn totals(ctx: &Ctx<'_>, report: &Report) -> Spans {
    if report.totals.is_empty() {
        return muted(ctx.m("total-not-printed")).into();
    }
    let links = report.totals.iter().map(|(n, figures)| ctx.number_added(*n, figures));
    Spans::joined(links, &ctx.m("list-or"))
}

fn of_sides(ctx: &Ctx<'_>, sides: &[&SideBySide]) -> Invented {
    Invented::among(sides.iter().flat_map(|side| &side.reports).map(|report| ctx.index.is_invented(&report.source)))
}

pub(super) fn index(ctx: &Ctx<'_>) -> Doc {
    let mut doc = Doc::new(ctx.m("nav-months"), ctx.m("months-title"));
    ctx.index.periods.values().for_each(|sides| doc.invented |= of_sides(ctx, sides));
    doc.push(Block::lead(ctx.m("months-lead")));
    let heads = [("th-period", false), ("th-sources", false), ("th-killed", true)];
    let (mut years, mut longer): (std::collections::BTreeMap<i16, Vec<Row>>, Vec<Row>) = Default::default();
    for (slug, sides) in &ctx.index.periods {
        let Some(first) = sides.first() else { continue };
        let mut sources: Vec<_> = sides.iter().flat_map(|s| &s.reports).map(|r| &r.source).collect();
        sources.sort();
        sources.dedup();
        let row = Row::new(vec![
            text(ctx.t.period(&first.period)).to(ctx.page(&format!("month/{slug}"))).into(),
            Spans::joined(sources.iter().map(|s| ctx.source_short(s)), &ctx.m("list-comma")),
            killed_by_population(ctx, sides),
        ]);
        match first.period.as_month() {
            Some(month) => years.entry(month.year()).or_default().push(row),
            None => longer.push(row),
        }
    }
    let jump = years.keys().map(|y| text(ctx.t.year(*y)).to(format!("#y{y}")));
    doc.push(Block::Para { class: "jump", text: Spans::joined(jump, " ") });
    for (year, rows) in years {
        let title = ctx.t.year(year);
        doc.push(Block::h2_at(format!("y{year}"), title.clone()));
        doc.push(Block::Table(Table { rows, stack: false, ..Table::new(title, ctx.heads(heads)) }));
    }
    if !longer.is_empty() {
        doc.push(Block::h2(ctx.m("months-longer")));
        doc.push(Block::Table(Table {
            rows: longer,
            stack: false,
            ..Table::new(ctx.m("months-longer"), ctx.heads(heads))
        }));
    }
    doc
}

/// The lowest and the highest total of those killed in the whole country, of each population by itself: civilians of one
/// source and everyone of another are no two answers to one question.
fn killed_by_population(ctx: &Ctx<'_>, sides: &[&SideBySide]) -> Spans {
    let is_asked = |s: &&&SideBySide| s.measure == Measure::Killed && is_whole_country(&s.place);
    let spreads = sides.iter().filter(is_asked).flat_map(|side| side.disagreement.iter().map(move |s| (*side, s)));
    let ranges = spreads.map(|(side, spread)| {
        let (low, high) = (said(ctx, side, spread, &spread.lowest), said(ctx, side, spread, &spread.highest));
        let range = match spread.lowest.1 == spread.highest.1 {
            true => low,
            false => ctx.a("number-range", [("low", low.into()), ("high", high.into())]),
        };
        let who = ctx.population(spread.population);
        text(ctx.a("range-of-population", [("population", who.into()), ("range", range.into())]))
    });
    let ranges: Vec<Span> = ranges.collect();
    if ranges.is_empty() { muted("—").into() } else { Spans::joined(ranges, &ctx.m("list-semicolon")) }
}

pub(super) fn page(ctx: &Ctx<'_>, sides: &[&SideBySide]) -> Doc {
    let period = sides.first().map(|s| ctx.t.period(&s.period)).unwrap_or_default();
    let mut doc = Doc::new(ctx.m("month-kicker"), period);
    doc.crumbs.push((ctx.m("nav-months"), "month/index".into()));
    doc.invented = of_sides(ctx, sides);
    doc.push(Block::lead(ctx.m("month-lead")));
    let (mut followed, mut place) = (Followed::of(sides), None);
    for side in sides {
        let home = section(ctx, side, &mut followed, &mut doc);
        if side.measure == Measure::Killed && is_whole_country(&side.place) || place.is_none() {
            place = home.or(place);
        }
    }
    if let (Some(place), Some(board)) = (place, super::board::figures(ctx, sides, &followed)) {
        doc.blocks.insert(place, board);
    }
    doc
}

/// Returns where in it a board belongs.
fn section(ctx: &Ctx<'_>, side: &SideBySide, followed: &mut Followed<'_>, doc: &mut Doc) -> Option<usize> {
    if side.reports.is_empty() {
        return None;
    }
    let mut title = vec![text(measure(ctx, side.measure, false))];
    if let Some(place) = &side.place {
        title.extend([text(ctx.m("title-separator")), ctx.place_name(place)]);
    }
    let anchor = format!("{}{}", side.measure.key(), side.place.as_ref().map(|p| format!("-{p}")).unwrap_or_default());
    let caption: String = title.iter().map(|s| s.text.as_str()).collect();
    doc.push(Block::h2_at(anchor, title));
    if side.measure == Measure::DiedUnderTorture {
        doc.push(Block::note(ctx.m("torture-not-added")));
    }
    for spread in &side.disagreement {
        // Pages that retell one report are no disagreement of sources; what differs stands with the report.
        let is_one = spread.lowest.1 != spread.highest.1 && spread.lowest.0 != spread.highest.0;
        let text = if is_one { disagreement(ctx, side, spread) } else { Spans::default() };
        if let Some(at) = followed.totals(ctx, side, spread.population) {
            doc.push(Block::Disagreement { at, text });
        }
    }
    chart(ctx, side, &caption, doc);
    let home = doc.blocks.len();
    overview(ctx, side, caption, doc);
    super::sources::by_party(ctx, side, followed, doc);
    for report in &side.reports {
        one_report(ctx, report, doc);
    }
    Some(home)
}

/// The figures that print one end of a spread.
fn figures<'a>(side: &'a SideBySide, spread: &TotalSpread, (source, n): &(SourceId, u64)) -> &'a [FigureId] {
    let of = |r: &&Report| r.source == *source && r.population == spread.population && !r.massacres_only;
    let own = side.reports.iter().filter(of);
    own.flat_map(|r| &r.totals).find(|(total, _)| total == n).map_or(&[][..], |(_, f)| f.as_slice())
}

/// One end of a spread, in the "at least" or "about" of those who print it.
fn said(ctx: &Ctx<'_>, side: &SideBySide, spread: &TotalSpread, end: &(SourceId, u64)) -> String {
    ctx.worded(end.1, figures(side, spread, end))
}

fn disagreement(ctx: &Ctx<'_>, side: &SideBySide, spread: &TotalSpread) -> Spans {
    let figures = [&spread.lowest, &spread.highest].map(|end| figures(side, spread, end).to_vec()).concat();
    let said = |end: &(SourceId, u64)| said(ctx, side, spread, end);
    let words = ctx.a(
        "month-disagree",
        [
            ("population", ctx.population(spread.population).into()),
            ("low", said(&spread.lowest).into()),
            ("lowest", ctx.source_short(&spread.lowest.0).text.into()),
            ("high", said(&spread.highest).into()),
            ("highest", ctx.source_short(&spread.highest.0).text.into()),
            ("difference", ctx.difference(spread.highest.1.saturating_sub(spread.lowest.1), &figures).into()),
        ],
    );
    words.into()
}

fn chart(ctx: &Ctx<'_>, side: &SideBySide, caption: &str, doc: &mut Doc) {
    let mut points = Vec::new();
    for (r, report) in side
        .reports
        .iter()
        .enumerate()
        .filter(|(_, r)| is_whole_country(&r.place) == is_whole_country(&side.place) && !r.massacres_only)
    {
        for (n, figures) in &report.totals {
            let mut label = ctx.speaking_of(&ctx.source_short(&report.source).text, report.population);
            // Pages of one report that differ are told apart by their hosts.
            let page = report.retellings.iter().find(|p| p.total.as_ref().is_some_and(|(_, total)| total == n));
            if let Some(page) = page.filter(|_| report.totals.len() > 1) {
                label = format!("{label} · {}", ctx.host(&page.address).text);
            }
            points.push(Point {
                key: format!("{r}-{n}"),
                of: report.source.to_string(),
                label,
                value: *n,
                said: ctx.worded(*n, figures),
                href: figures.first().map(|f| ctx.page(&format!("figure/{f}"))).unwrap_or_default(),
            });
        }
    }
    if points.len() > 1 {
        let caption = ctx.a("chart-month", [("what", caption.into())]);
        doc.push(Block::Chart(charts::bars(&caption, ctx.t.lang, &points)));
    }
}

fn overview(ctx: &Ctx<'_>, side: &SideBySide, caption: String, doc: &mut Doc) {
    let heads = [
        ("th-source", false),
        ("th-population", false),
        ("th-place", false),
        ("th-total", true),
        ("th-retellings", true),
        ("th-sum", false),
    ];
    let mut table = Table::new(caption, ctx.heads(heads));
    for report in &side.reports {
        let mut checks: Vec<SumCheck> =
            report.retellings.iter().filter_map(|p| p.sum.map(|(_, check)| check)).collect();
        checks.sort();
        checks.dedup();
        let checks = checks.into_iter().map(|check| text(ctx.sum_check(check)));
        let mut who = vec![ctx.source(&report.source)];
        if report.massacres_only {
            who.push(muted(format!(" {}", measure(ctx, report.measure, true))));
        }
        let cells = vec![
            who.into(),
            ctx.population(report.population).into(),
            place_of(ctx, report.place.as_ref()),
            totals(ctx, report),
            ctx.t.number(report.retellings.len() as u64).into(),
            Spans::joined(checks, &ctx.m("list-semicolon")),
        ];
        table.rows.push(Row { of: Some(report.source.to_string()), ..Row::new(cells) });
    }
    doc.push(Block::Table(table));
}

fn one_report(ctx: &Ctx<'_>, report: &Report, doc: &mut Doc) {
    let mut title: Vec<Span> =
        vec![ctx.source(&report.source), text(ctx.m("title-separator")), text(ctx.population(report.population))];
    if report.massacres_only {
        title.extend([text(ctx.m("title-separator")), text(measure(ctx, report.measure, true))]);
    }
    if let Some(place) = report.place.as_ref().filter(|p| !is_whole_country(&Some((*p).clone()))) {
        title.extend([text(ctx.m("title-separator")), ctx.place_name(place)]);
    }
    doc.push(Block::h3(title));
    if report.retellings.len() > 1 {
        doc.push(Block::note(ctx.t.count("retellings-of-one-report", report.retellings.len())));
    }
    differing(ctx, report, doc);
    // The page with the longest list of parties is opened; the others wait below it.
    let fullest = report.retellings.iter().enumerate().max_by_key(|(i, r)| (r.lines.len(), std::cmp::Reverse(*i)));
    let Some((opened, first)) = fullest else { return };
    doc.blocks.extend(retelling(ctx, first));
    for (_, page) in report.retellings.iter().enumerate().filter(|(i, _)| *i != opened) {
        let summary = vec![text(ctx.m("retelling-at")), text(" "), crate::doc::id(ctx.host(&page.address).text)];
        doc.push(Block::Details { summary: summary.into(), blocks: retelling(ctx, page) });
    }
}

fn differing(ctx: &Ctx<'_>, report: &Report, doc: &mut Doc) {
    let mut lines: Vec<Spans> = Vec::new();
    if report.totals.len() > 1 {
        let mut spans = vec![strong(ctx.m("th-total")), text(ctx.m("title-colon"))];
        spans.extend(values(ctx, &report.totals));
        lines.push(spans.into());
    }
    for (party, numbers) in &report.differing_lines {
        let mut spans = vec![ctx.party(party), text(ctx.m("title-colon"))];
        spans.extend(values(ctx, numbers));
        lines.push(spans.into());
    }
    for (key, numbers) in [("fact-children", &report.differing_children), ("fact-women", &report.differing_women)] {
        if !numbers.is_empty() {
            let mut spans = vec![strong(ctx.m(key)), text(ctx.m("title-colon"))];
            spans.extend(values(ctx, numbers));
            lines.push(spans.into());
        }
    }
    if !lines.is_empty() {
        doc.push(Block::Notice {
            class: "differ",
            title: ctx.m("retellings-differ"),
            blocks: vec![Block::List(lines)],
        });
    }
}

fn values(ctx: &Ctx<'_>, numbers: &[(u64, Vec<FigureId>)]) -> Vec<Span> {
    let mut spans = Vec::new();
    for (n, figures) in numbers {
        if !spans.is_empty() {
            spans.push(text(ctx.m("list-semicolon")));
        }
        spans.extend(ctx.number_of_many(*n, figures).spans);
    }
    spans
}

/// One page's telling: its lines, what they add up to, and whom it groups the dead by.
fn retelling(ctx: &Ctx<'_>, page: &Retelling) -> Vec<Block> {
    let mut blocks = vec![Block::Para {
        class: "at",
        text: vec![text(ctx.m("retelling-at")), text(" "), ctx.host(&page.address)].into(),
    }];
    if !page.lines.is_empty() || page.total.is_some() {
        let heads = [("th-written", false), ("th-party-tree", false), ("th-number", true), ("th-share", true)];
        let mut table = Table::new(ctx.m("split-by-party"), ctx.heads(heads));
        for line in &page.lines {
            table.push(vec![
                name(&line.written, Language::guess(&line.written).as_str()).into(),
                line.party.as_ref().map(|p| ctx.party(p)).unwrap_or_else(|| muted(ctx.m("party-not-mapped"))).into(),
                ctx.line(line, ctx.number_on_page(line.total, &line.figure)),
                ctx.share_of_line(line, page.population).into(),
            ]);
        }
        if let Some((figure, total)) = &page.total {
            let cells = vec![
                ctx.m("th-total").into(),
                Spans::default(),
                ctx.number_on_page(*total, figure).into(),
                Spans::default(),
            ];
            table.rows.push(Row { sum: true, ..Row::new(cells) });
        }
        blocks.push(Block::Table(table));
    }
    if let Some((check, words)) = ctx.sum_words(page, |n, figure| ctx.number_on_page(n, figure).text) {
        let class = if matches!(check, SumCheck::Exceeds | SumCheck::Short) { "sum-odd" } else { "note" };
        blocks.push(Block::Para { class, text: words.into() });
    }
    if !page.victim_groups.is_empty() {
        let heads = [("th-victim-group", false), ("th-number", true)];
        let mut table = Table::new(ctx.m("victim-groups"), ctx.heads(heads));
        for (figure, written, n) in &page.victim_groups {
            table.push(vec![
                name(written, Language::guess(written).as_str()).into(),
                ctx.number_on_page(*n, figure).into(),
            ]);
        }
        blocks.push(Block::Table(table));
        blocks.push(Block::note(ctx.m("no-share-victim-group")));
    }
    blocks
}
