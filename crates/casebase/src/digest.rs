//! What the tables hold, in one digest each: two casebases of one journal have the same, on both databases.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::cell::Cell;
use crate::cell::Kind::Int;
use crate::error::Result;
use crate::store::{Store, Transaction};
use crate::table::{TABLES, Table};

const ROWS_AT_ONCE: usize = 2000;

pub(crate) async fn table_digests<S: Store>(store: &S) -> Result<BTreeMap<String, String>> {
    let mut transaction = store.read().await?;
    let mut digests = BTreeMap::new();
    for table in TABLES {
        digests.insert(table.name.to_owned(), digest(&mut transaction, table).await?);
    }
    Ok(digests)
}

/// SHA-256 over the rows in the order of their key; a row is its cells in canonical text and a line feed.
async fn digest<T: Transaction>(transaction: &mut T, table: &Table) -> Result<String> {
    let mut hash = Sha256::new();
    let mut text = Vec::new();
    pages(transaction, table, &mut |rows| {
        text.clear();
        for row in rows {
            row.iter().for_each(|cell| cell.write_canonical(&mut text));
            text.push(b'\n');
        }
        hash.update(&text);
    })
    .await?;
    Ok(data_encoding::HEXLOWER.encode(&hash.finalize()))
}

/// Every row of a table in the order of its key, some thousand at once.
pub(crate) async fn pages<T: Transaction>(
    transaction: &mut T,
    table: &Table,
    each: &mut (dyn FnMut(&[Vec<Cell>]) + Send),
) -> Result<()> {
    let (columns, key, name) = (table.column_names(), table.key_names(), table.name);
    let kinds = table.kinds();
    let bounds: Vec<String> = (1..=table.key).map(|i| format!("${i}")).collect();
    let page = format!("ORDER BY {key} LIMIT {ROWS_AT_ONCE}");
    let mut sql = format!("SELECT {columns} FROM {name} {page}");
    let mut after: Vec<Cell> = Vec::new();
    loop {
        let mut rows = transaction.select(&sql, after, &kinds).await?;
        each(&rows);
        match rows.pop() {
            Some(mut last) if rows.len() + 1 == ROWS_AT_ONCE => {
                last.truncate(table.key);
                after = last;
            }
            _ => return Ok(()),
        }
        sql = format!("SELECT {columns} FROM {name} WHERE ({key}) > ({}) {page}", bounds.join(", "));
    }
}

pub(crate) async fn counts<S: Store>(store: &S) -> Result<BTreeMap<String, u64>> {
    let mut transaction = store.read().await?;
    let mut counts = BTreeMap::new();
    for table in TABLES {
        let sql = format!("SELECT COUNT(*) FROM {}", table.name);
        let rows = transaction.select(&sql, vec![], &[Int]).await?;
        counts.insert(table.name.to_owned(), rows.into_iter().flatten().next().and_then(Cell::into_u64).unwrap_or(0));
    }
    Ok(counts)
}
