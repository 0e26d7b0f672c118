//! The casebase following its journal: what was appended is projected in order, and a link run is applied from its output.

use std::collections::{BTreeMap, BTreeSet};

use domain::run::{Run, Stage};
use domain::{Content, PersonId, RecordId, Sha256Digest, WithdrawnPart};
use evidence::{Journal, Originals};
use rayon::prelude::*;

use super::{BATCH, Batch, Workspace, withdrawals};
use crate::refusal::{Outcome, Refusal};
use crate::terminal::Progress;

/// As [`Batch`], of entries of which some say nothing to a view.
pub(super) type Left = (u64, i64, Option<Content>);

/// What was withdrawn, by the entry that it was in.
pub type PartsWithdrawn = BTreeMap<u64, Vec<WithdrawnPart>>;

/// An entry of which something is not here: its content, or fields of it.
pub struct Incomplete {
    pub entry: u64,
    /// Names of the fields that are here, and how many are not; nothing where the whole content is not here.
    left: Option<(Vec<String>, usize)>,
}

impl Incomplete {
    pub fn of(entry: &evidence::StoredEntry) -> Option<Self> {
        let left = match &entry.payload {
            None => None,
            Some(payload) if payload.n_withdrawn() == 0 => return None,
            Some(payload) => {
                let names = payload.fields.iter().map(|(name, _)| name.clone()).collect();
                Some((names, payload.n_withdrawn()))
            }
        };
        Some(Self { entry: entry.index, left })
    }

    /// What was erased of it that no entry of the log withdraws, in words. The names of fields that are gone are not known:
    /// there may be no more of them than were withdrawn and are not here.
    pub fn erased(&self, withdrawn: &PartsWithdrawn) -> Option<String> {
        const TO_DO: &str =
            "somebody erased it behind the log's back. Put the journal's segments back from a good copy";
        let parts = withdrawn.get(&self.entry).map_or(&[][..], Vec::as_slice);
        if parts.contains(&WithdrawnPart::Payload) {
            return None;
        }
        let Some((here, gone)) = &self.left else {
            return Some(format!("its content is not here, and no entry withdraws it: {TO_DO}"));
        };
        let named: BTreeSet<&String> = parts
            .iter()
            .filter_map(|part| if let WithdrawnPart::Field(name) = part { Some(name) } else { None })
            .filter(|name| !here.contains(name))
            .collect();
        let n = gone.saturating_sub(named.len());
        (n > 0).then(|| format!("{n} of its fields are not here, and no entry withdraws them: {TO_DO}"))
    }
}

/// The casebase has followed entries that the journal does not have.
pub(super) fn journal_is_short(has: u64, entries: u64) -> Refusal {
    let message = format!(
        "the casebase has {has} entries and the journal only {entries}: an older journal was put back, or that of another \
         workspace; nothing was done. What was recorded since, and that something was withdrawn since, is in the newer journal \
         alone: put that back. Only where it is gone for good, rebuild --accept-loss throws away what knows of it; then \
         withdraw again what was withdrawn"
    );
    Refusal { journal_is_short: true, ..Refusal::new(message) }
}

impl Workspace {
    /// Projects entries in order. A link run is applied from its output right after it, as on the day that it ran.
    pub(super) async fn project(&mut self, batch: Batch) -> Outcome<()> {
        for part in batch.split_inclusive(|(.., content)| ends_with_links(content).is_some()) {
            self.casebase.project(part).await?;
            self.apply_pending_links().await?;
        }
        Ok(())
    }

    async fn apply_pending_links(&mut self) -> Outcome<()> {
        while let Some(run) = self.casebase.links_pending().await? {
            let mut assignments = assignments(&self.originals, &run.value.output)?;
            if !self.journal.withdrawals().is_empty() {
                // Records that were withdrawn since the run are in nobody's cluster any more.
                let mut here = std::collections::BTreeSet::new();
                let mut after = None;
                loop {
                    let page = self.casebase.records(after, 50_000).await?;
                    let Some(last) = page.last() else { break };
                    after = Some(last.value.id.clone());
                    here.extend(page.into_iter().map(|r| r.value.id));
                }
                assignments.retain(|(record, _)| here.contains(record));
            }
            self.casebase.apply_links(&assignments).await?;
        }
        Ok(())
    }

    pub(super) async fn refuse_other_journal(&self) -> Outcome<()> {
        let (has, entries) = (self.casebase.applied().await?, self.journal.len());
        if has > entries {
            return Err(journal_is_short(has, entries));
        }
        if let Some(what) = super::knows_more(&self.dir, &self.journal)? {
            let message = format!(
                "{what}; nothing was done. Put the newer journal back. Only where it is gone for good, rebuild --accept-loss \
                 throws away what knows of it here; anchors are moved away by hand"
            );
            return Err(Refusal { journal_is_short: true, ..Refusal::new(message) });
        }
        Ok(())
    }

    /// True when something was withdrawn after the casebase was last emptied: it may be in its files, shown or not.
    pub(super) async fn holds_withdrawn(&self) -> Outcome<bool> {
        let Some(last) = self.journal.withdrawals().iter().map(|(_, by)| *by).max() else { return Ok(false) };
        Ok(self.casebase.scrubbed().await? <= last)
    }

    /// Empties a casebase that may hold what was withdrawn, so that nothing of it stays; it must then follow again. True
    /// when it held anything.
    pub async fn leave_out_withdrawn(&self) -> Outcome<bool> {
        if !self.holds_withdrawn().await? {
            return Ok(false);
        }
        let held = self.casebase.applied().await? > 0;
        self.casebase.scrub(self.journal.len()).await?;
        Ok(held)
    }

    /// Brings the casebase up to the journal.
    pub async fn follow(&mut self) -> Outcome<()> {
        let (from, to) = (self.casebase.applied().await?, self.journal.len());
        self.apply_pending_links().await?;
        let progress = Progress::new();
        let withdrawn = parts_withdrawn(&self.journal)?;
        let mut at = from;
        while at < to {
            let read = contents(&self.journal, &withdrawn, at, to)?;
            at += read.len() as u64;
            let mut batch = Vec::with_capacity(read.len());
            for (index, time, content) in read {
                match content {
                    Some(content) => batch.push((index, time, content)),
                    None => {
                        self.project(std::mem::take(&mut batch)).await?;
                        self.casebase.pass_over(index).await?;
                    }
                }
            }
            self.project(batch).await?;
            progress.at("projecting", at - from, to - from);
        }
        Ok(())
    }
}

/// What was withdrawn, by the entry that it was in. What a backup brought back is not shown again.
pub fn parts_withdrawn(journal: &Journal) -> Outcome<PartsWithdrawn> {
    let mut parts = PartsWithdrawn::new();
    for (_, withdrawal) in withdrawals(journal)? {
        parts.entry(withdrawal.entry).or_default().push(withdrawal.part);
    }
    Ok(parts)
}

/// The next entries from `at` to just before `to`, as many as are held in memory at once; without content where what is left
/// says nothing to a view.
pub(super) fn contents(journal: &Journal, withdrawn: &PartsWithdrawn, at: u64, to: u64) -> Outcome<Vec<Left>> {
    let at_once = BATCH.min(usize::try_from(to - at).unwrap_or(BATCH));
    let entries: Vec<evidence::StoredEntry> = journal.read(at).take(at_once).collect::<Result<_, _>>()?;
    if entries.is_empty() {
        return Err(Refusal::new(format!("the journal ends at {at} and not at {to}; nothing more was projected")));
    }
    let left = |entry: &evidence::StoredEntry| {
        Ok((entry.index, entry.time, content_left(entry, withdrawn.get(&entry.index))?))
    };
    entries.par_iter().map(left).collect()
}

/// The link run that an entry says was made: its links are applied before the next entry.
pub(super) fn ends_with_links(content: &Content) -> Option<&Run> {
    match content {
        Content::Run(run) if run.stage == Stage::Link => Some(run),
        _ => None,
    }
}

/// Whom each record speaks of, as a link run wrote it down.
pub(super) fn assignments(originals: &Originals, output: &Sha256Digest) -> Outcome<Vec<(RecordId, PersonId)>> {
    let bytes = originals.get(output)?;
    let mut assignments = Vec::with_capacity(bytes.iter().filter(|byte| **byte == b'\n').count());
    let (mut rows, mut row) = (csv::Reader::from_reader(bytes.as_slice()), csv::StringRecord::new());
    let unread = |e| Refusal::new(format!("link run {output}: {e}; it was not projected"));
    while rows.read_record(&mut row).map_err(unread)? {
        let (Some(record), Some(person)) = (row.get(0), row.get(1)) else {
            return Err(Refusal::new(format!("link run {output} has a row without two columns; it was not projected")));
        };
        assignments.push((RecordId::new(record)?, PersonId::new(person)?));
    }
    Ok(assignments)
}

/// The content of an entry without what was withdrawn; `None` when what is left says nothing to a view.
pub(super) fn content_left(
    entry: &evidence::StoredEntry,
    withdrawn: Option<&Vec<WithdrawnPart>>,
) -> Outcome<Option<Content>> {
    let Some(payload) = &entry.payload else { return Ok(None) };
    let fields = payload.fields.iter().map(|(name, value)| (name.as_str(), value.as_slice()));
    content_of(fields, payload.n_withdrawn(), withdrawn)
}

/// As [`content_left`], of the fields that are here, when so many are not.
pub(super) fn content_of<'f>(
    fields: impl Iterator<Item = (&'f str, &'f [u8])>,
    n_withdrawn: usize,
    withdrawn: Option<&Vec<WithdrawnPart>>,
) -> Outcome<Option<Content>> {
    let parts = withdrawn.map_or(&[][..], Vec::as_slice);
    if parts.contains(&WithdrawnPart::Payload) {
        return Ok(None);
    }
    let is_gone = |name: &str| parts.iter().any(|part| matches!(part, WithdrawnPart::Field(own) if own == name));
    let content = Content::from_fields(fields.filter(|(name, _)| !is_gone(name)));
    match content {
        Ok(content) => Ok(Some(content)),
        // The rest cannot stand without the field that was withdrawn.
        Err(_) if n_withdrawn > 0 || !parts.is_empty() => Ok(None),
        Err(error) => Err(error.into()),
    }
}
