//! What can go wrong, in words that say what did not happen.

use domain::RecordId;

/// Why the casebase did not do what it was asked. Whatever is refused, nothing of it was written.
#[derive(Debug, thiserror::Error)]
pub enum CasebaseError {
    /// An address that names no database of a known kind.
    #[error("{address} is not the address of a casebase: {reason}")]
    Address { address: String, reason: String },
    /// The database cannot be opened or no longer answers.
    #[error("the casebase {place} cannot be reached: {reason}")]
    Unreachable { place: String, reason: String },
    /// Another program holds it for longer than the wait of [`crate::LOCK_WAIT`].
    #[error("the casebase {place} is in use by another program; nothing was written, try again when it has ended")]
    Locked { place: String },
    /// Its bytes are not what this program wrote.
    #[error(
        "the casebase {place} is damaged or is not a casebase ({reason}); the journal is not touched by this: \
         delete the casebase and rebuild it"
    )]
    Damaged { place: String, reason: String },
    /// It was made by another version of the program.
    #[error("the casebase {place} was made by another version of the program ({reason}); delete it and rebuild it")]
    OtherVersion { place: String, reason: String },
    /// An entry was given before those that precede it.
    #[error("the casebase expects journal entry {expected} and was given {found}; nothing of the batch was written")]
    Gap { expected: u64, found: u64 },
    /// Links that name a record which is not here.
    #[error("the links name record {0}, which is not in the casebase; the persons were left as they were")]
    UnknownRecord(RecordId),
    /// Links that give one record to two persons, or twice to one.
    #[error("the links name record {0} twice; the persons were left as they were")]
    LinkedTwice(RecordId),
    /// Anything else that the database reports.
    #[error("the casebase {place} refused: {reason}")]
    Refused { place: String, reason: String },
}

pub(crate) type Result<T> = std::result::Result<T, CasebaseError>;
