//! What says the same as a thing withdrawn: beside it in the entry, in the file that it was read off, in what a photograph
//! says of itself, in a casebase that came back. It goes along, or it is told.

use std::path::{Path, PathBuf};

use crate::support::{Site, example, program, root, text};
use crate::withdrawing::{WHY, copy, entry_of, holding, listed, redact};

/// Files of the workspace beside the originals that hold some bytes.
fn beside_originals(site: &Site, needle: &str) -> Vec<PathBuf> {
    let workspace = site.path("workspace");
    let originals = workspace.join("originals");
    holding(&workspace, needle).into_iter().filter(|path| !path.starts_with(&originals)).collect()
}

fn verify(site: &Site) -> (Option<i32>, String) {
    let output = site.run(&["verify"]);
    (output.status.code(), text(&output.stdout))
}

/// The accession of an entry's file, and the file's digest.
fn file_of(site: &Site, entry: &str) -> (String, String) {
    let chain: serde_json::Value = serde_json::from_str(&site.ok(&["custody", entry, "--json"]).0).unwrap();
    let file = &chain["files"][0];
    (file["accession"].as_str().unwrap().to_owned(), file["sha256"].as_str().unwrap().to_owned())
}

#[test]
fn a_name_that_is_redacted_goes_with_the_row_that_says_it_and_the_file_is_told_until_it_goes_too() {
    let site = listed();
    let entry = entry_of(&site, "CANARY-5550199").to_string();
    let (accession, digest) = file_of(&site, &entry);
    let said = redact(&site, &[&entry, "--field", "names"]);
    assert!(said.contains("goes with it: original"), "{said}");
    assert!(said.contains(&digest) && said.contains(&format!("redact --original {accession}")), "{said}");
    for canary in ["Canaryone", "مختلقكناري", "CANARY-5550199"] {
        assert_eq!(beside_originals(&site, canary), Vec::<PathBuf>::new(), "{canary}");
    }
    // The other row and the other fields stay.
    assert_eq!((site.rows("record"), beside_originals(&site, "Secondone").is_empty()), (2, false));
    let (code, words) = verify(&site);
    assert!(code == Some(3) && !words.contains("none of it is here"), "{words}");
    assert!(words.contains("the same words stand in the original") && words.contains(&digest), "{words}");

    let said = redact(&site, &[&accession, "--original"]);
    assert!(said.contains("2 rows that were read from it stay") && said.contains("--with-rows"), "{said}");
    // It goes with the file, and is not told to stand there still.
    assert!(!said.contains("rejected.csv"), "{said}");
    assert_eq!(holding(&site.path("workspace"), "Canaryone"), Vec::<PathBuf>::new());
    let (code, words) = verify(&site);
    assert!(code == Some(3) && words.contains("none of it is here"), "{words}");
    // The list of rows refused from it, put back alone, is found.
    let list = site.path("workspace/imports").join(&accession).join("rejected.csv");
    std::fs::create_dir_all(list.parent().unwrap()).unwrap();
    std::fs::write(&list, "row,column,reason,value\n").unwrap();
    let (code, words) = verify(&site);
    assert!(code == Some(1) && words.contains("\"rejected\"") && words.contains("a backup brought it back"), "{words}");
    std::fs::remove_file(&list).unwrap();
    // Again, there is nothing left to withdraw but the rows.
    let again = site.run(&[&["redact", &accession, "--original"][..], &WHY].concat());
    assert!(text(&again.stderr).contains("withdrawn already"), "{}", text(&again.stderr));
    redact(&site, &[&accession, "--original", "--with-rows"]);
    assert_eq!(holding(&site.path("workspace"), "Secondone"), Vec::<PathBuf>::new());
    assert_eq!((site.rows("record"), verify(&site).0), (0, Some(3)));
}

#[test]
fn words_that_many_rows_share_are_not_looked_for_in_other_files() {
    let site = listed();
    let other = "record_id,name_en,date_of_death,governorate,perpetrator\nY1,Somebody Else,2017-07-21,حلب,isis\n\
                 Y2,Invented Secondone,2017-07-22,حلب,isis\n";
    let other = site.write("other.csv", other.as_bytes());
    site.ok(&["import", "--source", "y", &other]);
    let said = redact(&site, &[&entry_of(&site, "CANARY-5550199").to_string()]);
    assert!(!said.contains("other.csv"), "{said}");
    // A name is, and the word is said.
    let said = redact(&site, &[&entry_of(&site, "CANARY-5550200").to_string()]);
    assert!(said.contains("\"Invented Secondone\"") && said.contains("other.csv"), "{said}");
}

#[test]
fn what_a_withdrawn_photograph_says_of_itself_goes_with_it() {
    let photo = root().join("../shared/evidence/vectors/hostile/gps_exif.jpg");
    if !photo.is_file() {
        println!("not run: the photographs are not here");
        return;
    }
    let photo = photo.to_str().unwrap();
    let taken_in = |site: &Site, source: &str| {
        let (_, said) = site.ok(&["import", "--source", source, photo]);
        said.split("taken in as ").nth(1).unwrap().split(',').next().unwrap().to_owned()
    };
    // The vault alone: the photograph still says it.
    let site = Site::sqlite();
    let id = taken_in(&site, "giver");
    let said = redact(&site, &[&id, "--field", "vault"]);
    assert!(said.contains(&format!("redact --original {id}")), "{said}");
    assert_eq!(beside_originals(&site, "SERIAL-12345"), Vec::<PathBuf>::new());
    assert!(!verify(&site).1.contains("none of it is here"));

    // The photograph, with its vault, whoever else gave it.
    let site = Site::sqlite();
    let (id, second) = (taken_in(&site, "giver"), taken_in(&site, "second"));
    assert!(!holding(&site.path("workspace"), "SERIAL-12345").is_empty());
    let said = redact(&site, &[&id, "--original"]);
    assert!(said.contains("its vault"), "{said}");
    for canary in ["SERIAL-12345", "33.513"] {
        assert_eq!(holding(&site.path("workspace"), canary), Vec::<PathBuf>::new(), "{canary}");
    }
    for id in [&id, &second] {
        let (vault, _) = site.ok(&["media", id, "--vault"]);
        assert!(!vault.contains("SERIAL") && !vault.contains("position"), "{vault}");
    }
    let (code, words) = verify(&site);
    assert!(code == Some(3) && words.contains("none of it is here"), "{words}");

    // It comes back, and whoever brings it is told.
    let told = site.run(&["import", "--source", "giver", photo]);
    assert!(text(&told.stderr).contains("withdrawn on 2019-04-18"), "{}", text(&told.stderr));
    let told = site.run(&["import", "--source", "third", photo]);
    let words = text(&told.stderr);
    assert!(!told.status.success() && words.contains("withdrawn on") && words.contains("by entry"), "{words}");
    let (_, words) = site.ok(&["import", "--source", "third", "--again", photo]);
    assert!(words.contains("withdrawn on") && words.contains("taken in as"), "{words}");
    // What was given again is kept, also when the note of the withdrawal is lost and it is carried through once more.
    std::fs::remove_file(site.path("workspace/journal/lock/withdrawn")).unwrap();
    site.status();
    let (code, words) = verify(&site);
    assert!(code == Some(3) && words.contains("all 1 files are"), "{words}");
}

#[test]
fn a_list_that_was_withdrawn_and_is_brought_again_is_told() {
    let site = listed();
    let (accession, _) = file_of(&site, &entry_of(&site, "CANARY-5550199").to_string());
    redact(&site, &[&accession, "--original", "--with-rows"]);
    let list = site.path("list.csv");
    let import = |source: &str, more: &[&str]| {
        let output = site.run(&[&["import", "--source", source][..], more, &[list.to_str().unwrap()]].concat());
        (output.status.success(), text(&output.stderr))
    };
    let (is_good, said) = import("x", &[]);
    assert!(is_good && said.contains("already imported") && said.contains("withdrawn on"), "{said}");
    let (is_good, said) = import("y", &[]);
    assert!(!is_good && said.contains("withdrawn on") && said.contains("nothing was imported"), "{said}");
    assert_eq!(holding(&site.path("workspace"), "Canaryone"), Vec::<PathBuf>::new());
    let (is_good, said) = import("y", &["--again"]);
    assert!(is_good && said.contains("withdrawn on") && said.contains("taken in again"), "{said}");
}

#[test]
fn what_a_notice_said_before_it_was_corrected_is_withdrawn_with_it() {
    let site = Site::sqlite();
    site.import_figures();
    site.ok(&["import", example("notices-invented-source.toml").to_str().unwrap()]);
    let csv = std::fs::read_to_string(example("notices-invented.csv")).unwrap();
    let list = |name: &str, text: &str| {
        let list = site.write(name, csv.replace("Salim Mithal (invented)", text).as_bytes());
        site.ok(&["import", "--source", "invented-notices", &list]);
    };
    list("first.csv", "Salim Before Canary");
    list("second.csv", "Salim After Canary");
    redact(&site, &["invented-salim-example"]);
    for canary in ["Salim Before Canary", "Salim After Canary"] {
        assert_eq!(beside_originals(&site, canary), Vec::<PathBuf>::new(), "{canary}");
    }
    assert_eq!(verify(&site).0, Some(3));
}

#[test]
fn a_withdrawal_without_a_reason_or_an_authority_is_refused() {
    let site = listed();
    let entry = entry_of(&site, "CANARY-5550199").to_string();
    let before = site.status()["entries"].clone();
    for (reason, authority, by, what) in
        [("", "a court", "me", "reason"), ("asked", " \t", "me", "authority"), ("asked", "a court", "", "name")]
    {
        let output = site.run(&["redact", &entry, "--reason", reason, "--authority", authority, "--by", by]);
        let said = text(&output.stderr);
        assert!(!output.status.success() && said.contains(what) && said.contains("nothing was withdrawn"), "{said}");
    }
    assert_eq!(site.status()["entries"], before);
    let refused = site.run(&[&["redact", &file_of(&site, &entry).0, "--field", "names"][..], &WHY].concat());
    assert!(text(&refused.stderr).contains("Name the record"), "{}", text(&refused.stderr));
}

/// Puts a copy of the casebase back, as from a backup.
fn put_back(site: &Site, from: &Path) {
    let workspace = site.path("workspace");
    for name in ["casebase.sqlite", "casebase.sqlite-wal", "casebase.sqlite-shm"] {
        let _ = std::fs::remove_file(workspace.join(name));
        if from.join(name).is_file() {
            std::fs::copy(from.join(name), workspace.join(name)).unwrap();
        }
    }
}

#[test]
fn a_casebase_alone_that_comes_back_from_a_backup_is_found_and_made_anew() {
    let site = listed();
    let (workspace, before) = (site.path("workspace"), site.path("before"));
    copy(&workspace, &before);
    let entry = entry_of(&site, "CANARY-5550199").to_string();
    redact(&site, &[&entry]);
    assert_eq!(beside_originals(&site, "Canaryone"), Vec::<PathBuf>::new());
    for command in [&["status"][..], &["review"], &["rebuild"], &["check"]] {
        put_back(&site, &before);
        assert!(!beside_originals(&site, "Canaryone").is_empty(), "the search proves nothing");
        let (code, words) = verify(&site);
        assert!(code == Some(1) && words.contains("the casebase is older"), "{words}");
        let said = text(&site.run(command).stderr);
        assert!(said.contains("older than a withdrawal"), "{command:?}: {said}");
        assert_eq!(beside_originals(&site, "Canaryone"), Vec::<PathBuf>::new(), "{command:?}");
        assert_eq!((verify(&site).0, site.rows("record")), (Some(3), 1), "{command:?}");
    }
    // Once more it is what the journal says, and nothing is made anew without a reason.
    let (_, said) = site.ok(&["rebuild"]);
    assert!(said.contains("are the same") && !said.contains("older than"), "{said}");
}

#[test]
fn a_damaged_casebase_is_written_over_before_it_is_made_anew() {
    let site = listed();
    let (workspace, before) = (site.path("workspace"), site.path("before"));
    copy(&workspace, &before);
    redact(&site, &[&entry_of(&site, "CANARY-5550199").to_string()]);
    put_back(&site, &before);
    let path = workspace.join("casebase.sqlite");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[..16].fill(b'x');
    std::fs::write(&path, bytes).unwrap();
    let (code, words) = verify(&site);
    assert!(code == Some(1) && words.contains("Run rebuild"), "{words}");
    site.ok(&["rebuild"]);
    assert_eq!(beside_originals(&site, "Canaryone"), Vec::<PathBuf>::new());
}

#[test]
fn until_a_withdrawal_is_noted_as_carried_through_verify_does_not_say_that_all_of_it_is_gone() {
    let site = listed();
    redact(&site, &[&entry_of(&site, "CANARY-5550199").to_string()]);
    // As if it had been killed after the journal's bytes were destroyed, before the casebase's were.
    std::fs::remove_file(site.path("workspace/journal/lock/withdrawn")).unwrap();
    let (code, words) = verify(&site);
    assert!(code == Some(1) && words.contains("the casebase may still hold it"), "{words}");
    site.status();
    assert_eq!(verify(&site).0, Some(3));
}

#[test]
fn names_that_keepers_wrote_into_steps_and_accessions_can_go_and_the_steps_stay() {
    let site = listed();
    let header = "record_id,name_ar,name_en,sex,age,date_of_death,governorate,town,cause,perpetrator";
    let row = "Y1,,Invented Thirdone,F,30,2017-07-22,,,,isis";
    let list = site.write("Invented-FILECANARY.csv", format!("{header}\n{row}\n").as_bytes());
    site.ok(&["import", "--source", "x", &list]);
    let record = entry_of(&site, "Invented Thirdone").to_string();
    let (taken, _) = file_of(&site, &record);
    let to = "Invented LAWYERCANARY";
    site.ok(&[
        "custody",
        &record,
        "--did",
        "handed_over",
        "--to",
        to,
        "--why",
        "by hand",
        "--by",
        "Invented HANDCANARY",
    ]);
    let step = (site.status()["entries"].as_u64().unwrap() - 1).to_string();

    let whole = site.run(&[&["redact", step.as_str()][..], &WHY].concat());
    let said = String::from_utf8_lossy(&whole.stderr).into_owned();
    assert!(!whole.status.success() && said.contains("--field by, --field to, --field why"), "{said}");
    let repeated = ["--field", "to", "--reason", "LAWYERCANARY asks", "--authority", "the board"];
    assert!(!site.run(&[&["redact", step.as_str()][..], &repeated].concat()).status.success());

    redact(&site, &[&step, "--field", "to"]);
    redact(&site, &[&step, "--field", "by"]);
    let told = redact(&site, &[&taken, "--original"]);
    assert!(told.contains("FILECANARY") && told.contains("--field file_name"), "{told}");
    redact(&site, &[&taken, "--field", "file_name"]);
    for canary in ["LAWYERCANARY", "HANDCANARY", "FILECANARY"] {
        assert_eq!(holding(&site.path("workspace"), canary), Vec::<PathBuf>::new(), "{canary}");
    }
    let (table, _) = site.ok(&["custody", &record]);
    assert!(
        table.contains("handed_over") && table.contains("by hand") && table.matches("withdrawn").count() >= 4,
        "{table}"
    );
    let (code, said) = verify(&site);
    assert_eq!(code, Some(3), "{said}");
    site.ok(&["rebuild"]);
    assert_eq!(verify(&site).0, Some(3));
}

#[test]
fn a_decision_stands_when_the_name_of_who_took_it_is_withdrawn() {
    let site = listed();
    let ids = [entry_of(&site, "CANARY-5550199"), entry_of(&site, "CANARY-5550200")].map(|entry| {
        let chain: serde_json::Value =
            serde_json::from_str(&site.ok(&["custody", &entry.to_string(), "--json"]).0).unwrap();
        let said = chain["steps"].as_array().unwrap().iter().find(|step| step["what"] == "recorded").unwrap();
        said["detail"].as_str().unwrap().split(' ').next_back().unwrap().to_owned()
    });
    site.ok(&["review", "--decide", &ids[0], &ids[1], "link", "--by", "Invented JUDGECANARY", "--why", "same person"]);
    let decision = (site.status()["entries"].as_u64().unwrap() - 1).to_string();
    redact(&site, &[&decision, "--field", "by"]);
    assert_eq!(holding(&site.path("workspace"), "JUDGECANARY"), Vec::<PathBuf>::new());
    let record = entry_of(&site, "Invented Secondone").to_string();
    let (table, _) = site.ok(&["custody", &record]);
    assert!(table.contains("decided"), "{table}");
}

#[test]
fn a_post_is_withdrawn_by_its_id_and_with_its_feed() {
    let site = listed();
    let item = |n: u8| {
        format!(
            "<item><guid>g{n}</guid><title>POSTCANARY{n}</title><link>https://example.org/{n}</link><description>said</description></item>"
        )
    };
    let feed = format!("<rss version=\"2.0\"><channel><title>t</title>{}{}</channel></rss>", item(1), item(2));
    let feed = site.write("feed.xml", feed.as_bytes());
    site.ok(&["import", "--source", "x", &feed]);
    let first = (site.status()["entries"].as_u64().unwrap() - 3).to_string();
    let (taken, _) = file_of(&site, &first);
    redact(&site, &[&first]);
    redact(&site, &[&taken, "--original", "--with-rows"]);
    assert_eq!(holding(&site.path("workspace"), "POSTCANARY"), Vec::<PathBuf>::new());
    assert_eq!(verify(&site).0, Some(3));
}

#[test]
fn an_older_journal_beside_what_knows_more_is_bad_and_no_rebuild_makes_it_good() {
    let site = listed();
    let (workspace, kept) = (site.path("workspace"), site.path("kept"));
    copy(&workspace.join("journal"), &kept);
    let entry = entry_of(&site, "CANARY-5550200").to_string();
    redact(&site, &[&entry, "--field", "names"]);
    std::fs::remove_dir_all(workspace.join("journal")).unwrap();
    copy(&kept, &workspace.join("journal"));
    let (code, said) = verify(&site);
    assert!(code == Some(1) && said.contains("older journal") && !said.contains("Run rebuild"), "{said}");
    let refused = site.run(&["rebuild"]);
    let words = text(&refused.stderr);
    assert!(!refused.status.success() && words.contains("--accept-loss") && words.contains("withdrawn"), "{words}");
    assert_eq!(verify(&site).0, Some(1));
    // Nothing else goes on beside the signs, until there are as many entries again.
    for arguments in [&["status"][..], &["link"], &["custody", "0", "--did", "printed"], &["tally"]] {
        assert!(!site.run(arguments).status.success(), "{arguments:?}");
    }
    std::fs::remove_file(workspace.join("casebase.sqlite")).unwrap();
    assert!(!site.run(&["status"]).status.success(), "cache/emptied knows of the withdrawal as well");
    site.ok(&["rebuild", "--accept-loss"]);
    assert_eq!(verify(&site).0, Some(0));
}

#[test]
fn an_older_journal_that_was_written_on_is_not_that_of_the_release() {
    let site = listed();
    let (workspace, kept, out) = (site.path("workspace"), site.path("kept"), site.path("site"));
    copy(&workspace, &kept);
    site.ok(&["publish", "--out", out.to_str().unwrap()]);
    std::fs::copy(workspace.join("last-release"), kept.join("last-release")).unwrap();
    std::fs::remove_dir_all(&workspace).unwrap();
    copy(&kept, &workspace);
    std::fs::remove_file(workspace.join("last-release")).unwrap();
    for n in 0..3 {
        site.ok(&["custody", "0", "--did", "printed", "--why", &n.to_string()]);
    }
    std::fs::copy(kept.join("last-release"), workspace.join("last-release")).unwrap();
    let (code, said) = verify(&site);
    assert!(code == Some(1) && said.contains("other entries"), "{said}");
    assert!(!site.run(&["status"]).status.success());
}

#[test]
fn a_picture_goes_with_all_that_was_read_off_it() {
    let site = Site::sqlite();
    let Some((id, whole, _)) = crate::withdrawing::pictured(&site) else { return };
    redact(&site, &[&id, "--original", "--with-rows"]);
    assert_eq!(crate::withdrawing::holding_any(&site.path("workspace"), &whole), Vec::<PathBuf>::new());
    assert_eq!(verify(&site).0, Some(3));
}

#[test]
fn a_picture_whose_vault_was_destroyed_says_so_in_its_chain_and_in_its_bundle() {
    let site = Site::sqlite();
    let Some((id, ..)) = crate::withdrawing::pictured(&site) else { return };
    redact(&site, &[&id, "--field", "vault"]);
    let (table, _) = site.ok(&["custody", &id]);
    assert!(table.contains("withdrawn"), "{table}");
    let bundle = site.path("bundle");
    site.ok(&["prove", &id, "--out", bundle.to_str().unwrap()]);
    assert_eq!(program(&["verify", bundle.to_str().unwrap()]).status.code(), Some(3));
    let (other, held) = (site.path("other"), ["--withhold", "hashes"]);
    site.ok(&[&["prove", id.as_str(), "--out", other.to_str().unwrap()][..], &held].concat());
}

#[test]
fn the_name_of_a_source_can_go_and_what_it_said_stays() {
    let site = listed();
    let person = "[[source]]\nid = \"informant-1\"\nkind = \"person\"\nnames = { en = \"Invented INFORMANTCANARY\" }\ninvented = true\n";
    let sources = site.write("informants.toml", person.as_bytes());
    site.ok(&["import", &sources]);
    let entry = (site.status()["entries"].as_u64().unwrap() - 2).to_string();
    assert!(!site.run(&[&["redact", entry.as_str()][..], &WHY].concat()).status.success());
    redact(&site, &[&entry, "--field", "names"]);
    let held = holding(&site.path("workspace"), "INFORMANTCANARY");
    assert!(held.iter().all(|path| path.starts_with(site.path("workspace/originals"))), "{held:?}");
    assert_eq!(verify(&site).0, Some(3));
}
