//! What outsiders say about the log: witnesses, time-stamping authorities, OpenTimestamps calendars.
//!
//! In a workspace they lie under `anchors/<size of the log>/`: `checkpoint` with cosignatures, `stamped` (the bytes
//! that were stamped, never written again), `NAME.tsr`, `NAME.ots`; and `anchors/NAME.ca.pem`, the certificates under
//! which an authority is believed. Nothing else in the program needs the network.

pub mod http;
pub mod ots;
pub mod rfc3161;

use std::path::{Path, PathBuf};

use domain::Content;
use domain::Sha256Digest;
use domain::run::{Run, Stage};
use evidence::{CheckState, Options, OutsideState, OwnPolicy, TimeChecker, TimeFound, VerifyReport};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use crate::refusal::{Outcome, Refusal};
use crate::workspace::{Workspace, now};

/// Faults told of in one sentence.
const MOST_TOLD: usize = 12;
const CERTIFICATES: &str = ".ca.pem";
pub const POLICY: &str = "policy.txt";

/// Reads stamps for `verify`. `ca` is a file of certificates (PEM) that the reader trusts, got another way.
pub struct Checker {
    pub ca: Option<Vec<u8>>,
}

impl TimeChecker for Checker {
    fn check(&self, file_name: &str, stamp: &[u8], stamped: &[u8], anchors: &Path) -> TimeFound {
        match file_name.rsplit_once('.') {
            Some((name, "tsr")) => self.token(name, stamp, stamped, anchors),
            _ => ots::check(stamp, stamped),
        }
    }

    fn certificates(&self, pem: &[u8]) -> Result<(), String> {
        let own = blocks(pem);
        let can_be_read = CertificateDer::pem_slice_iter(pem).all(|certificate| {
            use der::Decode;
            certificate.is_ok_and(|certificate| x509_cert::Certificate::from_der(&certificate).is_ok())
        });
        let lines = |text: &str| text.split_whitespace().collect::<String>();
        match std::str::from_utf8(pem) {
            Ok(text) if can_be_read && !own.is_empty() && lines(text) == lines(&own.concat()) => Ok(()),
            _ => Err("it is not certificates and nothing else: it was changed, or was put there to be read".to_owned()),
        }
    }
}

/// The certificates of a PEM file, each as it is written, without the words that may stand between them.
fn blocks(pem: &[u8]) -> Vec<String> {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    const END: &str = "-----END CERTIFICATE-----";
    let text = String::from_utf8_lossy(pem);
    let (mut blocks, mut open) = (Vec::new(), None::<String>);
    for line in text.lines().map(str::trim) {
        if line == BEGIN {
            open = Some(String::new());
        }
        let Some(block) = &mut open else { continue };
        block.push_str(line);
        block.push('\n');
        if line == END {
            blocks.extend(open.take());
        }
    }
    blocks
}

/// The certificates of two files, each once: an authority changes them, and its older stamps hold under the older ones.
pub fn joined(known: &[u8], more: &[u8]) -> Vec<u8> {
    let mut all = blocks(known);
    for block in blocks(more) {
        if !all.contains(&block) {
            all.push(block);
        }
    }
    all.concat().into_bytes()
}

impl Checker {
    fn token(&self, name: &str, stamp: &[u8], stamped: &[u8], anchors: &Path) -> TimeFound {
        let found = |state, time, detail| TimeFound { state, time, detail };
        let (ca, whose) = match &self.ca {
            Some(ca) => (ca.clone(), "the certificates that you gave"),
            // These show that the stamp did not rot, and no more: whoever put it there may have made them.
            None => match std::fs::read(anchors.join(format!("{name}{CERTIFICATES}"))) {
                Ok(ca) => (ca, "the certificates found beside it"),
                Err(_) => {
                    let why = match rfc3161::claimed(stamp, stamped) {
                        Err(why) => return found(OutsideState::Bad, None, why),
                        Ok(_) => "there are no certificates to check it under: give them with --tsa-ca",
                    };
                    return found(OutsideState::Unchecked, None, why.to_owned());
                }
            },
        };
        match rfc3161::verify(stamp, stamped, &ca) {
            Ok(token) => {
                let says =
                    format!("{} stamped it at {}, under {whose}", token.signer, crate::terminal::utc(token.time));
                match self.ca.is_some() {
                    true => found(OutsideState::Good, Some(token.time), says),
                    false => found(
                        OutsideState::Unchecked,
                        Some(token.time),
                        format!(
                            "not checked. It says that {says}; whoever put the stamp there can have made those, with any name and \
                             any time. Give the authority's own with --tsa-ca"
                        ),
                    ),
                }
            }
            Err(rfc3161::Unproved::Untrusted(why)) if self.ca.is_some() => {
                let detail = format!("it was not checked: it is signed by somebody whom {whose} do not name ({why})");
                found(OutsideState::Untrusted, None, detail)
            }
            Err(why) => found(OutsideState::Bad, None, format!("it does not hold under {whose}: {why}")),
        }
    }
}

/// `anchors/<size>` of a workspace, made when it is not there.
pub fn dir(workspace: &Path, size: u64) -> Outcome<PathBuf> {
    let dir = workspace.join("anchors").join(size.to_string());
    std::fs::create_dir_all(&dir).map_err(|e| Refusal::io("could not make", &dir, e))?;
    Ok(dir)
}

pub fn read(path: &Path) -> Option<Vec<u8>> {
    std::fs::read(path).ok()
}

/// Writes a file so that it is there whole or not at all.
pub fn write(path: &Path, bytes: &[u8]) -> Outcome<()> {
    use evidence::disk::Disk;
    let tmp = path.with_extension("tmp");
    let put = evidence::disk::Folder.write_durable(&tmp, bytes).and_then(|()| std::fs::rename(&tmp, path));
    put.map_err(|e| Refusal::io("could not write", path, e))
}

/// The sizes of which there are anchors, ascending.
pub fn sizes(anchors: &Path) -> Vec<u64> {
    let listing = std::fs::read_dir(anchors).into_iter().flatten().flatten();
    let mut sizes: Vec<u64> = listing.filter_map(|e| e.file_name().to_str()?.parse().ok()).collect();
    sizes.sort_unstable();
    sizes
}

/// Files of one folder of anchors, in the order of their names.
fn files(folder: &Path) -> Vec<PathBuf> {
    let is_known = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        let known = name.is_some_and(|n| {
            n == "checkpoint" || n == "stamped" || [".tsr", ".ots", CERTIFICATES].iter().any(|end| n.ends_with(end))
        });
        known && path.is_file()
    };
    let listing = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = listing.map(|entry| entry.path()).filter(is_known).collect();
    files.sort_unstable();
    files
}

/// Copies the anchors of a workspace, in which [`refuse_bad`] found nothing, into a folder for outsiders.
pub fn copy(workspace: &Path, out: &Path, also: &dyn Fn(u64, &Path) -> Outcome<()>) -> Outcome<()> {
    let from = workspace.join("anchors");
    let copy_files = |from: &Path, to: &Path| -> Outcome<()> {
        for path in files(from) {
            let Some(name) = path.file_name() else { continue };
            std::fs::create_dir_all(to).map_err(|e| Refusal::io("could not make", to, e))?;
            let bytes = std::fs::read(&path).map_err(|e| Refusal::io("could not copy", &path, e))?;
            let to = to.join(name);
            std::fs::write(&to, bytes).map_err(|e| Refusal::io("could not write", &to, e))?;
        }
        Ok(())
    };
    copy_files(&from, out)?;
    for size in sizes(&from) {
        let to = out.join(size.to_string());
        copy_files(&from.join(size.to_string()), &to)?;
        if to.is_dir() {
            also(size, &to)?;
        }
    }
    Ok(())
}

/// Which witnesses count, as the last entry says that took a policy over; and that entry. Nobody else signed `policy.txt`.
pub fn recorded_policy(index: u64, run: &Run) -> Option<(u64, String)> {
    Some((index, serde_json::from_str(&run.settings).ok()?)).filter(|_| run.stage == Stage::Witness)
}

/// The entry that takes a policy over.
pub fn policy_run(text: &str) -> Outcome<Content> {
    let digest = Sha256Digest::of(text.as_bytes());
    Ok(Content::Run(Run {
        stage: Stage::Witness,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        input: digest,
        settings: serde_json::to_string(text).map_err(|e| Refusal::new(e.to_string()))?,
        seed: None,
        output: digest,
        counts: std::collections::BTreeMap::new(),
    }))
}

/// Notes whether `policy.txt` is the policy that the log says, and returns the one that counts.
pub fn check_policy(report: &mut VerifyReport, dir: &Path, vkey: &str, recorded: Option<&(u64, String)>) -> String {
    let path = dir.join(POLICY);
    let found = match crate::input::read_text(&path) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => {
            report.check("policy", false, format!("{POLICY} cannot be read"));
            report.bad(POLICY, error.to_string());
            None
        }
    };
    match (found, recorded) {
        (Some(text), Some((_, recorded))) if text == *recorded => text,
        (Some(_), Some((entry, recorded))) => {
            report.check(
                "policy",
                false,
                format!("{POLICY} is not the policy that entry {entry} took over; the entry's was used here"),
            );
            report.bad(
                POLICY,
                format!(
                    "it is not the policy that entry {entry} of the log took over: it was changed. Put it back, or take the new one \
                     over with witness --policy FILE"
                ),
            );
            recorded.clone()
        }
        (None, Some((entry, recorded))) => {
            let why = format!(
                "{POLICY}, the policy that entry {entry} of the log took over (what the entry says was used here)"
            );
            report.found("policy", CheckState::Missing, format!("not here: {why}"));
            report.missing.push(why);
            recorded.clone()
        }
        (Some(text), None) => {
            report.found(
                "policy",
                CheckState::Note,
                format!(
                    "no entry of the log says that {POLICY} was taken over: whoever may write it may have taken witnesses out of it. \
                     witness --policy {POLICY} records it"
                ),
            );
            text
        }
        (None, None) => format!("log {vkey}\nquorum none\n"),
    }
}

/// Refuses where something that outsiders said is bad, or the policy is another than the log says: signed into a release, every
/// reader would be told that the release was changed. `nothing` says what is not done.
pub async fn refuse_bad(workspace: &Workspace, nothing: &str) -> Outcome<()> {
    let mut report = VerifyReport::default();
    let runs = workspace.casebase.runs(Stage::Witness).await?;
    let recorded = runs.last().and_then(|run| recorded_policy(run.index, &run.value));
    let text = check_policy(&mut report, &workspace.dir, &workspace.vkey(), recorded.as_ref());
    // Without the file no witness would be asked for.
    if let Some((entry, recorded)) = recorded.filter(|_| !report.missing.is_empty()) {
        write(&workspace.dir.join(POLICY), recorded.as_bytes())?;
        crate::terminal::say(format!("{POLICY} was gone: it is written again as entry {entry} of the log says it"));
        report.missing.clear();
    }
    let checker = Checker { ca: None };
    let options = Options { key: None, policy: None, now: Some(now()), times: Some(&checker), progress: &|_, _, _| {} };
    let policy = OwnPolicy { text: &text, path: POLICY, whose: "", is_proved: true };
    evidence::check_journal(&mut report, &workspace.dir.join("anchors"), &workspace.journal, &policy, &options)?;
    let report = report.sorted();
    if report.bad.is_empty() {
        return Ok(());
    }
    let told: Vec<String> =
        report.bad.iter().take(MOST_TOLD).map(|bad| format!("{}: {}", bad.path, bad.reason)).collect();
    Err(Refusal::new(format!(
        "{}. {nothing}: whoever checked it would be told that it was changed. Put what is named back from a good copy; where there \
         is none, move it out of the workspace",
        told.join("; ")
    )))
}

/// Over what [`copy`] copies.
pub fn digest(workspace: &Path) -> Outcome<Sha256Digest> {
    let from = workspace.join("anchors");
    let of_sizes = sizes(&from).into_iter().flat_map(|size| files(&from.join(size.to_string())));
    let mut all = Vec::new();
    for path in files(&from).into_iter().chain(of_sizes) {
        let bytes = std::fs::read(&path).map_err(|e| Refusal::io("could not read", &path, e))?;
        all.extend_from_slice(path.strip_prefix(&from).unwrap_or(&path).as_os_str().as_encoded_bytes());
        all.push(0);
        all.extend_from_slice(&Sha256Digest::of(&bytes).0);
    }
    Ok(Sha256Digest::of(&all))
}
