//! Files written so that after a crash each is there whole or not at all.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use domain::Sha256Digest;
use sha2::{Digest, Sha256};

use crate::disk::Disk;
use crate::{EvidenceError, Result};

fn beside(path: &Path) -> std::path::PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".tmp");
    path.with_file_name(name)
}

pub fn make_dir(path: &Path) -> Result<()> {
    fs::create_dir_all(path).map_err(EvidenceError::io("could not make", path))
}

/// Makes a folder that its owner alone may enter, where it is not there: what is in it is restricted. One that is there
/// stays as its owner set it.
pub fn make_private_dir(path: &Path) -> Result<()> {
    crate::disk::Folder.make_private_dir(path).map_err(EvidenceError::io("could not make", path))
}

/// Removes a folder with what is in it; one that is not there is gone already.
pub fn remove_all(path: &Path) -> Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(EvidenceError::io("could not remove", path)(error))
        }
        _ => Ok(()),
    }
}

/// Replaces a file at once. Durable only with [`replace_durable`].
pub fn replace(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> Result<()> {
    let tmp = beside(path);
    disk.write(&tmp, bytes).map_err(EvidenceError::io("could not write", &tmp))?;
    disk.rename(&tmp, path).map_err(EvidenceError::io("could not put in place", path))
}

/// Replaces a file at once, and returns when it would survive a power cut.
pub fn replace_durable(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> Result<()> {
    let tmp = beside(path);
    disk.write_durable(&tmp, bytes).map_err(EvidenceError::io("could not write", &tmp))?;
    disk.rename(&tmp, path).map_err(EvidenceError::io("could not put in place", path))?;
    let dir = path.parent().unwrap_or(Path::new("."));
    disk.sync_dir(dir).map_err(EvidenceError::io("could not make durable", dir))
}

/// [`replace_durable`] on the machine's own file system.
pub fn write_durable(path: &Path, bytes: &[u8]) -> Result<()> {
    replace_durable(&crate::disk::Folder, path, bytes)
}

/// As [`write_durable`], of parts one after the other.
pub fn write_durable_parts(path: &Path, parts: &[&[u8]]) -> Result<()> {
    let tmp = beside(path);
    let write = || -> std::io::Result<()> {
        let mut file = File::create(&tmp)?;
        parts.iter().try_for_each(|part| file.write_all(part))?;
        file.sync_all()
    };
    write().map_err(EvidenceError::io("could not write", &tmp))?;
    fs::rename(&tmp, path).map_err(EvidenceError::io("could not put in place", path))?;
    sync_dir(path.parent().unwrap_or(Path::new(".")))
}

/// [`write_durable`] into a file that its owner alone may read.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<()> {
    let (disk, tmp) = (crate::disk::Folder, beside(path));
    disk.write_private_durable(&tmp, bytes).map_err(EvidenceError::io("could not write", &tmp))?;
    disk.rename(&tmp, path).map_err(EvidenceError::io("could not put in place", path))?;
    sync_dir(path.parent().unwrap_or(Path::new(".")))
}

/// As [`write_private`], of parts one after the other, for what can be made again: after a power cut it may be there, or half of it, or not.
pub fn write_private_soon(path: &Path, parts: &[&[u8]]) -> Result<()> {
    let tmp = beside(path);
    let write = || -> std::io::Result<()> {
        let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&tmp)?;
        parts.iter().try_for_each(|part| file.write_all(part))
    };
    write().map_err(EvidenceError::io("could not write", &tmp))?;
    fs::rename(&tmp, path).map_err(EvidenceError::io("could not put in place", path))
}

/// As [`write_private`], in pieces, under the name `tmp` until it is whole; where the bytes are others than those of this
/// digest, nothing is put in place.
pub fn write_private_from(path: &Path, tmp: &Path, from: &mut dyn Read, digest: &Sha256Digest) -> Result<()> {
    let mut write = || {
        let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(tmp)?;
        if copy_hashed(from, &mut file)? != digest.0 {
            return Err(std::io::Error::other("it changed while it was read"));
        }
        file.sync_all()?;
        fs::rename(tmp, path)
    };
    write().map_err(|error| {
        let _ = fs::remove_file(tmp);
        EvidenceError::io("could not keep", path)(error)
    })?;
    sync_dir(path.parent().unwrap_or(Path::new(".")))
}

/// A new name in a folder survives a power cut only when the folder is synced.
pub fn sync_dir(dir: &Path) -> Result<()> {
    let sync = |dir: &Path| File::open(dir)?.sync_all();
    sync(dir).map_err(EvidenceError::io("could not make durable", dir))
}

/// Reads a file of a folder that is not trusted: a link could lead out of it, and a pipe would never end.
pub fn read_regular(path: &Path) -> std::io::Result<Vec<u8>> {
    if fs::symlink_metadata(path)?.is_file() { fs::read(path) } else { Err(not_regular()) }
}

/// SHA-256 of a file that is not trusted, without holding the whole of it.
pub fn digest_regular(path: &Path) -> std::io::Result<[u8; 32]> {
    if !fs::symlink_metadata(path)?.is_file() {
        return Err(not_regular());
    }
    copy_hashed(&mut File::open(path)?, &mut std::io::sink())
}

/// Copies to the end, a piece at a time, and returns the SHA-256 of what was copied.
pub fn copy_hashed(from: &mut dyn Read, to: &mut dyn Write) -> std::io::Result<[u8; 32]> {
    let (mut hash, mut piece) = (Sha256::new(), vec![0; 1 << 18]);
    loop {
        match from.read(&mut piece)? {
            0 => return Ok(hash.finalize().into()),
            n => {
                hash.update(&piece[..n]);
                to.write_all(&piece[..n])?;
            }
        }
    }
}

fn not_regular() -> std::io::Error {
    std::io::Error::other("it is a link or no file: a release has neither")
}

pub fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(EvidenceError::io("could not read", path))
}
