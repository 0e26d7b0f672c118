//! What the files of a folder were when they were last hashed, so that sealing it again hashes only what changed. It is
//! kept by who seals, beside no release; [`verify_release`](crate::verify_release) hashes every file and knows nothing of it.
//!
//! A release has some hundred thousand files, so the cache is looked up as it was read: a heading; the number of files; for
//! each, in the order of their paths, its digest and stamp (four numbers of eight bytes, the lowest first); the ends of
//! the paths; the paths; SHA-256 of all before it. Whatever is not so is no cache.

use std::hash::{DefaultHasher, Hasher};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::Sha256Digest;

use crate::{EvidenceError, Result, files};

/// See the module's words. Empty at first.
#[derive(Debug, Default)]
pub struct SumCache {
    bytes: Vec<u8>,
    /// Where each path is among the rows, plus one; by its hash, or in the first free place after that.
    slots: Vec<u32>,
    /// Files seen to be as they were, since the cache was read: looked at once.
    stands: Vec<AtomicBool>,
}

/// Of a file that nobody wrote to, none of these changes: bytes, inode, and nanoseconds of its last writing and of its
/// last change of any kind, which no program can set back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp([i64; 4]);

/// A file's stamp and digest.
pub(crate) type Hashed = (Option<Stamp>, [u8; 32]);

const HEADER: &[u8] = b"tawthiq-sums/v2\n";
const ROWS: usize = HEADER.len() + 8;
const ROW: usize = 64;
const DIGEST: usize = 32;
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

fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

fn hash(path: &[u8]) -> usize {
    let mut hasher = DefaultHasher::new();
    hasher.write(path);
    hasher.finish() as usize
}

impl SumCache {
    /// Reads what [`SumCache::bytes`] gave. Anything else is an empty cache: then every file is hashed.
    pub fn parse(bytes: Vec<u8>) -> Self {
        Self::read(bytes).unwrap_or_default()
    }

    fn read(bytes: Vec<u8>) -> Option<Self> {
        let content = bytes.len().checked_sub(DIGEST).filter(|_| bytes.starts_with(HEADER))?;
        if Sha256Digest::of(&bytes[..content]).0 != bytes[content..] {
            return None;
        }
        let n = usize::try_from(u64::from_le_bytes(number(&bytes, HEADER.len())?)).ok()?;
        let paths = n.checked_mul(ROW + 4)?.checked_add(ROWS).filter(|paths| *paths <= content)?;
        let mut cache = Self { slots: vec![0; (2 * n + 1).next_power_of_two()], stands: Vec::new(), bytes };
        cache.stands.resize_with(n, AtomicBool::default);
        let mut end = 0;
        for row in 0..n {
            let next = cache.path_end(row)?;
            if next < end || next > content - paths {
                return None;
            }
            end = next;
            let slot = cache.slot_of(cache.path(row)).ok()?;
            cache.slots[slot] = u32::try_from(row).ok()?.checked_add(1)?;
        }
        (end == content - paths).then_some(cache)
    }

    /// For the next time.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn n_files(&self) -> usize {
        self.stands.len()
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

    /// The row of a path, else the free place for it.
    fn slot_of(&self, path: &[u8]) -> std::result::Result<usize, usize> {
        let mask = self.slots.len() - 1;
        let mut at = hash(path) & mask;
        loop {
            match self.slots[at] {
                0 => return Ok(at),
                row if self.path(row as usize - 1) == path => return Err(row as usize - 1),
                _ => at = (at + 1) & mask,
            }
        }
    }

    fn row_of(&self, path: &str) -> Option<usize> {
        if self.slots.is_empty() {
            return None;
        }
        self.slot_of(path.as_bytes()).err()
    }

    /// Bytes of a file of the folder, when nobody wrote to it since it was hashed. Sealing believes the answer.
    pub fn untouched(&self, folder: &Path, path: &str) -> Option<u64> {
        let row = self.row_of(path)?;
        let found = Stamp::of(&folder.join(path)).ok()??;
        let stands = self.stamp_of(row) == Some(found);
        self.stands[row].store(stands, Ordering::Relaxed);
        stands.then(|| found.0[0].cast_unsigned())
    }

    pub(crate) fn digest(&self, folder: &Path, path: &str) -> Result<Hashed> {
        let row = self.row_of(path);
        let known = row.and_then(|row| Some((self.stamp_of(row)?, self.digest_of(row)?)));
        if let (Some(row), Some((stamp, digest))) = (row, known)
            && self.stands[row].load(Ordering::Relaxed)
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
    pub(crate) fn know(&mut self, files: &[String], found: &[Hashed], now: i64) {
        let settled: Vec<(&String, &Stamp, &[u8; 32])> = files
            .iter()
            .zip(found)
            .filter_map(|(path, (stamp, digest))| {
                Some((path, stamp.as_ref().filter(|stamp| stamp.is_settled(now))?, digest))
            })
            .collect();
        let n_bytes: usize = settled.iter().map(|(path, ..)| path.len() + ROW + 4).sum();
        let mut bytes = Vec::with_capacity(ROWS + n_bytes + DIGEST);
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
        let digest = Sha256Digest::of(&bytes);
        bytes.extend_from_slice(&digest.0);
        *self = Self::parse(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(files: &[&str]) -> SumCache {
        let files: Vec<String> = files.iter().map(|f| (*f).to_owned()).collect();
        let found: Vec<Hashed> =
            (0..files.len() as i64).map(|k| (Some(Stamp([k, k + 1, k + 2, k + 3])), [k as u8; 32])).collect();
        let mut cache = SumCache::default();
        cache.know(&files, &found, i64::MAX);
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
    fn a_cache_that_was_changed_or_cut_is_none() {
        let bytes = known(&["a", "b"]).bytes().to_vec();
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert_eq!(SumCache::parse(changed).n_files(), 0, "byte {at}");
            assert_eq!(SumCache::parse(bytes[..at].to_vec()).n_files(), 0, "cut at {at}");
        }
        // Whole, and still nonsense: more files than there are bytes.
        let mut many = bytes[..bytes.len() - DIGEST].to_vec();
        many[HEADER.len()..ROWS].copy_from_slice(&u64::MAX.to_le_bytes());
        let digest = Sha256Digest::of(&many);
        many.extend_from_slice(&digest.0);
        assert_eq!(SumCache::parse(many).n_files(), 0);
    }

    #[test]
    fn a_file_that_was_written_within_a_tick_of_the_clock_is_not_known() {
        let mut cache = SumCache::default();
        cache.know(&["a".to_owned()], &[(Some(Stamp([1, 1, 50, 50])), [0; 32])], 50 + TICK_NANOSECONDS);
        assert_eq!(SumCache::parse(cache.bytes().to_vec()).n_files(), 0);
    }
}
