//! `link` of lists without a workspace, as outsiders use it: what it reads, what it refuses, what it leaves behind.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use serde_json::Value;

use crate::support::{Site, command, program, text};

struct Lists {
    dir: tempfile::TempDir,
}

impl Lists {
    fn invented(n: usize) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("lists");
        let made = program(&["synth", "--n", &n.to_string(), "--seed", "7", "--out", out.to_str().unwrap()]);
        assert!(made.status.success(), "{}", text(&made.stderr));
        Self { dir }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn name(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    fn write(&self, name: &str, text: &str) -> String {
        std::fs::write(self.path(name), text).unwrap();
        self.name(name)
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// `link` of the invented lists A and B.
    fn link(&self, more: &[&str]) -> Output {
        let (a, b) = (self.name("lists/list_A.csv"), self.name("lists/list_B.csv"));
        program(&[&["link", &a, &b], more].concat())
    }

    fn clusters(&self, more: &[&str]) -> String {
        let linked = self.link(&[&["--clusters", &self.name("c.csv")], more].concat());
        assert!(linked.status.success(), "{}", text(&linked.stderr));
        self.read("c.csv")
    }
}

fn refused(output: &Output, words: &[&str]) {
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    for word in words.iter().chain(&["nothing was linked"]) {
        assert!(said.contains(word), "{word:?} is not in {said}");
    }
}

#[test]
fn nothing_that_is_read_is_written_over_and_no_output_is_lost_to_another() {
    let lists = Lists::invented(40);
    let (mine, before) = (lists.name("lists/list_A.csv"), lists.read("lists/list_A.csv"));
    for option in ["--pairs", "--clusters", "--report", "--model-out"] {
        refused(&lists.link(&[option, &mine]), &["list_A.csv", "written over"]);
    }
    let both = lists.name("both.csv");
    refused(&lists.link(&["--pairs", &both, "--clusters", &both]), &["two outputs"]);
    assert_eq!(lists.read("lists/list_A.csv"), before);
    assert!(!Path::new(&both).exists());
    let invented = program(&["synth", "--n", "3", "--out", lists.path("lists").to_str().unwrap()]);
    assert!(invented.status.success(), "{}", text(&invented.stderr));
    lists.write("sources.toml", "mine");
    let over = program(&["synth", "--n", "3", "--out", lists.dir.path().to_str().unwrap()]);
    assert!(!over.status.success() && lists.read("sources.toml") == "mine", "{}", text(&over.stderr));
}

#[cfg(target_os = "linux")]
#[test]
fn a_run_that_is_killed_stops_working_leaves_nothing_and_overwrites_nothing() {
    let lists = Lists::invented(3);
    let list = lists.name("slow.csv");
    assert!(std::process::Command::new("mkfifo").arg(&list).status().unwrap().success());
    let clusters = lists.write("clusters.csv", "before");
    let pairs = lists.name("pairs.csv");
    let mut run =
        command(&["link", &list, "--pairs", &pairs, "--clusters", &clusters]).stderr(Stdio::null()).spawn().unwrap();
    // Opens once the child that works has opened its end.
    let mut rows = std::fs::OpenOptions::new().write(true).open(&list).unwrap();
    rows.write_all(b"record_id,name_ar\n").unwrap();
    run.kill().unwrap();
    run.wait().unwrap();
    // A child that lived on would take all of these.
    let taken = (0..4_000_000).try_for_each(|row| rows.write_all(format!("r{row},\n").as_bytes()));
    assert_eq!(taken.map_err(|e| e.kind()), Err(std::io::ErrorKind::BrokenPipe));
    assert_eq!(lists.read("clusters.csv"), "before");
    let left: Vec<String> = std::fs::read_dir(lists.dir.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| !["lists", "slow.csv", "clusters.csv"].contains(&name.as_str()))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn standard_output_is_written_to_and_not_replaced() {
    let lists = Lists::invented(20);
    let out = std::fs::OpenOptions::new().create(true).append(true).open(lists.path("out.txt")).unwrap();
    let list = lists.name("lists/list_A.csv");
    let mut run = command(&["link", &list, "--clusters", "/dev/stdout"]);
    assert!(run.stdout(out.try_clone().unwrap()).stderr(Stdio::null()).status().unwrap().success());
    (&out).write_all(b"what follows\n").unwrap();
    let written = lists.read("out.txt");
    assert!(written.starts_with("id,cluster_id\n") && written.ends_with("what follows\n"), "{written}");
}

#[test]
fn one_list_alone_is_not_compared_with_others_and_what_no_record_bears_is_said() {
    let lists = Lists::invented(30);
    let list = lists.name("lists/list_A.csv");
    let alone = command(&["link", &list, "--link-only", "--clusters", &lists.name("c.csv")]).output().unwrap();
    refused(&alone, &["one list", "nothing was linked"]);
    let bare = lists.write("bare.csv", "record_id,name_ar,sex\nx1,مختلق أول,\nx2,مختلق ثان,\n");
    let linked = command(&["link", &bare, "--clusters", &lists.name("c.csv")]).output().unwrap();
    let said = text(&linked.stderr);
    assert!(linked.status.success() && said.contains("no record bears sex, or age, or date"), "{said}");
    assert!(said.contains("linked 2 records of 1 list:"), "{said}");
}

#[test]
fn an_id_that_a_spreadsheet_would_run_is_no_formula_in_what_is_written() {
    let lists = Lists::invented(3);
    let rows = "record_id,name_ar,sex\n=1+1,مختلق أول زرقون,M\n@x,مختلق أول زرقون,M\nplain,مختلق ثالث,M\n";
    let list = lists.write("formulas.csv", rows);
    let (clusters, pairs) = (lists.name("c.csv"), lists.name("p.csv"));
    let done = command(&["link", &list, "--clusters", &clusters, "--pairs", &pairs]).output().unwrap();
    assert!(done.status.success(), "{}", text(&done.stderr));
    let written = lists.read("c.csv");
    assert!(written.contains("\n'=1+1,") && written.contains("\n'@x,") && written.contains("\nplain,"), "{written}");
    assert!(!lists.read("p.csv").contains("\n="));
}

#[test]
fn what_a_settings_file_says_holds_where_the_command_line_is_silent() {
    let lists = Lists::invented(300);
    let spec = lists.write("spec.toml", "link_only = true\nseed = 5\n");
    let (free, by_option) = (lists.clusters(&[]), lists.clusters(&["--link-only", "--seed", "5"]));
    assert_ne!(free, by_option);
    assert_eq!(lists.clusters(&["--spec", &spec]), by_option);
    let model = lists.name("model.json");
    lists.clusters(&["--spec", &spec, "--model-out", &model]);
    let settings =
        |lists: &Lists| serde_json::from_str::<Value>(&lists.read("model.json")).unwrap()["settings"].clone();
    assert_eq!((&settings(&lists)["link_only"], &settings(&lists)["seed"]), (&Value::Bool(true), &Value::from(5)));
    lists.clusters(&["--spec", &spec, "--seed", "9", "--model-out", &model]);
    assert_eq!(settings(&lists)["seed"], 9);
}

/// The list with its dates and its header written otherwise.
fn rewritten(list: &str, date: impl Fn(&str) -> String) -> String {
    let mut reader = csv::Reader::from_reader(list.as_bytes());
    let header = reader.headers().unwrap().clone();
    let at = header.iter().position(|name| name == "date_of_death").unwrap();
    let mut out = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
    out.write_record(header.iter().map(|name| name.to_uppercase())).unwrap();
    for row in reader.records().map(Result::unwrap) {
        out.write_record(row.iter().enumerate().map(|(i, cell)| if i == at { date(cell) } else { cell.to_owned() }))
            .unwrap();
    }
    String::from_utf8(out.into_inner().unwrap()).unwrap()
}

#[test]
fn dates_columns_separators_and_encodings_are_read_as_lists_have_them() {
    let lists = Lists::invented(200);
    let expected = lists.clusters(&[]);
    let (a, b) = (lists.name("lists/list_A.csv"), lists.read("lists/list_B.csv"));
    let day_first = |date: &str| match date.split('-').collect::<Vec<_>>()[..] {
        [year, month, day] => format!("{day}/{month}/{year}"),
        _ => date.to_owned(),
    };
    let arabic =
        |date: &str| date.chars().map(|c| c.to_digit(10).map_or(c, |d| char::from_u32(0x660 + d).unwrap())).collect();
    let timed = |date: &str| if date.len() == 10 { format!("{date} 00:00:00") } else { date.to_owned() };
    let forms: [(&str, String); 3] = [
        ("d/m/Y", rewritten(&b, day_first)),
        ("Arabic digits", rewritten(&b, arabic)),
        ("times", rewritten(&b, timed)),
    ];
    for (form, list) in forms {
        let path = lists.write("b.csv", &list);
        let linked = program(&["link", &a, &path, "--clusters", &lists.name("c.csv")]);
        assert!(linked.status.success(), "{form}: {}", text(&linked.stderr));
        assert_eq!(lists.read("c.csv"), expected, "{form}");
    }
    let mut utf16 = vec![0xFF, 0xFE];
    utf16.extend(b.encode_utf16().flat_map(u16::to_le_bytes));
    std::fs::write(lists.path("b.csv"), utf16).unwrap();
    let linked = program(&["link", &a, &lists.name("b.csv"), "--clusters", &lists.name("c.csv")]);
    assert!(linked.status.success() && lists.read("c.csv") == expected, "{}", text(&linked.stderr));
}

#[test]
fn what_cannot_be_read_is_counted_and_lists_of_nothing_known_are_refused() {
    let lists = Lists::invented(3);
    let odd = lists.write(
        "odd.csv",
        "record_id,Name_Ar,sex,date_of_death,shoe size\n1,علي حسن,x,soon,44\n2,حسن علي,M,01/02/2013,43\n3,ليلى,,,\n",
    );
    let report = lists.name("report.json");
    let linked = program(&["link", &odd, "--report", &report]);
    let said = text(&linked.stderr);
    assert!(linked.status.success(), "{said}");
    for line in [
        "sex: 1 of 3 values, such as \"x\"",
        "date_of_death: 1 of 3 values, such as \"soon\"",
        "\"01/02/2013\", were read as day, month, year",
        "not used: shoe size",
    ] {
        assert!(said.contains(line), "{line:?} is not in {said}");
    }
    assert_eq!(
        serde_json::from_str::<Value>(&lists.read("report.json")).unwrap()["values"].as_array().unwrap().len(),
        3
    );
    let unknown = lists.write("unknown.csv", "record_id,Nom complet\n1,a\n2,b\n");
    refused(&program(&["link", &unknown]), &["no column but the id", "Nom complet"]);
    let spec = lists.write("spec.toml", "[columns]\nname_ar = [\"nom\"]\n");
    refused(&program(&["link", &odd, "--spec", &spec]), &["name_ar", "nom"]);
    let named = lists.write("named.toml", "[columns]\nname_ar = [\"nom complet\"]\n");
    assert!(program(&["link", &unknown, "--spec", &named]).status.success());
}

#[test]
fn a_model_goes_out_and_comes_back_and_one_that_does_not_fit_is_refused() {
    let lists = Lists::invented(300);
    let model = lists.name("model.json");
    let trained = lists.clusters(&["--model-out", &model]);
    assert_eq!(lists.clusters(&["--model", &model]), trained);
    let good: Value = serde_json::from_str(&lists.read("model.json")).unwrap();
    let mut other = good.clone();
    other["model"]["version"] = 99.into();
    let other = lists.write("other.json", &other.to_string());
    refused(&lists.link(&["--model", &other]), &["other.json", "version 99"]);
    for number in ["NaN", "null", "1e999", "-0.5"] {
        let mut spoilt = good.clone();
        spoilt["model"]["comparisons"][0]["levels"][0]["m_probability"] = "HERE".into();
        let spoilt = lists.write("spoilt.json", &spoilt.to_string().replace("\"HERE\"", number));
        refused(&lists.link(&["--model", &spoilt]), &["spoilt.json"]);
    }
    let mut edited = good.clone();
    edited["model"]["comparisons"][0]["levels"][0]["match_weight_bits"] = 20.into();
    let edited = lists.write("edited.json", &edited.to_string());
    refused(&lists.link(&["--model", &edited]), &["edited.json", "match_weight_bits"]);
    refused(&lists.link(&["--model", &model, "--spec", "people"]), &["trained on lists of victims"]);
    let mut narrower = good.clone();
    narrower["facts"].as_array_mut().unwrap().retain(|fact| fact != "age");
    let narrower = lists.write("narrower.json", &narrower.to_string());
    refused(&lists.link(&["--model", &narrower]), &["without age"]);
    refused(&lists.link(&["--model", &lists.name("lists/meta.json")]), &["no model"]);
}

#[test]
fn a_spec_of_ones_own_that_names_a_column_of_no_list_is_refused_and_tells_what_its_columns_lack() {
    let lists = Lists::invented(3);
    let row = |list: &str, i: u32| format!("{list}{i},invented {},x@invented.org,,1900-01-01\n", i * 7);
    let list = |name: &str| {
        let rows: String = (0..60).map(|i| row(name, i)).collect();
        lists.write(&format!("{name}.csv"), &format!("id,name,email,phone,born\n{rows}"))
    };
    let (a, b) = (list("a"), list("b"));
    let comparison = |column: &str, by: &str| format!("[[comparisons]]\ncolumn = \"{column}\"\nby = \"{by}\"\n");
    let spec = |more: &str| {
        let columns = comparison("name", "exact") + &comparison("phone", "exact") + more;
        lists.write("own.toml", &format!("spec = \"own\"\n{columns}[[rules]]\nsame = [\"name\"]\n"))
    };
    refused(&program(&["link", &a, &b, "--spec", &spec(&comparison("nmae", "exact"))]), &["nmae", "no list has"]);
    let linked = program(&["link", &a, &b, "--spec", &spec(&comparison("email", "exact"))]);
    let said = text(&linked.stderr);
    assert!(linked.status.success(), "{said}");
    for told in [
        "phone: no record bears a value",
        "100 % of the records bear \"x@invented.org\" as email",
        "fewer than 200 pairs",
    ] {
        assert!(said.contains(told), "{told:?} is not in {said}");
    }
}

#[test]
fn a_value_that_everybody_bears_is_told_with_the_columns_of_the_lists() {
    let lists = Lists::invented(3);
    let row = |i: u32| format!("{i},invented{} invented{},19{:02}-03-04,none\n", i % 17, i % 19, i % 80);
    let rows: String = (0..200).map(row).collect();
    let people = lists.write("people.csv", &format!("id,name,dob,Phone\n{rows}"));
    let linked = program(&["link", &people, "--spec", "people"]);
    let said = text(&linked.stderr);
    assert!(linked.status.success() && said.contains("100 % of the records bear \"none\" as Phone:"), "{said}");
}

#[test]
fn a_run_tells_what_each_blocking_rule_gave() {
    let lists = Lists::invented(200);
    let report = lists.name("report.json");
    let linked = lists.link(&["--report", &report]);
    assert!(text(&linked.stderr).contains("given or family+day"), "{}", text(&linked.stderr));
    let report: Value = serde_json::from_str(&lists.read("report.json")).unwrap();
    let rules = report["report"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), 10);
    let added: f64 = rules.iter().map(|rule| rule["expected_recall_added"].as_f64().unwrap()).sum();
    assert!((added - 1.0).abs() < 1e-6, "{added}");
    assert!(rules.iter().any(|rule| rule["pairs"].as_u64().unwrap() > 0));
    assert!(report["training"]["pairs"].as_u64().unwrap() > 0);
}

#[test]
fn what_would_mislead_is_refused_with_the_way_out() {
    let lists = Lists::invented(3);
    let (a, b) = (
        lists.write("a.csv", "record_id,name_ar\n1,علي\n2,حسن\n"),
        lists.write("b.csv", "record_id,name_ar\n7,علي\n2,حسن\n"),
    );
    refused(&program(&["link", &a, &b]), &["\"2\"", "a.csv, row 3", "b.csv, row 3", "a-2"]);
    refused(&program(&["link", &a, "--pairs", &lists.name("p.json")]), &["p.json", "Parquet"]);
    refused(&program(&["link", &a, "--threads", "9999"]), &["more than 512"]);
    let site = Site::sqlite();
    refused(&site.run(&["link", &a]), &["without a workspace"]);
    refused(&site.run(&["link", "--spec", "people"]), &["victims"]);
}

#[test]
fn decisions_taken_back_and_the_kept_model_hold_in_samples_of_the_linkage_too() {
    let site = Site::sqlite();
    site.import_invented(200);
    let item: Value = serde_json::from_str(&site.ok(&["review", "--next", "--json"]).0).unwrap();
    let id = |side: &str| item[side]["record"].as_str().unwrap().to_owned();
    let (a, b) = (id("a"), id("b"));
    for verdict in ["non-link", "link"] {
        site.ok(&["review", "--decide", &a, &b, verdict, "--by", "t"]);
    }
    site.ok(&["link"]);
    let estimate = || {
        let (out, _) =
            site.ok(&["estimate", "--model", "chao", "--linkage-samples", "20", "--derived", "independent", "--json"]);
        serde_json::from_str::<Value>(&out).unwrap()["linkage"].clone()
    };
    let with_link = estimate();
    let persons = with_link["persons"].as_array().unwrap();
    assert_eq!(persons.len(), 20);
    assert!(with_link["persons_interval_95"][0].as_u64() <= with_link["persons_interval_95"][1].as_u64());
    let runs = site.rows("run");
    let tally: Value = serde_json::from_str(&site.ok(&["tally", "--linkage-samples", "20", "--json"]).0).unwrap();
    assert_eq!(tally["linkage"]["persons"].as_array().unwrap().len(), 20);
    assert!(site.ok(&["tally", "--linkage-samples", "20"]).0.contains("what linkage leaves open"));
    assert_eq!(site.rows("run"), runs);
    // A decision that was taken back no longer acts: the samples are those without it.
    site.ok(&["review", "--decide", &a, &b, "cannot-tell", "--by", "t"]);
    let without = estimate();
    let model = site.path("model.json");
    site.ok(&["link", "--model-out", model.to_str().unwrap()]);
    let kept: Value = serde_json::from_str(&std::fs::read_to_string(&model).unwrap()).unwrap();
    assert_eq!(kept["model"]["version"], 3);
    assert!(kept["facts"].as_array().unwrap().iter().any(|fact| fact == "date"));
    assert_eq!(without["samples"], 20);
}

#[test]
fn a_sheet_is_signed_by_the_reviewer_of_the_environment_and_rows_of_nobody_are_told_in_one_line() {
    let site = Site::sqlite();
    site.import_invented(60);
    let sheet = site.path("sheet.csv");
    site.ok(&["review", "--export", sheet.to_str().unwrap(), "--limit", "3"]);
    let mut reader = csv::Reader::from_path(&sheet).unwrap();
    let verdict = reader.headers().unwrap().iter().position(|h| h == "verdict").unwrap();
    let mut writer = csv::Writer::from_path(site.path("filled.csv")).unwrap();
    writer.write_record(reader.headers().unwrap()).unwrap();
    for row in reader.records().map(Result::unwrap) {
        writer.write_record(row.iter().enumerate().map(|(at, cell)| if at == verdict { "c" } else { cell })).unwrap();
    }
    writer.flush().unwrap();
    let (workspace, filled) = (site.path("workspace"), site.path("filled.csv"));
    let import = || {
        let mut command =
            command(&["--workspace", workspace.to_str().unwrap(), "review", "--import", filled.to_str().unwrap()]);
        command.env_remove("TAWTHIQ_REVIEWER");
        command
    };
    let said = text(&import().output().unwrap().stderr);
    assert!(said.contains("3 rows name nobody") && said.lines().count() == 2, "{said}");
    let said = text(&import().env("TAWTHIQ_REVIEWER", "team").output().unwrap().stderr);
    assert!(said.contains("3 decisions recorded"), "{said}");
}
