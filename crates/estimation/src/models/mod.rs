//! How many more: estimates of those whom no list bears, from the overlaps between the lists.
//!
//! Every answer has its interval, its documented count and its lists; where the data cannot bear an estimate the answer
//! is the reason. Units: persons. The same table and seed give the same bytes, whatever the number of threads.

mod answer;
mod averaged;
mod bootstrap;
mod cells;
mod chao;
mod chebyshev;
mod density;
mod dga;
mod draws;
mod existence;
mod fit;
mod gibbs;
mod graphs;
mod grid;
mod held;
mod lanes;
mod lcmcr;
mod loglinear;
mod margins;
mod mixing;
mod mixture;
mod moves;
mod pairs;
mod sparsemse;
mod summits;
mod table;
mod trajectory;
mod unseen;
mod voices;
mod wide;

use std::fmt;
use std::str::FromStr;

pub use answer::{Diagnostics, Estimate, ListTotal, ModelAnswer, disagreements};
pub use dga::DgaSettings;
pub use lcmcr::{LcmcrSettings, effective_sample_size};
pub use table::{MOST_LISTS, PatternTable, TableError};
pub use unseen::Unseen;

/// Reports how far a model has come: its key, and a part of 1.
pub type Progress<'a> = &'a (dyn Fn(&str, f64) + Sync);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Model {
    /// Every model below, side by side.
    All,
    /// Latent classes by Gibbs sampling (Manrique-Vallier 2016).
    Lcmcr,
    /// Averaging over decomposable graphs (Madigan and York 1997).
    Dga,
    /// The best hierarchical log-linear model by BIC.
    Loglinear,
    /// Forward selection of pairs for sparse tables (Chan, Silverman and Vincent 2021).
    Sparsemse,
    /// A lower bound from those seen once and twice.
    Chao,
    /// Two lists at a time (Lincoln-Petersen, Chapman).
    Pairs,
}

impl Model {
    pub const EACH: [Model; 6] = [Self::Lcmcr, Self::Dga, Self::Loglinear, Self::Sparsemse, Self::Chao, Self::Pairs];
    pub fn key(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Lcmcr => "lcmcr",
            Self::Dga => "dga",
            Self::Loglinear => "loglinear",
            Self::Sparsemse => "sparsemse",
            Self::Chao => "chao",
            Self::Pairs => "pairs",
        }
    }
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a model: all, lcmcr, dga, loglinear, sparsemse, chao or pairs")]
pub struct NotAModel(pub String);

impl FromStr for Model {
    type Err = NotAModel;
    fn from_str(text: &str) -> Result<Self, NotAModel> {
        let mut models = Self::EACH.into_iter().chain([Self::All]);
        models.find(|model| model.key() == text).ok_or_else(|| NotAModel(text.to_owned()))
    }
}

const NOTHING_TO_HOLD_THREE: &str = "three lists leave nothing to hold a model against: their seven counts are fitted by models that differ in all that \
     is unseen, and no check from the table is possible; each interval stands on its model's assumption alone (a fourth list would allow a check)";
const NOTHING_TO_HOLD: &str = "too few persons are on several lists to hold a model against any one list: each interval stands on its model's assumption \
     alone";

/// Estimates by one model, or by every model side by side.
///
/// A list without records is left out and said so. No model answers where no person is on two lists.
pub fn estimate(table: &PatternTable, model: Model, seed: u64, progress: Progress<'_>) -> Estimate {
    let asked = if model == Model::All { Model::EACH.to_vec() } else { vec![model] };
    estimate_by(table, &asked, seed, progress)
}

/// The same by some of the models, which are held against one another; in the order of [`Model::EACH`].
pub fn estimate_by(table: &PatternTable, asked: &[Model], seed: u64, progress: Progress<'_>) -> Estimate {
    let (used, empty) = table.without_empty_lists();
    let models = answers(&used, asked, &|model| answer(&used, model, seed, progress), progress);
    let mut warnings: Vec<String> =
        empty.iter().map(|list| format!("list {list} has no records and was left out")).collect();
    if let Some(list) = used.list_with_everyone() {
        warnings
            .push(format!("list {list} bears every person: the other lists say nothing about those whom it misses"));
    } else {
        warnings.extend(used.lists_inside_others().into_iter().map(|(inside, around)| {
            format!(
                "everyone on list {inside} is on list {around} too: if it was drawn from that list it is no second witness, and is to be left out"
            )
        }));
    }
    let held: Vec<bool> = models.iter().filter_map(ModelAnswer::is_held).collect();
    if !held.is_empty() && !held.contains(&true) {
        warnings.push(if used.lists.len() < 4 { NOTHING_TO_HOLD_THREE } else { NOTHING_TO_HOLD }.to_owned());
    }
    Estimate::new(table, seed, models, warnings)
}

/// What `ask` answers for the models asked for, held against one another.
fn answers(
    used: &PatternTable,
    asked: &[Model],
    ask: &dyn Fn(Model) -> ModelAnswer,
    progress: Progress<'_>,
) -> Vec<ModelAnswer> {
    let one = |model: Model| {
        progress(model.key(), 0.0);
        let answer = refusal(used, model).unwrap_or_else(|| ask(model));
        progress(model.key(), 1.0);
        answer.checked(used.n_documented())
    };
    let computed = voices::with_witnesses(asked).into_iter().map(one).collect();
    let is_asked = |answer: &ModelAnswer| asked.iter().any(|model| model.key() == answer.model());
    voices::compare(computed).into_iter().filter(is_asked).collect()
}

/// As an estimate answers, with 4 chains of 2,000 sweeps; where these have mixed poorly, with as many as an estimate has.
pub(crate) fn answers_in_short(table: &PatternTable, asked: &[Model], seed: u64) -> Vec<ModelAnswer> {
    let (used, _) = table.without_empty_lists();
    let silent = &|_: &str, _| {};
    let ask = |model: Model| match model {
        Model::Lcmcr => {
            let whole = LcmcrSettings::for_lists(used.lists.len());
            let short = lcmcr(&used, LcmcrSettings { burn_in: 500, sweeps: 2_000, thin: 1, ..whole }, seed, silent);
            if short.has_mixed_poorly() { lcmcr(&used, whole, seed, silent) } else { short }
        }
        model => answer(&used, model, seed, silent),
    };
    answers(&used, asked, &ask, silent)
}

/// The latent-class model alone, as long and as wide as asked for.
pub fn estimate_lcmcr(table: &PatternTable, settings: LcmcrSettings, seed: u64, progress: Progress<'_>) -> ModelAnswer {
    let (used, _) = table.without_empty_lists();
    match refusal(&used, Model::Lcmcr) {
        Some(refusal) => refusal,
        None => lcmcr(&used, settings, seed, progress).checked(used.n_documented()),
    }
}

/// Graph averaging alone, with another prior or without the complete graph.
pub fn estimate_dga(table: &PatternTable, settings: DgaSettings, progress: Progress<'_>) -> ModelAnswer {
    let (used, _) = table.without_empty_lists();
    refusal(&used, Model::Dga).unwrap_or_else(|| dga(&used, settings, progress).checked(used.n_documented()))
}

fn refusal(table: &PatternTable, model: Model) -> Option<ModelAnswer> {
    let fewest = if matches!(model, Model::Chao | Model::Pairs) { 2 } else { 3 };
    if table.lists.len() < fewest {
        return Some(ModelAnswer::not_estimable(model, &format!("fewer than {fewest} lists have records")));
    }
    let apart = table.n_on_two_lists_or_more() == 0;
    apart.then(|| ModelAnswer::not_estimable(model, "no person is on two lists"))
}

fn lcmcr(table: &PatternTable, settings: LcmcrSettings, seed: u64, progress: Progress<'_>) -> ModelAnswer {
    let answer = lcmcr::look_elsewhere(table, settings, lcmcr::estimate(table, settings, seed, progress));
    held::hold(table, answer, |others| {
        let LcmcrSettings { classes, sweeps, .. } = settings;
        let classes = classes.min(LcmcrSettings::for_lists(others.lists.len()).classes);
        let short = LcmcrSettings { classes, chains: 2, burn_in: 500, sweeps: sweeps.min(2_000), thin: 1 };
        lcmcr::estimate(others, short, seed, &|_, _| {}).into_unseen()
    })
}

fn dga(table: &PatternTable, settings: DgaSettings, progress: Progress<'_>) -> ModelAnswer {
    let answer = dga::estimate(table, settings, progress);
    held::hold(table, answer, |others| dga::estimate(others, settings, &|_, _| {}).into_unseen())
}

fn answer(table: &PatternTable, model: Model, seed: u64, progress: Progress<'_>) -> ModelAnswer {
    match model {
        Model::Lcmcr => lcmcr(table, LcmcrSettings::for_lists(table.lists.len()), seed, progress),
        Model::Dga => dga(table, DgaSettings::default(), progress),
        Model::Loglinear => {
            let in_full = loglinear::in_full(table);
            let answer = loglinear::estimate(table, in_full, progress);
            held::hold(table, answer, |others| loglinear::estimate(others, in_full, &|_, _| {}).into_unseen())
        }
        Model::Chao => chao::estimate(table),
        Model::Pairs => pairs::estimate(table),
        Model::Sparsemse => held::hold(table, sparsemse::estimate(table, seed, progress), sparsemse::predicted),
        Model::All => ModelAnswer::not_estimable(model, "all models are asked one by one"),
    }
}
