//! Documented counts: persons by stratum and by the lists that bear them, under a choice of sources.
//!
//! A person is counted once, whatever the number of records. Where trusted sources name different parties the person
//! is counted in a column of its own.

use std::borrow::Cow;
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
    tally_described(persons, &[], sources, trust, places, parties)
}

/// As [`tally`], where it is known already what all records of each of these persons say: many trust sets trust them all.
pub fn tally_described(
    persons: &[(PersonId, Vec<&Record>)],
    by_all: &[Stratum],
    sources: &[Source],
    trust: &TrustSet,
    places: &PlaceTable,
    parties: &PartyTable,
) -> Result<Tally, TallyError> {
    let trusted: FxHashMap<&SourceId, bool> = sources.iter().map(|s| (&s.id, trust.trusts(s))).collect();
    let mut bearing: BTreeSet<&SourceId> = BTreeSet::new();
    for (person, records) in persons {
        for record in records {
            match trusted.get(&record.source) {
                Some(true) if bearing.contains(&record.source) => {}
                Some(true) => _ = bearing.insert(&record.source),
                Some(false) => {}
                None => {
                    return Err(TallyError::UnknownSource { person: person.clone(), unknown: record.source.clone() });
                }
            }
        }
    }
    if bearing.len() > MOST_LISTS {
        return Err(TallyError::TooManyLists(bearing.len()));
    }
    let lists: Vec<SourceId> = bearing.into_iter().cloned().collect();
    if lists.is_empty() {
        return Ok(Tally { lists, cells: Vec::new() });
    }
    let counted = |(at, (_, records)): (usize, &(PersonId, Vec<&Record>))| {
        let bit_of = |record: &Record| Some(1_u64 << lists.binary_search(&record.source).ok()?);
        let bits = || records.iter().map(|record| bit_of(record));
        let pattern = bits().flatten().fold(0, |all, one| all | one);
        if pattern == 0 {
            return None;
        }
        let stratum = match by_all.get(at).filter(|_| bits().all(|bit| bit.is_some())) {
            Some(known) => Cow::Borrowed(known),
            None => {
                let kept: Vec<&Record> = records.iter().copied().filter(|record| bit_of(record).is_some()).collect();
                Cow::Owned(Stratum::of(&kept, places, parties))
            }
        };
        Some((stratum, pattern))
    };
    let mut counted: Vec<Option<(Cow<'_, Stratum>, u64)>> = persons.par_iter().enumerate().map(counted).collect();
    counted.par_sort_unstable();
    let cell = |of_one: &[Option<(Cow<'_, Stratum>, u64)>]| {
        let (stratum, inclusion_pattern) = of_one.first()?.as_ref()?;
        Some(TallyCell {
            stratum: Stratum::clone(stratum),
            inclusion_pattern: *inclusion_pattern,
            n_documented: of_one.len() as u64,
        })
    };
    Ok(Tally { lists, cells: counted.chunk_by(|a, b| a == b).filter_map(cell).collect() })
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
