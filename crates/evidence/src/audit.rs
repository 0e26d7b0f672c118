//! Audit of a public log in a folder: every entry is hashed again, every tile compared, the root checked against the
//! signed checkpoint. Nothing in the folder is believed but the key.

use std::path::Path;

use rayon::prelude::*;

use crate::entry::{EntryKind, Leaf};
use crate::files;
use crate::merkle::{Hash, Tree, leaf_hash};
use crate::note::{Checkpoint, Verifier};
use crate::tiles::{TILE_WIDTH, read_bundle, tile_bytes, tile_path, tiles_at};

/// A log that holds.
pub struct Log {
    pub checkpoint: Checkpoint,
    pub note: String,
    pub leaves: Vec<Vec<u8>>,
    /// Entries withdrawn: which, and the entry that says so.
    pub withdrawn: Vec<(u64, u64)>,
    pub tree: Tree,
}

impl Log {
    /// When an entry was recorded, seconds since 1970.
    pub fn time_of(&self, index: u64) -> Option<i64> {
        let leaf = self.leaves.get(usize::try_from(index).ok()?)?;
        Some(Leaf::parse(leaf)?.time)
    }
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

/// No log that is kept as files is so long. A checkpoint that signs more is not believed.
const ENTRIES_AT_MOST: u64 = 1 << 32;
/// Bundles read and hashed side by side.
const BUNDLES_AT_ONCE: usize = 256;

struct Bundle {
    entries: Vec<Vec<u8>>,
    hashes: Vec<Hash>,
    /// The entry that each withdraws, where it does.
    redacts: Vec<Option<u64>>,
}

/// Reads a bundle, hashes its entries and compares them with their tile at once, so that a flipped bit is told with the
/// file that it is in.
fn bundle(dir: &Path, (index, width): (u64, u64)) -> Result<Bundle, Fault> {
    let path = tile_path(None, index, width);
    let bytes = read(dir, &path)?;
    let entries = read_bundle(&bytes).filter(|e| e.len() as u64 == width);
    let entries = entries.ok_or_else(|| wrong(&path, "it does not hold the entries that it should"))?;
    let hashes: Vec<Hash> = entries.iter().map(|entry| leaf_hash(entry)).collect();
    let tile = tile_path(Some(0), index, width);
    if read(dir, &tile)? != hashes.concat() {
        return Err(wrong(&tile, format!("it and {path} do not belong together")));
    }
    let mut redacts = Vec::with_capacity(entries.len());
    for entry in &entries {
        let leaf = Leaf::parse(entry).ok_or_else(|| wrong(&path, "an entry in it is not one"))?;
        redacts.push(leaf.parent.filter(|_| leaf.kind == EntryKind::Redact));
    }
    Ok(Bundle { entries: entries.into_iter().map(<[u8]>::to_vec).collect(), hashes, redacts })
}

pub fn audit(dir: &Path, verifier: &Verifier, progress: &dyn Fn(&str, u64, u64)) -> Result<Log, Fault> {
    let note = String::from_utf8(read(dir, "checkpoint")?).map_err(|_| wrong("checkpoint", "it is not text"))?;
    let checkpoint = Checkpoint::open(&note, verifier).map_err(|e| wrong("checkpoint", e.to_string()))?;
    if checkpoint.size > ENTRIES_AT_MOST {
        return Err(wrong("checkpoint", format!("it signs {} entries, and no log has so many", checkpoint.size)));
    }
    let (mut tree, mut leaves, mut withdrawn) = (Tree::default(), Vec::new(), Vec::new());
    // What it signs allocates nothing: a tile that is not here ends it.
    let mut bundles = tiles_at(checkpoint.size, 0);
    loop {
        let part: Vec<(u64, u64)> = bundles.by_ref().take(BUNDLES_AT_ONCE).collect();
        if part.is_empty() {
            break;
        }
        let read: Vec<Result<Bundle, Fault>> = part.par_iter().map(|&at| bundle(dir, at)).collect();
        for (bundle, (index, width)) in read.into_iter().zip(&part) {
            let bundle = bundle?;
            for (hash, redacts) in bundle.hashes.into_iter().zip(bundle.redacts) {
                if let Some(parent) = redacts {
                    withdrawn.push((parent, tree.len()));
                }
                tree.push(hash);
            }
            leaves.extend(bundle.entries);
            progress("log entries", (index * TILE_WIDTH) + width, checkpoint.size);
        }
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
    Ok(Log { checkpoint, note, leaves, withdrawn, tree })
}
