//! Documented counts: persons by stratum and by the lists that bear them, under a choice of sources.
//!
//! A person is counted once, whatever the number of records. Where trusted sources name different parties the person
//! is counted in a column of its own.

use std::collections::{BTreeMap, BTreeSet};

use domain::count::{PatternCount, Stratum, Tally, TallyCell};
use domain::{PartyTable, PersonId, PlaceTable, Record, Source, SourceId, TrustSet};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// Lists that an inclusion pattern has bits for.
pub const MOST_LISTS: usize = 64;

/// Why nothing was counted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TallyError {
    #[error("nothing was counted: the trust set chooses {0} lists, and a tally holds at most 64")]
    TooManyLists(usize),
    #[error("nothing was counted: a record of {person} is from {unknown}, which is not among the sources")]
    UnknownSource { person: PersonId, unknown: SourceId },
}

/// Counts persons, each with its records, in one pass. Records of sources that the trust set does not choose are not
/// read; a person whom no trusted source records is not counted. Month, governorate, sex, age class, civilian or not and
/// act are what most trusted sources say; a tie is unknown.
///
/// The lists of the tally are the trusted sources that bear at least one of the records. See [`derived_lists`] for
/// those of them that are no second witness.
pub fn tally(
    persons: &[(PersonId, Vec<&Record>)],
    sources: &[Source],
    trust: &TrustSet,
    places: &PlaceTable,
    parties: &PartyTable,
) -> Result<Tally, TallyError> {
    Ok(tally_described(&Described::bare(persons), sources, trust, places, parties)?.0)
}

/// Persons as every trust set counts them, worked out once for all of them.
pub struct Described<'p, 'r> {
    persons: &'p [(PersonId, Vec<&'r Record>)],
    /// Sources of the records, each once.
    sources: Vec<&'r SourceId>,
    /// For each record of each person, where its source is among these.
    source_of: Vec<u32>,
    /// Where the records of each person begin among those.
    starts: Vec<u32>,
    /// What all records of each person say, or nothing of any.
    strata: Vec<Stratum>,
    /// For each person, where her stratum is among `distinct`.
    ranks: Vec<u32>,
    /// A person of each stratum, in the order of the strata.
    distinct: Vec<u32>,
}

impl<'p, 'r> Described<'p, 'r> {
    /// For one trust set: what all records say is not worked out.
    pub fn bare(persons: &'p [(PersonId, Vec<&'r Record>)]) -> Self {
        let (mut sources, mut places) = (Vec::new(), FxHashMap::default());
        let (mut source_of, mut starts) = (Vec::new(), Vec::with_capacity(persons.len()));
        for (_, records) in persons {
            starts.push(source_of.len() as u32);
            source_of.extend(records.iter().map(|record| {
                *places.entry(&record.source).or_insert_with(|| {
                    sources.push(&record.source);
                    sources.len() as u32 - 1
                })
            }));
        }
        let (strata, ranks, distinct) = (Vec::new(), Vec::new(), Vec::new());
        Self { persons, sources, source_of, starts, strata, ranks, distinct }
    }

    /// For many trust sets: most of them trust all records of most persons.
    pub fn new(persons: &'p [(PersonId, Vec<&'r Record>)], places: &PlaceTable, parties: &PartyTable) -> Self {
        let of = |(_, records): &(PersonId, Vec<&Record>)| Stratum::of(records, places, parties);
        let in_order = || {
            let strata: Vec<Stratum> = persons.par_iter().map(of).collect();
            let mut order: Vec<u32> = (0..strata.len() as u32).collect();
            order.par_sort_unstable_by(|a, b| strata.get(*a as usize).cmp(&strata.get(*b as usize)));
            (strata, order)
        };
        let (bare, (strata, order)) = rayon::join(|| Self::bare(persons), in_order);
        let stratum = |nth: &u32| strata.get(*nth as usize);
        let (mut ranks, mut distinct) = (vec![0; strata.len()], Vec::new());
        for same in order.chunk_by(|a, b| stratum(a) == stratum(b)) {
            same.iter().for_each(|nth| ranks[*nth as usize] = distinct.len() as u32);
            distinct.extend(same.first());
        }
        Self { strata, ranks, distinct, ..bare }
    }

    pub fn persons(&self) -> &'p [(PersonId, Vec<&'r Record>)] {
        self.persons
    }

    /// Sources of the records, each once.
    pub fn sources(&self) -> &[&'r SourceId] {
        &self.sources
    }

    fn sources_of(&self, nth: usize) -> &[u32] {
        let from = self.starts.get(nth).map_or(0, |at| *at as usize);
        let until = self.starts.get(nth + 1).map_or(self.source_of.len(), |at| *at as usize);
        &self.source_of[from..until]
    }

    /// Where a person stands in the order of all strata: by a number, and those that only some of the records give one by one between
    /// two numbers.
    fn place(&self, stratum: Stratum) -> (u32, Option<Box<Stratum>>) {
        let of = |nth: &u32| self.strata.get(*nth as usize);
        match self.distinct.binary_search_by(|nth| of(nth).cmp(&Some(&stratum))) {
            Ok(rank) => (2 * rank as u32 + 1, None),
            Err(rank) => (2 * rank as u32, Some(Box::new(stratum))),
        }
    }

    fn stratum(&self, place: u32, own: &Option<Box<Stratum>>) -> Option<Stratum> {
        let of_rank = || self.strata.get(*self.distinct.get(place as usize / 2)? as usize);
        own.as_deref().or_else(of_rank).cloned()
    }
}

/// In which cell of a tally each person is counted, in the order of the persons; none for whom no list bears.
pub type CellOf = Vec<Option<u32>>;

/// Where the stratum of a person stands in the order of all, the lists that bear her, and where she is among the persons.
type Counted = (u32, Option<Box<Stratum>>, u64, u32);

/// As [`tally`], and in which of its cells each person is.
pub fn tally_described(
    described: &Described<'_, '_>,
    sources: &[Source],
    trust: &TrustSet,
    places: &PlaceTable,
    parties: &PartyTable,
) -> Result<(Tally, CellOf), TallyError> {
    let trusted: FxHashMap<&SourceId, bool> = sources.iter().map(|s| (&s.id, trust.trusts(s))).collect();
    if described.sources.iter().any(|source| !trusted.contains_key(*source)) {
        let mut named = described.persons.iter().flat_map(|(id, records)| records.iter().map(move |r| (id, &r.source)));
        if let Some((person, unknown)) = named.find(|(_, source)| !trusted.contains_key(*source)) {
            return Err(TallyError::UnknownSource { person: person.clone(), unknown: unknown.clone() });
        }
    }
    let is_trusted = |source: &&SourceId| trusted.get(*source) == Some(&true);
    let bearing: BTreeSet<&SourceId> = described.sources.iter().copied().filter(is_trusted).collect();
    if bearing.len() > MOST_LISTS {
        return Err(TallyError::TooManyLists(bearing.len()));
    }
    let lists: Vec<SourceId> = bearing.into_iter().cloned().collect();
    if lists.is_empty() {
        return Ok((Tally { lists, cells: Vec::new() }, vec![None; described.persons.len()]));
    }
    // By the number of the source.
    let bits: Vec<u64> = described.sources.iter().map(|s| lists.binary_search(s).map_or(0, |at| 1_u64 << at)).collect();
    let counted = |(at, (_, records)): (usize, &(PersonId, Vec<&Record>))| -> Counted {
        let own = || described.sources_of(at).iter().map(|source| bits.get(*source as usize).copied().unwrap_or(0));
        let pattern = own().fold(0, |all, one| all | one);
        let nth = at as u32;
        if pattern == 0 {
            return (0, None, pattern, nth);
        }
        let rank = described.ranks.get(at).filter(|_| own().all(|bit| bit != 0));
        let (place, stratum) = rank.map(|rank| (2 * rank + 1, None)).unwrap_or_else(|| {
            let kept = records.iter().zip(own()).filter(|(_, bit)| *bit != 0).map(|(record, _)| *record);
            described.place(Stratum::of(&kept.collect::<Vec<_>>(), places, parties))
        });
        (place, stratum, pattern, nth)
    };
    let mut counted: Vec<Counted> = described.persons.par_iter().enumerate().map(counted).collect();
    counted.retain(|(_, _, pattern, _)| *pattern != 0);
    counted.par_sort_unstable();
    let by_cell = || counted.chunk_by(|a, b| (a.0, &a.1, a.2) == (b.0, &b.1, b.2));
    let (mut cells, mut cell_of) = (Vec::with_capacity(by_cell().count()), vec![None; described.persons.len()]);
    for of_one in by_cell() {
        let Some((place, own, inclusion_pattern, _)) = of_one.first() else { continue };
        let Some(stratum) = described.stratum(*place, own) else { continue };
        of_one.iter().for_each(|(.., nth)| cell_of[*nth as usize] = Some(cells.len() as u32));
        cells.push(TallyCell { stratum, inclusion_pattern: *inclusion_pattern, n_documented: of_one.len() as u64 });
    }
    Ok((Tally { lists, cells }, cell_of))
}

/// For each list of a tally, the sources that it derives from, directly or through others.
fn origins<'a>(tally: &'a Tally, sources: &'a [Source]) -> Vec<(&'a SourceId, BTreeSet<&'a SourceId>)> {
    let by_id: BTreeMap<&SourceId, &Source> = sources.iter().map(|source| (&source.id, source)).collect();
    let one = |list| {
        let mut reached: BTreeSet<&SourceId> = BTreeSet::new();
        let mut open = vec![list];
        while let Some(source) = open.pop().and_then(|id| by_id.get(id)) {
            open.extend(source.derives_from.iter().filter(|from| reached.insert(from)));
        }
        reached.remove(list);
        (list, reached)
    };
    tally.lists.iter().map(one).collect()
}

/// Lists of a tally that copy from another list of it, directly or through others: (copier, copied).
/// Their overlap says nothing about those whom nobody recorded.
pub fn derived_lists(tally: &Tally, sources: &[Source]) -> Vec<(SourceId, SourceId)> {
    let pairs = origins(tally, sources).into_iter().flat_map(|(list, reached)| {
        let copied = reached.into_iter().filter(|other| tally.lists.contains(other));
        copied.map(|other| (list.clone(), other.clone())).collect::<Vec<_>>()
    });
    pairs.collect()
}

/// Lists of a tally that both derive from one source that is no list of it, and that source. They overlap in what it says.
pub fn common_origins(tally: &Tally, sources: &[Source]) -> Vec<(SourceId, SourceId, SourceId)> {
    let origins = origins(tally, sources);
    let mut found = Vec::new();
    for (i, (one, of_one)) in origins.iter().enumerate() {
        for (other, of_other) in &origins[i + 1..] {
            let mut common = of_one.intersection(of_other).filter(|origin| !tally.lists.contains(origin));
            if let Some(origin) = common.next() {
                found.push(((*one).clone(), (*other).clone(), (*origin).clone()));
            }
        }
    }
    found
}

/// Documented persons by any property of the stratum.
pub fn add_up<K: Ord>(tally: &Tally, by: impl Fn(&Stratum) -> K) -> BTreeMap<K, u64> {
    let mut sums = BTreeMap::new();
    for cell in &tally.cells {
        let sum: &mut u64 = sums.entry(by(&cell.stratum)).or_default();
        *sum = sum.saturating_add(cell.n_documented);
    }
    sums
}

/// Documented persons by inclusion pattern, in the strata that the filter keeps; ordered by pattern.
pub fn inclusion_patterns(tally: &Tally, filter: impl Fn(&Stratum) -> bool) -> Vec<PatternCount> {
    let mut counts: BTreeMap<u64, u64> = BTreeMap::new();
    for cell in tally.cells.iter().filter(|cell| filter(&cell.stratum)) {
        let count = counts.entry(cell.inclusion_pattern).or_default();
        *count = count.saturating_add(cell.n_documented);
    }
    let row = |(inclusion_pattern, n_documented)| PatternCount { inclusion_pattern, n_documented };
    counts.into_iter().map(row).collect()
}
