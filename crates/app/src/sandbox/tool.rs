//! Becoming another program that reads received bytes (ffmpeg, the reader of content credentials): confined first, so that
//! it may open its own libraries and what it was given, and nothing else; no network, no new file.

use std::path::Path;
use std::process::ExitCode;

use super::confine::Ceiling;

/// Where Debian's libraries are.
#[cfg(target_os = "linux")]
const LIBRARIES: [&str; 7] =
    ["/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/local/lib", "/etc/alternatives", "/etc/ld.so.cache"];

/// Confines this process, then is the program. Returns only when that failed.
#[cfg(target_os = "linux")]
pub fn become_tool(program: &Path, given: &[&Path], ceiling: Ceiling, arguments: &[&std::ffi::OsStr]) -> ExitCode {
    use std::os::unix::process::CommandExt;

    use super::confine;

    let libraries = || LIBRARIES.iter().map(Path::new);
    let read: Vec<&Path> = libraries().chain(given.iter().copied()).collect();
    let run: Vec<&Path> = libraries().chain([program]).collect();
    let confined = confine::landlock_files_and_network(&read, &run).and_then(|enforced| {
        confine::limit(ceiling, 64, 0).map_err(|e| e.to_string())?;
        match confine::seccomp_deny_list() {
            Err(error) if !enforced => Err(error),
            _ => Ok(()),
        }
    });
    if let Err(why) = confined {
        eprintln!("{} cannot be confined on this machine ({why}); nothing was read", program.display());
        return ExitCode::from(2);
    }
    let error = std::process::Command::new(program).args(arguments).exec();
    eprintln!("{} could not be run: {error}", program.display());
    ExitCode::from(2)
}

#[cfg(not(target_os = "linux"))]
pub fn become_tool(_: &Path, _: &[&Path], _: Ceiling, _: &[&std::ffi::OsStr]) -> ExitCode {
    eprintln!("this system has no sandbox that the program knows; nothing was read");
    ExitCode::from(2)
}
