//! A policy is taken at its word or refused, and a refusal leaves the live release as it stands.

use std::path::Path;

use crate::support::{Site, example, program, text};

const SOURCES: &str = r#"
[[source]]
id = "r1"
kind = "organisation"
names = { en = "First list" }
derives_from = ["hidden"]
[[source]]
id = "hidden"
kind = "organisation"
acronym = "KANHID"
address = "https://kanhid.invalid"
caution = { en = "KANHID caution" }
names = { en = "KANHID source" }
"#;

const TRUST_SETS: &str = r#"
[[trust_set]]
id = "all"
all = true
names = { en = "All sources" }
[[trust_set]]
id = "both"
names = { en = "KANHID and the first" }
sources = ["r1", "hidden"]
"#;

const STATEMENTS: &str = r#"
[[statement]]
id = "s-r1"
question = "q1"
question_text = { en = "Was it hit?" }
source = "r1"
stance = "denies"
words = { en = "KANHID heard it." }
date = "2013-03"
reported_by = "hidden"
"#;

const LIST: &str = "record_id,name_ar,name_en,sex,age,date_of_death,governorate,town,cause,perpetrator\n";

/// Two lists of real sources, invented here, and killings as events.
fn two_lists() -> Site {
    let site = Site::sqlite();
    for (name, words) in [("sources.toml", SOURCES), ("trust-sets.toml", TRUST_SETS)] {
        site.ok(&["import", &site.write(name, words.as_bytes())]);
    }
    for (source, row) in [
        ("r1", "A1,,Rowone Example,M,30,2013-03-05,حلب,,,isis"),
        ("hidden", "B1,,Rowtwo Kanhid,F,40,2014-03-05,حلب,,,isis"),
    ] {
        let list = site.write(&format!("{source}.csv"), format!("{LIST}{row}\n").as_bytes());
        site.ok(&["import", "--source", source, &list]);
    }
    let mapping = example("events-invented.toml");
    let events = "event_id,date,governorate,place,latitude,longitude,title_ar,title_en,title_fr\n\
                  KANEVENTID-1,2013-02-05,Idlib,Saraqib,35.86,36.80,حدث,KANEVENT title,Ev\n";
    let events = site.write("events.csv", events.as_bytes());
    site.ok(&["import", "--source", "r1", "--mapping", mapping.to_str().unwrap(), &events]);
    site.ok(&["import", &site.write("statements.toml", STATEMENTS.as_bytes())]);
    site.ok(&["link"]);
    site
}

/// Files of a release whose bytes or whose path hold the words, in any case.
fn holding(out: &Path, words: &str) -> Vec<String> {
    let mut files = Vec::new();
    crate::releasing::files(out, &mut files);
    let inside = files.iter().map(|path| (path.strip_prefix(out).unwrap().to_string_lossy().into_owned(), path));
    let found = inside.filter(|(name, path)| {
        let all = format!("{name}\n{}", text(&std::fs::read(path).unwrap())).to_lowercase();
        all.contains(&words.to_lowercase())
    });
    found.map(|(name, _)| name).collect()
}

fn publish(site: &Site, out: &Path, policy: &str, more: &[&str]) -> std::process::Output {
    let policy = site.write("release.toml", policy.as_bytes());
    let mut arguments = vec!["publish", "--out", out.to_str().unwrap(), "--policy", &policy];
    arguments.extend(more);
    site.run(&arguments)
}

#[test]
fn a_source_that_the_policy_does_not_name_and_an_act_that_it_does_not_are_in_no_file() {
    let site = two_lists();
    let out = site.path("site");
    assert!(publish(&site, &out, "", &[]).status.success());
    // The number that the giver knows an event by is never told.
    assert_eq!(holding(&out, "KANEVENTID"), Vec::<String>::new());
    assert!(holding(&out, "KANHID").len() > 9 && holding(&out, "KANEVENT").len() > 2);
    let planned = publish(&site, &out, "sources = ['r1']", &["--dry-run"]);
    assert!(text(&planned.stdout).contains(" sources that the policy does not name"), "{}", text(&planned.stdout));
    assert!(text(&planned.stdout).contains("1 choices of sources"), "{}", text(&planned.stdout));
    let other = site.path("other");
    let published = publish(&site, &other, "sources = ['r1']", &[]);
    assert!(published.status.success(), "{}", text(&published.stderr));
    for words in ["KANHID", "hidden.html", "counts/both"] {
        assert_eq!(holding(&other, words), Vec::<String>::new(), "{words}");
    }
    assert!(!holding(&other, "First list").is_empty());
    let tortured = site.path("tortured");
    assert!(publish(&site, &tortured, "acts = ['death_under_torture']", &[]).status.success());
    assert_eq!(holding(&tortured, "KANEVENT"), Vec::<String>::new());
}

#[test]
fn a_slip_of_the_pen_in_a_policy_and_a_report_that_cannot_be_made_are_refused_and_the_live_release_stands() {
    let site = two_lists();
    let out = site.path("site");
    assert!(publish(&site, &out, "", &[]).status.success());
    let person = std::fs::read_dir(out.join("en/person")).unwrap().next().unwrap().unwrap().path();
    let person = person.file_stem().unwrap().to_str().unwrap().to_owned();
    let slip = format!("{person}x");
    let nobody = "[[reports]]\nperiod = '2013-03'\ntrust = 'nobody'\n";
    let settings = site.write("outreach.toml", nobody.as_bytes());
    let wrong = format!("[withdrawn]\n{slip} = 'the family asked'");
    let cases: [(&str, &[&str], &str); 3] = [
        (&wrong, &[], &person),
        ("sources = ['r1', 'hiden']", &[], "the nearest id is \"hidden\""),
        ("", &["--outreach", &settings], "there is no trust set nobody"),
    ];
    for (policy, more, said) in cases {
        for dry in [&["--dry-run"][..], &[]] {
            let all: Vec<&str> = more.iter().chain(dry).copied().collect();
            let refused = publish(&site, &out, policy, &all);
            let words = text(&refused.stderr);
            assert_eq!(refused.status.code(), Some(2), "{policy} {words}");
            assert!(words.contains(said) && words.contains("nothing was published"), "{words}");
            assert!(program(&["verify", out.to_str().unwrap()]).status.success(), "{policy}");
        }
    }
    // Who was withdrawn before and is nobody's id any more may stay in the policy.
    let right = format!("[withdrawn]\n{person} = 'the family asked'");
    assert!(publish(&site, &out, &right, &[]).status.success());
    assert!(holding(&out, "the family asked").iter().any(|file| file.contains(&person)));
    // A policy without the line does not bring her back unseen, and no report on her month does.
    let report = site.path("report");
    let report = ["publish", "report", "--period", "2013-03", "--trust", "all", "--out", report.to_str().unwrap()];
    for refused in [publish(&site, &out, "", &[]), publish(&site, &out, "", &["--dry-run"]), site.run(&report)] {
        let words = text(&refused.stderr);
        assert_eq!(refused.status.code(), Some(2), "{words}");
        assert!(words.contains(&person) && words.contains("Nothing was published"), "{words}");
    }
    assert!(holding(&out, "the family asked").iter().any(|file| file.contains(&person)));
    let given_back = publish(&site, &out, &format!("given_back = ['{person}']"), &[]);
    assert!(given_back.status.success(), "{}", text(&given_back.stderr));
    assert!(!holding(&out, "the family asked").iter().any(|file| file.contains(&person)));
    assert!(publish(&site, &out, "", &[]).status.success());
}

#[test]
fn a_publish_that_was_interrupted_is_named_and_gone_on_with_and_a_second_one_has_its_own_version() {
    let site = two_lists();
    let out = site.path("site");
    let version = || -> String {
        let text = std::fs::read_to_string(out.join("release.json")).unwrap();
        serde_json::from_str::<serde_json::Value>(&text).unwrap()["version"].as_str().unwrap().to_owned()
    };
    assert!(publish(&site, &out, "[site]\nversion = 'v1'", &[]).status.success());
    assert_eq!(version(), "v1");
    std::fs::remove_file(out.join("release.note")).unwrap();
    std::fs::write(out.join("en/index.html"), "half").unwrap();
    let found = program(&["verify", out.to_str().unwrap()]);
    assert_eq!(found.status.code(), Some(1));
    assert!(text(&found.stdout).contains("a publish was interrupted or is not done"), "{}", text(&found.stdout));
    assert!(publish(&site, &out, "[site]\nversion = 'v1'", &[]).status.success());
    assert!(program(&["verify", out.to_str().unwrap()]).status.success());
    assert_eq!(version(), "v1_2");
    assert!(publish(&site, &out, "[site]\nversion = 'v1'", &["--full"]).status.success());
    assert_eq!(version(), "v1_3");
    let cite = std::fs::read_to_string(out.join("en/cite.html")).unwrap();
    assert!(cite.contains("id=\"earlier\"") && cite.contains("v1_2"));
    // A fresh folder in which the writing broke off.
    let fresh = site.path("fresh");
    std::fs::create_dir_all(fresh.join("en")).unwrap();
    std::fs::write(fresh.join("SHA256SUMS"), "").unwrap();
    std::fs::write(fresh.join("en/index.html"), "half").unwrap();
    let found = program(&["verify", fresh.to_str().unwrap()]);
    assert!(text(&found.stdout).contains("a publish was interrupted or is not done"), "{}", text(&found.stdout));
    assert!(publish(&site, &fresh, "", &[]).status.success());
    assert!(program(&["verify", fresh.to_str().unwrap()]).status.success());
}
