//! Writes a report in three languages: page, PDF, and its numbers as CSV.

use std::path::Path;

use super::{ReportOf, annex, brief, doc, numbers};
use crate::card::{self, Card};
use crate::doc::Doc;
use crate::folder::Folder;
use crate::l10n::{Lang, Speech};
use crate::leaf::{self, Around};
use crate::maps::Boundaries;
use crate::outreach::{Settings, panels};
use crate::pages::Ctx;
use crate::typeset::{self, Frame, Press};
use crate::view::{Shown, View};
use crate::{Dataset, Policy, ReleaseError};

/// What was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// Paths below the folder.
    pub files: Vec<String>,
    pub bytes: u64,
    /// No source of the choice printed a number for the period.
    pub is_without_numbers: bool,
}

/// What a report is written with: the press, and boundaries for its maps where there are any.
pub(crate) struct Making<'a> {
    pub press: &'a dyn Press,
    pub boundaries: Option<&'a Boundaries>,
    /// The publisher's links and address, for a report in a site; it then has a share card.
    pub settings: Option<&'a Settings>,
}

/// Refuses a report under a trust set that is not here, or on a period of which nothing is.
pub(crate) fn check(data: &Dataset, of: &ReportOf) -> Result<(), ReleaseError> {
    if !data.trust_sets.iter().any(|set| set.id == of.trust) {
        let known: Vec<&str> = data.trust_sets.iter().map(|set| set.id.as_str()).collect();
        let known = known.join(", ");
        return Err(ReleaseError::Data(format!("there is no trust set {}; those here are {known}", of.trust)));
    }
    if !data.reports.iter().any(|r| r.period == of.period) && data.persons.is_empty() {
        let slug = crate::index::period_slug(&of.period);
        return Err(ReleaseError::Data(format!("no figure is of the period {slug}")));
    }
    Ok(())
}

/// Writes one report into an empty folder, or over an earlier report of the same name.
///
/// Errors when the trust set is not in the data, when no figure and no person is of the period, or when a file cannot
/// be written; what was written before stays, and the error says that the report is not complete.
pub fn report(
    data: &Dataset,
    policy: &Policy,
    of: &ReportOf,
    boundaries: Option<&Boundaries>,
    press: &dyn Press,
    out: &Path,
) -> Result<Written, ReleaseError> {
    check(data, of)?;
    let shown = Shown::new(data, policy)?;
    let folder = Folder::open(out)?;
    crate::publish::stand_alone_assets(policy, &folder)?;
    crate::outreach::notice_of_licences(press, &folder)?;
    write(&shown.view(), of, &Making { press, boundaries, settings: None }, &folder)
}

/// The pages, PDFs and numbers of one report below `report/`.
pub(crate) fn write(
    view: &View<'_>,
    of: &ReportOf,
    making: &Making<'_>,
    folder: &Folder<'_>,
) -> Result<Written, ReleaseError> {
    let View { data, policy, index, .. } = view;
    let trusted = numbers::trusted(data, &of.trust).unwrap_or_default();
    let has_number = |r: &domain::comparison::Report| r.period == of.period && trusted.contains(&r.source);
    let mut written = Written { is_without_numbers: !data.reports.iter().any(has_number), ..Written::default() };
    let mut put = |path: String, bytes: &[u8]| -> Result<(), ReleaseError> {
        folder.write(&path, bytes)?;
        written.bytes += bytes.len() as u64;
        written.files.push(path);
        Ok(())
    };
    let slug = of.slug();
    let unknown = || ReleaseError::Data(format!("there is no trust set {}", of.trust));
    let path = format!("report/{slug}");
    for lang in Lang::ALL {
        let t = Speech::of(lang);
        let ctx = Ctx { data, index, policy, t, depth: leaf::depth(&path) };
        let brief = brief(ctx, of, making.boundaries).ok_or_else(unknown)?;
        if lang == Lang::En {
            put(of.csv(), &crate::data::figures(&annex::rows(&brief))?)?;
        }
        let mut doc = doc(&brief);
        doc.crumbs.push((ctx.m("reports-title"), "report/index".to_owned()));
        let (title, at) = (doc.plain_title(), |ending: &str| format!("{}/{path}.{ending}", lang.tag()));
        let mut around = Around {
            path: path.clone(),
            in_site: making.settings.is_some(),
            summary: summary(&doc),
            downloads: vec![
                (format!("{slug}.pdf"), ctx.m("report-download-pdf")),
                (format!("{}{}", ctx.root(), of.csv()), ctx.m("report-download-csv")),
            ],
            has_contents: true,
            ..Around::default()
        };
        if let Some(settings) = making.settings {
            around.card = Some(settings.address_or(&at("png"), &format!("{slug}.png")));
            around.panels = panels(&ctx, settings, &title, settings.address(&at("html")).as_deref());
            let (kicker, detail) = (doc.kicker.clone(), around.summary.clone());
            let card = Card { kicker, title, detail, site: ctx.imprint().name.to_owned(), invented: doc.invented };
            let sheet = card::sheet(&ctx, making.press, &at("png"), &card);
            put(at("png"), &making.press.png(&sheet).map_err(ReleaseError::Page)?)?;
        }
        let html = leaf::draw(&ctx, &doc, &around).map_err(|e| ReleaseError::Page(e.to_string()))?;
        put(format!("{}/{path}.html", lang.tag()), html.as_bytes())?;
        let sheet = typeset::sheet(&doc, &frame(&ctx, &doc, making.press, &format!("{path}/{}", lang.tag())));
        let pdf = making.press.pdf(&sheet).map_err(ReleaseError::Page)?;
        put(format!("{}/{path}.pdf", lang.tag()), &pdf)?;
    }
    Ok(written)
}

/// What previews say: the totals, else the first line.
fn summary(doc: &Doc) -> String {
    if let Some(preview) = &doc.preview {
        return preview.clone();
    }
    let list = doc.blocks.iter().find_map(|b| match b {
        // A link's words lead nowhere in a preview.
        crate::doc::Block::List(items) => items.first().map(|item| {
            let words = item.spans.iter().filter(|s| s.href.is_none()).map(|s| s.text.as_str());
            words.collect::<String>().trim().to_owned()
        }),
        _ => None,
    });
    list.unwrap_or_default()
}

pub(crate) fn made_on(data: &Dataset) -> jiff::civil::Date {
    jiff::Timestamp::from_second(data.generated_at)
        .map(|at| jiff::tz::Offset::UTC.to_datetime(at).date())
        .unwrap_or_default()
}

fn frame<'a>(ctx: &Ctx<'a>, doc: &Doc, press: &'a dyn Press, ident: &str) -> Frame<'a> {
    let (made, imprint) = (made_on(ctx.data), ctx.imprint());
    let data = imprint.own.is_none().then(|| imprint.name.to_owned());
    Frame {
        lang: ctx.t.lang,
        ident: ident.to_owned(),
        family: press.family(ctx.lang()),
        made,
        foot: imprint.foot([doc.plain_title(), ctx.t.day(made)].into_iter().chain(data)),
        imprint,
        banner: doc.invented.banner(),
        contents: Some(ctx.m("report-contents")),
    }
}
