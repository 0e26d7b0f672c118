//! What outsiders say about the log: witnesses, time-stamping authorities, OpenTimestamps calendars.
//!
//! In a workspace they lie under `anchors/<size of the log>/`: `checkpoint` with cosignatures, `stamped` (the bytes
//! that were stamped, never written again), `NAME.tsr`, `NAME.ots`; and `anchors/NAME.ca.pem`, the certificates under
//! which an authority is believed. Nothing else in the program needs the network.

pub mod http;
pub mod ots;
pub mod rfc3161;

use std::path::{Path, PathBuf};

use domain::Sha256Digest;
use evidence::{OutsideState, TimeChecker, TimeFound};

use crate::refusal::{Outcome, Refusal};

/// Reads stamps for `verify`. `ca` is a file of certificates (PEM) that the reader trusts, got another way.
pub struct Checker {
    pub ca: Option<Vec<u8>>,
}

impl TimeChecker for Checker {
    fn check(&self, file_name: &str, stamp: &[u8], stamped: &[u8], anchors: &Path) -> TimeFound {
        match file_name.rsplit_once('.') {
            Some((name, "tsr")) => self.token(name, stamp, stamped, anchors),
            _ => ots::check(stamp, stamped),
        }
    }
}

impl Checker {
    fn token(&self, name: &str, stamp: &[u8], stamped: &[u8], anchors: &Path) -> TimeFound {
        let found = |state, time, detail| TimeFound { state, time, detail };
        let (ca, whose) = match &self.ca {
            Some(ca) => (ca.clone(), "the certificates that you gave"),
            None => match std::fs::read(anchors.join(format!("{name}.ca.pem"))) {
                Ok(ca) => (ca, "certificates found beside it: compare them with the authority's own"),
                Err(_) => {
                    let why = match rfc3161::claimed(stamp, stamped) {
                        Err(why) => return found(OutsideState::Bad, None, why),
                        Ok(_) => "there are no certificates to check it under: give them with --tsa-ca",
                    };
                    return found(OutsideState::Unchecked, None, why.to_owned());
                }
            },
        };
        match rfc3161::verify(stamp, stamped, &ca) {
            Ok(token) => {
                let detail =
                    format!("{} stamped it at {}, under {whose}", token.signer, crate::terminal::utc(token.time));
                found(OutsideState::Good, Some(token.time), detail)
            }
            Err(rfc3161::Unproved::Untrusted(why)) if self.ca.is_some() => {
                let detail = format!("it was not checked: it is signed by somebody whom {whose} do not name ({why})");
                found(OutsideState::Untrusted, None, detail)
            }
            Err(why) => found(OutsideState::Bad, None, format!("it does not hold under {whose}: {why}")),
        }
    }
}

/// `anchors/<size>` of a workspace, made when it is not there.
pub fn dir(workspace: &Path, size: u64) -> Outcome<PathBuf> {
    let dir = workspace.join("anchors").join(size.to_string());
    std::fs::create_dir_all(&dir).map_err(|e| Refusal::io("could not make", &dir, e))?;
    Ok(dir)
}

pub fn read(path: &Path) -> Option<Vec<u8>> {
    std::fs::read(path).ok()
}

/// Writes a file so that it is there whole or not at all.
pub fn write(path: &Path, bytes: &[u8]) -> Outcome<()> {
    use evidence::disk::Disk;
    let tmp = path.with_extension("tmp");
    let put = evidence::disk::Folder.write_durable(&tmp, bytes).and_then(|()| std::fs::rename(&tmp, path));
    put.map_err(|e| Refusal::io("could not write", path, e))
}

/// The sizes of which there are anchors, ascending.
pub fn sizes(anchors: &Path) -> Vec<u64> {
    let listing = std::fs::read_dir(anchors).into_iter().flatten().flatten();
    let mut sizes: Vec<u64> = listing.filter_map(|e| e.file_name().to_str()?.parse().ok()).collect();
    sizes.sort_unstable();
    sizes
}

/// Files of one folder of anchors, in the order of their names.
fn files(folder: &Path) -> Vec<PathBuf> {
    let is_known = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        let known = name.is_some_and(|n| {
            n == "checkpoint" || n == "stamped" || [".tsr", ".ots", ".ca.pem"].iter().any(|end| n.ends_with(end))
        });
        known && path.is_file()
    };
    let listing = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = listing.map(|entry| entry.path()).filter(is_known).collect();
    files.sort_unstable();
    files
}

/// Copies the anchors of a workspace into a folder for outsiders.
pub fn copy(workspace: &Path, out: &Path, also: &dyn Fn(u64, &Path) -> Outcome<()>) -> Outcome<()> {
    let from = workspace.join("anchors");
    let copy_files = |from: &Path, to: &Path| -> Outcome<()> {
        for path in files(from) {
            let Some(name) = path.file_name() else { continue };
            std::fs::create_dir_all(to).map_err(|e| Refusal::io("could not make", to, e))?;
            std::fs::copy(&path, to.join(name)).map_err(|e| Refusal::io("could not copy", &path, e))?;
        }
        Ok(())
    };
    copy_files(&from, out)?;
    for size in sizes(&from) {
        let to = out.join(size.to_string());
        copy_files(&from.join(size.to_string()), &to)?;
        if to.is_dir() {
            also(size, &to)?;
        }
    }
    Ok(())
}

/// Over what [`copy`] copies.
pub fn digest(workspace: &Path) -> Outcome<Sha256Digest> {
    let from = workspace.join("anchors");
    let of_sizes = sizes(&from).into_iter().flat_map(|size| files(&from.join(size.to_string())));
    let mut all = Vec::new();
    for path in files(&from).into_iter().chain(of_sizes) {
        let bytes = std::fs::read(&path).map_err(|e| Refusal::io("could not read", &path, e))?;
        all.extend_from_slice(path.strip_prefix(&from).unwrap_or(&path).as_os_str().as_encoded_bytes());
        all.push(0);
        all.extend_from_slice(&Sha256Digest::of(&bytes).0);
    }
    Ok(Sha256Digest::of(&all))
}
