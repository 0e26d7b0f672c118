//! The chain of one component: Gibbs steps (one unit leaves its group and chooses again) and split or merge steps
//! (Metropolis–Hastings with random splits, after Jain and Neal 2004, "A split-merge Markov chain Monte Carlo procedure").

use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};

use super::Units;

/// The state of one component's chain.
pub(super) struct Chain<'a> {
    units: &'a Units,
    /// The group of each unit.
    pub group: Vec<usize>,
    members: Vec<Vec<usize>>,
    rng: Xoshiro256PlusPlus,
}

impl<'a> Chain<'a> {
    pub fn new(units: &'a Units, seed: u64) -> Self {
        let n = units.near.len();
        let mut members = vec![Vec::new(); n];
        units.start.iter().enumerate().for_each(|(unit, &group)| members[group].push(unit));
        let rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        Self { units, group: units.start.clone(), members, rng }
    }

    pub fn round(&mut self) {
        let n = self.group.len();
        for unit in 0..n {
            self.choose_again(unit);
        }
        for _ in 0..(n / 4).max(1) {
            self.split_or_merge();
        }
    }

    /// Bits between a unit and each group near it; of a group, the pairs that are not named speak against by their mean weight.
    fn bits_to_groups(&self, unit: usize) -> Vec<(usize, f64)> {
        let mut found: Vec<(usize, f64, u32)> = Vec::new();
        for &(other, bits) in &self.units.near[unit] {
            let group = self.group[other];
            if other != unit {
                match found.iter_mut().find(|f| f.0 == group) {
                    Some(f) => (f.1, f.2) = (f.1 + bits, f.2 + 1),
                    None => found.push((group, bits, 1)),
                }
            }
        }
        let own = self.group[unit];
        let with_missing = |(group, bits, named): (usize, f64, u32)| {
            let size = self.members[group].len() - usize::from(group == own);
            let missing = size.saturating_sub(named as usize) as f64 / size.max(1) as f64;
            (group, bits + missing * self.units.missing_bits)
        };
        found.into_iter().map(with_missing).collect()
    }

    fn leave(&mut self, unit: usize) {
        let group = self.group[unit];
        if let Some(at) = self.members[group].iter().position(|&m| m == unit) {
            self.members[group].swap_remove(at);
        }
    }

    /// A group that nobody is in. There are as many groups as units, so that one is free once a unit has left.
    fn free_group(&self, preferred: usize) -> usize {
        if self.members[preferred].is_empty() {
            return preferred;
        }
        self.members.iter().position(Vec::is_empty).unwrap_or(preferred)
    }

    fn choose_again(&mut self, unit: usize) {
        let own = self.group[unit];
        let mut choices = self.bits_to_groups(unit);
        self.leave(unit);
        choices.retain(|c| c.1 > f64::NEG_INFINITY && !self.members[c.0].is_empty());
        let top = choices.iter().fold(0.0f64, |t, c| t.max(c.1));
        let alone = (-top).exp2();
        let total = alone + choices.iter().map(|c| (c.1 - top).exp2()).sum::<f64>();
        let mut at = self.rng.random::<f64>() * total - alone;
        let mut chosen = None;
        if at >= 0.0 {
            for &(group, bits) in &choices {
                chosen = Some(group);
                at -= (bits - top).exp2();
                if at < 0.0 {
                    break;
                }
            }
        }
        let group = chosen.unwrap_or_else(|| self.free_group(own));
        self.group[unit] = group;
        self.members[group].push(unit);
    }

    /// Two units are drawn: their group is split at random between them, or their two groups are merged.
    fn split_or_merge(&mut self) {
        let n = self.group.len();
        if n < 2 {
            return;
        }
        let a = self.rng.random_range(0..n);
        let b = (a + 1 + self.rng.random_range(0..n - 1)) % n;
        let (mut left, mut right) = (vec![a], vec![b]);
        let merge = self.group[a] != self.group[b];
        if merge {
            left.clone_from(&self.members[self.group[a]]);
            right.clone_from(&self.members[self.group[b]]);
        } else {
            for &unit in &self.members[self.group[a]] {
                if unit != a && unit != b {
                    if self.rng.random::<f64>() < 0.5 { left.push(unit) } else { right.push(unit) }
                }
            }
        }
        let between = self.bits_between(&left, &right);
        // A merge is undone by one random split of all, of probability 2^-(size - 2).
        let free = (left.len() + right.len() - 2) as f64;
        let accept_bits = if merge { between - free } else { free - between };
        if self.rng.random::<f64>().log2() >= accept_bits {
            return;
        }
        let (from, to) = (self.group[a], self.group[b]);
        if merge {
            left.iter().for_each(|&unit| self.group[unit] = to);
            self.members[from].clear();
            self.members[to].extend(left);
        } else {
            let free = self.free_group(usize::min(from + 1, n - 1));
            right.iter().for_each(|&unit| self.group[unit] = free);
            self.members[from] = left;
            self.members[free] = right;
        }
    }

    fn bits_between(&self, left: &[usize], right: &[usize]) -> f64 {
        let mut sum = 0.0;
        let mut named = 0usize;
        for &a in left {
            let near = &self.units.near[a];
            for &b in right {
                if let Ok(at) = near.binary_search_by_key(&b, |n| n.0) {
                    sum += near[at].1;
                    named += 1;
                }
            }
        }
        let missing = (left.len() * right.len() - named) as f64 / left.len().max(right.len()) as f64;
        sum + missing * self.units.missing_bits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frequencies of partitions of three units, by the chain and by enumeration.
    #[test]
    fn the_chain_visits_each_clustering_as_often_as_its_probability_says() {
        let (ab, ac, bc) = (1.5, -0.5, 0.7);
        let units = Units {
            of_member: vec![0, 1, 2],
            near: vec![vec![(1, ab), (2, ac)], vec![(0, ab), (2, bc)], vec![(0, ac), (1, bc)]],
            start: vec![0, 1, 2],
            missing_bits: 0.0,
        };
        let mut chain = Chain::new(&units, 7);
        let mut seen = [0u32; 5];
        let n = 60_000;
        for _ in 0..n {
            chain.round();
            let g = &chain.group;
            let which = match (g[0] == g[1], g[0] == g[2], g[1] == g[2]) {
                (true, true, true) => 0,
                (true, ..) => 1,
                (_, true, _) => 2,
                (.., true) => 3,
                _ => 4,
            };
            seen[which] += 1;
        }
        let bits: [f64; 5] = [ab + ac + bc, ab, ac, bc, 0.0];
        let total: f64 = bits.iter().map(|b| b.exp2()).sum();
        for (k, b) in bits.iter().enumerate() {
            let (expected, found) = (b.exp2() / total, f64::from(seen[k]) / f64::from(n));
            assert!((expected - found).abs() < 0.01, "clustering {k}: {expected} expected, {found} found");
        }
    }

    #[test]
    fn a_merge_of_two_groups_keeps_every_unit_in_exactly_one() {
        let near = (0..6).map(|i| (0..6).filter(|j| *j != i).map(|j| (j, 0.3)).collect()).collect();
        let units = Units { of_member: (0..6).collect(), near, start: vec![0, 0, 0, 3, 3, 5], missing_bits: 0.0 };
        let mut chain = Chain::new(&units, 3);
        for _ in 0..500 {
            chain.round();
            let mut all: Vec<usize> = chain.members.iter().flatten().copied().collect();
            all.sort_unstable();
            assert_eq!(all, (0..6).collect::<Vec<_>>());
            assert!(chain.group.iter().enumerate().all(|(unit, &g)| chain.members[g].contains(&unit)));
        }
    }
}
