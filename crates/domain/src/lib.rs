//! The vocabulary of documentation: who says what was done to whom, when, where and by whom.
//!
//! Pure values. This crate never opens a file, a database or a socket, and never reads a clock.
//! Unknown is a value here: a missing fact is `None`, never zero and never an empty string.

pub mod accession;
pub mod act;
pub mod claim;
pub mod comparison;
pub mod content;
pub mod count;
pub mod custody;
pub mod date;
pub mod event;
pub mod figure;
pub mod gazetteer;
pub mod id;
pub mod media;
pub mod name;
pub mod notice;
pub mod party;
pub mod person;
pub mod place;
pub mod post;
pub mod quantity;
pub mod record;
pub mod rejected;
pub mod run;
pub mod source;
pub mod statement;
pub mod text;
pub mod together;
pub mod trust;
pub mod values;
pub mod withhold;

pub use accession::{Accession, Original};
pub use act::ActKind;
pub use content::Content;
pub use custody::{CustodyAction, CustodyEvent, Withdrawal, WithdrawnPart};
pub use date::{DatePrecision, Month, Period, UncertainDate, utc};
pub use event::Event;
pub use figure::{Caution, Figure, FigureRole, Measure, Population};
pub use gazetteer::{Boundary, GazetteerEntry};
pub use id::*;
pub use media::{Media, PdqHash};
pub use name::{Language, Name, Script};
pub use notice::{Consent, Notice, NoticeUse};
pub use party::{Party, PartyMention, PartyTable};
pub use person::Person;
pub use place::{Place, PlaceMention, PlaceTable};
pub use post::Post;
pub use quantity::{AgeClass, AgeRange, Civilian, CountRange, Exactness, Sex};
pub use record::Record;
pub use rejected::RejectedRow;
pub use source::{Source, SourceKind};
pub use statement::{Stance, Statement};
pub use text::LocalText;
pub use together::said_by_most;
pub use trust::TrustSet;
