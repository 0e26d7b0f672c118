//! What changed between two releases, and why: from the lists of persons that they carry, and from nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use domain::{FigureId, NoticeId, PersonId, RecordId, SourceId};
use rustc_hash::FxHashMap;
use serde::Serialize;

use super::{PersonLine, Summary};

/// One person, what the change has to do with (another person), and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    pub person: PersonId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with: Option<PersonId>,
    pub records_added: Vec<RecordId>,
    pub records_removed: Vec<RecordId>,
    /// In English; the pages say the same in their own language.
    pub reason: String,
    #[serde(skip)]
    pub why: Vec<Why>,
}

/// One reason of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    NewRecordsOf(Vec<SourceId>),
    /// The records were another person's.
    OfAnother(Vec<PersonId>),
    OneWith(PersonId),
    Joined(Vec<PersonId>),
    New(usize),
    Parted(Vec<PersonId>),
    Gone(usize),
    /// What the publisher says, in the publisher's words.
    Given(String),
    Unpublished,
}

/// What stands where the publisher gave no reason for withdrawing a person.
pub(crate) const UNPUBLISHED: &str = "its records are no longer published";

fn records(n: usize) -> String {
    if n == 1 { "1 record".to_owned() } else { format!("{n} records") }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NewRecordsOf(sources) => write!(f, "records that were not published before, of {}", join(sources)),
            Self::OfAnother(persons) => write!(f, "records that {} bore speak of another person", join(persons)),
            Self::OneWith(person) => write!(f, "the records of both speak of one person, {person}"),
            Self::Joined(persons) => write!(f, "records joined from {}", join(persons)),
            Self::New(n) => write!(f, "{} not published before", records(*n)),
            Self::Parted(persons) => write!(f, "records parted to {}", join(persons)),
            Self::Gone(n) => write!(f, "{} no longer published", records(*n)),
            Self::Given(words) => f.write_str(words),
            Self::Unpublished => f.write_str(UNPUBLISHED),
        }
    }
}

/// Every difference of two releases. A person is in one list only.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Changes {
    pub from: String,
    pub to: String,
    pub persons_before: u64,
    pub persons_now: u64,
    /// Persons whom the earlier release showed one by one and a stricter policy does not show: who they are is not said again.
    #[serde(skip_serializing_if = "is_zero")]
    pub no_longer_shown: u64,
    /// Persons whom no record of the earlier release spoke of.
    pub added: Vec<Change>,
    /// Persons of the earlier release who were found to be one with another.
    pub merged: Vec<Change>,
    /// Persons made of records that the earlier release gave to somebody else.
    pub split: Vec<Change>,
    /// Persons who kept their id and whose records are others now.
    pub changed: Vec<Change>,
    /// Persons who are no longer published.
    pub withdrawn: Vec<Change>,
    pub figures_added: Vec<FigureId>,
    pub figures_removed: Vec<FigureId>,
    /// Figure, number before, number now.
    pub figures_changed: Vec<(FigureId, u64, u64)>,
    pub notices_added: Vec<NoticeId>,
    pub notices_changed: Vec<NoticeId>,
    /// How many notices are no longer published: the family took its consent back, or what they say was withdrawn. Which
    /// ones is not said again.
    pub notices_withdrawn: u64,
}

/// Whose each record is, of the persons whose records are others in the other release: nobody else has a record that came or went.
type Owners<'a> = FxHashMap<&'a RecordId, &'a PersonId>;

fn owners<'a>(one: &'a Summary, other: &Summary) -> Owners<'a> {
    let mut others = other.persons.iter().peekable();
    let mut is_other = |id: &PersonId, line: &PersonLine| {
        while others.next_if(|(before, _)| *before < id).is_some() {}
        others.next_if(|(same, _)| *same == id).is_none_or(|(_, same)| same.records != line.records)
    };
    let differ = one.persons.iter().filter(|(id, line)| is_other(id, line));
    differ.flat_map(|(id, line)| line.records.iter().map(move |record| (record, id))).collect()
}

/// Compares two releases. `given` are reasons that the publisher gave for withdrawing a person.
pub fn changes(before: &Summary, now: &Summary, given: &BTreeMap<PersonId, String>) -> Changes {
    let (owner_before, owner_now) = (owners(before, now), owners(now, before));
    let mut found = Changes {
        from: before.version.clone(),
        to: now.version.clone(),
        persons_before: before.persons.len() as u64 + before.not_listed,
        no_longer_shown: before.not_listed,
        persons_now: now.persons.len() as u64,
        ..Changes::default()
    };
    for (id, person) in &now.persons {
        let old = before.persons.get(id);
        if old.is_some_and(|old| old.records == person.records) {
            continue;
        }
        let records: BTreeSet<&RecordId> = person.records.iter().collect();
        let Some(old) = old else {
            let from: BTreeSet<&PersonId> = records.iter().filter_map(|r| owner_before.get(r).copied()).collect();
            let all = records.iter().map(|r| (*r).clone()).collect();
            match from.first() {
                None => {
                    found.added.push(change(id, None, all, vec![], vec![Why::NewRecordsOf(person.sources.clone())]))
                }
                Some(other) => {
                    let why = vec![Why::OfAnother(from.iter().map(|p| (*p).clone()).collect())];
                    found.split.push(change(id, Some(other), all, vec![], why));
                }
            }
            continue;
        };
        let had: BTreeSet<&RecordId> = old.records.iter().collect();
        if had != records {
            let gained: Vec<RecordId> = records.difference(&had).map(|r| (*r).clone()).collect();
            let lost: Vec<RecordId> = had.difference(&records).map(|r| (*r).clone()).collect();
            found.changed.push(change(
                id,
                None,
                gained.clone(),
                lost.clone(),
                why(&gained, &lost, &owner_before, &owner_now),
            ));
        }
    }
    for (id, old) in before.persons.iter().filter(|(id, _)| !now.persons.contains_key(*id)) {
        let goes_to: BTreeSet<&PersonId> = old.records.iter().filter_map(|r| owner_now.get(r).copied()).collect();
        let into = now.redirects.get(id).filter(|new| now.persons.contains_key(*new)).or(goes_to.first().copied());
        match into {
            Some(into) if !given.contains_key(id) => {
                found.merged.push(change(id, Some(into), vec![], vec![], vec![Why::OneWith(into.clone())]));
            }
            _ => {
                let reason = given.get(id).or_else(|| now.withdrawn.get(id)).cloned();
                let why = reason.filter(|reason| reason != UNPUBLISHED).map_or(Why::Unpublished, Why::Given);
                found.withdrawn.push(change(id, None, vec![], old.records.clone(), vec![why]));
            }
        }
    }
    figures(before, now, &mut found);
    for (id, entry) in &now.notices {
        match before.notices.get(id) {
            None => found.notices_added.push(id.clone()),
            Some(old) if old != entry => found.notices_changed.push(id.clone()),
            Some(_) => {}
        }
    }
    found.notices_withdrawn = before.notices.keys().filter(|id| !now.notices.contains_key(*id)).count() as u64;
    found
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_zero(n: &u64) -> bool {
    *n == 0
}

fn change(
    person: &PersonId,
    with: Option<&PersonId>,
    records_added: Vec<RecordId>,
    records_removed: Vec<RecordId>,
    why: Vec<Why>,
) -> Change {
    let reason = why.iter().map(Why::to_string).collect::<Vec<_>>().join("; ");
    Change { person: person.clone(), with: with.cloned(), records_added, records_removed, reason, why }
}

fn join<T: fmt::Display>(parts: impl IntoIterator<Item = T>) -> String {
    parts.into_iter().map(|p| p.to_string()).collect::<Vec<_>>().join(", ")
}

/// Each record that came or went, and where from or where to.
fn why(gained: &[RecordId], lost: &[RecordId], before: &Owners<'_>, now: &Owners<'_>) -> Vec<Why> {
    let of = |records: &[RecordId], owners: &Owners<'_>| -> Vec<PersonId> {
        let persons: BTreeSet<&PersonId> = records.iter().filter_map(|r| owners.get(r).copied()).collect();
        persons.into_iter().cloned().collect()
    };
    let unknown =
        |records: &[RecordId], owners: &Owners<'_>| records.iter().filter(|r| !owners.contains_key(*r)).count();
    let all = [
        Why::Joined(of(gained, before)),
        Why::New(unknown(gained, before)),
        Why::Parted(of(lost, now)),
        Why::Gone(unknown(lost, now)),
    ];
    let says = |why: &Why| match why {
        Why::Joined(persons) | Why::Parted(persons) => !persons.is_empty(),
        Why::New(n) | Why::Gone(n) => *n > 0,
        _ => true,
    };
    all.into_iter().filter(says).collect()
}

fn figures(before: &Summary, now: &Summary, found: &mut Changes) {
    for (id, total) in &now.figures {
        match before.figures.get(id) {
            None => found.figures_added.push(id.clone()),
            Some(old) if old != total => found.figures_changed.push((id.clone(), *old, *total)),
            Some(_) => {}
        }
    }
    found.figures_removed = before.figures.keys().filter(|id| !now.figures.contains_key(*id)).cloned().collect();
}

impl Changes {
    /// The lists of persons, each with its name.
    pub fn lists(&self) -> [(&'static str, &[Change]); 5] {
        [
            ("added", &self.added),
            ("merged", &self.merged),
            ("split", &self.split),
            ("changed", &self.changed),
            ("withdrawn", &self.withdrawn),
        ]
    }
    pub fn is_empty(&self) -> bool {
        let persons = self.lists().iter().all(|(_, list)| list.is_empty());
        let notices = self.notices_added.is_empty() && self.notices_changed.is_empty() && self.notices_withdrawn == 0;
        persons
            && self.no_longer_shown == 0
            && notices
            && self.figures_added.is_empty()
            && self.figures_removed.is_empty()
            && self.figures_changed.is_empty()
    }
}

impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} -> {}: {} persons, then {}", self.from, self.to, self.persons_before, self.persons_now)?;
        if self.no_longer_shown > 0 {
            writeln!(f, "no longer shown under a stricter policy, and not listed: {}", self.no_longer_shown)?;
        }
        for (name, list) in self.lists() {
            writeln!(f, "{name}: {}", list.len())?;
            for change in list {
                writeln!(f, "  {}: {}", change.person, change.reason)?;
            }
        }
        writeln!(f, "figures added: {}", self.figures_added.len())?;
        writeln!(f, "figures removed: {}", self.figures_removed.len())?;
        writeln!(f, "figures changed: {}", self.figures_changed.len())?;
        for (id, old, new) in &self.figures_changed {
            writeln!(f, "  {id}: {old}, then {new}")?;
        }
        writeln!(f, "notices added: {}", self.notices_added.len())?;
        writeln!(f, "notices changed: {}", self.notices_changed.len())?;
        writeln!(f, "notices no longer published: {}", self.notices_withdrawn)?;
        Ok(())
    }
}
