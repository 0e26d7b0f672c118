//! Tally: documented victims by stratum and by the lists that bear them, under a trust set.

use std::collections::BTreeMap;

use domain::count::{Attribution, Tally};
use domain::{LocalText, PersonId, PlaceTable, Record, Source, TrustSet, TrustSetId};
use estimation::guarded::{guarded_tables, withheld_cells};
use estimation::plan::{Choices, ListPlan};
use estimation::strata::{Dimension, tables};
use estimation::suppress::{Published, suppress};
use estimation::tally::{CellOf, Described, tally_described};
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::jobs::linkage_samples::{Given, Spread, tallies};
use crate::refusal::{Outcome, Refusal};
use crate::terminal::{Progress, plain, say};
use crate::workspace::{Memberships, Workspace};

/// The trust set that chooses every source.
pub fn everyone() -> Outcome<TrustSet> {
    Ok(TrustSet {
        id: TrustSetId::new("all")?,
        names: LocalText::from_pairs([("ar", "جميع المصادر"), ("en", "All sources"), ("fr", "Toutes les sources")]),
        sources: Vec::new(),
        affiliations: Vec::new(),
        all: true,
    })
}

/// The trust sets of the workspace, `all` always among them and first.
pub async fn trust_sets(workspace: &Workspace) -> Outcome<Vec<TrustSet>> {
    let mut sets: Vec<TrustSet> = workspace.casebase.trust_sets().await?.into_iter().map(|t| t.value).collect();
    if !sets.iter().any(|set| set.id.as_str() == "all") {
        sets.push(everyone()?);
    }
    sets.sort_by(|a, b| (!a.all, &a.id).cmp(&(!b.all, &b.id)));
    Ok(sets)
}

/// Persons with their records, ordered by id.
pub fn by_person<'a>(
    records: impl IntoIterator<Item = &'a Record>,
    memberships: &Memberships,
) -> Vec<(PersonId, Vec<&'a Record>)> {
    let mut members: Vec<(&PersonId, &Record)> =
        records.into_iter().filter_map(|record| Some((memberships.get(&record.id)?, record))).collect();
    // Stable, so that each person's records stay in their order.
    members.par_sort_by_key(|(person, _)| *person);
    let persons = members.chunk_by(|a, b| a.0 == b.0);
    persons.map(|rows| (rows[0].0.clone(), rows.iter().map(|(_, record)| *record).collect())).collect()
}

/// The tally, and in which of its cells each person is.
pub fn under<'r>(
    described: &Described<'_, 'r>,
    sources: &[Source],
    trust: &TrustSet,
    places: &PlaceTable,
) -> Outcome<(Tally, CellOf)> {
    let parties = domain::PartyTable::syria();
    // Invented persons are not added to real ones: beside real lists, only who names an invented list counts it.
    let invented: FxHashSet<_> = sources.iter().filter(|s| s.invented).map(|s| &s.id).collect();
    let is_invented = |id: &domain::SourceId| invented.contains(id);
    let any_real = described.sources().iter().any(|source| !is_invented(source));
    let is_counted = |id: &domain::SourceId| !(any_real && is_invented(id)) || trust.sources.contains(id);
    let counted: Vec<Source> = sources.iter().filter(|s| is_counted(&s.id)).cloned().collect();
    let refuse = |e: estimation::tally::TallyError| Refusal::new(e.to_string());
    if counted.len() == sources.len() {
        return tally_described(described, sources, trust, places, &parties).map_err(refuse);
    }
    let own = |(id, records): &(PersonId, Vec<&'r Record>)| {
        (id.clone(), records.iter().copied().filter(|r| is_counted(&r.source)).collect())
    };
    let persons: Vec<(PersonId, Vec<&Record>)> = described.persons().iter().map(own).collect();
    tally_described(&Described::bare(&persons), &counted, trust, places, &parties).map_err(refuse)
}

/// A choice made on the command line: sources with commas between them, all of them known.
fn named_sources(words: &str, sources: &[Source]) -> Outcome<Option<TrustSet>> {
    let ids: Vec<_> = words.split(',').map(str::trim).filter(|id| !id.is_empty()).collect();
    if !ids.iter().all(|id| sources.iter().any(|s| s.id.as_str() == *id)) {
        return Ok(None);
    }
    let sources = ids.into_iter().map(domain::SourceId::new).collect::<Result<_, _>>()?;
    Ok(Some(TrustSet {
        id: TrustSetId::new("chosen")?,
        names: LocalText::default(),
        sources,
        affiliations: Vec::new(),
        all: false,
    }))
}

/// The trust set of that name, or the sources named, or everyone. `what` is what is not done where there is none.
pub async fn trust_set(workspace: &Workspace, trust: Option<&str>, what: &str) -> Outcome<TrustSet> {
    let wanted = trust.unwrap_or("all");
    let sets = trust_sets(workspace).await?;
    if let Some(set) = sets.iter().find(|set| set.id.as_str() == wanted) {
        return Ok(set.clone());
    }
    let records = workspace.records().await?;
    let sources = workspace.sources(records.iter().map(|r| &r.value.source)).await?;
    named_sources(wanted, &sources)?.ok_or_else(|| {
        let known: Vec<_> = sets.iter().map(|s| s.id.as_str()).collect();
        Refusal::new(format!("{wanted:?} is no trust set; nothing was {what}. Known: {}", known.join(", ")))
    })
}

/// Persons in all and by party, in each sample of the linkage.
#[derive(Default)]
struct Sampled {
    persons: Vec<u64>,
    by_party: BTreeMap<String, Vec<u64>>,
}

async fn sampled(workspace: &Workspace, trust: Option<&str>, samples: usize) -> Outcome<Sampled> {
    let set = trust_set(workspace, trust, "counted").await?;
    let memberships = workspace.memberships().await?;
    let records = workspace.records().await?.into_iter().map(|r| r.value);
    let records: Vec<Record> = records.filter(|record| memberships.contains(&record.id)).collect();
    let sources = workspace.sources(records.iter().map(|r| &r.source)).await?;
    let given = Given { records: &records, sources: &sources, set: &set };
    let progress = Progress::new();
    let mut out = Sampled::default();
    for (at, tally) in
        tallies(workspace, &given, samples, 1, &progress, "nothing was counted").await?.iter().enumerate()
    {
        out.persons.push(total(tally));
        for (party, n) in by_party(tally) {
            let counts = out.by_party.entry(party).or_default();
            // A party that earlier samples had nobody of.
            counts.resize(at, 0);
            counts.push(n);
        }
    }
    out.by_party.values_mut().for_each(|counts| counts.resize(out.persons.len(), 0));
    Ok(out)
}

fn total(tally: &Tally) -> u64 {
    tally.cells.iter().map(|c| c.n_documented).sum()
}

fn by_party(tally: &Tally) -> BTreeMap<String, u64> {
    estimation::tally::add_up(tally, |stratum| match &stratum.attribution {
        Attribution::Party(party) => party.to_string(),
        Attribution::Disputed => "(disputed)".to_owned(),
        Attribution::NotStated => "(not stated)".to_owned(),
    })
}

/// What linkage leaves open of a count: the run's own is one that is possible, wherever the samples fell.
fn range(counts: Option<&Vec<u64>>, own: u64) -> String {
    let spread = counts.and_then(|counts| Spread::of(counts)).map(Spread::ends);
    spread.map_or(String::new(), |[low, high]| format!("  ({} to {})", low.min(own), high.max(own)))
}

pub async fn compute(workspace: &Workspace, trust: Option<&str>) -> Outcome<Tally> {
    let set = trust_set(workspace, trust, "counted").await?;
    let records: Vec<Record> = workspace.records().await?.into_iter().map(|r| r.value).collect();
    let memberships = workspace.memberships().await?;
    say_not_linked(records.len(), memberships.len());
    let sources = workspace.sources(records.iter().map(|r| &r.source)).await?;
    let persons = by_person(&records, &memberships);
    Ok(under(&Described::bare(&persons), &sources, &set, &workspace.places)?.0)
}

/// Records that were taken in since the last link run are in no person, and so in no count.
pub fn not_linked(n_records: usize, n_linked: usize) -> Option<String> {
    let left = n_records.saturating_sub(n_linked);
    (left > 0).then(|| format!("{left} of {n_records} records are in no person yet and are not counted. Run link"))
}

pub fn say_not_linked(n_records: usize, n_linked: usize) {
    if let Some(note) = not_linked(n_records, n_linked) {
        say(format!("note: {note}"));
    }
}

fn shown(count: Published) -> String {
    match count {
        Published::Count(n) => n.to_string(),
        Published::Withheld => "withheld".to_owned(),
    }
}

/// The tally as JSON; a withheld count is the word, never a number. The sums by party, by pattern and by every other property may be
/// known from elsewhere.
fn json(
    tally: &Tally,
    strata: &[(Vec<String>, u64)],
    smallest_cell: u64,
    sampled: Option<&Sampled>,
) -> serde_json::Result<String> {
    let mut value = serde_json::to_value(tally)?;
    if let Some(Sampled { persons, by_party }) = sampled {
        let of = |persons: &[u64]| Spread::of(persons).map(Spread::ends);
        let by_party: BTreeMap<&String, _> = by_party.iter().map(|(party, n)| (party, of(n))).collect();
        let kind = if Spread::interval_95(persons).is_some() { "interval_95" } else { "range" };
        let mut linkage = serde_json::json!({"samples": persons.len(), "persons": persons});
        linkage[format!("persons_{kind}")] = serde_json::json!(of(persons));
        linkage[format!("by_party_{kind}")] = serde_json::json!(by_party);
        value["linkage"] = linkage;
    }
    if !strata.is_empty() {
        let sum = |(stratum, n): &(Vec<String>, u64)| serde_json::json!({"stratum": stratum, "n_documented": n});
        value["sums"] = strata.iter().map(sum).collect();
    }
    for at in withheld_cells(tally, smallest_cell) {
        value["cells"][at]["n_documented"] = "withheld".into();
    }
    serde_json::to_string_pretty(&value)
}

/// Persons by stratum. Where small counts are withheld, strata that would tell one, alone or beside the tally, are taken together.
fn sums(tally: &Tally, by: &[Dimension], smallest_cell: u64) -> Outcome<Vec<(Vec<String>, u64)>> {
    if by.is_empty() {
        return Ok(Vec::new());
    }
    let plan = ListPlan::new(tally, &[], &Choices::default()).map_err(|_| Refusal::new("nothing was counted"))?;
    let found = match smallest_cell {
        0 | 1 => Some(tables(tally, &plan, by)),
        _ => guarded_tables(tally, &plan, by, smallest_cell)
            .map(|found| found.into_iter().map(|guarded| guarded.table).collect()),
    };
    let found = found.ok_or_else(|| {
        Refusal::new(format!("whatever strata are shown would tell a count below {smallest_cell}; nothing was counted"))
    })?;
    Ok(found.into_iter().map(|stratum| (stratum.stratum, stratum.n_documented)).collect())
}

pub async fn run(
    workspace: &Workspace,
    trust: Option<&str>,
    by: &[Dimension],
    smallest_cell: u64,
    linkage_samples: usize,
    as_json: bool,
) -> Outcome<()> {
    let tally = compute(workspace, trust).await?;
    let sampled = match linkage_samples {
        0 => None,
        samples => Some(sampled(workspace, trust, samples).await?),
    };
    let strata = sums(&tally, by, smallest_cell)?;
    if as_json {
        let sampled = sampled.as_ref();
        outln!("{}", json(&tally, &strata, smallest_cell, sampled).map_err(|e| Refusal::new(e.to_string()))?);
        return Ok(());
    }
    let persons = range(sampled.as_ref().map(|sampled| &sampled.persons), total(&tally));
    outln!("documented persons under {}: {}{persons}", trust.unwrap_or("all"), total(&tally));
    let own = by_party(&tally);
    for (party, n) in suppress(&own, smallest_cell) {
        let of_samples = sampled.as_ref().and_then(|sampled| sampled.by_party.get(&party));
        let range = range(of_samples, own.get(&party).copied().unwrap_or(0));
        outln!("  {party:<28} {:>8}{range}", shown(n));
    }
    if let Some(sampled) = &sampled {
        let words = Spread::words(sampled.persons.len());
        outln!("in brackets: what linkage leaves open among the pairs that it compared: {words}, and the run itself");
    }
    outln!("lists: {}", tally.lists.iter().map(|l| l.as_str()).collect::<Vec<_>>().join(", "));
    let patterns = estimation::tally::inclusion_patterns(&tally, |_| true);
    let patterns = patterns.into_iter().map(|p| (p.inclusion_pattern, p.n_documented)).collect();
    for (pattern, n) in suppress(&patterns, smallest_cell) {
        let bits: String = (0..tally.lists.len()).map(|i| if pattern >> i & 1 == 1 { '1' } else { '0' }).collect();
        outln!("  {bits} {:>8}", shown(n));
    }
    for (stratum, n) in strata {
        outln!("  {:<28} {n:>8}", plain(&stratum.join(" · ")));
    }
    Ok(())
}
