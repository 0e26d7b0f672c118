//! What reviewers found of pairs of records, and whether their decisions agree with each other.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use crate::run::Decisions;

/// What a reviewer found of two records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    Link,
    NonLink,
    CannotTell,
}

impl std::str::FromStr for Verdict {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        // Sheets come back as people write.
        match text.trim().to_lowercase().replace(['_', ' '], "-").as_str() {
            "link" | "l" => Ok(Self::Link),
            "non-link" | "nonlink" | "n" => Ok(Self::NonLink),
            "cannot-tell" | "can't-tell" | "c" => Ok(Self::CannotTell),
            _ => Err(format!("{text:?} is not link, non-link or cannot-tell")),
        }
    }
}

/// Verdicts by pair of record ids, the smaller first. A later verdict of the same pair takes an earlier one's place.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Verdicts(BTreeMap<(String, String), Verdict>);

/// Why a verdict cannot stand beside the others.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Contradiction {
    #[error("{0} and {0} are one record; nothing was decided")]
    SameRecord(String),
    #[error("a non-link parts {0} and {1}, and this link would join them ({via}); nothing was decided. \
             Decide that pair anew first", via = .2.join(" = "))]
    JoinsWhatIsParted(String, String, Vec<String>),
    #[error("links join {0} and {1} already ({via}); nothing was decided. Decide one of these links anew first", via = .2.join(" = "))]
    PartsWhatIsJoined(String, String, Vec<String>),
}

fn ordered(a: &str, b: &str) -> (String, String) {
    (a.min(b).to_owned(), a.max(b).to_owned())
}

impl Verdicts {
    pub fn get(&self, a: &str, b: &str) -> Option<Verdict> {
        self.0.get(&ordered(a, b)).copied()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes a verdict, whatever the others say; for what stands in a journal already.
    pub fn set(&mut self, a: &str, b: &str, verdict: Verdict) {
        self.0.insert(ordered(a, b), verdict);
    }

    /// Takes a verdict, unless it contradicts the others; then nothing changes.
    pub fn add(&mut self, a: &str, b: &str, verdict: Verdict) -> Result<(), Contradiction> {
        self.check(a, b, verdict)?;
        self.set(a, b, verdict);
        Ok(())
    }

    /// Whether links and non-links would still agree with this verdict in place of an earlier one of the same pair.
    pub fn check(&self, a: &str, b: &str, verdict: Verdict) -> Result<(), Contradiction> {
        if a == b {
            return Err(Contradiction::SameRecord(a.to_owned()));
        }
        let pair = ordered(a, b);
        let mut links: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for ((x, y), found) in self.0.iter().filter(|(p, _)| **p != pair) {
            if *found == Verdict::Link {
                links.entry(x).or_default().push(y);
                links.entry(y).or_default().push(x);
            }
        }
        match verdict {
            Verdict::CannotTell => Ok(()),
            Verdict::NonLink => match chain(&links, a, b) {
                Some(via) => Err(Contradiction::PartsWhatIsJoined(a.to_owned(), b.to_owned(), via)),
                None => Ok(()),
            },
            Verdict::Link => {
                links.entry(a).or_default().push(b);
                links.entry(b).or_default().push(a);
                let parted = self.0.iter().filter(|(p, found)| **found == Verdict::NonLink && **p != pair);
                for ((x, y), _) in parted {
                    if let Some(via) = chain(&links, x, y) {
                        return Err(Contradiction::JoinsWhatIsParted(x.clone(), y.clone(), via));
                    }
                }
                Ok(())
            }
        }
    }

    /// The pairs that have a verdict, the smaller id first.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.keys().map(|(a, b)| (a.as_str(), b.as_str()))
    }

    pub fn decisions(&self) -> Decisions {
        let of = |wanted: Verdict| self.0.iter().filter(move |(_, v)| **v == wanted).map(|(p, _)| p.clone()).collect();
        Decisions { links: of(Verdict::Link), non_links: of(Verdict::NonLink) }
    }
}

/// The shortest chain of links from one record to another, both included.
fn chain(links: &BTreeMap<&str, Vec<&str>>, from: &str, to: &str) -> Option<Vec<String>> {
    let mut came: BTreeMap<&str, &str> = BTreeMap::new();
    let mut open = VecDeque::from([from]);
    while let Some(at) = open.pop_front() {
        for &next in links.get(at).into_iter().flatten() {
            if next != from && !came.contains_key(next) {
                came.insert(next, at);
                open.push_back(next);
            }
        }
        if came.contains_key(to) {
            break;
        }
    }
    came.contains_key(to).then(|| {
        let mut path = vec![to.to_owned()];
        let mut at = to;
        while let Some(&before) = came.get(at) {
            path.push(before.to_owned());
            at = before;
        }
        path.reverse();
        path
    })
}
