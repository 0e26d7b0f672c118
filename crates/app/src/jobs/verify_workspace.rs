//! Verification of a workspace: the public log as it lies, every payload against it, every original, what was
//! withdrawn, what outsiders say, and every row of the casebase and whether it was made without what was withdrawn. Nothing is mended:
//! `rebuild` makes the casebase and the lists of refused rows again.

mod folder;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use domain::run::Stage;
use domain::{Content, Sha256Digest, Withdrawal, WithdrawnPart};
use evidence::{
    CheckState, EntryKind, EvidenceError, Journal, Options, Originals, OwnPolicy, StoredEntry, VerifyReport, Withdrawn,
};
use rayon::prelude::*;

use crate::anchors;
use crate::jobs::destroy;
use crate::jobs::import::rejected_csv;
use crate::refusal::Outcome;
use crate::workspace::{self, Incomplete};
use folder::{belongs, last_release, leftovers, log_files, open_to_others, signing_key};

type Progress<'a> = &'a dyn Fn(&str, u64, u64);

/// Entries told of in one sentence.
const MOST_TOLD: usize = 12;
/// Entries held in memory at once.
const AT_ONCE: usize = 16_384;

/// What the entries say must be here.
#[derive(Default)]
struct Expected {
    /// Originals by digest, and the last entry that received each.
    originals: BTreeMap<Sha256Digest, u64>,
    /// Outputs of runs that nothing is rebuilt from, with the last entry that names each.
    derived: BTreeMap<Sha256Digest, u64>,
    /// Thumbnails by digest, with the original that each was made from and the entry that says so.
    thumbnails: BTreeMap<Sha256Digest, (Sha256Digest, u64)>,
    /// Lists of refused rows, by accession, with the digest of each.
    rejected: BTreeMap<String, Sha256Digest>,
    withdrawals: Vec<(u64, Withdrawal)>,
    /// By accession, originals that say again what had been withdrawn, and the entries that say so.
    telling: BTreeMap<String, (Sha256Digest, u64)>,
    /// The policy that was taken over last, and the entry that says so.
    policy: Option<(u64, String)>,
}

pub async fn run(dir: &Path, options: &Options<'_>) -> Outcome<VerifyReport> {
    let given = options.given_key();
    let mut report = VerifyReport { key_was_given: given.is_some(), ..VerifyReport::default() };
    let verifier = match workspace::public_key(dir) {
        Ok(verifier) => verifier,
        Err(refusal) => {
            report.check("key", false, refusal.to_string());
            report.bad(
                workspace::PUBLIC_KEY,
                format!("{refusal}: nothing else was checked. Put it back from a good copy"),
            );
            return Ok(report.sorted());
        }
    };
    let vkey = verifier.vkey();
    if given.is_some_and(|given| given != vkey) {
        report.check("key", false, format!("this workspace signs with {vkey}, not with the key that you gave"));
        report.bad(workspace::PUBLIC_KEY, "it is another key than the one given");
    }
    report.fingerprint = vkey.clone();
    if !dir.join(workspace::PUBLIC_KEY).exists() {
        report.found(
            "key",
            CheckState::Missing,
            "it was taken from keys/log.key, which whoever may write here may have changed",
        );
        report.missing.push(format!(
            "{} (the next command that opens the workspace to write makes it again; compare it with one that you got another way)",
            workspace::PUBLIC_KEY
        ));
    }
    if let Err(refusal) = workspace::Workspace::check_settings(dir, &verifier.name) {
        report.check("settings", false, refusal.to_string());
        report.bad(workspace::SETTINGS, refusal.to_string());
    }
    signing_key(&mut report, dir)?;
    // As it lies: nothing is mended, nothing written, and the signing key is not needed.
    evidence::audit_log(&mut report, &dir.join("journal/log"), &vkey, options.progress)?;
    let journal = match Journal::open_to_read(&dir.join("journal"), &verifier) {
        Ok(journal) => journal,
        Err(error @ EvidenceError::InUse(_)) => return Err(error.into()),
        Err(error) => {
            report.check("journal", false, error.to_string());
            report.bad("journal", error.to_string());
            return Ok(report.sorted());
        }
    };
    let log_holds = report.checks.last().is_some_and(|log| log.ok);
    let expected = entries(&mut report, &journal, options.progress);
    if !log_holds && report.checks.last().is_some_and(|content| content.ok) {
        let detail = "the entries themselves hold, and the public log is made of them: a power cut may have torn its files. \
                      The next command that opens the workspace to write, such as status, makes them again; verify never does";
        report.check("repair", true, detail);
    }
    let unfinished = journal.found_unfinished();
    if !unfinished.is_empty() {
        let detail = format!(
            "{}: a crash cut a write short of which nobody was told that it was done, or the disk rots. Nothing that was \
             acknowledged is lost; the next entry that is written takes its place",
            unfinished.join("; ")
        );
        report.found("unfinished writes", CheckState::Note, detail);
    }
    let originals = Originals::open_to_read(&dir.join("originals"));
    all_originals(&mut report, &originals, &expected, options.progress);
    rejected_rows(&mut report, dir, &expected);
    open_to_others(&mut report, dir);
    let now = options.now.unwrap_or_else(workspace::now);
    if let Some(first) = journal.first_after(now).unwrap_or_default() {
        report.to_come(first, journal.len() - 1, journal.last_time(), now);
    }
    report.withdrawn = journal.withdrawals().iter().map(|&(entry, by)| Withdrawn { entry, by }).collect();
    let received_again = |digest: &Sha256Digest, by: u64| {
        let thumbnail = expected.thumbnails.get(digest).map(|(_, at)| at);
        let named = [expected.originals.get(digest), expected.derived.get(digest), thumbnail];
        named.into_iter().flatten().any(|at| *at > by)
    };
    let mut remarks = Vec::new();
    // A casebase that is damaged holds nothing up: the next opening says so, and rebuild makes it anew.
    let scrubbed = match report.withdrawn.is_empty() {
        true => None,
        false => workspace::Workspace::casebase_scrubbed(dir).await.unwrap_or_else(|refusal| {
            remarks.push(format!("the casebase was not looked at: {refusal}"));
            None
        }),
    };
    let back = destroy::came_back(dir, &journal, &originals, &expected.withdrawals, &received_again, scrubbed)?;
    remarks.extend(said_still(&originals, &expected));
    let detail = match (back.len(), report.withdrawn.len()) {
        (0, 0) => "nothing was withdrawn".to_owned(),
        (0, n) if remarks.is_empty() => {
            format!("{n} entries say that something was withdrawn, and none of it is here")
        }
        (0, n) => {
            format!("{n} entries say that something was withdrawn; that is destroyed, but {}", remarks.join("; "))
        }
        (n, _) => format!("{n} withdrawn things are here, or may be"),
    };
    report.check("withdrawals", back.is_empty(), detail);
    back.into_iter().for_each(|reason| report.bad("withdrawals", reason));
    let own = anchors::check_policy(&mut report, dir, &vkey, expected.policy.as_ref());
    let policy = match options.policy {
        Some(text) => OwnPolicy::given(text),
        None => {
            OwnPolicy { text: &own, path: anchors::POLICY, whose: "by this workspace's own policy", is_proved: true }
        }
    };
    let mut journal = journal;
    let cosigned = format!("anchors/{}/checkpoint", journal.len());
    if let Ok(note) = std::fs::read_to_string(dir.join(&cosigned))
        && let Err(error) = journal.attach_cosigned(&note)
    {
        report.bad(&cosigned, error.to_string());
    }
    evidence::check_journal(&mut report, &dir.join("anchors"), &journal, &policy, options)?;
    let tiles = log_files(journal.len());
    report.strangers(
        dir,
        &|path| belongs(path, &expected, &tiles),
        "what is in cache/ and reports are made anew and were not checked",
    );
    leftovers(&mut report);
    last_release(&mut report, dir);
    casebase(&mut report, dir, &journal, options.progress).await;
    if let Some(what) = workspace::knows_more(dir, &journal)? {
        report.check("older journal", false, what.clone());
        report.bad("journal", what);
    }
    Ok(report.sorted())
}

/// Originals that held the words of something withdrawn, were not withdrawn with it, and are still here.
fn said_still(originals: &Originals, expected: &Expected) -> Vec<String> {
    let withdrawals = &expected.withdrawals;
    let mut by_original: BTreeMap<Sha256Digest, BTreeSet<u64>> = BTreeMap::new();
    for (by, withdrawal) in withdrawals {
        for digest in withdrawal.still_in.iter().filter(|digest| originals.is_here(digest)) {
            by_original.entry(*digest).or_default().insert(*by);
        }
    }
    let told = by_original.into_iter().map(|(digest, by)| {
        let by: Vec<String> = by.iter().take(MOST_TOLD).map(u64::to_string).collect();
        format!(
            "the same words stand in the original {digest}, which is kept (withdrawn by entry {}; redact --original \
             {digest} withdraws the file)",
            by.join(", ")
        )
    });
    let later = |by: u64, entry: u64| withdrawals.iter().any(|(other, w)| *other >= by && w.entry == entry);
    let entries: BTreeSet<u64> = withdrawals
        .iter()
        .flat_map(|(by, withdrawal)| withdrawal.told_in.iter().filter(|entry| !later(*by, **entry)))
        .copied()
        .collect();
    let told_in = (!entries.is_empty()).then(|| {
        let told: Vec<String> = entries.iter().take(MOST_TOLD).map(u64::to_string).collect();
        let more = entries.len().saturating_sub(MOST_TOLD);
        let more = if more > 0 { format!(" and {more} others") } else { String::new() };
        format!(
            "a name or a word of it stood in entries {}{more} as well, which are kept (redact ENTRY --field withdraws it)",
            told.join(", ")
        )
    });
    let is_told = |digest: &Sha256Digest| withdrawals.iter().any(|(_, w)| w.still_in.contains(digest));
    let again = expected.telling.values().filter(|(digest, _)| originals.is_here(digest) && !is_told(digest));
    let again = again.map(|(digest, entry)| {
        format!(
            "the original {digest} came after it and says it again, or may (entry {entry}); the file is kept (redact --original {digest} withdraws it)"
        )
    });
    told.chain(told_in).chain(again).collect()
}

/// Whether each list of refused rows is what the journal says of it.
fn rejected_rows(report: &mut VerifyReport, dir: &Path, expected: &Expected) {
    let before = report.faults();
    let mut faults = 0;
    for (accession, digest) in &expected.rejected {
        let path = format!("imports/{accession}/rejected.csv");
        match std::fs::read(dir.join(&path)) {
            Ok(bytes) if Sha256Digest::of(&bytes) == *digest => continue,
            Ok(_) => report
                .bad(&path, "it is not the list of refused rows that the journal gives. Run rebuild: it is made again"),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                report.missing.push(format!("{path} (run rebuild: it is made again)"));
            }
            Err(error) => report.bad(&path, error.to_string()),
        }
        faults += 1;
    }
    let detail = match faults {
        0 => format!("all {} lists of refused rows are what the journal says", expected.rejected.len()),
        n => {
            format!("{n} of {} lists of refused rows are missing or not what the journal says", expected.rejected.len())
        }
    };
    report.found("refused rows", report.since(before), detail);
}

/// Whether each row of the casebase is what the journal gives.
async fn casebase(report: &mut VerifyReport, dir: &Path, journal: &Journal, progress: Progress<'_>) {
    // Without the settings it is not known where it is.
    if report.bad.iter().any(|bad| bad.path == workspace::SETTINGS) {
        let why = format!("it was not compared with the journal: {} does not say where it is", workspace::SETTINGS);
        return report.found("casebase", CheckState::Missing, why);
    }
    let (name, entries) = ("casebase", journal.len());
    match workspace::compare(dir, journal, progress).await {
        Ok(None) => report.check(name, true, "there is none; the next command that writes makes it from the journal"),
        Ok(Some(compared)) if compared.faults.is_empty() => {
            let behind = match entries - compared.applied {
                0 => String::new(),
                n => format!("; it has not followed the last {n} yet, the next command that writes makes it"),
            };
            let of = compared.applied;
            report.check(name, true, format!("every row is what the first {of} of {entries} entries give{behind}"));
        }
        Ok(Some(compared)) => {
            report.check(
                name,
                false,
                "it does not say what the journal says: answers from it may be wrong. Run rebuild",
            );
            compared.faults.into_iter().for_each(|fault| report.bad(name, format!("{fault}. Run rebuild")));
        }
        Err(refusal) if refusal.journal_is_short => {
            report.check(name, false, "it knows of more entries than the journal has");
            report.bad(name, refusal.to_string());
        }
        Err(refusal) if refusal.casebase_is_damaged => {
            report.check(name, false, "it is damaged. Run rebuild");
            report.bad(name, format!("{refusal}. Run rebuild"));
        }
        Err(refusal) => {
            let why = format!("it could not be compared with the journal: {refusal}");
            report.found(name, CheckState::Missing, why);
            report.missing.push("the comparison of the casebase with the journal".to_owned());
        }
    }
}

fn entries(report: &mut VerifyReport, journal: &Journal, progress: Progress<'_>) -> Expected {
    let mut expected = Expected::default();
    let (mut n, mut gone, mut bad) = (0u64, 0u64, 0u64);
    let mut incomplete = Vec::new();
    let total = journal.len();
    let mut entries = journal.read(0);
    loop {
        let part: Vec<_> = entries.by_ref().take(AT_ONCE).collect();
        if part.is_empty() {
            break;
        }
        let holds: Vec<bool> = part.par_iter().map(|e| e.as_ref().is_ok_and(|e| journal.commits_to(e))).collect();
        for (entry, holds) in part.into_iter().zip(holds) {
            match entry {
                Ok(entry) if holds => {
                    gone += u64::from(entry.payload.is_none());
                    incomplete.extend(Incomplete::of(&entry));
                    expected.take(&entry);
                }
                Ok(entry) => {
                    bad += 1;
                    report.bad("journal/segments", format!("entry {} is not what the log commits to", entry.index));
                }
                Err(error) => {
                    bad += 1;
                    report.bad("journal/segments", error.to_string());
                    continue;
                }
            }
            n += 1;
        }
        progress("entries with their content", n, total);
    }
    let mut withdrawn = workspace::PartsWithdrawn::new();
    for (_, withdrawal) in &expected.withdrawals {
        withdrawn.entry(withdrawal.entry).or_default().push(withdrawal.part.clone());
    }
    let mut erased = 0u64;
    for (index, what) in incomplete.iter().filter_map(|lack| Some((lack.entry, lack.erased(&withdrawn)?))) {
        erased += 1;
        report.bad("journal/segments", format!("entry {index}: {what}"));
    }
    let detail = match (bad, erased) {
        (0, 0) => {
            format!("what is kept of {n} entries is what the log commits to; the content of {gone} was withdrawn")
        }
        (0, erased) => format!("of {erased} of {n} entries something was erased that no entry withdraws"),
        (bad, _) => format!("{bad} of {n} entries are not what the log commits to"),
    };
    report.entries = n;
    report.check("content", bad == 0 && erased == 0, detail);
    expected
}

impl Expected {
    /// Notes what an entry says must be here, or was withdrawn.
    fn take(&mut self, entry: &StoredEntry) {
        let Some(payload) = &entry.payload else { return };
        let fields = payload.fields.iter().map(|(name, value)| (name.as_str(), value.as_slice()));
        let names_files = match entry.kind {
            EntryKind::Capture | EntryKind::Redact => true,
            // Only the few that name files need their content read.
            _ => fields.clone().any(|(name, value)| {
                name == "type" && [&b"\"run\""[..], b"\"media\"", b"\"import_finished\""].contains(&value)
            }),
        };
        if !names_files {
            return;
        }
        match Content::from_fields(fields) {
            Ok(Content::Accession(accession)) => {
                self.originals.insert(accession.original.sha256, entry.index);
            }
            Ok(Content::Run(run)) if run.stage == Stage::Link => {
                self.originals.insert(run.output, entry.index);
            }
            Ok(Content::Run(run)) => {
                self.policy = anchors::recorded_policy(entry.index, &run).or(self.policy.take());
                self.derived.insert(run.output, entry.index);
            }
            Ok(Content::Media(media)) => {
                let made_from = (media.sha256, entry.index);
                self.thumbnails.extend(media.derived.iter().map(|copy| (copy.sha256, made_from)));
            }
            Ok(Content::ImportFinished(finished)) => {
                let accession = finished.accession.to_string();
                match finished.tells_withdrawn {
                    Some(digest) => _ = self.telling.insert(accession.clone(), (digest, entry.index)),
                    None => _ = self.telling.remove(&accession),
                }
                match rejected_csv(&finished).ok().flatten() {
                    Some(list) => _ = self.rejected.insert(accession, Sha256Digest::of(&list)),
                    None => _ = self.rejected.remove(&accession),
                }
            }
            Ok(Content::Withdrawal(withdrawal)) => self.withdrawals.push((entry.index, withdrawal)),
            _ => {}
        }
    }
}

fn all_originals(report: &mut VerifyReport, originals: &Originals, expected: &Expected, progress: Progress<'_>) {
    let (mut good, mut gone) = (0u64, 0u64);
    let total = expected.originals.len() as u64;
    let before = report.faults();
    for (at, (digest, received)) in expected.originals.iter().enumerate() {
        progress("originals", at as u64, total);
        let is_withdrawn = expected
            .withdrawals
            .iter()
            .any(|(by, w)| by > received && matches!(&w.part, WithdrawnPart::Original(own) if own == digest));
        match originals.check(digest) {
            _ if is_withdrawn => gone += 1,
            Ok(()) => good += 1,
            Err(EvidenceError::NoOriginal(_)) => report.missing.push(format!("originals/{digest}")),
            Err(error) => report.bad(&format!("originals/{digest}"), error.to_string()),
        }
    }
    // Outputs of runs can be made again and may be missing; one that is here and changed would be shown all the same.
    let made_from_them = expected.derived.keys().chain(expected.thumbnails.keys());
    let changed = made_from_them.filter_map(|digest| match originals.check(digest) {
        Err(error @ EvidenceError::OriginalChanged(_)) => Some((digest, error)),
        _ => None,
    });
    let changed: Vec<_> = changed.collect();
    for (digest, error) in &changed {
        report.bad(&format!("originals/{digest}"), error.to_string());
    }
    // One goes with the original that it was made from.
    let gone_with = |made_from: &Sha256Digest, entry: u64| {
        expected
            .withdrawals
            .iter()
            .any(|(by, w)| *by > entry && (w.part == WithdrawnPart::Original(*made_from) || w.entry == entry))
    };
    for (digest, (made_from, entry)) in &expected.thumbnails {
        if !originals.is_here(digest) && !gone_with(made_from, *entry) {
            report
                .missing
                .push(format!("originals/{digest} (the thumbnail of the original {made_from}, entry {entry})"));
        }
    }
    report.files = good;
    let state = report.since(before);
    let detail = match state {
        CheckState::Good => format!("all {good} files are, byte for byte, what was received; {gone} were withdrawn"),
        _ => format!(
            "of {total} files, {good} are what was received; changed among those that were made from them: {}",
            changed.len()
        ),
    };
    report.found("originals", state, detail);
}
