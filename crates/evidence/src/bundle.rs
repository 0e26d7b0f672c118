//! Sealing a release: `SHA256SUMS` lists every file as `sha256sum` does, and `release.note` signs that list.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use domain::Sha256Digest;
use ed25519_dalek::SigningKey;
use rayon::prelude::*;

use crate::sums::{Hashed, SumCache};
use crate::{EvidenceError, Result, files, note};

pub(crate) const SUMS: &str = "SHA256SUMS";
pub(crate) const NOTE: &str = "release.note";
/// Lines of `SHA256SUMS` that one thread makes at a time.
const LINES_A_PART: usize = 8192;
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

/// What one folder holds; paths of folders end with a slash.
#[derive(Default)]
struct Inside {
    paths: Vec<String>,
    others: Vec<PathBuf>,
}

fn inside(folder: &Path, below: &str) -> Result<Inside> {
    let dir = folder.join(below);
    let unread = || EvidenceError::io("could not read", &dir);
    let mut found = Inside::default();
    for entry in std::fs::read_dir(&dir).map_err(unread())? {
        let entry = entry.map_err(unread())?;
        let kind = entry.file_type().map_err(|e| EvidenceError::io("could not read", &entry.path())(e))?;
        let name = entry.file_name();
        match name.to_str().filter(|name| !name.contains(['\n', '\\', '\r'])) {
            Some(name) if kind.is_dir() => found.paths.push([below, name, "/"].concat()),
            Some(name) if kind.is_file() => found.paths.push([below, name].concat()),
            _ => found.others.push(entry.path()),
        }
    }
    found.paths.par_sort_unstable_by(|a, b| a[below.len()..].cmp(&b[below.len()..]));
    Ok(found)
}

/// Lists a folder without following links, files in the order of their paths: a folder stands where its name with a slash
/// does.
pub(crate) fn list(folder: &Path) -> Result<Listing> {
    let mut folders: HashMap<String, Inside> = HashMap::new();
    let mut level = vec![String::new()];
    while !level.is_empty() {
        let read = level.par_iter().map(|below| inside(folder, below)).collect::<Result<Vec<_>>>()?;
        let below = read.iter().flat_map(|found| &found.paths).filter(|path| path.ends_with('/'));
        let below: Vec<String> = below.cloned().collect();
        folders.extend(level.into_iter().zip(read));
        level = below;
    }
    let n_paths = folders.values().map(|found| found.paths.len()).sum();
    let mut listing = Listing { files: Vec::with_capacity(n_paths), ..Listing::default() };
    // What is still to be taken up, the last first.
    let mut ahead = vec![String::new()];
    while let Some(path) = ahead.pop() {
        if !path.is_empty() && !path.ends_with('/') {
            listing.files.push(path);
            continue;
        }
        let found = folders.remove(&path).unwrap_or_default();
        if found.paths.is_empty() && found.others.is_empty() && !path.is_empty() {
            listing.empty.push(folder.join(&path));
        }
        ahead.extend(found.paths.into_iter().rev());
        listing.others.extend(found.others);
    }
    listing.others.sort();
    listing.empty.sort();
    Ok(listing)
}

/// Whether a file of a sealed folder is the one that its list names, and the list the one that this key signed.
///
/// # Errors
/// None for what is missing or wrong: that is `false`. Only when a file that is there cannot be read.
pub fn is_as_signed(folder: &Path, path: &str, verifier: &note::Verifier) -> Result<bool> {
    let [note, sums, file] = [NOTE, SUMS, path].map(|name| folder.join(name));
    if [&note, &sums, &file].iter().any(|path| !path.is_file()) {
        return Ok(false);
    }
    let (note, sums) = (files::read(&note)?, files::read(&sums)?);
    let Ok(text) = std::str::from_utf8(&note).map_err(drop).and_then(|note| verifier.open(note).map_err(drop)) else {
        return Ok(false);
    };
    let signed = text.lines().nth(2).and_then(Sha256Digest::from_hex);
    let of_release = text.lines().next() == Some(NOTE_HEADER) && signed == Some(Sha256Digest::of(&sums));
    let line = format!("{}  {path}", Sha256Digest::of(&files::read(&file)?).hex());
    Ok(of_release && sums.split(|b| *b == b'\n').any(|own| own == line.as_bytes()))
}

/// Seals a folder: refuses links and names that `sha256sum` would have to escape; removes folders with nothing in them.
pub fn seal(folder: &Path, key: &SigningKey, origin: &str) -> Result<Seal> {
    seal_again(folder, key, origin, &|_| true, &mut SumCache::default())
}

/// As [`seal`], but removes the files that are not of the release (those that the cache said were untouched are), hashes only those that
/// are not as the cache knows them, and brings the cache up to date.
pub fn seal_again(
    folder: &Path,
    key: &SigningKey,
    origin: &str,
    is_of_release: &(dyn Fn(&str) -> bool + Sync),
    cache: &mut SumCache,
) -> Result<Seal> {
    note::check_name(origin)?;
    let mut listing = list(folder)?;
    while remove_strangers(folder, &listing, cache, is_of_release)? {
        listing = list(folder)?;
    }
    if let Some(other) = listing.others.first() {
        return Err(EvidenceError::Unsealable(other.clone()));
    }
    let listed = sealed_files(&listing);
    let now = nanoseconds_now();
    let found = cache.hashed(folder, &listed)?;
    let write = || {
        let sums = sums_text(&listed, &found);
        let (seal, note) = note_of(&listed, &sums, key, origin);
        files::write_durable(&folder.join(SUMS), sums.as_bytes())?;
        files::write_durable(&folder.join(NOTE), note.as_bytes())?;
        Ok(seal)
    };
    rayon::join(write, || cache.know(&listed, &found, now)).0
}

/// Whether the folder is as it was sealed when `SHA256SUMS` had this digest: the files that were listed, no other, and each
/// with its bytes. The cache has just looked at it. Files that are not as the cache knows them are hashed, and known then.
pub fn is_sealed(folder: &Path, key: &SigningKey, origin: &str, sealed: &Sha256Digest, cache: &mut SumCache) -> bool {
    // What cannot be read is not as it was sealed.
    let Ok(listing) = list(folder) else { return false };
    if !listing.others.is_empty() || !listing.empty.is_empty() {
        return false;
    }
    let now = nanoseconds_now();
    let listed = sealed_files(&listing);
    let Ok(found) = cache.hashed_seen(folder, &listed) else { return false };
    let sums = sums_text(&listed, &found);
    let (seal, note) = note_of(&listed, &sums, key, origin);
    let holds = |name: &str, text: &str| files::read_regular(&folder.join(name)).is_ok_and(|b| b == text.as_bytes());
    let stands = seal.sums == *sealed && holds(SUMS, &sums) && holds(NOTE, &note);
    if stands && !cache.is_whole(listed.len()) {
        cache.know(&listed, &found, now);
    }
    stands
}

/// Removes files that are not to be left, and folders with nothing in them. False where there was nothing to remove.
fn remove_strangers(
    folder: &Path,
    listing: &Listing,
    cache: &SumCache,
    is_of_release: &(dyn Fn(&str) -> bool + Sync),
) -> Result<bool> {
    let is_own = |path: &str| path == SUMS || path == NOTE || is_of_release(path);
    let is_left_of = |path: &Path| {
        let path = path.strip_prefix(folder).unwrap_or(path).to_string_lossy();
        cache.was_left(&path) || is_own(&path)
    };
    let paths: Vec<&str> = listing.files.iter().map(String::as_str).collect();
    let left = cache.were_left(&paths);
    let files = paths.iter().zip(left).filter(|(path, is_left)| !is_left && !is_own(path));
    let mut strangers: Vec<PathBuf> = files.map(|(path, _)| folder.join(path)).collect();
    strangers.extend(listing.others.iter().filter(|path| !is_left_of(path)).cloned());
    for path in &strangers {
        std::fs::remove_file(path).map_err(EvidenceError::io("could not remove", path))?;
    }
    for dir in &listing.empty {
        std::fs::remove_dir(dir).map_err(EvidenceError::io("could not remove", dir))?;
    }
    Ok(!strangers.is_empty() || !listing.empty.is_empty())
}

fn sealed_files(listing: &Listing) -> Vec<&str> {
    listing.files.iter().map(String::as_str).filter(|f| *f != SUMS && *f != NOTE).collect()
}

/// Since 1970.
fn nanoseconds_now() -> i64 {
    let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_epoch.as_nanos()).unwrap_or(i64::MIN)
}

/// As `sha256sum` writes it.
fn sums_text(listed: &[&str], found: &[Hashed]) -> String {
    let part = |(listed, found): (&[&str], &[Hashed])| {
        let mut sums = String::with_capacity(listed.iter().map(|file| file.len() + 67).sum());
        for (file, (_, digest)) in listed.iter().zip(found) {
            data_encoding::HEXLOWER.encode_append(digest, &mut sums);
            sums.push_str("  ");
            sums.push_str(file);
            sums.push('\n');
        }
        sums
    };
    listed.par_chunks(LINES_A_PART).zip(found.par_chunks(LINES_A_PART)).map(part).collect::<Vec<_>>().concat()
}

/// The seal of a list of files, and the note that signs it.
fn note_of(listed: &[&str], sums: &str, key: &SigningKey, origin: &str) -> (Seal, String) {
    let seal = Seal { files: listed.len() as u64, sums: Sha256Digest::of(sums.as_bytes()) };
    let text = format!("{NOTE_HEADER}\n{origin}\n{}\n{}\n", seal.sums, seal.files);
    (seal, note::sign(origin, key, &text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_listed_in_the_order_of_their_paths() {
        let dir = tempfile::tempdir().unwrap();
        let mut files = ["a.html", "a/z", "a/b/c", "a0", "b", "a/b.x", "a/b0"].map(str::to_owned);
        for file in &files {
            let path = dir.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, file).unwrap();
        }
        std::fs::create_dir_all(dir.path().join("a/empty/empty")).unwrap();
        std::os::unix::fs::symlink("b", dir.path().join("link")).unwrap();
        files.sort();
        let found = list(dir.path()).unwrap();
        assert_eq!(found.files, files);
        assert_eq!(found.others, [dir.path().join("link")]);
        assert_eq!(found.empty, [dir.path().join("a/empty/empty")]);
    }
}
