//! One row seen through a plan: fields asked for by name, and what is wrong told with the column's own name.

use std::cell::RefCell;
use std::collections::HashMap;

use domain::place::Point;
use domain::values;
use domain::{PartyMention, PlaceMention, RejectedRow, UncertainDate};

use crate::encoding::UNREADABLE;
use crate::plan::Plan;
use crate::warnings::Warnings;
use crate::{Context, Mapping};

/// What is wrong with a row.
#[derive(Debug)]
pub(crate) struct Fault {
    pub column: String,
    pub reason: String,
    pub value: String,
}

impl Fault {
    pub fn row(reason: impl Into<String>) -> Self {
        Self { column: String::new(), reason: reason.into(), value: String::new() }
    }
    pub fn rejected(self, row: u64) -> RejectedRow {
        let value = crate::cut(&self.value.replace(UNREADABLE, "\u{FFFD}"));
        RejectedRow { row, column: self.column, reason: self.reason, value }
    }
}

/// Lookups that many rows repeat, and what is counted over the whole file.
#[derive(Default)]
pub(crate) struct Memory {
    pub warnings: RefCell<Warnings>,
    places: RefCell<HashMap<Vec<String>, PlaceMention>>,
    /// Ids that were seen, with their rows.
    pub ids: RefCell<HashMap<String, u64>>,
}

/// One row.
pub(crate) struct RowView<'a> {
    pub number: u64,
    pub cells: &'a [&'a str],
    /// The cells as they came, where `cells` leaves something out.
    pub received: &'a [&'a str],
    pub plan: &'a Plan,
    pub mapping: &'a Mapping,
    pub ctx: &'a Context<'a>,
    pub memory: &'a Memory,
}

impl<'a> RowView<'a> {
    /// A cell's text; `None` when it is blank or one of the words that stand for nothing.
    pub fn cell(&self, at: usize) -> Option<&'a str> {
        let text = self.cells.get(at)?.trim();
        let null = text.is_empty() || self.mapping.null_values.iter().any(|n| n.eq_ignore_ascii_case(text));
        (!null).then_some(text)
    }

    /// The first cell of the field that says something.
    pub fn text(&self, field: &str) -> Option<(usize, &'a str)> {
        self.plan.cells_of(field).iter().find_map(|at| Some((*at, self.cell(*at)?)))
    }

    pub fn owned(&self, field: &str) -> Option<String> {
        self.text(field).map(|(_, text)| text.to_owned())
    }

    pub fn fault(&self, at: usize, reason: impl Into<String>) -> Fault {
        let value = self.received.get(at).copied().unwrap_or("").to_owned();
        Fault { column: self.plan.header.get(at).cloned().unwrap_or_default(), reason: reason.into(), value }
    }

    pub fn warn(&self, what: &'static str, example: &str) {
        self.memory.warnings.borrow_mut().add(what, example);
    }

    /// A field's text through `read`; a text that `read` refuses is a fault.
    pub fn parsed<T>(&self, field: &str, what: &str, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Fault> {
        let Some((at, text)) = self.text(field) else { return Ok(None) };
        read(text).map(Some).ok_or_else(|| self.fault(at, format!("it is not {what}")))
    }

    pub fn whole(&self, field: &str) -> Result<Option<u64>, Fault> {
        self.parsed(field, "a whole number from 0", values::whole)
    }

    pub fn date(&self, field: &str) -> Result<Option<UncertainDate>, Fault> {
        let what = "a date that can be read (YYYY-MM-DD, YYYY-MM, YYYY, or a format of the mapping)";
        self.parsed(field, what, |text| values::date(text, &self.mapping.date_formats))
    }

    /// `date`, or the days from `date` to `date_end`.
    pub fn date_span(&self) -> Result<Option<UncertainDate>, Fault> {
        let (start, end) = (self.date("date")?, self.date("date_end")?);
        match (start, end) {
            (Some(start), Some(end)) => {
                if start == end {
                    return Ok(Some(start));
                }
                let at = self.plan.cells_of("date_end").first().copied().unwrap_or(0);
                let span = UncertainDate::between(start.earliest(), end.latest());
                span.map(Some).ok_or_else(|| self.fault(at, "it lies before the date on which it began"))
            }
            (start, end) => Ok(start.or(end)),
        }
    }

    /// A word of a fixed vocabulary, through the mapping's value map. An unknown word is a fault where the mapping is
    /// strict; elsewhere the default stands, or nothing, and it is counted.
    pub fn word<T>(&self, field: &str, known: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Fault> {
        let default = self.mapping.defaults.get(field).and_then(|word| known(word));
        let Some((at, text)) = self.text(field) else { return Ok(default) };
        let map = self.mapping.values.get(field);
        let mapped = map.and_then(|map| map.get(text).or_else(|| map.get(&text.to_lowercase())));
        let word = mapped.map_or(text, String::as_str);
        if mapped.is_some_and(String::is_empty) {
            return Ok(None);
        }
        let found = known(word);
        if found.is_none() && self.mapping.strict.iter().any(|strict| strict == field) {
            return Err(self.fault(at, format!("it is not a known value of {field}")));
        }
        if found.is_none() && default.is_none() {
            self.warn("a value that the mapping does not know, kept only in the original columns", text);
        }
        Ok(found.or(default))
    }

    /// Every original column, in the file's order.
    pub fn original(&self) -> Vec<(String, String)> {
        let pairs = self.plan.header.iter().zip(self.received);
        pairs.map(|(name, value)| (name.clone(), (*value).to_owned())).collect()
    }

    pub fn extra(&self) -> std::collections::BTreeMap<String, String> {
        let mut extra = std::collections::BTreeMap::new();
        for (at, name) in &self.plan.fields {
            if let Some(text) = self.cell(*at) {
                extra.entry(name.clone()).or_insert_with(|| text.to_owned());
            }
        }
        extra
    }

    /// Addresses; a cell may hold several, parted by white space.
    pub fn media(&self) -> Vec<String> {
        let mut media: Vec<String> = Vec::new();
        for text in self.plan.media.iter().filter_map(|at| self.cell(*at)) {
            let words = text.split_whitespace().map(|word| word.trim_matches([',', ';', '"']));
            for word in words.filter(|word| word.starts_with("http://") || word.starts_with("https://")) {
                if !media.iter().any(|known| known == word) {
                    media.push(word.to_owned());
                }
            }
        }
        media
    }

    pub fn place(&self) -> Result<Option<PlaceMention>, Fault> {
        let separator = self.mapping.place_separator.as_deref();
        let mut words: Vec<String> = Vec::new();
        for text in self.plan.places.iter().filter_map(|at| self.cell(*at)) {
            match separator {
                Some(separator) => {
                    let parts = text.split(separator).map(str::trim).filter(|part| !part.is_empty());
                    words.extend(parts.map(str::to_owned));
                }
                None => words.push(text.to_owned()),
            }
        }
        let point = self.point()?;
        let precision = self.owned("place_precision");
        if words.is_empty() && point.is_none() {
            return Ok(None);
        }
        let mut known = self.memory.places.borrow_mut();
        let mut mention = match known.get(&words) {
            Some(mention) => mention.clone(),
            None => {
                let texts: Vec<&str> = words.iter().map(String::as_str).collect();
                let mention = self.ctx.places.mention(&texts);
                known.insert(words, mention.clone());
                mention
            }
        };
        if mention.code.is_none()
            && let Some(widest) = mention.written.first()
        {
            self.warn("a place that is not in the table, kept in the source's words", widest);
        }
        mention.point = point;
        mention.precision = precision;
        Ok(Some(mention))
    }

    pub fn point(&self) -> Result<Option<Point>, Fault> {
        let latitude = self.parsed("latitude", "a number of degrees", values::degrees)?;
        let longitude = self.parsed("longitude", "a number of degrees", values::degrees)?;
        match (latitude, longitude) {
            (Some(latitude), Some(longitude)) => {
                let at = self.plan.cells_of("latitude").first().copied().unwrap_or(0);
                let point = Point::new(latitude, longitude);
                point.map(Some).ok_or_else(|| self.fault(at, "latitude and longitude are not a point on Earth"))
            }
            (None, None) => Ok(None),
            _ => {
                self.warn("only one of latitude and longitude is given; there is no point", "");
                Ok(None)
            }
        }
    }

    pub fn parties(&self) -> Vec<PartyMention> {
        let mut mentions: Vec<PartyMention> = Vec::new();
        for column in &self.plan.parties {
            let Some(text) = self.cell(column.at) else { continue };
            let parts: Vec<&str> = match self.mapping.party_separator.as_deref() {
                Some(separator) => text.split(separator).map(str::trim).filter(|part| !part.is_empty()).collect(),
                None => vec![text],
            };
            let rules = self.mapping.party_rules.iter();
            let rule = rules
                .filter(|rule| rule.written_from.is_none() && rule.field.as_deref().is_none_or(|f| f == column.field))
                .find(|rule| rule.when.iter().all(|when| self.plan.holds(when, self.cells)));
            for part in parts {
                let mut mention = self.ctx.parties.mention(part, column.role);
                if let Some(rule) = rule {
                    mention.code = rule.code.clone().or(mention.code);
                    mention.role = rule.role.or(mention.role);
                }
                if mention.code.is_none() {
                    self.warn("a party wording that is in no table, kept as written", part);
                }
                if !mentions.contains(&mention) {
                    mentions.push(mention);
                }
            }
        }
        for rule in &self.mapping.party_rules {
            let Some(column) = &rule.written_from else { continue };
            let Some(words) = self.plan.column(column).and_then(|at| self.cell(at)) else { continue };
            if rule.when.iter().all(|when| self.plan.holds(when, self.cells)) {
                let mention = PartyMention { written: words.to_owned(), code: rule.code.clone(), role: rule.role };
                if !mentions.contains(&mention) {
                    mentions.push(mention);
                }
            }
        }
        mentions
    }
}
