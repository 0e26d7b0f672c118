//! From a tally to tables of overlaps by stratum, and what in the way persons were put into strata speaks against their estimates. Units:
//! persons.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use domain::count::{Attribution, Stratum, Tally};
use serde::Serialize;

use crate::models::{ListTotal, PatternTable};
use crate::plan::ListPlan;

const UNKNOWN: &str = "(unknown)";
const NOT_STATED: &str = "(not stated)";
const DISPUTED: &str = "(disputed)";

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
            value.as_ref().and_then(|v| v.as_str()).map_or_else(|| UNKNOWN.to_owned(), str::to_owned)
        }
        match self {
            Self::Party => match &stratum.attribution {
                Attribution::Party(party) => party.to_string(),
                Attribution::Disputed => DISPUTED.to_owned(),
                Attribution::NotStated => NOT_STATED.to_owned(),
            },
            Self::Month => stratum.month.map_or_else(|| UNKNOWN.to_owned(), |month| month.to_string()),
            Self::Place => stratum.place.as_ref().map_or_else(|| UNKNOWN.to_owned(), |place| place.to_string()),
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

/// One stratum and who is on which list in it.
#[derive(Debug, Clone, PartialEq)]
pub struct StratumTable {
    /// One name per dimension.
    pub stratum: Vec<String>,
    pub n_documented: u64,
    pub lists: Vec<ListTotal>,
    /// Lists without records here are not in it. Or why there is none.
    pub table: Result<PatternTable, String>,
    /// What speaks against every estimate here, whatever its model: a key, and the sentence for people.
    pub doubts: Vec<(&'static str, String)>,
}

/// Fewer persons on a list alone tell nothing of what it says.
const FEWEST_ALONE: u64 = 10;
/// Of those on several lists: beyond this part without a value, more than among those on one, the overlaps lack too many.
const MUCH_LOST: f64 = 0.05;

/// How persons come to be in strata, where that bends the overlaps inside them.
pub(crate) struct Parting<'a> {
    by: &'a [Dimension],
    /// For each dimension, lists that say nothing of it by themselves.
    silent: Vec<Vec<usize>>,
    /// For each dimension, whether those on several lists lack a value more often than those on one.
    loses_overlaps: Vec<bool>,
}

impl<'a> Parting<'a> {
    pub fn new(tally: &Tally, plan: &ListPlan, by: &'a [Dimension]) -> Self {
        let is_without = |value: &str| [UNKNOWN, NOT_STATED, DISPUTED].contains(&value);
        // With a value and without, by the one list that bears the person, and by whether several do.
        let one = |dimension: &Dimension| {
            let mut alone = vec![[0u64; 2]; plan.lists.len()];
            let (mut single, mut several) = ([0u64; 2], [0u64; 2]);
            for cell in &tally.cells {
                let (pattern, value) = (plan.moved(cell.inclusion_pattern), dimension.of(&cell.stratum));
                let at = usize::from(is_without(&value));
                match pattern.count_ones() {
                    0 => {}
                    1 => {
                        alone[pattern.trailing_zeros() as usize][at] += cell.n_documented;
                        single[at] += cell.n_documented;
                    }
                    // One list that says nothing leaves the word to the others: only what they say against one another is lost.
                    _ if *dimension == Dimension::Party => {
                        several[usize::from(value == DISPUTED)] += cell.n_documented;
                    }
                    _ => several[at] += cell.n_documented,
                }
            }
            let part = |[with, without]: [u64; 2]| without as f64 / (with + without).max(1) as f64;
            let usual = if *dimension == Dimension::Party { 0.0 } else { part(single) };
            let silent = (0..alone.len()).filter(|i| alone[*i][0] == 0 && alone[*i][1] >= FEWEST_ALONE).collect();
            (silent, part(several) > usual + MUCH_LOST)
        };
        let (silent, loses_overlaps) = by.iter().map(one).unzip();
        Self { by, silent, loses_overlaps }
    }

    /// Why a stratum has no table of its own.
    fn refused(&self, stratum: &[String]) -> Option<String> {
        stratum.iter().any(|name| name == DISPUTED).then(|| {
            "because persons are disputed only where several lists bear them: nobody unseen is, and the overlaps say nothing".to_owned()
        })
    }

    fn doubts(&self, plan: &ListPlan, stratum: &[String], used: &[usize]) -> Vec<(&'static str, String)> {
        let mut doubts = Vec::new();
        for (i, dimension) in self.by.iter().enumerate() {
            if stratum.get(i).is_none_or(|name| [UNKNOWN, NOT_STATED, DISPUTED].contains(&name.as_str())) {
                continue;
            }
            for list in self.silent[i].iter().filter(|list| used.contains(list)) {
                doubts.push((
                    "silent_list",
                    format!(
                        "list {} says no {dimension} by itself: here it bears only persons whom another list bears too, as if it reached nobody \
                         alone; for estimates by {dimension} choose sources without it",
                        plan.lists[*list]
                    ),
                ));
            }
            if self.loses_overlaps[i] {
                doubts.push((
                    "lost_overlaps",
                    format!(
                        "lists contradict one another on the {dimension}: more than one in twenty of those on several lists are therefore in no \
                         stratum of a known {dimension}, and the numbers unseen in these are too large"
                    ),
                ));
            }
        }
        doubts
    }
}

/// One table per stratum, ordered by name; with no dimension, one table of everybody.
pub fn tables(tally: &Tally, plan: &ListPlan, by: &[Dimension]) -> Vec<StratumTable> {
    let parting = Parting::new(tally, plan, by);
    let mut strata: BTreeMap<Vec<String>, BTreeMap<u64, u64>> = BTreeMap::new();
    for cell in &tally.cells {
        let pattern = plan.moved(cell.inclusion_pattern);
        if pattern != 0 {
            let key = by.iter().map(|dimension| dimension.of(&cell.stratum)).collect();
            let count = strata.entry(key).or_default().entry(pattern).or_default();
            *count = count.saturating_add(cell.n_documented);
        }
    }
    strata.into_iter().map(|(stratum, counts)| stratum_table(plan, &parting, stratum, &counts)).collect()
}

pub(crate) fn stratum_table(
    plan: &ListPlan,
    parting: &Parting<'_>,
    stratum: Vec<String>,
    counts: &BTreeMap<u64, u64>,
) -> StratumTable {
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
    let table = parting.refused(&stratum).map_or(table, Err);
    let doubts = parting.doubts(plan, &stratum, &used);
    StratumTable { stratum, n_documented: counts.values().sum(), lists, table, doubts }
}
