//! Public ids of persons, kept from run to run: a person published keeps the id.

use std::collections::{BTreeMap, BTreeSet};

use domain::{PersonId, RecordId};

/// Names each cluster. `clusters[i]` is the cluster of `records[i]`; `previous` is the last run's answer.
///
/// An id stays with the record that first bore it (its anchor, from which the id is derived). A cluster that
/// holds several anchors, a merge, keeps the id that most of its records bore, among equals that of the
/// smallest anchor. An id whose anchor is gone stays with the cluster that holds most of its records. A
/// cluster without any takes the id derived from its smallest record. Ordered by record id; the input's order
/// does not matter.
pub fn assign_persons(
    records: &[RecordId],
    clusters: &[u32],
    previous: &BTreeMap<RecordId, PersonId>,
) -> Vec<(RecordId, PersonId)> {
    let mut members: BTreeMap<u32, BTreeSet<&RecordId>> = BTreeMap::new();
    for (record, cluster) in records.iter().zip(clusters) {
        members.entry(*cluster).or_default().insert(record);
    }
    let present: BTreeSet<&RecordId> = records.iter().collect();
    let anchored = anchors(previous, &present);
    // For each id: which cluster may keep it, and how many of its records that cluster holds.
    let mut claims: BTreeMap<&PersonId, (u32, usize)> = BTreeMap::new();
    let by_smallest: BTreeMap<&RecordId, u32> =
        members.iter().filter_map(|(cluster, m)| m.first().map(|r| (*r, *cluster))).collect();
    for cluster in by_smallest.values() {
        let mut borne: BTreeMap<&PersonId, (usize, bool)> = BTreeMap::new();
        for record in &members[cluster] {
            if let Some(id) = previous.get(*record) {
                borne.entry(id).or_default().0 += 1;
            }
        }
        for record in &members[cluster] {
            if let Some((id, _)) = anchored.get_key_value(&PersonId::derive(record)) {
                borne.entry(id).or_default().1 = true;
            }
        }
        for (id, (count, holds_anchor)) in borne {
            let may = holds_anchor || !anchored.contains_key(id);
            let better = claims.get(id).is_none_or(|(_, held)| holds_anchor || count > *held);
            if may && better {
                claims.insert(id, (*cluster, count));
            }
        }
    }
    let mut kept: BTreeMap<u32, (usize, Option<&RecordId>, &PersonId)> = BTreeMap::new();
    for (id, (cluster, count)) in claims {
        let anchor = anchored.get(id).copied();
        let better = kept.get(&cluster).is_none_or(|(most, smallest, _)| {
            (count, std::cmp::Reverse(anchor)) > (*most, std::cmp::Reverse(*smallest))
        });
        if better {
            kept.insert(cluster, (count, anchor, id));
        }
    }
    let mut out = Vec::with_capacity(records.len());
    for (smallest, cluster) in by_smallest {
        let id = kept.get(&cluster).map_or_else(|| PersonId::derive(smallest), |(_, _, id)| (*id).clone());
        out.extend(members[&cluster].iter().map(|r| ((*r).clone(), id.clone())));
    }
    out.sort();
    out
}

/// Every id of the last run whose anchor is still among the records.
fn anchors<'a>(
    previous: &BTreeMap<RecordId, PersonId>,
    present: &BTreeSet<&'a RecordId>,
) -> BTreeMap<PersonId, &'a RecordId> {
    let borne: BTreeSet<&PersonId> = previous.values().collect();
    let derived = present.iter().map(|r| (PersonId::derive(r), *r));
    derived.filter(|(id, _)| borne.contains(id)).collect()
}

/// Ids of the last run that no person bears now, each with the id that most of its records bear now.
pub fn redirects(
    previous: &BTreeMap<RecordId, PersonId>,
    now: &[(RecordId, PersonId)],
) -> BTreeMap<PersonId, PersonId> {
    let alive: BTreeSet<&PersonId> = now.iter().map(|(_, id)| id).collect();
    let mut votes: BTreeMap<&PersonId, BTreeMap<&PersonId, usize>> = BTreeMap::new();
    for (record, id) in now {
        if let Some(old) = previous.get(record).filter(|old| !alive.contains(old)) {
            *votes.entry(old).or_default().entry(id).or_default() += 1;
        }
    }
    let most = |v: BTreeMap<&PersonId, usize>| {
        v.into_iter().max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(a.0))).map(|(id, _)| id.clone())
    };
    votes.into_iter().filter_map(|(old, v)| most(v).map(|new| (old.clone(), new))).collect()
}
