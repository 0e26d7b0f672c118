//! `tawthiq verify`: needs nothing but the folder and, better, the public key got another way.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use evidence::{Options, OutsideState, VerifyReport};

use crate::jobs::{timestamp, verify_workspace};
use crate::refusal::{Outcome, Refusal};
use crate::sandbox::{Bounds, within};
use crate::terminal::{Progress, plain};
use crate::workspace::now;

#[derive(Args)]
pub struct VerifyArguments {
    /// A release, a workspace or a proof bundle; the workspace named with --workspace when left out.
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    /// The public key that it must be signed with, got another way than from the folder.
    #[arg(long, value_name = "VKEY")]
    key: Option<String>,
    /// Which witnesses count for you and how many must have cosigned (C2SP tlog-policy). Without it the folder's own policy
    /// is used, which nobody signed.
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Certificates (PEM) of time-stamping authorities that you trust, got another way than from the folder.
    #[arg(long, value_name = "FILE")]
    tsa_ca: Option<PathBuf>,
    #[arg(long)]
    json: bool,
}

enum Kind {
    Release,
    Workspace,
    Bundle,
}

const STAMPS_ALONE: &str = "Nothing that was signed is wrong here, but a time stamp does not hold under what it was checked \
                            with. Do not rely on its time.";

impl Kind {
    fn of(folder: &Path) -> Self {
        if verify_workspace::is_workspace(folder) {
            Self::Workspace
        } else if folder.join("bundle.json").is_file() {
            Self::Bundle
        } else {
            Self::Release
        }
    }

    /// What the exit code means for this, in one sentence.
    fn verdict(&self, code: u8) -> &'static str {
        match (self, code) {
            (Self::Release, 0) => {
                "This release is whole: nothing was changed, added or taken away since it was signed."
            }
            (Self::Release, 2) => {
                "This release is incomplete: something that should be here is not. Nothing that is here is wrong."
            }
            (Self::Release, 3) => "This release is whole, and parts of it were withdrawn later.",
            (Self::Release, _) => "This release is NOT what was signed. Do not rely on it.",
            (Self::Workspace, 0) => {
                "This archive is whole: what is kept is, byte for byte, what was recorded and received."
            }
            (Self::Workspace, 2) => {
                "This archive is incomplete: something that should be here is not. Nothing that is here is wrong."
            }
            (Self::Workspace, 3) => {
                "This archive is whole; parts were withdrawn, and the log says which, when and by which entry."
            }
            (Self::Workspace, _) => "This archive is NOT what was recorded. Do not rely on it.",
            (Self::Bundle, 0) => "What is shown is what the log recorded, and the files are what was received.",
            (Self::Bundle, 2) => {
                "The proof is incomplete: something that should be here is not. Nothing that is here is wrong."
            }
            (Self::Bundle, 3) => "The proof holds, and part of what it is about was withdrawn later.",
            (Self::Bundle, _) => "The proof does NOT hold. Do not rely on it.",
        }
    }
}

pub async fn run(arguments: &VerifyArguments, workspace: Option<&Path>) -> Outcome<ExitCode> {
    let folder = arguments.folder.as_deref().or(workspace);
    let folder = folder.ok_or_else(|| Refusal::new("no folder was named; nothing was checked"))?;
    if !folder.is_dir() {
        return Err(Refusal::new(format!("{} is not a folder; nothing was checked", folder.display())));
    }
    let kind = Kind::of(folder);
    // A workspace is the operator's own; what others send is read by a process that can do nothing else.
    if !matches!(kind, Kind::Workspace) {
        let given = arguments.tsa_ca.iter().chain(&arguments.policy).cloned();
        let read = given.chain([folder.to_owned()]).collect();
        if let Some(code) = within(Bounds { read, write: Vec::new() })? {
            return Ok(code);
        }
    }
    let checker = timestamp::checker(arguments.tsa_ca.as_deref())?;
    let policy = match &arguments.policy {
        Some(path) => Some(crate::input::read_text(path).map_err(|e| Refusal::io("could not read", path, e))?),
        None => None,
    };
    if let Some(policy) = &policy {
        evidence::policy::Policy::parse(policy)?;
    }
    let progress = Progress::new();
    let options = Options {
        key: arguments.key.as_deref(),
        policy: policy.as_deref(),
        now: Some(now()),
        times: Some(&checker),
        progress: &|stage, done, total| progress.at(stage, done, total),
    };
    let report = match kind {
        Kind::Release => evidence::verify_release(folder, &options),
        Kind::Bundle => evidence::verify_bundle(folder, &options),
        Kind::Workspace => verify_workspace::run(folder, &options).await?,
    };
    drop(progress);
    let code = report.exit_code();
    if arguments.json {
        outln!("{}", serde_json::to_string_pretty(&report).map_err(|e| Refusal::new(e.to_string()))?);
    } else {
        tell(&report);
        // What was signed is one thing, what an authority is said to have stamped another.
        let is_stamp = |bad: &evidence::BadFile| [".tsr", ".ots"].iter().any(|end| bad.path.ends_with(end));
        match code == 1 && report.bad.iter().all(is_stamp) {
            true => outln!("{STAMPS_ALONE}"),
            false => outln!("{}", kind.verdict(code)),
        }
    }
    Ok(ExitCode::from(code))
}

/// Strange files are told and are no fault.
fn state(check: &evidence::Check, report: &VerifyReport) -> &'static str {
    match check.ok {
        true => "ok  ",
        false if check.name == "other files" && !report.strangers.is_empty() => "note",
        false => "BAD ",
    }
}

pub fn tell(report: &VerifyReport) {
    for check in &report.checks {
        outln!("{} {}: {}", state(check, report), check.name, plain(&check.detail));
    }
    for word in &report.outside {
        let state = match word.state {
            OutsideState::Good => "ok  ",
            OutsideState::Missing => "none",
            OutsideState::Pending => "wait",
            OutsideState::Unchecked | OutsideState::Untrusted => "open",
            OutsideState::Bad => "BAD ",
        };
        let time = word.time.map(|t| format!(" ({})", crate::terminal::utc(t))).unwrap_or_default();
        outln!(
            "{state} {} {}, the first {} entries{time}: {}",
            word.kind,
            plain(&word.name),
            word.entries,
            plain(&word.detail)
        );
    }
    for gone in report.withdrawn.iter().take(20) {
        outln!("WITHDRAWN entry {}: entry {} says so", gone.entry, gone.by);
    }
    if report.withdrawn.len() > 20 {
        outln!("WITHDRAWN {} more", report.withdrawn.len() - 20);
    }
    for bad in &report.bad {
        outln!("BAD  {}: {}", plain(&bad.path), plain(&bad.reason));
    }
    for missing in &report.missing {
        outln!("MISSING {}", plain(missing));
    }
    for stranger in report.strangers.iter().take(20) {
        outln!("STRANGE {}", plain(stranger));
    }
    if report.strangers.len() > 20 {
        outln!("STRANGE {} more", report.strangers.len() - 20);
    }
}
