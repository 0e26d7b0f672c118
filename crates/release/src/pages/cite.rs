//! How to cite this release, where it will always be found, and what changed since the one before.

use super::words::Ctx;
use crate::Changes;
use crate::archive::{Change, Why, citation};
use crate::doc::{Block, Doc, Spans, Table, id, name, text};

/// Lines of one kind of change on the page; all of them are in `data/changes.json`.
const MOST_LINES: usize = 50;

pub(super) fn page(ctx: &Ctx<'_>, changes: Option<&Changes>) -> Doc {
    let (data, site) = (ctx.data, &ctx.policy.site);
    let mut doc = Doc::new(ctx.m("nav-cite"), ctx.m("cite-title"));
    doc.push(Block::lead(ctx.m("cite-lead")));
    let citation = citation(data, ctx.policy, ctx.lang());
    let year = text(format!(" ({}). ", citation.year));
    let mut cited = vec![name(citation.creators, "und"), year, name(citation.title, "und"), text(". ")];
    cited.extend([id(citation.version), text(".")]);
    cited.extend(citation.address.into_iter().flat_map(|address| [text(" "), id(address)]));
    doc.push(Block::Para { class: "citation", text: cited.into() });
    let made_on = jiff::Timestamp::from_second(data.generated_at)
        .map(|at| ctx.t.day(jiff::tz::Offset::UTC.to_datetime(at).date()))
        .unwrap_or_else(|_| ctx.m("unknown"));
    let mut facts: Vec<(String, Spans)> = vec![
        (ctx.m("cite-version"), id(site.version_at(data.generated_at)).into()),
        (ctx.m("cite-made-on"), made_on.into()),
    ];
    if let Some(address) = site.lasting_address(data.generated_at) {
        facts.push((ctx.m("cite-address"), ctx.address(&address).into()));
    }
    if let Some(doi) = &site.doi {
        facts.push((ctx.m("cite-doi"), ctx.address(&format!("https://doi.org/{doi}")).into()));
    }
    if let Some(licence) = &site.licence {
        facts.push((ctx.m("cite-licence"), id(licence.as_str()).into()));
    }
    doc.push(Block::Facts(facts));
    doc.push(Block::h2(ctx.m("cite-files")));
    let file = |path: &str, words: String| -> Spans {
        vec![text(path.to_owned()).to(ctx.file(path)), text(" — "), text(words)].into()
    };
    doc.push(Block::List(vec![
        file("CITATION.cff", ctx.m("cite-file-cff")),
        file("datacite.json", ctx.m("cite-file-datacite")),
        file("data/dataset.jsonld", ctx.m("cite-file-schema-org")),
        file("release.json", ctx.m("cite-file-release")),
        file("data/persons.json", ctx.m("cite-file-persons")),
    ]));
    doc.push(Block::h2_at("changes", ctx.m("changes-title")));
    match changes {
        None => doc.push(Block::para(ctx.m("changes-first"))),
        Some(changes) => changed(ctx, changes, &mut doc),
    }
    earlier(ctx, &mut doc);
    doc
}

/// Numbers of what changed in the releases before.
fn earlier(ctx: &Ctx<'_>, doc: &mut Doc) {
    let Some(before) = ctx.data.previous.as_ref().filter(|before| !before.history.is_empty()) else { return };
    doc.push(Block::h2_at("earlier", ctx.m("changes-earlier")));
    let heads = [
        ("cite-version", false),
        ("changes-after", false),
        ("changes-added", true),
        ("changes-merged", true),
        ("changes-split", true),
        ("changes-changed", true),
        ("changes-withdrawn", true),
        ("changes-figures-added", true),
        ("changes-figures-removed", true),
        ("changes-figures-changed", true),
    ];
    let mut table = Table::new(ctx.m("changes-earlier"), ctx.heads(heads));
    for step in before.history.iter().rev().take(MOST_LINES) {
        let mut cells: Vec<Spans> = vec![id(step.to.as_str()).into(), id(step.from.as_str()).into()];
        cells.extend(step.persons.iter().chain(&step.figures).map(|n| Spans::from(ctx.t.number(*n))));
        table.push(cells);
    }
    doc.push(Block::Table(table));
}

/// Figures and hyphens keep their order beside Arabic words.
fn ltr(words: &str) -> String {
    format!("\u{2066}{words}\u{2069}")
}

fn changed(ctx: &Ctx<'_>, changes: &Changes, doc: &mut Doc) {
    doc.push(Block::para(ctx.a(
        "changes-since",
        [
            ("version", ltr(changes.from.as_str()).into()),
            ("before", changes.persons_before.into()),
            ("now", changes.persons_now.into()),
        ],
    )));
    if changes.is_empty() {
        doc.push(Block::para(ctx.m("changes-none")));
        return;
    }
    if changes.no_longer_shown > 0 {
        doc.push(Block::para(ctx.t.count("changes-no-longer-shown", changes.no_longer_shown)));
    }
    let keys = ["changes-added", "changes-merged", "changes-split", "changes-changed", "changes-withdrawn"];
    let mut facts: Vec<(String, Spans)> = Vec::new();
    for (key, (_, list)) in keys.iter().zip(changes.lists()) {
        facts.push((ctx.m(key), ctx.t.number(list.len() as u64).into()));
    }
    let notices = [
        ("changes-notices-added", changes.notices_added.len() as u64),
        ("changes-notices-changed", changes.notices_changed.len() as u64),
        ("changes-notices-withdrawn", changes.notices_withdrawn),
    ];
    for (key, n) in [
        ("changes-figures-added", changes.figures_added.len()),
        ("changes-figures-removed", changes.figures_removed.len()),
        ("changes-figures-changed", changes.figures_changed.len()),
    ] {
        facts.push((ctx.m(key), ctx.t.number(n as u64).into()));
    }
    facts.extend(notices.into_iter().filter(|(_, n)| *n > 0).map(|(key, n)| (ctx.m(key), ctx.t.number(n).into())));
    doc.push(Block::Facts(facts));
    if changes.notices_withdrawn > 0 {
        doc.push(Block::para(ctx.m("changes-notices-withdrawn-why")));
    }
    for (key, (_, list)) in keys.iter().zip(changes.lists()) {
        if list.is_empty() {
            continue;
        }
        doc.push(Block::h3(ctx.m(key)));
        let mut table = Table::new(ctx.m(key), ctx.heads([("th-person", false), ("th-reason", false)]));
        table.quiet = true;
        for change in list.iter().take(MOST_LINES) {
            let person = id(change.person.as_str()).to(ctx.page(&format!("person/{}", change.person)));
            table.push(vec![person.into(), why(ctx, change)]);
        }
        doc.push(Block::Table(table));
    }
    doc.push(Block::para(text("data/changes.json").to(ctx.file("data/changes.json"))));
}

/// The reasons of a change in the page's language; what a publisher gave stands in the publisher's words.
fn why(ctx: &Ctx<'_>, change: &Change) -> Spans {
    let listed = |ids: Vec<&str>| ids.join(&ctx.m("list-comma"));
    let persons = |ids: &[domain::PersonId]| listed(ids.iter().map(|id| id.as_str()).collect());
    let one = |why: &Why| match why {
        Why::NewRecordsOf(sources) => {
            let names: Vec<String> = sources.iter().map(|id| ctx.source_short(id).text).collect();
            text(ctx.a("reason-new-records-of", [("who", listed(names.iter().map(String::as_str).collect()).into())]))
        }
        Why::OfAnother(ids) => text(ctx.a("reason-of-another", [("who", persons(ids).into())])),
        Why::OneWith(id) => text(ctx.a("reason-one-with", [("who", id.as_str().into())])),
        Why::Joined(ids) => text(ctx.a("reason-joined", [("who", persons(ids).into())])),
        Why::New(n) => text(ctx.a("reason-new", [("n", (*n as u64).into())])),
        Why::Parted(ids) => text(ctx.a("reason-parted", [("who", persons(ids).into())])),
        Why::Gone(n) => text(ctx.a("reason-gone", [("n", (*n as u64).into())])),
        Why::Given(words) => name(words.as_str(), domain::Language::guess(words).as_str()),
        Why::Unpublished => text(ctx.m("reason-unpublished")),
    };
    Spans::joined(change.why.iter().map(one), &ctx.m("list-semicolon"))
}
