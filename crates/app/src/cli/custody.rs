//! `tawthiq custody`: the chain of custody of one thing, as a table or as a page for court; or one more step in it.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Did {
    LookedAt,
    Exported,
    Printed,
    HandedOver,
    CheckedFixity,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Language {
    Ar,
    #[default]
    En,
    Fr,
}

#[derive(Args)]
pub struct CustodyArguments {
    /// A record, a person, an accession, an original's SHA-256, or an entry by its number.
    #[arg(value_name = "ID")]
    pub id: String,
    /// Record that somebody did this, instead of printing the chain. `checked_fixity` reads the originals again and is
    /// recorded only where each is what was received; `handed_over` needs --to.
    #[arg(long, value_name = "WHAT", conflicts_with_all = ["page", "json"])]
    pub did: Option<Did>,
    /// To whom it went.
    #[arg(long, value_name = "WHOM", requires = "did")]
    pub to: Option<String>,
    #[arg(long, value_name = "TEXT", requires = "did")]
    pub why: Option<String>,
    /// Who; the account's name when left out.
    #[arg(long, value_name = "WHO")]
    pub by: Option<String>,
    /// Write a page for court (HTML). That it was printed becomes part of the chain.
    #[arg(long, value_name = "FILE")]
    pub page: Option<PathBuf>,
    /// The language of the page.
    #[arg(long, default_value = "en")]
    pub lang: Language,
    #[arg(long)]
    pub json: bool,
}
