//! `tawthiq link FILE...`: lists in, pairs and clusters out, without a workspace.
//!
//! Rows are packed as they are read and not held, so that memory is bounded by records and kept pairs.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use domain::{PartyTable, PlaceTable};
use linkage::{
    Decisions, Fields, LinkRecord, LinkRun, LinkageError, ModelFile, PeopleReader, RecordSet, RowSpec, Settings,
    Unread, VictimsReader,
};
use rustc_hash::FxHashMap;

use crate::cli::LinkArguments;
use crate::jobs::link::{given_model, set_threads, settings, store_model};
use crate::jobs::link_report;
use crate::refusal::{Outcome, Refusal};
use crate::tables;
use crate::terminal::{Progress, say};

pub fn run(arguments: &LinkArguments) -> Outcome<()> {
    set_threads(arguments)?;
    let settings = settings(arguments)?;
    refuse_one_list(arguments, settings.link_only)?;
    let mut reader = Reader::new(&settings);
    for (list, path) in arguments.files.iter().enumerate() {
        let list = u32::try_from(list).map_err(|_| Refusal::new("too many lists; nothing was linked"))?;
        reader.load(path, list)?;
    }
    reader.check_columns()?;
    let Reader { mut records, facts, unread, firsts, .. } = reader;
    let lacking = linkage::facts_lacking(facts);
    if !lacking.is_empty() {
        say(format!("no record bears {}: nothing is compared by it", lacking.join(", or ")));
    }
    let given = given_model(arguments, &settings, facts)?;
    let progress = Progress::new();
    let tick = |s: &str, d: u64, t: u64| progress.at(s, d, t);
    let model = given.as_ref().map(|file| &file.model);
    let run = linkage::link_set(&mut records, &settings, &Decisions::default(), model, &tick);
    let run = run.map_err(|error| twice(error, &records, &firsts, &arguments.files))?;
    drop(progress);
    store(arguments, &records, &run)?;
    if let Some(path) = &arguments.report {
        link_report::store(path, &run, &unread)?;
    }
    let file = given.unwrap_or_else(|| ModelFile::new(&settings, &run.model, records.len() as u64, facts));
    store_model(arguments, &file)?;
    link_report::tell_rules(&run);
    run.warnings().into_iter().for_each(say);
    say(format!(
        "linked {} records of {}: {} pairs compared, {} at or above {} %, {} clusters",
        records.len(),
        lists(arguments.files.len()),
        run.report.candidate_pairs,
        run.pairs.len(),
        settings.keep_probability * 100.0,
        run.report.clusters
    ));
    Ok(())
}

pub fn lists(n: usize) -> String {
    if n == 1 { "1 list".to_owned() } else { format!("{n} lists") }
}

/// Refuses to compare lists with each other where there is one.
pub fn refuse_one_list(arguments: &LinkArguments, link_only: bool) -> Outcome<()> {
    match link_only && arguments.files.len() < 2 {
        true => {
            Err(Refusal::new("link-only compares lists with each other, and one list was named; nothing was linked"))
        }
        false => Ok(()),
    }
}

/// Where the two records stand that bear one id.
fn twice(error: LinkageError, records: &RecordSet, firsts: &[usize], files: &[PathBuf]) -> Refusal {
    let LinkageError::IdTwice(id) = &error else { return error.into() };
    let row = |at: usize| {
        let file = firsts.partition_point(|first| *first <= at).saturating_sub(1);
        let (name, first) = (files.get(file).map(|f| f.display().to_string()), firsts.get(file).copied());
        // The header is row 1.
        format!("{}, row {}", name.unwrap_or_default(), at - first.unwrap_or(0) + 2)
    };
    let places: Vec<String> = (0..records.len()).filter(|at| records.id(*at as u32) == id).take(2).map(row).collect();
    Refusal::new(format!(
        "two records bear the id {id:?} ({}); nothing was linked. Ids must differ across all lists: put the list's name before them, such as a-{id}",
        places.join("; ")
    ))
}

enum Rows {
    Victims(Box<VictimsReader>),
    People(Box<PeopleReader>),
}

impl Rows {
    fn pack(&mut self, row: &Fields<&str>, list: u32, set: &mut RecordSet) -> Result<u16, LinkageError> {
        match self {
            Self::Victims(reader) => reader.pack(row, list, set),
            Self::People(reader) => reader.pack(row, list, set),
        }
    }

    fn take_unread(&mut self) -> Vec<Unread> {
        match self {
            Self::Victims(reader) => reader.take_unread(),
            Self::People(reader) => reader.take_unread(),
        }
    }
}

struct Reader<'a> {
    settings: &'a Settings,
    rows: Rows,
    records: RecordSet,
    /// Position of each file's first record.
    firsts: Vec<usize>,
    /// What the records bear, all together.
    facts: u16,
    /// What could not be read, in sentences.
    unread: Vec<String>,
    /// Fields that the settings name columns for, and that no file had so far.
    not_found: BTreeSet<&'a str>,
}

impl<'a> Reader<'a> {
    fn new(settings: &'a Settings) -> Self {
        let formats = &settings.date_formats;
        let rows = match settings.spec {
            RowSpec::People => Rows::People(Box::new(PeopleReader::with_date_formats(formats))),
            RowSpec::Victims => {
                let reader = VictimsReader::new(PlaceTable::syria(), PartyTable::syria());
                Rows::Victims(Box::new(reader.with_date_formats(formats)))
            }
        };
        let not_found = settings.columns.keys().map(String::as_str).collect();
        Self { settings, rows, records: RecordSet::new(), firsts: Vec::new(), facts: 0, unread: Vec::new(), not_found }
    }

    fn load(&mut self, path: &Path, list: u32) -> Outcome<()> {
        self.firsts.push(self.records.len());
        let Self { settings, rows, records, facts, not_found, .. } = self;
        tables::each_row(path, |header| {
            let (columns, unused) = columns(header, settings);
            let is_id = |name: &str| LinkRecord::ID_COLUMNS.contains(&name);
            if !columns.keys().any(|name| is_id(name)) {
                return Err(Refusal::new(format!(
                    "{} has no record_id or rec_id column; nothing was linked. Its columns: {}",
                    path.display(),
                    header.join(", ")
                )));
            }
            if columns.keys().all(|name| is_id(name)) {
                return Err(Refusal::new(format!(
                    "{} has no column but the id that this spec reads; nothing was linked. Name its columns in a settings file \
                     (--spec FILE.toml). Its columns: {}",
                    path.display(),
                    header.join(", ")
                )));
            }
            if !unused.is_empty() {
                say(format!("{}: not used: {}", path.display(), unused.join(", ")));
            }
            not_found.retain(|field| !columns.contains_key(*field));
            let places: Fields<Vec<usize>> = linkage::columns(settings.spec)
                .map(|names| names.iter().filter_map(|name| columns.get(*name)).flatten().copied().collect());
            records.note_columns(&places.map(|places| places.iter().map(|at| header[*at].as_str()).collect()));
            let mut row_number = 1u64;
            Ok(move |cells: &tables::Cells<'_>| {
                row_number += 1;
                let value = |places: &Vec<usize>| places.iter().map(|at| trimmed(cells(*at))).find(|v| !v.is_empty());
                let row = places.map(|places| value(places).unwrap_or(""));
                let refuse = |e| Refusal::new(format!("{}, row {row_number}: {e}", path.display()));
                *facts |= rows.pack(&row, list, records).map_err(refuse)?;
                Ok(())
            })
        })?;
        let read = self.records.len() - self.firsts.last().copied().unwrap_or(0);
        for Unread { column, values, example, day_first } in self.rows.take_unread() {
            let what = match day_first {
                false => "could not be read and count as missing",
                true => {
                    "were read as day, month, year; a settings file (--spec FILE.toml) says otherwise with date_formats"
                }
            };
            let line = format!("{}: {column}: {values} of {read} values, such as {example:?}, {what}", path.display());
            say(&line);
            self.unread.push(line);
        }
        Ok(())
    }

    /// Refuses a field whose columns no file has.
    fn check_columns(&self) -> Outcome<()> {
        let Some(field) = self.not_found.first() else { return Ok(()) };
        let names = self.settings.columns.get(*field).map(|names| names.join(", ")).unwrap_or_default();
        Err(Refusal::new(format!(
            "the settings read {field} from {names}, and no list has such a column; nothing was linked"
        )))
    }
}

/// As `str::trim` does it; most values begin and end with a letter, which is seen at once.
fn trimmed(value: &str) -> &str {
    // Of ASCII, or the first byte of an Arabic letter.
    let is_letter = |byte: u8| matches!(byte, b'!'..=b'~' | 0xd8..=0xdb);
    match value.as_bytes() {
        [first, .., before, last] if is_letter(*first) && (is_letter(*last) || matches!(before, 0xd8..=0xdb)) => value,
        _ => value.trim(),
    }
}

/// A column's name as fields are named.
fn plain(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-'], "_")
}

/// Where in the header each field of the spec stands, under the names that the settings give it, else its own, in capitals or not;
/// and the columns that are not read.
fn columns(header: &[String], settings: &Settings) -> (FxHashMap<String, Vec<usize>>, Vec<String>) {
    let mut out: FxHashMap<String, Vec<usize>> = FxHashMap::default();
    let is_read = |name: &str| LinkRecord::ID_COLUMNS.contains(&name) || linkage::is_read(settings.spec, name);
    for (at, name) in header.iter().map(|name| plain(name)).enumerate() {
        if is_read(&name) && !settings.columns.contains_key(&name) {
            out.entry(name).or_default().push(at);
        }
    }
    for (field, names) in &settings.columns {
        let place = |name: &String| {
            let exact = header.iter().position(|h| h == name);
            exact.or_else(|| header.iter().position(|h| plain(h) == plain(name)))
        };
        let places: Vec<usize> = names.iter().filter_map(place).collect();
        if !places.is_empty() {
            out.insert(field.clone(), places);
        }
    }
    let is_used = |at: usize| out.values().any(|places| places.contains(&at));
    let unused = header.iter().enumerate().filter(|(at, _)| !is_used(*at)).map(|(_, name)| name.clone()).collect();
    (out, unused)
}

fn store(arguments: &LinkArguments, records: &RecordSet, run: &LinkRun) -> Outcome<()> {
    let id = |i: u32| Cow::Borrowed(records.id(i));
    if let Some(path) = &arguments.pairs {
        let rows = run.pairs.chunks(64).flat_map(|pairs| {
            // The ids of many pairs are read at once, so that the reads from memory overlap.
            records.touch(pairs.iter().flat_map(|(a, b, _)| [*a, *b]));
            pairs.iter().map(|(a, b, p)| ([id(*a), id(*b)], f64::from(*p)))
        });
        tables::store_rows(path, ["id_l", "id_r"], Some("score"), rows)?;
    }
    if let Some(path) = &arguments.clusters {
        let rows = (0..).zip(&run.clusters).map(|(i, c)| ([id(i), Cow::Owned(c.to_string())], 0.0));
        tables::store_rows(path, ["id", "cluster_id"], None, rows)?;
    }
    Ok(())
}
