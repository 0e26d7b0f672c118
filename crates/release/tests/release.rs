//! What a release promises, held against a published folder.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::OnceLock;

use release::{Lang, Policy, Shown, Withholding, message_keys, publish};

fn publish_into(out: &Path, policy: &Policy) -> release::Published {
    let data = support::dataset();
    publish(&data, policy, out, &|index| Ok(format!("{{\"index\":{index}}}\n")), &|_, _, _| {}).unwrap()
}

fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    fn walk(root: &Path, at: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
        for entry in fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, found);
            } else {
                found.insert(path.strip_prefix(root).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(folder, folder, &mut found);
    found
}

/// One release, published once for all tests.
fn site() -> &'static BTreeMap<PathBuf, Vec<u8>> {
    static SITE: OnceLock<BTreeMap<PathBuf, Vec<u8>>> = OnceLock::new();
    SITE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        publish_into(folder.path(), &Policy::default());
        files(folder.path())
    })
}

fn pages() -> impl Iterator<Item = (&'static PathBuf, String)> {
    let html = site().iter().filter(|(path, _)| path.extension().is_some_and(|e| e == "html"));
    html.map(|(path, bytes)| (path, String::from_utf8(bytes.clone()).unwrap()))
}

fn page(path: &str) -> String {
    String::from_utf8(site().get(Path::new(path)).unwrap_or_else(|| panic!("{path} is not there")).clone()).unwrap()
}

#[test]
fn a_canary_in_every_restricted_field_is_in_no_file_of_the_release() {
    for (path, bytes) in site() {
        let found = bytes.windows(support::CANARY.len()).any(|w| w == support::CANARY.as_bytes());
        assert!(!found, "{}", path.display());
    }
}

#[test]
fn every_internal_link_leads_to_a_file_and_every_anchor_to_an_id() {
    let ids: BTreeMap<&PathBuf, BTreeSet<String>> =
        pages().map(|(path, html)| (path, attributes(&html, " id=\"").into_iter().collect())).collect();
    let mut checked = 0;
    for (path, html) in pages() {
        for link in attributes(&html, "href=\"").into_iter().chain(attributes(&html, " src=\"")) {
            if link.starts_with("http://") || link.starts_with("https://") {
                continue;
            }
            let (file, anchor) = link.split_once('#').map_or((link.as_str(), None), |(f, a)| (f, Some(a)));
            let beside = || path.parent().unwrap().join(file);
            let whole = file.strip_prefix('/').map_or_else(beside, PathBuf::from);
            let target = if file.is_empty() { path.clone() } else { normal(&whole) };
            assert!(site().contains_key(&target), "{} links to {link}", path.display());
            if let Some(anchor) = anchor {
                assert!(ids[&target].contains(anchor), "{} links to {link}", path.display());
            }
            checked += 1;
        }
    }
    assert!(checked > 5_000, "{checked}");
}

fn attributes(html: &str, start: &str) -> Vec<String> {
    html.split(start).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

fn normal(path: &Path) -> PathBuf {
    let mut parts = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => assert!(parts.pop(), "{} leaves the folder", path.display()),
            part => parts.push(part),
        }
    }
    parts
}

#[test]
fn every_page_names_its_language_and_direction_and_allows_no_other_host() {
    for (path, html) in pages() {
        let first = path.components().next().unwrap().as_os_str().to_str().unwrap();
        let start = match first {
            "ar" => "<html lang=\"ar\" dir=\"rtl\">",
            "en" => "<html lang=\"en\" dir=\"ltr\">",
            "fr" => "<html lang=\"fr\" dir=\"ltr\">",
            _ => "<html lang=\"mul\" dir=\"ltr\">",
        };
        assert!(html.contains(start), "{}", path.display());
        // A page that stands at no one address has its styles within it, and asks for nothing.
        let allowed = if first == "404.html" { "default-src 'none'" } else { "default-src 'self'" };
        assert!(html.contains(allowed), "{}", path.display());
        for outside in ["src=\"http", "src=\"//", "<link rel=\"stylesheet\" href=\"http", " style=\"", " onclick="] {
            assert!(!html.contains(outside), "{}: {outside}", path.display());
        }
    }
}

#[test]
fn every_page_that_shows_an_invented_person_says_so_in_three_languages() {
    let names =
        ["سمير المختلق", "Samir al-Mukhtalaq", "ليلى المثال", "Layla al-Mithal", "هدى التجربة", "Huda al-Tajriba"];
    let mut shown = 0;
    for (path, html) in pages() {
        if names.iter().any(|name| html.contains(name)) {
            shown += 1;
            for words in ["INVENTED DATA", "بيانات مختلقة", "DONNÉES INVENTÉES"] {
                assert!(html.contains(words), "{}: {words}", path.display());
            }
        }
    }
    assert!(shown > 36, "{shown}");
}

#[test]
fn the_first_page_says_how_many_of_the_persons_and_events_are_invented() {
    let home = |data: &release::Dataset| {
        let out = tempfile::tempdir().unwrap();
        let everyone = data.persons.iter().map(|p| p.id.clone()).collect();
        let policy = Policy { approved_persons: everyone, ..Policy::default() };
        publish(data, &policy, out.path(), &|i| Ok(format!("{i}\n")), &|_, _, _| {}).unwrap();
        fs::read_to_string(out.path().join("en/index.html")).unwrap()
    };
    let mut data = support::dataset();
    assert!(home(&data).contains("all of them invented, to show how lists are joined"));
    let invented = data.persons.len() - 1;
    data.persons[0].invented = false;
    let mixed = home(&data);
    assert!(mixed.contains(&format!("{invented} of them invented")), "{invented}");
    assert!(!mixed.contains("to show how lists are joined"));
}

#[test]
fn the_same_values_give_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    publish_into(folder.path(), &Policy::default());
    assert!(files(folder.path()) == *site());
}

#[test]
fn a_share_is_printed_or_the_reason_why_there_is_none() {
    let html = page("en/month/2019-03.html");
    assert!(html.contains("8.4\u{a0}%"), "28 of 334");
    assert!(html.contains("No share: several parties are counted in one figure."));
    assert!(html.contains("add up to 282, more than the total of 279"));
    assert!(html.contains("The pages that retell this report differ"));
    assert!(page("ar/month/2019-03.html").contains("٨٫٤٪"));
    assert!(page("ar/month/2019-03.html").contains("آذار ٢٠١٩"));
    assert!(page("fr/month/2019-03.html").contains("8,4\u{202f}%"));
}

#[test]
fn a_claim_has_its_verdict_and_the_source_that_did_print_the_share() {
    let html = page("en/claim/isis-11-snhr-2019-03.html");
    assert!(html.contains("Not found"));
    assert!(html.contains(
        "Syrian Network for Human Rights (SNHR) printed at least 28 of at least 334 for March 2019: 8.4\u{a0}%."
    ));
    assert!(html.contains("(SHRC) printed at least 31 of 279 for March 2019, which gives 11.1\u{a0}%."));
}

#[test]
fn every_count_of_the_tables_equals_the_list_of_persons_behind_it() {
    assert!(pages().any(|(path, _)| path.starts_with("en/counts/everyone")));
    for (path, html) in pages() {
        assert!(!html.contains("The table counts"), "{}", path.display());
    }
    assert!(page("en/counts/everyone/party-disputed.html").contains("1 person"));
}

#[test]
fn a_name_of_a_real_person_is_in_no_file_until_that_person_is_approved() {
    let mut data = support::dataset();
    for source in &mut data.sources {
        source.invented &= source.id.as_str() != "list-a";
    }
    let proof = |index| Ok(format!("{{\"index\":{index}}}\n"));
    let shows = |policy: &Policy| {
        let folder = tempfile::tempdir().unwrap();
        publish(&data, policy, folder.path(), &proof, &|_, _, _| {}).unwrap();
        // The first person is on the real list alone.
        files(folder.path()).values().any(|bytes| String::from_utf8_lossy(bytes).contains("سمير المختلق"))
    };
    let closed = Policy::default();
    assert!(!shows(&closed));
    let (index, record) = data.records.values().find(|(_, r)| r.row == 1).unwrap();
    let withholds = |policy: &Policy, field: &str| {
        let shown = Shown::new(&data, policy).unwrap();
        Withholding::new(&shown.view()).withholds(*index, field, "\"\"")
    };
    assert!(withholds(&closed, "names"));
    let person = data.persons.iter().find(|p| p.records.contains(&record.id)).unwrap();
    let open = Policy { approved_persons: [person.id.clone()].into(), ..Policy::default() };
    assert!(shows(&open));
    assert!(!withholds(&open, "names"));
    assert!(withholds(&open, "original"));
}

#[test]
fn a_count_below_the_minimum_is_not_printed() {
    let folder = tempfile::tempdir().unwrap();
    let published = publish_into(folder.path(), &Policy::parse("minimum_cell = 5").unwrap());
    let html = fs::read_to_string(folder.path().join("en/counts/everyone.html")).unwrap();
    assert!(html.contains("fewer than 5"));
    assert!(!html.contains("data-lists-board"));
    assert!(published.held_back.iter().any(|s| s.contains("for being small")), "{:?}", published.held_back);
}

#[test]
fn every_row_has_a_proof_and_a_formula_in_the_data_is_defused() {
    let data = support::dataset();
    for index in data.figures.iter().map(|(i, _)| *i).chain(data.records.values().map(|(i, _)| *i)) {
        assert!(site().contains_key(&PathBuf::from(format!("proofs/{index}.json"))));
    }
    let csv = page("data/figures.csv");
    assert_eq!(csv.lines().count(), data.figures.len() + 1);
    assert!(csv.contains("'=children 87"));
}

#[test]
fn an_old_address_of_a_person_leads_to_the_new_one() {
    let person = &support::dataset().persons[0].id;
    assert!(page("fr/person/p-old.html").contains(&format!("url=../../fr/person/{person}.html")));
}

#[test]
fn the_three_catalogues_have_the_same_keys_and_every_key_used_exists() {
    let [ar, en, fr] = Lang::ALL.map(|lang| message_keys(lang).unwrap());
    assert_eq!(ar, en);
    assert_eq!(en, fr);
    // Keys are written as literals; every literal that looks like one and begins like a known key must be known.
    let mut code = String::new();
    for (path, bytes) in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        assert!(path.extension().is_some_and(|e| e == "rs"));
        code.push_str(&String::from_utf8(bytes).unwrap());
    }
    let literals: BTreeSet<&str> = code.split('"').collect();
    for call in [".m(\"", ".a(\"", ".count(\""] {
        for key in code.split(call).skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(en.contains(key), "{key} is used and is in no catalogue");
        }
    }
    for key in &en {
        assert!(literals.contains(key.as_str()), "{key} is in the catalogues and is not used");
    }
    // A key that was missing would show as itself.
    for (path, html) in pages() {
        for key in en.iter().filter(|k| k.matches('-').count() > 1) {
            assert!(!html.contains(&format!(">{key}<")), "{}: {key}", path.display());
        }
    }
}

#[test]
fn a_months_board_has_for_each_party_the_lines_of_a_page_added_and_the_choices_of_the_trust_sets() {
    let html = page("en/month/2019-04.html");
    let json = html.split("<script type=\"application/json\">").skip(1).map(|s| s.split("</script>").next().unwrap());
    let boards = json.map(|s| serde_json::from_str::<serde_json::Value>(s).unwrap());
    let board = boards.into_iter().find(|b| b.get("shares").is_some()).unwrap();
    let word =
        |list: &str, at: &serde_json::Value| board[list][at.as_u64().unwrap() as usize].as_str().unwrap().to_owned();
    let shares = board["shares"].as_array().unwrap().iter();
    let found: BTreeSet<(String, String, String)> = shares
        .map(|s| (word("lists", &s[0]), word("parties", &s[1]), format!("{:.1}", s[2].as_f64().unwrap())))
        .collect();
    let figures: Vec<_> = support::dataset().figures.into_iter().map(|(_, f)| f).collect();
    let april = |f: &&domain::Figure| f.period.start() == jiff::civil::date(2019, 4, 1);
    let mut expected = BTreeSet::new();
    for total in figures.iter().filter(april).filter(|f| f.role == domain::FigureRole::Total) {
        let mut sums: BTreeMap<&str, u64> = BTreeMap::new();
        let on_page = |f: &&domain::Figure| f.address == total.address && f.role == domain::FigureRole::ByParty;
        for line in figures.iter().filter(april).filter(on_page) {
            *sums.entry(line.party.code.as_ref().unwrap().as_str()).or_default() += line.total;
        }
        let percent = |n: u64| format!("{:.1}", 100.0 * n as f64 / total.total as f64);
        let whom = total.population.key();
        let key = |party: &str| format!("{party}.{whom}");
        expected.extend(sums.into_iter().map(|(p, n)| (total.source.as_str().to_owned(), key(p), percent(n))));
    }
    assert_eq!(found, expected);
    assert!(found.contains(&("sohr".into(), "syrian_regime.civilians".into(), "30.0".into())));
    assert_eq!(board["choices"][0][0], "everyone");
    assert!(html.contains("<button type=\"button\" value=\"everyone\""));
}

#[test]
fn an_event_is_counted_in_every_place_that_its_own_lies_in() {
    let data = support::dataset();
    let own = data.events[0].1.place.as_ref().unwrap().code.clone().unwrap();
    let index = page("en/place/index.html");
    let mut above = data.places.get(&own);
    let mut seen = 0;
    while let Some(place) = above {
        let row = index.split("<tr").find(|row| row.contains(&format!("/place/{}.html\"", place.code))).unwrap();
        let events = row.rsplit("</td>").nth(1).unwrap().rsplit('>').next().unwrap();
        assert_eq!(events, "1", "{}: {row}", place.code);
        let html = page(&format!("en/place/{}.html", place.code));
        let says_within = html.split_once("Events in places within it").map(|(_, rest)| rest);
        assert_eq!(says_within.is_some(), place.code != own, "{}", place.code);
        if let Some(within) = says_within {
            assert!(within.split("</table>").next().unwrap().contains("/place/SY"), "{within}");
        }
        above = place.parent.as_ref().and_then(|parent| data.places.get(parent));
        seen += 1;
    }
    assert!(seen > 1, "the place lies in no other");
}

#[test]
fn a_claim_that_invented_figures_answer_says_so() {
    let paths = ["en/claim/isis-11-snhr-2019-03.html", "ar/claim/index.html"];
    assert!(paths.iter().all(|path| !page(path).contains("INVENTED DATA")), "its sources are real");
    let mut data = support::dataset();
    let answering = data.claims[0].answer.nearest[0].source.clone();
    data.sources.iter_mut().filter(|s| s.id == answering).for_each(|s| s.invented = true);
    let folder = tempfile::tempdir().unwrap();
    publish(&data, &Policy::default(), folder.path(), &|i| Ok(format!("{i}\n")), &|_, _, _| {}).unwrap();
    for path in paths {
        let html = fs::read_to_string(folder.path().join(path)).unwrap();
        assert!(html.contains("SOME OF THIS IS INVENTED DATA"), "{path}");
    }
}

#[test]
fn civilians_of_everyones_total_are_called_so_where_a_claim_is_checked() {
    let mut data = support::dataset();
    let share = data.claims[0].answer.nearest[0].clone();
    assert_eq!(share.population, domain::Population::All);
    let line = &share.numerator_figures[0];
    let figure = data.figures.iter_mut().map(|(_, f)| f).find(|f| f.id == *line).unwrap();
    figure.population = domain::Population::Civilians;
    let folder = tempfile::tempdir().unwrap();
    publish(&data, &Policy::default(), folder.path(), &|i| Ok(format!("{i}\n")), &|_, _, _| {}).unwrap();
    let html = fs::read_to_string(folder.path().join("en/claim/isis-11-snhr-2019-03.html")).unwrap();
    let html = html.replace(['\u{2068}', '\u{2069}'], "");
    let row = html.split("<tr>").skip(1).find(|row| row.contains("11.1") && row.contains("SHRC")).unwrap();
    assert!(
        row.contains("(civilians)") && row.contains("(everyone)") && row.contains("civilians among everyone"),
        "{row}"
    );
    assert!(html.contains("31 (civilians) of") && html.contains("279 (everyone)"), "the headline says so too");
    // Where both count the same people, nothing is added.
    assert!(!page("en/claim/isis-11-snhr-2019-03.html").contains("(everyone)"));
}

#[test]
fn previews_of_a_page_say_what_the_page_itself_says() {
    for path in ["en/month/2019-03.html", "en/counts/everyone.html", "ar/claim/index.html"] {
        let html = page(path);
        let told = html.split("property=\"og:description\" content=\"").nth(1).and_then(|s| s.split('"').next());
        let words = told.unwrap_or_else(|| panic!("{path} has none")).rsplit(" · ").next().unwrap().to_owned();
        let body = html.split("<main").nth(1).unwrap();
        assert!(!words.is_empty() && body.contains(&words), "{path}: {words}");
    }
}

#[test]
fn a_position_of_one_person_is_in_no_proof_unless_the_policy_names_it() {
    let data = support::dataset();
    let (index, record) = data.records.values().next().unwrap();
    let withholds = |policy: &str, place: &str| {
        let mut policy = Policy::parse(policy).unwrap();
        policy.approved_persons = data.persons.iter().map(|person| person.id.clone()).collect();
        let shown = Shown::new(&data, &policy).unwrap();
        Withholding::new(&shown.view()).withholds(*index, "place", place)
    };
    let mut place = data.places.mention(&["Homs", "Talbisa"]);
    let written = |place: &domain::PlaceMention| serde_json::to_string(place).unwrap();
    assert!(!withholds("", &written(&place)));
    place.point = domain::place::Point::new(34.84, 36.73);
    assert!(withholds("", &written(&place)));
    assert!(withholds("", "{"), "what cannot be read may tell one");
    let fields = "record_fields = ['type', 'id', 'source', 'accession', 'row', 'names', 'place'";
    assert!(withholds(&format!("{fields}]"), &written(&place)));
    assert!(!withholds(&format!("{fields}, 'point']"), &written(&place)));
    // Nobody's who is not approved, whatever is named.
    let mut real = data.clone();
    real.sources.iter_mut().for_each(|source| source.invented = false);
    let policy = Policy::parse(&format!("{fields}, 'point']")).unwrap();
    let shown = Shown::new(&real, &policy).unwrap();
    assert!(Withholding::new(&shown.view()).withholds(*index, "place", &written(&place)), "{}", record.id);
}

#[test]
fn a_page_says_that_all_or_some_of_what_it_shows_is_invented_and_nothing_where_nothing_is() {
    let (all, some) = ("INVENTED DATA. The persons", "SOME OF THIS IS INVENTED DATA");
    let read = |data: &release::Dataset, path: &str| {
        let out = tempfile::tempdir().unwrap();
        publish(data, &Policy::default(), out.path(), &|i| Ok(format!("{i}\n")), &|_, _, _| {}).unwrap();
        fs::read_to_string(out.path().join(path)).unwrap()
    };
    let pages = ["en/counts/index.html", "en/counts/everyone.html"];
    let data = support::dataset();
    pages.iter().for_each(|path| assert!(read(&data, path).contains(all), "{path}"));
    for path in ["en/month/2019-03.html", "en/month/index.html", "en/party/isis.html"] {
        assert!(!read(&data, path).contains("INVENTED DATA"), "{path}");
    }
    // One list of real persons among them; then nobody invented is counted, and an event still is.
    let mut mixed = data.clone();
    mixed.sources.iter_mut().filter(|s| s.id.as_str() == "list-a").for_each(|s| s.invented = false);
    pages.iter().for_each(|path| assert!(read(&mixed, path).contains(some), "{path}"));
    pages.iter().for_each(|path| assert!(!read(&mixed, path).contains(all), "{path}"));
    let mut real = data.clone();
    real.sources.iter_mut().for_each(|s| s.invented = s.id.as_str() == "sohr");
    real.persons.iter_mut().for_each(|person| person.invented = false);
    pages.iter().for_each(|path| assert!(!read(&real, path).contains("INVENTED DATA"), "{path}"));
    // Figures of an invented source among others' are called so, too.
    for path in ["en/month/2019-03.html", "en/month/index.html"] {
        assert!(read(&real, path).contains(some), "{path}");
    }
    real.sources.iter_mut().for_each(|s| s.invented = true);
    for path in ["en/month/2019-03.html", "en/month/index.html", "en/party/isis.html"] {
        assert!(read(&real, path).contains(all), "{path}");
    }
}
