//! What the last release's pages and proofs were made from, so that publishing again makes only what changed.
//!
//! A key is a digest of everything that a file shows, and of the code that makes it; a file is left as it is only when
//! its key is the same and nobody wrote to it since ([`Untouched`](crate::Untouched)). The cache tells what restricted
//! fields hold to whoever can guess them, so it stays in the workspace and is in no release.

use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};
use std::sync::Mutex;

use domain::count::Tally;
use domain::{PersonId, Record, Sha256Digest, TrustSetId};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::index::Index;
use crate::invented::Invented;
use crate::pages::{Kind, blocks, ends};
use crate::parts::{Listed, Nth, ROWS_A_PART, is_short};
use crate::strata::{Dimension, Rows};
use crate::{Dataset, Policy};

type Digest = [u8; 32];

/// Keys of the files of one release, each a digest over the file's path without ending as well; pages are below each
/// language. Empty at first.
#[derive(Debug, Default)]
pub struct PageCache {
    before: InOrder,
    now: Mutex<Vec<Digest>>,
    /// Of what journal entries hold, by their index, where somebody knows it who need not look at them.
    entries: Vec<Option<Digest>>,
    /// Who reads them.
    program: Vec<u8>,
}

const HEADER: &[u8] = b"tawthiq-pages/v7\n";

/// Digests in their order, which are as good as evenly spread.
#[derive(Debug, Default)]
struct InOrder {
    digests: Vec<Digest>,
    /// Where those begin whose first two bytes are not below a number, for each number.
    starts: Vec<usize>,
}

impl InOrder {
    fn new(digests: Vec<Digest>) -> Self {
        let mut starts = vec![0; (1 << 16) + 1];
        digests.iter().for_each(|digest| starts[Self::begins(digest) + 1] += 1);
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        Self { digests, starts }
    }

    fn begins(digest: &Digest) -> usize {
        usize::from(u16::from_be_bytes([digest[0], digest[1]]))
    }

    fn has(&self, digest: &Digest) -> bool {
        let start = |at: usize| self.starts.get(at).copied();
        let begins = Self::begins(digest);
        let range = start(begins).zip(start(begins + 1)).and_then(|(from, until)| self.digests.get(from..until));
        range.is_some_and(|alike| alike.contains(digest))
    }
}

impl PageCache {
    /// Reads what [`PageCache::bytes`] gave, which whoever keeps it knows to be whole. What cannot be that is an empty cache: then
    /// everything is made.
    pub fn parse(bytes: &[u8]) -> Self {
        let keys: &[Digest] = match bytes.strip_prefix(HEADER).map(<[u8]>::as_chunks) {
            Some((keys, [])) => keys,
            _ => &[],
        };
        let keys = if keys.is_sorted() { keys.to_vec() } else { Vec::new() };
        let now = Mutex::new(Vec::with_capacity(keys.len() + keys.len() / 8));
        Self { before: InOrder::new(keys), now, ..Self::default() }
    }

    /// Digests in the order of the journal, each of all that the entry holds, and what tells the program that reads them from any other:
    /// a record follows from both. A record whose entry is not among them is hashed itself.
    pub fn know_entries(&mut self, program: Vec<u8>, digests: Vec<Option<Digest>>) {
        (self.program, self.entries) = (program, digests);
    }

    fn entry(&self, index: u64) -> Option<&Digest> {
        self.entries.get(usize::try_from(index).ok()?)?.as_ref()
    }

    /// For the next time: the keys of the files that were left or written since the cache was made. Whoever keeps them puts a code at their
    /// end.
    pub fn bytes(&self) -> Vec<u8> {
        let mut now = self.now.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        now.par_sort_unstable();
        [HEADER, now.as_flattened()].concat()
    }

    fn of(path: &str, key: &Digest) -> Digest {
        joined([path.as_bytes(), key])
    }

    /// Whether a file had this key in the release before; and knows it for the next time.
    pub(crate) fn had(&self, path: &str, key: &Digest) -> bool {
        let key = Self::of(path, key);
        self.now.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(key);
        self.before.has(&key)
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
    /// The lists of each tally.
    choices: Digest,
    /// In the order of the data set.
    persons: Vec<Digest>,
    cache: &'a PageCache,
    /// Of records whose entries the cache does not know, by journal index.
    others: FxHashMap<u64, Digest>,
    n_of_source: FxHashMap<&'a domain::SourceId, u64>,
}

fn digest(value: &impl Serialize) -> Digest {
    Sha256Digest::of(&serde_json::to_vec(value).unwrap_or_default()).0
}

fn joined<'d>(parts: impl IntoIterator<Item = &'d [u8]>) -> Digest {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// Takes what a value gives to be hashed.
struct Hashing(Sha256);

impl Hasher for Hashing {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        0
    }
}

/// There are some ten thousand cells: writing them as text would take most of the time.
fn of_tallies(tallies: &[(TrustSetId, Tally)]) -> Digest {
    let of = |(id, tally): &(TrustSetId, Tally)| {
        let mut hashing = Hashing(Sha256::new());
        (id, &tally.lists, tally.cells.len()).hash(&mut hashing);
        for cell in &tally.cells {
            (&cell.stratum, cell.inclusion_pattern, cell.n_documented).hash(&mut hashing);
        }
        hashing.0.finalize().into()
    };
    let each: Vec<Digest> = tallies.par_iter().map(of).collect();
    joined(each.iter().map(|digest| &digest[..]))
}

fn flag(is_set: bool) -> &'static [u8] {
    if is_set { &[1] } else { &[0] }
}

impl<'a> Keys<'a> {
    pub fn new(data: &'a Dataset, index: &'a Index<'a>, policy: &Policy, cache: &'a PageCache) -> Self {
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
            &cache.program,
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
        let unknown = |(entry, record): &(u64, Record)| cache.entry(*entry).is_none().then(|| (*entry, digest(record)));
        let others: Vec<_> = data.records.as_slice().par_iter().filter_map(unknown).collect();
        let mut keys = Self {
            data,
            index,
            base,
            printed,
            tallies: of_tallies(&data.tallies),
            choices: digest(&data.tallies.iter().map(|(id, tally)| (id, &tally.lists)).collect::<Vec<_>>()),
            persons: Vec::new(),
            cache,
            others: others.into_iter().collect(),
            n_of_source: FxHashMap::default(),
        };
        // What a page says of a person follows from her records and from the sources, which are in the base.
        let of_person = |(rows, is_open): (&Rows<'a>, &bool)| {
            let person = rows.person;
            let own = [&base[..], person.id.as_str().as_bytes(), flag(person.invented), flag(*is_open)];
            joined(own.into_iter().chain(rows.entries.iter().map(|entry| keys.of_record(*entry))))
        };
        keys.persons = index.rows_of.par_iter().zip(&index.is_open).map(of_person).collect();
        for (_, record) in data.records.values() {
            *keys.n_of_source.entry(&record.source).or_default() += 1;
        }
        keys
    }

    /// Of what a record shows to those who may be shown all of it; nothing of one that is not there.
    fn of_record(&self, entry: u64) -> &[u8] {
        self.cache.entry(entry).or_else(|| self.others.get(&entry)).map_or(&[], |digest| digest)
    }

    fn is_open(&self, entry: u64) -> &'static [u8] {
        flag(self.index.open_records.contains(&entry))
    }

    /// Of what is shown of each journal entry. An entry never changes, but fields of it can be withdrawn: then what the
    /// data hold of it is another. In the order of their indices.
    pub fn proofs(&self) -> Vec<(u64, Digest)> {
        let of_record = |(entry, _): &(u64, Record)| {
            (*entry, joined([&self.base[..], self.of_record(*entry), self.is_open(*entry)]))
        };
        let mut keys: Vec<(u64, Digest)> = self.data.records.as_slice().par_iter().map(of_record).collect();
        let mut others: Vec<(u64, Digest)> = Vec::new();
        others.extend(self.data.accessions.iter().map(|(index, a)| (*index, digest(a))));
        others.extend(self.data.figures.iter().map(|(index, f)| (*index, digest(f))));
        others.extend(self.data.statements.iter().map(|(index, s)| (*index, digest(s))));
        others.extend(self.data.events.iter().map(|(index, e)| (*index, digest(e))));
        keys.extend(others.iter().map(|(index, own)| (*index, joined([&self.base[..], own]))));
        keys.par_sort_unstable();
        keys
    }

    fn person(&self, id: &PersonId) -> Option<&Digest> {
        self.persons.get(*self.index.nth_of.get(id)?)
    }

    /// The keys of these persons, one behind the other.
    fn members(&self, list: impl IntoIterator<Item = Nth>) -> Vec<u8> {
        let mut keys = Vec::with_capacity(ROWS_A_PART * size_of::<Digest>());
        let persons = list.into_iter().filter_map(|nth| self.persons.get(nth as usize));
        persons.for_each(|key| keys.extend_from_slice(key));
        keys
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
                Some(joined(own.into_iter().chain([&persons[..]])))
            }
            Kind::Accession(index, accession) => {
                let rows = self.index.records_of.get(&accession.id).map_or(&[][..], Vec::as_slice);
                let rejected: Vec<_> = self.data.rejected.iter().filter(|(id, _)| *id == accession.id).collect();
                let own = digest(&(index, accession, rejected));
                if rows.len() > ROWS_A_PART {
                    let blocks: Vec<_> = blocks(rows).map(|(block, rows)| (block, ends(rows), rows.len())).collect();
                    let invented = Invented::among(rows.iter().map(|(_, r)| self.index.is_invented(&r.source)));
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
                let board = self.index.signatures_of(trust, *dimension, |v| v == value);
                let counted = digest(&(group.sums.get(value), group.withheld.get(value), board));
                let mut parts: Vec<&[u8]> = vec![
                    &self.base,
                    &self.choices,
                    trust.as_str().as_bytes(),
                    dimension.key().as_bytes(),
                    value.as_bytes(),
                    &counted,
                ];
                if !is_short(lists.values()) {
                    let lengths: Vec<(&String, Vec<usize>)> =
                        lists.iter().map(|(key, list)| (key, list.parts.iter().map(Vec::len).collect())).collect();
                    let listed = self.index.listed(lists.values().flat_map(Listed::iter));
                    let invented = Invented::among(listed.map(|person| person.invented));
                    return Some(joined(parts.into_iter().chain([&digest(&(lengths, invented))[..]])));
                }
                let members: Vec<_> = lists.iter().map(|(of, list)| (of, self.members(list.iter()))).collect();
                parts.extend(members.iter().flat_map(|(of, persons)| [of.as_bytes(), persons]));
                Some(joined(parts))
            }
            Kind::Part { of, part } => {
                let list = of.list(self.index)?;
                let persons = self.members(list.parts.get(*part)?.iter().copied());
                let own = digest(&(of.trust, of.dimension.key(), of.value, of.attribution, part, list.parts.len()));
                Some(joined([&self.base[..], &own[..], &persons]))
            }
            Kind::Gone(person, reason) => Some(joined([&self.base[..], person.as_bytes(), reason.as_bytes()])),
            _ => None,
        }
    }

    /// Of records in the table of an accession, with the persons whom they are led to.
    fn rows(&self, rows: &[(u64, &'a Record)]) -> Vec<&[u8]> {
        let of_row = |(entry, _): &(u64, &'a Record)| -> [&[u8]; 3] {
            let person = self.index.person_of.get(entry).map_or(&b""[..], |p| p.as_str().as_bytes());
            [self.of_record(*entry), self.is_open(*entry), person]
        };
        rows.iter().flat_map(of_row).collect()
    }
}
