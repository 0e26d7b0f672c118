//! Inclusion proofs as text (c2sp.org/tlog-proof).

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::merkle::{Hash, check_inclusion, leaf_hash};
use crate::note::{Checkpoint, Verifier};

const HEADER: &str = "c2sp.org/tlog-proof@v1\n";

/// That a leaf is entry `index` of the log of a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InclusionProof {
    pub index: u64,
    pub path: Vec<Hash>,
    /// The signed checkpoint, as it was published.
    pub checkpoint: String,
}

impl InclusionProof {
    pub fn text(&self) -> String {
        let mut text = format!("{HEADER}index {}\n", self.index);
        for hash in &self.path {
            text.push_str(&BASE64_STANDARD.encode(hash));
            text.push('\n');
        }
        text + "\n" + &self.checkpoint
    }

    pub fn parse(text: &str) -> Option<Self> {
        let (head, checkpoint) = text.strip_prefix(HEADER)?.split_once("\n\n")?;
        let mut lines = head.lines();
        let index = lines.next()?.strip_prefix("index ")?;
        let number: u64 = index.parse().ok().filter(|n: &u64| n.to_string() == index)?;
        let path = lines.map(|l| BASE64_STANDARD.decode(l).ok()?.try_into().ok()).collect::<Option<Vec<Hash>>>()?;
        Some(Self { index: number, path, checkpoint: checkpoint.to_owned() })
    }

    /// Checks the signature of the checkpoint and the path from the leaf to its root.
    pub fn check(&self, leaf: &[u8], verifier: &Verifier) -> std::result::Result<(), String> {
        let checkpoint = Checkpoint::open(&self.checkpoint, verifier).map_err(|e| e.to_string())?;
        self.check_path(leaf, &checkpoint)
    }

    /// Checks the path alone, to the root of a checkpoint whose signature was checked already.
    pub(crate) fn check_path(&self, leaf: &[u8], checkpoint: &Checkpoint) -> std::result::Result<(), String> {
        let good = check_inclusion(&leaf_hash(leaf), self.index, checkpoint.size, &self.path, &checkpoint.root);
        if good { Ok(()) } else { Err("the path does not lead from the leaf to the signed root".to_owned()) }
    }
}
