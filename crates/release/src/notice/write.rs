//! Writes notices: per person and language a page, a PDF and a share image; posters where the site's address is known.

use domain::{Notice, NoticeUse};

use super::{page, poster, published};
use crate::card;
use crate::doc::{Block, Doc, text};
use crate::folder::Folder;
use crate::index::Index;
use crate::invented::Invented;
use crate::l10n::{Lang, Speech};
use crate::leaf;
use crate::outreach::{Settings, around, panels};
use crate::pages::Ctx;
use crate::typeset::{self, Frame, Press};
use crate::{Dataset, Policy, ReleaseError};

fn poster_address(settings: &Settings, notice: &Notice, lang: Lang) -> Option<String> {
    let is_agreed = notice.may_be(NoticeUse::Poster);
    settings.address(&format!("{}/notice/{}.html", lang.tag(), notice.id)).filter(|_| is_agreed)
}

/// Refuses addresses that no code on a poster can hold.
pub(crate) fn check_posters(data: &Dataset, settings: &Settings) -> Result<(), ReleaseError> {
    let addresses = published(data).flat_map(|(_, n)| Lang::ALL.map(|lang| poster_address(settings, n, lang)));
    match addresses.flatten().find(|address| poster::qr(address).is_none()) {
        Some(long) => Err(ReleaseError::Data(format!("the address {long} is too long for the code of a poster"))),
        None => Ok(()),
    }
}

/// A sentence for the publisher, where families agreed to posters that have no address to lead to.
fn posters_not_made(open: &[&(u64, Notice)], settings: &Settings) -> Option<String> {
    let agreed = open.iter().filter(|(_, notice)| notice.may_be(NoticeUse::Poster)).count();
    (agreed > 0 && settings.base.is_none()).then(|| {
        format!(
            "the posters of {agreed} notices, whose code has no address to lead to: set base in the outreach settings"
        )
    })
}

/// Returns how many were published, and a sentence for each that was held back.
#[allow(clippy::too_many_arguments)]
pub(crate) fn write(
    data: &Dataset,
    policy: &Policy,
    index: &Index<'_>,
    settings: &Settings,
    press: &dyn Press,
    folder: &Folder<'_>,
    progress: &dyn Fn(&str, u64, u64),
) -> Result<(u64, Vec<String>), ReleaseError> {
    let open: Vec<&(u64, Notice)> = published(data).collect();
    for lang in Lang::ALL {
        let t = Speech::of(lang);
        for (done, (entry, notice)) in open.iter().enumerate() {
            let path = format!("notice/{}", notice.id);
            let ctx = Ctx { data, index, policy, t, depth: leaf::depth(&path) };
            one(&ctx, *entry, notice, settings, press, folder, &path)?;
            progress("notices", done as u64 + 1, open.len() as u64);
        }
        let ctx = Ctx { data, index, policy, t, depth: 2 };
        let html = leaf::draw(&ctx, &listing(&ctx, &open), &around("notice/index"));
        folder.write(&format!("{}/notice/index.html", lang.tag()), html.map_err(drawn)?.as_bytes())?;
    }
    let held_back = super::held_back(data).into_iter().chain(posters_not_made(&open, settings));
    Ok((open.len() as u64, held_back.collect()))
}

fn drawn(e: askama::Error) -> ReleaseError {
    ReleaseError::Page(e.to_string())
}

fn listing(ctx: &Ctx<'_>, open: &[&(u64, Notice)]) -> Doc {
    let mut doc = Doc::new(ctx.m("notice-kicker"), ctx.m("notices-title"));
    doc.invented = Invented::among(open.iter().map(|(_, n)| ctx.index.is_invented(&n.source)));
    doc.push(Block::lead(ctx.m("notices-lead")));
    if open.is_empty() {
        doc.push(Block::para(ctx.m("notices-none")));
    }
    let link = |(_, n): &&(u64, Notice)| text(page::title(ctx, n)).to(ctx.page(&format!("notice/{}", n.id))).into();
    doc.push(Block::List(open.iter().map(link).collect()));
    doc
}

#[allow(clippy::too_many_arguments)]
fn one(
    ctx: &Ctx<'_>,
    entry: u64,
    notice: &Notice,
    settings: &Settings,
    press: &dyn Press,
    folder: &Folder<'_>,
    path: &str,
) -> Result<(), ReleaseError> {
    let lang = ctx.t.lang;
    let doc = page::doc(ctx, entry, notice, settings);
    let title = doc.plain_title();
    let mut around = around(path);
    let at = |ending: &str| format!("{}/{path}.{ending}", lang.tag());
    around.summary = ctx.a("notice-fate", [("sex", page::sex(notice).into())]);
    let has_picture = notice.may_be(NoticeUse::Picture);
    around.downloads = vec![(format!("{}.pdf", notice.id), ctx.m("notice-download-pdf"))];
    if has_picture {
        around.card = Some(settings.address_or(&at("png"), &format!("{}.png", notice.id)));
        around.downloads.push((format!("{}.png", notice.id), ctx.m("notice-download-card")));
    }
    let address = settings.address(&at("html"));
    if let Some(address) = &poster_address(settings, notice, lang) {
        let sheet = poster::sheet(ctx, notice, press, address)
            .ok_or_else(|| ReleaseError::Page(format!("the address {address} is too long for a QR code")))?;
        folder.write(&format!("{}/{path}-poster.pdf", lang.tag()), &press.pdf(&sheet).map_err(ReleaseError::Page)?)?;
        around.downloads.push((format!("{}-poster.pdf", notice.id), ctx.m("notice-download-poster")));
    }
    around.panels = panels(ctx, settings, &title, address.as_deref());
    folder.write(&at("html"), leaf::draw(ctx, &doc, &around).map_err(drawn)?.as_bytes())?;
    let frame = Frame {
        lang,
        ident: format!("{path}/{}", lang.tag()),
        family: press.family(lang.tag()),
        made: notice.issued_on.unwrap_or_else(|| crate::report::made_on(ctx.data)),
        foot: ctx.imprint().foot([title.clone()]),
        imprint: ctx.imprint(),
        banner: doc.invented.banner(),
        contents: None,
    };
    folder.write(&at("pdf"), &press.pdf(&typeset::sheet(&doc, &frame)).map_err(ReleaseError::Page)?)?;
    if !has_picture {
        return Ok(());
    }
    let card = card::Card {
        kicker: ctx.m("notice-kicker"),
        title,
        detail: ctx.m("notice-card-detail"),
        site: ctx.imprint().name.to_owned(),
        invented: doc.invented,
    };
    folder.write(&at("png"), &press.png(&card::sheet(ctx, press, &at("png"), &card)).map_err(ReleaseError::Page)?)
}
