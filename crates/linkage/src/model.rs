//! The weights: a mixture of four kinds of candidate pairs, trained without truth on counts of patterns.
//!
//! Fellegi and Sunter's model has two classes, match and non-match. Relatives killed together break it: they
//! agree on family name, date and place, and there are more of them among candidates than matches, so that a
//! two-class model takes them for matches. Here non-matches are of three kinds: a relative in the same event,
//! a namesake elsewhere, and any other pair. Levels are independent within a kind; training is expectation
//! maximisation (Dempster, Laird and Rubin 1977) over the counts of patterns, with weak Dirichlet priors.

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::MODEL_VERSION;
use crate::compare::{COMPARISONS, Compared, DATE, GRANDFATHER_NAME, N, OWN, SAME_LIST, level};
use crate::frequency::TermFrequencies;
use crate::lexicon::Lexicon;
use crate::settings::{RowSpec, Settings};
use crate::similarity::{DIFFER, MOVED};
use crate::starting::{starting_probabilities, starting_shares};

pub(crate) const KINDS: usize = 4;
pub(crate) const MATCH: usize = 0;
pub(crate) const RELATIVE: usize = 1;
pub(crate) const NAMESAKE: usize = 2;
pub(crate) const OTHER: usize = 3;
pub(crate) const LEVELS: usize = 16;

/// Pairs' worth of belief in the starting probabilities, for each kind and comparison.
const PRIOR_PAIRS: f64 = 40.0;
const ROUNDS_AT_MOST: u32 = 120;
/// Training stops when no kind's share moves by more.
const SETTLED: f64 = 1e-5;

/// A readable model: with the records and the settings, everything needed to repeat a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Model {
    pub version: u32,
    pub program: String,
    /// Shares of the four kinds among candidate pairs; the first is the prior match probability.
    pub kinds: Vec<Kind>,
    pub comparisons: Vec<ModelComparison>,
    pub term_frequencies: TermFrequencies,
    pub lexicon: Lexicon,
    /// Bits taken from the evidence between two records of one list.
    pub same_list_penalty_bits: f64,
    pub training: Training,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kind {
    /// `match`, `relative_in_same_event`, `namesake` or `other`.
    pub name: String,
    pub prior: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelComparison {
    pub name: String,
    pub levels: Vec<ComparisonLevel>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComparisonLevel {
    pub name: String,
    pub m_probability: f64,
    /// Among non-matching candidate pairs of all three kinds.
    pub u_probability: f64,
    /// The same, of each kind: relatives in the same event, namesakes, others.
    pub u_by_kind: [f64; 3],
    /// log2(m / u).
    pub match_weight_bits: f64,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Training {
    pub pairs: u64,
    pub patterns: u64,
    pub rounds: u32,
    pub settled: bool,
    /// Signs that training went wrong, in words.
    pub warnings: Vec<String>,
}

pub(crate) type Table = [[[f64; LEVELS]; N]; KINDS];
/// By comparison, level and kind.
pub(crate) type Kinds = [[[f64; KINDS]; LEVELS]; N];

/// The model as arrays of log2, for scoring; the kinds of one level lie side by side.
pub(crate) struct Scorer {
    pub log2: Box<Kinds>,
    pub log2_prior: [f64; KINDS],
    pub same_list_penalty_bits: f64,
}

pub(crate) const KIND_NAMES: [&str; KINDS] = ["match", "relative_in_same_event", "namesake", "other"];

/// A kind, two comparisons of it, levels from and to, and the most probability that these may hold.
type Bound = (usize, [usize; 2], [usize; 2], f64);

/// Bounds that keep each kind what its name says. Without those on matches, relatives and namesakes, who are many
/// more than matches in a large list, are taken for matches whose names differ.
const VICTIMS_BOUNDS: &[Bound] = &[
    (MATCH, [0, 1], [5, 6], 0.03),
    (MATCH, [0, 1], [4, 6], 0.06),
    (MATCH, [2, 3], [5, 6], 0.08),
    (MATCH, [4, 5], [5, 6], 0.06),
    (MATCH, [GRANDFATHER_NAME, GRANDFATHER_NAME], [5, 6], 0.08),
    (MATCH, [9, 9], [2, 2], 0.03),
    (RELATIVE, [0, 1], [1, 2], 0.03),
    (NAMESAKE, [DATE, DATE], [1, 4], 0.10),
    (OTHER, [4, 5], [1, 2], 0.10),
];

/// The same for lists of people: strangers share neither an own number or address nor, under the same name, a birthday.
const PEOPLE_BOUNDS: &[Bound] = &[
    (MATCH, [0, 1], [5, 6], 0.15),
    (MATCH, [0, 1], [4, 6], 0.20),
    (MATCH, [4, 5], [5, 6], 0.15),
    (RELATIVE, [0, 1], [1, 2], 0.05),
    (RELATIVE, [DATE, DATE], [1, 4], 0.02),
    (RELATIVE, [OWN, OWN], [1, 1], 0.02),
    (NAMESAKE, [DATE, DATE], [1, 4], 0.02),
    (NAMESAKE, [OWN, OWN], [1, 1], 0.02),
    (OTHER, [4, 5], [1, 2], 0.05),
    (OTHER, [OWN, OWN], [1, 1], 0.02),
];

fn bounds(spec: RowSpec) -> &'static [Bound] {
    match spec {
        RowSpec::Victims => VICTIMS_BOUNDS,
        RowSpec::People => PEOPLE_BOUNDS,
    }
}

/// Bits of rarity are told to training in steps of two, in the pattern's uppermost half-bytes.
const RARITY_STEP_BITS: f64 = 2.0;
const RARITY_LEAST_STEPS: f64 = 4.0;
const RARITY_AT: [u32; 2] = [56, 60];

/// A pattern with the rarity of the names, for counting.
pub(crate) fn training_pattern(compared: &Compared) -> u64 {
    let rarity = [compared.given_bits, compared.other_name_bits];
    rarity.into_iter().zip(RARITY_AT).fold(compared.pattern, |pattern, (bits, at)| {
        let steps = (f64::from(bits) / RARITY_STEP_BITS).round() + RARITY_LEAST_STEPS;
        pattern | (steps.clamp(0.0, 15.0) as u64) << at
    })
}

/// A pattern as training reads it.
struct Counted {
    pairs: u64,
    /// Of each comparison that is not missing, the last one first, the place of its level in [`Kinds`], flat.
    cells: [u8; N],
    compared: u8,
    /// So many of the first cells are those of the pattern before.
    shared: u8,
    /// 2 to the power of the rarity: of the given name, and of all names.
    given: f64,
    names: f64,
}

impl Counted {
    fn of((pattern, pairs): (u64, u64)) -> Self {
        let steps = RARITY_AT.map(|at| (pattern >> at & 15) as i32 - RARITY_LEAST_STEPS as i32);
        let [given, other] = steps.map(|steps| steps * RARITY_STEP_BITS as i32);
        let mut out = Self {
            pairs,
            cells: [0; N],
            compared: 0,
            shared: 0,
            given: power_of_two(-given),
            names: power_of_two(-given - other),
        };
        for c in (0..N).rev().filter(|c| level(pattern, *c) != 0) {
            out.cells[usize::from(out.compared)] = (c * LEVELS + level(pattern, c)) as u8;
            out.compared += 1;
        }
        out
    }

    /// In an order in which patterns that follow each other share most of their cells.
    fn in_order(mut counts: Vec<(u64, u64)>) -> Vec<Self> {
        // Rarity, which is uppermost, comes last.
        counts.sort_unstable_by_key(|(pattern, _)| pattern.rotate_left(8));
        let mut out: Vec<Self> = counts.into_iter().map(Self::of).collect();
        for i in 1..out.len() {
            let both = out[i - 1].cells().iter().zip(out[i].cells());
            out[i].shared = both.take_while(|(a, b)| a == b).count() as u8;
        }
        out
    }

    fn cells(&self) -> &[u8] {
        &self.cells[..usize::from(self.compared)]
    }
}

/// Of a power between -1022 and 1023.
fn power_of_two(power: i32) -> f64 {
    f64::from_bits(((1023 + power) as u64) << 52)
}

pub(crate) fn train(
    counts: Vec<(u64, u64)>,
    (frequencies, lexicon): (TermFrequencies, Lexicon),
    settings: &Settings,
) -> Model {
    let counts = Counted::in_order(counts);
    let mut trained = Trained::on(&counts, settings, false);
    let went_wrong = trained.unlike > UNLIKE_AT_MOST;
    if went_wrong {
        trained = Trained::on(&counts, settings, true);
    }
    let Trained { table, prior, mut training, .. } = trained;
    if went_wrong {
        training.warnings.push(WENT_WRONG.to_owned());
    }
    training.warnings.extend(signs(training.pairs, training.settled, prior[MATCH]));
    describe(&table, prior, (frequencies, lexicon), settings, training)
}

/// Share of the expected matches whose given names are unlike, or moved, above which they are no matches.
const UNLIKE_AT_MOST: f64 = 0.4;
const WENT_WRONG: &str = "training went wrong: what it found are not matches, as their given names are seldom alike (or lists write them \
     in another order); how matches look was taken from the built-in values instead. There may be few matches, or none, in these lists";

struct Trained {
    table: Box<Table>,
    prior: [f64; KINDS],
    training: Training,
    /// Share of the expected matches whose given names are unlike, or moved, before it was bounded.
    unlike: f64,
}

impl Trained {
    /// By expectation maximisation; `held` leaves matches as they look at the start, and trains the rest.
    fn on(counts: &[Counted], settings: &Settings, held: bool) -> Self {
        let start = starting_probabilities(settings.spec);
        let mut table = start.clone();
        let mut prior = starting_shares(settings.spec);
        if let Some(fixed) = settings.prior_match_probability {
            fix_prior(&mut prior, fixed);
        }
        let pairs: u64 = counts.iter().map(|counted| counted.pairs).sum();
        let arch = Arch::new();
        let mut training = Training { pairs, patterns: counts.len() as u64, ..Training::default() };
        let mut unlike = 0.0;
        while training.rounds < ROUNDS_AT_MOST && pairs > 0 {
            training.rounds += 1;
            let before = prior;
            let kinds = side_by_side(&table);
            // Chunks of fixed size, summed in order: the same sum for every thread count.
            let expect = |counts| arch.dispatch(Expect { counts, table: &kinds, prior });
            let parts: Vec<Box<Expected>> = counts.par_chunks(4096).map(expect).collect();
            let mut sum = Box::new(Expected::default());
            parts.iter().for_each(|p| sum.add(p));
            let total: f64 = sum.pairs.iter().sum();
            for k in 0..KINDS {
                prior[k] = ((sum.pairs[k] + 1.0) / (total + KINDS as f64)).max(1e-9);
                for c in (0..N).filter(|_| !(held && k == MATCH)) {
                    let weight: f64 = sum.levels[c][1..].iter().map(|kinds| kinds[k]).sum::<f64>() + PRIOR_PAIRS;
                    for l in 1..=COMPARISONS[c].levels.len() {
                        table[k][c][l] = ((sum.levels[c][l][k] + PRIOR_PAIRS * start[k][c][l]) / weight).max(1e-7);
                    }
                }
            }
            if let Some(fixed) = settings.prior_match_probability {
                fix_prior(&mut prior, fixed);
            }
            let of_given = |c: usize| table[MATCH][c][usize::from(MOVED)..=usize::from(DIFFER)].iter().sum::<f64>();
            unlike = of_given(0).max(of_given(1));
            bound(&mut table, settings.spec);
            make_monotone(&mut table);
            if (0..KINDS).all(|k| (prior[k] - before[k]).abs() < SETTLED) {
                training.settled = true;
                break;
            }
        }
        Self { table, prior, training, unlike }
    }
}

fn fix_prior(prior: &mut [f64; KINDS], fixed: f64) {
    let rest: f64 = prior[1..].iter().sum();
    prior[1..].iter_mut().for_each(|p| *p *= (1.0 - fixed) / rest.max(1e-12));
    prior[MATCH] = fixed;
}

fn bound(table: &mut Table, spec: RowSpec) {
    for &(kind, comparisons, [from, to], most) in bounds(spec) {
        for c in comparisons {
            let row = &mut table[kind][c][..=COMPARISONS[c].levels.len()];
            let held: f64 = row[from..=to].iter().sum();
            if held > most {
                let free: f64 = row[1..].iter().sum::<f64>() - held;
                for (l, p) in row.iter_mut().enumerate().skip(1) {
                    *p *= if (from..=to).contains(&l) { most / held } else { (1.0 - most) / free.max(1e-12) };
                }
            }
        }
    }
}

/// Comparisons and those of their levels, from most to least agreement, where less agreement never weighs more. Of dates only the same day
/// and a day apart: rules find candidates by date and place, so that among candidates a shared one says less than it does elsewhere.
const MONOTONE: [(&[usize], &[usize]); 4] = [
    (&[0, 1, 2, 3, 4, 5, GRANDFATHER_NAME], &[1, 2, 3]),
    (&[DATE], &[1, 2]),
    (&[8], &[1, 2, 3, 4, 5, 6]),
    (&[9, OWN, 11], &[1, 2]),
];

/// Makes u / m of each kind of non-match rise from level to level, by pooling adjacent violators (Ayer et al. 1955) weighted by
/// m; the probabilities of each kind still add up.
fn make_monotone(table: &mut Table) {
    for (comparisons, levels) in MONOTONE {
        for (k, &c) in (1..KINDS).flat_map(|k| comparisons.iter().map(move |c| (k, c))) {
            // Blocks of levels under way: sums of m and of u, and how many levels.
            let mut blocks: Vec<(f64, f64, usize)> = Vec::with_capacity(levels.len());
            for &l in levels {
                let mut block = (table[MATCH][c][l], table[k][c][l], 1);
                while let Some(&(m, u, n)) = blocks.last().filter(|(m, u, _)| u * block.0 > block.1 * m) {
                    block = (m + block.0, u + block.1, n + block.2);
                    blocks.pop();
                }
                blocks.push(block);
            }
            let ratios = blocks.iter().flat_map(|(m, u, n)| std::iter::repeat_n(u / m, *n));
            for (&l, ratio) in levels.iter().zip(ratios) {
                table[k][c][l] = table[MATCH][c][l] * ratio;
            }
        }
    }
}

/// Signs that training went wrong, in sentences.
pub(crate) fn signs(pairs: u64, settled: bool, share_of_matches: f64) -> Vec<String> {
    let mut out = Vec::new();
    if pairs < 200 {
        out.push("fewer than 200 pairs to train on: the weights are mostly the starting ones".to_owned());
    } else if !settled {
        out.push("training did not settle in the rounds allowed".to_owned());
    }
    if share_of_matches < 1e-4 {
        out.push("almost no candidate pair is a match".to_owned());
    }
    out
}

/// Expected pairs of each kind, and at each level.
struct Expected {
    pairs: [f64; KINDS],
    levels: Kinds,
}

impl Default for Expected {
    fn default() -> Self {
        Self { pairs: [0.0; KINDS], levels: [[[0.0; KINDS]; LEVELS]; N] }
    }
}

impl Expected {
    /// Adds what was expected at the cells behind the first `shared`; it is taken from `sums` and added to those before.
    #[inline(always)]
    fn add_behind(&mut self, shared: usize, cells: &[u8], sums: &mut [[f64; KINDS]; N + 1]) {
        let levels = self.levels.as_flattened_mut();
        for (at, &cell) in cells.iter().enumerate().skip(shared).rev() {
            let sum = std::mem::take(&mut sums[at + 1]);
            levels[usize::from(cell)].iter_mut().zip(sum).for_each(|(all, pairs)| *all += pairs);
            sums[at].iter_mut().zip(sum).for_each(|(all, pairs)| *all += pairs);
        }
    }

    fn add(&mut self, other: &Self) {
        for k in 0..KINDS {
            self.pairs[k] += other.pairs[k];
        }
        let theirs = other.levels.iter().flatten().flatten();
        self.levels.iter_mut().flatten().flatten().zip(theirs).for_each(|(sum, more)| *sum += more);
    }
}

/// Likelihoods are multiplied, not added as logarithms: fourteen probabilities above 1e-7 stay far from zero. What patterns that follow
/// each other share is multiplied, and added up, once.
struct Expect<'a> {
    counts: &'a [Counted],
    table: &'a Kinds,
    prior: [f64; KINDS],
}

/// Compiled for the vectors that the processor has, with the same result.
impl WithSimd for Expect<'_> {
    type Output = Box<Expected>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Box<Expected> {
        let Self { counts, table, prior } = self;
        let mut out = Box::new(Expected::default());
        let table = table.as_flattened();
        // Of the first cells, up to all: the likelihood of each kind, and the pairs expected so far.
        let (mut likelihoods, mut sums) = ([prior; N + 1], [[0.0; KINDS]; N + 1]);
        let mut before: &[u8] = &[];
        for counted in counts {
            let cells = counted.cells();
            let shared = usize::from(counted.shared).min(before.len());
            out.add_behind(shared, before, &mut sums);
            for (at, &cell) in cells.iter().enumerate().skip(shared) {
                let kinds = &table[usize::from(cell)];
                likelihoods[at + 1] = std::array::from_fn(|k| likelihoods[at][k] * kinds[k]);
            }
            let mut shares = likelihoods[cells.len()];
            shares[RELATIVE] *= counted.given;
            shares[NAMESAKE] *= counted.names;
            shares[OTHER] *= counted.names;
            let scale = counted.pairs as f64 / shares.iter().sum::<f64>().max(f64::MIN_POSITIVE);
            sums[cells.len()].iter_mut().zip(shares).for_each(|(sum, share)| *sum += share * scale);
            before = cells;
        }
        out.add_behind(0, before, &mut sums);
        out.pairs = sums[0];
        out
    }
}

/// A table with the kinds of one level side by side; missing is certain under every kind.
fn side_by_side(table: &Table) -> Box<Kinds> {
    let mut out: Box<Kinds> = Box::new([[[1.0; KINDS]; LEVELS]; N]);
    for k in 0..KINDS {
        for c in 0..N {
            for l in 1..LEVELS {
                out[c][l][k] = table[k][c][l];
            }
        }
    }
    out
}

fn describe(
    table: &Table,
    prior: [f64; KINDS],
    (term_frequencies, lexicon): (TermFrequencies, Lexicon),
    settings: &Settings,
    training: Training,
) -> Model {
    let others: f64 = prior[1..].iter().sum();
    let comparison = |c: usize| {
        let levels = COMPARISONS[c].levels.iter().enumerate().map(|(i, name)| {
            let of = |k: usize| table[k][c][i + 1];
            let u = (1..KINDS).map(|k| prior[k] * of(k)).sum::<f64>() / others;
            ComparisonLevel {
                name: (*name).to_owned(),
                m_probability: of(MATCH),
                u_probability: u,
                u_by_kind: [of(RELATIVE), of(NAMESAKE), of(OTHER)],
                match_weight_bits: (of(MATCH) / u).log2(),
            }
        });
        ModelComparison { name: COMPARISONS[c].name.to_owned(), levels: levels.collect() }
    };
    Model {
        version: MODEL_VERSION,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        kinds: (0..KINDS).map(|k| Kind { name: KIND_NAMES[k].to_owned(), prior: prior[k] }).collect(),
        comparisons: (0..N).map(comparison).collect(),
        term_frequencies,
        lexicon,
        same_list_penalty_bits: settings.same_list_penalty_bits,
        training,
    }
}

impl Scorer {
    pub(crate) fn new(table: &Table, prior: [f64; KINDS], same_list_penalty_bits: f64) -> Self {
        let mut log2 = Box::new([[[0.0; KINDS]; LEVELS]; N]);
        for k in 0..KINDS {
            for c in 0..N {
                for l in 1..=COMPARISONS[c].levels.len() {
                    log2[c][l][k] = table[k][c][l].log2();
                }
            }
        }
        Self { log2, log2_prior: prior.map(f64::log2), same_list_penalty_bits }
    }

    fn log2_likelihoods(&self, compared: &Compared) -> [f64; KINDS] {
        let (given, names) = (f64::from(compared.given_bits), f64::from(compared.other_name_bits));
        let mut out = self.log2_prior;
        let mut rest = compared.pattern;
        for levels in self.log2.iter() {
            let kinds = &levels[(rest & 15) as usize];
            out.iter_mut().zip(kinds).for_each(|(sum, bits)| *sum += bits);
            rest >>= 4;
        }
        // A relative shares the family and often the father by blood, so that a rare family name parts nothing there.
        out[RELATIVE] -= given;
        out[NAMESAKE] -= given + names;
        out[OTHER] -= given + names;
        out
    }

    /// log2 of the odds that the two records speak of one person.
    pub fn match_odds_bits(&self, compared: &Compared) -> f64 {
        self.match_odds_bits_from(compared, f64::NEG_INFINITY).unwrap_or(f64::NEG_INFINITY)
    }

    /// The same, where it is at least `least`; most candidate pairs are far below, which one kind alone shows.
    pub fn match_odds_bits_from(&self, compared: &Compared, least: f64) -> Option<f64> {
        let logs = self.log2_likelihoods(compared);
        let top = logs[1].max(logs[2]).max(logs[3]);
        let penalty = if level(compared.pattern, SAME_LIST) == 2 { self.same_list_penalty_bits } else { 0.0 };
        if logs[MATCH] - top - penalty < least {
            return None;
        }
        let others = top + logs[1..].iter().map(|l| (l - top).exp2()).sum::<f64>().log2();
        Some(logs[MATCH] - others - penalty).filter(|bits| *bits >= least)
    }
}

/// Match probability of odds in bits.
pub(crate) fn probability(bits: f64) -> f64 {
    1.0 / (1.0 + (-bits).exp2())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Invented counts of patterns: given, father's and family name, date, place, age, sex, cause, party, list.
    fn counted(levels: [u64; 10], pairs: u64) -> (u64, u64) {
        let comparisons = [0, 2, 4, DATE, 7, 8, 9, OWN, 11, SAME_LIST];
        let names_of_usual_rarity = RARITY_AT.iter().fold(0, |pattern, at| pattern | (RARITY_LEAST_STEPS as u64) << at);
        let pattern =
            comparisons.iter().zip(levels).fold(names_of_usual_rarity, |all, (c, level)| all | level << (4 * c));
        (pattern, pairs)
    }

    #[test]
    fn where_the_matches_found_have_unlike_given_names_matches_look_as_they_do_at_the_start() {
        let usual = |settings: &Settings, counts: Vec<(u64, u64)>| {
            train(counts, (TermFrequencies::default(), Lexicon::default()), settings)
        };
        let pairs = |of_matches: [u64; 3]| {
            let [given, father, family] = of_matches;
            let mut counts = vec![counted([given, father, family, 1, 1, 1, 1, 1, 1, 1], 5000)];
            for age in [3, 4, 5, 6] {
                for (sex, list) in [(1, 1), (1, 2), (2, 1), (2, 2)] {
                    counts.push(counted([6, 1, 1, 1, 1, age, sex, 1, 1, list], 1500));
                    counts.push(counted([6, 6, 6, 1, 2, age, sex, list, 1, list], 7000));
                    counts.push(counted([1, 6, 1, 9, 4, age, 1, sex, 2, list], 2000));
                }
            }
            counts
        };
        let settings = Settings::default();
        let m = |model: &Model, c: usize, level: usize| model.comparisons[c].levels[level].m_probability;
        let went_wrong = |model: &Model| model.training.warnings.iter().any(|warning| warning == WENT_WRONG);
        let moved = usual(&settings, pairs([4, 4, 4]));
        let start = starting_probabilities(settings.spec);
        assert!(went_wrong(&moved), "{:?}", moved.training);
        assert!((m(&moved, 8, 0) - start[MATCH][8][1]).abs() < 1e-9, "{}", m(&moved, 8, 0));
        assert!((m(&moved, 0, 0) - start[MATCH][0][1]).abs() < 0.05, "{}", m(&moved, 0, 0));
        let alike = usual(&settings, pairs([1, 1, 1]));
        assert!(!went_wrong(&alike) && m(&alike, 8, 0) > 0.95, "{:?}", alike.training);
    }
}
