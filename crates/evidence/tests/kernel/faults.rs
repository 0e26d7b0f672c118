//! The crash rules of `docs/formats/journal.md`, row by row, on a file system that fails at every call.

use std::path::Path;
use std::sync::Arc;

use evidence::disk::Disk;
use evidence::{EvidenceError, Journal};

use crate::faulty_disk::{Fault, FaultyDisk, Loss};
use crate::support::{ORIGIN, entries, entropy, journal, key};

const AT: &str = "/j";
const BATCHES: [usize; 5] = [3, 1, 300, 2, 40];

fn open(disk: &FaultyDisk) -> Result<Journal, EvidenceError> {
    Journal::open_on(Arc::new(disk.clone()), Path::new(AT), key())
}

/// After how many of the batches the public log, and with it the synced promise, follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Published {
    EachTime,
    AtTheEnd,
}

/// Makes a journal and appends to it until something fails. Returns how many entries were acknowledged; `None` when
/// not even the journal was.
fn run_publishing(disk: &FaultyDisk, published: Published) -> Option<u64> {
    let mut journal = Journal::create_on(Arc::new(disk.clone()), Path::new(AT), ORIGIN, key()).ok()?;
    let mut acknowledged = 0;
    for (at, n) in BATCHES.into_iter().enumerate() {
        let now = 1000 + at as i64;
        let done = match published {
            Published::EachTime => journal.append(entries(n), now, &mut entropy()),
            Published::AtTheEnd => journal.append_unpublished(entries(n), now, &mut entropy()),
        };
        match done {
            Ok(range) => acknowledged = range.end,
            // A caller who does not give up: after an error nothing may be acknowledged any more.
            Err(_) => assert!(journal.append(entries(1), 9000, &mut entropy()).is_err()),
        }
    }
    let _ = journal.publish();
    Some(acknowledged)
}

fn run(disk: &FaultyDisk) -> Option<u64> {
    run_publishing(disk, Published::EachTime)
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

const LOSSES: [Loss; 4] = [Loss::Nothing, Loss::AllUnsynced, Loss::BytesNotNames, Loss::SomeSectors];

fn whatever_fails(published: Published) {
    let whole = FaultyDisk::default();
    assert_eq!(run_publishing(&whole, published), Some(346));
    let (calls, mut tried) = (whole.calls(), 0);
    for fault in [Fault::Kill, Fault::Torn, Fault::Eio, Fault::Enospc] {
        for at in 1..=calls {
            let disk = FaultyDisk::default();
            disk.fail_at(at, fault);
            let acknowledged = run_publishing(&disk, published);
            for loss in LOSSES {
                let left = disk.after(loss);
                let what = format!("{fault:?} at call {at} of {calls}, then loss of {loss:?}, published {published:?}");
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
fn whatever_fails_at_whichever_call_nothing_acknowledged_is_lost_or_half_there() {
    whatever_fails(Published::EachTime);
}

#[test]
fn whatever_fails_between_promises_that_are_synced_nothing_acknowledged_is_lost_or_half_there() {
    whatever_fails(Published::AtTheEnd);
}

/// A power cut took the promise back that was made after the last frame: the frame alone must show that it was whole.
#[test]
fn a_bit_that_rots_in_a_frame_beyond_the_synced_promise_is_not_taken_for_a_torn_write() {
    let made = FaultyDisk::default();
    let mut journal = Journal::create_on(Arc::new(made.clone()), Path::new(AT), ORIGIN, key()).unwrap();
    journal.append(entries(3), 1000, &mut entropy()).unwrap();
    journal.append_unpublished(entries(20), 1001, &mut entropy()).unwrap();
    drop(journal);
    let left = made.after(Loss::AllUnsynced);
    let segment = Path::new("/j/segments/000000000000.seg");
    let bytes = Disk::read(&left, segment).unwrap();
    let end = bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1;
    let start = bytes.windows(4).rposition(|bytes| bytes == b"TWF1").unwrap();
    assert_eq!(open(&left.copy()).unwrap().len(), 23);
    for at in (start..end).filter(|at| at - start < 40 || end - at < 400 || at % 7 == 0) {
        let rotten = left.copy();
        rotten.flip(segment, at);
        match open(&rotten) {
            Err(EvidenceError::Damaged { .. }) => {}
            other => panic!("byte {} of {}: {:?}", at - start, end - start, other.map(|journal| journal.len())),
        }
    }
    // Without its last sectors, or with a gap in it, it is a write that was cut short.
    for lost in [end - 1..end, start..start + 1, (start + 600) / 512 * 512..(start + 600) / 512 * 512 + 512] {
        let torn = left.copy();
        let mut bytes = bytes.clone();
        let lost = if lost.start == start { start..start.next_multiple_of(512) } else { lost };
        bytes[lost].fill(0);
        torn.overwrite(segment, 0, &bytes).unwrap();
        assert_eq!(open(&torn).unwrap().len(), 3);
    }
}

/// Both slots of the promise are never in doubt at once, however often it was written since the last sync.
#[test]
fn a_power_cut_leaves_one_whole_promise() {
    let disk = FaultyDisk::default();
    let mut journal = Journal::create_on(Arc::new(disk.clone()), Path::new(AT), ORIGIN, key()).unwrap();
    for round in 0..5 {
        for n in 0..3 {
            journal.append_unpublished(entries(1), 1000 + round * 3 + n, &mut entropy()).unwrap();
            for loss in LOSSES {
                let opened = open(&disk.after(loss)).unwrap_or_else(|error| panic!("{loss:?}: {error}"));
                assert_eq!(opened.len(), (round * 3 + n + 1) as u64, "{loss:?}");
            }
        }
        journal.publish().unwrap();
    }
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
            for loss in LOSSES {
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
            for loss in LOSSES {
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
        let length = Disk::read(&made, &path).unwrap().len();
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
                let read = |disk: &FaultyDisk| Disk::read(disk, &tile).unwrap();
                assert!(read(&disk) == read(&made), "{what}: {} was not mended", tile.display());
            }
        }
    }
}

#[test]
fn a_lock_checkpoint_whose_newer_slot_rotted_holds_nobody_up_where_the_journal_reaches_what_was_published() {
    let made = FaultyDisk::default();
    run(&made);
    drop(open(&made).unwrap());
    let lock = Path::new("/j/lock/checkpoint");
    let size = |slot: usize, disk: &FaultyDisk| {
        let bytes = Disk::read(disk, lock).unwrap();
        let text = String::from_utf8_lossy(&bytes[slot * 4096..][..200]).into_owned();
        text.lines().nth(1).and_then(|line| line.parse::<u64>().ok()).unwrap_or(0)
    };
    let newer = if size(0, &made) > size(1, &made) { 0 } else { 1 };
    assert!(size(newer, &made) == 346 && size(1 - newer, &made) < 346);
    for at in [0, 5, 40, 100] {
        let disk = made.copy();
        disk.flip(lock, newer * 4096 + at);
        assert_eq!(open(&disk).unwrap().len(), 346, "byte {at}");
        assert_eq!(size(newer, &disk), 346, "byte {at}: the slot is written again");
        open(&disk).unwrap();
    }
    // Where the journal does not reach it either, the true numbers are told and nothing is cut off.
    let disk = made.copy();
    disk.flip(lock, newer * 4096 + 5);
    let older = FaultyDisk::default();
    let mut journal = Journal::create_on(Arc::new(older.clone()), Path::new(AT), ORIGIN, key()).unwrap();
    journal.append(entries(5), 1000, &mut entropy()).unwrap();
    drop(journal);
    disk.restore(&older, |path| path.starts_with("/j/segments"));
    match open(&disk) {
        Err(EvidenceError::OlderThanPromised { found: 5, held: 346 }) => {}
        other => panic!("{:?}", other.map(|j| j.len())),
    }
}

#[test]
fn a_public_log_that_cannot_be_written_does_not_hide_what_was_recorded() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().join("j");
    let mut journal = journal(&dir, &[3]);
    let (tile, away) = (dir.join("log/tile"), dir.join("away"));
    std::fs::rename(&tile, &away).unwrap();
    std::fs::write(&tile, "a file where a folder was").unwrap();
    let error = journal.append(entries(2), 2000, &mut entropy()).unwrap_err();
    assert!(matches!(error, EvidenceError::Unpublished { first: 3, last: 4, .. }), "{error}");
    assert!(error.to_string().contains("recorded all the same (the entries 3 to 4)"), "{error}");
    drop(journal);
    std::fs::remove_file(&tile).unwrap();
    std::fs::rename(&away, &tile).unwrap();
    let journal = Journal::open(&dir, key()).unwrap();
    assert_eq!(journal.len(), 5);
    // The first entry after a time is found without reading them all.
    assert_eq!(
        [999, 1000, 1999, 2000].map(|time| journal.first_after(time).unwrap()),
        [Some(0), Some(3), Some(3), None]
    );
}
