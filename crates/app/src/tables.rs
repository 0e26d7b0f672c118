//! Tables for `tawthiq link` without a workspace: CSV or Parquet by the file's ending, every value as text.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::refusal::{Outcome, Refusal};

/// A table of texts; an empty text is a missing value.
pub struct Table {
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Table {
    pub fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|h| h.trim() == name)
    }
}

fn is_parquet(path: &Path) -> bool {
    path.extension().is_some_and(|e| e.eq_ignore_ascii_case("parquet"))
}

fn refuse(path: &Path, error: impl std::fmt::Display) -> Refusal {
    Refusal::new(format!("{}: {error}; nothing was linked", path.display()))
}

pub fn load(path: &Path) -> Outcome<Table> {
    if is_parquet(path) { load_parquet(path) } else { load_csv(path) }
}

fn load_csv(path: &Path) -> Outcome<Table> {
    let mut reader = csv::ReaderBuilder::new().from_path(path).map_err(|e| refuse(path, e))?;
    let header = reader
        .headers()
        .map_err(|e| refuse(path, e))?
        .iter()
        .map(|h| h.trim_start_matches('\u{feff}').to_owned())
        .collect();
    let mut rows = Vec::new();
    for row in reader.records() {
        rows.push(row.map_err(|e| refuse(path, e))?.iter().map(str::to_owned).collect());
    }
    Ok(Table { header, rows })
}

fn load_parquet(path: &Path) -> Outcome<Table> {
    let file = File::open(path).map_err(|e| refuse(path, e))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| refuse(path, e))?;
    let header = builder.schema().fields().iter().map(|f| f.name().clone()).collect();
    let mut rows = Vec::new();
    for batch in builder.build().map_err(|e| refuse(path, e))? {
        let batch = batch.map_err(|e| refuse(path, e))?;
        let mut columns = Vec::with_capacity(batch.num_columns());
        for column in batch.columns() {
            columns.push(arrow_cast::cast(column, &DataType::Utf8).map_err(|e| refuse(path, e))?);
        }
        let texts: Vec<&StringArray> = columns.iter().map(|c| c.as_string::<i32>()).collect();
        for row in 0..batch.num_rows() {
            rows.push(
                texts
                    .iter()
                    .map(|t| if arrow_array::Array::is_null(*t, row) { String::new() } else { t.value(row).to_owned() })
                    .collect(),
            );
        }
    }
    Ok(Table { header, rows })
}

/// Columns of texts, then at most one of numbers.
pub fn store(path: &Path, texts: &[(&str, Vec<String>)], number: Option<(&str, Vec<f64>)>) -> Outcome<()> {
    let could_not = |e: &dyn std::fmt::Display| Refusal::new(format!("{} could not be written: {e}", path.display()));
    let file = File::create(path).map_err(|e| could_not(&e))?;
    if is_parquet(path) {
        let mut fields: Vec<Field> = texts.iter().map(|(n, _)| Field::new(*n, DataType::Utf8, false)).collect();
        let mut arrays: Vec<ArrayRef> =
            texts.iter().map(|(_, v)| Arc::new(StringArray::from_iter_values(v)) as ArrayRef).collect();
        if let Some((name, values)) = number {
            fields.push(Field::new(name, DataType::Float64, false));
            arrays.push(Arc::new(Float64Array::from(values)));
        }
        let schema = Arc::new(Schema::new(fields));
        let batch = RecordBatch::try_new(schema.clone(), arrays).map_err(|e| could_not(&e))?;
        let mut writer = ArrowWriter::try_new(file, schema, None).map_err(|e| could_not(&e))?;
        writer.write(&batch).map_err(|e| could_not(&e))?;
        writer.close().map_err(|e| could_not(&e))?;
        return Ok(());
    }
    let mut writer = csv::Writer::from_writer(std::io::BufWriter::new(file));
    let names = texts.iter().map(|(n, _)| *n).chain(number.as_ref().map(|(n, _)| *n));
    writer.write_record(names).map_err(|e| could_not(&e))?;
    for row in 0..texts.first().map_or(0, |(_, v)| v.len()) {
        let score = number.as_ref().map(|(_, v)| format!("{:.6}", v[row]));
        let cells = texts.iter().map(|(_, v)| v[row].as_str()).chain(score.as_deref());
        writer.write_record(cells).map_err(|e| could_not(&e))?;
    }
    writer.flush().map_err(|e| could_not(&e))
}
