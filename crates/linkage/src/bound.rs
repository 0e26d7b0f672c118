//! A bound on a pair's evidence from what costs nothing to compare, so that most pairs never have their names compared.
//!
//! The odds against the sum of three kinds of non-match are at most the odds against each alone; and what the names can add
//! at best is known from one record, since an agreement is worth no more than its own words' rarity.

use crate::compare::{
    COMPARISONS, DATE, GRANDFATHER_NAME, N, NameLevels, PLACE, SAME_LIST, governorate_levels, level,
    pattern_without_names,
};
use crate::frequency::Words;
use crate::model::{KINDS, MATCH, Scorer};
use crate::packed::{FAMILY, FATHER, Facts, GIVEN, GRANDFATHER, Names};
use crate::similarity::{CONFUSABLE, DIFFER, EQUIVALENT, EXACT, MOVED, NEAR};

/// log2 of the likelihood of a match over that of each other kind; the last lane is empty.
pub(crate) type Lanes = [f32; 4];

/// Sums in single precision may differ from the exact ones by less. Bits.
const SLACK_BITS: f32 = 0.02;

pub(crate) struct Bound {
    /// By comparison and level.
    over: Box<[[Lanes; 16]; N]>,
    /// At most, by how the governorates compare.
    place: [Lanes; 3],
    prior: Lanes,
    same_list_penalty_bits: f32,
}

fn plus(a: Lanes, b: Lanes) -> Lanes {
    std::array::from_fn(|i| a[i] + b[i])
}

fn most(a: Lanes, b: Lanes) -> Lanes {
    std::array::from_fn(|i| a[i].max(b[i]))
}

impl Bound {
    pub fn new(scorer: &Scorer) -> Self {
        let lanes = |of: &dyn Fn(usize) -> f64| -> Lanes {
            std::array::from_fn(|i| if i + 1 < KINDS { (of(MATCH) - of(i + 1)) as f32 } else { f32::INFINITY })
        };
        let mut over = Box::new([[[0.0; 4]; 16]; N]);
        for c in 0..N {
            for l in 1..=COMPARISONS[c].levels.len() {
                over[c][l] = lanes(&|k| scorer.log2[c][l][k]);
                over[c][l][3] = 0.0;
            }
        }
        let place = [0, 1, 2].map(|governorate| {
            let levels = governorate_levels(governorate).iter().map(|l| over[PLACE][usize::from(*l)]);
            levels.reduce(most).unwrap_or_default()
        });
        let prior = lanes(&|k| scorer.log2_prior[k]);
        Self { over, place, prior, same_list_penalty_bits: scorer.same_list_penalty_bits as f32 }
    }

    /// What the names of a pair can add at most, given one of its records.
    pub fn names_of(&self, names: &Names, words: Words) -> NamesBound {
        let rarity = [GIVEN, FATHER, FAMILY, GRANDFATHER].map(|p| words.rarity(names.name[p], p == FAMILY));
        let best = |position: usize| {
            let levels = POSSIBLE.iter().map(|&(l, arabic)| self.name(position, l, arabic, rarity[position]));
            levels.reduce(most).unwrap_or_default()
        };
        let grandfather = if names.name[GRANDFATHER].is_missing() { Lanes::default() } else { best(3) };
        let best = [best(0), best(1), best(2)];
        let all = plus(plus(self.prior, grandfather), plus(best[0], plus(best[1], best[2])));
        NamesBound { rarity, father: best[1], all }
    }

    /// What one name adds at a level. Positions are given, father, family, grandfather.
    fn name(&self, position: usize, level: u8, arabic: bool, rarity: f32) -> Lanes {
        let adds = match level {
            EXACT | EQUIVALENT => rarity,
            NEAR => rarity.max(0.0) * 0.5,
            _ => 0.0,
        };
        // A relative shares the father's and the family's name by blood: their rarity weighs nothing there.
        let relative = if position == 0 { adds } else { 0.0 };
        let comparison = if position == 3 { GRANDFATHER_NAME } else { 2 * position + usize::from(!arabic) };
        plus(self.over[comparison][usize::from(level)], [relative, adds, adds, 0.0])
    }

    /// Evidence of the pair at most, in bits, when its names have been compared as they stand.
    pub fn at_most_with_names(&self, sum: Lanes, names: &NamesBound, levels: &NameLevels) -> f32 {
        let NameLevels { given, father, family, grandfather, has_grandfather } = *levels;
        let unlike = |level: u8| level >= CONFUSABLE;
        let one = |position: usize, (level, arabic): (u8, bool), may_move: bool| {
            let plain = self.name(position, level, arabic, names.rarity[position]);
            if may_move { most(plain, self.name(position, MOVED, arabic, 0.0)) } else { plain }
        };
        // What `compare` may yet make of them: written family first, or without a family name.
        let turned = unlike(given.0) && unlike(family.0);
        let left_out = unlike(family.0) && father.0 == 0;
        let given = one(0, given, turned);
        let mut last = one(2, family, turned);
        let mut middle = one(1, father, has_grandfather && unlike(father.0));
        let mut fourth = one(3, grandfather, false);
        if turned || left_out {
            last = most(last, Lanes::default());
            middle = names.father;
            fourth = most(fourth, Lanes::default());
        }
        let best = plus(plus(plus(sum, self.prior), fourth), plus(given, plus(middle, last)));
        best[0].min(best[1]).min(best[2]) + SLACK_BITS
    }

    /// What all but the names adds at most; the prior is in the bound of the names.
    #[inline]
    pub fn without_names(&self, a: &Facts, b: &Facts) -> Lanes {
        let (pattern, governorate) = pattern_without_names(a, b);
        let mut sum = self.place[governorate];
        let mut rest = pattern >> (4 * DATE);
        for levels in &self.over[DATE..] {
            sum = plus(sum, levels[(rest & 15) as usize]);
            rest >>= 4;
        }
        let penalty = if level(pattern, SAME_LIST) == 2 { self.same_list_penalty_bits } else { 0.0 };
        sum.map(|bits| bits - penalty)
    }

    /// At least the evidence of the pair, in bits, before its names are looked at.
    #[inline]
    pub fn at_most(&self, sum: Lanes, names: &NamesBound) -> f32 {
        let best = plus(sum, names.all);
        best[0].min(best[1]).min(best[2]) + SLACK_BITS
    }
}

/// Levels that a name comparison can have, and whether in Arabic. Arabic words are the same or not, never equivalent.
const POSSIBLE: [(u8, bool); 12] = [
    (0, true),
    (EXACT, true),
    (NEAR, true),
    (MOVED, true),
    (CONFUSABLE, true),
    (DIFFER, true),
    (EXACT, false),
    (EQUIVALENT, false),
    (NEAR, false),
    (MOVED, false),
    (CONFUSABLE, false),
    (DIFFER, false),
];

/// Of one record.
pub(crate) struct NamesBound {
    rarity: [f32; 4],
    father: Lanes,
    /// With the prior.
    all: Lanes,
}
