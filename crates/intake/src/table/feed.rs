//! Feeds as rows: RSS 0.9x, 1.0 and 2.0, and Atom (RFC 4287). One item is one row; its elements are the columns, under
//! the names that the file gives them, such as `title`, `pubDate`, `dc:creator` or `author.name`.
//!
//! An element that says nothing and points somewhere is the address it points to (`enclosure`, and Atom's `link`; another
//! than the item's own page is `link.self` and the like). What stands several times is one cell, a line each. Entities
//! that a file declares itself are not resolved: they stay as written.

use std::ops::ControlFlow;

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::{Line, Sink, Walked, Wanted, broken};

/// Elements further down are words of the one around them, as the markup inside Atom's `content` is.
const DEEPEST: usize = 3;
/// Elements whose children are markup, and no columns.
const TEXTS: [&str; 6] = ["title", "summary", "content", "description", "content:encoded", "rights"];
/// What an element without words is read from, in this order.
const POINTERS: [&str; 5] = ["href", "url", "src", "term", "rdf:resource"];

/// An item, as far as it was read.
#[derive(Default)]
struct Item {
    names: Vec<String>,
    values: Vec<String>,
    /// The elements that are open inside the item.
    open: Vec<Open>,
    /// How many open elements are markup inside the innermost of `open`.
    markup: usize,
}

struct Open {
    name: String,
    /// Where it points, when it says nothing.
    pointer: Option<String>,
    words: String,
}

impl Item {
    fn begin(element: &BytesStart<'_>) -> Self {
        let mut item = Self::default();
        if let Some(about) = attribute(element, "rdf:about") {
            item.put("rdf:about", &about);
        }
        item
    }

    fn put(&mut self, name: &str, value: &str) {
        match self.names.iter().position(|known| known == name) {
            Some(at) => {
                self.values[at].push('\n');
                self.values[at].push_str(value);
            }
            None => {
                self.names.push(name.to_owned());
                self.values.push(value.to_owned());
            }
        }
    }

    fn enter(&mut self, element: &BytesStart<'_>) {
        let is_text = self.open.last().is_some_and(|open| TEXTS.contains(&open.name.as_str()));
        if is_text || self.open.len() == DEEPEST {
            self.markup += 1;
            self.part();
            return;
        }
        let mut name = element.name().into_inner().to_owned();
        if name == "link"
            && let Some(rel) = attribute(element, "rel").filter(|rel| rel != "alternate")
        {
            name = format!("link.{rel}");
        }
        let pointer = POINTERS.iter().find_map(|name| attribute(element, name));
        self.open.push(Open { name, pointer, words: String::new() });
    }

    /// The end of an element: `true` when it is the item's own.
    fn leave(&mut self) -> bool {
        if self.markup > 0 {
            self.markup -= 1;
            self.part();
            return false;
        }
        let path: Vec<&str> = self.open.iter().map(|open| open.name.as_str()).collect();
        let path = path.join(".");
        let Some(open) = self.open.pop() else { return true };
        let words = open.words.trim();
        if !words.is_empty() {
            self.put(&path, words);
        } else if let Some(pointer) = open.pointer {
            self.put(&path, &pointer);
        }
        false
    }

    fn say(&mut self, words: &str) {
        if let Some(open) = self.open.last_mut() {
            open.words.push_str(words);
        }
    }

    /// Markup parts words: `<p>a</p><p>b</p>` is not one.
    fn part(&mut self) {
        if let Some(open) = self.open.last_mut()
            && !open.words.is_empty()
            && !open.words.ends_with(char::is_whitespace)
        {
            open.words.push(' ');
        }
    }
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = element.try_get_attribute(name).ok()??;
    let value = found.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok()?;
    let value = value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

/// What a reference stands for; one that the file declares, or that is unknown, is left as it is written.
fn resolved(reference: &BytesRef<'_>) -> String {
    let name = reference.xml10_content();
    match reference.resolve_char_ref() {
        Ok(Some(letter)) => letter.to_string(),
        _ => resolve_predefined_entity(&name).map_or_else(|| format!("&{name};"), str::to_owned),
    }
}

fn is_item(element: &BytesStart<'_>) -> bool {
    matches!(element.local_name().into_inner(), "item" | "entry")
}

struct Walk<'s> {
    row: u64,
    skip_rows: u64,
    header: Vec<String>,
    sink: Sink<'s>,
}

impl Walk<'_> {
    fn row(&mut self, item: Item) -> ControlFlow<()> {
        self.row += 1;
        if self.row <= self.skip_rows {
            return ControlFlow::Continue(());
        }
        if self.row == self.skip_rows + 1 || self.header != item.names {
            (self.sink)(Line::Keys(&item.names))?;
            self.header = item.names;
        }
        let cells: Vec<&str> = item.values.iter().map(String::as_str).collect();
        (self.sink)(Line::Row(self.row, &cells))
    }

    fn items(&mut self, text: &str) -> ControlFlow<()> {
        let mut reader = Reader::from_str(text);
        let mut item: Option<Item> = None;
        loop {
            let event = match reader.read_event() {
                Ok(event) => event,
                Err(error) => {
                    let at = reader.error_position();
                    return (self.sink)(broken(format!("the feed cannot be read further than byte {at}: {error}")));
                }
            };
            match (&event, &mut item) {
                (Event::Eof, None) => return ControlFlow::Continue(()),
                (Event::Eof, Some(_)) => {
                    return (self.sink)(broken("the file ends inside an item: it is cut off"));
                }
                (Event::Start(element), None) if is_item(element) => item = Some(Item::begin(element)),
                (Event::Start(element), Some(item)) => item.enter(element),
                (Event::Empty(element), Some(item)) => {
                    item.enter(element);
                    item.leave();
                }
                (Event::Empty(element), None) if is_item(element) => self.row(Item::begin(element))?,
                (Event::Text(text), Some(item)) => item.say(&text.xml10_content()),
                (Event::CData(text), Some(item)) => item.say(&text.xml10_content()),
                (Event::GeneralRef(reference), Some(item)) => item.say(&resolved(reference)),
                (Event::End(_), Some(open)) => {
                    if open.leave()
                        && let Some(whole) = item.take()
                    {
                        self.row(whole)?;
                    }
                }
                _ => {}
            }
        }
    }
}

pub(super) fn walk(text: &str, wanted: &Wanted<'_>, sink: Sink<'_>) -> Walked {
    let mut walk = Walk { row: 0, skip_rows: wanted.skip_rows, header: Vec::new(), sink };
    let _ = walk.items(text);
    let mut walked = Walked { rows: walk.row, ..Walked::default() };
    if walk.row == 0 {
        walked.warnings.push("the feed holds no item".into());
    }
    walked
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows as `name=value` parted by ` | `, and what could not be read.
    fn rows(text: &str) -> Vec<String> {
        let wanted = Wanted { file: "f", delimiter: None, sheet: None, list: None, skip_rows: 0 };
        let (mut keys, mut rows) = (Vec::new(), Vec::new());
        let walked = walk(text, &wanted, &mut |line| {
            match line {
                Line::Keys(names) => keys = names.to_vec(),
                Line::Row(_, cells) => {
                    let pairs = keys.iter().zip(cells).map(|(name, value)| format!("{name}={value}"));
                    rows.push(pairs.collect::<Vec<_>>().join(" | "));
                }
                Line::Bad { row, reason, .. } => rows.push(format!("{row}: {reason}")),
                Line::Header(_) => rows.push("header".into()),
            }
            ControlFlow::Continue(())
        });
        rows.push(format!("{} rows", walked.rows));
        rows
    }

    #[test]
    fn an_item_of_rss_is_a_row_of_its_elements() {
        let feed = "<?xml version='1.0'?><rss version='2.0'><channel><title>Feed</title><item><title>قصف &amp; نزوح</title>\
                    <link>https://x.invalid/1</link><category>a</category><category>b</category>\
                    <description><![CDATA[<p>one</p>]]></description><enclosure url='https://x.invalid/a.jpg' length='1'/>\
                    </item><item><title>2&#x627;&nbsp;</title></item></channel></rss>";
        assert_eq!(
            rows(feed),
            [
                "title=قصف & نزوح | link=https://x.invalid/1 | category=a\nb | description=<p>one</p> | \
                 enclosure=https://x.invalid/a.jpg",
                "title=2ا&nbsp;",
                "2 rows"
            ]
        );
    }

    #[test]
    fn an_entry_of_atom_keeps_its_own_page_apart_from_other_links() {
        let feed = "<feed xmlns='http://www.w3.org/2005/Atom'><link href='https://x.invalid/'/><entry><id>urn:1</id>\
                    <link rel='self' href='https://x.invalid/1.atom'/><link href='https://x.invalid/1'/>\
                    <author><name>Desk</name></author><content type='xhtml'><div><p>one</p><p>two <b>three</b></p></div>\
                    </content></entry></feed>";
        assert_eq!(
            rows(feed),
            [
                "id=urn:1 | link.self=https://x.invalid/1.atom | link=https://x.invalid/1 | author.name=Desk | \
                 content=one two three",
                "1 rows"
            ]
        );
    }

    #[test]
    fn a_feed_that_is_cut_off_gives_what_came_before_and_says_so() {
        let cut = rows("<rss><channel><item><title>a</title></item><item><title>b");
        assert_eq!(cut, ["title=a", "0: the file ends inside an item: it is cut off", "1 rows"]);
        let broken = rows("<rss><channel><item><title>a</title></item><item></channel></rss>");
        assert_eq!(broken[0], "title=a");
        assert!(broken[1].starts_with("0: the feed cannot be read further than byte"), "{}", broken[1]);
        assert_eq!(rows("<rss><channel></channel></rss>"), ["0 rows"]);
    }

    #[test]
    fn entities_of_the_file_are_not_resolved_and_depth_is_bounded() {
        let bomb = "<!DOCTYPE rss [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b SYSTEM 'file:///etc/passwd'>]><rss><channel><item>\
                    <title>&a;&b;</title></item></channel></rss>";
        assert_eq!(rows(bomb), ["title=&a;&b;", "1 rows"]);
        let deep = format!("<rss><item>{}x{}</item></rss>", "<a>".repeat(100_000), "</a>".repeat(100_000));
        assert_eq!(rows(&deep), ["a.a.a=x", "1 rows"]);
    }
}
