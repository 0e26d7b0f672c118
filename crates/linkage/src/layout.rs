//! Records laid out for the processor's caches: by given name, as most pairs share it, and then by date.
//!
//! Places in the layout are for blocking and scoring alone; everything else knows records by their position in id order.

use rayon::prelude::*;

use crate::packed::{Facts, GIVEN, Names, Pieces, Side, Token, Vocabulary};

pub(crate) struct Layout {
    pub facts: Vec<Facts>,
    pub names: Vec<Names>,
    pub towns: Vec<Token>,
    /// Of each place, the position in id order.
    pub position: Vec<u32>,
    /// Of each position, the place.
    pub place: Vec<u32>,
}

impl Layout {
    /// `order` gives the input number of each position. Records of one given name and date follow one another by `tie`, of a
    /// position, then by position.
    pub fn new(packed: &Pieces, order: &[u32], v: &Vocabulary, tie: &(dyn Fn(u32) -> u64 + Sync)) -> Self {
        let record = |position: u32| packed.at(order[position as usize]);
        let given = |position: u32| v.skeleton[record(position).names.name[GIVEN].either() as usize];
        let mut sorted: Vec<(u64, i32, u64, u32)> =
            (0..order.len() as u32).map(|p| (given(p), record(p).facts.first_day, tie(p), p)).collect();
        sorted.par_sort_unstable();
        let position: Vec<u32> = sorted.into_iter().map(|(.., p)| p).collect();
        let mut place = vec![0; order.len()];
        position.iter().enumerate().for_each(|(at, &p)| place[p as usize] = at as u32);
        Self {
            facts: position.iter().map(|&p| record(p).facts).collect(),
            names: position.iter().map(|&p| record(p).names).collect(),
            towns: position.iter().map(|&p| record(p).town).collect(),
            position,
            place,
        }
    }

    pub fn len(&self) -> usize {
        self.facts.len()
    }

    pub fn side(&self, place: u32) -> Side<'_> {
        let place = place as usize;
        Side { facts: &self.facts[place], names: &self.names[place], town: self.towns[place] }
    }

    /// The side of the record at a position in id order.
    pub fn at(&self, position: u32) -> Side<'_> {
        self.side(self.place[position as usize])
    }
}
