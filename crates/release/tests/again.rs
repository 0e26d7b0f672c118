//! Publishing again held against publishing anew: after any changes, every file has the same bytes, and no file is there
//! that a new release would not have.

#[allow(dead_code)]
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use domain::party::PartyRole;
use domain::{AccessionId, PartyTable, PersonId, Record, RecordId, RejectedRow, Sha256Digest};
use release::{Dataset, Folder, HeldBack, Known, PageCache, Policy, Published, Records, Shown, Summary, publish_into};
use support::Left;

/// Marsaglia's xorshift of 64 bits: the same changes on every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 20) as usize % sides
    }
    fn one_of<T: Clone>(&mut self, among: impl IntoIterator<Item = T>) -> T {
        let among: Vec<T> = among.into_iter().collect();
        among[self.roll(among.len())].clone()
    }
}

/// What a workspace would hold: records, whose they are, and the policy.
struct Held {
    base: Dataset,
    records: Records,
    whose: BTreeMap<RecordId, PersonId>,
    policy: Policy,
    next: u64,
}

impl Held {
    /// Records of the first list are of real persons, who have no name until they are approved.
    fn new(policy: &str) -> Self {
        let mut base = support::dataset();
        base.sources.iter_mut().filter(|s| s.id.as_str() == "list-a").for_each(|s| s.invented = false);
        let whose = base.persons.iter().flat_map(|p| p.records.iter().map(|r| (r.clone(), p.id.clone()))).collect();
        Self { records: base.records.clone(), base, whose, policy: Policy::parse(policy).unwrap(), next: 50_000 }
    }

    fn new_record(&mut self, dice: &mut Dice) -> RecordId {
        let (_, mut record) = dice.one_of(self.records.values().cloned());
        self.next += 1;
        record.row = self.next;
        record.id = RecordId::derive(&record.accession, record.row);
        let id = record.id.clone();
        self.records.insert(self.next, record);
        id
    }

    /// One change of a kind that a workspace knows; says which, for who reads a failure.
    fn change(&mut self, dice: &mut Dice) -> &'static str {
        let record = dice.one_of(self.whose.keys().cloned());
        let (person, other) = (self.whose[&record].clone(), dice.one_of(self.whose.values().cloned()));
        match dice.roll(14) {
            0 => {
                let id = self.new_record(dice);
                self.whose.insert(id.clone(), PersonId::derive(&id));
                "a person is added"
            }
            1 => {
                let id = self.new_record(dice);
                self.whose.insert(id, other);
                "a person gets a record"
            }
            2 => {
                let party = dice.one_of(["regime", "Russia", "ISIS"]);
                let mention = PartyTable::syria().mention(party, PartyRole::AllegedPerpetrator);
                self.records.get_mut(&record).unwrap().1.parties = vec![mention];
                "a record names another party"
            }
            3 if self.whose.len() > 4 => {
                self.records.remove(&record);
                self.whose.remove(&record);
                "a record is withdrawn"
            }
            4 => {
                self.whose.values_mut().filter(|p| **p == person).for_each(|p| *p = other.clone());
                "two persons are found to be one"
            }
            5 => {
                let alone = PersonId::derive(&record);
                self.whose.insert(record, alone);
                "a record is parted from its person"
            }
            6 => {
                let (_, own) = self.records.get_mut(&record).unwrap();
                (own.place, own.cause, own.date) = (None, None, None);
                "fields of a record are withdrawn"
            }
            7 => {
                self.policy.withdrawn.insert(person, "the family asked".to_owned());
                "a person is withdrawn"
            }
            8 => {
                self.policy.approved_persons.insert(person);
                "a person is approved"
            }
            9 => {
                self.policy.approved_persons.remove(&person);
                "an approval is taken back"
            }
            10 => {
                self.next += 1;
                let (_, mut accession) = dice.one_of(self.base.accessions.iter().cloned());
                accession.id = AccessionId::derive(&accession.source, &Sha256Digest::of(&self.next.to_le_bytes()), "m");
                self.base.accessions.push((self.next, accession));
                "a file is taken in"
            }
            11 if self.base.accessions.len() > 1 => {
                let at = dice.roll(self.base.accessions.len());
                self.base.accessions.remove(at);
                "what was noted of a file is withdrawn"
            }
            12 => {
                let (_, accession) = dice.one_of(self.base.accessions.iter().cloned());
                self.next += 1;
                let (column, reason, value) = (String::new(), "no name and no date".to_owned(), String::new());
                let row = RejectedRow { row: self.next, column, reason, value };
                self.base.rejected.push((accession.id, vec![row]));
                "a row is refused"
            }
            _ => {
                self.whose.remove(&record);
                "a record is in no person"
            }
        }
    }

    fn dataset(&self, previous: Option<Summary>) -> Dataset {
        let mut data = Dataset { previous, ..self.base.clone() };
        let mut held = HeldBack::default();
        data.records = self.records.clone();
        data.records.retain(|id, (_, record)| self.policy.admits(record, self.whose.get(id), &mut held));
        let mut rows: BTreeMap<&PersonId, Vec<&Record>> = BTreeMap::new();
        for (id, (_, record)) in data.records.iter() {
            if let Some(person) = self.whose.get(id) {
                rows.entry(person).or_default().push(record);
            }
        }
        let is_invented = |id: &domain::SourceId| self.base.sources.iter().any(|s| s.id == *id && s.invented);
        data.persons = rows.iter().map(|(id, rows)| Known::from_records((*id).clone(), rows, is_invented)).collect();
        data.tallies[0].1 = support::persons::tally(&data.persons, &data.records, &data.places);
        let is_here = |id: &PersonId| rows.contains_key(id);
        data.redirects.retain(|(_, new)| is_here(new));
        data
    }
}

fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let (mut found, mut open) = (BTreeMap::new(), vec![folder.to_owned()]);
    while let Some(at) = open.pop() {
        for entry in fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.insert(path.strip_prefix(folder).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// What a proof shows: the fields of the entry that are not withheld.
fn publish(
    data: &Dataset,
    policy: &Policy,
    (folder, left): (Folder<'_>, &Left),
    out: &Path,
    cache: &PageCache,
) -> Published {
    let shown = Shown::new(data, policy).unwrap();
    let view = shown.view();
    let withholding = release::Withholding::new(&view);
    let by_index: BTreeMap<u64, &Record> = data.records.values().map(|(index, record)| (*index, record)).collect();
    let disclose = |index: u64| {
        let record = by_index.get(&index).map(|record| serde_json::to_value(record).unwrap()).unwrap_or_default();
        let fields = record.as_object().into_iter().flatten();
        let open: BTreeMap<_, _> =
            fields.filter(|(name, value)| !withholding.withholds(index, name, &value.to_string())).collect();
        Ok(format!("{index} {}", serde_json::to_string(&open).unwrap()))
    };
    let published = publish_into(&view, &folder, cache, &disclose, &|_, _, _| {}).unwrap();
    support::finish(folder, out, left);
    published
}

#[test]
fn after_random_changes_every_file_of_the_folder_is_that_of_a_new_release() {
    let (mut seen, mut left) = (BTreeSet::new(), 0);
    for (seed, policy) in [
        (1, ""),
        (2, "minimum_cell = 3"),
        (3, "record_fields = ['type', 'id', 'source', 'accession', 'row', 'names', 'date']"),
    ] {
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15 ^ seed);
        let mut held = Held::new(policy);
        let out = tempfile::tempdir().unwrap();
        let mut cache = PageCache::default();
        let none = Left::default();
        publish(&held.dataset(None), &held.policy, (Folder::prepare(out.path()).unwrap(), &none), out.path(), &cache);
        for step in 0..10 {
            let changed: Vec<_> = (0..1 + dice.roll(3)).map(|_| held.change(&mut dice)).collect();
            let data = held.dataset(Summary::load(out.path()).unwrap());
            fs::write(out.path().join("SHA256SUMS"), "").unwrap();
            let told = Left::default();
            let untouched = |path: &str| told.untouched(out.path(), path);
            let folder = (Folder::again(out.path(), &untouched).unwrap(), &told);
            cache = PageCache::parse(&cache.bytes());
            left += publish(&data, &held.policy, folder, out.path(), &cache).pages_left;
            let whole = tempfile::tempdir().unwrap();
            let anew = (Folder::prepare(whole.path()).unwrap(), &none);
            publish(&data, &held.policy, anew, whole.path(), &PageCache::default());
            // The list of files is made by who seals the folder.
            for folder in [&out, &whole] {
                fs::remove_file(folder.path().join("SHA256SUMS")).unwrap();
            }
            let (again, anew) = (files(out.path()), files(whole.path()));
            let differ = |path: &&PathBuf| again.get(*path) != anew.get(*path);
            let wrong: Vec<_> = again.keys().chain(anew.keys()).filter(differ).collect();
            assert!(wrong.is_empty(), "{policy:?}, step {step}, {changed:?}: {wrong:?}");
            seen.extend(changed);
        }
    }
    assert_eq!(seen.len(), 14, "{seen:?}");
    assert!(left > 5_000, "only {left} pages were left as they were");
}
