//! A short text in several languages.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Language;

/// A text per language. Empty texts do not exist here.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LocalText(pub BTreeMap<Language, String>);

impl LocalText {
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let texts = pairs.into_iter().filter(|(_, text)| !text.is_empty());
        Self(texts.filter_map(|(tag, text)| Some((Language::new(tag).ok()?, text.to_owned()))).collect())
    }
    pub fn get(&self, tag: &str) -> Option<&str> {
        self.0.iter().find(|(language, _)| language.as_str() == tag).map(|(_, text)| text.as_str())
    }
    /// The text in the language asked for, else English, else whichever comes first; with the tag of what is given.
    pub fn best(&self, tag: &str) -> Option<(&Language, &str)> {
        let find = |wanted: &str| self.0.iter().find(|(l, _)| l.as_str() == wanted);
        let (language, text) = find(tag).or_else(|| find("en")).or_else(|| self.0.iter().next())?;
        Some((language, text))
    }
}
