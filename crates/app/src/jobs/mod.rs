//! The stages, each as one run over a workspace.

pub mod custody;
pub mod custody_page;
pub mod import;
pub mod link;
pub mod link_files;
pub mod mirror;
pub mod prove;
pub mod publish;
pub mod rebuild;
pub mod redact;
pub mod subject;
pub mod tally;
pub mod timestamp;
pub mod verify_workspace;
pub mod witness;
