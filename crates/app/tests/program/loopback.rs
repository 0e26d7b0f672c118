//! Outsiders on loopback: answers to requests until the test ends, and what `verify` says of outsiders.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Output;

use crate::support::{Site, command, program, text};

pub type Handler = Box<dyn Fn(&str, &[u8]) -> (u16, Vec<u8>) + Send>;

/// Answers requests on loopback until the test ends. Returns its address.
pub fn serve(handler: Handler) -> String {
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

pub fn vkey(site: &Site) -> String {
    let out = site.path("for-the-key");
    site.ok(&["publish", "--out", out.to_str().unwrap()]);
    let policy = std::fs::read_to_string(out.join("log/policy.txt")).unwrap();
    policy.lines().find_map(|l| l.strip_prefix("log ")).unwrap().to_owned()
}

pub fn verify(dir: &Path, extra: &[&str]) -> (Option<i32>, serde_json::Value) {
    verified(dir, extra, program)
}

/// By the machine's own clock, as `openssl ts` stamps.
pub fn verify_now(dir: &Path, extra: &[&str]) -> (Option<i32>, serde_json::Value) {
    verified(dir, extra, |arguments| command(arguments).env_remove("SOURCE_DATE_EPOCH").output().unwrap())
}

fn verified(dir: &Path, extra: &[&str], run: impl Fn(&[&str]) -> Output) -> (Option<i32>, serde_json::Value) {
    let mut arguments = vec!["verify", dir.to_str().unwrap(), "--json"];
    arguments.extend(extra);
    let output = run(&arguments);
    let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output.stderr)));
    (output.status.code(), report)
}

pub fn states(report: &serde_json::Value, kind: &str) -> Vec<String> {
    let outside = report["outside"].as_array().unwrap().iter().filter(|o| o["kind"] == kind);
    outside.map(|o| o["state"].as_str().unwrap().to_owned()).collect()
}
