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

/// The periods that one is compared with: as many months just before it, and the same months a year earlier; once where both
/// are one. None for a period that is not of whole months.
pub(crate) fn compared(period: &Period) -> Vec<Period> {
    let (first, last) = (Month::of(period.start()), Month::of(period.end()));
    if period.start() != first.first_day() || period.end() != last.last_day() {
        return Vec::new();
    }
    let months_back = |month: Month, n: i32| {
        let at = i32::from(month.year()) * 12 + i32::from(month.month()) - 1 - n;
        Month::new(i16::try_from(at.div_euclid(12)).ok()?, i8::try_from(at.rem_euclid(12) + 1).ok()?)
    };
    let length = (i32::from(last.year()) - i32::from(first.year())) * 12 + i32::from(last.month() - first.month()) + 1;
    let back = |n| Period::new(months_back(first, n)?.first_day(), months_back(last, n)?.last_day());
    let mut found: Vec<Period> = [length, 12].into_iter().filter_map(back).collect();
    found.dedup();
    found
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

#[cfg(test)]
mod tests {
    use super::*;

    fn period(from: (i16, i8), to: (i16, i8)) -> Period {
        let month = |(year, month)| Month::new(year, month).unwrap();
        Period::new(month(from).first_day(), month(to).last_day()).unwrap()
    }

    #[test]
    fn a_month_a_half_year_and_a_year_are_compared_with_periods_of_their_own_length() {
        let march = compared(&period((2019, 3), (2019, 3)));
        assert_eq!(march, [period((2019, 2), (2019, 2)), period((2018, 3), (2018, 3))]);
        let half = compared(&period((2019, 1), (2019, 6)));
        assert_eq!(half, [period((2018, 7), (2018, 12)), period((2018, 1), (2018, 6))]);
        // The year before is the year before: one column, not the same one twice.
        assert_eq!(compared(&period((2019, 1), (2019, 12))), [period((2018, 1), (2018, 12))]);
        let days = Period::new(jiff::civil::date(2019, 3, 2), jiff::civil::date(2019, 3, 31)).unwrap();
        assert_eq!(compared(&days), []);
    }
}
