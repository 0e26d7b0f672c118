//! `tawthiq verify`: needs nothing but the folder and, better, the public key got another way.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use evidence::{CheckState, Options, OutsideState, VerifyReport};

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
    /// What it must be; refused where it is another thing. Without it the folder says itself what it is.
    #[arg(long = "as", value_name = "KIND")]
    kind: Option<Kind>,
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    Release,
    Workspace,
    Bundle,
}

/// The files by which a folder says what it is. Who changed one may have put those of another kind in.
const MARKS: [(&str, Kind); 4] = [
    ("SHA256SUMS", Kind::Release),
    ("release.note", Kind::Release),
    ("tawthiq.toml", Kind::Workspace),
    ("bundle.json", Kind::Bundle),
];
const MIXED: &str =
    "This folder bears the marks of more than one kind of thing. Somebody put files in it: do not rely on it.";

const NOT_SIGNED: &str =
    "This is no finished release: it bears no signature. Nothing in it is proved, and it may be anybody's.";

const CUT_SHORT: &str = "This is no finished release: it bears no signature, and its files are not those of its list. Its writing was cut \
                         short (publish again), or somebody took the signature away and changed it. Do not rely on it.";

const STAMPS_ALONE: &str = "Nothing that was signed is wrong here, but a time stamp does not hold under what it was checked \
                            with. Do not rely on its time.";

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Workspace => "workspace",
            Self::Bundle => "bundle",
        }
    }

    /// What a folder is, or a report of the marks in it where they are of more than one kind. Refused where there is none, and
    /// where it is not what the reader said.
    fn of(folder: &Path, said: Option<Self>) -> Outcome<Result<Self, VerifyReport>> {
        // A link is a mark as well: what it leads to is no matter.
        let is_there = |name: &str| std::fs::symlink_metadata(folder.join(name)).is_ok();
        let marks: Vec<(&str, Self)> = MARKS.into_iter().filter(|(name, _)| is_there(name)).collect();
        let refuse = |why: String| Err(Refusal::new(format!("{} {why}; nothing was checked", folder.display())));
        let Some(&(first, found)) = marks.first() else {
            return refuse(
                "is no release, workspace or bundle: it has neither SHA256SUMS, tawthiq.toml nor bundle.json"
                    .to_owned(),
            );
        };
        let Some(&(other, _)) = marks.iter().find(|(_, kind)| *kind != found) else {
            return match said {
                Some(said) if said != found => refuse(format!("is a {}, and no {}", found.name(), said.name())),
                _ => Ok(Ok(found)),
            };
        };
        let mut report = VerifyReport::default();
        let names =
            marks.iter().map(|(name, kind)| format!("{name} of a {}", kind.name())).collect::<Vec<_>>().join(", ");
        report.check("kind", false, format!("it holds {names}: nothing else in it was checked"));
        // What the reader meant it to be is taken as the folder's own.
        let own = said.unwrap_or(found);
        for (name, kind) in marks.iter().filter(|(_, kind)| *kind != own) {
            let beside = if own == found { first } else { other };
            report.bad(name, format!("it makes the folder a {}, and {beside} makes it a {}", kind.name(), own.name()));
        }
        Ok(Err(report.sorted()))
    }

    /// What the exit code means for this, in one sentence.
    fn verdict(self, code: u8) -> &'static str {
        match (self, code) {
            (Self::Release, 0) => {
                "This release is whole: nothing was changed, added or taken away since it was signed."
            }
            (Self::Release, 2) => {
                "This release is incomplete: something that should be here is not. Nothing that is here is wrong."
            }
            (Self::Release, 3) => {
                "This release is whole; parts of what its log recorded were withdrawn, and it says which."
            }
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

/// Whoever asked for JSON is given it also where nothing could be checked.
pub async fn run(arguments: &VerifyArguments, workspace: Option<&Path>) -> Outcome<ExitCode> {
    match verify(arguments, workspace).await {
        Err(refusal) if arguments.json => {
            let mut report = VerifyReport::default();
            report.found("verify", CheckState::Missing, refusal.to_string());
            report.missing.push(refusal.to_string());
            show(&report, "", true)?;
            Err(refusal)
        }
        other => other,
    }
}

async fn verify(arguments: &VerifyArguments, workspace: Option<&Path>) -> Outcome<ExitCode> {
    let folder = arguments.folder.as_deref().or(workspace);
    let folder = folder.ok_or_else(|| Refusal::new("no folder was named; nothing was checked"))?;
    if !folder.is_dir() {
        return Err(Refusal::new(format!("{} is not a folder; nothing was checked", folder.display())));
    }
    let kind = match Kind::of(folder, arguments.kind)? {
        Ok(kind) => kind,
        Err(report) => return show(&report, MIXED, arguments.json),
    };
    if let Some(key) = &arguments.key {
        evidence::note::Verifier::parse(key).map_err(|e| {
            Refusal::new(format!("--key {key}: {e}; nothing was checked. A key is written name+hash+key"))
        })?;
    }
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
    // What was signed is one thing, what an authority is said to have stamped another.
    let is_stamp = |bad: &evidence::BadFile| [".tsr", ".ots"].iter().any(|end| bad.path.ends_with(end));
    let is_unsigned = matches!(kind, Kind::Release) && report.missing.iter().any(|path| path == "release.note");
    let verdict = match code {
        1 if report.bad.iter().all(is_stamp) => STAMPS_ALONE,
        1 if is_unsigned => CUT_SHORT,
        2 if is_unsigned => NOT_SIGNED,
        code => kind.verdict(code),
    };
    show(&report, verdict, arguments.json)
}

/// A report with what it comes to.
#[derive(serde::Serialize)]
struct Told<'a> {
    exit_code: u8,
    verdict: &'a str,
    #[serde(flatten)]
    report: &'a VerifyReport,
}

fn show(report: &VerifyReport, verdict: &str, json: bool) -> Outcome<ExitCode> {
    match json {
        true => {
            let told = Told { exit_code: report.exit_code(), verdict, report };
            outln!("{}", serde_json::to_string_pretty(&told).map_err(|e| Refusal::new(e.to_string()))?);
        }
        false => {
            tell(report);
            outln!("{verdict}");
        }
    }
    Ok(ExitCode::from(report.exit_code()))
}

pub fn tell(report: &VerifyReport) {
    for check in &report.checks {
        let state = match check.state {
            CheckState::Good => "ok  ",
            CheckState::Note => "note",
            CheckState::Missing => "MISS",
            CheckState::Bad => "BAD ",
        };
        outln!("{state} {}: {}", check.name, plain(&check.detail));
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
