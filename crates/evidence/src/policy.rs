//! Which witnesses count, and how many must have cosigned (c2sp.org/tlog-policy).
//!
//! Lines: `log VKEY [URL]`, `witness NAME VKEY [URL]`, `group NAME any|all|K MEMBER…`, `quorum NAME|none`; `#` begins a
//! remark. A name is used only after the line that gives it. A witness counts once: no key has two names, and no two members
//! of a group rest on the same witness.

use std::collections::{BTreeMap, BTreeSet};

use crate::cosign::{self, Witness};
use crate::note::Verifier;
use crate::{EvidenceError, Result};

#[derive(Debug, Clone)]
pub struct PolicyWitness {
    pub label: String,
    pub witness: Witness,
    /// Where it takes checkpoints, when the policy says so.
    pub url: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Policy {
    pub logs: Vec<Verifier>,
    pub witnesses: Vec<PolicyWitness>,
    groups: BTreeMap<String, (usize, Vec<String>)>,
    quorum: Option<String>,
}

/// What a checkpoint's cosignatures amount to.
#[derive(Debug, Clone, Default)]
pub struct Witnessed {
    /// Label and time of the witnesses that cosigned.
    pub by: Vec<(String, u64)>,
    /// Witnesses of the policy that did not.
    pub missing: Vec<String>,
    /// Cosignatures that do not hold.
    pub bad: Vec<String>,
    /// Label and time of those that hold, but whose time cannot be; and why. They count for nothing.
    pub implausible: Vec<(String, u64, String)>,
    pub is_quorum: bool,
}

const GROUPS_AT_MOST: usize = 200;

impl Policy {
    pub fn parse(text: &str) -> Result<Self> {
        let mut policy = Self { logs: Vec::new(), witnesses: Vec::new(), groups: BTreeMap::new(), quorum: None };
        let (mut names, mut has_quorum) = (BTreeSet::new(), false);
        for line in text.lines() {
            let refuse = |why: &str| EvidenceError::Policy(format!("{line:?}: {why}"));
            let words: Vec<&str> = line.split('#').next().unwrap_or_default().split_whitespace().collect();
            let mut new_name = |name: &str| match name != "none" && names.insert(name.to_owned()) {
                true => Ok(()),
                false => Err(refuse("the name is taken")),
            };
            match words[..] {
                [] => {}
                ["log", vkey] | ["log", vkey, _] => policy.logs.push(Verifier::parse(vkey)?),
                ["witness", name, vkey] | ["witness", name, vkey, _] => {
                    new_name(name)?;
                    let url = words.get(3).map(|url| url.trim_end_matches('/').to_owned());
                    let witness = Witness::parse(vkey)?;
                    if let Some(same) = policy.witnesses.iter().find(|known| known.witness.has_key_of(&witness)) {
                        return Err(refuse(&format!(
                            "it is the key of {:?} once more, and would count twice",
                            same.label
                        )));
                    }
                    policy.witnesses.push(PolicyWitness { label: name.to_owned(), witness, url });
                }
                ["group", name, k, ref members @ ..] if !members.is_empty() => {
                    if let Some(unknown) = members.iter().find(|m| !policy.knows(m)) {
                        return Err(refuse(&format!("{unknown:?} was not named before")));
                    }
                    if policy.groups.len() == GROUPS_AT_MOST {
                        return Err(refuse("there are too many groups"));
                    }
                    let mut counted = BTreeSet::new();
                    if let Some(twice) = members.iter().find(|m| policy.resting_on(m, &mut counted).is_err()) {
                        return Err(refuse(&format!(
                            "a witness would count twice: {twice:?} rests on one that another member does"
                        )));
                    }
                    new_name(name)?;
                    let k = match k {
                        "any" => 1,
                        "all" => members.len(),
                        k => k.parse().map_err(|_| refuse("how many must cosign is not a number"))?,
                    };
                    if k == 0 || k > members.len() {
                        return Err(refuse("how many must cosign cannot be"));
                    }
                    let members = members.iter().map(|m| (*m).to_owned()).collect();
                    policy.groups.insert(name.to_owned(), (k, members));
                }
                ["quorum", name] if !has_quorum && (name == "none" || policy.knows(name)) => {
                    has_quorum = true;
                    policy.quorum = (name != "none").then(|| name.to_owned());
                }
                _ => return Err(refuse("it is not a line of a policy")),
            }
        }
        if policy.logs.is_empty() || !has_quorum {
            return Err(EvidenceError::Policy("it names no log, or no quorum".to_owned()));
        }
        Ok(policy)
    }

    fn knows(&self, name: &str) -> bool {
        self.groups.contains_key(name) || self.witnesses.iter().any(|w| w.label == name)
    }

    /// Adds the witnesses that a name stands for; an error where one is there already.
    fn resting_on<'a>(&'a self, name: &'a str, counted: &mut BTreeSet<&'a str>) -> std::result::Result<(), ()> {
        match self.groups.get(name) {
            None if counted.insert(name) => Ok(()),
            None => Err(()),
            Some((_, members)) => members.iter().try_for_each(|member| self.resting_on(member, counted)),
        }
    }

    /// Names under which a note bears signature lines that are neither the log's nor a witness's of this policy: nobody checks
    /// them.
    pub(crate) fn unknown_signers(&self, note: &str, log: &Verifier) -> BTreeSet<String> {
        let is_known =
            |line: &cosign::SignatureLine| log.signs(line) || self.witnesses.iter().any(|w| w.witness.signs(line));
        cosign::signature_lines(note).filter(|line| !is_known(line)).map(|line| line.name).collect()
    }

    /// True when somebody must have cosigned.
    pub fn asks_for_witnesses(&self) -> bool {
        self.quorum.is_some()
    }

    /// Checks the cosignatures of a note, whose text and own signature the caller has checked. `doubt` says why a time, in
    /// seconds since 1970, cannot be that of a cosignature over it.
    pub fn witnessed(&self, note: &str, doubt: &dyn Fn(u64) -> Option<String>) -> Witnessed {
        let mut found = Witnessed::default();
        for each in &self.witnesses {
            match each.witness.time(note) {
                Ok(Some(time)) => match doubt(time) {
                    None => found.by.push((each.label.clone(), time)),
                    Some(why) => found.implausible.push((each.label.clone(), time, why)),
                },
                Ok(None) => found.missing.push(each.label.clone()),
                Err(error) => found.bad.push(error.to_string()),
            }
        }
        let by: BTreeSet<&str> = found.by.iter().map(|(label, _)| label.as_str()).collect();
        found.is_quorum = self.quorum.as_deref().is_none_or(|name| self.is_met(name, &by));
        found
    }

    /// A group names only what stands before it, so this ends.
    fn is_met(&self, name: &str, by: &BTreeSet<&str>) -> bool {
        match self.groups.get(name) {
            None => by.contains(name),
            Some((k, members)) => members.iter().filter(|member| self.is_met(member, by)).count() >= *k,
        }
    }
}
