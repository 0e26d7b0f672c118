//! Which persons stand behind each number of a tally, under the tally's own choice of sources.
//!
//! The tally is the caller's; this module only finds the persons, so that every count opens into rows. Where the
//! two do not agree, the page says so.

use std::collections::BTreeMap;
use std::hash::Hash;

use domain::count::{Attribution, Stratum, Tally};
use domain::{Month, Record, RecordId, said_by_most};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::parts::{self, Listed, Nth};
use crate::{Dataset, Known, Policy};

/// A property by which persons are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Dimension {
    Party,
    Month,
    Place,
    Sex,
    Age,
    Civilian,
    Act,
}

impl Dimension {
    pub const ALL: [Dimension; 7] =
        [Self::Party, Self::Month, Self::Place, Self::Sex, Self::Age, Self::Civilian, Self::Act];

    pub fn key(self) -> &'static str {
        match self {
            Self::Party => "party",
            Self::Month => "month",
            Self::Place => "place",
            Self::Sex => "sex",
            Self::Age => "age",
            Self::Civilian => "civilian",
            Self::Act => "act",
        }
    }

    /// The record field that a list by this dimension tells of everybody in it.
    pub fn field(self) -> &'static str {
        match self {
            Self::Party => "parties",
            Self::Month => "date",
            Self::Place => "place",
            Self::Sex => "sex",
            Self::Age => "age_class",
            Self::Civilian => "civilian",
            Self::Act => "act",
        }
    }

    /// Takes what the stratum says in this dimension out of it.
    pub fn forget(self, stratum: &mut Stratum) {
        match self {
            Self::Party => stratum.attribution = Attribution::NotStated,
            Self::Month => stratum.month = None,
            Self::Place => stratum.place = None,
            Self::Sex => stratum.sex = None,
            Self::Age => stratum.age_class = None,
            Self::Civilian => stratum.civilian = None,
            Self::Act => stratum.act = None,
        }
    }

    /// The stratum's value in this dimension as used in addresses; `not_stated` where it is unknown.
    pub fn value(self, stratum: &Stratum) -> String {
        let text = match self {
            Self::Party => Some(attribution_key(&stratum.attribution)),
            Self::Month => stratum.month.as_ref().map(Month::to_string),
            Self::Place => stratum.place.as_ref().map(|p| p.as_str().to_owned()),
            Self::Sex => stratum.sex.map(|s| word(&s)),
            Self::Age => stratum.age_class.map(|a| word(&a)),
            Self::Civilian => stratum.civilian.map(|c| word(&c)),
            Self::Act => stratum.act.map(|a| a.key().to_owned()),
        };
        text.unwrap_or_else(|| NOT_STATED.to_owned())
    }
}

pub(crate) const NOT_STATED: &str = "not_stated";
pub(crate) const DISPUTED: &str = "disputed";
/// In place of an attribution that may not be told of a person.
pub(crate) const WITHHELD: &str = "withheld";

/// Of whom a field may be told.
pub(crate) struct Telling<'t> {
    pub policy: &'t Policy,
    /// Of each person of the data set, whether she may be named.
    pub is_open: &'t [bool],
}

impl Telling<'_> {
    /// Asks the policy once, and whether somebody is open only where that matters.
    fn tells(&self, field: &str) -> impl Fn(Nth) -> bool {
        let (of_open, of_all) = (self.policy.tells(field, true), self.policy.tells(field, false));
        move |nth| of_all || (of_open && self.is_open.get(nth as usize) == Some(&true))
    }
}

pub(crate) fn attribution_key(attribution: &Attribution) -> String {
    match attribution {
        Attribution::Party(code) => code.as_str().to_owned(),
        Attribution::Disputed => DISPUTED.to_owned(),
        Attribution::NotStated => NOT_STATED.to_owned(),
    }
}

/// A plain enum as the data writes it.
fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The day of death that most of these records' sources state.
fn day_said_by_most(records: &[&Record]) -> Option<jiff::civil::Date> {
    said_by_most(records, |r| r.date.and_then(|date| date.exact_day()))
}

/// One choice's persons by day of death: what its table by month adds up to, taken apart.
#[derive(Debug, Default)]
pub(crate) struct Days {
    pub days: BTreeMap<jiff::civil::Date, u64>,
    /// Persons of a month on whose day its sources do not agree, or that none states.
    pub day_unknown: BTreeMap<Month, u64>,
    pub month_unknown: u64,
}

impl Days {
    /// `groups` is the table by month of the tally.
    pub fn of(rows_of: &RowsOf<'_>, tally: &Tally, groups: &Group) -> Self {
        let mut found = Self::default();
        // Whose date may not be told is counted in her month, as in the table; her day is not told.
        for (month, n) in &groups.withheld {
            match month.parse::<Month>() {
                Ok(month) => *found.day_unknown.entry(month).or_default() += n,
                Err(_) => found.month_unknown += n,
            }
        }
        let mut known: Vec<(Month, Nth)> = Vec::new();
        for (month, lists) in &groups.rows {
            let persons = lists.values().flat_map(Listed::iter);
            let Ok(month) = month.parse::<Month>() else {
                found.month_unknown += persons.count() as u64;
                continue;
            };
            known.extend(persons.map(|nth| (month, nth)));
        }
        let day_of = |(month, nth): &(Month, Nth)| {
            let records = rows_of.get(*nth as usize).into_iter().flat_map(|rows| rows.records.iter().copied());
            let trusted: Vec<&Record> = records.filter(|r| tally.lists.contains(&r.source)).collect();
            (*month, day_said_by_most(&trusted).filter(|day| Month::of(*day) == *month))
        };
        for (month, day) in known.par_iter().map(day_of).collect::<Vec<_>>() {
            match day {
                Some(day) => *found.days.entry(day).or_default() += 1,
                None => *found.day_unknown.entry(month).or_default() += 1,
            }
        }
        found
    }
}

/// The person as the tally's lists know her; `None` when none of them bears her.
fn stratum(records: &[&Record], data: &Dataset, tally: &Tally) -> Option<Stratum> {
    let trusted: Vec<&Record> = records.iter().copied().filter(|r| tally.lists.contains(&r.source)).collect();
    (!trusted.is_empty()).then(|| Stratum::of(&trusted, &data.places, &data.parties))
}

/// A person with her records.
pub(crate) struct Rows<'a> {
    pub person: &'a Known,
    pub records: Vec<&'a Record>,
    /// Journal indices of these records.
    pub entries: Vec<u64>,
    /// Decides which part of a long list she is in.
    mark: u64,
}

/// Every person with her records, in the order of the data set: looked up once, and used by all that count.
pub(crate) type RowsOf<'a> = Vec<Rows<'a>>;

pub(crate) fn rows_of<'a>(data: &'a Dataset) -> RowsOf<'a> {
    let by_id: FxHashMap<&RecordId, &(u64, Record)> = data.records.iter().collect();
    let rows = |person: &'a Known| {
        let found = || person.records.iter().filter_map(|id| by_id.get(id).copied());
        let (entries, records) = found().map(|(index, record)| (*index, record)).unzip();
        Rows { person, records, entries, mark: parts::mark(&person.id) }
    };
    data.persons.par_iter().map(rows).collect()
}

/// The persons of one tally, each with her stratum, in the order of their ids.
pub(crate) struct Counted<'s, 'a> {
    pub persons: Vec<(Nth, &'s Stratum)>,
    rows_of: &'s RowsOf<'a>,
}

/// What the lists of the tally at this place say of each person, where whoever counted them does not say in which cell she is.
pub(crate) fn strata(data: &Dataset, at: usize, tally: &Tally, rows_of: &RowsOf<'_>) -> Vec<Option<Stratum>> {
    if data.cell_of.get(at).is_some_and(|cells| cells.len() == rows_of.len()) {
        return Vec::new();
    }
    rows_of.par_iter().map(|rows| stratum(&rows.records, data, tally)).collect()
}

impl<'s, 'a> Counted<'s, 'a> {
    /// Of the tally at this place among the data set's; `own` is [`strata`] of it.
    pub fn new(
        data: &Dataset,
        at: usize,
        tally: &'s Tally,
        rows_of: &'s RowsOf<'a>,
        own: &'s [Option<Stratum>],
    ) -> Self {
        let cells = data.cell_of.get(at).map_or(&[][..], Vec::as_slice);
        let of_cell = |cell: u32| tally.cells.get(cell as usize).map(|cell| &cell.stratum);
        let found = |nth: usize| match own.get(nth) {
            Some(own) => own.as_ref(),
            None => of_cell((*cells.get(nth)?)?),
        };
        let of = |nth: usize| Some((Nth::try_from(nth).ok()?, found(nth)?));
        let mut persons: Vec<_> = (0..rows_of.len()).filter_map(of).collect();
        let id = |nth: Nth| rows_of.get(nth as usize).map(|rows| &rows.person.id);
        persons.sort_by(|(a, _), (b, _)| id(*a).cmp(&id(*b)));
        Self { persons, rows_of }
    }

    pub fn group(&self, tally: &Tally, dimension: Dimension, telling: &Telling<'_>) -> Group {
        let is_told = telling.tells(dimension.field());
        let mut withheld: BTreeMap<String, u64> = BTreeMap::new();
        for (_, stratum) in self.persons.iter().filter(|(nth, _)| !is_told(*nth)) {
            *withheld.entry(dimension.value(stratum)).or_default() += 1;
        }
        Group { rows: self.by(dimension, telling), sums: sums(tally, dimension), withheld }
    }

    /// Persons by value of a dimension, then by attribution, each only as far as it may be told of her.
    fn by(&self, dimension: Dimension, telling: &Telling<'_>) -> BTreeMap<String, BTreeMap<String, Listed>> {
        let (is_told, tells_party) = (telling.tells(dimension.field()), telling.tells(Dimension::Party.field()));
        let of = |with_party: bool| {
            let told = self.persons.iter().filter(|(nth, _)| is_told(*nth));
            let persons = told.filter(|(nth, _)| tells_party(*nth) == with_party);
            let persons = persons.map(|(nth, stratum)| (*stratum, *nth));
            by_value(dimension, persons, |list: &mut Vec<Nth>, nth| list.push(nth))
        };
        let mut groups = of(true);
        for (value, by_party) in of(false) {
            let mut persons: Vec<Nth> = by_party.into_values().flatten().collect();
            persons.sort_unstable();
            groups.entry(value).or_default().insert(WITHHELD.to_owned(), persons);
        }
        let mark = |nth: Nth| self.rows_of.get(nth as usize).map_or(0, |rows| rows.mark);
        let listed =
            |of: BTreeMap<_, Vec<_>>| of.into_iter().map(|(key, persons)| (key, Listed::new(persons, mark))).collect();
        groups.into_iter().map(|(value, of)| (value, listed(of))).collect()
    }
}

/// One table of a tally: the persons behind each number who may be listed there, and the numbers.
pub(crate) struct Group {
    pub rows: BTreeMap<String, BTreeMap<String, Listed>>,
    pub sums: BTreeMap<String, BTreeMap<String, u64>>,
    /// By value: persons who are counted and may not be listed under it.
    pub withheld: BTreeMap<String, u64>,
}

/// Numbers of a tally by value of a dimension, then by attribution.
pub(crate) fn sums(tally: &Tally, dimension: Dimension) -> BTreeMap<String, BTreeMap<String, u64>> {
    let cells = tally.cells.iter().map(|cell| (&cell.stratum, cell.n_documented));
    by_value(dimension, cells, |sum: &mut u64, n| *sum += n)
}

/// What is added up, by value of a dimension and then by attribution, each as addresses write it.
fn by_value<'s, I, A: Default>(
    dimension: Dimension,
    items: impl Iterator<Item = (&'s Stratum, I)>,
    add: impl Fn(&mut A, I),
) -> BTreeMap<String, BTreeMap<String, A>> {
    match dimension {
        Dimension::Party => by_key(dimension, items, |_| (), add),
        Dimension::Month => by_key(dimension, items, |s| s.month, add),
        Dimension::Place => by_key(dimension, items, |s| s.place.as_ref(), add),
        Dimension::Sex => by_key(dimension, items, |s| s.sex, add),
        Dimension::Age => by_key(dimension, items, |s| s.age_class, add),
        Dimension::Civilian => by_key(dimension, items, |s| s.civilian, add),
        Dimension::Act => by_key(dimension, items, |s| s.act, add),
    }
}

/// As [`by_value`], by a key that stands for the value: words are made once for each key and not for each item.
fn by_key<'s, I, A: Default, K: Hash + Eq>(
    dimension: Dimension,
    items: impl Iterator<Item = (&'s Stratum, I)>,
    key: impl Fn(&'s Stratum) -> K,
    add: impl Fn(&mut A, I),
) -> BTreeMap<String, BTreeMap<String, A>> {
    let mut places: FxHashMap<(K, &Attribution), usize> = FxHashMap::default();
    let mut named: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut found: Vec<A> = Vec::new();
    for (stratum, item) in items {
        let at = *places.entry((key(stratum), &stratum.attribution)).or_insert_with(|| {
            let words = (dimension.value(stratum), attribution_key(&stratum.attribution));
            // Two keys may have the same words.
            *named.entry(words).or_insert_with(|| {
                found.push(A::default());
                found.len() - 1
            })
        });
        add(&mut found[at], item);
    }
    let mut by: BTreeMap<String, BTreeMap<String, A>> = BTreeMap::new();
    for ((value, attribution), at) in named {
        by.entry(value).or_default().insert(attribution, std::mem::take(&mut found[at]));
    }
    by
}
