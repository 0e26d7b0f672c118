//! What sources printed for three months of 2019, and the same side by side.

use std::collections::BTreeMap;

use domain::comparison::*;
use domain::party::PartyRole;
use domain::*;

use super::CANARY;

struct Page<'a>(&'a str, &'a str, (i16, i8), Population, Option<u64>, &'a [(&'a str, &'a str, u64)]);

const PAGES: &[Page<'_>] = &[
    Page(
        "snhr",
        "https://www.syria.tv/%D8%B9%D8%B4%D8%B1%D8%A7%D8%AA-%D8%A7%D9%84%D8%B6%D8%AD%D8%A7%D9%8A%D8%A7",
        (2019, 3),
        Population::Civilians,
        Some(334),
        &[
            ("قوات النظام", "syrian_regime", 78),
            ("القوات الروسية", "russian_forces", 76),
            ("تنظيم الدولة", "isis", 28),
            ("هيئة تحرير الشام", "hts", 5),
            ("فصائل في المعارضة المسلحة", "armed_opposition", 1),
            ("قوات سوريا الديمقراطية", "sdf", 18),
            ("قوات التحالف الدولي", "coalition", 9),
            ("جهات أخرى", "other", 119),
        ],
    ),
    Page(
        "snhr",
        "https://baladi-news.com/public/ar/articles/42927",
        (2019, 3),
        Population::Civilians,
        Some(334),
        &[
            ("قوات النظام السوري", "syrian_regime", 87),
            ("القوات الروسية", "russian_forces", 76),
            ("تنظيم داعش", "isis", 28),
        ],
    ),
    Page(
        "shrc",
        "https://www.shrc.org/?p=33012",
        (2019, 3),
        Population::All,
        Some(279),
        &[
            ("قوات النظام", "syrian_regime", 79),
            ("القوات الروسية", "russian_forces", 41),
            ("تنظيم داعش", "isis", 31),
            ("مجهولين", "unidentified", 131),
        ],
    ),
    Page(
        "sohr",
        "https://www.syriahr.com/en/122222/",
        (2019, 3),
        Population::Civilians,
        Some(393),
        &[
            ("Russian and Syrian warplanes’ bombing and helicopters’ barrel bombs", "syrian_russian_alliance", 121),
            ("landmine explosions", "unidentified", 40),
        ],
    ),
    Page(
        "snhr",
        "https://media.snhr.org/blog/2019/03/01/59382",
        (2019, 2),
        Population::Civilians,
        Some(246),
        &[("قوات النظام", "syrian_regime", 108), ("تنظيم “داعش” الإرهابي", "isis", 22)],
    ),
    Page(
        "snhr",
        "https://sn4hr.org/blog/2019/05/01",
        (2019, 4),
        Population::Civilians,
        Some(324),
        &[("Government forces", "syrian_regime", 142), ("ISIS", "isis", 10)],
    ),
    Page(
        "shrc",
        "https://www.shrc.org/?p=33100",
        (2019, 4),
        Population::All,
        Some(301),
        &[("قوات النظام", "syrian_regime", 120), ("تنظيم داعش", "isis", 9)],
    ),
    // One party on two lines of a page.
    Page(
        "sohr",
        "https://www.syriahr.com/en/126000/",
        (2019, 4),
        Population::Civilians,
        Some(200),
        &[("shelling", "syrian_regime", 40), ("air raids", "syrian_regime", 20), ("ISIS", "isis", 11)],
    ),
];

pub(super) fn figures(accession: &AccessionId) -> Vec<(u64, Figure)> {
    let parties = PartyTable::syria();
    let mut figures = Vec::new();
    let mut add = |page: &Page<'_>, role: FigureRole, written: &str, code: &str, total: u64| {
        let n = figures.len() as u64 + 1;
        let code = PartyCode::new(code).unwrap();
        assert!(parties.get(&code).is_some());
        let joint = code.as_str() == "syrian_russian_alliance";
        let month = Month::new(page.2.0, page.2.1).unwrap();
        figures.push((
            100 + n,
            Figure {
                id: FigureId::new(format!("F{n:04}")).unwrap(),
                source: SourceId::new(page.0).unwrap(),
                accession: accession.clone(),
                row: n,
                address: page.1.into(),
                published_on: Some(month.next().unwrap().first_day()),
                retrieved_on: Some(jiff::civil::date(2026, 11, 23)),
                period: Period::new(month.first_day(), month.last_day()).unwrap(),
                place: PlaceMention {
                    written: vec!["Syria".into()],
                    code: PlaceCode::new("SY").ok(),
                    point: None,
                    precision: None,
                },
                measure: Measure::Killed,
                population: page.3,
                role,
                party: PartyMention {
                    written: written.into(),
                    code: Some(code),
                    role: Some(PartyRole::AllegedPerpetrator),
                },
                total,
                children: n.is_multiple_of(3).then_some(7),
                women: None,
                exactness: if !n.is_multiple_of(2) { Exactness::AtLeast } else { Exactness::Exact },
                cautions: if joint { vec![Caution::JointParties] } else { vec![] },
                note: (n == 1).then(|| "=children 87 here, 85 on four other pages".into()),
                original: vec![("source_url".into(), CANARY.into())],
            },
        ));
    };
    for page in PAGES {
        if let Some(total) = page.4 {
            add(page, FigureRole::Total, "all parties", "all", total);
        }
        for (written, code, n) in page.5 {
            add(page, FigureRole::ByParty, written, code, *n);
        }
        if page.0 == "sohr" {
            add(page, FigureRole::VictimGroup, "fighters of the Islamic State", "all", 211);
        }
    }
    figures
}

/// Groups the figures by source and month; what another crate does for real, with the shares of this small set.
pub(super) fn reports(figures: &[(u64, Figure)]) -> Vec<Report> {
    let mut grouped: BTreeMap<_, BTreeMap<&str, Vec<&Figure>>> = BTreeMap::new();
    for (_, f) in figures {
        grouped.entry((f.period, &f.source, f.population)).or_default().entry(&f.address).or_default().push(f);
    }
    let mut reports = Vec::new();
    for ((period, source, population), pages) in grouped {
        let place = PlaceCode::new("SY").ok();
        let retelling = |(address, rows): (&&str, &Vec<&Figure>)| {
            let total = rows.iter().find(|f| f.role == FigureRole::Total).map(|f| (f.id.clone(), f.total));
            let share = |f: &Figure| match &total {
                _ if f.has(Caution::JointParties) => Share::NotComputable(NoShareReason::JointParties),
                Some((_, all)) => Share::Percent(100.0 * f.total as f64 / *all as f64),
                None => Share::NotComputable(NoShareReason::MissingTotal),
            };
            let lines: Vec<PartyLine> = rows
                .iter()
                .filter(|f| f.role == FigureRole::ByParty)
                .map(|f| PartyLine {
                    figure: f.id.clone(),
                    written: f.party.written.clone(),
                    party: f.party.code.clone(),
                    population: f.population,
                    is_of_prisons: f.has(Caution::TortureWithinKilled),
                    total: f.total,
                    share: share(f),
                    upper: None,
                })
                .collect();
            let sum: u64 = lines.iter().map(|l| l.total).sum();
            let all = total.as_ref().map_or(0, |(_, n)| *n);
            let check = match sum.cmp(&all) {
                std::cmp::Ordering::Equal => SumCheck::Equal,
                std::cmp::Ordering::Greater => SumCheck::Exceeds,
                std::cmp::Ordering::Less => SumCheck::Incomplete,
            };
            Retelling {
                source: source.clone(),
                address: address.to_string(),
                period,
                place: place.clone(),
                measure: Measure::Killed,
                population,
                massacres_only: false,
                victim_groups: rows
                    .iter()
                    .filter(|f| f.role == FigureRole::VictimGroup)
                    .map(|f| (f.id.clone(), f.party.written.clone(), f.total))
                    .collect(),
                total,
                upper_ends: Vec::new(),
                lines,
                sum: Some((sum, check)),
            }
        };
        let retellings: Vec<Retelling> = pages.iter().map(retelling).collect();
        let mut totals: BTreeMap<u64, Vec<FigureId>> = BTreeMap::new();
        let mut by_party: BTreeMap<PartyCode, BTreeMap<u64, Vec<FigureId>>> = BTreeMap::new();
        for page in &retellings {
            if let Some((id, n)) = &page.total {
                totals.entry(*n).or_default().push(id.clone());
            }
            for line in &page.lines {
                by_party
                    .entry(line.party.clone().unwrap())
                    .or_default()
                    .entry(line.total)
                    .or_default()
                    .push(line.figure.clone());
            }
        }
        reports.push(Report {
            source: source.clone(),
            period,
            place,
            measure: Measure::Killed,
            population,
            massacres_only: false,
            retellings,
            totals: totals.into_iter().collect(),
            differing_lines: by_party
                .into_iter()
                .filter(|(_, n)| n.len() > 1)
                .map(|(p, n)| (p, n.into_iter().collect()))
                .collect(),
            differing_children: Vec::new(),
            differing_women: Vec::new(),
        });
    }
    reports
}

pub(super) fn months(reports: &[Report]) -> Vec<SideBySide> {
    let mut by: BTreeMap<Period, Vec<Report>> = BTreeMap::new();
    for report in reports {
        by.entry(report.period).or_default().push(report.clone());
    }
    let spread = |reports: &[Report], population: Population| {
        let of = reports.iter().filter(|r| r.population == population);
        let totals: Vec<_> = of.flat_map(|r| r.totals.iter().map(|(n, _)| (*n, r.source.clone()))).collect();
        let (low, high) = (totals.iter().min()?.clone(), totals.iter().max()?.clone());
        Some(TotalSpread { population, lowest: (low.1, low.0), highest: (high.1, high.0) })
    };
    let spreads = |reports: &[Report]| {
        [Population::All, Population::Civilians].into_iter().filter_map(|p| spread(reports, p)).collect()
    };
    by.into_iter()
        .map(|(period, reports)| SideBySide {
            period,
            place: PlaceCode::new("SY").ok(),
            measure: Measure::Killed,
            disagreement: spreads(&reports),
            by_party: Vec::new(),
            reports,
        })
        .collect()
}
