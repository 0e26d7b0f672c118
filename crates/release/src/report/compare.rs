//! The period beside the one before and the same months a year earlier, and what sources outside the choice say.

use domain::{Measure, Period};

use super::numbers::{Chosen, nationwide, previous, year_before};
use super::{Brief, heading, plain};
use crate::doc::{Block, Doc, Spans, Table, muted, text};
use crate::pages::measure;

/// The same source, measure and population in another period: only like is compared with like.
fn same<'a>(brief: &Brief<'a>, one: &Chosen<'_>, period: Option<Period>) -> Option<(u64, Option<domain::FigureId>)> {
    let found = nationwide(brief.data(), &period?, one.report.measure, |s| *s == one.report.source);
    let found = found.iter().find(|c| c.report.population == one.report.population)?;
    found.total.map(|(n, figures)| (n, figures.first().cloned()))
}

/// "+12 %", in words: more, fewer, or as many; no percentage of zero.
fn change(brief: &Brief<'_>, now: u64, then: u64) -> String {
    let ctx = &brief.ctx;
    if now == then {
        return ctx.m("report-change-none");
    }
    let difference = now.abs_diff(then);
    let key = match (now > then, then) {
        (true, 0) => return ctx.a("report-change-more-plain", [("n", difference.into())]),
        (true, _) => "report-change-more",
        (false, _) => "report-change-fewer",
    };
    let percent = ctx.t.percent(difference as f64 * 100.0 / then as f64);
    ctx.a(key, [("n", difference.into()), ("percent", percent.into())])
}

pub(super) fn over_time(brief: &Brief<'_>, doc: &mut Doc) {
    let ctx = &brief.ctx;
    doc.push(heading(brief, "comparison", "report-comparison"));
    doc.push(Block::note(ctx.m("report-comparison-note")));
    let (before, last_year) = (previous(&brief.period), year_before(&brief.period));
    let label = |period: Option<Period>| period.map_or_else(|| "—".to_owned(), |p| ctx.t.period(&p));
    let mut heads = ctx.heads([("th-source", false), ("th-measure", false)]);
    heads.extend([
        (brief.period_words(), true),
        (label(before), true),
        (ctx.m("report-th-change"), false),
        (label(last_year), true),
        (ctx.m("report-th-change"), false),
    ]);
    let mut table = Table::new(ctx.m("report-comparison"), heads);
    for kind in [Measure::Killed, Measure::DiedUnderTorture, Measure::Massacres, Measure::Detained] {
        for one in nationwide(brief.data(), &brief.period, kind, |s| brief.trusts(s)) {
            let Some((now, figures)) = one.total else { continue };
            let cells = |then: Option<(u64, Option<domain::FigureId>)>| -> [Spans; 2] {
                match then {
                    Some((n, figure)) => [brief.number(n, figure.as_ref()).into(), change(brief, now, n).into()],
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
                brief.number(now, figures.first()).into(),
            ];
            row.extend(cells(same(brief, &one, before)));
            row.extend(cells(same(brief, &one, last_year)));
            table.push(row);
        }
    }
    if table.rows.is_empty() {
        doc.push(Block::para(ctx.a("report-none-for", [("period", brief.period_words().into())])));
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

pub(super) fn other_sources(brief: &Brief<'_>, doc: &mut Doc) {
    let ctx = &brief.ctx;
    doc.push(heading(brief, "others", "report-others"));
    let heads = [("th-source", false), ("th-measure", false), ("th-population", false), ("th-total", true)];
    let mut table = Table::new(ctx.m("report-others"), ctx.heads(heads));
    for kind in Measure::ALL {
        for one in nationwide(brief.data(), &brief.period, kind, |s| !brief.trusts(s)) {
            let Some((n, figures)) = one.total else { continue };
            table.push(vec![
                plain(ctx.source_name(&one.report.source)).into(),
                measure(ctx, kind, false).into(),
                ctx.population(one.report.population).into(),
                brief.number(n, figures.first()).into(),
            ]);
        }
    }
    if table.rows.is_empty() {
        doc.push(Block::para(ctx.a("report-others-none", [("period", brief.period_words().into())])));
    } else {
        doc.push(Block::note(ctx.m("report-others-note")));
        doc.push(Block::Table(table));
    }
    statements(brief, doc);
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
            vec![
                crate::doc::strong(plain(ctx.source_name(&s.source)).text),
                text(ctx.m("title-colon")),
                ctx.local(&s.words, ""),
            ]
            .into()
        })
        .collect();
    if !said.is_empty() {
        doc.push(Block::h3(ctx.m("report-statements")));
        doc.push(Block::List(said));
    }
}
