//! Consent: what families agreed to, and that they take it back, as decisions in the journal.
//!
//! A decision holds for what was taken in before it, and for any consent that was given up to its day: a list that still
//! carries the old consent does not bring it back.

use std::collections::BTreeSet;

use casebase::Indexed;
use domain::content::{Decision, DecisionKind};
use domain::{Notice, NoticeId, NoticeUse};
use jiff::Timestamp;
use jiff::tz::Offset;

use crate::cli::consent::ConsentArguments;
use crate::jobs::subject;
use crate::refusal::{Outcome, Refusal};
use crate::terminal::{plain, say};
use crate::workspace::{Workspace, now};

/// Takes out of each notice's consent what the family took back since it gave it.
pub fn taken_back(notices: &mut [Indexed<Notice>], decisions: &[Indexed<Decision>]) {
    for decision in decisions {
        let DecisionKind::WithdrawConsent(id, uses, until) = &decision.value.decision else { continue };
        let given_before = |notice: &Notice| notice.consent.as_ref().is_some_and(|c| c.given_on <= *until);
        for notice in notices.iter_mut().filter(|notice| notice.value.id == *id) {
            if notice.index < decision.index || given_before(&notice.value) {
                notice.value.take_back(uses);
            }
        }
    }
}

async fn notices(workspace: &Workspace, wanted: Option<&NoticeId>) -> Outcome<Vec<Indexed<Notice>>> {
    let mut notices = workspace.casebase.notices().await?;
    taken_back(&mut notices, &workspace.casebase.decisions().await?);
    notices.retain(|notice| wanted.is_none_or(|id| notice.value.id == *id));
    match wanted {
        Some(id) if notices.is_empty() => Err(Refusal::new(format!("no notice {id} is here; nothing was done"))),
        _ => Ok(notices),
    }
}

pub async fn withdraw(workspace: &mut Workspace, arguments: &ConsentArguments) -> Outcome<()> {
    let (Some(id), Some(reason)) = (&arguments.id, &arguments.reason) else {
        return Err(Refusal::new("no notice or no reason was named; nothing was taken back"));
    };
    let asked: BTreeSet<NoticeUse> = match arguments.uses.is_empty() {
        true => NoticeUse::ALL.into(),
        false => arguments.uses.iter().copied().collect(),
    };
    let held = notices(workspace, Some(id)).await?;
    if !held.iter().any(|notice| asked.iter().any(|a_use| notice.value.may_be(*a_use))) {
        return Err(Refusal::new(format!("there is no such consent for the notice {id}; nothing was taken back")));
    }
    let words = asked.iter().map(|a_use| a_use.key()).collect::<Vec<_>>().join(", ");
    // The clock may be wrong; what is taken back was given at the latest when it says so.
    let given = held.iter().filter_map(|notice| Some(notice.value.consent.as_ref()?.given_on));
    let today = Timestamp::from_second(now()).map(|time| Offset::UTC.to_datetime(time).date()).ok();
    let Some(until) = given.chain(today).max() else {
        return Err(Refusal::new(format!("the consent for the notice {id} has no day; nothing was taken back")));
    };
    let decision = Decision {
        decision: DecisionKind::WithdrawConsent(id.clone(), asked, until),
        by: subject::user(&arguments.by),
        why: reason.clone(),
    };
    let entry = workspace.take_back(decision).await?;
    say(format!("the consent for the notice {id} is taken back (entry {entry}): {words}"));
    say(
        "  the next release leaves it out: publish again, and take earlier ones down. To destroy what the notice says as \
         well, use redact",
    );
    Ok(())
}

pub async fn show(workspace: &Workspace, arguments: &ConsentArguments) -> Outcome<()> {
    let notices = notices(workspace, arguments.id.as_ref()).await?;
    if arguments.json {
        let lines: Vec<serde_json::Value> = notices
            .iter()
            .map(|notice| {
                let value = &notice.value;
                serde_json::json!({
                    "id": value.id, "entry": notice.index, "consent": value.consent, "held_back": value.held_back(),
                })
            })
            .collect();
        outln!("{}", serde_json::to_string_pretty(&lines).map_err(|e| Refusal::new(e.to_string()))?);
        return Ok(());
    }
    for Indexed { index, value } in &notices {
        match (&value.consent, value.held_back()) {
            (Some(consent), None) => {
                let uses = consent.uses.iter().map(|a_use| a_use.key()).collect::<Vec<_>>().join(", ");
                outln!(
                    "{} (entry {index}): given by {} on {} for {uses}",
                    value.id,
                    plain(&consent.given_by),
                    consent.given_on
                );
            }
            (_, held) => outln!("{} (entry {index}): not published, {}", value.id, held.unwrap_or_default()),
        }
    }
    Ok(())
}
