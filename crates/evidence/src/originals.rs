//! Originals: the bytes as received, named by their SHA-256, never changed.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use domain::Sha256Digest;

use crate::{EvidenceError, Result, files};

#[derive(Debug, Clone)]
pub struct Originals {
    dir: PathBuf,
}

impl Originals {
    /// Opens a folder of originals, and makes it when it is not there. What an import that was cut short left half written is
    /// destroyed: nobody else may be writing here.
    pub fn open(dir: &Path) -> Result<Self> {
        files::make_private_dir(dir)?;
        let could_not = EvidenceError::io("could not look through", dir);
        let listing = std::fs::read_dir(dir).and_then(|listing| listing.collect::<io::Result<Vec<_>>>());
        for path in listing.map_err(could_not)?.into_iter().map(|entry| entry.path()) {
            if path.extension().is_some_and(|end| end == "tmp") && !path.is_symlink() {
                crate::disk::destroy(&path).map_err(EvidenceError::io("could not destroy", &path))?;
            }
        }
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
        Ok((digest, self.put_from(&digest, &mut &bytes[..])?))
    }

    /// As [`Originals::put`], in pieces, of bytes whose digest is known. Where they are others by now nothing is kept.
    pub fn put_from(&self, digest: &Sha256Digest, from: &mut dyn Read) -> Result<bool> {
        let path = self.path(digest);
        if path.exists() {
            self.check(digest)?;
            return Ok(false);
        }
        if let Some(parent) = path.parent() {
            files::make_private_dir(parent)?;
        }
        files::write_private_from(&path, &self.dir.join(format!("{digest}.tmp")), from, digest)?;
        files::sync_dir(&self.dir)?;
        self.check(digest)?;
        Ok(true)
    }

    /// The bytes, after their hash was checked.
    pub fn get(&self, digest: &Sha256Digest) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.copy_to(digest, &mut bytes)?;
        Ok(bytes)
    }

    /// That the bytes are here and are those that were received.
    pub fn check(&self, digest: &Sha256Digest) -> Result<()> {
        self.copy_to(digest, &mut io::sink())
    }

    /// Writes the bytes out in pieces. That they are not what was received is known at their end: what was written is then of
    /// no use.
    pub fn copy_to(&self, digest: &Sha256Digest, to: &mut dyn Write) -> Result<()> {
        let path = self.path(digest);
        let mut file = match File::open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(EvidenceError::NoOriginal(*digest)),
            opened => opened.map_err(EvidenceError::io("could not read", &path))?,
        };
        let found = files::copy_hashed(&mut file, to).map_err(EvidenceError::io("could not copy", &path))?;
        if found == digest.0 { Ok(()) } else { Err(EvidenceError::OriginalChanged(*digest)) }
    }

    /// Copies the bytes to a file that is not there yet, for its owner alone, and returns when it would survive a power cut.
    pub fn copy_durable(&self, digest: &Sha256Digest, to: &Path) -> Result<()> {
        let could_not = EvidenceError::io("could not write", to);
        let mut file = match File::options().write(true).create_new(true).mode(0o600).open(to) {
            Ok(file) => file,
            Err(error) => return Err(could_not(error)),
        };
        self.copy_to(digest, &mut file)?;
        file.sync_all().map_err(could_not)?;
        files::sync_dir(to.parent().unwrap_or(Path::new(".")))
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
