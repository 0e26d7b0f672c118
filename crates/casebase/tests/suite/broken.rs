//! A casebase that cannot be used says so and what to do.

use casebase::{Casebase, CasebaseError};

use crate::given::journal;
use crate::place::Place;

async fn refusal(url: &str) -> String {
    Casebase::open(url).await.unwrap_err().to_string()
}

crate::on_both! {
    a_row_that_is_not_what_was_written_is_damage
    a_table_that_is_gone_is_damage
    a_casebase_of_a_later_version_is_not_touched
    a_casebase_that_another_program_writes_to_is_locked
}

async fn a_row_that_is_not_what_was_written_is_damage(place: &Place) {
    let casebase = place.open().await;
    casebase.project(&journal()).await.unwrap();
    place.sql("UPDATE record SET body = '{'").await;
    let error = casebase.records(None, 1).await.unwrap_err();
    assert!(matches!(error, CasebaseError::Damaged { .. }), "{error}");
    assert!(error.to_string().contains("rebuild"));
}

async fn a_table_that_is_gone_is_damage(place: &Place) {
    let casebase = place.open().await;
    place.sql("DROP TABLE record_party").await;
    let error = casebase.project(&journal()).await.unwrap_err();
    assert!(matches!(error, CasebaseError::Damaged { .. }), "{error}");
}

async fn a_casebase_of_a_later_version_is_not_touched(place: &Place) {
    place.open().await.close().await;
    place.sql("UPDATE _sqlx_migrations SET version = 9999 WHERE version = 1").await;
    let error = Casebase::open(&place.url()).await.unwrap_err();
    assert!(matches!(error, CasebaseError::OtherVersion { .. }), "{error}");
}

async fn a_casebase_that_another_program_writes_to_is_locked(place: &Place) {
    let casebase = place.open().await;
    let hold = async {
        match place {
            Place::Sqlite(dir) => {
                let file = dir.path().join("casebase.sqlite");
                let pool = sqlx::SqlitePool::connect_with(sqlx::sqlite::SqliteConnectOptions::new().filename(file));
                let pool = pool.await.unwrap();
                let held = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
                let error = casebase.project(&journal()).await.unwrap_err();
                held.rollback().await.unwrap();
                error
            }
            Place::Postgres { url, schema } => {
                let options: sqlx::postgres::PgConnectOptions = url.parse().unwrap();
                let pool = sqlx::PgPool::connect_with(options.options([("search_path", schema)])).await.unwrap();
                let mut held = pool.begin().await.unwrap();
                sqlx::query("UPDATE projection SET applied = applied").execute(&mut *held).await.unwrap();
                let error = casebase.project(&journal()).await.unwrap_err();
                held.rollback().await.unwrap();
                error
            }
        }
    };
    let error = hold.await;
    assert!(matches!(error, CasebaseError::Locked { .. }), "{error}");
    assert_eq!(casebase.applied().await.unwrap(), 0);
    casebase.project(&journal()).await.unwrap();
}

#[tokio::test]
async fn a_file_of_other_bytes_is_not_opened_and_not_changed() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("casebase.sqlite");
    let bytes = "these are the minutes of a meeting, not a database\n".repeat(300);
    std::fs::write(&file, &bytes).unwrap();
    let error = Casebase::open(&format!("sqlite://{}", file.display())).await.unwrap_err();
    assert!(matches!(error, CasebaseError::Damaged { .. }), "{error}");
    assert_eq!(std::fs::read(&file).unwrap(), bytes.as_bytes());
}

#[tokio::test]
async fn a_file_with_overwritten_pages_is_damage_and_never_wrong_rows() {
    let place = Place::sqlite();
    let casebase = place.open().await;
    casebase.project(&journal()).await.unwrap();
    let whole = casebase.table_digests().await.unwrap();
    casebase.close().await;
    let file = place.url().trim_start_matches("sqlite://").to_owned();
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[4096..].fill(0xA5);
    std::fs::write(&file, bytes).unwrap();
    match Casebase::open(&place.url()).await {
        Err(error) => assert!(matches!(error, CasebaseError::Damaged { .. }), "{error}"),
        Ok(casebase) => match casebase.table_digests().await {
            Err(error) => assert!(matches!(error, CasebaseError::Damaged { .. }), "{error}"),
            Ok(digests) => assert_eq!(digests, whole),
        },
    }
}

#[tokio::test]
async fn a_casebase_in_a_folder_that_is_not_there_is_unreachable() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/none/casebase.sqlite", dir.path().display());
    assert!(refusal(&url).await.contains("cannot be reached"));
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unreachable_and_the_password_stays_unsaid() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("postgres://someone:secret@localhost/db?host={}", dir.path().display());
    let message = refusal(&url).await;
    assert!(message.contains("cannot be reached") && !message.contains("secret"), "{message}");
}

#[tokio::test]
async fn a_path_with_signs_of_an_address_in_it_is_one_file() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("100% مجلد?mode=memory #1.sqlite");
    Casebase::open(&format!("sqlite://{}", file.display())).await.unwrap().close().await;
    assert!(file.is_file());
}
