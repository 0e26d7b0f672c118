//! Looking without writing: a workspace that may only be read, files that belong to nothing, and what is recorded of looks.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::support::{Site, text};

/// Every file below a folder with its bytes and the time of its last writing.
fn files(dir: &Path) -> BTreeMap<PathBuf, (Vec<u8>, std::time::SystemTime)> {
    let mut found = BTreeMap::new();
    for path in std::fs::read_dir(dir).into_iter().flatten().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let written = path.metadata().unwrap().modified().unwrap();
            found.insert(path.clone(), (std::fs::read(&path).unwrap(), written));
        }
    }
    found
}

/// The keeper lets others look: what is made is for its owner alone.
fn let_others_look(site: &Site) {
    std::fs::set_permissions(site.dir.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut paths = vec![site.path("workspace"), site.path("workspace/tawthiq.toml")];
    for place in ["journal", "originals", "imports"] {
        let place = site.path("workspace").join(place);
        paths.extend(files(&place).into_keys().chain([place.clone()]));
        let below = std::fs::read_dir(&place).into_iter().flatten().map(|entry| entry.unwrap().path());
        paths.extend(below.filter(|path| path.is_dir()));
    }
    let beside = std::fs::read_dir(site.path("workspace")).unwrap().map(|entry| entry.unwrap().path());
    paths.extend(beside.filter(|path| path.to_string_lossy().contains("casebase.sqlite")));
    for path in paths.into_iter().filter(|path| path.exists()) {
        let mode = path.metadata().unwrap().permissions().mode();
        let more = if path.is_dir() { 0o055 } else { 0o044 };
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode | more)).unwrap();
    }
}

/// Runs the binary as a user who owns nothing here; `None` where the tests do not run as root.
fn as_nobody(site: &Site, arguments: &[&str]) -> Option<Output> {
    let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups"];
    if !Command::new("setpriv").args(nobody).arg("true").status().is_ok_and(|status| status.success()) {
        println!("not run: another user's workspace: setpriv is not here or this is not root");
        return None;
    }
    let workspace = site.path("workspace");
    let mut command = Command::new("setpriv");
    command.args(nobody).arg(env!("CARGO_BIN_EXE_tawthiq")).arg("--workspace").arg(workspace).args(arguments);
    Some(command.output().unwrap())
}

#[test]
fn a_workspace_of_another_user_can_be_looked_into_and_is_left_as_it_was() {
    let site = Site::sqlite();
    site.import_figures();
    let_others_look(&site);
    let workspace = site.path("workspace");
    let before = files(&workspace);
    for arguments in
        [&["status"][..], &["verify"], &["verify", "--json"], &["custody", "1"], &["near", "--origin"], &["tally"]]
    {
        let Some(output) = as_nobody(&site, arguments) else { return };
        assert!(output.status.success(), "{arguments:?}: {}{}", text(&output.stderr), text(&output.stdout));
    }
    // What would write is refused, in words.
    for arguments in
        [&["import", "Cargo.toml"][..], &["custody", "1", "--did", "printed"], &["mirror", "--to", "/tmp/x"]]
    {
        let Some(output) = as_nobody(&site, arguments) else { return };
        assert!(!output.status.success(), "{arguments:?}");
    }
    let said = as_nobody(&site, &["custody", "1", "--did", "printed"]).map(|output| text(&output.stderr));
    assert!(said.is_some_and(|said| said.contains("open to be read alone; nothing was written")));
    assert!(files(&workspace) == before, "something was written");
    // The keeper goes on.
    site.ok(&["custody", "1", "--did", "printed"]);
}

#[test]
fn an_interrupted_withdrawal_is_told_to_who_may_only_read_and_nothing_is_shown() {
    let site = Site::sqlite();
    site.import_figures();
    let_others_look(&site);
    // Before the last, which ends the import of statements, stands a statement.
    let statement = (site.status()["entries"].as_u64().unwrap() - 2).to_string();
    site.ok(&["redact", &statement, "--reason", "it was given in error", "--authority", "the giver"]);
    let Some(output) = as_nobody(&site, &["status"]) else { return };
    assert!(output.status.success(), "{}", text(&output.stderr));
    // As if it had stopped before the note.
    std::fs::remove_file(site.path("workspace/journal/lock/withdrawn")).unwrap();
    for arguments in [&["status"][..], &["custody", "1"], &["near", "--origin"]] {
        let Some(output) = as_nobody(&site, arguments) else { return };
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(text(&output.stderr).contains("withdrawal was interrupted"), "{}", text(&output.stderr));
        assert!(output.stdout.is_empty(), "{}", text(&output.stdout));
    }
    // The keeper's next command finishes it.
    site.ok(&["status"]);
    assert!(as_nobody(&site, &["status"]).is_some_and(|output| output.status.success()));
}

#[test]
fn a_torn_tile_is_told_with_what_makes_it_whole_again() {
    let site = Site::sqlite();
    site.import_figures();
    let bundles = site.path("workspace/journal/log/tile/entries");
    let tile = files(&bundles).into_keys().next().unwrap();
    let whole = std::fs::read(&tile).unwrap();
    std::fs::write(&tile, vec![0; whole.len()]).unwrap();
    let verify = || {
        let output = site.run(&["verify"]);
        (output.status.code(), text(&output.stdout))
    };
    let (code, said) = verify();
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("ok   repair: ") && said.contains("such as status"), "{said}");
    site.ok(&["status"]);
    let (code, said) = verify();
    assert_eq!((code, said.contains("repair")), (Some(0), false), "{said}");
    assert_eq!(std::fs::read(&tile).unwrap(), whole);
}

#[test]
fn a_backup_put_back_is_held_to_the_checkpoint_of_a_mirror_and_rebuilt() {
    let site = Site::sqlite();
    site.import_figures();
    let mirror = site.path("mirror");
    site.ok(&["mirror", "--to", mirror.to_str().unwrap()]);
    let before = site.status();
    let workspace = site.path("workspace");
    let backup: Vec<_> = files(&workspace.join("journal/segments")).into_iter().collect();
    // What was recorded after the backup is in the casebase alone.
    site.ok(&["custody", "1", "--did", "printed"]);
    std::fs::remove_dir_all(workspace.join("journal")).unwrap();
    std::fs::create_dir_all(workspace.join("journal/segments")).unwrap();
    for (path, (bytes, _)) in backup {
        std::fs::write(path, bytes).unwrap();
    }
    let refused = site.run(&["status"]);
    assert!(text(&refused.stderr).contains("restore takes the newest checkpoint"), "{}", text(&refused.stderr));
    let checkpoint = mirror.join("checkpoint");
    // The one that came after is gone for good, and that has to be said.
    let (_, said) = site.ok(&["restore", "--accept-loss", "--checkpoint", checkpoint.to_str().unwrap()]);
    assert!(said.contains("held to the"), "{said}");
    assert_eq!(site.status(), before);
    assert_eq!(site.run(&["verify"]).status.code(), Some(0));
}

#[test]
fn files_that_belong_to_nothing_are_named_and_spoil_a_bundle() {
    let site = Site::sqlite();
    site.import_figures();
    let bundle = site.path("bundle");
    site.ok(&["prove", "1", "--out", bundle.to_str().unwrap(), "--to", "a court"]);
    let verify = |dir: &Path| {
        let output = crate::support::program(&["verify", dir.to_str().unwrap(), "--json"]);
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let paths = |list: &str| report[list].as_array().cloned().unwrap_or_default();
        let bad = paths("bad").iter().map(|bad| bad["path"].clone()).collect();
        (output.status.code(), [paths("strangers"), bad].concat())
    };
    for (dir, added, wanted, word) in [
        (site.path("workspace"), vec!["journal/log/tile/0/999", "originals/aa/bb", "notes.txt"], 0, "STRANGE"),
        (bundle, vec!["letters/999.json", "anchors/1/letter.pdf", "notes.txt"], 1, "BAD "),
    ] {
        assert_eq!(verify(&dir), (Some(0), Vec::new()), "{}", dir.display());
        for path in &added {
            let path = dir.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "put here by somebody").unwrap();
        }
        let (code, mut strangers) = verify(&dir);
        strangers.sort_by_key(|name| name.to_string());
        let mut added = added;
        added.sort_unstable();
        assert_eq!((code, strangers), (Some(wanted), added.into_iter().map(Into::into).collect()), "{}", dir.display());
        let shown = crate::support::program(&["verify", dir.to_str().unwrap()]);
        assert!(text(&shown.stdout).contains(&format!("{word} notes.txt")), "{}", text(&shown.stdout));
    }
}
