//! Which persons stand behind each number of a tally, under the tally's own choice of sources.
//!
//! The tally is the caller's; this module only finds the persons, so that every count opens into rows. Where the
//! two do not agree, the page says so.

use std::collections::{BTreeMap, BTreeSet};

use domain::count::{Attribution, Stratum, Tally};
use domain::party::PartyRole;
use domain::{Month, PartyCode, PartyTable, Person, Record, SourceId};
use rayon::prelude::*;

use crate::parts::Listed;
use crate::{Dataset, Policy};

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
    pub is_open: &'t dyn Fn(&Person) -> bool,
}

impl Telling<'_> {
    /// Asks the policy once, and whether somebody is open only where that matters.
    fn tells(&self, field: &str) -> impl Fn(&Person) -> bool {
        let (of_open, of_all) = (self.policy.tells(field, true), self.policy.tells(field, false));
        move |person| of_all || (of_open && (self.is_open)(person))
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

/// The value that most sources say; a tie is unknown.
fn said_by_most<T: Ord>(records: &[&Record], value: impl Fn(&Record) -> Option<T>) -> Option<T> {
    let mut by: BTreeMap<T, BTreeSet<&SourceId>> = BTreeMap::new();
    for record in records {
        if let Some(value) = value(record) {
            by.entry(value).or_default().insert(&record.source);
        }
    }
    let most = by.values().map(BTreeSet::len).max()?;
    let mut first = by.into_iter().filter(|(_, sources)| sources.len() == most).map(|(value, _)| value);
    match (first.next(), first.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
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
    pub fn of(data: &Dataset, tally: &Tally, groups: &Group<'_>) -> Self {
        let mut found = Self::default();
        for (month, lists) in &groups.rows {
            let persons = lists.values().flat_map(Listed::iter);
            let Ok(month) = month.parse::<Month>() else {
                found.month_unknown += persons.count() as u64;
                continue;
            };
            for person in persons {
                let records = person.records.iter().filter_map(|id| data.records.get(id)).map(|(_, record)| record);
                let trusted: Vec<&Record> = records.filter(|r| tally.lists.contains(&r.source)).collect();
                match day_said_by_most(&trusted).filter(|day| Month::of(*day) == month) {
                    Some(day) => *found.days.entry(day).or_default() += 1,
                    None => *found.day_unknown.entry(month).or_default() += 1,
                }
            }
        }
        found
    }
}

/// What one record alleges; several parties of one record are the node that joins them, `Err` where none does.
fn alleged(record: &Record, parties: &PartyTable) -> Option<Result<PartyCode, ()>> {
    let mentions = record.parties.iter().filter(|m| matches!(m.role, None | Some(PartyRole::AllegedPerpetrator)));
    let codes: BTreeSet<&PartyCode> =
        mentions.filter_map(|m| m.code.as_ref()).filter(|c| !matches!(c.as_str(), "unidentified" | "all")).collect();
    let mut node: PartyCode = (*codes.first()?).clone();
    while !codes.iter().all(|code| parties.is_within(code, &node)) {
        let Some(parent) = parties.get(&node).and_then(|p| p.parent.clone()) else { return Some(Err(())) };
        node = parent;
    }
    Some(Ok(node))
}

/// Of an alliance and its part the part is taken; anything else that differs is disputed.
pub(crate) fn attribution(records: &[&Record], parties: &PartyTable) -> Attribution {
    let mut narrowest: Option<PartyCode> = None;
    for allegation in records.iter().filter_map(|record| alleged(record, parties)) {
        let Ok(code) = allegation else { return Attribution::Disputed };
        narrowest = match narrowest {
            None => Some(code),
            Some(old) if parties.is_within(&code, &old) => Some(code),
            Some(old) if parties.is_within(&old, &code) => Some(old),
            Some(_) => return Attribution::Disputed,
        };
    }
    narrowest.map_or(Attribution::NotStated, Attribution::Party)
}

/// The person as the tally's lists know her; `None` when none of them bears her.
fn stratum(records: &[&Record], data: &Dataset, tally: &Tally) -> Option<Stratum> {
    let trusted: Vec<&Record> = records.iter().copied().filter(|r| tally.lists.contains(&r.source)).collect();
    if trusted.is_empty() {
        return None;
    }
    let governorate = |r: &Record| Some(data.places.governorate(r.place.as_ref()?.code.as_ref()?)?.code.clone());
    Some(Stratum {
        attribution: attribution(&trusted, &data.parties),
        month: said_by_most(&trusted, |r| r.date.and_then(|date| date.exact_month())),
        place: said_by_most(&trusted, governorate),
        sex: said_by_most(&trusted, |r| r.sex),
        age_class: said_by_most(&trusted, Record::class),
        civilian: said_by_most(&trusted, |r| r.civilian),
        act: said_by_most(&trusted, |r| r.act),
    })
}

/// Every person with her records: looked up once, and used for each tally.
pub(crate) type RowsOf<'a> = Vec<(&'a Person, Vec<&'a Record>)>;

/// The persons of one tally, each with her stratum, in the order of their ids.
pub(crate) struct Counted<'a> {
    pub persons: Vec<(&'a Person, Stratum)>,
}

impl<'a> Counted<'a> {
    pub fn new(data: &Dataset, tally: &Tally, rows_of: &RowsOf<'a>) -> Self {
        let of = |(person, records): &(&'a Person, Vec<&'a Record>)| Some((*person, stratum(records, data, tally)?));
        let mut persons: Vec<_> = rows_of.par_iter().filter_map(of).collect();
        persons.sort_by(|a, b| a.0.id.cmp(&b.0.id));
        Self { persons }
    }

    pub fn group(&self, tally: &Tally, dimension: Dimension, telling: &Telling<'_>) -> Group<'a> {
        let is_told = telling.tells(dimension.field());
        let mut withheld: BTreeMap<String, u64> = BTreeMap::new();
        for (_, stratum) in self.persons.iter().filter(|(person, _)| !is_told(person)) {
            *withheld.entry(dimension.value(stratum)).or_default() += 1;
        }
        Group { rows: self.by(dimension, telling), sums: sums(tally, dimension), withheld }
    }

    /// Persons by value of a dimension, then by attribution, each only as far as it may be told of her.
    fn by(&self, dimension: Dimension, telling: &Telling<'_>) -> BTreeMap<String, BTreeMap<String, Listed<'a>>> {
        let (is_told, tells_party) = (telling.tells(dimension.field()), telling.tells(Dimension::Party.field()));
        let mut groups: BTreeMap<String, BTreeMap<String, Vec<&Person>>> = BTreeMap::new();
        for (person, stratum) in self.persons.iter().filter(|(person, _)| is_told(person)) {
            let attribution = match tells_party(person) {
                true => attribution_key(&stratum.attribution),
                false => WITHHELD.to_owned(),
            };
            groups.entry(dimension.value(stratum)).or_default().entry(attribution).or_default().push(person);
        }
        let listed =
            |of: BTreeMap<_, Vec<_>>| of.into_iter().map(|(key, persons)| (key, Listed::new(persons))).collect();
        groups.into_iter().map(|(value, of)| (value, listed(of))).collect()
    }
}

/// One table of a tally: the persons behind each number who may be listed there, and the numbers.
pub(crate) struct Group<'a> {
    pub rows: BTreeMap<String, BTreeMap<String, Listed<'a>>>,
    pub sums: BTreeMap<String, BTreeMap<String, u64>>,
    /// By value: persons who are counted and may not be listed under it.
    pub withheld: BTreeMap<String, u64>,
}

/// Numbers of a tally by value of a dimension, then by attribution.
pub(crate) fn sums(tally: &Tally, dimension: Dimension) -> BTreeMap<String, BTreeMap<String, u64>> {
    let mut sums: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
    for cell in &tally.cells {
        let row = sums.entry(dimension.value(&cell.stratum)).or_default();
        *row.entry(attribution_key(&cell.stratum.attribution)).or_default() += cell.n_documented;
    }
    sums
}
