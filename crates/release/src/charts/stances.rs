//! Who took which position on a question, and when: a row for each source, a mark for each dated statement.

use std::collections::BTreeMap;

use domain::{SourceId, Stance, Statement};

use super::forms::{self, Stand, Words};
use crate::doc::Chart;
use crate::pages::Ctx;

pub(crate) fn stance_words(ctx: &Ctx<'_>, stance: Stance) -> String {
    ctx.m(match stance {
        Stance::Affirms => "stance-affirms",
        Stance::PartlyAffirms => "stance-partly-affirms",
        Stance::Denies => "stance-denies",
        Stance::NoPosition => "stance-no-position",
    })
}

fn ink(stance: Stance) -> usize {
    match stance {
        Stance::Affirms => 0,
        Stance::PartlyAffirms => 1,
        Stance::Denies => 2,
        Stance::NoPosition => 3,
    }
}

/// `dated` are statements on one question, the earliest first; `None` when fewer than two have a day.
pub(crate) fn over_time(ctx: &Ctx<'_>, dated: &[&Statement]) -> Option<Chart> {
    let day = |s: &Statement| s.date.map(|d| d.earliest());
    let (first, last) = (day(dated.first()?)?, dated.iter().filter_map(|s| day(s)).max()?);
    if dated.len() < 2 {
        return None;
    }
    let days = |from: jiff::civil::Date, to: jiff::civil::Date| {
        from.until(to).ok().map_or(0.0, |span| f64::from(span.get_days()))
    };
    let whole = days(first, last).max(1.0);
    let mut by: BTreeMap<&SourceId, Vec<&Statement>> = BTreeMap::new();
    dated.iter().for_each(|s| by.entry(&s.source).or_default().push(s));
    let stand = |s: &&Statement| {
        let date = s.date?;
        let label = stance_words(ctx, s.stance);
        let along = days(first, date.earliest()) / whole;
        Some(Stand { along, told: format!("{} · {label}", ctx.t.date(&date)), label, ink: ink(s.stance) })
    };
    let rows: Vec<(String, Vec<Stand>)> =
        by.iter().map(|(id, own)| (ctx.source_short(id).text, own.iter().filter_map(stand).collect())).collect();
    let latest = |stance: Stance| by.values().filter(|own| own.last().is_some_and(|s| s.stance == stance)).count();
    let finding = ctx.a(
        "chart-finding-stances",
        [
            ("affirms", latest(Stance::Affirms).into()),
            ("partly", latest(Stance::PartlyAffirms).into()),
            ("denies", latest(Stance::Denies).into()),
            ("date", ctx.t.day(last).into()),
        ],
    );
    let unit = ctx.m("chart-unit-stances");
    let sources = rows.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(&ctx.m("list-comma"));
    let said = ctx.a("chart-source", [("source", sources.into())]);
    let ends = (ctx.t.day(first), ctx.t.day(last));
    let words = Words { finding: &finding, unit: &unit, source: &said };
    Some(forms::stands(ctx.t, &words, &rows, (&ends.0, &ends.1)))
}
