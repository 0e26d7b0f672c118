//! What a folder is, or is in: a workspace, a release, neither.

use std::path::{Path, PathBuf};

use super::SETTINGS;
use crate::refusal::{Outcome, Refusal};

/// The folder that a place is in, or is itself, of which this holds.
fn folder_above(place: &Path, holds: &dyn Fn(&Path) -> bool) -> Outcome<Option<PathBuf>> {
    let place = std::path::absolute(place).map_err(|e| Refusal::io("could not find", place, e))?;
    // A link is followed to where it leads.
    let there = place.ancestors().find_map(|above| {
        let whole = std::fs::canonicalize(above).ok()?;
        Some(whole.join(place.strip_prefix(above).ok()?))
    });
    let place = there.unwrap_or(place);
    Ok(place.ancestors().find(|folder| holds(folder)).map(Path::to_owned))
}

/// The workspace that a place is in, or is itself.
pub fn workspace_above(place: &Path) -> Outcome<Option<PathBuf>> {
    folder_above(place, &|folder| folder.join(SETTINGS).is_file())
}

/// Refuses a place for what is restricted, or is of another log, where a release or a bundle is. `nothing` says what is not done.
pub fn refuse_inside_release(place: &Path, nothing: &str) -> Outcome<()> {
    // Each name alone stands in folders of many kinds.
    let is_public = |folder: &Path| {
        let has = |name: &str| folder.join(name).exists();
        has("release.note") || has("SHA256SUMS") && has("log/checkpoint") || has("bundle.json") && has("entries")
    };
    match folder_above(place, &is_public)? {
        None => Ok(()),
        Some(release) => Err(Refusal::new(format!(
            "{} is in {}, a release or a bundle: whoever is shown that is shown what is in it; {nothing}",
            place.display(),
            release.display()
        ))),
    }
}

/// Refuses a place for what becomes public where a workspace is. `nothing` says what is not done.
pub fn refuse_inside_workspace(place: &Path, nothing: &str) -> Outcome<()> {
    match workspace_above(place)? {
        None => Ok(()),
        Some(workspace) => Err(Refusal::new(format!(
            "{} is in the workspace {}: what becomes public does not go where names and keys are; {nothing}",
            place.display(),
            workspace.display()
        ))),
    }
}
