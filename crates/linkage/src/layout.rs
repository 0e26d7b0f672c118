//! Records laid out for the processor's caches: by date, since most pairs are of one month.
//!
//! Places in the layout are for blocking and scoring alone; everything else knows records by their position in id order.

use rayon::prelude::*;

use crate::packed::{Facts, Names, Packed, Side};

pub(crate) struct Layout {
    pub facts: Vec<Facts>,
    pub names: Vec<Names>,
    /// Of each place, the position in id order.
    pub position: Vec<u32>,
    /// Of each position, the place.
    pub place: Vec<u32>,
}

impl Layout {
    /// `order` gives the input number of each position.
    pub fn new(packed: &[Packed], order: &[u32]) -> Self {
        let record = |position: u32| &packed[order[position as usize] as usize];
        let mut position: Vec<u32> = (0..order.len() as u32).collect();
        position.par_sort_unstable_by_key(|&p| (record(p).facts.first_day, p));
        let mut place = vec![0; order.len()];
        position.iter().enumerate().for_each(|(at, &p)| place[p as usize] = at as u32);
        Self {
            facts: position.iter().map(|&p| record(p).facts).collect(),
            names: position.iter().map(|&p| record(p).names).collect(),
            position,
            place,
        }
    }

    pub fn len(&self) -> usize {
        self.facts.len()
    }

    pub fn side(&self, place: u32) -> Side<'_> {
        Side { facts: &self.facts[place as usize], names: &self.names[place as usize] }
    }

    /// The side of the record at a position in id order.
    pub fn at(&self, position: u32) -> Side<'_> {
        self.side(self.place[position as usize])
    }
}
