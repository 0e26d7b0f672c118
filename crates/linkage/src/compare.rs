//! Two records to one pattern: a level for each comparison, four bits each. Symmetric in the records.

use crate::frequency::Words;
use crate::memo::Memo;
use crate::packed::{COMMON_DATE, COMMON_OWN, DETAINED, FAMILY, FATHER, Facts, GIVEN, GRANDFATHER, Names, Side, Token};
use crate::similarity::{
    BothArabic, CONFUSABLE, DIFFER, EQUIVALENT, EXACT, MOVED, NEAR, UNSURE, glance, settled_level, token_level,
};
use crate::told_apart::given_level;

/// The levels of a comparison; level 0, missing, is not named and weighs nothing.
pub struct Comparison {
    pub name: &'static str,
    pub levels: &'static [&'static str],
}

const NAME_LEVELS: &[&str] = &["exact", "equivalent", "near", "moved", "confusable", "differ"];

/// Every comparison, in the order of a pattern. Names read in Arabic on both sides and names read
/// through sounds are apart, since the same slip shows differently in each.
pub const COMPARISONS: [Comparison; 14] = [
    Comparison { name: "given_name_arabic", levels: NAME_LEVELS },
    Comparison { name: "given_name_by_sound", levels: NAME_LEVELS },
    Comparison { name: "father_name_arabic", levels: NAME_LEVELS },
    Comparison { name: "father_name_by_sound", levels: NAME_LEVELS },
    Comparison { name: "family_name_arabic", levels: NAME_LEVELS },
    Comparison { name: "family_name_by_sound", levels: NAME_LEVELS },
    Comparison {
        name: "date",
        levels: &[
            "same_day",
            "one_day_apart",
            "swapped_or_heaped",
            "within_7_days",
            "same_month_one_imprecise",
            "within_45_days",
            "overlapping_ranges",
            "within_2_years",
            "differ",
            "within_3_years_in_detention",
        ],
    },
    Comparison {
        name: "place",
        levels: &["same_town", "same_governorate", "same_governorate_other_town", "other_governorate"],
    },
    Comparison {
        name: "age",
        levels: &["same", "within_1_year", "within_2_years", "within_5_years", "within_10_years", "differ"],
    },
    Comparison { name: "sex", levels: &["same", "differ"] },
    Comparison { name: "cause", levels: &["same", "differ"] },
    Comparison { name: "party", levels: &["same", "differ"] },
    Comparison { name: "list", levels: &["other_list", "same_list"] },
    Comparison { name: "grandfather_name", levels: NAME_LEVELS },
];

pub(crate) const N: usize = COMPARISONS.len();
pub(crate) const DATE: usize = 6;
pub(crate) const PLACE: usize = 7;
pub(crate) const AGE: usize = 8;
pub(crate) const SEX: usize = 9;
/// Cause; in the `people` spec an address or number of the person's own.
pub(crate) const OWN: usize = 10;
pub(crate) const PARTY: usize = 11;
pub(crate) const SAME_LIST: usize = 12;
pub(crate) const GRANDFATHER_NAME: usize = 13;

/// The level of each comparison, and what the rarity of the names agreed on adds, in bits.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Compared {
    pub pattern: u64,
    pub given_bits: f32,
    pub other_name_bits: f32,
}

/// The level of comparison `c` in a pattern.
pub(crate) fn level(pattern: u64, c: usize) -> usize {
    ((pattern >> (4 * c)) & 15) as usize
}

/// Levels of given, father, family and grandfather's name, each with whether it was read in Arabic.
#[derive(Clone, Copy)]
pub(crate) struct NameLevels {
    pub given: (u8, bool),
    pub father: (u8, bool),
    pub family: (u8, bool),
    pub grandfather: (u8, bool),
    /// Either record has a grandfather's name, in which a father's may be found.
    pub has_grandfather: bool,
    /// One of the two may be written family name first, as far as a glance tells.
    pub may_be_turned: bool,
    /// One of the two may leave the family name out, as far as a glance tells.
    pub may_leave_family_out: bool,
}

impl NameLevels {
    /// Position by position, as the names stand.
    pub fn of(a: &Names, b: &Names, v: Words, memo: &mut Memo) -> Self {
        let mut out = Self::glance(a, b, v);
        for position in [GIVEN, FATHER, FAMILY, GRANDFATHER] {
            out.settle(position, a, b, v, memo);
        }
        out
    }

    /// As they are seen at a glance: some unsure.
    #[inline(always)]
    pub fn glance(a: &Names, b: &Names, v: Words) -> Self {
        Self::glance_beside(glance(a.name[FATHER], b.name[FATHER], v), a, b, v)
    }

    /// The same, where the father's names have been seen.
    #[inline(always)]
    pub fn glance_beside(father: (u8, BothArabic), a: &Names, b: &Names, v: Words) -> Self {
        let given = glance(a.name[GIVEN], b.name[GIVEN], v);
        let family = glance(a.name[FAMILY], b.name[FAMILY], v);
        let grandfather = glance(a.name[GRANDFATHER], b.name[GRANDFATHER], v);
        let has_grandfather = !(a.name[GRANDFATHER].is_missing() && b.name[GRANDFATHER].is_missing());
        Self {
            given,
            father,
            family,
            grandfather,
            has_grandfather,
            may_be_turned: unlike(given.0) && unlike(family.0) && may_be_turned(a, b, v),
            may_leave_family_out: unlike(family.0) && father.0 == 0 && may_leave_family_out(a, b, v),
        }
    }

    #[inline(always)]
    pub fn at(&self, position: usize) -> (u8, BothArabic) {
        match position {
            GIVEN => self.given,
            FATHER => self.father,
            GRANDFATHER => self.grandfather,
            _ => self.family,
        }
    }

    /// Compares the words at a position of which a glance was unsure; false where it was not.
    #[inline(always)]
    pub fn settle(&mut self, position: usize, a: &Names, b: &Names, v: Words, memo: &mut Memo) -> bool {
        let seen = match position {
            GIVEN => &mut self.given,
            FATHER => &mut self.father,
            GRANDFATHER => &mut self.grandfather,
            _ => &mut self.family,
        };
        if seen.0 != UNSURE {
            return false;
        }
        seen.0 = settled_level(a.name[position], b.name[position], seen.1, position == FAMILY, v, memo);
        self.may_be_turned &= unlike(self.given.0) && unlike(self.family.0);
        self.may_leave_family_out &= unlike(self.family.0);
        true
    }
}

/// Whether two names cannot be read otherwise than as they stand: they share the given name, and neither has a grandfather's.
#[inline(always)]
pub(crate) fn stand_as_written(a: &Names, b: &Names) -> bool {
    let (x, y) = (a.name[GIVEN], b.name[GIVEN]);
    let both_arabic = (x.arabic != 0) & (y.arabic != 0);
    let is_shared = if both_arabic { x.arabic == y.arabic } else { (x.latin == y.latin) & (x.latin != 0) };
    is_shared & a.name[GRANDFATHER].is_missing() & b.name[GRANDFATHER].is_missing()
}

fn may_agree(a: Token, b: Token, v: Words) -> bool {
    let seen = glance(a, b, v).0;
    agrees(seen) || seen == UNSURE
}

fn may_be_turned(a: &Names, b: &Names, v: Words) -> bool {
    let second = |names: &Names| names.name[if names.name[FATHER].is_missing() { FAMILY } else { FATHER }];
    // A family name seldom looks like a given name.
    (may_agree(a.name[GIVEN], b.name[FAMILY], v) && may_agree(second(a), b.name[GIVEN], v))
        || (may_agree(a.name[FAMILY], b.name[GIVEN], v) && may_agree(a.name[GIVEN], second(b), v))
}

fn may_leave_family_out(a: &Names, b: &Names, v: Words) -> bool {
    may_agree(a.name[FAMILY], b.name[FATHER], v) || may_agree(a.name[FATHER], b.name[FAMILY], v)
}

pub(crate) fn compare(a: Side, b: Side, v: Words, memo: &mut Memo) -> Compared {
    let place = PlaceLevels::of(a, b, v, memo).level;
    compare_from(NameLevels::of(a.names, b.names, v, memo), place, a, b, v, memo)
}

/// As [`compare`], where the names have been compared as they stand, and the places.
pub(crate) fn compare_from(levels: NameLevels, place: u8, a: Side, b: Side, v: Words, memo: &mut Memo) -> Compared {
    let facts = FactLevels::of(a.facts, b.facts);
    let (a, b) = (a.names, b.names);
    let mut names = compare_names(levels, a, b, v, memo);
    names.given.0 = given_level(names.given.0, &facts, a.name[GIVEN], b.name[GIVEN], v);
    let mut pattern = 0u64;
    let mut set = |c: usize, level: u8| pattern |= u64::from(level) << (4 * c);
    set(DATE, facts.date);
    set(AGE, facts.age);
    set(SEX, facts.sex);
    set(OWN, facts.own);
    set(PARTY, facts.party);
    set(SAME_LIST, facts.same_list);
    for (i, (level, arabic)) in [names.given, names.father, names.family].into_iter().enumerate() {
        set(2 * i + usize::from(!arabic), level);
    }
    set(GRANDFATHER_NAME, names.grandfather.0);
    set(PLACE, place);
    let bits = |position: usize, level: u8, family: bool| {
        let rarity = || v.rarity(a.name[position], family).min(v.rarity(b.name[position], family));
        match level {
            EXACT | EQUIVALENT => rarity(),
            NEAR => rarity().max(0.0) * 0.5,
            _ => 0.0,
        }
    };
    Compared {
        pattern,
        given_bits: bits(GIVEN, names.given.0, false),
        other_name_bits: bits(FATHER, names.father.0, false)
            + bits(FAMILY, names.family.0, true)
            + bits(GRANDFATHER, names.grandfather.0, false),
    }
}

/// The levels of all comparisons but those of names and place.
pub(crate) struct FactLevels {
    pub date: u8,
    pub age: u8,
    pub sex: u8,
    pub own: u8,
    pub party: u8,
    pub same_list: u8,
    /// How the governorates compare: 0 missing, 1 same, 2 differ.
    pub governorate: u8,
}

impl FactLevels {
    #[inline(always)]
    pub fn of(a: &Facts, b: &Facts) -> Self {
        Self {
            date: date_level(a, b),
            age: age_level(a, b),
            sex: equality(u32::from(a.sex), u32::from(b.sex)),
            own: if a.share(b, COMMON_OWN) & (a.cause == b.cause) { 0 } else { equality(a.cause, b.cause) },
            party: equality(a.party, b.party),
            same_list: if a.list == b.list { 2 } else { 1 },
            governorate: equality(a.governorate, b.governorate),
        }
    }
}

#[inline(always)]
fn equality(a: u32, b: u32) -> u8 {
    u8::from((a != 0) & (b != 0)) * (1 + u8::from(a != b))
}

fn agrees(level: u8) -> bool {
    (EXACT..=NEAR).contains(&level)
}

/// Unsure ones may be.
pub(crate) fn unlike(level: u8) -> bool {
    level >= CONFUSABLE
}

fn compare_names(mut names: NameLevels, a: &Names, b: &Names, v: Words, memo: &mut Memo) -> NameLevels {
    let mut at = |i: usize, j: usize| token_level(a.name[i], b.name[j], i == FAMILY && j == FAMILY, v, memo);
    let missing = |p: &Names, i: usize| p.name[i].is_missing();
    if unlike(names.given.0) && unlike(names.family.0) {
        // One of the two was written family name first. Where both readings fit, the better father decides, so
        // that the order of the records does not matter.
        let mut fathers: Vec<(u8, bool)> = Vec::new();
        for (turned, forward) in [(a, true), (b, false)] {
            let mut at = |i: usize, j: usize| if forward { at(i, j) } else { at(j, i) };
            let two_words = missing(turned, FATHER);
            let second = if two_words { FAMILY } else { FATHER };
            if agrees(at(second, GIVEN).0) && agrees(at(GIVEN, FAMILY).0) {
                fathers.push(if two_words { names.father } else { at(FAMILY, FATHER) });
            }
        }
        if let Some(father) = fathers.into_iter().min_by_key(|(level, arabic)| (level.wrapping_sub(1), *arabic)) {
            // Of both names, and counted once.
            names.given.0 = MOVED;
            names.family.0 = 0;
            names.father = father;
            // Which word is whose is no longer known.
            names.grandfather.0 = 0;
            return names;
        }
    }
    if unlike(names.family.0) && names.father.0 == 0 {
        // One of the two leaves the family name out, and ends in the father's.
        let lone = if missing(a, FATHER) { at(FAMILY, FATHER) } else { at(FATHER, FAMILY) };
        if missing(a, FATHER) != missing(b, FATHER) && agrees(lone.0) {
            names.father = lone;
            names.family.0 = 0;
            return names;
        }
    }
    if names.father.0 >= CONFUSABLE
        && names.has_grandfather
        && (agrees(at(GRANDFATHER, FATHER).0) || agrees(at(FATHER, GRANDFATHER).0))
    {
        names.father.0 = MOVED;
    }
    names
}

#[inline(always)]
fn date_level(a: &Facts, b: &Facts) -> u8 {
    if !(a.has_date() && b.has_date()) {
        return 0;
    }
    if a.share(b, COMMON_DATE) && (a.first_day, a.last_day) == (b.first_day, b.last_day) {
        return 0;
    }
    // Days that surely lie between the two, and the days of uncertainty.
    let apart = (b.first_day - a.last_day).max(a.first_day - b.last_day).max(0);
    let widest = (a.last_day - a.first_day).max(b.last_day - b.first_day);
    // Families learn of deaths in detention months or years later, and lists give the day of arrest, of death or of the news.
    if (46..=1095).contains(&apart) && ((a.marks | b.marks) & DETAINED != 0) {
        return 10;
    }
    if widest > 0 {
        return match (apart, widest) {
            (0, ..=62) => 5,
            (0, _) => 7,
            (1..=45, _) => 6,
            (..=730, _) => 8,
            _ => 9,
        };
    }
    // Without branches: no processor foresees how two dates compare.
    let (same_year, same_month, same_day) = (a.year == b.year, a.month == b.month, a.day == b.day);
    let round = |day: i8| (day == 1) | (day == 15);
    let heaped = same_year & same_month & (round(a.day) | round(b.day));
    let swapped = same_year & (a.month == b.day) & (a.day == b.month);
    let year_off = same_month & same_day & (i32::from(a.year).abs_diff(i32::from(b.year)) == 1);
    // 1 on the same day, 2 a day apart, 4 to a week, 6 to 45 days, 8 to two years, 9 beyond.
    let [one, two, week, weeks, years] = [0, 1, 7, 45, 730].map(|days| u8::from(apart > days));
    let by_days = 1 + one + 2 * (two + week + weeks) + years;
    if (apart > 1) & (heaped | swapped | year_off) { 3 } else { by_days }
}

/// Levels of place that are possible where governorates are missing, the same, or differ.
pub(crate) fn governorate_levels(governorates: usize) -> &'static [u8] {
    [&[0, 1, 4][..], &[1, 2, 3], &[3, 4]].get(governorates).copied().unwrap_or(&[])
}

/// How the places of two records compare.
#[derive(Clone, Copy)]
pub(crate) struct PlaceLevels {
    pub level: u8,
    /// How the governorates compare: 0 missing, 1 same, 2 differ.
    pub governorate: u8,
}

impl PlaceLevels {
    pub fn of(a: Side, b: Side, v: Words, memo: &mut Memo) -> Self {
        let towns = token_level(a.town, b.town, true, v, memo).0;
        let governorate = equality(a.facts.governorate, b.facts.governorate);
        let level = match (governorate, towns) {
            (0 | 1, EXACT..=MOVED) => 1,
            (1, 0) => 2,
            (1, _) => 3,
            (2, EXACT..=EQUIVALENT) => 3,
            (2, _) | (0, DIFFER) => 4,
            _ => 0,
        };
        Self { level, governorate }
    }
}

#[inline(always)]
fn age_level(a: &Facts, b: &Facts) -> u8 {
    if !(a.has_age() && b.has_age()) {
        return 0;
    }
    let years = |y: u8| i16::from(y);
    let apart = (years(b.least_age) - years(a.most_age)).max(years(a.least_age) - years(b.most_age)).max(0);
    // 1 at the same age, 2 and 3 one and two years apart, 4 to five, 5 to ten, 6 beyond; without branches, as above.
    1 + [0, 1, 2, 5, 10].map(|years| u8::from(apart > years)).iter().sum::<u8>()
}
