//! A page for each day with updates, and the list of days.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::Update;
use crate::ReleaseError;
use crate::card::{self, Card};
use crate::doc::{Block, Doc, Row, Spans, Table, text};
use crate::folder::Folder;
use crate::invented::Invented;
use crate::leaf;
use crate::outreach::{Outreach, around, panels};
use crate::pages::Ctx;

pub(super) const ATOM: &str = "application/atom+xml";
pub(super) const JSON: &str = "application/feed+json";

pub(super) fn write(
    ctx: &Ctx<'_>,
    given: &Outreach<'_>,
    day: Date,
    updates: &[&Update],
    has_card: bool,
    folder: &Folder<'_>,
) -> Result<(), ReleaseError> {
    let lang = ctx.t.lang;
    let path = format!("day/{day}");
    let title = ctx.a("day-title", [("day", ctx.t.day(day).into())]);
    let mut doc = Doc::new(ctx.m("feed-all"), title);
    doc.crumbs.push((ctx.m("days-title"), "day/index".to_owned()));
    doc.invented = Invented::among(updates.iter().map(|u| u.invented));
    doc.push(Block::lead(ctx.t.count("day-n-updates", updates.len())));
    let line = |u: &&Update| -> Spans { text(u.title.clone()).to(ctx.page(&u.at(""))).into() };
    doc.push(Block::List(updates.iter().map(line).collect()));
    doc.push(Block::para(text(ctx.m("day-all")).to(ctx.page("day/index"))));
    let mut around = around(&path);
    let first = updates.first().map(|u| u.title.clone()).unwrap_or_default();
    around.summary = first.clone();
    around.feeds = super::links(ctx, "feed/all", &ctx.m("feed-all"));
    let address = given.settings.address(&format!("{}/{path}.html", lang.tag()));
    around.panels = panels(ctx, given.settings, &first, address.as_deref());
    if has_card {
        let file = format!("{}/{path}.png", lang.tag());
        around.card = Some(given.settings.address_or(&file, &format!("{day}.png")));
        let shown = updates.iter().find(|update| update.in_picture).map(|update| update.title.clone());
        let card = Card {
            kicker: ctx.t.day(day),
            title: shown.unwrap_or_else(|| ctx.m("feed-all")),
            detail: ctx.t.count("day-n-updates", updates.len()),
            site: ctx.imprint().name.to_owned(),
            invented: doc.invented,
        };
        let sheet = card::sheet(ctx, given.press, &file, &card);
        folder.write(&file, &given.press.png(&sheet).map_err(ReleaseError::Page)?)?;
    }
    let html = leaf::draw(ctx, &doc, &around).map_err(|e| ReleaseError::Page(e.to_string()))?;
    folder.write(&format!("{}/{path}.html", lang.tag()), html.as_bytes())
}

pub(super) fn index(
    ctx: &Ctx<'_>,
    days: &BTreeMap<Date, Vec<&Update>>,
    folder: &Folder<'_>,
) -> Result<(), ReleaseError> {
    let mut doc = Doc::new(ctx.m("feed-all"), ctx.m("days-title"));
    doc.push(Block::lead(ctx.m("days-lead")));
    let feeds = super::links(ctx, "feed/all", &ctx.m("feed-all"));
    doc.push(super::line(ctx, &feeds));
    let mut table = Table::new(ctx.m("days-title"), ctx.heads([("th-date", false), ("days-th-updates", true)]));
    table.stack = false;
    for (day, updates) in days.iter().rev() {
        table.rows.push(Row::new(vec![
            text(ctx.t.day(*day)).to(ctx.page(&format!("day/{day}"))).into(),
            ctx.t.number(updates.len() as u64).into(),
        ]));
    }
    doc.push(Block::Table(table));
    let mut around = around("day/index");
    around.feeds = feeds;
    let html = leaf::draw(ctx, &doc, &around).map_err(|e| ReleaseError::Page(e.to_string()))?;
    folder.write(&format!("{}/day/index.html", ctx.lang()), html.as_bytes())
}
