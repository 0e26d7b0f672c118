//! A plot of estimates by month as SVG: documented persons as a solid line, the 95 % interval of the estimate as a band, a panel per
//! party. Months without an estimate have no band, and withheld ones no line; neither is drawn as zero. A band that is not to be read as
//! 95 % is hollow. Its text alternative holds every number.

use std::collections::BTreeMap;
use std::fmt::Write;

use estimation::guarded::TOGETHER;
use estimation::models::ModelAnswer;
use estimation::strata::Dimension;

use crate::jobs::estimate::Report;

const WIDTH: f64 = 760.0;
const PANEL: f64 = 150.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 26.0;
const HEAD: f64 = 40.0;

/// An interval with its median, and whether the table speaks against it.
#[derive(Clone, Copy, PartialEq)]
struct Band {
    low: f64,
    median: f64,
    high: f64,
    is_doubted: bool,
}

/// Documented, and estimated.
#[derive(Default, Clone, Copy)]
struct Point {
    documented: u64,
    estimate: Option<Band>,
}

/// Documented persons who have no place on the axis.
#[derive(Default, Clone, Copy)]
struct Off {
    undated: u64,
    withheld: u64,
}

impl Off {
    fn words(self) -> String {
        let undated =
            (self.undated > 0).then(|| format!(" {} documented without a month are not shown.", self.undated));
        let withheld = (self.withheld > 0)
            .then(|| format!(" {} documented in months that are withheld are not shown.", self.withheld));
        undated.into_iter().chain(withheld).collect()
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Every month from the first to the last, as year · 12 + month − 1.
fn month_number(text: &str) -> Option<i32> {
    let (year, month) = text.split_once('-')?;
    let month: i32 = month.parse().ok()?;
    Some(year.parse::<i32>().ok()? * 12 + month - 1)
}

fn month_name(number: i32) -> String {
    format!("{:04}-{:02}", number.div_euclid(12), number.rem_euclid(12) + 1)
}

/// Panels by name, each with its months. Strata of an unknown month have no place on the axis; they are counted.
fn panels(report: &Report, model: &str) -> (BTreeMap<String, BTreeMap<i32, Point>>, Off) {
    let mut panels: BTreeMap<String, BTreeMap<i32, Point>> = BTreeMap::new();
    let mut off = Off::default();
    for stratum in &report.strata {
        let named: Vec<(&Dimension, &String)> = report.wanted.by.iter().zip(&stratum.stratum).collect();
        let month = named.iter().find(|(by, _)| **by == Dimension::Month).and_then(|(_, name)| month_number(name));
        let rest: Vec<&str> =
            named.iter().filter(|(by, _)| **by != Dimension::Month).map(|(_, name)| name.as_str()).collect();
        let Some(month) = month else {
            let is_withheld = stratum.stratum.iter().any(|name| name == TOGETHER);
            *(if is_withheld { &mut off.withheld } else { &mut off.undated }) += stratum.n_documented;
            continue;
        };
        let estimate = stratum.models.iter().find_map(|answer| match answer {
            ModelAnswer::Estimated { model: key, median, credible_interval_95: [low, high], .. } if *key == model => {
                Some(Band { low: *low, median: *median, high: *high, is_doubted: answer.is_doubted() })
            }
            _ => None,
        });
        let panel = panels.entry(rest.join(" · ")).or_default();
        panel.insert(month, Point { documented: stratum.n_documented, estimate });
    }
    (panels, off)
}

/// The plot, or `None` where no stratum has a month.
pub fn svg(report: &Report, model: &str) -> Option<String> {
    let (panels, off) = panels(report, model);
    let months = panels.values().flat_map(|panel| panel.keys().copied());
    let (first, last) = (months.clone().min()?, months.max()?);
    let height = HEAD + panels.len() as f64 * (PANEL + TOP) + 34.0;
    let mut out = String::new();
    let title = format!("Documented and estimated persons by month, {model}, trust set {}", report.wanted.trust);
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-labelledby=\"t d\" \
         font-family=\"sans-serif\" font-size=\"11\">\n<title id=\"t\">{}</title>\n<desc id=\"d\">{}</desc>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n<text x=\"{LEFT}\" y=\"18\" font-size=\"13\">{}</text>",
        escape(&title),
        escape(&text(report, model)?),
        escape(&title)
    );
    let note = format!(
        "Line: documented. Band: 95 % interval; hollow: not to be read as 95 %. No band: not estimable.{}",
        off.words()
    );
    let _ = writeln!(out, "<text x=\"{LEFT}\" y=\"34\" fill=\"#555\">{}</text>", escape(&note));
    for (i, (name, points)) in panels.iter().enumerate() {
        let frame = Frame { first, last, top: HEAD + i as f64 * (PANEL + TOP), absent: absent(report) };
        panel(&mut out, name, points, &frame);
    }
    let step = ((last - first) / 8 + 1).max(1);
    let span = f64::from((last - first).max(1));
    for month in (first..=last).step_by(step as usize) {
        let x = LEFT + (WIDTH - LEFT - RIGHT) * f64::from(month - first) / span;
        let _ = writeln!(
            out,
            "<text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            height - 14.0,
            month_name(month)
        );
    }
    out.push_str("</svg>\n");
    Some(out)
}

/// What a month that has no stratum bears: nobody, or, where small counts are withheld, nobody knows.
fn absent(report: &Report) -> Option<u64> {
    (report.wanted.smallest_cell < 2).then_some(0)
}

struct Frame {
    first: i32,
    last: i32,
    top: f64,
    absent: Option<u64>,
}

fn panel(out: &mut String, name: &str, points: &BTreeMap<i32, Point>, frame: &Frame) {
    let Frame { first, last, top, absent } = *frame;
    let most = points.values().map(|p| p.estimate.map_or(0.0, |band| band.high).max(p.documented as f64));
    let most = most.fold(1.0, f64::max);
    let (bottom, span) = (top + TOP + PANEL - 14.0, f64::from((last - first).max(1)));
    let x = |month: i32| LEFT + (WIDTH - LEFT - RIGHT) * f64::from(month - first) / span;
    let y = |persons: f64| bottom - (PANEL - 24.0) * persons / most;
    let name = if name.is_empty() { "all" } else { name };
    let _ = writeln!(
        out,
        "<g><text x=\"{LEFT}\" y=\"{:.1}\" font-weight=\"bold\">{}</text>\n\
         <path d=\"M{LEFT} {:.1}V{bottom:.1}H{:.1}\" stroke=\"#999\" fill=\"none\"/>\n\
         <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{most:.0}</text><text x=\"{:.1}\" y=\"{bottom:.1}\" text-anchor=\"end\">0</text>",
        top + TOP - 4.0,
        escape(name),
        y(most),
        WIDTH - RIGHT,
        LEFT - 5.0,
        y(most) + 8.0,
        LEFT - 5.0
    );
    // A single month is drawn with some width, so that it can be seen.
    let place = |run: &[i32]| -> Vec<f64> {
        match run {
            [one] => vec![x(*one) - 2.4, x(*one) + 2.4],
            many => many.iter().map(|month| x(*month)).collect(),
        }
    };
    let line = |places: &[f64], values: Vec<f64>| -> String {
        let values = if values.len() == 1 { vec![values[0]; 2] } else { values };
        let points = places.iter().zip(values).map(|(x, value)| format!("{x:.1} {:.1}", y(value)));
        points.collect::<Vec<_>>().join("L")
    };
    let estimated = |month: i32| points.get(&month).and_then(|point| point.estimate);
    for run in runs((first, last), |month| estimated(month).map(|band| band.is_doubted)) {
        let bands: Vec<Band> = run.iter().filter_map(|month| estimated(*month)).collect();
        let places = place(&run);
        let upper = line(&places, bands.iter().map(|band| band.high).collect());
        let back: Vec<f64> = places.iter().rev().copied().collect();
        let lower = line(&back, bands.iter().rev().map(|band| band.low).collect());
        let middle = line(&places, bands.iter().map(|band| band.median).collect());
        let look = match bands.iter().any(|band| band.is_doubted) {
            true => "fill=\"none\" stroke=\"#2a6f97\" stroke-opacity=\"0.6\" stroke-dasharray=\"1 2\"",
            false => "fill=\"#2a6f97\" fill-opacity=\"0.25\"",
        };
        let _ = writeln!(
            out,
            "<path d=\"M{upper}L{lower}Z\" {look}/>\n<path d=\"M{middle}\" fill=\"none\" stroke=\"#2a6f97\" stroke-dasharray=\"4 3\"/>"
        );
    }
    let documented = |month: i32| points.get(&month).map(|point| point.documented).or(absent);
    for run in runs((first, last), |month| documented(month).map(|_| ())) {
        let values = run.iter().filter_map(|month| documented(*month)).map(|n| n as f64).collect();
        let path = line(&place(&run), values);
        let _ = writeln!(out, "<path d=\"M{path}\" fill=\"none\" stroke=\"#111\" stroke-width=\"1.6\"/>");
    }
    out.push_str("</g>\n");
}

/// Months of which something is known, as many at a time as follow one another and are known alike.
fn runs<K: PartialEq>((first, last): (i32, i32), known: impl Fn(i32) -> Option<K>) -> Vec<Vec<i32>> {
    let mut runs: Vec<Vec<i32>> = Vec::new();
    let mut before: Option<K> = None;
    for month in first..=last {
        let now = known(month);
        if now.is_some() {
            match runs.last_mut() {
                Some(run) if now == before => run.push(month),
                _ => runs.push(vec![month]),
            }
        }
        before = now;
    }
    runs
}

/// Every number of the plot, a line per month and panel, and what it was made from.
pub fn text(report: &Report, model: &str) -> Option<String> {
    let (panels, off) = panels(report, model);
    if panels.is_empty() {
        return None;
    }
    let lists = report.lists.iter().map(|list| list.list.as_str());
    let lists: Vec<&str> = lists.chain(report.lists_without_totals.iter().map(String::as_str)).collect();
    let mut out = format!(
        "Persons by month: documented, and estimated by {model} (95 % interval).\nTrust set {}; lists: {}; seed {}, version {}.\n",
        report.wanted.trust,
        lists.join(", "),
        report.seed,
        report.version
    );
    for (name, points) in &panels {
        let name = if name.is_empty() { "all" } else { name };
        for (month, point) in points {
            let estimate = match point.estimate {
                Some(Band { low, median, high, is_doubted }) => format!(
                    "estimated {median:.0}, from {low:.0} to {high:.0}{}",
                    if is_doubted { ", not to be read as 95 %: the table speaks against it" } else { "" }
                ),
                None => "not estimable".to_owned(),
            };
            let _ = writeln!(out, "{name}, {}: documented {}, {estimate}", month_name(*month), point.documented);
        }
    }
    match off.words() {
        words if words.is_empty() => {}
        words => out.push_str(&format!("{}\n", words.trim_start())),
    }
    Some(out)
}
