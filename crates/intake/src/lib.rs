//! Intake: bytes to values and rejected rows. Nothing is dropped: every row comes out as one or the other.
//!
//! Pure. This crate never opens a file, a database or a socket and never reads a clock; bytes come in, values go out.
//! What is wrong with one row never stops the next; a damaged row is never repaired, and a missing fact is never zero.

mod builtin;
mod content;
mod detect;
mod encoding;
mod error;
mod field;
mod lists;
mod mapping;
mod plan;
mod read;
mod row;
mod rule;
mod sniff;
mod table;
mod warnings;

pub use detect::{Detected, detect};
pub use encoding::{Text, decode};
pub use error::{IntakeError, MappingError};
pub use lists::{read_sources, read_statements, read_trust_sets};
pub use mapping::{Kind, Mapping};
pub use read::{Context, Outcome, ReadReport, read};
pub use sniff::{Format, Packing, media_type, packing};
pub use table::cells;
pub use table::delimited::sniff_delimiter;

/// The first 200 characters, as much as a rejected row keeps of a value.
fn cut(text: &str) -> String {
    match text.char_indices().nth(200) {
        Some((end, _)) => text[..end].to_owned(),
        None => text.to_owned(),
    }
}
