//! Review over a workspace: which pairs to show, how two records look side by side, and a verdict's way into the journal.
//!
//! Text of records goes to a terminal here. Control characters and bidirectional overrides in it are taken out, since a
//! name could otherwise move the cursor or show another name than it bears; each value stands in isolates, so that
//! right-to-left names do not reorder the line.

use domain::{Record, RecordId};
use linkage::{Question, QueueItem, SampledPair, Verdict, Verdicts, review_queue};
use serde_json::{Value, json};

use crate::jobs::linked::{self, Linked};
use crate::refusal::{Outcome, Refusal};
use crate::workspace::Workspace;

/// A pair to show; of a sample, without what the model thinks.
pub struct Item {
    pub a: usize,
    pub b: usize,
    pub queued: Option<QueueItem>,
}

/// The pairs of the queue, or those of the sample that nobody has decided.
pub fn items(linked: &Linked, sample: Option<&[SampledPair]>, limit: usize) -> Outcome<Vec<Item>> {
    let Some(sample) = sample else {
        let queue = review_queue(&linked.rows, &linked.run, &linked.recorded.settings, &linked.verdicts, limit)?;
        return Ok(queue.into_iter().map(|q| Item { a: q.a as usize, b: q.b as usize, queued: Some(q) }).collect());
    };
    let at: std::collections::BTreeMap<&str, usize> =
        linked.rows.iter().enumerate().map(|(i, r)| (r.id.as_str(), i)).collect();
    let open = sample.iter().filter(|p| linked.verdicts.get(&p.record_a, &p.record_b).is_none());
    let item = |p: &SampledPair| {
        let (a, b) = (*at.get(p.record_a.as_str())?, *at.get(p.record_b.as_str())?);
        Some(Item { a, b, queued: None })
    };
    Ok(open.filter_map(item).take(limit).collect())
}

/// That the records of these pairs are shown becomes part of their chains of custody.
pub async fn note_looks(workspace: &mut Workspace, linked: &Linked, items: &[Item]) -> Outcome<()> {
    let mut entries = Vec::new();
    for item in items {
        for at in [item.a, item.b] {
            entries.extend(workspace.casebase.record(&linked.records[at].id).await?.map(|record| record.index));
        }
    }
    match entries.is_empty() {
        true => Ok(()),
        false => super::custody::looked_at(workspace, "review", entries, super::particulars::BESIDE_ANOTHER).await,
    }
}

/// Checks a verdict against the others and appends it to the journal. Returns the entry's index.
pub async fn record_verdict(
    workspace: &mut Workspace,
    verdicts: &mut Verdicts,
    (a, b): (&str, &str),
    verdict: Verdict,
    by: &str,
    why: &str,
) -> Outcome<u64> {
    for id in [a, b] {
        let known = match RecordId::new(id) {
            Ok(id) => workspace.casebase.record(&id).await?.is_some(),
            Err(_) => false,
        };
        if !known {
            return Err(Refusal::new(format!("{id:?} is no record here; nothing was decided")));
        }
    }
    verdicts.check(a, b, verdict).map_err(|e| Refusal::new(e.to_string()))?;
    let entry = workspace.record(vec![linked::decision(a, b, verdict, by, why)?]).await?;
    verdicts.set(a, b, verdict);
    Ok(entry)
}

/// What a record says, as labelled values.
pub fn facts(record: &Record) -> Vec<(&'static str, String)> {
    let text = |value: serde_json::Result<Value>| match value {
        Ok(Value::String(text)) => text,
        Ok(Value::Null) | Err(_) => String::new(),
        Ok(other) => other.to_string(),
    };
    let written = record.place.iter().flat_map(|p| p.written.iter()).filter(|w| !w.is_empty());
    let parties = record.parties.iter().map(|p| p.code.as_ref().map_or(p.written.clone(), |c| c.as_str().to_owned()));
    let age = record.age.map(|a| (domain::AgeRange::min(&a), domain::AgeRange::max(&a)));
    vec![
        ("source", record.source.as_str().to_owned()),
        ("name", record.names.iter().map(|n| n.text.as_str()).collect::<Vec<_>>().join(" / ")),
        ("sex", text(serde_json::to_value(record.sex))),
        (
            "age",
            age.map_or(String::new(), |(min, max)| if min == max { min.to_string() } else { format!("{min}-{max}") }),
        ),
        ("date", record.date.map_or(String::new(), |d| d.to_string())),
        ("place", written.cloned().collect::<Vec<_>>().join(", ")),
        ("party", parties.collect::<Vec<_>>().join(", ")),
        ("cause", record.cause.clone().unwrap_or_default()),
    ]
}

/// Evidence of a pair, prior first, as (comparison, level, bits).
fn weights(linked: &Linked, item: &Item) -> Vec<(String, String, f64)> {
    let mut all = linkage::explain(&linked.rows[item.a], &linked.rows[item.b], &linked.run.model);
    all.rotate_right(1);
    all
}

pub fn to_json(linked: &Linked, item: &Item) -> Value {
    let side = |at: usize| {
        let value = |v: String| if v.is_empty() { Value::Null } else { v.into() };
        let facts: serde_json::Map<String, Value> =
            facts(&linked.records[at]).into_iter().map(|(k, v)| (k.to_owned(), value(v))).collect();
        json!({ "record": linked.rows[at].id, "says": facts })
    };
    let mut out = json!({ "a": side(item.a), "b": side(item.b) });
    if let (Some(queued), Some(map)) = (&item.queued, out.as_object_mut()) {
        let weights: Vec<Value> = weights(linked, item)
            .into_iter()
            .map(|(comparison, level, bits)| json!({ "comparison": comparison, "level": level, "match_weight_bits": bits }))
            .collect();
        let bits: f64 = weights.iter().filter_map(|w| w["match_weight_bits"].as_f64()).sum();
        let persons = [&linked.persons[item.a], &linked.persons[item.b]].map(|p| p.as_str());
        map.insert("persons".into(), json!(persons));
        map.insert("same_person_now".into(), json!(persons[0] == persons[1]));
        map.insert("match_probability".into(), json!(1.0 / (1.0 + (-bits).exp2())));
        map.insert("group_probability".into(), json!(queued.group_probability));
        map.insert("question".into(), json!(queued.question));
        map.insert("expected_change".into(), json!(queued.expected_change));
        map.insert("counts_that_move".into(), json!(queued.counts_that_move));
        map.insert("records_concerned".into(), json!(queued.records));
        map.insert("weights".into(), Value::Array(weights));
    }
    out
}

const COLUMN: usize = 38;

/// Without control characters and bidirectional controls.
pub fn plain(text: &str) -> String {
    let harmful = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{061c}')
    };
    text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !harmful(*c)).collect()
}

/// Columns that a text takes on a terminal: marks take none.
fn width(text: &str) -> usize {
    let mark = |c: &char| matches!(c, '\u{0300}'..='\u{036f}' | '\u{064b}'..='\u{065f}' | '\u{0670}' | '\u{06d6}'..='\u{06ed}' | '\u{200b}'..='\u{200d}' | '\u{fe00}'..='\u{fe0f}');
    text.chars().filter(|c| !mark(c)).count()
}

/// A value in isolates, cut and filled to a column.
fn cell(text: &str) -> String {
    let mut text = plain(text);
    while width(&text) > COLUMN {
        text.pop();
        if width(&text) == COLUMN - 1 {
            text.push('…');
            break;
        }
    }
    format!("\u{2068}{text}\u{2069}{}", " ".repeat(COLUMN.saturating_sub(width(&text))))
}

/// Two records side by side and, from the queue, the weights as a waterfall.
pub fn describe(linked: &Linked, item: &Item) -> String {
    let (a, b) = (&linked.records[item.a], &linked.records[item.b]);
    let row =
        |label: &str, x: &str, y: &str| format!("{label:<8} {} {}\n", cell(x), cell(y)).trim_end().to_owned() + "\n";
    let mut out = row("record", a.id.as_str(), b.id.as_str());
    if item.queued.is_some() {
        out += &row("person", linked.persons[item.a].as_str(), linked.persons[item.b].as_str());
    }
    for ((label, x), (_, y)) in facts(a).into_iter().zip(facts(b)) {
        if !(x.is_empty() && y.is_empty()) {
            out += &row(label, if x.is_empty() { "—" } else { &x }, if y.is_empty() { "—" } else { &y });
        }
    }
    let Some(queued) = &item.queued else {
        return out + "of a sample: what the model thinks is not shown\n";
    };
    out += &waterfall(&weights(linked, item));
    let question = match queued.question {
        Question::AreTheyOne => "two persons now; are they one?",
        Question::DoesItBelong => "one person now; do these two belong together?",
    };
    let moves = match queued.counts_that_move.as_slice() {
        [] => String::new(),
        facts => format!("; counts by {} would move", facts.join(", ")),
    };
    out + &format!(
        "{question} {} records concerned; as groups they are one with probability {:.3}; expected change {:.3} persons{moves}\n",
        queued.records, queued.group_probability, queued.expected_change
    )
}

const BAR: usize = 40;

/// Each weight drawn from where the sum stood before it to where it stands after; `█` for, `░` against, `│` is even odds.
pub fn waterfall(weights: &[(String, String, f64)]) -> String {
    let mut sums = vec![0.0];
    let mut sum = 0.0;
    for (.., bits) in weights {
        sum += bits;
        sums.push(sum);
    }
    let (low, high) = sums.iter().fold((0.0f64, 0.0f64), |(l, h), s| (l.min(*s), h.max(*s)));
    let at = |bits: f64| ((bits - low) / (high - low).max(1e-9) * (BAR - 1) as f64).round() as usize;
    let mut out = String::new();
    for ((comparison, level, bits), ends) in weights.iter().zip(sums.windows(2)) {
        let (from, to) = (at(ends[0].min(ends[1])), at(ends[0].max(ends[1])));
        let mark = if *bits >= 0.0 { '█' } else { '░' };
        let bar: String = (0..BAR)
            .map(|i| {
                if i >= from && i <= to && bits.abs() > 0.005 {
                    mark
                } else if i == at(0.0) {
                    '│'
                } else {
                    ' '
                }
            })
            .collect();
        out += format!("  {comparison:<22} {level:<28} {bits:>+7.2} {bar}").trim_end();
        out.push('\n');
    }
    let probability = 1.0 / (1.0 + (-sum).exp2());
    out + &format!("  {:<51} {sum:>+7.2} bits: match probability {probability:.4}\n", "sum")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_move_the_cursor_or_turn_the_line_around() {
        let shown = cell("أحمد\u{1b}[2J\u{202e}evil\n\u{2069}");
        assert!(!shown.contains('\u{1b}') && !shown.contains('\u{202e}') && !shown.contains('\n'));
        assert!(shown.starts_with('\u{2068}') && shown.matches('\u{2069}').count() == 1);
    }

    #[test]
    fn cells_are_as_wide_as_the_column_whatever_the_script() {
        for text in ["", "Ahmad", "مُحَمَّدٌ", &"ا".repeat(90), &"x\u{0301}".repeat(60)] {
            let shown = cell(text);
            let bare: String = shown.chars().filter(|c| !matches!(c, '\u{2068}' | '\u{2069}')).collect();
            assert_eq!(width(&bare), COLUMN, "{text}");
        }
    }

    #[test]
    fn the_waterfall_adds_up_and_no_weights_is_even_odds() {
        let drawn = waterfall(&[("prior".into(), "x".into(), -3.0), ("date".into(), "same_day".into(), 7.0)]);
        assert!(drawn.contains("+4.00 bits: match probability 0.9412"), "{drawn}");
        assert!(waterfall(&[]).contains("0.5000"));
    }
}
