//! What a workspace keeps of its last release, and the signs that the journal was longer once: an older one was put back, or entries
//! were lost.

use std::path::{Path, PathBuf};

use domain::Sha256Digest;
use evidence::Journal;

use super::{Workspace, public_key};
use crate::refusal::{Outcome, Refusal};

/// Where the last release went.
pub const LAST_RELEASE: &str = "last-release";
/// `data/persons.json` of the last release that was finished.
pub const LAST_PERSONS: &str = "last-persons.json";
/// That it was kept by whoever holds the key.
pub const LAST_PERSONS_CODE: &str = "last-persons.code";

/// Throws away what knows of entries that are gone for good: the cache, and where the last release went.
pub(super) fn forget_newer(dir: &Path) -> Outcome<()> {
    evidence::remove_all(&dir.join("cache"))?;
    if let Ok(Some(last)) = Workspace::last_release(dir) {
        crate::terminal::say(format!(
            "that the last release is in {} is forgotten: name it with publish --previous, so that old addresses stay",
            last.display()
        ));
    }
    for name in [LAST_RELEASE, LAST_PERSONS, LAST_PERSONS_CODE] {
        evidence::remove_all(&dir.join(name))?;
    }
    Ok(())
}

/// What lies here and knows of more entries than the journal has, or of others: an anchor, the last release, the note on `cache/`.
/// An older journal was put back then, or entries were lost.
pub fn knows_more(dir: &Path, journal: &Journal) -> Outcome<Option<String>> {
    let entries = journal.len();
    let more = |what: &str, n: u64| {
        format!("{what} knows of {n} entries, and the journal has {entries}: an older journal was put back")
    };
    let anchors = std::fs::read_dir(dir.join("anchors")).into_iter().flatten().flatten();
    let sizes = anchors.filter_map(|anchor| anchor.file_name().to_str()?.parse::<u64>().ok());
    if let Some(n) = sizes.max().filter(|n| *n > entries) {
        return Ok(Some(more(&format!("anchors/{n}"), n)));
    }
    if let Some(n) = crate::jobs::destroy::emptied(dir).filter(|n| *n > entries) {
        return Ok(Some(more("cache/emptied", n)));
    }
    // One that cannot be read is named by whoever publishes.
    let Some(last) = Workspace::last_release(dir).ok().flatten() else { return Ok(None) };
    let note = std::fs::read_to_string(last.join("log/checkpoint")).unwrap_or_default();
    let Ok(shown) = evidence::note::Checkpoint::open(&note, &public_key(dir)?) else { return Ok(None) };
    if journal.root(shown.size).is_some_and(|root| root != shown.root) {
        return Ok(Some(format!(
            "the release in {} shows other entries among the first {} than this journal has: an older journal was put back and \
             written on",
            last.display(),
            shown.size
        )));
    }
    let is_newer = shown.size > entries;
    Ok(is_newer.then(|| more(&format!("the release in {}", last.display()), shown.size)))
}

impl Workspace {
    /// Remembers where the last release went, and whom it shows: a later publish into its folder can be killed half way, and what
    /// was published before, old addresses and withdrawn persons above all, must not go with it.
    pub fn remember_release(&self, out: &Path) -> Outcome<()> {
        let out = std::path::absolute(out).map_err(|e| Refusal::io("could not find", out, e))?;
        let persons = out.join(release::PERSONS);
        let bytes = std::fs::read(&persons).map_err(|e| Refusal::io("could not read", &persons, e))?;
        if let Some(key) = &self.key {
            let code = evidence::keys::keepers_code(key, LAST_PERSONS, &bytes);
            let code = Sha256Digest(code).hex();
            evidence::write_private(&self.dir.join(LAST_PERSONS_CODE), code.as_bytes())?;
        }
        evidence::write_private(&self.dir.join(LAST_PERSONS), &bytes)?;
        Ok(evidence::write_private(&self.dir.join(LAST_RELEASE), out.display().to_string().as_bytes())?)
    }

    /// Whom the last release shows that was finished: as its folder says where that is as it was signed, else as it was kept.
    /// Nothing where none was published; refused where one was and nothing is known of it that only its keeper can have
    /// written: reasons and old addresses in it are signed again by the next.
    pub fn last_summary(dir: &Path, key: Option<&evidence::SigningKey>) -> Outcome<Option<release::Summary>> {
        let Some(last) = Self::last_release(dir)? else { return Ok(None) };
        let kept = key.and_then(|key| Self::kept_persons(dir, key));
        // Both were written when the release was sealed, so that its long list of files need not be asked.
        let is_kept = |kept: &Vec<u8>| release::has_bytes(&last.join(release::PERSONS), &[kept]).unwrap_or(false);
        if let Some(kept) = kept.as_ref().filter(|kept| last.join("release.note").is_file() && is_kept(kept)) {
            return Ok(Some(release::Summary::of_folder(&last, kept)?));
        }
        if evidence::is_as_signed(&last, release::PERSONS, &public_key(dir)?)? {
            return Ok(release::Summary::load(&last)?);
        }
        let path = dir.join(LAST_PERSONS);
        if kept.is_some() {
            return Ok(release::Summary::read(&path)?);
        }
        let state = if path.is_file() { "is not as it was kept" } else { "is gone" };
        Err(Refusal::new(format!(
            "{} holds no release that is as this key signed it, and {LAST_PERSONS} {state}: what is published next would not say \
             what changed since. Name the release, or a good copy of it, with --previous DIR, or remove {LAST_RELEASE} to \
             begin anew; nothing was published",
            last.display()
        )))
    }

    /// Whether the list of the last release's persons, as it was kept here, is what the keeper of the key wrote.
    pub fn persons_as_kept(dir: &Path, key: &evidence::SigningKey) -> bool {
        Self::kept_persons(dir, key).is_some()
    }

    /// The list of the last release's persons, where it is what the keeper of the key wrote.
    fn kept_persons(dir: &Path, key: &evidence::SigningKey) -> Option<Vec<u8>> {
        let kept = std::fs::read(dir.join(LAST_PERSONS)).ok()?;
        let code = Sha256Digest::from_hex(&std::fs::read_to_string(dir.join(LAST_PERSONS_CODE)).ok()?)?;
        (code.0 == evidence::keys::keepers_code(key, LAST_PERSONS, &kept)).then_some(kept)
    }

    /// Where the last release went; nothing where none was published. Refused where that cannot be read.
    pub fn last_release(dir: &Path) -> Outcome<Option<PathBuf>> {
        let path = dir.join(LAST_RELEASE);
        let damaged = |why: &str| {
            Refusal::new(format!(
                "{} {why}: where the last release went is not known, and without it the next would begin anew. Write the path \
                 of its folder into that file, or remove it; nothing was done",
                path.display()
            ))
        };
        match std::fs::read(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(damaged(&format!("cannot be read ({error})"))),
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) if Path::new(&text).is_absolute() && !text.chars().any(char::is_control) => {
                    Ok(Some(PathBuf::from(text)))
                }
                _ => Err(damaged("is damaged")),
            },
        }
    }
}
