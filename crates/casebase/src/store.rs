//! What the casebase asks of a database. Two back ends answer it, each with its own types; everything above this
//! trait is written once.

use std::future::Future;

use crate::cell::{Cell, Kind};
use crate::error::Result;
use crate::table::Rows;

pub(crate) trait Store: Sync {
    type Transaction: Transaction;

    /// A view of one moment, in which nothing can be written.
    fn read(&self) -> impl Future<Output = Result<Self::Transaction>> + Send;
    /// The one writer. Dropped without a commit, it leaves no trace.
    fn write(&self) -> impl Future<Output = Result<Self::Transaction>> + Send;
}

pub(crate) trait Transaction: Send + Sized {
    /// All rows that a query gives, with columns of these kinds.
    fn select(
        &mut self,
        sql: &str,
        arguments: Vec<Cell>,
        kinds: &[Kind],
    ) -> impl Future<Output = Result<Vec<Vec<Cell>>>> + Send;

    /// Runs one statement. Its arguments, `$1` onwards, are not null.
    fn execute(&mut self, sql: &str, arguments: Vec<Cell>) -> impl Future<Output = Result<u64>> + Send;

    /// Writes rows, many in one statement. Gives the number of rows written, without those that were ignored.
    fn insert(&mut self, rows: Rows) -> impl Future<Output = Result<u64>> + Send;

    fn commit(self) -> impl Future<Output = Result<()>> + Send;

    /// Bytes that this program did not write, in the casebase that this transaction is on.
    fn damaged(&self, reason: String) -> crate::CasebaseError;
}
