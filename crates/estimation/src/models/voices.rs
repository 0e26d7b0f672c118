//! Models held against one another: where each one's median lies outside the other's interval, the lists do not settle the number.
//!
//! Models that fit the same overlaps may differ in all that is unseen, and no table can tell which is right (Link 2003). So a model that
//! stands apart from another is doubted, and so is the other, whichever is right.

use super::{Model, ModelAnswer};

/// Those that estimate a number; a bound and pairs of lists speak of something else.
const VOICES: [Model; 4] = [Model::Lcmcr, Model::Dga, Model::Loglinear, Model::Sparsemse];

/// The models to be computed where these are asked for. Latent classes asked for alone are held against the others, which cost little beside
/// them; the others alone are not held against latent classes, which cost much.
pub(super) fn with_witnesses(asked: &[Model]) -> Vec<Model> {
    let wanted = |model: &Model| asked.contains(model) || (asked == [Model::Lcmcr] && VOICES.contains(model));
    Model::EACH.into_iter().filter(wanted).collect()
}

/// One estimate: its model and, of it, the median and the interval. Persons.
type Voice = (&'static str, f64, [f64; 2]);

fn voice(answer: &ModelAnswer) -> Option<Voice> {
    match answer {
        ModelAnswer::Estimated { model, median, credible_interval_95, .. } => {
            VOICES.iter().any(|voice| voice.key() == *model).then_some((*model, *median, *credible_interval_95))
        }
        ModelAnswer::NotEstimable { .. } => None,
    }
}

fn is_outside(median: f64, [low, high]: [f64; 2]) -> bool {
    median < low || median > high
}

/// Adds to every answer what the others say against it.
pub(super) fn compare(answers: Vec<ModelAnswer>) -> Vec<ModelAnswer> {
    let voices: Vec<Voice> = answers.iter().filter_map(voice).collect();
    let doubted = |answer: ModelAnswer| {
        let Some((model, median, interval)) = voice(&answer) else { return answer };
        let are_apart =
            |other: &&Voice| other.0 != model && is_outside(other.1, interval) && is_outside(median, other.2);
        let apart: Vec<String> = voices
            .iter()
            .filter(are_apart)
            .map(|(other, median, [low, high])| format!("{other}, {median:.0} ({low:.0} to {high:.0})"))
            .collect();
        let doubt = (!apart.is_empty()).then(|| {
            let sentence = format!(
                "another model's interval does not hold its median, nor its interval that model's: {}; the lists do not settle the number",
                apart.join("; ")
            );
            ("another_model", sentence)
        });
        answer.with_doubts(doubt)
    };
    answers.into_iter().map(doubted).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Diagnostics, Unseen};
    use super::*;

    fn answer(model: Model, median: f64, interval: [f64; 2]) -> ModelAnswer {
        ModelAnswer::Estimated {
            model: model.key(),
            median,
            mean: median,
            credible_interval_95: interval,
            diagnostics: Diagnostics::new(),
            warnings: Vec::new(),
            unseen: Unseen::from_interval(median, interval),
        }
    }

    #[test]
    fn both_of_two_that_stand_apart_are_doubted_and_one_that_holds_the_other_is_not() {
        let narrow = answer(Model::Loglinear, 100.0, [90.0, 110.0]);
        let wide = answer(Model::Dga, 120.0, [80.0, 200.0]);
        let far = answer(Model::Lcmcr, 60.0, [50.0, 85.0]);
        let bound = answer(Model::Chao, 20.0, [15.0, 25.0]);
        let doubts =
            |answers: Vec<ModelAnswer>| -> Vec<bool> { compare(answers).iter().map(ModelAnswer::is_doubted).collect() };
        assert_eq!(doubts(vec![narrow.clone(), wide.clone(), bound.clone()]), [false, false, false]);
        assert_eq!(doubts(vec![narrow, wide, far, bound]), [true, true, true, false]);
    }

    #[test]
    fn latent_classes_alone_have_witnesses() {
        assert_eq!(with_witnesses(&[Model::Lcmcr]), VOICES);
        assert_eq!(with_witnesses(&[Model::Dga]), [Model::Dga]);
        assert_eq!(with_witnesses(&Model::EACH), Model::EACH);
    }
}
