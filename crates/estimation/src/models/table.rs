//! Who is on which list, counted: the only input of every model.

use std::collections::BTreeMap;

/// Lists that a table may have. The cells double with each list; beyond this no model here is of use.
pub const MOST_LISTS: usize = 11;
/// Counts stay whole numbers in double precision.
const MOST_PERSONS: u64 = 1 << 53;

/// Persons by inclusion pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternTable {
    pub lists: Vec<String>,
    /// (pattern, persons); bit i of a pattern is list i. Sorted by pattern; each occurs once and no count is zero.
    pub counts: Vec<(u64, u64)>,
}

/// Why a table was refused; nothing was then estimated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    #[error("nothing was estimated: the table is not readable as CSV: {0}")]
    NotCsv(String),
    #[error(
        "nothing was estimated: the table has no column named count: its first line names the lists and count, and each line after it is a pattern"
    )]
    NoCountColumn,
    #[error("nothing was estimated: the column {0:?} is there twice")]
    ListTwice(String),
    #[error(
        "nothing was estimated: column {0} has no name; row numbers, as R writes them, are to be left out (row.names = FALSE)"
    )]
    NoName(usize),
    #[error("nothing was estimated: the table has {0} list, and an overlap needs two")]
    TooFewLists(usize),
    #[error("nothing was estimated: the table has {0} lists, and at most 11 can be compared")]
    TooManyLists(usize),
    #[error("nothing was estimated: the table is not UTF-8; save it as \"CSV UTF-8\"")]
    NotUtf8,
    #[error(
        "nothing was estimated: row {row}, column {column}: {value:?} is neither 0 nor 1; a column that is no list is to be left out"
    )]
    NotZeroOrOne { row: usize, column: String, value: String },
    #[error("nothing was estimated: row {row}, column count: {value:?} is {why}; a count is a whole number of persons")]
    NotACount { row: usize, value: String, why: &'static str },
    #[error("nothing was estimated: row {0} counts persons who are on no list, and these are what is to be estimated")]
    OnNoList(usize),
    #[error("nothing was estimated: a pattern names a list that is not among the {0} lists")]
    UnknownList(usize),
    #[error("nothing was estimated: every count is zero")]
    AllZero,
    #[error("nothing was estimated: the counts add up to more than 2^53 persons")]
    TooManyPersons,
}

fn count(row: usize, value: &str) -> Result<u64, TableError> {
    let refuse = |why| TableError::NotACount { row, value: value.to_owned(), why };
    if value.is_empty() {
        return Err(refuse("missing"));
    }
    value.parse::<u64>().or_else(|_| {
        // R writes 100000 as 1e+05, and a whole number of type double with a point.
        match value.parse().ok().filter(|x: &f64| x.is_finite()) {
            None => Err(refuse("not a number")),
            Some(x) if x < 0.0 => Err(refuse("negative")),
            Some(x) if x.fract() != 0.0 => Err(refuse("fractional")),
            Some(x) if x > MOST_PERSONS as f64 => Err(TableError::TooManyPersons),
            Some(x) => Ok(x as u64),
        }
    })
}

/// A list of fewer persons may be inside another by chance.
const FEWEST_INSIDE: u64 = 10;

impl PatternTable {
    /// Adds up duplicate patterns and refuses what is not a table of overlaps.
    pub fn new(lists: Vec<String>, counts: impl IntoIterator<Item = (u64, u64)>) -> Result<Self, TableError> {
        match lists.len() {
            n @ 0..2 => return Err(TableError::TooFewLists(n)),
            n if n > MOST_LISTS => return Err(TableError::TooManyLists(n)),
            _ => {}
        }
        for (i, list) in lists.iter().enumerate() {
            if lists[..i].contains(list) {
                return Err(TableError::ListTwice(list.clone()));
            }
        }
        let mut by_pattern: BTreeMap<u64, u64> = BTreeMap::new();
        let mut sum = 0u64;
        for (row, (pattern, count)) in counts.into_iter().enumerate() {
            if pattern >> lists.len() != 0 {
                return Err(TableError::UnknownList(lists.len()));
            }
            if pattern == 0 && count > 0 {
                return Err(TableError::OnNoList(row + 1));
            }
            sum = sum.checked_add(count).filter(|sum| *sum <= MOST_PERSONS).ok_or(TableError::TooManyPersons)?;
            if count > 0 {
                *by_pattern.entry(pattern).or_default() += count;
            }
        }
        if sum == 0 {
            return Err(TableError::AllZero);
        }
        Ok(Self { lists, counts: by_pattern.into_iter().collect() })
    }

    /// Reads CSV: one column of 0 and 1 per list, and `count`. Rows are numbered from 1 below the header.
    pub fn parse_csv(bytes: &[u8]) -> Result<Self, TableError> {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        std::str::from_utf8(bytes).map_err(|_| TableError::NotUtf8)?;
        // Where the comma is the decimal mark, tables are written with semicolons.
        let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let often = |delimiter: &u8| first.iter().filter(|byte| *byte == delimiter).count();
        let delimiter = [b'\t', b';', b','].into_iter().max_by_key(often).unwrap_or(b',');
        let not_csv = |e: csv::Error| TableError::NotCsv(e.to_string());
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).trim(csv::Trim::All).from_reader(bytes);
        let header: Vec<String> = reader.headers().map_err(not_csv)?.iter().map(str::to_owned).collect();
        let is_count = |name: &str| name.eq_ignore_ascii_case("count");
        let at = header.iter().position(|name| is_count(name)).ok_or(TableError::NoCountColumn)?;
        if let Some(unnamed) = header.iter().position(String::is_empty) {
            return Err(TableError::NoName(unnamed + 1));
        }
        if header.iter().filter(|name| is_count(name)).count() > 1 {
            return Err(TableError::ListTwice("count".to_owned()));
        }
        let lists: Vec<String> =
            header.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, name)| name.clone()).collect();
        if lists.len() > MOST_LISTS {
            return Err(TableError::TooManyLists(lists.len()));
        }
        let mut counts = Vec::new();
        for (i, line) in reader.records().enumerate() {
            let line = line.map_err(not_csv)?;
            let row = i + 1;
            let mut pattern = 0u64;
            let mut number = 0;
            let mut bit = 0;
            for (column, value) in line.iter().enumerate() {
                if column == at {
                    number = count(row, value)?;
                    continue;
                }
                match value {
                    "0" => {}
                    "1" => pattern |= 1 << bit,
                    _ => {
                        let (column, value) = (lists[bit].clone(), value.to_owned());
                        return Err(TableError::NotZeroOrOne { row, column, value });
                    }
                }
                bit += 1;
            }
            if pattern == 0 && number > 0 {
                return Err(TableError::OnNoList(row));
            }
            counts.push((pattern, number));
        }
        Self::new(lists, counts)
    }

    /// Persons on at least one list.
    pub fn n_documented(&self) -> u64 {
        self.counts.iter().map(|(_, n)| n).sum()
    }
    pub fn n_on_list(&self, list: usize) -> u64 {
        self.counts.iter().filter(|(pattern, _)| pattern >> list & 1 == 1).map(|(_, n)| n).sum()
    }
    /// Persons on all lists of the mask.
    pub(super) fn n_on_all(&self, mask: u64) -> u64 {
        self.counts.iter().filter(|(pattern, _)| pattern & mask == mask).map(|(_, n)| n).sum()
    }
    /// Persons on exactly so many lists.
    pub(super) fn n_seen(&self, times: u32) -> u64 {
        self.counts.iter().filter(|(pattern, _)| pattern.count_ones() == times).map(|(_, n)| n).sum()
    }
    pub(super) fn n_on_two_lists_or_more(&self) -> u64 {
        self.n_documented() - self.n_seen(1)
    }
    /// Every observable cell, zeros too: element i is the count of pattern i + 1.
    pub(super) fn cells(&self) -> Vec<f64> {
        let mut cells = vec![0.0; (1 << self.lists.len()) - 1];
        for (pattern, n) in &self.counts {
            cells[*pattern as usize - 1] += *n as f64;
        }
        cells
    }
    pub(super) fn list_with_everyone(&self) -> Option<&str> {
        let n = self.n_documented();
        (0..self.lists.len()).find(|i| self.n_on_list(*i) == n).map(|i| self.lists[i].as_str())
    }
    /// Lists of which every person is on another one too, and that one; of two alike the second. Where that list bears few, chance alone does it.
    pub(super) fn lists_inside_others(&self) -> Vec<(&str, &str)> {
        let lists = 0..self.lists.len();
        let size = |list: usize| self.n_on_list(list);
        let is_inside = |inside: usize, around: usize| {
            size(inside) >= FEWEST_INSIDE
                && (size(inside), around) < (size(around), inside)
                && self.n_on_all(1 << inside | 1 << around) == size(inside)
        };
        let pairs = lists.clone().flat_map(|inside| lists.clone().map(move |around| (inside, around)));
        let pairs = pairs.filter(|(inside, around)| inside != around && is_inside(*inside, *around));
        pairs.map(|(inside, around)| (self.lists[inside].as_str(), self.lists[around].as_str())).collect()
    }
    /// Those on one list, by the other lists, and how many of them are on no other: a population of known size. `None` where
    /// nobody is on another list as well.
    pub(super) fn held_by(&self, list: usize) -> Option<(Self, u64)> {
        let below = (1u64 << list) - 1;
        let others = |pattern: u64| (pattern & below) | ((pattern >> 1) & !below);
        let on = self.counts.iter().filter(|(pattern, _)| pattern >> list & 1 == 1);
        let (alone, both): (Vec<_>, Vec<_>) =
            on.map(|(pattern, n)| (others(*pattern), *n)).partition(|(pattern, _)| *pattern == 0);
        let lists = self.lists.iter().enumerate().filter(|(i, _)| *i != list).map(|(_, name)| name.clone()).collect();
        let table = Self::new(lists, both).ok()?;
        Some((table.without_empty_lists().0, alone.iter().map(|(_, n)| n).sum()))
    }
    /// The same with its lists in the order of their names: however the table was written, the same draws.
    pub(super) fn by_name(&self) -> Self {
        let mut order: Vec<usize> = (0..self.lists.len()).collect();
        order.sort_by(|a, b| self.lists[*a].cmp(&self.lists[*b]));
        let moved =
            |pattern: u64| order.iter().enumerate().fold(0, |new, (to, from)| new | ((pattern >> from & 1) << to));
        let mut counts: Vec<(u64, u64)> = self.counts.iter().map(|(pattern, n)| (moved(*pattern), *n)).collect();
        counts.sort_unstable();
        Self { lists: order.iter().map(|list| self.lists[*list].clone()).collect(), counts }
    }

    /// The table without lists that bear nobody, and the names of these.
    pub(super) fn without_empty_lists(&self) -> (Self, Vec<String>) {
        let (kept, empty): (Vec<usize>, Vec<usize>) = (0..self.lists.len()).partition(|i| self.n_on_list(*i) > 0);
        let moved =
            |pattern: u64| kept.iter().enumerate().fold(0, |new, (to, from)| new | ((pattern >> from & 1) << to));
        let names = |which: &[usize]| which.iter().map(|i| self.lists[*i].clone()).collect();
        let counts = self.counts.iter().map(|(pattern, n)| (moved(*pattern), *n)).collect();
        (Self { lists: names(&kept), counts }, names(&empty))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refuse(text: &str) -> String {
        PatternTable::parse_csv(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn a_table_is_read_and_duplicate_patterns_are_added_up() {
        let table = PatternTable::parse_csv(b"\"a\",b,count\n1,0,5\n0,1,4\n1,1,2\n1,0,1\n0,0,0\n").unwrap();
        assert_eq!(table.lists, ["a", "b"]);
        assert_eq!(table.counts, [(1, 6), (2, 4), (3, 2)]);
    }

    #[test]
    fn semicolons_tabs_and_a_byte_order_mark_are_read() {
        let plain = PatternTable::parse_csv(b"a,b,count\n1,0,5\n1,1,2\n").unwrap();
        for text in
            ["a;b;count\n1;0;5\n1;1;2\n", "a\tb\tcount\n1\t0\t5\n1\t1\t2\n", "\u{feff}a,b,Count\r\n1,0,5\r\n1,1,2\r\n"]
        {
            assert_eq!(PatternTable::parse_csv(text.as_bytes()), Ok(plain.clone()), "{text}");
        }
        assert!(refuse("a,b,count,count\n1,0,5,5\n").contains("twice"));
        assert!(refuse("\"\",a,b,count\n1,1,0,5\n").contains("no name"));
        assert!(refuse("a;b;count\n1;0;2,5\n").contains("not a number"));
    }

    #[test]
    fn counts_as_r_writes_them_are_read() {
        let table = PatternTable::parse_csv(b"a,b,count\n1,0,1e+05\n0,1,2.0\n1,1,3\n").unwrap();
        assert_eq!(table.counts, [(1, 100_000), (2, 2), (3, 3)]);
        assert!(refuse("a,b,count\n1,0,1e99\n").contains("2^53"));
    }

    #[test]
    fn a_table_that_cannot_be_estimated_from_is_refused_with_a_sentence() {
        assert!(refuse("a,b,count\n1,0,-3\n").contains("negative"));
        assert!(refuse("a,b,count\n1,0,2.5\n").contains("fractional"));
        assert!(refuse("a,b,count\n1,0,many\n").contains("not a number"));
        assert!(refuse("a,b,count\n1,0,\n").contains("missing"));
        assert!(refuse("a,b,count\n1,2,3\n").contains("neither 0 nor 1"));
        assert!(refuse("a,count\n1,3\n").contains("1 list"));
        assert!(refuse("a,b,count\n1,0,0\n").contains("every count is zero"));
        assert!(refuse("a,b,count\n0,0,7\n").contains("on no list"));
        assert!(refuse("a,b\n0,1\n").contains("no column named count"));
        assert!(refuse("a,a,count\n0,1,1\n").contains("twice"));
        assert!(refuse("a,b,count\n0,1\n").contains("not readable"));
        assert!(refuse("a,b,count\n0,1,18446744073709551615\n1,0,5\n").contains("2^53"));
        assert!(refuse("").contains("count"));
        let latin1 = PatternTable::parse_csv(b"caf\xe9,b,count\n1,0,3\n").unwrap_err().to_string();
        assert!(latin1.contains("UTF-8"), "{latin1}");
        let twelve: Vec<String> = (0..12).map(|i| format!("l{i}")).collect();
        assert!(refuse(&format!("{},count\n", twelve.join(","))).contains("12 lists"));
    }
}
