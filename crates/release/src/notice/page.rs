//! A notice as a page: the blocks that the PDF is set from as well.

use domain::{LocalText, Notice};

use crate::doc::{Block, Doc, Spans, id, name, text};
use crate::outreach::Settings;
use crate::pages::Ctx;

pub(super) fn sex(notice: &Notice) -> &'static str {
    if notice.sex == domain::Sex::Female { "female" } else { "male" }
}

/// The name in the page's language, else as it is written.
pub(super) fn display_name(ctx: &Ctx<'_>, notice: &Notice) -> String {
    ctx.local(&notice.name, notice.id.as_str()).text
}

/// "Citizen X has been forcibly disappeared since 2012."
pub(crate) fn title(ctx: &Ctx<'_>, notice: &Notice) -> String {
    let since = ctx.t.year(notice.since.earliest().year());
    let category = if notice.category.0.is_empty() || !notice.covers("category") {
        ctx.a("notice-citizen", [("sex", sex(notice).into())])
    } else {
        ctx.local(&notice.category, "").text
    };
    ctx.a(
        "notice-title",
        [
            ("category", category.into()),
            ("name", display_name(ctx, notice).into()),
            ("sex", sex(notice).into()),
            ("year", since.into()),
        ],
    )
}

/// The facts that are known and that the consent covers, each under its label.
fn facts(ctx: &Ctx<'_>, notice: &Notice) -> Vec<(String, Spans)> {
    let mut facts: Vec<(String, Spans)> = vec![(
        ctx.m("notice-name"),
        Spans::joined(notice.name.0.iter().map(|(tag, words)| name(words, tag.as_str())), " · "),
    )];
    let mut local = |key: &str, field: &str, words: &LocalText| {
        if !words.0.is_empty() && notice.covers(field) {
            facts.push((ctx.m(key), ctx.local(words, "").into()));
        }
    };
    local("notice-occupation", "occupation", &notice.occupation);
    local("notice-from", "from", &notice.from);
    local("notice-lived-in", "lived_in", &notice.lived_in);
    local("notice-arrest-place", "arrest_place", &notice.arrest_place);
    local("notice-checkpoint", "checkpoint", &notice.checkpoint);
    local("notice-circumstances", "circumstances", &notice.circumstances);
    local("notice-alleged-body", "alleged_body", &notice.alleged_body);
    local("notice-taken-to", "taken_to", &notice.taken_to);
    local("notice-last-known", "last_known", &notice.last_known);
    local("notice-official-answer", "official_answer", &notice.official_answer);
    local("notice-family", "family", &notice.family);
    local("notice-steps", "steps_taken", &notice.steps_taken);
    facts.push((ctx.m("notice-issued-by"), crate::doc::Span { href: None, ..ctx.source_name(&notice.source) }.into()));
    if let Some(day) = notice.issued_on {
        facts.push((ctx.m("notice-issued-on"), ctx.t.day(day).into()));
    }
    facts.insert(1, (ctx.m("notice-since"), ctx.t.date(&notice.since).into()));
    if let Some(year) = notice.born.filter(|_| notice.covers("born")) {
        facts.insert(1, (ctx.m("notice-born"), ctx.t.year(year).into()));
    }
    if let Some(n) = notice.arrested_with.filter(|_| notice.covers("arrested_with")) {
        facts.push((ctx.m("notice-arrested-with"), ctx.t.count("notice-n-others", n).into()));
    }
    if let Some(party) = super::told_party(notice) {
        facts.push((ctx.m("notice-alleged-party"), crate::doc::Span { href: None, ..ctx.party_name(party) }.into()));
    }
    facts
}

pub(super) fn doc(ctx: &Ctx<'_>, entry: u64, notice: &Notice, settings: &Settings) -> Doc {
    let mut doc = Doc::new(ctx.m("notice-kicker"), title(ctx, notice));
    doc.crumbs.push((ctx.m("notices-title"), "notice/index".to_owned()));
    doc.invented = ctx.index.is_invented(&notice.source).into();
    doc.push(Block::lead(ctx.a("notice-fate", [("sex", sex(notice).into())])));
    doc.push(Block::h2_at("facts", ctx.m("notice-facts")));
    doc.push(Block::Facts(facts(ctx, notice)));
    if !notice.known.is_empty() && notice.covers("known") {
        doc.push(Block::h2_at("known", ctx.m("notice-known")));
        let line = |known: &domain::notice::Known| -> Spans {
            let mut spans = vec![
                ctx.local(&known.what, ""),
                text(" — "),
                text(ctx.a("notice-according-to", [("who", ctx.local(&known.from, "").text.into())])),
            ];
            if let Some(date) = &known.on {
                spans.extend([text(ctx.m("list-comma")), text(ctx.t.date(date))]);
            }
            spans.into()
        };
        doc.push(Block::List(notice.known.iter().map(line).collect()));
    }
    // That a family went to the United Nations is for the family to tell.
    if notice.covers("informed") {
        doc.push(Block::h2_at("bodies", ctx.m("notice-bodies")));
        if notice.informed.is_empty() {
            doc.push(Block::para(ctx.m("notice-bodies-none")));
        }
        let bodies = super::BODIES.iter().filter(|(body, _)| notice.informed.contains(*body));
        let lines: Vec<_> = bodies.map(|(_, key)| ctx.m(key).into()).collect();
        if !lines.is_empty() {
            doc.push(Block::List(lines));
        }
    }
    let missing = super::missing_minimum(notice);
    if !missing.is_empty() {
        doc.push(Block::note(ctx.m("notice-missing")));
        doc.push(Block::List(missing.into_iter().map(|key| ctx.m(key).into()).collect()));
    }
    doc.push(Block::para(ctx.m("notice-call")));
    send(ctx, settings, &mut doc);
    doc.push(Block::note(ctx.m("notice-consent")));
    // On paper an address is all there is of a link.
    let path = format!("proofs/{entry}.json");
    let proof = id(settings.address_or(&path, &path)).to(ctx.file(&path));
    doc.push(Block::para(vec![text(ctx.m("th-proof")), text(ctx.m("title-colon")), proof]));
    doc
}

/// How to send information safely: advice that always stands, and the ways that the publisher names.
fn send(ctx: &Ctx<'_>, settings: &Settings, doc: &mut Doc) {
    doc.push(Block::h2_at("send", ctx.m("notice-send")));
    let keys = ["notice-send-danger", "notice-send-device", "notice-send-no-names", "notice-send-not-public"];
    doc.push(Block::List(keys.iter().map(|key| ctx.m(key).into()).collect()));
    let mut ways: Vec<Spans> = Vec::new();
    for way in &settings.send {
        ways.push(
            vec![ctx.local(&way.words, &way.href), text(ctx.m("title-colon")), id(&way.href).to(&way.href)].into(),
        );
    }
    if ways.is_empty() {
        doc.push(Block::note(ctx.m("notice-send-none")));
    } else {
        doc.push(Block::List(ways));
    }
}
