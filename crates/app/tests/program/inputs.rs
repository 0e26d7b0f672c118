//! What a command is given as a file, and what of its words reaches the terminal.

use std::os::unix::net::UnixListener;
use std::process::Command;

use crate::support::{Site, command, example, program, text};

#[test]
fn what_is_no_file_is_refused_at_once_and_nothing_of_it_is_read() {
    let site = Site::sqlite();
    let (pipe, socket, link) = (site.path("pipe"), site.path("socket"), site.path("link"));
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let _listening = UnixListener::bind(&socket).unwrap();
    std::os::unix::fs::symlink("/dev/zero", &link).unwrap();
    let (folder, figures) = (site.dir.path().to_owned(), example("figures.csv"));
    let given = [("a pipe", &pipe), ("a socket", &socket), ("a device", &link), ("a folder", &folder)];
    for (what, path) in given {
        let path = path.to_str().unwrap();
        let commands: [&[&str]; 6] = [
            &["import", "--source", "giver", path],
            &["import", "--source", "giver", "--mapping", path, figures.to_str().unwrap()],
            &["near", path],
            &["verify", "--policy", path],
            &["publish", "--out", "/nonexistent/out", "--policy", path],
            &["estimate", "--table", path],
        ];
        for arguments in commands {
            let output = site.run(arguments);
            let said = text(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
            assert!(said.contains(&format!("it is {what}")), "{arguments:?}: {said}");
        }
    }
    assert_eq!(site.status()["entries"], 0);
}

/// A box of an MP4 file.
fn of(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    [&(body.len() as u32 + 8).to_be_bytes()[..], kind, body].concat()
}

#[test]
fn a_long_film_is_taken_in_by_a_child_that_could_not_hold_it() {
    let site = Site::sqlite();
    let path = site.path("film.mp4");
    let samples = 300u32 << 20;
    let mut header = vec![0; 100];
    header[12..16].copy_from_slice(&1000u32.to_be_bytes());
    header[16..20].copy_from_slice(&90_000u32.to_be_bytes());
    // The samples are a hole of the file.
    let begin = [of(b"ftyp", b"isommp42"), samples.to_be_bytes().to_vec(), b"mdat".to_vec()].concat();
    let file = std::fs::File::create(&path).unwrap();
    use std::os::unix::fs::FileExt;
    file.write_all_at(&begin, 0).unwrap();
    file.write_all_at(&of(b"moov", &of(b"mvhd", &header)), begin.len() as u64 - 8 + u64::from(samples)).unwrap();
    let workspace = site.path("workspace");
    let output =
        command(&["--workspace", workspace.to_str().unwrap(), "import", "--source", "giver", path.to_str().unwrap()])
            .env("TAWTHIQ_PARSE_MEMORY_MB", "200")
            .output()
            .unwrap();
    let said = text(&output.stderr);
    assert!(output.status.success() && said.contains("video/mp4, 90.0 s"), "{said}");
    let (digest, kept) = (sha256(&path), site.path("workspace/originals"));
    assert_eq!(sha256(&kept.join(&digest[..2]).join(&digest[2..])), digest);
    assert_eq!(site.run(&["verify"]).status.code(), Some(0));
}

fn sha256(path: &std::path::Path) -> String {
    let output = Command::new("sha256sum").arg(path).output().unwrap();
    text(&output.stdout).split(' ').next().unwrap().to_owned()
}

#[test]
fn no_word_of_a_record_moves_the_cursor_turns_the_writing_or_begins_a_line() {
    let hostile = "Invented\u{1b}[2J \u{202e}Person\nFORGED ok";
    let site = Site::sqlite();
    let lists: Vec<String> = ["one", "two"]
        .map(|list| {
            let rows: String = (1..30)
                .map(|n| format!("\"{hostile} {n}\",2013-01-{:02},\"{hostile} {list}\"\n", n % 27 + 1))
                .collect();
            site.write(&format!("{list}.csv"), format!("name,date,cause\n{rows}").as_bytes())
        })
        .into();
    let columns = "name='name'\ndate='date'\ncause='cause'\n";
    let mapping = site.write("any.toml", format!("name='any'\nkind='record'\n[columns]\n{columns}").as_bytes());
    for (source, list) in ["giver", "other"].iter().zip(&lists) {
        site.run(&["import", "--source", source, "--mapping", &mapping, list]);
    }
    assert_eq!(site.rows("record"), 58);
    site.ok(&["link"]);
    let table =
        site.write("table.csv", format!("\"{hostile}\",b,c,count\n1,0,0,50\n1,1,0,6\n1,0,1,7\n0,1,1,2\n").as_bytes());
    let commands: [&[&str]; 10] = [
        &["review", "--limit", "3"],
        &["quality"],
        &["tally"],
        &["tally", "--by", "sex"],
        &["check"],
        &["custody", "0"],
        &["custody", "5"],
        &["status"],
        &["import", "--source", "giver", "--mapping", &mapping, &lists[0]],
        &["estimate", "--table", &table],
    ];
    for arguments in commands {
        let output = match arguments {
            ["estimate", ..] => program(arguments),
            _ => site.run(arguments),
        };
        let said = text(&output.stdout) + &text(&output.stderr);
        assert!(!said.is_empty(), "{arguments:?}");
        assert!(!said.contains(['\u{1b}', '\u{202e}']), "{arguments:?}: {said}");
        assert!(!said.lines().any(|line| line.starts_with("FORGED")), "{arguments:?}: {said}");
    }
}
