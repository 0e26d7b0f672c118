//! Arabic and Latin spellings as one alphabet of sounds, with the vowels that each script writes.
//!
//! Arabic writes long vowels and leaves short ones out; Latin writes both. An alignment therefore lets a short
//! Latin vowel stand against nothing, and makes a long one that the other script does not write cost much:
//! that is what parts محمد (Mohammad) from محمود (Mahmoud), whose consonants are the same.

use domain::Script;

/// Sounds, one byte each. Upper-case vowels are written long; `W` and `Y` are Arabic waw and ya (consonant or vowel),
/// `@` an Arabic initial alef, `'` ain, `H` the h of a Latin dh or th (one sound in Dhafer, two in Madhoun), `X` kh, `S` sh,
/// `G` gh, `T` Arabic tha (t, th or s in Latin).
pub type Sounds = Vec<u8>;

pub fn sounds(word: &str, script: Script) -> Sounds {
    match script {
        Script::Arabic => arabic_sounds(word),
        _ => latin_sounds(word),
    }
}

fn arabic_sounds(word: &str) -> Sounds {
    let mut out: Sounds = Vec::with_capacity(word.len());
    for (i, c) in word.chars().enumerate() {
        let sound = match c {
            'ا' if i == 0 => b'@',
            'ا' => b'A',
            'ب' => b'b',
            'ت' | 'ط' => b't',
            'ث' => b'T',
            'ج' => b'j',
            'ح' | 'ه' => b'h',
            'خ' => b'X',
            'د' | 'ض' | 'ذ' => b'd',
            'ر' => b'r',
            'ز' | 'ظ' => b'z',
            'س' | 'ص' => b's',
            'ش' => b'S',
            'ع' => b'\'',
            'غ' => b'G',
            'ف' => b'f',
            'ق' | 'ك' => b'k',
            'ل' => b'l',
            'م' => b'm',
            'ن' => b'n',
            'و' => b'W',
            'ي' => b'Y',
            _ => continue,
        };
        // Waw under a hamza and a long one, the two lams of Allah: Latin writes one.
        if out.last() != Some(&sound) || !matches!(sound, b'W' | b'l') {
            out.push(sound);
        }
    }
    out
}

fn latin_sounds(word: &str) -> Sounds {
    let b = word.as_bytes();
    let mut out: Sounds = Vec::with_capacity(b.len());
    let mut i = 0;
    while i < b.len() {
        let pair = (b[i], b.get(i + 1).copied().unwrap_or(0));
        let (sound, used) = match pair {
            (b's', b'h') => (b'S', 2),
            (b'c', b'h') => (b'S', 2),
            (b'k', b'h') => (b'X', 2),
            (b'g', b'h') => (b'G', 2),
            (b'd', b'j') => (b'j', 2),
            (b'p', b'h') => (b'f', 2),
            // French writes a short u so in a first syllable: Mouhamad, Oussama.
            (b'o', b'u') if out.len() == 1 && !is_vowel(out[0]) => (b'u', 2),
            (b'o', b'u') | (b'o', b'o') | (b'u', b'u') => (b'U', 2),
            (b'e', b'e') | (b'i', b'i') => (b'I', 2),
            (b'a', b'a') => (b'A', 2),
            (b'a' | b'e', b'i' | b'y') => (b'E', 2),
            (b'a', b'u') => (b'O', 2),
            (b'h', _) if matches!(out.last(), Some(b't' | b'd')) => (b'H', 1),
            (b'q' | b'c' | b'k', _) => (b'k', 1),
            (b'v', _) => (b'f', 1),
            (b'p', _) => (b'b', 1),
            (b'x', _) => (b's', 1),
            (b'o', _) => (b'u', 1),
            (c, _) if c.is_ascii_alphanumeric() => (c, 1),
            _ => {
                i += 1;
                continue;
            }
        };
        i += used;
        let doubled = out.last() == Some(&sound) && !is_vowel(sound);
        if !doubled {
            out.push(sound);
        }
    }
    out
}

const fn is_vowel(s: u8) -> bool {
    matches!(s, b'a' | b'e' | b'i' | b'u' | b'A' | b'I' | b'U' | b'E' | b'O' | b'@')
}

/// Consonants only, with the sounds that spellings confuse made one: a key for finding, never for deciding.
pub fn skeleton(sounds: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(sounds.len());
    let last = sounds.len().saturating_sub(1);
    for (i, &s) in sounds.iter().enumerate() {
        let kept = match s {
            b'h' if i == last && i > 1 => continue,
            // After t or d, with or without a short vowel between, which Arabic leaves out.
            b'h' if matches!(out.last(), Some(b't' | b'd')) => continue,
            b'H' => continue,
            b'G' => b'g',
            b'X' => b'x',
            b'T' => b't',
            b'W' | b'w' if i == 0 => b'w',
            b'Y' | b'y' if i == 0 => b'y',
            b'W' | b'w' | b'Y' | b'y' | b'\'' => continue,
            s if is_vowel(s) => continue,
            s => s,
        };
        if out.last() != Some(&kept) {
            out.push(kept);
        }
    }
    if out.is_empty() {
        out.push(b'a');
    }
    out
}

/// What it costs, in hundredths of a letter, that a sound has no counterpart.
const fn gap(s: u8, first: bool, last: bool) -> u32 {
    match s {
        b'\'' | b'H' => 5,
        b'h' if last => 10,
        b'h' => 70,
        b'a' | b'e' if last => 15,
        b'a' | b'e' | b'i' | b'u' | b'@' if first => 40,
        b'a' | b'e' => 4,
        b'i' => 8,
        b'u' => 14,
        b'A' => 35,
        b'I' | b'U' | b'E' | b'O' => 60,
        b'W' | b'Y' => 60,
        b'w' | b'y' => 50,
        _ => 100,
    }
}

/// What it costs, in hundredths of a letter, that one sound stands for the other.
const fn substitution(a: u8, b: u8, first: bool, last: bool) -> u32 {
    if a == b {
        return 0;
    }
    let (a, b) = if a < b { (a, b) } else { (b, a) };
    match (a, b) {
        (b'H', b'h') => 0,
        (b'@', v) if is_vowel(v) => 2,
        (b'\'', v) if is_vowel(v) => 4,
        (b'A', b'a') => 0,
        (b'A', b'e') => 8,
        (b'W', b'w' | b'u') | (b'U', b'W') | (b'U', b'u') | (b'O', b'W') => 2,
        (b'Y', b'y' | b'i') | (b'I', b'Y') | (b'I', b'i') | (b'E', b'Y') => 2,
        (b'Y', b'e') => 6,
        (b'E', b'e' | b'i' | b'a') => 8,
        (b'E', b'I') | (b'i', b'y') | (b'I', b'y') | (b'E', b'y') => 8,
        (b'u', b'w') | (b'U', b'w') | (b'O', b'w') | (b'O', b'u') | (b'O', b'U') => 8,
        (b'Y', b'a') | (b'A', b'Y') if last => 8,
        (b'a', b'e') | (b'e', b'i') => 4,
        (b'A', b'E') => 25,
        (b'a', b'i') => 20,
        (b'a', b'u') | (b'e', b'u') => 25,
        (b'i', b'u') => 25,
        (b'G', b'g') => 5,
        (b'g', b'j') => 25,
        (b'd', b'z') => 25,
        (b'T', b't') => 0,
        (b'T', b's') => 10,
        (b'T', b'z') => 25,
        (b'd', b't') | (b'T', b'd') => 30,
        (b'S', b's') => 50,
        (b'X', b'h') | (b'X', b'k') => 45,
        (b'G', b'k') | (b'g', b'k') => 45,
        (b's', b'z') => 50,
        (x, y) if is_vowel(x) && is_vowel(y) => {
            if first {
                30
            } else {
                50
            }
        }
        _ => 100,
    }
}

/// [`substitution`] of every two sounds inside a word, and [`gap`] of every sound there.
static SUBSTITUTION: [[u8; 128]; 128] = substitutions();
static GAP: [u8; 128] = gaps();

const fn substitutions() -> [[u8; 128]; 128] {
    let mut out = [[0; 128]; 128];
    let mut at = 0;
    while at < 128 * 128 {
        out[at / 128][at % 128] = substitution((at / 128) as u8, (at % 128) as u8, false, false) as u8;
        at += 1;
    }
    out
}

const fn gaps() -> [u8; 128] {
    let mut out = [0; 128];
    let mut at = 0;
    while at < 128 {
        out[at] = gap(at as u8, false, false) as u8;
        at += 1;
    }
    out
}

/// The cheapest alignment of two words, in hundredths of a letter. Symmetric; 0 for equal words. Exact where it is at most
/// `most`, and otherwise some number above it.
pub fn distance(a: &[u8], b: &[u8], most: u32) -> u32 {
    if a == b {
        return 0;
    }
    let (a, b) = (&a[..a.len().min(LONGEST)], &b[..b.len().min(LONGEST)]);
    let gap_at = |word: &[u8], i: usize| match i == 0 || i + 1 == word.len() {
        true => gap(word[i], i == 0, i + 1 == word.len()),
        false => u32::from(GAP[usize::from(word[i] & 127)]),
    };
    // One row of the table, each cell with the sound of b that it ends in and what it costs to leave that out.
    let mut row = [(0u32, 0u8, 0u32); LONGEST];
    let row = &mut row[..b.len()];
    let mut sum = 0;
    for (j, cell) in row.iter_mut().enumerate() {
        let drop = gap_at(b, j);
        sum += drop;
        *cell = (sum, b[j] & 127, drop);
    }
    let mut start = 0;
    for (i, &x) in a.iter().enumerate() {
        let drop_a = gap_at(a, i);
        let with = &SUBSTITUTION[usize::from(x & 127)];
        let mut diagonal = start;
        start += drop_a;
        let (mut before, mut least) = (start, start);
        let last_row = i + 1 == a.len();
        for (j, (cost, y, drop)) in row.iter_mut().enumerate() {
            let both = match (i == 0 && j == 0) || (last_row && j + 1 == b.len()) {
                true => substitution(x, *y, i == 0 && j == 0, last_row && j + 1 == b.len()),
                false => u32::from(with[usize::from(*y)]),
            };
            let cheapest = (diagonal + both).min(*cost + drop_a).min(before + *drop);
            diagonal = *cost;
            *cost = cheapest;
            before = cheapest;
            least = least.min(cheapest);
        }
        if least > most {
            return least;
        }
    }
    row.last().map_or(start, |cell| cell.0)
}

/// Longest word read; a longer one is cut there.
const LONGEST: usize = 48;

/// How often each class of consonants occurs, four bits each, up to 15. Sounds that stand for each other cheaply are of one class.
pub fn classes(sounds: &[u8]) -> u32 {
    let mut counts = [0u32; 8];
    for s in sounds.iter().take(LONGEST) {
        let class = match s {
            b'b' => 0,
            b't' | b'T' | b'd' | b'z' | b's' | b'S' => 1,
            b'j' | b'g' | b'G' | b'k' | b'X' => 2,
            b'f' => 3,
            b'l' => 4,
            b'm' => 5,
            b'n' => 6,
            b'r' => 7,
            _ => continue,
        };
        counts[class] += 1;
    }
    counts.iter().fold(0, |all, count| all << 4 | count.min(&15))
}

/// A lower bound of the distance: a consonant that only one word has costs a gap (100), half a substitution (50), or kh
/// against h (45).
#[inline(always)]
pub fn distance_at_least(a: u32, b: u32) -> u32 {
    // A count to a byte, so that the eight are subtracted at once; the bit above each keeps it from borrowing.
    const ABOVE: u64 = 0x8080_8080_8080_8080;
    let apart = |counts: u32| u64::from(counts & 0x0f0f_0f0f) | u64::from(counts >> 4 & 0x0f0f_0f0f) << 32;
    let (a, b) = (apart(a), apart(b));
    let (more, less) = ((a | ABOVE).wrapping_sub(b), (b | ABOVE).wrapping_sub(a));
    let is_more = ((more & ABOVE) >> 7).wrapping_mul(0xff);
    let apart = (more & is_more | less & !is_more) & !ABOVE;
    (apart.wrapping_mul(0x0101_0101_0101_0101) >> 56) as u32 * 45
}

#[cfg(test)]
mod tests {
    use super::*;

    fn across(arabic: &str, latin: &str) -> u32 {
        distance(&sounds(arabic, Script::Arabic), &sounds(latin, Script::Latin), u32::MAX)
    }

    #[test]
    fn vowels_part_names_that_share_their_consonants() {
        for (same, other, latin) in [
            ("محمد", "محمود", "mohammad"),
            ("محمود", "محمد", "mahmoud"),
            ("احمد", "حامد", "ahmad"),
            ("حميد", "حامد", "hameed"),
            ("خالد", "خليل", "khaled"),
        ] {
            assert!(across(same, latin) <= 30, "{same} {latin} {}", across(same, latin));
            assert!(across(other, latin) > 30, "{other} {latin} {}", across(other, latin));
        }
    }

    #[test]
    fn usual_spellings_of_one_name_are_near() {
        for (arabic, latin) in [
            ("يوسف", "youssef"),
            ("حسين", "hussein"),
            ("مصطفي", "mustafa"),
            ("فاطمه", "fatima"),
            ("عمر", "omar"),
            ("شعبان", "chaaban"),
            ("قاسم", "kassem"),
            ("ابراهيم", "ibrahim"),
            ("عيسي", "issa"),
            ("محمد", "mouhamad"),
            ("خالد", "khalid"),
            ("شادي", "chadi"),
            ("وليد", "oualid"),
            ("جمال", "djamal"),
            ("سليمان", "sleiman"),
            ("طارق", "tarek"),
            ("عثمان", "osman"),
            ("مدهون", "madhoun"),
            ("فتحي", "fathi"),
            ("ظافر", "dhafer"),
            ("عثمان", "othman"),
            ("رووف", "raouf"),
            ("جادالله", "jadallah"),
        ] {
            assert!(across(arabic, latin) <= 40, "{arabic} {latin} {}", across(arabic, latin));
        }
    }

    #[test]
    fn words_that_spellings_confuse_share_a_skeleton() {
        let of = |word: &str, script| skeleton(&sounds(word, script));
        for (arabic, latin) in [
            ("مدهون", "madhoun"),
            ("عبدهادي", "abdhadi"),
            ("فتحي", "fathi"),
            ("ضحي", "duha"),
            ("دهليز", "dahleez"),
            ("جادالله", "jadallah"),
        ] {
            assert_eq!(of(arabic, Script::Arabic), of(latin, Script::Latin), "{arabic} {latin}");
        }
    }

    proptest::proptest! {
        #[test]
        fn counts_are_subtracted_class_by_class(a: u32, b: u32) {
            let counts = |all: u32| (0..8).map(move |class| all >> (4 * class) & 15);
            let apart: u32 = counts(a).zip(counts(b)).map(|(x, y)| x.abs_diff(y)).sum();
            proptest::prop_assert_eq!(distance_at_least(a, b), apart * 45);
        }

        #[test]
        fn the_bound_on_a_distance_never_exceeds_it_where_it_rejects(a in "[a-z]{1,12}", b in "[ابتثجحخدذرزسشصضطظعغفقكلمنهوي]{1,9}", c in "[a-z]{1,12}") {
            let (x, y, z) = (sounds(&a, Script::Latin), sounds(&b, Script::Arabic), sounds(&c, Script::Latin));
            for (p, q) in [(&x, &y), (&x, &z)] {
                if distance_at_least(classes(p), classes(q)) > 110 {
                    proptest::prop_assert!(distance(p, q, 110) > 110, "{a} {b} {c}");
                }
            }
        }
    }
}
