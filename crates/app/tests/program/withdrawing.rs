//! Withdrawal, from the command to every file: of a field, of what an entry says, of a file as received.

use std::path::{Path, PathBuf};

use crate::support::{Site, program, text};

pub const HEADER: &str =
    "record_id,name_ar,name_en,sex,age,date_of_death,governorate,town,cause,perpetrator,phone_of_family\n";
pub const ROWS: [&str; 3] = [
    "X1,مختلقكناري,Invented Canaryone,M,20,2017-07-21,حلب,,,isis,CANARY-5550199",
    "X2,مختلق آخر,Invented Secondone,F,30,2017-07-22,حلب,,,isis,CANARY-5550200",
    "X3,,,M,20,,,,REJECTED-CANARY,isis,CANARY-5550201",
];

/// A workspace with three invented rows, linked.
pub fn listed() -> Site {
    let site = Site::sqlite();
    let sources = "[[source]]\nid = \"x\"\nkind = \"organisation\"\nnames = { en = \"X\" }\ninvented = true\n";
    let sources = site.write("sources.toml", sources.as_bytes());
    site.ok(&["import", &sources]);
    let list = site.write("list.csv", format!("{HEADER}{}\n", ROWS.join("\n")).as_bytes());
    site.ok(&["import", "--source", "x", &list]);
    site.ok(&["link"]);
    site
}

pub fn files(dir: &Path, all: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, all) } else { all.push(path) }
    }
}

/// Files under a folder that hold some bytes.
pub fn holding(dir: &Path, needle: &str) -> Vec<PathBuf> {
    let mut all = Vec::new();
    files(dir, &mut all);
    all.retain(|path| std::fs::read(path).unwrap().windows(needle.len()).any(|w| w == needle.as_bytes()));
    all
}

pub fn entry_of(site: &Site, canary: &str) -> u64 {
    // Which entry of the journal a row became is found by asking each for its proof.
    let n = site.status()["entries"].as_u64().unwrap();
    for entry in 0..n {
        let out = site.path(&format!("probe-{entry}-{canary}"));
        if site
            .run(&["prove", &entry.to_string(), "--out", out.to_str().unwrap(), "--without-originals"])
            .status
            .success()
        {
            let json = std::fs::read_to_string(out.join(format!("entries/{entry}.json"))).unwrap();
            if json.contains(canary) && json.contains("\\\"record\\\"") {
                std::fs::remove_dir_all(out).unwrap();
                return entry;
            }
        }
    }
    panic!("no entry holds {canary}");
}

pub const WHY: [&str; 4] = ["--reason", "the family asks", "--authority", "the family"];

pub fn redact(site: &Site, arguments: &[&str]) -> String {
    let mut all = vec!["redact"];
    all.extend(arguments);
    all.extend(WHY);
    let (out, err) = site.ok(&all);
    out + &err
}

pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() { copy(&path, &target) } else { std::fs::copy(&path, &target).map(drop).unwrap() }
    }
}

#[test]
fn what_was_withdrawn_is_in_no_file_of_the_workspace_the_casebase_or_the_next_release() {
    let site = listed();
    let workspace = site.path("workspace");
    let canaries = ["CANARY-5550199", "Canaryone", "مختلقكناري"];
    for canary in canaries {
        assert!(!holding(&workspace, canary).is_empty(), "{canary} is nowhere, so the search proves nothing");
    }
    let entry = entry_of(&site, "CANARY-5550199");
    let before = site.path("before");
    copy(&workspace, &before);
    let accession = {
        let (out, _) = site.ok(&["custody", &(entry).to_string(), "--json"]);
        let chain: serde_json::Value = serde_json::from_str(&out).unwrap();
        chain["files"][0]["sha256"].as_str().unwrap().to_owned()
    };
    let said = redact(&site, &[&entry.to_string()]);
    // The file as received still holds the row, and the command says so.
    assert!(said.contains(&accession) && said.contains("redact --original"), "{said}");
    redact(&site, &[&accession, "--original"]);
    for canary in canaries.into_iter().chain(["REJECTED-CANARY"]) {
        assert_eq!(holding(&workspace, canary), Vec::<PathBuf>::new(), "{canary}");
    }
    // Its id is destroyed with the rest; who asks for it is told by which entry the withdrawal is found.
    let refused = String::from_utf8(site.run(&["custody", "no-such-id"]).stderr).unwrap();
    assert!(refused.contains(&format!("known by its entry: {entry}")), "{refused}");
    let (found, _) = site.ok(&["custody", &entry.to_string()]);
    assert!(found.contains("withdrawn") && found.contains("the family asks"), "{found}");
    // The other row stays, and everything goes on.
    assert_eq!(site.rows("record"), 1);
    site.ok(&["rebuild"]);
    site.ok(&["link"]);
    let out = site.path("site");
    site.ok(&["publish", "--out", out.to_str().unwrap()]);
    for canary in canaries {
        assert_eq!(holding(&out, canary), Vec::<PathBuf>::new(), "{canary}");
    }
    assert_eq!(program(&["verify", out.to_str().unwrap()]).status.code(), Some(3));
    let output = program(&["verify", workspace.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stdout));

    // A backup of the original comes back.
    let original = format!("originals/{}/{}", &accession[..2], &accession[2..]);
    std::fs::create_dir_all(workspace.join(&original).parent().unwrap()).unwrap();
    std::fs::copy(before.join(&original), workspace.join(&original)).unwrap();
    let output = program(&["verify", workspace.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).contains("a backup brought it back"), "{}", text(&output.stdout));
}

#[test]
fn one_field_is_withdrawn_and_the_others_are_still_shown_and_proved() {
    let site = listed();
    let workspace = site.path("workspace");
    let entry = entry_of(&site, "CANARY-5550200").to_string();
    assert!(!site.run(&["redact", &entry, "--field", "id", WHY[0], WHY[1], WHY[2], WHY[3]]).status.success());
    assert!(!site.run(&["redact", &entry, "--field", "poem", WHY[0], WHY[1], WHY[2], WHY[3]]).status.success());
    redact(&site, &[&entry, "--field", "original"]);
    let original = workspace.join("originals");
    let elsewhere: Vec<_> =
        holding(&workspace, "CANARY-5550200").into_iter().filter(|p| !p.starts_with(&original)).collect();
    assert_eq!(elsewhere, Vec::<PathBuf>::new());
    assert!(holding(&workspace.join("journal"), "Secondone").len() == 1, "the name was not withdrawn");
    assert_eq!(site.rows("record"), 2);
    site.ok(&["rebuild"]);
    let bundle = site.path("bundle");
    site.ok(&["prove", &entry, "--out", bundle.to_str().unwrap(), "--withhold", "names"]);
    let output = program(&["verify", bundle.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stdout));
    assert!(holding(&bundle.join("entries"), "Secondone").is_empty());
    // The bytes of the bundle are held to what was signed.
    let path = bundle.join(format!("entries/{entry}.json"));
    let json = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, json.replace("2017-07-22", "2017-07-23")).unwrap();
    assert_eq!(program(&["verify", bundle.to_str().unwrap()]).status.code(), Some(1));
}

#[test]
fn a_withdrawal_that_was_not_noted_as_carried_through_is_carried_through_on_the_next_opening() {
    let site = listed();
    let workspace = site.path("workspace");
    let entry = entry_of(&site, "CANARY-5550199");
    let before = site.path("before");
    copy(&workspace.join("journal/segments"), &before);
    redact(&site, &[&entry.to_string()]);
    // As if it had stopped before the note.
    std::fs::remove_file(workspace.join("journal/lock/withdrawn")).unwrap();
    let (_, said) = site.ok(&["status"]);
    assert!(!said.contains("finished"), "it was destroyed already: {said}");
    assert!(workspace.join("journal/lock/withdrawn").is_file());
    assert!(holding(&workspace.join("journal"), "CANARY-5550199").is_empty());
    assert!(!holding(&before, "CANARY-5550199").is_empty());
}

#[test]
fn the_chain_of_custody_tells_every_step_and_the_page_for_court_is_one_file_that_escapes_what_it_shows() {
    let site = listed();
    let entry = entry_of(&site, "CANARY-5550200");
    let id = entry.to_string();
    site.ok(&[
        "custody",
        &id,
        "--did",
        "handed_over",
        "--to",
        "<script>court</script>",
        "--why",
        "order 12",
        "--by",
        "Invented Keeper",
    ]);
    let bundle = site.path("bundle");
    site.ok(&["prove", &id, "--out", bundle.to_str().unwrap(), "--to", "a court"]);
    let page = site.path("page.html");
    site.ok(&["custody", &id, "--page", page.to_str().unwrap(), "--lang", "ar"]);
    let (out, _) = site.ok(&["custody", &id, "--json"]);
    let chain: serde_json::Value = serde_json::from_str(&out).unwrap();
    let steps: Vec<&str> = chain["steps"].as_array().unwrap().iter().map(|s| s["what"].as_str().unwrap()).collect();
    for step in ["received", "recorded", "handed_over", "exported", "printed"] {
        assert!(steps.contains(&step), "{step} is not among {steps:?}");
    }
    assert_eq!(chain["files"][0]["now"], "same");
    let html = std::fs::read_to_string(&page).unwrap();
    assert!(html.contains("dir=\"rtl\"") && html.contains("سلسلة حفظ الأدلة") && html.contains("&lt;script&gt;court"));
    assert!(!html.contains("<script"));
    let leaf = chain["steps"][0]["leaf_sha256"].as_str().unwrap();
    assert!(html.contains(leaf));
    let (table, _) = site.ok(&["custody", &id]);
    assert!(table.contains("Invented Keeper") && table.contains("handed_over"), "{table}");
    assert!(!site.run(&["custody", "no-such-thing"]).status.success());
}

/// A picture of the fixtures taken in, its accession, and its bytes and those of its thumbnail.
pub fn pictured(site: &Site) -> Option<(String, Vec<u8>, Vec<u8>)> {
    let photo = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/evidence/vectors/pdq/img/aaa-orig.jpg");
    if !photo.is_file() {
        println!("not run: the pictures are not here");
        return None;
    }
    let (_, said) = site.ok(&["import", "--source", "giver", photo.to_str().unwrap()]);
    let id = said.split("taken in as ").nth(1).unwrap().split(',').next().unwrap().to_owned();
    let shown: serde_json::Value = serde_json::from_str(&site.ok(&["media", &id, "--json"]).0).unwrap();
    let at = |digest: &serde_json::Value| {
        let digest = digest.as_str().unwrap();
        std::fs::read(site.path("workspace/originals").join(&digest[..2]).join(&digest[2..])).unwrap()
    };
    let (whole, small) = (at(&shown["media"]["sha256"]), at(&shown["media"]["derived"][0]["sha256"]));
    Some((id, whole, small))
}

/// Files under a folder that hold a stretch from the middle of some bytes.
pub fn holding_any(dir: &Path, bytes: &[u8]) -> Vec<PathBuf> {
    let part = &bytes[bytes.len() / 2..][..64];
    let mut all = Vec::new();
    files(dir, &mut all);
    all.retain(|path| std::fs::read(path).unwrap().windows(part.len()).any(|w| w == part));
    all
}

#[test]
fn the_thumbnail_of_a_withdrawn_picture_is_destroyed_with_it() {
    let site = Site::sqlite();
    let Some((id, whole, small)) = pictured(&site) else { return };
    let workspace = site.path("workspace");
    assert_eq!((holding_any(&workspace, &whole).len(), holding_any(&workspace, &small).len()), (1, 1));
    site.ok(&["redact", &id, "--original", "--reason", "the family asks", "--authority", "the family"]);
    assert_eq!(holding_any(&workspace, &whole), Vec::<PathBuf>::new());
    assert_eq!(holding_any(&workspace, &small), Vec::<PathBuf>::new());
    assert_eq!(site.run(&["verify"]).status.code(), Some(3));
}

#[test]
fn a_withdrawal_that_is_killed_is_finished_by_the_next_command() {
    let (mut before, mut after) = (0, 0);
    for ms in [1, 5, 10, 15, 20, 25, 30, 40, 50, 60, 80, 100, 150] {
        let site = Site::sqlite();
        let Some((id, whole, small)) = pictured(&site) else { return };
        let workspace = site.path("workspace");
        let entries = site.status()["entries"].as_u64().unwrap();
        let mut child =
            crate::support::command(&["--workspace", workspace.to_str().unwrap(), "redact", &id, "--original"])
                .args(["--reason", "the family asks", "--authority", "the family"])
                .stderr(std::process::Stdio::null())
                .spawn()
                .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(ms));
        let _ = child.kill();
        child.wait().unwrap();
        // Any command opens the workspace, and finishes what was begun.
        let now = site.status()["entries"].as_u64().unwrap();
        let verified = site.run(&["verify"]).status.code();
        let left = (holding_any(&workspace, &whole).len(), holding_any(&workspace, &small).len());
        if now == entries {
            before += 1;
            assert_eq!((verified, left), (Some(0), (1, 1)), "killed after {ms} ms, before anything was recorded");
        } else {
            after += 1;
            assert_eq!((verified, left), (Some(3), (0, 0)), "killed after {ms} ms, after the entry was recorded");
        }
    }
    assert!(before + after == 13, "{before} {after}");
}

#[test]
fn what_lies_in_the_cache_goes_with_a_withdrawal_and_is_named_when_it_comes_back() {
    let site = listed();
    let out = site.path("out");
    site.ok(&["publish", "--out", out.to_str().unwrap()]);
    let cache = site.path("workspace/cache");
    let mut before = Vec::new();
    files(&cache, &mut before);
    assert!(before.len() > 2, "{before:?}");
    let (kept, outside) = (site.path("kept"), site.path("outside"));
    copy(&cache, &kept);
    std::fs::create_dir_all(&outside).unwrap();
    std::fs::write(outside.join("mine"), "not of the cache").unwrap();
    std::os::unix::fs::symlink(&outside, cache.join("link")).unwrap();
    std::fs::write(cache.join("print/left"), "LEFT-CANARY")
        .or_else(|_| std::fs::write(cache.join("left"), "LEFT-CANARY"))
        .unwrap();

    redact(&site, &[&entry_of(&site, "CANARY-5550199").to_string()]);
    let mut after = Vec::new();
    files(&cache, &mut after);
    assert_eq!(after, [cache.join("emptied")], "only the note that it was emptied");
    assert_eq!(std::fs::read_to_string(outside.join("mine")).unwrap(), "not of the cache");
    let verify = || site.run(&["verify", site.path("workspace").to_str().unwrap()]);
    assert_eq!(verify().status.code(), Some(3), "{}", text(&verify().stdout));

    std::fs::remove_dir_all(&cache).unwrap();
    copy(&kept, &cache);
    let again = verify();
    assert!(again.status.code() == Some(1) && text(&again.stdout).contains("cache"), "{}", text(&again.stdout));
    site.ok(&["publish", "--out", out.to_str().unwrap()]);
    assert_eq!(verify().status.code(), Some(3), "{}", text(&verify().stdout));
}

#[test]
fn the_name_of_a_source_is_withdrawn_by_its_id_and_who_it_is_that_was_named_is_asked() {
    let site = Site::sqlite();
    let sources = "[[source]]\nid = \"x\"\nkind = \"organisation\"\nnames = { en = \"Invented Canarysource\" }\ninvented = true\n";
    let sources = site.write("sources.toml", sources.as_bytes());
    site.ok(&["import", &sources]);
    let list = site.write("list.csv", format!("{HEADER}{}\n", ROWS[0]).as_bytes());
    let (_, said) = site.ok(&["import", "--source", "x", &list]);
    assert!(!said.contains("no source"), "{said}");
    let other = site.write("other.csv", format!("{HEADER}{}\n", ROWS[1]).as_bytes());
    let (_, said) = site.ok(&["import", "--source", "y", &other]);
    assert!(said.contains("no source y is described here"), "{said}");
    let reason = ["--reason", "asked", "--authority", "the source", "--by", "tester"];
    let refused = site.run(&[&["redact", "x"][..], &reason].concat());
    let said = text(&refused.stderr);
    assert!(refused.status.code() == Some(2) && said.contains("--field names"), "{said}");
    site.ok(&[&["redact", "x", "--field", "names"][..], &reason].concat());
    let held = holding(&site.path("workspace"), "Canarysource");
    assert!(held.iter().all(|path| path.starts_with(site.path("workspace/originals"))), "{held:?}");
}

#[test]
fn a_row_that_an_older_segment_brings_back_is_destroyed_again_and_shown_to_nobody() {
    const MAGIC: &[u8] = b"TWF1";
    let site = listed();
    let entry = entry_of(&site, "CANARY-5550199").to_string();
    let segment = site.path("workspace/journal/segments/000000000000.seg");
    let before = std::fs::read(&segment).unwrap();
    let frames = |bytes: &[u8]| bytes.windows(4).filter(|four| *four == MAGIC).count();
    redact(&site, &[&entry]);
    let after = std::fs::read(&segment).unwrap();
    assert!(before.windows(9).any(|w| w == b"Canaryone") && !after.windows(9).any(|w| w == b"Canaryone"));
    // The frames of before, and behind them those that were written since.
    let starts: Vec<usize> = (0..after.len() - 4).filter(|at| &after[*at..*at + 4] == MAGIC).collect();
    let newer = &after[starts[frames(&before)]..];
    let written = before.iter().rposition(|byte| *byte != 0).unwrap() + 1;
    // A frame may end with zeros.
    let back = (written..written + 4).find(|end| {
        std::fs::write(&segment, [&before[..*end], newer].concat()).unwrap();
        text(&site.run(&["verify"]).stdout).contains("is here again")
    });
    assert!(back.is_some(), "the row did not come back, so nothing was tested");
    let said = site.ok(&["status"]).1;
    assert!(said.contains(&format!("the content of entry {entry} was withdrawn and was here again")), "{said}");
    assert!(!std::fs::read(&segment).unwrap().windows(9).any(|w| w == b"Canaryone"));
    assert_eq!(site.run(&["verify"]).status.code(), Some(3));
}

#[test]
fn words_of_a_name_that_stand_in_other_entries_are_told_with_what_withdraws_them() {
    let site = listed();
    let entry = entry_of(&site, "CANARY-5550199").to_string();
    site.ok(&["custody", "1", "--did", "printed", "--why", "for the cousin of Canaryone"]);
    let custody = site.status()["entries"].as_u64().unwrap() - 1;
    let beside = site.write(
        "beside.csv",
        format!("{}\n", "record_id,name,sex,notes\nY1,Invented Third,M,brother of Invented Canaryone").as_bytes(),
    );
    let mapping = site.write("any.toml", b"name='any'\nkind='record'\n[columns]\nname='name'\nsex='sex'\n");
    site.ok(&["import", "--source", "x", "--mapping", &mapping, &beside]);
    let said = redact(&site, &[&entry]);
    assert!(said.contains(&format!("redact {custody} --field why")), "{said}");
    let row = entry_of(&site, "brother of Invented").to_string();
    assert!(said.contains(&format!("redact {row} --field original")), "{said}");
    let told = text(&site.run(&["verify"]).stdout);
    assert!(told.contains(&format!("entries {custody}, {row}")), "{told}");
    redact(&site, &[&custody.to_string(), "--field", "why"]);
    let told = text(&site.run(&["verify"]).stdout);
    assert!(!told.contains(&format!("entries {custody}")) && told.contains(&format!("entries {row}")), "{told}");
}

#[test]
fn names_of_sources_and_of_short_words_are_sought_as_others_are_and_files_that_tell_them_stay_in_the_house() {
    let site = Site::sqlite();
    let sources =
        "[[source]]\nid = \"x\"\nkind = \"organisation\"\nnames = { en = \"Zaghlolban Tanjarzan\" }\ninvented = true\n";
    site.ok(&["import", &site.write("sources.toml", sources.as_bytes())]);
    let rows = format!("{HEADER}X1,علي عمر حسن,Ali Abu Aya,M,20,2017-07-21,حلب,,,isis,\n");
    site.ok(&["import", "--source", "x", &site.write("list.csv", rows.as_bytes())]);
    // The same name in another file, written in UTF-16 and with marks on its letters.
    let other = "record_id,name\nY1,عَلي  عُمر حسن\nY2,مختلق آخر\n";
    let other: Vec<u8> = [0xFF, 0xFE].into_iter().chain(other.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let mapping = site.write("any.toml", b"name='any'\nkind='record'\n[columns]\nname='name'\n");
    site.ok(&["import", "--source", "x", "--mapping", &mapping, &site.write("other.csv", &other)]);
    site.ok(&["custody", "1", "--did", "printed", "--why", "for the family of Ali Abu Aya"]);
    let custody = site.status()["entries"].as_u64().unwrap() - 1;
    let row = entry_of(&site, "Abu Aya").to_string();
    for (id, more, name) in
        [(&row[..], &[][..], "asked by Ali abu aya"), ("x", &["--field", "names"], "Zaghlolban asked")]
    {
        let refused = site.run(&[&["redact", id][..], more, &["--reason", name, "--authority", "a court"]].concat());
        assert!(
            refused.status.code() == Some(2) && text(&refused.stderr).contains("repeats"),
            "{}",
            text(&refused.stderr)
        );
    }
    let said = redact(&site, &[&row]);
    assert!(said.contains(&format!("redact {custody} --field why")) && said.contains("other.csv"), "{said}");
    let second = entry_of(&site, "مختلق آخر").to_string();
    let bundle = site.path("second");
    site.ok(&["prove", &second, "--out", bundle.to_str().unwrap()]);
    assert!(!bundle.join("originals").exists(), "the file tells the name that was withdrawn");
    let said = redact(&site, &["x", "--field", "names"]);
    assert!(said.contains("sources.toml"), "{said}");
    let told = text(&site.run(&["verify"]).stdout);
    assert!(told.contains("the same words stand in the original") && told.contains(&custody.to_string()), "{told}");
}

/// A picture of one grey pixel.
const PIXEL: &[u8] = b"\x89\x50\x4e\x47\x0d\x0a\x1a\x0a\x00\x00\x00\x0d\x49\x48\x44\x52\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00\x3a\x7e\x9b\x55\x00\x00\x00\x0a\x49\x44\x41\x54\x78\x9c\x63\x68\x00\x00\x00\x82\x00\x81\x77\xcd\x72\xb6\x00\x00\x00\x00\x49\x45\x4e\x44\xae\x42\x60\x82";

#[test]
fn a_name_is_sought_in_workbooks_too_and_what_cannot_be_looked_through_is_said() {
    let site = listed();
    let mapping = site.write("any.toml", b"name='any'\nkind='record'\n[columns]\nname='name'\n");
    let book = |rows: &[&[&str]]| crate::workbook::of(rows);
    for (name, bytes) in [
        ("tells.xlsx", book(&[&["name", "family", "seen"], &["nobody", "INVENTED", "Canaryone"]])),
        ("other.xlsx", book(&[&["name"], &["Somebody Else"]])),
    ] {
        site.ok(&["import", "--source", "x", "--mapping", &mapping, &site.write(name, &bytes)]);
    }
    site.ok(&["import", "--source", "x", &site.write("picture.png", PIXEL)]);
    let entry = entry_of(&site, "CANARY-5550199").to_string();
    let said = redact(&site, &[&entry]);
    assert!(said.contains("tells.xlsx") && !said.contains("other.xlsx"), "{said}");
    assert!(said.contains("not looked through: 1 of image/png"), "{said}");
    let told = text(&site.run(&["verify"]).stdout);
    assert!(told.contains("the same words stand in the original"), "{told}");
}

#[test]
fn other_spellings_of_a_name_are_sought_where_the_records_were_linked() {
    let site = listed();
    let (first, second) = ("Zaghloul Tanjarani", "Zaghlool Tenjerani");
    let rows = |id: &str, name: &str| format!("{HEADER}{id},,{name},M,20,2018-02-03,حلب,,,isis,\n");
    for (id, name) in [("Z1", first), ("Z2", second)] {
        let list = site.write(&format!("{id}.csv"), rows(id, name).as_bytes());
        site.ok(&["import", "--source", "x", &list]);
    }
    let (one, two) = (entry_of(&site, first), entry_of(&site, second));
    let id = |entry: u64| {
        let out = site.path(&format!("id-{entry}"));
        site.ok(&["prove", &entry.to_string(), "--out", out.to_str().unwrap(), "--without-originals"]);
        let json = std::fs::read_to_string(out.join(format!("entries/{entry}.json"))).unwrap();
        let from = json.find("\"r-").expect("a record has an id");
        json[from + 1..].split(['"', '\\']).next().unwrap().to_owned()
    };
    site.ok(&["review", "--decide", &id(one), &id(two), "link", "--by", "t"]);
    site.ok(&["link"]);
    site.ok(&["custody", "1", "--did", "printed", "--why", "for the family of Zaghlool"]);
    let custody = site.status()["entries"].as_u64().unwrap() - 1;
    let said = redact(&site, &[&one.to_string()]);
    assert!(said.contains("the last link run took records that stay for the same person"), "{said}");
    for told in [format!("redact {two} --field"), format!("redact {custody} --field why"), "Z2.csv".into()] {
        assert!(said.contains(&told), "{told} in {said}");
    }
}

#[test]
fn a_withdrawal_before_anything_was_made_is_no_fault_later() {
    let site = Site::sqlite();
    let list = site.write("list.csv", format!("{HEADER}{}\n{}\n", ROWS[0], ROWS[1]).as_bytes());
    site.ok(&["import", "--source", "x", &list]);
    redact(&site, &[&entry_of(&site, "CANARY-5550199").to_string()]);
    assert_eq!(site.run(&["verify"]).status.code(), Some(3));
    site.ok(&["link"]);
    site.ok(&["publish", "--out", site.path("site").to_str().unwrap()]);
    let verified = site.run(&["verify"]);
    assert_eq!(verified.status.code(), Some(3), "{}", text(&verified.stdout));
}
