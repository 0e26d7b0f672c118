//! Two records to one pattern: a level for each comparison, four bits each. Symmetric in the records.

use crate::frequency::Words;
use crate::packed::{FAMILY, FATHER, GIVEN, GRANDFATHER, Packed, PackedDate, Token};
use crate::similarity::{CONFUSABLE, DIFFER, EQUIVALENT, EXACT, MOVED, Memo, NEAR, token_level};

/// The levels of a comparison; level 0, missing, is not named and weighs nothing.
pub struct Comparison {
    pub name: &'static str,
    pub levels: &'static [&'static str],
}

const NAME_LEVELS: &[&str] = &["exact", "equivalent", "near", "moved", "confusable", "differ"];

/// Every comparison, in the order of a pattern. Names read in Arabic on both sides and names read
/// through sounds are apart, since the same slip shows differently in each.
pub const COMPARISONS: [Comparison; 13] = [
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
];

pub(crate) const N: usize = COMPARISONS.len();
pub(crate) const DATE: usize = 6;
const PLACE: usize = 7;
/// Cause; in the `people` spec an address or number of the person's own.
pub(crate) const OWN: usize = 10;
pub(crate) const SAME_LIST: usize = 12;

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

/// Levels of given, father and family name, each with whether it was read in Arabic.
struct Names {
    given: (u8, bool),
    father: (u8, bool),
    family: (u8, bool),
}

pub(crate) fn compare(a: &Packed, b: &Packed, v: Words, memo: &mut Memo) -> Compared {
    let names = compare_names(a, b, v, memo);
    let mut pattern = 0u64;
    let mut set = |c: usize, level: u8| pattern |= u64::from(level) << (4 * c);
    for (i, (level, arabic)) in [names.given, names.father, names.family].into_iter().enumerate() {
        set(2 * i + usize::from(!arabic), level);
    }
    set(DATE, date_level(a.date, b.date));
    set(PLACE, place_level(a, b, v, memo));
    set(8, age_level(a.age, b.age));
    set(9, a.sex.zip(b.sex).map_or(0, |(x, y)| if x == y { 1 } else { 2 }));
    set(OWN, equality(a.cause, b.cause));
    set(11, equality(a.party, b.party));
    set(SAME_LIST, if a.list == b.list { 2 } else { 1 });
    let bits = |position: usize, level: u8, family: bool| {
        let of = |t: Token| v.uses_and_bits(if t.arabic != 0 { t.arabic } else { t.latin }, family).1;
        let rarity = of(a.name[position]).min(of(b.name[position]));
        match level {
            EXACT | EQUIVALENT => rarity,
            NEAR => rarity.max(0.0) * 0.5,
            _ => 0.0,
        }
    };
    Compared {
        pattern,
        given_bits: bits(GIVEN, names.given.0, false),
        other_name_bits: bits(FATHER, names.father.0, false) + bits(FAMILY, names.family.0, true),
    }
}

fn equality(a: u32, b: u32) -> u8 {
    match (a, b) {
        (0, _) | (_, 0) => 0,
        (a, b) if a == b => 1,
        _ => 2,
    }
}

fn agrees(level: u8) -> bool {
    (EXACT..=NEAR).contains(&level)
}

fn compare_names(a: &Packed, b: &Packed, v: Words, memo: &mut Memo) -> Names {
    let mut at = |i: usize, j: usize| token_level(a.name[i], b.name[j], i == FAMILY && j == FAMILY, v, memo);
    let mut names = Names { given: at(GIVEN, GIVEN), father: at(FATHER, FATHER), family: at(FAMILY, FAMILY) };
    let unlike = |level: u8| level >= CONFUSABLE;
    let missing = |p: &Packed, i: usize| p.name[i].is_missing();
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
            names.given.0 = MOVED;
            names.family.0 = MOVED;
            names.father = father;
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
    if names.father.0 >= CONFUSABLE && (agrees(at(GRANDFATHER, FATHER).0) || agrees(at(FATHER, GRANDFATHER).0)) {
        names.father.0 = MOVED;
    }
    names
}

fn date_level(a: Option<PackedDate>, b: Option<PackedDate>) -> u8 {
    let Some((a, b)) = a.zip(b) else { return 0 };
    // Days that surely lie between the two, and the days of uncertainty.
    let apart = (b.first - a.last).max(a.first - b.last).max(0);
    let widest = (a.last - a.first).max(b.last - b.first);
    if widest > 0 {
        return match (apart, widest) {
            (0, ..=62) => 5,
            (0, _) => 7,
            (1..=45, _) => 6,
            (..=730, _) => 8,
            _ => 9,
        };
    }
    let same_month = a.year == b.year && a.month == b.month;
    let heaped = same_month && (matches!(a.day, 1 | 15) || matches!(b.day, 1 | 15));
    let swapped = a.year == b.year && i32::from(a.month) == i32::from(b.day) && i32::from(a.day) == i32::from(b.month);
    let year_off = a.month == b.month && a.day == b.day && (a.year - b.year).abs() == 1;
    match apart {
        0 => 1,
        1 => 2,
        _ if swapped || heaped || year_off => 3,
        2..=7 => 4,
        8..=45 => 6,
        46..=730 => 8,
        _ => 9,
    }
}

fn place_level(a: &Packed, b: &Packed, v: Words, memo: &mut Memo) -> u8 {
    let towns = token_level(a.town, b.town, true, v, memo).0;
    let governorates = equality(a.governorate, b.governorate);
    match (governorates, towns) {
        (0 | 1, EXACT..=MOVED) => 1,
        (1, 0) => 2,
        (1, _) => 3,
        (2, EXACT..=EQUIVALENT) => 3,
        (2, _) | (0, DIFFER) => 4,
        _ => 0,
    }
}

fn age_level(a: Option<(u8, u8)>, b: Option<(u8, u8)>) -> u8 {
    let Some((a, b)) = a.zip(b) else { return 0 };
    let apart = (i16::from(b.0) - i16::from(a.1)).max(i16::from(a.0) - i16::from(b.1)).max(0);
    match apart {
        0 => 1,
        1 => 2,
        2 => 3,
        3..=5 => 4,
        6..=10 => 5,
        _ => 6,
    }
}
