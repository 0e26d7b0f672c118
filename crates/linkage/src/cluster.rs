//! From pairs to persons: inside each connected component, groups are joined while the mean evidence
//! between them speaks for it (average linkage). A veto is absolute; a reviewer's link is kept.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use rayon::prelude::*;

/// Evidence beyond this, in bits, counts as this much, so that one pair cannot outvote many.
const MOST_BITS: f64 = 12.0;
/// Evidence between records of a large component that were never compared, in bits.
const NOT_COMPARED_BITS: f64 = -5.0;
/// In components of at most this many records every pair is compared.
const COMPARE_ALL_AT_MOST: usize = 160;

pub(crate) struct Evidence<'a> {
    /// Kept pairs with their evidence in bits, `a < b`.
    pub pairs: &'a [(u32, u32, f64)],
    pub links: &'a [(u32, u32)],
    pub non_links: &'a [(u32, u32)],
    /// Evidence of any pair, in bits.
    pub score: &'a (dyn Fn(u32, u32) -> f64 + Sync),
    /// The list of a record, when no group may hold two records of one list.
    pub list_if_apart: Option<&'a (dyn Fn(u32) -> u32 + Sync)>,
    /// Groups are joined while the mean evidence is at least this, in bits.
    pub threshold_bits: f64,
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
    let mut sets = Sets::new(n);
    for &(a, b, _) in evidence.pairs.iter().filter(|p| p.2 >= evidence.threshold_bits) {
        sets.join(a, b);
    }
    evidence.links.iter().for_each(|&(a, b)| sets.join(a, b));
    let mut components: BTreeMap<u32, Component> = BTreeMap::new();
    let roots: Vec<u32> = (0..n as u32).map(|i| sets.find(i)).collect();
    for (i, &root) in roots.iter().enumerate() {
        // A set of one bears itself as root and has no other; it needs no component.
        if root as usize != i {
            let component = components.entry(root).or_insert_with(|| Component::starting_at(root));
            component.members.push(i as u32);
        }
    }
    let inside = |a: u32, b: u32| roots[a as usize] == roots[b as usize];
    for &(a, b, bits) in evidence.pairs.iter().filter(|p| inside(p.0, p.1)) {
        if let Some(c) = components.get_mut(&roots[a as usize]) {
            c.pairs.push((a, b, bits));
        }
    }
    for (pairs, pick) in [(evidence.links, 0), (evidence.non_links, 1)] {
        for &(a, b) in pairs.iter().filter(|p| inside(p.0, p.1)) {
            if let Some(c) = components.get_mut(&roots[a as usize]) {
                [&mut c.links, &mut c.non_links][pick].push((a, b));
            }
        }
    }
    let components: Vec<Component> = components.into_values().collect();
    let resolved: Vec<Vec<(u32, u32)>> = components.par_iter().map(|c| c.resolve(evidence)).collect();
    let mut out: Vec<u32> = (0..n as u32).collect();
    for (record, smallest) in resolved.into_iter().flatten() {
        out[record as usize] = smallest;
    }
    out
}

#[derive(Default)]
struct Component {
    members: Vec<u32>,
    pairs: Vec<(u32, u32, f64)>,
    links: Vec<(u32, u32)>,
    non_links: Vec<(u32, u32)>,
}

/// Evidence between two groups.
#[derive(Clone, Copy, Default)]
struct Between {
    bits: f64,
    compared: u32,
    vetoed: bool,
}

/// The best joins first; among equals the one of the smallest records.
#[derive(PartialEq)]
struct Join {
    mean_bits: f64,
    a: u32,
    b: u32,
    made: (u32, u32),
}

impl Eq for Join {}
impl Ord for Join {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.mean_bits.total_cmp(&other.mean_bits).then_with(|| (other.a, other.b).cmp(&(self.a, self.b)))
    }
}
impl PartialOrd for Join {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// Groups under way, each named by its smallest member's place in the component.
struct Groups {
    near: Vec<BTreeMap<u32, Between>>,
    size: Vec<u32>,
    /// How often the group has grown; a join planned before that is out of date.
    grown: Vec<u32>,
    sets: Sets,
    /// Lists of the members, when no two may share one; else empty.
    lists: Vec<BTreeSet<u32>>,
}

impl Groups {
    fn may_join(&self, a: u32, b: u32) -> bool {
        self.lists.is_empty() || self.lists[a as usize].is_disjoint(&self.lists[b as usize])
    }

    fn mean(&self, a: u32, b: u32, between: Between) -> f64 {
        let all = f64::from(self.size[a as usize]) * f64::from(self.size[b as usize]);
        (between.bits + (all - f64::from(between.compared)) * NOT_COMPARED_BITS) / all
    }

    fn plan(&self, a: u32, b: u32, between: Between) -> Join {
        let (a, b) = (a.min(b), a.max(b));
        let made = (self.grown[a as usize], self.grown[b as usize]);
        Join { mean_bits: self.mean(a, b, between), a, b, made }
    }

    /// Joins two groups; the smaller neighbourhood moves.
    fn join(&mut self, a: u32, b: u32) -> u32 {
        let (a, b) = (a.min(b), a.max(b));
        self.sets.join(a, b);
        let mut theirs = std::mem::take(&mut self.near[b as usize]);
        let mut mine = std::mem::take(&mut self.near[a as usize]);
        mine.remove(&b);
        theirs.remove(&a);
        for (&c, between) in &theirs {
            let sum = mine.entry(c).or_default();
            sum.bits += between.bits;
            sum.compared += between.compared;
            sum.vetoed |= between.vetoed;
            self.near[c as usize].remove(&b);
            self.near[c as usize].insert(a, *sum);
        }
        self.near[a as usize] = mine;
        self.size[a as usize] += self.size[b as usize];
        if !self.lists.is_empty() {
            let theirs = std::mem::take(&mut self.lists[b as usize]);
            self.lists[a as usize].extend(theirs);
        }
        self.grown[a as usize] += 1;
        self.grown[b as usize] = u32::MAX;
        a
    }
}

impl Component {
    fn starting_at(root: u32) -> Self {
        Self { members: vec![root], ..Self::default() }
    }

    /// Each member with the smallest member of its cluster.
    fn resolve(&self, evidence: &Evidence) -> Vec<(u32, u32)> {
        let n = self.members.len();
        let at = |record: u32| self.members.binary_search(&record).unwrap_or(0) as u32;
        let lists =
            evidence.list_if_apart.map(|list| self.members.iter().map(|r| BTreeSet::from([list(*r)])).collect());
        let mut groups = Groups {
            near: vec![BTreeMap::new(); n],
            size: vec![1; n],
            grown: vec![0; n],
            sets: Sets::new(n),
            lists: lists.unwrap_or_default(),
        };
        let set = |groups: &mut Groups, a: u32, b: u32, change: &dyn Fn(&mut Between)| {
            for (x, y) in [(a, b), (b, a)] {
                change(groups.near[x as usize].entry(y).or_default());
            }
        };
        let bounded = |bits: f64| bits.clamp(-MOST_BITS, MOST_BITS);
        let know = |groups: &mut Groups, a: u32, b: u32, bits: f64| {
            set(groups, a, b, &|between| *between = Between { bits: bounded(bits), compared: 1, vetoed: false });
        };
        if n <= COMPARE_ALL_AT_MOST {
            for a in 0..n as u32 {
                for b in a + 1..n as u32 {
                    know(&mut groups, a, b, (evidence.score)(self.members[a as usize], self.members[b as usize]));
                }
            }
        } else {
            self.pairs.iter().for_each(|&(a, b, bits)| know(&mut groups, at(a), at(b), bits));
        }
        for &(a, b) in &self.non_links {
            set(&mut groups, at(a), at(b), &|between| between.vetoed = true);
        }
        for &(a, b) in &self.links {
            let (a, b) = (groups.sets.find(at(a)), groups.sets.find(at(b)));
            if a != b {
                groups.join(a, b);
            }
        }
        self.join_while_it_pays(&mut groups, evidence.threshold_bits);
        (0..n as u32).map(|i| (self.members[i as usize], self.members[groups.sets.find(i) as usize])).collect()
    }

    fn join_while_it_pays(&self, groups: &mut Groups, threshold_bits: f64) {
        let mut heap = BinaryHeap::new();
        let worth = |groups: &Groups, join: &Join, between: &Between| {
            !between.vetoed && join.mean_bits >= threshold_bits && groups.may_join(join.a, join.b)
        };
        for a in 0..groups.near.len() as u32 {
            for (&b, between) in groups.near[a as usize].range(a + 1..) {
                let join = groups.plan(a, b, *between);
                if worth(groups, &join, between) {
                    heap.push(join);
                }
            }
        }
        while let Some(join) = heap.pop() {
            if join.made != (groups.grown[join.a as usize], groups.grown[join.b as usize]) {
                continue;
            }
            let grown = groups.join(join.a, join.b);
            for (&c, between) in &groups.near[grown as usize] {
                let next = groups.plan(grown, c, *between);
                if worth(groups, &next, between) {
                    heap.push(next);
                }
            }
        }
    }
}
