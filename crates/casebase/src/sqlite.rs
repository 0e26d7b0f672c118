//! SQLite: one file, one writer, readers beside it. The journal is the truth, so a power cut may cost the last
//! transactions (`synchronous = NORMAL`) but never a whole database, and projecting again brings them back.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;

use sqlx::query::Query;
use sqlx::sqlite::{
    Sqlite, SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow,
    SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, ConnectOptions, Row};

use crate::cell::{Cell, Kind};
use crate::error::{CasebaseError, Result};
use crate::store::{Store, Transaction};
use crate::table::Rows;

/// SQLite allows 32,766 arguments; longer statements than this gain nothing.
const ROWS_PER_STATEMENT: usize = 128;

#[derive(Debug, Clone)]
pub(crate) struct SqliteStore {
    pool: SqlitePool,
    place: Arc<str>,
}

pub(crate) struct SqliteTransaction {
    inner: sqlx::Transaction<'static, Sqlite>,
    place: Arc<str>,
}

impl SqliteStore {
    pub async fn open(path: &Path) -> Result<Self> {
        let place: Arc<str> = path.display().to_string().into();
        // Made by whoever opens it first, it is for its owner alone; the files beside it take its rights over.
        let private = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
        if let Err(error) = private.map(drop)
            && error.kind() != std::io::ErrorKind::AlreadyExists
        {
            return Err(CasebaseError::Unreachable { place: place.to_string(), reason: error.to_string() });
        }
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(crate::LOCK_WAIT)
            .pragma("cache_size", "-65536")
            .page_size(16384)
            .pragma("temp_store", "MEMORY")
            .pragma("secure_delete", "ON")
            .disable_statement_logging();
        let pool = SqlitePoolOptions::new()
            .max_connections(4)
            .connect_with(options)
            .await
            .map_err(|error| refusal(&place, error))?;
        match sqlx::migrate!("./migrations/sqlite").run(&pool).await {
            Ok(()) => Ok(Self { pool, place }),
            Err(error) => {
                let error = crate::open::migration_refusal(&place, error, refusal);
                pool.close().await;
                Err(error)
            }
        }
    }

    /// What SQLite's own check finds wrong in the file: pages, and indices that lead elsewhere than to their rows; and tables,
    /// indices, triggers and views that are others than those of a new casebase.
    pub async fn faults(&self) -> Result<Vec<String>> {
        let found = sqlx::query_scalar::<_, String>("PRAGMA integrity_check(20)").fetch_all(&self.pool).await;
        let found = found.map_err(|error| refusal(&self.place, error))?;
        let mut faults: Vec<String> = found.into_iter().filter(|line| line != "ok").collect();
        let new = SqlitePoolOptions::new().max_connections(1).connect_with(SqliteConnectOptions::new()).await;
        let new = Self { pool: new.map_err(|error| refusal(&self.place, error))?, place: self.place.clone() };
        let made = sqlx::migrate!("./migrations/sqlite").run(&new.pool).await;
        made.map_err(|error| crate::open::migration_refusal(&self.place, error, refusal))?;
        let (own, other) = (new.schema().await?, self.schema().await?);
        new.close().await;
        let kinds = |it: &(String, String, String)| format!("the {} {:?}", it.0, it.1);
        faults.extend(other.difference(&own).map(|it| format!("this program did not make {}", kinds(it))));
        faults.extend(own.difference(&other).map(|it| format!("{} is not as this program makes it", kinds(it))));
        Ok(faults)
    }

    /// Kind, name and statement of all that the file declares.
    async fn schema(&self) -> Result<BTreeSet<(String, String, String)>> {
        let sql = "SELECT type, name, coalesce(sql, '') FROM sqlite_master";
        let rows = sqlx::query_as(sql).fetch_all(&self.pool).await;
        Ok(rows.map_err(|error| refusal(&self.place, error))?.into_iter().collect())
    }

    /// Opens a file that is there, in a folder that may not be written: no log beside it is made. One that a writer left
    /// there (it runs, or it crashed) is read along where the file system allows it.
    pub async fn open_to_read(path: &Path) -> Result<Self> {
        let place: Arc<str> = path.display().to_string().into();
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        let has_log = std::fs::metadata(&log).is_ok_and(|about| about.len() > 0);
        let options = SqliteConnectOptions::new()
            .filename(path)
            .read_only(true)
            .immutable(!has_log)
            .busy_timeout(crate::LOCK_WAIT)
            .pragma("temp_store", "MEMORY")
            .disable_statement_logging();
        let pool = SqlitePoolOptions::new().max_connections(4).connect_with(options).await;
        pool.map(|pool| Self { pool, place: place.clone() }).map_err(|error| refusal(&place, error))
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// Writes the file anew without what was deleted, and cuts the write-ahead log to nothing.
    pub async fn scrub(&self) -> Result<()> {
        self.cut_log().await?;
        sqlx::query("VACUUM").execute(&self.pool).await.map_err(|error| refusal(&self.place, error))?;
        self.cut_log().await
    }

    async fn cut_log(&self) -> Result<()> {
        let row = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&self.pool).await;
        let busy = row.and_then(|row| row.try_get::<i64, _>(0)).map_err(|error| refusal(&self.place, error))?;
        // A reader that holds on to it is no error to SQLite, which then cuts nothing.
        if busy == 0 { Ok(()) } else { Err(CasebaseError::Locked { place: self.place.to_string() }) }
    }
}

impl Store for SqliteStore {
    type Transaction = SqliteTransaction;

    async fn read(&self) -> Result<SqliteTransaction> {
        let begun = self.pool.begin().await;
        let inner = begun.map_err(|error| refusal(&self.place, error))?;
        Ok(SqliteTransaction { inner, place: self.place.clone() })
    }

    async fn write(&self) -> Result<SqliteTransaction> {
        // A transaction that began as a reader could not become the writer once another one has written.
        let begun = self.pool.begin_with("BEGIN IMMEDIATE").await;
        let inner = begun.map_err(|error| refusal(&self.place, error))?;
        Ok(SqliteTransaction { inner, place: self.place.clone() })
    }
}

impl Transaction for SqliteTransaction {
    async fn select(&mut self, sql: &str, arguments: Vec<Cell>, kinds: &[Kind]) -> Result<Vec<Vec<Cell>>> {
        let query = bound(sqlx::query(AssertSqlSafe(sql)), arguments);
        let rows = query.fetch_all(&mut *self.inner).await.map_err(|error| refusal(&self.place, error))?;
        let cells = |row: SqliteRow| kinds.iter().enumerate().map(|(i, kind)| cell(&row, i, *kind)).collect();
        rows.into_iter().map(cells).collect::<sqlx::Result<_>>().map_err(|error| refusal(&self.place, error))
    }

    async fn execute(&mut self, sql: &str, arguments: Vec<Cell>) -> Result<u64> {
        let query = bound(sqlx::query(AssertSqlSafe(sql)), arguments);
        let done = query.execute(&mut *self.inner).await.map_err(|error| refusal(&self.place, error))?;
        Ok(done.rows_affected())
    }

    async fn insert(&mut self, rows: Rows) -> Result<u64> {
        let (table, width) = (rows.table, rows.table.columns.len());
        let mut left = rows.len();
        let mut cells = rows.into_cells().into_iter();
        let statement = |count: usize| {
            let row = format!("({})", vec!["?"; width].join(", "));
            let values = vec![row; count].join(", ");
            let columns = table.column_names();
            format!("INSERT INTO {} ({columns}) VALUES {values} {}", table.name, table.conflict_clause())
        };
        let whole = statement(ROWS_PER_STATEMENT);
        let mut written = 0;
        while left > 0 {
            let count = left.min(ROWS_PER_STATEMENT);
            let query = if count == ROWS_PER_STATEMENT {
                sqlx::query(AssertSqlSafe(whole.as_str()))
            } else {
                sqlx::query(AssertSqlSafe(statement(count))).persistent(false)
            };
            let query = bound(query, cells.by_ref().take(count * width));
            let done = query.execute(&mut *self.inner).await.map_err(|error| refusal(&self.place, error))?;
            written += done.rows_affected();
            left -= count;
        }
        Ok(written)
    }

    async fn commit(self) -> Result<()> {
        self.inner.commit().await.map_err(|error| refusal(&self.place, error))
    }

    fn damaged(&self, reason: String) -> CasebaseError {
        CasebaseError::Damaged { place: self.place.to_string(), reason }
    }
}

type SqliteQuery = Query<'static, Sqlite, SqliteArguments>;

fn bound(query: SqliteQuery, arguments: impl IntoIterator<Item = Cell>) -> SqliteQuery {
    arguments.into_iter().fold(query, |query, cell| match cell {
        Cell::Null => query.bind(None::<i64>),
        Cell::Text(text) => query.bind(text),
        Cell::Int(n) => query.bind(n),
        Cell::Flag(yes) => query.bind(yes),
    })
}

fn cell(row: &SqliteRow, index: usize, kind: Kind) -> sqlx::Result<Cell> {
    Ok(match kind {
        Kind::Text => row.try_get::<Option<String>, _>(index)?.into(),
        Kind::Int => row.try_get::<Option<i64>, _>(index)?.into(),
        Kind::Flag => row.try_get::<Option<bool>, _>(index)?.into(),
    })
}

/// SQLite's primary result code is the low byte of the extended one: <https://sqlite.org/rescode.html>.
fn refusal(place: &str, error: sqlx::Error) -> CasebaseError {
    let place = place.to_owned();
    let code = error.as_database_error().and_then(|e| e.code()).and_then(|code| code.parse::<i32>().ok());
    // A full disk is one of the first, or the second where the memory shared beside the file cannot grow.
    let reason = match code {
        Some(13 | 4874) => format!("the disk is full ({error})"),
        _ => error.to_string(),
    };
    match error {
        sqlx::Error::PoolTimedOut => CasebaseError::Locked { place },
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) | sqlx::Error::ColumnIndexOutOfBounds { .. } => {
            CasebaseError::Damaged { place, reason }
        }
        _ => match code.map(|code| code & 0xff) {
            Some(5 | 6) => CasebaseError::Locked { place },
            Some(11 | 26) => CasebaseError::Damaged { place, reason },
            // There is no code of its own for a table or column that this program made and that is not there.
            Some(1) if reason.contains("no such ") => CasebaseError::Damaged { place, reason },
            Some(8 | 10 | 14 | 23) => CasebaseError::Unreachable { place, reason },
            _ => CasebaseError::Refused { place, reason },
        },
    }
}
