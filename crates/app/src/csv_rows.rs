//! Rows of a CSV file, as pieces of what was read: nothing is copied but rows with quotes.
//!
//! Reads as the `csv` crate does: a row ends at a line feed or a carriage return, empty lines are none, quotes count where a field
//! begins with one. Rows are numbered from 1, the header's number.

use std::io::{self, Read};

/// Read at a time; more where a row is longer.
const READ_BYTES: usize = 1 << 18;

pub struct CsvRows<R> {
    input: R,
    delimiter: u8,
    buffer: Vec<u8>,
    /// What is read and not yet given.
    start: usize,
    end: usize,
    at_end: bool,
    fields: Vec<(usize, usize)>,
    quoted: Quoted,
    number: u64,
}

/// A row with quotes.
struct Quoted {
    reader: csv_core::Reader,
    text: Vec<u8>,
    ends: Vec<usize>,
}

/// A row: its text, and where in it each field begins and ends.
pub struct Row<'a> {
    text: &'a str,
    fields: &'a [(usize, usize)],
}

impl<'a> Row<'a> {
    pub fn get(&self, at: usize) -> Option<&'a str> {
        self.fields.get(at).and_then(|&(start, end)| self.text.get(start..end))
    }

    pub fn iter(&self) -> impl Iterator<Item = &'a str> {
        (0..self.fields.len()).map_while(|at| self.get(at))
    }

    pub fn len(&self) -> usize {
        self.fields.len()
    }
}

/// Where a row lies.
enum Found {
    /// As it stands in the buffer, up to there, where its end begins.
    Plain(usize),
    Quoted,
    More,
    Nothing,
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

impl<R: Read> CsvRows<R> {
    pub fn new(input: R, delimiter: u8) -> io::Result<Self> {
        Self::reading(READ_BYTES, input, delimiter)
    }

    fn reading(at_a_time: usize, input: R, delimiter: u8) -> io::Result<Self> {
        let quoted = Quoted {
            reader: csv_core::ReaderBuilder::new().delimiter(delimiter).build(),
            text: vec![0; 1 << 10],
            ends: vec![0; 1 << 6],
        };
        let buffer = vec![0; at_a_time];
        let mut out =
            Self { input, delimiter, buffer, start: 0, end: 0, at_end: false, fields: Vec::new(), quoted, number: 0 };
        while out.end < BYTE_ORDER_MARK.len() && !out.at_end {
            out.read_more()?;
        }
        if out.buffer[..out.end].starts_with(BYTE_ORDER_MARK) {
            out.start = BYTE_ORDER_MARK.len();
        }
        Ok(out)
    }

    /// The number of the row that was given last.
    pub fn number(&self) -> u64 {
        self.number
    }

    pub fn next(&mut self) -> io::Result<Option<Row<'_>>> {
        let (text, fields) = loop {
            while self.start < self.end && matches!(self.buffer[self.start], b'\n' | b'\r') {
                self.start += 1;
            }
            match self.find() {
                Found::Plain(end) => {
                    let start = std::mem::replace(&mut self.start, end);
                    break (&self.buffer[start..end], &self.fields);
                }
                Found::Quoted => {
                    let bytes = self.read_quoted()?;
                    break (&self.quoted.text[..bytes], &self.fields);
                }
                Found::More => self.read_more()?,
                Found::Nothing => return Ok(None),
            }
        };
        self.number += 1;
        let text = std::str::from_utf8(text).map_err(|_| {
            io::Error::new(io::ErrorKind::InvalidData, format!("row {} holds bytes that are no UTF-8", self.number))
        })?;
        Ok(Some(Row { text, fields }))
    }

    /// Finds the next row, and its fields where it stands without quotes.
    fn find(&mut self) -> Found {
        let Self { delimiter, fields, at_end, .. } = self;
        let row = &self.buffer[self.start..self.end];
        fields.clear();
        if row.is_empty() {
            return if *at_end { Found::Nothing } else { Found::More };
        }
        let mut field = 0;
        let signs = [*delimiter, b'\n', b'\r', b'"'].map(|sign| u64::from(sign).wrapping_mul(EACH));
        let (words, rest) = row.as_chunks::<8>();
        let last = {
            let mut last = [0; 8];
            last[..rest.len()].copy_from_slice(rest);
            last
        };
        for (at, word) in (0..).step_by(8).zip(words.iter().chain([&last])) {
            let mut found = any_of(u64::from_le_bytes(*word), &signs);
            while found != 0 {
                let at = at + found.trailing_zeros() as usize / 8;
                found &= found - 1;
                match row.get(at) {
                    Some(b'\n' | b'\r') => {
                        fields.push((field, at));
                        return Found::Plain(self.start + at);
                    }
                    Some(b'"') if at == field => return Found::Quoted,
                    Some(sign) if sign == delimiter => {
                        fields.push((field, at));
                        field = at + 1;
                    }
                    _ => {}
                }
            }
        }
        if !*at_end {
            return Found::More;
        }
        fields.push((field, row.len()));
        Found::Plain(self.end)
    }

    /// Reads a row with quotes, and tells how long its text is.
    fn read_quoted(&mut self) -> io::Result<usize> {
        self.quoted.reader.reset();
        let (mut bytes, mut ends) = (0, 0);
        loop {
            let Quoted { reader, text, ends: held } = &mut self.quoted;
            let input = &self.buffer[self.start..self.end];
            let (result, read, wrote, ended) = reader.read_record(input, &mut text[bytes..], &mut held[ends..]);
            (self.start, bytes, ends) = (self.start + read, bytes + wrote, ends + ended);
            match result {
                csv_core::ReadRecordResult::InputEmpty if self.at_end => {}
                csv_core::ReadRecordResult::InputEmpty => self.read_more()?,
                csv_core::ReadRecordResult::OutputFull => text.resize(text.len() * 2, 0),
                csv_core::ReadRecordResult::OutputEndsFull => held.resize(held.len() * 2, 0),
                csv_core::ReadRecordResult::Record | csv_core::ReadRecordResult::End => break,
            }
        }
        self.fields.clear();
        let mut start = 0;
        for &end in &self.quoted.ends[..ends] {
            self.fields.push((start, end));
            start = end;
        }
        Ok(bytes)
    }

    /// Reads more behind what is not yet given, and at least as much again where that fills the buffer, so that no long row is looked
    /// through time and again.
    fn read_more(&mut self) -> io::Result<()> {
        self.buffer.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        if self.end == self.buffer.len() {
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        while self.end < self.buffer.len() && !self.at_end {
            match self.input.read(&mut self.buffer[self.end..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => {
                    let read = read?;
                    (self.end, self.at_end) = (self.end + read, read == 0);
                }
            }
        }
        Ok(())
    }
}

/// One in every byte.
const EACH: u64 = 0x0101_0101_0101_0101;

/// The uppermost bit of each byte of a word that is one of four signs, each given in every byte.
fn any_of(word: u64, signs: &[u64; 4]) -> u64 {
    const UPPERMOST: u64 = 0x80 * EACH;
    const LOWER: u64 = !UPPERMOST;
    // Of a byte that is not zero either the uppermost bit is set or adding 127 to the others sets it.
    let is_not = |sign: &u64| {
        let differs = word ^ sign;
        ((differs & LOWER).wrapping_add(LOWER)) | differs
    };
    !signs.iter().fold(UPPERMOST, |all, sign| all & is_not(sign)) & UPPERMOST
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &[u8], at_a_time: usize) -> Vec<Vec<String>> {
        let mut rows = CsvRows::reading(at_a_time, text, b',').unwrap();
        let mut out = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            assert_eq!(row.iter().count(), row.len());
            out.push(row.iter().map(str::to_owned).collect());
        }
        assert_eq!(rows.number(), out.len() as u64);
        out
    }

    fn rows_by_the_crate(text: &[u8]) -> Vec<Vec<String>> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text);
        reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
    }

    #[test]
    fn a_row_that_is_no_text_is_refused_by_its_number() {
        let mut rows = CsvRows::new(&b"a,b\n1,\xff\n"[..], b',').unwrap();
        assert!(rows.next().unwrap().is_some());
        assert!(rows.next().map(|_| ()).unwrap_err().to_string().contains("row 2"));
    }

    #[test]
    fn a_row_longer_than_what_is_read_at_a_time_is_read() {
        let long = "x".repeat(READ_BYTES * 2 + 7);
        for text in [format!("{long},b\nc,d\n"), format!("\"{long}\",b\nc,d")] {
            assert_eq!(rows(text.as_bytes(), READ_BYTES), [[long.as_str(), "b"], ["c", "d"]]);
        }
    }

    /// Every text of few signs, and long ones: with each sign where words of eight bytes meet, and where reads do.
    #[test]
    fn rows_are_those_that_the_csv_crate_reads() {
        const SIGNS: [&str; 6] = ["a", ",", "\"", "\n", "\r", "ة"];
        let text = |mut number: usize, length: usize| {
            let mut out = String::new();
            for _ in 0..length {
                out.push_str(SIGNS[number % SIGNS.len()]);
                number /= SIGNS.len();
            }
            out
        };
        let short = (0..=6).flat_map(|length| (0..SIGNS.len().pow(length)).map(move |n| text(n, length as usize)));
        let mut seed = 1u64;
        let long = (0..2000).map(|_| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text(seed as usize >> 8, 20).replace('a', "abcdefgh")
        });
        for (number, text) in short.chain(long).enumerate() {
            let theirs = rows_by_the_crate(text.as_bytes());
            assert_eq!(rows(text.as_bytes(), 1 + number % 9), theirs, "{text:?}");
            assert_eq!(rows(format!("\u{feff}{text}").as_bytes(), 64), theirs, "{text:?}");
        }
    }
}
