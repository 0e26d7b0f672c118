//! `tawthiq verify`: needs nothing but the folder and, better, the public key got another way.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::refusal::{Outcome, Refusal};
use crate::terminal::Progress;

#[derive(Args)]
pub struct VerifyArguments {
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The public key that the release must be signed with, got another way than from the folder.
    #[arg(long, value_name = "VKEY")]
    key: Option<String>,
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: &VerifyArguments) -> Outcome<ExitCode> {
    if !arguments.folder.is_dir() {
        return Err(Refusal::new(format!("{} is not a folder; nothing was checked", arguments.folder.display())));
    }
    let progress = Progress::new();
    let report = evidence::verify_folder(&arguments.folder, arguments.key.as_deref(), &|stage, done, total| {
        progress.at(stage, done, total);
    });
    drop(progress);
    let code = report.exit_code();
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&report).map_err(|e| Refusal::new(e.to_string()))?);
        return Ok(ExitCode::from(code));
    }
    for check in &report.checks {
        println!("{} {}: {}", if check.ok { "ok  " } else { "BAD " }, check.name, check.detail);
    }
    for bad in &report.bad {
        println!("BAD  {}: {}", bad.path, bad.reason);
    }
    for missing in &report.missing {
        println!("MISSING {missing}");
    }
    println!(
        "{}",
        match code {
            0 => "This release is whole: nothing was changed, added or taken away since it was signed.",
            2 => "This release is incomplete: files that were signed are not here.",
            3 => "This release is whole, and parts of it were withdrawn later.",
            _ => "This release is NOT what was signed. Do not rely on it.",
        }
    );
    Ok(ExitCode::from(code))
}
