//! Lists that copy from one another, or cite one another: what the user wants done with them, and the lists that estimates are then made
//! from.
//!
//! Nothing is chosen here: of a tie that nobody spoke of the caller hears, and nothing is estimated before.

use std::collections::BTreeSet;

use domain::count::Tally;
use domain::{Source, SourceId};
use serde::Serialize;

use crate::citing::Citation;
use crate::tally::{common_origins, derived_lists};

/// What becomes of lists that copy from others, or cite them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Derived {
    /// Copier and copied become one list: nobody is lost, and their overlap is no evidence.
    Merge,
    /// The copier is not read; persons on it alone are not counted.
    LeaveOut,
    /// Both stay: the one cites the other and has seen for itself. No choice for lists that are declared copies.
    Independent,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} says nothing of lists: merge, leave-out or independent, for all; or A=B:merge and so on, for two")]
pub struct NotAChoice(pub String);

/// What is to become of lists that derive from one another: said of all, or of two.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Choices {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub all: Option<Derived>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pairs: Vec<(SourceId, SourceId, Derived)>,
}

impl Choices {
    /// Adds `merge`, `leave-out` or `independent`, or one of them of two lists: `A=B:merge`.
    pub fn add(&mut self, text: &str) -> Result<(), NotAChoice> {
        let refuse = || NotAChoice(text.to_owned());
        let choice = |word: &str| match word {
            "merge" => Ok(Derived::Merge),
            "leave-out" => Ok(Derived::LeaveOut),
            "independent" => Ok(Derived::Independent),
            _ => Err(refuse()),
        };
        match text.split_once('=') {
            None => self.all = Some(choice(text)?),
            Some((first, rest)) => {
                let (second, word) = rest.rsplit_once(':').ok_or_else(refuse)?;
                let id = |text: &str| SourceId::new(text.trim()).map_err(|_| refuse());
                self.pairs.push((id(first)?, id(second)?, choice(word.trim())?));
            }
        }
        Ok(())
    }

    /// A list that was named and is not in the tally.
    pub fn unknown(&self, tally: &Tally) -> Option<&SourceId> {
        self.pairs.iter().flat_map(|(a, b, _)| [a, b]).find(|id| !tally.lists.contains(id))
    }

    fn of(&self, tie: &Tie) -> Option<Derived> {
        let (a, b) = (&tie.copier, &tie.copied);
        let of_two = self.pairs.iter().find(|(x, y, _)| (x, y) == (a, b) || (x, y) == (b, a));
        let chosen = of_two.map(|(.., choice)| *choice).or(self.all);
        chosen.filter(|choice| !(tie.declared && *choice == Derived::Independent))
    }
}

/// Two lists of a tally of which the one copies from the other, or seems to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tie {
    pub copier: SourceId,
    pub copied: SourceId,
    /// A source says so of itself; otherwise it was found in what the lists say.
    pub declared: bool,
    pub words: String,
}

/// Every tie between lists of the tally: declared ones first, then those found, then those that the user alone speaks of.
pub fn ties(tally: &Tally, sources: &[Source], cited: &[Citation], choices: &Choices) -> Vec<Tie> {
    let declared = derived_lists(tally, sources).into_iter().map(|(copier, copied)| {
        let words = format!("{copier} derives from {copied}");
        Tie { copier, copied, declared: true, words }
    });
    let mut ties: Vec<Tie> = declared.collect();
    let mut add = |copier: &SourceId, copied: &SourceId, declared: bool, words: String| {
        let is_known = |tie: &Tie| {
            (&tie.copier, &tie.copied) == (copier, copied) || (&tie.copied, &tie.copier) == (copier, copied)
        };
        if !ties.iter().any(is_known) && tally.lists.contains(copier) && tally.lists.contains(copied) {
            ties.push(Tie { copier: copier.clone(), copied: copied.clone(), declared, words });
        }
    };
    for (one, other, origin) in common_origins(tally, sources) {
        add(&one, &other, true, format!("{one} and {other} both derive from {origin}"));
    }
    for citation in cited {
        add(&citation.citing, &citation.cited, false, citation.to_string());
    }
    for (copier, copied, choice) in choices.pairs.iter().filter(|(a, b, _)| a != b) {
        if *choice != Derived::Independent {
            add(copier, copied, false, format!("{copier} copies from {copied}, as you say"));
        }
    }
    ties
}

/// The lists that estimates are made from, and how the lists of a tally become them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListPlan {
    pub lists: Vec<String>,
    /// For each list of the tally its place in `lists`, or none when it is left out.
    place: Vec<Option<usize>>,
    /// In words, what was merged, left out or kept.
    pub notes: Vec<String>,
}

impl ListPlan {
    /// The ties of which nothing was chosen come back: nothing can be estimated before.
    pub fn new(tally: &Tally, ties: &[Tie], choices: &Choices) -> Result<Self, Vec<Tie>> {
        let open: Vec<Tie> = ties.iter().filter(|tie| choices.of(tie).is_none()).cloned().collect();
        if !open.is_empty() {
            return Err(open);
        }
        let names: Vec<&str> = tally.lists.iter().map(|list| list.as_str()).collect();
        let number = |id: &SourceId| tally.lists.iter().position(|list| list == id).unwrap_or(0);
        let chosen = |choice: Derived| ties.iter().filter(move |tie| choices.of(tie) == Some(choice));
        let mut notes = Vec::new();
        // Who copies from a copier copies too, in whatever order the ties are named. Of a ring that copies from nobody else, the first stays.
        let mut copies = vec![vec![false; names.len()]; names.len()];
        chosen(Derived::LeaveOut).for_each(|tie| copies[number(&tie.copier)][number(&tie.copied)] = true);
        for between in 0..names.len() {
            for copier in 0..names.len() {
                if copies[copier][between] {
                    let (copied, row) = (copies[between].clone(), &mut copies[copier]);
                    row.iter_mut().zip(copied).for_each(|(to, from)| *to |= from);
                }
            }
        }
        let stays = |list: usize| {
            let mut from = (0..names.len()).filter(|from| *from != list && copies[list][*from]);
            from.all(|from| copies[from][list] && list < from)
        };
        let kept: Vec<bool> = (0..names.len()).map(stays).collect();
        for (list, _) in kept.iter().enumerate().filter(|(_, kept)| !**kept) {
            let why = chosen(Derived::LeaveOut).find(|tie| number(&tie.copier) == list);
            notes.push(format!("{} was left out: {}", names[list], why.map_or("", |tie| &tie.words)));
        }
        let mut group: Vec<usize> = (0..names.len()).collect();
        for tie in chosen(Derived::Merge) {
            let (copier, copied) = (number(&tie.copier), number(&tie.copied));
            if kept[copier] && kept[copied] {
                let (from, to) = (group[copier], group[copied]);
                group.iter_mut().filter(|g| **g == from).for_each(|g| *g = to);
            }
        }
        let roots: Vec<usize> = group
            .iter()
            .zip(&kept)
            .filter(|(_, kept)| **kept)
            .map(|(root, _)| *root)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        let members = |root: usize| -> Vec<&str> {
            (0..names.len()).filter(|i| kept[*i] && group[*i] == root).map(|i| names[i]).collect()
        };
        let merged = roots.iter().map(|root| members(*root)).filter(|members| members.len() > 1);
        notes.extend(merged.map(|members| format!("{} derive from one another and were merged", members.join(", "))));
        notes.extend(chosen(Derived::Independent).map(|tie| {
            format!("{}, and both were read as witnesses of their own: if one has its persons from the other, the number unseen is too small", tie.words)
        }));
        let place = group
            .iter()
            .zip(&kept)
            .map(|(root, kept)| if *kept { roots.binary_search(root).ok() } else { None })
            .collect();
        Ok(Self { lists: roots.iter().map(|root| members(*root).join("+")).collect(), place, notes })
    }

    pub(crate) fn moved(&self, pattern: u64) -> u64 {
        let bits = self.place.iter().enumerate().filter(|(i, _)| pattern >> i & 1 == 1);
        bits.filter_map(|(_, place)| *place).fold(0, |new, to| new | 1 << to)
    }
}
