//! What the journal asks of a file system, and the real one. A test puts another in its place that fails at any call.
//!
//! A name says what is promised: `_durable` returns when a power cut would not undo it, anything else promises
//! nothing. An error of a sync is never retried: after one, what the page cache shows is not what the disk holds.

use std::fmt::Debug;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Held for as long as it lives.
pub trait Held: Debug + Send + Sync {}

pub trait Disk: Debug + Send + Sync {
    /// Makes a folder and those above it.
    fn make_dir(&self, dir: &Path) -> io::Result<()>;
    /// What stands in a folder, sorted.
    fn list(&self, dir: &Path) -> io::Result<Vec<PathBuf>>;
    fn is_file(&self, path: &Path) -> bool;
    fn size(&self, path: &Path) -> io::Result<u64>;
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;
    fn read_at(&self, path: &Path, offset: u64, bytes: usize) -> io::Result<Vec<u8>>;
    /// Makes or empties a file and writes it.
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    fn write_durable(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    /// The same, for what the owner of the file alone may read.
    fn write_private_durable(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.write_durable(path, bytes)
    }
    /// Makes a folder that its owner alone may enter, and those above it.
    fn make_private_dir(&self, dir: &Path) -> io::Result<()> {
        self.make_dir(dir)
    }
    /// Writes over bytes of a file that is there, or beyond its end.
    fn overwrite(&self, path: &Path, offset: u64, bytes: &[u8]) -> io::Result<()>;
    /// What was written to a file that is there survives a power cut when this returns.
    fn sync(&self, path: &Path) -> io::Result<()>;
    fn overwrite_durable(&self, path: &Path, offset: u64, bytes: &[u8]) -> io::Result<()>;
    /// Writes at the end. The file is made when it is not there.
    fn append_durable(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    fn truncate_durable(&self, path: &Path, bytes: u64) -> io::Result<()>;
    /// A new name in a folder survives a power cut only when the folder is synced.
    fn sync_dir(&self, dir: &Path) -> io::Result<()>;
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Puts `from` in the place of `to` for good, then writes zeros over what `to` was.
    fn supplant_durable(&self, from: &Path, to: &Path) -> io::Result<()>;
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Locks a file to this process; `None` when another one holds it.
    fn hold(&self, path: &Path) -> io::Result<Option<Box<dyn Held>>>;
}

/// The file system of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct Folder;

impl Held for File {}

static ZEROS: [u8; 1 << 16] = [0; 1 << 16];

/// Writes zeros over an open file and syncs it. On a disk that writes elsewhere (an SSD, a copying file system) the
/// old bytes may outlive this.
fn zero(file: &File) -> io::Result<()> {
    let size = file.metadata()?.len();
    let mut at = 0;
    while at < size {
        let n = (size - at).min(ZEROS.len() as u64);
        file.write_all_at(&ZEROS[..n as usize], at)?;
        at += n;
    }
    file.sync_all()
}

/// Writes zeros over a file, then removes it.
pub fn destroy(path: &Path) -> io::Result<()> {
    zero(&OpenOptions::new().write(true).open(path)?)?;
    fs::remove_file(path)?;
    File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
}

impl Disk for Folder {
    fn make_dir(&self, dir: &Path) -> io::Result<()> {
        fs::create_dir_all(dir)
    }
    fn list(&self, dir: &Path) -> io::Result<Vec<PathBuf>> {
        let mut paths = fs::read_dir(dir)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
        paths.sort();
        Ok(paths)
    }
    fn is_file(&self, path: &Path) -> bool {
        path.is_file()
    }
    fn size(&self, path: &Path) -> io::Result<u64> {
        Ok(fs::metadata(path)?.len())
    }
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        fs::read(path)
    }
    fn read_at(&self, path: &Path, offset: u64, bytes: usize) -> io::Result<Vec<u8>> {
        let (mut file, mut buffer) = (File::open(path)?, Vec::with_capacity(bytes));
        file.seek(SeekFrom::Start(offset))?;
        match file.take(bytes as u64).read_to_end(&mut buffer)? {
            read if read == bytes => Ok(buffer),
            _ => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        fs::write(path, bytes)
    }
    fn write_durable(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = File::create(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    }
    fn write_private_durable(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    }
    fn make_private_dir(&self, dir: &Path) -> io::Result<()> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)
    }
    fn overwrite(&self, path: &Path, offset: u64, bytes: &[u8]) -> io::Result<()> {
        OpenOptions::new().write(true).open(path)?.write_all_at(bytes, offset)
    }
    fn sync(&self, path: &Path) -> io::Result<()> {
        OpenOptions::new().write(true).open(path)?.sync_data()
    }
    fn overwrite_durable(&self, path: &Path, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let file = OpenOptions::new().write(true).open(path)?;
        file.write_all_at(bytes, offset)?;
        file.sync_data()
    }
    fn append_durable(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = OpenOptions::new().append(true).create(true).open(path)?;
        file.write_all(bytes)?;
        file.sync_data()
    }
    fn truncate_durable(&self, path: &Path, bytes: u64) -> io::Result<()> {
        let file = OpenOptions::new().write(true).open(path)?;
        file.set_len(bytes)?;
        file.sync_all()
    }
    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        File::open(dir)?.sync_all()
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }
    fn supplant_durable(&self, from: &Path, to: &Path) -> io::Result<()> {
        let old = OpenOptions::new().write(true).open(to)?;
        // Whom its owner let read it stays let.
        fs::set_permissions(from, old.metadata()?.permissions())?;
        fs::rename(from, to)?;
        self.sync_dir(to.parent().unwrap_or(Path::new(".")))?;
        zero(&old)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }
    fn hold(&self, path: &Path) -> io::Result<Option<Box<dyn Held>>> {
        // Whoever may open it may hold it, and so keep its owner out.
        let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Box::new(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}
