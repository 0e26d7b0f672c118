//! What was refused, and what therefore did not happen.

use std::path::{Path, PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    #[error("{what} {path}: {error}", path = path.display())]
    Io { what: &'static str, path: PathBuf, error: std::io::Error },
    #[error("another program has {path} open; nothing was read or written", path = .0.display())]
    InUse(PathBuf),
    #[error("{path} is open to be read alone; nothing was written", path = .0.display())]
    OnlyRead(PathBuf),
    #[error("{path} was changed by another writer; nothing was appended. Find out who writes here", path = .0.display())]
    AnotherWriter(PathBuf),
    #[error("{path} is there already; nothing was written over it", path = .0.display())]
    Exists(PathBuf),
    #[error("{path} is damaged: {reason}; the journal was not opened. Restore it from a good copy", path = path.display())]
    Damaged { path: PathBuf, reason: String },
    #[error(
        "the journal ends at entry {found} and {held} were acknowledged: it is older than what was promised, or its last segments are gone from journal/segments; it was not opened. Restore the newer copy"
    )]
    OlderThanPromised { found: u64, held: u64 },
    #[error(
        "{path} says that withdrawals were carried out here by the entries {entries:?}, and this journal, which ends at {len}, \
         does not hold them: it is older, and what they withdrew may be in it again; nothing was opened, written or withdrawn. \
         Put the newer journal back. Where there is none, move that file away, and withdraw again what was withdrawn since",
        path = path.display()
    )]
    OlderThanWithdrawals { path: PathBuf, entries: Vec<u64>, len: u64 },
    #[error(
        "the clock says {now}, which is before the last entry was recorded, at {last}; nothing was appended. Set the clock \
         right. Where it is right and ran ahead when that entry was recorded, nothing but a withdrawal can be appended before that time: \
         wait for it; or, where no release, mirror or witness was shown that entry yet, put back a backup from before it; or make \
         another workspace and import the originals there",
        now = domain::utc(*.now), last = domain::utc(*.last)
    )]
    ClockBack { now: i64, last: i64 },
    #[error(
        "{}. What was handed in is recorded all the same (the entries {first} to {last}), and the public log does not show it \
         yet. Nothing more was recorded. The next command that opens the workspace to write, such as status, makes the log \
         follow; run what was cut short again after it",
        error
    )]
    Unpublished { first: u64, last: u64, error: Box<EvidenceError> },
    #[error("entry {0} is not in the journal")]
    NoEntry(u64),
    #[error("entry {0} was withdrawn; it cannot be shown")]
    EntryWithdrawn(u64),
    #[error("entry {at} of the batch cannot be kept: {reason}; nothing was appended")]
    Entry { at: usize, reason: &'static str },
    #[error(
        "an earlier write failed, and what is on the disk is not certain; nothing was appended. Open the journal again"
    )]
    Stopped,
    #[error("the randomness handed in is all zeros; {0}")]
    NoEntropy(&'static str),
    #[error("{0:?} is not a name for a log: it must have no white space and no plus sign; nothing was made")]
    Origin(String),
    #[error("{path} is not a signing key; nothing was opened", path = .0.display())]
    Key(PathBuf),
    #[error("{0}; the signature was not accepted")]
    Note(String),
    #[error("the policy cannot be used: {0}; nothing was checked with it")]
    Policy(String),
    #[error("the original {0} is not here; it was not read")]
    NoOriginal(domain::Sha256Digest),
    #[error("the original {0} is not what it was when it was received; it was not used")]
    OriginalChanged(domain::Sha256Digest),
    #[error("{path} cannot be in a release; it was not sealed", path = .0.display())]
    Unsealable(PathBuf),
    #[error("{path} was left as it stood, and was removed meanwhile; the release was not sealed", path = .0.display())]
    Vanished(PathBuf),
}

impl EvidenceError {
    pub(crate) fn io(what: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::Io { what, path, error }
    }
    /// The same refusal for another of those that it concerns.
    pub(crate) fn again(&self) -> Self {
        match self {
            Self::Io { what, path, error } => {
                let error = std::io::Error::new(error.kind(), error.to_string());
                Self::Io { what, path: path.clone(), error }
            }
            Self::ClockBack { now, last } => Self::ClockBack { now: *now, last: *last },
            Self::AnotherWriter(path) => Self::AnotherWriter(path.clone()),
            Self::NoEntropy(what) => Self::NoEntropy(what),
            _ => Self::Stopped,
        }
    }
    pub(crate) fn damaged(path: &Path, reason: impl Into<String>) -> Self {
        Self::Damaged { path: path.to_owned(), reason: reason.into() }
    }
}
