//! Places: the tree, the figures printed of a place, events in it, and the persons counted in it.

use domain::Place;

use super::words::Ctx;
use crate::doc::{Block, Doc, Row, Span, Spans, Table, id, muted, name, text};
use crate::index::{EventsWithin, period_slug};
use crate::invented::Invented;
use crate::parts::Listed;
use crate::strata::Dimension;
use crate::suppress::Count;

pub(super) fn index(ctx: &Ctx<'_>) -> Doc {
    let mut doc = Doc::new(ctx.m("nav-places"), ctx.m("places-title"));
    doc.push(Block::lead(ctx.m("places-lead")));
    doc.push(Block::note(ctx.m("places-events-note")));
    let heads =
        [("th-place", false), ("th-within", false), ("th-code", false), ("th-figures", true), ("th-events", true)];
    let mut table = Table::new(ctx.m("nav-places"), ctx.heads(heads));
    let mut places: Vec<&Place> = ctx.data.places.iter().collect();
    places.sort_by_key(|p| (p.level, &p.code));
    for place in places {
        let figures = ctx.data.figures.iter().filter(|(_, f)| f.place.code.as_ref() == Some(&place.code)).count();
        let events = ctx.index.events_within.get(&place.code).copied().unwrap_or_default();
        doc.invented |= events.invented;
        table.push(vec![
            ctx.place(&place.code).into(),
            place.parent.as_ref().map(|p| ctx.place(p)).unwrap_or_default().into(),
            id(place.code.as_str()).into(),
            ctx.t.number(figures as u64).into(),
            ctx.t.number(events.n).into(),
        ]);
    }
    doc.push(Block::Table(table));
    doc
}

pub(super) fn page(ctx: &Ctx<'_>, place: &Place) -> Doc {
    let level = match place.level {
        0 => "level-country",
        1 => "level-governorate",
        2 => "level-district",
        3 => "level-sub-district",
        _ => "level-town",
    };
    let mut doc = Doc::new(ctx.m(level), ctx.place_name(&place.code));
    doc.crumbs.push((ctx.m("nav-places"), "place/index".into()));
    let mut facts: Vec<(String, Spans)> = Vec::new();
    for (language, words) in &place.names.0 {
        facts.push((
            ctx.a("fact-name-in", [("language", language.as_str().into())]),
            name(words, language.as_str()).into(),
        ));
    }
    facts.push((ctx.m("th-code"), id(place.code.as_str()).into()));
    if let Some(parent) = &place.parent {
        facts.push((ctx.m("th-within"), ctx.place(parent).into()));
    }
    let parts: Vec<Span> =
        ctx.data.places.iter().filter(|p| p.parent.as_ref() == Some(&place.code)).map(|p| ctx.place(&p.code)).collect();
    if !parts.is_empty() {
        facts.push((ctx.m("fact-contains"), Spans::joined(parts, &ctx.m("list-comma"))));
    }
    if let Some(point) = place.point {
        facts.push((ctx.m("fact-point"), id(format!("{:.4}, {:.4}", point.latitude, point.longitude)).into()));
    }
    doc.push(Block::Facts(facts));
    if ctx.index.places_with_news.contains(&place.code) {
        doc.feeds = crate::feed::links(ctx, &format!("feed/place/{}", place.code), &ctx.place_name(&place.code).text);
        doc.push(crate::feed::line(ctx, &doc.feeds));
    }
    counted(ctx, place, &mut doc);
    reports(ctx, place, &mut doc);
    if let Some(events) = ctx.index.events_of_place.get(&place.code) {
        doc.push(Block::h2(ctx.m("place-events")));
        doc.push(Block::Table(super::event::table(ctx, events)));
        doc.invented |= Invented::among(events.iter().map(|(_, e)| ctx.index.is_invented(&e.source)));
    }
    events_within(ctx, place, &mut doc);
    doc
}

/// Where inside a place events were: its parts that have any, each with those of its own parts.
fn events_within(ctx: &Ctx<'_>, place: &Place, doc: &mut Doc) {
    let parts = ctx.data.places.iter().filter(|part| part.parent.as_ref() == Some(&place.code));
    let found: Vec<_> = parts.filter_map(|part| Some((part, ctx.index.events_within.get(&part.code)?))).collect();
    found.iter().for_each(|(_, within)| doc.invented |= within.invented);
    let row = |(part, within): &(&Place, &EventsWithin)| {
        Row::new(vec![ctx.place(&part.code).into(), ctx.t.number(within.n).into()])
    };
    let rows: Vec<Row> = found.iter().map(row).collect();
    if rows.is_empty() {
        return;
    }
    doc.push(Block::h2(ctx.m("place-events-within")));
    let heads = [("th-place", false), ("th-events", true)];
    let table = Table::new(ctx.m("place-events-within"), ctx.heads(heads));
    doc.push(Block::Table(Table { rows, stack: false, ..table }));
}

fn counted(ctx: &Ctx<'_>, place: &Place, doc: &mut Doc) {
    let mut lines: Vec<Spans> = Vec::new();
    for (trust, _) in &ctx.data.tallies {
        let Some(group) = ctx.index.groups.get(&(trust, Dimension::Place)) else { continue };
        let Some(row) = group.sums.get(place.code.as_str()) else { continue };
        let listed = group.rows.get(place.code.as_str());
        let persons = listed.into_iter().flat_map(|g| g.values().flat_map(Listed::iter));
        doc.invented |= Invented::among(ctx.index.listed(persons).map(|p| p.invented));
        let count = Count::Row(Dimension::Place, place.code.as_str().to_owned());
        let words = match super::counts::is_held(ctx, trust, &count) {
            true => muted(ctx.m("count-held-back")),
            false => text(ctx.t.count("n-persons", row.values().sum::<u64>())),
        };
        let words = match listed {
            Some(_) => words.to(ctx.page(&format!("counts/{trust}/place-{}", place.code))),
            None => words,
        };
        lines.push(vec![super::counts::trust_name(ctx, trust), text(ctx.m("title-colon")), words].into());
    }
    if !lines.is_empty() {
        doc.push(Block::h2(ctx.m("place-persons")));
        doc.push(Block::List(lines));
    }
}

fn reports(ctx: &Ctx<'_>, place: &Place, doc: &mut Doc) {
    let found: Vec<_> = ctx.data.reports.iter().filter(|r| r.place.as_ref() == Some(&place.code)).collect();
    if found.is_empty() {
        return;
    }
    doc.push(Block::h2(ctx.m("place-figures")));
    let heads = [
        ("th-period", false),
        ("th-source", false),
        ("th-measure", false),
        ("th-population", false),
        ("th-total", true),
    ];
    let mut table = Table::new(ctx.m("place-figures"), ctx.heads(heads));
    for report in found {
        let slug = period_slug(&report.period);
        let period = text(ctx.t.period(&report.period));
        let period =
            if ctx.index.periods.contains_key(&slug) { period.to(ctx.page(&format!("month/{slug}"))) } else { period };
        table.push(vec![
            period.into(),
            ctx.source(&report.source).into(),
            super::month::measure(ctx, report.measure, report.massacres_only).into(),
            ctx.population(report.population).into(),
            super::month::totals(ctx, report),
        ]);
    }
    doc.push(Block::Table(table));
}
