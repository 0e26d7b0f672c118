//! Originals are kept, read and handed on in pieces.

use domain::Sha256Digest;
use evidence::{EvidenceError, Originals};

#[test]
fn what_is_kept_in_pieces_is_what_was_hashed_or_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let originals = Originals::open(dir.path()).unwrap();
    let bytes: Vec<u8> = (0..700_001u32).map(|n| (n % 251) as u8).collect();
    let digest = Sha256Digest::of(&bytes);
    // It grew by a byte since it was hashed.
    let grown = [bytes.as_slice(), b"x"].concat();
    let error = originals.put_from(&digest, &mut grown.as_slice()).unwrap_err();
    assert!(error.to_string().contains("it changed while it was read"), "{error}");
    let files = |dir: &std::path::Path| std::fs::read_dir(dir.join(&digest.hex()[..2])).unwrap().count();
    assert!(!originals.is_here(&digest) && files(dir.path()) == 0);
    assert!(originals.put_from(&digest, &mut bytes.as_slice()).unwrap());
    assert!(!originals.put_from(&digest, &mut bytes.as_slice()).unwrap(), "it is here already");
    assert_eq!(originals.get(&digest).unwrap(), bytes);
    let copy = dir.path().join("copy");
    originals.copy_durable(&digest, &copy).unwrap();
    assert_eq!(std::fs::read(&copy).unwrap(), bytes);
    assert!(originals.copy_durable(&digest, &copy).is_err(), "nothing is written over");
}

#[test]
fn one_that_rotted_is_told_and_one_that_is_not_here_is_another_thing() {
    let dir = tempfile::tempdir().unwrap();
    let originals = Originals::open(dir.path()).unwrap();
    let (digest, is_new) = originals.put(b"as received").unwrap();
    assert!(is_new);
    std::fs::write(originals.path(&digest), b"as recejved").unwrap();
    assert!(matches!(originals.check(&digest), Err(EvidenceError::OriginalChanged(_))));
    assert!(matches!(originals.put(b"as received"), Err(EvidenceError::OriginalChanged(_))));
    assert!(matches!(originals.check(&Sha256Digest::of(b"other")), Err(EvidenceError::NoOriginal(_))));
}
