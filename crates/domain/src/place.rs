//! Places: a tree with official codes and names per language.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::{LocalText, PlaceCode};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Place {
    pub code: PlaceCode,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<PlaceCode>,
    /// 0 country, 1 governorate, 2 district, 3 sub-district, 4 town or quarter.
    pub level: u8,
    pub names: LocalText,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Degrees, WGS 84.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point: Option<Point>,
}

impl Place {
    /// Takes over what another table knows of the same place and this one does not.
    fn learn(&mut self, other: Place) {
        let mut wordings = other.aliases;
        for (language, name) in other.names.0 {
            if self.names.0.get(&language).is_none_or(|own| *own != name) {
                wordings.push(name.clone());
            }
            self.names.0.entry(language).or_insert(name);
        }
        for wording in wordings {
            if !self.aliases.contains(&wording) && !self.names.0.values().any(|name| *name == wording) {
                self.aliases.push(wording);
            }
        }
        self.point = self.point.or(other.point);
    }
}

/// Degrees, WGS 84.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Point {
    pub latitude: f64,
    pub longitude: f64,
}

impl Point {
    /// `None` outside -90..=90 and -180..=180 degrees, or not finite.
    pub fn new(latitude: f64, longitude: f64) -> Option<Self> {
        ((-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude))
            .then_some(Self { latitude, longitude })
    }
}

/// A place as a source names it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlaceMention {
    /// The source's own words, widest first, such as governorate then town.
    pub written: Vec<String>,
    /// The most precise node known; `None` when no word is in the table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<PlaceCode>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point: Option<Point>,
    /// The source's own grade of precision, in its words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the place table was not loaded: {0}")]
pub struct PlaceTableError(pub String);

/// The place tree with its lookup by wording.
#[derive(Debug, Clone)]
pub struct PlaceTable {
    places: BTreeMap<PlaceCode, Place>,
    by_wording: HashMap<String, Vec<PlaceCode>>,
}

/// Place wordings are compared without case, marks, hyphens, apostrophes and the Arabic or Latin article;
/// alef, hamza, ta marbuta and alef maqsura are folded.
pub fn place_key(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            '\u{064B}'..='\u{0652}' | '\u{0640}' | '\'' | '’' | '‘' | '`' | 'ʿ' | 'ʾ' => {}
            'أ' | 'إ' | 'آ' | 'ٱ' => plain.push('ا'),
            'ة' => plain.push('ه'),
            'ى' => plain.push('ي'),
            '-' | '_' | '/' | ',' | '.' => plain.push(' '),
            c => plain.push(c),
        }
    }
    const NOT_PART: [&str; 8] = ["al", "el", "ar", "as", "governorate", "province", "محافظه", "district"];
    let words = plain.split_whitespace().filter(|w| !NOT_PART.contains(w));
    words
        .map(|w| w.strip_prefix("ال").filter(|rest| rest.chars().count() > 2).unwrap_or(w))
        .collect::<Vec<_>>()
        .join(" ")
}

#[derive(Deserialize)]
struct Row {
    code: PlaceCode,
    parent: String,
    level: u8,
    ar: String,
    en: String,
    fr: String,
    latitude: String,
    longitude: String,
    aliases: String,
}

impl PlaceTable {
    /// Reads CSV with the columns `code,parent,level,ar,en,fr,latitude,longitude,aliases` (aliases parted by `|`).
    pub fn parse(text: &str) -> Result<Self, PlaceTableError> {
        let mut places = Vec::new();
        for (row, line) in csv::Reader::from_reader(text.as_bytes()).deserialize().enumerate() {
            let refuse = |what: String| PlaceTableError(format!("row {}: {what}", row + 1));
            let row: Row = line.map_err(|e| refuse(e.to_string()))?;
            let parent = match row.parent.as_str() {
                "" => None,
                code => Some(PlaceCode::new(code).map_err(|e| refuse(e.to_string()))?),
            };
            let point = match (row.latitude.as_str(), row.longitude.as_str()) {
                ("", "") => None,
                (lat, lon) => {
                    let degrees = lat.parse().ok().zip(lon.parse().ok());
                    let point = degrees.and_then(|(lat, lon)| Point::new(lat, lon));
                    Some(point.ok_or_else(|| refuse(format!("{lat}, {lon} is not a point")))?)
                }
            };
            places.push(Place {
                code: row.code,
                parent,
                level: row.level,
                names: LocalText::from_pairs([("ar", &*row.ar), ("en", &*row.en), ("fr", &*row.fr)]),
                aliases: row.aliases.split('|').filter(|a| !a.is_empty()).map(str::to_owned).collect(),
                point,
            });
        }
        Self::new(places)
    }

    /// Refuses a code that is there twice and a parent that is not there.
    pub fn new(list: Vec<Place>) -> Result<Self, PlaceTableError> {
        let mut places = BTreeMap::new();
        let mut by_wording: HashMap<String, Vec<PlaceCode>> = HashMap::new();
        for place in list {
            for wording in place.names.0.values().chain(&place.aliases) {
                let codes = by_wording.entry(place_key(wording)).or_default();
                if !codes.contains(&place.code) {
                    codes.push(place.code.clone());
                }
            }
            if let Some(old) = places.insert(place.code.clone(), place) {
                return Err(PlaceTableError(format!("{} is there twice", old.code)));
            }
        }
        let table = Self { places, by_wording };
        for place in table.places.values() {
            if let Some(parent) = &place.parent {
                let above =
                    table.places.get(parent).ok_or_else(|| PlaceTableError(format!("{parent} is not in it")))?;
                if above.level >= place.level {
                    return Err(PlaceTableError(format!("{} is not below {parent}", place.code)));
                }
            }
        }
        Ok(table)
    }

    /// The project's own table: the country, its 14 governorates and the places named in the examples.
    pub fn syria() -> Self {
        Self::parse(include_str!("../data/places.csv")).expect("the built-in table is tested")
    }

    /// This table with what gazetteers add. A place that is there already keeps its names, its point and its parent, and
    /// takes further wordings as aliases. A place whose parent is in neither is left out: see [`PlaceTable::above`].
    pub fn extended(&self, more: impl IntoIterator<Item = Place>) -> Self {
        let mut places = self.places.clone();
        let mut more: Vec<Place> = more.into_iter().collect();
        more.sort_by_key(|place| place.level);
        for place in more {
            match places.get_mut(&place.code) {
                Some(known) => known.learn(place),
                None => {
                    let above = place.parent.as_ref().map(|code| places.get(code).map(|parent| parent.level));
                    if above.is_none_or(|level| level.is_some_and(|level| level < place.level)) {
                        places.insert(place.code.clone(), place);
                    }
                }
            }
        }
        Self::new(places.into_values().collect()).unwrap_or_else(|_| self.clone())
    }

    /// The place that a code with no named parent lies in: official codes are hierarchical, so it is the longest
    /// known code that begins it.
    pub fn above(&self, code: &str) -> Option<&Place> {
        let known = (1..code.len()).rev().filter_map(|end| PlaceCode::new(code.get(..end)?).ok());
        known.into_iter().find_map(|code| self.places.get(&code))
    }

    pub fn get(&self, code: &PlaceCode) -> Option<&Place> {
        self.places.get(code)
    }
    pub fn iter(&self) -> impl Iterator<Item = &Place> {
        self.places.values()
    }
    /// True when `code` is `ancestor` or lies in it.
    pub fn is_within(&self, code: &PlaceCode, ancestor: &PlaceCode) -> bool {
        let mut at = Some(code);
        while let Some(code) = at {
            if code == ancestor {
                return true;
            }
            at = self.places.get(code).and_then(|p| p.parent.as_ref());
        }
        false
    }
    /// The governorate that a place is or lies in.
    pub fn governorate<'a>(&'a self, code: &'a PlaceCode) -> Option<&'a Place> {
        let mut at = self.places.get(code)?;
        while at.level > 1 {
            at = self.places.get(at.parent.as_ref()?)?;
        }
        (at.level == 1).then_some(at)
    }
    /// Finds words, widest first: each narrower word is looked for inside the place found so far, and
    /// skipped when it is not there or could be several places.
    pub fn mention(&self, written: &[&str]) -> PlaceMention {
        let mut found: Option<&Place> = None;
        for words in written.iter().filter(|w| !w.trim().is_empty()) {
            let codes = self.by_wording.get(&place_key(words)).map(Vec::as_slice).unwrap_or(&[]);
            let fits = |code: &&PlaceCode| found.is_none_or(|f| self.is_within(code, &f.code) && **code != f.code);
            let mut inside: Vec<&Place> = codes.iter().filter(fits).filter_map(|c| self.places.get(c)).collect();
            // A governorate and its chief town share a name: the first word written means the wider of the two.
            inside.sort_by_key(|p| p.level);
            let widest = inside.first().map(|p| p.level);
            inside.retain(|p| Some(p.level) == widest);
            if let [only] = inside[..] {
                found = Some(only);
            }
        }
        PlaceMention {
            written: written.iter().filter(|w| !w.trim().is_empty()).map(|w| (*w).to_owned()).collect(),
            code: found.map(|p| p.code.clone()),
            point: None,
            precision: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_table_has_fourteen_governorates_with_names_in_three_languages() {
        let table = PlaceTable::syria();
        let governorates: Vec<_> = table.iter().filter(|p| p.level == 1).collect();
        assert_eq!(governorates.len(), 14);
        for place in table.iter() {
            assert_eq!(place.names.0.len(), 3, "{}", place.code);
        }
    }

    #[test]
    fn a_gazetteer_adds_places_and_wordings_and_renames_none() {
        let place = |code: &str, parent: Option<&str>, level, en: &str| Place {
            code: PlaceCode::new(code).unwrap(),
            parent: parent.map(|p| PlaceCode::new(p).unwrap()),
            level,
            names: LocalText::from_pairs([("en", en)]),
            aliases: vec![],
            point: None,
        };
        let table = PlaceTable::syria().extended([
            place("SY0703", Some("SY07"), 2, "Invented District"),
            place("SY07", None, 1, "Edleb Governorate of Old"),
            place("XX01", Some("XX"), 1, "Nowhere"),
        ]);
        let idlib = table.get(&PlaceCode::new("SY07").unwrap()).unwrap();
        assert_eq!(idlib.names.get("en"), Some("Idlib"));
        assert_eq!(table.mention(&["edleb governorate of old"]).code.unwrap().as_str(), "SY07");
        assert_eq!(table.mention(&["Idlib", "Invented"]).code.unwrap().as_str(), "SY0703");
        assert!(table.get(&PlaceCode::new("XX01").unwrap()).is_none());
        assert_eq!(table.above("SY070300").unwrap().code.as_str(), "SY0703");
        assert!(table.above("QQ").is_none());
    }

    #[test]
    fn a_place_is_found_in_either_script_and_inside_its_governorate() {
        let table = PlaceTable::syria();
        let code = |words: &[&str]| table.mention(words).code.map(|c| c.as_str().to_owned());
        assert_eq!(code(&["ادلب", "خان شيخون"]).as_deref(), Some("SY07-khan-sheikhoun"));
        assert_eq!(code(&["Dar'a"]).as_deref(), Some("SY12"));
        assert_eq!(code(&["حماه"]).as_deref(), Some("SY05"));
        assert_eq!(code(&["Homs Governorate", "no such town"]).as_deref(), Some("SY04"));
        assert_eq!(code(&["northwest Syria"]), None);
    }
}
