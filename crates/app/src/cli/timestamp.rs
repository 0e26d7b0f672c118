//! `tawthiq timestamp`: ask outsiders when the log stood as it stands.

use std::path::PathBuf;

use clap::Args;

#[derive(Args)]
pub struct TimestampArguments {
    /// An RFC 3161 time-stamping authority.
    #[arg(long, value_name = "URL")]
    pub tsa: Option<String>,
    /// The authority's certificates (PEM), under which its stamps are believed.
    #[arg(long, value_name = "FILE", requires = "tsa")]
    pub ca: Option<PathBuf>,
    /// What to call the authority; its stamps are kept under this name.
    #[arg(long, default_value = "tsa", value_name = "NAME")]
    pub name: String,
    /// An OpenTimestamps calendar.
    #[arg(long, value_name = "URL")]
    pub ots: Vec<String>,
    /// Ask the calendars for what they anchored since.
    #[arg(long, requires = "ots")]
    pub upgrade: bool,
    /// Ask the authority also when it stamped less than a day ago.
    #[arg(long)]
    pub again: bool,
}
