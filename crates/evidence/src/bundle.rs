//! Sealing a release: `SHA256SUMS` lists every file as `sha256sum` does, and `release.note` signs that list.

use std::path::{Path, PathBuf};

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

/// Seals a folder: refuses links and names that `sha256sum` would have to escape; removes folders with nothing in them.
pub fn seal(folder: &Path, key: &SigningKey, origin: &str) -> Result<Seal> {
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
    let lines = listed.par_iter().map(|file| {
        let bytes = files::read(&folder.join(file))?;
        Ok(format!("{}  {file}\n", Sha256Digest::of(&bytes)))
    });
    let sums = lines.collect::<Result<Vec<String>>>()?.concat();
    files::write_durable(&folder.join(SUMS), sums.as_bytes())?;
    let seal = Seal { files: listed.len() as u64, sums: Sha256Digest::of(sums.as_bytes()) };
    let text = format!("{NOTE_HEADER}\n{origin}\n{}\n{}\n", seal.sums, seal.files);
    files::write_durable(&folder.join(NOTE), note::sign(origin, key, &text).as_bytes())?;
    Ok(seal)
}
