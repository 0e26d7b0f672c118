//! Cosignatures and policies against the golden vectors; many writers at once.

use std::time::Duration;

use evidence::cosign::{self, Witness};
use evidence::policy::Policy;
use evidence::{Appender, EntryKind, EvidenceError, Journal, NewEntry};

use crate::support::{ORIGIN, entries, entropy, key, vectors};

#[test]
fn the_golden_cosignatures_hold_under_the_golden_policy_and_a_changed_time_does_not() {
    let Some(dir) = vectors("golden cosignatures") else { return };
    let policy = Policy::parse(&std::fs::read_to_string(dir.join("policy.txt")).unwrap()).unwrap();
    let note = std::fs::read_to_string(dir.join("log600/checkpoint")).unwrap();
    let found = policy.witnessed(&note, &|_| None);
    assert_eq!((found.by.len(), found.missing.len(), found.bad.len(), found.is_quorum), (3, 0, 0, true));
    let lines: Vec<&str> = note.lines().collect();
    let with = |kept: &[usize]| {
        let signatures: Vec<&str> = kept.iter().map(|at| lines[at + 4]).collect();
        policy.witnessed(&format!("{}\n\n{}\n", lines[..3].join("\n"), signatures.join("\n")), &|_| None)
    };
    assert!(with(&[0, 1, 2]).is_quorum, "two of three are a quorum");
    let one = with(&[0, 3]);
    assert!(!one.is_quorum && one.missing.len() == 2);
    // Twice the same witness is one witness.
    assert!(!with(&[0, 3, 3]).is_quorum);
    let changed = std::fs::read_to_string(dir.join("bad/cosig_time_changed.checkpoint")).unwrap();
    assert!(!policy.witnessed(&changed, &|_| None).bad.is_empty());
}

#[test]
fn a_cosignature_of_ours_is_that_of_the_golden_witness() {
    let Some(dir) = vectors("golden witness") else { return };
    let keys: serde_json::Value = serde_json::from_slice(&std::fs::read(dir.join("keys.json")).unwrap()).unwrap();
    let name = "witness1.test.invalid/w";
    let seed = data_encoding::HEXLOWER.decode(keys["ed25519_seeds_hex"][name].as_str().unwrap().as_bytes()).unwrap();
    let signing = evidence::SigningKey::from_bytes(&seed.try_into().unwrap());
    let note = std::fs::read_to_string(dir.join("log600/checkpoint")).unwrap();
    let witness = Witness::of(name, &signing);
    assert_eq!(witness.vkey(), keys["witness_vkeys"][0].as_str().unwrap());
    assert_eq!(Witness::parse(&witness.vkey()).unwrap(), witness);
    let time = witness.time(&note).unwrap().unwrap();
    let text = &note[..note.find("\n\n").unwrap() + 1];
    let line = cosign::cosign(name, &signing, text, time);
    assert!(note.contains(&line));
    assert_eq!(cosign::with_lines(&note, &line).unwrap(), note, "it was added twice");
    assert!(cosign::with_lines(&note, "no signature line\n").is_err());
}

#[test]
fn a_policy_that_could_be_read_in_two_ways_is_refused() {
    let log = evidence::note::Verifier::of(ORIGIN, &key()).vkey();
    let witness = Witness::of("w.invalid/1", &key()).vkey();
    let renamed = Witness::of("w.invalid/2", &key()).vkey();
    let good = format!(
        "# remark\nlog {log} https://log.invalid\nwitness a {witness} https://w.invalid/\ngroup g any a\nquorum g\n"
    );
    let policy = Policy::parse(&good).unwrap();
    assert_eq!(policy.witnesses[0].url.as_deref(), Some("https://w.invalid"));
    assert!(policy.asks_for_witnesses());
    assert!(!Policy::parse(&format!("log {log}\nquorum none\n")).unwrap().asks_for_witnesses());
    // Two groups of which one is asked for may name the same witness.
    let two = format!("log {log}\nwitness a {witness}\ngroup x any a\ngroup y all a\nquorum y\n");
    assert!(Policy::parse(&two).unwrap().asks_for_witnesses());
    for bad in [
        format!("log {log}\n"),
        "quorum none\n".to_owned(),
        format!("log {log}\nquorum g\n"),
        format!("log {log}\nquorum none\nquorum none\n"),
        format!("log {log}\ngroup g any a\nwitness a {witness}\nquorum g\n"),
        format!("log {log}\nwitness a {witness}\nwitness a {witness}\nquorum a\n"),
        format!("log {log}\nwitness none {witness}\nquorum none\n"),
        format!("log {log}\nwitness a {witness}\ngroup g 2 a\nquorum g\n"),
        format!("log {log}\nwitness a {witness}\ngroup g 0 a\nquorum g\n"),
        format!("log {log}\nwitness a {log}\nquorum a\n"),
        // One witness counts once, whatever it is called and whichever way it is reached.
        format!("log {log}\nwitness a {witness}\nwitness b {witness}\ngroup g all a b\nquorum g\n"),
        format!("log {log}\nwitness a {witness}\nwitness b {renamed}\ngroup g all a b\nquorum g\n"),
        format!("log {log}\nwitness a {witness}\ngroup g all a a\nquorum g\n"),
        format!("log {log}\nwitness a {witness}\ngroup one any a\ngroup g all a one\nquorum g\n"),
        format!("log {log}\nwitness a {witness}\ngroup x any a\ngroup y any a\ngroup g all x y\nquorum g\n"),
    ] {
        assert!(matches!(Policy::parse(&bad), Err(EvidenceError::Policy(_) | EvidenceError::Note(_))), "{bad}");
    }
}

#[test]
fn one_thread_keeps_many_entries_under_way_and_is_told_of_each_once() {
    let dir = tempfile::tempdir().unwrap();
    let journal = Journal::create(&dir.path().join("j"), ORIGIN, key()).unwrap();
    let appender = Appender::start(journal, Box::new(|| 1000), Box::new(entropy()), Duration::from_millis(20));
    let (writer, (told, answers)) = (appender.writer(), std::sync::mpsc::channel());
    for at in 0..200usize {
        let told = told.clone();
        writer.submit(entries(1 + at % 3), move |done| told.send((at, done.unwrap())).unwrap()).unwrap();
    }
    drop((writer, told));
    let mut answers: Vec<_> = answers.into_iter().collect();
    answers.sort_by_key(|(at, _)| *at);
    assert!(
        answers.iter().enumerate().all(|(at, (own, range))| at == *own && range.end - range.start == 1 + at as u64 % 3)
    );
    // One thread's entries stand in the order in which it submitted them, with none between.
    assert!(answers.windows(2).all(|pair| pair[0].1.end == pair[1].1.start), "{answers:?}");
    assert_eq!(appender.finish().unwrap().len(), answers[199].1.end);
}

#[test]
fn many_writers_each_get_their_own_places_and_one_bad_entry_costs_nobody_else() {
    let dir = tempfile::tempdir().unwrap();
    let journal = Journal::create(&dir.path().join("j"), ORIGIN, key()).unwrap();
    let appender = Appender::start(journal, Box::new(|| 1000), Box::new(entropy()), Duration::from_millis(20));
    let mut threads = Vec::new();
    for writer in 0..32 {
        let handle = appender.writer();
        threads.push(std::thread::spawn(move || {
            let mut places = Vec::new();
            for at in 0..20 {
                let n = 1 + (writer + at) % 3;
                let range = handle.append(entries(n)).unwrap();
                assert_eq!(range.end - range.start, n as u64);
                places.extend(range);
                let bad = NewEntry { kind: EntryKind::Annotate, parent: Some(u64::MAX), fields: Vec::new() };
                assert!(matches!(handle.append(vec![bad]), Err(EvidenceError::Entry { .. })));
            }
            places
        }));
    }
    let mut places: Vec<u64> = threads.into_iter().flat_map(|t| t.join().unwrap()).collect();
    places.sort_unstable();
    let journal = appender.finish().unwrap();
    assert_eq!(places, (0..journal.len()).collect::<Vec<_>>());
    drop(journal);
    let again = Journal::open(&dir.path().join("j"), key()).unwrap();
    assert_eq!(again.len(), places.len() as u64);
    assert!(again.read(0).all(|entry| entry.is_ok_and(|entry| again.commits_to(&entry))));
    let out = dir.path().join("out");
    again.export_log(&out).unwrap();
    assert_eq!(std::fs::read_to_string(out.join("checkpoint")).unwrap(), again.checkpoint());
}
