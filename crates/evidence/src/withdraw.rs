//! Withdrawal: a payload or one of its fields is destroyed, and the log still holds.
//!
//! First an entry says so ([`crate::EntryKind::Redact`], about the entry withdrawn); only then the segment is written
//! again without the bytes, put in the place of the old one, and the old one is written over with zeros. Which
//! withdrawals were carried through is noted beside the lock checkpoint, apart from the journal: a payload that is there
//! although its destruction was noted came back from a backup.
//!
//! Never done here: deciding that something may be destroyed; originals and views, which others hold.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;

use crate::entry::StoredEntry;
use crate::frame::{self, Head};
use crate::journal::Journal;
use crate::merkle::Hash;
use crate::{EvidenceError, Result};

/// Entries named in one refusal.
const MOST_TOLD: usize = 12;

impl Journal {
    /// Destroys the payload of an entry, or only the fields of one name. True when something was there to destroy.
    pub fn destroy(&mut self, index: u64, field: Option<&str>) -> Result<bool> {
        Ok(self.destroy_all(&[(index, field)])? > 0)
    }

    /// Destroys many, each segment written again once. Returns how many were still there.
    pub fn destroy_all(&mut self, targets: &[(u64, Option<&str>)]) -> Result<u64> {
        self.signing_key()?;
        let mut changed: BTreeMap<u64, StoredEntry> = BTreeMap::new();
        let mut n = 0;
        for &(index, field) in targets {
            let mut entry = match changed.remove(&index) {
                Some(entry) => entry,
                None => self.get(index)?,
            };
            let Some(payload) = &entry.payload else { continue };
            match field {
                None => entry.payload = None,
                Some(name) if payload.fields.iter().any(|(own, _)| own == name) => {
                    entry.payload = Some(payload.without(name));
                }
                Some(_) => continue,
            }
            n += 1;
            changed.insert(index, entry);
        }
        let mut by_segment: BTreeMap<PathBuf, Vec<StoredEntry>> = BTreeMap::new();
        for (index, entry) in changed {
            by_segment.entry(self.frames[self.frame_at(index)?].segment.clone()).or_default().push(entry);
        }
        for (segment, changed) in by_segment {
            let done = self.rewrite(&segment, changed);
            self.stop_on_error(done)?;
        }
        Ok(n)
    }

    /// Writes a segment again with some entries changed. Frames without them stay as they are, byte for byte.
    fn rewrite(&mut self, segment: &Path, changed: Vec<StoredEntry>) -> Result<()> {
        let old = self.disk.read(segment).map_err(EvidenceError::io("could not read", segment))?;
        let mut new = Vec::with_capacity(old.len());
        let mut heads: Vec<(usize, Head, u64, [u8; frame::DIGEST])> = Vec::new();
        for (number, frame) in self.frames.iter().enumerate().filter(|(_, f)| f.segment == segment) {
            let bytes = frame.head.frame_bytes().unwrap_or_default() as usize;
            let start = frame.offset as usize;
            let whole = old.get(start..start + bytes).filter(|whole| frame::is_whole(whole));
            let whole = whole.ok_or_else(|| EvidenceError::damaged(segment, "a frame in it is not whole"))?;
            let offset = new.len() as u64;
            let own = frame.head.first..frame.head.first + u64::from(frame.head.count);
            if changed.iter().any(|entry| own.contains(&entry.index)) {
                let (mut entries, _) = self.parse_all(frame)?;
                for entry in changed.iter().filter(|entry| own.contains(&entry.index)) {
                    entries[(entry.index - own.start) as usize] = entry.clone();
                }
                let note = &whole[frame::HEAD + frame.head.body_bytes as usize..whole.len() - frame::DIGEST];
                new.extend(frame::write(&entries, &String::from_utf8_lossy(note)));
            } else {
                new.extend(whole);
            }
            let head = Head::parse(&new[offset as usize..]);
            let head = head.ok_or_else(|| EvidenceError::damaged(segment, "a frame has no head"))?;
            heads.push((number, head, offset, frame::digest(&new)));
        }
        let tmp = segment.with_extension("tmp");
        self.disk.write_private_durable(&tmp, &new).map_err(EvidenceError::io("could not write", &tmp))?;
        let put = self.disk.supplant_durable(&tmp, segment);
        put.map_err(EvidenceError::io("could not destroy the old bytes of", segment))?;
        if self.frames.last().is_some_and(|last| last.segment == segment) {
            self.segment_bytes = new.len() as u64;
        }
        for (number, head, offset, digest) in heads {
            let frame = &mut self.frames[number];
            (frame.head, frame.offset, frame.digest) = (head, offset, digest);
            frame.entries = Default::default();
        }
        Ok(())
    }

    fn carried_through_path(&self) -> PathBuf {
        self.dir.join("lock/withdrawn")
    }

    /// The withdrawals (by the index of the entry that says so) that were carried through here.
    pub fn carried_through(&self) -> Result<BTreeSet<u64>> {
        let path = self.carried_through_path();
        if !self.disk.is_file(&path) {
            return Ok(BTreeSet::new());
        }
        let noted = self.noted(&path)?.into_iter();
        Ok(noted.filter(|(redact, leaf)| self.is_entry(*redact, leaf)).map(|(redact, _)| redact).collect())
    }

    /// Each withdrawal noted, by its entry's number and leaf hash: of another journal, or an older copy put back, an entry may
    /// bear that number and say another thing. A line that a power cut tore is not one: that withdrawal is then carried through
    /// again, which harms nothing.
    fn noted(&self, path: &Path) -> Result<Vec<(u64, Hash)>> {
        let bytes = self.disk.read(path).map_err(EvidenceError::io("could not read", path))?;
        let parsed = |line: &str| {
            let (redact, leaf) = line.split_once(' ')?;
            Some((redact.parse().ok()?, HEXLOWER.decode(leaf.as_bytes()).ok()?.try_into().ok()?))
        };
        Ok(String::from_utf8_lossy(&bytes).lines().filter_map(parsed).collect())
    }

    fn is_entry(&self, index: u64, leaf: &Hash) -> bool {
        self.leaf(index).as_ref() == Some(leaf)
    }

    /// A withdrawal that was carried through here stands in the journal before it is noted: where it does not, the journal is
    /// an older copy, and what was withdrawn since is in it without a word.
    pub(crate) fn refuse_older_than_withdrawals(&self) -> Result<()> {
        let path = self.carried_through_path();
        if !self.disk.is_file(&path) {
            return Ok(());
        }
        let foreign = self.noted(&path)?.into_iter().filter(|(redact, leaf)| !self.is_entry(*redact, leaf));
        let mut entries: Vec<u64> = foreign.map(|(redact, _)| redact).collect();
        entries.sort_unstable();
        entries.dedup();
        entries.truncate(MOST_TOLD);
        match entries.is_empty() {
            true => Ok(()),
            false => Err(EvidenceError::OlderThanWithdrawals { path, entries, len: self.len() }),
        }
    }

    /// Notes that a withdrawal was carried through everywhere. Refused for an entry that is not here.
    pub fn note_carried_through(&self, redact: u64) -> Result<()> {
        let leaf = HEXLOWER.encode(&self.leaf(redact).ok_or(EvidenceError::NoEntry(redact))?);
        let path = self.carried_through_path();
        let is_new = !self.disk.is_file(&path);
        // The line feed first as well, so that a torn line before does not swallow this one.
        let noted = self.disk.append_durable(&path, format!("\n{redact} {leaf}\n").as_bytes());
        noted.map_err(EvidenceError::io("could not write", &path))?;
        if is_new {
            let dir = self.dir.join("lock");
            self.disk.sync_dir(&dir).map_err(EvidenceError::io("could not make durable", &dir))?;
        }
        Ok(())
    }
}
