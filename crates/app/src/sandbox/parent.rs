//! The parent: starts the child, feeds it, reads its answers, and says in words why a child died.

use std::io::{BufReader, Read, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Child, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

use domain::AccessionId;

use super::again::again;
use super::confine::Ceiling;
use super::wire::{Answer, Task, read_frame, write_frame};
use crate::refusal::{Outcome, Refusal};

/// What a child may use. All of it grows with what it is given, and not with what that claims to be.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub memory_bytes: u64,
    pub cpu_seconds: u64,
    pub output_bytes: u64,
    /// Longest time without an answer, in seconds.
    pub silence_seconds: u64,
}

impl Limits {
    /// For rows: a workbook is held inflated, about twenty times its size.
    pub fn for_rows(size_bytes: u64) -> Self {
        Self {
            memory_bytes: (1 << 30) + size_bytes.saturating_mul(24),
            cpu_seconds: 60 + (size_bytes >> 18),
            output_bytes: (64 << 20) + size_bytes.saturating_mul(64),
            silence_seconds: 120 + (size_bytes >> 18),
        }
    }

    /// To say what something is: pixels of at most 128 million are 384 MB, and their brightness as much again, thrice.
    pub fn for_look(size_bytes: u64) -> Self {
        Self {
            memory_bytes: (3 << 30) + size_bytes.saturating_mul(24),
            output_bytes: 64 << 20,
            ..Self::for_rows(size_bytes)
        }
    }

    /// `TAWTHIQ_PARSE_MEMORY_MB` sets another ceiling on memory: lower on a small machine, higher for a vast workbook.
    fn ceiling(self) -> Ceiling {
        let set = std::env::var("TAWTHIQ_PARSE_MEMORY_MB").ok().and_then(|mb| mb.parse::<u64>().ok());
        Ceiling { memory_bytes: set.map_or(self.memory_bytes, |mb| mb << 20), cpu_seconds: self.cpu_seconds }
    }
}

/// Why a child gave no answer.
#[derive(Debug)]
pub enum Sandboxed {
    /// The bytes were too much for it: hostile, or damaged.
    Died(String),
    /// It answered with a refusal in words.
    Refused(String),
}

impl From<Sandboxed> for Refusal {
    fn from(why: Sandboxed) -> Self {
        match why {
            Sandboxed::Died(why) | Sandboxed::Refused(why) => Self::new(why),
        }
    }
}

fn spawn(limits: Limits) -> Result<Child, Sandboxed> {
    let ceiling = serde_json::to_string(&limits.ceiling()).unwrap_or_default();
    let died = |e: std::io::Error| Sandboxed::Died(format!("no process could be started to read it in ({e})"));
    again(super::PARSE)
        .map_err(died)?
        .arg(ceiling)
        // The allocator would reserve a gibibyte of addresses, which count against the limit.
        .env("MIMALLOC_ARENA_RESERVE", "65536")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(died)
}

/// Bytes for a child.
pub trait Feed: Sync {
    fn size_bytes(&self) -> u64;
    /// Writes all of them. False where they are not what they were before.
    fn feed(&self, to: &mut dyn Write) -> std::io::Result<bool>;
}

impl Feed for Vec<u8> {
    fn size_bytes(&self) -> u64 {
        self.len() as u64
    }

    fn feed(&self, to: &mut dyn Write) -> std::io::Result<bool> {
        to.write_all(self).map(|()| true)
    }
}

/// Gives a task and bytes to a child and hands its answers over one by one, until the child ends or `each` breaks.
pub fn ask(
    task: &Task,
    bytes: &dyn Feed,
    limits: Limits,
    each: &mut dyn FnMut(Answer) -> ControlFlow<()>,
) -> Result<(), Sandboxed> {
    let mut child = spawn(limits)?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (Some(mut stdin), Some(stdout), Some(stderr)) = (stdin, stdout, stderr) else {
        return Err(Sandboxed::Died("no pipe to the process that reads it".into()));
    };
    // The child begins once its input has ended, so what it answers to other bytes than were hashed is seen for that.
    let are_others = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            // A child that ends early closes its end; why it did is said by its status.
            let fed = write_frame(&mut stdin, &(task, bytes.size_bytes())).and_then(|()| bytes.feed(&mut stdin));
            are_others.store(matches!(fed, Ok(false)), Ordering::SeqCst);
            drop(stdin);
        });
        let words = scope.spawn(move || {
            let mut words = Vec::new();
            let _ = stderr.take(8192).read_to_end(&mut words);
            String::from_utf8_lossy(&words).into_owned()
        });
        let (sender, receiver) = sync_channel(4);
        scope.spawn(move || {
            let mut from = BufReader::with_capacity(1 << 20, stdout);
            let mut left = limits.output_bytes;
            loop {
                let frame = read_frame(&mut from);
                let size = frame.as_ref().map_or(0, |f| f.as_ref().map_or(0, Vec::len)) as u64;
                let over = size > left;
                left = left.saturating_sub(size);
                let last = over || !matches!(frame, Ok(Some(_)));
                let frame = if over { Err(std::io::Error::other("it answered with more than it may")) } else { frame };
                if sender.send(frame).is_err() || last {
                    return;
                }
            }
        });
        let ended = answers(&receiver, limits, &mut |answer| match are_others.load(Ordering::SeqCst) {
            true => ControlFlow::Break(()),
            false => each(answer),
        });
        let ended = match are_others.load(Ordering::SeqCst) {
            true => Err("it changed while it was read; nothing more was read of it".to_owned()),
            false => ended,
        };
        if ended.is_err() || matches!(ended, Ok(ControlFlow::Break(()))) {
            let _ = child.kill();
        }
        drop(receiver);
        let status = child.wait();
        let words = words.join().unwrap_or_default();
        match (ended, status) {
            (Err(why), _) => Err(Sandboxed::Died(why)),
            (Ok(ControlFlow::Break(())), _) => Ok(()),
            (Ok(ControlFlow::Continue(())), Ok(status)) if status.success() => Ok(()),
            (Ok(ControlFlow::Continue(())), Ok(status)) => Err(Sandboxed::Died(death(status, &words, limits))),
            (_, Err(error)) => Err(Sandboxed::Died(error.to_string())),
        }
    })
}

/// As [`ask`], for a task that has one answer, which `take` picks out.
pub fn answer<T>(
    task: &Task,
    bytes: &dyn Feed,
    limits: Limits,
    take: impl Fn(Answer) -> Option<T>,
) -> Result<T, Sandboxed> {
    let mut answered = None;
    ask(task, bytes, limits, &mut |said| {
        match said {
            Answer::Refused(why) => answered = Some(Err(Sandboxed::Refused(why))),
            other => answered = take(other).map(Ok).or(answered.take()),
        }
        ControlFlow::Continue(())
    })?;
    answered.unwrap_or_else(|| Err(Sandboxed::Died("the process that reads it gave no answer".into())))
}

/// As [`answer`], for a file that a command was given beside its workspace.
pub fn read_file<T>(task: &Task, path: &Path, take: impl Fn(Answer) -> Option<T>) -> Outcome<T> {
    let bytes = crate::input::read(path).map_err(|e| Refusal::io("could not read", path, e))?;
    answer(task, &bytes, Limits::for_rows(bytes.len() as u64), take)
        .map_err(|why| Refusal::new(format!("{}: {}", path.display(), Refusal::from(why))))
}

/// All text in a packed table or an archive, in pieces, read in a child, until `each` breaks.
pub fn texts(bytes: &dyn Feed, each: &mut dyn FnMut(String) -> ControlFlow<()>) -> Result<(), Sandboxed> {
    let mut refused = None;
    ask(&Task::Texts, bytes, Limits::for_rows(bytes.size_bytes()), &mut |answer| match answer {
        Answer::Text(text) => each(text),
        Answer::Refused(why) => {
            refused = Some(why);
            ControlFlow::Break(())
        }
        _ => ControlFlow::Continue(()),
    })?;
    refused.map_or(Ok(()), |why| Err(Sandboxed::Refused(why)))
}

type Frame = std::io::Result<Option<Vec<u8>>>;

fn answers(
    frames: &Receiver<Frame>,
    limits: Limits,
    each: &mut dyn FnMut(Answer) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, String> {
    loop {
        let frame = match frames.recv_timeout(Duration::from_secs(limits.silence_seconds)) {
            Ok(Ok(Some(frame))) => frame,
            Ok(Ok(None)) | Err(RecvTimeoutError::Disconnected) => return Ok(ControlFlow::Continue(())),
            Ok(Err(error)) => return Err(format!("the process that reads it was stopped: {error}")),
            Err(RecvTimeoutError::Timeout) => {
                return Err(format!(
                    "the process that reads it gave no answer for {} s and was stopped",
                    limits.silence_seconds
                ));
            }
        };
        let answer = serde_json::from_slice(&frame)
            .map_err(|e| format!("the process that reads it answered with something else ({e}) and was stopped"))?;
        if each(answer).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
}

/// In words: which limit was met.
fn death(status: ExitStatus, words: &str, limits: Limits) -> String {
    let last = words.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("").trim();
    let memory = limits.ceiling().memory_bytes >> 20;
    #[cfg(unix)]
    let signal = std::os::unix::process::ExitStatusExt::signal(&status);
    #[cfg(not(unix))]
    let signal: Option<i32> = None;
    if words.contains("memory allocation of") || words.contains("capacity overflow") {
        return format!("reading it takes more than the {memory} MiB of memory that it is allowed; it was not read");
    }
    match signal {
        Some(24 | 9) => {
            format!("reading it takes more than {} s of processor time; it was not read", limits.cpu_seconds)
        }
        Some(signal) => format!("the process that reads it died of signal {signal} ({last}); it was not read"),
        None => format!("the process that reads it gave up ({last}); it was not read"),
    }
}

/// Reads every row in a child. What the child says of another accession than this one is not believed.
pub fn rows(
    task: &Task,
    accession: &AccessionId,
    bytes: &dyn Feed,
    sink: &mut dyn FnMut(u64, intake::Outcome) -> ControlFlow<()>,
) -> Result<intake::ReadReport, Sandboxed> {
    let mut report = None;
    let mut refused = None;
    ask(task, bytes, Limits::for_rows(bytes.size_bytes()), &mut |answer| match answer {
        Answer::Rows(batch) => {
            if let Some((row, _)) = batch.iter().find(|(_, row)| !row.is_of(accession)) {
                refused = Some(format!("row {row} was answered for another accession; the rest was not imported"));
                return ControlFlow::Break(());
            }
            batch.into_iter().try_for_each(|(row, outcome)| sink(row, outcome.into_outcome()))
        }
        Answer::Read { rows, encoding, warnings } => {
            report = Some(intake::ReadReport { rows, encoding, warnings });
            ControlFlow::Continue(())
        }
        Answer::Refused(why) => {
            refused = Some(why);
            ControlFlow::Break(())
        }
        _ => ControlFlow::Continue(()),
    })?;
    if let Some(why) = refused {
        return Err(Sandboxed::Refused(why));
    }
    Ok(report.unwrap_or_default())
}
