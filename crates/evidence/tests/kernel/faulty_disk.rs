//! A file system in memory that fails where it is told to, and forgets what was not synced.
//!
//! It tells apart what the page cache shows from what a power cut would leave: bytes of a file become durable when the
//! file is synced, names when their folder is. A sync that fails marks the bytes as clean although they are not on the
//! disk, as Linux does, so that a second sync says all is well.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use evidence::disk::{Disk, Held};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The process ends before the call does anything.
    Kill,
    /// Half of the bytes are written, then the process ends.
    Torn,
    /// The call fails and does nothing; the process lives. Of a sync: nothing became durable, and it is not tried again.
    Eio,
    /// Half of the bytes are written, then there is no space left; the process lives.
    Enospc,
}

#[derive(Debug, Clone, Default)]
struct Inode {
    cached: Vec<u8>,
    durable: Vec<u8>,
    /// Bytes from here on, and what was overwritten, are not durable yet.
    dirty: Vec<(usize, usize)>,
    length_is_dirty: bool,
}

#[derive(Debug, Clone, Default)]
struct State {
    inodes: Vec<Inode>,
    names: BTreeMap<PathBuf, usize>,
    durable_names: BTreeMap<PathBuf, usize>,
    dirs: std::collections::BTreeSet<PathBuf>,
    calls: usize,
    fault: Option<(usize, Fault)>,
    dead: bool,
}

#[derive(Debug, Clone, Default)]
pub struct FaultyDisk(Arc<Mutex<State>>);

/// What is left after the power is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// The process died; the machine did not. The page cache is as it was.
    Nothing,
    /// Whatever was not synced is gone, names too.
    AllUnsynced,
    /// Names and lengths were written, the bytes were not: files of zeros.
    BytesNotNames,
    /// The same, but of what was not synced every second sector was written.
    SomeSectors,
}

#[derive(Debug)]
struct Hold;
impl Held for Hold {}

fn gone() -> io::Error {
    io::Error::other("the process has ended")
}

fn parent(path: &Path) -> PathBuf {
    path.parent().unwrap_or(Path::new("")).to_owned()
}

impl State {
    /// Counts a call that changes something. `Ok(Some(fault))` when it shall fail in this way.
    fn call(&mut self) -> io::Result<Option<Fault>> {
        if self.dead {
            return Err(gone());
        }
        self.calls += 1;
        let fault = self.fault.filter(|(at, _)| *at == self.calls).map(|(_, fault)| fault);
        self.dead = matches!(fault, Some(Fault::Kill | Fault::Torn));
        Ok(fault)
    }

    /// A call that does all or nothing.
    fn whole_call(&mut self) -> io::Result<()> {
        match self.call()? {
            None => Ok(()),
            Some(Fault::Eio) => Err(io::Error::other("EIO")),
            Some(Fault::Enospc) => Err(ErrorKind::StorageFull.into()),
            Some(_) => Err(gone()),
        }
    }

    fn inode(&mut self, path: &Path) -> io::Result<&mut Inode> {
        let at = *self.names.get(path).ok_or(ErrorKind::NotFound)?;
        Ok(&mut self.inodes[at])
    }

    fn make(&mut self, path: &Path) {
        if !self.names.contains_key(path) {
            self.names.insert(path.to_owned(), self.inodes.len());
            self.inodes.push(Inode::default());
        }
    }

    fn put(&mut self, path: &Path, offset: usize, bytes: &[u8]) -> io::Result<()> {
        let fault = self.call()?;
        let n = match fault {
            None => bytes.len(),
            Some(Fault::Torn | Fault::Enospc) => bytes.len() / 2,
            Some(_) => 0,
        };
        let inode = self.inode(path)?;
        let end = offset + n;
        if inode.cached.len() < end {
            inode.cached.resize(end, 0);
            inode.length_is_dirty = true;
        }
        inode.cached[offset..end].copy_from_slice(&bytes[..n]);
        inode.dirty.push((offset, end));
        match fault {
            None => Ok(()),
            Some(Fault::Eio) => Err(io::Error::other("EIO")),
            Some(Fault::Enospc) => Err(ErrorKind::StorageFull.into()),
            Some(_) => Err(gone()),
        }
    }

    fn sync(&mut self, path: &Path) -> io::Result<()> {
        let fault = self.call()?;
        let inode = self.inode(path)?;
        let dirty = std::mem::take(&mut inode.dirty);
        match fault {
            Some(Fault::Eio | Fault::Enospc) => {
                inode.length_is_dirty = false;
                return Err(io::Error::other("EIO"));
            }
            Some(_) => {
                inode.dirty = dirty;
                return Err(gone());
            }
            None => {}
        }
        if std::mem::take(&mut inode.length_is_dirty) {
            inode.durable.resize(inode.cached.len(), 0);
        }
        for (start, end) in dirty {
            let end = end.min(inode.cached.len());
            if inode.durable.len() < end {
                inode.durable.resize(end, 0);
            }
            if start < end {
                let bytes = inode.cached[start..end].to_vec();
                inode.durable[start..end].copy_from_slice(&bytes);
            }
        }
        Ok(())
    }
}

impl FaultyDisk {
    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.0.lock().unwrap())
    }

    /// How many calls changed something so far.
    pub fn calls(&self) -> usize {
        self.with(|s| s.calls)
    }

    /// The `at`-th call from the first one of all fails.
    pub fn fail_at(&self, at: usize, fault: Fault) {
        self.with(|s| s.fault = Some((at, fault)));
    }

    /// A disk of its own with the same content.
    pub fn copy(&self) -> Self {
        Self(Arc::new(Mutex::new(self.with(|s| s.clone()))))
    }

    /// The disk as the next process finds it.
    pub fn after(&self, loss: Loss) -> Self {
        let mut state = self.with(|s| s.clone());
        (state.dead, state.fault) = (false, None);
        if loss != Loss::Nothing {
            if loss == Loss::AllUnsynced {
                state.names = state.durable_names.clone();
            }
            for inode in &mut state.inodes {
                if loss != Loss::AllUnsynced {
                    let length = inode.cached.len();
                    inode.durable.resize(length, 0);
                }
                if loss == Loss::SomeSectors {
                    for (start, end) in std::mem::take(&mut inode.dirty) {
                        let written = (start..end.min(inode.cached.len())).filter(|at| at / 512 % 2 == 1);
                        written.for_each(|at| inode.durable[at] = inode.cached[at]);
                    }
                }
                (inode.cached, inode.dirty, inode.length_is_dirty) = (inode.durable.clone(), Vec::new(), false);
            }
        }
        state.durable_names = state.names.clone();
        Self(Arc::new(Mutex::new(state)))
    }

    pub fn files(&self) -> Vec<PathBuf> {
        self.with(|s| s.names.keys().cloned().collect())
    }

    pub fn flip(&self, path: &Path, at: usize) {
        self.with(|s| {
            let inode = s.inode(path).unwrap();
            inode.cached[at] ^= 0x10;
            inode.durable = inode.cached.clone();
        });
    }

    /// Puts back the files of an older copy for which `back` is true, and removes those that it did not have.
    pub fn restore(&self, older: &FaultyDisk, back: impl Fn(&Path) -> bool) {
        let old = older.with(|s| s.clone());
        self.with(|s| {
            s.names.retain(|path, _| !back(path));
            for (path, at) in old.names.iter().filter(|(path, _)| back(path)) {
                s.names.insert(path.clone(), s.inodes.len());
                s.inodes.push(old.inodes[*at].clone());
            }
            s.durable_names = s.names.clone();
        });
    }
}

impl Disk for FaultyDisk {
    fn make_dir(&self, dir: &Path) -> io::Result<()> {
        self.with(|s| {
            if s.dirs.contains(dir) {
                return if s.dead { Err(gone()) } else { Ok(()) };
            }
            s.whole_call()?;
            s.dirs.insert(dir.to_owned());
            Ok(())
        })
    }
    fn list(&self, dir: &Path) -> io::Result<Vec<PathBuf>> {
        self.with(
            |s| if s.dead { Err(gone()) } else { Ok(s.names.keys().filter(|p| parent(p) == dir).cloned().collect()) },
        )
    }
    fn is_file(&self, path: &Path) -> bool {
        self.with(|s| s.names.contains_key(path))
    }
    fn size(&self, path: &Path) -> io::Result<u64> {
        Ok(self.read(path)?.len() as u64)
    }
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.with(|s| if s.dead { Err(gone()) } else { Ok(s.inode(path)?.cached.clone()) })
    }
    fn read_at(&self, path: &Path, offset: u64, bytes: usize) -> io::Result<Vec<u8>> {
        let whole = self.read(path)?;
        let part = whole.get(offset as usize..offset as usize + bytes);
        part.map(<[u8]>::to_vec).ok_or_else(|| ErrorKind::UnexpectedEof.into())
    }
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.with(|s| {
            s.whole_call()?;
            s.make(path);
            let inode = s.inode(path)?;
            (inode.cached, inode.length_is_dirty) = (Vec::new(), true);
            s.put(path, 0, bytes)
        })
    }
    fn write_durable(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.write(path, bytes)?;
        self.with(|s| s.sync(path))
    }
    fn overwrite_durable(&self, path: &Path, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.with(|s| {
            s.put(path, offset as usize, bytes)?;
            s.sync(path)
        })
    }
    fn overwrite(&self, path: &Path, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.with(|s| s.put(path, offset as usize, bytes))
    }
    fn sync(&self, path: &Path) -> io::Result<()> {
        self.with(|s| s.sync(path))
    }
    fn append_durable(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.with(|s| {
            if !s.names.contains_key(path) {
                s.whole_call()?;
                s.make(path);
            }
            let offset = s.inode(path)?.cached.len();
            s.put(path, offset, bytes)?;
            s.sync(path)
        })
    }
    fn truncate_durable(&self, path: &Path, bytes: u64) -> io::Result<()> {
        self.with(|s| {
            s.whole_call()?;
            let inode = s.inode(path)?;
            inode.cached.truncate(bytes as usize);
            inode.length_is_dirty = true;
            s.sync(path)
        })
    }
    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        self.with(|s| {
            s.whole_call()?;
            s.durable_names.retain(|path, _| parent(path) != dir);
            let now = s.names.iter().filter(|(path, _)| parent(path) == dir);
            s.durable_names.extend(now.map(|(path, at)| (path.clone(), *at)));
            Ok(())
        })
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.with(|s| {
            s.whole_call()?;
            let at = s.names.remove(from).ok_or(ErrorKind::NotFound)?;
            s.names.insert(to.to_owned(), at);
            Ok(())
        })
    }
    fn supplant_durable(&self, from: &Path, to: &Path) -> io::Result<()> {
        let old = self.with(|s| s.names.get(to).copied()).ok_or(ErrorKind::NotFound)?;
        self.rename(from, to)?;
        self.sync_dir(&parent(to))?;
        self.with(|s| {
            s.whole_call()?;
            s.inodes[old] = Inode::default();
            Ok(())
        })
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        self.with(|s| {
            s.whole_call()?;
            s.names.remove(path).map(drop).ok_or_else(|| ErrorKind::NotFound.into())
        })
    }
    fn hold(&self, _path: &Path) -> io::Result<Option<Box<dyn Held>>> {
        self.with(|s| if s.dead { Err(gone()) } else { Ok(Some(Box::new(Hold) as Box<dyn Held>)) })
    }
}
