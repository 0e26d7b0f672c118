//! What was withdrawn and comes again in another file: the next edition of a list, a feed that repeats its items.
//!
//! A withdrawal keeps codes of what the entry was known by: its own id, the source's id of it, the row as received. Each is
//! an HMAC of the keeper, so that nobody without the key can try names against it, and it holds none of the words.

use std::collections::{BTreeSet, HashMap};

use domain::{Content, RejectedRow, Sha256Digest, Withdrawal, WithdrawnPart};
use evidence::SigningKey;
use linkage::text::words_in;

use crate::jobs::same_words::{self, ROW};
use crate::refusal::Outcome;
use crate::workspace::Workspace;

/// What the codes are over, for the keeper's key.
const PURPOSE: &str = "known by";
/// Kinds that files are read into.
const READ_OFF: [&str; 8] = ["source", "trust_set", "record", "event", "figure", "statement", "notice", "post"];

fn is_said(value: &&[u8]) -> bool {
    !matches!(*value, b"null" | b"[]" | b"\"\"" | b"{}")
}

type Field = (String, Vec<u8>);

/// By what something is known when it comes again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    /// The row as received, whoever sends it.
    Row,
    /// An id that names one thing: that of a notice, or a source's own id of a record with the name that it bears.
    Id,
    /// A source's own id alone: lists number anew, and a household or an incident can bear one.
    IdAlone,
}

/// What something is known by; nothing where it is of a kind that no file holds.
fn codes(key: &SigningKey, fields: &[Field]) -> Vec<(By, String)> {
    let value = |name: &str| fields.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_slice());
    let text = |name: &str| value(name).and_then(|value| serde_json::from_slice::<String>(value).ok());
    let Some(kind) = text("type").filter(|kind| READ_OFF.contains(&kind.as_str())) else { return Vec::new() };
    let (source, said) = (text("source").unwrap_or_default(), |name: &str| value(name).filter(is_said));
    let names = said("names").map(|value| {
        let names = same_words::of_field("names", value);
        names.iter().flat_map(|name| words_in(name)).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" ")
    });
    let code = |by: By, parts: &[&[u8]]| {
        let said = [&[kind.as_bytes()], parts].concat().join(&0);
        (by, Sha256Digest(evidence::keys::keepers_code(key, PURPOSE, &said)).hex())
    };
    let of_source =
        |by: By, name: &str, value: &[u8], more: &[u8]| code(by, &[source.as_bytes(), name.as_bytes(), value, more]);
    let mut found = Vec::new();
    // Rows that name nobody may be alike and speak of several.
    if let Some(row) = said(ROW).filter(|_| kind != "record" || names.is_some()) {
        found.push(code(By::Row, &[ROW.as_bytes(), row]));
    }
    match kind.as_str() {
        "record" => {
            if let Some(id) = said("source_record_id") {
                found.push(of_source(By::Id, "source_record_id", id, names.unwrap_or_default().as_bytes()));
                found.push(of_source(By::IdAlone, "source_record_id", id, b""));
            }
        }
        "event" => found.extend(said("source_event_id").map(|id| of_source(By::Id, "source_event_id", id, b""))),
        "post" => found.extend(match (said("source_post_id"), said("address")) {
            (Some(id), _) => Some(of_source(By::Id, "source_post_id", id, b"")),
            // All items of a feed may lead to one page.
            (None, Some(address)) => {
                Some(of_source(By::Id, "address", address, said("published_at").unwrap_or_default()))
            }
            (None, None) => None,
        }),
        // Ids of records, events and posts are made of the file that they are read off; the others' ids the list gives.
        _ => found.extend(said("id").map(|id| of_source(By::Id, "id", id, b""))),
    }
    found
}

/// Codes by which an entry is known when it comes again.
pub fn known_by(key: &SigningKey, fields: &[Field]) -> Vec<String> {
    codes(key, fields).into_iter().map(|(_, code)| code).collect()
}

/// All that was withdrawn and was not taken in again since, by its codes.
pub struct Withdrawn {
    key: SigningKey,
    by_code: HashMap<String, Vec<(u64, WithdrawnPart)>>,
    /// Whether it is taken in all the same.
    again: bool,
}

/// What is known of a row.
pub enum Returning {
    /// It says again what these entries withdrew. Its words are not in the refusal.
    Refused(RejectedRow),
    /// It does, and is taken in as was asked.
    TakenAgain(Vec<u64>),
    /// It bears the id of something that an entry withdrew, under another name.
    BearsItsId(u64),
    Nothing,
}

impl Withdrawn {
    pub async fn of(workspace: &Workspace, again: bool) -> Outcome<Self> {
        let finished = workspace.casebase.accessions().await?.into_iter().filter_map(|(_, _, finished)| finished);
        let taken_again: BTreeSet<u64> = finished.flat_map(|finished| finished.taken_again).collect();
        let mut by_code: HashMap<String, Vec<(u64, WithdrawnPart)>> = HashMap::new();
        for (by, Withdrawal { part, known_by, .. }) in workspace.withdrawals()? {
            for code in known_by.into_iter().filter(|_| !taken_again.contains(&by)) {
                by_code.entry(code).or_default().push((by, part.clone()));
            }
        }
        Ok(Self { key: workspace.key()?.clone(), by_code, again })
    }

    pub fn look(&self, content: &Content, row: u64) -> Returning {
        if self.by_code.is_empty() {
            return Returning::Nothing;
        }
        let fields = content.to_fields();
        let says = |known: By, part: &WithdrawnPart| match part {
            WithdrawnPart::Payload => true,
            // The row as received goes along with each field, and every row has one.
            WithdrawnPart::Field(name) if name == ROW => known == By::Row,
            WithdrawnPart::Field(name) => fields.iter().any(|(own, value)| own == name && is_said(&value.as_slice())),
            WithdrawnPart::Original(_) => false,
        };
        let codes = codes(&self.key, &fields);
        let known = codes.iter().filter_map(|(known, code)| Some((*known, self.by_code.get(code)?)));
        let known: Vec<(By, u64)> = known
            .flat_map(|(known, of)| of.iter().map(move |of| (known, of)))
            .filter(|(known, (_, part))| says(*known, part))
            .map(|(known, (by, _))| (known, *by))
            .collect();
        let same: BTreeSet<u64> = known.iter().filter(|(known, _)| *known != By::IdAlone).map(|(_, by)| *by).collect();
        match (same.first(), known.first()) {
            (Some(_), _) if self.again => Returning::TakenAgain(same.into_iter().collect()),
            (Some(by), _) => Returning::Refused(RejectedRow {
                row,
                column: String::new(),
                reason: format!("entry {by} withdrew it; it is not taken in again. --again takes it in"),
                value: String::new(),
            }),
            (None, Some((_, by))) => Returning::BearsItsId(*by),
            (None, None) => Returning::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(fields: &[(&str, &str)]) -> Vec<Field> {
        fields.iter().map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec())).collect()
    }

    #[test]
    fn the_same_is_known_by_its_ids_and_its_row_and_nobody_else_is() {
        let key = evidence::keys::generate(&mut |seed| seed.fill(7));
        let record = |source: &str, more: &[(&str, &str)]| {
            let all = [&[("type", r#""record""#), ("source", source), ("id", r#""r-1""#)], more].concat();
            codes(&key, &of(&all))
        };
        let row = ("original", r#"[["name","Invented One"]]"#);
        let (named, marked) = (("names", r#"[{"text":"Invented One"}]"#), ("names", r#"[{"text":"one  INVENTED"}]"#));
        let (own, x, y) = (("source_record_id", r#""7""#), r#""x""#, r#""y""#);
        let all = record(x, &[row, named, own]);
        assert_eq!(all.iter().map(|(by, _)| *by).collect::<Vec<_>>(), [By::Row, By::Id, By::IdAlone]);
        assert_eq!(record(x, &[named, own])[..], all[1..]);
        assert_eq!(record(x, &[marked, own])[..], all[1..], "folded as names are");
        assert_eq!(record(y, &[row, named])[..], all[..1], "the row is known whoever sends it");
        let other = record(x, &[("names", r#"[{"text":"Invented Father"}]"#), own]);
        assert!(other[0] != all[1] && other[1] == all[2], "a household may bear one id");
        assert_ne!(record(y, &[named, own])[0], all[1]);
        assert!(record(x, &[row]).is_empty(), "rows that name nobody may be alike");
        let post = |more: &[(&str, &str)]| codes(&key, &of(&[&[("type", r#""post""#), ("source", x)], more].concat()));
        let page = ("address", r#""https://x.invalid/""#);
        assert_ne!(post(&[page, ("source_post_id", r#""1""#)]), post(&[page, ("source_post_id", r#""2""#)]));
        assert_ne!(post(&[page, ("published_at", "1")]), post(&[page, ("published_at", "2")]));
        let notice =
            |source: &str| codes(&key, &of(&[("type", r#""notice""#), ("source", source), ("id", r#""n-1""#)]));
        assert!(notice(x).len() == 1 && notice(x) != notice(y));
        let other = evidence::keys::generate(&mut |seed| seed.fill(8));
        assert_ne!(codes(&other, &of(&[("type", r#""notice""#), ("source", x), ("id", r#""n-1""#)])), notice(x));
        assert!(codes(&key, &of(&[("type", r#""custody""#), ("id", r#""x""#)])).is_empty());
    }
}
