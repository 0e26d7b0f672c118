//! `tawthiq diff`: what changed between two release folders, from what they carry. No workspace, no network.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::refusal::{Outcome, Refusal};

#[derive(Args)]
pub struct DiffArguments {
    /// The earlier release.
    #[arg(value_name = "A")]
    before: PathBuf,
    /// The later release.
    #[arg(value_name = "B")]
    after: PathBuf,
    #[arg(long)]
    json: bool,
}

impl DiffArguments {
    pub fn folders(&self) -> Vec<PathBuf> {
        vec![self.before.clone(), self.after.clone()]
    }
}

pub fn run(arguments: &DiffArguments) -> Outcome<()> {
    let load = |folder: &Path| {
        release::Summary::load(folder)?.ok_or_else(|| {
            Refusal::new(format!("{} is no release with data/persons.json; nothing was compared", folder.display()))
        })
    };
    let (before, after) = (load(&arguments.before)?, load(&arguments.after)?);
    let changes = release::changes(&before, &after, &after.withdrawn);
    if arguments.json {
        outln!("{}", serde_json::to_string_pretty(&changes).map_err(|e| Refusal::new(e.to_string()))?);
    } else {
        out!("{changes}");
    }
    Ok(())
}
