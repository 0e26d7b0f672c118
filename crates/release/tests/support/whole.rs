//! A whole release with all that is made to be shared, and one report of it.

use domain::{Period, TrustSetId};
use release::{Policy, ReportOf};

use super::dataset;
use super::press::Keeping;

pub fn march() -> Period {
    let month = domain::Month::new(2019, 3).unwrap();
    Period::new(month.first_day(), month.last_day()).unwrap()
}

/// A release with all that is made to be shared.
pub fn reached(data: &release::Dataset) -> (tempfile::TempDir, Keeping) {
    reached_with(data, &[])
}

pub fn reached_with(data: &release::Dataset, estimates: &[release::Estimate]) -> (tempfile::TempDir, Keeping) {
    let out = tempfile::tempdir().unwrap();
    let settings = release::Settings::parse("").unwrap();
    let reports = [ReportOf { period: march(), trust: data.trust_sets[0].id.clone() }];
    let boundaries = release::Boundaries::demo(&data.places);
    let press = Keeping::default();
    let given = release::Outreach {
        settings: &settings,
        reports: &reports,
        estimates,
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

/// A report on March under one choice, read in one language; marks of direction are taken out.
pub fn read_report(data: &release::Dataset, trust: &str, lang: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let of = ReportOf { period: march(), trust: TrustSetId::new(trust).unwrap() };
    release::report(data, &Policy::default(), &of, None, &Keeping::default(), folder.path()).unwrap();
    let path = folder.path().join(format!("{lang}/report/2019-03-{trust}.html"));
    std::fs::read_to_string(path).unwrap().replace(['\u{2068}', '\u{2069}'], "")
}

/// One source's March alone, every number exact.
pub fn march_of(source: &str) -> release::Dataset {
    let mut data = dataset();
    data.reports.retain(|r| r.source.as_str() == source && r.period == march());
    for report in &mut data.reports {
        report.retellings.sort_by_key(|page| std::cmp::Reverse(page.lines.len()));
        report.retellings.truncate(1);
        report.differing_lines.clear();
    }
    data.figures.iter_mut().for_each(|(_, f)| f.exactness = domain::Exactness::Exact);
    data
}
