//! Witnesses over loopback: a witness in this file, held to the kernel's proofs, and policies that say which count.

use std::process::Command;
use std::sync::{Arc, Mutex};

use evidence::cosign::{Witness, cosign};
use evidence::merkle::{self, Hash};
use evidence::note::{Checkpoint, Verifier};

use crate::loopback::{serve, states, verify, vkey};
use crate::support::{Site, text};

struct State {
    size: u64,
    root: Hash,
}

/// A witness as c2sp.org/tlog-witness asks: 403 for an unknown log, 409 with the size, 422 for a bad proof.
fn witness(name: &'static str, seed: u8, log: &str) -> (String, String, Arc<Mutex<State>>) {
    let key = evidence::SigningKey::from_bytes(&[seed; 32]);
    let vkey = Witness::of(name, &key).vkey();
    let verifier = Verifier::parse(log).unwrap();
    let state = Arc::new(Mutex::new(State { size: 0, root: merkle::empty_root() }));
    let own = state.clone();
    let handler = move |path: &str, body: &[u8]| {
        let refuse = |status: u16| (status, Vec::new());
        if path != "/add-checkpoint" {
            return refuse(404);
        }
        let body = String::from_utf8_lossy(body).into_owned();
        let Some((head, note)) = body.split_once("\n\n") else { return refuse(400) };
        let mut lines = head.lines();
        let Some(old) = lines.next().and_then(|l| l.strip_prefix("old ")?.parse::<u64>().ok()) else {
            return refuse(400);
        };
        let proof: Option<Vec<Hash>> = lines.map(unbase64).collect();
        let Some(proof) = proof else { return refuse(400) };
        let Ok(checkpoint) = Checkpoint::open(note, &verifier) else { return refuse(403) };
        let mut state = own.lock().unwrap();
        if old != state.size {
            return (409, format!("{}\n", state.size).into_bytes());
        }
        if !merkle::check_consistency(old, &state.root, checkpoint.size, &checkpoint.root, &proof) {
            return refuse(422);
        }
        *state = State { size: checkpoint.size, root: checkpoint.root };
        let signed = &note[..note.find("\n\n").unwrap() + 1];
        (200, cosign(name, &key, signed, 1_555_545_600).into_bytes())
    };
    (serve(Box::new(handler)), vkey, state)
}

fn unbase64(line: &str) -> Option<Hash> {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut n, mut out) = (0u32, 0, Vec::new());
    for c in line.trim_end_matches('=').bytes() {
        bits = bits << 6 | alphabet.iter().position(|a| *a == c)? as u32;
        n += 6;
        if n >= 8 {
            n -= 8;
            out.push((bits >> n) as u8);
        }
    }
    out.try_into().ok()
}

#[test]
fn witnesses_cosign_growth_a_quorum_makes_the_release_good_and_too_few_make_it_incomplete() {
    let site = Site::sqlite();
    site.import_figures();
    let log = vkey(&site);
    let (one, one_key, one_state) = witness("w1.test.invalid", 11, &log);
    let (two, two_key, _) = witness("w2.test.invalid", 12, &log);
    let policy = |quorum: &str, second: &str| {
        format!(
            "log {log}\nwitness w1 {one_key} {one}\nwitness w2 {two_key} {second}\ngroup both all w1 w2\ngroup one any w1 w2\nquorum {quorum}\n"
        )
    };
    let first = site.write("policy1.txt", policy("both", &two).as_bytes());
    site.ok(&["witness", "--policy", &first]);
    let seen = one_state.lock().unwrap().size;
    assert!(seen > 0);
    // The log grows, and the witnesses are shown that it only grew.
    let out = site.path("site");
    site.ok(&["publish", "--out", out.to_str().unwrap()]);
    assert_eq!(one_state.lock().unwrap().size, seen + 1);
    let (code, report) = verify(&out, &[]);
    assert_eq!(code, Some(0), "{report}");
    assert_eq!(states(&report, "witness").iter().filter(|s| *s == "good").count(), 4);
    if let Ok(checker) = std::env::var("TAWTHIQ_TLOGCHECK") {
        let log = out.join("log");
        let output =
            Command::new(checker).arg("-policy").arg(log.join("policy.txt")).arg("-dir").arg(&log).output().unwrap();
        assert!(output.status.success(), "{}", text(&output.stdout));
    }
    // A workspace says the same.
    let (code, report) = verify(&site.path("workspace"), &[]);
    assert_eq!(code, Some(0), "{report}");

    // A witness that lost its memory of us is asked from where it stands.
    *one_state.lock().unwrap() = State { size: 0, root: merkle::empty_root() };
    let away = site.write("policy2.txt", policy("both", "http://127.0.0.1:9").as_bytes());
    let third = site.path("third");
    let taken_over = site.run(&["witness", "--policy", &away]);
    assert!(text(&taken_over.stderr).contains("not witnessed: w2"), "{}", text(&taken_over.stderr));
    let (_, said) = site.ok(&["publish", "--out", third.to_str().unwrap()]);
    assert!(said.contains("not witnessed: w2"), "{said}");
    let (code, report) = verify(&third, &[]);
    assert_eq!(code, Some(2), "{report}");
    assert!(report["missing"][0].as_str().unwrap().contains("witnesses"), "{report}");
    // One of two is enough where the policy says so.
    site.ok(&["witness", "--policy", &site.write("policy3.txt", policy("one", "http://127.0.0.1:9").as_bytes())]);
    let fourth = site.path("fourth");
    site.ok(&["publish", "--out", fourth.to_str().unwrap()]);
    assert_eq!(verify(&fourth, &[]).0, Some(0));

    // A witness that saw more than we have is a reason to stop.
    one_state.lock().unwrap().size = 1_000_000;
    let (_, said) = site.ok(&["publish", "--out", site.path("fifth").to_str().unwrap()]);
    assert!(said.contains("it has seen 1000000 entries of this log"), "{said}");
    assert!(!site.run(&["witness"]).status.success());
    let other = site.write("other.txt", b"log x+00000000+AAAA\nquorum none\n");
    assert!(!site.run(&["witness", "--policy", &other]).status.success());
}

#[test]
fn a_witness_that_answers_rubbish_costs_the_others_nothing_and_without_a_policy_nothing_is_enough() {
    let site = Site::sqlite();
    site.import_figures();
    let none = site.run(&["witness"]);
    let said = text(&none.stderr);
    assert!(
        none.status.code() == Some(2) && said.contains("no witness is named") && !said.contains("enough"),
        "{said}"
    );
    let log = vkey(&site);
    let (two, two_key, _) = witness("w2.test.invalid", 12, &log);
    let bad_key = Witness::of("w1.test.invalid", &evidence::SigningKey::from_bytes(&[11; 32])).vkey();
    // It signs in the other's name, badly.
    let forged = "— w2.test.invalid AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\nrubbish\n";
    let bad = serve(Box::new(move |_, _| (200, forged.as_bytes().to_vec())));
    let policy = |quorum: &str| {
        let text = format!(
            "log {log}\nwitness w1 {bad_key} {bad}\nwitness w2 {two_key} {two}\ngroup all all w1 w2\ngroup any any w1 w2\nquorum {quorum}\n"
        );
        site.write("policy.txt", text.as_bytes())
    };
    let (_, said) = site.ok(&["witness", "--policy", &policy("any")]);
    assert!(said.contains("not witnessed: w1") && said.contains("w2 cosigned") && said.contains("enough"), "{said}");
    let refused = site.run(&["witness", "--policy", &policy("all")]);
    assert!(refused.status.code() == Some(2) && text(&refused.stderr).contains("fewer witnesses"));
    let (_, said) = site.ok(&["witness", "--policy", &policy("none")]);
    assert!(said.contains("1 of 2 witnesses cosigned; the policy asks for none") && !said.contains("enough"), "{said}");
    // Whoever verifies may ask for more than the publisher does.
    site.ok(&["witness", "--policy", &policy("any")]);
    let out = site.path("site");
    site.ok(&["publish", "--out", out.to_str().unwrap()]);
    assert_eq!(verify(&out, &[]).0, Some(0));
    assert_eq!(verify(&out, &["--policy", &policy("any")]).0, Some(0));
    let (code, report) = verify(&out, &["--policy", &policy("all")]);
    assert_eq!((code, report["key_was_given"].as_bool()), (Some(2), Some(true)), "{report}");
}

#[test]
fn only_a_conflict_at_the_logs_own_size_says_that_two_logs_were_signed() {
    let site = Site::sqlite();
    site.import_figures();
    let log = vkey(&site);
    let size = site.status()["entries"].as_u64().unwrap();
    let key = Witness::of("w1.test.invalid", &evidence::SigningKey::from_bytes(&[11; 32])).vkey();
    // Each policy that is taken over is an entry.
    for (known, said_so) in [(size + 1, true), (0, false), (size + 2, false)] {
        let conflict = serve(Box::new(move |_, _| (409, format!("{known}\n").into_bytes())));
        let policy = format!("log {log}\nwitness w1 {key} {conflict}\nquorum w1\n");
        let asked = site.run(&["witness", "--policy", &site.write("policy.txt", policy.as_bytes())]);
        let said = text(&asked.stderr);
        assert!(asked.status.code() == Some(2) && said.contains("not witnessed: w1"), "{known}: {said}");
        assert_eq!(said.contains("two logs were signed with one key"), said_so, "{known}: {said}");
        assert_eq!(said.contains("which is what it was shown the way from"), !said_so, "{known}: {said}");
    }
}

#[test]
fn a_policy_that_was_changed_behind_the_programs_back_is_found_and_signed_into_no_release() {
    let site = Site::sqlite();
    site.import_figures();
    let log = vkey(&site);
    let (one, one_key, _) = witness("w1.test.invalid", 11, &log);
    let policy = format!("log {log}\nwitness w1 {one_key} {one}\nquorum w1\n");
    site.ok(&["witness", "--policy", &site.write("policy.txt", policy.as_bytes())]);
    let entries = site.status()["entries"].as_u64();
    site.ok(&["witness", "--policy", &site.path("policy.txt").display().to_string()]);
    assert_eq!(site.status()["entries"].as_u64(), entries, "one entry says it once");
    let workspace = site.path("workspace");
    assert_eq!(verify(&workspace, &[]).0, Some(0));
    let own = workspace.join("policy.txt");
    let silenced = format!("log {log}\nquorum none\n");
    for changed in [silenced.as_str(), &policy.replace("127.0.0.1", "127.0.0.3")] {
        std::fs::write(&own, changed).unwrap();
        let (code, report) = verify(&workspace, &[]);
        assert!(code == Some(1) && report["bad"].to_string().contains("of the log took over"), "{report}");
        // What counts is what the log says, not the file.
        assert_eq!(states(&report, "witness"), ["good"], "{report}");
        let refused = site.run(&["publish", "--out", site.path("site").to_str().unwrap()]);
        assert!(text(&refused.stderr).contains("policy.txt: it is not the policy"), "{}", text(&refused.stderr));
    }
    std::fs::remove_file(&own).unwrap();
    let (code, report) = verify(&workspace, &[]);
    assert!(code == Some(2) && report["missing"].to_string().contains("policy.txt"), "{report}");
    // The log says what it was.
    let (_, said) = site.ok(&["witness"]);
    assert!(said.contains("written again as entry"), "{said}");
    assert_eq!((std::fs::read_to_string(&own).unwrap(), verify(&workspace, &[]).0), (policy.clone(), Some(0)));
    // Who takes a witness out is told so.
    let (two, two_key, _) = witness("w3.test.invalid", 13, &log);
    let replaced = format!("log {log}\nwitness w3 {two_key} {two}\nquorum w3\n");
    let (_, said) = site.ok(&["witness", "--policy", &site.write("replaced.txt", replaced.as_bytes())]);
    assert!(said.contains("witnesses added: w3") && said.contains("left out: w1"), "{said}");
    site.ok(&["witness", "--policy", site.path("policy.txt").to_str().unwrap()]);
    assert_eq!(verify(&workspace, &[]).0, Some(0));
    // Too few witnesses are missing, and not bad.
    let two = Witness::of("w2.test.invalid", &evidence::SigningKey::from_bytes(&[12; 32])).vkey();
    let asks = format!("log {log}\nwitness w2 {two}\nquorum w2\n");
    let text_of = site.run(&["verify", "--policy", &site.write("asks.txt", asks.as_bytes())]);
    let said = text(&text_of.stdout);
    assert!(text_of.status.code() == Some(2) && said.contains("MISS witnesses") && !said.contains("BAD "), "{said}");
    // Who cosigned under another policy is told.
    assert!(said.contains("open witness w1.test.invalid"), "{said}");
    // One that no entry says is remarked on.
    let bare = Site::sqlite();
    bare.import_figures();
    std::fs::write(bare.path("workspace/policy.txt"), format!("log {}\nquorum none\n", vkey(&bare))).unwrap();
    let (code, report) = verify(&bare.path("workspace"), &[]);
    assert!(code == Some(0) && report["checks"].to_string().contains("no entry of the log says"), "{report}");
}
