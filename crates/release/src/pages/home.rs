//! The first page: what this is, what it is not, and where to begin.

use super::words::Ctx;
use crate::card;
use crate::doc::{Block, Card, Doc, Spans, text};
use crate::invented::Invented;
use crate::l10n::Lang;
use crate::typeset::{Press, Sheet};

/// Where the first page's share card stands in the release.
pub(crate) fn card_path(lang: Lang) -> String {
    format!("{}/index.png", lang.tag())
}

/// The picture that previews of the first page show.
pub(crate) fn share_card(ctx: &Ctx<'_>, press: &dyn Press) -> Sheet {
    let mut counts = vec![ctx.t.count("n-figures", ctx.data.figures.len())];
    if counts_persons(ctx) {
        counts.push(ctx.t.count("n-persons", ctx.data.persons.len()));
    }
    let card = card::Card {
        kicker: ctx.m("home-kicker"),
        title: ctx.imprint().name.to_owned(),
        detail: counts.join(" · "),
        site: ctx.data.origin.clone(),
        invented: Invented::among([!ctx.data.persons.is_empty() && ctx.data.persons.iter().all(|p| p.invented)]),
    };
    card::sheet(ctx, press, &card_path(ctx.t.lang), &card)
}

/// With a minimum for counts only some persons have pages: their number is no count of the documented.
fn counts_persons(ctx: &Ctx<'_>) -> bool {
    !ctx.data.persons.is_empty() && ctx.policy.minimum_cell <= 1
}

pub(super) fn page(ctx: &Ctx<'_>) -> Doc {
    let mut doc = Doc::new(ctx.m("home-kicker"), ctx.imprint().name.to_owned());
    doc.push(Block::lead(ctx.m("home-lead")));
    let card = |path: &str, n: usize, key: &str, detail: &str| Card {
        href: ctx.page(path),
        number: Some(ctx.t.number(n as u64)),
        title: ctx.t.count(key, n).into(),
        detail: ctx.m(detail),
    };
    let with_invented = |card: Card, n: usize, invented: usize, all: &str| match invented {
        0 => card,
        some if some < n => Card { detail: ctx.t.count("home-some-invented", some), ..card },
        _ => Card { detail: ctx.m(all), ..card },
    };
    let mut cards = vec![
        card("source/index", ctx.data.sources.len(), "noun-sources", "home-sources"),
        card("month/index", ctx.data.figures.len(), "noun-figures", "home-figures"),
    ];
    if !ctx.data.statements.is_empty() {
        cards.push(card("statements", ctx.data.statements.len(), "noun-statements", "home-statements"));
    }
    if !ctx.data.events.is_empty() {
        let invented = ctx.data.events.iter().filter(|(_, e)| ctx.index.is_invented(&e.source)).count();
        let card = card("place/index", ctx.data.events.len(), "noun-events", "home-events");
        cards.push(with_invented(card, ctx.data.events.len(), invented, "home-events-invented"));
    }
    if counts_persons(ctx) {
        let invented = ctx.data.persons.iter().filter(|p| p.invented).count();
        let card = card("counts/index", ctx.data.persons.len(), "noun-persons", "home-persons");
        cards.push(with_invented(card, ctx.data.persons.len(), invented, "home-persons-invented"));
    }
    doc.push(Block::Cards(cards));
    if !ctx.data.claims.is_empty() {
        doc.push(Block::h2(ctx.m("home-claims")));
        for claim in &ctx.data.claims {
            doc.push(super::claim::teaser(ctx, claim));
        }
    }
    doc.push(Block::h2(ctx.m("home-not")));
    let words = ["home-not-verified", "home-not-added", "home-not-complete", "home-not-names"];
    // With real persons, approved or in a notice, the last of them would not be true; with nobody named it would be odd.
    let is_real = |(_, notice): &(u64, domain::Notice)| !ctx.index.is_invented(&notice.source);
    let names_real = !ctx.policy.approved_persons.is_empty() || crate::notice::published(ctx.data).any(is_real);
    let names_invented =
        ctx.data.persons.iter().any(|p| p.invented) || crate::notice::published(ctx.data).next().is_some();
    let words = if names_real || !names_invented { &words[..3] } else { &words[..] };
    doc.push(Block::List(words.iter().map(|key| Spans::from(ctx.m(key))).collect()));
    doc.push(Block::h2(ctx.m("home-check")));
    doc.push(Block::para(vec![
        text(ctx.m("home-check-words")),
        text(" "),
        text(ctx.m("nav-check")).to(ctx.page("check")),
    ]));
    doc.push(Block::h2(ctx.m("home-data")));
    let file = |path: &str| text(path.to_owned()).to(ctx.file(path));
    doc.push(Block::List(vec![
        vec![file("data/figures.csv"), text(" — "), text(ctx.m("data-figures-csv"))].into(),
        vec![file("data/figures.json"), text(" — "), text(ctx.m("data-figures-json"))].into(),
        vec![file("data/patterns.json"), text(" — "), text(ctx.m("data-patterns-json"))].into(),
    ]));
    doc
}
