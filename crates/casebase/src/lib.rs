//! The casebase: the journal's entries as tables that can be asked. The only SQL of the project.
//!
//! It is a view. It can be thrown away at any time and is built again from the journal, to the same bytes in every
//! table, however the entries were split into batches. It never writes to the journal, and nothing is only here.
//! SQLite and PostgreSQL are two typed back ends under one set of queries.
//!
//! Times are seconds since 1970-01-01T00:00:00Z; an index is that of a journal entry, from 0.

mod casebase;
mod cell;
mod content;
mod digest;
mod error;
mod links;
mod open;
mod postgres;
mod project;
mod query;
mod replay;
mod sqlite;
mod store;
mod table;

pub use casebase::Casebase;
pub use error::CasebaseError;
pub use query::TakenIn;
pub use replay::{Hashed, Replay};

/// How long another program's lock is waited for before [`CasebaseError::Locked`].
pub const LOCK_WAIT: std::time::Duration = std::time::Duration::from_secs(5);

/// A value and the index of the journal entry that it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indexed<T> {
    pub index: u64,
    pub value: T,
}
