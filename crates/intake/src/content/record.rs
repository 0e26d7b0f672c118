//! A row about one victim.

use domain::values;
use domain::{ActKind, AgeClass, AgeRange, Civilian, Language, Name, Record, RecordId, Sex};

use super::check_required;
use crate::row::{Fault, RowView};

pub(super) fn read(row: &RowView<'_>) -> Result<Record, Fault> {
    let record = Record {
        id: RecordId::derive(&row.ctx.accession, row.number),
        source: row.ctx.source.clone(),
        accession: row.ctx.accession.clone(),
        row: row.number,
        source_record_id: row.owned("source_record_id"),
        names: names(row),
        sex: row.word("sex", Sex::by_word)?,
        age: age(row)?,
        age_class: row.word("age_class", age_class)?,
        birth: row.date("birth")?,
        act: act(row)?,
        date: row.date_span()?,
        place: row.place()?,
        parties: row.parties(),
        civilian: row.word("civilian", civilian)?,
        cause: row.owned("cause"),
        fields: row.extra(),
        original: row.original(),
    };
    check_required(row, |field| match field {
        "name" => !record.names.is_empty(),
        "date" => record.date.is_some(),
        "place" => record.place.is_some(),
        "party" => !record.parties.is_empty(),
        field => row.text(field).is_some(),
    })?;
    if record.names.is_empty() && record.date.is_none() {
        return Err(Fault::row("it has no name and no date"));
    }
    Ok(record)
}

fn names(row: &RowView<'_>) -> Vec<Name> {
    let mut names: Vec<Name> = Vec::new();
    for column in &row.plan.names {
        let Some(text) = row.cell(column.at) else { continue };
        let language = column.language.clone().unwrap_or_else(|| Language::guess(text));
        let mut name = Name::new(text, language);
        name.transliterated_from = column.transliterated_from;
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn age(row: &RowView<'_>) -> Result<Option<AgeRange>, Fault> {
    let what = "an age in years from 0 to 125";
    if let Some(age) = row.parsed("age", what, values::age)? {
        return Ok(Some(age));
    }
    let bound = |field| row.parsed(field, what, |text| u8::try_from(values::whole(text)?).ok());
    let (min, max) = (bound("age_min")?, bound("age_max")?);
    let (Some(first), Some(last)) = (min.or(max), max.or(min)) else { return Ok(None) };
    let at = row.plan.cells_of("age_min").first().copied().unwrap_or(0);
    AgeRange::new(first, last).map(Some).ok_or_else(|| row.fault(at, "the ages are not a range within 0 to 125"))
}

pub(super) fn act(row: &RowView<'_>) -> Result<Option<ActKind>, Fault> {
    let picked = row.plan.picked_act.as_deref().and_then(ActKind::from_key);
    Ok(picked.or(row.word("act", ActKind::from_key)?))
}

fn age_class(word: &str) -> Option<AgeClass> {
    match word.to_ascii_lowercase().as_str() {
        "child" => Some(AgeClass::Child),
        "adult" => Some(AgeClass::Adult),
        _ => None,
    }
}

fn civilian(word: &str) -> Option<Civilian> {
    match word.to_ascii_lowercase().as_str() {
        "civilian" => Some(Civilian::Civilian),
        "combatant" => Some(Civilian::Combatant),
        _ => None,
    }
}
