//! The journal: entries appended by one writer at a time, in frames of segment files, with the public log beside them.
//!
//! Order of steps of an append, and what is durable when (after `LOG.md`'s `sequencePool`):
//! 1. hashes, root and signed checkpoint in memory; refused when the clock is behind the last entry;
//! 2. one frame is appended to the segment and synced: **the commit point**;
//! 3. the lock checkpoint, kept apart, is replaced: what was promised;
//! 4. tiles, then the published checkpoint. On opening both are held against the frames, and made again where they
//!    differ.
//!
//! On opening, a torn last frame is cut off, unless the lock checkpoint says that it was promised; a bad frame before
//! others is bit rot and is refused.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use ed25519_dalek::SigningKey;
use rayon::prelude::*;

use crate::entry::{Leaf, NewEntry, StoredEntry};
use crate::frame::{self, Head};
use crate::merkle::{Tree, leaf_hash};
use crate::note::{self, Checkpoint, Verifier};
use crate::proof::InclusionProof;
use crate::{EvidenceError, Result, files, tiles};

/// A segment takes frames until it is this long.
const SEGMENT_BYTES: u64 = 256 << 20;

/// Where a frame lies.
#[derive(Debug)]
struct FrameAt {
    head: Head,
    segment: PathBuf,
    offset: u64,
    /// Start of each entry in the body, found when one is first asked for.
    entries: Mutex<Vec<u64>>,
}

/// The open journal. It is locked to this process while it lives.
#[derive(Debug)]
pub struct Journal {
    dir: PathBuf,
    key: SigningKey,
    verifier: Verifier,
    tree: Tree,
    frames: Vec<FrameAt>,
    last_time: i64,
    checkpoint: String,
    /// A write failed: what is on the disk is not certain, so nothing more is written.
    is_stopped: bool,
    _held: File,
}

/// How long a lock is asked for again: a child process that is just being started holds a copy of it for an instant.
const PATIENCE: std::time::Duration = std::time::Duration::from_millis(500);

fn hold(dir: &Path) -> Result<File> {
    let path = dir.join("lock/held");
    let file = File::create(&path).map_err(EvidenceError::io("could not make", &path))?;
    let asked = std::time::Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if asked.elapsed() < PATIENCE => {
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
            Err(TryLockError::WouldBlock) => return Err(EvidenceError::InUse(dir.to_owned())),
            Err(TryLockError::Error(error)) => return Err(EvidenceError::io("could not lock", &path)(error)),
        }
    }
}

impl Journal {
    /// Makes an empty journal. `origin` is the public log's name.
    pub fn create(dir: &Path, origin: &str, key: SigningKey) -> Result<Self> {
        note::check_name(origin)?;
        if dir.join("lock/checkpoint").exists() {
            return Err(EvidenceError::Exists(dir.to_owned()));
        }
        for part in ["lock", "log", "segments"] {
            files::make_dir(&dir.join(part))?;
        }
        let root = crate::merkle::empty_root();
        let checkpoint = Checkpoint { origin: origin.to_owned(), size: 0, root }.signed(&key);
        // The lock checkpoint last: while it is missing there is no journal, and making one can begin again.
        files::write_durable(&dir.join("log/checkpoint"), checkpoint.as_bytes())?;
        files::write_durable(&dir.join("lock/checkpoint"), checkpoint.as_bytes())?;
        files::sync_dir(dir)?;
        Self::open(dir, key)
    }

    /// Opens a journal, recovers from a crash, and refuses what cannot be trusted.
    pub fn open(dir: &Path, key: SigningKey) -> Result<Self> {
        let lock_path = dir.join("lock/checkpoint");
        if !lock_path.is_file() {
            return Err(EvidenceError::damaged(dir, "it holds no journal"));
        }
        let held = hold(dir)?;
        let text = |path: &Path| -> Result<String> {
            String::from_utf8(files::read(path)?).map_err(|_| EvidenceError::damaged(path, "it is not text"))
        };
        let lock_note = text(&lock_path)?;
        let origin = lock_note.lines().next().unwrap_or_default().to_owned();
        let verifier = Verifier::of(&origin, &key);
        let open = |note: &str, path: &Path| {
            Checkpoint::open(note, &verifier).map_err(|e| EvidenceError::damaged(path, e.to_string()))
        };
        let promised = open(&lock_note, &lock_path)?;
        let published_path = dir.join("log/checkpoint");
        let published = open(&text(&published_path)?, &published_path)?;
        if published.size > promised.size {
            return Err(EvidenceError::OlderThanPromised { found: promised.size, held: published.size });
        }

        let mut journal = Self {
            dir: dir.to_owned(),
            key,
            verifier,
            tree: Tree::default(),
            frames: Vec::new(),
            last_time: i64::MIN,
            checkpoint: lock_note.clone(),
            is_stopped: false,
            _held: held,
        };
        journal.recover(&promised)?;
        for (known, path) in [(&promised, &lock_path), (&published, &published_path)] {
            if journal.tree.root(known.size) != Some(known.root) {
                return Err(EvidenceError::damaged(path, "the entries do not give the root that it signs"));
            }
        }
        if journal.len() > promised.size {
            journal.promise()?;
        }
        // Tiles are not synced one by one, so a power cut may have torn some: each is held against the entries.
        let sound = tiles::sound_until(&dir.join("log"), &journal.tree, published.size);
        if sound < journal.len() || journal.len() > published.size {
            journal.publish_from(sound, None)?;
        }
        Ok(journal)
    }

    fn segments(&self) -> Result<Vec<PathBuf>> {
        let dir = self.dir.join("segments");
        let listing = std::fs::read_dir(&dir).map_err(EvidenceError::io("could not read", &dir))?;
        let mut paths = Vec::new();
        for entry in listing {
            paths.push(entry.map_err(EvidenceError::io("could not read", &dir))?.path());
        }
        paths.sort();
        Ok(paths)
    }

    /// Reads every frame: its digest, its leaves, its checkpoint. Cuts a torn last one off.
    fn recover(&mut self, promised: &Checkpoint) -> Result<()> {
        let segments = self.segments()?;
        for (at, segment) in segments.iter().enumerate() {
            let mut file = File::open(segment).map_err(EvidenceError::io("could not read", segment))?;
            let size = file.metadata().map_err(EvidenceError::io("could not read", segment))?.len();
            let mut offset = 0;
            while offset < size {
                if let Some(next) = self.recover_frame(segment, &mut file, offset, size)? {
                    offset = next;
                    continue;
                }
                let torn = at + 1 == segments.len() && !self.good_frame_after(&mut file, offset, size)?;
                if !torn {
                    return Err(EvidenceError::damaged(segment, format!("the frame at byte {offset} is not whole")));
                }
                if self.len() < promised.size {
                    return Err(EvidenceError::OlderThanPromised { found: self.len(), held: promised.size });
                }
                let file = OpenOptions::new().write(true).open(segment);
                let file = file.map_err(EvidenceError::io("could not mend", segment))?;
                let cut = file.set_len(offset).and_then(|()| file.sync_all());
                cut.map_err(EvidenceError::io("could not mend", segment))?;
                break;
            }
        }
        if self.len() < promised.size {
            return Err(EvidenceError::OlderThanPromised { found: self.len(), held: promised.size });
        }
        Ok(())
    }

    /// Takes in the frame at an offset and returns the next offset; `None` when the frame is not whole.
    fn recover_frame(&mut self, segment: &Path, file: &mut File, offset: u64, size: u64) -> Result<Option<u64>> {
        let could_not = EvidenceError::io("could not read", segment);
        let mut head = [0; frame::HEAD];
        if size - offset < head.len() as u64 {
            return Ok(None);
        }
        if let Err(error) = file.read_exact_at(&mut head, offset) {
            return Err(could_not(error));
        }
        let Some(head) = Head::parse(&head) else { return Ok(None) };
        let Some(bytes) = head.frame_bytes().filter(|bytes| *bytes <= size - offset) else { return Ok(None) };
        let mut whole = vec![0; bytes as usize];
        file.read_exact_at(&mut whole, offset).map_err(EvidenceError::io("could not read", segment))?;
        if !frame::is_whole(&whole) || head.first != self.len() {
            return Ok(None);
        }
        let body = &whole[frame::HEAD..frame::HEAD + head.body_bytes as usize];
        let mut reader = frame::Reader(body);
        let mut starts = Vec::with_capacity(head.count as usize);
        for index in head.first..head.first + u64::from(head.count) {
            starts.push((body.len() - reader.0.len()) as u64);
            let leaf = reader.leaf().and_then(|bytes| Some((bytes, Leaf::parse(bytes)?)));
            let Some((bytes, leaf)) = leaf else {
                return Err(EvidenceError::damaged(segment, format!("entry {index} cannot be read")));
            };
            self.tree.push(leaf_hash(bytes));
            self.last_time = self.last_time.max(leaf.time);
        }
        let note = &whole[frame::HEAD + body.len()..whole.len() - frame::DIGEST];
        let note = String::from_utf8_lossy(note).into_owned();
        let checkpoint = Checkpoint::open(&note, &self.verifier);
        let checkpoint = checkpoint.map_err(|e| EvidenceError::damaged(segment, e.to_string()))?;
        if self.tree.root(checkpoint.size) != Some(checkpoint.root) || checkpoint.size != self.len() {
            return Err(EvidenceError::damaged(segment, "a frame's checkpoint is not that of its entries"));
        }
        self.checkpoint = note;
        self.frames.push(FrameAt { head, segment: segment.to_owned(), offset, entries: Mutex::new(starts) });
        Ok(Some(offset + bytes))
    }

    /// True when a whole frame stands anywhere after a bad one: then it is bit rot and not a torn write.
    fn good_frame_after(&self, file: &mut File, offset: u64, size: u64) -> Result<bool> {
        let could_not = |error| EvidenceError::Io { what: "could not read", path: self.dir.clone(), error };
        file.seek(SeekFrom::Start(offset)).map_err(could_not)?;
        let mut rest = Vec::with_capacity((size - offset) as usize);
        file.read_to_end(&mut rest).map_err(could_not)?;
        let starts = rest.windows(4).enumerate().skip(1).filter(|(_, w)| *w == frame::MAGIC).map(|(at, _)| at);
        for at in starts {
            let bytes = Head::parse(&rest[at..]).and_then(|h| h.frame_bytes()).unwrap_or(u64::MAX);
            if bytes <= (rest.len() - at) as u64 && frame::is_whole(&rest[at..at + bytes as usize]) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub fn len(&self) -> u64 {
        self.tree.len()
    }
    pub fn is_empty(&self) -> bool {
        self.tree.is_empty()
    }
    /// The signed checkpoint of the whole journal.
    pub fn checkpoint(&self) -> &str {
        &self.checkpoint
    }
    /// The public key of the log, `origin+hash+base64`.
    pub fn vkey(&self) -> String {
        self.verifier.vkey()
    }

    /// Appends a batch and returns when it is durable. `now` is in seconds since 1970; `entropy` fills bytes with
    /// randomness, one seed an entry. All or none of the batch is appended.
    pub fn append(
        &mut self,
        entries: Vec<NewEntry>,
        now: i64,
        entropy: &mut dyn FnMut(&mut [u8]),
    ) -> Result<std::ops::Range<u64>> {
        let first = self.len();
        if entries.is_empty() {
            return Ok(first..first);
        }
        if self.is_stopped {
            return Err(EvidenceError::Stopped);
        }
        if now < self.last_time {
            return Err(EvidenceError::ClockBack { now, last: self.last_time });
        }
        entries.iter().enumerate().try_for_each(|(at, entry)| entry.check(at, first + at as u64))?;
        let mut seeds = vec![0; entries.len() * 32];
        entropy(&mut seeds);
        if seeds.chunks_exact(32).any(|seed| seed == [0; 32]) {
            return Err(EvidenceError::NoEntropy("nothing was appended"));
        }
        let stored: Vec<StoredEntry> = entries
            .into_par_iter()
            .zip(seeds.par_chunks_exact(32))
            .enumerate()
            .map(|(at, (entry, seed))| {
                let mut own = [0; 32];
                own.copy_from_slice(seed);
                entry.store(first + at as u64, now, own)
            })
            .collect();
        let hashes: Vec<_> = stored.par_iter().map(|entry| leaf_hash(&entry.leaf)).collect();
        // A batch that cannot be written must leave the tree as it was.
        let mut tree = std::mem::take(&mut self.tree);
        hashes.into_iter().for_each(|hash| tree.push(hash));
        let written = self.commit(&stored, &tree, now);
        if written.is_err() {
            tree.truncate(first);
        }
        self.tree = tree;
        // After a failed write or sync the disk's state is unknown: neither retried nor written after.
        let done =
            written.and_then(|()| self.promise()).and_then(|()| self.publish_from(first, Some((first, &stored))));
        self.is_stopped = done.is_err();
        done?;
        Ok(first..self.len())
    }

    fn commit(&mut self, stored: &[StoredEntry], tree: &Tree, now: i64) -> Result<()> {
        let Some(root) = tree.root(tree.len()) else { return Ok(()) };
        let checkpoint = Checkpoint { origin: self.verifier.name.clone(), size: tree.len(), root }.signed(&self.key);
        let bytes = frame::write(stored, &checkpoint);
        let (segment, is_new) = match self.frames.last() {
            Some(last) if last.offset + last.head.frame_bytes().unwrap_or(u64::MAX) < SEGMENT_BYTES => {
                (last.segment.clone(), false)
            }
            _ => (self.dir.join(format!("segments/{:012}.seg", tree.len() - stored.len() as u64)), true),
        };
        let could_not = EvidenceError::io("could not append to", &segment);
        let append = |segment: &Path| -> std::io::Result<u64> {
            let mut file = OpenOptions::new().append(true).create(true).open(segment)?;
            let offset = file.metadata()?.len();
            // A frame that was not acknowledged must not stand before later ones.
            let written = file.write_all(&bytes).and_then(|()| file.sync_data());
            if let Err(error) = written {
                let _ = file.set_len(offset);
                return Err(error);
            }
            Ok(offset)
        };
        let offset = append(&segment).map_err(could_not)?;
        if is_new {
            files::sync_dir(&self.dir.join("segments"))?;
        }
        let Some(head) = Head::parse(&bytes) else { return Ok(()) };
        self.frames.push(FrameAt { head, segment, offset, entries: Mutex::new(Vec::new()) });
        self.last_time = now;
        self.checkpoint = checkpoint;
        Ok(())
    }

    /// Replaces the lock checkpoint.
    fn promise(&self) -> Result<()> {
        files::write_durable(&self.dir.join("lock/checkpoint"), self.checkpoint.as_bytes())
    }

    /// Writes the tiles that changed since `from` entries, then the checkpoint. Entries at hand need not be read again.
    fn publish_from(&self, from: u64, at_hand: Option<(u64, &[StoredEntry])>) -> Result<()> {
        let leaf = |index: u64| match at_hand {
            Some((first, entries)) if index >= first => Ok(entries[(index - first) as usize].leaf.clone()),
            _ => Ok(self.get(index)?.leaf),
        };
        tiles::write_tiles(&self.dir.join("log"), &self.tree, from, leaf)?;
        files::write_atomic(&self.dir.join("log/checkpoint"), self.checkpoint.as_bytes())
    }

    fn frame_of(&self, index: u64) -> Result<&FrameAt> {
        let at = self.frames.partition_point(|f| f.head.first <= index).checked_sub(1);
        let frame = at.and_then(|at| self.frames.get(at)).filter(|_| index < self.len());
        frame.ok_or(EvidenceError::NoEntry(index))
    }

    fn read_at(segment: &Path, offset: u64, bytes: u64) -> Result<Vec<u8>> {
        let mut buffer =
            vec![0; usize::try_from(bytes).map_err(|_| EvidenceError::damaged(segment, "a frame too long"))?];
        let file = File::open(segment).map_err(EvidenceError::io("could not read", segment))?;
        file.read_exact_at(&mut buffer, offset).map_err(EvidenceError::io("could not read", segment))?;
        Ok(buffer)
    }

    fn parse_all(frame: &FrameAt) -> Result<(Vec<StoredEntry>, Vec<u64>)> {
        let damaged = |what: String| EvidenceError::damaged(&frame.segment, what);
        let bytes = frame.head.frame_bytes().ok_or_else(|| damaged("a frame is too long".to_owned()))?;
        let whole = Self::read_at(&frame.segment, frame.offset, bytes)?;
        if !frame::is_whole(&whole) {
            return Err(damaged(format!("the frame at byte {} is not whole", frame.offset)));
        }
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
        let frame = self.frame_of(index)?;
        let at = (index - frame.head.first) as usize;
        let mut starts = frame.entries.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if starts.is_empty() {
            *starts = Self::parse_all(frame)?.1;
        }
        let damaged = || EvidenceError::damaged(&frame.segment, format!("entry {index} cannot be read"));
        let start = *starts.get(at).ok_or_else(damaged)?;
        let end = starts.get(at + 1).copied().unwrap_or(frame.head.body_bytes);
        drop(starts);
        let bytes = Self::read_at(&frame.segment, frame.offset + frame::HEAD as u64 + start, end - start)?;
        let entry = frame::Reader(&bytes).entry(index).ok_or_else(damaged)?;
        // Bits can rot after opening: what is given out is what the log commits to, or nothing.
        let known = self.tree.level(0).get(index as usize) == Some(&leaf_hash(&entry.leaf));
        if known && entry.is_consistent() { Ok(entry) } else { Err(damaged()) }
    }

    /// Entries from `from` on, in order, a frame in memory at a time.
    pub fn read(&self, from: u64) -> impl Iterator<Item = Result<StoredEntry>> + '_ {
        let start = self.frames.partition_point(|f| f.head.first <= from).saturating_sub(1);
        self.frames[start.min(self.frames.len())..].iter().flat_map(move |frame| {
            let (entries, error) = match Self::parse_all(frame) {
                Ok((entries, _)) => (entries, None),
                Err(error) => (Vec::new(), Some(Err(error))),
            };
            entries.into_iter().filter(move |e| e.index >= from).map(Ok).chain(error)
        })
    }

    /// That an entry is in the log of the newest checkpoint.
    pub fn prove(&self, index: u64) -> Result<InclusionProof> {
        let path = self.tree.inclusion(index, self.len()).ok_or(EvidenceError::NoEntry(index))?;
        Ok(InclusionProof { index, path, checkpoint: self.checkpoint.clone() })
    }

    /// Writes the public log (checkpoint, tiles, policy) to a folder of a release.
    pub fn export_log(&self, out: &Path) -> Result<()> {
        files::make_dir(out)?;
        let log = self.dir.join("log");
        let mut bundle: Option<(u64, Vec<Vec<u8>>)> = None;
        let leaf = |index: u64| -> Result<Vec<u8>> {
            let (number, at) = (index / tiles::TILE_WIDTH, (index % tiles::TILE_WIDTH) as usize);
            if bundle.as_ref().is_none_or(|(known, _)| *known != number) {
                let width = tiles::TILE_WIDTH.min(self.len() - number * tiles::TILE_WIDTH);
                let path = log.join(tiles::tile_path(None, number, width));
                let bytes = files::read(&path)?;
                let entries = tiles::read_bundle(&bytes).filter(|e| e.len() as u64 == width);
                let entries = entries.ok_or_else(|| EvidenceError::damaged(&path, "it is torn"))?;
                bundle = Some((number, entries.into_iter().map(<[u8]>::to_vec).collect()));
            }
            bundle.as_ref().and_then(|(_, b)| b.get(at).cloned()).ok_or(EvidenceError::NoEntry(index))
        };
        tiles::write_tiles(out, &self.tree, 0, leaf)?;
        files::write_atomic(&out.join("checkpoint"), self.checkpoint.as_bytes())?;
        let policy = format!("log {}\nquorum none\n", self.vkey());
        files::write_atomic(&out.join("policy.txt"), policy.as_bytes())
    }
}
