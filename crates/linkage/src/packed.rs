//! Records as numbers: every word once in a vocabulary, every record a few dozen bytes.

use std::hash::{Hash, Hasher};

use domain::{Script, Sex};
use rustc_hash::FxHashMap;

use crate::LinkageError;
use crate::decoding::as_meant;
use crate::phonetic::{Sounds, skeleton, sounds};
use crate::record::{DETENTION, LinkRecord};
use crate::similarity::{Sketch, letters};
use crate::text::{parse_name, place_word};

/// Where a word stands in a name.
pub(crate) const GIVEN: usize = 0;
pub(crate) const FATHER: usize = 1;
pub(crate) const GRANDFATHER: usize = 2;
pub(crate) const FAMILY: usize = 3;

/// One word in the scripts that the record gives it in; 0 where it does not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) struct Token {
    pub arabic: u32,
    pub latin: u32,
}

impl Token {
    pub fn is_missing(self) -> bool {
        self.arabic == 0 && self.latin == 0
    }

    /// The Arabic word where there is one, else the Latin.
    pub fn either(self) -> u32 {
        if self.arabic != 0 { self.arabic } else { self.latin }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Word {
    pub text: String,
    pub script: Script,
    pub sounds: Sounds,
    /// Of an Arabic word; see `similarity`.
    pub letters: Vec<u8>,
}

/// All of a record but its words: half a cache line, so that one read judges many pairs. 0 is missing, unless said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(align(32))]
pub(crate) struct Facts {
    /// Days since 1970-01-01, first and last possible; missing where the first is after the last.
    pub first_day: i32,
    pub last_day: i32,
    /// Of the first day.
    pub year: i16,
    pub month: i8,
    pub day: i8,
    pub governorate: u32,
    pub cause: u32,
    pub party: u32,
    pub list: u32,
    /// Completed years, missing where the least is above the most.
    pub least_age: u8,
    pub most_age: u8,
    /// 1 male, 2 female.
    pub sex: u8,
    /// Died in detention or under torture, where the day told is seldom the day of death.
    pub detained: bool,
}

impl Facts {
    pub fn has_date(&self) -> bool {
        self.first_day <= self.last_day
    }

    pub fn has_age(&self) -> bool {
        self.least_age <= self.most_age
    }
}

/// The words of a name: half a cache line too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[repr(align(32))]
pub(crate) struct Names {
    pub name: [Token; 4],
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Packed {
    pub facts: Facts,
    pub names: Names,
    pub town: Token,
}

impl Packed {
    pub fn side(&self) -> Side<'_> {
        Side { facts: &self.facts, names: &self.names, town: self.town }
    }
}

/// One of two records that are compared.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Side<'a> {
    pub facts: &'a Facts,
    pub names: &'a Names,
    pub town: Token,
}

impl Side<'_> {
    /// A hash of all that the record says; which list says it is not part of it.
    pub fn content(&self) -> u64 {
        let mut hasher = rustc_hash::FxHasher::default();
        (Facts { list: 0, ..*self.facts }, self.names, self.town).hash(&mut hasher);
        mix(hasher.finish())
    }
}

#[derive(Debug, Default)]
pub(crate) struct Vocabulary {
    pub words: Vec<Word>,
    /// Of each word; equal for words that share their consonants, in either script.
    pub skeleton: Vec<u64>,
    pub sketches: Vec<Sketch>,
    /// Other words, then Arabic ones.
    index: [FxHashMap<String, u32>; 2],
    others: FxHashMap<String, u32>,
    places: FxHashMap<String, Option<(u32, Script)>>,
    /// Arabic and Latin word in one place of one record's name, and how often.
    pub side_by_side: FxHashMap<(u32, u32), u32>,
    /// Records that bear the word as a first name (given, father, grandfather) or as a family name.
    pub first_name_count: Vec<u32>,
    pub family_count: Vec<u32>,
}

pub(crate) fn hash_bytes(seed: u64, bytes: &[u8]) -> u64 {
    let mut h = seed ^ 0xcbf2_9ce4_8422_2325;
    for &b in bytes {
        h = (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    mix(h)
}

/// The finaliser of SplitMix64.
pub(crate) fn mix(x: u64) -> u64 {
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

impl Vocabulary {
    fn new() -> Self {
        let none = Word { text: String::new(), script: Script::Other, sounds: Vec::new(), letters: Vec::new() };
        Self {
            words: vec![none],
            skeleton: vec![0],
            sketches: vec![Sketch::default()],
            first_name_count: vec![0],
            family_count: vec![0],
            ..Self::default()
        }
    }

    pub(crate) fn word(&mut self, text: &str, script: Script) -> u32 {
        let arabic = script == Script::Arabic;
        if let Some(&id) = self.index[usize::from(arabic)].get(text) {
            return id;
        }
        let id = self.words.len() as u32;
        let sounds = sounds(text, script);
        let skeleton = hash_bytes(1, &skeleton(&sounds));
        let letters = if arabic { letters(text) } else { Vec::new() };
        self.sketches.push(Sketch::new(&sounds, &letters));
        self.words.push(Word { text: text.to_owned(), script, sounds, letters });
        self.skeleton.push(skeleton);
        self.first_name_count.push(0);
        self.family_count.push(0);
        self.index[usize::from(arabic)].insert(text.to_owned(), id);
        id
    }

    /// A number for a code that is only ever compared for equality; 0 is missing.
    fn other(&mut self, text: Option<&str>) -> u32 {
        let Some(text) = text.map(str::trim).filter(|t| !t.is_empty()) else { return 0 };
        if let Some(&known) = self.others.get(text) {
            return known;
        }
        let lower = text.to_lowercase();
        let next = self.others.len() as u32 + 1;
        let code = *self.others.entry(lower).or_insert(next);
        // As written too, unless that would let a list of free texts grow without bound.
        if self.others.len() < MOST_SPELLINGS {
            self.others.insert(text.to_owned(), code);
        }
        code
    }

    /// A place as a word, remembered as it was written: places repeat much more than names.
    fn place(&mut self, text: &str) -> Option<(u32, Script)> {
        if let Some(&known) = self.places.get(text) {
            return known;
        }
        let found = place_word(text).map(|(word, script)| (self.word(&word, script), script));
        if self.places.len() < MOST_SPELLINGS {
            self.places.insert(text.to_owned(), found);
        }
        found
    }

    fn pack(&mut self, record: &LinkRecord) -> Packed {
        let mut name = [Token::default(); 4];
        for (text, script) in &record.names {
            let (text, script) = as_meant(text, *script);
            let parts = parse_name(&text, script);
            let words = [parts.given, parts.father, parts.grandfather, parts.family];
            for (token, word) in name.iter_mut().zip(words) {
                let slot = if script == Script::Arabic { &mut token.arabic } else { &mut token.latin };
                if let Some(word) = word.filter(|_| *slot == 0) {
                    *slot = self.word(&word, script);
                }
            }
        }
        for (position, token) in name.iter().enumerate() {
            let counts = if position == FAMILY { &mut self.family_count } else { &mut self.first_name_count };
            if token.arabic != 0 && token.latin != 0 {
                *self.side_by_side.entry((token.arabic, token.latin)).or_default() += 1;
            }
            for id in [token.arabic, token.latin] {
                if id != 0 {
                    counts[id as usize] += 1;
                }
            }
        }
        let mut town = Token::default();
        if let Some((id, script)) = record.place_town.as_deref().and_then(|t| self.place(t)) {
            *(if script == Script::Arabic { &mut town.arabic } else { &mut town.latin }) = id;
        }
        let governorate = record.place_gov.as_deref().and_then(|g| self.place(g)).map_or(0, |(id, _)| id);
        let (least_age, most_age) = record.age.unwrap_or((u8::MAX, 0));
        let mut facts = Facts {
            first_day: i32::MAX,
            last_day: i32::MIN,
            year: 0,
            month: 0,
            day: 0,
            governorate,
            cause: self.other(record.cause.as_deref()),
            party: self.other(record.party.as_deref()),
            list: record.list,
            least_age,
            most_age,
            sex: match record.sex {
                None => 0,
                Some(Sex::Male) => 1,
                Some(Sex::Female) => 2,
            },
            detained: record.cause.as_deref() == Some(DETENTION),
        };
        if let Some(date) = record.date {
            facts.set_date(date);
        }
        Packed { facts, names: Names { name }, town }
    }
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar.
pub(crate) fn day_number(year: i32, month: i32, day: i32) -> i32 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let of_era = y.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

impl Facts {
    fn set_date(&mut self, date: domain::UncertainDate) {
        let (a, b) = (date.earliest(), date.latest());
        let number = |y: i16, m: i8, d: i8| day_number(i32::from(y), i32::from(m), i32::from(d));
        let slack = if date.is_circa() { 15 } else { 0 };
        self.first_day = number(a.year(), a.month(), a.day()) - slack;
        self.last_day = number(b.year(), b.month(), b.day()) + slack;
        (self.year, self.month, self.day) = (a.year(), a.month(), a.day());
    }
}

/// Records packed one by one; the rows that they came from can be dropped. About 120 bytes a record.
#[derive(Debug)]
pub struct RecordSet {
    ids: String,
    /// Where each id ends in `ids`.
    id_ends: Vec<usize>,
    pub(crate) packed: Vec<Packed>,
    pub(crate) vocabulary: Vocabulary,
}

impl Default for RecordSet {
    fn default() -> Self {
        Self::new()
    }
}

impl RecordSet {
    pub fn new() -> Self {
        Self { ids: String::new(), id_ends: Vec::new(), packed: Vec::new(), vocabulary: Vocabulary::new() }
    }

    /// Refuses a record without an id, and more records than can be numbered. That an id is given twice is found when
    /// the records are linked.
    pub fn push(&mut self, record: &LinkRecord) -> Result<(), LinkageError> {
        if record.id.is_empty() {
            return Err(LinkageError::NoId(record.list));
        }
        if self.packed.len() >= MOST_RECORDS {
            return Err(LinkageError::TooMany(MOST_RECORDS));
        }
        self.ids.push_str(&record.id);
        self.id_ends.push(self.ids.len());
        let packed = self.pack(record);
        self.packed.push(packed);
        Ok(())
    }

    pub(crate) fn pack(&mut self, record: &LinkRecord) -> Packed {
        self.vocabulary.pack(record)
    }

    pub fn len(&self) -> usize {
        self.packed.len()
    }

    pub fn is_empty(&self) -> bool {
        self.packed.is_empty()
    }

    /// The id of the record pushed as number `i`, from 0; empty where there is none.
    pub fn id(&self, i: u32) -> &str {
        let i = i as usize;
        let start = i.checked_sub(1).and_then(|before| self.id_ends.get(before)).copied().unwrap_or(0);
        self.id_ends.get(i).and_then(|end| self.ids.get(start..*end)).unwrap_or("")
    }
}

/// Distinct spellings of places or codes that are remembered as written.
const MOST_SPELLINGS: usize = 1 << 16;

/// No rule set gives a record more than 31 keys, and places among all keys are numbered in 32 bits.
const MOST_RECORDS: usize = 1 << 27;
