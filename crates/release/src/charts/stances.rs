//! Who took which position on a question, and when: a row for each source, a mark for each dated statement.

use std::collections::{BTreeMap, BTreeSet};

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

/// A source, and through whom it is known where it did not say it itself.
fn reported(ctx: &Ctx<'_>, source: &SourceId, reporter: Option<&SourceId>) -> String {
    let source = ctx.source_name(source).text;
    match reporter {
        Some(reporter) => {
            let reporter = ctx.source_name(reporter).text;
            ctx.a("statement-who-reported", [("source", source.into()), ("reporter", reporter.into())])
        }
        None => source,
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
    // What a source says itself and what somebody says that it said are two rows.
    let mut rows_by: BTreeMap<(&SourceId, Option<&SourceId>), Vec<&Statement>> = BTreeMap::new();
    let mut newest: BTreeMap<&SourceId, &Statement> = BTreeMap::new();
    for statement in dated {
        rows_by.entry((&statement.source, statement.reported_by.as_ref())).or_default().push(statement);
        newest.insert(&statement.source, statement);
    }
    let stand = |s: &&Statement| {
        let date = s.date?;
        let label = stance_words(ctx, s.stance);
        let along = days(first, date.earliest()) / whole;
        Some(Stand { along, told: format!("{} · {label}", ctx.t.date(&date)), label, ink: ink(s.stance) })
    };
    // Where one reporter tells of all of them, the title says so for each row.
    let is_one = newest.len() > 1
        && newest.values().all(|s| s.reported_by.is_some())
        && rows_by.keys().map(|(_, reporter)| reporter).collect::<BTreeSet<_>>().len() == 1;
    let row = |((source, reporter), own): (&(&SourceId, Option<&SourceId>), &Vec<&Statement>)| {
        (reported(ctx, source, reporter.filter(|_| !is_one)), own.iter().filter_map(stand).collect())
    };
    let rows: Vec<(String, Vec<Stand>)> = rows_by.iter().map(row).collect();
    let latest = |stance: Stance| newest.values().filter(|statement| statement.stance == stance).count();
    let mut finding = ctx.a(
        "chart-finding-stances",
        [
            ("affirms", latest(Stance::Affirms).into()),
            ("partly", latest(Stance::PartlyAffirms).into()),
            ("denies", latest(Stance::Denies).into()),
            ("date", ctx.t.day(last).into()),
        ],
    );
    let through: BTreeSet<&SourceId> = newest.values().filter_map(|statement| statement.reported_by.as_ref()).collect();
    if !through.is_empty() {
        let n = newest.values().filter(|statement| statement.reported_by.is_some()).count();
        let through: Vec<String> = through.into_iter().map(|id| ctx.source_name(id).text).collect();
        let words = [
            ("found", finding.into()),
            ("n", n.into()),
            ("all", newest.len().into()),
            ("reporter", through.join(&ctx.m("list-comma")).into()),
        ];
        finding = ctx.a("chart-finding-stances-reported", words);
    }
    let unit = ctx.m("chart-unit-stances");
    let sources = rows.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(&ctx.m("list-comma"));
    let said = ctx.a("chart-source", [("source", sources.into())]);
    let ends = (ctx.t.day(first), ctx.t.day(last));
    let words = Words { finding: &finding, unit: &unit, source: &said };
    Some(forms::stands(ctx.t, &words, &rows, (&ends.0, &ends.1)))
}
