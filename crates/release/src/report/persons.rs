//! The list of cases: documented persons of the period under the report's choice of sources.

use domain::Person;

use super::{Brief, heading, plain, plain_all};
use crate::doc::{Block, Doc, Spans, Table, muted, text};

/// Persons whose date lies in the period, as the chosen lists know them.
fn of_period<'a>(brief: &Brief<'a>) -> Vec<(&'a Person, String)> {
    let in_period = |person: &Person| {
        let date = person.date.first().map(|d| d.value);
        date.is_some_and(|d| d.earliest() >= brief.period.start() && d.latest() <= brief.period.end())
    };
    let mut persons: Vec<(&Person, String)> = brief
        .ctx
        .index
        .counted(&brief.set.id)
        .into_iter()
        .filter(|(person, _)| in_period(person))
        .map(|(person, attribution)| (person, attribution.to_owned()))
        .collect();
    persons.sort_by_key(|(person, _)| person.date.first().map(|d| d.value.earliest()));
    persons
}

pub(super) fn cases(brief: &Brief<'_>, doc: &mut Doc) {
    let ctx = &brief.ctx;
    doc.push(heading(brief, "cases", "report-cases"));
    let persons = of_period(brief);
    if persons.is_empty() || (persons.len() as u64) < ctx.policy.minimum_cell {
        doc.push(Block::para(ctx.a("report-cases-none", [("period", brief.period_words().into())])));
        return;
    }
    doc.invented = persons.iter().any(|(p, _)| p.invented);
    doc.push(Block::para(ctx.t.count("report-n-cases", persons.len())));
    doc.push(Block::note(ctx.m("report-cases-note")));
    let heads = [
        ("th-person", false),
        ("th-date", false),
        ("th-place", false),
        ("report-th-alleged", false),
        ("th-lists", false),
    ];
    let mut table = Table::new(ctx.m("report-cases"), ctx.heads(heads));
    for (person, attribution) in &persons {
        let unknown = || Spans::from(muted(ctx.m("unknown")));
        let shows = |field: &str| crate::pages::shows(ctx, person, field);
        let place = person.place.first().filter(|_| shows("place")).map(|p| plain(ctx.place_name(&p.value)).into());
        table.push(vec![
            plain(crate::pages::display_name(ctx, person)).into(),
            person.date.first().filter(|_| shows("date")).map_or_else(unknown, |d| text(ctx.t.date(&d.value)).into()),
            place.unwrap_or_else(unknown),
            plain_all(crate::pages::attribution_label(ctx, attribution)),
            Spans::joined(person.sources.iter().map(|s| plain(ctx.source_short(s))), &ctx.m("list-comma")),
        ]);
    }
    doc.push(Block::Table(table));
}
