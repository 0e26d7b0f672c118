//! Which records speak of one person: the outcome of a link run, and where the addresses of persons that are no more
//! lead to.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::person::Attribute;
use domain::run::Run;
use domain::{Person, PersonId, Record, RecordId, Source, SourceId};

use crate::Indexed;
use crate::cell::Cell;
use crate::cell::Kind::Text;
use crate::content::{age_class, civilian, earliest, json, latest, sex};
use crate::error::{CasebaseError, Result};
use crate::project::begin;
use crate::query::{indexed, read_id, read_json};
use crate::store::{Store, Transaction};
use crate::table::{PERSON, PERSON_RECORD, PERSON_REDIRECT, Rows};

/// Records whose bodies are held in memory at once.
const RECORDS_AT_ONCE: usize = 4096;

const FIRST_PENDING: &str = "SELECT entry, body FROM run WHERE stage = 'link' \
                             AND entry >= (SELECT linked FROM projection) ORDER BY entry LIMIT 1";

/// The first link run that was projected and whose links were not applied since.
pub(crate) async fn links_pending<S: Store>(store: &S) -> Result<Option<Indexed<Run>>> {
    Ok(indexed(&mut store.read().await?, FIRST_PENDING, vec![]).await?.pop())
}

/// Whom a record speaks of.
pub(crate) type Speaks = (PersonId, RecordId);

/// The person of each record, of pairs that are ordered; no record may have two.
pub(crate) fn persons_of<'a>(
    by_person: &[(&'a PersonId, &'a RecordId)],
) -> Result<HashMap<&'a RecordId, &'a PersonId>> {
    let mut now = HashMap::with_capacity(by_person.len());
    for &(person, record) in by_person {
        if now.insert(record, person).is_some() {
            return Err(CasebaseError::LinkedTwice(record.clone()));
        }
    }
    Ok(now)
}

pub(crate) async fn apply_links<S: Store>(store: &S, assignments: &[(RecordId, PersonId)]) -> Result<()> {
    let mut by_person: Vec<(&PersonId, &RecordId)> = assignments.iter().map(|(r, p)| (p, r)).collect();
    by_person.sort_unstable();
    let now = persons_of(&by_person)?;
    let (mut transaction, _) = begin(store).await?;
    let sql = "SELECT person, record FROM person_record ORDER BY person, record";
    let before: Vec<Speaks> = pairs(&mut transaction, sql).await?;
    let anchors: Vec<(PersonId, RecordId)> =
        pairs(&mut transaction, "SELECT old_id, anchor FROM person_redirect").await?;
    let redirects = redirects(before, anchors.into_iter(), &by_person, &now);
    for table in [&PERSON, &PERSON_RECORD, &PERSON_REDIRECT] {
        transaction.execute(&format!("DELETE FROM {}", table.name), vec![]).await?;
    }
    transaction.insert(redirect_rows(&redirects)).await?;
    for rows in membership_rows(&by_person) {
        transaction.insert(rows).await?;
    }
    let sources: Vec<Indexed<Source>> =
        indexed(&mut transaction, "SELECT entry, body FROM source WHERE invented", vec![]).await?;
    let invented: BTreeSet<SourceId> = sources.into_iter().map(|source| source.value.id).collect();
    for part in whole_persons(&by_person) {
        let rows = person_rows(&mut transaction, part, &invented).await?;
        transaction.insert(rows).await?;
    }
    if let Some(run) = indexed::<_, Run>(&mut transaction, FIRST_PENDING, vec![]).await?.pop() {
        let linked = Cell::count(run.index.saturating_add(1));
        transaction.execute("UPDATE projection SET linked = $1", vec![linked]).await?;
    }
    transaction.commit().await
}

pub(crate) fn redirect_rows(redirects: &Redirects) -> Rows {
    let mut rows = Rows::new(&PERSON_REDIRECT);
    for (old, (new, anchor)) in redirects {
        rows.push([old.as_str().into(), new.as_str().into(), anchor.as_str().into()]);
    }
    rows
}

pub(crate) fn membership_rows(by_person: &[(&PersonId, &RecordId)]) -> impl Iterator<Item = Rows> {
    by_person.chunks(RECORDS_AT_ONCE).map(|part| {
        let mut rows = Rows::new(&PERSON_RECORD);
        part.iter().for_each(|(person, record)| rows.push([record.as_str().into(), person.as_str().into()]));
        rows
    })
}

/// Parts of pairs that are ordered, each with whole persons only: those that begin within it.
pub(crate) fn whole_persons<'a, 'b>(
    by_person: &'b [(&'a PersonId, &'a RecordId)],
) -> impl Iterator<Item = &'b [(&'a PersonId, &'a RecordId)]> {
    let mut left = by_person;
    std::iter::from_fn(move || {
        let last = left.get(left.len().min(RECORDS_AT_ONCE).checked_sub(1)?)?.0;
        let (part, after) = left.split_at(left.partition_point(|(person, _)| *person <= last));
        left = after;
        Some(part)
    })
}

/// The rows of persons whose memberships are written.
pub(crate) async fn person_rows<T: Transaction>(
    transaction: &mut T,
    part: &[(&PersonId, &RecordId)],
    invented: &BTreeSet<SourceId>,
) -> Result<Rows> {
    let mut rows = Rows::new(&PERSON);
    let (Some((first, _)), Some((last, _))) = (part.first(), part.last()) else { return Ok(rows) };
    let records = records_between(transaction, first, last).await?;
    for group in part.chunk_by(|a, b| a.0 == b.0) {
        let of_group = |(_, id): &(&PersonId, &RecordId)| {
            records.get(*id).ok_or_else(|| CasebaseError::UnknownRecord((*id).clone()))
        };
        let members = group.iter().map(of_group).collect::<Result<Vec<&Record>>>()?;
        let person = Person::from_records(group[0].0.clone(), &members, |source| invented.contains(source));
        rows.push(person_row(&person));
    }
    Ok(rows)
}

async fn records_between<T: Transaction>(
    transaction: &mut T,
    first: &PersonId,
    last: &PersonId,
) -> Result<HashMap<RecordId, Record>> {
    let sql = "SELECT r.body FROM person_record p JOIN record r ON r.id = p.record \
               WHERE p.person >= $1 AND p.person <= $2";
    let rows = transaction.select(sql, vec![first.as_str().into(), last.as_str().into()], &[Text]).await?;
    let mut records = HashMap::with_capacity(rows.len());
    for body in rows.into_iter().flatten() {
        let record: Record = read_json(transaction, body)?;
        records.insert(record.id.clone(), record);
    }
    Ok(records)
}

fn person_row(person: &Person) -> [Cell; 13] {
    fn shown<V>(attribute: &Attribute<V>) -> Option<&V> {
        attribute.first().map(|said| &said.value)
    }
    [
        person.id.as_str().into(),
        person.invented.into(),
        Cell::count(person.records.len() as u64),
        Cell::count(person.sources.len() as u64),
        shown(&person.act).map(|act| act.key()).into(),
        earliest(shown(&person.date)),
        latest(shown(&person.date)),
        shown(&person.place).map(|code| code.as_str()).into(),
        shown(&person.party).map(|code| code.as_str()).into(),
        shown(&person.sex).copied().map(sex).into(),
        shown(&person.age_class).copied().map(age_class).into(),
        shown(&person.civilian).copied().map(civilian).into(),
        json(person).into(),
    ]
}

/// Old id -> the id that stands for it and the record that first bore the old one.
pub(crate) type Redirects = BTreeMap<PersonId, (PersonId, RecordId)>;

/// Every id that was ever a person's and is not any more leads to whoever holds the record that first bore it. `before` is in
/// order, `anchors` are the records that first bore the ids that led elsewhere already.
pub(crate) fn redirects(
    before: Vec<Speaks>,
    anchors: impl Iterator<Item = (PersonId, RecordId)>,
    by_person: &[(&PersonId, &RecordId)],
    now: &HashMap<&RecordId, &PersonId>,
) -> Redirects {
    let is_person = |id: &PersonId| by_person.binary_search_by(|(person, _)| (*person).cmp(id)).is_ok();
    let mut redirects = Redirects::new();
    for group in before.chunk_by(|a, b| a.0 == b.0).filter(|group| !is_person(&group[0].0)) {
        let old = &group[0].0;
        let members = || group.iter().map(|(_, record)| record);
        let bore_it = members().find(|record| PersonId::derive(record) == *old);
        // The bearer first; should it be linked to nobody, the first of the others that is.
        let found = bore_it.into_iter().chain(members()).find_map(|record| Some((record, *now.get(record)?)));
        if let Some((anchor, new)) = found {
            redirects.insert(old.clone(), (new.clone(), anchor.clone()));
        }
    }
    for (old, anchor) in anchors {
        if let Some(new) = now.get(&anchor).filter(|_| !is_person(&old)) {
            redirects.insert(old, ((*new).clone(), anchor));
        }
    }
    redirects
}

async fn pairs<T: Transaction, A, B>(transaction: &mut T, sql: &str) -> Result<Vec<(A, B)>>
where
    A: std::str::FromStr<Err: std::fmt::Display>,
    B: std::str::FromStr<Err: std::fmt::Display>,
{
    let rows = transaction.select(sql, vec![], &[Text, Text]).await?;
    rows.into_iter().map(|row| pair(transaction, row)).collect()
}

fn pair<T: Transaction, A, B>(transaction: &T, row: Vec<Cell>) -> Result<(A, B)>
where
    A: std::str::FromStr<Err: std::fmt::Display>,
    B: std::str::FromStr<Err: std::fmt::Display>,
{
    let mut cells = row.into_iter();
    let a = read_id(transaction, cells.next().unwrap_or(Cell::Null))?;
    let b = read_id(transaction, cells.next().unwrap_or(Cell::Null))?;
    Ok((a, b))
}
