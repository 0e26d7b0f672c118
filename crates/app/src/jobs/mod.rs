//! The stages, each as one run over a workspace.

pub mod estimate;
pub mod import;
pub mod link;
pub mod link_files;
pub mod publish;
pub mod rebuild;
pub mod tally;
