//! The drawing of a map: areas shaded by number with a legend of the shades, labels that lie on nothing, events as dots.
//! Lengths are the view box's units.

use domain::PlaceCode;

use super::{Boundaries, Rings};
use crate::charts::{At, Canvas, WIDTH, Words, classes, shade};
use crate::doc::Chart;
use crate::pages::Ctx;

/// Numbers by governorate as shades, with the number printed in each, and events as dots.
pub(super) struct Choropleth<'a> {
    pub numbers: Vec<(PlaceCode, u64)>,
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
        let scale = ((WIDTH - 2.0 * MARGIN) / wide).min(HEIGHT / high);
        let width = (wide * scale + 2.0 * MARGIN).max(NARROWEST);
        Some(Self { west, north, scale, squeeze, left: (width - wide * scale) / 2.0, width })
    }
    fn at(&self, lon: f64, lat: f64) -> [f64; 2] {
        [self.left + (lon - self.west) * self.squeeze * self.scale, TOP + (self.north - lat) * self.scale]
    }
}

/// One area as it is drawn.
struct Shape {
    rings: Rings,
    /// Of the largest ring: its area in square units, and its centroid.
    middle: Option<(f64, [f64; 2])>,
    /// West, north, east and south.
    bounds: [f64; 4],
}

impl Shape {
    fn of(rings: &Rings, projection: &Projection) -> Self {
        let rings: Rings =
            rings.iter().map(|ring| ring.iter().map(|[lon, lat]| projection.at(*lon, *lat)).collect()).collect();
        let middle = rings.iter().filter_map(|r| centroid(r)).max_by(|a, b| a.0.total_cmp(&b.0));
        let bounds = rings.iter().flatten().fold([f64::MAX, f64::MAX, f64::MIN, f64::MIN], |b, [x, y]| {
            [b[0].min(*x), b[1].min(*y), b[2].max(*x), b[3].max(*y)]
        });
        Self { rings, middle, bounds }
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
        let crosses = |p: &&[[f64; 2]]| {
            let ([x1, y1], [x2, y2]) = (p[0], p[1]);
            (y1 > y) != (y2 > y) && x < (x2 - x1) * (y - y1) / (y2 - y1) + x1
        };
        self.rings.iter().map(|ring| ring.windows(2).filter(crosses).count()).sum::<usize>() % 2 == 1
    }
}

/// The centroid of a ring by the shoelace formula, and its area.
fn centroid(ring: &[[f64; 2]]) -> Option<(f64, [f64; 2])> {
    let (mut area, mut x, mut y) = (0.0, 0.0, 0.0);
    for pair in ring.windows(2) {
        let cross = pair[0][0] * pair[1][1] - pair[1][0] * pair[0][1];
        area += cross / 2.0;
        x += (pair[0][0] + pair[1][0]) * cross / 6.0;
        y += (pair[0][1] + pair[1][1]) * cross / 6.0;
    }
    (area.abs() > f64::EPSILON).then(|| (area.abs(), [x / area, y / area]))
}

fn drawn(ring: &[[f64; 2]]) -> String {
    let points: Vec<String> = ring.iter().map(|[x, y]| format!("{x:.1} {y:.1}")).collect();
    if points.len() < 4 { String::new() } else { format!("M{}Z", points.join("L")) }
}

pub(super) fn choropleth(ctx: &Ctx<'_>, boundaries: &Boundaries, map: &Choropleth<'_>) -> Option<Chart> {
    let projection = Projection::around(boundaries)?;
    let name = |place: &PlaceCode| ctx.place_name(place).text;
    let told = map.numbers.iter().map(|(p, n)| (p, ctx.t.number(*n)));
    let told = told.chain(map.held.iter().map(|p| (p, ctx.m("count-held-back"))));
    let told: Vec<String> = told.map(|(place, n)| format!("{}: {n}", name(place))).collect();
    let described = format!("{} — {}", map.words.unit, told.join("; "));
    let number = |place: &PlaceCode| map.numbers.iter().find(|(p, _)| p == place).map(|(_, n)| *n);
    let most = map.numbers.iter().map(|(_, n)| *n).max().unwrap_or(1);
    let shapes: Vec<Shape> = boundaries.areas.iter().map(|(_, rings)| Shape::of(rings, &projection)).collect();
    let has_unknown = boundaries
        .areas
        .iter()
        .any(|(place, _)| place.as_ref().is_none_or(|p| number(p).is_none() && !map.held.contains(p)));
    let legend = legend(ctx, map, most, has_unknown);
    let base = TOP + HEIGHT + 14.0;
    let height = base + legend.len() as f64 * 20.0;
    let mut canvas = Canvas::of_size(ctx.t, (projection.width, height), map.words.finding, &described);
    let mut labels = Vec::new();
    for (at, ((place, _), shape)) in boundaries.areas.iter().zip(&shapes).enumerate() {
        let n = place.as_ref().and_then(number);
        // No number is not zero: such an area is grey, never the lightest shade.
        let is_held = place.as_ref().is_some_and(|place| map.held.contains(place));
        let fill = n.map_or(if is_held { HELD } else { UNKNOWN }, |n| shade(n, most));
        let n = n.map(|n| ctx.t.number(n)).or_else(|| is_held.then(|| ctx.m("count-held-back")));
        let said = place.as_ref().map(&name).unwrap_or_default();
        canvas.path(&shape.path(), fill, &n.as_ref().map_or_else(|| said.clone(), |n| format!("{said}: {n}")));
        labels.extend(shape.middle.map(|(size, middle)| Label { own: at, size, middle, said, n }));
    }
    let pins: Vec<([f64; 2], &str)> =
        map.events.iter().map(|(lon, lat, told)| (projection.at(*lon, *lat), told.as_str())).collect();
    let mut taken: Vec<[f64; 4]> = pins.iter().map(|([x, y], _)| [x - 5.0, y - 5.0, x + 5.0, y + 5.0]).collect();
    // Where there is little room its own label comes first.
    labels.sort_by(|a, b| a.size.total_cmp(&b.size).then(a.own.cmp(&b.own)));
    for label in labels {
        let [x, y] = label.place(&shapes, projection.width, &mut taken);
        let from = [x, y + if label.n.is_some() { 4.0 } else { -4.0 }];
        let moved = (from[0] - label.middle[0]).hypot(from[1] - label.middle[1]);
        if moved > FAR && !shapes.get(label.own).is_some_and(|own| own.holds(from)) {
            canvas.leader(from, label.middle);
        }
        canvas.label(x, y, &label.said);
        if let Some(n) = label.n {
            canvas.label(x, y + 14.0, &n);
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
    if map.numbers.iter().any(|(_, n)| *n == 0) {
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

/// How far a label may be from its area before a line leads back.
const FAR: f64 = 16.0;

struct Label {
    /// The position of its area.
    own: usize,
    size: f64,
    middle: [f64; 2],
    said: String,
    /// The number, or that it is held back.
    n: Option<String>,
}

impl Label {
    /// The room of a label whose words stand at a point, with its number below.
    fn room(&self, [x, y]: [f64; 2]) -> [f64; 4] {
        // A letter of 11 units is about 6 wide.
        let half = self.said.chars().count() as f64 * 3.2 + 3.0;
        [x - half, y - 11.0, x + half, y + if self.n.is_some() { 17.0 } else { 4.0 }]
    }

    /// The nearest place that lies on no label and no dot, and on as little as can be of other areas: of a place outside
    /// its own area the best is outside the country.
    fn place(&self, shapes: &[Shape], width: f64, taken: &mut Vec<[f64; 4]>) -> [f64; 2] {
        let is_free = |r: &[f64; 4]| {
            let is_inside = r[0] >= 0.0 && r[1] >= 0.0 && r[2] <= width && r[3] <= TOP + HEIGHT + 8.0;
            is_inside && taken.iter().all(|o| r[2] <= o[0] || r[0] >= o[2] || r[3] <= o[1] || r[1] >= o[3])
        };
        let cost = |at: [f64; 2], r: &[f64; 4]| {
            let middle = (r[1] + r[3]) / 2.0;
            let corners = [[r[0], r[1]], [r[2], r[1]], [r[0], r[3]], [r[2], r[3]], [r[0], middle], [r[2], middle]];
            let strays = corners.iter().map(|corner| match shapes.iter().position(|shape| shape.holds(*corner)) {
                Some(at) if at == self.own => 0.0,
                Some(_) => 14.0,
                None => 7.0,
            });
            strays.sum::<f64>() + (at[0] - self.middle[0]).hypot(at[1] - self.middle[1])
        };
        let steps = |most: i32, step: f64| (-most..=most).map(move |i| f64::from(i) * step);
        let offsets = steps(6, 14.0).flat_map(|dx| steps(9, 6.0).map(move |dy| [dx, dy]));
        let places = offsets.map(|[dx, dy]| [self.middle[0] + dx, self.middle[1] + dy]);
        let free = places.map(|at| (at, self.room(at))).filter(|(_, room)| is_free(room));
        let found = free.map(|(at, room)| (cost(at, &room), at)).min_by(|a, b| a.0.total_cmp(&b.0));
        let at = found.map_or(self.middle, |(_, at)| at);
        taken.push(self.room(at));
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(x: f64, y: f64, side: f64) -> Shape {
        let ring = vec![[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]];
        let middle = centroid(&ring);
        Shape { rings: vec![ring], middle, bounds: [x, y, x + side, y + side] }
    }

    fn label(own: usize, shapes: &[Shape], said: &str) -> Label {
        let (size, middle) = shapes[own].middle.unwrap();
        Label { own, size, middle, said: said.to_owned(), n: Some("1".to_owned()) }
    }

    #[test]
    fn a_label_gives_way_to_a_dot_and_to_labels_that_were_placed_before() {
        let shapes = [square(100.0, 100.0, 200.0), square(190.0, 190.0, 12.0)];
        let dot = [195.0, 195.0, 205.0, 205.0];
        let mut taken = vec![dot];
        label(1, &shapes, "Damascus").place(&shapes, 400.0, &mut taken);
        label(0, &shapes, "Rural Damascus").place(&shapes, 400.0, &mut taken);
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
        let [x, y] = label(0, &shapes, "Homs").place(&shapes, 400.0, &mut Vec::new());
        assert!((x - 200.0).abs() < 1e-6 && (y - 200.0).abs() < 1e-6, "{x} {y}");
        assert!(shapes[0].holds([150.0, 150.0]) && !shapes[0].holds([99.0, 150.0]));
    }
}
