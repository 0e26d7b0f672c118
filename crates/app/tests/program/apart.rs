//! Invented beside real, and a casebase that somebody changed: neither reaches a count or a page.

use crate::support::{Site, text};

/// Real in the sense of the program: a list of a source that nobody called invented. Its rows are copies of invented ones.
fn with_a_real_list(site: &Site) {
    site.import_invented(60);
    let rows = std::fs::read_to_string(site.path("invented/list_A.csv")).unwrap();
    let some: Vec<&str> = rows.lines().take(11).collect();
    let list = site.write("real.csv", some.join("\n").as_bytes());
    site.ok(&["import", "--source", "sohr", &list]);
    let (_, said) = site.ok(&["tally"]);
    assert!(said.contains("10 of") && said.contains("Run link"), "{said}");
    site.ok(&["link"]);
}

#[test]
fn invented_records_are_neither_joined_with_real_ones_nor_added_to_them() {
    Site::on_both("apart", |site| {
        with_a_real_list(site);
        let (counted, _) = site.ok(&["tally", "--json"]);
        let tally: serde_json::Value = serde_json::from_str(&counted).unwrap();
        assert_eq!(tally["lists"], serde_json::json!(["sohr"]));
        let n: u64 = tally["cells"].as_array().unwrap().iter().map(|c| c["n_documented"].as_u64().unwrap()).sum();
        assert!((1..=10).contains(&n), "{n}");
        // Who names invented lists counts them.
        let (named, _) = site.ok(&["tally", "--trust", "invented-a", "--json"]);
        let named: serde_json::Value = serde_json::from_str(&named).unwrap();
        assert!(named["cells"].as_array().unwrap().len() > tally["cells"].as_array().unwrap().len());
        let out = site.path("site");
        site.ok(&["publish", "--out", out.to_str().unwrap()]);
        let persons = std::fs::read_to_string(out.join("data/persons.json")).unwrap();
        let persons: serde_json::Value = serde_json::from_str(&persons).unwrap();
        assert!(persons.to_string().contains("invented-a"), "no invented person is there, so nothing was shown");
    });
}

#[test]
fn a_source_does_not_stop_being_invented_and_all_stays_all() {
    let site = Site::sqlite();
    site.import_invented(20);
    let sources = std::fs::read_to_string(site.path("invented/sources.toml")).unwrap();
    let flipped = site.write("flipped.toml", sources.replace("invented = true", "invented = false").as_bytes());
    let (_, said) = site.ok(&["import", &flipped]);
    assert!(said.contains("0 taken in, 4 refused") && said.contains("cannot be changed"), "{said}");
    let all = site.write(
        "all.toml",
        b"[[trust_set]]\nid = \"all\"\nsources = [\"invented-a\"]\n[trust_set.names]\nen = \"All\"\n",
    );
    let (_, said) = site.ok(&["import", &all]);
    assert!(said.contains("0 taken in, 1 refused"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_deleted_or_changed_in_the_database_stop_the_publication() {
    let site = Site::sqlite();
    site.import_figures();
    let url = format!("sqlite://{}", site.path("workspace/casebase.sqlite").display());
    let out = site.path("site");
    // A release that stands is not made from the database, which is not asked then.
    let publish = || site.run(&["publish", "--full", "--out", out.to_str().unwrap()]);
    for change in [
        "DELETE FROM figure WHERE id = 'F0998'",
        "UPDATE source SET body = replace(body, 'Syrian Network', 'Other Network')",
        "UPDATE figure SET body = replace(body, '\"total\":28', '\"total\":3728') WHERE id = 'F0998'",
    ] {
        let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
        let done = sqlx::query(sqlx::AssertSqlSafe(change)).execute(&pool).await.unwrap();
        assert!(done.rows_affected() > 0, "{change}");
        pool.close().await;
        let refused = publish();
        assert_eq!(refused.status.code(), Some(2), "{change}");
        assert!(text(&refused.stderr).contains("Run rebuild"), "{change}: {}", text(&refused.stderr));
        site.run(&["rebuild"]);
        assert!(publish().status.success(), "{change}");
    }
}
