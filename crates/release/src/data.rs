//! The data as files: figures as CSV and JSON, and the tallies by inclusion pattern.

use std::borrow::Cow;
use std::collections::BTreeMap;

use domain::count::{Stratum, TallyCell};
use domain::{AccessionId, Exactness, Figure, FigureId, FigureRole, SourceId, TrustSetId};
use rayon::prelude::*;
use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use crate::charts::story::{CALENDAR, Calendar};
use crate::folder::{Folder, ReleaseError};
use crate::pages::Ctx;
use crate::printed;
use crate::strata::Dimension;
use crate::suppress::Count;

/// A cell that a spreadsheet would run as a formula is prefixed with an apostrophe (OWASP, CSV injection).
fn safe_cell(text: &str) -> String {
    domain::text::inert_cell(text).into_owned()
}

/// One figure as it is published: every field but the original columns.
#[derive(Serialize)]
struct Row<'a> {
    figure_id: &'a FigureId,
    source: &'a SourceId,
    address: &'a str,
    published_on: String,
    retrieved_on: String,
    period_start: String,
    period_end: String,
    place_written: String,
    place_code: &'a str,
    measure: &'a str,
    population: &'a str,
    role: &'a str,
    party_written: &'a str,
    party_code: &'a str,
    total: u64,
    children: Option<u64>,
    women: Option<u64>,
    exactness: &'a str,
    cautions: String,
    note: &'a str,
    accession: &'a AccessionId,
    row: u64,
    journal_index: u64,
}

/// What a cell of `patterns.json` takes, and a little more.
const CELL_BYTES: usize = 240;

/// The columns of `figures.csv`, in the order of [`Row`].
const COLUMNS: [&str; 23] = [
    "figure_id",
    "source",
    "address",
    "published_on",
    "retrieved_on",
    "period_start",
    "period_end",
    "place_written",
    "place_code",
    "measure",
    "population",
    "role",
    "party_written",
    "party_code",
    "total",
    "children",
    "women",
    "exactness",
    "cautions",
    "note",
    "accession",
    "row",
    "journal_index",
];

fn row(index: u64, figure: &Figure) -> Row<'_> {
    let date = |d: Option<jiff::civil::Date>| d.map(|d| d.to_string()).unwrap_or_default();
    // A caution's name is the one that it has in the journal.
    let caution = |c: &domain::Caution| serde_json::to_value(c).ok().and_then(|v| v.as_str().map(str::to_owned));
    Row {
        figure_id: &figure.id,
        source: &figure.source,
        address: &figure.address,
        published_on: date(figure.published_on),
        retrieved_on: date(figure.retrieved_on),
        period_start: figure.period.start().to_string(),
        period_end: figure.period.end().to_string(),
        place_written: figure.place.written.join(" / "),
        place_code: figure.place.code.as_ref().map_or("", |c| c.as_str()),
        measure: figure.measure.key(),
        population: figure.population.key(),
        role: match figure.role {
            FigureRole::Total => "total",
            FigureRole::ByParty => "by_party",
            FigureRole::VictimGroup => "victim_group",
        },
        party_written: &figure.party.written,
        party_code: figure.party.code.as_ref().map_or("", |c| c.as_str()),
        total: figure.total,
        children: figure.children,
        women: figure.women,
        exactness: match figure.exactness {
            Exactness::Exact => "exact",
            Exactness::AtLeast => "at_least",
            Exactness::About => "about",
            Exactness::AtMost => "at_most",
        },
        cautions: figure.cautions.iter().filter_map(caution).collect::<Vec<_>>().join(" "),
        note: figure.note.as_deref().unwrap_or(""),
        accession: &figure.accession,
        row: figure.row,
        journal_index: index,
    }
}

#[derive(Serialize)]
struct Patterns<'a> {
    trust_set: &'a TrustSetId,
    /// Bit i of a pattern is list i.
    lists: &'a [SourceId],
    /// Properties by which the cells are not parted, since they are withheld of some of the persons: their pages with all
    /// properties of a cell beside them would tell. What stands under one of them in a cell says nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    folded: Vec<&'static str>,
    cells: Cow<'a, [TallyCell]>,
    /// In place of the cells, where the policy has a minimum for counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    by_pattern: Option<Vec<PatternRow>>,
}

#[derive(Serialize)]
struct PatternRow {
    inclusion_pattern: u64,
    /// `null` where it is held back.
    n_documented: Option<u64>,
}

/// Writes `data/`; says what was held back.
pub(crate) fn write(ctx: &Ctx<'_>, folder: &Folder<'_>) -> Result<Vec<String>, ReleaseError> {
    let Ctx { data, policy, index, .. } = *ctx;
    let rows: Vec<Row<'_>> = data.figures.iter().map(|(index, figure)| row(*index, figure)).collect();
    folder.write("data/figures.csv", &figures_csv(&rows)?)?;
    folder.write("data/figures.json", &json(&rows)?)?;
    if let Some(calendar) = Calendar::of(ctx) {
        folder.write(CALENDAR, calendar.csv().as_bytes())?;
    }
    folder.write(printed::PATH, &printed::csv(&printed::counts(ctx))?)?;
    let folded = withheld_of_some(ctx);
    let keys: Vec<&str> = folded.iter().map(|dimension| dimension.key()).collect();
    let (patterns, held_back): (Vec<Patterns<'_>>, Vec<Option<String>>) = data
        .tallies
        .iter()
        .map(|(trust_set, tally)| {
            if policy.minimum_cell <= 1 {
                let cells = folded_cells(&tally.cells, &folded);
                let held_back = (!folded.is_empty() && !tally.cells.is_empty()).then(|| {
                    format!(
                        "the {} of persons in the cells of the tally {trust_set}: withheld of some of them",
                        keys.join(", ")
                    )
                });
                let lists = &tally.lists;
                return (Patterns { trust_set, lists, folded: keys.clone(), cells, by_pattern: None }, held_back);
            }
            // Cells of all properties at once add up to every printed count, so one left out could be worked out.
            let held_back = (!tally.cells.is_empty()).then(|| {
                format!("{} cells of the tally {trust_set}, for being small or beside small ones", tally.cells.len())
            });
            let mut counts: BTreeMap<u64, u64> = BTreeMap::new();
            for cell in &tally.cells {
                *counts.entry(cell.inclusion_pattern).or_default() += cell.n_documented;
            }
            let held =
                |pattern: u64| index.suppressed.get(trust_set).is_some_and(|s| s.holds(&Count::Pattern(pattern)));
            let row = |(inclusion_pattern, n): (u64, u64)| PatternRow {
                inclusion_pattern,
                n_documented: (!held(inclusion_pattern)).then_some(n),
            };
            let by_pattern = Some(counts.into_iter().map(row).collect());
            let (lists, folded, cells) = (&tally.lists, Vec::new(), Cow::Owned(Vec::new()));
            (Patterns { trust_set, lists, folded, cells, by_pattern }, held_back)
        })
        .unzip();
    let written = list_by_lines(&patterns, |of| of.cells.len() * CELL_BYTES)?;
    folder.write_parts("data/patterns.json", &written.iter().map(Vec::as_slice).collect::<Vec<_>>())?;
    Ok(held_back.into_iter().flatten().collect())
}

/// What is withheld of at least one real person.
fn withheld_of_some(ctx: &Ctx<'_>) -> Vec<Dimension> {
    let real = || ctx.data.persons.iter().filter(|person| !person.invented);
    let (some_open, some_closed) = (real().any(|p| ctx.index.is_open(p)), real().any(|p| !ctx.index.is_open(p)));
    let tells = |d: &Dimension, is_open| ctx.policy.tells(d.field(), is_open);
    let withheld = |d: &Dimension| (some_open && !tells(d, true)) || (some_closed && !tells(d, false));
    Dimension::ALL.into_iter().filter(withheld).collect()
}

/// Cells that differ in nothing but these properties are one.
fn folded_cells<'a>(cells: &'a [TallyCell], folded: &[Dimension]) -> Cow<'a, [TallyCell]> {
    // They are sorted and differ in something.
    if folded.is_empty() {
        return Cow::Borrowed(cells);
    }
    let mut sums: BTreeMap<(Stratum, u64), u64> = BTreeMap::new();
    for cell in cells {
        let mut stratum = cell.stratum.clone();
        folded.iter().for_each(|dimension| dimension.forget(&mut stratum));
        *sums.entry((stratum, cell.inclusion_pattern)).or_default() += cell.n_documented;
    }
    let cell = |((stratum, inclusion_pattern), n_documented)| TallyCell { stratum, inclusion_pattern, n_documented };
    sums.into_iter().map(cell).collect::<Vec<_>>().into()
}

/// Some of the figures as CSV, for what stands beside a report or a chart.
pub(crate) fn figures(figures: &[&(u64, Figure)]) -> Result<Vec<u8>, ReleaseError> {
    figures_csv(&figures.iter().map(|(index, figure)| row(*index, figure)).collect::<Vec<_>>())
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, ReleaseError> {
    let mut bytes = serde_json::to_vec_pretty(value).map_err(|e| ReleaseError::Page(e.to_string()))?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Each item of a list begins a line, so that the counts of large lists can be read and compared line by line.
struct ByLines;

impl Formatter for ByLines {
    fn begin_array_value<W: std::io::Write + ?Sized>(&mut self, writer: &mut W, is_first: bool) -> std::io::Result<()> {
        writer.write_all(if is_first { b"\n" } else { b",\n" })
    }
}

/// A list in JSON by lines, in parts, each item in its own: it is the largest file of a release. `n_bytes` is a guess at how long one
/// will be.
fn list_by_lines<T: Serialize + Sync>(
    items: &[T],
    n_bytes: impl Fn(&T) -> usize + Sync,
) -> Result<Vec<Vec<u8>>, ReleaseError> {
    if items.is_empty() {
        return Ok(vec![b"[]\n".to_vec()]);
    }
    let one = |(at, item): (usize, &T)| -> Result<Vec<u8>, ReleaseError> {
        let mut bytes = Vec::with_capacity(n_bytes(item));
        bytes.extend_from_slice(if at == 0 { b"[\n" } else { b",\n" });
        let written = item.serialize(&mut Serializer::with_formatter(&mut bytes, ByLines));
        written.map_err(|e| ReleaseError::Page(e.to_string()))?;
        if at + 1 == items.len() {
            bytes.extend_from_slice(b"]\n");
        }
        Ok(bytes)
    };
    items.par_iter().enumerate().map(one).collect()
}

fn figures_csv(rows: &[Row<'_>]) -> Result<Vec<u8>, ReleaseError> {
    let failed = |e: &dyn std::fmt::Display| ReleaseError::Page(e.to_string());
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS).map_err(|e| failed(&e))?;
    for row in rows {
        let value = serde_json::to_value(row).map_err(|e| failed(&e))?;
        let cells = COLUMNS.map(|column| match &value[column] {
            serde_json::Value::String(text) => safe_cell(text),
            serde_json::Value::Null => String::new(),
            other => other.to_string(),
        });
        writer.write_record(cells).map_err(|e| failed(&e))?;
    }
    writer.into_inner().map_err(|e| failed(&e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_each_item_on_its_line_and_is_the_same_list() {
        let items = [serde_json::json!({"a": [], "b": [1, {"c": null}]}), serde_json::json!([]), serde_json::json!({})];
        for n in 0..=items.len() {
            let bytes = list_by_lines(&items[..n], |_| 0).unwrap().concat();
            assert_eq!(serde_json::from_slice::<Vec<serde_json::Value>>(&bytes).unwrap(), items[..n]);
        }
        let bytes = list_by_lines(&items, |_| 0).unwrap().concat();
        assert_eq!(String::from_utf8(bytes).unwrap(), "[\n{\"a\":[],\"b\":[\n1,\n{\"c\":null}]},\n[],\n{}]\n");
    }

    #[test]
    fn a_cell_that_a_spreadsheet_would_run_is_prefixed() {
        for cell in ["=1+1", "+1+1", "-1-1", "@x", "\tx"] {
            assert!(safe_cell(cell).starts_with('\''), "{cell:?}");
        }
        assert_eq!(safe_cell("قوات النظام"), "قوات النظام");
    }
}
