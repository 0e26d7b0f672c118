//! Import: nothing dropped, nothing twice, nothing lost to an interruption.

use std::process::Stdio;
use std::time::Duration;

use crate::support::{Site, command, example, program, text};

const HEADER: &str = "record_id,name_ar,name_en,sex,age,date_of_death,governorate,town,cause,perpetrator\n";

#[test]
fn the_same_file_twice_adds_nothing_and_says_so() {
    Site::on_both("twice", |site| {
        site.import_figures();
        let before = site.status();
        let (_, err) = site.ok(&["import", example("figures.csv").to_str().unwrap()]);
        assert!(err.contains("nothing was added"), "{err}");
        assert_eq!(site.status(), before);
    });
}

#[test]
fn rows_that_cannot_be_read_are_listed_with_row_column_and_reason() {
    let site = Site::sqlite();
    let rows = format!(
        "{HEADER}X1,مختلق أول,,M,20,2017-07-21,حلب,,,isis\nX2,مختلق ثان,,M,20,2017-13-40,حلب,,,isis\n\
         X3,,,,,,,,,\nX4,مختلق رابع,,M,20,2017-07-22,حلب,,,a party that nobody knows\nX5,short\n"
    );
    let file = site.write("list.csv", rows.as_bytes());
    let (_, err) = site.ok(&["import", "--source", "x", &file]);
    assert!(err.contains("5 rows read") && err.contains("2 taken in") && err.contains("3 refused"), "{err}");
    assert_eq!(site.rows("record"), 2);
    let folder = std::fs::read_dir(site.path("workspace/imports")).unwrap().next().unwrap().unwrap().path();
    let rejected = std::fs::read_to_string(folder.join("rejected.csv")).unwrap();
    assert!(rejected.contains("2,date_of_death"), "{rejected}");
    assert!(
        rejected.lines().any(|l| l.starts_with("3,")) && rejected.lines().any(|l| l.starts_with("5,")),
        "{rejected}"
    );
}

#[test]
fn a_feed_is_taken_in_as_posts_that_can_be_proved_and_that_no_release_shows() {
    Site::on_both("feed", |site| {
        let feed = "<rss version='2.0'><channel><title>Invented desk</title><item><title>POST-CANARY</title><guid>g1</guid>\
                    <link>https://desk.invalid/1</link><pubDate>Tue, 19 Mar 2019 10:00:00 GMT</pubDate></item></channel></rss>";
        let file = site.write("feed.xml", feed.as_bytes());
        let unsaid = site.run(&["import", &file]);
        assert!(unsaid.status.code() == Some(2) && text(&unsaid.stderr).contains("--source ID"));
        let (_, err) = site.ok(&["import", "--source", "desk", &file]);
        assert!(err.contains("1 rows read as feed, 1 taken in, 0 refused"), "{err}");
        assert_eq!(site.rows("post"), 1);
        let (_, err) = site.ok(&["import", "--source", "desk", &file]);
        assert!(err.contains("nothing was added"), "{err}");
        let accession = std::fs::read_dir(site.path("workspace/originals")).unwrap().count();
        assert!(accession > 0, "the feed as received is kept");
        let (out, _) = site.ok(&["custody", "1"]);
        assert!(out.contains("post"), "{out}");
        site.import_figures();
        let release = site.path("out");
        site.ok(&["publish", "--out", release.to_str().unwrap()]);
        assert_eq!(super::withdrawing::holding(&release, "POST-CANARY"), Vec::<std::path::PathBuf>::new());
        site.ok(&["rebuild"]);
        assert_eq!(site.rows("post"), 1);
    });
}

#[test]
fn windows_1256_is_read_and_a_file_of_no_known_form_is_refused_with_what_to_do() {
    let site = Site::sqlite();
    // "محمد" in Windows-1256, in a list of one invented man.
    let mut bytes = HEADER.as_bytes().to_vec();
    bytes.extend(b"W1,\xe3\xcd\xe3\xcf,,M,20,2017-07-21,,,,isis\n");
    let file = site.write("old.csv", &bytes);
    let (_, err) = site.ok(&["import", "--source", "x", &file]);
    assert!(err.to_lowercase().contains("windows-1256"), "{err}");
    assert_eq!(site.rows("record"), 1);

    let odd = site.write("odd.csv", b"a,b\n1,2\n");
    let output = site.run(&["import", "--source", "x", &odd]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("--mapping"), "{}", text(&output.stderr));
    let empty = site.write("empty.csv", b"");
    assert_eq!(site.run(&["import", "--source", "x", &empty]).status.code(), Some(2));
}

#[test]
fn an_import_that_was_killed_ends_in_the_same_state_when_run_again() {
    let whole = Site::sqlite();
    let lists = whole.path("lists");
    assert!(program(&["synth", "--n", "60000", "--seed", "9", "--out", lists.to_str().unwrap()]).status.success());
    let list = lists.join("list_A.csv");
    let list = list.to_str().unwrap();
    whole.ok(&["import", "--source", "x", list]);
    let (all, end) = (whole.rows("record"), whole.status());

    // Killed ever later, until three kills fell between the first and the last row.
    let mut midway = 0;
    for wait_ms in (20..).step_by(40).take_while(|wait| *wait < 5_000) {
        let cut = Site::sqlite();
        let workspace = cut.path("workspace");
        let mut child = command(&["--workspace", workspace.to_str().unwrap(), "import", "--source", "x", list])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(wait_ms));
        child.kill().unwrap();
        child.wait().unwrap();
        let so_far = cut.rows("record");
        midway += u32::from(so_far > 0 && so_far < all);
        cut.ok(&["import", "--source", "x", list]);
        assert_eq!(cut.status(), end, "killed after {wait_ms} ms with {so_far} of {all} rows in");
        if midway == 3 || so_far == all {
            break;
        }
    }
    assert!(midway > 0, "no kill fell between the first and the last row");
}

#[test]
fn a_second_file_cannot_take_the_place_of_a_published_figure() {
    Site::on_both("hijack", |site| {
        site.import_figures();
        let before = site.rows("figure");
        let text = std::fs::read_to_string(example("figures.csv")).unwrap();
        let (header, row) = (text.lines().next().unwrap(), text.lines().nth(1).unwrap());
        let changed = row.replace(",SNHR,", ",SOHR,");
        assert_ne!(changed, row, "the first row is no longer one of SNHR's: change the test");
        let fresh = changed.replacen(row.split(',').next().unwrap(), "X9001", 1);
        let file = site.write("other.csv", format!("{header}\n{changed}\n{fresh}\n").as_bytes());
        let (_, err) = site.ok(&["import", &file]);
        assert!(err.contains("1 taken in, 1 refused"), "{err}");
        assert_eq!(site.rows("figure"), before + 1);
        let state = site.status();
        site.ok(&["rebuild"]);
        assert_eq!(site.status(), state);
    });
}

#[test]
fn the_same_bytes_for_another_source_are_refused_unless_asked_for() {
    let site = Site::sqlite();
    let file = site.write("list.csv", format!("{HEADER}X1,مختلق أول,,M,20,2017-07-21,حلب,,,isis\n").as_bytes());
    site.ok(&["import", "--source", "x", &file]);
    let output = site.run(&["import", "--source", "y", &file]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("taken in before, for x"), "{}", text(&output.stderr));
    assert_eq!(site.rows("record"), 1);
    site.ok(&["import", "--source", "y", "--again", &file]);
    assert_eq!(site.rows("record"), 2);
}

#[test]
fn rebuild_gives_the_same_tables() {
    Site::on_both("rebuild", |site| {
        site.import_figures();
        site.import_invented(150);
        let before = site.status();
        let (_, err) = site.ok(&["rebuild"]);
        assert!(err.contains("the same"), "{err}");
        assert_eq!(site.status(), before);
    });
}

#[test]
fn a_workspace_in_use_is_refused_to_a_second_writer() {
    let site = Site::sqlite();
    let held = std::fs::read_dir(site.path("workspace")).unwrap().count();
    assert!(held > 2);
    let output = site.run(&["init"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("nothing was changed"));
    assert_eq!(program(&["--workspace", "/nonexistent-tawthiq", "status"]).status.code(), Some(2));
}
