//! The two keys of a workspace's log, and who may use them.

use std::path::Path;

use crate::refusal::{Outcome, Refusal};

/// The log's public key, for those who may not read the other one.
pub const PUBLIC_KEY: &str = "log.vkey";
/// The signing key, readable by its owner alone.
pub const SIGNING_KEY: &str = "keys/log.key";

/// Whether this process could open the workspace as its keeper does.
pub(super) fn may_write(dir: &Path) -> bool {
    let is_denied = |error: &std::io::Error| {
        matches!(error.kind(), std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem)
    };
    let key = std::fs::File::open(dir.join(SIGNING_KEY)).err();
    let lock = std::fs::OpenOptions::new().write(true).open(dir.join("journal/lock/held")).err();
    !key.iter().chain(&lock).any(is_denied)
}

/// The public key, from beside the workspace or, where there is none yet, from the other one. One that is there and cannot be
/// read is refused: the other one may have been put there by whoever damaged it.
pub fn public_key(dir: &Path) -> Outcome<evidence::note::Verifier> {
    let path = dir.join(PUBLIC_KEY);
    match crate::input::read_text(&path) {
        Ok(text) => return Ok(evidence::note::Verifier::parse(text.trim_end())?),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(Refusal::io("could not read", &path, error)),
    }
    let key = evidence::keys::load(&dir.join(SIGNING_KEY))?;
    let published = std::fs::read_to_string(dir.join("journal/log/checkpoint")).unwrap_or_default();
    Ok(evidence::note::Verifier::of(published.lines().next().unwrap_or_default(), &key))
}

/// Why a signing key is not the one of the workspace, where there is a public key to compare it with.
pub fn other_key(dir: &Path, key: &evidence::SigningKey) -> Outcome<Option<String>> {
    if !dir.join(PUBLIC_KEY).exists() {
        return Ok(None);
    }
    let public = public_key(dir)?;
    let own = evidence::note::Verifier::of(&public.name, key).vkey();
    Ok((own != public.vkey()).then(|| {
        format!(
            "it is the key of {own}, and {PUBLIC_KEY} says {}: one of the two was changed, or the key is of another workspace",
            public.vkey()
        )
    }))
}
