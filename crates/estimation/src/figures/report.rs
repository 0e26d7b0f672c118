//! Reports of a source, each with every page that retells it. Retellings that differ are all kept.

use std::collections::BTreeMap;

use domain::comparison::{NoShareReason, PartyLine, Report, Retelling, Share};
use domain::{Caution, Figure, FigureId, PartyCode, Population};

use super::page::{POPULATIONS, Page, pages};

/// 100 × part / whole. The caller has seen to it that `whole` is not zero.
pub(super) fn percent(part: u64, whole: u64) -> f64 {
    100.0 * part as f64 / whole as f64
}

fn share_of_line(page: &Page, line: &Figure, totals: &[&Figure]) -> Share {
    let several_parties = line.party.code.as_ref().is_none_or(|code| code.as_str() == "mixed");
    Share::NotComputable(match totals {
        _ if several_parties && line.party.code.is_some() => NoShareReason::JointParties,
        [] => NoShareReason::MissingTotal,
        [total] if page.is_range(line) || page.is_range(total) => NoShareReason::Range,
        [total] if total.total == 0 => NoShareReason::ZeroTotal,
        [total] => return Share::Percent(percent(line.total, total.total)),
        _ => NoShareReason::SeveralTotals,
    })
}

fn retelling(page: &Page, population: Population) -> Option<Retelling> {
    let totals = page.totals(population);
    let lines = page.lines_of(population);
    let victim_groups: Vec<&Figure> =
        page.victim_groups().into_iter().filter(|figure| figure.population == population).collect();
    if totals.is_empty() && victim_groups.is_empty() && !lines.iter().any(|line| line.population == population) {
        return None;
    }
    let upper_end = |figure: &Figure| page.upper_ends.get(&figure.id).map(|upper| (upper.id.clone(), upper.total));
    let line = |figure: &&Figure| PartyLine {
        figure: figure.id.clone(),
        written: figure.party.written.clone(),
        party: figure.party.code.clone(),
        population: figure.population,
        is_of_prisons: figure.has(Caution::TortureWithinKilled),
        total: figure.total,
        share: share_of_line(page, figure, &totals),
        upper: upper_end(figure),
    };
    Some(Retelling {
        source: page.source.clone(),
        address: page.address.to_owned(),
        period: page.period,
        place: page.place.cloned(),
        measure: page.measure,
        population,
        massacres_only: page.massacres_only,
        total: match totals[..] {
            [total] => Some((total.id.clone(), total.total)),
            _ => None,
        },
        upper_ends: totals.iter().filter_map(|total| Some((total.id.clone(), upper_end(total)?))).collect(),
        lines: lines.iter().map(line).collect(),
        victim_groups: victim_groups
            .iter()
            .map(|f| (f.id.clone(), f.note.clone().unwrap_or_else(|| f.party.written.clone()), f.total))
            .collect(),
        sum: page.sum(population).map(|(sum, _, check)| (sum, check)),
    })
}

/// Numbers printed, each with the figures that print it; in ascending order of the number.
type Printed = Vec<(u64, Vec<FigureId>)>;

fn printed(figures: &[&Figure]) -> Printed {
    let mut by_number: BTreeMap<u64, Vec<FigureId>> = BTreeMap::new();
    for figure in figures {
        by_number.entry(figure.total).or_default().push(figure.id.clone());
    }
    by_number.into_iter().collect()
}

/// A number beside the total, where not every page that prints one prints the same.
fn differing_among(totals: &[&Figure], number: impl Fn(&Figure) -> Option<u64>) -> Printed {
    let mut by_number: BTreeMap<u64, Vec<FigureId>> = BTreeMap::new();
    for figure in totals {
        if let Some(n) = number(figure) {
            by_number.entry(n).or_default().push(figure.id.clone());
        }
    }
    if by_number.len() > 1 { by_number.into_iter().collect() } else { Vec::new() }
}

/// Parties that have one line a page and whose number is not the same on every page. What is printed for others,
/// for unidentified and for mixed parties need not be about the same parties, and is not compared.
fn differing_lines(pages: &[&Page], population: Population) -> Vec<(PartyCode, Printed)> {
    let mut by_party: BTreeMap<&PartyCode, Vec<&Figure>> = BTreeMap::new();
    for page in pages {
        let mut on_page: BTreeMap<&PartyCode, Vec<&Figure>> = BTreeMap::new();
        for line in page.party_lines().into_iter().filter(|line| line.population == population) {
            if let Some(code) = &line.party.code {
                on_page.entry(code).or_default().push(line);
            }
        }
        for (code, lines) in on_page {
            if lines.len() == 1 && !matches!(code.as_str(), "other" | "unidentified" | "mixed") {
                by_party.entry(code).or_default().extend(lines);
            }
        }
    }
    let numbers = by_party.into_iter().map(|(code, lines)| (code.clone(), printed(&lines)));
    numbers.filter(|(_, printed)| printed.len() > 1).collect()
}

/// Reports in order of period, source, place, measure and population; retellings in order of address.
///
/// A line by party with neither civilians nor everyone's total of its own appears under its own population, and also
/// among the lines of everyone where it takes part in that sum.
pub fn reports(figures: &[Figure]) -> Vec<Report> {
    let pages = pages(figures);
    let mut grouped: BTreeMap<_, Vec<&Page>> = BTreeMap::new();
    for page in &pages {
        let key = (page.period, page.source, page.place, page.place_words.as_str(), page.measure, page.massacres_only);
        grouped.entry(key).or_default().push(page);
    }
    let mut reports = Vec::new();
    for ((period, source, place, _, measure, massacres_only), pages) in grouped {
        for population in POPULATIONS {
            let retellings: Vec<Retelling> = pages.iter().filter_map(|page| retelling(page, population)).collect();
            if retellings.is_empty() {
                continue;
            }
            let totals: Vec<&Figure> = pages.iter().flat_map(|page| page.totals(population)).collect();
            reports.push(Report {
                source: source.clone(),
                period,
                place: place.cloned(),
                measure,
                population,
                massacres_only,
                retellings,
                totals: printed(&totals),
                differing_lines: differing_lines(&pages, population),
                differing_children: differing_among(&totals, |figure| figure.children),
                differing_women: differing_among(&totals, |figure| figure.women),
            });
        }
    }
    reports
}
