//! After a crash at any byte: every acknowledged entry is there, none is half there, and the log verifies.

use std::path::Path;

use evidence::{EvidenceError, Journal};

use crate::support::{entries, entropy, journal, key};

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() { copy(&path, &target) } else { std::fs::copy(&path, &target).map(drop).unwrap() }
    }
}

fn segment(dir: &Path) -> std::path::PathBuf {
    std::fs::read_dir(dir.join("segments")).unwrap().next().unwrap().unwrap().path()
}

/// The frames of the only segment, without the room behind them.
fn frames(dir: &Path) -> Vec<u8> {
    let mut bytes = std::fs::read(segment(dir)).unwrap();
    bytes.truncate(bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1);
    bytes
}

#[test]
fn what_was_appended_is_read_back_and_grows_after_reopening() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path().join("j");
    let first = journal(&at, &[1, 255, 3]);
    let vkey = first.vkey();
    drop(first);
    let mut again = Journal::open(&at, key()).unwrap();
    assert_eq!((again.len(), again.vkey()), (259, vkey));
    let range = again.append(entries(700), 5000, &mut entropy()).unwrap();
    assert_eq!(range, 259..959);
    let all: Vec<_> = again.read(0).map(Result::unwrap).collect();
    assert_eq!(all.len(), 959);
    for (index, entry) in all.iter().enumerate() {
        assert_eq!(entry.index, index as u64);
        assert_eq!(&again.get(entry.index).unwrap(), entry);
    }
    assert_eq!(again.read(300).count(), 659);
    assert!(matches!(again.get(959), Err(EvidenceError::NoEntry(959))));
}

#[test]
fn a_second_opener_is_refused_and_the_clock_may_not_go_back() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path().join("j");
    let mut first = journal(&at, &[2]);
    assert!(matches!(Journal::open(&at, key()), Err(EvidenceError::InUse(_))));
    assert!(matches!(first.append(entries(1), 3, &mut entropy()), Err(EvidenceError::ClockBack { .. })));
    assert_eq!(first.len(), 2);
    assert!(matches!(Journal::create(&at, "x", key()), Err(EvidenceError::Exists(_))));
}

#[test]
fn a_journal_put_back_without_its_lock_is_held_to_a_checkpoint_that_was_kept_elsewhere() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path().join("j");
    let mut first = journal(&at, &[2]);
    let verifier = evidence::note::Verifier::parse(&first.vkey()).unwrap();
    let (older, backup) = (first.checkpoint().to_owned(), dir.path().join("backup"));
    copy(&at, &backup);
    first.append(entries(3), 5000, &mut entropy()).unwrap();
    let newest = first.checkpoint().to_owned();
    drop(first);
    for known in [&older, &newest] {
        let lost = dir.path().join("lost");
        let _ = std::fs::remove_dir_all(&lost);
        copy(&backup, &lost);
        assert!(matches!(Journal::hold_to(&lost, known, &verifier), Err(EvidenceError::Exists(_))));
        std::fs::remove_dir_all(lost.join("lock")).unwrap();
        let refused = Journal::open(&lost, key()).unwrap_err().to_string();
        assert!(refused.contains("restore takes the newest checkpoint"), "{refused}");
        assert!(
            Journal::hold_to(&lost, &known.replace("\n2\n", "\n1\n").replace("\n5\n", "\n1\n"), &verifier).is_err()
        );
        match Journal::hold_to(&lost, known, &verifier) {
            Ok(_) => assert_eq!((Journal::open(&lost, key()).unwrap().len(), known), (2, &older)),
            Err(error) => {
                assert!(matches!(error, EvidenceError::OlderThanPromised { found: 2, held: 5 }), "{error}");
                assert_eq!(known, &newest);
                assert!(!lost.join("lock").exists(), "nothing is written before the journal was found to reach it");
            }
        }
    }
}

#[test]
fn a_frame_torn_at_any_byte_before_it_was_promised_is_cut_off() {
    let dir = tempfile::tempdir().unwrap();
    let whole = dir.path().join("whole");
    drop(journal(&whole, &[3]));
    let before = dir.path().join("before");
    copy(&whole, &before);
    let mut more = Journal::open(&whole, key()).unwrap();
    more.append(entries(2), 2000, &mut entropy()).unwrap();
    drop(more);
    let (short, long) = (frames(&before), frames(&whole));
    // At the end of the file, or with room behind it; every byte of the end, where a tear is hardest to see.
    let cuts = (short.len()..=long.len()).flat_map(|cut| [(cut, 0), (cut, 5000)]);
    for (cut, room) in cuts.filter(|(cut, room)| *room == 0 || cut % 9 == 0 || long.len() - cut < 40) {
        let at = dir.path().join("cut");
        let _ = std::fs::remove_dir_all(&at);
        copy(&before, &at);
        let mut torn = long[..cut].to_vec();
        torn.resize(cut + room, 0);
        std::fs::write(segment(&at), &torn).unwrap();
        let mut journal = Journal::open(&at, key()).unwrap();
        // The whole frame was durable and not yet acknowledged: it may appear, and then wholly.
        assert_eq!(journal.len(), if cut == long.len() { 5 } else { 3 }, "cut at {cut}");
        journal.append(entries(1), 3000, &mut entropy()).unwrap();
        drop(journal);
        Journal::open(&at, key()).unwrap();
    }
}

#[test]
fn what_was_promised_and_is_gone_or_flipped_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let whole = dir.path().join("whole");
    drop(journal(&whole, &[3, 2, 2]));
    let bytes = frames(&whole);
    for cut in [0, 10, bytes.len() / 2, bytes.len() - 1] {
        let at = dir.path().join(format!("cut{cut}"));
        copy(&whole, &at);
        std::fs::write(segment(&at), &bytes[..cut]).unwrap();
        assert!(matches!(Journal::open(&at, key()), Err(EvidenceError::OlderThanPromised { .. })), "cut at {cut}");
    }
    for flip in (0..bytes.len()).step_by(41) {
        let at = dir.path().join("flip");
        let _ = std::fs::remove_dir_all(&at);
        copy(&whole, &at);
        let mut bad = bytes.clone();
        bad[flip] ^= 4;
        std::fs::write(segment(&at), &bad).unwrap();
        assert!(Journal::open(&at, key()).is_err(), "flipped byte {flip} was not noticed");
    }
    let other = evidence::SigningKey::from_bytes(&[9; 32]);
    assert!(matches!(Journal::open(&whole, other), Err(EvidenceError::Damaged { .. })));
}

#[test]
fn tiles_that_a_crash_left_out_are_written_on_opening() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path().join("j");
    let mut first = journal(&at, &[300]);
    let old = std::fs::read(at.join("log/checkpoint")).unwrap();
    first.append(entries(300), 2000, &mut entropy()).unwrap();
    drop(first);
    std::fs::write(at.join("log/checkpoint"), old).unwrap();
    std::fs::remove_file(at.join("log/tile/0/002.p/88")).unwrap();
    std::fs::remove_file(at.join("log/tile/0/001")).unwrap();
    let journal = Journal::open(&at, key()).unwrap();
    assert!(at.join("log/tile/0/001").is_file() && at.join("log/tile/0/002.p/88").is_file());
    let out = dir.path().join("out");
    journal.export_log(&out).unwrap();
    assert_eq!(std::fs::read_to_string(out.join("checkpoint")).unwrap(), journal.checkpoint());
}

#[test]
fn a_reader_with_the_public_key_alone_sees_what_was_promised_and_changes_no_byte() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path().join("j");
    let mut writer = journal(&at, &[300, 2]);
    let verifier = evidence::note::Verifier::parse(&writer.vkey()).unwrap();
    assert!(matches!(Journal::open_to_read(&at, &verifier), Err(EvidenceError::InUse(_))));
    writer.append(entries(1), 3000, &mut entropy()).unwrap();
    drop(writer);
    // A torn frame beyond the promise, a tile that rotted, half a withdrawal: all for the keeper to mend.
    let mut bytes = frames(&at);
    let whole = bytes.clone();
    bytes.extend(&whole[..40]);
    std::fs::write(segment(&at), &bytes).unwrap();
    std::fs::write(at.join("log/tile/0/000"), b"rotted").unwrap();
    std::fs::write(at.join("segments/000000000000.tmp"), b"half").unwrap();
    let before = dir.path().join("before");
    copy(&at, &before);
    std::fs::remove_file(at.join("lock/held")).unwrap();
    let mut reader = Journal::open_to_read(&at, &verifier).unwrap();
    assert_eq!(reader.len(), 303);
    assert!(reader.read(0).all(|entry| entry.is_ok_and(|entry| reader.commits_to(&entry))));
    assert!(matches!(reader.append(entries(1), 9000, &mut entropy()), Err(EvidenceError::OnlyRead(_))));
    assert!(matches!(reader.destroy(3, None), Err(EvidenceError::OnlyRead(_))));
    assert_eq!(reader.len(), 303);
    drop(reader);
    assert!(!at.join("lock/held").exists(), "a lock was made");
    for file in ["log/checkpoint", "log/tile/0/000", "lock/checkpoint", "segments/000000000000.seg"] {
        assert!(std::fs::read(at.join(file)).unwrap() == std::fs::read(before.join(file)).unwrap(), "{file}");
    }
    assert!(at.join("segments/000000000000.tmp").exists());
    // A key of somebody else opens nothing.
    let other = evidence::note::Verifier::of("x.invalid/log", &evidence::SigningKey::from_bytes(&[9; 32]));
    assert!(Journal::open_to_read(&at, &other).is_err());
    assert_eq!(Journal::open(&at, key()).unwrap().len(), 303);
}
