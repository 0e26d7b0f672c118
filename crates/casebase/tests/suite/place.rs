//! Where a test's casebase stands: a file in a folder of its own, or a schema of its own.

use std::sync::atomic::{AtomicU32, Ordering};

use casebase::Casebase;
use sqlx::AssertSqlSafe;
use tempfile::TempDir;

/// A place for one casebase, removed when the test ends.
pub enum Place {
    Sqlite(TempDir),
    Postgres { url: String, schema: String },
}

impl Place {
    pub fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().unwrap())
    }

    /// `None` when there is no PostgreSQL, which the run says.
    pub fn postgres() -> Option<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let Ok(url) = std::env::var("TAWTHIQ_TEST_POSTGRES") else {
            println!("not run: PostgreSQL is not here");
            return None;
        };
        let schema = format!("test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        Some(Self::Postgres { url, schema })
    }

    pub fn url(&self) -> String {
        match self {
            Self::Sqlite(dir) => format!("sqlite://{}/casebase.sqlite", dir.path().display()),
            Self::Postgres { url, schema } => format!("{url}&schema={schema}"),
        }
    }

    pub async fn open(&self) -> Casebase {
        Casebase::open(&self.url()).await.unwrap()
    }

    /// Runs statements that the casebase itself would never run.
    pub async fn sql(&self, statement: &str) {
        match self {
            Self::Sqlite(dir) => {
                let options = sqlx::sqlite::SqliteConnectOptions::new().filename(dir.path().join("casebase.sqlite"));
                let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
                sqlx::raw_sql(AssertSqlSafe(statement)).execute(&pool).await.unwrap();
                pool.close().await;
            }
            Self::Postgres { url, schema } => {
                let options: sqlx::postgres::PgConnectOptions = url.parse().unwrap();
                let pool = sqlx::PgPool::connect_with(options.options([("search_path", schema)])).await.unwrap();
                sqlx::raw_sql(AssertSqlSafe(statement)).execute(&pool).await.unwrap();
                pool.close().await;
            }
        }
    }

    pub async fn remove(self) {
        if let Self::Postgres { schema, .. } = &self {
            self.sql(&format!("DROP SCHEMA {schema} CASCADE")).await;
        }
    }
}

/// Makes a test for SQLite and one for PostgreSQL out of one function.
#[macro_export]
macro_rules! on_both {
    ($($test:ident)*) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() { super::$test(&$crate::place::Place::sqlite()).await; })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                if let Some(place) = $crate::place::Place::postgres() {
                    super::$test(&place).await;
                    place.remove().await;
                }
            })*
        }
    };
}
