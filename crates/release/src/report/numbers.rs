//! Which printed numbers a report uses, by rules that its method section states. Values in, values out.

use std::collections::BTreeSet;

use domain::comparison::{Report, Retelling};
use domain::{Figure, FigureId, Measure, Month, Period, PlaceCode, SourceId};

use crate::Dataset;
use crate::index::is_whole_country;

/// One source's report, with the telling and the total that stand for it.
pub(crate) struct Chosen<'a> {
    pub report: &'a Report,
    /// The page with the longest list of parties.
    pub fullest: Option<&'a Retelling>,
    /// The total that most pages print, the lowest among equals, with the figures that print it.
    pub total: Option<(u64, &'a [FigureId])>,
}

impl<'a> Chosen<'a> {
    fn new(report: &'a Report) -> Self {
        let fullest = report.retellings.iter().enumerate().max_by_key(|(i, r)| (r.lines.len(), std::cmp::Reverse(*i)));
        let total = report.totals.iter().max_by_key(|(n, figures)| (figures.len(), std::cmp::Reverse(*n)));
        Self { report, fullest: fullest.map(|(_, r)| r), total: total.map(|(n, figures)| (*n, figures.as_slice())) }
    }
}

/// The period before, of the same length, for months and years.
pub(crate) fn previous(period: &Period) -> Option<Period> {
    if let Some(month) = period.as_month() {
        let before = month.previous()?;
        return Period::new(before.first_day(), before.last_day());
    }
    year_before(period).filter(|_| period.as_year().is_some())
}

/// The same months a year earlier, where both ends are ends of months.
pub(crate) fn year_before(period: &Period) -> Option<Period> {
    let back = |date: jiff::civil::Date| Month::new(date.year().checked_sub(1)?, date.month());
    let whole_months = period.start().day() == 1 && period.end() == period.end().last_of_month();
    if !whole_months {
        return None;
    }
    Period::new(back(period.start())?.first_day(), back(period.end())?.last_day())
}

/// Reports for exactly this period and measure, massacre subsets left out, one for each source, place and population.
pub(crate) fn chosen<'a>(
    data: &'a Dataset,
    period: &Period,
    measure: Measure,
    is_asked: impl Fn(&SourceId) -> bool,
) -> Vec<Chosen<'a>> {
    let fits = |r: &&Report| r.period == *period && r.measure == measure && !r.massacres_only && is_asked(&r.source);
    data.reports.iter().filter(fits).map(Chosen::new).collect()
}

/// As [`chosen`], about the whole country.
pub(crate) fn nationwide<'a>(
    data: &'a Dataset,
    period: &Period,
    measure: Measure,
    is_asked: impl Fn(&SourceId) -> bool,
) -> Vec<Chosen<'a>> {
    let mut found = chosen(data, period, measure, is_asked);
    found.retain(|c| is_whole_country(&c.report.place));
    found
}

/// The sources of a trust set.
pub(crate) fn trusted<'a>(data: &'a Dataset, trust: &domain::TrustSetId) -> Option<BTreeSet<&'a SourceId>> {
    let set = data.trust_sets.iter().find(|set| set.id == *trust)?;
    Some(data.sources.iter().filter(|s| set.trusts(s)).map(|s| &s.id).collect())
}

/// Children and women of the figures that print one total: the number that most of them print, the lowest among equals.
pub(crate) fn said_with<'a>(
    figures: impl Iterator<Item = &'a Figure> + Clone,
    value: impl Fn(&Figure) -> Option<u64>,
) -> Option<(u64, &'a FigureId)> {
    let mut counts: std::collections::BTreeMap<u64, (usize, &FigureId)> = Default::default();
    for figure in figures {
        if let Some(n) = value(figure) {
            counts.entry(n).and_modify(|(times, _)| *times += 1).or_insert((1, &figure.id));
        }
    }
    counts.into_iter().max_by_key(|(n, (times, _))| (*times, std::cmp::Reverse(*n))).map(|(n, (_, id))| (n, id))
}

/// Figures by governorate: of one measure and source, the totals printed for places inside the country.
pub(crate) fn by_governorate<'a>(
    data: &'a Dataset,
    period: &Period,
    measure: Measure,
    is_asked: impl Fn(&SourceId) -> bool,
) -> Vec<(&'a PlaceCode, Chosen<'a>)> {
    let found = chosen(data, period, measure, is_asked).into_iter();
    let mut found: Vec<_> = found
        .filter_map(|c| {
            let place = c.report.place.as_ref().filter(|p| !is_whole_country(&Some((*p).clone())))?;
            Some((data.places.governorate(place)?, place, c))
        })
        .filter(|(governorate, place, _)| governorate.code == **place)
        .map(|(_, place, c)| (place, c))
        .collect();
    found.sort_by(|a, b| (a.0, &a.1.report.source).cmp(&(b.0, &b.1.report.source)));
    found
}
