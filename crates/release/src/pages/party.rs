//! Parties: the common tree, each source's own words, and what was printed of a party month by month.

use std::collections::BTreeMap;

use domain::{FigureRole, Language, Party};

use super::words::Ctx;
use crate::charts::by_party;
use crate::doc::{Block, Doc, Span, Spans, Table, name, text};
use crate::index::months_of_party;
use crate::invented::Invented;

pub(super) fn index(ctx: &Ctx<'_>) -> Doc {
    let mut doc = Doc::new(ctx.m("nav-parties"), ctx.m("parties-title"));
    doc.push(Block::lead(ctx.m("parties-lead")));
    let heads = [("th-party-tree", false), ("th-within", false), ("th-figures", true)];
    let mut table = Table::new(ctx.m("nav-parties"), ctx.heads(heads));
    for party in ctx.data.parties.iter() {
        let n = ctx.data.figures.iter().filter(|(_, f)| f.party.code.as_ref() == Some(&party.code)).count();
        let within = party.parent.as_ref().map(|p| ctx.party(p)).unwrap_or_default();
        table.push(vec![ctx.party(&party.code).into(), within.into(), ctx.t.number(n as u64).into()]);
    }
    doc.push(Block::Table(table));
    doc
}

pub(super) fn page(ctx: &Ctx<'_>, party: &Party) -> Doc {
    let mut doc = Doc::new(ctx.m("party-kicker"), ctx.party_name(&party.code));
    doc.crumbs.push((ctx.m("nav-parties"), "party/index".into()));
    let mut facts: Vec<(String, Spans)> = Vec::new();
    for (language, words) in &party.names.0 {
        facts.push((
            ctx.a("fact-name-in", [("language", language.as_str().into())]),
            name(words, language.as_str()).into(),
        ));
    }
    facts.push((ctx.m("fact-code"), crate::doc::id(party.code.as_str()).into()));
    if let Some(parent) = &party.parent {
        facts.push((ctx.m("th-within"), ctx.party(parent).into()));
    }
    let children: Vec<Span> = ctx
        .data
        .parties
        .iter()
        .filter(|p| p.parent.as_ref() == Some(&party.code))
        .map(|p| ctx.party(&p.code))
        .collect();
    let has_children = !children.is_empty();
    if has_children {
        facts.push((ctx.m("fact-contains"), Spans::joined(children, &ctx.m("list-comma"))));
    }
    doc.push(Block::Facts(facts));
    if has_children {
        doc.push(Block::note(ctx.m("party-joint-note")));
    }
    doc.push(Block::note(ctx.m("party-alleged-note")));
    doc.feeds = crate::feed::links(ctx, &format!("feed/party/{}", party.code), &ctx.party_name(&party.code).text);
    doc.push(crate::feed::line(ctx, &doc.feeds));
    let figures = ctx.data.figures.iter().filter(|(_, f)| f.party.code.as_ref() == Some(&party.code));
    doc.invented = Invented::among(figures.map(|(_, figure)| ctx.index.is_invented(&figure.source)));
    over_months(ctx, party, &mut doc);
    wordings(ctx, party, &mut doc);
    doc
}

fn over_months(ctx: &Ctx<'_>, party: &Party, doc: &mut Doc) {
    let months = months_of_party(ctx.data, &party.code);
    if months.is_empty() {
        return;
    }
    doc.push(Block::h2(ctx.m("party-months")));
    doc.push(Block::note(ctx.m("party-months-rule")));
    if let Some(chart) = by_party::of_party(ctx, party, &months) {
        doc.push(Block::Chart(chart));
        let file = "data/figures.csv";
        let data = vec![text(ctx.m("charts-data")), text(ctx.m("title-colon")), text(file).to(ctx.file(file))];
        doc.push(Block::para(data));
    }
    let caption = ctx.m("chart-party");
    let heads = [
        ("th-month", false),
        ("th-source", false),
        ("th-population", false),
        ("th-number", true),
        ("th-other-pages", true),
    ];
    let mut table = Table::new(caption, ctx.heads(heads));
    for m in &months {
        let mut number = Spans::default();
        for line in &m.lines {
            if !number.spans.is_empty() {
                number.spans.push(text(" + "));
            }
            number.spans.extend(ctx.line(line, ctx.number_of(line.total, &line.figure)).spans);
        }
        if m.lines.len() > 1 {
            let added: Vec<_> = m.lines.iter().map(|line| line.figure.clone()).collect();
            number.spans.push(text(format!(" = {}", ctx.worded(m.total, &added))));
        }
        let mut others = Spans::default();
        for (n, figures) in &m.others {
            if !others.spans.is_empty() {
                others.spans.push(text(ctx.m("list-comma")));
            }
            let figures: Vec<_> = figures.iter().copied().cloned().collect();
            others.spans.push(ctx.number_added(*n, &figures));
        }
        table.push(vec![
            text(ctx.t.month(m.month)).to(ctx.page(&format!("month/{}", m.month))).into(),
            ctx.source(&m.report.source).into(),
            ctx.population(m.report.population).into(),
            number,
            others,
        ]);
    }
    doc.push(Block::Table(table));
}

fn wordings(ctx: &Ctx<'_>, party: &Party, doc: &mut Doc) {
    let mut words: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (_, figure) in &ctx.data.figures {
        if figure.role == FigureRole::ByParty && figure.party.code.as_ref() == Some(&party.code) {
            words.entry((&figure.source, &figure.party.written)).or_default().push(&figure.id);
        }
    }
    if words.is_empty() {
        return;
    }
    doc.push(Block::h2(ctx.m("party-wordings")));
    let heads = [("th-source", false), ("th-written", false), ("th-figures", true), ("th-example", false)];
    let mut table = Table::new(ctx.m("party-wordings"), ctx.heads(heads));
    for ((source, written), figures) in words {
        let first = figures[0];
        table.push(vec![
            ctx.source(source).into(),
            name(written, Language::guess(written).as_str()).into(),
            ctx.t.number(figures.len() as u64).into(),
            crate::doc::id(first.as_str()).to(ctx.page(&format!("figure/{first}"))).into(),
        ]);
    }
    doc.push(Block::Table(table));
}
