//! Which records speak of the same person.
//!
//! Values in, values out: this crate never opens a file, a database or a socket, and never reads a clock.
//! The same records give the same result whatever their order and the number of threads. Evidence is
//! in bits (log2 of odds). The method is described in docs/methods/linkage.md.

mod around;
mod blocking;
mod bound;
mod calibration;
mod cluster;
mod common;
mod compare;
mod decoding;
mod frequency;
mod incremental;
mod interned;
mod joined;
mod layout;
mod letters;
mod lexicon;
mod memo;
mod mix;
mod model;
mod model_checks;
mod model_file;
mod own;
mod packed;
mod parts;
mod persons;
mod phonetic;
mod pieces;
mod plain;
mod posterior;
mod quality;
mod queue;
mod radix;
mod reading;
mod record;
mod record_set;
mod rescore;
mod review;
mod rows;
mod run;
mod settings;
mod similarity;
mod splink;
mod starting;
pub mod synth;
pub mod text;
mod told_apart;
mod touch;
mod vocabulary;
mod word_keys;

pub use blocking::RuleReport;
pub use calibration::{
    BINS, CalibrationRow, ExpectedErrors, SampleQuality, SampledPair, Share, expected_errors, sample_quality,
    stratified_sample, wilson_interval_95,
};
pub use common::{CommonDate, CommonOwn, CommonValues};
pub use compare::{COMPARISONS, Comparison};
pub use frequency::{TermFrequencies, WordCounts};
pub use incremental::{KeptPairs, NotKeptPairs, link_more};
pub use lexicon::Lexicon;
pub use model::{ComparisonLevel, Kind, Model, ModelComparison, Training};
pub use model_file::{ModelFile, facts_lacking};
pub use own::{
    Measure, OwnComparison, OwnLevel, OwnRecords, OwnRule, OwnRun, OwnSpec, Part, PartName, PartOf, link_own,
};
pub use persons::{assign_persons, redirects};
pub use posterior::sample_clusterings;
pub use quality::{Quality, quality, quality_of_pairs};
pub use queue::{Question, QueueItem, review_queue};
pub use reading::{DATE_FORMATS, Unread};
pub use record::{LinkRecord, cause_code};
pub use record_set::RecordSet;
pub use rescore::{explain, match_probability};
pub use review::{Contradiction, Verdict, Verdicts};
pub use rows::{Fields, PeopleReader, VictimsReader, columns, is_read};
pub use run::{Decisions, LinkRun, LinkageError, MODEL_VERSION, Report, STAGES, link, link_set, link_with};
pub use settings::{RowSpec, Settings};
pub use splink::{LinkType, Spec, SpecRecord, SpecRun, link_spec, spec_weights};
