//! Joining the groups of a component that has too many distinct records to compare every pair.

use std::collections::{BTreeMap, BinaryHeap};

use super::criterion::{Group, NOT_COMPARED_BITS, bounded};
use super::{Component, Evidence, Node, Sets, Start};

/// Evidence between two groups: the sum over pairs of records, how many of these were compared, how many are of two lists.
#[derive(Clone, Copy, Default)]
struct Between {
    bits: f64,
    /// The same of the evidence as it is, which tells equals apart.
    unbounded: f64,
    compared: f64,
    other_list_pairs: f64,
}

/// The best joins first; among equals that of most evidence, then the one of the smallest records.
#[derive(PartialEq)]
struct Join {
    margin: f64,
    /// Of the pairs that were compared, unbounded.
    mean: f64,
    a: u32,
    b: u32,
    made: (u32, u32),
}

impl Eq for Join {}
impl Ord for Join {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let by_evidence = self.margin.total_cmp(&other.margin).then(self.mean.total_cmp(&other.mean));
        by_evidence.then_with(|| (other.a, other.b).cmp(&(self.a, self.b)))
    }
}
impl PartialOrd for Join {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

struct Groups<'a> {
    groups: Vec<Group>,
    near: Vec<BTreeMap<u32, Between>>,
    /// How often the group has grown; a join planned before that is out of date.
    grown: Vec<u32>,
    sets: Sets,
    evidence: &'a Evidence<'a>,
}

/// For each node the smallest node of its group.
pub(super) fn join(component: &Component, start: &Start, evidence: &Evidence) -> Vec<u32> {
    let n = start.nodes.len();
    let mut groups = Groups {
        groups: start.nodes.iter().map(Node::group).collect(),
        near: vec![BTreeMap::new(); n],
        grown: vec![0; n],
        sets: Sets::new(n),
        evidence,
    };
    let node = |record: u32| start.of_member[component.place(record)];
    for (a, b, bits) in component.pairs() {
        let other_list = f64::from(u8::from((evidence.list)(a) != (evidence.list)(b)));
        groups.note(
            node(a),
            node(b),
            Between { bits: bounded(bits), unbounded: bits, compared: 1.0, other_list_pairs: other_list },
        );
    }
    for &(a, b) in component.non_links {
        groups.note(node(a), node(b), Between { bits: f64::NEG_INFINITY, ..Between::default() });
    }
    groups.join_while_it_pays();
    (0..n as u32).map(|x| groups.sets.find(x)).collect()
}

impl Groups<'_> {
    fn note(&mut self, a: u32, b: u32, more: Between) {
        if a == b {
            return;
        }
        for (x, y) in [(a, b), (b, a)] {
            let sum = self.near[x as usize].entry(y).or_default();
            sum.bits += more.bits;
            sum.unbounded += more.unbounded;
            sum.compared += more.compared;
            sum.other_list_pairs += more.other_list_pairs;
        }
    }

    fn plan(&self, a: u32, b: u32, between: Between) -> Option<Join> {
        let (a, b) = (a.min(b), a.max(b));
        let (x, y) = (self.groups[a as usize], self.groups[b as usize]);
        let all = f64::from(x.size) * f64::from(y.size);
        let bits = between.bits + (all - between.compared) * NOT_COMPARED_BITS;
        let margin = self.evidence.criterion.margin(x, y, bits, between.other_list_pairs);
        let mean = between.unbounded / between.compared.max(1.0);
        (margin >= 0.0).then_some(Join { margin, mean, a, b, made: (self.grown[a as usize], self.grown[b as usize]) })
    }

    /// Joins two groups under the smaller of both, which is returned.
    fn join(&mut self, a: u32, b: u32) -> u32 {
        self.sets.join(a, b);
        let (a, b) = (a.min(b), a.max(b));
        let theirs = std::mem::take(&mut self.near[b as usize]);
        let mut mine = std::mem::take(&mut self.near[a as usize]);
        mine.remove(&b);
        for (&c, between) in theirs.iter().filter(|(c, _)| **c != a) {
            let sum = mine.entry(c).or_default();
            sum.bits += between.bits;
            sum.unbounded += between.unbounded;
            sum.compared += between.compared;
            sum.other_list_pairs += between.other_list_pairs;
            let sum = *sum;
            self.near[c as usize].remove(&b);
            self.near[c as usize].insert(a, sum);
        }
        self.near[a as usize] = mine;
        self.groups[a as usize] = self.groups[a as usize].with(self.groups[b as usize]);
        self.grown[a as usize] += 1;
        self.grown[b as usize] = u32::MAX;
        a
    }

    fn join_while_it_pays(&mut self) {
        let mut heap = BinaryHeap::new();
        for a in 0..self.near.len() as u32 {
            heap.extend(self.near[a as usize].range(a + 1..).filter_map(|(&b, between)| self.plan(a, b, *between)));
        }
        while let Some(join) = heap.pop() {
            if join.made != (self.grown[join.a as usize], self.grown[join.b as usize]) {
                continue;
            }
            let grown = self.join(join.a, join.b);
            heap.extend(self.near[grown as usize].iter().filter_map(|(&c, between)| self.plan(grown, c, *between)));
        }
    }
}
