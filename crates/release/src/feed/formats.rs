//! One feed as Atom (RFC 4287) and as JSON Feed 1.1. Ids are `tag:` URIs (RFC 4151) of the log's name, so that they stay when
//! the site moves.

use std::borrow::Cow;

use atom_syndication::{Content, Entry, Feed, FixedDateTime, Generator, Link, Person, Text};
use serde::Serialize;

use super::Update;
use crate::ReleaseError;
use crate::outreach::Settings;
use crate::pages::Ctx;

pub(super) struct Made<'a> {
    pub ctx: &'a Ctx<'a>,
    pub settings: &'a Settings,
    /// Below the language's folder, without the ending.
    pub path: &'a str,
    pub title: &'a str,
}

#[derive(Serialize)]
struct JsonFeed<'a> {
    version: &'static str,
    title: String,
    language: &'a str,
    authors: [Author<'a>; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    home_page_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    feed_url: Option<String>,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Author<'a> {
    name: &'a str,
}

#[derive(Serialize)]
struct Item<'a> {
    id: String,
    url: String,
    title: &'a str,
    content_text: String,
    date_published: String,
    tags: Vec<&'a str>,
}

impl Made<'_> {
    fn name(&self) -> String {
        format!("{} · {}", self.title, self.ctx.imprint().name)
    }

    /// `tag:` with the host of the log's name and a date before which no entry is.
    fn tag(&self, rest: &str) -> String {
        let host = self.ctx.data.origin.split('/').next().unwrap_or("tawthiq.invalid");
        format!("tag:{host},2011:{}/{rest}", self.ctx.lang())
    }

    /// The address of a file of this language: whole where the base is known, else from the feed's own folder.
    fn href(&self, path: &str) -> String {
        let full = format!("{}/{path}", self.ctx.lang());
        let up = "../".repeat(self.path.matches('/').count());
        self.settings.address_or(&full, &format!("{up}{path}"))
    }

    fn words(&self, update: &Update) -> String {
        if !update.invented {
            return update.title.clone();
        }
        format!("{} — {}", update.title, self.ctx.m("invented-banner"))
    }

    pub fn atom(&self, updates: &[Cow<'_, Update>]) -> Result<String, ReleaseError> {
        let at = |day: jiff::civil::Date| format!("{day}T00:00:00Z").parse::<FixedDateTime>();
        let wrong = |e: &dyn std::fmt::Display| ReleaseError::Page(format!("a feed's date: {e}"));
        let newest = updates.first().map_or(jiff::civil::date(2011, 3, 15), |u| u.day);
        let link = |rel: &str, href: String, kind: &str| Link {
            href,
            rel: rel.to_owned(),
            mime_type: Some(kind.to_owned()),
            ..Link::default()
        };
        let mut entries = Vec::new();
        for update in updates {
            let day = at(update.day).map_err(|e| wrong(&e))?;
            entries.push(Entry {
                title: Text::plain(update.title.clone()),
                id: self.tag(&update.id),
                updated: day,
                published: Some(day),
                links: vec![link("alternate", self.href(&update.file()), "text/html")],
                content: Some(Content {
                    value: Some(self.words(update)),
                    content_type: Some("text".into()),
                    lang: Some(self.ctx.lang().to_owned()),
                    ..Content::default()
                }),
                ..Entry::default()
            });
        }
        let feed = Feed {
            title: Text::plain(self.name()),
            id: self.tag(self.path),
            updated: at(newest).map_err(|e| wrong(&e))?,
            lang: Some(self.ctx.lang().to_owned()),
            authors: vec![Person { name: self.ctx.imprint().author.to_owned(), ..Person::default() }],
            generator: Some(Generator {
                value: "tawthiq".into(),
                uri: None,
                version: Some(self.ctx.data.program_version.clone()),
            }),
            links: vec![
                link("self", self.href(&format!("{}.atom", self.path)), "application/atom+xml"),
                link("alternate", self.href("day/index.html"), "text/html"),
            ],
            entries,
            ..Feed::default()
        };
        Ok(feed.to_string())
    }

    pub fn json(&self, updates: &[Cow<'_, Update>]) -> Result<Vec<u8>, ReleaseError> {
        let item = |update: &Update| -> (String, String, String, String) {
            (self.tag(&update.id), self.href(&update.file()), self.words(update), format!("{}T00:00:00Z", update.day))
        };
        let items = updates
            .iter()
            .map(|update| {
                let (id, url, content_text, date_published) = item(update);
                let tags = std::iter::once(update.topic).chain(update.parties.iter().map(String::as_str)).collect();
                Item { id, url, title: &update.title, content_text, date_published, tags }
            })
            .collect();
        let path = |file: &str| self.settings.address(&format!("{}/{file}", self.ctx.lang()));
        let feed = JsonFeed {
            version: "https://jsonfeed.org/version/1.1",
            title: self.name(),
            language: self.ctx.lang(),
            authors: [Author { name: self.ctx.imprint().author }],
            home_page_url: path("index.html"),
            feed_url: path(&format!("{}.json", self.path)),
            items,
        };
        let mut bytes = serde_json::to_vec_pretty(&feed).map_err(|e| ReleaseError::Page(e.to_string()))?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}
