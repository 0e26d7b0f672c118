//! Every word of a run once, with what is known of it; and how records are packed by it.

use std::collections::BTreeMap;

use domain::{Script, Sex};
use rustc_hash::FxHashMap;

use crate::decoding::as_meant;
use crate::interned::{Known, Texts};
use crate::mix::hash_bytes;
use crate::packed::{DETAINED, FAMILY, Facts, Names, Packed, Token};
use crate::phonetic::{skeleton, sounds};
use crate::plain::Plain;
use crate::record::DETENTION;
use crate::record_set::Said;
use crate::similarity::{Sketch, letters};
use crate::text::{LONGEST_NAME_CHARS, parse_name, place_word};

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

/// Equal for words that share their consonants, in either script.
pub(crate) fn skeleton_key(word: &str, script: Script) -> u64 {
    key_of(&sounds(word, script))
}

fn key_of(sounds: &[u8]) -> u64 {
    hash_bytes(1, &skeleton(sounds))
}

impl Vocabulary {
    pub fn new() -> Self {
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

    /// The words of one script that a table knows, with what it knows of them. Goes through the shorter of the two: a run's vocabulary
    /// is as long as its own tables, that of two records is not.
    pub fn each_in<'t, T>(&self, arabic: bool, table: &'t BTreeMap<String, T>, mut then: impl FnMut(usize, &'t T)) {
        if table.len() <= self.words.len() {
            for (text, known) in table {
                if let Some(&id) = self.index[usize::from(arabic)].get(text) {
                    then(id as usize, known);
                }
            }
            return;
        }
        for (id, word) in self.words.iter().enumerate().skip(1) {
            if (word.script == Script::Arabic) == arabic
                && let Some(known) = table.get(word.text())
            {
                then(id, known);
            }
        }
    }

    /// Marks the words among `texts`, which are in order; as [`Vocabulary::each_in`].
    pub fn among(&self, texts: &[String]) -> Vec<bool> {
        let mut out = vec![false; self.words.len()];
        if texts.len() <= self.words.len() {
            let both = |text: &String| self.index.each_ref().map(|index| index.get(text).copied());
            texts.iter().flat_map(both).flatten().for_each(|id| out[id as usize] = true);
        } else {
            let is_among = |word: &Word| texts.binary_search_by(|text| text.as_str().cmp(word.text())).is_ok();
            out.iter_mut().zip(&self.words).for_each(|(out, word)| *out = is_among(word));
        }
        out
    }

    /// A number for a code that is only ever compared for equality; 0 is missing.
    fn other(&mut self, text: Option<&str>) -> u32 {
        let Some(text) = text.map(str::trim).filter(|t| !t.is_empty()) else { return 0 };
        let is_small = text.bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase());
        1 + if is_small { self.others.number(text) } else { self.others.number(&text.to_lowercase()) }
    }

    /// The text that a record bears by this number, which is not 0.
    pub fn other_text(&self, number: u32) -> Option<&str> {
        self.others.text(number.checked_sub(1)?)
    }

    /// The number by which records bear a text.
    pub fn find_other(&self, text: &str) -> Option<u32> {
        self.others.find(text).map(|number| number + 1)
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

    pub fn pack<'a>(&mut self, names: impl IntoIterator<Item = (&'a str, Script)>, said: &Said) -> Packed {
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
            marks: if said.cause == Some(DETENTION) { DETAINED } else { 0 },
        };
        if let Some(date) = said.date {
            facts.set_date(date);
        }
        Packed { facts, names: Names { name }, town }
    }
}

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
