//! What outsiders say about a log: cosignatures of witnesses over its checkpoints, and time stamps.
//!
//! Beside a log lies `anchors/<size>/`: `checkpoint` (the checkpoint of that size, with cosignatures), `stamped` (the
//! bytes that were stamped) and the stamps, `NAME.tsr` (RFC 3161) and `NAME.ots` (OpenTimestamps). A checkpoint is
//! believed only when the log gives its root.
//!
//! Stamps are read by whoever is handed in as [`TimeChecker`]: the kernel knows neither ASN.1 nor block chains.
//! Times are seconds since 1970-01-01T00:00:00Z.

use std::cmp::Reverse;
use std::path::Path;

use serde::Serialize;

use crate::cosign;
use crate::files;
use crate::merkle::Hash;
use crate::note::{Checkpoint, Verifier};
use crate::policy::Policy;
use crate::verify::{CheckState, VerifyReport};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OutsideState {
    Good,
    /// Asked for by the policy, or of use, and not here.
    Missing,
    /// Promised by the outsider and not given yet.
    Pending,
    /// Here, and not checkable with what this verification was given.
    Unchecked,
    /// Here, and by somebody whom the reader, who named those that count, did not name.
    Untrusted,
    Bad,
}

const WITNESS: &str = "witness";
const RFC3161: &str = "rfc3161";
const CERTIFICATES: &str = ".ca.pem";

/// One word of an outsider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outside {
    /// `witness`, `rfc3161` or `opentimestamps`.
    pub kind: String,
    pub name: String,
    pub state: OutsideState,
    /// It speaks of the first so many entries.
    pub entries: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<i64>,
    pub detail: String,
}

/// What a stamp says.
pub struct TimeFound {
    pub state: OutsideState,
    pub time: Option<i64>,
    pub detail: String,
}

pub trait TimeChecker: Sync {
    /// Reads a stamp over the bytes `stamped`. `anchors` is the folder in which all stamps lie. Good is what holds under
    /// certificates that the reader gave: those that lie beside a stamp were put there by whoever put the stamp there.
    fn check(&self, file_name: &str, stamp: &[u8], stamped: &[u8], anchors: &Path) -> TimeFound;
    /// Whether a file holds certificates (PEM) and nothing else; why not, where it does not.
    fn certificates(&self, pem: &[u8]) -> std::result::Result<(), String>;
}

/// What is known of the log already.
pub(crate) struct Known<'a> {
    pub verifier: &'a Verifier,
    pub policy: &'a str,
    pub policy_path: &'a str,
    pub checkpoint: &'a Checkpoint,
    pub note: &'a str,
    /// In words, whose policy it is.
    pub whose_policy: &'a str,
    /// Whether the reader gave it or the log's key stands for it. Under any other, whoever wrote it could be every witness.
    pub is_policy_proved: bool,
    /// So many entries must have been seen by the witnesses.
    pub needed: u64,
    /// When the last of the first so many entries was recorded, where that is known; seconds since 1970.
    pub last_entry_at: &'a dyn Fn(u64) -> Option<i64>,
    /// The reader's clock, seconds since 1970.
    pub now: Option<i64>,
    /// Whether a checkpoint, found in a folder, is of this log; why not, when it is not.
    pub is_of_log: &'a dyn Fn(&Checkpoint, &Path) -> std::result::Result<(), String>,
}

pub(crate) fn check(report: &mut VerifyReport, anchors: &Path, known: &Known<'_>, times: Option<&dyn TimeChecker>) {
    let policy = match Policy::parse(known.policy) {
        Ok(policy) => policy,
        Err(error) => {
            report.check("policy", false, error.to_string());
            return report.bad(known.policy_path, error.to_string());
        }
    };
    let size = known.checkpoint.size;
    if !policy.logs.iter().any(|log| log.vkey() == known.verifier.vkey()) {
        report.check("policy", false, format!("the policy is not about the log of {}", known.verifier.vkey()));
        report.bad(known.policy_path, "it does not name the key of this log");
    }
    let mut witnessed_until = cosignatures(report, &policy, known, known.note, size, known.policy_path);
    for (size, dir) in sizes(anchors) {
        let path = format!("anchors/{size}/checkpoint");
        if let Some(note) = anchored(report, known, &dir, "checkpoint", size) {
            witnessed_until = witnessed_until.max(cosignatures(report, &policy, known, &note, size, &path));
        }
        // Also where no stamp is over it yet: the next one would be.
        if let Some(stamped) = anchored(report, known, &dir, "stamped", size) {
            unknown_signers(report, &policy, known, &stamped, size);
        }
        stamps(report, known, &dir, size, anchors, times);
    }
    certificates(report, anchors, times);
    report.outside.sort_by(|a, b| (&a.kind, &a.name, a.entries).cmp(&(&b.kind, &b.name, b.entries)));
    report.outside.dedup();
    let has = |state| report.outside.iter().any(|word| word.kind == RFC3161 && word.state == state);
    if has(OutsideState::Untrusted) && !has(OutsideState::Good) {
        report.missing.push("a time stamp by somebody whom you named: those that are here are by others".to_owned());
    }
    summary(report, &policy, known, witnessed_until);
}

/// Notes in a report what outsiders say about an open journal.
pub fn check_journal(
    report: &mut VerifyReport,
    anchors: &Path,
    journal: &crate::Journal,
    policy: &OwnPolicy<'_>,
    options: &crate::Options<'_>,
) -> crate::Result<()> {
    let verifier = Verifier::parse(&journal.vkey())?;
    let checkpoint = Checkpoint::open(journal.checkpoint(), &verifier)?;
    let known = Known {
        verifier: &verifier,
        policy: policy.text,
        policy_path: policy.path,
        whose_policy: policy.whose,
        is_policy_proved: policy.is_proved,
        needed: checkpoint.size,
        last_entry_at: &|size| journal.get(size.checked_sub(1)?).ok().map(|entry| entry.time),
        now: options.now,
        note: journal.checkpoint(),
        checkpoint: &checkpoint,
        is_of_log: &|older, _| agrees(journal.root(older.size), older),
    };
    check(report, anchors, &known, options.times);
    Ok(())
}

/// A policy, where it stands, and in words whose it is.
pub struct OwnPolicy<'a> {
    pub text: &'a str,
    pub path: &'a str,
    pub whose: &'a str,
    /// Whether the reader gave it or the log's key stands for it.
    pub is_proved: bool,
}

impl<'a> OwnPolicy<'a> {
    /// The one that the reader gave, else the one of the folder.
    pub(crate) fn of(options: &crate::Options<'a>, own: &'a str, path: &'a str) -> Self {
        match options.policy {
            Some(text) => Self::given(text),
            None => Self { text: own, path, whose: PUBLISHERS, is_proved: true },
        }
    }

    /// As [`OwnPolicy::of`], where nothing stands for the folder's own.
    pub(crate) fn unproved(options: &crate::Options<'a>, own: &'a str, path: &'a str) -> Self {
        Self { is_proved: options.policy.is_some(), ..Self::of(options, own, path) }
    }

    /// The reader's own.
    pub fn given(text: &'a str) -> Self {
        Self { text, path: "the policy given", whose: "by the policy that you gave", is_proved: true }
    }
}

/// A bundle is signed by nobody as a whole.
const ANYBODYS: &str = "the policy in a bundle is signed by nobody; give your own with --policy";

/// Nobody signed the policy of a folder: whoever hands the folder over can take the witnesses out of it.
const PUBLISHERS: &str =
    "by the policy that came with the folder, which is the publisher's own claim; give your own with --policy";

/// Whether a checkpoint has the root that the log gives for its size.
pub(crate) fn agrees(root: Option<Hash>, older: &Checkpoint) -> std::result::Result<(), String> {
    match root {
        Some(root) if root == older.root => Ok(()),
        Some(_) => Err(SPLIT.to_owned()),
        None => Err("it is of more entries than the log has".to_owned()),
    }
}

/// Why a checkpoint that the key signed is not of a log that the key signed as well.
const SPLIT: &str = "the log does not give the root that it signs: two logs were shown under one name";

fn summary(report: &mut VerifyReport, policy: &Policy, known: &Known<'_>, witnessed_until: Option<u64>) {
    let (size, needed, whose) = (known.checkpoint.size, known.needed, known.whose_policy);
    let before = report.faults();
    let (detail, missing) = match witnessed_until {
        _ if !policy.asks_for_witnesses() => {
            let detail =
                "no witness is asked for: that the log was never rewritten rests on its keeper's word".to_owned();
            (detail, None)
        }
        Some(_) if !known.is_policy_proved => ("who saw the log was not checked".to_owned(), None),
        Some(until) if until >= needed => {
            let detail = format!(
                "enough of the named witnesses saw the first {until} of {size} entries and found that the log had only grown"
            );
            (detail, None)
        }
        Some(until) => {
            let detail = format!("enough witnesses saw the first {until} of {size} entries; the later ones not yet");
            let missing = format!("cosignatures of the witnesses over entries {until} to {}", needed - 1);
            (detail, Some(missing))
        }
        None => {
            let missing = "cosignatures of the witnesses that the policy asks for".to_owned();
            ("fewer witnesses cosigned than the policy asks for".to_owned(), Some(missing))
        }
    };
    report.missing.extend(missing);
    let is_open = !known.is_policy_proved && policy.asks_for_witnesses() && witnessed_until.is_some();
    let state = if is_open { CheckState::Note } else { report.since(before) };
    report.found("witnesses", state, format!("{detail} ({})", if known.is_policy_proved { whose } else { ANYBODYS }));
    let good = report.outside.iter().filter(|o| o.kind != WITNESS && o.state == OutsideState::Good);
    // Of two stamps over the same entries the earlier proves more.
    let best = good.filter_map(|o| Some((o.entries, o.time?))).max_by_key(|&(entries, time)| (entries, Reverse(time)));
    let detail = match best {
        Some((entries, time)) => format!(
            "a time-stamping authority proves that the first {entries} of {size} entries were there at {}",
            domain::utc(time)
        ),
        None => {
            let n = report.outside.iter().filter(|o| o.kind == RFC3161 && o.state != OutsideState::Bad).count();
            let which = match n {
                0 => "no time stamp that could be checked is here".to_owned(),
                n => format!(
                    "none of the time stamps that are here ({n}) proves a time, for the reason that stands with each"
                ),
            };
            format!("{which}. When something was recorded rests on the keeper's clock")
        }
    };
    // Stamps that prove nothing are not to be taken for a time that is proved.
    let is_proved = best.is_some() || !report.outside.iter().any(|word| word.kind == RFC3161);
    report.found("time", if is_proved { CheckState::Good } else { CheckState::Note }, detail);
}

/// The folders of anchors by the size of the log that they speak of.
pub(crate) fn sizes(anchors: &Path) -> Vec<(u64, std::path::PathBuf)> {
    let mut found: Vec<_> = std::fs::read_dir(anchors)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path())))
        .collect();
    found.sort();
    found
}

/// A checkpoint beside the log, when it is of this log.
fn anchored(report: &mut VerifyReport, known: &Known<'_>, dir: &Path, name: &str, size: u64) -> Option<String> {
    let path = format!("anchors/{size}/{name}");
    let note = match files::read_regular(&dir.join(name)) {
        Ok(bytes) => String::from_utf8(bytes).ok(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
        Err(error) => {
            report.bad(&path, error.to_string());
            return None;
        }
    };
    let Some(note) = note else {
        report.bad(&path, "it is not text");
        return None;
    };
    match Checkpoint::open(&note, known.verifier) {
        Err(error) => report.bad(&path, error.to_string()),
        Ok(checkpoint) if checkpoint.size != size => report.bad(&path, "it is of another size than its folder says"),
        Ok(checkpoint) => match (known.is_of_log)(&checkpoint, dir) {
            Ok(()) => return Some(note),
            Err(reason) => report.bad(&path, reason),
        },
    }
    None
}

/// Lines that nobody here can check are told: a reader would take a name under a checkpoint for a signature.
fn unknown_signers(report: &mut VerifyReport, policy: &Policy, known: &Known<'_>, note: &str, size: u64) {
    for name in policy.unknown_signers(note, known.verifier) {
        report.outside.push(Outside {
            kind: WITNESS.to_owned(),
            name,
            state: OutsideState::Unchecked,
            entries: size,
            time: None,
            detail: "a line in this name was not checked, and counts for nothing: the policy does not name its key"
                .to_owned(),
        });
    }
}

/// Notes who cosigned. Returns the size when it is a quorum.
fn cosignatures(
    report: &mut VerifyReport,
    policy: &Policy,
    known: &Known<'_>,
    note: &str,
    size: u64,
    path: &str,
) -> Option<u64> {
    let last = (known.last_entry_at)(size);
    let found = policy.witnessed(note, &|time| cosign::doubt(time, last, known.now));
    let mut say = |name: &str, state, time: Option<u64>, detail: String| {
        let time = time.and_then(|t| i64::try_from(t).ok());
        let (kind, name) = (WITNESS.to_owned(), name.to_owned());
        report.outside.push(Outside { kind, name, state, entries: size, time, detail });
    };
    for (label, time) in &found.by {
        let (state, detail) = match known.is_policy_proved {
            true => (OutsideState::Good, format!("it saw the log with {size} entries and that it had only grown")),
            false => (OutsideState::Unchecked, format!("it was not checked, and counts for nothing: {ANYBODYS}")),
        };
        say(label, state, Some(*time), detail);
    }
    for (label, time, why) in &found.implausible {
        say(label, OutsideState::Unchecked, Some(*time), format!("it cosigned, and counts for nothing: {why}"));
    }
    for label in &found.missing {
        say(label, OutsideState::Missing, None, format!("it did not cosign the checkpoint of {size} entries"));
    }
    for reason in found.bad {
        report.bad(path, reason);
    }
    unknown_signers(report, policy, known, note, size);
    found.is_quorum.then_some(size)
}

/// The name of an authority whose certificates a file of `anchors/` says that it holds.
pub(crate) fn authority(name: &str) -> Option<&str> {
    name.strip_suffix(CERTIFICATES)
}

/// What bears the name of certificates and holds anything else was put there to be copied into what is signed, and read.
fn certificates(report: &mut VerifyReport, anchors: &Path, times: Option<&dyn TimeChecker>) {
    let Some(times) = times else { return };
    for name in file_names(anchors).filter(|name| authority(name).is_some()) {
        let read = files::read_regular(&anchors.join(&name)).map_err(|error| error.to_string());
        if let Err(why) = read.and_then(|pem| times.certificates(&pem)) {
            report.bad(&format!("anchors/{name}"), why);
        }
    }
}

/// Ascending.
pub(crate) fn file_names(dir: &Path) -> impl Iterator<Item = String> {
    let listing = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let mut names: Vec<String> = listing.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort_unstable();
    names.into_iter()
}

fn stamps(
    report: &mut VerifyReport,
    known: &Known<'_>,
    dir: &Path,
    size: u64,
    anchors: &Path,
    times: Option<&dyn TimeChecker>,
) {
    let names: Vec<String> = file_names(dir).filter(|name| name.ends_with(".tsr") || name.ends_with(".ots")).collect();
    if names.is_empty() {
        return;
    }
    let stamped = match files::read_regular(&dir.join("stamped")) {
        Ok(stamped) => stamped,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return report.bad(&format!("anchors/{size}"), "it has stamps and not the checkpoint that was stamped");
        }
        // Told already.
        Err(_) => return,
    };
    let last = (known.last_entry_at)(size);
    for name in names {
        let mut found = match (files::read_regular(&dir.join(&name)), times) {
            (Err(error), _) => TimeFound { state: OutsideState::Bad, time: None, detail: error.to_string() },
            (Ok(_), None) => {
                let detail = "it was not checked: no reader of time stamps was at hand".to_owned();
                TimeFound { state: OutsideState::Unchecked, time: None, detail }
            }
            (Ok(stamp), Some(times)) => times.check(&name, &stamp, &stamped, anchors),
        };
        if let Some(why) = found.time.and_then(|time| cosign::doubt_at(time, last, known.now)) {
            found.detail = format!("it counts for nothing: {why}; {}", found.detail);
            found.state = match found.state {
                OutsideState::Good => OutsideState::Unchecked,
                other => other,
            };
        }
        if found.state == OutsideState::Bad {
            report.bad(&format!("anchors/{size}/{name}"), found.detail.clone());
        }
        let kind = if name.ends_with(".tsr") { RFC3161 } else { "opentimestamps" };
        report.outside.push(Outside {
            kind: kind.to_owned(),
            name: name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem).to_owned(),
            state: found.state,
            entries: size,
            time: found.time,
            detail: found.detail,
        });
    }
}

/// True of the paths below `anchors/` that something is kept under: `SIZE/checkpoint`, `SIZE/NAME.tsr`, `NAME.ca.pem`.
pub fn is_anchor(path: &str) -> bool {
    match path.split_once('/') {
        None => authority(path).is_some(),
        Some((size, name)) => {
            let is_size = size.parse::<u64>().is_ok_and(|n| n.to_string() == size);
            let is_known = ["checkpoint", "stamped", "consistency"].contains(&name);
            is_size && (is_known || [".tsr", ".ots"].iter().any(|end| name.ends_with(end)) && !name.contains('/'))
        }
    }
}
