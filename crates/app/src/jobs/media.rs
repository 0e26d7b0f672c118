//! Photographs, videos, drawings and pages, taken in as originals with what they claim of themselves.
//!
//! The original is kept as received. A thumbnail is made from its pixels, kept beside it, marked as derived, and
//! points back. What could lead to whoever made the picture is in one field of the entry, the vault.

use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use casebase::Indexed;
use domain::media::{Claim, DerivedCopy, Vault};
use domain::run::ImportFinished;
use domain::{Accession, AccessionId, Content, CustodyAction, Media, Original, SourceId};

use super::custody;
use super::destroy;
use super::import::{file_name, say_undescribed, source_said, withdrawn_since};
use super::particulars::{A_COPY, AND_ITS_VAULT, THE_ORIGINAL, WHAT_IT_IS};
use super::subject::{self, Subject, TOOL as MADE_BY};
use crate::cli::{ImportArguments, MediaArguments};
use crate::input::Received;
use crate::outputs::Output;
use crate::refusal::{Outcome, Refusal};
use crate::sandbox::{self, Answer, Frames, Limits, LookedAtMedia, Task, frames};
use crate::terminal::{Progress, day, plain, say, utc};
use crate::workspace::{Workspace, now};

/// Stands where a mapping's name would: nothing was mapped.
pub const AS_MEDIA: &str = "media@1";
pub const AS_REFUSED: &str = "refused@1";
const NOT_HASHED: &str = "its frames were not hashed";

/// An accession of these bytes, recorded or not.
pub fn accession(
    received: &Received,
    media_type: &str,
    source: &SourceId,
    read_as: &str,
    arguments: &ImportArguments,
) -> Accession {
    let sha256 = received.sha256;
    Accession {
        id: AccessionId::derive(source, &sha256, read_as),
        source: source.clone(),
        original: Original { sha256, size_bytes: received.size_bytes, media_type: media_type.to_owned() },
        file_name: file_name(&received.path),
        mapping: read_as.to_owned(),
        received_at: now(),
        received_by: subject::account(),
        received_with: Some(MADE_BY.to_owned()),
        terms: arguments.terms.clone(),
    }
}

/// Takes one in.
pub async fn take_in(
    workspace: &mut Workspace,
    received: &Received,
    looked: LookedAtMedia,
    arguments: &ImportArguments,
    stop: &AtomicBool,
) -> Outcome<()> {
    let source = source_said(arguments, None)?;
    let accession = accession(received, &looked.media_type, &source, AS_MEDIA, arguments);
    if let Some((_, known, Some(_))) = workspace.casebase.accession_by_id(&accession.id).await? {
        if hash_frames(workspace, &known, &looked, stop).await? {
            return Ok(());
        }
        let since = withdrawn_since(workspace, &known.original.sha256).await?;
        say(format!("{}: already imported as {}; nothing was added{since}", received.path.display(), known.id));
        return Ok(());
    }
    destroy::refuse_withdrawn(workspace, &accession.original.sha256, arguments.again).await?;
    received.keep(&workspace.originals)?;
    let looked = with_credentials(looked, received);
    let described = describe(workspace, &accession, looked, stop)?;
    let stated = arguments.published;
    let media = Media {
        published_at: stated.map(|stated| stated.at),
        published_until: stated.and_then(|stated| stated.until),
        ..described
    };
    let finished = ImportFinished {
        accession: accession.id.clone(),
        rows: 1,
        taken_in: 1,
        rejected: vec![],
        returned: vec![],
        tells_withdrawn: None,
        taken_again: vec![],
    };
    let taken_in = format!("{}: taken in as {}, {}", received.path.display(), accession.id, in_words(&media));
    let remarks = media.remarks.clone();
    // One batch, so that no crash leaves an accession without what it is; told only once it is durable.
    workspace
        .record(vec![Content::Accession(accession), Content::Media(media), Content::ImportFinished(finished)])
        .await?;
    say(taken_in);
    for remark in remarks {
        say(format!("  note: {remark}"));
    }
    say_undescribed(workspace, arguments, &source).await
}

/// Hashes the frames of a video that was taken in where ffmpeg was not, and records what it is once more. True where that was done.
async fn hash_frames(
    workspace: &mut Workspace,
    known: &Accession,
    looked: &LookedAtMedia,
    stop: &AtomicBool,
) -> Outcome<bool> {
    if !looked.media_type.starts_with("video/") {
        return Ok(false);
    }
    let all = workspace.casebase.media().await?;
    let Some(before) = all.into_iter().map(|media| media.value).rev().find(|media| media.accession == known.id) else {
        return Ok(false);
    };
    if !before.hashes.is_empty() || !workspace.originals.is_here(&before.sha256) {
        return Ok(false);
    }
    let Media { hashes, .. } = describe(workspace, known, looked.clone(), stop)?;
    if hashes.is_empty() {
        return Ok(false);
    }
    let n = hashes.len();
    let remarks = before.remarks.iter().filter(|remark| !remark.starts_with(NOT_HASHED)).cloned().collect();
    workspace.record(vec![Content::Media(Media { hashes, remarks, ..before })]).await?;
    say(format!("{}: its frames were not hashed when it was taken in, and are now: {n} hashes", known.id));
    Ok(true)
}

/// What a C2PA manifest in it says, and whether that holds.
fn with_credentials(mut looked: LookedAtMedia, received: &Received) -> LookedAtMedia {
    if looked.metadata.has_manifest {
        let found = sandbox::credentials(received, &looked.media_type);
        found.claims.iter().for_each(|claim| looked.metadata.claim(claim.field.as_str(), &claim.value));
        found.remarks.iter().for_each(|remark| looked.metadata.remark(remark));
    }
    looked
}

fn describe(workspace: &Workspace, accession: &Accession, looked: LookedAtMedia, stop: &AtomicBool) -> Outcome<Media> {
    let LookedAtMedia { media_type, metadata, mut hashes, thumbnail, .. } = looked;
    let mut remarks = metadata.remarks;
    if media_type.starts_with("video/") {
        let progress = Progress::new();
        // As it is kept: those are the bytes that were hashed.
        let read = frames(&workspace.originals.path(&accession.original.sha256), &media_type, &mut |nth| {
            progress.at("seconds of video hashed", nth, metadata.duration_ms.map_or(0, |ms| ms / 1000));
            !stop.load(Ordering::Relaxed)
        });
        match read {
            Frames::Hashed { hashes: found, remark, .. } => {
                hashes = found;
                remarks.extend(remark);
            }
            Frames::NotInstalled => remarks.push(format!(
                "{NOT_HASHED}: ffmpeg is not installed (Debian: apt-get install ffmpeg); copies of it will not be found until \
                 it is imported where ffmpeg is"
            )),
            Frames::Failed(why) if stop.load(Ordering::Relaxed) => {
                return Err(Refusal::new(format!("{why}; the video was not taken in")));
            }
            Frames::Failed(why) => remarks.push(format!("{NOT_HASHED}: {why}")),
        }
    }
    let mut derived = Vec::new();
    if let Some((jpeg, width, height)) = thumbnail.and_then(|(hex, w, h)| Some((from_hex(&hex)?, w, h))) {
        let (sha256, _) = workspace.originals.put(&jpeg)?;
        derived.push(DerivedCopy {
            sha256,
            size_bytes: jpeg.len() as u64,
            media_type: "image/jpeg".into(),
            purpose: "thumbnail".into(),
            width,
            height,
            made_by: MADE_BY.into(),
        });
    }
    Ok(Media {
        accession: accession.id.clone(),
        source: accession.source.clone(),
        sha256: accession.original.sha256,
        media_type,
        width: metadata.width,
        height: metadata.height,
        duration_ms: metadata.duration_ms,
        published_at: None,
        published_until: None,
        claimed_times: metadata.claimed_times,
        vault: metadata.vault,
        hashes,
        derived,
        remarks,
    })
}

/// Reads lower-case hexadecimal digits.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes().chunks(2);
    digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

fn in_words(media: &Media) -> String {
    let mut words = vec![media.media_type.clone()];
    if let (Some(width), Some(height)) = (media.width, media.height) {
        words.push(format!("{width} x {height}"));
    }
    if let Some(ms) = media.duration_ms {
        words.push(format!("{}.{} s", ms / 1000, ms % 1000 / 100));
    }
    words.push(format!("{} hashes", media.hashes.len()));
    if media.vault.position.is_some() || !media.vault.claims.is_empty() {
        let place = if media.vault.position.is_some() { "a position and " } else { "" };
        words.push(format!("{place}{} claims kept in the vault", media.vault.claims.len()));
    }
    words.join(", ")
}

/// Keeps bytes that were made to harm, or that broke their reader: as an original, with the reason, and no rows. `source` is
/// whose they are, where that was said.
pub async fn keep_refused(
    workspace: &mut Workspace,
    received: &Received,
    media_type: &str,
    reason: &str,
    source: Outcome<SourceId>,
    arguments: &ImportArguments,
) -> Outcome<()> {
    let source = source.map_err(|_| {
        Refusal::new(format!("{reason}. Nothing was imported from it; say --source ID to keep it all the same"))
    })?;
    let accession = accession(received, media_type, &source, AS_REFUSED, arguments);
    if let Some((_, known, Some(_))) = workspace.casebase.accession_by_id(&accession.id).await? {
        let since = withdrawn_since(workspace, &known.original.sha256).await?;
        say(format!(
            "{}: already kept as {}, unread: {reason}; nothing was added{since}",
            received.path.display(),
            known.id
        ));
        return Ok(());
    }
    destroy::refuse_withdrawn(workspace, &accession.original.sha256, arguments.again).await?;
    received.keep(&workspace.originals)?;
    let whole = domain::RejectedRow { row: 0, column: String::new(), reason: reason.to_owned(), value: String::new() };
    let finished = ImportFinished {
        accession: accession.id.clone(),
        rows: 1,
        taken_in: 0,
        rejected: vec![whole],
        returned: vec![],
        tells_withdrawn: None,
        taken_again: vec![],
    };
    let list = super::import::write_rejected(workspace, &finished)?;
    let id = accession.id.clone();
    workspace.record(vec![Content::Accession(accession), Content::ImportFinished(finished)]).await?;
    say(format!(
        "{}: refused: {reason}. It was kept as received as {id} and nothing was taken in from it: no row was imported{}",
        received.path.display(),
        list.map(|l| format!(" (see {l})")).unwrap_or_default()
    ));
    say_undescribed(workspace, arguments, &source).await
}

/// Prints what a photograph or video is, and writes the copies that were asked for.
pub async fn show(workspace: &mut Workspace, arguments: &MediaArguments) -> Outcome<()> {
    let all = workspace.casebase.media().await?;
    let found = all.into_iter().rev().find(|m| m.value.accession.as_str() == arguments.id);
    let Some(Indexed { index, value: mut media }) = found else {
        return Err(Refusal::new(format!("no photograph or video bears the id {:?}; nothing was shown", arguments.id)));
    };
    let subject = subject::find(workspace, &arguments.id).await?;
    let extent = if arguments.vault { AND_ITS_VAULT } else { WHAT_IT_IS };
    custody::looked_at(workspace, &arguments.id, subject.all(), extent).await?;
    if let Some(to) = &arguments.original {
        let originals = workspace.originals.clone();
        let original = |to: &mut dyn Write| Ok(originals.copy_to(&media.sha256, to)?);
        export(workspace, &subject, to, &original, THE_ORIGINAL).await?;
        if destroy::telling(workspace).await?.contains(&media.sha256) {
            say("  note: part of what was known from it was withdrawn, and this file still tells it");
        }
        say(format!("{}: the original, with everything that it says of whoever made it", to.display()));
    }
    if let Some(to) = &arguments.copy {
        let (jpeg, width, height) = copy_without_metadata(workspace.originals.get(&media.sha256)?)?;
        export(workspace, &subject, to, &|to| write_all(to, &jpeg), A_COPY).await?;
        say(format!(
            "{}: a copy of {} made by {MADE_BY}, {width} x {height}, without metadata",
            to.display(),
            media.sha256
        ));
    }
    if !arguments.vault {
        media.vault = Vault::default();
    }
    if arguments.json {
        media.claimed_times.retain(|claim| arguments.vault || claim.is_time());
        outln!("{}", serde_json::json!({ "entry": index, "media": media }));
        return Ok(());
    }
    outln!("{}  {}  from {}", media.accession, in_words(&media), media.source);
    outln!("original  {}", media.sha256);
    match (media.published_at, media.published_until) {
        (Some(at), None) => outln!("published {}, as its post states", utc(at)),
        (Some(at), Some(_)) => outln!("published on {} (no hour is stated), as its post states", day(at)),
        (None, _) => {}
    }
    for copy in &media.derived {
        outln!(
            "derived   {} ({}, {} x {}, by {}) from {}",
            copy.sha256,
            copy.purpose,
            copy.width,
            copy.height,
            copy.made_by,
            media.sha256
        );
    }
    let position = media.vault.position.map(|(latitude, longitude)| format!("{latitude:.6} {longitude:.6}"));
    position.iter().for_each(|position| outln!("claims    position = {position}"));
    let (times, astray): (Vec<&Claim>, Vec<&Claim>) = media.claimed_times.iter().partition(|claim| claim.is_time());
    // A program before this one filed places and devices under times.
    for claim in times.into_iter().chain(astray.into_iter().filter(|_| arguments.vault)).chain(&media.vault.claims) {
        outln!("claims    {} = {}", plain(&claim.field), plain(&claim.value));
    }
    media.remarks.iter().for_each(|remark| outln!("note      {}", plain(remark)));
    Ok(())
}

fn copy_without_metadata(original: Vec<u8>) -> Outcome<(Vec<u8>, u32, u32)> {
    let limits = Limits::for_look(original.len() as u64);
    let copied = sandbox::answer(&Task::Copy { longest: None }, &original, limits, |said| match said {
        Answer::Copied(hex, width, height) => Some((from_hex(&hex)?, width, height)),
        _ => None,
    });
    Ok(copied?)
}

fn write_all(to: &mut dyn Write, bytes: &[u8]) -> Outcome<()> {
    to.write_all(bytes).map_err(|e| Refusal::new(format!("it could not be written: {e}")))
}

/// Writes a file that is not there yet, for its owner alone, once the log says that it leaves the house. Each time: an export is no look.
async fn export(
    workspace: &mut Workspace,
    subject: &Subject,
    to: &Path,
    write: &dyn Fn(&mut dyn Write) -> Outcome<()>,
    what: &str,
) -> Outcome<()> {
    let output = Output::start_new(to)?;
    let (by, why) = (subject::account(), Some(what.to_owned()));
    custody::note(workspace, subject, CustodyAction::Exported, by, None, why).await?;
    write(&mut output.file())?;
    output.put().map_err(|e| Refusal::io("could not write", to, e))
}
