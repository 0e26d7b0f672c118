//! What a proof bundle shows of a thing, and what it withholds with what says the same.

use std::path::PathBuf;

use crate::support::{Site, program, root, text};
use crate::withdrawing::{entry_of, holding, listed, redact};

fn prove(site: &Site, id: &str, out: &str, more: &[&str]) -> (i32, String, PathBuf) {
    let folder = site.path(out);
    let mut arguments = vec!["prove", id, "--out", folder.to_str().unwrap()];
    arguments.extend(more);
    let output = site.run(&arguments);
    (output.status.code().unwrap_or(-1), text(&output.stderr), folder)
}

fn verified(bundle: &std::path::Path) -> (Option<i32>, String) {
    let output = program(&["verify", bundle.to_str().unwrap()]);
    (output.status.code(), text(&output.stdout))
}

#[test]
fn a_name_that_is_withheld_is_in_no_file_of_the_bundle_unless_the_file_is_asked_for() {
    let site = listed();
    let entry = entry_of(&site, "CANARY-5550199").to_string();
    let (code, said, bundle) = prove(&site, &entry, "whole", &[]);
    assert!(code == 0 && !holding(&bundle, "Canaryone").is_empty(), "the search proves nothing: {said}");

    let (code, said, bundle) = prove(&site, &entry, "withheld", &["--withhold", "names"]);
    assert_eq!(code, 0, "{said}");
    for canary in ["Canaryone", "مختلقكناري", "CANARY-5550199"] {
        assert_eq!(holding(&bundle, canary), Vec::<PathBuf>::new(), "{canary}");
    }
    assert!(!bundle.join("originals").exists());
    let readme = std::fs::read_to_string(bundle.join("README.txt")).unwrap();
    for told in [&said, &readme] {
        assert!(told.contains("withheld: names, and what says the same: original"), "{told}");
        assert!(told.contains("--with-original"), "{told}");
    }
    // What is shown is proved all the same.
    assert!(!holding(&bundle, "2017-07-21").is_empty());
    assert_eq!(verified(&bundle).0, Some(0), "{}", verified(&bundle).1);

    let (code, said, bundle) = prove(&site, &entry, "asked-for", &["--withhold", "names", "--with-original"]);
    assert_eq!(code, 0, "{said}");
    assert!(!holding(&bundle.join("originals"), "Canaryone").is_empty() && said.contains("all the same"), "{said}");
    assert_eq!(verified(&bundle).0, Some(0));

    // Named itself, the row is withheld with the digest of the file; the bundle is sound.
    let (code, said, bundle) = prove(&site, &entry, "row", &["--withhold", "original"]);
    assert_eq!(code, 0, "{said}");
    assert!(holding(&bundle, "CANARY-5550199").is_empty() && !holding(&bundle, "Canaryone").is_empty());
    assert_eq!(verified(&bundle).0, Some(0), "{}", verified(&bundle).1);
}

#[test]
fn a_field_that_nothing_has_is_refused_with_those_that_are_there_and_nothing_is_written() {
    let site = listed();
    let entry = entry_of(&site, "CANARY-5550199").to_string();
    let before = site.status()["entries"].clone();
    let (code, said, bundle) = prove(&site, &entry, "bundle", &["--withhold", "name"]);
    assert!(code == 2 && said.contains("\"name\"") && said.contains("names"), "{said}");
    assert!(!bundle.exists());
    assert_eq!(site.status()["entries"], before, "nothing was exported, so nothing says so");
    // One that was withdrawn already is shown to nobody, and may be named.
    redact(&site, &[&entry, "--field", "names"]);
    let (code, said, _) = prove(&site, &entry, "bundle", &["--withhold", "names"]);
    assert_eq!(code, 0, "{said}");
}

#[test]
fn the_vault_of_a_photograph_is_withheld_with_the_photograph() {
    let photo = root().join("../shared/evidence/vectors/hostile/gps_exif.jpg");
    if !photo.is_file() {
        println!("not run: the photographs are not here");
        return;
    }
    let site = Site::sqlite();
    let (_, said) = site.ok(&["import", "--source", "giver", photo.to_str().unwrap()]);
    let id = said.split("taken in as ").nth(1).unwrap().split(',').next().unwrap().to_owned();
    let shown: serde_json::Value = serde_json::from_str(&site.ok(&["media", &id, "--json"]).0).unwrap();
    let entry = shown["entry"].to_string();
    let (code, said, bundle) = prove(&site, &entry, "whole", &[]);
    assert!(code == 0 && !holding(&bundle, "SERIAL-12345").is_empty(), "the search proves nothing: {said}");
    let (code, said, bundle) = prove(&site, &entry, "withheld", &["--withhold", "vault"]);
    assert_eq!(code, 0, "{said}");
    assert!(holding(&bundle, "SERIAL").is_empty() && holding(&bundle, "33.51").is_empty());
    assert!(!bundle.join("originals").exists() && said.contains("not in the bundle"), "{said}");
    assert_eq!(verified(&bundle).0, Some(0));
}

#[test]
fn a_bundle_that_fails_leaves_no_folder() {
    let site = listed();
    let entry = entry_of(&site, "CANARY-5550199").to_string();
    let (out, _) = site.ok(&["custody", &entry, "--json"]);
    let chain: serde_json::Value = serde_json::from_str(&out).unwrap();
    let digest = chain["files"][0]["sha256"].as_str().unwrap().to_owned();
    let original = site.path("workspace/originals").join(&digest[..2]).join(&digest[2..]);
    std::fs::write(&original, b"other bytes").unwrap();
    let before: Vec<_> = std::fs::read_dir(site.dir.path()).unwrap().map(|e| e.unwrap().path()).collect();
    let (code, said, bundle) = prove(&site, &entry, "deep/down/bundle", &[]);
    assert!(code == 2 && said.contains("no bundle was written") && !bundle.exists(), "{said}");
    let after: Vec<_> = std::fs::read_dir(site.dir.path()).unwrap().map(|e| e.unwrap().path()).collect();
    assert_eq!(before, after);
    // An empty folder that is there is filled; one that is not empty is left alone.
    std::fs::create_dir(site.path("empty")).unwrap();
    let (code, said, bundle) = prove(&site, &entry, "empty", &["--without-originals"]);
    assert!(code == 0 && bundle.join("bundle.json").is_file(), "{said}");
    let (code, said, _) = prove(&site, &entry, "empty", &["--without-originals"]);
    assert!(code == 2 && said.contains("not empty"), "{said}");
}

#[test]
fn what_a_killed_proof_left_beside_its_place_goes_with_the_next_and_a_refused_one_leaves_nothing() {
    let site = listed();
    let entry = entry_of(&site, "CANARY-5550199").to_string();
    let beside = || {
        let all = std::fs::read_dir(site.path(".")).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
        all.filter(|name| name.starts_with(".tawthiq-")).collect::<Vec<_>>()
    };
    let place = std::path::absolute(site.path("bundle")).unwrap();
    let name = domain::Sha256Digest::of(place.as_os_str().as_encoded_bytes()).hex();
    let left = site.path(&format!(".tawthiq-{}", &name[..16]));
    std::fs::create_dir_all(left.join("bundle")).unwrap();
    std::fs::write(left.join("bundle/half"), "half").unwrap();
    let (code, said, bundle) = prove(&site, &entry, "bundle", &[]);
    assert!(code == 0 && said.contains("what it left was removed"), "{said}");
    assert!(!bundle.join("half").exists() && beside().is_empty(), "{:?}", beside());

    std::fs::write(site.path("taken"), "a file").unwrap();
    for (out, more) in [("bundle", &[][..]), ("taken", &[]), ("fresh", &["--withhold", "nothing"])] {
        let (code, said, _) = prove(&site, &entry, out, more);
        assert!(code == 2 && said.contains("nothing was written") && beside().is_empty(), "{said} {:?}", beside());
    }
    assert!(!site.path("fresh").exists());
}

#[test]
fn a_bundle_about_another_row_of_a_file_does_not_hold_the_file_that_tells_what_was_withdrawn() {
    let site = listed();
    let (gone, other) = (entry_of(&site, "CANARY-5550199").to_string(), entry_of(&site, "CANARY-5550200").to_string());
    let (_, _, bundle) = prove(&site, &other, "before", &[]);
    assert!(!holding(&bundle, "Canaryone").is_empty(), "the search proves nothing");
    redact(&site, &[&gone, "--field", "names"]);
    let accession = {
        let chain: serde_json::Value = serde_json::from_str(&site.ok(&["custody", &other, "--json"]).0).unwrap();
        chain["files"][0]["sha256"].as_str().unwrap().to_owned()
    };
    for (id, out) in [(&other, "other"), (&accession, "file")] {
        let (code, said, bundle) = prove(&site, id, out, &[]);
        assert!(
            code == 0 && said.contains("that hold, or may hold, what was withdrawn are not in the bundle"),
            "{said}"
        );
        assert_eq!(holding(&bundle, "Canaryone"), Vec::<PathBuf>::new());
        assert_eq!(verified(&bundle).0, Some(0), "{}", verified(&bundle).1);
    }
    let (_, _, bundle) = prove(&site, &other, "asked", &["--with-original"]);
    assert!(!holding(&bundle, "Canaryone").is_empty());
}
