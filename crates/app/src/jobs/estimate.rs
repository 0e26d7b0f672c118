//! Estimate: from the workspace's persons to estimates by stratum, their totals, and what linkage adds to their uncertainty.
//!
//! Never prints; the command line shows what comes back. Every run becomes a journal entry with the digests of what went in and
//! came out, so that it can be repeated to the same bytes.

use std::collections::BTreeMap;

use domain::count::Tally;
use domain::run::{Run, Stage};
use domain::{Content, Record, Sha256Digest, Source, Statement};
use estimation::citing::{Citation, citations};
use estimation::guarded::guarded_tables;
use estimation::models::{Estimate, ListTotal, Model, ModelAnswer, disagreements, estimate};
use estimation::plan::{Choices, ListPlan, ties};
use estimation::strata::{Dimension, StratumTable, tables};
use estimation::tally::Described;
use estimation::total::total;
use serde::Serialize;

use crate::jobs::linkage_samples::{self, Given, tallies};
use crate::jobs::tally;
use crate::refusal::{Outcome, Refusal};
use crate::terminal::Progress;
use crate::workspace::Workspace;

/// What to estimate, and from whom.
#[derive(Debug, Clone, Serialize)]
pub struct Wanted {
    pub trust: String,
    pub by: Vec<Dimension>,
    pub derived: Choices,
    pub linkage_samples: usize,
    /// Nothing below this is given away; 0 and 1 withhold nothing.
    #[serde(skip_serializing_if = "tells_all")]
    pub smallest_cell: u64,
    #[serde(skip)]
    pub seed: u64,
}

fn tells_all(smallest_cell: &u64) -> bool {
    *smallest_cell < 2
}

/// One stratum, or the whole: its own lists, its own documented count.
#[derive(Debug, Clone, Serialize)]
pub struct StratumAnswer {
    pub stratum: Vec<String>,
    pub n_documented: u64,
    /// Empty where the totals would tell a small count; then the lists are named in the next.
    pub lists: Vec<ListTotal>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lists_without_totals: Vec<String>,
    pub models: Vec<ModelAnswer>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    #[serde(skip)]
    estimate: Option<Estimate>,
}

#[derive(Debug, Clone, Serialize)]
pub struct LinkageAnswer {
    pub samples: usize,
    /// Persons of the trust set in each sample; empty where small counts are withheld.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub persons: Vec<u64>,
    /// The middle 95 % of these; nothing where there are fewer than 20.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub persons_interval_95: Option<[u64; 2]>,
    pub models: Vec<ModelAnswer>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Report {
    pub n_documented: u64,
    pub lists: Vec<ListTotal>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lists_without_totals: Vec<String>,
    pub models: Vec<ModelAnswer>,
    pub warnings: Vec<String>,
    pub seed: u64,
    pub version: &'static str,
    #[serde(flatten)]
    pub wanted: Wanted,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub strata: Vec<StratumAnswer>,
    /// Totals of the strata, by model.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub totals: Vec<ModelAnswer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub linkage: Option<LinkageAnswer>,
}

const UNKNOWN_LINKAGE: &str =
    "linkage is taken as known; --linkage-samples N carries its uncertainty into the intervals";
const UNKNOWN_LINKAGE_OF_STRATA: &str = "in the strata and their total linkage is taken as known: only the estimate of the whole was made over samples of it";

fn models(model: Model) -> Vec<Model> {
    if model == Model::All { Model::EACH.to_vec() } else { vec![model] }
}

fn stratum(given: StratumTable, model: Model, seed: u64, progress: Option<&Progress>) -> StratumAnswer {
    let StratumTable { stratum, n_documented, lists, table, doubts } = given;
    let report = |stage: &str, part: f64| {
        if let Some(progress) = progress {
            progress.at(stage, (part * 100.0) as u64, 100);
        }
    };
    match table {
        Ok(table) => {
            let estimate = estimate(&table, model, seed, &report).with_doubts(&doubts);
            let (models, warnings) = (estimate.models.clone(), estimate.warnings.clone());
            let lists_without_totals = Vec::new();
            StratumAnswer {
                stratum,
                n_documented,
                lists,
                lists_without_totals,
                models,
                warnings,
                estimate: Some(estimate),
            }
        }
        Err(because) => {
            let refuse =
                |model: Model| ModelAnswer::NotEstimable { model: model.key(), not_estimable: because.clone() };
            let models = models(model).into_iter().map(refuse).collect();
            let (lists_without_totals, warnings) = (Vec::new(), Vec::new());
            StratumAnswer { stratum, n_documented, lists, lists_without_totals, models, warnings, estimate: None }
        }
    }
}

impl StratumAnswer {
    /// As it may be shown where the counts of its table may not.
    fn without_counts(mut self) -> Self {
        self.lists_without_totals = std::mem::take(&mut self.lists).into_iter().map(|list| list.list).collect();
        self.models = self.models.into_iter().map(ModelAnswer::without_counts).collect();
        self
    }
}

/// The tables of the strata, and whether their counts may be told.
fn guarded(tally: &Tally, plan: &ListPlan, wanted: &Wanted, by: &[Dimension]) -> Outcome<Vec<(StratumTable, bool)>> {
    if tells_all(&wanted.smallest_cell) {
        return Ok(tables(tally, plan, by).into_iter().map(|table| (table, true)).collect());
    }
    let found = guarded_tables(tally, plan, by, wanted.smallest_cell).ok_or_else(|| {
        Refusal::new(format!(
            "whatever is shown would tell a count below {}, beside the tally; nothing was estimated",
            wanted.smallest_cell
        ))
    })?;
    Ok(found.into_iter().map(|guarded| (guarded.table, guarded.tells_counts)).collect())
}

/// The lists that estimates are made from. Where lists derive from one another, or cite one another, the user has to say what becomes
/// of them.
fn plan(tally: &Tally, sources: &[Source], cited: &[Citation], choices: &Choices) -> Outcome<ListPlan> {
    if let Some(unknown) = choices.unknown(tally) {
        let lists: Vec<&str> = tally.lists.iter().map(|list| list.as_str()).collect();
        return Err(Refusal::new(format!(
            "--derived: {unknown} is no list of this trust set; nothing was estimated. Its lists: {}",
            lists.join(", ")
        )));
    }
    ListPlan::new(tally, &ties(tally, sources, cited, choices), choices).map_err(|open| {
        let words: Vec<&str> = open.iter().map(|tie| tie.words.as_str()).collect();
        let independent = if open.iter().any(|tie| !tie.declared) {
            "; or, where you know that a list cites another and has seen for itself, --derived independent"
        } else {
            ""
        };
        let (copier, copied) = open.first().map_or(("A", "B"), |tie| (tie.copier.as_str(), tie.copied.as_str()));
        Refusal::new(format!(
            "not estimable, because {}: a copy is no second witness, and its overlap would make the number unseen too small; nothing was \
             estimated. Should copies be merged with what they copy, or left out? Say --derived merge or --derived leave-out{independent}; of \
             two lists alone: --derived {copier}={copied}:merge",
            words.join("; ")
        ))
    })
}

pub async fn run(workspace: &mut Workspace, wanted: Wanted, model: Model) -> Outcome<Report> {
    let set = tally::trust_set(workspace, Some(&wanted.trust), "estimated").await?;
    let records: Vec<Record> = workspace.records().await?.into_iter().map(|r| r.value).collect();
    let memberships = workspace.memberships().await?;
    let not_linked = tally::not_linked(records.len(), memberships.len());
    // What no run has linked is in no person, and so in no sample either.
    let records: Vec<Record> = records.into_iter().filter(|record| memberships.contains(&record.id)).collect();
    let sources = workspace.sources(records.iter().map(|r| &r.source)).await?;
    let persons = tally::by_person(&records, &memberships);
    let (counted, _) = tally::under(&Described::bare(&persons), &sources, &set, &workspace.places)?;
    let statements: Vec<Statement> = workspace.casebase.statements().await?.into_iter().map(|s| s.value).collect();
    let cited = citations(&persons, &sources, &statements);
    let plan_of = plan(&counted, &sources, &cited, &wanted.derived)?;

    let progress = Progress::new();
    let Some((whole, tells_counts)) = guarded(&counted, &plan_of, &wanted, &[])?.pop() else {
        return Err(Refusal::new(format!(
            "no person is on a list that the trust set {} chooses; nothing was estimated. Has `link` been run?",
            wanted.trust
        )));
    };
    let whole = stratum(whole, model, wanted.seed, Some(&progress));
    let mut warnings: Vec<String> = not_linked.into_iter().collect();
    if tells_all(&wanted.smallest_cell) {
        warnings.extend(plan_of.notes.iter().cloned());
    } else if !plan_of.notes.is_empty() {
        // The notes say in how many records a list names another.
        warnings.push("lists that derive from one another, or cite one another, were treated as chosen".to_owned());
    }
    warnings.extend(whole.warnings.clone());
    let mut strata: Vec<StratumAnswer> = Vec::new();
    let mut totals = Vec::new();
    if !wanted.by.is_empty() {
        let given = guarded(&counted, &plan_of, &wanted, &wanted.by)?;
        let n_strata = given.len() as u64;
        for (at, (table, tells_counts)) in given.into_iter().enumerate() {
            progress.at("estimates by stratum", at as u64, n_strata);
            let answer = stratum(table, model, wanted.seed, None);
            strata.push(if tells_counts { answer } else { answer.without_counts() });
        }
        let parts: Vec<(u64, Option<&Estimate>)> =
            strata.iter().map(|s| (s.n_documented, s.estimate.as_ref())).collect();
        // Pairs speak of two lists only; they have no total.
        let summed = models(model).into_iter().filter(|model| *model != Model::Pairs);
        totals = summed.map(|model| total(&parts, model, wanted.seed)).collect();
        warnings.extend(apart(&whole.models, &totals));
        warnings.extend(disagreements(&totals).into_iter().map(|words| format!("totals of strata: {words}")));
    }
    let n_documented = whole.n_documented;
    let whole = if tells_counts { whole } else { whole.without_counts() };
    let linkage = match wanted.linkage_samples {
        0 => {
            warnings.push(UNKNOWN_LINKAGE.to_owned());
            None
        }
        _ => {
            let given = Given { records: &records, sources: &sources, set: &set };
            let (n, seed) = (wanted.linkage_samples, wanted.seed);
            let samples = tallies(workspace, &given, n, seed, &progress, "nothing was estimated").await?;
            let mut answer = over_samples(&samples, (&sources, &cited), &wanted, model, n_documented, &progress)?;
            warnings.extend(
                disagreements(&answer.models).into_iter().map(|words| format!("over samples of the linkage: {words}")),
            );
            if !wanted.by.is_empty() {
                warnings.push(UNKNOWN_LINKAGE_OF_STRATA.to_owned());
            }
            if !tells_counts {
                answer.models = answer.models.into_iter().map(ModelAnswer::without_counts).collect();
            }
            Some(answer)
        }
    };
    if !tells_all(&wanted.smallest_cell) {
        warnings.push(format!(
            "counts below {}, and what would tell them, are withheld: strata taken together, totals of lists, and the warnings of models whose \
             table has such counts",
            wanted.smallest_cell
        ));
    }
    drop(progress);
    let seed = wanted.seed;
    let report = Report {
        n_documented,
        lists: whole.lists,
        lists_without_totals: whole.lists_without_totals,
        models: whole.models,
        warnings,
        seed,
        version: env!("CARGO_PKG_VERSION"),
        wanted,
        strata,
        totals,
        linkage,
    };
    journal(workspace, &counted, &report, model).await?;
    Ok(report)
}

/// Where the estimate of the whole and the total of the strata do not meet.
fn apart(whole: &[ModelAnswer], totals: &[ModelAnswer]) -> Vec<String> {
    let interval = |answers: &[ModelAnswer], key: &str| {
        answers.iter().find_map(|answer| match answer {
            ModelAnswer::Estimated { model, credible_interval_95, .. } if *model == key => Some(*credible_interval_95),
            _ => None,
        })
    };
    let mut warnings = Vec::new();
    for total in totals {
        let key = total.model();
        if let (Some([low, high]), Some([total_low, total_high])) = (interval(whole, key), interval(totals, key))
            && (high < total_low || total_high < low)
        {
            warnings.push(format!(
                "{key}: the whole and the total of its strata disagree by more than their intervals: the lists reach the strata unequally, or persons \
                 came into the strata in a way that bends the overlaps (see the warnings of the strata)"
            ));
        }
    }
    warnings
}

async fn journal(workspace: &mut Workspace, tally: &Tally, report: &Report, model: Model) -> Outcome<()> {
    let bytes = |value: serde_json::Result<Vec<u8>>| value.map_err(|e| Refusal::new(e.to_string()));
    let mut settings = serde_json::to_value(&report.wanted).map_err(|e| Refusal::new(e.to_string()))?;
    settings["model"] = model.key().into();
    let run = Run {
        stage: Stage::Estimate,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        input: Sha256Digest::of(&bytes(serde_json::to_vec(tally))?),
        settings: settings.to_string(),
        seed: Some(report.seed),
        output: Sha256Digest::of(&bytes(serde_json::to_vec(report))?),
        counts: BTreeMap::from([
            ("documented".to_owned(), report.n_documented),
            ("strata".to_owned(), report.strata.len() as u64),
        ]),
    };
    workspace.record(vec![Content::Run(run)]).await?;
    Ok(())
}

/// One estimate per sample of the linkage, combined by model.
fn over_samples(
    samples: &[Tally],
    (sources, cited): (&[Source], &[Citation]),
    wanted: &Wanted,
    model: Model,
    n_documented: u64,
    progress: &Progress,
) -> Outcome<LinkageAnswer> {
    let mut answers: Vec<(u64, Vec<ModelAnswer>)> = Vec::new();
    for (at, counted) in samples.iter().enumerate() {
        progress.at("estimates over samples of the linkage", at as u64, samples.len() as u64);
        let plan = plan(counted, sources, cited, &wanted.derived)?;
        if let Some(table) = tables(counted, &plan, &[]).pop() {
            let answer = stratum(table, model, wanted.seed.wrapping_add(at as u64 + 1), None);
            answers.push((answer.n_documented, answer.models));
        }
    }
    let combined = models(model).into_iter().map(|model| {
        let of_model: Vec<(u64, &ModelAnswer)> = answers
            .iter()
            .filter_map(|(n, models)| Some((*n, models.iter().find(|answer| answer.model() == model.key())?)))
            .collect();
        estimation::replicates::combine(model.key(), n_documented, &of_model)
    });
    let persons: Vec<u64> = answers.iter().map(|(n, _)| *n).filter(|_| tells_all(&wanted.smallest_cell)).collect();
    let persons_interval_95 = linkage_samples::Spread::interval_95(&persons);
    Ok(LinkageAnswer { samples: samples.len(), persons, persons_interval_95, models: combined.collect() })
}
