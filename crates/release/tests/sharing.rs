//! What a whole release makes to be shared: charts, maps, the calendar, feeds and updates, and the links between them all.

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use domain::{Figure, FigureRole, Period};
use support::whole::{march, reached, reached_with};

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
            assert!(!value.contains('('), "a column that does not reach its total: {value}");
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

#[test]
fn the_flow_and_an_estimate_say_under_which_choice_of_sources_they_count() {
    let mut data = support::dataset();
    let set = &mut data.trust_sets[0];
    set.names.0.values_mut().for_each(|name| *name = "The chosen lists".to_owned());
    let model = release::ModelInterval { model: "dga", low: 5, median: 6, high: 9, is_doubted: false };
    let estimate = release::Estimate { trust: set.id.clone(), n_documented: 4, models: vec![model] };
    let charts = |estimates: &[release::Estimate]| {
        let (out, _) = reached_with(&data, estimates);
        let html = std::fs::read_to_string(out.path().join("en/charts/index.html")).unwrap();
        html.replace(['\u{2068}', '\u{2069}'], "").matches("Choice of sources: The chosen lists").count()
    };
    let without = charts(&[]);
    assert!(without > 0 && charts(&[estimate]) > without, "{without}");
}

#[test]
fn the_dead_of_massacres_or_of_prisons_are_told_as_no_partys_number() {
    let is_line = |f: &Figure| {
        let is_isis = f.party.code.as_ref().is_some_and(|party| party.as_str() == "isis");
        f.role == FigureRole::ByParty && f.source.as_str() == "snhr" && f.period == march() && is_isis
    };
    let told = |caution: Option<domain::Caution>| {
        let mut data = support::dataset();
        let lines = data.figures.iter_mut().map(|(_, f)| f).filter(|f| is_line(f));
        lines.for_each(|line| line.cautions.extend(caution));
        let (out, _) = reached(&data);
        let feed = std::fs::read_to_string(out.path().join("en/feed/party/isis.atom")).unwrap();
        feed.contains("28 civilians were killed (March 2019), attributed to ISIS")
    };
    assert!(told(None));
    assert!(!told(Some(domain::Caution::MassacresOnly)));
    assert!(!told(Some(domain::Caution::TortureWithinKilled)));
}

#[test]
fn previews_of_a_womans_notice_speak_of_her() {
    let mut data = support::dataset();
    let (_, accession) = &data.accessions[1];
    let notice = serde_json::json!({
        "id": "invented-huda", "source": accession.source, "accession": accession.id, "row": 1, "sex": "female",
        "since": "2012", "name": { "en": "Huda Invented" },
        "consent": { "given_by": "a sister", "given_on": "2026-01-01", "recorded_by": "a", "uses": ["page"] },
    });
    data.notices = vec![(500, serde_json::from_value(notice).unwrap())];
    let (out, _) = reached(&data);
    let html = std::fs::read_to_string(out.path().join("en/notice/invented-huda.html")).unwrap();
    assert!(html.contains("content=\"Her fate is unknown to her family"), "{html}");
    assert!(!html.contains("His fate"), "{html}");
}

#[test]
fn a_report_that_is_asked_for_twice_is_refused() {
    let data = support::dataset();
    let of = release::ReportOf { period: march(), trust: data.trust_sets[0].id.clone() };
    let asked = |reports: &[release::ReportOf]| {
        release::refuse_outreach(&data, &release::Settings::default(), reports).map_err(|e| e.to_string())
    };
    assert!(asked(std::slice::from_ref(&of)).is_ok());
    let refused = asked(&[of.clone(), of]).unwrap_err();
    assert!(refused.contains("2019-03") && refused.contains("is asked for twice"), "{refused}");
}
