//! What the tests share.
#![allow(dead_code)]

pub mod workbook;

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::Command;

use domain::{AccessionId, Content, PartyTable, PlaceTable, RejectedRow, SourceId};
use intake::{Context, IntakeError, Mapping, Outcome, ReadReport, read};

pub struct Taken {
    pub items: Vec<Content>,
    pub rejected: Vec<RejectedRow>,
    pub report: ReadReport,
}

impl Taken {
    pub fn records(&self) -> Vec<&domain::Record> {
        self.items.iter().filter_map(|c| if let Content::Record(r) = c { Some(r) } else { None }).collect()
    }
    pub fn events(&self) -> Vec<&domain::Event> {
        self.items.iter().filter_map(|c| if let Content::Event(e) = c { Some(e) } else { None }).collect()
    }
    pub fn figures(&self) -> Vec<&domain::Figure> {
        self.items.iter().filter_map(|c| if let Content::Figure(f) = c { Some(f) } else { None }).collect()
    }
}

pub fn tables() -> (PlaceTable, PartyTable) {
    (PlaceTable::syria(), PartyTable::syria())
}

pub fn take_from(bytes: &[u8], mapping: &Mapping, skip_rows: u64) -> Result<Taken, IntakeError> {
    let (places, parties) = tables();
    let accession = AccessionId::new("a-test").unwrap();
    let source = mapping.source().unwrap_or_else(|| SourceId::new("invented").unwrap());
    let ctx = Context { places: &places, parties: &parties, accession, source };
    let (mut items, mut rejected) = (Vec::new(), Vec::new());
    let report = read("test", bytes, mapping, &ctx, skip_rows, &mut |_, outcome| {
        match outcome {
            Outcome::Item(item) => items.push(*item),
            Outcome::Rejected(row) => rejected.push(row),
        }
        ControlFlow::Continue(())
    })?;
    let came_out = (items.len() + rejected.len()) as u64;
    // Row 0 speaks of the file, so it is never among the rows skipped.
    let broken = rejected.iter().filter(|r| r.row == 0).count() as u64;
    assert_eq!(came_out + skip_rows.min(report.rows - broken), report.rows, "a row was dropped");
    Ok(Taken { items, rejected, report })
}

pub fn take(bytes: &[u8], mapping: &str) -> Taken {
    let mapping = Mapping::by_name(mapping).unwrap();
    take_from(bytes, &mapping, 0).unwrap()
}

/// A file of the shared data, unpacked; `None`, said aloud, when it is not here.
pub fn shared(path: &str) -> Option<Vec<u8>> {
    let root = match std::env::var_os("TAWTHIQ_SHARED") {
        Some(root) => PathBuf::from(root),
        None => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
    };
    let file = root.join(path);
    if !file.is_file() {
        println!("not run: {path} is not here");
        return None;
    }
    if path.ends_with(".gz") {
        let output = Command::new("gunzip").arg("-c").arg(&file).output().ok().filter(|o| o.status.success());
        if output.is_none() {
            println!("not run: {path} could not be unpacked with gunzip");
        }
        return output.map(|o| o.stdout);
    }
    std::fs::read(file).ok()
}

pub fn example(name: &str) -> Vec<u8> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/syria").join(name);
    std::fs::read(file).unwrap()
}
