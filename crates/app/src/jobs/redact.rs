//! Withdrawal: what is to be withdrawn is found, an entry says so, on whose authority and why, and only then it is
//! destroyed (`destroy`).
//!
//! With a field goes what says the same in its entry; with a file, what was read off it. What stays and still holds the same
//! words is told (`stays`). Releases and reports made before are out of reach: that is said too.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Accession, AccessionId, Media, Sha256Digest, Withdrawal, WithdrawnPart};
use evidence::StoredEntry;

use crate::cli::redact::RedactArguments;
use crate::jobs::destroy::{self, carry_through};
use crate::jobs::same_words::{self, NEVER, ROW};
use crate::jobs::stays::{Going, Stays};
use crate::jobs::subject::{self, Subject, TOOL, field_text};
use crate::refusal::{Outcome, Refusal};
use crate::terminal::say;
use crate::workspace::{Incomplete, Workspace, parts_withdrawn};

/// What people wrote into the entries on which the chain of custody rests: names, and words that may tell one. It can be
/// withdrawn; that the step was taken, on what and with which digest cannot.
const WRITTEN: [(&str, &[&str]); 4] = [
    ("accession", &["file_name", "received_by", "terms"]),
    ("custody", &["by", "to", "why"]),
    ("source", &["names", "acronym", "address", "caution"]),
    (LINK_RUN, &[MODEL]),
];
/// The kind of entry and the field that hold the model of a link run, which tells how often words of names were used.
const LINK_RUN: &str = "run";
pub const MODEL: &str = "settings";
/// What a photograph or video says of itself, and of whoever made it.
const METADATA: [&str; 3] = ["vault", "claimed_times", "remarks"];

pub type Parts = BTreeSet<(u64, WithdrawnPart)>;

/// What is withdrawn, and what the keeper must know of it.
#[derive(Default)]
struct Chosen {
    parts: Parts,
    told: Vec<String>,
}

pub async fn run(workspace: &mut Workspace, arguments: &RedactArguments) -> Outcome<()> {
    for (what, said) in [
        ("reason", Some(&arguments.reason)),
        ("authority", Some(&arguments.authority)),
        ("name of who does it", arguments.by.as_ref()),
    ] {
        if said.is_some_and(|said| said.trim().is_empty()) {
            return Err(Refusal::new(format!("the {what} is empty; nothing was withdrawn")));
        }
    }
    if destroy_leftover(workspace, arguments)? {
        return Ok(());
    }
    let Chosen { mut parts, mut told } = choose(workspace, arguments).await?;
    // A field of an entry that goes as a whole is gone with it.
    let whole: BTreeSet<u64> =
        parts.iter().filter(|(_, part)| *part == WithdrawnPart::Payload).map(|(entry, _)| *entry).collect();
    parts.retain(|(entry, part)| !matches!(part, WithdrawnPart::Field(_)) || !whole.contains(entry));
    let going = Going::of(workspace, &parts)?;
    if !arguments.repeats_name {
        going.refuse_repeated(&[&arguments.reason, &arguments.authority])?;
    }
    told.extend(going.models(workspace, &mut parts).await?);
    let Stays { told_in, still_in } = going.what_stays(workspace, &parts, &mut told).await?;
    let known_by = going.known_by(workspace.key()?);
    let by = subject::user(&arguments.by);
    let withdrawals: Vec<Withdrawal> = parts
        .into_iter()
        .enumerate()
        .map(|(at, (entry, part))| Withdrawal {
            entry,
            part,
            reason: arguments.reason.clone(),
            authority: arguments.authority.clone(),
            by: by.clone(),
            tool: TOOL.to_owned(),
            still_in: still_in.get(&entry).cloned().unwrap_or_default(),
            // Of all that goes together, once.
            told_in: if at == 0 { told_in.clone() } else { Vec::new() },
            known_by: known_by.get(&entry).cloned().unwrap_or_default(),
        })
        .collect();
    let (n, first) = (withdrawals.len(), workspace.journal.len());
    let done = carry_out(workspace, withdrawals).await.map_err(|refusal| match workspace.journal.len() > first {
        false => refusal,
        true => Refusal {
            message: format!(
                "{refusal}. The withdrawal is recorded as entry {first}; that everything is destroyed is NOT certain. The next \
                 command that opens the workspace to write, such as status, finishes it"
            ),
            ..refusal
        },
    })?;
    say(format!(
        "withdrawn: {n} (entry {first} says so, on the authority of {}); {done} destroyed, which is what was here of it",
        arguments.authority
    ));
    told.iter().for_each(|sentence| say(format!("  {sentence}")));
    say(
        "  releases and reports made before may still show it: make them again and take the old ones down. What backups and \
         the cells of an SSD keep is out of this program's reach",
    );
    Ok(())
}

/// Destroys an original that no entry names, which an import left that was refused or cut short. Nothing is recorded of it:
/// nothing of it ever was. False where the id is none of such a file.
fn destroy_leftover(workspace: &Workspace, arguments: &RedactArguments) -> Outcome<bool> {
    let Some(digest) = Sha256Digest::from_hex(&arguments.id).filter(|_| arguments.original) else { return Ok(false) };
    if !workspace.originals.is_here(&digest) {
        return Ok(false);
    }
    let hex = digest.hex();
    let withdrawn = parts_withdrawn(&workspace.journal)?;
    for entry in workspace.journal.read(0) {
        let entry = entry?;
        if let Some(what) = Incomplete::of(&entry).and_then(|lack| lack.erased(&withdrawn)) {
            return Err(Refusal::new(format!(
                "whether an entry names the original {hex} is not known: of entry {}, {what}. Nothing was destroyed",
                entry.index
            )));
        }
        let mut fields = entry.payload.iter().flat_map(|payload| &payload.fields);
        if fields.any(|(_, value)| value.windows(hex.len()).any(|part| part == hex.as_bytes())) {
            return Ok(false);
        }
    }
    workspace.originals.destroy(&digest)?;
    say(format!(
        "no entry names the original {hex}: an import left it that was refused or cut short. It is destroyed; nothing was recorded"
    ));
    Ok(true)
}

/// Records withdrawals, destroys what they name, and looks whether it is gone. Returns how many things were there.
async fn carry_out(workspace: &mut Workspace, withdrawals: Vec<Withdrawal>) -> Outcome<u64> {
    workspace.withdraw(withdrawals.clone()).await?;
    let done = carry_through(workspace).await?;
    for withdrawal in &withdrawals {
        if destroy::is_there(workspace, withdrawal)? {
            return Err(Refusal::new(format!("{} is still here", destroy::in_words(withdrawal))));
        }
    }
    Ok(done)
}

async fn choose(workspace: &Workspace, arguments: &RedactArguments) -> Outcome<Chosen> {
    let subject = subject::find(workspace, &arguments.id).await?;
    match arguments.original {
        true => originals(workspace, &subject, arguments.with_rows).await,
        false => entries(workspace, &subject, arguments).await,
    }
}

/// The files as received, and what was read off them.
async fn originals(workspace: &Workspace, subject: &Subject, with_rows: bool) -> Outcome<Chosen> {
    let mut chosen = Chosen::default();
    let digests: BTreeSet<Sha256Digest> = subject.accessions.values().map(|a| a.original.sha256).collect();
    // The same file may have been taken in more than once.
    let all = workspace.casebase.accessions().await?.into_iter();
    let of_it: Vec<(u64, Accession)> =
        all.map(|(index, a, _)| (index, a)).filter(|(_, a)| digests.contains(&a.original.sha256)).collect();
    if of_it.is_empty() {
        return Err(Refusal::new(format!("{} has no original here; nothing was withdrawn", subject.id)));
    }
    let ReadOff { rows, ends } = read_off(workspace, &of_it.iter().map(|(_, a)| a.id.clone()).collect())?;
    let media = workspace.casebase.media().await?;
    for (index, accession) in &of_it {
        let digest = accession.original.sha256;
        if workspace.originals.is_here(&digest) || destroy::withdrawn_before(workspace, &digest).await?.is_none() {
            chosen.parts.insert((*index, WithdrawnPart::Original(digest)));
        }
        // Rows that were refused hold words of the original, each time that it was imported.
        for ended in ends.get(&accession.id).into_iter().flatten() {
            chosen.fields(&workspace.journal.get(*ended)?, &[destroy::REFUSED]);
        }
        if let (_, Some(ended)) = workspace.casebase.entries_of(&accession.id).await? {
            chosen.told.extend(sources_between(workspace, *index, ended)?);
        }
        if !accession.file_name.is_empty() {
            chosen.told.push(format!(
                "the name that the file came with, {:?}, stays: redact {index} --field file_name withdraws it",
                accession.file_name
            ));
        }
        for media in media.iter().filter(|media| media.value.accession == accession.id) {
            chosen.copies(workspace, media.index, &media.value);
            if chosen.fields(&workspace.journal.get(media.index)?, &METADATA) {
                chosen.told.push(format!(
                    "with {} goes what the file says of itself: its vault, the times that it claims, and the remarks on it",
                    accession.id
                ));
            }
        }
        let rows = rows.get(&accession.id).map_or(&[][..], Vec::as_slice);
        if with_rows {
            chosen.parts.extend(rows.iter().map(|row| (*row, WithdrawnPart::Payload)));
            continue;
        }
        let n = rows.iter().filter(|row| !media.iter().any(|media| media.index == **row)).count();
        if n > 0 {
            chosen.told.push(format!(
                "{n} rows that were read from it stay, and hold what the file said of them: redact --original --with-rows {} \
                 withdraws them",
                accession.id
            ));
        }
    }
    match chosen.parts.is_empty() {
        true => Err(Refusal::new(format!(
            "the original of {} was withdrawn already; nothing was done. {}",
            subject.id,
            chosen.told.join(". ")
        ))),
        false => Ok(chosen),
    }
}

/// What the entries say, or one field of it.
async fn entries(workspace: &Workspace, subject: &Subject, arguments: &RedactArguments) -> Outcome<Chosen> {
    let mut chosen = Chosen::default();
    let media = workspace.casebase.media().await?;
    let mut entries = subject.entries.clone();
    if entries.is_empty() && arguments.field.as_deref().is_some_and(|field| written("accession").contains(&field)) {
        entries.extend(subject.accessions.keys());
    } else if entries.is_empty() {
        // A photograph is known by its accession.
        let of_it = subject::media_of(workspace, subject).await?;
        entries.extend(of_it.into_iter().filter(|_| arguments.field.is_some()));
    }
    entries.extend(earlier_versions(workspace, subject)?);
    let (mut along, mut known, mut gone) = (BTreeSet::new(), BTreeSet::<String>::new(), 0);
    let withdrawn = parts_withdrawn(&workspace.journal)?;
    for entry in &entries {
        let stored = workspace.journal.get(*entry)?;
        let kind = field_text(&stored, "type").unwrap_or_default();
        let Some(payload) = &stored.payload else {
            gone += 1;
            // What was erased without a word is not withdrawn yet: then the log says so from now on.
            if Incomplete::of(&stored).is_some_and(|lack| lack.erased(&withdrawn).is_some()) {
                chosen.parts.insert((*entry, WithdrawnPart::Payload));
                chosen.told.push(format!("the content of entry {entry} was not here: that it is gone is recorded now"));
            }
            continue;
        };
        match &arguments.field {
            field if !can_go(&stored, &kind, field.as_deref()) => {
                let words = match written(&kind) {
                    [] => String::new(),
                    words => format!(". Only words in it can be withdrawn: --field {}", words.join(", --field ")),
                };
                return Err(Refusal::new(format!(
                    "entry {entry} is of the kind {kind:?}, on which the chain of custody rests; nothing was withdrawn{words}"
                )));
            }
            Some(field) if NEVER.contains(&field.as_str()) => {
                return Err(Refusal::new(format!("{field:?} says what the entry is; nothing was withdrawn")));
            }
            // Of several records one may say nothing of it.
            Some(field) if !payload.fields.iter().any(|(own, _)| own == field) => {
                known.extend(payload.fields.iter().map(|(name, _)| name.clone()));
            }
            Some(field) => {
                let beside = same_words::beside(&payload.fields, field);
                for name in [field.as_str()].into_iter().chain(beside.iter().copied()) {
                    chosen.parts.insert((*entry, WithdrawnPart::Field(name.to_owned())));
                }
                along.extend(beside.into_iter().map(str::to_owned));
            }
            None => _ = chosen.parts.insert((*entry, WithdrawnPart::Payload)),
        }
        if arguments.field.as_ref().is_none_or(|field| field == "derived") {
            media.iter().filter(|m| m.index == *entry).for_each(|m| chosen.copies(workspace, m.index, &m.value));
        }
    }
    chosen.told_of_same_bytes(&media);
    if !along.is_empty() {
        let along: Vec<String> = along.into_iter().collect();
        let row =
            if along.iter().any(|name| name == ROW) { " (the row as received is the field `original`)" } else { "" };
        chosen.told.push(format!("what says the same in the entry goes with it: {}{row}", along.join(", ")));
    }
    match (chosen.parts.is_empty(), gone) {
        (false, _) => Ok(chosen),
        (true, _) if !known.is_empty() => Err(Refusal::new(format!(
            "{} has no field {:?}; nothing was withdrawn. It has {}",
            subject.id,
            arguments.field.as_deref().unwrap_or_default(),
            known.into_iter().collect::<Vec<_>>().join(", ")
        ))),
        (true, 0) => Err(Refusal::new(match &arguments.field {
            Some(field) => format!(
                "{} is a file, of which the rows have fields; nothing was withdrawn. Name the record, the notice or the entry \
                 that {field:?} is in",
                subject.id
            ),
            None => format!("{} is an accession; nothing was withdrawn. Say --original", subject.id),
        })),
        (true, _) => Err(Refusal::new(format!("{} was withdrawn already; nothing was done", subject.id))),
    }
}

impl Chosen {
    /// Fields of an entry that are there and say something. True when there is one.
    fn fields(&mut self, entry: &StoredEntry, names: &[&str]) -> bool {
        let Some(payload) = &entry.payload else { return false };
        let says = |(name, value): &&(String, Vec<u8>)| {
            names.contains(&name.as_str()) && !matches!(value.as_slice(), b"[]" | b"{}" | b"null")
        };
        let said = payload.fields.iter().filter(says);
        let before = self.parts.len();
        self.parts.extend(said.map(|(name, _)| (entry.index, WithdrawnPart::Field(name.clone()))));
        self.parts.len() > before
    }

    /// Tells under which other ids the same picture was taken in, which says the same of itself there.
    fn told_of_same_bytes(&mut self, media: &[casebase::Indexed<Media>]) {
        let goes = |index: u64, name: &str| self.parts.contains(&(index, WithdrawnPart::Field(name.to_owned())));
        let mut told = Vec::new();
        for field in METADATA {
            for own in media.iter().filter(|own| goes(own.index, field)) {
                let same =
                    media.iter().filter(|other| other.value.sha256 == own.value.sha256 && !goes(other.index, field));
                told.extend(same.map(|other| {
                    let id = &other.value.accession;
                    format!("the same bytes were taken in as {id} too: redact {id} --field {field} withdraws it there")
                }));
            }
        }
        self.told.extend(told);
    }

    /// Copies that were made of a photograph or video and kept beside it: a thumbnail shows what the picture shows.
    fn copies(&mut self, workspace: &Workspace, index: u64, media: &Media) {
        let here = media.derived.iter().filter(|copy| workspace.originals.is_here(&copy.sha256));
        self.parts.extend(here.map(|copy| (index, WithdrawnPart::Original(copy.sha256))));
    }
}

/// Sources and trust sets that were read from a list: what others say rests on them, so they stay with it or without.
fn sources_between(workspace: &Workspace, from: u64, to: u64) -> Outcome<Option<String>> {
    const MOST_TOLD: usize = 12;
    let mut entries = Vec::new();
    for index in from + 1..to {
        let kind = field_text(&workspace.journal.get(index)?, "type");
        if matches!(kind.as_deref(), Some("source" | "trust_set")) {
            entries.push(index.to_string());
        }
    }
    let more = if entries.len() > MOST_TOLD { " and others" } else { "" };
    Ok((!entries.is_empty()).then(|| {
        format!(
            "the sources and choices of sources that were read from it stay, since others' words rest on them (entries {}{more}): \
             redact ENTRY --field names withdraws the name of a source, and so --field acronym, address, caution",
            entries[..entries.len().min(MOST_TOLD)].join(", ")
        )
    }))
}

fn written(kind: &str) -> &'static [&'static str] {
    WRITTEN.iter().find(|(own, _)| *own == kind).map_or(&[], |(_, fields)| fields)
}

/// Whether an entry, or one field of it, can be withdrawn.
fn can_go(entry: &StoredEntry, kind: &str, field: Option<&str>) -> bool {
    let is_written = field.is_some_and(|field| written(kind).contains(&field));
    let is_model = || field_text(entry, "stage").as_deref() == Some("link");
    kind == "decision" || is_read_off(entry, kind) || is_written && (kind != LINK_RUN || is_model())
}

const IMPORT_FINISHED: &str = "import_finished";

/// Whether it is a row of a file, or the file itself where that is one picture.
fn is_read_off(entry: &StoredEntry, kind: &str) -> bool {
    kind != IMPORT_FINISHED && field_text(entry, "accession").is_some()
}

/// Entries about accessions, where the casebase has the last alone.
#[derive(Default)]
struct ReadOff {
    /// What says something and was read off the file: all versions of a notice.
    rows: BTreeMap<AccessionId, Vec<u64>>,
    /// The ends of its imports.
    ends: BTreeMap<AccessionId, Vec<u64>>,
}

fn read_off(workspace: &Workspace, accessions: &BTreeSet<AccessionId>) -> Outcome<ReadOff> {
    let mut found = ReadOff::default();
    for entry in workspace.journal.read(0) {
        let entry = entry?;
        let Some(id) = field_text(&entry, "accession").and_then(|id| AccessionId::new(id).ok()) else { continue };
        let kind = field_text(&entry, "type").unwrap_or_default();
        if accessions.contains(&id) && is_read_off(&entry, &kind) {
            found.rows.entry(id).or_default().push(entry.index);
        } else if accessions.contains(&id) && kind == IMPORT_FINISHED {
            found.ends.entry(id).or_default().push(entry.index);
        }
    }
    Ok(found)
}

/// What the notices, sources and choices among the entries said before they were corrected, where their id was named.
fn earlier_versions(workspace: &Workspace, subject: &Subject) -> Outcome<Vec<u64>> {
    let named = |entry: &StoredEntry| {
        let kind = field_text(entry, "type").filter(|kind| ["notice", "source", "trust_set"].contains(&kind.as_str()));
        Some((kind?, field_text(entry, "id")?))
    };
    let mut ids = BTreeSet::new();
    for entry in &subject.entries {
        ids.extend(named(&workspace.journal.get(*entry)?).filter(|(_, id)| *id == subject.id));
    }
    let mut earlier = Vec::new();
    if !ids.is_empty() {
        for entry in workspace.journal.read(0) {
            let entry = entry?;
            let is_of_it = named(&entry).is_some_and(|named| ids.contains(&named));
            earlier.extend(Some(entry.index).filter(|index| is_of_it && !subject.entries.contains(index)));
        }
    }
    Ok(earlier)
}
