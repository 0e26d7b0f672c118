//! Events as rows of a table: what one source reports, in its words, with the way to the row and its proof.

use domain::{ActKind, CountRange, Event, Language};

use super::words::Ctx;
use crate::doc::{Row, Span, Spans, Table, id, muted, name, text};

pub(crate) fn act(ctx: &Ctx<'_>, act: ActKind) -> String {
    ctx.m(match act {
        ActKind::Killing => "act-killing",
        ActKind::DeathUnderTorture => "act-death-under-torture",
        ActKind::ArbitraryArrest => "act-arbitrary-arrest",
        ActKind::EnforcedDisappearance => "act-enforced-disappearance",
        ActKind::Injury => "act-injury",
        ActKind::Displacement => "act-displacement",
        ActKind::Attack => "act-attack",
    })
}

fn deaths(ctx: &Ctx<'_>, range: &CountRange) -> Span {
    let low = range.low.or(range.best);
    let high = range.high.or(range.best);
    match (low, range.best, high) {
        (Some(low), _, Some(high)) if low != high => {
            text(ctx.a("number-range", [("low", low.into()), ("high", high.into())]))
        }
        (_, Some(n), _) | (Some(n), None, _) | (None, None, Some(n)) => text(ctx.t.number(n)),
        _ => muted(ctx.m("unknown")),
    }
}

pub(super) fn table(ctx: &Ctx<'_>, events: &[(u64, &Event)]) -> Table {
    let heads = [
        ("th-date", false),
        ("th-event", false),
        ("th-parties-written", false),
        ("th-deaths", true),
        ("th-source", false),
        ("th-row", true),
        ("th-proof", false),
    ];
    let mut table = Table::new(ctx.m("place-events"), ctx.heads(heads));
    let mut sorted: Vec<_> = events.to_vec();
    sorted.sort_by_key(|(index, e)| (e.date.map(|d| d.earliest()), *index));
    for (index, event) in sorted {
        let date = event.date.map(|d| text(ctx.t.date(&d))).unwrap_or_else(|| muted(ctx.m("unknown")));
        let parties = event.parties.iter().map(|p| name(&p.written, Language::guess(&p.written).as_str()));
        let acts = Spans::joined(event.acts.iter().map(|a| text(act(ctx, *a))), &ctx.m("list-comma"));
        let what = if event.title.0.is_empty() { acts } else { ctx.local(&event.title, "").into() };
        let mut row = Row::new(vec![
            date.into(),
            what,
            Spans::joined(parties, &ctx.m("list-semicolon")),
            deaths(ctx, &event.deaths).into(),
            vec![ctx.source(&event.source), text(" "), ctx.accession(&event.accession)].into(),
            ctx.t.number(event.row).into(),
            vec![ctx.proof(index), text(" "), id(index.to_string())].into(),
        ]);
        row.id = Some(event.id.as_str().to_owned());
        table.rows.push(row);
    }
    table
}
