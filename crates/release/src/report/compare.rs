//! The period beside the one before and the same months a year earlier, and what sources outside the choice say.

use std::collections::BTreeMap;

use domain::comparison::{PrintedNumber, Report};
use domain::{FigureId, Language, Measure, Period};

use super::numbers::{Chosen, compared, nationwide};
use super::{Brief, heading, plain, plain_all};
use crate::doc::{Block, Doc, Spans, Table, muted, name, text};
use crate::index::is_whole_country;
use crate::pages::{measure, place_of};

/// The same source, measure and population in another period: only like is compared with like.
fn same<'a>(brief: &Brief<'a>, one: &Chosen<'_>, period: &Period) -> Option<Chosen<'a>> {
    let found = nationwide(brief.data(), period, one.report.measure, |s| *s == one.report.source);
    found.into_iter().find(|c| c.report.population == one.report.population)
}

/// Difference and percentage of every number that pages print now from every one that they printed then.
fn differences(now: &[PrintedNumber], then: &[PrintedNumber]) -> Vec<(i128, Option<f64>)> {
    let pairs = now.iter().flat_map(|(n, _)| then.iter().map(move |(t, _)| (i128::from(*n), i128::from(*t))));
    pairs.map(|(n, t)| (n - t, (t > 0).then(|| (n - t).unsigned_abs() as f64 * 100.0 / t as f64))).collect()
}

/// "+12 %", in words: more, fewer, or as many. Where pages differ it is a range; no percentage of zero, and none of a number
/// that is "at least", "about" or an estimate.
fn change(brief: &Brief<'_>, now: &[PrintedNumber], then: &[PrintedNumber]) -> String {
    let ctx = &brief.ctx;
    let found = differences(now, then);
    let (low, high) = found.iter().fold((i128::MAX, i128::MIN), |(low, high), (d, _)| (low.min(*d), high.max(*d)));
    let figures: Vec<FigureId> = now.iter().chain(then).flat_map(|(_, figures)| figures.iter().cloned()).collect();
    let is_exact = ctx.said_by(&figures).is_plain();
    let number = |d: i128| ctx.t.number(u64::try_from(d.unsigned_abs()).unwrap_or(u64::MAX));
    let span = |from: String, to: String| match from == to {
        true => from,
        false => ctx.a("number-range", [("low", from.into()), ("high", to.into())]),
    };
    let words = match (low, high) {
        (0, 0) => ctx.m("report-change-none"),
        _ if low < 0 && high > 0 => {
            ctx.a("report-change-either", [("fewer", number(low).into()), ("more", number(high).into())])
        }
        _ => {
            let (key, near, far) =
                if high > 0 { ("report-change-more", low, high) } else { ("report-change-fewer", high, low) };
            ctx.a(key, [("n", span(number(near), number(far)).into())])
        }
    };
    if !is_exact {
        return ctx.a("as-printed", [("what", words.into())]);
    }
    let percents: Option<Vec<f64>> = found.iter().map(|(_, percent)| *percent).collect();
    match percents {
        None if high > 0 => ctx.a("report-change-from-zero", [("change", words.into())]),
        Some(percents) if (low < 0) != (high > 0) => {
            let key = if high > 0 { "report-percent-more" } else { "report-percent-fewer" };
            let said = |percent: f64| ctx.a(key, [("percent", ctx.t.percent(percent).into())]);
            let least = percents.iter().copied().fold(f64::MAX, f64::min);
            let most = percents.iter().copied().fold(0.0, f64::max);
            ctx.a(
                "report-change-percent",
                [("change", words.into()), ("percent", span(said(least), said(most)).into())],
            )
        }
        _ => words,
    }
}

pub(super) fn over_time(brief: &Brief<'_>, doc: &mut Doc) {
    let ctx = &brief.ctx;
    doc.push(heading(brief, "comparison", "report-comparison"));
    doc.push(Block::note(ctx.m("report-comparison-note")));
    let others = compared(&brief.period);
    if others.is_empty() {
        doc.push(Block::para(ctx.m("report-comparison-none")));
        return;
    }
    let mut heads = ctx.heads([("th-source", false), ("th-measure", false)]);
    heads.push((brief.period_words(), true));
    for other in &others {
        heads.extend([(ctx.t.period(other), true), (ctx.m("report-th-change"), false)]);
    }
    let mut table = Table::new(ctx.m("report-comparison"), heads);
    for kind in [
        Measure::Killed,
        Measure::DiedUnderTorture,
        Measure::Massacres,
        Measure::Detained,
        Measure::ForciblyDisappeared,
    ] {
        for one in nationwide(brief.data(), &brief.period, kind, |s| brief.trusts(s)) {
            let Some((now, _)) = one.total else { continue };
            let cells = |then: Option<Chosen<'_>>| -> [Spans; 2] {
                match then.and_then(|c| Some((c.report, c.total?.0))) {
                    Some((report, n)) => {
                        [brief.numbers(&report.totals, n), change(brief, &one.report.totals, &report.totals).into()]
                    }
                    None => [muted(ctx.m("report-not-printed")).into(), muted("—").into()],
                }
            };
            let mut row = vec![
                plain(ctx.source_short(&one.report.source)).into(),
                vec![
                    text(measure(ctx, kind, false)),
                    text(ctx.m("title-separator")),
                    text(ctx.population(one.report.population)),
                ]
                .into(),
                brief.numbers(&one.report.totals, now),
            ];
            row.extend(others.iter().flat_map(|other| cells(same(brief, &one, other))));
            table.push(row);
        }
    }
    if table.rows.is_empty() {
        doc.push(brief.nothing_printed());
    } else {
        doc.push(Block::Table(table));
    }
    lines_over_time(brief, doc);
}

/// The twelve months up to the period's end, a line for each trusted source.
fn lines_over_time(brief: &Brief<'_>, doc: &mut Doc) {
    let ctx = &brief.ctx;
    if let Some(chart) = crate::charts::story::sources_over_months(ctx, &brief.period, |s| brief.trusts(s)) {
        doc.push(Block::Chart(chart));
    }
}

/// Whatever a source outside the choice prints for exactly this period, wherever and about whomever: all that the annex has.
pub(super) fn other_sources(brief: &Brief<'_>, doc: &mut Doc) {
    let ctx = &brief.ctx;
    doc.push(heading(brief, "others", "report-others"));
    let heads = [
        ("th-source", false),
        ("th-measure", false),
        ("th-place", false),
        ("th-population", false),
        ("th-number", true),
    ];
    let mut table = Table::new(ctx.m("report-others"), ctx.heads(heads));
    let mut reports: Vec<&Report> =
        brief.data().reports.iter().filter(|r| r.period == brief.period && !brief.trusts(&r.source)).collect();
    reports.sort_by_key(|r| (r.measure, r.massacres_only, !is_whole_country(&r.place)));
    for report in reports {
        let numbers = printed(brief, report);
        if numbers.spans.is_empty() {
            continue;
        }
        table.push(vec![
            plain(ctx.source_name(&report.source)).into(),
            measure(ctx, report.measure, report.massacres_only).into(),
            plain_all(place_of(ctx, report.place.as_ref())),
            ctx.population(report.population).into(),
            numbers,
        ]);
    }
    if table.rows.is_empty() {
        doc.push(Block::para(ctx.a("report-others-none", [("period", brief.period_words().into())])));
    } else {
        doc.push(Block::note(ctx.m("report-others-note")));
        doc.push(Block::Table(table));
    }
    statements(brief, doc);
}

/// A report's totals; without one, what its pages print of parties and of victims' groups.
fn printed(brief: &Brief<'_>, report: &Report) -> Spans {
    let ctx = &brief.ctx;
    if let Some((first, _)) = report.totals.first() {
        return brief.numbers(&report.totals, *first);
    }
    let mut said: BTreeMap<(&str, u64), Vec<FigureId>> = BTreeMap::new();
    for page in &report.retellings {
        let lines = page.lines.iter().map(|line| (line.written.as_str(), line.total, &line.figure));
        let ends =
            page.lines.iter().filter_map(|line| line.upper.as_ref().map(|(id, n)| (line.written.as_str(), *n, id)));
        let groups = page.victim_groups.iter().map(|(figure, written, n)| (written.as_str(), *n, figure));
        for (written, n, figure) in lines.chain(ends).chain(groups) {
            said.entry((written, n)).or_default().push(figure.clone());
        }
    }
    let mut spans = Vec::new();
    for ((written, n), figures) in said {
        if !spans.is_empty() {
            spans.push(text(ctx.m("list-semicolon")));
        }
        spans.extend([
            name(written, Language::guess(written).as_str()),
            text(ctx.m("title-colon")),
            brief.number(n, &figures),
        ]);
    }
    spans.into()
}

/// What governments and others said on the questions of the time, with their words.
fn statements(brief: &Brief<'_>, doc: &mut Doc) {
    let ctx = &brief.ctx;
    let during = |date: Option<domain::UncertainDate>| {
        date.is_some_and(|d| d.earliest() <= brief.period.end() && d.latest() >= brief.period.start())
    };
    let said: Vec<Spans> = brief
        .data()
        .statements
        .iter()
        .filter(|(_, s)| during(s.date))
        .map(|(_, s)| {
            let (who, words) = crate::pages::stated(ctx, s);
            vec![crate::doc::strong(who), text(ctx.m("title-colon")), text(words)].into()
        })
        .collect();
    if !said.is_empty() {
        doc.push(Block::h3(ctx.m("report-statements")));
        doc.push(Block::List(said));
    }
}
