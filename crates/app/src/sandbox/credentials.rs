//! Content credentials (C2PA) through `tawthiq-credentials`, a program of this project that is built apart and confined
//! like any other. Where it is not, a manifest is told of and not validated.

use std::ffi::OsString;
use std::io::Read;
use std::path::PathBuf;
use std::process::{ExitCode, Stdio};
use std::time::Duration;

use domain::media::Claim;
use serde::Deserialize;

use super::again::again;
use super::confine::Ceiling;
use super::parent::{Feed, Limits};
use super::tool::become_tool;

const MOST_OUTPUT_BYTES: u64 = 1 << 20;
const MOST_INPUT_BYTES: u64 = 256 << 20;

/// What a manifest says, and what came of validating it. Not checked yet.
#[derive(Debug, Default, Deserialize)]
pub struct Credentials {
    pub claims: Vec<Claim>,
    pub remarks: Vec<String>,
}

/// Beside the program, or where programs are installed.
fn installed() -> Option<PathBuf> {
    let beside = std::env::current_exe().ok().and_then(|own| Some(own.parent()?.to_owned()));
    let folders = beside.into_iter().chain(["/usr/local/bin", "/usr/bin"].map(PathBuf::from));
    folders.map(|folder| folder.join("tawthiq-credentials")).find(|path| path.is_file())
}

/// Reads the manifest of a file; one remark where that cannot be done.
pub fn credentials(bytes: &dyn Feed, media_type: &str) -> Credentials {
    let not_validated = |why: String| Credentials {
        claims: Vec::new(),
        remarks: vec![format!("it seems to hold a C2PA manifest, which was not validated: {why}")],
    };
    match installed() {
        None => not_validated("tawthiq-credentials is not installed".into()),
        // Its reader holds the whole file.
        Some(_) if bytes.size_bytes() > MOST_INPUT_BYTES => {
            not_validated(format!("it is longer than {} MiB", MOST_INPUT_BYTES >> 20))
        }
        Some(program) => ask(program, bytes, media_type).unwrap_or_else(not_validated),
    }
}

fn ask(program: PathBuf, bytes: &dyn Feed, media_type: &str) -> Result<Credentials, String> {
    let limits = Limits::for_look(bytes.size_bytes());
    let ceiling = Ceiling { memory_bytes: limits.memory_bytes, cpu_seconds: limits.cpu_seconds };
    let mut command = again(super::CREDENTIALS).map_err(|e| e.to_string())?;
    command.arg(program).arg(media_type);
    command.arg(serde_json::to_string(&ceiling).map_err(|e| e.to_string())?);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|e| format!("its reader could not be started ({e})"))?;
    let (Some(mut stdin), Some(stdout), Some(stderr)) = (child.stdin.take(), child.stdout.take(), child.stderr.take())
    else {
        return Err("its reader has no pipe".into());
    };
    std::thread::scope(|scope| {
        // A child that ends early closes its end; why it did is said by its words.
        scope.spawn(move || drop(bytes.feed(&mut stdin)));
        let words = scope.spawn(move || {
            let mut words = Vec::new();
            let _ = stderr.take(8192).read_to_end(&mut words);
            String::from_utf8_lossy(&words).trim().to_owned()
        });
        let (sender, answered) = std::sync::mpsc::sync_channel(1);
        scope.spawn(move || {
            let mut answer = Vec::new();
            let read = stdout.take(MOST_OUTPUT_BYTES).read_to_end(&mut answer).map(|_| answer);
            let _ = sender.send(read);
        });
        let answer = answered.recv_timeout(Duration::from_secs(limits.silence_seconds));
        // It has answered, or is to be stopped.
        let _ = child.kill();
        let _ = child.wait();
        let words = words.join().unwrap_or_default();
        let answer = answer.map_err(|_| format!("its reader gave no answer for {} s", limits.silence_seconds))?;
        let answer = answer.map_err(|e| e.to_string())?;
        serde_json::from_slice(&answer).map_err(|_| format!("its reader gave up ({words})"))
    })
}

/// In the child: what [`ask`] named.
pub fn become_reader(arguments: &[OsString]) -> ExitCode {
    let ceiling = |text: &OsString| serde_json::from_str::<Ceiling>(text.to_str()?).ok();
    match arguments {
        [program, media_type, told] if ceiling(told).is_some() => {
            let Some(ceiling) = ceiling(told) else { return ExitCode::from(2) };
            become_tool(program.as_ref(), &[], ceiling, &[media_type])
        }
        _ => {
            eprintln!("{} is for the program itself; nothing was done", super::CREDENTIALS);
            ExitCode::from(2)
        }
    }
}
