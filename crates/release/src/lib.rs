//! From values to a folder of static files that anyone can read and check: pages in Arabic, English and French, data and
//! proofs.
//!
//! This crate is given everything it publishes and queries nothing; it never reads a clock. The same values give the
//! same bytes. What stays out is the policy's decision ([`Policy`]), and restricted fields are left out before a page
//! is begun.

mod archive;
mod cache;
mod card;
mod charts;
mod data;
mod dataset;
mod doc;
mod feed;
mod folder;
mod imprint;
mod index;
mod invented;
mod known;
mod l10n;
mod leaf;
mod logo;
mod maps;
mod masthead;
mod notice;
mod outreach;
mod pages;
mod parts;
mod policy;
mod printed;
mod publish;
mod reading;
mod records;
mod report;
mod settings;
mod signature;
mod strata;
mod suppress;
mod typeset;
mod view;

pub use archive::{Change, Changes, PERSONS, PersonLine, Step, Summary, changes};
pub use cache::PageCache;
pub use dataset::Dataset;
pub use folder::{Folder, OfRelease, ReleaseError, Untouched, has_bytes};
pub use known::Known;
pub use l10n::{Lang, message_keys};
pub use logo::Logo;
pub use maps::{Area, Boundaries, BoundariesError};
pub use outreach::{
    Estimate, Link, ModelInterval, Outreach, Reached, ReportSetting, Settings, SettingsError, outreach, refuse_outreach,
};
pub use policy::{HeldBack, Policy, PolicyError, Withholding, is_never_public, only_publishable, withheld_fields};
pub use publish::{Plan, Published, plan, publish, publish_into};
pub use reading::Reading;
pub use records::Records;
pub use report::{ReportOf, Written, report};
pub use settings::{Creator, PersonalName, SiteSettings, Theme};
pub use typeset::{Press, Sheet};
pub use view::{Shown, View};
