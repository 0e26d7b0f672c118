//! What is linked is the journal's: records, decisions, sources and the last link run are read from it. A run is signed into the log for
//! good, and the casebase is a file that anybody who can write here can change.

use std::collections::BTreeMap;

use domain::content::Decision;
use domain::run::Run;
use domain::{Content, PersonId, Record, RecordId, Source, SourceId};
use evidence::Lying;
use rayon::prelude::*;

use super::Workspace;
use super::following::{assignments, content_left, content_of, ends_with_links, parts_withdrawn};
use crate::refusal::Outcome;

/// What a link run goes by.
#[derive(Default)]
pub struct Recorded {
    /// In the order of their ids; of several entries with one id the first stands.
    pub records: Vec<Record>,
    /// In the order in which they were decided.
    pub decisions: Vec<Decision>,
    pub sources: BTreeMap<SourceId, Source>,
    /// The last link run.
    pub last_link: Option<Run>,
}

impl Workspace {
    /// Reads the journal in one walk, without what was withdrawn.
    pub fn recorded(&self) -> Outcome<Recorded> {
        let withdrawn = parts_withdrawn(&self.journal)?;
        let see = |index: u64, entry: Lying<'_>| -> Outcome<(u64, Option<Content>)> {
            let parts = withdrawn.get(&index);
            let content = match &entry {
                Lying::Whole(fields) => content_of(fields.iter().copied(), 0, parts)?,
                Lying::Lacking(entry) => content_left(entry, parts)?,
            };
            let is_of_use = matches!(
                content,
                Some(Content::Record(_) | Content::Decision(_) | Content::Source(_) | Content::Run(_))
            );
            Ok((index, content.filter(|_| is_of_use)))
        };
        let (mut found, mut records) = (Recorded::default(), Vec::new());
        for seen in self.journal.map_frames(|_| true, see)?.into_iter().flat_map(|(_, seen)| seen) {
            let (index, Some(content)) = seen? else { continue };
            match content {
                Content::Record(record) => records.push((index, record)),
                Content::Decision(decision) => found.decisions.push(decision),
                Content::Source(source) => _ = found.sources.insert(source.id.clone(), source),
                other => found.last_link = ends_with_links(&other).cloned().or(found.last_link.take()),
            }
        }
        records.par_sort_unstable_by(|a, b| (&a.1.id, a.0).cmp(&(&b.1.id, b.0)));
        records.dedup_by(|later, earlier| later.1.id == earlier.1.id);
        found.records = records.into_iter().map(|(_, record)| record).collect();
        Ok(found)
    }

    /// Whom each record speaks of, as a link run wrote it down; nobody where there was none.
    pub fn assigned(&self, last_link: Option<&Run>) -> Outcome<BTreeMap<RecordId, PersonId>> {
        match last_link {
            Some(run) => Ok(assignments(&self.originals, &run.output)?.into_iter().collect()),
            None => Ok(BTreeMap::new()),
        }
    }
}
