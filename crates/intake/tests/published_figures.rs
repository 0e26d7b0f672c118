//! The 1,560 figures that come with the program.

mod common;

use std::collections::BTreeMap;

use common::{example, take};
use domain::{Caution, Exactness, Figure, FigureRole};

fn figures() -> Vec<Figure> {
    let taken = take(&example("figures.csv"), "published-figures");
    assert_eq!(taken.rejected, []);
    assert_eq!(taken.report.rows, 1560);
    taken.figures().into_iter().cloned().collect()
}

fn ids_with(figures: &[Figure], caution: Caution) -> Vec<&str> {
    figures.iter().filter(|f| f.has(caution)).map(|f| f.id.as_str()).collect()
}

fn coded<'a>(figures: &'a [Figure], code: &str) -> Vec<&'a Figure> {
    figures.iter().filter(|f| f.party.code.as_ref().is_some_and(|c| c.as_str() == code)).collect()
}

#[test]
fn every_figure_comes_in_and_every_source_has_as_many_as_it_printed() {
    let figures = figures();
    let mut by_source: BTreeMap<&str, usize> = BTreeMap::new();
    for figure in &figures {
        *by_source.entry(figure.source.as_str()).or_default() += 1;
    }
    let expected = [
        ("airwars", 14),
        ("dchrs", 11),
        ("hrdag", 3),
        ("ohchr", 9),
        ("shrc", 111),
        ("snhr", 1041),
        ("sohr", 316),
        ("tsr", 34),
        ("vdc", 21),
    ];
    assert_eq!(by_source.into_iter().collect::<Vec<_>>(), expected);
    assert!(figures.iter().all(|f| f.original.len() == 17 && f.party.code.is_some()));
}

#[test]
fn victim_groups_are_neither_totals_nor_parties() {
    let figures = figures();
    let groups: Vec<_> = figures.iter().filter(|f| f.role == FigureRole::VictimGroup).collect();
    assert_eq!(groups.len(), 97);
    assert!(groups.iter().all(|f| f.source.as_str() == "sohr" && f.party.role.is_none()));
    assert!(figures.iter().all(|f| (f.role == FigureRole::ByParty) == f.party.role.is_some()));
}

#[test]
fn joint_figures_belong_to_the_node_that_joins_them() {
    let figures = figures();
    assert_eq!(coded(&figures, "syrian_russian_alliance").len(), 15);
    assert_eq!(coded(&figures, "extremist_islamist_groups").len(), 13);
    assert_eq!(coded(&figures, "mixed").len(), 12);
    assert_eq!(ids_with(&figures, Caution::JointParties).len(), 40);
    let joining = ["syrian_russian_alliance", "extremist_islamist_groups", "mixed"];
    for figure in &figures {
        let joined = figure.party.code.as_ref().is_some_and(|c| joining.contains(&c.as_str()));
        assert_eq!(joined, figure.has(Caution::JointParties), "{}", figure.id);
    }
    // The page means one of the two groups here, whatever the words stand for elsewhere.
    let only_one = figures.iter().find(|f| f.id.as_str() == "F1043").unwrap();
    assert_eq!(only_one.party.code.as_ref().unwrap().as_str(), "other");
}

#[test]
fn the_cautions_of_the_readme_are_on_the_figures_that_they_are_about() {
    let figures = figures();
    assert_eq!(ids_with(&figures, Caution::MassacresOnly).len(), 18);
    assert_eq!(ids_with(&figures, Caution::TortureWithinKilled).len(), 12);
    assert_eq!(ids_with(&figures, Caution::NotAddedToKilled).len(), 154);
    assert_eq!(ids_with(&figures, Caution::PartyLeftOut), ["F0483"]);
    assert_eq!(ids_with(&figures, Caution::DateInferred).len(), 24);
    let bounds = ["F0613", "F0614", "F0973", "F0974", "F0975", "F1110", "F1112", "F1235"];
    assert_eq!(ids_with(&figures, Caution::BoundOfRange), bounds);
    assert_eq!(ids_with(&figures, Caution::StatisticalEstimate), ["F0034"]);
    let at_most = figures.iter().filter(|f| f.exactness == Exactness::AtMost).map(|f| f.id.as_str());
    assert_eq!(at_most.collect::<Vec<_>>(), ["F0974", "F0975", "F1110", "F1112"]);
}

#[test]
fn the_dead_of_one_massacre_are_kept_apart_from_the_dead_of_the_month() {
    let figures = figures();
    let of_massacres = ids_with(&figures, Caution::MassacresOnly);
    // "killed in one massacre" beside the regime's 1 and 37 of 188; "printed as the victims of massacres" beside 2,137.
    assert!(of_massacres.contains(&"F0972") && of_massacres.contains(&"F0248"), "{of_massacres:?}");
    // What notes and the sources' own words call a massacre is either marked or counts massacres, not the dead.
    let says_massacre = |f: &&Figure| f.note.as_ref().is_some_and(|note| note.contains("massacre"));
    let unmarked: Vec<_> = figures
        .iter()
        .filter(says_massacre)
        .filter(|f| !f.has(Caution::MassacresOnly))
        .map(|f| f.id.as_str())
        .collect();
    assert_eq!(unmarked, [] as [&str; 0]);
}

#[test]
fn a_place_that_is_no_place_of_the_table_keeps_its_words() {
    let figures = figures();
    let of = |words: &str| figures.iter().filter(|f| f.place.written == [words]).collect::<Vec<_>>();
    assert_eq!(of("Syria").len(), 1463);
    assert!(of("Syria").iter().all(|f| f.place.code.as_ref().unwrap().as_str() == "SY"));
    assert!(of("Dar'a").iter().all(|f| f.place.code.as_ref().unwrap().as_str() == "SY12"));
    assert_eq!(of("northwest Syria").len(), 9);
    assert!(of("northwest Syria").iter().all(|f| f.place.code.is_none()));
    let nowhere = figures.iter().filter(|f| f.place.code.is_none()).count();
    assert_eq!(nowhere, 14);
}

#[test]
fn the_figures_of_the_claim_are_as_printed() {
    let figures = figures();
    let of = |source: &str, party: &str, total: u64| {
        figures.iter().any(|f| {
            f.source.as_str() == source
                && f.period.to_string() == "2019-03"
                && f.party.code.as_ref().is_some_and(|c| c.as_str() == party)
                && f.total == total
        })
    };
    for (source, party, total) in
        [("snhr", "isis", 28), ("snhr", "all", 334), ("shrc", "isis", 31), ("shrc", "all", 279), ("tsr", "isis", 54)]
    {
        assert!(of(source, party, total), "{source} {party} {total}");
    }
}

const HEADER: &str = "figure_id,source,source_url,published_on,retrieved,period_start,period_end,geography,measure,population,\
                      party_as_written,party_code,total,children,women,exactness,note";
const GOOD: &str =
    "X1,SNHR,https://e.org/a,2019-04-01,2026-11-23,2019-03-01,2019-03-31,Syria,killed,civilians,ISIS,isis,28,,,exact,";

fn reject(row: &str) -> domain::RejectedRow {
    let taken = take(format!("{HEADER}\n{row}\n").as_bytes(), "published-figures");
    assert_eq!(taken.items.len(), 0, "{row}");
    taken.rejected.into_iter().next().unwrap()
}

#[test]
fn a_figure_with_an_error_of_structure_is_rejected_and_the_column_is_named() {
    assert_eq!(take(format!("{HEADER}\n{GOOD}\n").as_bytes(), "published-figures").items.len(), 1);
    for (from, to, column) in [
        ("X1", "X 1", "figure_id"),
        ("https://e.org/a", "e.org/a", "source_url"),
        ("2019-04-01", "2019-02-01", "published_on"),
        ("2019-04-01", "April 2019", "published_on"),
        ("2019-03-31", "2019-02-28", "period_end"),
        (",killed,", ",wounded,", "measure"),
        ("civilians", "people", "population"),
        (",isis,", ",isil,", "party_code"),
        (",isis,", ",all,", "party_as_written"),
        ("ISIS,isis", "all parties,isis", "party_as_written"),
        (",28,", ",-28,", "total"),
        (",28,", ",,", "total"),
        (",28,,", ",28,some,", "children"),
        ("exact", "exactly", "exactness"),
        ("Syria", "", ""),
    ] {
        let row = GOOD.replace(from, to);
        assert_ne!(row, GOOD);
        assert_eq!(reject(&row).column, column, "{row}");
    }
}

#[test]
fn an_id_used_twice_is_rejected_the_second_time_even_when_the_import_is_resumed() {
    let bytes = format!("{HEADER}\n{GOOD}\n{GOOD}\n");
    let taken = take(bytes.as_bytes(), "published-figures");
    assert_eq!((taken.items.len(), taken.rejected[0].row), (1, 2));
    let mapping = intake::Mapping::by_name("published-figures").unwrap();
    let resumed = common::take_from(bytes.as_bytes(), &mapping, 1).unwrap();
    assert_eq!(resumed.rejected, taken.rejected);
}
