//! The forms of charts: bars, stacked columns, lines, a band between sources, a calendar, a flow, an estimate's band.
//! Each is given its finding as a title, its unit and its source line; the numbers stand beside the marks.

use super::inks::colour;
use super::svg::{At, Canvas, WIDTH, steps};
use crate::doc::Chart;
use crate::l10n::{Speech, without_isolates};

/// What every chart says in words.
pub(crate) struct Words<'a> {
    pub finding: &'a str,
    pub unit: &'a str,
    pub source: &'a str,
}

pub(crate) struct Bar {
    pub label: String,
    pub value: u64,
    /// The value as it was printed, "at least" and "about" with it.
    pub said: String,
    pub ink: usize,
}

/// One line or one layer over months; a month without a number stays open.
pub(crate) struct Series {
    pub label: String,
    pub ink: usize,
    pub values: Vec<Option<u64>>,
}

/// A label that is longer than one line takes, on two: parted between words nearest to its middle.
fn halves(label: &str, most: usize) -> (String, Option<String>) {
    let letters = label.chars().count();
    if letters <= most {
        return (label.to_owned(), None);
    }
    let gaps = label.char_indices().enumerate().filter(|(_, (_, c))| *c == ' ').map(|(nth, (at, _))| (nth, at));
    match gaps.min_by_key(|(nth, _)| nth.abs_diff(letters / 2)) {
        Some((_, at)) => (label[..at].to_owned(), Some(label[at + 1..].to_owned())),
        None => (cut(label, most), None),
    }
}

/// A label before a row: on one line, or in small print on two.
fn on_lines(canvas: &mut Canvas, y: f64, label: &str, most: usize) {
    match halves(label, most) {
        (whole, None) => canvas.text(0.0, y, At::Start, &whole),
        (first, Some(second)) => {
            canvas.small(0.0, y - 7.0, At::Start, &cut(&first, most + 6));
            canvas.small(0.0, y + 6.0, At::Start, &cut(&second, most + 6));
        }
    }
}

/// At most so many letters; marks of direction take no room.
pub(crate) fn cut(label: &str, most: usize) -> String {
    if without_isolates(label).chars().count() <= most {
        return label.to_owned();
    }
    without_isolates(label).chars().take(most - 1).chain(['…']).collect()
}

/// The drawing with its words beside it, where they wrap.
pub(crate) fn chart(words: &Words<'_>, canvas: Canvas) -> Chart {
    Chart {
        kind: "still",
        caption: words.finding.to_owned(),
        unit: words.unit.to_owned(),
        source: words.source.to_owned(),
        svg: canvas.finish(),
        ..Chart::default()
    }
}

/// Months run on to the newest: on a narrow screen the drawing opens there.
fn chart_of_months(words: &Words<'_>, canvas: Canvas) -> Chart {
    Chart { kind: "months", ..chart(words, canvas) }
}

fn described(t: &Speech, words: &Words<'_>, parts: impl Iterator<Item = String>) -> String {
    format!("{} — {}", words.unit, parts.collect::<Vec<_>>().join(&t.m("list-semicolon")))
}

/// "Government forces: 78", with the language's own colon.
pub(crate) fn labelled(t: &Speech, label: &str, said: &str) -> String {
    format!("{label}{}{said}", t.m("title-colon"))
}

/// Width of a drawing whose labels stand above its bars: on a phone it keeps its letters without being moved.
const NARROW: f64 = 440.0;
const ROW: f64 = 40.0;
/// Mean width of a letter.
const LETTER: f64 = 7.6;

/// Labels above the bars, so that the drawing is as narrow as a phone.
fn narrow_chart(words: &Words<'_>, canvas: Canvas) -> Chart {
    Chart { kind: "narrow", ..chart(words, canvas) }
}

fn room(said: &str) -> f64 {
    without_isolates(said).chars().count() as f64 * LETTER
}

pub(crate) fn bars(t: &Speech, words: &Words<'_>, bars: &[Bar]) -> Chart {
    let most = bars.iter().map(|b| b.value).max().unwrap_or(1).max(1) as f64;
    let ends = bars.iter().map(|b| room(&b.said)).fold(0.0, f64::max);
    let longest = (NARROW - ends - 10.0).max(NARROW / 3.0);
    let told = described(t, words, bars.iter().map(|b| labelled(t, &b.label, &b.said)));
    let mut canvas = Canvas::of_size(t, (NARROW, 4.0 + ROW * bars.len() as f64), words.finding, &told);
    for (i, bar) in bars.iter().enumerate() {
        let top = 4.0 + ROW * i as f64;
        let length = bar.value as f64 / most * longest;
        canvas.text(0.0, top + 11.0, At::Start, &cut(&bar.label, 56));
        let fill = canvas.fill(bar.ink);
        canvas.area(0.0, top + 16.0, length, 17.0, &fill, &labelled(t, &bar.label, &bar.said));
        canvas.text(length + 6.0, top + 29.0, At::Start, &bar.said);
    }
    narrow_chart(words, canvas)
}

const TOP: f64 = 20.0;
const BASE: f64 = 256.0;
const LEFT: f64 = 52.0;
/// Mean width of a letter in small print.
const SMALL_LETTER: f64 = 6.4;

/// Where months stand, and the scale's lines.
struct Axis {
    n: usize,
    high: f64,
    /// Room for labels at the end.
    right: f64,
}

impl Axis {
    fn x(&self, at: usize) -> f64 {
        LEFT + 14.0 + at as f64 * (WIDTH - LEFT - 28.0 - self.right) / (self.n.saturating_sub(1).max(1)) as f64
    }
    fn y(&self, value: f64) -> f64 {
        BASE - value / self.high * (BASE - TOP)
    }
    fn draw(t: &Speech, canvas: &mut Canvas, months: &[String], most: u64, right: f64) -> Self {
        let steps = steps(most);
        let axis = Self { n: months.len(), high: steps.last().copied().unwrap_or(1).max(1) as f64, right };
        for step in &steps {
            let y = axis.y(*step as f64);
            canvas.rule(LEFT, y, WIDTH - right, y);
            canvas.small(LEFT - 6.0, y + 4.0, At::End, &t.number(*step));
        }
        let every = months.len().div_ceil(if right > 0.0 { 5 } else { 7 }).max(1);
        for (i, month) in months.iter().enumerate().filter(|(i, _)| i % every == 0) {
            // A label at either end keeps within the drawing.
            let half = month.chars().count() as f64 * SMALL_LETTER / 2.0;
            let middle = axis.x(i).clamp(half, WIDTH - half);
            canvas.small(middle, BASE + 18.0, At::Middle, month);
        }
        axis
    }
}

fn over_months(t: &Speech, words: &Words<'_>, months: &[String], series: &[Series]) -> String {
    let one = |s: &Series| {
        let values = s.values.iter().zip(months).filter_map(|(v, m)| v.map(|v| format!("{m} {}", t.number(v))));
        labelled(t, &s.label, &values.collect::<Vec<_>>().join(&t.m("list-comma")))
    };
    described(t, words, series.iter().map(one))
}

/// Rows of the legend below the months.
fn legend(canvas: &mut Canvas, series: &[Series], is_area: bool) {
    for (i, s) in series.iter().enumerate() {
        let (x, y) = ((i % 3) as f64 * 238.0, BASE + 34.0 + (i / 3) as f64 * 20.0);
        if is_area {
            let fill = canvas.fill(s.ink);
            canvas.area(x, y, 14.0, 12.0, &fill, &s.label);
        } else {
            canvas.line(&[(x, y + 6.0), (x + 22.0, y + 6.0)], s.ink);
            canvas.dot(x + 11.0, y + 6.0, s.ink, &s.label);
        }
        canvas.small(x + 28.0, y + 11.0, At::Start, &cut(&s.label, 30));
    }
}

fn height(series: usize) -> f64 {
    BASE + 34.0 + series.div_ceil(3) as f64 * 20.0 + 2.0
}

/// What a stacked column has to reach.
pub(crate) struct Column {
    /// The total that the source itself printed.
    pub total: u64,
}

/// Columns of parties over months. Above each stands the source's own total, and in brackets the sum of the column where the
/// two differ; a month without a column has a dash.
pub(crate) fn stacked(
    t: &Speech,
    words: &Words<'_>,
    months: &[String],
    series: &[Series],
    columns: &[Option<Column>],
) -> Chart {
    let sum = |at: usize| series.iter().filter_map(|s| s.values.get(at).copied().flatten()).sum::<u64>();
    let above = |at: usize| match columns.get(at).and_then(Option::as_ref) {
        Some(column) if column.total == sum(at) => t.number(column.total),
        Some(column) => format!("{} ({})", t.number(column.total), t.number(sum(at))),
        None => "–".to_owned(),
    };
    let totals = months.iter().enumerate().map(|(at, month)| format!("{month} {}", above(at)));
    let totals = labelled(t, &t.m("th-total"), &totals.collect::<Vec<_>>().join(&t.m("list-comma")));
    let told = format!("{}{}{totals}", over_months(t, words, months, series), t.m("list-semicolon"));
    let mut canvas = Canvas::new(t, height(series.len()), words.finding, &told);
    let most = (0..months.len()).map(sum).max().unwrap_or(1);
    let axis = Axis::draw(t, &mut canvas, months, most, 0.0);
    // No wider than the room that the first column has before the scale.
    let width = ((WIDTH - LEFT) / months.len().max(1) as f64 * 0.7).min(28.0);
    for (at, month) in months.iter().enumerate() {
        let mut below = 0;
        for s in series {
            let Some(value) = s.values.get(at).copied().flatten().filter(|v| *v > 0) else { continue };
            let (low, high) = (axis.y(below as f64), axis.y((below + value) as f64));
            let fill = canvas.fill(s.ink);
            let told = labelled(t, &format!("{month}{}{}", t.m("list-comma"), s.label), &t.number(value));
            canvas.area(axis.x(at) - width / 2.0, high, width, low - high, &fill, &told);
            below += value;
        }
        canvas.small(axis.x(at), axis.y(below as f64) - 4.0, At::Middle, &above(at));
    }
    legend(&mut canvas, series, true);
    chart_of_months(words, canvas)
}

pub(crate) fn lines(t: &Speech, words: &Words<'_>, months: &[String], series: &[Series]) -> Chart {
    lines_told(t, words, months, series, &over_months(t, words, months, series))
}

/// As [`lines`], with a text alternative of one's own.
pub(crate) fn lines_told(t: &Speech, words: &Words<'_>, months: &[String], series: &[Series], told: &str) -> Chart {
    let mut canvas = Canvas::new(t, height(series.len()), words.finding, told);
    let most = series.iter().flat_map(|s| &s.values).flatten().max().copied().unwrap_or(1);
    let axis = Axis::draw(t, &mut canvas, months, most, 0.0);
    for s in series {
        draw_line(t, &mut canvas, &axis, months, s);
    }
    legend(&mut canvas, series, false);
    chart_of_months(words, canvas)
}

/// A month without a number breaks the line: nothing is drawn where nothing was printed.
fn draw_line(t: &Speech, canvas: &mut Canvas, axis: &Axis, months: &[String], s: &Series) {
    let at = |i: usize, v: u64| (axis.x(i), axis.y(v as f64));
    let known: Vec<Option<(f64, f64)>> = s.values.iter().enumerate().map(|(i, v)| v.map(|v| at(i, v))).collect();
    for run in known.split(Option::is_none) {
        let run: Vec<(f64, f64)> = run.iter().flatten().copied().collect();
        if run.len() > 1 {
            canvas.line(&run, s.ink);
        }
    }
    for (i, value) in s.values.iter().enumerate().filter_map(|(i, v)| v.map(|v| (i, v))) {
        let month = months.get(i).map_or("", String::as_str);
        canvas.dot(
            axis.x(i),
            axis.y(value as f64),
            s.ink,
            &labelled(t, &format!("{}{}{month}", s.label, t.m("list-comma")), &t.number(value)),
        );
    }
}

/// The band between the lowest and the highest source of each month, with every source's mark in it.
pub(crate) fn band(t: &Speech, words: &Words<'_>, months: &[String], series: &[Series]) -> Chart {
    let told = over_months(t, words, months, series);
    let mut canvas = Canvas::new(t, height(series.len()), words.finding, &told);
    let most = series.iter().flat_map(|s| &s.values).flatten().max().copied().unwrap_or(1);
    let axis = Axis::draw(t, &mut canvas, months, most, 0.0);
    let ends: Vec<Option<(u64, u64)>> = (0..months.len())
        .map(|i| {
            let values = || series.iter().filter_map(|s| s.values.get(i).copied().flatten());
            Some((values().min()?, values().max()?)).filter(|_| values().count() > 1)
        })
        .collect();
    let mut at = 0;
    for run in ends.split(Option::is_none) {
        let known: Vec<(u64, u64)> = run.iter().flatten().copied().collect();
        let upper = known.iter().enumerate().map(|(i, (_, high))| (axis.x(at + i), axis.y(*high as f64)));
        let lower = known.iter().enumerate().rev().map(|(i, (low, _))| (axis.x(at + i), axis.y(*low as f64)));
        let points: Vec<(f64, f64)> = upper.chain(lower).collect();
        if run.len() > 1 {
            canvas.shape(&points, "#d9d9d9", 1.0);
        } else if let [first, second] = points[..] {
            canvas.line(&[first, second], 7);
        }
        at += run.len() + 1;
    }
    for s in series {
        draw_line(t, &mut canvas, &axis, months, s);
    }
    legend(&mut canvas, series, false);
    chart_of_months(words, canvas)
}

/// Days of a month as a grid of weeks; darker is more events, and the number stands in the cell.
/// `first_weekday` is the first day's place in the week, 0 for the week's first column.
pub(crate) fn calendar(
    t: &Speech,
    words: &Words<'_>,
    weekdays: &[String; 7],
    first_weekday: usize,
    days: &[(String, u64)],
) -> Chart {
    let told = described(t, words, days.iter().filter(|(_, n)| *n > 0).map(|(d, n)| labelled(t, d, &t.number(*n))));
    let weeks = (first_weekday + days.len()).div_ceil(7);
    let (cell_x, cell_y) = (WIDTH / 7.0, 40.0);
    let mut canvas = Canvas::new(t, 26.0 + weeks as f64 * cell_y, words.finding, &told);
    for (i, name) in weekdays.iter().enumerate() {
        canvas.small((i as f64 + 0.5) * cell_x, 16.0, At::Middle, name);
    }
    let most = days.iter().map(|(_, n)| *n).max().unwrap_or(1).max(1);
    for (i, (day, n)) in days.iter().enumerate() {
        let (x, y) = (((first_weekday + i) % 7) as f64 * cell_x, 22.0 + ((first_weekday + i) / 7) as f64 * cell_y);
        canvas.area(x + 1.0, y + 1.0, cell_x - 2.0, cell_y - 2.0, shade(*n, most), &labelled(t, day, &t.number(*n)));
        canvas.small(x + 6.0, y + 14.0, At::Start, &t.number(i as u64 + 1));
        if *n > 0 {
            canvas.text(x + cell_x - 8.0, y + 30.0, At::End, &t.number(*n));
        }
    }
    chart(words, canvas)
}

/// Five greys of blue, all light enough for black text upon them; zero is white.
pub(crate) fn shade(n: u64, most: u64) -> &'static str {
    const SHADES: [&str; 5] = ["#e6f0f8", "#c6dcee", "#9fc5e3", "#74abd6", "#4f94cd"];
    if n == 0 { "#ffffff" } else { SHADES[((n * 5).div_ceil(most.max(1)).clamp(1, 5) - 1) as usize] }
}

/// The lowest and the highest number of each shade that a number up to `most` can have.
pub(crate) fn classes(most: u64) -> Vec<(u64, u64)> {
    let most = u128::from(most.max(1));
    let end = |k: u128| u64::try_from(k * most / 5).unwrap_or(u64::MAX);
    (1..=5).map(|k| (end(k - 1).saturating_add(1), end(k))).filter(|(low, high)| low <= high).collect()
}

/// Records on the side where the language begins, persons on the other, bands as thick as their numbers.
/// Each list: name, its records, and how many of them are of persons on one list, two lists, and so on.
pub(crate) fn flow(t: &Speech, words: &Words<'_>, lists: &[(String, Vec<u64>)], persons: &[(String, u64)]) -> Chart {
    const BODY: f64 = 300.0;
    const GAP: f64 = 10.0;
    const FIRST: f64 = 8.0;
    let told = described(
        t,
        words,
        lists
            .iter()
            .map(|(n, r)| labelled(t, n, &t.number(r.iter().sum())))
            .chain(persons.iter().map(|(n, p)| labelled(t, n, &t.number(*p)))),
    );
    let mut canvas = Canvas::new(t, FIRST + BODY + 12.0, words.finding, &told);
    let all: u64 = lists.iter().flat_map(|(_, records)| records).sum::<u64>().max(1);
    let scale = (BODY - GAP * lists.len().max(persons.len()) as f64) / all as f64;
    let into: Vec<u64> = (0..persons.len()).map(|k| lists.iter().filter_map(|(_, r)| r.get(k)).sum()).collect();
    let mut ends: Vec<f64> = Vec::new();
    let mut y = FIRST;
    for n in &into {
        ends.push(y);
        y += *n as f64 * scale + GAP;
    }
    let tops = ends.clone();
    let mut y = FIRST;
    for (ink, (name, records)) in lists.iter().enumerate() {
        let n: u64 = records.iter().sum();
        let mut from = y;
        for (k, count) in records.iter().enumerate() {
            let thick = *count as f64 * scale;
            if let Some(to) = ends.get_mut(k).filter(|_| thick > 0.0) {
                let shape = [(190.0, from), (520.0, *to), (520.0, *to + thick), (190.0, from + thick)];
                canvas.shape(&shape, colour(ink), 0.35);
                *to += thick;
                from += thick;
            }
        }
        let fill = canvas.fill(ink);
        canvas.area(176.0, y, 14.0, n as f64 * scale, &fill, &labelled(t, name, &t.number(n)));
        canvas.text(168.0, y + n as f64 * scale / 2.0 + 4.0, At::End, &format!("{} {}", cut(name, 18), t.number(n)));
        y += n as f64 * scale + GAP;
    }
    for (k, (name, n)) in persons.iter().enumerate() {
        let thick = into.get(k).copied().unwrap_or(0) as f64 * scale;
        let top = tops.get(k).copied().unwrap_or(FIRST);
        canvas.area(520.0, top, 14.0, thick, "#333333", &labelled(t, name, &t.number(*n)));
        canvas.text(542.0, top + thick / 2.0 + 4.0, At::Start, &cut(name, 26));
    }
    chart(words, canvas)
}

/// One dated position: how far along the time that is drawn (0 to 1), its words, and its mark.
pub(crate) struct Stand {
    pub along: f64,
    pub label: String,
    pub told: String,
    pub ink: usize,
}

/// Positions over time, a row for each source; marks differ by form, and the words stand beside them.
pub(crate) fn stands(t: &Speech, words: &Words<'_>, rows: &[(String, Vec<Stand>)], ends: (&str, &str)) -> Chart {
    const LABELS: f64 = 230.0;
    const ROW: f64 = 34.0;
    let told = rows.iter().flat_map(|(source, own)| own.iter().map(move |s| labelled(t, source, &s.told)));
    let told = described(t, words, told);
    let foot = 12.0 + ROW * rows.len() as f64;
    let mut canvas = Canvas::new(t, foot + 22.0, words.finding, &told);
    let x = |along: f64| LABELS + 12.0 + along * (WIDTH - LABELS - 130.0);
    for (i, (source, own)) in rows.iter().enumerate() {
        let y = 28.0 + ROW * i as f64;
        on_lines(&mut canvas, y + 4.0, source, 32);
        canvas.rule(LABELS, y, WIDTH, y);
        for stand in own {
            canvas.dot(x(stand.along), y, stand.ink, &stand.told);
            canvas.small(x(stand.along) + 9.0, y - 5.0, At::Start, &stand.label);
        }
    }
    canvas.small(x(0.0), foot + 16.0, At::Start, ends.0);
    if ends.0 != ends.1 {
        canvas.small(x(1.0), foot + 16.0, At::Middle, ends.1);
    }
    chart(words, canvas)
}

/// One model's answer: its name, then the low end, the middle and the high end of its interval.
pub(crate) struct Interval {
    pub label: String,
    pub low: u64,
    pub middle: u64,
    pub high: u64,
    /// Drawn as an outline, so that it does not look as sure as the others.
    pub is_doubted: bool,
}

/// What is documented, and for each model the interval of how many there were.
pub(crate) fn estimates(t: &Speech, words: &Words<'_>, documented: (&str, u64), models: &[Interval]) -> Chart {
    const EDGE: f64 = 24.0;
    let interval = |m: &Interval| {
        let (middle, low, high) = (t.number(m.middle), t.number(m.low), t.number(m.high));
        labelled(t, &m.label, &format!("{middle} ({low}–{high})"))
    };
    let of_documented = labelled(t, documented.0, &t.number(documented.1));
    let told = described(t, words, std::iter::once(of_documented.clone()).chain(models.iter().map(interval)));
    let foot = 6.0 + models.len() as f64 * ROW;
    let mut canvas = Canvas::of_size(t, (NARROW, foot + 38.0), words.finding, &told);
    let most = models.iter().map(|m| m.high).chain([documented.1]).max().unwrap_or(1);
    let scale = steps(most);
    let high = scale.last().copied().unwrap_or(1).max(1) as f64;
    let x = |n: u64| EDGE + n as f64 / high * (NARROW - 2.0 * EDGE);
    for step in &scale {
        canvas.rule(x(*step), 4.0, x(*step), foot);
        canvas.small(x(*step), foot + 16.0, At::Middle, &t.number(*step));
    }
    canvas.line(&[(x(documented.1), 4.0), (x(documented.1), foot)], 1);
    let half = room(&of_documented) / 2.0;
    let middle = x(documented.1).clamp(half.min(NARROW / 2.0), (NARROW - half).max(NARROW / 2.0));
    canvas.small(middle, foot + 32.0, At::Middle, &of_documented);
    for (i, model) in models.iter().enumerate() {
        let top = 6.0 + i as f64 * ROW;
        canvas.text(0.0, top + 11.0, At::Start, &cut(&interval(model), 58));
        let fill = if model.is_doubted { "#ffffff".to_owned() } else { canvas.fill(0) };
        canvas.area(x(model.low), top + 18.0, x(model.high) - x(model.low), 14.0, &fill, &interval(model));
        canvas.dot(x(model.middle), top + 25.0, 1, &labelled(t, &model.label, &t.number(model.middle)));
    }
    narrow_chart(words, canvas)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_legend_says_which_numbers_a_shade_stands_for() {
        for most in [1, 3, 4, 5, 7, 79, 80, 1_000_003] {
            let classes = classes(most);
            assert_eq!((classes[0].0, classes.last().unwrap().1), (1, most));
            assert!(classes.windows(2).all(|w| w[0].1 + 1 == w[1].0 && shade(w[0].1, most) != shade(w[1].0, most)));
            assert!(classes.iter().all(|(low, high)| shade(*low, most) == shade(*high, most)), "{classes:?}");
        }
        assert_eq!(classes(80), [(1, 16), (17, 32), (33, 48), (49, 64), (65, 80)]);
    }
}
