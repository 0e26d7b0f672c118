//! Which pairs are worth comparing: those that share a key of at least one rule. No pair is given twice.
//!
//! Candidates are found record by record: whoever stands behind a record in one of its blocks is its partner, once,
//! however many blocks they share. So only the partners of one record are held at a time, never all pairs.

use rayon::prelude::*;
use serde::Serialize;

use crate::layout::Layout;
use crate::mix::mix;
use crate::packed::{COMMON_OWN, FAMILY, FATHER, GIVEN, Names, Side, Token};
use crate::radix::{bits_below, put_in_order};
use crate::settings::{RowSpec, Settings};
use crate::touch::touch;
use crate::word_keys::{NameKeys, WordKeys};

/// Which words of the name make keys. Several give a record several keys, so that a word is found in another position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NameKey {
    /// None; the rest of the key alone.
    Any,
    /// The same, of records that have a name.
    AnyOfTheNamed,
    Given,
    Family,
    /// The first and the last word, each by itself.
    GivenOrFamily,
    /// The first and the last word, in either order.
    GivenAndFamily,
    /// Any two of given, father and family, in any order.
    TwoOf,
    /// Given, father and family, in any order.
    AllThree,
}

/// What else two records must share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    Day,
    /// The day of whatever year: lists slip by a year.
    DayOfYear,
    Month,
    Year,
    Town,
    Governorate,
    Age,
    Cause,
    Party,
    Family,
    Father,
}

/// Rules with OR: names (by their consonants) with when or where.
struct Rule {
    name: &'static str,
    names: NameKey,
    rest: &'static [Key],
    /// Its blocks are split above so many hundredths of `Settings::block_records_at_most`: the likelier its pairs are matches, the more.
    split_above: u32,
}

const fn rule(name: &'static str, names: NameKey, rest: &'static [Key]) -> Rule {
    Rule { name, names, rest, split_above: 100 }
}

impl Rule {
    const fn split_above(self, hundredths: u32) -> Self {
        Self { split_above: hundredths, ..self }
    }
}

const VICTIMS_RULES: [Rule; RULE_COUNT] = [
    rule("three names", NameKey::AllThree, &[]).split_above(200),
    rule("given or family+day", NameKey::GivenOrFamily, &[Key::Day]).split_above(25),
    rule("given, family+year", NameKey::GivenAndFamily, &[Key::Year]).split_above(75),
    rule("given, family+governorate", NameKey::GivenAndFamily, &[Key::Governorate]).split_above(75),
    rule("two names+governorate+month", NameKey::TwoOf, &[Key::Governorate, Key::Month]).split_above(75),
    rule("given or family+town+month", NameKey::GivenOrFamily, &[Key::Town, Key::Month]).split_above(25),
    rule("given, family+age", NameKey::GivenAndFamily, &[Key::Age]).split_above(200),
    rule("given, family+day of any year", NameKey::GivenAndFamily, &[Key::DayOfYear]).split_above(200),
    rule("two names+town+age", NameKey::TwoOf, &[Key::Town, Key::Age]).split_above(200),
    rule("town+day+age", NameKey::AnyOfTheNamed, &[Key::Town, Key::Day, Key::Age]).split_above(200),
];

/// For lists of people: `Cause` is an address or number of the person's own, `Party` a postcode, the date that of birth.
const PEOPLE_RULES: [Rule; RULE_COUNT] = [
    rule("given, family+day", NameKey::GivenAndFamily, &[Key::Day]),
    rule("own number or address", NameKey::Any, &[Key::Cause]),
    rule("family+day", NameKey::Family, &[Key::Day]),
    rule("given+day", NameKey::Given, &[Key::Day]),
    rule("given, family+town", NameKey::GivenAndFamily, &[Key::Town]),
    rule("postcode+day", NameKey::Any, &[Key::Party, Key::Day]),
    rule("postcode+family", NameKey::Family, &[Key::Party]),
    rule("postcode+given", NameKey::Given, &[Key::Party]),
    rule("given, family+year", NameKey::GivenAndFamily, &[Key::Year]),
    rule("town+day", NameKey::Any, &[Key::Town, Key::Day]),
];

pub(crate) const RULE_COUNT: usize = 10;

/// Names of the rules, in order.
pub(crate) fn rule_names(spec: RowSpec) -> [&'static str; RULE_COUNT] {
    std::array::from_fn(|r| rules(spec)[r].name)
}

fn rules(spec: RowSpec) -> &'static [Rule; RULE_COUNT] {
    match spec {
        RowSpec::Victims => &VICTIMS_RULES,
        RowSpec::People => &PEOPLE_RULES,
    }
}

/// By what a block that is too large is split, in this order: by place first, since other rules give the pairs of one day.
const FURTHER: [Key; 10] = [
    Key::Town,
    Key::Month,
    Key::Day,
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

fn word(t: Token, key: impl Fn(usize) -> u64) -> Option<u64> {
    let id = t.either();
    (id != 0).then(|| key(id as usize))
}

fn part(record: Side, key: Key, keys: &WordKeys) -> Option<u64> {
    let (facts, names) = (record.facts, record.names);
    let number = |n: u32| (n != 0).then_some(u64::from(n));
    let dated = |widest: i32| (facts.has_date() && facts.last_day - facts.first_day <= widest).then_some(facts);
    match key {
        Key::Family => word(names.name[FAMILY], |id| keys.of[id].name.into()),
        Key::Father => word(names.name[FATHER], |id| keys.of[id].name.into()),
        Key::Day => dated(0).map(|d| d.first_day as u64),
        Key::DayOfYear => dated(0).map(|d| d.month as u64 * 32 + d.day as u64),
        Key::Month => dated(30).map(|d| (i64::from(d.year) * 16 + i64::from(d.month)) as u64),
        Key::Year => dated(366).map(|d| d.year as u64),
        Key::Town => word(record.town, |id| keys.written[id]),
        Key::Governorate => number(facts.governorate),
        Key::Age => (facts.least_age == facts.most_age).then_some(u64::from(facts.least_age)),
        Key::Cause => number(facts.cause).filter(|_| facts.marks & COMMON_OWN == 0),
        Key::Party => number(facts.party),
    }
}

/// Keys that one rule gives a record: two scripts of the name, each as written and with its slips undone, three pairs of words in each.
const MOST_KEYS: usize = 12;

/// The words of a name by what they are found by: given, father's and family name, in Arabic letters and in Latin ones; 0 where there is none.
#[derive(Debug, Clone, Copy, Default)]
struct Named {
    words: [[u32; 3]; 2],
    /// A word may be a slip of a name, by which it is found too.
    has_slips: bool,
}

impl Named {
    fn of(names: &Names, words: &WordKeys) -> Self {
        let mut out = Self { words: [[0; 3]; 2], has_slips: false };
        for (of_script, arabic) in out.words.iter_mut().zip([true, false]) {
            for (key, position) in of_script.iter_mut().zip(POSITIONS) {
                let NameKeys { name, slip } = words.of[written(names, position, arabic)];
                *key = name;
                out.has_slips |= slip != 0;
            }
        }
        out
    }

    /// With the slips undone.
    fn undone(&self, names: &Names, words: &WordKeys) -> [[u32; 3]; 2] {
        let mut out = self.words;
        for (of_script, arabic) in out.iter_mut().zip([true, false]) {
            for (key, position) in of_script.iter_mut().zip(POSITIONS) {
                let slip = words.of[written(names, position, arabic)].slip;
                if slip != 0 {
                    *key = slip;
                }
            }
        }
        out
    }
}

const POSITIONS: [usize; 3] = [GIVEN, FATHER, FAMILY];

fn written(names: &Names, position: usize, arabic: bool) -> usize {
    let token = names.name[position];
    (if arabic { token.arabic } else { token.latin }) as usize
}

/// The keys of one record under one rule, none twice.
#[derive(Default)]
struct Keys {
    held: [u64; MOST_KEYS],
    len: usize,
}

impl Keys {
    #[inline]
    fn add(&mut self, key: u64) {
        if self.len < MOST_KEYS && !self.held[..self.len].contains(&key) {
            self.held[self.len] = key;
            self.len += 1;
        }
    }

    fn of(rule: &Rule, record: Side, words: &WordKeys) -> Self {
        let mut keys = Self::default();
        let Some(rest) = rule.rest.iter().try_fold(1u64, |h, k| part(record, *k, words).map(|x| combine(h, x))) else {
            return keys;
        };
        if rule.names == NameKey::Any || (rule.names == NameKey::AnyOfTheNamed && !record.names.is_missing()) {
            keys.add(rest);
            return keys;
        }
        // A name in two scripts is read twice: a slip in one of them does not hide the other.
        let named = Named::of(record.names, words);
        named.words.iter().for_each(|name| keys.add_name(rule.names, rest, *name));
        if named.has_slips {
            named.undone(record.names, words).into_iter().for_each(|name| keys.add_name(rule.names, rest, name));
        }
        keys
    }

    /// The keys of a name in one script.
    #[inline]
    fn add_name(&mut self, names: NameKey, rest: u64, words: [u32; 3]) {
        let [given, father, family] = words.map(u64::from);
        let mut one = |word: u64| {
            if word != 0 {
                self.add(combine(rest, word));
            }
        };
        let two = |a: u64, b: u64| if a != 0 && b != 0 { combine(a.min(b), a.max(b)) } else { 0 };
        match names {
            NameKey::Any | NameKey::AnyOfTheNamed => {}
            NameKey::Given => one(given),
            NameKey::Family => one(family),
            NameKey::GivenOrFamily => [given, family].into_iter().for_each(one),
            NameKey::GivenAndFamily => one(two(given, family)),
            NameKey::TwoOf => {
                for (a, b) in [(given, family), (given, father), (father, family)] {
                    one(two(a, b));
                }
            }
            NameKey::AllThree => {
                let mut words = [given, father, family];
                if !words.contains(&0) {
                    words.sort_unstable();
                    one(words.into_iter().fold(7, combine));
                }
            }
        }
    }
}

/// Marks the last record of a block.
const LAST: u32 = 1 << 31;
/// Marks a record of a block in which only neighbours are compared.
const WINDOWED: u32 = 1 << 30;
const RECORD: u32 = WINDOWED - 1;

/// In a block that no key splits a window narrows, so that the pairs of one block stay below some millions.
const MOST_PAIRS_OF_A_BLOCK: u32 = 4_000_000;

/// A record under a key; in the order of keys, then of records. The key is in halves, so that no room is left between entries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Keyed {
    upper: u32,
    lower: u32,
    record: u32,
}

impl Keyed {
    fn new(key: u64, record: u32) -> Self {
        Self { upper: (key >> 32) as u32, lower: key as u32, record }
    }

    fn key(self) -> (u32, u32) {
        (self.upper, self.lower)
    }
}

/// Records whose keys one thread makes at a time, and how many such parts wait to be put behind the others.
const RECORDS_OF_A_PART: usize = 1 << 12;
const PARTS_AT_A_TIME: usize = 16;

/// Uppermost bits of a key by which keys are counted in order; keys are hashes, and any bits tell most of them apart.
const COUNTED_BITS: u32 = 22;

/// Brings keys in order, the records of one key in theirs: by counting the uppermost bits, and then within the few that share these.
fn bring_together(keyed: &mut Vec<Keyed>, spare: &mut Vec<Keyed>) {
    let uppermost = |entry: &Keyed| entry.upper >> (32 - COUNTED_BITS);
    put_in_order(keyed, spare, COUNTED_BITS, |entry| u64::from(uppermost(entry)));
    for run in keyed.chunk_by_mut(|a, b| uppermost(a) == uppermost(b)) {
        if run.iter().any(|entry| entry.key() != run[0].key()) {
            run.sort_unstable();
        }
    }
}

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

/// Blocks of all rules.
pub(crate) struct Candidates {
    /// Of each rule, records by key, those of one block in their own order, with the marks.
    order: [Vec<u32>; RULE_COUNT],
    /// Places are numbered from rule to rule: where each begins, and where the last ends.
    rule_starts: [u32; RULE_COUNT + 1],
    /// The places of each record: `places[starts[i]..starts[i + 1]]`, ascending.
    starts: Vec<u32>,
    places: Vec<u32>,
    /// Start, end and reach of blocks with a window.
    windows: Vec<(u32, u32, u32)>,
    pub largest_block: [u64; RULE_COUNT],
    /// Pairs inside blocks, those that several blocks give counted as often.
    pub pairs_at_most: u64,
    block_at_most: usize,
    window: u32,
    /// Where the partners of some records alone are asked for: blocks without any of them are counted and not held.
    sample: Option<Sample>,
}

/// Records whose partners are asked for, chosen by a hash, so that they are the same in whatever order records come.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample {
    seed: u64,
    /// Of this many pairs.
    pairs: u64,
    hash_at_most: u64,
}

impl Sample {
    pub fn new(seed: u64, pairs: u64) -> Self {
        Self { seed, pairs, hash_at_most: u64::MAX }
    }

    pub fn holds(&self, record: u32) -> bool {
        mix(self.seed ^ u64::from(record).wrapping_mul(0x9e37_79b9_7f4a_7c15)) <= self.hash_at_most
    }

    /// The more pairs there are, the fewer records are needed.
    fn narrow(&mut self, possible: u64) {
        if possible > self.pairs {
            self.hash_at_most = (self.pairs as f64 / possible as f64 * u64::MAX as f64) as u64;
        }
    }
}

impl Candidates {
    fn none(records: usize, block_at_most: u32, window: u32, sample: Option<Sample>) -> Self {
        Self {
            order: Default::default(),
            rule_starts: [0; RULE_COUNT + 1],
            starts: vec![0; records + 1],
            places: Vec::new(),
            windows: Vec::new(),
            largest_block: [0; RULE_COUNT],
            pairs_at_most: 0,
            block_at_most: block_at_most as usize,
            window,
            sample,
        }
    }

    /// Those to score and, where a model is to be trained, those of a sample to train it on, in larger blocks. Both are still to be placed.
    pub fn find(
        records: &Layout,
        words: &WordKeys,
        settings: &Settings,
        trained: bool,
        tick: &dyn Fn(u64, u64),
    ) -> (Self, Option<Self>) {
        let none = |block_at_most, sample| Self::none(records.len(), block_at_most, settings.window_records, sample);
        let mut scored = none(settings.block_records_at_most, None);
        let sample = Some(Sample::new(settings.seed, settings.training_pairs));
        let mut training = trained.then(|| none(settings.training_block_records_at_most, sample));
        // Used again by each rule: fresh memory costs more than the keys.
        let (mut keyed, mut spare) = (Vec::new(), Vec::new());
        let (mut blocks, mut spare_blocks): (Vec<(u32, u32, u32)>, _) = (Vec::new(), Vec::new());
        let mut parts = vec![Vec::new(); PARTS_AT_A_TIME];
        for (r, rule) in rules(settings.spec).iter().enumerate() {
            let at_most = u64::from(settings.block_records_at_most) * u64::from(rule.split_above) / 100;
            scored.block_at_most = at_most.max(2) as usize;
            keyed.clear();
            for first in (0..records.len()).step_by(RECORDS_OF_A_PART * PARTS_AT_A_TIME) {
                parts.par_iter_mut().enumerate().for_each(|(number, part): (usize, &mut Vec<Keyed>)| {
                    part.clear();
                    let start = first + number * RECORDS_OF_A_PART;
                    for i in start..(start + RECORDS_OF_A_PART).min(records.len()) {
                        let keys = Keys::of(rule, records.side(i as u32), words);
                        part.extend(keys.held[..keys.len].iter().map(|key| Keyed::new(*key, i as u32)));
                    }
                });
                parts.iter().for_each(|part| keyed.extend_from_slice(part));
            }
            bring_together(&mut keyed, &mut spare);
            // Blocks in the order of their first records, so that records side by side find theirs side by side.
            blocks.clear();
            let mut start = 0;
            for block in keyed.chunk_by(|a, b| a.key() == b.key()) {
                if block.len() > 1 {
                    blocks.push((block[0].record, start, block.len() as u32));
                }
                start += block.len() as u32;
            }
            put_in_order(&mut blocks, &mut spare_blocks, bits_below(records.len() as u64), |block| u64::from(block.0));
            let mut both = [Some(&mut scored), training.as_mut()];
            let blocked = blocks.iter().map(|(.., len)| *len as usize).sum();
            both.iter_mut().flatten().for_each(|out| out.order[r] = Vec::with_capacity(blocked));
            for blocks in blocks.chunks(32) {
                both.iter_mut().flatten().for_each(|out| out.narrow());
                touch(blocks.iter().map(|&(_, start, _)| keyed[start as usize].record));
                for &(_, start, len) in blocks {
                    let block = &keyed[start as usize..][..len as usize];
                    both.iter_mut().flatten().for_each(|out| out.add(block, 0, r, records, words));
                }
            }
            both.into_iter()
                .flatten()
                .for_each(|out| out.rule_starts[r + 1] = out.rule_starts[r] + out.order[r].len() as u32);
            tick(r as u64 + 1, RULE_COUNT as u64);
        }
        (scored, training)
    }

    /// Adds a block, split by further keys while it is too large.
    fn add(&mut self, members: &[Keyed], depth: usize, rule: usize, records: &Layout, words: &WordKeys) {
        if members.len() < 2 {
            return;
        }
        if members.len() <= self.block_at_most || depth == FURTHER.len() {
            let n = members.len() as u32;
            let windowed = members.len() > self.block_at_most;
            let reach = if windowed { self.window.min((MOST_PAIRS_OF_A_BLOCK / n).max(4)) } else { n };
            let pairs = u64::from(n) * u64::from(if reach >= n { n - 1 } else { 2 * reach }) / 2;
            self.pairs_at_most += pairs;
            self.largest_block[rule] = self.largest_block[rule].max(u64::from(n));
            if self.sample.is_some_and(|sample| !members.iter().any(|member| sample.holds(member.record))) {
                return;
            }
            let order = &mut self.order[rule];
            let start = self.rule_starts[rule] + order.len() as u32;
            let mark = if windowed { WINDOWED } else { 0 };
            order.extend(members.iter().map(|member| member.record | mark));
            if let Some(last) = order.last_mut() {
                *last |= LAST;
            }
            if windowed {
                self.windows.push((start, start + n, reach));
            }
            return;
        }
        let further = |i: u32| part(records.side(i), FURTHER[depth], words).map_or(0, |x| x.wrapping_add(1));
        let mut keyed: Vec<Keyed> =
            members.iter().map(|member| Keyed::new(further(member.record), member.record)).collect();
        keyed.sort_unstable();
        for run in keyed.chunk_by(|a, b| a.key() == b.key()) {
            self.add(run, depth + 1, rule, records, words);
        }
    }

    fn narrow(&mut self) {
        if let Some(sample) = &mut self.sample {
            sample.narrow(self.pairs_at_most);
        }
    }

    /// Whether the partners of a record are asked for.
    pub fn asks(&self, record: u32) -> bool {
        self.sample.is_none_or(|sample| sample.holds(record))
    }

    /// Notes where each record stands of which the partners will be asked.
    pub fn place(&mut self) {
        self.narrow();
        let is_asked: Vec<bool> = (0..self.starts.len() as u32 - 1).map(|record| self.asks(record)).collect();
        let places =
            || (0u32..).zip(self.order.iter().flatten().map(|i| (i & RECORD) as usize)).filter(|(_, i)| is_asked[*i]);
        places().for_each(|(_, i)| self.starts[i + 1] += 1);
        let mut sum = 0;
        for start in &mut self.starts {
            sum += *start;
            *start = sum;
        }
        let mut next = self.starts.clone();
        self.places = vec![0; sum as usize];
        for (at, i) in places() {
            let slot = &mut next[i];
            self.places[*slot as usize] = at;
            *slot += 1;
        }
    }

    fn places_of(&self, record: u32) -> &[u32] {
        &self.places[self.starts[record as usize] as usize..self.starts[record as usize + 1] as usize]
    }

    /// The window's start, end and reach at a place that is marked.
    fn window_at(&self, place: u32) -> (u32, u32, u32) {
        let found = self.windows.partition_point(|w| w.1 <= place);
        self.windows.get(found).copied().unwrap_or((place, place + 1, 0))
    }

    /// Where a place of a rule stands among the rule's own.
    fn at(&self, rule: usize, place: u32) -> usize {
        (place - self.rule_starts[rule]) as usize
    }

    /// How far a record at a place is compared, with the mark that stands there.
    fn reach(&self, mark: u32, place: u32) -> usize {
        if mark & WINDOWED == 0 { usize::MAX } else { self.window_at(place).2 as usize }
    }

    /// The records behind a place in its block, within reach.
    #[inline]
    fn behind(&self, rule: usize, place: u32) -> impl Iterator<Item = u32> + '_ {
        let (order, at) = (&self.order[rule], self.at(rule, place));
        let mark = order[at];
        let rest = if mark & LAST == 0 { &order[at + 1..] } else { &[] };
        let mut ended = false;
        let block = rest.iter().take_while(move |i| !std::mem::replace(&mut ended, *i & LAST != 0));
        block.take(self.reach(mark, place)).map(|i| i & RECORD)
    }

    /// The records before a place in its block, within reach.
    fn before(&self, rule: usize, place: u32) -> impl Iterator<Item = u32> + '_ {
        let (order, at) = (&self.order[rule], self.at(rule, place));
        let most = self.reach(order[at], place);
        order[..at].iter().rev().take_while(|i| *i & LAST == 0).take(most).map(|i| i & RECORD)
    }

    /// The places of a record, each with its rule.
    #[inline]
    fn ruled_places(&self, record: u32) -> impl Iterator<Item = (usize, u32)> + '_ {
        let mut rule = 0;
        self.places_of(record).iter().map(move |&place| {
            while place >= self.rule_starts[rule + 1] {
                rule += 1;
            }
            (rule, place)
        })
    }

    /// Gathers each later record that shares a block with `record`, once, with the rules that give the pair, one bit each.
    pub fn partners(&self, record: u32, found: &mut Partners) {
        found.clear();
        touch(self.ruled_places(record).map(|(rule, place)| self.order[rule][self.at(rule, place)]));
        for (rule, place) in self.ruled_places(record) {
            self.behind(rule, place).for_each(|other| found.add(other, 1 << rule));
        }
    }

    /// As [`Candidates::partners`], earlier records too, except those that are new themselves: they have the pair.
    pub fn partners_of_new(&self, record: u32, is_new: &[bool], found: &mut Partners) {
        found.clear();
        for (rule, place) in self.ruled_places(record) {
            let before = self.before(rule, place).filter(|other| !is_new[*other as usize]);
            before.chain(self.behind(rule, place)).for_each(|other| found.add(other, 1 << rule));
        }
    }

    /// The rules that give a pair, one bit each.
    pub fn rules_of(&self, a: u32, b: u32) -> u32 {
        let theirs = self.places_of(a.max(b));
        let (mut next, mut given) = (0, 0);
        for (rule, place) in self.ruled_places(a.min(b)) {
            while next < theirs.len() && theirs[next] <= place {
                next += 1;
            }
            // The later record's first place behind this one is in the same block, if none ends between.
            let Some(&other) = theirs.get(next) else { break };
            if other >= self.rule_starts[rule + 1] {
                continue;
            }
            let between = &self.order[rule][self.at(rule, place)..self.at(rule, other)];
            let near = (other - place) as usize <= self.reach(between[0], place).min(self.largest_block[rule] as usize);
            if near && between.iter().all(|i| i & LAST == 0) {
                given |= 1 << rule;
            }
        }
        given
    }
}

/// The partners of one record, each once.
#[derive(Default)]
pub(crate) struct Partners {
    /// Record and rules, as they are met.
    pub found: Vec<(u32, u32)>,
    /// A power of two of them, found by hash: where a record stands in `found`, below the turn in which it was met.
    slots: Vec<u64>,
    /// Counts the records whose partners were asked for, so that no slot need be cleared for the next.
    turn: u32,
}

const FEWEST_SLOTS: usize = 1 << 9;

impl Partners {
    fn clear(&mut self) {
        self.found.clear();
        self.turn = self.turn.wrapping_add(1);
        if self.turn == 0 || self.slots.is_empty() {
            self.clear_slots(self.slots.len().max(FEWEST_SLOTS));
        }
    }

    fn clear_slots(&mut self, number: usize) {
        self.slots.clear();
        self.slots.resize(number, 0);
        self.turn = 1;
    }

    /// Where a record is looked for first.
    #[inline]
    fn first_slot(&self, record: u32) -> usize {
        ((u64::from(record.wrapping_mul(0x9e37_79b1)) * self.slots.len() as u64) >> 32) as usize
    }

    #[inline]
    fn add(&mut self, record: u32, rule: u32) {
        let mut at = self.first_slot(record);
        loop {
            let slot = self.slots[at];
            if (slot >> 32) as u32 != self.turn {
                self.slots[at] = u64::from(self.turn) << 32 | self.found.len() as u64;
                self.found.push((record, rule));
                break;
            }
            let known = &mut self.found[slot as u32 as usize];
            if known.0 == record {
                known.1 |= rule;
                return;
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
        if self.found.len() * 2 > self.slots.len() {
            self.grow();
        }
    }

    #[cold]
    fn grow(&mut self) {
        self.clear_slots(self.slots.len() * 2);
        for (number, &(record, _)) in (0u64..).zip(&self.found) {
            let mut at = self.first_slot(record);
            while self.slots[at] != 0 {
                at = (at + 1) & (self.slots.len() - 1);
            }
            self.slots[at] = u64::from(self.turn) << 32 | number;
        }
    }
}
