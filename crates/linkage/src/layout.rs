//! Records laid out for the processor's caches: by given name, as most pairs share it, and then by date.
//!
//! Places in the layout are for blocking and scoring alone; everything else knows records by their position in id order.

use rayon::prelude::*;

use crate::packed::{Facts, GIVEN, Names, Packed, Side, Token};
use crate::pieces::Pieces;
use crate::vocabulary::Vocabulary;

/// What nearly every pair is judged by: one cache line.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(crate) struct Line {
    pub facts: Facts,
    pub names: Names,
}

pub(crate) struct Layout {
    pub lines: Vec<Line>,
    pub towns: Vec<Token>,
    /// Of each place, the position in id order.
    pub position: Vec<u32>,
    /// Of each position, the place.
    pub place: Vec<u32>,
}

impl Layout {
    /// `order` gives the input number of each position. Records of one given name and date follow one another by `tie`, of a
    /// position, if there is any, then by position.
    pub fn new(packed: &Pieces<Packed>, order: &[u32], v: &Vocabulary, tie: Option<&dyn Fn(u32) -> u64>) -> Self {
        let record = |position: u32| packed.at(order[position as usize]);
        let given = |position: u32| v.skeleton[record(position).names.name[GIVEN].either() as usize];
        // Days in the order of their unsigned numbers.
        let day = |p: u32| record(p).facts.first_day as u32 ^ 1 << 31;
        let mut sorted: Vec<u128> = (0..order.len() as u32)
            .map(|p| u128::from(given(p)) << 64 | u128::from(day(p)) << 32 | u128::from(p))
            .collect();
        sorted.par_sort_unstable();
        let mut position: Vec<u32> = Vec::with_capacity(sorted.len());
        for alike in sorted.chunk_by(|a, b| a >> 32 == b >> 32) {
            let start = position.len();
            position.extend(alike.iter().map(|key| *key as u32));
            if let Some(tie) = tie {
                position[start..].sort_by_cached_key(|p| (tie(*p), *p));
            }
        }
        drop(sorted);
        let mut place = vec![0; order.len()];
        position.iter().enumerate().for_each(|(at, &p)| place[p as usize] = at as u32);
        let (mut lines, mut towns) = (Vec::with_capacity(order.len()), Vec::with_capacity(order.len()));
        for &p in &position {
            let Packed { facts, names, town } = *record(p);
            lines.push(Line { facts, names });
            towns.push(town);
        }
        Self { lines, towns, position, place }
    }

    pub fn len(&self) -> usize {
        self.lines.len()
    }

    pub fn side(&self, place: u32) -> Side<'_> {
        let place = place as usize;
        let Line { facts, names } = &self.lines[place];
        Side { facts, names, town: self.towns[place] }
    }

    /// The side of the record at a position in id order.
    pub fn at(&self, position: u32) -> Side<'_> {
        self.side(self.place[position as usize])
    }
}
