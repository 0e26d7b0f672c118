//! Simulated populations of known size, and how often each model's interval holds that size.
//!
//! Nobody in them exists. Two kinds: latent classes (independent lists within a class), and lists of which one makes another more
//! or less likely. Units: persons. The same seed gives the same populations whatever the number of threads.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use rayon::prelude::*;
use serde::Serialize;

use crate::models::{Model, ModelAnswer, PatternTable, TableError, answers_in_short};

/// A class of persons.
#[derive(Debug, Clone, PartialEq)]
pub struct Class {
    pub size: u64,
    /// Chance of being on each list.
    pub p: Vec<f64>,
}

/// The chance of being on one list, given those before it.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// With the earlier list, when it depends on one; otherwise in any case.
    pub p: f64,
    /// The list on which it depends, and the chance of those who are not on that one.
    pub otherwise: Option<(usize, f64)>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Population {
    Classes(Vec<Class>),
    Dependent { size: u64, rules: Vec<Rule> },
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("nothing was simulated: {0}")]
pub struct NotAPopulation(String);

/// The published specifications, by the names they have there.
pub fn published() -> Vec<(String, Population)> {
    let class = |size: u64, p: &[f64]| Class { size, p: p.to_vec() };
    let classes = |name: &str, classes: Vec<Class>| (name.to_owned(), Population::Classes(classes));
    let rule = |p: f64, otherwise: Option<(usize, f64)>| Rule { p, otherwise };
    vec![
        classes("S1_indep3_N1000", vec![class(1000, &[0.30, 0.25, 0.20])]),
        classes("S2_indep4_N2000", vec![class(2000, &[0.25, 0.15, 0.10, 0.05])]),
        classes(
            "S3_hrdag_sim1_N2000",
            vec![class(1800, &[0.033, 0.033, 0.099, 0.132, 0.033]), class(200, &[0.660, 0.825, 0.759, 0.990, 0.693])],
        ),
        classes(
            "S4_hrdag_sim4_N2000",
            vec![
                class(1600, &[0.1, 0.05, 0.15, 0.2, 0.1]),
                class(200, &[0.5, 0.4, 0.6, 0.4, 0.5]),
                class(200, &[0.8, 0.9, 0.6, 0.7, 0.7]),
            ],
        ),
        (
            "S6_dep4_N5000".to_owned(),
            Population::Dependent {
                size: 5000,
                rules: vec![
                    rule(0.20, None),
                    rule(0.45, Some((0, 0.12))),
                    rule(0.18, None),
                    rule(0.30, Some((2, 0.10))),
                ],
            },
        ),
        classes("S8_sparse5_N5000", vec![class(5000, &[0.06, 0.05, 0.04, 0.03, 0.02])]),
    ]
}

/// Reads specifications: an object of populations, each an array of `{"size":…,"p":[…]}`, or rules as in
/// `A~Bern(.20); B~Bern(.45 if A else .12)` with the size at the end of the name (`_N5000`). `note` is passed over.
pub fn parse(text: &str) -> Result<Vec<(String, Population)>, NotAPopulation> {
    let refuse = |why: String| NotAPopulation(why);
    let value: serde_json::Value = serde_json::from_str(text).map_err(|e| refuse(format!("no JSON: {e}")))?;
    let object = value.as_object().ok_or_else(|| refuse("the specifications are no JSON object".into()))?;
    let mut found = Vec::new();
    for (name, spec) in object.iter().filter(|(name, _)| *name != "note") {
        let population = match spec {
            serde_json::Value::Array(classes) => {
                Population::Classes(classes.iter().map(class).collect::<Option<_>>().ok_or_else(|| {
                    refuse(format!("{name}: a class is {{\"size\": persons, \"p\": [chances from 0 to 1]}}"))
                })?)
            }
            serde_json::Value::String(rules) => dependent(name, rules).ok_or_else(|| {
                refuse(format!(
                    "{name}: rules are written A~Bern(.2); B~Bern(.4 if A else .1), and the name ends in _N5000"
                ))
            })?,
            _ => return Err(refuse(format!("{name} is neither classes nor rules"))),
        };
        if !(2..=16).contains(&population.lists()) || population.size() > 10_000_000 {
            return Err(refuse(format!("{name}: 2 to 16 lists in every class, and at most 10,000,000 persons")));
        }
        found.push((name.clone(), population));
    }
    Ok(found)
}

fn chance(p: f64) -> Option<f64> {
    (0.0..=1.0).contains(&p).then_some(p)
}

fn class(value: &serde_json::Value) -> Option<Class> {
    let p: Option<Vec<f64>> = value["p"].as_array()?.iter().map(|p| chance(p.as_f64()?)).collect();
    Some(Class { size: value["size"].as_u64()?, p: p? })
}

fn dependent(name: &str, text: &str) -> Option<Population> {
    let size = name.rsplit_once("_N")?.1.parse().ok()?;
    let mut lists: Vec<String> = Vec::new();
    let mut rules = Vec::new();
    for rule in text.split(';') {
        let (list, rest) = rule.trim().split_once("~Bern(")?;
        let inside = rest.strip_suffix(')')?;
        let number = |text: &str| text.trim().parse::<f64>().ok().and_then(chance);
        rules.push(match inside.split_once(" if ") {
            None => Rule { p: number(inside)?, otherwise: None },
            Some((with, condition)) => {
                let (on, without) = condition.split_once(" else ")?;
                let on = lists.iter().position(|list| list == on.trim())?;
                Rule { p: number(with)?, otherwise: Some((on, number(without)?)) }
            }
        });
        lists.push(list.trim().to_owned());
    }
    Some(Population::Dependent { size, rules })
}

impl Population {
    pub fn size(&self) -> u64 {
        match self {
            Self::Classes(classes) => classes.iter().fold(0, |sum, class| sum.saturating_add(class.size)),
            Self::Dependent { size, .. } => *size,
        }
    }

    /// 0 where the classes do not agree on it.
    fn lists(&self) -> usize {
        match self {
            Self::Classes(classes) => {
                let lists = classes.first().map_or(0, |class| class.p.len());
                if classes.iter().all(|class| class.p.len() == lists) { lists } else { 0 }
            }
            Self::Dependent { rules, .. } => rules.len(),
        }
    }

    /// One sample: who is on which list.
    pub fn draw(&self, seed: u64, replicate: u64) -> Result<PatternTable, TableError> {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed ^ (replicate + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let mut counts = vec![0u64; 1 << self.lists()];
        match self {
            Self::Classes(classes) => {
                for class in classes {
                    for _ in 0..class.size {
                        let on = |(i, p): (usize, &f64)| u64::from(rng.random::<f64>() < *p) << i;
                        let pattern: u64 = class.p.iter().enumerate().map(on).sum();
                        counts[pattern as usize] += 1;
                    }
                }
            }
            Self::Dependent { size, rules } => {
                for _ in 0..*size {
                    let mut pattern = 0u64;
                    for (i, rule) in rules.iter().enumerate() {
                        let p = match rule.otherwise {
                            Some((list, without)) if pattern >> list & 1 == 0 => without,
                            _ => rule.p,
                        };
                        pattern |= u64::from(rng.random::<f64>() < p) << i;
                    }
                    counts[pattern as usize] += 1;
                }
            }
        }
        let lists = (0..self.lists()).map(|i| char::from(b'A' + i as u8).to_string()).collect();
        PatternTable::new(lists, counts.into_iter().enumerate().skip(1).map(|(pattern, n)| (pattern as u64, n)))
    }
}

/// How one model did on one population.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Coverage {
    pub population: String,
    pub model: &'static str,
    pub true_size: u64,
    pub replicates: u64,
    /// Replicates without an answer.
    pub n_not_estimable: u64,
    /// Part of the answers whose 95 % interval holds the true size.
    pub coverage: f64,
    /// Part of the answers of which the table itself made the model doubt.
    pub doubted: f64,
    /// Of all replicates, the part whose interval missed and was not doubted.
    pub wrong_in_silence: f64,
    /// Mean over answers.
    pub median: f64,
    pub width: f64,
}

/// A model's point, interval and doubt for one replicate.
type Answered = (f64, [f64; 2], bool);

/// Asks the models, each once and in the order of [`Model::EACH`], on `replicates` samples; of latent classes 4 chains of 2,000 sweeps, and where
/// these have mixed poorly, of as many as in an estimate. Models are held against one another as in an estimate.
pub fn coverage(
    name: &str,
    population: &Population,
    models: &[Model],
    replicates: u64,
    seed: u64,
    progress: &(dyn Fn(u64) + Sync),
) -> Vec<Coverage> {
    let one = |replicate: u64| -> Vec<Option<Answered>> {
        let answers = population.draw(seed, replicate).map(|table| answers_in_short(&table, models, seed ^ replicate));
        progress(replicate);
        let answered = |answer: ModelAnswer| match &answer {
            ModelAnswer::Estimated { median, credible_interval_95, .. } => {
                Some((*median, *credible_interval_95, answer.is_doubted()))
            }
            ModelAnswer::NotEstimable { .. } => None,
        };
        match answers {
            Ok(answers) => answers.into_iter().map(answered).collect(),
            Err(_) => vec![None; models.len()],
        }
    };
    let all: Vec<Vec<Option<Answered>>> = (0..replicates).into_par_iter().map(one).collect();
    let size = population.size() as f64;
    let row = |(i, model): (usize, &Model)| {
        let answers: Vec<Answered> = all.iter().filter_map(|answers| answers[i]).collect();
        let n = (answers.len() as f64).max(1.0);
        let mean = |of: &dyn Fn(&Answered) -> f64| answers.iter().map(of).sum::<f64>() / n;
        let holds = |[low, high]: [f64; 2]| low <= size && size <= high;
        let silent = answers.iter().filter(|(_, interval, doubted)| !doubted && !holds(*interval)).count();
        Coverage {
            population: name.to_owned(),
            model: model.key(),
            true_size: population.size(),
            replicates,
            n_not_estimable: replicates - answers.len() as u64,
            coverage: mean(&|(_, interval, _)| f64::from(holds(*interval))),
            doubted: mean(&|(.., doubted)| f64::from(*doubted)),
            wrong_in_silence: silent as f64 / replicates.max(1) as f64,
            median: mean(&|(median, ..)| *median),
            width: mean(&|(_, [low, high], _)| high - low),
        }
    };
    models.iter().enumerate().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_population_is_drawn_alike_for_a_seed_and_its_lists_bear_what_they_should() {
        for (name, population) in published() {
            assert_eq!(population.draw(1, 3), population.draw(1, 3), "{name}");
            assert_ne!(population.draw(1, 3), population.draw(1, 4), "{name}");
            assert!(population.draw(1, 0).unwrap().n_documented() < population.size());
        }
        let dependent = published().into_iter().find(|(name, _)| name.starts_with("S6")).unwrap().1;
        let table = dependent.draw(2, 0).unwrap();
        // B: 0.2 · 0.45 + 0.8 · 0.12 of 5,000.
        assert!((table.n_on_list(1) as f64 - 930.0).abs() < 110.0);
    }

    #[test]
    fn rules_and_classes_are_read_as_they_are_written() {
        let text = r#"{"note":"x","S6_dep4_N5000":"A~Bern(.20); B~Bern(.45 if A else .12); C~Bern(.18); D~Bern(.30 if C else .10)",
            "S1_indep3_N1000":[{"size":1000,"p":[0.30,0.25,0.20]}]}"#;
        let read = parse(text).unwrap();
        for (name, population) in read {
            assert_eq!(Some(population), published().into_iter().find(|(n, _)| *n == name).map(|(_, p)| p));
        }
        for bad in [
            "[]",
            "{\"a\":1}",
            "{\"a\":[{\"size\":5}]}",
            "{\"a\":\"A~Bern(.2)\"}",
            "{\"a\":[{\"size\":9,\"p\":[2.0,0.1]}]}",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
