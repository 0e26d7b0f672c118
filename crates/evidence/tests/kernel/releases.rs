//! A sealed folder: whole, or the file at fault is named.

use std::path::{Path, PathBuf};

use evidence::{Originals, SumCache, disclose, is_sealed, seal, seal_again, verify_folder};

use crate::support::{ORIGIN, files, journal, key};

fn released(dir: &Path) -> (PathBuf, String) {
    let journal = journal(&dir.join("j"), &[300, 20]);
    let out = dir.join("site");
    std::fs::create_dir_all(out.join("en")).unwrap();
    std::fs::create_dir_all(out.join("proofs")).unwrap();
    std::fs::write(out.join("en/index.html"), "<p>334").unwrap();
    for index in [0, 255, 256, 319] {
        // Releases of before carry a proof in each file; now the log beside them is the proof.
        let proof = (index < 256).then(|| journal.prove(index).unwrap().text());
        let shown = disclose(&journal.get(index).unwrap(), &|name, _| name == "secret", proof).unwrap();
        let text = serde_json::to_string(&shown).unwrap();
        assert!(text.contains("invented") && !text.contains("CANARY"));
        std::fs::write(out.join(format!("proofs/{index}.json")), text).unwrap();
    }
    journal.export_log(&out.join("log")).unwrap();
    seal(&out, &key(), ORIGIN).unwrap();
    (out, journal.vkey())
}

#[test]
fn what_is_shown_of_an_entry_that_is_not_in_the_log_is_found_without_a_proof_of_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let (out, vkey) = released(dir.path());
    let other = journal(&dir.path().join("other"), &[320]);
    let shown = disclose(&other.get(319).unwrap(), &|_, _| false, None).unwrap();
    shown.check_fields().unwrap();
    std::fs::write(out.join("proofs/319.json"), serde_json::to_string(&shown).unwrap()).unwrap();
    seal(&out, &key(), ORIGIN).unwrap();
    let report = verify(&out, Some(&vkey));
    assert_eq!(report.exit_code(), 1, "{report:?}");
    assert!(report.bad.iter().any(|b| b.path == "proofs/319.json"), "{report:?}");
}

#[test]
fn a_folder_sealed_again_has_the_seal_of_one_that_is_hashed_whole_whatever_was_done_to_its_files() {
    let dir = tempfile::tempdir().unwrap();
    let (out, _) = released(dir.path());
    std::thread::sleep(std::time::Duration::from_millis(60));
    let kept = seal_again(&out, &key(), ORIGIN, &|_| true, &SumCache::default()).unwrap().1;
    let cache = SumCache::load(&out, kept.clone());
    assert_eq!(cache.untouched("en/index.html"), None, "nobody looked");
    cache.look(&out).unwrap();
    assert_eq!(cache.untouched("en/index.html"), Some(6));
    let sealed = seal(&out, &key(), ORIGIN).unwrap().sums;
    assert_eq!(is_sealed(&out, &key(), ORIGIN, &sealed, &cache).as_ref(), Some(&kept));
    let page = out.join("en/index.html");
    let before = std::fs::metadata(&page).unwrap().modified().unwrap();
    // As many bytes, and the time set back.
    std::fs::write(&page, "<p>335").unwrap();
    std::fs::File::options().write(true).open(&page).unwrap().set_modified(before).unwrap();
    let cache = SumCache::load(&out, kept);
    cache.look(&out).unwrap();
    assert_eq!(is_sealed(&out, &key(), ORIGIN, &sealed, &cache), None);
    assert_eq!(cache.untouched("en/index.html"), None);
    assert!(cache.untouched("proofs/0.json").is_some());
    std::fs::remove_file(out.join("proofs/255.json")).unwrap();
    std::fs::write(out.join("en/new.html"), "new").unwrap();
    let again = seal_again(&out, &key(), ORIGIN, &|_| true, &cache).unwrap().0;
    assert_eq!(seal(&out, &key(), ORIGIN).unwrap(), again);
    let none = SumCache::load(&out, b"anything else".to_vec());
    none.look(&out).unwrap();
    assert!(none.untouched("en/index.html").is_none());
}

#[test]
fn what_is_not_of_the_release_is_removed_and_a_file_that_was_left_and_is_gone_is_no_release() {
    let dir = tempfile::tempdir().unwrap();
    let (out, _) = released(dir.path());
    std::thread::sleep(std::time::Duration::from_millis(60));
    let (sealed, kept) = seal_again(&out, &key(), ORIGIN, &|_| true, &SumCache::default()).unwrap();
    let cache = SumCache::load(&out, kept);
    std::fs::create_dir_all(out.join("old/older")).unwrap();
    std::fs::write(out.join("old/older/page.html"), "old").unwrap();
    std::os::unix::fs::symlink("/etc/passwd", out.join("old/link")).unwrap();
    let is_of_release = |path: &str| !path.starts_with("old/");
    let (again, kept) = seal_again(&out, &key(), ORIGIN, &is_of_release, &cache).unwrap();
    assert_eq!(again, sealed);
    assert!(!out.join("old").exists());
    let cache = SumCache::load(&out, kept);
    cache.look(&out).unwrap();
    assert!(cache.untouched("en/index.html").is_some());
    std::fs::remove_file(out.join("en/index.html")).unwrap();
    let refused = seal_again(&out, &key(), ORIGIN, &|_| true, &cache).unwrap_err();
    assert!(refused.to_string().contains("was removed meanwhile"), "{refused}");
}

#[test]
fn a_folder_in_whose_place_a_link_leads_to_the_same_files_is_not_entered() {
    let dir = tempfile::tempdir().unwrap();
    let (out, _) = released(dir.path());
    std::thread::sleep(std::time::Duration::from_millis(60));
    let kept = seal_again(&out, &key(), ORIGIN, &|_| true, &SumCache::default()).unwrap().1;
    let cache = SumCache::load(&out, kept);
    let elsewhere = dir.path().join("elsewhere");
    std::fs::rename(out.join("en"), &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, out.join("en")).unwrap();
    cache.look(&out).unwrap();
    assert_eq!(cache.untouched("en/index.html"), None);
    assert!(cache.untouched("proofs/0.json").is_some());
}

#[test]
fn a_folder_is_as_it_was_sealed_when_it_was_copied_or_touched_and_not_when_anything_in_it_is_another() {
    let dir = tempfile::tempdir().unwrap();
    let (out, _) = released(dir.path());
    let (sealed, kept) = seal_again(&out, &key(), ORIGIN, &|_| true, &SumCache::default()).unwrap();
    let stands = || {
        let cache = SumCache::load(&out, kept.clone());
        cache.look(&out).unwrap();
        is_sealed(&out, &key(), ORIGIN, &sealed.sums, &cache).is_some()
    };
    assert!(stands());
    // A copy in its place, and a page with another time.
    let copy = dir.path().join("copy");
    assert!(std::process::Command::new("cp").arg("-r").args([&out, &copy]).status().unwrap().success());
    std::fs::remove_dir_all(&out).unwrap();
    std::fs::rename(&copy, &out).unwrap();
    let page = out.join("en/index.html");
    std::fs::File::options().write(true).open(&page).unwrap().set_modified(std::time::UNIX_EPOCH).unwrap();
    assert!(stands());
    for file in files(&out) {
        let bytes = std::fs::read(&file).unwrap();
        std::fs::write(&file, [&bytes[..], b" "].concat()).unwrap();
        assert!(!stands(), "{} is longer", file.display());
        std::fs::remove_file(&file).unwrap();
        assert!(!stands(), "{} is gone", file.display());
        std::os::unix::fs::symlink("/dev/null", &file).unwrap();
        assert!(!stands(), "{} is a link", file.display());
        std::fs::remove_file(&file).unwrap();
        std::fs::write(&file, bytes).unwrap();
        assert!(stands());
    }
    std::fs::write(out.join("en/more.html"), "x").unwrap();
    assert!(!stands(), "there is another file");
    std::fs::remove_file(out.join("en/more.html")).unwrap();
    std::fs::create_dir(out.join("fr")).unwrap();
    assert!(!stands(), "there is an empty folder");
    std::fs::remove_dir(out.join("fr")).unwrap();
    assert!(stands());
    // As it was sealed, but another time than was meant.
    std::fs::write(&page, "<p>335").unwrap();
    seal(&out, &key(), ORIGIN).unwrap();
    assert!(!stands(), "it was sealed with another page");
}

#[test]
fn a_log_exported_over_an_older_one_is_the_log_exported_alone() {
    let dir = tempfile::tempdir().unwrap();
    let small = journal(&dir.path().join("small"), &[300]);
    let (alone, over) = (dir.path().join("alone"), dir.path().join("over"));
    small.export_log(&over).unwrap();
    let rotten = over.join("tile/entries/000");
    let mut bytes = std::fs::read(&rotten).unwrap();
    bytes[9] ^= 1;
    std::fs::write(&rotten, bytes).unwrap();
    std::fs::write(over.join("tile/0/777"), "of another log").unwrap();
    for (sizes, has_other) in [(&[300, 400][..], true), (&[20][..], false)] {
        let grown = journal(&dir.path().join(format!("grown{}", sizes.len())), sizes);
        grown.export_log(&over).unwrap();
        let _ = std::fs::remove_dir_all(&alone);
        grown.export_log(&alone).unwrap();
        let there = |root: &Path| -> Vec<_> {
            let mut all: Vec<_> = files(root)
                .into_iter()
                .map(|f| (f.strip_prefix(root).unwrap().to_owned(), std::fs::read(&f).unwrap()))
                .collect();
            all.sort();
            all
        };
        let mut found = there(&over);
        found.retain(|(path, _)| !has_other || !path.ends_with("777"));
        assert!(found == there(&alone), "{sizes:?}");
    }
}

fn verify(out: &Path, vkey: Option<&str>) -> evidence::VerifyReport {
    verify_folder(out, vkey, &|_, _, _| {})
}

#[test]
fn one_flipped_byte_in_any_file_is_found_and_the_file_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let (out, vkey) = released(dir.path());
    let report = verify(&out, Some(&vkey));
    assert_eq!(report.exit_code(), 0, "{report:?}");
    assert_eq!((report.entries, report.proofs), (320, 4));
    for path in files(&out) {
        let name = path.strip_prefix(&out).unwrap().to_str().unwrap().to_owned();
        let bytes = std::fs::read(&path).unwrap();
        for at in [0, bytes.len() / 2, bytes.len() - 1] {
            let mut bad = bytes.clone();
            bad[at] ^= 1;
            std::fs::write(&path, bad).unwrap();
            for pinned in [None, Some(vkey.as_str())] {
                let report = verify(&out, pinned);
                assert_eq!(report.exit_code(), 1, "{name} byte {at} key given: {}", pinned.is_some());
                assert!(report.bad.iter().any(|b| b.path == name), "{name} byte {at} is not named: {:?}", report.bad);
            }
        }
        std::fs::write(&path, bytes).unwrap();
    }
    assert_eq!(verify(&out, None).exit_code(), 0);
}

#[test]
fn a_checkpoint_of_more_entries_than_any_log_has_is_bad_and_one_whose_tiles_are_not_here_is_incomplete() {
    let dir = tempfile::tempdir().unwrap();
    let (out, vkey) = released(dir.path());
    for (size, code) in [(1 << 20, 2), (1 << 32, 2), (1 << 40, 1), (1 << 63, 1), (u64::MAX, 1)] {
        let checkpoint = evidence::note::Checkpoint { origin: ORIGIN.to_owned(), size, root: [1; 32] };
        std::fs::write(out.join("log/checkpoint"), checkpoint.signed(&key())).unwrap();
        std::fs::remove_dir_all(out.join("proofs")).unwrap_or_default();
        seal(&out, &key(), ORIGIN).unwrap();
        let report = verify(&out, Some(&vkey));
        assert_eq!(report.exit_code(), code, "{size}: {report:?}");
        assert!(code == 2 || report.bad[0].reason.contains("no log has so many"), "{size}: {report:?}");
    }
}

#[test]
fn a_file_whose_name_no_list_can_hold_is_called_so() {
    let dir = tempfile::tempdir().unwrap();
    let (out, vkey) = released(dir.path());
    std::fs::write(out.join("a\nb.html"), "added").unwrap();
    let report = verify(&out, Some(&vkey));
    assert!(report.exit_code() == 1 && report.bad[0].reason.contains("its name holds"), "{report:?}");
}

#[test]
fn what_is_missing_makes_it_incomplete_and_what_is_added_makes_it_bad() {
    let dir = tempfile::tempdir().unwrap();
    let (out, vkey) = released(dir.path());
    for path in files(&out) {
        let bytes = std::fs::read(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        let report = verify(&out, Some(&vkey));
        let name = path.strip_prefix(&out).unwrap().to_str().unwrap();
        assert_eq!(report.exit_code(), 2, "{name}: {report:?}");
        assert!(report.missing.iter().any(|m| m == name), "{name}");
        std::fs::write(&path, bytes).unwrap();
    }
    std::fs::write(out.join("en/more.html"), "x").unwrap();
    assert_eq!(verify(&out, None).bad[0].path, "en/more.html");
    std::fs::remove_file(out.join("en/more.html")).unwrap();
    std::os::unix::fs::symlink("/etc/hostname", out.join("link")).unwrap();
    assert_eq!(verify(&out, None).exit_code(), 1);
}

#[test]
fn a_folder_that_another_key_signed_anew_agrees_with_itself_and_not_with_the_key_given() {
    let dir = tempfile::tempdir().unwrap();
    let (out, vkey) = released(dir.path());
    let forger = evidence::SigningKey::from_bytes(&[9; 32]);
    std::fs::write(out.join("en/index.html"), "<p>1").unwrap();
    seal(&out, &forger, ORIGIN).unwrap();
    assert_eq!(verify(&out, Some(&vkey)).exit_code(), 1);
    assert_eq!(verify(&out, None).exit_code(), 1);
    assert_eq!(verify(&out, Some("not a key")).exit_code(), 1);
}

#[test]
fn an_original_that_changed_is_not_given_out() {
    let dir = tempfile::tempdir().unwrap();
    let originals = Originals::open(&dir.path().join("o")).unwrap();
    let (digest, new) = originals.put(b"as received").unwrap();
    assert!(new && !originals.put(b"as received").unwrap().1);
    assert_eq!(originals.get(&digest).unwrap(), b"as received");
    std::fs::write(&files(&dir.path().join("o"))[0], b"As received").unwrap();
    assert!(originals.get(&digest).is_err());
    assert!(originals.put(b"as received").is_err());
    assert!(originals.get(&domain::Sha256Digest::of(b"never")).is_err());
}

#[test]
fn a_key_file_is_for_its_owner_alone_and_is_not_written_over() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log.key");
    evidence::keys::store(&path, &key()).unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(evidence::keys::load(&path).unwrap().to_bytes(), key().to_bytes());
    assert!(evidence::keys::store(&path, &key()).is_err());
    std::fs::write(&path, "short").unwrap();
    assert!(evidence::keys::load(&path).is_err());
}

#[test]
fn a_name_that_somebody_put_under_the_signature_of_a_release_is_bad() {
    let dir = tempfile::tempdir().unwrap();
    let (out, vkey) = released(dir.path());
    let note = std::fs::read_to_string(out.join("release.note")).unwrap();
    let own = note.lines().last().unwrap();
    for line in ["— approved.by.the.court.invalid AAAAAAAAAAAAAAAAAAAAAAAAAAAA", own] {
        std::fs::write(out.join("release.note"), format!("{note}{line}\n")).unwrap();
        let report = verify(&out, Some(&vkey));
        assert!(report.exit_code() == 1 && report.bad[0].path == "release.note", "{line}: {report:?}");
    }
    std::fs::write(out.join("release.note"), note).unwrap();
    assert_eq!(verify(&out, Some(&vkey)).exit_code(), 0);
}

#[test]
fn entries_of_a_release_that_are_dated_later_than_now_are_named_and_no_fault() {
    let dir = tempfile::tempdir().unwrap();
    let (out, vkey) = released(dir.path());
    let at = |now| {
        let options =
            evidence::Options { key: Some(&vkey), policy: None, now: Some(now), times: None, progress: &|_, _, _| {} };
        evidence::verify_release(&out, &options)
    };
    let clock = |report: &evidence::VerifyReport| report.checks.iter().any(|check| check.name == "clock");
    let (early, late) = (at(-10_000_000), at(2_000_000_000));
    assert!(clock(&early) && early.exit_code() == late.exit_code() && !clock(&late), "{early:?}");
}
