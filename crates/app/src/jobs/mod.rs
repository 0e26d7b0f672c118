//! The stages, each as one run over a workspace.

pub mod custody;
pub mod custody_page;
pub mod estimate;
pub mod import;
pub mod link;
pub mod link_files;
pub mod link_spec;
pub mod linked;
pub mod media;
pub mod mirror;
pub mod near;
pub mod outreach;
pub mod press;
pub mod prove;
pub mod publish;
pub mod quality;
pub mod rebuild;
pub mod redact;
pub mod report;
pub mod review;
pub mod review_sheet;
pub mod subject;
pub mod tally;
pub mod timestamp;
pub mod verify_workspace;
pub mod witness;
