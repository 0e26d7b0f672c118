//! How a run is made. Every number that bears on a result is here, with its unit, and goes into the recorded run.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{LinkRecord, LinkageError};

/// Which columns a list has, and so how rows become records.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowSpec {
    #[default]
    Victims,
    People,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    pub spec: RowSpec,
    /// Columns that a field of the spec is read from, by the field's name, the first that is not empty; a field that is
    /// not here is read from the column of its own name.
    pub columns: BTreeMap<String, Vec<String>>,
    /// How dates are written beside ISO 8601, as `strftime` has it; [`crate::DATE_FORMATS`] where none is named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub date_formats: Vec<String>,
    /// Two groups of records become one person when the mean evidence between them is at least this match probability.
    pub threshold_probability: f64,
    /// Never compares two records of one list.
    pub link_only: bool,
    /// Chooses the sample of pairs that the model is trained on, when there are more than `training_pairs`.
    pub seed: u64,
    /// Pairs to train on, about.
    pub training_pairs: u64,
    /// Share of matches among candidate pairs; `None` lets training find it.
    pub prior_match_probability: Option<f64>,
    /// Blocks of more records are split by a further key before pairs are scored: of rules whose pairs are seldom matches sooner, of those
    /// whose pairs often are later.
    pub block_records_at_most: u32,
    /// The same for the pairs that the model is trained on: larger blocks show it more of what chance agreement looks like.
    pub training_block_records_at_most: u32,
    /// In a block that no key splits, each record is compared with this many neighbours.
    pub window_records: u32,
    /// Added to the evidence between two records of one list, beyond what training finds. Bits.
    pub same_list_penalty_bits: f64,
    /// Added, when records are grouped, to the evidence between records of two lists. A pair's probability is among all
    /// candidates, most of which have a better partner; once those are taken, what is left is likelier a match. Bits.
    pub other_list_bits: f64,
    /// Pairs at or above this match probability are kept.
    pub keep_probability: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            spec: RowSpec::Victims,
            columns: BTreeMap::new(),
            date_formats: Vec::new(),
            threshold_probability: 0.5,
            link_only: false,
            seed: 1,
            training_pairs: 1_000_000,
            prior_match_probability: None,
            block_records_at_most: 40,
            training_block_records_at_most: 400,
            window_records: 60,
            same_list_penalty_bits: 0.0,
            other_list_bits: 3.0,
            keep_probability: 0.01,
        }
    }
}

impl Settings {
    /// `victims` or `people`.
    pub fn by_name(name: &str) -> Option<Self> {
        match name {
            "victims" => Some(Self::default()),
            "people" => Some(Self { spec: RowSpec::People, ..Self::default() }),
            _ => None,
        }
    }

    /// Reads TOML; what it leaves out is as in `Settings::default()`.
    pub fn parse(text: &str) -> Result<Self, LinkageError> {
        let settings: Self = toml::from_str(text).map_err(|e| LinkageError::Settings(e.to_string()))?;
        settings.check()?;
        Ok(settings)
    }

    /// Refuses numbers that no run could mean.
    pub fn check(&self) -> Result<(), LinkageError> {
        for field in self.columns.keys() {
            let known = match self.spec {
                RowSpec::Victims => LinkRecord::VICTIMS_FIELDS,
                RowSpec::People => LinkRecord::PEOPLE_FIELDS,
            };
            if !known.contains(&field.as_str()) && !LinkRecord::ID_COLUMNS.contains(&field.as_str()) {
                let known = known.join(", ");
                return Err(LinkageError::Settings(format!("columns names {field:?}, which is none of {known}")));
            }
        }
        let share = |name: &str, value: f64| {
            let ok = value > 0.0 && value < 1.0;
            if ok { Ok(()) } else { Err(LinkageError::Settings(format!("{name} is {value}, not between 0 and 1"))) }
        };
        share("threshold_probability", self.threshold_probability)?;
        share("keep_probability", self.keep_probability)?;
        check_kept(self.keep_probability, self.threshold_probability)?;
        check_date_formats(&self.date_formats)?;
        if let Some(prior) = self.prior_match_probability {
            share("prior_match_probability", prior)?;
        }
        let smallest_block = self.block_records_at_most.min(self.training_block_records_at_most);
        if smallest_block < 2 || self.window_records < 1 || self.training_pairs < 1 {
            return Err(LinkageError::Settings(
                "block_records_at_most and training_block_records_at_most must be at least 2, window_records and training_pairs 1"
                    .into(),
            ));
        }
        if !self.same_list_penalty_bits.is_finite() || !self.other_list_bits.is_finite() {
            return Err(LinkageError::Settings("same_list_penalty_bits or other_list_bits is not a number".into()));
        }
        Ok(())
    }
}

/// Refuses a run that would join what it does not keep.
pub(crate) fn check_kept(keep: f64, threshold: f64) -> Result<(), LinkageError> {
    match keep <= threshold {
        true => Ok(()),
        false => Err(LinkageError::Settings(format!(
            "keep_probability is {keep}, above threshold_probability ({threshold}): pairs that are to join would not be kept"
        ))),
    }
}

pub(crate) fn check_date_formats(formats: &[String]) -> Result<(), LinkageError> {
    match formats.iter().find(|format| !domain::values::is_date_format(format)) {
        None => Ok(()),
        Some(format) => Err(LinkageError::Settings(format!("{format:?} is no date format (such as %d/%m/%Y)"))),
    }
}
