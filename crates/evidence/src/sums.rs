//! What the files of a folder were when they were last hashed, so that sealing it again hashes only what changed. It is
//! kept by who seals, beside no release; [`verify_release`](crate::verify_release) hashes every file and knows nothing of it.
//!
//! A release has some hundred thousand files, and `SHA256SUMS` in it tells the path and the digest of each: beside it only stamps are
//! kept. A heading; SHA-256 of that list; the stamp of each of its lines (four numbers of eight bytes, the lowest first; zeros where the
//! file is not known). Whatever is not so, or is of another list, is no cache. Whoever keeps the bytes puts a code at their end.

use std::ops::Range;
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::atomic::{AtomicU8, Ordering};

use domain::Sha256Digest;
use rayon::prelude::*;
use rustix::fs::{AtFlags, FileType, Mode, OFlags, openat, statat};
use sha2::{Digest, Sha256};

use crate::bundle::{Listing, SUMS};
use crate::{EvidenceError, Result, files};

/// See the module's words. Empty at first.
#[derive(Debug, Default)]
pub struct SumCache {
    /// As `sha256sum` writes it: for each file, in the order of their paths, a digest, two spaces, the path.
    list: Vec<u8>,
    /// Where each line of the list ends, its end of line with it.
    ends: Vec<u32>,
    /// What was kept, with the stamps.
    kept: Vec<u8>,
    /// What became of each file since the cache was read: it is looked at once.
    state: Vec<AtomicU8>,
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
type Hashed = (Option<Stamp>, [u8; 32]);

const HEADER: &[u8] = b"tawthiq-sums/v3\n";
/// Where the stamps begin in what is kept.
const STAMPS: usize = HEADER.len() + 32;
const STAMP: usize = 32;
/// Bytes of a line before the path.
const BEFORE_PATH: usize = 66;
/// Rows that one thread looks at at a time.
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

    /// Of a file that is not known: no file has these numbers.
    const NONE: Self = Self([0; 4]);

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

fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

impl SumCache {
    /// Of a sealed folder: reads what was kept when it was sealed. Anything else is an empty cache: then every file is hashed.
    pub fn load(folder: &Path, kept: Vec<u8>) -> Self {
        let list = files::read_regular(&folder.join(SUMS)).unwrap_or_default();
        Self::read(list, kept).unwrap_or_default()
    }

    fn read(list: Vec<u8>, kept: Vec<u8>) -> Option<Self> {
        let (digest, stamps) = kept.strip_prefix(HEADER)?.split_first_chunk::<32>()?;
        if Sha256Digest::of(&list).0 != *digest {
            return None;
        }
        let n_files = stamps.len() / STAMP;
        let (mut ends, mut at) = (Vec::with_capacity(n_files), 0);
        while at < list.len() {
            let path = list.get(at + BEFORE_PATH..)?;
            at += BEFORE_PATH + path.iter().position(|byte| *byte == b'\n')? + 1;
            ends.push(u32::try_from(at).ok()?);
        }
        let is_whole = ends.len() == n_files && stamps.len() % STAMP == 0;
        let mut state = Vec::new();
        state.resize_with(n_files, AtomicU8::default);
        is_whole.then_some(Self { list, ends, kept, state })
    }

    /// What it was read from.
    pub fn kept(&self) -> &[u8] {
        &self.kept
    }

    pub(crate) fn n_files(&self) -> usize {
        self.ends.len()
    }

    fn start(&self, row: usize) -> usize {
        row.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize)
    }

    fn line(&self, row: usize) -> &[u8] {
        let end = self.ends.get(row).map_or(0, |end| *end as usize);
        self.list.get(self.start(row)..end).unwrap_or_default()
    }

    fn path(&self, row: usize) -> &[u8] {
        let line = self.line(row);
        line.get(BEFORE_PATH..line.len().saturating_sub(1)).unwrap_or_default()
    }

    /// The path of a row. A path that is no text is none that was sealed.
    pub(crate) fn path_of(&self, row: u32) -> &str {
        std::str::from_utf8(self.path(row as usize)).unwrap_or_default()
    }

    fn stamps(&self, rows: Range<usize>) -> &[u8] {
        self.kept.get(STAMPS + rows.start * STAMP..STAMPS + rows.end * STAMP).unwrap_or_default()
    }

    fn stamp(&self, row: usize) -> Option<Stamp> {
        let stamp = self.stamps(row..row + 1);
        let of = |nth: usize| Some(i64::from_le_bytes(number(stamp, 8 * nth)?));
        Some(Stamp([of(0)?, of(1)?, of(2)?, of(3)?]))
    }

    fn known(&self, row: usize) -> Option<(Stamp, [u8; 32])> {
        let digest = data_encoding::HEXLOWER.decode(self.line(row).get(..64)?).ok()?;
        Some((self.stamp(row)?, digest.try_into().ok()?))
    }

    /// The row of a path.
    pub(crate) fn row_of(&self, path: &str) -> Option<u32> {
        let row = self.first_from(path.as_bytes());
        let is_here = row < self.n_files() && self.path(row) == path.as_bytes();
        is_here.then(|| u32::try_from(row).ok()).flatten()
    }

    /// The first row whose path is not before this one. Who asks for one path after the other finds most of the way in the
    /// processor's cache.
    fn first_from(&self, path: &[u8]) -> usize {
        let (mut from, mut until) = (0, self.n_files());
        while from < until {
            let middle = from + (until - from) / 2;
            match self.path(middle) < path {
                true => from = middle + 1,
                false => until = middle,
            }
        }
        from
    }

    /// Files in a folder, and not in one of it: their rows and names, in the order of the names. A path of a folder ends with a
    /// slash.
    pub(crate) fn rows_in<'c>(&'c self, below: &'c str) -> impl Iterator<Item = (u32, &'c [u8])> {
        let mut row = self.first_from(below.as_bytes());
        std::iter::from_fn(move || {
            while row < self.n_files() {
                let name = self.path(row).strip_prefix(below.as_bytes())?;
                let Some(at) = name.iter().position(|byte| *byte == b'/') else {
                    row += 1;
                    return Some((u32::try_from(row - 1).ok()?, name));
                };
                // What comes after all that begins with the folder and a slash.
                let beyond = [below.as_bytes(), &name[..at], &[b'/' + 1]].concat();
                row = self.first_from(&beyond).max(row + 1);
            }
            None
        })
    }

    fn state_of(&self, row: u32) -> u8 {
        self.state.get(row as usize).map_or(UNKNOWN, |state| state.load(Ordering::Relaxed))
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
                let stands = stamp.is_some() && self.stamp(row) == stamp;
                state.store(if stands { STANDS } else { UNKNOWN }, Ordering::Relaxed);
            }
        });
        Ok(())
    }

    /// Bytes of a file of the folder, when nobody wrote to it between its hashing and the last [`SumCache::look`]. Sealing
    /// believes the answer.
    pub fn untouched(&self, path: &str) -> Option<u64> {
        let row = self.row_of(path)?;
        let state = self.state.get(row as usize).filter(|state| state.load(Ordering::Relaxed) != UNKNOWN)?;
        state.store(LEFT, Ordering::Relaxed);
        Some(self.stamp(row as usize)?.0[0].cast_unsigned())
    }

    /// Whether somebody was told that a file is untouched: it is a part of what is sealed next.
    pub(crate) fn was_left(&self, row: u32) -> bool {
        self.state_of(row) == LEFT
    }

    /// The list of the files that were listed: as they were left, or else as they are now. `now` is in nanoseconds since 1970, from
    /// before that. Refuses where one that was left is not among them.
    pub(crate) fn sealed(&self, folder: &Path, listing: &Listing, now: i64) -> Result<Lines<'_>> {
        let mut here = listing.known.iter().copied().peekable();
        let is_gone = |row: &u32| here.next_if_eq(row).is_none() && self.was_left(*row);
        if let Some(row) = (0..self.n_files() as u32).find(is_gone) {
            return Err(EvidenceError::Vanished(folder.join(self.path_of(row))));
        }
        self.hashed(folder, listing, LEFT, now)
    }

    /// As [`SumCache::sealed`], where nothing was written since the last look.
    pub(crate) fn seen(&self, folder: &Path, listing: &Listing, now: i64) -> Result<Lines<'_>> {
        self.hashed(folder, listing, STANDS, now)
    }

    fn hashed(&self, folder: &Path, listing: &Listing, believed: u8, now: i64) -> Result<Lines<'_>> {
        // Files to look at, each with the row before which it stands, or which is its own.
        let own = listing.known.iter().filter(|row| self.state_of(**row) < believed);
        let mut others: Vec<(usize, &str)> = own.map(|row| (*row as usize, self.path_of(*row))).collect();
        others.extend(listing.sealed().map(|path| (self.first_from(path.as_bytes()), path)));
        others.par_sort_unstable_by(|a, b| a.1.cmp(b.1));
        let of = |(row, path): &(usize, &str)| self.hashed_one(*row, folder, path);
        let hashed: Vec<Hashed> = others.par_iter().map(of).collect::<Result<_>>()?;
        let mut made = Lines::of(self, listing.known.len() + others.len());
        let mut others = others.iter().zip(hashed).peekable();
        let mut rows =
            listing.known.iter().filter(|row| self.state_of(**row) >= believed).map(|row| *row as usize).peekable();
        loop {
            let next = others.peek().map_or(usize::MAX, |((row, _), _)| *row);
            match rows.next_if(|row| *row < next) {
                Some(first) => {
                    let mut end = first + 1;
                    while rows.next_if(|row| *row == end && *row < next).is_some() {
                        end += 1;
                    }
                    made.take(first..end);
                }
                None => match others.next() {
                    Some(((_, path), (stamp, digest))) => made.push(path, stamp.filter(|s| s.is_settled(now)), &digest),
                    None => break,
                },
            }
        }
        Ok(made)
    }

    /// A file that is not believed, which may stand in this row.
    fn hashed_one(&self, row: usize, folder: &Path, path: &str) -> Result<Hashed> {
        let whole = folder.join(path);
        // Looked at before it is read: who writes in between changes the stamp.
        let stamp = Stamp::of(&whole).map_err(EvidenceError::io("could not read", &whole))?;
        let known = self.known(row).filter(|(known, _)| self.path(row) == path.as_bytes() && Some(*known) == stamp);
        match known {
            Some((_, digest)) => Ok((stamp, digest)),
            None => Ok((stamp, files::digest_regular(&whole).map_err(EvidenceError::io("could not read", &whole))?)),
        }
    }
}

/// A list that is made of lines of an older one, as they lie there, and new ones.
pub(crate) struct Lines<'c> {
    from: &'c SumCache,
    pieces: Vec<Piece>,
    pub n_files: u64,
    /// What is to be kept, without the digest of the list.
    kept: Vec<u8>,
}

enum Piece {
    /// Where lines of the older list stand in it.
    Old(Range<usize>),
    New(String),
}

impl<'c> Lines<'c> {
    fn of(from: &'c SumCache, n_files: usize) -> Self {
        let mut kept = Vec::with_capacity(STAMPS + STAMP * n_files);
        kept.extend_from_slice(HEADER);
        kept.resize(STAMPS, 0);
        Self { from, pieces: Vec::new(), n_files: 0, kept }
    }

    /// Lines of the older list as they stand.
    fn take(&mut self, rows: Range<usize>) {
        self.n_files += rows.len() as u64;
        self.pieces.push(Piece::Old(self.from.start(rows.start)..self.from.start(rows.end)));
        self.kept.extend_from_slice(self.from.stamps(rows));
    }

    fn push(&mut self, path: &str, stamp: Option<Stamp>, digest: &[u8; 32]) {
        self.n_files += 1;
        if !matches!(self.pieces.last(), Some(Piece::New(_))) {
            self.pieces.push(Piece::New(String::new()));
        }
        if let Some(Piece::New(lines)) = self.pieces.last_mut() {
            data_encoding::HEXLOWER.encode_append(digest, lines);
            lines.extend(["  ", path, "\n"]);
        }
        stamp.unwrap_or(Stamp::NONE).0.iter().for_each(|number| self.kept.extend_from_slice(&number.to_le_bytes()));
    }

    /// What `SHA256SUMS` is to say.
    pub fn parts(&self) -> Vec<&[u8]> {
        let old = |range: &Range<usize>| self.from.list.get(range.clone()).unwrap_or_default();
        let pieces = self.pieces.iter();
        pieces
            .map(|piece| match piece {
                Piece::Old(range) => old(range),
                Piece::New(lines) => lines.as_bytes(),
            })
            .collect()
    }

    pub fn digest(&self) -> Sha256Digest {
        let mut hash = Sha256::new();
        self.parts().into_iter().for_each(|part| hash.update(part));
        Sha256Digest(hash.finalize().into())
    }

    /// For the next time; `digest` is [`Lines::digest`].
    pub fn kept(mut self, digest: &Sha256Digest) -> Vec<u8> {
        self.kept[HEADER.len()..STAMPS].copy_from_slice(&digest.0);
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// List and what is kept of files that are settled, with a digest and a stamp that tell them apart.
    fn known(files: &[&str]) -> (Vec<u8>, Vec<u8>) {
        let none = SumCache::default();
        let mut made = Lines::of(&none, files.len());
        for (k, file) in (0..).zip(files) {
            made.push(file, Some(Stamp([k, k + 1, k + 2, k + 3])), &[k as u8; 32]);
        }
        ends(made)
    }

    fn ends(made: Lines<'_>) -> (Vec<u8>, Vec<u8>) {
        let (list, digest) = (made.parts().concat(), made.digest());
        (list, made.kept(&digest))
    }

    #[test]
    fn what_was_known_is_known_when_it_is_read_again() {
        let files = ["a", "a/b", "ar/index.html", "proofs/1.json", "ز"];
        let (list, kept) = known(&files);
        let cache = SumCache::read(list, kept).unwrap();
        assert_eq!(cache.n_files(), files.len());
        for (k, file) in (0..).zip(files) {
            let row = cache.row_of(file).unwrap();
            assert_eq!((row, cache.path_of(row)), (k, file));
            let numbers = [0, 1, 2, 3].map(|n| n + i64::from(k));
            assert_eq!(cache.known(row as usize), Some((Stamp(numbers), [k as u8; 32])));
        }
        assert_eq!(cache.row_of("b"), None);
        assert_eq!(SumCache::default().row_of("a"), None);
    }

    #[test]
    fn a_cache_that_was_cut_or_is_of_another_list_is_none() {
        let (list, kept) = known(&["a", "b"]);
        for at in 0..kept.len() {
            assert!(SumCache::read(list.clone(), kept[..at].to_vec()).is_none(), "cut at {at}");
        }
        for at in 0..list.len() {
            let mut changed = list.clone();
            changed[at] ^= 1;
            assert!(SumCache::read(changed, kept.clone()).is_none(), "byte {at}");
            assert!(SumCache::read(list[..at].to_vec(), kept.clone()).is_none(), "cut at {at}");
        }
        // Whole, and still nonsense.
        let kept = |list: &[u8]| [HEADER, &Sha256Digest::of(list).0, &[0; STAMP]].concat();
        for nonsense in [&b"a"[..], b"\n", b"no list\n", &[b'\n'; 200], &[0xff; 300]] {
            assert!(SumCache::read(nonsense.to_vec(), kept(nonsense)).is_none());
        }
        let no_digest = ["x".repeat(BEFORE_PATH), "a\n".to_owned()].concat().into_bytes();
        let cache = SumCache::read(no_digest.clone(), kept(&no_digest)).unwrap();
        assert_eq!((cache.known(0), cache.path_of(0), cache.known(1), cache.path_of(1)), (None, "a", None, ""));
    }

    #[test]
    fn a_list_is_made_of_lines_that_stand_and_new_ones_in_the_order_of_paths() {
        let dir = tempfile::tempdir().unwrap();
        let files = ["a", "b", "c", "d", "e"];
        let (list, kept) = known(&files);
        for gone in 0..files.len() {
            for new in ["", "0", "bb", "f"] {
                let old = SumCache::read(list.clone(), kept.clone()).unwrap();
                let here = (0..).take(files.len()).filter(|row| *row as usize != gone);
                let mut listing = Listing { known: here.collect(), ..Listing::default() };
                listing.known.iter().for_each(|row| old.state[*row as usize].store(LEFT, Ordering::Relaxed));
                let mut expected: Vec<(&str, [u8; 32])> =
                    listing.known.iter().map(|row| (files[*row as usize], [*row as u8; 32])).collect();
                if !new.is_empty() {
                    std::fs::write(dir.path().join(new), new).unwrap();
                    listing.files.push(new.to_owned());
                    expected.push((new, Sha256Digest::of(new.as_bytes()).0));
                }
                expected.sort_unstable();
                let made = old.sealed(dir.path(), &listing, i64::MAX).unwrap();
                assert_eq!(made.n_files, expected.len() as u64);
                let (list, kept) = ends(made);
                let line = |(path, digest): &(&str, _)| format!("{}  {path}\n", Sha256Digest(*digest));
                assert_eq!(String::from_utf8(list.clone()).unwrap(), expected.iter().map(line).collect::<String>());
                let again = SumCache::read(list, kept).unwrap();
                for row in listing.known {
                    let row_now = again.row_of(files[row as usize]).unwrap();
                    assert_eq!(again.known(row_now as usize), old.known(row as usize));
                }
            }
        }
    }

    #[test]
    fn a_file_that_was_written_within_a_tick_of_the_clock_is_not_known() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a"), "a").unwrap();
        let listing = Listing { files: vec!["a".to_owned()], ..Listing::default() };
        let written = Stamp::of(&dir.path().join("a")).unwrap().unwrap().0[3];
        for (later, is_known) in [(0, false), (TICK_NANOSECONDS, false), (TICK_NANOSECONDS + 1, true)] {
            let none = SumCache::default();
            let (list, kept) = ends(none.sealed(dir.path(), &listing, written + later).unwrap());
            let cache = SumCache::read(list, kept).unwrap();
            cache.look(dir.path()).unwrap();
            assert_eq!(cache.untouched("a").is_some(), is_known, "{later}");
        }
    }
}
