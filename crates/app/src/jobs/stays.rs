//! What stays where something is withdrawn, and still tells it: entries, originals, lists, models of link runs, other records
//! of the same person. Models go along; of the rest the keeper is told, with the command that withdraws it.

use std::collections::{BTreeMap, BTreeSet};

use domain::run::Stage;
use domain::{Accession, PersonId, RecordId, Script, Sha256Digest, WithdrawnPart};
use evidence::{Lying, SigningKey, StoredEntry};

use crate::jobs::redact::{MODEL, Parts};
use crate::jobs::returning;
use crate::jobs::same_words::{self, NAMES};
use crate::jobs::sought::{self, Sought, telling};
use crate::jobs::subject::field_text;
use crate::jobs::{destroy, near};
use crate::refusal::{Outcome, Refusal};
use crate::workspace::Workspace;

const MOST_TOLD: usize = 12;

/// An entry of which something goes.
struct Entry {
    stored: StoredEntry,
    goes_whole: bool,
    fields: BTreeSet<String>,
}

impl Entry {
    fn goes(&self, field: &str) -> bool {
        self.goes_whole || self.fields.contains(field)
    }

    fn going(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let fields = self.stored.payload.iter().flat_map(|payload| &payload.fields);
        fields.filter(|(name, _)| self.goes(name)).map(|(name, value)| (name.as_str(), value.as_slice()))
    }
}

/// What goes, as it was said.
pub struct Going {
    entries: BTreeMap<u64, Entry>,
}

/// What is recorded with a withdrawal of what stays.
pub struct Stays {
    /// Entries that tell a name of what goes, or, where somebody wrote freely, a word of it.
    pub told_in: Vec<u64>,
    /// Originals that tell it, by the entry withdrawn.
    pub still_in: BTreeMap<u64, Vec<Sha256Digest>>,
}

impl Going {
    pub fn of(workspace: &Workspace, parts: &Parts) -> Outcome<Self> {
        let mut entries = BTreeMap::new();
        for (index, part) in parts.iter().filter(|(_, part)| !matches!(part, WithdrawnPart::Original(_))) {
            if !entries.contains_key(index) {
                let stored = workspace.journal.get(*index)?;
                entries.insert(*index, Entry { stored, goes_whole: false, fields: BTreeSet::new() });
            }
            match (entries.get_mut(index), part) {
                (Some(entry), WithdrawnPart::Field(name)) => _ = entry.fields.insert(name.clone()),
                (Some(entry), _) => entry.goes_whole = true,
                (None, _) => {}
            }
        }
        Ok(Self { entries })
    }

    /// Codes by which each entry is known when it comes again.
    pub fn known_by(&self, key: &SigningKey) -> BTreeMap<u64, Vec<String>> {
        let entries = self.entries.iter().filter_map(|(index, entry)| Some((index, entry.stored.payload.as_ref()?)));
        entries.map(|(index, payload)| (*index, returning::known_by(key, &payload.fields))).collect()
    }

    /// Names and sentences of the fields that go.
    fn words(&self, of: impl Fn(&str) -> bool) -> BTreeSet<String> {
        let fields = self.entries.values().flat_map(Entry::going).filter(|(name, _)| of(name));
        fields.flat_map(|(name, value)| same_words::of_field(name, value)).collect()
    }

    fn names(&self) -> BTreeSet<String> {
        self.words(|field| field == "names" || NAMES.contains(&field))
    }

    /// The log keeps these texts for good, and so would keep a name.
    pub fn refuse_repeated(&self, texts: &[&str]) -> Outcome<()> {
        let names = self.names();
        let said: BTreeSet<String> = texts.iter().flat_map(|text| telling(text)).collect();
        let whole = Sought::of(&names, 0);
        let whole = texts.iter().find_map(|text| whole.found_in(text));
        let word = names.iter().flat_map(|name| telling(name)).find(|word| said.contains(word));
        match word.or(whole.map(str::to_owned)) {
            None => Ok(()),
            Some(word) => Err(Refusal::new(format!(
                "the reason or the authority repeats {word:?}, which stands in a name that is withdrawn, and the log keeps both \
                 for good; nothing was withdrawn. Say it without the name, or say --repeats-name where another is meant"
            ))),
        }
    }

    /// The models of link runs that hold words of the names which go: they go with them. Returns what the keeper must know.
    pub async fn models(&self, workspace: &Workspace, parts: &mut Parts) -> Outcome<Option<String>> {
        let names = self.words(|field| field == "names");
        let words: BTreeSet<String> =
            names.iter().flat_map(|name| linkage::text::tokens(name, Script::of(name))).collect();
        let mut models = Vec::new();
        for run in workspace.casebase.runs(Stage::Link).await?.into_iter().filter(|_| !words.is_empty()) {
            let part = (run.index, WithdrawnPart::Field(MODEL.to_owned()));
            let Ok(model) = serde_json::from_str(&run.value.settings) else { continue };
            if !parts.contains(&part) && same_words::model_tells(&model, &words) {
                models.push(run.index.to_string());
                parts.insert(part);
            }
        }
        Ok((!models.is_empty()).then(|| {
            format!(
                "the models of the link runs in entries {} held words of the name and go with it: these runs cannot be repeated, and the \
                 next link trains a new model",
                models.join(", ")
            )
        }))
    }

    /// Looks for what stays and tells it, and says how that is withdrawn.
    pub async fn what_stays(&self, workspace: &Workspace, parts: &Parts, told: &mut Vec<String>) -> Outcome<Stays> {
        let elsewhere = self.of_the_same_persons(workspace, told).await?;
        let mut told_in = self.told_in(workspace, parts, &elsewhere, told)?;
        told_in.extend(self.other_editions(workspace, parts, told)?);
        told_in.sort_unstable();
        told_in.dedup();
        let still_in = self.still_in(workspace, parts, elsewhere, &told_in, told).await?;
        Ok(Stays { told_in, still_in })
    }

    /// Names in the records that stay and that the last link run took for the same persons as those which go: other
    /// spellings, and those in the other script.
    async fn of_the_same_persons(&self, workspace: &Workspace, told: &mut Vec<String>) -> Outcome<BTreeSet<String>> {
        let mut persons: BTreeSet<PersonId> = BTreeSet::new();
        let are_records = |entry: &&Entry| field_text(&entry.stored, "type").as_deref() == Some("record");
        for entry in self.entries.values().filter(are_records).filter(|entry| entry.goes("names")) {
            let Some(id) = field_text(&entry.stored, "id").and_then(|id| RecordId::new(id).ok()) else { continue };
            persons.extend(workspace.casebase.person_of(&id).await?);
        }
        let (mut names, mut several) = (BTreeSet::new(), Vec::new());
        for person in persons {
            let records = workspace.casebase.records_of(&person).await?.into_iter();
            let staying: Vec<_> = records.filter(|record| !self.entries.contains_key(&record.index)).collect();
            if !staying.is_empty() {
                several.push(format!("{person} ({} more)", staying.len()));
            }
            names.extend(staying.into_iter().flat_map(|record| record.value.names).map(|name| name.text));
        }
        if !several.is_empty() {
            let more = several.len().saturating_sub(MOST_TOLD);
            let more = if more > 0 { format!(" and {more} others") } else { String::new() };
            told.push(format!(
                "the last link run took records that stay for the same person: {}{more}. redact PERSON withdraws all records of one",
                several[..several.len().min(MOST_TOLD)].join(", ")
            ));
        }
        Ok(names)
    }

    fn told_in(
        &self,
        workspace: &Workspace,
        parts: &Parts,
        elsewhere: &BTreeSet<String>,
        told: &mut Vec<String>,
    ) -> Outcome<Vec<u64>> {
        let mut names = self.names();
        names.extend(elsewhere.iter().cloned());
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let goes = |entry: u64, field: &str| {
            parts.contains(&(entry, WithdrawnPart::Payload))
                || parts.contains(&(entry, WithdrawnPart::Field(field.to_owned())))
        };
        let found = sought::in_journal(&workspace.journal, &names, &goes)?;
        for found in found.iter().take(MOST_TOLD) {
            told.push(format!(
                "{:?} also stands in entry {}: if that is the same person, redact {} --field {} withdraws it",
                found.word, found.entry, found.entry, found.field
            ));
        }
        if found.len() > MOST_TOLD {
            told.push(format!("and in {} other fields of entries; verify names the entries", found.len() - MOST_TOLD));
        }
        let entries: BTreeSet<u64> = found.into_iter().map(|found| found.entry).collect();
        Ok(entries.into_iter().collect())
    }

    /// Entries that bear the id of what goes and stay, such as the event in the next edition of its list.
    fn other_editions(&self, workspace: &Workspace, parts: &Parts, told: &mut Vec<String>) -> Outcome<Vec<u64>> {
        let key = workspace.key()?;
        let payloads = self.entries.values().filter_map(|entry| Some((entry, entry.stored.payload.as_ref()?)));
        let ids: BTreeMap<String, &Entry> = payloads
            .flat_map(|(entry, payload)| returning::ids_of(key, &payload.fields).into_iter().map(move |id| (id, entry)))
            .collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let of_entry = |index: u64, entry: Lying<'_>| {
            let Lying::Whole(fields) = entry else { return None };
            let own: Vec<(String, Vec<u8>)> =
                fields.iter().map(|(name, value)| ((*name).to_owned(), value.to_vec())).collect();
            let of = returning::ids_of(key, &own).iter().find_map(|id| ids.get(id))?;
            let says = |name: &str| of.goes(name) && !parts.contains(&(index, WithdrawnPart::Field(name.to_owned())));
            let stays = !parts.contains(&(index, WithdrawnPart::Payload)) && own.iter().any(|(name, _)| says(name));
            stays.then_some(index)
        };
        let found = workspace.journal.map_frames(|_| true, of_entry)?;
        let found: Vec<u64> = found.into_iter().flat_map(|(_, found)| found).flatten().collect();
        for entry in found.iter().take(MOST_TOLD) {
            told.push(format!("entry {entry} bears the same id, and stays: redact {entry} withdraws it"));
        }
        if found.len() > MOST_TOLD {
            told.push(format!("and {} other entries bear it; verify names them", found.len() - MOST_TOLD));
        }
        Ok(found)
    }

    /// Originals that hold what goes, by the entry: the file that it was read off, and others in which a name or a sentence of
    /// it stands.
    async fn still_in(
        &self,
        workspace: &Workspace,
        parts: &Parts,
        elsewhere: BTreeSet<String>,
        told_in: &[u64],
        told: &mut Vec<String>,
    ) -> Outcome<BTreeMap<u64, Vec<Sha256Digest>>> {
        let (began, all): (Vec<u64>, Vec<Accession>) =
            workspace.casebase.accessions().await?.into_iter().map(|(index, a, _)| (index, a)).unzip();
        let by_id: BTreeMap<&str, &Accession> = all.iter().map(|a| (a.id.as_str(), a)).collect();
        let by_entry: BTreeMap<u64, &Accession> = began.into_iter().zip(&all).collect();
        let read_off = |entry: &StoredEntry| match field_text(entry, "accession") {
            Some(id) => by_id.get(id.as_str()).copied(),
            // Sources and choices of sources name no file; one import writes at a time.
            None => {
                let kind = field_text(entry, "type").filter(|kind| matches!(kind.as_str(), "source" | "trust_set"));
                kind.and_then(|_| by_entry.range(..entry.index).next_back()).map(|(_, accession)| *accession)
            }
        };
        let goes: BTreeSet<Sha256Digest> = parts
            .iter()
            .filter_map(|(_, part)| if let WithdrawnPart::Original(digest) = part { Some(*digest) } else { None })
            .collect();
        let stays =
            |a: &&Accession| !goes.contains(&a.original.sha256) && workspace.originals.is_here(&a.original.sha256);
        let (mut still, mut files) = (BTreeMap::<u64, Vec<Sha256Digest>>::new(), BTreeMap::new());
        for (index, entry) in self.entries.iter().filter(|(_, entry)| entry.stored.payload.is_some()) {
            if let Some(from) = read_off(&entry.stored) {
                // Also where it is not here: the same bytes may be taken in again.
                still.insert(*index, vec![from.original.sha256]);
                if stays(&from) {
                    files.insert(from.original.sha256, from);
                }
            }
        }
        for (digest, from) in &files {
            told.push(format!(
                "it was read off the original {digest} ({}, {}), which stays and holds the same words: redact --original {} \
                 withdraws that file",
                from.file_name, from.id, from.id
            ));
        }
        let mut also: BTreeSet<Sha256Digest> = BTreeSet::new();
        // What an entry tells, the file tells that it was read off.
        for entry in told_in {
            also.extend(read_off(&workspace.journal.get(*entry)?).map(|from| from.original.sha256));
        }
        let mut words = self.words(|_| true);
        words.extend(elsewhere);
        let sought = Sought::telling(&words);
        let others = all.iter().filter(|a| stays(a) && !files.contains_key(&a.original.sha256));
        let in_originals = sought::in_originals(&workspace.originals, others, &sought);
        for (other, word) in in_originals.found {
            told.push(format!(
                "{word:?} also stands in the original {} ({}): if that is the same person, redact --original {} withdraws it",
                other.original.sha256, other.file_name, other.id
            ));
            also.insert(other.original.sha256);
        }
        if !in_originals.unseen.is_empty() {
            let kinds: Vec<String> = in_originals.unseen.iter().map(|(kind, n)| format!("{n} of {kind}")).collect();
            told.push(format!(
                "originals off which no text can be read were not looked through: {}. Whether they tell it, only people can see",
                kinds.join(", ")
            ));
        }
        if !goes.is_empty() {
            told.extend(near::copies_that_stay(workspace, &goes).await?);
        }
        // Of all that goes together, once.
        if let Some((first, _)) = parts.first() {
            let held = still.entry(*first).or_default();
            also.retain(|digest| !held.contains(digest));
            held.extend(also);
        }
        let ended = parts.iter().filter(|(_, part)| *part == WithdrawnPart::Field(destroy::REFUSED.to_owned()));
        let ended = ended.filter_map(|(index, _)| self.entries.get(index));
        let goes_along: Vec<_> = ended.filter_map(|e| destroy::list_of(&workspace.dir, &e.stored)).collect();
        for (path, word) in sought::in_files(&workspace.dir, &sought) {
            if !goes_along.contains(&path) {
                told.push(format!(
                    "{word:?} also stands in {}: remove it, or withdraw what it was made from",
                    path.display()
                ));
            }
        }
        Ok(still)
    }
}
