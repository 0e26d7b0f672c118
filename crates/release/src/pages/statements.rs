//! The board of statements: a question, who takes which position, in what words, when.

use std::collections::BTreeMap;

use domain::Statement;

use super::words::Ctx;
use crate::charts::stances::{self, stance_words};
use crate::doc::{Block, Doc, Position, Span, Spans, Table, muted, strong, text};
use crate::invented::Invented;

pub(super) fn page(ctx: &Ctx<'_>) -> Doc {
    let mut doc = Doc::new(ctx.m("nav-statements"), ctx.m("statements-title"));
    doc.push(Block::lead(ctx.m("statements-lead")));
    doc.invented = Invented::among(ctx.data.statements.iter().map(|(_, s)| ctx.index.is_invented(&s.source)));
    let mut questions: BTreeMap<_, Vec<&(u64, Statement)>> = BTreeMap::new();
    for entry in &ctx.data.statements {
        questions.entry(&entry.1.question).or_default().push(entry);
    }
    for (question, entries) in questions {
        if let Some((_, first)) = entries.first() {
            doc.push(Block::h2_at(question.as_str(), ctx.local(&first.question_text, question.as_str())));
        }
        over_time(ctx, &entries, &mut doc);
        doc.push(positions(ctx, &entries));
    }
    doc
}

/// Dated positions in the order of their days: a source that changed its mind stands twice.
fn over_time(ctx: &Ctx<'_>, entries: &[&(u64, Statement)], doc: &mut Doc) {
    let mut dated: Vec<&Statement> = entries.iter().map(|(_, s)| s).filter(|s| s.date.is_some()).collect();
    if dated.len() < 2 {
        return;
    }
    dated.sort_by_key(|s| (s.date.map(|d| (d.earliest(), d.latest())), &s.source));
    if let Some(chart) = stances::over_time(ctx, &dated) {
        doc.push(Block::Chart(chart));
    }
    let heads = [("th-date", false), ("th-source", false), ("th-stance", false)];
    let mut table = Table::new(ctx.m("statements-over-time"), ctx.heads(heads));
    table.stack = false;
    for statement in dated {
        let date = statement.date.map(|d| ctx.t.date(&d)).unwrap_or_default();
        let mut who = vec![ctx.source(&statement.source)];
        if statement.reported_by.is_some() {
            who.push(text(" "));
            who.extend(reported_by(ctx, statement));
        }
        table.push(vec![date.into(), who.into(), stance_words(ctx, statement.stance).into()]);
    }
    doc.push(Block::Table(table));
}

pub(super) fn positions(ctx: &Ctx<'_>, entries: &[&(u64, Statement)]) -> Block {
    // Who only passes on stands below the one whose words they are, where that one is here.
    let origin = |s: &Statement| -> Option<usize> {
        let from = s.republishes.as_ref()?;
        entries.iter().position(|(_, o)| o.question == s.question && o.source == *from && o.republishes.is_none())
    };
    let mut passed_on: BTreeMap<usize, Vec<Position>> = BTreeMap::new();
    for (index, statement) in entries {
        if let Some(at) = origin(statement) {
            passed_on.entry(at).or_default().push(position(ctx, *index, statement));
        }
    }
    let mut found = Vec::new();
    for (at, (index, statement)) in entries.iter().enumerate() {
        if origin(statement).is_some() {
            continue;
        }
        let mut own = position(ctx, *index, statement);
        if let Some(others) = passed_on.remove(&at) {
            own.under.push(Block::Para { class: "passed-on", text: ctx.m("statements-origin").into() });
            own.under.push(Block::Positions(others));
        }
        found.push(own);
    }
    Block::Positions(found)
}

/// Who said it, through whom it is known, and the words; with what was found where the words quote a number that was checked.
pub(crate) fn stated(ctx: &Ctx<'_>, statement: &Statement) -> (String, String) {
    let source = ctx.source_name(&statement.source).text;
    let who = match &statement.reported_by {
        Some(reporter) => {
            let reporter = ctx.source_name(reporter).text;
            ctx.a("statement-who-reported", [("source", source.into()), ("reporter", reporter.into())])
        }
        None => source,
    };
    let words = ctx.local(&statement.words, "").text;
    let Some(claim) = checked(ctx, statement) else { return (who, words) };
    let found = super::claim::in_short(ctx, claim);
    (who, ctx.a("statement-words-checked", [("words", words.into()), ("found", found.into())]))
}

/// The claim page on the number that a statement quotes.
pub(crate) fn checked<'a>(ctx: &Ctx<'a>, statement: &Statement) -> Option<&'a domain::claim::ClaimPage> {
    ctx.data.claims.iter().find(|claim| is_quoted(statement, claim))
}

/// Through whom it is known, where the source did not say it itself.
fn reported_by(ctx: &Ctx<'_>, statement: &Statement) -> Vec<Span> {
    let Some(reporter) = &statement.reported_by else { return Vec::new() };
    vec![muted(ctx.m("statement-reported-by")), text(" "), ctx.source(reporter)]
}

fn position(ctx: &Ctx<'_>, index: u64, statement: &Statement) -> Position {
    let mut below: Vec<Spans> = Vec::new();
    if statement.reported_by.is_some() {
        below.push(reported_by(ctx, statement).into());
    }
    if let Some(from) = &statement.republishes {
        let words = vec![
            strong(ctx.m("statement-republishes")),
            text(" "),
            ctx.source(from),
            text(" — "),
            text(ctx.m("statement-not-second")),
        ];
        below.push(words.into());
    }
    let mut line = Vec::new();
    if let Some(date) = &statement.date {
        line.extend([text(ctx.t.date(date)), text(" · ")]);
    } else {
        line.extend([muted(ctx.m("statement-no-date")), text(" · ")]);
    }
    if let Some(address) = &statement.address {
        line.extend([ctx.host(address), text(" · ")]);
    } else {
        line.extend([text(ctx.m("statement-no-address")), text(" · ")]);
    }
    line.extend([ctx.accession(&statement.accession), text(" · "), ctx.entry(index), text(" · "), ctx.proof(index)]);
    below.push(line.into());
    let mut under = Vec::new();
    for claim in ctx.data.claims.iter().filter(|c| is_quoted(statement, c)) {
        // The number was checked: what was really printed stands right here.
        if let Some(printed) = super::claim::headline(ctx, claim) {
            let title = ctx.m("statements-printed");
            under.push(Block::Notice { class: "differ", title, blocks: vec![Block::para(printed)] });
        }
        below.push(text(ctx.m("statement-claim-checked")).to(ctx.page(&format!("claim/{}", claim.slug))).into());
    }
    Position {
        stance: statement.stance.key(),
        stance_words: stance_words(ctx, statement.stance),
        who: ctx.source(&statement.source).into(),
        words: ctx.local(&statement.words, "").into(),
        below,
        under,
    }
}

/// Whether the number that a statement quotes is the one that the claim's page checks.
pub(super) fn is_quoted(statement: &Statement, page: &domain::claim::ClaimPage) -> bool {
    let claim = &page.answer.claim;
    statement.quoted.as_ref().is_some_and(|q| {
        q.party == claim.party
            && q.percent == claim.percent
            && Some(&q.attributed_to) == claim.attributed_to.as_ref()
            && q.period == Some(claim.period)
    })
}
