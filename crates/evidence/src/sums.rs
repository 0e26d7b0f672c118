//! What the files of a folder were when they were last hashed, so that sealing it again hashes only what changed. It is
//! kept by who seals, beside no release; [`verify_release`](crate::verify_release) hashes every file and knows nothing of it.
//!
//! A release has some hundred thousand files, so the cache is looked up as it was read: a heading; the number of files; for
//! each, in the order of their paths, its digest and stamp (four numbers of eight bytes, the lowest first); the ends of
//! the paths; the paths. Whatever is not so is no cache. Whoever keeps the bytes puts a code at their end.

use std::hash::Hasher;
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, Ordering};

use rayon::prelude::*;
use rustix::fs::{AtFlags, FileType, Mode, OFlags, openat, statat};

use crate::{EvidenceError, Result, files};

/// See the module's words. Empty at first.
#[derive(Debug, Default)]
pub struct SumCache {
    bytes: Vec<u8>,
    /// What became of each file since the cache was read: it is looked at once.
    state: Vec<AtomicU8>,
    /// Made when a row is first looked for.
    places: OnceLock<Vec<u32>>,
    /// It knows other files than what was read.
    is_new: bool,
}

/// Not seen, or not as it was hashed.
const UNKNOWN: u8 = 0;
/// Seen to be as it was hashed.
const STANDS: u8 = 1;
/// Seen so, and somebody was told that it is: sealing believes it.
const LEFT: u8 = 2;

/// Of a file that nobody wrote to, none of these changes: bytes, inode, and nanoseconds of its last writing and of its
/// last change of any kind, which no program can set back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp([i64; 4]);

/// A file's stamp and digest.
pub(crate) type Hashed = (Option<Stamp>, [u8; 32]);

const HEADER: &[u8] = b"tawthiq-sums/v3\n";
const ROWS: usize = HEADER.len() + 8;
const ROW: usize = 64;
const DIGEST: usize = 32;
/// Paths that one thread looks for at a time.
const AT_ONCE: usize = 4096;
/// The clock of a file system ticks in steps; a file written within one of them could be written again unseen.
const TICK_NANOSECONDS: i64 = 20_000_000;

impl Stamp {
    /// `None` for what is no file.
    fn of(path: &Path) -> std::io::Result<Option<Self>> {
        let found = std::fs::symlink_metadata(path)?;
        let written = nanoseconds(found.mtime(), found.mtime_nsec());
        let changed = nanoseconds(found.ctime(), found.ctime_nsec());
        let stamp = Self([found.len().cast_signed(), found.ino().cast_signed(), written, changed]);
        Ok(found.is_file().then_some(stamp))
    }

    /// As [`Stamp::of`], of a name in an open folder.
    fn in_folder(folder: &OwnedFd, name: &[u8]) -> Option<Self> {
        let found = statat(folder, name, AtFlags::SYMLINK_NOFOLLOW).ok()?;
        let written = nanoseconds(found.st_mtime, found.st_mtime_nsec.cast_signed());
        let changed = nanoseconds(found.st_ctime, found.st_ctime_nsec.cast_signed());
        let stamp = Self([found.st_size, found.st_ino.cast_signed(), written, changed]);
        (FileType::from_raw_mode(found.st_mode) == FileType::RegularFile).then_some(stamp)
    }

    fn is_settled(&self, now: i64) -> bool {
        self.0[3].saturating_add(TICK_NANOSECONDS) < now
    }
}

/// A date beyond the year 2262 is one that no file has of itself: it is then the same as any other such.
fn nanoseconds(seconds: i64, nanoseconds: i64) -> i64 {
    seconds.saturating_mul(1_000_000_000).saturating_add(nanoseconds)
}

/// Opens a folder to look at files in it; each folder on the way only where it is no link.
fn enter(root: &OwnedFd, folder: &[u8]) -> Option<OwnedFd> {
    let mut at = root.try_clone().ok()?;
    for name in folder.split(|byte| *byte == b'/').filter(|name| !name.is_empty()) {
        at = openat(&at, name, LOOK.union(OFlags::NOFOLLOW), Mode::empty()).ok()?;
    }
    Some(at)
}

/// How a folder is opened in which files are looked at.
const LOOK: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

/// Where to look for a path in a table of so many places, one after the other: each of them once.
fn probe(path: &[u8], n_places: usize) -> impl Iterator<Item = usize> {
    let mut hasher = rustc_hash::FxHasher::default();
    hasher.write(path);
    let start = hasher.finish() as usize;
    (0..n_places).map(move |step| start.wrapping_add(step) & (n_places - 1))
}

fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

impl SumCache {
    /// Reads what [`SumCache::bytes`] gave. Anything else is an empty cache: then every file is hashed.
    pub fn parse(bytes: Vec<u8>) -> Self {
        Self::read(bytes).unwrap_or_default()
    }

    fn read(bytes: Vec<u8>) -> Option<Self> {
        let content = bytes.starts_with(HEADER).then_some(bytes.len())?;
        let n = usize::try_from(u64::from_le_bytes(number(&bytes, HEADER.len())?)).ok()?;
        let paths = n.checked_mul(ROW + 4)?.checked_add(ROWS).filter(|paths| *paths <= content)?;
        let mut cache = Self { bytes, ..Self::default() };
        cache.state.resize_with(n, AtomicU8::default);
        let mut end = 0;
        for row in 0..n {
            let next = cache.path_end(row)?;
            if next < end || next > content - paths {
                return None;
            }
            end = next;
        }
        (end == content - paths).then_some(cache)
    }

    /// For the next time.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether [`SumCache::bytes`] are others than those that were read.
    pub fn is_new(&self) -> bool {
        self.is_new
    }

    fn n_files(&self) -> usize {
        self.state.len()
    }

    /// End of a path among the paths.
    fn path_end(&self, row: usize) -> Option<usize> {
        let at = ROWS + self.n_files() * ROW + row * 4;
        Some(u32::from_le_bytes(number(&self.bytes, at)?) as usize)
    }

    fn path(&self, row: usize) -> &[u8] {
        let start = if row == 0 { Some(0) } else { self.path_end(row - 1) };
        let paths = ROWS + self.n_files() * (ROW + 4);
        let range = start.zip(self.path_end(row)).and_then(|(start, end)| self.bytes.get(paths + start..paths + end));
        range.unwrap_or_default()
    }

    fn digest_of(&self, row: usize) -> Option<[u8; 32]> {
        number(&self.bytes, ROWS + row * ROW)
    }

    fn stamp_of(&self, row: usize) -> Option<Stamp> {
        let of = |nth: usize| Some(i64::from_le_bytes(number(&self.bytes, ROWS + row * ROW + DIGEST + 8 * nth)?));
        Some(Stamp([of(0)?, of(1)?, of(2)?, of(3)?]))
    }

    /// Rows by the hash of their path, from 1: each stands in the first empty place from where its hash leads to.
    fn places(&self) -> &[u32] {
        self.places.get_or_init(|| {
            let mut places = vec![0; (self.n_files() * 2).next_power_of_two()];
            for row in 0..self.n_files() {
                let at = probe(self.path(row), places.len()).find(|at| places.get(*at) == Some(&0));
                if let (Some(place), Ok(nth)) = (at.and_then(|at| places.get_mut(at)), u32::try_from(row + 1)) {
                    *place = nth;
                }
            }
            places
        })
    }

    fn row_of(&self, path: &str) -> Option<usize> {
        let places = self.places();
        for at in probe(path.as_bytes(), places.len()) {
            let row = (*places.get(at)? as usize).checked_sub(1)?;
            if self.path(row) == path.as_bytes() {
                return Some(row);
            }
        }
        None
    }

    /// The row of each of these paths, which are in order as the rows are: both are gone through side by side.
    fn rows_of(&self, paths: &[&str]) -> Vec<Option<usize>> {
        let part = |paths: &[&str]| -> Vec<Option<usize>> {
            let mut row = paths.first().map_or(0, |first| self.first_from(first));
            let mut of = |path: &&str| {
                while row < self.n_files() && self.path(row) < path.as_bytes() {
                    row += 1;
                }
                (row < self.n_files() && self.path(row) == path.as_bytes()).then_some(row)
            };
            paths.iter().map(&mut of).collect()
        };
        paths.par_chunks(AT_ONCE).map(part).collect::<Vec<_>>().concat()
    }

    /// The first row whose path is not before this one.
    fn first_from(&self, path: &str) -> usize {
        let (mut from, mut until) = (0, self.n_files());
        while from < until {
            let middle = from + (until - from) / 2;
            match self.path(middle) < path.as_bytes() {
                true => from = middle + 1,
                false => until = middle,
            }
        }
        from
    }

    fn state_of(&self, row: Option<usize>) -> u8 {
        row.and_then(|row| self.state.get(row)).map_or(UNKNOWN, |state| state.load(Ordering::Relaxed))
    }

    /// Looks at every file that it knows in the folder that it was made of, once, without following links.
    pub fn look(&self, folder: &Path) -> Result<()> {
        let root = std::fs::File::open(folder).map_err(EvidenceError::io("could not read", folder))?;
        let root = OwnedFd::from(root);
        self.state.par_chunks(AT_ONCE).enumerate().for_each(|(part, states)| {
            let mut open: Option<(&[u8], Option<OwnedFd>)> = None;
            for (row, state) in (part * AT_ONCE..).zip(states) {
                let path = self.path(row);
                let (below, name) = path.split_at(path.iter().rposition(|byte| *byte == b'/').map_or(0, |at| at + 1));
                if open.as_ref().is_none_or(|(own, _)| *own != below) {
                    open = Some((below, enter(&root, below)));
                }
                let within = open.as_ref().and_then(|(_, within)| within.as_ref());
                let stamp = within.and_then(|within| Stamp::in_folder(within, name));
                let stands = stamp.is_some() && self.stamp_of(row) == stamp;
                state.store(if stands { STANDS } else { UNKNOWN }, Ordering::Relaxed);
            }
        });
        // Whoever looks waits for nobody.
        self.places();
        Ok(())
    }

    /// Whether it knows so many files, and each was seen to be as it was hashed.
    pub(crate) fn is_whole(&self, n_files: usize) -> bool {
        n_files == self.n_files() && self.state.iter().all(|state| state.load(Ordering::Relaxed) >= STANDS)
    }

    /// Bytes of a file of the folder, when nobody wrote to it between its hashing and the last [`SumCache::look`]. Sealing
    /// believes the answer.
    pub fn untouched(&self, path: &str) -> Option<u64> {
        let row = self.row_of(path)?;
        if self.state[row].load(Ordering::Relaxed) == UNKNOWN {
            return None;
        }
        self.state[row].store(LEFT, Ordering::Relaxed);
        Some(self.stamp_of(row)?.0[0].cast_unsigned())
    }

    /// Whether somebody was told that a file is untouched: it is a part of what is sealed next.
    pub(crate) fn was_left(&self, path: &str) -> bool {
        self.state_of(self.row_of(path)) == LEFT
    }

    /// As [`SumCache::was_left`], of each of these paths, which are in order.
    pub(crate) fn were_left(&self, paths: &[&str]) -> Vec<bool> {
        self.rows_of(paths).into_iter().map(|row| self.state_of(row) == LEFT).collect()
    }

    /// Stamp and digest of each of these files, in the order of their paths: as they were left, or else of what is there now.
    /// Refuses where one that was left is not among them.
    pub(crate) fn hashed(&self, folder: &Path, listed: &[&str]) -> Result<Vec<Hashed>> {
        let rows = self.rows_of(listed);
        let mut is_gone: Vec<bool> = self.state.iter().map(|state| state.load(Ordering::Relaxed) == LEFT).collect();
        rows.iter().flatten().for_each(|row| is_gone[*row] = false);
        if let Some(row) = is_gone.iter().position(|is_gone| *is_gone) {
            return Err(EvidenceError::Vanished(folder.join(&*String::from_utf8_lossy(self.path(row)))));
        }
        self.hashed_in(&rows, LEFT, folder, listed)
    }

    /// As [`SumCache::hashed`], where nothing was written since the last look.
    pub(crate) fn hashed_seen(&self, folder: &Path, listed: &[&str]) -> Result<Vec<Hashed>> {
        let rows = self.rows_of(listed);
        self.hashed_in(&rows, STANDS, folder, listed)
    }

    fn hashed_in(&self, rows: &[Option<usize>], believed: u8, folder: &Path, paths: &[&str]) -> Result<Vec<Hashed>> {
        let of = |(row, path): (&Option<usize>, &&str)| self.hashed_one(*row, believed, folder, path);
        let hashed: Vec<Result<Hashed>> = rows.par_iter().zip(paths).map(of).collect();
        hashed.into_iter().collect()
    }

    fn hashed_one(&self, row: Option<usize>, believed: u8, folder: &Path, path: &str) -> Result<Hashed> {
        let known = row.and_then(|row| Some((self.stamp_of(row)?, self.digest_of(row)?)));
        if let (Some(row), Some((stamp, digest))) = (row, known)
            && self.state[row].load(Ordering::Relaxed) >= believed
        {
            return Ok((Some(stamp), digest));
        }
        let whole = folder.join(path);
        // Looked at before it is read: who writes in between changes the stamp.
        let stamp = Stamp::of(&whole).map_err(EvidenceError::io("could not read", &whole))?;
        match known.filter(|(known, _)| Some(*known) == stamp) {
            Some((_, digest)) => Ok((stamp, digest)),
            None => Ok((stamp, files::digest_regular(&whole).map_err(EvidenceError::io("could not read", &whole))?)),
        }
    }

    /// Knows these files, in the order of their paths, and no others. `now` is in nanoseconds since 1970, from before they
    /// were looked at.
    pub(crate) fn know(&mut self, files: &[&str], found: &[Hashed], now: i64) {
        let settled: Vec<(&str, &Stamp, &[u8; 32])> = files
            .iter()
            .zip(found)
            .filter_map(|(path, (stamp, digest))| {
                Some((*path, stamp.as_ref().filter(|stamp| stamp.is_settled(now))?, digest))
            })
            .collect();
        let n_bytes: usize = settled.iter().map(|(path, ..)| path.len() + ROW + 4).sum();
        let mut bytes = Vec::with_capacity(ROWS + n_bytes);
        bytes.extend_from_slice(HEADER);
        bytes.extend_from_slice(&(settled.len() as u64).to_le_bytes());
        for (_, stamp, digest) in &settled {
            bytes.extend_from_slice(&digest[..]);
            stamp.0.iter().for_each(|number| bytes.extend_from_slice(&number.to_le_bytes()));
        }
        let mut end = 0u32;
        for (path, ..) in &settled {
            // Too long for its numbers, it is no cache when it is read again.
            end = end.saturating_add(path.len() as u32);
            bytes.extend_from_slice(&end.to_le_bytes());
        }
        settled.iter().for_each(|(path, ..)| bytes.extend_from_slice(path.as_bytes()));
        *self = Self { is_new: true, ..Self::parse(bytes) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(files: &[&str]) -> SumCache {
        let found: Vec<Hashed> =
            (0..files.len() as i64).map(|k| (Some(Stamp([k, k + 1, k + 2, k + 3])), [k as u8; 32])).collect();
        let mut cache = SumCache::default();
        cache.know(files, &found, i64::MAX);
        cache
    }

    #[test]
    fn what_was_known_is_known_when_it_is_read_again() {
        let files = ["a", "a/b", "ar/index.html", "proofs/1.json", "ز"];
        let cache = SumCache::parse(known(&files).bytes().to_vec());
        assert_eq!(cache.n_files(), files.len());
        for (k, file) in files.iter().enumerate() {
            let row = cache.row_of(file).unwrap();
            assert_eq!(row, k, "{file}");
            assert_eq!(cache.digest_of(row), Some([k as u8; 32]));
            assert_eq!(cache.stamp_of(row).unwrap().0, [0, 1, 2, 3].map(|n| n + k as i64));
        }
        assert_eq!(cache.row_of("b"), None);
        assert_eq!(SumCache::default().row_of("a"), None);
    }

    #[test]
    fn a_cache_that_was_cut_or_is_nonsense_is_none() {
        let bytes = known(&["a", "b"]).bytes().to_vec();
        for at in 0..bytes.len() {
            assert_eq!(SumCache::parse(bytes[..at].to_vec()).n_files(), 0, "cut at {at}");
        }
        // More files than there are bytes; an end beyond the paths, and one that goes back.
        for (at, nonsense) in [(HEADER.len(), [0xff; 4]), (ROWS + 2 * ROW, [9, 0, 0, 0]), (ROWS + 2 * ROW + 4, [0; 4])]
        {
            let mut changed = bytes.clone();
            changed[at..at + 4].copy_from_slice(&nonsense);
            assert_eq!(SumCache::parse(changed).n_files(), 0, "byte {at}");
        }
    }

    #[test]
    fn a_file_that_was_written_within_a_tick_of_the_clock_is_not_known() {
        let mut cache = SumCache::default();
        cache.know(&["a"], &[(Some(Stamp([1, 1, 50, 50])), [0; 32])], 50 + TICK_NANOSECONDS);
        assert_eq!(SumCache::parse(cache.bytes().to_vec()).n_files(), 0);
    }
}
