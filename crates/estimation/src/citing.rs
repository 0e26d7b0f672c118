//! Lists that cite one another, found in what they say: a list that took a person from another is no second witness of that person.
//!
//! Finds signs and never decides: a list may cite another and have seen for itself. Three signs are read: a statement of one source that
//! re-publishes, reports or quotes another; records that name another source, by its address or its name, where they say whence they have
//! it; and long texts that two sources have word for word about the same person.

use std::collections::{BTreeMap, BTreeSet};

use domain::{PersonId, Record, Source, SourceId, Statement};
use serde::Serialize;

/// Fewer records than this, or a smaller part of the citing list, may be chance.
const FEWEST: u64 = 3;
const PART: u64 = 50;
/// Characters of a text that two do not write alike by chance.
const LONG: usize = 60;
/// Columns that say whence a record is: in the column's name, in small letters.
const WHENCE: [&str; 13] = [
    "source",
    "reference",
    "citation",
    "credit",
    "via",
    "link",
    "url",
    "reported",
    "مصدر",
    "رابط",
    "المرجع",
    "lien",
    "référence",
];

/// What shows that one list cites another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case", tag = "sign", content = "n")]
pub enum Sign {
    /// So many statements re-publish, report or quote the other.
    Statements(u64),
    /// So many records name the other as theirs.
    Records(u64),
    /// So many persons have a long text word for word in both; who wrote it first is not known.
    SameWords(u64),
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Citation {
    pub citing: SourceId,
    pub cited: SourceId,
    #[serde(flatten)]
    pub sign: Sign,
}

impl std::fmt::Display for Citation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { citing, cited, .. } = self;
        match self.sign {
            Sign::Statements(n) => write!(f, "{citing} cites {cited} ({n} of its statements)"),
            Sign::Records(n) => write!(f, "{citing} cites {cited} (named in {n} of its records)"),
            Sign::SameWords(n) => write!(f, "{citing} and {cited} say the same, word for word, of {n} persons"),
        }
    }
}

/// How a source may be named: host of its address, names, acronym. Short words name too much.
fn calls(source: &Source) -> Vec<String> {
    let host = source.address.as_deref().map(|address| {
        let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
        rest.split(['/', '?', '#']).next().unwrap_or("").trim_start_matches("www.").to_lowercase()
    });
    let names = source.names.0.values().cloned().chain(source.acronym.clone()).map(|name| name.to_lowercase());
    host.into_iter().chain(names).filter(|call| call.chars().count() >= 4).collect()
}

/// Whether the words stand in the text, not as a part of longer words.
fn names(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + words.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

fn says_whence(column: &str) -> bool {
    let column = column.to_lowercase();
    WHENCE.iter().any(|word| column.contains(word))
}

/// Every column of a record, mapped or not.
fn columns(record: &Record) -> impl Iterator<Item = (&str, &str)> {
    let mapped = record.fields.iter().map(|(column, text)| (column.as_str(), text.as_str()));
    mapped.chain(record.original.iter().map(|(column, text)| (column.as_str(), text.as_str())))
}

/// Signs that sources cite one another, ordered; at most one of each kind for a pair.
pub fn citations(persons: &[(PersonId, Vec<&Record>)], sources: &[Source], statements: &[Statement]) -> Vec<Citation> {
    let mut found = Vec::new();
    let mut stated: BTreeMap<(&SourceId, &SourceId), u64> = BTreeMap::new();
    for statement in statements {
        let quoted = statement.quoted.as_ref().map(|quoted| &quoted.attributed_to);
        let reported = statement.reported_by.as_ref().map(|by| (by, &statement.source));
        let others = statement.republishes.iter().chain(quoted).map(|other| (&statement.source, other));
        let pairs: BTreeSet<_> = others.chain(reported).filter(|(citing, cited)| citing != cited).collect();
        pairs.into_iter().for_each(|pair| *stated.entry(pair).or_default() += 1);
    }
    let pair = |sign: fn(u64) -> Sign| {
        move |((citing, cited), n): ((&SourceId, &SourceId), u64)| Citation {
            citing: citing.clone(),
            cited: cited.clone(),
            sign: sign(n),
        }
    };
    found.extend(stated.into_iter().map(pair(Sign::Statements)));

    let called: Vec<(&SourceId, Vec<String>)> = sources.iter().map(|source| (&source.id, calls(source))).collect();
    let mut n_records: BTreeMap<&SourceId, u64> = BTreeMap::new();
    let mut named: BTreeMap<(&SourceId, &SourceId), u64> = BTreeMap::new();
    let mut alike: BTreeMap<(&SourceId, &SourceId), u64> = BTreeMap::new();
    for (_, records) in persons {
        let mut texts: BTreeMap<&str, BTreeSet<&SourceId>> = BTreeMap::new();
        for record in records {
            *n_records.entry(&record.source).or_default() += 1;
            let whence: Vec<String> = columns(record)
                .filter(|(column, text)| !text.is_empty() && says_whence(column))
                .map(|(_, text)| text.to_lowercase())
                .collect();
            for (other, calls) in called.iter().filter(|(other, _)| **other != record.source) {
                if whence.iter().any(|text| calls.iter().any(|call| names(text, call))) {
                    *named.entry((&record.source, other)).or_default() += 1;
                }
            }
            for (_, text) in columns(record).filter(|(_, text)| text.chars().count() >= LONG) {
                texts.entry(text.trim()).or_default().insert(&record.source);
            }
        }
        let mut pairs: BTreeSet<(&SourceId, &SourceId)> = BTreeSet::new();
        for sharing in texts.values().filter(|sharing| sharing.len() > 1) {
            for (i, first) in sharing.iter().enumerate() {
                pairs.extend(sharing.iter().skip(i + 1).map(|second| (*first, *second)));
            }
        }
        pairs.into_iter().for_each(|pair| *alike.entry(pair).or_default() += 1);
    }
    let of = |id: &SourceId| n_records.get(id).copied().unwrap_or(0);
    let much = |n: u64, whole: u64| n >= FEWEST && n * PART >= whole;
    found.extend(named.into_iter().filter(|((citing, _), n)| much(*n, of(citing))).map(pair(Sign::Records)));
    let shared = alike.into_iter().filter(|((a, b), n)| much(*n, of(a).min(of(b))));
    found.extend(shared.map(pair(Sign::SameWords)));
    found.sort();
    found
}
