//! Sealing a release: `SHA256SUMS` lists every file as `sha256sum` does, and `release.note` signs that list.

use std::collections::HashMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use domain::Sha256Digest;
use ed25519_dalek::SigningKey;
use rayon::prelude::*;

use crate::{EvidenceError, Result, files, note};

pub(crate) const SUMS: &str = "SHA256SUMS";
pub(crate) const NOTE: &str = "release.note";
pub(crate) const NOTE_HEADER: &str = "tawthiq-release/v1";

/// What was sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    pub files: u64,
    /// SHA-256 of `SHA256SUMS`.
    pub sums: Sha256Digest,
}

/// What stands in a folder: files by their path with slashes, and whatever is neither file nor folder, or a folder with
/// nothing in it.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    pub files: Vec<String>,
    pub others: Vec<PathBuf>,
    pub empty: Vec<PathBuf>,
}

/// Lists a folder without following links.
pub(crate) fn list(folder: &Path) -> Result<Listing> {
    let mut listing = Listing::default();
    let mut folders = vec![folder.to_owned()];
    while let Some(dir) = folders.pop() {
        let mut is_empty = true;
        for entry in std::fs::read_dir(&dir).map_err(EvidenceError::io("could not read", &dir))? {
            is_empty = false;
            let entry = entry.map_err(EvidenceError::io("could not read", &dir))?;
            let path = entry.path();
            let kind = entry.file_type().map_err(EvidenceError::io("could not read", &path))?;
            let relative = path.strip_prefix(folder).ok().and_then(Path::to_str);
            match relative.filter(|r| !r.contains(['\n', '\\', '\r'])) {
                _ if kind.is_dir() => folders.push(path),
                Some(relative) if kind.is_file() => listing.files.push(relative.to_owned()),
                _ => listing.others.push(path),
            }
        }
        if is_empty && dir != folder {
            listing.empty.push(dir);
        }
    }
    listing.files.sort();
    listing.others.sort();
    listing.empty.sort();
    Ok(listing)
}

/// What the files of a folder were when they were last hashed, so that sealing it again hashes only what changed. It is
/// kept by who seals, beside no release; [`verify_release`](crate::verify_release) hashes every file and knows nothing of it.
#[derive(Debug, Default)]
pub struct SumCache(HashMap<String, Known>);

#[derive(Debug)]
struct Known {
    stamp: Stamp,
    digest: [u8; 32],
    /// Seen to be as it was, since the cache was read: looked at once.
    stands: AtomicBool,
}

/// Of a file that nobody wrote to, none of these changes: bytes, inode, and nanoseconds of its last writing and of its
/// last change of any kind, which no program can set back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp([i64; 4]);

const CACHE_HEADER: &str = "tawthiq-sums/v1";
/// The clock of a file system ticks in steps; a file written within one of them could be written again unseen.
const TICK_NANOSECONDS: i64 = 20_000_000;

impl Stamp {
    fn of(path: &Path) -> std::io::Result<Option<Self>> {
        let found = std::fs::symlink_metadata(path)?;
        // A date beyond the year 2262 is one that no file has of itself: it is then the same as any other such.
        let nanoseconds = |s: i64, ns: i64| s.saturating_mul(1_000_000_000).saturating_add(ns);
        let stamp = [
            found.len().cast_signed(),
            found.ino().cast_signed(),
            nanoseconds(found.mtime(), found.mtime_nsec()),
            nanoseconds(found.ctime(), found.ctime_nsec()),
        ];
        Ok(found.is_file().then_some(Self(stamp)))
    }
    fn is_settled(&self, now: i64) -> bool {
        self.0[3].saturating_add(TICK_NANOSECONDS) < now
    }
}

impl SumCache {
    /// Reads what [`SumCache::text`] wrote. Anything else is an empty cache: then every file is hashed.
    pub fn parse(text: &str) -> Self {
        let line = |line: &str| {
            let mut parts = line.splitn(6, ' ');
            let digest = Sha256Digest::from_hex(parts.next()?)?.0;
            let mut number = || parts.next()?.parse().ok();
            let stamp = Stamp([number()?, number()?, number()?, number()?]);
            Some((parts.next()?.to_owned(), Known { stamp, digest, stands: AtomicBool::new(false) }))
        };
        let lines = text.split_once('\n').filter(|(header, _)| *header == CACHE_HEADER);
        Self(lines.and_then(|(_, lines)| lines.par_lines().map(line).collect()).unwrap_or_default())
    }

    /// As text, for the next time.
    pub fn text(&self) -> String {
        let mut lines: Vec<_> = self.0.iter().collect();
        lines.par_sort_unstable_by_key(|(path, _)| path.as_str());
        let line = |(path, Known { stamp: Stamp([len, inode, written, changed]), digest, .. }): &(&String, &Known)| {
            format!("{} {len} {inode} {written} {changed} {path}\n", Sha256Digest(*digest))
        };
        let lines: Vec<String> = lines.par_iter().map(line).collect();
        format!("{CACHE_HEADER}\n{}", lines.concat())
    }

    /// Bytes of a file of the folder, when nobody wrote to it since it was hashed. Sealing believes the answer.
    pub fn untouched(&self, folder: &Path, path: &str) -> Option<u64> {
        let known = self.0.get(path)?;
        let found = Stamp::of(&folder.join(path)).ok()??;
        known.stands.store(found == known.stamp, Ordering::Relaxed);
        (found == known.stamp).then(|| found.0[0].cast_unsigned())
    }

    fn digest(&self, folder: &Path, path: &str) -> Result<(Option<Stamp>, [u8; 32])> {
        let known = self.0.get(path);
        if let Some(known) = known.filter(|known| known.stands.load(Ordering::Relaxed)) {
            return Ok((Some(known.stamp), known.digest));
        }
        let whole = folder.join(path);
        // Looked at before it is read: who writes in between changes the stamp.
        let stamp = Stamp::of(&whole).map_err(EvidenceError::io("could not read", &whole))?;
        match known.filter(|known| Some(known.stamp) == stamp) {
            Some(known) => Ok((stamp, known.digest)),
            None => Ok((stamp, files::digest_regular(&whole).map_err(EvidenceError::io("could not read", &whole))?)),
        }
    }
}

/// Seals a folder: refuses links and names that `sha256sum` would have to escape; removes folders with nothing in them.
pub fn seal(folder: &Path, key: &SigningKey, origin: &str) -> Result<Seal> {
    seal_again(folder, key, origin, &mut SumCache::default())
}

/// As [`seal`], but hashes only files that are not as the cache knows them, and brings the cache up to date.
pub fn seal_again(folder: &Path, key: &SigningKey, origin: &str, cache: &mut SumCache) -> Result<Seal> {
    note::check_name(origin)?;
    let mut listing = list(folder)?;
    while !listing.empty.is_empty() {
        for dir in &listing.empty {
            std::fs::remove_dir(dir).map_err(EvidenceError::io("could not remove", dir))?;
        }
        listing = list(folder)?;
    }
    if let Some(other) = listing.others.into_iter().next() {
        return Err(EvidenceError::Unsealable(other));
    }
    let listed: Vec<String> = listing.files.into_iter().filter(|f| f != SUMS && f != NOTE).collect();
    let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let now = i64::try_from(since_epoch.as_nanos()).unwrap_or(i64::MIN);
    let found = listed.par_iter().map(|file| cache.digest(folder, file)).collect::<Result<Vec<_>>>()?;
    let mut sums = String::new();
    for (file, (_, digest)) in listed.iter().zip(&found) {
        sums.push_str(&format!("{}  {file}\n", Sha256Digest(*digest)));
    }
    files::write_durable(&folder.join(SUMS), sums.as_bytes())?;
    let seal = Seal { files: listed.len() as u64, sums: Sha256Digest::of(sums.as_bytes()) };
    let text = format!("{NOTE_HEADER}\n{origin}\n{}\n{}\n", seal.sums, seal.files);
    files::write_durable(&folder.join(NOTE), note::sign(origin, key, &text).as_bytes())?;
    let settled = listed.into_iter().zip(found).filter_map(|(file, (stamp, digest))| {
        let stamp = stamp.filter(|stamp| stamp.is_settled(now))?;
        Some((file, Known { stamp, digest, stands: AtomicBool::new(false) }))
    });
    cache.0 = settled.collect();
    Ok(seal)
}
