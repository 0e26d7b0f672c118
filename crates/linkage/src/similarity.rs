//! How alike two words of a name are, as a level. Pure in the two words, so that it can be remembered.

use domain::Script;

use crate::frequency::Words;
use crate::lexicon::Said;
use crate::memo::Memo;
use crate::packed::Token;
use crate::phonetic::{classes, distance, distance_at_least};
use crate::told_apart::kinship;
use crate::vocabulary::Word;

/// Levels of every name comparison, from most to least agreement; 0 is missing.
pub(crate) const EXACT: u8 = 1;
pub(crate) const EQUIVALENT: u8 = 2;
pub(crate) const NEAR: u8 = 3;
/// Found in another position of the name: reordered, or a word dropped.
pub(crate) const MOVED: u8 = 4;
/// Near by letters, but both are names in their own right.
pub(crate) const CONFUSABLE: u8 = 5;
pub(crate) const DIFFER: u8 = 6;
/// Not compared yet.
pub(crate) const UNSURE: u8 = 7;

/// True where the level was read from Arabic on both sides.
pub(crate) type BothArabic = bool;

/// What is seen of two tokens at a glance: the level where their words or sketches tell it, and [`UNSURE`] where the words must
/// be compared. Unsure in Arabic they are no nearer than [`NEAR`], else no nearer than [`EQUIVALENT`].
#[inline(always)]
pub(crate) fn glance(a: Token, b: Token, v: Words) -> (u8, BothArabic) {
    if a.arabic == 0 || b.arabic == 0 {
        return (glance_by_sound(a, b, v), false);
    }
    if a.arabic == b.arabic {
        return (EXACT, true);
    }
    let (x, y) = (v.weights.tables.sketch(a.arabic), v.weights.tables.sketch(b.arabic));
    let far = x.edits_at_least(y) > edits_at_most(x.letters().min(y.letters()));
    (if far { DIFFER } else { UNSURE }, true)
}

/// As [`glance`], of tokens that do not both have an Arabic word.
fn glance_by_sound(a: Token, b: Token, v: Words) -> u8 {
    let mut best = 0;
    for (x, y) in [(a.latin, b.latin), (a.arabic, b.latin), (a.latin, b.arabic)] {
        if x == 0 || y == 0 {
            continue;
        }
        if x == y {
            return EXACT;
        }
        let tables = &v.weights.tables;
        let far = distance_at_least(tables.sketch(x).classes, tables.sketch(y).classes) > MOST_DISTANCE;
        best = best.max(if far { DIFFER } else { UNSURE });
    }
    best
}

/// The level of two tokens, and whether it was read in Arabic. `family` chooses the frequencies.
pub(crate) fn token_level(a: Token, b: Token, family: bool, v: Words, memo: &mut Memo) -> (u8, BothArabic) {
    match glance(a, b, v) {
        (UNSURE, arabic) => (settled_level(a, b, arabic, family, v, memo), arabic),
        seen => seen,
    }
}

/// The level of two tokens of which a glance was unsure.
pub(crate) fn settled_level(a: Token, b: Token, arabic: BothArabic, family: bool, v: Words, memo: &mut Memo) -> u8 {
    let tables = &v.weights.tables;
    if arabic {
        return memo.get(tables, a.arabic, b.arabic, family, || arabic_level(a.arabic, b.arabic, family, v));
    }
    let pairs = [(a.latin, b.latin), (a.arabic, b.latin), (a.latin, b.arabic)];
    let level = |(x, y): (u32, u32)| {
        let far = distance_at_least(tables.sketch(x).classes, tables.sketch(y).classes) > MOST_DISTANCE;
        if far { DIFFER } else { memo.get(tables, x, y, family, || sound_level(x, y, family, v)) }
    };
    pairs.into_iter().filter(|p| p.0 != 0 && p.1 != 0).map(level).min().unwrap_or(0)
}

/// What is cheap to read of a word, and bounds how near another can be: eight bytes, so that those of most words stay in the cache.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sketch {
    /// See [`crate::phonetic::classes`].
    pub classes: u32,
    /// Letters of an Arabic word, up to 255, below a bit for each shape of letters that it has. Some rare shapes share a bit.
    letters: u32,
}

const SHAPES: u8 = 24;

impl Sketch {
    pub fn new(sounds: &[u8], letters: &[u8]) -> Self {
        let shapes = letters.iter().fold(0u32, |set, letter| set | 1 << (8 + (letter >> 3) % SHAPES));
        Self { classes: classes(sounds), letters: shapes | letters.len().min(255) as u32 }
    }

    #[inline(always)]
    fn letters(&self) -> u8 {
        self.letters as u8
    }

    /// A lower bound of the edit cost: one edit that changes a shape costs 10 and changes at most two of them.
    #[inline(always)]
    fn edits_at_least(&self, other: &Self) -> u32 {
        let by_shape = ((self.letters ^ other.letters) >> 8).count_ones().div_ceil(2) * 10;
        by_shape.max(u32::from(self.letters().abs_diff(other.letters())) * 10)
    }
}

/// Edits that two Arabic words may differ by and still be near, by the length of the shorter; in tenths.
#[inline(always)]
fn edits_at_most(letters: u8) -> u32 {
    5 + 5 * u32::from(letters > 2) + 10 * u32::from(letters > 5)
}

/// Words further apart differ; hundredths of a letter.
const MOST_DISTANCE: u32 = 110;

fn word(v: Words<'_>, id: u32) -> &Word {
    &v.vocabulary.words[id as usize]
}

/// A spelling this rare beside a near one is more likely a slip than a name of its own.
const SLIP_SHARE: f64 = 0.03;
const SLIP_COUNT: u32 = 3;

fn arabic_level(a: u32, b: u32, family: bool, v: Words) -> u8 {
    if other_kinship(a, b, v) {
        return DIFFER;
    }
    let (x, y) = (word(v, a).letters(), word(v, b).letters());
    if edit_cost(x, y) > edits_at_most(x.len().min(y.len()) as u8) {
        return DIFFER;
    }
    if slip(a, b, family, v) { NEAR } else { CONFUSABLE }
}

/// A son and a daughter of one man are named nearly alike where he alone names them.
fn other_kinship(a: u32, b: u32, v: Words) -> bool {
    let [x, y] = [a, b].map(|id| kinship(word(v, id).text()));
    x.zip(y).is_some_and(|(x, y)| x != y)
}

/// True where one of two near words is so rare that it is likelier a slip of the other than a name of its own.
fn slip(a: u32, b: u32, family: bool, v: Words) -> bool {
    let (x, y) = (v.uses_and_bits(a, family).0, v.uses_and_bits(b, family).0);
    x.min(y) <= SLIP_COUNT || f64::from(x.min(y)) <= SLIP_SHARE * f64::from(x.max(y))
}

fn sound_level(x: u32, y: u32, family: bool, v: Words) -> u8 {
    if other_kinship(x, y, v) {
        return DIFFER;
    }
    let said = v.weights.names.say(x, y);
    if said == Said::OneName {
        return EQUIVALENT;
    }
    let level = level_by_sound(x, y, family, v);
    if said == Said::OtherNames { level.max(CONFUSABLE) } else { level }
}

fn level_by_sound(x: u32, y: u32, family: bool, v: Words) -> u8 {
    let (a, b) = (word(v, x), word(v, y));
    let cost = distance(a.sounds(), b.sounds(), MOST_DISTANCE);
    let shorter = a.sounds().len().min(b.sounds().len()) as u32;
    // One script has the short vowels; between two Latin words both do, and less should be forgiven.
    let across = (a.script == Script::Arabic) != (b.script == Script::Arabic);
    let same = if across { 30 } else { 28 };
    if cost <= same && shorter >= 2 {
        EQUIVALENT
    } else if cost <= 60 && shorter >= 3 {
        NEAR
    } else if cost <= MOST_DISTANCE && shorter >= 4 {
        // Family names are too many: a rare one has rare neighbours that are not slips of it.
        if !family && slip(x, y, family, v) { NEAR } else { CONFUSABLE }
    } else {
        DIFFER
    }
}

/// Letters of an Arabic word as numbers: the shape without dots in the upper bits, which of it in the lower three.
pub(crate) fn letters(word: &str) -> Vec<u8> {
    const SHAPES: [&str; 9] = ["بتثني", "جحخ", "دذ", "رز", "سش", "صض", "طظ", "عغ", "فق"];
    let letter = |c: char| {
        let found = SHAPES.iter().enumerate().find_map(|(i, s)| s.chars().position(|x| x == c).map(|at| (i, at)));
        match found {
            Some((shape, at)) => ((shape as u8) << 3) | at as u8,
            // Letters with a shape of their own; other signs share what is left.
            None => match "اهوكلم".chars().position(|x| x == c) {
                Some(at) => (9 + at as u8) << 3,
                None => (15 + (u32::from(c) % 16) as u8) << 3,
            },
        }
    };
    word.chars().map(letter).collect()
}

/// Longest word read, as in `text`; a longer one is cut there.
const LONGEST: usize = 40;

/// Edits between two words, in tenths: 5 for a letter of the same shape, 10 for any other edit or a swap of neighbours.
fn edit_cost(a: &[u8], b: &[u8]) -> u32 {
    let (a, b) = (&a[..a.len().min(LONGEST)], &b[..b.len().min(LONGEST)]);
    if a.len().abs_diff(b.len()) > 2 {
        return 100;
    }
    let mut rows = [[0u32; LONGEST + 1]; 3];
    for (j, cost) in rows[0].iter_mut().enumerate().take(b.len() + 1) {
        *cost = j as u32 * 10;
    }
    for i in 1..=a.len() {
        let (now, above, before) = (i % 3, (i + 2) % 3, (i + 1) % 3);
        rows[now][0] = i as u32 * 10;
        for j in 1..=b.len() {
            let (x, y) = (a[i - 1], b[j - 1]);
            let letter = match x == y {
                true => 0,
                false if x >> 3 == y >> 3 => 5,
                false => 10,
            };
            let mut cost = (rows[above][j - 1] + letter).min(rows[above][j] + 10).min(rows[now][j - 1] + 10);
            if i > 1 && j > 1 && x == b[j - 2] && a[i - 2] == y {
                cost = cost.min(rows[before][j - 2] + 10);
            }
            rows[now][j] = cost;
        }
    }
    rows[a.len() % 3][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn letters_of_one_shape_cost_half_an_edit() {
        let cost = |a: &str, b: &str| edit_cost(&letters(a), &letters(b));
        assert_eq!(cost("حسن", "حسن"), 0);
        assert_eq!(cost("جميل", "حميل"), 5);
        assert_eq!(cost("محمد", "محمود"), 10);
        assert_eq!(cost("سمير", "سيمر"), 10);
    }

    proptest! {
        #[test]
        fn the_bound_on_edits_never_exceeds_the_edits(a in "[ابتثجحخدذرزسشصضطظعغفقكلمنهوي]{0,9}", b in "[ابتثجحخدذرزسشصضطظعغفقكلمنهوي]{0,9}") {
            let (x, y) = (letters(&a), letters(&b));
            let (p, q) = (Sketch::new(&[], &x), Sketch::new(&[], &y));
            prop_assert!(p.edits_at_least(&q) <= edit_cost(&x, &y).max(20), "{} {}", a, b);
            prop_assert_eq!(edit_cost(&x, &y), edit_cost(&y, &x));
        }
    }
}
