//! Reports, notices and feeds, as a publisher makes them: real figures, invented notices, PDFs that hold their text.

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
fn a_notice_without_consent_and_a_field_that_it_leaves_out_are_in_no_file_of_the_release() {
    let site = Site::sqlite();
    site.import_figures();
    let (out, here) = (site.path("site"), env!("CARGO_MANIFEST_DIR"));
    let settings = format!("{here}/../../examples/syria/outreach.toml");
    site.ok(&["publish", "--out", out.to_str().unwrap(), "--outreach", &settings]);
    let mut files = Vec::new();
    crate::releasing::files(&out, &mut files);
    let held =
        ["invented-without-consent", "Example without Consent", "not covered by the consent", "a brother (invented)"];
    for path in &files {
        let bytes = std::fs::read(path).unwrap();
        for words in held {
            assert!(!bytes.windows(words.len()).any(|w| w == words.as_bytes()), "{}: {words}", path.display());
            assert!(!path.to_string_lossy().contains(words), "{}", path.display());
        }
    }
    for file in ["html", "pdf", "png"] {
        assert!(out.join(format!("ar/notice/invented-salim-example.{file}")).is_file(), "{file}");
    }
    assert!(crate::support::program(&["verify", out.to_str().unwrap()]).status.success());
}
