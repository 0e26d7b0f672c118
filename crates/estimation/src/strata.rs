//! From a tally to tables of overlaps by stratum, and from estimates by stratum to their total.
//!
//! Never adds up intervals: a total's interval is that of the sum of independent draws, one from each stratum. Lists that derive
//! from one another, or cite one another, are merged, left out or kept first, as the caller says; this module does not choose. Units: persons.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use domain::count::{Attribution, Stratum, Tally};
use domain::{Source, SourceId};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use serde::Serialize;
use serde_json::json;

use crate::citing::Citation;
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

/// What becomes of lists that copy from others, or cite them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Derived {
    /// Copier and copied become one list: nobody is lost, and their overlap is no evidence.
    Merge,
    /// The copier is not read; persons on it alone are not counted.
    LeaveOut,
    /// Both stay: the one cites the other and has seen for itself. No choice for lists that are declared copies.
    Independent,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} says nothing of lists: merge, leave-out or independent, for all; or A=B:merge and so on, for two")]
pub struct NotAChoice(pub String);

/// What is to become of lists that derive from one another: said of all, or of two.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Choices {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub all: Option<Derived>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pairs: Vec<(SourceId, SourceId, Derived)>,
}

impl Choices {
    /// Adds `merge`, `leave-out` or `independent`, or one of them of two lists: `A=B:merge`.
    pub fn add(&mut self, text: &str) -> Result<(), NotAChoice> {
        let refuse = || NotAChoice(text.to_owned());
        let choice = |word: &str| match word {
            "merge" => Ok(Derived::Merge),
            "leave-out" => Ok(Derived::LeaveOut),
            "independent" => Ok(Derived::Independent),
            _ => Err(refuse()),
        };
        match text.split_once('=') {
            None => self.all = Some(choice(text)?),
            Some((first, rest)) => {
                let (second, word) = rest.rsplit_once(':').ok_or_else(refuse)?;
                let id = |text: &str| SourceId::new(text.trim()).map_err(|_| refuse());
                self.pairs.push((id(first)?, id(second)?, choice(word.trim())?));
            }
        }
        Ok(())
    }

    fn of(&self, tie: &Tie) -> Option<Derived> {
        let (a, b) = (&tie.copier, &tie.copied);
        let of_two = self.pairs.iter().find(|(x, y, _)| (x, y) == (a, b) || (x, y) == (b, a));
        let chosen = of_two.map(|(.., choice)| *choice).or(self.all);
        chosen.filter(|choice| !(tie.declared && *choice == Derived::Independent))
    }
}

/// Two lists of a tally of which the one copies from the other, or seems to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tie {
    pub copier: SourceId,
    pub copied: SourceId,
    /// A source says so of itself; otherwise it was found in what the lists say.
    pub declared: bool,
    pub words: String,
}

/// Every tie between lists of the tally, declared ones first.
pub fn ties(tally: &Tally, sources: &[Source], cited: &[Citation]) -> Vec<Tie> {
    let declared = derived_lists(tally, sources).into_iter().map(|(copier, copied)| {
        let words = format!("{copier} derives from {copied}");
        Tie { copier, copied, declared: true, words }
    });
    let mut ties: Vec<Tie> = declared.collect();
    for citation in cited {
        let Citation { citing, cited, .. } = citation;
        let is_known =
            |tie: &Tie| (&tie.copier, &tie.copied) == (citing, cited) || (&tie.copied, &tie.copier) == (citing, cited);
        if !ties.iter().any(is_known) && tally.lists.contains(citing) && tally.lists.contains(cited) {
            let (copier, copied, words) = (citing.clone(), cited.clone(), citation.to_string());
            ties.push(Tie { copier, copied, declared: false, words });
        }
    }
    ties
}

/// The lists that estimates are made from, and how the lists of a tally become them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListPlan {
    pub lists: Vec<String>,
    /// For each list of the tally its place in `lists`, or none when it is left out.
    place: Vec<Option<usize>>,
    /// In words, what was merged, left out or kept.
    pub notes: Vec<String>,
}

impl ListPlan {
    /// The ties of which nothing was chosen come back: nothing can be estimated before.
    pub fn new(tally: &Tally, ties: &[Tie], choices: &Choices) -> Result<Self, Vec<Tie>> {
        let open: Vec<Tie> = ties.iter().filter(|tie| choices.of(tie).is_none()).cloned().collect();
        if !open.is_empty() {
            return Err(open);
        }
        let names: Vec<&str> = tally.lists.iter().map(|list| list.as_str()).collect();
        let number = |id: &SourceId| tally.lists.iter().position(|list| list == id).unwrap_or(0);
        let chosen = |choice: Derived| ties.iter().filter(move |tie| choices.of(tie) == Some(choice));
        let mut notes = Vec::new();
        // Of lists that copy from one another in a ring, one stays.
        let mut kept = vec![true; names.len()];
        for tie in chosen(Derived::LeaveOut) {
            kept[number(&tie.copier)] &= !kept[number(&tie.copied)];
        }
        for (list, _) in kept.iter().enumerate().filter(|(_, kept)| !**kept) {
            let why = chosen(Derived::LeaveOut).find(|tie| number(&tie.copier) == list);
            notes.push(format!("{} was left out: {}", names[list], why.map_or("", |tie| &tie.words)));
        }
        let mut group: Vec<usize> = (0..names.len()).collect();
        for tie in chosen(Derived::Merge) {
            let (copier, copied) = (number(&tie.copier), number(&tie.copied));
            if kept[copier] && kept[copied] {
                let (from, to) = (group[copier], group[copied]);
                group.iter_mut().filter(|g| **g == from).for_each(|g| *g = to);
            }
        }
        let roots: Vec<usize> = group
            .iter()
            .zip(&kept)
            .filter(|(_, kept)| **kept)
            .map(|(root, _)| *root)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        let members = |root: usize| -> Vec<&str> {
            (0..names.len()).filter(|i| kept[*i] && group[*i] == root).map(|i| names[i]).collect()
        };
        let merged = roots.iter().map(|root| members(*root)).filter(|members| members.len() > 1);
        notes.extend(merged.map(|members| format!("{} derive from one another and were merged", members.join(", "))));
        notes.extend(chosen(Derived::Independent).map(|tie| {
            format!("{}, and both were read as witnesses of their own: if one has its persons from the other, the number unseen is too small", tie.words)
        }));
        let place = group
            .iter()
            .zip(&kept)
            .map(|(root, kept)| if *kept { roots.binary_search(root).ok() } else { None })
            .collect();
        Ok(Self { lists: roots.iter().map(|root| members(*root).join("+")).collect(), place, notes })
    }

    pub(crate) fn moved(&self, pattern: u64) -> u64 {
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

pub(crate) fn stratum_table(plan: &ListPlan, stratum: Vec<String>, counts: &BTreeMap<u64, u64>) -> StratumTable {
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
/// Fewer documented than this make a stratum tiny.
const TINY: u64 = 30;
/// Mean unseen over median unseen.
const LEANS: f64 = 2.0;

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
    let skewed: Vec<f64> = unseen.iter().map(|u| u.mean() / u.quantile(0.5).max(1.0)).collect();
    let (tiny, thin) = parts
        .iter()
        .filter(|(_, unseen)| unseen.is_some())
        .fold((0, 0u64), |(tiny, sum), (n, _)| if *n < TINY { (tiny + 1, sum + n) } else { (tiny, sum) });
    let mut doubts = Vec::new();
    if tiny > 0 && (tiny > 2 || thin * 10 > n) {
        doubts.push((
            "tiny_strata",
            format!(
                "{tiny} of {} strata have fewer than {TINY} documented, {thin} together: their distributions lean far upwards, and so \
                 many of them inflate the total; take fewer, larger strata, and hold it against the estimate of the whole",
                parts.len()
            ),
        ));
    }
    let lean = skewed.iter().filter(|lean| **lean > LEANS).count();
    if lean > 0 {
        doubts.push((
            "leaning_strata",
            format!("in {lean} of {} strata the mean unseen is more than twice the median: few draws make much of the total", parts.len()),
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
    .with_doubts(doubts)
}
