//! Counts, ages and what is said of a victim in one word.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    Female,
    Male,
}

impl Sex {
    /// The words for it in English, Arabic and French, and their first letters; `None` for any other.
    pub fn by_word(word: &str) -> Option<Self> {
        const FEMALE: [&str; 17] = [
            "f",
            "female",
            "woman",
            "girl",
            "femme",
            "fille",
            "féminin",
            "feminin",
            "أنثى",
            "انثى",
            "انثي",
            "أ",
            "ا",
            "امرأة",
            "امراة",
            "فتاة",
            "بنت",
        ];
        const MALE: [&str; 13] =
            ["m", "male", "man", "boy", "h", "homme", "garçon", "garcon", "masculin", "ذكر", "ذ", "رجل", "صبي"];
        let word = word.trim().to_lowercase();
        let among = |words: &[&str]| words.contains(&word.as_str());
        if among(&FEMALE) {
            return Some(Self::Female);
        }
        among(&MALE).then_some(Self::Male)
    }
}

/// Child is under eighteen (Convention on the Rights of the Child, article 1), or as the source classes the victim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgeClass {
    Child,
    Adult,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Civilian {
    Civilian,
    Combatant,
}

/// An age in completed years, from `min` to `max`, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AgeRange {
    min: u8,
    max: u8,
}

impl AgeRange {
    pub const OLDEST: u8 = 125;

    pub fn exact(years: u8) -> Option<Self> {
        Self::new(years, years)
    }
    /// `None` when `min > max` or above 125 years.
    pub fn new(min: u8, max: u8) -> Option<Self> {
        (min <= max && max <= Self::OLDEST).then_some(Self { min, max })
    }
    pub fn min(&self) -> u8 {
        self.min
    }
    pub fn max(&self) -> u8 {
        self.max
    }
    /// The class, when the whole range lies in one.
    pub fn class(&self) -> Option<AgeClass> {
        match (self.min, self.max) {
            (_, max) if max < 18 => Some(AgeClass::Child),
            (min, _) if min >= 18 => Some(AgeClass::Adult),
            _ => None,
        }
    }
}

/// A number of people reported as low, best and high; any of them may be unknown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountRange {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<u64>,
}

/// How a source worded a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exactness {
    Exact,
    AtLeast,
    About,
    /// The upper end of a range whose lower end it did not print as its number.
    AtMost,
}

impl Exactness {
    /// How a sum of two numbers is worded: bounds on either side leave neither.
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::AtLeast, Self::AtMost) | (Self::AtMost, Self::AtLeast) => Self::About,
            (Self::AtLeast, _) | (_, Self::AtLeast) => Self::AtLeast,
            (Self::About, _) | (_, Self::About) => Self::About,
            (Self::AtMost, _) | (_, Self::AtMost) => Self::AtMost,
            (Self::Exact, Self::Exact) => Self::Exact,
        }
    }
}
