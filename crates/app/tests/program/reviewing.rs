//! Review as a team does it: one decision, a pipe, a sheet; a second link that honours them and compares only what is new.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::Stdio;

use serde_json::Value;

use crate::support::{Site, command, program, root, text};

fn next(site: &Site) -> (String, String, Value) {
    let item: Value = serde_json::from_str(&site.ok(&["review", "--next", "--json"]).0).unwrap();
    let id = |side: &str| item[side]["record"].as_str().unwrap().to_owned();
    (id("a"), id("b"), item)
}

/// Person of each record, from the last link run's output.
fn persons(site: &Site) -> BTreeMap<String, String> {
    let cache = std::fs::read_dir(site.path("workspace/originals")).unwrap();
    let mut newest = None;
    let mut open: Vec<std::path::PathBuf> = cache.map(|e| e.unwrap().path()).collect();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().map(|e| e.unwrap().path()));
        } else if let Ok(text) = std::fs::read_to_string(&path)
            && text.starts_with("record_id,person_id\n")
        {
            let time = path.metadata().unwrap().modified().unwrap();
            if newest.as_ref().is_none_or(|(t, _)| *t < time) {
                newest = Some((time, text));
            }
        }
    }
    let (_, text) = newest.expect("a link run");
    text.lines().skip(1).map(|l| l.split_once(',').unwrap()).map(|(r, p)| (r.to_owned(), p.to_owned())).collect()
}

#[test]
fn a_decision_stands_in_the_journal_and_the_next_link_honours_it() {
    let site = Site::sqlite();
    site.import_invented(200);
    let (a, b, item) = next(&site);
    let bits: f64 = item["weights"].as_array().unwrap().iter().map(|w| w["match_weight_bits"].as_f64().unwrap()).sum();
    let said = item["match_probability"].as_f64().unwrap();
    assert!((1.0 / (1.0 + (-bits).exp2()) - said).abs() < 1e-9);
    let verdict = if item["same_person_now"] == true { "non-link" } else { "link" };
    site.ok(&["review", "--decide", &a, &b, verdict, "--why", "seen at the registry", "--by", "tester"]);
    assert_eq!(site.rows("decision"), 1);
    let (_, err) = site.ok(&["link"]);
    assert!(err.contains("the model was kept") && err.contains("0 new records"), "{err}");
    let now = persons(&site);
    assert_eq!(now[&a] == now[&b], verdict == "link");
    let (c, d, _) = next(&site);
    assert_ne!((a, b), (c, d), "what was decided is asked again");
}

#[test]
fn who_is_shown_a_pair_has_looked_at_both_records_and_sees_nothing_where_that_cannot_be_recorded() {
    let site = Site::sqlite();
    site.import_invented(200);
    let looks = |id: &str| {
        let chain: Value = serde_json::from_str(&site.ok(&["custody", id, "--json"]).0).unwrap();
        let steps = chain["steps"].as_array().unwrap().clone();
        steps.into_iter().filter(|step| step["what"] == "looked_at").collect::<Vec<_>>()
    };
    let (a, b, _) = next(&site);
    for id in [&a, &b] {
        let seen = looks(id);
        assert_eq!(seen.len(), 1, "{seen:?}");
        assert!(seen[0]["detail"].as_str().unwrap().contains("what the record says, beside another"), "{seen:?}");
    }
    let recorded = site.rows("custody");
    let sheet = site.path("sheet.csv");
    site.ok(&["review", "--export", sheet.to_str().unwrap(), "--limit", "5"]);
    assert_eq!(site.rows("custody"), recorded + 1);
    let told = std::fs::read_to_string(&sheet).unwrap();
    let other = told.lines().nth(3).unwrap().split(',').next().unwrap();
    assert_eq!(looks(other).len(), 1);
    let workspace = site.path("workspace");
    let mut command = command(&["--workspace", workspace.to_str().unwrap(), "review", "--next"]);
    let refused = command.env("SOURCE_DATE_EPOCH", "1000").output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    let why = text(&refused.stderr);
    assert!(why.contains("nothing was shown. Set the clock right"), "{why}");
    assert_eq!(text(&refused.stdout), "");
}

#[test]
fn decisions_that_contradict_each_other_or_name_no_record_are_refused_and_nothing_is_written() {
    let site = Site::sqlite();
    site.import_invented(60);
    let ids: Vec<String> = persons(&site).into_keys().take(3).collect();
    let decide = |a: usize, b: usize, v: &str| site.run(&["review", "--decide", &ids[a], &ids[b], v, "--by", "t"]);
    assert!(decide(0, 1, "link").status.success() && decide(1, 2, "link").status.success());
    let refused = decide(2, 0, "non-link");
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("links join"), "{}", text(&refused.stderr));
    assert_eq!(decide(0, 0, "link").status.code(), Some(2));
    assert_eq!(decide(0, 1, "maybe").status.code(), Some(2));
    let unknown = site.run(&["review", "--decide", &ids[0], "r-nobody", "link", "--by", "t"]);
    assert!(text(&unknown.stderr).contains("no record here"));
    assert_eq!(site.rows("decision"), 2);
}

#[test]
fn answers_through_a_pipe_are_decisions_with_their_reasons_until_the_pipe_ends() {
    let site = Site::sqlite();
    site.import_invented(200);
    let workspace = site.path("workspace");
    let mut child = command(&["--workspace", workspace.to_str().unwrap(), "review", "--by", "piper"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all("c لا يكفي\nwhat\ns\nn another father\n".as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    assert!(text(&output.stderr).contains("2 decisions recorded"), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("\"what\" is none of"));
    assert!(text(&output.stdout).contains("match probability"));
    assert_eq!(site.rows("decision"), 2);
}

#[test]
fn a_sheet_goes_out_and_comes_back_and_a_row_that_cannot_be_read_is_named() {
    let site = Site::sqlite();
    site.import_invented(200);
    let sheet = site.path("sheet.csv");
    site.ok(&["review", "--export", sheet.to_str().unwrap(), "--limit", "6"]);
    let mut reader = csv::Reader::from_path(&sheet).unwrap();
    let header = reader.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|h| h == name).unwrap();
    let mut writer = csv::Writer::from_path(site.path("filled.csv")).unwrap();
    writer.write_record(&header).unwrap();
    for (n, row) in reader.records().enumerate() {
        let mut row: Vec<String> = row.unwrap().iter().map(str::to_owned).collect();
        row[at("verdict")] = ["cannot-tell", "perhaps", "", "c", "cannot-tell", "cannot-tell"][n].to_owned();
        row[at("by")] = "team".to_owned();
        writer.write_record(&row).unwrap();
    }
    writer.flush().unwrap();
    let filled = site.path("filled.csv");
    let (_, err) = site.ok(&["review", "--import", filled.to_str().unwrap()]);
    assert!(
        err.contains("row 2: \"perhaps\"") && err.contains("4 decisions recorded, 0 stood already, 1 refused"),
        "{err}"
    );
    let (_, err) = site.ok(&["review", "--import", filled.to_str().unwrap()]);
    assert!(err.contains("0 decisions recorded, 4 stood already"), "{err}");
    assert_eq!(site.rows("decision"), 4);
}

#[test]
fn a_sheet_that_contradicts_itself_or_is_no_utf8_and_a_reason_that_says_nothing_are_refused() {
    let site = Site::sqlite();
    site.import_invented(200);
    let ids: Vec<String> = persons(&site).into_keys().take(4).collect();
    let (a, b, c, d) = (&ids[0], &ids[1], &ids[2], &ids[3]);
    let sheet = format!(
        "record_a,record_b,verdict,by\n{a},{b},cannot-tell,t\n{c},{d},cannot-tell,t\n{b},{a},non-link,u\n{d},{c},c,u\n"
    );
    let path = site.write("sheet.csv", sheet.as_bytes());
    let (_, err) = site.ok(&["review", "--import", &path]);
    assert!(err.contains("row 1: rows 1, 3 of the sheet contradict") && err.contains("row 3: rows 1, 3"), "{err}");
    assert!(err.contains("1 decisions recorded, 1 stood already, 2 refused"), "{err}");
    for mark in [0xFEFFu16, 0xFFFE] {
        let swap = |unit: u16| if mark == 0xFEFF { unit.to_le_bytes() } else { unit.to_be_bytes() };
        let bytes: Vec<u8> = std::iter::once(0xFEFF).chain(sheet.encode_utf16()).flat_map(swap).collect();
        let path = site.write("utf16.csv", &bytes);
        let refused = site.run(&["review", "--import", &path]);
        let err = text(&refused.stderr);
        assert!(refused.status.code() == Some(2) && err.contains("UTF-16") && err.contains("CSV UTF-8"), "{err}");
    }
    let refused = site.run(&["review", "--decide", a, b, "non-link", "--why", " ", "--by", "t"]);
    assert!(refused.status.code() == Some(2) && text(&refused.stderr).contains("--why says nothing"));
    assert_eq!(site.rows("decision"), 1);
}

#[test]
fn linking_list_after_list_compares_only_new_records_and_gives_the_persons_of_a_full_run_with_the_same_model() {
    let site = Site::sqlite();
    let lists = site.path("invented");
    let lists = lists.to_str().unwrap();
    assert!(program(&["synth", "--n", "300", "--seed", "8", "--out", lists]).status.success());
    for list in ["A", "B", "C", "D"] {
        let source = format!("invented-{}", list.to_lowercase());
        site.ok(&["import", "--source", &source, &format!("{lists}/list_{list}.csv")]);
        let (_, err) = site.ok(&["link"]);
        assert_eq!(err.contains("only the pairs of"), list != "A", "{err}");
    }
    let groups = |persons: BTreeMap<String, String>| {
        let mut by: BTreeMap<String, Vec<String>> = BTreeMap::new();
        persons.into_iter().for_each(|(record, person)| by.entry(person).or_default().push(record));
        by.into_values().collect::<std::collections::BTreeSet<_>>()
    };
    let stepwise = groups(persons(&site));
    // Without what was kept, all pairs are compared under the same model.
    std::fs::remove_dir_all(site.path("workspace/cache")).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(20));
    let (_, err) = site.ok(&["link", "--threads", "1"]);
    assert!(err.contains("all pairs were compared"), "{err}");
    assert_eq!(groups(persons(&site)), stepwise);
    let (_, err) = site.ok(&["link", "--retrain"]);
    assert!(err.contains("a new model was trained"), "{err}");
}

#[test]
fn quality_says_what_is_not_estimable_and_then_what_a_reviewed_sample_shows() {
    let site = Site::sqlite();
    site.import_invented(250);
    let quality = || serde_json::from_str::<Value>(&site.ok(&["quality", "--json"]).0).unwrap();
    assert!(quality()["reviewed_sample"].is_null());
    assert!(quality()["expected_by_the_model"]["false_links_per_thousand"].as_f64().unwrap() >= 0.0);
    site.ok(&["review", "--sample", "60", "--seed", "5"]);
    assert!(quality()["reviewed_sample"]["precision"]["not_estimable"].is_string());
    let (shown, _) = site.ok(&["review", "--of", "sample", "--next"]);
    assert!(!shown.contains("probability") && !shown.contains("p-"), "the model's opinion is shown: {shown}");
    let sheet = site.path("sheet.csv");
    site.ok(&["review", "--of", "sample", "--limit", "500", "--export", sheet.to_str().unwrap()]);
    let mut reader = csv::Reader::from_path(&sheet).unwrap();
    let verdict = reader.headers().unwrap().iter().position(|h| h == "verdict").unwrap();
    let mut filled = reader.headers().unwrap().iter().collect::<Vec<_>>().join(",") + "\n";
    for row in reader.records().map(Result::unwrap) {
        let cells = row.iter().enumerate().map(|(at, cell)| if at == verdict { "link" } else { cell });
        filled += &(cells.map(|cell| format!("\"{cell}\"")).collect::<Vec<_>>().join(",") + "\n");
    }
    let filled = site.write("filled.csv", filled.as_bytes());
    site.ok(&["review", "--import", &filled, "--by", "t"]);
    let found = quality();
    let reviewed = found["reviewed_sample"]["reviewed"].as_u64().unwrap();
    assert!(reviewed > 20, "{found:#}");
    assert!(!found["reviewed_sample"]["calibration"].as_array().unwrap().is_empty());
}

#[test]
fn splinks_settings_link_a_table_and_what_is_not_had_is_named() {
    let golden = root().join("crates/linkage/tests/golden/splink");
    let (rows, model) = (golden.join("rows.csv"), golden.join("model.json"));
    let dir = tempfile::tempdir().unwrap();
    let pairs = dir.path().join("pairs.csv");
    let clusters = dir.path().join("clusters.csv");
    let run = |spec: &std::path::Path, more: &[&str]| {
        let mut all = vec!["link", rows.to_str().unwrap(), "--spec", spec.to_str().unwrap()];
        all.extend(["--pairs", pairs.to_str().unwrap(), "--clusters", clusters.to_str().unwrap()]);
        all.extend(more);
        program(&all)
    };
    let output = run(&model, &[]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(std::fs::read_to_string(&clusters).unwrap().lines().count(), 141);
    assert!(std::fs::read_to_string(&pairs).unwrap().starts_with("id_l,id_r,score\n"));
    let odd = dir.path().join("odd.json");
    let changed = std::fs::read_to_string(&model).unwrap().replace("jaro_similarity(", "cosine_similarity(");
    std::fs::write(&odd, changed).unwrap();
    let refused = run(&odd, &[]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("cosine_similarity is not had"), "{}", text(&refused.stderr));
    let left_out = run(&odd, &["--leave-out"]);
    assert!(left_out.status.success() && text(&left_out.stderr).contains("left out: comparison \"street\""));
}
