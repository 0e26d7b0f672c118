//! Lists kept by hand in TOML: statements, sources and trust sets. One table is one row.

use std::ops::ControlFlow;

use domain::statement::QuotedNumber;
use domain::text::has_unseen;
use domain::{
    Content, LocalText, PartyCode, Period, QuestionId, RejectedRow, Source, SourceId, Stance, Statement, StatementId,
    TrustSet, UncertainDate,
};
use serde::Deserialize;

use crate::mapping::Kind;
use crate::{Context, Outcome, ReadReport};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StatementEntry {
    id: StatementId,
    question: QuestionId,
    question_text: LocalText,
    source: SourceId,
    reported_by: Option<SourceId>,
    stance: Stance,
    words: LocalText,
    date: Option<UncertainDate>,
    address: Option<String>,
    republishes: Option<SourceId>,
    quoted: Option<QuotedEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QuotedEntry {
    attributed_to: SourceId,
    party: PartyCode,
    percent: f64,
    /// `2019-03`, `2019`, or two days with `/` between.
    period: Option<UncertainDate>,
}

type Sink<'s> = &'s mut dyn FnMut(u64, Outcome) -> ControlFlow<()>;

/// Statements, from `[[statement]]` tables.
pub fn read_statements(text: &str, ctx: &Context<'_>, sink: Sink<'_>) -> ReadReport {
    read(text.as_bytes(), Kind::Statements, ctx, 0, sink)
}

/// Sources, from `[[source]]` tables.
pub fn read_sources(text: &str, ctx: &Context<'_>, sink: Sink<'_>) -> ReadReport {
    read(text.as_bytes(), Kind::Sources, ctx, 0, sink)
}

/// Trust sets, from `[[trust_set]]` tables.
pub fn read_trust_sets(text: &str, ctx: &Context<'_>, sink: Sink<'_>) -> ReadReport {
    read(text.as_bytes(), Kind::TrustSets, ctx, 0, sink)
}

/// The name of the tables of a list.
pub(crate) fn table_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Sources => "source",
        Kind::TrustSets => "trust_set",
        _ => "statement",
    }
}

pub(crate) fn read(bytes: &[u8], kind: Kind, ctx: &Context<'_>, skip_rows: u64, sink: Sink<'_>) -> ReadReport {
    let mut report = ReadReport { encoding: "UTF-8".into(), ..ReadReport::default() };
    let name = table_name(kind);
    let entries = match entries(bytes, name) {
        Ok(entries) => entries,
        Err(reason) => {
            report.rows = 1;
            let whole = RejectedRow { row: 0, column: String::new(), reason, value: String::new() };
            let _ = sink(0, Outcome::Rejected(whole));
            return report;
        }
    };
    let mut ids = std::collections::HashMap::new();
    for (at, entry) in entries.into_iter().enumerate() {
        let row = at as u64 + 1;
        report.rows = row;
        let id = entry.get("id").and_then(toml::Value::as_str).unwrap_or("").to_owned();
        let earlier = ids.insert(id.clone(), row);
        let read = match earlier {
            Some(earlier) if !id.is_empty() => Err(("id".to_owned(), format!("row {earlier} has the same id"))),
            _ if any_text(&entry, &has_unseen) => {
                Err((String::new(), "a control character or an override of direction is in it".to_owned()))
            }
            _ => content(entry, kind, ctx).map_err(|reason| (String::new(), reason)),
        };
        if row <= skip_rows {
            continue;
        }
        let outcome = match read {
            Ok(content) => Outcome::Item(Box::new(content)),
            Err((column, reason)) => Outcome::Rejected(RejectedRow { row, column, reason, value: crate::cut(&id) }),
        };
        if sink(row, outcome).is_break() {
            break;
        }
    }
    report
}

/// The tables of the file; nothing but tables of this name may be in it.
fn entries(bytes: &[u8], name: &str) -> Result<Vec<toml::Value>, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| format!("the file is not UTF-8: {error}"))?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| format!("the file is not TOML: {error}"))?;
    let mut entries = Vec::new();
    for (key, value) in table {
        match value {
            toml::Value::Array(list) if key == name => entries = list,
            _ => return Err(format!("the file has {key:?}, and only [[{name}]] tables can be read from it")),
        }
    }
    Ok(entries)
}

fn any_text(value: &toml::Value, says: &dyn Fn(&str) -> bool) -> bool {
    match value {
        toml::Value::String(text) => says(text),
        toml::Value::Array(items) => items.iter().any(|item| any_text(item, says)),
        toml::Value::Table(items) => items.iter().any(|(key, item)| says(key) || any_text(item, says)),
        _ => false,
    }
}

fn content(entry: toml::Value, kind: Kind, ctx: &Context<'_>) -> Result<Content, String> {
    let plain = |error: toml::de::Error| error.message().to_owned();
    match kind {
        Kind::Sources => {
            const KEYS: &[&str] = &[
                "id",
                "kind",
                "names",
                "acronym",
                "country",
                "affiliations",
                "address",
                "derives_from",
                "invented",
                "caution",
            ];
            known_keys(&entry, KEYS)?;
            let source: Source = entry.try_into().map_err(plain)?;
            said(&source.names, "names")?;
            Ok(Content::Source(source))
        }
        Kind::TrustSets => {
            known_keys(&entry, &["id", "names", "sources", "affiliations", "all"])?;
            let set: TrustSet = entry.try_into().map_err(plain)?;
            said(&set.names, "names")?;
            if !set.all && set.sources.is_empty() && set.affiliations.is_empty() {
                return Err("it chooses no source: give sources, affiliations, or all = true".into());
            }
            Ok(Content::TrustSet(set))
        }
        _ => statement(entry.try_into().map_err(plain)?, ctx).map(Content::Statement),
    }
}

fn known_keys(entry: &toml::Value, known: &[&str]) -> Result<(), String> {
    let keys = entry.as_table().into_iter().flat_map(|table| table.keys());
    match keys.into_iter().find(|key| !known.contains(&key.as_str())) {
        Some(key) => Err(format!("there is no key {key:?} here (there are: {})", known.join(", "))),
        None => Ok(()),
    }
}

fn said(text: &LocalText, what: &str) -> Result<(), String> {
    let blank = text.0.is_empty() || text.0.values().any(|text| text.trim().is_empty());
    if blank { Err(format!("{what} is blank in a language, or in all")) } else { Ok(()) }
}

fn statement(entry: StatementEntry, ctx: &Context<'_>) -> Result<Statement, String> {
    said(&entry.question_text, "question_text")?;
    said(&entry.words, "words")?;
    if let Some(address) = entry.address.as_ref().filter(|a| !a.starts_with("http://") && !a.starts_with("https://")) {
        return Err(format!("{address:?} is not an address (http:// or https://)"));
    }
    let quoted = match entry.quoted {
        None => None,
        Some(quoted) => {
            if !(0.0..=100.0).contains(&quoted.percent) {
                return Err(format!("{} is not a share from 0 to 100", quoted.percent));
            }
            if ctx.parties.get(&quoted.party).is_none() {
                return Err(format!("the party table has no code {:?}", quoted.party.as_str()));
            }
            let period = quoted.period.and_then(|date| Period::new(date.earliest(), date.latest()));
            let (attributed_to, party, percent) = (quoted.attributed_to, quoted.party, quoted.percent);
            Some(QuotedNumber { attributed_to, party, percent, period })
        }
    };
    Ok(Statement {
        id: entry.id,
        accession: ctx.accession.clone(),
        question: entry.question,
        question_text: entry.question_text,
        source: entry.source,
        reported_by: entry.reported_by,
        stance: entry.stance,
        words: entry.words,
        date: entry.date,
        address: entry.address,
        republishes: entry.republishes,
        quoted,
    })
}
