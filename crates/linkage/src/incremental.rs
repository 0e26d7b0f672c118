//! Linking what is new: the pairs that an earlier run kept stand, and only pairs of a new record are scored.
//!
//! The result is that of a full run with the same model, to the bit. This holds because a pair's evidence depends on
//! its two records and the model alone, and because more records only ever split blocks further: a pair of two earlier records
//! may cease to be a candidate (that is asked again for each), and can never become one. Where an earlier record is
//! gone or was changed, blocks may grow together again, and all pairs are scored anew. Units: evidence in bits.

use rayon::prelude::*;

use crate::LinkageError;
use crate::mix::hash_bytes;
use crate::model::{Model, Scorer};
use crate::record::LinkRecord;
use crate::record_set::RecordSet;
use crate::run::{Decisions, LinkRun, Pool, Scored, link_from, link_with};
use crate::settings::Settings;

/// What a run found that the next one can build on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct KeptPairs {
    /// Each record's id and a hash of what linkage reads of it, in id order.
    pub records: Vec<(String, u64)>,
    /// Positions in `records`, and the evidence in bits; `a < b`, ordered.
    pub pairs: Vec<(u32, u32, f64)>,
}

/// Bytes that are no kept pairs.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("the kept pairs were not read: {0}; they are of no use and all pairs will be scored")]
pub struct NotKeptPairs(&'static str);

const MAGIC: &[u8; 8] = b"twqpair3";

fn fingerprint(record: &LinkRecord) -> u64 {
    // Which list is not part of it: lists are numbered anew in each run.
    let bare = LinkRecord { list: 0, ..record.clone() };
    hash_bytes(17, format!("{bare:?}").as_bytes())
}

impl Model {
    /// The model as its file says it: every number to twelve digits, which any reader of JSON gets back to the bit. Without
    /// this the run that trains and the run that reads the file could differ in a last bit.
    pub(crate) fn rounded_as_written(mut self) -> Self {
        let round = |x: &mut f64| *x = format!("{x:.11e}").parse().unwrap_or(*x);
        self.kinds.iter_mut().for_each(|k| round(&mut k.prior));
        for level in self.comparisons.iter_mut().flat_map(|c| c.levels.iter_mut()) {
            round(&mut level.m_probability);
            round(&mut level.u_probability);
            round(&mut level.match_weight_bits);
            level.u_by_kind.iter_mut().for_each(&round);
        }
        let t = &mut self.term_frequencies;
        for counts in [&mut t.first_name_arabic, &mut t.first_name_latin, &mut t.family_arabic, &mut t.family_latin] {
            round(&mut counts.chance_of_agreement);
        }
        self
    }
}

impl KeptPairs {
    pub fn of(records: &[LinkRecord], run: &LinkRun) -> Self {
        let mut order: Vec<u32> = (0..records.len() as u32).collect();
        order.par_sort_unstable_by(|a, b| records[*a as usize].id.cmp(&records[*b as usize].id));
        let mut position = vec![0u32; records.len()];
        order.iter().enumerate().for_each(|(at, &input)| position[input as usize] = at as u32);
        let at = |input: u32| position[input as usize];
        let name = |&i: &u32| (records[i as usize].id.clone(), fingerprint(&records[i as usize]));
        let pairs = run.pairs.iter().zip(&run.pair_bits);
        let mut pairs: Vec<(u32, u32, f64)> =
            pairs.map(|(&(a, b, _), &bits)| (at(a).min(at(b)), at(a).max(at(b)), bits)).collect();
        pairs.par_sort_unstable_by_key(|&(a, b, _)| (a, b));
        Self { records: order.par_iter().map(name).collect(), pairs }
    }

    /// Whether every record that the earlier run had is here, as it was.
    pub fn all_among(&self, records: &[LinkRecord]) -> bool {
        let now: rustc_hash::FxHashMap<&str, &LinkRecord> = records.iter().map(|r| (r.id.as_str(), r)).collect();
        self.records.par_iter().all(|(id, hash)| now.get(id.as_str()).is_some_and(|r| fingerprint(r) == *hash))
    }

    /// Which of the records, in id order, are new; and the earlier pairs by position among them.
    pub(crate) fn placed(&self, sorted: &[&str]) -> (Vec<bool>, Vec<(u32, u32, f64)>) {
        let mut is_new = vec![true; sorted.len()];
        let mut position = vec![u32::MAX; self.records.len()];
        let mut at = 0;
        for (earlier, (id, _)) in self.records.iter().enumerate() {
            while at < sorted.len() && *sorted[at] < **id {
                at += 1;
            }
            if at < sorted.len() && *sorted[at] == **id {
                is_new[at] = false;
                position[earlier] = at as u32;
            }
        }
        let placed = self.pairs.iter().map(|&(a, b, bits)| (position[a as usize], position[b as usize], bits));
        (is_new, placed.filter(|p| p.0 != u32::MAX && p.1 != u32::MAX).collect())
    }

    /// The bytes of a file of kept pairs: docs/formats/model.md.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.extend((self.records.len() as u64).to_le_bytes());
        out.extend((self.pairs.len() as u64).to_le_bytes());
        for (id, hash) in &self.records {
            out.extend((id.len() as u32).to_le_bytes());
            out.extend(id.as_bytes());
            out.extend(hash.to_le_bytes());
        }
        for (a, b, bits) in &self.pairs {
            out.extend(a.to_le_bytes());
            out.extend(b.to_le_bytes());
            out.extend(bits.to_le_bytes());
        }
        out
    }

    /// Reads what [`KeptPairs::to_bytes`] wrote. Refuses anything that a run could not have written.
    pub fn parse(bytes: &[u8]) -> Result<Self, NotKeptPairs> {
        let mut rest = bytes.strip_prefix(MAGIC.as_slice()).ok_or(NotKeptPairs("no such file of this version"))?;
        let short = NotKeptPairs("it ends early");
        let (n_records, n_pairs) = (u64_at(&mut rest).ok_or(short.clone())?, u64_at(&mut rest).ok_or(short.clone())?);
        let mut out = Self::default();
        for _ in 0..n_records {
            let length = u32_at(&mut rest).ok_or(short.clone())? as usize;
            let id = take(&mut rest, length).ok_or(short.clone())?;
            let id = std::str::from_utf8(id).map_err(|_| NotKeptPairs("an id is no text"))?.to_owned();
            if out.records.last().is_some_and(|(last, _)| *last >= id) {
                return Err(NotKeptPairs("its records are out of order"));
            }
            out.records.push((id, u64_at(&mut rest).ok_or(short.clone())?));
        }
        for _ in 0..n_pairs {
            let pair = u32_at(&mut rest).zip(u32_at(&mut rest)).zip(u64_at(&mut rest));
            let ((a, b), bits) = pair.ok_or(short.clone())?;
            let bits = f64::from_bits(bits);
            if a >= b || b as usize >= out.records.len() || !bits.is_finite() {
                return Err(NotKeptPairs("a pair is of no two records"));
            }
            out.pairs.push((a, b, bits));
        }
        if rest.is_empty() { Ok(out) } else { Err(NotKeptPairs("something follows its end")) }
    }
}

fn take<'a>(rest: &mut &'a [u8], n: usize) -> Option<&'a [u8]> {
    let (head, tail) = rest.split_at_checked(n)?;
    *rest = tail;
    Some(head)
}

fn u32_at(rest: &mut &[u8]) -> Option<u32> {
    take(rest, 4)?.try_into().ok().map(u32::from_le_bytes)
}

fn u64_at(rest: &mut &[u8]) -> Option<u64> {
    take(rest, 8)?.try_into().ok().map(u64::from_le_bytes)
}

/// As [`link_with`] with the model of the run that `earlier` is of, scoring only the pairs of records that were not in it;
/// and whether that was possible. It is not where an earlier record is gone or changed: then all pairs are scored.
///
/// `earlier` must be of a run with the same model and settings; the caller sees to that.
pub fn link_more(
    records: &[LinkRecord],
    settings: &Settings,
    decisions: &Decisions,
    model: &Model,
    earlier: &KeptPairs,
    progress: &dyn Fn(&str, u64, u64),
) -> Result<(LinkRun, bool), LinkageError> {
    if !earlier.all_among(records) {
        return Ok((link_with(records, settings, decisions, Some(model), progress)?, false));
    }
    let mut set = RecordSet::new();
    for record in records {
        set.push(record)?;
    }
    Ok((link_from(&mut set, settings, decisions, Some(model), Some(earlier), progress)?, true))
}

impl Pool<'_> {
    /// What `score` gives, from what an earlier run kept and the pairs of records that it did not have. `ids` are in order.
    /// The tallies count the pairs compared now; expected matches are of all.
    pub(crate) fn score_new(
        &self,
        ids: &[&str],
        earlier: &KeptPairs,
        scorer: &Scorer,
        progress: &dyn Fn(&str, u64, u64),
    ) -> Scored {
        let (is_new, placed) = earlier.placed(ids);
        // More records split blocks further and never the other way, so that an earlier pair may be gone.
        let ruled: Vec<u32> = placed.par_iter().map(|&(a, b, _)| self.rules_of(a, b)).collect();
        let is_new: Vec<bool> = self.layout.position.iter().map(|&p| is_new[p as usize]).collect();
        let mut out = self.score(scorer, Some(&is_new), progress);
        for ((a, b, bits), rules) in placed.into_iter().zip(ruled) {
            if rules != 0 {
                out.tallies.note_match(rules, bits);
                out.pairs.push((a, b, bits));
            }
        }
        out.pairs.par_sort_unstable_by_key(|&(a, b, _)| (a, b));
        out
    }
}
