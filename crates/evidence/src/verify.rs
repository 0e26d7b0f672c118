//! Verification of a release folder, offline: signature -> list of files -> each file; checkpoint -> log -> each proof.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use domain::Sha256Digest;
use rayon::prelude::*;
use serde::Serialize;

use crate::EvidenceError;
use crate::audit::{self, Log};
use crate::bundle::{self, NOTE, NOTE_HEADER, SUMS};
use crate::cosign;
use crate::disclosure::Disclosure;
use crate::files;
use crate::note::Verifier;
use crate::outside::{self, Outside, OwnPolicy, TimeChecker};
use crate::policy::Policy;

/// How one thing that was checked stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    Good,
    /// No fault, and the reader has to know of it.
    Note,
    /// Something is not here; nothing that is here is wrong.
    Missing,
    Bad,
}

/// One thing that was checked, in words for a reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    pub name: String,
    /// Whether it is good without reserve.
    pub ok: bool,
    pub state: CheckState,
    pub detail: String,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct BadFile {
    pub path: String,
    pub reason: String,
}

/// An entry that was withdrawn, and the entry that says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Withdrawn {
    pub entry: u64,
    pub by: u64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct VerifyReport {
    pub checks: Vec<Check>,
    pub bad: Vec<BadFile>,
    /// Files that were signed and are not here.
    pub missing: Vec<String>,
    pub withdrawn: Vec<Withdrawn>,
    /// Files and folders that belong to nothing here. They change nothing that was checked, and prove nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub strangers: Vec<String>,
    /// What others than the log's keeper say, and what is missing of it.
    pub outside: Vec<Outside>,
    pub files: u64,
    pub entries: u64,
    pub proofs: u64,
    /// The public key that everything was checked with.
    pub fingerprint: String,
    /// True when that key was handed in and not read in the folder.
    pub key_was_given: bool,
}

impl VerifyReport {
    /// 0 good, 1 bad, 2 incomplete, 3 withdrawn.
    pub fn exit_code(&self) -> u8 {
        if !self.bad.is_empty() {
            1
        } else if !self.missing.is_empty() {
            2
        } else if !self.withdrawn.is_empty() {
            3
        } else {
            0
        }
    }

    /// Each fault once, in order.
    pub fn sorted(mut self) -> Self {
        self.bad.sort();
        self.bad.dedup();
        self.missing.sort();
        self.missing.dedup();
        self.strangers.sort();
        self
    }

    pub fn check(&mut self, name: &str, ok: bool, detail: impl Into<String>) {
        self.found(name, if ok { CheckState::Good } else { CheckState::Bad }, detail);
    }
    pub fn found(&mut self, name: &str, state: CheckState, detail: impl Into<String>) {
        let ok = state == CheckState::Good;
        self.checks.push(Check { name: name.to_owned(), ok, state, detail: detail.into() });
    }
    /// How many things were found bad so far, and how many missing.
    pub fn faults(&self) -> (usize, usize) {
        (self.bad.len(), self.missing.len())
    }
    /// How a check stands by what was found since.
    pub fn since(&self, before: (usize, usize)) -> CheckState {
        match self.faults() {
            (bad, _) if bad > before.0 => CheckState::Bad,
            (_, missing) if missing > before.1 => CheckState::Missing,
            _ => CheckState::Good,
        }
    }
    /// Notes entries that are dated after the reader's clock: the first of them, and the last with its time.
    pub fn to_come(&mut self, first: u64, last: u64, time: i64, now: i64) {
        let which = if first == last { format!("entry {first} is") } else { format!("entries {first} to {last} are") };
        self.found(
            "clock",
            CheckState::Note,
            format!(
                "{which} dated later than now (the last {}, and it is {} here): the clock of whoever recorded them ran ahead, or \
                 this one is behind. That nothing was changed since does not rest on it; when they were recorded is not known",
                domain::utc(time),
                domain::utc(now)
            ),
        );
    }
    pub fn bad(&mut self, path: &str, reason: impl Into<String>) {
        self.bad.push(BadFile { path: path.to_owned(), reason: reason.into() });
    }
    /// Names what stands in a folder and is neither known nor in a known place. Links are not followed. `unchecked` says which
    /// of the known files nothing was held to.
    pub fn strangers(&mut self, folder: &Path, is_known: &dyn Fn(&str) -> bool, unchecked: &str) {
        match bundle::list(folder) {
            Ok(listing) => {
                let others = listing.others.iter().map(|path| path.strip_prefix(folder).unwrap_or(path));
                let others = others.map(|path| path.to_string_lossy().into_owned());
                let files = listing.files.into_iter().filter(|path| !is_known(path));
                let found: Vec<String> = files.chain(others).collect();
                let detail = match found.len() {
                    0 => format!("there is no file here but those that belong here; {unchecked}"),
                    n => format!(
                        "{n} files here belong to nothing that was checked: what they say is not proved; {unchecked}"
                    ),
                };
                let state = if found.is_empty() { CheckState::Good } else { CheckState::Note };
                self.found(OTHER_FILES, state, detail);
                self.strangers = found;
            }
            // Who may verify need not be let into every folder.
            Err(EvidenceError::Io { path, error, .. }) if error.kind() == std::io::ErrorKind::PermissionDenied => {
                let path = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
                self.check(OTHER_FILES, true, format!("not looked for: {path} may not be entered; {unchecked}"));
            }
            Err(error) => self.bad(".", error.to_string()),
        }
    }
    /// Reads a file of the folder as text; notes it as missing or bad when that fails.
    pub(crate) fn text(&mut self, folder: &Path, path: &str) -> Option<String> {
        match files::read_regular(&folder.join(path)) {
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) => return Some(text),
                Err(_) => self.bad(path, "it is not text"),
            },
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => self.missing.push(path.to_owned()),
            Err(error) => self.bad(path, error.to_string()),
        }
        None
    }
}

pub(crate) const OTHER_FILES: &str = "other files";

type Progress<'a> = &'a dyn Fn(&str, u64, u64);

/// What a verification is given beside the folder.
pub struct Options<'a> {
    /// A public key got another way than from the folder.
    pub key: Option<&'a str>,
    /// Which witnesses count for the reader (C2SP tlog-policy), got another way than from the folder. Where it names one
    /// log and no key is given, that log's key is taken.
    pub policy: Option<&'a str>,
    /// The reader's clock in seconds since 1970: what claims to be of a later time is not believed.
    pub now: Option<i64>,
    /// Who can read time stamps; without it they are reported and not checked.
    pub times: Option<&'a dyn TimeChecker>,
    pub progress: Progress<'a>,
}

impl Options<'_> {
    /// The key that the reader gave, by itself or in a policy.
    pub fn given_key(&self) -> Option<String> {
        let of_policy = || match Policy::parse(self.policy?).ok()?.logs.as_slice() {
            [log] => Some(log.vkey()),
            _ => None,
        };
        self.key.map(str::to_owned).or_else(of_policy)
    }
}

/// [`verify_release`] without a reader of time stamps.
pub fn verify_folder(folder: &Path, pinned_vkey: Option<&str>, progress: Progress<'_>) -> VerifyReport {
    verify_release(folder, &Options { key: pinned_vkey, policy: None, now: None, times: None, progress })
}

/// Verifies a release. Without a key that was given the folder's own is used, which
/// only shows that the folder agrees with itself.
pub fn verify_release(folder: &Path, options: &Options<'_>) -> VerifyReport {
    let (given, progress) = (options.given_key(), options.progress);
    let mut report = VerifyReport { key_was_given: given.is_some(), ..VerifyReport::default() };
    let verifier = key(&mut report, folder, "log/policy.txt", given.as_deref());
    let sums = report.text(folder, SUMS);
    // The list is emptied, or the signature taken away, before a release is replaced; both come back last.
    let is_unsigned = !folder.join(NOTE).exists();
    if sums.as_ref().is_some_and(|sums| sums.is_empty() || is_unsigned) {
        report.found(
            "finished",
            if is_unsigned { CheckState::Missing } else { CheckState::Bad },
            "no signature stands beside the list of files: a publish was interrupted or is not done, or the signature was taken \
             away. What is here may be anybody's. Whoever publishes it publishes again; until then this is no release",
        );
    }
    if is_unsigned {
        report.missing.push(NOTE.to_owned());
    }
    if let (Some(sums), Some(verifier)) = (&sums, &verifier) {
        signature(&mut report, folder, sums, verifier);
    }
    // A list that is empty and not signed is what a publish begins with: nothing here is held to anything yet.
    let is_begun = is_unsigned && sums.as_ref().is_some_and(String::is_empty);
    if let Some(sums) = sums.as_ref().filter(|_| !is_begun) {
        all_files(&mut report, folder, sums, is_unsigned, progress);
    }
    if let Some(verifier) = verifier.as_ref().filter(|_| !is_begun) {
        match audit::audit(&folder.join("log"), verifier, progress) {
            Ok(log) => {
                let size = log.checkpoint.size;
                report.entries = size;
                report.check("log", true, format!("{size} entries give the root that the checkpoint signs"));
                all_proofs(&mut report, folder, &log, progress);
                if let Some(now) = options.now {
                    entries_to_come(&mut report, &log, now);
                }
                let withdrawn = log.withdrawn.iter().map(|&(entry, by)| Withdrawn { entry, by });
                report.withdrawn = withdrawn.collect();
                if let Some(own) = report.text(folder, "log/policy.txt") {
                    let policy = OwnPolicy::of(options, &own, "log/policy.txt");
                    let known = outside::Known {
                        verifier,
                        policy: policy.text,
                        policy_path: policy.path,
                        whose_policy: policy.whose,
                        is_policy_proved: policy.is_proved,
                        last_entry_at: &|size| log.time_of(size.checked_sub(1)?),
                        now: options.now,
                        checkpoint: &log.checkpoint,
                        note: &log.note,
                        needed: size,
                        is_of_log: &|older, _| outside::agrees(log.tree.root(older.size), older),
                    };
                    outside::check(&mut report, &folder.join("log/anchors"), &known, options.times);
                }
            }
            Err(fault) => fault_of_log(&mut report, fault),
        }
    }
    report.sorted()
}

fn fault_of_log(report: &mut VerifyReport, fault: audit::Fault) {
    let before = report.faults();
    let detail = format!("{}: {}", fault.path, fault.reason);
    match fault.is_missing {
        true => report.missing.push(fault.path),
        false => report.bad(&fault.path, fault.reason),
    }
    report.found("log", report.since(before), detail);
}

/// Clocks may be a day apart.
fn entries_to_come(report: &mut VerifyReport, log: &Log, now: i64) {
    let is_to_come = |time: Option<i64>| time.is_some_and(|time| time > now.saturating_add(cosign::CLOCKS_APART));
    let Some(last) = log.checkpoint.size.checked_sub(1).filter(|last| is_to_come(log.time_of(*last))) else { return };
    // Entries stand in the order of their times.
    let first = (0..=last).rev().take_while(|index| is_to_come(log.time_of(*index))).last().unwrap_or(last);
    report.to_come(first, last, log.time_of(last).unwrap_or(now), now);
}

/// Audits a public log in a folder against a public key and notes it in a report: every entry hashed, every tile
/// compared. Nothing is mended.
pub fn audit_log(report: &mut VerifyReport, log: &Path, vkey: &str, progress: Progress<'_>) -> crate::Result<()> {
    let verifier = Verifier::parse(vkey)?;
    match audit::audit(log, &verifier, progress) {
        Ok(log) => {
            report.entries = log.checkpoint.size;
            report.check("log", true, format!("{} entries give the root that the checkpoint signs", report.entries));
        }
        Err(fault) => fault_of_log(report, fault),
    }
    Ok(())
}

pub(crate) fn key(report: &mut VerifyReport, folder: &Path, path: &str, pinned: Option<&str>) -> Option<Verifier> {
    let policy = report.text(folder, path);
    let own = policy.as_deref().and_then(|p| p.lines().find_map(|l| l.strip_prefix("log ")));
    let own = own.and_then(|line| line.split_whitespace().next());
    let wanted = pinned.or(own);
    let verifier = wanted.map(Verifier::parse);
    match (verifier, policy.is_some()) {
        (Some(Ok(verifier)), _) => {
            report.fingerprint = verifier.vkey();
            let detail = match pinned {
                Some(_) => format!("{}, as you gave it", verifier.vkey()),
                None => format!(
                    "{}, taken from the folder itself: compare it with one that you got another way",
                    verifier.vkey()
                ),
            };
            report.check("key", true, detail);
            if pinned.is_some() && own.is_some_and(|own| own != verifier.vkey()) {
                report.check("policy", false, "the folder names another key than the one you gave");
                report.bad(path, "it names another key than the one given");
            }
            Some(verifier)
        }
        (Some(Err(error)), _) => {
            report.check("key", false, error.to_string());
            let path = if pinned.is_some() { "the key given" } else { path };
            report.bad(path, error.to_string());
            None
        }
        (None, true) => {
            report.check("key", false, format!("{path} names no key"));
            report.bad(path, "it names no key");
            None
        }
        (None, false) => {
            report.found("key", CheckState::Missing, "there is no key to check with");
            None
        }
    }
}

fn signature(report: &mut VerifyReport, folder: &Path, sums: &str, verifier: &Verifier) {
    let Some(note) = report.text(folder, NOTE) else { return };
    let text = match verifier.open(&note) {
        Ok(text) => text,
        Err(error) => {
            report.check("signature", false, error.to_string());
            return report.bad(NOTE, error.to_string());
        }
    };
    // Whoever hands the release on could put his own name under it.
    if note.len() > text.len() && note[text.len()..].trim_end_matches('\n').matches('\n').count() > 1 {
        report.bad(
            NOTE,
            "lines stand in it that are not the signature of the log's key: they were added, and prove nothing",
        );
    }
    let digest = Sha256Digest::of(sums.as_bytes()).hex();
    let lines: Vec<&str> = text.lines().collect();
    let [NOTE_HEADER, origin, signed, count] = lines[..] else {
        report.check("signature", false, "release.note is not of a release");
        return report.bad(NOTE, "it is not of a release");
    };
    if origin != verifier.name || count != sums.lines().count().to_string() && signed == digest {
        report.bad(NOTE, "it is of another release");
    }
    if signed == digest {
        report.check("signature", true, format!("{} signed the list of {count} files", verifier.name));
    } else {
        report.check("signature", false, "the list of files is not the one that was signed");
        report.bad(SUMS, "it is not the list that was signed");
    }
}

fn all_files(report: &mut VerifyReport, folder: &Path, sums: &str, is_unsigned: bool, progress: Progress<'_>) {
    let before = report.faults();
    let mut listed: BTreeMap<&str, Sha256Digest> = BTreeMap::new();
    for line in sums.lines() {
        let parts = line.split_once("  ").and_then(|(hex, path)| Some((path, Sha256Digest::from_hex(hex)?)));
        match parts {
            Some((path, digest)) if !path.starts_with('/') && !path.split('/').any(|p| p == "..") => {
                listed.insert(path, digest);
            }
            _ => report.bad(SUMS, format!("{line:?} is not a line of it")),
        }
    }
    let total = listed.len() as u64;
    let done = AtomicU64::new(0);
    let list: Vec<(&str, Sha256Digest)> = listed.iter().map(|(path, digest)| (*path, *digest)).collect();
    progress("files", 0, total);
    let faults: Vec<(&str, Option<String>)> = list
        .par_iter()
        .filter_map(|(path, digest)| {
            done.fetch_add(1, Ordering::Relaxed);
            match files::digest_regular(&folder.join(path)) {
                Ok(found) if found == digest.0 => None,
                Ok(_) => Some((*path, Some("its bytes are not those that were signed".to_owned()))),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => Some((*path, None)),
                Err(error) => Some((*path, Some(error.to_string()))),
            }
        })
        .collect();
    progress("files", done.into_inner(), total);
    let (n_faults, mut n_unlisted) = (faults.len(), 0);
    for (path, fault) in faults {
        match fault {
            Some(reason) => report.bad(path, reason),
            None => report.missing.push(path.to_owned()),
        }
    }
    match bundle::list(folder) {
        Ok(listing) => {
            for path in listing.files.iter().filter(|p| *p != SUMS && *p != NOTE) {
                if !listed.contains_key(path.as_str()) {
                    n_unlisted += 1;
                    report.bad(path, "it was not signed: it was added later");
                }
            }
            let others = listing.others.iter().map(|path| (path, why_no_file(path)));
            // One that a missing file leaves empty is told by the file.
            let emptied = |path: &Path| {
                let inside = path.strip_prefix(folder).unwrap_or(path);
                report.missing.iter().any(|file| Path::new(file).starts_with(inside))
            };
            let added: Vec<&PathBuf> = listing.empty.iter().filter(|path| !emptied(path)).collect();
            let empty = added.into_iter().map(|path| (path, "it is an empty folder: it was added later"));
            for (path, reason) in others.chain(empty) {
                n_unlisted += 1;
                report.bad(&path.strip_prefix(folder).unwrap_or(path).to_string_lossy(), reason);
            }
        }
        Err(error) => report.bad(".", error.to_string()),
    }
    report.files = total;
    let good = n_faults == 0 && n_unlisted == 0;
    if good && is_unsigned {
        let detail = format!("all {total} files are as the list says, which nobody signed: that proves nothing");
        return report.found("files", CheckState::Missing, detail);
    }
    let detail = match good {
        true => format!("all {total} files are as they were signed, and there are no others"),
        false => format!("{n_faults} of {total} files are changed or missing; {n_unlisted} were added"),
    };
    report.found("files", report.since(before), detail);
}

fn why_no_file(path: &Path) -> &'static str {
    match std::fs::symlink_metadata(path).is_ok_and(|about| about.is_file() || about.is_dir()) {
        true => "its name holds a line break, a backslash or bytes that are no text, which no name in a release does",
        false => "it is a link or no file: a release has neither",
    }
}

fn all_proofs(report: &mut VerifyReport, folder: &Path, log: &Log, progress: Progress<'_>) {
    let dir = folder.join("proofs");
    let names = match std::fs::read_dir(&dir) {
        Ok(listing) => listing.flatten().filter_map(|e| e.file_name().into_string().ok()),
        Err(_) => return report.check("proofs", true, "none are in this release"),
    };
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".json")).collect();
    names.sort();
    progress("proofs", 0, names.len() as u64);
    let faults: Vec<(String, String)> = names
        .par_iter()
        .filter_map(|name| proof(&dir.join(name), name, log).err().map(|e| (format!("proofs/{name}"), e)))
        .collect();
    report.proofs = names.len() as u64;
    let detail = match faults.len() {
        0 => format!("all {} rows shown are those that the log commits to", names.len()),
        n => format!("{n} of {} rows shown are not what the log commits to", names.len()),
    };
    report.check("proofs", faults.is_empty(), detail);
    faults.into_iter().for_each(|(path, reason)| report.bad(&path, reason));
}

fn proof(path: &Path, name: &str, log: &Log) -> Result<(), String> {
    let bytes = files::read_regular(path).map_err(|e| e.to_string())?;
    let disclosure: Disclosure = serde_json::from_slice(&bytes).map_err(|e| format!("it cannot be read: {e}"))?;
    disclosure.check_fields()?;
    if name != format!("{}.json", disclosure.index) {
        return Err("it is named after another entry".to_owned());
    }
    let leaf = usize::try_from(disclosure.index).ok().and_then(|at| log.leaves.get(at));
    if leaf.map(Vec::as_slice) != Some(disclosure.leaf.as_bytes()) {
        return Err("it is not of this log".to_owned());
    }
    // The whole log was hashed up to the root that the checkpoint signs: a leaf that stands in it is proved.
    if disclosure.proof.is_none() {
        return Ok(());
    }
    let proof = disclosure.checked_proof()?;
    if proof.checkpoint != log.note {
        return Err("it is not of this log".to_owned());
    }
    proof.check_path(disclosure.leaf.as_bytes(), &log.checkpoint)
}
