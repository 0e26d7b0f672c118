//! A word as it is written, to what it is in a name: most words are the same whatever stands around them, and are read once.
//!
//! Never reads a word whose neighbours bear on it; all rules together do, in `text`.

use std::borrow::Cow;

use domain::Script;

use crate::around;
use crate::text::{
    ARTICLES, Joined, article_apart, bare_arabic, bare_latin, fold, fold_latin, is_composed, joined_arabic,
    joined_latin, may_tell_family, shortened, tells_family, undo_ligatures,
};

/// What a written word is in a name, whatever stands around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Plain {
    /// One word: as the name's first, and behind another.
    Word { forms: [String; 2], tells_family: bool, may_tell_family: bool },
    /// No part of the name: *bin*.
    Nothing,
    /// To be read with the word that follows: *Abd*, an article.
    Joins,
    /// Its neighbours bear on it.
    Unsure,
}

impl Plain {
    /// Of a word between spaces, or of several that begin with one that joins.
    pub fn of(written: &str, script: Script) -> Self {
        if written.contains(around::is_around) {
            return Self::Unsure;
        }
        let of_word = |joined: Vec<Joined>, bare: fn(String, usize) -> String| {
            let [joined] = &joined[..] else { return Self::Unsure };
            let at = |position| shortened(bare(joined.word.clone(), position));
            let forms = [at(0), at(1)];
            if forms.iter().any(String::is_empty) {
                return Self::Unsure;
            }
            let (tells_family, may_tell_family) = (tells_family(joined, script), may_tell_family(joined, script));
            Self::Word { forms, tells_family, may_tell_family }
        };
        let one = |word: &str, article| vec![Joined { word: word.to_owned(), article }];
        if script == Script::Arabic {
            let arabic = |c: char| is_composed(c) && !c.is_ascii();
            if !written.chars().all(|c| arabic(c) || c == ' ') {
                return Self::Unsure;
            }
            let folded = fold(written.chars());
            let words: Vec<Cow<str>> = folded.split_whitespace().map(undo_ligatures).collect();
            let words: Vec<&str> = words.iter().map(Cow::as_ref).collect();
            return match words[..] {
                ["بن"] => Self::Nothing,
                ["عبد" | "العبد"] => Self::Joins,
                ["عبد" | "العبد", next] if !next.starts_with("عبد") && !next.starts_with("ابو") => {
                    of_word(one(&joined_arabic(Vec::new(), &words).concat(), false), |w, _| bare_arabic(w))
                }
                [word] if !is_read_with_others_arabic(word) => of_word(one(word, false), |w, _| bare_arabic(w)),
                _ => Self::Unsure,
            };
        }
        if !written.is_ascii() {
            return Self::Unsure;
        }
        let folded = fold_latin(article_apart(written).chars().map(|c| c.to_ascii_lowercase()));
        let words: Vec<&str> = folded.split_whitespace().collect();
        let is_abd = |word: &str| matches!(word, "abd" | "abdul" | "abdel" | "abdal" | "abdoul");
        match words[..] {
            ["bin" | "ibn" | "bint"] => Self::Nothing,
            [word] if is_abd(word) || ARTICLES.contains(&word) => Self::Joins,
            [abd, article] if is_abd(abd) && ARTICLES.contains(&article) => Self::Joins,
            [abd, next] if is_abd(abd) && !next.starts_with("abd") && !next.starts_with("abu") => {
                of_word(joined_latin(None, &words), bare_latin)
            }
            [abd, article, _] if is_abd(abd) && ARTICLES.contains(&article) => {
                of_word(joined_latin(None, &words), bare_latin)
            }
            [article, word] if ARTICLES.contains(&article) && !is_read_with_others_latin(word) => {
                of_word(one(word, true), bare_latin)
            }
            [word] if !is_read_with_others_latin(word) => of_word(one(word, false), bare_latin),
            _ => Self::Unsure,
        }
    }
}

const READ_WITH_OTHERS_ARABIC: [&str; 20] = [
    "بن",
    "ابن",
    "بنت",
    "الملقب",
    "المعروف",
    "ابو",
    "ابي",
    "ام",
    "عبد",
    "العبد",
    "ابا",
    "حاج",
    "الحاج",
    "شيخ",
    "الشيخ",
    "ال",
    "سيف",
    "الدين",
    "اغا",
    "الله",
];
const READ_WITH_OTHERS_LATIN: [&str; 31] = [
    "bin", "ibn", "bint", "abu", "abou", "umm", "um", "om", "aba", "haj", "hajj", "sheikh", "shaikh", "cheikh", "abd",
    "abdul", "abdel", "abdal", "abdoul", "allah", "ullah", "din", "deen", "dine", "eddine", "eddin", "uddin", "addin",
    "aldin", "agha", "aga",
];

/// Whether a rule of [`joined_arabic`] or of `around` may begin at a word.
fn is_read_with_others_arabic(word: &str) -> bool {
    READ_WITH_OTHERS_ARABIC.contains(&word) || around::may_begin_at(word)
}

/// The same of [`joined_latin`].
fn is_read_with_others_latin(word: &str) -> bool {
    let may_be_assimilated = word.starts_with('e') && (2..=3).contains(&word.len());
    may_be_assimilated
        || READ_WITH_OTHERS_LATIN.contains(&word)
        || ARTICLES.contains(&word)
        || around::may_begin_at(word)
}

/// Every word that a rule of this module knows.
#[cfg(test)]
pub(crate) fn known_words() -> impl Iterator<Item = &'static str> {
    READ_WITH_OTHERS_ARABIC.into_iter().chain(READ_WITH_OTHERS_LATIN)
}
