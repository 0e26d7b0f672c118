//! What a publisher sets for being read and shared, made ready for a release: reports, estimates, boundaries.

use std::path::Path;

use domain::count::Tally;
use domain::{Sha256Digest, TrustSetId};
use estimation::models::{Model, ModelAnswer, PatternTable, estimate_by};
use release::{
    Boundaries, Dataset, Estimate, Folder, ModelInterval, Outreach, Policy, Press, ReportOf, Settings, View,
};

use crate::jobs::report;
use crate::refusal::{Outcome, Refusal};
use crate::sandbox::{self, Answer, Task};
use crate::terminal::{Progress, say};

/// Settings and the files that they name, read and checked before anything is written.
pub struct Prepared {
    settings: Settings,
    reports: Vec<ReportOf>,
    outlines: Option<report::Outlines>,
}

/// Without a file nothing is set: then there are updates, feeds and charts, but no reports, notices or links.
pub fn prepare(file: Option<&Path>, boundaries: Option<&Path>) -> Outcome<Prepared> {
    let settings = match file {
        None => Settings::default(),
        Some(path) => sandbox::read_file(&Task::Outreach, path, |said| match said {
            Answer::Outreach(settings) => Some(*settings),
            _ => None,
        })?
        .checked()?,
    };
    let mut reports = Vec::new();
    for of in &settings.reports {
        reports.push(ReportOf { period: report::period(&of.period)?, trust: TrustSetId::new(of.trust.as_str())? });
    }
    Ok(Prepared { settings, reports, outlines: report::outlines(boundaries)? })
}

impl Prepared {
    /// Of all that was set and read.
    pub fn digest(&self) -> Outcome<Sha256Digest> {
        let reports = format!("{:?}", self.reports);
        let text = serde_json::to_vec(&(&self.settings, reports, &self.outlines));
        Ok(Sha256Digest::of(&text.map_err(|e| Refusal::new(e.to_string()))?))
    }

    /// Which places the boundaries are of; asked before anything is written, since it may refuse.
    pub fn boundaries(&self, data: &Dataset) -> Outcome<Option<Boundaries>> {
        report::boundaries(self.outlines.clone(), &data.places)
    }

    /// Refuses what [`Prepared::write`] could not write, before anything is.
    pub fn refuse(&self, data: &Dataset) -> Outcome<()> {
        Ok(release::refuse_outreach(data, &self.settings, &self.reports)?)
    }

    /// What a publisher should know when the citation leads to one host, and feeds, cards and posters to another.
    pub fn two_addresses(&self, policy: &Policy) -> Option<String> {
        let host = |address: &str| address.split("//").nth(1)?.split('/').next().map(str::to_lowercase);
        let (cited, shared) = (policy.site.address.as_deref()?, self.settings.base.as_deref()?);
        (host(cited) != host(shared)).then(|| {
            format!("{cited} is what is cited ([site] address), and feeds, cards and posters lead to {shared} (base)")
        })
    }

    /// Writes into the folder of a release, before it is finished and sealed.
    pub fn write(
        &self,
        data: &Dataset,
        view: &View<'_>,
        boundaries: Option<&Boundaries>,
        press: &dyn Press,
        folder: &Folder<'_>,
    ) -> Outcome<()> {
        let estimates = estimates(&data.tallies);
        let given =
            Outreach { settings: &self.settings, reports: &self.reports, estimates: &estimates, boundaries, press };
        let progress = Progress::new();
        let reached = release::outreach(view, &given, folder, &|stage, done, total| progress.at(stage, done, total))?;
        drop(progress);
        for held in &reached.held_back {
            say(format!("  held back: {held}"));
        }
        say(format!(
            "wrote reports: {}, notices: {}, days of updates: {}, feeds: {} ({:.1} MB)",
            reached.reports,
            reached.notices,
            reached.days,
            reached.feeds,
            reached.bytes as f64 / 1e6
        ));
        Ok(())
    }
}

/// An estimate for the first trust set whose lists overlap, for the chart that shows one: quick models with a fixed seed, held against the lists
/// and one another.
fn estimates(tallies: &[(TrustSetId, Tally)]) -> Vec<Estimate> {
    const QUICK: [Model; 3] = [Model::Dga, Model::Loglinear, Model::Chao];
    let with_lists = tallies.iter().find(|(_, tally)| tally.lists.len() > 2 && !tally.cells.is_empty());
    let Some((trust, tally)) = with_lists else { return Vec::new() };
    let patterns = estimation::tally::inclusion_patterns(tally, |_| true);
    let lists = tally.lists.iter().map(|s| s.as_str().to_owned()).collect();
    let counts = patterns.iter().map(|p| (p.inclusion_pattern, p.n_documented));
    let Ok(table) = PatternTable::new(lists, counts) else { return Vec::new() };
    let interval = |answer: &ModelAnswer| match answer {
        ModelAnswer::Estimated { model, median, credible_interval_95: [low, high], .. } => {
            let [low, median, high] = [low, median, high].map(|n| n.round() as u64);
            Some(ModelInterval { model, low, median, high, is_doubted: answer.is_doubted() })
        }
        ModelAnswer::NotEstimable { .. } => None,
    };
    let found = estimate_by(&table, &QUICK, 1, &|_, _| {});
    let models = found.models.iter().filter_map(interval).collect();
    vec![Estimate { trust: trust.clone(), n_documented: tally.cells.iter().map(|c| c.n_documented).sum(), models }]
}
