//! What an id on the command line stands for: entries of the journal, and the accessions that they came from.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Accession, AccessionId, PersonId, RecordId, Sha256Digest, WithdrawnPart};

use crate::refusal::{Outcome, Refusal};
use crate::workspace::Workspace;

#[derive(Debug, Default)]
pub struct Subject {
    /// As it was named.
    pub id: String,
    /// Entries named, in order: rows of lists and other content, without the accessions.
    pub entries: Vec<u64>,
    /// The accessions that they came from, by index.
    pub accessions: BTreeMap<u64, Accession>,
}

impl Subject {
    pub fn all(&self) -> Vec<u64> {
        let mut all: Vec<u64> = self.entries.iter().chain(self.accessions.keys()).copied().collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// Finds a record, a person, a notice, a post, a source, an accession, an original (its SHA-256) or an entry (its number).
pub async fn find(workspace: &Workspace, id: &str) -> Outcome<Subject> {
    let mut subject = Subject { id: id.to_owned(), ..Subject::default() };
    let mut accessions: Vec<AccessionId> = Vec::new();
    if let Ok(entry) = id.parse::<u64>() {
        let stored = workspace.journal.get(entry)?;
        if let Some(id) = field_text(&stored, "accession") {
            accessions.push(AccessionId::new(id)?);
        }
        subject.entries.push(entry);
    } else if let Some(digest) = Sha256Digest::from_hex(id) {
        let all = workspace.casebase.accessions().await?;
        subject.accessions =
            all.into_iter().map(|(i, a, _)| (i, a)).filter(|(_, a)| a.original.sha256 == digest).collect();
    } else {
        if let Some(record) = workspace.casebase.record(&RecordId::new(id)?).await? {
            accessions.push(record.value.accession);
            subject.entries.push(record.index);
        }
        for record in workspace.casebase.records_of(&PersonId::new(id)?).await? {
            accessions.push(record.value.accession);
            subject.entries.push(record.index);
        }
        for notice in workspace.casebase.notices().await?.into_iter().filter(|n| n.value.id.as_str() == id) {
            accessions.push(notice.value.accession);
            subject.entries.push(notice.index);
        }
        for post in workspace.casebase.posts().await?.into_iter().filter(|p| p.value.id.as_str() == id) {
            accessions.push(post.value.accession);
            subject.entries.push(post.index);
        }
        for source in workspace.casebase.sources().await?.into_iter().filter(|s| s.value.id.as_str() == id) {
            subject.entries.push(source.index);
        }
        accessions.push(AccessionId::new(id)?);
    }
    accessions.dedup();
    for id in accessions {
        if let Some((index, accession, _)) = workspace.casebase.accession_by_id(&id).await? {
            subject.accessions.insert(index, accession);
        }
    }
    // An accession that was named by its entry is not one of the rows.
    if let Some(index) = subject.entries.first().copied().filter(|_| subject.entries.len() == 1) {
        let named = workspace.casebase.accessions().await?.into_iter().find(|(i, ..)| *i == index);
        if let Some((index, accession, _)) = named {
            subject.entries.clear();
            subject.accessions.insert(index, accession);
        }
    }
    if subject.entries.is_empty() && subject.accessions.is_empty() {
        return Err(Refusal::new(format!(
            "{id:?} is no record, person, notice, post, source, accession, original or entry of this workspace; nothing was done{}",
            withdrawn_entries(workspace)?
        )));
    }
    Ok(subject)
}

/// The entries on photographs and videos that are among a subject's files: what each says of itself stands there.
pub async fn media_of(workspace: &Workspace, subject: &Subject) -> Outcome<Vec<u64>> {
    let all = workspace.casebase.media().await?.into_iter();
    let is_of = |media: &domain::Media| subject.accessions.values().any(|a| a.id == media.accession);
    Ok(all.filter(|media| is_of(&media.value)).map(|media| media.index).collect())
}

/// What was withdrawn no longer bears its id: the entries by which it is still known, as the end of a sentence.
fn withdrawn_entries(workspace: &Workspace) -> Outcome<String> {
    const MOST_TOLD: usize = 12;
    let withdrawals = workspace.withdrawals()?;
    let whole = withdrawals.iter().filter(|(_, w)| w.part == WithdrawnPart::Payload).map(|(_, w)| w.entry);
    let entries: BTreeSet<u64> = whole.collect();
    let told: Vec<String> = entries.iter().take(MOST_TOLD).map(u64::to_string).collect();
    let more = if entries.len() > MOST_TOLD { " and others" } else { "" };
    Ok(match told.is_empty() {
        true => String::new(),
        false => {
            format!(". What was withdrawn bears no id any more and is known by its entry: {}{more}", told.join(", "))
        }
    })
}

/// A field of an entry that is one text.
pub fn field_text(entry: &evidence::StoredEntry, name: &str) -> Option<String> {
    let fields = &entry.payload.as_ref()?.fields;
    let value = fields.iter().find(|(own, _)| own == name).map(|(_, value)| value)?;
    serde_json::from_slice(value).ok()
}

/// Who does it: who was named, else the account.
pub fn user(named: &Option<String>) -> String {
    named.clone().unwrap_or_else(account)
}

/// The account that runs the program, as the operating system knows it. What the environment claims instead is told
/// beside it: whoever starts the program can set that.
pub fn account() -> String {
    let id = nix::unistd::getuid();
    let known = nix::unistd::User::from_uid(id).ok().flatten();
    let account = known.map_or_else(|| format!("uid {id}"), |user| user.name);
    match std::env::var("USER") {
        Ok(claimed) if !claimed.is_empty() && claimed != account => format!("{account} (USER says {claimed})"),
        _ => account,
    }
}

pub const TOOL: &str = concat!("tawthiq ", env!("CARGO_PKG_VERSION"));
