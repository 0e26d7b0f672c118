//! A model that was read: what of it is refused. Scores come from what is left, so that nothing that no training gives is scored by.

use crate::LinkageError;
use crate::MODEL_VERSION;
use crate::compare::{COMPARISONS, N};
use crate::model::{KIND_NAMES, KINDS, LEVELS, Model, Scorer, Table};

/// How far from 1 probabilities may add up that were rounded when they were written.
const SUMS_APART: f64 = 0.01;
/// How far u and weight may be from what follows from other numbers that were rounded, as a share.
const DERIVED_APART: f64 = 1e-6;
impl Model {
    /// Reads a model from JSON. Refuses another version, other comparisons, and numbers that are no probabilities.
    pub fn parse(json: &str) -> Result<Self, LinkageError> {
        let model: Self = serde_json::from_str(json).map_err(|e| LinkageError::Model(e.to_string()))?;
        model.scorer()?;
        Ok(model)
    }

    pub(crate) fn scorer(&self) -> Result<Scorer, LinkageError> {
        let refuse = |what: String| Err(LinkageError::Model(what));
        if self.version != MODEL_VERSION {
            return refuse(format!("version {} is not {MODEL_VERSION}", self.version));
        }
        if self.kinds.len() != KINDS || self.comparisons.len() != N {
            return refuse("it has other kinds or comparisons than this program".into());
        }
        let mut table: Box<Table> = Box::new([[[1.0; LEVELS]; N]; KINDS]);
        for (c, (mine, own)) in self.comparisons.iter().zip(&COMPARISONS).enumerate() {
            let same =
                mine.name == own.name && mine.levels.iter().map(|l| l.name.as_str()).eq(own.levels.iter().copied());
            if !same {
                return refuse(format!("comparison {:?} is not {:?} of this program", mine.name, own.name));
            }
            for (i, found) in mine.levels.iter().enumerate() {
                let [relative, namesake, other] = found.u_by_kind;
                for (k, p) in [found.m_probability, relative, namesake, other].into_iter().enumerate() {
                    if !(p > 0.0 && p <= 1.0 + 1e-9) {
                        return refuse(format!("{} of {} has a probability of {p}", found.name, own.name));
                    }
                    table[k][c][i + 1] = p;
                }
            }
        }
        // Of each kind the levels of a comparison are all that can be, and the kinds are all pairs.
        let is_all = |sum: f64| (sum - 1.0).abs() < SUMS_APART;
        for (c, own) in COMPARISONS.iter().enumerate() {
            for (k, kind) in KIND_NAMES.iter().enumerate() {
                let sum: f64 = table[k][c][1..=own.levels.len()].iter().sum();
                if !is_all(sum) {
                    return refuse(format!(
                        "the probabilities of {} add up to {sum:.3} for {kind}, not to 1",
                        own.name
                    ));
                }
            }
        }
        let sum: f64 = self.kinds.iter().map(|kind| kind.prior).sum();
        if !is_all(sum) {
            return refuse(format!("the priors add up to {sum:.3}, not to 1"));
        }
        let mut prior = [0.0; KINDS];
        for (k, kind) in self.kinds.iter().enumerate() {
            if !(kind.prior > 0.0 && kind.prior < 1.0 && self.same_list_penalty_bits.is_finite()) {
                return refuse(format!("the prior of {} is {}", kind.name, kind.prior));
            }
            prior[k] = kind.prior;
        }
        self.check_derived()?;
        self.term_frequencies.check()?;
        Ok(Scorer::new(&table, prior, self.same_list_penalty_bits))
    }

    /// Refuses a level whose u or weight is not what follows from its probabilities: pairs are scored by these, and explained by those.
    fn check_derived(&self) -> Result<(), LinkageError> {
        let others: f64 = self.kinds[1..].iter().map(|kind| kind.prior).sum();
        let is_near = |a: f64, b: f64| (a - b).abs() <= DERIVED_APART * (1.0 + b.abs());
        for (comparison, level) in self.comparisons.iter().flat_map(|c| c.levels.iter().map(move |level| (c, level))) {
            let kinds = self.kinds[1..].iter().zip(level.u_by_kind);
            let u = kinds.map(|(kind, p)| kind.prior * p).sum::<f64>() / others;
            let bits = (level.m_probability / u).log2();
            let of = |what: &str, says: f64, is: f64| {
                let (level, comparison) = (&level.name, &comparison.name);
                Err(LinkageError::Model(format!(
                    "{level} of {comparison} has {what} {says}, which is {is} by its m and u_by_kind"
                )))
            };
            if !is_near(level.u_probability / u, 1.0) {
                return of("u_probability", level.u_probability, u);
            }
            if !is_near(level.match_weight_bits, bits) {
                return of("match_weight_bits", level.match_weight_bits, bits);
            }
        }
        Ok(())
    }
}
