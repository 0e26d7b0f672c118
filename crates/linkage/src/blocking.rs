//! Which pairs are worth comparing: those that share the key of at least one rule. No pair is given twice.

use rayon::prelude::*;
use serde::Serialize;

use crate::packed::{FAMILY, FATHER, GIVEN, Packed, Token, Vocabulary, mix};
use crate::settings::{RowSpec, Settings};

/// What a rule asks two records to share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    Given,
    Father,
    Family,
    /// The words of the name in any order.
    AllNames,
    Day,
    Month,
    Year,
    Town,
    Governorate,
    Age,
    Cause,
    Party,
}

/// Rules with OR: a name (its consonants) with when or where.
pub(crate) type Rule = (&'static str, &'static [Key]);

const VICTIMS_RULES: [Rule; 11] = [
    ("given+father+family", &[Key::Given, Key::Father, Key::Family]),
    ("family+day", &[Key::Family, Key::Day]),
    ("given+day", &[Key::Given, Key::Day]),
    ("given+family+year", &[Key::Given, Key::Family, Key::Year]),
    ("given+family+governorate", &[Key::Given, Key::Family, Key::Governorate]),
    ("given+father+month", &[Key::Given, Key::Father, Key::Month]),
    ("family+town+month", &[Key::Family, Key::Town, Key::Month]),
    ("given+town+month", &[Key::Given, Key::Town, Key::Month]),
    ("names in any order+year", &[Key::AllNames, Key::Year]),
    ("father+family+month", &[Key::Father, Key::Family, Key::Month]),
    ("given+family+age", &[Key::Given, Key::Family, Key::Age]),
];

/// For lists of people: `Cause` is an address or number of the person's own, `Party` a postcode, the date that of birth.
const PEOPLE_RULES: [Rule; 11] = [
    ("given+family+day", &[Key::Given, Key::Family, Key::Day]),
    ("own number or address", &[Key::Cause]),
    ("family+day", &[Key::Family, Key::Day]),
    ("given+day", &[Key::Given, Key::Day]),
    ("given+family+town", &[Key::Given, Key::Family, Key::Town]),
    ("postcode+day", &[Key::Party, Key::Day]),
    ("postcode+family", &[Key::Party, Key::Family]),
    ("postcode+given", &[Key::Party, Key::Given]),
    ("given+family+year", &[Key::Given, Key::Family, Key::Year]),
    ("names in any order+year", &[Key::AllNames, Key::Year]),
    ("town+day", &[Key::Town, Key::Day]),
];

/// As many rules as a row has places for.
pub(crate) const RULE_COUNT: usize = 11;

pub(crate) fn rules(spec: RowSpec) -> &'static [Rule; RULE_COUNT] {
    match spec {
        RowSpec::Victims => &VICTIMS_RULES,
        RowSpec::People => &PEOPLE_RULES,
    }
}

/// By what a block that is too large is split, in this order.
const FURTHER: [Key; 10] = [
    Key::Day,
    Key::Month,
    Key::Town,
    Key::Governorate,
    Key::Year,
    Key::Age,
    Key::Family,
    Key::Father,
    Key::Cause,
    Key::Party,
];

/// Deterministic: equal on every machine and for every thread count.
fn combine(h: u64, x: u64) -> u64 {
    mix(h.rotate_left(23) ^ x.wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

fn part(record: &Packed, key: Key, v: &Vocabulary) -> Option<u64> {
    let name = |t: Token| {
        let id = if t.arabic != 0 { t.arabic } else { t.latin };
        (id != 0).then(|| v.words[id as usize].skeleton)
    };
    let number = |n: u32| (n != 0).then_some(u64::from(n));
    match key {
        Key::Given => name(record.name[GIVEN]),
        Key::Father => name(record.name[FATHER]),
        Key::Family => name(record.name[FAMILY]),
        Key::AllNames => {
            let mut words: Vec<u64> = record.name.iter().filter_map(|t| name(*t)).collect();
            words.sort_unstable();
            (words.len() > 1).then(|| words.into_iter().fold(7, combine))
        }
        Key::Day => record.date.filter(|d| d.first == d.last).map(|d| d.first as u64),
        Key::Month => {
            record.date.filter(|d| d.last - d.first < 31).map(|d| (i64::from(d.year) * 16 + i64::from(d.month)) as u64)
        }
        Key::Year => record.date.filter(|d| d.last - d.first < 367).map(|d| d.year as u64),
        Key::Town => name(record.town),
        Key::Governorate => number(record.governorate),
        Key::Age => record.age.filter(|(min, max)| min == max).map(|(min, _)| u64::from(min)),
        Key::Cause => number(record.cause),
        Key::Party => number(record.party),
    }
}

/// The blocks of one rule: runs of `order`.
pub(crate) struct Blocks {
    pub order: Vec<u32>,
    /// Start and end in `order`.
    pub blocks: Vec<(u32, u32)>,
    /// Where each record stands in `order`; empty when every pair of every block is compared.
    position: Vec<u32>,
    window: u32,
    at_most: u32,
}

/// Marks, in a record's row, a block in which only neighbours are compared.
const WINDOWED: u32 = 1 << 31;

/// For each rule the record's block number + 1, or 0: one cache line tells which rules give a pair.
pub(crate) type Row = [u32; RULE_COUNT];

impl Blocks {
    fn new(rule: usize, records: &[Packed], v: &Vocabulary, settings: &Settings, rows: &mut [Row]) -> Self {
        let key = |r: &Packed| {
            rules(settings.spec)[rule].1.iter().try_fold(1u64, |h, k| part(r, *k, v).map(|x| combine(h, x)))
        };
        let mut keyed: Vec<(u64, u32)> =
            records.par_iter().enumerate().filter_map(|(i, r)| key(r).map(|k| (k, i as u32))).collect();
        keyed.par_sort_unstable();
        let mut out = Self {
            order: Vec::new(),
            blocks: Vec::new(),
            position: Vec::new(),
            window: settings.window_records,
            at_most: settings.block_records_at_most,
        };
        for run in keyed.chunk_by(|a, b| a.0 == b.0).filter(|run| run.len() > 1) {
            out.add(run, 0, records, v);
        }
        let mut windowed = false;
        for (number, &(start, end)) in out.blocks.iter().enumerate() {
            let mark = if end - start > out.at_most { WINDOWED } else { 0 };
            windowed |= mark != 0;
            for &i in &out.order[start as usize..end as usize] {
                rows[i as usize][rule] = (number as u32 + 1) | mark;
            }
        }
        if windowed {
            out.position = vec![0; records.len()];
            out.order.iter().enumerate().for_each(|(at, i)| out.position[*i as usize] = at as u32);
        }
        out
    }

    /// Adds a block, split by further keys while it is too large.
    fn add(&mut self, members: &[(u64, u32)], depth: usize, records: &[Packed], v: &Vocabulary) {
        if members.len() < 2 {
            return;
        }
        if members.len() <= self.at_most as usize || depth == FURTHER.len() {
            let start = self.order.len() as u32;
            self.order.extend(members.iter().map(|(_, i)| *i));
            self.blocks.push((start, self.order.len() as u32));
            return;
        }
        let further = |i: u32| part(&records[i as usize], FURTHER[depth], v).map_or(0, |x| x.wrapping_add(1));
        let mut keyed: Vec<(u64, u32)> = members.iter().map(|(_, i)| (further(*i), *i)).collect();
        keyed.sort_unstable();
        for run in keyed.chunk_by(|a, b| a.0 == b.0) {
            self.add(run, depth + 1, records, v);
        }
    }

    /// How far apart in a block two records may stand to be compared. A window narrows in a giant block, so that
    /// the pairs of one block stay below some millions.
    fn reach(&self, block: (u32, u32)) -> u32 {
        let n = block.1 - block.0;
        if n <= self.at_most { n } else { self.window.min((MOST_PAIRS_OF_A_BLOCK / n).max(4)) }
    }
}

const MOST_PAIRS_OF_A_BLOCK: u32 = 4_000_000;

/// What one rule contributed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleReport {
    pub rule: String,
    /// Pairs that this rule gives, those of earlier rules included.
    pub pairs: u64,
    /// Pairs that no earlier rule gives.
    pub new_pairs: u64,
    pub largest_block: u64,
    /// New pairs that were kept, at or above `keep_probability`.
    pub kept_pairs: u64,
    /// Share of the matches expected among all kept pairs (the sum of their match probabilities) that this rule gives,
    /// whether or not an earlier one gives them too.
    pub expected_recall: f64,
    /// The same for the pairs that no earlier rule gives.
    pub expected_recall_added: f64,
}

pub(crate) struct Candidates {
    pub rules: Vec<Blocks>,
    rows: Vec<Row>,
}

impl Candidates {
    pub fn find(records: &[Packed], v: &Vocabulary, settings: &Settings, tick: &dyn Fn(u64, u64)) -> Self {
        let mut rules = Vec::new();
        let mut rows = vec![[0; RULE_COUNT]; records.len()];
        for rule in 0..RULE_COUNT {
            rules.push(Blocks::new(rule, records, v, settings, &mut rows));
            tick(rule as u64 + 1, RULE_COUNT as u64);
        }
        Self { rules, rows }
    }

    /// Pairs inside the blocks of a rule, those of earlier rules included.
    pub fn at_most_pairs(&self, rule: usize) -> u64 {
        let blocks = &self.rules[rule];
        let pairs = |b: &(u32, u32)| {
            let (n, reach) = (u64::from(b.1 - b.0), u64::from(blocks.reach(*b)));
            if reach >= n { n * (n - 1) / 2 } else { n * reach }
        };
        blocks.blocks.iter().map(pairs).sum()
    }

    /// The rules in whose blocks both records stand, one bit each.
    pub fn shared_blocks(&self, a: u32, b: u32) -> u32 {
        let (x, y) = (&self.rows[a as usize], &self.rows[b as usize]);
        // All rules are compared without a branch.
        x.iter().zip(y).enumerate().fold(0, |shared, (r, (p, q))| shared | u32::from(p == q && *p != 0) << r)
    }

    /// Whether a rule before `rule` gives the pair.
    fn given_before(&self, rule: usize, a: u32, b: u32) -> bool {
        let x = &self.rows[a as usize];
        let mut shared = self.shared_blocks(a, b) & ((1 << rule) - 1);
        while shared != 0 {
            let r = shared.trailing_zeros() as usize;
            shared &= shared - 1;
            if x[r] & WINDOWED == 0 {
                return true;
            }
            let blocks = &self.rules[r];
            let block = blocks.blocks[(x[r] & !WINDOWED) as usize - 1];
            if blocks.position[a as usize].abs_diff(blocks.position[b as usize]) <= blocks.reach(block) {
                return true;
            }
        }
        false
    }

    /// Calls `f(a, b)` with `a < b` for every pair of one block that `wanted` and that no earlier rule gives; returns
    /// how many pairs the block has. `wanted` is asked first: it is cheap when training samples.
    pub fn pairs_of_block(
        &self,
        rule: usize,
        block: (u32, u32),
        wanted: impl Fn(u32, u32) -> bool,
        mut f: impl FnMut(u32, u32),
    ) -> u64 {
        let blocks = &self.rules[rule];
        let reach = blocks.reach(block) as usize;
        let members = &blocks.order[block.0 as usize..block.1 as usize];
        let mut seen = 0;
        for (i, &x) in members.iter().enumerate() {
            let near = &members[i + 1..];
            let near = &near[..near.len().min(reach)];
            seen += near.len() as u64;
            for &y in near {
                let (a, b) = (x.min(y), x.max(y));
                if wanted(a, b) && !self.given_before(rule, a, b) {
                    f(a, b);
                }
            }
        }
        seen
    }

    /// Whether any rule gives the pair.
    pub fn gives(&self, a: u32, b: u32) -> bool {
        self.given_before(self.rules.len(), a, b)
    }

    /// As [`Candidates::pairs_of_block`], for the pairs of which one record at least is new.
    pub fn pairs_of_new(&self, rule: usize, block: (u32, u32), is_new: &[bool], mut f: impl FnMut(u32, u32)) -> u64 {
        let blocks = &self.rules[rule];
        let reach = blocks.reach(block) as usize;
        let members = &blocks.order[block.0 as usize..block.1 as usize];
        let mut seen = 0;
        for (i, &x) in members.iter().enumerate().filter(|(_, x)| is_new[**x as usize]) {
            // Of two new records the earlier one gives the pair.
            let before = members[i.saturating_sub(reach)..i].iter().filter(|y| !is_new[**y as usize]);
            for &y in before.chain(members[i + 1..].iter().take(reach)) {
                seen += 1;
                let (a, b) = (x.min(y), x.max(y));
                if !self.given_before(rule, a, b) {
                    f(a, b);
                }
            }
        }
        seen
    }
}
