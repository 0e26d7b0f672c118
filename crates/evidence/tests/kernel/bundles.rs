//! A proof bundle: every file of it is read, and what nobody signed is said to be so.

use std::path::{Path, PathBuf};

use evidence::cosign::{self, Witness};
use evidence::{
    CheckState, InclusionProof, Journal, Options, Originals, OutsideState, ProofBundle, SigningKey, TimeChecker,
    TimeFound, VerifyReport, verify_bundle,
};

use crate::support::{ORIGIN, entries, entropy, files, key};

const RECORDED: i64 = 1_700_000_000;
const NOW: i64 = RECORDED + 1_000_000;

/// Entries 1 and 4 of five, under the checkpoint that `cosigned` makes of theirs.
fn bundle(dir: &Path, policy: &str, cosigned: impl Fn(&str) -> String) -> PathBuf {
    let mut journal = Journal::create(&dir.join("j"), ORIGIN, key()).unwrap();
    journal.append(entries(5), RECORDED, &mut entropy()).unwrap();
    let note = cosigned(journal.checkpoint());
    journal.attach_cosigned(&note).unwrap();
    let out = dir.join("bundle");
    ProofBundle {
        journal: &journal,
        originals: &Originals::open(&dir.join("originals")).unwrap(),
        entries: vec![1, 4],
        files: Vec::new(),
        withhold: &|_, name| name == "secret",
        policy,
    }
    .write(&out)
    .unwrap();
    out
}

fn log() -> String {
    evidence::note::Verifier::of(ORIGIN, &key()).vkey()
}

fn without_witnesses() -> String {
    format!("log {}\nquorum none\n", log())
}

fn verify(out: &Path, policy: Option<&str>) -> VerifyReport {
    let key = log();
    verify_bundle(out, &Options { key: Some(&key), policy, now: Some(NOW), times: None, progress: &|_, _, _| {} })
}

fn detail(report: &VerifyReport, name: &str) -> String {
    report.checks.iter().find(|check| check.name == name).map(|check| check.detail.clone()).unwrap_or_default()
}

#[test]
fn every_file_that_is_forged_or_taken_away_is_named_and_words_for_the_reader_are_said_to_prove_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let out = bundle(dir.path(), &without_witnesses(), str::to_owned);
    std::fs::write(out.join("README.txt"), "anything").unwrap();
    let report = verify(&out, None);
    assert_eq!(report.exit_code(), 0, "{report:?}");
    assert!(detail(&report, "other files").contains("README.txt is words for the reader"), "{report:?}");
    for path in files(&out).into_iter().filter(|path| !path.ends_with("README.txt")) {
        let name = path.strip_prefix(&out).unwrap().to_str().unwrap().to_owned();
        let bytes = std::fs::read(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        let report = verify(&out, None);
        assert_eq!(report.exit_code(), 2, "{name}: {report:?}");
        assert!(report.missing.contains(&name), "{name} is not named: {:?}", report.missing);
        for at in [0, bytes.len() / 2, bytes.len() - 2] {
            let mut forged = bytes.clone();
            forged[at] ^= 1;
            std::fs::write(&path, forged).unwrap();
            let report = verify(&out, None);
            assert_eq!(report.exit_code(), 1, "{name}, byte {at}: {report:?}");
        }
        std::fs::write(&path, bytes).unwrap();
    }
    assert_eq!(verify(&out, None).exit_code(), 0);
}

#[test]
fn a_list_that_was_cut_short_is_found_by_what_still_lies_there() {
    let dir = tempfile::tempdir().unwrap();
    let out = bundle(dir.path(), &without_witnesses(), str::to_owned);
    for list in ["[]", "[1]", "[4]"] {
        let text = format!(r#"{{"format":"tawthiq-bundle/v1","entries":{list},"originals":[]}}"#);
        std::fs::write(out.join("bundle.json"), text).unwrap();
        let report = verify(&out, None);
        assert_eq!(report.exit_code(), 1, "{list}: {report:?}");
        assert!(report.bad.iter().any(|bad| bad.reason.contains("cut short")), "{list}: {report:?}");
    }
    // With nothing left, nothing is proved.
    std::fs::remove_dir_all(out.join("entries")).unwrap();
    std::fs::write(out.join("bundle.json"), r#"{"format":"tawthiq-bundle/v1","entries":[],"originals":[]}"#).unwrap();
    let report = verify(&out, None);
    assert!(report.exit_code() == 1 && report.bad[0].reason.contains("nothing is proved"), "{report:?}");
}

#[test]
fn the_readers_own_policy_decides_and_the_folders_is_said_to_be_a_claim() {
    let dir = tempfile::tempdir().unwrap();
    let witness = SigningKey::from_bytes(&[3; 32]);
    let asks = format!("log {}\nwitness w {}\nquorum w\n", log(), Witness::of("w.invalid/1", &witness).vkey());
    // Somebody took the witnesses out of the policy on the way.
    let out = bundle(dir.path(), &without_witnesses(), str::to_owned);
    let stripped = verify(&out, None);
    assert_eq!(stripped.exit_code(), 0);
    assert!(detail(&stripped, "witnesses").contains("signed by nobody"), "{stripped:?}");
    let own = verify(&out, Some(&asks));
    assert_eq!(own.exit_code(), 2, "{own:?}");
    assert!(detail(&own, "witnesses").contains("the policy that you gave"), "{own:?}");
    // A policy about another log is none about this one.
    let other = evidence::note::Verifier::of(ORIGIN, &witness).vkey();
    assert_eq!(verify(&out, Some(&format!("log {other}\nquorum none\n"))).exit_code(), 1);
    // The key of a policy that names one log is the key given.
    let options = Options { key: None, policy: Some(&asks), now: None, times: None, progress: &|_, _, _| {} };
    assert_eq!(options.given_key(), Some(log()));
}

#[test]
fn a_cosignature_of_long_before_the_entries_or_of_a_time_to_come_counts_for_nothing() {
    let signing = SigningKey::from_bytes(&[3; 32]);
    let witness = Witness::of("w.invalid/1", &signing);
    let policy = format!("log {}\nwitness w {}\nquorum w\n", log(), witness.vkey());
    for (time, code) in
        [(RECORDED + 60, 0), (RECORDED - 3600, 0), (RECORDED - 10 * 86_400, 2), (NOW + 60, 0), (NOW + 10 * 86_400, 2)]
    {
        let dir = tempfile::tempdir().unwrap();
        let sign = |note: &str| {
            let text = &note[..note.find("\n\n").unwrap() + 1];
            cosign::with_lines(note, &cosign::cosign(&witness.name, &signing, text, time as u64)).unwrap()
        };
        let out = bundle(dir.path(), &policy, sign);
        let report = verify(&out, Some(&policy));
        assert_eq!(report.exit_code(), code, "{time}: {report:?}");
        let has_good = |report: &VerifyReport| report.outside.iter().any(|word| word.state == OutsideState::Good);
        assert_eq!(has_good(&report), code == 0, "{time}: {report:?}");
        // Under the bundle's own, which anybody can write, nobody has seen anything.
        let report = verify(&out, None);
        assert!(!has_good(&report), "{time}: {report:?}");
        assert_eq!(detail(&report, "witnesses").contains("not checked"), code == 0, "{time}: {report:?}");
    }
}

#[test]
fn of_what_a_witness_answers_its_own_signature_alone_is_taken() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::create(&dir.path().join("j"), ORIGIN, key()).unwrap();
    journal.append(entries(1), RECORDED, &mut entropy()).unwrap();
    let note = journal.checkpoint();
    let text = &note[..note.find("\n\n").unwrap() + 1];
    let (one, two) = (SigningKey::from_bytes(&[3; 32]), SigningKey::from_bytes(&[4; 32]));
    let (first, second) = (Witness::of("w.invalid/1", &one), Witness::of("w.invalid/2", &two));
    let good = cosign::cosign(&first.name, &one, text, 7);
    // In the other's name, over something else.
    let forged = cosign::cosign(&second.name, &two, "other\n", 7);
    assert_eq!(cosign::line_of(&first, note, &format!("{forged}{good}rubbish\n")).unwrap(), good);
    assert!(cosign::line_of(&second, note, &forged).is_err());
    assert!(cosign::line_of(&first, note, "rubbish\n").is_err());
}

/// Believes every stamp, and takes the time from it.
struct Believer;

impl TimeChecker for Believer {
    fn check(&self, _: &str, stamp: &[u8], _: &[u8], _: &Path) -> TimeFound {
        let time = std::str::from_utf8(stamp).unwrap().parse().unwrap();
        TimeFound { state: OutsideState::Good, time: Some(time), detail: "it holds".to_owned() }
    }

    fn certificates(&self, pem: &[u8]) -> Result<(), String> {
        if pem == b"certificates" { Ok(()) } else { Err("it is not certificates and nothing else".to_owned()) }
    }
}

fn verify_with_stamps(out: &Path) -> VerifyReport {
    let (key, progress) = (log(), |_: &str, _, _| {});
    let options =
        Options { key: Some(&key), policy: None, now: Some(NOW), times: Some(&Believer), progress: &progress };
    verify_bundle(out, &options)
}

/// The checkpoint under which the entries of a bundle are proved.
fn checkpoint(out: &Path) -> String {
    InclusionProof::parse(&std::fs::read_to_string(out.join("entries/1.tlog-proof")).unwrap()).unwrap().checkpoint
}

#[test]
fn a_stamp_of_long_before_the_entries_or_of_a_time_to_come_counts_for_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let out = bundle(dir.path(), &without_witnesses(), str::to_owned);
    let anchors = out.join("anchors/5");
    std::fs::create_dir_all(&anchors).unwrap();
    std::fs::write(anchors.join("stamped"), checkpoint(&out)).unwrap();
    for (time, is_believed) in [
        (RECORDED - 300_000_000, false),
        (RECORDED - 90_000, false),
        (RECORDED - 3_600, true),
        (RECORDED + 1, true),
        (NOW + 3_600, true),
        (NOW + 90_000, false),
        (NOW + 300_000_000, false),
    ] {
        std::fs::write(anchors.join("court.tsr"), time.to_string()).unwrap();
        let report = verify_with_stamps(&out);
        assert_eq!(report.exit_code(), 0, "{time}: {report:?}");
        assert_eq!(report.outside[0].state == OutsideState::Good, is_believed, "{time}: {report:?}");
        assert_eq!(detail(&report, "time").contains("proves that the first 5"), is_believed, "{time}: {report:?}");
    }
    // Of two over the same entries the earlier says more.
    std::fs::write(anchors.join("court.tsr"), (RECORDED + 9_000).to_string()).unwrap();
    std::fs::write(anchors.join("other.tsr"), (RECORDED + 60).to_string()).unwrap();
    let time = detail(&verify_with_stamps(&out), "time");
    assert!(time.contains(&domain::utc(RECORDED + 60)), "{time}");
}

#[test]
fn what_bears_the_name_of_an_anchor_and_is_part_of_no_word_of_an_outsider_is_bad() {
    let dir = tempfile::tempdir().unwrap();
    let out = bundle(dir.path(), &without_witnesses(), str::to_owned);
    let anchors = out.join("anchors");
    std::fs::create_dir_all(anchors.join("5")).unwrap();
    std::fs::write(anchors.join("5/stamped"), checkpoint(&out)).unwrap();
    std::fs::write(anchors.join("5/court.tsr"), RECORDED.to_string()).unwrap();
    std::fs::write(anchors.join("court.ca.pem"), "certificates").unwrap();
    assert_eq!(verify_with_stamps(&out).exit_code(), 0);
    let bad = |path: &str, text: &str| {
        let before = std::fs::read(anchors.join(path)).ok();
        std::fs::create_dir_all(anchors.join(path).parent().unwrap()).unwrap();
        std::fs::write(anchors.join(path), text).unwrap();
        let report = verify_with_stamps(&out);
        let named = format!("anchors/{path}");
        assert!(report.exit_code() == 1 && report.bad.iter().any(|bad| bad.path == named), "{path}: {report:?}");
        match before {
            Some(before) => std::fs::write(anchors.join(path), before).unwrap(),
            None => std::fs::remove_file(anchors.join(path)).unwrap(),
        }
    };
    bad("court.ca.pem", "certificates, and a letter");
    bad("letter.ca.pem", "certificates");
    bad("5/consistency", "a letter");
    bad("3/consistency", "");
    bad("5/stamped", &checkpoint(&out).replace("\n5\n", "\n4\n"));
    std::fs::remove_file(anchors.join("5/court.tsr")).unwrap();
    std::fs::remove_file(anchors.join("court.ca.pem")).unwrap();
    // Also where nothing has stamped it yet.
    bad("5/stamped", &checkpoint(&out).replace("\n5\n", "\n4\n"));
    assert_eq!(verify_with_stamps(&out).exit_code(), 0);
}

#[test]
fn a_line_under_a_checkpoint_that_no_key_of_the_policy_checks_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let line = "— approved.by.the.court.invalid AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n";
    let out = bundle(dir.path(), &without_witnesses(), |note| cosign::with_lines(note, line).unwrap());
    let report = verify(&out, None);
    let word = report.outside.iter().find(|word| word.name == "approved.by.the.court.invalid").unwrap();
    assert!(word.state == OutsideState::Unchecked && word.detail.contains("counts for nothing"), "{report:?}");
    assert_eq!(report.exit_code(), 0, "{report:?}");
}

#[test]
fn what_is_missing_is_not_called_bad_and_entries_dated_later_than_now_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let witness = SigningKey::from_bytes(&[3; 32]);
    let asks = format!("log {}\nwitness w {}\nquorum w\n", log(), Witness::of("w.invalid/1", &witness).vkey());
    let out = bundle(dir.path(), &asks, str::to_owned);
    let report = verify(&out, None);
    let states = |report: &VerifyReport| report.checks.iter().map(|check| check.state).collect::<Vec<_>>();
    assert_eq!(report.exit_code(), 2, "{report:?}");
    assert!(
        states(&report).contains(&CheckState::Missing) && !states(&report).contains(&CheckState::Bad),
        "{report:?}"
    );
    std::fs::remove_file(out.join("entries/1.json")).unwrap();
    let report = verify(&out, None);
    assert!(report.exit_code() == 2 && !states(&report).contains(&CheckState::Bad), "{report:?}");
    let key = log();
    let now = Some(RECORDED - 1_000_000);
    let early =
        verify_bundle(&out, &Options { key: Some(&key), policy: None, now, times: None, progress: &|_, _, _| {} });
    assert!(detail(&early, "clock").contains("entry 4 is dated later than now"), "{early:?}");
}
