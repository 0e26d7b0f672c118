//! What `verify` finds in a workspace beside journal and originals, and what mends it.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::support::{Site, command, root, text};

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

#[test]
fn a_clock_that_ran_ahead_is_named_and_holds_no_withdrawal_up() {
    let site = Site::sqlite();
    let mapping = site.write("any.toml", b"name='any'\nkind='record'\n[columns]\nname='name'\n");
    let list = site.write("list.csv", b"name,date\nInvented Zarqun,2013-01-02\n");
    let at = |epoch: &str, arguments: &[&str]| {
        let workspace = site.path("workspace");
        let mut all = vec!["--workspace", workspace.to_str().unwrap()];
        all.extend(arguments);
        command(&all).env("SOURCE_DATE_EPOCH", epoch).output().unwrap()
    };
    assert!(at("4102444800", &["import", "--source", "giver", "--mapping", &mapping, &list]).status.success());
    let (code, said) = verify(&site);
    assert!(code == Some(0) && said.contains("note clock: entries 0 to 2 are dated later than now"), "{said}");
    let (status, _) = site.ok(&["status"]);
    assert!(status.contains("note: entries 0 to 2 are dated later than now"), "{status}");
    assert_eq!(site.status()["dated_later_than_now"]["last_time"], 4_102_444_800u64);
    let other = site.write("other.csv", b"name,date\nInvented Two,2013-01-02\n");
    let refused = site.run(&["import", "--source", "giver", "--mapping", &mapping, &other]);
    assert!(text(&refused.stderr).contains("nothing but a withdrawal can be appended"), "{}", text(&refused.stderr));
    let (_, said) = site.ok(&["redact", "1", "--reason", "the family asked", "--authority", "a court", "--by", "x"]);
    assert!(said.contains("its reason says so"), "{said}");
    let (code, said) = verify(&site);
    assert!(code == Some(3) && said.contains("1 entries say that something was withdrawn"), "{said}");
    let reasons = std::fs::read(site.path("workspace/journal/segments/000000000000.seg")).unwrap();
    assert!(text(&reasons).contains("withdrawn when the clock said 2019-04-18"), "the entry does not say so");
    // A clock that is not one is refused, and nothing is done by the machine's instead.
    let before = site.status()["entries"].as_u64();
    for epoch in ["abc", "1e9", "-5", "", "253402300800", "99999999999999999999"] {
        let refused = at(epoch, &["import", "--source", "giver", "--mapping", &mapping, &other]);
        assert!(text(&refused.stderr).contains("SOURCE_DATE_EPOCH is"), "{epoch}: {}", text(&refused.stderr));
    }
    assert_eq!(site.status()["entries"].as_u64(), before);
}

#[test]
fn a_public_key_or_settings_that_rotted_are_bad_and_a_lost_key_is_missing() {
    let site = Site::sqlite();
    site.import_figures();
    assert_eq!(verify(&site).0, Some(0));
    let rotted = |name: &str, at: usize, bit: u8, wanted: &str| {
        let path = site.path("workspace").join(name);
        let whole = std::fs::read(&path).unwrap();
        let mut rotten = whole.clone();
        rotten[at] ^= bit;
        std::fs::write(&path, rotten).unwrap();
        let (code, said) = verify(&site);
        assert!(code == Some(1) && said.contains(&format!("BAD  {name}")), "{name} {at}: {said}");
        assert!(!said.contains("Nothing that is here is wrong"), "{said}");
        let opened = site.run(&["status"]);
        let words = text(&opened.stderr);
        assert!(
            !opened.status.success() && words.contains(wanted) && !words.contains("with init"),
            "{name} {at}: {words}"
        );
        std::fs::write(&path, whole).unwrap();
    };
    rotted("log.vkey", 3, 0x80, "log.vkey");
    rotted("tawthiq.toml", 0, 0x80, "cannot be read");
    rotted("tawthiq.toml", 0, 0x01, "cannot be read");
    rotted("tawthiq.toml", 12, 0x01, "it was changed, or is of another workspace");
    std::fs::remove_file(site.path("workspace/log.vkey")).unwrap();
    let (code, said) = verify(&site);
    assert!(code == Some(2) && said.contains("MISS key") && said.contains("MISSING log.vkey"), "{said}");
    let (_, said) = site.ok(&["status"]);
    assert!(said.contains("log.vkey was not here"), "{said}");
    assert_eq!(verify(&site).0, Some(0));
    // Without its settings a workspace is damaged, and not none.
    std::fs::remove_file(site.path("workspace/tawthiq.toml")).unwrap();
    let opened = site.run(&["status"]);
    assert!(text(&opened.stderr).contains("it is not there, and a journal is"), "{}", text(&opened.stderr));
}

#[test]
fn whoever_asked_for_json_is_given_it_also_where_nothing_could_be_checked() {
    let dir = tempfile::tempdir().unwrap();
    let there = dir.path().to_str().unwrap().to_owned();
    for folder in [there.clone(), there + "/nothing"] {
        let output = command(&["verify", "--json", &folder]).output().unwrap();
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(2), "{report}");
        assert!(report["missing"][0].as_str().unwrap().contains("nothing was checked"), "{report}");
    }
}

#[test]
fn what_stands_behind_the_last_entry_and_in_a_promise_is_told_and_taken_away_by_the_next_writer() {
    let site = Site::sqlite();
    site.import_figures();
    let (code, said) = verify(&site);
    assert!(code == Some(0) && !said.contains("unfinished"), "{said}");
    let (segment, lock) = ("workspace/journal/segments/000000000000.seg", "workspace/journal/lock/checkpoint");
    for (path, at, word) in
        [(segment, None, "no entry"), (lock, Some(4090), "promises"), (lock, Some(8190), "promises")]
    {
        let path = site.path(path);
        let mut bytes = std::fs::read(&path).unwrap();
        let last = bytes.iter().rposition(|byte| *byte != 0).unwrap();
        assert!(last + 1000 < bytes.len());
        bytes[at.unwrap_or(last + 1000)] = 0x5a;
        std::fs::write(&path, bytes).unwrap();
        let (code, said) = verify(&site);
        assert!(code == Some(0) && said.contains("unfinished writes") && said.contains(word), "{said}");
        site.ok(&["custody", "1", "--did", "printed"]);
        let (code, said) = verify(&site);
        assert!(code == Some(0) && !said.contains("unfinished"), "{said}");
    }
}

#[test]
fn a_release_without_its_signature_proves_nothing_and_says_so() {
    let site = Site::sqlite();
    site.import_figures();
    let out = site.path("out");
    site.ok(&["publish", "--out", out.to_str().unwrap()]);
    std::fs::remove_file(out.join("release.note")).unwrap();
    let checked = |out: &Path| {
        let output = site.run(&["verify", out.to_str().unwrap()]);
        (output.status.code(), text(&output.stdout))
    };
    let (code, said) = checked(&out);
    assert!(code == Some(2) && said.contains("which nobody signed") && said.contains("anybody's"), "{said}");
    assert!(!said.contains("as they were signed"), "{said}");
    // As a first publish begins.
    std::fs::write(out.join("SHA256SUMS"), "").unwrap();
    let (code, said) = checked(&out);
    assert!(code == Some(2) && !said.contains("BAD") && said.contains("no finished release"), "{said}");
    let mistyped = site.run(&["verify", out.to_str().unwrap(), "--key", "x"]);
    assert!(mistyped.status.code() == Some(2) && text(&mistyped.stderr).contains("nothing was checked"));
}
