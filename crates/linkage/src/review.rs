//! What to review next, and whether decisions agree with each other.
//!
//! The queue holds the decisions that would change most: it never decides, and never shows a pair that a reviewer has decided.
//! Units: expected change in persons, which is the probability that the decision goes against the run.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};

use crate::model::probability;
use crate::record::LinkRecord;
use crate::run::{Decisions, LinkRun};

const MOST_BITS: f64 = 12.0;
/// As in clustering: evidence between records that are no kept pair, in bits.
const NOT_KEPT_BITS: f64 = -5.0;
/// Expected changes below this are not worth a reviewer's time.
const LEAST_CHANGE: f64 = 0.005;

/// What a reviewer found of two records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    Link,
    NonLink,
    CannotTell,
}

impl std::str::FromStr for Verdict {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text.trim() {
            "link" | "l" => Ok(Self::Link),
            "non-link" | "nonlink" | "n" => Ok(Self::NonLink),
            "cannot-tell" | "c" => Ok(Self::CannotTell),
            other => Err(format!("{other:?} is not link, non-link or cannot-tell")),
        }
    }
}

/// Verdicts by pair of record ids, the smaller first. A later verdict of the same pair takes an earlier one's place.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Verdicts(BTreeMap<(String, String), Verdict>);

/// Why a verdict cannot stand beside the others.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Contradiction {
    #[error("{0} and {0} are one record; nothing was decided")]
    SameRecord(String),
    #[error("a non-link parts {0} and {1}, and this link would join them ({via}); nothing was decided. \
             Decide that pair anew first", via = .2.join(" = "))]
    JoinsWhatIsParted(String, String, Vec<String>),
    #[error("links join {0} and {1} already ({via}); nothing was decided. Decide one of these links anew first", via = .2.join(" = "))]
    PartsWhatIsJoined(String, String, Vec<String>),
}

fn ordered(a: &str, b: &str) -> (String, String) {
    (a.min(b).to_owned(), a.max(b).to_owned())
}

impl Verdicts {
    pub fn get(&self, a: &str, b: &str) -> Option<Verdict> {
        self.0.get(&ordered(a, b)).copied()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes a verdict, whatever the others say; for what stands in a journal already.
    pub fn set(&mut self, a: &str, b: &str, verdict: Verdict) {
        self.0.insert(ordered(a, b), verdict);
    }

    /// Takes a verdict, unless it contradicts the others; then nothing changes.
    pub fn add(&mut self, a: &str, b: &str, verdict: Verdict) -> Result<(), Contradiction> {
        self.check(a, b, verdict)?;
        self.set(a, b, verdict);
        Ok(())
    }

    /// Whether links and non-links would still agree with this verdict in place of an earlier one of the same pair.
    pub fn check(&self, a: &str, b: &str, verdict: Verdict) -> Result<(), Contradiction> {
        if a == b {
            return Err(Contradiction::SameRecord(a.to_owned()));
        }
        let pair = ordered(a, b);
        let mut links: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for ((x, y), found) in self.0.iter().filter(|(p, _)| **p != pair) {
            if *found == Verdict::Link {
                links.entry(x).or_default().push(y);
                links.entry(y).or_default().push(x);
            }
        }
        match verdict {
            Verdict::CannotTell => Ok(()),
            Verdict::NonLink => match chain(&links, a, b) {
                Some(via) => Err(Contradiction::PartsWhatIsJoined(a.to_owned(), b.to_owned(), via)),
                None => Ok(()),
            },
            Verdict::Link => {
                links.entry(a).or_default().push(b);
                links.entry(b).or_default().push(a);
                let parted = self.0.iter().filter(|(p, found)| **found == Verdict::NonLink && **p != pair);
                for ((x, y), _) in parted {
                    if let Some(via) = chain(&links, x, y) {
                        return Err(Contradiction::JoinsWhatIsParted(x.clone(), y.clone(), via));
                    }
                }
                Ok(())
            }
        }
    }

    pub fn decisions(&self) -> Decisions {
        let of = |wanted: Verdict| self.0.iter().filter(move |(_, v)| **v == wanted).map(|(p, _)| p.clone()).collect();
        Decisions { links: of(Verdict::Link), non_links: of(Verdict::NonLink) }
    }
}

/// The shortest chain of links from one record to another, both included.
fn chain(links: &BTreeMap<&str, Vec<&str>>, from: &str, to: &str) -> Option<Vec<String>> {
    let mut came: BTreeMap<&str, &str> = BTreeMap::new();
    let mut open = VecDeque::from([from]);
    while let Some(at) = open.pop_front() {
        for &next in links.get(at).into_iter().flatten() {
            if next != from && !came.contains_key(next) {
                came.insert(next, at);
                open.push_back(next);
            }
        }
        if came.contains_key(to) {
            break;
        }
    }
    came.contains_key(to).then(|| {
        let mut path = vec![to.to_owned()];
        let mut at = to;
        while let Some(&before) = came.get(at) {
            path.push(before.to_owned());
            at = before;
        }
        path.reverse();
        path
    })
}

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
    /// That the two groups are one person, by the mean evidence between them.
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

/// The decisions that change most, the most valuable first; ties in id order.
pub fn review_queue(records: &[LinkRecord], run: &LinkRun, verdicts: &Verdicts, limit: usize) -> Vec<QueueItem> {
    let queue = Queue::new(records, run, verdicts);
    let mut items = queue.joins();
    items.extend(queue.doubts());
    let id = |i: u32| records[i as usize].id.as_str();
    items.sort_by(|x, y| {
        let ids = |q: &QueueItem| (id(q.a), id(q.b));
        y.priority.total_cmp(&x.priority).then_with(|| ids(x).cmp(&ids(y)))
    });
    items.truncate(limit);
    items
}

struct Queue<'a> {
    records: &'a [LinkRecord],
    run: &'a LinkRun,
    verdicts: &'a Verdicts,
    size: Vec<u32>,
    /// Pairs of clusters that a reviewer has decided.
    decided: BTreeSet<(u32, u32)>,
}

impl<'a> Queue<'a> {
    fn new(records: &'a [LinkRecord], run: &'a LinkRun, verdicts: &'a Verdicts) -> Self {
        let clusters = run.clusters.iter().max().map_or(0, |m| *m as usize + 1);
        let mut size = vec![0u32; clusters];
        run.clusters.iter().for_each(|c| size[*c as usize] += 1);
        let mut decided = BTreeSet::new();
        if !verdicts.is_empty() {
            let at: BTreeMap<&str, u32> =
                records.iter().map(|r| r.id.as_str()).zip(run.clusters.iter().copied()).collect();
            for (a, b) in verdicts.0.keys() {
                if let Some((x, y)) = at.get(a.as_str()).zip(at.get(b.as_str())) {
                    decided.insert((*x.min(y), *x.max(y)));
                }
            }
        }
        Self { records, run, verdicts, size, decided }
    }

    fn cluster(&self, record: u32) -> u32 {
        self.run.clusters[record as usize]
    }

    fn open(&self, a: u32, b: u32) -> bool {
        self.verdicts.get(&self.records[a as usize].id, &self.records[b as usize].id).is_none()
    }

    fn bits(&self) -> impl Iterator<Item = (u32, u32, f64)> {
        let bounded = |bits: &f64| bits.clamp(-MOST_BITS, MOST_BITS);
        self.run.pairs.iter().zip(self.run.pair_bits.iter().map(bounded)).map(|(&(a, b, _), bits)| (a, b, bits))
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
        /// Sum of bits, pairs kept, and the best pair that is still open.
        type Between = (f64, u32, Option<(f64, u32, u32)>);
        let mut between: rustc_hash::FxHashMap<(u32, u32), Between> = Default::default();
        for (a, b, bits) in self.bits() {
            let (x, y) = (self.cluster(a), self.cluster(b));
            let key = (x.min(y), x.max(y));
            if x == y || self.decided.contains(&key) {
                continue;
            }
            let entry = between.entry(key).or_default();
            entry.0 += bits;
            entry.1 += 1;
            let better = entry.2.is_none_or(|(best, p, q)| (bits, q, p) > (best, b, a) && bits >= best);
            if better && self.open(a, b) {
                entry.2 = Some((bits, a, b));
            }
        }
        let to_item = |((x, y), (sum, kept, best)): ((u32, u32), Between)| {
            let (m, n) = (self.size[x as usize], self.size[y as usize]);
            let all = f64::from(m) * f64::from(n);
            let mean = (sum + (all - f64::from(kept)) * NOT_KEPT_BITS) / all;
            let (_, a, b) = best?;
            self.item(a, b, Question::AreTheyOne, probability(mean), m + n)
        };
        between.into_iter().filter_map(to_item).collect()
    }

    /// In each cluster, the record that belongs least, beside the one that it is most like.
    fn doubts(&self) -> Vec<QueueItem> {
        let n = self.records.len();
        let mut sum = vec![0.0f64; n];
        let mut kept = vec![0u32; n];
        let mut best: Vec<Option<(f64, u32)>> = vec![None; n];
        let mut fixed = vec![false; n];
        for (a, b, bits) in self.bits().filter(|p| self.cluster(p.0) == self.cluster(p.1)) {
            for (x, y) in [(a, b), (b, a)] {
                let at = x as usize;
                sum[at] += bits;
                kept[at] += 1;
                if !self.open(a, b) {
                    // A reviewer's link holds the record here.
                    fixed[at] = true;
                } else if best[at].is_none_or(|(most, other)| bits > most || (bits == most && y < other)) {
                    best[at] = Some((bits, y));
                }
            }
        }
        let mut least: BTreeMap<u32, (f64, u32)> = BTreeMap::new();
        for record in (0..n as u32).filter(|&r| best[r as usize].is_some() && !fixed[r as usize]) {
            let at = record as usize;
            let others = f64::from(self.size[self.cluster(record) as usize] - 1);
            let mean = (sum[at] + (others - f64::from(kept[at])) * NOT_KEPT_BITS) / others;
            let entry = least.entry(self.cluster(record)).or_insert((mean, record));
            if mean < entry.0 {
                *entry = (mean, record);
            }
        }
        let to_item = |(cluster, (mean, record)): (u32, (f64, u32))| {
            let (_, other) = best[record as usize]?;
            self.item(record, other, Question::DoesItBelong, probability(mean), self.size[cluster as usize])
        };
        least.into_iter().filter_map(to_item).collect()
    }
}
