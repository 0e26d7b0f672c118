//! `tawthiq consent`: what families consented to, and taking it back.

use clap::Args;
use domain::{NoticeId, NoticeUse};

#[derive(Args)]
pub struct ConsentArguments {
    /// A notice by its id; all notices when left out.
    #[arg(value_name = "ID", required_if_eq("withdraw", "true"), value_parser = |id: &str| NoticeId::new(id).map_err(|e| e.to_string()))]
    pub id: Option<NoticeId>,
    /// The family takes its consent back: the next release leaves the notice out.
    #[arg(long, requires = "reason")]
    pub withdraw: bool,
    /// Take back only this: page, picture or poster. Can be said again; all of it when left out.
    #[arg(long = "use", value_name = "USE", requires = "withdraw", value_parser = |key: &str| NoticeUse::from_key(key).ok_or("it is none of page, picture, poster"))]
    pub uses: Vec<NoticeUse>,
    /// Why, and who asked for it. The journal keeps it; it is never published.
    #[arg(long, value_name = "TEXT", requires = "withdraw")]
    pub reason: Option<String>,
    /// Who records it; the account's name when left out.
    #[arg(long, value_name = "WHO", requires = "withdraw")]
    pub by: Option<String>,
    #[arg(long, conflicts_with = "withdraw")]
    pub json: bool,
}
