//! One person: who says what, and the records with their rows and proofs.

use domain::person::Attribute;
use domain::{AgeRange, Civilian, Language, Sex};

use super::words::Ctx;
use crate::Known;
use crate::doc::{Block, Doc, Row, Span, Spans, Table, id, muted, name, text};

/// The name to display, or that it is withheld.
pub(crate) fn display_name(ctx: &Ctx<'_>, person: &Known) -> Span {
    if !shows(ctx, person, "names") {
        return muted(ctx.m("name-withheld"));
    }
    let names = ctx.index.names(&person.id);
    let own = names.iter().find(|n| n.value.language.as_str() == ctx.lang());
    match own.or(names.first()) {
        Some(said) => name(&said.value.text, said.value.language.as_str()),
        None => muted(ctx.m("name-unknown")),
    }
}

/// Whether the policy, and her approval, let this field of hers be told.
pub(crate) fn shows(ctx: &Ctx<'_>, person: &Known, field: &str) -> bool {
    ctx.policy.tells(field, ctx.index.is_open(person))
}

fn age(ctx: &Ctx<'_>, age: &AgeRange) -> String {
    if age.min() == age.max() {
        ctx.t.count("age-years", u64::from(age.min()))
    } else {
        ctx.a("age-range", [("low", u64::from(age.min()).into()), ("high", u64::from(age.max()).into())])
    }
}

pub(super) fn sex(ctx: &Ctx<'_>, sex: Sex) -> String {
    ctx.m(if sex == Sex::Female { "sex-female" } else { "sex-male" })
}
pub(super) fn civilian(ctx: &Ctx<'_>, civilian: Civilian) -> String {
    ctx.m(if civilian == Civilian::Civilian { "civilian-civilian" } else { "civilian-combatant" })
}
pub(super) fn age_class(ctx: &Ctx<'_>, class: domain::AgeClass) -> String {
    ctx.m(if class == domain::AgeClass::Child { "age-child" } else { "age-adult" })
}

pub(super) fn page(ctx: &Ctx<'_>, person: &Known) -> Doc {
    let mut doc = Doc::new(ctx.m("person-kicker"), display_name(ctx, person));
    doc.crumbs.push((ctx.m("nav-counts"), "counts/index".into()));
    doc.invented = person.invented.into();
    doc.push(Block::lead(
        ctx.a("person-lead", [("records", person.records.len().into()), ("sources", person.sources.len().into())]),
    ));
    let heads = [("th-property", false), ("th-value", false), ("th-said-by", false)];
    let mut table = Table::new(ctx.m("person-said"), ctx.heads(heads));
    let Some(said) = ctx.index.said(&person.id) else { return doc };
    let mut rows = Rows { ctx, person, table: &mut table };
    rows.add("names", "property-name", &said.names, |n| name(&n.text, n.language.as_str()));
    rows.add("sex", "property-sex", &said.sex, |s| text(sex(ctx, *s)));
    rows.add("age", "property-age", &said.age, |a| text(age(ctx, a)));
    rows.add("age_class", "property-age-class", &said.age_class, |c| text(age_class(ctx, *c)));
    rows.add("civilian", "property-civilian", &said.civilian, |c| text(civilian(ctx, *c)));
    rows.add("act", "property-act", &said.act, |a| text(super::event::act(ctx, *a)));
    rows.add("date", "property-date", &said.date, |d| text(ctx.t.date(d)));
    rows.add("place", "property-place", &said.place, |p| ctx.place(p));
    rows.add("parties", "property-party", &said.party, |p| ctx.party(p));
    rows.add("cause", "property-cause", &said.cause, |c| name(c, Language::guess(c).as_str()));
    doc.push(Block::h2(ctx.m("person-said")));
    doc.push(Block::note(ctx.m("person-said-rule")));
    doc.push(Block::Table(table));
    doc.push(Block::h2(ctx.m("person-records")));
    doc.push(Block::Table(records(ctx, person)));
    doc.push(Block::Facts(vec![(ctx.m("fact-person-id"), id(person.id.as_str()).into())]));
    doc
}

struct Rows<'a> {
    ctx: &'a Ctx<'a>,
    person: &'a Known,
    table: &'a mut Table,
}

impl Rows<'_> {
    fn add<T>(&mut self, field: &str, key: &str, said: &Attribute<T>, write: impl Fn(&T) -> Span) {
        let ctx = self.ctx;
        if !shows(ctx, self.person, field) {
            self.table.push(vec![ctx.m(key).into(), muted(ctx.m("withheld")).into(), Spans::default()]);
            return;
        }
        if said.is_empty() {
            self.table.push(vec![ctx.m(key).into(), muted(ctx.m("unknown")).into(), Spans::default()]);
        }
        for (i, one) in said.iter().enumerate() {
            let property = if i == 0 {
                text(ctx.m(key))
            } else {
                muted(ctx.a("property-also", [("property", ctx.m(key).into())]))
            };
            self.table.push(vec![property.into(), write(&one.value).into(), ctx.sources(&one.by)]);
        }
    }
}

fn records(ctx: &Ctx<'_>, person: &Known) -> Table {
    let heads = [
        ("th-record", false),
        ("th-source", false),
        ("th-written-name", false),
        ("th-accession", false),
        ("th-row", true),
        ("th-entry", true),
        ("th-proof", false),
    ];
    let mut table = Table::new(ctx.m("person-records"), ctx.heads(heads));
    for record in &person.records {
        let Some((index, record)) = ctx.data.records.get(record) else { continue };
        let written = if shows(ctx, person, "names") {
            Spans::joined(
                ctx.index.reader.names(record).iter().map(|n| name(&n.text, n.language.as_str())),
                &ctx.m("list-semicolon"),
            )
        } else {
            muted(ctx.m("withheld")).into()
        };
        let mut row = Row::new(vec![
            id(record.id.as_str()).into(),
            ctx.source(&record.source).into(),
            written,
            ctx.accession(&record.accession).into(),
            ctx.t.number(record.row).into(),
            ctx.entry(*index).into(),
            ctx.proof(*index).into(),
        ]);
        row.id = Some(record.id.as_str().to_owned());
        table.rows.push(row);
    }
    table
}

/// The old address of a person who is no longer published: that, why, and nothing else.
pub(super) fn gone(ctx: &Ctx<'_>, old: &str, reason: &str) -> Doc {
    let mut doc = Doc::new(ctx.m("person-kicker"), ctx.m("gone-title"));
    doc.push(Block::lead(ctx.m("gone-lead")));
    let reason = match reason == crate::archive::UNPUBLISHED {
        true => text(ctx.m("reason-unpublished")),
        false => name(reason, domain::Language::guess(reason).as_str()),
    };
    doc.push(Block::Facts(vec![(ctx.m("fact-person-id"), id(old).into()), (ctx.m("th-reason"), reason.into())]));
    doc.push(Block::note(ctx.m("method-requests")));
    doc
}
