//! Which part of an entry's content is a column. The rest stays in the body.

use domain::content::{Decision, DecisionKind};
use domain::run::{ImportFinished, Run};
use domain::{
    Accession, AgeClass, Civilian, Content, Event, Figure, GazetteerEntry, Media, Notice, PartyMention, Post, Record,
    Sex, Source, Statement, TrustSet, UncertainDate,
};
use serde::Serialize;

use crate::cell::Cell;
use crate::table::{self, Rows, Table};

/// The rows of some consecutive entries, table by table.
pub(crate) struct Batch {
    rows: Vec<Rows>,
}

/// JSON of a type whose keys are all strings: writing it cannot fail, and an empty body would be read as damage.
pub(crate) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// The name of a unit variant, as it stands in the JSON.
pub(crate) fn key(value: &impl Serialize) -> Cell {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name.into(),
        _ => Cell::Null,
    }
}

pub(crate) fn earliest(date: Option<&UncertainDate>) -> Cell {
    date.map(|date| date.earliest().to_string()).into()
}

pub(crate) fn latest(date: Option<&UncertainDate>) -> Cell {
    date.map(|date| date.latest().to_string()).into()
}

pub(crate) fn sex(sex: Sex) -> &'static str {
    match sex {
        Sex::Female => "female",
        Sex::Male => "male",
    }
}

pub(crate) fn age_class(class: AgeClass) -> &'static str {
    match class {
        AgeClass::Child => "child",
        AgeClass::Adult => "adult",
    }
}

pub(crate) fn civilian(civilian: Civilian) -> &'static str {
    match civilian {
        Civilian::Civilian => "civilian",
        Civilian::Combatant => "combatant",
    }
}

impl Batch {
    pub fn new() -> Self {
        Self { rows: table::TABLES.iter().map(|table| Rows::new(table)).collect() }
    }

    /// The rows, in the order in which the tables stand in [`table::TABLES`].
    pub fn into_rows(self) -> impl Iterator<Item = Rows> {
        self.rows.into_iter().filter(|rows| rows.len() > 0)
    }

    fn push<const N: usize>(&mut self, table: &'static Table, row: [Cell; N]) {
        if let Some(rows) = self.rows.iter_mut().find(|rows| std::ptr::eq(rows.table, table)) {
            rows.push(row);
        }
    }

    /// Adds the rows of one entry. `entry` is its index, `time` in seconds since 1970-01-01T00:00:00Z.
    pub fn add(&mut self, entry: i64, time: i64, content: &Content) {
        let (entry, time) = (Cell::Int(entry), Cell::Int(time));
        match content {
            Content::Source(source) => self.source(entry, time, source),
            Content::TrustSet(set) => self.trust_set(entry, time, set),
            Content::Accession(accession) => self.accession(entry, time, accession),
            Content::Record(record) => self.record(entry, time, record),
            Content::Event(event) => self.event(entry, time, event),
            Content::Figure(figure) => self.figure(entry, time, figure),
            Content::Statement(statement) => self.statement(entry, time, statement),
            Content::Notice(notice) => self.notice(entry, time, notice),
            Content::Place(place) => self.place(entry, time, place),
            Content::Post(post) => self.post(entry, time, post),
            Content::ImportFinished(finished) => self.import_finished(entry, time, finished),
            Content::Run(run) => self.run(entry, time, run),
            Content::Decision(decision) => self.decision(entry, time, decision),
            Content::Media(media) => self.media(entry, time, media),
            Content::Custody(custody) => {
                let action = custody.action.key().into();
                let (subject, by) = (Cell::words(&custody.subject), Cell::words(&custody.by));
                self.push(&table::CUSTODY, [entry, time, action, subject, by, json(custody).into()]);
            }
            Content::Withdrawal(withdrawal) => {
                let (about, authority) = (Cell::count(withdrawal.entry), Cell::words(&withdrawal.authority));
                self.push(&table::WITHDRAWAL, [entry, time, about, authority, json(withdrawal).into()]);
            }
        }
    }

    fn source(&mut self, entry: Cell, time: Cell, source: &Source) {
        let acronym = source.acronym.as_deref().map(Cell::words).unwrap_or(Cell::Null);
        let country = source.country.as_deref().map(Cell::words).unwrap_or(Cell::Null);
        let (id, kind) = (source.id.as_str().into(), key(&source.kind));
        let row = [id, entry, time, kind, acronym, country, source.invented.into(), json(source).into()];
        self.push(&table::SOURCE, row);
    }

    fn trust_set(&mut self, entry: Cell, time: Cell, set: &TrustSet) {
        self.push(&table::TRUST_SET, [set.id.as_str().into(), entry, time, set.all.into(), json(set).into()]);
    }

    fn accession(&mut self, entry: Cell, time: Cell, accession: &Accession) {
        let row = [
            entry,
            accession.id.as_str().into(),
            time,
            accession.source.as_str().into(),
            accession.original.sha256.hex().into(),
            Cell::count(accession.original.size_bytes),
            Cell::words(&accession.mapping),
            accession.received_at.into(),
            json(accession).into(),
        ];
        self.push(&table::ACCESSION, row);
    }

    fn import_finished(&mut self, entry: Cell, time: Cell, finished: &ImportFinished) {
        let row = [
            finished.accession.as_str().into(),
            entry,
            time,
            Cell::count(finished.rows),
            Cell::count(finished.taken_in),
            Cell::count((finished.rejected.len() + finished.returned.len()) as u64),
            json(finished).into(),
        ];
        self.push(&table::IMPORT_FINISHED, row);
    }

    fn taken(&mut self, accession: &domain::AccessionId, row: u64) {
        self.push(&table::TAKEN, [accession.as_str().into(), Cell::count(row)]);
    }

    fn parties(&mut self, table: &'static Table, entry: &Cell, parties: &[PartyMention]) {
        for (nth, party) in parties.iter().enumerate() {
            let code = party.code.as_ref().map(|code| code.as_str()).into();
            let role = party.role.as_ref().map_or(Cell::Null, key);
            let row = [entry.clone(), Cell::count(nth as u64), code, role, Cell::words(&party.written)];
            self.push(table, row);
        }
    }

    fn record(&mut self, entry: Cell, time: Cell, record: &Record) {
        self.taken(&record.accession, record.row);
        self.parties(&table::RECORD_PARTY, &entry, &record.parties);
        let row = [
            entry,
            record.id.as_str().into(),
            time,
            record.source.as_str().into(),
            record.accession.as_str().into(),
            Cell::count(record.row),
            record.source_record_id.as_deref().map_or(Cell::Null, Cell::words),
            record.act.map(|act| act.key()).into(),
            earliest(record.date.as_ref()),
            latest(record.date.as_ref()),
            record.place.as_ref().and_then(|place| place.code.as_ref()).map(|code| code.as_str()).into(),
            record.sex.map(sex).into(),
            record.class().map(age_class).into(),
            record.civilian.map(civilian).into(),
            json(record).into(),
        ];
        self.push(&table::RECORD, row);
    }

    fn event(&mut self, entry: Cell, time: Cell, event: &Event) {
        self.taken(&event.accession, event.row);
        self.parties(&table::EVENT_PARTY, &entry, &event.parties);
        for (nth, act) in event.acts.iter().enumerate() {
            self.push(&table::EVENT_ACT, [entry.clone(), Cell::count(nth as u64), act.key().into()]);
        }
        let row = [
            entry,
            event.id.as_str().into(),
            time,
            event.source.as_str().into(),
            event.accession.as_str().into(),
            Cell::count(event.row),
            event.source_event_id.as_deref().map_or(Cell::Null, Cell::words),
            earliest(event.date.as_ref()),
            latest(event.date.as_ref()),
            event.place.as_ref().and_then(|place| place.code.as_ref()).map(|code| code.as_str()).into(),
            event.deaths.low.map(Cell::count).unwrap_or(Cell::Null),
            event.deaths.best.map(Cell::count).unwrap_or(Cell::Null),
            event.deaths.high.map(Cell::count).unwrap_or(Cell::Null),
            json(event).into(),
        ];
        self.push(&table::EVENT, row);
    }

    fn figure(&mut self, entry: Cell, time: Cell, figure: &Figure) {
        self.taken(&figure.accession, figure.row);
        let row = [
            figure.id.as_str().into(),
            entry,
            time,
            figure.source.as_str().into(),
            figure.accession.as_str().into(),
            Cell::count(figure.row),
            figure.measure.key().into(),
            figure.population.key().into(),
            key(&figure.role),
            figure.period.start().to_string().into(),
            figure.period.end().to_string().into(),
            figure.place.code.as_ref().map(|code| code.as_str()).into(),
            figure.party.code.as_ref().map(|code| code.as_str()).into(),
            Cell::count(figure.total),
            key(&figure.exactness),
            json(figure).into(),
        ];
        self.push(&table::FIGURE, row);
    }

    fn statement(&mut self, entry: Cell, time: Cell, statement: &Statement) {
        let row = [
            statement.id.as_str().into(),
            entry,
            time,
            statement.source.as_str().into(),
            statement.accession.as_str().into(),
            statement.question.as_str().into(),
            statement.stance.key().into(),
            earliest(statement.date.as_ref()),
            latest(statement.date.as_ref()),
            json(statement).into(),
        ];
        self.push(&table::STATEMENT, row);
    }

    fn notice(&mut self, entry: Cell, time: Cell, notice: &Notice) {
        self.taken(&notice.accession, notice.row);
        let row = [
            notice.id.as_str().into(),
            entry,
            time,
            notice.source.as_str().into(),
            notice.accession.as_str().into(),
            Cell::count(notice.row),
            earliest(Some(&notice.since)),
            latest(Some(&notice.since)),
            json(notice).into(),
        ];
        self.push(&table::NOTICE, row);
    }

    fn place(&mut self, entry: Cell, time: Cell, told: &GazetteerEntry) {
        self.taken(&told.accession, told.row);
        let row = [
            entry,
            time,
            told.place.code.as_str().into(),
            told.place.parent.as_ref().map(|code| code.as_str()).into(),
            Cell::count(u64::from(told.place.level)),
            told.source.as_str().into(),
            told.accession.as_str().into(),
            Cell::count(told.row),
            json(told).into(),
        ];
        self.push(&table::PLACE, row);
    }

    fn post(&mut self, entry: Cell, time: Cell, post: &Post) {
        self.taken(&post.accession, post.row);
        let row = [
            entry,
            post.id.as_str().into(),
            time,
            post.source.as_str().into(),
            post.accession.as_str().into(),
            Cell::count(post.row),
            post.published_at.map_or(Cell::Null, Cell::from),
            json(post).into(),
        ];
        self.push(&table::POST, row);
    }

    fn run(&mut self, entry: Cell, time: Cell, run: &Run) {
        let row = [entry, time, key(&run.stage), run.input.hex().into(), run.output.hex().into(), json(run).into()];
        self.push(&table::RUN, row);
    }

    fn media(&mut self, entry: Cell, time: Cell, media: &Media) {
        for (nth, found) in media.hashes.iter().enumerate() {
            let (nth, at_ms, quality) = (Cell::count(nth as u64), Cell::count(found.at_ms), found.quality.into());
            let row = [entry.clone(), nth, at_ms, key(&found.framing), found.hash.hex().into(), Cell::count(quality)];
            self.push(&table::MEDIA_HASH, row);
        }
        let (accession, source) = (media.accession.as_str().into(), media.source.as_str().into());
        let row = [
            entry,
            time,
            accession,
            source,
            media.sha256.hex().into(),
            Cell::words(&media.media_type),
            json(media).into(),
        ];
        self.push(&table::MEDIA, row);
    }

    fn decision(&mut self, entry: Cell, time: Cell, decision: &Decision) {
        let (kind, pair) = match &decision.decision {
            DecisionKind::Link(a, b) => ("link", Some((a, b))),
            DecisionKind::NonLink(a, b) => ("non_link", Some((a, b))),
            DecisionKind::CannotTell(a, b) => ("cannot_tell", Some((a, b))),
            DecisionKind::Approve(..) => ("approve", None),
            DecisionKind::Disapprove(_) => ("disapprove", None),
            DecisionKind::WithdrawConsent(..) => ("withdraw_consent", None),
        };
        let by = Cell::words(&decision.by);
        let (a, b) = pair.map_or((Cell::Null, Cell::Null), |(a, b)| (a.as_str().into(), b.as_str().into()));
        let row = [entry, time, kind.into(), a, b, by, json(decision).into()];
        self.push(&table::DECISION, row);
    }
}
