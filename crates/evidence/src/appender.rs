//! Many writers, one journal: what arrives while a batch is being written becomes the next batch, so that all share
//! one sync (group commit). A writer is answered when its entries are durable.
//!
//! The public log follows within `publish_within`, not before each answer: it can be made again from the journal.
//! What time it is, and randomness, are handed in; only how long has passed is measured here.

use std::ops::Range;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::{EvidenceError, Journal, NewEntry, Result};

/// Entries of one frame at most.
const BATCH: usize = 16_384;

struct Job {
    entries: Vec<NewEntry>,
    answer: SyncSender<Result<Range<u64>>>,
}

/// Owns the journal while writers append.
pub struct Appender {
    sender: Sender<Job>,
    thread: JoinHandle<(Journal, Result<()>)>,
}

/// One of many writers.
#[derive(Clone)]
pub struct Writer(Sender<Job>);

type Now = Box<dyn FnMut() -> i64 + Send>;
type Entropy = Box<dyn FnMut(&mut [u8]) + Send>;

impl Appender {
    /// `now` gives seconds since 1970.
    pub fn start(journal: Journal, now: Now, entropy: Entropy, publish_within: Duration) -> Self {
        let (sender, jobs) = channel();
        let thread = std::thread::spawn(move || serve(journal, &jobs, now, entropy, publish_within));
        Self { sender, thread }
    }

    pub fn writer(&self) -> Writer {
        Writer(self.sender.clone())
    }

    /// Waits until all writers are gone, publishes, and gives the journal back.
    pub fn finish(self) -> Result<Journal> {
        drop(self.sender);
        let (journal, published) = self.thread.join().map_err(|_| EvidenceError::Stopped)?;
        published.map(|()| journal)
    }
}

impl Writer {
    /// Appends, and returns when it is durable: all of the entries, one after the other, or none.
    pub fn append(&self, entries: Vec<NewEntry>) -> Result<Range<u64>> {
        let (answer, answered) = sync_channel(1);
        self.0.send(Job { entries, answer }).map_err(|_| EvidenceError::Stopped)?;
        answered.recv().map_err(|_| EvidenceError::Stopped)?
    }
}

fn serve(
    mut journal: Journal,
    jobs: &Receiver<Job>,
    mut now: Now,
    mut entropy: Entropy,
    publish_within: Duration,
) -> (Journal, Result<()>) {
    let mut published = Instant::now();
    loop {
        let first = match jobs.recv_timeout(publish_within) {
            Ok(job) => Some(job),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => {
                let done = journal.publish();
                return (journal, done);
            }
        };
        if let Some(first) = first {
            let mut batch = vec![first];
            let mut n = batch[0].entries.len();
            while n < BATCH {
                let Ok(job) = jobs.try_recv() else { break };
                n += job.entries.len();
                batch.push(job);
            }
            write(&mut journal, batch, now(), &mut entropy);
        }
        if published.elapsed() >= publish_within {
            // A log that cannot be published now is published on the next opening; what was answered stays.
            if let Err(error) = journal.publish() {
                return (journal, Err(error));
            }
            published = Instant::now();
        }
    }
}

/// Writes one batch and answers each of its writers.
fn write(journal: &mut Journal, batch: Vec<Job>, now: i64, entropy: &mut Entropy) {
    let (mut entries, mut waiting) = (Vec::new(), Vec::new());
    for job in batch {
        // One writer's entry that cannot be kept must not cost the others theirs.
        let bad = job.entries.iter().enumerate().find_map(|(at, entry)| entry.check(at, journal.len()).err());
        match bad {
            Some(error) => drop(job.answer.send(Err(error))),
            None => {
                waiting.push((job.answer, job.entries.len() as u64));
                entries.extend(job.entries);
            }
        }
    }
    let done = journal.append_unpublished(entries, now, &mut **entropy);
    let mut next = done.as_ref().map_or(0, |range| range.start);
    for (answer, n) in waiting {
        let own = match &done {
            Ok(_) => Ok(next..next + n),
            Err(error) => Err(error.again()),
        };
        next += n;
        // A writer that no longer waits has lost only the answer.
        drop(answer.send(own));
    }
}
