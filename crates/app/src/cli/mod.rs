//! The command line. Each subcommand is a stage.

mod check;
pub mod custody;
mod estimate;
pub mod prove;
pub mod redact;
mod synth;
pub mod timestamp;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::jobs;
use crate::refusal::{Outcome, Refusal};
use crate::terminal::say;
use crate::workspace::Workspace;

/// Documentation that anyone can check: records, persons, counts by party and according to whom, and releases.
#[derive(Parser)]
#[command(name = "tawthiq", version)]
pub struct Arguments {
    /// The workspace: a folder with the journal, the originals and the casebase.
    #[arg(long, global = true, value_name = "DIR")]
    workspace: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make a workspace.
    Init {
        /// `postgres://…` for a team; a file in the workspace when left out.
        #[arg(long, value_name = "URL")]
        database: Option<String>,
        /// The name of the public log, such as `example.org/log`.
        #[arg(long, default_value = "tawthiq.invalid/log")]
        origin: String,
    },
    /// Take in lists, figures, statements and events.
    Import(ImportArguments),
    /// Find the records that speak of the same person: in the workspace, or in files without one.
    Link(LinkArguments),
    /// Count documented victims under a trust set.
    Tally {
        #[arg(long, value_name = "ID")]
        trust: Option<String>,
        #[arg(long)]
        json: bool,
    },
    /// Estimate those whom nobody recorded, from the overlaps between lists.
    Estimate(estimate::EstimateArguments),
    /// Compare a quoted share with what every source printed.
    Check(check::CheckArguments),
    /// Write the release: pages, data and proofs.
    Publish {
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// What may become public (TOML); the safe default when left out.
        #[arg(long, value_name = "FILE")]
        policy: Option<PathBuf>,
    },
    /// Check a release, a workspace or a proof bundle, offline.
    Verify(verify::VerifyArguments),
    /// Withdraw a field, what an entry says, or a file as received: say why, then destroy it.
    Redact(redact::RedactArguments),
    /// Who received, looked at, exported, printed or handed over what, and when; or record such a step.
    Custody(custody::CustodyArguments),
    /// Write one thing with its proofs, for one reader.
    Prove(prove::ProveArguments),
    /// Show the log to witnesses and keep what they sign.
    Witness {
        /// Take this policy over first (C2SP tlog-policy, with the witnesses' addresses).
        #[arg(long, value_name = "FILE")]
        policy: Option<PathBuf>,
    },
    /// Bring the public log in a bucket or folder up to date (`s3://…` when built for it, `file:///…` or a path).
    Mirror {
        #[arg(long, value_name = "URL")]
        to: String,
    },
    /// Have the log stamped with the time by outsiders.
    Timestamp(timestamp::TimestampArguments),
    /// Throw the casebase away and replay the journal.
    Rebuild,
    /// Serve the last published release.
    Serve {
        #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS:PORT")]
        listen: String,
        /// The folder to serve, when it is not the workspace's last release.
        #[arg(long, value_name = "DIR")]
        site: Option<PathBuf>,
    },
    /// Invent a population and several lists of it, with the truth.
    Synth(synth::SynthArguments),
    /// What the workspace holds: rows per table, and a digest of each.
    Status {
        #[arg(long)]
        json: bool,
    },
}

#[derive(Args)]
pub struct ImportArguments {
    /// A built-in mapping by name, or a mapping file (TOML). Found by the header when left out.
    #[arg(long, value_name = "M")]
    pub mapping: Option<String>,
    /// Whose list it is, when neither the rows nor the mapping say so.
    #[arg(long, value_name = "ID")]
    pub source: Option<String>,
    /// The terms under which it was received, in the giver's words.
    #[arg(long, value_name = "TEXT")]
    pub terms: Option<String>,
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

#[derive(Args)]
pub struct LinkArguments {
    /// Lists to link without a workspace (CSV or Parquet by the ending); each file is one list.
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Only pairs between different lists.
    #[arg(long)]
    pub link_only: bool,
    /// `victims`, `people`, or a settings file (TOML).
    #[arg(long, default_value = "victims")]
    pub spec: String,
    #[arg(long, value_name = "FILE", requires = "files")]
    pub pairs: Option<PathBuf>,
    #[arg(long, value_name = "FILE", requires = "files")]
    pub clusters: Option<PathBuf>,
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    #[arg(long, default_value_t = 1, value_name = "S")]
    pub seed: u64,
}

fn workspace_dir(given: Option<PathBuf>) -> Outcome<PathBuf> {
    given.ok_or_else(|| Refusal::new("no workspace was named; nothing was done. Say --workspace DIR"))
}

/// Runs one subcommand. The exit code is part of its contract.
pub async fn run(arguments: Arguments) -> Outcome<ExitCode> {
    let dir = arguments.workspace;
    let open = || async { Workspace::open(&workspace_dir(dir.clone())?).await };
    match arguments.command {
        Command::Init { database, origin } => {
            let dir = workspace_dir(dir)?;
            let workspace = Workspace::init(&dir, &origin, database.as_deref()).await?;
            say(format!("workspace {} made; the public key of its log is {}", dir.display(), workspace.vkey()));
        }
        Command::Import(arguments) => return jobs::import::run(&mut open().await?, &arguments).await,
        Command::Link(arguments) if arguments.files.is_empty() => {
            jobs::link::run(&mut open().await?, &arguments).await?
        }
        Command::Link(arguments) => jobs::link_files::run(&arguments)?,
        Command::Tally { trust, json } => jobs::tally::run(&mut open().await?, trust.as_deref(), json).await?,
        Command::Estimate(arguments) if arguments.table.is_some() => estimate::run_table(&arguments)?,
        Command::Estimate(arguments) => estimate::run_workspace(&mut open().await?, &arguments).await?,
        Command::Check(arguments) => check::run(&open().await?, &arguments).await?,
        Command::Publish { out, policy } => jobs::publish::run(&mut open().await?, &out, policy.as_deref()).await?,
        Command::Verify(arguments) => return verify::run(&arguments, dir.as_deref()),
        Command::Redact(arguments) => jobs::redact::run(&mut open().await?, &arguments).await?,
        Command::Custody(arguments) => jobs::custody::run(&mut open().await?, &arguments).await?,
        Command::Prove(arguments) => jobs::prove::run(&mut open().await?, &arguments).await?,
        Command::Witness { policy } => jobs::witness::run(&mut open().await?, policy.as_deref())?,
        Command::Mirror { to } => jobs::mirror::run(&open().await?, &to).await?,
        Command::Timestamp(arguments) => jobs::timestamp::run(&mut open().await?, &arguments)?,
        Command::Rebuild => jobs::rebuild::run(&mut open().await?).await?,
        Command::Serve { listen, site } => {
            let site = match site {
                Some(site) => site,
                None => Workspace::last_release(&workspace_dir(dir)?)?,
            };
            crate::web::serve(&site, &listen).await?;
        }
        Command::Synth(arguments) => synth::run(&arguments)?,
        Command::Status { json } => status(&open().await?, json).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn status(workspace: &Workspace, json: bool) -> Outcome<()> {
    let counts = workspace.casebase.counts().await?;
    let digests = workspace.casebase.table_digests().await?;
    if json {
        let tables: serde_json::Map<_, _> = counts
            .iter()
            .map(|(table, rows)| (table.clone(), serde_json::json!({ "rows": rows, "digest": digests.get(table) })))
            .collect();
        println!("{}", serde_json::json!({ "entries": workspace.journal.len(), "tables": tables }));
        return Ok(());
    }
    println!("journal: {} entries", workspace.journal.len());
    for (table, rows) in &counts {
        let digest = digests.get(table).map_or("", |d| &d[..12.min(d.len())]);
        println!("{table:<24} {rows:>10} rows  {digest}");
    }
    Ok(())
}
