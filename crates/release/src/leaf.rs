//! Pages that stand alone or beside the site: reports, notices, updates, charts. They have no script; what is in them is
//! readable, printable and complete without one.

use askama::Template;

use crate::doc::{Block, Doc};
use crate::l10n::Lang;
use crate::masthead::Masthead;
use crate::pages::Ctx;

/// Styles of these pages, beside the site's.
pub(crate) const LEAF_CSS: &[u8] = include_bytes!("../web/leaf.css");

/// A box of links that the publisher sets, such as "share" or "how to help".
#[derive(Debug, Clone, Default)]
pub(crate) struct Panel {
    pub title: String,
    /// A short text to copy.
    pub words: String,
    pub links: Vec<(String, String)>,
}

/// What stands around the blocks of one page.
#[derive(Debug, Clone, Default)]
pub(crate) struct Around {
    /// Path below the language's folder, without `.html`.
    pub path: String,
    /// False for a folder that holds no site: then nothing links to one.
    pub in_site: bool,
    pub summary: String,
    pub card: Option<String>,
    pub downloads: Vec<(String, String)>,
    /// Type, address and title.
    pub feeds: Vec<(&'static str, String, String)>,
    pub panels: Vec<Panel>,
    pub has_contents: bool,
}

#[derive(Template)]
#[template(path = "leaf.html")]
struct Leaf<'a> {
    lang: Lang,
    top: Masthead<'a>,
    doc: &'a Doc,
    summary: &'a str,
    card: &'a Option<String>,
    banner: Vec<(Lang, String)>,
    downloads: &'a [(String, String)],
    feeds: &'a [(&'static str, String, String)],
    contents_label: String,
    contents: Vec<(String, String)>,
    panels: &'a [Panel],
}

pub(crate) fn depth(path: &str) -> usize {
    path.matches('/').count() + 1
}

/// One page as HTML.
pub(crate) fn draw(ctx: &Ctx<'_>, doc: &Doc, around: &Around) -> Result<String, askama::Error> {
    let heading = |block: &Block| match block {
        Block::Heading { level: 2, id, text } if !id.is_empty() => Some((format!("#{id}"), text.plain())),
        _ => None,
    };
    let contents = if around.has_contents { doc.blocks.iter().filter_map(heading).collect() } else { Vec::new() };
    Leaf {
        lang: ctx.t.lang,
        top: Masthead::new(ctx, doc, &around.path, around.in_site),
        doc,
        summary: &around.summary,
        card: &around.card,
        banner: doc.invented.banner(),
        downloads: &around.downloads,
        feeds: &around.feeds,
        contents_label: ctx.m("report-contents"),
        contents,
        panels: &around.panels,
    }
    .render()
}
