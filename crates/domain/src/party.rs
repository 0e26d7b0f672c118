//! Perpetrating parties: a tree, and each source's own wording mapped to it. The mapping is data.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::{LocalText, PartyCode, SourceId};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    pub code: PartyCode,
    /// The alliance or grouping that it belongs to. A figure for the parent belongs to neither child.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<PartyCode>,
    pub names: LocalText,
    /// Words by which readers and sources name it, in any language.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
}

/// A party as a source names it. *Alleged*, until a reviewer makes a finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PartyMention {
    /// The source's own words.
    pub written: String,
    /// The node of the common tree; `None` when the words are not mapped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<PartyCode>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<PartyRole>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartyRole {
    AllegedPerpetrator,
    /// A side of a fight, which is not yet an allegation of having killed the victims.
    SideA,
    SideB,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the party table was not loaded: {0}")]
pub struct PartyTableError(pub String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    party: Vec<Party>,
}

/// The party tree with its lookup by wording.
#[derive(Debug, Clone)]
pub struct PartyTable {
    parties: BTreeMap<PartyCode, Party>,
    by_wording: HashMap<String, PartyCode>,
}

/// Wordings are compared without case, marks, quotation signs and runs of white space.
fn wording_key(text: &str) -> String {
    let kept = text.chars().filter(|c| {
        !matches!(c, '\u{064B}'..='\u{0652}' | '\u{0640}' | '"' | '“' | '”' | '«' | '»' | '\'' | '’' | '‘' | '`')
    });
    let lower: String = kept.flat_map(char::to_lowercase).collect();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl PartyTable {
    /// Reads `[[party]]` tables (TOML). Refuses unknown parents, cycles and a wording that names two parties.
    pub fn parse(text: &str) -> Result<Self, PartyTableError> {
        let file: File = toml::from_str(text).map_err(|e| PartyTableError(e.to_string()))?;
        Self::new(file.party)
    }

    pub fn new(list: Vec<Party>) -> Result<Self, PartyTableError> {
        let mut parties = BTreeMap::new();
        let mut by_wording = HashMap::new();
        for party in list {
            let names = party.names.0.values().chain(&party.aliases).map(String::as_str);
            for wording in names.chain([party.code.as_str()]) {
                let old = by_wording.insert(wording_key(wording), party.code.clone());
                if let Some(old) = old.filter(|old| *old != party.code) {
                    return Err(PartyTableError(format!("{wording:?} names both {old} and {}", party.code)));
                }
            }
            if let Some(old) = parties.insert(party.code.clone(), party) {
                return Err(PartyTableError(format!("{} is there twice", old.code)));
            }
        }
        let table = Self { parties, by_wording };
        for party in table.parties.values() {
            let mut seen = vec![&party.code];
            let mut at = party;
            while let Some(parent) = &at.parent {
                if seen.contains(&parent) {
                    return Err(PartyTableError(format!("{} is its own ancestor", party.code)));
                }
                seen.push(parent);
                at = table.parties.get(parent).ok_or_else(|| PartyTableError(format!("{parent} is not in it")))?;
            }
        }
        Ok(table)
    }

    /// The project's own table for Syria.
    pub fn syria() -> Self {
        Self::parse(include_str!("../data/parties.toml")).expect("the built-in table is tested")
    }

    pub fn get(&self, code: &PartyCode) -> Option<&Party> {
        self.parties.get(code)
    }
    pub fn iter(&self) -> impl Iterator<Item = &Party> {
        self.parties.values()
    }
    /// The party that a wording names, if it is known.
    pub fn by_wording(&self, wording: &str) -> Option<&PartyCode> {
        self.by_wording.get(&wording_key(wording))
    }
    pub fn mention(&self, written: &str, role: PartyRole) -> PartyMention {
        PartyMention { written: written.to_owned(), code: self.by_wording(written).cloned(), role: Some(role) }
    }
    pub fn children<'a>(&'a self, code: &'a PartyCode) -> impl Iterator<Item = &'a Party> {
        self.parties.values().filter(move |p| p.parent.as_ref() == Some(code))
    }
    /// True when `code` is `ancestor` or lies under it.
    pub fn is_within(&self, code: &PartyCode, ancestor: &PartyCode) -> bool {
        let mut at = Some(code);
        while let Some(code) = at {
            if code == ancestor {
                return true;
            }
            at = self.parties.get(code).and_then(|p| p.parent.as_ref());
        }
        false
    }
}

/// A source's own wording for a party, kept so that a page can print it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Wording {
    pub source: SourceId,
    pub written: String,
    pub party: PartyCode,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> PartyCode {
        PartyCode::new(text).unwrap()
    }

    #[test]
    fn the_built_in_table_loads_and_knows_wordings_whatever_the_quotation_marks() {
        let table = PartyTable::syria();
        assert_eq!(table.by_wording("تنظيم “داعش”"), Some(&code("isis")));
        assert_eq!(table.by_wording("  daesh "), Some(&code("isis")));
        assert_eq!(table.by_wording("nobody of that name"), None);
    }

    #[test]
    fn an_alliance_contains_its_parts_and_not_the_other_way_round() {
        let table = PartyTable::syria();
        assert!(table.is_within(&code("russian_forces"), &code("syrian_russian_alliance")));
        assert!(!table.is_within(&code("syrian_russian_alliance"), &code("russian_forces")));
    }

    #[test]
    fn a_wording_that_names_two_parties_is_refused() {
        let two = "[[party]]\ncode='a'\nnames={en='X'}\n[[party]]\ncode='b'\nnames={en='x'}\n";
        assert!(PartyTable::parse(two).unwrap_err().to_string().contains("both"));
        let cycle = "[[party]]\ncode='a'\nparent='a'\nnames={}\n";
        assert!(PartyTable::parse(cycle).is_err());
    }
}
