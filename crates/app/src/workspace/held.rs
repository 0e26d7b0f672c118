//! The casebase held to its journal before anything is published: in one walk over the journal, side by side with the
//! records, so that what restricted columns hold is in memory for a batch at a time and no longer.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use casebase::Indexed;
use domain::{Content, Record, Source, SourceId, TrustSet, TrustSetId, WithdrawnPart};
use evidence::StoredEntry;
use rayon::prelude::*;

use super::{BATCH, Workspace, content_left};
use crate::refusal::{Outcome, Refusal};

/// What the casebase holds beside records, by journal index.
pub type Others = BTreeMap<u64, Content>;

/// What an entry of the journal turned out to be, beside what the casebase says of it.
enum Seen {
    /// A record, by its id; false where the casebase has another under this index.
    Record(String, bool),
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

/// A whole record, read without the detour over content of any kind. `None` for anything else.
fn whole_record(entry: &StoredEntry) -> Option<Record> {
    let payload = entry.payload.as_ref().filter(|payload| payload.n_withdrawn() == 0)?;
    let is_record = payload.fields.iter().any(|(name, value)| name == "type" && value == b"\"record\"");
    let fields: Vec<_> = payload.fields.iter().filter(|(name, _)| is_record && name != "type").collect();
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

fn see(entry: &StoredEntry, withdrawn: Option<&Vec<WithdrawnPart>>, held: Option<&Record>) -> Outcome<Seen> {
    let record = match whole_record(entry).filter(|_| withdrawn.is_none()) {
        Some(record) => record,
        None => match content_left(entry, withdrawn)? {
            Some(Content::Record(record)) => record,
            Some(other) => return Ok(Seen::Other(Box::new(other))),
            None => return Ok(Seen::Nothing),
        },
    };
    let is_same = held.is_none_or(|held| *held == record);
    Ok(Seen::Record(record.id.into(), is_same))
}

impl Workspace {
    /// Every record that the casebase has, by id, without what no policy can make public. Refuses where the casebase
    /// holds other entries than the journal, says another thing of one, or describes sources or trust sets in another
    /// way: somebody changed the database.
    pub async fn records_held_to_journal(&self, others: &Others) -> Outcome<Vec<Indexed<Record>>> {
        let withdrawn = self.parts_withdrawn()?;
        let mut rows: Vec<Indexed<Record>> = Vec::new();
        let mut first: HashMap<(u8, String), u64> = HashMap::new();
        let (mut sources, mut trust_sets) = (BTreeMap::new(), BTreeMap::new());
        let mut entries = self.journal.read(0);
        loop {
            let batch: Vec<StoredEntry> = entries.by_ref().take(BATCH).collect::<Result<_, _>>()?;
            let (Some(from), Some(to)) = (batch.first(), batch.last()) else { break };
            let mut records = self.casebase.records_between(from.index, to.index + 1).await?;
            let by_index: HashMap<u64, &Record> = records.iter().map(|r| (r.index, &r.value)).collect();
            let seen: Vec<Seen> = batch
                .par_iter()
                .map(|entry| see(entry, withdrawn.get(&entry.index), by_index.get(&entry.index).copied()))
                .collect::<Outcome<_>>()?;
            for (entry, seen) in batch.iter().zip(seen) {
                let index = entry.index;
                match seen {
                    Seen::Nothing => {}
                    Seen::Record(_, false) => return said_otherwise(index),
                    Seen::Record(id, true) => {
                        first.entry((0, id)).or_insert(index);
                    }
                    Seen::Other(content) if others.get(&index).is_some_and(|held| *held != *content) => {
                        return said_otherwise(index);
                    }
                    Seen::Other(content) => stand(*content, index, &mut first, &mut sources, &mut trust_sets),
                }
            }
            records.par_iter_mut().for_each(|record| release::only_publishable(&mut record.value));
            rows.append(&mut records);
        }
        let held: BTreeSet<u64> = rows.iter().map(|r| r.index).chain(others.keys().copied()).collect();
        if first.into_values().collect::<BTreeSet<u64>>() != held {
            return refuse("entries");
        }
        let in_casebase = self.casebase.sources().await?.into_iter().map(|s| (s.value.id.clone(), s.value));
        if in_casebase.collect::<BTreeMap<_, _>>() != sources {
            return refuse("sources");
        }
        let in_casebase = self.casebase.trust_sets().await?.into_iter().map(|s| (s.value.id.clone(), s.value));
        if in_casebase.collect::<BTreeMap<_, _>>() != trust_sets {
            return refuse("trust sets");
        }
        rows.sort_unstable_by(|a, b| a.value.id.cmp(&b.value.id));
        Ok(rows)
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
