//! The pages. Each module turns values into the blocks of one kind of page; nothing here writes a file.

mod accession;
mod board;
mod check;
mod cite;
mod claim;
mod counts;
mod event;
mod figure;
mod gate;
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
mod years;

pub(crate) use accession::{blocks, ends};
pub(crate) use counts::{
    OneList, cell_count, columns, is_closed, is_held, title as dimension_title, trust_name, value_label,
};
pub(crate) use event::act;
pub(crate) use gate::{choose, missing};
pub(crate) use home::{card_path, share_card};
pub(crate) use month::{measure, place_of};
pub(crate) use person::{display_name, shows};
pub(crate) use site::{Kind, Site, jobs};
pub(crate) use statements::{checked, stated};
pub(crate) use words::{Ctx, Said, attribution_label, head};
