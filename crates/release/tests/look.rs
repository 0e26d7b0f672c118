//! What every page, sheet, card and feed of a release has in common: the publisher's theme, menu and foot, headings.

#[allow(dead_code)]
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use domain::Period;
use release::{Policy, ReportOf, Sheet};
use support::press::Keeping;

fn report() -> ReportOf {
    let month = domain::Month::new(2019, 3).unwrap();
    let period = Period::new(month.first_day(), month.last_day()).unwrap();
    ReportOf { period, trust: support::dataset().trust_sets[0].id.clone() }
}

/// Text files of a folder, by path.
fn texts(folder: &Path) -> BTreeMap<String, String> {
    let (mut found, mut open) = (BTreeMap::new(), vec![folder.to_owned()]);
    while let Some(at) = open.pop() {
        for entry in std::fs::read_dir(&at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                found.insert(path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned(), text);
            }
        }
    }
    found
}

/// A whole release, its text files and what was set in type.
fn release_of(policy: &Policy) -> (BTreeMap<String, String>, Vec<Sheet>) {
    let (data, out) = (support::dataset(), tempfile::tempdir().unwrap());
    let settings = release::Settings::parse("base = 'https://example.org/'").unwrap();
    let (press, boundaries) = (Keeping::default(), release::Boundaries::demo(&data.places));
    let given = release::Outreach {
        settings: &settings,
        reports: &[report()],
        estimates: &[],
        boundaries: boundaries.as_ref(),
        press: &press,
    };
    let folder = release::Folder::prepare(out.path()).unwrap();
    let shown = release::Shown::new(&data, policy).unwrap();
    let proof = |i: u64| Ok(format!("{i}\n"));
    release::publish_into(&shown.view(), &folder, &release::PageCache::default(), &proof, &|_, _, _| {}).unwrap();
    release::outreach(&shown.view(), &given, &folder, &|_, _, _| {}).unwrap();
    (texts(out.path()), press.0.into_inner().unwrap())
}

fn is_redirect(page: &str) -> bool {
    page.contains("http-equiv=\"refresh\"")
}

const THEME: &str = "[site]\nname = { en = 'Memory Org', ar = 'منظمة الذاكرة', fr = 'Organisation Mémoire' }\n\
                     footer = { en = 'Run by nobody.', ar = 'تذييل', fr = 'Pied de page' }\npublisher = 'Memory Press'\n\
                     [theme]\naccent = '#7a1f5e'\nlink = '#5b1746'\n";

fn themed() -> Policy {
    let mut policy = Policy::parse(THEME).unwrap();
    policy.theme.picture = Some(release::Logo::new(b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec()).unwrap());
    policy
}

#[test]
fn a_theme_reaches_every_page_sheet_card_and_feed() {
    let (files, sheets) = release_of(&themed());
    let title = "Tawthiq: Syria, example";
    for (path, text) in &files {
        assert!(!text.contains(title), "{path} has the title of the data");
        let lang = path.split('/').next().unwrap();
        if path.ends_with(".html") && ["ar", "en", "fr"].contains(&lang) && !is_redirect(text) {
            assert!(text.contains("assets/logo.svg"), "{path} has no logo");
            let words = ["Run by nobody.", "تذييل", "Pied de page"];
            assert!(words.iter().any(|w| text.contains(&format!("<footer><div class=\"wrap\"><p>{w}</p>"))), "{path}");
        }
        if path.ends_with(".atom") {
            assert!(text.contains("<author><name>Memory Press</name>"), "{path}");
        }
    }
    let (cards, documents): (Vec<&Sheet>, Vec<&Sheet>) = sheets.iter().partition(|s| s.ident.ends_with(".png"));
    assert!(cards.len() > 3 && documents.len() > 2);
    for sheet in &sheets {
        assert!(sheet.pictures.iter().any(|(name, _)| name == "logo.svg"), "{} has no logo", sheet.ident);
        assert!(sheet.markup.contains("image(\"logo.svg\""), "{} shows no logo", sheet.ident);
        assert!(!sheet.markup.contains(title) && !sheet.markup.contains("\"tawthiq\""), "{}", sheet.ident);
        assert!(sheet.markup.contains("#7a1f5e") || sheet.ident.contains("poster"), "{}", sheet.ident);
    }
    for sheet in documents {
        assert!(sheet.markup.contains("author: \"Memory Press\""), "{}", sheet.ident);
        let own = ["Memory Org · Run by nobody.", "منظمة الذاكرة · تذييل", "Organisation Mémoire · Pied de page"];
        assert!(own.iter().any(|words| sheet.markup.contains(words)), "{} has no foot", sheet.ident);
    }
}

#[test]
fn a_report_outside_a_site_has_the_theme_as_well() {
    let (data, out, press) = (support::dataset(), tempfile::tempdir().unwrap(), Keeping::default());
    release::report(&data, &themed(), &report(), None, &press, out.path()).unwrap();
    let files = texts(out.path());
    assert!(files["assets/style.css"].contains("--accent:#7a1f5e") && files.contains_key("assets/logo.svg"));
    let page = files.iter().find(|(path, _)| path.starts_with("en/report/")).unwrap().1;
    assert!(page.contains("Memory Org") && page.contains("Run by nobody."));
    assert!(!page.contains("<nav class=\"sections\""), "a menu that leads to no site");
}

#[test]
fn every_page_has_one_heading_of_the_first_level_the_menu_its_path_and_the_ways_to_check_and_cite() {
    let (files, _) = release_of(&Policy::default());
    let pages = files.iter().filter(|(path, text)| path.ends_with(".html") && !is_redirect(text));
    let mut folders = BTreeSet::new();
    for (path, text) in pages {
        assert_eq!(text.matches("<h1").count(), 1, "{path}");
        assert!(text.contains("<title>") && !text.contains("<title>404</title>"), "{path}");
        let Some((_, rest)) = path.split_once('/') else { continue };
        folders.insert(rest.split('/').next().unwrap());
        for to in ["report/index", "notice/index", "day/index", "charts/index", "month/index", "cite"] {
            assert!(text.contains(&format!("/{to}.html\"")), "{path} does not lead to {to}");
        }
        assert_eq!(text.contains("<nav class=\"crumbs\""), rest != "index.html", "{path}");
    }
    assert!(["report", "notice", "day", "charts", "person"].iter().all(|f| folders.contains(f)), "{folders:?}");
}

#[test]
fn the_page_for_what_is_not_there_has_styles_and_ways_out_whatever_its_depth() {
    let (files, _) = release_of(&themed());
    let page = &files["404.html"];
    assert!(page.contains("<title>404 · Memory Org</title>") && page.contains("--accent:#7a1f5e"));
    assert!(page.contains("style-src 'sha256-") && !page.contains("<link"));
    for lang in ["ar", "en", "fr"] {
        assert!(
            page.contains(&format!("href=\"/{lang}/index.html\"")) && page.contains(&format!("/{lang}/check.html"))
        );
    }
}

#[test]
fn a_chart_says_its_finding_as_a_heading_and_leads_to_its_own_numbers() {
    let (files, _) = release_of(&Policy::default());
    let page = &files["en/charts/index.html"];
    let figures: Vec<&str> = page.split("<figure").skip(1).map(|f| f.split("</figure>").next().unwrap()).collect();
    assert!(figures.len() > 2, "{} charts", figures.len());
    for figure in figures {
        assert!(figure.contains("<h2 class=\"finding\">") && figure.contains("<p class=\"unit\">"), "{figure}");
        assert!(figure.contains("The numbers of this chart") && figure.contains("../../data/"), "{figure}");
    }
    let map = page.split("data-chart=\"map\"").nth(1).unwrap().split("</figure>").next().unwrap();
    assert!(map.contains("no number") && map.contains("an event"), "a map without a legend");
}

#[test]
fn the_description_of_the_data_names_every_file_of_numbers() {
    let (files, _) = release_of(&Policy::default());
    let described: serde_json::Value = serde_json::from_str(&files["data/dataset.jsonld"]).unwrap();
    let named = described["distribution"].as_array().unwrap().iter().map(|file| file["contentUrl"].as_str().unwrap());
    let numbers = files.keys().filter(|path| path.starts_with("data/") && !path.ends_with("dataset.jsonld"));
    let numbers: BTreeSet<&str> = numbers.map(String::as_str).collect();
    assert!(numbers.contains("data/report/2019-03-everyone.csv") && numbers.contains("data/places.csv"), "{numbers:?}");
    assert_eq!(named.collect::<BTreeSet<_>>(), numbers);
}
