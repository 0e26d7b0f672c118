//! The lock checkpoint: what was promised. Kept apart from the journal, so that an old copy of the journal is noticed.
//!
//! One file of two slots, of which one is always durable: a promise is written into the other, over and over, until it
//! is synced; then they change places. So a torn write leaves a promise. The slot whose checkpoint is the larger one
//! holds. Before each write the file must hold what this writer put there last (compare and swap): another writer, on a
//! file system that does not honour locks, is noticed.
//!
//! A promise that is written survives the end of the process, and one that is synced a power cut. Behind one that a power
//! cut took back stand whole frames, which the next opening promises again.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::disk::Disk;
use crate::note::{Checkpoint, Verifier};
use crate::{EvidenceError, Result};

/// A slot is what disks write at once, so that tearing one leaves the other alone.
const SLOT: usize = 4096;

#[derive(Debug)]
pub struct Promise {
    disk: Arc<dyn Disk>,
    path: PathBuf,
    /// The file as this writer left it.
    held: Vec<u8>,
    /// The slot that is written next; the other one is durable.
    next: usize,
    is_synced: bool,
    /// A slot holds something that is no promise: its write was torn, or it rotted.
    pub has_unread: bool,
}

fn slot_bytes(note: &str) -> Option<Vec<u8>> {
    let mut slot = note.as_bytes().to_vec();
    (slot.len() < SLOT).then(|| slot.resize(SLOT, 0))?;
    Some(slot)
}

impl Promise {
    pub fn create(disk: &dyn Disk, path: &Path, note: &str) -> Result<()> {
        let slot = slot_bytes(note).ok_or_else(|| EvidenceError::Origin("a name of more than 3,900 bytes".into()))?;
        let mut file = slot;
        file.resize(2 * SLOT, 0);
        let tmp = path.with_extension("tmp");
        disk.write_durable(&tmp, &file).map_err(EvidenceError::io("could not write", &tmp))?;
        disk.rename(&tmp, path).map_err(EvidenceError::io("could not put in place", path))?;
        let dir = path.parent().unwrap_or(Path::new("."));
        disk.sync_dir(dir).map_err(EvidenceError::io("could not make durable", dir))
    }

    /// One that stands in no file yet: a journal is held to it before it is written.
    pub fn unwritten(disk: Arc<dyn Disk>, path: &Path) -> Self {
        Self { disk, path: path.to_owned(), held: Vec::new(), next: 0, is_synced: false, has_unread: false }
    }

    /// The note of the slot that holds, and the promise to go on with.
    pub fn open(
        disk: Arc<dyn Disk>,
        path: &Path,
        verifier: impl Fn(&str) -> Verifier,
    ) -> Result<(Self, String, Checkpoint)> {
        let held = disk.read(path).map_err(EvidenceError::io("could not read", path))?;
        if held.len() != 2 * SLOT {
            return Err(EvidenceError::damaged(path, "it is not of the length that it should be"));
        }
        let mut found: Option<(usize, String, Checkpoint)> = None;
        let mut why = "neither of its two promises can be read".to_owned();
        let mut has_unread = false;
        for (at, slot) in held.chunks_exact(SLOT).enumerate() {
            let end = slot.iter().rposition(|b| *b != 0).map_or(0, |last| last + 1);
            let Ok(note) = std::str::from_utf8(&slot[..end]) else {
                has_unread = true;
                continue;
            };
            if note.is_empty() {
                continue;
            }
            match Checkpoint::open(note, &verifier(note.lines().next().unwrap_or_default())) {
                Ok(checkpoint) if found.as_ref().is_none_or(|(.., best)| best.size < checkpoint.size) => {
                    found = Some((at, note.to_owned(), checkpoint));
                }
                Ok(_) => {}
                Err(error) => (why, has_unread) = (error.to_string(), true),
            }
        }
        let (at, note, checkpoint) = found.ok_or_else(|| EvidenceError::damaged(path, why))?;
        // Whether the slot that holds is durable is not known.
        Ok((Self { disk, path: path.to_owned(), held, next: at, is_synced: false, has_unread }, note, checkpoint))
    }

    /// Refuses when the file is not what this writer left.
    pub fn check(&self) -> Result<()> {
        let now = self.disk.read(&self.path).map_err(EvidenceError::io("could not read", &self.path))?;
        if now == self.held { Ok(()) } else { Err(EvidenceError::AnotherWriter(self.path.clone())) }
    }

    /// Promises a checkpoint. A power cut may still take it back until [`Promise::sync`] returns.
    pub fn swap(&mut self, note: &str) -> Result<()> {
        self.check()?;
        let slot = slot_bytes(note).ok_or_else(|| EvidenceError::damaged(&self.path, "a promise too long for it"))?;
        let offset = self.next * SLOT;
        let done = self.disk.overwrite(&self.path, offset as u64, &slot);
        done.map_err(EvidenceError::io("could not write the promise in", &self.path))?;
        self.held[offset..offset + SLOT].copy_from_slice(&slot);
        self.is_synced = false;
        Ok(())
    }

    /// What was promised is durable when this returns.
    pub fn sync(&mut self) -> Result<()> {
        if self.is_synced {
            return Ok(());
        }
        self.disk.sync(&self.path).map_err(EvidenceError::io("could not make durable", &self.path))?;
        (self.is_synced, self.next) = (true, 1 - self.next);
        Ok(())
    }

    /// As [`Promise::sync`], for what an earlier process wrote: the same bytes are written once more, for after a failed
    /// sync the page cache shows what the disk may not hold.
    pub fn sync_again(&mut self) -> Result<()> {
        let offset = self.next * SLOT;
        let done = self.disk.overwrite(&self.path, offset as u64, &self.held[offset..offset + SLOT]);
        done.map_err(EvidenceError::io("could not write the promise in", &self.path))?;
        self.sync()
    }
}
