//! Entries of the journal become rows: each entry once, in order, all of a batch or nothing of it.

use domain::Content;

use crate::cell::Cell;
use crate::cell::Kind::Int;
use crate::content::Batch;
use crate::error::{CasebaseError, Result};
use crate::store::{Store, Transaction};
use crate::table::{EVENT, EVENT_ACT, EVENT_PARTY, RECORD, RECORD_PARTY, TABLES, Table};

/// Entries whose rows are held in memory at once.
const ENTRIES_AT_ONCE: usize = 4096;

/// Rows that hang on a row of another table by its entry.
pub(crate) const CHILDREN: [(&Table, &Table); 3] =
    [(&RECORD, &RECORD_PARTY), (&EVENT, &EVENT_ACT), (&EVENT, &EVENT_PARTY)];

/// The index of the entry that comes next.
async fn applied_in<T: Transaction>(transaction: &mut T) -> Result<u64> {
    let rows = transaction.select("SELECT applied FROM projection", vec![], &[Int]).await?;
    let applied = rows.into_iter().flatten().next().and_then(Cell::into_u64);
    applied.ok_or_else(|| transaction.damaged("it does not say how far it follows the journal".into()))
}

pub(crate) async fn applied<S: Store>(store: &S) -> Result<u64> {
    applied_in(&mut store.read().await?).await
}

/// How many entries the journal had when nothing withdrawn was left in it.
pub(crate) async fn scrubbed<S: Store>(store: &S) -> Result<u64> {
    let mut transaction = store.read().await?;
    let rows = transaction.select("SELECT scrubbed FROM projection", vec![], &[Int]).await?;
    let scrubbed = rows.into_iter().flatten().next().and_then(Cell::into_u64);
    scrubbed.ok_or_else(|| transaction.damaged("it does not say which withdrawals it was made without".into()))
}

pub(crate) async fn note_scrubbed<S: Store>(store: &S, entries: u64) -> Result<()> {
    let (mut transaction, _) = begin(store).await?;
    transaction.execute("UPDATE projection SET scrubbed = $1", vec![Cell::count(entries)]).await?;
    transaction.commit().await
}

/// Begins to write. Two programs that project at once would both begin at the same entry, so the second one waits.
pub(crate) async fn begin<S: Store>(store: &S) -> Result<(S::Transaction, u64)> {
    let mut transaction = store.write().await?;
    transaction.execute("UPDATE projection SET applied = applied", vec![]).await?;
    let applied = applied_in(&mut transaction).await?;
    Ok((transaction, applied))
}

pub(crate) async fn project<S: Store>(store: &S, batch: &[(u64, i64, Content)]) -> Result<()> {
    let (mut transaction, applied) = begin(store).await?;
    let mut next = applied;
    let mut first = applied;
    let mut rows = Batch::new();
    for (index, time, content) in batch {
        if *index < next {
            continue;
        }
        let entry = i64::try_from(*index).ok().filter(|_| *index == next);
        let entry = entry.ok_or(CasebaseError::Gap { expected: next, found: *index })?;
        rows.add(entry, *time, content);
        next += 1;
        if next - first == ENTRIES_AT_ONCE as u64 {
            write(&mut transaction, std::mem::replace(&mut rows, Batch::new()), first, next).await?;
            first = next;
        }
    }
    if next == applied {
        return Ok(());
    }
    write(&mut transaction, rows, first, next).await?;
    finish(transaction, next).await
}

/// Passes over one entry that bears no content any more, or none that this view shows.
pub(crate) async fn pass_over<S: Store>(store: &S, index: u64) -> Result<()> {
    let (transaction, next) = begin(store).await?;
    match index.cmp(&next) {
        std::cmp::Ordering::Less => Ok(()),
        std::cmp::Ordering::Equal => finish(transaction, next.saturating_add(1)).await,
        std::cmp::Ordering::Greater => Err(CasebaseError::Gap { expected: next, found: index }),
    }
}

async fn finish<T: Transaction>(mut transaction: T, next: u64) -> Result<()> {
    transaction.execute("UPDATE projection SET applied = $1", vec![Cell::count(next)]).await?;
    transaction.commit().await
}

/// Writes the rows of the entries from `first` to just before `next`.
async fn write<T: Transaction>(transaction: &mut T, batch: Batch, first: u64, next: u64) -> Result<()> {
    let mut with_ignored_rows = Vec::new();
    for rows in batch.into_rows() {
        let (table, given) = (rows.table, rows.len() as u64);
        if transaction.insert(rows).await? < given {
            with_ignored_rows.push(table);
        }
    }
    // What hangs on a record that was there already must not stay without it.
    for (parent, child) in CHILDREN {
        if with_ignored_rows.iter().any(|table| std::ptr::eq(*table, parent)) {
            let (parent, child) = (parent.name, child.name);
            let sql = format!(
                "DELETE FROM {child} WHERE entry >= $1 AND entry < $2 \
                 AND entry NOT IN (SELECT entry FROM {parent} WHERE entry >= $1 AND entry < $2)"
            );
            transaction.execute(&sql, vec![Cell::count(first), Cell::count(next)]).await?;
        }
    }
    Ok(())
}

/// Empties every table; the next entry expected is the first.
pub(crate) async fn clear<S: Store>(store: &S) -> Result<()> {
    let (mut transaction, _) = begin(store).await?;
    for table in TABLES {
        transaction.execute(&format!("DELETE FROM {}", table.name), vec![]).await?;
    }
    transaction.execute("UPDATE projection SET applied = 0, linked = 0", vec![]).await?;
    transaction.commit().await
}
