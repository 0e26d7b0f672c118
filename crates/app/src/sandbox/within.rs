//! A whole command again, in a child that may read what it was given, write where it was told to, and nothing else.
//!
//! For commands that take files of outsiders and touch no workspace: `verify` of a release or a bundle, `diff`, `link FILE`,
//! `estimate --table`. The child has Landlock (these paths, no TCP, no other program), seccomp (no socket, no other
//! process), a ceiling on memory, processor time, the length of a file and open files, and an environment of a few names.
//! It uses threads, which is why it is not the child of [`super::ask`].

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::confine::{self, Ceiling};
use crate::refusal::{Outcome, Refusal};

/// What a child may touch.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Bounds {
    /// Files, or folders with all that is in them.
    pub read: Vec<PathBuf>,
    /// Files that it makes or writes over.
    pub write: Vec<PathBuf>,
}

#[derive(Serialize, Deserialize)]
struct Told {
    bounds: Bounds,
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
    let made = make_outputs(&bounds.write)?;
    let bytes: u64 = bounds.read.iter().map(|path| size(path)).sum();
    // Linking holds records and pairs, about sixty times their lists; the rest is the allocator's addresses and stacks.
    let memory_bytes = (16 << 30) + bytes.saturating_mul(64);
    let ceiling = Ceiling { memory_bytes, cpu_seconds: 3600 + (bytes >> 10) };
    let told = Told { bounds, ceiling, file_bytes: (1 << 30) + bytes.saturating_mul(64) };
    let told = serde_json::to_string(&told).map_err(|e| Refusal::new(format!("{e}; nothing was done")))?;
    let seen = SEEN.iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
    let status = Command::new("/proc/self/exe")
        .args([super::WITHIN, &told])
        .args(std::env::args_os().skip(1))
        .env_clear()
        .envs(seen)
        .status();
    // What it did not write to is not left behind.
    for path in made {
        if std::fs::metadata(&path).is_ok_and(|about| about.len() == 0) {
            let _ = std::fs::remove_file(&path);
        }
    }
    let status = status
        .map_err(|e| Refusal::new(format!("no process could be started to read it in ({e}); nothing was done")))?;
    match status.code().map(u8::try_from) {
        Some(Ok(code)) => Ok(Some(ExitCode::from(code))),
        _ => Err(Refusal::new(format!(
            "reading it takes more than {} MiB of memory or {} s of processor time, or its reader failed ({status}); \
             nothing was learnt from it",
            ceiling.memory_bytes >> 20,
            ceiling.cpu_seconds
        ))),
    }
}

/// Makes the files that the child is to write, so that it needs no right to make any. Returns those that were not there.
fn make_outputs(paths: &[PathBuf]) -> Outcome<Vec<PathBuf>> {
    let mut made = Vec::new();
    for path in paths.iter().filter(|path| !path.exists()) {
        std::fs::File::create_new(path).map_err(|e| Refusal::io("could not write", path, e))?;
        made.push(path.clone());
    }
    Ok(made)
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
    let Bounds { read, write } = &told.bounds;
    let read: Vec<&Path> = read.iter().map(PathBuf::as_path).collect();
    confine::files_network_and_calls(&read, write)?;
    confine::limit(told.ceiling, OPEN_FILES, told.file_bytes).map_err(|e| format!("limits cannot be set: {e}"))?;
    IS_CHILD.get_or_init(|| ());
    Ok(())
}
