//! Names with their language and script.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A BCP 47 language tag, lower-case primary subtag with optional further subtags; `und` when undetermined.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Language(String);

impl Language {
    pub fn new(tag: &str) -> Result<Self, String> {
        let primary = tag.split('-').next().unwrap_or("");
        let ok = (2..=3).contains(&primary.len())
            && primary.bytes().all(|b| b.is_ascii_lowercase())
            && tag.len() <= 35
            && tag.split('-').all(|s| (1..=8).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_alphanumeric()));
        if ok { Ok(Self(tag.to_owned())) } else { Err(format!("{tag:?} is not a language tag")) }
    }
    pub fn ar() -> Self {
        Self("ar".into())
    }
    pub fn en() -> Self {
        Self("en".into())
    }
    pub fn fr() -> Self {
        Self("fr".into())
    }
    /// The tag of a text whose language is not known.
    pub fn und() -> Self {
        Self("und".into())
    }
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// What the script alone allows to be said: Arabic script is tagged `ar`, anything else `und`.
    pub fn guess(text: &str) -> Self {
        if Script::of(text) == Script::Arabic { Self::ar() } else { Self::und() }
    }
}

impl TryFrom<String> for Language {
    type Error = String;
    fn try_from(tag: String) -> Result<Self, String> {
        Self::new(&tag)
    }
}
impl From<Language> for String {
    fn from(language: Language) -> String {
        language.0
    }
}
impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The script of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Script {
    Arabic,
    Latin,
    Other,
}

impl Script {
    /// The script of most letters of `text`; `Other` when there is no Arabic or Latin letter.
    pub fn of(text: &str) -> Self {
        let (mut arabic, mut latin) = (0usize, 0usize);
        for c in text.chars() {
            match c {
                '\u{0600}'..='\u{06FF}'
                | '\u{0750}'..='\u{077F}'
                | '\u{08A0}'..='\u{08FF}'
                | '\u{FB50}'..='\u{FDFF}'
                | '\u{FE70}'..='\u{FEFF}' => arabic += 1,
                'a'..='z' | 'A'..='Z' | '\u{00C0}'..='\u{024F}' | '\u{1E00}'..='\u{1EFF}' => latin += 1,
                _ => {}
            }
        }
        match (arabic, latin) {
            (0, 0) => Self::Other,
            (a, l) if a >= l => Self::Arabic,
            _ => Self::Latin,
        }
    }
}

/// A name as a source wrote it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Name {
    pub text: String,
    pub language: Language,
    pub script: Script,
    /// The script that it was transliterated from, when the source says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transliterated_from: Option<Script>,
}

impl Name {
    /// A name whose script is read off its letters.
    pub fn new(text: impl Into<String>, language: Language) -> Self {
        let text = text.into();
        Self { script: Script::of(&text), text, language, transliterated_from: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_that_of_most_letters() {
        assert_eq!(Script::of("محمد"), Script::Arabic);
        assert_eq!(Script::of("Mohammad"), Script::Latin);
        assert_eq!(Script::of("123 ?"), Script::Other);
    }

    #[test]
    fn a_language_tag_is_checked() {
        assert!(Language::new("ar-SY").is_ok());
        for bad in ["", "a", "AR", "ar_SY", "ar-", "english language"] {
            assert!(Language::new(bad).is_err(), "{bad:?}");
        }
    }
}
