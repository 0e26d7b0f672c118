//! One source's dead by party, month by month: as a stack that reaches the source's own total, or as lines.
//!
//! Numbers of two pages are never in one column, and those of two populations never in one chart. The number of an alliance is
//! never drawn upon that of one of its parts.

use std::collections::{BTreeMap, BTreeSet};

use domain::comparison::{Report, Retelling};
use domain::{Caution, FigureId, Measure, Month, Party, PartyCode, Period, Population, SourceId};

use super::forms::{self, Column, Series, Words};
use super::inks::PartyInks;
use super::story::{last_months, month_names, qualified};
use crate::doc::Chart;
use crate::index::{PartyMonth, is_whole_country, months_of_party};
use crate::pages::Ctx;

const POPULATIONS: [Population; 3] = [Population::Civilians, Population::All, Population::Combatants];

/// What one page gives for a column: parties that are no part of each other, and the page's own total.
struct Told<'a> {
    total: u64,
    total_figure: &'a FigureId,
    layers: BTreeMap<&'a PartyCode, (u64, Vec<&'a FigureId>)>,
}

impl<'a> Told<'a> {
    /// `None` for a page without one total, or that tells of no single party.
    fn of(page: &'a Retelling, ctx: &Ctx<'_>) -> Option<Self> {
        let (total_figure, total) = page.total.as_ref()?;
        let parties = page.counted_parties();
        // A joint number stays in the rest: whether it holds what is printed beside it is not known.
        let is_joint = |party: &PartyCode| {
            party.as_str() == "mixed"
                || parties.keys().any(|part| *part != party && ctx.data.parties.is_within(part, party))
        };
        let alone = parties
            .iter()
            .filter(|(party, own)| !is_joint(party) && !holds_several(ctx, own.lines.iter().map(|line| &line.figure)));
        let layers: BTreeMap<_, _> = alone
            .map(|(party, own)| (*party, (own.total, own.lines.iter().map(|line| &line.figure).collect())))
            .collect();
        (!layers.is_empty()).then_some(Self { total: *total, total_figure, layers })
    }

    fn sum(&self) -> u64 {
        self.layers.values().fold(0, |sum, (n, _)| sum.saturating_add(*n))
    }

    /// Of the pages that retell one report: one whose parties fit into its total, then the one with most parties.
    fn best(report: &'a Report, ctx: &Ctx<'_>) -> Option<Self> {
        let told = report.retellings.iter().filter_map(|page| Self::of(page, ctx)).enumerate();
        let rank = |(at, told): &(usize, Self)| (told.sum() <= told.total, told.layers.len(), std::cmp::Reverse(*at));
        told.max_by_key(rank).map(|(_, told)| told)
    }
}

/// Whether one of the numbers is printed of several parties together.
pub(crate) fn holds_several<'f>(ctx: &Ctx<'_>, figures: impl IntoIterator<Item = &'f FigureId>) -> bool {
    let mut figures = figures.into_iter().filter_map(|id| ctx.index.figures.get(id));
    figures.any(|(_, figure)| figure.has(Caution::JointParties))
}

fn fits(report: &Report, source: &SourceId, population: Population) -> bool {
    report.source == *source
        && report.population == population
        && report.measure == Measure::Killed
        && !report.massacres_only
        && is_whole_country(&report.place)
}

/// The columns of one population, by their place among the months.
fn columns<'a>(
    ctx: &Ctx<'a>,
    source: &SourceId,
    population: Population,
    months: &[Month],
) -> BTreeMap<usize, Told<'a>> {
    let of_month = |report: &'a Report| {
        let month = report.period.as_month()?;
        let at = months.iter().position(|m| *m == month)?;
        Some((at, Told::best(report, ctx)?))
    };
    ctx.data.reports.iter().filter(|r| fits(r, source, population)).filter_map(of_month).collect()
}

fn source_line<'f>(
    ctx: &Ctx<'_>,
    source: &SourceId,
    population: Population,
    figures: impl IntoIterator<Item = &'f FigureId>,
) -> String {
    let who = ctx.speaking_of(&ctx.source_name(source).text, population);
    qualified(ctx, ctx.a("chart-source", [("source", who.into())]), figures)
}

/// Stacked columns over the thirteen months up to the period's end, of the population with most months told by party. What a
/// page's total has beyond its single parties is a layer of its own; a page whose parties exceed its total shows both.
pub(crate) fn stacked(ctx: &Ctx<'_>, source: &SourceId, period: &Period) -> Option<Chart> {
    let months = last_months(period, 13);
    let (population, columns) = POPULATIONS
        .map(|population| (population, columns(ctx, source, population, &months)))
        .into_iter()
        .rev()
        .max_by_key(|(_, columns)| columns.len())
        .filter(|(_, columns)| columns.len() > 1)?;
    let parties: BTreeSet<&PartyCode> = columns.values().flat_map(|told| told.layers.keys().copied()).collect();
    let order: Vec<&PartyCode> =
        ctx.data.parties.iter().map(|p| &p.code).filter(|code| parties.contains(code)).collect();
    let inks = PartyInks::of(&ctx.data.parties);
    let value = |at: usize, party: &PartyCode| Some(columns.get(&at)?.layers.get(party)?.0);
    let mut series: Vec<Series> = order
        .iter()
        .map(|party| Series {
            label: ctx.party_name(party).text,
            ink: inks.ink(Some(party)),
            values: (0..months.len()).map(|at| value(at, party)).collect(),
        })
        .collect();
    let rest = |at: usize| columns.get(&at)?.total.checked_sub(columns.get(&at)?.sum()).filter(|n| *n > 0);
    let rest: Vec<Option<u64>> = (0..months.len()).map(rest).collect();
    if rest.iter().any(Option::is_some) {
        series.push(Series { label: ctx.m("chart-rest"), ink: inks.ink(None), values: rest });
    }
    let figures: Vec<&FigureId> = columns
        .values()
        .flat_map(|told| told.layers.values().flat_map(|(_, own)| own).copied().chain([told.total_figure]))
        .collect();
    let finding = finding(ctx, source, population, &months, &order, &columns)?;
    let exceed = columns.values().any(|told| told.sum() > told.total);
    let unit = ctx.m(if exceed { "chart-unit-stacked-sums" } else { "chart-unit-stacked" });
    let said = source_line(ctx, source, population, figures);
    let columns: Vec<Option<Column>> =
        (0..months.len()).map(|at| columns.get(&at).map(|told| Column { total: told.total })).collect();
    let words = Words { finding: &finding, unit: &unit, source: &said };
    Some(forms::stacked(ctx.t, &words, &month_names(ctx, &months), &series, &columns))
}

/// The party with the largest sum of what is drawn, of the sum of the totals that are drawn. Where what is told of no single
/// party could make another the largest, the title says how many are told by party.
fn finding(
    ctx: &Ctx<'_>,
    source: &SourceId,
    population: Population,
    months: &[Month],
    parties: &[&PartyCode],
    columns: &BTreeMap<usize, Told<'_>>,
) -> Option<String> {
    let of_party = |party: &PartyCode| {
        let own = columns.values().filter_map(|told| told.layers.get(party));
        own.fold((0_u64, Vec::new()), |(sum, mut figures), (n, of)| {
            figures.extend(of.iter().map(|id| (*id).clone()));
            (sum.saturating_add(*n), figures)
        })
    };
    let sums: Vec<_> = parties.iter().map(|p| (*p, of_party(p))).collect();
    let (party, (n, figures)) = sums.iter().max_by_key(|(_, (n, _))| *n)?;
    let all: u64 = columns.values().fold(0, |sum, told| sum.saturating_add(told.total));
    let totals: Vec<FigureId> = columns.values().map(|told| told.total_figure.clone()).collect();
    let (first, last) = (columns.keys().next()?, columns.keys().next_back()?);
    // Beside what the columns have for no single party, "others" and "unidentified" could be anybody's.
    let is_nobodys = |party: &PartyCode| matches!(party.as_str(), "other" | "unidentified");
    let told: u64 = sums.iter().filter(|(p, _)| !is_nobodys(p)).fold(0, |sum, (_, (n, _))| sum.saturating_add(*n));
    let others = sums.iter().filter(|(p, _)| p != party && !is_nobodys(p));
    let second = others.map(|(_, (n, _))| *n).max().unwrap_or(0);
    // The runner-up could have done all that is told of no single party.
    let is_led = !is_nobodys(party)
        && *n > second.saturating_add(all.saturating_sub(told))
        && (told >= all || ctx.said_by(&totals).is_plain());
    let told_figures: Vec<FigureId> =
        sums.iter().filter(|(p, _)| !is_nobodys(p)).flat_map(|(_, (_, figures))| figures.iter().cloned()).collect();
    let (key, n, figures) = if is_led {
        ("chart-finding-party-sum", *n, figures)
    } else {
        ("chart-finding-party-told", told, &told_figures)
    };
    Some(ctx.a(
        key,
        [
            ("source", ctx.speaking_of(&ctx.source_short(source).text, population).into()),
            ("from", ctx.t.month(*months.get(*first)?).into()),
            ("to", ctx.t.month(*months.get(*last)?).into()),
            ("party", ctx.party_name(party).text.into()),
            ("n", ctx.worded(n, figures).into()),
            ("all", ctx.worded(all, &totals).into()),
            ("months", ctx.t.count("chart-n-months", columns.len()).into()),
        ],
    ))
}

/// A party, its numbers by month, and the figures that print them.
type PartyNumbers<'a> = (&'a PartyCode, Vec<Option<u64>>, Vec<&'a FigureId>);

/// A line for each party over two years, of the population with most numbers; the title says which number is the highest of them.
pub(crate) fn lines(ctx: &Ctx<'_>, source: &SourceId, period: &Period) -> Option<Chart> {
    let months = last_months(period, 24);
    let of = |population: Population| {
        let mut found = Vec::new();
        for party in ctx.data.parties.iter() {
            let mut values = vec![None; months.len()];
            let mut figures = Vec::new();
            for one in months_of_party(ctx.data, &party.code) {
                let at = months.iter().position(|m| *m == one.month);
                if let Some(at) = at.filter(|_| fits(one.report, source, population)) {
                    values[at] = Some(one.total);
                    figures.extend(one.lines.iter().map(|line| &line.figure));
                }
            }
            if !figures.is_empty() {
                found.push((&party.code, values, figures));
            }
        }
        (population, found)
    };
    let points = |found: &[PartyNumbers<'_>]| -> usize {
        found.iter().map(|(_, values, _)| values.iter().flatten().count()).sum()
    };
    let (population, found) = POPULATIONS.map(of).into_iter().rev().max_by_key(|(_, found)| points(found))?;
    if points(&found) < 2 {
        return None;
    }
    let inks = PartyInks::of(&ctx.data.parties);
    let highest = found.iter().flat_map(|(party, values, _)| {
        values.iter().enumerate().filter_map(move |(at, v)| v.map(|v| (v, std::cmp::Reverse(at), *party)))
    });
    let (n, at, party) = highest.max_by_key(|(n, at, _)| (*n, *at))?;
    let of_highest: Vec<FigureId> = months_of_party(ctx.data, party)
        .iter()
        .filter(|one| fits(one.report, source, population) && months.get(at.0) == Some(&one.month))
        .flat_map(|one| one.lines.iter().map(|line| line.figure.clone()))
        .collect();
    let who = ctx.speaking_of(&ctx.source_short(source).text, population);
    let finding = ctx.a(
        "chart-finding-party-peak",
        [
            ("source", who.into()),
            ("from", ctx.t.month(*months.first()?).into()),
            ("to", ctx.t.month(*months.last()?).into()),
            ("party", ctx.party_name(party).text.into()),
            ("n", ctx.worded(n, &of_highest).into()),
            ("period", ctx.t.month(*months.get(at.0)?).into()),
        ],
    );
    let said = source_line(ctx, source, population, found.iter().flat_map(|(_, _, figures)| figures).copied());
    let series: Vec<Series> = found
        .into_iter()
        .map(|(party, values, _)| Series { label: ctx.party_name(party).text, ink: inks.ink(Some(party)), values })
        .collect();
    let unit = ctx.m("chart-unit-persons-month");
    let words = Words { finding: &finding, unit: &unit, source: &said };
    Some(forms::lines(ctx.t, &words, &month_names(ctx, &months), &series))
}

/// What each source printed of one party, a line for each source and population. A month for which a source printed nothing is
/// a gap in its line.
pub(crate) fn of_party(ctx: &Ctx<'_>, party: &Party, printed: &[PartyMonth<'_>]) -> Option<Chart> {
    let (first, last) = (printed.first()?.month, printed.last()?.month);
    let months: Vec<Month> = std::iter::successors(Some(first), Month::next).take_while(|m| *m <= last).collect();
    let mut found: BTreeMap<(&SourceId, Population), Vec<Option<u64>>> = BTreeMap::new();
    for one in printed {
        let own = found.entry((&one.report.source, one.report.population)).or_insert_with(|| vec![None; months.len()]);
        if let Some(at) = months.iter().position(|m| *m == one.month) {
            own[at] = Some(one.total);
        }
    }
    let label = |source: &SourceId, population| ctx.speaking_of(&ctx.source_short(source).text, population);
    let highest = printed.iter().max_by_key(|one| (one.total, std::cmp::Reverse(one.month)))?;
    let figures: Vec<FigureId> = highest.lines.iter().map(|line| line.figure.clone()).collect();
    let finding = ctx.a(
        "chart-finding-party-peak",
        [
            ("source", label(&highest.report.source, highest.report.population).into()),
            ("from", ctx.t.month(first).into()),
            ("to", ctx.t.month(last).into()),
            ("party", ctx.party_name(&party.code).text.into()),
            ("n", ctx.worded(highest.total, &figures).into()),
            ("period", ctx.t.month(highest.month).into()),
        ],
    );
    let sources: BTreeSet<String> = found.keys().map(|(source, _)| ctx.source_short(source).text).collect();
    let sources = sources.into_iter().collect::<Vec<_>>().join(&ctx.m("list-comma"));
    let all = printed.iter().flat_map(|one| one.lines.iter().map(|line| &line.figure));
    let said = qualified(ctx, ctx.a("chart-source", [("source", sources.into())]), all);
    let series: Vec<Series> = found
        .into_iter()
        .enumerate()
        .map(|(ink, ((source, population), values))| Series { label: label(source, population), ink, values })
        .collect();
    let unit = ctx.m("chart-unit-persons-month");
    let words = Words { finding: &finding, unit: &unit, source: &said };
    let told = ctx.a("chart-party-description", [("n", printed.len().into())]);
    Some(forms::lines_told(ctx.t, &words, &month_names(ctx, &months), &series, &told))
}
