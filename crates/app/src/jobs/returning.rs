//! What was withdrawn and comes again in another file: the next edition of a list, a feed that repeats its items.
//!
//! A withdrawal keeps codes of what the entry was known by: its own id, the source's id of it, the row as received. Each is
//! an HMAC of the keeper, so that nobody without the key can try names against it, and it holds none of the words.

use std::collections::{BTreeSet, HashMap};

use domain::{Content, Sha256Digest, Withdrawal, WithdrawnPart};
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
    /// One of its names, whoever sends it: others may bear it.
    NameAlone,
}

/// How a row that was taken in resembles something withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resembles {
    Id,
    Name,
}

/// What something is known by; nothing where it is of a kind that no file holds.
fn codes(key: &SigningKey, fields: &[Field]) -> Vec<(By, String)> {
    let value = |name: &str| fields.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_slice());
    let text = |name: &str| value(name).and_then(|value| serde_json::from_slice::<String>(value).ok());
    let Some(kind) = text("type").filter(|kind| READ_OFF.contains(&kind.as_str())) else { return Vec::new() };
    let (source, said) = (text("source").unwrap_or_default(), |name: &str| value(name).filter(is_said));
    let names_of = |field: &str| said(field).map(|value| same_words::of_field(field, value));
    let names = match kind.as_str() {
        "record" => names_of("names"),
        "notice" => names_of("name"),
        _ => None,
    };
    // Each in whatever order its words stand: an edition may leave one of several names out.
    let each_name: BTreeSet<String> = names.iter().flatten().map(|name| words_of(name)).collect();
    let code = |by: By, parts: &[&[u8]]| {
        let said = [&[kind.as_bytes()], parts].concat().join(&0);
        (by, Sha256Digest(evidence::keys::keepers_code(key, PURPOSE, &said)).hex())
    };
    let of_source =
        |by: By, name: &str, value: &[u8], more: &[u8]| code(by, &[source.as_bytes(), name.as_bytes(), value, more]);
    let ids = |name: &str| said(name).map(forms_of).unwrap_or_default().into_iter();
    let mut found = Vec::new();
    // Rows that name nobody may be alike and speak of several.
    if let Some(row) = said(ROW).filter(|_| kind != "record" || names.is_some()) {
        found.push(code(By::Row, &[ROW.as_bytes(), row]));
    }
    match kind.as_str() {
        "record" => {
            for id in ids("source_record_id") {
                found.extend(each_name.iter().map(|name| of_source(By::Id, "source_record_id", &id, name.as_bytes())));
                let nameless = each_name.is_empty().then_some(By::Id);
                found.push(of_source(nameless.unwrap_or(By::IdAlone), "source_record_id", &id, b""));
            }
        }
        "event" => found.extend(ids("source_event_id").map(|id| of_source(By::Id, "source_event_id", &id, b""))),
        "post" => {
            found.extend(ids("source_post_id").map(|id| of_source(By::Id, "source_post_id", &id, b"")));
            // All items of a feed may lead to one page.
            if let Some(address) = said("address") {
                if found.is_empty() {
                    found.push(of_source(By::Id, "address", address, said("published_at").unwrap_or_default()));
                }
                found.push(of_source(By::IdAlone, "address", address, b""));
            }
        }
        // Ids of records, events and posts are made of the file that they are read off; the others' ids the list gives, and no two
        // sources may give the same one.
        _ => found.extend(ids("id").map(|id| code(By::Id, &[b"id", &id]))),
    }
    // Of one word there are too many.
    let telling = each_name.iter().filter(|name| name.contains(' '));
    found.extend(telling.map(|name| code(By::NameAlone, &[b"name", name.as_bytes()])));
    found
}

/// An id as it stands and, where that is something else, in small letters and without what stands around it: an edition that
/// went through a spreadsheet may write it so.
fn forms_of(id: &[u8]) -> BTreeSet<Vec<u8>> {
    let text = serde_json::from_slice::<String>(id).ok();
    let folded = text.and_then(|text| serde_json::to_vec(&text.trim().to_lowercase()).ok());
    folded.into_iter().chain([id.to_vec()]).collect()
}

/// The words of a name, folded, in the order of the alphabet.
fn words_of(name: &str) -> String {
    words_in(name).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" ")
}

/// Codes of the ids that an entry bears, which its other editions bear too. Of records none: a name tells them.
pub fn ids_of(key: &SigningKey, fields: &[Field]) -> Vec<String> {
    let is_record = fields.iter().any(|(name, value)| name == "type" && value == b"\"record\"");
    let codes = if is_record { Vec::new() } else { codes(key, fields) };
    codes.into_iter().filter(|(by, _)| *by == By::Id).map(|(_, code)| code).collect()
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
    /// It says again what this entry withdrew.
    Refused(u64),
    /// It says again what these entries withdrew, and is taken in as was asked.
    TakenAgain(Vec<u64>),
    /// It may be what an entry withdrew.
    Resembling(Resembles, u64),
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

    pub fn look(&self, content: &Content) -> Returning {
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
        let is_same = |known: By| matches!(known, By::Row | By::Id);
        let same: BTreeSet<u64> = known.iter().filter(|(known, _)| is_same(*known)).map(|(_, by)| *by).collect();
        match (same.first(), known.first()) {
            (Some(_), _) if self.again => Returning::TakenAgain(same.into_iter().collect()),
            (Some(by), _) => Returning::Refused(*by),
            (None, Some((By::IdAlone, by))) => Returning::Resembling(Resembles::Id, *by),
            (None, Some((_, by))) => Returning::Resembling(Resembles::Name, *by),
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
        assert_eq!(all.iter().map(|(by, _)| *by).collect::<Vec<_>>(), [By::Row, By::Id, By::IdAlone, By::NameAlone]);
        assert_eq!(record(x, &[named, own])[..], all[1..]);
        let folded = record(x, &[marked, own]);
        assert_eq!(folded[..], all[1..], "folded as names are");
        let latin = ("names", r#"[{"text":"Invented One"},{"text":"المختلق الأول"}]"#);
        let both = record(x, &[latin, own]);
        assert!(all[1..].iter().all(|code| both.contains(code)), "a name more");
        assert_eq!(record(x, &[own]), [(By::Id, all[2].1.clone())], "nobody is named");
        let of_other = record(y, &[row, named]);
        assert_eq!(of_other[..], [all[0].clone(), all[3].clone()], "the row and the name are known whoever sends them");
        let other = record(x, &[("names", r#"[{"text":"Invented Father"}]"#), own]);
        assert!(other[0] != all[1] && other[1] == all[2], "a household may bear one id");
        assert_ne!(record(y, &[named, own])[0], all[1]);
        assert!(record(x, &[row]).is_empty(), "rows that name nobody may be alike");
        let post = |more: &[(&str, &str)]| codes(&key, &of(&[&[("type", r#""post""#), ("source", x)], more].concat()));
        let page = ("address", r#""https://x.invalid/""#);
        let (one, two) = (("source_post_id", r#""1""#), ("source_post_id", r#""2""#));
        let (first, second) = (("published_at", "1"), ("published_at", "2"));
        for (some, others) in
            [([page, one], [page, two]), ([page, first], [page, second]), ([page, first], [page, one])]
        {
            let (some, others) = (post(&some), post(&others));
            assert!(some[0].0 == By::Id && others[0].0 == By::Id && some[0].1 != others[0].1);
            assert_eq!(some[1], others[1], "the page alone is said");
            assert_eq!(some[1].0, By::IdAlone);
        }
        let (large, small) = (("source_record_id", r#""Ex-7""#), ("source_record_id", r#"" ex-7""#));
        let of_small = record(x, &[named, small]);
        assert!(record(x, &[named, large]).iter().any(|code| code.0 == By::Id && of_small.contains(code)));
        let notice =
            |source: &str| codes(&key, &of(&[("type", r#""notice""#), ("source", source), ("id", r#""n-1""#)]));
        assert!(notice(x).len() == 1 && notice(x) == notice(y), "no two sources may give one id");
        let other = evidence::keys::generate(&mut |seed| seed.fill(8));
        assert_ne!(codes(&other, &of(&[("type", r#""notice""#), ("source", x), ("id", r#""n-1""#)])), notice(x));
        assert!(codes(&key, &of(&[("type", r#""custody""#), ("id", r#""x""#)])).is_empty());
    }
}
