//! `data/persons.json`: which persons a release holds and of which records, without a word about them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::Path;

use domain::{PersonId, RecordId};
use serde::{Deserialize, Serialize};
use serde_json::ser::{Formatter, Serializer};

use super::Changes;
use crate::{Dataset, Policy, ReleaseError};

/// The records of one published person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonLine {
    pub records: Vec<RecordId>,
    pub sources: Vec<domain::SourceId>,
}

/// What changed from one release to the next, counted: nobody who was taken back since is named again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub from: String,
    pub to: String,
    /// Persons added, merged, split, changed and withdrawn.
    pub persons: [u64; 5],
    /// Figures added, taken out and changed.
    pub figures: [u64; 3],
}

/// What a later release is compared with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    pub version: String,
    /// Where it will always be found; `None` for a release that was given no address.
    #[serde(default)]
    pub address: Option<String>,
    /// Seconds since 1970-01-01T00:00:00Z.
    pub generated_at: i64,
    pub persons: BTreeMap<PersonId, PersonLine>,
    /// Old id, and the id that it leads to.
    #[serde(default)]
    pub redirects: BTreeMap<PersonId, PersonId>,
    /// Persons of earlier releases who are no longer published, and the reason given.
    #[serde(default)]
    pub withdrawn: BTreeMap<PersonId, String>,
    /// Figures by id, each with the number printed.
    #[serde(default)]
    pub figures: BTreeMap<domain::FigureId, u64>,
    /// From the first release to this one, as far as it is known.
    #[serde(default)]
    pub history: Vec<Step>,
    /// Published notices by id, each with its journal entry.
    #[serde(default)]
    pub notices: BTreeMap<domain::NoticeId, u64>,
    /// Persons whom it showed one by one and whom a stricter policy does not list again, as gone or otherwise.
    #[serde(skip)]
    pub not_listed: u64,
    /// The release's `data/counts.csv`, where its folder is there.
    #[serde(skip)]
    pub counts: Option<String>,
}

/// Where it stands in a release.
pub const PATH: &str = "data/persons.json";

fn step(changes: &super::Changes) -> Step {
    let figures = [&changes.figures_added, &changes.figures_removed].map(|list| list.len() as u64);
    Step {
        from: changes.from.clone(),
        to: changes.to.clone(),
        persons: changes.lists().map(|(_, list)| list.len() as u64),
        figures: [figures[0], figures[1], changes.figures_changed.len() as u64],
    }
}

/// What a person takes in the file, and a little more.
const PERSON_BYTES: usize = 160;

/// JSON that begins a line after each object that is a value of another.
#[derive(Default)]
struct Lines {
    is_after_object: bool,
}

impl Formatter for Lines {
    fn begin_object_key<W: Write + ?Sized>(&mut self, writer: &mut W, is_first: bool) -> io::Result<()> {
        match (is_first, self.is_after_object) {
            (true, _) => Ok(()),
            (false, true) => writer.write_all(b",\n"),
            (false, false) => writer.write_all(b","),
        }
    }

    fn begin_object_value<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.is_after_object = false;
        writer.write_all(b":")
    }

    fn end_object<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.is_after_object = true;
        writer.write_all(b"}")
    }

    fn end_array<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.is_after_object = false;
        writer.write_all(b"]")
    }
}

fn bytes_of(path: &Path) -> Result<Option<Vec<u8>>, ReleaseError> {
    match std::fs::read(path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(ReleaseError::Io { path: path.to_owned(), error }),
        Ok(bytes) => Ok(Some(bytes)),
    }
}

fn parse(path: &Path, bytes: &[u8]) -> Result<Summary, ReleaseError> {
    serde_json::from_slice(bytes)
        .map_err(|e| ReleaseError::Data(format!("{} is not a list of persons ({e})", path.display())))
}

impl Summary {
    /// Reads it from a release folder; `None` where the folder has none.
    pub fn load(folder: &Path) -> Result<Option<Self>, ReleaseError> {
        bytes_of(&folder.join(PATH))?.map(|bytes| Self::of_folder(folder, &bytes)).transpose()
    }

    /// Of a release folder whose list of persons has these bytes.
    pub fn of_folder(folder: &Path, persons: &[u8]) -> Result<Self, ReleaseError> {
        let counts = std::fs::read_to_string(folder.join(crate::printed::PATH)).ok();
        Ok(Self { counts, ..parse(&folder.join(PATH), persons)? })
    }

    /// Reads it from a file; `None` where that is not there.
    pub fn read(path: &Path) -> Result<Option<Self>, ReleaseError> {
        bytes_of(path)?.map(|bytes| parse(path, &bytes)).transpose()
    }

    /// Persons whom this release told as taken back, with a reason, and whom `data` would show again: each with the id that she is
    /// shown under. `data` must not hold those of the policy's own [`Policy::withdrawn`].
    pub fn returning<'a>(&'a self, data: &'a Dataset) -> Vec<(&'a PersonId, &'a PersonId)> {
        let here: BTreeSet<&PersonId> = data.persons.iter().map(|person| &person.id).collect();
        let taken_back = self.withdrawn.iter().filter(|(_, reason)| *reason != super::UNPUBLISHED).map(|(id, _)| id);
        let shown = |id: &'a PersonId| {
            let new = data.redirects.iter().find(|(old, _)| old == id).map(|(_, new)| new);
            std::iter::once(id).chain(new).find(|id| here.contains(id)).map(|now| (id, now))
        };
        taken_back.filter_map(shown).collect()
    }

    /// One person a line, so that two releases can be compared with ordinary tools as well.
    pub(crate) fn bytes(&self) -> Result<Vec<u8>, ReleaseError> {
        let mut bytes = Vec::with_capacity(PERSON_BYTES * self.persons.len());
        let written = self.serialize(&mut Serializer::with_formatter(&mut bytes, Lines::default()));
        written.map_err(|e| ReleaseError::Page(e.to_string()))?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Of the release that is being made, with what changed since the one before. Persons who were published before and are not now
    /// are carried along, so that their addresses say so for ever.
    pub(crate) fn of(data: &Dataset, policy: &Policy) -> (Self, Option<Changes>) {
        let persons: BTreeMap<_, _> = data
            .persons
            .iter()
            .map(|p| (p.id.clone(), PersonLine { records: p.records.clone(), sources: p.sources.clone() }))
            .collect();
        let mut now = Self {
            version: policy.site.version_at(data.generated_at),
            address: policy.site.lasting_address(data.generated_at),
            generated_at: data.generated_at,
            redirects: data.redirects.iter().cloned().collect(),
            figures: data.figures.iter().map(|(_, f)| (f.id.clone(), f.total)).collect(),
            withdrawn: BTreeMap::new(),
            history: Vec::new(),
            notices: crate::notice::published(data).map(|(entry, n)| (n.id.clone(), *entry)).collect(),
            not_listed: 0,
            counts: None,
            persons,
        };
        let Some(before) = &data.previous else { return (now, None) };
        for (old, new) in &before.redirects {
            now.redirects.entry(old.clone()).or_insert_with(|| new.clone());
        }
        let changed = super::changes(before, &now, &policy.withdrawn);
        now.history = before.history.iter().cloned().chain([step(&changed)]).collect();
        for change in &changed.merged {
            if let Some(into) = &change.with {
                now.redirects.insert(change.person.clone(), into.clone());
            }
        }
        // Whoever was redirected and whose goal is gone as well is gone too.
        let gone = changed.withdrawn.iter().map(|c| (c.person.clone(), c.reason.clone()));
        now.withdrawn = gone.chain(before.withdrawn.clone()).filter(|(id, _)| !now.persons.contains_key(id)).collect();
        (now, Some(changed))
    }
}
