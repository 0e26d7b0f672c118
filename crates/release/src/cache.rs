//! What the last release's pages were drawn from, so that publishing again draws only what changed.
//!
//! A key is a digest of everything that a page shows, and of the code that draws it; a page is left as it is only when
//! its key is the same. The cache tells what restricted fields hold to whoever can guess them, so it stays in the
//! workspace and is in no release. What stands in the folder is never believed: after sealing, the sums of pages that
//! were left are compared with those that were written ([`PageCache::altered`]).

use std::collections::BTreeMap;
use std::sync::Mutex;

use domain::{RecordId, Sha256Digest};
use serde::Serialize;

use crate::index::Index;
use crate::pages::Kind;
use crate::strata::Dimension;
use crate::{Dataset, Policy};

type Digest = [u8; 32];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Drawn {
    pub key: Digest,
    /// SHA-256 of the page in each language.
    pub pages: [Digest; 3],
}

/// Keys and digests of the pages of one release. Empty at first.
#[derive(Debug, Default)]
pub struct PageCache {
    pub(crate) before: BTreeMap<String, Drawn>,
    pub(crate) now: Mutex<BTreeMap<String, Drawn>>,
}

const HEADER: &str = "tawthiq-pages/v1";

impl PageCache {
    /// Reads what [`PageCache::text`] wrote. Anything else is an empty cache: then every page is drawn.
    pub fn parse(text: &str) -> Self {
        let line = |line: &str| {
            let mut parts = line.split(' ');
            let path = parts.next()?.to_owned();
            let mut digest = || Some(Sha256Digest::from_hex(parts.next()?)?.0);
            Some((path, Drawn { key: digest()?, pages: [digest()?, digest()?, digest()?] }))
        };
        let mut lines = text.lines();
        let known = lines.next() == Some(HEADER);
        let before = if known { lines.map(line).collect::<Option<_>>().unwrap_or_default() } else { BTreeMap::new() };
        Self { before, now: Mutex::default() }
    }

    /// As text, for the next time: of the pages that the last call of `publish` left or wrote.
    pub fn text(&self) -> String {
        let now = self.now.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut text = format!("{HEADER}\n");
        for (path, drawn) in now.iter() {
            text.push_str(path);
            for digest in [&drawn.key, &drawn.pages[0], &drawn.pages[1], &drawn.pages[2]] {
                text.push(' ');
                text.push_str(&Sha256Digest(*digest).hex());
            }
            text.push('\n');
        }
        text
    }

    pub fn is_empty(&self) -> bool {
        self.before.is_empty()
    }

    /// Pages whose sum in `SHA256SUMS` is not that of what was written: somebody changed them in the folder.
    pub fn altered(&self, sums: &str) -> Vec<String> {
        let found: BTreeMap<&str, &str> =
            sums.lines().filter_map(|line| line.split_once("  ")).map(|(sum, path)| (path, sum)).collect();
        let now = self.now.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut altered = Vec::new();
        for (path, drawn) in now.iter() {
            for (lang, digest) in crate::Lang::ALL.iter().zip(&drawn.pages) {
                let file = format!("{}/{path}.html", lang.tag());
                if found.get(file.as_str()).is_none_or(|sum| *sum != Sha256Digest(*digest).hex()) {
                    altered.push(file);
                }
            }
        }
        altered
    }
}

/// Digests that many keys share, made once for a release.
pub(crate) struct Keys<'a> {
    index: &'a Index<'a>,
    /// Names, trees, policy, code: what every page shows.
    base: Digest,
    /// `base`, and everything but persons and their records.
    figures: Digest,
    tallies: Digest,
    persons: BTreeMap<&'a domain::PersonId, Digest>,
    records: BTreeMap<&'a RecordId, Digest>,
}

fn digest(value: &impl Serialize) -> Digest {
    Sha256Digest::of(&serde_json::to_vec(value).unwrap_or_default()).0
}

fn joined<'d>(parts: impl IntoIterator<Item = &'d [u8]>) -> Digest {
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
        bytes.extend_from_slice(part);
    }
    Sha256Digest::of(&bytes).0
}

impl<'a> Keys<'a> {
    pub fn new(data: &'a Dataset, index: &'a Index<'a>, policy: &Policy) -> Self {
        let policy = format!("{policy:?}");
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
        let figures = joined([
            &base[..],
            &digest(&(&data.figures, &data.statements, &data.events, &data.reports, &data.months, &data.claims)),
            &digest(&(&data.accessions, &data.rejected)),
        ]);
        let records: BTreeMap<_, _> = data.records.iter().map(|(id, record)| (id, digest(record))).collect();
        let of_person = |p: &'a domain::Person| {
            let own = digest(p);
            let rows = p.records.iter().filter_map(|r| records.get(r)).map(|d| &d[..]);
            (&p.id, joined([&base[..], &own[..]].into_iter().chain(rows)))
        };
        let persons = data.persons.iter().map(of_person).collect();
        let tallies = digest(&data.tallies);
        Self { index, base, figures, tallies, persons, records }
    }

    /// `None` for a page that is always drawn.
    pub fn of(&self, kind: &Kind<'_>) -> Option<Digest> {
        match kind {
            Kind::Person(person) => self.persons.get(&person.id).copied(),
            Kind::Redirect(old, person) => Some(joined([self.persons.get(&person.id)?, old.as_bytes()])),
            Kind::Figure(index, figure) => Some(joined([&self.figures[..], &digest(&(index, figure))])),
            Kind::Month(slug, _) => Some(joined([&self.figures[..], slug.as_bytes()])),
            Kind::Party(party) => Some(joined([&self.figures[..], b"party", party.code.as_str().as_bytes()])),
            Kind::Source(source) => {
                let n = self.index.records_of.values().flatten().filter(|(_, r)| r.source == source.id).count();
                Some(joined([&self.figures[..], b"source", source.id.as_str().as_bytes(), &n.to_le_bytes()]))
            }
            Kind::Place(place) => {
                let of_place = self.index.groups.iter().filter(|((_, d), _)| *d == Dimension::Place);
                let listed = of_place.filter_map(|(_, group)| group.rows.get(place.code.as_str()));
                let persons = listed.flat_map(|g| g.values().flatten()).filter_map(|p| self.persons.get(&p.id));
                let own = [&self.figures[..], &self.tallies[..], place.code.as_str().as_bytes()];
                Some(joined(own.into_iter().chain(persons.map(|d| &d[..]))))
            }
            Kind::Accession(index, accession) => {
                let rows = self.index.records_of.get(&accession.id).map_or(&[][..], Vec::as_slice);
                let of_row = |(_, record): &(u64, &domain::Record)| -> [&[u8]; 2] {
                    let person = self.index.person_of.get(&record.id).map_or(&b""[..], |p| p.as_str().as_bytes());
                    [self.records.get(&record.id).map_or(&b""[..], |d| &d[..]), person]
                };
                let own = digest(&(index, accession));
                let parts: Vec<&[u8]> = rows.iter().flat_map(of_row).collect();
                Some(joined([&self.figures[..], &own[..]].into_iter().chain(parts)))
            }
            Kind::Rows { trust, dimension, value } => {
                let group = self.index.groups.get(&(*trust, *dimension))?;
                let persons = group.rows.get(value)?;
                let counted = group.sums.get(value).map(|row| row.values().sum::<u64>()).unwrap_or(0).to_le_bytes();
                let mut parts: Vec<&[u8]> =
                    vec![&self.base, trust.as_str().as_bytes(), dimension.key().as_bytes(), value.as_bytes(), &counted];
                for (attribution, group) in persons {
                    parts.push(attribution.as_bytes());
                    parts.extend(group.iter().filter_map(|p| self.persons.get(&p.id)).map(|d| &d[..]));
                }
                Some(joined(parts))
            }
            Kind::Gone(person, reason) => Some(joined([&self.base[..], person.as_bytes(), reason.as_bytes()])),
            _ => None,
        }
    }
}
