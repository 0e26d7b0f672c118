//! All sources for one period, place and measure.

use std::collections::BTreeMap;

use domain::comparison::{PartySpread, PrintedNumber, Report, SideBySide, TotalSpread};
use domain::{Figure, FigureId, Measure, PartyCode, PartyTable, Period, PlaceCode, Population, SourceId};

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
    let one_place = place.is_some() || reports.windows(2).all(|two| two[0].place == two[1].place);
    let (disagreement, by_party) =
        if one_place { (spreads(&reports), party_spreads(&reports)) } else { Default::default() };
    SideBySide { period: *period, place: place.cloned(), measure, reports, disagreement, by_party }
}

/// Lines of one party on one page are added; those of different pages never are. What is printed for others, for
/// unidentified and for mixed parties need not be about the same parties, and is not compared.
fn party_spreads(reports: &[Report]) -> Vec<PartySpread> {
    type BySource = BTreeMap<SourceId, BTreeMap<u64, Vec<FigureId>>>;
    let mut found: BTreeMap<(Population, PartyCode), BySource> = BTreeMap::new();
    for report in reports.iter().filter(|report| !report.massacres_only) {
        for page in &report.retellings {
            for (party, own) in page.counted_parties() {
                if !matches!(party.as_str(), "other" | "unidentified" | "mixed") {
                    let by_source = found.entry((report.population, party.clone())).or_default();
                    let figures = own.lines.iter().map(|line| line.figure.clone()).collect();
                    by_source.entry(report.source.clone()).or_default().entry(own.total).or_insert(figures);
                }
            }
        }
    }
    let spread = |((population, party), by_source): ((Population, PartyCode), BySource)| {
        let numbers = |numbers: BTreeMap<u64, Vec<FigureId>>| numbers.into_iter().collect::<Vec<PrintedNumber>>();
        let printed = by_source.into_iter().map(|(source, found)| (source, numbers(found))).collect();
        PartySpread { population, party, printed }
    };
    found.into_iter().filter(|(_, by_source)| by_source.len() > 1).map(spread).collect()
}

fn spreads(reports: &[Report]) -> Vec<TotalSpread> {
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
