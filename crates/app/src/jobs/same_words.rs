//! The words of a field, and which other fields of its entry say them: what is withdrawn or withheld in one is not hidden while
//! another says it again. Where else they stand is for `sought`.
//!
//! Words are names, and texts long enough to be somebody's sentence; a cause or a place stands in too many rows to tell
//! anything. Nothing is changed here.

use std::collections::BTreeSet;

use domain::media::Claim;
use serde_json::Value;

/// The row as received, column by column.
pub const ROW: &str = "original";
/// Without these nobody could say any more what an entry is.
pub const NEVER: [&str; 4] = ["type", "id", "accession", "row"];
/// Fields that hold one name and nothing else.
pub const NAMES: [&str; 4] = ["name", "by", "to", "received_by"];
/// A text of so many characters and several words is a sentence that few would write twice.
const SENTENCE: usize = 24;

const VAULT: &str = "vault";
const TIMES: &str = "claimed_times";

type Field = (String, Vec<u8>);

/// Other fields of an entry that say what this one says: the row as received always does, whichever column it was.
pub fn beside<'a>(fields: &'a [Field], field: &str) -> Vec<&'a str> {
    let Some((_, value)) = fields.iter().find(|(own, _)| own == field).filter(|_| field != ROW) else {
        return Vec::new();
    };
    // A program before this one filed places and devices under times.
    if field == VAULT {
        let claims = |value: &[u8]| serde_json::from_slice::<Vec<Claim>>(value).unwrap_or_default();
        let is_astray = |(own, value): &&Field| own == TIMES && claims(value).iter().any(|claim| !claim.is_time());
        return fields.iter().filter(is_astray).map(|(own, _)| own.as_str()).collect();
    }
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

/// Whether one of the texts in a value says it.
pub fn any(value: &Value, says_it: &mut dyn FnMut(&str) -> bool) -> bool {
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
    fn places_that_were_filed_under_times_go_with_the_vault() {
        let photo =
            |times: &str| fields(&[("claimed_times", times), ("remarks", r#"["a"]"#), ("vault", r#"{"claims":[]}"#)]);
        let time = r#"{"field":"exif:DateTime","value":"2019-03-01"}"#;
        let place = r#"{"field":"mp4:com.apple.quicktime.location.ISO6709","value":"+36.2+037.1/"}"#;
        assert_eq!(beside(&photo(&format!("[{time},{place}]")), "vault"), ["claimed_times"]);
        assert_eq!(beside(&photo(&format!("[{time}]")), "vault"), Vec::<&str>::new());
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
    fn the_names_of_a_source_are_names() {
        let names = of_field("names", r#"{"en":"Invented Watch","ar":"المرصد المختلق"}"#.as_bytes());
        assert_eq!(names.len(), 2);
    }
}
