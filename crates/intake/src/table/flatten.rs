//! A JSON object as columns: `events.0.location.title` is one. Order is the file's; nothing is left out.
//!
//! A GeoJSON `geometry` is one column, however many positions it has.
//!
//! `null` and `""` are empty cells; an empty list or object is kept as `[]` or `{}`. A decimal number is written in its
//! shortest form.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

/// Where a feature keeps its geometry (RFC 7946, section 3.2).
const GEOMETRY: &str = "geometry";

/// Names and values of one object.
#[derive(Debug, Default)]
pub(super) struct Flat {
    pub names: Vec<String>,
    pub values: Vec<String>,
}

/// Reads one object. What is not JSON, or not an object, is refused.
pub(super) fn flatten(text: &str) -> Result<Flat, String> {
    let mut flat = Flat::default();
    let mut reader = serde_json::Deserializer::from_str(text);
    let mut path = String::new();
    Seed { path: &mut path, flat: &mut flat, top: true }.deserialize(&mut reader).map_err(|e| e.to_string())?;
    reader.end().map_err(|e| e.to_string())?;
    Ok(flat)
}

struct Seed<'a> {
    path: &'a mut String,
    flat: &'a mut Flat,
    top: bool,
}

impl Seed<'_> {
    fn put<E: serde::de::Error>(self, value: impl fmt::Display) -> Result<(), E> {
        if self.top {
            return Err(E::custom("it is not an object"));
        }
        self.flat.names.push(self.path.clone());
        self.flat.values.push(value.to_string());
        Ok(())
    }
    fn enter(&mut self, key: impl fmt::Display) -> usize {
        use fmt::Write;
        let before = self.path.len();
        let dot = if before == 0 { "" } else { "." };
        // Writing to a String does not fail.
        let _ = write!(self.path, "{dot}{key}");
        before
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }
    fn visit_bool<E: serde::de::Error>(self, v: bool) -> Result<(), E> {
        self.put(v)
    }
    fn visit_i64<E: serde::de::Error>(self, v: i64) -> Result<(), E> {
        self.put(v)
    }
    fn visit_u64<E: serde::de::Error>(self, v: u64) -> Result<(), E> {
        self.put(v)
    }
    fn visit_f64<E: serde::de::Error>(self, v: f64) -> Result<(), E> {
        self.put(v)
    }
    fn visit_str<E: serde::de::Error>(self, v: &str) -> Result<(), E> {
        self.put(v)
    }
    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        self.put("")
    }
    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<(), A::Error> {
        if self.top {
            return Err(serde::de::Error::custom("it is not an object"));
        }
        let mut at = 0usize;
        loop {
            let before = self.enter(at);
            let more = seq.next_element_seed(Seed { path: self.path, flat: self.flat, top: false })?;
            self.path.truncate(before);
            if more.is_none() {
                break;
            }
            at += 1;
        }
        if at == 0 { self.put("[]") } else { Ok(()) }
    }
    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let mut empty = true;
        while let Some(key) = map.next_key::<String>()? {
            empty = false;
            let before = self.enter(&key);
            if self.path == GEOMETRY {
                let geometry: serde_json::Value = map.next_value()?;
                let seed = Seed { path: self.path, flat: self.flat, top: false };
                if geometry.is_null() { seed.put("")? } else { seed.put(geometry)? }
            } else {
                map.next_value_seed(Seed { path: self.path, flat: self.flat, top: false })?;
            }
            self.path.truncate(before);
        }
        if empty && !self.top { self.put("{}") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_values_become_columns_in_the_order_of_the_file() {
        let flat = flatten(r#"{"b":1,"a":{"x":[true,{"y":"ش"}],"z":null},"e":[],"p":36.5}"#).unwrap();
        assert_eq!(flat.names, ["b", "a.x.0", "a.x.1.y", "a.z", "e", "p"]);
        assert_eq!(flat.values, ["1", "true", "ش", "", "[]", "36.5"]);
    }

    #[test]
    fn a_geometry_is_one_column() {
        let flat = flatten(r#"{"geometry":{"type":"Point","coordinates":[36.5,35]},"a":{"geometry":[1]}}"#).unwrap();
        assert_eq!(flat.names, ["geometry", "a.geometry.0"]);
        assert_eq!(flat.values[0], r#"{"coordinates":[36.5,35],"type":"Point"}"#);
    }

    #[test]
    fn what_is_not_an_object_is_refused() {
        for bad in ["[1]", "3", "{\"a\":}", "{} x", &"[".repeat(100_000), &"{\"a\":".repeat(100_000)] {
            assert!(flatten(bad).is_err());
        }
    }
}
