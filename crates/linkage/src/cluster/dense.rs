//! Joining the groups of a component in which every pair is compared.

use super::criterion::{Group, bounded};
use super::{Component, Evidence, Node, Start};
use crate::memo::Memo;

/// The sums between groups, and of each group the best other.
struct Table<'a> {
    n: usize,
    groups: Vec<Group>,
    /// Joined into another.
    gone: Vec<bool>,
    /// Sum of the evidence over pairs of records, bits; a veto is minus infinity.
    bits: Vec<f64>,
    /// Pairs of records of two lists.
    other_list_pairs: Vec<f64>,
    /// The margin of the best join of each group, and with which.
    best: Vec<(f64, usize)>,
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
    let node = |record: u32| start.of_member[component.place(record)] as usize;
    for &(a, b) in component.links {
        let (a, b) = (find(&into, node(a)), find(&into, node(b)));
        if a != b {
            into[a.max(b)] = a.min(b) as u32;
            table.join(a.min(b), a.max(b));
        }
    }
    (0..n).for_each(|i| table.find_best(i));
    // The best join first; among equals the one of the smallest records.
    while let Some((i, (most, j))) = table.best_of_all() {
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
        let mut bits = vec![f64::NAN; n * n];
        let whole = n == component.members.len();
        if whole {
            for (a, b, found) in component.pairs() {
                let (a, b) = (component.place(a), component.place(b));
                bits[a * n + b] = bounded(found);
            }
        }
        let mut other_list_pairs = vec![0.0; n * n];
        for a in 0..n {
            for b in a + 1..n {
                let pairs = f64::from(nodes[a].size) * f64::from(nodes[b].size);
                let mut between = bits[a * n + b];
                if between.is_nan() {
                    between = bounded((evidence.score)(nodes[a].record, nodes[b].record, memo)) * pairs;
                }
                // Of collapsed records it is known which lists bear them, not how often each.
                let apart = if nodes[a].lists & nodes[b].lists == 0 { pairs } else { 0.0 };
                for at in [a * n + b, b * n + a] {
                    bits[at] = between;
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
            other_list_pairs,
            best: vec![(f64::NEG_INFINITY, 0); n],
            evidence,
        }
    }

    fn margin(&self, a: usize, b: usize) -> f64 {
        let at = a * self.n + b;
        let (x, y) = (self.groups[a], self.groups[b]);
        self.evidence.criterion.margin(x, y, self.bits[at], self.other_list_pairs[at])
    }

    fn join(&mut self, a: usize, b: usize) {
        let n = self.n;
        self.gone[b] = true;
        self.groups[a] = self.groups[a].with(self.groups[b]);
        for c in (0..n).filter(|c| *c != a && !self.gone[*c]) {
            let bits = self.bits[a * n + c] + self.bits[b * n + c];
            let apart = self.other_list_pairs[a * n + c] + self.other_list_pairs[b * n + c];
            for at in [a * n + c, c * n + a] {
                self.bits[at] = bits;
                self.other_list_pairs[at] = apart;
            }
        }
    }

    fn find_best(&mut self, i: usize) {
        let mut best = (f64::NEG_INFINITY, 0);
        if !self.gone[i] {
            for j in (0..self.n).filter(|j| *j != i && !self.gone[*j]) {
                let margin = self.margin(i, j);
                if margin > best.0 {
                    best = (margin, j);
                }
            }
        }
        self.best[i] = best;
    }

    fn best_of_all(&self) -> Option<(usize, (f64, usize))> {
        let mut best: Option<(usize, (f64, usize))> = None;
        for (i, &(margin, j)) in self.best.iter().enumerate() {
            if margin > f64::NEG_INFINITY && best.is_none_or(|(_, (most, _))| margin > most) {
                best = Some((i, (margin, j)));
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
            let margin = self.margin(i, a);
            if margin > most || (margin == most && a < with) {
                self.best[i] = (margin, a);
            }
        }
    }
}
