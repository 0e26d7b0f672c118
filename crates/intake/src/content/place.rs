//! A row of a gazetteer, or a feature of a boundary file.

use std::collections::BTreeMap;

use domain::place::Point;
use domain::values;
use domain::{Boundary, GazetteerEntry, Language, LocalText, Place, PlaceCode};
use serde_json::Value;

use crate::row::{Fault, RowView};

pub(super) fn read(row: &RowView<'_>) -> Result<GazetteerEntry, Fault> {
    let names = names(row);
    super::check_required(row, |field| if field == "name" { !names.0.is_empty() } else { row.text(field).is_some() })?;
    let code = |field: &str| {
        let Some((at, text)) = row.text(field) else { return Ok(None) };
        PlaceCode::new(text).map(|code| Some((at, code))).map_err(|error| row.fault(at, error.to_string()))
    };
    let Some((at, own)) = code("code")? else { return Err(Fault::row("there is no code")) };
    if names.0.is_empty() {
        return Err(Fault::row("it has no name"));
    }
    let level = level(row)?;
    let (boundary, center) = geometry(row)?;
    let parent = match code("parent")? {
        Some((_, parent)) if parent == own => return Err(row.fault(at, "it is its own parent")),
        Some((_, parent)) => Some(parent),
        None if level == 0 => None,
        None => row.ctx.places.above(own.as_str()).map(|place| place.code.clone()),
    };
    if parent.is_none() && level > 0 {
        return Err(row.fault(at, "no place that it lies in is known: import the wider level first"));
    }
    if let Some(parent) = parent.as_ref().filter(|parent| row.ctx.places.get(parent).is_none()) {
        row.warn(
            "a wider place that is not in the table yet: what lies in it is used once it is imported",
            parent.as_str(),
        );
    }
    let mapped_boundary = row.text("boundary").map(|(at, _)| at);
    let mut original = row.original();
    if let Some(at) = mapped_boundary {
        original.remove(at);
    }
    Ok(GazetteerEntry {
        source: row.ctx.source.clone(),
        accession: row.ctx.accession.clone(),
        row: row.number,
        place: Place { code: own, parent, level, names, aliases: aliases(row), point: row.point()?.or(center) },
        boundary,
        original,
    })
}

fn level(row: &RowView<'_>) -> Result<u8, Fault> {
    let what = "a level from 0 (country) to 4 (town or quarter)";
    let read = |text: &str| values::whole(text).filter(|level| *level <= 4).map(|level| level as u8);
    match row.parsed("level", what, read)? {
        Some(level) => Ok(level),
        None => {
            let default = row.mapping.defaults.get("level").and_then(|text| read(text));
            default.ok_or_else(|| Fault::row("there is no level, and the mapping gives none"))
        }
    }
}

fn names(row: &RowView<'_>) -> LocalText {
    let mut names = BTreeMap::new();
    for column in &row.plan.names {
        let Some(text) = row.cell(column.at) else { continue };
        let language = column.language.clone().unwrap_or_else(|| Language::guess(text));
        names.entry(language).or_insert_with(|| text.to_owned());
    }
    LocalText(names)
}

/// Mapped columns, then `aliases.0.value`, `aliases.1.value` … where a JSON list holds them.
fn aliases(row: &RowView<'_>) -> Vec<String> {
    let mapped = row.plan.cells_of("alias").iter().copied();
    let listed = (0..).map_while(|nth| row.plan.column(&format!("aliases.{nth}.value")));
    let mut aliases: Vec<String> = Vec::new();
    for text in mapped.chain(listed).filter_map(|at| row.cell(at)) {
        if !aliases.iter().any(|known| known == text) {
            aliases.push(text.to_owned());
        }
    }
    aliases
}

/// A boundary from a polygon, a point from a point (RFC 7946, section 3.1). Other geometries are refused.
fn geometry(row: &RowView<'_>) -> Result<(Option<Boundary>, Option<Point>), Fault> {
    let Some((at, text)) = row.text("boundary") else { return Ok((None, None)) };
    let refuse = |what: &str| row.fault(at, format!("it is not a geometry that can be read: {what}"));
    let value: Value = serde_json::from_str(text).map_err(|e| refuse(&e.to_string()))?;
    let coordinates = || value.get("coordinates").cloned().unwrap_or(Value::Null);
    // Positions may have a height, which is passed over.
    type Polygon = Vec<Vec<Vec<f64>>>;
    let flat = |polygons: Vec<Polygon>| -> Result<Boundary, Fault> {
        let ring =
            |ring: Vec<Vec<f64>>| ring.iter().map(|p| Some([*p.first()?, *p.get(1)?])).collect::<Option<Vec<_>>>();
        let polygon = |polygon: Polygon| polygon.into_iter().map(ring).collect::<Option<Vec<_>>>();
        let read = polygons.into_iter().map(polygon).collect::<Option<Vec<_>>>();
        Boundary::new(read.ok_or_else(|| refuse("a position without two numbers"))?).map_err(refuse)
    };
    match value.get("type").and_then(Value::as_str) {
        Some("Polygon") => {
            let polygon: Polygon = serde_json::from_value(coordinates()).map_err(|e| refuse(&e.to_string()))?;
            Ok((Some(flat(vec![polygon])?), None))
        }
        Some("MultiPolygon") => {
            let polygons: Vec<Polygon> = serde_json::from_value(coordinates()).map_err(|e| refuse(&e.to_string()))?;
            Ok((Some(flat(polygons)?), None))
        }
        Some("Point") => {
            let position: Vec<f64> = serde_json::from_value(coordinates()).map_err(|e| refuse(&e.to_string()))?;
            let [longitude, latitude, ..] = position[..] else { return Err(refuse("a point without two numbers")) };
            let point = Point::new(latitude, longitude).ok_or_else(|| refuse("a point that is not on Earth"))?;
            Ok((None, Some(point)))
        }
        Some(other) => Err(refuse(&format!("{other:?} is neither a polygon nor a point"))),
        None => Err(refuse("it has no type")),
    }
}
