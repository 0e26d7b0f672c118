//! A bound on a pair's evidence from what costs nothing to compare, so that most pairs never have their names compared.
//!
//! The odds against the sum of three kinds of non-match are at most the odds against each alone; and what the names can add
//! at best is known from one record, since an agreement is worth no more than its own words' rarity.

use crate::compare::{
    AGE, COMPARISONS, DATE, FactLevels, GRANDFATHER_NAME, N, NameLevels, OWN, PARTY, PLACE, PlaceLevels, SAME_LIST,
    SEX, governorate_levels, unlike,
};
use crate::frequency::{LEAST_BITS, MOST_BITS, Words};
use crate::model::{KINDS, MATCH, Scorer};
use crate::packed::{FAMILY, FATHER, Facts, GIVEN, GRANDFATHER, Names};
use crate::similarity::{BothArabic, CONFUSABLE, DIFFER, EQUIVALENT, EXACT, MOVED, NEAR, UNSURE};

/// log2 of the likelihood of a match over that of each other kind. The last lane is of none: the prior's is infinite, so that all four
/// can be asked for the least, which a vector does at once.
pub(crate) type Lanes = [f32; 4];

/// Sums in single precision may differ from the exact ones by less. Bits.
const SLACK_BITS: f32 = 0.02;

pub(crate) struct Bound {
    /// By comparison and level.
    over: Box<[[Lanes; 16]; N]>,
    /// What a name may add: by position, and by the rarity of the record's word in steps.
    names: [Vec<NameBound>; 4],
    /// By level.
    date: [Lanes; 16],
    age: [Lanes; 16],
    /// Sex, own number or cause, party and list together, with the penalty for one list.
    rest: [Lanes; 54],
    /// At most, by how the governorates compare.
    place: [Lanes; 3],
    prior: Lanes,
}

#[inline(always)]
fn plus(a: Lanes, b: Lanes) -> Lanes {
    [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]]
}

// None is NaN; `f32::max` would ask.
#[inline(always)]
fn most(a: Lanes, b: Lanes) -> Lanes {
    let more = |a: f32, b: f32| if a > b { a } else { b };
    [more(a[0], b[0]), more(a[1], b[1]), more(a[2], b[2]), more(a[3], b[3])]
}

/// Of a sum with the prior in it.
#[inline(always)]
fn least(of: Lanes) -> f32 {
    let less = |a: f32, b: f32| if a < b { a } else { b };
    less(less(of[0], of[2]), less(of[1], of[3])) + SLACK_BITS
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
        let mut out = Self { date: over[DATE], age: over[AGE], rest, place, prior, over, names: Default::default() };
        let of_step = |step: usize| LEAST_BITS as f32 + step as f32 / STEPS_A_BIT;
        out.names =
            [0, 1, 2, 3].map(|position| (0..STEPS).map(|step| out.name_bound(position, of_step(step))).collect());
        out
    }

    /// Of a word of this rarity.
    fn name_bound(&self, position: usize, rarity: f32) -> NameBound {
        let mut out = NameBound::default();
        for arabic in [false, true] {
            // Arabic words are the same or not, never equivalent.
            let unsure: &[u8] =
                if arabic { &[NEAR, CONFUSABLE, DIFFER] } else { &[EQUIVALENT, NEAR, CONFUSABLE, DIFFER] };
            let levels = &mut out.by_level[usize::from(arabic)];
            for level in EXACT..=DIFFER {
                levels[usize::from(level)] = self.name(position, level, arabic, rarity);
            }
            let of_unsure = unsure.iter().map(|level| levels[usize::from(*level)]).reduce(most).unwrap_or_default();
            levels[usize::from(UNSURE)] = of_unsure;
            let any = [levels[usize::from(EXACT)], levels[usize::from(MOVED)], of_unsure].into_iter();
            out.best = any.fold(out.best, most);
        }
        out
    }

    /// What the names of a pair can add at most, given one of its records.
    pub fn names_of(&self, names: &Names, words: Words) -> NamesBound<'_> {
        let bound = |position: usize, word: usize| {
            // Rounded up: a bound may be too high, never too low.
            let steps = (words.rarity(names.name[word], word == FAMILY) - LEAST_BITS as f32) * STEPS_A_BIT;
            &self.names[position][(steps.ceil() as usize).min(STEPS - 1)]
        };
        let of = [bound(0, GIVEN), bound(1, FATHER), bound(2, FAMILY), bound(3, GRANDFATHER)];
        let is_missing = names.name[GRANDFATHER].is_missing();
        let grandfather = if is_missing { Lanes::default() } else { of[3].best };
        let all = of[..3].iter().fold(plus(self.prior, grandfather), |sum, name| plus(sum, name.best));
        let others = plus(self.prior, plus(of[0].best, of[2].best));
        let other_father = of[1].by_level.each_ref().map(|levels| plus(others, levels[usize::from(DIFFER)]));
        NamesBound { of, all, other_father }
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
    #[inline(always)]
    pub fn at_most_with_names(&self, sum: Lanes, names: &NamesBound, levels: &NameLevels) -> f32 {
        let NameLevels { given, father, family, grandfather, .. } = *levels;
        let one = |position: usize, (level, arabic): (u8, bool), may_move: bool| {
            let levels = &names.of[position].by_level[usize::from(arabic)];
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
            middle = names.of[1].best;
            fourth = most(fourth, Lanes::default());
        }
        least(plus(plus(plus(sum, self.prior), fourth), plus(given, plus(middle, last))))
    }

    /// What all but the names adds at most; the prior is in the bound of the names.
    #[inline(always)]
    pub fn without_names(&self, a: &Facts, b: &Facts) -> Lanes {
        let levels = FactLevels::of(a, b);
        let rest = levels.sex + 3 * levels.own + 9 * levels.party + 27 * (levels.same_list - 1);
        let when = plus(self.date[usize::from(levels.date & 15)], self.age[usize::from(levels.age & 15)]);
        let rest = self.rest.get(usize::from(rest)).copied().unwrap_or_default();
        plus(plus(when, rest), self.place[usize::from(levels.governorate)])
    }

    /// The sum, once the places have been compared.
    #[inline(always)]
    pub fn with_place(&self, sum: Lanes, place: PlaceLevels) -> Lanes {
        let (most, found) = (self.place[usize::from(place.governorate)], self.over[PLACE][usize::from(place.level)]);
        [0, 1, 2, 3].map(|lane| sum[lane] - most[lane] + found[lane])
    }

    /// At least the evidence of the pair, in bits, before its names are looked at.
    #[inline(always)]
    pub fn at_most(&self, sum: Lanes, names: &NamesBound) -> f32 {
        least(plus(sum, names.all))
    }

    /// The same where the fathers' names differ and the names stand as they are written.
    #[inline(always)]
    pub fn at_most_of_other_father(&self, sum: Lanes, names: &NamesBound, arabic: BothArabic) -> f32 {
        least(plus(sum, names.other_father[usize::from(arabic)]))
    }
}

/// Levels of a name: missing, those of a comparison, unsure.
const LEVELS: usize = UNSURE as usize + 1;

/// Steps of rarity, from the least to the most bits that it may add.
const STEPS_A_BIT: f32 = 8.0;
const STEPS: usize = ((MOST_BITS - LEAST_BITS) * STEPS_A_BIT as f64) as usize + 1;

/// Of one word of a record.
#[derive(Clone, Default)]
struct NameBound {
    /// By whether read in Arabic, and level.
    by_level: [[Lanes; LEVELS]; 2],
    /// Of any level.
    best: Lanes,
}

/// Of one record. Positions are given, father, family, grandfather.
pub(crate) struct NamesBound<'a> {
    of: [&'a NameBound; 4],
    /// Of all names at their best, with the prior.
    all: Lanes,
    /// The same where the fathers' names differ, by whether they were read in Arabic, of names that stand as they are written.
    other_father: [Lanes; 2],
}

#[cfg(test)]
mod tests {
    use domain::{PartyTable, PlaceTable};

    use super::*;
    use crate::compare::{compare, stand_as_written};
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
        let (mut pairs, mut refused, mut glanced, mut other_fathers) = (0, 0, 0, 0);
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
                if glance.father.0 == DIFFER && stand_as_written(&a.names, &b.names) {
                    let by_father = bound.at_most_of_other_father(sum, &names, glance.father.1);
                    assert!(by_father >= bits, "{by_father} {bits} {a:?} {b:?}");
                    other_fathers += usize::from(by_father < -6.6);
                }
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
        assert!(other_fathers > 100, "{other_fathers}");
    }
}
