//! Originals: the bytes as received, named by their SHA-256, never changed.

use std::path::{Path, PathBuf};

use domain::Sha256Digest;

use crate::{EvidenceError, Result, files};

#[derive(Debug, Clone)]
pub struct Originals {
    dir: PathBuf,
}

impl Originals {
    /// Opens a folder of originals, and makes it when it is not there.
    pub fn open(dir: &Path) -> Result<Self> {
        files::make_private_dir(dir)?;
        Ok(Self { dir: dir.to_owned() })
    }

    /// Opens a folder of originals that is there already, and makes nothing.
    pub fn open_to_read(dir: &Path) -> Self {
        Self { dir: dir.to_owned() }
    }

    /// Where the bytes are kept when they are here.
    pub fn path(&self, digest: &Sha256Digest) -> PathBuf {
        let hex = digest.hex();
        self.dir.join(&hex[..2]).join(&hex[2..])
    }

    /// Keeps bytes, and returns whether they are new. They are read back and hashed before this returns.
    pub fn put(&self, bytes: &[u8]) -> Result<(Sha256Digest, bool)> {
        let digest = Sha256Digest::of(bytes);
        let path = self.path(&digest);
        if path.exists() {
            self.get(&digest)?;
            return Ok((digest, false));
        }
        if let Some(parent) = path.parent() {
            files::make_private_dir(parent)?;
        }
        files::write_private(&path, bytes)?;
        files::sync_dir(&self.dir)?;
        self.get(&digest)?;
        Ok((digest, true))
    }

    /// The bytes, after their hash was checked.
    pub fn get(&self, digest: &Sha256Digest) -> Result<Vec<u8>> {
        let path = self.path(digest);
        if !path.exists() {
            return Err(EvidenceError::NoOriginal(*digest));
        }
        let bytes = files::read(&path)?;
        if Sha256Digest::of(&bytes) == *digest { Ok(bytes) } else { Err(EvidenceError::OriginalChanged(*digest)) }
    }

    pub fn is_here(&self, digest: &Sha256Digest) -> bool {
        self.path(digest).is_file()
    }

    /// Destroys an original: zeros over its bytes, then it is removed. True when it was here.
    pub fn destroy(&self, digest: &Sha256Digest) -> Result<bool> {
        let path = self.path(digest);
        if !path.is_file() {
            return Ok(false);
        }
        crate::disk::destroy(&path).map_err(EvidenceError::io("could not destroy", &path))?;
        Ok(true)
    }
}
