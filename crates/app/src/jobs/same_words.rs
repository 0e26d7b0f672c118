//! The words of a field, and where else they stand: what is withdrawn or withheld in one field is not hidden while another
//! field, or the file that the row was read from, says it again.
//!
//! Words are names, and texts long enough to be somebody's sentence; a cause or a place stands in too many rows to tell
//! anything. Nothing is changed here.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use domain::{Accession, Sha256Digest};
use evidence::{Journal, Lying, Originals};
use serde_json::Value;

use crate::refusal::Outcome;

/// The row as received, column by column.
pub const ROW: &str = "original";
/// Without these nobody could say any more what an entry is.
pub const NEVER: [&str; 4] = ["type", "id", "accession", "row"];
/// Fields that hold one name and nothing else.
pub const NAMES: [&str; 4] = ["name", "by", "to", "received_by"];
/// A text of so many characters and several words is a sentence that few would write twice.
const SENTENCE: usize = 24;
/// A name of one word is shared by too many to look for it in other files.
const TELLING_NAME: usize = 8;

type Field = (String, Vec<u8>);

/// Other fields of an entry that say what this one says: the row as received always does, whichever column it was.
pub fn beside<'a>(fields: &'a [Field], field: &str) -> Vec<&'a str> {
    let Some((_, value)) = fields.iter().find(|(own, _)| own == field).filter(|_| field != ROW) else {
        return Vec::new();
    };
    let words = of_field(field, value);
    let says_it = |text: &str| words.iter().any(|word| text.contains(word.as_str()));
    let others = fields.iter().filter(|(own, _)| own != field && own != "source" && !NEVER.contains(&own.as_str()));
    let same = others.filter(|(own, value)| match own.as_str() {
        // An accession has a field of that name that is no row.
        ROW => value.first() == Some(&b'['),
        _ => any_text(value, &says_it),
    });
    same.map(|(own, _)| own.as_str()).collect()
}

/// The names and sentences in a field.
pub fn of_field(field: &str, value: &[u8]) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    if let Ok(value) = serde_json::from_slice::<Value>(value) {
        // A source has its names by language.
        let all = NAMES.contains(&field) || field == "names" && value.is_object();
        collect(&value, all, matches!(field, "names" | "vault"), &mut words);
    }
    words
}

/// `all`: each text is a name. `named`: those under the keys `text` and `value` are.
fn collect(value: &Value, all: bool, named: bool, words: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            let n = text.chars().count();
            if (all && n >= 3) || (n >= SENTENCE && text.contains(char::is_whitespace)) {
                words.insert(text.clone());
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, all, named, words)),
        Value::Object(items) => {
            for (key, item) in items {
                collect(item, all || named && matches!(key.as_str(), "text" | "value"), named, words);
            }
        }
        _ => {}
    }
}

/// Words that more uses than this share tell nobody.
const SHARED_BY_MANY: u64 = 20;

/// Whether a linkage model has one of the words, counted in few names or without a count.
pub fn model_tells(model: &Value, words: &BTreeSet<String>) -> bool {
    match model {
        Value::String(text) => words.contains(text),
        Value::Array(items) => items.iter().any(|item| model_tells(item, words)),
        Value::Object(items) => items.iter().any(|(key, item)| {
            let is_rare = || item.as_u64().is_none_or(|uses| uses <= SHARED_BY_MANY);
            words.contains(key) && is_rare() || model_tells(item, words)
        }),
        _ => false,
    }
}

fn any(value: &Value, says_it: &mut dyn FnMut(&str) -> bool) -> bool {
    match value {
        Value::String(text) => says_it(text),
        Value::Array(items) => items.iter().any(|item| any(item, says_it)),
        Value::Object(items) => items.values().any(|item| any(item, says_it)),
        _ => false,
    }
}

fn any_text(value: &[u8], says_it: &dyn Fn(&str) -> bool) -> bool {
    serde_json::from_slice(value).is_ok_and(|value| any(&value, &mut |text| says_it(text)))
}

/// Names and sentences that are looked for, word by word, in whatever spelling they stand elsewhere.
pub struct Sought {
    /// By the first word: all words, and the name as it was written.
    by_first: HashMap<String, Vec<(Vec<String>, String)>>,
}

impl Sought {
    /// Of one word alone, or of fewer letters than `least`, there would be too many: those are left out.
    pub fn of(names: &BTreeSet<String>, least: usize) -> Self {
        let mut by_first: HashMap<String, Vec<(Vec<String>, String)>> = HashMap::new();
        for name in names.iter().filter(|name| name.chars().count() >= least) {
            let words: Vec<String> = words(name).map(Cow::into_owned).collect();
            if let [first, _, ..] = &words[..] {
                by_first.entry(first.clone()).or_default().push((words, name.clone()));
            }
        }
        Self { by_first }
    }

    /// Of those that are worth looking for where much is written.
    pub fn telling(names: &BTreeSet<String>) -> Self {
        Self::of(names, TELLING_NAME)
    }

    /// The first that stands in a text.
    pub fn found_in(&self, text: &str) -> Option<&str> {
        let mut rest = words(text);
        while let Some(word) = rest.next() {
            let names = self.by_first.get(word.as_ref()).map_or(&[][..], Vec::as_slice);
            let is_here = |name: &&(Vec<String>, String)| {
                let mut after = rest.clone();
                name.0[1..].iter().all(|word| after.next().is_some_and(|next| next == word.as_str()))
            };
            if let Some((_, name)) = names.iter().find(is_here) {
                return Some(name);
            }
        }
        None
    }
}

/// Signs that stand on letters, or only say in which direction they run.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6ed}'
        | '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The words of a text: in small letters, without marks, alef, ta marbuta and alef maqsura in one form.
fn words(text: &str) -> impl Iterator<Item = Cow<'_, str>> + Clone {
    let parts = text.split(|c: char| !c.is_alphanumeric() && !is_mark(c));
    parts.map(folded).filter(|word| !word.is_empty())
}

fn folded(word: &str) -> Cow<'_, str> {
    let stays = |c: char| !c.is_uppercase() && !is_mark(c) && !matches!(c, 'أ' | 'إ' | 'آ' | 'ٱ' | 'ى' | 'ة');
    if word.chars().all(stays) {
        return word.into();
    }
    let one = |c: char| match c {
        'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
        'ى' => 'ي',
        'ة' => 'ه',
        other => other,
    };
    word.chars().filter(|c| !is_mark(*c)).flat_map(char::to_lowercase).map(one).collect::<String>().into()
}

/// A text in which characters are written by their numbers, as JSON may, with the characters.
fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains("\\u") {
        return text.into();
    }
    let mut parts = text.split("\\u");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let read = part.get(..4).and_then(|digits| char::from_u32(u32::from_str_radix(digits, 16).ok()?));
        match read {
            Some(c) => out.extend(std::iter::once(c).chain(part[4..].chars())),
            None => out.push_str(part),
        }
    }
    out.into()
}

/// The first of the names that stands in a file. Files that are packed (a workbook, a PDF) are not seen through.
fn found_in<'a>(path: &Path, sought: &'a Sought) -> Option<&'a str> {
    let bytes = std::fs::read(path).ok()?;
    sought.found_in(&unescaped(&intake::decode(&bytes).text))
}

/// Accessions whose originals, kept here and holding text, have one of the names, with that name.
pub fn in_originals<'a, 'w>(
    originals: &Originals,
    accessions: impl Iterator<Item = &'a Accession>,
    sought: &'w Sought,
) -> Vec<(&'a Accession, &'w str)> {
    let mut seen: BTreeSet<Sha256Digest> = BTreeSet::new();
    let holds_text = |media_type: &str| !["image/", "video/", "audio/"].iter().any(|kind| media_type.starts_with(kind));
    let texts = accessions.filter(|a| !sought.by_first.is_empty() && holds_text(&a.original.media_type));
    let new = texts.filter(|accession| seen.insert(accession.original.sha256));
    new.filter_map(|a| Some((a, found_in(&originals.path(&a.original.sha256), sought)?))).collect()
}

/// Letters of a word that is taken for part of a name.
const TELLING_LETTERS: usize = 4;

/// The words of a text by which a name may be known.
pub fn telling(text: &str) -> impl Iterator<Item = String> {
    words(text).filter(|word| word.chars().count() >= TELLING_LETTERS).map(Cow::into_owned)
}

/// An entry that stays, and the field of it in which a word stands.
pub struct Told {
    pub entry: u64,
    pub field: String,
    pub word: String,
}

/// Where somebody writes of others in his own words, by the kind of entry: one word of a name tells whom he means.
const FREE: [(&str, &[&str]); 3] = [
    ("accession", &["file_name", "received_by", "terms"]),
    ("custody", &["by", "to", "why"]),
    ("decision", &["by", "why"]),
];
/// What was withdrawn is told in words that were asked to be without the name; models go by themselves.
const NOT_SOUGHT_IN: [&str; 2] = ["withdrawal", "run"];

/// Fields of entries in which one of the names stands, or, where people write freely, one word of it; but for those that go.
pub fn in_journal(
    journal: &Journal,
    names: &BTreeSet<String>,
    goes: &(dyn Fn(u64, &str) -> bool + Sync),
) -> Outcome<Vec<Told>> {
    let (sought, all) = (Sought::telling(names), Sought::of(names, 0));
    let tells: HashSet<String> = names.iter().flat_map(|name| telling(name)).collect();
    let of_fields = |entry: u64, fields: &[(&str, &[u8])]| -> Vec<Told> {
        let kind = fields.iter().find(|(name, _)| *name == "type");
        let kind: String = kind.and_then(|(_, value)| serde_json::from_slice(value).ok()).unwrap_or_default();
        if NOT_SOUGHT_IN.contains(&kind.as_str()) {
            return Vec::new();
        }
        let free = FREE.iter().find(|(own, _)| *own == kind).map_or(&[][..], |(_, fields)| fields);
        let mut found = Vec::new();
        for (field, value) in fields.iter().filter(|(field, _)| !NEVER.contains(field) && !goes(entry, field)) {
            let Ok(value) = serde_json::from_slice::<Value>(value) else { continue };
            let mut word = None;
            any(&value, &mut |text| {
                word = match free.contains(field) {
                    true => telling(text)
                        .find(|word| tells.contains(word))
                        .or_else(|| all.found_in(text).map(str::to_owned)),
                    false => sought.found_in(text).map(str::to_owned),
                };
                word.is_some()
            });
            found.extend(word.map(|word| Told { entry, field: (*field).to_owned(), word }));
        }
        found
    };
    let of_entry = |index: u64, entry: Lying<'_>| match entry {
        Lying::Whole(fields) => of_fields(index, &fields),
        Lying::Lacking(entry) => {
            let fields = entry.payload.iter().flat_map(|payload| &payload.fields);
            let fields: Vec<(&str, &[u8])> = fields.map(|(name, value)| (name.as_str(), value.as_slice())).collect();
            of_fields(index, &fields)
        }
    };
    let found = journal.map_frames(|_| true, of_entry)?;
    Ok(found.into_iter().flat_map(|(_, told)| told).flatten().collect())
}

/// Lists of refused rows and reports in the workspace that have one of the names, with that name.
pub fn in_files<'w>(workspace: &Path, sought: &'w Sought) -> Vec<(PathBuf, &'w str)> {
    let listing = |dir: &Path| std::fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_report = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("report-"));
    let mut folders: Vec<PathBuf> = listing(workspace).filter(is_report).collect();
    folders.push(workspace.join("imports"));
    let mut held = Vec::new();
    while let Some(folder) = folders.pop().filter(|_| !sought.by_first.is_empty()) {
        for path in listing(&folder) {
            if path.is_dir() {
                folders.push(path);
            } else if let Some(word) = found_in(&path, sought) {
                held.push((path, word));
            }
        }
    }
    held.sort();
    held
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(of: &[(&str, &str)]) -> Vec<Field> {
        of.iter().map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec())).collect()
    }

    #[test]
    fn the_row_and_what_repeats_a_name_say_what_the_name_says() {
        let row = fields(&[
            ("cause", r#""shelling""#),
            ("fields", r#"{"notes":"brother of Invented One, of the same house"}"#),
            ("id", r#""r-Invented One""#),
            ("names", r#"[{"text":"Invented One","language":"en","script":"latin"}]"#),
            (ROW, r#"[["name","Invented One"]]"#),
        ]);
        assert_eq!(beside(&row, "names"), ["fields", ROW]);
        assert_eq!(beside(&row, "cause"), [ROW]);
        assert_eq!(beside(&row, ROW), Vec::<&str>::new());
        assert_eq!(beside(&row, "poem"), Vec::<&str>::new());
        let accession = fields(&[("file_name", r#""list.csv""#), (ROW, r#"{"sha256":"00"}"#)]);
        assert_eq!(beside(&accession, "file_name"), Vec::<&str>::new());
    }

    #[test]
    fn words_are_names_and_sentences_and_never_a_tag_or_a_cause() {
        let names = of_field("names", br#"[{"text":"Invented One","language":"en-latin-long","script":"latin"}]"#);
        assert_eq!(names, BTreeSet::from(["Invented One".to_owned()]));
        assert!(of_field("cause", br#""government""#).is_empty());
        assert!(of_field("original", br#"[["perpetrator","government"],["name","Ali"]]"#).is_empty());
        assert_eq!(of_field("name", r#"{"ar":"مختلق","en":"Invented"}"#.as_bytes()).len(), 2);
        assert_eq!(of_field("vault", br#"{"claims":[{"field":"exif:SerialNumber","value":"S-1"}]}"#).len(), 1);
    }

    #[test]
    fn names_are_found_word_by_word_in_any_spelling_and_one_word_alone_is_not_looked_for() {
        let names: BTreeSet<String> =
            ["Mohammad", "Invented One", "علي عمر حسن", "أحمد المختلق"].map(str::to_owned).into();
        let sought = Sought::telling(&names);
        for (text, found) in [
            ("of invented  ONE, of Hama", Some("Invented One")),
            ("invented \"one\"", Some("Invented One")),
            ("invented ones", None),
            ("Mohammad was here", None),
            ("عَلي عُمر حسن", Some("علي عمر حسن")),
            ("احمد المختلق", Some("أحمد المختلق")),
            ("", None),
        ] {
            assert_eq!(sought.found_in(text), found, "{text}");
        }
        assert_eq!(sought.found_in(&unescaped("\\u0639\\u0644\\u064a عمر حسن")), Some("علي عمر حسن"));
        assert_eq!(unescaped("a\\u00e"), "a\\u00e".replace("\\u", ""));
        let many: BTreeSet<String> = (0..5000).map(|n| format!("Invented No {n}")).collect();
        assert_eq!(Sought::telling(&many).found_in("brother of invented no 4711"), Some("Invented No 4711"));
    }

    #[test]
    fn the_names_of_a_source_are_names() {
        let names = of_field("names", r#"{"en":"Invented Watch","ar":"المرصد المختلق"}"#.as_bytes());
        assert_eq!(names.len(), 2);
    }
}
