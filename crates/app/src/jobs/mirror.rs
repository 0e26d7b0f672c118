//! The public log in a bucket: any `object_store` (a folder, memory, S3), for readers and checkers who follow it there.
//!
//! Tiles are written once and never again: one that is there with other bytes is refused. The checkpoint comes last, and
//! only after the one that is there was found to be the start of this log; where the store can compare and swap, it is
//! swapped against that one. No payload and no original is ever sent.

use evidence::note::{Checkpoint, Verifier};
use evidence::tiles::{TILE_WIDTH, tile_path, tiles_at};
use object_store::path::Path as Key;
use object_store::{Error, ObjectStore, ObjectStoreExt, PutMode, PutOptions, UpdateVersion};
use url::Url;

use crate::refusal::{Outcome, Refusal};
use crate::terminal::{Progress, say};
use crate::workspace::Workspace;

pub async fn run(workspace: &Workspace, to: &str) -> Outcome<()> {
    let url = match Url::parse(to) {
        Ok(url) => url,
        Err(_) => folder(to)?,
    };
    // Keys of an account come from the environment, as the tools of each provider read them.
    let options = std::env::vars().map(|(name, value)| (name.to_ascii_lowercase(), value));
    let (store, base) = object_store::parse_url_opts(&url, options)
        .map_err(|e| Refusal::new(format!("{to} is no store that this program knows: {e}; nothing was sent")))?;
    let sent = mirror(workspace, store.as_ref(), &base).await?;
    say(format!("{sent} new tiles; the log of {} entries is in {to}", workspace.journal.len()));
    Ok(())
}

fn folder(path: &str) -> Outcome<Url> {
    let path = std::path::Path::new(path);
    std::fs::create_dir_all(path).map_err(|e| Refusal::io("could not make", path, e))?;
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
