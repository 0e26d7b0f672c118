//! Tables for `tawthiq link` without a workspace: CSV or Parquet by the file's ending, every value as text.

use std::borrow::Cow;
use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, Float64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::outputs;
use crate::refusal::{Outcome, Refusal};
use crate::terminal::say;

fn is_parquet(path: &Path) -> bool {
    path.extension().is_some_and(|e| e.eq_ignore_ascii_case("parquet"))
}

fn refuse(path: &Path, error: impl std::fmt::Display) -> Refusal {
    Refusal::new(format!("{}: {error}; nothing was linked", path.display()))
}

/// The cells of one row, by the column's place in the header; an empty text is a missing value.
pub type Cells<'a> = dyn Fn(usize) -> &'a str + 'a;

/// Hands the header to `start`, then every row to the function that it gives; no row is held.
pub fn each_row<F>(path: &Path, start: impl FnOnce(&[String]) -> Outcome<F>) -> Outcome<()>
where
    F: FnMut(&Cells) -> Outcome<()>,
{
    if is_parquet(path) { each_row_of_parquet(path, start) } else { each_row_of_csv(path, start) }
}

fn each_row_of_csv<F>(path: &Path, start: impl FnOnce(&[String]) -> Outcome<F>) -> Outcome<()>
where
    F: FnMut(&Cells) -> Outcome<()>,
{
    let (delimiter, text) = text_of(path).map_err(|e| refuse(path, e))?;
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text);
    let header = reader.byte_headers().map_err(|e| refuse(path, e))?.clone();
    let header: Vec<String> = header
        .iter()
        .map(|name| String::from_utf8_lossy(name).trim_start_matches('\u{feff}').trim().to_owned())
        .collect();
    let mut row_given = start(&header)?;
    let mut row = csv::StringRecord::new();
    while reader.read_record(&mut row).map_err(|e| refuse(path, e))? {
        row_given(&|at| row.get(at).unwrap_or(""))?;
    }
    Ok(())
}

/// As much of a file as tells its separator and its encoding.
const HEAD_BYTES: u64 = 1 << 16;

/// The separator of a file and its text, as intake reads both. Only what is not UTF-8 is held as a whole.
fn text_of(path: &Path) -> std::io::Result<(u8, Box<dyn Read>)> {
    let mut file = File::open(path)?;
    let mut head = Vec::new();
    (&mut file).take(HEAD_BYTES).read_to_end(&mut head)?;
    // The last letter may be cut.
    let is_text = std::str::from_utf8(&head).map_or_else(|e| e.error_len().is_none(), |_| true);
    if is_text {
        let delimiter = intake::sniff_delimiter(&String::from_utf8_lossy(&head));
        return Ok((delimiter, Box::new(Cursor::new(head).chain(file))));
    }
    file.read_to_end(&mut head)?;
    let text = intake::decode(&head);
    if let Some(warning) = &text.warning {
        say(format!("{}: {warning}", path.display()));
    }
    Ok((intake::sniff_delimiter(&text.text), Box::new(Cursor::new(text.text.into_owned().into_bytes()))))
}

fn each_row_of_parquet<F>(path: &Path, start: impl FnOnce(&[String]) -> Outcome<F>) -> Outcome<()>
where
    F: FnMut(&Cells) -> Outcome<()>,
{
    let file = crate::input::open(path).map_err(|e| refuse(path, e))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| refuse(path, e))?;
    let header: Vec<String> = builder.schema().fields().iter().map(|f| f.name().trim().to_owned()).collect();
    let mut row_given = start(&header)?;
    for batch in builder.build().map_err(|e| refuse(path, e))? {
        let batch = batch.map_err(|e| refuse(path, e))?;
        let cast = |column: &ArrayRef| arrow_cast::cast(column, &DataType::Utf8).map_err(|e| refuse(path, e));
        let columns: Vec<ArrayRef> = batch.columns().iter().map(cast).collect::<Outcome<_>>()?;
        let texts: Vec<&StringArray> = columns.iter().map(|c| c.as_string::<i32>()).collect();
        for row in 0..batch.num_rows() {
            row_given(&|at| match texts.get(at) {
                Some(text) if !text.is_null(row) => text.value(row),
                _ => "",
            })?;
        }
    }
    Ok(())
}

/// Rows of a Parquet file are written in groups of as many.
const ROWS_AT_A_TIME: usize = 1 << 16;

/// Writes columns of texts, then one of numbers where `number` names it.
pub fn store_rows<'a, const T: usize>(
    path: &Path,
    texts: [&str; T],
    number: Option<&str>,
    rows: impl Iterator<Item = ([Cow<'a, str>; T], f64)>,
) -> Outcome<()> {
    let stored = outputs::write(path, |file| match is_parquet(path) {
        true => store_parquet(file.try_clone()?, texts, number, rows).map_err(std::io::Error::other),
        false => store_csv(file, texts, number, rows).map_err(std::io::Error::from),
    });
    stored.map_err(|e| Refusal::new(format!("{} could not be written: {e}", path.display())))
}

fn store_csv<'a, const T: usize>(
    file: &File,
    texts: [&str; T],
    number: Option<&str>,
    rows: impl Iterator<Item = ([Cow<'a, str>; T], f64)>,
) -> csv::Result<()> {
    let mut writer = csv::Writer::from_writer(std::io::BufWriter::new(file));
    writer.write_record(texts.iter().copied().chain(number))?;
    for (cells, value) in rows {
        let score = number.map(|_| format!("{value:.6}"));
        writer.write_record(cells.iter().map(|c| c.as_ref()).chain(score.as_deref()))?;
    }
    Ok(writer.flush()?)
}

fn store_parquet<'a, const T: usize>(
    file: File,
    texts: [&str; T],
    number: Option<&str>,
    rows: impl Iterator<Item = ([Cow<'a, str>; T], f64)>,
) -> Result<(), parquet::errors::ParquetError> {
    let mut fields: Vec<Field> = texts.iter().map(|n| Field::new(*n, DataType::Utf8, false)).collect();
    fields.extend(number.map(|name| Field::new(name, DataType::Float64, false)));
    let schema = Arc::new(Schema::new(fields));
    let mut writer = ArrowWriter::try_new(file, schema.clone(), None)?;
    let mut rows = rows.peekable();
    while rows.peek().is_some() {
        let mut columns: [Vec<Cow<str>>; T] = std::array::from_fn(|_| Vec::new());
        let mut values = Vec::new();
        for (cells, value) in rows.by_ref().take(ROWS_AT_A_TIME) {
            columns.iter_mut().zip(cells).for_each(|(column, cell)| column.push(cell));
            values.push(value);
        }
        let mut arrays: Vec<ArrayRef> =
            columns.iter().map(|c| Arc::new(StringArray::from_iter_values(c)) as ArrayRef).collect();
        if number.is_some() {
            arrays.push(Arc::new(Float64Array::from(values)));
        }
        writer.write(&RecordBatch::try_new(schema.clone(), arrays)?)?;
    }
    writer.close()?;
    Ok(())
}
