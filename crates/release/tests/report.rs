//! A report: whole, in three languages, from a small data set; the press here keeps the sheets instead of setting them.

mod support;

use domain::TrustSetId;
use release::{Policy, ReportOf};
use support::press::Keeping;
use support::whole::{march, march_of, reached, read_report};

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
fn the_upper_end_of_a_range_stands_beside_the_lower_one() {
    let mut data = march_of("shrc");
    let line = data.reports[0].retellings[0].lines.iter_mut().find(|l| l.written == "تنظيم داعش").unwrap();
    let other = data.figures.iter().find(|(_, f)| f.id != line.figure).unwrap().1.id.clone();
    line.upper = Some((other, 90));
    let (figure, n) = (line.figure.clone(), line.total);
    data.figures.iter_mut().find(|(_, f)| f.id == figure).unwrap().1.exactness = domain::Exactness::AtLeast;
    data.months.iter_mut().for_each(|side| side.reports = data.reports.clone());
    let (out, _) = reached(&data);
    for path in ["month/2019-03", "party/isis", "report/2019-03-everyone"] {
        let html = std::fs::read_to_string(out.path().join(format!("en/{path}.html"))).unwrap();
        let told = html.split(&format!("at least {n}</a>, ")).skip(1).any(|after| {
            let until = after.find("at most 90");
            until.is_some_and(|until| !after[..until].contains("</td>"))
        });
        assert!(told, "{path}: {html}");
    }
}

#[test]
fn a_total_that_is_a_range_is_one_number_wherever_it_is_told() {
    let mut data = march_of("shrc");
    let page = &mut data.reports[0].retellings[0];
    let (lower, n) = page.total.clone().unwrap();
    let nth = data.figures.iter().position(|(_, f)| f.id == lower).unwrap();
    let mut upper = data.figures[nth].clone();
    upper.0 = 9_000_000;
    (upper.1.id, upper.1.total) = (domain::FigureId::new("F-UPPER").unwrap(), n + 7);
    upper.1.exactness = domain::Exactness::AtMost;
    data.figures[nth].1.exactness = domain::Exactness::AtLeast;
    page.upper_ends = vec![(lower.clone(), (upper.1.id.clone(), n + 7))];
    data.figures.push(upper);
    data.months.iter_mut().for_each(|side| side.reports = data.reports.clone());
    let (out, _) = reached(&data);
    let read = |path: &str| std::fs::read_to_string(out.path().join(format!("en/{path}"))).unwrap();
    let (range, upper) = (format!("at least {n}, at most {}", n + 7), format!("at most {}", n + 7));
    for path in ["month/2019-03.html", "report/2019-03-everyone.html"] {
        let html = read(path);
        assert!(html.contains(&range) && !html.contains("Other pages that retell"), "{path}: {html}");
        assert!(!html.contains(&format!("at least {n} or")), "{path}");
    }
    let report = read("report/2019-03-everyone.html");
    assert!(report.contains(&format!("at least {n} persons were killed ({upper})")), "{report}");
    let feed = read("feed/all.json");
    assert_eq!(feed.matches(&upper).count(), feed.matches(&format!("killed ({upper})")).count(), "one update");
    assert!(feed.contains(&format!("at least {n} persons were killed ({upper})")), "{feed}");
    assert!(read("figure/F-UPPER.html").contains("Lower end of this range"));
    assert!(read(&format!("figure/{lower}.html")).contains("Upper end of this range"));
}

#[test]
fn what_parties_add_up_to_is_held_to_the_total_in_the_words_of_the_source() {
    let mut data = march_of("shrc");
    let (figure, total) = data.reports[0].retellings[0].total.clone().unwrap();
    assert!(read_report(&data, "everyone", "en").contains(&format!("more than the total of {total} that it prints")));
    data.figures.iter_mut().find(|(_, f)| f.id == figure).unwrap().1.exactness = domain::Exactness::AtLeast;
    let html = read_report(&data, "everyone", "en");
    assert!(html.contains(&format!("more than the total of at least {total} that it prints")), "{html}");
    data.months.iter_mut().for_each(|side| side.reports = data.reports.clone());
    let (out, _) = reached(&data);
    let html = std::fs::read_to_string(out.path().join("en/month/2019-03.html")).unwrap();
    assert!(html.contains(&format!("more than the total of at least {total} that it prints")), "{html}");
}

#[test]
fn a_place_without_a_total_has_all_its_lines_and_two_populations_are_told_apart() {
    let mut data = march_of("shrc");
    let mut place = data.reports[0].clone();
    place.place = domain::PlaceCode::new("SY02").ok();
    place.totals.clear();
    let page = &mut place.retellings[0];
    (page.total, page.place) = (None, place.place.clone());
    let lines = page.lines.clone();
    assert!(lines.len() > 2);
    let torture = |population: domain::Population, report: &domain::comparison::Report| {
        let mut report = report.clone();
        (report.measure, report.population) = (domain::Measure::DiedUnderTorture, population);
        report
    };
    let populations = [domain::Population::All, domain::Population::Civilians];
    let tortured = populations.map(|population| torture(population, &data.reports[0]));
    data.reports.extend(tortured.into_iter().chain([place]));
    let html = read_report(&data, "everyone", "en");
    let part = |id: &str| html.split(&format!("id=\"{id}\"")).nth(1).unwrap().split("<h2").next().unwrap();
    let governorates = part("governorates");
    for line in &lines {
        assert!(governorates.contains(&format!(">{}</a>", line.total)), "{}: {governorates}", line.total);
    }
    assert_eq!(governorates.matches("Aleppo").count(), lines.len(), "{governorates}");
    let table = part("torture");
    assert!(table.contains("everyone") && table.contains("civilians"), "{table}");
    let headline = part("headline");
    assert_eq!(headline.matches("died under torture").count(), 2, "{headline}");
    assert_eq!(headline.matches("died under torture (civilians)").count(), 1, "{headline}");
}
