//! One run: block, compare, train, score, cluster.

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::blocking::{Candidates, Partners, RULE_COUNT, RuleReport, rule_names};
use crate::bound::{Bound, Lanes};
use crate::cluster::criterion::Criterion;
use crate::cluster::{Evidence, Sets, cluster};
use crate::compare::{Compared, NameLevels, PlaceLevels, compare, compare_from, stand_as_written};
use crate::frequency::{TermFrequencies, Words};
use crate::incremental::KeptPairs;
use crate::layout::{Layout, Line};
use crate::lexicon::Lexicon;
use crate::memo::{Memo, Spare};
use crate::mix::hash_bytes;
use crate::model::{Model, Scorer, probability, train, training_pattern};
use crate::packed::{FAMILY, FATHER, GIVEN, GRANDFATHER, Side};
use crate::pieces::{Ids, Pieces};
use crate::record::LinkRecord;
use crate::record_set::RecordSet;
use crate::settings::{RowSpec, Settings};
use crate::similarity::{DIFFER, UNSURE, glance};
use crate::touch::touch;
use crate::word_keys::WordKeys;

/// The version of the model file that this program writes and reads.
pub const MODEL_VERSION: u32 = 3;

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LinkageError {
    #[error("the linkage settings were not used: {0}; nothing was linked")]
    Settings(String),
    #[error("the linkage model was not used: {0}; nothing was linked")]
    Model(String),
    #[error("two records bear the id {0:?}; nothing was linked")]
    IdTwice(String),
    #[error("a record has no id (list {0}); nothing was linked")]
    NoId(u32),
    #[error(
        "the decisions contradict each other: links join {0:?} and {1:?}, which a non-link parts; nothing was linked"
    )]
    Contradiction(String, String),
    #[error("these records were linked before and are no longer held; nothing was linked")]
    LinkedBefore,
    #[error("more than {0} records are more than one run can number; nothing was linked")]
    TooMany(usize),
}

/// What reviewers decided, by record id. Ids that are not among the records are passed over.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Decisions {
    /// Always in one cluster.
    pub links: Vec<(String, String)>,
    /// Never in one cluster.
    pub non_links: Vec<(String, String)>,
}

#[derive(Debug, Clone)]
pub struct LinkRun {
    /// Positions in the input, the record of the smaller id first, and the match probability;
    /// every pair at or above `Settings::keep_probability`, ordered by ids.
    pub pairs: Vec<(u32, u32, f32)>,
    /// The evidence of each of `pairs`, in bits, in the same order.
    pub pair_bits: Vec<f64>,
    /// Cluster of each input record, numbered from 0 by the first record in id order.
    pub clusters: Vec<u32>,
    pub model: Model,
    pub report: Report,
}

/// Clusters of more records are told: lists seldom speak of one person so often, and a column that says the same of everybody,
/// or nothing, makes such clusters.
const LARGE_CLUSTER: u64 = 40;

impl LinkRun {
    /// What to know before the result is used, in sentences: of the model's training and of the clusters.
    pub fn warnings(&self) -> Vec<String> {
        let training = self.model.training.warnings.iter().map(|w| format!("about the model: {w}"));
        training.chain(large_cluster(self.report.largest_cluster, self.report.records)).collect()
    }
}

/// That a cluster is larger than persons are, in a sentence.
pub(crate) fn large_cluster(largest: u64, records: u64) -> Option<String> {
    (largest > LARGE_CLUSTER).then(|| {
        format!(
            "one cluster holds {largest} of {records} records; people are seldom listed so often, so look at these records \
             before the clusters are used: columns that say the same of everybody, or nothing, may have joined them"
        )
    })
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Report {
    pub records: u64,
    pub candidate_pairs: u64,
    pub kept_pairs: u64,
    pub clusters: u64,
    pub largest_cluster: u64,
    /// Matches that no rule gives: a rough number, no bound; see `Pool::report`.
    pub expected_missed_by_blocking: f64,
    pub rules: Vec<RuleReport>,
}

/// Stages told to `progress`, with how much of how much is done.
pub const STAGES: [&str; 5] = ["pack", "block", "train", "score", "cluster"];

/// Links records to persons. The result depends neither on the order of the input nor on the thread count.
pub fn link(
    records: &[LinkRecord],
    settings: &Settings,
    decisions: &Decisions,
    progress: &dyn Fn(&str, u64, u64),
) -> Result<LinkRun, LinkageError> {
    link_with(records, settings, decisions, None, progress)
}

/// As [`link`], with a model trained before instead of one trained on these records.
pub fn link_with(
    records: &[LinkRecord],
    settings: &Settings,
    decisions: &Decisions,
    model: Option<&Model>,
    progress: &dyn Fn(&str, u64, u64),
) -> Result<LinkRun, LinkageError> {
    let mut set = RecordSet::new();
    for record in records {
        set.push(record)?;
    }
    link_set(&mut set, settings, decisions, model, progress)
}

/// As [`link_with`], from records that were packed as they came, so that the rows need not be held. Of the set only the ids
/// remain: their room is needed for blocks.
///
/// # Errors
/// As [`link`]; and where the set was linked before.
pub fn link_set(
    set: &mut RecordSet,
    settings: &Settings,
    decisions: &Decisions,
    model: Option<&Model>,
    progress: &dyn Fn(&str, u64, u64),
) -> Result<LinkRun, LinkageError> {
    link_from(set, settings, decisions, model, None, progress)
}

/// As [`link_set`]; with a model and what an earlier run found, only pairs of a new record are scored (see `incremental`).
pub(crate) fn link_from(
    set: &mut RecordSet,
    settings: &Settings,
    decisions: &Decisions,
    model: Option<&Model>,
    earlier: Option<&KeptPairs>,
    progress: &dyn Fn(&str, u64, u64),
) -> Result<LinkRun, LinkageError> {
    settings.check()?;
    let scorer = model.map(Model::scorer).transpose()?;
    if set.packed.len() < set.ids.len() {
        return Err(LinkageError::LinkedBefore);
    }
    let order = id_order(&set.ids)?;
    let known = Known::read(&set.ids, &order, decisions)?;
    let n = order.len();
    progress(STAGES[0], 0, n as u64);
    let (frequencies, lexicon) = match model {
        Some(model) => (model.term_frequencies.clone(), model.lexicon.clone()),
        None => {
            let common = set.common_values(settings.spec);
            let frequencies = TermFrequencies { common, ..TermFrequencies::count(&set.vocabulary) };
            (frequencies, Lexicon::learn(&set.vocabulary, settings.spec))
        }
    };
    set.part(&lexicon);
    set.mark(&frequencies.common);
    let common = frequencies.common.warnings(settings.spec, set);
    let RecordSet { ids, packed, vocabulary, .. } = set;
    // Where only lists are compared with one another, records that say the same are shuffled by their ids: in order of ids a list
    // would lie in one piece, and a window over it would hold no other. A record's place among others is its own, so
    // that more records never bring two nearer.
    let tie = |position: u32| hash_bytes(0, ids.at(order[position as usize]).as_bytes());
    let layout = Layout::new(packed, &order, vocabulary, settings.link_only.then_some(&tie));
    let lists: Vec<u32> = order.iter().map(|&i| packed.at(i).facts.list).collect();
    // Blocks take their place: fresh memory costs more than what is done in it.
    *packed = Pieces::default();
    vocabulary.forget_spellings();
    let vocabulary = &*vocabulary;
    let weights = frequencies.weights(&lexicon, vocabulary);
    let words = Words { vocabulary, weights: &weights };
    progress(STAGES[0], n as u64, n as u64);
    let tick = |done, all| progress(STAGES[1], done, all);
    let keys = match settings.spec {
        RowSpec::Victims => WordKeys::new(words, &lexicon),
        RowSpec::People => WordKeys::as_written(words),
    };
    let (mut candidates, training) = Candidates::find(&layout, &keys, settings, model.is_none(), &tick);
    drop(keys);
    let counts = training.map(|mut training| {
        training.place();
        Pool { layout: &layout, words, candidates: &training, settings }.count_patterns(progress)
    });
    candidates.place();
    let pool = Pool { layout: &layout, words, candidates: &candidates, settings };
    let (model, scorer) = match (model, scorer) {
        (Some(model), Some(scorer)) => (model.clone(), scorer),
        _ => {
            let mut model = train(counts.unwrap_or_default(), (frequencies, lexicon), settings).rounded_as_written();
            model.training.warnings.extend(common);
            let scorer = model.scorer()?;
            (model, scorer)
        }
    };
    let Scored { pairs: scored, tallies } = match earlier {
        Some(earlier) => {
            let ids: Vec<&str> = order.iter().map(|&i| ids.at(i)).collect();
            pool.score_new(&ids, earlier, &scorer, progress)
        }
        None => pool.score(&scorer, None, progress),
    };
    let (rules, expected_missed_by_blocking) = pool.report(&tallies);
    progress(STAGES[4], 0, 1);
    let criterion = Criterion::of(settings);
    let (bound, least) = (Bound::new(&scorer), criterion.least_bits());
    let score = |a: u32, b: u32, memo: &mut Memo| pool.bits_from(least, a, b, &scorer, &bound, memo);
    let list = |i: u32| lists[i as usize];
    let content = |i: u32| layout.at(i).content();
    let evidence = Evidence {
        pairs: &scored,
        links: &known.links,
        non_links: &known.non_links,
        score: &score,
        list: &list,
        content: &content,
        criterion,
    };
    let smallest = cluster(n, &evidence);
    progress(STAGES[4], 1, 1);
    let (clusters, sizes) = number(&smallest, &order);
    let report = Report {
        records: n as u64,
        candidate_pairs: tallies.compared(),
        kept_pairs: scored.len() as u64,
        clusters: sizes.len() as u64,
        largest_cluster: sizes.iter().copied().max().unwrap_or(0),
        expected_missed_by_blocking,
        rules,
    };
    let pairs =
        scored.iter().map(|&(a, b, bits)| (order[a as usize], order[b as usize], probability(bits) as f32)).collect();
    let pair_bits = scored.iter().map(|p| p.2).collect();
    Ok(LinkRun { pairs, pair_bits, clusters, model, report })
}

pub(crate) fn id_order(ids: &Ids) -> Result<Vec<u32>, LinkageError> {
    let all = 0..ids.len() as u32;
    // Most lists come in order.
    if all.clone().skip(1).all(|i| ids.head(i - 1) < ids.head(i)) {
        return Ok(all.collect());
    }
    let mut keyed: Vec<(u128, u32)> = all.map(|i| (ids.head(i), i)).collect();
    keyed.par_sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| ids.at(a.1).cmp(ids.at(b.1))));
    let twice = |pair: &&[(u128, u32)]| pair[0].0 == pair[1].0 && ids.at(pair[0].1) == ids.at(pair[1].1);
    match keyed.windows(2).find(twice) {
        Some(pair) => Err(LinkageError::IdTwice(ids.at(pair[0].1).to_owned())),
        None => Ok(keyed.into_iter().map(|(_, i)| i).collect()),
    }
}

/// Decisions as positions in id order.
pub(crate) struct Known {
    pub links: Vec<(u32, u32)>,
    pub non_links: Vec<(u32, u32)>,
}

impl Known {
    pub fn read(ids: &Ids, order: &[u32], decisions: &Decisions) -> Result<Self, LinkageError> {
        let at = |id: &str| order.binary_search_by(|i| ids.at(*i).cmp(id)).ok().map(|i| i as u32);
        let read = |pairs: &[(String, String)]| {
            let both = pairs.iter().filter_map(|(a, b)| at(a).zip(at(b)));
            let mut out: Vec<(u32, u32)> = both.map(|(a, b)| (a.min(b), a.max(b))).collect();
            out.sort_unstable();
            out.dedup();
            out
        };
        let known = Self { links: read(&decisions.links), non_links: read(&decisions.non_links) };
        let mut sets = Sets::new(order.len());
        known.links.iter().for_each(|&(a, b)| sets.join(a, b));
        match known.non_links.iter().find(|&&(a, b)| sets.find(a) == sets.find(b)) {
            Some(&(a, b)) => {
                let id = |i: u32| ids.at(order[i as usize]).to_owned();
                Err(LinkageError::Contradiction(id(a), id(b)))
            }
            None => Ok(known),
        }
    }
}

/// Cluster numbers by input position, and the sizes of clusters.
fn number(smallest: &[u32], order: &[u32]) -> (Vec<u32>, Vec<u64>) {
    let mut sizes: Vec<u64> = Vec::new();
    let mut numbers = vec![0; smallest.len()];
    let mut clusters = vec![0; smallest.len()];
    for (i, &first) in smallest.iter().enumerate() {
        // The smallest record of a cluster comes before its others.
        if first as usize == i {
            numbers[i] = sizes.len() as u32;
            sizes.push(0);
        }
        let number = numbers[first as usize];
        sizes[number as usize] += 1;
        clusters[order[i] as usize] = number;
    }
    (clusters, sizes)
}

/// Everything that stays fixed while pairs are compared.
#[derive(Clone, Copy)]
pub(crate) struct Pool<'a> {
    pub layout: &'a Layout,
    words: Words<'a>,
    pub candidates: &'a Candidates,
    pub settings: &'a Settings,
}

/// Two records by position, and their evidence in bits.
pub(crate) type PairBits = (u32, u32, f64);

/// Records handed to one thread at a time.
const RECORDS_AT_A_TIME: usize = 2048;
/// Handed out before progress is told.
const CHUNKS_A_TICK: usize = 64;

impl Pool<'_> {
    /// By place.
    fn comparable(&self, a: u32, b: u32) -> bool {
        let list = |record: u32| self.layout.lines[record as usize].facts.list;
        !(self.settings.link_only && list(a) == list(b))
    }

    /// By place.
    fn compare(&self, a: u32, b: u32, memo: &mut Memo) -> Compared {
        compare(self.layout.side(a), self.layout.side(b), self.words, memo)
    }

    /// The evidence of two records by position in id order, in bits; of one that is surely below `least` it says only that.
    fn bits_from(&self, least: f64, a: u32, b: u32, scorer: &Scorer, bound: &Bound, memo: &mut Memo) -> f64 {
        let (a, b, words) = (self.layout.at(a), self.layout.at(b), self.words);
        let (sum, names) = (bound.without_names(a.facts, b.facts), bound.names_of(a.names, words));
        let levels = NameLevels::glance(a.names, b.names, words);
        if f64::from(bound.at_most_with_names(sum, &names, &levels)) < least {
            return f64::NEG_INFINITY;
        }
        scorer.match_odds_bits(&compare(a, b, words, memo))
    }

    /// The rules that give a pair, by position in id order; none where the two are not compared.
    pub fn rules_of(&self, a: u32, b: u32) -> u32 {
        let (a, b) = (self.layout.place[a as usize], self.layout.place[b as usize]);
        if self.comparable(a, b) { self.candidates.rules_of(a, b) } else { 0 }
    }

    /// How often each pattern occurs among candidate pairs of the records that are asked for.
    fn count_patterns(&self, progress: &dyn Fn(&str, u64, u64)) -> Vec<(u64, u64)> {
        let sampled: Vec<u32> = (0..self.layout.len() as u32).filter(|a| self.candidates.asks(*a)).collect();
        let spare = Spare::new(Scratch::new);
        let parts = sampled.par_chunks(RECORDS_AT_A_TIME).map(|chunk| {
            let mut counts: FxHashMap<u64, u64> = FxHashMap::default();
            spare.with(|Scratch { memo, partners, .. }| {
                for &a in chunk {
                    self.candidates.partners(a, partners);
                    let (lines, towns) = (&self.layout.lines, &self.layout.towns);
                    touch(
                        partners.found.iter().map(|(b, _)| lines[*b as usize].facts.list ^ towns[*b as usize].arabic),
                    );
                    for &(b, _) in partners.found.iter().filter(|(b, _)| self.comparable(a, *b)) {
                        *counts.entry(training_pattern(&self.compare(a, b, memo))).or_default() += 1;
                    }
                }
            });
            counts
        });
        let merged = parts.reduce(FxHashMap::default, |mut a, mut b| {
            if a.len() < b.len() {
                std::mem::swap(&mut a, &mut b);
            }
            b.into_iter().for_each(|(pattern, count)| *a.entry(pattern).or_default() += count);
            a
        });
        progress(STAGES[2], 1, 1);
        merged.into_iter().collect()
    }

    /// Pairs at or above the probability to keep, in id order, with their evidence in bits. Where `is_new` is given, by
    /// place, only those of which one record at least is new.
    pub fn score(&self, scorer: &Scorer, is_new: Option<&[bool]>, progress: &dyn Fn(&str, u64, u64)) -> Scored {
        let (bound, arch) = (Bound::new(scorer), Arch::new());
        let spare = Spare::new(Scratch::new);
        let n = self.layout.len();
        let mut out = Scored::default();
        let records: Vec<u32> = (0..n as u32).filter(|a| is_new.is_none_or(|is_new| is_new[*a as usize])).collect();
        for (batch, records) in records.chunks(RECORDS_AT_A_TIME * CHUNKS_A_TICK).enumerate() {
            let parts = records.par_chunks(RECORDS_AT_A_TIME).map(|records| {
                spare.with(|scratch| {
                    let (pool, bound) = (self, &bound);
                    arch.dispatch(ScoreRecords { pool, records, scorer, bound, is_new, scratch })
                })
            });
            let parts: Vec<Scored> = parts.collect();
            for part in parts {
                out.pairs.extend(part.pairs);
                out.tallies.add(part.tallies);
            }
            progress(STAGES[3], ((batch + 1) * RECORDS_AT_A_TIME * CHUNKS_A_TICK).min(n) as u64, n as u64);
        }
        out.pairs.par_sort_unstable_by_key(|&(a, b, _)| (a, b));
        out
    }

    /// What each rule contributed, and roughly how many matches blocking misses: f1(f1 - 1) / (2 (f2 + 1)), f1 and f2 being
    /// the likely matches that exactly one and exactly two rules give (Chao 1987, corrected for bias). No bound: rules share keys.
    pub fn report(&self, tallies: &Tallies) -> (Vec<RuleReport>, f64) {
        let all = tallies.added.iter().sum::<u64>().max(1) as f64;
        let report = |(r, name): (usize, &'static str)| RuleReport {
            rule: name.to_owned(),
            pairs: tallies.compared_by(|rules| rules >> r & 1 == 1),
            new_pairs: tallies.compared_by(|rules| rules.trailing_zeros() == r as u32),
            largest_block: self.candidates.largest_block[r],
            kept_pairs: tallies.kept_pairs[r],
            expected_recall: tallies.given[r] as f64 / all,
            expected_recall_added: tallies.added[r] as f64 / all,
        };
        let [once, twice] = [tallies.by_rules[1] as f64 / 1e6, tallies.by_rules[2] as f64 / 1e6];
        let missed = (once * (once - 1.0) / (2.0 * (twice + 1.0))).max(0.0);
        (rule_names(self.settings.spec).into_iter().enumerate().map(report).collect(), missed)
    }
}

/// The pairs of some records, scored; compiled for the vectors that the processor has, with the same result.
struct ScoreRecords<'a> {
    pool: &'a Pool<'a>,
    records: &'a [u32],
    scorer: &'a Scorer,
    bound: &'a Bound,
    is_new: Option<&'a [bool]>,
    scratch: &'a mut Scratch,
}

impl WithSimd for ScoreRecords<'_> {
    type Output = Scored;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Scored {
        let Self { pool, records, scorer, bound, is_new, scratch } = self;
        let Pool { layout, words, candidates, settings } = *pool;
        let keep = settings.keep_probability;
        let keep_bits = (keep / (1.0 - keep)).log2();
        let least = keep_bits as f32;
        let Scratch { memo, partners, lines, glanced } = scratch;
        let mut out = Scored::default();
        for &a in records {
            match is_new {
                None => candidates.partners(a, partners),
                Some(is_new) => candidates.partners_of_new(a, is_new, partners),
            }
            if partners.found.is_empty() {
                continue;
            }
            let record = layout.side(a);
            let names = bound.names_of(record.names, words);
            // Copied all at once, so that the reads from memory overlap instead of being waited for.
            lines.clear();
            lines.extend(partners.found.iter().map(|&(b, _)| layout.lines[b as usize]));
            let tables = &words.weights.tables;
            touch(lines.iter().map(|line| tables.peek(line.names.name[FATHER]) ^ tables.peek(line.names.name[FAMILY])));
            glanced.clear();
            for (number, (&(_, rules), Line { facts, names: others })) in
                (0u32..).zip(partners.found.iter().zip(&*lines))
            {
                if settings.link_only && facts.list == record.facts.list {
                    continue;
                }
                out.tallies.note(rules);
                let sum = bound.without_names(record.facts, facts);
                if bound.at_most(sum, &names) < least {
                    continue;
                }
                let father = glance(record.names.name[FATHER], others.name[FATHER], words);
                if father.0 == DIFFER
                    && bound.at_most_of_other_father(sum, &names, father.1) < least
                    && stand_as_written(record.names, others)
                {
                    continue;
                }
                let levels = NameLevels::glance_beside(father, record.names, others, words);
                if bound.at_most_with_names(sum, &names, &levels) >= least {
                    glanced.push(Left { number, sum, levels });
                }
            }
            // Father's name first, then family's: most rules share the given name.
            for positions in [&[FATHER][..], &[FAMILY, GRANDFATHER, GIVEN]] {
                let position = positions[0];
                touch(glanced.iter().filter(|left| left.levels.at(position).0 == UNSURE).map(|left| {
                    let (word, other) = (record.names.name[position], lines[left.number as usize].names.name[position]);
                    memo.peek(tables, word, other, position == FAMILY)
                }));
                glanced.retain_mut(|Left { number, sum, levels }| {
                    let others = &lines[*number as usize].names;
                    positions.iter().all(|position| {
                        !levels.settle(*position, record.names, others, words, memo)
                            || bound.at_most_with_names(*sum, &names, levels) >= least
                    })
                });
            }
            let partner = |number: u32| partners.found[number as usize];
            touch(glanced.iter().map(|left| layout.towns[partner(left.number).0 as usize].arabic));
            for &Left { number, sum, levels } in &*glanced {
                let (b, rules) = partner(number);
                let Line { facts, names: others } = &lines[number as usize];
                let other = Side { facts, names: others, town: layout.towns[b as usize] };
                let place = PlaceLevels::of(record, other, words, memo);
                if bound.at_most_with_names(bound.with_place(sum, place), &names, &levels) < least {
                    continue;
                }
                let compared = compare_from(levels, place.level, record, other, words, memo);
                if let Some(bits) = scorer.match_odds_bits_from(&compared, keep_bits) {
                    out.tallies.note_kept(rules, bits);
                    let (x, y) = (layout.position[a as usize], layout.position[b as usize]);
                    out.pairs.push((x.min(y), x.max(y), bits));
                }
            }
        }
        out
    }
}

/// What one thread needs to score records, kept from chunk to chunk: what it remembers changes nothing but the speed.
struct Scratch {
    memo: Memo,
    partners: Partners,
    /// Of all partners.
    lines: Vec<Line>,
    /// Those whom a glance leaves possible, and of them at last those whom their names do.
    glanced: Vec<Left>,
}

/// A partner that facts and names leave possible.
#[derive(Clone, Copy)]
struct Left {
    /// Among the partners.
    number: u32,
    sum: Lanes,
    levels: NameLevels,
}

impl Scratch {
    fn new() -> Self {
        Self { memo: Memo::new(), partners: Partners::default(), lines: Vec::new(), glanced: Vec::new() }
    }
}

/// Kept pairs with their evidence in bits, `a < b`, and what the rules gave.
#[derive(Default)]
pub(crate) struct Scored {
    pub pairs: Vec<PairBits>,
    pub tallies: Tallies,
}

/// Pairs below this (odds of 9 to 1) tell nothing of what rules miss: the unlikely ones are mostly given by one rule, by chance.
const LIKELY_BITS: f64 = 3.17;

/// Counts by rule. Expected matches are in millionths, so that sums do not depend on their order.
#[derive(Debug, Clone)]
pub(crate) struct Tallies {
    /// Pairs compared, by the rules that give them.
    compared: Vec<u64>,
    kept_pairs: [u64; RULE_COUNT],
    given: [u64; RULE_COUNT],
    added: [u64; RULE_COUNT],
    /// Likely matches, by how many rules give the pair.
    by_rules: [u64; RULE_COUNT + 1],
}

impl Default for Tallies {
    fn default() -> Self {
        let none = [0; RULE_COUNT];
        let compared = vec![0; 1 << RULE_COUNT];
        Self { compared, kept_pairs: none, given: none, added: none, by_rules: [0; RULE_COUNT + 1] }
    }
}

impl Tallies {
    #[inline]
    fn note(&mut self, rules: u32) {
        self.compared[rules as usize] += 1;
    }

    fn note_kept(&mut self, rules: u32, bits: f64) {
        self.kept_pairs[rules.trailing_zeros() as usize] += 1;
        self.note_match(rules, bits);
    }

    /// A pair that was not compared now counts among the expected matches alone.
    pub fn note_match(&mut self, rules: u32, bits: f64) {
        let matches = (probability(bits) * 1e6).round() as u64;
        each(rules, |r| self.given[r] += matches);
        self.added[rules.trailing_zeros() as usize] += matches;
        if bits >= LIKELY_BITS {
            self.by_rules[rules.count_ones() as usize] += matches;
        }
    }

    pub fn add(&mut self, mut other: Self) {
        fn fields(t: &mut Tallies) -> [&mut [u64]; 5] {
            [&mut t.compared, &mut t.kept_pairs, &mut t.given, &mut t.added, &mut t.by_rules]
        }
        for (mine, theirs) in fields(self).into_iter().zip(fields(&mut other)) {
            mine.iter_mut().zip(theirs).for_each(|(sum, more)| *sum += *more);
        }
    }

    fn compared(&self) -> u64 {
        self.compared.iter().sum()
    }

    fn compared_by(&self, is_asked: impl Fn(u32) -> bool) -> u64 {
        (0..).zip(&self.compared).filter(|(rules, _)| is_asked(*rules)).map(|(_, pairs)| pairs).sum()
    }
}

fn each(mut rules: u32, mut f: impl FnMut(usize)) {
    while rules != 0 {
        f(rules.trailing_zeros() as usize);
        rules &= rules - 1;
    }
}
