//! Looking without writing: a workspace that may only be read, files that belong to nothing, and what is recorded of looks.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::support::{Site, text};

/// Every file below a folder with its bytes and the time of its last writing.
fn files(dir: &Path) -> BTreeMap<PathBuf, (Vec<u8>, std::time::SystemTime)> {
    let mut found = BTreeMap::new();
    for path in std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let written = path.metadata().unwrap().modified().unwrap();
            found.insert(path.clone(), (std::fs::read(&path).unwrap(), written));
        }
    }
    found
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
    std::fs::set_permissions(site.dir.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let workspace = site.path("workspace");
    let before = files(&workspace);
    for arguments in [&["status"][..], &["verify"], &["verify", "--json"], &["custody", "1"], &["near", "--origin"]] {
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
fn files_that_belong_to_nothing_are_named_and_spoil_nothing() {
    let site = Site::sqlite();
    site.import_figures();
    let bundle = site.path("bundle");
    site.ok(&["prove", "1", "--out", bundle.to_str().unwrap(), "--to", "a court"]);
    let verify = |dir: &Path| {
        let output = crate::support::program(&["verify", dir.to_str().unwrap(), "--json"]);
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        (output.status.code(), report["strangers"].as_array().cloned().unwrap_or_default())
    };
    for (dir, added) in [
        (site.path("workspace"), vec!["journal/log/tile/0/999", "originals/aa/bb", "notes.txt"]),
        (bundle, vec!["entries/999.json", "anchors/1/letter.pdf", "notes.txt"]),
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
        assert_eq!((code, strangers), (Some(0), added.into_iter().map(Into::into).collect()), "{}", dir.display());
        let shown = crate::support::program(&["verify", dir.to_str().unwrap()]);
        assert!(text(&shown.stdout).contains("STRANGE notes.txt"), "{}", text(&shown.stdout));
    }
}
