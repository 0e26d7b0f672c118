//! What was withdrawn and comes again in another file: the next edition of a list, a feed that repeats its items.
//!
//! A withdrawal keeps codes of what the entry was known by: its own id, the source's id of it, the row as received. Each is
//! an HMAC of the keeper, so that nobody without the key can try names against it, and it holds none of the words.

use std::collections::HashMap;

use domain::{Content, RejectedRow, Sha256Digest, Withdrawal, WithdrawnPart};
use evidence::SigningKey;

use crate::jobs::same_words::ROW;
use crate::refusal::Outcome;
use crate::workspace::Workspace;

/// What the codes are over, for the keeper's key.
const PURPOSE: &str = "known by";
/// Kinds whose id the list itself gives; ids of records, events and posts are made of the file that they are read off.
const OWN_IDS: [&str; 5] = ["source", "trust_set", "figure", "statement", "notice"];
/// The source's own id of something, or where it was published.
const SOURCES_IDS: [&str; 4] = ["source_record_id", "source_event_id", "source_post_id", "address"];
/// Kinds that files are read into.
const READ_OFF: [&str; 8] = ["source", "trust_set", "record", "event", "figure", "statement", "notice", "post"];

fn is_said(value: &&[u8]) -> bool {
    !matches!(*value, b"null" | b"[]" | b"\"\"" | b"{}")
}

type Field = (String, Vec<u8>);

/// Codes by which an entry is known when it comes again; none where it is of a kind that no file holds.
pub fn known_by(key: &SigningKey, fields: &[Field]) -> Vec<String> {
    let value = |name: &str| fields.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_slice());
    let text = |name: &str| value(name).and_then(|value| serde_json::from_slice::<String>(value).ok());
    let Some(kind) = text("type").filter(|kind| READ_OFF.contains(&kind.as_str())) else { return Vec::new() };
    // Rows that name nobody may be alike and speak of several.
    let names_somebody = || kind != "record" || value("names").filter(is_said).is_some();
    let is_told = |name: &str| match name {
        "id" => OWN_IDS.contains(&kind.as_str()),
        // A figure's address is that of the page that prints it, with others.
        "address" => kind == "post",
        ROW => names_somebody(),
        _ => true,
    };
    let source = text("source").unwrap_or_default();
    let told = ["id"].into_iter().chain(SOURCES_IDS).chain([ROW]).filter(|name| is_told(name));
    let told = told.filter_map(|name| Some((name, value(name).filter(is_said)?)));
    let code = |(name, value): (&str, &[u8])| {
        let said = [kind.as_bytes(), source.as_bytes(), name.as_bytes(), value].join(&0);
        Sha256Digest(evidence::keys::keepers_code(key, PURPOSE, &said)).hex()
    };
    told.map(code).collect()
}

/// All that was withdrawn, by its codes.
pub struct Withdrawn {
    key: SigningKey,
    by_code: HashMap<String, Vec<(u64, WithdrawnPart)>>,
}

impl Withdrawn {
    pub fn of(workspace: &Workspace) -> Outcome<Self> {
        let mut by_code: HashMap<String, Vec<(u64, WithdrawnPart)>> = HashMap::new();
        for (by, Withdrawal { part, known_by, .. }) in workspace.withdrawals()? {
            for code in known_by {
                by_code.entry(code).or_default().push((by, part.clone()));
            }
        }
        Ok(Self { key: workspace.key()?.clone(), by_code })
    }

    /// The row as one that is not taken in, where it says again what was withdrawn. Its words are not in it.
    pub fn refused(&self, content: &Content, row: u64) -> Option<RejectedRow> {
        if self.by_code.is_empty() {
            return None;
        }
        let fields = content.to_fields();
        let says = |part: &WithdrawnPart| match part {
            WithdrawnPart::Payload => true,
            WithdrawnPart::Field(name) => fields.iter().any(|(own, value)| own == name && is_said(&value.as_slice())),
            WithdrawnPart::Original(_) => false,
        };
        let codes = known_by(&self.key, &fields);
        let known = codes.iter().filter_map(|code| self.by_code.get(code)).flatten();
        let (by, _) = known.into_iter().find(|(_, part)| says(part))?;
        let reason = format!("entry {by} withdrew it; it is not taken in again. --again takes it in");
        Some(RejectedRow { row, column: String::new(), reason, value: String::new() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_is_known_by_its_ids_and_its_row_and_nobody_else_is() {
        let key = evidence::keys::generate(&mut |seed| seed.fill(7));
        let fields = |of: &[(&str, &str)]| -> Vec<Field> {
            of.iter().map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec())).collect()
        };
        let record = |more: &[(&str, &str)]| {
            known_by(
                &key,
                &fields(&[&[("type", r#""record""#), ("source", r#""x""#), ("id", r#""r-1""#)], more].concat()),
            )
        };
        let row = ("original", r#"[["name","Invented One"]]"#);
        let named = ("names", r#"[{"text":"Invented One"}]"#);
        let own = ("source_record_id", r#""7""#);
        assert_eq!(record(&[row, named, own]).len(), 2);
        assert_eq!(record(&[row, named, own])[..1], record(&[own]));
        assert_eq!(record(&[row, named, own])[1..], record(&[row, named]));
        assert_ne!(record(&[own]), record(&[("source_record_id", r#""8""#)]));
        assert!(record(&[row]).is_empty(), "rows that name nobody may be alike");
        let notice =
            |source: &str| known_by(&key, &fields(&[("type", r#""notice""#), ("source", source), ("id", r#""n-1""#)]));
        assert_eq!(notice(r#""x""#).len(), 1);
        assert_ne!(notice(r#""x""#), notice(r#""y""#));
        let other = evidence::keys::generate(&mut |seed| seed.fill(8));
        let fields = fields(&[("type", r#""notice""#), ("source", r#""x""#), ("id", r#""n-1""#)]);
        assert_ne!(known_by(&other, &fields), known_by(&key, &fields));
    }
}
