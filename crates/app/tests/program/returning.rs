//! What was withdrawn and comes again, with the next edition of its list, from another source, in another spelling.

use std::path::PathBuf;

use crate::support::{Site, text};
use crate::withdrawing::{HEADER, ROWS, entry_of, holding, listed, redact};

#[test]
fn what_was_withdrawn_is_not_taken_in_again_with_the_next_edition_of_its_list_until_that_is_asked_for() {
    let site = listed();
    let first = entry_of(&site, "CANARY-5550199").to_string();
    let second = entry_of(&site, "CANARY-5550200").to_string();
    redact(&site, &[&first]);
    redact(&site, &[&second, "--field", "names"]);
    // One row more; the first is the same, the second has another age.
    let changed = ROWS[1].replace(",30,", ",31,");
    let more = "X4,مختلق رابع,Invented Fourthone,M,20,2017-07-21,حلب,,,isis,CANARY-5550204";
    let next = |n: usize| format!("{HEADER}{}\n{changed}\n{more}\n{}", ROWS[0], "\n".repeat(n));
    let list = site.write("next.csv", next(0).as_bytes());
    let said = site.ok(&["import", "--source", "x", &list]).1;
    assert!(said.contains("1 taken in, 2 refused") && said.contains("2 of them had been withdrawn before"), "{said}");
    let journal = site.path("workspace/journal/segments");
    for words in ["Canaryone", "Secondone", "CANARY-5550199"] {
        assert_eq!(holding(&journal, words), Vec::<PathBuf>::new(), "{words}");
        assert_eq!(holding(&site.path("workspace/imports"), words), Vec::<PathBuf>::new(), "{words}");
    }
    let fourth = entry_of(&site, "CANARY-5550204").to_string();
    let verified = site.run(&["verify"]);
    let told = text(&verified.stdout);
    assert!(verified.status.code() == Some(3) && told.contains("came after it and says it again"), "{told}");
    // The file tells the others: a bundle about the fourth does not hand it out.
    let bundle = site.path("fourth");
    site.ok(&["prove", &fourth, "--out", bundle.to_str().unwrap()]);
    assert!(!bundle.join("originals").exists());
    // A bundle tells that something was withdrawn, and not where its words still stand.
    let withdrawal = site.status()["entries"].as_u64().unwrap();
    for entry in 0..withdrawal {
        let shown = std::fs::read_to_string(site.path(&format!("fourth/entries/{entry}.json"))).unwrap_or_default();
        assert!(!shown.contains("\"still_in\"") && !shown.contains("\"known_by\""), "{shown}");
    }
    // The same rows are known whoever sends them; other people's rows under their ids are taken in.
    let said =
        site.ok(&["import", "--source", "y", &site.write("other.csv", format!("{HEADER}{}\n", ROWS[0]).as_bytes())]).1;
    assert!(said.contains("0 taken in, 1 refused"), "{said}");
    let father = ROWS[0].replace("مختلقكناري,Invented Canaryone", "مختلق والد,Invented Father");
    let said = site.ok(&["import", "--source", "x", &site.write("id.csv", format!("{HEADER}{father}\n").as_bytes())]).1;
    assert!(
        said.contains("1 taken in, 0 refused") && said.contains("bears the id or the page of what entry"),
        "{said}"
    );
    // Asked for, they are taken in, once, and refused no more.
    for rows in ["3 taken in, 0 refused", "already imported"] {
        let said = site.ok(&["import", "--source", "x", "--again", &list]).1;
        assert!(said.contains(rows), "{said}");
    }
    assert_eq!(holding(&journal, "CANARY-5550204").len(), 1);
    let said = site.ok(&["import", "--source", "x", &site.write("after.csv", next(1).as_bytes())]).1;
    assert!(said.contains("3 taken in, 0 refused"), "{said}");
    site.ok(&["rebuild"]);
    assert_eq!(site.run(&["verify"]).status.code(), Some(3));
}

#[test]
fn a_source_whose_name_was_withdrawn_and_a_notice_are_known_again_by_their_ids() {
    let site = Site::sqlite();
    let sources = |name: &str| {
        format!("[[source]]\nid = \"x\"\nkind = \"organisation\"\nnames = {{ en = \"{name}\" }}\ninvented = true\n")
    };
    site.ok(&["import", &site.write("one.toml", sources("Invented Canarysource").as_bytes())]);
    let notices = |told: &str| {
        let header = "notice_id,name_en,sex,since,consent_given_by,consent_given_on,consent_recorded_by,consent_for,last_seen_en";
        let rows = ["n-one,Invented Canarynotice", "n-two,Invented Other"];
        let rows = rows.map(|row| format!("{row},male,2012,a brother (invented),2026-01-01,tester,page,{told}"));
        format!("{header}\n{}\n", rows.join("\n"))
    };
    let said = site.ok(&["import", "--source", "x", &site.write("one.csv", notices("here").as_bytes())]).1;
    assert!(said.contains("2 taken in"), "{said}");
    redact(&site, &["n-one"]);
    redact(&site, &["x", "--field", "names"]);
    let said = site.ok(&["import", "--source", "x", &site.write("two.csv", notices("there").as_bytes())]).1;
    assert!(said.contains("1 taken in, 1 refused"), "{said}");
    let said = site.ok(&["import", &site.write("two.toml", (sources("Invented Canarysource") + "\n").as_bytes())]).1;
    assert!(said.contains("0 taken in, 1 refused"), "{said}");
    let out = site.path("site");
    site.ok(&["publish", "--out", out.to_str().unwrap()]);
    for words in ["Canarynotice", "Canarysource"] {
        assert_eq!(holding(&out, words), Vec::<PathBuf>::new(), "{words}");
        assert_eq!(holding(&site.path("workspace/journal"), words), Vec::<PathBuf>::new(), "{words}");
    }
}

#[test]
fn the_rows_that_each_import_of_a_file_refused_go_with_it_and_its_list_is_that_of_the_last() {
    let site = listed();
    redact(&site, &[&entry_of(&site, "CANARY-5550199").to_string()]);
    let bad = "X9,,Invented Canarynine,M,Canarynine-not-an-age,2017-07-21,حلب,,,isis,";
    let list = site.write("next.csv", format!("{HEADER}{}\n{bad}\n", ROWS[0]).as_bytes());
    let said = site.ok(&["import", "--source", "x", &list]).1;
    assert!(said.contains("0 taken in, 2 refused"), "{said}");
    let accession = said.split("redact --original ").nth(1).unwrap().split(' ').next().unwrap().to_owned();
    let said = site.ok(&["import", "--source", "x", "--again", &list]).1;
    assert!(said.contains("1 taken in, 1 refused"), "{said}");
    redact(&site, &[&accession, "--original", "--with-rows"]);
    assert_eq!(holding(&site.path("workspace"), "Canarynine"), Vec::<PathBuf>::new());
    // The first list has its row as well, and stays.
    assert_eq!(holding(&site.path("workspace/journal"), "CANARY-5550199"), Vec::<PathBuf>::new());
    assert_eq!(site.run(&["verify"]).status.code(), Some(3));
    // A list of refused rows stays from no earlier import.
    let site = listed();
    redact(&site, &[&entry_of(&site, "CANARY-5550199").to_string()]);
    let list = site.write("next.csv", format!("{HEADER}{}\n", ROWS[0]).as_bytes());
    site.ok(&["import", "--source", "x", &list]);
    site.ok(&["import", "--source", "x", "--again", &list]);
    let verified = text(&site.run(&["verify"]).stdout);
    assert!(!verified.contains("rejected.csv"), "{verified}");
}

#[test]
fn a_release_and_a_bundle_do_not_tell_which_row_of_which_file_says_again_what_was_withdrawn() {
    let site = listed();
    redact(&site, &[&entry_of(&site, "CANARY-5550199").to_string()]);
    let list = site.write("next.csv", format!("{HEADER}{}\n{}\n", ROWS[0], ROWS[1].replace("X2", "X7")).as_bytes());
    site.ok(&["import", "--source", "x", &list]);
    let ended = site.status()["entries"].as_u64().unwrap() - 1;
    let (out, bundle) = (site.path("site"), site.path("ended"));
    site.ok(&["publish", "--out", out.to_str().unwrap()]);
    site.ok(&["prove", &ended.to_string(), "--out", bundle.to_str().unwrap()]);
    for words in ["withdrew it", "--again takes", "tells_withdrawn", "\"returned\""] {
        assert_eq!(holding(&out, words), Vec::<PathBuf>::new(), "{words}");
    }
    let shown = std::fs::read_to_string(bundle.join(format!("entries/{ended}.json"))).unwrap();
    assert!(
        shown.contains("taken_in") && !shown.contains("\"tells_withdrawn\"") && !shown.contains("\"returned\""),
        "{shown}"
    );
}

#[test]
fn a_withdrawn_row_is_known_by_one_of_its_names_and_a_name_alone_is_told() {
    let site = listed();
    redact(&site, &[&entry_of(&site, "CANARY-5550199").to_string()]);
    let without = ROWS[0].replace("Invented Canaryone", "");
    let said = site.ok(&["import", "--source", "x", &site.write("a.csv", format!("{HEADER}{without}\n").as_bytes())]).1;
    assert!(said.contains("0 taken in, 1 refused"), "{said}");
    let anew = ROWS[0].replace("X1,", "Y77,").replace(",30,", ",44,").replace(",40,", ",44,");
    let said =
        site.ok(&["import", "--source", "other", &site.write("b.csv", format!("{HEADER}{anew}\n").as_bytes())]).1;
    assert!(said.contains("1 taken in") && said.contains("bears a name of whom entry"), "{said}");
}

#[test]
fn a_source_of_one_word_goes_with_every_description_of_it_and_its_list_is_told() {
    let site = Site::sqlite();
    let sources = |name: &str| {
        let mut text = String::new();
        for (id, name) in [("x", name), ("y", "Invented Other")] {
            text += &format!(
                "[[source]]\nid = \"{id}\"\nkind = \"organisation\"\nnames = {{ en = \"{name}\" }}\ninvented = true\n"
            );
        }
        text
    };
    for (file, name) in [("one.toml", "Canaryword"), ("two.toml", "Canarywords")] {
        site.ok(&["import", &site.write(file, sources(name).as_bytes())]);
    }
    let said = redact(&site, &["x", "--field", "names"]);
    assert!(said.contains("two.toml") && said.contains("one.toml"), "{said}");
    assert_eq!(holding(&site.path("workspace/journal"), "Canaryword"), Vec::<PathBuf>::new());
    let told = text(&site.run(&["verify"]).stdout);
    assert!(told.contains("the same words stand in the original"), "{told}");
}
