//! The command line. Each subcommand is a stage.

pub mod approve;
mod check;
pub mod consent;
pub mod custody;
mod diff;
mod estimate;
mod estimate_output;
mod estimate_plot;
pub mod prove;
pub mod redact;
mod review;
mod synth;
pub mod timestamp;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use domain::values::{self, Published};

use crate::jobs;
use crate::refusal::{Outcome, Refusal};
use crate::sandbox::{Bounds, within};
use crate::terminal::{say, utc};
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
    /// Take in lists, figures, statements and events; photographs, videos and pages as originals.
    Import(ImportArguments),
    /// Find the records that speak of the same person: in the workspace, or in files without one.
    Link(LinkArguments),
    /// Look at the pairs whose decision changes most, and decide: link, non-link or cannot tell.
    Review(review::ReviewArguments),
    /// How sure the last link run is: calibration, precision and recall from reviewed pairs, expected errors.
    Quality {
        #[arg(long)]
        json: bool,
    },
    /// Count documented victims under a trust set.
    Tally {
        /// A trust set by its id, or the ids of sources with commas between them.
        #[arg(long, value_name = "ID")]
        trust: Option<String>,
        /// Withholds counts below this, and as many others as keep them from being worked out; for what is given away.
        #[arg(long, value_name = "PERSONS", default_value_t = 0)]
        smallest_cell: u64,
        /// Strata: party, month, place, sex, age-class, civilian, act; several with commas. With small cells withheld, strata that would tell
        /// them are taken together.
        #[arg(long, value_name = "STRATA", value_delimiter = ',')]
        by: Vec<String>,
        /// Says what linkage leaves open among the pairs that it compared: how counts spread over so many samples of it; from 20 on, as an interval of 95 %.
        #[arg(long, value_name = "N", default_value_t = 0, conflicts_with = "smallest_cell")]
        linkage_samples: usize,
        #[arg(long)]
        json: bool,
    },
    /// Estimate those whom nobody recorded, from the overlaps between lists.
    Estimate(estimate::EstimateArguments),
    /// Compare a quoted share with what every source printed.
    Check(check::CheckArguments),
    /// Write the release: pages, data and proofs; or one report.
    #[command(subcommand_negates_reqs = true, args_conflicts_with_subcommands = true)]
    Publish(PublishArguments),
    /// What changed between two releases, person by person, and why.
    Diff(diff::DiffArguments),
    /// Check a release, a workspace or a proof bundle, offline.
    Verify(verify::VerifyArguments),
    /// Decide that persons may be named, or no longer.
    Approve(approve::ApproveArguments),
    /// What families consented to, notice by notice; or take a consent back.
    Consent(consent::ConsentArguments),
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
    /// Bring the public log in a bucket or folder up to date (`s3://…` when built for it, `file:///…` or a path), or fetch
    /// it from there and check it.
    Mirror {
        #[arg(long, value_name = "URL", required_unless_present = "from")]
        to: Option<String>,
        /// Where to fetch the log from, without a workspace.
        #[arg(long, value_name = "URL", conflicts_with = "to", requires_all = ["out", "key"])]
        from: Option<String>,
        /// An empty folder for what is fetched.
        #[arg(long, value_name = "DIR", requires = "from")]
        out: Option<PathBuf>,
        /// The log's public key.
        #[arg(long, value_name = "KEY", requires = "from")]
        key: Option<String>,
    },
    /// Have the log stamped with the time by outsiders.
    Timestamp(timestamp::TimestampArguments),
    /// Throw the casebase away and replay the journal.
    Rebuild {
        /// Also where the casebase, an anchor or the last release knows of more entries than the journal has: they are gone for good.
        #[arg(long)]
        accept_loss: bool,
    },
    /// After a backup was put back: hold the journal to the newest checkpoint that was kept elsewhere, then check it all.
    Restore {
        /// The checkpoint: of a mirror, of a release (`log/checkpoint`), or what a witness keeps.
        #[arg(long, value_name = "FILE")]
        checkpoint: PathBuf,
        /// As for rebuild.
        #[arg(long)]
        accept_loss: bool,
    },
    /// Serve the last published release.
    Serve {
        #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS:PORT")]
        listen: String,
        /// The folder to serve, when it is not the workspace's last release.
        #[arg(long, value_name = "DIR")]
        site: Option<PathBuf>,
    },
    /// Find copies of a photograph or video in the archive, or see who published what first.
    Near(NearArguments),
    /// What a photograph or video is and claims; write its original, or a copy without metadata.
    Media(MediaArguments),
    /// Invent a population and several lists of it, with the truth.
    Synth(synth::SynthArguments),
    /// What the workspace holds: rows per table, and a digest of each.
    Status {
        #[arg(long)]
        json: bool,
    },
}

/// A part of a release that can be written alone.
#[derive(Subcommand)]
enum PublishPart {
    /// A report on a period under a trust set: HTML and PDF in Arabic, English and French.
    Report(jobs::report::ReportArguments),
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
    /// When a photograph or video was published, as the post says: a date (the whole day in UTC), or a time with its offset
    /// (2013-08-21T02:45:00+03:00).
    #[arg(long, value_name = "TIME", value_parser = published)]
    pub published: Option<Published>,
    /// Take in bytes that are here already, under another source or mapping: every row then counts again.
    #[arg(long)]
    pub again: bool,
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

#[derive(Args)]
pub struct NearArguments {
    /// The photograph or video to look for.
    #[arg(value_name = "FILE", required_unless_present = "origin")]
    pub file: Option<PathBuf>,
    /// Every set of copies in the archive, turned and mirrored ones too, the one published first above the others: by the time
    /// that its post states, or that it was received where none was said.
    #[arg(long, conflicts_with = "file")]
    pub origin: bool,
    /// Bits of 256 in which copies may differ.
    #[arg(long, default_value_t = media::PDQ_DISTANCE, value_name = "BITS", value_parser = clap::value_parser!(u32).range(0..=64))]
    pub distance: u32,
    #[arg(long)]
    pub json: bool,
}

#[derive(Args)]
pub struct MediaArguments {
    /// The accession, as import printed it.
    #[arg(value_name = "ID")]
    pub id: String,
    /// Show what is kept in the vault as well: position, device, owner.
    #[arg(long)]
    pub vault: bool,
    /// Write a copy made from the pixels alone, without any metadata (JPEG).
    #[arg(long, value_name = "FILE")]
    pub copy: Option<PathBuf>,
    /// Write the original as received, with all that is in it.
    #[arg(long, value_name = "FILE")]
    pub original: Option<PathBuf>,
    #[arg(long)]
    pub json: bool,
}

#[derive(Args)]
pub struct PublishArguments {
    #[command(subcommand)]
    part: Option<PublishPart>,
    #[arg(long, value_name = "DIR", required_unless_present = "dry_run")]
    out: Option<PathBuf>,
    /// Reports, notices and links for sharing (TOML); updates, feeds and charts alone when left out.
    #[arg(long, value_name = "FILE")]
    outreach: Option<PathBuf>,
    /// Boundaries of the first level (GeoJSON) for maps; those of Natural Earth when left out.
    #[arg(long, value_name = "FILE")]
    boundaries: Option<PathBuf>,
    /// What may become public, who publishes it and how it looks (TOML); the safe default when left out.
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// The earlier release to compare with, when it is not the last one published from this workspace.
    #[arg(long, value_name = "DIR")]
    previous: Option<PathBuf>,
    /// Say what would become public and what is held back, counted; write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Draw every page again, also those that did not change.
    #[arg(long)]
    full: bool,
    /// With --dry-run: as JSON.
    #[arg(long, requires = "dry_run")]
    json: bool,
}

#[derive(Args)]
pub struct LinkArguments {
    /// Lists to link without a workspace (CSV or Parquet by the ending); each file is one list.
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Only pairs between different lists.
    #[arg(long)]
    pub link_only: bool,
    /// `victims`, `people`, a settings file (TOML; with `spec = "own"` comparisons of your own), or Splink's settings (JSON, version 4).
    #[arg(long, default_value = "victims")]
    pub spec: String,
    /// Writes the pairs at or above 1 %, with their match probability: id_l, id_r, score (CSV, or Parquet by the ending).
    #[arg(long, value_name = "FILE", requires = "files")]
    pub pairs: Option<PathBuf>,
    /// Writes the cluster of each record: id, cluster_id (CSV, or Parquet by the ending).
    #[arg(long, value_name = "FILE", requires = "files")]
    pub clusters: Option<PathBuf>,
    /// Threads to use; as many as the machine has cores when left out. The result is the same.
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// Chooses the pairs that the model is trained on where there are more than a million: in large lists a few clusters in a
    /// thousand differ with it. As the settings file has it, or 1.
    #[arg(long, value_name = "S")]
    pub seed: Option<u64>,
    /// Uses the model of an earlier run (JSON) instead of training one.
    #[arg(long, value_name = "FILE", conflicts_with = "retrain")]
    pub model: Option<PathBuf>,
    /// Writes the model, for later runs.
    #[arg(long, value_name = "FILE")]
    pub model_out: Option<PathBuf>,
    /// Writes what each blocking rule gives, how training went and what could not be read (JSON).
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Leave out, and name, what Splink's settings ask for and this program does not have; else it is refused.
    #[arg(long, requires = "files")]
    pub leave_out: bool,
    /// Train a new model, and compare all pairs, in a workspace that was linked before.
    #[arg(long, conflicts_with = "files")]
    pub retrain: bool,
}

impl LinkArguments {
    /// The files that a run reads.
    pub fn read(&self) -> Vec<PathBuf> {
        let spec = Some(PathBuf::from(&self.spec)).filter(|spec| spec.is_file());
        self.files.iter().cloned().chain(spec).chain(self.model.clone()).collect()
    }

    /// The files that it writes.
    pub fn write(&self) -> Vec<PathBuf> {
        [&self.pairs, &self.clusters, &self.model_out, &self.report].into_iter().flatten().cloned().collect()
    }
}

/// A time with its offset, or a day in UTC.
fn published(text: &str) -> Result<Published, String> {
    let why = "it is neither a date (2013-08-21) nor a time with its offset (2013-08-21T02:45:00+03:00)";
    values::published(text).ok_or_else(|| why.to_owned())
}

fn workspace_dir(given: Option<PathBuf>) -> Outcome<PathBuf> {
    given.ok_or_else(|| Refusal::new("no workspace was named; nothing was done. Say --workspace DIR"))
}

/// Runs one subcommand. The exit code is part of its contract.
pub async fn run(arguments: Arguments) -> Outcome<ExitCode> {
    crate::workspace::check_clock()?;
    let dir = arguments.workspace;
    let open = || async { Workspace::open(&workspace_dir(dir.clone())?).await };
    // A folder that may not be written can be looked into all the same.
    let look = || async { Workspace::open_to_read(&workspace_dir(dir.clone())?).await };
    match arguments.command {
        Command::Init { database, origin } => {
            let dir = workspace_dir(dir)?;
            let workspace = Workspace::init(&dir, &origin, database.as_deref()).await?;
            say(format!("workspace {} made; the public key of its log is {}", dir.display(), workspace.vkey()));
        }
        Command::Import(arguments) => return jobs::import::run(&mut open().await?, &arguments).await,
        Command::Link(arguments) if arguments.files.is_empty() => {
            // Opening a workspace starts threads as well.
            jobs::link::set_threads(&arguments)?;
            jobs::link::run(&mut open().await?, &arguments).await?
        }
        Command::Link(arguments) => {
            if dir.is_some() {
                return Err(Refusal::new(
                    "lists are linked without a workspace; nothing was linked. Leave out --workspace, or import the lists and leave out FILE",
                ));
            }
            jobs::link_report::check_outputs(&arguments)?;
            if let Some(code) = within(Bounds { read: arguments.read(), write: arguments.write() })? {
                return Ok(code);
            }
            match (jobs::link_spec::is_splink(&arguments), jobs::link_own::spec(&arguments)?) {
                (true, _) => jobs::link_spec::run(&arguments)?,
                (false, Some(spec)) => jobs::link_own::run(&arguments, &spec)?,
                (false, None) => jobs::link_files::run(&arguments)?,
            }
        }
        Command::Review(arguments) => review::run(&mut open().await?, &arguments).await?,
        Command::Quality { json } => jobs::quality::run(&look().await?, json).await?,
        Command::Tally { trust, smallest_cell, by, linkage_samples, json } => {
            let by = estimate::dimensions(&by, "counted")?;
            jobs::tally::run(&look().await?, trust.as_deref(), &by, smallest_cell, linkage_samples, json).await?
        }
        Command::Estimate(arguments) if !arguments.needs_workspace() => {
            arguments.check_files()?;
            if let Some(code) = within(arguments.bounds())? {
                return Ok(code);
            }
            estimate::run_alone(&arguments)?
        }
        Command::Estimate(arguments) => estimate::run_workspace(&mut open().await?, &arguments).await?,
        Command::Check(arguments) => check::run(&look().await?, &arguments).await?,
        Command::Publish(PublishArguments { part: Some(PublishPart::Report(arguments)), .. }) => {
            jobs::report::run(&mut open().await?, &arguments).await?
        }
        Command::Publish(arguments) => {
            let outreach = jobs::outreach::prepare(arguments.outreach.as_deref(), arguments.boundaries.as_deref())?;
            let order = jobs::publish::Order {
                out: arguments.out.as_deref(),
                policy: arguments.policy.as_deref(),
                previous: arguments.previous.as_deref(),
                dry_run: arguments.dry_run,
                full: arguments.full,
                json: arguments.json,
            };
            jobs::publish::run(&workspace_dir(dir.clone())?, &order, &outreach).await?
        }
        Command::Diff(arguments) => {
            if let Some(code) = within(Bounds { read: arguments.folders(), write: Vec::new() })? {
                return Ok(code);
            }
            diff::run(&arguments)?
        }
        Command::Verify(arguments) => return verify::run(&arguments, dir.as_deref()).await,
        Command::Approve(arguments) => jobs::approve::run(&mut open().await?, &arguments).await?,
        Command::Consent(arguments) if arguments.withdraw => {
            jobs::consent::withdraw(&mut open().await?, &arguments).await?
        }
        Command::Consent(arguments) => jobs::consent::show(&look().await?, &arguments).await?,
        Command::Redact(arguments) => jobs::redact::run(&mut open().await?, &arguments).await?,
        Command::Custody(arguments) => jobs::custody::run(&mut look().await?, &arguments).await?,
        Command::Prove(arguments) => jobs::prove::run(&mut open().await?, &arguments).await?,
        Command::Witness { policy } => jobs::witness::run(&mut open().await?, policy.as_deref()).await?,
        Command::Mirror { from: Some(from), out: Some(out), key: Some(key), .. } => {
            let report = jobs::mirror::fetch(&from, &out, &key).await?;
            verify::tell(&report);
            return Ok(ExitCode::from(report.exit_code()));
        }
        Command::Mirror { to, .. } => jobs::mirror::run(&open().await?, &to.unwrap_or_default()).await?,
        Command::Timestamp(arguments) => jobs::timestamp::run(&mut open().await?, &arguments)?,
        Command::Rebuild { accept_loss } => {
            let mut workspace = Workspace::open_for_rebuild(&workspace_dir(dir)?, accept_loss).await?;
            jobs::rebuild::run(&mut workspace).await?
        }
        Command::Restore { checkpoint, accept_loss } => {
            let dir = workspace_dir(dir)?;
            jobs::rebuild::hold_to(&dir, &checkpoint)?;
            let mut workspace = Workspace::open_for_rebuild(&dir, accept_loss).await?;
            jobs::rebuild::run(&mut workspace).await?
        }
        Command::Serve { listen, site } => {
            let site = match site {
                Some(site) => site,
                None => Workspace::last_release(&workspace_dir(dir)?)?
                    .ok_or_else(|| Refusal::new("this workspace has published nothing yet; nothing is served"))?,
            };
            crate::web::serve(&site, &listen).await?;
        }
        Command::Near(arguments) => jobs::near::run(&mut look().await?, &arguments).await?,
        Command::Media(arguments) => jobs::media::show(&mut look().await?, &arguments).await?,
        Command::Synth(arguments) => synth::run(&arguments)?,
        Command::Status { json } => status(&look().await?, json).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn status(workspace: &Workspace, json: bool) -> Outcome<()> {
    let counts = workspace.casebase.counts().await?;
    let digests = workspace.casebase.table_digests().await?;
    let (journal, now) = (&workspace.journal, crate::workspace::now());
    let later = journal.first_after(now)?.map(|first| (first, journal.len() - 1, journal.last_time()));
    if json {
        let tables: serde_json::Map<_, _> = counts
            .iter()
            .map(|(table, rows)| (table.clone(), serde_json::json!({ "rows": rows, "digest": digests.get(table) })))
            .collect();
        let later =
            later.map(|(first, last, time)| serde_json::json!({ "first": first, "last": last, "last_time": time }));
        let entries = workspace.journal.len();
        outln!("{}", serde_json::json!({ "entries": entries, "dated_later_than_now": later, "tables": tables }));
        return Ok(());
    }
    outln!("journal: {} entries", workspace.journal.len());
    if let Some((first, last, time)) = later {
        outln!(
            "note: entries {first} to {last} are dated later than now (the last {}, and it is {} here): the clock ran ahead when \
             they were recorded, or is behind now. Until then nothing but a withdrawal can be recorded",
            utc(time),
            utc(now)
        );
    }
    for (table, rows) in &counts {
        let digest = digests.get(table).map_or("", |d| &d[..12.min(d.len())]);
        outln!("{table:<24} {rows:>10} rows  {digest}");
    }
    Ok(())
}
