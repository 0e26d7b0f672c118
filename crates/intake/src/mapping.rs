//! Mapping files: which column is which field, and how its values are read. Data, not code.
//!
//! The format has a page of its own: docs/formats/mapping.md.

use std::collections::{BTreeMap, HashMap};

use domain::{Script, Sha256Digest, SourceId};
use serde::Deserialize;

use crate::MappingError;
use crate::field::{PARTY_FIELDS, is_field};
use crate::rule::{CautionRule, Condition, ExactnessRule, PartyRule, Pick, RoleRule};

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    Record,
    Event,
    Figure,
    /// A notice for a disappeared person.
    Notice,
    /// A row of a gazetteer, or a feature of a boundary file.
    Place,
    /// An item of a feed, or a line of an export of posts.
    Post,
    /// TOML, `[[statement]]`.
    Statements,
    /// TOML, `[[source]]`.
    Sources,
    /// TOML, `[[trust_set]]`.
    TrustSets,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    kind: Kind,
    source: Option<SourceId>,
    delimiter: Option<char>,
    sheet: Option<String>,
    /// The key of a JSON object under which the rows are.
    list: Option<String>,
    #[serde(default)]
    detect: Vec<String>,
    #[serde(default)]
    required_columns: Vec<String>,
    #[serde(default)]
    required: Vec<String>,
    #[serde(default)]
    require_any: Vec<String>,
    #[serde(default)]
    null_values: Vec<String>,
    #[serde(default)]
    date_formats: Vec<String>,
    #[serde(default)]
    strict: Vec<String>,
    place_separator: Option<String>,
    party_separator: Option<String>,
    #[serde(default)]
    columns: BTreeMap<String, OneOrMany>,
    #[serde(default)]
    defaults: BTreeMap<String, String>,
    #[serde(default)]
    transliterated: BTreeMap<String, Script>,
    #[serde(default)]
    values: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(default)]
    party_rule: Vec<PartyRule>,
    #[serde(default)]
    caution: Vec<CautionRule>,
    #[serde(default)]
    role: Vec<RoleRule>,
    #[serde(default)]
    exactness: Vec<ExactnessRule>,
    #[serde(default)]
    pick: Vec<Pick>,
}

/// How one kind of file is read.
#[derive(Debug, Clone)]
pub struct Mapping {
    pub name: String,
    pub kind: Kind,
    text_digest: Sha256Digest,
    source: Option<SourceId>,
    pub(crate) delimiter: Option<u8>,
    pub(crate) sheet: Option<String>,
    pub(crate) list: Option<String>,
    pub(crate) detect: Vec<String>,
    pub(crate) required_columns: Vec<String>,
    pub(crate) required: Vec<String>,
    pub(crate) require_any: Vec<String>,
    pub(crate) null_values: Vec<String>,
    pub(crate) date_formats: Vec<String>,
    pub(crate) strict: Vec<String>,
    pub(crate) place_separator: Option<String>,
    pub(crate) party_separator: Option<String>,
    pub(crate) columns: BTreeMap<String, Vec<String>>,
    pub(crate) defaults: BTreeMap<String, String>,
    pub(crate) transliterated: BTreeMap<String, Script>,
    /// Keys in lower case.
    pub(crate) values: HashMap<String, HashMap<String, String>>,
    pub(crate) party_rules: Vec<PartyRule>,
    pub(crate) cautions: Vec<CautionRule>,
    pub(crate) roles: Vec<RoleRule>,
    pub(crate) exactness: Vec<ExactnessRule>,
    pub(crate) picks: Vec<Pick>,
}

impl Mapping {
    /// Reads a mapping file. Refuses what it does not know, so that a misspelt key is not passed over in silence.
    pub fn parse(text: &str) -> Result<Self, MappingError> {
        let file: File = toml::from_str(text).map_err(|e| MappingError(e.to_string()))?;
        let mapping = Self::from_file(file, Sha256Digest::of(text.as_bytes()))?;
        mapping.check()?;
        Ok(mapping)
    }

    fn from_file(file: File, text_digest: Sha256Digest) -> Result<Self, MappingError> {
        let delimiter = match file.delimiter {
            Some(c) if c.is_ascii() && c != '"' && c != '\n' => Some(c as u8),
            Some(c) => return Err(MappingError(format!("{c:?} cannot part columns"))),
            None => None,
        };
        let columns = file.columns.into_iter().map(|(column, fields)| match fields {
            OneOrMany::One(field) => (column, vec![field]),
            OneOrMany::Many(fields) => (column, fields),
        });
        let lower =
            |map: BTreeMap<String, String>| map.into_iter().map(|(k, v)| (k.trim().to_lowercase(), v)).collect();
        Ok(Self {
            name: file.name,
            kind: file.kind,
            text_digest,
            source: file.source,
            delimiter,
            sheet: file.sheet,
            list: file.list,
            detect: file.detect,
            required_columns: file.required_columns,
            required: file.required,
            require_any: file.require_any,
            null_values: file.null_values,
            date_formats: file.date_formats,
            strict: file.strict,
            place_separator: file.place_separator.filter(|s| !s.is_empty()),
            party_separator: file.party_separator.filter(|s| !s.is_empty()),
            columns: columns.collect(),
            defaults: file.defaults,
            transliterated: file.transliterated,
            values: file.values.into_iter().map(|(field, map)| (field, lower(map))).collect(),
            party_rules: file.party_rule,
            cautions: file.caution,
            roles: file.role,
            exactness: file.exactness,
            picks: file.pick,
        })
    }

    fn check(&self) -> Result<(), MappingError> {
        let refuse = |what: String| Err(MappingError(format!("{}: {what}", self.name)));
        if domain::SourceId::new(self.name.clone()).is_err() {
            return refuse("its name is not made of letters, digits, . _ -".into());
        }
        let picked = self.picks.iter().flat_map(|pick| pick.columns.values());
        let mapped = self.columns.values().flatten().chain(picked).chain(self.defaults.keys());
        for field in mapped.chain(self.strict.iter()).chain(self.values.keys()) {
            if !is_field(self.kind, field) {
                return refuse(format!(
                    "there is no field {field:?} in a {:?} (see docs/formats/mapping.md)",
                    self.kind
                ));
            }
        }
        for field in self.party_rules.iter().filter_map(|rule| rule.field.as_ref()) {
            if !PARTY_FIELDS.contains(&field.as_str()) {
                return refuse(format!("a party rule is about {field:?}, which is none of {PARTY_FIELDS:?}"));
            }
        }
        if let Some(problem) = self.conditions().find_map(Condition::problem) {
            return refuse(problem);
        }
        if let Some(format) = self.date_formats.iter().find(|format| !domain::values::is_date_format(format)) {
            return refuse(format!("{format:?} is not a date format (such as %d/%m/%Y)"));
        }
        Ok(())
    }

    /// Every condition of every rule.
    pub(crate) fn conditions(&self) -> impl Iterator<Item = &Condition> {
        let party = self.party_rules.iter().flat_map(|rule| &rule.when);
        let caution = self.cautions.iter().flat_map(|rule| &rule.when);
        let exactness = self.exactness.iter().flat_map(|rule| &rule.when);
        party.chain(caution).chain(exactness).chain(self.roles.iter().flat_map(|rule| &rule.when))
    }

    /// The name and the first 16 hexadecimal digits of the SHA-256 of its text, such as `ucdp-ged@0123456789abcdef`.
    pub fn digest_name(&self) -> String {
        format!("{}@{}", self.name, &self.text_digest.hex()[..16])
    }

    /// The source whose files these are, when the mapping names one.
    pub fn source(&self) -> Option<SourceId> {
        self.source.clone()
    }

    /// Names and texts of the mappings that the program carries.
    pub fn built_in() -> &'static [(&'static str, &'static str)] {
        crate::builtin::MAPPINGS
    }

    /// A built-in mapping.
    pub fn by_name(name: &str) -> Option<Self> {
        let (_, text) = Self::built_in().iter().find(|(known, _)| *known == name)?;
        Self::parse(text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_mapping_loads_and_bears_the_name_it_is_found_by() {
        for (name, text) in Mapping::built_in() {
            let mapping = Mapping::parse(text).unwrap_or_else(|e| panic!("{name}: {e}"));
            assert_eq!(&mapping.name, name);
            assert_eq!(mapping.digest_name().len(), name.len() + 17);
        }
    }

    #[test]
    fn a_misspelt_key_or_field_is_refused() {
        for bad in [
            "name='x'\nkind='record'\n[colums]\na='name'",
            "name='x'\nkind='record'\n[columns]\na='nmae'",
            "name='x'\nkind='figure'\n[[caution]]\nadd='date_inferred'\nwhen=[{column='note'}]",
            "name='x y'\nkind='record'",
            "name='x'\nkind='record'\ndelimiter='،'",
            "name='x'\nkind='record'\ndate_formats=['%']",
        ] {
            assert!(Mapping::parse(bad).is_err(), "{bad}");
        }
    }
}
