//! `tawthiq estimate`, with a table and over a workspace. All lists here are invented.

use crate::support::{Site, program, text};

const TABLE: &str = "a,b,c,count\n1,0,0,210\n0,1,0,180\n1,1,0,40\n0,0,1,150\n1,0,1,35\n0,1,1,61\n1,1,1,12\n";

#[test]
fn a_table_gives_the_same_bytes_for_a_seed_and_every_answer_has_its_interval() {
    let folder = tempfile::tempdir().unwrap();
    let table = folder.path().join("patterns.csv");
    std::fs::write(&table, TABLE).unwrap();
    let table = table.to_str().unwrap();
    let csv = folder.path().join("out.csv");
    let arguments = ["estimate", "--table", table, "--seed", "4", "--json", "--csv", csv.to_str().unwrap()];
    let (first, second) = (program(&arguments), program(&arguments));
    assert!(first.status.success(), "{}", text(&first.stderr));
    assert_eq!(first.stdout, second.stdout);
    let json: serde_json::Value = serde_json::from_slice(&first.stdout).unwrap();
    assert_eq!((json["n_documented"].as_u64(), json["seed"].as_u64()), (Some(688), Some(4)));
    let models = json["models"].as_array().unwrap();
    assert_eq!(models.len(), 6);
    for model in models.iter().filter(|model| model.get("not_estimable").is_none()) {
        assert_eq!(model["credible_interval_95"].as_array().unwrap().len(), 2, "{model}");
    }
    assert_eq!(std::fs::read_to_string(csv).unwrap().lines().count(), 7);
}

#[test]
fn a_table_with_a_negative_count_is_refused_on_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let table = folder.path().join("patterns.csv");
    std::fs::write(&table, "a,b,count\n1,0,-3\n").unwrap();
    let output = program(&["estimate", "--table", table.to_str().unwrap(), "--json"]);
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    assert!(said.contains("nothing was estimated") && said.contains("negative"), "{said}");
    assert!(output.stdout.is_empty());
}

#[test]
fn bad_tables_get_a_sentence_and_hard_ones_an_answer_that_says_what_it_is_worth() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("patterns.csv");
    let run = |table: &str, arguments: &[&str]| {
        std::fs::write(&path, table).unwrap();
        program(&[&["estimate", "--table", path.to_str().unwrap()], arguments].concat())
    };
    let twelve: Vec<String> = (0..12).map(|i| format!("l{i}")).collect();
    let twelve = format!("{},count\n{}1,5\n", twelve.join(","), "0,".repeat(11) + "1,");
    for (table, said) in [
        ("", "no column named count"),
        ("a,b,count\n", "every count is zero"),
        ("a,b,count\n1,0,2.5\n", "fractional"),
        ("a,b,count\n1,0,-2\n", "negative"),
        ("a,b,count\n1,0,0\n0,1,0\n", "every count is zero"),
        ("a,count\n1,5\n", "1 list"),
        ("a,a,count\n1,0,5\n", "twice"),
        (twelve.as_str(), "12 lists"),
    ] {
        let output = run(table, &[]);
        assert_eq!(output.status.code(), Some(2), "{table}");
        assert!(text(&output.stderr).contains(said) && output.stdout.is_empty(), "{table}: {}", text(&output.stderr));
    }
    for table in [
        "a,b,c,count\n1,0,0,50\n1,1,0,6\n1,0,1,7\n1,1,1,2\n",
        "a;b;c;count\n1;0;0;1000000000\n0;1;0;900000000\n0;0;1;1000000000\n1;1;0;500000000\n1;0;1;400000000\n1;1;1;3\n",
        "a,b,c,count\n1,0,0,5\n0,1,0,4\n0,0,1,3\n",
    ] {
        let output = run(table, &["--json"]);
        assert!(output.status.success(), "{table}: {}", text(&output.stderr));
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        for model in json["models"].as_array().unwrap() {
            match model.get("not_estimable") {
                Some(because) => assert!(because.as_str().unwrap().starts_with("because "), "{model}"),
                None => assert!(model["median"].as_f64().is_some_and(f64::is_finite), "{model}"),
            }
        }
    }
    let doubted = run(
        "a,b,c,d,count\n1,0,0,0,420\n0,1,0,0,30\n0,0,1,0,33\n0,0,0,1,28\n1,1,0,0,6\n1,0,1,0,7\n0,1,1,0,21\n0,1,0,1,19\n0,0,1,1,23\n1,0,0,1,5\n0,1,1,1,40\n1,1,1,1,35\n",
        &["--model", "sparsemse"],
    );
    assert!(text(&doubted.stdout).contains("not to be read as 95 %"), "{}", text(&doubted.stdout));
}

#[test]
fn a_table_with_small_counts_is_estimated_without_telling_them() {
    let folder = tempfile::tempdir().unwrap();
    let (path, csv) = (folder.path().join("patterns.csv"), folder.path().join("out.csv"));
    let run = |table: &str, arguments: &[&str]| {
        std::fs::write(&path, table).unwrap();
        program(&[&["estimate", "--table", path.to_str().unwrap(), "--smallest-cell", "5"], arguments].concat())
    };
    let small = TABLE.replace("1,1,1,12", "1,1,1,3");
    let output = run(&small, &["--json", "--csv", csv.to_str().unwrap()]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["n_documented"], 679);
    assert_eq!(
        (json["lists"].as_array().unwrap().len(), &json["lists_without_totals"]),
        (0, &serde_json::json!(["a", "b", "c"]))
    );
    for model in json["models"].as_array().unwrap() {
        let name = model["model"].as_str().unwrap();
        if ["pairs", "chao"].contains(&name) {
            assert!(model["not_estimable"].as_str().unwrap().contains("withheld"), "{model}");
        } else if model.get("not_estimable").is_none() {
            assert_eq!(model["median"].as_f64().unwrap().fract(), 0.0, "{model}");
            assert!(model["warnings"].as_array().unwrap().is_empty(), "{model}");
        }
    }
    let rows = std::fs::read_to_string(csv).unwrap();
    assert!(rows.contains("a (withheld)") && !rows.contains("a (288)"), "{rows}");
    // With no small count, all is told as without the bound.
    let told: serde_json::Value = serde_json::from_slice(&run(TABLE, &["--json"]).stdout).unwrap();
    assert_eq!(told["lists"][0]["n_documented"], 297);
    // Of fewer than the bound in all, nothing is said.
    let few = run("a,b,c,count\n1,0,0,1\n1,1,0,1\n0,1,1,2\n", &[]);
    assert_eq!(few.status.code(), Some(2));
    assert!(text(&few.stderr).contains("fewer than 5 persons") && few.stdout.is_empty(), "{}", text(&few.stderr));
}

#[test]
fn strata_that_would_tell_a_small_count_beside_the_tally_are_taken_together() {
    let site = Site::sqlite();
    site.import_invented(300);
    let run = |arguments: &[&str]| -> serde_json::Value {
        let all = [&["estimate", "--model", "chao", "--by", "party,month", "--json"], arguments].concat();
        serde_json::from_str(&site.ok(&all).0).unwrap()
    };
    let documented = |strata: &serde_json::Value| -> Vec<u64> {
        strata.as_array().unwrap().iter().map(|stratum| stratum["n_documented"].as_u64().unwrap()).collect()
    };
    let (open, guarded) = (run(&[]), run(&["--smallest-cell", "5"]));
    assert!(documented(&open["strata"]).iter().any(|n| *n < 5), "the invented lists have small strata");
    assert!(documented(&guarded["strata"]).iter().all(|n| *n >= 5), "{}", guarded["strata"]);
    assert_eq!(
        documented(&guarded["strata"]).iter().sum::<u64>(),
        guarded["n_documented"].as_u64().unwrap(),
        "nobody is lost"
    );
    let together = guarded["strata"].as_array().unwrap().iter().any(|s| s["stratum"][0] == "(withheld)");
    assert!(together, "{}", guarded["strata"]);
    assert!(guarded["warnings"].to_string().contains("counts below 5"));
}

#[test]
fn lists_found_to_cite_one_another_are_asked_about_and_may_be_kept() {
    let site = Site::sqlite();
    site.import_invented(100);
    let statement = "[[statement]]\nid = \"cites\"\nquestion = \"q\"\nquestion_text = { en = \"Invented?\" }\nsource = \"invented-b\"\n\
                     stance = \"affirms\"\nwords = { en = \"Invented.\" }\nrepublishes = \"invented-a\"\n";
    let path = site.write("statements.toml", statement.as_bytes());
    site.ok(&["import", &path]);
    let refused = site.run(&["estimate", "--model", "chao"]);
    assert_eq!(refused.status.code(), Some(2));
    let said = text(&refused.stderr);
    assert!(
        said.contains("not estimable, because invented-b cites invented-a") && said.contains("independent"),
        "{said}"
    );
    let lists = |choice: &str| {
        let json: serde_json::Value =
            serde_json::from_str(&site.ok(&["estimate", "--model", "chao", "--derived", choice, "--json"]).0).unwrap();
        json["lists"].as_array().unwrap().len()
    };
    assert_eq!((lists("independent"), lists("invented-b=invented-a:merge")), (4, 3));
    // A copy that only the user knows of.
    assert_eq!(lists("independent,invented-d=invented-c:merge"), 3);
    let refused = site.run(&["estimate", "--model", "chao", "--derived", "independent,elsewhere=invented-a:merge"]);
    assert!(text(&refused.stderr).contains("elsewhere is no list of this trust set"), "{}", text(&refused.stderr));
}

#[test]
fn no_file_is_written_over_what_is_read_and_what_a_table_cannot_have_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("patterns.csv");
    std::fs::write(&path, TABLE).unwrap();
    let table = path.to_str().unwrap();
    let run = |arguments: &[&str]| program(&[&["estimate", "--model", "chao", "--table", table], arguments].concat());
    let refused = run(&["--csv", table]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("nothing was estimated"), "{}", text(&refused.stderr));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), TABLE);
    for arguments in [["--trust", "nobody"], ["--derived", "merge"]] {
        assert_eq!(run(&arguments).status.code(), Some(2), "{arguments:?}");
    }
    assert_eq!(program(&["estimate", "--coverage", "--replicates", "0"]).status.code(), Some(2));
    // An answer whose file cannot be written is shown nevertheless.
    let shown = run(&["--csv", "/dev/full"]);
    assert!(!shown.status.success() && text(&shown.stdout).contains("chao"), "{}", text(&shown.stderr));
}

#[test]
fn a_doubt_stands_in_the_csv_and_no_name_of_a_list_is_run_as_a_formula() {
    let folder = tempfile::tempdir().unwrap();
    let (path, csv) = (folder.path().join("patterns.csv"), folder.path().join("out.csv"));
    // Lists b and c copy from one another; a is nearly apart.
    let copies = "=cmd(),b,c,count\n1,0,0,400\n0,1,1,300\n1,1,1,9\n0,1,0,2\n0,0,1,2\n1,1,0,1\n1,0,1,1\n";
    std::fs::write(&path, copies).unwrap();
    let (table, out) = (path.to_str().unwrap(), csv.to_str().unwrap());
    let output = program(&["estimate", "--model", "pairs", "--table", table, "--csv", out]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("not to be read as 95 %"), "{}", text(&output.stdout));
    let mut reader = csv::Reader::from_path(&csv).unwrap();
    let at = |name: &str, headers: &csv::StringRecord| headers.iter().position(|h| h == name).unwrap();
    let (doubts, lists) = (at("doubts", reader.headers().unwrap()), at("lists", reader.headers().unwrap()));
    let row = reader.records().next().unwrap().unwrap();
    assert!(row[doubts].contains("below_documented") && row[doubts].contains("pairs_apart"), "{row:?}");
    assert!(row[lists].starts_with('\''), "{row:?}");
}

#[test]
fn records_that_no_run_has_linked_are_told_and_are_in_no_sample_and_a_tally_has_its_strata() {
    let site = Site::sqlite();
    site.import_invented(200);
    let whole = |arguments: &[&str]| -> serde_json::Value {
        let all = [&["estimate", "--model", "chao", "--json"], arguments].concat();
        serde_json::from_str(&site.ok(&all).0).unwrap()
    };
    let before = whole(&[]);
    let list = std::fs::read_to_string(site.path("invented/list_A.csv")).unwrap();
    let (header, row) = (list.lines().next().unwrap(), list.lines().last().unwrap());
    let row = row.split_once(',').unwrap().1;
    let late = site.write("late.csv", format!("{header}\nlate-1,{row}\n").as_bytes());
    site.ok(&["import", &late, "--source", "invented-a"]);
    let after = whole(&["--linkage-samples", "2", "--by", "sex"]);
    assert_eq!(after["n_documented"], before["n_documented"]);
    let warnings = after["warnings"].to_string();
    assert!(warnings.contains("1 of") && warnings.contains("in no person yet"), "{warnings}");
    assert!(warnings.contains("in the strata and their total linkage is taken as known"), "{warnings}");

    let sums = |arguments: &[&str]| -> Vec<u64> {
        let all = [&["tally", "--json", "--by", "party,month"], arguments].concat();
        let json: serde_json::Value = serde_json::from_str(&site.ok(&all).0).unwrap();
        json["sums"].as_array().unwrap().iter().map(|sum| sum["n_documented"].as_u64().unwrap()).collect()
    };
    let (open, guarded) = (sums(&[]), sums(&["--smallest-cell", "5"]));
    assert_eq!(open.iter().sum::<u64>(), guarded.iter().sum::<u64>());
    assert!(open.iter().any(|n| *n < 5) && guarded.iter().all(|n| *n >= 5), "{guarded:?}");
    assert_eq!(site.run(&["tally", "--by", "party,party"]).status.code(), Some(2));
}

#[test]
fn months_that_are_withheld_have_no_line_in_the_plot() {
    let site = Site::sqlite();
    site.import_invented(300);
    let svg = site.path("plot.svg");
    let plot = |arguments: &[&str]| -> (String, String) {
        let all =
            [&["estimate", "--model", "chao", "--by", "month", "--svg", svg.to_str().unwrap()], arguments].concat();
        site.ok(&all);
        (std::fs::read_to_string(&svg).unwrap(), std::fs::read_to_string(site.path("plot.txt")).unwrap())
    };
    let lines = |svg: &str| svg.matches("stroke-width=\"1.6\"").count();
    let (open, text) = plot(&[]);
    assert!(lines(&open) == 1 && text.contains("Trust set all; lists: invented-a"), "{text}");
    let (guarded, text) = plot(&["--smallest-cell", "5"]);
    assert!(lines(&guarded) > 1, "a withheld month is no zero: {guarded}");
    assert!(text.contains("documented in months that are withheld"), "{text}");
}

#[test]
fn a_workspace_is_estimated_by_stratum_with_totals_a_plot_and_an_entry_in_the_journal() {
    let site = Site::sqlite();
    site.import_invented(300);
    let (svg, csv) = (site.path("plot.svg"), site.path("estimates.csv"));
    let arguments = [
        "estimate",
        "--model",
        "dga",
        "--by",
        "month",
        "--json",
        "--svg",
        svg.to_str().unwrap(),
        "--csv",
        csv.to_str().unwrap(),
    ];
    let before = site.rows("run");
    let json: serde_json::Value = serde_json::from_str(&site.ok(&arguments).0).unwrap();
    assert_eq!(site.rows("run"), before + 1);
    let strata = json["strata"].as_array().unwrap();
    let documented: u64 = strata.iter().map(|s| s["n_documented"].as_u64().unwrap()).sum();
    assert_eq!(Some(documented), json["n_documented"].as_u64());
    assert_eq!(json["totals"][0]["model"], "dga");
    let svg = std::fs::read_to_string(svg).unwrap();
    assert!(svg.starts_with("<svg") && svg.contains("<desc") && svg.contains("documented"));
    assert!(std::fs::read_to_string(site.path("plot.txt")).unwrap().contains("documented"));
    assert!(std::fs::read_to_string(csv).unwrap().contains("total of strata"));
}

#[test]
fn linkage_makes_a_share_of_the_interval_that_is_told() {
    let site = Site::sqlite();
    site.import_invented(200);
    let (out, _) = site.ok(&["estimate", "--model", "dga", "--linkage-samples", "4", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(json["linkage"]["samples"], 4);
    let model = &json["linkage"]["models"][0];
    let share = model["diagnostics"]["share_of_interval_from_linkage"].as_f64().unwrap();
    assert!((0.0..=1.0).contains(&share), "{model}");
}

#[test]
fn lists_that_copy_from_one_another_are_asked_about_before_anything_is_estimated() {
    let site = Site::sqlite();
    site.import_invented(100);
    let sources = std::fs::read_to_string(site.path("invented/sources.toml")).unwrap();
    let derived = sources.replacen("id = \"invented-b\"", "id = \"invented-b\"\nderives_from = [\"invented-a\"]", 1);
    assert_ne!(sources, derived);
    let path = site.write("derived.toml", derived.as_bytes());
    site.ok(&["import", &path]);
    let refused = site.run(&["estimate", "--model", "chao"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("invented-b derives from invented-a"), "{}", text(&refused.stderr));
    for choice in ["merge", "leave-out"] {
        let (out, _) = site.ok(&["estimate", "--model", "chao", "--derived", choice, "--json"]);
        let json: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert_eq!(json["lists"].as_array().unwrap().len(), 3, "{choice}");
    }
}
