//! What the last release's pages and proofs were made from, so that publishing again makes only what changed.
//!
//! A key is a digest of everything that a file shows, and of the code that makes it; a file is left as it is only when
//! its key is the same and nobody wrote to it since ([`Untouched`](crate::Untouched)). The cache tells what restricted
//! fields hold to whoever can guess them, so it stays in the workspace and is in no release.

use std::collections::BTreeSet;
use std::sync::Mutex;

use domain::{PersonId, Record, RecordId, Sha256Digest};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;

use crate::index::Index;
use crate::pages::{Kind, blocks, ends};
use crate::parts::{Listed, Nth, ROWS_A_PART, is_short};
use crate::strata::{Dimension, Rows};
use crate::{Dataset, Policy};

type Digest = [u8; 32];

/// Keys of the files of one release, each a digest over the file's path without ending as well; pages are below each
/// language. Empty at first.
#[derive(Debug, Default)]
pub struct PageCache {
    before: FxHashSet<Digest>,
    now: Mutex<Vec<Digest>>,
    /// Of what journal entries hold, where somebody knows it who need not look at them.
    entries: FxHashMap<u64, Digest>,
}

const HEADER: &[u8] = b"tawthiq-pages/v4\n";

impl PageCache {
    /// Reads what [`PageCache::bytes`] gave. Anything else is an empty cache: then everything is made.
    pub fn parse(bytes: &[u8]) -> Self {
        let content = bytes.len().checked_sub(size_of::<Digest>()).filter(|_| bytes.starts_with(HEADER));
        let whole = content.filter(|content| Sha256Digest::of(&bytes[..*content]).0 == bytes[*content..]);
        let keys = whole.map_or(&[][..], |content| bytes[HEADER.len()..content].as_chunks().0);
        Self { before: keys.iter().copied().collect(), now: Mutex::default(), entries: FxHashMap::default() }
    }

    /// Digests by journal index, each of all that the record of that entry follows from: what the entry holds, and the code that
    /// reads it. A record whose entry is not among them is hashed itself.
    pub fn know_entries(&mut self, digests: impl IntoIterator<Item = (u64, Digest)>) {
        self.entries.extend(digests);
    }

    /// For the next time: the keys of the files that were left or written since the cache was made, and a digest of them.
    pub fn bytes(&self) -> Vec<u8> {
        let mut now = self.now.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        now.par_sort_unstable();
        let mut bytes = Vec::with_capacity(HEADER.len() + size_of::<Digest>() * (now.len() + 1));
        bytes.extend_from_slice(HEADER);
        bytes.extend_from_slice(now.as_flattened());
        let digest = Sha256Digest::of(&bytes);
        bytes.extend_from_slice(&digest.0);
        bytes
    }

    fn of(path: &str, key: &Digest) -> Digest {
        joined([path.as_bytes(), key])
    }

    /// Whether a file had this key in the release before; and knows it for the next time.
    pub(crate) fn had(&self, path: &str, key: &Digest) -> bool {
        let key = Self::of(path, key);
        self.now.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(key);
        self.before.contains(&key)
    }
}

/// Digests that many keys share, made once for a release.
pub(crate) struct Keys<'a> {
    data: &'a Dataset,
    index: &'a Index<'a>,
    /// Names, trees, policy, code: what every page shows.
    base: Digest,
    /// `base`, and everything that was printed and said, with the files that tell it.
    printed: Digest,
    tallies: Digest,
    /// In the order of the data set.
    persons: Vec<Digest>,
    records: Records<'a>,
    n_of_source: FxHashMap<&'a domain::SourceId, u64>,
}

fn digest(value: &impl Serialize) -> Digest {
    Sha256Digest::of(&serde_json::to_vec(value).unwrap_or_default()).0
}

fn joined<'d>(parts: impl IntoIterator<Item = &'d [u8]>) -> Digest {
    let mut bytes = Vec::with_capacity(192);
    for part in parts {
        bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
        bytes.extend_from_slice(part);
    }
    Sha256Digest::of(&bytes).0
}

/// By id, each with its journal index.
type Records<'a> = FxHashMap<&'a RecordId, (u64, Digest)>;

/// The digest of a record; nothing of one that is not there.
fn of_record<'k>(records: &'k Records<'_>, id: &RecordId) -> &'k [u8] {
    records.get(id).map_or(&[], |(_, digest)| digest)
}

impl<'a> Keys<'a> {
    pub fn new(data: &'a Dataset, index: &'a Index<'a>, policy: &Policy, cache: &PageCache) -> Self {
        // Who may be named stands in the key of each person, and who was withdrawn in that of the page that says so.
        // The version is another each time, and stands on pages that are always drawn.
        let site = crate::SiteSettings { version: None, ..policy.site.clone() };
        let nobody = (Default::default(), Default::default());
        let general = Policy { approved_persons: nobody.0, withdrawn: nobody.1, site, ..policy.clone() };
        let policy = format!("{general:?}");
        // Not the tables themselves: the order of their look-ups is another in every process.
        let parties: Vec<_> = data.parties.iter().collect();
        let places: Vec<_> = data.places.iter().collect();
        let tables = format!("{parties:?}{places:?}");
        let base = joined([
            env!("RELEASE_CODE").as_bytes(),
            data.program_version.as_bytes(),
            data.origin.as_bytes(),
            policy.as_bytes(),
            tables.as_bytes(),
            &digest(&(&data.title, &data.sources, &data.trust_sets)),
        ]);
        // A file that holds nothing but records is on no page of what was printed.
        let told = data.figures.iter().map(|(_, f)| &f.accession).chain(data.events.iter().map(|(_, e)| &e.accession));
        let told: BTreeSet<_> = told.chain(data.statements.iter().map(|(_, s)| &s.accession)).collect();
        let files: Vec<_> = data.accessions.iter().filter(|(_, a)| told.contains(&a.id)).collect();
        let printed = joined([
            &base[..],
            &digest(&(&data.figures, &data.statements, &data.events, &data.reports, &data.months, &data.claims)),
            &digest(&files),
        ]);
        let open = |id: &RecordId| [u8::from(index.open_records.contains(id))];
        let record = |(id, (entry, record)): &(&'a RecordId, &'a (u64, Record))| {
            let own = cache.entries.get(entry).copied().unwrap_or_else(|| digest(record));
            (*id, (*entry, joined([&own[..], &open(id)])))
        };
        let records: Vec<_> = data.records.iter().collect::<Vec<_>>().par_iter().map(record).collect();
        let records: Records<'_> = records.into_iter().collect();
        // What a page says of a person follows from her records and from the sources, which are in the base.
        let of_person = |rows: &Rows<'a>| {
            let person = rows.person;
            let own = [&base[..], person.id.as_str().as_bytes(), &[u8::from(person.invented)]];
            let of_record = |r: &'a Record| of_record(&records, &r.id);
            joined(own.into_iter().chain(rows.records.iter().map(|r| of_record(r))))
        };
        let persons = index.rows_of.par_iter().map(of_person).collect();
        let tallies = digest(&data.tallies);
        let mut n_of_source: FxHashMap<_, u64> = FxHashMap::default();
        data.records.values().for_each(|(_, record)| *n_of_source.entry(&record.source).or_default() += 1);
        Self { data, index, base, printed, tallies, persons, records, n_of_source }
    }

    /// Of what is shown of each journal entry. An entry never changes, but fields of it can be withdrawn: then what the
    /// data hold of it is another.
    /// In the order of their indices.
    pub fn proofs(&self) -> Vec<(u64, Digest)> {
        let mut found: Vec<(u64, Digest)> = self.records.values().copied().collect();
        found.extend(self.data.accessions.iter().map(|(index, a)| (*index, digest(a))));
        found.extend(self.data.figures.iter().map(|(index, f)| (*index, digest(f))));
        found.extend(self.data.statements.iter().map(|(index, s)| (*index, digest(s))));
        found.extend(self.data.events.iter().map(|(index, e)| (*index, digest(e))));
        found.par_iter_mut().for_each(|(_, key)| *key = joined([&self.base[..], &key[..]]));
        found.par_sort_unstable();
        found
    }

    fn person(&self, id: &PersonId) -> Option<&Digest> {
        self.persons.get(*self.index.nth_of.get(id)?)
    }

    fn members<'d>(&'d self, list: impl IntoIterator<Item = Nth> + 'd) -> impl Iterator<Item = &'d [u8]> {
        list.into_iter().filter_map(|nth| self.persons.get(nth as usize)).map(|d| &d[..])
    }

    /// `None` for a page that is always drawn.
    pub fn of(&self, kind: &Kind<'a>) -> Option<Digest> {
        match kind {
            Kind::Person(person) => self.person(&person.id).copied(),
            Kind::Redirect(old, person) => Some(joined([&self.person(&person.id)?[..], old.as_bytes()])),
            Kind::Figure(index, figure) => Some(joined([&self.printed[..], &digest(&(index, figure))])),
            Kind::Month(slug, _) => Some(joined([&self.printed[..], slug.as_bytes()])),
            Kind::Party(party) => Some(joined([&self.printed[..], b"party", party.code.as_str().as_bytes()])),
            Kind::Source(source) => {
                let n = self.n_of_source.get(&source.id).copied().unwrap_or(0);
                let given = self.data.accessions.iter().map(|(_, a)| a).filter(|a| a.source == source.id);
                let given: Vec<_> = given.map(|a| &a.id).collect();
                Some(joined([&self.printed[..], b"source", source.id.as_str().as_bytes(), &digest(&(n, given))]))
            }
            Kind::Place(place) => {
                let of_place = self.index.groups.iter().filter(|((_, d), _)| *d == Dimension::Place);
                let listed = of_place.filter_map(|(_, group)| group.rows.get(place.code.as_str()));
                let persons = self.members(listed.flat_map(|g| g.values().flat_map(Listed::iter)));
                let own = [&self.printed[..], &self.tallies[..], place.code.as_str().as_bytes()];
                Some(joined(own.into_iter().chain(persons)))
            }
            Kind::Accession(index, accession) => {
                let rows = self.index.records_of.get(&accession.id).map_or(&[][..], Vec::as_slice);
                let rejected: Vec<_> = self.data.rejected.iter().filter(|(id, _)| *id == accession.id).collect();
                let own = digest(&(index, accession, rejected));
                if rows.len() > ROWS_A_PART {
                    let blocks: Vec<_> = blocks(rows).map(|(block, rows)| (block, ends(rows), rows.len())).collect();
                    let invented = rows.iter().any(|(_, r)| self.index.is_invented(&r.source));
                    return Some(joined([&self.printed[..], &own[..], &digest(&(blocks, invented))]));
                }
                Some(joined([&self.printed[..], &own[..]].into_iter().chain(self.rows(rows))))
            }
            Kind::Block { accession, block, rows } => {
                let own = [&self.base[..], accession.id.as_str().as_bytes(), &block.to_le_bytes()];
                Some(joined(own.into_iter().chain(self.rows(rows))))
            }
            Kind::Figures { accession, block, .. } => {
                Some(joined([&self.printed[..], accession.id.as_str().as_bytes(), b"figures", &block.to_le_bytes()]))
            }
            Kind::Rows { trust, dimension, value } => {
                let group = self.index.groups.get(&(*trust, *dimension))?;
                let lists = group.rows.get(value)?;
                let choices: Vec<_> = self.data.tallies.iter().map(|(id, tally)| (id, &tally.lists)).collect();
                let board = self.index.signatures_of(trust, *dimension, |v| v == value);
                let counted = digest(&(group.sums.get(value), group.withheld.get(value), choices, board));
                let mut parts: Vec<&[u8]> =
                    vec![&self.base, trust.as_str().as_bytes(), dimension.key().as_bytes(), value.as_bytes(), &counted];
                if !is_short(lists.values()) {
                    let lengths: Vec<(&String, Vec<usize>)> =
                        lists.iter().map(|(key, list)| (key, list.parts.iter().map(Vec::len).collect())).collect();
                    let invented = self.index.listed(lists.values().flat_map(Listed::iter)).any(|p| p.invented);
                    return Some(joined(parts.into_iter().chain([&digest(&(lengths, invented))[..]])));
                }
                for (attribution, list) in lists {
                    parts.push(attribution.as_bytes());
                    parts.extend(self.members(list.iter()));
                }
                Some(joined(parts))
            }
            Kind::Part { of, part } => {
                let list = of.list(self.index)?;
                let persons = self.members(list.parts.get(*part)?.iter().copied());
                let own = digest(&(of.trust, of.dimension.key(), of.value, of.attribution, part, list.parts.len()));
                Some(joined([&self.base[..], &own[..]].into_iter().chain(persons)))
            }
            Kind::Gone(person, reason) => Some(joined([&self.base[..], person.as_bytes(), reason.as_bytes()])),
            _ => None,
        }
    }

    /// Of records in the table of an accession, with the persons whom they are led to.
    fn rows(&self, rows: &[(u64, &'a Record)]) -> Vec<&[u8]> {
        let of_row = |(_, record): &(u64, &'a Record)| -> [&[u8]; 2] {
            let person = self.index.person_of.get(&record.id).map_or(&b""[..], |p| p.as_str().as_bytes());
            [of_record(&self.records, &record.id), person]
        };
        rows.iter().flat_map(of_row).collect()
    }
}
