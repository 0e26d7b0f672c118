//! What is published is the journal's: records are read from it in one walk, and whatever else the casebase holds is held
//! to it in the same walk. What restricted columns hold is in memory while a frame of the journal is read, and no longer.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use casebase::Indexed;
use domain::{Content, Record, Source, SourceId, TrustSet, TrustSetId, WithdrawnPart};
use evidence::StoredEntry;
use rayon::prelude::*;

use super::following::{Incomplete, assignments, content_left, ends_with_links};
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
fn whole_record(entry: &StoredEntry) -> Option<Record> {
    let payload = entry.payload.as_ref().filter(|payload| payload.n_withdrawn() == 0)?;
    let is_record = payload.fields.iter().any(|(name, value)| name == "type" && value == b"\"record\"");
    let is_read = |name: &str| is_record && name != "type" && !release::is_never_public(name);
    let fields: Vec<_> = payload.fields.iter().filter(|(name, _)| is_read(name)).collect();
    let size: usize = fields.iter().map(|(name, value)| name.len() + value.len() + 4).sum();
    let mut text = Vec::with_capacity(size + 2);
    for (name, value) in fields {
        text.push(if text.is_empty() { b'{' } else { b',' });
        serde_json::to_writer(&mut text, name).ok()?;
        text.push(b':');
        text.extend_from_slice(value);
    }
    text.push(b'}');
    serde_json::from_slice(&text).ok()
}

fn see(entry: &StoredEntry, withdrawn: Option<&Vec<WithdrawnPart>>) -> Outcome<Seen> {
    let mut record = match whole_record(entry).filter(|_| withdrawn.is_none()) {
        Some(record) => Box::new(record),
        None => match content_left(entry, withdrawn)? {
            Some(Content::Record(record)) => Box::new(record),
            Some(other) => return Ok(Seen::Other(Box::new(other))),
            None => return Ok(Seen::Nothing),
        },
    };
    release::only_publishable(&mut record);
    Ok(Seen::Record(record))
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
        let see_one = |entry: StoredEntry| -> Outcome<(u64, Seen)> {
            let index = entry.index;
            if let Some(what) = Incomplete::of(&entry).and_then(|lack| lack.erased(&withdrawn)) {
                return Err(Refusal::new(format!(
                    "entry {index} of the journal: {what}, or, where there is none, record the loss with redact {index}. \
                     Nothing was published: the release would say nothing of it"
                )));
            }
            Ok((index, see(&entry, withdrawn.get(&index))?))
        };
        let see_all =
            |entries: Vec<StoredEntry>| -> Outcome<Vec<(u64, Seen)>> { entries.into_iter().map(see_one).collect() };
        for seen in self.journal.map_frames(see_all)? {
            for (index, seen) in seen? {
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
