//! A row that is a published number. The checks are those under which the figures were compiled.

use domain::party::PartyRole;
use domain::values;
use domain::{
    Caution, Exactness, Figure, FigureId, FigureRole, Measure, PartyCode, PartyMention, Period, Population, SourceId,
};
use jiff::civil::Date;

use super::check_required;
use crate::row::{Fault, RowView};
use crate::rule::PartyRule;

pub(super) fn read(row: &RowView<'_>) -> Result<Figure, Fault> {
    check_required(row, |field| match field {
        "party" => row.plan.parties.iter().any(|column| row.cell(column.at).is_some()),
        "place.1" => row.plan.places.iter().any(|at| row.cell(*at).is_some()),
        field => row.text(field).is_some(),
    })?;
    let id = id(row)?;
    let address = needed(row, "address")?;
    if !address.1.starts_with("http://") && !address.1.starts_with("https://") {
        return Err(row.fault(address.0, "it is not an address (http:// or https://)"));
    }
    let period = period(row)?;
    let published_on = day(row, "published_on")?;
    if let Some(published) = published_on.filter(|published| *published < period.start()) {
        let at = row.plan.cells_of("published_on").first().copied().unwrap_or(0);
        return Err(row.fault(at, format!("it was published on {published}, before the period began")));
    }
    let (role, party, rule) = role_and_party(row)?;
    let mut cautions: Vec<Caution> = rule.map(|rule| rule.cautions.clone()).unwrap_or_default();
    let rules = row.mapping.cautions.iter();
    cautions.extend(rules.filter(|r| r.when.iter().all(|when| row.plan.holds(when, row.cells))).map(|r| r.add));
    cautions.sort();
    cautions.dedup();
    let Some(place) = row.place()? else { return Err(Fault::row("there is no place")) };
    let total = row.whole("total")?.ok_or_else(|| Fault::row("there is no total"))?;
    let figure = Figure {
        id,
        source: source(row)?,
        accession: row.ctx.accession.clone(),
        row: row.number,
        address: address.1.to_owned(),
        published_on,
        retrieved_on: day(row, "retrieved_on")?,
        period,
        place,
        measure: word(row, "measure", Measure::from_key)?,
        population: word(row, "population", Population::from_key)?,
        role,
        party,
        total,
        children: row.whole("children")?,
        women: row.whole("women")?,
        exactness: ruled(row).map_or_else(|| word(row, "exactness", exactness), Ok)?,
        cautions,
        note: row.owned("note"),
        original: row.original(),
    };
    row.memory.ids.borrow_mut().insert(figure.id.as_str().to_owned(), row.number);
    Ok(figure)
}

fn needed<'a>(row: &RowView<'a>, field: &str) -> Result<(usize, &'a str), Fault> {
    row.text(field).ok_or_else(|| Fault::row(format!("there is no {field}")))
}

/// An id that no earlier row of the file has.
fn id(row: &RowView<'_>) -> Result<FigureId, Fault> {
    let (at, text) = needed(row, "id")?;
    if let Some(before) = row.memory.ids.borrow().get(text) {
        return Err(row.fault(at, format!("row {before} has the same id")));
    }
    FigureId::new(text).map_err(|error| row.fault(at, error.to_string()))
}

fn source(row: &RowView<'_>) -> Result<SourceId, Fault> {
    let Some((at, text)) = row.text("source") else { return Ok(row.ctx.source.clone()) };
    SourceId::new(text.to_lowercase()).map_err(|error| row.fault(at, error.to_string()))
}

fn day(row: &RowView<'_>, field: &str) -> Result<Option<Date>, Fault> {
    row.parsed(field, "a day (YYYY-MM-DD)", values::day)
}

fn period(row: &RowView<'_>) -> Result<Period, Fault> {
    let end = |field: &str| day(row, field)?.ok_or_else(|| Fault::row(format!("there is no {field}")));
    let (start, end) = (end("period_start")?, end("period_end")?);
    let at = row.plan.cells_of("period_end").first().copied().unwrap_or(0);
    Period::new(start, end).ok_or_else(|| row.fault(at, "the period ends before it starts"))
}

/// A word that a figure cannot be without.
fn word<T>(row: &RowView<'_>, field: &str, known: impl Fn(&str) -> Option<T>) -> Result<T, Fault> {
    row.word(field, known)?.ok_or_else(|| match row.text(field) {
        Some((at, _)) => row.fault(at, format!("it is not a known value of {field}")),
        None => Fault::row(format!("there is no {field}")),
    })
}

/// As a rule of the mapping says it, which knows what the column cannot say.
fn ruled(row: &RowView<'_>) -> Option<Exactness> {
    let mut rules = row.mapping.exactness.iter();
    rules.find(|rule| rule.when.iter().all(|when| row.plan.holds(when, row.cells))).map(|rule| rule.exactness)
}

fn exactness(text: &str) -> Option<Exactness> {
    match text {
        "exact" => Some(Exactness::Exact),
        "at least" => Some(Exactness::AtLeast),
        "about" => Some(Exactness::About),
        "at most" => Some(Exactness::AtMost),
        _ => None,
    }
}

/// What the figure is about and whom it names. Words for all parties and the code `all` go together or not at all.
fn role_and_party<'a>(row: &RowView<'a>) -> Result<(FigureRole, PartyMention, Option<&'a PartyRule>), Fault> {
    let column = row.plan.parties.first().and_then(|column| Some((column.at, row.cell(column.at)?)));
    let Some((at, written)) = column else { return Err(Fault::row("there is no party")) };
    let mut rule = None;
    let mut code = match row.text("party_code") {
        None => row.ctx.parties.by_wording(written).cloned(),
        Some((at, text)) => {
            let code = PartyCode::new(text).ok().filter(|code| row.ctx.parties.get(code).is_some());
            Some(code.ok_or_else(|| row.fault(at, "the party table has no such code"))?)
        }
    };
    let everyone = code.as_ref().is_some_and(|code| code.as_str() == "all");
    if (written == "all parties") != everyone {
        return Err(row.fault(at, "the words \"all parties\" and the code \"all\" must go together"));
    }
    let roles = row.mapping.roles.iter();
    let stated = roles.filter(|r| r.when.iter().all(|when| row.plan.holds(when, row.cells))).map(|r| r.role).next();
    let role = stated.unwrap_or(if everyone { FigureRole::Total } else { FigureRole::ByParty });
    if role == FigureRole::ByParty {
        let rules = row.mapping.party_rules.iter();
        rule = rules.filter(|r| r.written_from.is_none()).find(|r| r.when.iter().all(|w| row.plan.holds(w, row.cells)));
        code = rule.and_then(|rule| rule.code.clone()).or(code);
    }
    let alleged = (role == FigureRole::ByParty).then_some(PartyRole::AllegedPerpetrator);
    Ok((role, PartyMention { written: written.to_owned(), code, role: alleged }, rule))
}
