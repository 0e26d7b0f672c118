//! What the journal says was withdrawn is destroyed, wherever the workspace keeps it; and what came back is found.
//!
//! Destroyed are: the payload or field in the journal's segment, the original and the list of rows refused from it, the
//! thumbnails of a picture, and the whole casebase, which is then built again without them. Carried through again on the
//! next opening when it was interrupted. Never done here: deciding what is withdrawn.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use domain::{Content, Sha256Digest, SourceId, Withdrawal, WithdrawnPart};
use evidence::{Journal, Originals, StoredEntry};

use crate::jobs::subject::field_text;
use crate::refusal::{Outcome, Refusal};
use crate::terminal::utc;
use crate::workspace::Workspace;

/// The field of an import's end that tells the rows refused; the same stand in a list beside it.
pub const REFUSED: &str = "rejected";

/// Where the list of rows refused is, by the entry of the import's end.
pub fn list_of(workspace: &Path, ended: &StoredEntry) -> Option<PathBuf> {
    Some(workspace.join("imports").join(field_text(ended, "accession")?).join("rejected.csv"))
}

fn is_end(entry: &StoredEntry) -> bool {
    field_text(entry, "type").as_deref() == Some("import_finished")
}

/// Reads the content of a withdrawal entry.
pub fn withdrawal_of(entry: &StoredEntry) -> Option<Withdrawal> {
    let fields = entry.payload.as_ref()?.fields.iter().map(|(name, value)| (name.as_str(), value.as_slice()));
    match Content::from_fields(fields) {
        Ok(Content::Withdrawal(withdrawal)) => Some(withdrawal),
        _ => None,
    }
}

/// What is withdrawn, in words.
pub fn in_words(withdrawal: &Withdrawal) -> String {
    let entry = withdrawal.entry;
    match &withdrawal.part {
        WithdrawnPart::Payload => format!("the content of entry {entry}"),
        WithdrawnPart::Field(name) => format!("the field {name:?} of entry {entry}"),
        WithdrawnPart::Original(digest) => format!("the original {digest}"),
    }
}

/// Originals that tell, or may tell, what was withdrawn: those of which a withdrawal or the import of a later file says so; those
/// whose import did not end; and those that came after it from a source of such a file, since a row that could not be read was
/// compared with nothing.
pub async fn telling(workspace: &Workspace) -> Outcome<BTreeSet<Sha256Digest>> {
    let withdrawals = workspace.withdrawals()?;
    let mut telling: BTreeSet<Sha256Digest> =
        withdrawals.iter().flat_map(|(_, withdrawal)| withdrawal.still_in.iter().copied()).collect();
    let accessions = workspace.casebase.accessions().await?;
    let mut since: BTreeMap<&SourceId, u64> = BTreeMap::new();
    for (by, withdrawal) in &withdrawals {
        for (_, accession, _) in accessions.iter().filter(|(_, a, _)| withdrawal.still_in.contains(&a.original.sha256))
        {
            let first = since.entry(&accession.source).or_insert(*by);
            *first = (*first).min(*by);
        }
    }
    let may_tell = accessions.iter().filter(|(index, accession, finished)| {
        let came_after = since.get(&accession.source).is_some_and(|by| by < index);
        came_after || !withdrawals.is_empty() && finished.is_none()
    });
    let files: Vec<Sha256Digest> = may_tell.map(|(_, accession, _)| accession.original.sha256).collect();
    telling.extend(files);
    telling.extend(accessions.iter().filter_map(|(_, _, finished)| finished.as_ref()?.tells_withdrawn));
    Ok(telling)
}

/// Carries out every withdrawal that the journal names and that was not carried through here. Returns how many things
/// were still there.
pub async fn carry_through(workspace: &mut Workspace) -> Outcome<u64> {
    let done = workspace.journal.carried_through()?;
    let pending: Vec<(u64, Withdrawal)> =
        workspace.withdrawals()?.into_iter().filter(|(by, _)| !done.contains(by)).collect();
    if pending.is_empty() {
        return Ok(0);
    }
    let (mut fields, mut originals) = (Vec::new(), BTreeMap::new());
    for (by, withdrawal) in &pending {
        match &withdrawal.part {
            WithdrawnPart::Payload => fields.push((withdrawal.entry, None)),
            WithdrawnPart::Field(name) => fields.push((withdrawal.entry, Some(name.as_str()))),
            WithdrawnPart::Original(digest) => _ = originals.insert(*digest, *by),
        }
    }
    destroy_lists(workspace, &originals).await?;
    // The same bytes may have been given again since, to be kept.
    let again = received_after(workspace, &originals).await?;
    let mut destroyed = workspace.journal.destroy_all(&fields)?;
    for digest in originals.keys().filter(|digest| !again.contains(digest)) {
        destroyed += u64::from(workspace.originals.destroy(digest)?);
    }
    destroy_cache(workspace)?;
    workspace.leave_out_withdrawn().await?;
    workspace.follow().await?;
    for (by, _) in &pending {
        workspace.journal.note_carried_through(*by)?;
    }
    Ok(destroyed)
}

/// The lists of rows that were refused from originals withdrawn since.
async fn destroy_lists(workspace: &Workspace, originals: &BTreeMap<Sha256Digest, u64>) -> Outcome<()> {
    for (index, accession, _) in workspace.casebase.accessions().await? {
        let list = workspace.dir.join("imports").join(accession.id.as_str()).join("rejected.csv");
        let is_withdrawn = originals.get(&accession.original.sha256).is_some_and(|by| *by > index);
        if is_withdrawn && list.is_file() {
            evidence::disk::destroy(&list).map_err(|e| Refusal::io("could not destroy", &list, e))?;
        }
    }
    Ok(())
}

/// Those of the originals, and of copies made of them, that a later entry than the withdrawal names.
async fn received_after(workspace: &Workspace, originals: &BTreeMap<Sha256Digest, u64>) -> Outcome<Vec<Sha256Digest>> {
    if originals.is_empty() {
        return Ok(Vec::new());
    }
    let accessions = workspace.casebase.accessions().await?.into_iter();
    let mut named: Vec<(u64, Sha256Digest)> = accessions.map(|(index, a, _)| (index, a.original.sha256)).collect();
    for media in workspace.casebase.media().await? {
        named.extend(media.value.derived.iter().map(|copy| (media.index, copy.sha256)));
    }
    let later = named.into_iter().filter(|(at, digest)| originals.get(digest).is_some_and(|by| at > by));
    Ok(later.map(|(_, digest)| digest).collect())
}

/// What was withdrawn, not received since, and is here: a backup brought it back.
pub async fn came_back_again(workspace: &Workspace) -> Outcome<Vec<Withdrawal>> {
    let mut here = Vec::new();
    for (by, withdrawal) in workspace.withdrawals()? {
        if is_there(workspace, &withdrawal)? {
            here.push((by, withdrawal));
        }
    }
    let original = |withdrawal: &Withdrawal| match withdrawal.part {
        WithdrawnPart::Original(digest) => Some(digest),
        _ => None,
    };
    let originals = here.iter().filter_map(|(by, withdrawal)| Some((original(withdrawal)?, *by))).collect();
    let again = received_after(workspace, &originals).await?;
    here.retain(|(_, withdrawal)| original(withdrawal).is_none_or(|digest| !again.contains(&digest)));
    Ok(here.into_iter().map(|(_, withdrawal)| withdrawal).collect())
}

/// Destroys again what a backup brought back, and says so.
pub async fn destroy_again(workspace: &mut Workspace) -> Outcome<()> {
    let back = came_back_again(workspace).await?;
    let mut fields = Vec::new();
    for withdrawal in &back {
        let field = match &withdrawal.part {
            WithdrawnPart::Original(digest) => {
                workspace.originals.destroy(digest)?;
                continue;
            }
            WithdrawnPart::Field(name) => Some(name.as_str()),
            WithdrawnPart::Payload => None,
        };
        fields.push((withdrawal.entry, field));
        let stored = workspace.journal.get(withdrawal.entry)?;
        let is_of_list = field.is_none_or(|name| name == REFUSED) && is_end(&stored);
        let list = list_of(&workspace.dir, &stored).filter(|list| is_of_list && list.is_file());
        if let Some(list) = list {
            evidence::disk::destroy(&list).map_err(|e| Refusal::io("could not destroy", &list, e))?;
        }
    }
    workspace.journal.destroy_all(&fields)?;
    for withdrawal in &back {
        crate::terminal::say(format!(
            "{} was withdrawn and was here again: a backup brought it back. It is destroyed again",
            in_words(withdrawal)
        ));
    }
    Ok(())
}

/// How many entries the journal had when `cache/` was last emptied.
const EMPTIED: &str = "cache/emptied";

/// What a later run would make again. That it was emptied is noted last.
fn destroy_cache(workspace: &Workspace) -> Outcome<()> {
    let cache = workspace.dir.join("cache");
    if cache.is_symlink() {
        // What it leads to is not the workspace's to empty.
        std::fs::remove_file(&cache).map_err(|e| Refusal::io("could not remove the link", &cache, e))?;
    }
    // Also where there is none: what is noted in it tells of one that comes later.
    evidence::make_private_dir(&cache)?;
    let mut folders = vec![cache];
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
            match path.symlink_metadata() {
                Ok(about) if about.is_dir() => folders.push(path),
                // What a link leads to is not of the cache.
                Ok(about) if about.is_symlink() => {
                    std::fs::remove_file(&path).map_err(|e| Refusal::io("could not remove", &path, e))?;
                }
                _ => evidence::disk::destroy(&path).map_err(|e| Refusal::io("could not destroy", &path, e))?,
            }
        }
    }
    Ok(evidence::write_private(&workspace.dir.join(EMPTIED), workspace.journal.len().to_string().as_bytes())?)
}

/// How many entries the journal had when `cache/` was last emptied, where that is noted.
pub fn emptied(workspace: &Path) -> Option<u64> {
    std::fs::read_to_string(workspace.join(EMPTIED)).ok()?.parse().ok()
}

/// Whether `cache/` holds anything and was last emptied before the last thing was withdrawn: a backup brought it back, or it was
/// not emptied yet.
fn cache_is_older(workspace: &Path, journal: &Journal) -> bool {
    let Some(last) = journal.withdrawals().iter().map(|(_, by)| *by).max() else { return false };
    let mut entries = std::fs::read_dir(workspace.join("cache")).into_iter().flatten().flatten();
    let holds_more = entries.any(|entry| entry.file_name() != "emptied");
    holds_more && emptied(workspace).is_none_or(|emptied| emptied <= last)
}

/// Empties `cache/` where it may hold what was withdrawn. True when it did.
pub fn leave_out_of_cache(workspace: &Workspace) -> Outcome<bool> {
    let is_older = cache_is_older(&workspace.dir, &workspace.journal);
    if is_older {
        destroy_cache(workspace)?;
    }
    Ok(is_older)
}

/// Whether the content of an entry or a field of it is here, or the list of rows refused that says the same.
fn is_in_journal(workspace: &Path, journal: &Journal, entry: u64, part: &WithdrawnPart) -> Outcome<bool> {
    let stored = journal.get(entry)?;
    let Some(payload) = &stored.payload else { return Ok(false) };
    Ok(match part {
        WithdrawnPart::Field(name) => {
            payload.fields.iter().any(|(own, _)| own == name)
                || name == REFUSED && list_of(workspace, &stored).is_some_and(|list| list.is_file())
        }
        _ => true,
    })
}

/// Whether what was just withdrawn is here all the same.
pub fn is_there(workspace: &Workspace, withdrawal: &Withdrawal) -> Outcome<bool> {
    match &withdrawal.part {
        WithdrawnPart::Original(digest) => Ok(workspace.originals.is_here(digest)),
        part => is_in_journal(&workspace.dir, &workspace.journal, withdrawal.entry, part),
    }
}

/// What of a withdrawn thing is there although its destruction was noted (it came back from a backup), and what was not
/// carried through. `scrubbed`: how long the journal was when the casebase was last emptied; `None` where it was not looked
/// at or is not there.
pub fn came_back(
    workspace: &Path,
    journal: &Journal,
    originals: &Originals,
    withdrawals: &[(u64, Withdrawal)],
    received_again: &dyn Fn(&Sha256Digest, u64) -> bool,
    scrubbed: Option<u64>,
) -> Outcome<Vec<String>> {
    let done = journal.carried_through()?;
    let mut found = Vec::new();
    for (by, withdrawal) in withdrawals {
        let is_there = match &withdrawal.part {
            WithdrawnPart::Original(digest) => originals.is_here(digest) && !received_again(digest, *by),
            part => is_in_journal(workspace, journal, withdrawal.entry, part)?,
        };
        let what = in_words(withdrawal);
        match (done.contains(by), is_there) {
            (true, false) => {}
            (true, true) => found
                .push(format!("{what} was destroyed by entry {by} and is here again: a backup brought it back")),
            (false, true) => found.push(format!(
                "{what} was withdrawn by entry {by} and is not destroyed yet: open the workspace to finish"
            )),
            (false, false) => found.push(format!(
                "{what} was withdrawn by entry {by}, and that it was destroyed everywhere is not noted: the casebase may \
                 still hold it. Open the workspace to finish"
            )),
        }
    }
    let left = |by: &&u64| scrubbed.is_some_and(|scrubbed| **by >= scrubbed);
    let left: Vec<String> = done.iter().filter(left).map(u64::to_string).collect();
    if !left.is_empty() {
        found.push(format!(
            "the casebase is older than what was withdrawn by {}, and may hold it: an older copy was put back, or a withdrawal or \
             a rebuild was interrupted. The next command that opens the workspace to write, such as status, makes it anew; so does rebuild",
            left.join(", ")
        ));
    }
    if cache_is_older(workspace, journal) {
        found.push(
            "cache/ was not emptied since the last withdrawal, and may hold what was withdrawn: an older copy was put back, \
             or the withdrawal was interrupted. The next command that opens the workspace to write, such as status, empties it"
                .to_owned(),
        );
    }
    Ok(found)
}

/// When and by which entry bytes were withdrawn that were not taken in again since, as the end of a sentence.
pub async fn withdrawn_before(workspace: &Workspace, digest: &Sha256Digest) -> Outcome<Option<String>> {
    let withdrawals = workspace.withdrawals()?;
    let last = withdrawals.iter().rev().find(|(_, w)| w.part == WithdrawnPart::Original(*digest));
    let Some((by, withdrawal)) = last else { return Ok(None) };
    let accessions = workspace.casebase.accessions().await?;
    if accessions.iter().any(|(index, accession, _)| index > by && accession.original.sha256 == *digest) {
        return Ok(None);
    }
    let time = utc(workspace.journal.get(*by)?.time);
    Ok(Some(format!("withdrawn on {time} by entry {by}, on the authority of {}", withdrawal.authority)))
}

/// Bytes that were withdrawn are not taken in again unawares.
pub async fn refuse_withdrawn(workspace: &Workspace, digest: &Sha256Digest, again: bool) -> Outcome<()> {
    match withdrawn_before(workspace, digest).await? {
        None => Ok(()),
        Some(words) if again => {
            crate::terminal::say(format!(
                "  note: the same bytes were {words}; they are taken in again, as --again says"
            ));
            Ok(())
        }
        Some(words) => Err(Refusal::new(format!(
            "the same bytes were {words}; nothing was imported from it. Say --again if they are to be kept all the same"
        ))),
    }
}
