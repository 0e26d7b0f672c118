//! The journal: entries appended by one writer at a time, in frames of segment files, with the public log beside them.
//!
//! Order of steps of an append, and what is durable when (after `LOG.md`'s `sequencePool`):
//! 1. hashes, root and signed checkpoint in memory; refused when the clock is behind the last entry;
//! 2. one frame is appended to the segment and synced: **the commit point**;
//! 3. the lock checkpoint, kept apart, is compared and swapped: what was promised. Now callers may be answered;
//! 4. the lock checkpoint is synced, before anything is published; with many appends, once for all of them;
//! 5. tiles, then the published checkpoint. On opening both are held against the frames, and made again where they
//!    differ.
//!
//! Where a frame goes in its segment, and how a torn one is told from one that rotted, is in `segment`.
//! How it is opened after a crash is in `recover`; how payloads are destroyed is in `withdraw`.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ed25519_dalek::SigningKey;
use rayon::prelude::*;

use crate::disk::{Disk, Held};
use crate::entry::{self, EntryKind, NewEntry, Sealed, StoredEntry};
use crate::frame::{self, Head, Lying};
use crate::merkle::{Hash, Tree, leaf_hash};
use crate::note::{Checkpoint, Verifier};
use crate::promise::Promise;
use crate::proof::InclusionProof;
use crate::segment::FrameAt;
use crate::{EvidenceError, Result, files, tiles};

/// The open journal. It is locked to this process while it lives, save where it may only be read.
#[derive(Debug)]
pub struct Journal {
    pub(crate) disk: Arc<dyn Disk>,
    pub(crate) dir: PathBuf,
    /// None where it is open to be read alone: then nothing is signed, written or mended.
    pub(crate) key: Option<SigningKey>,
    pub(crate) verifier: Verifier,
    pub(crate) tree: Tree,
    pub(crate) frames: Vec<FrameAt>,
    /// Bytes of the segment of the last frame: frames, and zeros for those to come.
    pub(crate) segment_bytes: u64,
    /// A segment, and how many bytes that are no zeros stood behind its last frame and are no frame.
    pub(crate) unfinished: Option<(PathBuf, u64)>,
    pub(crate) last_time: i64,
    pub(crate) checkpoint: String,
    /// The checkpoint with the cosignatures of witnesses, where some were got.
    pub(crate) cosigned: Option<String>,
    pub(crate) promise: Mutex<Promise>,
    pub(crate) public: Mutex<Public>,
    /// Which entry was withdrawn, and the entry that says so.
    pub(crate) withdrawals: Vec<(u64, u64)>,
    /// A write failed: what is on the disk is not certain, so nothing more is written.
    pub(crate) is_stopped: AtomicBool,
    pub(crate) _held: Option<Box<dyn Held>>,
}

/// Entries that lie in one frame. Another frame of the same digest holds the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Stretch {
    pub first: u64,
    pub count: u32,
    /// SHA-256 of the frame.
    pub digest: Hash,
}

impl Stretch {
    fn of(frame: &FrameAt) -> Self {
        Self { first: frame.head.first, count: frame.head.count, digest: frame.digest }
    }

    pub fn entries(&self) -> std::ops::Range<u64> {
        self.first..self.first.saturating_add(u64::from(self.count))
    }
}

/// How far the public log follows, and the leaves that it needs next.
#[derive(Debug, Default)]
pub(crate) struct Public {
    pub size: u64,
    /// Leaves from entry `first` on, so that they need not be read again.
    pub first: u64,
    pub leaves: Vec<Vec<u8>>,
}

impl Journal {
    pub fn len(&self) -> u64 {
        self.tree.len()
    }
    /// The key, where this journal may be written.
    pub(crate) fn signing_key(&self) -> Result<&SigningKey> {
        match (&self.key, self.is_stopped.load(Ordering::Relaxed)) {
            (_, true) => Err(EvidenceError::Stopped),
            (None, false) => Err(EvidenceError::OnlyRead(self.dir.clone())),
            (Some(key), false) => Ok(key),
        }
    }
    pub fn is_empty(&self) -> bool {
        self.tree.is_empty()
    }
    /// The signed checkpoint of the whole journal, cosigned where it was.
    pub fn checkpoint(&self) -> &str {
        self.cosigned.as_ref().unwrap_or(&self.checkpoint)
    }
    /// The public key of the log, `origin+hash+base64`.
    pub fn vkey(&self) -> String {
        self.verifier.vkey()
    }
    /// The time of the last entry, seconds since 1970; the smallest number when there is none.
    pub fn last_time(&self) -> i64 {
        self.last_time
    }
    /// Which entries were withdrawn, wholly or in part, and the entry that says so.
    pub fn withdrawals(&self) -> &[(u64, u64)] {
        &self.withdrawals
    }
    /// The root of the first `size` entries; `None` when there are fewer.
    pub fn root(&self, size: u64) -> Option<Hash> {
        self.tree.root(size)
    }
    /// The hash of an entry's leaf, which commits to all that the entry held when it was appended.
    pub fn leaf(&self, index: u64) -> Option<Hash> {
        self.tree.level(0).get(usize::try_from(index).ok()?).copied()
    }
    /// That the log of `old` entries is the start of the log of `new`.
    pub fn consistency(&self, old: u64, new: u64) -> Option<Vec<Hash>> {
        self.tree.consistency(old, new)
    }

    /// Takes the newest checkpoint with cosignatures in the place of the one without.
    pub fn attach_cosigned(&mut self, note: &str) -> Result<()> {
        if self.verifier.open(note)? != self.verifier.open(&self.checkpoint)? {
            return Err(EvidenceError::Note("the cosigned checkpoint is not the newest one".to_owned()));
        }
        self.cosigned = Some(note.to_owned());
        Ok(())
    }

    fn promise(&self) -> MutexGuard<'_, Promise> {
        self.promise.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was found on opening that is no entry and no promise, a sentence each: a write that a crash cut short leaves it,
    /// and so may rot. Nothing that was acknowledged is in it.
    pub fn found_unfinished(&self) -> Vec<String> {
        let behind = self.unfinished.iter().map(|(segment, bytes)| {
            format!(
                "behind the last entry of {} stand {bytes} bytes that are no entry",
                segment.file_name().unwrap_or_default().to_string_lossy()
            )
        });
        let unread = self.promise().has_unread;
        let slot =
            unread.then(|| "one of the two promises in lock/checkpoint cannot be read, and the other holds".to_owned());
        behind.chain(slot).collect()
    }

    /// Appends a batch and returns when it is durable and public. `now` is in seconds since 1970; `entropy` fills
    /// bytes with randomness, one seed an entry. All or none of the batch is appended.
    pub fn append(
        &mut self,
        entries: Vec<NewEntry>,
        now: i64,
        entropy: &mut dyn FnMut(&mut [u8]),
    ) -> Result<std::ops::Range<u64>> {
        let range = self.append_unpublished(entries, now, entropy)?;
        if !range.is_empty() {
            let (first, last) = (range.start, range.end - 1);
            self.publish().map_err(|error| EvidenceError::Unpublished { first, last, error: Box::new(error) })?;
        }
        Ok(range)
    }

    /// The first entry that is dated after a time, seconds since 1970. Entries stand in the order of their times.
    pub fn first_after(&self, time: i64) -> Result<Option<u64>> {
        if self.last_time <= time {
            return Ok(None);
        }
        let (mut from, mut until) = (0, self.len());
        while from < until {
            let middle = from + (until - from) / 2;
            match self.get(middle)?.time > time {
                true => until = middle,
                false => from = middle + 1,
            }
        }
        Ok((from < self.len()).then_some(from))
    }

    /// As [`Journal::append`], but the public log follows only when [`Journal::publish`] is called, or on the next
    /// opening. What this returned is durable all the same.
    pub fn append_unpublished(
        &mut self,
        entries: Vec<NewEntry>,
        now: i64,
        entropy: &mut dyn FnMut(&mut [u8]),
    ) -> Result<std::ops::Range<u64>> {
        let sealed = entry::seal(entries, entropy)?;
        self.append_sealed(sealed, now)
    }

    /// Appends entries whose commitments are made.
    pub(crate) fn append_sealed(&mut self, entries: Vec<Sealed>, now: i64) -> Result<std::ops::Range<u64>> {
        let first = self.len();
        if entries.is_empty() {
            return Ok(first..first);
        }
        self.signing_key()?;
        if now < self.last_time {
            return Err(EvidenceError::ClockBack { now, last: self.last_time });
        }
        entry::check_parents(&entries, first)?;
        self.promise().check()?;
        let stored: Vec<_> = entries.into_iter().zip(first..).map(|(entry, index)| entry.store(index, now)).collect();
        let hashes: Vec<_> = match stored.len() {
            0..256 => stored.iter().map(|entry| leaf_hash(&entry.leaf)).collect(),
            _ => stored.par_iter().map(|entry| leaf_hash(&entry.leaf)).collect(),
        };
        // A batch that cannot be written must leave the tree as it was.
        hashes.into_iter().for_each(|hash| self.tree.push(hash));
        let written = self.commit(&stored, now);
        if written.is_err() {
            self.tree.truncate(first);
        }
        self.stop_on_error(written.and_then(|()| self.promise().swap(&self.checkpoint)))?;
        let redacts = stored.iter().filter(|entry| entry.kind == EntryKind::Redact);
        self.withdrawals.extend(redacts.filter_map(|entry| Some((entry.parent?, entry.index))));
        self.public().leaves.extend(stored.into_iter().map(|entry| entry.leaf));
        Ok(first..self.len())
    }

    fn commit(&mut self, stored: &[StoredEntry], now: i64) -> Result<()> {
        let tree = &self.tree;
        let Some(root) = tree.root(tree.len()) else { return Ok(()) };
        let checkpoint =
            Checkpoint { origin: self.verifier.name.clone(), size: tree.len(), root }.signed(self.signing_key()?);
        let bytes = frame::write(stored, &checkpoint);
        let Some(head) = Head::parse(&bytes) else { return Ok(()) };
        let digest = frame::digest(&bytes);
        let (segment, offset) = self.put_durable(head.first, bytes)?;
        self.frames.push(FrameAt { head, segment, offset, digest, entries: Mutex::new(Vec::new()) });
        self.last_time = now;
        self.checkpoint = checkpoint;
        self.cosigned = None;
        Ok(())
    }

    fn public(&self) -> MutexGuard<'_, Public> {
        self.public.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// After a failed write or sync the disk's state is unknown: neither retried nor written after.
    pub(crate) fn stop_on_error(&self, done: Result<()>) -> Result<()> {
        self.is_stopped.fetch_or(done.is_err(), Ordering::Relaxed);
        done
    }

    /// Brings the public log up to the journal: the tiles that changed, then the checkpoint.
    pub fn publish(&self) -> Result<()> {
        let mut public = self.public();
        if public.size == self.len() {
            return Ok(());
        }
        self.signing_key()?;
        self.stop_on_error(self.write_public(&mut public))
    }

    pub(crate) fn write_public(&self, public: &mut Public) -> Result<()> {
        // What others may hold this log to must outlast whatever happens here.
        self.promise().sync()?;
        let leaf = |index: u64| match index.checked_sub(public.first).and_then(|at| public.leaves.get(at as usize)) {
            Some(leaf) => Ok(leaf.clone()),
            None => Ok(self.get(index)?.leaf),
        };
        let log = self.dir.join("log");
        tiles::write_tiles(self.disk.as_ref(), &log, &self.tree, public.size, leaf)?;
        files::replace(self.disk.as_ref(), &log.join("checkpoint"), self.checkpoint.as_bytes())?;
        public.size = self.len();
        // The last bundle, when it is not full, is written again with the next entries.
        let open = public.size - public.size % tiles::TILE_WIDTH;
        let n = (open.saturating_sub(public.first) as usize).min(public.leaves.len());
        public.leaves.drain(..n);
        public.first += n as u64;
        Ok(())
    }

    pub(crate) fn frame_at(&self, index: u64) -> Result<usize> {
        let at = self.frames.partition_point(|f| f.head.first <= index).checked_sub(1);
        at.filter(|_| index < self.len()).ok_or(EvidenceError::NoEntry(index))
    }

    fn read_at(&self, segment: &Path, offset: u64, bytes: u64) -> Result<Vec<u8>> {
        let bytes = usize::try_from(bytes).map_err(|_| EvidenceError::damaged(segment, "a frame too long"))?;
        self.disk.read_at(segment, offset, bytes).map_err(EvidenceError::io("could not read", segment))
    }

    /// The bytes of a frame, which are whole.
    fn read_frame(&self, frame: &FrameAt) -> Result<Vec<u8>> {
        let damaged = |what: String| EvidenceError::damaged(&frame.segment, what);
        let bytes = frame.head.frame_bytes().ok_or_else(|| damaged("a frame is too long".to_owned()))?;
        let whole = self.read_at(&frame.segment, frame.offset, bytes)?;
        if !frame::is_whole(&whole) || frame::digest(&whole) != frame.digest {
            return Err(damaged(format!("the frame at byte {} is not whole", frame.offset)));
        }
        Ok(whole)
    }

    pub(crate) fn parse_all(&self, frame: &FrameAt) -> Result<(Vec<StoredEntry>, Vec<u64>)> {
        let damaged = |what: String| EvidenceError::damaged(&frame.segment, what);
        let whole = self.read_frame(frame)?;
        let body = &whole[frame::HEAD..frame::HEAD + frame.head.body_bytes as usize];
        let mut reader = frame::Reader(body);
        let (mut entries, mut starts) = (Vec::new(), Vec::new());
        for index in frame.head.first..frame.head.first + u64::from(frame.head.count) {
            starts.push((body.len() - reader.0.len()) as u64);
            let entry = reader.entry(index);
            entries.push(entry.ok_or_else(|| damaged(format!("entry {index} cannot be read")))?);
        }
        Ok((entries, starts))
    }

    /// One entry.
    pub fn get(&self, index: u64) -> Result<StoredEntry> {
        let frame = &self.frames[self.frame_at(index)?];
        let at = (index - frame.head.first) as usize;
        let mut starts = frame.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if starts.is_empty() {
            *starts = self.parse_all(frame)?.1;
        }
        let damaged = || EvidenceError::damaged(&frame.segment, format!("entry {index} cannot be read"));
        let start = *starts.get(at).ok_or_else(damaged)?;
        let end = starts.get(at + 1).copied().unwrap_or(frame.head.body_bytes);
        drop(starts);
        let bytes = self.read_at(&frame.segment, frame.offset + frame::HEAD as u64 + start, end - start)?;
        let entry = frame::Reader(&bytes).entry(index).ok_or_else(damaged)?;
        // Bits can rot after opening: what is given out is what the log commits to, or nothing.
        if self.commits_to(&entry) { Ok(entry) } else { Err(damaged()) }
    }

    /// True when the log holds the entry's leaf, and the leaf commits to the payload, where there is one.
    pub fn commits_to(&self, entry: &StoredEntry) -> bool {
        self.leaf(entry.index) == Some(leaf_hash(&entry.leaf)) && entry.is_consistent()
    }

    /// Entries from `from` on, in order, a frame in memory at a time.
    pub fn read(&self, from: u64) -> impl Iterator<Item = Result<StoredEntry>> + '_ {
        let start = self.frames.partition_point(|f| f.head.first <= from).saturating_sub(1);
        self.frames[start.min(self.frames.len())..].iter().flat_map(move |frame| {
            let (entries, error) = match self.parse_all(frame) {
                Ok((entries, _)) => (entries, None),
                Err(error) => (Vec::new(), Some(Err(error))),
            };
            entries.into_iter().filter(move |e| e.index >= from).map(Ok).chain(error)
        })
    }

    /// The frames, in the order of their entries: each was read whole when the journal was opened, or written since.
    pub fn stretches(&self) -> impl Iterator<Item = Stretch> + '_ {
        self.frames.iter().map(Stretch::of)
    }

    /// What `of` makes of each entry, by its index, in their order and by frame, of the frames that are `asked` for. They are read
    /// on all threads, each one at a time.
    pub fn map_frames<T: Send>(
        &self,
        asked: impl Fn(&Stretch) -> bool + Sync,
        of: impl Fn(u64, Lying<'_>) -> T + Sync,
    ) -> Result<Vec<(Stretch, Vec<T>)>> {
        let of_frame = |frame: &FrameAt| {
            let whole = self.read_frame(frame)?;
            let mut reader = frame::Reader(&whole[frame::HEAD..frame::HEAD + frame.head.body_bytes as usize]);
            let mut found = Vec::with_capacity(frame.head.count as usize);
            for index in frame.head.first..frame.head.first + u64::from(frame.head.count) {
                let damaged = || EvidenceError::damaged(&frame.segment, format!("entry {index} cannot be read"));
                found.push(of(index, reader.lying(index).ok_or_else(damaged)?));
            }
            Ok((Stretch::of(frame), found))
        };
        self.frames.par_iter().filter(|frame| asked(&Stretch::of(frame))).map(of_frame).collect()
    }

    /// That an entry is in the log of the newest checkpoint.
    pub fn prove(&self, index: u64) -> Result<InclusionProof> {
        let path = self.tree.inclusion(index, self.len()).ok_or(EvidenceError::NoEntry(index))?;
        Ok(InclusionProof { index, path, checkpoint: self.checkpoint().to_owned() })
    }

    /// Writes the public log (checkpoint, tiles, policy) to a folder of a release. No witness is asked for.
    pub fn export_log(&self, out: &Path) -> Result<()> {
        self.export_log_under(out, &format!("log {}\nquorum none\n", self.vkey()))
    }

    /// As [`Journal::export_log`], under a policy that names the witnesses. Tiles that an earlier export left in the folder
    /// are looked at, and stay where they are what this log has.
    pub fn export_log_under(&self, out: &Path, policy: &str) -> Result<()> {
        self.publish()?;
        files::make_dir(out)?;
        let (disk, log) = (&crate::disk::Folder, self.dir.join("log"));
        let mut bundle: Option<(u64, Vec<Vec<u8>>)> = None;
        let leaf = |index: u64| -> Result<Vec<u8>> {
            let (number, at) = (index / tiles::TILE_WIDTH, (index % tiles::TILE_WIDTH) as usize);
            if bundle.as_ref().is_none_or(|(known, _)| *known != number) {
                let width = tiles::TILE_WIDTH.min(self.len() - number * tiles::TILE_WIDTH);
                let path = log.join(tiles::tile_path(None, number, width));
                let bytes = self.disk.read(&path).map_err(EvidenceError::io("could not read", &path))?;
                let entries = tiles::read_bundle(&bytes).filter(|e| e.len() as u64 == width);
                let entries = entries.ok_or_else(|| EvidenceError::damaged(&path, "it is torn"))?;
                bundle = Some((number, entries.into_iter().map(<[u8]>::to_vec).collect()));
            }
            bundle.as_ref().and_then(|(_, b)| b.get(at).cloned()).ok_or(EvidenceError::NoEntry(index))
        };
        let checkpoint = out.join("checkpoint");
        let known = crate::note::Verifier::parse(&self.vkey()).ok().and_then(|verifier| {
            let text = String::from_utf8(files::read_regular(&checkpoint).ok()?).ok()?;
            crate::note::Checkpoint::open(&text, &verifier).ok()
        });
        let sound = match known.filter(|known| self.root(known.size) == Some(known.root)) {
            Some(known) => tiles::sound_until(disk, out, &self.tree, known.size),
            None => {
                files::remove_all(&out.join("tile"))?;
                0
            }
        };
        tiles::write_tiles(disk, out, &self.tree, sound, leaf)?;
        files::replace(disk, &checkpoint, self.checkpoint().as_bytes())?;
        files::replace(disk, &out.join("policy.txt"), policy.as_bytes())
    }
}
