//! Persons by what each list says of the party: the table that a page carries so that a reader's own choice of lists
//! can be counted exactly, attribution included.
//!
//! Why this is enough: in a tree the nodes above a party form a chain, so what one list says of a person is either
//! nothing, one most specific party, or a contradiction; and the parties of several lists agree exactly when their most
//! specific ones lie on one chain. The rule is `estimation::tally`'s, and a test of the program holds the two together.

use std::hash::Hash;

use domain::count::Attribution;
use domain::{PartyCode, SourceId};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;

use crate::Dataset;
use crate::strata::RowsOf;

/// Lists, and persons by what the lists say.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Signatures {
    pub lists: Vec<SourceId>,
    /// Parties that some list names, each with the position of the nearest party above it that is here too.
    pub parties: Vec<(PartyCode, Option<usize>)>,
    /// One letter for each list, and the number of persons.
    pub rows: Vec<(String, u64)>,
}

/// The table of everybody on a list that bears a record, and in which of its rows each person is.
pub(crate) struct Everybody {
    pub all: Signatures,
    /// By the person's place in the data set; none for whom no list bears.
    row_of: Vec<Option<usize>>,
}

pub(crate) const ABSENT: char = '.';
pub(crate) const NAMES_NOBODY: char = '-';
pub(crate) const CONTRADICTS_ITSELF: char = '!';
/// The letter of the first party; the others follow it in Unicode, so that each is one UTF-16 unit.
const FIRST_PARTY: u32 = 'a' as u32;

impl Everybody {
    pub fn new(data: &Dataset, rows_of: &RowsOf<'_>) -> Self {
        let said: Vec<Vec<(&SourceId, Attribution)>> = rows_of
            .par_iter()
            .map(|rows| {
                let mut records = rows.records.clone();
                records.sort_by_key(|record| &record.source);
                let by_list = records.chunk_by(|a, b| a.source == b.source);
                by_list.map(|rows| (&rows[0].source, Attribution::of(rows, &data.parties))).collect()
            })
            .collect();
        let lists: Vec<SourceId> = each_once(said.iter().flatten().map(|(list, _)| *list));
        let codes: Vec<PartyCode> = each_once(said.iter().flatten().filter_map(|(_, said)| party(said)));
        let letters = |by_list: &Vec<(&SourceId, Attribution)>| {
            let letter = |list: &SourceId| match by_list.iter().find(|(own, _)| *own == list).map(|(_, said)| said) {
                None => ABSENT,
                Some(Attribution::NotStated) => NAMES_NOBODY,
                Some(Attribution::Disputed) => CONTRADICTS_ITSELF,
                Some(Attribution::Party(code)) => codes.binary_search(code).map_or(CONTRADICTS_ITSELF, letter_of),
            };
            (!by_list.is_empty()).then(|| lists.iter().map(letter).collect::<String>())
        };
        let letters: Vec<Option<String>> = said.par_iter().map(letters).collect();
        let mut counts: FxHashMap<&String, u64> = FxHashMap::default();
        letters.iter().flatten().for_each(|row| *counts.entry(row).or_default() += 1);
        let mut rows: Vec<(String, u64)> = counts.into_iter().map(|(row, n)| (row.clone(), n)).collect();
        rows.sort_unstable();
        let place = |row: &String| rows.binary_search_by(|(own, _)| own.cmp(row)).ok();
        let row_of = letters.par_iter().map(|row| row.as_ref().and_then(place)).collect();
        let parties = codes.iter().map(|code| (code.clone(), above(code, &codes, data))).collect();
        Self { all: Signatures { lists, parties, rows }, row_of }
    }

    /// The table of some persons, by their places in the data set, with the lists that bear one of them. `None` where that are fewer
    /// than two lists: nothing could be chosen.
    pub fn of(&self, persons: impl Iterator<Item = usize>) -> Option<Signatures> {
        let mut counts = vec![0; self.all.rows.len()];
        for row in persons.filter_map(|nth| self.row_of.get(nth).copied().flatten()) {
            counts[row] += 1;
        }
        let rows = self.all.rows.iter().zip(counts).filter(|(_, n)| *n > 0);
        let rows: Vec<(Vec<char>, u64)> = rows.map(|((letters, _), n)| (letters.chars().collect(), n)).collect();
        let bears = |list: &usize| rows.iter().any(|(letters, _)| letters.get(*list).is_some_and(|l| *l != ABSENT));
        let here: Vec<usize> = (0..self.all.lists.len()).filter(bears).collect();
        if here.len() < 2 {
            return None;
        }
        let of_these = |letters: &[char]| here.iter().filter_map(|list| letters.get(*list)).collect::<String>();
        Some(Signatures {
            lists: here.iter().filter_map(|list| self.all.lists.get(*list).cloned()).collect(),
            parties: self.all.parties.clone(),
            rows: rows.iter().map(|(letters, n)| (of_these(letters), *n)).collect(),
        })
    }
}

impl Signatures {
    /// Parties that a row of the table names: another choice of lists can ascribe persons to no others.
    pub fn named(&self) -> impl Iterator<Item = &PartyCode> {
        let is_named = |at: usize| self.rows.iter().any(|(row, _)| row.contains(letter_of(at)));
        self.parties.iter().enumerate().filter(move |(at, _)| is_named(*at)).map(|(_, (code, _))| code)
    }

    /// Persons on exactly one and on several of these lists.
    pub fn on_one_and_several(&self, lists: &[SourceId]) -> (u64, u64) {
        let chosen: Vec<bool> = self.lists.iter().map(|list| lists.contains(list)).collect();
        let on = |row: &str| row.chars().zip(&chosen).filter(|(letter, chosen)| **chosen && *letter != ABSENT).count();
        self.rows.iter().fold((0, 0), |(one, several), (row, n)| match on(row) {
            0 => (one, several),
            1 => (one + n, several),
            _ => (one, several + n),
        })
    }
}

fn each_once<'v, T: Clone + Ord + Hash + 'v>(values: impl Iterator<Item = &'v T>) -> Vec<T> {
    let mut found: Vec<T> = values.collect::<FxHashSet<_>>().into_iter().cloned().collect();
    found.sort_unstable();
    found
}

fn party(attribution: &Attribution) -> Option<&PartyCode> {
    match attribution {
        Attribution::Party(code) => Some(code),
        _ => None,
    }
}

fn letter_of(position: usize) -> char {
    u32::try_from(position).ok().and_then(|n| char::from_u32(FIRST_PARTY + n)).unwrap_or(CONTRADICTS_ITSELF)
}

/// The nearest party above that is in the table too: enough to ask whether one lies within the other.
fn above(code: &PartyCode, codes: &[PartyCode], data: &Dataset) -> Option<usize> {
    let mut at = data.parties.get(code)?.parent.clone();
    while let Some(node) = at {
        if let Ok(found) = codes.binary_search(&node) {
            return Some(found);
        }
        at = data.parties.get(&node)?.parent.clone();
    }
    None
}
