//! What a release leaves out. A per-field rule, never a habit.

use std::collections::{BTreeMap, BTreeSet};

use domain::content::{Decision, DecisionKind};
use domain::{ActKind, Event, LocalText, Notice, PersonId, Record, RecordId, SourceId, Statement};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

use crate::settings::{SiteSettings, Theme};
use crate::strata::{Rows, RowsOf};
use crate::view::View;
use crate::{Dataset, Known};

/// Fields of entries that no policy can open: original columns, free fields, who received a file, the giver's own numbers.
const NEVER: [&str; 5] = ["original", "fields", "received_by", "source_record_id", "source_event_id"];

/// The giver's own words, which may name her; closed together with the names of files.
const GIVERS_WORDS: [&str; 2] = ["file_name", "terms"];

/// Record fields that say who a victim is, closed for real persons until a person is approved.
const IDENTIFYING: [&str; 5] = ["names", "birth", "cause", "place", "age"];

/// Closed in the proofs of the same persons: a party in the source's words is free text, which may name anybody. Pages
/// have the common tree's node instead.
const WORDING: &str = "parties";

/// What ties a record to its proof: every page of a person shows it, so no policy leaves it out.
const TIES: [&str; 5] = ["type", "id", "source", "accession", "row"];

/// Other record fields that are public by default.
const TOLD: [&str; 7] = ["names", "sex", "age", "act", "date", "place", "parties"];

/// Public only where a policy names them. `age_class` is child or adult, also where that follows from the age.
const ON_REQUEST: [&str; 5] = ["age_class", "civilian", "cause", "birth", POINT];

/// The position that a source gives for one person. It stands in her record's `place`, which is one field of the entry: where it is
/// not public, the proof withholds the whole of a `place` that has one.
const POINT: &str = "point";

/// Which fields are public, whose names are, and how small a count may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Fields of a record that are public.
    pub record_fields: BTreeSet<String>,
    /// Counts of persons below this are printed as "fewer than"; 1 prints every count.
    pub minimum_cell: u64,
    /// How many hands must have approved a real person before the name is published.
    pub approvals_needed: usize,
    /// Whose approvals count, where any is named; else everybody's. Never published.
    pub approvers: BTreeSet<String>,
    /// Real persons whose names may be published: what [`Policy::approve`] found in the journal.
    pub approved_persons: BTreeSet<PersonId>,
    /// Names of received files, and the terms in the giver's words, can tell who sent them: closed unless this is set.
    pub file_names: bool,
    /// Only these sources, where any is named.
    pub sources: Option<BTreeSet<SourceId>>,
    /// Only these acts, where any is named; then also no record that states none.
    pub acts: Option<BTreeSet<ActKind>>,
    /// Persons who are taken back, and the reason that is published.
    pub withdrawn: BTreeMap<PersonId, String>,
    /// Persons who were taken back in the release before and are to be shown again.
    pub given_back: BTreeSet<PersonId>,
    pub site: SiteSettings,
    pub theme: Theme,
}

/// What the policy took out before anything was counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HeldBack {
    /// Entries of sources that the policy does not name.
    pub of_sources: u64,
    /// Records of acts that it does not name.
    pub of_acts: u64,
    /// Events and notices of such acts.
    pub told_of_acts: u64,
    /// Events that are told without something that the policy leaves out of records.
    pub told_in_part: u64,
    /// Sources that it does not name: their names, addresses and pages.
    pub sources: u64,
    /// Trust sets that name such a source.
    pub trust_sets: u64,
    /// Records of persons who were withdrawn.
    pub of_withdrawn: u64,
    /// Persons who got another record after they were approved.
    pub outgrown: u64,
}

impl HeldBack {
    pub fn sentences(&self) -> Vec<String> {
        let one = |n: u64, words: &str| (n > 0).then(|| format!("{n} {words}"));
        let found = [
            one(self.of_sources, "entries of sources that the policy does not name"),
            one(self.sources, "sources that the policy does not name, with their names, addresses and pages"),
            one(self.trust_sets, "choices of sources (trust sets) that name one of these"),
            one(self.of_acts, "records of acts that the policy does not name"),
            one(self.told_of_acts, "events and notices of acts that the policy does not name"),
            one(
                self.told_in_part,
                "events are told without what record_fields leaves out: date, parties, or place with the title and the addresses",
            ),
            one(self.of_withdrawn, "records of persons who were withdrawn"),
            one(self.outgrown, "approved persons who got another record since: approve them again"),
        ];
        found.into_iter().flatten().collect()
    }
}

impl Default for Policy {
    /// Names of invented persons only; restricted fields never; every count printed.
    fn default() -> Self {
        Self {
            record_fields: TIES.iter().chain(&TOLD).map(|field| (*field).to_owned()).collect(),
            minimum_cell: 1,
            approvals_needed: 1,
            approvers: BTreeSet::new(),
            approved_persons: BTreeSet::new(),
            file_names: false,
            sources: None,
            acts: None,
            withdrawn: BTreeMap::new(),
            given_back: BTreeSet::new(),
            site: SiteSettings::default(),
            theme: Theme::default(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the policy was not read, so nothing was published: {0}")]
pub struct PolicyError(String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    record_fields: Option<Vec<String>>,
    minimum_cell: Option<u64>,
    #[serde(default)]
    file_names: bool,
    sources: Option<BTreeSet<SourceId>>,
    acts: Option<Vec<String>>,
    #[serde(default)]
    withdrawn: BTreeMap<PersonId, String>,
    #[serde(default)]
    given_back: BTreeSet<PersonId>,
    approvals_needed: Option<usize>,
    #[serde(default)]
    approvers: BTreeSet<String>,
    #[serde(default)]
    site: SiteSettings,
    #[serde(default)]
    theme: Theme,
}

impl Policy {
    /// Reads TOML; every key is optional. Refuses to open a field that is never public. No file can approve a person:
    /// see [`Policy::approve`].
    pub fn parse(toml: &str) -> Result<Self, PolicyError> {
        let file: File = toml::from_str(toml).map_err(|e| PolicyError(e.to_string()))?;
        let mut policy = Self::default();
        if let Some(fields) = file.record_fields {
            let known = |f: &str| TIES.contains(&f) || TOLD.contains(&f) || ON_REQUEST.contains(&f);
            if let Some(bad) = fields.iter().find(|f| NEVER.contains(&f.as_str())) {
                return Err(PolicyError(format!("the field {bad:?} is never public")));
            }
            if let Some(bad) = fields.iter().find(|f| !known(f)) {
                return Err(PolicyError(format!("a record has no field {bad:?} that could be public")));
            }
            if let Some(left_out) = TIES.iter().find(|tie| !fields.iter().any(|f| f == *tie)) {
                return Err(PolicyError(format!(
                    "record_fields leaves out {left_out:?}, which every page of a person shows; name {} too",
                    TIES.join(", ")
                )));
            }
            policy.record_fields = fields.into_iter().collect();
        }
        for (name, is_empty) in [
            ("sources", file.sources.as_ref().is_some_and(BTreeSet::is_empty)),
            ("acts", file.acts.as_ref().is_some_and(Vec::is_empty)),
        ] {
            if is_empty {
                return Err(PolicyError(format!(
                    "{name} names none, so that nothing could be shown; leave it out for all"
                )));
            }
        }
        for (name, is_zero, means) in [
            ("minimum_cell", file.minimum_cell == Some(0), "1 prints every count"),
            ("approvals_needed", file.approvals_needed == Some(0), "nobody's name is published without an approval"),
        ] {
            if is_zero {
                return Err(PolicyError(format!("{name} is 0, and {means}; leave it out for 1")));
            }
        }
        if let Some((id, _)) = file.withdrawn.iter().find(|(_, reason)| reason.trim().is_empty()) {
            return Err(PolicyError(format!("{id} is withdrawn without a reason, which is what her old address says")));
        }
        if let Some(id) = file.given_back.iter().find(|id| file.withdrawn.contains_key(*id)) {
            return Err(PolicyError(format!("{id} is both withdrawn and given back")));
        }
        policy.minimum_cell = file.minimum_cell.unwrap_or(1);
        policy.file_names = file.file_names;
        if let Some(acts) = &file.acts {
            let kind = |key: &String| {
                ActKind::from_key(key).ok_or_else(|| PolicyError(format!("{key:?} is no act that is known")))
            };
            policy.acts = Some(acts.iter().map(kind).collect::<Result<_, _>>()?);
        }
        policy.sources = file.sources;
        policy.withdrawn = file.withdrawn;
        policy.given_back = file.given_back;
        policy.approvals_needed = file.approvals_needed.unwrap_or(1);
        policy.approvers = file.approvers;
        let (needed, hands) = (policy.approvals_needed, policy.approvers.len());
        if hands > 0 && hands < needed {
            return Err(PolicyError(format!("{needed} approvals are needed of {hands} approvers")));
        }
        file.site.check().map_err(PolicyError)?;
        file.theme.check().map_err(PolicyError)?;
        policy.site = file.site;
        policy.theme = file.theme;
        Ok(policy)
    }

    /// Opens the persons whom enough hands approved, as the journal has it, in its order: a later decision of the same hand
    /// replaces the earlier one. An approval holds for the records that it names: who got another one since stays closed. Where
    /// the name of who decided was withdrawn, an approval counts for nothing and its revocation stands against every hand.
    /// Returns how many persons are closed for that reason.
    pub fn approve<'a>(&mut self, decisions: impl IntoIterator<Item = &'a Decision>, persons: &[Known]) -> u64 {
        let mut given: BTreeMap<(&PersonId, &str), &BTreeSet<RecordId>> = BTreeMap::new();
        for decision in decisions {
            let by = decision.by.as_str();
            if by.is_empty() {
                if let DecisionKind::Disapprove(person) = &decision.decision {
                    given.retain(|(own, _), _| *own != person);
                }
                continue;
            }
            if !self.approvers.is_empty() && !self.approvers.contains(by) {
                continue;
            }
            match &decision.decision {
                DecisionKind::Approve(person, records) => _ = given.insert((person, by), records),
                DecisionKind::Disapprove(person) => _ = given.remove(&(person, by)),
                DecisionKind::Link(..)
                | DecisionKind::NonLink(..)
                | DecisionKind::CannotTell(..)
                | DecisionKind::WithdrawConsent(..) => {}
            }
        }
        let mut hands: BTreeMap<&PersonId, Vec<&BTreeSet<RecordId>>> = BTreeMap::new();
        given.into_iter().for_each(|((person, _), records)| hands.entry(person).or_default().push(records));
        let mut outgrown = 0;
        for person in persons.iter().filter(|p| !self.withdrawn.contains_key(&p.id)) {
            let Some(approvals) = hands.get(&person.id) else { continue };
            let covering =
                approvals.iter().filter(|records| person.records.iter().all(|r| records.contains(r))).count();
            if covering >= self.approvals_needed {
                self.approved_persons.insert(person.id.clone());
            } else if approvals.len() >= self.approvals_needed {
                outgrown += 1;
            }
        }
        outgrown
    }

    pub fn admits_source(&self, source: &SourceId) -> bool {
        self.sources.as_ref().is_none_or(|sources| sources.contains(source))
    }

    /// Whether something of these acts may be shown: the policy names every one of them, where it names any.
    pub fn admits_acts(&self, acts: &[ActKind]) -> bool {
        self.acts.as_ref().is_none_or(|named| !acts.is_empty() && acts.iter().all(|act| named.contains(act)))
    }

    /// Whether a field of an event is left out, since the policy leaves the same out of records. A title and a video tell where
    /// it was.
    fn leaves_out_of_events(&self, field: &str) -> bool {
        let of_records = match field {
            "title" | "media" | "place" => "place",
            "date" | "parties" => field,
            "acts" => "act",
            _ => return false,
        };
        !self.record_fields.contains(of_records)
    }

    /// Takes out of an event what the policy leaves out; true where there was something.
    pub fn reduce(&self, event: &mut Event) -> bool {
        let before = event.clone();
        if self.leaves_out_of_events("place") {
            (event.place, event.title, event.media) = (None, LocalText::default(), Vec::new());
        }
        if self.leaves_out_of_events("date") {
            event.date = None;
        }
        if self.leaves_out_of_events("parties") {
            event.parties.clear();
        }
        if self.leaves_out_of_events("acts") {
            event.acts.clear();
        }
        *event != before
    }

    /// Whether a statement may be shown: the policy names everybody whom it names as a source.
    pub fn admits_statement(&self, statement: &Statement) -> bool {
        let others = [&statement.reported_by, &statement.republishes].into_iter().flatten();
        let quoted = statement.quoted.iter().map(|quoted| &quoted.attributed_to);
        std::iter::once(&statement.source).chain(others).chain(quoted).all(|source| self.admits_source(source))
    }

    /// Says whether a record may be counted and shown at all; `person` is whose it is. Counts what is held back.
    pub fn admits(&self, record: &Record, person: Option<&PersonId>, held: &mut HeldBack) -> bool {
        let reason = if !self.admits_source(&record.source) {
            &mut held.of_sources
        } else if !self.admits_acts(record.act.as_slice()) {
            &mut held.of_acts
        } else if person.is_some_and(|p| self.withdrawn.contains_key(p)) {
            &mut held.of_withdrawn
        } else {
            return true;
        };
        *reason += 1;
        false
    }

    /// Whether this field of a person's records, or what is counted by it, may be told of her one by one; `is_open` when
    /// she may be named. Pages, lists, reports and proofs all ask here.
    pub(crate) fn tells(&self, field: &str, is_open: bool) -> bool {
        self.record_fields.contains(field) && (is_open || !IDENTIFYING.contains(&field))
    }

    fn withholds(&self, content_type: &str, field: &str) -> bool {
        NEVER.contains(&field)
            || match content_type {
                "record" => !self.tells(field, true),
                "event" => self.leaves_out_of_events(field),
                "accession" => GIVERS_WORDS.contains(&field) && !self.file_names,
                _ => false,
            }
    }
}

/// Whether no policy can make a field public, whatever it stands in.
pub fn is_never_public(field: &str) -> bool {
    NEVER.contains(&field)
}

/// Drops what no policy can make public, so that it is not in memory when the first page is begun.
pub fn only_publishable(record: &mut Record) {
    record.original = Vec::new();
    record.fields = BTreeMap::new();
    record.source_record_id = None;
}

/// Says of a field of an entry of this type (`record`, `figure`, `accession` …) whether it is withheld.
/// For records use [`Withholding`], which also knows whose they are.
pub fn withheld_fields<'a>(policy: &'a Policy, content_type: &'a str) -> impl Fn(&str) -> bool + 'a {
    move |field| policy.withholds(content_type, field)
}

/// What is withheld of each entry of one release.
pub struct Withholding<'a> {
    policy: &'a Policy,
    types: FxHashMap<u64, &'static str>,
    closed: FxHashSet<u64>,
    notices: BTreeMap<u64, Notice>,
}

impl<'a> Withholding<'a> {
    pub fn new(view: &View<'a>) -> Self {
        let View { data, policy, index, .. } = view;
        let entries = data.records.values().map(|(entry, _)| *entry);
        let closed = entries.filter(|entry| !index.open_records.contains(entry)).collect();
        let mut types: FxHashMap<u64, &'static str> = data.records.values().map(|(i, _)| (*i, "record")).collect();
        types.extend(data.accessions.iter().map(|(i, _)| (*i, "accession")));
        types.extend(data.figures.iter().map(|(i, _)| (*i, "figure")));
        types.extend(data.events.iter().map(|(i, _)| (*i, "event")));
        types.extend(data.statements.iter().map(|(i, _)| (*i, "statement")));
        let notices: BTreeMap<u64, Notice> = crate::notice::published(data).cloned().collect();
        types.extend(notices.keys().map(|i| (*i, "notice")));
        Self { policy, types, closed, notices }
    }

    /// True when the proof of the entry must not open this field, whose value the entry holds as JSON. Of an entry outside the data set, all are withheld.
    pub fn withholds(&self, index: u64, field: &str, value: &str) -> bool {
        let Some(content_type) = self.types.get(&index) else { return true };
        // Who consented to a notice is nobody's business, and what the consent leaves out is not said.
        if self.notices.get(&index).is_some_and(|notice| field == "consent" || !notice.covers(field)) {
            return true;
        }
        let is_closed = self.closed.contains(&index);
        self.policy.withholds(content_type, field)
            || (is_closed && (field == WORDING || !self.policy.tells(field, false)))
            || (*content_type == "record" && field == "place" && !self.policy.tells(POINT, true) && has_point(value))
    }
}

/// Whether a place of an entry tells a position; one that cannot be read may.
fn has_point(place: &str) -> bool {
    let place = serde_json::from_str::<serde_json::Value>(place);
    place.map_or(true, |place| place.get(POINT).is_some_and(|point| !point.is_null()))
}

/// Who may be named, and what may be shown with a name.
pub(crate) struct Open {
    /// Of each person of the data set.
    pub persons: Vec<bool>,
    /// Journal indices of the records of these persons, and of invented ones that are nobody's yet.
    pub records: FxHashSet<u64>,
}

/// A person is invented only when every source of hers is.
pub(crate) fn open(data: &Dataset, policy: &Policy, rows_of: &RowsOf<'_>) -> Open {
    let invented: BTreeSet<_> = data.sources.iter().filter(|s| s.invented).map(|s| &s.id).collect();
    let is_open = |Rows { person, records, .. }: &Rows<'_>| {
        // A record that is not in the data speaks for nobody.
        let all_invented =
            records.len() == person.records.len() && records.iter().all(|r| invented.contains(&r.source));
        !person.records.is_empty() && (all_invented || policy.approved_persons.contains(&person.id))
    };
    let persons: Vec<bool> = rows_of.par_iter().map(is_open).collect();
    let of_open = rows_of.iter().zip(&persons).filter(|(_, is_open)| **is_open);
    let mut records: FxHashSet<u64> = of_open.flat_map(|(rows, _)| rows.entries.iter().copied()).collect();
    let of_persons = || rows_of.iter().flat_map(|rows| rows.entries.iter().copied());
    // Mostly every record is of a person.
    if of_persons().count() < data.records.len() {
        let of_persons: FxHashSet<u64> = of_persons().collect();
        let alone =
            data.records.values().filter(|(entry, r)| !of_persons.contains(entry) && invented.contains(&r.source));
        records.extend(alone.map(|(entry, _)| *entry));
    }
    Open { persons, records }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_cannot_open_what_is_never_public() {
        let refused = Policy::parse("record_fields = ['names', 'original']").unwrap_err();
        assert!(refused.to_string().contains("never public"), "{refused}");
        assert!(Policy::parse("record_fields = ['phone']").is_err());
        let untied = Policy::parse("record_fields = ['type', 'id', 'source', 'accession', 'names']").unwrap_err();
        assert!(untied.to_string().contains("\"row\""), "{untied}");
        assert!(Policy::parse("surprise = 1").is_err());
    }

    fn decided(decision: DecisionKind, by: &str) -> Decision {
        Decision { decision, by: by.into(), why: "the family asked for it".into() }
    }

    fn person(records: &[&str]) -> Known {
        let id = PersonId::new("p-invented").unwrap();
        let mut person = Known::from_records(id, &[], |_| false);
        person.records = records.iter().map(|r| RecordId::new(*r).unwrap()).collect();
        person
    }

    #[test]
    fn a_person_is_approved_by_enough_hands_for_the_records_that_they_saw_and_until_one_takes_it_back() {
        let two = "approvals_needed = 2\napprovers = ['a', 'b', 'c']";
        let one = person(&["r-1", "r-2"]);
        let records = || one.records.iter().cloned().collect::<BTreeSet<_>>();
        let yes = |by: &str| decided(DecisionKind::Approve(one.id.clone(), records()), by);
        let no = |by: &str| decided(DecisionKind::Disapprove(one.id.clone()), by);
        let found = |policy: &str, decisions: &[Decision], person: &Known| {
            let mut policy = Policy::parse(policy).unwrap();
            let outgrown = policy.approve(decisions, std::slice::from_ref(person));
            (policy.approved_persons.contains(&person.id), outgrown)
        };
        assert_eq!(found(two, &[yes("a"), yes("b")], &one), (true, 0));
        assert_eq!(found(two, &[yes("a"), yes("a")], &one), (false, 0));
        assert_eq!(found(two, &[yes("a"), yes("stranger")], &one), (false, 0));
        assert_eq!(found(two, &[yes("a"), yes("b"), no("b")], &one), (false, 0));
        assert_eq!(found(two, &[yes("a"), no("a"), yes("b"), yes("a")], &one), (true, 0));
        assert_eq!(found(two, &[yes("a"), yes("b"), yes(""), no("")], &one), (false, 0));
        assert_eq!(found(two, &[yes("a"), yes("")], &one), (false, 0));
        assert_eq!(found("", &[yes("")], &one), (false, 0));
        assert_eq!(found("", &[yes("anybody")], &one), (true, 0));
        assert_eq!(found("", &[yes("anybody")], &person(&["r-1"])), (true, 0));
        assert_eq!(found("", &[yes("anybody")], &person(&["r-1", "r-2", "r-3"])), (false, 1));
        assert_eq!(found("[withdrawn]\np-invented = 'the family asked'", &[yes("anybody")], &one), (false, 0));
    }

    #[test]
    fn no_file_can_approve_a_person() {
        for policy in
            ["approved_persons = ['p-x']", "[approvals]\np-x = ['a']", "approvals_needed = 2\napprovers = ['a']"]
        {
            assert!(Policy::parse(policy).is_err(), "{policy}");
        }
    }

    #[test]
    fn the_default_withholds_original_columns_free_fields_and_who_received_a_file() {
        let policy = Policy::default();
        for (content_type, field) in [
            ("record", "original"),
            ("record", "fields"),
            ("record", "birth"),
            ("record", "age_class"),
            ("record", "civilian"),
            ("record", "cause"),
            ("event", "source_event_id"),
            ("accession", "received_by"),
            ("figure", "original"),
        ] {
            assert!(withheld_fields(&policy, content_type)(field), "{content_type} {field}");
        }
        assert!(!withheld_fields(&policy, "record")("names"));
        assert!(!withheld_fields(&policy, "figure")("address"));
    }
}
