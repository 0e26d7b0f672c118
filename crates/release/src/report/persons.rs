//! Documented persons: counted, and the list of cases: those of the period under the report's choice of sources.

use std::collections::BTreeSet;

use domain::count::Tally;
use domain::{PersonId, TrustSetId};

use super::{Brief, heading, plain, plain_all};
use crate::Known;
use crate::doc::{Block, Doc, Row, Spans, Table, muted, text};
use crate::invented::Invented;
use crate::pages::head;
use crate::parts::Listed;
use crate::strata::{Dimension, WITHHELD};

/// Persons whose date lies in the period, as the chosen lists know them.
fn of_period<'a>(brief: &Brief<'a>) -> Vec<&'a Known> {
    let (start, end) = (brief.period.start(), brief.period.end());
    let dated = brief.ctx.index.counted(&brief.set.id).filter_map(|(person, date)| Some((date?, person)));
    let mut persons: Vec<_> = dated.filter(|(date, _)| date.earliest() >= start && date.latest() <= end).collect();
    persons.sort_by_key(|(date, _)| date.earliest());
    persons.into_iter().map(|(_, person)| person).collect()
}

/// How many are documented; `None` where there are none. With a minimum only those who may be named are known here, and no count
/// is theirs.
pub(super) fn documented(brief: &Brief<'_>) -> Option<usize> {
    let n = of_period(brief).len();
    (n > 0 && !is_held(brief)).then_some(n)
}

/// Whether persons are counted on the pages of tallies alone, where small counts are held back by what all tables together tell;
/// a count for a free period would be one more.
fn is_held(brief: &Brief<'_>) -> bool {
    let counts = |(trust, tally): &(TrustSetId, Tally)| *trust == brief.set.id && !tally.cells.is_empty();
    brief.ctx.policy.minimum_cell > 1 && brief.data().tallies.iter().any(counts)
}

/// The documented persons of the period by what their records say of them, each person once.
pub(super) fn counted(brief: &Brief<'_>, doc: &mut Doc) {
    let ctx = &brief.ctx;
    if is_held(brief) {
        doc.push(heading(brief, "documented", "report-documented"));
        doc.push(Block::note(ctx.m("report-documented-held")));
        return;
    }
    let Some(n) = documented(brief) else { return };
    doc.push(heading(brief, "documented", "report-documented"));
    doc.push(Block::para(ctx.t.count("report-n-cases", n)));
    doc.push(Block::note(ctx.m("report-documented-note")));
    let ids: BTreeSet<&PersonId> = of_period(brief).into_iter().map(|person| &person.id).collect();
    for dimension in Dimension::ALL.into_iter().filter(|dimension| *dimension != Dimension::Month) {
        let Some(group) = ctx.index.groups.get(&(&brief.set.id, dimension)) else { continue };
        let title = crate::pages::dimension_title(ctx, dimension);
        let mut table = Table::new(title.clone(), Vec::new());
        table.stack = false;
        table.heads = vec![head(title, false), head(ctx.m("th-persons"), true), head(ctx.m("th-share"), true)];
        let mut push = |label: Spans, k: usize| {
            let share = ctx.t.percent(100.0 * k as f64 / n as f64);
            table.rows.push(Row::new(vec![label, ctx.t.number(k as u64).into(), share.into()]));
        };
        let mut left = n;
        for (value, lists) in &group.rows {
            let listed = ctx.index.listed(lists.values().flat_map(Listed::iter));
            let k = listed.filter(|person| ids.contains(&person.id)).count();
            if k > 0 {
                push(plain_all(crate::pages::value_label(ctx, dimension, value)), k);
                left = left.saturating_sub(k);
            }
        }
        if left > 0 {
            push(muted(ctx.m("withheld")).into(), left);
        }
        doc.push(Block::Table(table));
    }
}

pub(super) fn cases(brief: &Brief<'_>, doc: &mut Doc) {
    let ctx = &brief.ctx;
    doc.push(heading(brief, "cases", "report-cases"));
    let persons = of_period(brief);
    if persons.is_empty() {
        doc.push(Block::para(ctx.a("report-cases-none", [("period", brief.period_words().into())])));
        return;
    }
    doc.invented |= Invented::among(persons.iter().map(|p| p.invented));
    doc.push(Block::para(match is_held(brief) {
        true => ctx.a("n-may-be-listed", [("n", persons.len().into())]),
        false => ctx.t.count("report-n-cases", persons.len()),
    }));
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
        let lists = person.sources.iter().filter(|source| brief.trusts(source));
        table.push(vec![
            plain(crate::pages::display_name(ctx, person)).into(),
            unless_withheld("date", ctx.index.date(&person.id).map(|date| text(ctx.t.date(&date)).into())),
            unless_withheld("place", place),
            plain_all(crate::pages::attribution_label(ctx, attribution)),
            Spans::joined(lists.map(|s| plain(ctx.source_short(s))), &ctx.m("list-comma")),
        ]);
    }
    table
}
