-- Notices for the disappeared: of an id that comes again the later entry stands.
CREATE TABLE notice (
    id             TEXT    NOT NULL PRIMARY KEY,
    entry          INTEGER NOT NULL,
    recorded_at    INTEGER NOT NULL,
    source         TEXT    NOT NULL,
    accession      TEXT    NOT NULL,
    data_row       INTEGER NOT NULL,
    since_earliest TEXT    NOT NULL,
    since_latest   TEXT    NOT NULL,
    body           TEXT    NOT NULL
) STRICT;
