//! Bytes made to harm, given to the program as a documenter would: each is refused or made harmless, with a reason, kept
//! as received, and everything else goes on. The fixtures lie beside the repository; what must become of each stands in
//! their `expect.json`.

use std::path::PathBuf;

use crate::support::{Site, command, program, root, text};

fn fixtures() -> Option<PathBuf> {
    let dir = root().join("../shared/evidence/vectors/hostile");
    if dir.is_dir() {
        return Some(dir);
    }
    println!("not run: the hostile files are not here");
    None
}

const ANY_TABLE: &str = "name='any'\nkind='record'\n[columns]\nname='name'\nx='name'\n";

/// Imports a fixture; returns the exit code, what was said, and whether the original is kept byte for byte.
fn import(site: &Site, name: &str, more: &[&str]) -> Option<(i32, String, bool)> {
    let path = fixtures()?.join(name);
    let mut arguments = vec!["import", "--source", "giver"];
    arguments.extend(more);
    arguments.push(path.to_str().unwrap());
    let output = site.run(&arguments);
    let bytes = std::fs::read(&path).unwrap();
    let digest = domain::Sha256Digest::of(&bytes).hex();
    let kept = site.path("workspace/originals").join(&digest[..2]).join(&digest[2..]);
    let kept = std::fs::read(kept).is_ok_and(|found| found == bytes);
    Some((output.status.code().unwrap_or(-1), text(&output.stderr), kept))
}

/// Refused with these words, kept as received, no row taken in.
fn is_refused(name: &str, more: &[&str], words: &str) {
    let site = Site::sqlite();
    let Some((code, said, kept)) = import(&site, name, more) else { return };
    assert!(said.contains(words), "{name}: {said}");
    assert!(code == 0 && kept, "{name}: exit {code}, kept {kept}: {said}");
    assert_eq!((site.rows("record"), site.rows("accession")), (0, 1), "{name}");
    let (_, again, _) = import(&site, name, more).unwrap();
    assert!(again.contains("already"), "{again}");
}

#[test]
fn every_fixture_is_the_one_that_was_described() {
    let Some(dir) = fixtures() else { return };
    let expect: serde_json::Value = serde_json::from_slice(&std::fs::read(dir.join("expect.json")).unwrap()).unwrap();
    for (name, wanted) in expect.as_object().unwrap() {
        let Some(digest) = wanted["sha256"].as_str() else { continue };
        assert_eq!(domain::Sha256Digest::of(&std::fs::read(dir.join(name)).unwrap()).hex(), digest, "{name}");
    }
}

#[test]
fn a_sound_workbook_is_read_and_a_formula_is_told_and_not_computed() {
    let site = Site::sqlite();
    let mapping = site.write("any.toml", ANY_TABLE.as_bytes());
    let Some((code, said, _)) = import(&site, "ok.xlsx", &["--mapping", &mapping]) else { return };
    assert_eq!(code, 0, "{said}");
    let (code, said, _) = import(&site, "formula.xlsx", &["--mapping", &mapping]).unwrap();
    assert!(code == 0 && said.contains("1 cells hold formulas"), "{said}");
}

#[test]
fn bombs_are_refused_and_kept() {
    let mapping = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(mapping.path(), ANY_TABLE).unwrap();
    let named = ["--mapping", mapping.path().to_str().unwrap()];
    is_refused("bomb.xlsx", &[], "a bomb");
    is_refused("bomb.xlsx", &named, "a bomb");
    is_refused("bomb.zip", &[], "a bomb");
    is_refused("nested.zip", &[], "archives in archives");
    is_refused("overlap.zip", &[], "only bombs do");
    is_refused("lying_size.zip", &[], "claims to be");
}

#[test]
fn a_sheet_with_one_cell_at_its_far_corner_is_read_or_refused_within_its_memory() {
    let site = Site::sqlite();
    let mapping = site.write("any.toml", ANY_TABLE.as_bytes());
    let Some((code, said, kept)) = import(&site, "billion_rows.xlsx", &["--mapping", &mapping]) else { return };
    println!("billion_rows.xlsx: {said}");
    // Read: its one row has not the mapping's columns. Refused: kept, with the reason.
    assert!((code == 0 && kept) || said.contains("nothing was imported"), "{code} {kept}: {said}");
    assert_eq!(site.rows("record"), 0);
}

#[test]
fn document_types_and_entities_are_refused() {
    is_refused("xxe.xlsx", &[], "document type");
    is_refused("laughs.xlsx", &[], "document type");
}

#[test]
fn an_archive_whose_members_lead_outside_writes_nothing_anywhere() {
    is_refused("traversal.zip", &[], "nothing was unpacked");
}

#[test]
fn drawings_and_pages_are_kept_and_what_acts_in_them_is_told() {
    let site = Site::sqlite();
    for (name, words) in [
        ("script.svg", "it holds a program"),
        ("xxe.svg", "none was resolved"),
        ("captured.html", "it holds a program"),
        ("polyglot.jpg", "holds markup too"),
    ] {
        let Some((code, said, kept)) = import(&site, name, &[]) else { return };
        assert!(code == 0 && kept && said.contains(words), "{name}: {said}");
    }
    let (out, _) = site.ok(&["status", "--json"]);
    assert!(!out.contains("root:"), "a file of the machine was read");
    assert_eq!(site.rows("media"), 4);
}

#[test]
fn pictures_that_claim_too_many_pixels_are_kept_and_not_decoded() {
    let site = Site::sqlite();
    for name in ["bomb.png", "huge_dims.png"] {
        let Some((code, said, kept)) = import(&site, name, &[]) else { return };
        assert!(code == 0 && kept && said.contains("note:"), "{name}: {said}");
    }
    assert_eq!(site.rows("media_hash"), 0);
}

#[test]
fn the_position_and_serial_number_in_a_photograph_are_in_the_vault_alone() {
    let site = Site::sqlite();
    let Some((code, said, kept)) = import(&site, "gps_exif.jpg", &[]) else { return };
    assert!(code == 0 && kept && said.contains("in the vault") && !said.contains("SERIAL"), "{said}");
    let id = said.split("taken in as ").nth(1).unwrap().split(',').next().unwrap();
    let (shown, _) = site.ok(&["media", id]);
    assert!(!shown.contains("SERIAL-12345") && !shown.contains("33.51"), "{shown}");
    let (vault, _) = site.ok(&["media", id, "--vault"]);
    assert!(vault.contains("SERIAL-12345") && vault.contains("33.513056 36.291944"), "{vault}");
    let copy = site.path("copy.jpg");
    site.ok(&["media", id, "--copy", copy.to_str().unwrap()]);
    let found = media::metadata(&std::fs::read(&copy).unwrap());
    assert_eq!((found.vault.position, found.vault.claims), (None, vec![]));
    assert!(!std::fs::read(&copy).unwrap().windows(6).any(|at| at == b"SERIAL"));
    // Neither in a release.
    site.import_figures();
    let out = site.path("site");
    site.ok(&["publish", "--out", out.to_str().unwrap()]);
    let mut folders = vec![out];
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = std::fs::read(&path).unwrap();
                assert!(!bytes.windows(6).any(|at| at == b"SERIAL"), "{}", path.display());
            }
        }
    }
}

#[test]
fn cells_that_a_spreadsheet_would_run_are_inert_in_the_list_of_refused_rows() {
    let Some(dir) = fixtures() else { return };
    let cells: Vec<String> = serde_json::from_slice(&std::fs::read(dir.join("formula_cells.json")).unwrap()).unwrap();
    let site = Site::sqlite();
    let mut list = csv::Writer::from_writer(Vec::new());
    list.write_record(["name", "died"]).unwrap();
    for cell in &cells {
        list.write_record(["Invented", cell]).unwrap();
    }
    let file = site.write("list.csv", &list.into_inner().unwrap());
    let mapping =
        site.write("m.toml", b"name='m'\nkind='record'\nstrict=['date']\n[columns]\nname='name'\ndied='date'\n");
    site.ok(&["import", "--source", "x", "--mapping", &mapping, &file]);
    let imports = site.path("workspace/imports");
    let folder = std::fs::read_dir(imports).unwrap().next().unwrap().unwrap().path();
    let mut seen = 0;
    for row in csv::Reader::from_path(folder.join("rejected.csv")).unwrap().records() {
        let row = row.unwrap();
        let value = row.get(3).unwrap();
        let first =
            value.trim_start_matches(|c: char| c.is_whitespace() || c.is_control() || c == '\u{202E}').chars().next();
        let number = value.parse::<f64>().is_ok();
        assert!(number || !matches!(first, Some('=' | '+' | '-' | '@' | '＝')), "{value:?}");
        seen += 1;
    }
    assert!(seen > 10, "only {seen} rows were refused");
}

#[test]
fn the_child_that_reads_can_open_nothing_start_nothing_and_sees_no_environment() {
    use std::io::{Read, Write};
    let mut child =
        command(&["__parse", &std::process::id().to_string(), r#"{"memory_bytes":1073741824,"cpu_seconds":10}"#])
            .env_clear()
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
    let task = br#"["probe",0]"#;
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(&(task.len() as u32).to_le_bytes()).unwrap();
    stdin.write_all(task).unwrap();
    drop(stdin);
    let mut out = Vec::new();
    child.stdout.take().unwrap().read_to_end(&mut out).unwrap();
    child.wait().unwrap();
    let said = text(&out);
    assert!(said.contains("seccomp") || said.contains("landlock"), "{said}");
    for forbidden in
        ["open /etc/passwd", "list /", "make a file", "make a socket", "connect", "start a program", "start a thread"]
    {
        assert!(said.contains(&format!("[\"{forbidden}\",false]")), "{forbidden}: {said}");
    }
    assert!(said.contains(r#"["see the environment",false]"#), "{said}");
    println!("{said}");
}

#[test]
fn too_little_memory_is_said_and_the_file_is_kept() {
    let site = Site::sqlite();
    let mut list = String::from("name,note\n");
    for row in 0..200_000 {
        list.push_str(&format!("Invented {row},{}\n", "x".repeat(200)));
    }
    let file = site.write("long.csv", list.as_bytes());
    let workspace = site.path("workspace");
    let output = command(&["--workspace", workspace.to_str().unwrap(), "import", "--source", "x", &file])
        .env("TAWTHIQ_PARSE_MEMORY_MB", "40")
        .output()
        .unwrap();
    let said = text(&output.stderr);
    assert!(said.contains("memory") || said.contains("gave up") || said.contains("signal"), "{said}");
    assert_eq!(site.rows("record"), 0);
}

#[test]
fn a_reader_that_runs_out_of_memory_leaves_the_file_kept_as_refused_and_says_so() {
    let site = Site::sqlite();
    let columns: Vec<String> = (0..3_000_000).map(|nth| format!("c{nth}")).collect();
    let wide =
        site.write("wide.csv", format!("name,{}\nInvented{}\n", columns.join(","), ",".repeat(3_000_000)).as_bytes());
    let mapping = site.write("any.toml", ANY_TABLE.as_bytes());
    let workspace = site.path("workspace");
    let arguments =
        ["--workspace", workspace.to_str().unwrap(), "import", "--source", "x", "--mapping", &mapping, &wide];
    let output = command(&arguments).env("TAWTHIQ_PARSE_MEMORY_MB", "200").output().unwrap();
    let said = text(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("kept as received") && said.contains("nothing was taken in from it"), "{said}");
    assert_eq!((site.rows("record"), site.rows("accession")), (0, 1));
    let (chain, _) = site.ok(&["custody", "0", "--json"]);
    assert!(chain.contains("mapping refused@1"), "{chain}");
    assert_eq!(site.run(&["verify"]).status.code(), Some(0));
}

#[test]
fn boundaries_and_outreach_settings_are_read_in_the_child_and_what_is_wrong_is_said() {
    let site = Site::sqlite();
    site.import_figures();
    let (workspace, out) = (site.path("workspace"), site.path("site"));
    let publish = |what: &str, name: &str, bytes: &[u8], memory: Option<&str>| {
        let file = site.write(name, bytes);
        let mut command = command(&["--workspace", workspace.to_str().unwrap(), "publish", what, &file]);
        command.arg("--out").arg(&out);
        memory.iter().for_each(|mb| _ = command.env("TAWTHIQ_PARSE_MEMORY_MB", mb));
        let output = command.output().unwrap();
        (output.status.code(), text(&output.stderr))
    };
    let deep = "[".repeat(200_000);
    for (what, name, bytes, words) in [
        ("--boundaries", "deep.geojson", deep.as_bytes(), "were not read"),
        ("--boundaries", "other.geojson", br#"{"type":"FeatureCollection","features":[]}"#, "none of its 0 areas"),
        ("--boundaries", "latin.geojson", b"\xff\xfe", "not text in UTF-8"),
        ("--outreach", "deep.toml", deep.as_bytes(), "deep.toml"),
        (
            "--outreach",
            "script.toml",
            b"[[share]]\nhref = 'javascript:alert(1)'\nwords = { en = 'x' }",
            "is not https:",
        ),
        ("--outreach", "odd.toml", b"colour = 'red'", "unknown field"),
    ] {
        let (code, said) = publish(what, name, bytes, None);
        assert_eq!(code, Some(2), "{name}: {said}");
        assert!(said.contains(words), "{name}: {said}");
        assert!(!out.exists(), "{name}: something was written");
    }
    // It is the child whose memory is held, not this process.
    let feature = r#"{"type":"Feature","properties":{"name":"x"},"geometry":null}"#;
    let long = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, vec![feature; 200_000].join(","));
    let (code, said) = publish("--boundaries", "long.geojson", long.as_bytes(), Some("40"));
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("was not read"), "{said}");
}

/// The head of the answer to one request.
fn head(address: &str, path: &str) -> String {
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    text(&answer).split("\r\n\r\n").next().unwrap().to_ascii_lowercase()
}

#[test]
fn a_received_page_is_never_served_as_a_page_of_this_origin() {
    use std::io::{BufRead, BufReader};
    let (site, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::fs::create_dir_all(site.path().join("originals")).unwrap();
    std::fs::write(elsewhere.path().join("log.key"), "KEY").unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), site.path().join("keys")).unwrap();
    for (name, bytes) in [
        ("index.html", "<!doctype html><p>a page"),
        ("originals/captured.html", "<script>alert(1)</script>"),
        ("chart.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>"),
    ] {
        std::fs::write(site.path().join(name), bytes).unwrap();
    }
    let mut server = command(&["serve", "--listen", "127.0.0.1:0", "--site", site.path().to_str().unwrap()])
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(server.stderr.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.split("http://").nth(1).unwrap().split('/').next().unwrap().to_owned();
    for path in ["/originals/captured.html", "/%6Friginals/captured.html"] {
        let received = head(&address, path);
        assert!(received.starts_with("http/1.1 200"), "{received}");
        for header in
            ["content-disposition: attachment", "content-type: application/octet-stream", "nosniff", "sandbox"]
        {
            assert!(received.contains(header), "{path}: {header}: {received}");
        }
    }
    for path in ["/keys/log.key", "/%6Beys/log.key", "//keys/log.key", "/originals/../keys/log.key"] {
        assert!(!head(&address, path).starts_with("http/1.1 200"), "{path}");
    }
    let drawing = head(&address, "/chart.svg");
    assert!(drawing.contains("image/svg+xml") && drawing.contains("sandbox"), "{drawing}");
    let page = head(&address, "/index.html");
    assert!(page.contains("text/html") && !page.contains("sandbox") && page.contains("object-src 'none'"), "{page}");
    server.kill().unwrap();
    server.wait().unwrap();
}

/// What a command that reads outsiders' files may touch, as the program tells its child.
fn told(read: &[&str], write: &[&str]) -> String {
    serde_json::json!({
        "read": read,
        "write": write.iter().map(|path| [path, path]).collect::<Vec<_>>(),
        "ceiling": { "memory_bytes": 16u64 << 30, "cpu_seconds": 60 },
        "file_bytes": 1 << 20,
    })
    .to_string()
}

#[test]
fn a_command_on_outsiders_files_can_open_no_other_file() {
    let site = Site::sqlite();
    let rows: String = (1..8).map(|p| format!("{},{},{},{}\n", p & 1, p >> 1 & 1, p >> 2 & 1, 10 + p)).collect();
    let table = site.write("patterns.csv", format!("a,b,c,count\n{rows}").as_bytes());
    // Beside the output there is no right to write either, neither to make a file nor to change one.
    let (out, other, beside) = (site.path("answers.csv"), site.path("other.csv"), site.write("beside.csv", b"kept"));
    std::fs::write(&out, "").unwrap();
    let (out, other) = (out.to_str().unwrap(), other.to_str().unwrap());
    let itself = std::process::id().to_string();
    let estimate = |told: &str, csv: &str| {
        program(&["__within", &itself, told, "estimate", "--table", &table, "--model", "chao", "--csv", csv])
    };
    let good = estimate(&told(&[&table], &[out]), out);
    assert!(good.status.success(), "{}", text(&good.stderr));
    let unread = estimate(&told(&[], &[out]), out);
    assert!(!unread.status.success() && text(&unread.stderr).contains("ermission denied"), "{}", text(&unread.stderr));
    let unwritten = estimate(&told(&[&table], &[out]), other);
    assert!(!unwritten.status.success() && !std::path::Path::new(other).exists(), "{}", text(&unwritten.stderr));
    let changed = estimate(&told(&[&table], &[out]), &beside);
    assert!(!changed.status.success() && std::fs::read(&beside).unwrap() == b"kept", "{}", text(&changed.stderr));
    // And the command itself is such a child.
    let itself = program(&["estimate", "--table", &table, "--model", "chao", "--csv", other]);
    assert!(itself.status.success() && std::path::Path::new(other).is_file(), "{}", text(&itself.stderr));
    // One that fails leaves no empty file behind.
    let (bad, left) = (site.write("bad.csv", b"no table"), site.path("left.csv"));
    let failed = program(&["estimate", "--table", &bad, "--model", "chao", "--csv", left.to_str().unwrap()]);
    assert!(!failed.status.success() && !left.exists(), "{}", text(&failed.stderr));
}
