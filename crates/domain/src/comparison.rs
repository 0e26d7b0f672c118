//! Published figures side by side: each source in its own words, and where and by how much they disagree.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{FigureId, Measure, PartyCode, Period, PlaceCode, Population, SourceId};

/// Why there is no share where a reader would expect one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoShareReason {
    /// The source counts the party together with others in one figure.
    JointParties,
    /// The figure says whom the dead belonged to, not who killed them.
    VictimGroup,
    /// The source printed no total for the same population.
    MissingTotal,
    /// The source printed several totals that differ.
    SeveralTotals,
    /// The total is zero.
    ZeroTotal,
    /// The source printed a range, or an upper end alone, for the party or as its total.
    Range,
    /// The source printed no figure for the party.
    PartyNotPrinted,
}

/// A share of a total, or why there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Share {
    Percent(f64),
    NotComputable(NoShareReason),
}

/// One line of a page: one party, in the source's words and in the common tree.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PartyLine {
    pub figure: FigureId,
    pub written: String,
    pub party: Option<PartyCode>,
    /// Whom the line itself counts, which under a total for everyone can be civilians alone.
    pub population: Population,
    /// The dead of prisons within those killed: a part of what is the party's, never all of it.
    pub is_of_prisons: bool,
    pub total: u64,
    pub share: Share,
    /// The upper end of the range of which `total` is the lower one, with its figure: told beside it and never added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upper: Option<PrintedEnd>,
}

/// How the parties of one page add up to the total it prints. Never repaired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SumCheck {
    Equal,
    /// The parties exceed the printed total: the source's own inconsistency.
    Exceeds,
    /// The list looks complete (it has a line for others or unidentified) and is below the total.
    Short,
    /// The list is not complete on the page.
    Incomplete,
}

/// One telling of one report: one source, page, period, place, measure and population.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Retelling {
    pub source: SourceId,
    pub address: String,
    pub period: Period,
    pub place: Option<PlaceCode>,
    pub measure: Measure,
    pub population: Population,
    pub massacres_only: bool,
    /// Of a range its lower end.
    pub total: Option<(FigureId, u64)>,
    /// Totals that are ranges: the figure of the lower end, and the upper one.
    pub upper_ends: Vec<(FigureId, PrintedEnd)>,
    pub lines: Vec<PartyLine>,
    pub victim_groups: Vec<(FigureId, String, u64)>,
    /// Sum of the lines and how it compares, where there is one total and at least two lines.
    pub sum: Option<(u64, SumCheck)>,
}

/// What one page prints for one party: its lines, such as shelling and air raids apart, added.
#[derive(Debug, Clone, PartialEq)]
pub struct PartyOnPage<'a> {
    pub total: u64,
    /// Per cent of the page's total; `None` where a line has no share.
    pub share: Option<f64>,
    pub lines: Vec<&'a PartyLine>,
}

impl PartyOnPage<'_> {
    /// Whether the lines count the party's dead of this population. Civilians alone are not everyone, the dead of prisons
    /// alone not all; civilians and combatants together are everyone.
    pub fn counts(&self, population: Population) -> bool {
        let has = |wanted| self.lines.iter().any(|line| line.population == wanted);
        let is_own = self.lines.iter().all(|line| line.population == population);
        let is_both = population == Population::All && has(Population::Civilians) && has(Population::Combatants);
        (is_own || is_both) && !self.lines.iter().all(|line| line.is_of_prisons)
    }
}

impl Retelling {
    /// The parties of the page in the order of their codes; lines outside the tree are left out.
    pub fn parties(&self) -> BTreeMap<&PartyCode, PartyOnPage<'_>> {
        let mut found: BTreeMap<&PartyCode, PartyOnPage<'_>> = BTreeMap::new();
        for line in &self.lines {
            let Some(party) = &line.party else { continue };
            let own = found.entry(party).or_insert(PartyOnPage { total: 0, share: Some(0.0), lines: Vec::new() });
            own.total = own.total.saturating_add(line.total);
            own.share = match (own.share, &line.share) {
                (Some(sum), Share::Percent(percent)) => Some(sum + percent),
                _ => None,
            };
            own.lines.push(line);
        }
        found
    }
    /// Those parties whose number is of the page's own population: what may be drawn, compared or called a party's.
    pub fn counted_parties(&self) -> BTreeMap<&PartyCode, PartyOnPage<'_>> {
        let mut found = self.parties();
        found.retain(|_, own| own.counts(self.population));
        found
    }
}

/// The upper end of a printed range, with the figure that prints it.
pub type PrintedEnd = (FigureId, u64);

/// A number with the figures that print it.
pub type PrintedNumber = (u64, Vec<FigureId>);

/// One report of a source, with every page that retells it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    pub source: SourceId,
    pub period: Period,
    pub place: Option<PlaceCode>,
    pub measure: Measure,
    pub population: Population,
    pub massacres_only: bool,
    pub retellings: Vec<Retelling>,
    /// Totals printed, each with the pages' figures; more than one when retellings differ.
    pub totals: Vec<PrintedNumber>,
    /// Per party code with one line a page: the numbers printed, where they differ between pages.
    pub differing_lines: Vec<(PartyCode, Vec<PrintedNumber>)>,
    /// Children and women among the total, where pages print different numbers.
    pub differing_children: Vec<PrintedNumber>,
    pub differing_women: Vec<PrintedNumber>,
}

/// All sources for one period, place and measure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SideBySide {
    pub period: Period,
    pub place: Option<PlaceCode>,
    pub measure: Measure,
    pub reports: Vec<Report>,
    /// Per population: lowest and highest total among sources, and who prints them.
    pub disagreement: Vec<TotalSpread>,
    /// Per population and party that at least two sources print: what each of them prints.
    pub by_party: Vec<PartySpread>,
}

/// What sources print for one party, for the same period, place, measure and population.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PartySpread {
    pub population: Population,
    pub party: PartyCode,
    /// Per source the numbers of its pages, each with the lines of one page that were added to give it.
    pub printed: Vec<(SourceId, Vec<PrintedNumber>)>,
}

impl PartySpread {
    /// Lowest and highest number printed.
    pub fn range(&self) -> (u64, u64) {
        let numbers = || self.printed.iter().flat_map(|(_, numbers)| numbers).map(|(n, _)| *n);
        (numbers().min().unwrap_or(0), numbers().max().unwrap_or(0))
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TotalSpread {
    pub population: Population,
    pub lowest: (SourceId, u64),
    pub highest: (SourceId, u64),
}
