-- A view of the journal. `entry` is the index of the journal entry that a row came from, `recorded_at` its time in
-- seconds since 1970-01-01T00:00:00Z, `body` the whole value as JSON. Days are ISO 8601 text. There are no foreign
-- keys: entries come in the journal's order, and what one of them names need not have come yet.
-- Text is compared by its bytes, as SQLite does, whatever the locale of the server.
-- Few indices: each one slows the projection, and an index that no query of this crate uses is not here.

CREATE TABLE projection (
    singleton BIGINT NOT NULL PRIMARY KEY CHECK (singleton = 1),
    applied   BIGINT NOT NULL,
    linked    BIGINT NOT NULL
);
INSERT INTO projection VALUES (1, 0, 0);

CREATE TABLE source (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    entry       BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    kind        TEXT COLLATE "C" NOT NULL,
    acronym     TEXT COLLATE "C",
    country     TEXT COLLATE "C",
    invented    BOOLEAN NOT NULL,
    body        TEXT NOT NULL
);

CREATE TABLE trust_set (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    entry       BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    takes_all   BOOLEAN NOT NULL,
    body        TEXT NOT NULL
);

CREATE TABLE accession (
    entry       BIGINT NOT NULL PRIMARY KEY,
    id          TEXT COLLATE "C" NOT NULL UNIQUE,
    recorded_at BIGINT NOT NULL,
    source      TEXT COLLATE "C" NOT NULL,
    sha256      TEXT COLLATE "C" NOT NULL,
    size_bytes  BIGINT NOT NULL,
    mapping     TEXT COLLATE "C" NOT NULL,
    received_at BIGINT NOT NULL,
    body        TEXT NOT NULL
);

CREATE TABLE import_finished (
    accession   TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    entry       BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    rows_read   BIGINT NOT NULL,
    taken_in    BIGINT NOT NULL,
    rejected    BIGINT NOT NULL,
    body        TEXT NOT NULL
);

-- The highest row of each accession that the journal holds, also when the row's record was there already.
CREATE TABLE taken (
    accession TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    data_row  BIGINT NOT NULL
);

CREATE TABLE record (
    entry            BIGINT NOT NULL PRIMARY KEY,
    id               TEXT COLLATE "C" NOT NULL UNIQUE,
    recorded_at      BIGINT NOT NULL,
    source           TEXT COLLATE "C" NOT NULL,
    accession        TEXT COLLATE "C" NOT NULL,
    data_row         BIGINT NOT NULL,
    source_record_id TEXT COLLATE "C",
    act              TEXT COLLATE "C",
    date_earliest    TEXT COLLATE "C",
    date_latest      TEXT COLLATE "C",
    place            TEXT COLLATE "C",
    sex              TEXT COLLATE "C",
    age_class        TEXT COLLATE "C",
    civilian         TEXT COLLATE "C",
    body             TEXT NOT NULL
);

CREATE TABLE record_party (
    entry   BIGINT NOT NULL,
    nth     BIGINT NOT NULL,
    code    TEXT COLLATE "C",
    role    TEXT COLLATE "C",
    written TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (entry, nth)
);

CREATE TABLE event (
    entry           BIGINT NOT NULL PRIMARY KEY,
    id              TEXT COLLATE "C" NOT NULL UNIQUE,
    recorded_at     BIGINT NOT NULL,
    source          TEXT COLLATE "C" NOT NULL,
    accession       TEXT COLLATE "C" NOT NULL,
    data_row        BIGINT NOT NULL,
    source_event_id TEXT COLLATE "C",
    date_earliest   TEXT COLLATE "C",
    date_latest     TEXT COLLATE "C",
    place           TEXT COLLATE "C",
    deaths_low      BIGINT,
    deaths_best     BIGINT,
    deaths_high     BIGINT,
    body            TEXT NOT NULL
);

CREATE TABLE event_act (
    entry BIGINT NOT NULL,
    nth   BIGINT NOT NULL,
    act   TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (entry, nth)
);

CREATE TABLE event_party (
    entry   BIGINT NOT NULL,
    nth     BIGINT NOT NULL,
    code    TEXT COLLATE "C",
    role    TEXT COLLATE "C",
    written TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (entry, nth)
);

CREATE TABLE figure (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    entry        BIGINT NOT NULL,
    recorded_at  BIGINT NOT NULL,
    source       TEXT COLLATE "C" NOT NULL,
    accession    TEXT COLLATE "C" NOT NULL,
    data_row     BIGINT NOT NULL,
    measure      TEXT COLLATE "C" NOT NULL,
    population   TEXT COLLATE "C" NOT NULL,
    role         TEXT COLLATE "C" NOT NULL,
    period_start TEXT COLLATE "C" NOT NULL,
    period_end   TEXT COLLATE "C" NOT NULL,
    place        TEXT COLLATE "C",
    party        TEXT COLLATE "C",
    total        BIGINT NOT NULL,
    exactness    TEXT COLLATE "C" NOT NULL,
    body         TEXT NOT NULL
);

CREATE TABLE statement (
    id            TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    entry         BIGINT NOT NULL,
    recorded_at   BIGINT NOT NULL,
    source        TEXT COLLATE "C" NOT NULL,
    accession     TEXT COLLATE "C" NOT NULL,
    question      TEXT COLLATE "C" NOT NULL,
    stance        TEXT COLLATE "C" NOT NULL,
    date_earliest TEXT COLLATE "C",
    date_latest   TEXT COLLATE "C",
    body          TEXT NOT NULL
);

CREATE TABLE run (
    entry       BIGINT NOT NULL PRIMARY KEY,
    recorded_at BIGINT NOT NULL,
    stage       TEXT COLLATE "C" NOT NULL,
    input       TEXT COLLATE "C" NOT NULL,
    output      TEXT COLLATE "C" NOT NULL,
    body        TEXT NOT NULL
);

CREATE TABLE decision (
    entry       BIGINT NOT NULL PRIMARY KEY,
    recorded_at BIGINT NOT NULL,
    kind        TEXT COLLATE "C" NOT NULL,
    record_a    TEXT COLLATE "C" NOT NULL,
    record_b    TEXT COLLATE "C" NOT NULL,
    decided_by  TEXT COLLATE "C" NOT NULL,
    body        TEXT NOT NULL
);

-- Persons hold the value to display of each attribute; `body` holds every value and who says it.
CREATE TABLE person (
    id            TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    invented      BOOLEAN NOT NULL,
    n_records     BIGINT NOT NULL,
    n_sources     BIGINT NOT NULL,
    act           TEXT COLLATE "C",
    date_earliest TEXT COLLATE "C",
    date_latest   TEXT COLLATE "C",
    place         TEXT COLLATE "C",
    party         TEXT COLLATE "C",
    sex           TEXT COLLATE "C",
    age_class     TEXT COLLATE "C",
    civilian      TEXT COLLATE "C",
    body          TEXT NOT NULL
);

CREATE TABLE person_record (
    record TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    person TEXT COLLATE "C" NOT NULL
);
CREATE INDEX person_record_person ON person_record (person, record);

-- `anchor` is the record that first bore the old id: whoever holds it now is whom the old address leads to.
CREATE TABLE person_redirect (
    old_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    new_id TEXT COLLATE "C" NOT NULL,
    anchor TEXT COLLATE "C" NOT NULL
);
