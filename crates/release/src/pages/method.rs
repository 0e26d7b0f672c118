//! How numbers are read, put side by side and counted.

use super::words::Ctx;
use crate::doc::{Block, Doc, Spans};

pub(super) fn page(ctx: &Ctx<'_>) -> Doc {
    let mut doc = Doc::new(ctx.m("nav-method"), ctx.m("method-title"));
    doc.push(Block::lead(ctx.m("method-lead")));
    let sections: [(&str, &[&str]); 4] = [
        (
            "method-figures",
            &["method-claims", "method-parties", "method-shares", "method-sums", "method-retellings", "method-sohr"],
        ),
        ("method-persons", &["method-linked", "method-display", "method-disputed", "method-documented"]),
        ("method-privacy", &["method-withheld", "method-names", "method-requests"]),
        ("method-statements", &["method-republished"]),
    ];
    for (title, keys) in sections {
        doc.push(Block::h2(ctx.m(title)));
        doc.push(Block::List(keys.iter().map(|key| Spans::from(ctx.m(key))).collect()));
    }
    doc
}
