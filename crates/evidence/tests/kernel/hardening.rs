//! What an adversary, a power cut or rotting bits try after the journal was opened or the folder was sealed.

use std::path::Path;
use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;

use evidence::{DisclosedField, EntryKind, EvidenceError, Journal, NewEntry, disclose, seal, verify_folder};
use proptest::prelude::*;

use crate::support::{ORIGIN, entries, entropy, files, journal, key, shared};

#[test]
fn a_tile_that_a_power_cut_tore_is_mended_on_opening() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path().join("j");
    drop(journal(&at, &[600]));
    for file in files(&at.join("log/tile")) {
        let whole = std::fs::read(&file).unwrap();
        std::fs::write(&file, b"").unwrap();
        let journal = Journal::open(&at, key()).unwrap();
        assert_eq!(std::fs::read(&file).unwrap(), whole, "{}", file.display());
        journal.export_log(&dir.path().join("out")).unwrap();
    }
}

#[test]
fn bits_that_rot_while_the_journal_is_open_are_never_given_out() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path().join("j");
    drop(journal(&at, &[3]));
    let journal = Journal::open(&at, key()).unwrap();
    let segment = files(&at.join("segments")).remove(0);
    let mut bytes = std::fs::read(&segment).unwrap();
    let place = bytes.windows(8).position(|w| w == b"invented").unwrap();
    bytes[place] = b'I';
    std::fs::write(&segment, bytes).unwrap();
    assert!(matches!(journal.get(0), Err(EvidenceError::Damaged { .. })));
    assert!(journal.read(0).any(|entry| entry.is_err()));
    assert!(journal.get(1).is_ok());
}

#[test]
fn after_a_failed_write_nothing_is_appended_until_the_journal_is_opened_again() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path().join("j");
    let mut open = journal(&at, &[2]);
    std::fs::rename(at.join("segments"), at.join("away")).unwrap();
    assert!(open.append(entries(1), 2000, &mut entropy()).is_err());
    std::fs::rename(at.join("away"), at.join("segments")).unwrap();
    assert!(matches!(open.append(entries(1), 2000, &mut entropy()), Err(EvidenceError::Stopped)));
    assert_eq!(open.len(), 2);
    drop(open);
    let mut again = Journal::open(&at, key()).unwrap();
    assert_eq!(again.append(entries(1), 2000, &mut entropy()).unwrap(), 2..3);
}

#[test]
fn making_a_journal_can_begin_again_after_a_crash() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(dir.path().join("lock")).unwrap();
    assert_eq!(Journal::create(dir.path(), ORIGIN, key()).unwrap().len(), 0);
}

#[test]
fn an_entry_about_itself_or_a_later_one_is_refused_and_nothing_is_appended() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = journal(&dir.path().join("j"), &[2]);
    for parent in [2, 3, u64::MAX] {
        let entry = NewEntry { kind: EntryKind::Annotate, parent: Some(parent), fields: Vec::new() };
        assert!(journal.append(vec![entry], 2000, &mut entropy()).is_err(), "{parent}");
    }
    let entry = NewEntry { kind: EntryKind::Annotate, parent: Some(1), fields: Vec::new() };
    assert_eq!(journal.append(vec![entry], 2000, &mut entropy()).unwrap(), 2..3);
    assert!(matches!(journal.append(entries(1), 2000, &mut |_| {}), Err(EvidenceError::NoEntropy(_))));
}

#[test]
fn showing_one_of_two_fields_of_a_name_does_not_give_the_others_salt_away() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::create(&dir.path().join("j"), ORIGIN, key()).unwrap();
    let field = |value: &str| ("witness".to_owned(), value.as_bytes().to_vec());
    let fields = vec![field("one"), field("two"), field("one")];
    journal.append(vec![NewEntry { kind: EntryKind::Derive, parent: None, fields }], 1, &mut entropy()).unwrap();
    let shown = disclose(&journal.get(0).unwrap(), &|_, _| false, Some(journal.prove(0).unwrap().text())).unwrap();
    let salts = shown.fields.iter().map(|f| match f {
        DisclosedField::Shown { salt, .. } => salt.clone(),
        DisclosedField::Withheld { .. } => panic!("nothing was withheld"),
    });
    let salts: std::collections::BTreeSet<String> = salts.collect();
    assert_eq!(salts.len(), 3);
}

#[test]
fn part_of_a_value_cannot_be_passed_off_as_the_name() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::create(&dir.path().join("j"), ORIGIN, key()).unwrap();
    let fields = vec![("a".to_owned(), b"b\0c".to_vec())];
    journal.append(vec![NewEntry { kind: EntryKind::Derive, parent: None, fields }], 1, &mut entropy()).unwrap();
    let verifier = evidence::note::Verifier::of(ORIGIN, &key());
    let mut shown = disclose(&journal.get(0).unwrap(), &|_, _| false, Some(journal.prove(0).unwrap().text())).unwrap();
    shown.check(&verifier).unwrap();
    if let DisclosedField::Shown { name, value, .. } = &mut shown.fields[0] {
        (*name, *value) = ("a\0b".to_owned(), "c".to_owned());
    }
    assert!(shown.check(&verifier).is_err());
}

#[test]
fn a_pipe_in_the_place_of_a_signed_file_does_not_stop_the_verification() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("site");
    journal(&dir.path().join("j"), &[3]).export_log(&out.join("log")).unwrap();
    std::fs::write(out.join("page.html"), "x").unwrap();
    seal(&out, &key(), ORIGIN).unwrap();
    std::fs::remove_file(out.join("page.html")).unwrap();
    if !Command::new("mkfifo").arg(out.join("page.html")).status().is_ok_and(|s| s.success()) {
        return println!("not run: mkfifo is not here");
    }
    let (say, hear) = mpsc::channel();
    std::thread::spawn(move || {
        let report = verify_folder(&out, None, &|_, _, _| {});
        let _ = say.send(Box::new(report));
    });
    let report = hear.recv_timeout(Duration::from_secs(10)).expect("the verification waits for a pipe");
    assert_eq!(report.exit_code(), 1);
    assert!(report.bad.iter().any(|b| b.path == "page.html"), "{:?}", report.bad);
}

/// `TAWTHIQ_TLOGCHECK`, or the verifier built from the shared source when Go is here.
fn tlogcheck(dir: &Path) -> Option<std::path::PathBuf> {
    if let Some(path) = std::env::var_os("TAWTHIQ_TLOGCHECK") {
        return Some(path.into());
    }
    let source = shared().join("evidence/verify-go/main.go");
    let program = dir.join("tlogcheck");
    let mut go = Command::new("go");
    go.args(["build", "-o"]).arg(&program).arg(&source);
    let built = go.env("GO111MODULE", "off").env("GOPATH", "/usr/share/gocode").env("GOCACHE", dir.join("go")).output();
    match built {
        Ok(output) if output.status.success() => Some(program),
        Ok(output) => {
            println!(
                "not run: tlogcheck: {}",
                String::from_utf8_lossy(&output.stderr).lines().next().unwrap_or("not built")
            );
            None
        }
        Err(error) => {
            println!("not run: tlogcheck: go is not here ({error})");
            None
        }
    }
}

#[test]
fn a_verifier_that_we_did_not_write_accepts_the_log_and_its_growth_and_refuses_a_flipped_tile() {
    let dir = tempfile::tempdir().unwrap();
    let Some(program) = tlogcheck(dir.path()) else { return };
    let mut journal = journal(&dir.path().join("j"), &[1, 255, 44]);
    let old = dir.path().join("old");
    std::fs::write(&old, journal.checkpoint()).unwrap();
    journal.append(entries(70_000), 9000, &mut entropy()).unwrap();
    let log = dir.path().join("log");
    journal.export_log(&log).unwrap();
    let audit = |extra: &[&std::ffi::OsStr]| {
        let mut command = Command::new(&program);
        command.arg("-policy").arg(log.join("policy.txt")).args(extra).output().unwrap()
    };
    let whole = ["-dir".as_ref(), log.as_os_str(), "-old".as_ref(), old.as_os_str()];
    let output = audit(&whole);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    for index in [0, 255, 256, 65_535, 65_536, 70_299] {
        let (proof, leaf) = (dir.path().join("proof"), dir.path().join("leaf"));
        std::fs::write(&proof, journal.prove(index).unwrap().text()).unwrap();
        std::fs::write(&leaf, journal.get(index).unwrap().leaf).unwrap();
        assert!(audit(&["-proof".as_ref(), proof.as_os_str(), "-leaf".as_ref(), leaf.as_os_str()]).status.success());
    }
    let tile = log.join("tile/1/000");
    let mut bytes = std::fs::read(&tile).unwrap();
    bytes[100] ^= 1;
    std::fs::write(&tile, bytes).unwrap();
    assert!(!audit(&whole).status.success());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_choice_of_withheld_fields_checks_and_no_changed_field_does(
        values in prop::collection::vec("[ -~]{0,40}", 1..12), hidden in any::<u16>(), changed in any::<prop::sample::Index>(),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let mut journal = Journal::create(&dir.path().join("j"), ORIGIN, key()).unwrap();
        let fields = values.iter().enumerate().map(|(i, v)| (format!("f{i}"), v.clone().into_bytes())).collect();
        journal.append(vec![NewEntry { kind: EntryKind::Derive, parent: None, fields }], 1, &mut entropy()).unwrap();
        let withhold = |name: &str, _: &str| name[1..].parse::<u32>().is_ok_and(|i| hidden >> i & 1 == 1);
        let mut shown = disclose(&journal.get(0).unwrap(), &withhold, Some(journal.prove(0).unwrap().text())).unwrap();
        let verifier = evidence::note::Verifier::of(ORIGIN, &key());
        prop_assert!(shown.check(&verifier).is_ok());
        match changed.get_mut(&mut shown.fields) {
            DisclosedField::Shown { value, .. } => value.push('x'),
            DisclosedField::Withheld { commitment } => *commitment = "00".repeat(32),
        }
        prop_assert!(shown.check(&verifier).is_err());
    }

    #[test]
    fn no_bytes_make_the_readers_of_notes_proofs_bundles_or_tiles_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let text = String::from_utf8_lossy(&bytes);
        let _ = evidence::note::Verifier::parse(&text);
        let _ = evidence::note::Checkpoint::parse(&text);
        let _ = evidence::note::Verifier::of(ORIGIN, &key()).open(&text);
        let _ = evidence::InclusionProof::parse(&text);
        let _ = evidence::tiles::read_bundle(&bytes);
        let _ = serde_json::from_slice::<evidence::Disclosure>(&bytes);
    }
}
