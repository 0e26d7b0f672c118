//! One thing with its proofs, for one reader: a folder that `verify` checks without the release and without a network.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use domain::{Content, CustodyAction, CustodyEvent, Sha256Digest, WithdrawnPart};
use evidence::ProofBundle;

use crate::anchors;
use crate::cli::prove::ProveArguments;
use crate::jobs::subject::{self, Subject, TOOL};
use crate::jobs::{destroy, same_words, witness};
use crate::refusal::{Outcome, Refusal};
use crate::terminal::say;
use crate::workspace::Workspace;

/// Fields that point at where withdrawn words still stand, or by which they are known again, by the kind of entry.
const KEEPERS: [(&[u8], &[&str]); 2] = [
    (b"\"withdrawal\"", &["told_in", "still_in", "known_by"]),
    (b"\"import_finished\"", &["tells_withdrawn", "returned", "taken_again"]),
];

pub async fn run(workspace: &mut Workspace, arguments: &ProveArguments) -> Outcome<()> {
    let out = &arguments.out;
    if std::fs::read_dir(out).is_ok_and(|mut listing| listing.next().is_some()) {
        return Err(Refusal::new(format!("{} is not empty; nothing was written", out.display())));
    }
    if std::fs::symlink_metadata(out).is_ok_and(|about| !about.is_dir()) {
        return Err(Refusal::new(format!("{} is there and is no folder; nothing was written", out.display())));
    }
    crate::workspace::refuse_inside_workspace(out, "nothing was written")?;
    crate::workspace::refuse_inside_release(out, "nothing was written")?;
    let subject = subject::find(workspace, &arguments.id).await?;
    let mut entries = subject.all();
    // What a picture says of itself goes along only where something of it was withdrawn, or is named to be withheld.
    for entry in subject::media_of(workspace, &subject).await? {
        let is_withdrawn = workspace.journal.withdrawals().iter().any(|(about, _)| *about == entry);
        if !entries.contains(&entry) && (is_withdrawn || !arguments.withhold.is_empty()) {
            entries.push(entry);
        }
    }
    // Whoever is shown something is also shown that part of it was withdrawn.
    let withdrawn: Vec<u64> = workspace
        .journal
        .withdrawals()
        .iter()
        .filter(|(about, _)| entries.contains(about))
        .map(|(_, by)| *by)
        .collect();
    entries.extend(withdrawn);
    entries.sort_unstable();
    let mut withheld = Withheld::find(workspace, &entries, arguments)?;
    let files = files(workspace, &subject, arguments, &mut withheld).await?;
    anchors::refuse_bad(workspace, "Nothing was written").await?;
    let event = CustodyEvent {
        action: CustodyAction::Exported,
        subject: subject.id.clone(),
        entries: subject.all(),
        by: subject::user(&arguments.by),
        to: arguments.to.clone(),
        why: arguments.why.clone(),
        tool: TOOL.to_owned(),
    };
    // In the log before it leaves the house, and under the checkpoint that the bundle is proved with.
    let exported = workspace.record(vec![Content::Custody(event)]).await?;
    if let Err(refusal) = write(workspace, out, &entries, &files, &withheld) {
        return Err(Refusal::new(format!(
            "{refusal}; no bundle was written, though entry {exported} of the log says that it was exported"
        )));
    }
    say(format!(
        "{} entries and {} originals with their proofs are in {}; the public key is {}",
        entries.len(),
        files.len(),
        out.display(),
        workspace.vkey()
    ));
    withheld.sentence().iter().for_each(|sentence| say(format!("  {sentence}")));
    Ok(())
}

/// The originals that are handed over: unless it is asked for by name, none that holds what was withdrawn, of whatever row.
async fn files(
    workspace: &Workspace,
    subject: &Subject,
    arguments: &ProveArguments,
    withheld: &mut Withheld,
) -> Outcome<BTreeSet<Sha256Digest>> {
    if arguments.without_originals || withheld.without_files {
        return Ok(BTreeSet::new());
    }
    let digests = subject.accessions.values().map(|accession| accession.original.sha256);
    let (mut here, gone): (BTreeSet<_>, BTreeSet<_>) = digests.partition(|digest| workspace.originals.is_here(digest));
    gone.iter().for_each(|digest| say(format!("  the original {digest} is not here; it is not in the bundle")));
    if !arguments.with_original {
        let telling = destroy::telling(workspace).await?;
        let before = here.len();
        here.retain(|digest| !telling.contains(digest));
        withheld.hold_withdrawn = here.len() < before;
    }
    Ok(here)
}

/// Writes the bundle beside its place and puts it there when it is whole.
fn write(
    workspace: &mut Workspace,
    out: &Path,
    entries: &[u64],
    files: &BTreeSet<Sha256Digest>,
    withheld: &Withheld,
) -> Outcome<()> {
    let policy = workspace.policy_text()?;
    if evidence::policy::Policy::parse(&policy)?.asks_for_witnesses() {
        for reason in witness::gather(workspace)?.not {
            say(format!("  not witnessed: {reason}"));
        }
    }
    let place = std::path::absolute(out).map_err(|e| Refusal::io("could not find", out, e))?;
    let parent = place.parent().unwrap_or(&place);
    let there = parent.ancestors().find(|dir| dir.is_dir()).unwrap_or(parent);
    let unfinished = Unfinished::beside(there, &place)?;
    let bundle = unfinished.0.join("bundle");
    ProofBundle {
        journal: &workspace.journal,
        originals: &workspace.originals,
        entries: entries.to_vec(),
        files: files.iter().copied().collect(),
        withhold: &|entry, name| withheld.fields.contains(&(entry, name.to_owned())),
        policy: &policy,
    }
    .write(&bundle)?;
    let size = workspace.journal.len();
    anchors::copy(&workspace.dir, &bundle.join("anchors"), &|older, to| {
        let proof = workspace.journal.consistency(older, size).unwrap_or_default();
        anchors::write(&to.join("consistency"), evidence::consistency_text(&proof).as_bytes())
    })?;
    write_readme(&bundle, &workspace.vkey(), &withheld.sentence())?;
    std::fs::create_dir_all(parent).map_err(|e| Refusal::io("could not make", parent, e))?;
    std::fs::rename(&bundle, &place).map_err(|e| Refusal::io("could not put in place", out, e))
}

/// A folder that goes with what is in it, unless that was put elsewhere.
struct Unfinished(PathBuf);

impl Unfinished {
    /// In the folder `there`, under a name that tells the place that is written for: what an earlier one left, whose process
    /// was ended, is found by it and removed.
    fn beside(there: &Path, place: &Path) -> Outcome<Self> {
        let name = Sha256Digest::of(place.as_os_str().as_encoded_bytes()).hex();
        let path = there.join(format!(".tawthiq-{}", &name[..16]));
        if path.is_dir() && !path.is_symlink() {
            std::fs::remove_dir_all(&path).map_err(|e| Refusal::io("could not remove", &path, e))?;
            say(format!("  an earlier proof for {} was not finished; what it left was removed", place.display()));
        }
        evidence::make_private_dir(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What the reader is not shown.
#[derive(Debug, Default)]
struct Withheld {
    /// By entry and name.
    fields: BTreeSet<(u64, String)>,
    /// As they were named, and those that say the same.
    named: Vec<String>,
    along: BTreeSet<String>,
    /// The files as received say it too.
    without_files: bool,
    /// Files that are left out hold what was withdrawn.
    hold_withdrawn: bool,
}

impl Withheld {
    /// Every field named must be one of the entries'. Unless the files are asked for by name, what says the same as a
    /// withheld field is withheld too: the row as received, other fields with the same words, the file.
    fn find(workspace: &Workspace, entries: &[u64], arguments: &ProveArguments) -> Outcome<Self> {
        let mut found = Self { named: arguments.withhold.clone(), ..Self::default() };
        let withdrawals = workspace.withdrawals()?.into_iter().filter(|(_, w)| entries.contains(&w.entry));
        let mut known: BTreeSet<String> = BTreeSet::new();
        // A field that was withdrawn is shown to nobody, whoever asks for it.
        let mut withdrawn: BTreeSet<String> = BTreeSet::new();
        for (_, withdrawal) in withdrawals {
            if let WithdrawnPart::Field(name) = withdrawal.part {
                withdrawn.insert(name);
            }
        }
        for &entry in entries {
            let Some(payload) = workspace.journal.get(entry)?.payload else { continue };
            known.extend(payload.fields.iter().map(|(name, _)| name.clone()));
            // What else tells what was withdrawn is for the keeper alone.
            let kind = payload.fields.iter().find(|(name, _)| name == "type").map(|(_, value)| value.as_slice());
            let keepers = KEEPERS.iter().find(|(own, _)| Some(*own) == kind).map_or(&[][..], |(_, names)| names);
            let own = payload.fields.iter().filter(|(name, _)| keepers.contains(&name.as_str()));
            found.fields.extend(own.map(|(name, _)| (entry, name.clone())));
            let is_row = |value: &[u8]| value.first() == Some(&b'[');
            for (name, value) in payload.fields.iter().filter(|(name, _)| arguments.withhold.contains(name)) {
                // The files are proved by the digest in their accession.
                if arguments.with_original && name == same_words::ROW && !is_row(value) {
                    continue;
                }
                found.fields.insert((entry, name.clone()));
                if !arguments.with_original {
                    let beside = same_words::beside(&payload.fields, name);
                    found.fields.extend(beside.iter().map(|name| (entry, (*name).to_owned())));
                    found.along.extend(beside.into_iter().map(str::to_owned));
                }
            }
        }
        for name in &arguments.withhold {
            if !known.contains(name) && !withdrawn.contains(name) {
                return Err(Refusal::new(format!(
                    "{:?} has no field {name:?} to withhold; nothing was written. It has {}",
                    arguments.id,
                    known.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
                )));
            }
            found.along.remove(name);
        }
        found.withhold_digests(workspace, entries)?;
        found.without_files |= !arguments.withhold.is_empty() && !arguments.with_original;
        Ok(found)
    }

    /// Where the digest of a file is withheld, no other entry of the bundle tells it.
    fn withhold_digests(&mut self, workspace: &Workspace, entries: &[u64]) -> Outcome<()> {
        let mut digests = Vec::new();
        for (entry, _) in self.fields.iter().filter(|(_, name)| name == same_words::ROW) {
            let payload = workspace.journal.get(*entry)?.payload;
            let fields = payload.iter().flat_map(|payload| &payload.fields);
            let content = Content::from_fields(fields.map(|(name, value)| (name.as_str(), value.as_slice())));
            if let Ok(Content::Accession(accession)) = content {
                digests.push(accession.original.sha256.hex());
            }
        }
        for &entry in entries.iter().filter(|_| !digests.is_empty()) {
            let Some(payload) = workspace.journal.get(entry)?.payload else { continue };
            let tells = |value: &[u8]| digests.iter().any(|hex| String::from_utf8_lossy(value).contains(hex.as_str()));
            let told = payload.fields.iter().filter(|(_, value)| tells(value));
            self.fields.extend(told.map(|(name, _)| (entry, name.clone())));
        }
        Ok(())
    }

    /// What is not shown, in a sentence; nothing where all is.
    fn sentence(&self) -> Option<String> {
        let words = |names: &mut dyn Iterator<Item = &String>| names.cloned().collect::<Vec<_>>().join(", ");
        let hold_withdrawn = "Files as received that hold, or may hold, what was withdrawn are not in the bundle; --with-original puts them there";
        if self.named.is_empty() {
            return self.hold_withdrawn.then(|| hold_withdrawn.to_owned());
        }
        let along = match self.along.is_empty() {
            true => String::new(),
            false => format!(", and what says the same: {}", words(&mut self.along.iter())),
        };
        let files = match self.without_files {
            true => "The files as received hold it as well and are not in the bundle; --with-original puts them there",
            false => "The files as received were asked for all the same, and show what they hold of it",
        };
        Some(format!("withheld: {}{along}. {files}.", words(&mut self.named.iter())))
    }
}

fn write_readme(out: &Path, vkey: &str, withheld: &Option<String>) -> Outcome<()> {
    let withheld = withheld.as_ref().map(|sentence| format!("\n{sentence}\n")).unwrap_or_default();
    let text = format!(
        "This folder proves what it shows. Check it, without a network, with\n\n    tawthiq verify . --key {vkey}\n\n\
         where the key should be one that you got another way than with this folder.\n{withheld}\n\
         entries/N.json       what entry N of the log says; a field that is withheld is its commitment alone\n\
         entries/N.leaf, entries/N.tlog-proof   the same for other programs (c2sp.org/tlog-proof)\n\
         originals/SHA256     files, byte for byte as they were received\n\
         policy.txt           the log's key and the witnesses that count (c2sp.org/tlog-policy)\n\
         anchors/             what outsiders say: cosigned checkpoints and time stamps\n"
    );
    let path = out.join("README.txt");
    std::fs::write(&path, text).map_err(|e| Refusal::io("could not write", &path, e))
}
