//! The casebase held to its journal in every row: the journal is replayed once more, and the tables are compared as they
//! stand. What is asked of a casebase day by day believes its rows; this does not.

use std::path::Path;

use casebase::{Casebase, Replay};
use domain::{RecordId, Sha256Digest};
use evidence::{Journal, Originals};
use rayon::prelude::*;

use super::following::{assignments, contents, ends_with_links, journal_is_short, parts_withdrawn};
use super::{Workspace, database_url, entropy};
use crate::refusal::Outcome;

/// Entries hashed by one thread at once.
const AT_ONCE: usize = 512;

/// How a casebase stands to its journal.
pub struct Compared {
    /// Entries that it has taken in.
    pub applied: u64,
    /// What is wrong with it, one sentence each.
    pub faults: Vec<String>,
}

/// Replays the journal of a workspace as far as its casebase has followed, and compares. `None` where there is no casebase: the
/// next command that writes makes it. Nothing is written, and no second casebase is made.
pub async fn compare(dir: &Path, journal: &Journal, progress: &dyn Fn(&str, u64, u64)) -> Outcome<Option<Compared>> {
    let settings = Workspace::settings(dir)?;
    if settings.database.is_none() && !dir.join("casebase.sqlite").is_file() {
        return Ok(None);
    }
    progress("looking at the casebase's file", 0, 0);
    let held = Casebase::open_to_read(&database_url(dir, &settings)?).await?;
    let applied = held.applied().await?;
    let mut faults = held.faults().await?;
    if applied > journal.len() {
        return Err(journal_is_short(applied, journal.len()));
    }
    // A program that ended between a run and its links left them to the next opening.
    let linked_until = held.links_pending().await?.map_or(applied, |run| run.index);
    let originals = Originals::open_to_read(&dir.join("originals"));
    let mut key = [0; 32];
    entropy(&mut key);
    let mut replay = Replay::new(key);
    let withdrawn = parts_withdrawn(journal)?;
    let mut at = 0;
    while at < applied {
        let read = contents(journal, &withdrawn, at, applied)?;
        at += read.len() as u64;
        let entries: Vec<_> =
            read.into_iter().filter_map(|(index, time, content)| Some((index, time, content?))).collect();
        for part in entries.split_inclusive(|(.., content)| ends_with_links(content).is_some()) {
            let hashed: Vec<_> = part.par_chunks(AT_ONCE).map(|part| replay.hash(part)).collect();
            hashed.into_iter().for_each(|part| replay.take(part));
            let Some((index, _, last)) = part.last() else { continue };
            if let Some(run) = ends_with_links(last).filter(|_| *index < linked_until) {
                link(&mut replay, &originals, &run.output, !journal.withdrawals().is_empty())?;
            }
        }
        progress("entries replayed", at, applied);
    }
    let differing = held.differing(replay, &|done, total| progress("tables compared", done, total)).await?;
    held.close().await;
    if !differing.is_empty() {
        faults.push(format!("these tables are not what the journal says: {}", differing.join(", ")));
    }
    Ok(Some(Compared { applied, faults }))
}

/// As on the day of the run, without records that were withdrawn since.
fn link(replay: &mut Replay, originals: &Originals, output: &Sha256Digest, withdrawn: bool) -> Outcome<()> {
    let mut assignments = assignments(originals, output)?;
    if withdrawn {
        let is_here = |record: &RecordId| replay.has_record(record);
        assignments.retain(|(record, _)| is_here(record));
    }
    Ok(replay.link(assignments)?)
}
