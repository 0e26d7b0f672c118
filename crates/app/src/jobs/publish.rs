//! Publish: everything that becomes public is put together here, recorded as a run, written, proved and sealed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use domain::claim::{Claim, ClaimPage};
use domain::comparison::SideBySide;
use domain::run::{Run, Stage};
use domain::{
    Content, Figure, LocalText, Measure, PartyTable, Period, Person, PlaceCode, Record, RecordId, Sha256Digest, Source,
    Statement,
};
use release::{Dataset, Policy};

use crate::jobs::tally;
use crate::refusal::{Outcome, Refusal};
use crate::terminal::{Progress, say};
use crate::workspace::{Workspace, now};

pub async fn run(workspace: &mut Workspace, out: &Path, policy: Option<&Path>) -> Outcome<()> {
    let policy_text = match policy {
        None => String::new(),
        Some(path) => std::fs::read_to_string(path).map_err(|e| Refusal::io("could not read", path, e))?,
    };
    let policy = Policy::parse(&policy_text)?;
    let data = dataset(workspace).await?;
    // The run is recorded before the proofs are made, so that the log in the release holds it too.
    let input = Sha256Digest::of(&serde_json::to_vec(&summary(&data)).map_err(|e| Refusal::new(e.to_string()))?);
    let run = Run {
        stage: Stage::Publish,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        input,
        settings: serde_json::json!({ "policy": policy_text }).to_string(),
        seed: None,
        output: input,
        counts: BTreeMap::from([
            ("figures".to_owned(), data.figures.len() as u64),
            ("persons".to_owned(), data.persons.len() as u64),
        ]),
    };
    workspace.record(vec![Content::Run(run)]).await?;

    // Witnesses are asked before the proofs are made, so that these bear their cosignatures. Without them the release is
    // written all the same, and `verify` says what is missing.
    let log_policy = workspace.policy_text()?;
    if evidence::policy::Policy::parse(&log_policy)?.asks_for_witnesses() {
        for reason in crate::jobs::witness::gather(workspace)?.not {
            say(format!("  not witnessed: {reason}"));
        }
    }

    let progress = Progress::new();
    let journal = &workspace.journal;
    let withholding = release::Withholding::new(&data, &policy);
    let disclose = |index: u64| -> Result<String, String> {
        let entry = journal.get(index).map_err(|e| e.to_string())?;
        let proof = journal.prove(index).map_err(|e| e.to_string())?.text();
        let disclosure =
            evidence::disclose(&entry, &|name| withholding.withholds(index, name), proof).map_err(|e| e.to_string())?;
        serde_json::to_string_pretty(&disclosure).map_err(|e| e.to_string())
    };
    let written =
        release::publish(&data, &policy, out, &disclose, &|stage, done, total| progress.at(stage, done, total))?;
    workspace.journal.export_log_under(&out.join("log"), &log_policy)?;
    crate::anchors::copy(&workspace.dir, &out.join("log/anchors"), &|_, _| Ok(()))?;
    evidence::seal(out, &workspace.key, &workspace.origin)?;
    drop(progress);
    workspace.remember_release(out)?;
    for held in &written.held_back {
        say(format!("  held back: {held}"));
    }
    say(format!(
        "published {} pages and {} proofs to {} ({:.1} MB); the public key is {}",
        written.pages,
        written.proofs,
        out.display(),
        written.bytes as f64 / 1e6,
        workspace.vkey()
    ));
    Ok(())
}

/// What the digest of the input is taken over.
fn summary(data: &Dataset) -> serde_json::Value {
    serde_json::json!({
        "figures": data.figures.iter().map(|(i, f)| (i, f.id.as_str())).collect::<Vec<_>>(),
        "statements": data.statements.iter().map(|(i, s)| (i, s.id.as_str())).collect::<Vec<_>>(),
        "events": data.events.iter().map(|(i, e)| (i, e.id.as_str())).collect::<Vec<_>>(),
        "persons": data.persons,
        "tallies": data.tallies,
        "generated_at": data.generated_at,
    })
}

async fn dataset(workspace: &mut Workspace) -> Outcome<Dataset> {
    let parties = PartyTable::syria();
    let figures = workspace.casebase.figures().await?;
    let plain: Vec<Figure> = figures.iter().map(|f| f.value.clone()).collect();
    let statements = workspace.casebase.statements().await?;
    let events = workspace.casebase.events().await?;
    let rows = workspace.records().await?;
    let indexes: BTreeMap<RecordId, u64> = rows.iter().map(|r| (r.value.id.clone(), r.index)).collect();
    let records: Vec<Record> = rows.into_iter().map(|r| r.value).collect();
    let accessions = workspace.casebase.accessions().await?;
    let named = plain.iter().map(|f| &f.source).chain(records.iter().map(|r| &r.source));
    let named = named.chain(statements.iter().map(|s| &s.value.source)).chain(events.iter().map(|e| &e.value.source));
    let sources = workspace.sources(named.chain(accessions.iter().map(|(_, a, _)| &a.source))).await?;
    let claims = claims(&plain, statements.iter().map(|s| &s.value), &sources, &parties)?;
    let memberships = workspace.memberships().await?;
    let grouped = tally::by_person(&records, &memberships);
    let invented: BTreeSet<_> = sources.iter().filter(|s| s.invented).map(|s| s.id.clone()).collect();
    let persons =
        grouped.iter().map(|(id, rows)| Person::from_records(id.clone(), rows, |s| invented.contains(s))).collect();
    let trust_sets = tally::trust_sets(workspace).await?;
    let mut tallies = Vec::new();
    for set in &trust_sets {
        tallies.push((set.id.clone(), tally::under(&grouped, &sources, set, workspace)?));
    }
    drop(grouped);
    let rejected = accessions
        .iter()
        .filter_map(|(_, a, finished)| Some((a.id.clone(), finished.as_ref()?.rejected.clone())))
        .filter(|(_, rows)| !rows.is_empty())
        .collect();
    Ok(Dataset {
        title: LocalText::from_pairs([
            ("ar", "توثيق: من قُتل في سوريا، وعلى يد من، وبحسب من"),
            ("en", "Tawthiq: killed in Syria, by whom, according to whom"),
            ("fr", "Tawthiq : tués en Syrie, par qui, selon qui"),
        ]),
        generated_at: now(),
        program_version: env!("CARGO_PKG_VERSION").to_owned(),
        origin: workspace.origin.clone(),
        fingerprint: workspace.vkey(),
        months: months(&plain, &parties),
        reports: estimation::figures::reports(&plain),
        claims,
        figures: figures.into_iter().map(|f| (f.index, f.value)).collect(),
        statements: statements.into_iter().map(|s| (s.index, s.value)).collect(),
        events: events.into_iter().map(|e| (e.index, e.value)).collect(),
        accessions: accessions.into_iter().map(|(index, accession, _)| (index, accession)).collect(),
        records: records
            .into_iter()
            .map(|r| (r.id.clone(), (indexes.get(&r.id).copied().unwrap_or_default(), r)))
            .collect(),
        redirects: workspace.casebase.person_redirects().await?,
        persons,
        tallies,
        trust_sets,
        rejected,
        sources,
        parties,
        places: workspace.places.clone(),
    })
}

/// One comparison per period, place and measure that a source printed for a month and the whole country.
fn months(figures: &[Figure], parties: &PartyTable) -> Vec<SideBySide> {
    let keys: BTreeSet<(Period, PlaceCode, Measure)> = figures
        .iter()
        .filter(|f| f.period.as_month().is_some())
        .filter_map(|f| Some((f.period, f.place.code.clone()?, f.measure)))
        .collect();
    keys.iter()
        .map(|(period, place, measure)| {
            estimation::figures::side_by_side(figures, period, Some(place), *measure, parties)
        })
        .collect()
}

/// Every statement that quotes a number becomes a claim with its answer.
fn claims<'a>(
    figures: &[Figure],
    statements: impl Iterator<Item = &'a Statement>,
    sources: &[Source],
    parties: &PartyTable,
) -> Outcome<Vec<ClaimPage>> {
    let mut pages = Vec::new();
    for statement in statements {
        let Some(quoted) = &statement.quoted else { continue };
        let Some(period) = quoted.period else { continue };
        let claim = Claim {
            party: quoted.party.clone(),
            percent: quoted.percent,
            attributed_to: Some(quoted.attributed_to.clone()),
            period,
        };
        let slug = format!("{}-{}-{}-{period}", quoted.party, quoted.percent, quoted.attributed_to)
            .replace(['/', '.', '_'], "-");
        let answer = estimation::figures::check_claim(figures, &claim, parties, sources);
        pages.push(ClaimPage { slug, words: statement.words.clone(), answer });
    }
    Ok(pages)
}
