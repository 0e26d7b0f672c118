//! A workspace folder: journal, originals, casebase and settings; and the one way in which entries are added.
//!
//! The journal is the truth. Entries are appended first and projected after; on opening, the casebase follows
//! whatever the journal holds beyond it, so a crash between the two loses nothing.

mod around;
mod clock;
mod following;
mod held;
mod keys;
mod memberships;
mod recorded;
mod released;
mod replay;
mod rows;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use casebase::{Casebase, CasebaseError, Indexed};
use domain::content::Decision;
use domain::{Content, Figure, PlaceTable, Record, Source, SourceId, SourceKind, Withdrawal};
use evidence::{EntryKind, Journal, NewEntry, Originals};
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use crate::refusal::{Outcome, Refusal};
pub use around::{refuse_inside_release, refuse_inside_workspace, workspace_above};
pub use clock::{check_clock, now};
pub use following::{Incomplete, PartsWithdrawn, parts_withdrawn};
pub use held::{Journaled, Others};
pub use keys::{PUBLIC_KEY, SIGNING_KEY, other_key, public_key};
pub use memberships::Memberships;
pub use recorded::Recorded;
pub use released::{LAST_PERSONS, LAST_PERSONS_CODE, LAST_RELEASE, knows_more};
pub use replay::compare;
pub use rows::Rows;

pub const SETTINGS: &str = "tawthiq.toml";
const BATCH: usize = 8192;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// The public log's name.
    origin: String,
    /// Where the casebase is; a file in the workspace when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    database: Option<String>,
}

pub struct Workspace {
    pub dir: PathBuf,
    pub origin: String,
    /// None where the workspace is open to be read alone.
    key: Option<evidence::SigningKey>,
    pub journal: Journal,
    pub originals: Originals,
    pub casebase: Casebase,
    pub places: PlaceTable,
    /// What imported gazetteers add to the built-in places.
    pub told_places: Vec<domain::Place>,
}

/// Journal index, time in seconds since 1970, and content of entries that follow one another.
pub type Batch = Vec<(u64, i64, Content)>;

/// The projection of one batch, running while the next is appended to the journal.
#[derive(Default)]
pub struct Behind(Option<tokio::task::JoinHandle<Result<(), CasebaseError>>>);

impl Behind {
    /// Waits for the batch before, then starts on this one. Batches must hold no link run.
    pub async fn project(&mut self, casebase: &Casebase, batch: Batch) -> Outcome<()> {
        self.wait().await?;
        let casebase = casebase.clone();
        self.0 = Some(tokio::spawn(async move { casebase.project(&batch).await }));
        Ok(())
    }

    pub async fn wait(&mut self) -> Outcome<()> {
        match self.0.take() {
            Some(task) => Ok(task.await.map_err(|e| Refusal::new(format!("the projection stopped: {e}")))??),
            None => Ok(()),
        }
    }
}

fn kind_of(content: &Content) -> EntryKind {
    match content {
        Content::Accession(_) => EntryKind::Capture,
        Content::Decision(_) => EntryKind::Annotate,
        Content::Custody(_) => EntryKind::Custody,
        Content::Withdrawal(_) => EntryKind::Redact,
        _ => EntryKind::Derive,
    }
}

/// The earlier entry that an entry is about; the public log says it.
fn parent_of(content: &Content) -> Option<u64> {
    match content {
        Content::Withdrawal(withdrawal) => Some(withdrawal.entry),
        _ => None,
    }
}

fn database_url(dir: &Path, settings: &Settings) -> Outcome<String> {
    if let Some(url) = &settings.database {
        return Ok(url.clone());
    }
    let dir = std::path::absolute(dir).map_err(|e| Refusal::io("could not find", dir, e))?;
    Ok(format!("{IN_A_FILE}{}", dir.join("casebase.sqlite").display()))
}

const IN_A_FILE: &str = "sqlite://";

/// Destroys the file of a casebase and those that SQLite keeps beside it: it may be an older one, with what was withdrawn since.
fn destroy_casebase(url: &str) -> Outcome<()> {
    let Some(path) = url.strip_prefix(IN_A_FILE) else { return Ok(()) };
    for end in ["", "-wal", "-shm"] {
        let path = PathBuf::from(format!("{path}{end}"));
        match evidence::disk::destroy(&path) {
            // SQLite may take its own files away meanwhile.
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                return Err(Refusal::io("could not destroy", &path, e));
            }
            _ => {}
        }
    }
    Ok(())
}

impl Workspace {
    /// Makes an empty workspace. Refuses a folder that already is one.
    pub async fn init(dir: &Path, origin: &str, database: Option<&str>) -> Outcome<Self> {
        if dir.join(SETTINGS).exists() {
            return Err(Refusal::new(format!("{} is a workspace already; nothing was changed", dir.display())));
        }
        if let Some(other) = workspace_above(dir)? {
            return Err(Refusal::new(format!(
                "{} is in the workspace {}, where only that one's own files go; no workspace was made",
                dir.display(),
                other.display()
            )));
        }
        refuse_inside_release(dir, "no workspace was made")?;
        let settings = Settings { origin: origin.to_owned(), database: database.map(str::to_owned) };
        for folder in [dir.to_owned(), dir.join("keys"), dir.join("journal")] {
            evidence::make_private_dir(&folder)?;
        }
        let key = evidence::keys::generate(&mut entropy);
        evidence::keys::store(&dir.join(SIGNING_KEY), &key)?;
        Journal::create(&dir.join("journal"), origin, key)?;
        let text = toml::to_string(&settings).map_err(|e| Refusal::new(e.to_string()))?;
        // The address of a database may hold a password.
        evidence::write_private(&dir.join(SETTINGS), text.as_bytes())?;
        Self::open(dir).await
    }

    /// As [`Workspace::open`], for a rebuild: a casebase file that is damaged is thrown away first, since the journal has
    /// everything that was in it.
    ///
    /// Where what lies here knows of more entries than the journal has, nothing is thrown away unless `accept_loss` says so: it
    /// is the sign that an older journal was put back, and the newer one has what was withdrawn since.
    pub async fn open_for_rebuild(dir: &Path, accept_loss: bool) -> Outcome<Self> {
        match Self::open(dir).await {
            Err(refusal) if refusal.journal_is_short && !accept_loss => Err(refusal),
            Err(refusal) if refusal.casebase_is_damaged || refusal.journal_is_short => {
                crate::terminal::say(format!("{refusal}"));
                if refusal.journal_is_short {
                    released::forget_newer(dir)?;
                }
                destroy_casebase(&database_url(dir, &Self::settings(dir)?)?)?;
                Self::open(dir).await
            }
            other => other,
        }
    }

    /// Puts an empty casebase in the place of the one that is here: a new file, or on a server the tables without their rows. It
    /// must then follow.
    pub async fn remake_casebase(&mut self) -> Outcome<()> {
        let url = database_url(&self.dir, &Self::settings(&self.dir)?)?;
        if url.starts_with(IN_A_FILE) {
            self.casebase.close().await;
            destroy_casebase(&url)?;
            self.casebase = Casebase::open(&url).await?;
        }
        Ok(self.casebase.scrub(self.journal.len()).await?)
    }

    fn settings(dir: &Path) -> Outcome<Settings> {
        let path = dir.join(SETTINGS);
        let damaged = |why: String| {
            Refusal::new(format!(
                "{} cannot be read: {why}; nothing was done. Put it back from a good copy: it says the log's name, and where the \
                 casebase is when that is on a server",
                path.display()
            ))
        };
        match crate::input::read_text(&path) {
            Ok(text) => toml::from_str(&text).map_err(|e| damaged(e.to_string())),
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(damaged(error.to_string())),
            Err(_) if dir.join("journal").is_dir() => Err(damaged("it is not there, and a journal is".to_owned())),
            Err(error) => Err(Refusal::new(format!(
                "{} is not a workspace ({error}); nothing was done. Make one with init",
                dir.display()
            ))),
        }
    }

    /// Why the settings are not those of the log, where they are not.
    pub fn check_settings(dir: &Path, log: &str) -> Outcome<()> {
        let settings = Self::settings(dir)?;
        if settings.origin == log {
            return Ok(());
        }
        Err(Refusal::new(format!(
            "{SETTINGS} names the log {:?}, and the key is that of {log:?}: it was changed, or is of another workspace. Put it \
             back from a good copy; nothing was done",
            settings.origin
        )))
    }

    /// Opens a workspace to look into it. Where it may be written this is [`Workspace::open`]; where it may not (another
    /// user's, a disk that is write-protected), nothing is written, no key is read, and a casebase that is behind its
    /// journal is refused, since it cannot follow; so is a withdrawal that was interrupted, which cannot be finished.
    pub async fn open_to_read(dir: &Path) -> Outcome<Self> {
        let settings = Self::settings(dir)?;
        if keys::may_write(dir) {
            return Self::open(dir).await;
        }
        let journal = Journal::open_to_read(&dir.join("journal"), &public_key(dir)?)?;
        let mut workspace = Self {
            dir: dir.to_owned(),
            origin: settings.origin.clone(),
            journal,
            key: None,
            originals: Originals::open_to_read(&dir.join("originals")),
            casebase: Casebase::open_to_read(&database_url(dir, &settings)?).await?,
            places: PlaceTable::syria(),
            told_places: Vec::new(),
        };
        workspace.take_cosigned();
        let (applied, entries) = (workspace.casebase.applied().await?, workspace.journal.len());
        if applied != entries {
            return Err(Refusal::new(format!(
                "the casebase has {applied} entries and the journal {entries}, and {} may only be read: nothing was shown. \
                 Let whoever keeps it open it once",
                dir.display()
            )));
        }
        if workspace.holds_withdrawn().await? {
            return Err(Refusal::new(format!(
                "the casebase is older than a withdrawal and may hold what was withdrawn: nothing was shown. Let whoever \
                 keeps {} open it once: that makes it anew",
                dir.display()
            )));
        }
        let done = workspace.journal.carried_through()?;
        let pending: Vec<String> = workspace
            .withdrawals()?
            .into_iter()
            .filter(|(by, _)| !done.contains(by))
            .map(|(by, withdrawal)| format!("entry {} (by entry {by})", withdrawal.entry))
            .collect();
        if !pending.is_empty() {
            return Err(Refusal::new(format!(
                "a withdrawal was interrupted, and what it withdrew may still be here: {}. Nothing was shown. Let whoever \
                 keeps {} open it once: that finishes it",
                pending.join(", "),
                dir.display()
            )));
        }
        let back = crate::jobs::destroy::came_back_again(&workspace).await?;
        if let Some(withdrawal) = back.first() {
            return Err(Refusal::new(format!(
                "{} was withdrawn and is here again: a backup brought it back. Nothing was shown. Let whoever keeps {} open it \
                 once: that destroys it again",
                crate::jobs::destroy::in_words(withdrawal),
                dir.display()
            )));
        }
        workspace.learn_places().await?;
        Ok(workspace)
    }

    /// What outsiders say is not needed to open: one that is damaged is left out, and named.
    fn take_cosigned(&mut self) {
        let cosigned = format!("anchors/{}/checkpoint", self.journal.len());
        if let Ok(note) = std::fs::read_to_string(self.dir.join(&cosigned))
            && let Err(error) = self.journal.attach_cosigned(&note)
        {
            crate::terminal::say(format!("{cosigned} is damaged ({error}). Put it back from a good copy"));
        }
    }

    /// The key that releases are signed with.
    pub fn key(&self) -> Outcome<&evidence::SigningKey> {
        self.key.as_ref().ok_or_else(|| {
            Refusal::new(format!("{} may only be read; nothing was signed or written", self.dir.display()))
        })
    }

    /// True where entries may be added.
    pub fn is_writable(&self) -> bool {
        self.key.is_some()
    }

    /// Opens a workspace, alone: a second opener is refused while this one runs.
    pub async fn open(dir: &Path) -> Outcome<Self> {
        let settings = Self::settings(dir)?;
        let key = evidence::keys::load(&dir.join(SIGNING_KEY))?;
        if let Some(why) = other_key(dir, &key)? {
            return Err(Refusal::new(format!(
                "{SIGNING_KEY}: {why}; nothing was opened. Put the right key back from where a copy of it is kept"
            )));
        }
        let public = dir.join(PUBLIC_KEY);
        if public.exists() {
            Self::check_settings(dir, &public_key(dir)?.name)?;
        }
        // A database that is there is opened while the journal is read: neither needs the other. One is made only beside a journal
        // that opened.
        let url = database_url(dir, &settings)?;
        let is_here = url.strip_prefix(IN_A_FILE).is_some_and(|path| Path::new(path).is_file());
        let casebase = is_here.then(|| {
            tokio::spawn({
                let url = url.clone();
                async move { Casebase::open(&url).await }
            })
        });
        let journal = Journal::open(&dir.join("journal"), key.clone())?;
        let originals = Originals::open(&dir.join("originals"))?;
        let casebase = match casebase {
            Some(opening) => {
                opening.await.map_err(|e| Refusal::new(format!("the casebase could not be opened: {e}")))??
            }
            None => Casebase::open(&url).await?,
        };
        let mut workspace = Self {
            dir: dir.to_owned(),
            origin: settings.origin.clone(),
            journal,
            key: Some(key),
            originals,
            casebase,
            places: PlaceTable::syria(),
            told_places: Vec::new(),
        };
        if !public.exists() {
            std::fs::write(&public, workspace.vkey() + "\n").map_err(|e| Refusal::io("could not write", &public, e))?;
            if !workspace.journal.is_empty() {
                crate::terminal::say(format!(
                    "{PUBLIC_KEY} was not here; it was made again from the signing key, which signed this journal"
                ));
            }
        }
        workspace.take_cosigned();
        workspace.refuse_other_journal().await?;
        if workspace.leave_out_withdrawn().await? {
            crate::terminal::say(
                "the casebase was older than a withdrawal (an older copy was put back, or the withdrawal or a rebuild was \
                 interrupted): it was emptied and is made anew without what was withdrawn",
            );
        }
        workspace.follow().await?;
        // A withdrawal that was interrupted is finished before anything is shown.
        let destroyed = crate::jobs::destroy::carry_through(&mut workspace).await?;
        if destroyed > 0 {
            crate::terminal::say(format!("an interrupted withdrawal was finished: {destroyed} destroyed"));
        }
        crate::jobs::destroy::destroy_again(&mut workspace).await?;
        if crate::jobs::destroy::leave_out_of_cache(&workspace)? {
            crate::terminal::say("cache/ was older than a withdrawal: it was emptied");
        }
        workspace.learn_places().await?;
        Ok(workspace)
    }

    /// How long the journal was when the casebase was last emptied of what was withdrawn. `None` where there is no casebase
    /// yet, and where it is on a server, which is only asked by those who open the workspace.
    pub async fn casebase_scrubbed(dir: &Path) -> Outcome<Option<u64>> {
        let url = database_url(dir, &Self::settings(dir)?)?;
        let is_here = url.strip_prefix(IN_A_FILE).is_some_and(|path| Path::new(path).is_file());
        if !is_here {
            return Ok(None);
        }
        let casebase = Casebase::open_to_read(&url).await?;
        let scrubbed = casebase.scrubbed().await;
        casebase.close().await;
        Ok(Some(scrubbed?))
    }

    /// Which witnesses count (C2SP tlog-policy): `policy.txt`, or no witness where there is none.
    pub fn policy_text(&self) -> Outcome<String> {
        let path = self.dir.join(crate::anchors::POLICY);
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(text),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(format!("log {}\nquorum none\n", self.vkey())),
            Err(e) => Err(Refusal::io("could not read", &path, e)),
        }
    }

    /// Withdrawals by the entry that says so, in order.
    pub fn withdrawals(&self) -> Outcome<Vec<(u64, Withdrawal)>> {
        withdrawals(&self.journal)
    }

    /// Records withdrawals; the bytes are still there. Returns the index of the first.
    pub async fn withdraw(&mut self, withdrawals: Vec<Withdrawal>) -> Outcome<u64> {
        let say_why = |remark: &str| {
            let reason = |mut withdrawal: Withdrawal| {
                withdrawal.reason.push_str(remark);
                Content::Withdrawal(withdrawal)
            };
            withdrawals.into_iter().map(reason).collect()
        };
        self.record_whatever_the_clock(say_why).await
    }

    /// Records that a family took its consent back. Returns the index.
    pub async fn take_back(&mut self, mut decision: Decision) -> Outcome<u64> {
        let say_why = |remark: &str| {
            decision.why.push_str(remark);
            vec![Content::Decision(decision)]
        };
        self.record_whatever_the_clock(say_why).await
    }

    /// What is taken back does not wait for a clock: where the last entry is dated later than now, it bears that time, and `of` is
    /// given what it must say of it.
    async fn record_whatever_the_clock(&mut self, of: impl FnOnce(&str) -> Vec<Content>) -> Outcome<u64> {
        let (now, last) = (now(), self.journal.last_time());
        let mut remark = String::new();
        if now < last {
            let (now, last) = (domain::utc(now), domain::utc(last));
            remark = format!(
                " [withdrawn when the clock said {now}: the entry before is dated {last}, later than that, and this one bears its time]"
            );
            crate::terminal::say(format!(
                "the last entry is dated {last}, and it is {now} here: the withdrawal bears the time of that entry, and its reason says so"
            ));
        }
        let batch = self.append_at(of(&remark), now.max(last))?;
        let first = batch.first().map_or(self.journal.len(), |(index, ..)| *index);
        self.project(batch).await?;
        Ok(first)
    }

    pub fn vkey(&self) -> String {
        self.journal.vkey()
    }

    /// Appends to the journal, then projects. Returns the index of the first entry.
    pub async fn record(&mut self, contents: Vec<Content>) -> Outcome<u64> {
        let batch = self.append(contents)?;
        let first = batch.first().map_or(self.journal.len(), |(index, ..)| *index);
        self.project(batch).await?;
        Ok(first)
    }

    /// Appends to the journal alone. What it returns must be projected before anything is asked of the casebase.
    pub fn append(&mut self, contents: Vec<Content>) -> Outcome<Batch> {
        self.append_at(contents, now())
    }

    fn append_at(&mut self, contents: Vec<Content>, time: i64) -> Outcome<Batch> {
        let entries: Vec<NewEntry> = contents
            .par_iter()
            .map(|content| NewEntry { kind: kind_of(content), parent: parent_of(content), fields: content.to_fields() })
            .collect();
        let range = self.journal.append(entries, time, &mut entropy)?;
        Ok(range.zip(contents).map(|(index, content)| (index, time, content)).collect())
    }

    /// The built-in table of places, with what imported gazetteers add.
    pub async fn learn_places(&mut self) -> Outcome<()> {
        let told = self.casebase.places().await?;
        if !told.is_empty() {
            self.told_places = told.into_iter().map(|entry| entry.value.place).collect();
            self.places = PlaceTable::syria().extended(self.told_places.iter().cloned());
        }
        Ok(())
    }

    pub async fn figures(&self) -> Outcome<Vec<Figure>> {
        Ok(self.casebase.figures().await?.into_iter().map(|f| f.value).collect())
    }

    /// The sources described, and a bare one for each that is named and not described.
    pub async fn sources(&self, named: impl IntoIterator<Item = &SourceId>) -> Outcome<Vec<Source>> {
        let described = self.casebase.sources().await?;
        let mut sources: BTreeMap<SourceId, Source> =
            described.into_iter().map(|s| (s.value.id.clone(), s.value)).collect();
        // Records of a few sources are many.
        for id in named.into_iter().collect::<FxHashSet<_>>() {
            if !sources.contains_key(id) {
                sources.insert(id.clone(), undescribed(id));
            }
        }
        Ok(sources.into_values().collect())
    }

    /// Every record with its journal index, in the order of its id.
    pub async fn records(&self) -> Outcome<Vec<Indexed<Record>>> {
        let mut all: Vec<Indexed<Record>> = Vec::new();
        loop {
            let page = self.casebase.records(all.last().map(|r| r.value.id.clone()), 50_000).await?;
            if page.is_empty() {
                return Ok(all);
            }
            all.extend(page);
        }
    }

    /// Which person each record speaks of, as the last link run found.
    pub async fn memberships(&self) -> Outcome<Memberships> {
        let (mut members, mut after) = (Vec::new(), None);
        loop {
            let page = self.casebase.memberships(after, 50_000).await?;
            let Some((last, _)) = page.last() else { return Ok(Memberships::new(members)) };
            after = Some(last.clone());
            for (person, records) in page {
                members.extend(records.into_iter().map(|record| (record, person.clone())));
            }
        }
    }
}

/// Withdrawals by the entry that says so, in order.
fn withdrawals(journal: &Journal) -> Outcome<Vec<(u64, Withdrawal)>> {
    let mut found = Vec::new();
    for &(_, by) in journal.withdrawals() {
        if let Some(withdrawal) = crate::jobs::destroy::withdrawal_of(&journal.get(by)?) {
            found.push((by, withdrawal));
        }
    }
    Ok(found)
}

pub fn undescribed(id: &SourceId) -> Source {
    let name = id.as_str().to_uppercase();
    Source {
        kind: SourceKind::Organisation,
        names: domain::LocalText::from_pairs([("en", name.as_str())]),
        acronym: Some(name.clone()),
        country: None,
        affiliations: Vec::new(),
        address: None,
        derives_from: Vec::new(),
        invented: false,
        caution: domain::LocalText::default(),
        id: id.clone(),
    }
}

/// Fills `bytes` from the operating system. Without entropy there are no salts, and without salts no entry.
pub fn entropy(bytes: &mut [u8]) {
    if let Err(error) = getrandom::fill(bytes) {
        eprintln!("tawthiq: the operating system gives no randomness ({error}); nothing more was recorded");
        std::process::exit(2);
    }
}
