//! Tables for `tawthiq link` without a workspace: CSV or Parquet by the file's ending, every value as text.

use std::borrow::Cow;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, Float64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::refusal::{Outcome, Refusal};

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
    let mut reader = csv::ReaderBuilder::new().from_path(path).map_err(|e| refuse(path, e))?;
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
    let could_not = |e: &dyn std::fmt::Display| Refusal::new(format!("{} could not be written: {e}", path.display()));
    let file = File::create(path).map_err(|e| could_not(&e))?;
    if is_parquet(path) {
        return store_parquet(file, texts, number, rows).map_err(|e| could_not(&e));
    }
    let mut writer = csv::Writer::from_writer(std::io::BufWriter::new(file));
    writer.write_record(texts.iter().copied().chain(number)).map_err(|e| could_not(&e))?;
    for (cells, value) in rows {
        let score = number.map(|_| format!("{value:.6}"));
        writer.write_record(cells.iter().map(|c| c.as_ref()).chain(score.as_deref())).map_err(|e| could_not(&e))?;
    }
    writer.flush().map_err(|e| could_not(&e))
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
