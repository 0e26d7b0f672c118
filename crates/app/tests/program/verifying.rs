//! What `verify` finds in a workspace beside journal and originals, and what mends it.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::support::{Site, root, text};

/// Exit code and everything said.
fn verify(site: &Site) -> (Option<i32>, String) {
    let output = site.run(&["verify"]);
    (output.status.code(), text(&output.stdout) + &text(&output.stderr))
}

/// Changes rows of the casebase behind the program's back.
fn change(site: &Site, sql: &'static str) {
    let url = format!("sqlite://{}", site.path("workspace/casebase.sqlite").display());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let rows = runtime.block_on(async {
        let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
        let done = sqlx::query(sql).execute(&pool).await.unwrap();
        pool.close().await;
        done.rows_affected()
    });
    assert!(rows > 0, "{sql} changed nothing");
}

#[test]
fn one_changed_value_in_the_casebase_is_found_and_rebuild_mends_it() {
    let site = Site::sqlite();
    site.import_figures();
    let (code, said) = verify(&site);
    assert!(code == Some(0) && said.contains("casebase: every row is what"), "{said}");
    change(&site, "UPDATE figure SET body = replace(body, '\"total\":28', '\"total\":29') WHERE id = 'F0998'");
    let (code, said) = verify(&site);
    assert!(code == Some(1) && said.contains("figure") && said.contains("Run rebuild"), "{said}");
    let rebuilt = site.run(&["rebuild"]);
    assert!(text(&rebuilt.stderr).contains("not what they were: figure"), "{}", text(&rebuilt.stderr));
    assert_eq!(verify(&site).0, Some(0));
    // A casebase that is behind its journal is not at fault, one that is gone is made again.
    std::fs::remove_file(site.path("workspace/casebase.sqlite")).unwrap();
    for beside in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(site.path(&format!("workspace/casebase.sqlite{beside}")));
    }
    let (code, said) = verify(&site);
    assert!(code == Some(0) && said.contains("makes it from the journal"), "{said}");
}

#[test]
fn a_forged_list_of_refused_rows_is_named_a_lost_one_too_and_rebuild_makes_both_again() {
    let site = Site::sqlite();
    let list = site.write("list.csv", b"name,date\nInvented,2013-01-02\ncut\n");
    let mapping = site.write("any.toml", b"name='any'\nkind='record'\n[columns]\nname='name'\n");
    site.ok(&["import", "--source", "giver", "--mapping", &mapping, &list]);
    let folder = std::fs::read_dir(site.path("workspace/imports")).unwrap().next().unwrap().unwrap().path();
    let path = folder.join("rejected.csv");
    let good = std::fs::read(&path).unwrap();
    assert_eq!(verify(&site).0, Some(0));
    for (forge, wanted) in [(true, Some(1)), (false, Some(2))] {
        match forge {
            true => std::fs::write(&path, "row,column,reason,value\n").unwrap(),
            false => std::fs::remove_file(&path).unwrap(),
        }
        let (code, said) = verify(&site);
        assert!(code == wanted && said.contains("rejected.csv") && said.contains("rebuild"), "{said}");
        site.ok(&["rebuild"]);
        assert_eq!((std::fs::read(&path).unwrap(), verify(&site).0), (good.clone(), Some(0)));
    }
}

#[test]
fn a_thumbnail_that_is_gone_is_named() {
    let site = Site::sqlite();
    let picture = root().join("fuzz/corpus/picture/synth0.png");
    let (_, said) = site.ok(&["import", "--source", "giver", picture.to_str().unwrap()]);
    let id = said.split("taken in as ").nth(1).unwrap().split(',').next().unwrap().to_owned();
    let shown: serde_json::Value = serde_json::from_str(&site.ok(&["media", &id, "--json"]).0).unwrap();
    let digest = shown["media"]["derived"][0]["sha256"].as_str().unwrap();
    assert_eq!(verify(&site).0, Some(0));
    std::fs::remove_file(site.path("workspace/originals").join(&digest[..2]).join(&digest[2..])).unwrap();
    let (code, said) = verify(&site);
    assert!(code == Some(2) && said.contains(digest) && said.contains("thumbnail"), "{said}");
}

#[test]
fn another_signing_key_is_named_by_verify_and_opens_nothing() {
    let site = Site::sqlite();
    site.import_figures();
    let path = site.path("workspace/keys/log.key");
    let good = std::fs::read(&path).unwrap();
    let mut other = good.clone();
    other[20] = if other[20] == b'0' { b'1' } else { b'0' };
    std::fs::write(&path, &other).unwrap();
    let (code, said) = verify(&site);
    assert!(code == Some(1) && said.contains("keys/log.key") && said.contains("log.vkey says"), "{said}");
    let refused = site.run(&["status"]);
    let said = text(&refused.stderr);
    assert!(
        refused.status.code() == Some(2) && said.contains("keys/log.key") && said.contains("nothing was opened"),
        "{said}"
    );
    std::fs::write(&path, good).unwrap();
    assert_eq!(verify(&site).0, Some(0));
}

#[test]
fn what_is_restricted_is_made_for_its_owner_alone_and_a_release_for_everyone() {
    let site = Site::sqlite();
    site.import_figures();
    let out = site.path("out");
    site.ok(&["publish", "--out", out.to_str().unwrap()]);
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o077;
    let mut restricted = vec![site.path("workspace/casebase.sqlite"), site.path("workspace/tawthiq.toml")];
    restricted.push(site.path("workspace/keys/log.key"));
    for place in ["journal/segments", "originals", "cache"] {
        let place = site.path("workspace").join(place);
        restricted.extend(std::fs::read_dir(&place).unwrap().map(|entry| entry.unwrap().path()));
        restricted.push(place);
    }
    let kept =
        restricted.iter().filter(|path| !path.starts_with(site.path("workspace/cache")) || path.ends_with("cache"));
    for path in kept {
        assert_eq!(mode(path), 0, "{}", path.display());
    }
    for name in ["SHA256SUMS", "log/checkpoint", "data/figures.csv"] {
        assert_ne!(mode(&out.join(name)), 0, "{name}");
    }
}
