//! Pages that stand alone or beside the site: reports, notices, updates, charts. They have no script; what is in them is
//! readable, printable and complete without one.

use askama::Template;

use crate::doc::{Block, Doc};
use crate::l10n::{Lang, Speech};

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
    pub site: String,
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
    root: String,
    site: &'a str,
    in_site: bool,
    doc: &'a Doc,
    summary: &'a str,
    card: &'a Option<String>,
    skip: String,
    languages_label: String,
    languages: Vec<(&'static str, String, &'static str)>,
    banner: Vec<(Lang, String)>,
    downloads: &'a [(String, String)],
    feeds: &'a [(&'static str, String, String)],
    contents_label: String,
    contents: Vec<(String, String)>,
    panels: &'a [Panel],
    footer: String,
}

/// The invented-data banner in all languages.
pub(crate) fn banner() -> Vec<(Lang, String)> {
    Lang::ALL.map(|lang| (lang, Speech::of(lang).m("invented-banner"))).to_vec()
}

pub(crate) fn depth(path: &str) -> usize {
    path.matches('/').count() + 1
}

/// One page as HTML.
pub(crate) fn draw(doc: &Doc, lang: Lang, around: &Around) -> Result<String, askama::Error> {
    let t = Speech::of(lang);
    let root = "../".repeat(depth(&around.path));
    let heading = |block: &Block| match block {
        Block::Heading { level: 2, id, text } if !id.is_empty() => Some((format!("#{id}"), text.plain())),
        _ => None,
    };
    let contents = if around.has_contents { doc.blocks.iter().filter_map(heading).collect() } else { Vec::new() };
    Leaf {
        lang,
        site: &around.site,
        in_site: around.in_site,
        doc,
        summary: &around.summary,
        card: &around.card,
        skip: t.m("skip"),
        languages_label: t.m("nav-languages"),
        languages: Lang::ALL
            .map(|l| (l.tag(), format!("{root}{}/{}.html", l.tag(), around.path), l.endonym()))
            .to_vec(),
        root,
        banner: banner(),
        downloads: &around.downloads,
        feeds: &around.feeds,
        contents_label: t.m("report-contents"),
        contents,
        panels: &around.panels,
        footer: t.m("footer-claims"),
    }
    .render()
}
