//! A release: whole, in three languages, and any flipped byte is found and named.

use std::path::{Path, PathBuf};

use crate::support::{Site, program, text};

pub fn files(dir: &Path, all: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, all) } else { all.push(path) }
    }
}

fn published() -> (Site, PathBuf) {
    let site = Site::sqlite();
    site.import_figures();
    site.import_invented(40);
    let out = site.path("site");
    site.ok(&["publish", "--out", out.to_str().unwrap()]);
    (site, out)
}

#[test]
fn a_release_verifies_and_one_flipped_byte_in_any_kind_of_file_is_found_and_named() {
    let (site, out) = published();
    let good = program(&["verify", out.to_str().unwrap(), "--json"]);
    assert_eq!(good.status.code(), Some(0), "{}", text(&good.stdout));
    let key = std::fs::read_to_string(out.join("log/policy.txt")).unwrap();
    let key = key.lines().find_map(|l| l.strip_prefix("log ")).unwrap().to_owned();
    assert_eq!(program(&["verify", out.to_str().unwrap(), "--key", &key]).status.code(), Some(0));
    let other = Site::sqlite();
    other.import_invented(5);
    let elsewhere = other.path("site");
    other.ok(&["publish", "--out", elsewhere.to_str().unwrap()]);
    assert_eq!(program(&["verify", elsewhere.to_str().unwrap(), "--key", &key]).status.code(), Some(1));

    let mut all = Vec::new();
    files(&out, &mut all);
    all.sort();
    // One file of each folder, and every file at the top and of the log.
    let mut seen = std::collections::BTreeSet::new();
    let chosen: Vec<&PathBuf> = all
        .iter()
        .filter(|path| {
            let folder = path.parent().unwrap();
            folder == out || folder.starts_with(out.join("log")) || seen.insert(folder.to_owned())
        })
        .collect();
    assert!(chosen.len() > 20);
    for path in chosen {
        let bytes = std::fs::read(path).unwrap();
        if bytes.is_empty() {
            continue;
        }
        let mut flipped = bytes.clone();
        flipped[bytes.len() / 2] ^= 1;
        std::fs::write(path, &flipped).unwrap();
        let output = program(&["verify", out.to_str().unwrap()]);
        let name = path.strip_prefix(&out).unwrap().to_str().unwrap();
        assert_eq!(output.status.code(), Some(1), "{name}");
        assert!(text(&output.stdout).contains(name), "{name} is not named: {}", text(&output.stdout));
        std::fs::write(path, bytes).unwrap();
    }

    std::fs::write(out.join("extra.html"), "x").unwrap();
    assert_eq!(program(&["verify", out.to_str().unwrap()]).status.code(), Some(1));
    std::fs::remove_file(out.join("extra.html")).unwrap();
    std::fs::remove_file(out.join("en/index.html")).unwrap();
    assert_eq!(program(&["verify", out.to_str().unwrap()]).status.code(), Some(2));
    drop(site);
}

#[test]
fn what_the_release_holds_back_is_in_no_file_of_it() {
    let site = Site::sqlite();
    site.write(
        "sources.toml",
        b"[[source]]\nid = \"x\"\nkind = \"organisation\"\nnames = { en = \"X\" }\ninvented = true\n",
    );
    site.ok(&["import", site.path("sources.toml").to_str().unwrap()]);
    let header = "record_id,name_ar,name_en,sex,age,date_of_death,governorate,town,cause,perpetrator,phone_of_family\n";
    let list =
        site.write("list.csv", format!("{header}X1,مختلق,,M,20,2017-07-21,حلب,,,isis,CANARY-5550199\n").as_bytes());
    site.ok(&["import", "--source", "x", &list]);
    site.ok(&["link"]);
    let out = site.path("site");
    site.ok(&["publish", "--out", out.to_str().unwrap()]);
    let mut all = Vec::new();
    files(&out, &mut all);
    let mut named = 0;
    for path in all {
        let bytes = std::fs::read(&path).unwrap();
        let text = text(&bytes);
        assert!(!text.contains("CANARY-5550199"), "{}", path.display());
        named += u32::from(text.contains("مختلق"));
    }
    assert!(named > 0, "the invented man is on no page, so the search proves nothing");
}

#[test]
fn the_log_of_a_release_is_accepted_by_a_checker_that_is_not_ours() {
    let checker = std::env::var("TAWTHIQ_TLOGCHECK");
    let Ok(checker) = checker else {
        println!("not run: TAWTHIQ_TLOGCHECK names no checker");
        return;
    };
    let (_site, out) = published();
    let log = out.join("log");
    let output = std::process::Command::new(checker)
        .args(["-policy", log.join("policy.txt").to_str().unwrap(), "-dir", log.to_str().unwrap()])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
}

#[test]
fn verify_reports_an_added_file_an_empty_folder_and_an_odd_name_without_obeying_it() {
    let site = Site::sqlite();
    site.import_figures();
    let out = site.path("site");
    let folder = out.to_str().unwrap();
    site.ok(&["publish", "--out", folder]);
    assert_eq!(program(&["verify", folder]).status.code(), Some(0));
    std::fs::create_dir(out.join("nothing")).unwrap();
    std::fs::write(out.join("odd\u{1b}[2J\u{202e}name"), b"x").unwrap();
    let found = program(&["verify", folder]);
    let said = text(&found.stdout);
    assert_eq!(found.status.code(), Some(1), "{said}");
    assert!(said.contains("BAD  nothing: it is an empty folder"), "{said}");
    assert!(said.contains("odd\\u{1b}[2J\\u{202e}name: it was not signed"), "{said}");
    assert!(!said.contains('\u{1b}') && !said.contains('\u{202e}'), "{said:?}");
}

#[test]
fn an_older_journal_does_not_sign_another_history_over_a_release() {
    let site = Site::sqlite();
    site.import_figures();
    let (workspace, backup) = (site.path("workspace"), site.path("backup"));
    let copy = |from: &Path, to: &Path| {
        assert!(std::process::Command::new("cp").arg("-a").args([from, to]).status().unwrap().success());
    };
    copy(&workspace, &backup);
    let out = site.path("out");
    let out = out.to_str().unwrap();
    site.ok(&["publish", "--out", out]);
    let checkpoint = std::fs::read(site.path("out/log/checkpoint")).unwrap();
    // The whole workspace as it was before: alone, then grown another way beyond what was published.
    std::fs::remove_dir_all(&workspace).unwrap();
    copy(&backup, &workspace);
    for words in ["it is older", "other entries among the first"] {
        let refused = site.run(&["publish", "--out", out]);
        let said = text(&refused.stderr);
        assert_eq!(refused.status.code(), Some(2), "{said}");
        assert!(
            said.contains(words) && said.contains("two histories") && said.contains("restore --checkpoint"),
            "{said}"
        );
        for _ in 0..3 {
            site.ok(&["custody", "1", "--did", "printed"]);
        }
    }
    assert_eq!(std::fs::read(site.path("out/log/checkpoint")).unwrap(), checkpoint);
    assert_eq!(program(&["verify", out]).status.code(), Some(0));
    // Nor does another log go over it.
    let other = Site::sqlite();
    other.import_figures();
    let refused = other.run(&["publish", "--out", out]);
    assert!(text(&refused.stderr).contains("of another log"), "{}", text(&refused.stderr));
}

#[test]
fn a_first_release_that_was_killed_before_its_list_of_files_is_begun_again() {
    let site = Site::sqlite();
    site.import_figures();
    let out = site.path("out");
    site.ok(&["publish", "--out", out.to_str().unwrap()]);
    // As a kill leaves it: files, an empty list and no signature.
    std::fs::write(out.join("SHA256SUMS"), "").unwrap();
    std::fs::remove_file(out.join("release.note")).unwrap();
    std::fs::remove_file(site.path("workspace/last-release")).unwrap();
    site.ok(&["publish", "--out", out.to_str().unwrap()]);
    assert_eq!(program(&["verify", out.to_str().unwrap()]).status.code(), Some(0));
    // Another's folder is not taken for a beginning, however often it is tried.
    let others = site.path("others");
    std::fs::create_dir(&others).unwrap();
    std::fs::write(others.join("thesis.txt"), "mine").unwrap();
    for _ in 0..2 {
        let refused = site.run(&["publish", "--out", others.to_str().unwrap()]);
        assert!(text(&refused.stderr).contains("is not empty and holds no earlier release"));
    }
    assert_eq!(std::fs::read_to_string(others.join("thesis.txt")).unwrap(), "mine");
}

#[test]
fn a_publish_that_was_killed_does_not_take_old_addresses_with_it() {
    let (site, out) = published();
    let before: serde_json::Value =
        serde_json::from_slice(&std::fs::read(out.join("data/persons.json")).unwrap()).unwrap();
    let published = |full: bool| {
        let mut order = vec!["publish", "--out", out.to_str().unwrap()];
        order.extend(full.then_some("--full"));
        site.ok(&order);
        let bytes = std::fs::read(out.join("data/persons.json")).unwrap();
        let now: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(program(&["verify", out.to_str().unwrap()]).status.code(), Some(0));
        now
    };
    // As kills leave it: no signature, and the list of persons half written, or everything gone.
    std::fs::remove_file(out.join("release.note")).unwrap();
    std::fs::write(out.join("data/persons.json"), "").unwrap();
    let after = published(false);
    assert_eq!(after["history"][0]["from"], before["version"]);
    std::fs::remove_file(out.join("release.note")).unwrap();
    std::fs::remove_dir_all(out.join("data")).unwrap();
    std::fs::write(out.join("SHA256SUMS"), "").unwrap();
    let last = published(true);
    assert_eq!(last["history"].as_array().unwrap().len(), 2);
    assert_eq!(last["history"][1]["from"], after["version"]);
    assert_eq!(last["persons"], before["persons"]);
}
