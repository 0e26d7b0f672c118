//! The last link run of a workspace, as review and quality need it: its records, model, kept pairs and persons.
//!
//! Kept pairs stand in `cache/`, and are made again from the model when they are not there. Nothing here is in the journal
//! that was not there before.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use domain::content::{Decision, DecisionKind};
use domain::run::{Run, Stage};
use domain::{Content, PersonId, Record, RecordId, Sha256Digest};
use linkage::{KeptPairs, LinkRecord, LinkRun, Model, Report, Settings, Verdict, Verdicts};
use serde_json::Value;

use crate::refusal::{Outcome, Refusal};
use crate::terminal::{Progress, say};
use crate::workspace::Workspace;

/// The settings and the model of a recorded run.
pub struct Recorded {
    pub run: Run,
    pub settings: Settings,
    pub model: Model,
    pub trained_on_records: u64,
}

/// A run that can be looked into.
pub struct Linked {
    pub recorded: Recorded,
    pub records: Vec<Record>,
    pub rows: Vec<LinkRecord>,
    pub persons: Vec<PersonId>,
    pub run: LinkRun,
    pub verdicts: Verdicts,
    /// Records that were taken in since.
    pub not_linked: usize,
}

/// The settings and model of the workspace's last link run; `None` before the first. `Err` inside: why they are of no use.
pub async fn last_run(workspace: &Workspace) -> Outcome<Option<Result<Recorded, String>>> {
    Ok(workspace.casebase.runs(Stage::Link).await?.pop().map(|run| read_run(run.value)))
}

/// The settings and model of a link run; why they are of no use, where they are not.
pub fn read_run(run: Run) -> Result<Recorded, String> {
    if run.settings.is_empty() {
        return Err("it was withdrawn, since it held words of a name that was".to_owned());
    }
    let read = |run: &Run| -> Result<(Settings, Model, u64), String> {
        let value: Value = serde_json::from_str(&run.settings).map_err(|e| e.to_string())?;
        let settings = serde_json::from_value(value["settings"].clone()).map_err(|e| e.to_string())?;
        let model = Model::parse(&value["model"].to_string()).map_err(|e| e.to_string())?;
        let trained = value["trained_on_records"].as_u64();
        Ok((settings, model, trained.or(run.counts.get("records").copied()).unwrap_or(0)))
    };
    read(&run).map(|(settings, model, trained_on_records)| Recorded { run, settings, model, trained_on_records })
}

/// The records as linkage reads them; each source is one list.
pub fn rows(workspace: &Workspace, records: &[Record]) -> (Vec<LinkRecord>, usize) {
    let mut lists: Vec<&str> = records.iter().map(|r| r.source.as_str()).collect();
    lists.sort_unstable();
    lists.dedup();
    let number = |source: &str| lists.binary_search(&source).map_or(0, |at| at as u32);
    let row = |r: &Record| LinkRecord::from_record(r, number(r.source.as_str()), &workspace.places);
    (records.iter().map(row).collect(), lists.len())
}

/// What reviewers decided, the later decision on a pair in the place of an earlier one.
pub async fn verdicts(workspace: &Workspace) -> Outcome<Verdicts> {
    let decisions = workspace.casebase.decisions().await?;
    Ok(verdicts_of(decisions.iter().map(|decision| &decision.value)))
}

/// As [`verdicts`], of decisions in their order.
pub fn verdicts_of<'a>(decisions: impl Iterator<Item = &'a Decision>) -> Verdicts {
    let mut out = Verdicts::default();
    for decision in decisions {
        let (a, b, verdict) = match &decision.decision {
            DecisionKind::Link(a, b) => (a, b, Verdict::Link),
            DecisionKind::NonLink(a, b) => (a, b, Verdict::NonLink),
            DecisionKind::CannotTell(a, b) => (a, b, Verdict::CannotTell),
            DecisionKind::Approve(..) | DecisionKind::Disapprove(_) | DecisionKind::WithdrawConsent(..) => continue,
        };
        out.set(a.as_str(), b.as_str(), verdict);
    }
    out
}

/// A verdict as a journal entry's content.
pub fn decision(a: &str, b: &str, verdict: Verdict, by: &str, why: &str) -> Outcome<Content> {
    let (a, b) = (RecordId::new(a.min(b))?, RecordId::new(a.max(b))?);
    let decision = match verdict {
        Verdict::Link => DecisionKind::Link(a, b),
        Verdict::NonLink => DecisionKind::NonLink(a, b),
        Verdict::CannotTell => DecisionKind::CannotTell(a, b),
    };
    Ok(Content::Decision(Decision { decision, by: by.to_owned(), why: why.to_owned() }))
}

/// Where the kept pairs of a run with this model and these settings stand.
fn cache_path(workspace: &Workspace, settings_json: &str) -> PathBuf {
    let name = Sha256Digest::of(settings_json.as_bytes()).hex();
    workspace.dir.join("cache").join(format!("pairs-{}.bin", &name[..16.min(name.len())]))
}

/// The kept pairs of an earlier run, when they are there and as the holder of the key kept them: from them persons are made whom the
/// log then says.
pub fn load_pairs(workspace: &Workspace, run: &Run) -> Option<KeptPairs> {
    let path = cache_path(workspace, &run.settings);
    // Without the key nobody can tell who kept them.
    let (key, bytes) = (workspace.key().ok()?, std::fs::read(&path).ok()?);
    let read = match bytes.split_last_chunk::<CODE_BYTES>() {
        Some((pairs, code)) if *code == keepers_code(key, &path, pairs) => {
            KeptPairs::parse(pairs).map_err(|e| e.to_string())
        }
        _ => Err("it is not as it was kept".to_owned()),
    };
    read.map_err(|error| say(format!("{}: {error}; all pairs are scored anew", path.display()))).ok()
}

/// Of the code at the end of the file of kept pairs.
const CODE_BYTES: usize = 32;

fn keepers_code(key: &evidence::SigningKey, path: &Path, pairs: &[u8]) -> [u8; CODE_BYTES] {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    evidence::keys::keepers_code(key, &name, pairs)
}

/// Keeps the pairs of a run, in the place of those of the runs before. What cannot be kept is only said: it can be made again.
pub fn store_pairs(workspace: &Workspace, settings_json: &str, pairs: &KeptPairs) {
    let path = cache_path(workspace, settings_json);
    let folder = workspace.dir.join("cache");
    // Whoever may only read scores them anew each time.
    let Ok(key) = workspace.key() else { return };
    let mut bytes = pairs.to_bytes();
    bytes.extend(keepers_code(key, &path, &bytes));
    let store = || -> std::io::Result<()> {
        evidence::make_private_dir(&folder).map_err(std::io::Error::other)?;
        evidence::write_private(&path, &bytes).map_err(std::io::Error::other)?;
        for old in std::fs::read_dir(&folder)?.flatten().map(|entry| entry.path()) {
            let name = old.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            if old != path && name.starts_with("pairs-") {
                std::fs::remove_file(old)?;
            }
        }
        Ok(())
    };
    if let Err(error) = store() {
        say(format!("{} could not be written ({error}): the next run scores all pairs anew", path.display()));
    }
}

/// Opens the last link run. Refuses where there is none; `nothing` says what therefore is not done.
pub async fn open(workspace: &Workspace, nothing: &str) -> Outcome<Linked> {
    let recorded = match last_run(workspace).await? {
        None => return Err(Refusal::new(format!("nothing was linked yet; {nothing}. Run link first"))),
        Some(Err(why)) => {
            return Err(Refusal::new(format!(
                "the last link run's model is of no use ({why}); {nothing}. Run link --retrain"
            )));
        }
        Some(Ok(recorded)) => recorded,
    };
    let members: BTreeMap<RecordId, PersonId> = workspace.memberships().await?.into_iter().collect();
    let all: Vec<Record> = workspace.records().await?.into_iter().map(|r| r.value).collect();
    let taken_in = all.len();
    let records: Vec<Record> = all.into_iter().filter(|r| members.contains_key(&r.id)).collect();
    let persons: Vec<PersonId> = records.iter().filter_map(|r| members.get(&r.id).cloned()).collect();
    let (rows, _) = rows(workspace, &records);
    let run = match load_pairs(workspace, &recorded.run).filter(|p| p.records.len() == rows.len() && p.all_among(&rows))
    {
        Some(pairs) => from_pairs(&rows, &pairs, &recorded.model),
        None => {
            say("the kept pairs of the last run are not here; they are scored anew");
            let (progress, none) = (Progress::new(), linkage::Decisions::default());
            let tick = |s: &str, d: u64, t: u64| progress.at(s, d, t);
            let run = linkage::link_with(&rows, &recorded.settings, &none, Some(&recorded.model), &tick)?;
            store_pairs(workspace, &recorded.run.settings, &KeptPairs::of(&rows, &run));
            run
        }
    };
    // The persons of the run that was recorded, whatever was decided since.
    let mut numbers: BTreeMap<&PersonId, u32> = BTreeMap::new();
    let mut clusters = Vec::with_capacity(persons.len());
    for person in &persons {
        let next = numbers.len() as u32;
        clusters.push(*numbers.entry(person).or_insert(next));
    }
    let run = LinkRun { clusters, ..run };
    let verdicts = verdicts(workspace).await?;
    let not_linked = taken_in - records.len();
    Ok(Linked { recorded, records, rows, persons, run, verdicts, not_linked })
}

fn from_pairs(rows: &[LinkRecord], kept: &KeptPairs, model: &Model) -> LinkRun {
    let at: BTreeMap<&str, u32> = (0..).zip(rows).map(|(i, r)| (r.id.as_str(), i)).collect();
    let place: Vec<u32> = kept.records.iter().map(|(id, _)| at.get(id.as_str()).copied().unwrap_or(0)).collect();
    let pair =
        |&(a, b, bits): &(u32, u32, f64)| (place[a as usize], place[b as usize], (1.0 / (1.0 + (-bits).exp2())) as f32);
    LinkRun {
        pairs: kept.pairs.iter().map(pair).collect(),
        pair_bits: kept.pairs.iter().map(|p| p.2).collect(),
        clusters: Vec::new(),
        model: model.clone(),
        report: Report::default(),
    }
}
