//! What sources say of a question, and a claim with a number.

use domain::claim::*;
use domain::comparison::*;
use domain::*;

use super::sources::words;

pub(super) fn claim(reports: &[Report]) -> ClaimPage {
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

pub(super) fn statements(accession: &AccessionId) -> Vec<(u64, Statement)> {
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
