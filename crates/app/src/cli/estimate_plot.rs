//! A plot of estimates by month as SVG: documented persons as a solid line, the 95 % interval of the estimate as a band, a panel per
//! party. Months without an estimate have no band; they are never drawn as zero. Its text alternative holds every number.

use std::collections::BTreeMap;
use std::fmt::Write;

use estimation::models::ModelAnswer;
use estimation::strata::Dimension;

use crate::jobs::estimate::Report;

const WIDTH: f64 = 760.0;
const PANEL: f64 = 150.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 26.0;
const HEAD: f64 = 40.0;

/// Documented, and the interval with its median.
#[derive(Default, Clone, Copy)]
struct Point {
    documented: u64,
    estimate: Option<(f64, f64, f64)>,
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
fn panels(report: &Report, model: &str) -> (BTreeMap<String, BTreeMap<i32, Point>>, u64) {
    let mut panels: BTreeMap<String, BTreeMap<i32, Point>> = BTreeMap::new();
    let mut undated = 0;
    for stratum in &report.strata {
        let named: Vec<(&Dimension, &String)> = report.wanted.by.iter().zip(&stratum.stratum).collect();
        let month = named.iter().find(|(by, _)| **by == Dimension::Month).and_then(|(_, name)| month_number(name));
        let rest: Vec<&str> =
            named.iter().filter(|(by, _)| **by != Dimension::Month).map(|(_, name)| name.as_str()).collect();
        let Some(month) = month else {
            undated += stratum.n_documented;
            continue;
        };
        let estimate = stratum.models.iter().find_map(|answer| match answer {
            ModelAnswer::Estimated { model: key, median, credible_interval_95: [low, high], .. } if *key == model => {
                Some((*low, *median, *high))
            }
            _ => None,
        });
        let panel = panels.entry(rest.join(" · ")).or_default();
        panel.insert(month, Point { documented: stratum.n_documented, estimate });
    }
    (panels, undated)
}

/// The plot, or `None` where no stratum has a month.
pub fn svg(report: &Report, model: &str) -> Option<String> {
    let (panels, undated) = panels(report, model);
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
    let note = match undated {
        0 => "Line: documented. Band: 95 % interval. No band: not estimable.".to_owned(),
        n => format!(
            "Line: documented. Band: 95 % interval. No band: not estimable. {n} documented without a month are not shown."
        ),
    };
    let _ = writeln!(out, "<text x=\"{LEFT}\" y=\"34\" fill=\"#555\">{}</text>", escape(&note));
    for (i, (name, points)) in panels.iter().enumerate() {
        panel(&mut out, name, points, (first, last), HEAD + i as f64 * (PANEL + TOP));
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

fn panel(out: &mut String, name: &str, points: &BTreeMap<i32, Point>, (first, last): (i32, i32), top: f64) {
    let most = points.values().map(|p| p.estimate.map_or(0.0, |(.., high)| high).max(p.documented as f64));
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
    for run in runs(points, (first, last)) {
        // A single month is drawn with some width, so that it can be seen.
        let edge = |i: usize| if i == 0 { -0.3 } else { 0.3 };
        let at = |month: i32, i: usize| if run.len() == 1 { x(month) + edge(i) * 8.0 } else { x(month) };
        let doubled: Vec<(usize, At)> = match run.as_slice() {
            [one] => vec![(0, *one), (1, *one)],
            many => many.iter().copied().enumerate().collect(),
        };
        let upper: Vec<String> =
            doubled.iter().map(|(i, (m, (.., high)))| format!("{:.1} {:.1}", at(*m, *i), y(*high))).collect();
        let lower: Vec<String> =
            doubled.iter().rev().map(|(i, (m, (low, ..)))| format!("{:.1} {:.1}", at(*m, *i), y(*low))).collect();
        let middle: Vec<String> =
            doubled.iter().map(|(i, (m, (_, median, _)))| format!("{:.1} {:.1}", at(*m, *i), y(*median))).collect();
        let _ = writeln!(
            out,
            "<path d=\"M{}L{}Z\" fill=\"#2a6f97\" fill-opacity=\"0.25\"/>\n<path d=\"M{}\" fill=\"none\" stroke=\"#2a6f97\" \
             stroke-dasharray=\"4 3\"/>",
            upper.join("L"),
            lower.join("L"),
            middle.join("L")
        );
    }
    let line: Vec<String> = (first..=last)
        .map(|month| format!("{:.1} {:.1}", x(month), y(points.get(&month).map_or(0.0, |p| p.documented as f64))))
        .collect();
    let _ = writeln!(out, "<path d=\"M{}\" fill=\"none\" stroke=\"#111\" stroke-width=\"1.6\"/></g>", line.join("L"));
}

/// A month by its number, with the low end, the point and the high end of its interval.
type At = (i32, (f64, f64, f64));

/// Months with an estimate, as many at a time as follow one another.
fn runs(points: &BTreeMap<i32, Point>, (first, last): (i32, i32)) -> Vec<Vec<At>> {
    let mut runs: Vec<Vec<At>> = vec![Vec::new()];
    for month in first..=last {
        match (points.get(&month).and_then(|p| p.estimate), runs.last_mut()) {
            (Some(estimate), Some(run)) => run.push((month, estimate)),
            (None, Some(run)) if !run.is_empty() => runs.push(Vec::new()),
            _ => {}
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

/// Every number of the plot, a line per month and panel.
pub fn text(report: &Report, model: &str) -> Option<String> {
    let (panels, undated) = panels(report, model);
    if panels.is_empty() {
        return None;
    }
    let mut out = format!("Persons by month: documented, and estimated by {model} (95 % interval).\n");
    for (name, points) in &panels {
        let name = if name.is_empty() { "all" } else { name };
        for (month, point) in points {
            let estimate = match point.estimate {
                Some((low, median, high)) => format!("estimated {median:.0}, from {low:.0} to {high:.0}"),
                None => "not estimable".to_owned(),
            };
            let _ = writeln!(out, "{name}, {}: documented {}, {estimate}", month_name(*month), point.documented);
        }
    }
    if undated > 0 {
        let _ = writeln!(out, "{undated} documented without a month are not shown.");
    }
    Some(out)
}
