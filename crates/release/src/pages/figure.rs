//! One printed number: its words, its page, the file it was taken in with, and its proof.

use domain::{Caution, Figure, FigureId, FigureRole, Language};

use super::words::Ctx;
use crate::doc::{Block, Doc, Spans, id, muted, name, text};
use crate::index::period_slug;

fn caution(ctx: &Ctx<'_>, caution: Caution) -> String {
    ctx.m(match caution {
        Caution::JointParties => "caution-joint-parties",
        Caution::MassacresOnly => "caution-massacres-only",
        Caution::TortureWithinKilled => "caution-torture-within-killed",
        Caution::NotAddedToKilled => "caution-not-added-to-killed",
        Caution::PartyLeftOut => "caution-party-left-out",
        Caution::DateInferred => "caution-date-inferred",
        Caution::BoundOfRange => "caution-bound-of-range",
        Caution::StatisticalEstimate => "caution-statistical-estimate",
    })
}

pub(super) fn page(ctx: &Ctx<'_>, index: u64, figure: &Figure) -> Doc {
    let title = vec![
        text(ctx.printed(figure)),
        text(ctx.m("title-separator")),
        ctx.source_short(&figure.source),
        text(ctx.m("title-separator")),
        text(ctx.t.period(&figure.period)),
    ];
    let mut doc = Doc::new(ctx.m("figure-kicker"), title);
    let slug = period_slug(&figure.period);
    doc.crumbs.push((ctx.m("nav-months"), "month/index".into()));
    if ctx.index.periods.contains_key(&slug) {
        doc.crumbs.push((ctx.t.period(&figure.period), format!("month/{slug}")));
    }
    doc.invented = ctx.index.is_invented(&figure.source).into();
    cautions(ctx, figure, &mut doc);
    doc.push(Block::h2(ctx.m("figure-printed")));
    doc.push(Block::Facts(printed_facts(ctx, figure)));
    doc.push(Block::h2(ctx.m("figure-from")));
    let mut facts: Vec<(String, Spans)> = vec![(ctx.m("fact-page"), ctx.address(&figure.address).into())];
    if let Some(date) = figure.published_on {
        facts.push((ctx.m("fact-published"), ctx.t.day(date).into()));
    }
    if let Some(date) = figure.retrieved_on {
        facts.push((ctx.m("fact-retrieved"), ctx.t.day(date).into()));
    }
    facts.push((ctx.m("fact-figure-id"), id(figure.id.as_str()).into()));
    let other_end = |key: &str, id: &FigureId| {
        let (_, other) = ctx.index.figures.get(id)?;
        Some((ctx.m(key), Spans::from(ctx.number_on_page(other.total, id))))
    };
    let upper = ctx.index.upper_of.get(&figure.id).and_then(|(upper, _)| other_end("fact-upper-end", upper));
    let lower = ctx.index.lower_of.get(&figure.id).and_then(|lower| other_end("fact-lower-end", lower));
    facts.extend(upper.into_iter().chain(lower));
    facts.push((ctx.m("th-accession"), ctx.accession(&figure.accession).into()));
    if let Some((_, accession)) = ctx.index.accessions.get(&figure.accession) {
        facts.push((ctx.m("fact-sha256"), id(accession.original.sha256.hex()).into()));
    }
    facts.push((ctx.m("th-row"), ctx.t.number(figure.row).into()));
    facts.push((ctx.m("th-entry"), ctx.entry(index).into()));
    facts.push((ctx.m("th-proof"), vec![ctx.proof(index), text(" "), id(format!("proofs/{index}.json"))].into()));
    doc.push(Block::Facts(facts));
    doc
}

fn cautions(ctx: &Ctx<'_>, figure: &Figure, doc: &mut Doc) {
    let mut lines: Vec<Spans> = figure.cautions.iter().map(|c| caution(ctx, *c).into()).collect();
    if figure.role == FigureRole::VictimGroup {
        lines.insert(0, ctx.m("no-share-victim-group").into());
    }
    if let Some(note) = &figure.note {
        lines.push(vec![muted(ctx.m("fact-note")), text(" "), name(note, "en")].into());
    }
    if !lines.is_empty() {
        doc.push(Block::Notice { class: "caution", title: ctx.m("caution-title"), blocks: vec![Block::List(lines)] });
    }
}

fn printed_facts(ctx: &Ctx<'_>, figure: &Figure) -> Vec<(String, Spans)> {
    let unknown = || Spans::from(muted(ctx.m("not-printed")));
    let number = |n: Option<u64>| n.map_or_else(unknown, |n| ctx.t.number(n).into());
    let role = match figure.role {
        FigureRole::Total => "role-total",
        FigureRole::ByParty => "role-by-party",
        FigureRole::VictimGroup => "role-victim-group",
    };
    let written =
        Spans::joined(figure.place.written.iter().map(|w| name(w, Language::guess(w).as_str())), &ctx.m("list-comma"));
    let mut place = written;
    if let Some(code) = &figure.place.code {
        place.spans.extend([text(ctx.m("maps-to")), ctx.place(code)]);
    }
    let mut party = vec![name(&figure.party.written, Language::guess(&figure.party.written).as_str())];
    if figure.role == FigureRole::ByParty {
        party.push(text(ctx.m("maps-to")));
        party
            .push(figure.party.code.as_ref().map(|c| ctx.party(c)).unwrap_or_else(|| muted(ctx.m("party-not-mapped"))));
    }
    vec![
        (ctx.m("th-source"), ctx.source(&figure.source).into()),
        (ctx.m("th-measure"), super::month::measure(ctx, figure.measure, figure.has(Caution::MassacresOnly)).into()),
        (ctx.m("th-population"), ctx.population(figure.population).into()),
        (ctx.m("fact-role"), ctx.m(role).into()),
        (ctx.m("th-written"), party.into()),
        (ctx.m("th-place"), place),
        (ctx.m("th-period"), ctx.t.period(&figure.period).into()),
        (ctx.m("th-number"), ctx.printed(figure).into()),
        (ctx.m("fact-children"), number(figure.children)),
        (ctx.m("fact-women"), number(figure.women)),
    ]
}
