//! Parquet, through Arrow. Every column is read as text; nested ones as Arrow prints them.

use std::panic::{AssertUnwindSafe, catch_unwind};

use ::parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use arrow_array::{Array, ArrayRef, RecordBatch, StringArray};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::DataType;
use bytes::Bytes;

use super::{Line, Sink, Walked, Wanted, broken};

fn open(bytes: Bytes) -> Result<(Vec<String>, ParquetRecordBatchReader), String> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(bytes).map_err(|e| e.to_string())?;
    let names = builder.schema().fields().iter().map(|field| field.name().clone()).collect();
    Ok((names, builder.with_batch_size(4096).build().map_err(|e| e.to_string())?))
}

/// A column of bytes as text, without those that are none: some programs write text so, and say nowhere that it is.
fn text_of(column: &ArrayRef) -> Option<StringArray> {
    let is_bytes = matches!(
        column.data_type(),
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_)
    );
    let text = is_bytes.then(|| {
        let binary = arrow_cast::cast(column, &DataType::Binary).ok()?;
        arrow_cast::cast(&binary, &DataType::Utf8).ok()
    });
    text.flatten()?.as_any().downcast_ref::<StringArray>().cloned()
}

/// The cells of a batch, row by row.
fn cells(batch: &RecordBatch) -> Result<Vec<Vec<String>>, String> {
    let options = FormatOptions::default().with_null("");
    let column = |c| Ok((text_of(c), ArrayFormatter::try_new(c, &options).map_err(|e| e.to_string())?));
    let columns = batch.columns().iter().map(column).collect::<Result<Vec<_>, String>>()?;
    let row = |at: usize| {
        let cell = |(text, printed): &(Option<StringArray>, ArrayFormatter<'_>)| match text {
            Some(text) if text.is_valid(at) => Ok(text.value(at).to_owned()),
            _ => printed.value(at).try_to_string().map_err(|e| e.to_string()),
        };
        columns.iter().map(cell).collect::<Result<Vec<_>, _>>()
    };
    (0..batch.num_rows()).map(row).collect()
}

/// Runs what is not ours so that a damaged file ends in a rejected row, whatever the library does with it.
fn guarded<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err("the reader of Parquet gave up".into()))
}

pub(super) fn walk(bytes: &[u8], wanted: &Wanted<'_>, sink: Sink<'_>) -> Walked {
    let mut walked = Walked { encoding: "UTF-8", ..Walked::default() };
    let (header, mut reader) = match guarded(|| open(Bytes::copy_from_slice(bytes))) {
        Ok(opened) => opened,
        Err(error) => {
            let _ = sink(broken(format!("the Parquet file cannot be read: {error}")));
            return walked;
        }
    };
    if sink(Line::Header(&header)).is_break() {
        return walked;
    }
    let mut row = 0u64;
    loop {
        let batch = guarded(|| match reader.next() {
            None => Ok(None),
            Some(Ok(batch)) => cells(&batch).map(Some),
            Some(Err(error)) => Err(error.to_string()),
        });
        let batch = match batch {
            Ok(None) => return walked,
            Ok(Some(batch)) => batch,
            Err(error) => {
                let _ = sink(broken(format!("the Parquet file cannot be read further, after row {row}: {error}")));
                return walked;
            }
        };
        for cells in batch {
            row += 1;
            walked.rows = row;
            if row <= wanted.skip_rows {
                continue;
            }
            let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
            if sink(Line::Row(row, &cells)).is_break() {
                return walked;
            }
        }
    }
}
