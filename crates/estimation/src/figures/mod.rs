//! Published figures: reports and their retellings, sums, sources side by side, and quoted shares.
//!
//! Nothing here is corrected or averaged. A figure for several parties belongs to the node that joins them; whom the
//! dead belonged to is never read as who killed them; the dead of massacres and deaths under torture are never mixed
//! into those killed.

mod claim;
mod page;
mod report;
mod share;
mod side;
mod sums;
mod words;

pub use claim::check_claim;
pub use report::reports;
pub use side::side_by_side;
pub use sums::{SumChecks, SumLine, sum_checks};
pub use words::{ClaimParseError, parse_claim, parse_period, parse_share};
