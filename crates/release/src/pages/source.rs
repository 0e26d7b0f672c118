//! Sources: who says so, and everything each of them printed.

use std::collections::BTreeMap;

use domain::{Source, SourceId, SourceKind};

use super::words::Ctx;
use crate::doc::{Block, Doc, Spans, Table, name, text};
use crate::index::period_slug;

fn kind(ctx: &Ctx<'_>, kind: SourceKind) -> String {
    ctx.m(match kind {
        SourceKind::Organisation => "source-organisation",
        SourceKind::Outlet => "source-outlet",
        SourceKind::Government => "source-government",
        SourceKind::IntergovernmentalBody => "source-intergovernmental-body",
        SourceKind::Person => "source-person",
        SourceKind::Compiler => "source-compiler",
    })
}

fn count_by<'a>(sources: impl Iterator<Item = &'a SourceId>) -> BTreeMap<&'a SourceId, u64> {
    sources.fold(BTreeMap::new(), |mut counts, source| {
        *counts.entry(source).or_default() += 1;
        counts
    })
}

pub(super) fn index(ctx: &Ctx<'_>) -> Doc {
    let mut doc = Doc::new(ctx.m("nav-sources"), ctx.m("sources-title"));
    doc.push(Block::lead(ctx.m("sources-lead")));
    let figures = count_by(ctx.data.figures.iter().map(|(_, f)| &f.source));
    let records = count_by(ctx.data.records.values().map(|(_, r)| &r.source));
    let events = count_by(ctx.data.events.iter().map(|(_, e)| &e.source));
    let heads = [
        ("th-source", false),
        ("th-name", false),
        ("th-kind", false),
        ("th-figures", true),
        ("th-records", true),
        ("th-events", true),
    ];
    let mut table = Table::new(ctx.m("nav-sources"), ctx.heads(heads));
    for source in &ctx.data.sources {
        let number =
            |counts: &BTreeMap<&SourceId, u64>| Spans::from(ctx.t.number(counts.get(&source.id).copied().unwrap_or(0)));
        let mut what = vec![text(kind(ctx, source.kind))];
        if source.invented {
            what.push(text(" · "));
            what.push(crate::doc::strong(ctx.m("invented-tag")));
        }
        table.push(vec![
            ctx.source(&source.id).into(),
            ctx.source_name(&source.id).into(),
            what.into(),
            number(&figures),
            number(&records),
            number(&events),
        ]);
    }
    doc.push(Block::Table(table));
    doc
}

pub(super) fn page(ctx: &Ctx<'_>, source: &Source) -> Doc {
    let mut doc = Doc::new(kind(ctx, source.kind), ctx.source_name(&source.id));
    doc.crumbs.push((ctx.m("nav-sources"), "source/index".into()));
    doc.invented = source.invented.into();
    let mut facts = Vec::new();
    for (language, words) in &source.names.0 {
        facts.push((
            ctx.a("fact-name-in", [("language", language.as_str().into())]),
            name(words, language.as_str()).into(),
        ));
    }
    if let Some(acronym) = &source.acronym {
        facts.push((ctx.m("fact-acronym"), crate::doc::id(acronym).into()));
    }
    if let Some(address) = &source.address {
        facts.push((ctx.m("fact-address"), ctx.address(address).into()));
    }
    if !source.affiliations.is_empty() {
        let tags = source.affiliations.iter().map(crate::doc::id);
        facts.push((ctx.m("fact-affiliations"), Spans::joined(tags, " ")));
    }
    if !source.derives_from.is_empty() {
        facts.push((ctx.m("fact-derives-from"), ctx.sources(&source.derives_from)));
    }
    doc.push(Block::Facts(facts));
    if !source.derives_from.is_empty() {
        doc.push(Block::Notice {
            class: "caution",
            title: ctx.m("caution-title"),
            blocks: vec![Block::para(ctx.m("derives-not-second"))],
        });
    }
    if !source.caution.0.is_empty() {
        let words = ctx.local(&source.caution, "");
        doc.push(Block::Notice { class: "caution", title: ctx.m("caution-title"), blocks: vec![Block::para(words)] });
    }
    reports(ctx, source, &mut doc);
    wordings(ctx, source, &mut doc);
    let given: Vec<_> = ctx.data.accessions.iter().filter(|(_, a)| a.source == source.id).collect();
    if !given.is_empty() {
        doc.push(Block::h2(ctx.m("source-accessions")));
        doc.push(Block::List(given.iter().map(|(_, a)| ctx.accession(&a.id).into()).collect()));
    }
    let said: Vec<_> = ctx.data.statements.iter().filter(|(_, s)| s.source == source.id).collect();
    if !said.is_empty() {
        doc.push(Block::h2(ctx.m("nav-statements")));
        doc.push(super::statements::positions(ctx, &said));
    }
    doc
}

fn reports(ctx: &Ctx<'_>, source: &Source, doc: &mut Doc) {
    let Some(reports) = ctx.index.reports_of.get(&source.id) else { return };
    doc.push(Block::h2(ctx.m("source-reports")));
    doc.push(Block::note(ctx.m("source-reports-note")));
    let heads = [
        ("th-period", false),
        ("th-measure", false),
        ("th-place", false),
        ("th-population", false),
        ("th-total", true),
        ("th-retellings", true),
    ];
    let mut table = Table::new(ctx.m("source-reports"), ctx.heads(heads));
    for report in reports {
        let slug = period_slug(&report.period);
        let period = text(ctx.t.period(&report.period));
        let period =
            if ctx.index.periods.contains_key(&slug) { period.to(ctx.page(&format!("month/{slug}"))) } else { period };
        table.push(vec![
            period.into(),
            super::month::measure(ctx, report.measure, report.massacres_only).into(),
            super::month::place_of(ctx, report.place.as_ref()),
            ctx.population(report.population).into(),
            super::month::totals(ctx, report),
            ctx.t.number(report.retellings.len() as u64).into(),
        ]);
    }
    doc.push(Block::Table(table));
}

fn wordings(ctx: &Ctx<'_>, source: &Source, doc: &mut Doc) {
    let mut words: BTreeMap<_, u64> = BTreeMap::new();
    for (_, figure) in ctx.data.figures.iter().filter(|(_, f)| f.source == source.id) {
        if let (domain::FigureRole::ByParty, Some(code)) = (figure.role, &figure.party.code) {
            *words.entry((code, &figure.party.written)).or_default() += 1;
        }
    }
    if words.is_empty() {
        return;
    }
    doc.push(Block::h2(ctx.m("source-wordings")));
    let heads = [("th-party-tree", false), ("th-written", false), ("th-figures", true)];
    let mut table = Table::new(ctx.m("source-wordings"), ctx.heads(heads));
    for ((code, written), n) in words {
        table.push(vec![
            ctx.party(code).into(),
            name(written, domain::Language::guess(written).as_str()).into(),
            ctx.t.number(n).into(),
        ]);
    }
    doc.push(Block::Table(table));
}
