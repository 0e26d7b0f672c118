//! `tawthiq prove`: one thing with its proofs, for one reader.

use std::path::PathBuf;

use clap::Args;

#[derive(Args)]
pub struct ProveArguments {
    /// A record, a person, an accession, an original's SHA-256, or an entry by its number.
    #[arg(value_name = "ID")]
    pub id: String,
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// A field that is not shown, such as `names` or `vault`; its commitment stays, so the rest is still proved. The row as
    /// received, other fields with the same words and the files as received are left out with it.
    #[arg(long, value_name = "NAME")]
    pub withhold: Vec<String>,
    /// Leave the files as received out.
    #[arg(long)]
    pub without_originals: bool,
    /// Hand the files and the row as received over all the same, where a field is withheld or was withdrawn that they hold too.
    #[arg(long, conflicts_with = "without_originals")]
    pub with_original: bool,
    /// For whom it is; kept in the chain of custody.
    #[arg(long, value_name = "WHOM")]
    pub to: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub why: Option<String>,
    /// Who does it; the account's name when left out.
    #[arg(long, value_name = "WHO")]
    pub by: Option<String>,
}
