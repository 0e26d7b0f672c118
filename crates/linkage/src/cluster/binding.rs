//! What reviewers' links bind. The evidence is asked first, as though there were no links; then the groups that a link touches are
//! joined whole, so that a link only ever joins. Were evidence asked around a link instead, each record would be weighed
//! against the record linked to its own as well, and records would fall off persons that nobody doubted.
//!
//! Where a veto (or a list, of lists that name nobody twice) parts two records of what links would join, linked records stay
//! together, and the others go with those of their group that they are most like. Two records that the evidence
//! joined are then apart only if something parts the persons that they end in.

use std::collections::{BTreeMap, BTreeSet};

use super::{Evidence, Sets};

/// The smallest member of each record's cluster, from that of its group by evidence alone.
pub(super) fn bind(groups: Vec<u32>, evidence: &Evidence) -> Vec<u32> {
    if evidence.links.is_empty() {
        return groups;
    }
    let mut sets = Sets::new(groups.len());
    (0..).zip(&groups).for_each(|(record, &first)| sets.join(record, first));
    evidence.links.iter().for_each(|&(a, b)| sets.join(a, b));
    let mut out: Vec<u32> = (0..groups.len() as u32).map(|record| sets.find(record)).collect();
    let mut bound: BTreeMap<u32, Vec<u32>> =
        evidence.links.iter().map(|&(a, _)| (out[a as usize], Vec::new())).collect();
    for (record, first) in (0..).zip(&out) {
        if let Some(members) = bound.get_mut(first) {
            members.push(record);
        }
    }
    let within = evidence.non_links.iter().filter(|&&(a, b)| out[a as usize] == out[b as usize]);
    let vetoed: BTreeSet<u32> = within.map(|&(a, _)| out[a as usize]).collect();
    let names_twice = |members: &[u32]| {
        let mut lists = BTreeSet::new();
        !members.iter().all(|record| lists.insert((evidence.list)(*record)))
    };
    for (first, members) in bound {
        if vetoed.contains(&first) || (evidence.criterion.lists_apart && names_twice(&members)) {
            let parted = Bundle::of(&members, evidence).part(&groups, evidence);
            members.iter().zip(parted).for_each(|(&record, first)| out[record as usize] = first);
        }
    }
    out
}

/// Records that links and their groups would hold together, though something parts some of them. By number, ascending.
struct Bundle<'a> {
    members: &'a [u32],
    persons: Sets,
    /// By the first member of each person.
    parts: Vec<Parts>,
}

/// What parts a person from others.
#[derive(Default)]
struct Parts {
    /// Members that a veto parts from one of the person's.
    vetoed: BTreeSet<u32>,
    /// The person's lists, where no list names anybody twice.
    lists: BTreeSet<u32>,
}

impl<'a> Bundle<'a> {
    fn of(members: &'a [u32], evidence: &Evidence) -> Self {
        let list = |record: &u32| evidence.criterion.lists_apart.then(|| (evidence.list)(*record));
        let parts = |record| Parts { lists: list(record).into_iter().collect(), vetoed: BTreeSet::new() };
        let parts = members.iter().map(parts).collect();
        let mut out = Self { members, persons: Sets::new(members.len()), parts };
        for (a, b) in out.both(evidence.non_links) {
            out.parts[a as usize].vetoed.insert(b);
            out.parts[b as usize].vetoed.insert(a);
        }
        out
    }

    fn number(&self, record: u32) -> Option<u32> {
        self.members.binary_search(&record).ok().map(|at| at as u32)
    }

    fn both(&self, pairs: &[(u32, u32)]) -> Vec<(u32, u32)> {
        pairs.iter().filter_map(|&(a, b)| self.number(a).zip(self.number(b))).collect()
    }

    /// For each member the smallest record of its cluster.
    fn part(mut self, groups: &[u32], evidence: &Evidence) -> Vec<u32> {
        // Links that a veto parts were refused before.
        self.both(evidence.links).into_iter().for_each(|(a, b)| self.join(a, b));
        let mut alike: Vec<(f64, u32, u32)> = Vec::new();
        for (a, &record) in (0..).zip(self.members) {
            let start = evidence.pairs.partition_point(|pair| pair.0 < record);
            let of_record = evidence.pairs[start..].iter().take_while(|pair| pair.0 == record);
            let of_group = of_record.filter(|(_, b, _)| groups[record as usize] == groups[*b as usize]);
            alike.extend(of_group.filter_map(|&(_, b, bits)| Some((bits, a, self.number(b)?))));
        }
        alike.sort_unstable_by(|x, y| y.0.total_cmp(&x.0).then((x.1, x.2).cmp(&(y.1, y.2))));
        alike.into_iter().for_each(|(_, a, b)| self.join_unless_parted(a, b));
        // Records of one group that no pair connects, or whose pairs are parted.
        let mut first_of_group: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (number, &record) in (0..).zip(self.members) {
            let firsts = first_of_group.entry(groups[record as usize]).or_default();
            firsts.iter().for_each(|first| self.join_unless_parted(*first, number));
            let person = self.persons.find(number);
            if firsts.iter().all(|first| self.persons.find(*first) != person) {
                firsts.push(number);
            }
        }
        (0..self.members.len() as u32).map(|number| self.members[self.persons.find(number) as usize]).collect()
    }

    fn join_unless_parted(&mut self, a: u32, b: u32) {
        let (x, y) = (self.persons.find(a), self.persons.find(b));
        let (p, q) = (&self.parts[x as usize], &self.parts[y as usize]);
        let is_parted = p.vetoed.iter().any(|other| self.persons.find(*other) == y) || !p.lists.is_disjoint(&q.lists);
        if x != y && !is_parted {
            self.join(x, y);
        }
    }

    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.persons.find(a), self.persons.find(b));
        if a == b {
            return;
        }
        self.persons.join(a, b);
        let theirs = std::mem::take(&mut self.parts[a.max(b) as usize]);
        let mine = &mut self.parts[a.min(b) as usize];
        mine.vetoed.extend(theirs.vetoed);
        mine.lists.extend(theirs.lists);
    }
}
