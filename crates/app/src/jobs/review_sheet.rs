//! Review in a sheet: pairs out to CSV, verdicts back in. A row that is refused is named with its reason; the others are taken.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use domain::text::inert_cell;
use linkage::Verdict;

use crate::jobs::linked::{self, Linked};
use crate::jobs::review::{Item, facts, plain, record_verdict};
use crate::outputs::Output;
use crate::refusal::{Outcome, Refusal};
use crate::terminal::say;
use crate::workspace::Workspace;

const FIRST: [&str; 3] = ["record_a", "record_b", "same_person_now"];
const LAST: [&str; 3] = ["verdict", "why", "by"];

/// A value that a spreadsheet cannot take for a formula: names come from whoever wrote the list.
fn inert(text: &str) -> String {
    inert_cell(&plain(text)).into_owned()
}

/// `output` bears the name `file` from when it is whole.
pub fn export(linked: &Linked, items: &[Item], file: &Path, output: Output) -> Outcome<()> {
    let could_not = |e: &dyn std::fmt::Display| Refusal::new(format!("{} could not be written: {e}", file.display()));
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut header: Vec<String> = FIRST.iter().map(|s| (*s).to_owned()).collect();
    let labels: Vec<&str> = match items.first() {
        Some(item) => facts(&linked.records[item.a]).into_iter().map(|(label, _)| label).collect(),
        None => Vec::new(),
    };
    header.extend(labels.iter().flat_map(|label| [format!("{label}_a"), format!("{label}_b")]));
    header.extend(["expected_change".to_owned(), "group_probability".to_owned()]);
    header.extend(LAST.iter().map(|s| (*s).to_owned()));
    writer.write_record(&header).map_err(|e| could_not(&e))?;
    for item in items {
        let (a, b) = (&linked.records[item.a], &linked.records[item.b]);
        let same = linked.persons[item.a] == linked.persons[item.b];
        // What the run thinks would sway those who review a sample.
        let same = if item.queued.is_some() { same.to_string() } else { String::new() };
        let mut row = vec![a.id.to_string(), b.id.to_string(), same];
        for ((_, x), (_, y)) in facts(a).into_iter().zip(facts(b)) {
            row.extend([inert(&x), inert(&y)]);
        }
        match &item.queued {
            Some(q) => row.extend([format!("{:.4}", q.expected_change), format!("{:.4}", q.group_probability)]),
            None => row.extend([String::new(), String::new()]),
        }
        row.extend([String::new(), String::new(), String::new()]);
        writer.write_record(&row).map_err(|e| could_not(&e))?;
    }
    let sheet = writer.into_inner().map_err(|e| could_not(&e))?;
    output.file().write_all(&sheet).and_then(|()| output.put()).map_err(|e| could_not(&e))?;
    say(format!(
        "{} pairs written to {}; fill in verdict (link, non-link, cannot-tell), why and by, then review --import it",
        items.len(),
        file.display()
    ));
    Ok(())
}

pub async fn import(workspace: &mut Workspace, file: &Path, by: Option<&str>) -> Outcome<()> {
    let refuse = |e: &dyn std::fmt::Display| Refusal::new(format!("{}: {e}; nothing was decided", file.display()));
    let bytes = crate::input::read(file).map_err(|e| refuse(&e))?;
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return Err(refuse(
            &"it is written in UTF-16, as spreadsheets save \"Unicode text\"; save it as \"CSV UTF-8\"",
        ));
    }
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
    // Sheets saved in some countries part columns by semicolons.
    let first_line = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    let delimiter = if first_line.contains(&b';') && !first_line.contains(&b',') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(bytes);
    let header = reader.headers().map_err(|e| refuse(&e))?.clone();
    let column = |name: &str| header.iter().position(|h| h.trim().eq_ignore_ascii_case(name));
    let (Some(a), Some(b), Some(verdict)) = (column("record_a"), column("record_b"), column("verdict")) else {
        return Err(refuse(&"it has no columns record_a, record_b and verdict"));
    };
    let (why, who) = (column("why"), column("by"));
    let mut verdicts = linked::verdicts(workspace).await?;
    let (mut taken, mut same, mut blank, mut refused) = (0u64, 0u64, 0u64, 0u64);
    let mut of_nobody = 0u64;
    let rows: Vec<csv::Result<csv::StringRecord>> = reader.records().collect();
    let get =
        |row: &csv::StringRecord, at: Option<usize>| at.and_then(|at| row.get(at)).unwrap_or("").trim().to_owned();
    // The rows of each pair that say something.
    let mut of_pair: BTreeMap<[String; 2], Vec<(usize, Verdict)>> = BTreeMap::new();
    let pair = |row: &csv::StringRecord| {
        let mut ids = [get(row, Some(a)), get(row, Some(b))];
        ids.sort_unstable();
        ids
    };
    for (number, row) in rows.iter().enumerate() {
        let said = row.as_ref().ok().and_then(|row| Some((pair(row), get(row, Some(verdict)).parse().ok()?)));
        if let Some((ids, found)) = said {
            of_pair.entry(ids).or_default().push((number + 1, found));
        }
    }
    for (number, row) in rows.into_iter().enumerate() {
        let outcome: Outcome<bool> = match row {
            Err(error) => Err(Refusal::new(error.to_string())),
            Ok(row) => {
                let (a, b, text) = (get(&row, Some(a)), get(&row, Some(b)), get(&row, Some(verdict)));
                if text.is_empty() {
                    blank += 1;
                    continue;
                }
                let who = [get(&row, who), by.unwrap_or("").trim().to_owned()].into_iter().find(|w| !w.is_empty());
                match (text.parse::<Verdict>(), who) {
                    (Err(error), _) => Err(Refusal::new(error)),
                    (Ok(_), _)
                        if of_pair.get(&pair(&row)).is_some_and(|said| said.iter().any(|s| s.1 != said[0].1)) =>
                    {
                        let said = of_pair.get(&pair(&row)).into_iter().flatten();
                        let others = said.map(|(number, _)| number.to_string()).collect::<Vec<_>>().join(", ");
                        Err(Refusal::new(format!(
                            "rows {others} of the sheet contradict each other on this pair; none of them was taken"
                        )))
                    }
                    (_, None) => {
                        of_nobody += 1;
                        refused += 1;
                        continue;
                    }
                    (Ok(found), Some(_)) if verdicts.get(&a, &b) == Some(found) => Ok(false),
                    (Ok(found), Some(who)) => {
                        record_verdict(workspace, &mut verdicts, (&a, &b), found, &who, &get(&row, why))
                            .await
                            .map(|_| true)
                    }
                }
            }
        };
        match outcome {
            Ok(true) => taken += 1,
            Ok(false) => same += 1,
            Err(refusal) => {
                refused += 1;
                say(format!("row {}: {refusal}", number + 1));
            }
        }
    }
    if of_nobody > 0 {
        say(format!(
            "{of_nobody} rows name nobody who decided; they were not taken. Fill in by, say --by NAME, or set TAWTHIQ_REVIEWER"
        ));
    }
    say(format!("{taken} decisions recorded, {same} stood already, {refused} refused, {blank} rows without a verdict"));
    Ok(())
}
