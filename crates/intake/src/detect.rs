//! Which built-in mapping a file fits, by its columns and never by its name.

use std::ops::ControlFlow;

use crate::mapping::Kind;
use crate::sniff::{self, Format};
use crate::table::{Line, Wanted, json, walk};
use crate::{IntakeError, Mapping};

/// The mapping that reads every feed in XML, and nothing else.
const FEED: &str = "feed";

/// What a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detected {
    /// The name of the built-in mapping that fits.
    pub mapping: &'static str,
    pub format: Format,
    pub media_type: &'static str,
}

/// Finds the built-in mapping of which every telling column is there; of several, the one with most of them.
///
/// # Errors
/// When none fits, with the columns found and what to do.
pub fn detect(file_name: &str, bytes: &[u8]) -> Result<Detected, IntakeError> {
    if bytes.is_empty() {
        return Err(IntakeError::Empty { file: file_name.to_owned() });
    }
    let compressed = |with| IntakeError::Compressed { file: file_name.to_owned(), with };
    let format = sniff::format(bytes).map_err(compressed)?;
    let media_type = sniff::media_type(bytes);
    let columns = if format == Format::Toml { tables(bytes) } else { columns(file_name, bytes)? };
    let list = list_key(bytes, format);
    let known: Vec<Mapping> = Mapping::built_in().iter().filter_map(|(name, _)| Mapping::by_name(name)).collect();
    let is_toml = |mapping: &Mapping| matches!(mapping.kind, Kind::Statements | Kind::Sources | Kind::TrustSets);
    let fits = |mapping: &&Mapping| {
        is_toml(mapping) == (format == Format::Toml)
            && (mapping.name == FEED) == (format == Format::Feed)
            && mapping.list.as_ref().is_none_or(|wanted| list.as_ref() == Some(wanted))
            && !mapping.detect.is_empty()
            && mapping.detect.iter().all(|column| columns.contains(column))
    };
    let best = known.iter().filter(fits).max_by_key(|mapping| (mapping.list.is_some(), mapping.detect.len()));
    let name = best.and_then(|best| Mapping::built_in().iter().find(|(name, _)| *name == best.name));
    match name {
        Some((mapping, _)) => Ok(Detected { mapping, format, media_type }),
        None => {
            let shown: Vec<&str> = columns.iter().take(20).map(String::as_str).collect();
            let known: Vec<&str> = Mapping::built_in().iter().map(|(name, _)| *name).collect();
            let columns = if shown.is_empty() { "none".to_owned() } else { crate::cut(&shown.join(", ")) };
            Err(IntakeError::NoMapping { file: file_name.to_owned(), columns, known: known.join(", ") })
        }
    }
}

/// The header, or the keys of the first object.
fn columns(file_name: &str, bytes: &[u8]) -> Result<Vec<String>, IntakeError> {
    let mut columns = Vec::new();
    let wanted = Wanted { file: file_name, delimiter: None, sheet: None, list: None, skip_rows: 0 };
    walk(bytes, &wanted, &mut |line| {
        if let Line::Header(header) | Line::Keys(header) = line {
            columns = header.to_vec();
        }
        ControlFlow::Break(())
    })?;
    Ok(columns)
}

/// The name of the list inside a JSON object, such as `actors`.
fn list_key(bytes: &[u8], format: Format) -> Option<String> {
    if format != Format::Json {
        return None;
    }
    let text = crate::encoding::decode(bytes);
    json::list_inside(&text.text, None).map(|(key, _)| key.to_owned())
}

fn tables(bytes: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(bytes).unwrap_or("");
    let lines = text.lines().map(str::trim).filter_map(|line| line.strip_prefix("[[")?.strip_suffix("]]"));
    let mut names: Vec<String> = lines.map(|name| name.trim().to_owned()).collect();
    names.dedup();
    names
}
