//! The program once more, as a child that ends with its parent.
//!
//! A child whose parent was killed would go on for minutes, and write what nobody waits for.

use std::ffi::OsStr;
use std::io;
use std::process::Command;

/// The program itself under a hidden first argument, with no environment. Not by the path that it was started by: the file
/// may have been replaced since. It must be started by a thread that waits for it: the kernel ends it with that thread.
pub fn again(hidden: &str) -> io::Result<Command> {
    let itself = if cfg!(target_os = "linux") { "/proc/self/exe".into() } else { std::env::current_exe()? };
    let mut command = Command::new(itself);
    command.args([hidden, &std::process::id().to_string()]).env_clear();
    Ok(command)
}

/// In the child, before anything else: it ends when its parent does, of which the second argument gives the number.
pub fn end_with(parent: Option<&OsStr>) -> Result<(), String> {
    let parent = parent.and_then(|id| id.to_str()?.parse::<u32>().ok()).ok_or("it is for the program itself")?;
    #[cfg(target_os = "linux")]
    nix::sys::prctl::set_pdeathsig(nix::sys::signal::Signal::SIGKILL)
        .map_err(|e| format!("it cannot be made to end with its parent: {e}"))?;
    // It may have ended before that was asked for.
    #[cfg(unix)]
    if std::os::unix::process::parent_id() != parent {
        return Err("whoever started it has ended".to_owned());
    }
    Ok(())
}
