//! Documented counts: persons by stratum and by the lists that bear them, under a choice of sources.
//!
//! A person is counted once, whatever the number of records. Where trusted sources name different parties the person
//! is counted in a column of its own.

use std::collections::{BTreeMap, BTreeSet};

use domain::count::{PatternCount, Stratum, Tally, TallyCell};
use domain::{PartyTable, PersonId, PlaceTable, Record, Source, SourceId, TrustSet};
use rustc_hash::{FxHashMap, FxHashSet};

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
    let trusted: FxHashMap<&SourceId, bool> = sources.iter().map(|s| (&s.id, trust.trusts(s))).collect();
    let mut chosen: Vec<Vec<&Record>> = Vec::with_capacity(persons.len());
    let mut bearing: FxHashSet<&SourceId> = FxHashSet::default();
    for (person, records) in persons {
        let mut kept = Vec::new();
        for record in records {
            match trusted.get(&record.source) {
                Some(true) => kept.push(*record),
                Some(false) => {}
                None => {
                    return Err(TallyError::UnknownSource { person: person.clone(), unknown: record.source.clone() });
                }
            }
        }
        bearing.extend(kept.iter().map(|record| &record.source));
        chosen.push(kept);
    }
    let lists: BTreeSet<&SourceId> = bearing.into_iter().collect();
    if lists.len() > MOST_LISTS {
        return Err(TallyError::TooManyLists(lists.len()));
    }
    let bit: FxHashMap<&SourceId, u64> = lists.iter().enumerate().map(|(i, source)| (*source, 1 << i)).collect();
    let mut counts: FxHashMap<(Stratum, u64), u64> = FxHashMap::default();
    for records in chosen.iter().filter(|records| !records.is_empty()) {
        let pattern = records.iter().filter_map(|record| bit.get(&record.source)).fold(0, |all, one| all | one);
        *counts.entry((Stratum::of(records, places, parties), pattern)).or_default() += 1;
    }
    let cell = |((stratum, inclusion_pattern), n_documented)| TallyCell { stratum, inclusion_pattern, n_documented };
    let mut cells: Vec<TallyCell> = counts.into_iter().map(cell).collect();
    cells.sort_unstable_by(|a, b| (&a.stratum, a.inclusion_pattern).cmp(&(&b.stratum, b.inclusion_pattern)));
    Ok(Tally { lists: lists.into_iter().cloned().collect(), cells })
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
