//! Witnesses and time stamps over loopback: a witness in this file, held to the kernel's proofs, and `openssl ts`.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};

use evidence::cosign::{Witness, cosign};
use evidence::merkle::{self, Hash};
use evidence::note::{Checkpoint, Verifier};

use crate::support::{Site, command, program, text};

type Handler = Box<dyn Fn(&str, &[u8]) -> (u16, Vec<u8>) + Send>;

/// Answers requests on loopback until the test ends. Returns its address.
fn serve(handler: Handler) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            answer(stream, &handler);
        }
    });
    address
}

fn answer(mut stream: TcpStream, handler: &Handler) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).unwrap_or(0) == 0 {
            return;
        }
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let length =
        head.lines().find_map(|l| l.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    let path = head.split_whitespace().nth(1).unwrap_or_default();
    let (status, body) = handler(path, &body);
    let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
}

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

fn vkey(site: &Site) -> String {
    let out = site.path("for-the-key");
    site.ok(&["publish", "--out", out.to_str().unwrap()]);
    let policy = std::fs::read_to_string(out.join("log/policy.txt")).unwrap();
    policy.lines().find_map(|l| l.strip_prefix("log ")).unwrap().to_owned()
}

fn verify(dir: &Path, extra: &[&str]) -> (Option<i32>, serde_json::Value) {
    verified(dir, extra, program)
}

/// By the machine's own clock, as `openssl ts` stamps.
fn verify_now(dir: &Path, extra: &[&str]) -> (Option<i32>, serde_json::Value) {
    verified(dir, extra, |arguments| command(arguments).env_remove("SOURCE_DATE_EPOCH").output().unwrap())
}

fn verified(dir: &Path, extra: &[&str], run: impl Fn(&[&str]) -> Output) -> (Option<i32>, serde_json::Value) {
    let mut arguments = vec!["verify", dir.to_str().unwrap(), "--json"];
    arguments.extend(extra);
    let output = run(&arguments);
    let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output.stderr)));
    (output.status.code(), report)
}

fn states(report: &serde_json::Value, kind: &str) -> Vec<String> {
    let outside = report["outside"].as_array().unwrap().iter().filter(|o| o["kind"] == kind);
    outside.map(|o| o["state"].as_str().unwrap().to_owned()).collect()
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

/// An authority of `openssl ts`, made in a folder; `None` where openssl is not here.
fn authority(dir: &Path) -> Option<PathBuf> {
    let config = "[req]\ndistinguished_name=dn\n[dn]\n[ca_ext]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n\
        subjectKeyIdentifier=hash\n[tsa_ext]\nbasicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n\
        extendedKeyUsage=critical,timeStamping\n[tsa]\ndefault_tsa=t\n[t]\nserial=./serial\ncrypto_device=builtin\nsigner_digest=sha256\n\
        default_policy=1.3.6.1.4.1.99999.1\ndigests=sha256\naccuracy=secs:1\nordering=no\ntsa_name=yes\ness_cert_id_chain=no\ness_cert_id_alg=sha256\n";
    std::fs::create_dir_all(dir).unwrap();
    std::fs::write(dir.join("tsa.cnf"), config).unwrap();
    std::fs::write(dir.join("serial"), "01\n").unwrap();
    let run = |line: &str| {
        let output = Command::new("openssl").args(line.split_whitespace()).current_dir(dir).output();
        output.is_ok_and(|o| o.status.success())
    };
    let made = run(
        "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 36500 -subj /CN=test-root -config tsa.cnf -extensions ca_ext",
    ) && run("req -newkey rsa:2048 -nodes -keyout tsa.key -out tsa.csr -subj /CN=test-tsa -config tsa.cnf")
        && run(
            "x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 36500 -extfile tsa.cnf -extensions tsa_ext -out tsa.pem",
        );
    if !made {
        println!("not run: time stamps: openssl is not here or made no authority");
    }
    made.then(|| dir.to_owned())
}

fn stamp(dir: &Path, query: &[u8]) -> Vec<u8> {
    std::fs::write(dir.join("q.tsq"), query).unwrap();
    let line =
        "ts -reply -queryfile q.tsq -signer tsa.pem -inkey tsa.key -chain ca.pem -config tsa.cnf -section t -out r.tsr";
    let output = Command::new("openssl").args(line.split_whitespace()).current_dir(dir).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    std::fs::read(dir.join("r.tsr")).unwrap()
}

#[test]
fn a_time_stamp_is_got_kept_checked_offline_and_a_false_one_is_not() {
    let site = Site::sqlite();
    let Some(tsa) = authority(&site.path("tsa")) else { return };
    site.import_figures();
    let own = tsa.clone();
    let good = serve(Box::new(move |_, body| (200, stamp(&own, body))));
    let own = tsa.clone();
    // It answers every request with a stamp over something else.
    let liar = serve(Box::new(move |_, body| {
        let mut other = body.to_vec();
        let at = other.windows(2).position(|w| w == [4, 32]).unwrap() + 2;
        other[at] ^= 1;
        (200, stamp(&own, &other))
    }));
    let ca = tsa.join("ca.pem");
    let ca = ca.to_str().unwrap();
    let refused = site.run(&["timestamp", "--tsa", &liar, "--ca", ca]);
    assert!(text(&refused.stderr).contains("other bytes"), "{}", text(&refused.stderr));
    site.ok(&["timestamp", "--tsa", &good, "--ca", ca]);
    let (_, said) = site.ok(&["timestamp", "--tsa", &good]);
    assert!(said.contains("less than a day ago") || said.contains("stamped"), "{said}");

    let out = site.path("site");
    site.ok(&["publish", "--out", out.to_str().unwrap()]);
    let (code, report) = verify_now(&out, &["--tsa-ca", ca]);
    assert_eq!(code, Some(0), "{report}");
    assert_eq!(states(&report, "rfc3161"), ["good"]);
    assert!(report["checks"].to_string().contains("a time-stamping authority proves"), "{report}");
    let (code, report) = verify_now(&out, &[]);
    assert_eq!(
        (code, states(&report, "rfc3161")),
        (Some(0), vec!["unchecked".to_owned()]),
        "those beside it prove nothing"
    );
    assert!(report["outside"].to_string().contains("not checked. It says that CN=test-tsa"), "{report}");
    assert!(!report["checks"].to_string().contains("authority proves"), "{report}");
    // A reader whose clock is long before the stamp does not believe it.
    assert_eq!(states(&verify(&out, &["--tsa-ca", ca]).1, "rfc3161"), ["unchecked"]);
    assert_eq!(verify_now(&site.path("workspace"), &["--tsa-ca", ca]).0, Some(0));
    // Under the certificates of another authority it is worth nothing, and nothing is wrong with the release.
    let other = authority(&site.path("other")).unwrap();
    let other_ca = other.join("ca.pem");
    let (code, report) = verify_now(&out, &["--tsa-ca", other_ca.to_str().unwrap()]);
    assert_eq!((code, states(&report, "rfc3161")), (Some(2), vec!["untrusted".to_owned()]), "{report}");
    assert!(report["missing"].to_string().contains("somebody whom you named"), "{report}");

    // A proof bundle carries it along, with the way from the stamped checkpoint to its own.
    let bundle = site.path("bundle");
    site.ok(&["prove", "3", "--out", bundle.to_str().unwrap(), "--to", "a court"]);
    let (code, report) = verify_now(&bundle, &["--tsa-ca", ca]);
    assert_eq!((code, states(&report, "rfc3161")), (Some(0), vec!["good".to_owned()]), "{report}");

    // Whoever hands it on stamps it anew with an authority of his own.
    let key = report["fingerprint"].as_str().unwrap().to_owned();
    let proof = std::fs::read_to_string(bundle.join("entries/3.tlog-proof")).unwrap();
    let checkpoint = evidence::InclusionProof::parse(&proof).unwrap().checkpoint;
    let size = checkpoint.lines().nth(1).unwrap();
    let forged = bundle.join("anchors").join(size);
    std::fs::create_dir_all(&forged).unwrap();
    std::fs::write(forged.join("stamped"), &checkpoint).unwrap();
    std::fs::write(other.join("stamped"), &checkpoint).unwrap();
    let query = "ts -query -data stamped -sha256 -cert -out forged.tsq";
    assert!(Command::new("openssl").args(query.split(' ')).current_dir(&other).output().unwrap().status.success());
    std::fs::write(forged.join("court.tsr"), stamp(&other, &std::fs::read(other.join("forged.tsq")).unwrap())).unwrap();
    std::fs::copy(&other_ca, bundle.join("anchors/court.ca.pem")).unwrap();
    let (code, report) = verify_now(&bundle, &["--key", &key]);
    assert_eq!((code, states(&report, "rfc3161")), (Some(0), vec!["unchecked".to_owned(); 2]), "{report}");
    assert!(!report["checks"].to_string().contains("authority proves"), "{report}");
    let (_, report) = verify_now(&bundle, &["--key", &key, "--tsa-ca", ca]);
    assert_eq!(states(&report, "rfc3161"), ["untrusted", "good"], "{report}");
    // Words that are called certificates are not.
    let letter = bundle.join("anchors/court.ca.pem");
    let certificates = std::fs::read_to_string(&letter).unwrap();
    for words in
        ["The court finds this genuine.\n".to_owned(), format!("The court finds this genuine.\n{certificates}")]
    {
        std::fs::write(&letter, words).unwrap();
        let (code, report) = verify_now(&bundle, &["--key", &key, "--tsa-ca", ca]);
        assert!(code == Some(1) && report["bad"].to_string().contains("anchors/court.ca.pem"), "{report}");
    }
}

/// Changes one bit of a file: of the signature at the end of a token, else in the middle. Returns what it was.
fn rot(path: &Path) -> Vec<u8> {
    let whole = std::fs::read(path).unwrap();
    let mut rotten = whole.clone();
    let at = if path.extension().is_some() { whole.len() - 1 } else { whole.len() / 2 };
    rotten[at] ^= 1;
    std::fs::write(path, rotten).unwrap();
    whole
}

#[test]
fn a_bit_that_rots_in_what_outsiders_said_is_named_and_signed_into_no_release() {
    let site = Site::sqlite();
    let Some(tsa) = authority(&site.path("tsa")) else { return };
    site.import_figures();
    let size = site.status()["entries"].as_u64().unwrap();
    let anchors = site.path("workspace/anchors").join(size.to_string());
    let own = tsa.clone();
    let url = serve(Box::new(move |_, body| (200, stamp(&own, body))));
    let (ca, out) = (tsa.join("ca.pem"), site.path("site"));
    let (ca, out) = (ca.to_str().unwrap(), out.to_str().unwrap());
    // Nobody answers: nothing is left that could rot unseen.
    assert!(!site.run(&["timestamp", "--tsa", "http://127.0.0.1:9"]).status.success());
    assert!(!anchors.join("stamped").exists());
    for name in ["stamped", "checkpoint", "consistency"] {
        let refused = site.run(&["timestamp", "--tsa", &url, "--name", name]);
        assert!(text(&refused.stderr).contains("another name"), "{}", text(&refused.stderr));
    }
    // One that an earlier program left, and rotted: nothing was stamped yet, so it is made again.
    std::fs::create_dir_all(&anchors).unwrap();
    std::fs::copy(site.path("workspace/journal/log/checkpoint"), anchors.join("stamped")).unwrap();
    rot(&anchors.join("stamped"));
    let (code, report) = verify(&site.path("workspace"), &[]);
    assert!(code == Some(1) && report["bad"].to_string().contains(&format!("anchors/{size}/stamped")), "{report}");
    let refused = site.run(&["publish", "--out", out]);
    assert!(text(&refused.stderr).contains(&format!("anchors/{size}/stamped")), "{}", text(&refused.stderr));
    let (_, said) = site.ok(&["timestamp", "--tsa", &url, "--ca", ca]);
    assert!(said.contains("it is made again") && said.contains("is stamped"), "{said}");
    assert_eq!(verify(&site.path("workspace"), &[]).0, Some(0));
    for (file, name) in [
        (anchors.join("stamped"), "stamped"),
        (anchors.join("tsa.tsr"), "tsa.tsr"),
        (anchors.join("checkpoint"), "checkpoint"),
    ] {
        if name == "checkpoint" {
            std::fs::copy(anchors.join("stamped"), &file).unwrap();
        }
        let whole = rot(&file);
        let (code, report) = verify(&site.path("workspace"), &[]);
        let named = format!("anchors/{size}/{name}");
        assert!(code == Some(1) && report["bad"].to_string().contains(&named), "{report}");
        let refused = site.run(&["publish", "--out", out]);
        let said = text(&refused.stderr);
        assert!(
            refused.status.code() == Some(2) && said.contains(&named) && said.contains("Nothing was published"),
            "{said}"
        );
        assert!(!Path::new(out).exists(), "something was written");
        if name == "stamped" {
            let refused = site.run(&["timestamp", "--tsa", &url, "--again"]);
            assert!(text(&refused.stderr).contains("is damaged"), "{}", text(&refused.stderr));
        }
        std::fs::write(&file, whole).unwrap();
    }
    site.ok(&["publish", "--out", out]);
    assert_eq!(verify_now(Path::new(out), &["--tsa-ca", ca]).0, Some(0));
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

#[test]
fn the_public_log_in_another_store_grows_there_and_is_refused_where_it_is_not_the_same_log() {
    let site = Site::sqlite();
    site.import_figures();
    let bucket = site.path("bucket");
    let to = bucket.to_str().unwrap();
    site.ok(&["mirror", "--to", to]);
    site.ok(&["publish", "--out", site.path("site").to_str().unwrap()]);
    site.ok(&["mirror", "--to", to]);
    let own = site.path("workspace/journal/log");
    assert_eq!(std::fs::read(bucket.join("checkpoint")).unwrap(), std::fs::read(own.join("checkpoint")).unwrap());
    if let Ok(checker) = std::env::var("TAWTHIQ_TLOGCHECK") {
        let output = Command::new(checker)
            .arg("-policy")
            .arg(bucket.join("policy.txt"))
            .arg("-dir")
            .arg(&bucket)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", text(&output.stdout));
    }
    // Anyone fetches it and checks it, without a workspace.
    let fetched = site.path("fetched");
    let fetch = ["mirror", "--from", to, "--out", fetched.to_str().unwrap(), "--key", &vkey(&site)];
    let output = program(&fetch);
    assert!(output.status.success(), "{}{}", text(&output.stderr), text(&output.stdout));
    assert_eq!(std::fs::read(fetched.join("checkpoint")).unwrap(), std::fs::read(bucket.join("checkpoint")).unwrap());
    // A tile that is there with other bytes is not written over.
    let tile = bucket.join("tile/0/000");
    let good = std::fs::read(&tile).unwrap();
    std::fs::remove_file(bucket.join("checkpoint")).unwrap();
    std::fs::write(&tile, b"other").unwrap();
    let refused = site.run(&["mirror", "--to", to]);
    assert!(text(&refused.stderr).contains("never written twice"), "{}", text(&refused.stderr));
    std::fs::write(&tile, good).unwrap();
    site.ok(&["mirror", "--to", to]);
    // Another log does not go over this one.
    let other = Site::sqlite();
    other.import_figures();
    assert!(!other.run(&["mirror", "--to", to]).status.success());
}

/// A calendar as OpenTimestamps asks: a digest is promised, and anchored when told to.
fn calendar(anchored: Arc<std::sync::atomic::AtomicBool>) -> String {
    let promised = Mutex::new(String::new());
    serve(Box::new(move |path, body| {
        let mut promised = promised.lock().unwrap();
        if path == "/digest" && body.len() == 32 {
            *promised = domain::Sha256Digest::of(&[body, b"x"].concat()).hex();
            let uri = b"https://calendar.test.invalid";
            let mut answer = vec![0xf0, 1, b'x', 0x08, 0, 0x83, 0xdf, 0xe3, 0x0d, 0x2e, 0xf9, 0x0c, 0x8e];
            answer.extend([uri.len() as u8 + 1, uri.len() as u8]);
            answer.extend(uri);
            return (200, answer);
        }
        if path != format!("/timestamp/{promised}") || !anchored.load(std::sync::atomic::Ordering::Relaxed) {
            return (404, Vec::new());
        }
        // Block 795,072.
        let attested = [0x05, 0x88, 0x96, 0x0d, 0x73, 0xd7, 0x19, 0x01, 3, 0xc0, 0xc3, 0x30];
        (200, [&[0xf1, 1, b'y', 0x08, 0][..], &attested].concat())
    }))
}

#[test]
fn a_calendars_promise_is_got_and_later_leads_to_a_block() {
    let site = Site::sqlite();
    site.import_figures();
    let anchored = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let calendar = calendar(anchored.clone());
    // One that answers with something else leaves nothing behind.
    let liar = serve(Box::new(|_, _| (200, b"<html>".to_vec())));
    let refused = site.run(&["timestamp", "--ots", &liar]);
    assert!(text(&refused.stderr).contains("no stamp; nothing was kept"), "{}", text(&refused.stderr));

    site.ok(&["timestamp", "--ots", &calendar]);
    let state = || states(&verify(&site.path("workspace"), &[]).1, "opentimestamps");
    assert_eq!(state(), ["pending"]);
    let (_, said) = site.ok(&["timestamp", "--ots", &calendar, "--upgrade"]);
    assert!(said.contains("0 promises") && said.contains("1 not yet"), "{said}");
    assert_eq!(state(), ["pending"]);
    anchored.store(true, std::sync::atomic::Ordering::Relaxed);
    let (_, said) = site.ok(&["timestamp", "--ots", &calendar, "--upgrade"]);
    assert!(said.contains("1 promises") && said.contains("block 795072"), "{said}");
    let (code, report) = verify(&site.path("workspace"), &[]);
    assert_eq!((code, states(&report, "opentimestamps")), (Some(0), vec!["unchecked".to_owned()]), "{report}");
    assert!(report["outside"].to_string().contains("block 795072"), "{report}");
    // A release carries it along; the same stamp over other bytes is false.
    let out = site.path("site");
    site.ok(&["publish", "--out", out.to_str().unwrap()]);
    assert_eq!(states(&verify(&out, &[]).1, "opentimestamps"), ["unchecked"]);
    let stamps = std::fs::read_dir(site.path("workspace/anchors")).unwrap().map(|e| e.unwrap().path().join("stamped"));
    for stamped in stamps.filter(|path| path.is_file()) {
        let mut bytes = std::fs::read(&stamped).unwrap();
        bytes[0] ^= 1;
        std::fs::write(&stamped, bytes).unwrap();
    }
    assert_eq!(verify(&site.path("workspace"), &[]).0, Some(1));
}

/// What a bucket holds, by path.
type Held = Arc<Mutex<std::collections::BTreeMap<String, Vec<u8>>>>;

/// A bucket as S3 answers: PUT with `If-None-Match: *` and `If-Match`, GET with an ETag. Returns its address and what it holds.
fn bucket() -> (String, Held) {
    let held = Held::default();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let own = held.clone();
    let one = move |mut stream: TcpStream| -> std::io::Result<()> {
        let (mut head, mut byte) = (Vec::new(), [0]);
        while !head.ends_with(b"\r\n\r\n") {
            stream.read_exact(&mut byte)?;
            head.push(byte[0]);
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        let header = |name: &str| {
            let mut lines = head.lines().filter_map(|line| line.split_once(": "));
            lines.find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned())
        };
        let length = header("content-length").and_then(|n| n.parse().ok()).unwrap_or(0);
        let mut body = vec![0; length];
        stream.read_exact(&mut body)?;
        let mut words = head.split_whitespace();
        let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default().to_owned());
        let tag = |bytes: &[u8]| format!("\"{}\"", &domain::Sha256Digest::of(bytes).hex()[..32]);
        let mut held = own.lock().unwrap();
        let there = held.get(&path).cloned();
        let (status, tag, body) = match (method, there) {
            ("GET", Some(bytes)) => (200, tag(&bytes), bytes),
            ("GET", None) => (404, String::new(), Vec::new()),
            ("PUT", there) => {
                let is_refused = header("if-none-match").is_some() && there.is_some()
                    || header("if-match").is_some_and(|wanted| there.is_none_or(|bytes| tag(&bytes) != wanted));
                let answer = (if is_refused { 412 } else { 200 }, tag(&body), Vec::new());
                if !is_refused {
                    held.insert(path, body);
                }
                answer
            }
            _ => (405, String::new(), Vec::new()),
        };
        let head = format!(
            "HTTP/1.1 {status} X\r\ncontent-length: {}\r\netag: {tag}\r\nlast-modified: Wed, 21 Aug 2013 02:45:00 GMT\r\n\
             connection: close\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes())?;
        stream.write_all(&body)
    };
    std::thread::spawn(move || listener.incoming().flatten().for_each(|stream| drop(one(stream))));
    (address, held)
}

#[test]
fn the_public_log_in_a_bucket_is_swapped_by_its_tag_and_fetched_again() {
    let site = Site::sqlite();
    site.import_figures();
    let key = vkey(&site);
    let (address, held) = bucket();
    let mirror = |workspace: &Site, arguments: &[&str]| {
        let dir = workspace.path("workspace");
        let mut command = crate::support::command(&["--workspace", dir.to_str().unwrap(), "mirror"]);
        command.args(arguments).env("AWS_ENDPOINT", &address).env("AWS_ALLOW_HTTP", "true").env("AWS_REGION", "here");
        command.env("AWS_ACCESS_KEY_ID", "invented").env("AWS_SECRET_ACCESS_KEY", "invented");
        let output = command.output().unwrap();
        (output.status.success(), text(&output.stderr) + &text(&output.stdout))
    };
    let to = ["--to", "s3://logs/one"];
    for _ in 0..2 {
        let (good, said) = mirror(&site, &to);
        assert!(good, "{said}");
        site.ok(&["publish", "--out", site.path("site").to_str().unwrap()]);
    }
    assert!(
        held.lock().unwrap().keys().any(|path| path.ends_with("/one/checkpoint")),
        "{:?}",
        held.lock().unwrap().keys()
    );
    let out = site.path("fetched");
    let (good, said) = mirror(&site, &["--from", "s3://logs/one", "--out", out.to_str().unwrap(), "--key", &key]);
    assert!(good && said.contains("entries give the root"), "{said}");
    let other = Site::sqlite();
    other.import_figures();
    assert!(!mirror(&other, &to).0, "another log went over it");
}

#[test]
fn the_log_of_a_release_on_a_web_host_is_fetched_and_audited() {
    let site = Site::sqlite();
    site.import_figures();
    let out = site.path("site");
    site.ok(&["publish", "--out", out.to_str().unwrap()]);
    let (address, held) = bucket();
    let log = out.join("log");
    let mut folders = vec![log.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
                continue;
            }
            let path = format!("/site/log/{}", entry.strip_prefix(&log).unwrap().display());
            held.lock().unwrap().insert(path, std::fs::read(entry).unwrap());
        }
    }
    let (from, key) = (format!("{address}/site/log"), vkey(&site));
    let fetch =
        |to: &str| site.run(&["mirror", "--from", &from, "--out", site.path(to).to_str().unwrap(), "--key", &key]);
    let good = fetch("fetched");
    assert!(good.status.success(), "{}", text(&good.stderr));
    assert!((text(&good.stderr) + &text(&good.stdout)).contains("entries give the root"));
    let tile = |path: &String| path.contains("/tile/0/");
    *held.lock().unwrap().iter_mut().find(|(path, _)| tile(path)).unwrap().1.first_mut().unwrap() ^= 1;
    assert_eq!(fetch("rotted").status.code(), Some(1));
    held.lock().unwrap().retain(|path, _| !tile(path));
    let gone = fetch("short");
    assert!(text(&gone.stderr).contains("the log was not fetched"), "{}", text(&gone.stderr));
}
