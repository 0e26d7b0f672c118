//! What is kept in `cache/` of the last release: the next is made of it, or stands as it is where nothing changed. Digests of
//! pages would tell what is withheld, so nothing of it is in a release. Whatever cannot be read whole is not there: a power cut
//! may take it, so nothing waits for the disk.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::thread::JoinHandle;

use domain::Sha256Digest;
use evidence::{Seal, SigningKey, SumCache, keys};
use release::{PageCache, Policy};
use serde::Serialize;

use super::outreach::Prepared;
use crate::refusal::{Outcome, Refusal};
use crate::workspace::{self, Rows, Workspace};

const PAGES: &str = "cache/last-pages";
const SUMS: &str = "cache/last-sums";
const ROWS: &str = "cache/last-rows";
const STATE: &str = "cache/last-state";
/// Bytes of the code that stands at the end of each.
const CODE: usize = 32;
const STATE_HEADER: &str = "tawthiq-state/v1";

/// The program's file: bytes, inode, seconds and nanoseconds of the last writing and of the last change. `None` where it cannot
/// be looked at, as after it was replaced.
fn program() -> Option<[i64; 6]> {
    let file = std::env::current_exe().and_then(std::fs::metadata).ok()?;
    let (size, inode) = (file.size().cast_signed(), file.ino().cast_signed());
    Some([size, inode, file.mtime(), file.mtime_nsec(), file.ctime(), file.ctime_nsec()])
}

/// [`program`] as bytes.
fn stamp() -> Option<Vec<u8>> {
    Some(program()?.iter().flat_map(|number| number.to_le_bytes()).collect())
}

/// What a release is made from beside the entries of the journal: the order, and the program that carries it out, where that is
/// known.
pub struct Asked(Option<Sha256Digest>);

impl Asked {
    pub fn new(policy_text: &str, policy: &Policy, outreach: &Prepared) -> Outcome<Self> {
        #[derive(Serialize)]
        struct Order<'a> {
            version: &'a str,
            program: [i64; 6],
            policy: &'a str,
            logo: Option<Sha256Digest>,
            outreach: Sha256Digest,
            /// Time is a part of the order only where somebody set it.
            epoch: Option<String>,
        }
        let Some(program) = program() else { return Ok(Self(None)) };
        let order = Order {
            version: env!("CARGO_PKG_VERSION"),
            program,
            policy: policy_text,
            logo: policy.theme.picture.as_ref().map(|logo| Sha256Digest::of(&logo.bytes)),
            outreach: outreach.digest()?,
            epoch: std::env::var("SOURCE_DATE_EPOCH").ok(),
        };
        digest(&order).map(|digest| Self(Some(digest)))
    }

    /// With the entries of the journal as they are now, and what outsiders say about them.
    fn of(&self, workspace: &Workspace) -> Outcome<Option<Sha256Digest>> {
        let Some(asked) = self.0 else { return Ok(None) };
        let log = (&workspace.origin, workspace.vkey(), workspace.journal.checkpoint(), workspace.policy_text()?);
        digest(&(asked, log, crate::anchors::digest(&workspace.dir)?)).map(Some)
    }
}

/// The hash of the leaf of each entry that holds all that it ever held. An entry never changes.
fn leaves(workspace: &Workspace) -> Vec<Option<[u8; 32]>> {
    let mut leaves: Vec<_> = (0..workspace.journal.len()).map(|index| workspace.journal.leaf(index)).collect();
    for (withdrawn, _) in workspace.journal.withdrawals() {
        let leaf = usize::try_from(*withdrawn).ok().and_then(|index| leaves.get_mut(index));
        leaf.into_iter().for_each(|leaf| *leaf = None);
    }
    leaves
}

fn digest(value: &impl Serialize) -> Outcome<Sha256Digest> {
    Ok(Sha256Digest::of(&serde_json::to_vec(value).map_err(|e| Refusal::new(e.to_string()))?))
}

/// What the last release was made from, and what it became.
struct State {
    version: String,
    made_from: Sha256Digest,
    /// Of `SHA256SUMS`.
    sums: Sha256Digest,
}

impl State {
    fn parse(text: &str) -> Option<Self> {
        let (content, digest) = text.strip_suffix('\n')?.rsplit_once('\n')?;
        if Sha256Digest::of(content.as_bytes()).hex() != digest {
            return None;
        }
        let mut lines = content.lines();
        let mut next = || lines.next();
        if next()? != STATE_HEADER {
            return None;
        }
        let (made_from, sums) = (Sha256Digest::from_hex(next()?)?, Sha256Digest::from_hex(next()?)?);
        Some(Self { version: next()?.to_owned(), made_from, sums })
    }

    fn text(&self) -> String {
        let content = format!("{STATE_HEADER}\n{}\n{}\n{}", self.made_from, self.sums, self.version);
        format!("{content}\n{}\n", Sha256Digest::of(content.as_bytes()))
    }
}

/// What [`write`] kept under this name; nothing where anybody else wrote it: a page that it knew of would be signed unseen.
fn read(dir: &Path, key: &SigningKey, name: &str) -> Vec<u8> {
    let mut bytes = std::fs::read(dir.join(name)).unwrap_or_default();
    let content = bytes.len().saturating_sub(CODE);
    let is_own = keys::keepers_code(key, name, &bytes[..content]) == bytes[content..];
    bytes.truncate(if is_own { content } else { 0 });
    bytes
}

fn write(workspace: &Workspace, name: &str, bytes: &[u8]) -> Outcome<()> {
    let code = keys::keepers_code(workspace.key()?, name, bytes);
    Ok(evidence::write_private_soon(&workspace.dir.join(name), &[bytes, &code])?)
}

fn started<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Outcome<JoinHandle<T>> {
    let started = std::thread::Builder::new().spawn(work);
    started.map_err(|e| Refusal::new(format!("no thread could be started: {e}; nothing was done")))
}

/// What is known of each file of the folder, and whether it is so now.
type Looked = Result<SumCache, evidence::EvidenceError>;

/// See the module's words.
pub struct Kept {
    pub sums: SumCache,
    /// The folder holds the last release of this workspace.
    pub is_last: bool,
    looking: Option<JoinHandle<Looked>>,
    rows: Option<JoinHandle<Rows>>,
    pages: Option<JoinHandle<PageCache>>,
    state: Option<State>,
}

impl Kept {
    /// Begins to look at every file of the folder, and to read what is known of records and pages, where it holds the last release and not all is
    /// to be made anew: that needs nothing of the workspace, and goes on while that is opened.
    pub fn begin(dir: &Path, out: &Path, full: bool) -> Outcome<Self> {
        let is_last = Workspace::last_release(dir).ok().flatten().is_some_and(|last| {
            let whole = |path: &Path| std::fs::canonicalize(path).ok();
            whole(&last).is_some() && whole(&last) == whole(out)
        });
        let nothing =
            Self { sums: SumCache::default(), is_last: false, looking: None, rows: None, pages: None, state: None };
        // Who opens the workspace says why there is no key.
        let (Ok(key), true) = (keys::load(&dir.join(workspace::SIGNING_KEY)), is_last && !full) else {
            return Ok(nothing);
        };
        let of_sums = (dir.to_owned(), out.to_owned(), key.clone());
        let (of_rows, of_pages) = ((dir.to_owned(), key.clone()), (dir.to_owned(), key));
        let looking = started(move || {
            let (dir, folder, key) = of_sums;
            let sums = SumCache::load(&folder, read(&dir, &key, SUMS));
            sums.look(&folder)?;
            Ok(sums)
        })?;
        let rows = started(move || {
            let (dir, key) = of_rows;
            stamp().map_or_else(Rows::default, |stamp| Rows::parse(read(&dir, &key, ROWS), &stamp))
        })?;
        let pages = started(move || PageCache::parse(&read(&of_pages.0, &of_pages.1, PAGES)))?;
        Ok(Self { is_last: true, looking: Some(looking), rows: Some(rows), pages: Some(pages), ..nothing })
    }

    /// Takes in what else is kept, once the workspace is open: that may have emptied the cache.
    pub fn load(&mut self, workspace: &Workspace) -> Outcome<()> {
        if self.is_last {
            let text = String::from_utf8(read(&workspace.dir, workspace.key()?, STATE));
            self.state = text.ok().and_then(|text| State::parse(&text));
            self.looking = self.looking.take().filter(|_| workspace.dir.join(SUMS).is_file());
            self.rows = self.rows.take().filter(|_| workspace.dir.join(ROWS).is_file());
            self.pages = self.pages.take().filter(|_| workspace.dir.join(PAGES).is_file());
        }
        Ok(())
    }

    /// Waits until every file was looked at.
    pub fn look(&mut self) -> Outcome<()> {
        if let Some(looking) = self.looking.take() {
            let looked = looking.join();
            let looked =
                looked.map_err(|_| Refusal::new("the folder could not be looked at; nothing was published"))?;
            self.sums = looked?;
        }
        Ok(())
    }

    /// What the pages of the folder were made from.
    pub fn pages(&mut self, workspace: &Workspace) -> PageCache {
        let mut pages = self.pages.take().and_then(|pages| pages.join().ok()).unwrap_or_default();
        if let Some(program) = stamp() {
            pages.know_entries(program, leaves(workspace));
        }
        pages
    }

    /// What need not be read of the journal again.
    pub fn rows(&mut self) -> Rows {
        self.rows.take().and_then(|rows| rows.join().ok()).unwrap_or_default()
    }

    /// The version of the last release, when it would be made from the same again and every file of it is as it was sealed.
    pub fn stands(&mut self, workspace: &Workspace, out: &Path, asked: &Asked) -> Outcome<Option<String>> {
        let made_from = self.state.as_ref().map(|state| state.made_from);
        if made_from.is_none() || asked.of(workspace)? != made_from {
            return Ok(None);
        }
        self.look()?;
        let Some(state) = &self.state else { return Ok(None) };
        let sealed = evidence::is_sealed(out, workspace.key()?, &workspace.origin, &state.sums, &self.sums);
        let Some(kept) = sealed else { return Ok(None) };
        if kept != self.sums.kept() {
            write(workspace, SUMS, &kept)?;
        }
        Ok(Some(state.version.clone()))
    }

    /// For the next time: the records as they were read, and what the pages were made from. Of a folder that is not sealed then, no page
    /// is believed to be untouched.
    pub fn store_input(&self, workspace: &Workspace, rows: &Rows, pages: &PageCache) -> Outcome<()> {
        evidence::make_private_dir(&workspace.dir.join("cache"))?;
        if !rows.is_as_read() {
            write(workspace, ROWS, &stamp().map(|stamp| rows.bytes(&stamp)).unwrap_or_default())?;
        }
        write(workspace, PAGES, &pages.bytes())
    }

    /// For the next time, once the folder is sealed. `asked` is none of a release that lacks what another try might bring.
    pub fn store(
        &self,
        workspace: &Workspace,
        asked: Option<&Asked>,
        version: String,
        (seal, sums): &(Seal, Vec<u8>),
    ) -> Outcome<()> {
        write(workspace, SUMS, sums)?;
        let made_from = asked.map(|asked| asked.of(workspace)).transpose()?.flatten();
        let state = made_from.map(|made_from| State { version, made_from, sums: seal.sums }.text());
        write(workspace, STATE, state.unwrap_or_default().as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_that_was_changed_or_cut_is_none() {
        let digest = |text: &str| Sha256Digest::of(text.as_bytes());
        let state = State { version: "2026.11.29".into(), made_from: digest("a"), sums: digest("b") };
        let text = state.text();
        let read = State::parse(&text).unwrap();
        assert_eq!((read.version, read.made_from, read.sums), (state.version, state.made_from, state.sums));
        for at in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[at] ^= 1;
            assert!(State::parse(&String::from_utf8(changed).unwrap()).is_none(), "byte {at}");
            assert!(State::parse(&text[..at]).is_none(), "cut at {at}");
        }
    }
}
