//! Given names that are alike, of people whom sex or age tells apart: Amir and Amira, two children who are named by their father alone.

use crate::around::kin;
use crate::compare::FactLevels;
use crate::frequency::Words;
use crate::packed::Token;
use crate::similarity::{CONFUSABLE, DIFFER, EXACT, NEAR};

/// What the facts leave of the level of two given names.
pub(crate) fn given_level(level: u8, facts: &FactLevels, a: Token, b: Token, v: Words) -> u8 {
    let sexes_differ = facts.sex == 2;
    if !(EXACT..=NEAR).contains(&level) || !(sexes_differ || facts.age > 1) {
        return level;
    }
    let [x, y] = [a, b].map(|token| v.vocabulary.words[token.either() as usize].text());
    if kinship(x).is_some() && kinship(y).is_some() {
        DIFFER
    } else if sexes_differ && level > EXACT && ends_in_vowel(x) != ends_in_vowel(y) {
        CONFUSABLE
    } else {
        level
    }
}

/// Of a word of somebody who is named by a relative alone, the number of the kinship; no other word has a space in it.
pub(crate) fn kinship(word: &str) -> Option<usize> {
    word.split_once(' ').and_then(|(head, _)| kin(head))
}

/// As names of women often do that are men's without it.
fn ends_in_vowel(word: &str) -> bool {
    word.ends_with(['ه', 'ا', 'ي', 'a', 'e', 'i', 'h'])
}
