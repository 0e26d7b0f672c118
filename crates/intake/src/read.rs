//! The one door: any file, through a mapping, row by row.

use std::borrow::Cow;
use std::ops::ControlFlow;

use domain::text::{has_unseen, without_unseen};
use domain::{AccessionId, Content, PartyTable, PlaceTable, RejectedRow, SourceId};

use crate::mapping::Kind;
use crate::plan::Plan;
use crate::row::{Fault, Memory, RowView};
use crate::table::{Line, Wanted, walk};
use crate::{IntakeError, Mapping};

/// What rows are read against.
#[derive(Debug, Clone)]
pub struct Context<'a> {
    pub places: &'a PlaceTable,
    pub parties: &'a PartyTable,
    pub accession: AccessionId,
    pub source: SourceId,
}

/// What became of one row.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// `Record`, `Event`, `Figure`, `Statement`, `Notice`, `Source` or `TrustSet`.
    Item(Box<Content>),
    Rejected(RejectedRow),
}

/// What is known of a file at its end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadReport {
    /// Outcomes of the whole file: those handed to the sink and those skipped. A file that could not be read further
    /// counts as one more, its row 0.
    pub rows: u64,
    /// Such as `UTF-8` or `windows-1256`.
    pub encoding: String,
    /// One sentence each, for people.
    pub warnings: Vec<String>,
}

/// Reads a file and hands every row to `sink` as an item or as rejected, in the file's order, with its number from 1.
///
/// `skip_rows` rows at the beginning are passed over, because an earlier run took them in. `Break` stops at once; the
/// report then covers what was read. Rejected row 0 says that the file as a whole could not be read further.
///
/// # Errors
/// When nothing can be read at all: an empty or compressed file, or columns that are not the mapping's.
pub fn read(
    file_name: &str,
    bytes: &[u8],
    mapping: &Mapping,
    ctx: &Context<'_>,
    skip_rows: u64,
    sink: &mut dyn FnMut(u64, Outcome) -> ControlFlow<()>,
) -> Result<ReadReport, IntakeError> {
    if matches!(mapping.kind, Kind::Statements | Kind::Sources | Kind::TrustSets) {
        if bytes.is_empty() {
            return Err(IntakeError::Empty { file: file_name.to_owned() });
        }
        return Ok(crate::lists::read(bytes, mapping.kind, ctx, skip_rows, sink));
    }
    // Ids are compared over the whole file, so that a resumed run rejects the same rows: figures and notices are few
    // enough.
    let resume_from = if matches!(mapping.kind, Kind::Figure | Kind::Notice) { skip_rows } else { 0 };
    let wanted = Wanted::by(mapping, file_name, if resume_from > 0 { 0 } else { skip_rows });
    let memory = Memory::default();
    let mut plan: Option<Plan> = None;
    let mut broken = 0u64;
    let mut wrong_columns = None;
    let walked = walk(bytes, &wanted, &mut |line| {
        let (number, outcome) = match line {
            Line::Header(header) => {
                let new = Plan::new(header, mapping);
                wrong_columns = missing_columns(&new, mapping);
                plan = Some(new);
                return if wrong_columns.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
            }
            Line::Keys(keys) => {
                plan = Some(Plan::new(keys, mapping));
                return ControlFlow::Continue(());
            }
            Line::Bad { row, column, reason, value } => {
                (row, Outcome::Rejected(Fault { column, reason, value }.rejected(row)))
            }
            Line::Row(number, cells) => (number, row(number, cells, plan.as_ref(), mapping, ctx, &memory)),
        };
        broken += u64::from(number == 0);
        if number > 0 && number <= resume_from {
            return ControlFlow::Continue(());
        }
        sink(number, outcome)
    })?;
    if let Some(missing) = wrong_columns {
        let (file, mapping) = (file_name.to_owned(), mapping.name.clone());
        return Err(IntakeError::WrongColumns { file, mapping, missing });
    }
    let mut warnings = walked.warnings;
    warnings.extend(memory.warnings.into_inner().lines());
    Ok(ReadReport { rows: walked.rows + broken, encoding: walked.encoding.to_owned(), warnings })
}

fn row(
    number: u64,
    received: &[&str],
    plan: Option<&Plan>,
    mapping: &Mapping,
    ctx: &Context<'_>,
    memory: &Memory,
) -> Outcome {
    let Some(plan) = plan else {
        return Outcome::Rejected(Fault::row("it comes before any header").rejected(number));
    };
    let shown: Vec<Cow<'_, str>>;
    let without: Vec<&str>;
    let cells = if received.iter().any(|cell| has_unseen(cell)) {
        shown = received.iter().map(|cell| without_unseen(cell)).collect();
        without = shown.iter().map(Cow::as_ref).collect();
        let example = received.iter().find(|cell| has_unseen(cell)).copied().unwrap_or_default();
        memory.warnings.borrow_mut().add("a control character, kept only in the original columns", example);
        &without[..]
    } else {
        received
    };
    let picked;
    let plan = if mapping.picks.is_empty() {
        plan
    } else {
        let mut own = Plan::new(&plan.header, mapping);
        for pick in &mapping.picks {
            own.pick(pick, cells, mapping);
        }
        picked = own;
        &picked
    };
    let view = RowView { number, cells, received, plan, mapping, ctx, memory };
    match crate::content::read(&view) {
        Ok(content) => Outcome::Item(Box::new(content)),
        Err(fault) => Outcome::Rejected(fault.rejected(number)),
    }
}

/// The columns that the mapping cannot do without and the header has not, as one text.
fn missing_columns(plan: &Plan, mapping: &Mapping) -> Option<String> {
    let columns = mapping.required_columns.iter().filter(|name| plan.column(name).is_none());
    let missing: Vec<String> = columns.map(|name| format!("{name:?}")).collect();
    if !missing.is_empty() {
        return Some(format!("it lacks {}", missing.join(", ")));
    }
    let any_mapped = mapping.columns.keys().any(|name| plan.column(name).is_some());
    (!any_mapped).then(|| "none of the mapping's columns is there".to_owned())
}
