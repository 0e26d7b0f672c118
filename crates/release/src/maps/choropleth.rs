//! The drawing of a map: areas shaded by number with a legend of the shades, labels that lie on their own area or outside all,
//! events as dots.
//! Lengths are the view box's units.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use domain::PlaceCode;

use super::{Boundaries, Rings};
use crate::charts::{At, Canvas, WIDTH, Words, classes, labelled, shade};
use crate::doc::Chart;
use crate::pages::Ctx;

/// Numbers by governorate as shades, with the number printed in each, and events as dots.
pub(super) struct Choropleth<'a> {
    /// The number, and how those who printed it say it.
    pub numbers: Vec<(PlaceCode, u64, String)>,
    /// Areas whose number is held back: neither unknown nor nothing.
    pub held: Vec<PlaceCode>,
    /// Longitude, latitude and what happened.
    pub events: Vec<(f64, f64, String)>,
    pub words: Words<'a>,
}

/// Degrees to the drawing.
struct Projection {
    west: f64,
    north: f64,
    scale: f64,
    squeeze: f64,
    left: f64,
    /// Of the whole drawing.
    width: f64,
}

const TOP: f64 = 6.0;
const HEIGHT: f64 = 400.0;
const MARGIN: f64 = 10.0;
/// In the west: room for the labels of small areas at that border.
const SIDE: f64 = 44.0;
/// Room that the legend needs.
const NARROWEST: f64 = 400.0;
/// Fill of an area whose number is held back.
const HELD: &str = "#bdbdbd";
/// Fill of an area of which there is no number.
const UNKNOWN: &str = "#eeeeee";

impl Projection {
    fn around(boundaries: &Boundaries) -> Option<Self> {
        let points = || boundaries.areas.iter().flat_map(|(_, rings)| rings).flatten();
        let (mut west, mut east, mut south, mut north) = (f64::MAX, f64::MIN, f64::MAX, f64::MIN);
        for [lon, lat] in points() {
            (west, east, south, north) = (west.min(*lon), east.max(*lon), south.min(*lat), north.max(*lat));
        }
        let squeeze = ((south + north) / 2.0).to_radians().cos();
        let (wide, high) = ((east - west) * squeeze, north - south);
        if !(wide > 0.0 && high > 0.0) {
            return None;
        }
        let scale = ((WIDTH - SIDE - MARGIN) / wide).min(HEIGHT / high);
        let width = (wide * scale + SIDE + MARGIN).max(NARROWEST);
        let left = SIDE + (width - wide * scale - SIDE - MARGIN) / 2.0;
        Some(Self { west, north, scale, squeeze, left, width })
    }
    fn at(&self, lon: f64, lat: f64) -> [f64; 2] {
        [self.left + (lon - self.west) * self.squeeze * self.scale, TOP + (self.north - lat) * self.scale]
    }
}

/// One area as it is drawn.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    rings: Rings,
    /// The point that lies deepest inside, with its distance from the edge.
    pole: Option<(f64, [f64; 2])>,
    /// West, north, east and south.
    bounds: [f64; 4],
    /// The edges that reach into each of so many strips from north to south: whoever asks about a point asks those of its strip.
    strips: Vec<Vec<Edge>>,
}

/// From one point of a ring to the next.
type Edge = [[f64; 2]; 2];

const STRIPS: usize = 64;

impl Shape {
    fn of(rings: &Rings, projection: &Projection) -> Self {
        Self::new(rings.iter().map(|ring| ring.iter().map(|[lon, lat]| projection.at(*lon, *lat)).collect()).collect())
    }

    fn new(rings: Rings) -> Self {
        let bounds = rings.iter().flatten().fold([f64::MAX, f64::MAX, f64::MIN, f64::MIN], |b, [x, y]| {
            [b[0].min(*x), b[1].min(*y), b[2].max(*x), b[3].max(*y)]
        });
        let mut shape = Self { rings, pole: None, bounds, strips: vec![Vec::new(); STRIPS] };
        for [from, to] in shape.rings.iter().flat_map(|ring| ring.array_windows::<2>()).copied() {
            let [first, last] = [from[1].min(to[1]), from[1].max(to[1])].map(|y| strip(&bounds, y));
            shape.strips[first..=last].iter_mut().for_each(|edges| edges.push([from, to]));
        }
        shape.pole = shape.deepest();
        shape
    }
    /// The pole of inaccessibility, by a grid that is drawn together around its best point.
    fn deepest(&self) -> Option<(f64, [f64; 2])> {
        const STEPS: i32 = 24;
        let [west, north, east, south] = self.bounds;
        if !(east > west && south > north) {
            return None;
        }
        let (mut middle, mut half) =
            ([(west + east) / 2.0, (north + south) / 2.0], [(east - west) / 2.0, (south - north) / 2.0]);
        let mut best: Option<(f64, [f64; 2])> = None;
        for _ in 0..4 {
            let along = |axis: usize, i: i32| middle[axis] + half[axis] * (2.0 * f64::from(i) / f64::from(STEPS) - 1.0);
            let points =
                (0..=STEPS).flat_map(|i| (0..=STEPS).map(move |j| (i, j))).map(|(i, j)| [along(0, i), along(1, j)]);
            for p in points.filter(|p| self.holds(*p)) {
                let least = best.map_or(0.0, |(squared, _)| squared);
                best = self.to_edge_squared(p, least).map(|squared| (squared, p)).or(best);
            }
            middle = best?.1;
            half = half.map(|side| side / 6.0);
        }
        best.map(|(squared, p)| (squared.sqrt(), p))
    }
    /// How far the nearest edge is, squared; `None` as soon as one is found that is not farther than `least`.
    fn to_edge_squared(&self, p: [f64; 2], least: f64) -> Option<f64> {
        let edges = self.rings.iter().flat_map(|ring| ring.array_windows::<2>());
        edges.map(|[from, to]| from_edge_squared(p, *from, *to)).try_fold(f64::MAX, |nearest, own| {
            let nearest = nearest.min(own);
            (nearest > least).then_some(nearest)
        })
    }
    /// Whether a box lies wholly inside, with no hole in it.
    fn holds_box(&self, room: &[f64; 4]) -> bool {
        around(room).all(|p| self.holds(p)) && !self.has_corner_in(room)
    }
    /// Whether a box lies wholly outside, with nothing of the area in it.
    fn spares_box(&self, room: &[f64; 4]) -> bool {
        self.is_far_from(room) || !around(room).any(|p| self.holds(p)) && !self.has_corner_in(room)
    }
    fn is_far_from(&self, room: &[f64; 4]) -> bool {
        let [west, north, east, south] = self.bounds;
        room[2] < west || room[0] > east || room[3] < north || room[1] > south
    }
    fn has_corner_in(&self, room @ [west, north, east, south]: &[f64; 4]) -> bool {
        if self.is_far_from(room) {
            return false;
        }
        let is_in = |[x, y]: &[f64; 2]| x > west && x < east && y > north && y < south;
        let strips = self.strips.get(strip(&self.bounds, *north)..=strip(&self.bounds, *south)).unwrap_or_default();
        strips.iter().flatten().flatten().any(is_in)
    }
    fn path(&self) -> String {
        self.rings.iter().map(|ring| drawn(ring)).collect()
    }
    /// By the number of edges that a ray crosses.
    fn holds(&self, [x, y]: [f64; 2]) -> bool {
        let [west, north, east, south] = self.bounds;
        if x < west || x > east || y < north || y > south {
            return false;
        }
        let crosses =
            |&&[[x1, y1], [x2, y2]]: &&Edge| (y1 > y) != (y2 > y) && x < (x2 - x1) * (y - y1) / (y2 - y1) + x1;
        self.strips.get(strip(&self.bounds, y)).is_some_and(|edges| edges.iter().filter(crosses).count() % 2 == 1)
    }
}

/// The strip of an area that a height lies in.
fn strip([_, north, _, south]: &[f64; 4], y: f64) -> usize {
    // What is no number is the first.
    let part = ((y - north) / (south - north) * STRIPS as f64).max(0.0);
    (part as usize).min(STRIPS - 1)
}

/// How far a point is from a stretch of an edge, squared.
fn from_edge_squared([x, y]: [f64; 2], [x1, y1]: [f64; 2], [x2, y2]: [f64; 2]) -> f64 {
    let (dx, dy) = (x2 - x1, y2 - y1);
    let length = dx * dx + dy * dy;
    let along = if length > 0.0 { (((x - x1) * dx + (y - y1) * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
    let (x, y) = (x - x1 - along * dx, y - y1 - along * dy);
    x * x + y * y
}

/// Points along the sides of a box, near enough to one another that no area passes between them.
fn around([west, north, east, south]: &[f64; 4]) -> impl Iterator<Item = [f64; 2]> {
    const STEPS: i32 = 6;
    let (west, north, east, south) = (*west, *north, *east, *south);
    (0..=STEPS).flat_map(move |i| {
        let part = f64::from(i) / f64::from(STEPS);
        let (x, y) = (west + (east - west) * part, north + (south - north) * part);
        [[x, north], [x, south], [west, y], [east, y]]
    })
}

/// The point of a box that is nearest to another.
fn nearest([west, north, east, south]: &[f64; 4], [x, y]: [f64; 2]) -> [f64; 2] {
    [x.clamp(*west, *east), y.clamp(*north, *south)]
}

/// A ring as a path: from its first point on in steps of whole tenths, so that nothing is rounded twice. A point nearer to the one before
/// than half the width of the line is left out; what is left of fewer than three is nothing that could be seen.
fn drawn(ring: &[[f64; 2]]) -> String {
    let mut points: Vec<[i64; 2]> = ring.iter().map(|point| point.map(|at| (at * 10.0).round() as i64)).collect();
    points.dedup_by(|later, earlier| (0..2).all(|axis| (later[axis] - earlier[axis]).abs() < LEAST_STEP_TENTHS));
    if points.len() > 1 && points.first() == points.last() {
        points.pop();
    }
    let [first, .., _] = points[..] else { return String::new() };
    if points.len() < 3 {
        return String::new();
    }
    let mut path = format!("M{}{}l", tenths(first[0]).trim_start(), tenths(first[1]));
    for step in points.windows(2) {
        path.push_str(&tenths(step[1][0] - step[0][0]));
        path.push_str(&tenths(step[1][1] - step[0][1]));
    }
    path.push('Z');
    path
}

const LEAST_STEP_TENTHS: i64 = 4;

/// As short as SVG lets it be; what parts it from the number before is in it.
fn tenths(n: i64) -> String {
    let (whole, tenth) = (n.abs() / 10, n.abs() % 10);
    let sign = if n < 0 { '-' } else { ' ' };
    match (whole, tenth) {
        (whole, 0) => format!("{sign}{whole}"),
        (0, tenth) => format!("{sign}.{tenth}"),
        (whole, tenth) => format!("{sign}{whole}.{tenth}"),
    }
}

pub(super) fn choropleth(ctx: &Ctx<'_>, boundaries: &Boundaries, map: &Choropleth<'_>) -> Option<Chart> {
    let projection = Projection::around(boundaries)?;
    let name = |place: &PlaceCode| ctx.place_name(place).text;
    let told = map.numbers.iter().map(|(p, _, said)| (p, said.clone()));
    let told = told.chain(map.held.iter().map(|p| (p, ctx.m("count-held-back"))));
    let told: Vec<String> = told.map(|(place, said)| labelled(ctx.t, &name(place), &said)).collect();
    let described = format!("{} — {}", map.words.unit, told.join(&ctx.m("list-semicolon")));
    let number = |place: &PlaceCode| map.numbers.iter().find(|(p, ..)| p == place).map(|(_, n, said)| (*n, said));
    let most = map.numbers.iter().map(|(_, n, _)| *n).max().unwrap_or(1);
    let shape = |(_, rings): &(Option<PlaceCode>, Rings)| Shape::of(rings, &projection);
    let shapes = boundaries.shapes.get_or_init(|| boundaries.areas.iter().map(shape).collect());
    let has_unknown = boundaries
        .areas
        .iter()
        .any(|(place, _)| place.as_ref().is_none_or(|p| number(p).is_none() && !map.held.contains(p)));
    let legend = legend(ctx, map, most, has_unknown);
    let base = TOP + HEIGHT + 14.0;
    let height = base + legend.len() as f64 * 20.0;
    let mut canvas = Canvas::of_size(ctx.t, (projection.width, height), map.words.finding, &described);
    let mut labels = Vec::new();
    for (at, ((place, _), shape)) in boundaries.areas.iter().zip(shapes).enumerate() {
        let n = place.as_ref().and_then(number);
        // No number is not zero: such an area is grey, never the lightest shade.
        let is_held = place.as_ref().is_some_and(|place| map.held.contains(place));
        let fill = n.map_or(if is_held { HELD } else { UNKNOWN }, |(n, _)| shade(n, most));
        let said = n.map(|(_, said)| said.clone()).or_else(|| is_held.then(|| ctx.m("count-held-back")));
        let n = n.map(|(n, _)| ctx.t.number(n)).or_else(|| is_held.then(|| ctx.m("count-held-back")));
        let name = place.as_ref().map(&name).unwrap_or_default();
        let told = said.as_ref().map_or_else(|| name.clone(), |said| labelled(ctx.t, &name, said));
        canvas.path(&shape.path(), fill, &told);
        let pole = shape.pole.filter(|_| !name.is_empty());
        labels.extend(pole.map(|(room, middle)| Label { own: at, room, middle, said: name, n }));
    }
    let pins: Vec<([f64; 2], &str)> =
        map.events.iter().map(|(lon, lat, told)| (projection.at(*lon, *lat), told.as_str())).collect();
    let mut taken: Vec<[f64; 4]> = pins.iter().map(|([x, y], _)| [x - 5.0, y - 5.0, x + 5.0, y + 5.0]).collect();
    // Where there is most room labels come first: those of small areas have to stand outside anyway.
    labels.sort_by(|a, b| b.room.total_cmp(&a.room).then(a.own.cmp(&b.own)));
    for label in labels {
        let Some(stands) = label.place(shapes, projection.width, &mut taken) else { continue };
        let [x, y] = stands.at;
        if !stands.is_inside {
            canvas.leader(nearest(&label.box_at(stands.at), label.middle), label.middle);
            canvas.tack(label.middle[0], label.middle[1]);
        }
        canvas.label(x, y, &label.said);
        if let Some(n) = &label.n {
            canvas.label(x, y + 14.0, n);
        }
    }
    for ([x, y], told) in pins {
        canvas.pin(x, y, told);
    }
    for (at, row) in legend.iter().enumerate() {
        let (y, step) = (base + at as f64 * 20.0, projection.width / row.len().max(1) as f64);
        for (nth, (key, words)) in row.iter().enumerate() {
            let x = nth as f64 * step;
            match key {
                Key::Shade(fill) => canvas.area(x + 1.0, y, 14.0, 12.0, fill, words),
                Key::Event => canvas.mark(x + 8.0, y + 6.0),
            }
            canvas.small(x + 20.0, y + 10.0, At::Start, words);
        }
    }
    Some(Chart { kind: "map", ..crate::charts::framed(&map.words, canvas) })
}

enum Key {
    Shade(&'static str),
    Event,
}

/// Rows of the legend: the shades with the numbers that they stand for, then the other signs.
fn legend(ctx: &Ctx<'_>, map: &Choropleth<'_>, most: u64, has_unknown: bool) -> Vec<Vec<(Key, String)>> {
    let mut shades = Vec::new();
    if map.numbers.iter().any(|(_, n, _)| *n == 0) {
        shades.push((Key::Shade(shade(0, most)), ctx.t.number(0)));
    }
    shades.extend(classes(most).into_iter().map(|(low, high)| {
        let (from, to) = (ctx.t.number(low), ctx.t.number(high));
        (Key::Shade(shade(low, most)), if low == high { from } else { format!("{from}–{to}") })
    }));
    let mut others = Vec::new();
    if !map.held.is_empty() {
        others.push((Key::Shade(HELD), ctx.m("count-held-back")));
    }
    if has_unknown {
        others.push((Key::Shade(UNKNOWN), ctx.m("map-no-number")));
    }
    if !map.events.is_empty() {
        others.push((Key::Event, ctx.m("map-event")));
    }
    [shades, others].into_iter().filter(|row| !row.is_empty()).collect()
}

struct Label {
    /// The position of its area.
    own: usize,
    /// How far the edge of the area is from its deepest point.
    room: f64,
    middle: [f64; 2],
    said: String,
    /// The number, or that it is held back.
    n: Option<String>,
}

/// Where a label stands: inside its own area, or outside all of them with a line that leads back.
struct Stands {
    at: [f64; 2],
    is_inside: bool,
}

impl Label {
    /// The room of a label whose words stand at a point, with its number below.
    fn box_at(&self, [x, y]: [f64; 2]) -> [f64; 4] {
        // A letter of 11 units is about 6 wide.
        let letters = self.said.chars().count().max(self.n.as_ref().map_or(0, |n| n.chars().count()));
        let half = letters as f64 * 3.1 + 2.0;
        [x - half, y - 10.0, x + half, y + if self.n.is_some() { 17.0 } else { 3.0 }]
    }

    /// Points along the line from a label that stands outside to its area.
    fn leader(&self, at: [f64; 2]) -> [[f64; 2]; 24] {
        let [x, y] = nearest(&self.box_at(at), self.middle);
        let part = |i: usize| (i + 1) as f64 / 25.0;
        std::array::from_fn(|i| [x + (self.middle[0] - x) * part(i), y + (self.middle[1] - y) * part(i)])
    }

    /// The nearest place that lies on no label, no dot and no leader: inside its own area, else outside the country. Never on another area,
    /// whose number it would seem to be. `None` where there is no room at all; the number is in the text alternative.
    fn place(&self, shapes: &[Shape], width: f64, taken: &mut Vec<[f64; 4]>) -> Option<Stands> {
        const STEP: f64 = 3.0;
        let own = shapes.get(self.own)?;
        let is_free = |r: &[f64; 4]| taken.iter().all(|o| r[2] <= o[0] || r[0] >= o[2] || r[3] <= o[1] || r[1] >= o[3]);
        let grid = |[west, north, east, south]: [f64; 4]| {
            let steps = |from: f64, to: f64| {
                (0..=((to - from) / STEP).max(0.0) as i32).map(move |i| from + f64::from(i) * STEP)
            };
            steps(north, south).flat_map(move |y| steps(west, east).map(move |x| [x, y]))
        };
        // The words' line is above the middle of a label with a number.
        let lift = if self.n.is_some() { 4.0 } else { -3.0 };
        let far = |at: [f64; 2]| (at[0] - self.middle[0]).powi(2) + (at[1] + lift - self.middle[1]).powi(2);
        let inside = grid(own.bounds).chain([[self.middle[0], self.middle[1] - lift]]);
        let inside = nearest_first(inside, far).find(|at| {
            let room = self.box_at(*at);
            is_free(&room) && own.holds_box(&room)
        });
        if let Some(at) = inside {
            taken.push(self.box_at(at));
            return Some(Stands { at, is_inside: true });
        }
        let is_clear = |at: [f64; 2]| {
            let leader = self.leader(at);
            taken.iter().all(|o| !leader.iter().any(|[x, y]| *x > o[0] && *x < o[2] && *y > o[1] && *y < o[3]))
        };
        let outside = nearest_first(grid([0.0, 0.0, width, TOP + HEIGHT + 8.0]), far).find(|at| {
            let room = self.box_at(*at);
            let is_on_paper = room[0] >= 0.0 && room[1] >= 0.0 && room[2] <= width && room[3] <= TOP + HEIGHT + 8.0;
            is_on_paper && is_free(&room) && shapes.iter().all(|shape| shape.spares_box(&room)) && is_clear(*at)
        });
        let at = outside?;
        taken.push(self.box_at(at));
        taken.extend(self.leader(at).map(|[x, y]| [x - 2.0, y - 2.0, x + 2.0, y + 2.0]));
        Some(Stands { at, is_inside: false })
    }
}

/// Points by how far they are; of several that are as far the first. Most are never asked for.
fn nearest_first(
    points: impl Iterator<Item = [f64; 2]>,
    far: impl Fn([f64; 2]) -> f64,
) -> impl Iterator<Item = [f64; 2]> {
    let points: Vec<[f64; 2]> = points.collect();
    // A distance is never below zero: its bits are in its order.
    let key = |(nth, at): (usize, &[f64; 2])| Reverse((far(*at).to_bits(), nth));
    let mut ahead: BinaryHeap<_> = points.iter().enumerate().map(key).collect();
    std::iter::from_fn(move || points.get(ahead.pop()?.0.1).copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(x: f64, y: f64, side: f64) -> Shape {
        let ring = vec![[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]];
        Shape::new(vec![ring])
    }

    fn label(own: usize, shapes: &[Shape], said: &str) -> Label {
        let (room, middle) = shapes[own].pole.unwrap();
        Label { own, room, middle, said: said.to_owned(), n: Some("1".to_owned()) }
    }

    #[test]
    fn a_ring_is_drawn_in_steps_that_add_up_to_where_it_stands() {
        let ring = [[0.04, 0.0], [0.06, 0.0], [12.34, -0.3], [12.3, 7.0], [12.3, 7.0], [0.0, 0.0]];
        assert_eq!(drawn(&ring), "M0 0l 12.3-.3 0 7.3Z");
        assert_eq!(drawn(&[[0.0, 0.0], [5.0, 5.0], [0.0, 0.0]]), "");
        assert_eq!(drawn(&[]), "");
    }

    #[test]
    fn a_label_gives_way_to_a_dot_and_to_labels_that_were_placed_before() {
        let shapes = [square(100.0, 100.0, 200.0)];
        let dot = [195.0, 195.0, 205.0, 205.0];
        let mut taken = vec![dot];
        assert!(label(0, &shapes, "Damascus").place(&shapes, 400.0, &mut taken).unwrap().is_inside);
        assert!(label(0, &shapes, "Rural Damascus").place(&shapes, 400.0, &mut taken).unwrap().is_inside);
        assert_eq!(taken.len(), 3);
        for (i, a) in taken.iter().enumerate() {
            for b in &taken[i + 1..] {
                assert!(a[2] <= b[0] || a[0] >= b[2] || a[3] <= b[1] || a[1] >= b[3], "{a:?} on {b:?}");
            }
        }
    }

    #[test]
    fn a_label_with_room_in_its_area_stands_in_its_middle() {
        let shapes = [square(100.0, 100.0, 200.0)];
        let stands = label(0, &shapes, "Homs").place(&shapes, 400.0, &mut Vec::new()).unwrap();
        let [x, y] = stands.at;
        assert!(stands.is_inside && (x - 200.0).abs() < 4.0 && (y - 200.0).abs() < 8.0, "{x} {y}");
        assert!(shapes[0].holds([150.0, 150.0]) && !shapes[0].holds([99.0, 150.0]));
    }

    #[test]
    fn a_label_too_wide_for_its_area_stands_on_no_other_area() {
        // A small area between two large ones, as Damascus in its countryside.
        let shapes = [square(60.0, 60.0, 90.0), square(150.0, 100.0, 14.0), square(164.0, 60.0, 90.0)];
        let own = label(1, &shapes, "Damascus");
        let stands = own.place(&shapes, 400.0, &mut Vec::new()).unwrap();
        assert!(!stands.is_inside);
        let room = own.box_at(stands.at);
        assert!(shapes.iter().all(|shape| shape.spares_box(&room)), "{room:?}");
    }

    #[test]
    fn every_label_of_the_demo_stands_in_its_own_area_or_outside_all() {
        let places = domain::PlaceTable::syria();
        let boundaries = Boundaries::demo(&places).unwrap();
        let projection = Projection::around(&boundaries).unwrap();
        let shapes: Vec<Shape> = boundaries.areas.iter().map(|(_, rings)| Shape::of(rings, &projection)).collect();
        for lang in ["ar", "en", "fr"] {
            let mut labels: Vec<Label> = Vec::new();
            for (own, (place, _)) in boundaries.areas.iter().enumerate() {
                // The demo's file has an area of no governorate, which has no label.
                let Some(place) = place.as_ref().and_then(|place| places.get(place)) else { continue };
                let said = place.names.best(lang).unwrap().1.to_owned();
                let (room, middle) = shapes[own].pole.unwrap();
                labels.push(Label { own, room, middle, said, n: Some("1,234".to_owned()) });
            }
            labels.sort_by(|a, b| b.room.total_cmp(&a.room).then(a.own.cmp(&b.own)));
            let mut taken = Vec::new();
            for label in &labels {
                let stands = label.place(&shapes, projection.width, &mut taken);
                let stands = stands.unwrap_or_else(|| panic!("{lang}: no room for {}", label.said));
                let room = label.box_at(stands.at);
                let strays = |(at, shape): (usize, &Shape)| at != label.own && !shape.spares_box(&room);
                assert!(!shapes.iter().enumerate().any(strays), "{lang}: {} lies on another area", label.said);
            }
        }
    }
}
