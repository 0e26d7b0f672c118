//! Making a journal, and opening one: recovery from a crash, and refusal of what cannot be trusted.
//!
//! A torn last frame is cut off, unless the lock checkpoint says that it was promised; a bad frame before others, or one
//! that was written to its end, is bit rot and is refused. A whole frame beyond the promise is written once more before it is promised: when a sync has
//! failed, the page cache shows what the disk may not hold.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ed25519_dalek::SigningKey;

use crate::disk::{Disk, Folder, Held};
use crate::entry::{EntryKind, Leaf};
use crate::frame::{self, Head};
use crate::journal::{Journal, Public};
use crate::merkle::{Hash, Tree, leaf_hash};
use crate::note::{self, Checkpoint, Verifier};
use crate::promise::Promise;
use crate::segment::{self, FrameAt};
use crate::{EvidenceError, Result, files, tiles};

/// How long a lock is asked for again: a child process that is just being started holds a copy of it for an instant.
const PATIENCE: std::time::Duration = std::time::Duration::from_millis(500);
/// No entry of a frame is shorter.
const LEAST_ENTRY: usize = 64;

/// Where each entry of a frame starts in the body, its leaf, and the hash of that; or the first that cannot be read.
type Leaves = std::result::Result<Vec<(u64, Leaf, Hash)>, u64>;

/// A frame that has its own digest.
struct ReadFrame {
    head: Head,
    offset: u64,
    end: u64,
    leaves: Leaves,
    /// The checkpoint after it.
    note: String,
    digest: [u8; frame::DIGEST],
}

fn hold(disk: &dyn Disk, dir: &Path) -> Result<Box<dyn Held>> {
    let path = dir.join("lock/held");
    let asked = std::time::Instant::now();
    loop {
        match disk.hold(&path).map_err(EvidenceError::io("could not lock", &path))? {
            Some(held) => return Ok(held),
            None if asked.elapsed() < PATIENCE => std::thread::sleep(std::time::Duration::from_millis(10)),
            None => return Err(EvidenceError::InUse(dir.to_owned())),
        }
    }
}

/// A lock file is not made where nothing is.
fn holds_journal(disk: &dyn Disk, dir: &Path) -> Result<()> {
    if disk.is_file(&dir.join("lock/checkpoint")) {
        return Ok(());
    }
    let has_segments = disk.list(&dir.join("segments")).is_ok_and(|segments| !segments.is_empty());
    Err(EvidenceError::damaged(
        dir,
        match has_segments {
            true => {
                "it has no lock checkpoint, as after a backup was put back; restore takes the newest checkpoint that was \
                 kept elsewhere in its place"
            }
            false => "it holds no journal",
        },
    ))
}

impl Journal {
    /// Makes an empty journal in a folder. `origin` is the public log's name.
    pub fn create(dir: &Path, origin: &str, key: SigningKey) -> Result<Self> {
        Self::create_on(Arc::new(Folder), dir, origin, key)
    }

    /// Opens a journal, recovers from a crash, and refuses what cannot be trusted.
    pub fn open(dir: &Path, key: SigningKey) -> Result<Self> {
        Self::open_on(Arc::new(Folder), dir, key)
    }

    /// Makes the lock checkpoint of a journal that a backup brought back without it, from one that was kept elsewhere (in a
    /// mirror, a release, by a witness). From then on a journal that does not reach it is refused. Refused, and nothing is
    /// written, where a lock checkpoint is there, for a checkpoint that this key did not sign, and where the journal that is
    /// here does not reach it or is otherwise one that would not be opened.
    pub fn hold_to(dir: &Path, checkpoint: &str, verifier: &Verifier) -> Result<Checkpoint> {
        let (disk, lock): (Arc<dyn Disk>, _) = (Arc::new(Folder), dir.join("lock/checkpoint"));
        if disk.is_file(&lock) {
            return Err(EvidenceError::Exists(lock));
        }
        let known = Checkpoint::open(checkpoint, verifier)?;
        let published = published(disk.as_ref(), &dir.join("log/checkpoint"), verifier)?;
        let promise = (Promise::unwritten(disk.clone(), &lock), checkpoint.to_owned(), known.clone());
        Self::read_all(disk.clone(), dir, promise, &published, verifier.clone(), None, None)?;
        let folder = dir.join("lock");
        disk.make_private_dir(&folder).map_err(EvidenceError::io("could not make", &folder))?;
        Promise::create(disk.as_ref(), &lock, checkpoint)?;
        Ok(known)
    }

    pub fn create_on(disk: Arc<dyn Disk>, dir: &Path, origin: &str, key: SigningKey) -> Result<Self> {
        note::check_name(origin)?;
        let lock = dir.join("lock/checkpoint");
        if disk.is_file(&lock) {
            return Err(EvidenceError::Exists(dir.to_owned()));
        }
        for part in ["lock", "segments"] {
            let part = dir.join(part);
            disk.make_private_dir(&part).map_err(EvidenceError::io("could not make", &part))?;
        }
        let log = dir.join("log");
        disk.make_dir(&log).map_err(EvidenceError::io("could not make", &log))?;
        let root = crate::merkle::empty_root();
        let checkpoint = Checkpoint { origin: origin.to_owned(), size: 0, root }.signed(&key);
        // The lock checkpoint last: while it is missing there is no journal, and making one can begin again.
        files::replace_durable(disk.as_ref(), &dir.join("log/checkpoint"), checkpoint.as_bytes())?;
        disk.sync_dir(dir).map_err(EvidenceError::io("could not make durable", dir))?;
        Promise::create(disk.as_ref(), &lock, &checkpoint)?;
        Self::open_on(disk, dir, key)
    }

    pub fn open_on(disk: Arc<dyn Disk>, dir: &Path, key: SigningKey) -> Result<Self> {
        holds_journal(disk.as_ref(), dir)?;
        let held = hold(disk.as_ref(), dir)?;
        let of_key = |origin: &str| Verifier::of(origin, &key);
        Self::load(disk, dir, &of_key, Some(key.clone()), Some(held))
    }

    /// Opens a journal with the public key alone: nothing is written or mended, not even a lock, so that a folder without
    /// the right to write will do. Where its lock file may be opened, a writer who holds it is waited for and then told of.
    /// A torn frame that was not promised is passed over.
    pub fn open_to_read(dir: &Path, verifier: &Verifier) -> Result<Self> {
        let disk: Arc<dyn Disk> = Arc::new(Folder);
        holds_journal(disk.as_ref(), dir)?;
        let held = match disk.is_file(&dir.join("lock/held")) {
            true => hold(disk.as_ref(), dir).map(Some),
            false => Ok(None),
        };
        let held = match held {
            Err(EvidenceError::Io { .. }) => None,
            other => other?,
        };
        Self::load(disk, dir, &|_| verifier.clone(), None, held)
    }

    fn load(
        disk: Arc<dyn Disk>,
        dir: &Path,
        verifier_of: &dyn Fn(&str) -> Verifier,
        key: Option<SigningKey>,
        held: Option<Box<dyn Held>>,
    ) -> Result<Self> {
        let (lock_path, published_path) = (dir.join("lock/checkpoint"), dir.join("log/checkpoint"));
        let is_reader = key.is_none();
        let published_by = |verifier: &Verifier| published(disk.as_ref(), &published_path, verifier);
        // A writer promises before it publishes. Whoever holds no lock, and so may read beside one, reads the other way round:
        // what was published is then never more than what was promised.
        let beside_a_writer = if held.is_none() { Some(published_by(&verifier_of(""))?) } else { None };
        let promise = Promise::open(disk.clone(), &lock_path, verifier_of)?;
        let promised = promise.2.size;
        let verifier = verifier_of(&promise.2.origin);
        let published = match beside_a_writer {
            Some(published) => published,
            None => published_by(&verifier)?,
        };
        let mut journal = Self::read_all(disk, dir, promise, &published, verifier, key, held)?;
        if is_reader {
            journal.public = Mutex::new(Public { size: journal.len(), first: journal.len(), leaves: Vec::new() });
            return Ok(journal);
        }
        {
            // A reader has gone by here, so nobody else asks for it.
            let mut promise = journal.promise.lock().unwrap_or_else(PoisonError::into_inner);
            promise.sync_again()?;
            if journal.len() > promised {
                journal.write_again(promised)?;
                promise.swap(&journal.checkpoint)?;
                promise.sync()?;
            }
        }
        journal.mend_public(published.size)?;
        Ok(journal)
    }

    /// Reads every frame and holds them to what was promised and to what was published. More may be published than promised
    /// where the newer slot of the lock checkpoint rotted or an older one was put back: the journal must then reach that.
    fn read_all(
        disk: Arc<dyn Disk>,
        dir: &Path,
        (promise, lock_note, promised): (Promise, String, Checkpoint),
        published: &Checkpoint,
        verifier: Verifier,
        key: Option<SigningKey>,
        held: Option<Box<dyn Held>>,
    ) -> Result<Self> {
        let mut journal = Self {
            disk,
            dir: dir.to_owned(),
            key,
            verifier,
            tree: Tree::default(),
            frames: Vec::new(),
            segment_bytes: 0,
            unfinished: None,
            last_time: i64::MIN,
            checkpoint: lock_note,
            cosigned: None,
            promise: Mutex::new(promise),
            public: Mutex::new(Public::default()),
            withdrawals: Vec::new(),
            is_stopped: Default::default(),
            _held: held,
        };
        journal.recover(promised.size.max(published.size))?;
        for (known, path) in [(&promised, "lock/checkpoint"), (published, "log/checkpoint")] {
            if journal.tree.root(known.size) != Some(known.root) {
                return Err(EvidenceError::damaged(&dir.join(path), "the entries do not give the root that it signs"));
            }
        }
        journal.refuse_older_than_withdrawals()?;
        Ok(journal)
    }

    /// Tiles are not synced one by one, so a power cut may have torn some: each is held against the entries.
    fn mend_public(&mut self, published: u64) -> Result<()> {
        let sound = tiles::sound_until(self.disk.as_ref(), &self.dir.join("log"), &self.tree, published);
        let mut public = Public { size: self.len(), first: self.len(), leaves: Vec::new() };
        if sound < self.len() || self.len() > published {
            public.size = sound;
            self.write_public(&mut public)?;
        }
        self.public = Mutex::new(public);
        Ok(())
    }

    /// Segment files in order. What a withdrawal that was interrupted left half written is removed.
    fn segments(&self) -> Result<Vec<PathBuf>> {
        let dir = self.dir.join("segments");
        let mut listing = self.disk.list(&dir).map_err(EvidenceError::io("could not read", &dir))?;
        for path in &listing {
            if self.key.is_some() && path.extension().is_some_and(|e| e == "tmp") {
                self.disk.remove(path).map_err(EvidenceError::io("could not remove", path))?;
            }
        }
        listing.retain(|path| path.extension().is_some_and(|e| e == "seg"));
        Ok(listing)
    }

    /// Reads every frame: its digest, its leaves, its checkpoint. Cuts a torn last one off. Refused where there are fewer
    /// entries than were acknowledged.
    fn recover(&mut self, acknowledged: u64) -> Result<()> {
        let segments = self.segments()?;
        for (at, segment) in segments.iter().enumerate() {
            let mut size = self.disk.size(segment).map_err(EvidenceError::io("could not read", segment))?;
            let mut offset = 0;
            // A segment is named by its first entry.
            let first = segment.file_stem().and_then(|stem| stem.to_str()?.parse::<u64>().ok());
            if size > 0 && first.is_some_and(|first| first > self.len()) {
                let missing = segment.with_file_name(format!("{:012}.seg", self.len()));
                let follows = segment.file_name().unwrap_or_default().display();
                return Err(EvidenceError::damaged(&missing, format!("it is not here, though {follows} follows it")));
            }
            while offset < size {
                // The next one is read beside it, from where this one says that it ends; of that nothing is believed before this one
                // was taken in, and what is wrong with it is said when its turn comes.
                let (this, next) = rayon::join(
                    || self.read_frame_at(segment, offset, size),
                    || {
                        self.end_of_frame(segment, offset, size)
                            .and_then(|end| self.read_frame_at(segment, end, size).ok()?)
                    },
                );
                if let Some(end) = this?.map(|read| self.take_in(segment, read)).transpose()?.flatten() {
                    let next = next.map(|read| self.take_in(segment, read)).transpose()?.flatten();
                    offset = next.unwrap_or(end);
                    continue;
                }
                let rest = self.disk.read_at(segment, offset, (size - offset) as usize);
                let rest = rest.map_err(EvidenceError::io("could not read", segment))?;
                if rest.iter().all(|byte| *byte == 0) {
                    break;
                }
                if at + 1 < segments.len() || !segment::is_torn(&rest, offset, &self.verifier.name) {
                    return Err(EvidenceError::damaged(segment, format!("the frame at byte {offset} is not whole")));
                }
                if self.len() < acknowledged {
                    return Err(EvidenceError::OlderThanPromised { found: self.len(), held: acknowledged });
                }
                let unfinished = rest.iter().filter(|byte| **byte != 0).count() as u64;
                self.unfinished = Some((segment.clone(), unfinished));
                if self.key.is_some() {
                    let cut = self.disk.truncate_durable(segment, offset);
                    cut.map_err(EvidenceError::io("could not mend", segment))?;
                }
                size = offset;
            }
            if self.frames.last().is_some_and(|last| last.segment == *segment) {
                self.segment_bytes = size;
            }
        }
        if self.len() < acknowledged {
            return Err(EvidenceError::OlderThanPromised { found: self.len(), held: acknowledged });
        }
        Ok(())
    }

    /// What the frame at an offset says of itself; `None` where no frame of this length can be.
    fn head_at(&self, segment: &Path, offset: u64, size: u64) -> Result<Option<(Head, u64)>> {
        let room = size.saturating_sub(offset);
        if room < frame::HEAD as u64 {
            return Ok(None);
        }
        let head = self.disk.read_at(segment, offset, frame::HEAD);
        let head = Head::parse(&head.map_err(EvidenceError::io("could not read", segment))?);
        Ok(head.and_then(|head| Some((head, head.frame_bytes().filter(|bytes| *bytes <= room)?))))
    }

    fn end_of_frame(&self, segment: &Path, offset: u64, size: u64) -> Option<u64> {
        self.head_at(segment, offset, size).ok()?.map(|(_, bytes)| offset + bytes)
    }

    /// The frame at an offset; `None` when it is not whole.
    fn read_frame_at(&self, segment: &Path, offset: u64, size: u64) -> Result<Option<ReadFrame>> {
        let Some((head, bytes)) = self.head_at(segment, offset, size)? else { return Ok(None) };
        let whole = self.disk.read_at(segment, offset, bytes as usize);
        let whole = whole.map_err(EvidenceError::io("could not read", segment))?;
        let body = &whole[frame::HEAD..frame::HEAD + head.body_bytes as usize];
        // What the head says of a body that is cut asks for no more than the body could hold.
        let room = (head.count as usize).min(body.len() / LEAST_ENTRY);
        // Nothing is believed of it before the whole is.
        let read_leaves = || -> Leaves {
            let (mut reader, mut leaves) = (frame::Reader(body), Vec::with_capacity(room));
            for index in head.first..head.first.saturating_add(u64::from(head.count)) {
                let start = (body.len() - reader.0.len()) as u64;
                let leaf = reader.leaf().and_then(|bytes| Some((start, Leaf::parse(bytes)?, leaf_hash(bytes))));
                leaves.push(leaf.ok_or(index)?);
            }
            Ok(leaves)
        };
        let (is_whole, leaves) = rayon::join(|| frame::is_whole(&whole), read_leaves);
        if !is_whole {
            return Ok(None);
        }
        let note = &whole[frame::HEAD + body.len()..whole.len() - frame::DIGEST];
        let note = String::from_utf8_lossy(note).into_owned();
        Ok(Some(ReadFrame { head, offset, end: offset + bytes, leaves, note, digest: frame::digest(&whole) }))
    }

    /// Takes in a frame and returns where it ends; `None` when it does not follow on.
    fn take_in(&mut self, segment: &Path, read: ReadFrame) -> Result<Option<u64>> {
        let ReadFrame { head, offset, end, leaves, note, digest } = read;
        if head.first != self.len() {
            return Ok(None);
        }
        let unread = |index| EvidenceError::damaged(segment, format!("entry {index} cannot be read"));
        let leaves = leaves.map_err(unread)?;
        let starts = leaves.iter().map(|(start, ..)| *start).collect();
        for (index, (_, leaf, hash)) in (head.first..).zip(leaves) {
            if let (EntryKind::Redact, Some(parent)) = (leaf.kind, leaf.parent) {
                self.withdrawals.push((parent, index));
            }
            self.tree.push(hash);
            self.last_time = self.last_time.max(leaf.time);
        }
        let checkpoint = Checkpoint::open(&note, &self.verifier);
        let checkpoint = checkpoint.map_err(|e| EvidenceError::damaged(segment, e.to_string()))?;
        if self.tree.root(checkpoint.size) != Some(checkpoint.root) || checkpoint.size != self.len() {
            return Err(EvidenceError::damaged(segment, "a frame's checkpoint is not that of its entries"));
        }
        self.checkpoint = note;
        let segment = segment.to_owned();
        self.frames.push(FrameAt { head, segment, offset, digest, entries: Mutex::new(starts) });
        Ok(Some(end))
    }

    /// Writes the frames beyond the promise in place, with the same bytes, and syncs them and their names.
    fn write_again(&self, promised: u64) -> Result<()> {
        for frame in self.frames.iter().filter(|frame| frame.head.first >= promised) {
            let bytes = frame.head.frame_bytes().unwrap_or_default() as usize;
            let bytes = self.disk.read_at(&frame.segment, frame.offset, bytes);
            let bytes = bytes.map_err(EvidenceError::io("could not read", &frame.segment))?;
            let done = self.disk.overwrite_durable(&frame.segment, frame.offset, &bytes);
            done.map_err(EvidenceError::io("could not make durable", &frame.segment))?;
        }
        let dir = self.dir.join("segments");
        self.disk.sync_dir(&dir).map_err(EvidenceError::io("could not make durable", &dir))
    }
}

/// The published checkpoint. It can be made again, so one that a power cut emptied counts as one of nothing.
fn published(disk: &dyn Disk, path: &Path, verifier: &Verifier) -> Result<Checkpoint> {
    let bytes = match disk.read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(EvidenceError::io("could not read", path)(error)),
    };
    if bytes.iter().all(|b| *b == 0) {
        return Ok(Checkpoint { origin: verifier.name.clone(), size: 0, root: crate::merkle::empty_root() });
    }
    let text = String::from_utf8(bytes).map_err(|_| EvidenceError::damaged(path, "it is not text"))?;
    Checkpoint::open(&text, verifier).map_err(|e| EvidenceError::damaged(path, e.to_string()))
}
