//! How much each pair of records pulls together in the samples, in bits: the run's criterion, shared out over pairs.
//!
//! Of two records of two persons of the run, of a and b records: (evidence, other_list_bits and what is taken from groups that
//! share lists, as these two persons stand) / max(a, b), so that joining them whole has min(a, b) times the run's margin. Of two
//! records of one person of k: (the same, of a record and the rest) / (k - 1), so that leaving has the run's margin of the
//! record and the rest, and some more in large groups (`LEAVING`). What is taken from a record whose list the rest has is taken from its pairs within that list.
//!
//! What speaks for a record's belonging to a group is thus the *mean* of its evidence over the group: evidence of one record about
//! several others is nearly the same evidence, and adding it up would make large groups too sure (the exponent of a
//! composite likelihood: Varin, Reid and Firth 2011, "An overview of composite likelihood methods", section 4).

use std::collections::{BTreeMap, BTreeSet};

use super::{Component, Context};
use crate::cluster::criterion::{Group, bounded};

/// In components of at most this many records every pair is compared.
const COMPARE_ALL_AT_MOST: usize = 160;
/// Between two groups, and within one, every pair is compared where there are at most this many; else those kept.
const PAIRS_AT_MOST: usize = COMPARE_ALL_AT_MOST * COMPARE_ALL_AT_MOST;

/// A group of k has k records that may leave where a pair can part in one way, and the record that belongs least makes the others
/// seem to belong less, too: so a group holds the tighter by this times log2(k / 2) bits. With 0 the samples part more than
/// the truth does, and of many records the run's count is soon outside; with 1 they say too few false links. Measured on
/// invented lists (seeds 101 and 104).
const LEAVING: f64 = 0.5;

/// Two members by number, and their evidence.
type Kept = (u32, u32, f64);

pub(super) struct Pulls<'a> {
    context: &'a Context<'a>,
    component: &'a Component,
    /// Members by number, of each group of the run.
    groups: Vec<Vec<u32>>,
    /// The group of each member.
    of: Vec<usize>,
    lists: Vec<Group>,
    /// Whether every pair of the component pulls; else those of persons that a kept pair connects.
    pub all: bool,
}

impl<'a> Pulls<'a> {
    pub fn new(context: &'a Context<'a>, component: &'a Component) -> Self {
        let mut number: BTreeMap<u32, usize> = BTreeMap::new();
        let mut groups: Vec<Vec<u32>> = Vec::new();
        let mut of = Vec::with_capacity(component.members.len());
        for (member, &record) in (0..).zip(&component.members) {
            let group = *number.entry(context.clusters[record as usize]).or_insert(groups.len());
            if group == groups.len() {
                groups.push(Vec::new());
            }
            groups[group].push(member);
            of.push(group);
        }
        let list = |member: &u32| context.list(component.members[*member as usize]);
        let lists = groups.iter().map(|members| Group::of(members.iter().map(list))).collect();
        let all = component.members.len() <= COMPARE_ALL_AT_MOST;
        Self { context, component, groups, of, lists, all }
    }

    /// Tells the pull of each pair of members once.
    pub fn each(&self, tell: &mut dyn FnMut(u32, u32, f64)) {
        let kept = self.component.pairs.iter().map(|&(a, b, bits)| (self.place(a), self.place(b), bits));
        let kept: Vec<Kept> = kept.collect();
        let key = |a: u32, b: u32| {
            let (g, h) = (self.of[a as usize], self.of[b as usize]);
            (g.min(h), g.max(h))
        };
        let count = self.groups.len();
        let mut near: BTreeSet<(usize, usize)> = (0..count).map(|g| (g, g)).collect();
        match self.all {
            true => near.extend((0..count).flat_map(|g| (g + 1..count).map(move |h| (g, h)))),
            false => near.extend(kept.iter().map(|&(a, b, _)| key(a, b))),
        }
        near.retain(|&(g, h)| self.groups[g].len() * self.groups[h].len() <= PAIRS_AT_MOST);
        for &(g, h) in &near {
            let pull = self.between(g, h);
            for (at, &a) in self.groups[g].iter().enumerate() {
                let others = if g == h { &self.groups[h][at + 1..] } else { &self.groups[h][..] };
                others.iter().for_each(|&b| tell(a, b, pull(a, b, self.bits(a, b))));
            }
        }
        let mut large: BTreeMap<(usize, usize), Vec<Kept>> = BTreeMap::new();
        for &(a, b, bits) in kept.iter().filter(|(a, b, _)| !near.contains(&key(*a, *b))) {
            large.entry(key(a, b)).or_default().push((a, b, bits));
        }
        for ((g, h), pairs) in large {
            let pull = self.between(g, h);
            pairs.into_iter().for_each(|(a, b, bits)| tell(a, b, pull(a, b, bits)));
        }
    }

    fn place(&self, record: u32) -> u32 {
        self.component.members.binary_search(&record).unwrap_or(0) as u32
    }

    fn list(&self, member: u32) -> u32 {
        self.context.list(self.component.members[member as usize])
    }

    fn input(&self, member: u32) -> u32 {
        self.context.order[self.component.members[member as usize] as usize]
    }

    fn part(&self, member: u32) -> u32 {
        self.context.parts[self.input(member) as usize]
    }

    fn bits(&self, a: u32, b: u32) -> f64 {
        bounded(self.context.scorer.bits(self.input(a), self.input(b)))
    }

    /// The pull of two records of these groups of the run, by their evidence.
    fn between(&self, g: usize, h: usize) -> Box<dyn Fn(u32, u32, f64) -> f64 + '_> {
        if g == h {
            return self.within(g);
        }
        let criterion = self.context.criterion;
        let (x, y) = (self.lists[g], self.lists[h]);
        let (more, less) = criterion.of_groups(x, y);
        let (less, size) = (if less.is_finite() { less } else { 0.0 }, f64::from(x.size.max(y.size)));
        Box::new(move |a, b, bits| {
            let same_list = self.list(a) == self.list(b);
            if same_list && criterion.lists_apart {
                return f64::NEG_INFINITY;
            }
            (bits + if same_list { 0.0 } else { more } - less - criterion.threshold_bits) / size
        })
    }

    /// The same within one group: of parts that a reviewer's link binds, nothing, for what their records say of each other was overruled.
    fn within(&self, g: usize) -> Box<dyn Fn(u32, u32, f64) -> f64 + '_> {
        let criterion = self.context.criterion;
        let mut parts: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        self.groups[g].iter().for_each(|&member| parts.entry(self.part(member)).or_default().push(member));
        let part = |members: Vec<u32>| {
            let whole = Group::of(members.iter().map(|member| self.list(*member)));
            let size = f64::from(whole.size - 1).max(1.0);
            // Of one list: what joining a group that has the record's list takes, from these pairs alone.
            let mut of_list: BTreeMap<u32, f64> = BTreeMap::new();
            members.iter().for_each(|member| *of_list.entry(self.list(*member)).or_default() += 1.0);
            let rest = Group { size: whole.size - 1, ..whole };
            for (list, records) in &mut of_list {
                let less = criterion.of_groups(Group::of([*list].into_iter()), rest).1;
                *records = if *records > 1.0 { less * size / (*records - 1.0) } else { 0.0 };
            }
            (of_list, LEAVING * (f64::from(whole.size) / 2.0).max(1.0).log2(), size)
        };
        let parts: BTreeMap<u32, _> = parts.into_iter().map(|(number, members)| (number, part(members))).collect();
        Box::new(move |a, b, bits| {
            let (p, q) = (self.list(a), self.list(b));
            if p == q && criterion.lists_apart {
                return f64::NEG_INFINITY;
            }
            let Some((of_list, more, size)) = parts.get(&self.part(a)).filter(|_| self.part(a) == self.part(b)) else {
                return 0.0;
            };
            let lists = if p == q { -of_list.get(&p).copied().unwrap_or(0.0) } else { criterion.other_list_bits };
            (bits + lists + more - criterion.threshold_bits) / size
        })
    }
}
