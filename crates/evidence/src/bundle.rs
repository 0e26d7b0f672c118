//! Sealing a release: `SHA256SUMS` lists every file as `sha256sum` does, and `release.note` signs that list.

use std::path::{Path, PathBuf};

use domain::Sha256Digest;
use ed25519_dalek::SigningKey;
use rayon::prelude::*;

use crate::sums::{Hashed, SumCache};
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

/// Lists a folder without following links, files in the order of their paths: a folder stands where its name with a slash
/// does.
pub(crate) fn list(folder: &Path) -> Result<Listing> {
    let mut listing = Listing::default();
    // What is still to be listed, the last first; folders end with a slash.
    let mut ahead = vec![String::new()];
    while let Some(path) = ahead.pop() {
        if !path.is_empty() && !path.ends_with('/') {
            listing.files.push(path);
            continue;
        }
        let dir = folder.join(&path);
        let first = ahead.len();
        let mut is_empty = true;
        for entry in std::fs::read_dir(&dir).map_err(EvidenceError::io("could not read", &dir))? {
            is_empty = false;
            let entry = entry.map_err(EvidenceError::io("could not read", &dir))?;
            let kind = entry.file_type().map_err(|e| EvidenceError::io("could not read", &entry.path())(e))?;
            let name = entry.file_name().into_string().ok().filter(|name| !name.contains(['\n', '\\', '\r']));
            match name {
                Some(name) if kind.is_dir() => ahead.push(format!("{path}{name}/")),
                Some(name) if kind.is_file() => ahead.push(format!("{path}{name}")),
                _ => listing.others.push(entry.path()),
            }
        }
        ahead[first..].sort_unstable_by(|a, b| b[path.len()..].cmp(&a[path.len()..]));
        if is_empty && !path.is_empty() {
            listing.empty.push(dir);
        }
    }
    listing.others.sort();
    listing.empty.sort();
    Ok(listing)
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
    let found = listed.par_iter().map(|file| cache.digest(folder, file)).collect::<Result<Vec<Hashed>>>()?;
    let mut sums = String::with_capacity(listed.iter().map(|file| file.len() + 67).sum());
    for (file, (_, digest)) in listed.iter().zip(&found) {
        sums.push_str(&Sha256Digest(*digest).hex());
        sums.push_str("  ");
        sums.push_str(file);
        sums.push('\n');
    }
    files::write_durable(&folder.join(SUMS), sums.as_bytes())?;
    let seal = Seal { files: listed.len() as u64, sums: Sha256Digest::of(sums.as_bytes()) };
    let text = format!("{NOTE_HEADER}\n{origin}\n{}\n{}\n", seal.sums, seal.files);
    files::write_durable(&folder.join(NOTE), note::sign(origin, key, &text).as_bytes())?;
    cache.know(&listed, &found, now);
    Ok(seal)
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
