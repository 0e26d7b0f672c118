//! What a journal entry holds. The journal keeps each top-level field under a commitment of its own, so that
//! one field can be withheld and the others proved.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::run::{ImportFinished, Run};
use crate::{
    Accession, CustodyEvent, Event, Figure, GazetteerEntry, Media, Notice, Post, Record, Source, Statement, TrustSet,
    Withdrawal,
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Content {
    Source(Source),
    TrustSet(TrustSet),
    Accession(Accession),
    Record(Record),
    Event(Event),
    Figure(Figure),
    Statement(Statement),
    Notice(Box<Notice>),
    Place(GazetteerEntry),
    Post(Post),
    ImportFinished(ImportFinished),
    Run(Run),
    Decision(Decision),
    Media(Media),
    Custody(CustodyEvent),
    Withdrawal(Withdrawal),
}

/// What a person decided. Never overwritten, only followed by another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    pub decision: DecisionKind,
    /// Empty when the name was withdrawn: the decision stands.
    #[serde(default)]
    pub by: String,
    /// Empty when it was withdrawn.
    #[serde(default)]
    pub why: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecisionKind {
    Link(crate::RecordId, crate::RecordId),
    NonLink(crate::RecordId, crate::RecordId),
    CannotTell(crate::RecordId, crate::RecordId),
    /// The names of this person may be published, as far as these records go. Another record of hers, joined later, asks
    /// for another approval.
    Approve(crate::PersonId, std::collections::BTreeSet<crate::RecordId>),
    /// The approvals that the same hand gave before do not hold any more.
    Disapprove(crate::PersonId),
    /// The family takes back what it consented to up to this day, for these uses. Only a consent given later stands again.
    WithdrawConsent(crate::NoticeId, std::collections::BTreeSet<crate::NoticeUse>, jiff::civil::Date),
}

#[derive(Debug, thiserror::Error)]
#[error("the entry's fields are not content of a known type: {0}")]
pub struct NotContent(String);

impl Content {
    /// Field names with their values as JSON text, sorted by name. Within a value, keys stand as its type declares them.
    pub fn to_fields(&self) -> Vec<(String, Vec<u8>)> {
        // Split as text and never through maps of serde_json: whether those are sorted is decided by what else is built in.
        let whole = serde_json::to_string(self).expect("every key of these types is a string");
        let fields: BTreeMap<String, &RawValue> = serde_json::from_str(&whole).expect("a tagged enum is an object");
        fields.into_iter().map(|(name, value)| (name, value.get().as_bytes().to_vec())).collect()
    }

    /// Reads what [`Content::to_fields`] wrote.
    pub fn from_fields<'a>(fields: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Result<Self, NotContent> {
        let mut map = Map::new();
        for (name, bytes) in fields {
            let value = serde_json::from_slice(bytes).map_err(|e| NotContent(format!("{name}: {e}")))?;
            map.insert(name.to_owned(), value);
        }
        serde_json::from_value(Value::Object(map)).map_err(|e| NotContent(e.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{LocalText, SourceId, SourceKind};

    #[test]
    fn content_survives_being_split_into_fields() {
        let content = Content::Source(Source {
            id: SourceId::new("snhr").unwrap(),
            kind: SourceKind::Organisation,
            names: LocalText::from_pairs([("en", "Network"), ("ar", "الشبكة")]),
            acronym: Some("SNHR".into()),
            country: None,
            affiliations: vec!["syrian".into()],
            address: None,
            derives_from: vec![],
            invented: false,
            caution: LocalText::default(),
        });
        let fields = content.to_fields();
        assert!(fields.is_sorted());
        let bytes = fields.iter().map(|(name, value)| format!("{name}={}", String::from_utf8_lossy(value)));
        assert_eq!(
            bytes.collect::<Vec<_>>().join(" "),
            r#"acronym="SNHR" affiliations=["syrian"] id="snhr" kind="organisation" names={"ar":"الشبكة","en":"Network"} type="source""#
        );
        let back = Content::from_fields(fields.iter().map(|(n, v)| (n.as_str(), v.as_slice()))).unwrap();
        assert_eq!(back, content);
    }

    #[test]
    fn keys_within_a_field_stand_as_declared_whatever_maps_are_built_with() {
        let sha256 = crate::Sha256Digest::of(b"");
        let content = Content::Accession(Accession {
            id: crate::AccessionId::new("a-1").unwrap(),
            source: SourceId::new("x").unwrap(),
            original: crate::Original { sha256, size_bytes: 0, media_type: "text/csv".into() },
            file_name: String::new(),
            mapping: String::new(),
            received_at: 0,
            received_by: String::new(),
            received_with: None,
            terms: None,
        });
        let fields = content.to_fields();
        let original = fields.iter().find(|(name, _)| name == "original").map(|(_, value)| value.clone()).unwrap();
        let wanted = format!(r#"{{"sha256":"{}","size_bytes":0,"media_type":"text/csv"}}"#, sha256.hex());
        assert_eq!(String::from_utf8(original).unwrap(), wanted);
    }

    #[test]
    fn fields_of_no_known_type_are_refused() {
        assert!(Content::from_fields([("type", b"\"poem\"".as_slice())]).is_err());
        assert!(Content::from_fields([("type", b"{".as_slice())]).is_err());
    }
}
