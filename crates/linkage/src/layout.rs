//! Records laid out for the processor's caches: by given name, as most pairs share it, and then by date.
//!
//! Places in the layout are for blocking and scoring alone; everything else knows records by their position in id order.

use crate::packed::{Facts, GIVEN, Names, Packed, Side, Token};
use crate::pieces::Pieces;
use crate::radix::{bits_below, put_in_order};
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
        let given = |position: u32| record(position).names.name[GIVEN].either() as usize;
        let (ranks, count) = ranks(&v.skeleton, (0..order.len() as u32).map(given));
        let days = || (0..order.len() as u32).map(|p| record(p).facts.first_day).filter(|day| *day != i32::MAX);
        let (first, last) = (days().min().unwrap_or(0), days().max().unwrap_or(0));
        // Behind the others where there is none.
        let days = u64::from(last.abs_diff(first)) + 1;
        let day = |day: i32| if day == i32::MAX { days as u32 } else { day.abs_diff(first) };
        let mut sorted: Vec<(u32, u32, u32)> =
            (0..order.len() as u32).map(|p| (ranks[given(p)], day(record(p).facts.first_day), p)).collect();
        let day_bits = bits_below(days + 1);
        put_in_order(&mut sorted, &mut Vec::new(), day_bits + bits_below(count), |(rank, day, _)| {
            u64::from(*rank) << day_bits | u64::from(*day)
        });
        let mut position: Vec<u32> = Vec::with_capacity(sorted.len());
        for alike in sorted.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            let start = position.len();
            position.extend(alike.iter().map(|key| key.2));
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

/// Of each word that is used, the place of its skeleton among theirs; and how many skeletons there are.
fn ranks(skeletons: &[u64], used: impl Iterator<Item = usize>) -> (Vec<u32>, u64) {
    let mut out = vec![u32::MAX; skeletons.len()];
    let mut words: Vec<(u64, u32)> = Vec::new();
    for word in used {
        if std::mem::replace(&mut out[word], 0) == u32::MAX {
            words.push((skeletons[word], word as u32));
        }
    }
    words.sort_unstable();
    let mut count = 0;
    for alike in words.chunk_by(|a, b| a.0 == b.0) {
        alike.iter().for_each(|(_, word)| out[*word as usize] = count);
        count += 1;
    }
    (out, u64::from(count))
}
