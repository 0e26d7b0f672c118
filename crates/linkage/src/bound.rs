//! A bound on a pair's evidence from what costs nothing to compare, so that most pairs never have their names compared.
//!
//! The odds against the sum of three kinds of non-match are at most the odds against each alone; and what the names can add
//! at best is known from one record, since an agreement is worth no more than its own words' rarity.

use crate::compare::{
    AGE, COMPARISONS, DATE, FactLevels, GRANDFATHER_NAME, N, NameLevels, OWN, PARTY, PLACE, PlaceLevels, SAME_LIST,
    SEX, governorate_levels, unlike,
};
use crate::frequency::Words;
use crate::model::{KINDS, MATCH, Scorer};
use crate::packed::{FAMILY, FATHER, Facts, GIVEN, GRANDFATHER, Names};
use crate::similarity::{CONFUSABLE, DIFFER, EQUIVALENT, EXACT, MOVED, NEAR, UNSURE};

/// log2 of the likelihood of a match over that of each other kind; the last lane is empty.
pub(crate) type Lanes = [f32; 4];

/// Sums in single precision may differ from the exact ones by less. Bits.
const SLACK_BITS: f32 = 0.02;

pub(crate) struct Bound {
    /// By comparison and level.
    over: Box<[[Lanes; 16]; N]>,
    /// What names add whose words are of no rarity, by which those of a record are made.
    common: Box<NamesBound>,
    /// By level.
    date: [Lanes; 16],
    age: [Lanes; 16],
    /// Sex, own number or cause, party and list together, with the penalty for one list.
    rest: [Lanes; 54],
    /// At most, by how the governorates compare.
    place: [Lanes; 3],
    prior: Lanes,
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
        let penalty = [scorer.same_list_penalty_bits as f32; 4];
        let rest = std::array::from_fn(|i| {
            let (sex, own, party, same_list) = (i % 3, i / 3 % 3, i / 9 % 3, i / 27 + 1);
            let sum = plus(plus(over[SEX][sex], over[OWN][own]), plus(over[PARTY][party], over[SAME_LIST][same_list]));
            std::array::from_fn(|lane| sum[lane] - if same_list == 2 { penalty[lane] } else { 0.0 })
        });
        let mut out = Self { date: over[DATE], age: over[AGE], rest, place, prior, over, common: Box::default() };
        out.common = Box::new(out.names_of_no_rarity());
        out
    }

    /// Of the levels that rarity bears on there is nothing in what is unsure, nor in the best.
    fn names_of_no_rarity(&self) -> NamesBound {
        let mut out = NamesBound::default();
        for position in 0..4 {
            for arabic in [false, true] {
                let levels = &mut out.by_level[position][usize::from(arabic)];
                for level in [MOVED, CONFUSABLE, DIFFER] {
                    levels[usize::from(level)] = self.name(position, level, arabic, 0.0);
                    out.best[position] = most(out.best[position], levels[usize::from(level)]);
                }
                levels[usize::from(UNSURE)] = most(levels[usize::from(CONFUSABLE)], levels[usize::from(DIFFER)]);
            }
        }
        out
    }

    /// What the names of a pair can add at most, given one of its records.
    pub fn names_of(&self, names: &Names, words: Words) -> NamesBound {
        let mut out = (*self.common).clone();
        for (position, word) in [GIVEN, FATHER, FAMILY, GRANDFATHER].into_iter().enumerate() {
            let rarity = words.rarity(names.name[word], word == FAMILY);
            for arabic in [false, true] {
                let levels = &mut out.by_level[position][usize::from(arabic)];
                for level in [EXACT, EQUIVALENT, NEAR] {
                    let adds = self.name(position, level, arabic, rarity);
                    levels[usize::from(level)] = adds;
                    // Arabic words are the same or not, never equivalent.
                    if level != EQUIVALENT || !arabic {
                        out.best[position] = most(out.best[position], adds);
                        let unsure = &mut levels[usize::from(UNSURE)];
                        *unsure = if level == EXACT { *unsure } else { most(*unsure, adds) };
                    }
                }
            }
        }
        if names.name[GRANDFATHER].is_missing() {
            out.best[3] = Lanes::default();
        }
        out.all = out.best.into_iter().fold(self.prior, plus);
        out
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

    /// Evidence of the pair at most, in bits, when its names have been compared, or glanced at, as they stand.
    #[inline]
    pub fn at_most_with_names(&self, sum: Lanes, names: &NamesBound, levels: &NameLevels) -> f32 {
        let NameLevels { given, father, family, grandfather, .. } = *levels;
        let one = |position: usize, (level, arabic): (u8, bool), may_move: bool| {
            let levels = &names.by_level[position][usize::from(arabic)];
            let plain = levels[usize::from(level)];
            if may_move { most(plain, levels[usize::from(MOVED)]) } else { plain }
        };
        // What `compare` may yet make of them: written family first, or without a family name.
        let turned = levels.may_be_turned;
        let given = one(0, given, turned);
        let mut last = one(2, family, turned);
        let mut middle = one(1, father, levels.has_grandfather && unlike(father.0));
        let mut fourth = one(3, grandfather, false);
        if turned || levels.may_leave_family_out {
            last = most(last, Lanes::default());
            middle = names.best[1];
            fourth = most(fourth, Lanes::default());
        }
        let best = plus(plus(plus(sum, self.prior), fourth), plus(given, plus(middle, last)));
        best[0].min(best[1]).min(best[2]) + SLACK_BITS
    }

    /// What all but the names adds at most; the prior is in the bound of the names.
    #[inline]
    pub fn without_names(&self, a: &Facts, b: &Facts) -> Lanes {
        let levels = FactLevels::of(a, b);
        let rest = levels.sex + 3 * levels.own + 9 * levels.party + 27 * (levels.same_list - 1);
        let when = plus(self.date[usize::from(levels.date & 15)], self.age[usize::from(levels.age & 15)]);
        let rest = self.rest.get(usize::from(rest)).copied().unwrap_or_default();
        plus(plus(when, rest), self.place[usize::from(levels.governorate)])
    }

    /// The sum, once the places have been compared.
    #[inline]
    pub fn with_place(&self, sum: Lanes, place: PlaceLevels) -> Lanes {
        let (most, found) = (self.place[usize::from(place.governorate)], self.over[PLACE][usize::from(place.level)]);
        std::array::from_fn(|i| sum[i] - most[i] + found[i])
    }

    /// At least the evidence of the pair, in bits, before its names are looked at.
    #[inline]
    pub fn at_most(&self, sum: Lanes, names: &NamesBound) -> f32 {
        let best = plus(sum, names.all);
        best[0].min(best[1]).min(best[2]) + SLACK_BITS
    }
}

/// Levels of a name: missing, those of a comparison, unsure.
const LEVELS: usize = UNSURE as usize + 1;

/// Of one record. Positions are given, father, family, grandfather.
#[derive(Clone, Default)]
pub(crate) struct NamesBound {
    /// By position, whether read in Arabic, and level.
    by_level: [[[Lanes; LEVELS]; 2]; 4],
    /// Of any level.
    best: [Lanes; 4],
    /// With the prior.
    all: Lanes,
}

#[cfg(test)]
mod tests {
    use domain::{PartyTable, PlaceTable};

    use super::*;
    use crate::compare::compare;
    use crate::memo::Memo;
    use crate::synth::synthesize;
    use crate::{Decisions, RecordSet, Settings, VictimsReader, link};

    /// A bound below the evidence would lose a pair without a word.
    #[test]
    fn no_bound_is_below_the_evidence_of_a_pair() {
        let mut reader = VictimsReader::new(PlaceTable::syria(), PartyTable::syria());
        let mut records = Vec::new();
        for (number, list) in synthesize(250, 7).lists.iter().enumerate() {
            for row in &list.rows {
                let get = |name: &str| list.header.iter().position(|h| *h == name).map(|i| row[i].as_str());
                records.push(reader.read(&get, number as u32));
            }
        }
        let model = link(&records, &Settings::default(), &Decisions::default(), &|_, _, _| {}).unwrap().model;
        let mut set = RecordSet::new();
        records.iter().for_each(|record| set.push(record).unwrap());
        set.part(&model.lexicon);
        let (scorer, v) = (model.scorer().unwrap(), &set.vocabulary);
        let weights = model.term_frequencies.weights(&model.lexicon, v);
        let words = Words { vocabulary: v, weights: &weights };
        let (bound, mut memo) = (Bound::new(&scorer), Memo::new());
        let (mut pairs, mut refused, mut glanced) = (0, 0, 0);
        for i in 0..set.len() as u32 {
            let a = set.packed.at(i);
            let names = bound.names_of(&a.names, words);
            for b in (0..i).map(|b| set.packed.at(b)) {
                let bits = scorer.match_odds_bits(&compare(a.side(), b.side(), words, &mut memo)) as f32;
                let sum = bound.without_names(&a.facts, &b.facts);
                let glance = NameLevels::glance(&a.names, &b.names, words);
                let full = NameLevels::of(&a.names, &b.names, words, &mut memo);
                let by_glance = bound.at_most_with_names(sum, &names, &glance);
                let by_names = bound.at_most_with_names(sum, &names, &full);
                assert!(bound.at_most(sum, &names) >= bits, "{a:?} {b:?}");
                assert!(by_glance >= bits && by_names >= bits, "{by_glance} {by_names} {bits} {a:?} {b:?}");
                let place = PlaceLevels::of(a.side(), b.side(), words, &mut memo);
                let by_place = bound.at_most_with_names(bound.with_place(sum, place), &names, &full);
                assert!(by_place >= bits && by_place <= by_names + 0.01, "{by_place} {by_names} {bits} {a:?} {b:?}");
                pairs += 1;
                refused += usize::from(by_names < -6.6);
                glanced += usize::from(by_glance < -6.6);
            }
        }
        // It must be worth having, too: most pairs are refused at a glance.
        assert!(pairs > 50_000 && refused >= glanced && glanced * 5 > pairs * 4, "{pairs} {glanced} {refused}");
    }
}
