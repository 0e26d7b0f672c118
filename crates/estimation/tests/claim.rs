mod support;

use domain::claim::{ClaimAnswer, ShareOfFigures, Verdict};
use domain::comparison::NoShareReason;
use domain::{Month, Period, Population};
use estimation::figures::{ClaimParseError, check_claim, parse_claim};
use support::{figures, parties, sources};

fn answer(words: &str) -> Option<ClaimAnswer> {
    let figures = figures()?;
    let claim = parse_claim(words, &sources(), &parties()).unwrap();
    Some(check_claim(&figures, &claim, &parties(), &sources()))
}

fn period(text: &str) -> Period {
    match text.split_once('/') {
        Some((a, b)) => Period::new(a.parse().unwrap(), b.parse().unwrap()).unwrap(),
        None => text.parse::<Month>().unwrap().into(),
    }
}

/// `28/334` of these parties, in this period, to one decimal.
fn has(shares: &[ShareOfFigures], source: &str, when: &str, parties: &[&str], n: u64, d: u64, percent: &str) -> bool {
    shares.iter().any(|s| {
        s.source.as_str() == source
            && s.period == period(when)
            && s.parties.iter().map(|p| p.as_str()).eq(parties.iter().copied())
            && (s.numerator, s.denominator) == (n, d)
            && format!("{:.1}", s.percent) == percent
    })
}

const H1: &str = "2019-01-01/2019-06-30";

#[test]
fn the_eleven_percent_is_not_found_in_what_snhr_printed_and_is_found_in_the_committees() {
    let Some(answer) = answer("ISIS 11% SNHR 2019-03") else { return };
    assert_eq!(answer.verdict, Verdict::NotFound);
    let printed = &answer.printed_by_source;
    assert!(has(printed, "snhr", "2019-03", &["isis"], 28, 334, "8.4"), "{printed:#?}");
    assert!(has(printed, "snhr", "2019-03", &["isis", "hts"], 33, 334, "9.9"));
    assert!(printed.iter().all(|s| s.population == Population::Civilians));
    let nearby = &answer.same_source_nearby;
    assert!(has(nearby, "snhr", "2019-04", &["isis"], 10, 324, "3.1"), "{nearby:#?}");
    assert!(has(nearby, "snhr", H1, &["isis"], 82, 1864, "4.4"));
    let others = &answer.other_sources;
    assert!(has(others, "shrc", "2019-03", &["isis"], 31, 279, "11.1"));
    assert!(has(others, "tsr", "2019-03", &["isis"], 54, 290, "18.6"), "{others:#?}");
    assert!(has(others, "tsr", "2019-03", &["isis"], 54, 277, "19.5"));
    assert_eq!((others[0].source.as_str(), others[0].parties_sum_to), ("shrc", Some(282)));
    assert_eq!(answer.nearest.len(), 1);
    assert_eq!(answer.nearest[0].source.as_str(), "shrc");
    assert!(answer.nearest[0].addresses[0].starts_with("https://hibrpress.com/"));
}

#[test]
fn other_periods_in_which_the_source_printed_the_quoted_share_are_named() {
    let Some(answer) = answer("ISIS 11% SNHR 2019-03") else { return };
    let elsewhere = &answer.same_source_elsewhere;
    for month in ["2015-09", "2017-11"] {
        let alone = |s: &&ShareOfFigures| s.period == period(month) && s.parties.len() == 1;
        let share = elsewhere.iter().find(alone).unwrap_or_else(|| panic!("{month} in {elsewhere:#?}"));
        assert!((10.5..11.5).contains(&share.percent));
    }
    assert!(elsewhere.iter().all(|s| s.source.as_str() == "snhr" && s.period != period("2019-03")));
}

#[test]
fn one_share_told_by_several_pages_is_one_share_with_all_addresses() {
    let Some(answer) = answer("ISIS 11% SNHR 2019-03") else { return };
    let printed = &answer.printed_by_source;
    let alone: Vec<_> = printed.iter().filter(|s| s.parties.len() == 1).collect();
    assert_eq!(alone.len(), 1);
    assert_eq!(alone[0].addresses.len(), 3);
    assert_eq!(alone[0].parties_sum_to, None, "one page prints a list that adds up");
    let group = printed.iter().find(|s| s.parties.len() == 2).unwrap();
    assert_eq!(group.addresses.len(), 5, "the joint line of two pages and the two lines of three");
    assert_eq!(group.numerator_figures.len(), 2);
}

#[test]
fn where_no_share_can_be_computed_the_reason_is_given() {
    let Some(answer) = answer("ISIS 11% SNHR 2019-03") else { return };
    let reason =
        |source: &str, reason| answer.not_computable.iter().any(|n| n.source.as_str() == source && n.reason == reason);
    assert!(reason("sohr", NoShareReason::VictimGroup), "{:#?}", answer.not_computable);
    assert!(reason("snhr", NoShareReason::JointParties));
    // The page that prints 314 where the others print 334 is kept, and names no number for ISIS.
    assert!(reason("snhr", NoShareReason::PartyNotPrinted));
    let Some(figures) = figures() else { return };
    let cited = answer.not_computable.iter().flat_map(|n| &n.figures);
    assert!(cited.filter_map(|id| figures.iter().find(|f| f.id == *id)).any(|f| f.total == 314));
}

#[test]
fn the_same_quotation_of_the_committee_is_found() {
    let Some(answer) = answer("ISIS 11.1% SHRC 2019-03") else { return };
    assert_eq!(answer.verdict, Verdict::Found);
    assert!(answer.nearest.is_empty());
}

#[test]
fn a_share_of_a_wider_group_does_not_make_a_claim_about_one_party_true() {
    let Some(figures) = figures() else { return };
    let check = |words: &str| {
        let claim = parse_claim(words, &sources(), &parties()).unwrap();
        check_claim(&figures, &claim, &parties(), &sources()).verdict
    };
    assert_eq!(check("ISIS 9.9% SNHR 2019-03"), Verdict::NotFound);
    assert_eq!(check("\"Extremist Islamist groups\" 9.9% SNHR 2019-03"), Verdict::Found);
    assert_eq!(check("ISIS 11% SNHR 1999-01"), Verdict::NothingPrinted);
}

#[test]
fn a_government_share_is_not_read_out_of_a_joint_figure() {
    let Some(answer) = answer("regime 69.5% SOHR 2016-09") else { return };
    assert!(answer.printed_by_source.iter().all(|s| s.numerator != 841 || s.parties.len() == 2));
}

#[test]
fn a_claim_without_a_source_is_put_to_every_source() {
    let Some(answer) = answer("11 % of the dead in 2019-03 by ISIS") else { return };
    assert_eq!(answer.verdict, Verdict::Found);
    assert!(answer.other_sources.is_empty());
}

#[test]
fn a_claim_is_read_in_any_order_and_in_arabic() {
    let read = |words: &str| parse_claim(words, &sources(), &parties()).unwrap();
    let claim = read("ISIS 11% SNHR 2019-03");
    assert_eq!(claim.party.as_str(), "isis");
    assert_eq!(claim.attributed_to.as_ref().unwrap().as_str(), "snhr");
    assert_eq!(claim.period, period("2019-03"));
    for same in [
        "2019-03 snhr 11 % Daesh",
        "Syrian Network for Human Rights: 11 percent by “ISIS”, 2019-03",
        "داعش ١١٪ الشبكة السورية لحقوق الإنسان ٢٠١٩-٠٣",
        "٪ ۱۱ تنظيم “داعش” SNHR 2019-03-01/2019-03-31",
        "11.0% IS SNHR 2019-03",
    ] {
        assert_eq!(read(&same.replace(':', " ")), claim, "{same}");
    }
    assert_eq!(read("ISIS ١١٫٤٪ 2015").percent, 11.4);
    assert_eq!(read("ISIS 4.4% SNHR 2019-01-01/2019-06-30").period, period(H1));
    assert_eq!(read("Syrian Human Rights Committee ISIS 11% 2019-03").attributed_to.unwrap().as_str(), "shrc");
}

#[test]
fn a_claim_that_is_not_understood_says_what_is_missing() {
    let refuse = |words: &str| parse_claim(words, &sources(), &parties()).unwrap_err();
    let message = refuse("SNHR").to_string();
    for part in ["party", "share", "period"] {
        assert!(message.contains(part), "{message}");
    }
    assert!(matches!(refuse("ISIS SNHR 2019-03"), ClaimParseError::Missing(m) if m.len() == 1));
    assert_eq!(refuse("ISIS 11% XYZ 2019-03"), ClaimParseError::UnknownWords(vec!["XYZ".into()]));
    assert_eq!(refuse("ISIS HTS 11% 2019-03"), ClaimParseError::Several("party"));
    assert_eq!(refuse("ISIS 11% 12% 2019-03"), ClaimParseError::Several("share"));
    assert!(matches!(refuse("ISIS 110% 2019-03"), ClaimParseError::NotAShare(_)));
    assert!(matches!(refuse("ISIS -1% 2019-03"), ClaimParseError::NotAShare(_)));
    assert!(matches!(refuse("ISIS 11% 2019-13"), ClaimParseError::NotAPeriod(_)));
    assert!(matches!(refuse("ISIS 11% 2019-05/2019-01"), ClaimParseError::NotAPeriod(_)));
    assert!(matches!(refuse(""), ClaimParseError::Missing(_)));
    assert!(parse_claim("% % ٪ 2019 / - ---", &sources(), &parties()).is_err());
}

#[test]
fn claims_are_read_in_the_ways_that_people_write_months_and_shares() {
    use estimation::figures::{parse_period, parse_share};
    let march = Period::from(Month::new(2019, 3).unwrap());
    for words in [
        "2019-03",
        "March 2019",
        "mars 2019",
        "آذار 2019",
        "مارس ٢٠١٩",
        "03/2019",
        "3/2019",
        "March of 2019",
        "آذار/مارس ٢٠١٩",
    ] {
        assert_eq!(parse_period(words).unwrap(), march, "{words}");
    }
    assert_eq!(
        parse_period("first half of 2019").unwrap().to_string(),
        parse_period("2019-01-01/2019-06-30").unwrap().to_string()
    );
    assert_eq!(
        parse_period("النصف الثاني من ٢٠١٩").unwrap().to_string(),
        parse_period("2019-07-01/2019-12-31").unwrap().to_string()
    );
    assert_eq!(parse_period("كانون الثاني 2018").unwrap(), Period::from(Month::new(2018, 1).unwrap()));
    for bad in ["Smarch 2019", "13/2019", "March", "March 19"] {
        assert!(parse_period(bad).is_err(), "{bad}");
    }
    for (words, share) in [("11", 11.0), ("11%", 11.0), ("8,4 %", 8.4), ("٨٫٤٪", 8.4), ("٨,٤٪", 8.4)] {
        assert_eq!(parse_share(words).unwrap(), share, "{words}");
    }
    assert!(parse_share("eleven").is_err() && parse_share("101").is_err());
    let (sources, parties) = (sources(), parties());
    let plain = parse_claim("ISIS 11% SNHR 2019-03", &sources, &parties).unwrap();
    for words in ["ISIS 11,0 % SNHR March 2019", "داعش ١١٪ SNHR آذار ٢٠١٩", "SNHR mars 2019 ISIS 11 %"] {
        assert_eq!(parse_claim(words, &sources, &parties).unwrap(), plain, "{words}");
    }
    assert!(parse_claim("all 11% SNHR 2019-03", &sources, &parties).is_err());
}
