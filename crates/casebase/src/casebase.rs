//! The door: one type, whichever database stands behind it.

use std::collections::BTreeMap;

use domain::content::Decision;
use domain::media::MediaHash;
use domain::run::{Run, Stage};
use domain::{
    AccessionId, Content, CustodyEvent, Event, Figure, GazetteerEntry, Media, Notice, Person, PersonId, Post, Record,
    RecordId, RejectedRow, Source, Statement, TrustSet, Withdrawal,
};

use crate::error::Result;
use crate::open::{self, Address};
use crate::postgres::PostgresStore;
use crate::query::TakenIn;
use crate::sqlite::SqliteStore;
use crate::{Indexed, Replay, digest, links, project, query};

/// A view of one journal, in SQLite or PostgreSQL. Clones share one pool of connections.
#[derive(Debug, Clone)]
pub struct Casebase(Backend);

#[derive(Debug, Clone)]
enum Backend {
    Sqlite(SqliteStore),
    Postgres(PostgresStore),
}

macro_rules! on {
    ($casebase:expr, $store:ident => $answer:expr) => {
        match &$casebase.0 {
            Backend::Sqlite($store) => $answer,
            Backend::Postgres($store) => $answer,
        }
    };
}

impl Casebase {
    /// Opens a casebase, and makes it when it is not there. `sqlite://` and a path, taken literally, or `postgres://…`
    /// as libpq reads it, with `schema=name` among the parameters for a schema of its own.
    pub async fn open(url: &str) -> Result<Self> {
        match open::parse(url)? {
            Address::File(path) => Ok(Self(Backend::Sqlite(SqliteStore::open(&path).await?))),
            Address::Server(options, schema) => {
                Ok(Self(Backend::Postgres(PostgresStore::open(*options, schema.as_deref()).await?)))
            }
        }
    }

    /// Opens a casebase that is there, to be asked and never written. A server holds its users to their rights itself.
    pub async fn open_to_read(url: &str) -> Result<Self> {
        match open::parse(url)? {
            Address::File(path) => Ok(Self(Backend::Sqlite(SqliteStore::open_to_read(&path).await?))),
            Address::Server(..) => Self::open(url).await,
        }
    }

    /// What is wrong in it whatever its rows say: what the database's own check finds in its file (a server checks its own), and
    /// what others than this program put beside the tables, such as a trigger that changes rows as they come.
    pub async fn faults(&self) -> Result<Vec<String>> {
        on!(self, store => store.faults().await)
    }

    /// Opens a casebase in a schema of a PostgreSQL database, and makes both when they are not there.
    pub async fn open_in_schema(url: &str, schema: &str) -> Result<Self> {
        open::check_schema(url, schema)?;
        let join = if url.contains('?') { '&' } else { '?' };
        Self::open(&format!("{url}{join}schema={schema}")).await
    }

    /// Ends all connections; SQLite then folds its write-ahead log into the one file.
    pub async fn close(&self) {
        on!(self, store => store.close().await);
    }

    /// How many journal entries are in it: the index of the one expected next.
    pub async fn applied(&self) -> Result<u64> {
        on!(self, store => project::applied(store).await)
    }

    /// Takes in journal entries (index, time in seconds since 1970, content), in one transaction: all or none.
    /// Entries that are there already are skipped; one that does not follow on is [`crate::CasebaseError::Gap`].
    ///
    /// After a batch that holds a link run, the caller applies its links ([`Casebase::links_pending`]) before it
    /// projects further: persons are made from what is here when the links are applied.
    pub async fn project(&self, batch: &[(u64, i64, Content)]) -> Result<()> {
        on!(self, store => project::project(store, batch).await)
    }

    /// Counts one entry as taken in without showing it: its content was withdrawn, or it is not for this view.
    pub async fn pass_over(&self, index: u64) -> Result<()> {
        on!(self, store => project::pass_over(store, index).await)
    }

    /// Replaces all persons by those that the assignments make, and leads the addresses of those that vanish to
    /// whoever holds the record that first bore them. All or nothing.
    pub async fn apply_links(&self, assignments: &[(RecordId, PersonId)]) -> Result<()> {
        on!(self, store => links::apply_links(store, assignments).await)
    }

    /// The first link run whose links are not applied yet: the program may have ended between the two.
    pub async fn links_pending(&self) -> Result<Option<Indexed<Run>>> {
        on!(self, store => links::links_pending(store).await)
    }

    /// Empties it, to be built again from the first entry.
    pub async fn clear(&self) -> Result<()> {
        on!(self, store => project::clear(store).await)
    }

    /// SHA-256 of each table's rows, hexadecimal: the same for the same journal on both databases.
    pub async fn table_digests(&self) -> Result<BTreeMap<String, String>> {
        on!(self, store => digest::table_digests(store).await)
    }

    /// The tables that do not hold what a replay of the journal says, `progress` being told how many were compared.
    pub async fn differing(&self, replay: Replay, progress: &dyn Fn(u64, u64)) -> Result<Vec<&'static str>> {
        on!(self, store => replay.differing(store, progress).await)
    }

    /// Rows of each table.
    pub async fn counts(&self) -> Result<BTreeMap<String, u64>> {
        on!(self, store => digest::counts(store).await)
    }

    /// All accessions in the order of the journal, each with how its import ended, if it did.
    pub async fn accessions(&self) -> Result<Vec<TakenIn>> {
        on!(self, store => query::accessions(store, None).await)
    }

    pub async fn accession_by_id(&self, id: &AccessionId) -> Result<Option<TakenIn>> {
        Ok(on!(self, store => query::accessions(store, Some(id)).await)?.pop())
    }

    /// The highest row of an accession that is in the journal as a record, event or figure; 0 when there is none.
    pub async fn rows_taken(&self, accession: &AccessionId) -> Result<u64> {
        on!(self, store => query::rows_taken(store, accession).await)
    }

    /// The rows that an import refused, in the order in which they were reported.
    pub async fn rejected(&self, accession: &AccessionId) -> Result<Vec<RejectedRow>> {
        on!(self, store => query::rejected(store, accession).await)
    }

    /// By id. Of a source described twice, the later description.
    pub async fn sources(&self) -> Result<Vec<Indexed<Source>>> {
        on!(self, store => query::sources(store).await)
    }

    /// By id. Of a set named twice, the later one.
    pub async fn trust_sets(&self) -> Result<Vec<Indexed<TrustSet>>> {
        on!(self, store => query::trust_sets(store).await)
    }

    /// In the order of the journal. Of a figure id that comes twice, the first figure.
    pub async fn figures(&self) -> Result<Vec<Indexed<Figure>>> {
        on!(self, store => query::figures(store).await)
    }

    /// In the order of the journal. Of a statement id that comes twice, the later statement.
    pub async fn statements(&self) -> Result<Vec<Indexed<Statement>>> {
        on!(self, store => query::statements(store).await)
    }

    /// By id. Of a notice that was taken in again, the later one.
    pub async fn notices(&self) -> Result<Vec<Indexed<Notice>>> {
        on!(self, store => query::notices(store).await)
    }

    /// In the order of the journal.
    pub async fn events(&self) -> Result<Vec<Indexed<Event>>> {
        on!(self, store => query::events(store).await)
    }

    /// Places as imported gazetteers give them, in the order of import.
    pub async fn places(&self) -> Result<Vec<Indexed<GazetteerEntry>>> {
        on!(self, store => query::places(store).await)
    }

    /// In the order of the journal. A post that a later fetch of the same feed gave again is there again.
    pub async fn posts(&self) -> Result<Vec<Indexed<Post>>> {
        on!(self, store => query::posts(store).await)
    }

    /// In the order of the journal.
    pub async fn decisions(&self) -> Result<Vec<Indexed<Decision>>> {
        on!(self, store => query::decisions(store).await)
    }

    /// Photographs and videos, in the order of the journal.
    pub async fn media(&self) -> Result<Vec<Indexed<Media>>> {
        on!(self, store => query::media(store).await)
    }

    /// The journal index of each photograph or video with its hashes of at least this quality, in the journal's order.
    pub async fn media_hashes(&self, quality: u8) -> Result<Vec<(u64, MediaHash)>> {
        on!(self, store => query::media_hashes(store, quality).await)
    }

    /// In the order of the journal.
    pub async fn custody(&self) -> Result<Vec<Indexed<CustodyEvent>>> {
        on!(self, store => query::custody(store).await)
    }

    /// In the order of the journal.
    pub async fn withdrawals(&self) -> Result<Vec<Indexed<Withdrawal>>> {
        on!(self, store => query::withdrawals(store).await)
    }

    /// The entries of the rows that an accession gave, in order, and that of its end, when it ended.
    pub async fn entries_of(&self, accession: &AccessionId) -> Result<(Vec<u64>, Option<u64>)> {
        on!(self, store => query::entries_of(store, accession).await)
    }

    /// Empties it so that nothing of what it held stays in its files: rows are written over with zeros, the file is
    /// made anew, the write-ahead log is cut. Of a server, its own log and backups are out of reach. That the journal had
    /// so many entries is noted last, so that an interrupted one is known to be unfinished.
    pub async fn scrub(&self, entries: u64) -> Result<()> {
        self.clear().await?;
        on!(self, store => store.scrub().await)?;
        on!(self, store => project::note_scrubbed(store, entries).await)
    }

    /// How many entries the journal had at the last [`Casebase::scrub`]; 0 before the first. What a later entry withdrew
    /// may still be in it.
    pub async fn scrubbed(&self) -> Result<u64> {
        on!(self, store => project::scrubbed(store).await)
    }

    /// The runs of one stage, in the order of the journal.
    pub async fn runs(&self, stage: Stage) -> Result<Vec<Indexed<Run>>> {
        on!(self, store => query::runs(store, stage).await)
    }

    pub async fn record(&self, id: &RecordId) -> Result<Option<Indexed<Record>>> {
        on!(self, store => query::record(store, id).await)
    }

    /// At most `limit` records by id, from the first after `after`.
    pub async fn records(&self, after: Option<RecordId>, limit: usize) -> Result<Vec<Indexed<Record>>> {
        let after = after.as_ref().map(RecordId::as_str);
        on!(self, store => query::records(store, after, limit).await)
    }

    /// The records whose entries are from `first` to just before `next`, in the order of the journal.
    pub async fn records_between(&self, first: u64, next: u64) -> Result<Vec<Indexed<Record>>> {
        on!(self, store => query::records_between(store, first, next).await)
    }

    /// The records that speak of a person, by id.
    pub async fn records_of(&self, person: &PersonId) -> Result<Vec<Indexed<Record>>> {
        on!(self, store => query::records_of(store, person).await)
    }

    pub async fn person(&self, id: &PersonId) -> Result<Option<Person>> {
        on!(self, store => query::person(store, id).await)
    }

    /// The person that a record speaks of, as far as it was linked.
    pub async fn person_of(&self, record: &RecordId) -> Result<Option<PersonId>> {
        on!(self, store => query::person_of(store, record).await)
    }

    /// At most `limit` persons by id, from the first after `after`.
    pub async fn persons(&self, after: Option<PersonId>, limit: usize) -> Result<Vec<Person>> {
        let after = after.as_ref().map(PersonId::as_str);
        on!(self, store => query::persons(store, after, limit).await)
    }

    /// As [`Casebase::persons`], with nothing but the ids of each person's records.
    pub async fn memberships(&self, after: Option<PersonId>, limit: usize) -> Result<Vec<(PersonId, Vec<RecordId>)>> {
        let after = after.as_ref().map(PersonId::as_str);
        on!(self, store => query::memberships(store, after, limit).await)
    }

    /// Ids that are no longer a person's, and the person that each leads to.
    pub async fn person_redirects(&self) -> Result<Vec<(PersonId, PersonId)>> {
        on!(self, store => query::person_redirects(store).await)
    }
}
