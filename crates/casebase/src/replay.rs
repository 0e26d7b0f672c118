//! A casebase held to its journal without making a second one: each entry becomes the rows that a projection would write,
//! and each table is compared as a sum over its rows.
//!
//! What is in memory: 16 bytes for each record, event and figure, the digest of each row that a later one replaces, and
//! who speaks of whom after the last link run. The sum adds a keyed SHA-256 of each row, as two numbers modulo 2^128; under a
//! key that nobody knew beforehand no two sets of rows can be made to have one sum (Clarke et al. 2003, `MSet-Add-Hash`).

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use domain::{Content, PersonId, RecordId, SourceId};
use sha2::{Digest, Sha256};

use crate::cell::Cell;
use crate::content::Batch;
use crate::digest::pages;
use crate::error::{CasebaseError, Result};
use crate::links::{self, Redirects, Speaks};
use crate::project::CHILDREN;
use crate::store::Store;
use crate::table::{Again, PERSON, PERSON_RECORD, RECORD, Rows, TABLES, Table};

/// What the tables must hold, as far as the journal was read.
pub struct Replay {
    key: [u8; 32],
    sums: BTreeMap<&'static str, Sum>,
    /// Ids of which the first row stands, by table.
    seen: HashMap<&'static str, HashSet<u128>>,
    /// Rows of which a later one may stand, by table and key.
    standing: HashMap<&'static str, HashMap<u128, (i64, Sum)>>,
    invented: BTreeSet<SourceId>,
    /// As the last link run left them.
    linked: Linked,
}

#[derive(Default)]
struct Linked {
    memberships: Vec<Speaks>,
    redirects: Redirects,
    invented: BTreeSet<SourceId>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Sum(u128, u128);

impl Sum {
    fn add(&mut self, row: Self) {
        (self.0, self.1) = (self.0.wrapping_add(row.0), self.1.wrapping_add(row.1));
    }
}

/// The rows of some consecutive entries, hashed.
pub struct Hashed {
    rows: Vec<HashedRow>,
    /// Sources, and whether each is an invented one.
    sources: Vec<(SourceId, bool)>,
}

struct HashedRow {
    table: &'static Table,
    /// What no two rows of the table share beside their entry, if anything.
    own: Option<u128>,
    /// The entry of a row that others hang on, or that hangs on another; the number that decides which row stands.
    number: i64,
    sum: Sum,
}

impl Table {
    /// The column, if any, in which no value stands twice though rows bear the index of their entry.
    fn once(&self) -> Option<usize> {
        match self.again {
            Again::Ignored => self.columns.iter().position(|(name, _)| *name == "id"),
            Again::Replaces | Again::KeepsLargest => Some(0),
        }
    }
}

fn sum(key: &[u8; 32], text: &[u8]) -> Sum {
    let digest: [u8; 32] = Sha256::new().chain_update(key).chain_update(text).finalize().into();
    let half = |from: usize| digest[from..from + 16].iter().fold(0u128, |n, byte| n << 8 | u128::from(*byte));
    Sum(half(0), half(16))
}

fn row_sum(key: &[u8; 32], row: &[Cell], text: &mut Vec<u8>) -> Sum {
    text.clear();
    row.iter().for_each(|cell| cell.write_canonical(text));
    sum(key, text)
}

impl Replay {
    /// `key` is random, and made for this comparison alone.
    pub fn new(key: [u8; 32]) -> Self {
        Self {
            key,
            sums: BTreeMap::new(),
            seen: HashMap::new(),
            standing: HashMap::new(),
            invented: BTreeSet::new(),
            linked: Linked::default(),
        }
    }

    /// Hashes the rows of consecutive entries (index, time in seconds since 1970, content). Parts of the journal can be hashed
    /// side by side; they are taken in order.
    pub fn hash(&self, entries: &[(u64, i64, Content)]) -> Hashed {
        let mut batch = Batch::new();
        let mut sources = Vec::new();
        for (index, time, content) in entries {
            batch.add(i64::try_from(*index).unwrap_or(i64::MAX), *time, content);
            if let Content::Source(source) = content {
                sources.push((source.id.clone(), source.invented));
            }
        }
        let mut hashed = Hashed { rows: Vec::new(), sources };
        let mut text = Vec::new();
        for rows in batch.into_rows() {
            self.hash_rows(rows, &mut text, &mut hashed.rows);
        }
        hashed
    }

    fn hash_rows(&self, rows: Rows, text: &mut Vec<u8>, into: &mut Vec<HashedRow>) {
        let (table, once) = (rows.table, rows.table.once());
        let number_at = if table.again == Again::Ignored { 0 } else { 1 };
        let cells = rows.into_cells();
        for row in cells.chunks_exact(table.columns.len()) {
            into.push(HashedRow {
                table,
                own: once.map(|at| row_sum(&self.key, &row[at..=at], text).0),
                number: row[number_at].clone().into_int().unwrap_or(0),
                sum: row_sum(&self.key, row, text),
            });
        }
    }

    /// Takes in what was hashed; part follows on part in the order of the journal.
    pub fn take(&mut self, hashed: Hashed) {
        for (source, invented) in hashed.sources {
            match invented {
                true => self.invented.insert(source),
                false => self.invented.remove(&source),
            };
        }
        // Tables stand before those that hang on them.
        let mut ignored: HashSet<(&str, i64)> = HashSet::new();
        for HashedRow { table, own, number, sum } in hashed.rows {
            match (table.again, own) {
                (Again::Ignored, Some(own)) if !self.seen.entry(table.name).or_default().insert(own) => {
                    ignored.insert((table.name, number));
                }
                (Again::Ignored, _) => {
                    let parent = CHILDREN.iter().find(|(_, child)| std::ptr::eq(*child, table));
                    if parent.is_none_or(|(parent, _)| !ignored.contains(&(parent.name, number))) {
                        self.sums.entry(table.name).or_default().add(sum);
                    }
                }
                (again, own) => {
                    let rows = self.standing.entry(table.name).or_default();
                    let row = rows.entry(own.unwrap_or_default()).or_insert((number, sum));
                    if again == Again::Replaces || number > row.0 {
                        *row = (number, sum);
                    }
                }
            }
        }
    }

    pub fn has_record(&self, id: &RecordId) -> bool {
        let own = row_sum(&self.key, &[id.as_str().into()], &mut Vec::new()).0;
        self.seen.get(RECORD.name).is_some_and(|seen| seen.contains(&own))
    }

    /// As [`crate::Casebase::apply_links`], of a run whose entry was taken last.
    pub fn link(&mut self, assignments: Vec<(RecordId, PersonId)>) -> Result<()> {
        if let Some((unknown, _)) = assignments.iter().find(|(record, _)| !self.has_record(record)) {
            return Err(CasebaseError::UnknownRecord(unknown.clone()));
        }
        let mut by_person: Vec<Speaks> = assignments.into_iter().map(|(record, person)| (person, record)).collect();
        by_person.sort_unstable();
        let pairs: Vec<_> = by_person.iter().map(|(person, record)| (person, record)).collect();
        let now = links::persons_of(&pairs)?;
        let Linked { memberships, redirects, .. } = std::mem::take(&mut self.linked);
        let anchors = redirects.into_iter().map(|(old, (_, anchor))| (old, anchor));
        let redirects = links::redirects(memberships, anchors, &pairs, &now);
        drop(now);
        self.linked = Linked { memberships: by_person, redirects, invented: self.invented.clone() };
        Ok(())
    }

    fn expect(&mut self, rows: Rows) {
        let (mut hashed, name) = (Vec::new(), rows.table.name);
        self.hash_rows(rows, &mut Vec::new(), &mut hashed);
        let sum = self.sums.entry(name).or_default();
        hashed.iter().for_each(|row| sum.add(row.sum));
    }

    /// The tables of a casebase that are not what the journal says. `progress` is told of each: how many were compared,
    /// and of how many.
    pub(crate) async fn differing<S: Store>(
        mut self,
        store: &S,
        progress: &dyn Fn(u64, u64),
    ) -> Result<Vec<&'static str>> {
        for (name, rows) in std::mem::take(&mut self.standing) {
            let sum = self.sums.entry(name).or_default();
            rows.into_values().for_each(|(_, row)| sum.add(row));
        }
        let linked = std::mem::take(&mut self.linked);
        self.expect(links::redirect_rows(&linked.redirects));
        let pairs: Vec<_> = linked.memberships.iter().map(|(person, record)| (person, record)).collect();
        links::membership_rows(&pairs).for_each(|rows| self.expect(rows));
        let mut transaction = store.read().await?;
        let mut differing = Vec::new();
        // Persons last.
        let mut tables: Vec<&Table> = TABLES.to_vec();
        tables.sort_by_key(|table| std::ptr::eq(*table, &PERSON));
        for (nth, table) in tables.into_iter().enumerate() {
            progress(nth as u64, TABLES.len() as u64);
            // Persons are made of records and of who speaks of whom; where those are wrong, nothing can be said of persons.
            let wrong_below = [&RECORD, &PERSON_RECORD].iter().any(|below| differing.contains(&below.name));
            if std::ptr::eq(table, &PERSON) {
                for part in links::whole_persons(&pairs).filter(|_| !wrong_below) {
                    let rows = links::person_rows(&mut transaction, part, &linked.invented).await?;
                    self.expect(rows);
                }
                if wrong_below {
                    continue;
                }
            }
            let mut held = Sum::default();
            let mut text = Vec::new();
            pages(&mut transaction, table, &mut |rows| {
                rows.iter().for_each(|row| held.add(row_sum(&self.key, row, &mut text)));
            })
            .await?;
            if held != self.sums.get(table.name).copied().unwrap_or_default() {
                differing.push(table.name);
            }
        }
        Ok(differing)
    }
}
