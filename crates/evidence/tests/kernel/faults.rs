//! The crash rules of `docs/formats/journal.md`, row by row, on a file system that fails at every call.

use std::path::Path;
use std::sync::Arc;

use evidence::{EvidenceError, Journal};

use crate::faulty_disk::{Fault, FaultyDisk, Loss};
use crate::support::{ORIGIN, entries, entropy, key};

const AT: &str = "/j";
const BATCHES: [usize; 5] = [3, 1, 300, 2, 40];

fn open(disk: &FaultyDisk) -> Result<Journal, EvidenceError> {
    Journal::open_on(Arc::new(disk.clone()), Path::new(AT), key())
}

/// Makes a journal and appends to it until something fails. Returns how many entries were acknowledged; `None` when
/// not even the journal was.
fn run(disk: &FaultyDisk) -> Option<u64> {
    let mut journal = Journal::create_on(Arc::new(disk.clone()), Path::new(AT), ORIGIN, key()).ok()?;
    let mut acknowledged = 0;
    for (at, n) in BATCHES.into_iter().enumerate() {
        match journal.append(entries(n), 1000 + at as i64, &mut entropy()) {
            Ok(range) => acknowledged = range.end,
            // A caller who does not give up: after an error nothing may be acknowledged any more.
            Err(_) => assert!(journal.append(entries(1), 9000, &mut entropy()).is_err()),
        }
    }
    Some(acknowledged)
}

/// Every acknowledged entry is there and whole, nothing is half there, the public log follows, and it goes on.
fn check(disk: &FaultyDisk, acknowledged: u64, what: &str) {
    let mut journal = open(disk).unwrap_or_else(|e| panic!("{what}: not opened: {e}"));
    let len = journal.len();
    assert!(len >= acknowledged, "{what}: {acknowledged} were acknowledged and {len} are there");
    let mut boundaries = vec![0];
    BATCHES.iter().for_each(|n| boundaries.push(boundaries[boundaries.len() - 1] + *n as u64));
    assert!(boundaries.contains(&len), "{what}: {len} entries are not a number of whole batches");
    let read: Vec<_> = journal.read(0).map(|e| e.unwrap_or_else(|e| panic!("{what}: {e}"))).collect();
    assert_eq!(read.len() as u64, len, "{what}");
    assert!(read.iter().all(|entry| journal.commits_to(entry)), "{what}");
    let range = journal.append(entries(2), 5000, &mut entropy()).unwrap_or_else(|e| panic!("{what}: {e}"));
    assert_eq!(range, len..len + 2, "{what}");
    drop(journal);
    // What was appended after the recovery survives a power cut as well.
    let again = open(&disk.after(Loss::AllUnsynced)).unwrap_or_else(|e| panic!("{what}: not opened again: {e}"));
    assert_eq!(again.len(), len + 2, "{what}: lost after the recovery");
    assert!(again.read(0).all(|e| e.is_ok()), "{what}");
}

#[test]
fn whatever_fails_at_whichever_call_nothing_acknowledged_is_lost_or_half_there() {
    let whole = FaultyDisk::default();
    assert_eq!(run(&whole), Some(346));
    let (calls, mut tried) = (whole.calls(), 0);
    for fault in [Fault::Kill, Fault::Torn, Fault::Eio, Fault::Enospc] {
        for at in 1..=calls {
            let disk = FaultyDisk::default();
            disk.fail_at(at, fault);
            let acknowledged = run(&disk);
            for loss in [Loss::Nothing, Loss::AllUnsynced, Loss::BytesNotNames] {
                let left = disk.after(loss);
                let what = format!("{fault:?} at call {at} of {calls}, then loss of {loss:?}");
                tried += 1;
                match acknowledged {
                    Some(acknowledged) => check(&left, acknowledged, &what),
                    // Making it failed: it can be made again, or it is there after all.
                    None => match Journal::create_on(Arc::new(left.clone()), Path::new(AT), ORIGIN, key()) {
                        Ok(journal) => drop(journal),
                        Err(EvidenceError::Exists(_)) => check(&left, 0, &what),
                        Err(error) => panic!("{what}: cannot be made again: {error}"),
                    },
                }
            }
        }
    }
    println!("{calls} calls, {tried} failures tried");
    assert!(tried > 500);
}

#[test]
fn a_crash_while_recovering_from_a_crash_loses_nothing_either() {
    let disk = FaultyDisk::default();
    let mut journal = Journal::create_on(Arc::new(disk.clone()), Path::new(AT), ORIGIN, key()).unwrap();
    journal.append(entries(3), 1000, &mut entropy()).unwrap();
    // The frame is synced, the promise is not written: the process ends between the two.
    disk.fail_at(disk.calls() + 3, Fault::Kill);
    assert!(journal.append(entries(1), 1001, &mut entropy()).is_err());
    drop(journal);
    let crashed = disk.after(Loss::Nothing);
    let recovery = crashed.copy();
    let before = recovery.calls();
    open(&recovery).unwrap();
    let calls = recovery.calls() - before;
    assert!(calls > 3, "the recovery wrote nothing: {calls}");
    for fault in [Fault::Kill, Fault::Torn, Fault::Eio, Fault::Enospc] {
        for at in 1..=calls {
            let again = crashed.copy();
            again.fail_at(before + at, fault);
            let _ = open(&again);
            for loss in [Loss::Nothing, Loss::AllUnsynced] {
                check(&again.after(loss), 3, &format!("{fault:?} at call {at} of the recovery, {loss:?}"));
            }
        }
    }
}

#[test]
fn a_crash_during_a_withdrawal_leaves_the_payload_whole_or_destroyed_and_the_rest_untouched() {
    let made = FaultyDisk::default();
    run(&made);
    let before = made.calls();
    let whole = made.copy();
    open(&whole).unwrap().destroy(3, None).unwrap();
    let calls = whole.calls() - before;
    for fault in [Fault::Kill, Fault::Torn, Fault::Eio, Fault::Enospc] {
        for at in 1..=calls {
            for loss in [Loss::Nothing, Loss::AllUnsynced] {
                let disk = made.copy();
                disk.fail_at(before + at, fault);
                if let Ok(mut journal) = open(&disk) {
                    let _ = journal.destroy(3, None);
                }
                let left = disk.after(loss);
                let mut journal = open(&left).unwrap_or_else(|e| panic!("{fault:?} at {at}, {loss:?}: {e}"));
                assert_eq!(journal.len(), 346);
                journal.destroy(3, None).unwrap();
                let gone = journal.read(0).map(Result::unwrap).filter(|e| e.payload.is_none()).count();
                assert_eq!(gone, 1);
            }
        }
    }
}

#[test]
fn two_writers_are_noticed_even_where_locks_do_not_hold() {
    let disk = FaultyDisk::default();
    run(&disk);
    // This disk's lock stops nobody, like some network file systems.
    let (mut one, mut other) = (open(&disk).unwrap(), open(&disk).unwrap());
    one.append(entries(1), 5000, &mut entropy()).unwrap();
    assert!(matches!(other.append(entries(1), 5000, &mut entropy()), Err(EvidenceError::AnotherWriter(_))));
    drop((one, other));
    assert_eq!(open(&disk).unwrap().len(), 347);
}

#[test]
fn a_clock_set_back_is_refused_also_after_opening_again() {
    let disk = FaultyDisk::default();
    run(&disk);
    let refused = open(&disk).unwrap().append(entries(1), 1003, &mut entropy());
    assert!(matches!(refused, Err(EvidenceError::ClockBack { now: 1003, last: 1004 })));
    assert_eq!(open(&disk).unwrap().len(), 346);
}

#[test]
fn an_old_backup_put_back_is_refused_because_more_was_promised() {
    let older = FaultyDisk::default();
    let mut journal = Journal::create_on(Arc::new(older.clone()), Path::new(AT), ORIGIN, key()).unwrap();
    journal.append(entries(5), 1000, &mut entropy()).unwrap();
    let backup = older.copy();
    journal.append(entries(5), 1001, &mut entropy()).unwrap();
    drop(journal);
    older.restore(&backup, |path| !path.starts_with("/j/lock"));
    match open(&older) {
        Err(EvidenceError::OlderThanPromised { found: 5, held: 10 }) => {}
        other => panic!("{:?}", other.map(|j| j.len())),
    }
}

#[test]
fn a_bit_that_rots_in_any_file_is_refused_or_mended_and_never_believed() {
    let made = FaultyDisk::default();
    run(&made);
    let good = open(&made).unwrap();
    let (root, vkey) = (good.root(346), good.vkey());
    drop(good);
    for path in made.files() {
        let size = made.copy().files().len().max(1);
        assert!(size > 0);
        let length = evidence::disk::Disk::read(&made, &path).unwrap().len();
        for at in (0..length).step_by((length / 23).max(1)) {
            let disk = made.copy();
            disk.flip(&path, at);
            let Ok(journal) = open(&disk) else { continue };
            let what = format!("{} byte {at}", path.display());
            // Opened: then it is the same log, and what rotted was mended or is not given out.
            assert_eq!((journal.len(), journal.root(346), journal.vkey()), (346, root, vkey.clone()), "{what}");
            assert!(journal.read(0).all(|e| e.is_ok_and(|e| journal.commits_to(&e))), "{what}");
            let tiles: Vec<_> = made.files().into_iter().filter(|p| p.starts_with("/j/log")).collect();
            for tile in tiles {
                let read = |disk: &FaultyDisk| evidence::disk::Disk::read(disk, &tile).unwrap();
                assert!(read(&disk) == read(&made), "{what}: {} was not mended", tile.display());
            }
        }
    }
}
