mod support;

use std::collections::BTreeMap;

use domain::comparison::{NoShareReason, Share, SumCheck};
use domain::{FigureRole, Measure, Month, Period, PlaceCode, Population};
use estimation::figures::{reports, side_by_side, sum_checks};
use support::{figures, parties, shared};

fn march() -> Period {
    "2019-03".parse::<Month>().unwrap().into()
}

#[test]
fn sums_come_out_as_the_check_script_counts_them() {
    let Some(figures) = figures() else { return };
    assert_eq!(figures.len(), 1560);
    let checks = sum_checks(&figures);
    let expected = [(SumCheck::Equal, 76), (SumCheck::Exceeds, 5), (SumCheck::Short, 24), (SumCheck::Incomplete, 40)];
    assert_eq!(checks.counts(), BTreeMap::from(expected));
}

#[test]
fn the_dead_of_one_massacre_are_in_no_share_of_the_month() {
    let Some(figures) = figures() else { return };
    let january = domain::Month::new(2019, 1).unwrap();
    let month = domain::Period::new(january.first_day(), january.last_day()).unwrap();
    let reports = reports(&figures);
    let sohr = reports.iter().filter(|r| r.source.as_str() == "sohr" && r.period == month && !r.massacres_only);
    let of_regime: Vec<(u64, String)> = sohr
        .flat_map(|report| &report.retellings)
        .flat_map(|page| page.parties())
        .filter(|(party, _)| party.as_str() == "syrian_regime")
        .map(|(_, own)| (own.total, format!("{:.1}", own.share.unwrap())))
        .collect();
    // 1 and 37 of 188 civilians.
    assert_eq!(of_regime, [(38, "20.2".to_owned())]);
}

#[test]
fn civilians_alone_and_the_dead_of_prisons_alone_are_no_partys_number_for_everyone() {
    let Some(mut figures) = figures() else { return };
    // What intake reads from the note of F0441: 20 in prisons, beside 488 in a joint number.
    let of_prisons = figures.iter_mut().find(|f| f.id.as_str() == "F0441").unwrap();
    of_prisons.cautions.push(domain::Caution::TortureWithinKilled);
    let reports = reports(&figures);
    let of = |source: &str, month: &str, population: Population, party: &str| {
        let period: Period = month.parse::<Month>().unwrap().into();
        let own = reports.iter().filter(|r| {
            (r.source.as_str(), r.period, r.population, r.measure) == (source, period, population, Measure::Killed)
        });
        let pages = own.flat_map(|r| &r.retellings).flat_map(|page| page.counted_parties());
        pages.filter(|(code, _)| code.as_str() == party).map(|(_, own)| own.total).collect::<Vec<_>>()
    };
    // F0106: 20 civilians, and nothing of anybody else.
    assert!(of("snhr", "2014-09", Population::All, "coalition").is_empty());
    assert!(of("snhr", "2014-09", Population::Civilians, "coalition").contains(&20));
    assert!(!of("sohr", "2016-02", Population::Civilians, "syrian_regime").contains(&20));
}

#[test]
fn every_mismatch_of_the_check_report_is_reported_with_the_same_two_numbers() {
    let (Some(figures), Some(path)) = (figures(), shared("data/figures/check_report.txt")) else { return };
    let report = std::fs::read_to_string(path).unwrap();
    let mut expected: Vec<(String, String, String)> = Vec::new();
    for line in report.lines().filter(|l| l.contains("] parties ")) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let after = |word: &str| words[words.iter().position(|w| *w == word).unwrap() + 1].to_owned();
        expected.push((words[0].to_lowercase(), after("parties"), after("printed")));
    }
    // The script adds the 11 dead of one massacre to SOHR's 44 of January 2019, of whom they are a part.
    let of_january = ("sohr".to_owned(), "55".to_owned(), "188".to_owned());
    assert!(expected.contains(&of_january));
    expected.retain(|line| *line != of_january);
    expected.push(("sohr".to_owned(), "44".to_owned(), "188".to_owned()));
    let checks = sum_checks(&figures);
    let lines = checks.lines.iter().filter(|(check, _)| **check != SumCheck::Equal).flat_map(|(_, lines)| lines);
    let mut found: Vec<(String, String, String)> =
        lines.map(|l| (l.source.to_string(), l.parties_sum_to.to_string(), l.printed_total.to_string())).collect();
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
}

fn section(report: &str, heading: &str) -> Vec<String> {
    let lines = report.lines().skip_while(|l| !l.starts_with(heading)).skip(1);
    lines.take_while(|l| !l.trim().is_empty()).map(str::to_owned).collect()
}

#[test]
fn totals_and_lines_that_differ_between_retellings_are_those_of_the_check_report() {
    let (Some(figures), Some(path)) = (figures(), shared("data/figures/check_report.txt")) else { return };
    let text = std::fs::read_to_string(path).unwrap();
    let reports: Vec<_> = reports(&figures).into_iter().filter(|r| !r.massacres_only).collect();
    let totals = section(&text, "SAME ORGANISATION, SAME PERIOD, DIFFERENT PAGES: totals that differ");
    let differing: Vec<_> = reports.iter().filter(|r| r.totals.len() > 1).collect();
    assert_eq!(differing.len(), totals.len(), "{totals:#?}");
    let lines = section(&text, "SAME ORGANISATION, SAME PERIOD, DIFFERENT PAGES: one party");
    let joins = |code: &str| matches!(code, "extremist_islamist_groups" | "syrian_russian_alliance");
    let found = reports.iter().flat_map(|r| &r.differing_lines).filter(|(code, _)| !joins(code.as_str())).count();
    assert_eq!(found, lines.len(), "{lines:#?}");
}

#[test]
fn a_report_keeps_every_retelling_and_its_differing_total() {
    let Some(figures) = figures() else { return };
    let all = reports(&figures);
    let report = all
        .iter()
        .find(|r| {
            r.source.as_str() == "snhr"
                && r.period == march()
                && r.measure == Measure::Killed
                && r.population == Population::Civilians
                && r.place.as_ref().is_some_and(|p| p.as_str() == "SY")
                && !r.massacres_only
        })
        .unwrap();
    let totals: Vec<u64> = report.totals.iter().map(|(total, _)| *total).collect();
    assert_eq!(totals, [314, 334]);
    assert!(report.retellings.len() >= 6);
    // One page misprints the government's 78 as 76.
    let regime = report.differing_lines.iter().find(|(code, _)| code.as_str() == "syrian_regime").unwrap();
    assert_eq!(regime.1.iter().map(|(n, _)| *n).collect::<Vec<_>>(), [76, 78]);
}

#[test]
fn every_figure_by_party_and_every_total_is_in_a_report() {
    let Some(figures) = figures() else { return };
    let all = reports(&figures);
    let mut seen: Vec<_> = all
        .iter()
        .flat_map(|r| {
            let totals = r.totals.iter().flat_map(|(_, ids)| ids.clone());
            let lines = r.retellings.iter().flat_map(|t| t.lines.iter().map(|l| l.figure.clone()));
            let victims = r.retellings.iter().flat_map(|t| t.victim_groups.iter().map(|v| v.0.clone()));
            totals.chain(lines).chain(victims)
        })
        .collect();
    seen.sort();
    seen.dedup();
    let mut expected: Vec<_> = figures.iter().map(|f| f.id.clone()).collect();
    expected.sort();
    assert_eq!(seen, expected);
}

#[test]
fn victim_groups_are_never_lines_by_party() {
    let Some(figures) = figures() else { return };
    let victims: Vec<_> = figures.iter().filter(|f| f.role == FigureRole::VictimGroup).map(|f| &f.id).collect();
    assert_eq!(victims.len(), 97);
    for retelling in reports(&figures).iter().flat_map(|r| &r.retellings) {
        assert!(retelling.lines.iter().all(|line| !victims.contains(&&line.figure)));
        assert!(retelling.total.iter().all(|(id, _)| !victims.contains(&id)));
    }
}

#[test]
fn sources_stand_side_by_side_with_their_spread_and_the_reason_where_there_is_no_share() {
    let Some(figures) = figures() else { return };
    let syria = PlaceCode::new("SY").unwrap();
    let side = side_by_side(&figures, &march(), Some(&syria), Measure::Killed, &parties());
    let spread = side.disagreement.iter().find(|s| s.population == Population::Civilians).unwrap();
    assert_eq!((spread.lowest.0.as_str(), spread.lowest.1), ("tsr", 277));
    assert_eq!((spread.highest.0.as_str(), spread.highest.1), ("sohr", 451));
    let shrc = side.reports.iter().find(|r| r.source.as_str() == "shrc").unwrap();
    assert_eq!(shrc.retellings[0].sum, Some((282, SumCheck::Exceeds)));
    let sohr = side.reports.iter().filter(|r| r.source.as_str() == "sohr" && !r.massacres_only);
    let lines: Vec<_> = sohr.flat_map(|r| &r.retellings).flat_map(|t| &t.lines).collect();
    let mixed = lines.iter().find(|l| l.written == "the factions and SDF").unwrap();
    assert_eq!(mixed.share, Share::NotComputable(NoShareReason::JointParties));
    let airwars = side.reports.iter().find(|r| r.source.as_str() == "airwars").unwrap();
    assert_eq!(airwars.retellings[0].lines[0].share, Share::NotComputable(NoShareReason::MissingTotal));
}

#[test]
fn totals_of_different_places_are_not_compared() {
    let Some(figures) = figures() else { return };
    let side = side_by_side(&figures, &march(), None, Measure::Killed, &parties());
    assert!(side.reports.len() > 10);
    assert!(side.disagreement.is_empty());
}

#[test]
fn the_order_of_the_rows_changes_nothing() {
    let Some(figures) = figures() else { return };
    let backwards: Vec<_> = figures.iter().rev().cloned().collect();
    assert_eq!(reports(&figures), reports(&backwards));
    assert_eq!(sum_checks(&figures), sum_checks(&backwards));
}

#[test]
fn the_two_ends_of_a_range_are_one_number_and_two_lines_of_a_party_are_two() {
    let head = "figure_id,source,source_url,published_on,retrieved,period_start,period_end,geography,measure,population,\
                party_as_written,party_code,total,children,women,exactness,note\n";
    // What the page prints for one party: words, number, exactness, note.
    let told = |lines: &[(&str, u64, &str, &str)]| {
        let row = |(at, (written, n, exactness, note)): (usize, &(&str, u64, &str, &str))| {
            format!(
                "B{at},Airwars,https://x.invalid/r,2021-04-09,2026-11-23,2021-03-01,2021-03-31,Syria,killed,civilians,\
                 {written},russian_forces,{n},,,{exactness},{note}\n"
            )
        };
        let all = "T1,Airwars,https://x.invalid/r,2021-04-09,2026-11-23,2021-03-01,2021-03-31,Syria,killed,civilians,\
                   all parties,all,200,,,exact,\n";
        let text = format!("{head}{all}{}", lines.iter().enumerate().map(row).collect::<String>());
        let figures = support::parse(text.as_bytes());
        let reports = reports(&figures);
        let page = &reports[0].retellings[0];
        let own = page.parties().into_values().next().unwrap();
        let upper = own.lines.iter().filter_map(|line| line.upper.as_ref().map(|(_, n)| *n)).collect::<Vec<_>>();
        (own.total, own.lines.len(), upper, own.share)
    };
    let (low, high) = ("lower bound of a range", "upper bound of a range");
    assert_eq!(told(&[("Russia", 40, "at least", low), ("Russia", 90, "at most", high)]), (40, 1, vec![90], None));
    assert_eq!(told(&[("Russia", 90, "about", high), ("Russia", 40, "at least", low)]), (40, 1, vec![90], None));
    assert_eq!(told(&[("Russia", 40, "at least", ""), ("Russia", 90, "at most", "")]), (40, 1, vec![90], None));
    assert_eq!(told(&[("Russia", 40, "about", low), ("Russian jets", 90, "about", high)]), (40, 1, vec![90], None));
    // Two ranges of two lines: each has its own upper end.
    let jets = [("jets", 10, "at least", low), ("jets", 20, "at most", high)];
    let two = [("guns", 5, "at least", low), ("guns", 6, "at most", high), jets[0], jets[1]];
    assert_eq!(told(&two), (15, 2, vec![6, 20], None));
    // Shelling and air raids are no range, nor is a bound alone.
    assert_eq!(told(&[("guns", 40, "at least", ""), ("jets", 90, "at most", "")]), (130, 2, vec![], None));
    assert_eq!(told(&[("guns", 40, "exact", ""), ("jets", 90, "exact", "")]), (130, 2, vec![], Some(65.0)));
    assert_eq!(told(&[("Russia", 90, "at most", high)]), (90, 1, vec![], None));
    assert_eq!(told(&[("Russia", 90, "exact", "")]), (90, 1, vec![], Some(45.0)));
}

#[test]
fn a_total_that_is_a_range_is_one_total_of_which_there_are_no_shares() {
    let head = "figure_id,source,source_url,published_on,retrieved,period_start,period_end,geography,measure,population,\
                party_as_written,party_code,total,children,women,exactness,note\n";
    let rows = [
        ("T1", "all parties", "all", 100, "at least", "lower bound of a range"),
        ("T2", "all parties", "all", 160, "about", "upper bound of a range"),
        ("L1", "Russia", "russian_forces", 40, "exact", ""),
        ("L2", "ISIS", "isis", 60, "exact", ""),
    ];
    let row = |(id, written, code, n, exactness, note): &(&str, &str, &str, u64, &str, &str)| {
        format!(
            "{id},Airwars,https://x.invalid/r,2021-04-09,2026-11-23,2021-03-01,2021-03-31,Syria,killed,civilians,\
             {written},{code},{n},,,{exactness},{note}\n"
        )
    };
    let figures = support::parse(format!("{head}{}", rows.iter().map(row).collect::<String>()).as_bytes());
    let reports = reports(&figures);
    let page = &reports[0].retellings[0];
    assert_eq!(reports[0].totals, [(100, vec![figures[0].id.clone()])]);
    assert_eq!(page.total, Some((figures[0].id.clone(), 100)));
    assert_eq!(page.upper_ends, [(figures[0].id.clone(), (figures[1].id.clone(), 160))]);
    assert!(page.lines.iter().all(|line| line.share == Share::NotComputable(NoShareReason::Range)));
    assert_eq!(page.sum, None, "100 to 160 is no number that 100 could be held to");
}
