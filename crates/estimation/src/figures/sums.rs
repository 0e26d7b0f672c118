//! Do a page's parties add up to the total that it prints? Reported, never repaired.

use std::collections::BTreeMap;

use domain::comparison::SumCheck;
use domain::{Figure, FigureId, Measure, Period, PlaceCode, Population, SourceId};
use serde::{Deserialize, Serialize};

use super::page::pages;

/// One total and what its parties add up to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SumLine {
    pub source: SourceId,
    pub address: String,
    pub period: Period,
    pub place: Option<PlaceCode>,
    pub measure: Measure,
    pub population: Population,
    pub massacres_only: bool,
    pub total_figure: FigureId,
    pub printed_total: u64,
    pub parties_sum_to: u64,
    pub check: SumCheck,
}

/// Every total that could be checked, by outcome.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SumChecks {
    pub lines: BTreeMap<SumCheck, Vec<SumLine>>,
}

impl SumChecks {
    pub fn count(&self, check: SumCheck) -> usize {
        self.lines.get(&check).map_or(0, Vec::len)
    }
    /// Every outcome with its count, those that do not occur too.
    pub fn counts(&self) -> BTreeMap<SumCheck, usize> {
        let all = [SumCheck::Equal, SumCheck::Exceeds, SumCheck::Short, SumCheck::Incomplete];
        all.into_iter().map(|check| (check, self.count(check))).collect()
    }
}

/// Checks every page that prints one total for civilians or for everyone, and at least two lines by party.
pub fn sum_checks(figures: &[Figure]) -> SumChecks {
    let mut checks = SumChecks::default();
    for page in pages(figures) {
        for population in [Population::Civilians, Population::All] {
            let Some((sum, total, check)) = page.sum(population) else { continue };
            checks.lines.entry(check).or_default().push(SumLine {
                source: page.source.clone(),
                address: page.address.to_owned(),
                period: page.period,
                place: page.place.cloned(),
                measure: page.measure,
                population,
                massacres_only: page.massacres_only,
                total_figure: total.id.clone(),
                printed_total: total.total,
                parties_sum_to: sum,
                check,
            });
        }
    }
    checks
}
