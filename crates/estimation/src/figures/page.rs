//! One page about one period, place and measure: the unit within which figures may be added and divided.

use std::collections::{BTreeMap, BTreeSet};

use domain::comparison::SumCheck;
use domain::{Caution, Exactness, Figure, FigureId, FigureRole, Measure, Period, PlaceCode, Population, SourceId};

pub(super) const POPULATIONS: [Population; 3] = [Population::All, Population::Civilians, Population::Combatants];

/// Figures that one page prints for one period, place and measure.
#[derive(Debug)]
pub(super) struct Page<'a> {
    pub source: &'a SourceId,
    pub address: &'a str,
    pub period: Period,
    pub place: Option<&'a PlaceCode>,
    /// Keeps apart places that the table does not know.
    pub place_words: String,
    pub measure: Measure,
    pub massacres_only: bool,
    /// In the order of their ids, without the upper ends of ranges.
    pub figures: Vec<&'a Figure>,
    /// By the figure that is the lower end of a range, the one that is its upper end.
    pub upper_ends: BTreeMap<&'a FigureId, &'a Figure>,
}

/// Groups figures by page; ordered by period, source and address.
pub(super) fn pages(figures: &[Figure]) -> Vec<Page<'_>> {
    let mut by_page: BTreeMap<_, Vec<&Figure>> = BTreeMap::new();
    for figure in figures {
        let place = figure.place.code.as_ref();
        let words = if place.is_some() { String::new() } else { figure.place.written.join(", ").to_lowercase() };
        let massacres_only = figure.has(Caution::MassacresOnly);
        let key =
            (figure.period, &figure.source, figure.address.as_str(), place, words, figure.measure, massacres_only);
        by_page.entry(key).or_default().push(figure);
    }
    by_page
        .into_iter()
        .map(|((period, source, address, place, place_words, measure, massacres_only), mut figures)| {
            figures.sort_by(|a, b| a.id.cmp(&b.id));
            let upper_ends = ranges(&figures);
            figures.retain(|figure| !upper_ends.values().any(|upper| upper.id == figure.id));
            Page { source, address, period, place, place_words, measure, massacres_only, figures, upper_ends }
        })
        .collect()
}

/// The ranges that a page prints, of a total or of a party, each as its lower and its upper end: two figures of one number. They are of
/// the same population and party, in the same words; or in others, where they are the only two bounds that the page prints for it.
fn ranges<'a>(figures: &[&'a Figure]) -> BTreeMap<&'a FigureId, &'a Figure> {
    let is_bound = |figure: &Figure| figure.has(Caution::BoundOfRange);
    let may_be_upper =
        |f: &Figure| f.exactness == Exactness::AtMost || is_bound(f) && f.exactness != Exactness::AtLeast;
    let may_be_lower =
        |f: &Figure| f.exactness == Exactness::AtLeast || is_bound(f) && f.exactness != Exactness::AtMost;
    let counted = || figures.iter().copied().filter(|f| matches!(f.role, FigureRole::ByParty | FigureRole::Total));
    let is_same = |a: &Figure, b: &Figure| {
        let is_party = (a.role, a.population, &a.party.code) == (b.role, b.population, &b.party.code);
        let are_only = || {
            a.party.code.is_some() && is_bound(a) && is_bound(b) && {
                let of_party = |f: &&Figure| {
                    is_bound(f) && (f.role, f.population, &f.party.code) == (a.role, a.population, &a.party.code)
                };
                counted().filter(of_party).count() == 2
            }
        };
        is_party && (a.party.written == b.party.written || are_only())
    };
    let mut found: BTreeMap<&FigureId, &Figure> = BTreeMap::new();
    for upper in counted().filter(|figure| may_be_upper(figure)) {
        let is_free = |id: &FigureId| !found.contains_key(id) && !found.values().any(|upper| upper.id == *id);
        let fits = |lower: &&Figure| {
            lower.id != upper.id && may_be_lower(lower) && lower.total <= upper.total && is_same(lower, upper)
        };
        let lower = counted().filter(fits).find(|lower| is_free(&lower.id));
        if let Some(lower) = lower.filter(|_| is_free(&upper.id)) {
            found.insert(&lower.id, upper);
        }
    }
    found
}

fn code(figure: &Figure) -> &str {
    figure.party.code.as_ref().map_or("", |code| code.as_str())
}

impl<'a> Page<'a> {
    fn with_role(&self, role: FigureRole) -> impl Iterator<Item = &'a Figure> {
        self.figures.iter().copied().filter(move |figure| figure.role == role)
    }
    /// Whether the page leaves open how many: it prints two ends, or an upper end alone.
    pub fn is_range(&self, figure: &Figure) -> bool {
        figure.exactness == Exactness::AtMost || self.upper_ends.contains_key(&figure.id)
    }
    /// Of a range it is the lower end.
    pub fn totals(&self, population: Population) -> Vec<&'a Figure> {
        self.with_role(FigureRole::Total).filter(|figure| figure.population == population).collect()
    }
    pub fn victim_groups(&self) -> Vec<&'a Figure> {
        self.with_role(FigureRole::VictimGroup).collect()
    }
    /// Every line by party, whatever its population. Of a range it is the lower end.
    pub fn party_lines(&self) -> Vec<&'a Figure> {
        self.with_role(FigureRole::ByParty).collect()
    }

    /// The lines by party that make up a total of this population.
    ///
    /// For everyone, a party's own line counts if it has one, otherwise its civilians and combatants together;
    /// unless the page also prints a total of civilians, to which those lines then belong.
    pub fn lines_of(&self, population: Population) -> Vec<&'a Figure> {
        let lines = self.party_lines();
        let of = |wanted| lines.iter().copied().filter(move |figure: &&Figure| figure.population == wanted);
        let own: Vec<&Figure> = of(population).collect();
        if population != Population::All || !self.totals(Population::Civilians).is_empty() {
            return own;
        }
        let named: BTreeSet<&str> = own.iter().map(|figure| figure.party.written.as_str()).collect();
        let joined = own.iter().any(|figure| code(figure) == "extremist_islamist_groups");
        let rest = lines.iter().copied().filter(|figure| {
            figure.population != Population::All
                && !named.contains(figure.party.written.as_str())
                && !(joined && matches!(code(figure), "isis" | "hts"))
        });
        own.iter().copied().chain(rest).collect()
    }

    /// How the parties add up to the total, where the page prints one total and at least two lines, and none of them is a range.
    /// A list counts as complete when it has a line for others or for unidentified parties.
    pub fn sum(&self, population: Population) -> Option<(u64, &'a Figure, SumCheck)> {
        let [total] = self.totals(population)[..] else { return None };
        let lines = self.lines_of(population);
        let has_range = lines.iter().chain([&total]).any(|figure| self.is_range(figure));
        if lines.len() < 2 || population == Population::Combatants || has_range {
            return None;
        }
        let sum = lines.iter().fold(0u64, |sum, figure| sum.saturating_add(figure.total));
        let complete = lines.iter().any(|figure| {
            matches!(code(figure), "other" | "unidentified")
                && !figure.has(Caution::JointParties)
                && !figure.has(Caution::PartyLeftOut)
        });
        let check = match sum.cmp(&total.total) {
            std::cmp::Ordering::Equal => SumCheck::Equal,
            std::cmp::Ordering::Greater => SumCheck::Exceeds,
            std::cmp::Ordering::Less if complete => SumCheck::Short,
            std::cmp::Ordering::Less => SumCheck::Incomplete,
        };
        Some((sum, total, check))
    }
}
