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

#[cfg(test)]
mod tests {
    use super::*;

    fn record(text: &str) -> RecordId {
        RecordId::new(text).unwrap()
    }
    fn named(records: &[&str], clusters: &[u32], previous: &[(RecordId, PersonId)]) -> Vec<(RecordId, PersonId)> {
        let records: Vec<RecordId> = records.iter().map(|r| record(r)).collect();
        assign_persons(&records, clusters, &previous.iter().cloned().collect())
    }
    fn id_of(all: &[(RecordId, PersonId)], text: &str) -> PersonId {
        all.iter().find(|(r, _)| r.as_str() == text).map(|(_, id)| id.clone()).unwrap()
    }

    #[test]
    fn a_new_cluster_is_named_by_its_smallest_record_whatever_the_order() {
        let now = named(&["r-c", "r-a", "r-b"], &[0, 0, 1], &[]);
        assert_eq!(id_of(&now, "r-c"), PersonId::derive(&record("r-a")));
        assert_eq!(now, named(&["r-b", "r-c", "r-a"], &[7, 3, 3], &[]));
    }

    #[test]
    fn a_smaller_record_that_joins_later_does_not_rename_a_person() {
        let before = named(&["r-b", "r-c"], &[0, 0], &[]);
        let now = named(&["r-a", "r-b", "r-c"], &[0, 0, 0], &before);
        assert_eq!(id_of(&now, "r-a"), id_of(&before, "r-b"));
    }

    #[test]
    fn merging_keeps_the_id_of_most_records_and_redirects_the_other() {
        let before = named(&["r-a", "r-b", "r-c"], &[0, 1, 1], &[]);
        let now = named(&["r-a", "r-b", "r-c"], &[0, 0, 0], &before);
        assert_eq!(id_of(&now, "r-a"), id_of(&before, "r-b"));
        let previous = before.iter().cloned().collect();
        let gone = redirects(&previous, &now);
        assert_eq!(gone.get(&id_of(&before, "r-a")), Some(&id_of(&now, "r-a")));
    }

    #[test]
    fn splitting_leaves_the_id_with_the_record_that_first_bore_it() {
        let before = named(&["r-a", "r-b", "r-c"], &[0, 0, 0], &[]);
        let now = named(&["r-a", "r-b", "r-c"], &[0, 1, 1], &before);
        assert_eq!(id_of(&now, "r-a"), id_of(&before, "r-a"));
        assert_eq!(id_of(&now, "r-b"), PersonId::derive(&record("r-b")));
    }

    #[test]
    fn an_id_whose_first_record_was_withdrawn_stays_with_most_of_the_rest() {
        let before = named(&["r-a", "r-b", "r-c", "r-d"], &[0, 0, 0, 0], &[]);
        let now = named(&["r-b", "r-c", "r-d"], &[0, 1, 1], &before);
        assert_eq!(id_of(&now, "r-c"), id_of(&before, "r-a"));
        assert_ne!(id_of(&now, "r-b"), id_of(&now, "r-c"));
    }
}
