//! What makes a release one that can be cited and compared: its version and lasting address, what it holds person by
//! person, and what changed since the release before.

mod changes;
mod cite;
mod summary;

pub(crate) use changes::UNPUBLISHED;
pub use changes::{Change, Changes, Why, changes};
pub(crate) use cite::{citation, schema_org, write as write_metadata, write_dataset};
pub use summary::{PATH as PERSONS, PersonLine, Step, Summary};
