//! A payload or a field is destroyed: the log still holds, the rest is still proved, the bytes are nowhere.

use evidence::{DisclosedField, EntryKind, EvidenceError, Journal, NewEntry, disclose};

use crate::support::{ORIGIN, entries, entropy, files, journal, key};

fn holds(dir: &std::path::Path, needle: &[u8]) -> Vec<std::path::PathBuf> {
    let is_in = |path: &std::path::PathBuf| std::fs::read(path).unwrap().windows(needle.len()).any(|w| w == needle);
    files(dir).into_iter().filter(is_in).collect()
}

fn redact(index: u64) -> NewEntry {
    NewEntry {
        kind: EntryKind::Redact,
        parent: Some(index),
        fields: vec![("reason".into(), b"\"the family asks\"".to_vec())],
    }
}

#[test]
fn a_destroyed_payload_is_in_no_file_and_the_log_still_verifies() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path().join("j");
    let mut journal = journal(&at, &[3, 300, 5]);
    let before = journal.checkpoint().to_owned();
    assert!(!holds(&at, b"CANARY 150").is_empty());
    journal.append(vec![redact(153)], 3000, &mut entropy()).unwrap();
    assert!(journal.destroy(153, None).unwrap());
    assert!(!journal.destroy(153, None).unwrap());
    assert_eq!(holds(&at, b"CANARY 150"), Vec::<std::path::PathBuf>::new());
    drop(journal);
    let mut journal = Journal::open(&at, key()).unwrap();
    assert!(journal.get(153).unwrap().payload.is_none());
    assert!(journal.get(152).unwrap().payload.is_some() && journal.get(307).unwrap().payload.is_some());
    let proof = journal.prove(153).unwrap();
    let verifier = evidence::note::Verifier::of(ORIGIN, &key());
    proof.check(&journal.get(153).unwrap().leaf, &verifier).unwrap();
    assert!(matches!(
        disclose(&journal.get(153).unwrap(), &|_, _| false, None),
        Err(EvidenceError::EntryWithdrawn(153))
    ));
    journal.append(entries(2), 4000, &mut entropy()).unwrap();
    assert_eq!(Journal::open(&dir.path().join("nowhere"), key()).err().map(|_| ()), Some(()));
    assert_ne!(journal.checkpoint(), before);
    drop(journal);
    assert_eq!(Journal::open(&at, key()).unwrap().len(), 311);
}

#[test]
fn a_destroyed_field_is_in_no_file_and_the_others_are_still_proved() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path().join("j");
    let mut journal = journal(&at, &[4]);
    journal.append(vec![redact(2)], 3000, &mut entropy()).unwrap();
    assert!(!journal.destroy(2, Some("no such field")).unwrap());
    assert!(journal.destroy(2, Some("secret")).unwrap());
    assert_eq!(holds(&at, b"CANARY 2"), Vec::<std::path::PathBuf>::new());
    drop(journal);
    let journal = Journal::open(&at, key()).unwrap();
    let entry = journal.get(2).unwrap();
    assert_eq!(entry.payload.as_ref().unwrap().fields, [("name".to_owned(), b"\"invented 2\"".to_vec())]);
    assert_eq!(entry.payload.as_ref().unwrap().n_withdrawn(), 1);
    let shown = disclose(&entry, &|_, _| false, Some(journal.prove(2).unwrap().text())).unwrap();
    shown.check(&evidence::note::Verifier::of(ORIGIN, &key())).unwrap();
    assert!(
        matches!(&shown.fields[..], [DisclosedField::Shown { name, .. }, DisclosedField::Withheld { .. }] if name == "name")
    );
}

#[test]
fn what_was_carried_through_is_remembered_apart_from_the_journal() {
    let dir = tempfile::tempdir().unwrap();
    let journal = journal(&dir.path().join("j"), &[4]);
    assert!(journal.carried_through().unwrap().is_empty());
    journal.note_carried_through(3).unwrap();
    journal.note_carried_through(1).unwrap();
    assert_eq!(journal.carried_through().unwrap().into_iter().collect::<Vec<_>>(), [1, 3]);
    assert!(journal.note_carried_through(4).is_err());
}

#[test]
fn a_journal_that_does_not_hold_a_withdrawal_carried_out_here_is_not_opened() {
    let dir = tempfile::tempdir().unwrap();
    let (at, other) = (dir.path().join("j"), dir.path().join("other"));
    let journal = journal(&at, &[4]);
    journal.note_carried_through(3).unwrap();
    drop(journal);
    let noted = std::fs::read_to_string(at.join("lock/withdrawn")).unwrap();
    // An older journal, and one in which another entry bears that number.
    for entries in [2, 6] {
        let _ = std::fs::remove_dir_all(&other);
        let verifier = {
            let mut journal = Journal::create(&other, ORIGIN, key()).unwrap();
            let mut entropy = |bytes: &mut [u8]| bytes.fill(9);
            journal.append(crate::support::entries(entries), 1000, &mut entropy).unwrap();
            evidence::note::Verifier::parse(&journal.vkey()).unwrap()
        };
        // What a power cut tore, and a number alone, are no notes.
        std::fs::write(other.join("lock/withdrawn"), format!("\n3\n\n{}\n", &noted.trim()[..20])).unwrap();
        assert!(Journal::open(&other, key()).unwrap().carried_through().unwrap().is_empty());
        std::fs::write(other.join("lock/withdrawn"), &noted).unwrap();
        for refused in [Journal::open(&other, key()), Journal::open_to_read(&other, &verifier)] {
            let said = refused.unwrap_err().to_string();
            assert!(said.contains("[3]") && said.contains(&format!("ends at {entries}")), "{said}");
        }
    }
}
