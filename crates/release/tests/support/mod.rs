//! A small data set: published figures for three months of 2019, statements, a claim, and invented persons.
//! Every restricted field holds the canary.

use std::collections::BTreeMap;

use domain::claim::*;
use domain::comparison::*;
use domain::count::*;
use domain::party::PartyRole;
use domain::*;
use release::Dataset;

/// Stands in every field that must not reach a release.
pub const CANARY: &str = "kanarya7391";

fn words(en: &str, ar: &str, fr: &str) -> LocalText {
    LocalText::from_pairs([("en", en), ("ar", ar), ("fr", fr)])
}
fn source(id: &str, kind: SourceKind, acronym: Option<&str>, names: LocalText, invented: bool) -> Source {
    Source {
        id: SourceId::new(id).unwrap(),
        kind,
        names,
        acronym: acronym.map(str::to_owned),
        country: None,
        affiliations: vec!["syrian".into()],
        address: Some(format!("https://{id}.example/")),
        derives_from: vec![],
        invented,
        caution: LocalText::default(),
    }
}

fn sources() -> Vec<Source> {
    use SourceKind::*;
    let list = |id, en, ar, fr| source(id, Organisation, None, words(en, ar, fr), true);
    let mut campaign = source(
        "sac",
        Organisation,
        None,
        words("Syria Awareness Campaign", "حملة التوعية بسوريا", "Syria Awareness Campaign"),
        false,
    );
    campaign.derives_from = vec![SourceId::new("sky").unwrap()];
    vec![
        source(
            "snhr",
            Organisation,
            Some("SNHR"),
            words(
                "Syrian Network for Human Rights",
                "الشبكة السورية لحقوق الإنسان",
                "Réseau syrien pour les droits de l’homme",
            ),
            false,
        ),
        source(
            "shrc",
            Organisation,
            Some("SHRC"),
            words(
                "Syrian Human Rights Committee",
                "اللجنة السورية لحقوق الإنسان",
                "Comité syrien des droits de l’homme",
            ),
            false,
        ),
        source(
            "sohr",
            Organisation,
            Some("SOHR"),
            words(
                "Syrian Observatory for Human Rights",
                "المرصد السوري لحقوق الإنسان",
                "Observatoire syrien des droits de l’homme",
            ),
            false,
        ),
        source("us", Government, None, words("United States", "الولايات المتحدة", "États-Unis"), false),
        source("sky", Outlet, None, words("Sky News", "سكاي نيوز", "Sky News"), false),
        campaign,
        list("list-a", "Invented list A", "القائمة المختلقة أ", "Liste inventée A"),
        list("list-b", "Invented list B", "القائمة المختلقة ب", "Liste inventée B"),
        list("list-c", "Invented list C", "القائمة المختلقة ج", "Liste inventée C"),
    ]
}

fn accession(id: &SourceId, at: u64) -> (u64, Accession) {
    let original = Original {
        sha256: Sha256Digest::of(id.as_str().as_bytes()),
        size_bytes: 346_064,
        media_type: "text/csv".into(),
    };
    let accession = Accession {
        id: AccessionId::derive(id, &original.sha256, "example"),
        source: id.clone(),
        original,
        file_name: format!("{CANARY}.csv"),
        mapping: "example@1a2b".into(),
        received_at: 1_763_980_000,
        received_by: CANARY.into(),
        terms: Some("facts".into()),
    };
    (at, accession)
}

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
];

fn figures(accession: &AccessionId) -> Vec<(u64, Figure)> {
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
fn reports(figures: &[(u64, Figure)]) -> Vec<Report> {
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
                    total: f.total,
                    share: share(f),
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

fn months(reports: &[Report]) -> Vec<SideBySide> {
    let mut by: BTreeMap<Period, Vec<Report>> = BTreeMap::new();
    for report in reports {
        by.entry(report.period).or_default().push(report.clone());
    }
    let spread = |reports: &[Report]| {
        let civilians: Vec<_> = reports
            .iter()
            .filter(|r| r.population == Population::Civilians)
            .flat_map(|r| r.totals.iter().map(|(n, _)| (*n, r.source.clone())))
            .collect();
        let (low, high) = (civilians.iter().min()?.clone(), civilians.iter().max()?.clone());
        Some(TotalSpread { population: Population::Civilians, lowest: (low.1, low.0), highest: (high.1, high.0) })
    };
    by.into_iter()
        .map(|(period, reports)| SideBySide {
            period,
            place: PlaceCode::new("SY").ok(),
            measure: Measure::Killed,
            disagreement: spread(&reports).into_iter().collect(),
            by_party: Vec::new(),
            reports,
        })
        .collect()
}

fn claim(reports: &[Report]) -> ClaimPage {
    let isis = PartyCode::new("isis").unwrap();
    let share = |source: &str, month: i8| {
        let report = reports
            .iter()
            .find(|r| r.source.as_str() == source && r.period.as_month() == Month::new(2019, month))
            .unwrap();
        let page = &report.retellings[report.retellings.len() - 1];
        let line = page.lines.iter().find(|l| l.party.as_ref() == Some(&isis)).unwrap();
        let (id, total) = page.total.clone().unwrap();
        ShareOfFigures {
            source: report.source.clone(),
            period: report.period,
            population: report.population,
            parties: vec![isis.clone()],
            numerator: line.total,
            denominator: total,
            percent: 100.0 * line.total as f64 / total as f64,
            numerator_figures: vec![line.figure.clone()],
            denominator_figure: id,
            addresses: report.retellings.iter().map(|r| r.address.clone()).collect(),
            parties_sum_to: (source == "shrc").then_some(282),
        }
    };
    let march = Month::new(2019, 3).unwrap();
    ClaimPage {
        slug: "isis-11-snhr-2019-03".into(),
        words: words(
            "ISIS killed 11 % of the dead in March 2019, according to SNHR.",
            "قتل داعش ١١٪ من القتلى في آذار ٢٠١٩ بحسب الشبكة السورية.",
            "Daech a tué 11 % des morts en mars 2019, selon le SNHR.",
        ),
        answer: ClaimAnswer {
            claim: Claim {
                party: isis.clone(),
                percent: 11.0,
                attributed_to: SourceId::new("snhr").ok(),
                period: Period::new(march.first_day(), march.last_day()).unwrap(),
            },
            verdict: Verdict::NotFound,
            printed_by_source: vec![share("snhr", 3)],
            same_source_nearby: vec![share("snhr", 4)],
            other_sources: vec![share("shrc", 3)],
            same_source_elsewhere: vec![],
            nearest: vec![share("shrc", 3)],
            not_computable: vec![NoShare {
                source: SourceId::new("sohr").unwrap(),
                period: Period::new(march.first_day(), march.last_day()).unwrap(),
                reason: NoShareReason::JointParties,
                figures: vec![],
                addresses: vec!["https://www.syriahr.com/en/122222/".into()],
            }],
        },
    }
}

fn statements(accession: &AccessionId) -> Vec<(u64, Statement)> {
    let statement = |n: u64, source: &str, stance: Stance, en: &str, ar: &str, fr: &str, republishes: Option<&str>| {
        (
            300 + n,
            Statement {
                id: StatementId::new(format!("s{n}")).unwrap(),
                accession: accession.clone(),
                question: QuestionId::new("is-isis-defeated").unwrap(),
                question_text: words("Is ISIS defeated?", "هل هُزم داعش؟", "Daech est-il vaincu ?"),
                source: SourceId::new(source).unwrap(),
                reported_by: None,
                stance,
                words: words(en, ar, fr),
                date: UncertainDate::parse("2019-03-23").ok(),
                address: Some("https://blog.example/2019/04/18".into()),
                republishes: republishes.map(|s| SourceId::new(s).unwrap()),
                quoted: None,
            },
        )
    };
    vec![
        statement(
            1,
            "us",
            Stance::Affirms,
            "It says that ISIS is defeated.",
            "تقول إن داعش هُزم.",
            "Ils disent que Daech est vaincu.",
            None,
        ),
        statement(
            2,
            "snhr",
            Stance::PartlyAffirms,
            "It still holds Baghouz and threatens civilians.",
            "ما زال يسيطر على الباغوز ويهدد المدنيين.",
            "Il tient encore Baghouz et menace les civils.",
            None,
        ),
        statement(
            3,
            "sac",
            Stance::NoPosition,
            "It passes on a video from Baghouz.",
            "تعيد نشر مقطع من الباغوز.",
            "Elle transmet une vidéo de Baghouz.",
            Some("sky"),
        ),
    ]
}

fn records(accessions: &BTreeMap<String, AccessionId>) -> BTreeMap<RecordId, (u64, Record)> {
    const NAMES: [(&str, &str); 6] = [
        ("سمير المختلق", "Samir al-Mukhtalaq"),
        ("ليلى المثال", "Layla al-Mithal"),
        ("نور العينة", "Nour al-Ayna"),
        ("كريم النموذج", "Karim al-Namudhaj"),
        ("هدى التجربة", "Huda al-Tajriba"),
        ("زيد الخيال", "Zayd al-Khayal"),
    ];
    let places = PlaceTable::syria();
    let parties = PartyTable::syria();
    let mut records = BTreeMap::new();
    for person in 0..12u64 {
        for (l, list) in ["list-a", "list-b", "list-c"].iter().enumerate() {
            if (person + 1) >> l & 1 == 0 && !(person == 7 && l == 0) {
                continue;
            }
            let accession = accessions[*list].clone();
            let row = person + 1;
            let id = RecordId::derive(&accession, row);
            let (ar, en) = NAMES[person as usize % 6];
            let party = if person == 2 && l == 1 { "Russia" } else { "regime" };
            let record = Record {
                id: id.clone(),
                source: SourceId::new(*list).unwrap(),
                accession,
                row,
                source_record_id: Some(CANARY.into()),
                names: if l == 0 {
                    vec![Name::new(ar, Language::ar())]
                } else {
                    vec![Name::new(en, Language::new("ar-Latn").unwrap())]
                },
                sex: Some(if person.is_multiple_of(2) { Sex::Male } else { Sex::Female }),
                age: AgeRange::exact(9 + 4 * person as u8),
                age_class: None,
                birth: UncertainDate::parse("1977-07-17").ok(),
                act: Some(ActKind::Killing),
                date: UncertainDate::parse(&format!("2019-0{}-1{}", 2 + person % 3, person % 5)).ok(),
                place: Some(places.mention(&[if person.is_multiple_of(3) { "Idlib" } else { "Homs" }])),
                parties: if person == 5 { vec![] } else { vec![parties.mention(party, PartyRole::AllegedPerpetrator)] },
                civilian: Some(Civilian::Civilian),
                cause: Some("shelling".into()),
                fields: [("phone".to_owned(), CANARY.to_owned())].into(),
                original: vec![("notes".into(), CANARY.into())],
            };
            records.insert(id, (1000 + person * 3 + l as u64, record));
        }
    }
    records
}

fn persons(records: &BTreeMap<RecordId, (u64, Record)>) -> Vec<Person> {
    let mut by_row: BTreeMap<u64, Vec<&Record>> = BTreeMap::new();
    for (_, record) in records.values() {
        by_row.entry(record.row).or_default().push(record);
    }
    by_row.into_values().map(|r| Person::from_records(PersonId::derive(&r[0].id), &r, |_| true)).collect()
}

/// Added here without the crate's own rule, from what the persons show: no person of this set has a tie.
fn tally(persons: &[Person], places: &PlaceTable) -> Tally {
    let lists: Vec<SourceId> = ["list-a", "list-b", "list-c"].map(|l| SourceId::new(l).unwrap()).into();
    let mut cells: BTreeMap<(Stratum, u64), u64> = BTreeMap::new();
    for p in persons {
        let stratum = Stratum {
            attribution: match &p.party[..] {
                [] => Attribution::NotStated,
                [one] => Attribution::Party(one.value.clone()),
                _ => Attribution::Disputed,
            },
            month: p.date[0].value.exact_month(),
            place: places.governorate(&p.place[0].value).map(|g| g.code.clone()),
            sex: Some(p.sex[0].value),
            age_class: Some(p.age_class[0].value),
            civilian: Some(p.civilian[0].value),
            act: Some(p.act[0].value),
        };
        let pattern = p.sources.iter().map(|s| 1 << lists.iter().position(|l| l == s).unwrap()).sum();
        *cells.entry((stratum, pattern)).or_default() += 1;
    }
    Tally {
        lists,
        cells: cells
            .into_iter()
            .map(|((stratum, inclusion_pattern), n_documented)| TallyCell { stratum, inclusion_pattern, n_documented })
            .collect(),
    }
}

pub fn dataset() -> Dataset {
    let sources = sources();
    let given: Vec<(u64, Accession)> = ["snhr", "list-a", "list-b", "list-c"]
        .iter()
        .enumerate()
        .map(|(i, s)| accession(&SourceId::new(*s).unwrap(), 10 + i as u64))
        .collect();
    let by_source: BTreeMap<String, AccessionId> =
        given.iter().map(|(_, a)| (a.source.as_str().to_owned(), a.id.clone())).collect();
    let figures = figures(&by_source["snhr"]);
    let reports = reports(&figures);
    let records = records(&by_source);
    let persons = persons(&records);
    let places = PlaceTable::syria();
    let trust = TrustSetId::new("everyone").unwrap();
    let event = Event {
        id: EventId::derive(&by_source["list-a"], 1),
        source: SourceId::new("sohr").unwrap(),
        accession: by_source["snhr"].clone(),
        row: 1,
        source_event_id: None,
        title: LocalText::default(),
        acts: vec![ActKind::Attack],
        date: UncertainDate::parse("2019-02-26").ok(),
        place: Some(places.mention(&["Idlib", "Khan Sheikhoun"])),
        parties: vec![PartyMention { written: "Government of Syria".into(), code: None, role: Some(PartyRole::SideA) }],
        deaths: CountRange { low: Some(2), best: Some(3), high: Some(5) },
        deaths_by: BTreeMap::new(),
        media: vec![],
        fields: [("contact".to_owned(), CANARY.to_owned())].into(),
        original: vec![("notes".into(), CANARY.into())],
    };
    Dataset {
        title: words("Tawthiq: Syria, example", "توثيق: سوريا، مثال", "Tawthiq : Syrie, exemple"),
        generated_at: 1_764_000_000,
        previous: None,
        program_version: "0.1.0".into(),
        origin: "tawthiq.example/log".into(),
        fingerprint: "3f1c9a04".into(),
        trust_sets: vec![TrustSet {
            id: trust.clone(),
            names: words("All sources", "كل المصادر", "Toutes les sources"),
            sources: vec![],
            affiliations: vec![],
            all: true,
        }],
        parties: PartyTable::syria(),
        statements: statements(&by_source["snhr"]),
        events: vec![(400, event)],
        notices: vec![],
        months: months(&reports),
        claims: vec![claim(&reports)],
        redirects: vec![(PersonId::new("p-old").unwrap(), persons[0].id.clone())],
        tallies: vec![(trust, tally(&persons, &places))],
        rejected: vec![(
            by_source["list-a"].clone(),
            vec![RejectedRow {
                row: 4112,
                column: "date".into(),
                reason: format!("\"{CANARY}\" is not a date"),
                value: CANARY.into(),
            }],
        )],
        accessions: given,
        sources,
        places,
        figures,
        reports,
        persons,
        records,
    }
}
