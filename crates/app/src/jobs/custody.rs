//! The chain of custody: what the journal says about one thing, in order. Each step bears the entry that it stands in
//! and that entry's hash in the log, so that the table itself can be checked.

use std::collections::BTreeSet;
use std::io::Write;

use domain::content::DecisionKind;
use domain::run::Stage;
use domain::{Content, CustodyAction, CustodyEvent, PersonId, WithdrawnPart};
use serde::Serialize;

use crate::cli::custody::{CustodyArguments, Did, Language};
use crate::jobs::custody_page;
use crate::jobs::particulars::{AS_RECEIVED, PAGE_FOR_COURT, Particulars, Verdict};
use crate::jobs::subject::{self, Subject, TOOL};
use crate::outputs::Output;
use crate::refusal::{Outcome, Refusal};
use crate::terminal::{plain, say, utc};
use crate::workspace::{Workspace, now};

/// One step. Texts are as they were recorded.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    pub entry: u64,
    /// When it was recorded, seconds since 1970.
    pub time: i64,
    /// `received`, `recorded`, `decided`, `approved`, `not_approved`, `consent_taken_back`, `released`, `withdrawn`, or a custody action.
    pub what: String,
    pub by: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// In English.
    pub detail: String,
    #[serde(skip)]
    pub particulars: Particulars,
    pub tool: String,
    /// The entry's leaf hash in the log (RFC 6962), hexadecimal.
    pub leaf_sha256: String,
}

/// A file as received, and whether its bytes are still that now.
#[derive(Debug, Clone, Serialize)]
pub struct File {
    pub accession: String,
    pub source: String,
    pub file_name: String,
    pub sha256: String,
    pub size_bytes: u64,
    pub media_type: String,
    /// `same`, `changed`, `missing` or `withdrawn`.
    pub now: &'static str,
}

#[derive(Debug, Clone, Serialize)]
pub struct Chain {
    pub id: String,
    pub files: Vec<File>,
    pub steps: Vec<Step>,
    pub entries: u64,
    pub checkpoint: String,
    pub public_key: String,
    pub tool: String,
}

pub async fn run(workspace: &mut Workspace, arguments: &CustodyArguments) -> Outcome<()> {
    let mut subject = subject::find(workspace, &arguments.id).await?;
    if subject.entries.is_empty() {
        subject.entries = subject::media_of(workspace, &subject).await?;
    }
    let by = subject::user(&arguments.by);
    if let Some(did) = arguments.did {
        let action = action(did);
        let mut why = arguments.why.clone();
        match action {
            CustodyAction::HandedOver if arguments.to.is_none() => {
                return Err(Refusal::new(
                    "it was not said to whom it was handed over; nothing was recorded. Say --to WHOM",
                ));
            }
            CustodyAction::CheckedFixity => {
                let found = fixity(workspace, &subject)?;
                why = Some(why.map_or(found.clone(), |why| format!("{found}; {why}")));
            }
            _ => {}
        }
        let entry = note(workspace, &subject, action, by, arguments.to.clone(), why).await?;
        say(format!("entry {entry}: {} {}", arguments.id, action.key().replace('_', " ")));
        return Ok(());
    }
    if let Some(path) = &arguments.page {
        let page = Output::start_new(path)?;
        // Recorded first: the page shows its own printing, under a checkpoint that holds it.
        let why = Some(format!("{PAGE_FOR_COURT}, {}", path.file_name().unwrap_or_default().to_string_lossy()));
        note(workspace, &subject, CustodyAction::Printed, by, None, why).await?;
        let chain = chain(workspace, &subject).await?;
        let html = custody_page::html(&chain, arguments.lang);
        let written = page.file().write_all(html.as_bytes()).and_then(|()| page.put());
        written.map_err(|e| Refusal::io("could not write", path, e))?;
        say(format!("the chain of custody of {} is in {}", arguments.id, path.display()));
        return Ok(());
    }
    let chain = chain(workspace, &subject).await?;
    if arguments.json {
        outln!("{}", serde_json::to_string_pretty(&chain).map_err(|e| Refusal::new(e.to_string()))?);
    } else {
        print(&chain);
    }
    Ok(())
}

fn action(did: Did) -> CustodyAction {
    match did {
        Did::LookedAt => CustodyAction::LookedAt,
        Did::Exported => CustodyAction::Exported,
        Did::Printed => CustodyAction::Printed,
        Did::HandedOver => CustodyAction::HandedOver,
        Did::CheckedFixity => CustodyAction::CheckedFixity,
    }
}

/// Reads every original of a subject again. Returns, in words, what was found where each is what was received; refuses
/// where one is not, since a check that failed is no step that can be recorded as done.
fn fixity(workspace: &Workspace, subject: &Subject) -> Outcome<String> {
    let refuse = |why: String| Refusal::new(format!("fixity was not recorded: {why}; nothing was written"));
    let files = files(workspace, subject)?;
    if files.is_empty() {
        return Err(refuse(format!("no original stands behind {}", subject.id)));
    }
    if let Some(file) = files.iter().find(|file| file.now != "same") {
        let what = match file.now {
            "withdrawn" => "was withdrawn and is not here any more",
            "missing" => "is not here",
            _ => "is not what was received",
        };
        return Err(refuse(format!("the original {} ({:?}) {what}", file.sha256, file.file_name)));
    }
    let found: Vec<String> =
        files.iter().map(|file| format!("SHA-256 {}, {} bytes", file.sha256, file.size_bytes)).collect();
    Ok(AS_RECEIVED.to_owned() + &found.join("; "))
}

/// Records that somebody looked at things of these entries: once a day (UTC) for the same person, entry and extent, so
/// that reading stays cheap and the log does not fill with it. Where nothing may be written nothing is, and that is said.
pub async fn looked_at(workspace: &mut Workspace, subject: &str, entries: Vec<u64>, extent: &str) -> Outcome<()> {
    if !workspace.is_writable() {
        say("this workspace may only be read: that you looked is not recorded");
        return Ok(());
    }
    let (time, last) = (now(), workspace.journal.last_time());
    if time < last {
        return Err(Refusal::new(format!(
            "the clock says {}, which is before the last entry was recorded, at {}: that you looked cannot be recorded, and \
             nothing was shown. Set the clock right, or wait where it is right and ran ahead then",
            utc(time),
            utc(last)
        )));
    }
    let (by, today) = (subject::user(&None), time.div_euclid(86_400));
    let mut entries: BTreeSet<u64> = entries.into_iter().collect();
    for event in workspace.casebase.custody().await?.into_iter().rev() {
        if entries.is_empty() || workspace.journal.get(event.index)?.time.div_euclid(86_400) < today {
            break;
        }
        let event = event.value;
        if event.action == CustodyAction::LookedAt && event.by == by && event.why.as_deref() == Some(extent) {
            event.entries.iter().for_each(|entry| _ = entries.remove(entry));
        }
    }
    if entries.is_empty() {
        return Ok(());
    }
    let event = CustodyEvent {
        action: CustodyAction::LookedAt,
        subject: subject.to_owned(),
        entries: entries.into_iter().collect(),
        by,
        to: None,
        why: Some(extent.to_owned()),
        tool: TOOL.to_owned(),
    };
    workspace.record(vec![Content::Custody(event)]).await.map(|_| ())
}

/// Records one step about all entries of a subject. Returns the entry that it stands in.
pub async fn note(
    workspace: &mut Workspace,
    subject: &Subject,
    action: CustodyAction,
    by: String,
    to: Option<String>,
    why: Option<String>,
) -> Outcome<u64> {
    let (entries, tool) = (subject.all(), TOOL.to_owned());
    let event = CustodyEvent { action, subject: subject.id.clone(), entries, by, to, why, tool };
    workspace.record(vec![Content::Custody(event)]).await
}

/// Puts the chain together from the journal's entries.
async fn chain(workspace: &Workspace, subject: &Subject) -> Outcome<Chain> {
    let all = subject.all();
    let mut steps = Vec::new();
    let mut add =
        |entry: u64, what: &str, by: &str, to: Option<String>, said: Particulars, tool: &str| -> Outcome<()> {
            let stored = workspace.journal.get(entry)?;
            let leaf = evidence::merkle::leaf_hash(&stored.leaf);
            let leaf_sha256 = leaf.iter().map(|b| format!("{b:02x}")).collect();
            let (what, by, tool) = (what.to_owned(), by.to_owned(), tool.to_owned());
            let detail = said.words(Language::En);
            steps.push(Step { entry, time: stored.time, what, by, to, detail, particulars: said, tool, leaf_sha256 });
            Ok(())
        };
    for (index, accession) in &subject.accessions {
        let said = Particulars::Received {
            file_name: accession.file_name.clone(),
            source: accession.source.to_string(),
            size_bytes: accession.original.size_bytes,
            sha256: accession.original.sha256.hex(),
            terms: accession.terms.clone(),
        };
        let program = accession.received_with.as_deref().map(|program| format!("{program}; ")).unwrap_or_default();
        add(
            *index,
            "received",
            &accession.received_by,
            None,
            said,
            &format!("{program}mapping {}", accession.mapping),
        )?;
    }
    for entry in &subject.entries {
        let stored = workspace.journal.get(*entry)?;
        let (kind, id) = (subject::field_text(&stored, "type"), subject::field_text(&stored, "id"));
        add(*entry, "recorded", "", None, Particulars::Recorded { kind, id }, "")?;
    }
    decisions(workspace, subject, &mut add).await?;
    let mut handled = Vec::new();
    for event in workspace.casebase.custody().await? {
        let (index, event) = (event.index, event.value);
        if event.subject == subject.id || event.entries.iter().any(|e| all.contains(e)) {
            handled.push(index);
            let said = Particulars::Handled { subject: event.subject, why: event.why.unwrap_or_default() };
            add(index, event.action.key(), &event.by, event.to, said, &event.tool)?;
        }
    }
    for (by, withdrawal) in workspace.withdrawals()? {
        if all.contains(&withdrawal.entry) || handled.contains(&withdrawal.entry) {
            let said = Particulars::Withdrawn {
                part: withdrawal.part,
                entry: withdrawal.entry,
                authority: withdrawal.authority,
                reason: withdrawal.reason,
            };
            add(by, "withdrawn", &withdrawal.by, None, said, &withdrawal.tool)?;
        }
    }
    let first = all.first().copied().unwrap_or_default();
    for run in workspace.casebase.runs(Stage::Publish).await? {
        if run.index > first {
            let said = Particulars::Released { entries: run.index + 1 };
            add(run.index, "released", "", None, said, &format!("tawthiq {}", run.value.program))?;
        }
    }
    steps.sort_by_key(|step| step.entry);
    Ok(Chain {
        id: subject.id.clone(),
        files: files(workspace, subject)?,
        steps,
        entries: workspace.journal.len(),
        checkpoint: workspace.journal.checkpoint().to_owned(),
        public_key: workspace.vkey(),
        tool: TOOL.to_owned(),
    })
}

type Add<'a> = &'a mut dyn FnMut(u64, &str, &str, Option<String>, Particulars, &str) -> Outcome<()>;

/// What people decided about the records among the entries.
async fn decisions(workspace: &Workspace, subject: &Subject, add: Add<'_>) -> Outcome<()> {
    let (mut ids, mut notices) = (Vec::new(), Vec::new());
    for entry in &subject.entries {
        let entry = workspace.journal.get(*entry)?;
        let is_notice = subject::field_text(&entry, "type").as_deref() == Some("notice");
        if is_notice { &mut notices } else { &mut ids }.extend(subject::field_text(&entry, "id"));
    }
    // Persons whose approval rests on one of the records: what takes it back names the person alone.
    let mut approved: BTreeSet<PersonId> = BTreeSet::new();
    for decision in workspace.casebase.decisions().await? {
        let (by, why) = (&decision.value.by, decision.value.why.clone());
        let (verdict, a, b) = match &decision.value.decision {
            DecisionKind::Link(a, b) => (Verdict::Same, a, b),
            DecisionKind::NonLink(a, b) => (Verdict::NotSame, a, b),
            DecisionKind::CannotTell(a, b) => (Verdict::CannotTell, a, b),
            DecisionKind::Approve(person, records) => {
                if ids.iter().any(|id| records.iter().any(|r| r.as_str() == id)) {
                    let said = Particulars::Approved { person: person.to_string(), why };
                    add(decision.index, "approved", by, None, said, "")?;
                    approved.insert(person.clone());
                }
                continue;
            }
            DecisionKind::Disapprove(person) => {
                if approved.contains(person) {
                    let said = Particulars::NotApproved { person: person.to_string(), why };
                    add(decision.index, "not_approved", by, None, said, "")?;
                }
                continue;
            }
            DecisionKind::WithdrawConsent(id, uses, _) => {
                if notices.iter().any(|own| own == id.as_str()) {
                    let uses = uses.iter().map(|a_use| a_use.key()).collect::<Vec<_>>().join(", ");
                    let said = Particulars::ConsentTakenBack { uses, why };
                    add(decision.index, "consent_taken_back", by, None, said, "")?;
                }
                continue;
            }
        };
        if ids.iter().any(|id| id == a.as_str() || id == b.as_str()) {
            let said = Particulars::Decided { a: a.to_string(), b: b.to_string(), verdict, why };
            add(decision.index, "decided", by, None, said, "")?;
        }
    }
    Ok(())
}

fn files(workspace: &Workspace, subject: &Subject) -> Outcome<Vec<File>> {
    let withdrawals = workspace.withdrawals()?;
    let files = subject.accessions.values().map(|accession| {
        let digest = accession.original.sha256;
        let gone = withdrawals.iter().any(|(_, w)| w.part == WithdrawnPart::Original(digest));
        let now = match workspace.originals.check(&digest) {
            Ok(()) => "same",
            Err(evidence::EvidenceError::NoOriginal(_)) if gone => "withdrawn",
            Err(evidence::EvidenceError::NoOriginal(_)) => "missing",
            Err(_) => "changed",
        };
        File {
            accession: accession.id.to_string(),
            source: accession.source.to_string(),
            file_name: accession.file_name.clone(),
            sha256: digest.hex(),
            size_bytes: accession.original.size_bytes,
            media_type: accession.original.media_type.clone(),
            now,
        }
    });
    Ok(files.collect())
}

fn print(chain: &Chain) {
    outln!("chain of custody of {}", plain(&chain.id));
    for file in &chain.files {
        let (name, media_type) = (plain(&file.file_name), plain(&file.media_type));
        outln!("  file {name} ({media_type}, {} bytes) from {}", file.size_bytes, file.source);
        outln!("    SHA-256 {}; read again now: {}", file.sha256, file.now);
    }
    outln!("{:>8}  {:<23}  {:<13}  {:<16}  what", "entry", "recorded at", "step", "by");
    for step in &chain.steps {
        let to = step.to.as_deref().map(|to| format!(" -> {to}")).unwrap_or_default();
        let tool = if step.tool.is_empty() { String::new() } else { format!(" [{}]", step.tool) };
        outln!(
            "{:>8}  {:<23}  {:<13}  {:<16}  {}",
            step.entry,
            utc(step.time),
            step.what,
            plain(&format!("{}{to}", step.by)),
            plain(&format!("{}{tool}", step.detail.trim()))
        );
    }
    outln!("log of {} entries, signed with {}; put together by {}", chain.entries, chain.public_key, chain.tool);
}
