//! What stands first and last: the headline, method, definitions, limits.

use domain::{Measure, Population};

use super::numbers::{Chosen, nationwide, said_with};
use super::{Brief, heading, plain};
use crate::doc::{Block, Doc, Span, Spans, strong, text};
use crate::l10n::Arg;

/// The message for "334 civilians were killed".
pub(crate) fn killed_key(population: Population) -> &'static str {
    match population {
        Population::All => "report-n-killed",
        Population::Civilians => "report-n-civilians-killed",
        Population::Combatants => "report-n-combatants-killed",
    }
}

/// ", among them 85 children and 63 women", or as much of it as is printed.
fn among(brief: &Brief<'_>, chosen: &Chosen<'_>) -> String {
    let ctx = &brief.ctx;
    let Some((n, figures)) = chosen.total.filter(|(n, _)| *n > 0) else { return String::new() };
    let found = figures.iter().filter_map(|id| ctx.index.figures.get(id).map(|(_, f)| *f));
    let children = said_with(found.clone(), |f| f.children).map(|(n, _)| n);
    let women = said_with(found, |f| f.women).map(|(n, _)| n);
    if n == 1 {
        // Nobody is among one person.
        let named = [("report-th-children", children), ("report-th-women", women)];
        let parts = named.into_iter().filter_map(|(key, n)| Some(counted(brief, key, n?)));
        let parts = parts.collect::<Vec<_>>().join(&ctx.m("list-semicolon"));
        return if parts.is_empty() { parts } else { format!(" ({parts})") };
    }
    let one = |who: String| ctx.a("report-among-one", [("who", who.into()), ("n", n.into())]);
    let none = |key: &str| ctx.t.count(key, n);
    let (of_children, of_women) =
        (|c: u64| ctx.t.count("report-n-children", c), |w: u64| ctx.t.count("report-n-women", w));
    match (children, women) {
        (Some(0), Some(0)) => none("report-among-neither"),
        (Some(0), None) => none("report-among-no-children"),
        (None, Some(0)) => none("report-among-no-women"),
        (Some(0), Some(w)) => one(of_women(w)) + &ctx.m("report-and-no-children"),
        (Some(c), Some(0)) => one(of_children(c)) + &ctx.m("report-and-no-women"),
        (Some(c), Some(w)) => {
            let args = [("children", of_children(c).into()), ("women", of_women(w).into()), ("n", n.into())];
            ctx.a("report-among-both", args)
        }
        (Some(c), None) => one(of_children(c)),
        (None, Some(w)) => one(of_women(w)),
        (None, None) => String::new(),
    }
}

/// "Children: 85".
fn counted(brief: &Brief<'_>, key: &str, n: u64) -> String {
    format!("{}{}{}", brief.ctx.m(key), brief.ctx.m("title-colon"), brief.ctx.t.number(n))
}

/// What other pages that retell the same report print instead.
fn told_otherwise(brief: &Brief<'_>, one: &Chosen<'_>) -> Option<String> {
    let ctx = &brief.ctx;
    let (total, figures) = one.total?;
    let mut parts: Vec<String> =
        one.report.totals.iter().filter(|(n, _)| *n != total).map(|(n, of)| ctx.worded(*n, of)).collect();
    let found = figures.iter().filter_map(|id| ctx.index.figures.get(id).map(|(_, f)| *f));
    let children = said_with(found.clone(), |f| f.children).map(|(n, _)| n);
    let women = said_with(found, |f| f.women).map(|(n, _)| n);
    let named = [
        ("report-th-children", children, &one.report.differing_children),
        ("report-th-women", women, &one.report.differing_women),
    ];
    for (key, own, differing) in named {
        let others = differing.iter().filter(|(n, _)| Some(*n) != own);
        parts.extend(others.map(|(n, _)| counted(brief, key, *n)));
    }
    let numbers = parts.join(&ctx.m("list-semicolon"));
    (!parts.is_empty()).then(|| ctx.a("report-other-pages", [("numbers", numbers.into())]))
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
                    ("killed", ctx.count_said(killed_key(one.report.population), n, ctx.said_by(figures)).into()),
                    ("among", among(brief, one).into()),
                    ("period", brief.period_words().into()),
                ],
            )),
            text(" "),
        ];
        line.extend(told_otherwise(brief, one).map(|words| text(format!("{words} "))));
        line.extend(figures.first().map(|figure| text(ctx.m("report-see-row")).to(format!("#{figure}"))));
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
    // Lists of names are no printed numbers, and where they are all there is they are what is known.
    let documented = super::persons::documented(brief).map(|n| {
        let args = [("persons", ctx.t.count("n-persons", n).into()), ("period", brief.period_words().into())];
        Block::para(text(ctx.a("report-headline-cases", args)).to("#cases".to_owned()))
    });
    if lines.is_empty() {
        doc.blocks.extend(documented);
        doc.push(Block::para(ctx.a("report-headline-none", [("period", brief.period_words().into())])));
        return;
    }
    doc.push(Block::List(lines));
    doc.blocks.extend(documented);
    if chosen.iter().filter(|c| c.total.is_some()).count() > 1 {
        doc.push(Block::note(ctx.m("report-not-added")));
    }
}

/// The totals of all sources in short, for previews: one alone would pass for the number.
pub(super) fn in_short(brief: &Brief<'_>) -> Option<String> {
    let ctx = &brief.ctx;
    let chosen = nationwide(brief.data(), &brief.period, Measure::Killed, |s| brief.trusts(s));
    let said = chosen.iter().filter_map(|one| {
        let (n, figures) = one.total?;
        let killed = ctx.count_said(killed_key(one.report.population), n, ctx.said_by(figures));
        Some(format!("{}{}{killed}", ctx.source_short(&one.report.source).text, ctx.m("title-colon")))
    });
    let said = said.collect::<Vec<_>>().join(&ctx.m("list-semicolon"));
    (!said.is_empty()).then_some(said)
}

fn measure_lines(brief: &Brief<'_>, measure: Measure, key: &str) -> Vec<Spans> {
    let ctx = &brief.ctx;
    nationwide(brief.data(), &brief.period, measure, |s| brief.trusts(s))
        .iter()
        .filter_map(|one| {
            let (n, figures) = one.total?;
            let what = ctx.count_said(key, n, ctx.said_by(figures));
            let what = match one.report.population {
                Population::All => what,
                some => ctx.a("number-of-whom", [("n", what.into()), ("whom", ctx.population(some).into())]),
            };
            let mut line = vec![
                strong(plain(ctx.source_name(&one.report.source)).text),
                text(ctx.m("title-colon")),
                text(ctx.a("report-sentence", [("what", what.into())])),
                text(" "),
            ];
            line.extend(told_otherwise(brief, one).map(|words| text(format!("{words} "))));
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
