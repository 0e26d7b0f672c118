//! Charts drawn by the program, for print and for readers without JavaScript. Each has a title and a text
//! alternative; the tables beside it hold the same numbers.

pub(crate) mod by_party;
mod forms;
pub(crate) mod stances;
pub(crate) mod story;
mod svg;

use std::fmt::Write;

pub(crate) use forms::{Bar, Interval, Words, bars as bars_titled, chart as framed, estimates, ink_of, shade};
pub(crate) use svg::{Canvas, WIDTH, alternative};

use crate::doc::{Chart, script_json};
use crate::l10n::Lang;
use serde::Serialize;

/// One bar, or one point in a month.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Point {
    /// Bars: unique key. Months: `2019-03`.
    pub key: String,
    pub label: String,
    pub value: u64,
    pub href: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub series: String,
    #[serde(rename = "seriesName", skip_serializing_if = "String::is_empty")]
    pub series_name: String,
}

#[derive(Serialize)]
struct Data<'a> {
    kind: &'a str,
    locale: &'a str,
    points: &'a [Point],
}

pub(crate) const INKS: usize = 8;

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
    Chart { kind, caption: caption.to_owned(), svg, json }
}

/// Horizontal bars, from the side where the language begins.
pub(crate) fn bars(caption: &str, lang: Lang, points: &[Point], number: impl Fn(u64) -> String) -> Chart {
    const WIDTH: u32 = 720;
    const LABELS: u32 = 200;
    const ROW: u32 = 30;
    let most = points.iter().map(|p| p.value).max().unwrap_or(1).max(1);
    let described: Vec<String> = points.iter().map(|p| format!("{}: {}", p.label, number(p.value))).collect();
    let mut svg = String::new();
    open(&mut svg, WIDTH, ROW * points.len() as u32 + 8, caption, &described.join("; "));
    let rtl = lang.dir() == "rtl";
    let side = |x: u32| if rtl { WIDTH - x } else { x };
    for (i, point) in points.iter().enumerate() {
        let top = ROW * i as u32 + 4;
        let length = ((point.value as f64 / most as f64) * f64::from(WIDTH - LABELS - 80)).round() as u32;
        let bar_x = if rtl { WIDTH - LABELS - length } else { LABELS };
        let label: String = if point.label.chars().count() > 28 {
            point.label.chars().take(27).chain(['…']).collect()
        } else {
            point.label.clone()
        };
        let _ = write!(
            svg,
            "<a href=\"{}\"><text x=\"{}\" y=\"{}\" class=\"label\">{}</text><rect class=\"bar\" x=\"{bar_x}\" y=\"{top}\" width=\"{length}\" height=\"20\"/><text x=\"{}\" y=\"{}\" class=\"value\">{}</text></a>",
            escape(&point.href),
            side(0),
            top + 15,
            escape(&label),
            side(LABELS + length + 6),
            top + 15,
            escape(&number(point.value)),
        );
    }
    svg.push_str("</svg>");
    finish("bars", caption, lang, points, svg)
}

/// Numbers over months, one line for each series.
pub(crate) fn months(
    caption: &str,
    lang: Lang,
    points: &[Point],
    description: &str,
    number: impl Fn(u64) -> String,
    year: impl Fn(i16) -> String,
) -> Chart {
    const WIDTH: i32 = 720;
    const HEIGHT: i32 = 280;
    const BOTTOM: i32 = 250;
    const START: i32 = 56;
    let at = |key: &str| -> Option<i32> {
        let (y, m) = key.split_once('-')?;
        Some(y.parse::<i32>().ok()? * 12 + m.parse::<i32>().ok()? - 1)
    };
    let months: Vec<i32> = points.iter().filter_map(|p| at(&p.key)).collect();
    let (first, last) = (months.iter().min().copied().unwrap_or(0), months.iter().max().copied().unwrap_or(0));
    let most = points.iter().map(|p| p.value).max().unwrap_or(1).max(1);
    let rtl = lang.dir() == "rtl";
    let x = |month: i32| {
        let along = START + (month - first) * (WIDTH - START - 20) / (last - first).max(1);
        if rtl { WIDTH - along } else { along }
    };
    let y = |value: u64| BOTTOM - ((value as f64 / most as f64) * f64::from(BOTTOM - 20)).round() as i32;
    let mut svg = String::new();
    open(&mut svg, WIDTH as u32, HEIGHT as u32, caption, description);
    for value in [0, most / 2, most] {
        let side = if rtl { WIDTH } else { 0 };
        let _ = write!(
            svg,
            "<line class=\"rule\" x1=\"0\" x2=\"{WIDTH}\" y1=\"{0}\" y2=\"{0}\"/><text class=\"value\" x=\"{side}\" y=\"{1}\">{2}</text>",
            y(value),
            y(value) - 4,
            escape(&number(value))
        );
    }
    // A year every so often, so that years do not run into each other.
    let every = ((last - first) / 12 / 8).max(1);
    for month in first..=last {
        if month.rem_euclid(12) == 0 && (month / 12) % every == 0 {
            let _ = write!(
                svg,
                "<text class=\"value\" x=\"{}\" y=\"{}\">{}</text>",
                x(month),
                BOTTOM + 18,
                escape(&year((month / 12) as i16))
            );
        }
    }
    let mut series: Vec<&str> = Vec::new();
    for point in points {
        if !series.contains(&point.series.as_str()) {
            series.push(&point.series);
        }
    }
    for (ink, name) in series.iter().enumerate() {
        let own: Vec<&Point> = points.iter().filter(|p| p.series == *name).collect();
        let path: Vec<String> = own.iter().filter_map(|p| Some(format!("{},{}", x(at(&p.key)?), y(p.value)))).collect();
        let _ = write!(svg, "<polyline class=\"line ink{}\" points=\"{}\"/>", ink % INKS, path.join(" "));
        for point in own {
            let Some(month) = at(&point.key) else { continue };
            let _ = write!(
                svg,
                "<a href=\"{}\"><circle class=\"dot ink{}\" cx=\"{}\" cy=\"{}\" r=\"3\"><title>{}</title></circle></a>",
                escape(&point.href),
                ink % INKS,
                x(month),
                y(point.value),
                escape(&format!("{}, {}: {}", point.series_name, point.label, number(point.value))),
            );
        }
    }
    svg.push_str("</svg>");
    finish("months", caption, lang, points, svg)
}
