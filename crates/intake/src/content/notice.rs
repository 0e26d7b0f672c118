//! A row that is a notice for a disappeared person.

use std::collections::BTreeSet;

use domain::notice::{COVERED_FIELDS, INFORMED_BODIES, Known};
use domain::values;
use domain::{Consent, LocalText, Notice, NoticeId, NoticeUse, PartyCode, Sex, UncertainDate};
use jiff::civil::Date;

use super::check_required;
use crate::row::{Fault, RowView};

/// Parts the words of one cell.
const SEPARATORS: [char; 3] = [';', '؛', '|'];
/// Things that are known, at most.
const MOST_KNOWN: usize = 9;

pub(super) fn read(row: &RowView<'_>) -> Result<Notice, Fault> {
    check_required(row, |field| row.text(field).is_some() || !text(row, field).0.is_empty())?;
    let id = id(row)?;
    let name = text(row, "name");
    if name.0.is_empty() {
        return Err(Fault::row("there is no name"));
    }
    let notice = Notice {
        id,
        source: row.ctx.source.clone(),
        accession: row.ctx.accession.clone(),
        row: row.number,
        name,
        sex: row.word("sex", Sex::by_word)?.ok_or_else(|| missing(row, "sex"))?,
        since: since(row)?,
        category: text(row, "category"),
        occupation: text(row, "occupation"),
        born: row.parsed("born", "a year", |text| i16::try_from(values::whole(text)?).ok().filter(|y| *y > 1800))?,
        from: text(row, "from"),
        lived_in: text(row, "lived_in"),
        arrest_place: text(row, "arrest_place"),
        checkpoint: text(row, "checkpoint"),
        circumstances: text(row, "circumstances"),
        arrested_with: row.whole("arrested_with")?,
        alleged_party: party(row)?,
        alleged_body: text(row, "alleged_body"),
        taken_to: text(row, "taken_to"),
        last_known: text(row, "last_known"),
        official_answer: text(row, "official_answer"),
        family: text(row, "family"),
        steps_taken: text(row, "steps_taken"),
        informed: words(row, "informed", &INFORMED_BODIES)?.unwrap_or_default(),
        known: known(row)?,
        issued_on: day(row, "issued_on")?,
        consent: consent(row)?,
        original: row.original(),
    };
    row.memory.ids.borrow_mut().insert(notice.id.as_str().to_owned(), row.number);
    Ok(notice)
}

/// An id that no earlier row of the file has. It is an address: `index` is the list of all notices.
fn id(row: &RowView<'_>) -> Result<NoticeId, Fault> {
    let (at, text) = row.text("id").ok_or_else(|| missing(row, "id"))?;
    if let Some(before) = row.memory.ids.borrow().get(text) {
        return Err(row.fault(at, format!("row {before} has the same id")));
    }
    let plain = NoticeId::new(text).ok().filter(|id| id.as_str() != "index" && !text.contains('.'));
    plain.ok_or_else(|| row.fault(at, "it is not an id: letters, digits, - and _, and not \"index\""))
}

fn since(row: &RowView<'_>) -> Result<UncertainDate, Fault> {
    row.date("since")?.ok_or_else(|| missing(row, "since"))
}

fn missing(row: &RowView<'_>, field: &str) -> Fault {
    match row.text(field).map(|(at, _)| at).or_else(|| row.plan.cells_of(field).first().copied()) {
        Some(at) => row.fault(at, format!("there is no {field} that can be read")),
        None => Fault::row(format!("there is no {field}")),
    }
}

/// A text in every language that has a filled column.
fn text(row: &RowView<'_>, stem: &str) -> LocalText {
    let cells = row.plan.in_languages(stem);
    let said = cells.filter_map(|(language, at)| Some((language, at.iter().find_map(|at| row.cell(*at))?.to_owned())));
    LocalText(said.collect())
}

fn day(row: &RowView<'_>, field: &str) -> Result<Option<Date>, Fault> {
    row.parsed(field, "a day (YYYY-MM-DD)", values::day)
}

fn party(row: &RowView<'_>) -> Result<Option<PartyCode>, Fault> {
    let known = |text: &str| PartyCode::new(text).ok().filter(|code| row.ctx.parties.get(code).is_some());
    row.parsed("alleged_party", "a code of the party table", known)
}

/// Words of a fixed vocabulary; `None` where the cell is blank.
fn words(row: &RowView<'_>, field: &str, known: &[&str]) -> Result<Option<BTreeSet<String>>, Fault> {
    let Some((at, text)) = row.text(field) else { return Ok(None) };
    let words: BTreeSet<String> =
        text.split(SEPARATORS).map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    match words.iter().find(|word| !known.contains(&word.as_str())) {
        Some(word) => Err(row.fault(at, format!("{word:?} is none of {}", known.join(", ")))),
        None => Ok(Some(words)),
    }
}

fn known(row: &RowView<'_>) -> Result<Vec<Known>, Fault> {
    let mut found = Vec::new();
    for nth in 1..=MOST_KNOWN {
        let (what, from) = (text(row, &format!("known.{nth}.what")), text(row, &format!("known.{nth}.from")));
        let on = row.date(&format!("known.{nth}.on"))?;
        match (what.0.is_empty(), from.0.is_empty()) {
            (false, false) => found.push(Known { what, from, on }),
            (true, true) if on.is_none() => {}
            _ => return Err(Fault::row(format!("of known.{nth} one of what and from whom is missing"))),
        }
    }
    Ok(found)
}

/// The family's consent; none where nothing of it is filled. What is said of it must be whole: who, when and to whom.
fn consent(row: &RowView<'_>) -> Result<Option<Consent>, Fault> {
    let (given_by, recorded_by) = (row.owned("consent.given_by"), row.owned("consent.recorded_by"));
    let given_on = day(row, "consent.given_on")?;
    let uses = NoticeUse::ALL.map(NoticeUse::key);
    let uses = words(row, "consent.uses", &uses)?;
    let covers = words(row, "consent.covers", &COVERED_FIELDS)?;
    let withdrawn_on = day(row, "consent.withdrawn_on")?;
    match (given_by, given_on, recorded_by) {
        (Some(given_by), Some(given_on), Some(recorded_by)) => {
            let uses = uses.ok_or_else(|| {
                Fault::row("the consent does not say what it is for: some of page, picture, poster in consent.uses")
            })?;
            let uses = uses.iter().filter_map(|word| NoticeUse::from_key(word)).collect();
            Ok(Some(Consent { given_by, given_on, recorded_by, uses, covers, withdrawn_on }))
        }
        (None, None, None) if uses.is_none() && covers.is_none() && withdrawn_on.is_none() => Ok(None),
        _ => Err(Fault::row("the consent is not whole: who gave it, when, and who recorded it")),
    }
}
