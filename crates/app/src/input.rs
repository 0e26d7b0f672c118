//! Files that a command is given. What is no regular file (a pipe, a device, a socket, a folder) is refused before anything of
//! it is read: it may never end. One that may be large is read in pieces, as often as it is needed, and never held.

use std::fs::File;
use std::io::{Error, Read, Result, Seek, Write, sink};
use std::os::unix::fs::{FileExt, FileTypeExt};
use std::path::{Path, PathBuf};

use domain::Sha256Digest;
use evidence::Originals;

use crate::refusal::Outcome;
use crate::sandbox::Feed;

/// Opens a regular file, or one that a link leads to.
pub fn open(path: &Path) -> Result<File> {
    let kind = std::fs::metadata(path)?.file_type();
    let what = match () {
        () if kind.is_file() => return File::open(path),
        () if kind.is_dir() => "a folder",
        () if kind.is_fifo() => "a pipe",
        () if kind.is_socket() => "a socket",
        () => "a device",
    };
    Err(Error::other(format!("it is {what} and not a file; nothing of it was read")))
}

pub fn read(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

pub fn read_text(path: &Path) -> Result<String> {
    String::from_utf8(read(path)?).map_err(|_| Error::other("it is not text in UTF-8"))
}

/// A file that was hashed once. Whoever reads it again gets the same bytes, or an error.
pub struct Received {
    pub path: PathBuf,
    file: File,
    pub size_bytes: u64,
    pub sha256: Sha256Digest,
}

impl Received {
    pub fn open(path: &Path) -> Result<Self> {
        let file = open(path)?;
        let sha256 = Sha256Digest(evidence::copy_hashed(&mut &file, &mut sink())?);
        let size_bytes = (&file).stream_position()?;
        Ok(Self { path: path.to_owned(), file, size_bytes, sha256 })
    }

    /// From the first byte on, whoever else reads it.
    fn reader(&self) -> impl Read {
        FromStart { file: &self.file, at: 0 }
    }

    /// Keeps it among the originals.
    pub fn keep(&self, originals: &Originals) -> Outcome<()> {
        originals.put_from(&self.sha256, &mut self.reader())?;
        Ok(())
    }
}

impl Feed for Received {
    fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    fn feed(&self, to: &mut dyn Write) -> Result<bool> {
        Ok(evidence::copy_hashed(&mut self.reader(), &mut UntilClosed { to, is_closed: false })? == self.sha256.0)
    }
}

/// Whoever reads may stop early; what would have been written is hashed all the same.
struct UntilClosed<'a> {
    to: &'a mut dyn Write,
    is_closed: bool,
}

impl Write for UntilClosed<'_> {
    fn write(&mut self, piece: &[u8]) -> Result<usize> {
        self.is_closed = self.is_closed || self.to.write_all(piece).is_err();
        Ok(piece.len())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

struct FromStart<'a> {
    file: &'a File,
    at: u64,
}

impl Read for FromStart<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let n = self.file.read_at(buffer, self.at)?;
        self.at += n as u64;
        Ok(n)
    }
}
