//! What was erased from the journal without an entry that withdraws it, and journals put back from before a withdrawal.

use std::path::{Path, PathBuf};

use domain::Sha256Digest;
use sha2::{Digest, Sha256};

use crate::support::{program, text};
use crate::withdrawing::{WHY, copy, holding, listed, redact};

/// Reads numbers and bytes off the front, as the format says.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(n);
        self.0 = rest;
        taken
    }
    fn number(&mut self, bytes: usize) -> usize {
        self.take(bytes).iter().fold(0, |n, byte| n << 8 | usize::from(*byte))
    }
    fn counted(&mut self, bytes: usize) -> &'a [u8] {
        let n = self.number(bytes);
        self.take(n)
    }
}

fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    parts.iter().fold(Sha256::new(), Sha256::chain_update).finalize().into()
}

/// An entry with all its fields, written again without one of them: its commitment takes its place, as after a withdrawal.
fn without_field(seed: &[u8], fields: &[(&[u8], &[u8])], erased: &[u8]) -> Vec<u8> {
    let mut entry = vec![2];
    entry.extend(sha256(&[b"evlog/salt/payload/v1\0", seed]));
    entry.extend((fields.len() as u16).to_be_bytes());
    for (at, (name, value)) in fields.iter().enumerate() {
        let salt = sha256(&[b"evlog/salt/field/v1\0", seed, &(at as u64).to_be_bytes()]);
        if *name == erased {
            entry.push(0);
            entry.extend(sha256(&[b"evlog/field/v1\0", &salt, name, b"\0", value]));
            continue;
        }
        entry.push(1);
        entry.extend(salt);
        entry.extend((name.len() as u16).to_be_bytes());
        entry.extend(*name);
        entry.extend((value.len() as u32).to_be_bytes());
        entry.extend(*value);
    }
    entry
}

fn segment(workspace: &Path) -> PathBuf {
    workspace.join("journal/segments/000000000000.seg")
}

/// Erases the content of the record that holds a word, or one field of it, as somebody would who knows the format and has no
/// key: every digest and every signature holds. Returns the number of its entry.
fn erase(workspace: &Path, word: &str, field: Option<&str>) -> usize {
    let path = segment(workspace);
    let bytes = std::fs::read(&path).unwrap();
    let (mut rest, mut new, mut found) = (Reader(&bytes), Vec::new(), None);
    while rest.0.starts_with(b"TWF1") {
        let head = rest.take(28);
        let mut numbers = Reader(&head[4..]);
        let (first, count) = (numbers.number(8), numbers.number(4));
        let (body, note) = (numbers.number(8), numbers.number(4));
        let mut entries = Reader(rest.take(body));
        let note = rest.take(note);
        rest.take(32);
        let mut written = Vec::new();
        for index in first..first + count {
            let before = entries.0;
            let leaf = entries.counted(2);
            assert_eq!(entries.number(1), 1, "no entry was withdrawn yet");
            let seed = entries.take(32);
            let n = entries.number(2);
            let fields: Vec<(&[u8], &[u8])> = (0..n).map(|_| (entries.counted(2), entries.counted(4))).collect();
            let whole = &before[..before.len() - entries.0.len()];
            let is_record = fields.contains(&(b"type", b"\"record\""));
            if !is_record || !whole.windows(word.len()).any(|part| part == word.as_bytes()) {
                written.extend(whole);
                continue;
            }
            found = Some(index);
            written.extend((leaf.len() as u16).to_be_bytes());
            written.extend(leaf);
            match field {
                None => written.push(0),
                Some(field) => written.extend(without_field(seed, &fields, field.as_bytes())),
            }
        }
        new.extend(frame(&head[..16], &written, note));
    }
    std::fs::write(path, new).unwrap();
    found.unwrap()
}

#[test]
fn what_was_erased_without_an_entry_that_withdraws_it_is_named_and_not_published_until_the_loss_is_recorded() {
    for field in [None, Some("names")] {
        let site = listed();
        let workspace = site.path("workspace");
        assert_eq!(site.run(&["verify"]).status.code(), Some(0));
        let entry = erase(&workspace, "Canaryone", field);
        let verified = site.run(&["verify"]);
        let said = text(&verified.stdout);
        assert!(verified.status.code() == Some(1) && said.contains(&format!("entry {entry}: ")), "{field:?}: {said}");
        assert!(said.contains("no entry withdraws"), "{field:?}: {said}");
        // Nor is anything destroyed for want of an entry that names it.
        let left = Sha256Digest::of(b"left").hex();
        let place = workspace.join("originals").join(&left[..2]).join(&left[2..]);
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        std::fs::write(&place, "left").unwrap();
        let refused = site.run(&["redact", &left, "--original", WHY[0], WHY[1], WHY[2], WHY[3]]);
        assert!(
            refused.status.code() == Some(2)
                && text(&refused.stderr).contains("Nothing was destroyed")
                && place.exists()
        );
        let out = site.path("site");
        let refused = site.run(&["publish", "--out", out.to_str().unwrap()]);
        let said = text(&refused.stderr);
        assert!(refused.status.code() == Some(2) && said.contains(&format!("redact {entry}")), "{field:?}: {said}");
        assert!(!out.exists(), "{field:?}");
        // That it is gone is recorded, and from then on the log says so.
        redact(&site, &[&entry.to_string()]);
        assert_eq!(site.run(&["verify"]).status.code(), Some(3), "{field:?}");
        site.ok(&["publish", "--out", out.to_str().unwrap()]);
        assert_eq!(program(&["verify", out.to_str().unwrap()]).status.code(), Some(3));
        let again = site.run(&["redact", &entry.to_string(), WHY[0], WHY[1], WHY[2], WHY[3]]);
        assert!(text(&again.stderr).contains("was withdrawn already"), "{}", text(&again.stderr));
    }
}

#[test]
fn a_field_erased_beside_one_that_was_withdrawn_is_named() {
    let site = listed();
    let workspace = site.path("workspace");
    let entry = erase(&workspace, "Canaryone", Some("names"));
    // The entry that withdraws the sex says nothing of the name.
    redact(&site, &[&entry.to_string(), "--field", "sex"]);
    let verified = site.run(&["verify"]);
    let said = text(&verified.stdout);
    assert!(verified.status.code() == Some(1) && said.contains("1 of its fields"), "{said}");
}

#[test]
fn a_journal_from_before_a_withdrawal_is_not_opened_beside_the_note_that_it_was_carried_out() {
    let site = listed();
    let workspace = site.path("workspace");
    let entry = erase_nothing(&workspace);
    let (backup, mirror) = (site.path("backup"), site.path("mirror"));
    copy(&workspace, &backup);
    site.ok(&["mirror", "--to", mirror.to_str().unwrap()]);
    redact(&site, &[&entry.to_string()]);
    assert!(holding(&workspace, "Canaryone").iter().all(|path| path.starts_with(workspace.join("originals"))));
    // The older journal comes back; what was promised and published is removed, the note of what was destroyed stays.
    std::fs::copy(segment(&backup), segment(&workspace)).unwrap();
    std::fs::remove_dir_all(workspace.join("journal/log")).unwrap();
    std::fs::remove_file(workspace.join("journal/lock/checkpoint")).unwrap();
    let checkpoint = mirror.join("checkpoint");
    let restore = || site.run(&["restore", "--checkpoint", checkpoint.to_str().unwrap()]);
    let refused = restore();
    let said = text(&refused.stderr);
    assert!(refused.status.code() == Some(2) && said.contains("lock/withdrawn"), "{said}");
    assert!(said.contains("withdraw again") && !workspace.join("journal/lock/checkpoint").exists(), "{said}");
    // With the old promise as well, nothing opens it and verify says why.
    std::fs::copy(backup.join("journal/lock/checkpoint"), workspace.join("journal/lock/checkpoint")).unwrap();
    let verified = site.run(&["verify"]);
    assert!(verified.status.code() == Some(1) && text(&verified.stdout).contains("lock/withdrawn"));
    let refused = site.run(&["redact", &entry.to_string(), WHY[0], WHY[1], WHY[2], WHY[3]]);
    assert!(refused.status.code() == Some(2) && text(&refused.stderr).contains("lock/withdrawn"));
    let refused = restore();
    assert!(text(&refused.stderr).contains("remove that file and run restore again"), "{}", text(&refused.stderr));
    // The note moved away, it is held to the older checkpoint, and what was withdrawn is withdrawn again.
    std::fs::remove_file(workspace.join("journal/lock/withdrawn")).unwrap();
    std::fs::remove_file(workspace.join("journal/lock/checkpoint")).unwrap();
    // The casebase knows of the newer journal still: only who says that it is gone for good goes on without it.
    let refused = restore();
    assert!(refused.status.code() == Some(2) && text(&refused.stderr).contains("--accept-loss"));
    site.ok(&["rebuild", "--accept-loss"]);
    let said = redact(&site, &[&entry.to_string()]);
    assert!(said.contains("2 destroyed"), "the model with a word of the name goes too: {said}");
    assert!(holding(&workspace, "Canaryone").iter().all(|path| path.starts_with(workspace.join("originals"))));
    assert_eq!(site.run(&["verify"]).status.code(), Some(3));
}

/// The entry of the first record, found in a copy.
fn erase_nothing(workspace: &Path) -> usize {
    let copied = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(segment(copied.path()).parent().unwrap()).unwrap();
    std::fs::copy(segment(workspace), segment(copied.path())).unwrap();
    erase(copied.path(), "Canaryone", None)
}

#[test]
fn a_folder_with_marks_of_two_kinds_is_bad_and_one_of_none_is_not_checked() {
    let site = listed();
    let (out, bundle) = (site.path("site"), site.path("bundle"));
    site.ok(&["publish", "--out", out.to_str().unwrap()]);
    site.ok(&["prove", "0", "--out", bundle.to_str().unwrap(), "--to", "a court"]);
    let verify = |dir: &Path, more: &[&str]| {
        let output = program(&[&["verify", dir.to_str().unwrap()], more].concat());
        (output.status.code(), text(&output.stdout) + &text(&output.stderr))
    };
    for (dir, kind) in [(&out, "release"), (&bundle, "bundle"), (&site.path("workspace"), "workspace")] {
        for said in ["release", "bundle", "workspace"] {
            let (code, words) = verify(dir, &["--as", said]);
            assert_eq!(code, Some(if said == kind { 0 } else { 2 }), "{kind} as {said}: {words}");
        }
    }
    std::fs::write(out.join("index.html"), "forged").unwrap();
    assert_eq!(verify(&out, &[]).0, Some(1));
    // A workspace made of the release's own public log: every entry of it without its content.
    let journal = out.join("journal");
    for folder in ["segments", "lock"] {
        std::fs::create_dir_all(journal.join(folder)).unwrap();
    }
    copy(&out.join("log"), &journal.join("log"));
    let note = std::fs::read(out.join("log/checkpoint")).unwrap();
    std::fs::write(journal.join("segments/000000000000.seg"), all_withheld(&journal.join("log"), &note)).unwrap();
    let mut lock = note.clone();
    lock.resize(8192, 0);
    std::fs::write(journal.join("lock/checkpoint"), lock).unwrap();
    for name in ["log.vkey", "tawthiq.toml"] {
        std::fs::copy(site.path("workspace").join(name), out.join(name)).unwrap();
    }
    let (code, said) = verify(&out, &[]);
    assert!(code == Some(1) && said.contains("BAD  tawthiq.toml") && said.contains("more than one kind"), "{said}");
    for kind in ["release", "workspace"] {
        assert_eq!(verify(&out, &["--as", kind, "--json"]).0, Some(1));
    }
    // Nor does it pass where the release is taken out of it.
    for name in ["SHA256SUMS", "release.note"] {
        std::fs::remove_file(out.join(name)).unwrap();
    }
    let (code, said) = verify(&out, &[]);
    assert!(code == Some(1) && said.contains("its content is not here, and no entry withdraws it"), "{said}");
    std::fs::remove_file(out.join("tawthiq.toml")).unwrap();
    let (code, said) = verify(&out, &[]);
    assert!(code == Some(2) && said.contains("is no release, workspace or bundle"), "{said}");
    for name in ["bundle.json", "policy.txt"] {
        std::fs::copy(bundle.join(name), out.join(name)).unwrap();
    }
    for folder in ["entries", "originals"] {
        copy(&bundle.join(folder), &out.join(folder));
    }
    let (code, said) = verify(&out, &[]);
    assert!(code == Some(1) && said.contains("BAD  index.html"), "{said}");
}

/// A segment of the leaves of a public log of fewer than 256 entries, all without content.
fn all_withheld(log: &Path, note: &[u8]) -> Vec<u8> {
    let size: usize = std::str::from_utf8(note).unwrap().lines().nth(1).unwrap().parse().unwrap();
    let bundle = std::fs::read(log.join(format!("tile/entries/000.p/{size}"))).unwrap();
    let (mut leaves, mut body) = (Reader(&bundle), Vec::new());
    while !leaves.0.is_empty() {
        let leaf = leaves.counted(2);
        body.extend((leaf.len() as u16).to_be_bytes());
        body.extend(leaf);
        body.push(0);
    }
    let head = [&b"TWF1"[..], &0u64.to_be_bytes(), &(size as u32).to_be_bytes()].concat();
    frame(&head, &body, note)
}

/// `head` is the magic, the first entry and their number.
fn frame(head: &[u8], body: &[u8], note: &[u8]) -> Vec<u8> {
    let mut frame = head.to_vec();
    frame.extend((body.len() as u64).to_be_bytes());
    frame.extend((note.len() as u32).to_be_bytes());
    frame.extend(body);
    frame.extend(note);
    let digest = sha256(&[&frame]);
    frame.extend(digest);
    frame
}

#[test]
fn a_public_key_that_was_changed_is_named_and_so_is_it_in_json() {
    let site = listed();
    std::fs::write(site.path("workspace/log.vkey"), "no key\n").unwrap();
    let verified = site.run(&["verify", "--json"]);
    let report: serde_json::Value = serde_json::from_slice(&verified.stdout).unwrap();
    assert_eq!((verified.status.code(), &report["bad"][0]["path"]), (Some(1), &"log.vkey".into()), "{report}");
}
