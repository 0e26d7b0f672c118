//! The log on disk (C2SP tlog-tiles): `tile/<L>/<N>[.p/<W>]` holds 256 or W hashes of complete subtrees of height 8 L;
//! `tile/entries/<N>[.p/<W>]` holds the entries, each after its length as two bytes, big-endian.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::disk::Disk;
use crate::merkle::{Tree, leaf_hash};
use crate::{EvidenceError, Result, files};

pub const TILE_WIDTH: u64 = 256;
/// A length is two bytes.
pub const ENTRY_BYTES_AT_MOST: usize = 65_535;

/// `1234067` as `x001/x234/067`.
fn number(n: u64) -> String {
    let mut text = format!("{:03}", n % 1000);
    let mut rest = n / 1000;
    while rest > 0 {
        text = format!("x{:03}/{text}", rest % 1000);
        rest /= 1000;
    }
    text
}

/// Path of a tile of `width` hashes (256 is whole), relative to the log. Level `None` is a bundle of entries.
pub fn tile_path(level: Option<u32>, index: u64, width: u64) -> String {
    let level = level.map_or_else(|| "entries".to_owned(), |l| l.to_string());
    let part = if width == TILE_WIDTH { String::new() } else { format!(".p/{width}") };
    format!("tile/{level}/{}{part}", number(index))
}

/// Tiles that a log of `size` entries has at a level: index and width.
pub fn tiles_at(size: u64, level: u32) -> impl Iterator<Item = (u64, u64)> {
    let nodes = size.checked_shr(8 * level).unwrap_or(0);
    let part = (!nodes.is_multiple_of(TILE_WIDTH)).then_some((nodes / TILE_WIDTH, nodes % TILE_WIDTH));
    (0..nodes / TILE_WIDTH).map(|n| (n, TILE_WIDTH)).chain(part)
}

/// Bytes of a tile of hashes.
pub fn tile_bytes(tree: &Tree, level: u32, index: u64, width: u64) -> Vec<u8> {
    let start = (index * TILE_WIDTH) as usize;
    tree.level(8 * level as usize)[start..start + width as usize].concat()
}

/// Parts a bundle into entries; `None` when it is torn, or holds more than a tile can.
pub fn read_bundle(mut bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut entries = Vec::new();
    while let [a, b, rest @ ..] = bytes {
        let (entry, after) = rest.split_at_checked(usize::from(u16::from_be_bytes([*a, *b])))?;
        entries.push(entry);
        bytes = after;
        if entries.len() as u64 > TILE_WIDTH {
            return None;
        }
    }
    bytes.is_empty().then_some(entries)
}

fn write_tile(disk: &dyn Disk, dir: &Path, path: &str, bytes: &[u8]) -> Result<()> {
    let path = dir.join(path);
    if let Some(parent) = path.parent() {
        disk.make_dir(parent).map_err(EvidenceError::io("could not make", parent))?;
    }
    files::replace(disk, &path, bytes)
}

/// Removes the partial tiles of one index, which a wider one replaces.
fn drop_partial(disk: &dyn Disk, dir: &Path, level: Option<u32>, index: u64, but: u64) {
    let folder: PathBuf = dir.join(tile_path(level, index, 1));
    let Some(folder) = folder.parent() else { return };
    // A partial tile that stays is allowed by the specification; failing to remove it harms nothing.
    for path in disk.list(folder).unwrap_or_default() {
        if path.file_name().and_then(|n| n.to_str()) != Some(&but.to_string()) {
            let _ = disk.remove(&path);
        }
    }
}

/// How many of the first `size` entries have sound tiles: a multiple of 256 at or before the first tile that is
/// missing or is not what the tree gives, or the tree's whole size when all are sound.
pub fn sound_until(disk: &dyn Disk, dir: &Path, tree: &Tree, size: u64) -> u64 {
    let size = size.min(tree.len());
    let is = |path: String, good: &dyn Fn(&[u8]) -> bool| disk.read(&dir.join(path)).is_ok_and(|bytes| good(&bytes));
    let bad = tiles_at(size, 0).collect::<Vec<_>>().into_par_iter().find_first(|&(index, width)| {
        let wanted = &tree.level(0)[(index * TILE_WIDTH) as usize..][..width as usize];
        let bundle = |bytes: &[u8]| {
            read_bundle(bytes).is_some_and(|entries| {
                entries.len() == wanted.len()
                    && entries.iter().zip(wanted).all(|(entry, hash)| leaf_hash(entry) == *hash)
            })
        };
        !is(tile_path(None, index, width), &bundle)
            || !is(tile_path(Some(0), index, width), &|bytes| bytes == tile_bytes(tree, 0, index, width))
    });
    let mut sound = bad.map_or(size, |(index, _)| index * TILE_WIDTH);
    for level in 1..8 {
        let same =
            |index, width| is(tile_path(Some(level), index, width), &|b| b == tile_bytes(tree, level, index, width));
        if let Some((index, _)) = tiles_at(size, level).find(|&(index, width)| !same(index, width)) {
            sound = sound.min((index * TILE_WIDTH) << (8 * level));
        }
    }
    sound
}

/// Writes the tiles that a log grown from `old` entries to the whole of `tree` needs. `entries(i)` gives entry `i`,
/// asked in order from the first of the first bundle written.
pub fn write_tiles(
    disk: &dyn Disk,
    dir: &Path,
    tree: &Tree,
    old: u64,
    mut entries: impl FnMut(u64) -> Result<Vec<u8>>,
) -> Result<()> {
    let size = tree.len();
    for (index, width) in tiles_at(size, 0).skip((old / TILE_WIDTH) as usize) {
        let mut bundle = Vec::new();
        for at in index * TILE_WIDTH..index * TILE_WIDTH + width {
            let entry = entries(at)?;
            bundle.extend((entry.len() as u16).to_be_bytes());
            bundle.extend(entry);
        }
        write_tile(disk, dir, &tile_path(None, index, width), &bundle)?;
        drop_partial(disk, dir, None, index, width);
    }
    for level in 0..8 {
        if size >> (8 * level) == 0 {
            break;
        }
        let known = (old >> (8 * level)) / TILE_WIDTH;
        for (index, width) in tiles_at(size, level).skip(known as usize) {
            write_tile(disk, dir, &tile_path(Some(level), index, width), &tile_bytes(tree, level, index, width))?;
            drop_partial(disk, dir, Some(level), index, width);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tile_is_where_the_specification_says() {
        assert_eq!(tile_path(Some(0), 0, 256), "tile/0/000");
        assert_eq!(tile_path(Some(1), 1_234_067, 256), "tile/1/x001/x234/067");
        assert_eq!(tile_path(None, 2, 88), "tile/entries/002.p/88");
        assert_eq!(tiles_at(600, 0).collect::<Vec<_>>(), [(0, 256), (1, 256), (2, 88)]);
        assert_eq!(tiles_at(600, 1).collect::<Vec<_>>(), [(0, 2)]);
        assert_eq!(tiles_at(0, 0).count(), 0);
    }

    #[test]
    fn a_torn_bundle_is_not_read() {
        assert_eq!(read_bundle(&[0, 1, b'a', 0, 0]).unwrap(), [b"a".as_slice(), b""]);
        assert!(read_bundle(&[0, 2, b'a']).is_none());
        assert!(read_bundle(&[0]).is_none());
        assert_eq!(read_bundle(&[0; 512]).map(|entries| entries.len()), Some(256));
        assert!(read_bundle(&[0; 514]).is_none(), "257 empty entries are no bundle");
    }
}
