//! The folder that a release is written into: refuses to overwrite what is not a release.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use rustc_hash::FxHashSet;

/// Why nothing, or not everything, was published.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseError {
    #[error("{0} is not empty and holds no earlier release (no SHA256SUMS); nothing was published")]
    NotARelease(PathBuf),
    #[error("{path}: {error}; the release is not complete")]
    Io { path: PathBuf, error: io::Error },
    #[error("a page could not be drawn: {0}; the release is not complete")]
    Page(String),
    #[error("the proof of entry {index} could not be made: {reason}; the release is not complete")]
    Proof { index: u64, reason: String },
    #[error("{0}; nothing was published")]
    Data(String),
}

/// Bytes of a file of the folder, by its path, when nobody wrote to it since the release before was sealed.
pub type Untouched<'a> = &'a (dyn Fn(&str) -> Option<u64> + Sync);

/// A folder to write a release into, which counts what is written.
pub struct Folder<'a> {
    root: PathBuf,
    pub(crate) files: AtomicU64,
    pub(crate) bytes: AtomicU64,
    /// What may stay of the earlier release.
    untouched: Option<Untouched<'a>>,
    /// Folders that are known to be there.
    made: Mutex<FxHashSet<PathBuf>>,
    /// What was written of this release, where an earlier one stays in the folder.
    written: Option<Mutex<FxHashSet<String>>>,
}

/// Which files of a folder were written for a release. Who said which of them are [`Untouched`] knows which were left; the others are an
/// earlier release's.
pub struct OfRelease(Option<FxHashSet<String>>);

impl OfRelease {
    /// The log is not known here: its keeper writes it.
    pub fn has(&self, path: &str) -> bool {
        path.starts_with("log/") || self.0.as_ref().is_none_or(|paths| paths.contains(path))
    }
}

fn n_bytes(parts: &[&[u8]]) -> u64 {
    parts.iter().map(|part| part.len() as u64).sum()
}

/// Whether a file holds these bytes and no others; read in pieces.
pub fn has_bytes(path: &Path, parts: &[&[u8]]) -> io::Result<bool> {
    let mut file = fs::File::open(path)?;
    if file.metadata()?.len() != n_bytes(parts) {
        return Ok(false);
    }
    let mut buffer = vec![0; 1 << 16];
    for piece in parts.iter().flat_map(|part| part.chunks(1 << 16)) {
        let found = &mut buffer[..piece.len()];
        file.read_exact(found)?;
        if found != piece {
            return Ok(false);
        }
    }
    Ok(true)
}

impl<'a> Folder<'a> {
    /// Refuses a folder that holds something else than a release; writes nothing.
    pub fn check(root: &Path) -> Result<(), ReleaseError> {
        let is_other = match fs::read_dir(root) {
            Ok(mut entries) => entries.next().is_some() && !root.join("SHA256SUMS").is_file(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => return Err(ReleaseError::Io { path: root.to_owned(), error }),
        };
        if is_other { Err(ReleaseError::NotARelease(root.to_owned())) } else { Ok(()) }
    }

    /// Takes an absent or empty folder, or replaces an earlier release. Until it is sealed, the folder has an empty list of
    /// files: that of a release whose writing is not done, which may be replaced.
    pub fn prepare(root: &Path) -> Result<Self, ReleaseError> {
        let at = |path: &Path| {
            let path = path.to_owned();
            move |error| ReleaseError::Io { path, error }
        };
        Self::check(root)?;
        fs::create_dir_all(root).map_err(at(root))?;
        Self::unsign(root)?;
        let sums = root.join("SHA256SUMS");
        fs::write(&sums, "").map_err(at(&sums))?;
        for entry in fs::read_dir(root).map_err(at(root))? {
            let path = entry.map_err(at(root))?.path();
            let is_folder = path.symlink_metadata().map_err(at(&path))?.is_dir();
            match path.file_name() {
                Some(name) if name == "SHA256SUMS" => {}
                _ if is_folder => fs::remove_dir_all(&path).map_err(at(&path))?,
                _ => fs::remove_file(&path).map_err(at(&path))?,
            }
        }
        Ok(Self::over(root, None))
    }

    fn over(root: &Path, untouched: Option<Untouched<'a>>) -> Self {
        Self {
            root: root.to_owned(),
            files: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            made: Mutex::default(),
            written: untouched.is_some().then(Mutex::default),
            untouched,
        }
    }

    /// Works in an earlier release, some of whose files may stay. Its signature goes first: until it is sealed again,
    /// the folder is no release that verifies, but one that may be replaced. Who seals it removes what [`OfRelease`] has not.
    pub fn again(root: &Path, untouched: Untouched<'a>) -> Result<Self, ReleaseError> {
        if !root.join("SHA256SUMS").is_file() {
            return Self::prepare(root);
        }
        Self::unsign(root)?;
        Ok(Self::over(root, Some(untouched)))
    }

    /// Takes the signature away, before anything that it is of is changed.
    fn unsign(root: &Path) -> Result<(), ReleaseError> {
        let path = root.join("release.note");
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(ReleaseError::Io { path, error }),
            _ => Ok(()),
        }
    }

    fn count(&self, bytes: u64) {
        self.files.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Takes a file of the earlier release over as it stands; false when it is not there, or is not as it was sealed.
    pub(crate) fn keep(&self, path: &str) -> bool {
        let found = self.untouched.and_then(|untouched| untouched(path));
        found.into_iter().for_each(|bytes| self.count(bytes));
        found.is_some()
    }

    /// What was written, once all of the release is.
    pub fn finish(self) -> OfRelease {
        OfRelease(self.written.map(|paths| paths.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)))
    }

    /// Takes a folder as it is, made where it is absent: for what is written beside other files.
    pub(crate) fn open(root: &Path) -> Result<Self, ReleaseError> {
        fs::create_dir_all(root).map_err(|error| ReleaseError::Io { path: root.to_owned(), error })?;
        Ok(Self::over(root, None))
    }

    /// A file of the earlier release that has these bytes already is not written again.
    pub(crate) fn write(&self, path: &str, bytes: &[u8]) -> Result<(), ReleaseError> {
        self.write_parts(path, &[bytes])
    }

    /// As [`Folder::write`], of bytes that stand in several places.
    pub(crate) fn write_parts(&self, path: &str, parts: &[&[u8]]) -> Result<(), ReleaseError> {
        let whole = self.root.join(path);
        let at = |error| ReleaseError::Io { path: whole.clone(), error };
        if let Some(folder) = whole.parent() {
            let mut made = self.made.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if !made.contains(folder) {
                fs::create_dir_all(folder).map_err(at)?;
                made.insert(folder.to_owned());
            }
        }
        if self.written.is_none() || !has_bytes(&whole, parts).unwrap_or(false) {
            let write = |mut file: fs::File| parts.iter().try_for_each(|part| file.write_all(part));
            fs::File::create(&whole).and_then(write).map_err(at)?;
        }
        if let Some(written) = &self.written {
            written.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(path.to_owned());
        }
        self.count(n_bytes(parts));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_not_a_release_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("thesis.txt"), "years of work").unwrap();
        assert!(matches!(Folder::prepare(folder.path()), Err(ReleaseError::NotARelease(_))));
        assert!(folder.path().join("thesis.txt").exists());
    }

    #[test]
    fn an_earlier_release_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("ar")).unwrap();
        fs::write(folder.path().join("ar/old.html"), "old").unwrap();
        fs::write(folder.path().join("SHA256SUMS"), "").unwrap();
        Folder::prepare(folder.path()).unwrap();
        let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(left, ["SHA256SUMS"]);
    }

    #[test]
    fn a_folder_in_which_the_writing_of_a_release_broke_off_can_be_gone_on_with() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("site");
        Folder::check(&out).unwrap();
        Folder::prepare(&out).unwrap().write("en/index.html", b"half").unwrap();
        Folder::check(&out).unwrap();
        Folder::prepare(&out).unwrap();
        assert!(!out.join("en").exists());
    }
}
