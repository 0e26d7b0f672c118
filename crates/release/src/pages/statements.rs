//! The board of statements: a question, who takes which position, in what words, when.

use std::collections::BTreeMap;

use domain::{Stance, Statement};

use super::words::Ctx;
use crate::doc::{Block, Doc, Position, Spans, muted, strong, text};

pub(super) fn page(ctx: &Ctx<'_>) -> Doc {
    let mut doc = Doc::new(ctx.m("nav-statements"), ctx.m("statements-title"));
    doc.push(Block::lead(ctx.m("statements-lead")));
    let mut questions: BTreeMap<_, Vec<&(u64, Statement)>> = BTreeMap::new();
    for entry in &ctx.data.statements {
        questions.entry(&entry.1.question).or_default().push(entry);
    }
    for (question, entries) in questions {
        if let Some((_, first)) = entries.first() {
            doc.push(Block::h2_at(question.as_str(), ctx.local(&first.question_text, question.as_str())));
        }
        doc.push(positions(ctx, &entries));
    }
    doc
}

pub(super) fn positions(ctx: &Ctx<'_>, entries: &[&(u64, Statement)]) -> Block {
    Block::Positions(entries.iter().map(|(index, statement)| position(ctx, *index, statement)).collect())
}

fn position(ctx: &Ctx<'_>, index: u64, statement: &Statement) -> Position {
    let stance = ctx.m(match statement.stance {
        Stance::Affirms => "stance-affirms",
        Stance::PartlyAffirms => "stance-partly-affirms",
        Stance::Denies => "stance-denies",
        Stance::NoPosition => "stance-no-position",
    });
    let mut below: Vec<Spans> = Vec::new();
    if let Some(reported_by) = &statement.reported_by {
        below.push(vec![muted(ctx.m("statement-reported-by")), text(" "), ctx.source(reported_by)].into());
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
    }
    if let Some(address) = &statement.address {
        line.extend([ctx.host(address), text(" · ")]);
    }
    line.extend([ctx.accession(&statement.accession), text(" · "), ctx.entry(index), text(" · "), ctx.proof(index)]);
    below.push(line.into());
    for claim in ctx.data.claims.iter().filter(|c| is_quoted(statement, c)) {
        below.push(text(ctx.m("statement-claim-checked")).to(ctx.page(&format!("claim/{}", claim.slug))).into());
    }
    Position {
        stance: statement.stance.key(),
        stance_words: stance,
        who: ctx.source(&statement.source).into(),
        words: ctx.local(&statement.words, "").into(),
        below,
    }
}

fn is_quoted(statement: &Statement, page: &domain::claim::ClaimPage) -> bool {
    let claim = &page.answer.claim;
    statement.quoted.as_ref().is_some_and(|q| {
        q.party == claim.party
            && q.percent == claim.percent
            && Some(&q.attributed_to) == claim.attributed_to.as_ref()
            && q.period == Some(claim.period)
    })
}
