//! A whole command again, in a child that may read what it was given, write where it was told to, and nothing else.
//!
//! For commands that take files of outsiders and touch no workspace: `verify` of a release or a bundle, `diff`, `link FILE`,
//! `estimate --table`. The child has Landlock (these paths, no TCP, no other program), seccomp (no socket, no other
//! process), a ceiling on memory, processor time, the length of a file and open files, and an environment of a few names.
//! It uses threads, which is why it is not the child of [`super::ask`].

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::again::again;
use super::confine::{self, Ceiling};
use crate::outputs::{self, Output};
use crate::refusal::{Outcome, Refusal};

/// What a child may touch.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Bounds {
    /// Files, or folders with all that is in them.
    pub read: Vec<PathBuf>,
    /// Files that it writes; its parent begins them, and gives them their names once it has ended well.
    pub write: Vec<PathBuf>,
}

#[derive(Serialize, Deserialize)]
struct Told {
    read: Vec<PathBuf>,
    /// What it writes, by name and by where it is open.
    write: Vec<(PathBuf, PathBuf)>,
    ceiling: Ceiling,
    file_bytes: u64,
}

/// What the child may see of the environment: how to look and how many threads to use.
const SEEN: [&str; 8] =
    ["RAYON_NUM_THREADS", "TAWTHIQ_LOG", "SOURCE_DATE_EPOCH", "TERM", "COLUMNS", "NO_COLOR", "LANG", "RUST_BACKTRACE"];
const OPEN_FILES: u64 = 1024;

static IS_CHILD: OnceLock<()> = OnceLock::new();

/// Runs this command in a confined child and returns how it ended; nothing where this process is that child already.
pub fn within(bounds: Bounds) -> Outcome<Option<ExitCode>> {
    if IS_CHILD.get().is_some() || cfg!(not(target_os = "linux")) {
        return Ok(None);
    }
    let begun: Vec<Output> = bounds
        .write
        .iter()
        .map(|path| Output::start(path).map_err(|e| Refusal::io("nothing was done: could not write", path, e)))
        .collect::<Outcome<_>>()?;
    let places = begun.iter().map(|output| outputs::open_place(output.file()));
    let write = bounds.write.iter().cloned().zip(places).collect();
    let bytes: u64 = bounds.read.iter().map(|path| size(path)).sum();
    // Linking holds records and pairs, about sixty times their lists; the rest is the allocator's addresses and stacks.
    let memory_bytes = (16 << 30) + bytes.saturating_mul(64);
    let ceiling = Ceiling { memory_bytes, cpu_seconds: 3600 + (bytes >> 10) };
    let told = Told { read: bounds.read, write, ceiling, file_bytes: (1 << 30) + bytes.saturating_mul(64) };
    let told = serde_json::to_string(&told).map_err(|e| Refusal::new(format!("{e}; nothing was done")))?;
    let seen = SEEN.iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
    let status = again(super::WITHIN)
        .and_then(|mut command| command.arg(told).args(std::env::args_os().skip(1)).envs(seen).status());
    let status = status
        .map_err(|e| Refusal::new(format!("no process could be started to read it in ({e}); nothing was done")))?;
    match status.code().map(u8::try_from) {
        Some(Ok(code)) => {
            // What was not written to was not asked for after all.
            let is_written = |output: &Output| code == 0 && output.file().metadata().is_ok_and(|about| about.len() > 0);
            for (output, path) in begun.into_iter().zip(&bounds.write).filter(|(output, _)| is_written(output)) {
                output.put().map_err(|e| Refusal::io("what was found was not kept: could not write", path, e))?;
            }
            Ok(Some(ExitCode::from(code)))
        }
        _ => Err(Refusal::new(format!(
            "reading it takes more than {} MiB of memory or {} s of processor time, or its reader failed ({status}); \
             nothing was learnt from it",
            ceiling.memory_bytes >> 20,
            ceiling.cpu_seconds
        ))),
    }
}

/// Bytes of a file, or of what stands directly in a folder and below, as far as it can be listed.
fn size(path: &Path) -> u64 {
    let Ok(about) = std::fs::symlink_metadata(path) else { return 0 };
    if !about.is_dir() {
        return std::fs::metadata(path).map_or(0, |m| m.len());
    }
    let mut sum = 0u64;
    let mut folders = vec![path.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.metadata() {
                Ok(about) if about.is_dir() => folders.push(entry.path()),
                Ok(about) => sum = sum.saturating_add(about.len()),
                Err(_) => {}
            }
        }
    }
    sum
}

/// In the child, before anything else has started: confines itself. The arguments that are left are the command's.
pub fn enter(told: Option<&str>) -> Result<(), String> {
    let told: Told = told.and_then(|told| serde_json::from_str(told).ok()).ok_or("it is for the program itself")?;
    outputs::take_over(told.write).map_err(|e| format!("what it writes cannot be opened: {e}"))?;
    let read: Vec<&Path> = told.read.iter().map(PathBuf::as_path).collect();
    confine::files_network_and_calls(&read)?;
    confine::limit(told.ceiling, OPEN_FILES, told.file_bytes).map_err(|e| format!("limits cannot be set: {e}"))?;
    IS_CHILD.get_or_init(|| ());
    Ok(())
}
