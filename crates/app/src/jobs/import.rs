//! Import: a file becomes an accession, its rows become journal entries, and what was refused goes to a list.
//!
//! Interrupted at any point, the same command takes up after the last row that was recorded and ends in the
//! same state. The same file twice adds nothing.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::run::ImportFinished;
use domain::text::inert_cell;
use domain::{Accession, AccessionId, Content, RejectedRow, Sha256Digest, Source, SourceId};
use intake::Mapping;

use super::{destroy, media, near};
use crate::cli::ImportArguments;
use crate::input::{self, Received};
use crate::jobs::returning::{Resembles, Returning, Withdrawn};
use crate::jobs::subject::field_text;
use crate::refusal::{Outcome, Refusal};
use crate::sandbox::{self, Answer, Limits, Looked, MappingText, Sandboxed, Task};
use crate::terminal::{Progress, say, utc};
use crate::workspace::{Behind, Workspace, now};

const BATCH: usize = 8192;

pub async fn run(workspace: &mut Workspace, arguments: &ImportArguments) -> Outcome<ExitCode> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = stop.clone();
    ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed)).map_err(|e| Refusal::new(e.to_string()))?;
    if let Some(stated) = arguments.published.filter(|stated| stated.at > now()) {
        return Err(Refusal::new(format!(
            "it cannot have been published at {}, which is still to come; nothing was imported",
            utc(stated.at)
        )));
    }
    let (mut could_not, first) = (0, workspace.journal.len());
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
    for sentence in near::like_withdrawn(workspace, first).await? {
        say(format!("  note: {sentence}"));
    }
    Ok(if could_not == 0 { ExitCode::SUCCESS } else { ExitCode::from(2) })
}

/// A mapping, and how the child that reads the rows is told of it.
struct Chosen {
    mapping: Mapping,
    told: MappingText,
}

fn mapping_for(named: &str) -> Outcome<Chosen> {
    if let Some(mapping) = Mapping::by_name(named) {
        return Ok(Chosen { mapping, told: MappingText::BuiltIn(named.to_owned()) });
    }
    let text = input::read_text(Path::new(named)).map_err(|e| {
        Refusal::new(format!("{named:?} is neither a built-in mapping nor a file ({e}); nothing was imported"))
    })?;
    Ok(Chosen { mapping: Mapping::parse(&text)?, told: MappingText::Own(text) })
}

/// What a child that can do nothing but compute says that the bytes are.
pub fn look(received: &Received, is_table: bool) -> Result<Looked, Sandboxed> {
    let task = Task::Look { file_name: file_name(&received.path), is_table };
    sandbox::answer(&task, received, Limits::for_look(received.size_bytes), |said| match said {
        Answer::Looked(looked) => Some(looked),
        _ => None,
    })
}

/// Whose it is: what was said, or what the mapping says.
pub fn source_said(arguments: &ImportArguments, mapping: Option<&Mapping>) -> Outcome<SourceId> {
    match &arguments.source {
        Some(id) => Ok(SourceId::new(id.as_str())?),
        None => mapping
            .and_then(Mapping::source)
            .ok_or_else(|| Refusal::new("whose it is was not said; nothing was imported from it. Say --source ID")),
    }
}

pub fn file_name(path: &Path) -> String {
    path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}

async fn import_file(
    workspace: &mut Workspace,
    path: &Path,
    arguments: &ImportArguments,
    stop: &AtomicBool,
) -> Outcome<()> {
    let received = Received::open(path)
        .map_err(|e| Refusal::new(format!("it could not be read ({e}); nothing was imported from it")))?;
    let named = arguments.mapping.as_deref().map(mapping_for).transpose()?;
    let looked = match look(&received, named.is_some()) {
        Ok(looked) => looked,
        Err(Sandboxed::Died(why)) => {
            let unknown = "application/octet-stream";
            let source = source_said(arguments, named.as_ref().map(|named| &named.mapping));
            return media::keep_refused(workspace, &received, unknown, &why, source, arguments).await;
        }
        Err(refused) => return Err(refused.into()),
    };
    let (found, media_type, remarks) = match looked {
        Looked::Table { mapping, media_type, remarks } => (mapping, media_type, remarks),
        Looked::Media(looked) => return media::take_in(workspace, &received, *looked, arguments, stop).await,
        Looked::Unknown(why) => return Err(Refusal::new(why)),
        Looked::Hostile { reason, media_type } => {
            let source = source_said(arguments, named.as_ref().map(|named| &named.mapping));
            return media::keep_refused(workspace, &received, &media_type, &reason, source, arguments).await;
        }
    };
    let Chosen { mapping, told } = match (named, found) {
        (Some(named), _) => named,
        (None, Some(found)) => mapping_for(&found)?,
        (None, None) => return Err(Refusal::new("no mapping was found; nothing was imported from it")),
    };
    let source = source_said(arguments, Some(&mapping))?;
    let digest = received.sha256;
    let id = AccessionId::derive(&source, &digest, &mapping.digest_name());
    let known = workspace.casebase.accession_by_id(&id).await?;
    // Rows that were refused for being withdrawn before can still be asked for.
    let is_asked_for = |finished: &ImportFinished| arguments.again && finished.tells_withdrawn.is_some();
    if let Some((_, accession, Some(finished))) = known.as_ref().filter(|known| !could_not_be_read(known))
        && !is_asked_for(finished)
    {
        say(format!(
            "{}: already imported as {} ({} rows taken in then); nothing was added{}",
            path.display(),
            accession.id,
            finished.taken_in,
            withdrawn_since(workspace, &digest).await?
        ));
        return Ok(());
    }
    if known.is_none() {
        destroy::refuse_withdrawn(workspace, &digest, arguments.again).await?;
    } else if let Some(words) = destroy::withdrawn_before(workspace, &digest).await? {
        // Going on would bring the bytes back under the entry that they were withdrawn from.
        return Err(Refusal::new(format!(
            "an earlier import of it as {id} did not end, and the same bytes were {words}; nothing more was imported from it"
        )));
    }
    if known.is_none() && !arguments.again {
        refuse_known_bytes(workspace, &digest).await?;
    }
    // Kept and recorded with its first rows: of a file that breaks its reader before any, nothing says that it was read.
    let (already, mut pending) = match &known {
        Some((index, ..)) => (rows_recorded(workspace, *index, &id, arguments.again)?, None),
        None => {
            let accession = media::accession(&received, &media_type, &source, &mapping.digest_name(), arguments);
            (HashSet::new(), Some(accession))
        }
    };
    if let Some(last) =
        already.iter().max().filter(|_| known.as_ref().is_some_and(|(_, _, finished)| finished.is_none()))
    {
        say(format!("{}: an earlier import stopped after row {last}; going on from there", path.display()));
    }
    let before = known_before(workspace, mapping.kind, &source, &id, arguments.again).await?;
    let taken = take_rows(workspace, &received, told, &source, &id, &before, &already, &mut pending, stop).await?;
    if let Some(why) = taken.died {
        return match pending {
            Some(_) => media::keep_refused(workspace, &received, &media_type, &why, Ok(source), arguments).await,
            None => Err(Refusal::new(format!(
                "{why}. The {} rows that were read before that are taken in and stay; the rest was not imported. The same \
                 command goes on from there",
                workspace.casebase.rows_taken(&id).await?
            ))),
        };
    }
    let (rows, n_returned) = (taken.rows, taken.returned.len());
    let rejected = taken.rejected.len() + n_returned;
    // Row 0 is the file itself, which could not be read further.
    let read = rows.saturating_sub(taken.rejected.iter().filter(|refused| refused.row == 0).count() as u64);
    let finished = ImportFinished {
        accession: id.clone(),
        rows,
        taken_in: taken.taken_in,
        rejected: taken.rejected,
        tells_withdrawn: (n_returned > 0 || !taken.resembling.is_empty()).then_some(digest),
        returned: taken.returned,
        taken_again: taken.taken_again.into_iter().collect(),
    };
    let (list, n_taken_in) = (write_rejected(workspace, &finished)?, finished.taken_in);
    let reasons: Vec<String> = refused_rows(&finished).iter().take(REASONS_SHOWN).map(in_a_line).collect();
    if pending.is_some() {
        received.keep(&workspace.originals)?;
    }
    let accession = pending.map(Content::Accession);
    workspace.record(accession.into_iter().chain([Content::ImportFinished(finished)]).collect()).await?;
    say(format!(
        "{}: {} rows read as {}, {} taken in, {rejected} refused{}",
        path.display(),
        read,
        mapping.digest_name().split('@').next().unwrap_or_default(),
        n_taken_in,
        list.map(|l| format!(" (see {l})")).unwrap_or_default()
    ));
    for reason in &reasons {
        say(format!("  refused: {reason}"));
    }
    if rejected > reasons.len() {
        say(format!("  and {} more", rejected - reasons.len()));
    }
    if n_returned > 0 {
        say(format!(
            "  note: {n_returned} of them had been withdrawn before. The file is kept and tells them: redact --original {id} withdraws \
             it; --again takes the rows in"
        ));
    }
    for (row, how, by) in taken.resembling.iter().take(REASONS_SHOWN) {
        let what = match how {
            Resembles::Id => format!("the id or the page of what entry {by} withdrew, and says something else"),
            Resembles::Name => format!("a name of whom entry {by} withdrew"),
        };
        say(format!("  note: row {row} bears {what}, and was taken in: if it is the same, withdraw it too"));
    }
    if taken.resembling.len() > REASONS_SHOWN {
        say(format!("  note: and {} more rows bear such ids or names", taken.resembling.len() - REASONS_SHOWN));
    }
    for warning in remarks.iter().chain(&taken.warnings) {
        say(format!("  note: {warning}"));
    }
    if mapping.kind == intake::Kind::Place {
        workspace.learn_places().await?;
    }
    say_undescribed(workspace, arguments, &source).await
}

/// Says that nobody will read who a source is that was named, where no description of it was taken in.
pub async fn say_undescribed(workspace: &Workspace, arguments: &ImportArguments, source: &SourceId) -> Outcome<()> {
    if arguments.source.is_some() && !workspace.casebase.sources().await?.iter().any(|known| known.value.id == *source)
    {
        say(format!(
            "  note: no source {source} is described here: pages will name it by this id alone. Import a list of sources that has it"
        ));
    }
    Ok(())
}

/// That a file which is known was withdrawn since, as the end of a message; else nothing.
pub async fn withdrawn_since(workspace: &Workspace, digest: &Sha256Digest) -> Outcome<String> {
    let words = destroy::withdrawn_before(workspace, digest).await?;
    Ok(words.map(|words| format!(". The file was {words}, and is not kept again")).unwrap_or_default())
}

/// Reasons that the terminal shows; the rest is in the list.
const REASONS_SHOWN: usize = 3;

fn in_a_line(refused: &RejectedRow) -> String {
    let column = if refused.column.is_empty() { String::new() } else { format!(", {}", refused.column) };
    match refused.row {
        0 => format!("the file{column}: {}", refused.reason),
        row => format!("row {row}{column}: {}", refused.reason),
    }
}

/// The rows of an accession that are recorded. Of entries whose content is gone it is not known which row they were: then all rows
/// before the last are taken for recorded, unless they are asked for again.
fn rows_recorded(workspace: &Workspace, accession: u64, id: &AccessionId, again: bool) -> Outcome<HashSet<u64>> {
    let (mut rows, mut is_gone) = (HashSet::new(), false);
    for entry in workspace.journal.read(accession + 1) {
        let entry = entry?;
        is_gone |= entry.payload.is_none();
        if field_text(&entry, "accession").as_deref() == Some(id.as_str())
            && let Some(row) = entry.payload.iter().flat_map(|payload| &payload.fields).find(|(name, _)| name == "row")
        {
            rows.extend(serde_json::from_slice::<u64>(&row.1));
        }
    }
    if let Some(last) = rows.iter().max().copied().filter(|_| is_gone && !again) {
        rows.extend(1..=last);
    }
    Ok(rows)
}

/// Nothing was taken in, because the file as a whole could not be read: another version of the program may be able to.
fn could_not_be_read((_, _, finished): &casebase::TakenIn) -> bool {
    finished.as_ref().is_some_and(|f| f.taken_in == 0 && f.rejected.iter().any(|refused| refused.row == 0))
}

#[derive(Default)]
struct Taken {
    rows: u64,
    taken_in: u64,
    rejected: Vec<RejectedRow>,
    /// Rows that had been withdrawn before, each with the withdrawal.
    returned: Vec<(u64, u64)>,
    /// Withdrawals of which something was taken in again.
    taken_again: BTreeSet<u64>,
    /// Rows taken in that may be something withdrawn, with the withdrawal.
    resembling: Vec<(u64, Resembles, u64)>,
    warnings: Vec<String>,
    /// Why the reader ended before the file did.
    died: Option<String>,
}

/// Reads every row and records what it says, with `pending`, the accession, before the first; it stays there where nothing was
/// recorded.
#[allow(clippy::too_many_arguments)]
async fn take_rows(
    workspace: &mut Workspace,
    received: &Received,
    mapping: MappingText,
    source: &SourceId,
    accession: &AccessionId,
    known: &Known,
    already: &HashSet<u64>,
    pending: &mut Option<Accession>,
    stop: &AtomicBool,
) -> Outcome<Taken> {
    let task = Task::Rows {
        file_name: file_name(&received.path),
        mapping,
        accession: accession.clone(),
        source: source.clone(),
        places: workspace.told_places.clone(),
    };
    // The reader runs on a thread of its own and hands over full batches; the writer keeps at most two waiting.
    let (sender, mut batches) = tokio::sync::mpsc::channel::<Vec<Content>>(2);
    let progress = Progress::new();
    let reading = std::thread::scope(|scope| -> Outcome<Taken> {
        let reader = scope.spawn(|| {
            let mut taken = Taken::default();
            let mut batch = Vec::with_capacity(BATCH);
            let read = sandbox::rows(&task, accession, received, &mut |row, outcome| {
                match outcome {
                    intake::Outcome::Rejected(rejected) => taken.rejected.push(rejected),
                    // Rows that an interrupted import recorded already are read again and not recorded again.
                    intake::Outcome::Item(content) => {
                        let is_recorded = has_row(&content) && already.contains(&row);
                        match known.withdrawn.look(&content) {
                            // It was withdrawn after it was recorded.
                            Returning::Refused(_) if is_recorded => {}
                            Returning::Refused(by) => {
                                taken.returned.push((row, by));
                                return ControlFlow::Continue(());
                            }
                            Returning::TakenAgain(by) => taken.taken_again.extend(by),
                            Returning::Resembling(how, by) => taken.resembling.push((row, how, by)),
                            Returning::Nothing => {}
                        }
                        let refused = id_refused(&content, row, known);
                        if let Some(refused) = refused.or_else(|| description_refused(&content, row, known)) {
                            taken.rejected.push(refused);
                            return ControlFlow::Continue(());
                        }
                        taken.warnings.extend(described_anew(&content, known));
                        taken.taken_in += 1;
                        if !is_recorded {
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
            match read {
                Ok(report) => {
                    taken.rows = report.rows;
                    taken.warnings.extend(report.warnings);
                }
                Err(Sandboxed::Died(why)) => taken.died = Some(why),
                Err(refused) => return Err(refused.into()),
            }
            Ok::<_, Refusal>(taken)
        });
        let mut recorded = already.len() as u64;
        let written = tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(async {
                let mut behind = Behind::default();
                while let Some(batch) = batches.recv().await {
                    recorded += batch.len() as u64;
                    if pending.is_some() {
                        received.keep(&workspace.originals)?;
                    }
                    let accession = pending.take().map(Content::Accession);
                    let appended = workspace.append(accession.into_iter().chain(batch).collect())?;
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
    matches!(
        content,
        Content::Record(_)
            | Content::Event(_)
            | Content::Figure(_)
            | Content::Notice(_)
            | Content::Place(_)
            | Content::Post(_)
    )
}

/// The same bytes under another source's name or another mapping would count every row twice.
async fn refuse_known_bytes(workspace: &Workspace, digest: &Sha256Digest) -> Outcome<()> {
    let before = workspace.casebase.accessions().await?;
    // Bytes that could not be read gave no row that could count twice.
    let is_read =
        |accession: &Accession| accession.original.sha256 == *digest && accession.mapping != media::AS_REFUSED;
    match before.iter().find(|(_, accession, _)| is_read(accession)) {
        Some((_, accession, _)) => Err(Refusal::new(format!(
            "the same bytes were taken in before, for {} as {} ({}); nothing was imported from it. Say --again if they are to \
             count once more, under another source or mapping",
            accession.source, accession.mapping, accession.id
        ))),
        None => Ok(()),
    }
}

/// What was known before this file, that it may not change in silence.
struct Known {
    /// Ids of figures, statements or others' notices, with the accessions that hold them.
    held: HashMap<String, AccessionId>,
    sources: HashMap<SourceId, Source>,
    withdrawn: Withdrawn,
}

/// Why a source or a trust set is not taken in: whether somebody is invented is no matter of a later description.
fn description_refused(content: &Content, row: u64, known: &Known) -> Option<RejectedRow> {
    let (column, reason, value) = match content {
        Content::Source(source) if known.sources.get(&source.id).is_some_and(|k| k.invented != source.invented) => (
            "invented",
            "it was described before, and whether a source is invented cannot be changed",
            source.id.as_str(),
        ),
        Content::TrustSet(set) if set.id.as_str() == "all" && !set.all => {
            ("id", "the trust set \"all\" is every source; give this one an id of its own", set.id.as_str())
        }
        _ => return None,
    };
    Some(RejectedRow { row, column: column.to_owned(), reason: reason.to_owned(), value: value.to_owned() })
}

/// A source that is described in another way than before.
fn described_anew(content: &Content, known: &Known) -> Option<String> {
    let Content::Source(source) = content else { return None };
    let before = known.sources.get(&source.id).filter(|before| *before != source)?;
    Some(format!("{} was described before in another way; from now on this description stands", before.id))
}

/// What was known before, and what was withdrawn. A compiler's id names one thing for good: what another file
/// says under it is refused, so that nothing published is replaced in silence.
async fn known_before(
    workspace: &Workspace,
    kind: intake::Kind,
    source: &SourceId,
    own: &AccessionId,
    again: bool,
) -> Outcome<Known> {
    let held: Vec<(String, AccessionId)> = match kind {
        intake::Kind::Figure => {
            let figures = workspace.casebase.figures().await?.into_iter();
            figures.map(|f| (f.value.id.into(), f.value.accession)).collect()
        }
        intake::Kind::Statements => {
            let statements = workspace.casebase.statements().await?.into_iter();
            statements.map(|s| (s.value.id.into(), s.value.accession)).collect()
        }
        // A notice is corrected by a later one of the same source; another's stays as it is.
        intake::Kind::Notice => {
            let notices = workspace.casebase.notices().await?.into_iter();
            let others = notices.filter(|n| n.value.source != *source);
            others.map(|n| (n.value.id.into(), n.value.accession)).collect()
        }
        _ => Vec::new(),
    };
    let sources = match kind {
        intake::Kind::Sources => workspace.casebase.sources().await?,
        _ => Vec::new(),
    };
    Ok(Known {
        held: held.into_iter().filter(|(_, accession)| accession != own).collect(),
        sources: sources.into_iter().map(|source| (source.value.id.clone(), source.value)).collect(),
        withdrawn: Withdrawn::of(workspace, again).await?,
    })
}

fn id_refused(content: &Content, row: u64, known: &Known) -> Option<RejectedRow> {
    let (what, id) = match content {
        Content::Figure(figure) => ("a figure", figure.id.as_str()),
        Content::Statement(statement) => ("a statement", statement.id.as_str()),
        Content::Notice(notice) => ("a notice", notice.id.as_str()),
        _ => return None,
    };
    let holder = known.held.get(id)?;
    Some(RejectedRow {
        row,
        column: "id".to_owned(),
        reason: format!("{what} of this id was taken in before, with {holder}; give a correction an id of its own"),
        value: id.to_owned(),
    })
}

/// Every row that was not taken in, in the file's order, with the reason. Of what had been withdrawn no word is told.
pub fn refused_rows(finished: &ImportFinished) -> Vec<RejectedRow> {
    let returned = finished.returned.iter().map(|(row, by)| RejectedRow {
        row: *row,
        column: String::new(),
        reason: format!("entry {by} withdrew it; it is not taken in again. --again takes it in"),
        value: String::new(),
    });
    let mut rows: Vec<RejectedRow> = finished.rejected.iter().cloned().chain(returned).collect();
    rows.sort_by_key(|refused| refused.row);
    rows
}

/// The list of refused rows as it stands in the workspace. What was refused is the giver's text, and the list is opened in a
/// spreadsheet: cells that one would run are made inert. None where no row was refused.
pub fn rejected_csv(finished: &ImportFinished) -> Outcome<Option<Vec<u8>>> {
    let refused = refused_rows(finished);
    if refused.is_empty() {
        return Ok(None);
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in refused {
        let row = RejectedRow {
            column: inert_cell(&row.column).into_owned(),
            value: inert_cell(&row.value).into_owned(),
            ..row
        };
        writer.serialize(row).map_err(|e| Refusal::new(e.to_string()))?;
    }
    writer.into_inner().map(Some).map_err(|e| Refusal::new(e.to_string()))
}

/// Writes `imports/ACCESSION/rejected.csv`, and returns its path when a row was refused. Where none was, none stays of before.
pub fn write_rejected(workspace: &Workspace, finished: &ImportFinished) -> Outcome<Option<String>> {
    let imports = workspace.dir.join("imports");
    let dir = imports.join(finished.accession.as_str());
    let path = dir.join("rejected.csv");
    let Some(list) = rejected_csv(finished)? else {
        if path.is_file() {
            evidence::disk::destroy(&path).map_err(|e| Refusal::io("could not destroy", &path, e))?;
        }
        return Ok(None);
    };
    for dir in [&imports, &dir] {
        evidence::make_private_dir(dir)?;
    }
    std::fs::write(&path, list).map_err(|e| Refusal::io("could not write", &path, e))?;
    Ok(Some(path.display().to_string()))
}
