//! What a model answers: a number with its interval, or the reason why there is none.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::{Model, PatternTable, Unseen};

/// Ordered by name, so that the same answer is the same bytes.
pub type Diagnostics = BTreeMap<String, Value>;

/// One list and the persons that it bears.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListTotal {
    pub list: String,
    pub n_documented: u64,
}

/// Among the diagnostics: what in the table speaks against the interval.
const DOUBTS: &str = "doubts";

/// An interval that reaches beyond so many times the documented is hardly bound by the data.
const HARDLY_BOUND: f64 = 20.0;

/// Diagnostics of the computation alone.
const TELLS_NO_COUNT: [&str; 9] =
    [DOUBTS, "classes", "chains", "burn_in_sweeps", "sweeps", "thin", "r_hat_log_unseen", "prior", "interval"];

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum ModelAnswer {
    Estimated {
        model: &'static str,
        /// Persons, documented ones included.
        median: f64,
        mean: f64,
        /// Lower and upper bound, persons. For models that are not Bayesian a confidence interval, as their diagnostics say.
        credible_interval_95: [f64; 2],
        diagnostics: Diagnostics,
        warnings: Vec<String>,
        /// Behind the numbers: for totals of strata and for samples of a linkage.
        #[serde(skip)]
        unseen: Unseen,
    },
    NotEstimable {
        model: &'static str,
        /// Begins with "because".
        not_estimable: String,
    },
}

impl ModelAnswer {
    pub fn model(&self) -> &'static str {
        match self {
            Self::Estimated { model, .. } | Self::NotEstimable { model, .. } => model,
        }
    }
    /// Adds reasons, seen in the table itself, not to rely on the interval: a key for each, and the sentence for people.
    pub(crate) fn with_doubts(mut self, doubts: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        if let Self::Estimated { diagnostics, warnings, .. } = &mut self {
            let kept = diagnostics.entry(DOUBTS.to_owned()).or_insert_with(|| Value::Array(Vec::new()));
            for (key, sentence) in doubts {
                if let Value::Array(keys) = kept {
                    keys.push(key.into());
                }
                warnings.push(sentence);
            }
        }
        self
    }

    /// The keys of what in the table speaks against the interval.
    pub fn doubts(&self) -> impl Iterator<Item = &str> {
        let diagnostics = match self {
            Self::Estimated { diagnostics, .. } => Some(diagnostics),
            Self::NotEstimable { .. } => None,
        };
        let kept = diagnostics.and_then(|diagnostics| diagnostics.get(DOUBTS)).and_then(Value::as_array);
        kept.into_iter().flatten().filter_map(Value::as_str)
    }

    /// Whether the table itself speaks against the interval. No doubt is no proof that the model holds.
    pub fn is_doubted(&self) -> bool {
        self.doubts().next().is_some()
    }

    /// Whether longer chains might say more.
    pub(crate) fn has_mixed_poorly(&self) -> bool {
        match self {
            Self::Estimated { .. } => self.doubts().any(|key| key == "mixing"),
            Self::NotEstimable { not_estimable, .. } => not_estimable.contains("did not mix"),
        }
    }

    /// Whether it could be held against a list; none for models that are not held against lists.
    pub(super) fn is_held(&self) -> Option<bool> {
        match self {
            Self::Estimated { diagnostics, .. } => {
                diagnostics.get("held_lists").and_then(Value::as_array).map(|lists| !lists.is_empty())
            }
            Self::NotEstimable { .. } => None,
        }
    }

    /// The answer for those who may not know the counts behind it: to whole persons, without the warnings and diagnostics that tell them. Models
    /// that anyone can turn round for a count (pairs, bounds) are not told.
    pub fn without_counts(self) -> Self {
        match self {
            Self::Estimated { model, .. } if [Model::Pairs.key(), Model::Chao.key()].contains(&model) => {
                Self::NotEstimable { model, not_estimable: "because it would tell counts that are withheld".to_owned() }
            }
            Self::Estimated { model, median, mean, credible_interval_95, mut diagnostics, unseen, .. } => {
                diagnostics.retain(|key, _| TELLS_NO_COUNT.contains(&key.as_str()));
                let credible_interval_95 = credible_interval_95.map(f64::round);
                let (median, mean, warnings) = (median.round(), mean.round(), Vec::new());
                Self::Estimated { model, median, mean, credible_interval_95, diagnostics, warnings, unseen }
            }
            refused => refused,
        }
    }

    pub(super) fn into_unseen(self) -> Option<Unseen> {
        match self {
            Self::Estimated { unseen, .. } => Some(unseen),
            Self::NotEstimable { .. } => None,
        }
    }

    pub(super) fn not_estimable(model: Model, because: &str) -> Self {
        Self::NotEstimable { model: model.key(), not_estimable: format!("because {because}") }
    }

    /// A number that is not finite never leaves the crate; one that the data hardly bound is doubted.
    pub(super) fn checked(self, n_documented: u64) -> Self {
        match &self {
            Self::Estimated { model, median, mean, credible_interval_95: [low, high], .. }
                if ![median, mean, low, high].into_iter().all(|x| x.is_finite()) =>
            {
                let not_estimable = "because the interval has no upper bound that the data can give".to_owned();
                Self::NotEstimable { model, not_estimable }
            }
            Self::Estimated { credible_interval_95: [_, high], .. } if *high > HARDLY_BOUND * n_documented as f64 => {
                let sentence = "the upper bound is more than twenty times the documented: the data hardly bound it";
                self.with_doubts([("unbounded", sentence.to_owned())])
            }
            _ => self,
        }
    }
}

/// Every model's answer, with what it was computed from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Estimate {
    /// Persons on at least one list.
    pub n_documented: u64,
    /// Empty where the totals would tell a small count; then the lists are named in the next.
    pub lists: Vec<ListTotal>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lists_without_totals: Vec<String>,
    pub models: Vec<ModelAnswer>,
    pub warnings: Vec<String>,
    pub seed: u64,
    pub version: &'static str,
}

impl Estimate {
    pub(super) fn new(table: &PatternTable, seed: u64, models: Vec<ModelAnswer>, mut warnings: Vec<String>) -> Self {
        let total = |(i, list): (usize, &String)| ListTotal { list: list.clone(), n_documented: table.n_on_list(i) };
        warnings.extend(disagreements(&models));
        Self {
            n_documented: table.n_documented(),
            lists: table.lists.iter().enumerate().map(total).collect(),
            lists_without_totals: Vec::new(),
            models,
            warnings,
            seed,
            version: env!("CARGO_PKG_VERSION"),
        }
    }

    /// Adds to every answer what speaks against all of them.
    pub fn with_doubts(mut self, doubts: &[(&'static str, String)]) -> Self {
        if !doubts.is_empty() {
            self.models = self.models.into_iter().map(|answer| answer.with_doubts(doubts.iter().cloned())).collect();
        }
        self
    }

    /// The answers for those who may not know the counts behind them.
    pub fn without_counts(mut self) -> Self {
        self.lists_without_totals = std::mem::take(&mut self.lists).into_iter().map(|list| list.list).collect();
        self.models = self.models.into_iter().map(ModelAnswer::without_counts).collect();
        self
    }
}

/// Models whose intervals do not meet, each pair in a sentence. A lower bound contradicts only what lies wholly below it.
pub fn disagreements(models: &[ModelAnswer]) -> Vec<String> {
    let interval = |answer: &ModelAnswer| match answer {
        ModelAnswer::Estimated { model, credible_interval_95, .. } => Some((*model, *credible_interval_95)),
        ModelAnswer::NotEstimable { .. } => None,
    };
    let (bounds, intervals): (Vec<_>, Vec<_>) =
        models.iter().filter_map(interval).partition(|(model, _)| *model == Model::Chao.key());
    let mut warnings = Vec::new();
    for (i, (a, [a_low, a_high])) in intervals.iter().enumerate() {
        for (b, [b_low, b_high]) in &intervals[i + 1..] {
            if a_high < b_low || b_high < a_low {
                warnings.push(format!("{a} and {b} disagree by more than their intervals"));
            }
        }
        for (bound, [bound_low, _]) in &bounds {
            if a_high < bound_low {
                warnings.push(format!(
                    "{a} lies wholly below {bound}, a lower bound where no list avoids another's persons: either {a} is too low, or lists do \
                     avoid one another's and {bound} bounds nothing"
                ));
            }
        }
    }
    warnings
}
