//! Many writers, one journal: what arrives while a batch is being written becomes the next batch, so that all share
//! one sync (group commit). Each writer makes its own commitments, beside the sync of the batch before. It is answered
//! when its entries are durable, by a thread of its own: waking a thousand writers would hold the next batch up.
//!
//! The public log follows within `publish_within`, not before each answer: it can be made again from the journal.
//! What time it is, and randomness, are handed in; only how long has passed is measured here.

use std::ops::Range;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::entry::{self, Sealed};
use crate::{EvidenceError, Journal, NewEntry, Result};

/// Entries of one frame at most.
const BATCH: usize = 16_384;

type Answer = Box<dyn FnOnce(Result<Range<u64>>) + Send>;

struct Job {
    entries: Vec<Sealed>,
    answer: Answer,
}

/// A batch that was written, or was not: who waits for how many of its entries, in order.
struct Written {
    done: Result<Range<u64>>,
    waiting: Vec<(Answer, u64)>,
}

/// Owns the journal while writers append.
pub struct Appender {
    sender: Sender<Job>,
    entropy: Arc<Mutex<Entropy>>,
    thread: JoinHandle<(Journal, Result<()>)>,
}

/// One of many writers.
#[derive(Clone)]
pub struct Writer {
    sender: Sender<Job>,
    entropy: Arc<Mutex<Entropy>>,
}

type Now = Box<dyn FnMut() -> i64 + Send>;
type Entropy = Box<dyn FnMut(&mut [u8]) + Send>;

impl Appender {
    /// `now` gives seconds since 1970.
    pub fn start(journal: Journal, now: Now, entropy: Entropy, publish_within: Duration) -> Self {
        let (sender, jobs) = channel();
        let thread = std::thread::spawn(move || {
            let (written, answers) = channel();
            std::thread::scope(move |scope| {
                scope.spawn(move || answers.into_iter().for_each(tell));
                serve(journal, &jobs, now, written, publish_within)
            })
        });
        Self { sender, entropy: Arc::new(Mutex::new(entropy)), thread }
    }

    pub fn writer(&self) -> Writer {
        Writer { sender: self.sender.clone(), entropy: self.entropy.clone() }
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
        // Whoever no longer waits has lost only the answer.
        self.submit(entries, move |done| drop(answer.send(done)))?;
        answered.recv().map_err(|_| EvidenceError::Stopped)?
    }

    /// As [`Writer::append`], without a thread that waits: `answer` is called once they are durable, or are not kept, on the
    /// thread that answers all writers; it must be short. Dropped unheard where the journal's thread is gone.
    ///
    /// # Errors
    /// Entries of a form that no journal keeps, and a journal whose thread is gone; `answer` is not called then.
    pub fn submit(
        &self,
        entries: Vec<NewEntry>,
        answer: impl FnOnce(Result<Range<u64>>) + Send + 'static,
    ) -> Result<()> {
        let mut fill = |bytes: &mut [u8]| (self.entropy.lock().unwrap_or_else(PoisonError::into_inner))(bytes);
        let entries = entry::seal(entries, &mut fill)?;
        self.sender.send(Job { entries, answer: Box::new(answer) }).map_err(|_| EvidenceError::Stopped)
    }
}

fn serve(
    mut journal: Journal,
    jobs: &Receiver<Job>,
    mut now: Now,
    written: Sender<Written>,
    publish_within: Duration,
) -> (Journal, Result<()>) {
    let mut published = Instant::now();
    loop {
        match jobs.recv_timeout(publish_within) {
            Ok(first) => {
                let mut batch = vec![first];
                let mut n = batch[0].entries.len();
                while n < BATCH {
                    let Ok(job) = jobs.try_recv() else { break };
                    n += job.entries.len();
                    batch.push(job);
                }
                // Answers are only given: whether anybody still listens to them changes nothing here.
                let _ = written.send(write(&mut journal, batch, now()));
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                let done = journal.publish();
                return (journal, done);
            }
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

/// Writes one batch.
fn write(journal: &mut Journal, batch: Vec<Job>, now: i64) -> Written {
    let (mut entries, mut waiting) = (Vec::new(), Vec::new());
    for job in batch {
        // One writer's entry that cannot be kept must not cost the others theirs.
        match entry::check_parents(&job.entries, journal.len() + entries.len() as u64) {
            Err(error) => (job.answer)(Err(error)),
            Ok(()) => {
                waiting.push((job.answer, job.entries.len() as u64));
                entries.extend(job.entries);
            }
        }
    }
    Written { done: journal.append_sealed(entries, now), waiting }
}

/// Tells each writer of a batch which places its entries have.
fn tell(written: Written) {
    let Written { done, waiting } = written;
    let mut next = done.as_ref().map_or(0, |range| range.start);
    for (answer, n) in waiting {
        let own = match &done {
            Ok(_) => Ok(next..next + n),
            Err(error) => Err(error.again()),
        };
        next += n;
        answer(own);
    }
}
