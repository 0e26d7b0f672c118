//! Time stamps over loopback: an authority of `openssl ts`, and a calendar as OpenTimestamps asks.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

use crate::loopback::{serve, states, verify, verify_now};
use crate::support::{Site, text};

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
    // A letter that calls itself certificates would be copied into what is signed.
    let letter = site.path("workspace/anchors/court.ca.pem");
    std::fs::create_dir_all(letter.parent().unwrap()).unwrap();
    std::fs::write(&letter, "The court finds this genuine.\n").unwrap();
    let (code, report) = verify(&site.path("workspace"), &[]);
    assert!(code == Some(1) && report["bad"].to_string().contains("anchors/court.ca.pem"), "{report}");
    let refused = site.run(&["publish", "--out", out]);
    assert!(text(&refused.stderr).contains("anchors/court.ca.pem"), "{}", text(&refused.stderr));
    std::fs::remove_file(&letter).unwrap();
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
