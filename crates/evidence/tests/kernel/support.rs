//! Journals in temporary folders, and where the shared vectors are.

use std::path::{Path, PathBuf};

use evidence::{EntryKind, Journal, NewEntry, SigningKey};

pub const ORIGIN: &str = "log.test.invalid/evidence";

pub fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

/// Not random: tests only.
pub fn entropy() -> impl FnMut(&mut [u8]) {
    let mut next = 0u8;
    move |bytes| {
        for byte in bytes {
            next = next.wrapping_mul(31).wrapping_add(17);
            *byte = next;
        }
    }
}

pub fn entries(n: usize) -> Vec<NewEntry> {
    (0..n)
        .map(|i| NewEntry {
            kind: EntryKind::Derive,
            parent: None,
            fields: vec![
                ("name".into(), format!("\"invented {i}\"").into_bytes()),
                ("secret".into(), format!("\"CANARY {i}\"").into_bytes()),
            ],
        })
        .collect()
}

pub fn journal(dir: &Path, batches: &[usize]) -> Journal {
    let mut journal = Journal::create(dir, ORIGIN, key()).unwrap();
    for (at, n) in batches.iter().enumerate() {
        journal.append(entries(*n), 1000 + at as i64, &mut entropy()).unwrap();
    }
    journal
}

pub fn shared() -> PathBuf {
    let shared = std::env::var_os("TAWTHIQ_SHARED").map(PathBuf::from);
    shared.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"))
}

/// The folder of golden vectors, or a line that says what was not run.
pub fn vectors(what: &str) -> Option<PathBuf> {
    let dir = shared().join("evidence/vectors/log");
    if !dir.is_dir() {
        println!("not run: {what}: {} is not here", dir.display());
        return None;
    }
    Some(dir)
}

pub fn files(dir: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { all.push(path) }
        }
    }
    all.sort();
    all
}
