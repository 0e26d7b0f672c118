//! A publisher's logo: a picture that runs nothing, fetches nothing and tells nothing of who drew it. What is published is
//! written anew from what the given file draws.

use std::fmt::Write;

use quick_xml::NsReader;
use quick_xml::escape::{escape, resolve_predefined_entity};
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};

const SVG: &str = "http://www.w3.org/2000/svg";
const XLINK: &str = "http://www.w3.org/1999/xlink";

/// What draws. Of everything else the drawing programs' own elements are passed over and SVG's are refused.
const ELEMENTS: [&str; 23] = [
    "svg",
    "g",
    "defs",
    "symbol",
    "use",
    "path",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "text",
    "tspan",
    "textPath",
    "title",
    "clipPath",
    "mask",
    "pattern",
    "linearGradient",
    "radialGradient",
    "stop",
    "style",
];
/// Words about the drawing: who drew it, with what, when.
const ABOUT: [&str; 2] = ["metadata", "desc"];
/// Chunks of a PNG without which the picture would look another way.
const CHUNKS: [&[u8; 4]; 8] = [b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB", b"cHRM"];
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// A picture for the head of every page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    /// `assets/logo.svg` or `assets/logo.png`.
    pub path: &'static str,
    pub bytes: Vec<u8>,
}

/// A reader loads it before a page is whole, on whatever telephone and network.
const MOST_BYTES: usize = 500_000;

impl Logo {
    /// Takes PNG, and SVG that holds nothing but shapes and words.
    ///
    /// # Errors
    /// What the picture holds that could run or fetch something, or that it is neither.
    pub fn new(bytes: Vec<u8>) -> Result<Self, String> {
        if bytes.len() > MOST_BYTES {
            return Err(format!(
                "the logo has {} kB; every page shows it, so that it may have {} at most",
                bytes.len() / 1000,
                MOST_BYTES / 1000
            ));
        }
        if bytes.starts_with(PNG) {
            let bytes = png(&bytes).ok_or("the logo is a PNG that is cut off or damaged")?;
            return Ok(Self { path: "assets/logo.png", bytes });
        }
        let text = std::str::from_utf8(&bytes).map_err(|_| "the logo is neither PNG nor SVG".to_owned())?;
        let bytes = svg(text.trim_start_matches('\u{feff}'))?.into_bytes();
        Ok(Self { path: "assets/logo.svg", bytes })
    }
}

/// The picture without its texts, times, positions and what follows its end; `None` where it is no whole PNG.
fn png(bytes: &[u8]) -> Option<Vec<u8>> {
    let (mut kept, mut rest) = (PNG.to_vec(), bytes.strip_prefix(PNG)?);
    loop {
        let length = usize::try_from(u32::from_be_bytes(*rest.first_chunk()?)).ok()?;
        let kind: &[u8; 4] = rest.get(4..8)?.first_chunk()?;
        let chunk = rest.get(..length.checked_add(12)?)?;
        rest = &rest[chunk.len()..];
        if CHUNKS.contains(&kind) {
            kept.extend_from_slice(chunk);
        }
        if kind == b"IEND" {
            return Some(kept);
        }
    }
}

/// Whether a value of an attribute refers to something outside the drawing.
fn refers_out(value: &str) -> bool {
    let within = |rest: &str| rest.trim_start().trim_start_matches(['"', '\'']).starts_with('#');
    value.contains('\\') || value.to_lowercase().split("url(").skip(1).any(|rest| !within(rest))
}

/// Whether a style could fetch something.
fn fetches(css: &str) -> bool {
    let lower = css.to_lowercase();
    refers_out(css) || ["@", "image", "src(", "//"].iter().any(|bad| lower.contains(bad))
}

fn svg(text: &str) -> Result<String, String> {
    let holds = |what: &str| Err(format!("the logo holds {what}, which could run or fetch something"));
    let not_read = |error: quick_xml::Error| format!("the logo is no SVG that can be read: {error}");
    let mut reader = NsReader::from_str(text);
    reader.config_mut().check_end_names = true;
    let (mut out, mut open, mut passed_over) = (String::new(), Vec::<String>::new(), 0_usize);
    loop {
        let event = reader.read_event().map_err(not_read)?;
        let is_empty = matches!(event, Event::Empty(_));
        match event {
            Event::Eof if open.is_empty() && !out.is_empty() => return Ok(out),
            Event::Eof => return Err("the logo is neither PNG nor SVG, or is cut off".to_owned()),
            Event::DocType(_) => return holds("a document type"),
            Event::Start(_) | Event::Empty(_) if passed_over > 0 => passed_over += usize::from(!is_empty),
            Event::End(_) if passed_over > 0 => passed_over -= 1,
            Event::Start(element) | Event::Empty(element) => {
                let (space, name) = reader.resolver().resolve_element(element.name());
                let name = name.into_inner();
                match space {
                    ResolveResult::Bound(Namespace(SVG)) if ABOUT.contains(&name) => {
                        passed_over += usize::from(!is_empty);
                        continue;
                    }
                    ResolveResult::Bound(Namespace(SVG)) if ELEMENTS.contains(&name) => {}
                    ResolveResult::Bound(Namespace(SVG)) => return holds(&format!("<{name}>")),
                    _ if open.is_empty() => return Err("the logo is neither PNG nor SVG".to_owned()),
                    _ => {
                        passed_over += usize::from(!is_empty);
                        continue;
                    }
                }
                if open.is_empty() && (name != "svg" || !out.is_empty()) {
                    return Err("the logo is neither PNG nor SVG".to_owned());
                }
                let _ = write!(out, "<{name}");
                if open.is_empty() {
                    let _ = write!(out, " xmlns=\"{SVG}\"");
                }
                attributes(&reader, &element, &mut out)?;
                out.push_str(if is_empty { "/>" } else { ">" });
                if !is_empty {
                    open.push(name.to_owned());
                }
            }
            Event::End(_) => {
                if let Some(name) = open.pop() {
                    let _ = write!(out, "</{name}>");
                }
            }
            _ if passed_over > 0 || open.is_empty() => {}
            Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) => {
                let words = match &event {
                    Event::Text(words) => words.xml10_content().into_owned(),
                    Event::CData(words) => words.xml10_content().into_owned(),
                    Event::GeneralRef(name) => match name.resolve_char_ref().map_err(not_read)? {
                        Some(c) => c.to_string(),
                        None => match resolve_predefined_entity(&name.xml10_content()) {
                            Some(words) => words.to_owned(),
                            None => return holds("an entity"),
                        },
                    },
                    _ => String::new(),
                };
                if open.last().is_some_and(|name| name == "style") && fetches(&words) {
                    return holds("a style that refers to other files");
                }
                out.push_str(&escape(words));
            }
            Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
        }
    }
}

/// The attributes of an element that draw. Those of other vocabularies are left out, but for references of XLink.
fn attributes(reader: &NsReader<&[u8]>, element: &BytesStart<'_>, out: &mut String) -> Result<(), String> {
    let holds = |what: &str| Err(format!("the logo holds {what}, which could run or fetch something"));
    for attribute in element.attributes() {
        let attribute = attribute.map_err(|e| format!("the logo is no SVG that can be read: {e}"))?;
        if attribute.key.as_namespace_binding().is_some() {
            continue;
        }
        let (space, name) = reader.resolver().resolve_attribute(attribute.key);
        let name = name.into_inner();
        let is_link = matches!(space, ResolveResult::Bound(Namespace(XLINK))) && name == "href";
        if !is_link && !matches!(space, ResolveResult::Unbound) || name.starts_with("data-") {
            continue;
        }
        let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0);
        let value = value.map_err(|e| format!("the logo is no SVG that can be read: {e}"))?;
        if name.to_lowercase().starts_with("on") {
            return holds(&format!("{name:?}"));
        }
        if name == "href" && !value.trim_start().starts_with('#') {
            return holds(&format!("a reference to {value:?}"));
        }
        if refers_out(&value) || name == "style" && fetches(&value) {
            return holds(&format!("{name}={value:?}"));
        }
        let _ = write!(out, " {name}=\"{}\"", escape(value.as_ref()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logo(inner: &str) -> Result<String, String> {
        let svg = format!(
            "<?xml version=\"1.0\"?><svg xmlns=\"{SVG}\" xmlns:x=\"{XLINK}\" viewBox=\"0 0 9 9\">{inner}</svg>"
        );
        Logo::new(svg.into_bytes()).map(|logo| String::from_utf8(logo.bytes).unwrap())
    }

    #[test]
    fn a_logo_that_readers_would_wait_for_is_refused() {
        let of = |n: usize| {
            Logo::new(format!("<svg xmlns=\"http://www.w3.org/2000/svg\">{}</svg>", " ".repeat(n)).into_bytes())
        };
        assert!(of(1000).is_ok());
        assert!(of(MOST_BYTES).err().unwrap().contains("500 at most"));
    }

    #[test]
    fn what_could_run_or_fetch_is_refused_however_it_is_written() {
        for bad in [
            "<script/>",
            "<s:script xmlns:s=\"http://www.w3.org/2000/svg\">1</s:script>",
            "<image href=\"https://x/\"/>",
            "<image x:href=\"//x/a.png\"/>",
            "<use href=\"java&#115;cript:1\"/>",
            "<use x:href=\"other.svg#a\"/>",
            "<g onclick=\"x\"/>",
            "<g\nonload=\"x\"/>",
            "<foreignObject/>",
            "<a href=\"#b\"/>",
            "<set attributeName=\"href\" to=\"x\"/>",
            "<rect fill=\"url(//x/a.svg#b)\"/>",
            "<rect style=\"fill:u\\72l(x)\"/>",
            "<style>@import 'x';</style>",
            "<style><![CDATA[rect{fill:url(https://x)}]]></style>",
            "<g>",
            "&x;",
        ] {
            assert!(logo(bad).is_err(), "{bad}");
        }
        for bad in
            ["", "<svg/>", "<html/>", "<!DOCTYPE svg [<!ENTITY a 'b'>]><svg xmlns=\"http://www.w3.org/2000/svg\"/>"]
        {
            assert!(Logo::new(bad.as_bytes().to_vec()).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_drawing_stays_and_what_tells_of_its_author_goes() {
        let drawn = logo(
            "<!-- by CANARY --><metadata>CANARY</metadata><desc>CANARY</desc><title>A &amp; B</title>\
             <n:view xmlns:n=\"urn:n\" n:path=\"CANARY\"><path/></n:view><linearGradient id=\"a\"><stop offset=\"1\"/></linearGradient>\
             <g n:label=\"CANARY\" data-x=\"CANARY\" xmlns:n=\"urn:n\" fill='url(#a)'><use x:href=\"#a\"/><style>.a{fill:url(\"#a\")}</style></g>",
        );
        let drawn = drawn.unwrap();
        assert!(!drawn.contains("CANARY"), "{drawn}");
        let stays = "<title>A &amp; B</title><linearGradient id=\"a\"><stop offset=\"1\"/></linearGradient><g fill=\"url(#a)\"><use href=\"#a\"/>";
        assert!(drawn.contains(stays) && drawn.contains("viewBox=\"0 0 9 9\""), "{drawn}");
    }

    #[test]
    fn a_png_keeps_its_picture_alone() {
        let chunk =
            |kind: &[u8; 4], body: &[u8]| [&(body.len() as u32).to_be_bytes()[..], kind, body, b"csum"].concat();
        let whole = |about: &[u8]| {
            [PNG, &chunk(b"IHDR", &[0; 13]), about, &chunk(b"IDAT", b"x"), &chunk(b"IEND", b"")].concat()
        };
        let told = [chunk(b"tEXt", b"Author\0CANARY"), chunk(b"eXIf", b"CANARY"), chunk(b"tIME", &[0; 7])].concat();
        let given = [whole(&told), b"CANARY".to_vec()].concat();
        assert_eq!(Logo::new(given).unwrap().bytes, whole(b""));
        assert!(Logo::new(whole(b"")[..40].to_vec()).is_err());
        assert!(Logo::new([PNG, &[0xff; 12]].concat()).is_err());
    }
}
