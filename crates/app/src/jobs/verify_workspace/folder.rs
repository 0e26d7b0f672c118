//! What lies in the folder of a workspace beside what the journal says: files, keys, rights, the last release.

use std::collections::BTreeSet;
use std::path::Path;

use domain::Sha256Digest;
use evidence::{CheckState, EvidenceError, VerifyReport, tiles};

use super::{Expected, MOST_TOLD};
use crate::anchors;
use crate::refusal::Outcome;
use crate::workspace;

/// Originals that no entry names: an import that was refused or cut short kept them and recorded nothing.
pub(super) fn leftovers(report: &mut VerifyReport) {
    let digest = |path: &String| Sha256Digest::from_hex(&path.strip_prefix("originals/")?.replacen('/', "", 1));
    let left: Vec<String> = report.strangers.iter().filter_map(digest).map(|digest| digest.hex()).collect();
    if !left.is_empty() {
        let told: Vec<&str> = left.iter().take(MOST_TOLD).map(String::as_str).collect();
        let detail = format!(
            "{} originals are named by no entry: an import kept them that was refused or cut short. Import the file again, or \
             destroy it with redact SHA256 --original: {}",
            left.len(),
            told.join(", ")
        );
        report.check("leftovers", true, detail);
    }
}

/// Whether it can be read where the last release went, and whom it showed is as it was kept: the next one goes on from there.
pub(super) fn last_release(report: &mut VerifyReport, dir: &Path) {
    if let (Ok(Some(last)), Ok(key)) =
        (workspace::Workspace::last_release(dir), evidence::keys::load(&dir.join(workspace::SIGNING_KEY)))
        && !workspace::Workspace::persons_as_kept(dir, &key)
    {
        let why = format!("{} and its code do not belong together, or one is gone", workspace::LAST_PERSONS);
        return match workspace::Workspace::last_summary(dir, Some(&key)) {
            Ok(_) => {
                let found = format!(
                    "it is in {}; {why}: the next publish goes by that release and makes both again",
                    last.display()
                );
                report.found("last release", CheckState::Note, found);
            }
            Err(refusal) => {
                report.check("last release", false, why);
                report.bad(workspace::LAST_PERSONS, refusal.to_string());
            }
        };
    }
    match workspace::Workspace::last_release(dir) {
        Ok(None) => {}
        Ok(Some(last)) if last.is_dir() => report.check("last release", true, format!("it is in {}", last.display())),
        Ok(Some(last)) => report.check("last release", true, format!("it is not in {} any more", last.display())),
        Err(refusal) => {
            report.check("last release", false, refusal.to_string());
            report.bad(workspace::LAST_RELEASE, refusal.to_string());
        }
    }
}

/// Whether the signing key, where it may be read, is that of the public key.
pub(super) fn signing_key(report: &mut VerifyReport, dir: &Path) -> Outcome<()> {
    let why = match evidence::keys::load(&dir.join(workspace::SIGNING_KEY)) {
        Ok(key) => workspace::other_key(dir, &key)?,
        Err(error @ EvidenceError::Key(_)) => Some(error.to_string()),
        // Who verifies need not be allowed to read it.
        Err(_) => None,
    };
    if let Some(why) = why {
        report.check("signing key", false, why.clone());
        report.bad(workspace::SIGNING_KEY, why);
    }
    Ok(())
}

/// What others on this machine may read or write: it is told, since whoever keeps the workspace may have let them, and is no
/// fault.
pub(super) fn open_to_others(report: &mut VerifyReport, dir: &Path) {
    use std::os::unix::fs::PermissionsExt;
    // Who may open the lock may hold it.
    const RESTRICTED: [&str; 8] = [
        workspace::SIGNING_KEY,
        "tawthiq.toml",
        "casebase.sqlite",
        "journal/segments",
        "journal/lock/held",
        "originals",
        "imports",
        "cache",
    ];
    // Who may write a folder may put another file in the place of one in it.
    const KEPT: [&str; 16] = [
        ".",
        "keys",
        workspace::SIGNING_KEY,
        "log.vkey",
        "tawthiq.toml",
        anchors::POLICY,
        "casebase.sqlite",
        "journal",
        "journal/segments",
        "journal/lock",
        "journal/lock/checkpoint",
        "journal/lock/held",
        "journal/log",
        "originals",
        "imports",
        "anchors",
    ];
    let lets = |path: &&str, whom: u32| {
        std::fs::metadata(dir.join(path)).is_ok_and(|about| about.permissions().mode() & whom != 0)
    };
    let read: Vec<&str> = RESTRICTED.into_iter().filter(|path| lets(path, 0o077)).collect();
    let written: Vec<&str> = KEPT.into_iter().filter(|path| lets(path, 0o022)).collect();
    let mut said = Vec::new();
    if !read.is_empty() {
        said.push(format!("others on this machine may be let into {}", read.join(", ")));
    }
    if !written.is_empty() {
        said.push(format!("others on this machine may WRITE {}", written.join(", ")));
    }
    let detail = match said.is_empty() {
        true => "nobody but its owner may read what is restricted, or write anything".to_owned(),
        false => {
            format!("{}. Where that is not meant: chmod -R go-rwx, and the folder of the workspace", said.join("; "))
        }
    };
    report.check("rights", true, detail);
}

/// The tiles of a log of so many entries; narrower ones of the same place may stay.
pub(super) fn log_files(entries: u64) -> BTreeSet<String> {
    let level = |level: Option<u32>| {
        let tiles = tiles::tiles_at(entries, level.unwrap_or(0));
        tiles.map(move |(index, width)| tiles::tile_path(level, index, width))
    };
    std::iter::once(None).chain((0..8).map(Some)).flat_map(level).collect()
}

/// True of the files that a workspace is made of.
pub(super) fn belongs(path: &str, expected: &Expected, tiles: &BTreeSet<String>) -> bool {
    const ALONE: [&str; 13] = [
        "tawthiq.toml",
        workspace::PUBLIC_KEY,
        workspace::SIGNING_KEY,
        anchors::POLICY,
        workspace::LAST_RELEASE,
        workspace::LAST_PERSONS,
        workspace::LAST_PERSONS_CODE,
        "casebase.sqlite",
        "casebase.sqlite-wal",
        "casebase.sqlite-shm",
        "journal/lock/checkpoint",
        "journal/lock/withdrawn",
        "journal/lock/held",
    ];
    let under = |folder: &str| path.strip_prefix(folder);
    if let Some(name) = under("journal/segments/") {
        return name.strip_suffix(".seg").is_some_and(|first| first.len() == 12 && first.parse::<u64>().is_ok());
    }
    if let Some(inside) = under("journal/log/") {
        let is_narrower = || {
            let (place, width) = inside.split_once(".p/")?;
            width.parse::<u8>().ok()?;
            tiles.range(place.to_owned()..).next().filter(|next| next.starts_with(place))
        };
        return inside == "checkpoint" || tiles.contains(inside) || is_narrower().is_some();
    }
    if let Some(name) = under("originals/") {
        return Sha256Digest::from_hex(&name.replacen('/', "", 1)).is_some_and(|digest| {
            expected.originals.contains_key(&digest)
                || expected.derived.contains_key(&digest)
                || expected.thumbnails.contains_key(&digest)
        });
    }
    if let Some(inside) = under("imports/") {
        return inside.strip_suffix("/rejected.csv").is_some_and(|accession| expected.rejected.contains_key(accession));
    }
    // Reports and what is kept to be quick are made again from the journal; nobody is shown them as proof.
    under("anchors/").is_some_and(evidence::is_anchor)
        || under("cache/").is_some()
        || path.starts_with("report-") && path.contains('/')
        || ALONE.contains(&path)
}
