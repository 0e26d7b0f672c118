//! From the blocks of a page to Typst markup, so that a page and its PDF say the same.
//!
//! Every text goes in as a string literal, so no text of a source can become markup. This module never sets type: a
//! [`Press`] does, which the caller hands over.

use std::fmt::Write;

use crate::doc::{Block, Chart, Doc, Kind, Row, Span, Spans, Table};
use crate::imprint::Imprint;
use crate::l10n::Lang;

/// One document for a press: Typst markup and the pictures that it names.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// Names the document for good.
    pub ident: String,
    pub markup: String,
    pub pictures: Vec<(String, Vec<u8>)>,
}

/// What turns sheets into files. The same sheet must give the same bytes.
pub trait Press: Sync {
    /// A PDF for archives (PDF/A).
    fn pdf(&self, sheet: &Sheet) -> Result<Vec<u8>, String>;
    /// The first page, a pixel for each point.
    fn png(&self, sheet: &Sheet) -> Result<Vec<u8>, String>;
    /// Typst's array of the families for a language.
    fn family(&self, lang: &str) -> &'static str;
    /// The licence of the faces, which goes with what is set in them.
    fn licence(&self) -> &'static [u8];
}

/// What stands around the blocks.
pub(crate) struct Frame<'a> {
    pub lang: Lang,
    pub ident: String,
    pub family: &'a str,
    pub made: jiff::civil::Date,
    /// Stands at the foot of each page, beside its number.
    pub foot: String,
    /// Who publishes: the document's author, its logo and colours.
    pub imprint: Imprint<'a>,
    /// Stands above each page where invented persons are shown.
    pub banner: Vec<(Lang, String)>,
    pub contents: Option<String>,
}

/// A Typst string literal: text that cannot become markup.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' | '\r' | '\t' => out.push(' '),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Vowel signs, doubling and dagger alif: a reader may leave them out, and a search does.
fn is_optional_mark(c: char) -> bool {
    matches!(c, '\u{64b}'..='\u{652}' | '\u{670}')
}

/// Arabic as it is mostly printed. A letter with such a mark is several glyphs, and what programs read out of a PDF for them
/// is in no order in which a search finds the word. Marks of isolation that change nothing would stand between the words.
pub(crate) fn bare(text: &str) -> String {
    crate::l10n::without_idle_isolates(text).chars().filter(|c| !is_optional_mark(*c)).collect()
}

/// A string literal that keeps its marks in a sheet that is made bare.
fn as_written(text: &str) -> String {
    let mut out = String::new();
    for c in quoted(text).chars() {
        if is_optional_mark(c) {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

/// A name as it is written and, where it has marks, again without them, so that a search finds it.
fn named(text: &str) -> String {
    let plain = bare(text);
    if plain == text { quoted(text) } else { format!("{} + \" (\" + {} + \")\"", as_written(text), quoted(&plain)) }
}

pub(crate) fn date(date: jiff::civil::Date) -> String {
    format!("datetime(year: {}, month: {}, day: {})", date.year(), date.month(), date.day())
}

/// The whole document of a page.
pub(crate) fn sheet(doc: &Doc, frame: &Frame<'_>) -> Sheet {
    let (logo, pictures) = frame.imprint.logo(34);
    let mut setter =
        Setter { markup: head(doc, frame, &logo), after_heading: false, pictures, anchors: anchors(&doc.blocks) };
    for block in &doc.blocks {
        setter.block(block);
    }
    Sheet { ident: frame.ident.clone(), markup: bare(&setter.markup), pictures: setter.pictures }
}

fn head(doc: &Doc, frame: &Frame<'_>, logo: &str) -> String {
    // A title stands as it is written; a search finds its names bare in the text below.
    let title = as_written(&doc.plain_title());
    // Marks of direction are for what is drawn; those who list documents show them as signs.
    let named = as_written(&crate::l10n::without_isolates(&doc.plain_title()));
    let numbering = if frame.lang == Lang::Ar { "\u{661}" } else { "1" };
    let (lang, family, theme) = (frame.lang.tag(), frame.family, frame.imprint.theme);
    // Each line has its own language's direction, so that its full stop stands at its own end.
    let line = |(lang, words): &(Lang, String)| {
        let (tag, dir) = (lang.tag(), lang.dir());
        format!("#block(width: 100%, spacing: 4pt)[#set text(7pt, lang: \"{tag}\", dir: {dir})\n#{}]", quoted(words))
    };
    let banner: Vec<String> = frame.banner.iter().map(line).collect();
    let header = if banner.is_empty() {
        String::new()
    } else {
        format!("header: [#block(width: 100%, inset: 4pt, stroke: 1pt + black)[{}]],", banner.join(" "))
    };
    let mut out = format!(
        "#set document(title: {named}, date: {}, author: {})\n\
         #set page(paper: \"a4\", margin: (x: 2cm, top: {}, bottom: 2cm), numbering: \"{numbering}\", {header} \
         footer: context [#set text(7.5pt, fill: luma(70)); #grid(columns: (1fr, auto), text({}), \
         counter(page).display(\"{numbering}\"))])\n\
         #set text(font: {family}, lang: \"{lang}\", size: {}, hyphenate: {})\n\
         #set par(leading: 0.7em, spacing: 0.9em, justify: false)\n\
         #set table(stroke: (x, y) => (bottom: 0.4pt + luma(120)), inset: (x: 4pt, y: 3pt))\n\
         #show table: set text(8.5pt, top-edge: 0.8em, bottom-edge: -0.2em)\n#show table: set par(leading: 0.3em)\n\
         #show table.cell.where(y: 0): strong\n\
         #show figure: set block(breakable: true)\n\
         #show link: set text(fill: rgb({}))\n\
         #show heading: set block(above: 1.6em, below: 0.7em)\n\
         #let m(s) = text(fill: luma(80), s)\n\
         #let i(s) = box(text(dir: ltr, lang: \"en\", s))\n\
         #let j(s) = text(dir: ltr, lang: \"en\", s)\n\
         #let n(s) = [\\u{{2068}}#s\\u{{2069}}]\n",
        date(frame.made),
        quoted(frame.imprint.author),
        if frame.banner.is_empty() { "2cm" } else { "3.6cm" },
        quoted(&frame.foot),
        if frame.lang == Lang::Ar { "11pt" } else { "10pt" },
        frame.lang != Lang::Ar,
        quoted(theme.link.as_deref().unwrap_or("#00437a")),
    );
    let _ = writeln!(out, "{logo}\n");
    if !doc.kicker.is_empty() {
        let _ = writeln!(out, "#text(9pt, fill: luma(70), {})\n", quoted(&doc.kicker));
    }
    let accent = theme.accent.as_ref().map(|accent| format!("fill: rgb({}), ", quoted(accent))).unwrap_or_default();
    let _ = writeln!(out, "#std.title(text(20pt, {accent}{title}))\n");
    if let Some(words) = &frame.contents {
        let _ = writeln!(out, "#outline(title: {}, depth: 1)\n", quoted(words));
    }
    out
}

/// The ids that a link inside the document can lead to.
fn anchors(blocks: &[Block]) -> std::collections::BTreeSet<String> {
    let mut found = std::collections::BTreeSet::new();
    for block in blocks {
        match block {
            Block::Heading { id, .. } if !id.is_empty() => {
                found.insert(id.clone());
            }
            Block::Table(table) => found.extend(table.rows.iter().filter_map(|row| row.id.clone())),
            Block::Details { blocks, .. } | Block::Notice { blocks, .. } => found.extend(anchors(blocks)),
            _ => {}
        }
    }
    found
}

/// Longest id or address that is not parted at the end of a line, in letters.
const UNBROKEN: usize = 34;

/// With places at which a long address may go on in the next line.
fn parted(id: &str) -> String {
    id.chars()
        .flat_map(|c| [Some(c), matches!(c, '.' | '/' | '-' | '?' | '&').then_some('\u{200b}')])
        .flatten()
        .collect()
}

/// True for a column of ids or hosts: none of them may be parted, so the column is as wide as the longest.
fn is_of_ids(table: &Table, column: usize) -> bool {
    let mut cells = table.rows.iter().filter_map(|row| row.cells.get(column)).flat_map(|cell| &cell.spans).peekable();
    cells.peek().is_some() && cells.all(|s| s.kind == Kind::Id && s.text.chars().count() <= UNBROKEN)
}

fn label(id: &str) -> String {
    id.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect()
}

/// A column of numbers that takes no more room than they need has none longer than this.
const NARROW_LETTERS: usize = 16;
/// Most rows of a table that stands on one page as a whole, and most letters of the longest cells of its rows together: with
/// a dozen letters to the line of a narrow column they take two fifths of a page, and no larger gap is left before it.
const WHOLE_ROWS: usize = 8;
const WHOLE_LETTERS: usize = 260;

struct Setter {
    markup: String,
    /// A heading was set last: a note below it belongs to what follows, and stays with that.
    after_heading: bool,
    pictures: Vec<(String, Vec<u8>)>,
    /// Ids not yet set; each label is set once.
    anchors: std::collections::BTreeSet<String>,
}

impl Setter {
    fn span(&self, span: &Span) -> String {
        let literal = quoted(&span.text);
        let set = match span.kind {
            Kind::Plain => format!("#{literal}"),
            Kind::Strong => format!("#strong({literal})"),
            Kind::Muted => format!("#m({literal})"),
            Kind::Name => format!("#n({})", named(&span.text)),
            Kind::Id if span.text.chars().count() > UNBROKEN => format!("#j({})", quoted(&parted(&span.text))),
            Kind::Id => format!("#i({literal})"),
        };
        match span.href.as_deref() {
            Some(href) if href.starts_with('#') => format!("#link(label({}))[{set}]", quoted(&label(&href[1..]))),
            Some(href) if href.starts_with("http://") || href.starts_with("https://") => {
                format!("#link({})[{set}]", quoted(href))
            }
            _ => set,
        }
    }

    fn spans(&self, spans: &Spans) -> String {
        spans.spans.iter().map(|s| self.span(s)).collect()
    }

    fn block(&mut self, block: &Block) {
        let is_below_heading = std::mem::replace(&mut self.after_heading, matches!(block, Block::Heading { .. }));
        match block {
            Block::Heading { level, id, text } => {
                let marks = "=".repeat(usize::from(level.saturating_sub(1).max(1)));
                let tag = if self.anchors.remove(id) { format!(" <{}>", label(id)) } else { String::new() };
                let words = self.spans(text);
                let _ = writeln!(self.markup, "\n{marks} {words}{tag}\n");
            }
            Block::Para { class, text } => {
                let words = self.spans(text);
                let _ = match *class {
                    "lead" => writeln!(self.markup, "\n#text(1.15em)[{words}]\n"),
                    "note" if is_below_heading => {
                        writeln!(self.markup, "\n#block(sticky: true)[#text(0.9em, fill: luma(60))[{words}]]\n")
                    }
                    "note" => writeln!(self.markup, "\n#text(0.9em, fill: luma(60))[{words}]\n"),
                    _ => writeln!(self.markup, "\n{words}\n"),
                };
            }
            Block::Disagreement { text, .. } => {
                let words = self.spans(text);
                let _ = writeln!(self.markup, "\n{words}\n");
            }
            Block::List(items) => {
                for item in items {
                    let words = self.spans(item);
                    let _ = writeln!(self.markup, "- {words}");
                }
                self.markup.push('\n');
            }
            Block::Facts(facts) => {
                self.markup.push_str("\n#table(columns: (auto, 1fr), stroke: none,\n");
                for (name, value) in facts {
                    let value = self.spans(value);
                    let _ = writeln!(self.markup, "[#strong({})], [{value}],", quoted(name));
                }
                self.markup.push_str(")\n");
            }
            Block::Table(table) => self.table(table),
            Block::Notice { title, blocks, .. } => {
                let _ = writeln!(self.markup, "\n#strong({})\n", quoted(title));
                blocks.iter().for_each(|b| self.block(b));
            }
            Block::Details { summary, blocks } => {
                let words = self.spans(summary);
                let _ = writeln!(self.markup, "\n#strong[{words}]\n");
                blocks.iter().for_each(|b| self.block(b));
            }
            Block::Chart(chart) => self.chart(chart),
            // Lists to choose from and cards are for readers of the page.
            Block::Cards(_) | Block::Positions(_) | Block::Board(_) => {}
        }
    }

    fn chart(&mut self, chart: &Chart) {
        let name = format!("p{}.svg", self.pictures.len());
        let alt = crate::charts::alternative(&chart.svg);
        let width = if matches!(chart.kind, "map" | "narrow") { "64%" } else { "92%" };
        let small = |words: &str| match words {
            "" => String::new(),
            words => format!("\n\n#text(0.8em, fill: luma(60), {})", quoted(words)),
        };
        let _ = writeln!(
            self.markup,
            "\n#block(breakable: false)[#strong({}){}\n\n#image({}, width: {width}, alt: {}){}]\n",
            quoted(&chart.caption),
            small(&chart.unit),
            quoted(&name),
            quoted(&alt),
            small(&chart.source),
        );
        self.pictures.push((name, bare(&chart.svg).into_bytes()));
    }

    fn table(&mut self, table: &Table) {
        let columns: Vec<&str> = (0..table.heads.len())
            .map(|i| {
                let is_numeric = table.heads.get(i).is_some_and(|h| h.numeric);
                let letters = |row: &Row| row.cells.get(i).map_or(0, |cell| cell.plain().chars().count());
                // Numbers with words beside them would push what they belong to out of the table.
                let is_narrow = table.rows.iter().all(|row| letters(row) <= NARROW_LETTERS);
                if is_of_ids(table, i) || (is_numeric && i > 0 && is_narrow) { "auto" } else { "1fr" }
            })
            .collect();
        let aligns: Vec<&str> = table.heads.iter().map(|h| if h.numeric { "end" } else { "start" }).collect();
        let heads: Vec<String> = table.heads.iter().map(|h| format!("[{}]", self.spans(&h.text))).collect();
        let longest = |row: &Row| row.cells.iter().map(|cell| cell.plain().chars().count()).max().unwrap_or(0);
        let letters: Vec<usize> = table.rows.iter().map(longest).collect();
        // What surely fits on a page is not parted: a small table, and each row of a larger one.
        let is_small = table.rows.len() <= WHOLE_ROWS && letters.iter().sum::<usize>() <= WHOLE_LETTERS;
        let has_whole_rows = letters.iter().all(|n| *n <= WHOLE_LETTERS);
        self.markup.push_str(if is_small { "\n#block(breakable: false)[" } else { "\n#[" });
        if !table.quiet && !table.caption.is_empty() {
            let _ = writeln!(self.markup, "#block(sticky: true)[#strong({})]\n", quoted(&table.caption));
        }
        if has_whole_rows {
            self.markup.push_str("#set table.cell(breakable: false)\n");
        }
        let _ = writeln!(
            self.markup,
            "#table(columns: ({},), align: ({},),\ntable.header({}),",
            columns.join(", "),
            aligns.join(", "),
            heads.join(", ")
        );
        for row in &table.rows {
            self.row(row, table.heads.len());
        }
        self.markup.push_str(")]\n");
    }

    fn row(&mut self, row: &Row, width: usize) {
        for at in 0..width {
            let mut words = row.cells.get(at).map(|cell| self.spans(cell)).unwrap_or_default();
            if row.sum {
                words = format!("#strong[{words}]");
            }
            if let Some(id) = row.id.as_ref().filter(|id| at == 0 && self.anchors.contains(*id)) {
                words = format!("#[#metadata(none)#label({})]{words}", quoted(&label(id)));
            }
            let _ = write!(self.markup, "[{words}], ");
        }
        if let Some(id) = &row.id {
            self.anchors.remove(id);
        }
        self.markup.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_set_without_vowel_signs_and_a_name_that_has_some_stands_with_and_without() {
        let mut doc = Doc::new("", "القتلى قسرًا".to_owned());
        let name = crate::doc::name("محمّد", "ar");
        doc.push(Block::Para { class: "", text: vec![crate::doc::text("قُتل ٣٣٤ مدنيًا "), name].into() });
        let theme = crate::Theme::default();
        let imprint = Imprint { name: "N", own: None, author: "A", words: None, logo: None, theme: &theme };
        let frame = Frame {
            lang: Lang::Ar,
            ident: "x".into(),
            family: "()",
            made: jiff::civil::date(2026, 1, 1),
            foot: "أُعدّ".into(),
            imprint,
            banner: Vec::new(),
            contents: None,
        };
        let markup = sheet(&doc, &frame).markup;
        assert!(markup.contains("قتل ٣٣٤ مدنيا") && markup.contains("أعد"));
        // A title stands as it is written.
        assert!(markup.contains("القتلى قسر\\u{64b}ا"), "{markup}");
        assert!(markup.contains("محم\\u{651}د\" + \" (\" + \"محمد\""), "{markup}");
        assert!(!markup.chars().any(is_optional_mark));
        assert_eq!(named("a\"b"), "\"a\\\"b\"");
    }

    #[test]
    fn a_column_of_numbers_with_words_beside_them_leaves_room_for_the_others() {
        let columns = |cell: &str| {
            let mut table = Table::new("t", vec![("Source".into(), false), ("Share".into(), true)]);
            table.push(vec!["SNHR".to_owned().into(), cell.to_owned().into()]);
            let mut doc = Doc::new("", "t".to_owned());
            doc.push(Block::Table(table));
            let mut setter = Setter {
                markup: String::new(),
                after_heading: false,
                pictures: Vec::new(),
                anchors: anchors(&doc.blocks),
            };
            doc.blocks.iter().for_each(|block| setter.block(block));
            setter.markup.split("columns: (").nth(1).unwrap().split(')').next().unwrap().to_owned()
        };
        assert_eq!(columns("at least 1,334"), "1fr, auto,");
        assert_eq!(columns("25.4 %–27.1 % (as printed, not exact)"), "1fr, 1fr,");
    }

    #[test]
    fn a_column_of_hosts_is_as_wide_as_they_are_and_a_longer_address_can_be_parted() {
        let mut table = Table::new("t", vec![("a".into(), false), ("b".into(), false)]);
        table.push(vec![crate::doc::id("F0001").into(), "words".to_owned().into()]);
        assert!(is_of_ids(&table, 0) && !is_of_ids(&table, 1) && !is_of_ids(&table, 2));
        table.push(vec![crate::doc::id("a.very-long-name-of-a-host.example.invalid").into(), Spans::default()]);
        assert!(!is_of_ids(&table, 0));
        assert_eq!(parted("a.b/c"), "a.\u{200b}b/\u{200b}c");
    }

    #[test]
    fn a_small_table_is_not_parted_and_a_long_row_is() {
        let markup = |rows: usize, letters: usize| {
            let mut table = Table::new("t", vec![("a".into(), false)]);
            (0..rows).for_each(|_| table.push(vec!["x".repeat(letters).into()]));
            let mut setter = Setter {
                markup: String::new(),
                after_heading: false,
                pictures: Vec::new(),
                anchors: Default::default(),
            };
            setter.table(&table);
            setter.markup
        };
        let whole = "#block(breakable: false)";
        assert!(markup(WHOLE_ROWS, 10).contains(whole));
        let long = markup(WHOLE_ROWS + 1, 10);
        assert!(!long.contains(whole) && long.contains("table.cell(breakable: false)"));
        assert!(!markup(2, WHOLE_LETTERS + 1).contains("breakable: false"));
    }

    #[test]
    fn no_text_of_a_source_can_become_markup() {
        assert_eq!(quoted("a\"#panic()\\"), "\"a\\\"#panic()\\\\\"");
        assert_eq!(quoted("a\nb\u{0}"), "\"a b\"");
    }
}
