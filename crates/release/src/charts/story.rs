//! The charts that tell what the data says: which numbers, which finding, which source line. Drawn by [`super::forms`].

use std::collections::{BTreeMap, BTreeSet};

use domain::comparison::PrintedNumber;
use domain::{FigureId, Measure, Month, Period, Population, SourceId, TrustSetId};
use rustc_hash::FxHashMap;

use super::forms::{self, Series, Words};
use crate::doc::Chart;
use crate::index::is_whole_country;
use crate::pages::{Ctx, trust_name};
use crate::strata::{Days, Dimension, NOT_STATED};

/// The `n` months that end with the period's last one, oldest first.
pub(crate) fn last_months(period: &Period, n: usize) -> Vec<Month> {
    let mut months = Vec::new();
    let mut at = Some(Month::of(period.end()));
    while let Some(month) = at.filter(|_| months.len() < n) {
        months.push(month);
        at = month.previous();
    }
    months.reverse();
    months
}

/// A source's totals month by month, each with the figures that print it.
type Totals<'a> = BTreeMap<(SourceId, Population), Vec<Option<&'a PrintedNumber>>>;

/// Killed in the whole country by month: for each source and population, the total that most pages print.
fn totals<'a>(ctx: &Ctx<'a>, months: &[Month], is_asked: impl Fn(&SourceId) -> bool) -> Totals<'a> {
    let mut found: Totals<'_> = BTreeMap::new();
    for report in &ctx.data.reports {
        let is_fit = report.measure == Measure::Killed && !report.massacres_only && is_whole_country(&report.place);
        let at = report.period.as_month().and_then(|m| months.iter().position(|month| *month == m));
        let (Some(at), true, true) = (at, is_fit, is_asked(&report.source)) else { continue };
        let total = report.totals.iter().max_by_key(|(n, figures)| (figures.len(), std::cmp::Reverse(*n)));
        let row = found.entry((report.source.clone(), report.population)).or_insert_with(|| vec![None; months.len()]);
        row[at] = total;
    }
    // A line needs two points; a source with fewer stands in the tables.
    found.retain(|_, values| values.iter().flatten().count() > 1);
    found
}

fn label(ctx: &Ctx<'_>, (source, population): &(SourceId, Population)) -> String {
    ctx.speaking_of(&ctx.source_short(source).text, *population)
}

fn series(ctx: &Ctx<'_>, found: &Totals<'_>) -> Vec<Series> {
    let values = |values: &[Option<&PrintedNumber>]| values.iter().map(|v| v.map(|(n, _)| *n)).collect();
    let one = |(ink, (key, own)): (usize, (&(SourceId, Population), &Vec<_>))| Series {
        label: label(ctx, key),
        ink,
        values: values(own),
    };
    found.iter().enumerate().map(one).collect()
}

pub(crate) fn month_names(ctx: &Ctx<'_>, months: &[Month]) -> Vec<String> {
    months.iter().map(|m| ctx.t.month(*m)).collect()
}

/// A source line that says so where some of the numbers are no exact counts.
pub(crate) fn qualified<'f>(
    ctx: &Ctx<'_>,
    source_line: String,
    figures: impl IntoIterator<Item = &'f FigureId>,
) -> String {
    let figures: Vec<FigureId> = figures.into_iter().cloned().collect();
    if ctx.said_by(&figures).is_plain() {
        source_line
    } else {
        ctx.a("chart-qualified", [("source", source_line.into())])
    }
}

fn source_line(ctx: &Ctx<'_>, found: &Totals<'_>) -> String {
    let sources: BTreeSet<String> = found.keys().map(|(source, _)| ctx.source_short(source).text).collect();
    let sources = sources.into_iter().collect::<Vec<_>>().join(&ctx.m("list-comma"));
    let figures = found.values().flatten().flatten().flat_map(|(_, figures)| figures);
    qualified(ctx, ctx.a("chart-source", [("source", sources.into())]), figures)
}

/// Sources over the thirteen months up to the period's end; the title says how the first source's number moved.
pub(crate) fn sources_over_months(
    ctx: &Ctx<'_>,
    period: &Period,
    is_asked: impl Fn(&SourceId) -> bool,
) -> Option<Chart> {
    let months = last_months(period, 13);
    let found = totals(ctx, &months, is_asked);
    let series = series(ctx, &found);
    let (key, longest) = found.iter().max_by_key(|(_, values)| values.iter().flatten().count())?;
    let known: Vec<_> = longest.iter().enumerate().filter_map(|(i, v)| v.map(|v| (i, v))).collect();
    let (first, last) = (known.first()?, known.last()?);
    // A line that ends before the period says so, or its last month would be taken for the period's.
    let ends = *months.last()?;
    let is_to_the_end = months.get(last.0) == Some(&ends);
    let finding = ctx.a(
        if is_to_the_end { "chart-finding-moved" } else { "chart-finding-moved-before" },
        [
            ("source", label(ctx, key).into()),
            ("then", ctx.worded(first.1.0, &first.1.1).into()),
            ("from", ctx.t.month(*months.get(first.0)?).into()),
            ("now", ctx.worded(last.1.0, &last.1.1).into()),
            ("to", ctx.t.month(*months.get(last.0)?).into()),
            ("end", ctx.t.month(ends).into()),
        ],
    );
    let unit = ctx.m("chart-unit-persons-month");
    let said = source_line(ctx, &found);
    Some(forms::lines(
        ctx.t,
        &Words { finding: &finding, unit: &unit, source: &said },
        &month_names(ctx, &months),
        &series,
    ))
}

/// Sources against each other: a band from the lowest to the highest. Within one population, the one for which most months
/// have two sources: civilians of one source against everyone of another is no disagreement.
pub(crate) fn disagreement(ctx: &Ctx<'_>, period: &Period) -> Option<Chart> {
    let months = last_months(period, 24);
    let mut found = totals(ctx, &months, |source| !ctx.index.is_invented(source));
    let months_with_two = |population: Population| {
        let values = |i: usize| found.iter().filter(move |((_, p), v)| *p == population && v[i].is_some()).count();
        (0..months.len()).filter(|i| values(*i) > 1).count()
    };
    let population = [Population::Combatants, Population::All, Population::Civilians]
        .into_iter()
        .max_by_key(|population| months_with_two(*population))
        .filter(|population| months_with_two(*population) > 0)?;
    found.retain(|(_, p), _| *p == population);
    let series = series(ctx, &found);
    let widest = (0..months.len())
        .filter_map(|i| {
            let values = || found.iter().filter_map(move |(key, own)| own.get(i).copied().flatten().map(|v| (v, key)));
            let low = values().min_by_key(|((n, _), key)| (*n, *key))?;
            let high = values().max_by_key(|((n, _), key)| (*n, *key))?;
            Some((high.0.0 - low.0.0, i, low, high))
        })
        .max_by_key(|(difference, ..)| *difference)?;
    let (_, at, low, high) = widest;
    let finding = ctx.a(
        "chart-finding-apart",
        [
            ("period", ctx.t.month(*months.get(at)?).into()),
            ("low", ctx.worded(low.0.0, &low.0.1).into()),
            ("lowest", label(ctx, low.1).into()),
            ("high", ctx.worded(high.0.0, &high.0.1).into()),
            ("highest", label(ctx, high.1).into()),
        ],
    );
    let unit = ctx.m("chart-unit-persons-month");
    let said = source_line(ctx, &found);
    Some(forms::band(
        ctx.t,
        &Words { finding: &finding, unit: &unit, source: &said },
        &month_names(ctx, &months),
        &series,
    ))
}

/// Where its numbers are in a release.
pub(crate) const CALENDAR: &str = "data/calendar.csv";

/// What the calendar draws, and its numbers as CSV.
pub(crate) struct Calendar {
    is_events: bool,
    by_day: Days,
}

impl Calendar {
    /// Events by day, or the days of persons' deaths where there is no event. A day has few deaths: with a minimum for counts
    /// there is no calendar of them.
    pub fn of<'a>(ctx: &Ctx<'a>) -> Option<&'a Self> {
        ctx.index.calendar.get_or_init(|| Self::made(ctx)).as_ref()
    }

    fn made(ctx: &Ctx<'_>) -> Option<Self> {
        let mut by_day = Days::default();
        let of_events = ctx.data.events.iter().filter_map(|(_, e)| e.date?.exact_day());
        of_events.for_each(|day| *by_day.days.entry(day).or_default() += 1);
        if !by_day.days.is_empty() {
            return Some(Self { is_events: true, by_day });
        }
        let (trust, tally) = ctx.index.widest().filter(|_| ctx.policy.minimum_cell <= 1)?;
        let by_day = Days::of(&ctx.index.rows_of, tally, ctx.index.groups.get(&(trust, Dimension::Month))?);
        Some(Self { is_events: false, by_day })
    }

    /// A line a day; then the months of those whose day is not known, and those whose month is not: all persons, once each.
    pub fn csv(&self) -> String {
        let mut out = format!("day,{}\n", if self.is_events { "events" } else { "persons" });
        let Days { days, day_unknown, month_unknown } = &self.by_day;
        out.extend(days.iter().map(|(day, n)| format!("{day},{n}\n")));
        out.extend(day_unknown.iter().map(|(month, n)| format!("{month},{n}\n")));
        if *month_unknown > 0 {
            out.push_str(&format!("{NOT_STATED},{month_unknown}\n"));
        }
        out
    }
}

/// The month with the most dated entries, day by day: events where there are any, else documented deaths.
pub(crate) fn calendar(ctx: &Ctx<'_>, given: &Calendar) -> Option<Chart> {
    let Days { days, day_unknown, month_unknown } = &given.by_day;
    let is_events = given.is_events;
    let mut by_month: BTreeMap<Month, u64> = BTreeMap::new();
    days.iter().for_each(|(day, n)| *by_month.entry(Month::of(*day)).or_default() += n);
    day_unknown.iter().for_each(|(month, n)| *by_month.entry(*month).or_default() += n);
    let (month, n) = by_month.into_iter().max_by_key(|(month, n)| (*n, *month))?;
    let all: Vec<(String, u64)> = std::iter::successors(Some(month.first_day()), |day| day.tomorrow().ok())
        .take_while(|day| *day <= month.last_day())
        .map(|day| (ctx.t.day(day), days.get(&day).copied().unwrap_or(0)))
        .collect();
    let key = if is_events { "chart-finding-events-month" } else { "chart-finding-deaths-month" };
    let finding = ctx.a(key, [("n", n.into()), ("period", ctx.t.month(month).into())]);
    let mut unit = ctx.m(if is_events { "chart-unit-events-day" } else { "chart-unit-deaths-day" });
    let unknown = day_unknown.get(&month).copied().unwrap_or(0);
    if unknown + month_unknown > 0 {
        let beside = ctx.a("chart-days-beside", [("day", unknown.into()), ("month", (*month_unknown).into())]);
        unit = format!("{unit}{}{beside}", ctx.m("list-semicolon"));
    }
    let said = ctx.m(if is_events { "chart-source-events" } else { "chart-source-persons" });
    // Weeks begin on Saturday in Syria, on Monday elsewhere.
    let begins = if ctx.lang() == "ar" { jiff::civil::Weekday::Saturday } else { jiff::civil::Weekday::Monday };
    let first = usize::try_from(month.first_day().weekday().since(begins)).ok()?;
    let keys = ["weekday-1", "weekday-2", "weekday-3", "weekday-4", "weekday-5", "weekday-6", "weekday-7"];
    let shift = if ctx.lang() == "ar" { 5 } else { 0 };
    let weekdays: [String; 7] = std::array::from_fn(|i| ctx.m(keys[(i + shift) % 7]));
    let words = Words { finding: &finding, unit: &unit, source: &said };
    Some(forms::calendar(ctx.t, &words, &weekdays, first, &all))
}

/// How the records of several lists become persons.
pub(crate) struct Flow {
    trust: TrustSetId,
    lists: Vec<SourceId>,
    /// For each list, its records of persons on one list, on two, and so on.
    records: Vec<Vec<u64>>,
    /// Persons on one list, on two, and so on.
    persons: Vec<u64>,
}

impl Flow {
    /// Of the first trust set of several lists that are all invented.
    pub fn of<'a>(ctx: &Ctx<'a>) -> Option<&'a Self> {
        ctx.index.flow.get_or_init(|| Self::made(ctx)).as_ref()
    }

    fn made(ctx: &Ctx<'_>) -> Option<Self> {
        let is_shown = |lists: &[SourceId]| lists.len() > 1 && lists.iter().all(|l| ctx.index.is_invented(l));
        let tallies = ctx.data.tallies.iter().map(|(trust, tally)| (trust, &tally.lists[..]));
        let (trust, lists) = tallies.into_iter().find(|(_, lists)| is_shown(lists))?;
        let mut records = vec![vec![0_u64; lists.len()]; lists.len()];
        let mut persons = vec![0_u64; lists.len()];
        let position: FxHashMap<&SourceId, usize> = lists.iter().zip(0..).collect();
        let mut own: Vec<usize> = Vec::new();
        for rows in &ctx.index.rows_of {
            own.clear();
            own.extend(rows.records.iter().filter_map(|record| position.get(&record.source)));
            let lists = (0..own.len()).filter(|at| !own[..*at].contains(&own[*at])).count();
            let Some(rank) = lists.checked_sub(1) else { continue };
            persons[rank] += 1;
            own.iter().for_each(|list| records[*list][rank] += 1);
        }
        Some(Self { trust: trust.clone(), lists: lists.to_vec(), records, persons })
    }
}

/// Where numbers of persons are from, and under which choice of sources they are counted.
pub(crate) fn of_choice(ctx: &Ctx<'_>, trust: &TrustSetId) -> String {
    let said = ctx.m("chart-source-persons");
    ctx.a("chart-source-choice", [("said", said.into()), ("trust", trust_name(ctx, trust).text.into())])
}

pub(crate) fn flow(ctx: &Ctx<'_>) -> Option<Chart> {
    let Flow { trust, lists, records, persons } = Flow::of(ctx)?;
    let n_records: u64 = records.iter().flatten().sum();
    let n_persons: u64 = persons.iter().sum();
    // With a minimum for counts only those who may be named are known here.
    if n_persons == 0 || ctx.policy.minimum_cell > 1 {
        return None;
    }
    let lists: Vec<(String, Vec<u64>)> = lists
        .iter()
        .zip(records)
        .map(|(source, by)| (ctx.source_short(source).text, by.clone()))
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
    let said = of_choice(ctx, trust);
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

/// The last month of which a source prints how many were killed in the country.
pub(crate) fn last_month(ctx: &Ctx<'_>) -> Option<Month> {
    months_printed(ctx).map(|(month, _)| month).max()
}

fn months_printed<'a>(ctx: &Ctx<'a>) -> impl Iterator<Item = (Month, &'a SourceId)> {
    let killed = ctx.data.reports.iter().filter(|r| r.measure == Measure::Killed && is_whole_country(&r.place));
    killed.filter_map(|report| Some((report.period.as_month()?, &report.source)))
}

/// The month in which most sources print a number: where charts of the whole site end.
pub(crate) fn busiest(ctx: &Ctx<'_>) -> Option<Period> {
    let mut sources: BTreeMap<Month, BTreeSet<&SourceId>> = BTreeMap::new();
    for (month, source) in months_printed(ctx) {
        sources.entry(month).or_default().insert(source);
    }
    let (month, _) = sources.into_iter().max_by_key(|(month, sources)| (sources.len(), *month))?;
    Period::new(month.first_day(), month.last_day())
}
