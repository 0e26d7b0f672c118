//! What a release does to be read and shared: reports, notices, updates with feeds, share cards, charts. The publisher's
//! links and texts are settings; nothing here sends anything anywhere.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use domain::LocalText;
use serde::{Deserialize, Serialize};

use crate::ReleaseError;
use crate::archive::write_dataset;
use crate::charts::Interval;
use crate::doc::{Block, Doc, text};
use crate::folder::Folder;
use crate::invented::Invented;
use crate::l10n::{Lang, Speech};
use crate::leaf::{self, Around, Panel};
use crate::maps::Boundaries;
use crate::pages::Ctx;
use crate::report::{Making, ReportOf};
use crate::suppress::Count;
use crate::typeset::Press;
use crate::view::View;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the outreach settings were not read, so nothing was published: {0}")]
pub struct SettingsError(String);

/// A link of the publisher. In `href`, `{url}` and `{text}` stand for the page's address and its short text.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    pub words: LocalText,
    pub href: String,
}

/// A report to make, as written in the settings.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportSetting {
    pub period: String,
    pub trust: String,
}

/// The publisher's settings (TOML).
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where the release will stand, such as `https://example.org/`. Without it feeds and cards have addresses that are
    /// relative to their file, and no poster is made.
    #[serde(default)]
    pub base: Option<String>,
    #[serde(default)]
    pub hashtag: LocalText,
    #[serde(default)]
    pub reports: Vec<ReportSetting>,
    #[serde(default)]
    pub share: Vec<Link>,
    #[serde(default)]
    pub help: Vec<Link>,
    /// Safe ways to send information.
    #[serde(default)]
    pub send: Vec<Link>,
}

impl Settings {
    /// Refuses unknown keys, a base that is no web address, and links that are not `https:`, `http:` or `mailto:`.
    pub fn parse(toml: &str) -> Result<Self, SettingsError> {
        toml::from_str::<Self>(toml).map_err(|e| SettingsError(e.to_string()))?.checked()
    }

    /// The same refusals, for settings that another process read.
    pub fn checked(mut self) -> Result<Self, SettingsError> {
        let is_web = |href: &str| href.starts_with("https://") || href.starts_with("http://");
        if let Some(base) = &mut self.base {
            if !crate::settings::is_folder_on_the_web(base) {
                return Err(SettingsError(format!(
                    "base is {base:?}, and files cannot be put below that: it begins with https:// and a host, without ? and #"
                )));
            }
            if !base.ends_with('/') {
                base.push('/');
            }
        }
        let links = self.share.iter().chain(&self.help).chain(&self.send);
        for link in links {
            if !(is_web(&link.href) || link.href.starts_with("mailto:")) {
                return Err(SettingsError(format!("the link {:?} is not https:, http: or mailto:", link.href)));
            }
        }
        Ok(self)
    }

    /// The address that a file of the release will have.
    pub(crate) fn address(&self, path: &str) -> Option<String> {
        self.base.as_ref().map(|base| format!("{base}{path}"))
    }
    pub(crate) fn address_or(&self, path: &str, otherwise: &str) -> String {
        self.address(path).unwrap_or_else(|| otherwise.to_owned())
    }
}

/// Percent-encodes for a query (RFC 3986, unreserved characters stay).
fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(byte as char),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

/// "Share" with a short text for posting, and "how to help": both only as far as the publisher set links.
pub(crate) fn panels(ctx: &Ctx<'_>, settings: &Settings, title: &str, address: Option<&str>) -> Vec<Panel> {
    let hashtag = settings.hashtag.best(ctx.lang()).map(|(_, tag)| format!(" {tag}")).unwrap_or_default();
    let plain = crate::l10n::without_isolates(title);
    let short = format!("{plain}{hashtag}{}", address.map(|a| format!(" {a}")).unwrap_or_default());
    let url = address.unwrap_or_default();
    let made = |link: &Link| {
        let href = link.href.replace("{url}", &encoded(url)).replace("{text}", &encoded(&format!("{plain}{hashtag}")));
        (href, ctx.local(&link.words, &link.href).text)
    };
    let needs_address = |link: &&Link| address.is_some() || !link.href.contains("{url}");
    let mut panels = vec![Panel {
        title: ctx.m("share-title"),
        words: short,
        links: settings.share.iter().filter(needs_address).map(made).collect(),
    }];
    if !settings.help.is_empty() {
        panels.push(Panel {
            title: ctx.m("help-title"),
            words: String::new(),
            links: settings.help.iter().map(made).collect(),
        });
    }
    panels
}

/// An estimate to draw: who was counted, how many are documented, and each model's interval.
#[derive(Debug, Clone)]
pub struct Estimate {
    pub trust: domain::TrustSetId,
    pub n_documented: u64,
    /// Those that gave a number. None: the lists bear no estimate, and the page says so.
    pub models: Vec<ModelInterval>,
}

/// One model's 95 % interval. Persons.
#[derive(Debug, Clone)]
pub struct ModelInterval {
    /// As `tawthiq estimate --model` names it.
    pub model: &'static str,
    pub low: u64,
    pub median: u64,
    pub high: u64,
    /// The table itself speaks against it.
    pub is_doubted: bool,
}

/// Everything that the step is given.
pub struct Outreach<'a> {
    pub settings: &'a Settings,
    pub reports: &'a [ReportOf],
    pub estimates: &'a [Estimate],
    pub boundaries: Option<&'a Boundaries>,
    pub press: &'a dyn Press,
}

/// What the step wrote.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reached {
    pub reports: u64,
    pub notices: u64,
    pub days: u64,
    pub feeds: u64,
    pub bytes: u64,
    /// What was not published, one sentence each.
    pub held_back: Vec<String>,
}

/// Refuses what [`outreach()`] would refuse, so that it can be asked before the first file of a release is written.
pub fn refuse_outreach(data: &crate::Dataset, settings: &Settings, reports: &[ReportOf]) -> Result<(), ReleaseError> {
    reports.iter().try_for_each(|of| crate::report::check(data, of))?;
    let twice = reports.iter().enumerate().find(|(at, of)| reports[..*at].contains(of));
    if let Some((_, of)) = twice {
        let (period, trust) = (crate::index::period_slug(&of.period), &of.trust);
        return Err(ReleaseError::Data(format!(
            "the report on {period} under the trust set {trust} is asked for twice"
        )));
    }
    crate::notice::check_posters(data, settings)
}

/// Writes reports, notices, updates, feeds, cards and charts into the folder of a release, before it is finished and sealed.
pub fn outreach(
    view: &View<'_>,
    given: &Outreach<'_>,
    folder: &Folder<'_>,
    progress: &dyn Fn(&str, u64, u64),
) -> Result<Reached, ReleaseError> {
    let View { data, policy, index, .. } = view;
    let before = folder.bytes.load(Ordering::Relaxed);
    notice_of_licences(given.press, folder)?;
    let mut reached = Reached::default();
    let making = Making { press: given.press, boundaries: given.boundaries, settings: Some(given.settings) };
    for (done, of) in given.reports.iter().enumerate() {
        progress("reports", done as u64, given.reports.len() as u64);
        crate::report::write(view, of, &making, folder)?;
        reached.reports += 1;
    }
    let (notices, held_back) =
        crate::notice::write(data, policy, index, given.settings, given.press, folder, progress)?;
    reached.notices = notices;
    reached.held_back = held_back;
    let mut numbers = BTreeSet::new();
    for lang in Lang::ALL {
        let t = Speech::of(lang);
        let ctx = Ctx { data, index, policy, t, depth: 2 };
        let card = given.press.png(&crate::pages::share_card(&ctx, given.press)).map_err(ReleaseError::Page)?;
        folder.write(&crate::pages::card_path(lang), &card)?;
        report_index(&ctx, given, folder)?;
        numbers.extend(charts(&ctx, given, folder)?);
    }
    numbers.extend(given.reports.iter().map(|of| of.csv()));
    describe(view, &numbers, folder)?;
    let (days, feeds) = crate::feed::write(data, policy, index, given, folder, progress)?;
    (reached.days, reached.feeds) = (days, feeds);
    reached.bytes = folder.bytes.load(Ordering::Relaxed) - before;
    index.reader.check()?;
    Ok(reached)
}

/// What others made and this release holds, and the licence of the faces.
pub(crate) fn notice_of_licences(press: &dyn Press, folder: &Folder<'_>) -> Result<(), ReleaseError> {
    folder.write("NOTICE", include_bytes!("../web/NOTICE"))?;
    folder.write("licences/OFL-1.1.txt", press.licence())
}

/// The pages that the site links to, for a release without the outreach step.
pub(crate) fn bare(view: &View<'_>, folder: &Folder<'_>) -> Result<(), ReleaseError> {
    let View { data, policy, index, .. } = view;
    for lang in Lang::ALL {
        let ctx = Ctx { data, index, policy, t: Speech::of(lang), depth: 2 };
        for (path, title, words) in [
            ("report/index", "reports-title", "reports-none"),
            ("notice/index", "notices-title", "notices-none"),
            ("day/index", "days-title", "days-lead"),
            ("charts/index", "charts-title", "charts-lead"),
        ] {
            let mut doc = Doc::new("", ctx.m(title));
            doc.push(Block::lead(ctx.m(words)));
            page(&ctx, &doc, &around(path), folder)?;
        }
        crate::feed::write_feeds(&ctx, &Settings::default(), &crate::feed::updates(&ctx, None), folder)?;
    }
    describe(view, &BTreeSet::new(), folder)
}

/// The description of the data, which names the files of `numbers` beside those that every release has.
fn describe(view: &View<'_>, numbers: &BTreeSet<String>, folder: &Folder<'_>) -> Result<(), ReleaseError> {
    let View { data, policy, index, .. } = view;
    write_dataset(&Ctx { data, index, policy, t: Speech::of(Lang::En), depth: 0 }, numbers, folder)
}

pub(crate) fn around(path: &str) -> Around {
    Around { path: path.to_owned(), in_site: true, ..Around::default() }
}

fn page(ctx: &Ctx<'_>, doc: &Doc, around: &Around, folder: &Folder<'_>) -> Result<(), ReleaseError> {
    let html = leaf::draw(ctx, doc, around).map_err(|e| ReleaseError::Page(e.to_string()))?;
    folder.write(&format!("{}/{}.html", ctx.lang(), around.path), html.as_bytes())
}

fn report_index(ctx: &Ctx<'_>, given: &Outreach<'_>, folder: &Folder<'_>) -> Result<(), ReleaseError> {
    let mut doc = Doc::new(ctx.m("reports-title"), ctx.m("reports-title"));
    doc.push(Block::lead(ctx.m("reports-lead")));
    if given.reports.is_empty() {
        doc.push(Block::para(ctx.m("reports-none")));
    }
    let line = |of: &ReportOf| {
        let set = ctx.data.trust_sets.iter().find(|s| s.id == of.trust);
        let trust = set.map(|s| ctx.local(&s.names, s.id.as_str()).text).unwrap_or_default();
        let title = ctx.a("report-title", [("period", ctx.t.period(&of.period).into())]);
        vec![
            text(title).to(ctx.page(&format!("report/{}", of.slug()))),
            text(ctx.m("title-separator")),
            text(trust),
            text(ctx.m("title-separator")),
            text("PDF").to(format!("{}.pdf", of.slug())),
        ]
        .into()
    };
    doc.push(Block::List(given.reports.iter().map(line).collect()));
    page(ctx, &doc, &around("report/index"), folder)
}

/// All charts of the release on one page, each with the way to its numbers. Returns the files of numbers made for them alone.
fn charts(ctx: &Ctx<'_>, given: &Outreach<'_>, folder: &Folder<'_>) -> Result<Vec<String>, ReleaseError> {
    use crate::charts::{by_party, story};
    let mut doc = Doc::new(ctx.m("charts-title"), ctx.m("charts-title"));
    doc.push(Block::lead(ctx.m("charts-lead")));
    let (mut drawn, mut made): (Vec<(crate::doc::Chart, &str)>, Vec<String>) = Default::default();
    if let Some(period) = story::busiest(ctx) {
        if let Some(later) = story::last_month(ctx).filter(|later| later.last_day() > period.end()) {
            let words = [("period", ctx.t.period(&period).into()), ("last", ctx.t.month(later).into())];
            doc.push(Block::note(ctx.a("charts-end", words)));
        }
        drawn.extend(story::disagreement(ctx, &period).map(|c| (c, "data/figures.csv")));
        for source in story::sources_by_party(ctx).iter().take(2) {
            for found in [by_party::stacked(ctx, source, &period), by_party::lines(ctx, source, &period)] {
                drawn.extend(found.map(|c| (c, "data/figures.csv")));
            }
        }
    }
    let calendar = story::Calendar::of(ctx).and_then(|c| story::calendar(ctx, c));
    drawn.extend(calendar.map(|c| (c, story::CALENDAR)));
    if let Some((chart, csv)) = given.boundaries.and_then(|b| crate::maps::of_persons(ctx, b)) {
        folder.write(PLACES, csv.as_bytes())?;
        made.push(PLACES.to_owned());
        drawn.push((chart, PLACES));
    }
    drawn.extend(story::flow(ctx).map(|c| (c, "data/patterns.json")));
    // A total that is held back is in no title either.
    let is_held = |e: &&Estimate| ctx.index.suppressed.get(&e.trust).is_some_and(|s| s.holds(&Count::All));
    let (estimated, without): (Vec<&Estimate>, Vec<&Estimate>) =
        given.estimates.iter().filter(|e| !is_held(e)).partition(|e| !e.models.is_empty());
    if !estimated.is_empty() {
        folder.write(ESTIMATES, estimates_csv(&estimated).as_bytes())?;
        made.push(ESTIMATES.to_owned());
    }
    drawn.extend(estimated.into_iter().filter_map(|e| estimate(ctx, e)).map(|c| (c, ESTIMATES)));
    doc.invented = Invented::among(ctx.data.persons.iter().map(|p| p.invented));
    doc.invented |= Invented::among(ctx.data.events.iter().map(|(_, e)| ctx.index.is_invented(&e.source)));
    doc.invented |= Invented::among(ctx.data.figures.iter().map(|(_, f)| ctx.index.is_invented(&f.source)));
    for (chart, file) in drawn {
        let numbers = vec![text(ctx.m("charts-data")), text(ctx.m("title-colon")), text(file).to(ctx.file(file))];
        doc.push(Block::Chart(crate::doc::Chart { is_heading: true, numbers: Some(numbers.into()), ..chart }));
    }
    if !without.is_empty() {
        doc.push(Block::para(vec![text(ctx.m("chart-no-estimate"))]));
    }
    page(ctx, &doc, &around("charts/index"), folder)?;
    Ok(made)
}

const PLACES: &str = "data/places.csv";
const ESTIMATES: &str = "data/estimates.csv";

/// Persons; the ends are of 95 % intervals.
fn estimates_csv(estimates: &[&Estimate]) -> String {
    let line = |e: &Estimate, m: &ModelInterval| {
        format!("{},{},{},{},{},{},{}\n", e.trust, e.n_documented, m.model, m.median, m.low, m.high, m.is_doubted)
    };
    let lines = estimates.iter().flat_map(|e| e.models.iter().map(move |m| line(e, m)));
    std::iter::once("trust_set,n_documented,model,median,lower_95,upper_95,doubted\n".to_owned()).chain(lines).collect()
}

fn estimate(ctx: &Ctx<'_>, estimate: &Estimate) -> Option<crate::doc::Chart> {
    let low = estimate.models.iter().map(|m| m.low).min()?;
    let high = estimate.models.iter().map(|m| m.high).max()?;
    let doubted = estimate.models.iter().filter(|m| m.is_doubted).count() as u64;
    let all = estimate.models.len() as u64;
    let finding = ctx.a(
        "chart-finding-estimate",
        [
            ("n", estimate.n_documented.into()),
            ("low", low.into()),
            ("high", high.into()),
            (
                "doubted",
                if doubted == 0 {
                    "none"
                } else if doubted == all {
                    "all"
                } else {
                    "some"
                }
                .into(),
            ),
        ],
    );
    let said = |m: &ModelInterval| {
        let name = match m.model {
            "dga" => ctx.m("model-dga"),
            "loglinear" => ctx.m("model-loglinear"),
            "chao" => ctx.m("model-chao"),
            other => other.to_owned(),
        };
        if m.is_doubted { ctx.a("model-doubted", [("model", name.into())]) } else { name }
    };
    let models: Vec<Interval> = estimate
        .models
        .iter()
        .map(|m| Interval { label: said(m), low: m.low, middle: m.median, high: m.high, is_doubted: m.is_doubted })
        .collect();
    let unit = ctx.m("chart-unit-estimate");
    let said = crate::charts::story::of_choice(ctx, &estimate.trust);
    let words = crate::charts::Words { finding: &finding, unit: &unit, source: &said };
    Some(crate::charts::estimates(ctx.t, &words, (&ctx.m("chart-documented"), estimate.n_documented), &models))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_that_a_browser_would_run_is_refused() {
        let link = |href: &str| format!("[[share]]\nwords = {{ en = 'x' }}\nhref = '{href}'\n");
        assert!(Settings::parse(&link("https://example.invalid/?u={url}")).is_ok());
        assert!(Settings::parse(&link("javascript:alert(1)")).is_err());
        for base in
            ["ftp://x", "https://", "https:///x", "https://:80", "https://x.invalid/?q=1", "https://x.invalid/#a"]
        {
            let refused = Settings::parse(&format!("base = '{base}'")).unwrap_err().to_string();
            assert!(refused.contains("nothing was published") && refused.contains(base), "{refused}");
        }
        assert_eq!(Settings::parse("base = 'https://x.invalid'").unwrap().base.as_deref(), Some("https://x.invalid/"));
    }

    #[test]
    fn arabic_in_a_shared_link_is_percent_encoded() {
        assert_eq!(encoded("ا &"), "%D8%A7%20%26");
    }
}
