//! The stages, each as one run over a workspace.

pub mod estimate;
pub mod import;
pub mod link;
pub mod link_files;
pub mod link_spec;
pub mod linked;
pub mod media;
pub mod near;
pub mod outreach;
pub mod press;
pub mod publish;
pub mod quality;
pub mod rebuild;
pub mod review;
pub mod review_sheet;
pub mod report;
pub mod tally;
