//! The list of cases: documented persons of the period under the report's choice of sources.

use super::{Brief, heading, plain, plain_all};
use crate::Known;
use crate::doc::{Block, Doc, Spans, Table, muted, text};
use crate::strata::WITHHELD;

/// Persons whose date lies in the period, as the chosen lists know them.
fn of_period<'a>(brief: &Brief<'a>) -> Vec<&'a Known> {
    let (start, end) = (brief.period.start(), brief.period.end());
    let dated = brief.ctx.index.counted(&brief.set.id).filter_map(|(person, date)| Some((date?, person)));
    let mut persons: Vec<_> = dated.filter(|(date, _)| date.earliest() >= start && date.latest() <= end).collect();
    persons.sort_by_key(|(date, _)| date.earliest());
    persons.into_iter().map(|(_, person)| person).collect()
}

/// How many are documented; `None` where there are none, or too few for a minimum.
pub(super) fn documented(brief: &Brief<'_>) -> Option<usize> {
    let n = of_period(brief).len();
    (n > 0 && n as u64 >= brief.ctx.policy.minimum_cell).then_some(n)
}

pub(super) fn cases(brief: &Brief<'_>, doc: &mut Doc) {
    let ctx = &brief.ctx;
    doc.push(heading(brief, "cases", "report-cases"));
    let persons = of_period(brief);
    if documented(brief).is_none() {
        doc.push(Block::para(ctx.a("report-cases-none", [("period", brief.period_words().into())])));
        return;
    }
    doc.invented = persons.iter().any(|p| p.invented);
    doc.push(Block::para(ctx.t.count("report-n-cases", persons.len())));
    doc.push(Block::note(ctx.m("report-cases-note")));
    // To stand in this list tells that her date lies in the period.
    let (told, others): (Vec<_>, Vec<_>) = persons.into_iter().partition(|p| crate::pages::shows(ctx, p, "date"));
    if !others.is_empty() {
        doc.push(Block::note(ctx.t.count("report-cases-withheld", others.len())));
    }
    if !told.is_empty() {
        doc.push(Block::Table(table(brief, &told)));
    }
}

fn table(brief: &Brief<'_>, persons: &[&Known]) -> Table {
    let ctx = &brief.ctx;
    let heads = [
        ("th-person", false),
        ("th-date", false),
        ("th-place", false),
        ("report-th-alleged", false),
        ("th-lists", false),
    ];
    let mut table = Table::new(ctx.m("report-cases"), ctx.heads(heads));
    let attributions = ctx.index.attributions(&brief.set.id);
    for person in persons {
        let unless_withheld = |field: &str, value: Option<Spans>| match crate::pages::shows(ctx, person, field) {
            true => value.unwrap_or_else(|| muted(ctx.m("unknown")).into()),
            false => muted(ctx.m("withheld")).into(),
        };
        let place = ctx.index.place(&person.id).map(|place| plain(ctx.place_name(&place)).into());
        let attribution = attributions.get(&person.id).copied().unwrap_or(WITHHELD);
        table.push(vec![
            plain(crate::pages::display_name(ctx, person)).into(),
            unless_withheld("date", ctx.index.date(&person.id).map(|date| text(ctx.t.date(&date)).into())),
            unless_withheld("place", place),
            plain_all(crate::pages::attribution_label(ctx, attribution)),
            Spans::joined(person.sources.iter().map(|s| plain(ctx.source_short(s))), &ctx.m("list-comma")),
        ]);
    }
    table
}
