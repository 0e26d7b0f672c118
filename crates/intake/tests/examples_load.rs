//! The lists kept by hand in examples/syria.

mod common;

use common::{example, take};
use domain::{Content, Stance, TrustSet};

fn sources() -> Vec<domain::Source> {
    let taken = take(&example("sources.toml"), "sources");
    assert_eq!(taken.rejected, []);
    taken.items.into_iter().filter_map(|c| if let Content::Source(s) = c { Some(s) } else { None }).collect()
}

#[test]
fn every_source_has_its_names_in_three_languages_and_derives_from_sources_that_are_there() {
    let sources = sources();
    assert_eq!(sources.len(), 18);
    for source in &sources {
        assert_eq!(source.names.0.len(), 3, "{}", source.id);
        assert!(source.caution.0.is_empty() || source.caution.0.len() == 3, "{}", source.id);
        for origin in &source.derives_from {
            assert!(sources.iter().any(|s| s.id == *origin), "{origin}");
        }
    }
}

#[test]
fn the_counting_organisations_say_what_they_count() {
    let sources = sources();
    for id in ["snhr", "sohr", "shrc", "vdc", "tsr", "dchrs", "airwars", "ohchr", "hrdag"] {
        let source = sources.iter().find(|s| s.id.as_str() == id).unwrap();
        assert_eq!(source.caution.0.len(), 3, "{id}");
        assert_eq!(source.affiliations.len(), 1, "{id}");
    }
}

#[test]
fn statements_name_known_sources_and_the_quoted_share_is_there_to_check() {
    let taken = take(&example("statements.toml"), "statements");
    assert_eq!(taken.rejected, []);
    let sources = sources();
    let mut quoted = Vec::new();
    let mut stances = Vec::new();
    for content in taken.items {
        let Content::Statement(statement) = content else { panic!("not a statement") };
        let named = [Some(&statement.source), statement.reported_by.as_ref(), statement.republishes.as_ref()];
        for id in named.into_iter().flatten() {
            assert!(sources.iter().any(|s| s.id == *id), "{id}");
        }
        assert_eq!((statement.words.0.len(), statement.question_text.0.len()), (3, 3));
        assert_eq!(statement.address, None, "no address is invented");
        if statement.question.as_str() == "is-isis-defeated" {
            stances.push((statement.source.to_string(), statement.stance));
        }
        quoted.extend(statement.quoted);
    }
    assert_eq!(quoted.len(), 1);
    assert_eq!((quoted[0].percent, quoted[0].attributed_to.as_str(), quoted[0].party.as_str()), (11.0, "snhr", "isis"));
    assert_eq!(quoted[0].period.unwrap().to_string(), "2019-03");
    let expected = [
        ("united-states".to_owned(), Stance::Affirms),
        ("syrian-sources".to_owned(), Stance::PartlyAffirms),
        ("united-nations".to_owned(), Stance::Denies),
    ];
    assert_eq!(stances, expected);
}

#[test]
fn each_trust_set_chooses_the_sources_that_its_name_says() {
    let taken = take(&example("trust-sets.toml"), "trust-sets");
    assert_eq!(taken.rejected, []);
    let sets: Vec<TrustSet> =
        taken.items.into_iter().filter_map(|c| if let Content::TrustSet(t) = c { Some(t) } else { None }).collect();
    let sources = sources();
    let chosen = |id: &str| -> Vec<String> {
        let set = sets.iter().find(|t| t.id.as_str() == id).unwrap();
        sources.iter().filter(|s| set.trusts(s)).map(|s| s.id.to_string()).collect()
    };
    assert_eq!(chosen("all").len(), sources.len());
    assert_eq!(chosen("syrian-monitors"), ["snhr", "sohr", "shrc", "vdc", "tsr", "dchrs"]);
    assert_eq!(chosen("un-and-hrdag"), ["ohchr", "hrdag", "united-nations"]);
    let without = chosen("without-sohr");
    assert!(!without.contains(&"sohr".to_owned()) && !without.contains(&"ucdp".to_owned()));
}

#[test]
fn a_wrong_entry_is_rejected_and_its_neighbours_come_in() {
    let text = "[[source]]\nid='a'\nkind='organisation'\nnames={en='A'}\n[[source]]\nid='b'\nkind='sect'\nnames={en='B'}\n\
                [[source]]\nid='a'\nkind='person'\nnames={en='A2'}\n[[source]]\nid='c'\nkind='person'\nnames={en='C'}\ncolour='x'\n";
    let taken = take(text.as_bytes(), "sources");
    assert_eq!(taken.items.len(), 1);
    let rows: Vec<(u64, &str)> = taken.rejected.iter().map(|r| (r.row, r.value.as_str())).collect();
    assert_eq!(rows, [(2, "b"), (3, "a"), (4, "c")]);
    let cut = take(b"[[source]\nid=", "sources");
    assert_eq!(cut.rejected[0].row, 0);
}
