//! CSV, TSV and their kin.

use std::collections::HashSet;

use csv::{ReaderBuilder, StringRecord};

use super::{Line, Sink, Walked, Wanted, broken};

/// The separator that the header line holds most of, outside quotation marks.
pub fn sniff_delimiter(text: &str) -> u8 {
    let mut counts = [0usize; 4];
    const CANDIDATES: [u8; 4] = *b",;\t|";
    let mut quoted = false;
    for byte in text.bytes().take(65_536) {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if quoted => {}
            _ => {
                if let Some(at) = CANDIDATES.iter().position(|c| *c == byte) {
                    counts[at] += 1;
                }
            }
        }
    }
    let most = counts.iter().max().copied().unwrap_or(0);
    counts.iter().position(|n| *n == most && most > 0).map_or(b',', |at| CANDIDATES[at])
}

/// Whether the text ends inside a quoted field, as a file does that was cut off there.
fn ends_inside_quotes(text: &str, delimiter: u8) -> bool {
    let mut inside = false;
    let mut field_start = true;
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' if inside => {
                if bytes.peek() == Some(&b'"') {
                    bytes.next();
                } else {
                    inside = false;
                }
            }
            b'"' if field_start => inside = true,
            _ => {}
        }
        field_start = !inside && (byte == delimiter || byte == b'\n' || byte == b'\r');
    }
    inside
}

pub(super) fn walk(text: &str, wanted: &Wanted<'_>, sink: Sink<'_>) -> Walked {
    let mut walked = Walked::default();
    let delimiter = wanted.delimiter.unwrap_or_else(|| sniff_delimiter(text));
    let mut reader =
        ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(false).from_reader(text.as_bytes());
    let mut record = StringRecord::new();
    let header: Vec<String> = match reader.read_record(&mut record) {
        Ok(true) => record.iter().map(|name| name.trim().to_owned()).collect(),
        _ => {
            let _ = sink(broken("the file has no header line"));
            return walked;
        }
    };
    let mut seen = HashSet::new();
    if let Some(name) = header.iter().find(|name| !name.is_empty() && !seen.insert(name.as_str())) {
        walked.warnings.push(format!("the column {name:?} is there twice; the first is read, both are kept"));
    }
    if sink(Line::Header(&header)).is_break() {
        return walked;
    }
    let ends_in_line = text.ends_with(['\n', '\r']);
    let mut row = 0u64;
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {}
            Err(error) => {
                let _ = sink(broken(format!("the file could not be read further: {error}")));
                break;
            }
        }
        row += 1;
        walked.rows = row;
        // Only a last record can end inside quotation marks, and only then is the rest of the text looked at again.
        let at_end = reader.position().byte() as usize >= text.len();
        let last = at_end.then(|| text.get(record.position().map_or(0, |p| p.byte() as usize)..)).flatten();
        let cut = last.is_some_and(|rest| ends_inside_quotes(rest, delimiter));
        if row <= wanted.skip_rows {
            continue;
        }
        let line = if let (true, Some(rest)) = (cut, last) {
            let lines = rest.lines().count();
            let reason = format!(
                "the file ends inside a quoted field: it is cut off, or a quotation mark is missing ({lines} lines)"
            );
            Line::Bad { row, column: String::new(), reason, value: rest.to_owned() }
        } else if record.len() != header.len() {
            let cut = if last.is_some() && !ends_in_line { "; the file is cut off here" } else { "" };
            let reason = format!("it has {} fields where the header has {}{cut}", record.len(), header.len());
            Line::Bad { row, column: String::new(), reason, value: record.iter().collect::<Vec<_>>().join(",") }
        } else {
            let cells: Vec<&str> = record.iter().collect();
            if sink(Line::Row(row, &cells)).is_break() {
                return walked;
            }
            continue;
        };
        if sink(line).is_break() {
            return walked;
        }
    }
    if row > 0 && !ends_in_line {
        walked
            .warnings
            .push("the last line has no line end; if the file was cut off, its last value may be too short".into());
    }
    walked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_the_one_that_parts_the_header() {
        assert_eq!(sniff_delimiter("a;b;c\n1,2;3;4"), b';');
        assert_eq!(sniff_delimiter("\"a,b,c\"\td\n"), b'\t');
        assert_eq!(sniff_delimiter("one"), b',');
    }

    #[test]
    fn an_open_quotation_mark_at_the_end_is_seen() {
        assert!(ends_inside_quotes("1,\"two", b','));
        assert!(!ends_inside_quotes("1,\"t\"\"wo\"", b','));
        assert!(!ends_inside_quotes("1,5\" gun", b','));
    }
}
