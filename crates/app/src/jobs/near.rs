//! Copies of one another in the archive: by an image or a video, and as sets with the one that came first.
//!
//! "First" is what was published first, by the time that each one's post states; where none was said, by the time at
//! which it was received, which can only be later. Which of the two it is stands beside it. A day stated without an hour is
//! the whole day: where the times of two overlap, it cannot be told which came first, and that is said. A copy may have been
//! published elsewhere before anybody here saw it. What files claim of their own times is shown and decides nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use domain::media::{Framing, MediaHash};
use domain::{Accession, AccessionId, Media, PdqHash, Sha256Digest, Source, SourceId, Withdrawal, WithdrawnPart};
use media::{HammingIndex, Near, PDQ_DISTANCE, PDQ_QUALITY, scan, turned_hashes};
use rayon::prelude::*;
use serde::Serialize;

use super::import::look;
use crate::cli::NearArguments;
use crate::input::Received;
use crate::refusal::{Outcome, Refusal};
use crate::sandbox::{Frames, Looked, LookedAtMedia, frames};
use crate::terminal::{Progress, day, plain};
use crate::workspace::Workspace;

/// Of two videos, the share of frames (0 to 1) from which one is taken to hold the other.
const SAME_VIDEO_SHARE: f64 = 0.5;

/// The archive's hashes, and whose each is.
struct Archive {
    media: BTreeMap<u64, Media>,
    /// Each with its journal index.
    accessions: BTreeMap<AccessionId, (u64, Accession)>,
    hashes: Vec<PdqHash>,
    /// For each hash, the journal index of its media and where in it.
    of: Vec<(u64, MediaHash)>,
    /// Files that were withdrawn; their hashes stay, so that copies are found.
    withdrawn: BTreeSet<Sha256Digest>,
}

impl Archive {
    async fn load(workspace: &Workspace) -> Outcome<Self> {
        let of = workspace.casebase.media_hashes(PDQ_QUALITY).await?;
        // What a video is can be recorded once more, when its frames are hashed: the last holds.
        let last: BTreeMap<AccessionId, (u64, Media)> = workspace
            .casebase
            .media()
            .await?
            .into_iter()
            .map(|m| (m.value.accession.clone(), (m.index, m.value)))
            .collect();
        let media: BTreeMap<u64, Media> = last.into_values().collect();
        let accessions = workspace.casebase.accessions().await?;
        let withdrawals = workspace.withdrawals()?.into_iter();
        let of: Vec<(u64, MediaHash)> = of.into_iter().filter(|(entry, _)| media.contains_key(entry)).collect();
        Ok(Self {
            withdrawn: withdrawals
                .filter_map(|(_, w)| if let WithdrawnPart::Original(digest) = w.part { Some(digest) } else { None })
                .filter(|digest| !workspace.originals.is_here(digest))
                .collect(),
            media,
            accessions: accessions.into_iter().map(|(index, a, _)| (a.id.clone(), (index, a))).collect(),
            hashes: of.iter().map(|(_, hash)| hash.hash).collect(),
            of,
        })
    }

    /// From when to when one may have been first shown, in seconds since 1970: as its post states, else when it was received.
    fn span(&self, entry: u64) -> Option<(i64, i64)> {
        let media = self.media.get(&entry)?;
        match media.published_at {
            Some(at) => Some((at, media.published_until.unwrap_or(at))),
            None => self.accessions.get(&media.accession).map(|(_, a)| (a.received_at, a.received_at)),
        }
    }
}

/// One photograph or video of the archive, as a line of an answer.
#[derive(Debug, Serialize)]
struct Line {
    /// The journal indices of what it is and of its receipt.
    #[serde(skip)]
    entries: [u64; 2],
    accession: AccessionId,
    source: SourceId,
    file_name: String,
    media_type: String,
    received_at: i64,
    /// As its post states.
    #[serde(skip_serializing_if = "Option::is_none")]
    published_at: Option<i64>,
    /// The last second of the day, where its post states no more than the day.
    #[serde(skip_serializing_if = "Option::is_none")]
    published_until: Option<i64>,
    /// What its place in the order goes by: `published` or `received`.
    by: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    claimed_times: Vec<String>,
    /// Its file was withdrawn.
    withdrawn: bool,
    /// The fewest bits in which it differs.
    distance: u32,
    /// How the picture has to be turned or cut to be so near: `whole`, `inside_border`, `turned`. In a set of copies: `first`,
    /// `perhaps_first` (where it cannot be told), `copy`, `turned`.
    how: &'static str,
    /// Of the question's frames, the share (0 to 1) that are in it.
    share: f64,
    /// How it is related to the first, where the source tells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    derives_from_first: Option<bool>,
}

pub async fn run(workspace: &mut Workspace, arguments: &NearArguments) -> Outcome<()> {
    let archive = Archive::load(workspace).await?;
    if arguments.origin {
        let sources = workspace.casebase.sources().await?.into_iter().map(|s| s.value).collect::<Vec<_>>();
        let sets = origins(&archive, &sources, arguments);
        note_looks(workspace, sets.iter().flatten()).await?;
        show_origins(&archive, &sets, arguments);
        return Ok(());
    }
    let Some(file) = &arguments.file else { return Err(Refusal::new("no file was named; nothing was searched for")) };
    let (plain, turned) = question(file)?;
    let lines = search(&archive, &plain, &turned, arguments.distance);
    note_looks(workspace, &lines).await?;
    if arguments.json {
        outln!(
            "{}",
            serde_json::json!({ "searched": archive.media.len(), "hashes": archive.hashes.len(), "near": lines })
        );
        return Ok(());
    }
    if lines.is_empty() {
        outln!(
            "nothing among {} photographs and videos is within {} bits of it",
            archive.media.len(),
            arguments.distance
        );
    }
    lines.iter().for_each(print);
    Ok(())
}

/// Whose files, names and times are about to be shown becomes part of their chains of custody.
async fn note_looks<'a>(workspace: &mut Workspace, lines: impl IntoIterator<Item = &'a Line>) -> Outcome<()> {
    let entries: Vec<u64> = lines.into_iter().flat_map(|line| line.entries).collect();
    match entries.is_empty() {
        true => Ok(()),
        false => super::custody::looked_at(workspace, "near", entries, super::particulars::AMONG_COPIES).await,
    }
}

/// The hashes of a file that is asked about, and those of it turned and mirrored. The file is not kept.
fn question(file: &Path) -> Outcome<(Vec<MediaHash>, Vec<MediaHash>)> {
    let received = Received::open(file).map_err(|e| Refusal::io("could not read", file, e))?;
    let Looked::Media(looked) = look(&received, false)? else {
        return Err(Refusal::new(format!(
            "{} is neither a photograph nor a video; nothing was searched for",
            file.display()
        )));
    };
    let LookedAtMedia { media_type, metadata, mut hashes, mut turned, .. } = *looked;
    let mut why = metadata.remarks.join("; ");
    if media_type.starts_with("video/") {
        let progress = Progress::new();
        match frames(file, &media_type, &mut |nth| {
            progress.at("seconds of video hashed", nth, 0);
            true
        }) {
            Frames::Hashed { hashes: found, .. } => {
                turned = all_turned(&found);
                hashes = found;
            }
            Frames::NotInstalled => why = "ffmpeg is not installed (Debian: apt-get install ffmpeg)".into(),
            Frames::Failed(reason) => why = reason,
        }
    }
    let good = |hashes: Vec<MediaHash>| hashes.into_iter().filter(|h| h.quality >= PDQ_QUALITY).collect::<Vec<_>>();
    let (read, plain, turned) = (!hashes.is_empty(), good(hashes), good(turned));
    match (read, plain.is_empty()) {
        (false, _) => Err(Refusal::new(format!("{} has no hash ({why}); nothing was searched for", file.display()))),
        (true, true) => Err(Refusal::new(format!(
            "there is too little in {} to tell it by (quality below {PDQ_QUALITY}); nothing was searched for",
            file.display()
        ))),
        _ => Ok((plain, turned)),
    }
}

/// Hashes of the same turned and mirrored.
fn all_turned(hashes: &[MediaHash]) -> Vec<MediaHash> {
    let turned = |own: &MediaHash| turned_hashes(&own.hash).map(|hash| MediaHash { hash, ..own.clone() });
    hashes.iter().flat_map(turned).collect()
}

/// Copies in the archive of what is described, by their accession, with the fewest bits apart.
fn copies(archive: &Archive, media: &Media) -> Vec<(AccessionId, Sha256Digest, u32)> {
    let good: Vec<MediaHash> = media.hashes.iter().filter(|h| h.quality >= PDQ_QUALITY).cloned().collect();
    let lines = search(archive, &good, &all_turned(&good), PDQ_DISTANCE);
    let is_video = media.media_type.starts_with("video/");
    let lines = lines.into_iter().filter(|line| !is_video || line.share >= SAME_VIDEO_SHARE);
    let of = |line: Line| Some((archive.media.get(&line.entries[0])?.sha256, line));
    lines.filter_map(of).map(|(digest, line)| (line.accession, digest, line.distance)).collect()
}

/// Those from an entry on that are copies of what was withdrawn, each in a sentence.
pub async fn like_withdrawn(workspace: &Workspace, from: u64) -> Outcome<Vec<String>> {
    let is_file = |(_, withdrawal): &(u64, Withdrawal)| matches!(withdrawal.part, WithdrawnPart::Original(_));
    if workspace.journal.len() == from || !workspace.withdrawals()?.iter().any(is_file) {
        return Ok(Vec::new());
    }
    let archive = Archive::load(workspace).await?;
    let new = archive.media.range(from..).filter(|(_, media)| !archive.withdrawn.contains(&media.sha256));
    let like = new.filter_map(|(_, media)| {
        let found = copies(&archive, media).into_iter().find(|(_, digest, _)| archive.withdrawn.contains(digest));
        let (accession, _, bits) = found?;
        Some(format!(
            "{} is like {accession}, which was withdrawn ({bits} bits apart): if it shows the same, redact --original {} \
             withdraws it",
            media.accession, media.accession
        ))
    });
    Ok(like.collect())
}

/// Copies that stay of pictures and videos which go, each in a sentence.
pub async fn copies_that_stay(workspace: &Workspace, goes: &BTreeSet<Sha256Digest>) -> Outcome<Vec<String>> {
    let archive = Archive::load(workspace).await?;
    let mut staying = BTreeMap::new();
    for media in archive.media.values().filter(|media| goes.contains(&media.sha256)) {
        for (accession, digest, bits) in copies(&archive, media) {
            if !goes.contains(&digest) && !archive.withdrawn.contains(&digest) {
                let fewest = staying.entry(accession).or_insert(bits);
                *fewest = bits.min(*fewest);
            }
        }
    }
    let said = |(accession, bits)| {
        format!("{accession} looks the same ({bits} bits apart) and stays: redact --original {accession} withdraws it")
    };
    Ok(staying.into_iter().map(said).collect())
}

#[derive(Default)]
struct Hit {
    distance: Option<u32>,
    how: &'static str,
    frames: BTreeSet<u64>,
}

fn search(archive: &Archive, plain: &[MediaHash], turned: &[MediaHash], distance: u32) -> Vec<Line> {
    let asked: BTreeSet<u64> = plain.iter().map(|h| h.at_ms).collect();
    let mut hits: BTreeMap<u64, Hit> = BTreeMap::new();
    // Many frames are worth an index; a few are not.
    let index = (plain.len() + turned.len() > 64 && archive.hashes.len() > 50_000)
        .then(|| HammingIndex::new(archive.hashes.clone(), distance));
    let all: Vec<(&MediaHash, bool)> =
        plain.iter().map(|h| (h, false)).chain(turned.iter().map(|h| (h, true))).collect();
    let asked_for: Vec<PdqHash> = all.iter().map(|(hash, _)| hash.hash).collect();
    let near = match index {
        Some(index) => asked_for.iter().map(|hash| index.near(hash)).collect(),
        None => scan(&archive.hashes, &asked_for, distance),
    };
    for ((hash, is_turned), near) in all.into_iter().zip(near) {
        for found in near {
            let Some((entry, theirs)) = archive.of.get(found.nth as usize) else { continue };
            let hit = hits.entry(*entry).or_default();
            hit.frames.insert(hash.at_ms);
            if hit.distance.is_none_or(|least| found.distance < least) {
                hit.distance = Some(found.distance);
                hit.how = match (is_turned, hash.framing, theirs.framing) {
                    (true, ..) => "turned",
                    (false, Framing::Whole, Framing::Whole) => "whole",
                    _ => "inside_border",
                };
            }
        }
    }
    let mut lines: Vec<Line> = hits
        .into_iter()
        .filter_map(|(entry, hit)| {
            let share = hit.frames.len() as f64 / asked.len().max(1) as f64;
            line(archive, entry, hit.distance?, hit.how, share)
        })
        .collect();
    lines.sort_by(|a, b| {
        (b.share.total_cmp(&a.share)).then(a.distance.cmp(&b.distance)).then(a.accession.cmp(&b.accession))
    });
    lines
}

fn line(archive: &Archive, entry: u64, distance: u32, how: &'static str, share: f64) -> Option<Line> {
    let media = archive.media.get(&entry)?;
    let (received, accession) = archive.accessions.get(&media.accession)?;
    Some(Line {
        entries: [entry, *received],
        accession: media.accession.clone(),
        source: media.source.clone(),
        file_name: accession.file_name.clone(),
        media_type: media.media_type.clone(),
        received_at: accession.received_at,
        published_at: media.published_at,
        published_until: media.published_until,
        by: if media.published_at.is_some() { "published" } else { "received" },
        claimed_times: {
            let times = media.claimed_times.iter().filter(|claim| claim.is_time());
            times.map(|c| format!("{} {}", c.field, c.value)).collect()
        },
        withdrawn: archive.withdrawn.contains(&media.sha256),
        distance,
        how,
        share,
        derives_from_first: None,
    })
}

fn moment(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map_or_else(|_| seconds.to_string(), |t| t.to_string())
}

fn print(line: &Line) {
    let mut text = format!(
        "{}  {}  {}  {:?}  {} bits apart ({})",
        line.accession,
        match (line.published_at, line.published_until) {
            (Some(at), Some(_)) => {
                format!("published on {} (stated, no hour), received {}", day(at), moment(line.received_at))
            }
            (Some(at), None) => format!("published {} (stated), received {}", moment(at), moment(line.received_at)),
            (None, _) => format!("received {} (no time of publication stated)", moment(line.received_at)),
        },
        line.source,
        line.file_name,
        line.distance,
        line.how.replace('_', " ")
    );
    if line.media_type.starts_with("video/") {
        text.push_str(&format!(", {:.0} % of the frames", line.share * 100.0));
    }
    match line.derives_from_first {
        Some(true) => text.push_str(", its source takes from the first"),
        Some(false) => text.push_str(", its source is not known to take from the first"),
        None => {}
    }
    if line.withdrawn {
        text.push_str(", withdrawn since");
    }
    if let Some(claimed) = line.claimed_times.first() {
        text.push_str(&format!("  [claims {}]", plain(claimed)));
    }
    outln!("{text}");
}

/// Sets of copies: media that are joined by near hashes, for videos by half of the shorter one's frames.
fn origins(archive: &Archive, sources: &[Source], arguments: &NearArguments) -> Vec<Vec<Line>> {
    let progress = Progress::new();
    let pairs = pairs(archive, arguments.distance, &progress);
    let mut set_of: BTreeMap<u64, u64> = archive.media.keys().map(|entry| (*entry, *entry)).collect();
    for (a, b) in pairs.keys() {
        let (from, to) = (root(&set_of, *a), root(&set_of, *b));
        set_of.insert(from.max(to), from.min(to));
    }
    let mut sets: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    for entry in archive.media.keys() {
        sets.entry(root(&set_of, *entry)).or_default().push(*entry);
    }
    let mut shown = Vec::new();
    for mut members in sets.into_values().filter(|members| members.len() > 1) {
        let spans: BTreeMap<u64, (i64, i64)> = members.iter().filter_map(|e| Some((*e, archive.span(*e)?))).collect();
        members.retain(|entry| spans.contains_key(entry));
        members.sort_by_key(|entry| (spans[entry], *entry));
        let Some(until) = spans.values().map(|span| span.1).min() else { continue };
        // Those that began before the earliest was over: with more than one, none of them is known to be the first.
        let n_first = members.iter().take_while(|entry| spans[*entry].0 <= until).count();
        let Some((first, _)) = members.split_first() else { continue };
        let origin = archive.media.get(first).map(|m| m.source.clone()).filter(|_| n_first == 1);
        let mut lines = Vec::new();
        for (nth, entry) in members.iter().enumerate() {
            if nth == 0 {
                lines.extend(line(archive, *entry, 0, if n_first == 1 { "first" } else { "perhaps_first" }, 1.0));
                continue;
            }
            let nearest = members
                .iter()
                .filter_map(|other| pairs.get(&(*other.min(entry), *other.max(entry))))
                .min_by_key(|p| p.bits);
            let pair = pairs.get(&(*first.min(entry), *first.max(entry))).or(nearest).copied().unwrap_or_default();
            let how = match pair.is_turned {
                _ if nth < n_first => "perhaps_first",
                true => "turned",
                false => "copy",
            };
            let mut told = line(archive, *entry, pair.bits, how, pair.share);
            if let (Some(told), Some(origin)) = (told.as_mut(), &origin) {
                let same = told.source == *origin;
                told.derives_from_first = (!same).then(|| takes_from(sources, &told.source, origin));
            }
            lines.extend(told);
        }
        shown.push(lines);
    }
    shown
}

fn show_origins(archive: &Archive, sets: &[Vec<Line>], arguments: &NearArguments) {
    if arguments.json {
        outln!("{}", serde_json::json!({ "searched": archive.media.len(), "sets": sets }));
        return;
    }
    outln!(
        "{} sets of copies among {} photographs and videos; first is what was published first, by the time stated or else received",
        sets.len(),
        archive.media.len()
    );
    for lines in sets {
        outln!("");
        let n_first = lines.iter().filter(|line| line.how == "perhaps_first").count();
        if n_first > 0 {
            outln!("it cannot be told which of these {n_first} came first: their times are the same or overlap");
        }
        lines.iter().for_each(print);
    }
}

fn root(set_of: &BTreeMap<u64, u64>, mut entry: u64) -> u64 {
    while let Some(up) = set_of.get(&entry).filter(|up| **up != entry) {
        entry = *up;
    }
    entry
}

/// How near two media are.
#[derive(Debug, Clone, Copy, Default)]
struct Pair {
    /// The fewest bits apart.
    bits: u32,
    /// Only when one of them is turned or mirrored are they so near.
    is_turned: bool,
    /// Of the shorter one's frames, the share (0 to 1) that has a counterpart in the other.
    share: f64,
}

/// The fewest bits apart, whether turned for it, and the moments of either that have a counterpart in the other.
type Matched = (u32, bool, BTreeSet<u64>, BTreeSet<u64>);

/// Hashes looked for side by side.
const AT_ONCE: usize = 4096;

/// Media that are near one another, as they are or turned.
fn pairs(archive: &Archive, distance: u32, progress: &Progress) -> BTreeMap<(u64, u64), Pair> {
    let index = HammingIndex::new(archive.hashes.clone(), distance);
    let mut matched: BTreeMap<(u64, u64), Matched> = BTreeMap::new();
    let mut moments: BTreeMap<u64, BTreeSet<u64>> = BTreeMap::new();
    for (part, first) in archive.of.chunks(AT_ONCE).zip((0..).step_by(AT_ONCE)) {
        let near: Vec<Vec<(Near, bool)>> = part
            .par_iter()
            .map(|(_, hash)| {
                let turned = turned_hashes(&hash.hash);
                let turned = turned.iter().flat_map(|hash| index.near(hash)).map(|found| (found, true));
                index.near(&hash.hash).into_iter().map(|found| (found, false)).chain(turned).collect()
            })
            .collect();
        for (nth, ((entry, hash), near)) in (first..).zip(part.iter().zip(near)) {
            moments.entry(*entry).or_default().insert(hash.at_ms);
            for (found, is_turned) in near.into_iter().filter(|(found, _)| (found.nth as usize) < nth) {
                let Some((other, theirs)) = archive.of.get(found.nth as usize) else { continue };
                if other == entry {
                    continue;
                }
                let (key, mine, yours) =
                    if entry < other { ((*entry, *other), hash, theirs) } else { ((*other, *entry), theirs, hash) };
                let pair = matched.entry(key).or_insert((found.distance, is_turned, BTreeSet::new(), BTreeSet::new()));
                (pair.0, pair.1) = (pair.0, pair.1).min((found.distance, is_turned));
                pair.2.insert(mine.at_ms);
                pair.3.insert(yours.at_ms);
            }
        }
        progress.at("hashes compared", (first + part.len()) as u64, archive.of.len() as u64);
    }
    let frames = |entry: &u64| moments.get(entry).map_or(1, BTreeSet::len).max(1) as f64;
    let shares = matched.into_iter().map(|((a, b), (bits, is_turned, of_a, of_b))| {
        let share = (of_a.len() as f64 / frames(&a)).max(of_b.len() as f64 / frames(&b));
        ((a, b), Pair { bits, is_turned, share })
    });
    shares.filter(|(_, pair)| pair.share >= SAME_VIDEO_SHARE).collect()
}

/// Whether a source says, itself or through others, that it takes from another.
fn takes_from(sources: &[Source], who: &SourceId, whom: &SourceId) -> bool {
    let mut seen = BTreeSet::new();
    let mut next = vec![who.clone()];
    while let Some(id) = next.pop() {
        let above = sources.iter().find(|s| s.id == id).map(|s| s.derives_from.clone()).unwrap_or_default();
        if above.contains(whom) {
            return true;
        }
        next.extend(above.into_iter().filter(|id| seen.insert(id.clone())));
    }
    false
}
