//! Files that a command writes: whole, or not at all.
//!
//! What is written has no name until it is whole; then it takes the name, and the place of what bore it before. So a run that
//! fails or is killed leaves nothing and overwrites nothing. Where a file system knows no nameless files it has a name
//! beside until then.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::refusal::{Outcome, Refusal};

/// A file under way.
pub struct Output {
    path: PathBuf,
    file: File,
    made: Made,
    /// Nothing bears the name yet, and what comes to bear it meanwhile stays.
    is_new: bool,
}

enum Made {
    Nameless,
    /// Removed again where it does not take the name.
    Beside(PathBuf),
    /// What is no file, such as a pipe or a terminal, is written to at once.
    Straight,
}

impl Output {
    /// Begins what shall bear this name. What bears it now stays as it is until [`Output::put`].
    pub fn start(path: &Path) -> io::Result<Self> {
        // Under these names stands what is open already, and others go on writing to it.
        let special = path.exists() && !path.is_file() || ["/dev", "/proc"].iter().any(|root| path.starts_with(root));
        // A link goes on pointing to where it pointed.
        let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if !special {
            refuse_among_evidence(&path)?;
        }
        // What may not be written is refused now, and not once all is computed.
        let present = if special || path.is_file() { Some(OpenOptions::new().append(true).open(&path)?) } else { None };
        if let Some(file) = present.filter(|_| special) {
            return Ok(Self { path, file, made: Made::Straight, is_new: false });
        }
        let (file, made) = make(&path, 0o666)?;
        Ok(Self { path, file, made, is_new: false })
    }

    /// Begins what nothing bears the name of yet, for its owner alone: what is restricted leaves the workspace in it. A link
    /// is refused as a file is, wherever it leads.
    pub fn start_new(path: &Path) -> Outcome<Self> {
        let refuse = |error| Refusal::io("could not write", path, error);
        if std::fs::symlink_metadata(path).is_ok() {
            return Err(refuse(io::Error::other("it is there already, and nothing is written over it")));
        }
        refuse_among_evidence(path).map_err(refuse)?;
        crate::workspace::refuse_inside_release(path, "nothing was written")?;
        let (file, made) = make(path, 0o600).map_err(refuse)?;
        Ok(Self { path: path.to_owned(), file, made, is_new: true })
    }

    pub fn file(&self) -> &File {
        &self.file
    }

    /// The file takes its name.
    pub fn put(mut self) -> io::Result<()> {
        if self.is_new {
            return match &self.made {
                Made::Beside(aside) => std::fs::hard_link(aside, &self.path),
                _ => name(&self.file, &self.path),
            };
        }
        if let Ok(before) = std::fs::metadata(&self.path).map(|about| about.permissions())
            && !matches!(self.made, Made::Straight)
        {
            self.file.set_permissions(before)?;
        }
        if let Made::Nameless = self.made {
            let aside = aside(&self.path);
            name(&self.file, &aside)?;
            self.made = Made::Beside(aside);
        }
        if let Made::Beside(aside) = &self.made {
            std::fs::rename(aside, &self.path)?;
            self.made = Made::Straight;
        }
        Ok(())
    }
}

/// A report with the name of the key or of a segment of the journal would be the end of it.
fn refuse_among_evidence(path: &Path) -> io::Result<()> {
    match crate::workspace::workspace_above(path) {
        Ok(None) => Ok(()),
        Ok(Some(workspace)) => {
            let workspace = workspace.display();
            Err(io::Error::other(format!(
                "it is in the workspace {workspace}, where only the workspace's own files go"
            )))
        }
        Err(refusal) => Err(io::Error::other(refusal.message)),
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if let Made::Beside(aside) = &self.made {
            let _ = std::fs::remove_file(aside);
        }
    }
}

/// What is under way for a place, with these rights as the umask leaves them.
fn make(path: &Path, mode: u32) -> io::Result<(File, Made)> {
    use std::os::unix::fs::OpenOptionsExt;
    if let Ok(file) = nameless(folder(path), mode) {
        return Ok((file, Made::Nameless));
    }
    let aside = aside(path);
    let file = OpenOptions::new().read(true).write(true).create_new(true).mode(mode).open(&aside)?;
    Ok((file, Made::Beside(aside)))
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn aside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}.new", std::process::id()))
}

#[cfg(target_os = "linux")]
fn nameless(folder: &Path, mode: u32) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().read(true).write(true).mode(mode).custom_flags(nix::fcntl::OFlag::O_TMPFILE.bits()).open(folder)
}

#[cfg(not(target_os = "linux"))]
fn nameless(_: &Path, _: u32) -> io::Result<File> {
    Err(io::Error::from(io::ErrorKind::Unsupported))
}

#[cfg(target_os = "linux")]
fn name(file: &File, path: &Path) -> io::Result<()> {
    use nix::fcntl::{AT_FDCWD, AtFlags};
    let from = open_place(file);
    Ok(nix::unistd::linkat(AT_FDCWD, from.as_path(), AT_FDCWD, path, AtFlags::AT_SYMLINK_FOLLOW)?)
}

#[cfg(not(target_os = "linux"))]
fn name(_: &File, _: &Path) -> io::Result<()> {
    Err(io::Error::from(io::ErrorKind::Unsupported))
}

/// Where a child of this process finds an open file, whatever its name.
#[cfg(target_os = "linux")]
pub fn open_place(file: &File) -> PathBuf {
    use std::os::fd::AsRawFd;
    PathBuf::from(format!("/proc/{}/fd/{}", std::process::id(), file.as_raw_fd()))
}

/// Files that the parent of a confined child began for it, by the names that the command gives them.
static HANDED: OnceLock<Mutex<Vec<(PathBuf, File)>>> = OnceLock::new();

/// In a confined child: takes over what its parent began. The parent names what is whole.
#[cfg(target_os = "linux")]
pub fn take_over(files: Vec<(PathBuf, PathBuf)>) -> io::Result<()> {
    let open = |(name, place): (PathBuf, PathBuf)| Ok((name, OpenOptions::new().append(true).open(place)?));
    let opened = files.into_iter().map(open).collect::<io::Result<_>>()?;
    HANDED.get_or_init(|| Mutex::new(opened));
    Ok(())
}

fn handed(path: &Path) -> io::Result<Option<File>> {
    let Some(handed) = HANDED.get() else { return Ok(None) };
    let handed = handed.lock().unwrap_or_else(PoisonError::into_inner);
    handed.iter().find(|(name, _)| name == path).map(|(_, file)| file.try_clone()).transpose()
}

/// Writes a file as a whole. Where `write` fails nothing is there that was not there before.
pub fn write<E: From<io::Error>>(path: &Path, write: impl FnOnce(&File) -> Result<(), E>) -> Result<(), E> {
    if let Some(file) = handed(path)? {
        return write(&file);
    }
    let output = Output::start(path)?;
    write(output.file())?;
    Ok(output.put()?)
}

/// Refuses to write over what is read, or two things into one file. `nothing` says what is not done.
pub fn check(read: &[PathBuf], write: &[PathBuf], nothing: &str) -> Outcome<()> {
    let is_special = |path: &PathBuf| path.exists() && !path.is_file();
    for (at, path) in write.iter().enumerate().filter(|(_, path)| !is_special(path)) {
        if read.iter().any(|other| is_same(path, other)) {
            return Err(Refusal::new(format!("{} is read, and would be written over; {nothing}", path.display())));
        }
        if write[..at].iter().any(|other| is_same(path, other)) {
            return Err(Refusal::new(format!(
                "{} was named for two outputs, one of which would be lost; {nothing}",
                path.display()
            )));
        }
    }
    Ok(())
}

/// Whether two names are of one file, also where it is not there yet.
fn is_same(a: &Path, b: &Path) -> bool {
    #[cfg(unix)]
    if let (Ok(a), Ok(b)) = (std::fs::metadata(a), std::fs::metadata(b)) {
        use std::os::unix::fs::MetadataExt;
        return (a.dev(), a.ino()) == (b.dev(), b.ino());
    }
    let place = |path: &Path| {
        let whole = std::fs::canonicalize(path);
        whole.or_else(|_| {
            Ok::<_, io::Error>(std::fs::canonicalize(folder(path))?.join(path.file_name().unwrap_or_default()))
        })
    };
    matches!((place(a), place(b)), (Ok(a), Ok(b)) if a == b)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_under_way_has_no_name_and_what_bears_it_stays_until_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        std::fs::write(&path, "before").unwrap();
        let output = Output::start(&path).unwrap();
        output.file().write_all(b"half").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "before");
        drop(output);
        assert_eq!(names(folder.path()), ["out.csv"]);
        write::<io::Error>(&path, |mut file| file.write_all(b"after")).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "after");
        let failed = write(&path, |mut file| {
            file.write_all(b"half")?;
            Err(io::Error::other("no"))
        });
        assert!(failed.is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "after");
        assert_eq!(names(folder.path()), ["out.csv"]);
    }

    #[test]
    fn a_name_beside_serves_where_no_nameless_file_can_be_and_goes_with_what_is_not_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        let beside = || {
            let aside = aside(&path);
            let file = File::create_new(&aside).unwrap();
            Output { path: path.clone(), file, made: Made::Beside(aside), is_new: false }
        };
        drop(beside());
        assert!(names(folder.path()).is_empty());
        let output = beside();
        output.file().write_all(b"whole").unwrap();
        output.put().unwrap();
        assert_eq!(names(folder.path()), ["out.csv"]);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "whole");
    }

    #[test]
    fn what_must_be_new_is_for_its_owner_alone_and_takes_nobodys_place() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sheet.csv");
        let output = Output::start_new(&path).unwrap();
        output.file().write_all(b"names").unwrap();
        assert!(names(folder.path()).is_empty());
        output.put().unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        std::os::unix::fs::symlink("nowhere", folder.path().join("link")).unwrap();
        for there in ["sheet.csv", "link"] {
            assert!(Output::start_new(&folder.path().join(there)).is_err(), "{there}");
        }
        // What took the name meanwhile keeps it.
        for is_beside in [false, true] {
            let path = folder.path().join(format!("late{is_beside}"));
            let mut output = Output::start_new(&path).unwrap();
            if is_beside {
                let aside = aside(&path);
                (output.file, output.made) = (File::create_new(&aside).unwrap(), Made::Beside(aside));
            }
            std::fs::write(&path, "other").unwrap();
            assert!(output.put().is_err());
            assert_eq!(std::fs::read_to_string(&path).unwrap(), "other");
        }
        assert_eq!(names(folder.path()), ["latefalse", "latetrue", "link", "sheet.csv"]);
    }

    #[test]
    fn one_file_under_two_names_is_known_for_one() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("mine.csv"), "a").unwrap();
        std::fs::hard_link(at("mine.csv"), at("linked.csv")).unwrap();
        for (read, write) in [
            (vec![at("mine.csv")], vec![at("mine.csv")]),
            (vec![at("mine.csv")], vec![at("linked.csv")]),
            (vec![], vec![at("new.csv"), at("../").join(folder.path().file_name().unwrap()).join("new.csv")]),
        ] {
            let refusal = check(&read, &write, "nothing was linked").unwrap_err();
            assert!(refusal.message.ends_with("nothing was linked"), "{refusal}");
        }
        check(&[at("mine.csv")], &[at("new.csv"), at("other.csv")], "").unwrap();
        check(&[], &["/dev/null".into(), "/dev/null".into()], "").unwrap();
    }
}
