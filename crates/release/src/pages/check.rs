//! How to verify this folder, and what was refused.

use super::words::Ctx;
use crate::doc::{Block, Doc, Spans, id, text};

pub(super) fn page(ctx: &Ctx<'_>) -> Doc {
    let mut doc = Doc::new(ctx.m("nav-check"), ctx.m("check-title"));
    doc.push(Block::lead(ctx.m("check-lead")));
    doc.push(Block::Para { class: "command", text: id("tawthiq verify FOLDER").into() });
    doc.push(Block::h2(ctx.m("check-what")));
    let words = ["check-files", "check-log", "check-proofs", "check-flip"];
    doc.push(Block::List(words.iter().map(|key| Spans::from(ctx.m(key))).collect()));
    doc.push(Block::Facts(vec![
        (ctx.m("check-origin"), id(ctx.data.origin.as_str()).into()),
        (ctx.m("check-fingerprint"), id(ctx.data.fingerprint.as_str()).into()),
        (ctx.m("check-version"), id(ctx.data.program_version.as_str()).into()),
        (ctx.m("check-sums"), id("SHA256SUMS").into()),
        (ctx.m("check-checkpoint"), id("log/checkpoint").into()),
    ]));
    doc.push(Block::note(ctx.m("check-fingerprint-note")));
    doc.push(Block::h2(ctx.m("check-path")));
    doc.push(Block::para(ctx.m("check-path-words")));
    doc.push(Block::h2(ctx.m("nav-accessions")));
    doc.push(Block::para(text(ctx.m("accessions-title")).to(ctx.page("accession/index"))));
    doc.push(Block::h2_at("rejected", ctx.m("rejected-title")));
    doc.push(Block::note(ctx.m("rejected-note")));
    let mut any = false;
    for (accession, rows) in ctx.data.rejected.iter().filter(|(_, rows)| !rows.is_empty()) {
        any = true;
        doc.push(Block::h3(vec![
            ctx.accession(accession),
            text(ctx.m("title-separator")),
            text(ctx.t.count("n-rejected", rows.len())),
        ]));
        doc.push(Block::Table(super::accession::rejected_table(ctx, rows)));
    }
    if !any {
        doc.push(Block::para(ctx.m("rejected-none")));
    }
    doc
}
