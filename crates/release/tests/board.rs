//! The script of "Whom do you trust?", run as the page runs it, and what a month's page hands it.

#[allow(dead_code)]
mod support;

use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};

const BOARD: &str = include_str!("../web/src/board.js");

/// Runs assertions beside the script's own functions, in the Node that bundles it.
fn holds(assertions: &str) {
    let mut node = Command::new("node")
        .args(["--input-type=module", "-"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("node, which bundles the scripts of the pages");
    let script = format!("import assert from \"node:assert/strict\";\n{BOARD}\n{assertions}");
    node.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    let done = node.wait_with_output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn a_range_that_keeps_less_of_itself_narrows_and_neither_rises_nor_falls() {
    holds(
        r#"
        const data = { parties: ["isis.civilians", "coalition.civilians", "sdf.civilians"],
          shares: [[0, 0, 8.4], [1, 0, 19.5], [0, 1, 2.2], [1, 1, 38.1], [0, 2, 5.4]] };
        const shown = ([low, high]) => `${low} ${high}`;
        const all = spread(data, [0, 1]);
        for (const [chosen, kept] of [[[0], [2.2, 2.2]], [[1], [38.1, 38.1]]]) {
          const most = effect(all, spread(data, chosen), data.parties, false, shown);
          assert.equal(most.how, "narrows");
          assert.equal(most.key, "coalition.civilians");
          assert.deepEqual([most.was, most.is], [[2.2, 38.1], kept]);
        }
        // Nobody else printed a share for the last: it did not fall to nothing, and it did not stay.
        const alone = effect(all, spread(data, [1]), ["sdf.civilians"], false, shown);
        assert.equal(alone.how, "ends");
        // Of several for which nobody is left, the largest is named.
        const none = effect(all, spread(data, []), data.parties, false, shown);
        assert.deepEqual([none.key, none.how], ["coalition.civilians", "ends"]);
        assert.equal(effect(all, all, data.parties, false, shown), null);
        "#,
    );
}

#[test]
fn a_share_of_persons_rises_or_falls() {
    holds(
        r#"
        const shares = (isis, sdf) => ({ shares: new Map([["isis", [isis, isis]], ["sdf", [sdf, sdf]]]) });
        const shown = ([low]) => low.toFixed(1);
        const how = (was, is) => effect(was, is, ["isis", "sdf"], true, shown);
        assert.deepEqual([how(shares(10, 90), shares(40, 85)).how, how(shares(10, 90), shares(12, 60)).how], ["rises", "falls"]);
        assert.equal(how(shares(10, 90), { shares: new Map([["sdf", [90, 90]]]) }).how, "falls");
        "#,
    );
}

#[test]
fn who_names_no_party_does_not_lower_anybodys_share() {
    holds(
        r#"
        const answer = (silent, total) => ({ sums: new Map([["not_stated", silent]]), total });
        // 3 of 400 before; a list that names nobody for 68 of its 73.
        assert.equal(isSilence(answer(3, 400), answer(68, 73), "falls"), true);
        assert.equal(isSilence(answer(3, 400), answer(0, 73), "falls"), false);
        assert.equal(isSilence(answer(3, 400), answer(68, 73), "rises"), false);
        assert.equal(isSilence({ shares: new Map() }, { shares: new Map() }, "ends"), false);
        "#,
    );
}

#[test]
fn a_months_range_is_over_shares_of_one_population_and_says_which() {
    let data = support::dataset();
    let folder = tempfile::tempdir().unwrap();
    let proof = |i: u64| Ok(format!("{i}\n"));
    release::publish(&data, &release::Policy::default(), folder.path(), &proof, &|_, _, _| {}).unwrap();
    let read = |path: &str| std::fs::read_to_string(folder.path().join(path)).unwrap();
    let html = read("en/month/2019-03.html");
    let board = html.split("data-board=\"figures\"").nth(1).unwrap().split("</section>").next().unwrap();
    let rows: Vec<(String, String)> = board
        .split("<tr data-key=\"")
        .skip(1)
        .map(|row| {
            let share = row.split("data-share>").nth(1).unwrap().split('<').next().unwrap();
            (row.split('"').next().unwrap().to_owned(), share.replace('\u{a0}', " "))
        })
        .collect();
    let share = |key: &str| &rows.iter().find(|(k, _)| k == key).unwrap_or_else(|| panic!("{key}: {rows:?}")).1;
    // 28 of 334 civilians, and 31 of 279 of everyone: no range joins them.
    assert_eq!(share("isis.civilians"), "8.4 %");
    assert_eq!(share("isis.all"), "11.1 %");
    assert!(!board.contains("8.4\u{a0}%–11.1"), "{board}");
    for (key, _) in &rows {
        let row = board.split(&format!("data-key=\"{key}\"")).nth(1).unwrap().split("</tr>").next().unwrap();
        let who = if key.ends_with(".all") { "(everyone)" } else { "(civilians)" };
        assert!(row.contains(who), "{key}: {row}");
    }
    let keys: BTreeSet<&String> = rows.iter().map(|(key, _)| key).collect();
    assert_eq!(keys.len(), rows.len());
}

#[test]
fn a_line_for_civilians_under_a_total_for_everyone_is_in_no_range() {
    let mut data = support::dataset();
    let reports = data.months.iter_mut().flat_map(|side| &mut side.reports).filter(|r| r.source.as_str() == "shrc");
    for line in reports.flat_map(|r| &mut r.retellings).flat_map(|page| &mut page.lines) {
        if line.party.as_ref().is_some_and(|code| code.as_str() == "isis") {
            line.population = domain::Population::Civilians;
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let proof = |i: u64| Ok(format!("{i}\n"));
    release::publish(&data, &release::Policy::default(), folder.path(), &proof, &|_, _, _| {}).unwrap();
    let html = std::fs::read_to_string(folder.path().join("en/month/2019-03.html")).unwrap();
    assert!(html.contains("data-key=\"syrian_regime.all\"") && !html.contains("data-key=\"isis.all\""));
}

#[test]
fn the_list_of_months_has_a_range_for_each_population() {
    let data = support::dataset();
    let folder = tempfile::tempdir().unwrap();
    let proof = |i: u64| Ok(format!("{i}\n"));
    release::publish(&data, &release::Policy::default(), folder.path(), &proof, &|_, _, _| {}).unwrap();
    let read = |lang: &str| {
        let html = std::fs::read_to_string(folder.path().join(format!("{lang}/month/index.html"))).unwrap();
        html.replace(['\u{2068}', '\u{2069}'], "").replace('\u{a0}', " ")
    };
    let html = read("en");
    let march = html.split("month/2019-03.html").nth(1).unwrap().split("</tr>").next().unwrap();
    assert!(march.contains("civilians: ") && march.contains("everyone: "), "{march}");
    // SHRC's 279 is everyone; the least of the civilians' totals is SNHR's.
    let civilians = march.split("civilians: ").nth(1).unwrap().split(['<', ';']).next().unwrap();
    assert!(civilians.contains("334") && civilians.contains("393") && !civilians.contains("279"), "{civilians}");
    assert!(read("ar").contains("المدنيون: ") && read("fr").contains("civils : "));
}

#[test]
fn without_the_script_a_board_has_a_title_and_promises_nothing_that_only_the_script_does() {
    let data = support::dataset();
    let folder = tempfile::tempdir().unwrap();
    let proof = |i: u64| Ok(format!("{i}\n"));
    release::publish(&data, &release::Policy::default(), folder.path(), &proof, &|_, _, _| {}).unwrap();
    for (path, title, promise) in [
        ("en/counts/everyone.html", "By party", "are added again in this page"),
        ("en/month/2019-03.html", "Share printed", "the choice is in the address"),
    ] {
        let html = std::fs::read_to_string(folder.path().join(path)).unwrap();
        let board = html.split("data-board=").nth(1).unwrap().split("</section>").next().unwrap();
        let seen: Vec<&str> = board.split("<p ").filter(|p| !p.split('>').next().unwrap().contains("hidden")).collect();
        assert!(board.contains(promise) && !seen.iter().any(|p| p.contains(promise)), "{path}: {seen:?}");
        assert!(seen.iter().any(|p| p.contains(title) && p.contains("notice-title")), "{path}: {seen:?}");
    }
    assert!(
        BOARD.contains(".explanation[hidden]") && BOARD.contains("still.hidden = true"),
        "the script turns both round"
    );
}

/// The boards of persons below a folder: address, numbers by row, the sum, and the table that the page carries.
fn boards_of_persons(root: &std::path::Path) -> Vec<(String, u64, u64, serde_json::Value)> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let html = std::fs::read_to_string(&path).unwrap_or_default();
            let Some(board) = html.split("data-board=\"persons\"").nth(1) else { continue };
            let number = |text: &str| text.split('<').next().unwrap().replace(',', "").parse::<u64>().unwrap();
            let rows =
                board.split("data-attribution=\"").skip(1).map(|row| number(row.split('>').nth(1).unwrap())).sum();
            let total = number(board.split("data-total>").nth(1).unwrap());
            let json = board.split("application/json\">").nth(1).unwrap().split("</script>").next().unwrap();
            let path = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
            found.push((path, rows, total, serde_json::from_str(json).unwrap()));
        }
    }
    found
}

#[test]
fn the_persons_behind_a_count_can_be_counted_with_other_lists_unless_something_is_withheld_of_them() {
    let data = support::dataset();
    let proof = |i: u64| Ok(format!("{i}\n"));
    let published = |policy: &release::Policy| {
        let folder = tempfile::tempdir().unwrap();
        release::publish(&data, policy, folder.path(), &proof, &|_, _, _| {}).unwrap();
        boards_of_persons(&folder.path().join("en/counts"))
    };
    let boards = published(&release::Policy::default());
    let of_rows = || boards.iter().filter(|(path, ..)| path.contains('/'));
    assert!(of_rows().count() > 3, "{boards:?}");
    for (path, rows, total, table) in of_rows() {
        assert_eq!(rows, total, "{path}");
        let in_table: u64 = table["rows"].as_array().unwrap().iter().map(|row| row[1].as_u64().unwrap()).sum();
        assert!(in_table >= *total && *total > 0, "{path}: {in_table} {total}");
        assert!(table["lists"].as_array().unwrap().len() > 1, "{path}");
    }
    // Of the persons of a month whose party may not be told, no table tells it list by list.
    let mut withheld = release::Policy::default();
    assert!(withheld.record_fields.remove("parties"));
    assert_eq!(published(&withheld).iter().filter(|(path, ..)| path.contains('/')).count(), 0);
    let held = release::Policy { minimum_cell: 3, ..release::Policy::default() };
    assert!(published(&held).is_empty());
}
