//! All sources for one period, place and measure.

use domain::comparison::{Report, SideBySide, TotalSpread};
use domain::{Figure, Measure, PartyTable, Period, PlaceCode};

use super::page::POPULATIONS;
use super::report::reports;

/// The reports for exactly this period and measure, with the spread of their totals.
///
/// With a place, those for exactly this place; without, those for every place, and totals of different places are then
/// not compared. Totals of massacres only are never compared with others. A line whose party is not in `parties` is
/// shown in the source's words alone.
pub fn side_by_side(
    figures: &[Figure],
    period: &Period,
    place: Option<&PlaceCode>,
    measure: Measure,
    parties: &PartyTable,
) -> SideBySide {
    let asked = |figure: &&Figure| {
        figure.period == *period
            && figure.measure == measure
            && (place.is_none() || figure.place.code.as_ref() == place)
    };
    let chosen: Vec<Figure> = figures.iter().filter(asked).cloned().collect();
    let mut reports = reports(&chosen);
    for line in reports.iter_mut().flat_map(|r| &mut r.retellings).flat_map(|r| &mut r.lines) {
        line.party = line.party.take().filter(|code| parties.get(code).is_some());
    }
    let disagreement = spreads(&reports, place.is_some());
    SideBySide { period: *period, place: place.cloned(), measure, reports, disagreement }
}

fn spreads(reports: &[Report], one_place_asked: bool) -> Vec<TotalSpread> {
    let one_place = one_place_asked || reports.windows(2).all(|two| two[0].place == two[1].place);
    if !one_place {
        return Vec::new();
    }
    let spread = |population| {
        let mut totals: Vec<(u64, &Report)> = reports
            .iter()
            .filter(|report| report.population == population && !report.massacres_only)
            .flat_map(|report| report.totals.iter().map(move |(total, _)| (*total, report)))
            .collect();
        totals.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.source.cmp(&b.1.source)));
        let ((low, by_low), (high, by_high)) = (*totals.first()?, *totals.last()?);
        Some(TotalSpread { population, lowest: (by_low.source.clone(), low), highest: (by_high.source.clone(), high) })
    };
    POPULATIONS.into_iter().filter_map(spread).collect()
}
