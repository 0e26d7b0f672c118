//! What is published is the journal's: records are read from it in one walk, and whatever else the casebase holds is held
//! to it in the same walk. What restricted columns hold is in memory while a frame of the journal is read, and no longer.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use casebase::Indexed;
use domain::{Content, Name, Record, RecordId, Source, SourceId, TrustSet, TrustSetId, WithdrawnPart};
use evidence::{Journal, Lying, Stretch};
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::following::{Incomplete, PartsWithdrawn, assignments, content_left, content_of, ends_with_links};
use super::rows::Rows;
use super::{Memberships, Workspace};
use crate::refusal::{Outcome, Refusal};

/// So many new records are put among those that are known one by one.
const FEW: usize = 16;

/// What the casebase holds beside records, by journal index.
pub type Others = BTreeMap<u64, Content>;

/// What is published of the journal.
pub struct Journaled {
    pub rows: Vec<Indexed<Record>>,
    pub memberships: Memberships,
    /// What need not be read again.
    pub known: Rows,
}

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

/// What was read of the journal.
#[derive(Default)]
struct Walked {
    records: Vec<(u64, Box<Record>)>,
    others: Vec<(u64, Box<Content>)>,
    /// Frames of which all is known again by their digest: no entry of them lacks anything, and some are records.
    keepable: Vec<Stretch>,
}

/// Records in the order of their ids, of several entries with one id the first; those of `known` are in that order. `None` where
/// another entry stands now than one that is known.
fn first_of_each(mut found: Vec<(u64, Box<Record>)>, mut known: Vec<Indexed<Record>>) -> Option<Vec<Indexed<Record>>> {
    found.par_sort_unstable_by(|a, b| (&a.1.id, a.0).cmp(&(&b.1.id, b.0)));
    found.dedup_by(|later, earlier| later.1.id == earlier.1.id);
    let mut rows = Vec::new();
    for (index, record) in found {
        match known.binary_search_by(|row| row.value.id.cmp(&record.id)) {
            Ok(at) if index < known[at].index => return None,
            Ok(_) => {}
            Err(_) => rows.push(Indexed { index, value: *record }),
        }
    }
    if known.is_empty() {
        return Some(rows);
    }
    if rows.len() <= FEW {
        // They are put in their places, and all others need not be copied for it.
        for row in rows {
            let at = known.partition_point(|own| own.value.id < row.value.id);
            known.insert(at, row);
        }
        return Some(known);
    }
    known.append(&mut rows);
    // Two lists in order, one after the other: they are merged.
    known.sort_by(|a, b| a.value.id.cmp(&b.value.id));
    Some(known)
}

/// `known` with what was read of these frames.
fn kept(mut known: Rows, keepable: Vec<Stretch>, rows: &[Indexed<Record>]) -> Rows {
    let frame_of = |index: u64| {
        let at = keepable.partition_point(|frame| frame.first <= index).checked_sub(1)?;
        keepable.get(at).filter(|frame| frame.entries().contains(&index))
    };
    let standing: Vec<&Indexed<Record>> = rows.iter().filter(|row| frame_of(row.index).is_some()).collect();
    let records: FxHashSet<u64> = standing.iter().map(|row| row.index).collect();
    // A record that does not stand is read again each time, as what is no record is.
    let others = keepable.iter().flat_map(Stretch::entries).filter(|index| !records.contains(index)).collect();
    known.take(keepable.clone(), others, &standing);
    known
}

/// One record of the journal, without what no policy can make public.
fn record_at(journal: &Journal, index: u64, withdrawn: &PartsWithdrawn) -> Outcome<Option<Record>> {
    match see(&Lying::Lacking(journal.get(index)?), withdrawn.get(&index))? {
        Seen::Record(record) => Ok(Some(*record)),
        _ => Ok(None),
    }
}

/// Reads what [`Rows`] do not hold of their records from the journal.
pub struct OfRows<'w> {
    journal: &'w Journal,
    rows: &'w Rows,
    withdrawn: PartsWithdrawn,
}

impl release::Reading for OfRows<'_> {
    fn names(&self, record: &RecordId) -> Result<Option<Vec<Name>>, String> {
        self.rows.names(record).map_err(|e| format!("the names of {record} that were kept: {e}"))
    }

    fn whole(&self, record: &RecordId) -> Result<Option<Record>, String> {
        let Some(index) = self.rows.entry(record) else { return Ok(None) };
        let found = record_at(self.journal, index, &self.withdrawn).map_err(|e| e.to_string())?;
        found.map(Some).ok_or_else(|| format!("entry {index} is no record any more"))
    }
}

impl Workspace {
    /// Of records of which the data set holds what is counted.
    pub fn reading<'w>(&'w self, rows: &'w Rows) -> Outcome<OfRows<'w>> {
        Ok(OfRows { journal: &self.journal, rows, withdrawn: super::following::parts_withdrawn(&self.journal)? })
    }

    /// Of rows that were kept, what can be believed: all of their frames are in the journal, and nothing in them was withdrawn.
    fn still_known(&self, known: Rows, withdrawn: &PartsWithdrawn) -> Rows {
        let here: FxHashSet<[u8; 32]> = self.journal.stretches().map(|frame| frame.digest).collect();
        let stands =
            |frame: &Stretch| here.contains(&frame.digest) && withdrawn.range(frame.entries()).next().is_none();
        if known.frames().iter().all(stands) { known } else { Rows::default() }
    }

    /// Reads the frames that are not known, and of those that are, the entries that are no records.
    fn walk(&self, known: &Rows, withdrawn: &PartsWithdrawn) -> Outcome<Walked> {
        let see_one = |index: u64, entry: Lying<'_>| -> Outcome<(u64, bool, Seen)> {
            let lack = if let Lying::Lacking(entry) = &entry { Incomplete::of(entry) } else { None };
            if let Some(what) = lack.and_then(|lack| lack.erased(withdrawn)) {
                return Err(Refusal::new(format!(
                    "entry {index} of the journal: {what}, or, where there is none, record the loss with redact {index}. \
                     Nothing was published: the release would say nothing of it"
                )));
            }
            let withdrawn = withdrawn.get(&index);
            let is_whole = matches!(entry, Lying::Whole(_)) && withdrawn.is_none();
            Ok((index, is_whole, see(&entry, withdrawn)?))
        };
        let known_frames: FxHashSet<[u8; 32]> = known.frames().iter().map(|frame| frame.digest).collect();
        let mut walked = Walked::default();
        for (frame, seen) in self.journal.map_frames(|frame| !known_frames.contains(&frame.digest), see_one)? {
            let (before, mut all_whole) = (walked.records.len(), true);
            for seen in seen {
                let (index, is_whole, seen) = seen?;
                all_whole &= is_whole;
                match seen {
                    Seen::Record(record) => walked.records.push((index, record)),
                    Seen::Other(content) => walked.others.push((index, content)),
                    Seen::Nothing => {}
                }
            }
            if all_whole && walked.records.len() > before {
                walked.keepable.push(frame);
            }
        }
        let see_known = |index: &u64| see_one(*index, Lying::Lacking(self.journal.get(*index)?));
        for (index, _, seen) in known.others().par_iter().map(see_known).collect::<Outcome<Vec<_>>>()? {
            match seen {
                Seen::Record(record) => walked.records.push((index, record)),
                Seen::Other(content) => walked.others.push((index, content)),
                Seen::Nothing => {}
            }
        }
        walked.others.sort_by_key(|(index, _)| *index);
        Ok(walked)
    }

    /// Every record of the journal, by id, without what no policy can make public; and whom each speaks of, as the output of the
    /// last link run says. Of a record in a frame of `known`, what is counted alone. Refuses where the casebase has another number
    /// of records, holds other entries than the journal, says another thing of one, or describes sources or trust sets in another
    /// way: somebody changed the database.
    pub async fn records_of_journal(&self, others: &Others, known: Rows) -> Outcome<Journaled> {
        let withdrawn = super::following::parts_withdrawn(&self.journal)?;
        let held = self.casebase.counts().await?.get("record").copied().unwrap_or(0);
        let mut first: HashMap<(u8, String), u64> = HashMap::new();
        let (mut sources, mut trust_sets) = (BTreeMap::new(), BTreeMap::new());
        let mut known = self.still_known(known, &withdrawn);
        let mut walked = self.walk(&known, &withdrawn)?;
        let linked = walked.others.iter().rev().find_map(|(_, content)| Some(ends_with_links(content)?.output));
        let found = std::mem::take(&mut walked.records);
        // Whom the records speak of is read beside them.
        let (stands, assigned) = rayon::join(
            || {
                let of_known = known.records(found.len())?;
                first_of_each(found, of_known)
            },
            || linked.map_or(Ok(Vec::new()), |output| assignments(&self.originals, &output)),
        );
        let rows = match stands {
            Some(rows) => rows,
            None => {
                known = Rows::default();
                walked = self.walk(&known, &withdrawn)?;
                first_of_each(std::mem::take(&mut walked.records), Vec::new()).unwrap_or_default()
            }
        };
        for (index, content) in walked.others {
            if others.get(&index).is_some_and(|held| *held != *content) {
                return said_otherwise(index);
            }
            stand(*content, index, &mut first, &mut sources, &mut trust_sets);
        }
        let known = kept(known, walked.keepable, &rows);
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
        let mut assigned = assigned?;
        if !withdrawn.is_empty() {
            // Records that were withdrawn since the run are in nobody's cluster any more.
            assigned.retain(|(id, _)| rows.binary_search_by(|row| row.value.id.cmp(id)).is_ok());
        }
        Ok(Journaled { rows, memberships: Memberships::new(assigned), known })
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
