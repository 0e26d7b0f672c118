//! The evidence of any pair under a trained model, for what comes after a run: samples, review, calibration.
//!
//! Evidence is in bits (log2 of odds). Nothing is trained and no pair is looked for here.

use crate::LinkageError;
use crate::compare::compare;
use crate::model::{Model, Scorer};
use crate::packed::{Packed, Vocabulary, pack_all};
use crate::record::LinkRecord;
use crate::similarity::Memo;

/// Records packed under a model. The evidence of a pair is the same as in the run that the model came from.
pub(crate) struct PairScorer {
    packed: Vec<Packed>,
    vocabulary: Vocabulary,
    scorer: Scorer,
}

impl PairScorer {
    pub fn new(records: &[&LinkRecord], model: &Model) -> Result<Self, LinkageError> {
        let scorer = model.scorer()?;
        let (packed, vocabulary, _) = pack_all(records, Some(&model.term_frequencies));
        Ok(Self { packed, vocabulary, scorer })
    }

    /// log2 of the odds that the records at two positions speak of one person.
    pub fn bits(&self, a: u32, b: u32) -> f64 {
        let (x, y) = (&self.packed[a as usize], &self.packed[b as usize]);
        self.scorer.match_odds_bits(&compare(x, y, &self.vocabulary, &mut Memo::none()))
    }
}
