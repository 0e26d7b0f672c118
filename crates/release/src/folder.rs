//! The folder that a release is written into: refuses to overwrite what is not a release.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

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

/// An empty folder to write into, which counts what is written.
pub(crate) struct Folder {
    root: PathBuf,
    pub files: AtomicU64,
    pub bytes: AtomicU64,
}

impl Folder {
    /// Takes an absent or empty folder, or replaces an earlier release.
    pub fn prepare(root: &Path) -> Result<Self, ReleaseError> {
        let at = |path: &Path| {
            let path = path.to_owned();
            move |error| ReleaseError::Io { path, error }
        };
        match fs::read_dir(root) {
            Ok(mut entries) => {
                if entries.next().is_some() {
                    if !root.join("SHA256SUMS").is_file() {
                        return Err(ReleaseError::NotARelease(root.to_owned()));
                    }
                    // The sums go last: an interrupted removal leaves a folder that can still be replaced.
                    for entry in fs::read_dir(root).map_err(at(root))? {
                        let path = entry.map_err(at(root))?.path();
                        let is_folder = path.symlink_metadata().map_err(at(&path))?.is_dir();
                        match path.file_name() {
                            Some(name) if name == "SHA256SUMS" => {}
                            _ if is_folder => fs::remove_dir_all(&path).map_err(at(&path))?,
                            _ => fs::remove_file(&path).map_err(at(&path))?,
                        }
                    }
                    fs::remove_file(root.join("SHA256SUMS")).map_err(at(root))?;
                }
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => fs::create_dir_all(root).map_err(at(root))?,
            Err(e) => return Err(at(root)(e)),
        }
        Ok(Self { root: root.to_owned(), files: AtomicU64::new(0), bytes: AtomicU64::new(0) })
    }

    /// Takes a folder as it is, made where it is absent: for what is written beside other files.
    pub fn open(root: &Path) -> Result<Self, ReleaseError> {
        fs::create_dir_all(root).map_err(|error| ReleaseError::Io { path: root.to_owned(), error })?;
        Ok(Self { root: root.to_owned(), files: AtomicU64::new(0), bytes: AtomicU64::new(0) })
    }

    pub fn write(&self, path: &str, bytes: &[u8]) -> Result<(), ReleaseError> {
        let path = self.root.join(path);
        let at = |error| ReleaseError::Io { path: path.clone(), error };
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(at)?;
        }
        fs::write(&path, bytes).map_err(at)?;
        self.files.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
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
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
