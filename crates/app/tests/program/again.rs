//! Publishing again: what changed is made, what did not is left, and where nothing changed nothing is done.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::releasing::files;
use crate::support::{Site, command, example, program, text};

const NOTHING: &str = "nothing changed since version";

fn whole(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = Vec::new();
    files(folder, &mut all);
    all.into_iter().map(|path| (path.strip_prefix(folder).unwrap().to_owned(), std::fs::read(&path).unwrap())).collect()
}

fn entries(site: &Site) -> u64 {
    site.status()["entries"].as_u64().unwrap()
}

fn lists() -> Site {
    let site = Site::sqlite();
    site.import_figures();
    site.import_invented(40);
    site
}

#[test]
fn a_release_of_which_nothing_changed_stands_and_any_change_of_it_or_of_what_it_is_made_from_makes_it_anew() {
    let site = lists();
    let out = site.path("site");
    let policy = site.write("policy.toml", b"[site]\nversion = 'v1'\n");
    let publish = |more: &[&str]| {
        let order = ["publish", "--out", out.to_str().unwrap(), "--policy", &policy];
        let said = site.ok(&[&order[..], more].concat()).1;
        assert_eq!(program(&["verify", out.to_str().unwrap()]).status.code(), Some(0), "{said}");
        said
    };
    publish(&[]);
    let (sealed, n) = (whole(&out), entries(&site));
    let stands = |why: &str| {
        let said = publish(&[]);
        assert!(said.contains(NOTHING) && said.contains("v1") && said.contains("--full"), "{why}: {said}");
        assert_eq!(entries(&site), n, "{why}");
        assert!(whole(&out) == sealed, "{why}");
    };
    stands("nothing was done");
    let page = out.join("en/index.html");
    let touch =
        || std::fs::File::options().write(true).open(&page).unwrap().set_modified(std::time::UNIX_EPOCH).unwrap();
    touch();
    stands("a page was touched");
    let copy = site.path("copy");
    assert!(std::process::Command::new("cp").arg("-r").args([&out, &copy]).status().unwrap().success());
    std::fs::remove_dir_all(&out).unwrap();
    std::fs::rename(&copy, &out).unwrap();
    stands("the folder was copied");
    stands("the copy is known");

    let mut last = n;
    let mut is_made = |why: &str, said: String| {
        assert!(said.contains("published version"), "{why}: {said}");
        let now = entries(&site);
        assert!(now > last, "{why}");
        last = now;
        let again = publish(&[]);
        assert!(again.contains(NOTHING), "after {why}: {again}");
    };
    let mut bytes = std::fs::read(&page).unwrap();
    bytes[100] ^= 1;
    std::fs::write(&page, &bytes).unwrap();
    is_made("a page was changed", publish(&[]));
    assert!(std::fs::read(&page).unwrap() != bytes);
    std::fs::remove_file(out.join("en/cite.html")).unwrap();
    is_made("a page was removed", publish(&[]));
    assert!(out.join("en/cite.html").is_file());
    std::fs::write(out.join("en/extra.html"), "x").unwrap();
    is_made("there is another file", publish(&[]));
    assert!(!out.join("en/extra.html").exists());
    is_made("all was asked for", publish(&["--full"]));
    site.ok(&["custody", "1", "--did", "printed"]);
    is_made("an entry was added", publish(&[]));
    std::fs::write(&policy, "minimum_cell = 3\n[site]\nversion = 'v1'\n").unwrap();
    is_made("the policy is another", publish(&[]));
    let outreach = site.write("outreach.toml", b"base = 'https://example.org/'\n");
    assert!(publish(&["--outreach", &outreach]).contains("published version"));
    is_made("there are no settings for sharing any more", publish(&[]));
    // Another folder is another release, and then the first folder is not the last one.
    site.ok(&["publish", "--out", site.path("other").to_str().unwrap(), "--policy", &policy]);
    is_made("another folder was published into", publish(&[]));
    std::fs::write(site.path("workspace/cache/last-state"), "anything").unwrap();
    is_made("the cache was written to", publish(&[]));
}

/// What may differ between two publications of one state: the entry of the publication itself, with its salt.
fn is_of_the_log(path: &Path) -> bool {
    path.starts_with("log") || ["SHA256SUMS", "release.note"].iter().any(|name| path == Path::new(name))
}

#[test]
fn after_every_step_of_the_work_the_folder_holds_what_a_full_release_of_the_same_state_holds() {
    let site = lists();
    let (workspace, out) = (site.path("workspace"), site.path("site"));
    let (copied, full) = (site.path("copied"), site.path("full"));
    let header = "record_id,name_ar,name_en,sex,age,date_of_death,governorate,town,cause,perpetrator\n";
    let one = |id: &str, name: &str, day: &str| format!("{header}{id},{name},,M,20,{day},حلب,,,isis\n");
    let import = |id: &str, name: &str, day: &str| {
        let list = site.write(&format!("{id}.csv"), one(id, name, day).as_bytes());
        site.ok(&["import", "--source", "invented-a", &list]);
    };
    let records = || -> Vec<String> {
        let text = std::fs::read_to_string(out.join("data/persons.json")).unwrap();
        let persons: serde_json::Value = serde_json::from_str(&text).unwrap();
        let records = persons["persons"].as_object().unwrap().values().flat_map(|p| p["records"].as_array().unwrap());
        records.map(|id| id.as_str().unwrap().to_owned()).collect()
    };
    let why = ["--reason", "a family asked", "--authority", "the family"];
    let redact = |nth: usize, more: &[&str]| {
        let id = records()[nth].clone();
        site.ok(&[&["redact", &id][..], more, &why].concat());
    };
    let review = |verdict: &str| {
        let item: serde_json::Value = serde_json::from_str(&site.ok(&["review", "--next", "--json"]).0).unwrap();
        let id = |side: &str| item[side]["record"].as_str().unwrap().to_owned();
        site.ok(&["review", "--decide", &id("a"), &id("b"), verdict, "--by", "t"]);
    };
    let link = || drop(site.ok(&["link"]));
    let policy = site.write("policy.toml", b"");
    let take = |source: &[&str], file: &Path| drop(site.ok(&[&["import"], source, &[file.to_str().unwrap()]].concat()));
    let damage = |cache: &str, bytes: &[u8]| {
        let path = workspace.join("cache").join(cache);
        assert!(path.is_file(), "{cache}");
        std::fs::write(path, bytes).unwrap();
    };
    let day = Cell::new("1555545600");
    let steps: [(&str, &dyn Fn()); 21] = [
        ("the first", &|| ()),
        ("one record more", &|| import("Z1", "مختلق أول", "2017-07-21")),
        ("it is linked", &link),
        ("an entry that shows nothing", &|| drop(site.ok(&["custody", "1", "--did", "printed"]))),
        ("a decision", &|| review("link")),
        ("two records more, linked", &|| {
            import("Z2", "مختلق ثان", "2018-01-02");
            import("Z3", "مختلق ثالث", "2013-05-30");
            link();
        }),
        ("a record withdrawn", &|| redact(3, &[])),
        ("a record more after it", &|| import("Z4", "مختلق رابع", "2014-03-03")),
        ("a field withdrawn", &|| redact(5, &["--field", "sex"])),
        ("another decision, linked", &|| {
            // What was withdrawn took the model with it: the next run makes one, and only then is there anything to review.
            link();
            review("non-link");
            link();
        }),
        ("a record that joins a person", &|| {
            let first = std::fs::read_to_string(site.path("invented/list_B.csv")).unwrap();
            let row = first.lines().nth(1).unwrap();
            let list = format!("{}\nY1,{}\n", first.lines().next().unwrap(), row.split_once(',').unwrap().1);
            site.ok(&["import", "--source", "invented-c", &site.write("joins.csv", list.as_bytes())]);
            link();
        }),
        ("a figure more", &|| {
            let figures = std::fs::read_to_string(example("figures.csv")).unwrap();
            let (head, first) = figures.split_once('\n').unwrap();
            let row = first.lines().next().unwrap().replace("F0001", "F9999").replace(",1344,", ",1345,");
            site.ok(&["import", &site.write("one.csv", format!("{head}\n{row}\n").as_bytes())]);
        }),
        ("notices", &|| {
            take(&[], &example("notices-invented-source.toml"));
            take(&["--source", "invented-notices"], &example("notices-invented.csv"));
        }),
        ("a consent taken back", &|| {
            site.ok(&["consent", "invented-salim-example", "--withdraw", "--reason", "the brother called"]);
        }),
        ("events", &|| {
            take(&[], &example("events-invented-source.toml"));
            let mapping = example("events-invented.toml");
            let mapped = ["--source", "invented-events", "--mapping", mapping.to_str().unwrap()];
            take(&mapped, &example("events-invented.csv"));
        }),
        ("the caches are damaged", &|| {
            damage("last-pages", b"tawthiq-pages/v4\n");
            damage("last-sums", b"");
            damage("last-rows", b"tawthiq-rows/v1\n");
            import("Z6", "مختلق سادس", "2014-03-05");
        }),
        ("the caches are another release's", &|| {
            let other = site.path("other");
            site.ok(&["publish", "--out", other.to_str().unwrap()]);
            std::fs::write(workspace.join("last-release"), out.to_str().unwrap()).unwrap();
            import("Z7", "مختلق سابع", "2014-03-06");
        }),
        ("everything is linked", &link),
        ("a minimum for counts", &|| std::fs::write(&policy, "minimum_cell = 3\n").unwrap()),
        ("a record more under it", &|| import("Z5", "مختلق خامس", "2014-03-04")),
        // The last: from now on the journal is of that day.
        ("the next day", &|| day.set("1555632000")),
    ];
    for (step, act) in steps {
        act();
        // The same state twice: a copy of the workspace makes all of it.
        for folder in [&copied, &full] {
            let _ = std::fs::remove_dir_all(folder);
        }
        assert!(std::process::Command::new("cp").arg("-a").args([&workspace, &copied]).status().unwrap().success());
        let order = ["--workspace", copied.to_str().unwrap(), "publish", "--full", "--policy", &policy, "--out"];
        let run = |order: &[&str]| command(order).env("SOURCE_DATE_EPOCH", day.get()).output().unwrap();
        let made = run(&[&order[..], &[full.to_str().unwrap()]].concat());
        assert!(made.status.success(), "{step}: {}", text(&made.stderr));
        let order = ["--workspace", workspace.to_str().unwrap(), "publish", "--policy", &policy, "--out"];
        let said = text(&run(&[&order[..], &[out.to_str().unwrap()]].concat()).stderr);
        assert!(said.contains("published version"), "{step}: {said}");
        for folder in [&out, &full] {
            // 3: whole, and something in it was withdrawn.
            let code = program(&["verify", folder.to_str().unwrap()]).status.code();
            assert!(matches!(code, Some(0 | 3)), "{step}: {code:?}");
        }
        let (again, anew) = (whole(&out), whole(&full));
        let differ = |path: &&PathBuf| !is_of_the_log(path) && again.get(*path) != anew.get(*path);
        let wrong: Vec<_> = again.keys().chain(anew.keys()).filter(differ).collect();
        assert!(wrong.is_empty(), "{step}: {wrong:?}");
    }
}

/// The stamp that `cache/last-sums` has of a file.
fn stamp(path: &Path) -> Vec<u8> {
    use std::os::unix::fs::MetadataExt;
    let about = path.metadata().unwrap();
    let nanoseconds = |s: i64, ns: i64| s * 1_000_000_000 + ns;
    let stamp = [
        about.len() as i64,
        about.ino() as i64,
        nanoseconds(about.mtime(), about.mtime_nsec()),
        nanoseconds(about.ctime(), about.ctime_nsec()),
    ];
    stamp.iter().flat_map(|n| n.to_le_bytes()).collect()
}

#[test]
fn a_page_that_somebody_changed_and_wrote_into_the_cache_is_made_anew() {
    let site = crate::withdrawing::listed();
    let (out, sums) = (site.path("site"), site.path("workspace/cache/last-sums"));
    let publish = || drop(site.ok(&["publish", "--out", out.to_str().unwrap()]));
    publish();
    let pages = std::fs::read_dir(out.join("en/person")).unwrap().map(|page| page.unwrap().path());
    let page = pages.filter(|page| page.extension().is_some_and(|end| end == "html")).min().unwrap();
    let in_place_of = |bytes: &[u8], old: &[u8], new: &[u8]| {
        let at = bytes.windows(old.len()).position(|found| found == old).unwrap();
        [&bytes[..at], new, &bytes[at + old.len()..]].concat()
    };
    let digest = |bytes: &[u8]| domain::Sha256Digest::of(bytes);
    let (before, stamp_before) = (std::fs::read(&page).unwrap(), stamp(&page));
    let forged = String::from_utf8(before.clone()).unwrap().replace("</body>", "<p>FORGED</p></body>");
    std::fs::write(&page, &forged).unwrap();
    // The list of the release, its digest and the stamp are made to fit, as anybody can; the code at the end of the cache cannot be.
    let (list, kept) = (out.join("SHA256SUMS"), std::fs::read(&sums).unwrap());
    let listed = std::fs::read(&list).unwrap();
    let (own, new) = (digest(&before).to_string(), digest(forged.as_bytes()).to_string());
    let forged_list = in_place_of(&listed, own.as_bytes(), new.as_bytes());
    let kept = in_place_of(&kept, &stamp_before, &stamp(&page));
    std::fs::write(&sums, in_place_of(&kept, &digest(&listed).0, &digest(&forged_list).0)).unwrap();
    std::fs::write(&list, forged_list).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(60));
    let sources = "[[source]]\nid = \"y\"\nkind = \"organisation\"\nnames = { en = \"Y\" }\ninvented = true\n";
    site.ok(&["import", &site.write("more.toml", sources.as_bytes())]);
    publish();
    assert!(!std::fs::read_to_string(&page).unwrap().contains("FORGED"));
}
