//! Withdrawal: an entry says what is withdrawn, on whose authority and why; only then the bytes are destroyed.
//!
//! Destroyed are: the payload or field in the journal's segment, the original and the list of rows refused from it, the
//! thumbnails of a picture, and the whole casebase, which is then built again without them. Carried through again on the next opening when it was
//! interrupted. Releases published before are out of reach: the command says so.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use casebase::Indexed;
use domain::{Content, Media, Sha256Digest, Withdrawal, WithdrawnPart};
use evidence::StoredEntry;

use crate::cli::redact::RedactArguments;
use crate::jobs::subject::{self, TOOL, field_text};
use crate::refusal::{Outcome, Refusal};
use crate::terminal::say;
use crate::workspace::Workspace;

/// Kinds of content that can be withdrawn as a whole; what the chain of custody rests on cannot.
const WHOLE: [&str; 7] = ["record", "event", "figure", "statement", "notice", "decision", "media"];
/// Without these nobody could say any more what was withdrawn.
const NEVER: [&str; 4] = ["type", "id", "accession", "row"];

pub async fn run(workspace: &mut Workspace, arguments: &RedactArguments) -> Outcome<()> {
    let targets = targets(workspace, arguments).await?;
    let words = words_destroyed(workspace, &targets)?;
    let by = subject::user(&arguments.by);
    let withdrawals: Vec<Withdrawal> = targets
        .into_iter()
        .map(|(entry, part)| Withdrawal {
            entry,
            part,
            reason: arguments.reason.clone(),
            authority: arguments.authority.clone(),
            by: by.clone(),
            tool: TOOL.to_owned(),
        })
        .collect();
    let n = withdrawals.len();
    let first = workspace.withdraw(withdrawals).await?;
    let done = carry_through(workspace).await?;
    say(format!(
        "withdrawn: {n} (entry {first} says so, on the authority of {}); {done} destroyed",
        arguments.authority
    ));
    for place in still_held(&workspace.dir, &words) {
        say(format!(
            "  the same words still stand in {}: withdraw that original as well, with --original",
            place.display()
        ));
    }
    say("  releases published before still show it: publish again and take the old ones down. What backups and the \
         cells of an SSD keep is out of this program's reach");
    Ok(())
}

async fn targets(workspace: &Workspace, arguments: &RedactArguments) -> Outcome<Vec<(u64, WithdrawnPart)>> {
    let subject = subject::find(workspace, &arguments.id).await?;
    let media = workspace.casebase.media().await?;
    let mut targets: Vec<(u64, WithdrawnPart)> = Vec::new();
    if arguments.original {
        for (index, accession) in &subject.accessions {
            targets.push((*index, WithdrawnPart::Original(accession.original.sha256)));
            let (rows, ended) = workspace.casebase.entries_of(&accession.id).await?;
            // Rows that were refused hold words of the original.
            targets.extend(ended.map(|entry| (entry, WithdrawnPart::Field("rejected".to_owned()))));
            // A thumbnail shows what the picture shows.
            let of_it = media.iter().filter(|media| media.value.accession == accession.id);
            targets.extend(of_it.flat_map(thumbnails));
            if arguments.with_rows {
                targets.extend(rows.into_iter().map(|row| (row, WithdrawnPart::Payload)));
            }
        }
        if targets.is_empty() {
            return Err(Refusal::new(format!("{} has no original here; nothing was withdrawn", arguments.id)));
        }
        return Ok(targets);
    }
    for entry in &subject.entries {
        let stored = workspace.journal.get(*entry)?;
        let kind = field_text(&stored, "type").unwrap_or_default();
        let Some(payload) = &stored.payload else {
            return Err(Refusal::new(format!("entry {entry} was withdrawn already; nothing was done")));
        };
        match &arguments.field {
            _ if !WHOLE.contains(&kind.as_str()) => {
                return Err(Refusal::new(format!(
                    "entry {entry} is of the kind {kind:?}, on which the chain of custody rests; nothing was withdrawn"
                )));
            }
            Some(field) if NEVER.contains(&field.as_str()) => {
                return Err(Refusal::new(format!("{field:?} says what the entry is; nothing was withdrawn")));
            }
            Some(field) if !payload.fields.iter().any(|(own, _)| own == field) => {
                let known: Vec<&str> = payload.fields.iter().map(|(name, _)| name.as_str()).collect();
                return Err(Refusal::new(format!(
                    "entry {entry} has no field {field:?}; nothing was withdrawn. It has {}",
                    known.join(", ")
                )));
            }
            Some(field) => targets.push((*entry, WithdrawnPart::Field(field.clone()))),
            None => targets.push((*entry, WithdrawnPart::Payload)),
        }
        if arguments.field.as_ref().is_none_or(|field| field == "derived") {
            targets.extend(media.iter().filter(|media| media.index == *entry).flat_map(thumbnails));
        }
    }
    if targets.is_empty() {
        return Err(Refusal::new(format!("{} is an accession; nothing was withdrawn. Say --original", arguments.id)));
    }
    Ok(targets)
}

/// Copies that were made of a photograph or video and kept beside it.
fn thumbnails(media: &Indexed<Media>) -> impl Iterator<Item = (u64, WithdrawnPart)> + '_ {
    media.value.derived.iter().map(|copy| (media.index, WithdrawnPart::Original(copy.sha256)))
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
    let mut destroyed = 0;
    let (mut fields, mut originals) = (Vec::new(), BTreeSet::new());
    for (_, withdrawal) in &pending {
        match &withdrawal.part {
            WithdrawnPart::Payload => fields.push((withdrawal.entry, None)),
            WithdrawnPart::Field(name) => fields.push((withdrawal.entry, Some(name.as_str()))),
            WithdrawnPart::Original(digest) => {
                originals.insert(*digest);
            }
        }
    }
    for (_, accession, _) in workspace.casebase.accessions().await? {
        if originals.contains(&accession.original.sha256) {
            let list = workspace.dir.join("imports").join(accession.id.as_str()).join("rejected.csv");
            if list.is_file() {
                evidence::disk::destroy(&list).map_err(|e| Refusal::io("could not destroy", &list, e))?;
            }
        }
    }
    destroyed += workspace.journal.destroy_all(&fields)?;
    for digest in &originals {
        destroyed += u64::from(workspace.originals.destroy(digest)?);
    }
    // What a later run would make again.
    let mut folders = vec![workspace.dir.join("cache")];
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
            match path.is_dir() {
                true => folders.push(path),
                false => evidence::disk::destroy(&path).map_err(|e| Refusal::io("could not destroy", &path, e))?,
            }
        }
    }
    workspace.casebase.scrub().await?;
    workspace.follow().await?;
    for (by, _) in &pending {
        workspace.journal.note_carried_through(*by)?;
    }
    Ok(destroyed)
}

/// Words that are about to be destroyed, to look for them elsewhere afterwards.
fn words_destroyed(workspace: &Workspace, targets: &[(u64, WithdrawnPart)]) -> Outcome<BTreeSet<String>> {
    let mut words = BTreeSet::new();
    for (entry, part) in targets {
        let StoredEntry { payload: Some(payload), .. } = workspace.journal.get(*entry)? else { continue };
        let only = match part {
            WithdrawnPart::Original(_) => continue,
            WithdrawnPart::Payload => None,
            WithdrawnPart::Field(name) => Some(name),
        };
        // Names and what the source wrote; dates, codes and places stand in too many rows to say anything.
        let telling =
            |name: &String| only.map_or(name == "names" || name == "name" || name == "original", |only| only == name);
        for (_, value) in payload.fields.iter().filter(|(name, _)| telling(name)) {
            if let Ok(value) = serde_json::from_slice(value) {
                collect(&value, &mut words);
            }
        }
    }
    Ok(words)
}

fn collect(value: &serde_json::Value, words: &mut BTreeSet<String>) {
    match value {
        serde_json::Value::String(text) if text.chars().count() >= 8 => {
            words.insert(text.clone());
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| collect(item, words)),
        serde_json::Value::Object(items) => items.values().for_each(|item| collect(item, words)),
        _ => {}
    }
}

/// Originals and lists of refused rows in which one of the words stands.
fn still_held(workspace: &Path, words: &BTreeSet<String>) -> Vec<PathBuf> {
    let mut held = Vec::new();
    let mut folders = vec![workspace.join("originals"), workspace.join("imports")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(bytes) = std::fs::read(&path) {
                let text = String::from_utf8_lossy(&bytes);
                if words.iter().any(|word| text.contains(word.as_str())) {
                    held.push(path);
                }
            }
        }
    }
    held.sort();
    held
}

/// What of a withdrawn thing is there although its destruction was noted: it came back from a backup.
pub fn came_back(
    journal: &evidence::Journal,
    originals: &evidence::Originals,
    withdrawals: &[(u64, Withdrawal)],
    received_again: &dyn Fn(&Sha256Digest, u64) -> bool,
) -> Outcome<Vec<String>> {
    let done = journal.carried_through()?;
    let mut found = Vec::new();
    for (by, withdrawal) in withdrawals {
        let (entry, noted) = (withdrawal.entry, done.contains(by));
        let is_there = match &withdrawal.part {
            WithdrawnPart::Payload => journal.get(entry)?.payload.is_some(),
            WithdrawnPart::Field(name) => {
                journal.get(entry)?.payload.is_some_and(|payload| payload.fields.iter().any(|(own, _)| own == name))
            }
            WithdrawnPart::Original(digest) => originals.is_here(digest) && !received_again(digest, *by),
        };
        if is_there {
            let what = match &withdrawal.part {
                WithdrawnPart::Payload => format!("the content of entry {entry}"),
                WithdrawnPart::Field(name) => format!("the field {name:?} of entry {entry}"),
                WithdrawnPart::Original(digest) => format!("the original {digest}"),
            };
            found.push(match noted {
                true => format!("{what} was destroyed by entry {by} and is here again: a backup brought it back"),
                false => {
                    format!("{what} was withdrawn by entry {by} and is not destroyed yet: open the workspace to finish")
                }
            });
        }
    }
    Ok(found)
}

/// Reads the content of a withdrawal entry.
pub fn withdrawal_of(entry: &StoredEntry) -> Option<Withdrawal> {
    let fields = entry.payload.as_ref()?.fields.iter().map(|(name, value)| (name.as_str(), value.as_slice()));
    match Content::from_fields(fields) {
        Ok(Content::Withdrawal(withdrawal)) => Some(withdrawal),
        _ => None,
    }
}
