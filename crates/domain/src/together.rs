//! What records together say of one person: the value that most sources say, and the party under all of them.

use crate::count::{Attribution, Stratum};
use crate::party::PartyRole;
use crate::{PartyCode, PartyTable, PlaceTable, Record, SourceId};

/// The value that most sources say. A source that says several values has a vote for each; a tie is unknown.
pub fn said_by_most<'r, T: Ord>(records: &'r [&Record], value: impl Fn(&Record) -> Option<T>) -> Option<T> {
    let mut said = records.iter().filter_map(|record| value(record));
    let first = said.next()?;
    // Most persons are told of in one way.
    if said.all(|other| other == first) {
        return Some(first);
    }
    let vote = |record: &'r &Record| Some((value(record)?, &record.source));
    let mut votes: Vec<(T, &SourceId)> = records.iter().filter_map(vote).collect();
    votes.sort_unstable();
    votes.dedup();
    let values = || votes.chunk_by(|a, b| a.0 == b.0);
    let most = values().map(<[_]>::len).max()?;
    if values().filter(|of_value| of_value.len() == most).count() > 1 {
        return None;
    }
    let before: usize = values().map(<[_]>::len).take_while(|n| *n != most).sum();
    votes.into_iter().nth(before).map(|(value, _)| value)
}

/// Ancestors of a party, itself first.
fn line_of<'a>(code: &'a PartyCode, parties: &'a PartyTable) -> Vec<&'a PartyCode> {
    let mut line = vec![code];
    while let Some(parent) = line.last().and_then(|code| parties.get(code)).and_then(|p| p.parent.as_ref()) {
        line.push(parent);
    }
    line
}

/// What one record alleges: its party; several parties in one record are alleged together, and are the node that joins
/// them. `Err` where no node joins them.
fn alleged(record: &Record, parties: &PartyTable) -> Option<Result<PartyCode, ()>> {
    let names_nobody = |code: &PartyCode| matches!(code.as_str(), "unidentified" | "all");
    let is_alleged = |role: Option<PartyRole>| matches!(role, None | Some(PartyRole::AllegedPerpetrator));
    let codes = || {
        let mentions = record.parties.iter().filter(|mention| is_alleged(mention.role));
        mentions.filter_map(|m| m.code.as_ref()).filter(|code| !names_nobody(code))
    };
    let first = codes().min()?;
    // Most records name one party.
    if codes().all(|code| code == first) {
        return Some(Ok(first.clone()));
    }
    let joins_all = |node: &&PartyCode| codes().all(|code| parties.is_within(code, node));
    Some(line_of(first, parties).into_iter().find(joins_all).cloned().ok_or(()))
}

impl Attribution {
    /// The party under trusted records.
    ///
    /// Two records agree when one names a node above the other's (an alliance and one of its parts): the more specific of
    /// the two is taken. Anything else is disputed. A side of a fight is not an allegation, and "unidentified" names nobody.
    pub fn of(records: &[&Record], parties: &PartyTable) -> Self {
        let mut most_specific: Option<PartyCode> = None;
        for allegation in records.iter().filter_map(|record| alleged(record, parties)) {
            let Ok(code) = allegation else { return Self::Disputed };
            most_specific = match most_specific {
                None => Some(code),
                Some(old) if old == code => Some(old),
                Some(old) if parties.is_within(&code, &old) => Some(code),
                Some(old) if parties.is_within(&old, &code) => Some(old),
                Some(_) => return Self::Disputed,
            };
        }
        match most_specific {
            None => Self::NotStated,
            Some(code) => Self::Party(code),
        }
    }
}

impl Stratum {
    /// The person as these records, which are all trusted, describe her.
    pub fn of(records: &[&Record], places: &PlaceTable, parties: &PartyTable) -> Self {
        let governorate = |record: &Record| {
            let code = record.place.as_ref()?.code.as_ref()?;
            places.governorate(code).map(|place| place.code.clone())
        };
        Self {
            attribution: Attribution::of(records, parties),
            month: said_by_most(records, |r| r.date.and_then(|date| date.exact_month())),
            place: said_by_most(records, governorate),
            sex: said_by_most(records, |r| r.sex),
            age_class: said_by_most(records, Record::class),
            civilian: said_by_most(records, |r| r.civilian),
            act: said_by_most(records, |r| r.act),
        }
    }
}
