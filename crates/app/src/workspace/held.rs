//! What is published is the journal's: records are read from it in one walk, and whatever else the casebase holds is held
//! to it in the same walk. What restricted columns hold is in memory while a frame of the journal is read, and no longer.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use casebase::Indexed;
use domain::{Content, Record, Source, SourceId, TrustSet, TrustSetId, WithdrawnPart};
use evidence::Lying;
use rayon::prelude::*;

use super::following::{Incomplete, assignments, content_left, content_of, ends_with_links};
use super::{Memberships, Workspace};
use crate::refusal::{Outcome, Refusal};

/// What the casebase holds beside records, by journal index.
pub type Others = BTreeMap<u64, Content>;

/// What an entry of the journal turned out to be.
enum Seen {
    /// A record, without what no policy can make public.
    Record(Box<Record>),
    Other(Box<Content>),
    Nothing,
}

fn refuse<T>(what: &str) -> Outcome<T> {
    Err(Refusal::new(format!("the casebase's {what} are not the journal's; nothing was published. Run rebuild")))
}

fn said_otherwise<T>(index: u64) -> Outcome<T> {
    Err(Refusal::new(format!(
        "the casebase says another thing than entry {index} of the journal; nothing was published. Run rebuild"
    )))
}

/// A whole record without what no policy can make public, read without the detour over content of any kind. `None` for
/// anything else.
fn whole_record(fields: &[(&str, &[u8])]) -> Option<Record> {
    if !fields.iter().any(|(name, value)| *name == "type" && *value == b"\"record\"") {
        return None;
    }
    let is_read = |name: &str| name != "type" && !release::is_never_public(name);
    let mut text = Vec::with_capacity(1024);
    for (name, value) in fields.iter().filter(|(name, _)| is_read(name)) {
        text.push(if text.is_empty() { b'{' } else { b',' });
        serde_json::to_writer(&mut text, name).ok()?;
        text.push(b':');
        text.extend_from_slice(value);
    }
    text.push(b'}');
    serde_json::from_slice(&text).ok()
}

fn see(entry: &Lying<'_>, withdrawn: Option<&Vec<WithdrawnPart>>) -> Outcome<Seen> {
    let mut record = match entry {
        Lying::Whole(fields) if withdrawn.is_none() => whole_record(fields).map(Box::new),
        _ => None,
    };
    if record.is_none() {
        let content = match entry {
            Lying::Whole(fields) => content_of(fields.iter().copied(), 0, withdrawn)?,
            Lying::Lacking(entry) => content_left(entry, withdrawn)?,
        };
        record = match content {
            Some(Content::Record(record)) => Some(Box::new(record)),
            Some(other) => return Ok(Seen::Other(Box::new(other))),
            None => None,
        };
    }
    Ok(record.map_or(Seen::Nothing, |mut record| {
        release::only_publishable(&mut record);
        Seen::Record(record)
    }))
}

/// In the order of their ids; of several entries with one id the first stands.
fn first_of_each(mut found: Vec<(u64, Box<Record>)>) -> Vec<Indexed<Record>> {
    found.par_sort_unstable_by(|a, b| (&a.1.id, a.0).cmp(&(&b.1.id, b.0)));
    found.dedup_by(|later, earlier| later.1.id == earlier.1.id);
    found.into_iter().map(|(index, record)| Indexed { index, value: *record }).collect()
}

impl Workspace {
    /// Every record of the journal, by id, without what no policy can make public; and whom each speaks of, as the output of the
    /// last link run says. Refuses where the casebase has another number of records, holds other entries than the journal, says
    /// another thing of one, or describes sources or trust sets in another way: somebody changed the database.
    pub async fn records_of_journal(&self, others: &Others) -> Outcome<(Vec<Indexed<Record>>, Memberships)> {
        let withdrawn = super::following::parts_withdrawn(&self.journal)?;
        let held = self.casebase.counts().await?.get("record").copied().unwrap_or(0);
        let mut found = Vec::with_capacity(held.min(self.journal.len()) as usize);
        let mut first: HashMap<(u8, String), u64> = HashMap::new();
        let (mut sources, mut trust_sets, mut linked) = (BTreeMap::new(), BTreeMap::new(), None);
        let see_one = |index: u64, entry: Lying<'_>| -> Outcome<(u64, Seen)> {
            let lack = if let Lying::Lacking(entry) = &entry { Incomplete::of(entry) } else { None };
            if let Some(what) = lack.and_then(|lack| lack.erased(&withdrawn)) {
                return Err(Refusal::new(format!(
                    "entry {index} of the journal: {what}, or, where there is none, record the loss with redact {index}. \
                     Nothing was published: the release would say nothing of it"
                )));
            }
            Ok((index, see(&entry, withdrawn.get(&index))?))
        };
        for seen in self.journal.map_frames(see_one)?.into_iter().flatten() {
            let (index, seen) = seen?;
            match seen {
                Seen::Nothing => {}
                Seen::Record(record) => found.push((index, record)),
                Seen::Other(content) if others.get(&index).is_some_and(|held| *held != *content) => {
                    return said_otherwise(index);
                }
                Seen::Other(content) => {
                    linked = ends_with_links(&content).map(|run| run.output).or(linked);
                    stand(*content, index, &mut first, &mut sources, &mut trust_sets);
                }
            }
        }
        let rows = first_of_each(found);
        if first.into_values().collect::<BTreeSet<u64>>() != others.keys().copied().collect() {
            return refuse("entries");
        }
        if held != rows.len() as u64 {
            return refuse("records");
        }
        let in_casebase = self.casebase.sources().await?.into_iter().map(|s| (s.value.id.clone(), s.value));
        if in_casebase.collect::<BTreeMap<_, _>>() != sources {
            return refuse("sources");
        }
        let in_casebase = self.casebase.trust_sets().await?.into_iter().map(|s| (s.value.id.clone(), s.value));
        if in_casebase.collect::<BTreeMap<_, _>>() != trust_sets {
            return refuse("trust sets");
        }
        let mut assigned = match linked {
            Some(output) => assignments(&self.originals, &output)?,
            None => Vec::new(),
        };
        if !withdrawn.is_empty() {
            // Records that were withdrawn since the run are in nobody's cluster any more.
            assigned.retain(|(id, _)| rows.binary_search_by(|row| row.value.id.cmp(id)).is_ok());
        }
        Ok((rows, assigned.into_iter().collect()))
    }
}

/// Which entry stands of several with one id: of some kinds the last, of the others the first.
fn stand(
    content: Content,
    index: u64,
    first: &mut HashMap<(u8, String), u64>,
    sources: &mut BTreeMap<SourceId, Source>,
    trust_sets: &mut BTreeMap<TrustSetId, TrustSet>,
) {
    let (kind, id) = match content {
        Content::Event(event) => (1, event.id.into()),
        Content::Figure(figure) => (2, figure.id.into()),
        Content::Accession(accession) => (3, accession.id.into()),
        Content::Statement(statement) => (4, statement.id.into()),
        Content::Notice(notice) => (5, notice.id.into()),
        Content::Decision(_) => (6, index.to_string()),
        Content::Source(source) => {
            sources.insert(source.id.clone(), source);
            return;
        }
        Content::TrustSet(set) => {
            trust_sets.insert(set.id.clone(), set);
            return;
        }
        _ => return,
    };
    let last_stands = matches!(kind, 4 | 5);
    let entry = first.entry((kind, id)).or_insert(index);
    if last_stands {
        *entry = index;
    }
}
