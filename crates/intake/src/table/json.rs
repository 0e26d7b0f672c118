//! JSON: an array of objects, one object a line, or an object that holds a list, such as Bayanat's `{"actors": [...]}`.
//!
//! Bayanat writes its export in chunks and no comma between them; `} {`, `}{` and `][` are read as if it were there.

use std::ops::ControlFlow;

use super::{Line, Sink, Walked, Wanted, broken, flatten};

/// A piece of text between the brackets of a list.
enum Piece<'a> {
    Object(&'a str),
    /// Something else, such as a number.
    Other(&'a str),
    /// An object that is not closed.
    Cut(&'a str),
}

/// The end of the object that `text` begins with, past its closing brace. Brackets in it may be wrong: that is one bad row.
fn object_end(text: &str) -> Option<usize> {
    end_of(text, b"{", b"}")
}

/// The end of the list or object that `text` begins with, past its closing bracket.
fn value_end(text: &str) -> Option<usize> {
    end_of(text, b"{[", b"}]")
}

fn end_of(text: &str, opening: &[u8], closing: &[u8]) -> Option<usize> {
    let (mut depth, mut inside, mut escaped) = (0usize, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if inside => escaped = true,
            b'"' => inside = !inside,
            _ if inside => {}
            byte if opening.contains(&byte) => depth += 1,
            byte if closing.contains(&byte) => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// GeoJSON names its type before its list of features, and JSON Feed its version before its items; whatever stands
/// between the two is passed over.
fn list_that_is_told(text: &str) -> Option<(&str, &str)> {
    let mut rest = text.trim_start().strip_prefix('{')?;
    let (mut is_collection, mut is_feed) = (false, false);
    loop {
        let (key, after) = string(rest.trim_start())?;
        let value = after.trim_start().strip_prefix(':')?.trim_start();
        if (key == "features" && is_collection || key == "items" && is_feed) && value.starts_with('[') {
            return Some((key, value));
        }
        let end = match value.chars().next()? {
            '"' => value.len() - string(value)?.1.len(),
            '{' | '[' => value_end(value)?,
            _ => value.find(',')?,
        };
        is_collection |= key == "type" && &value[..end] == "\"FeatureCollection\"";
        is_feed |= key == "version" && value[..end].contains("jsonfeed.org/version/");
        rest = value[end..].trim_start().strip_prefix(',')?;
    }
}

/// A JSON string at the beginning, without its marks, and what follows it.
fn string(text: &str) -> Option<(&str, &str)> {
    let inside = text.strip_prefix('"')?;
    let mut escaped = false;
    let end = inside.bytes().position(|byte| match byte {
        _ if escaped => {
            escaped = false;
            false
        }
        b'\\' => {
            escaped = true;
            false
        }
        byte => byte == b'"',
    })?;
    Some((&inside[..end], &inside[end + 1..]))
}

/// Where the rows are: the name of the list, if there is one, and the text from its opening bracket on.
pub(crate) fn list_inside<'a>(text: &'a str, wanted: Option<&str>) -> Option<(&'a str, &'a str)> {
    if let Some(found) = list_that_is_told(text) {
        return Some(found);
    }
    let inside = text.trim_start().strip_prefix('{')?.trim_start().strip_prefix('"')?;
    let (key, rest) = inside.split_once('"')?;
    let rest = rest.trim_start().strip_prefix(':')?.trim_start();
    let first = rest.strip_prefix('[')?.trim_start();
    let known = ["actors", "bulletins", "incidents", "features"];
    let is_list = wanted == Some(key) || known.contains(&key);
    (is_list && first.starts_with(['{', ']'])).then_some((key, rest))
}

/// One object a line: the first line is a whole object, and another follows.
fn is_lines(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let Some(first) = lines.next().filter(|line| line.starts_with('{')) else { return false };
    object_end(first) == Some(first.len()) && lines.next().is_none_or(|line| line.starts_with('{'))
}

struct Walk<'s, 'f> {
    row: u64,
    skip_rows: u64,
    header: Option<Vec<String>>,
    sink: Sink<'s>,
    walked: &'f mut Walked,
}

impl Walk<'_, '_> {
    fn piece(&mut self, piece: Piece<'_>) -> ControlFlow<()> {
        self.row += 1;
        self.walked.rows = self.row;
        let row = self.row;
        if row <= self.skip_rows {
            return ControlFlow::Continue(());
        }
        let bad =
            |reason: String, value: &str| Line::Bad { row, column: String::new(), reason, value: value.to_owned() };
        match piece {
            Piece::Object(text) => match flatten::flatten(text) {
                Ok(flat) => {
                    if self.header.as_ref() != Some(&flat.names) {
                        (self.sink)(Line::Keys(&flat.names))?;
                        self.header = Some(flat.names);
                    }
                    let cells: Vec<&str> = flat.values.iter().map(String::as_str).collect();
                    (self.sink)(Line::Row(row, &cells))
                }
                Err(error) => (self.sink)(bad(format!("it is not a JSON object: {error}"), text)),
            },
            Piece::Other(text) => (self.sink)(bad("it is not a JSON object".into(), text)),
            Piece::Cut(text) => (self.sink)(bad("the file ends inside this object: it is cut off".into(), text)),
        }
    }

    /// Every object of a list, whatever stands or is missing between them. `Continue(true)` when the list was closed.
    fn list(&mut self, mut text: &str) -> ControlFlow<(), bool> {
        let mut open = false;
        loop {
            text = text.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
            let Some(first) = text.chars().next() else { return ControlFlow::Continue(!open) };
            match first {
                '[' | ']' => {
                    open = first == '[';
                    text = &text[1..];
                }
                // The brace that closes the object around the list.
                '}' if !open => text = &text[1..],
                '{' => match object_end(text) {
                    Some(end) => {
                        self.piece(Piece::Object(&text[..end]))?;
                        text = &text[end..];
                    }
                    None => {
                        self.piece(Piece::Cut(text))?;
                        return ControlFlow::Continue(true);
                    }
                },
                _ => {
                    let end = text[first.len_utf8()..]
                        .find([',', ']', '{', '\n'])
                        .map_or(text.len(), |e| e + first.len_utf8());
                    self.piece(Piece::Other(&text[..end]))?;
                    text = &text[end..];
                }
            }
        }
    }

    fn lines(&mut self, text: &str) -> ControlFlow<()> {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty()).peekable();
        while let Some(line) = lines.next() {
            let last = lines.peek().is_none() && !text.ends_with('\n');
            let cut = last && line.starts_with('{') && object_end(line).is_none();
            self.piece(if cut { Piece::Cut(line) } else { Piece::Object(line) })?;
        }
        ControlFlow::Continue(())
    }
}

pub(super) fn walk(text: &str, wanted: &Wanted<'_>, sink: Sink<'_>) -> Walked {
    let mut walked = Walked::default();
    let mut walk = Walk { row: 0, skip_rows: wanted.skip_rows, header: None, sink, walked: &mut walked };
    let inside = list_inside(text, wanted.list);
    let closed = if let (Some((key, _)), Some(list)) = (inside, wanted.list)
        && key != list
    {
        let reason = format!("the file holds {key}, and the mapping reads {list}: name another mapping");
        let _ = (walk.sink)(broken(reason));
        true
    } else if let Some((_, list)) = inside {
        walk.list(list).continue_value().unwrap_or(true)
    } else if is_lines(text) {
        let _ = walk.lines(text);
        true
    } else {
        walk.list(text).continue_value().unwrap_or(true)
    };
    if !closed {
        let _ = (walk.sink)(broken("the file ends before the bracket that closes its list: it is cut off"));
    }
    if walk.row == 0 {
        walk.walked.warnings.push("the file holds no object".into());
    }
    walked
}
