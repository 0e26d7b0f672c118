//! Invented lists of an invented population, with the truth known.
//!
//! Four lists of the same people: A in Arabic with long names, B in both scripts (it partly copies A), C in Latin
//! letters, D in Arabic with poor dates. Families killed in one event, namesakes, duplicates, slips of the pen, dates
//! heaped and swapped. Whether a list has a person depends on place, time, cause, party and on how visible
//! the death was, so that lists depend on one another as real ones do. Every name is put together
//! from the tables of `names`; no person is described.

mod names;
mod people;
mod random;
mod write;

use std::collections::BTreeMap;

use people::{Capture, Person, people};
use random::Random;
use write::{row, spoil};

pub const HEADER: [&str; 10] =
    ["record_id", "name_ar", "name_en", "sex", "age", "date_of_death", "governorate", "town", "cause", "perpetrator"];

/// One list: rows have the columns of `header`.
#[derive(Debug, Clone, PartialEq)]
pub struct SynthList {
    /// `A` to `D`.
    pub name: &'static str,
    pub header: Vec<&'static str>,
    pub rows: Vec<Vec<String>>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Synth {
    pub lists: Vec<SynthList>,
    /// Record id, list, and the number of the person that the record speaks of.
    pub truth: Vec<(String, String, u64)>,
    /// People in the population, those on no list included.
    pub true_n: u64,
    /// People by the lists that bear them, such as `1010` for A and C; `0000` are on none.
    pub capture: BTreeMap<String, u64>,
}

pub(crate) const LISTS: [&str; 4] = ["A", "B", "C", "D"];
/// Chance that a list bears a person once more.
const AGAIN: [f64; 4] = [0.035, 0.05, 0.07, 0.10];

/// Invents `n` people and four lists of them. The same `n` and seed give the same bytes.
pub fn synthesize(n: usize, seed: u64) -> Synth {
    let mut random = Random::new(seed);
    let population = people(n, &mut random);
    let mut drafts: [Vec<(u64, Vec<String>)>; 4] = Default::default();
    let mut capture: BTreeMap<String, u64> = BTreeMap::new();
    for (number, person) in population.iter().enumerate() {
        let on: Vec<bool> = Capture::ALL.iter().map(|list| random.chance(list.probability(person))).collect();
        let pattern: String = on.iter().map(|on| if *on { '1' } else { '0' }).collect();
        *capture.entry(pattern).or_default() += 1;
        record_on_lists(number as u64, person, &on, &mut drafts, &mut random);
    }
    let mut lists = Vec::new();
    let mut truth = Vec::new();
    for (name, mut draft) in LISTS.into_iter().zip(drafts) {
        random.shuffle(&mut draft);
        let mut rows = Vec::with_capacity(draft.len());
        for (i, (person, mut row)) in draft.into_iter().enumerate() {
            let id = format!("{name}{i:07}");
            truth.push((id.clone(), name.to_owned(), person));
            row.insert(0, id);
            rows.push(row);
        }
        lists.push(SynthList { name, header: HEADER.to_vec(), rows });
    }
    Synth { lists, truth, true_n: n as u64, capture }
}

fn record_on_lists(
    number: u64,
    person: &Person,
    on: &[bool],
    drafts: &mut [Vec<(u64, Vec<String>)>; 4],
    random: &mut Random,
) {
    let mut in_a: Option<Vec<String>> = None;
    for list in (0..LISTS.len()).filter(|l| on[*l]) {
        let mut first = row(&spoil(person, random), list, random);
        if let Some(original) = in_a.as_ref().filter(|_| list == 1 && random.chance(0.12)) {
            // List B copies what A says of the name, the date and the place.
            first[0].clone_from(&original[0]);
            first[4..7].clone_from_slice(&original[4..7]);
        }
        if list == 0 {
            in_a = Some(first.clone());
        }
        drafts[list].push((number, first));
        let mut copies = 1;
        while copies < 4 && random.chance(AGAIN[list]) {
            drafts[list].push((number, row(&spoil(person, random), list, random)));
            copies += 1;
        }
    }
}
