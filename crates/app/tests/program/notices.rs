//! Notices for the disappeared: evidence like any other row, published as far as the family consents and no longer.

use std::path::{Path, PathBuf};

use crate::reports::{pdf_text, plain};
use crate::support::{Site, command, example, program, text};

const SALIM: &str = "invented-salim-example";

/// A workspace with the demo's invented notices, and where its release goes.
fn noticed(site: &Site) -> PathBuf {
    site.import_figures();
    site.ok(&["import", example("notices-invented-source.toml").to_str().unwrap()]);
    import(site, example("notices-invented.csv").to_str().unwrap());
    site.path("site")
}

fn import(site: &Site, file: &str) -> String {
    site.ok(&["import", "--source", "invented-notices", file]).1
}

fn publish(site: &Site, out: &Path) -> String {
    let settings = example("outreach.toml");
    site.ok(&["publish", "--out", out.to_str().unwrap(), "--outreach", settings.to_str().unwrap()]).1
}

/// The files of a release in which words stand, also inside PDFs, or whose name has them.
fn holding(out: &Path, words: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    crate::releasing::files(out, &mut files);
    files.retain(|path| {
        let bytes = std::fs::read(path).unwrap();
        // Inside a PDF letters are numbers of glyphs: what a reader would find is asked.
        let printed = if path.extension().is_some_and(|e| e == "pdf") { pdf_text(path) } else { None };
        bytes.windows(words.len()).any(|w| w == words.as_bytes())
            || path.to_string_lossy().contains(words)
            || plain(&printed.unwrap_or_default()).contains(&plain(words))
    });
    files
}

/// The demo's notices with one text of a cell replaced.
fn corrected(site: &Site, name: &str, from: &str, to: &str) -> String {
    let csv = std::fs::read_to_string(example("notices-invented.csv")).unwrap();
    assert!(csv.contains(from), "{from}");
    site.write(name, csv.replace(from, to).as_bytes())
}

#[test]
fn a_notice_without_consent_and_a_field_that_it_leaves_out_are_in_no_file_of_the_release() {
    let site = Site::sqlite();
    let out = noticed(&site);
    let said = publish(&site, &out);
    assert!(said.contains("the notice invented-without-consent: no consent of the family is recorded"), "{said}");
    let held =
        ["invented-without-consent", "Example without Consent", "not covered by the consent", "a brother (invented)"];
    for words in held {
        assert_eq!(holding(&out, words), Vec::<PathBuf>::new(), "{words}");
    }
    assert!(holding(&out, "Salim Mithal").len() > 4);
    for file in ["html", "pdf", "png"] {
        assert!(out.join(format!("ar/notice/{SALIM}.{file}")).is_file(), "{file}");
    }
    assert!(out.join(format!("ar/notice/{SALIM}-poster.pdf")).is_file());
    let page = std::fs::read_to_string(out.join(format!("en/notice/{SALIM}.html"))).unwrap();
    assert!(page.contains("Notice issued by") && page.contains("Issued on"), "{page}");
    assert!(program(&["verify", out.to_str().unwrap()]).status.success());
    // Without an address for its code no poster is made, and that is said.
    let said = site.ok(&["publish", "--out", out.to_str().unwrap()]).1;
    assert!(said.contains("notices, whose code has no address to lead to"), "{said}");
    assert!(!out.join(format!("ar/notice/{SALIM}-poster.pdf")).exists());
}

#[test]
fn a_consent_that_is_taken_back_takes_the_notice_out_of_the_next_release_which_says_so_without_naming_it() {
    Site::on_both("consent", |site| {
        let out = noticed(site);
        publish(site, &out);
        let state =
            || -> serde_json::Value { serde_json::from_str(&site.ok(&["consent", SALIM, "--json"]).0).unwrap() };
        assert_eq!(state()[0]["held_back"], serde_json::Value::Null);
        // Also by a clock that is behind the last entry: nobody waits for what a family took back.
        let workspace = site.path("workspace");
        let arguments = ["consent", SALIM, "--withdraw", "--reason", "the brother called"];
        let mut early = command(&[&["--workspace", workspace.to_str().unwrap()][..], &arguments].concat());
        let said = early.env("SOURCE_DATE_EPOCH", "1500000000").output().unwrap();
        assert!(said.status.success() && text(&said.stderr).contains("bears the time of that entry"), "{said:?}");
        assert_eq!(state()[0]["held_back"], "the family took its consent back");
        let plan: serde_json::Value = serde_json::from_str(&site.ok(&["publish", "--dry-run", "--json"]).0).unwrap();
        assert_eq!((&plan["notices"], &plan["changes"]["notices_withdrawn"]), (&1.into(), &1.into()));
        publish(site, &out);
        for words in [SALIM, "Salim Mithal", "the brother called"] {
            assert_eq!(holding(&out, words), Vec::<PathBuf>::new(), "{words}");
        }
        let changes = std::fs::read_to_string(out.join("data/changes.json")).unwrap();
        let changes: serde_json::Value = serde_json::from_str(&changes).unwrap();
        assert_eq!(changes["notices_withdrawn"], 1);
        assert!(text(&std::fs::read(out.join("en/cite.html")).unwrap()).contains("Notices no longer published"));
        assert!(program(&["verify", out.to_str().unwrap()]).status.success());
        // There is nothing left to take back, and a rebuilt casebase knows it as well.
        site.ok(&["rebuild"]);
        let again = site.run(&["consent", SALIM, "--withdraw", "--reason", "again"]);
        assert_eq!(again.status.code(), Some(2), "{}", text(&again.stderr));
        assert_eq!(site.run(&["consent", "nobody", "--withdraw", "--reason", "x"]).status.code(), Some(2));
        assert_ne!(site.run(&["consent", SALIM, "--withdraw"]).status.code(), Some(0));
        // A later list that still carries a consent from before does not bring it back.
        import(site, &corrected(site, "stale.csv", "Political Security", "Military Intelligence"));
        publish(site, &out);
        assert_eq!(holding(&out, "Salim Mithal"), Vec::<PathBuf>::new());
        // The family consents again: the notice is taken in once more, and stands.
        import(site, &corrected(site, "again.csv", "2026-08-01", "2026-09-01"));
        publish(site, &out);
        assert!(out.join(format!("ar/notice/{SALIM}.html")).is_file());
    });
}

#[test]
fn a_use_that_is_taken_back_leaves_the_others() {
    let site = Site::sqlite();
    let out = noticed(&site);
    publish(&site, &out);
    let file = |ending: &str| out.join(format!("en/notice/{SALIM}{ending}"));
    assert!(file(".png").is_file() && file("-poster.pdf").is_file());
    let take_back =
        |a_use: &str| site.ok(&["consent", SALIM, "--withdraw", "--use", a_use, "--reason", "too many copies"]);
    take_back("poster");
    take_back("picture");
    let custody = site.ok(&["custody", SALIM]).0;
    assert_eq!(custody.matches("consent_taken_back").count(), 2, "{custody}");
    publish(&site, &out);
    assert!(file(".html").is_file() && file(".pdf").is_file());
    assert!(!file(".png").exists() && !file("-poster.pdf").exists());
    let page = text(&std::fs::read(file(".html")).unwrap());
    assert!(!page.contains("-poster.pdf") && !page.contains(&format!("{SALIM}.png")));
}

#[test]
fn a_later_entry_corrects_a_notice_and_another_source_cannot() {
    let site = Site::sqlite();
    let out = noticed(&site);
    publish(&site, &out);
    let file = corrected(&site, "corrected.csv", "Political Security", "Military Intelligence");
    import(&site, &file);
    assert_eq!(site.rows("notice"), 3);
    publish(&site, &out);
    assert!(holding(&out, "Political Security").is_empty() && !holding(&out, "Military Intelligence").is_empty());
    let changes = std::fs::read_to_string(out.join("data/changes.json")).unwrap();
    assert!(changes.contains("notices_changed") && changes.contains(SALIM), "{changes}");
    let file = corrected(&site, "foreign.csv", "Political Security", "Nobody");
    let refused = site.ok(&["import", "--source", "somebody-else", &file]).1;
    assert!(refused.contains("3 refused") && refused.contains("a notice of this id was taken in before"), "{refused}");
}

#[test]
fn a_redacted_notice_and_a_redacted_field_of_one_are_gone() {
    let site = Site::sqlite();
    let out = noticed(&site);
    let why = ["--reason", "the family asks", "--authority", "the family"];
    site.ok(&[&["redact", SALIM, "--field", "occupation"][..], &why].concat());
    publish(&site, &out);
    assert!(holding(&out, "Teacher at an invented school").is_empty() && !holding(&out, "Salim Mithal").is_empty());
    site.ok(&[&["redact", SALIM][..], &why].concat());
    publish(&site, &out);
    assert!(holding(&out, "Salim Mithal").is_empty());
    assert_eq!(site.rows("notice"), 2);
    // Whole, and something in it was withdrawn.
    assert_eq!(site.run(&["verify"]).status.code(), Some(3));
}

#[test]
fn rows_whose_consent_is_not_whole_or_says_what_is_unknown_are_refused_with_the_column() {
    let site = Site::sqlite();
    let header = "notice_id,name_en,sex,since,informed,consent_given_by,consent_given_on,consent_recorded_by,consent_for,consent_covers";
    let rows = [
        "one,One Example,male,2012,,a sister,,a monitor,page,",
        "two,Two Example,male,2012,,a sister,2026-01-01,a monitor,,",
        "three,Three Example,male,2012,,a sister,2026-01-01,a monitor,billboard,",
        "four,Four Example,male,2012,,a sister,2026-01-01,a monitor,page,shoe_size",
        "five,Five Example,male,2012,the press,,,,,",
        "six,Six Example,,2012,,,,,,",
        "seven,,male,2012,,,,,,",
        "../eight,Eight Example,male,2012,,,,,,",
        "index,Nine Example,male,2012,,,,,,",
        "ten,Ten Example,male,soon,,,,,,",
        "good,Good Example,male,2012,wgeid,a sister,2026-01-01,a monitor,page,",
        "good,Good Example,male,2012,,,,,,",
    ];
    let file = site.write("notices.csv", format!("{header}\n{}\n", rows.join("\n")).as_bytes());
    let said = import(&site, &file);
    assert!(said.contains("12 rows read as notices, 1 taken in, 11 refused"), "{said}");
    let folder = std::fs::read_dir(site.path("workspace/imports")).unwrap().next().unwrap().unwrap().path();
    let rejected = std::fs::read_to_string(folder.join("rejected.csv")).unwrap();
    for (row, words) in
        [(3, "consent_for"), (4, "consent_covers"), (5, "informed"), (6, "sex"), (10, "since"), (12, "the same id")]
    {
        let line = rejected.lines().find(|line| line.starts_with(&format!("{row},"))).unwrap_or_default();
        assert!(line.contains(words), "{row}: {line}");
    }
}
