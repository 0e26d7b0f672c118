//! Import: a file becomes an accession, its rows become journal entries, and what was refused goes to a list.
//!
//! Interrupted at any point, the same command takes up after the last row that was recorded and ends in the
//! same state. The same file twice adds nothing.

use std::ops::ControlFlow;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::run::ImportFinished;
use domain::{Accession, AccessionId, Content, Original, PartyTable, RejectedRow, Sha256Digest, SourceId};
use intake::Mapping;

use crate::cli::ImportArguments;
use crate::refusal::{Outcome, Refusal};
use crate::terminal::{Progress, say};
use crate::workspace::{Behind, Workspace, now};

const BATCH: usize = 8192;

pub async fn run(workspace: &mut Workspace, arguments: &ImportArguments) -> Outcome<ExitCode> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = stop.clone();
    ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed)).map_err(|e| Refusal::new(e.to_string()))?;
    let mut could_not = 0;
    for path in &arguments.files {
        match import_file(workspace, path, arguments, &stop).await {
            Ok(()) => {}
            Err(refusal) if !stop.load(Ordering::Relaxed) => {
                say(format!("{}: {refusal}", path.display()));
                could_not += 1;
            }
            Err(refusal) => return Err(refusal),
        }
    }
    Ok(if could_not == 0 { ExitCode::SUCCESS } else { ExitCode::from(2) })
}

fn mapping_for(path: &Path, bytes: &[u8], named: Option<&str>) -> Outcome<Mapping> {
    let file_name = file_name(path);
    let Some(named) = named else {
        let found = intake::detect(&file_name, bytes)?.mapping;
        return Mapping::by_name(found).ok_or_else(|| Refusal::new(format!("the mapping {found:?} is not built in")));
    };
    if let Some(mapping) = Mapping::by_name(named) {
        return Ok(mapping);
    }
    let text = std::fs::read_to_string(named).map_err(|e| {
        Refusal::new(format!("{named:?} is neither a built-in mapping nor a file ({e}); nothing was imported"))
    })?;
    Ok(Mapping::parse(&text)?)
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}

async fn import_file(
    workspace: &mut Workspace,
    path: &Path,
    arguments: &ImportArguments,
    stop: &AtomicBool,
) -> Outcome<()> {
    let bytes = std::fs::read(path)
        .map_err(|e| Refusal::new(format!("it could not be read ({e}); nothing was imported from it")))?;
    let mapping = mapping_for(path, &bytes, arguments.mapping.as_deref())?;
    let source = match &arguments.source {
        Some(id) => SourceId::new(id.as_str())?,
        None => mapping.source().ok_or_else(|| {
            Refusal::new("whose list it is was not said; nothing was imported from it. Say --source ID")
        })?,
    };
    let digest = Sha256Digest::of(&bytes);
    let id = AccessionId::derive(&source, &digest, &mapping.digest_name());
    let known = workspace.casebase.accession_by_id(&id).await?;
    if let Some((_, accession, Some(finished))) = &known {
        say(format!(
            "{}: already imported as {} ({} rows taken in then); nothing was added",
            path.display(),
            accession.id,
            finished.taken_in
        ));
        return Ok(());
    }
    workspace.originals.put(&bytes)?;
    let already = match known {
        Some(_) => workspace.casebase.rows_taken(&id).await?,
        None => {
            let accession = Accession {
                id: id.clone(),
                source: source.clone(),
                original: Original {
                    sha256: digest,
                    size_bytes: bytes.len() as u64,
                    media_type: intake::media_type(&bytes).to_owned(),
                },
                file_name: file_name(path),
                mapping: mapping.digest_name(),
                received_at: now(),
                received_by: std::env::var("USER").unwrap_or_else(|_| "unknown".to_owned()),
                terms: arguments.terms.clone(),
            };
            workspace.record(vec![Content::Accession(accession)]).await?;
            0
        }
    };
    if already > 0 {
        say(format!("{}: an earlier import stopped after row {already}; going on from there", path.display()));
    }
    let taken = take_rows(workspace, path, &bytes, &mapping, &source, &id, already, stop).await?;
    let (rows, rejected) = (taken.rows, taken.rejected.len());
    let finished = ImportFinished { accession: id.clone(), rows, taken_in: taken.taken_in, rejected: taken.rejected };
    let list = write_rejected(workspace, &finished)?;
    say(format!(
        "{}: {} rows read as {}, {} taken in, {rejected} refused{}",
        path.display(),
        rows,
        mapping.digest_name().split('@').next().unwrap_or_default(),
        finished.taken_in,
        list.map(|l| format!(" (see {l})")).unwrap_or_default()
    ));
    for warning in &taken.warnings {
        say(format!("  note: {warning}"));
    }
    workspace.record(vec![Content::ImportFinished(finished)]).await?;
    if mapping.kind == intake::Kind::Place {
        workspace.learn_places().await?;
    }
    Ok(())
}

#[derive(Default)]
struct Taken {
    rows: u64,
    taken_in: u64,
    rejected: Vec<RejectedRow>,
    warnings: Vec<String>,
}

#[allow(clippy::too_many_arguments)]
async fn take_rows(
    workspace: &mut Workspace,
    path: &Path,
    bytes: &[u8],
    mapping: &Mapping,
    source: &SourceId,
    accession: &AccessionId,
    already: u64,
    stop: &AtomicBool,
) -> Outcome<Taken> {
    let parties = PartyTable::syria();
    let places = workspace.places.clone();
    let file_name = file_name(path);
    // The reader runs on a thread of its own and hands over full batches; the writer keeps at most two waiting.
    let (sender, mut batches) = tokio::sync::mpsc::channel::<Vec<Content>>(2);
    let progress = Progress::new();
    let reading = std::thread::scope(|scope| -> Outcome<Taken> {
        let reader = scope.spawn(|| {
            let context = intake::Context {
                places: &places,
                parties: &parties,
                accession: accession.clone(),
                source: source.clone(),
            };
            let mut taken = Taken::default();
            let mut batch = Vec::with_capacity(BATCH);
            let read = intake::read(&file_name, bytes, mapping, &context, 0, &mut |row, outcome| {
                match outcome {
                    intake::Outcome::Rejected(rejected) => taken.rejected.push(rejected),
                    // Rows that an interrupted import recorded already are read again and not recorded again.
                    intake::Outcome::Item(content) => {
                        taken.taken_in += 1;
                        if row > already || !has_row(&content) {
                            batch.push(*content);
                        }
                    }
                }
                if stop.load(Ordering::Relaxed) {
                    return ControlFlow::Break(());
                }
                if batch.len() >= BATCH && sender.blocking_send(std::mem::take(&mut batch)).is_err() {
                    return ControlFlow::Break(());
                }
                ControlFlow::Continue(())
            });
            if !batch.is_empty() && read.is_ok() && !stop.load(Ordering::Relaxed) {
                let _ = sender.blocking_send(batch);
            }
            drop(sender);
            let report = read?;
            taken.rows = report.rows;
            taken.warnings = report.warnings;
            Ok::<_, Refusal>(taken)
        });
        let mut recorded = already;
        let written = tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(async {
                let mut behind = Behind::default();
                while let Some(batch) = batches.recv().await {
                    recorded += batch.len() as u64;
                    let appended = workspace.append(batch)?;
                    behind.project(&workspace.casebase, appended).await?;
                    progress.at("rows recorded", recorded, 0);
                }
                behind.wait().await
            })
        });
        drop(batches);
        let taken =
            reader.join().map_err(|_| Refusal::new("the reader stopped unexpectedly; the rest was not imported"));
        written?;
        taken?
    });
    if stop.load(Ordering::Relaxed) {
        return Err(Refusal::new("interrupted; what was recorded is kept. Run the same command again to go on"));
    }
    reading
}

/// Statements, sources and trust sets are few and bear ids of their own; recording one twice changes nothing.
fn has_row(content: &Content) -> bool {
    matches!(content, Content::Record(_) | Content::Event(_) | Content::Figure(_) | Content::Place(_))
}

/// Writes `imports/ACCESSION/rejected.csv`, and returns its path when a row was refused.
fn write_rejected(workspace: &Workspace, finished: &ImportFinished) -> Outcome<Option<String>> {
    if finished.rejected.is_empty() {
        return Ok(None);
    }
    let dir = workspace.dir.join("imports").join(finished.accession.as_str());
    std::fs::create_dir_all(&dir).map_err(|e| Refusal::io("could not make", &dir, e))?;
    let path = dir.join("rejected.csv");
    let mut writer = csv::Writer::from_path(&path).map_err(|e| Refusal::new(e.to_string()))?;
    for row in &finished.rejected {
        writer.serialize(row).map_err(|e| Refusal::new(e.to_string()))?;
    }
    writer.flush().map_err(|e| Refusal::io("could not write", &path, e))?;
    Ok(Some(path.display().to_string()))
}
