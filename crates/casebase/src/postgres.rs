//! PostgreSQL: one schema of one database holds one casebase.

use std::sync::Arc;

use sqlx::postgres::{PgArguments, PgConnectOptions, PgPool, PgPoolOptions, PgRow, Postgres};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, ConnectOptions, Row};

use crate::cell::{Cell, Kind};
use crate::error::{CasebaseError, Result};
use crate::store::{Store, Transaction};
use crate::table::Rows;

/// One message to the server holds at most 1 GiB; this many rows stay far below it.
const ROWS_PER_STATEMENT: usize = 10_000;

#[derive(Debug, Clone)]
pub(crate) struct PostgresStore {
    pool: PgPool,
    place: Arc<str>,
}

pub(crate) struct PostgresTransaction {
    inner: sqlx::Transaction<'static, Postgres>,
    place: Arc<str>,
}

impl PostgresStore {
    /// `schema` is a plain lower-case identifier (checked by the caller); it is made when it is not there.
    pub async fn open(options: PgConnectOptions, schema: Option<&str>) -> Result<Self> {
        let place = place(&options, schema);
        let wait = format!("{}ms", crate::LOCK_WAIT.as_millis());
        let mut options =
            options.options([("lock_timeout", wait.as_str())]).application_name("tawthiq").disable_statement_logging();
        if let Some(schema) = schema {
            options = options.options([("search_path", schema)]);
        }
        let pool = PgPoolOptions::new()
            .max_connections(4)
            .connect_with(options)
            .await
            .map_err(|error| refusal(&place, error))?;
        if let Some(schema) = schema {
            let sql = format!("CREATE SCHEMA IF NOT EXISTS \"{schema}\"");
            sqlx::query(AssertSqlSafe(sql)).execute(&pool).await.map_err(|error| refusal(&place, error))?;
        }
        match sqlx::migrate!("./migrations/postgres").run(&pool).await {
            Ok(()) => Ok(Self { pool, place }),
            Err(error) => {
                let error = crate::open::migration_refusal(&place, error, refusal);
                pool.close().await;
                Err(error)
            }
        }
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// Writes every table anew without what was deleted. The server's own log may keep it until it is recycled.
    pub async fn scrub(&self) -> Result<()> {
        for table in crate::table::TABLES {
            let sql = format!("VACUUM FULL {}", table.name);
            sqlx::query(AssertSqlSafe(sql)).execute(&self.pool).await.map_err(|error| refusal(&self.place, error))?;
        }
        Ok(())
    }

    /// Triggers and rules on the tables that this program did not make: it makes none.
    pub async fn faults(&self) -> Result<Vec<String>> {
        let sql = "SELECT 'trigger', tgname::text, relname::text FROM pg_trigger JOIN pg_class ON tgrelid = pg_class.oid \
                   WHERE relnamespace = current_schema()::regnamespace AND NOT tgisinternal UNION ALL \
                   SELECT 'rule', rulename::text, tablename::text FROM pg_rules WHERE schemaname = current_schema()";
        let found = sqlx::query_as::<_, (String, String, String)>(sql).fetch_all(&self.pool).await;
        let found = found.map_err(|error| refusal(&self.place, error))?;
        let told = |(kind, name, table)| format!("this program did not make the {kind} {name:?} on {table:?}: drop it");
        Ok(found.into_iter().map(told).collect())
    }

    async fn begin(&self, statement: &'static str) -> Result<PostgresTransaction> {
        let inner = self.pool.begin_with(statement).await.map_err(|error| refusal(&self.place, error))?;
        Ok(PostgresTransaction { inner, place: self.place.clone() })
    }
}

/// How messages name the database: never with the password.
fn place(options: &PgConnectOptions, schema: Option<&str>) -> Arc<str> {
    let database = options.get_database().unwrap_or(options.get_username());
    let host = options.get_socket().map_or(options.get_host().to_owned(), |socket| socket.display().to_string());
    let schema = schema.map(|schema| format!(", schema {schema}")).unwrap_or_default();
    format!("{database} on {host} port {}{schema}", options.get_port()).into()
}

impl Store for PostgresStore {
    type Transaction = PostgresTransaction;

    async fn read(&self) -> Result<PostgresTransaction> {
        self.begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await
    }

    async fn write(&self) -> Result<PostgresTransaction> {
        self.begin("BEGIN").await
    }
}

impl Transaction for PostgresTransaction {
    async fn select(&mut self, sql: &str, arguments: Vec<Cell>, kinds: &[Kind]) -> Result<Vec<Vec<Cell>>> {
        let query = bound(sqlx::query(AssertSqlSafe(sql)), arguments);
        let rows = query.fetch_all(&mut *self.inner).await.map_err(|error| refusal(&self.place, error))?;
        let cells = |row: PgRow| kinds.iter().enumerate().map(|(i, kind)| cell(&row, i, *kind)).collect();
        rows.into_iter().map(cells).collect::<sqlx::Result<_>>().map_err(|error| refusal(&self.place, error))
    }

    async fn execute(&mut self, sql: &str, arguments: Vec<Cell>) -> Result<u64> {
        let query = bound(sqlx::query(AssertSqlSafe(sql)), arguments);
        let done = query.execute(&mut *self.inner).await.map_err(|error| refusal(&self.place, error))?;
        Ok(done.rows_affected())
    }

    async fn insert(&mut self, rows: Rows) -> Result<u64> {
        let table = rows.table;
        let kinds = table.kinds();
        let arrays: Vec<String> =
            kinds.iter().enumerate().map(|(i, kind)| format!("${}::{}[]", i + 1, type_name(*kind))).collect();
        let columns = table.column_names();
        let sql = format!(
            "INSERT INTO {} ({columns}) SELECT * FROM UNNEST({}) {}",
            table.name,
            arrays.join(", "),
            table.conflict_clause()
        );
        let mut left = rows.len();
        let mut cells = rows.into_cells().into_iter();
        let mut written = 0;
        while left > 0 {
            let count = left.min(ROWS_PER_STATEMENT);
            let mut columns: Vec<Vec<Cell>> = kinds.iter().map(|_| Vec::with_capacity(count)).collect();
            for (i, cell) in cells.by_ref().take(count * kinds.len()).enumerate() {
                columns[i % kinds.len()].push(cell);
            }
            let mut query = sqlx::query(AssertSqlSafe(sql.as_str()));
            for (kind, column) in kinds.iter().zip(columns) {
                query = bound_array(query, *kind, column);
            }
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

type PgQuery = Query<'static, Postgres, PgArguments>;

fn bound(query: PgQuery, arguments: Vec<Cell>) -> PgQuery {
    arguments.into_iter().fold(query, |query, cell| match cell {
        Cell::Null => query.bind(None::<String>),
        Cell::Text(text) => query.bind(text),
        Cell::Int(n) => query.bind(n),
        Cell::Flag(yes) => query.bind(yes),
    })
}

fn bound_array(query: PgQuery, kind: Kind, column: Vec<Cell>) -> PgQuery {
    let column = column.into_iter();
    match kind {
        Kind::Text => query.bind(column.map(Cell::into_text).collect::<Vec<_>>()),
        Kind::Int => query.bind(column.map(Cell::into_int).collect::<Vec<_>>()),
        Kind::Flag => query.bind(column.map(Cell::into_flag).collect::<Vec<_>>()),
    }
}

fn type_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Int => "bigint",
        Kind::Flag => "boolean",
    }
}

fn cell(row: &PgRow, index: usize, kind: Kind) -> sqlx::Result<Cell> {
    Ok(match kind {
        Kind::Text => row.try_get::<Option<String>, _>(index)?.into(),
        Kind::Int => row.try_get::<Option<i64>, _>(index)?.into(),
        Kind::Flag => row.try_get::<Option<bool>, _>(index)?.into(),
    })
}

/// By the class or code of <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
fn refusal(place: &str, error: sqlx::Error) -> CasebaseError {
    let place = place.to_owned();
    let code = error.as_database_error().and_then(|e| e.code()).map(|code| code.into_owned()).unwrap_or_default();
    let reason = error.to_string();
    match error {
        sqlx::Error::PoolTimedOut => CasebaseError::Locked { place },
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Configuration(_) | sqlx::Error::PoolClosed => {
            CasebaseError::Unreachable { place, reason }
        }
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) | sqlx::Error::ColumnIndexOutOfBounds { .. } => {
            CasebaseError::Damaged { place, reason }
        }
        _ => match code.as_str() {
            "55P03" | "40001" | "40P01" => CasebaseError::Locked { place },
            // A table or column that this program made is not there, or the server reports damage.
            "42P01" | "42703" | "XX001" | "XX002" => CasebaseError::Damaged { place, reason },
            code if ["08", "28", "3D", "57", "53"].contains(&code.get(..2).unwrap_or_default()) => {
                CasebaseError::Unreachable { place, reason }
            }
            _ => CasebaseError::Refused { place, reason },
        },
    }
}
