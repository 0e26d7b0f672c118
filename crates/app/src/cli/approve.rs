//! `tawthiq approve`: who may be named, decided by whom and why.

use clap::Args;
use domain::PersonId;

#[derive(Args)]
pub struct ApproveArguments {
    /// Persons by their ids. The approval covers the records that each has now.
    #[arg(value_name = "PERSON", required = true, value_parser = |id: &str| PersonId::new(id).map_err(|e| e.to_string()))]
    pub persons: Vec<PersonId>,
    /// Take back what the same hand approved before.
    #[arg(long)]
    pub take_back: bool,
    /// Who decides; the account's name when left out. Policies name approvers by it; it is never published.
    #[arg(long, value_name = "WHO")]
    pub by: Option<String>,
    /// Why, such as the family's consent and when it was given.
    #[arg(long, value_name = "TEXT")]
    pub why: String,
}
