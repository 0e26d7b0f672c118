//! The evidence kernel: what was received stays what it was, and outsiders can prove it.
//!
//! Payloads are ordered lists of named byte strings; what they mean is not known here. Hashing is RFC 6962's, the log
//! on disk is C2SP tlog-tiles, checkpoints are C2SP signed notes. Nothing here reads a clock or makes randomness up:
//! time and entropy are handed in.

mod appender;
mod audit;
mod bundle;
pub mod cosign;
mod disclosure;
pub mod disk;
mod entry;
mod error;
mod files;
mod frame;
mod journal;
pub mod keys;
pub mod merkle;
pub mod note;
mod originals;
mod outside;
pub mod policy;
mod promise;
mod proof;
mod proof_bundle;
mod recover;
mod segment;
mod sums;
pub mod tiles;
mod verify;
mod withdraw;

pub use appender::{Appender, Writer};
pub use bundle::{Seal, is_as_signed, is_sealed, seal, seal_again};
pub use disclosure::{DisclosedField, Disclosure, disclose};
pub use ed25519_dalek::SigningKey;
pub use entry::{EntryKind, NewEntry, Payload, Secrets, Slot, StoredEntry};
pub use error::EvidenceError;
pub use files::{copy_hashed, make_private_dir, remove_all, write_private, write_private_soon};
pub use frame::Lying;
pub use journal::{Journal, Stretch};
pub use originals::Originals;
pub use outside::{Outside, OutsideState, OwnPolicy, TimeChecker, TimeFound, check_journal, is_anchor};
pub use proof::InclusionProof;
pub use proof_bundle::{ProofBundle, consistency_text, verify_bundle};
pub use sums::SumCache;
pub use verify::{
    BadFile, Check, CheckState, Options, VerifyReport, Withdrawn, audit_log, verify_folder, verify_release,
};

pub(crate) type Result<T> = std::result::Result<T, EvidenceError>;
