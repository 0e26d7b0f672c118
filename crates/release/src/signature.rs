//! Persons by what each list says of the party: the table that a page carries so that a reader's own choice of lists
//! can be counted exactly, attribution included.
//!
//! Why this is enough: in a tree the nodes above a party form a chain, so what one list says of a person is either
//! nothing, one most specific party, or a contradiction; and the parties of several lists agree exactly when their most
//! specific ones lie on one chain. The rule is `estimation::tally`'s, and a test of the program holds the two together.

use std::collections::{BTreeMap, BTreeSet};

use domain::count::Attribution;
use domain::{PartyCode, SourceId};
use rayon::prelude::*;

use crate::Dataset;
use crate::strata::RowsOf;

/// Every list that bears a record, and persons by what the lists say.
pub(crate) struct Signatures {
    pub lists: Vec<SourceId>,
    /// Parties that some list names, each with the position of the nearest party above it that is here too.
    pub parties: Vec<(PartyCode, Option<usize>)>,
    /// One letter for each list, and the number of persons.
    pub rows: Vec<(String, u64)>,
}

pub(crate) const ABSENT: char = '.';
pub(crate) const NAMES_NOBODY: char = '-';
pub(crate) const CONTRADICTS_ITSELF: char = '!';
/// The letter of the first party; the others follow it in Unicode, so that each is one UTF-16 unit.
const FIRST_PARTY: u32 = 'a' as u32;

impl Signatures {
    pub fn new(data: &Dataset, rows_of: &RowsOf<'_>) -> Self {
        let mut lists: Vec<SourceId> = Vec::new();
        let said: Vec<Vec<(&SourceId, Attribution)>> = rows_of
            .par_iter()
            .map(|rows| {
                let mut records = rows.records.clone();
                records.sort_by_key(|record| &record.source);
                let by_list = records.chunk_by(|a, b| a.source == b.source);
                by_list.map(|rows| (&rows[0].source, Attribution::of(rows, &data.parties))).collect()
            })
            .collect();
        let of_lists: BTreeSet<&SourceId> = said.iter().flatten().map(|(list, _)| *list).collect();
        lists.extend(of_lists.into_iter().cloned());
        let codes: Vec<PartyCode> = said
            .iter()
            .flatten()
            .filter_map(|(_, said)| party(said))
            .collect::<BTreeSet<_>>()
            .into_iter()
            .cloned()
            .collect();
        let mut rows: BTreeMap<String, u64> = BTreeMap::new();
        for by_list in said.iter().filter(|s| !s.is_empty()) {
            let letter = |list: &SourceId| match by_list.iter().find(|(own, _)| *own == list).map(|(_, said)| said) {
                None => ABSENT,
                Some(Attribution::NotStated) => NAMES_NOBODY,
                Some(Attribution::Disputed) => CONTRADICTS_ITSELF,
                Some(Attribution::Party(code)) => codes.binary_search(code).map_or(CONTRADICTS_ITSELF, letter_of),
            };
            *rows.entry(lists.iter().map(letter).collect()).or_default() += 1;
        }
        let parties = codes.iter().map(|code| (code.clone(), above(code, &codes, data))).collect();
        Self { lists, parties, rows: rows.into_iter().collect() }
    }
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
