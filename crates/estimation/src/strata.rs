//! From a tally to tables of overlaps by stratum, and from estimates by stratum to their total.
//!
//! Never adds up intervals: a total's interval is that of the sum of independent draws, one from each stratum. Lists that derive
//! from one another are merged or left out first, as the caller says; this module does not choose. Units: persons.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use domain::count::{Attribution, Stratum, Tally};
use domain::{Source, SourceId};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use serde::Serialize;
use serde_json::json;

use crate::models::{Diagnostics, Estimate, ListTotal, Model, ModelAnswer, PatternTable, Unseen};
use crate::tally::derived_lists;

/// A property by which persons are counted apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    Party,
    Month,
    Place,
    Sex,
    AgeClass,
    Civilian,
    Act,
}

impl Dimension {
    pub const EACH: [(Dimension, &'static str); 7] = [
        (Self::Party, "party"),
        (Self::Month, "month"),
        (Self::Place, "place"),
        (Self::Sex, "sex"),
        (Self::AgeClass, "age-class"),
        (Self::Civilian, "civilian"),
        (Self::Act, "act"),
    ];

    /// How the stratum is called in this respect. Disputed parties and what is unknown are strata of their own.
    pub fn of(self, stratum: &Stratum) -> String {
        fn key<T: Serialize>(value: Option<&T>) -> String {
            let value = value.and_then(|value| serde_json::to_value(value).ok());
            value.as_ref().and_then(|v| v.as_str()).map_or_else(|| "(unknown)".to_owned(), str::to_owned)
        }
        match self {
            Self::Party => match &stratum.attribution {
                Attribution::Party(party) => party.to_string(),
                Attribution::Disputed => "(disputed)".to_owned(),
                Attribution::NotStated => "(not stated)".to_owned(),
            },
            Self::Month => stratum.month.map_or_else(|| "(unknown)".to_owned(), |month| month.to_string()),
            Self::Place => stratum.place.as_ref().map_or_else(|| "(unknown)".to_owned(), |place| place.to_string()),
            Self::Sex => key(stratum.sex.as_ref()),
            Self::AgeClass => key(stratum.age_class.as_ref()),
            Self::Civilian => key(stratum.civilian.as_ref()),
            Self::Act => key(stratum.act.as_ref()),
        }
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::EACH.iter().find(|(one, _)| one == self).map_or("", |(_, key)| key))
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no stratum: party, month, place, sex, age-class, civilian or act")]
pub struct NotADimension(pub String);

impl FromStr for Dimension {
    type Err = NotADimension;
    fn from_str(text: &str) -> Result<Self, NotADimension> {
        let found = Self::EACH.iter().find(|(_, key)| *key == text);
        found.map(|(dimension, _)| *dimension).ok_or_else(|| NotADimension(text.to_owned()))
    }
}

/// What becomes of lists that copy from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Derived {
    /// Copier and copied become one list: nobody is lost, and their overlap is no evidence.
    Merge,
    /// The copier is not read; persons on it alone are not counted.
    LeaveOut,
}

/// The lists that estimates are made from, and how the lists of a tally become them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListPlan {
    pub lists: Vec<String>,
    /// For each list of the tally its place in `lists`, or none when it is left out.
    place: Vec<Option<usize>>,
    /// In words, what was merged or left out.
    pub notes: Vec<String>,
}

impl ListPlan {
    /// `None` where lists derive from one another and nothing was said about them: the pairs are then to be shown.
    pub fn new(tally: &Tally, sources: &[Source], derived: Option<Derived>) -> Result<Self, Vec<(SourceId, SourceId)>> {
        let pairs = derived_lists(tally, sources);
        let names: Vec<String> = tally.lists.iter().map(|list| list.as_str().to_owned()).collect();
        let number = |id: &SourceId| tally.lists.iter().position(|list| list == id).unwrap_or(0);
        match derived {
            _ if pairs.is_empty() => {
                Ok(Self { place: (0..names.len()).map(Some).collect(), lists: names, notes: Vec::new() })
            }
            None => Err(pairs),
            Some(Derived::Merge) => {
                let mut group: Vec<usize> = (0..names.len()).collect();
                for (copier, copied) in &pairs {
                    let (from, to) = (group[number(copier)], group[number(copied)]);
                    group.iter_mut().filter(|g| **g == from).for_each(|g| *g = to);
                }
                let roots: BTreeSet<usize> = group.iter().copied().collect();
                let members = |root: usize| -> Vec<&str> {
                    (0..names.len()).filter(|i| group[*i] == root).map(|i| names[i].as_str()).collect()
                };
                let notes = roots.iter().map(|root| members(*root)).filter(|m| m.len() > 1);
                let notes =
                    notes.map(|m| format!("{} derive from one another and were merged", m.join(", "))).collect();
                let roots: Vec<usize> = roots.into_iter().collect();
                let place = group.iter().map(|root| roots.binary_search(root).ok()).collect();
                Ok(Self { lists: roots.iter().map(|root| members(*root).join("+")).collect(), place, notes })
            }
            Some(Derived::LeaveOut) => {
                let mut kept = vec![true; names.len()];
                // Of lists that copy from one another in a ring, one stays.
                for (copier, copied) in &pairs {
                    kept[number(copier)] &= !kept[number(copied)];
                }
                let mut at = 0;
                let place = kept
                    .iter()
                    .map(|kept| {
                        kept.then(|| {
                            at += 1;
                            at - 1
                        })
                    })
                    .collect();
                let gone = names.iter().zip(&kept).filter(|(_, kept)| !**kept);
                let notes =
                    gone.map(|(name, _)| format!("{name} derives from another list and was left out")).collect();
                let lists = names.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(name, _)| name.clone()).collect();
                Ok(Self { lists, place, notes })
            }
        }
    }

    fn moved(&self, pattern: u64) -> u64 {
        let bits = self.place.iter().enumerate().filter(|(i, _)| pattern >> i & 1 == 1);
        bits.filter_map(|(_, place)| *place).fold(0, |new, to| new | 1 << to)
    }
}

/// One stratum and who is on which list in it.
#[derive(Debug, Clone, PartialEq)]
pub struct StratumTable {
    /// One name per dimension.
    pub stratum: Vec<String>,
    pub n_documented: u64,
    pub lists: Vec<ListTotal>,
    /// Lists without records here are not in it. Or why there is none.
    pub table: Result<PatternTable, String>,
}

/// One table per stratum, ordered by name; with no dimension, one table of everybody.
pub fn tables(tally: &Tally, plan: &ListPlan, by: &[Dimension]) -> Vec<StratumTable> {
    let mut strata: BTreeMap<Vec<String>, BTreeMap<u64, u64>> = BTreeMap::new();
    for cell in &tally.cells {
        let pattern = plan.moved(cell.inclusion_pattern);
        if pattern != 0 {
            let key = by.iter().map(|dimension| dimension.of(&cell.stratum)).collect();
            let count = strata.entry(key).or_default().entry(pattern).or_default();
            *count = count.saturating_add(cell.n_documented);
        }
    }
    strata.into_iter().map(|(stratum, counts)| stratum_table(plan, stratum, &counts)).collect()
}

fn stratum_table(plan: &ListPlan, stratum: Vec<String>, counts: &BTreeMap<u64, u64>) -> StratumTable {
    let on = |list: usize| counts.iter().filter(|(p, _)| **p >> list & 1 == 1).map(|(_, n)| n).sum::<u64>();
    let used: Vec<usize> = (0..plan.lists.len()).filter(|list| on(*list) > 0).collect();
    let moved = |pattern: u64| used.iter().enumerate().fold(0, |new, (to, from)| new | (pattern >> from & 1) << to);
    let lists =
        used.iter().map(|list| ListTotal { list: plan.lists[*list].clone(), n_documented: on(*list) }).collect();
    let names = used.iter().map(|list| plan.lists[*list].clone()).collect();
    let table = PatternTable::new(names, counts.iter().map(|(pattern, n)| (moved(*pattern), *n)));
    let table = table.map_err(|refused| {
        let why = refused.to_string();
        match used.len() {
            0 | 1 => "because fewer than two lists have records".to_owned(),
            _ => format!("because {}", why.trim_start_matches("nothing was estimated: ")),
        }
    });
    StratumTable { stratum, n_documented: counts.values().sum(), lists, table }
}

/// Joint draws for a total.
const DRAWS: usize = 20_000;

/// The total of strata by one model: the distribution of the sum of one independent draw from each.
///
/// A stratum that this model cannot estimate counts with its documented persons alone, and the answer says so; where no
/// stratum can be estimated, neither can the total.
pub fn total(strata: &[(u64, Option<&Estimate>)], model: Model, seed: u64) -> ModelAnswer {
    let answer_of = |estimate: &'_ Estimate| -> Option<Unseen> {
        estimate.models.iter().find_map(|answer| match answer {
            ModelAnswer::Estimated { model: key, unseen, .. } if *key == model.key() => Some(unseen.clone()),
            _ => None,
        })
    };
    let parts: Vec<(u64, Option<Unseen>)> = strata.iter().map(|(n, e)| (*n, e.and_then(answer_of))).collect();
    let unseen: Vec<&Unseen> = parts.iter().filter_map(|(_, unseen)| unseen.as_ref()).collect();
    let n: u64 = parts.iter().map(|(n, _)| n).sum();
    if unseen.is_empty() {
        return ModelAnswer::NotEstimable {
            model: model.key(),
            not_estimable: "because no stratum can be estimated".to_owned(),
        };
    }
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut sums: Vec<f64> = (0..DRAWS).map(|_| unseen.iter().map(|u| u.quantile(rng.random::<f64>())).sum()).collect();
    sums.sort_by(f64::total_cmp);
    let n0 = |p: f64| sums[((p * DRAWS as f64) as usize).min(DRAWS - 1)];
    let missing = parts.len() - unseen.len();
    let mut warnings = Vec::new();
    if missing > 0 {
        let without: u64 = parts.iter().filter(|(_, unseen)| unseen.is_none()).map(|(n, _)| n).sum();
        warnings.push(format!(
            "{missing} of {} strata, with {without} documented, cannot be estimated and count as documented only: the \
             total is too low by those unseen in them",
            parts.len()
        ));
    }
    if model == Model::Chao {
        warnings.push("a sum of lower bounds; not an estimate of the whole".to_owned());
    }
    let documented = n as f64;
    let distribution = Unseen::from_quantiles(n0);
    ModelAnswer::Estimated {
        model: model.key(),
        median: documented + n0(0.5),
        mean: documented + unseen.iter().map(|u| u.mean()).sum::<f64>(),
        credible_interval_95: [documented + n0(0.025), documented + n0(0.975)],
        diagnostics: Diagnostics::from([
            ("n_documented".into(), json!(n)),
            ("strata".into(), json!(parts.len())),
            ("strata_estimated".into(), json!(unseen.len())),
            ("interval".into(), json!("95 % of sums of independent draws, one from each stratum")),
        ]),
        warnings,
        unseen: distribution,
    }
}
