//! The evidence of any pair under a trained model, for what comes after a run: samples, review, calibration.
//!
//! Evidence is in bits (log2 of odds). Nothing is trained and no pair is looked for here.

use crate::LinkageError;
use crate::compare::{Compared, compare, level};
use crate::frequency::{Weights, Words};
use crate::memo::Memo;
use crate::model::{Model, Scorer, probability};
use crate::record::LinkRecord;
use crate::record_set::RecordSet;

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
        set.mark(&model.term_frequencies.common);
        let weights = model.term_frequencies.weights(&model.lexicon, &set.vocabulary);
        Ok(Self { set, weights, scorer })
    }

    /// log2 of the odds that the records at two positions speak of one person.
    pub fn bits(&self, a: u32, b: u32) -> f64 {
        let words = Words { vocabulary: &self.set.vocabulary, weights: &self.weights };
        let (x, y) = (self.set.packed.at(a), self.set.packed.at(b));
        self.scorer.match_odds_bits(&compare(x.side(), y.side(), words, &mut Memo::none()))
    }
}

/// Two records compared under a model.
fn compare_two(a: &LinkRecord, b: &LinkRecord, model: &Model) -> Compared {
    let mut set = RecordSet::new();
    let (x, y) = (set.pack(a), set.pack(b));
    set.packed.push(x);
    set.packed.push(y);
    set.part(&model.lexicon);
    set.mark(&model.term_frequencies.common);
    let (x, y) = (set.packed.at(0), set.packed.at(1));
    let weights = model.term_frequencies.weights(&model.lexicon, &set.vocabulary);
    compare(x.side(), y.side(), Words { vocabulary: &set.vocabulary, weights: &weights }, &mut Memo::none())
}

/// Each comparison's level and weight for two records, then the remainder `kinds_of_non_match` (non-matches are of
/// three kinds, which single weights cannot tell) and the `prior`; all add up to log2 of the match odds.
pub fn explain(a: &LinkRecord, b: &LinkRecord, model: &Model) -> Vec<(String, String, f64)> {
    let Ok(scorer) = model.scorer() else { return Vec::new() };
    let compared = compare_two(a, b, model);
    let mut out = Vec::new();
    for (c, comparison) in model.comparisons.iter().enumerate() {
        let level = level(compared.pattern, c);
        if let Some(found) = level.checked_sub(1).and_then(|l| comparison.levels.get(l)) {
            out.push((comparison.name.clone(), found.name.clone(), found.match_weight_bits));
        }
    }
    let rarity = f64::from(compared.given_bits) + f64::from(compared.other_name_bits);
    out.push(("rarity_of_names".into(), "term_frequency".into(), rarity));
    let prior = model.kinds.first().map_or(0.5, |k| k.prior);
    let prior_bits = (prior / (1.0 - prior)).log2();
    let so_far: f64 = out.iter().map(|(_, _, bits)| bits).sum::<f64>() + prior_bits;
    let joint = scorer.match_odds_bits(&compared) - so_far;
    out.push(("kinds_of_non_match".into(), "remainder".into(), joint));
    out.push(("prior".into(), "candidate_pairs".into(), prior_bits));
    out
}

/// The match probability of two records under a model.
pub fn match_probability(a: &LinkRecord, b: &LinkRecord, model: &Model) -> Result<f64, LinkageError> {
    let scorer = model.scorer()?;
    Ok(probability(scorer.match_odds_bits(&compare_two(a, b, model))))
}
