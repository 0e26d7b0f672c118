//! Rebuild: the casebase is thrown away with all its bytes, the journal replayed, every table compared with what it was, and the lists of
//! refused rows made again. After a backup
//! was put back, the journal is held to a checkpoint that was kept elsewhere first.

use std::path::Path;

use crate::jobs::import::write_rejected;
use crate::refusal::{Outcome, Refusal};
use crate::terminal::say;
use crate::workspace::Workspace;

pub async fn run(workspace: &mut Workspace) -> Outcome<()> {
    let before = workspace.casebase.table_digests().await?;
    let faults = workspace.casebase.faults().await?;
    workspace.remake_casebase().await?;
    workspace.follow().await?;
    for (_, _, finished) in workspace.casebase.accessions().await? {
        if let Some(finished) = finished {
            write_rejected(workspace, &finished)?;
        }
    }
    let after = workspace.casebase.table_digests().await?;
    let differing: Vec<&String> =
        before.iter().filter(|(table, digest)| after.get(*table) != Some(digest)).map(|(table, _)| table).collect();
    if !differing.is_empty() {
        return Err(Refusal::new(format!(
            "rebuilt, and these tables are not what they were: {}. The casebase now holds what the journal says",
            differing.iter().map(|t| t.as_str()).collect::<Vec<_>>().join(", ")
        )));
    }
    if !faults.is_empty() {
        return Err(Refusal::new(format!(
            "rebuilt, and all tables are the same, but the casebase was not what this program makes: {}",
            faults.join("; ")
        )));
    }
    say(format!("rebuilt from {} entries; all {} tables are the same", workspace.journal.len(), after.len()));
    Ok(())
}

/// Gives a journal that came back without its lock checkpoint (which belongs into no backup) one that was kept elsewhere.
pub fn hold_to(dir: &Path, checkpoint: &Path) -> Outcome<()> {
    let lock = dir.join("journal/lock/checkpoint");
    if lock.is_file() {
        return Err(Refusal::new(format!(
            "{} is there already: the journal is held to it, and nothing was written. Where it came back with a backup, or \
             holds the journal to the wrong checkpoint, remove that file and run restore again",
            lock.display()
        )));
    }
    let note = crate::input::read_text(checkpoint).map_err(|e| Refusal::io("could not read", checkpoint, e))?;
    let known = evidence::Journal::hold_to(&dir.join("journal"), &note, &crate::workspace::public_key(dir)?)?;
    say(format!("the journal is held to the {} entries that this checkpoint signs", known.size));
    Ok(())
}
