//! The pages. Each module turns values into the blocks of one kind of page; nothing here writes a file.

mod accession;
mod check;
mod claim;
mod counts;
mod event;
mod figure;
mod home;
mod method;
mod month;
mod party;
mod person;
mod place;
mod site;
mod source;
mod sources;
mod statements;
mod words;

pub(crate) use month::measure;
pub(crate) use person::{display_name, shows};
pub(crate) use site::{Site, jobs};
pub(crate) use words::{Ctx, attribution_label};
