-- A view of the journal. `entry` is the index of the journal entry that a row came from, `recorded_at` its time in
-- seconds since 1970-01-01T00:00:00Z, `body` the whole value as JSON. Days are ISO 8601 text. There are no foreign
-- keys: entries come in the journal's order, and what one of them names need not have come yet.
-- Few indices: each one slows the projection, and an index that no query of this crate uses is not here.

CREATE TABLE projection (
    singleton INTEGER NOT NULL PRIMARY KEY CHECK (singleton = 1),
    applied   INTEGER NOT NULL,
    linked    INTEGER NOT NULL
) STRICT;
INSERT INTO projection VALUES (1, 0, 0);

CREATE TABLE source (
    id          TEXT    NOT NULL PRIMARY KEY,
    entry       INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    kind        TEXT    NOT NULL,
    acronym     TEXT,
    country     TEXT,
    invented    INTEGER NOT NULL,
    body        TEXT    NOT NULL
) STRICT;

CREATE TABLE trust_set (
    id          TEXT    NOT NULL PRIMARY KEY,
    entry       INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    takes_all   INTEGER NOT NULL,
    body        TEXT    NOT NULL
) STRICT;

CREATE TABLE accession (
    entry       INTEGER NOT NULL PRIMARY KEY,
    id          TEXT    NOT NULL UNIQUE,
    recorded_at INTEGER NOT NULL,
    source      TEXT    NOT NULL,
    sha256      TEXT    NOT NULL,
    size_bytes  INTEGER NOT NULL,
    mapping     TEXT    NOT NULL,
    received_at INTEGER NOT NULL,
    body        TEXT    NOT NULL
) STRICT;

CREATE TABLE import_finished (
    accession   TEXT    NOT NULL PRIMARY KEY,
    entry       INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    rows_read   INTEGER NOT NULL,
    taken_in    INTEGER NOT NULL,
    rejected    INTEGER NOT NULL,
    body        TEXT    NOT NULL
) STRICT;

-- The highest row of each accession that the journal holds, also when the row's record was there already.
CREATE TABLE taken (
    accession TEXT    NOT NULL PRIMARY KEY,
    data_row  INTEGER NOT NULL
) STRICT;

CREATE TABLE record (
    entry            INTEGER NOT NULL PRIMARY KEY,
    id               TEXT    NOT NULL UNIQUE,
    recorded_at      INTEGER NOT NULL,
    source           TEXT    NOT NULL,
    accession        TEXT    NOT NULL,
    data_row         INTEGER NOT NULL,
    source_record_id TEXT,
    act              TEXT,
    date_earliest    TEXT,
    date_latest      TEXT,
    place            TEXT,
    sex              TEXT,
    age_class        TEXT,
    civilian         TEXT,
    body             TEXT    NOT NULL
) STRICT;

CREATE TABLE record_party (
    entry   INTEGER NOT NULL,
    nth     INTEGER NOT NULL,
    code    TEXT,
    role    TEXT,
    written TEXT    NOT NULL,
    PRIMARY KEY (entry, nth)
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
    entry           INTEGER NOT NULL PRIMARY KEY,
    id              TEXT    NOT NULL UNIQUE,
    recorded_at     INTEGER NOT NULL,
    source          TEXT    NOT NULL,
    accession       TEXT    NOT NULL,
    data_row        INTEGER NOT NULL,
    source_event_id TEXT,
    date_earliest   TEXT,
    date_latest     TEXT,
    place           TEXT,
    deaths_low      INTEGER,
    deaths_best     INTEGER,
    deaths_high     INTEGER,
    body            TEXT    NOT NULL
) STRICT;

CREATE TABLE event_act (
    entry INTEGER NOT NULL,
    nth   INTEGER NOT NULL,
    act   TEXT    NOT NULL,
    PRIMARY KEY (entry, nth)
) STRICT, WITHOUT ROWID;

CREATE TABLE event_party (
    entry   INTEGER NOT NULL,
    nth     INTEGER NOT NULL,
    code    TEXT,
    role    TEXT,
    written TEXT    NOT NULL,
    PRIMARY KEY (entry, nth)
) STRICT, WITHOUT ROWID;

CREATE TABLE figure (
    id           TEXT    NOT NULL PRIMARY KEY,
    entry        INTEGER NOT NULL,
    recorded_at  INTEGER NOT NULL,
    source       TEXT    NOT NULL,
    accession    TEXT    NOT NULL,
    data_row     INTEGER NOT NULL,
    measure      TEXT    NOT NULL,
    population   TEXT    NOT NULL,
    role         TEXT    NOT NULL,
    period_start TEXT    NOT NULL,
    period_end   TEXT    NOT NULL,
    place        TEXT,
    party        TEXT,
    total        INTEGER NOT NULL,
    exactness    TEXT    NOT NULL,
    body         TEXT    NOT NULL
) STRICT;

CREATE TABLE statement (
    id            TEXT    NOT NULL PRIMARY KEY,
    entry         INTEGER NOT NULL,
    recorded_at   INTEGER NOT NULL,
    source        TEXT    NOT NULL,
    accession     TEXT    NOT NULL,
    question      TEXT    NOT NULL,
    stance        TEXT    NOT NULL,
    date_earliest TEXT,
    date_latest   TEXT,
    body          TEXT    NOT NULL
) STRICT;

CREATE TABLE run (
    entry       INTEGER NOT NULL PRIMARY KEY,
    recorded_at INTEGER NOT NULL,
    stage       TEXT    NOT NULL,
    input       TEXT    NOT NULL,
    output      TEXT    NOT NULL,
    body        TEXT    NOT NULL
) STRICT;

CREATE TABLE decision (
    entry       INTEGER NOT NULL PRIMARY KEY,
    recorded_at INTEGER NOT NULL,
    kind        TEXT    NOT NULL,
    record_a    TEXT    NOT NULL,
    record_b    TEXT    NOT NULL,
    decided_by  TEXT    NOT NULL,
    body        TEXT    NOT NULL
) STRICT;

-- Persons hold the value to display of each attribute; `body` holds every value and who says it.
CREATE TABLE person (
    id            TEXT    NOT NULL PRIMARY KEY,
    invented      INTEGER NOT NULL,
    n_records     INTEGER NOT NULL,
    n_sources     INTEGER NOT NULL,
    act           TEXT,
    date_earliest TEXT,
    date_latest   TEXT,
    place         TEXT,
    party         TEXT,
    sex           TEXT,
    age_class     TEXT,
    civilian      TEXT,
    body          TEXT    NOT NULL
) STRICT;

CREATE TABLE person_record (
    record TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX person_record_person ON person_record (person, record);

-- `anchor` is the record that first bore the old id: whoever holds it now is whom the old address leads to.
CREATE TABLE person_redirect (
    old_id TEXT NOT NULL PRIMARY KEY,
    new_id TEXT NOT NULL,
    anchor TEXT NOT NULL
) STRICT, WITHOUT ROWID;
