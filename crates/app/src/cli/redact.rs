//! `tawthiq redact`: withdraw a field, a payload or an original.

use clap::Args;

#[derive(Args)]
pub struct RedactArguments {
    /// A record, a person (all its records), a notice, a post, an entry by its number; with --original also an accession or a
    /// SHA-256, with --field also an accession or a source.
    #[arg(value_name = "ID")]
    pub id: String,
    /// Only the field of this name, such as `names`, `vault` of a photograph, `file_name` of an accession, `to` of a step of
    /// custody; what says the same in the entry goes with it.
    #[arg(long, value_name = "NAME", conflicts_with = "original")]
    pub field: Option<String>,
    /// The file as received, the rows that were refused from it, and what a photograph says of itself.
    #[arg(long)]
    pub original: bool,
    /// With --original: every row that was read from it as well.
    #[arg(long, requires = "original")]
    pub with_rows: bool,
    /// Why. The log keeps it for good: do not repeat what is withdrawn.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// On whose authority, such as a family's request or a court's order.
    #[arg(long, value_name = "TEXT")]
    pub authority: String,
    /// Record the reason and the authority also where they repeat a word of a name that is withdrawn.
    #[arg(long)]
    pub repeats_name: bool,
    /// Who does it; the account's name when left out.
    #[arg(long, value_name = "WHO")]
    pub by: Option<String>,
}
