//! What a link run signs for good, what it goes by, and what of it goes with a name that is withdrawn.

use std::path::PathBuf;

use crate::support::{Site, text};
use crate::withdrawing::{copy, files, holding, redact};

/// Two invented lists of two sources, which name one person alike and others who are nobody else.
fn two_lists() -> Site {
    let site = Site::sqlite();
    let source = |id: &str| {
        format!("[[source]]\nid = \"{id}\"\nkind = \"organisation\"\nnames = {{ en = \"{id}\" }}\ninvented = true\n")
    };
    site.ok(&["import", &site.write("sources.toml", (source("one") + &source("two")).as_bytes())]);
    let head = "record_id,name_en,date_of_death,governorate,perpetrator\n";
    for (id, other) in [("one", "Hadi Zurqani Bellut"), ("two", "Munir Fakhuri Dabbagh")] {
        let rows = format!(
            "{head}{id}-1,Tatqanar Samir Qowwatar,2014-03-05,Homs,isis\n{id}-2,{other},2015-09-01,Idlib,isis\n"
        );
        site.ok(&["import", "--source", id, &site.write(&format!("{id}.csv"), rows.as_bytes())]);
    }
    site.ok(&["link"]);
    site
}

/// The entries that say a word, of those that are about records.
fn entries_that_say(site: &Site, word: &str) -> Vec<u64> {
    let tells = |entry: &u64| {
        let out = site.path(&format!("probe-{word}-{entry}"));
        site.run(&["prove", &entry.to_string(), "--out", out.to_str().unwrap(), "--without-originals"]);
        let shown = std::fs::read_to_string(out.join(format!("entries/{entry}.json"))).unwrap_or_default();
        shown.contains(word) && shown.contains("\\\"record\\\"")
    };
    (0..site.status()["entries"].as_u64().unwrap()).filter(tells).collect()
}

fn persons(site: &Site) -> String {
    let (out, _) = site.ok(&["tally"]);
    out.lines().next().unwrap().to_owned()
}

fn pairs(site: &Site) -> PathBuf {
    let mut all = Vec::new();
    files(&site.path("workspace/cache"), &mut all);
    all.into_iter().find(|path| path.file_name().unwrap().to_str().unwrap().starts_with("pairs-")).unwrap()
}

#[test]
fn kept_pairs_that_the_holder_of_the_key_did_not_keep_make_no_persons() {
    let site = two_lists();
    let before = persons(&site);
    assert!(before.ends_with(": 3"), "{before}");
    let path = pairs(&site);
    let whole = std::fs::read(&path).unwrap();
    // A weight, and the code itself.
    for at in [whole.len() - 33, whole.len() - 40, whole.len() - 1, 20] {
        let mut rotten = whole.clone();
        rotten[at] ^= 0x80;
        std::fs::write(&path, &rotten).unwrap();
        let (_, said) = site.ok(&["link"]);
        assert!(said.contains("all pairs are scored anew"), "byte {at}: {said}");
        assert_eq!(persons(&site), before, "byte {at}");
        assert_eq!(pairs(&site), path);
    }
    let (_, said) = site.ok(&["link"]);
    assert!(!said.contains("scored anew") && said.contains("the model was kept"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_casebase_that_somebody_changed_makes_no_persons() {
    let site = two_lists();
    let before = persons(&site);
    // The second of the first list says what the first of the other does.
    let url = format!("sqlite://{}", site.path("workspace/casebase.sqlite").display());
    let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
    let change = "UPDATE record SET body = replace(body, 'Hadi Zurqani Bellut', 'Munir Fakhuri Dabbagh') WHERE body LIKE '%Zurqani%'";
    assert!(sqlx::query(change).execute(&pool).await.unwrap().rows_affected() > 0);
    pool.close().await;
    site.ok(&["link", "--retrain"]);
    site.run(&["rebuild"]);
    assert_eq!((persons(&site), site.run(&["verify"]).status.code()), (before, Some(0)));
}

#[test]
fn models_that_hold_words_of_a_withdrawn_name_go_with_it_and_the_runs_stand() {
    let site = two_lists();
    let workspace = site.path("workspace");
    assert!(!holding(&workspace.join("journal"), "tatqanar").is_empty(), "the model tells it");
    // Both her records, one after the other: the model tells her words until both are gone.
    let hers = entries_that_say(&site, "Tatqanar");
    assert_eq!(hers.len(), 2);
    let said = redact(&site, &[&hers[0].to_string()]);
    assert!(said.contains("held words of the name and go with it"), "{said}");
    redact(&site, &[&hers[1].to_string()]);
    for word in ["tatqanar", "qowwatar"] {
        let left: Vec<PathBuf> = holding(&workspace, word);
        assert_eq!(left, Vec::<PathBuf>::new(), "{word}");
    }
    let verified = site.run(&["verify"]);
    assert_eq!(verified.status.code(), Some(3), "{}", text(&verified.stdout));
    // Nobody but her two records left the persons of the run; the next one trains anew.
    assert!(persons(&site).ends_with(": 2"));
    let (_, said) = site.ok(&["link"]);
    assert!(said.contains("a new model was trained, since the last one is of no use (it was withdrawn"), "{said}");
    for word in ["tatqanar", "qowwatar"] {
        assert_eq!(holding(&workspace, word), Vec::<PathBuf>::new(), "{word}");
    }
    site.ok(&["rebuild"]);
    assert_eq!(site.run(&["verify"]).status.code(), Some(3));
}

#[test]
fn an_original_that_a_backup_brought_back_is_destroyed_again_and_handed_to_nobody() {
    let site = two_lists();
    let entry = entries_that_say(&site, "Zurqani")[0].to_string();
    let chain: serde_json::Value = serde_json::from_str(&site.ok(&["custody", &entry, "--json"]).0).unwrap();
    let accession = chain["files"][0]["accession"].as_str().unwrap().to_owned();
    let (originals, backup) = (site.path("workspace/originals"), site.path("backup"));
    copy(&originals, &backup);
    let gone = |word: &str| holding(&originals, word).is_empty();
    redact(&site, &[&accession, "--original", "--with-rows"]);
    assert!(gone("Zurqani"));
    copy(&backup, &originals);
    assert!(!gone("Zurqani"));
    assert_eq!(site.run(&["verify"]).status.code(), Some(1), "verify looks, and destroys nothing");
    let out = site.path("bundle");
    let (_, said) = site.ok(&["prove", &accession, "--out", out.to_str().unwrap()]);
    assert!(said.contains("It is destroyed again"), "{said}");
    assert!(gone("Zurqani") && holding(&out, "Zurqani").is_empty());
    assert_eq!(site.run(&["verify"]).status.code(), Some(3));
}

#[test]
fn a_bundle_about_a_row_of_which_a_field_was_withdrawn_leaves_out_the_file_that_says_it() {
    let site = two_lists();
    let entry = entries_that_say(&site, "Zurqani")[0].to_string();
    redact(&site, &[&entry, "--field", "names"]);
    let (without, with) = (site.path("without"), site.path("with"));
    let (_, said) = site.ok(&["prove", &entry, "--out", without.to_str().unwrap()]);
    assert!(said.contains("that hold, or may hold, what was withdrawn are not in the bundle"), "{said}");
    assert_eq!(holding(&without, "Zurqani"), Vec::<PathBuf>::new());
    site.ok(&["prove", &entry, "--out", with.to_str().unwrap(), "--with-original"]);
    assert!(!holding(&with, "Zurqani").is_empty(), "asked for by name");
}
