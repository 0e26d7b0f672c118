//! Drawings and pages as received: what in them acts, found without rendering or resolving anything.

/// Why markup was not looked into. It is kept as received and is never shown as what it claims to be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MarkupRefused {
    #[error("it declares a document type or entities, by which files are read and memory is filled; none was resolved")]
    DocumentType,
    #[error("it is not well-formed: {0}")]
    Broken(String),
}

/// One sentence for each kind of thing in a drawing or page that acts or calls out. For SVG the XML must be sound.
///
/// # Errors
/// A drawing with a document type or broken XML.
pub fn look_at_markup(bytes: &[u8], is_drawing: bool) -> Result<Vec<String>, MarkupRefused> {
    let text = String::from_utf8_lossy(bytes);
    let lower = text.to_ascii_lowercase();
    if is_drawing {
        if lower.contains("<!doctype") || lower.contains("<!entity") {
            return Err(MarkupRefused::DocumentType);
        }
        let options = roxmltree::ParsingOptions { allow_dtd: false, nodes_limit: 500_000, ..Default::default() };
        roxmltree::Document::parse_with_options(&text, options).map_err(|e| MarkupRefused::Broken(e.to_string()))?;
    }
    let any = |marks: &[&str]| marks.iter().any(|mark| lower.contains(mark));
    let told = [
        (any(&["<script", "javascript:"]) || has_handler(&lower), "it holds a program (script)"),
        (any(&["<iframe", "<object", "<embed", "foreignobject"]), "it embeds other documents"),
        (any(&["<form"]), "it holds a form that sends"),
        (any(&["http-equiv=\"refresh", "http-equiv=refresh", "<base"]), "it redirects whoever opens it"),
        (
            any(&["src=\"http", "href=\"http", "src='http", "href='http", "url(http", "@import"]),
            "it calls out to the network",
        ),
    ];
    Ok(told.into_iter().filter(|(is, _)| *is).map(|(_, words)| words.to_owned()).collect())
}

/// ` onload=` and its like.
fn has_handler(lower: &str) -> bool {
    lower.match_indices("on").any(|(at, _)| {
        let before =
            lower[..at].chars().next_back().is_some_and(|c| c.is_whitespace() || matches!(c, '/' | '"' | '\''));
        let name = lower[at + 2..].bytes().take_while(u8::is_ascii_lowercase).count();
        before && name > 2 && lower[at + 2 + name..].trim_start().starts_with('=')
    })
}
