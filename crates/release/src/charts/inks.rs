//! Colours and hatches of the drawings, and which party has which: the same in every chart of a release.

use std::collections::BTreeMap;

use domain::{PartyCode, PartyTable};

/// Okabe and Ito's set, two greys, three of Paul Tol's muted set, nearly white, and one of his light ones. Colour, then the
/// hatch's path on a tile of 8 units; none is solid.
const INKS: [(&str, &str); 15] = [
    ("#0072b2", ""),
    ("#d55e00", "M0 8L8 0"),
    ("#009e73", "M2 2h2v2h-2z"),
    ("#cc79a7", "M0 4H8"),
    ("#e69f00", "M0 0L8 8M0 8L8 0"),
    ("#56b4e9", "M4 0V8"),
    ("#f0e442", "M0 0L8 8"),
    ("#777777", "M0 2H8M0 6H8"),
    ("#444444", "M2 0V8M6 0V8"),
    ("#bbbbbb", ""),
    ("#882255", "M0 8L8 0M0 4L4 0M4 8L8 4"),
    ("#332288", "M2 2h4v4h-4z"),
    ("#999933", "M0 6H8M2 0V6"),
    ("#f2f2f2", ""),
    ("#ddcc77", "M0 4L4 0L8 4L4 8z"),
];

/// Dashes of lines, so that they differ without colour.
const DASHES: [&str; INKS.len()] = [
    "",
    "8 3",
    "2 3",
    "10 3 2 3",
    "5 5",
    "1 4",
    "12 4",
    "3 3 8 3",
    "6 2 1 2",
    "1 2",
    "14 2 2 2",
    "4 2",
    "9 2 1 2 1 2",
    "2 6",
    "7 2 3 2",
];

pub(crate) fn colour(ink: usize) -> &'static str {
    INKS[ink % INKS.len()].0
}

/// Beyond the inks colours come again, with another hatch and another dash.
fn turned(ink: usize) -> usize {
    (ink + ink / INKS.len()) % INKS.len()
}

/// The hatch's path; `None` for a solid.
pub(super) fn hatch(ink: usize) -> Option<&'static str> {
    Some(INKS[turned(ink)].1).filter(|path| !path.is_empty())
}

pub(super) fn dash(ink: usize) -> Option<&'static str> {
    Some(DASHES[turned(ink)]).filter(|dash| !dash.is_empty())
}

/// What belongs to no single party.
const REST: usize = 13;

const OF_PARTY: [(&str, usize); 14] = [
    ("syrian_regime", 0),
    ("russian_forces", 1),
    ("isis", 2),
    ("coalition", 3),
    ("sdf", 4),
    ("armed_opposition", 5),
    ("hts", 6),
    ("mixed", 7),
    ("other", 8),
    ("unidentified", 9),
    ("extremist_islamist_groups", 10),
    ("syrian_russian_alliance", 11),
    ("turkish_forces", 12),
    ("all", 14),
];

/// The ink of each party of a table. It depends on the table alone, never on which parties one chart shows.
pub(crate) struct PartyInks(BTreeMap<PartyCode, usize>);

impl PartyInks {
    pub fn of(table: &PartyTable) -> Self {
        let known = |code: &PartyCode| OF_PARTY.iter().find(|(c, _)| *c == code.as_str()).map(|(_, ink)| *ink);
        let own: BTreeMap<PartyCode, usize> =
            table.iter().filter_map(|p| Some((p.code.clone(), known(&p.code)?))).collect();
        let mut free = (0..).filter(|ink| *ink != REST && !own.values().any(|taken| taken == ink));
        let others = table.iter().filter(|p| known(&p.code).is_none());
        let given: Vec<(PartyCode, usize)> = others.map(|p| p.code.clone()).zip(&mut free).collect();
        Self(own.into_iter().chain(given).collect())
    }

    /// `None` is what belongs to no single party, which no party shares its ink with.
    pub fn ink(&self, party: Option<&PartyCode>) -> usize {
        party.and_then(|code| self.0.get(code).copied()).unwrap_or(REST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_party_of_a_table_has_an_ink_of_its_own_whatever_a_chart_shows() {
        let table = PartyTable::syria();
        let inks = PartyInks::of(&table);
        let of = |code: &str| inks.ink(Some(&PartyCode::new(code).unwrap()));
        let all: std::collections::BTreeSet<usize> =
            table.iter().map(|p| inks.ink(Some(&p.code))).chain([inks.ink(None)]).collect();
        assert_eq!(all.len(), table.iter().count() + 1, "no two the same, and none that of the rest");
        assert!(all.iter().all(|ink| *ink < INKS.len()), "{all:?}");
        assert_ne!(colour(of("turkish_forces")), colour(of("sdf")));
    }

    #[test]
    fn parties_of_another_table_take_what_is_free_and_then_other_hatches() {
        let toml: String = (0..20).map(|i| format!("[[party]]\ncode='p{i}'\nnames={{}}\n")).collect();
        let table = PartyTable::parse(&format!("{toml}[[party]]\ncode='isis'\nnames={{}}\n")).unwrap();
        let inks = PartyInks::of(&table);
        assert_eq!(inks.ink(Some(&PartyCode::new("isis").unwrap())), 2);
        let drawn: std::collections::BTreeSet<_> =
            table.iter().map(|p| inks.ink(Some(&p.code))).map(|ink| (colour(ink), hatch(ink))).collect();
        assert_eq!(drawn.len(), 21);
        assert!(!drawn.contains(&(colour(REST), hatch(REST))));
    }
}
