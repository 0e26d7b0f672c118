//! A row about an attack, arrest or displacement.

use std::collections::BTreeMap;

use domain::values;
use domain::{CountRange, Event, EventId, Language, LocalText};

use super::check_required;
use crate::row::{Fault, RowView};

pub(super) fn read(row: &RowView<'_>) -> Result<Event, Fault> {
    let event = Event {
        id: EventId::derive(&row.ctx.accession, row.number),
        source: row.ctx.source.clone(),
        accession: row.ctx.accession.clone(),
        row: row.number,
        source_event_id: row.owned("source_event_id"),
        title: title(row),
        acts: super::record::act(row)?.into_iter().collect(),
        date: row.date_span()?,
        place: row.place()?,
        parties: row.parties(),
        deaths: deaths(row)?,
        deaths_by: deaths_by(row)?,
        media: row.media(),
        fields: row.extra(),
        original: row.original(),
    };
    check_required(row, |field| match field {
        "title" => !event.title.0.is_empty(),
        "date" => event.date.is_some(),
        "place" => event.place.is_some(),
        "party" => !event.parties.is_empty(),
        field => row.text(field).is_some(),
    })?;
    Ok(event)
}

fn title(row: &RowView<'_>) -> LocalText {
    let mut texts = BTreeMap::new();
    for column in &row.plan.titles {
        let Some(text) = row.cell(column.at) else { continue };
        let language = column.language.clone().unwrap_or_else(|| Language::guess(text));
        texts.entry(language).or_insert_with(|| text.to_owned());
    }
    LocalText(texts)
}

fn deaths(row: &RowView<'_>) -> Result<CountRange, Fault> {
    let deaths =
        CountRange { low: row.whole("deaths.low")?, best: row.whole("deaths.best")?, high: row.whole("deaths.high")? };
    let known: Vec<u64> = [deaths.low, deaths.best, deaths.high].into_iter().flatten().collect();
    if !known.is_sorted() {
        row.warn("low, best and high are not in that order, kept as the source has them", &format!("{known:?}"));
    }
    Ok(deaths)
}

fn deaths_by(row: &RowView<'_>) -> Result<BTreeMap<String, u64>, Fault> {
    let mut by = BTreeMap::new();
    for (at, name) in &row.plan.deaths_by {
        let Some(text) = row.cell(*at) else { continue };
        let number = values::whole(text).ok_or_else(|| row.fault(*at, "it is not a whole number from 0"))?;
        by.insert(name.clone(), number);
    }
    Ok(by)
}
