//! The drawing kit of charts and maps: plain SVG with presentation attributes alone, so that the same drawing works under
//! the pages' content policy, without JavaScript, in print and inside the PDF. Lengths are the view box's units.
//!
//! Every area has a colour of Okabe and Ito's set (distinct to colour-blind readers) and a hatch of its own (distinct in
//! black and white). Coordinates are given from the side where the language begins.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::inks::{colour, dash, hatch};
use crate::l10n::{Lang, Speech};

pub(crate) const WIDTH: f64 = 720.0;

pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum At {
    Start,
    Middle,
    End,
}

pub(crate) struct Canvas {
    /// What stands before the patterns, which are known only when all is drawn.
    head: String,
    out: String,
    /// Inks whose hatch is used.
    hatched: BTreeSet<usize>,
    rtl: bool,
    /// In front of ids, since several drawings share a page.
    mark: String,
    width: f64,
}

/// FNV-1a (Fowler, Noll, Vo), 32 bits: a short name for a drawing, nothing to trust.
fn short(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

impl Canvas {
    /// `title` says the finding; `described` is the text alternative.
    pub fn new(t: &Speech, height: f64, title: &str, described: &str) -> Self {
        Self::of_size(t, (WIDTH, height), title, described)
    }

    /// A drawing of another width.
    pub fn of_size(t: &Speech, (width, height): (f64, f64), title: &str, described: &str) -> Self {
        let family = if t.lang == Lang::Ar {
            "Noto Naskh Arabic, Noto Sans, serif"
        } else {
            "Noto Sans, Noto Naskh Arabic, sans-serif"
        };
        let mark = format!("c{:08x}{}", short(&format!("{title}{described}")), t.lang.tag());
        let head = format!(
            "<svg viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\" direction=\"ltr\" font-family=\"{family}\" font-size=\"13\" \
             fill=\"#1a1a1a\" xmlns=\"http://www.w3.org/2000/svg\"><title>{}</title><desc>{}</desc>",
            escape(title),
            escape(described)
        );
        let rtl = t.lang.dir() == "rtl";
        Self { head, out: String::new(), hatched: BTreeSet::new(), rtl, mark, width }
    }

    fn x(&self, x: f64) -> f64 {
        if self.rtl { self.width - x } else { x }
    }

    /// A solid is no pattern: its tiles would show seams on paper, which look like a hatch.
    pub fn fill(&mut self, ink: usize) -> String {
        if hatch(ink).is_none() {
            return colour(ink).to_owned();
        }
        self.hatched.insert(ink);
        format!("url(#{}i{ink})", self.mark)
    }

    pub fn text(&mut self, x: f64, y: f64, at: At, words: &str) {
        self.text_of(x, y, at, words, 13.0, "#1a1a1a");
    }

    pub fn small(&mut self, x: f64, y: f64, at: At, words: &str) {
        self.text_of(x, y, at, words, 11.0, "#444444");
    }

    fn text_of(&mut self, x: f64, y: f64, at: At, words: &str, size: f64, colour: &str) {
        let anchor = match (at, self.rtl) {
            (At::Middle, _) => "middle",
            (At::Start, false) | (At::End, true) => "start",
            (At::Start, true) | (At::End, false) => "end",
        };
        // The isolate gives the text its own direction, whatever the drawing's.
        let _ = write!(
            self.out,
            "<text x=\"{:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" font-size=\"{size}\" fill=\"{colour}\">{}{}\u{2069}</text>",
            self.x(x),
            if self.rtl { '\u{2067}' } else { '\u{2068}' },
            escape(words)
        );
    }

    /// A box from `x` towards the side where the language ends.
    pub fn area(&mut self, x: f64, y: f64, width: f64, height: f64, fill: &str, told: &str) {
        let left = if self.rtl { self.width - x - width } else { x };
        let _ = write!(
            self.out,
            "<rect x=\"{left:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"{fill}\" stroke=\"#1a1a1a\" \
             stroke-width=\"0.6\"><title>{}</title></rect>",
            width.max(0.0),
            height.max(0.0),
            escape(told)
        );
    }

    pub fn rule(&mut self, x1: f64, y1: f64, x2: f64, y2: f64) {
        let _ = write!(
            self.out,
            "<line x1=\"{:.1}\" y1=\"{y1:.1}\" x2=\"{:.1}\" y2=\"{y2:.1}\" stroke=\"#bbbbbb\" stroke-width=\"0.8\"/>",
            self.x(x1),
            self.x(x2)
        );
    }

    pub fn line(&mut self, points: &[(f64, f64)], ink: usize) {
        let path: Vec<String> = points.iter().map(|(x, y)| format!("{:.1},{y:.1}", self.x(*x))).collect();
        let dash = dash(ink).map(|dash| format!(" stroke-dasharray=\"{dash}\"")).unwrap_or_default();
        let _ = write!(
            self.out,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2.2\"{dash}/>",
            path.join(" "),
            colour(ink)
        );
    }

    /// A closed shape, such as a band between two lines.
    pub fn shape(&mut self, points: &[(f64, f64)], fill: &str, opacity: f64) {
        let path: Vec<String> = points.iter().map(|(x, y)| format!("{:.1},{y:.1}", self.x(*x))).collect();
        let _ = write!(self.out, "<polygon points=\"{}\" fill=\"{fill}\" fill-opacity=\"{opacity}\"/>", path.join(" "));
    }

    /// A mark whose form differs by ink: circle, square, diamond, triangle.
    pub fn dot(&mut self, x: f64, y: f64, ink: usize, told: &str) {
        let (x, colour, r) = (self.x(x), colour(ink), 4.0);
        let form = match ink % 4 {
            0 => format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{r}\""),
            1 => format!("<path d=\"M{:.1} {:.1}h{}v{}h-{}z\"", x - r, y - r, 2.0 * r, 2.0 * r, 2.0 * r),
            2 => format!("<path d=\"M{x:.1} {:.1}l{r} {r}l-{r} {r}l-{r} -{r}z\"", y - r),
            _ => format!("<path d=\"M{x:.1} {:.1}l{r} {}h-{}z\"", y - r, 2.0 * r, 2.0 * r),
        };
        let _ = write!(
            self.out,
            "{form} fill=\"{colour}\" stroke=\"#1a1a1a\" stroke-width=\"0.6\"><title>{}</title></{}>",
            escape(told),
            if ink.is_multiple_of(4) { "circle" } else { "path" }
        );
    }

    /// Raw path data in page coordinates, never mirrored: a map has its own sides.
    pub fn path(&mut self, data: &str, fill: &str, told: &str) {
        let _ = write!(
            self.out,
            "<path d=\"{data}\" fill=\"{fill}\" fill-rule=\"evenodd\" stroke=\"#333333\" stroke-width=\"0.8\"><title>{}</title></path>",
            escape(told)
        );
    }

    /// An event on a map: a ring that is seen on any shade.
    pub fn pin(&mut self, x: f64, y: f64, told: &str) {
        let _ = write!(
            self.out,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"#d55e00\" stroke=\"#000000\" stroke-width=\"0.8\"><title>{}</title></circle>",
            escape(told)
        );
    }

    /// The sign of an event in a legend, from the side where the language begins.
    pub fn mark(&mut self, x: f64, y: f64) {
        let x = self.x(x);
        self.pin(x, y, "");
    }

    /// From a label to what it names, in page coordinates.
    pub fn leader(&mut self, from: [f64; 2], to: [f64; 2]) {
        let _ = write!(
            self.out,
            "<line x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\" stroke=\"#1a1a1a\" stroke-width=\"0.8\"/>",
            from[0], from[1], to[0], to[1]
        );
    }

    /// Where a leader ends.
    pub fn tack(&mut self, x: f64, y: f64) {
        let _ = write!(self.out, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"1.6\" fill=\"#1a1a1a\"/>");
    }

    /// Text at page coordinates with a white edge, for maps.
    pub fn label(&mut self, x: f64, y: f64, words: &str) {
        for halo in ["stroke=\"#ffffff\" stroke-width=\"3\" fill=\"#ffffff\"", "fill=\"#1a1a1a\""] {
            let _ = write!(
                self.out,
                "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"middle\" font-size=\"11\" {halo}>\u{2068}{}\u{2069}</text>",
                escape(words)
            );
        }
    }

    pub fn finish(self) -> String {
        let mut out = self.head;
        if !self.hatched.is_empty() {
            out.push_str("<defs>");
            for ink in &self.hatched {
                let _ = write!(
                    out,
                    "<pattern id=\"{}i{ink}\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\"><rect width=\"8\" \
                     height=\"8\" fill=\"{}\"/><path d=\"{}\" stroke=\"#ffffff\" stroke-width=\"1.4\" fill=\"none\"/></pattern>",
                    self.mark,
                    colour(*ink),
                    hatch(*ink).unwrap_or_default()
                );
            }
            out.push_str("</defs>");
        }
        out.push_str(&self.out);
        out.push_str("</svg>");
        out
    }
}

/// The text alternative of a drawing: what its `desc` says.
pub(crate) fn alternative(svg: &str) -> String {
    let inner = svg.split_once("<desc>").and_then(|(_, rest)| rest.split_once("</desc>")).map_or("", |(d, _)| d);
    inner.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// Steps of a scale from zero: at most five, at 1, 2 or 5 times a power of ten.
pub(crate) fn steps(most: u64) -> Vec<u64> {
    let mut step = 1;
    'found: for power in 0..18 {
        for times in [1, 2, 5] {
            step = times * 10_u64.pow(power);
            if most / step <= 4 {
                break 'found;
            }
        }
    }
    let end = most.div_ceil(step).max(1);
    (0..=end).map(|i| i * step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_begins_at_zero_and_covers_the_largest_number() {
        assert_eq!(steps(0), [0, 1]);
        assert_eq!(steps(4), [0, 1, 2, 3, 4]);
        assert_eq!(steps(334), [0, 100, 200, 300, 400]);
        assert!(steps(10_u64.pow(15)).len() < 8);
    }

    #[test]
    fn a_drawing_has_the_hatches_that_it_uses_and_a_solid_is_none() {
        let mut canvas = Canvas::new(Speech::of(Lang::En), 10.0, "t", "d");
        for ink in [0, 9, 1] {
            let fill = canvas.fill(ink);
            canvas.area(0.0, 0.0, 1.0, 1.0, &fill, "");
        }
        let svg = canvas.finish();
        assert_eq!(svg.matches("<pattern").count(), 1, "{svg}");
        assert!(svg.contains(&format!("fill=\"{}\" stroke", colour(0))), "{svg}");
    }

    #[test]
    fn a_text_alternative_comes_back_as_it_went_in() {
        let canvas = Canvas::new(Speech::of(Lang::En), 10.0, "t", "a < b & \"c\"");
        assert_eq!(alternative(&canvas.finish()), "a < b & \"c\"");
    }
}
