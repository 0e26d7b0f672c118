//! Shares of those killed that can be computed from what one page prints, and the reason where none can.

use std::collections::{BTreeMap, BTreeSet};

use domain::claim::{NoShare, ShareOfFigures};
use domain::comparison::{NoShareReason, SumCheck};
use domain::{Caution, Figure, Measure, PartyCode, PartyTable, Population, SourceId};

use super::page::{POPULATIONS, Page};
use super::report::percent;

/// Pages whose figures a share of the dead of a whole country may be computed from.
/// A country's own code is its two letters; places below it have longer codes.
pub(super) fn is_about_all_killed(page: &Page) -> bool {
    let whole_country = page.place.is_some_and(|code| code.as_str().len() == 2);
    page.measure == Measure::Killed && !page.massacres_only && whole_country
}

/// A part of a total: parties, their number, and the figures that it is added up from.
struct Part<'a> {
    parties: Vec<PartyCode>,
    number: u64,
    figures: Vec<&'a Figure>,
}

/// What the page prints for a party inside a total of `population`. Lines for civilians and for combatants stand in
/// for a party's line for everyone, but not where the page tells only the side of the dead who were not civilians.
fn printed<'a>(page: &Page<'a>, code: &PartyCode, population: Population) -> Option<Part<'a>> {
    let lines: Vec<&Figure> = page.party_lines().into_iter().filter(|f| f.party.code.as_ref() == Some(code)).collect();
    let mut figures: Vec<&Figure> = lines.iter().copied().filter(|f| f.population == population).collect();
    if figures.is_empty() && population == Population::All && page.victim_groups().is_empty() {
        figures = lines;
    }
    if figures.is_empty() {
        return None;
    }
    let number = figures.iter().fold(0u64, |sum, figure| sum.saturating_add(figure.total));
    Some(Part { parties: vec![code.clone()], number, figures })
}

/// A node that joins parties: its own line where the page prints one, else its children added up.
/// `first` leads the list of parties.
fn joined<'a>(
    page: &Page<'a>,
    node: &PartyCode,
    first: Option<&PartyCode>,
    population: Population,
    table: &PartyTable,
) -> Option<Part<'a>> {
    let mut children: Vec<PartyCode> = table.children(node).map(|party| party.code.clone()).collect();
    children.sort_by_key(|code| (Some(code) != first, code.clone()));
    if let Some(own) = printed(page, node, population) {
        return Some(if children.is_empty() { own } else { Part { parties: children, ..own } });
    }
    let mut sum = Part { parties: Vec::new(), number: 0, figures: Vec::new() };
    for part in children.iter().filter_map(|code| printed(page, code, population)) {
        sum.parties.extend(part.parties);
        sum.number = sum.number.saturating_add(part.number);
        sum.figures.extend(part.figures);
    }
    (!sum.parties.is_empty()).then_some(sum)
}

/// The party as asked for, and the grouping that it is part of.
fn parts<'a>(page: &Page<'a>, party: &PartyCode, population: Population, table: &PartyTable) -> Vec<Part<'a>> {
    let itself = joined(page, party, None, population, table);
    let parent = table.get(party).and_then(|p| p.parent.as_ref());
    let group = parent.and_then(|node| joined(page, node, Some(party), population, table));
    // A group of which the page prints one party alone says nothing that the party's own line does not say.
    let group = group.filter(|part| part.parties.len() > 1 && part.parties.contains(party));
    itself.into_iter().chain(group).collect()
}

/// Whether a share is of exactly the party asked for, and not of a wider group.
pub(super) fn is_of(share: &ShareOfFigures, party: &PartyCode, table: &PartyTable) -> bool {
    let children: BTreeSet<&PartyCode> = table.children(party).map(|p| &p.code).collect();
    share.parties[..] == [party.clone()]
        || (!children.is_empty() && share.parties.iter().collect::<BTreeSet<_>>() == children)
}

/// What the parties add up to where a list that looks complete differs from its total. Where the page prints parties of
/// another population as well, its list is not one list, and the sum would accuse the source wrongly.
fn differing_sum(page: &Page, population: Population) -> Option<u64> {
    let one_list = page.lines_of(population).len() == page.party_lines().len();
    match page.sum(population)? {
        (sum, _, SumCheck::Exceeds | SumCheck::Short) if one_list => Some(sum),
        _ => None,
    }
}

/// Every share of a party, and of the group it belongs to, that the page's own numbers give.
pub(super) fn shares(page: &Page, party: &PartyCode, table: &PartyTable) -> Vec<ShareOfFigures> {
    let mut shares = Vec::new();
    for population in POPULATIONS {
        let [total] = page.totals(population)[..] else { continue };
        if total.total == 0 || page.is_range(total) {
            continue;
        }
        for part in parts(page, party, population, table) {
            if part.figures.iter().any(|figure| page.is_range(figure)) {
                continue;
            }
            shares.push(ShareOfFigures {
                source: page.source.clone(),
                period: page.period,
                population,
                parties: part.parties,
                numerator: part.number,
                denominator: total.total,
                percent: percent(part.number, total.total),
                numerator_figures: part.figures.iter().map(|figure| figure.id.clone()).collect(),
                denominator_figure: total.id.clone(),
                addresses: vec![page.address.to_owned()],
                parties_sum_to: differing_sum(page, population),
            });
        }
    }
    shares
}

/// Joins shares that several pages tell alike: the figures of one telling, the addresses of all. The telling kept is the
/// one that prints the parties one by one, then the one whose parties add up.
pub(super) fn merged(mut shares: Vec<ShareOfFigures>) -> Vec<ShareOfFigures> {
    shares.sort_by(|a, b| {
        let order = |s: &ShareOfFigures| (usize::MAX - s.numerator_figures.len(), s.parties_sum_to.is_some());
        order(a).cmp(&order(b)).then_with(|| a.denominator_figure.cmp(&b.denominator_figure))
    });
    let mut by_numbers: BTreeMap<_, ShareOfFigures> = BTreeMap::new();
    for share in shares {
        let parties = (share.parties.len(), share.parties.clone());
        let key = (share.period, share.source.clone(), parties, share.population, share.denominator, share.numerator);
        match by_numbers.get_mut(&key) {
            None => {
                by_numbers.insert(key, share);
            }
            Some(kept) => {
                if share.parties_sum_to.is_none() {
                    kept.parties_sum_to = None;
                }
                kept.addresses.extend(share.addresses);
            }
        }
    }
    let mut merged: Vec<ShareOfFigures> = by_numbers.into_values().collect();
    for share in &mut merged {
        share.addresses.sort();
        share.addresses.dedup();
    }
    merged
}

/// Why the page gives no share of this party alone; `None` when it gives one.
pub(super) fn no_share(page: &Page, party: &PartyCode, table: &PartyTable) -> Option<NoShare> {
    if shares(page, party, table).iter().any(|share| is_of(share, party, table)) {
        return None;
    }
    let lines = page.party_lines();
    let about: Vec<&Figure> = lines
        .iter()
        .copied()
        .filter(|figure| figure.party.code.as_ref().is_some_and(|code| table.is_within(code, party)))
        .collect();
    let is_joint = |figure: &&Figure| {
        let wider = |code: &PartyCode| code != party && table.is_within(party, code);
        figure.party.code.as_ref().is_some_and(wider)
    };
    let joint: Vec<&Figure> = lines.iter().copied().filter(is_joint).collect();
    let mixed: Vec<&Figure> = lines
        .iter()
        .copied()
        .filter(|f| f.has(Caution::JointParties) && f.party.code.as_ref().is_some_and(|c| c.as_str() == "mixed"))
        .collect();
    let victims = page.victim_groups();
    let totals: Vec<&Figure> = POPULATIONS.into_iter().flat_map(|population| page.totals(population)).collect();
    let several = POPULATIONS.into_iter().any(|population| page.totals(population).len() > 1);
    let (reason, figures) = match () {
        () if !about.is_empty() && several => (NoShareReason::SeveralTotals, totals),
        () if !about.is_empty() && !totals.is_empty() && about.iter().chain(&totals).any(|f| page.is_range(f)) => {
            (NoShareReason::Range, about)
        }
        () if !about.is_empty() && !totals.is_empty() && totals.iter().all(|total| total.total == 0) => {
            (NoShareReason::ZeroTotal, totals)
        }
        () if !about.is_empty() => (NoShareReason::MissingTotal, about),
        () if !joint.is_empty() => (NoShareReason::JointParties, joint),
        () if !victims.is_empty() => (NoShareReason::VictimGroup, victims),
        () if !mixed.is_empty() => (NoShareReason::JointParties, mixed),
        () => (NoShareReason::PartyNotPrinted, totals),
    };
    Some(NoShare {
        source: page.source.clone(),
        period: page.period,
        reason,
        figures: figures.iter().map(|figure| figure.id.clone()).collect(),
        addresses: vec![page.address.to_owned()],
    })
}

/// One entry per source and reason, with every page that it holds for.
pub(super) fn merged_reasons(reasons: Vec<NoShare>) -> Vec<NoShare> {
    let mut by_reason: BTreeMap<(SourceId, NoShareReason), NoShare> = BTreeMap::new();
    for reason in reasons {
        let key = (reason.source.clone(), reason.reason);
        match by_reason.get_mut(&key) {
            None => {
                by_reason.insert(key, reason);
            }
            Some(kept) => {
                kept.figures.extend(reason.figures);
                kept.addresses.extend(reason.addresses);
            }
        }
    }
    let mut merged: Vec<NoShare> = by_reason.into_values().collect();
    for reason in &mut merged {
        reason.figures.sort();
        reason.figures.dedup();
    }
    merged
}
