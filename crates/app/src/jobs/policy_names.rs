//! Refuses a policy that names what is not here: a slip of the pen in it would hold nothing back, and say nothing.

use std::collections::BTreeSet;

use domain::{PersonId, Source};
use release::{Dataset, Policy, Summary};

use crate::refusal::{Outcome, Refusal};
use crate::terminal::say;
use crate::workspace::{Memberships, Workspace};

/// Steps from one word to another: letters put in, left out or replaced (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            row.push((above[j] + usize::from(x != *y)).min(above[j + 1] + 1).min(row[j] + 1));
        }
        above = row;
    }
    above[b.len()]
}

/// The id that was most likely meant, as words for a refusal; nothing where none is near.
fn nearest<'a>(wanted: &str, ids: impl Iterator<Item = &'a str>) -> String {
    let near = ids.map(|id| (distance(wanted, id), id)).min();
    match near.filter(|(steps, _)| *steps <= (wanted.len() / 3).max(2)) {
        Some((_, id)) => format!("; the nearest id is {id:?}"),
        None => String::new(),
    }
}

/// Refuses `sources` that nothing here comes from and that are not described.
pub fn sources(policy: &Policy, here: &[Source]) -> Outcome<()> {
    let ids: BTreeSet<&str> = here.iter().map(|source| source.id.as_str()).collect();
    match policy.sources.iter().flatten().find(|id| !ids.contains(id.as_str())) {
        None => Ok(()),
        Some(id) => Err(Refusal::new(format!(
            "the policy names the source {:?}, which is not here; nothing was published{}",
            id.as_str(),
            nearest(id.as_str(), ids.iter().copied())
        ))),
    }
}

/// Refuses to withdraw a person who is neither here nor in the last release, and one who is another person's now.
pub fn withdrawn(
    policy: &Policy,
    memberships: &Memberships,
    redirects: &[(PersonId, PersonId)],
    workspace: &Workspace,
) -> Outcome<()> {
    if policy.withdrawn.is_empty() {
        return Ok(());
    }
    let here: BTreeSet<&PersonId> = memberships.persons().collect();
    for id in policy.withdrawn.keys().filter(|id| !here.contains(id)) {
        if let Some((_, new)) = redirects.iter().find(|(old, _)| old == id) {
            return Err(Refusal::new(format!(
                "the policy withdraws {id}, who was found to be one with {new}; nothing was published. Name {new} in it"
            )));
        }
        let last = Workspace::last_summary(&workspace.dir, workspace.key().ok())?;
        let is_known = |last: &Summary| last.persons.contains_key(id) || last.withdrawn.contains_key(id);
        if !last.as_ref().is_some_and(is_known) {
            return Err(Refusal::new(format!(
                "the policy withdraws {:?}, and nobody here has that id; nothing was published{}",
                id.as_str(),
                nearest(id.as_str(), here.iter().map(|id| id.as_str()))
            )));
        }
    }
    Ok(())
}

/// Refuses to show again whom the release before told as taken back, unless the policy names her: a policy that was left out or
/// shortened would undo what her family was promised, and say nothing.
pub fn given_back(policy: &Policy, before: Option<&Summary>, data: &Dataset) -> Outcome<()> {
    let Some(before) = before else { return Ok(()) };
    let (named, back): (Vec<_>, Vec<_>) =
        before.returning(data).into_iter().partition(|(id, _)| policy.given_back.contains(*id));
    let back: Vec<String> = back
        .into_iter()
        .map(|(id, now)| if id == now { id.to_string() } else { format!("{id} (who is one with {now})") })
        .collect();
    if back.is_empty() {
        named
            .iter()
            .for_each(|(id, _)| say(format!("  given back: {id}, who was withdrawn in version {}", before.version)));
        return Ok(());
    }
    Err(Refusal::new(format!(
        "version {} says that these persons are no longer published, and this release would show them again: {}. Nothing was \
         published. Name them under [withdrawn] of the policy as before; or, where they may be shown again, in \
         given_back = [\"p-…\"]",
        before.version,
        back.join(", ")
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_that_was_meant_is_found_and_one_that_is_far_from_it_is_not() {
        assert_eq!(distance("snhr", "snrh"), 2);
        assert_eq!(distance("", "vdc"), 3);
        let ids = || ["snhr", "sohr", "vdc"].into_iter();
        assert_eq!(nearest("snhhr", ids()), "; the nearest id is \"snhr\"");
        assert_eq!(nearest("airwars", ids()), "");
    }
}
