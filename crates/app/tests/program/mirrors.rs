//! The public log elsewhere: in a folder, in a bucket, on a web host; and fetched from there.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex};

use crate::loopback::vkey;
use crate::support::{Site, program, text};

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
