//! The two pages that belong to no language: the choice of one, and what a server sends where there is no page.

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::imprint::Imprint;
use crate::l10n::{Lang, Speech};
use crate::{Dataset, Policy};

const STYLE: &str = include_str!("../../web/missing.css");

#[derive(Template)]
#[template(path = "choose.html")]
struct Choose<'a> {
    title: &'a str,
    logo: Option<&'static str>,
    titles: Vec<(Lang, &'a str)>,
    choices: Vec<(Lang, String)>,
}

/// The first page of the folder: a choice of language that needs no script.
pub(crate) fn choose(data: &Dataset, policy: &Policy) -> Result<String, askama::Error> {
    let title = |lang: Lang| Imprint::of(data, policy, lang.tag()).name;
    let mut titles: Vec<(Lang, &str)> = Vec::new();
    for lang in Lang::ALL {
        if !titles.iter().any(|(_, known)| *known == title(lang)) {
            titles.push((lang, title(lang)));
        }
    }
    Choose {
        title: title(Lang::En),
        logo: policy.theme.picture.as_ref().map(|logo| logo.path),
        titles,
        choices: Lang::ALL.map(|lang| (lang, Speech::of(lang).m("choose-words"))).to_vec(),
    }
    .render()
}

/// One language of the page for what is not there.
struct Way<'a> {
    lang: Lang,
    site: &'a str,
    words: String,
    links: Vec<(&'static str, String)>,
}

/// Sent at any depth, so its links and styles do not depend on where it stands.
#[derive(Template)]
#[template(path = "missing.html")]
struct Missing<'a> {
    base: String,
    site: &'a str,
    style: String,
    style_digest: String,
    choices: Vec<Way<'a>>,
}

/// The page that stands for those that are not there.
pub(crate) fn missing(data: &Dataset, policy: &Policy) -> Result<String, askama::Error> {
    let way = |lang: Lang| {
        let t = Speech::of(lang);
        let links = [
            ("index", "nav-home"),
            ("month/index", "nav-months"),
            ("claim/index", "nav-claims"),
            ("counts/index", "nav-counts"),
            ("check", "nav-check"),
        ];
        Way {
            lang,
            site: Imprint::of(data, policy, lang.tag()).name,
            words: t.m("missing-page"),
            links: links.map(|(path, key)| (path, t.m(key))).to_vec(),
        }
    };
    let style = format!("{STYLE}{}", policy.theme.css());
    Missing {
        base: policy.site.lasting_address(data.generated_at).unwrap_or_else(|| "/".to_owned()),
        site: Imprint::of(data, policy, Lang::En.tag()).name,
        style_digest: STANDARD.encode(Sha256::digest(style.as_bytes())),
        style,
        choices: Lang::ALL.map(way).into(),
    }
    .render()
}
