//! What to review next: the decisions that would change most. Nothing is decided here, and no pair is shown that a reviewer has
//! decided.
//!
//! How likely two groups are one person is asked of the run's own criterion: its margin, as log2 of the odds. So the queue never
//! holds for likely what the run refused, nor for unlikely what it did. Units: expected change in persons, which is the
//! probability that the decision goes against the run.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use serde::Serialize;

use crate::cluster::criterion::{Criterion, Group, NOT_COMPARED_BITS, bounded, list_bit};
use crate::model::probability;
use crate::parts::parts;
use crate::record::LinkRecord;
use crate::rescore::PairScorer;
use crate::review::Verdicts;
use crate::run::{Known, LinkRun, LinkageError, id_order};
use crate::settings::Settings;

/// Expected changes below this are not worth a reviewer's time.
const LEAST_CHANGE: f64 = 0.005;
/// Between two groups, and within one, every pair is compared where there are at most this many; else those kept.
const PAIRS_AT_MOST: usize = 160 * 160;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// Two persons of the run: are they one?
    AreTheyOne,
    /// One person of the run: does a record not belong?
    DoesItBelong,
}

/// A decision that is worth making.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QueueItem {
    /// Positions in the input: the pair to show.
    pub a: u32,
    pub b: u32,
    pub question: Question,
    /// That the two groups are one person, by the run's margin between them.
    pub group_probability: f64,
    /// By how many persons the count is expected to change.
    pub expected_change: f64,
    /// Records in the groups concerned.
    pub records: u32,
    /// Facts that published counts are broken down by and in which the two differ: party, governorate, list.
    pub counts_that_move: Vec<&'static str>,
    /// What the queue is ordered by: expected change × (1 + counts that move) × log2(records).
    pub priority: f64,
}

/// The decisions that change most, the most valuable first; ties in id order. `run` must be of the same records and settings.
///
/// # Errors
/// As [`crate::link_with`]: a model that cannot be used.
pub fn review_queue(
    records: &[LinkRecord],
    run: &LinkRun,
    settings: &Settings,
    verdicts: &Verdicts,
    limit: usize,
) -> Result<Vec<QueueItem>, LinkageError> {
    if run.clusters.len() != records.len() {
        return Err(LinkageError::Settings("the run is of other records than those given".into()));
    }
    let queue = Queue::new(records, run, settings, verdicts)?;
    let mut items = queue.joins();
    items.extend(queue.doubts());
    let id = |i: u32| records[i as usize].id.as_str();
    items.sort_by(|x, y| {
        let ids = |q: &QueueItem| (id(q.a), id(q.b));
        y.priority.total_cmp(&x.priority).then_with(|| ids(x).cmp(&ids(y)))
    });
    items.truncate(limit);
    Ok(items)
}

struct Queue<'a> {
    records: &'a [LinkRecord],
    run: &'a LinkRun,
    verdicts: &'a Verdicts,
    scorer: PairScorer,
    criterion: Criterion,
    /// Records of each cluster, ascending.
    members: Vec<Vec<u32>>,
    /// Of each record, which part of its person the evidence alone holds it to.
    parts: Vec<u32>,
    /// Pairs of clusters that a reviewer has decided.
    decided: BTreeSet<(u32, u32)>,
}

/// Evidence that kept pairs hold: its sum, and how many there are.
type Kept = (f64, u32);
/// How many records of a group each list has.
type Lists = BTreeMap<u32, f64>;

/// The sum of the evidence over `pairs`, where only some were kept.
fn with_the_rest(kept: Kept, pairs: usize) -> f64 {
    kept.0 + (pairs as f64 - f64::from(kept.1)) * NOT_COMPARED_BITS
}

impl<'a> Queue<'a> {
    fn new(
        records: &'a [LinkRecord],
        run: &'a LinkRun,
        settings: &Settings,
        verdicts: &'a Verdicts,
    ) -> Result<Self, LinkageError> {
        let clusters = run.clusters.iter().max().map_or(0, |m| *m as usize + 1);
        let mut members = vec![Vec::new(); clusters];
        (0..).zip(&run.clusters).for_each(|(record, c)| members[*c as usize].push(record));
        let mut decided = BTreeSet::new();
        if !verdicts.is_empty() {
            let at: BTreeMap<&str, u32> =
                records.iter().map(|r| r.id.as_str()).zip(run.clusters.iter().copied()).collect();
            for (a, b) in verdicts.pairs() {
                if let Some((x, y)) = at.get(a).zip(at.get(b)) {
                    decided.insert((*x.min(y), *x.max(y)));
                }
            }
        }
        let (scorer, criterion) = (PairScorer::new(records, &run.model)?, Criterion::of(settings));
        let order = id_order(&scorer.set.ids)?;
        let known = Known::read(&scorer.set.ids, &order, &verdicts.decisions())?;
        let parts = parts(run, &scorer, (&order, &known), &|i: u32| records[i as usize].list, criterion);
        Ok(Self { records, run, verdicts, scorer, criterion, members, parts, decided })
    }

    fn lists(&self, group: &[u32]) -> Lists {
        let mut count = Lists::new();
        group.iter().for_each(|&r| *count.entry(self.records[r as usize].list).or_default() += 1.0);
        count
    }

    fn sum(&self, record: u32, others: &[u32]) -> f64 {
        others.iter().filter(|&&other| other != record).map(|&other| bounded(self.scorer.bits(record, other))).sum()
    }

    /// The run's margin between two groups, by their lists and the sum of the evidence between them.
    fn margin(&self, a: &Lists, b: &Lists, bits: f64) -> f64 {
        let group = |lists: &Lists| Group {
            size: lists.values().sum::<f64>() as u32,
            lists: lists.keys().fold(0, |bits, list| bits | list_bit(*list)),
        };
        let (x, y) = (group(a), group(b));
        let same: f64 = a.iter().map(|(list, n)| n * b.get(list).copied().unwrap_or(0.0)).sum();
        self.criterion.margin(x, y, bits, f64::from(x.size) * f64::from(y.size) - same)
    }

    fn cluster(&self, record: u32) -> u32 {
        self.run.clusters[record as usize]
    }

    fn open(&self, a: u32, b: u32) -> bool {
        self.verdicts.get(&self.records[a as usize].id, &self.records[b as usize].id).is_none()
    }

    fn bits(&self) -> impl Iterator<Item = (u32, u32, f64)> {
        self.run.pairs.iter().zip(&self.run.pair_bits).map(|(&(a, b, _), &bits)| (a, b, bounded(bits)))
    }

    fn item(&self, a: u32, b: u32, question: Question, group_probability: f64, records: u32) -> Option<QueueItem> {
        let expected_change = match question {
            Question::AreTheyOne => group_probability,
            Question::DoesItBelong => 1.0 - group_probability,
        };
        if expected_change < LEAST_CHANGE {
            return None;
        }
        let (x, y) = (&self.records[a as usize], &self.records[b as usize]);
        let differ = |p: &Option<String>, q: &Option<String>| p.is_some() && q.is_some() && p != q;
        let mut counts_that_move = Vec::new();
        for (name, moves) in [
            ("party", differ(&x.party, &y.party)),
            ("governorate", differ(&x.place_gov, &y.place_gov)),
            ("list", x.list != y.list),
        ] {
            if moves {
                counts_that_move.push(name);
            }
        }
        let priority = expected_change * (1 + counts_that_move.len()) as f64 * f64::from(records.max(2)).log2();
        let (a, b) = if x.id <= y.id { (a, b) } else { (b, a) };
        Some(QueueItem { a, b, question, group_probability, expected_change, records, counts_that_move, priority })
    }

    /// Pairs of clusters that kept pairs connect.
    fn joins(&self) -> Vec<QueueItem> {
        /// Kept pairs, and the best pair that is still open.
        type Between = (Kept, Option<(f64, u32, u32)>);
        let mut between: rustc_hash::FxHashMap<(u32, u32), Between> = Default::default();
        for (a, b, bits) in self.bits() {
            let (x, y) = (self.cluster(a), self.cluster(b));
            let key = (x.min(y), x.max(y));
            if x == y || self.decided.contains(&key) {
                continue;
            }
            let entry = between.entry(key).or_default();
            entry.0 = (entry.0.0 + bits, entry.0.1 + 1);
            let better = entry.1.is_none_or(|(best, p, q)| (bits, q, p) > (best, b, a) && bits >= best);
            if better && self.open(a, b) {
                entry.1 = Some((bits, a, b));
            }
        }
        let to_item = |((x, y), (kept, best)): ((u32, u32), Between)| {
            let (m, n) = (&self.members[x as usize], &self.members[y as usize]);
            let (_, a, b) = best?;
            let pairs = m.len().saturating_mul(n.len());
            let bits = match pairs <= PAIRS_AT_MOST {
                true => m.iter().map(|&record| self.sum(record, n)).sum(),
                false => with_the_rest(kept, pairs),
            };
            let margin = self.margin(&self.lists(m), &self.lists(n), bits);
            self.item(a, b, Question::AreTheyOne, probability(margin), (m.len() + n.len()) as u32)
        };
        between.into_par_iter().filter_map(to_item).collect()
    }

    /// In each cluster, the record that belongs least, beside the one that it is most like. What a reviewer's link binds is not doubted again.
    fn doubts(&self) -> Vec<QueueItem> {
        let n = self.records.len();
        let mut kept: Vec<Kept> = vec![(0.0, 0); n];
        let mut best: Vec<Option<(f64, u32)>> = vec![None; n];
        let mut fixed = vec![false; n];
        let part = |record: u32| (self.cluster(record), self.parts[record as usize]);
        for (a, b, bits) in self.bits().filter(|p| part(p.0) == part(p.1)) {
            for (x, y) in [(a, b), (b, a)] {
                let at = x as usize;
                kept[at] = (kept[at].0 + bits, kept[at].1 + 1);
                if !self.open(a, b) {
                    // A reviewer's link holds the record here.
                    fixed[at] = true;
                } else if best[at].is_none_or(|(most, other)| bits > most || (bits == most && y < other)) {
                    best[at] = Some((bits, y));
                }
            }
        }
        let to_item = |members: &Vec<u32>| {
            let open = members.iter().filter(|&&r| best[r as usize].is_some() && !fixed[r as usize]);
            let mut held: BTreeMap<u32, (Vec<u32>, Lists)> = BTreeMap::new();
            members.iter().for_each(|&r| held.entry(self.parts[r as usize]).or_default().0.push(r));
            held.values_mut().for_each(|(records, lists)| *lists = self.lists(records));
            let margin = |&record: &u32| {
                let (members, all) = held.get(&self.parts[record as usize])?;
                let own = self.lists(&[record]);
                let mut rest = all.clone();
                own.keys().for_each(|list| *rest.entry(*list).or_default() -= 1.0);
                rest.retain(|_, n| *n > 0.0);
                let bits = match members.len() * members.len() <= PAIRS_AT_MOST {
                    true => self.sum(record, members),
                    false => with_the_rest(kept[record as usize], members.len() - 1),
                };
                Some((self.margin(&own, &rest, bits), record))
            };
            let (margin, record) = open.filter_map(margin).min_by(|x, y| x.0.total_cmp(&y.0).then(x.1.cmp(&y.1)))?;
            let (_, other) = best[record as usize]?;
            self.item(record, other, Question::DoesItBelong, probability(margin), members.len() as u32)
        };
        self.members.par_iter().filter(|members| members.len() > 1).filter_map(to_item).collect()
    }
}
