//! Spreadsheets: the first sheet, or the one that the mapping names. The first row with anything in it is the header.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, Ods, Range, Reader, Xls, Xlsx, open_workbook_from_rs};

use super::{Line, Sink, Walked, Wanted, broken};
use crate::IntakeError;

/// The sheet wanted with the names of the others, or the names of the sheets that there are.
type Opened = Result<Result<(Range<Data>, Vec<String>), Vec<String>>, String>;

fn open(bytes: &[u8], sheet: Option<&str>) -> Opened {
    let bytes = Cursor::new(bytes);
    match crate::sniff::media_type(bytes.get_ref()) {
        "application/vnd.ms-excel" => pick(open_workbook_from_rs::<Xls<_>, _>(bytes), sheet),
        "application/vnd.oasis.opendocument.spreadsheet" => pick(open_workbook_from_rs::<Ods<_>, _>(bytes), sheet),
        _ => pick(open_workbook_from_rs::<Xlsx<_>, _>(bytes), sheet),
    }
}

fn pick<'a, R>(book: Result<R, R::Error>, sheet: Option<&str>) -> Opened
where
    R: Reader<Cursor<&'a [u8]>>,
    R::Error: std::fmt::Display,
{
    let mut book = book.map_err(|e| e.to_string())?;
    let names = book.sheet_names();
    let name = match sheet {
        Some(sheet) => names.iter().find(|name| *name == sheet),
        None => names.first(),
    };
    let Some(name) = name.cloned() else { return Ok(Err(names)) };
    let others = names.into_iter().filter(|other| *other != name).collect();
    book.worksheet_range(&name).map(|range| Ok((range, others))).map_err(|e| e.to_string())
}

/// The sheets of a workbook.
pub(super) fn names(bytes: &[u8]) -> Result<Vec<String>, String> {
    // No sheet has this name, so that the names of all are answered.
    const NONE: &str = "\0";
    let opened = catch_unwind(AssertUnwindSafe(|| open(bytes, Some(NONE))));
    match opened.unwrap_or_else(|_| Err("the reader of workbooks gave up".into()))? {
        Ok((_, others)) | Err(others) => Ok(others),
    }
}

/// A cell as text: whole numbers without decimals, dates as YYYY-MM-DD.
fn text(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(text) => text.clone(),
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        Data::Bool(true) => "TRUE".into(),
        Data::Bool(false) => "FALSE".into(),
        Data::DateTime(moment) if moment.is_datetime() => {
            let (y, m, d, h, min, s, _) = moment.to_ymd_hms_milli();
            let day = format!("{y:04}-{m:02}-{d:02}");
            if (h, min, s) == (0, 0, 0) { day } else { format!("{day}T{h:02}:{min:02}:{s:02}") }
        }
        other => other.to_string(),
    }
}

pub(super) fn walk(bytes: &[u8], wanted: &Wanted<'_>, sink: Sink<'_>) -> Result<Walked, IntakeError> {
    let mut walked = Walked { encoding: "UTF-8", ..Walked::default() };
    // The reader of workbooks is not ours; a damaged file must end in a rejected row whatever it does.
    let opened = catch_unwind(AssertUnwindSafe(|| open(bytes, wanted.sheet)));
    let (range, others) = match opened.unwrap_or_else(|_| Err("the reader of workbooks gave up".into())) {
        Ok(Ok(found)) => found,
        Ok(Err(names)) => {
            let sheet = wanted.sheet.unwrap_or("").to_owned();
            return Err(IntakeError::NoSheet { file: wanted.file.to_owned(), sheet, has: names.join(", ") });
        }
        Err(error) => {
            let _ = sink(broken(format!("the workbook cannot be read: {error}")));
            return Ok(walked);
        }
    };
    if wanted.sheet.is_none() && !others.is_empty() {
        walked.warnings.push(format!(
            "only the first sheet was read; not read: {} (name one with `sheet` in a mapping)",
            others.join(", ")
        ));
    }
    let mut rows = range.rows().filter(|row| row.iter().any(|cell| *cell != Data::Empty));
    let Some(header) = rows.next() else {
        let _ = sink(broken("the sheet is empty"));
        return Ok(walked);
    };
    let header: Vec<String> = header.iter().map(|cell| text(cell).trim().to_owned()).collect();
    if sink(Line::Header(&header)).is_break() {
        return Ok(walked);
    }
    let mut taken = 0usize;
    for (at, row) in rows.enumerate() {
        taken += 1;
        let number = at as u64 + 1;
        walked.rows = number;
        if number <= wanted.skip_rows {
            continue;
        }
        let cells: Vec<String> = row.iter().map(text).collect();
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        if sink(Line::Row(number, &cells)).is_break() {
            return Ok(walked);
        }
    }
    let blank = range.height().saturating_sub(taken + 1);
    if blank > 0 {
        walked.warnings.push(format!("{blank} rows of the sheet are empty and are not counted"));
    }
    Ok(walked)
}
