//! The public log in a bucket: any `object_store` (a folder, S3, Azure, Google, WebDAV), for readers and checkers who follow it there.
//!
//! Tiles are written once and never again: one that is there with other bytes is refused. The checkpoint comes last, and
//! only after the one that is there was found to be the start of this log; where the store can compare and swap, it is
//! swapped against that one. No payload and no original is ever sent.

use std::path::{Path, PathBuf};

use evidence::VerifyReport;
use evidence::note::{Checkpoint, Verifier};
use evidence::tiles::{TILE_WIDTH, tile_path, tiles_at};
use object_store::path::Path as Key;
use object_store::{Error, ObjectStore, ObjectStoreExt, PutMode, PutOptions, UpdateVersion};
use url::Url;

use crate::refusal::{Outcome, Refusal};
use crate::terminal::{Progress, say};
use crate::workspace::{Workspace, refuse_inside_release, refuse_inside_workspace};

/// A bundle of 256 entries of at most 65,535 bytes, each after its length.
const LONGEST_TILE: u64 = TILE_WIDTH * (2 + 65_535);

/// The store that an address names, and the place in it. Keys of an account come from the environment, as the tools of each
/// provider read them.
fn open(address: &str) -> Outcome<(Box<dyn ObjectStore>, Key)> {
    let url = match Url::parse(address) {
        Ok(url) => url,
        Err(_) => folder(Path::new(address))?,
    };
    // The log is public and signed: over plain HTTP nobody learns more or changes anything unseen.
    let plain = (url.scheme() == "http").then(|| ("allow_http".to_owned(), "true".to_owned()));
    let options = std::env::vars().map(|(name, value)| (name.to_ascii_lowercase(), value)).chain(plain);
    object_store::parse_url_opts(&url, options)
        .map_err(|e| Refusal::new(format!("{address} is no store that this program knows: {e}; nothing was done")))
}

/// Brings the log that is in a store into a folder and audits it there: every entry is hashed, every tile compared, the root
/// held to the checkpoint that the key signed. It needs no workspace.
pub async fn fetch(from: &str, out: &Path, vkey: &str) -> Outcome<VerifyReport> {
    refuse_inside_workspace(out, "nothing was fetched")?;
    refuse_inside_release(out, "nothing was fetched")?;
    let (store, base) = open(from)?;
    fetch_from(store.as_ref(), &base, out, vkey).await
}

/// What cannot be fetched wholly leaves nothing in `out`.
async fn fetch_from(store: &dyn ObjectStore, base: &Key, out: &Path, vkey: &str) -> Outcome<VerifyReport> {
    if std::fs::read_dir(out).is_ok_and(|mut listing| listing.next().is_some()) {
        return Err(Refusal::new(format!("{} is not empty; nothing was written", out.display())));
    }
    let fetched = fetch_into(store, base, out, vkey).await;
    if fetched.is_err() {
        let _ = std::fs::remove_file(out.join("checkpoint"));
        let _ = std::fs::remove_dir_all(out.join("tile"));
        let _ = std::fs::remove_dir(out);
    }
    fetched
}

async fn fetch_into(store: &dyn ObjectStore, base: &Key, out: &Path, vkey: &str) -> Outcome<VerifyReport> {
    let fetch = |path: String| async move {
        let key = path.split('/').fold(base.clone(), |key, part| key.join(part));
        let refuse = |error: String| Refusal::new(format!("{key}: {error}; the log was not fetched"));
        let found = store.get(&key).await.map_err(|e| refuse(e.to_string()))?;
        if found.meta.size > LONGEST_TILE {
            return Err(refuse(format!("it is of {} bytes, and no tile is so long", found.meta.size)));
        }
        let bytes = found.bytes().await.map_err(|e| refuse(e.to_string()))?;
        let to = out.join(&path);
        let parent = to.parent().unwrap_or(out);
        std::fs::create_dir_all(parent).map_err(|e| Refusal::io("could not make", parent, e))?;
        std::fs::write(&to, &bytes).map_err(|e| Refusal::io("could not write", &to, e))?;
        Ok(bytes)
    };
    let note = fetch("checkpoint".to_owned()).await?;
    let checkpoint = Checkpoint::open(&String::from_utf8_lossy(&note), &Verifier::parse(vkey)?)?;
    let progress = Progress::new();
    for level in std::iter::once(None).chain((0..8).map(Some)) {
        for (index, width) in tiles_at(checkpoint.size, level.unwrap_or(0)) {
            fetch(tile_path(level, index, width)).await?;
            progress.at("tiles fetched", index, 0);
        }
    }
    let mut report = VerifyReport { key_was_given: true, fingerprint: vkey.to_owned(), ..VerifyReport::default() };
    evidence::audit_log(&mut report, out, vkey, &|stage, done, total| progress.at(stage, done, total))?;
    Ok(report.sorted())
}

/// Sends the log of a workspace.
pub async fn run(workspace: &Workspace, to: &str) -> Outcome<()> {
    let file = Url::parse(to).ok().map(|url| url.to_file_path());
    if let Some(place) = file.map_or_else(|| Some(PathBuf::from(to)), Result::ok) {
        refuse_inside_workspace(&place, "nothing was sent")?;
        refuse_inside_release(&place, "nothing was sent")?;
        refuse_strange(&place)?;
        if Url::parse(to).is_err() {
            std::fs::create_dir_all(&place).map_err(|e| Refusal::io("could not make", &place, e))?;
        }
    }
    let (store, base) = open(to)?;
    let sent = mirror(workspace, store.as_ref(), &base).await?;
    say(format!("{sent} new tiles; the log of {} entries is in {to}", workspace.journal.len()));
    Ok(())
}

/// Refuses a folder that holds something and no log: tiles would lie among another's files. And links in it: tiles would be
/// written where they lead.
fn refuse_strange(place: &Path) -> Outcome<()> {
    let is_link = |path: &Path| path.symlink_metadata().is_ok_and(|meta| meta.is_symlink());
    if let Some(link) =
        ["checkpoint", "policy.txt", "tile"].map(|name| place.join(name)).into_iter().find(|path| is_link(path))
    {
        return Err(Refusal::new(format!("{} is a link; nothing was sent", link.display())));
    }
    let is_empty = std::fs::read_dir(place).is_ok_and(|mut listing| listing.next().is_none());
    if place.is_dir() && !is_empty && !place.join("tile").is_dir() {
        return Err(Refusal::new(format!(
            "{} holds other files and no log; nothing was sent. Name an empty folder, or one that a log was sent to",
            place.display()
        )));
    }
    Ok(())
}

/// A folder that is there.
fn folder(path: &Path) -> Outcome<Url> {
    if !path.is_dir() {
        return Err(Refusal::new(format!("{} is no folder; nothing was done", path.display())));
    }
    let whole = std::path::absolute(path).map_err(|e| Refusal::io("could not find", path, e))?;
    Url::from_directory_path(&whole)
        .map_err(|()| Refusal::new(format!("{} is no address; nothing was sent", path.display())))
}

fn refuse(key: &Key, error: impl std::fmt::Display) -> Refusal {
    Refusal::new(format!("{key}: {error}; the log there was not brought up to date"))
}

/// Sends what is new. Returns how many tiles that was.
pub async fn mirror(workspace: &Workspace, store: &dyn ObjectStore, base: &Key) -> Outcome<u64> {
    let journal = &workspace.journal;
    journal.publish()?;
    let key = |path: &str| path.split('/').fold(base.clone(), |key, part| key.join(part));
    let checkpoint_key = key("checkpoint");
    let there = known(workspace, store, &checkpoint_key).await?;
    let (from, version) = there.map_or((0, None), |(size, version)| (size, Some(version)));
    let log = workspace.dir.join("journal/log");
    let progress = Progress::new();
    let (size, mut sent) = (journal.len(), 0);
    for level in std::iter::once(None).chain((0..8).map(Some)) {
        let height = 8 * level.unwrap_or(0);
        let done = from.checked_shr(height).unwrap_or(0) / TILE_WIDTH;
        for (index, width) in tiles_at(size, level.unwrap_or(0)).skip_while(|(index, _)| *index < done) {
            let path = tile_path(level, index, width);
            let bytes =
                std::fs::read(log.join(&path)).map_err(|e| Refusal::io("could not read", &log.join(&path), e))?;
            sent += u64::from(put_once(store, &key(&path), bytes).await?);
            progress.at("tiles sent", sent, 0);
        }
    }
    let policy = key("policy.txt");
    store.put(&policy, workspace.policy_text()?.into_bytes().into()).await.map_err(|e| refuse(&policy, e))?;
    let note = journal.checkpoint().as_bytes().to_vec();
    let mode = version.map_or(PutMode::Create, PutMode::Update);
    match store.put_opts(&checkpoint_key, note.clone().into(), PutOptions::from(mode)).await {
        Ok(_) => {}
        // A folder cannot compare and swap; what is there was looked at above.
        Err(Error::NotImplemented { .. }) => {
            store.put(&checkpoint_key, note.into()).await.map_err(|e| refuse(&checkpoint_key, e))?;
        }
        Err(error) => return Err(refuse(&checkpoint_key, format!("another writer was there first: {error}"))),
    }
    Ok(sent)
}

/// The size of the log that is there, when it is the start of this one.
async fn known(workspace: &Workspace, store: &dyn ObjectStore, key: &Key) -> Outcome<Option<(u64, UpdateVersion)>> {
    let found = match store.get(key).await {
        Ok(found) => found,
        Err(Error::NotFound { .. }) => return Ok(None),
        Err(error) => return Err(refuse(key, error)),
    };
    let version = UpdateVersion { e_tag: found.meta.e_tag.clone(), version: found.meta.version.clone() };
    let bytes = found.bytes().await.map_err(|e| refuse(key, e))?;
    let verifier = Verifier::parse(&workspace.vkey())?;
    let checkpoint = Checkpoint::open(&String::from_utf8_lossy(&bytes), &verifier).map_err(|e| refuse(key, e))?;
    match workspace.journal.root(checkpoint.size) {
        Some(root) if root == checkpoint.root => Ok(Some((checkpoint.size, version))),
        Some(_) => Err(refuse(key, "it is of another log that was signed with the same key")),
        None => Err(refuse(key, "it is of more entries than this journal has: this journal is older")),
    }
}

/// Writes what is not there yet. True when it was written; refused when it is there with other bytes.
async fn put_once(store: &dyn ObjectStore, key: &Key, bytes: Vec<u8>) -> Outcome<bool> {
    match store.put_opts(key, bytes.clone().into(), PutOptions::from(PutMode::Create)).await {
        Ok(_) => Ok(true),
        Err(Error::AlreadyExists { .. }) => {
            let there = store.get(key).await.map_err(|e| refuse(key, e))?.bytes().await.map_err(|e| refuse(key, e))?;
            match there == bytes {
                true => Ok(false),
                false => Err(refuse(key, "it is there with other bytes, and a tile is never written twice")),
            }
        }
        Err(error) => Err(refuse(key, error)),
    }
}

#[cfg(test)]
mod tests {
    use object_store::memory::InMemory;

    use super::*;

    #[tokio::test]
    async fn a_log_goes_into_a_store_in_memory_comes_back_whole_and_is_not_written_over_by_who_is_late() {
        let dir = tempfile::tempdir().unwrap();
        let mut workspace = Workspace::init(&dir.path().join("w"), "test.invalid/log", None).await.unwrap();
        let source = |n: usize| {
            let id = domain::SourceId::new(format!("invented-{n}").as_str()).unwrap();
            domain::Content::Source(crate::workspace::undescribed(&id))
        };
        workspace.record((0..300).map(source).collect()).await.unwrap();
        let (store, base) = (InMemory::new(), Key::from("logs/one"));
        assert!(mirror(&workspace, &store, &base).await.unwrap() > 0);
        let seen = store.get(&base.clone().join("checkpoint")).await.unwrap().meta;
        workspace.record((300..310).map(source).collect()).await.unwrap();
        mirror(&workspace, &store, &base).await.unwrap();
        let back = |name: &str| dir.path().join(name);
        let report = fetch_from(&store, &base, &back("back"), &workspace.vkey()).await.unwrap();
        assert_eq!((report.exit_code(), report.entries), (0, 310), "{report:?}");
        // A writer who saw the checkpoint before that one swaps nothing.
        let late = PutMode::Update(UpdateVersion { e_tag: seen.e_tag, version: seen.version });
        let late = store.put_opts(&base.clone().join("checkpoint"), "late".into(), PutOptions::from(late)).await;
        assert!(matches!(late, Err(Error::Precondition { .. })), "{late:?}");
        // One flipped byte in the store is found.
        let tile = base.clone().join("tile").join("entries").join("000");
        let mut bytes = store.get(&tile).await.unwrap().bytes().await.unwrap().to_vec();
        bytes[77] ^= 1;
        store.put(&tile, bytes.into()).await.unwrap();
        let report = fetch_from(&store, &base, &back("rotted"), &workspace.vkey()).await.unwrap();
        assert_eq!(report.exit_code(), 1);
        assert!(fetch_from(&store, &base, &back("back"), &workspace.vkey()).await.is_err(), "the folder is not empty");
    }
}
