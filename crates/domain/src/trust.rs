//! A named choice of sources.

use serde::{Deserialize, Serialize};

use crate::{LocalText, Source, SourceId, TrustSetId};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustSet {
    pub id: TrustSetId,
    pub names: LocalText,
    #[serde(default)]
    pub sources: Vec<SourceId>,
    /// Sources that bear any of these tags are chosen as well.
    #[serde(default)]
    pub affiliations: Vec<String>,
    /// Everyone; the two lists above are then not read.
    #[serde(default)]
    pub all: bool,
}

impl TrustSet {
    pub fn trusts(&self, source: &Source) -> bool {
        self.all
            || self.sources.contains(&source.id)
            || source.affiliations.iter().any(|tag| self.affiliations.contains(tag))
    }
}
