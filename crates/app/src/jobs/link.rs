//! Link run over the workspace: records to persons with stable ids.

use std::collections::BTreeMap;

use domain::content::DecisionKind;
use domain::run::{Run, Stage};
use domain::{Content, PersonId, Record, RecordId, Sha256Digest};
use linkage::{Decisions, LinkRecord, Settings};

use crate::cli::LinkArguments;
use crate::refusal::{Outcome, Refusal};
use crate::terminal::{Progress, say};
use crate::workspace::Workspace;

/// The settings named by `--spec`, with the command line's own choices.
pub fn settings(arguments: &LinkArguments) -> Outcome<Settings> {
    let mut settings = match Settings::by_name(&arguments.spec) {
        Some(settings) => settings,
        None => {
            let text = std::fs::read_to_string(&arguments.spec).map_err(|e| {
                Refusal::new(format!("{:?} is neither a spec nor a file ({e}); nothing was linked", arguments.spec))
            })?;
            Settings::parse(&text)?
        }
    };
    settings.link_only = arguments.link_only;
    settings.seed = arguments.seed;
    Ok(settings)
}

pub fn set_threads(arguments: &LinkArguments) -> Outcome<()> {
    let Some(threads) = arguments.threads else { return Ok(()) };
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global().map_err(|e| Refusal::new(e.to_string()))
}

pub async fn run(workspace: &mut Workspace, arguments: &LinkArguments) -> Outcome<()> {
    set_threads(arguments)?;
    let settings = settings(arguments)?;
    let records: Vec<Record> = workspace.records().await?.into_iter().map(|r| r.value).collect();
    if records.is_empty() {
        say("no records of victims are here; nothing was linked");
        return Ok(());
    }
    let mut lists: Vec<&str> = records.iter().map(|r| r.source.as_str()).collect();
    lists.sort_unstable();
    lists.dedup();
    let number = |source: &str| lists.binary_search(&source).map_or(0, |at| at as u32);
    let rows: Vec<LinkRecord> =
        records.iter().map(|r| LinkRecord::from_record(r, number(r.source.as_str()), &workspace.places)).collect();

    let mut decisions = Decisions::default();
    for decision in workspace.casebase.decisions().await? {
        let text = |id: &RecordId| id.as_str().to_owned();
        match &decision.value.decision {
            DecisionKind::Link(a, b) => decisions.links.push((text(a), text(b))),
            DecisionKind::NonLink(a, b) => decisions.non_links.push((text(a), text(b))),
            DecisionKind::CannotTell(..) => {}
        }
    }
    let progress = Progress::new();
    let linked = linkage::link(&rows, &settings, &decisions, &|stage, done, total| progress.at(stage, done, total))?;
    drop(progress);

    let ids: Vec<RecordId> = records.iter().map(|r| r.id.clone()).collect();
    let previous: BTreeMap<RecordId, PersonId> = workspace.memberships().await?;
    let mut assignments = linkage::assign_persons(&ids, &linked.clusters, &previous);
    assignments.sort();
    let mut csv = String::from("record_id,person_id\n");
    for (record, person) in &assignments {
        csv.push_str(&format!("{record},{person}\n"));
    }
    let (output, _) = workspace.originals.put(csv.as_bytes())?;
    let mut sorted_ids: Vec<&str> = ids.iter().map(RecordId::as_str).collect();
    sorted_ids.sort_unstable();
    let json = |value: serde_json::Result<serde_json::Value>| value.map_err(|e| Refusal::new(e.to_string()));
    let all_settings = serde_json::json!({
        "settings": json(serde_json::to_value(&settings))?,
        "model": json(serde_json::to_value(&linked.model))?,
    });
    let mut persons: Vec<&PersonId> = assignments.iter().map(|(_, person)| person).collect();
    persons.sort();
    persons.dedup();
    let n_persons = persons.len() as u64;
    let run = Run {
        stage: Stage::Link,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        input: Sha256Digest::of(sorted_ids.join("\n").as_bytes()),
        settings: all_settings.to_string(),
        seed: Some(settings.seed),
        output,
        counts: BTreeMap::from([
            ("records".to_owned(), records.len() as u64),
            ("persons".to_owned(), n_persons),
            ("pairs".to_owned(), linked.pairs.len() as u64),
        ]),
    };
    workspace.record(vec![Content::Run(run)]).await?;
    say(format!(
        "linked {} records of {} lists into {n_persons} persons ({} pairs at or above 1 %)",
        records.len(),
        lists.len(),
        linked.pairs.len()
    ));
    Ok(())
}
