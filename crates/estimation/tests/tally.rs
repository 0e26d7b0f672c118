mod support;

use domain::count::Attribution;
use domain::party::PartyRole;
use domain::{LocalText, PartyTable, PersonId, PlaceTable, Record, Sex, SourceId, TrustSet, TrustSetId, UncertainDate};
use estimation::tally::{TallyError, add_up, derived_lists, inclusion_patterns, tally};
use support::source;

fn record(source: &str, row: u64, party: &[&str]) -> Record {
    let parties = PartyTable::syria();
    Record {
        parties: party.iter().map(|p| parties.mention(p, PartyRole::AllegedPerpetrator)).collect(),
        ..support::record(source, row)
    }
}

fn trust(sources: &[&str]) -> TrustSet {
    TrustSet {
        id: TrustSetId::new("t").unwrap(),
        names: LocalText::default(),
        sources: sources.iter().map(|s| SourceId::new(*s).unwrap()).collect(),
        affiliations: vec![],
        all: sources.is_empty(),
    }
}

fn sources() -> Vec<domain::Source> {
    ["a", "b", "c"].map(|id| source(id, id, id, id)).to_vec()
}

fn person(n: usize) -> PersonId {
    PersonId::new(format!("p-{n}")).unwrap()
}

fn count(groups: &[Vec<Record>], trust: &TrustSet) -> domain::count::Tally {
    let persons: Vec<(PersonId, Vec<&Record>)> =
        groups.iter().enumerate().map(|(i, records)| (person(i), records.iter().collect())).collect();
    tally(&persons, &sources(), trust, &PlaceTable::syria(), &PartyTable::syria()).unwrap()
}

fn attribution(records: Vec<Record>, trusted: &[&str]) -> Attribution {
    count(&[records], &trust(trusted)).cells[0].stratum.attribution.clone()
}

fn party(code: &str) -> Attribution {
    Attribution::Party(code.parse().unwrap())
}

#[test]
fn sources_that_name_different_parties_make_a_column_of_their_own_until_one_is_not_trusted() {
    let records = || vec![record("a", 1, &["regime"]), record("b", 1, &["russia"])];
    assert_eq!(attribution(records(), &[]), Attribution::Disputed);
    assert_eq!(attribution(records(), &["a"]), party("syrian_regime"));
    assert_eq!(attribution(vec![record("a", 1, &[])], &[]), Attribution::NotStated);
    assert_eq!(attribution(vec![record("a", 1, &["Unidentified"]), record("b", 1, &["ISIS"])], &[]), party("isis"));
}

#[test]
fn an_alliance_and_its_part_are_no_dispute_and_the_part_is_taken_in_whatever_order() {
    let alliance = || record("a", 1, &["syrian_russian_alliance"]);
    let regime = || record("b", 1, &["regime"]);
    let russia = || record("c", 1, &["russia"]);
    assert_eq!(attribution(vec![alliance(), regime()], &[]), party("syrian_regime"));
    assert_eq!(attribution(vec![regime(), alliance()], &[]), party("syrian_regime"));
    for order in [[alliance(), regime(), russia()], [regime(), alliance(), russia()], [regime(), russia(), alliance()]]
    {
        assert_eq!(attribution(order.to_vec(), &[]), Attribution::Disputed);
    }
    let both = record("a", 1, &["regime", "russia"]);
    assert_eq!(attribution(vec![both], &[]), party("syrian_russian_alliance"));
    assert_eq!(attribution(vec![record("a", 1, &["regime", "ISIS"])], &[]), Attribution::Disputed);
}

#[test]
fn a_side_of_a_fight_is_no_allegation() {
    let mut sides = record("a", 1, &["regime"]);
    sides.parties[0].role = Some(PartyRole::SideA);
    assert_eq!(attribution(vec![sides], &[]), Attribution::NotStated);
}

#[test]
fn the_value_that_most_sources_say_counts_once_per_source_and_a_tie_is_unknown() {
    let with = |source: &str, row, sex| Record { sex: Some(sex), ..record(source, row, &[]) };
    let sex = |records: Vec<Record>| count(&[records], &trust(&[])).cells[0].stratum.sex;
    assert_eq!(sex(vec![with("a", 1, Sex::Male), with("b", 1, Sex::Female)]), None);
    let twice = vec![with("a", 1, Sex::Male), with("a", 2, Sex::Male), with("b", 1, Sex::Female)];
    assert_eq!(sex(twice), None);
    let most = vec![with("a", 1, Sex::Male), with("b", 1, Sex::Female), with("c", 1, Sex::Female)];
    assert_eq!(sex(most), Some(Sex::Female));
}

#[test]
fn a_place_is_counted_under_its_governorate_and_a_year_has_no_month() {
    let mut one = record("a", 1, &[]);
    one.place = Some(PlaceTable::syria().mention(&["Idlib", "Khan Sheikhoun"]));
    one.date = Some(UncertainDate::parse("2017").unwrap());
    let tally = count(&[vec![one]], &trust(&[]));
    assert_eq!(tally.cells[0].stratum.place.as_ref().unwrap().as_str(), "SY07");
    assert_eq!(tally.cells[0].stratum.month, None);
}

#[test]
fn every_person_whom_a_trusted_source_records_is_counted_once() {
    let groups = vec![
        vec![record("a", 1, &["ISIS"]), record("a", 2, &["ISIS"]), record("b", 1, &[])],
        vec![record("b", 2, &["ISIS"])],
        vec![record("c", 1, &["ISIS"])],
    ];
    let all = count(&groups, &trust(&[]));
    assert_eq!(all.lists.iter().map(|l| l.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
    assert_eq!(add_up(&all, |s| s.attribution.clone()).values().sum::<u64>(), 3);
    let patterns = inclusion_patterns(&all, |s| s.attribution == party("isis"));
    let patterns: Vec<_> = patterns.iter().map(|p| (p.inclusion_pattern, p.n_documented)).collect();
    assert_eq!(patterns, [(0b010, 1), (0b011, 1), (0b100, 1)]);
    let some = count(&groups, &trust(&["a", "b"]));
    assert_eq!(add_up(&some, |_| ()).values().sum::<u64>(), 2);
    assert_eq!(some.lists.len(), 2);
    let nobody = count(&groups, &trust(&["z"]));
    assert!(nobody.cells.is_empty() && nobody.lists.is_empty());
}

#[test]
fn a_list_that_copies_from_another_is_named_also_through_a_third() {
    let tally = count(&[vec![record("a", 1, &[]), record("b", 1, &[]), record("c", 1, &[])]], &trust(&[]));
    let id = |text: &str| SourceId::new(text).unwrap();
    let mut sources = sources();
    sources[0].derives_from = vec![id("x")];
    let mut between = source("x", "x", "x", "x");
    between.derives_from = vec![id("b"), id("a")];
    sources.push(between);
    assert_eq!(derived_lists(&tally, &sources), [(id("a"), id("b"))]);
}

#[test]
fn a_record_of_an_unknown_source_and_too_many_lists_are_refused() {
    let stray = record("z", 1, &[]);
    let persons = [(person(0), vec![&stray])];
    let count = |persons: &[(PersonId, Vec<&Record>)], sources: &[domain::Source]| {
        tally(persons, sources, &trust(&[]), &PlaceTable::syria(), &PartyTable::syria())
    };
    assert!(matches!(count(&persons, &sources()), Err(TallyError::UnknownSource { .. })));
    let ids: Vec<String> = (0..65).map(|i| format!("s{i}")).collect();
    let many: Vec<Record> = ids.iter().map(|id| record(id, 1, &[])).collect();
    let known: Vec<_> = ids.iter().map(|id| source(id, id, id, id)).collect();
    assert_eq!(count(&[(person(0), many.iter().collect())], &known), Err(TallyError::TooManyLists(65)));
}
