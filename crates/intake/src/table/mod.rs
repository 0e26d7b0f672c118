//! Any tabular file as a header and rows of text, one at a time, so that a file need not be held twice.

pub(crate) mod delimited;
mod feed;
mod flatten;
pub(crate) mod json;
pub(crate) mod parquet;
pub(crate) mod sheet;

use std::ops::ControlFlow;

use crate::sniff::Format;
use crate::{IntakeError, Mapping};

/// One step through a file.
#[derive(Debug)]
pub(crate) enum Line<'a> {
    /// The columns of every row that follows.
    Header(&'a [String]),
    /// The columns of the next rows only: objects leave out what they do not know.
    Keys(&'a [String]),
    /// A data row, counted from 1, with as many cells as there are columns.
    Row(u64, &'a [&'a str]),
    /// A row that could not be parted into cells, or (row 0) the point at which the file could not be read further.
    Bad { row: u64, column: String, reason: String, value: String },
}

pub(crate) type Sink<'s> = &'s mut dyn FnMut(Line<'_>) -> ControlFlow<()>;

/// What is known of a file once it has been walked.
#[derive(Debug, Default)]
pub(crate) struct Walked {
    pub encoding: &'static str,
    /// Data rows seen, those skipped among them.
    pub rows: u64,
    pub warnings: Vec<String>,
}

/// What is asked of a file.
pub(crate) struct Wanted<'a> {
    pub file: &'a str,
    pub delimiter: Option<u8>,
    pub sheet: Option<&'a str>,
    pub list: Option<&'a str>,
    /// Rows up to this one are counted and not handed on.
    pub skip_rows: u64,
}

impl<'a> Wanted<'a> {
    pub fn by(mapping: &'a Mapping, file: &'a str, skip_rows: u64) -> Self {
        let (sheet, list) = (mapping.sheet.as_deref(), mapping.list.as_deref());
        Self { file, delimiter: mapping.delimiter, sheet, list, skip_rows }
    }
}

/// Walks a file of any format.
pub(crate) fn walk(bytes: &[u8], wanted: &Wanted<'_>, sink: Sink<'_>) -> Result<Walked, IntakeError> {
    if bytes.is_empty() {
        return Err(IntakeError::Empty { file: wanted.file.to_owned() });
    }
    let compressed = |with| IntakeError::Compressed { file: wanted.file.to_owned(), with };
    match crate::sniff::format(bytes).map_err(compressed)? {
        Format::Parquet => Ok(parquet::walk(bytes, wanted, sink)),
        Format::Sheet => sheet::walk(bytes, wanted, sink),
        format => {
            let text = match format {
                Format::Feed => crate::encoding::decode_xml(bytes),
                _ => crate::encoding::decode(bytes),
            };
            let walk_text = match format {
                Format::Feed => feed::walk,
                Format::Json => json::walk,
                _ => delimited::walk,
            };
            let mut walked = walk_text(&text.text, wanted, sink);
            walked.encoding = text.encoding;
            walked.warnings.extend(text.warning);
            Ok(walked)
        }
    }
}

/// Hands over the rows of a packed table (Parquet, an old workbook with all its sheets), each as one text.
///
/// # Errors
/// Why it cannot be read, or not to its end.
pub fn cells(bytes: &[u8], each: &mut dyn FnMut(&str) -> ControlFlow<()>) -> Result<(), String> {
    let mut wrong = None;
    let sink = &mut |line: Line<'_>| match line {
        Line::Header(cells) | Line::Keys(cells) => each(&cells.join("\t")),
        Line::Row(_, cells) => each(&cells.join("\t")),
        Line::Bad { reason, .. } => {
            wrong = Some(reason);
            ControlFlow::Continue(())
        }
    };
    fn wanted(sheet: Option<&str>) -> Wanted<'_> {
        Wanted { file: "", delimiter: None, sheet, list: None, skip_rows: 0 }
    }
    match crate::sniff::format(bytes) {
        Ok(Format::Parquet) => _ = parquet::walk(bytes, &wanted(None), sink),
        Ok(Format::Sheet) => {
            for name in sheet::names(bytes)? {
                sheet::walk(bytes, &wanted(Some(&name)), sink).map_err(|e| e.to_string())?;
            }
        }
        _ => return Err("it is no packed table".into()),
    }
    wrong.map_or(Ok(()), Err)
}

/// Says that the file as a whole could not be read further.
pub(crate) fn broken(reason: impl Into<String>) -> Line<'static> {
    Line::Bad { row: 0, column: String::new(), reason: reason.into(), value: String::new() }
}
