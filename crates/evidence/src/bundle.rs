//! Sealing a release: `SHA256SUMS` lists every file as `sha256sum` does, and `release.note` signs that list.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use domain::Sha256Digest;
use ed25519_dalek::SigningKey;
use rayon::Scope;
use rayon::prelude::*;

use crate::sums::SumCache;
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
/// nothing in it; each in the order of its paths.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// Files that a cache knows, by their rows in it.
    pub known: Vec<u32>,
    pub files: Vec<String>,
    pub others: Vec<PathBuf>,
    pub empty: Vec<PathBuf>,
}

impl Listing {
    /// Files that no cache knows and that a seal is over.
    pub(crate) fn sealed(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(String::as_str).filter(|file| *file != SUMS && *file != NOTE)
    }
}

/// Names of files, one behind the other, put in order by few looks at the names themselves.
#[derive(Default)]
struct Names {
    text: String,
    /// Where each name stands in the text.
    each: Vec<Range<usize>>,
}

impl Names {
    fn push(&mut self, name: &str) {
        let start = self.text.len();
        self.text.push_str(name);
        self.each.push(start..self.text.len());
    }

    fn name(&self, at: &Range<usize>) -> &str {
        self.text.get(at.clone()).unwrap_or_default()
    }

    /// In the order of their bytes.
    fn in_order(&self) -> Vec<&str> {
        let names = || self.each.iter().map(|at| self.name(at));
        let first = names().next().unwrap_or_default().as_bytes();
        let alike = |name: &str| first.iter().zip(name.as_bytes()).take_while(|(a, b)| a == b).count();
        let common = names().map(alike).min().unwrap_or(0);
        // No name holds a zero, so that a shorter one comes first.
        let next_letters = |name: &str| {
            let mut letters = [0; 8];
            let rest = name.as_bytes().get(common..).unwrap_or_default();
            letters.iter_mut().zip(rest).for_each(|(letter, byte)| *letter = *byte);
            u64::from_be_bytes(letters)
        };
        let mut order: Vec<(u64, &str)> = names().map(|name| (next_letters(name), name)).collect();
        order.sort_unstable();
        order.into_iter().map(|(_, name)| name).collect()
    }
}

/// What one folder holds, and the paths of the folders in it. Paths of folders end with a slash.
fn inside(folder: &Path, below: &str, cache: &SumCache) -> Result<(Listing, Vec<String>)> {
    let dir = folder.join(below);
    let unread = || EvidenceError::io("could not read", &dir);
    let (mut found, mut folders, mut names) = (Listing::default(), Vec::new(), Names::default());
    for entry in std::fs::read_dir(&dir).map_err(unread())? {
        let entry = entry.map_err(unread())?;
        let kind = entry.file_type().map_err(|e| EvidenceError::io("could not read", &entry.path())(e))?;
        let name = entry.file_name();
        match name.to_str().filter(|name| !name.bytes().any(|byte| matches!(byte, b'\n' | b'\\' | b'\r'))) {
            Some(name) if kind.is_dir() => folders.push([below, name, "/"].concat()),
            Some(name) if kind.is_file() => names.push(name),
            _ => found.others.push(entry.path()),
        }
    }
    let is_empty = folders.is_empty() && names.each.is_empty() && found.others.is_empty();
    if is_empty && !below.is_empty() {
        found.empty.push(dir);
    }
    let mut known = cache.rows_in(below).peekable();
    for name in names.in_order() {
        while known.next_if(|(_, own)| *own < name.as_bytes()).is_some() {}
        match known.next_if(|(_, own)| *own == name.as_bytes()) {
            Some((row, _)) => found.known.push(row),
            None => found.files.push([below, name].concat()),
        }
    }
    Ok((found, folders))
}

/// What was found below a folder, and what could not be read there.
type Found = Mutex<(Listing, BTreeMap<String, EvidenceError>)>;

/// Lists a folder, and leaves those in it to whoever is free.
fn walk<'s>(scope: &Scope<'s>, folder: &'s Path, below: String, cache: &'s SumCache, all: &'s Found) {
    let read = inside(folder, &below, cache);
    let mut all_found = all.lock().unwrap_or_else(PoisonError::into_inner);
    match read {
        Ok((found, folders)) => {
            let listing = &mut all_found.0;
            listing.known.extend(found.known);
            listing.files.extend(found.files);
            listing.others.extend(found.others);
            listing.empty.extend(found.empty);
            for below in folders {
                scope.spawn(move |scope| walk(scope, folder, below, cache, all));
            }
        }
        Err(error) => _ = all_found.1.insert(below, error),
    }
}

/// Lists a folder without following links.
pub(crate) fn list(folder: &Path) -> Result<Listing> {
    list_beside(folder, &SumCache::default())
}

/// As [`list`], with the files that a cache knows apart.
fn list_beside(folder: &Path, cache: &SumCache) -> Result<Listing> {
    let found = Found::default();
    rayon::scope(|scope| walk(scope, folder, String::new(), cache, &found));
    let (mut listing, mut unread) = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, error)) = unread.pop_first() {
        return Err(error);
    }
    listing.known.par_sort_unstable();
    listing.files.par_sort_unstable();
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
    seal_again(folder, key, origin, &|_| true, &SumCache::default()).map(|(seal, _)| seal)
}

/// As [`seal`], but removes the files that are not of the release (those that the cache said were untouched are), hashes only those that
/// are not as the cache knows them. With the seal comes what to keep for the next time.
pub fn seal_again(
    folder: &Path,
    key: &SigningKey,
    origin: &str,
    is_of_release: &(dyn Fn(&str) -> bool + Sync),
    cache: &SumCache,
) -> Result<(Seal, Vec<u8>)> {
    note::check_name(origin)?;
    let mut listing = list_beside(folder, cache)?;
    while remove_strangers(folder, &listing, cache, is_of_release)? {
        listing = list_beside(folder, cache)?;
    }
    if let Some(other) = listing.others.first() {
        return Err(EvidenceError::Unsealable(other.clone()));
    }
    let lines = cache.sealed(folder, &listing, nanoseconds_now())?;
    let write = || files::write_durable_parts(&folder.join(SUMS), &lines.parts());
    let (written, sums) = rayon::join(write, || lines.digest());
    written?;
    let (seal, note) = note_of(lines.n_files, sums, key, origin);
    files::write_durable(&folder.join(NOTE), note.as_bytes())?;
    let kept = lines.kept(&seal.sums);
    Ok((seal, kept))
}

/// What to keep for the next time, where the folder is as it was sealed when `SHA256SUMS` had this digest: the files that were listed, no
/// other, and each with its bytes. The cache has just looked at it; files that are not as it knows them are hashed.
pub fn is_sealed(
    folder: &Path,
    key: &SigningKey,
    origin: &str,
    sealed: &Sha256Digest,
    cache: &SumCache,
) -> Option<Vec<u8>> {
    // What cannot be read is not as it was sealed.
    let listing = list_beside(folder, cache).ok()?;
    if !listing.others.is_empty() || !listing.empty.is_empty() {
        return None;
    }
    let lines = cache.seen(folder, &listing, nanoseconds_now()).ok()?;
    let (seal, note) = note_of(lines.n_files, lines.digest(), key, origin);
    let read = |name: &str| files::read_regular(&folder.join(name)).ok();
    let stands = seal.sums == *sealed
        && read(SUMS).is_some_and(|list| Sha256Digest::of(&list) == *sealed)
        && read(NOTE).is_some_and(|bytes| bytes == note.as_bytes());
    stands.then(|| lines.kept(sealed))
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
        cache.row_of(&path).is_some_and(|row| cache.was_left(row)) || is_own(&path)
    };
    let known = listing.known.iter().filter(|row| !cache.was_left(**row)).map(|row| cache.path_of(*row));
    let files = known.chain(listing.files.iter().map(String::as_str)).filter(|path| !is_own(path));
    let mut strangers: Vec<PathBuf> = files.map(|path| folder.join(path)).collect();
    strangers.extend(listing.others.iter().filter(|path| !is_left_of(path)).cloned());
    for path in &strangers {
        std::fs::remove_file(path).map_err(EvidenceError::io("could not remove", path))?;
    }
    for dir in &listing.empty {
        std::fs::remove_dir(dir).map_err(EvidenceError::io("could not remove", dir))?;
    }
    Ok(!strangers.is_empty() || !listing.empty.is_empty())
}

/// Since 1970.
fn nanoseconds_now() -> i64 {
    let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_epoch.as_nanos()).unwrap_or(i64::MIN)
}

/// The seal of a list of files, and the note that signs it.
fn note_of(files: u64, sums: Sha256Digest, key: &SigningKey, origin: &str) -> (Seal, String) {
    let seal = Seal { files, sums };
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

    #[test]
    fn what_is_known_is_told_from_what_is_not_among_names_that_begin_alike() {
        let dir = tempfile::tempdir().unwrap();
        let write = |file: &str| {
            let path = dir.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, file).unwrap();
        };
        let files =
            ["a.html", "a/b.x", "a/b/c", "a/b0", "a/person-1.html", "a/person-10.html", "a/person-2", "a/ز", "ab"];
        files.into_iter().for_each(write);
        let key = SigningKey::from_bytes(&[7; 32]);
        let (_, kept) = sealed(dir.path(), &key);
        let cache = SumCache::load(dir.path(), kept);
        let row = |file: &str| cache.row_of(file);
        let found = list_beside(dir.path(), &cache).unwrap();
        assert_eq!(found.known, files.map(|file| row(file).unwrap()));
        assert_eq!(found.files, [SUMS, NOTE]);
        for stranger in ["a/b-", "a/b.xx", "a/b/", "a/person-11.html", "a/", "aa", "a/b/c/"] {
            assert_eq!(row(stranger), None, "{stranger}");
        }
        ["a/b-", "a/b.xx", "a/person-11.html", "c/c", "a/person-"].into_iter().for_each(write);
        std::fs::remove_file(dir.path().join("a/person-10.html")).unwrap();
        let found = list_beside(dir.path(), &cache).unwrap();
        let left = files.into_iter().filter(|file| *file != "a/person-10.html");
        assert_eq!(found.known, left.map(|file| row(file).unwrap()).collect::<Vec<_>>());
        assert_eq!(found.files, [SUMS, "a/b-", "a/b.xx", "a/person-", "a/person-11.html", "c/c", NOTE]);
    }

    fn sealed(folder: &Path, key: &SigningKey) -> (Seal, Vec<u8>) {
        seal_again(folder, key, "log.invalid/a", &|_| true, &SumCache::default()).unwrap()
    }
}
