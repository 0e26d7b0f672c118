//! Approval: a decision in the journal that the names of a person may be published, or do not any more.

use std::collections::{BTreeMap, BTreeSet};

use domain::content::{Decision, DecisionKind};
use domain::{Content, PersonId, RecordId};

use crate::cli::approve::ApproveArguments;
use crate::jobs::subject;
use crate::refusal::{Outcome, Refusal};
use crate::terminal::say;
use crate::workspace::Workspace;

pub async fn run(workspace: &mut Workspace, arguments: &ApproveArguments) -> Outcome<()> {
    let mut records: BTreeMap<PersonId, BTreeSet<RecordId>> = BTreeMap::new();
    for (record, person) in workspace.memberships().await? {
        records.entry(person).or_default().insert(record);
    }
    let by = subject::user(&arguments.by);
    let mut decisions = Vec::new();
    for person in arguments.persons.iter().collect::<BTreeSet<_>>() {
        let decision = match records.get(person) {
            _ if arguments.take_back => DecisionKind::Disapprove(person.clone()),
            Some(records) => DecisionKind::Approve(person.clone(), records.clone()),
            None => return Err(Refusal::new(format!("no person {person} is here; nobody was approved"))),
        };
        decisions.push(Content::Decision(Decision { decision, by: by.clone(), why: arguments.why.clone() }));
    }
    let n = decisions.len();
    let first = workspace.record(decisions).await?;
    let what = if arguments.take_back { "taken back" } else { "approved" };
    say(format!(
        "{what} by {by}: {n}, from entry {first} on; the policy says whose approvals count, and how many are needed"
    ));
    Ok(())
}
