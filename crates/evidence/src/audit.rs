//! Audit of a public log in a folder: every entry is hashed again, every tile compared, the root checked against the
//! signed checkpoint. Nothing in the folder is believed but the key.

use std::path::Path;

use crate::entry::{EntryKind, Leaf};
use crate::files;
use crate::merkle::{Tree, leaf_hash};
use crate::note::{Checkpoint, Verifier};
use crate::tiles::{TILE_WIDTH, read_bundle, tile_bytes, tile_path, tiles_at};

/// A log that holds.
pub struct Log {
    pub checkpoint: Checkpoint,
    pub note: String,
    pub leaves: Vec<Vec<u8>>,
    /// Entries withdrawn: which, and the entry that says so.
    pub withdrawn: Vec<(u64, u64)>,
}

/// What is wrong, and in which file; a file that is not there is told apart.
pub struct Fault {
    pub path: String,
    pub reason: String,
    pub is_missing: bool,
}

fn read(dir: &Path, path: &str) -> Result<Vec<u8>, Fault> {
    files::read_regular(&dir.join(path)).map_err(|error| Fault {
        path: format!("log/{path}"),
        reason: error.to_string(),
        is_missing: error.kind() == std::io::ErrorKind::NotFound,
    })
}

fn wrong(path: &str, reason: impl Into<String>) -> Fault {
    Fault { path: format!("log/{path}"), reason: reason.into(), is_missing: false }
}

pub fn audit(dir: &Path, verifier: &Verifier, progress: &dyn Fn(&str, u64, u64)) -> Result<Log, Fault> {
    let note = String::from_utf8(read(dir, "checkpoint")?).map_err(|_| wrong("checkpoint", "it is not text"))?;
    let checkpoint = Checkpoint::open(&note, verifier).map_err(|e| wrong("checkpoint", e.to_string()))?;
    let (mut tree, mut leaves, mut withdrawn) = (Tree::default(), Vec::new(), Vec::new());
    for (index, width) in tiles_at(checkpoint.size, 0) {
        let path = tile_path(None, index, width);
        let bytes = read(dir, &path)?;
        let entries = read_bundle(&bytes).filter(|e| e.len() as u64 == width);
        for entry in entries.ok_or_else(|| wrong(&path, "it does not hold the entries that it should"))? {
            tree.push(leaf_hash(entry));
            let leaf = Leaf::parse(entry).ok_or_else(|| wrong(&path, "an entry in it is not one"))?;
            if let (EntryKind::Redact, Some(parent)) = (leaf.kind, leaf.parent) {
                withdrawn.push((parent, leaves.len() as u64));
            }
            leaves.push(entry.to_vec());
        }
        // Compared at once, so that a flipped bit is told with the file that it is in.
        let tile = tile_path(Some(0), index, width);
        if read(dir, &tile)? != tile_bytes(&tree, 0, index, width) {
            return Err(wrong(&tile, format!("it and {path} do not belong together")));
        }
        progress("log entries", (index * TILE_WIDTH) + width, checkpoint.size);
    }
    for level in 1..8 {
        for (index, width) in tiles_at(checkpoint.size, level) {
            let path = tile_path(Some(level), index, width);
            if read(dir, &path)? != tile_bytes(&tree, level, index, width) {
                return Err(wrong(&path, "it is not what the entries give"));
            }
        }
    }
    if tree.root(checkpoint.size) != Some(checkpoint.root) {
        return Err(wrong("checkpoint", "the entries do not give the root that it signs"));
    }
    Ok(Log { checkpoint, note, leaves, withdrawn })
}
