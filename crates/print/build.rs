//! Fetches the faces that are embedded in the program, from packages that `fonts/package-lock.json` fixes by digest.
//! The built program needs no network; building it needs npm the first time.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};

/// Path in the package and name of each face. All are under the SIL Open Font License 1.1, whose text is embedded too.
const FACES: [(&str, &str); 4] = [
    ("noto-naskh-arabic", "NotoNaskhArabic_400Regular.ttf"),
    ("noto-naskh-arabic", "NotoNaskhArabic_700Bold.ttf"),
    ("noto-sans/400Regular", "NotoSans_400Regular.ttf"),
    ("noto-sans/700Bold", "NotoSans_700Bold.ttf"),
];

fn main() -> ExitCode {
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            println!("cargo::error=the faces for print were not fetched: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn build() -> Result<(), String> {
    for watched in ["fonts", "src", "../../Cargo.lock"] {
        println!("cargo::rerun-if-changed={watched}");
    }
    println!("cargo::rustc-env=PRINT_CODE={:016x}", fingerprint()?);
    let variable = |name: &str| env::var_os(name).map(PathBuf::from).ok_or_else(|| format!("{name} is not set"));
    let here = variable("CARGO_MANIFEST_DIR")?.join("fonts");
    let work = variable("OUT_DIR")?.join("fonts");
    fs::create_dir_all(&work).map_err(|e| format!("{}: {e}", work.display()))?;
    let changed = copy(&here.join("package-lock.json"), &work.join("package-lock.json"))?;
    copy(&here.join("package.json"), &work.join("package.json"))?;
    let packages = work.join("node_modules/@expo-google-fonts");
    if changed || !packages.join("noto-sans").is_dir() {
        npm(&work)?;
    }
    for (folder, file) in FACES {
        copy(&packages.join(folder).join(file), &work.join(file))?;
    }
    copy(&packages.join("noto-sans/LICENSE_FONT"), &work.join("OFL.txt"))?;
    Ok(())
}

/// FNV-1a over the code of this crate, its faces and the versions of all libraries: what other code set is set again.
fn fingerprint() -> Result<u64, String> {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let files = ["src/lib.rs", "src/faces.rs", "src/world.rs", "fonts/package-lock.json", "../../Cargo.lock"];
    for file in files {
        for byte in fs::read(file).map_err(|e| format!("{file}: {e}"))? {
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

fn npm(folder: &Path) -> Result<(), String> {
    let name = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    let run = Command::new(name).args(arguments).current_dir(folder).output();
    let output = run.map_err(|e| format!("npm could not be started ({e}); install Node.js 20 or later with npm"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("npm ci failed: {}", said.trim().replace('\n', " | ")))
}
