//! The stages, each as one run over a workspace.

pub mod import;
pub mod link;
pub mod link_files;
pub mod outreach;
pub mod press;
pub mod publish;
pub mod rebuild;
pub mod report;
pub mod tally;
