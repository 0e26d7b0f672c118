//! What every page of a release has above and below its own words: name and logo, languages, menu, path, foot.

use crate::doc::{Doc, Spans, id, text};
use crate::l10n::Lang;
use crate::pages::Ctx;

/// Path and message of each entry of the menu.
const SECTIONS: [(&str, &str); 13] = [
    ("month/index", "nav-months"),
    ("party/index", "nav-parties"),
    ("source/index", "nav-sources"),
    ("place/index", "nav-places"),
    ("claim/index", "nav-claims"),
    ("statements", "nav-statements"),
    ("counts/index", "nav-counts"),
    ("charts/index", "nav-charts"),
    ("report/index", "reports-title"),
    ("notice/index", "nav-notices"),
    ("day/index", "nav-days"),
    ("check", "nav-check"),
    ("method", "nav-method"),
];

/// Head and foot of one page, as the templates draw them.
pub(crate) struct Masthead<'a> {
    pub root: String,
    pub site: &'a str,
    /// False for a folder that holds no site: then nothing links to one.
    pub in_site: bool,
    pub logo: Option<&'static str>,
    pub skip: String,
    pub languages_label: String,
    /// Tag, address and endonym.
    pub languages: Vec<(&'static str, String, &'static str)>,
    pub sections_label: String,
    pub sections: Vec<(String, String)>,
    pub crumbs_label: String,
    pub crumbs: Vec<(String, String)>,
    pub own_words: Option<&'a str>,
    pub claims: String,
    pub made: Spans,
}

impl<'a> Masthead<'a> {
    /// `path` is the page's below the language's folder, without `.html`.
    pub fn new(ctx: &Ctx<'a>, doc: &Doc, path: &str, in_site: bool) -> Self {
        let imprint = ctx.imprint();
        let root = ctx.root();
        let language = |l: Lang| (l.tag(), format!("{root}{}/{path}.html", l.tag()), l.endonym());
        let is_home = path == "index";
        let (mut sections, mut crumbs) = (Vec::new(), Vec::new());
        // No date here: a page whose content is the same keeps its bytes from release to release.
        let mut made = vec![
            text(ctx.m("footer-made")),
            text(" "),
            id(format!("tawthiq {}", ctx.data.program_version)),
            text(" · "),
            id(ctx.data.origin.clone()),
        ];
        if in_site {
            sections = SECTIONS.map(|(path, key)| (ctx.page(path), ctx.m(key))).to_vec();
            if !is_home {
                crumbs.push((ctx.m("nav-home"), ctx.page("index")));
                crumbs.extend(doc.crumbs.iter().map(|(words, path)| (words.clone(), ctx.page(path))));
            }
            for (path, key) in [("check", "nav-check"), ("cite", "nav-cite")] {
                made.extend([text(" · "), text(ctx.m(key)).to(ctx.page(path))]);
            }
        }
        Self {
            site: imprint.name,
            in_site,
            logo: imprint.logo.map(|l| l.path),
            skip: ctx.m("skip"),
            languages_label: ctx.m("nav-languages"),
            languages: Lang::ALL.map(language).to_vec(),
            root,
            sections_label: ctx.m("nav-sections"),
            sections,
            crumbs_label: ctx.m("nav-crumbs"),
            crumbs,
            own_words: imprint.words,
            claims: ctx.m("footer-claims"),
            made: made.into(),
        }
    }
}
