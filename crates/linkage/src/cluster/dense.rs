//! Joining the groups of a component in which every pair is compared.

use super::criterion::{Group, bounded};
use super::{Component, Evidence, Node, Start};
use crate::memo::Memo;

/// The margin of a join, and the mean evidence, unbounded.
type Rank = (f64, f64);

const NO_JOIN: Rank = (f64::NEG_INFINITY, f64::INFINITY);

/// The sums between groups, and of each group the best other.
struct Table<'a> {
    n: usize,
    groups: Vec<Group>,
    /// Joined into another.
    gone: Vec<bool>,
    /// Sum of the evidence over pairs of records, bits; a veto is minus infinity.
    bits: Vec<f64>,
    /// The same of the evidence as it is, which tells equals apart.
    unbounded: Vec<f64>,
    /// Pairs of records of two lists.
    other_list_pairs: Vec<f64>,
    /// The best join of each group, and with which.
    best: Vec<(Rank, usize)>,
    evidence: &'a Evidence<'a>,
}

/// For each node the smallest node of its group.
pub(super) fn join(component: &Component, start: &Start, evidence: &Evidence, memo: &mut Memo) -> Vec<u32> {
    let n = start.nodes.len();
    let mut table = Table::new(component, start, evidence, memo);
    let mut into: Vec<u32> = (0..n as u32).collect();
    let find = |into: &[u32], mut x: usize| {
        while into[x] as usize != x {
            x = into[x] as usize;
        }
        x
    };
    (0..n).for_each(|i| table.find_best(i));
    // The best join first; among equals that of most evidence, then the one of the smallest records.
    while let Some((i, ((most, _), j))) = table.best_of_all() {
        if most < 0.0 {
            break;
        }
        let (a, b) = (i.min(j), i.max(j));
        into[b] = a as u32;
        table.join(a, b);
        table.update_best(a, b);
    }
    (0..n).map(|x| find(&into, x) as u32).collect()
}

impl<'a> Table<'a> {
    fn new(component: &Component, start: &Start, evidence: &'a Evidence<'a>, memo: &mut Memo) -> Self {
        let n = start.nodes.len();
        let nodes = &start.nodes;
        let mut unbounded = vec![f64::NAN; n * n];
        let mut bits = vec![0.0; n * n];
        let whole = n == component.members.len();
        if whole {
            for (a, b, found) in component.pairs() {
                let (a, b) = (component.place(a), component.place(b));
                unbounded[a * n + b] = found;
            }
        }
        let mut other_list_pairs = vec![0.0; n * n];
        for a in 0..n {
            for b in a + 1..n {
                let pairs = f64::from(nodes[a].size) * f64::from(nodes[b].size);
                let mut found = unbounded[a * n + b];
                if found.is_nan() {
                    found = (evidence.score)(nodes[a].record, nodes[b].record, memo);
                }
                // Of collapsed records it is known which lists bear them, not how often each.
                let apart = if nodes[a].lists & nodes[b].lists == 0 { pairs } else { 0.0 };
                for at in [a * n + b, b * n + a] {
                    unbounded[at] = found * pairs;
                    bits[at] = bounded(found) * pairs;
                    other_list_pairs[at] = apart;
                }
            }
        }
        for &(a, b) in component.non_links {
            let (a, b) = (start.of_member[component.place(a)] as usize, start.of_member[component.place(b)] as usize);
            bits[a * n + b] = f64::NEG_INFINITY;
            bits[b * n + a] = f64::NEG_INFINITY;
        }
        let groups = nodes.iter().map(Node::group).collect();
        Self {
            n,
            groups,
            gone: vec![false; n],
            bits,
            unbounded,
            other_list_pairs,
            best: vec![(NO_JOIN, 0); n],
            evidence,
        }
    }

    fn rank(&self, a: usize, b: usize) -> Rank {
        let at = a * self.n + b;
        let (x, y) = (self.groups[a], self.groups[b]);
        let margin = self.evidence.criterion.margin(x, y, self.bits[at], self.other_list_pairs[at]);
        (margin, self.unbounded[at] / (f64::from(x.size) * f64::from(y.size)))
    }

    fn join(&mut self, a: usize, b: usize) {
        let n = self.n;
        self.gone[b] = true;
        self.groups[a] = self.groups[a].with(self.groups[b]);
        for c in (0..n).filter(|c| *c != a && !self.gone[*c]) {
            let bits = self.bits[a * n + c] + self.bits[b * n + c];
            let unbounded = self.unbounded[a * n + c] + self.unbounded[b * n + c];
            let apart = self.other_list_pairs[a * n + c] + self.other_list_pairs[b * n + c];
            for at in [a * n + c, c * n + a] {
                self.bits[at] = bits;
                self.unbounded[at] = unbounded;
                self.other_list_pairs[at] = apart;
            }
        }
    }

    fn find_best(&mut self, i: usize) {
        let mut best = (NO_JOIN, 0);
        if !self.gone[i] {
            for j in (0..self.n).filter(|j| *j != i && !self.gone[*j]) {
                let rank = self.rank(i, j);
                if rank > best.0 {
                    best = (rank, j);
                }
            }
        }
        self.best[i] = best;
    }

    fn best_of_all(&self) -> Option<(usize, (Rank, usize))> {
        let mut best: Option<(usize, (Rank, usize))> = None;
        for (i, &(rank, j)) in self.best.iter().enumerate() {
            if rank.0 > f64::NEG_INFINITY && best.is_none_or(|(_, (most, _))| rank > most) {
                best = Some((i, (rank, j)));
            }
        }
        best
    }

    /// After `b` was joined into `a`.
    fn update_best(&mut self, a: usize, b: usize) {
        self.find_best(a);
        self.find_best(b);
        for i in (0..self.n).filter(|i| *i != a) {
            if self.gone[i] {
                continue;
            }
            let (most, with) = self.best[i];
            if with == a || with == b {
                self.find_best(i);
                continue;
            }
            let rank = self.rank(i, a);
            if rank > most || (rank == most && a < with) {
                self.best[i] = (rank, a);
            }
        }
    }
}
