//! Tables for `tawthiq link` without a workspace: CSV or Parquet by the file's ending, every value as text.

use std::borrow::Cow;
use std::fs::File;
use std::io::{Cursor, Read, Write};
use std::path::Path;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, Float64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::csv_rows::CsvRows;
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
    let mut rows = CsvRows::new(text, delimiter).map_err(|e| refuse(path, e))?;
    let header = match rows.next().map_err(|e| refuse(path, e))? {
        Some(row) => row.iter().map(|name| name.trim().to_owned()).collect(),
        None => Vec::new(),
    };
    let mut row_given = start(&header)?;
    while let Some(row) = rows.next().map_err(|e| refuse(path, e))? {
        let fields = row.len();
        if fields != header.len() {
            let number = rows.number();
            return Err(refuse(path, format!("row {number} has {fields} fields, the header {}", header.len())));
        }
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
        false => store_csv(file, texts, number, rows),
    });
    stored.map_err(|e| Refusal::new(format!("{} could not be written: {e}", path.display())))
}

fn store_csv<'a, const T: usize>(
    mut file: &File,
    texts: [&str; T],
    number: Option<&str>,
    rows: impl Iterator<Item = ([Cow<'a, str>; T], f64)>,
) -> std::io::Result<()> {
    let mut out = Vec::with_capacity(WRITTEN_BYTES + (1 << 10));
    let header: Vec<&str> = texts.into_iter().chain(number).collect();
    out.extend(header.join(",").bytes().chain([b'\n']));
    for (cells, value) in rows {
        for cell in &cells {
            push_field(inert(cell).as_ref(), &mut out);
            out.push(b',');
        }
        match number {
            Some(_) => push_millionths(value, &mut out),
            None => _ = out.pop(),
        }
        out.push(b'\n');
        if out.len() >= WRITTEN_BYTES {
            file.write_all(&out)?;
            out.clear();
        }
    }
    file.write_all(&out)
}

/// Written at a time, about.
const WRITTEN_BYTES: usize = 1 << 16;

/// A field, in quotes where it must be.
fn push_field(field: &str, out: &mut Vec<u8>) {
    if field.bytes().any(|b| matches!(b, b',' | b'"' | b'\n' | b'\r')) {
        out.push(b'"');
        out.extend(field.replace('"', "\"\"").bytes().chain([b'"']));
    } else {
        out.extend(field.as_bytes());
    }
}

/// A cell that a spreadsheet cannot take for a formula: ids come from whoever wrote the list.
fn inert(cell: &str) -> Cow<'_, str> {
    match cell.as_bytes().first() {
        Some(first) if first.is_ascii_alphanumeric() => Cow::Borrowed(cell),
        _ => domain::text::inert_cell(cell),
    }
}

/// As `{:.6}` writes it, without its machinery where the number is below 1: a run writes millions of them.
fn push_millionths(value: f64, out: &mut Vec<u8>) {
    let bits = value.to_bits();
    // Below 1 a number is its 53 digits shifted to the right by so many.
    let shift = 1075 - (bits >> 52).min(1075);
    if !(f64::MIN_POSITIVE..1.0).contains(&value) || shift > 120 {
        out.extend(format!("{value:.6}").bytes());
        return;
    }
    let product = u128::from(bits & ((1 << 52) - 1) | 1 << 52) * 1_000_000;
    let (whole, rest, half) = (product >> shift, product & ((1 << shift) - 1), 1u128 << (shift - 1));
    let mut millionths = whole as u32 + u32::from(rest > half || (rest == half && whole & 1 == 1));
    let mut digits = *b"0.000000";
    for digit in digits.iter_mut().skip(2).rev() {
        *digit = b'0' + (millionths % 10) as u8;
        millionths /= 10;
    }
    digits[0] += millionths as u8;
    out.extend(digits);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_are_written_as_the_formatter_writes_them() {
        let mut values =
            vec![0.0, 1.0, 1.5, -0.25, f64::NAN, f64::INFINITY, 1e-300, 5e-7, 1.5e-6, 0.0078125, 0.9999995];
        values.extend((1..4096).map(|i| f64::from(i) / 4096.0));
        values.extend((1..2000).map(|i| f64::from((f64::from(i) * 0.37).sin().abs() as f32)));
        values.extend((1..2000).map(|i| (f64::from(i) * -0.05).exp()));
        values.extend((0..40).map(|i| 1.0 - 0.5f64.powi(i)));
        for value in values {
            let mut out = Vec::new();
            push_millionths(value, &mut out);
            assert_eq!(String::from_utf8(out), Ok(format!("{value:.6}")));
        }
    }
}
