//! Records as numbers: every word once in a vocabulary, every record a few dozen bytes.

use std::hash::{Hash, Hasher};

use domain::{Script, Sex, UncertainDate};
use rustc_hash::FxHashMap;

use crate::LinkageError;
use crate::decoding::as_meant;
use crate::interned::{Known, Texts};
use crate::phonetic::{skeleton, sounds};
use crate::plain::Plain;
use crate::record::{DETENTION, LinkRecord};
use crate::similarity::{Sketch, letters};
use crate::text::{LONGEST_NAME_CHARS, parse_name, place_word};
use crate::touch::touch;

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

/// What is known of a word. There are very many, mostly short: all in one piece of memory.
#[derive(Debug)]
pub(crate) struct Word {
    pub script: Script,
    /// Where its sounds end behind its text; its letters are the rest.
    text_end: u16,
    sounds_end: u16,
    bytes: Box<[u8]>,
}

impl Word {
    /// `letters` are those of an Arabic word; see `similarity`.
    fn new(text: &str, script: Script, sounds: &[u8], letters: &[u8]) -> Self {
        let text_end = text.len().min(usize::from(u16::MAX));
        let sounds_end = (text_end + sounds.len()).min(usize::from(u16::MAX));
        let bytes = [&text.as_bytes()[..text_end], &sounds[..sounds_end - text_end], letters].concat().into();
        Self { script, text_end: text_end as u16, sounds_end: sounds_end as u16, bytes }
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes[..usize::from(self.text_end)]).unwrap_or("")
    }

    pub fn sounds(&self) -> &[u8] {
        &self.bytes[usize::from(self.text_end)..usize::from(self.sounds_end)]
    }

    pub fn letters(&self) -> &[u8] {
        &self.bytes[usize::from(self.sounds_end)..]
    }
}

/// All of a record but its words: half a cache line, so that one read judges many pairs. 0 is missing, unless said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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

/// [`Plain`], with the numbers of the words: as the first of a name, and behind another.
#[derive(Debug, Clone, Copy)]
enum Written {
    Word(WrittenWord),
    Nothing,
    Joins,
    Unsure,
}

#[derive(Debug, Clone, Copy, Default)]
struct WrittenWord {
    forms: [u32; 2],
    tells_family: bool,
    may_tell_family: bool,
}

/// What a record says beside its names.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Said<'a> {
    pub list: u32,
    pub sex: Option<Sex>,
    pub age: Option<(u8, u8)>,
    pub date: Option<UncertainDate>,
    pub place_gov: Option<&'a str>,
    pub place_town: Option<&'a str>,
    pub cause: Option<&'a str>,
    pub party: Option<&'a str>,
}

impl Said<'_> {
    /// As [`LinkRecord::facts`].
    pub fn facts<'n>(&self, names: impl IntoIterator<Item = (&'n str, Script)>) -> u16 {
        let (mut arabic, mut other) = (false, false);
        for (_, script) in names {
            *(if script == Script::Arabic { &mut arabic } else { &mut other }) = true;
        }
        let borne = [
            arabic,
            other,
            self.sex.is_some(),
            self.age.is_some(),
            self.date.is_some(),
            self.place_gov.is_some(),
            self.place_town.is_some(),
            self.cause.is_some(),
            self.party.is_some(),
        ];
        borne.iter().enumerate().fold(0, |facts, (bit, borne)| facts | u16::from(*borne) << bit)
    }
}

impl<'a> From<&'a LinkRecord> for Said<'a> {
    fn from(record: &'a LinkRecord) -> Self {
        Self {
            list: record.list,
            sex: record.sex,
            age: record.age,
            date: record.date,
            place_gov: record.place_gov.as_deref(),
            place_town: record.place_town.as_deref(),
            cause: record.cause.as_deref(),
            party: record.party.as_deref(),
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Vocabulary {
    pub words: Vec<Word>,
    /// Of each word; equal for words that share their consonants, in either script.
    pub skeleton: Vec<u64>,
    pub sketches: Vec<Sketch>,
    /// Other words, then Arabic ones.
    index: [Known<u32>; 2],
    /// Codes in small letters.
    others: Texts,
    places: Known<Option<(u32, Script)>>,
    /// What written words are; other ones, then Arabic ones.
    written: [Known<Written>; 2],
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

/// Equal for words that share their consonants, in either script.
pub(crate) fn skeleton_key(word: &str, script: Script) -> u64 {
    key_of(&sounds(word, script))
}

fn key_of(sounds: &[u8]) -> u64 {
    hash_bytes(1, &skeleton(sounds))
}

impl Vocabulary {
    fn new() -> Self {
        Self {
            words: vec![Word::new("", Script::Other, &[], &[])],
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
        let skeleton = key_of(&sounds);
        let letters = if arabic { letters(text) } else { Vec::new() };
        self.sketches.push(Sketch::new(&sounds, &letters));
        self.words.push(Word::new(text, script, &sounds, &letters));
        self.skeleton.push(skeleton);
        self.first_name_count.push(0);
        self.family_count.push(0);
        self.index[usize::from(arabic)].add(text, id);
        id
    }

    /// A number for a code that is only ever compared for equality; 0 is missing.
    fn other(&mut self, text: Option<&str>) -> u32 {
        let Some(text) = text.map(str::trim).filter(|t| !t.is_empty()) else { return 0 };
        let is_small = text.bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase());
        1 + if is_small { self.others.number(text) } else { self.others.number(&text.to_lowercase()) }
    }

    /// A place as a word, remembered as it was written: places repeat much more than names.
    fn place(&mut self, text: &str) -> Option<(u32, Script)> {
        if let Some(&known) = self.places.get(text) {
            return known;
        }
        let found = place_word(text).map(|(word, script)| (self.word(&word, script), script));
        self.places.remember(text, found);
        found
    }

    /// Lets go of what is of use only while records are packed.
    pub fn forget_spellings(&mut self) {
        (self.others, self.places, self.written) = Default::default();
    }

    fn written(&mut self, text: &str, script: Script) -> Written {
        let arabic = usize::from(script == Script::Arabic);
        if let Some(&known) = self.written[arabic].get(text) {
            return known;
        }
        let found = match Plain::of(text, script) {
            Plain::Word { forms, tells_family, may_tell_family } => {
                let forms = forms.map(|form| self.word(&form, script));
                Written::Word(WrittenWord { forms, tells_family, may_tell_family })
            }
            Plain::Nothing => Written::Nothing,
            Plain::Joins => Written::Joins,
            Plain::Unsure => Written::Unsure,
        };
        self.written[arabic].add(text, found);
        found
    }

    /// The words of a name by position, where none bears on another: each is looked up as it is written.
    fn plain_name(&mut self, text: &str, script: Script) -> Option<[u32; 4]> {
        if text.len() > LONGEST_NAME_CHARS {
            return None;
        }
        let (mut held, mut last, mut count) = ([WrittenWord::default(); 4], WrittenWord::default(), 0usize);
        let (mut from, mut at, mut joins) = (0, 0, false);
        for piece in text.split(' ') {
            let (start, end) = (at, at + piece.len());
            at = end + 1;
            if piece.is_empty() {
                continue;
            }
            // What joins is looked up again with what follows it.
            if !std::mem::take(&mut joins) {
                from = start;
            }
            match self.written(&text[from..end], script) {
                Written::Word(word) => {
                    if let Some(place) = held.get_mut(count) {
                        *place = word;
                    }
                    last = word;
                    count += 1;
                }
                Written::Nothing => {}
                Written::Joins => joins = true,
                Written::Unsure => return None,
            }
        }
        if joins {
            return None;
        }
        // What begins with an article and ends without one is written family name first.
        let turned = count > 1 && held[0].tells_family && !last.may_tell_family;
        if turned {
            last = held[0];
            held.rotate_left(1);
        }
        let mut words = [0; 4];
        for (position, word) in held.iter().enumerate().take(count.min(FAMILY)) {
            words[position] = word.forms[usize::from(position > 0)];
        }
        if count > 1 {
            words[(count - 1).min(FAMILY)] = 0;
            words[FAMILY] = last.forms[1];
        }
        Some(words)
    }

    /// The words of a name by position, with their script.
    fn name(&mut self, text: &str, script: Script) -> ([u32; 4], Script) {
        if let Some(words) = self.plain_name(text, script) {
            return (words, script);
        }
        let (text, script) = as_meant(text, script);
        let parts = parse_name(&text, script);
        let words = [parts.given, parts.father, parts.grandfather, parts.family];
        (words.map(|word| word.map_or(0, |word| self.word(&word, script))), script)
    }

    fn pack<'a>(&mut self, names: impl IntoIterator<Item = (&'a str, Script)>, said: &Said) -> Packed {
        self.others.touch([said.cause, said.party]);
        let mut name = [Token::default(); 4];
        for (text, script) in names {
            let (words, script) = self.name(text, script);
            for (token, word) in name.iter_mut().zip(words) {
                let slot = if script == Script::Arabic { &mut token.arabic } else { &mut token.latin };
                if *slot == 0 {
                    *slot = word;
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
        if let Some((id, script)) = said.place_town.and_then(|t| self.place(t)) {
            *(if script == Script::Arabic { &mut town.arabic } else { &mut town.latin }) = id;
        }
        let governorate = said.place_gov.and_then(|g| self.place(g)).map_or(0, |(id, _)| id);
        let (least_age, most_age) = said.age.unwrap_or((u8::MAX, 0));
        let mut facts = Facts {
            first_day: i32::MAX,
            last_day: i32::MIN,
            year: 0,
            month: 0,
            day: 0,
            governorate,
            cause: self.other(said.cause),
            party: self.other(said.party),
            list: said.list,
            least_age,
            most_age,
            sex: match said.sex {
                None => 0,
                Some(Sex::Male) => 1,
                Some(Sex::Female) => 2,
            },
            detained: said.cause == Some(DETENTION),
        };
        if let Some(date) = said.date {
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

/// Values in pieces of one size: where they grow, none is copied, and no memory is cleared for all of them once more.
#[derive(Debug)]
pub(crate) struct Pieces<T>(Vec<Vec<T>>);

const VALUES_OF_A_PIECE: usize = 1 << 14;

impl<T> Default for Pieces<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Pieces<T> {
    pub fn push(&mut self, value: T) {
        match self.0.last_mut().filter(|last| last.len() < VALUES_OF_A_PIECE) {
            Some(last) => last.push(value),
            None => {
                let mut piece = Vec::with_capacity(if self.0.is_empty() { 0 } else { VALUES_OF_A_PIECE });
                piece.push(value);
                self.0.push(piece);
            }
        }
    }

    pub fn at(&self, i: u32) -> &T {
        &self.0[i as usize / VALUES_OF_A_PIECE][i as usize % VALUES_OF_A_PIECE]
    }

    pub fn get(&self, i: u32) -> Option<&T> {
        self.0.get(i as usize / VALUES_OF_A_PIECE)?.get(i as usize % VALUES_OF_A_PIECE)
    }

    pub fn len(&self) -> usize {
        self.0.last().map_or(0, |last| (self.0.len() - 1) * VALUES_OF_A_PIECE + last.len())
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.0.iter_mut().flatten()
    }
}

/// The ids of records, in the order in which these were packed. Short ones, as most are, are found by one read from memory.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    /// The bytes of an id, zeros, and their number; of a long one where it stands in `long`, its length and [`IS_LONG`].
    short: Pieces<[u8; 16]>,
    long: String,
}

const SHORT_ID_BYTES: usize = 15;
const IS_LONG: u8 = u8::MAX;

impl Ids {
    fn push(&mut self, id: &str) {
        let mut entry = [0; 16];
        if id.len() <= SHORT_ID_BYTES {
            entry[..id.len()].copy_from_slice(id.as_bytes());
            entry[SHORT_ID_BYTES] = id.len() as u8;
        } else {
            entry[..8].copy_from_slice(&(self.long.len() as u64).to_le_bytes());
            // No more of an id than seven bytes can number.
            entry[8..SHORT_ID_BYTES].copy_from_slice(&(id.len() as u64).to_le_bytes()[..7]);
            entry[SHORT_ID_BYTES] = IS_LONG;
            self.long.push_str(id);
        }
        self.short.push(entry);
    }

    pub fn len(&self) -> usize {
        self.short.len()
    }

    pub fn at(&self, i: u32) -> &str {
        let Some(entry) = self.short.get(i) else { return "" };
        let length = entry[SHORT_ID_BYTES];
        if length != IS_LONG {
            return entry.get(..usize::from(length)).and_then(|id| std::str::from_utf8(id).ok()).unwrap_or("");
        }
        let number = |bytes: &[u8]| bytes.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte));
        let start = number(&entry[..8]);
        self.long.get(start..start + number(&entry[8..SHORT_ID_BYTES])).unwrap_or("")
    }

    /// Its first bytes, and zeros where it is shorter: they order most ids without a look at the ids themselves.
    pub fn head(&self, i: u32) -> u128 {
        let entry = self.short.at(i);
        if entry[SHORT_ID_BYTES] != IS_LONG {
            return u128::from_be_bytes(*entry) & !0xff;
        }
        let mut head = [0; 16];
        let length = self.at(i).len().min(16);
        head[..length].copy_from_slice(&self.at(i).as_bytes()[..length]);
        u128::from_be_bytes(head)
    }
}

/// Records packed one by one; the rows that they came from can be dropped. About 90 bytes a record, and its id alone once they are linked.
#[derive(Debug)]
pub struct RecordSet {
    pub(crate) ids: Ids,
    pub(crate) packed: Pieces<Packed>,
    pub(crate) vocabulary: Vocabulary,
}

pub(crate) fn names_of(record: &LinkRecord) -> impl Iterator<Item = (&str, Script)> {
    record.names.iter().map(|(name, script)| (name.as_str(), *script))
}

impl Default for RecordSet {
    fn default() -> Self {
        Self::new()
    }
}

impl RecordSet {
    pub fn new() -> Self {
        Self { ids: Ids::default(), packed: Pieces::default(), vocabulary: Vocabulary::new() }
    }

    /// Refuses a record without an id, and more records than can be numbered. That an id is given twice is found when
    /// the records are linked.
    pub fn push(&mut self, record: &LinkRecord) -> Result<(), LinkageError> {
        self.push_said(&record.id, names_of(record), &record.into())
    }

    pub(crate) fn push_said<'a>(
        &mut self,
        id: &str,
        names: impl IntoIterator<Item = (&'a str, Script)>,
        said: &Said,
    ) -> Result<(), LinkageError> {
        if id.is_empty() {
            return Err(LinkageError::NoId(said.list));
        }
        if self.len() >= MOST_RECORDS {
            return Err(LinkageError::TooMany(MOST_RECORDS));
        }
        self.ids.push(id);
        let packed = self.vocabulary.pack(names, said);
        self.packed.push(packed);
        Ok(())
    }

    pub(crate) fn pack(&mut self, record: &LinkRecord) -> Packed {
        self.vocabulary.pack(names_of(record), &record.into())
    }

    pub fn len(&self) -> usize {
        self.ids.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The id of the record pushed as number `i`, from 0; empty where there is none.
    pub fn id(&self, i: u32) -> &str {
        self.ids.at(i)
    }

    /// Brings ids into the processor's cache.
    pub fn touch(&self, records: impl Iterator<Item = u32>) {
        touch(records.map(|i| u32::from(self.ids.short.at(i)[0])));
    }
}

/// No rule set gives a record more than 31 keys, and places among all keys are numbered in 32 bits.
const MOST_RECORDS: usize = 1 << 27;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::known_words;

    /// The words of a name looked up as they are written, and as all rules together read it.
    fn both(v: &mut Vocabulary, text: &str, script: Script) -> Option<[[String; 4]; 2]> {
        let words = v.plain_name(text, script)?;
        let parts = parse_name(text, script);
        let all = [parts.given, parts.father, parts.grandfather, parts.family];
        Some([words.map(|word| v.words[word as usize].text().to_owned()), all.map(Option::unwrap_or_default)])
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(20_000))]
        #[test]
        fn a_name_looked_up_word_by_word_is_the_name_that_all_rules_read(
            picks in proptest::collection::vec((0usize..10_000, 0u8..8), 1..7), arabic: bool
        ) {
            let names: &[&str] = match arabic {
                true => &["محمد", "خالد", "الحموي", "نور", "أحمد", "عبدالله", "ابوزيد", "عبده", "ـ", "هللا", "االعرج", "نورالدين", "رضا", "ى"],
                false => &["Mohammad", "khaled", "AlHamwi", "Nour", "o'neil", "abdallah", "abudaher", "ed", "din-dar", "e", "alaaddin", "al-", "'"],
            };
            let rules: Vec<&str> = known_words().into_iter().filter(|word| word.is_ascii() != arabic).collect();
            let mut text = String::new();
            for (pick, how) in picks {
                let word = if how < 4 { rules[pick % rules.len()] } else { names[pick % names.len()] };
                match how {
                    1 if !arabic => text += &word.to_uppercase(),
                    2 | 5 if !arabic => text.extend(["al-", word]),
                    3 | 6 if arabic => text.extend(["ال", word]),
                    _ => text += word,
                }
                text += if pick % 11 == 0 { "  " } else { " " };
            }
            let script = if arabic { Script::Arabic } else { Script::Latin };
            if let Some([looked_up, read]) = both(&mut Vocabulary::new(), &text, script) {
                proptest::prop_assert_eq!(looked_up, read, "{}", text);
            }
        }
    }

    #[test]
    fn most_names_are_looked_up_word_by_word() {
        let mut v = Vocabulary::new();
        for (text, words) in [
            ("أحمد خالد الحموي", ["احمد", "خالد", "", "حموي"]),
            ("عبد الرحمن بن محمود عبد الله", ["عبدرحمن", "محمود", "", "عبدله"]),
            ("منى", ["مني", "", "", ""]),
            ("الحموي سامر خالد نور", ["سامر", "خالد", "نور", "حموي"]),
        ] {
            let [looked_up, read] = both(&mut v, text, Script::Arabic).unwrap();
            assert_eq!((&looked_up, looked_up.each_ref().map(String::as_str)), (&read, words), "{text}");
        }
        for (text, words) in [
            ("Ammar bin Mohammad Al-Youssef", ["ammar", "mohammad", "", "youssef"]),
            ("Abd ul Rahim El Hamwi", ["abdrahim", "", "", "hamwi"]),
            ("Alhamwi Karam Naser Ali Alhamwi", ["alhamwi", "karam", "naser", "hamwi"]),
            ("AlHamwi Karam Naser", ["karam", "naser", "", "hamwi"]),
            ("El Hamwi Karam", ["karam", "", "", "hamwi"]),
            ("Al-Hamwi Karam Naser Ali Omar", ["karam", "naser", "ali", "hamwi"]),
        ] {
            let [looked_up, read] = both(&mut v, text, Script::Latin).unwrap();
            assert_eq!((&looked_up, looked_up.each_ref().map(String::as_str)), (&read, words), "{text}");
        }
        for text in ["سامر أبو علي", "محمد (خالد)", "الشهيد محمد خالد", "نور الدين خضر", "عبد"]
        {
            assert_eq!(both(&mut v, text, Script::Arabic), None, "{text}");
        }
    }
}
