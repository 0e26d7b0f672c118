//! A report: whole, in three languages, from a small data set; the press here keeps the sheets instead of setting them.

mod support;

use std::sync::Mutex;

use domain::{Period, TrustSetId};
use release::{Policy, Press, ReportOf, Sheet};

#[derive(Default)]
struct Keeping(Mutex<Vec<Sheet>>);

impl Press for Keeping {
    fn pdf(&self, sheet: &Sheet) -> Result<Vec<u8>, String> {
        self.0.lock().unwrap().push(sheet.clone());
        Ok(sheet.markup.clone().into_bytes())
    }
    fn png(&self, sheet: &Sheet) -> Result<Vec<u8>, String> {
        self.pdf(sheet)
    }
    fn family(&self, _: &str) -> &'static str {
        "(\"Noto Naskh Arabic\", \"Noto Sans\")"
    }
    fn licence(&self) -> &'static [u8] {
        b"the licence of the faces"
    }
}

fn march() -> Period {
    let month = domain::Month::new(2019, 3).unwrap();
    Period::new(month.first_day(), month.last_day()).unwrap()
}

fn written(trust: &str) -> (tempfile::TempDir, Result<release::Written, release::ReleaseError>) {
    let folder = tempfile::tempdir().unwrap();
    let of = ReportOf { period: march(), trust: TrustSetId::new(trust).unwrap() };
    let data = support::dataset();
    let boundaries = release::Boundaries::demo(&data.places);
    let press = Keeping::default();
    let found = release::report(&data, &Policy::default(), &of, boundaries.as_ref(), &press, folder.path());
    if let Ok(kept) = std::env::var("KEEP_SHEETS") {
        for sheet in press.0.lock().unwrap().iter() {
            let at = std::path::Path::new(&kept).join(sheet.ident.replace('/', "_"));
            std::fs::create_dir_all(&at).unwrap();
            std::fs::write(at.join("main.typ"), &sheet.markup).unwrap();
            for (name, bytes) in &sheet.pictures {
                std::fs::write(at.join(name), bytes).unwrap();
            }
        }
    }
    (folder, found)
}

fn trust() -> String {
    support::dataset().trust_sets[0].id.as_str().to_owned()
}

#[test]
fn a_report_is_a_page_and_a_pdf_in_each_language_and_its_numbers() {
    let (folder, found) = written(&trust());
    let found = found.unwrap();
    assert_eq!(found.files.len(), 7, "{:?}", found.files);
    for lang in ["ar", "en", "fr"] {
        let html =
            std::fs::read_to_string(folder.path().join(format!("{lang}/report/2019-03-{}.html", trust()))).unwrap();
        for id in [
            "headline",
            "method",
            "definitions",
            "parties",
            "children-women",
            "torture",
            "massacres",
            "governorates",
            "comparison",
            "others",
            "limits",
            "cases",
            "annex",
        ] {
            assert!(html.contains(&format!("id=\"{id}\"")), "{lang} {id}");
        }
        assert!(!html.contains("<script"), "a report needs no script");
    }
}

#[test]
fn every_link_inside_a_report_leads_to_an_id_of_it() {
    let (folder, _) = written(&trust());
    let html = std::fs::read_to_string(folder.path().join(format!("en/report/2019-03-{}.html", trust()))).unwrap();
    for piece in html.split("href=\"#").skip(1) {
        let id = piece.split('"').next().unwrap();
        assert!(html.contains(&format!("id=\"{id}\"")), "{id}");
    }
}

#[test]
fn a_report_never_holds_the_canary_of_a_restricted_field() {
    let (folder, found) = written(&trust());
    for file in found.unwrap().files {
        let bytes = std::fs::read(folder.path().join(&file)).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains(support::CANARY), "{file}");
    }
}

#[test]
fn a_trust_set_that_is_not_there_is_refused() {
    let (_, found) = written("nobody-at-all");
    assert!(found.unwrap_err().to_string().contains("no trust set"));
}
