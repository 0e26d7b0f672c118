//! Link run over the workspace: records to persons with stable ids.
//!
//! A workspace that was linked before keeps its model, and only pairs of new records are scored; `--retrain` makes a new model.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use domain::run::{Run, Stage};
use domain::{Content, PersonId, Record, RecordId, Sha256Digest, Source, SourceId};
use linkage::{Decisions, KeptPairs, LinkRecord, LinkRun, ModelFile, RowSpec, Settings};

use crate::cli::LinkArguments;
use crate::jobs::link_files;
use crate::jobs::link_report::{self, check_outputs, tell_rules};
use crate::jobs::linked;
use crate::outputs;
use crate::refusal::{Outcome, Refusal};
use crate::terminal::{Progress, say};
use crate::workspace::{Recorded, Workspace};

/// The settings named by `--spec`, with the command line's own choices.
pub fn settings(arguments: &LinkArguments) -> Outcome<Settings> {
    let mut settings = match Settings::by_name(&arguments.spec) {
        Some(settings) => settings,
        None => {
            let text = crate::input::read_text(std::path::Path::new(&arguments.spec)).map_err(|e| {
                Refusal::new(format!("{:?} is neither a spec nor a file ({e}); nothing was linked", arguments.spec))
            })?;
            if linkage::OwnSpec::is_one(&text) || arguments.spec.to_ascii_lowercase().ends_with(".json") {
                return Err(Refusal::new(format!(
                    "{}: comparisons of one's own and Splink's settings are for files (link FILE --spec), and a workspace is linked \
                     by victims, or by a settings file of it; nothing was linked",
                    arguments.spec
                )));
            }
            Settings::parse(&text)?
        }
    };
    // What the command line does not say is as the settings have it.
    settings.link_only |= arguments.link_only;
    settings.seed = arguments.seed.unwrap_or(settings.seed);
    Ok(settings)
}

/// More are of no use to any machine, and starting them is slow, or fails half-way.
const MOST_THREADS: usize = 512;

pub fn set_threads(arguments: &LinkArguments) -> Outcome<()> {
    let Some(threads) = arguments.threads else { return Ok(()) };
    if threads > MOST_THREADS {
        return Err(Refusal::new(format!("--threads {threads} is more than {MOST_THREADS}; nothing was linked")));
    }
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global().map_err(|e| {
        Refusal::new(format!(
            "{threads} threads could not be started ({e}); nothing was linked. Say fewer with --threads"
        ))
    })
}

/// The model that `--model` names. Refuses one that is not of these settings, or of records without what these bear.
pub fn given_model(arguments: &LinkArguments, settings: &Settings, facts: u16) -> Outcome<Option<ModelFile>> {
    let Some(path) = &arguments.model else { return Ok(None) };
    let text = std::fs::read_to_string(path)
        .map_err(|e| Refusal::io("nothing was linked: could not read the model", path, e))?;
    let file = ModelFile::parse(&text).and_then(|file| file.check(settings, facts).map(|()| file));
    file.map(Some).map_err(|e| Refusal::new(format!("{}: {e}", path.display())))
}

/// Writes the model where `--model-out` says.
pub fn store_model(arguments: &LinkArguments, model: &ModelFile) -> Outcome<()> {
    let Some(path) = &arguments.model_out else { return Ok(()) };
    let text =
        serde_json::to_string_pretty(model).map_err(|e| Refusal::new(format!("the model was not written: {e}")))?;
    outputs::write(path, |mut file| writeln!(file, "{text}"))
        .map_err(|e| Refusal::io("the model was not written: could not write", path, e))
}

/// What a run was made from, beside the records.
struct Made {
    run: LinkRun,
    trained_on_records: u64,
    /// How much of it was taken from the run before, in words.
    how: String,
}

/// The threshold does not bear on the model or on the pairs.
fn same_but_threshold(a: &Settings, b: &Settings) -> bool {
    Settings { threshold_probability: 0.5, ..a.clone() } == Settings { threshold_probability: 0.5, ..b.clone() }
}

fn link(
    workspace: &Workspace,
    arguments: &LinkArguments,
    settings: &Settings,
    rows: &[LinkRecord],
    decisions: &Decisions,
    last_link: Option<Run>,
) -> Outcome<Made> {
    let progress = Progress::new();
    let tick = |stage: &str, done: u64, total: u64| progress.at(stage, done, total);
    let anew = |why: &str| -> Outcome<Made> {
        let run = linkage::link(rows, settings, decisions, &tick)?;
        Ok(Made { run, trained_on_records: rows.len() as u64, how: format!("a new model was trained{why}") })
    };
    let facts = rows.iter().fold(0, |facts, row| facts | row.facts());
    if let Some(given) = given_model(arguments, settings, facts)? {
        let run = linkage::link_with(rows, settings, decisions, Some(&given.model), &tick)?;
        let how = "the model that was given was used, and all pairs were compared".to_owned();
        return Ok(Made { run, trained_on_records: given.trained_on_records, how });
    }
    let recorded = match last_link.map(linked::read_run) {
        _ if arguments.retrain => return anew(""),
        None => return anew(""),
        Some(Err(why)) => return anew(&format!(", since the last one is of no use ({why})")),
        Some(Ok(recorded)) if !same_but_threshold(&recorded.settings, settings) => {
            return anew(", since the settings are others than the last run's");
        }
        Some(Ok(recorded)) => recorded,
    };
    let trained_on_records = recorded.trained_on_records;
    let earlier = linked::load_pairs(workspace, &recorded.run);
    let (run, only_new) = match &earlier {
        Some(earlier) => linkage::link_more(rows, settings, decisions, &recorded.model, earlier, &tick)?,
        None => (linkage::link_with(rows, settings, decisions, Some(&recorded.model), &tick)?, false),
    };
    let new = rows.len().saturating_sub(earlier.map_or(0, |e| e.records.len()));
    let mut how = match only_new {
        true => format!("the model was kept, and only the pairs of {new} new records were compared"),
        false => "the model was kept, and all pairs were compared".to_owned(),
    };
    if rows.len() as u64 > 2 * trained_on_records {
        how.push_str(&format!("; it was trained on {trained_on_records} records: --retrain makes a new one"));
    }
    Ok(Made { run, trained_on_records, how })
}

pub async fn run(workspace: &mut Workspace, arguments: &LinkArguments) -> Outcome<()> {
    let settings = settings(arguments)?;
    if settings.spec == RowSpec::People {
        return Err(Refusal::new(
            "a workspace holds victims, of whom the people spec reads neither deaths nor perpetrators; nothing was linked",
        ));
    }
    check_outputs(arguments)?;
    let Recorded { records, decisions, sources, last_link } = workspace.recorded()?;
    if records.is_empty() {
        say("no records of victims are here; nothing was linked");
        return Ok(());
    }
    let (rows, n_lists) = linked::rows(workspace, &records);
    let decisions = linked::verdicts_of(decisions.iter()).decisions();
    let previous = workspace.assigned(last_link.as_ref())?;
    let mut made = link(workspace, arguments, &settings, &rows, &decisions, last_link)?;
    made.run.clusters = invented_apart(&sources, &records, &made.run.clusters);

    let ids: Vec<RecordId> = records.iter().map(|r| r.id.clone()).collect();
    let assignments = linkage::assign_persons(&ids, &made.run.clusters, &previous);
    let run = recorded(workspace, &settings, &made, &ids, &assignments)?;
    let n_persons = run.counts.get("persons").copied().unwrap_or(0);
    linked::store_pairs(workspace, &run.settings, &KeptPairs::of(&rows, &made.run));
    workspace.record(vec![Content::Run(run)]).await?;
    say(format!(
        "linked {} records of {} into {n_persons} persons ({} pairs at or above 1 %); {}",
        records.len(),
        link_files::lists(n_lists),
        made.run.pairs.len(),
        made.how
    ));
    tell_rules(&made.run);
    made.run.warnings().into_iter().for_each(say);
    if let Some(path) = &arguments.report {
        link_report::store(path, &made.run, &[])?;
    }
    let facts = rows.iter().fold(0, |facts, row| facts | row.facts());
    store_model(arguments, &ModelFile::new(&settings, &made.run.model, made.trained_on_records, facts))
}

/// Cluster numbers in which no record of an invented list stands with a real one: an invented person is nobody, and
/// would lend a real record the mark of being invented.
fn invented_apart(sources: &BTreeMap<SourceId, Source>, records: &[Record], clusters: &[u32]) -> Vec<u32> {
    let invented: BTreeSet<&SourceId> = sources.values().filter(|s| s.invented).map(|s| &s.id).collect();
    let mut numbers: BTreeMap<(u32, bool), u32> = BTreeMap::new();
    let numbered = records.iter().zip(clusters).map(|(record, cluster)| {
        let next = numbers.len() as u32;
        *numbers.entry((*cluster, invented.contains(&record.source))).or_insert(next)
    });
    numbered.collect()
}

/// The run as the journal keeps it; its output goes among the originals.
fn recorded(
    workspace: &Workspace,
    settings: &Settings,
    made: &Made,
    ids: &[RecordId],
    assignments: &[(RecordId, PersonId)],
) -> Outcome<Run> {
    let mut csv = String::from("record_id,person_id\n");
    for (record, person) in assignments {
        csv.push_str(&format!("{record},{person}\n"));
    }
    let (output, _) = workspace.originals.put(csv.as_bytes())?;
    let mut sorted_ids: Vec<&str> = ids.iter().map(RecordId::as_str).collect();
    sorted_ids.sort_unstable();
    let json = |value: serde_json::Result<serde_json::Value>| value.map_err(|e| Refusal::new(e.to_string()));
    let all_settings = serde_json::json!({
        "settings": json(serde_json::to_value(settings))?,
        "model": json(serde_json::to_value(&made.run.model))?,
        "trained_on_records": made.trained_on_records,
    });
    let mut persons: Vec<&PersonId> = assignments.iter().map(|(_, person)| person).collect();
    persons.sort();
    persons.dedup();
    Ok(Run {
        stage: Stage::Link,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        input: Sha256Digest::of(sorted_ids.join("\n").as_bytes()),
        settings: all_settings.to_string(),
        seed: Some(settings.seed),
        output,
        counts: BTreeMap::from([
            ("records".to_owned(), ids.len() as u64),
            ("persons".to_owned(), persons.len() as u64),
            ("pairs".to_owned(), made.run.pairs.len() as u64),
        ]),
    })
}
