//! From pairs to persons: inside each connected component, groups are joined while the mean evidence
//! between them speaks for it (average linkage). A veto is absolute; what a reviewer's link touches is then joined whole.

mod binding;
pub(crate) mod criterion;
mod dense;
mod sparse;

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::memo::{Memo, Spare};
use criterion::{Criterion, Group, Lists, bounded};

/// Components of at most this many distinct records have every pair compared.
const COMPARE_ALL_AT_MOST: usize = 1024;
/// In components of more records than this, those that say the same are one from the start.
const COLLAPSE_ABOVE: usize = 64;

pub(crate) struct Evidence<'a> {
    /// Kept pairs with their evidence in bits, `a < b`, ordered.
    pub pairs: &'a [(u32, u32, f64)],
    pub links: &'a [(u32, u32)],
    pub non_links: &'a [(u32, u32)],
    /// Evidence of any pair, in bits; where it is below [`Criterion::least_bits`], any number below.
    pub score: &'a (dyn Fn(u32, u32, &mut Memo) -> f64 + Sync),
    /// The list of a record.
    pub list: &'a (dyn Fn(u32) -> u32 + Sync),
    /// Equal for records that say the same, whatever their list.
    pub content: &'a (dyn Fn(u32) -> u64 + Sync),
    pub criterion: Criterion,
}

/// Disjoint sets; the smallest member stands for each.
pub(crate) struct Sets(Vec<u32>);

impl Sets {
    pub fn new(n: usize) -> Self {
        Self((0..n as u32).collect())
    }
    pub fn find(&mut self, mut x: u32) -> u32 {
        while self.0[x as usize] != x {
            let up = self.0[self.0[x as usize] as usize];
            self.0[x as usize] = up;
            x = up;
        }
        x
    }
    pub fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.find(a), self.find(b));
        self.0[a.max(b) as usize] = a.min(b);
    }
}

/// The smallest member of each record's cluster.
pub(crate) fn cluster(n: usize, evidence: &Evidence) -> Vec<u32> {
    binding::bind(group(n, evidence), evidence)
}

/// The same, without the links.
fn group(n: usize, evidence: &Evidence) -> Vec<u32> {
    let mut sets = Sets::new(n);
    for &(a, b, bits) in evidence.pairs {
        let more = if (evidence.list)(a) == (evidence.list)(b) { 0.0 } else { evidence.criterion.other_list_bits };
        if bits + more.max(0.0) >= evidence.criterion.threshold_bits {
            sets.join(a, b);
        }
    }
    let roots: Vec<u32> = (0..n as u32).map(|i| sets.find(i)).collect();
    drop(sets);
    let components = Components::new(&roots, evidence);
    let spare = Spare::new(Memo::new);
    let resolved = components.ends.par_chunks(COMPONENTS_AT_A_TIME).enumerate().map(|(chunk, ends)| {
        spare.with(|memo| {
            let mut out = Vec::new();
            for number in (chunk * COMPONENTS_AT_A_TIME..).take(ends.len()) {
                components.at(number).resolve(evidence, memo, &mut out);
            }
            out
        })
    });
    let resolved: Vec<Vec<(u32, u32)>> = resolved.collect();
    let mut out: Vec<u32> = (0..n as u32).collect();
    for (record, smallest) in resolved.into_iter().flatten() {
        out[record as usize] = smallest;
    }
    out
}

/// Handed to one thread.
const COMPONENTS_AT_A_TIME: usize = 512;

/// Sets of records that pairs connect, of two at least; all side by side, for there are very many.
struct Components<'a> {
    /// For each record the smallest of its component.
    roots: &'a [u32],
    pairs: &'a [(u32, u32, f64)],
    /// Where the pairs of each record begin.
    first_pair: Vec<usize>,
    /// Of one component after the other, ascending.
    members: Vec<u32>,
    /// Where each component ends among `members`.
    ends: Vec<u32>,
    /// By the component's smallest record.
    non_links: BTreeMap<u32, Vec<(u32, u32)>>,
}

impl<'a> Components<'a> {
    fn new(roots: &'a [u32], evidence: &Evidence<'a>) -> Self {
        let mut sizes = vec![0u32; roots.len()];
        roots.iter().for_each(|root| sizes[*root as usize] += 1);
        let (mut members, mut ends) = (Vec::new(), Vec::new());
        let mut starts = sizes;
        for start in &mut starts {
            let size = *start;
            *start = members.len() as u32;
            if size > 1 {
                members.resize(members.len() + size as usize, 0);
                ends.push(members.len() as u32);
            } else {
                *start = ALONE;
            }
        }
        for (record, &root) in (0..).zip(roots) {
            let start = &mut starts[root as usize];
            if *start != ALONE {
                members[*start as usize] = record;
                *start += 1;
            }
        }
        let mut first_pair = vec![0; roots.len() + 1];
        evidence.pairs.iter().for_each(|&(a, ..)| first_pair[a as usize + 1] += 1);
        let mut sum = 0;
        for first in &mut first_pair {
            sum += *first;
            *first = sum;
        }
        let mut non_links: BTreeMap<u32, Vec<(u32, u32)>> = BTreeMap::new();
        let within = |pair: &&(u32, u32)| roots[pair.0 as usize] == roots[pair.1 as usize];
        for &pair in evidence.non_links.iter().filter(within) {
            non_links.entry(roots[pair.0 as usize]).or_default().push(pair);
        }
        Self { roots, pairs: evidence.pairs, first_pair, members, ends, non_links }
    }

    fn at(&self, number: usize) -> Component<'_> {
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        let members = &self.members[start as usize..self.ends[number] as usize];
        let non_links = self.non_links.get(&members[0]).map_or(&[][..], Vec::as_slice);
        Component { all: self, members, non_links }
    }
}

/// Stands for the place of a record that nothing connects to another.
const ALONE: u32 = u32::MAX;

#[derive(Clone, Copy)]
struct Component<'a> {
    all: &'a Components<'a>,
    /// Ascending.
    members: &'a [u32],
    non_links: &'a [(u32, u32)],
}

impl Component<'_> {
    /// Ordered.
    fn pairs(&self) -> impl Iterator<Item = (u32, u32, f64)> + '_ {
        let Components { roots, pairs, first_pair, .. } = self.all;
        let of = |a: u32| &pairs[first_pair[a as usize]..first_pair[a as usize + 1]];
        let root = self.members[0];
        self.members.iter().flat_map(move |&a| of(a)).filter(move |(_, b, _)| roots[*b as usize] == root).copied()
    }

    /// Each member with the smallest member of its cluster.
    fn resolve(&self, evidence: &Evidence, memo: &mut Memo, out: &mut Vec<(u32, u32)>) {
        if let (&[a, b], []) = (self.members, self.non_links)
            && let Some((_, _, bits)) = self.pairs().next()
        {
            let lists = |i: u32| (evidence.list)(i);
            let apart = lists(a) != lists(b);
            let group = |bit: Lists| Group { size: 1, lists: bit };
            let (x, y) = (group(1), group(if apart { 2 } else { 1 }));
            let joins = evidence.criterion.margin(x, y, bounded(bits), f64::from(u8::from(apart))) >= 0.0;
            out.extend([(a, a), (b, if joins { a } else { b })]);
            return;
        }
        let start = Start::of(self, evidence, memo);
        let joined = if start.nodes.len() <= COMPARE_ALL_AT_MOST {
            dense::join(self, &start, evidence, memo)
        } else {
            sparse::join(self, &start, evidence)
        };
        // Nodes are in the order of their smallest records, so the smallest node holds the smallest record.
        let smallest = |node: u32| start.nodes[joined[node as usize] as usize].record;
        out.extend(self.members.iter().zip(&start.of_member).map(|(&record, &node)| (record, smallest(node))));
    }

    fn place(&self, record: u32) -> usize {
        self.members.binary_search(&record).unwrap_or(0)
    }
}

/// One record, or several of one content that are one person from the start.
struct Node {
    /// The smallest.
    record: u32,
    size: u32,
    lists: Lists,
}

impl Node {
    fn group(&self) -> Group {
        Group { size: self.size, lists: self.lists }
    }
}

struct Start {
    /// In the order of their smallest records.
    nodes: Vec<Node>,
    /// The node of each member.
    of_member: Vec<u32>,
}

impl Start {
    fn of(component: &Component, evidence: &Evidence, memo: &mut Memo) -> Self {
        let members = component.members;
        let mut numbers: BTreeMap<u32, u32> = BTreeMap::new();
        let mut bit = |record: u32| {
            let next = numbers.len() as u32;
            1u128 << (*numbers.entry((evidence.list)(record)).or_insert(next) % 128)
        };
        let mut out = Self { nodes: Vec::with_capacity(members.len()), of_member: Vec::with_capacity(members.len()) };
        let collapse = members.len() > COLLAPSE_ABOVE && !evidence.criterion.lists_apart;
        let mut known: BTreeMap<u64, u32> = BTreeMap::new();
        for &record in members {
            let lists = bit(record);
            let judged = component.non_links.iter().any(|&(a, b)| a == record || b == record);
            if collapse && !judged {
                let content = (evidence.content)(record);
                let node = known.get(&content).map(|&node| (node, &mut out.nodes[node as usize]));
                // Of one content, and sure enough to be one person even if one list bore both.
                if let Some((node, first)) =
                    node.filter(|n| (evidence.score)(n.1.record, record, memo) >= evidence.criterion.threshold_bits)
                {
                    first.size += 1;
                    first.lists |= lists;
                    out.of_member.push(node);
                    continue;
                }
                known.entry(content).or_insert(out.nodes.len() as u32);
            }
            out.of_member.push(out.nodes.len() as u32);
            out.nodes.push(Node { record, size: 1, lists });
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Settings;

    #[test]
    fn of_two_joins_that_are_equally_sure_the_one_of_more_evidence_comes_first() {
        // Records 0 and 2 are of one list, and told apart; 1 is of the other.
        for (first, second, clusters) in [(13.0, 20.0, [0, 1, 1]), (20.0, 13.0, [0, 0, 2])] {
            let pairs = [(0, 1, first), (1, 2, second)];
            let bits = |a: u32, b: u32| pairs.iter().find(|p| (p.0, p.1) == (a, b)).map_or(-12.0, |p| p.2);
            let evidence = Evidence {
                pairs: &pairs,
                links: &[],
                non_links: &[],
                score: &|a, b, _| bits(a, b),
                list: &|record| record % 2,
                content: &u64::from,
                criterion: Criterion::of(&Settings { link_only: true, ..Settings::default() }),
            };
            assert_eq!(cluster(3, &evidence), clusters);
        }
    }
}
