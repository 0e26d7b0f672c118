//! Charts drawn by the program, for print and for readers without JavaScript. Each has a title and a text
//! alternative; the tables beside it hold the same numbers.

pub(crate) mod by_party;
mod forms;
mod inks;
pub(crate) mod stances;
pub(crate) mod story;
mod svg;

use std::fmt::Write;

pub(crate) use by_party::holds_several;
pub(crate) use forms::{
    Bar, Interval, Words, bars as bars_titled, chart as framed, classes, estimates, labelled, shade,
};
pub(crate) use inks::PartyInks;
pub(crate) use svg::{At, Canvas, WIDTH, alternative};

use crate::doc::{Chart, script_json};
use crate::l10n::Lang;
use serde::Serialize;

/// One bar.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Point {
    /// Unique.
    pub key: String,
    /// The source that it is of.
    pub of: String,
    pub label: String,
    pub value: u64,
    /// The value as it was printed, "at least" and "about" with it.
    pub said: String,
    pub href: String,
}

#[derive(Serialize)]
struct Data<'a> {
    kind: &'a str,
    locale: &'a str,
    points: &'a [Point],
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn open(svg: &mut String, width: u32, height: u32, title: &str, description: &str) {
    // Writing to a String cannot fail.
    let _ = write!(
        svg,
        "<svg viewBox=\"0 0 {width} {height}\" role=\"img\" xmlns=\"http://www.w3.org/2000/svg\"><title>{}</title><desc>{}</desc>",
        escape(title),
        escape(description)
    );
}

fn finish(kind: &'static str, caption: &str, lang: Lang, points: &[Point], svg: String) -> Chart {
    let json = script_json(&Data { kind, locale: lang.locale(), points });
    Chart { kind, caption: caption.to_owned(), svg, json, ..Chart::default() }
}

/// Horizontal bars, from the side where the language begins.
pub(crate) fn bars(caption: &str, lang: Lang, points: &[Point]) -> Chart {
    const WIDTH: u32 = 720;
    const LABELS: u32 = 260;
    const ROW: u32 = 30;
    let most = points.iter().map(|p| p.value).max().unwrap_or(1).max(1);
    let described: Vec<String> = points.iter().map(|p| format!("{}: {}", p.label, p.said)).collect();
    let mut svg = String::new();
    open(&mut svg, WIDTH, ROW * points.len() as u32 + 8, caption, &described.join("; "));
    let rtl = lang.dir() == "rtl";
    let side = |x: u32| if rtl { WIDTH - x } else { x };
    for (i, point) in points.iter().enumerate() {
        let top = ROW * i as u32 + 4;
        let length = ((point.value as f64 / most as f64) * f64::from(WIDTH - LABELS - 110)).round() as u32;
        let bar_x = if rtl { WIDTH - LABELS - length } else { LABELS };
        let label: String = if point.label.chars().count() > 40 {
            point.label.chars().take(39).chain(['…']).collect()
        } else {
            point.label.clone()
        };
        let _ = write!(
            svg,
            "<a href=\"{}\" data-of=\"{}\"><text x=\"{}\" y=\"{}\" class=\"label\">{}</text><rect class=\"bar\" x=\"{bar_x}\" y=\"{top}\" width=\"{length}\" height=\"20\"/><text x=\"{}\" y=\"{}\" class=\"value\">{}</text></a>",
            escape(&point.href),
            escape(&point.of),
            side(0),
            top + 15,
            escape(&label),
            side(LABELS + length + 6),
            top + 15,
            escape(&point.said),
        );
    }
    svg.push_str("</svg>");
    finish("bars", caption, lang, points, svg)
}
