//! Questions to the view. Values come from the bodies; columns are only what is asked by.

use std::str::FromStr;

use domain::content::Decision;
use domain::media::{Framing, MediaHash};
use domain::run::{ImportFinished, Run, Stage};
use domain::{
    Accession, AccessionId, CustodyEvent, Event, Figure, GazetteerEntry, Media, Notice, PdqHash, Person, PersonId,
    Post, Record, RecordId, RejectedRow, Source, Statement, TrustSet, Withdrawal,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::Indexed;
use crate::cell::Cell;
use crate::cell::Kind::{Int, Text};
use crate::content::key;
use crate::error::Result;
use crate::store::{Store, Transaction};
use crate::table::Table;

/// An accession with its journal index, and how its import ended, if it did.
pub type TakenIn = (u64, Accession, Option<ImportFinished>);

pub(crate) fn read_json<V: DeserializeOwned>(transaction: &impl Transaction, cell: Cell) -> Result<V> {
    let text = cell.into_text().unwrap_or_default();
    serde_json::from_str(&text).map_err(|error| transaction.damaged(format!("a row cannot be read: {error}")))
}

pub(crate) fn read_id<V: FromStr<Err: std::fmt::Display>>(transaction: &impl Transaction, cell: Cell) -> Result<V> {
    let text = cell.into_text().unwrap_or_default();
    text.parse().map_err(|error: V::Err| transaction.damaged(error.to_string()))
}

/// The values of a query that gives `entry` and `body`.
pub(crate) async fn indexed<T: Transaction, V: DeserializeOwned>(
    transaction: &mut T,
    sql: &str,
    arguments: Vec<Cell>,
) -> Result<Vec<Indexed<V>>> {
    let rows = transaction.select(sql, arguments, &[Int, Text]).await?;
    let mut values = Vec::with_capacity(rows.len());
    for row in rows {
        let [index, body] = two(row);
        let index = index.into_u64().ok_or_else(|| transaction.damaged("a row has no journal index".into()))?;
        values.push(Indexed { index, value: read_json(transaction, body)? });
    }
    Ok(values)
}

fn two(row: Vec<Cell>) -> [Cell; 2] {
    let mut cells = row.into_iter();
    std::array::from_fn(|_| cells.next().unwrap_or(Cell::Null))
}

async fn whole_table<S: Store, V: DeserializeOwned>(store: &S, table: &Table, order: &str) -> Result<Vec<Indexed<V>>> {
    let sql = format!("SELECT entry, body FROM {} ORDER BY {order}", table.name);
    indexed(&mut store.read().await?, &sql, vec![]).await
}

pub(crate) async fn sources<S: Store>(store: &S) -> Result<Vec<Indexed<Source>>> {
    whole_table(store, &crate::table::SOURCE, "id").await
}

pub(crate) async fn trust_sets<S: Store>(store: &S) -> Result<Vec<Indexed<TrustSet>>> {
    whole_table(store, &crate::table::TRUST_SET, "id").await
}

pub(crate) async fn figures<S: Store>(store: &S) -> Result<Vec<Indexed<Figure>>> {
    whole_table(store, &crate::table::FIGURE, "entry").await
}

pub(crate) async fn statements<S: Store>(store: &S) -> Result<Vec<Indexed<Statement>>> {
    whole_table(store, &crate::table::STATEMENT, "entry").await
}

pub(crate) async fn notices<S: Store>(store: &S) -> Result<Vec<Indexed<Notice>>> {
    whole_table(store, &crate::table::NOTICE, "id").await
}

pub(crate) async fn events<S: Store>(store: &S) -> Result<Vec<Indexed<Event>>> {
    whole_table(store, &crate::table::EVENT, "entry").await
}

pub(crate) async fn places<S: Store>(store: &S) -> Result<Vec<Indexed<GazetteerEntry>>> {
    whole_table(store, &crate::table::PLACE, "entry").await
}

pub(crate) async fn posts<S: Store>(store: &S) -> Result<Vec<Indexed<Post>>> {
    whole_table(store, &crate::table::POST, "entry").await
}

pub(crate) async fn decisions<S: Store>(store: &S) -> Result<Vec<Indexed<Decision>>> {
    whole_table(store, &crate::table::DECISION, "entry").await
}

pub(crate) async fn media<S: Store>(store: &S) -> Result<Vec<Indexed<Media>>> {
    whole_table(store, &crate::table::MEDIA, "entry").await
}

/// The hash column alone: an archive of ten million frames need not be read as JSON.
pub(crate) async fn media_hashes<S: Store>(store: &S, quality: u8) -> Result<Vec<(u64, MediaHash)>> {
    let sql = "SELECT entry, at_ms, framing, hash, quality FROM media_hash WHERE quality >= $1 ORDER BY entry, nth";
    let mut transaction = store.read().await?;
    let rows = transaction.select(sql, vec![Cell::count(quality.into())], &[Int, Int, Text, Text, Int]).await?;
    let mut hashes = Vec::with_capacity(rows.len());
    for row in rows {
        let mut cells = row.into_iter();
        let mut next = || cells.next().unwrap_or(Cell::Null);
        let (entry, at_ms, framing, hash, quality) = (next(), next(), next(), next(), next());
        let framing =
            if framing.into_text().as_deref() == Some("whole") { Framing::Whole } else { Framing::InsideBorder };
        let hash = hash.into_text().and_then(|text| PdqHash::from_hex(&text));
        let quality = quality.into_u64().and_then(|q| u8::try_from(q).ok());
        let (Some(entry), Some(at_ms), Some(hash), Some(quality)) = (entry.into_u64(), at_ms.into_u64(), hash, quality)
        else {
            return Err(transaction.damaged("a row of media_hash cannot be read".into()));
        };
        hashes.push((entry, MediaHash { at_ms, framing, hash, quality }));
    }
    Ok(hashes)
}

pub(crate) async fn custody<S: Store>(store: &S) -> Result<Vec<Indexed<CustodyEvent>>> {
    whole_table(store, &crate::table::CUSTODY, "entry").await
}

pub(crate) async fn withdrawals<S: Store>(store: &S) -> Result<Vec<Indexed<Withdrawal>>> {
    whole_table(store, &crate::table::WITHDRAWAL, "entry").await
}

/// The entries of the rows that an accession gave, in order; then that of its end, when it ended.
pub(crate) async fn entries_of<S: Store>(store: &S, accession: &AccessionId) -> Result<(Vec<u64>, Option<u64>)> {
    let mut transaction = store.read().await?;
    let mut rows = Vec::new();
    for table in ["record", "event", "figure", "statement", "notice", "place", "post", "media"] {
        let sql = format!("SELECT entry FROM {table} WHERE accession = $1");
        let found = transaction.select(&sql, vec![accession.as_str().into()], &[Int]).await?;
        rows.extend(found.into_iter().flatten().filter_map(Cell::into_u64));
    }
    rows.sort_unstable();
    let sql = "SELECT entry FROM import_finished WHERE accession = $1";
    let ended = transaction.select(sql, vec![accession.as_str().into()], &[Int]).await?;
    Ok((rows, ended.into_iter().flatten().next().and_then(Cell::into_u64)))
}

pub(crate) async fn runs<S: Store>(store: &S, stage: Stage) -> Result<Vec<Indexed<Run>>> {
    let sql = "SELECT entry, body FROM run WHERE stage = $1 ORDER BY entry";
    indexed(&mut store.read().await?, sql, vec![key(&stage)]).await
}

pub(crate) async fn accessions<S: Store>(store: &S, only: Option<&AccessionId>) -> Result<Vec<TakenIn>> {
    let mut transaction = store.read().await?;
    let (filter, arguments) = match only {
        Some(id) => ("WHERE a.id = $1", vec![id.as_str().into()]),
        None => ("", vec![]),
    };
    let sql = format!(
        "SELECT a.entry, a.body, f.body FROM accession a LEFT JOIN import_finished f ON f.accession = a.id {filter} \
         ORDER BY a.entry"
    );
    let rows = transaction.select(&sql, arguments, &[Int, Text, Text]).await?;
    let mut accessions = Vec::with_capacity(rows.len());
    for row in rows {
        let mut cells = row.into_iter();
        let mut next = || cells.next().unwrap_or(Cell::Null);
        let index = next().into_u64().ok_or_else(|| transaction.damaged("a row has no journal index".into()))?;
        let accession = read_json(&transaction, next())?;
        let finished = match next() {
            Cell::Null => None,
            body => Some(read_json(&transaction, body)?),
        };
        accessions.push((index, accession, finished));
    }
    Ok(accessions)
}

pub(crate) async fn rows_taken<S: Store>(store: &S, accession: &AccessionId) -> Result<u64> {
    let sql = "SELECT data_row FROM taken WHERE accession = $1";
    let rows = store.read().await?.select(sql, vec![accession.as_str().into()], &[Int]).await?;
    Ok(rows.into_iter().flatten().next().and_then(Cell::into_u64).unwrap_or(0))
}

pub(crate) async fn rejected<S: Store>(store: &S, accession: &AccessionId) -> Result<Vec<RejectedRow>> {
    let sql = "SELECT entry, body FROM import_finished WHERE accession = $1";
    let found = indexed(&mut store.read().await?, sql, vec![accession.as_str().into()]).await?;
    Ok(found.into_iter().flat_map(|found: Indexed<ImportFinished>| found.value.rejected).collect())
}

pub(crate) async fn record<S: Store>(store: &S, id: &RecordId) -> Result<Option<Indexed<Record>>> {
    let sql = "SELECT entry, body FROM record WHERE id = $1";
    Ok(indexed(&mut store.read().await?, sql, vec![id.as_str().into()]).await?.pop())
}

pub(crate) async fn records<S: Store>(store: &S, after: Option<&str>, limit: usize) -> Result<Vec<Indexed<Record>>> {
    let sql = "SELECT entry, body FROM record WHERE id > $1 ORDER BY id LIMIT $2";
    indexed(&mut store.read().await?, sql, page(after, limit)).await
}

pub(crate) async fn records_between<S: Store>(store: &S, first: u64, next: u64) -> Result<Vec<Indexed<Record>>> {
    let sql = "SELECT entry, body FROM record WHERE entry >= $1 AND entry < $2 ORDER BY entry";
    indexed(&mut store.read().await?, sql, vec![Cell::count(first), Cell::count(next)]).await
}

/// No id is empty, so the empty text comes before all of them.
fn page(after: Option<&str>, limit: usize) -> Vec<Cell> {
    vec![after.unwrap_or("").into(), Cell::count(limit as u64)]
}

pub(crate) async fn records_of<S: Store>(store: &S, person: &PersonId) -> Result<Vec<Indexed<Record>>> {
    let sql = "SELECT r.entry, r.body FROM person_record p JOIN record r ON r.id = p.record WHERE p.person = $1 \
               ORDER BY r.id";
    indexed(&mut store.read().await?, sql, vec![person.as_str().into()]).await
}

pub(crate) async fn persons<S: Store>(store: &S, after: Option<&str>, limit: usize) -> Result<Vec<Person>> {
    let sql = "SELECT body FROM person WHERE id > $1 ORDER BY id LIMIT $2";
    bodies(store, sql, page(after, limit)).await
}

/// The ids alone: what else a person's body says is passed over.
#[derive(Deserialize)]
struct Members {
    id: PersonId,
    records: Vec<RecordId>,
}

pub(crate) async fn memberships<S: Store>(
    store: &S,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<(PersonId, Vec<RecordId>)>> {
    let sql = "SELECT body FROM person WHERE id > $1 ORDER BY id LIMIT $2";
    let members: Vec<Members> = bodies(store, sql, page(after, limit)).await?;
    Ok(members.into_iter().map(|person| (person.id, person.records)).collect())
}

pub(crate) async fn person<S: Store>(store: &S, id: &PersonId) -> Result<Option<Person>> {
    Ok(bodies(store, "SELECT body FROM person WHERE id = $1", vec![id.as_str().into()]).await?.pop())
}

async fn bodies<S: Store, V: DeserializeOwned>(store: &S, sql: &str, arguments: Vec<Cell>) -> Result<Vec<V>> {
    let mut transaction = store.read().await?;
    let rows = transaction.select(sql, arguments, &[Text]).await?;
    rows.into_iter().flatten().map(|body| read_json(&transaction, body)).collect()
}

pub(crate) async fn person_of<S: Store>(store: &S, record: &RecordId) -> Result<Option<PersonId>> {
    let mut transaction = store.read().await?;
    let sql = "SELECT person FROM person_record WHERE record = $1";
    let rows = transaction.select(sql, vec![record.as_str().into()], &[Text]).await?;
    rows.into_iter().flatten().next().map(|id| read_id(&transaction, id)).transpose()
}

pub(crate) async fn person_redirects<S: Store>(store: &S) -> Result<Vec<(PersonId, PersonId)>> {
    let mut transaction = store.read().await?;
    let sql = "SELECT old_id, new_id FROM person_redirect ORDER BY old_id";
    let rows = transaction.select(sql, vec![], &[Text, Text]).await?;
    let pair = |row| {
        let [old, new] = two(row);
        Ok((read_id(&transaction, old)?, read_id(&transaction, new)?))
    };
    rows.into_iter().map(pair).collect()
}
