//! The casebase held to its journal in every row: the journal is replayed into memory, and the tables are compared. What is
//! asked of a casebase day by day believes its rows; this does not.

use std::path::Path;

use casebase::Casebase;
use domain::PlaceTable;
use evidence::{Journal, Originals};

use super::{Workspace, database_url};
use crate::refusal::Outcome;

/// How a casebase stands to its journal.
pub struct Compared {
    /// Entries that it has taken in.
    pub applied: u64,
    /// What is wrong with it, one sentence each.
    pub faults: Vec<String>,
}

/// Replays the journal of a workspace in memory, as far as its casebase has followed, and compares. `None` where there is no
/// casebase: the next command that writes makes it. Nothing is written.
pub async fn compare(dir: &Path, journal: Journal) -> Outcome<Option<Compared>> {
    let settings = Workspace::settings(dir)?;
    if settings.database.is_none() && !dir.join("casebase.sqlite").is_file() {
        return Ok(None);
    }
    let held = Casebase::open_to_read(&database_url(dir, &settings)?).await?;
    let applied = held.applied().await?;
    let mut faults = held.faults().await?;
    if applied > journal.len() {
        faults.push(format!("it has {applied} entries and the journal {}: it is of another journal", journal.len()));
        return Ok(Some(Compared { applied, faults }));
    }
    let before = held.table_digests().await?;
    held.close().await;
    let mut replayed = Workspace {
        dir: dir.to_owned(),
        origin: settings.origin,
        key: None,
        journal,
        originals: Originals::open_to_read(&dir.join("originals")),
        casebase: Casebase::in_memory().await?,
        places: PlaceTable::syria(),
        told_places: Vec::new(),
    };
    replayed.follow_until(applied).await?;
    let after = replayed.casebase.table_digests().await?;
    let differing: Vec<&str> = before
        .iter()
        .filter(|(table, digest)| after.get(*table) != Some(digest))
        .map(|(table, _)| table.as_str())
        .collect();
    if !differing.is_empty() {
        faults.push(format!("these tables are not what the journal says: {}", differing.join(", ")));
    }
    Ok(Some(Compared { applied, faults }))
}
