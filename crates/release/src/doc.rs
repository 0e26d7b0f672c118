//! A page as a value: blocks of spans. Templates draw them, so text is escaped in one place only.

use askama::Template;

use crate::invented::Invented;

/// A run of text, perhaps in another language, perhaps a link.
#[derive(Debug, Clone, Default)]
pub(crate) struct Span {
    pub text: String,
    pub href: Option<String>,
    /// The text is in this language, whatever the page's.
    pub lang: Option<String>,
    pub kind: Kind,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    #[default]
    Plain,
    Strong,
    Muted,
    /// A name or words of somebody: direction from its own letters.
    Name,
    /// An id, digest or address: always left to right.
    Id,
}

impl Span {
    pub fn is_external(&self) -> bool {
        self.href.as_deref().is_some_and(|h| h.starts_with("http://") || h.starts_with("https://"))
    }
    /// What print adds to an external link: `None` for its address as it is, else the address with its letters decoded, or
    /// nothing where the text is the address already.
    pub fn printed_address(&self) -> Option<String> {
        let href = self.href.as_deref().filter(|_| self.is_external())?;
        let told = decoded(href);
        let bare = |address: &str| {
            let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
            rest.strip_prefix("www.").unwrap_or(rest).trim_end_matches('/').to_owned()
        };
        if bare(&self.text) == bare(href) || bare(&self.text) == bare(&told) {
            return Some(String::new());
        }
        Some(told).filter(|told| told != href)
    }
    pub fn to(mut self, href: impl Into<String>) -> Self {
        self.href = Some(href.into());
        self
    }
}

/// An address with letters in place of their percent-encoding (RFC 3987, 3.2), for reading. What could change its meaning or
/// its direction stays encoded: all of ASCII, and all that is neither a letter nor a digit.
fn decoded(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    let mut rest = address;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let bytes: Vec<u8> = rest
            .as_bytes()
            .chunks_exact(3)
            .map_while(|c| (c[0] == b'%').then(|| u8::from_str_radix(std::str::from_utf8(&c[1..]).ok()?, 16).ok())?)
            .collect();
        let valid = std::str::from_utf8(&bytes)
            .unwrap_or_else(|e| std::str::from_utf8(&bytes[..e.valid_up_to()]).unwrap_or(""));
        match valid.chars().next().filter(|c| !c.is_ascii() && c.is_alphanumeric()) {
            Some(letter) => {
                out.push(letter);
                rest = &rest[letter.len_utf8() * 3..];
            }
            None => {
                out.push('%');
                rest = &rest[1..];
            }
        }
    }
    out + rest
}

pub(crate) fn text(text: impl Into<String>) -> Span {
    Span { text: text.into(), ..Span::default() }
}
pub(crate) fn strong(text: impl Into<String>) -> Span {
    Span { text: text.into(), kind: Kind::Strong, ..Span::default() }
}
pub(crate) fn muted(text: impl Into<String>) -> Span {
    Span { text: text.into(), kind: Kind::Muted, ..Span::default() }
}
pub(crate) fn id(text: impl Into<String>) -> Span {
    Span { text: text.into(), kind: Kind::Id, ..Span::default() }
}
/// A name or somebody's words. An unknown language is an empty tag, so that the page's own is not taken for it.
pub(crate) fn name(text: impl Into<String>, lang: &str) -> Span {
    let lang = if lang == "und" { "" } else { lang };
    Span { text: text.into(), lang: Some(lang.to_owned()), kind: Kind::Name, ..Span::default() }
}

/// Spans in a row.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "spans.html")]
pub(crate) struct Spans {
    pub spans: Vec<Span>,
}

impl From<Span> for Spans {
    fn from(span: Span) -> Self {
        Self { spans: vec![span] }
    }
}
impl From<Vec<Span>> for Spans {
    fn from(spans: Vec<Span>) -> Self {
        Self { spans }
    }
}
impl From<String> for Spans {
    fn from(words: String) -> Self {
        text(words).into()
    }
}
impl Spans {
    /// The text alone.
    pub fn plain(&self) -> String {
        self.spans.iter().map(|s| s.text.as_str()).collect()
    }
    /// Joins with a separator such as ", ".
    pub fn joined(parts: impl IntoIterator<Item = Span>, separator: &str) -> Self {
        let mut spans = Vec::new();
        for part in parts {
            if !spans.is_empty() {
                spans.push(text(separator));
            }
            spans.push(part);
        }
        Self { spans }
    }
}

/// A column's heading.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    pub text: Spans,
    pub numeric: bool,
    /// The source whose numbers the column has, where a reader may leave it out.
    pub of: Option<String>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Row {
    pub id: Option<String>,
    pub cells: Vec<Spans>,
    pub sum: bool,
    /// The source whose row it is, where a reader may leave it out.
    pub of: Option<String>,
    /// Among the differences that the page's board can find again: the last cell is that one.
    pub difference: Option<usize>,
}

impl Row {
    pub fn new(cells: Vec<Spans>) -> Self {
        Self { cells, ..Self::default() }
    }
}

#[derive(Debug, Clone, Default, Template)]
#[template(path = "table.html")]
pub(crate) struct Table {
    pub caption: String,
    pub heads: Vec<Head>,
    pub rows: Vec<Row>,
    /// On a narrow screen each row becomes a card; wide tables of numbers and long ones scroll instead.
    pub stack: bool,
    /// The heading above says the same: the caption is for screen readers only.
    pub quiet: bool,
}

impl Table {
    pub fn new(caption: impl Into<String>, heads: Vec<(String, bool)>) -> Self {
        let heads = heads.into_iter().map(|(words, numeric)| Head { text: words.into(), numeric, of: None }).collect();
        Self { caption: caption.into(), heads, rows: Vec::new(), stack: true, quiet: false }
    }
    pub fn push(&mut self, cells: Vec<Spans>) {
        self.rows.push(Row::new(cells));
    }
    /// In a card each cell repeats its column's heading, which of a long table is a third of the page.
    fn stacks(&self) -> bool {
        const CARDS_AT_MOST: usize = 120;
        self.stack && self.rows.len() <= CARDS_AT_MOST
    }
    /// Each cell with whether it is numeric and its column's heading.
    fn with_heads<'a>(&'a self, row: &'a Row) -> impl Iterator<Item = (&'a Spans, bool, String)> + 'a {
        row.cells.iter().enumerate().map(|(i, cell)| {
            let head = self.heads.get(i);
            let label: String = head.map(|h| h.text.plain()).unwrap_or_default();
            (cell, head.is_some_and(|h| h.numeric), label)
        })
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Card {
    pub href: String,
    pub title: Spans,
    pub number: Option<String>,
    pub detail: String,
}

/// One position on a question.
#[derive(Debug, Clone)]
pub(crate) struct Position {
    pub stance: &'static str,
    pub stance_words: String,
    pub who: Spans,
    pub words: Spans,
    pub below: Vec<Spans>,
    /// What rests on this one: those who passed it on, and what was printed.
    pub under: Vec<Block>,
}

/// Lists or sources that a reader can choose, with numbers that the page re-adds.
#[derive(Debug, Clone)]
pub(crate) struct Board {
    /// `persons` or `figures`: how the script reads the data.
    pub kind: &'static str,
    pub id: String,
    pub legend: String,
    /// Shown once the script is there to do what it says.
    pub explanation: String,
    /// Title and words for a page on which nothing can be chosen: without the script.
    pub still: (String, String),
    /// Label of the row of buttons, and id and name of each ready choice; empty where there is none.
    pub choices: (String, Vec<(String, Spans)>),
    /// Id, name, and whether it is chosen at first.
    pub lists: Vec<(String, Spans, bool)>,
    pub heads: Vec<(String, bool)>,
    pub rows: Vec<BoardRow>,
    /// Label and number of all rows together; figures have none, since sources are not added.
    pub total: Option<(String, String)>,
    /// Key, words and number of what is said of disagreement.
    pub facts: Vec<(&'static str, String, String)>,
    pub json: String,
}

/// One party of a board.
#[derive(Debug, Clone)]
pub(crate) struct BoardRow {
    pub key: String,
    pub label: Spans,
    pub number: String,
    pub share: String,
    /// From and length of the bar, in percent of its room.
    pub bar: (f64, f64),
}

/// A drawing and what is said of it in words, which wrap where the drawing cannot.
#[derive(Debug, Clone, Default)]
pub(crate) struct Chart {
    /// `bars` is drawn again by a script, `still` and `map` are not; a map fits any width.
    pub kind: &'static str,
    /// The finding.
    pub caption: String,
    /// True on a page of charts, where findings are the headings.
    pub is_heading: bool,
    pub unit: String,
    pub source: String,
    /// Where its numbers are.
    pub numbers: Option<Spans>,
    pub svg: String,
    pub json: String,
}

impl Chart {
    pub fn is_live(&self) -> bool {
        self.kind == "bars"
    }
}

#[derive(Debug, Clone, Template)]
#[template(path = "block.html")]
pub(crate) enum Block {
    Heading {
        level: u8,
        id: String,
        text: Spans,
    },
    Para {
        class: &'static str,
        text: Spans,
    },
    /// How far sources are apart, by its position among those that the page's board can find again; hidden where it is nothing.
    Disagreement {
        at: usize,
        text: Spans,
    },
    List(Vec<Spans>),
    Facts(Vec<(String, Spans)>),
    Table(Table),
    Notice {
        class: &'static str,
        title: String,
        blocks: Vec<Block>,
    },
    Details {
        summary: Spans,
        blocks: Vec<Block>,
    },
    Cards(Vec<Card>),
    Positions(Vec<Position>),
    Board(Box<Board>),
    Chart(Chart),
}

impl Block {
    pub fn h2(words: impl Into<Spans>) -> Self {
        Self::Heading { level: 2, id: String::new(), text: words.into() }
    }
    pub fn h2_at(id: impl Into<String>, words: impl Into<Spans>) -> Self {
        Self::Heading { level: 2, id: id.into(), text: words.into() }
    }
    pub fn h3(words: impl Into<Spans>) -> Self {
        Self::Heading { level: 3, id: String::new(), text: words.into() }
    }
    pub fn para(words: impl Into<Spans>) -> Self {
        Self::Para { class: "", text: words.into() }
    }
    pub fn note(words: impl Into<Spans>) -> Self {
        Self::Para { class: "note", text: words.into() }
    }
    pub fn lead(words: impl Into<Spans>) -> Self {
        Self::Para { class: "lead", text: words.into() }
    }
}

/// One page in one language.
#[derive(Debug, Clone, Default)]
pub(crate) struct Doc {
    pub title: Spans,
    pub kicker: String,
    /// Words and addresses of the pages above, without home and the page itself.
    pub crumbs: Vec<(String, String)>,
    pub invented: Invented,
    pub blocks: Vec<Block>,
    /// What previews of it say, where that is not what it says first.
    pub preview: Option<String>,
    /// Feeds of what the page is about: type, address and title.
    pub feeds: Vec<(&'static str, String, String)>,
}

impl Doc {
    pub fn new(kicker: impl Into<String>, title: impl Into<Spans>) -> Self {
        Self { title: title.into(), kicker: kicker.into(), ..Self::default() }
    }
    pub fn push(&mut self, mut block: Block) {
        if let Block::Table(table) = &mut block {
            let heading = self.blocks.iter().rev().find_map(|b| match b {
                Block::Heading { text, .. } => Some(text.plain()),
                _ => None,
            });
            table.quiet = heading.is_some_and(|h| h == table.caption);
        }
        self.blocks.push(block);
    }
    pub fn plain_title(&self) -> String {
        self.title.plain()
    }
    /// What the page says first: where sources disagree, else its lead, else its first words.
    pub fn summary(&self) -> Option<String> {
        let of_class = |wanted: &str| {
            self.blocks.iter().find_map(|b| match b {
                Block::Para { class, text } if *class == wanted => Some(text.plain()),
                _ => None,
            })
        };
        of_class("disagree").or_else(|| of_class("lead")).or_else(|| of_class(""))
    }
    pub fn has_chart(&self) -> bool {
        fn any(blocks: &[Block]) -> bool {
            blocks.iter().any(|b| match b {
                Block::Chart(chart) => chart.is_live(),
                Block::Details { blocks, .. } | Block::Notice { blocks, .. } => any(blocks),
                _ => false,
            })
        }
        any(&self.blocks)
    }
}

/// JSON inside a `script` element: `<` is escaped so that no text can end the element.
pub(crate) fn script_json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default().replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_on_paper_can_be_read_and_stands_once() {
        let printed = |words: &str, href: &str| text(words).to(href).printed_address();
        assert_eq!(printed("safe.example.invalid", "https://www.safe.example.invalid/").as_deref(), Some(""));
        assert_eq!(printed("https://x.invalid/a", "https://x.invalid/a").as_deref(), Some(""));
        assert_eq!(printed("the page", "https://x.invalid/a"), None);
        assert_eq!(printed("page", "../a.html"), None);
        assert_eq!(
            printed("page", "https://x.invalid/%D8%B9%D9%86?a=%26%20b").as_deref(),
            Some("https://x.invalid/عن?a=%26%20b")
        );
    }

    #[test]
    fn what_is_no_letter_stays_encoded() {
        for kept in ["%", "%D8", "%ZZ%D8", "%E2%80%AE", "%2F%00", "%+9", "a%é"] {
            assert_eq!(decoded(kept), kept);
        }
        assert_eq!(decoded("%C3%A9%C3"), "é%C3");
    }
}
