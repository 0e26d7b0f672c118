//! From an address to a database that holds the tables.

use std::path::Path;
use std::str::FromStr;

use sqlx::migrate::MigrateError;
use sqlx::postgres::PgConnectOptions;

use crate::error::{CasebaseError, Result};

/// An address, taken apart.
#[derive(Debug)]
pub(crate) enum Address {
    /// The rest of `sqlite://`, taken literally: a folder may have `%` or `?` in its name.
    File(Box<Path>),
    Server(Box<PgConnectOptions>, Option<String>),
}

pub(crate) fn parse(url: &str) -> Result<Address> {
    if let Some(path) = url.strip_prefix("sqlite://") {
        if path.is_empty() {
            return Err(refuse(url, "it names no file".into()));
        }
        return Ok(Address::File(Path::new(path).into()));
    }
    if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        return Err(refuse(url, "it begins with neither sqlite:// nor postgres://".into()));
    }
    let (url_without_schema, schema) = take_schema(url);
    if let Some(schema) = &schema {
        check_schema(url, schema)?;
    }
    let options = PgConnectOptions::from_str(&url_without_schema).map_err(|error| refuse(url, error.to_string()))?;
    Ok(Address::Server(Box::new(options), schema))
}

/// Takes `schema=name` out of the query part; the driver knows nothing of it.
fn take_schema(url: &str) -> (String, Option<String>) {
    let Some((before, query)) = url.split_once('?') else { return (url.to_owned(), None) };
    let mut schema = None;
    let mut kept = Vec::new();
    for part in query.split('&') {
        match part.strip_prefix("schema=") {
            Some(name) => schema = Some(name.to_owned()),
            None => kept.push(part),
        }
    }
    let url = if kept.is_empty() { before.to_owned() } else { format!("{before}?{}", kept.join("&")) };
    (url, schema)
}

/// The name goes into statements and connection options, so nothing but a plain identifier is let in.
pub(crate) fn check_schema(url: &str, schema: &str) -> Result<()> {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    let begins = schema.bytes().next().is_some_and(|b| b.is_ascii_lowercase() || b == b'_');
    if begins && schema.len() <= 63 && schema.bytes().all(plain) && !schema.starts_with("pg_") {
        return Ok(());
    }
    Err(refuse(url, format!("{schema:?} is not a schema: 1 to 63 of a-z 0-9 _, beginning with a letter, not with pg_")))
}

fn refuse(url: &str, reason: String) -> CasebaseError {
    CasebaseError::Address { address: without_password(url), reason }
}

fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let bare = match rest.rsplit_once('@') {
        Some((_, host)) => format!("{scheme}://…@{host}"),
        None => url.to_owned(),
    };
    match bare.split_once("password=") {
        Some((before, _)) => format!("{before}password=…"),
        None => bare,
    }
}

/// Why the tables could not be made or are not those of this program.
pub(crate) fn migration_refusal(
    place: &str,
    error: MigrateError,
    refusal: fn(&str, sqlx::Error) -> CasebaseError,
) -> CasebaseError {
    let reason = error.to_string();
    match error {
        MigrateError::Execute(error) => refusal(place, error),
        MigrateError::ExecuteMigration(error, version) => match refusal(place, error) {
            CasebaseError::Refused { place, reason } => {
                let reason = format!("its tables are not those of this program (migration {version}: {reason})");
                CasebaseError::Damaged { place, reason }
            }
            other => other,
        },
        _ => CasebaseError::OtherVersion { place: place.to_owned(), reason },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_taken_out_of_the_address() {
        let (url, schema) = take_schema("postgres://u@h/db?sslmode=disable&schema=a_1");
        assert_eq!((url.as_str(), schema.as_deref()), ("postgres://u@h/db?sslmode=disable", Some("a_1")));
    }

    #[test]
    fn an_address_of_no_database_is_refused_without_its_password() {
        for bad in ["", "casebase.sqlite", "mysql://u:secret@h/db", "sqlite://", "postgres://u:secret@h/db?schema=A;b"]
        {
            let error = parse(bad).unwrap_err().to_string();
            assert!(!error.contains("secret"), "{error}");
        }
        let error = parse("mysql://h/db?password=secret").unwrap_err().to_string();
        assert!(!error.contains("secret"), "{error}");
    }

    #[test]
    fn a_schema_that_is_more_than_a_name_is_refused() {
        for bad in ["", "1a", "a\"b", "a b", "pg_x", "A", "ش", &"a".repeat(64)] {
            assert!(check_schema("postgres://h/db", bad).is_err(), "{bad:?}");
        }
        assert!(check_schema("postgres://h/db", "tawthiq_2").is_ok());
    }
}
