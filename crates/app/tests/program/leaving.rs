//! What leaves a workspace, where workspaces and releases may stand, and what is found in a workspace that does not belong.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use domain::Sha256Digest;

use crate::support::{Site, command, program, text};
use crate::withdrawing::{WHY, copy, holding, listed, redact};

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

/// Exit code and everything said.
fn run(site: &Site, arguments: &[&str]) -> (Option<i32>, String) {
    let output = site.run(arguments);
    (output.status.code(), text(&output.stdout) + &text(&output.stderr))
}

#[test]
fn a_page_and_a_sheet_take_no_files_place_and_are_for_their_owner_alone() {
    let site = listed();
    let key = site.path("workspace/keys/log.key");
    let before = std::fs::read(&key).unwrap();
    let link = site.path("link");
    symlink(&key, &link).unwrap();
    let entries = site.status()["entries"].clone();
    for place in [&key, &link] {
        let place = place.to_str().unwrap();
        for arguments in [["custody", "0", "--page", place], ["review", "--limit", "3", "--export"]] {
            let arguments =
                if arguments[0] == "review" { [&arguments[..], &[place]].concat() } else { arguments.to_vec() };
            let (code, said) = run(&site, &arguments);
            assert!(code == Some(2) && said.contains("there already"), "{arguments:?}: {said}");
        }
    }
    assert_eq!((std::fs::read(&key).unwrap(), site.status()["entries"].clone()), (before, entries));
    let (page, sheet, bundle) = (site.path("page.html"), site.path("sheet.csv"), site.path("bundle"));
    site.ok(&["custody", "0", "--page", page.to_str().unwrap()]);
    site.ok(&["review", "--export", sheet.to_str().unwrap()]);
    site.ok(&["prove", "0", "--out", bundle.to_str().unwrap()]);
    assert_eq!([mode(&page), mode(&sheet), mode(&bundle)], [0o600, 0o600, 0o700]);
    let original = std::fs::read_dir(bundle.join("originals")).unwrap().next().unwrap().unwrap().path();
    assert_eq!([mode(&bundle.join("originals")), mode(&original)], [0o700, 0o600]);
}

#[test]
fn a_workspace_stands_in_no_release_and_nothing_public_goes_into_a_workspace() {
    let site = listed();
    let (out, workspace) = (site.path("site"), site.path("workspace"));
    site.ok(&["publish", "--out", out.to_str().unwrap()]);
    for place in [out.clone(), out.join("data/deep/w")] {
        let refused = program(&["--workspace", place.to_str().unwrap(), "init"]);
        let said = text(&refused.stderr);
        assert!(refused.status.code() == Some(2) && said.contains("a release or a bundle"), "{said}");
        assert!(!place.join("keys").exists());
    }
    let link = site.path("elsewhere");
    symlink(&workspace, &link).unwrap();
    let url = format!("file://{}", workspace.join("mirror").display());
    let (inside, linked) = (workspace.join("site"), link.join("site"));
    let (inside, linked) = (inside.to_str().unwrap(), linked.to_str().unwrap());
    for arguments in [
        ["publish", "--out", inside],
        ["publish", "--out", linked],
        ["mirror", "--to", inside],
        ["mirror", "--to", linked],
        ["mirror", "--to", &url],
    ] {
        let (code, said) = run(&site, &arguments);
        assert!(code == Some(2) && said.contains("is in the workspace"), "{arguments:?}: {said}");
    }
    assert!(!workspace.join("site").exists() && !workspace.join("mirror").exists());
}

#[test]
fn a_mirror_that_is_not_there_is_not_made_and_a_broken_one_leaves_nothing() {
    let site = listed();
    let vkey = std::fs::read_to_string(site.path("workspace/log.vkey")).unwrap();
    let (mirror, out) = (site.path("mirror"), site.path("out"));
    let fetch = || {
        let (from, out) = (mirror.to_str().unwrap(), out.to_str().unwrap());
        program(&["mirror", "--from", from, "--out", out, "--key", vkey.trim()]).status.code()
    };
    assert_eq!((fetch(), mirror.exists(), out.exists()), (Some(2), false, false));
    site.ok(&["mirror", "--to", mirror.to_str().unwrap()]);
    assert_eq!((fetch(), out.join("checkpoint").is_file()), (Some(0), true));
    std::fs::remove_dir_all(&out).unwrap();
    std::fs::remove_dir_all(mirror.join("tile/0")).unwrap();
    assert_eq!((fetch(), out.exists()), (Some(2), false));
}

#[test]
fn a_log_is_sent_neither_among_strange_files_nor_where_links_lead() {
    let site = listed();
    let (papers, linked) = (site.path("papers"), site.path("linked"));
    std::fs::create_dir_all(&papers).unwrap();
    std::fs::write(papers.join("letter.txt"), "a letter").unwrap();
    std::fs::create_dir_all(&linked).unwrap();
    symlink(&papers, linked.join("tile")).unwrap();
    for (place, wanted) in [(&papers, "holds other files and no log"), (&linked, "is a link; nothing was sent")] {
        let url = format!("file://{}", place.display());
        for to in [place.to_str().unwrap(), &url] {
            let (code, said) = run(&site, &["mirror", "--to", to]);
            assert!(code == Some(2) && said.contains(wanted), "{said}");
        }
    }
    let names = |place: &Path| std::fs::read_dir(place).unwrap().count();
    assert_eq!((names(&papers), names(&linked)), (1, 1), "something was written");
}

#[test]
fn an_original_that_no_entry_names_is_named_and_can_be_destroyed() {
    let site = listed();
    let originals = site.path("workspace/originals");
    let digest = Sha256Digest::of(b"CANARY of a giver").hex();
    let left = originals.join(&digest[..2]).join(&digest[2..]);
    std::fs::create_dir_all(left.parent().unwrap()).unwrap();
    std::fs::write(&left, "CANARY of a giver").unwrap();
    let half = originals.join(format!("{digest}.tmp"));
    std::fs::write(&half, "CANARY of").unwrap();
    let (code, said) = run(&site, &["verify"]);
    assert!(code == Some(0) && said.contains("leftovers: 1 originals") && said.contains(&digest), "{said}");
    let entries = site.status()["entries"].clone();
    assert!(!half.exists() && left.exists(), "the next opening destroys what is half written, and nothing else");
    let said = redact(&site, &[&digest, "--original"]);
    assert!(said.contains("nothing was recorded"), "{said}");
    assert!(!left.exists() && site.status()["entries"] == entries);
    // One that an entry names is withdrawn as before.
    let chain: serde_json::Value = serde_json::from_str(&site.ok(&["custody", "0", "--json"]).0).unwrap();
    let known = chain["files"][0]["sha256"].as_str().unwrap();
    assert!(redact(&site, &[known, "--original"]).contains("withdrawn: "));
    assert_eq!(site.run(&["verify"]).status.code(), Some(3));
}

#[test]
fn where_the_last_release_went_is_never_forgotten_without_a_word() {
    let site = listed();
    let (first, last) = (site.path("first"), site.path("workspace/last-release"));
    site.ok(&["publish", "--out", first.to_str().unwrap()]);
    let good = std::fs::read(&last).unwrap();
    let publish = |out: &str| run(&site, &["publish", "--out", site.path(out).to_str().unwrap()]);
    for damaged in [&b"\xff\xfe"[..], b"", b"no/path", b"/a\x00b"] {
        std::fs::write(&last, damaged).unwrap();
        let (code, said) = run(&site, &["verify"]);
        assert!(code == Some(1) && said.contains("BAD  last-release"), "{said}");
        let (code, said) = publish("second");
        assert!(code == Some(2) && said.contains("last-release") && !site.path("second").exists(), "{said}");
    }
    std::fs::write(&last, good).unwrap();
    // Its folder moved away: what was kept of it says what changed since.
    std::fs::rename(&first, site.path("moved")).unwrap();
    let (code, said) = publish("second");
    assert!(code == Some(0) && said.contains("since "), "{said}");
    // Nothing is known of it any more.
    std::fs::remove_dir_all(site.path("second")).unwrap();
    std::fs::remove_file(site.path("workspace/last-persons.json")).unwrap();
    let (code, said) = publish("third");
    assert!(code == Some(2) && said.contains("--previous"), "{said}");
    let (moved, third) = (site.path("moved"), site.path("third"));
    site.ok(&["publish", "--out", third.to_str().unwrap(), "--previous", moved.to_str().unwrap()]);
}

#[test]
fn a_trigger_put_into_the_casebase_is_found_and_rebuild_leaves_it_out() {
    Site::on_both("trigger", |site| {
        site.import_figures();
        let file = site.path("workspace/casebase.sqlite");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        if !file.is_file() {
            assert_eq!(run(site, &["verify"]).0, Some(0));
            let settings = std::fs::read_to_string(site.path("workspace/tawthiq.toml")).unwrap();
            let schema = settings.split("schema=").nth(1).unwrap().split('"').next().unwrap();
            let function = format!(
                "CREATE FUNCTION {schema}.quiet() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
            );
            let on = format!("ON {schema}.record FOR EACH ROW EXECUTE FUNCTION {schema}.quiet()");
            runtime.block_on(async {
                let pool = sqlx::PgPool::connect(&std::env::var("TAWTHIQ_TEST_POSTGRES").unwrap()).await.unwrap();
                for sql in [function, format!("CREATE TRIGGER quiet BEFORE INSERT {on}")] {
                    sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&pool).await.unwrap();
                }
                pool.close().await;
            });
            for command in ["verify", "rebuild"] {
                let (code, said) = run(site, &[command]);
                assert!(code != Some(0) && said.contains("trigger \"quiet\" on \"record\": drop it"), "{said}");
            }
            return;
        }
        runtime.block_on(async {
            let pool = sqlx::SqlitePool::connect(&format!("sqlite://{}", file.display())).await.unwrap();
            let sql = "CREATE TRIGGER quiet AFTER INSERT ON record BEGIN DELETE FROM record WHERE id = new.id; END";
            sqlx::query(sql).execute(&pool).await.unwrap();
            sqlx::query("CREATE VIEW told AS SELECT * FROM figure").execute(&pool).await.unwrap();
            pool.close().await;
        });
        let (code, said) = run(site, &["verify"]);
        assert!(code == Some(1) && said.contains("trigger \"quiet\"") && said.contains("view \"told\""), "{said}");
        let (code, said) = run(site, &["rebuild"]);
        assert!(code == Some(2) && said.contains("trigger \"quiet\""), "{said}");
        assert_eq!(run(site, &["verify"]).0, Some(0));
        assert!(run(site, &["rebuild"]).1.contains("tables are the same"));
    });
}

#[test]
fn a_link_in_the_place_of_cache_is_removed_and_what_it_leads_to_stays() {
    let site = listed();
    let (cache, elsewhere) = (site.path("workspace/cache"), site.path("elsewhere"));
    std::fs::rename(&cache, &elsewhere).unwrap();
    std::fs::write(elsewhere.join("mine"), "a letter").unwrap();
    symlink(&elsewhere, &cache).unwrap();
    let entry = site.status()["entries"].as_u64().unwrap() - 1;
    let records: Vec<u64> = (0..entry).collect();
    let record = records
        .into_iter()
        .find(|entry| run(&site, &["redact", &entry.to_string(), WHY[0], WHY[1], WHY[2], WHY[3]]).0 == Some(0));
    assert!(record.is_some() && !cache.is_symlink());
    assert_eq!(std::fs::read_to_string(elsewhere.join("mine")).unwrap(), "a letter");
}

#[test]
fn what_others_may_write_is_named_and_a_new_workspace_is_its_owners_whatever_the_umask() {
    let site = Site::sqlite();
    let workspace = site.path("open");
    let script = format!("umask 0; exec {} --workspace {} init", env!("CARGO_BIN_EXE_tawthiq"), workspace.display());
    assert!(std::process::Command::new("sh").args(["-c", &script]).status().unwrap().success());
    for folder in ["", "keys", "journal", "journal/lock", "journal/segments"] {
        assert_eq!(mode(&workspace.join(folder)), 0o700, "{folder}");
    }
    assert_eq!(mode(&workspace.join("journal/lock/held")), 0o600);
    let verify = || text(&program(&["verify", workspace.to_str().unwrap()]).stdout);
    std::fs::set_permissions(workspace.join("keys"), std::fs::Permissions::from_mode(0o720)).unwrap();
    assert!(verify().contains("may WRITE keys"), "{}", verify());
}

#[test]
fn a_reason_that_repeats_the_name_withdrawn_is_refused_unless_it_is_said_again() {
    let site = listed();
    let entries = site.status()["entries"].as_u64().unwrap();
    let words = ["--reason", "asked for by the CANARYONE family", "--authority", "the family"];
    let found = (0..entries).find_map(|entry| {
        let id = entry.to_string();
        let (_, said) = run(&site, &[&["redact", &id][..], &words].concat());
        said.contains("repeats \"canaryone\"").then_some(id)
    });
    let id = found.unwrap();
    assert_ne!(site.run(&["verify"]).status.code(), Some(1));
    let (code, said) = run(&site, &[&["redact", &id][..], &words, &["--repeats-name"]].concat());
    assert!(code == Some(0) && said.contains("2 destroyed"), "the model with a word of the name goes too: {said}");
}

#[test]
fn a_withdrawal_that_cannot_be_finished_says_that_it_is_recorded_and_the_next_opening_finishes_it() {
    let site = listed();
    let workspace = site.path("workspace");
    let before = site.path("before");
    copy(&workspace, &before);
    let chain: serde_json::Value = serde_json::from_str(&site.ok(&["custody", "0", "--json"]).0).unwrap();
    let digest = chain["files"][0]["sha256"].as_str().unwrap().to_owned();
    let entries = site.status()["entries"].as_u64().unwrap();
    // Where it is noted that all was carried through nothing can be written.
    let noted = workspace.join("journal/lock/withdrawn");
    std::fs::create_dir(&noted).unwrap();
    let (code, said) = run(&site, &["redact", &digest, "--original", WHY[0], WHY[1], WHY[2], WHY[3]]);
    assert!(code == Some(2) && said.contains(&format!("recorded as entry {entries};")), "{said}");
    assert!(said.contains("finishes it"), "{said}");
    std::fs::remove_dir(&noted).unwrap();
    site.ok(&["status"]);
    assert_eq!(site.run(&["verify"]).status.code(), Some(3));
    assert!(command(&["verify", before.to_str().unwrap()]).output().unwrap().status.success());
}

#[test]
fn no_output_takes_the_place_of_the_key_the_journal_or_anything_of_a_workspace() {
    let site = listed();
    let workspace = site.path("workspace");
    let before = std::fs::read(workspace.join("keys/log.key")).unwrap();
    let list = site.path("list.csv");
    let list = list.to_str().unwrap();
    for place in ["keys/log.key", "journal/lock/checkpoint", "tawthiq.toml", "casebase.sqlite", "new.csv"] {
        let place = workspace.join(place);
        let place = place.to_str().unwrap();
        for arguments in [
            &["link", "--model-out", place][..],
            &["link", "--report", place],
            &["link", list, "--pairs", place],
            &["custody", "0", "--page", place],
            &["synth", "--n", "5", "--out", place],
            &["prove", "0", "--out", place],
        ] {
            let (code, said) = run(&site, arguments);
            assert!(code == Some(2) && said.contains("workspace"), "{arguments:?}: {said}");
        }
    }
    assert_eq!(std::fs::read(workspace.join("keys/log.key")).unwrap(), before);
    assert!(!workspace.join("new.csv").exists());
    assert_eq!(site.run(&["verify"]).status.code(), Some(0));
    let inner = workspace.join("originals");
    assert!(!program(&["--workspace", inner.to_str().unwrap(), "init"]).status.success());
}

#[test]
fn what_was_kept_of_the_last_release_is_believed_only_as_its_keeper_wrote_it() {
    let site = listed();
    let out = site.path("site");
    site.ok(&["publish", "--out", out.to_str().unwrap()]);
    let kept = site.path("workspace/last-persons.json");
    let forge = |path: &Path| {
        let mut told: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        told["withdrawn"] = serde_json::json!({ "p-aaaaaaaaaaaaaaaa": "FABRICATED" });
        std::fs::write(path, told.to_string()).unwrap();
    };
    // In the folder alone: what was kept is taken.
    forge(&out.join("data/persons.json"));
    site.ok(&["publish", "--out", out.to_str().unwrap()]);
    assert_eq!(holding(&out, "FABRICATED"), Vec::<std::path::PathBuf>::new());
    let whole = std::fs::read(&kept).unwrap();
    forge(&kept);
    let (code, said) = run(&site, &["verify"]);
    assert!(code == Some(0) && said.contains("the next publish goes by that release"), "{said}");
    std::fs::write(&kept, whole).unwrap();
    let (code, said) = run(&site, &["verify"]);
    assert!(code == Some(0) && !said.contains("the next publish goes by that release"), "{said}");
    // In both, as after a publish that was killed.
    std::fs::remove_file(out.join("release.note")).unwrap();
    forge(&kept);
    let (code, said) = run(&site, &["verify"]);
    assert!(code == Some(1) && said.contains("last-persons.json"), "{said}");
    let (code, said) = run(&site, &["publish", "--out", out.to_str().unwrap()]);
    assert!(code == Some(2) && said.contains("not as it was kept") && said.contains("--previous"), "{said}");
}
