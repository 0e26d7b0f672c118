//! Publish: everything that becomes public is put together here, recorded as a run, written, proved and sealed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use domain::claim::{Claim, ClaimPage};
use domain::comparison::SideBySide;
use domain::run::{Run, Stage};
use domain::{
    ActKind, Content, Figure, LocalText, Measure, Notice, PartyTable, Period, PersonId, PlaceCode, RecordId,
    Sha256Digest, Source, Statement, TrustSet,
};
use estimation::tally::Described;
use evidence::SigningKey;
use evidence::note::Checkpoint;
use rayon::prelude::*;
use release::{Dataset, Folder, HeldBack, Known, Policy};
use rustc_hash::FxHashSet;

use crate::jobs::kept::{Asked, Kept};
use crate::jobs::press::KeptPress;
use crate::jobs::{policy_names, tally};
use crate::refusal::{Outcome, Refusal};
use crate::terminal::{Progress, say};
use crate::workspace::{Journaled, Others, Rows, Workspace, now};

/// How the release is recorded.
fn run_of(data: &Dataset, withdrawals: &[(u64, u64)], policy: &str) -> Outcome<Run> {
    let input = digest_of_input(data, withdrawals)?;
    Ok(Run {
        stage: Stage::Publish,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        input,
        settings: serde_json::json!({ "policy": policy }).to_string(),
        seed: None,
        output: input,
        counts: BTreeMap::from([
            ("figures".to_owned(), data.figures.len() as u64),
            ("persons".to_owned(), data.persons.len() as u64),
        ]),
    })
}

/// What the command line says of a release.
pub struct Order<'a> {
    pub out: Option<&'a Path>,
    pub policy: Option<&'a Path>,
    /// An earlier release to compare with, when it is not the last one published from here.
    pub previous: Option<&'a Path>,
    pub dry_run: bool,
    /// Draw every page, whatever the last release had.
    pub full: bool,
    pub json: bool,
}

/// The policy with the picture that it names, which lies beside it.
fn load_policy(path: Option<&Path>) -> Outcome<(String, Policy)> {
    let Some(path) = path else { return Ok((String::new(), Policy::default())) };
    let text = crate::input::read_text(path).map_err(|e| Refusal::io("could not read", path, e))?;
    let mut policy = Policy::parse(&text)?;
    if let Some(logo) = &policy.theme.logo {
        let beside = path.parent().unwrap_or(Path::new("")).join(logo);
        let bytes = crate::input::read(&beside).map_err(|e| Refusal::io("could not read the logo", &beside, e))?;
        let picture = release::Logo::new(bytes).map_err(|e| Refusal::new(format!("{e}; nothing was published")))?;
        policy.theme.picture = Some(picture);
    }
    Ok((text, policy))
}

/// The release before: the one named, else the last one published from this workspace, if it is still there.
fn previous(workspace: &Path, key: Option<&SigningKey>, named: Option<&Path>) -> Outcome<Option<release::Summary>> {
    if let Some(named) = named {
        return match release::Summary::load(named)? {
            Some(found) => Ok(Some(found)),
            None => Err(Refusal::new(format!(
                "{} has no data/persons.json to compare with; nothing was published",
                named.display()
            ))),
        };
    }
    Workspace::last_summary(workspace, key)
}

/// Refuses to sign a history that differs from one that was published: where the release in `out`, or the last one from here,
/// shows entries that this journal has not, or others.
fn held_to_releases(workspace: &Workspace, out: &Path) -> Outcome<()> {
    let verifier = evidence::note::Verifier::parse(&workspace.vkey())?;
    let last = Workspace::last_release(&workspace.dir)?;
    for (folder, is_out) in last.iter().map(|last| (last.as_path(), false)).chain([(out, true)]) {
        let path = folder.join("log/checkpoint");
        let note = match std::fs::read_to_string(&path) {
            Ok(note) => note,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound || !is_out => continue,
            Err(error) => return Err(Refusal::io("could not read", &path, error)),
        };
        let shown = match Checkpoint::open(&note, &verifier) {
            Ok(shown) => shown,
            Err(_) if !is_out => continue,
            Err(error) => {
                return Err(Refusal::new(format!(
                    "{}: {error}. It is of another log, or damaged; nothing was published. Publish into another folder, or \
                     remove this one",
                    path.display()
                )));
            }
        };
        let why = match workspace.journal.root(shown.size) {
            Some(root) if root == shown.root => continue,
            Some(_) => format!("other entries among the first {} than this journal has", shown.size),
            None => format!("{} entries, and this journal has {}: it is older", shown.size, workspace.journal.len()),
        };
        return Err(Refusal::new(format!(
            "the release in {} was signed over {why}. Nothing was published: that would sign two histories under one name. Put \
             the newer journal back (restore --checkpoint {} holds it to what was published), or find out who else signs with \
             this key",
            folder.display(),
            path.display()
        )));
    }
    Ok(())
}

pub async fn run(dir: &Path, order: &Order<'_>, outreach: &super::outreach::Prepared) -> Outcome<()> {
    let mut kept = match order.out.filter(|_| !order.dry_run) {
        Some(out) => Some(Kept::begin(dir, out, order.full)?),
        None => None,
    };
    let workspace = &mut Workspace::open(dir).await?;
    let (policy_text, mut policy) = load_policy(order.policy)?;
    crate::anchors::refuse_bad(workspace, "Nothing was published").await?;
    let asked = match order.previous {
        None => Some(Asked::new(&policy_text, &policy, outreach)?),
        Some(_) => None,
    };
    if let Some(kept) = &mut kept {
        kept.load(workspace)?;
    }
    if let (Some(out), Some(asked), Some(kept)) = (order.out, &asked, &mut kept)
        && let Some(version) = kept.stands(workspace, out, asked)?
    {
        say(format!(
            "nothing changed since version {version} was published: every file in {} is as it was sealed, and no entry was \
             added. Nothing was written; --full makes all of it anew",
            out.display()
        ));
        return Ok(());
    }
    // What was published is read beside what is to be: neither needs the other.
    let (dir, named) = (workspace.dir.clone(), order.previous.map(Path::to_owned));
    let key = workspace.key().ok().cloned();
    let before = std::thread::Builder::new().spawn(move || previous(&dir, key.as_ref(), named.as_deref()));
    let before = before.map_err(|e| Refusal::new(format!("no thread could be started: {e}; nothing was published")))?;
    let known = kept.as_mut().map_or_else(Rows::default, Kept::rows);
    let Found { data, held, known } = dataset(workspace, &mut policy, known).await?;
    // The process ends after it: some millions of small values need not be given back one by one.
    let mut data = std::mem::ManuallyDrop::new(data);
    let before = before.join();
    data.previous = before.map_err(|_| Refusal::new("the last release could not be read; nothing was published"))??;
    policy.site.number_after(data.previous.as_ref(), data.generated_at);
    policy_names::given_back(&policy, data.previous.as_ref(), &data)?;
    outreach.refuse(&data)?;
    if let Some(two) = outreach.two_addresses(&policy) {
        say(format!("  note: {two}"));
    }
    if let Some(out) = order.out {
        crate::workspace::refuse_inside_workspace(out, "nothing was published")?;
        Folder::check(out)?;
    }
    if order.dry_run {
        return show_plan(&release::plan(&data, &policy, &held)?, order.json);
    }
    let (Some(out), Some(mut kept)) = (order.out, kept) else {
        return Err(Refusal::new("no folder was named; nothing was published. Say --out DIR"));
    };
    let boundaries = outreach.boundaries(&data)?;
    held_to_releases(workspace, out)?;
    kept.look()?;
    let shown = release::Shown::new(&data, &policy)?;
    // The run is recorded before the proofs are made, so that the log in the release holds it too; its syncs wait for the disk
    // while the look-ups are made.
    let (view, recorded) = std::thread::scope(|threads| {
        let view = threads.spawn(|| shown.view());
        let recorded = tokio::task::block_in_place(|| {
            let run = run_of(&data, workspace.journal.withdrawals(), &policy_text)?;
            tokio::runtime::Handle::current().block_on(workspace.record(vec![Content::Run(run)]))
        });
        (view.join(), recorded)
    });
    recorded?;
    let view = view.map_err(|_| Refusal::new("the look-ups could not be made; the release is not complete"))?;

    // Witnesses are asked before the proofs are made, so that these bear their cosignatures. Without them the release is
    // written all the same, and `verify` says what is missing.
    let log_policy = workspace.policy_text()?;
    let mut is_witnessed = true;
    if evidence::policy::Policy::parse(&log_policy)?.asks_for_witnesses() {
        for reason in crate::jobs::witness::gather(workspace)?.not {
            is_witnessed = false;
            say(format!("  not witnessed: {reason}"));
        }
    }

    let reading = workspace.reading(&known)?;
    let view = std::mem::ManuallyDrop::new(view.reading(&reading));
    let progress = Progress::new();
    let journal = &workspace.journal;
    let (withholding, pages) = rayon::join(|| release::Withholding::new(&view), || kept.pages(workspace));
    let disclose = |index: u64| -> Result<String, String> {
        let entry = journal.get(index).map_err(|e| e.to_string())?;
        let withhold = |name: &str, value: &str| withholding.withholds(index, name, value);
        let disclosure = evidence::disclose(&entry, &withhold, None).map_err(|e| e.to_string())?;
        serde_json::to_string_pretty(&disclosure).map_err(|e| e.to_string())
    };
    let at = |stage: &str, done, total| progress.at(stage, done, total);
    let untouched = |path: &str| kept.sums.untouched(path);
    let folder = if kept.is_last { Folder::again(out, &untouched)? } else { Folder::prepare(out)? };
    let press = KeptPress::open(&workspace.dir.join("cache/print"), order.full)?;
    // What is made to be shared is set in type by one thread, and the log is copied by another, beside the pages that all make.
    let (written, shared, log) = std::thread::scope(|threads| {
        let shared = threads.spawn(|| outreach.write(&data, &view, boundaries.as_ref(), &press, &folder));
        let log = threads.spawn(|| journal.export_log_under(&out.join("log"), &log_policy));
        (release::publish_into(&view, &folder, &pages, &disclose, &at), shared.join(), log.join())
    });
    let written = written?;
    shared.map_err(|_| Refusal::new("what is made to be shared could not be; the release is not complete"))??;
    log.map_err(|_| Refusal::new("the log could not be copied; the release is not complete"))??;
    press.finish()?;
    let of_release = folder.finish();
    crate::anchors::copy(&workspace.dir, &out.join("log/anchors"), &|_, _| Ok(()))?;
    let is_of_release = |path: &str| of_release.has(path);
    let (key, origin) = (workspace.key()?, &workspace.origin);
    let seal = || evidence::seal_again(out, key, origin, &is_of_release, &kept.sums);
    let (sealed, stored) = rayon::join(seal, || kept.store_input(workspace, &known, &pages));
    let sealed = sealed?;
    stored?;
    drop(progress);
    let version = policy.site.version_at(data.generated_at);
    let asked = asked.as_ref().filter(|_| is_witnessed);
    let store = || kept.store(workspace, asked, version, &sealed);
    let (remembered, stored) = rayon::join(|| workspace.remember_release(out), store);
    remembered.and(stored)?;
    if let Some(changes) = &written.changes {
        let counts: Vec<String> = changes.lists().iter().map(|(name, list)| format!("{name} {}", list.len())).collect();
        say(format!("  since {}: {}", changes.from, counts.join(", ")));
    }
    for held in held.sentences().iter().chain(&written.held_back) {
        say(format!("  held back: {held}"));
    }
    say(format!(
        "published version {} with {} pages ({} of them unchanged) and {} proofs ({} unchanged) in {} ({:.1} MB); the \
         public key is {}",
        policy.site.version_at(data.generated_at),
        written.pages,
        written.pages_left,
        written.proofs,
        written.proofs_left,
        out.display(),
        written.bytes as f64 / 1e6,
        workspace.vkey()
    ));
    Ok(())
}

/// What would become public and what would not, counted.
fn show_plan(plan: &release::Plan, json: bool) -> Outcome<()> {
    if json {
        outln!("{}", serde_json::to_string_pretty(plan).map_err(|e| Refusal::new(e.to_string()))?);
        return Ok(());
    }
    outln!("version {} would become public; nothing was written", plan.version);
    for (words, n) in [
        ("pages", plan.pages),
        ("proofs", plan.proofs),
        ("persons with their names", plan.persons_named),
        ("persons without their names", plan.persons_without_name),
        ("records", plan.records),
        ("figures", plan.figures),
        ("statements", plan.statements),
        ("events", plan.events),
        ("notices", plan.notices),
        ("files taken in", plan.files_taken_in),
    ] {
        outln!("  {n:>9} {words}");
    }
    outln!("  fields of records: {}", plan.record_fields.iter().map(String::as_str).collect::<Vec<_>>().join(", "));
    outln!("held back");
    for held in &plan.held_back {
        outln!("  {held}");
    }
    if let Some(changes) = &plan.changes {
        out!("{changes}");
    }
    Ok(())
}

/// Over what the release is made from: which entries, what was withdrawn of them, and who is whom. What entries say is in
/// the log, and counts follow from them.
fn digest_of_input(data: &Dataset, withdrawals: &[(u64, u64)]) -> Outcome<Sha256Digest> {
    #[derive(serde::Serialize)]
    struct Input<'a> {
        figures: Vec<u64>,
        statements: Vec<u64>,
        events: Vec<u64>,
        notices: Vec<(u64, bool)>,
        records: Vec<u64>,
        withdrawals: &'a [(u64, u64)],
        persons: Vec<(&'a PersonId, &'a [RecordId])>,
        sources: &'a [Source],
        trust_sets: &'a [TrustSet],
        generated_at: i64,
    }
    let input = Input {
        figures: data.figures.iter().map(|(i, _)| *i).collect(),
        statements: data.statements.iter().map(|(i, _)| *i).collect(),
        events: data.events.iter().map(|(i, _)| *i).collect(),
        notices: data.notices.iter().map(|(i, n)| (*i, n.held_back().is_none())).collect(),
        records: data.records.values().map(|(i, _)| *i).collect(),
        withdrawals,
        persons: data.persons.iter().map(|p| (&p.id, p.records.as_slice())).collect(),
        sources: &data.sources,
        trust_sets: &data.trust_sets,
        generated_at: data.generated_at,
    };
    let text = serde_json::to_vec(&input).map_err(|e| Refusal::new(e.to_string()))?;
    Ok(Sha256Digest::of(&text))
}

/// What is to be published.
pub(super) struct Found {
    pub data: Dataset,
    held: HeldBack,
    /// What need not be read of the journal the next time.
    known: Rows,
}

/// Everything that the policy admits; its approvals are found in the journal here. The data hold what is counted of the records that
/// are `known`, and all of the others.
pub(super) async fn dataset(workspace: &mut Workspace, policy: &mut Policy, known: Rows) -> Outcome<Found> {
    let mut held = HeldBack::default();
    let parties = PartyTable::syria();
    let mut figures = workspace.casebase.figures().await?;
    let mut statements = workspace.casebase.statements().await?;
    let mut events = workspace.casebase.events().await?;
    let mut notices = workspace.casebase.notices().await?;
    let mut accessions = workspace.casebase.accessions().await?;
    let decisions = workspace.casebase.decisions().await?;
    let mut others = Others::new();
    others.extend(figures.iter().map(|f| (f.index, Content::Figure(f.value.clone()))));
    others.extend(statements.iter().map(|s| (s.index, Content::Statement(s.value.clone()))));
    others.extend(events.iter().map(|e| (e.index, Content::Event(e.value.clone()))));
    others.extend(notices.iter().map(|n| (n.index, Content::Notice(Box::new(n.value.clone())))));
    others.extend(accessions.iter().map(|(index, a, _)| (*index, Content::Accession(a.clone()))));
    others.extend(decisions.iter().map(|d| (d.index, Content::Decision(d.value.clone()))));
    let Journaled { mut rows, memberships, known } = workspace.records_of_journal(&others, known).await?;
    drop(others);
    let redirects = workspace.casebase.person_redirects().await?;
    let here = figures.iter().map(|f| &f.value.source).chain(accessions.iter().map(|(_, a, _)| &a.source));
    let here = here.chain(rows.iter().map(|r| &r.value.source)).chain(statements.iter().map(|s| &s.value.source));
    let here = workspace.sources(here.chain(events.iter().map(|e| &e.value.source))).await?;
    policy_names::sources(policy, &here)?;
    policy_names::withdrawn(policy, &memberships, &redirects, workspace)?;
    let mut admitted = |is_admitted: bool| {
        held.of_sources += u64::from(!is_admitted);
        is_admitted
    };
    figures.retain(|f| admitted(policy.admits_source(&f.value.source)));
    let plain: Vec<Figure> = figures.iter().map(|f| f.value.clone()).collect();
    statements.retain(|s| admitted(policy.admits_statement(&s.value)));
    events.retain(|e| admitted(policy.admits_source(&e.value.source)));
    notices.retain(|n| admitted(policy.admits_source(&n.value.source)));
    accessions.retain(|(_, a, _)| admitted(policy.admits_source(&a.source)));
    let before = events.len() + notices.len();
    events.retain(|e| policy.admits_acts(&e.value.acts));
    notices.retain(|_| policy.admits_acts(&[ActKind::EnforcedDisappearance]));
    held.told_of_acts = (before - events.len() - notices.len()) as u64;
    held.told_in_part = events.iter_mut().filter_map(|e| policy.reduce(&mut e.value).then_some(1)).sum();
    tally::say_not_linked(rows.len(), memberships.len());
    let any_withdrawn = !policy.withdrawn.is_empty();
    let person_of = |id: &RecordId| if any_withdrawn { memberships.get(id) } else { None };
    rows.retain(|r| policy.admits(&r.value, person_of(&r.value.id), &mut held));
    let named = plain.iter().map(|f| &f.source).chain(rows.iter().map(|r| &r.value.source));
    let named = named.chain(statements.iter().map(|s| &s.value.source)).chain(events.iter().map(|e| &e.value.source));
    let named = named.chain(notices.iter().map(|n| &n.value.source));
    let mut sources = workspace.sources(named.chain(accessions.iter().map(|(_, a, _)| &a.source))).await?;
    sources.retain(|source| policy.admits_source(&source.id));
    sources.iter_mut().for_each(|source| source.derives_from.retain(|origin| policy.admits_source(origin)));
    held.sources = here.iter().filter(|source| !policy.admits_source(&source.id)).count() as u64;
    let claims = claims(&plain, statements.iter().map(|s| &s.value), &sources, &parties)?;
    let grouped = tally::by_person(rows.iter().map(|r| &r.value), &memberships);
    let invented: FxHashSet<_> = sources.iter().filter(|s| s.invented).map(|s| s.id.clone()).collect();
    let persons: Vec<Known> =
        grouped.par_iter().map(|(id, rows)| Known::from_records(id.clone(), rows, |s| invented.contains(s))).collect();
    super::consent::taken_back(&mut notices, &decisions);
    held.outgrown = policy.approve(decisions.iter().map(|d| &d.value), &persons);
    let mut trust_sets = tally::trust_sets(workspace).await?;
    let n_sets = trust_sets.len();
    trust_sets.retain(|set| set.sources.iter().all(|source| policy.admits_source(source)));
    held.trust_sets = (n_sets - trust_sets.len()) as u64;
    let described = Described::new(&grouped, &workspace.places, &parties);
    let under = |set: &TrustSet| {
        let (tally, cell_of) = tally::under(&described, &sources, set, &workspace.places)?;
        Ok(((set.id.clone(), tally), cell_of))
    };
    let counted = trust_sets.par_iter().map(under).collect::<Outcome<Vec<_>>>()?;
    let (tallies, cell_of) = counted.into_iter().unzip();
    drop(described);
    drop(grouped);
    let rejected = accessions
        .iter()
        .filter_map(|(_, a, finished)| Some((a.id.clone(), finished.as_ref()?.rejected.clone())))
        .filter(|(_, rows)| !rows.is_empty())
        .collect();
    let data = Dataset {
        title: LocalText::from_pairs([
            ("ar", "توثيق: القتلى في سوريا، وعلى يد من، وبحسب من"),
            ("en", "Tawthiq: killed in Syria, by whom, according to whom"),
            ("fr", "Tawthiq : tués en Syrie, par qui, selon qui"),
        ]),
        generated_at: now(),
        previous: None,
        program_version: env!("CARGO_PKG_VERSION").to_owned(),
        origin: workspace.origin.clone(),
        fingerprint: workspace.vkey(),
        months: months(&plain, &parties),
        reports: estimation::figures::reports(&plain),
        claims,
        figures: figures.into_iter().map(|f| (f.index, f.value)).collect(),
        statements: statements.into_iter().map(|s| (s.index, s.value)).collect(),
        events: events.into_iter().map(|e| (e.index, e.value)).collect(),
        notices: notices.into_iter().map(|n| (n.index, Notice { original: Vec::new(), ..n.value })).collect(),
        accessions: accessions.into_iter().map(|(index, accession, _)| (index, accession)).collect(),
        cell_of,
        records: rows.into_iter().map(|r| (r.index, r.value)).collect(),
        redirects,
        persons,
        tallies,
        trust_sets,
        rejected,
        sources,
        parties,
        places: workspace.places.clone(),
    };
    Ok(Found { data, held, known })
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
