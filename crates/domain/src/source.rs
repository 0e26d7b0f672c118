//! Who says so.

use serde::{Deserialize, Serialize};

use crate::{LocalText, SourceId};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    Organisation,
    Outlet,
    Government,
    IntergovernmentalBody,
    Person,
    /// One who gathers others' figures or lists and witnesses nothing.
    Compiler,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    pub id: SourceId,
    pub kind: SourceKind,
    /// Empty when they were withdrawn; the id is shown then.
    #[serde(default)]
    pub names: LocalText,
    /// The short form that readers type, such as `SNHR`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acronym: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Free tags such as `syrian`, `state`, `un`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub affiliations: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Sources that this one copies from: it is not a second witness beside them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub derives_from: Vec<SourceId>,
    /// Everything from this source is invented, for demonstration and tests.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub invented: bool,
    /// What to know before using it, per language.
    #[serde(default, skip_serializing_if = "is_empty_text")]
    pub caution: LocalText,
}

fn is_empty_text(text: &LocalText) -> bool {
    text.0.is_empty()
}
