//! A report: whole, in three languages, from a small data set; the press here keeps the sheets instead of setting them.

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use domain::{Figure, FigureRole, Period, TrustSetId};
use release::{Policy, ReportOf};
use support::press::Keeping;

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

/// A release with all that is made to be shared.
fn reached(data: &release::Dataset) -> (tempfile::TempDir, Keeping) {
    let out = tempfile::tempdir().unwrap();
    let settings = release::Settings::parse("").unwrap();
    let reports = [ReportOf { period: march(), trust: data.trust_sets[0].id.clone() }];
    let boundaries = release::Boundaries::demo(&data.places);
    let press = Keeping::default();
    let given = release::Outreach {
        settings: &settings,
        reports: &reports,
        estimates: &[],
        boundaries: boundaries.as_ref(),
        press: &press,
    };
    let folder = release::Folder::prepare(out.path()).unwrap();
    let (policy, proof) = (Policy::default(), |i: u64| Ok(format!("{i}\n")));
    let shown = release::Shown::new(data, &policy).unwrap();
    let view = shown.view();
    release::publish_into(&view, &folder, &release::PageCache::default(), &proof, &|_, _, _| {}).unwrap();
    release::outreach(&view, &given, &folder, &|_, _, _| {}).unwrap();
    (out, press)
}

fn files(root: &Path, at: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(at).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(root, &path, found) } else { found.push(path.strip_prefix(root).unwrap().to_owned()) }
    }
}

/// Where a relative address leads from a file.
fn resolved(from: &Path, to: &str) -> PathBuf {
    let mut out = from.parent().unwrap().to_owned();
    for part in to.split('/') {
        match part {
            ".." => assert!(out.pop(), "{}: {to}", from.display()),
            "." => {}
            part => out.push(part),
        }
    }
    out
}

#[test]
fn every_link_of_pages_and_feeds_leads_to_a_file_and_a_place_in_it() {
    let (out, press) = reached(&support::dataset());
    let mut found = Vec::new();
    files(out.path(), out.path(), &mut found);
    let (mut n, read) = (0, |path: &Path| std::fs::read_to_string(out.path().join(path)));
    for path in found.iter().filter(|p| p.extension().is_some_and(|e| e == "html" || e == "json" || e == "atom")) {
        let text = read(path).unwrap();
        for start in ["href=\"", "src=\"", "\"url\": \""] {
            for to in text.split(start).skip(1).map(|s| s.split('"').next().unwrap()) {
                let is_outside = ["http:", "https:", "mailto:", "tag:"].iter().any(|scheme| to.starts_with(scheme));
                if is_outside || (start.contains("url") && path.extension().is_none_or(|e| e != "json")) {
                    continue;
                }
                let (file, anchor) = to.split_once('#').map_or((to, ""), |(file, anchor)| (file, anchor));
                let at = if file.is_empty() { path.clone() } else { resolved(path, file) };
                // What the evidence crate writes afterwards.
                if at.starts_with("log") || at.ends_with("SHA256SUMS") {
                    continue;
                }
                let target = read(&at)
                    .or_else(|e| if e.kind() == std::io::ErrorKind::InvalidData { Ok(String::new()) } else { Err(e) });
                let target = target.unwrap_or_else(|e| panic!("{} leads to {to}: {e}", path.display()));
                let is_there =
                    anchor.is_empty() || anchor.contains('=') || target.contains(&format!("id=\"{anchor}\""));
                assert!(is_there, "{} leads to {to}", path.display());
                n += 1;
            }
        }
    }
    assert!(n > 2_000, "{n} links");
    for sheet in press.0.lock().unwrap().iter().filter(|s| s.ident.ends_with(".png")) {
        assert!(!sheet.markup.contains("See the row"), "{}", sheet.ident);
    }
}

#[test]
fn at_least_and_about_stand_beside_the_number_wherever_it_stands() {
    let data = support::dataset();
    let (out, _) = reached(&data);
    let read = |path: &str| std::fs::read_to_string(out.path().join(path)).unwrap();
    let report = read("en/report/2019-03-everyone.html");
    let of_march = data.figures.iter().map(|(_, f)| f).filter(|f| f.period == march());
    let at_least: Vec<_> = of_march.filter(|f| f.exactness == domain::Exactness::AtLeast).collect();
    assert!(at_least.len() > 5);
    for figure in at_least.iter().filter(|f| f.role != domain::FigureRole::VictimGroup) {
        let bare = format!(">{}</a>", figure.total);
        let same = data.figures.iter().any(|(_, f)| f.total == figure.total && f.exactness == domain::Exactness::Exact);
        assert!(report.contains(&format!(">at least {}<", figure.total)), "{}", figure.id);
        assert!(same || !report.contains(&bare), "{} without its words", figure.id);
    }
    for (lang, words) in [("en", "at least 334 civilians were killed"), ("fr", "au moins 334 civils ont été tués")] {
        for path in ["report/2019-03-everyone.html", "day/2019-04-01.html", "feed/all.json", "feed/all.atom"] {
            assert!(read(&format!("{lang}/{path}")).contains(words), "{lang} {path}");
        }
    }
    let arabic = read("ar/report/2019-03-everyone.html").replace(['\u{2068}', '\u{2069}'], "");
    assert!(arabic.contains("مقتل ما لا يقل عن ٣٣٤ مدنيًا"));
}

#[test]
fn an_estimate_is_called_one() {
    let mut data = support::dataset();
    for (_, figure) in &mut data.figures {
        figure.cautions.push(domain::Caution::StatisticalEstimate);
    }
    let (out, _) = reached(&data);
    for (lang, words) in
        [("en", "(a statistical estimate)"), ("fr", "(une estimation statistique)"), ("ar", "(تقدير إحصائي)")]
    {
        for path in ["report/2019-03-everyone.html", "day/2019-04-01.html", "month/2019-03.html"] {
            let html = std::fs::read_to_string(out.path().join(lang).join(path)).unwrap();
            assert!(html.contains(words), "{lang} {path}");
        }
    }
}

/// A report on March under one choice, read in one language; marks of direction are taken out.
fn read_report(data: &release::Dataset, trust: &str, lang: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let of = ReportOf { period: march(), trust: TrustSetId::new(trust).unwrap() };
    release::report(data, &Policy::default(), &of, None, &Keeping::default(), folder.path()).unwrap();
    let path = folder.path().join(format!("{lang}/report/2019-03-{trust}.html"));
    std::fs::read_to_string(path).unwrap().replace(['\u{2068}', '\u{2069}'], "")
}

#[test]
fn a_source_outside_the_choice_that_printed_no_total_is_still_said_to_have_printed() {
    let mut data = support::dataset();
    data.trust_sets[0].all = false;
    data.trust_sets[0].sources = vec![domain::SourceId::new("shrc").unwrap()];
    data.reports.retain(|r| r.source.as_str() != "snhr" || r.period != march());
    for report in data.reports.iter_mut().filter(|r| r.source.as_str() == "sohr") {
        report.totals.clear();
        report.retellings.iter_mut().for_each(|page| page.total = None);
    }
    let html = read_report(&data, "everyone", "en");
    let others = html.split("id=\"others\"").nth(1).unwrap().split("<h2").next().unwrap();
    assert!(!others.contains("No source outside"), "{others}");
    assert!(others.contains("landmine explosions") && others.contains("40"), "{others}");
}

#[test]
fn a_headline_names_what_other_pages_of_the_same_report_print() {
    let mut data = support::dataset();
    let report = data.reports.iter_mut().find(|r| r.source.as_str() == "snhr" && r.period == march()).unwrap();
    report.totals.insert(0, (314, vec![domain::FigureId::new("F0010").unwrap()]));
    report.totals[1].1.push(domain::FigureId::new("F0001").unwrap());
    let figure = &mut data.figures.iter_mut().find(|(_, f)| f.id.as_str() == "F0010").unwrap().1;
    (figure.total, figure.exactness) = (314, domain::Exactness::Exact);
    let html = read_report(&data, "everyone", "en");
    let headline = html.split("id=\"headline\"").nth(1).unwrap().split("<h2").next().unwrap();
    assert!(headline.contains("334 civilians were killed"), "{headline}");
    assert!(headline.contains("Other pages that retell this report print: 314."), "{headline}");
}

#[test]
fn arabic_says_two_persons_and_nobody_among_them_as_arabic_does() {
    let words = |total: u64, children: Option<u64>, women: Option<u64>| {
        let mut data = support::dataset();
        data.reports.retain(|r| r.source.as_str() == "snhr" && r.period == march());
        let report = &mut data.reports[0];
        report.totals = vec![(total, vec![domain::FigureId::new("F0001").unwrap()])];
        let figure = &mut data.figures.iter_mut().find(|(_, f)| f.id.as_str() == "F0001").unwrap().1;
        (figure.total, figure.children, figure.women) = (total, children, women);
        figure.exactness = domain::Exactness::Exact;
        let html = read_report(&data, "everyone", "ar");
        html.split("id=\"headline\"").nth(1).unwrap().split("<h2").next().unwrap().to_owned()
    };
    assert!(words(2, Some(0), Some(0)).contains("مقتل مدنيين اثنين، ليس بينهما أطفال ولا نساء"));
    assert!(words(2, Some(1), None).contains("مقتل مدنيين اثنين، بينهما طفل واحد"));
    assert!(words(9, Some(0), Some(0)).contains("مقتل ٩ مدنيين، ليس بينهم أطفال ولا نساء"));
    assert!(words(9, Some(0), Some(3)).contains("، بينهم ٣ نساء ولا أطفال"));
    let nobody = words(0, Some(0), Some(0));
    assert!(nobody.contains("لا قتلى من المدنيين") && !nobody.contains("بين"), "{nobody}");
    assert!(!words(1, Some(1), Some(0)).contains("بينهم"));
}

/// The monitor's March in six months more, each with an alliance's number beside those of its parts.
fn with_months(mut data: release::Dataset) -> release::Dataset {
    let march_report =
        data.reports.iter().find(|r| r.source.as_str() == "snhr" && r.period == march()).unwrap().clone();
    let mut at = domain::Month::new(2018, 9).unwrap();
    for n in 0..6_u64 {
        let mut report = march_report.clone();
        report.period = Period::new(at.first_day(), at.last_day()).unwrap();
        report.retellings.retain(|page| page.lines.len() > 3);
        for page in &mut report.retellings {
            page.period = report.period;
            for line in &mut page.lines {
                line.total += n;
            }
            let mut joint = page.lines[2].clone();
            joint.party = Some(domain::PartyCode::new("extremist_islamist_groups").unwrap());
            joint.total = page.lines[2].total + page.lines[3].total;
            page.lines.push(joint);
            if let Some((_, total)) = &mut page.total {
                *total += 10 * n;
            }
        }
        report.totals = vec![(334 + 10 * n, vec![march_report.totals[0].1[0].clone()])];
        data.reports.push(report);
        at = at.next().unwrap();
    }
    data
}

#[test]
fn a_stacked_column_reaches_the_sources_total_and_no_alliance_lies_upon_its_parts() {
    let data = with_months(support::dataset());
    let (out, _) = reached(&data);
    let html = std::fs::read_to_string(out.path().join("en/charts/index.html")).unwrap();
    let captions = || html.split("<figcaption>").skip(1);
    let stack = captions().find(|s| s.contains("by party; above each column")).expect("a stacked chart");
    let caption = stack.split("</figcaption>").next().unwrap();
    let told = stack.split("<desc>").nth(1).unwrap().split("</desc>").next().unwrap().split(" — ").nth(1).unwrap();
    let mut columns: BTreeMap<String, u64> = BTreeMap::new();
    let (mut by_party, mut totals): (BTreeMap<String, u64>, BTreeMap<String, u64>) = Default::default();
    for series in told.split("; ") {
        let (label, values) = series.split_once(": ").unwrap();
        for value in values.split(", ").filter(|v| !v.ends_with('–')) {
            let (month, n) = value.rsplit_once(' ').unwrap();
            assert!(!value.contains('≠'), "a column that does not reach its total: {value}");
            if label == "Total printed" {
                totals.insert(month.to_owned(), n.parse().unwrap());
            } else {
                *columns.entry(month.to_owned()).or_default() += n.parse::<u64>().unwrap();
                *by_party.entry(label.to_owned()).or_default() += n.parse::<u64>().unwrap();
            }
        }
    }
    assert_eq!(columns, totals);
    assert_eq!(totals["September 2018"], 334);
    assert_eq!(totals["December 2018"], 364);
    assert!(!by_party.keys().any(|label| label.to_lowercase().contains("extremist")), "{by_party:?}");
    // The finding, from the printed numbers: "others" have most, who may be anybody, so no party is named as the largest.
    let nobodys = ["told jointly or not by party", "Other parties", "Unidentified parties"];
    let told: u64 = by_party.iter().filter(|(label, _)| !nobodys.contains(&label.as_str())).map(|(_, n)| n).sum();
    let all: u64 = totals.values().sum();
    let plain = caption.replace([','], "");
    assert!(by_party.contains_key("Other parties"), "{by_party:?}");
    assert!(!caption.contains("largest") && caption.contains("September 2018 to April 2019"), "{caption}");
    assert!(plain.contains(&format!("{told} of")) && plain.contains(&all.to_string()), "{caption}: {told} of {all}");
}

#[test]
fn the_map_and_the_calendar_count_as_the_table_of_counts_does() {
    let mut data = support::dataset();
    data.events.clear();
    let (out, _) = reached(&data);
    let (_, tally) = &data.tallies[0];
    let all: u64 = tally.cells.iter().map(|c| c.n_documented).sum();
    let charts = std::fs::read_to_string(out.path().join("en/charts/index.html")).unwrap();
    let map = charts.split("<desc>").find(|s| s.starts_with("Documented persons by governorate")).unwrap();
    let map = map.split("</desc>").next().unwrap();
    let mut expected: BTreeMap<Option<&str>, u64> = BTreeMap::new();
    for cell in &tally.cells {
        *expected.entry(cell.stratum.place.as_ref().map(|p| p.as_str())).or_default() += cell.n_documented;
    }
    for (place, n) in expected {
        let name = match place {
            None => "Not stated".to_owned(),
            Some(code) => {
                data.places.get(&domain::PlaceCode::new(code).unwrap()).unwrap().names.best("en").unwrap().1.to_owned()
            }
        };
        assert!(map.contains(&format!("{name}: {n}")), "{name} {n}: {map}");
    }
    let csv = std::fs::read_to_string(out.path().join("data/calendar.csv")).unwrap();
    let sum: u64 = csv.lines().skip(1).map(|l| l.rsplit(',').next().unwrap().parse::<u64>().unwrap()).sum();
    assert_eq!(sum, all, "{csv}");
    let mut by_month: BTreeMap<String, u64> = BTreeMap::new();
    for cell in &tally.cells {
        let month = cell.stratum.month.map_or("not_stated".to_owned(), |m| m.to_string());
        *by_month.entry(month).or_default() += cell.n_documented;
    }
    let mut of_file: BTreeMap<String, u64> = BTreeMap::new();
    for line in csv.lines().skip(1) {
        let (day, n) = line.split_once(',').unwrap();
        let month = if day == "not_stated" { day } else { &day[..7] };
        *of_file.entry(month.to_owned()).or_default() += n.parse::<u64>().unwrap();
    }
    assert_eq!(of_file, by_month);
}

#[test]
fn the_title_of_a_chart_by_party_speaks_of_its_longest_bar_and_blames_nobody_for_mines() {
    let mut data = support::dataset();
    // SHRC's unidentified on three lines, none of which is the longest: 79 of the government, 60 + 40 + 31 of nobody.
    let report = data.reports.iter_mut().find(|r| r.source.as_str() == "shrc" && r.period == march()).unwrap();
    let page = &mut report.retellings[0];
    let at = page.lines.iter().position(|l| l.party.as_ref().is_some_and(|p| p.as_str() == "unidentified")).unwrap();
    let line = page.lines.remove(at);
    for (written, total) in [("mines", 60), ("مجهولين", 40), ("explosive devices", 31)] {
        let share = domain::comparison::Share::Percent(100.0 * total as f64 / 279.0);
        page.lines.push(domain::comparison::PartyLine { written: written.into(), total, share, ..line.clone() });
    }
    let found = |lang: &str| {
        let html = read_report(&data, "everyone", lang);
        let charts: Vec<String> =
            html.split("<figure").map(|s| s.split("</figure>").next().unwrap().to_owned()).collect();
        charts
            .into_iter()
            .find(|c| c.contains("SHRC") && (c.contains("131") || c.contains("١٣١")))
            .unwrap_or_else(|| panic!("{lang}"))
    };
    let chart = found("en");
    let title = chart.split("class=\"finding\"").nth(1).unwrap().split("</p>").next().unwrap();
    assert!(title.contains("SHRC · everyone, March 2019: attributed to no identified party: "), "{title}");
    assert!(title.contains("131 of 279 (47.0\u{a0}%)"), "{title}");
    let told = chart.split("<desc>").nth(1).unwrap().split("</desc>").next().unwrap();
    // One bar for the three lines, and it is the longest.
    assert!(told.contains("131") && !told.contains("mines"), "{told}");
    let numbers = told.split([' ', ';', ',']).filter_map(|word| word.parse::<u64>().ok()).filter(|n| *n < 2019);
    assert_eq!(numbers.max(), Some(131), "{told}");
    assert!(found("fr").contains("aucune partie identifiée") && found("ar").contains("لم يُنسبوا إلى جهة معروفة"));
}

#[test]
fn a_number_that_several_pages_retell_is_one_update_on_the_day_of_the_first() {
    let data = support::dataset();
    let (out, _) = reached(&data);
    let read = |path: &str| {
        let text = std::fs::read_to_string(out.path().join(path)).unwrap();
        text.replace(['\u{2068}', '\u{2069}'], "")
    };
    // Two pages of the set print SNHR's 334 for March.
    let day = read("en/day/2019-04-01.html");
    let list = day.split("<ul>").find(|list| list.contains("334 civilians were killed")).unwrap();
    let items: Vec<&str> =
        list.split("<li>").filter(|item| item.contains("334 civilians were killed (March 2019)")).collect();
    assert_eq!(items.len(), 1, "{list}");
    assert!(items[0].contains("on 2 pages"), "{}", items[0]);
    assert!(read("ar/day/2019-04-01.html").contains("في صفحتين"));
    // A page that prints it again a week later has nothing new to tell.
    let mut later = data.clone();
    let again = later.figures.iter_mut().map(|(_, f)| f).rfind(|f| f.total == 334).unwrap();
    again.published_on = Some(jiff::civil::date(2019, 4, 8));
    let (out, _) = reached(&later);
    assert!(!out.path().join("en/day/2019-04-08.html").exists());
}

#[test]
fn an_update_names_the_part_of_the_country_that_it_counts_and_a_partys_feed_tells_the_partys_number() {
    let mut data = support::dataset();
    let (nth, total) = (9_000_000, |f: &Figure| f.role == FigureRole::Total && f.total == 334);
    let mut part = data.figures.iter().find(|(_, f)| total(f)).unwrap().1.clone();
    part.id = domain::FigureId::new("F9001").unwrap();
    part.total = 77;
    part.place = data.places.mention(&["Idlib"]);
    let mut elsewhere = part.clone();
    elsewhere.id = domain::FigureId::new("F9002").unwrap();
    elsewhere.total = 78;
    elsewhere.place = data.places.mention(&["Somewhere"]);
    data.figures.extend([(nth, part), (nth + 1, elsewhere)]);
    let (out, _) = reached(&data);
    let read =
        |path: &str| std::fs::read_to_string(out.path().join(path)).unwrap().replace(['\u{2068}', '\u{2069}'], "");
    let day = read("en/day/2019-04-01.html");
    assert!(day.contains("77 civilians were killed (Idlib, March 2019)"), "{day}");
    assert!(day.contains("78 civilians were killed (Somewhere, March 2019)"), "{day}");
    assert!(day.contains("334 civilians were killed (March 2019)"), "{day}");

    let line = data.figures.iter().map(|(_, f)| f).find(|f| {
        f.role == FigureRole::ByParty
            && f.source.as_str() == "snhr"
            && f.party.code.as_ref().is_some_and(|p| p.as_str() == "isis")
    });
    let line = line.expect("the examples have a line of SNHR for ISIS");
    let feed = read("en/feed/party/isis.atom");
    let own = format!("{} civilians were killed (March 2019), attributed to ISIS", line.total);
    assert!(feed.contains(&own), "{own}: {feed}");
    assert!(!feed.contains("334 civilians"), "the dead of all parties are no news of one: {feed}");
}

#[test]
fn a_map_says_which_places_are_held_back_and_names_no_first_among_them() {
    let mut data = support::dataset();
    // Eight governorates, of which two have few.
    for (_, tally) in &mut data.tallies {
        for (nth, cell) in tally.cells.iter_mut().enumerate() {
            cell.stratum.place = Some(domain::PlaceCode::new(format!("SY{:02}", nth % 8 + 1)).unwrap());
            cell.n_documented = if nth % 8 < 2 { u64::from(nth < 8) } else { 50 };
        }
        tally.cells.retain(|cell| cell.n_documented > 0);
    }
    let policy = Policy::parse("minimum_cell = 5").unwrap();
    let shown = release::Shown::new(&data, &policy).unwrap();
    let (view, out, press) = (shown.view(), tempfile::tempdir().unwrap(), Keeping::default());
    let settings = release::Settings::parse("").unwrap();
    let boundaries = release::Boundaries::demo(&data.places);
    let given = release::Outreach {
        settings: &settings,
        reports: &[],
        estimates: &[],
        boundaries: boundaries.as_ref(),
        press: &press,
    };
    let folder = release::Folder::prepare(out.path()).unwrap();
    release::outreach(&view, &given, &folder, &|_, _, _| {}).unwrap();
    let csv = std::fs::read_to_string(out.path().join("data/places.csv")).unwrap();
    let held = csv.lines().filter(|line| line.starts_with("SY") && line.ends_with(",,true")).count();
    assert!(held > 0 && csv.lines().any(|line| line.ends_with(",false")), "{csv}");
    let charts = std::fs::read_to_string(out.path().join("en/charts/index.html")).unwrap();
    assert!(charts.contains("held back") && !charts.contains("stands first: "), "{charts}");
    assert!(charts.contains(&format!("{held} governorates are held back")) || held == 1, "{charts}");
    assert!(charts.contains("data/places.csv"));
}

#[test]
fn a_report_on_lists_of_names_tells_how_many_they_document() {
    let data = support::dataset();
    let html = read_report(&data, "everyone", "en");
    assert!(html.contains("The lists of these sources document"), "{html}");
}

/// The titles of a report's charts.
fn titles(html: &str) -> Vec<String> {
    let after = html.split("class=\"finding\">").skip(1);
    after.map(|s| s.split('<').next().unwrap().to_owned()).collect()
}

/// One source's March alone, every number exact.
fn march_of(source: &str) -> release::Dataset {
    let mut data = support::dataset();
    data.reports.retain(|r| r.source.as_str() == source && r.period == march());
    for report in &mut data.reports {
        report.retellings.sort_by_key(|page| std::cmp::Reverse(page.lines.len()));
        report.retellings.truncate(1);
        report.differing_lines.clear();
    }
    data.figures.iter_mut().for_each(|(_, f)| f.exactness = domain::Exactness::Exact);
    data
}

#[test]
fn a_title_names_the_largest_only_where_nobody_unlisted_or_unnamed_could_be_larger() {
    // The monitor's list has 119 of "others" and 78 of the largest party.
    let open = march_of("snhr");
    let told = titles(&read_report(&open, "everyone", "en"));
    assert!(
        told.contains(&"SNHR · civilians, March 2019: listed by party: 334; total printed: 334".to_owned()),
        "{told:?}"
    );
    let mut closed = open.clone();
    let page = &mut closed.reports[0].retellings[0];
    page.lines.iter_mut().filter(|l| l.total == 119).for_each(|l| l.total = 1);
    page.total.as_mut().unwrap().1 = 216;
    let told = titles(&read_report(&closed, "everyone", "en"));
    let largest = "SNHR · civilians, March 2019: the largest number is that of “Syrian government forces”, 78 of 216 (36.1\u{a0}%)";
    assert!(told.contains(&largest.to_owned()), "{told:?}");
    // The second has 76: with one of "others" and one whom the page does not list it could have as many.
    closed.reports[0].retellings[0].total.as_mut().unwrap().1 = 217;
    let told = titles(&read_report(&closed, "everyone", "en"));
    assert!(told[0].ends_with("listed by party: 216; total printed: 217"), "{told:?}");
    // Without a total nobody knows how many are not listed.
    closed.reports[0].retellings[0].total = None;
    let told = titles(&read_report(&closed, "everyone", "fr"));
    assert!(told[0].contains("civils, mars 2019") && told[0].contains("aucun total"), "{told:?}");
}

#[test]
fn civilians_under_everyones_total_are_called_civilians_and_are_no_partys_number_for_everyone() {
    let mut data = march_of("shrc");
    let line = data.reports[0].retellings[0].lines.iter_mut().find(|l| l.written == "تنظيم داعش").unwrap();
    line.population = domain::Population::Civilians;
    let figure = line.figure.clone();
    data.figures.iter_mut().find(|(_, f)| f.id == figure).unwrap().1.population = domain::Population::Civilians;
    let html = read_report(&data, "everyone", "en");
    assert!(html.contains("ISIS (civilians)") && html.contains("11.1\u{a0}% (civilians among everyone)"), "{html}");
    let (out, _) = reached(&data);
    let party = std::fs::read_to_string(out.path().join("en/party/isis.html")).unwrap();
    assert!(!party.contains("month/2019-03.html"), "{party}");
    // The dead of prisons are a part of what is the party's.
    let mut data = march_of("shrc");
    data.reports[0].retellings[0].lines.iter_mut().for_each(|l| l.is_of_prisons = true);
    let (out, _) = reached(&data);
    let party = std::fs::read_to_string(out.path().join("en/party/isis.html")).unwrap();
    assert!(!party.contains("month/2019-03.html"), "{party}");
}

#[test]
fn a_number_that_one_page_prints_as_at_least_is_so_wherever_it_stands() {
    let mut data = support::dataset();
    // Two pages print 28 of ISIS in March; one of them as "at least".
    let of = |f: &Figure| f.total == 28 && f.period == march() && f.source.as_str() == "snhr";
    let mut exactness = [domain::Exactness::Exact, domain::Exactness::AtLeast].into_iter();
    data.figures.iter_mut().filter(|(_, f)| of(f)).for_each(|(_, f)| f.exactness = exactness.next().unwrap());
    let (out, _) = reached(&data);
    for path in ["party/isis", "report/2019-03-everyone"] {
        let html = std::fs::read_to_string(out.path().join(format!("en/{path}.html"))).unwrap();
        assert!(html.contains(">at least 28<"), "{path}");
    }
    // The page that printed it exactly says so of itself.
    let first = data.figures.iter().find(|(_, f)| of(f)).unwrap().1.id.clone();
    let own = std::fs::read_to_string(out.path().join(format!("en/figure/{first}.html"))).unwrap();
    assert!(!own.contains("at least 28"));
}

#[test]
fn a_comparison_of_bounds_or_of_differing_pages_has_no_exact_percentage() {
    let comparison = |data: &release::Dataset, lang: &str| {
        let html = read_report(data, "everyone", lang);
        html.split("id=\"comparison\"").nth(1).unwrap().split("<h2").next().unwrap().replace('\u{a0}', " ")
    };
    let mut data = support::dataset();
    data.figures.iter_mut().for_each(|(_, f)| f.exactness = domain::Exactness::Exact);
    // 334 civilians in March, 246 in February.
    assert!(comparison(&data, "en").contains("88 more (+35.8 %)"));
    let report = data.reports.iter_mut().find(|r| r.source.as_str() == "snhr" && r.period == march()).unwrap();
    report.totals.insert(0, (314, report.totals[0].1.clone()));
    let ranges = comparison(&data, "en");
    assert!(ranges.contains("68 to 88 more (+27.6 % to +35.8 %)"), "{ranges}");
    assert!(comparison(&data, "fr").contains("68 à 88 de plus"));
    data.figures.iter_mut().filter(|(_, f)| f.total == 246).for_each(|(_, f)| f.exactness = domain::Exactness::AtLeast);
    let inexact = comparison(&data, "en");
    assert!(inexact.contains("68 to 88 more (as printed, not exact)") && !inexact.contains("+35.8"), "{inexact}");
}

#[test]
fn the_annex_says_where_and_what_each_number_is_and_names_its_own_file() {
    let mut data = support::dataset();
    let aleppo = data.places.mention(&["Aleppo"]);
    data.figures.iter_mut().find(|(_, f)| f.period == march()).unwrap().1.place = aleppo;
    let folder = tempfile::tempdir().unwrap();
    let of = ReportOf { period: march(), trust: data.trust_sets[0].id.clone() };
    release::report(&data, &Policy::default(), &of, None, &Keeping::default(), folder.path()).unwrap();
    let html = std::fs::read_to_string(folder.path().join("en/report/2019-03-everyone.html")).unwrap();
    let annex = html.split("id=\"annex\"").nth(1).unwrap();
    for words in ["data/report/2019-03-everyone.csv", "Aleppo", "one party", "group of victims"] {
        assert!(annex.contains(words), "{words}: {annex}");
    }
    let csv = std::fs::read_to_string(folder.path().join("data/report/2019-03-everyone.csv")).unwrap();
    let ids = |text: &str| (1..60).filter(|n| text.contains(&format!("F{n:04}"))).collect::<Vec<_>>();
    assert_eq!(ids(&csv), ids(annex));
}

#[test]
fn a_number_of_several_parties_together_makes_no_title() {
    let mut data = march_of("snhr");
    let page = &mut data.reports[0].retellings[0];
    page.lines.iter_mut().filter(|l| l.total == 119).for_each(|l| l.total = 1);
    page.total.as_mut().unwrap().1 = 216;
    let first = page.lines.iter().find(|l| l.total == 78).unwrap().figure.clone();
    let figure = data.figures.iter_mut().find(|(_, f)| f.id == first).unwrap();
    figure.1.cautions.push(domain::Caution::JointParties);
    let told = titles(&read_report(&data, "everyone", "en"));
    assert!(told[0].ends_with("listed by party: 216; total printed: 216"), "{told:?}");
}

#[test]
fn with_a_minimum_a_report_counts_nobody_and_says_who_may_be_listed() {
    let (data, policy) = (support::dataset(), Policy::parse("minimum_cell = 2").unwrap());
    let (folder, of) =
        (tempfile::tempdir().unwrap(), ReportOf { period: march(), trust: TrustSetId::new("everyone").unwrap() });
    release::report(&data, &policy, &of, None, &Keeping::default(), folder.path()).unwrap();
    let html = std::fs::read_to_string(folder.path().join("en/report/2019-03-everyone.html")).unwrap();
    assert!(html.contains("counted on the pages of documented persons alone"), "{html}");
    assert!(html.contains("May be listed: ") && !html.contains("The lists of these sources document"), "{html}");
    assert!(read_report(&data, "everyone", "en").contains("The lists of these sources document"));
}

#[test]
fn a_number_that_more_pages_print_differently_is_no_news_without_them() {
    let mut data = support::dataset();
    let of = |f: &Figure| {
        f.total == 334 && f.role == domain::FigureRole::Total && f.period == march() && f.source.as_str() == "snhr"
    };
    let (_, printed) = data.figures.iter().find(|(_, f)| of(f)).cloned().unwrap();
    for (nth, total) in [(1, 334), (2, 314)] {
        let id = domain::FigureId::new(format!("F90{nth}")).unwrap();
        let address = format!("https://other.example/{nth}");
        data.figures.push((9_000 + nth, Figure { id, address, total, ..printed.clone() }));
    }
    let (out, _) = reached(&data);
    let day = printed.published_on.unwrap();
    let html = std::fs::read_to_string(out.path().join(format!("en/day/{day}.html"))).unwrap();
    let html = html.replace(['\u{2068}', '\u{2069}'], "");
    assert!(html.contains("314 civilians were killed") && html.contains("; at least 334 on 3 pages"), "{html}");
    assert!(!html.contains("314 on"), "{html}");
}
