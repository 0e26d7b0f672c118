//! Witnesses (c2sp.org/tlog-witness): each is shown the newest checkpoint and that the log has only grown since the one
//! that it saw last; what it signs is kept under `anchors/`. A witness that saw a larger log is a reason to stop.

use std::path::Path;

use domain::Sha256Digest;
use domain::run::Stage;
use evidence::cosign;
use evidence::policy::{Policy, PolicyWitness};

use crate::anchors::{self, http};
use crate::refusal::{Outcome, Refusal};
use crate::terminal::say;
use crate::workspace::{Workspace, now};

pub struct Gathered {
    pub by: Vec<String>,
    pub not: Vec<String>,
    pub is_quorum: bool,
}

pub async fn run(workspace: &mut Workspace, policy: Option<&Path>) -> Outcome<()> {
    if let Some(path) = policy {
        take_policy(workspace, path).await?;
    }
    anchors::refuse_bad(workspace, "No witness was asked").await?;
    let policy = Policy::parse(&workspace.policy_text()?)?;
    if policy.witnesses.is_empty() {
        return Err(Refusal::new(
            "no witness is named; nobody was asked. Give a policy that names some with --policy FILE",
        ));
    }
    let gathered = gather(workspace)?;
    for label in &gathered.by {
        say(format!("{label} cosigned the log of {} entries", workspace.journal.len()));
    }
    for reason in &gathered.not {
        say(format!("  not witnessed: {reason}"));
    }
    match (policy.asks_for_witnesses(), gathered.is_quorum) {
        (true, true) => say("enough witnesses cosigned for the policy"),
        (false, _) => say(format!(
            "{} of {} witnesses cosigned; the policy asks for none of them (quorum none)",
            gathered.by.len(),
            policy.witnesses.len()
        )),
        (true, false) => {
            return Err(Refusal::new(
                "fewer witnesses cosigned than the policy asks for; what was got is kept. Run it again later",
            ));
        }
    }
    Ok(())
}

/// Takes a policy over, when it is about this log. An entry says which: nobody signs the file.
async fn take_policy(workspace: &mut Workspace, path: &Path) -> Outcome<()> {
    let text = crate::input::read_text(path).map_err(|e| Refusal::io("could not read", path, e))?;
    let policy = Policy::parse(&text)?;
    if !policy.logs.iter().any(|log| log.vkey() == workspace.vkey()) {
        return Err(Refusal::new(format!(
            "{} does not name this log's key, {}; it was not taken over",
            path.display(),
            workspace.vkey()
        )));
    }
    let runs = workspace.casebase.runs(Stage::Witness).await?;
    let recorded = runs.last().and_then(|run| anchors::recorded_policy(run.index, &run.value));
    if recorded.as_ref().is_none_or(|(_, recorded)| *recorded != text) {
        let entry = workspace.record(vec![anchors::policy_run(&text)?]).await?;
        if let Some((before, recorded)) = &recorded {
            say(format!(
                "the policy that entry {before} took over is replaced (entry {entry} says so): {}",
                changed(recorded, &policy)
            ));
        }
    }
    anchors::write(&workspace.dir.join(anchors::POLICY), text.as_bytes())
}

/// Which witnesses a new policy adds and leaves out.
fn changed(before: &str, policy: &Policy) -> String {
    let labels = |policy: &Policy| policy.witnesses.iter().map(|w| w.label.clone()).collect::<Vec<_>>();
    let (before, now) = (Policy::parse(before).map(|policy| labels(&policy)).unwrap_or_default(), labels(policy));
    let without = |some: &[String], others: &[String]| -> String {
        let only: Vec<&str> = some.iter().filter(|label| !others.contains(label)).map(String::as_str).collect();
        if only.is_empty() { "none".to_owned() } else { only.join(", ") }
    };
    format!("witnesses added: {}; left out: {}", without(&now, &before), without(&before, &now))
}

/// Asks every witness of the policy that has an address and has not cosigned yet. What one of them does wrong is told, and
/// the others are asked all the same.
pub fn gather(workspace: &mut Workspace) -> Outcome<Gathered> {
    let policy = Policy::parse(&workspace.policy_text()?)?;
    let size = workspace.journal.len();
    if size == 0 {
        return Err(Refusal::new("the log has no entries yet; no witness was asked"));
    }
    let path = anchors::dir(&workspace.dir, size)?.join("checkpoint");
    let last = workspace.journal.last_time();
    let doubt = |time: u64| cosign::doubt(time, Some(last), Some(now()));
    let mut not = Vec::new();
    for witness in &policy.witnesses {
        match cosigned(workspace, witness, &doubt) {
            Ok(None) => {}
            // Kept before the next one is asked: a cosignature is never lost.
            Ok(Some(note)) => {
                anchors::write(&path, note.as_bytes())?;
                workspace.journal.attach_cosigned(&note)?;
            }
            Err(refusal) => not.push(format!("{}: {refusal}", witness.label)),
        }
    }
    let found = policy.witnessed(workspace.journal.checkpoint(), &doubt);
    Ok(Gathered { by: found.by.into_iter().map(|(label, _)| label).collect(), not, is_quorum: found.is_quorum })
}

/// The checkpoint with what this witness signs; `None` where it has signed already.
fn cosigned(
    workspace: &Workspace,
    witness: &PolicyWitness,
    doubt: &dyn Fn(u64) -> Option<String>,
) -> Outcome<Option<String>> {
    let note = workspace.journal.checkpoint().to_owned();
    let refuse_doubtful = |time: u64| match doubt(time) {
        Some(why) => Err(Refusal::new(format!("{why}; its cosignature counts for nothing"))),
        None => Ok(()),
    };
    if let Some(time) = witness.witness.time(&note)? {
        refuse_doubtful(time)?;
        return Ok(None);
    }
    let Some(url) = &witness.url else { return Err(Refusal::new("the policy gives no address for it")) };
    let line = cosign::line_of(&witness.witness, &note, &ask(workspace, witness, url)?)?;
    let signed = cosign::with_lines(&note, &line)?;
    witness.witness.time(&signed)?.map_or(Ok(()), refuse_doubtful)?;
    Ok(Some(signed))
}

/// The largest log that this witness cosigned, as far as it is known here.
fn seen_by(workspace: &Workspace, witness: &PolicyWitness) -> u64 {
    let anchors = workspace.dir.join("anchors");
    let cosigned = |size: &u64| {
        let note = std::fs::read_to_string(anchors.join(size.to_string()).join("checkpoint")).unwrap_or_default();
        witness.witness.time(&note).is_ok_and(|time| time.is_some())
    };
    anchors::sizes(&anchors).into_iter().rev().find(cosigned).unwrap_or(0)
}

/// The body of an add-checkpoint request: from which size, the consistency proof, the checkpoint.
fn body(workspace: &Workspace, old: u64) -> Outcome<String> {
    let size = workspace.journal.len();
    let proof = workspace.journal.consistency(old, size);
    let proof =
        proof.ok_or_else(|| Refusal::new(format!("there is no way from {old} to {size} entries; nobody was asked")))?;
    Ok(format!("old {old}\n{}\n{}", evidence::consistency_text(&proof), workspace.journal.checkpoint()))
}

/// Returns the lines that the witness signed.
fn ask(workspace: &Workspace, witness: &PolicyWitness, url: &str) -> Outcome<String> {
    let size = workspace.journal.len();
    let url = format!("{url}/add-checkpoint");
    let mut old = seen_by(workspace, witness).min(size);
    for _ in 0..2 {
        let answer = http::post(&url, "text/plain; charset=utf-8", body(workspace, old)?.as_bytes())?;
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        match answer.status {
            200 => return Ok(text),
            409 => {
                let known = text.trim().parse::<u64>().ok();
                let known = known.ok_or_else(|| Refusal::new("it gave a conflict and no size; it did not cosign"))?;
                if known > size {
                    return Err(Refusal::new(format!(
                        "it has seen {known} entries of this log and here are {size}: this journal is older than what was \
                         shown, or another one is signed with the same key. Nothing was cosigned; find out which"
                    )));
                }
                if known == old && known < size {
                    return Err(Refusal::new(format!(
                        "it says that it has seen {known} entries, which is what it was shown the way from; it did not cosign"
                    )));
                }
                if known == old {
                    return Err(Refusal::new(format!(
                        "it has seen another log of {old} entries under this name: two logs were signed with one key"
                    )));
                }
                old = known;
            }
            status => {
                let digest = Sha256Digest::of(&answer.body).hex();
                let first = text.lines().next().unwrap_or_default().chars().filter(|c| !c.is_control()).take(200);
                let said = first.collect::<String>();
                return Err(Refusal::new(format!(
                    "it answered {status} {said:?} (SHA-256 of the answer {}); it did not cosign",
                    &digest[..12]
                )));
            }
        }
    }
    Err(Refusal::new("it changed its mind about the size twice; it did not cosign"))
}
