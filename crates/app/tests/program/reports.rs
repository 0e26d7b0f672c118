//! Reports and approvals, as a publisher makes them: real figures, PDFs that hold their text.

use crate::support::Site;

#[test]
fn a_report_of_march_2019_is_written_in_three_languages_as_page_and_pdf() {
    let site = Site::sqlite();
    site.import_figures();
    let out = site.path("report");
    let out_text = out.to_str().unwrap();
    site.ok(&["publish", "report", "--period", "2019-03", "--trust", "syrian-monitors", "--out", out_text]);
    let at = |lang: &str, ending: &str| out.join(format!("{lang}/report/2019-03-syrian-monitors.{ending}"));
    for lang in ["ar", "en", "fr"] {
        let pdf = std::fs::read(at(lang, "pdf")).unwrap();
        assert!(pdf.starts_with(b"%PDF-"), "{lang}");
        assert!(pdf.windows(8).any(|w| w == b"pdfaid:p"), "{lang}: no PDF/A mark");
        // Every face that is described is embedded.
        let count = |words: &[u8]| pdf.windows(words.len()).filter(|w| *w == words).count();
        assert!(count(b"/Type/FontDescriptor") > 0, "{lang}: no face is described");
        assert_eq!(count(b"/Type/FontDescriptor"), count(b"/FontFile2 ") + count(b"/FontFile3 "), "{lang}");
    }
    let english = std::fs::read_to_string(at("en", "html")).unwrap();
    assert!(english.contains("334 civilians were killed, among them"), "the printed total stands in the headline");
    let first = std::fs::read(at("ar", "html")).unwrap();
    site.ok(&["publish", "report", "--period", "2019-03", "--trust", "syrian-monitors", "--out", out_text]);
    assert_eq!(first, std::fs::read(at("ar", "html")).unwrap());
}

#[test]
fn a_report_under_a_trust_set_that_is_not_there_is_refused_in_words() {
    let site = Site::sqlite();
    site.import_figures();
    let output = site.run(&["publish", "report", "--period", "2019-03", "--trust", "nobody"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(crate::support::text(&output.stderr).contains("no trust set nobody"));
}

#[test]
fn a_real_person_is_named_after_enough_approvals_in_the_journal_and_no_more_after_one_is_taken_back() {
    Site::on_both("approvals", |site| {
        let source = "[[source]]\nid = \"x\"\nkind = \"organisation\"\nnames = { en = \"X\" }\n";
        let source = site.write("sources.toml", source.as_bytes());
        site.ok(&["import", &source]);
        let header = "record_id,name_ar,name_en,sex,age,date_of_death,governorate,town,cause,perpetrator\n";
        let list =
            site.write("list.csv", format!("{header}X1,,Approvedone Example,M,20,2017-07-21,حلب,,,isis\n").as_bytes());
        site.ok(&["import", "--source", "x", &list]);
        site.ok(&["link"]);
        let policy = site.write("release.toml", b"approvals_needed = 2\napprovers = ['A', 'B']\n");
        let out = site.path("site");
        let publish = || {
            site.ok(&["publish", "--out", out.to_str().unwrap(), "--policy", &policy]);
            let mut files = Vec::new();
            crate::releasing::files(&out, &mut files);
            let has = |path: &&std::path::PathBuf| {
                crate::support::text(&std::fs::read(path).unwrap()).contains("Approvedone")
            };
            files.iter().filter(has).count()
        };
        assert_eq!(publish(), 0);
        let person = std::fs::read_dir(out.join("en/person")).unwrap().next().unwrap().unwrap().path();
        let person = person.file_stem().unwrap().to_str().unwrap().to_owned();
        let approve = |by: &str| site.ok(&["approve", &person, "--by", by, "--why", "the family asked for it"]);
        approve("A");
        approve("A");
        approve("Stranger");
        assert_eq!(publish(), 0);
        approve("B");
        assert!(publish() > 0);
        site.ok(&["approve", &person, "--take-back", "--by", "B", "--why", "the family asked again"]);
        assert_eq!(publish(), 0);
        let chain: serde_json::Value = serde_json::from_str(&site.ok(&["custody", &person, "--json"]).0).unwrap();
        let steps = chain["steps"].as_array().unwrap().iter().map(|step| (&step["what"], &step["by"]));
        let steps: Vec<String> = steps.map(|(what, by)| format!("{what} {by}")).collect();
        let at = |step: &str| steps.iter().position(|own| own == step).unwrap_or_else(|| panic!("{step}: {steps:?}"));
        assert!(at("\"approved\" \"B\"") < at("\"not_approved\" \"B\""));
        assert_eq!(site.run(&["approve", "p-nobody", "--by", "A", "--why", "x"]).status.code(), Some(2));
    });
}

#[test]
fn the_text_of_the_pdfs_is_found_in_the_order_in_which_it_is_read() {
    let site = Site::sqlite();
    site.import_figures();
    let out = site.path("report");
    let to = out.to_str().unwrap();
    site.ok(&["publish", "report", "--period", "2019-03", "--trust", "syrian-monitors", "--out", to]);
    for (lang, words) in [
        ("ar", ["قتل ما لا يقل عن ٣٣٤ مدنيا", "قوات النظام السوري", "الأطفال والنساء"]),
        ("en", ["Syrian Network for Human Rights", "334 civilians were killed", "Syrian government forces"]),
        ("fr", ["Réseau syrien", "334 civils ont été tués", "régime syrien"]),
    ] {
        let Some(text) = pdf_text(&out.join(format!("{lang}/report/2019-03-syrian-monitors.pdf"))) else { return };
        for expected in words {
            let found = plain(&text).contains(&plain(expected));
            assert!(found, "{lang}: {expected} is not found in the PDF");
        }
        // As a reader's search looks for it: with marks of isolation, were they there. Those of embedding Poppler adds itself.
        let said: String = text.chars().filter(|c| !matches!(c, '\u{202a}'..='\u{202e}')).collect();
        let lines = said.split_whitespace().collect::<Vec<_>>().join(" ");
        let is_marked = ["٢٧٩", "٧٣", "٥٥"].iter().any(|n| lines.contains(&format!("\u{2068} {n}")));
        assert!(lang != "ar" || (lines.contains("مقتل ٢٧٩") && !is_marked), "{lines}");
    }
}

/// What a reader's search finds in a PDF; `None`, said aloud, where Poppler is not installed.
pub fn pdf_text(path: &std::path::Path) -> Option<String> {
    match std::process::Command::new("pdftotext").arg(path).arg("-").output() {
        Ok(found) => Some(crate::support::text(&found.stdout)),
        Err(_) => {
            println!("not run: pdftotext is not here");
            None
        }
    }
}

/// Letters and digits alone: marks of direction, vowel signs and line ends are no part of a search.
pub fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}
