//! The chain of custody says what was done and by whom, and nothing that was not done.

use crate::support::{Site, command, root, text};

fn chain(site: &Site, id: &str) -> serde_json::Value {
    serde_json::from_str(&site.ok(&["custody", id, "--json"]).0).unwrap()
}

fn steps(site: &Site, id: &str, what: &str) -> Vec<serde_json::Value> {
    let chain = chain(site, id);
    chain["steps"].as_array().unwrap().iter().filter(|step| step["what"] == what).cloned().collect()
}

fn entries(site: &Site) -> u64 {
    site.status()["entries"].as_u64().unwrap()
}

/// An invented picture taken in; its accession.
fn pictured(site: &Site) -> String {
    let picture = root().join("fuzz/corpus/picture/synth0.png");
    let (_, said) = site.ok(&["import", "--source", "giver", picture.to_str().unwrap()]);
    said.split("taken in as ").nth(1).unwrap().split(',').next().unwrap().to_owned()
}

#[test]
fn fixity_is_recorded_with_what_was_found_and_not_where_the_original_is_another_or_gone() {
    let site = Site::sqlite();
    site.import_figures();
    site.ok(&["custody", "0", "--did", "checked_fixity", "--why", "the court asked"]);
    let digest = chain(&site, "0")["files"][0]["sha256"].as_str().unwrap().to_owned();
    let step = steps(&site, "0", "checked_fixity")[0]["detail"].as_str().unwrap().to_owned();
    assert!(step.contains("as received") && step.contains(&digest) && step.contains("the court asked"), "{step}");
    let original = site.path("workspace/originals").join(&digest[..2]).join(&digest[2..]);
    let before = entries(&site);
    let mut bytes = std::fs::read(&original).unwrap();
    bytes[0] ^= 1;
    std::fs::write(&original, &bytes).unwrap();
    for words in ["is not what was received", "is not here"] {
        let refused = site.run(&["custody", "0", "--did", "checked_fixity"]);
        let said = text(&refused.stderr);
        assert_eq!(refused.status.code(), Some(2), "{said}");
        assert!(said.contains("fixity was not recorded") && said.contains(words) && said.contains(&digest), "{said}");
        let _ = std::fs::remove_file(&original);
    }
    assert_eq!(entries(&site), before);
}

#[test]
fn who_receives_it_must_be_said_and_nothing_is_recorded_without() {
    let site = Site::sqlite();
    site.import_figures();
    let before = entries(&site);
    let refused = site.run(&["custody", "0", "--did", "handed_over"]);
    assert!(text(&refused.stderr).contains("nothing was recorded. Say --to WHOM"), "{}", text(&refused.stderr));
    assert_eq!((refused.status.code(), entries(&site)), (Some(2), before));
}

#[test]
fn every_export_is_a_step_and_one_that_could_not_be_written_is_none() {
    let site = Site::sqlite();
    let id = pictured(&site);
    let path = |name: &str| site.path(name).to_str().unwrap().to_owned();
    site.ok(&["media", &id, "--original", &path("1.png")]);
    site.ok(&["media", &id, "--original", &path("2.png")]);
    site.ok(&["media", &id, "--copy", &path("3.jpg")]);
    assert_eq!(steps(&site, &id, "exported").len(), 3);
    assert_eq!(steps(&site, &id, "looked_at").len(), 1, "a look is told once a day");
    let refused = site.run(&["media", &id, "--original", &path("1.png")]);
    assert!(!refused.status.success());
    assert_eq!(steps(&site, &id, "exported").len(), 3);
}

#[test]
fn who_did_it_is_the_account_and_what_the_environment_claims_is_told_beside_it() {
    let site = Site::sqlite();
    site.import_figures();
    let workspace = site.path("workspace");
    let output = command(&["--workspace", workspace.to_str().unwrap(), "custody", "0", "--did", "printed"])
        .env("USER", "somebody-else")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let account = std::process::Command::new("id").arg("-un").output().unwrap();
    let account = text(&account.stdout).trim().to_owned();
    assert_eq!(steps(&site, "0", "printed")[0]["by"], format!("{account} (USER says somebody-else)"));
}

#[test]
fn the_page_in_arabic_says_its_particulars_in_arabic_and_the_program_that_received() {
    let site = Site::sqlite();
    site.import_figures();
    let page = site.path("page.html");
    site.ok(&["custody", "0", "--page", page.to_str().unwrap(), "--lang", "ar"]);
    let html = std::fs::read_to_string(&page).unwrap();
    assert!(html.contains("بايت، SHA-256") && html.contains("صفحة للمحكمة"), "{html}");
    assert!(!html.contains(" bytes, ") && !html.contains("page for court"), "{html}");
    let tool = steps(&site, "0", "received")[0]["tool"].as_str().unwrap().to_owned();
    assert!(tool.starts_with(concat!("tawthiq ", env!("CARGO_PKG_VERSION"), "; mapping ")), "{tool}");
}

#[test]
fn names_and_reasons_cannot_move_the_cursor_or_forge_a_line() {
    let site = Site::sqlite();
    let picture = std::fs::read(root().join("fuzz/corpus/picture/synth0.png")).unwrap();
    let file = site.write("a\u{1b}[2J\n9999 forged\u{202e}gpj.png", &picture);
    let (_, said) = site.ok(&["import", "--source", "giver", &file]);
    let id = said.split("taken in as ").nth(1).unwrap().split(',').next().unwrap();
    site.ok(&["custody", id, "--did", "printed", "--why", "x\n    9999  forged", "--by", "\u{1b}]0;x\u{7}"]);
    let (table, _) = site.ok(&["custody", id]);
    let (shown, _) = site.ok(&["media", id]);
    let (near, _) = site.ok(&["near", &file]);
    for said in [&said, &table, &shown, &near] {
        assert!(!said.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{said:?}");
    }
    assert!(!table.lines().chain(near.lines()).any(|line| line.trim_start().starts_with("9999")), "{table}{near}");
    assert!(!said.lines().any(|line| line.starts_with("9999")), "{said}");
}
