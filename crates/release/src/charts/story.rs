//! The charts that tell what the data says: which numbers, which finding, which source line. Drawn by [`super::forms`].

use std::collections::{BTreeMap, BTreeSet};

use domain::{Measure, Month, Period, Population, SourceId, TrustSetId};

use super::forms::{self, Series, Words, ink_of};
use crate::doc::Chart;
use crate::index::{is_whole_country, months_of_party};
use crate::pages::Ctx;

/// The `n` months that end with the period's last one, oldest first.
fn months_until(period: &Period, n: usize) -> Vec<Month> {
    let mut months = Vec::new();
    let mut at = Some(Month::of(period.end()));
    while let Some(month) = at.filter(|_| months.len() < n) {
        months.push(month);
        at = month.previous();
    }
    months.reverse();
    months
}

/// Killed in the whole country by month: for each source and population, the total that most pages print.
fn totals(
    ctx: &Ctx<'_>,
    months: &[Month],
    is_asked: impl Fn(&SourceId) -> bool,
) -> BTreeMap<(SourceId, Population), Vec<Option<u64>>> {
    let mut found: BTreeMap<(SourceId, Population), Vec<Option<u64>>> = BTreeMap::new();
    for report in &ctx.data.reports {
        let is_fit = report.measure == Measure::Killed && !report.massacres_only && is_whole_country(&report.place);
        let at = report.period.as_month().and_then(|m| months.iter().position(|month| *month == m));
        let (Some(at), true, true) = (at, is_fit, is_asked(&report.source)) else { continue };
        let total = report.totals.iter().max_by_key(|(n, figures)| (figures.len(), std::cmp::Reverse(*n)));
        let row = found.entry((report.source.clone(), report.population)).or_insert_with(|| vec![None; months.len()]);
        row[at] = total.map(|(n, _)| *n);
    }
    // A line needs two points; a source with fewer stands in the tables.
    found.retain(|_, values| values.iter().flatten().count() > 1);
    found
}

fn series(ctx: &Ctx<'_>, found: BTreeMap<(SourceId, Population), Vec<Option<u64>>>) -> Vec<Series> {
    found
        .into_iter()
        .enumerate()
        .map(|(ink, ((source, population), values))| Series {
            label: format!("{} · {}", ctx.source_short(&source).text, ctx.population(population)),
            ink,
            values,
        })
        .collect()
}

fn names(ctx: &Ctx<'_>, months: &[Month]) -> Vec<String> {
    months.iter().map(|m| ctx.t.month(*m)).collect()
}

fn source_line(ctx: &Ctx<'_>, series: &[Series]) -> String {
    let sources: BTreeSet<&str> = series.iter().filter_map(|s| s.label.split(" · ").next()).collect();
    let sources = sources.into_iter().collect::<Vec<_>>().join(&ctx.m("list-comma"));
    ctx.a("chart-source", [("source", sources.into())])
}

/// Sources over the thirteen months up to the period's end; the title says how the first source's number moved.
pub(crate) fn sources_over_months(
    ctx: &Ctx<'_>,
    period: &Period,
    is_asked: impl Fn(&SourceId) -> bool,
) -> Option<Chart> {
    let months = months_until(period, 13);
    let series = series(ctx, totals(ctx, &months, is_asked));
    let longest = series.iter().max_by_key(|s| s.values.iter().flatten().count())?;
    let known: Vec<(usize, u64)> = longest.values.iter().enumerate().filter_map(|(i, v)| v.map(|v| (i, v))).collect();
    let (first, last) = (known.first()?, known.last()?);
    let finding = ctx.a(
        "chart-finding-moved",
        [
            ("source", longest.label.clone().into()),
            ("then", first.1.into()),
            ("from", ctx.t.month(*months.get(first.0)?).into()),
            ("now", last.1.into()),
            ("to", ctx.t.month(*months.get(last.0)?).into()),
        ],
    );
    let unit = ctx.m("chart-unit-persons-month");
    let said = source_line(ctx, &series);
    Some(forms::lines(ctx.t, &Words { finding: &finding, unit: &unit, source: &said }, &names(ctx, &months), &series))
}

/// Sources against each other: a band from the lowest to the highest. Within one population, the one for which most months
/// have two sources: civilians of one source against everyone of another is no disagreement.
pub(crate) fn disagreement(ctx: &Ctx<'_>, period: &Period) -> Option<Chart> {
    let months = months_until(period, 24);
    let found = totals(ctx, &months, |source| !ctx.index.is_invented(source));
    let months_with_two = |population: Population| {
        let values = |i: usize| found.iter().filter(move |((_, p), v)| *p == population && v[i].is_some()).count();
        (0..months.len()).filter(|i| values(*i) > 1).count()
    };
    let population = [Population::Combatants, Population::All, Population::Civilians]
        .into_iter()
        .max_by_key(|population| months_with_two(*population))
        .filter(|population| months_with_two(*population) > 0)?;
    let series = series(ctx, found.into_iter().filter(|((_, p), _)| *p == population).collect());
    let widest = (0..months.len())
        .filter_map(|i| {
            let values =
                || series.iter().filter_map(move |s| s.values.get(i).copied().flatten().map(|v| (v, &s.label)));
            let (low, high) = (values().min()?, values().max()?);
            Some((high.0 - low.0, i, low, high))
        })
        .max_by_key(|(difference, ..)| *difference)?;
    let (_, at, low, high) = widest;
    let finding = ctx.a(
        "chart-finding-apart",
        [
            ("period", ctx.t.month(*months.get(at)?).into()),
            ("low", low.0.into()),
            ("lowest", low.1.clone().into()),
            ("high", high.0.into()),
            ("highest", high.1.clone().into()),
        ],
    );
    let unit = ctx.m("chart-unit-persons-month");
    let said = source_line(ctx, &series);
    Some(forms::band(ctx.t, &Words { finding: &finding, unit: &unit, source: &said }, &names(ctx, &months), &series))
}

/// One source's numbers by party over two years, stacked or as lines.
pub(crate) fn parties_over_months(
    ctx: &Ctx<'_>,
    source: &SourceId,
    period: &Period,
    is_stacked: bool,
) -> Option<Chart> {
    let months = months_until(period, if is_stacked { 13 } else { 24 });
    let mut series: Vec<Series> = Vec::new();
    for party in ctx.data.parties.iter() {
        let mut values = vec![None; months.len()];
        for one in months_of_party(ctx.data, &party.code).iter().filter(|m| m.report.source == *source) {
            if let Some(at) = months.iter().position(|m| *m == one.month) {
                values[at] = Some(one.total.max(values[at].unwrap_or(0)));
            }
        }
        if values.iter().flatten().count() > 1 {
            series.push(Series { label: ctx.party_name(&party.code).text, ink: ink_of(Some(&party.code)), values });
        }
    }
    series.sort_by_key(|s| s.ink);
    let sum = |s: &Series| s.values.iter().flatten().sum::<u64>();
    let most = series.iter().max_by_key(|s| sum(s))?;
    let finding = ctx.a(
        "chart-finding-party-sum",
        [
            ("party", most.label.clone().into()),
            ("source", ctx.source_short(source).text.into()),
            ("n", sum(most).into()),
            ("from", ctx.t.month(*months.first()?).into()),
            ("to", ctx.t.month(*months.last()?).into()),
        ],
    );
    let unit = ctx.m("chart-unit-persons-month");
    let said = ctx.a("chart-source", [("source", ctx.source_name(source).text.into())]);
    let words = Words { finding: &finding, unit: &unit, source: &said };
    let months = names(ctx, &months);
    Some(if is_stacked {
        forms::stacked(ctx.t, &words, &months, &series)
    } else {
        forms::lines(ctx.t, &words, &months, &series)
    })
}

/// Events by day, or the days of persons' deaths where there is no event: whether they are events, and the counts that may
/// be shown. Events are public one by one, so that no minimum hides them.
pub(crate) fn by_day(ctx: &Ctx<'_>) -> (bool, BTreeMap<jiff::civil::Date, u64>) {
    let of_events = ctx.data.events.iter().filter_map(|(_, e)| e.date?.exact_day());
    let mut days: BTreeMap<jiff::civil::Date, u64> = BTreeMap::new();
    of_events.for_each(|day| *days.entry(day).or_default() += 1);
    let is_events = !days.is_empty();
    if !is_events {
        let dated = ctx.data.persons.iter().filter_map(|p| p.date.first()?.value.exact_day());
        dated.for_each(|day| *days.entry(day).or_default() += 1);
    }
    if !is_events {
        days.retain(|_, n| *n >= ctx.policy.minimum_cell);
    }
    (is_events, days)
}

/// The month with the most dated entries, day by day: events where there are any, else documented deaths.
pub(crate) fn calendar(ctx: &Ctx<'_>) -> Option<Chart> {
    let (is_events, days) = by_day(ctx);
    let mut by_month: BTreeMap<Month, u64> = BTreeMap::new();
    days.iter().for_each(|(day, n)| *by_month.entry(Month::of(*day)).or_default() += n);
    let (month, n) = by_month.into_iter().max_by_key(|(month, n)| (*n, *month))?;
    // With a minimum, a day without a number may have a small one, or persons who may not be shown.
    let may_hide = !is_events && ctx.policy.minimum_cell > 1;
    let all: Vec<(String, Option<u64>)> = std::iter::successors(Some(month.first_day()), |day| day.tomorrow().ok())
        .take_while(|day| *day <= month.last_day())
        .map(|day| (ctx.t.day(day), days.get(&day).copied().or((!may_hide).then_some(0))))
        .collect();
    let key = match (is_events, may_hide) {
        (true, _) => "chart-finding-events-month",
        (false, false) => "chart-finding-deaths-month",
        (false, true) => "chart-finding-deaths-month-least",
    };
    let finding = ctx.a(key, [("n", n.into()), ("period", ctx.t.month(month).into())]);
    let unit = ctx.m(if is_events { "chart-unit-events-day" } else { "chart-unit-deaths-day" });
    let said = ctx.m(if is_events { "chart-source-events" } else { "chart-source-persons" });
    // Weeks begin on Saturday in Syria, on Monday elsewhere.
    let begins = if ctx.lang() == "ar" { jiff::civil::Weekday::Saturday } else { jiff::civil::Weekday::Monday };
    let first = usize::try_from(month.first_day().weekday().since(begins)).ok()?;
    let keys = ["weekday-1", "weekday-2", "weekday-3", "weekday-4", "weekday-5", "weekday-6", "weekday-7"];
    let shift = if ctx.lang() == "ar" { 5 } else { 0 };
    let weekdays: [String; 7] = std::array::from_fn(|i| ctx.m(keys[(i + shift) % 7]));
    let words = Words { finding: &finding, unit: &unit, source: &said };
    Some(forms::calendar(ctx.t, &words, &weekdays, first, &ctx.m("chart-day-held-back"), &all))
}

/// How the records of a trust set's lists become persons.
pub(crate) fn flow(ctx: &Ctx<'_>, trust: &TrustSetId) -> Option<Chart> {
    let (_, tally) = ctx.data.tallies.iter().find(|(id, _)| id == trust)?;
    let mut records = vec![vec![0_u64; tally.lists.len()]; tally.lists.len()];
    let mut persons = vec![0_u64; tally.lists.len()];
    for person in ctx.index.counted(trust) {
        let own: Vec<usize> = person
            .records
            .iter()
            .filter_map(|id| ctx.data.records.get(id))
            .filter_map(|(_, r)| tally.lists.iter().position(|list| *list == r.source))
            .collect();
        let lists = own.iter().collect::<BTreeSet<_>>().len();
        let Some(rank) = lists.checked_sub(1) else { continue };
        persons[rank] += 1;
        own.iter().for_each(|list| records[*list][rank] += 1);
    }
    let n_records: u64 = records.iter().flatten().sum();
    let n_persons: u64 = persons.iter().sum();
    if n_persons == 0 || n_persons < ctx.policy.minimum_cell {
        return None;
    }
    let lists: Vec<(String, Vec<u64>)> = tally
        .lists
        .iter()
        .zip(records)
        .map(|(source, by)| (ctx.source_short(source).text, by))
        .filter(|(_, by)| by.iter().sum::<u64>() > 0)
        .collect();
    let ends: Vec<(String, u64)> = persons
        .iter()
        .enumerate()
        .map(|(k, n)| {
            let words = [("persons", ctx.t.count("n-persons", *n).into()), ("k", (k + 1).into())];
            (ctx.a("chart-persons-on-lists", words), *n)
        })
        .collect();
    let finding = ctx.a(
        "chart-finding-flow",
        [
            ("records", ctx.t.count("chart-n-records", n_records).into()),
            ("persons", ctx.t.count("n-persons", n_persons).into()),
        ],
    );
    let unit = ctx.m("chart-unit-flow");
    let said = ctx.m("chart-source-persons");
    Some(forms::flow(ctx.t, &Words { finding: &finding, unit: &unit, source: &said }, &lists, &ends))
}

/// The sources with the most months by party, which are worth a chart of their own.
pub(crate) fn sources_by_party(ctx: &Ctx<'_>) -> Vec<SourceId> {
    let mut months: BTreeMap<&SourceId, BTreeSet<Month>> = BTreeMap::new();
    for report in ctx.data.reports.iter().filter(|r| r.measure == Measure::Killed && !r.massacres_only) {
        if report.retellings.iter().any(|page| page.lines.len() > 2) {
            months.entry(&report.source).or_default().extend(report.period.as_month());
        }
    }
    let mut found: Vec<_> = months.into_iter().filter(|(_, m)| m.len() > 5).collect();
    found.sort_by_key(|(source, m)| (std::cmp::Reverse(m.len()), *source));
    found.into_iter().map(|(source, _)| source.clone()).collect()
}

/// The month in which most sources print a number: where charts of the whole site end.
pub(crate) fn busiest(ctx: &Ctx<'_>) -> Option<Period> {
    let mut sources: BTreeMap<Month, BTreeSet<&SourceId>> = BTreeMap::new();
    for report in ctx.data.reports.iter().filter(|r| r.measure == Measure::Killed && is_whole_country(&r.place)) {
        if let Some(month) = report.period.as_month() {
            sources.entry(month).or_default().insert(&report.source);
        }
    }
    let (month, _) = sources.into_iter().max_by_key(|(month, sources)| (sources.len(), *month))?;
    Period::new(month.first_day(), month.last_day())
}
