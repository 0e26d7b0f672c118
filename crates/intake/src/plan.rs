//! A mapping laid over one header: which cells hold which field. Made once per header, not once per row.

use std::collections::HashMap;

use domain::party::PartyRole;
use domain::{Language, Script};

use crate::Mapping;
use crate::field::{language_of, place_level};
use crate::mapping::Kind;
use crate::rule::{Condition, Pick};

/// A column that holds a text in one language.
#[derive(Debug)]
pub(crate) struct TextColumn {
    pub at: usize,
    /// `None`: what the script alone allows to be said.
    pub language: Option<Language>,
    pub transliterated_from: Option<Script>,
}

#[derive(Debug)]
pub(crate) struct PartyColumn {
    pub at: usize,
    pub field: &'static str,
    pub role: PartyRole,
}

#[derive(Debug)]
pub(crate) struct Plan {
    pub header: Vec<String>,
    /// Field -> cells, in the file's order.
    single: HashMap<String, Vec<usize>>,
    pub names: Vec<TextColumn>,
    pub titles: Vec<TextColumn>,
    /// Widest first.
    pub places: Vec<usize>,
    pub parties: Vec<PartyColumn>,
    pub media: Vec<usize>,
    pub fields: Vec<(usize, String)>,
    pub deaths_by: Vec<(usize, String)>,
    /// Columns that conditions read, for rows to look up quickly.
    by_column: HashMap<String, usize>,
    /// Per pick, the act of the element found.
    pub picked_act: Option<String>,
}

impl Plan {
    pub fn new(header: &[String], mapping: &Mapping) -> Self {
        let mut by_column = HashMap::new();
        for (at, name) in header.iter().enumerate() {
            by_column.entry(name.clone()).or_insert(at);
        }
        let mut plan = Self {
            header: header.to_vec(),
            single: HashMap::new(),
            names: Vec::new(),
            titles: Vec::new(),
            places: Vec::new(),
            parties: Vec::new(),
            media: Vec::new(),
            fields: Vec::new(),
            deaths_by: Vec::new(),
            by_column,
            picked_act: None,
        };
        let mut places = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for (at, column) in header.iter().enumerate() {
            if !seen.insert(column) {
                continue;
            }
            for field in mapping.columns.get(column).into_iter().flatten() {
                plan.add(at, column, field, mapping, &mut places);
            }
        }
        places.sort_by_key(|(level, _)| *level);
        plan.places = places.into_iter().map(|(_, at)| at).collect();
        plan
    }

    fn add(&mut self, at: usize, column: &str, field: &str, mapping: &Mapping, places: &mut Vec<(u8, usize)>) {
        let text = |language| {
            let transliterated_from = mapping.transliterated.get(column).copied();
            TextColumn { at, language, transliterated_from }
        };
        let party = |field, role| PartyColumn { at, field, role };
        // A notice has one name and no title, and a post one title: texts like any other of theirs.
        if mapping.kind == Kind::Notice || (mapping.kind == Kind::Post && field != "media") {
            self.single.entry(field.to_owned()).or_default().push(at);
            return;
        }
        match field {
            "name" => self.names.push(text(None)),
            "title" => self.titles.push(text(None)),
            "media" => self.media.push(at),
            "party" => self.parties.push(party("party", PartyRole::AllegedPerpetrator)),
            "side_a" => self.parties.push(party("side_a", PartyRole::SideA)),
            "side_b" => self.parties.push(party("side_b", PartyRole::SideB)),
            _ => {
                if let Some(level) = place_level(field) {
                    places.push((level, at));
                } else if let Some(language) = language_of("name", field) {
                    self.names.push(text(Some(language)));
                } else if let Some(language) = language_of("title", field) {
                    self.titles.push(text(Some(language)));
                } else if let Some(name) = field.strip_prefix("fields.") {
                    self.fields.push((at, name.to_owned()));
                } else if let Some(name) = field.strip_prefix("deaths_by.") {
                    self.deaths_by.push((at, name.to_owned()));
                } else {
                    self.single.entry(field.to_owned()).or_default().push(at);
                }
            }
        }
    }

    /// The cells of a field, in the file's order.
    pub fn cells_of(&self, field: &str) -> &[usize] {
        self.single.get(field).map_or(&[], Vec::as_slice)
    }

    /// The languages in which a text such as `from` has columns, with their cells.
    pub fn in_languages<'p>(&'p self, stem: &'p str) -> impl Iterator<Item = (Language, &'p [usize])> {
        self.single.iter().filter_map(move |(field, at)| Some((language_of(stem, field)?, at.as_slice())))
    }

    pub fn column(&self, name: &str) -> Option<usize> {
        self.by_column.get(name).copied()
    }

    pub fn holds(&self, condition: &Condition, cells: &[&str]) -> bool {
        let value = self.column(&condition.column).and_then(|at| cells.get(at));
        value.is_some_and(|value| condition.holds(value))
    }

    /// Takes the element that a pick asks for out of a row's lists; its cells then fill fields like any others.
    pub fn pick(&mut self, pick: &Pick, cells: &[&str], mapping: &Mapping) {
        let mut elements: Vec<(usize, &str)> = Vec::new();
        while let Some(at) = self.column(&format!("{}.{}.{}", pick.list, elements.len(), pick.by)) {
            elements.push((elements.len(), cells.get(at).map_or("", |cell| cell.trim())));
        }
        let found = pick.cases.iter().find_map(|case| Some((case, elements.iter().find(|(_, is)| *is == case.is)?)));
        let Some((case, (element, _))) = found else { return };
        self.picked_act = self.picked_act.take().or_else(|| case.act.clone());
        let mut places = Vec::new();
        for (key, field) in &pick.columns {
            let column = format!("{}.{element}.{key}", pick.list);
            if let Some(at) = self.column(&column) {
                self.add(at, &column, field, mapping, &mut places);
            }
        }
        places.sort_by_key(|(level, _)| *level);
        self.places.extend(places.into_iter().map(|(_, at)| at));
    }
}
