//! A row as content of one kind.

mod event;
mod figure;
mod notice;
mod place;
mod post;
mod record;

use domain::Content;

use crate::mapping::Kind;
use crate::row::{Fault, RowView};

/// Reads the row as what the mapping says it is.
pub(crate) fn read(row: &RowView<'_>) -> Result<Content, Fault> {
    if let Some(at) = row.received.iter().position(|cell| cell.contains(crate::encoding::UNREADABLE)) {
        return Err(row.fault(at, "it holds bytes that are not text in the file's encoding"));
    }
    // A cell this long is no value but a file in the wrong place; boundaries alone are long.
    let longest = if row.mapping.kind == Kind::Place { 24 << 20 } else { 4 << 20 };
    if let Some(at) = row.cells.iter().position(|cell| cell.len() > longest) {
        return Err(row.fault(at, format!("it is longer than {longest} bytes")));
    }
    match row.mapping.kind {
        Kind::Record => record::read(row).map(Content::Record),
        Kind::Event => event::read(row).map(Content::Event),
        Kind::Figure => figure::read(row).map(Content::Figure),
        Kind::Notice => notice::read(row).map(|notice| Content::Notice(Box::new(notice))),
        Kind::Place => place::read(row).map(Content::Place),
        Kind::Post => post::read(row).map(Content::Post),
        // TOML lists do not come as rows of cells.
        Kind::Statements | Kind::Sources | Kind::TrustSets => Err(Fault::row("the mapping is not one for tables")),
    }
}

/// Holds the row to the mapping's `required` and `require_any`; `has` says whether a field is filled.
fn check_required(row: &RowView<'_>, has: impl Fn(&str) -> bool) -> Result<(), Fault> {
    if let Some(missing) = row.mapping.required.iter().find(|field| !has(field)) {
        let at = row.plan.cells_of(missing).first().copied();
        let reason = format!("there is no {missing}");
        return Err(at.map_or_else(|| Fault::row(reason.clone()), |at| row.fault(at, reason.clone())));
    }
    let any = &row.mapping.require_any;
    if !any.is_empty() && !any.iter().any(|field| has(field)) {
        return Err(Fault::row(format!("it has no {}", any.join(" and no "))));
    }
    Ok(())
}
