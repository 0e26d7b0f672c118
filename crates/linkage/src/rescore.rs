//! The evidence of any pair under a trained model, for what comes after a run: samples, review, calibration.
//!
//! Evidence is in bits (log2 of odds). Nothing is trained and no pair is looked for here.

use crate::LinkageError;
use crate::compare::compare;
use crate::frequency::{Weights, Words};
use crate::memo::Memo;
use crate::model::{Model, Scorer};
use crate::packed::RecordSet;
use crate::record::LinkRecord;

/// Records packed under a model. The evidence of a pair is the same as in the run that the model came from.
pub(crate) struct PairScorer {
    pub set: RecordSet,
    weights: Weights,
    scorer: Scorer,
}

impl PairScorer {
    pub fn new<'a>(records: impl IntoIterator<Item = &'a LinkRecord>, model: &Model) -> Result<Self, LinkageError> {
        let scorer = model.scorer()?;
        let mut set = RecordSet::new();
        for record in records {
            set.push(record)?;
        }
        set.part(&model.lexicon);
        let weights = model.term_frequencies.weights(&model.lexicon, &set.vocabulary);
        Ok(Self { set, weights, scorer })
    }

    /// log2 of the odds that the records at two positions speak of one person.
    pub fn bits(&self, a: u32, b: u32) -> f64 {
        let words = Words { vocabulary: &self.set.vocabulary, weights: &self.weights };
        let (x, y) = (&self.set.packed[a as usize], &self.set.packed[b as usize]);
        self.scorer.match_odds_bits(&compare(x.side(), y.side(), words, &mut Memo::none()))
    }
}
