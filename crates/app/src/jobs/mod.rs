//! The stages, each as one run over a workspace.

pub mod import;
pub mod link;
pub mod link_files;
pub mod media;
pub mod near;
pub mod publish;
pub mod rebuild;
pub mod tally;
