//! Conditions on a row, written in a mapping file, and what follows from them.

use domain::party::PartyRole;
use domain::{Caution, Exactness, FigureRole, PartyCode};
use serde::Deserialize;

/// True of a row when its column holds one of the texts listed. Exactly one list is given.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    pub column: String,
    /// The whole value, without white space around it.
    #[serde(default)]
    pub is: Vec<String>,
    #[serde(default)]
    pub contains: Vec<String>,
    #[serde(default)]
    pub starts_with: Vec<String>,
}

impl Condition {
    pub fn holds(&self, value: &str) -> bool {
        let value = value.trim();
        self.is.iter().any(|text| value == text)
            || self.contains.iter().any(|text| value.contains(text.as_str()))
            || self.starts_with.iter().any(|text| value.starts_with(text.as_str()))
    }

    pub(crate) fn problem(&self) -> Option<String> {
        let lists = [&self.is, &self.contains, &self.starts_with];
        let given = lists.iter().filter(|list| !list.is_empty()).count();
        (given != 1).then(|| {
            format!(
                "a condition on {:?} needs exactly one of `is`, `contains`, `starts_with`, and it has {given}",
                self.column
            )
        })
    }
}

/// Decides the code or role of a party mention, where the wording alone does not.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartyRule {
    /// The field whose mention it is about (`party`, `side_a`, `side_b`); not read when `written_from` is given.
    #[serde(default)]
    pub field: Option<String>,
    /// Adds a mention in the words of this column instead of changing one.
    #[serde(default)]
    pub written_from: Option<String>,
    pub when: Vec<Condition>,
    #[serde(default)]
    pub code: Option<PartyCode>,
    #[serde(default)]
    pub role: Option<PartyRole>,
    #[serde(default)]
    pub cautions: Vec<Caution>,
}

/// Puts a caution on a figure.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CautionRule {
    pub add: Caution,
    pub when: Vec<Condition>,
}

/// Decides what a figure is about; the first that holds.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleRule {
    pub role: FigureRole,
    pub when: Vec<Condition>,
}

/// Decides how a figure's number is worded, whatever its column says; the first that holds.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExactnessRule {
    pub exactness: Exactness,
    pub when: Vec<Condition>,
}

/// Takes one element out of a list inside a JSON object, such as the event of a person that is the death.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pick {
    /// Where the list is, such as `events`.
    pub list: String,
    /// Which key of an element tells what it is, such as `eventtype.title`.
    pub by: String,
    /// In order of preference.
    pub cases: Vec<PickCase>,
    /// Key of the element -> field.
    pub columns: std::collections::BTreeMap<String, String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PickCase {
    pub is: String,
    /// The act that this kind of element speaks of.
    #[serde(default)]
    pub act: Option<String>,
}
