//! What stands first and last: the headline, method, definitions, limits.

use domain::{Measure, Population};

use super::numbers::{Chosen, nationwide, said_with};
use super::{Brief, heading, plain};
use crate::doc::{Block, Doc, Span, Spans, strong, text};
use crate::l10n::Arg;

/// "334 civilians were killed", in the grammar of the language.
pub(super) fn killed(brief: &Brief<'_>, population: Population, n: u64) -> String {
    let key = match population {
        Population::All => "report-n-killed",
        Population::Civilians => "report-n-civilians-killed",
        Population::Combatants => "report-n-combatants-killed",
    };
    brief.ctx.t.count(key, n)
}

/// ", among them 85 children and 63 women", or as much of it as is printed.
fn among(brief: &Brief<'_>, chosen: &Chosen<'_>) -> String {
    let ctx = &brief.ctx;
    let Some((_, figures)) = chosen.total else { return String::new() };
    let found = figures.iter().filter_map(|id| ctx.index.figures.get(id).map(|(_, f)| *f));
    let children = said_with(found.clone(), |f| f.children).map(|(n, _)| ctx.t.count("report-n-children", n));
    let women = said_with(found, |f| f.women).map(|(n, _)| ctx.t.count("report-n-women", n));
    match (children, women) {
        (Some(c), Some(w)) => ctx.a("report-among-both", [("children", c.into()), ("women", w.into())]),
        (Some(one), None) | (None, Some(one)) => ctx.a("report-among-one", [("who", one.into())]),
        (None, None) => String::new(),
    }
}

pub(super) fn headline(brief: &Brief<'_>, doc: &mut Doc) {
    let ctx = &brief.ctx;
    let names = Spans::joined(brief.trusted.iter().map(|s| plain(ctx.source_short(s))), &ctx.m("list-comma"));
    let mut who = vec![text(ctx.m("report-whose"))];
    who.extend(names.spans);
    doc.push(Block::lead(who));
    doc.push(heading(brief, "headline", "report-headline"));
    let chosen = nationwide(brief.data(), &brief.period, Measure::Killed, |s| brief.trusts(s));
    let mut lines: Vec<Spans> = Vec::new();
    for one in &chosen {
        let Some((n, figures)) = one.total else { continue };
        let mut line = vec![
            strong(plain(ctx.source_name(&one.report.source)).text),
            text(ctx.m("title-colon")),
            text(ctx.a(
                "report-headline-line",
                [
                    ("killed", killed(brief, one.report.population, n).into()),
                    ("among", among(brief, one).into()),
                    ("period", brief.period_words().into()),
                ],
            )),
            text(" "),
        ];
        if let Some(figure) = figures.first() {
            line.push(text(ctx.m("report-see-row")).to(format!("#{figure}")));
        }
        lines.push(line.into());
    }
    for (measure, key) in [
        (Measure::DiedUnderTorture, "report-n-tortured"),
        (Measure::Massacres, "report-n-massacres"),
        (Measure::Detained, "report-n-detained"),
        (Measure::ForciblyDisappeared, "report-n-disappeared"),
    ] {
        lines.extend(measure_lines(brief, measure, key));
    }
    if lines.is_empty() {
        doc.push(Block::para(ctx.a("report-headline-none", [("period", brief.period_words().into())])));
        return;
    }
    doc.push(Block::List(lines));
    if chosen.iter().filter(|c| c.total.is_some()).count() > 1 {
        doc.push(Block::note(ctx.m("report-not-added")));
    }
}

fn measure_lines(brief: &Brief<'_>, measure: Measure, key: &str) -> Vec<Spans> {
    let ctx = &brief.ctx;
    nationwide(brief.data(), &brief.period, measure, |s| brief.trusts(s))
        .iter()
        .filter_map(|one| {
            let (n, figures) = one.total?;
            let mut line = vec![
                strong(plain(ctx.source_name(&one.report.source)).text),
                text(ctx.m("title-colon")),
                text(ctx.t.count(key, n)),
                text(" "),
            ];
            line.extend(figures.first().map(|f| text(ctx.m("report-see-row")).to(format!("#{f}"))));
            Some(line.into())
        })
        .collect()
}

fn list(brief: &Brief<'_>, keys: &[&str], args: &[(&str, Arg)]) -> Block {
    let say = |key: &&str| -> Spans {
        match args {
            [(name, arg)] => brief.ctx.a(key, [(*name, arg.clone())]).into(),
            _ => brief.ctx.m(key).into(),
        }
    };
    Block::List(keys.iter().map(say).collect())
}

pub(super) fn method(brief: &Brief<'_>, doc: &mut Doc) {
    doc.push(heading(brief, "method", "report-method"));
    doc.push(Block::para(brief.ctx.a("report-method-set", [("trust", brief.trust_name().into())])));
    let keys = ["report-method-own-words", "report-method-retold", "report-method-share", "report-method-log"];
    doc.push(list(brief, &keys, &[]));
}

pub(super) fn definitions(brief: &Brief<'_>, doc: &mut Doc) {
    let ctx = &brief.ctx;
    doc.push(heading(brief, "definitions", "report-definitions"));
    let keys =
        ["report-def-civilian", "report-def-party", "report-def-torture", "report-def-massacre", "report-def-at-least"];
    doc.push(list(brief, &keys, &[]));
    let mut lines: Vec<Spans> = Vec::new();
    for source in brief.trusted.iter().filter_map(|id| ctx.index.sources.get(*id)) {
        if source.caution.0.is_empty() {
            continue;
        }
        let line: Vec<Span> = vec![
            strong(plain(ctx.source_name(&source.id)).text),
            text(ctx.m("title-colon")),
            ctx.local(&source.caution, ""),
        ];
        lines.push(line.into());
    }
    if !lines.is_empty() {
        doc.push(Block::h3(ctx.m("report-what-each-counts")));
        doc.push(Block::List(lines));
    }
}

pub(super) fn limits(brief: &Brief<'_>, doc: &mut Doc) {
    doc.push(heading(brief, "limits", "report-limits"));
    let keys = ["report-limit-printed", "report-limit-alleged", "report-limit-not-added", "report-limit-unknown"];
    doc.push(list(brief, &keys, &[]));
}
